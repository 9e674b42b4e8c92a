//! A request that is taken back: by the command that it printed, or by somebody on its branch.

use std::fs;
use std::path::Path;

use crate::support::World;
use crate::support::landed::{petrov, printed, production_on_a_branch, shell, shell_in};
use crate::support::world::overlay_file;

const BRANCH: &str = "promote/production/web";
const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request"];

/// A request of each verb with its branch, and what is added for another plan of the same.
const REQUESTS: [(&[&str], &str, &[&str]); 3] = [
    (&["rollback", "web", "--env", "production"], "rollback/production/web", &["-m", "other"]),
    (&["hold", "set", "web", "--env", "production", "-m", "audit"], "hold/production/web", &["--until", "2d"]),
    (&["undo", "--env", "production"], "undo/production/web", &["-m", "other"]),
];

/// Where a branch of the remote is, or nothing.
fn tip_of(world: &World, branch: &str) -> String {
    let full = format!("refs/heads/{branch}");
    let found = world.environment.try_git(&world.remote, &["rev-parse", "-q", "--verify", &full]);
    String::from_utf8_lossy(&found.stdout).trim().to_owned()
}

/// Production has run two versions of web.
fn two_releases() -> World {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world
}

fn by_request(verb: &[&'static str]) -> Vec<&'static str> {
    [verb, &["--landing", "merge-request"]].concat()
}

/// Somebody commits what they changed in their clone, and pushes it.
fn pushes(world: &World, clone: &Path) -> String {
    petrov(world).git(clone, &["add", "-A"]);
    petrov(world).git(clone, &["commit", "-q", "--no-gpg-sign", "-m", "Mend it"]);
    petrov(world).git(clone, &["push", "-q", "origin", "HEAD"]);
    petrov(world).git(clone, &["rev-parse", "HEAD"])
}

#[test]
fn the_printed_undo_takes_nobodys_commit_away_whichever_verb_printed_it() {
    for (verb, branch, _) in REQUESTS {
        let world = two_releases();
        let undo = printed(&world.run(&by_request(verb)).exits(0));
        let clone = world.clone_as("reviewer", &["--branch", branch]);
        fs::write(clone.join("docs.md"), "reviewed\n").expect("a file");
        let theirs = pushes(&world, &clone);
        let ran = shell(&world, &undo).on_stderr("To /").on_stderr("[rejected]").exits(1);
        assert_eq!(tip_of(&world, branch), theirs, "{ran}");
    }
}

#[test]
fn the_printed_undo_of_a_request_that_nobody_touched_takes_its_branch_away_whichever_verb_printed_it() {
    for (verb, branch, _) in REQUESTS {
        let world = two_releases();
        let undo = printed(&world.run(&by_request(verb)).exits(0));
        assert_ne!(tip_of(&world, branch), "");
        shell(&world, &undo).on_stderr("To /").on_stderr("[deleted]").exits(0);
        assert_eq!(tip_of(&world, branch), "");
    }
}

#[test]
fn the_printed_undo_of_a_request_that_replaced_an_older_one_brings_the_older_one_back() {
    for (verb, branch, other) in REQUESTS {
        let world = two_releases();
        world.run(&by_request(verb)).exits(0);
        let older = tip_of(&world, branch);
        let ran = world.run(&[&by_request(verb), other].concat()).exits(0).says("replaces");
        assert_ne!(tip_of(&world, branch), older);
        shell(&world, &printed(&ran)).on_stderr("To /").on_stderr("(forced update)").exits(0);
        assert_eq!(tip_of(&world, branch), older, "{ran}");
        // The plan that stands there again is known as the older one.
        let again = world.json(&by_request(verb));
        assert_eq!((&again["request"]["unchanged"], &again["undo"]), (&true.into(), &serde_json::Value::Null));
    }
}

#[test]
fn that_is_so_for_a_newer_plan_of_an_environment_on_a_branch_of_its_own_too() {
    for world in [World::new(), production_on_a_branch()] {
        world.run(REQUEST).exits(0);
        let older = tip_of(&world, BRANCH);
        world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
        let ran = world.run(REQUEST).exits(0);
        assert_eq!(world.pin_at(BRANCH, "web", "production"), world.commit_of("web", 5));
        shell(&world, &printed(&ran)).on_stderr("To /").on_stderr("(forced update)").exits(0);
        assert_eq!(tip_of(&world, BRANCH), older, "{ran}");
    }
}

#[test]
fn the_printed_undo_works_in_the_folder_where_the_verb_was_typed() {
    let world = World::new();
    let args = [&["-C", "clone"], REQUEST].concat();
    let ran = world.environment.stageline(&world.path(""), &args).exits(0);
    shell_in(&world, &world.path(""), &printed(&ran)).on_stderr("To /").on_stderr("[deleted]").exits(0);
    assert_eq!(tip_of(&world, BRANCH), "");
}

/// After somebody has taken the plan back on its branch, the same run does not call it proposed there; a merge of the branch
/// that it names makes the change.
#[track_caller]
fn is_proposed_anew(world: &World, verb: &[&str], theirs: (&str, &str), pin: usize) -> String {
    let report = world.json(verb);
    let branch = report["request"]["branch"].as_str().expect("a branch").to_owned();
    assert_eq!((&report["stage"], &report["request"]["unchanged"]), (&"proposed".into(), &false.into()), "{report}");
    assert_eq!(tip_of(world, theirs.0), theirs.1, "nobody's commit is replaced");
    assert_eq!(world.pin_at(&branch, "web", "production"), world.commit_of("web", pin), "{report}");
    assert!(report["notes"].to_string().contains("A. Petrov"), "{report}");
    // Once is enough.
    assert_eq!(world.json(verb)["request"]["unchanged"], true);
    branch
}

#[test]
fn a_plan_that_somebody_reverted_on_its_branch_is_not_called_proposed() {
    for world in [World::new(), production_on_a_branch()] {
        world.run(REQUEST).exits(0);
        let clone = world.clone_as("reviewer", &["--branch", BRANCH]);
        petrov(&world).git(&clone, &["-c", "commit.gpgSign=false", "revert", "--no-edit", "HEAD"]);
        petrov(&world).git(&clone, &["push", "-q", "origin", "HEAD"]);
        let theirs = tip_of(&world, BRANCH);
        is_proposed_anew(&world, REQUEST, (BRANCH, &theirs), 4);
    }
}

#[test]
fn a_plan_whose_pin_somebody_moved_or_broke_on_its_branch_is_not_called_proposed() {
    for breaks in [false, true] {
        let world = World::new();
        let (ours, other) = (world.commit_of("web", 4), world.commit_of("web", 3));
        let (from, to) = if breaks { ("images:", "images: [") } else { (ours.as_str(), other.as_str()) };
        world.run(REQUEST).exits(0);
        let clone = world.clone_as("reviewer", &["--branch", BRANCH]);
        let path = clone.join(overlay_file("web", "production"));
        let text = fs::read_to_string(&path).expect("the overlay");
        fs::write(&path, text.replace(from, to)).expect("the overlay");
        let theirs = pushes(&world, &clone);
        is_proposed_anew(&world, REQUEST, (BRANCH, &theirs), 4);
    }
}

#[test]
fn a_hold_that_somebody_took_away_on_its_branch_is_not_called_proposed() {
    for (verb, branch, pin) in [
        (&["hold", "set", "web", "--env", "production", "-m", "audit"][..], "hold/production/web", 4),
        (&["rollback", "web", "--env", "production"], "rollback/production/web", 2),
    ] {
        let world = two_releases();
        world.run(&by_request(verb)).exits(0);
        let clone = world.clone_as("reviewer", &["--branch", branch]);
        fs::remove_file(clone.join(".stageline/holds/production/web.yaml")).expect("the hold");
        let theirs = pushes(&world, &clone);
        let anew = is_proposed_anew(&world, &by_request(verb), (branch, &theirs), pin);
        world
            .environment
            .git(&world.remote, &["cat-file", "-e", &format!("{anew}:.stageline/holds/production/web.yaml")]);
    }
}
