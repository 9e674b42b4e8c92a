//! `tend` at a real forge: statuses go both ways as approvals come, soaks end and freezes begin, and what cannot land is made again.

use std::thread::sleep;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::court::{Court, Work};
use crate::support::forged::{CONFIG, Forged};
use crate::support::gitea::Account;
use crate::support::run::{Environment, Ran, finish};
use crate::support::world::overlay_file;

const STATUS: &str = "stageline/verify";

/// A court at a forge whose `main` takes what has the status, by rules with these gates of production.
fn forged(gates: &str) -> Forged {
    let forged = Forged::of(Court::ruled(|rules| {
        *rules = rules
            .replace("    signers: managers\n    gates:\n      soak: 1h\n", &format!("    gates: {{ {gates} }}\n"))
            .replace("principals: [alice@example.com]", "principals: [alice@example.com], forge: ann")
            .replace("principals: [bob@example.com]", "principals: [bob@example.com], forge: ben")
            .replace("managers: [alice]", "managers: [alice, bob]");
    }));
    let rule = json!({ "rule_name": "main", "enable_push": true, "enable_status_check": true, "status_check_contexts": [STATUS] });
    forged.forge.done(&forged.mei, "POST", &format!("/repos/{CONFIG}/branch_protections"), &rule);
    forged
}

fn job(forged: &Forged, environment: &Environment) -> Environment {
    let environment = environment.with("GITEA_TOKEN", &forged.mei.token);
    environment.with("GITEA_SERVER_URL", forged.forge.url())
}

/// `tend` in a fresh clone, as a job of the forge's runs it.
fn tend(forged: &Forged, more: &[&str]) -> Ran {
    let work = forged.work("server");
    job(forged, &work.environment).stageline(&work.dir, &[&["tend", "-q", "-o", "json"], more].concat())
}

