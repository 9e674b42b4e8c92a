//! Soaks by the forge's clock: from when it merged, whatever the dates of the commits say, at a real forge.

use std::thread::sleep;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::court::{Court, Verdict, Work};
use crate::support::forged::{CONFIG, Forged};

fn forged(soak: &str) -> Forged {
    let by_forge = format!("soak: {{ for: {soak}, clock: forge }}");
    Forged::of(Court::ruled(|rules| *rules = rules.replace("soak: 1h", &by_forge)))
}

/// Api in staging, in a commit of two days ago.
fn to_staging(forged: &Forged, number: usize) -> Work {
    let mut work = forged.work("bob").pin("api", "staging", &forged.court.commit("api", number));
    let then = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48)).to_string();
    work.environment = work.environment.with("GIT_COMMITTER_DATE", &then).with("GIT_AUTHOR_DATE", &then);
    work.commit("api to staging")
}

/// What is said of that version in production, by whoever has the forge's token.
fn to_production(forged: &Forged, number: usize) -> Verdict {
    let mut work = forged.work("alice").pin("api", "production", &forged.court.commit("api", number)).commit("api");
    work.environment =
        work.environment.with("GITEA_TOKEN", &forged.mei.token).with("GITEA_SERVER_URL", forged.forge.url());
    work.verify()
}

/// Merges it; when the forge did, by itself.
fn merged(forged: &Forged, work: &Work, branch: &str, style: &str) -> Timestamp {
    let number = forged.ask(work, branch, "main");
    assert_eq!(forged.merge(number, style).0, 200);
    let told = forged.forge.done(&forged.mei, "GET", &format!("/repos/{CONFIG}/pulls/{number}"), &Value::Null);
    told["merged_at"].as_str().expect("a time").parse().expect("a time")
}

#[test]
fn at_a_real_forge_a_soak_begins_with_the_merge_in_whatever_style() {
    let forged = forged("1h");
    for (number, style) in [(6, "merge"), (7, "squash"), (4, "rebase"), (2, "fast-forward-only")] {
        let at = merged(&forged, &to_staging(&forged, number), style, style);
        assert_eq!(to_production(&forged, number).soaks_until(), at + SignedDuration::from_hours(1), "{style}");
    }
    // Without the forge nobody knows, whatever the dates say.
    let work = forged.work("alice").git(&["checkout", "-q", "-b", "topic"]);
    let work = work.pin("api", "production", &forged.court.commit("api", 2)).commit("api to production");
    let checkout = format!("api={}", forged.court.world.sources["api"].path.display());
    let verdict = work.verify_with(&["--offline", "--source", &checkout]);
    assert_eq!(verdict.code, Some(3), "{:#}", verdict.report);
    assert!(verdict.report.to_string().contains("it is not asked here"), "{:#}", verdict.report);
}

#[test]
fn at_a_real_forge_what_has_soaked_since_its_merge_passes_and_what_a_push_took_away_did_no_longer() {
    let forged = forged("3s");
    merged(&forged, &to_staging(&forged, 6), "six", "merge");
    sleep(Duration::from_secs(4));
    to_production(&forged, 6).passes();
    // A push is no merge: what it replaced had come by then, and nobody knows for how long it stayed.
    to_staging(&forged, 7).git(&["push", "-q", "origin", "HEAD:main"]);
    to_production(&forged, 6).refused_by("soak");
    let verdict = to_production(&forged, 7);
    verdict.unknown_to("soak");
    assert!(verdict.report.to_string().contains("the forge knows no request that brought"), "{:#}", verdict.report);
}

#[test]
fn at_a_real_forge_what_was_pushed_directly_counts_from_the_next_merge() {
    let forged = forged("1h");
    to_staging(&forged, 6).git(&["push", "-q", "origin", "HEAD:main"]);
    to_production(&forged, 6).unknown_to("soak");
    let at = merged(&forged, &forged.work("bob").write("notes.md", "x\n").commit("notes"), "notes", "merge");
    assert_eq!(to_production(&forged, 6).soaks_until(), at + SignedDuration::from_hours(1));
}
