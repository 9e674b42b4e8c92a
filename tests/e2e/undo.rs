//! `undo`: what of a landing goes back to what it was before, what stays, and what is said of it.

use std::fs;

use crate::support::World;
use crate::support::landed::{column, file, lands_by_petrov, moved_to, petrov, tree};
use crate::support::world::{overlay, overlay_file};

const HOLD: &str = ".stageline/holds/production/web.yaml";

/// Production has two clusters that run these parts of web.
pub fn clusters(eu: usize, us: usize) -> World {
    let world = World::shaped(|shape| {
        shape.applications = vec!["web".into()];
        shape.keys_of.insert("production".into(), vec!["clusters: [eu, us]".into()]);
    });
    for (cluster, index) in [("eu", eu), ("us", us)] {
        world.write(&cluster_file(cluster), &overlay("web", "production", &world.commit_of("web", index)));
    }
    world.land_file("stageline.yaml", &listing(&world, "eu, us"));
    world
}

/// The settings of such a world with that list of clusters.
pub fn listing(world: &World, clusters: &str) -> String {
    let pin = "- { image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }";
    let two = "- { image: registry.example.com/shop/web, in: \"apps/web/overlays/staging\", environments: [staging] }\n      \
               - { image: registry.example.com/shop/web, in: \"apps/web/clusters/{cluster}\", environments: [production] }";
    world.settings().replace(pin, two).replace("clusters: [eu, us]", &format!("clusters: [{clusters}]"))
}

/// Where web's overlay of a cluster stands.
pub fn cluster_file(cluster: &str) -> String {
    format!("apps/web/clusters/{cluster}/kustomization.yaml")
}

#[test]
fn each_site_goes_back_to_what_it_was_also_where_they_disagreed() {
    let world = clusters(1, 2);
    let before = tree(&world, "main");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let report = world.json(&["undo", &world.tip()]);
    assert_eq!(report["stage"], "landed");
    assert_eq!(tree(&world, "main"), before);
    let sites = &report["moves"][0]["sites"];
    assert_eq!(column(sites, "file"), [cluster_file("eu"), cluster_file("us")], "{report}");
    for (site, index) in [(0, 1), (1, 2)] {
        let to = sites[site]["to"].as_str().expect("a version");
        assert!(to.contains(&world.commit_of("web", index)), "{report}");
    }
}

#[test]
fn a_landing_that_changed_one_of_two_sites_gives_that_one_back_alone() {
    let world = clusters(2, 2);
    let text = overlay("web", "production", &world.commit_of("web", 3));
    let hand = lands_by_petrov(&world, &[(cluster_file("us"), text)]);
    let report = world.json(&["undo", &hand]);
    assert_eq!(report["files"], serde_json::json!([cluster_file("us")]), "{report}");
    for cluster in ["eu", "us"] {
        let text = file(&world, &cluster_file(cluster)).expect("a file");
        assert!(text.contains(&world.commit_of("web", 2)), "{cluster}: {text}");
    }
}

#[test]
fn of_two_sites_the_one_that_somebody_moved_since_is_not_overwritten() {
    let world = clusters(1, 2);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    let text = overlay("web", "production", "hotfix-of-today");
    lands_by_petrov(&world, &[(cluster_file("us"), text.clone())]);
    let ran = world.run(&["undo", &landing]);
    assert_eq!(file(&world, &cluster_file("us")), Some(text), "{ran}");
    ran.says("A. Petrov");
}

#[test]
fn the_undo_of_a_rollback_takes_its_hold_away_and_a_promotion_passes_again() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let before = tree(&world, "main");
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    world.run(&["undo", &world.tip()]).exits(0).says("lifts  web in production: errors");
    assert_eq!(tree(&world, "main"), before);
    world.run(&["promote", "web", "--to", "production", "--commit", "main"]).exits(0);
}

#[test]
fn the_undo_of_a_lift_brings_the_hold_back_byte_for_byte() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit", "--until", "2d"]).exits(0);
    let before = tree(&world, "main");
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    world.run(&["undo", &world.tip()]).exits(0).says("holds  web in production");
    assert_eq!(tree(&world, "main"), before);
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
}

