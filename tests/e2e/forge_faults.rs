//! A forge, or what stands before it, does something wrong with a call: at GitHub, GitLab and Gitea, row by row. How each run ends, that no
//! secret shows, and that a rerun finishes what is left, with nothing twice.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::long::counts;
use crate::support::World;
use crate::support::forges::{Kind, MERGER, Request, Shop, Standing, Style};
use crate::support::relay::Relay;
use crate::support::run::{Environment, Ran, finish};
use crate::support::team::{self, BRANCH, REQUEST, Team};
use crate::support::world::Shape;
use crate::support::wrongs::{Answer, Which, Wrong};

use Which::{EveryRead, EveryWrite, Read, Write, WritesFrom};
use Wrong::{Alert, Cut, DoneAndCut, DoneBut, Endless, Half, Instead, Packed, PiecesOfLastYear, Says};

/// What a run may take at most: it has a second of patience, and a few calls with their waits.
const BOUND: Duration = Duration::from_secs(20);

const LOGIN: Answer = (302, &[("Location", "https://login.example.com/?next=canary-of-an-address")], "");
const HTML: Answer = (200, &[("Content-Type", "text/html")], "<html><title>Log in</title>");
const SECONDARY: Answer = (403, &[], r#"{"message": "You have exceeded a secondary rate limit."}"#);
const SPENT: Answer = (
    403,
    &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1795687500"), ("Date", "Thu, 26 Nov 2026 10:00:00 GMT")],
    "{}",
);
const LATER: Answer = (403, &[("Retry-After", "3600")], "{}");
const AT_ONCE: Answer = (429, &[("Retry-After", "0")], "{}");
const BY_DATE: Answer =
    (429, &[("Retry-After", "Thu, 26 Nov 2026 11:00:00 GMT"), ("Date", "Thu, 26 Nov 2026 10:00:00 GMT")], "{}");
const NEVER: Answer = (429, &[("Retry-After", "18446744073709551615")], "{}");
const GATEWAY: Answer = (502, &[("Content-Type", "text/html")], "<html>bad gateway</html>");

const fn says(status: u16) -> Answer {
    (status, &[], r#"{"message": "no"}"#)
}

fn an_object(_: Value) -> Value {
    json!({ "message": "a list would be here" })
}

fn nothing(_: Value) -> Value {
    json!([])
}

fn twice(list: Value) -> Value {
    let all = list.as_array().cloned().unwrap_or_default();
    [all.clone(), all].concat().into()
}

fn without_fields(value: Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(|_| json!({ "id": 1 })).collect(),
        _ => json!({ "id": 1 }),
    }
}

fn numbers_as_texts(mut value: Value) -> Value {
    let one = if value.is_array() { &mut value[0] } else { &mut value };
    for key in ["number", "iid"] {
        if let Some(number) = one.get(key).cloned() {
            one[key] = json!(number.to_string());
        }
    }
    value
}

/// Before anything is pushed: what, with which reads, how the run ends. Nothing is there afterwards.
const LOOKS: &[(&str, Which, Wrong, i32, &str)] = &[
    ("a token that is none", EveryRead, Instead(says(401)), 4, "authentication"),
    ("a token without the right", EveryRead, Instead(says(403)), 4, "access-denied"),
    ("nothing left of a limit", EveryRead, Instead(SPENT), 3, "unreachable"),
    ("a limit for an hour", EveryRead, Instead(LATER), 3, "unreachable"),
    ("a limit that only its words name", EveryRead, Instead(SECONDARY), 3, "unreachable"),
    ("a limit until a date", EveryRead, Instead(BY_DATE), 3, "unreachable"),
    ("a limit for ever", EveryRead, Instead(NEVER), 3, "unreachable"),
    ("a repository that nobody shows", EveryRead, Instead(says(404)), 4, "access-denied"),
    ("405", EveryRead, Instead(says(405)), 3, "unreachable"),
    ("409", EveryRead, Instead(says(409)), 3, "unreachable"),
    ("422", EveryRead, Instead(says(422)), 3, "unreachable"),
    ("500", EveryRead, Instead(says(500)), 3, "unreachable"),
    ("502 with a page", EveryRead, Instead(GATEWAY), 3, "unreachable"),
    ("503", EveryRead, Instead(says(503)), 3, "unreachable"),
    ("a way to a login page", Read(1), Instead(LOGIN), 3, "forge-unclear"),
    ("a page in place of an answer", Read(1), Instead(HTML), 3, "forge-unclear"),
    ("half an answer", EveryRead, Half, 3, "unreachable"),
    ("no answer", EveryRead, Cut, 3, "unreachable"),
    ("an answer without an end", Read(1), Endless, 3, "unreachable"),
    ("an object for a list", Read(1), Says(an_object), 3, "forge-unclear"),
    ("an alert of TLS", EveryRead, Alert, 3, "unreachable"),
    ("an answer that is packed", Read(1), Packed, 3, "forge-unclear"),
];

/// Where the request is opened already, with the first read of a rerun: how that ends. It stays the one that is there.
const SEEN: &[(&str, Wrong, i32)] = &[
    ("no list where one is", Says(nothing), 0),
    ("everything twice", Says(twice), 0),
    ("numbers as texts", Says(numbers_as_texts), 3),
    ("items without their fields", Says(without_fields), 3),
    ("pieces, by a clock of last year", PiecesOfLastYear, 0),
    ("503 once", Instead(says(503)), 0),
    ("no answer once", Cut, 0),
    ("half an answer once", Half, 0),
    ("a limit that is over at once", Instead(AT_ONCE), 0),
];

/// When the branch is pushed and the request is to be opened or given labels and people: what, with which writes, how that ends. A
/// rerun finishes it.
const WRITES: &[(&str, Which, Wrong, i32)] = &[
    ("a token that is none", EveryWrite, Instead(says(401)), 5),
    ("a token without the right", EveryWrite, Instead(says(403)), 5),
    ("a limit that only its words name", EveryWrite, Instead(SECONDARY), 5),
    ("a limit until a date", EveryWrite, Instead(BY_DATE), 5),
    ("a limit that is over at once", Write(1), Instead(AT_ONCE), 0),
    ("a token without the right, as GitHub says it", EveryWrite, Instead(says(404)), 5),
    ("405", EveryWrite, Instead(says(405)), 5),
    ("409 without another one", EveryWrite, Instead(says(409)), 5),
    ("422 without another one", EveryWrite, Instead(says(422)), 5),
    ("500 once", Write(1), Instead(says(500)), 0),
    ("500", EveryWrite, Instead(says(500)), 5),
    ("502 though it was done", Write(1), DoneBut(GATEWAY), 0),
    ("a way to a login page", Write(1), Instead(LOGIN), 5),
    ("a page in place of an answer", Write(1), Instead(HTML), 5),
    ("a page though it was done", Write(1), DoneBut(HTML), 5),
    ("no answer and nothing done", Write(1), Cut, 0),
    ("no answer though it was done", Write(1), DoneAndCut, 0),
    ("half an answer", Write(1), Half, 0),
    ("an answer without an end", Write(1), Endless, 5),
    ("an answer without its fields", Write(1), Says(without_fields), 5),
    ("no answer to the labels and people though they are there", Write(2), DoneAndCut, 0),
    ("500 to the labels and people once", Write(2), Instead(says(500)), 0),
    ("500 to the labels and people", WritesFrom(2), Instead(says(500)), 5),
    ("a limit at the labels and people", WritesFrom(2), Instead(SECONDARY), 5),
];

/// What no run may show, nor give to a program on its command line, each with the variable that has it; the one in use is a secret of
/// its own.
const SECRETS: &[(&str, &str)] = &[
    ("GH_TOKEN", "canary-01"),
    ("GITHUB_TOKEN", "canary-02"),
    ("GITLAB_TOKEN", "canary-03"),
    ("CI_JOB_TOKEN", "canary-04"),
    ("GITEA_TOKEN", "canary-05"),
    ("FORGEJO_TOKEN", "canary-06"),
    ("BITBUCKET_TOKEN", "canary-07"),
    ("SYSTEM_ACCESSTOKEN", "canary-08"),
    ("SLACK_TOKEN", "canary-09"),
    ("AWS_SECRET_ACCESS_KEY", "canary-10"),
    ("HTTPS_PROXY", "http://me:canary-11@proxy.example.com"),
];

/// A config repository at one of the forges, reached by a way on which calls go wrong.
struct Place {
    at: At,
    relay: Relay,
    job: Environment,
    token: String,
}

enum At {
    Loopback(Box<Shop>),
    Gitea(Box<Team>),
}

/// What a forge has of an open request.
struct Seen {
    head: String,
    labels: usize,
    reviewers: usize,
    body: String,
}

fn app(nth: usize) -> String {
    format!("app-{nth:02}")
}

/// One application for each row that writes, and one for those that only look.
fn shape(shape: &mut Shape) {
    shape.applications = (0..=WRITES.len()).map(app).collect();
    (shape.family, shape.one_source) = (true, true);
    shape.more = "requests: { labels: [release], reviewers: [petrov] }\n".into();
    shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n".into();
}

impl Place {
    fn at_loopback(kind: Kind) -> Self {
        let shop = Shop::shaped(kind, shape);
        let (relay, job) = shop.relayed();
        let ([own, _], token) = (kind.variables(), shop.token.clone());
        let job = Self::full_of_secrets(&shop.world, job, (own, &token));
        Self { at: At::Loopback(Box::new(shop)), relay, job, token }
    }

    fn at_gitea() -> Self {
        let team = Team::shaped(shape);
        team.petrov();
        let label = json!({ "name": "release", "color": "#00aabb" });
        team.forge.done(&team.mei, "POST", &format!("/repos/{}/labels", team::REPOSITORY), &label);
        let relay = Relay::to(team.forge.port());
        team.passes_through(relay.port);
        let host = format!("http://127.0.0.1:{}", relay.port);
        let token = team.mei.token.clone();
        let job = team.job(&token).with("GITEA_SERVER_URL", host);
        let job = Self::full_of_secrets(&team.world, job, ("GITEA_TOKEN", &token));
        Self { at: At::Gitea(Box::new(team)), relay, job, token }
    }

    /// The environment of a job with secrets of all kinds beside its own token.
    fn full_of_secrets(world: &World, job: Environment, (own, token): (&str, &str)) -> Environment {
        world.git(&["config", "http.extraHeader", "X-Secret: canary-12"]);
        let job = SECRETS.iter().fold(job, |job, (name, secret)| job.with(name, *secret));
        job.with(own, token)
    }

    fn world(&self) -> &World {
        match &self.at {
            At::Loopback(shop) => &shop.world,
            At::Gitea(team) => &team.world,
        }
    }

    fn open(&self) -> Vec<Seen> {
        match &self.at {
            At::Loopback(shop) => {
                let seen = |one: Request| {
                    let (labels, reviewers) = (one.labels.len(), one.reviewers.len());
                    Seen { head: one.head, labels, reviewers, body: one.body }
                };
                shop.open_requests().into_iter().map(seen).collect()
            }
            At::Gitea(team) => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let count = |value: &Value| value.as_array().map_or(0, Vec::len);
                let seen = |one: &Value| Seen {
                    head: text(&one["head"]["ref"]),
                    labels: count(&one["labels"]),
                    reviewers: count(&one["requested_reviewers"]),
                    body: text(&one["body"]),
                };
                team.open_requests().iter().map(seen).collect()
            }
        }
    }

    fn branches(&self) -> String {
        let remote = match &self.at {
            At::Loopback(shop) => shop.world.remote.clone(),
            At::Gitea(team) => team.world.path(&format!("forge/data/gitea-repositories/{}.git", team::REPOSITORY)),
        };
        self.world().environment.git(&remote, &["for-each-ref", "--format=%(refname)", "refs/heads"])
    }

    /// Asks for a request, with what goes wrong on the way; what is wrong with that whatever it was.
    fn asks(&self, nth: usize, wrong: Option<(Which, &Wrong)>) -> (Ran, Vec<String>) {
        let (world, app) = (self.world(), app(nth));
        let own = || (world.git(&["status", "--porcelain"]), world.git(&["for-each-ref", "refs/heads"]));
        let before = own();
        match wrong {
            Some((which, wrong)) => self.relay.goes_wrong(which, wrong.clone()),
            None => self.relay.is_harmless(),
        }
        let to = ["--to", "production", "--landing", "merge-request", "--wait-for-forge", "1s", "-v", "-o", "json"];
        let words = [&["promote", app.as_str()], &to[..]].concat();
        let begun = Instant::now();
        let ran = finish(self.job.start_stageline(&world.clone, &words), &words).on_stderr("ing");
        let mut faults = Vec::new();
        if begun.elapsed() > BOUND {
            faults.push(format!("it took {:?}", begun.elapsed()));
        }
        if wrong.is_some() && self.relay.met() == 0 {
            faults.push("nothing went wrong".into());
        }
        let said = ran.to_string();
        if said.contains("canary") || said.contains(&self.token) {
            faults.push(format!("a secret shows: {said}"));
        }
        if own() != before {
            faults.push("the clone is another one".into());
        }
        (ran, faults)
    }

    /// What is wrong with the requests from the branch of an application, where there is to be one.
    fn not_one(&self, nth: usize) -> Option<String> {
        let branch = format!("promote/production/{}", app(nth));
        let own: Vec<Seen> = self.open().into_iter().filter(|one| one.head == branch).collect();
        let [one] = own.as_slice() else { return Some(format!("{} requests", own.len())) };
        let is_whole = (one.labels, one.reviewers) == (1, 1) && one.body.matches("<!-- stageline:request").count() == 1;
        let is_done = !one.body.contains("stageline:bare");
        (!is_whole || !is_done).then(|| format!("{} labels, {} reviewers, {}", one.labels, one.reviewers, one.body))
    }
}

