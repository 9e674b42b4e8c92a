//! `rollback`: to which version, with which hold, and what stays.

use crate::support::World;
use crate::support::world::overlay_file;

/// Production ran part 2 (from the start), 3 and now 4.
fn three_releases() -> World {
    let world = World::new();
    for (index, days) in [(3, 5), (4, 3)] {
        let version = world.commit_of("web", index);
        world.edit_by_hand("web", "production", &version, days * 24 * 3600);
    }
    world
}

#[test]
fn a_rollback_pins_the_version_before_and_leaves_a_hold_in_the_same_commit() {
    let world = three_releases();
    let count = world.commits();
    let report = world.json(&["rollback", "web", "--env", "production", "-m", "errors at checkout"]);
    assert_eq!(report["stage"], "landed");
    assert_eq!(report["moves"][0]["direction"], "backward");
    assert_eq!(report["holds"][0]["application"], "web");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 3));
    assert_eq!(world.commits(), count + 1);
    let hold = world.environment.git(&world.remote, &["show", "main:.stageline/holds/production/web.yaml"]);
    assert!(hold.contains("errors at checkout"), "{hold}");
    world.git(&["verify-commit", &world.tip()]);
    assert!(world.git(&["log", "-1", "--format=%s", &world.tip()]).starts_with("roll back web in production"));
}

#[test]
fn later_edits_of_the_overlay_stay() {
    let world = three_releases();
    let file = overlay_file("web", "production");
    world.git(&["pull", "-q", "--ff-only"]);
    let text = world.read(&file).replace("namespace: production", "namespace: production\nnamePrefix: new-");
    world.land_file(&file, &text);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let expected = text.replace(&world.commit_of("web", 4), &world.commit_of("web", 3));
    assert_eq!(world.environment.git(&world.remote, &["show", &format!("main:{file}")]), expected.trim_end());
}

#[test]
fn a_second_rollback_goes_one_further_back_and_does_not_swing() {
    let world = three_releases();
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    let before = world.tip();
    assert_eq!(world.refused(1, &["rollback", "web", "--env", "production"]), "no-earlier-version");
    assert_eq!(world.tip(), before);
}

#[test]
fn the_undo_that_it_prints_brings_the_version_back() {
    let world = three_releases();
    let report = world.json(&["rollback", "web", "--env", "production"]);
    let undo = report["undo"].as_str().expect("the command that undoes it").to_owned();
    for command in undo.split(" && ") {
        let words: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(words[0], "stageline", "{undo}");
        world.run(&words[1..]).exits(0);
    }
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn promote_respects_the_hold_until_it_is_lifted() {
    let world = three_releases();
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    let before = world.tip();
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
    assert_eq!(world.tip(), before);
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    // The commit that it left is held for itself.
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
    world.run(&["hold", "lift", &format!("web@{}", world.commit_of("web", 4)), "--env", "production"]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn a_target_may_be_a_number_a_commit_a_config_commit_or_a_time() {
    let world = three_releases();
    let first = world.commit_of("web", 2);
    let config = world.environment.git(&world.remote, &["rev-list", "--reverse", "main"]);
    let config = format!("config:{}", config.lines().next().expect("a commit"));
    for to in ["r1", &first, &first[..9], &config, "@6d"] {
        let report = world.json(&["rollback", "web", "--env", "production", "--to", to, "--dry-run"]);
        assert_eq!(report["moves"][0]["to"], first, "--to {to}");
    }
}

#[test]
fn all_needs_to_know_how_far() {
    let world = three_releases();
    let ran = world.run(&["rollback", "--all", "--env", "production"]).exits(2);
    assert!(ran.stderr.contains("stageline undo --env production"), "{ran}");
    world.run(&["promote", "--all", "--exclude", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "--all", "--last", "--env", "production"]).exits(0);
    for (app, index) in [("web", 4), ("checkout", 2), ("worker", 2)] {
        assert_eq!(world.pin(app, "production"), world.commit_of(app, index), "{app}");
    }
}

#[test]
fn a_pin_without_an_earlier_version_is_never_removed() {
    let world = World::new();
    let before = world.tip();
    let ran = world.run(&["rollback", "worker", "--env", "production"]).exits(1);
    assert!(ran.stderr.contains("`worker`"), "{ran}");
    assert_eq!(world.tip(), before);
}

#[test]
fn to_with_an_environment_hints_at_env() {
    let world = World::new();
    world.run(&["rollback", "web", "--to", "production"]).exits(2).says("`--env production`");
    world.run(&["rollback", "web", "--to", "staging", "--env", "production"]).exits(2).says("`--env staging`");
}

#[test]
fn one_of_two_rollbacks_is_not_undone_under_the_hold_and_undoing_both_lifts_it() {
    let world = three_releases();
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    // One step on is a promotion, which the hold of the first keeps out; what takes both back takes the hold along.
    world.run(&["rollback", "web", "--env", "production", "--to", "config:HEAD~1"]).exits(1).says("held");
    world.run(&["promote", "web", "--to", "production"]).exits(1).says("held");
    world.run(&["rollback", "web", "--env", "production", "--to", "config:HEAD~2"]).exits(0);
    assert!(world.run(&["hold", "list"]).exits(0).stdout.contains("nothing is held"));
}

#[test]
fn no_hold_is_left_where_none_is_wanted() {
    let world = three_releases();
    world.run(&["rollback", "web", "--env", "production", "--no-hold"]).exits(0);
    let files = world.environment.git(&world.remote, &["ls-tree", "-r", "--name-only", "main"]);
    assert!(!files.contains(".stageline/holds/"), "{files}");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
}

#[test]
fn past_a_landing_in_which_the_pin_could_not_be_read_it_still_goes_to_a_version_that_differs() {
    let world = three_releases();
    let file = overlay_file("web", "production");
    world.git(&["pull", "-q", "--ff-only"]);
    let text = world.read(&file);
    world.land_file(&file, &text.replace("images:", "images: ["));
    world.land_file(&file, &text);
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 3));
}

#[test]
fn what_was_rolled_back_from_is_not_stable_for_a_later_rollback_either() {
    let world = three_releases();
    world.run(&["rollback", "web", "--env", "production", "--no-hold"]).exits(0);
    world.run(&["promote", "web", "--to", "production", "--commit", "main"]).exits(0);
    // Not even by its name.
    let named = ["rollback", "web", "--env", "production", "--to", &world.commit_of("web", 4)];
    assert_eq!(world.refused(1, &named), "was-rolled-back");
    // Before 5 stood 3, which 4 was given up for.
    world.run(&["rollback", "web", "--env", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 3));
}

#[test]
fn a_rollback_that_does_not_land_directly_says_why() {
    let world = World::shaped(|shape| {
        shape.file = false;
        let own = ["landing: merge-request", "rollback: { landing: direct }"];
        shape.keys_of.insert("production".into(), own.map(str::to_owned).to_vec());
    });
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.land_file("stageline.yaml", &world.settings());
    let back = ["rollback", "web", "--env", "production"];
    let plan = world.run(&[&back[..], &["--dry-run"]].concat()).exits(0);
    plan.says("for a merge request").says("it does not land directly, as a rollback would").says("trust-before");
    let direct = [&back[..], &["--landing", "direct"]].concat();
    world.run(&direct).exits(1).says("by merge request only").says("it does not land directly");
}
