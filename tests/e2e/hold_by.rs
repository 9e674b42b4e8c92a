//! Who set a hold, when and why stays as it was told: to say otherwise is for those who may lift it.

use crate::support::court::{Court, Verdict, Work};

const FILE: &str = ".stageline/holds/production/web.yaml";

/// `bob` holds `web` in production for two days; alice signs for production.
fn held() -> Court {
    let court = Court::new();
    set(&court, "bob", &["--until", "2d", "-m", "it burns"]).exits(0);
    court
}

fn set(court: &Court, name: &str, more: &[&str]) -> crate::support::run::Ran {
    court.world.fetch();
    let args = [&["hold", "set", "web", "--env", "production", "-y"], more].concat();
    court.environment(name).stageline(&court.world.clone, &args)
}

/// The value of a key of the hold.
fn value(text: &str, key: &str) -> String {
    let line =
        text.lines().find(|line| line.starts_with(&format!("{key}: "))).unwrap_or_else(|| panic!("{key}: {text}"));
    line.to_string()
}

/// What is said of the hold told otherwise.
fn told(court: &Court, name: &str, key: &str, to: &str) -> Verdict {
    let work = court.work(name);
    let line = value(&work.read(FILE), key);
    work.change(FILE, &line, &format!("{key}: {to}")).commit("x").verify()
}

const TOLD: [(&str, &str); 4] = [
    ("by", "alice <alice@example.com>"),
    ("by", "eve <eve@example.com>"),
    ("since", "2020-01-01T00:00:00Z"),
    ("reason", "nothing of importance"),
];

#[test]
fn who_set_a_hold_when_and_why_is_told_otherwise_by_who_may_lift_it_alone() {
    let court = held();
    for (key, to) in TOLD {
        let bob = told(&court, "bob", key, to);
        bob.waits_for("scope");
        let why = bob.report["refs"][0]["changes"][0]["refusals"].to_string();
        assert!(why.contains("it says otherwise who set the hold, when, or why"), "{key}: {why}");
        assert!(why.contains("`managers` (alice)"), "{key}: {why}");
        told(&court, "alice", key, to).passes();
    }
    assert_ne!(told(&court, "eve", "by", "eve <eve@example.com>").code, Some(0));
}

#[test]
fn that_it_lasts_longer_as_well_is_no_way_around() {
    let court = held();
    let both = |name: &str| {
        let work = court.work(name);
        let (by, until) = (value(&work.read(FILE), "by"), value(&work.read(FILE), "until"));
        let work = work.change(FILE, &by, "by: alice <alice@example.com>");
        work.change(FILE, &until, "until: 2199-01-01T00:00:00Z").commit("x").verify()
    };
    both("bob").waits_for("scope");
    both("alice").passes();
    // To hold longer is for anybody known.
    told(&court, "bob", "until", "2199-01-01T00:00:00Z").passes();
    told(&court, "bob", "until", "2020-01-01T00:00:00Z").waits_for("scope");
}

#[test]
fn taken_away_and_set_anew_in_one_push_it_is_not_told_otherwise_either() {
    let court = held();
    let work = court.work("bob").git(&["checkout", "-q", "-b", "topic"]).git(&["rm", "-q", FILE]).commit("away");
    let text =
        court.work("bob").read(FILE).replace(&value(&court.work("bob").read(FILE), "by"), "by: eve <eve@example.com>");
    let work: Work = work.write(FILE, &text).commit("anew");
    work.verify().waits_for("scope");
}

#[test]
fn where_anybody_may_lift_it_or_it_is_over_anybody_may_tell_it_otherwise() {
    let free = Court::ruled(|rules| *rules = rules.replace("    signers: managers\n", ""));
    set(&free, "bob", &["--until", "2d", "-m", "it burns"]).exits(0);
    for (key, to) in TOLD {
        told(&free, "bob", key, to).passes();
    }
    let court = held();
    let text = court.work("bob").read(FILE);
    court.world.fetch();
    court.world.git(&["merge", "-q", "--ff-only", "origin/main"]);
    court.world.write(FILE, &text.replace(&value(&text, "until"), "until: 2020-01-01T00:00:00Z"));
    court.land_ago(60, "It is over");
    told(&court, "bob", "by", "alice <alice@example.com>").passes();
}

#[test]
fn the_tool_makes_a_hold_last_longer_and_leaves_it_whose_it_is() {
    let court = held();
    court.world.fetch();
    let before = court.work("bob").read(FILE);
    for name in ["alice", "bob"] {
        let until = if name == "alice" { "5d" } else { "9d" };
        set(&court, name, &["--until", until, "-m", "still"]).exits(0).says("stays whose it is");
        let after = court.work("bob").read(FILE);
        for key in ["by", "since", "reason"] {
            assert_eq!(value(&after, key), value(&before, key), "{after}");
        }
        assert!(value(&after, "until") > value(&before, "until"), "{after}");
    }
    // To put another in its place is to lift it.
    let no = set(&court, "bob", &["--until", "1d", "-m", "mine"]);
    assert_ne!(no.code(), Some(0), "{no}");
    assert!(format!("{no}").contains("`managers` (alice)"), "{no}");
    set(&court, "alice", &["--until", "1d", "-m", "mine"]).exits(0);
    assert_eq!(value(&court.work("bob").read(FILE), "reason"), "reason: mine");
}