/// Holds the rows together, so that one run tells of all that are wrong.
#[derive(Default)]
struct Table(Vec<String>);

impl Table {
    fn row(&mut self, part: &str, what: &str, faults: impl IntoIterator<Item = String>) {
        self.0.extend(faults.into_iter().map(|fault| format!("{part}: {what}: {fault}")));
    }

    fn is_right(&self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// How a run ended, where that is not as it should be.
fn ends_otherwise(ran: &Ran, code: i32, word: Option<&str>) -> Option<String> {
    let is = ran.code();
    let told = ran.json()["error"]["code"].as_str().map(str::to_owned);
    let is_right = is == Some(code) && word.is_none_or(|word| told.as_deref() == Some(word));
    (!is_right).then(|| format!("wanted {code} {word:?}, and it was {is:?} {told:?}\n{ran}"))
}

/// The rows that are this forge's to meet.
fn own<T>(rows: &[T], nth: usize) -> impl Iterator<Item = (usize, &T)> {
    let every = counts::wrongs_to_a_forge();
    rows.iter().enumerate().filter(move |(row, _)| (row + nth).is_multiple_of(every))
}

/// Goes through the rows. `nth`: which of the forges it is.
fn rows_at(place: &Place, nth: usize) {
    let mut table = Table::default();
    let before = place.branches();
    for (_, (what, which, wrong, code, word)) in own(LOOKS, nth) {
        let (ran, faults) = place.asks(WRITES.len(), Some((*which, wrong)));
        table.row("look", what, faults.into_iter().chain(ends_otherwise(&ran, *code, Some(word))));
        if place.branches() != before || !place.open().is_empty() {
            table.row("look", what, ["something was written".to_owned()]);
        }
    }
    // A token goes to no other host.
    let other = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    other.set_nonblocking(true).expect("a socket");
    let there = format!("http://{}/", other.local_addr().expect("bound"));
    let headers: &'static [(&str, &str)] = vec![("Location", &*there.leak())].leak();
    let sent_on = Wrong::Instead((307, headers, ""));
    let (ran, faults) = place.asks(WRITES.len(), Some((EveryRead, &sent_on)));
    table.row(
        "look",
        "a way to another host",
        faults.into_iter().chain(ends_otherwise(&ran, 3, Some("forge-unclear"))),
    );
    assert!(other.accept().is_err(), "somebody came");
    let mut opened = 0;
    for (row, (what, which, wrong, code)) in own(WRITES, nth) {
        let (ran, faults) = place.asks(row, Some((*which, wrong)));
        table.row("write", what, faults.into_iter().chain(ends_otherwise(&ran, *code, None)));
        let (ran, faults) = place.asks(row, None);
        let ends = ends_otherwise(&ran, 0, None).into_iter().chain(place.not_one(row));
        table.row("write, run again", what, faults.into_iter().chain(ends));
        opened = row;
    }
    for (_, (what, wrong, code)) in own(SEEN, nth) {
        let (ran, faults) = place.asks(opened, Some((Read(1), wrong)));
        let ends = ends_otherwise(&ran, *code, None).into_iter().chain(place.not_one(opened));
        table.row("rerun", what, faults.into_iter().chain(ends));
    }
    table.is_right();
}

#[test]
fn at_github_whatever_goes_wrong_with_a_call_is_told_as_what_it_is_and_a_rerun_finishes_it() {
    rows_at(&Place::at_loopback(Kind::Github), 0);
}

#[test]
fn at_gitlab_whatever_goes_wrong_with_a_call_is_told_as_what_it_is_and_a_rerun_finishes_it() {
    rows_at(&Place::at_loopback(Kind::Gitlab), 1);
}

#[test]
fn at_gitea_whatever_goes_wrong_with_a_call_is_told_as_what_it_is_and_a_rerun_finishes_it() {
    rows_at(&Place::at_gitea(), 2);
}

#[test]
fn an_answer_that_comes_byte_by_byte_is_waited_for_as_long_as_a_call_may_take() {
    let shop = Shop::new(Kind::Gitlab);
    let (relay, job) = shop.relayed();
    let words = [REQUEST, &["--wait-for-forge", "1s", "-o", "json"]].concat();
    relay.goes_wrong(Read(1), Wrong::Slow(Duration::from_millis(2)));
    job.stageline(&shop.world.clone, &words).exits(0);
    if counts::long() {
        let begun = Instant::now();
        relay.goes_wrong(EveryRead, Wrong::Slow(Duration::from_secs(1)));
        assert_eq!(job.stageline(&shop.world.clone, &words).exits(3).refusal(), "unreachable");
        assert!(begun.elapsed() < Duration::from_secs(45), "{:?}", begun.elapsed());
    }
}

#[test]
fn what_happens_to_a_request_between_our_look_and_our_call_is_seen_before_anything_is_claimed() {
    for kind in [Kind::Github, Kind::Gitlab] {
        let ends: [(Standing, i32, &str); 2] =
            [(Standing::Closed, 5, "was closed while"), (Standing::Merged, 0, "was merged while")];
        for (standing, code, says) in ends {
            let shop = Shop::new(kind);
            shop.json(REQUEST);
            shop.newest_to_staging("web");
            let (relay, job) = shop.relayed();
            let state = shop.forge.shared();
            let happens = move || {
                let mut state = state.lock().expect("no panic");
                match standing {
                    Standing::Merged => drop(state.merge(MERGER, 1, Style::Merge, None).expect("it merges")),
                    _ => state.request(1).expect("a request").standing = standing,
                }
            };
            relay.goes_wrong(Write(1), Wrong::Meanwhile(Arc::new(happens)));
            let ran = job.stageline(&shop.world.clone, REQUEST).exits(code);
            assert_eq!(relay.met(), 1, "{ran}");
            ran.says(says).says(&shop.mark(1));
        }
        // Somebody else opens it first: that one is ours, too, and there is no second.
        let shop = Shop::new(kind);
        let (relay, job) = shop.relayed();
        let state = shop.forge.shared();
        let happens = move || {
            let mut state = state.lock().expect("no panic");
            if state.requests.is_empty() {
                state.add(MERGER, (BRANCH, "main"), ("by hand", ""), false);
            }
        };
        relay.goes_wrong(Write(1), Wrong::Meanwhile(Arc::new(happens)));
        job.stageline(&shop.world.clone, REQUEST).exits(0).says(&shop.mark(1));
        assert_eq!(shop.requests().len(), 1);
        relay.is_harmless();
        job.stageline(&shop.world.clone, REQUEST).exits(0);
        let [one] = shop.requests().try_into().expect("one request");
        assert!(one.body.contains("stageline:request"), "a rerun gives it its text: {one:?}");
    }
}

#[test]
fn a_forge_that_wants_to_be_left_alone_is_asked_for_nothing_more_by_that_run_and_the_next_one_goes_on() {
    let shop = Shop::new(Kind::Github);
    for app in ["web", "worker", "checkout"] {
        shop.json(&["promote", app, "--to", "production", "--landing", "merge-request"]);
    }
    let (relay, job) = shop.relayed();
    let words = ["promote", "--all", "--to", "production", "--withdraw", "--wait-for-forge", "1s", "-o", "json"];
    relay.goes_wrong(EveryWrite, Instead(SECONDARY));
    let ran = job.stageline(&shop.world.clone, &words);
    let report = ran.json();
    assert_eq!(relay.writes(), 1, "{report}");
    let failed = report["requests"].as_array().expect("a list").iter().filter(|one| one["became"] == "failed");
    assert_eq!((failed.count(), shop.open_requests().len()), (3, 3), "{report}");
    assert!(report["requests"][2]["reason"].as_str().is_some_and(|why| why.contains("left alone")), "{report}");
    let ran = ran.exits(5);
    relay.is_harmless();
    let again = job.stageline(&shop.world.clone, &words).exits(0).json();
    assert_eq!((shop.open_requests().len(), shop.branches()), (0, vec!["main".to_owned()]), "{ran} {again}");
}
