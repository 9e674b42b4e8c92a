//! What a move is, by the trees of the past and not by the verb: what goes back passes a hold, what goes on does not.

use crate::support::World;
use crate::support::landed::{file, shell, tree};

const HOLD: &str = ".stageline/holds/production/web.yaml";
const ROLLBACK: &[&str] = &["rollback", "web", "--env", "production"];

/// Production of web has run its second, third and fourth commit.
fn three_versions() -> World {
    let world = World::new();
    for index in [3, 4] {
        promote(&world, index).exits(0);
    }
    world
}

fn promote(world: &World, index: usize) -> crate::support::run::Ran {
    world.run(&["promote", &format!("web@{}", world.commit_of("web", index)), "--to", "production"])
}

fn hold(world: &World, why: &str) {
    world.run(&["hold", "set", "web", "--env", "production", "-m", why]).exits(0);
}

/// `rollback --to` that commit of web.
fn rollback_to(world: &World, index: usize) -> crate::support::run::Ran {
    world.run(&[ROLLBACK, &["--to", &world.commit_of("web", index)]].concat())
}

#[test]
fn a_rollback_to_something_newer_is_a_promotion_which_a_hold_keeps_out() {
    let world = three_versions();
    world.run(&[ROLLBACK, &["-m", "it burns"]].concat()).exits(0);
    hold(&world, "it must not run");
    let before = world.tip();
    rollback_to(&world, 4).exits(1).says("held").says("it must not run");
    assert_eq!((world.tip(), world.pin("web", "production")), (before, world.commit_of("web", 3)));
    // Further back it goes all the same.
    rollback_to(&world, 2).exits(0);
}

#[test]
fn what_was_rolled_back_from_stays_out_also_after_something_else_ran() {
    let world = three_versions();
    world.run(&[ROLLBACK, &["--no-hold"]].concat()).exits(0);
    promote(&world, 5).exits(0);
    hold(&world, "audit");
    rollback_to(&world, 4).exits(1).says("rolled back from");
    rollback_to(&world, 3).exits(0);
}

#[test]
fn a_hand_edit_that_went_back_counts_as_a_return_and_its_version_as_given_up() {
    let world = three_versions();
    world.edit_by_hand("web", "production", &world.commit_of("web", 2), 0);
    promote(&world, 5).exits(0);
    hold(&world, "audit");
    rollback_to(&world, 4).exits(1);
    rollback_to(&world, 2).exits(0);
}

#[test]
fn the_undo_of_a_rollback_takes_exactly_its_own_hold_along() {
    let world = three_versions();
    let before = tree(&world, "main");
    world.run(&[ROLLBACK, &["-m", "errors"]].concat()).exits(0);
    world.run(&["undo", "--env", "production"]).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn a_hold_that_the_rollback_did_not_write_refuses_its_undo_whether_it_came_before_or_since() {
    for since in [false, true] {
        let world = three_versions();
        if !since {
            hold(&world, "audit");
        }
        world.run(&[ROLLBACK, &["--no-hold"]].concat()).exits(0);
        let rollback = world.tip();
        if since {
            hold(&world, "audit");
        }
        world.run(&["undo", &rollback]).exits(1).says("audit");
        assert!(file(&world, HOLD).expect("a hold").contains("audit"));
    }
}

#[test]
fn under_a_hold_a_shallow_clone_cannot_tell_and_without_one_it_is_not_asked() {
    let world = three_versions();
    let shallow = |name: &str| {
        let clone = world.clone_as(name, &["--depth", "1"]);
        let to = format!("web@{}", world.commit_of("web", 5));
        world.environment.stageline(&clone, &["promote", &to, "--to", "production"])
    };
    hold(&world, "audit");
    shallow("held").exits(3).says("audit").says("shallow");
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    shallow("free").exits(0);
}

#[test]
fn what_stood_there_by_rules_that_came_later_is_no_evidence() {
    let world = three_versions();
    let settings = world.settings();
    // The rules went and came again: what stood there in between was nobody's rule.
    world.land_file("stageline.yaml", "# nothing\n");
    world.edit_by_hand("web", "production", &world.commit_of("web", 5), 0);
    world.land_file("stageline.yaml", &settings);
    hold(&world, "audit");
    let ran = rollback_to(&world, 3).exits(3).says("audit").says("trust-before");
    // From a commit on that the policy names, it is all the same.
    let first = world.git(&["rev-list", "--max-parents=0", "HEAD"]);
    for (from, code) in [("HEAD", 3), (first.as_str(), 0)] {
        let from = world.git(&["rev-parse", from]);
        world.land_file("stageline.yaml", &settings.replacen("people:", &format!("trust-before: {from}\npeople:"), 1));
        rollback_to(&world, 3).exits(code);
    }
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 3), "{ran}");
}

#[test]
fn an_easier_landing_of_rollbacks_is_for_what_goes_back_alone() {
    let world = World::shaped(|shape| {
        let keys = vec!["landing: merge-request".into(), "rollback: { landing: direct }".into()];
        shape.keys_of.insert("production".into(), keys);
    });
    for (index, ago) in [(3, 120), (4, 60)] {
        world.edit_by_hand("web", "production", &world.commit_of("web", index), ago);
    }
    world.fetch();
    let report = world.json(&[ROLLBACK, &["-m", "errors"]].concat());
    assert_eq!((&report["stage"], &report["request"]), (&"landed".into(), &serde_json::Value::Null), "{report}");
    world.run(&["hold", "lift", "web", "--env", "production", "--landing", "merge-request"]).exits(0);
    shell(&world, "git fetch -q && git push -q origin origin/hold/production/web:main").exits(0);
    // To something newer is a promotion, whatever the verb is called.
    let to = world.commit_of("web", 4);
    let report = world.json(&[ROLLBACK, &["--to", &to, "--no-hold"]].concat());
    assert_eq!(report["stage"], "proposed", "{report}");
    world.run(&[ROLLBACK, &["--to", &to, "--landing", "direct"]].concat()).exits(1).says("merge request only");
}

#[test]
fn a_rollback_to_a_version_that_came_and_went_without_one_leaves_its_hold_like_any_other() {
    // By the trees alone the third one that came again went back from the fourth, and nobody meant that.
    let world = three_versions();
    for index in [3, 4, 3] {
        world.edit_by_hand("web", "production", &world.commit_of("web", index), 0);
    }
    let ran = rollback_to(&world, 4);
    ran.exits(0).says("holds  web in production").says("until lifted");
    promote(&world, 5).exits(1).says("held");
}
