//! The support itself: a test that stands on sand proves nothing.

use crate::support::server::Server;
use crate::support::shim::{Kill, Shim};
use crate::support::{World, fingerprint};

#[test]
fn a_world_has_signed_keys_sources_and_a_remote_that_agree() {
    let world = World::new();
    assert_eq!(world.git(&["status", "--porcelain"]), "");
    assert_eq!(world.git(&["rev-parse", "origin/main"]), world.tip());
    assert_eq!(world.pin("web", "staging"), world.commit_of("web", 4));
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    world.git(&["commit", "-q", "-S", "--allow-empty", "-m", "signed"]);
    world.git(&["verify-commit", "HEAD"]);
    let hotfix = world.sources["web"].commit("hotfix", &world.commit_of("web", 2), "fix.txt", "fix: now");
    let parent = world.environment.git(&world.sources["web"].path, &["rev-parse", &format!("{hotfix}~1")]);
    assert_eq!(parent, world.commit_of("web", 2));
}

#[test]
fn a_hand_edit_lands_on_the_remote_and_changes_one_line() {
    let world = World::new();
    let commit = world.edit_by_hand("web", "production", "0123abc", 60);
    assert_eq!(world.pin("web", "production"), "0123abc");
    let stat = world.environment.git(&world.remote, &["show", "--numstat", "--format=", &commit]);
    assert!(stat.starts_with("1\t1\tapps/web/overlays/production/"), "{stat}");
}

#[test]
fn the_server_takes_pushes_over_its_own_protocol() {
    let world = World::new();
    let server = Server::start(&world.environment, &world.path(""));
    world.git(&["commit", "-q", "--allow-empty", "-m", "by the wire"]);
    world.git(&["push", "-q", &server.address("remote.git"), "main"]);
    assert_eq!(world.tip(), world.git(&["rev-parse", "main"]));
}

#[test]
fn a_fingerprint_sees_one_changed_byte() {
    let world = World::new();
    let before = fingerprint::of(&world.clone);
    fingerprint::assert_same(&before, &fingerprint::of(&world.clone));
    world.write("README.md", "What runs when.\n");
    assert_ne!(before, fingerprint::of(&world.clone));
}

/// Whether the check ends in a panic.
fn fails<T>(check: impl FnOnce() -> T) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).is_err()
}

#[test]
fn a_run_that_says_more_on_stderr_than_its_test_expects_fails_the_test() {
    let world = World::new();
    world.write("stageline.yaml", &format!("{}# a draft\n", world.settings()));
    let (fine, refused) = (["status"], ["promote", "nobody", "--to", "production"]);
    assert!(fails(|| world.run(&fine).exits(0)));
    assert!(fails(|| world.run(&fine).code()));
    assert!(fails(|| world.run(&fine).on_stderr("another warning")));
    world.run(&fine).on_stderr("differs from the one on `main`").exits(0);
    // An error is awaited where the code says that there is one.
    world.run(&refused).on_stderr("differs from").exits(2);
    assert!(fails(|| world.run(&refused).on_stderr("differs from").exits(0)));
    assert!(fails(|| world.run(&["diff", "staging", "production"]).exits(1)));
}

#[test]
fn a_shim_passes_programs_through_that_stageline_did_not_start() {
    let world = World::new();
    let shim = Shim::place(&world.environment, &world.path("shim"), Kill::Before(1));
    assert_eq!(shim.environment().git(&world.clone, &["rev-parse", "HEAD"]), world.tip());
    assert!(shim.starts().is_empty());
}

#[test]
fn a_copied_world_stands_on_its_own() {
    let world = World::new();
    let copy = world.copy();
    copy.git(&["commit", "-q", "-S", "--allow-empty", "-m", "only here"]);
    copy.git(&["push", "-q", "origin", "main"]);
    assert_ne!(copy.tip(), world.tip());
}
