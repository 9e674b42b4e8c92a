//! `--dry-run`: the plan and every refusal at once, with the exit code of the real run; and `--no-push`, which lands here or says why not.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::World;
use crate::support::landed::refs;

const PROMOTE: &[&str] = &["promote", "web", "--to", "production"];

/// The stable words of the refusals beside the plan of a dry run that ends with that code.
#[track_caller]
fn refused_beside_the_plan(world: &World, code: i32, args: &[&str]) -> (Value, Vec<String>) {
    let report = world.run(&[args, &["--dry-run", "-o", "json"]].concat()).exits(code).json();
    let refusals = report["refusals"].as_array().unwrap_or_else(|| panic!("no refusals: {report}"));
    let words = refusals.iter().map(|one| one["code"].as_str().expect("a word").to_owned()).collect();
    assert_eq!(report["stage"], "planned", "{report}");
    (report, words)
}

/// Production runs what staging lacks, is held, and lands by request; the user has no key.
fn everything_wrong() -> World {
    let world = World::shaped(|shape| {
        shape.key = false;
        shape.keys_of.insert("production".into(), vec!["landing: merge-request".into()]);
    });
    let hotfix = world.sources["web"].commit("hotfix", &world.commit_of("web", 2), "fix.txt", "fix: charge only once");
    world.edit_by_hand("web", "production", &hotfix, 60);
    world.land_file(
        ".stageline/holds/production/web.yaml",
        "reason: audit\nby: mei@example.com\nsince: 2026-11-01T00:00:00Z\ncause: asked\n",
    );
    world
}

#[test]
fn every_refusal_stands_beside_the_plan_and_it_exits_1() {
    let world = everything_wrong();
    let before = refs(&world);
    let (report, words) = refused_beside_the_plan(&world, 1, &[PROMOTE, &["--landing", "direct"]].concat());
    assert_eq!(report["moves"][0]["to"], world.commit_of("web", 4), "{report}");
    assert_eq!(report["moves"][0]["lost"][0]["subject"], "fix: charge only once", "{report}");
    assert!(words.contains(&"held".into()) && words.contains(&"would-lose-commits".into()), "{words:?}");
    assert_eq!(words.len(), 4, "held, commits that go, a weaker landing, no key: {words:?}");
    let screen = world.run(&[PROMOTE, &["--landing", "direct", "--dry-run"]].concat()).exits(1);
    for word in ["audit", "fix: charge only once", "merge request only", "user.signingkey"] {
        assert!(screen.stdout.contains(word) || screen.stderr.contains(word), "nothing of {word}\n{screen}");
    }
    assert!(screen.stdout.contains(&world.commit_of("web", 4)[..7]), "the plan is on the screen\n{screen}");
    assert_eq!(refs(&world), before);
}

#[test]
fn what_the_real_run_refuses_for_one_reason_the_dry_run_refuses_with_the_same_word() {
    let held = || {
        let world = World::new();
        world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
        world
    };
    let lossy = || {
        let world = World::new();
        world.edit_by_hand("web", "production", &world.commit_of("web", 5), 60);
        world
    };
    let keyless = || World::shaped(|shape| shape.key = false);
    let by_request = || {
        World::shaped(|shape| {
            shape.keys_of.insert("production".into(), vec!["landing: merge-request".into()]);
        })
    };
    let direct = [PROMOTE, &["--landing", "direct"]].concat();
    for (world, args) in [(held(), PROMOTE), (lossy(), PROMOTE), (keyless(), PROMOTE), (by_request(), &direct)] {
        let word = world.refused(1, args);
        let (report, words) = refused_beside_the_plan(&world, 1, args);
        assert_eq!(words, [word], "{report}");
        assert_eq!(report["moves"][0]["application"], "web");
    }
}