/// What it said of the request of this number: the state, and what became of its status.
fn told(report: &Value, number: u64) -> (String, String) {
    let all = report["statuses"].as_array().expect("a list");
    let one = all.iter().find(|one| one["number"] == number).unwrap_or_else(|| panic!("no {number}: {report:#}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    (text(&one["status"]["state"]), text(&one["became"]))
}

/// Runs it and holds what it says of one request against this.
#[track_caller]
fn tends(forged: &Forged, number: u64, state: &str, became: &str) -> Value {
    let report = tend(forged, &[]).exits(0).json();
    assert_eq!(told(&report, number), (state.to_string(), became.to_string()), "{report:#}");
    report
}

/// The state and the description that stand at the forge.
fn there(forged: &Forged, commit: &str) -> (String, String) {
    let all = forged.statuses(commit);
    let one = all.iter().find(|one| one["context"] == STATUS).expect("a status");
    let text = |key: &str| one[key].as_str().unwrap_or_default().to_string();
    (text("status"), text("description"))
}

/// How many times somebody has written one.
fn written(forged: &Forged, commit: &str) -> usize {
    let path = format!("/repos/{CONFIG}/commits/{commit}/statuses");
    forged.forge.done(&forged.mei, "GET", &path, &Value::Null).as_array().map_or(0, Vec::len)
}

/// Somebody approves of the head that the request has now.
fn approves(forged: &Forged, who: &Account, number: u64) -> u16 {
    let body = json!({ "event": "APPROVED", "body": "fine" });
    forged.forge.call(who, "POST", &format!("/repos/{CONFIG}/pulls/{number}/reviews"), &body).0
}

/// Puts another commit onto the branch of a request, and waits until the forge has it.
fn replaces(forged: &Forged, work: &Work, branch: &str, number: u64) {
    work.environment.git(&work.dir, &["push", "-q", "-f", "origin", &format!("HEAD:refs/heads/{branch}")]);
    for _ in 0..100 {
        let path = format!("/repos/{CONFIG}/pulls/{number}");
        let there = forged.forge.done(&forged.mei, "GET", &path, &Value::Null);
        if there["head"]["sha"] == json!(work.head()) {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("the forge does not see the new head of {number}");
}

#[test]
fn at_a_real_forge_the_approval_of_another_person_turns_pending_into_success_and_that_of_whoever_made_it_does_not() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let (ann, ben, joe) = (forged.forge.account("ann"), forged.forge.account("ben"), forged.forge.account("joe"));
    let work = forged.moved("alice", 5);
    let number = forged.ask(&work, "web", "main");
    let report = tends(&forged, number, "pending", "written");
    assert_eq!(report["statuses"][0]["target"], json!("main"), "{report:#}");
    let (state, said) = there(&forged, &work.head());
    assert!(state == "pending" && said.starts_with("not yet by `approvals`"), "{state}: {said}");
    assert_eq!(forged.merge(number, "merge").0, 405);
    // Ann is alice, who signed it; joe is nobody of whom the rules know; mei opened it.
    assert_eq!((approves(&forged, &ann, number), approves(&forged, &joe, number)), (200, 200));
    assert_eq!(approves(&forged, &forged.mei, number), 422, "Gitea lets nobody approve what is their own");
    tends(&forged, number, "pending", "kept");
    assert_eq!(written(&forged, &work.head()), 1);
    assert_eq!(approves(&forged, &ben, number), 200);
    let dry = tend(&forged, &["--dry-run"]).exits(0).json();
    assert_eq!(told(&dry, number), ("success".into(), "written".into()), "{dry:#}");
    assert_eq!(there(&forged, &work.head()).0, "pending", "a dry run writes nothing");
    tends(&forged, number, "success", "written");
    assert_eq!(forged.merge(number, "merge"), (200, String::new()));
}

#[test]
fn at_a_real_forge_who_opened_a_request_cannot_approve_it_by_another_one_of_the_same_head() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let ben = forged.forge.account("ben");
    let on = json!({ "permission": "write" });
    forged.forge.done(&forged.mei, "PUT", &format!("/repos/{CONFIG}/collaborators/ben"), &on);
    let work = forged.moved("alice", 5);
    let first = forged.ask(&work, "web", "main");
    assert_eq!(approves(&forged, &ben, first), 200);
    tends(&forged, first, "success", "written");
    // Now ben asks for the very same, from another branch.
    work.environment.git(&work.dir, &["push", "-q", "origin", "HEAD:refs/heads/again"]);
    let body = json!({ "head": "again", "base": "main", "title": "the same" });
    forged.forge.done(&ben, "POST", &format!("/repos/{CONFIG}/pulls"), &body);
    tends(&forged, first, "pending", "written");
    assert_eq!(forged.merge(first, "merge").0, 405);
}

#[test]
fn at_a_real_forge_an_approval_of_an_older_head_counts_as_long_as_the_change_is_the_same() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let ben = forged.forge.account("ben");
    let work = forged.moved("alice", 5);
    let number = forged.ask(&work, "web", "main");
    assert_eq!(approves(&forged, &ben, number), 200);
    tends(&forged, number, "success", "written");
    let more = work.pin("api", "production", &forged.court.commit("api", 5)).commit("and api");
    replaces(&forged, &more, "web", number);
    tends(&forged, number, "pending", "written");
    let verdict = more.verify_of(&forged);
    assert!(verdict.to_string().contains("which is another change"), "{verdict:#}");
    // Made again on a tip that went on: another commit, and the same change.
    forged.work("bob").write("notes.md", "x\n").commit("notes").git(&["push", "-q", "origin", "HEAD:main"]);
    let again = forged.moved("alice", 5);
    replaces(&forged, &again, "web", number);
    tends(&forged, number, "success", "written");
    assert_eq!(forged.merge(number, "merge"), (200, String::new()));
}

trait Verified {
    fn verify_of(&self, forged: &Forged) -> Value;
}

impl Verified for Work {
    /// What `verify` says of what is checked out, asking the forge.
    fn verify_of(&self, forged: &Forged) -> Value {
        job(forged, &self.environment).stageline(&self.dir, &["verify", "-q", "-o", "json"]).json()
    }
}

#[test]
fn at_a_real_forge_a_soak_that_ends_turns_pending_into_success_whoever_asked() {
    let forged = forged("soak: 20s");
    let staged = forged.work("bob").pin("api", "staging", &forged.court.commit("api", 6)).commit("api to staging");
    staged.git(&["push", "-q", "origin", "HEAD:main"]);
    let landed = Timestamp::now();
    let work = forged.work("alice").pin("api", "production", &forged.court.commit("api", 6)).commit("api");
    let number = forged.ask(&work, "by-hand", "main");
    // The tool's own beside that of a person.
    let own = forged.work("bob");
    let asked = ["promote", "web", "--to", "production", "--landing", "merge-request", "-o", "json", "-q"];
    let made = job(&forged, &own.environment).stageline(&own.dir, &asked).exits(0).json();
    let own: u64 = made["request"]["number"].as_u64().or(Some(number + 1)).expect("a number");
    let report = tends(&forged, number, "pending", "written");
    assert_eq!(told(&report, own), ("success".into(), "written".into()), "{report:#}");
    let (_, said) = there(&forged, &work.head());
    assert!(said.starts_with("not yet by `soak`, before 20"), "{said}");
    assert_eq!(forged.merge(number, "merge").0, 405);
    tends(&forged, number, "pending", "kept");
    assert_eq!(written(&forged, &work.head()), 1, "it says the same, so nothing is written");
    wait_for(landed + SignedDuration::from_secs(21));
    // Two at once, and nobody is in the other's way.
    let works = [forged.work("server"), forged.work("server")];
    let both = works.map(|work| {
        let args: &[&str] = &["tend", "-q", "-o", "json"];
        finish(job(&forged, &work.environment).start_stageline(&work.dir, args), args)
    });
    for ran in both {
        assert_eq!(told(&ran.exits(0).json(), number).0, "success");
    }
    assert_eq!(there(&forged, &work.head()).0, "success");
    let count = written(&forged, &work.head());
    tends(&forged, number, "success", "kept");
    assert_eq!(written(&forged, &work.head()), count);
    assert_eq!(forged.merge(number, "merge"), (200, String::new()));
}

#[test]
fn at_a_real_forge_whoever_made_a_job_promote_cannot_approve_what_it_asked_for() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let (ann, ben) = (forged.forge.account("ann"), forged.forge.account("ben"));
    // A key that is alice's signs in the job, which ben made run.
    let own = forged.work("alice");
    let by_ben = job(&forged, &own.environment).with("GITHUB_ACTIONS", "true").with("GITHUB_ACTOR", "ben");
    let asked = ["promote", "web", "--to", "production", "--landing", "merge-request", "-o", "json", "-q"];
    by_ben.stageline(&own.dir, &asked).exits(0);
    let message = own.environment.git(&own.dir, &["log", "-1", "--format=%B", "origin/promote/production/web"]);
    assert!(message.contains("Promotion-Asked-By: @\u{200b}ben"), "{message}");
    assert_eq!((approves(&forged, &ann, 1), approves(&forged, &ben, 1)), (200, 200));
    tends(&forged, 1, "pending", "written");
    // Without the job ben is nobody who made it.
    let own = forged.work("alice").pin("web", "production", &forged.court.commit("web", 5)).commit("by hand");
    let number = forged.ask(&own, "by-hand", "main");
    assert_eq!(approves(&forged, &ben, number), 200);
    tends(&forged, number, "success", "written");
}