#[test]
fn the_undo_of_a_hold_over_another_brings_the_other_back() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let before = tree(&world, "main");
    world.run(&["hold", "set", "web", "--env", "production", "-m", "holidays"]).exits(0);
    world.run(&["undo", &world.tip()]).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn the_undo_of_a_rollback_that_replaced_a_shorter_hold_brings_that_back() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["hold", "set", "web", "--env", "production", "-m", "freeze", "--until", "1d"]).exits(0);
    let before = tree(&world, "main");
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    assert!(file(&world, HOLD).expect("a hold").contains("errors"));
    world.run(&["undo", &world.tip()]).exits(0);
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn a_hold_that_was_changed_since_does_not_go_with_the_rollback_that_wrote_it() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    let landing = world.tip();
    let theirs = file(&world, HOLD).expect("a hold").replace("errors", "errors, and the audit");
    lands_by_petrov(&world, &[(HOLD.into(), theirs.clone())]);
    world.run(&["undo", &landing]).says("A. Petrov");
    assert_eq!(file(&world, HOLD), Some(theirs));
}

#[test]
fn a_pin_that_has_moved_since_is_refused_with_who_moved_it_and_by_which_landing() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    let since = world.edit_by_hand("web", "production", &world.commit_of("web", 5), 0);
    let ran = world.run(&["undo", &landing]).exits(1).says("A. Petrov").says(&since[..7]);
    assert!(ran.stderr.contains("stageline rollback web --env production"), "each refusal names the other verb\n{ran}");
    assert_eq!(world.tip(), since);
}

#[test]
fn of_several_pins_those_that_did_not_move_since_go_back_and_the_other_is_told() {
    let world = World::new();
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.edit_by_hand("web", "production", &world.commit_of("web", 5), 0);
    let report = world.json(&["undo", &landing]);
    assert_eq!(column(&report["moves"], "application"), ["checkout", "worker"]);
    assert_eq!(column(&report["skipped"], "application"), ["web"]);
    assert!(report["skipped"][0]["reason"].as_str().is_some_and(|why| why.contains("A. Petrov")), "{report}");
    for (app, index) in [("web", 5), ("checkout", 2), ("worker", 2)] {
        assert_eq!(world.pin(app, "production"), world.commit_of(app, index), "{app}");
    }
}

#[test]
fn other_landings_after_it_stay() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
    world.run(&["undo", &landing]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 3));
}

#[test]
fn a_landing_is_taken_back_once() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.run(&["undo", &landing]).exits(0);
    let tip = world.tip();
    world.run(&["undo", &landing]).exits(0).says("nothing to do");
    assert_eq!(world.tip(), tip);
}

#[test]
fn a_pin_that_was_born_with_the_landing_stays_and_the_refusal_says_so() {
    let world = World::new();
    let path = overlay_file("web", "production");
    let with = world.read(&path);
    let without = with.split("\nimages:").next().expect("a text").to_owned() + "\n";
    world.land_file(&path, &without);
    world.land_file(&path, &with);
    let tip = world.tip();
    let ran = world.run(&["undo", &tip]).exits(1);
    assert!(ran.stderr.contains("first version"), "{ran}");
    assert_eq!(world.tip(), tip);
}

#[test]
fn other_files_of_the_landing_stay_and_the_revert_that_is_named_for_them_works() {
    let world = World::new();
    let (path, text) = moved_to(&world, "web", "production", 3);
    let edits = [(path, text), ("docs/why.md".into(), "because\n".into())];
    let landing = lands_by_petrov(&world, &edits);
    let ran = world.run(&["undo", &landing]).exits(0).says("docs/why.md");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    assert!(file(&world, "docs/why.md").is_some(), "{ran}");
    reverts(&world, &format!("git revert {}", &landing[..7]), &ran.stderr, &ran.stdout);
}

/// The screen names that revert; it works, and takes the other files away.
#[track_caller]
fn reverts(world: &World, beginning: &str, err: &str, out: &str) {
    let screen = format!("{err}{out}");
    let command = screen.split('`').find(|words| words.starts_with("git revert"));
    let command = command.unwrap_or_else(|| panic!("no revert is named: {screen}"));
    assert!(command.starts_with(beginning), "{command}");
    world.git(&["pull", "-q", "--ff-only"]);
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let editor = world.environment.with("GIT_EDITOR", "true");
    editor.git(&world.clone, &words);
    assert!(!world.clone.join("docs/why.md").exists(), "{command}");
    assert!(world.read(&overlay_file("web", "production")).contains(&world.commit_of("web", 2)), "{command}");
}

