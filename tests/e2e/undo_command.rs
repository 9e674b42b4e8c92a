//! The command that every writing verb prints to take itself back: typed as it stands, it leaves the tree that was there before.

use std::fs;
use std::path::Path;

use crate::support::World;
use crate::support::landed::{
    changed, done_and_undone, file, petrov, printed, production_on_a_branch, shell, shell_in, tree,
};
use crate::support::world::overlay_file;

/// A world in which production has an earlier version to go back to.
fn two_releases() -> World {
    let world = World::new();
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    world
}

#[test]
fn it_names_the_landing_itself() {
    let world = World::new();
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(0);
    let undo = printed(&ran);
    let id = undo.strip_prefix("stageline undo ").unwrap_or_else(|| panic!("{undo}"));
    assert!(id.len() >= 7 && world.tip().starts_with(id), "{undo}");
}

#[test]
fn it_is_right_for_every_writing_verb() {
    let verbs: &[&[&str]] = &[
        &["promote", "web", "--to", "production", "--commit", "main"],
        &["promote", "--all", "--to", "staging", "--latest"],
        &["promote", "web", "--to", "production", "--allow-older", "--version", "hand-made"],
        &["rollback", "web", "--env", "production", "-m", "errors"],
        &["rollback", "web", "checkout", "--env", "production", "--no-hold"],
        &["rollback", "--all", "--to", "config:HEAD~1", "--env", "production"],
        &["rollback", "--all", "--last", "--env", "production"],
        &["hold", "set", "web", "--env", "production", "-m", "audit"],
        &["hold", "set", "--env", "production", "-m", "audit"],
        &["hold", "set", "--all", "-m", "audit"],
        &["undo", "--env", "production"],
    ];
    for verb in verbs {
        let world = two_releases();
        let before = tree(&world, "main");
        let (ran, undone) = done_and_undone(&world, verb);
        assert_eq!(tree(&world, "main"), before, "{ran}\n{undone}");
    }
}

#[test]
fn it_is_right_for_what_lifts_a_hold_and_for_what_replaces_one() {
    let verbs: &[&[&str]] = &[
        &["hold", "lift", "web", "--env", "production"],
        &["hold", "set", "--env", "production", "-m", "holidays"],
        &["hold", "set", "web", "checkout", "--env", "production", "-m", "holidays"],
        &["hold", "set", "web", "--env", "production", "-m", "holidays"],
        &["hold", "set", "web", "--env", "production", "-m", "shorter", "--until", "1h"],
        &["rollback", "web", "--env", "production", "-m", "errors"],
    ];
    for verb in verbs {
        let world = two_releases();
        world.run(&["hold", "set", "web", "--env", "production", "-m", "audit", "--until", "2d"]).exits(0);
        let before = tree(&world, "main");
        let (ran, undone) = done_and_undone(&world, verb);
        assert_eq!(tree(&world, "main"), before, "{ran}\n{undone}");
    }
}

#[test]
fn what_goes_back_under_a_hold_that_stays_is_told_to_need_its_lift_first() {
    for verb in [&["rollback", "web", "--env", "production", "-m", "errors", "--no-hold"][..], &["undo", "PROMOTION"]] {
        let world = two_releases();
        let promotion = world.tip();
        let before = tree(&world, "main");
        world.run(&["hold", "set", "web", "--env", "production", "-m", "audit", "--until", "2d"]).exits(0);
        let args: Vec<&str> =
            verb.iter().map(|word| if *word == "PROMOTION" { promotion.as_str() } else { word }).collect();
        let ran = world.run(&args).exits(0);
        let lift = "stageline hold lift web --env production";
        let undo = format!("stageline undo {}", &world.tip()[..10]);
        assert!(!ran.stdout.contains("undo:  ") && ran.stdout.contains(&format!("`{lift}`, then `{undo}`")), "{ran}");
        // As it says: alone it does not go, after the other it does.
        shell(&world, &undo).exits(1).says("audit");
        shell(&world, lift).exits(0);
        shell(&world, &undo).exits(0);
        assert_eq!(tree(&world, "main"), before, "{ran}");
    }
}

#[test]
fn a_promotion_does_not_bring_back_what_was_rolled_back_from_under_a_hold_that_was_there_before() {
    let world = two_releases();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let was = world.pin("web", "production");
    // One that lasts as long is there, so the rollback leaves it as it is.
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0).says("stays");
    world.run(&["promote", &format!("web@{was}"), "--to", "production"]).exits(1).says("audit");
}