#[test]
fn at_a_real_forge_approvals_that_nobody_could_see_are_told_and_never_counted() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let ben = forged.forge.account("ben");
    let work = forged.work("alice").git(&["checkout", "-q", "-b", "topic"]);
    let work = work.pin("web", "production", &forged.court.commit("web", 5)).commit("web to production");
    let number = forged.ask(&work, "web", "main");
    assert_eq!(approves(&forged, &ben, number), 200);
    assert_eq!(work.verify_of(&forged)["verdict"], json!("pass"));
    let told = |environment: &Environment, more: &[&str]| {
        environment.stageline(&work.dir, &[&["verify", "-q", "-o", "json"], more].concat()).exits(3).json()
    };
    let with_server = work.environment.with("GITEA_SERVER_URL", forged.forge.url());
    // The password in the address is for git.
    let bare = forged.address().replacen("mei:throw-away-1@", "", 1);
    work.environment.git(&work.dir, &["remote", "set-url", "--push", "origin", &bare]);
    let none = told(&with_server, &[]);
    let code = |report: &Value| report["refs"][0]["changes"][0]["refusals"][0]["code"].clone();
    assert_eq!((&none["verdict"], code(&none)), (&json!("pending"), json!("needs-approval")), "{none:#}");
    assert!(none.to_string().contains("approvals at the forge are not seen without a token"), "{none:#}");
    let wrong = told(&with_server.with("GITEA_TOKEN", "0".repeat(40)), &[]);
    assert_eq!((&wrong["verdict"], code(&wrong)), (&json!("unknown"), json!("approvals-unknown")), "{wrong:#}");
    assert!(wrong.to_string().contains("approvals at the forge are not seen: "), "{wrong:#}");
    let offline = told(&job(&forged, &work.environment), &["--offline"]);
    assert!(offline.to_string().contains("offline: approvals at the forge are not seen"), "{offline:#}");
}

