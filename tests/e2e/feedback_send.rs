//! What lands is told to people once: by whoever lands it where that is the tool, by `feedback send` in a job of the branch otherwise.

use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::court::Court;
use crate::support::http::Listening;
use crate::support::run::{Environment, Ran};

/// The secret part of the sink's address.
const CANARY: &str = "canary-5f1c2d";

/// A receiver that keeps what it got, and answers as it is told.
struct Receiver {
    listening: Listening,
    got: Arc<Mutex<Vec<Value>>>,
    answers: Arc<Mutex<Answer>>,
}

/// How it answers.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Takes,
    /// Something is wrong with it: it says so.
    Breaks,
    /// It takes what it gets, and nobody hears of that.
    LosesAnswers,
    /// It takes its time, longer than anybody waits who has landed something.
    Sleeps,
}

impl Receiver {
    fn start() -> Self {
        let got: Arc<Mutex<Vec<Value>>> = Arc::default();
        let answers = Arc::new(Mutex::new(Answer::Takes));
        let (keep, how) = (Arc::clone(&got), Arc::clone(&answers));
        let listening = Listening::start(move |request| {
            let how = *how.lock().unwrap();
            if how == Answer::Sleeps {
                thread::sleep(std::time::Duration::from_secs(20));
            }
            if how == Answer::Breaks {
                return Ok(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec());
            }
            keep.lock().unwrap().push(serde_json::from_slice(&request.body).expect("JSON"));
            if how == Answer::LosesAnswers {
                return Err(Error::from(ErrorKind::ConnectionReset));
            }
            Ok(b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n".to_vec())
        });
        Self { listening, got, answers }
    }

    fn answers(&self, how: Answer) {
        *self.answers.lock().unwrap() = how;
    }

    /// The titles of what it got, in order.
    fn titles(&self) -> Vec<String> {
        let got = self.got.lock().unwrap();
        got.iter().map(|one| one["title"].as_str().expect("a title").to_string()).collect()
    }

    fn got(&self) -> Vec<Value> {
        self.got.lock().unwrap().clone()
    }

    /// What a job knows that reaches it.
    fn reached(&self, environment: &Environment) -> Environment {
        let address = format!("http://127.0.0.1:{}/{CANARY}", self.listening.port());
        environment.with("STAGELINE_HOOK", address).with("STAGELINE_ALLOW_HOSTS", "127.0.0.1")
    }
}

/// A world whose rules name these sinks.
fn world(sinks: &str) -> World {
    let world = World::new();
    world.land_file("stageline.yaml", &format!("{}feedback:\n{sinks}", world.settings()));
    world
}

const ALL: &str = "  - { webhook: $STAGELINE_HOOK }\n";

fn run(world: &World, environment: &Environment, args: &[&str]) -> Ran {
    let ran = environment.stageline(&world.clone, args);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!said.contains(CANARY), "{args:?} shows the address: {said}");
    ran
}

fn send(world: &World, environment: &Environment, more: &[&str]) -> Ran {
    run(world, environment, &[&["feedback", "send", "-o", "json"], more].concat())
}

/// The states of all that was to be told.
fn states(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let told = report["told"].as_array().expect("a list");
    told.iter().map(|one| one["state"].as_str().expect("a state").to_string()).collect()
}

/// What somebody changes by hand and pushes; the landing before it, and it.
fn by_hand(world: &World, env: &str, nth: usize) -> (String, String) {
    let before = world.tip();
    world.edit_by_hand("web", env, &world.commit_of("web", nth), 0);
    (before, world.tip())
}

#[test]
fn what_the_tool_lands_is_told_at_once_and_never_again() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let landed =
        run(&world, &job, &["promote", "web", "--to", "production", "-m", "it is time", "-o", "json"]).exits(0);
    let titles = receiver.titles();
    assert_eq!(titles.len(), 1, "{titles:?}");
    assert!(titles[0].starts_with("promoted web to production: "), "{titles:?}");
    let message = &receiver.got()[0];
    assert_eq!(message["event"], "promote", "{message:#}");
    assert!(message.to_string().contains("it is time"), "{message:#}");
    let undo = message["undo"].as_str().expect("a command");
    assert!(undo.starts_with("stageline undo "), "{undo}");
    assert_eq!(landed.json()["stage"], "landed");
    let range = format!("{}..", world.environment.git(&world.remote, &["rev-parse", "main~1"]));
    assert_eq!(states(&send(&world, &job, &[&range]).exits(0)), ["before"]);
    assert_eq!(states(&send(&world, &job, &[]).exits(0)), Vec::<String>::new());
    assert_eq!(receiver.titles(), titles);
    // It is marked before and after, by whoever ran it.
    let files = world.environment.git(&world.remote, &["ls-tree", "-r", "--name-only", "stageline/told"]);
    let names: Vec<&str> =
        files.lines().filter_map(|file| file.rsplit('/').next()?.rsplit_once('-')).map(|(name, _)| name).collect();
    assert_eq!(names, ["1-sending", "1-told"], "{files}");
}

