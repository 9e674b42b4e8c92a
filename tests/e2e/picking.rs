//! On a terminal a verb asks for what was not typed: the environment, the applications, the hold to lift; elsewhere it never does.

use std::path::Path;
use std::process::Stdio;

use crate::support::World;
use crate::support::run::{Ran, finish, program};

/// Runs stageline at a terminal, where each of the keys are typed once the words before them are shown.
fn asked(world: &World, steps: &[(&str, &str)], args: &[&str]) -> Ran {
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/support/asked.py");
    let driver = driver.to_string_lossy().into_owned();
    let program = program().to_string_lossy().into_owned();
    let mut line = vec!["-B", driver.as_str()];
    line.extend(steps.iter().flat_map(|(wait, keys)| [*wait, *keys]));
    line.extend(["--", program.as_str(), "--color", "never"]);
    line.extend(args);
    let environment = world.environment.with("TERM", "xterm");
    let mut command = environment.command("python3", &world.clone);
    command.args(&line).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(command.spawn().expect("python3 starts"), args)
}

#[test]
fn promote_asks_for_the_environment_and_the_applications_and_shows_what_was_meant() {
    let world = World::new();
    let steps = [("environment", "\\r"), ("applications", "\\x1b[B \\r"), ("[y/N]", "y\\r")];
    let ran = asked(&world, &steps, &["promote"]).exits(0);
    ran.says("production  3 of 3 behind staging")
        .says("2 behind staging")
        .says("$ stageline --color never promote --to production")
        .says("landed");
    let moved = ["checkout", "web", "worker"].map(|app| world.pin(app, "production") == world.pin(app, "staging"));
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1, "the second of the list alone");
}

#[test]
fn what_was_typed_is_not_asked_for_again() {
    let world = World::new();
    let steps = [("applications", " \\r"), ("lands on main", "")];
    asked(&world, &steps, &["promote", "--to", "production", "--dry-run"]).exits(0).says("Nothing was written");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let steps = [("environment", "\\x1b[B\\r"), ("[y/N]", "n\\r")];
    asked(&world, &steps, &["rollback", "web"]).exits(2).says("--env");
}

#[test]
fn rollback_and_hold_lift_ask_as_well() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let to = world.pin("web", "production");
    let steps = [("applications", " \\r"), ("[y/N]", "y\\r")];
    asked(&world, &steps, &["rollback", "--env", "production"]).exits(0).says("rollback --env production web");
    assert_ne!(world.pin("web", "production"), to);
    let steps = [("hold to lift", "\\r"), ("[y/N]", "y\\r")];
    asked(&world, &steps, &["hold", "lift"]).exits(0).says("web in production").says("lifts");
}

#[test]
fn who_picks_nothing_has_changed_nothing_and_the_cursor_is_back() {
    let world = World::new();
    let before = world.tip();
    for (keys, code) in [("\\x1b", 1), ("\\x03", 130)] {
        let ran = asked(&world, &[("environment", keys)], &["promote"]).exits(code);
        assert!(ran.stdout.ends_with("nothing was written\n") && ran.stdout.contains("\u{1b}[?25h"), "{ran}");
    }
    let ran = asked(&world, &[("environment", "\\r"), ("applications", "\\r")], &["promote"]).exits(1);
    ran.says("nothing was picked");
    assert_eq!(world.tip(), before);
}

#[test]
fn off_a_terminal_and_with_yes_nobody_is_asked() {
    let world = World::new();
    world.run(&["promote"]).exits(2).says("required arguments");
    asked(&world, &[], &["promote", "-y"]).exits(2).says("required arguments");
}
