//! `verify --status`: the commit status that protection of a branch asks for, at a real forge; what is told where it cannot be written.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::court::{Court, Work};
use crate::support::forged::{CONFIG, Forged};
use crate::support::run::{Environment, Ran, program};
use crate::support::runner::Runner;

/// A job of somebody's, with the token that the forge gave it.
fn job(forged: &Forged, work: &Work) -> Environment {
    let environment = work.environment.with("GITEA_TOKEN", &forged.mei.token);
    environment.with("GITEA_SERVER_URL", forged.forge.url()).with("CI_JOB_URL", "https://ci.example.com/jobs/7")
}

fn status(forged: &Forged, work: &Work, more: &[&str]) -> Ran {
    let args = ["verify", "--status", "-o", "json", "-q"];
    job(forged, work).stageline(&work.dir, &[&args[..], more].concat())
}

/// The newest status of a commit by a name: state, description, page.
fn there(forged: &Forged, commit: &str, context: &str) -> Option<(String, String, String)> {
    let all = forged.statuses(commit);
    let one = all.iter().find(|one| one["context"] == context)?;
    let text = |key: &str| one[key].as_str().unwrap_or_default().to_string();
    Some((text("status"), text("description"), text("target_url")))
}

fn protect(forged: &Forged, branch: &str, context: &str) {
    let rule = json!({ "rule_name": branch, "enable_push": true, "enable_status_check": true, "status_check_contexts": [context] });
    forged.forge.done(&forged.mei, "POST", &format!("/repos/{CONFIG}/branch_protections"), &rule);
}

#[test]
fn at_a_real_forge_each_verdict_is_a_status_of_the_head_and_the_next_one_takes_its_place() {
    let forged = Forged::new();
    let good = forged.moved("alice", 5);
    forged.ask(&good, "good", "main");
    let told = status(&forged, &good, &[]).exits(0).json();
    assert_eq!((&told["status"]["state"], &told["status"]["written"]), (&json!("success"), &json!(true)), "{told}");
    assert_eq!(told["status"]["commit"], json!(good.head()), "{told}");
    let (state, said, page) = there(&forged, &good.head(), "stageline/verify").expect("a status");
    assert_eq!((state.as_str(), page.as_str()), ("success", "https://ci.example.com/jobs/7"));
    assert!(said.starts_with("verified") && told["status"]["description"] == json!(said), "{said}");
    let bad = forged.moved("eve", 7);
    forged.ask(&bad, "bad", "main");
    let told = status(&forged, &bad, &[]).exits(1).json();
    let (state, said, _) = there(&forged, &bad.head(), "stageline/verify").expect("a status");
    assert_eq!(state, "failure", "{told}");
    assert!(said.starts_with("refused by `") && said.chars().count() <= 140 && said.ends_with('\u{2026}'), "{said}");
    let waits = forged.work("alice").pin("api", "production", &forged.court.commit("api", 5)).commit("api");
    forged.ask(&waits, "waits", "main");
    let ran = job(&forged, &waits).stageline(&waits.dir, &["verify", "--status", "-q"]).exits(3);
    ran.says(&format!("status  stageline/verify of {}: pending", &waits.head()[..7]));
    let (state, said, _) = there(&forged, &waits.head(), "stageline/verify").expect("a status");
    assert!(state == "pending" && said.starts_with("not yet by `soak`, before 20"), "{state}: {said}");
    // The rules turn stricter: what was fine is not any more. Then they cannot be read: nobody can tell.
    let rules =
        forged.work("alice").change("stageline.yaml", "after: staging", "after: staging\n    gates: { soak: 30d }");
    let rules = rules.change("stageline.yaml", "    gates:\n      soak: 1h\n", "").commit("Soak for a month");
    rules.git(&["push", "-q", "origin", "HEAD:main"]);
    status(&forged, &good, &[]).exits(3);
    assert_eq!(there(&forged, &good.head(), "stageline/verify").map(|one| one.0).as_deref(), Some("pending"));
    let broken = forged.work("alice").change("stageline.yaml", "version: 1", "version: one").commit("oh");
    broken.git(&["push", "-q", "origin", "HEAD:main"]);
    let ran = status(&forged, &good, &[]).exits(2);
    assert!(ran.json()["error"]["details"].to_string().contains("the status `stageline/verify` of"), "{ran}");
    let (state, said, _) = there(&forged, &good.head(), "stageline/verify").expect("a status");
    assert!(state == "error" && said.starts_with("cannot tell: "), "{state}: {said}");
}