#[test]
fn what_others_land_is_told_by_a_job_of_the_branch_with_who_did_it() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let (before, after) = by_hand(&world, "production", 4);
    let range = format!("{before}..{after}");
    let dry = send(&world, &job, &[&range, "--dry-run"]).exits(0);
    assert_eq!((states(&dry), receiver.titles().len()), (vec!["planned".to_string()], 0));
    let told = send(&world, &job, &[&range]).exits(0);
    assert_eq!(states(&told), ["told"]);
    let titles = receiver.titles();
    assert!(titles[0].starts_with("changed by hand in production: web: "), "{titles:?}");
    assert_eq!(states(&send(&world, &job, &[&range]).exits(0)), ["before"]);
    // Nothing that anybody is told of landed with a file that is nobody's.
    world.land_file("README.md", "more\n");
    let nothing = send(&world, &job, &[&format!("{after}..{}", world.tip())]).exits(0).json();
    assert_eq!((&nothing["landings"], &nothing["told"]), (&json!(1), &json!([])));
    assert_eq!(receiver.titles().len(), 1);
}

#[test]
fn what_others_land_between_two_landings_of_the_tool_is_told_by_the_next_run() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    run(&world, &job, &["promote", "web", "--to", "production"]).exits(0);
    by_hand(&world, "production", 3);
    receiver.answers(Answer::Breaks);
    by_hand(&world, "staging", 3);
    send(&world, &job, &[]).exits(5);
    receiver.answers(Answer::Takes);
    run(&world, &job, &["promote", "web", "--to", "production", "--commit", &world.commit_of("web", 4)]).exits(0);
    assert_eq!(receiver.titles().len(), 2, "{:?}", receiver.titles());
    let told = send(&world, &job, &[]).exits(0);
    assert_eq!(states(&told), ["told", "told"], "{told}");
    assert_eq!(states(&send(&world, &job, &[]).exits(0)), Vec::<String>::new());
}

#[test]
fn of_eight_jobs_at_once_one_tells_each_landing() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let (before, after) = by_hand(&world, "production", 4);
    let range = format!("{before}..{after}");
    let clones: Vec<_> = (0..8).map(|nth| world.clone_as(&format!("job-{nth}"), &[])).collect();
    let runs: Vec<Ran> = thread::scope(|scope| {
        let start = |clone: &std::path::PathBuf| {
            let (job, range) = (&job, &range);
            let clone = clone.clone();
            scope.spawn(move || job.stageline(&clone, &["feedback", "send", range, "-o", "json"]).exits(0))
        };
        let all: Vec<_> = clones.iter().map(start).collect();
        all.into_iter().map(|one| one.join().expect("a run")).collect()
    });
    let told = runs.iter().flat_map(states).filter(|state| state == "told").count();
    assert_eq!((told, receiver.titles().len()), (1, 1), "{:?}", runs.iter().map(states).collect::<Vec<_>>());
}

#[test]
fn where_a_sink_says_no_it_is_tried_again_by_the_next_run_and_the_landing_stands() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    receiver.answers(Answer::Breaks);
    let landed = run(&world, &job, &["promote", "web", "--to", "production", "-o", "json"]).exits(5).json();
    assert_eq!(landed["stage"], "landed", "{landed:#}");
    assert!(landed.to_string().contains("feedback send"), "{landed:#}");
    assert_eq!(states(&send(&world, &job, &[]).exits(5)), ["failed"]);
    receiver.answers(Answer::Takes);
    assert_eq!(states(&send(&world, &job, &[]).exits(0)), ["told"]);
    assert_eq!(receiver.titles().len(), 1);
}