#[test]
fn the_undo_of_an_undo_brings_the_landing_again_and_so_on() {
    let world = two_releases();
    let before = tree(&world, "main");
    let ran = world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    let after = tree(&world, "main");
    let first = shell(&world, &printed(&ran)).exits(0);
    assert_eq!(tree(&world, "main"), before);
    let second = shell(&world, &printed(&first)).exits(0);
    assert_eq!(tree(&world, "main"), after);
    shell(&world, &printed(&second)).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn it_is_right_for_many_applications_after_other_peoples_landings() {
    let world = World::new();
    let all = world.run(&["promote", "--all", "--to", "production"]).exits(0);
    world.edit_by_hand("web", "production", &world.commit_of("web", 5), 0);
    world.run(&["promote", "checkout", "--to", "staging", "--commit", "main"]).exits(0);
    world.run(&["hold", "set", "worker", "--env", "production", "-m", "audit"]).exits(0);
    shell(&world, &printed(&all)).exits(0).says("A. Petrov");
    for (app, index) in [("web", 5), ("checkout", 2), ("worker", 2)] {
        assert_eq!(world.pin(app, "production"), world.commit_of(app, index), "{app}");
    }
    assert_eq!(world.pin("checkout", "staging"), world.commit_of("checkout", 5));
    assert!(file(&world, ".stageline/holds/production/worker.yaml").is_some());
}

#[test]
fn it_is_right_where_the_version_stood_in_another_form() {
    let world = World::new();
    world.edit_by_hand("web", "production", "hand-made", 60);
    let before = tree(&world, "main");
    done_and_undone(&world, &["promote", "web", "--to", "production", "--allow-older"]);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn it_is_right_for_an_environment_on_a_branch_of_its_own() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    let (main, before) = (world.tip(), tree(&world, "production"));
    for verb in
        [&["promote", "web", "--to", "production"][..], &["hold", "set", "web", "--env", "production", "-m", "audit"]]
    {
        let (ran, _) = done_and_undone(&world, verb);
        assert_eq!(
            (tree(&world, "production"), tree(&world, "main")),
            (before.clone(), tree_of(&world, &main)),
            "{ran}"
        );
    }
}

fn tree_of(world: &World, commit: &str) -> String {
    world.environment.git(&world.remote, &["rev-parse", &format!("{commit}^{{tree}}")])
}

#[test]
fn it_is_right_for_a_commit_that_was_not_pushed() {
    let world = World::new();
    let (tip, before) = (world.tip(), world.git(&["rev-parse", "HEAD^{tree}"]));
    done_and_undone(&world, &["promote", "web", "--to", "production", "--no-push"]);
    assert_eq!(world.git(&["rev-parse", "HEAD^{tree}"]), before);
    assert_eq!(world.tip(), tip, "what was not pushed is not pushed by its undo");
}

#[test]
fn it_is_right_without_a_remote() {
    let world = World::shaped(|shape| shape.remote = false);
    let before = tree(&world, "main");
    done_and_undone(&world, &["promote", "web", "--to", "production"]);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn of_a_request_that_nobody_merged_it_takes_the_branch_away() {
    let world = World::new();
    let (main, requests) = (world.tip(), ["rev-parse", "-q", "--verify", "promote/production/web"]);
    let ran = world.run(&["promote", "web", "--to", "production", "--landing", "merge-request"]).exits(0);
    shell(&world, &printed(&ran)).on_stderr("To /").on_stderr("[deleted]").exits(0);
    assert!(!world.environment.try_git(&world.remote, &requests).status.success());
    assert_eq!(world.tip(), main);
}

#[test]
fn the_commit_of_a_request_stands_for_its_merge() {
    for how in [
        &["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "Merge pull request #12", "origin/promote/production/web"][..],
        &["merge", "-q", "--ff-only", "origin/promote/production/web"],
    ] {
        let world = World::new();
        let before = tree(&world, "main");
        let report = world.json(&["promote", "web", "--to", "production", "--landing", "merge-request"]);
        let clone = world.clone_as("forge", &[]);
        petrov(&world).git(&clone, how);
        petrov(&world).git(&clone, &["push", "-q", "origin", "main"]);
        assert_ne!(tree(&world, "main"), before);
        let request = report["commit"].as_str().map_or_else(
            || world.environment.git(&world.remote, &["rev-parse", "promote/production/web"]),
            str::to_owned,
        );
        world.run(&["undo", &request]).exits(0);
        assert_eq!(tree(&world, "main"), before, "{how:?}");
    }
}

#[test]
fn the_json_has_the_command_that_the_screen_has() {
    let world = World::new();
    let before = tree(&world, "main");
    let report = world.json(&["promote", "web", "--to", "production"]);
    shell(&world, report["undo"].as_str().expect("a command")).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn for_a_first_version_there_is_none_and_it_is_said_why() {
    let world = World::new();
    let path = overlay_file("web", "production");
    let text = world.read(&path).split("\nimages:").next().expect("a text").to_owned() + "\n";
    world.land_file(&path, &text);
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert!(!ran.stdout.contains("undo:  stageline undo"), "it would refuse\n{ran}");
    ran.says("first version");
    world.run(&["undo", &world.tip()]).exits(1).says("first version");
}

#[test]
fn of_a_first_version_and_another_move_the_other_goes_back() {
    let world = World::new();
    let path = overlay_file("web", "production");
    let text = world.read(&path).split("\nimages:").next().expect("a text").to_owned() + "\n";
    world.land_file(&path, &text);
    let (ran, undone) = done_and_undone(&world, &["promote", "--all", "--to", "production"]);
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 2), "{undone}");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4), "{undone}");
    ran.says("first version");
}

