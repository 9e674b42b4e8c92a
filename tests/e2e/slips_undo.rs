//! What a landing did and an undo leaves as it is, each with the word that scripts tell it by.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::World;
use crate::support::pinned::pinned;
use crate::support::world::overlay_file;

const HOLD: &str = ".stageline/holds/production/web.yaml";

#[test]
fn a_pin_that_the_landing_took_away_is_not_made_anew() {
    let world = World::new();
    fs::remove_file(world.clone.join(overlay_file("web", "production"))).expect("the overlay");
    world.land_file("README.md", "Without web in production\n");
    assert_eq!(world.refused(1, &["undo", &world.tip()]), "pin-went");
}

#[test]
fn a_pin_whose_overlay_is_gone_stays_gone() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.git(&["pull", "-q", "--ff-only"]);
    fs::remove_file(world.clone.join(overlay_file("web", "production"))).expect("the overlay");
    world.land_file("README.md", "Without web in production\n");
    assert_eq!(world.refused(1, &["undo", &landing]), "no-overlay");
}

#[test]
fn what_a_landing_did_to_a_pin_that_cannot_be_read_cannot_be_told() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let good = world.read(&file);
    world.land_file(&file, &format!("{good}garbage: [\n"));
    world.land_file(&file, &good);
    assert_eq!(world.refused(3, &["undo", &world.tip()]), "unreadable-landing");
}

#[test]
fn a_hold_that_became_a_link_is_left_to_git() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    fs::remove_file(world.clone.join(HOLD)).expect("the hold");
    symlink("../nowhere.yaml", world.clone.join(HOLD)).expect("a link");
    world.land_file("README.md", "With a link\n");
    assert_eq!(world.refused(1, &["undo", &world.tip()]), "record-unreadable");
}

#[test]
fn where_nothing_has_landed_there_is_nothing_to_take_back() {
    let text = "images:\n- name: registry.example.com/a\n  newTag: v1\n".to_owned();
    let image = "{ image: registry.example.com/a, in: \"apps/{environment}\" }";
    let world = pinned(&[image], &[("apps/staging/kustomization.yaml", text)]);
    assert_eq!(world.refused(1, &["undo", "--env", "production"]), "no-landing");
    assert_eq!(world.refused(1, &["rollback", "a", "--last", "--env", "production"]), "no-landing");
}
