//! What is printed where: JSON by its schema, results on stdout, the rest on stderr, exit codes.

use serde_json::Value;

use crate::support::World;
use crate::support::run::program;

fn schema(world: &World, verb: &str) -> Value {
    serde_json::from_str(&world.run(&["schema", verb]).exits(0).stdout).expect("a JSON Schema")
}

#[test]
fn the_json_of_every_verb_is_what_its_schema_says() {
    let world = World::new();
    for (verb, args, code) in [
        ("config", vec!["config", "check"], 0),
        ("config", vec!["config", "show"], 0),
        ("doctor", vec!["doctor"], 1),
        ("status", vec!["status"], 0),
        ("diff", vec!["diff", "staging", "production"], 1),
        ("promote", vec!["promote", "web", "--to", "production", "--dry-run"], 0),
        ("promote", vec!["promote", "web", "--to", "production"], 0),
        ("promote", vec!["promote", "web", "--to", "production"], 0),
        ("rollback", vec!["rollback", "web", "--env", "production"], 0),
        ("promote", vec!["promote", "web", "--to", "production"], 1),
        ("hold", vec!["hold", "list"], 0),
        ("hold", vec!["hold", "lift", "web", "--env", "production"], 0),
        ("history", vec!["history", "web"], 0),
        ("history", vec!["history", "web", "--at", "1d"], 0),
        ("show", vec!["show"], 0),
        ("show", vec!["show", "web:r2", "--env", "production"], 0),
        ("history", vec!["history", "web", "--contains", &world.commit_of("web", 2)], 0),
        ("feedback-step", vec!["feedback", "step", "--request", "auto", "--step", "build", "--status", "passed"], 0),
        ("promote", vec!["promote", "nobody", "--to", "production"], 2),
    ] {
        let mut with_format = args.clone();
        with_format.extend(["-o", "json"]);
        let value = world.run(&with_format).exits(code).json();
        let name = if verb == "config" { "config-check" } else { verb };
        let name = if args == ["config", "show"] { "config-show" } else { name };
        let name = if value.get("error").is_some() { "error" } else { name };
        let validator = jsonschema::validator_for(&schema(&world, name)).expect("a valid schema");
        let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{args:?}: {faults:#?}\n{value:#}");
        // A schema that takes anything proves nothing.
        let mut changed = value.clone();
        changed["schema_version"] = "one".into();
        assert!(!validator.is_valid(&changed), "{args:?}");
    }
}

#[test]
fn stdout_carries_the_result_and_stderr_the_rest() {
    let world = World::new();
    let refused = world.run(&["promote", "nobody", "--to", "production"]).exits(2);
    assert!(refused.stdout.is_empty() && refused.stderr.starts_with("error:"), "{refused}");
    let quiet = world.run(&["status", "-o", "json", "-v"]).on_stderr("reading overlays").exits(0);
    quiet.json();
    let names = world.run(&["status", "-o", "name"]).exits(0);
    assert!(names.stdout.lines().all(|line| !line.contains(' ')), "{names}");
    let usage = world.run(&["promote", "--frobnicate"]).exits(2);
    assert!(usage.stdout.is_empty(), "{usage}");
}

#[test]
fn colour_is_only_where_it_is_asked_for_and_never_carries_meaning() {
    let world = World::new();
    let plain = world.run(&["status"]).exits(0);
    assert!(!plain.stdout.contains('\u{1b}'), "{plain}");
    let painted = world.run(&["--color", "always", "status"]).exits(0);
    assert!(painted.stdout.contains('\u{1b}'), "{painted}");
    let forced = world.environment.with("CLICOLOR_FORCE", "1").stageline(&world.clone, &["status"]).exits(0);
    assert_eq!(forced.stdout, painted.stdout);
    let never = world.environment.with("CLICOLOR_FORCE", "1").stageline(&world.clone, &["--color", "never", "status"]);
    assert_eq!(never.stdout, plain.stdout);
    let mut bare = String::new();
    let mut inside = false;
    for c in painted.stdout.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            c if !inside => bare.push(c),
            _ => {}
        }
    }
    assert_eq!(bare, plain.stdout);
}

#[test]
fn every_output_format_is_served_by_every_reading_verb() {
    let world = World::new();
    for args in [vec!["status"], vec!["history", "web"], vec!["show"], vec!["diff", "staging", "staging"]] {
        for format in ["table", "wide", "json", "yaml", "csv", "markdown", "name"] {
            let mut with_format = args.clone();
            with_format.extend(["-o", format]);
            let ran = world.run(&with_format).exits(0);
            assert!(ran.stdout.is_empty() || ran.stdout.ends_with('\n'), "{ran}");
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let world = World::new();
    let mut child = world.environment.start_stageline(&world.clone, &["history"]);
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the child is ours");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn help_and_version_need_no_repository() {
    let nowhere = tempfile::TempDir::new().expect("a folder");
    let stageline = || {
        let mut command = assert_cmd::Command::new(program());
        command.current_dir(nowhere.path()).env_clear();
        command
    };
    let version = format!("stageline {}\n", env!("CARGO_PKG_VERSION"));
    stageline().arg("--version").assert().success().stdout(version).stderr("");
    for verb in ["promote", "rollback", "diff", "history", "show", "status", "hold", "init", "config"] {
        stageline().arg("--help").assert().success().stdout(predicates::str::contains(verb)).stderr("");
    }
}