#[test]
fn a_digest_that_came_with_the_version_goes_with_it_and_is_no_other_file_that_stays() {
    let digest = |pair: &str| format!("    digest: sha256:{}\n", pair.repeat(32));
    for stood_before in [None, Some("cd")] {
        let world = World::new();
        let pinned = |env: &str, index: usize| overlay("web", env, &world.commit_of("web", index));
        world.land_file(&overlay_file("web", "staging"), &(pinned("staging", 4) + &digest("ab")));
        if let Some(pair) = stood_before {
            world.land_file(&overlay_file("web", "production"), &(pinned("production", 2) + &digest(pair)));
        }
        let before = tree(&world, "main");
        world.run(&["promote", "web", "--to", "production"]).exits(0);
        let landed = file(&world, &overlay_file("web", "production")).expect("the overlay");
        assert!(landed.contains(digest("ab").trim()), "{landed}");
        let undone = world.run(&["undo", &world.tip()]).exits(0);
        assert_eq!(tree(&world, "main"), before, "{undone}");
        let said = format!("{}{}", undone.stdout, undone.stderr);
        assert!(!said.contains("other files") && !said.contains("git revert"), "nothing stays\n{undone}");
    }
}

#[test]
fn a_merge_is_undone_against_its_first_parent_and_its_other_files_by_a_revert_of_the_first_parent() {
    let world = World::new();
    let clone = world.clone_as("side", &[]);
    let petrov = petrov(&world);
    petrov.git(&clone, &["checkout", "-q", "-b", "side"]);
    // On the side the pin moves twice: what counts is what the merge brought to main.
    for index in [3, 4] {
        let (path, text) = moved_to(&world, "web", "production", index);
        fs::write(clone.join(path), text).expect("a file");
        petrov.git(&clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", "On the side"]);
    }
    fs::create_dir_all(clone.join("docs")).expect("a folder");
    fs::write(clone.join("docs/why.md"), "because\n").expect("a file");
    petrov.git(&clone, &["add", "-A"]);
    petrov.git(&clone, &["commit", "-q", "--no-gpg-sign", "-m", "Say why"]);
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
    petrov.git(&clone, &["fetch", "-q", "origin"]);
    petrov.git(&clone, &["checkout", "-q", "-B", "main", "origin/main"]);
    petrov.git(&clone, &["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "Merge the side", "side"]);
    petrov.git(&clone, &["push", "-q", "origin", "main"]);
    let merge = world.tip();
    let ran = world.run(&["undo", &merge]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 3));
    reverts(&world, "git revert -m 1 ", &ran.stderr, &ran.stdout);
}

#[test]
fn a_landing_without_a_pin_or_a_hold_is_left_to_git() {
    let world = World::new();
    world.land_file("docs/why.md", "because\n");
    let tip = world.tip();
    world.run(&["undo", &tip]).exits(1).says(&format!("git revert {}", &tip[..7]));
    assert_eq!(world.tip(), tip);
}

#[test]
fn rollback_and_undo_say_in_one_line_what_each_is_and_each_refusal_names_the_other() {
    let world = World::new();
    let line = |verb: &str, other: &str| {
        let help = world.run(&[verb, "--help"]).exits(0).stdout;
        assert!(help.contains(&format!("stageline {other}")), "{help}");
        help
    };
    assert!(line("rollback", "undo").contains("last good version"));
    assert!(line("undo", "rollback").contains("exactly one landing"));
    world.run(&["rollback", "web", "--env", "production"]).exits(1).says("stageline undo");
    world.run(&["rollback", "--all", "--env", "production"]).exits(2).says("stageline undo");
}

#[test]
fn a_hold_that_somebody_changed_since_stays_as_they_left_it_and_they_are_named() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let landing = world.tip();
    let theirs = file(&world, HOLD).expect("a hold").replace("audit", "audit, and it goes on");
    lands_by_petrov(&world, &[(HOLD.into(), theirs.clone())]);
    let tip = world.tip();
    world.run(&["undo", &landing]).exits(1).says("A. Petrov").says(HOLD);
    assert_eq!(world.refused(1, &["undo", &landing]), "record-changed");
    assert_eq!((world.tip(), file(&world, HOLD)), (tip, Some(theirs)));
}

#[test]
fn a_hold_that_was_lifted_since_does_not_come_again_with_the_undo_of_the_one_over_it() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    world.run(&["hold", "set", "web", "--env", "production", "-m", "holidays"]).exits(0);
    let landing = world.tip();
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    world.run(&["undo", &landing]).exits(1).says("Mei Lin");
    assert_eq!(file(&world, HOLD), None);
}

#[test]
fn the_holds_that_it_brings_back_or_takes_away_are_listed_with_their_reason() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    let taken = world.json(&["undo", &world.tip()]);
    let of_commit = format!(".stageline/holds/production/web@{}.yaml", world.commit_of("web", 4));
    assert_eq!(column(&taken["holds"], "file"), [HOLD, of_commit.as_str()], "{taken}");
    world.run(&["undo", &world.tip()]).exits(0).says("web in production, until lifted: errors");
}
