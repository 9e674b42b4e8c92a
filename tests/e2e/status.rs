//! `status`: one table of what runs where.

use crate::support::World;

#[test]
fn every_environment_shows_its_version_and_the_distance_to_the_one_before() {
    let world = World::new();
    world.run(&["hold", "set", "checkout", "--env", "production", "-m", "audit"]).exits(0);
    let report = world.json(&["status"]);
    assert_eq!(report["environments"], serde_json::json!(["staging", "production"]));
    let row = |app: &str| {
        let rows = report["applications"].as_array().expect("rows");
        rows.iter().find(|row| row["application"] == app).unwrap_or_else(|| panic!("no {app}")).clone()
    };
    let web = row("web");
    assert_eq!(web["cells"][0]["version"], world.commit_of("web", 4));
    assert_eq!(web["cells"][1]["version"], world.commit_of("web", 2));
    assert_eq!(web["cells"][1]["behind"], 2);
    assert_eq!(web["cells"][1]["ahead"], 0);
    assert_eq!(web["cells"][1]["compared_with"], "staging");
    assert!(web["cells"][1]["since"].is_string(), "{report}");
    assert_eq!((&web["cells"][1]["held"], &row("checkout")["cells"][1]["held"]), (&false.into(), &true.into()));
    assert_eq!(report["holds"][0]["application"], "checkout");
}

#[test]
fn the_table_names_every_application_and_environment() {
    let world = World::new();
    let ran = world.run(&["status"]).exits(0);
    for word in ["web", "checkout", "worker", "staging", "production", &world.commit_of("web", 4)[..7]] {
        assert!(ran.stdout.contains(word), "{word}\n{ran}");
    }
}

#[test]
fn an_application_without_an_overlay_there_is_shown_as_absent() {
    let world = World::new();
    world.git(&["rm", "-q", "-r", "apps/worker/overlays/production"]);
    world.land_file("README.md", "Worker is not in production.\n");
    let report = world.json(&["status"]);
    let rows = report["applications"].as_array().expect("rows");
    let worker = rows.iter().find(|row| row["application"] == "worker").expect("the row");
    assert_eq!((&worker["cells"][0]["present"], &worker["cells"][1]["present"]), (&true.into(), &false.into()));
}

/// The versions of web in staging and production, and the notes.
fn shown(world: &World) -> ([String; 2], String) {
    let report = world.json(&["status"]);
    let rows = report["applications"].as_array().expect("rows");
    let web = rows.iter().find(|row| row["application"] == "web").expect("the row");
    ([0, 1].map(|cell| web["cells"][cell]["version"].as_str().unwrap_or("?").to_owned()), report["notes"].to_string())
}

#[test]
fn a_landing_that_is_not_pushed_counts_and_is_said_to() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production", "--no-push"]).exits(0);
    let (versions, notes) = shown(&world);
    assert_eq!(versions, [4, 4].map(|index| world.commit_of("web", index)));
    assert!(notes.contains("has commits that are not pushed; they count here"), "{notes}");
    // What runs is still the other one.
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    let changes = world.json(&["history", "web", "--env", "production"]);
    assert_eq!(changes["changes"][0]["to"], world.commit_of("web", 4), "{changes}");
}

#[test]
fn of_a_branch_that_is_behind_or_has_gone_apart_it_is_the_remotes_that_counts() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 0);
    world.fetch();
    let remotes = [4, 3].map(|index| world.commit_of("web", index));
    let (versions, notes) = shown(&world);
    assert_eq!((&versions, notes.as_str()), (&remotes, "[]"), "behind");
    world.run(&["promote", "web", "--to", "production", "--no-push"]).exits(0);
    let (versions, notes) = shown(&world);
    assert_eq!(versions, remotes, "gone apart");
    assert!(notes.contains("have gone apart; it is the remote's that is read"), "{notes}");
}

#[test]
fn what_is_said_tells_how_old_it_is_and_fetch_asks_the_remote_first() {
    let world = World::new();
    let other = world.clone_as("other", &[]);
    world.environment.stageline(&other, &["promote", "web", "--to", "production"]).exits(0);
    let landed = world.commit_of("web", 4);
    let cell = |args: &[&str]| world.json(args)["applications"][1]["cells"][1]["version"].clone();
    assert_ne!(cell(&["status"]), landed.as_str());
    assert!(!world.run(&["status"]).exits(0).stdout.contains("as of"), "it was cloned a moment ago");
    // As if that had been two minutes ago.
    let git = world.clone.join(".git");
    std::fs::remove_dir_all(git.join("logs")).expect("reflogs");
    let _ = std::fs::remove_file(git.join("FETCH_HEAD"));
    std::fs::create_dir_all(git.join("stageline")).expect("a folder");
    let stamp = std::fs::File::create(git.join("stageline/fetched")).expect("a file");
    stamp.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(120)).expect("a date");
    for verb in [&["status"][..], &["history"], &["diff", "staging", "production"], &["show"]] {
        let ran = world.run(verb);
        assert!(ran.stdout.contains("when `origin` was last asked: `--fetch` asks it now"), "{ran}");
        ran.exits(i32::from(verb[0] == "diff"));
    }
    assert_eq!(cell(&["status", "--fetch"]), landed.as_str());
    let history = world.run(&["history", "web", "--env", "production"]).exits(0);
    assert!(history.stdout.contains(&landed[..7]) && !history.stdout.contains("as of"), "{history}");
    // A remote that does not answer is no answer.
    std::fs::rename(&world.remote, world.path("gone.git")).expect("a move");
    world.run(&["status", "--fetch"]).exits(3);
    world.run(&["status"]).exits(0);
}

#[test]
fn the_line_for_a_prompt_says_what_waits_and_is_held_and_nothing_once_all_has_come() {
    let world = World::new();
    let short = |args: &[&str]| world.run(&[&["status", "--short"], args].concat()).exits(0).stdout;
    assert_eq!(short(&[]), "production 3\n");
    world.run(&["hold", "set", "web", "--env", "production", "-m", "checked by hand"]).exits(0);
    assert_eq!(short(&[]), "production 3 (1 held)\n");
    assert_eq!(short(&["checkout", "--env", "production"]), "production 1\n");
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
    assert_eq!(short(&["checkout"]), "");
    world.run(&["status", "--short", "-o", "json"]).exits(2);
    world.run(&["status", "--short", "nosuch"]).exits(2);
}