/// Rules are in whole minutes: the freeze that begins with the next one, and ends with the one after.
fn freeze() -> (Timestamp, Timestamp, String) {
    let begins = (Timestamp::now().as_second() / 60 + 1) * 60;
    let begins = if begins - Timestamp::now().as_second() < 30 { begins + 60 } else { begins };
    let [from, until] = [begins, begins + 60].map(|at| Timestamp::from_second(at).expect("a time"));
    let [begin, end] = [from, until].map(|at| at.strftime("%Y-%m-%d %H:%M").to_string());
    (from, until, format!("freeze: [{{ from: \"{begin}\", until: \"{end}\", timezone: UTC }}]"))
}

fn wait_for(at: Timestamp) {
    while Timestamp::now() <= at {
        sleep(Duration::from_millis(200));
    }
}

#[test]
fn at_a_real_forge_a_freeze_turns_success_into_pending_when_it_begins_and_back_when_it_ends() {
    let forged = forged("soak: 1s");
    let work = forged.moved("alice", 5);
    let number = forged.ask(&work, "web", "main");
    let other = forged.work("alice").pin("api", "production", &forged.court.commit("api", 5)).commit("api");
    let before = forged.ask(&other, "api", "main");
    let (from, until, rule) = freeze();
    let rules =
        forged.work("alice").change("stageline.yaml", "gates: { soak: 1s }", &format!("gates: {{ soak: 1s, {rule} }}"));
    rules.commit("A freeze").git(&["push", "-q", "origin", "HEAD:main"]);
    let report = tends(&forged, number, "success", "written");
    let (_, said) = there(&forged, &work.head());
    assert!(said.contains(&format!("until a gate may change at {from}")), "{said}");
    assert_eq!(told(&report, before).0, "success");
    assert_eq!(forged.merge(before, "merge"), (200, String::new()), "before it begins");
    wait_for(from);
    tends(&forged, number, "pending", "written");
    assert!(there(&forged, &work.head()).1.contains(&format!("before {until}")), "{:?}", there(&forged, &work.head()));
    assert_eq!(forged.merge(number, "merge").0, 405, "in the freeze");
    wait_for(until);
    tends(&forged, number, "success", "written");
    assert_eq!(forged.merge(number, "merge"), (200, String::new()), "after it");
}

#[test]
fn at_a_real_forge_the_tool_s_own_request_is_made_again_where_it_cannot_land_and_its_approval_goes_on() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let ben = forged.forge.account("ben");
    let own = forged.work("alice");
    let asked = ["promote", "web", "--to", "production", "--landing", "merge-request", "-o", "json", "-q"];
    job(&forged, &own.environment).stageline(&own.dir, &asked).exits(0);
    let number = 1;
    assert_eq!(approves(&forged, &ben, number), 200);
    tends(&forged, number, "success", "written");
    let old = forged.tip("promote/production/web");
    // Another line of the file that it changes.
    let file = overlay_file("web", "production");
    let theirs = forged.work("bob");
    let text = theirs.read(&file);
    let theirs = theirs.write(&file, &text.replace("ask the release managers", "ask the managers")).commit("words");
    theirs.git(&["push", "-q", "origin", "HEAD:main"]);
    // Whoever tends signs: with no known key nothing would be made.
    let work = forged.work("alice");
    let report = job(&forged, &work.environment).stageline(&work.dir, &["tend", "-q", "-o", "json"]).exits(0).json();
    assert_eq!(report["requests"][0]["became"], json!("rebuilt"), "{report:#}");
    let new = forged.tip("promote/production/web");
    assert_ne!(old, new);
    assert_eq!(report["statuses"][0]["status"]["commit"], json!(new), "{report:#}");
    assert_eq!(told(&report, number), ("success".into(), "written".into()), "{report:#}");
    let only = tend(&forged, &["--only", "statuses"]).exits(0).json();
    assert_eq!((&only["requests"], told(&only, number).1.as_str()), (&json!([]), "kept"), "{only:#}");
}