#[test]
fn what_may_have_been_told_is_not_told_again_unless_somebody_says_so_and_then_as_the_same_message() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let (before, after) = by_hand(&world, "production", 4);
    let range = format!("{before}..{after}");
    receiver.answers(Answer::LosesAnswers);
    assert_eq!(states(&send(&world, &job, &[&range]).exits(3)), ["unknown"]);
    receiver.answers(Answer::Takes);
    assert_eq!(states(&send(&world, &job, &[&range]).exits(3)), ["unknown"]);
    assert_eq!(receiver.titles().len(), 1);
    assert_eq!(states(&send(&world, &job, &[&range, "--again"]).exits(0)), ["told"]);
    let got = receiver.got();
    assert_eq!((got.len(), &got[0]["id"]), (2, &got[1]["id"]), "the same id both times");
    assert_eq!(states(&send(&world, &job, &[&range]).exits(0)), ["before"]);
}

#[test]
fn without_its_variable_a_sink_is_named_and_told_later_by_a_job_that_has_it() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let landed =
        run(&world, &world.environment, &["promote", "web", "--to", "production", "-o", "json"]).exits(0).json();
    assert!(landed["notes"].to_string().contains("`STAGELINE_HOOK` is not set"), "{landed:#}");
    let said = send(&world, &world.environment, &[]).exits(0).json();
    assert_eq!(said["told"][0]["state"], "not-set", "{said:#}");
    let refs = world.environment.git(&world.remote, &["for-each-ref", "refs/heads/stageline"]);
    assert_eq!(refs, "", "nobody was told, so nothing is marked");
    assert_eq!(states(&send(&world, &receiver.reached(&world.environment), &[]).exits(0)), ["told"]);
}

#[test]
fn a_sink_is_told_of_its_events_environments_and_applications_alone() {
    let receiver = Receiver::start();
    for (filter, wanted) in [
        ("events: [rollback]", 0),
        ("events: [promote]", 1),
        ("environments: [staging]", 0),
        ("environments: [production]", 1),
        ("applications: [\"a*\"]", 0),
        ("applications: [\"*\", \"!web\"]", 0),
        ("applications: [\"w*\"]", 1),
    ] {
        let world = world(&format!("  - {{ webhook: $STAGELINE_HOOK, {filter} }}\n"));
        let (before, after) = by_hand(&world, "production", 4);
        let count = receiver.titles().len();
        send(&world, &receiver.reached(&world.environment), &[&format!("{before}..{after}")]).exits(0);
        assert_eq!(receiver.titles().len() - count, wanted, "{filter}");
    }
}

#[test]
fn landings_that_are_told_together_are_one_message() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let (before, _) = by_hand(&world, "staging", 3);
    by_hand(&world, "production", 3);
    let (_, after) = by_hand(&world, "production", 4);
    let told = send(&world, &job, &[&format!("{before}..{after}")]).exits(0);
    assert_eq!(states(&told), ["told", "told", "told"]);
    let got = receiver.got();
    assert_eq!((got.len(), got[0]["parts"].as_array().map(Vec::len)), (1, Some(3)), "{got:#?}");
}

#[test]
fn whoever_takes_a_sink_out_of_the_rules_does_not_silence_what_the_same_landing_does() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let before = world.tip();
    world.write("stageline.yaml", &world.settings());
    world.edit_by_hand("web", "production", &world.commit_of("web", 4), 0);
    let told = send(&world, &receiver.reached(&world.environment), &[&format!("{before}..{}", world.tip())]).exits(0);
    assert_eq!(states(&told), ["told"], "{told}");
    assert_eq!(receiver.titles().len(), 1);
}

