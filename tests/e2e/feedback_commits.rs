//! Commits are told at their own forge where they run: a status of each environment, and one comment on the request that they came by.

use serde_json::{Value, json};

use crate::support::court::Court;
use crate::support::forged::{Forged, SOURCE};
use crate::support::run::Ran;

/// A court without gates whose source `web` is at a real forge, and there a request that was merged: its number and the merge.
fn merged() -> (Forged, u64, String) {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    let source = &court.world.sources["web"];
    source.commit("topic", &source.commits[7], "topic.txt", "feat: a cart");
    let forged = Forged::with_source(court, &["main", "latest", "topic"]);
    let body = json!({ "head": "topic", "base": "main", "title": "a cart" });
    let made = forged.forge.done(&forged.mei, "POST", &format!("/repos/{SOURCE}/pulls"), &body);
    let number = made["number"].as_u64().expect("a number");
    forged.forge.merge(&forged.mei, SOURCE, number, "merge");
    let tip = forged.forge.done(&forged.mei, "GET", &format!("/repos/{SOURCE}/branches/main"), &Value::Null);
    (forged, number, tip["commit"]["id"].as_str().expect("a commit").to_string())
}

/// Any verb of alice in a fresh clone, without a token; where main is then.
fn lands(forged: &Forged, args: &[&str]) -> String {
    let work = forged.work("alice");
    let environment = work.environment.with("SSL_CERT_FILE", forged.court.world.path("forge/ca.pem"));
    environment.stageline(&work.dir, &[args, &["--landing", "direct"]].concat()).exits(0);
    forged.tip("main")
}

/// `feedback send` of the newest landing, by a job with this token.
fn send(forged: &Forged, token: &str, more: &[&str]) -> Ran {
    let work = forged.work("alice");
    let args = [&["feedback", "send", "HEAD~1..HEAD", "-o", "json"], more].concat();
    forged.job(&work, token).stageline(&work.dir, &args)
}

/// What became of the commits.
fn states(ran: &Ran) -> Vec<String> {
    let told = ran.json()["told"].as_array().expect("a list").clone();
    told.iter().filter(|one| one["sink"] == "commits").map(|one| one["state"].as_str().unwrap().to_string()).collect()
}

fn statuses(forged: &Forged, commit: &str) -> Vec<(String, String)> {
    let path = format!("/repos/{SOURCE}/commits/{commit}/status");
    let combined = forged.forge.done(&forged.mei, "GET", &path, &Value::Null);
    let all = combined["statuses"].as_array().cloned().unwrap_or_default();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_string();
    let mut out: Vec<(String, String)> =
        all.iter().map(|one| (text(one, "context"), text(one, "description"))).collect();
    out.sort();
    out
}

fn comments(forged: &Forged, number: u64) -> Vec<String> {
    let path = format!("/repos/{SOURCE}/issues/{number}/comments");
    let all = forged.forge.done(&forged.mei, "GET", &path, &Value::Null);
    all.as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap().to_string()).collect()
}