#[test]
fn at_a_real_forge_broken_rules_a_conflict_and_a_token_without_rights_are_told_and_keep_nothing_else_back() {
    let forged = forged("soak: 1s");
    let good = forged.moved("alice", 5);
    let number = forged.ask(&good, "good", "main");
    let theirs = forged.work("bob").write("notes.md", "mine\n").commit("notes");
    let conflict = forged.ask(&theirs, "notes", "main");
    forged.work("alice").write("notes.md", "ours\n").commit("ours").git(&["push", "-q", "origin", "HEAD:main"]);
    let report = tends(&forged, number, "success", "written");
    assert_eq!(told(&report, conflict), ("failure".into(), "written".into()), "{report:#}");
    // A token that may only read.
    let bad = forged.work("alice").change("stageline.yaml", "soak: 1s", "soak: 30d").commit("a month");
    bad.git(&["push", "-q", "origin", "HEAD:main"]);
    let reader = forged.forge.account_with("reader", "read:repository");
    let work = forged.work("server");
    let reads = job(&forged, &work.environment).with("GITEA_TOKEN", &reader.token);
    let ran = reads.stageline(&work.dir, &["tend", "-q", "-o", "json", "--only", "statuses"]).exits(5).json();
    assert_eq!(told(&ran, number), ("pending".into(), "failed".into()), "{ran:#}");
    assert_eq!(told(&ran, conflict), ("failure".into(), "kept".into()), "{ran:#}");
    let broken = forged.work("alice").change("stageline.yaml", "version: 1", "version: one").commit("oh");
    broken.git(&["push", "-q", "origin", "HEAD:main"]);
    let ran = tend(&forged, &[]).exits(5).json();
    assert_eq!(told(&ran, number), ("error".into(), "written".into()), "{ran:#}");
    assert!(there(&forged, &good.head()).1.starts_with("cannot tell: "));
    assert!(ran["failed"][0].as_str().is_some_and(|why| why.contains("version")), "{ran:#}");
}

#[test]
fn at_a_real_forge_an_approval_that_grows_too_old_turns_success_into_pending() {
    let forged = forged("approvals: { count: 1, from: managers, max-age: 15s }");
    let ben = forged.forge.account("ben");
    let work = forged.moved("alice", 5);
    let number = forged.ask(&work, "web", "main");
    assert_eq!(approves(&forged, &ben, number), 200);
    let until: Timestamp = {
        let report = tends(&forged, number, "success", "written");
        let ends = report["statuses"][0]["not_after"].as_str().expect("an end");
        assert!(there(&forged, &work.head()).1.ends_with(&format!("until a gate may change at {ends}")));
        ends.parse().expect("a time")
    };
    wait_for(until + SignedDuration::from_secs(1));
    tends(&forged, number, "pending", "written");
    assert_eq!(forged.merge(number, "merge").0, 405);
}

#[test]
fn at_a_real_forge_an_approval_is_used_up_by_a_landing_of_the_same_change() {
    let forged = forged("approvals: { count: 1, from: managers }");
    let ben = forged.forge.account("ben");
    let work = forged.moved("alice", 5);
    let number = forged.ask(&work, "web", "main");
    assert_eq!(approves(&forged, &ben, number), 200);
    tends(&forged, number, "success", "written");
    // The same lands in another way, past the rules, and is taken back.
    let past = |number, subject: &str| {
        let work = forged.work("alice").pin("web", "production", &forged.court.commit("web", number)).commit(subject);
        work.git(&["push", "-q", "origin", "HEAD:main"]);
    };
    past(5, "web to production");
    past(3, "and back");
    // So has the signature of its head.
    tends(&forged, number, "failure", "written");
    let said = work.verify_of(&forged).to_string();
    assert!(said.contains("has used it up: an approval counts for one landing"), "{said}");
    // Somebody approves of it as it is made again.
    let again = forged.moved("alice", 5);
    replaces(&forged, &again, "web", number);
    // Whether it goes back cannot be told here, and that it lacks an approval can.
    tends(&forged, number, "error", "written");
    let said = there(&forged, &again.head()).1;
    assert!(said.contains("takes 1 approval of `managers` (alice, bob), and has 0"), "{said}");
    assert_eq!(approves(&forged, &ben, number), 200);
    tends(&forged, number, "success", "written");
}