#[test]
fn at_a_real_forge_a_branch_that_requires_the_status_merges_once_it_says_success() {
    let forged = Forged::new();
    protect(&forged, "main", "stageline/verify");
    let good = forged.moved("alice", 5);
    let request = forged.ask(&good, "good", "main");
    let before = forged.tip("main");
    let (code, said) = forged.merge(request, "merge");
    assert_eq!(code, 405, "nobody has said anything yet: {said}");
    // A job that calls itself green is not what is asked for.
    let own = json!({ "state": "success", "context": "ci/verify" });
    forged.forge.done(&forged.mei, "POST", &format!("/repos/{CONFIG}/statuses/{}", good.head()), &own);
    assert_eq!(forged.merge(request, "merge").0, 405);
    status(&forged, &good, &[]).exits(0);
    assert_eq!(forged.merge(request, "merge"), (200, String::new()));
    assert_ne!(forged.tip("main"), before);
    let bad = forged.moved("bob", 3);
    let request = forged.ask(&bad, "bad", "main");
    status(&forged, &bad, &[]).exits(3);
    assert_eq!(forged.merge(request, "merge").0, 405);
}

#[test]
fn at_a_real_forge_what_is_fine_for_one_branch_says_nothing_of_another() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("after: staging\n", "after: staging\n    git: { branch: production }\n")
    });
    let forged = Forged::of(court);
    forged.work("alice").git(&["push", "-q", "origin", "HEAD:refs/heads/production"]);
    protect(&forged, "production", "stageline/verify/production");
    // Notes are nobody's concern on main, and a pin on the branch of production is.
    let head = forged.moved("eve", 7);
    let onto_main = forged.ask(&head, "head", "main");
    assert!(onto_main > 0);
    status(&forged, &head, &[]);
    let request = forged.ask(&head, "head", "production");
    assert_eq!(there(&forged, &head.head(), "stageline/verify/production"), None);
    status(&forged, &head, &["--onto", "production"]).exits(1);
    let own = there(&forged, &head.head(), "stageline/verify/production").map(|one| one.0);
    assert_eq!(own.as_deref(), Some("failure"));
    assert_eq!(forged.merge(request, "merge").0, 405);
    let good = forged.moved("alice", 5);
    let request = forged.ask(&good, "good", "production");
    status(&forged, &good, &[]);
    assert_eq!(forged.merge(request, "merge").0, 405, "by the status of another branch");
    status(&forged, &good, &["--onto", "production"]).exits(0);
    assert_eq!(forged.merge(request, "merge"), (200, String::new()));
}

#[test]
fn at_a_real_forge_a_token_that_may_not_write_a_status_keeps_no_verdict_back() {
    let forged = Forged::new();
    let good = forged.moved("alice", 5);
    forged.ask(&good, "good", "main");
    let reader = forged.forge.account_with("reader", "read:repository");
    let environment = job(&forged, &good).with("GITEA_TOKEN", &reader.token);
    let ran = environment.stageline(&good.dir, &["verify", "--status", "-q"]).exits(5);
    ran.says("verified")
        .says("not done: the status stageline/verify of")
        .says("a status takes the scope `write:repository`");
    assert_eq!(there(&forged, &good.head(), "stageline/verify"), None);
}

#[test]
fn a_verdict_is_told_also_where_no_forge_takes_it_and_what_is_no_head_gets_none() {
    let court = Court::new();
    let run = |work: &Work, args: &[&str]| {
        work.environment.stageline(&work.dir, &[&["verify", "--status", "-q"], args].concat())
    };
    let good = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    let ran = run(&good, &[]).exits(5);
    ran.says("verified").says("not done: the status stageline/verify of").says("no forge is known");
    let bad = court.work("eve").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    run(&bad, &[]).exits(1).says("not done:");
    run(&good, &["--wait-for-forge", "0s"]).exits(5).says("not done:");
    run(&good, &["HEAD~1..HEAD"]).exits(2).says("a status is of the branch as it stands now");
    run(&good, &["--offline"]).exits(2).says("a status is of the branch as it stands now");
    let in_job = good.environment.with("GITHUB_SHA", good.head()).with("GITHUB_REF", "refs/pull/3/merge");
    let ran = in_job.stageline(&good.dir, &["verify", "--status", "-q"]).exits(2);
    ran.says("is a merge that the forge made for this job").says("github.event.pull_request.head.sha");
    let json = run(&good, &["-o", "json"]).exits(5).json();
    let told = &json["status"];
    assert_eq!((&told["written"], &told["context"]), (&json!(false), &json!("stageline/verify")), "{json}");
    assert_eq!(json["verdict"], json!("pass"));
    assert!(good.verify().report.get("status").is_none_or(Value::is_null), "nobody asked for one");
}

