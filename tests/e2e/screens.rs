//! One golden screen a verb: all that the program prints, on repositories whose dates and ids are the same in every run.
//!
//! `SCREENS=write cargo test --test e2e screens` writes the screens anew, to be read in the diff. A screen that differs fails
//! its test, and so does one that is not there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::World;
use crate::support::run::Ran;

/// Every screen; the folder holds these and nothing else.
const SCREENS: &[&str] = &[
    "config-show",
    "diff",
    "history",
    "hold-list",
    "init",
    "promote-held",
    "promote-landed",
    "promote-plan",
    "promote-request",
    "rollback",
    "show",
    "status",
    "undo",
];

const DAY: u64 = 24 * 60 * 60;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/screens")
}

/// Compares both streams and the exit code of a run with its screen.
#[track_caller]
fn is_as_the_screen(name: &str, ran: &Ran) {
    assert!(SCREENS.contains(&name), "`{name}` is not in the list");
    let (file, text) = (folder().join(format!("{name}.txt")), ran.to_string());
    if std::env::var_os("SCREENS").is_some_and(|word| word == "write") {
        fs::write(&file, &text).expect("the screen is written");
    }
    let screen = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}\n{text}", file.display()));
    assert!(screen == text, "not as {}\n--- there\n{screen}--- now\n{text}", file.display());
}

/// Runs the verb where every date of git's is fixed.
fn run(world: &World, args: &[&str]) -> Ran {
    world.dated(0).stageline(&world.clone, args)
}

/// Two applications; web came to production by hand, checkout by a promotion, and nobody has touched staging.
fn landed() -> World {
    let world = World::shaped(|shape| {
        shape.applications = vec!["checkout".into(), "web".into()];
        shape.fixed = true;
        shape.key = false;
        shape.signing = "optional".into();
    });
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * DAY);
    let promote = ["promote", "checkout", "--to", "production", "-m", "pictures for the sale"];
    world.dated(2 * DAY).stageline(&world.clone, &promote).exits(0);
    world
}

/// The same, and web is held in production.
fn held() -> World {
    let world = landed();
    // By hand: `hold set` would write the moment of the run into the file, and so into the ids.
    let hold = "reason: the audit\nby: Mei Lin <mei@example.com>\nsince: 2026-09-12T09:00:00Z\ncause: asked\n";
    world.git(&["pull", "-q", "--ff-only"]);
    world.write(".stageline/holds/production/web.yaml", hold);
    world.git(&["add", "-A"]);
    world.dated(DAY).git(&world.clone, &["commit", "-q", "-m", "Hold web for the audit"]);
    world.git(&["push", "-q", "origin", "main"]);
    world
}

#[test]
fn the_folder_holds_each_screen_and_nothing_else() {
    let listed = fs::read_dir(folder()).expect("the folder");
    let mut names: Vec<String> =
        listed.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, SCREENS.iter().map(|name| format!("{name}.txt")).collect::<Vec<_>>());
}

#[test]
fn promote_shows_its_plan() {
    is_as_the_screen("promote-plan", &run(&landed(), &["promote", "web", "--to", "production", "--dry-run"]).exits(0));
}

#[test]
fn promote_says_what_has_landed() {
    let args = ["promote", "web", "--to", "production", "-m", "the new basket"];
    is_as_the_screen("promote-landed", &run(&landed(), &args).exits(0));
}

#[test]
fn promote_says_which_branch_asks_for_a_merge() {
    let args = ["promote", "web", "--to", "production", "--landing", "merge-request"];
    is_as_the_screen("promote-request", &run(&landed(), &args).exits(0));
}

#[test]
fn promote_says_what_is_held() {
    is_as_the_screen("promote-held", &run(&held(), &["promote", "web", "--to", "production"]).exits(1));
}

#[test]
fn rollback_says_what_has_landed() {
    let world = landed();
    let mut ran = run(&world, &["rollback", "web", "--env", "production", "-m", "wrong shoes"]).exits(0);
    // The hold's file has the moment of the run, which comes from the clock: so the id of this landing is another each time.
    let landing = world.tip();
    ran.stdout = ran.stdout.replace(&landing[..10], "<landing>").replace(&landing[..7], "<landing>");
    is_as_the_screen("rollback", &ran);
}

#[test]
fn undo_says_what_has_landed() {
    is_as_the_screen("undo", &run(&landed(), &["undo", "--env", "production"]).exits(0));
}

#[test]
fn diff_shows_what_differs() {
    is_as_the_screen("diff", &run(&landed(), &["diff", "staging", "production"]).exits(1));
}

#[test]
fn history_shows_every_change() {
    let world = landed();
    world.fetch();
    is_as_the_screen("history", &run(&world, &["history"]).exits(0));
}

#[test]
fn show_shows_one_landing() {
    let world = landed();
    world.fetch();
    is_as_the_screen("show", &run(&world, &["show"]).exits(0));
}

#[test]
fn status_shows_what_runs_where() {
    is_as_the_screen("status", &run(&held(), &["status"]).exits(0));
}

#[test]
fn hold_list_shows_what_is_held() {
    is_as_the_screen("hold-list", &run(&held(), &["hold", "list"]).exits(0));
}

#[test]
fn init_says_what_it_found_and_what_is_next() {
    let world = World::shaped(|shape| {
        shape.applications = vec!["checkout".into(), "web".into()];
        shape.file = false;
        shape.fixed = true;
        shape.key = false;
    });
    is_as_the_screen("init", &run(&world, &["init"]).exits(0));
}

#[test]
fn config_show_shows_what_counts() {
    is_as_the_screen("config-show", &run(&landed(), &["config", "show"]).exits(0));
}