#[test]
fn at_a_real_forge_a_fork_s_request_and_one_for_another_branch_have_statuses_of_their_own() {
    let forged = Forged::of(Court::ruled(|rules| {
        *rules = rules.replace("after: staging\n", "after: staging\n    git: { branch: production }\n")
    }));
    forged.work("alice").git(&["push", "-q", "origin", "HEAD:refs/heads/production"]);
    forged.forge.has_taken_note(&forged.mei, CONFIG);
    // Eve has a fork, and no right to anything else.
    let eve = forged.forge.account("eve");
    forged.forge.done(&eve, "POST", &format!("/repos/{CONFIG}/forks"), &json!({}));
    let work = forged.work("eve").pin("web", "production", &forged.court.commit("web", 5)).commit("web to production");
    let fork = forged.address().replacen("mei:", "eve:", 1).replacen(CONFIG, "eve/config", 1);
    work.environment.git(&work.dir, &["push", "-q", &fork, "HEAD:refs/heads/mine"]);
    let body = json!({ "head": "eve:mine", "base": "production", "title": "web" });
    let made = forged.forge.done(&eve, "POST", &format!("/repos/{CONFIG}/pulls"), &body);
    let theirs = made["number"].as_u64().expect("a number");
    let good = forged.moved("alice", 5);
    let number = forged.ask(&good, "good", "production");
    let main = forged.ask(&forged.work("alice").write("notes.md", "x\n").commit("notes"), "notes", "main");
    // Nobody has rules for this one.
    forged.work("alice").git(&["push", "-q", "origin", "HEAD:refs/heads/elsewhere"]);
    let strange = forged.ask(&forged.work("alice").write("notes.md", "y\n").commit("notes"), "other", "elsewhere");
    let report = tends(&forged, theirs, "failure", "written");
    assert_eq!(told(&report, number), ("success".into(), "written".into()), "{report:#}");
    assert_eq!(told(&report, main), ("success".into(), "written".into()), "{report:#}");
    assert!(report["statuses"].as_array().expect("a list").iter().all(|one| one["number"] != strange), "{report:#}");
    for (commit, state) in [(work.head(), "failure"), (good.head(), "success")] {
        let all = forged.statuses(&commit);
        let named: Vec<_> = all.iter().map(|one| (one["context"].as_str(), one["status"].as_str())).collect();
        assert_eq!(named, [(Some("stageline/verify/production"), Some(state))]);
    }
    tends(&forged, theirs, "failure", "kept");
}

#[test]
fn holds_without_an_end_are_named_once_they_are_older_than_a_week() {
    let court = Court::new();
    let hold = |since: SignedDuration, more: &str| {
        let since = (Timestamp::now() - since).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        format!("reason: broken\nby: Alice <alice@example.com>\nsince: {since}\ncause: asked\n{more}")
    };
    let days = |count: i64| SignedDuration::from_hours(24 * count);
    court.world.write(".stageline/holds/production/web.yaml", &hold(days(8), ""));
    court.world.write(".stageline/holds/production/api.yaml", &hold(days(6), ""));
    court.world.write(".stageline/holds/staging/web.yaml", &hold(days(9), "until: 2099-01-01T00:00:00Z\n"));
    court.land_ago(60, "Holds");
    let work = court.work("server");
    let ran = work.environment.stageline(&work.dir, &["tend", "--only", "holds", "-q", "-o", "json"]).exits(0).json();
    let named: Vec<&Value> = ran["holds"].as_array().expect("a list").iter().map(|hold| &hold["file"]).collect();
    assert_eq!(named, [".stageline/holds/production/web.yaml"], "{ran:#}");
    let ran = work.environment.stageline(&work.dir, &["tend", "--only", "holds", "-q"]).exits(0);
    ran.says("held for more than a week, without an end:").says("broken");
    work.environment.stageline(&work.dir, &["tend", "-q"]).exits(3).says("no forge is known");
    work.environment.stageline(&work.dir, &["tend", "-q", "--offline"]).exits(2).says("not with `--offline`");
}