#[test]
fn a_mark_that_nobody_known_signed_keeps_nobody_from_being_told() {
    let receiver = Receiver::start();
    let court = Court::ruled(|rules| *rules += &format!("feedback:\n{ALL}"));
    let world = &court.world;
    world.land_file("notes.txt", "one\n");
    let before = world.tip();
    let work = court.work("bob").pin("api", "staging", &court.commit("api", 6)).commit("api to staging");
    let work = work.git(&["push", "-q", "origin", "HEAD:main"]);
    let landing = work.head();
    let job = receiver.reached(&court.environment("bob"));
    let sent = |work: &crate::support::court::Work, environment: &Environment| {
        let range = format!("{before}..{landing}");
        environment.stageline(&work.dir, &["feedback", "send", &range, "-o", "json"])
    };
    // What it would write is what a forger writes first.
    let twin = court.work("bob");
    sent(&twin, &job).exits(0);
    assert_eq!(receiver.titles().len(), 1);
    let marks = world.environment.git(&world.remote, &["rev-parse", "stageline/told^{tree}"]);
    world.environment.git(&world.remote, &["update-ref", "-d", "refs/heads/stageline/told"]);
    let forged = world.environment.git(&world.remote, &["commit-tree", "-m", "told", &marks]);
    world.environment.git(&world.remote, &["update-ref", "refs/heads/stageline/told", &forged]);
    let fresh = court.work("bob");
    assert_eq!(states(&sent(&fresh, &job).exits(0)), ["told"]);
    assert_eq!(states(&sent(&fresh, &job).exits(0)), ["before"]);
    assert_eq!(receiver.titles().len(), 2);
    // And whoever is not known tells nobody.
    let eve = court.work("eve");
    let (before, eves) = (eve.head(), receiver.reached(&court.environment("eve")));
    let work = court.work("bob").pin("api", "staging", &court.commit("api", 7)).commit("api once more");
    let range = format!("{before}..{}", work.git(&["push", "-q", "origin", "HEAD:main"]).head());
    let no = eves.stageline(&eve.dir, &["feedback", "send", &range, "-o", "json"]).exits(1);
    assert_eq!((no.refusal().as_str(), receiver.titles().len()), ("not-a-signer", 2));
}

#[test]
fn whoever_takes_marks_away_has_nobody_told_twice() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let (before, after) = by_hand(&world, "production", 4);
    let range = format!("{before}..{after}");
    send(&world, &job, &[&range]).exits(0);
    let on_server = |args: &[&str]| world.environment.git(&world.remote, args);
    // By a commit that removes them: each counts as it came.
    let empty = on_server(&["mktree", "--missing"]);
    let tip = on_server(&["rev-parse", "stageline/told"]);
    let emptied = on_server(&["commit-tree", "-m", "tidy up", "-p", &tip, &empty]);
    on_server(&["update-ref", "refs/heads/stageline/told", &emptied]);
    assert_eq!(states(&send(&world, &job, &[&range]).exits(0)), ["before"]);
    // By taking the branch itself: a clone that has seen it says so.
    on_server(&["update-ref", "-d", "refs/heads/stageline/told"]);
    assert_eq!(send(&world, &job, &[&range]).exits(3).refusal(), "told-unknown");
    assert_eq!(receiver.titles().len(), 1);
}

#[test]
fn a_clone_that_cannot_see_what_was_told_tells_nobody() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    let (before, after) = by_hand(&world, "production", 4);
    let range = format!("{before}..{after}");
    send(&world, &job, &[&range]).exits(0);
    let shallow = world.clone_as("shallow", &["--depth", "1", "--no-single-branch"]);
    let ran = job.stageline(&shallow, &["feedback", "send", "-o", "json"]).exits(3);
    assert!(["told-unknown", "shallow"].contains(&ran.refusal().as_str()), "{ran}");
    assert_eq!(receiver.titles().len(), 1);
}

#[test]
fn a_writing_verb_hardly_waits_for_a_sink_that_does_not_answer_and_says_what_tries_again() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    receiver.answers(Answer::Sleeps);
    let ran = run(&world, &job, &["promote", "web", "--to", "production"]).exits(5);
    assert!(ran.stdout.contains("`stageline feedback send"), "{ran}");
    assert!(ran.stdout.contains("the landing stands"), "{ran}");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn a_range_is_named_as_git_takes_it_and_the_first_push_of_a_branch_has_no_start() {
    let (receiver, world) = (Receiver::start(), world(ALL));
    let job = receiver.reached(&world.environment);
    by_hand(&world, "production", 4);
    world.fetch();
    world.git(&["merge", "-q", "--ff-only", "origin/main"]);
    assert_eq!(states(&send(&world, &job, &["HEAD~1..HEAD", "--dry-run"]).exits(0)), ["planned"]);
    let short = world.git(&["rev-parse", "--short", "HEAD~1"]);
    assert_eq!(states(&send(&world, &job, &[&format!("{short}..origin/main"), "--dry-run"]).exits(0)), ["planned"]);
    let first = format!("{}..{}", "0".repeat(40), world.tip());
    assert_eq!(states(&send(&world, &job, &[&first]).exits(0)), ["told"]);
}
