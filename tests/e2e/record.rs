//! `verify --record`: every landing without a record is found, wherever it lies among those that have one.

use serde_json::{Value, json};

use crate::support::court::{Court, Work};
use crate::support::run::Ran;

/// Verdicts are kept: the soak may be overridden.
fn court() -> Court {
    Court::ruled(|rules| {
        *rules = rules.replace("      soak: 1h\n", "      soak: 1h\n    override: { soak: managers }\n");
    })
}

fn run(work: &Work, args: &[&str]) -> Ran {
    work.environment.stageline(&work.dir, args)
}

/// Somebody lands a file by hand; the landing.
fn by_hand(court: &Court, name: &str, file: &str) -> String {
    court.work(name).write(file, "x\n").commit("by hand").git(&["push", "-q", "origin", "HEAD:main"]).head()
}

/// The tool lands a commit of an application in staging, and records that itself.
fn by_tool(court: &Court, app: &str, number: usize) {
    let what = format!("{app}@{}", court.commit(app, number));
    run(&court.work("alice"), &["promote", &what, "--to", "staging"]).exits(0);
}

/// The landings that a job records now, and how many it found recorded.
fn recorded(court: &Court, more: &[&str]) -> (Value, Value) {
    let ran = run(&court.work("bob"), &[&["verify", "--record", "-o", "json"], more].concat());
    let report = ran.exits(0).json();
    (report["recorded"]["landings"].clone(), report["recorded"]["before"].clone())
}

#[test]
fn what_a_hand_landed_between_landings_that_record_themselves_is_found() {
    let court = court();
    by_tool(&court, "web", 6);
    let first = by_hand(&court, "alice", "one.txt");
    by_tool(&court, "api", 6);
    let second = by_hand(&court, "bob", "two.txt");
    by_tool(&court, "web", 7);
    assert_eq!(recorded(&court, &[]), (json!([first, second]), json!(3)));
    let shown = run(&court.work("bob"), &["show", &first, "-o", "json"]).exits(0).json();
    assert_eq!(shown["recorded"]["by"], json!(["bob"]), "{shown:#}");
    // Once is enough, and what came before the first one that is recorded is left alone.
    assert_eq!(recorded(&court, &[]), (json!([]), json!(5)));
    run(&court.work("bob"), &["verify", "--record"]).exits(0).says("nothing is left to record");
}

#[test]
fn what_somebody_recorded_whose_key_counts_no_more_is_recorded_again() {
    let court = court();
    by_tool(&court, "web", 6);
    let between = by_hand(&court, "alice", "one.txt");
    assert_eq!(recorded(&court, &[]).0, json!([between]));
    // Bob has left, and carol does his job.
    let rules = court.work("alice").change(
        "stageline.yaml",
        "  bob: {",
        "  carol: { principals: [carol@example.com] }\n  bob: {",
    );
    let rules = rules.write(".stageline/allowed_signers", &court.signers(&["alice", "carol"])).commit("Bob has left");
    let rules = rules.git(&["push", "-q", "origin", "HEAD:main"]).head();
    by_tool(&court, "web", 7);
    let report = run(&court.work("carol"), &["verify", "--record", "-o", "json"]).exits(0).json();
    assert_eq!(report["recorded"]["landings"], json!([between, rules]), "{report:#}");
}
