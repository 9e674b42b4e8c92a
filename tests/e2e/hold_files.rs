//! What a file of the folder of holds covers: by its name, by what stands in its place, and by what the past knew.

use std::os::unix::fs::symlink;

use crate::support::World;
use crate::support::landed::{production_on_a_branch, tree};
use crate::support::run::Ran;

const HOLD: &str = "reason: stop\nby: Mei Lin <mei@example.com>\nsince: 2026-11-25T00:00:00Z\ncause: asked\n";

/// The promotions that are looked at: web in production, checkout there, web in staging.
const PROMOTIONS: [&[&str]; 3] = [
    &["web", "--to", "production"],
    &["checkout", "--to", "production"],
    &["web", "--to", "staging", "--commit", "main"],
];

/// Whether these promotions are held on a world with that file.
fn held_by(path: &str, text: &str) -> [bool; 3] {
    let world = World::new();
    world.land_file(path, text);
    held_in(&world, path)
}

/// The same in this world; where one is held, the file is named.
fn held_in(world: &World, path: &str) -> [bool; 3] {
    PROMOTIONS.map(|rest| is_held(&world.run(&[&["promote"], rest, &["--dry-run"]].concat()), path))
}

fn is_held(ran: &Ran, path: &str) -> bool {
    is_held_with(ran, path, 1)
}

/// Whether it is held, with the exit code that says so.
fn is_held_with(ran: &Ran, path: &str, code: i32) -> bool {
    if ran.code() == Some(0) {
        return false;
    }
    assert_eq!(ran.code(), Some(code), "{path}: {ran}");
    assert!(ran.stderr.contains(path) || ran.stdout.contains(path), "the file is named: {ran}");
    true
}

#[test]
fn a_file_that_cannot_be_read_holds_what_its_name_covers() {
    for text in ["by: [\n", "", "reason: x\n", "\u{1}\n", "- a list\n"] {
        assert_eq!(held_by(".stageline/holds/production/web.yaml", text), [true, false, false], "{text:?}");
        assert_eq!(held_by(".stageline/holds/production/_all.yaml", text), [true, true, false], "{text:?}");
        assert_eq!(held_by(".stageline/holds/_all.yaml", text), [true, true, true], "{text:?}");
    }
}

#[test]
fn a_file_whose_name_no_application_can_have_holds_its_environment_or_everything() {
    for name in ["Web Shop!.yaml", "web/more.yaml", "-.yaml", "_al.yaml"] {
        assert_eq!(held_by(&format!(".stageline/holds/production/{name}"), "x\n"), [true, true, false], "{name}");
    }
    for name in ["odd name!.yaml", "-.yaml"] {
        assert_eq!(held_by(&format!(".stageline/holds/{name}"), "x\n"), [true, true, true], "{name}");
    }
}

