//! `undo`: what has moved a pin since its landing, and what only looks so: what came back to the same value, what a merge
//! brought in, clusters that came or went.

use std::path::{Path, PathBuf};

use super::undo::{cluster_file, clusters, listing};
use crate::support::World;
use crate::support::landed::{column, file, lands_by_petrov, moved_to, petrov, production_on_a_branch};
use crate::support::world::{overlay, overlay_file};

const HOLD: &str = ".stageline/holds/production/web.yaml";

fn promotes(world: &World, index: usize) -> String {
    world.run(&["promote", "web", "--to", "production", "--commit", &world.commit_of("web", index)]).exits(0);
    world.tip()
}

#[test]
fn a_rollback_whose_version_was_left_and_came_back_stays_with_whoever_left_it_again() {
    let world = World::new();
    promotes(&world, 3);
    world.run(&["rollback", "web", "--env", "production", "-m", "it burns"]).exits(0);
    let first = world.tip();
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    world.run(&["hold", "lift", &format!("web@{}", world.commit_of("web", 3)), "--env", "production"]).exits(0);
    promotes(&world, 3);
    world.run(&["rollback", "web", "--env", "production", "-m", "it burns again"]).exits(0);
    let second = world.tip();
    world.run(&["undo", &first]).exits(1).says("moved since").says(&second[..7]);
    assert_eq!(world.tip(), second);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
}

#[test]
fn a_version_that_somebody_left_and_brought_again_is_their_landing_now() {
    for (world, branch) in [(World::new(), "main"), (production_on_a_branch(), "production")] {
        let report = world.json(&["promote", "web", "checkout", "--to", "production"]);
        let landing = report["commit"].as_str().expect("a commit");
        let clone = world.clone_as("petrov", &["--branch", branch]);
        for (from, to) in [(4, 1), (1, 4)] {
            edits(&world, &clone, from, to);
        }
        petrov(&world).git(&clone, &["push", "-q", "origin", &format!("HEAD:{branch}")]);
        let report = world.json(&["undo", landing]);
        assert_eq!(column(&report["moves"], "application"), ["checkout"], "{report}");
        assert!(report["skipped"][0]["reason"].as_str().is_some_and(|why| why.contains("A. Petrov")), "{report}");
        assert_eq!(world.pin_at(branch, "web", "production"), world.commit_of("web", 4), "{branch}");
    }
}