#[test]
fn nothing_is_printed_where_nothing_landed() {
    let world = two_releases();
    for verb in [
        &["promote", "web", "--to", "production"][..],
        &["promote", "web", "--to", "staging", "--commit", "main", "--dry-run"],
        &["hold", "set", "web", "--env", "production", "-m", "audit", "--dry-run"],
    ] {
        let ran = world.run(verb).exits(0);
        assert!(!ran.stdout.contains("undo:"), "{ran}");
    }
}

#[test]
fn it_is_right_where_the_remote_was_named() {
    let world = World::new();
    world.git(&["remote", "rename", "origin", "upstream"]);
    let before = tree(&world, "main");
    done_and_undone(&world, &["--remote", "upstream", "promote", "web", "--to", "production"]);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn it_is_right_where_the_branch_was_named() {
    let world = World::new();
    world.git(&["push", "-q", "origin", "main:release"]);
    world.fetch();
    let (main, before) = (tree(&world, "main"), tree(&world, "release"));
    done_and_undone(&world, &["--branch", "release", "promote", "web", "--to", "production"]);
    assert_eq!((tree(&world, "release"), tree(&world, "main")), (before, main));
}

#[test]
fn it_is_right_in_the_folder_where_the_verb_was_typed() {
    for (from, name) in [("", "clone"), ("", "mei's \"own\" $clone"), ("home", "../clone")] {
        let mut world = World::new();
        let place = world.path(from).join(name);
        if from.is_empty() {
            fs::rename(&world.clone, &place).expect("it moves");
            world.clone = place;
        }
        let (folder, before) = (world.path(from), tree(&world, "main"));
        let ran = world.environment.stageline(&folder, &["-C", name, "promote", "web", "--to", "production"]).exits(0);
        assert_ne!(tree(&world, "main"), before);
        shell_in(&world, &folder, &printed(&ran)).exits(0);
        assert_eq!(tree(&world, "main"), before, "{ran}");
    }
}

/// Somebody pulls with a merge over a commit of their own and pushes: the first parent of all that landed meanwhile is
/// theirs from then on.
fn merges_all_of_it(world: &World, clone: &Path, branch: &str) {
    let petrov = petrov(world);
    fs::write(clone.join("docs.md"), "mine\n").expect("a file");
    petrov.git(clone, &["add", "-A"]);
    petrov.git(clone, &["commit", "-q", "--no-gpg-sign", "-m", "Write it down"]);
    petrov.git(clone, &["pull", "-q", "--no-rebase", "--no-edit", "--no-gpg-sign", "origin", branch]);
    petrov.git(clone, &["push", "-q", "origin", &format!("HEAD:{branch}")]);
}

/// What landed, and then what somebody else landed; a merge takes in both. The printed undo takes the first back alone.
fn is_taken_back_alone(world: &World, branch: &str, mine: &[&str], theirs: &[&str]) {
    let clone = world.clone_as("slow", &["--branch", branch]);
    let at = |rev: &str| world.environment.git(&world.remote, &["rev-parse", rev]);
    let before = at(branch);
    let ran = world.run(mine).exits(0);
    let landed = at(branch);
    world.run(theirs).exits(0);
    let mut left = changed(world, &landed, branch);
    merges_all_of_it(world, &clone, branch);
    assert_eq!(at(&format!("{branch}^2~1")), landed, "the merge is the landing of both");
    let merge = at(branch);
    let undone = shell(world, &printed(&ran)).exits(0);
    assert_eq!(changed(world, &merge, branch), changed(world, &before, &landed), "{ran}\n{undone}");
    left.push("docs.md".into());
    left.sort();
    assert_eq!(changed(world, &before, branch), left, "{ran}\n{undone}");
}

#[test]
fn it_takes_nobody_elses_landing_back_though_one_merge_brought_both_in() {
    let web = ["hold", "set", "web", "--env", "production", "-m", "audit"];
    let checkout = ["hold", "set", "checkout", "--env", "production", "-m", "audit"];
    let back = ["rollback", "web", "--env", "production", "-m", "errors"];
    let promotes = ["promote", "checkout", "--to", "staging", "--commit", "main"];
    for (mine, theirs) in [
        (&back[..], &promotes[..]),
        (&back, &checkout),
        (&web, &checkout),
        (&promotes, &back),
        (&["undo", "--env", "production"], &promotes),
        (&["promote", "web", "checkout", "--to", "staging", "--latest"], &back),
    ] {
        is_taken_back_alone(&two_releases(), "main", mine, theirs);
    }
}

#[test]
fn that_is_so_for_an_environment_on_a_branch_of_its_own_too() {
    let theirs = ["promote", "checkout", "--to", "production"];
    for mine in
        [&["promote", "web", "--to", "production"][..], &["hold", "set", "web", "--env", "production", "-m", "audit"]]
    {
        is_taken_back_alone(&production_on_a_branch(), "production", mine, &theirs);
    }
}
