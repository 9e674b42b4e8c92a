//! `undo`: which landing is meant, where it is taken back, and in which ways.

use serde_json::Value;

use crate::support::World;
use crate::support::landed::{
    column, file, lands_by_petrov, moved_to, on_a_terminal, petrov, refs, refused_on_a_terminal, tree,
};
use crate::support::world::overlay_file;

#[test]
fn several_environments_of_one_landing_go_back_together_or_the_one_that_is_named() {
    let both = || {
        let world = World::new();
        let edits = [moved_to(&world, "web", "staging", 5), moved_to(&world, "web", "production", 3)];
        let landing = lands_by_petrov(&world, &edits);
        (world, landing)
    };
    let (world, landing) = both();
    let report = world.json(&["undo", &landing]);
    assert_eq!(column(&report["moves"], "environment"), ["production", "staging"], "{report}");
    assert_eq!(world.pin("web", "staging"), world.commit_of("web", 4));
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    let (world, landing) = both();
    let report = world.json(&["undo", &landing, "--env", "production"]);
    assert_eq!(
        (&report["environment"], column(&report["moves"], "environment")),
        (&"production".into(), vec!["production".into()])
    );
    assert_eq!(world.pin("web", "staging"), world.commit_of("web", 5));
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
}

#[test]
fn a_landing_may_be_named_by_its_id_by_a_revision_or_by_its_number() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.tip();
    let prefixed = format!("config:{}", &tip[..9]);
    for name in [&tip[..], &tip[..8], "HEAD", "origin/main", &prefixed, "web:r2"] {
        let report = world.json(&["undo", name, "--env", "production", "--dry-run"]);
        assert_eq!(report["moves"][0]["to"], world.commit_of("web", 2), "{name}");
    }
}

#[test]
fn off_a_terminal_something_has_to_say_which_landing() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.tip();
    for args in [&["undo"][..], &["undo", "-y"], &["undo", "--dry-run"]] {
        world.run(args).exits(2).says(&format!("stageline undo {}", &tip[..10])).says("--env");
    }
    // Of somebody who has landed nothing here none can be named.
    petrov(&world).stageline(&world.clone, &["undo"]).exits(2).says("stageline undo LANDING");
    assert_eq!(world.tip(), tip);
}

#[test]
fn on_a_terminal_it_is_the_callers_own_last_landing_shown_and_asked() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let theirs = world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
    let no = on_a_terminal(&world.environment, &world.clone, "stageline undo", "n\n");
    assert!(no.stdout.contains("web") && no.stdout.contains(&world.commit_of("web", 2)[..7]), "{no}");
    assert_eq!(world.tip(), theirs, "a no is no\n{no}");
    assert_eq!(refused_on_a_terminal(&world, 1, "stageline undo", "n\n"), "declined");
    on_a_terminal(&world.environment, &world.clone, "stageline undo", "y\n").exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 3));
}

#[test]
fn with_an_environment_alone_it_is_the_last_landing_there_and_its_author_is_named() {
    for args in [&["undo", "--env", "production"][..], &["rollback", "--all", "--last", "--env", "production"]] {
        let world = World::new();
        world.run(&["promote", "web", "--to", "production"]).exits(0);
        world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
        world.run(&["promote", "worker", "--to", "staging", "--commit", "main"]).exits(0);
        world.run(args).exits(0).says("A. Petrov");
        assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 2), "{args:?}");
        assert_eq!(world.pin("web", "production"), world.commit_of("web", 4), "{args:?}");
        assert_eq!(world.pin("worker", "staging"), world.commit_of("worker", 5), "{args:?}");
    }
}

#[test]
fn the_last_landing_of_an_environment_may_be_a_hold() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["hold", "set", "checkout", "--env", "production", "-m", "audit"]).exits(0);
    world.run(&["undo", "--env", "production"]).exits(0);
    assert_eq!(file(&world, ".stageline/holds/production/checkout.yaml"), None);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn an_environment_on_a_branch_of_its_own_has_its_landing_taken_back_there() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.fetch();
    let (main, before) = (world.tip(), tree(&world, "production"));
    let report = world.json(&["promote", "web", "--to", "production"]);
    let landing = report["commit"].as_str().expect("a commit");
    for args in [&["undo", landing][..], &["undo", "--env", "production"]] {
        let report = world.json(args);
        assert_eq!(report["branch"], "production");
        assert_eq!((tree(&world, "production"), world.tip()), (before.clone(), main.clone()), "{args:?}");
        world.run(&["promote", "web", "--to", "production"]).exits(0);
    }
}

#[test]
fn a_dry_run_shows_all_of_it_and_writes_nothing() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let before = refs(&world);
    let report = world.json(&["undo", "HEAD", "--dry-run"]);
    assert_eq!((&report["stage"], &report["commit"]), (&"planned".into(), &Value::Null));
    assert_eq!(report["moves"][0]["to"], world.commit_of("web", 2));
    assert_eq!(refs(&world), before);
}

#[test]
fn without_a_push_it_is_a_local_commit() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.tip();
    let report = world.json(&["undo", &tip, "--no-push"]);
    assert_eq!((&report["stage"], &report["remote"]), (&"landed".into(), &Value::Null));
    assert_eq!(world.tip(), tip);
    assert!(world.read(&overlay_file("web", "production")).contains(&world.commit_of("web", 2)));
    assert_eq!(world.git(&["rev-parse", "HEAD~1"]), tip);
}

#[test]
fn it_goes_by_request_where_that_is_asked_for() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.tip();
    let report = world.json(&["undo", &tip, "--landing", "merge-request"]);
    assert_eq!((&report["stage"], &report["request"]["branch"]), (&"proposed".into(), &"undo/production/web".into()));
    assert_eq!(world.pin_at("undo/production/web", "web", "production"), world.commit_of("web", 2));
    assert_eq!(world.tip(), tip);
}

#[test]
fn its_json_is_what_its_schema_says() {
    let world = World::new();
    let schema: Value = serde_json::from_str(&world.run(&["schema", "undo"]).exits(0).stdout).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    for args in [&["undo", "HEAD~1", "--dry-run"][..], &["undo", "HEAD~1"], &["undo", "--env", "production"]] {
        let report = world.json(args);
        let faults: Vec<String> = validator.iter_errors(&report).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{args:?}: {faults:#?}\n{report:#}");
        assert_eq!(report["verb"], "undo");
    }
}

#[test]
fn in_a_shallow_clone_its_first_commit_is_cannot_tell() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let (tip, clone) = (world.tip(), world.clone_as("shallow", &["--depth", "1"]));
    world.environment.stageline(&clone, &["undo", &tip]).exits(3).says("--unshallow");
    assert_eq!(world.tip(), tip);
}

#[test]
fn a_commit_that_is_no_landing_of_ours_is_an_error() {
    let world = World::new();
    world.git(&["checkout", "-q", "-b", "mine"]);
    world.git(&["commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "Mine alone"]);
    let before = refs(&world);
    for (name, code) in [("mine", 2), ("nowhere", 2), ("web:r9", 2), ("nobody:r1", 2)] {
        world.run(&["undo", name, "--env", "production"]).exits(code);
    }
    assert_eq!(refs(&world), before);
}