/// The first block of a language in the page about enforcement that has this word.
fn told(language: &str, word: &str) -> &'static str {
    let page = include_str!("../../docs/enforcement.md");
    let blocks =
        page.split(&format!("```{language}\n")).skip(1).filter_map(|rest| rest.split("```").next()).collect::<Vec<_>>();
    blocks.into_iter().find(|block| block.contains(word)).expect("a block")
}

/// The workflow that the page tells people to use.
fn workflow() -> String {
    let block = told("yaml", "pull_request_target");
    let own = block.replace("runs-on: ubuntu-latest", "runs-on: host");
    own.replace("stageline verify", &format!("{} verify", program().display()))
}

#[test]
fn at_a_real_forge_a_request_is_judged_by_a_job_of_the_forge_as_the_base_defines_it() {
    let court = Court::new();
    let workflow = workflow();
    court.world.write(".gitea/workflows/verify.yml", &workflow);
    court.land_ago(500, "Judge each request");
    let forged = Forged::of(court);
    let on = json!({ "has_actions": true });
    forged.forge.done(&forged.mei, "PATCH", &format!("/repos/{CONFIG}"), &on);
    let rule: Value = serde_json::from_str(told("json", "stageline/verify")).expect("the settings");
    forged.forge.done(&forged.mei, "POST", &format!("/repos/{CONFIG}/branch_protections"), &rule);
    let world = &forged.court.world;
    let _runner = Runner::start(&world.environment, &world.path("runner"), &forged.forge);
    let good = forged.moved("alice", 5);
    let request = forged.ask(&good, "good", "main");
    assert_eq!(forged.merge(request, "merge").0, 405);
    let (state, said, page) = judged(&forged, &good.head());
    assert_eq!((state.as_str(), said.starts_with("verified")), ("success", true), "{said}");
    assert!(page.starts_with(&format!("{}/{CONFIG}/actions/runs/", forged.forge.url())), "{page}");
    assert_eq!(forged.merge(request, "merge"), (200, String::new()));
    // Whoever takes the job out of the request, or lets it say what they like, is judged by the one of the branch.
    let own = workflow.replace("verify --status", "--version #");
    let bad = forged.moved("eve", 3).write(".gitea/workflows/verify.yml", &own).commit("A job that is content");
    let request = forged.ask(&bad, "bad", "main");
    assert_eq!(judged(&forged, &bad.head()).0, "failure");
    assert_eq!(forged.merge(request, "merge").0, 405);
}

#[test]
fn the_set_ups_that_are_told_are_rules() {
    let own = told("yaml", "git: { branch: production }");
    let rules = told("yaml", "owners: managers");
    let start = rules.find("  - name: production").expect("an environment");
    let end = rules.find("people:").expect("people");
    let apart = format!("{}{own}{}", &rules[..start], &rules[end..]);
    for rules in [rules, &apart] {
        let court = Court::new();
        let applications = court.world.read("stageline.yaml");
        let applications = &applications[applications.find("applications:").expect("applications")..];
        let work = court.work("alice").write("stageline.yaml", &format!("{rules}{applications}"));
        let ran =
            work.environment.stageline(&work.dir, &["config", "check", "--config", "stageline.yaml", "-o", "json"]);
        assert_eq!((ran.json()["valid"].as_bool(), ran.code()), (Some(true), Some(0)), "{ran}");
    }
}

/// Waits until the job has said something of a commit.
fn judged(forged: &Forged, commit: &str) -> (String, String, String) {
    let begun = Instant::now();
    loop {
        if let Some(found) = there(forged, commit, "stageline/verify") {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no job has judged it: {:#?}", forged.statuses(commit));
        thread::sleep(Duration::from_millis(200));
    }
}