#[test]
fn a_hold_of_an_application_that_is_gone_holds_nothing_and_is_listed_as_left_over() {
    let world = World::new();
    world.run(&["hold", "set", "worker", "--env", "production", "-m", "audit"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    let settings = world.read("stageline.yaml");
    let at = settings.find("  - name: worker").expect("the last application");
    world.land_file("stageline.yaml", &settings[..at]);
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    let listed = world.json(&["hold", "list"]);
    assert_eq!(
        (&listed["holds"][0]["application"], &listed["holds"][0]["left_over"]),
        (&"worker".into(), &true.into())
    );
}

#[test]
fn a_file_under_a_name_that_never_was_is_not_left_over_but_holds_its_environment_or_everything() {
    // The landed past knows neither: somebody meant `web`, and `production`.
    assert_eq!(held_by(".stageline/holds/production/wbe.yaml", "x\n"), [true, true, false]);
    assert_eq!(held_by(".stageline/holds/production.yaml", "x\n"), [true, true, true]);
}

#[test]
fn what_is_left_over_is_not_said_to_hold() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    world.land_file(".stageline/holds/production/worker.yaml", "by: [\n");
    let listed = world.run(&["hold", "list"]).exits(0);
    assert!(!(listed.stdout.contains("left over") && listed.stdout.contains("so it holds")), "{listed}");
}

#[test]
fn a_name_in_another_case_is_one_that_never_was() {
    for text in [HOLD, "x\n"] {
        assert_eq!(held_by(".stageline/holds/production/Web.yaml", text), [true, true, false], "{text}");
        assert_eq!(held_by(".stageline/holds/Production/_all.yaml", text), [true, true, true], "{text}");
        assert_eq!(held_by(".stageline/holds/Production/web.yaml", text), [true, false, true], "{text}");
        assert_eq!(held_by(".stageline/holds/Production/Web.yaml", text), [true, true, true], "{text}");
    }
}

#[test]
fn a_folder_of_an_environment_that_never_was_holds_in_every_one() {
    for text in [HOLD, "x\n"] {
        assert_eq!(held_by(".stageline/holds/prodution/_all.yaml", text), [true, true, true], "{text}");
        assert_eq!(held_by(".stageline/holds/prodution/checkout.yaml", text), [false, true, false], "{text}");
    }
}

#[test]
fn a_slip_is_told_where_it_stops_somebody_and_in_the_list() {
    let world = World::new();
    world.land_file(".stageline/holds/production/Web.yaml", HOLD);
    world.run(&["promote", "checkout", "--to", "production"]).exits(1).says("no application is called `Web`");
    let listed = world.json(&["hold", "list"]);
    let hold = &listed["holds"][0];
    assert!(hold["reason"].as_str().is_some_and(|why| why.contains("no application is called `Web`")), "{listed}");
    assert_eq!((&hold["application"], &hold["left_over"]), (&serde_json::Value::Null, &false.into()), "{listed}");
}

/// A world whose past knew the application `worker` and the environment `testing`.
fn with_a_past() -> World {
    let world = World::new();
    let settings = world.settings();
    let more = settings.replace("  - name: production\n", "  - name: testing\n    after: []\n  - name: production\n");
    world.land_file("stageline.yaml", &more);
    let at = settings.find("  - name: worker").expect("the last application");
    world.land_file("stageline.yaml", &settings[..at]);
    world
}

#[test]
fn a_name_that_the_past_knew_is_left_over_and_holds_nothing() {
    for path in [
        ".stageline/holds/production/worker.yaml",
        ".stageline/holds/testing/_all.yaml",
        ".stageline/holds/testing/web.yaml",
        ".stageline/holds/testing/worker.yaml",
        ".stageline/holds/worker.yaml",
    ] {
        for text in [HOLD, "by: [\n"] {
            let world = with_a_past();
            world.land_file(path, text);
            assert_eq!(held_in(&world, path), [false; 3], "{path}");
            let listed = world.run(&["hold", "list"]).exits(0).says("left over");
            assert!(!listed.stdout.contains("so it holds"), "{listed}");
            assert_eq!(world.json(&["hold", "list"])["holds"][0]["left_over"], true);
        }
    }
}

/// A world whose application `web` is called `shop` now, with what the settings say of its earlier names.
fn renamed(was: &str) -> World {
    let world = World::new();
    let text = world.settings().replacen("- name: web\n", &format!("- name: shop\n{was}"), 1);
    world.land_file("stageline.yaml", &text);
    world
}

#[test]
fn a_hold_of_an_earlier_name_holds_the_application_of_today_and_is_lifted_by_that() {
    let world = renamed("    was: [web]\n");
    let path = ".stageline/holds/production/web.yaml";
    world.land_file(path, HOLD);
    let promote = ["promote", "shop", "--to", "production", "--dry-run"];
    let ran = world.run(&promote);
    assert!(is_held(&ran, path), "{ran}");
    assert!(ran.stdout.contains("hold lift shop --env production"), "{ran}");
    let status = world.json(&["status"]);
    let hold = &status["holds"][0];
    assert_eq!((&hold["application"], &hold["file"]), (&"shop".into(), &path.into()), "{status}");
    world.run(&["hold", "lift", "shop", "--env", "production"]).exits(0);
    assert!(!is_held(&world.run(&promote), path));
    world.run(&["config", "check"]).exits(0);
}

#[test]
fn a_glob_finds_a_hold_of_an_earlier_name_by_the_name_of_today() {
    let world = renamed("    was: [web]\n");
    let path = ".stageline/holds/production/web.yaml";
    world.land_file(path, HOLD);
    world.run(&["hold", "lift", "w*", "--env", "production"]).exits(0).says("no such hold");
    let ran = world.run(&["hold", "lift", "sh*", "--env", "production"]).exits(0);
    assert!(!ran.stdout.contains("stays held"), "{ran}");
    assert!(!is_held(&world.run(&["promote", "shop", "--to", "production", "--dry-run"]), path));
}

#[test]
fn a_hold_of_a_name_that_is_gone_is_said_by_what_would_have_asked_for_it() {
    let world = renamed("");
    let path = ".stageline/holds/production/web.yaml";
    world.land_file(path, HOLD);
    let what =
        format!("`{path}` holds nothing: no application is called `web` any more; if one was, say `was: [web]` of it");
    for args in [
        &["promote", "shop", "--to", "production", "--dry-run", "-o", "json"][..],
        &["status", "-o", "json"],
        &["config", "check", "-o", "json"],
    ] {
        let report = world.run(args).exits(0).json();
        let told = report["notes"].to_string() + &report["notices"].to_string();
        assert!(told.contains(&what), "{args:?}: {report}");
    }
    // Of another environment it is not said there.
    let args = ["promote", "shop", "--to", "staging", "--commit", "main", "--dry-run", "-o", "json"];
    let ran = world.run(&args);
    assert!(!ran.stdout.contains("holds nothing"), "{ran}");
    let gone = ".stageline/holds/testing/_all.yaml";
    let world = with_a_past();
    world.land_file(gone, HOLD);
    let status = world.json(&["status"]);
    let what = format!("`{gone}` holds nothing: no environment is called `testing` any more");
    assert!(status["notes"].to_string().contains(&what), "{status}");
    // What is over would hold nothing under its own name either.
    world.land_file(gone, &HOLD.replace("cause:", "until: 2026-11-25T01:00:00Z\ncause:"));
    assert!(!world.json(&["status"])["notes"].to_string().contains("holds nothing"));
}

#[test]
fn beside_a_name_that_the_past_knew_a_slip_still_holds() {
    for (path, held) in [
        (".stageline/holds/production/Worker.yaml", [true, true, false]),
        (".stageline/holds/testing/wbe.yaml", [false; 3]),
        (".stageline/holds/tseting/worker.yaml", [false; 3]),
        (".stageline/holds/tseting/web.yaml", [true, false, true]),
    ] {
        let world = with_a_past();
        world.land_file(path, HOLD);
        assert_eq!(held_in(&world, path), held, "{path}");
    }
}

#[test]
fn a_name_that_a_shallow_clone_hides_holds() {
    let world = with_a_past();
    let path = ".stageline/holds/production/worker.yaml";
    world.land_file(path, HOLD);
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    let held = |rest: &[&str]| {
        let args = [&["promote"], rest, &["--dry-run"]].concat();
        // Whether it goes back, which a hold lets pass, the past would tell.
        is_held_with(&world.environment.stageline(&shallow, &args), path, 3)
    };
    assert_eq!(PROMOTIONS.map(held), [true, true, false]);
    // With the past it is known to be left over.
    world.environment.git(&shallow, &["fetch", "-q", "--unshallow"]);
    assert_eq!(PROMOTIONS.map(held), [false; 3]);
}

#[test]
fn a_hold_of_a_member_of_a_group_holds_its_group() {
    for text in [HOLD, "by: [\n"] {
        let world = World::new();
        let group = world.settings().replacen(
            "    version: \"{commit}\"\n    pins:\n      - { image: registry.example.com/shop/web",
            "    version: \"{commit}\"\n    members: [shop, admin]\n    pins:\n      - { image: registry.example.com/shop/web",
            1,
        );
        world.land_file("stageline.yaml", &group);
        world.land_file(".stageline/holds/production/admin.yaml", text);
        assert_eq!(held_in(&world, ".stageline/holds/production/admin.yaml"), [true, false, false], "{text}");
        let listed = world.json(&["hold", "list"]);
        let hold = &listed["holds"][0];
        assert_eq!((&hold["application"], &hold["left_over"]), (&"web".into(), &false.into()), "{listed}");
        assert_eq!(hold["file"], ".stageline/holds/production/admin.yaml");
    }
}

#[test]
fn a_member_that_the_group_has_lost_is_left_over() {
    let world = World::new();
    let settings = world.settings();
    let group = settings.replacen("    version:", "    members: [shop, admin]\n    version:", 1);
    world.land_file("stageline.yaml", &group);
    world.land_file("stageline.yaml", &settings);
    let path = ".stageline/holds/production/admin.yaml";
    world.land_file(path, HOLD);
    assert_eq!(held_in(&world, path), [false; 3]);
}

/// Commits and pushes what stands in the user's work tree and index.
fn lands(world: &World) {
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Hold it another way"]);
    world.git(&["push", "-q", "origin", "HEAD"]);
}

/// What may stand in the place of a folder of holds.
const PLACES: [(&str, [bool; 3]); 2] =
    [(".stageline/holds/production", [true, true, false]), (".stageline/holds", [true, true, true])];

#[track_caller]
fn is_listed_as_no_folder(world: &World, place: &str) {
    let listed = world.json(&["hold", "list"]);
    assert_eq!(listed["holds"][0]["file"], place, "{listed}");
    assert!(listed["holds"][0]["reason"].as_str().is_some_and(|why| why.contains("it is no folder")), "{listed}");
}

#[test]
fn a_link_in_the_place_of_a_folder_holds_what_it_hides() {
    for (place, held) in PLACES {
        // Whether it leads somewhere or nowhere: git keeps its text only.
        for target in ["../elsewhere", "nowhere"] {
            let world = World::new();
            world.write(".stageline/elsewhere/_all.yaml", HOLD);
            let link = world.clone.join(place);
            std::fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
            symlink(target, &link).expect("a link");
            world.git(&["add", "-A"]);
            lands(&world);
            assert_eq!(held_in(&world, place), held, "{place} -> {target}");
            is_listed_as_no_folder(&world, place);
        }
    }
}

#[test]
fn a_submodule_in_the_place_of_a_folder_holds_what_it_hides() {
    for (place, held) in PLACES {
        let world = World::new();
        let commit = world.commit_of("web", 0);
        world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},{place}")]);
        lands(&world);
        assert_eq!(held_in(&world, place), held, "{place}");
        is_listed_as_no_folder(&world, place);
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_of_holds_holds_everything() {
    assert_eq!(held_by(".stageline/holds", HOLD), [true, true, true]);
}

#[test]
fn a_file_in_the_place_of_the_folder_of_an_environment_holds_that() {
    assert_eq!(held_by(".stageline/holds/production", HOLD), [true, true, false]);
    assert_eq!(held_by(".stageline/holds/README", "What holds stand for.\n"), [false; 3]);
}

#[test]
fn a_link_in_the_place_of_a_hold_holds_what_its_name_covers() {
    let world = World::new();
    std::fs::create_dir_all(world.clone.join(".stageline/holds/production")).expect("a folder");
    symlink("../nowhere.yaml", world.clone.join(".stageline/holds/production/web.yaml")).expect("a link");
    world.git(&["add", "-A"]);
    lands(&world);
    assert_eq!(held_in(&world, ".stageline/holds/production/web.yaml"), [true, false, false]);
}

#[test]
fn a_verb_that_would_write_through_such_a_link_lands_nothing_there() {
    let world = World::new();
    std::fs::create_dir_all(world.clone.join(".stageline/holds")).expect("a folder");
    symlink("../elsewhere", world.clone.join(".stageline/holds/production")).expect("a link");
    world.git(&["add", "-A"]);
    lands(&world);
    let before = tree(&world, "main");
    world
        .run(&["hold", "set", "web", "--env", "production", "-m", "audit"])
        .exits(2)
        .says("`.stageline/holds/production` in its path is not a folder")
        .says("take it away");
    assert_eq!(world.refused(2, &["hold", "set", "web", "--env", "production", "-m", "audit"]), "not-a-folder");
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn a_verb_that_would_write_over_a_link_lands_nothing_there() {
    let world = World::new();
    std::fs::create_dir_all(world.clone.join(".stageline/holds/production")).expect("a folder");
    symlink("../nowhere.yaml", world.clone.join(".stageline/holds/production/web.yaml")).expect("a link");
    world.git(&["add", "-A"]);
    lands(&world);
    let before = tree(&world, "main");
    for verb in [
        &["hold", "set", "web", "--env", "production", "-m", "audit"][..],
        &["hold", "lift", "web", "--env", "production"],
    ] {
        world.run(verb).exits(2).says("is a symbolic link").says("take it away");
        assert_eq!(world.refused(2, verb), "not-a-plain-file");
    }
    assert_eq!(tree(&world, "main"), before);
}

#[test]
fn a_branch_of_its_own_is_held_by_its_own_files_and_by_those_of_the_main_branch() {
    for (branch, path, held) in [
        ("main", ".stageline/holds/production/web.yaml", [true, false, false]),
        ("main", ".stageline/holds/production/Web.yaml", [true, true, false]),
        ("main", ".stageline/holds/Production/_all.yaml", [true, true, true]),
        ("production", ".stageline/holds/production/Web.yaml", [true, true, false]),
        ("production", ".stageline/holds/Production/_all.yaml", [true, true, false]),
    ] {
        let world = production_on_a_branch();
        world.git(&["checkout", "-q", branch]);
        world.write(path, HOLD);
        world.git(&["add", "-A"]);
        lands(&world);
        world.git(&["checkout", "-q", "main"]);
        assert_eq!(held_in(&world, path), held, "{path} on {branch}");
    }
}