#[test]
fn at_a_real_forge_a_request_says_where_its_commits_run_and_when_they_were_taken_out() {
    let (forged, number, merge) = merged();
    let topic = forged.court.world.environment.git(&forged.court.world.sources["web"].path, &["rev-parse", "topic"]);
    let stranger = "<!-- stageline:environments 1 -->\nnot ours";
    let eve = forged.forge.account("eve");
    let path = format!("/repos/{SOURCE}/issues/{number}/comments");
    forged.forge.done(&eve, "POST", &path, &json!({ "body": stranger }));
    lands(&forged, &["promote", &format!("web@{merge}"), "--to", "staging"]);
    let dry = send(&forged, &forged.mei.token, &["--dry-run"]).exits(0);
    assert_eq!((states(&dry), comments(&forged, number).len()), (vec!["planned".to_string()], 1));
    assert_eq!(states(&send(&forged, &forged.mei.token, &[]).exits(0)), ["told"]);
    for commit in [&merge, &topic] {
        let told = statuses(&forged, commit);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].0 == "stageline/staging" && told[0].1.starts_with("in staging since 20"), "{told:?}");
    }
    // What staging ran before came with no landing of ours.
    assert!(statuses(&forged, &forged.court.commit("web", 5)).is_empty());
    lands(&forged, &["promote", "web", "--to", "production"]);
    assert_eq!(states(&send(&forged, &forged.mei.token, &[]).exits(0)), ["told"]);
    let all = comments(&forged, number);
    assert_eq!((all.len(), all[0].as_str()), (2, stranger), "{all:?}");
    assert!(all[1].contains(&format!("**Where {} runs**", &merge[..7])), "{}", all[1]);
    assert!(all[1].contains("| staging | in staging since") && all[1].contains("| production | in production since"));
    // Once is enough, whoever asks again.
    assert!(states(&send(&forged, &forged.mei.token, &[]).exits(0)).is_empty());
    lands(&forged, &["rollback", "web", "--env", "production", "-m", "errors"]);
    assert_eq!(states(&send(&forged, &forged.mei.token, &[]).exits(0)), ["told"]);
    let all = comments(&forged, number);
    assert!(all[1].contains("| production | no longer in production since"), "{}", all[1]);
    assert!(all.len() == 2 && all[1].contains("| staging | in staging since"), "{all:?}");
}

#[test]
fn at_a_real_forge_an_older_landing_that_is_told_late_does_not_say_what_is_so_no_more() {
    let (forged, number, merge) = merged();
    lands(&forged, &["promote", &format!("web@{merge}"), "--to", "staging"]);
    lands(&forged, &["promote", "web", "--to", "production"]);
    lands(&forged, &["rollback", "web", "--env", "production", "-m", "errors"]);
    let work = forged.work("alice");
    let send = |range: &str| {
        let args = ["feedback", "send", range, "-o", "json"];
        forged.job(&work, &forged.mei.token).stageline(&work.dir, &args).exits(0)
    };
    assert_eq!(states(&send("HEAD~1..HEAD")), ["told"]);
    // The landing that brought it to production: it was taken out since.
    assert!(states(&send("HEAD~2..HEAD~1")).is_empty());
    assert_eq!(states(&send("HEAD~3..HEAD~2")), ["told"]);
    let all = comments(&forged, number);
    assert!(
        all.len() == 1 && all[0].contains("no longer in production") && all[0].contains("in staging since"),
        "{all:?}"
    );
}

#[test]
fn at_a_real_forge_two_jobs_that_tell_of_two_environments_at_once_lose_neither() {
    let (forged, number, merge) = merged();
    lands(&forged, &["promote", &format!("web@{merge}"), "--to", "staging"]);
    lands(&forged, &["promote", "web", "--to", "production"]);
    let jobs: Vec<_> = (0..6).map(|_| forged.work("alice")).collect();
    std::thread::scope(|scope| {
        for (nth, work) in jobs.iter().enumerate() {
            let range = if nth % 2 == 0 { "HEAD~1..HEAD" } else { "HEAD~2..HEAD~1" };
            let environment = forged.job(work, &forged.mei.token);
            scope.spawn(move || environment.stageline(&work.dir, &["feedback", "send", range]).exits(0));
        }
    });
    let all = comments(&forged, number);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("| staging | in staging since") && all[0].contains("| production | in production since"));
}

#[test]
fn at_a_real_forge_without_a_token_or_its_rights_that_is_said_and_is_no_failure() {
    let (forged, number, merge) = merged();
    lands(&forged, &["promote", &format!("web@{merge}"), "--to", "staging"]);
    let work = forged.work("alice");
    let without = work.environment.with("SSL_CERT_FILE", forged.court.world.path("forge/ca.pem"));
    let ran = without.stageline(&work.dir, &["feedback", "send", "HEAD~1..HEAD", "-o", "json"]).exits(0);
    assert_eq!(states(&ran), ["nobody"]);
    let reader = forged.forge.account_with("reader", "read:repository,read:issue,read:user");
    let ran = send(&forged, &reader.token, &[]).exits(0);
    assert_eq!(states(&ran), ["nobody"]);
    ran.says("the token may not tell them");
    assert!(comments(&forged, number).is_empty() && statuses(&forged, &merge).is_empty());
}
