//! Objects and histories that are not whole, each with the word that scripts tell it by.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::World;
use crate::support::world::overlay_file;

/// The file of a loose object of the clone.
fn object(world: &World, name: &str) -> PathBuf {
    let id = world.git(&["rev-parse", name]);
    let file = world.clone.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a loose object");
    file
}

#[test]
fn an_object_that_is_not_there_is_told_by_its_kind() {
    let world = World::new();
    fs::remove_file(object(&world, &format!("HEAD:{}", overlay_file("web", "staging")))).expect("our own file");
    assert_eq!(world.refused(3, &["promote", "web", "--to", "production"]), "object-missing");
    let world = World::new();
    fs::remove_file(object(&world, "HEAD")).expect("our own file");
    assert_eq!(world.refused(3, &["status"]), "commit-missing");
}

#[test]
fn a_history_with_a_hole_is_told_in_gits_own_words() {
    let world = World::new();
    world.land_file("README.md", "Another commit\n");
    let hole = world.git(&["rev-parse", "HEAD~1"]);
    fs::remove_file(object(&world, "HEAD~1")).expect("our own file");
    let ran = world.run(&["history", "web", "--env", "production", "-o", "json"]).exits(2).says(&hole);
    assert_eq!(ran.refusal(), "git-failed");
}

#[test]
fn an_object_that_cannot_be_read_is_told_as_that() {
    let world = World::new();
    let file = object(&world, &format!("HEAD:{}", overlay_file("web", "staging")));
    fs::write(file, "garbage").expect("our own file");
    world.run(&["promote", "web", "--to", "production"]).exits(3).says("cannot be read").says("run `git fsck`");
    assert_eq!(world.refused(3, &["promote", "web", "--to", "production"]), "object-corrupt");
}

#[test]
fn a_version_that_is_no_commit_of_the_source_leaves_the_way_unknown() {
    let world = World::new();
    world.edit_by_hand("web", "production", "made-by-hand", 0);
    assert_eq!(world.refused(3, &["promote", "web", "--to", "production"]), "direction-unknown");
}

#[test]
fn in_a_shallow_clone_nobody_knows_whether_what_is_held_goes_back() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    let args = ["promote", "web", "--to", "production", "--no-push", "-o", "json"];
    assert_eq!(world.environment.stageline(&shallow, &args).exits(3).refusal(), "kind-unknown");
}

#[test]
fn a_damaged_mirror_of_a_source_is_not_mended_offline() {
    let world = World::new();
    let settings = world.settings().replace("source: /", "source: file:///");
    world.land_file("stageline.yaml", &settings);
    let asks = ["history", "web", "--contains", "main", "--offline"];
    assert_eq!(world.refused(3, &asks), "source-not-fetched");
    // Nowhere yet: but the source was asked.
    world.run(&asks[..4]).exits(1);
    let mirrors: Vec<PathBuf> = fs::read_dir(world.path("home/.cache/stageline/sources"))
        .expect("mirrors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    assert!(!mirrors.is_empty());
    for mirror in mirrors {
        fs::write(mirror.join("HEAD"), "garbage\n").expect("our own file");
    }
    assert_eq!(world.refused(3, &asks), "source-damaged");
}
