//! `feedback step` at a real forge: one comment that shows all steps, whoever writes at once, and what is told where nobody may write.

use std::fs;
use std::process::Child;

use serde_json::{Value, json};

use crate::support::gitea::Account;
use crate::support::run::{Environment, Ran, finish, program};
use crate::support::runner::Runner;
use crate::support::team::{REPOSITORY, Team};
use crate::support::world::Shape;

const MARK: &str = "<!-- stageline:steps 1 ";
const RECORD: &str = "<!-- stageline:step 1 ";

/// A repository with a request of the branch `topic`.
struct Source {
    team: Team,
    /// The page of the request.
    page: String,
}

impl Source {
    fn new() -> Self {
        let team = Team::shaped(|shape: &mut Shape| shape.one_source = true);
        let page = format!("{}/{REPOSITORY}/pulls/1", team.forge.url());
        let source = Self { team, page };
        source.push("one");
        let body = json!({ "head": "topic", "base": "main", "title": "try" });
        source.team.forge.done(&source.team.mei, "POST", &format!("/repos/{REPOSITORY}/pulls"), &body);
        source
    }

    /// One more commit on the branch of the request; its id.
    fn push(&self, text: &str) -> String {
        let world = &self.team.world;
        world.git(&["checkout", "-q", "-B", "topic"]);
        fs::write(world.clone.join("note.md"), text).expect("a file");
        world.git(&["add", "note.md"]);
        world.git(&["commit", "-q", "-m", text]);
        world.git(&["push", "-q", "origin", "HEAD:topic"]);
        world.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Another commit, and the forge knows that the request is at it.
    fn moves(&self, text: &str) -> String {
        let head = self.push(text);
        let path = format!("/repos/{REPOSITORY}/pulls/1");
        let begun = std::time::Instant::now();
        while self.team.forge.done(&self.team.mei, "GET", &path, &Value::Null)["head"]["sha"] != json!(head) {
            assert!(begun.elapsed() < std::time::Duration::from_secs(20), "the request stays where it was");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        head
    }

    /// The environment of somebody's job, outside of any repository.
    fn job(&self, who: &Account) -> Environment {
        self.team.job(&who.token)
    }

    fn start(&self, environment: &Environment, args: &[&str]) -> Child {
        environment.start_stageline(&self.team.world.path("tmp"), &self.args(args))
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        [&["feedback", "step", "--request", &self.page, "-o", "json"], args].concat()
    }

    fn run(&self, args: &[&str]) -> Ran {
        let environment = self.job(&self.team.mei);
        finish(self.start(&environment, args), args)
    }

    fn comments(&self) -> Vec<Value> {
        let path = format!("/repos/{REPOSITORY}/issues/1/comments");
        self.team.forge.done(&self.team.mei, "GET", &path, &Value::Null).as_array().cloned().unwrap_or_default()
    }

    fn bodies(&self, start: &str) -> Vec<String> {
        let all = self.comments().into_iter().filter_map(|one| one["body"].as_str().map(str::to_owned));
        all.filter(|body| body.starts_with(start)).collect()
    }

    /// The one comment that shows the steps.
    #[track_caller]
    fn shown(&self) -> String {
        let [one] = self.bodies(MARK).try_into().unwrap_or_else(|all: Vec<String>| panic!("{all:#?}"));
        one
    }

    fn statuses(&self, commit: &str) -> Vec<Value> {
        let path = format!("/repos/{REPOSITORY}/commits/{commit}/statuses?limit=50");
        self.team.forge.done(&self.team.mei, "GET", &path, &Value::Null).as_array().cloned().unwrap_or_default()
    }

    /// A file of results; its path.
    fn results(&self, name: &str, text: &str) -> String {
        let path = self.team.world.path("tmp").join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }
}

const RESULTS: &str = "<testsuite name='s'><testcase classname='cart' name='adds'/><testcase classname='cart' name='pays'>\
    <failure message='expected 1, was 2'>at cart.rs:7\nghp_0123456789abcdefABCDEF01 &lt;img src=x&gt; @mei #1</failure></testcase></testsuite>";

#[test]
fn at_a_real_forge_a_step_is_a_status_and_one_comment_shows_it_and_a_rerun_adds_nothing() {
    let source = Source::new();
    let head = source.moves("two");
    let told = source.run(&["--step", "build", "--status", "running"]).exits(0).json();
    assert_eq!((&told["shown"], &told["records"]), (&json!("comment"), &json!(["status"])), "{told:#}");
    assert!(source.shown().contains("| build | running | - | since "), "{}", source.shown());
    source.run(&["--step", "build", "--status", "passed", "-m", "on arm64"]).exits(0);
    let file = source.results("r.xml", RESULTS);
    let link = ["--link", "preview=https://pr-1.preview.example.com"];
    let test = [&["--step", "test", "--status", "failed", "--junit", &file][..], &link].concat();
    let told = source.run(&test).exits(0).json();
    assert_eq!((&told["records"], &told["failed_tests"]), (&json!(["status", "comment"]), &json!(1)), "{told:#}");
    let shown = source.shown();
    assert!(shown.contains(&format!("{MARK}{head} -->\n**Steps of {}**", &head[..7])), "{shown}");
    assert!(shown.contains("| build | passed: on arm64 | 20") && !shown.contains("running"), "{shown}");
    assert!(shown.contains("| test | **failed**: 1 of 2 tests failed |"), "{shown}");
    assert!(shown.contains("[preview](https://pr-1.preview.example.com)"), "{shown}");
    assert!(shown.contains("- cart.pays\n  - expected 1, was 2\n  - at cart.rs:7\n  - "), "{shown}");
    assert!(!shown.contains("ghp_") && !shown.contains("<img") && !shown.contains("@mei"), "{shown}");
    let own = source.statuses(&head).into_iter().find(|one| one["context"] == "stageline/step/test").expect("a status");
    assert_eq!((&own["status"], &own["description"]), (&json!("failure"), &json!("failed: 1 of 2 tests failed")));
    // The same once more, and then without what it had to say: nothing is added, and what was kept for it goes.
    let before = source.comments().len();
    source.run(&test).exits(0);
    assert_eq!(source.comments().len(), before);
    source.run(&["--step", "test", "--status", "passed"]).exits(0);
    let shown = source.shown();
    assert!(
        shown.contains("| test | passed |") && !shown.contains("cart.pays") && !shown.contains("preview"),
        "{shown}"
    );
    assert_eq!((source.comments().len(), source.bodies(RECORD).len()), (1, 0), "{:#?}", source.comments());
}

#[test]
fn at_a_real_forge_sixteen_jobs_at_once_lose_no_step_and_make_one_comment() {
    let source = Source::new();
    let file = source.results("r.xml", RESULTS);
    let environment = source.job(&source.team.mei);
    for round in 0..3 {
        // Each round is of a head of its own: the first time the comment is made by all of them at once.
        let head = source.moves(&format!("round {round}"));
        let names: Vec<String> = (0..16).map(|nth| format!("step-{round}-{nth}")).collect();
        let start = |(nth, name): (usize, &String)| {
            let mut args = vec!["--step", name, "--status", "passed"];
            if nth % 3 == 0 {
                args.extend(["--junit", &file]);
            }
            source.start(&environment, &args)
        };
        let running: Vec<Child> = names.iter().enumerate().map(start).collect();
        let ended: Vec<Ran> = running.into_iter().map(|child| finish(child, &["feedback", "step"])).collect();
        for ran in ended {
            assert_eq!(ran.exits(0).json()["shown"], "comment");
        }
        let shown = source.shown();
        assert!(shown.starts_with(&format!("{MARK}{head} -->")), "{shown}");
        let lost: Vec<&String> = names.iter().filter(|name| !shown.contains(&format!("| {name} | "))).collect();
        assert!(lost.is_empty(), "{lost:?}: {shown}");
        assert_eq!(shown.matches("| step-").count(), 16, "no step of an earlier head: {shown}");
        assert_eq!(shown.matches("- cart.pays\n").count(), 6, "{shown}");
        // What was told of an earlier head has gone with it.
        assert_eq!(source.bodies(RECORD).len(), 6);
    }
}

#[test]
fn at_a_real_forge_two_comments_that_came_at_once_become_the_older_one() {
    let source = Source::new();
    let head = source.moves("two");
    source.run(&["--step", "build", "--status", "passed"]).exits(0);
    let first = source.comments()[0]["id"].clone();
    let path = format!("/repos/{REPOSITORY}/issues/1/comments");
    let twin = json!({ "body": format!("{MARK}{head} -->\nof a job that began at the same time") });
    source.team.forge.done(&source.team.mei, "POST", &path, &twin);
    source.run(&["--step", "test", "--status", "passed"]).exits(0);
    assert_eq!(source.comments().len(), 1);
    assert_eq!(source.comments()[0]["id"], first);
    assert!(source.shown().contains("| test | passed |"), "{}", source.shown());
}

#[test]
fn at_a_real_forge_what_others_write_with_the_same_mark_is_neither_believed_nor_touched() {
    let source = Source::new();
    let head = source.moves("two");
    let eve = source.team.petrov();
    // A comment of all steps, a record that was true, and a status: all of them by somebody else.
    let file = source.results("r.xml", RESULTS);
    source.run(&["--step", "test", "--status", "failed", "--junit", &file]).exits(0);
    let record = source.bodies(RECORD).remove(0);
    source.run(&["--step", "test", "--status", "passed"]).exits(0);
    let path = format!("/repos/{REPOSITORY}/issues/1/comments");
    let forged = [format!("{MARK}{head} -->\n| deploy | passed |"), record];
    for body in &forged {
        source.team.forge.done(&eve, "POST", &path, &json!({ "body": body }));
    }
    let status = json!({ "state": "success", "context": "stageline/step/deploy", "description": "passed" });
    source.team.forge.done(&eve, "POST", &format!("/repos/{REPOSITORY}/statuses/{head}"), &status);
    source.run(&["--step", "build", "--status", "passed"]).exits(0);
    let by = |login: &str| -> Vec<String> {
        let all = source.comments().into_iter().filter(|one| one["user"]["login"] == login);
        all.filter_map(|one| one["body"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(by("petrov"), forged, "as they were");
    let [own] = by("mei").try_into().unwrap_or_else(|all: Vec<String>| panic!("{all:#?}"));
    assert!(own.contains("| build | passed |") && own.contains("| test | passed |"), "{own}");
    assert!(!own.contains("deploy") && !own.contains("cart.pays"), "{own}");
    // Where the other one's came first it is not taken over either.
    let other = source.job(&eve);
    finish(source.start(&other, &["--step", "smoke", "--status", "passed"]), &[]).exits(0);
    assert_eq!(by("mei"), [own]);
    assert!(by("petrov")[0].contains("| smoke | passed |") && by("petrov")[0].contains("| deploy | passed |"));
}

#[test]
fn at_a_real_forge_a_late_job_of_an_older_head_changes_nothing_of_the_newer_one() {
    let source = Source::new();
    let old = source.moves("two");
    let file = source.results("r.xml", RESULTS);
    source.run(&["--step", "build", "--status", "failed", "--junit", &file, "--commit", &old]).exits(0);
    let new = source.moves("three");
    source.run(&["--step", "build", "--status", "passed", "--commit", &new]).exits(0);
    let before = source.comments();
    assert!(!source.shown().contains("cart.pays"), "{}", source.shown());
    let late = ["--step", "test", "--status", "failed", "--junit", &file, "--commit", &old];
    let told = source.run(&late).exits(0).json();
    assert_eq!((&told["shown"], &told["commit"], &told["head"]), (&json!("nowhere"), &json!(old), &json!(new)));
    assert!(told["notes"].to_string().contains("which the request is at by now"), "{told:#}");
    assert_eq!(source.comments(), before);
    assert!(source.statuses(&old).iter().any(|one| one["context"] == "stageline/step/test"));
}

#[test]
fn at_a_real_forge_a_token_that_may_not_write_tells_the_same_in_the_summary_of_the_job() {
    let source = Source::new();
    source.run(&["--step", "build", "--status", "passed"]).exits(0);
    let before = source.comments();
    let reader = source.team.forge.account_with("reader", "read:repository,read:issue");
    let summary = source.team.world.path("summary.md");
    let file = source.results("r.xml", RESULTS);
    let args = ["--step", "test", "--status", "failed", "--junit", &file];
    let of_fork = source.job(&reader);
    let told = finish(source.start(&of_fork, &args), &args).exits(0).json();
    assert_eq!((&told["shown"], &told["records"]), (&json!("output"), &json!([])), "{told:#}");
    assert!(told["text"].as_str().is_some_and(|text| text.contains("- cart.pays\n  - expected 1")), "{told:#}");
    assert!(told["notes"].to_string().contains("no comment is written: "), "{told:#}");
    let in_job = of_fork.with("GITHUB_STEP_SUMMARY", &summary);
    let told = finish(source.start(&in_job, &args), &args).exits(0).json();
    assert_eq!((&told["shown"], &told["text"]), (&json!("summary"), &Value::Null), "{told:#}");
    let text = fs::read_to_string(&summary).expect("the summary");
    assert!(text.contains("| test | **failed**: 1 of 2 tests failed |") && text.contains("- cart.pays"), "{text}");
    assert_eq!(source.comments(), before);
    let nowhere = of_fork.with("GITHUB_STEP_SUMMARY", source.team.world.path("no/such/folder.md"));
    let told = finish(source.start(&nowhere, &args), &args).exits(0).json();
    assert!(told["notes"].to_string().contains("the summary of the job cannot be written") && told["text"].is_string());
    // Without any token the step itself is all that is known; with a wrong one somebody has to look.
    let none = source.team.environment.with("GITEA_SERVER_URL", source.team.forge.url());
    let told = finish(source.start(&none, &args), &args).exits(0).json();
    assert!(
        told["notes"].to_string().contains("no token for") && told["text"].to_string().contains("cart.pays"),
        "{told:#}"
    );
    let wrong = none.with("GITEA_TOKEN", "0123456789012345678901234567890123456789");
    assert_eq!(finish(source.start(&wrong, &args), &args).exits(4).refusal(), "authentication");
}

#[test]
fn at_a_real_forge_a_token_without_the_right_to_write_statuses_keeps_its_steps_in_comments() {
    let source = Source::new();
    let helper = source.team.forge.account_with("helper", "read:repository,write:issue");
    let path = format!("/repos/{REPOSITORY}/collaborators/helper");
    source.team.forge.done(&source.team.mei, "PUT", &path, &json!({ "permission": "write" }));
    let job = source.job(&helper);
    for (name, status) in [("build", "running"), ("test", "failed"), ("build", "passed")] {
        let args = ["--step", name, "--status", status];
        let told = finish(source.start(&job, &args), &args).exits(0).json();
        assert_eq!((&told["shown"], &told["records"]), (&json!("comment"), &json!(["comment"])), "{told:#}");
        assert!(told["notes"].to_string().contains("the status `stageline/step/"), "{told:#}");
    }
    let shown = source.shown();
    assert!(shown.contains("| build | passed |") && shown.contains("| test | **failed** |"), "{shown}");
    assert_eq!(source.bodies(RECORD).len(), 2);
}

#[test]
fn at_a_real_forge_a_job_of_the_forge_tells_its_steps_with_its_own_token() {
    let source = Source::new();
    let on = json!({ "has_actions": true });
    source.team.forge.done(&source.team.mei, "PATCH", &format!("/repos/{REPOSITORY}"), &on);
    let world = &source.team.world;
    let folder = world.clone.join(".gitea/workflows");
    fs::create_dir_all(&folder).expect("a folder");
    let example = include_str!("../../examples/ci/gitea/steps.yaml");
    let own =
        example.replace("runs-on: ubuntu-latest", "runs-on: host").replace("    container: rust:1.95-bookworm\n", "");
    let own = own.replace("stageline feedback", &format!("{} feedback", program().display()));
    // What is installed and checked out there is here already.
    let own = own.replace("cargo install", "true").replace("      - uses: actions/checkout@v4\n", "");
    fs::write(
        folder.join("steps.yaml"),
        own.replace("make test", "mkdir -p target && cp \"$RESULTS\" target/r.xml && false"),
    )
    .expect("a file");
    world.git(&["add", ".gitea"]);
    world.git(&["commit", "-q", "-m", "Tell the steps"]);
    let results = source.results("r.xml", RESULTS);
    let environment = world.environment.with("RESULTS", results);
    let _runner = Runner::start(&environment, &world.path("runner"), &source.team.forge);
    source.moves("two");
    let begun = std::time::Instant::now();
    while !source.bodies(MARK).first().is_some_and(|body| body.contains("cart.pays")) {
        assert!(begun.elapsed() < std::time::Duration::from_secs(90), "{:#?}", source.comments());
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    let shown = source.shown();
    assert!(shown.contains("| test | **failed**: 1 of 2 tests failed |") && shown.contains("[job]("), "{shown}");
    assert_eq!(
        source.comments().len(),
        2,
        "the one that is shown, and the record of the tests: {:#?}",
        source.comments()
    );
    let by: Vec<Value> = source.comments().into_iter().map(|one| one["user"]["login"].clone()).collect();
    assert!(by.iter().all(|login| login == "gitea-actions"), "{by:?}");
}