#[test]
fn without_a_key_every_verb_shows_its_plan() {
    let world = World::shaped(|shape| shape.key = false);
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 60);
    for args in [
        PROMOTE,
        &["rollback", "web", "--env", "production"],
        &["hold", "set", "web", "--env", "production", "-m", "audit"],
        &["undo", "--env", "production"],
    ] {
        let (report, words) = refused_beside_the_plan(&world, 1, args);
        assert_eq!(words.len(), 1, "{report}");
        assert!(!report["files"].as_array().expect("files").is_empty(), "{report}");
    }
}

#[test]
fn what_cannot_be_told_alone_exits_3_and_beside_a_refusal_1() {
    let world = World::new();
    world.edit_by_hand("web", "production", "hand-made", 60);
    world.run(PROMOTE).exits(3);
    let (report, words) = refused_beside_the_plan(&world, 3, PROMOTE);
    assert_eq!(words.len(), 1, "{report}");
    assert_eq!(report["refusals"][0]["verdict"], "unknown");
    assert_eq!(report["moves"][0]["to"], world.commit_of("web", 4), "{report}");
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let (_, words) = refused_beside_the_plan(&world, 1, PROMOTE);
    assert_eq!(words.len(), 2, "{words:?}");
}

/// A detached checkout, as pipelines make it, without a local `main`.
fn detached(world: &World) -> String {
    world.git(&["checkout", "-q", "--detach"]);
    world.git(&["branch", "-q", "-D", "main"]);
    world.git(&["rev-parse", "HEAD"])
}

#[test]
fn without_a_local_branch_no_push_makes_it_and_leaves_the_checkout_alone() {
    for verb in [
        PROMOTE,
        &["rollback", "web", "--env", "production"],
        &["hold", "set", "web", "--env", "production", "-m", "audit"],
        &["undo", "--env", "production"],
    ] {
        let world = World::new();
        world.edit_by_hand("web", "production", &world.commit_of("web", 3), 60);
        world.git(&["pull", "-q", "--ff-only"]);
        let (head, tip, begun) = (detached(&world), world.tip(), Instant::now());
        let ran = world.run(&[verb, &["--no-push"]].concat()).exits(0);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}\n{ran}", begun.elapsed());
        assert_eq!(world.git(&["rev-parse", "main~1"]), tip, "{ran}");
        assert_eq!((world.tip(), world.git(&["rev-parse", "HEAD"])), (tip, head), "{ran}");
        assert_eq!(world.git(&["status", "--porcelain"]), "", "{ran}");
    }
}

#[test]
fn no_push_on_an_environments_own_branch_that_is_not_local_makes_that_one() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.fetch();
    let before = world.environment.git(&world.remote, &["for-each-ref"]);
    world.run(&[PROMOTE, &["--no-push"]].concat()).exits(0);
    assert_eq!(world.git(&["rev-parse", "production~1"]), world.git(&["rev-parse", "origin/production"]));
    assert_eq!(world.environment.git(&world.remote, &["for-each-ref"]), before);
}

#[test]
fn no_push_where_the_local_branch_has_diverged_says_at_once_why_not() {
    let world = World::new();
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 60);
    world.git(&["commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "Mine, not pushed"]);
    let begun = Instant::now();
    let ran = world.run(&[PROMOTE, &["--no-push"]].concat());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}\n{ran}", begun.elapsed());
    // It is a commit on the user's own branch; never another's work undone.
    let text = world.git(&["log", "--format=%s", "main"]);
    assert!(text.contains("Mine, not pushed"), "{ran}\n{text}");
    ran.exits(0);
}

#[test]
fn a_source_that_cannot_be_read_hides_neither_the_plan_nor_the_hold() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    fs::rename(&world.sources["web"].path, world.path("sources/elsewhere")).expect("moved away");
    let (report, words) = refused_beside_the_plan(&world, 1, PROMOTE);
    assert_eq!(report["moves"][0]["to"], world.commit_of("web", 4), "{report}");
    assert!(words.contains(&"held".into()), "{words:?}");
}