#[test]
fn what_was_undone_and_undone_again_stands_as_it_landed() {
    let world = World::new();
    let landing = promotes(&world, 4);
    for _ in 0..2 {
        world.run(&["undo", &landing]).exits(0);
        let undo = world.tip();
        world.run(&["undo", &undo]).exits(0);
        assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    }
    world.run(&["undo", &landing]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
}

/// Somebody commits another version of web in production in their clone; the id.
fn edits(world: &World, clone: &Path, from: usize, to: usize) -> String {
    let path = clone.join(overlay_file("web", "production"));
    let text = std::fs::read_to_string(&path).expect("the overlay");
    let edited = text.replace(&world.commit_of("web", from), &world.commit_of("web", to));
    assert_ne!(edited, text);
    std::fs::write(&path, edited).expect("the overlay");
    petrov(world).git(clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", &format!("Part {to}")]);
    petrov(world).git(clone, &["rev-parse", "HEAD"])
}

/// On a side branch web goes from part 2 to `parts`, one commit each; on the branch it goes to part 3 meanwhile, and the merge
/// keeps the side's. The side's commits, the landing meanwhile, and the merge.
fn merged_over_a_landing(world: &World, branch: &str, parts: &[usize]) -> (Vec<String>, String, String) {
    let clone: PathBuf = world.clone_as("side", &["--branch", branch]);
    let petrov = petrov(world);
    petrov.git(&clone, &["checkout", "-q", "-b", "side"]);
    let from = [&[2], parts].concat();
    let side = from.iter().zip(parts).map(|(from, to)| edits(world, &clone, *from, *to)).collect();
    promotes(world, 3);
    let at = |rev: &str| world.environment.git(&world.remote, &["rev-parse", rev]);
    let meanwhile = at(branch);
    petrov.git(&clone, &["checkout", "-q", branch]);
    petrov.git(&clone, &["pull", "-q", "--ff-only", "origin", branch]);
    petrov.git(&clone, &["merge", "-q", "--no-gpg-sign", "-X", "theirs", "-m", "Merge the side", "side"]);
    petrov.git(&clone, &["push", "-q", "origin", branch]);
    (side, meanwhile, at(branch))
}

#[test]
fn a_commit_that_a_merge_brought_over_another_landing_goes_back_to_that_landing() {
    for (world, branch) in [(World::new(), "main"), (production_on_a_branch(), "production")] {
        let (side, ..) = merged_over_a_landing(&world, branch, &[4]);
        assert_eq!(world.pin_at(branch, "web", "production"), world.commit_of("web", 4));
        world.run(&["undo", &side[0]]).exits(0);
        assert_eq!(world.pin_at(branch, "web", "production"), world.commit_of("web", 3), "{branch}");
    }
}

#[test]
fn the_merge_itself_goes_back_to_the_landing_that_it_went_over_too() {
    let world = World::new();
    let (.., merge) = merged_over_a_landing(&world, "main", &[4]);
    world.run(&["undo", &merge]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 3));
}

#[test]
fn what_landed_before_a_merge_has_not_moved_what_the_merge_brought_since() {
    let world = World::new();
    let (side, meanwhile, merge) = merged_over_a_landing(&world, "main", &[4, 5]);
    // The first of the two was left on the side already.
    let ran = world.run(&["undo", &side[0]]).exits(1);
    assert!(!ran.stderr.contains(&meanwhile[..7]), "it landed before\n{ran}");
    assert_eq!(world.tip(), merge);
    // Whoever moves it after the merge is named.
    let since = world.edit_by_hand("web", "production", &world.commit_of("web", 1), 0);
    world.run(&["undo", &side[1]]).exits(1).says("A. Petrov").says(&since[..7]);
}

/// Each of these clusters runs that part.
#[track_caller]
fn run(world: &World, wanted: &[(&str, usize)]) {
    for (cluster, index) in wanted {
        let text = file(world, &cluster_file(cluster)).expect("a file");
        assert!(text.contains(&world.commit_of("web", *index)), "{cluster} does not run part {index}: {text}");
    }
}

#[test]
fn a_cluster_that_was_taken_off_the_list_since_has_moved_nothing() {
    for us in [1, 2] {
        let world = clusters(2, us);
        world.run(&["promote", "web", "--to", "production"]).exits(0);
        let landing = world.tip();
        world.land_file("stageline.yaml", &listing(&world, "eu"));
        world.run(&["undo", &landing]).exits(0);
        run(&world, &[("eu", 2), ("us", 4)]);
    }
}

#[test]
fn a_cluster_that_was_put_on_the_list_since_has_moved_nothing_and_stays_as_it_is() {
    for newcomer in [4, 3] {
        let world = clusters(2, 1);
        world.run(&["promote", "web", "--to", "production"]).exits(0);
        let landing = world.tip();
        world.write(&cluster_file("ap"), &overlay("web", "production", &world.commit_of("web", newcomer)));
        world.land_file("stageline.yaml", &listing(&world, "eu, us, ap"));
        world.run(&["undo", &landing]).exits(0);
        run(&world, &[("eu", 2), ("us", 1), ("ap", newcomer)]);
    }
}

#[test]
fn one_cluster_for_another_has_moved_nothing_either() {
    let world = clusters(2, 1);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.write(&cluster_file("ap"), &overlay("web", "production", &world.commit_of("web", 4)));
    world.land_file("stageline.yaml", &listing(&world, "eu, ap"));
    world.run(&["undo", &landing]).exits(0);
    run(&world, &[("eu", 2), ("us", 4), ("ap", 4)]);
}

#[test]
fn a_list_that_changed_hides_nobody_who_moved_one_of_its_clusters() {
    let world = clusters(2, 1);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.write(&cluster_file("ap"), &overlay("web", "production", &world.commit_of("web", 4)));
    world.land_file("stageline.yaml", &listing(&world, "eu, us, ap"));
    let text = overlay("web", "production", &world.commit_of("web", 5));
    let theirs = lands_by_petrov(&world, &[(cluster_file("eu"), text)]);
    world.run(&["undo", &landing]).exits(1).says("A. Petrov").says(&theirs[..7]);
    run(&world, &[("eu", 5), ("us", 4), ("ap", 4)]);
}

#[test]
fn a_hold_that_was_taken_away_and_brought_again_is_their_hold_now() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let (landing, text) = (world.tip(), file(&world, HOLD).expect("a hold"));
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    let theirs = lands_by_petrov(&world, &[(HOLD.into(), text.clone()), moved_to(&world, "checkout", "staging", 5)]);
    world.run(&["undo", &landing]).exits(1).says("A. Petrov").says(&theirs[..7]);
    assert_eq!(file(&world, HOLD), Some(text));
}
