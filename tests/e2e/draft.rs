//! `--config FILE`, and a `stageline.yaml` in the work tree that is not the one on the branch.

use crate::support::World;

/// What reads and lands nothing, with the exit code.
const READING: &[(&[&str], i32)] = &[
    (&["status"], 0),
    (&["diff", "staging", "production"], 1),
    (&["history"], 0),
    (&["show"], 0),
    (&["hold", "list"], 0),
    (&["config", "show"], 0),
];

/// A world with a draft that calls the application `web` by another name.
fn with_draft() -> World {
    let world = World::new();
    world.write("draft.yaml", &world.settings().replace("- name: web", "- name: shop"));
    world
}

#[test]
fn a_draft_stands_for_the_file_of_the_branch_where_nothing_is_landed() {
    let world = with_draft();
    let tip = world.tip();
    for (args, code) in &READING[..4] {
        let mut args = args.to_vec();
        args.extend(["--config", "draft.yaml"]);
        let ran = world.run(&args).exits(*code).says("is read here, not the `stageline.yaml` of `main`");
        assert!(ran.stdout.contains("shop"), "{ran}");
    }
    world.run(&["hold", "list", "--config", "draft.yaml"]).exits(0);
    world.run(&["config", "check", "--config", "draft.yaml"]).exits(0);
    let shown = world.run(&["config", "show", "--config", "draft.yaml"]).exits(0);
    assert!(shown.stdout.contains("name: shop") && !shown.stdout.contains("name: web"), "{shown}");
    let planned = world.json(&["promote", "shop", "--to", "production", "--dry-run", "--config", "draft.yaml"]);
    assert_eq!((&planned["stage"], &planned["moves"][0]["application"]), (&"planned".into(), &"shop".into()));
    world
        .run(&["promote", "shop", "--to", "production", "--config", "draft.yaml"])
        .exits(2)
        .says("not from `--config`");
    world.run(&["init", "--config", "draft.yaml"]).exits(2).says("exists already on `main`");
    assert_eq!(world.tip(), tip);
}

#[test]
fn a_draft_leaves_no_trace_in_what_the_next_run_remembers() {
    let world = with_draft();
    let before = world.json(&["status"]);
    world.json(&["status", "--config", "draft.yaml"]);
    assert_eq!(world.json(&["status"]), before);
}

#[test]
fn a_draft_that_cannot_be_read_is_told_with_its_place() {
    let world = World::new();
    world.write("draft.yaml", "version: 1\nname: \"x\n");
    let ran = world.run(&["status", "--config", "draft.yaml"]).exits(2).says("draft.yaml:2:");
    assert!(!ran.stderr.contains(": : "), "{ran}");
}

#[test]
fn verbs_that_read_warn_where_the_work_tree_has_another_file_than_the_branch() {
    let world = World::new();
    for (args, code) in READING {
        world.run(args).exits(*code);
    }
    world.write("stageline.yaml", &format!("{}# a draft\n", world.settings()));
    for (args, code) in READING {
        let warning = "the work tree's `stageline.yaml` differs from the one on `main`, which is the one that counts";
        world.run(args).on_stderr(warning).exits(*code);
    }
    // Which of the two was checked is said as well.
    let checked = world.run(&["config", "check"]).on_stderr("differs from the one on `main`").exits(0);
    assert!(checked.stdout.contains("stageline.yaml in the work tree is valid"), "{checked}");
}

#[test]
fn a_file_that_is_committed_here_and_not_pushed_is_to_be_pushed() {
    let world = World::new();
    world.write("stageline.yaml", &format!("{}# a draft\n", world.settings()));
    world.git(&["commit", "-qam", "a draft"]);
    world
        .run(&["promote", "web", "--to", "production", "--dry-run"])
        .on_stderr("is committed on `main` here but not pushed, and the remote's is the one that counts: push it")
        .exits(0);
}

#[test]
fn init_takes_no_sources_from_the_file_that_it_would_write() {
    let world = World::shaped(|shape| shape.file = false);
    world.write("stageline.yaml", &world.settings());
    world
        .run(&["init", "--config", "stageline.yaml"])
        .exits(2)
        .says("`mv stageline.yaml draft.yaml; stageline --config draft.yaml init`");
}

#[test]
fn a_file_that_is_not_on_the_branch_yet_is_said_not_to_count() {
    let world = World::new();
    world.git(&["rm", "-q", "--cached", "stageline.yaml"]);
    world.git(&["commit", "-q", "-m", "Leave it to the layout"]);
    world.git(&["push", "-q"]);
    for args in [&["status"][..], &["config", "show"], &["config", "check"]] {
        world.run(args).on_stderr("`stageline.yaml` is not on `main` yet").exits(0);
    }
    // Of one that was asked for it is known.
    world.run(&["status", "--config", "stageline.yaml"]).exits(0);
}

#[test]
fn a_file_that_git_itself_takes_for_unchanged_is_no_draft() {
    let world = World::new();
    let clone = |name: &str, settings: &[&str]| {
        let remote = world.remote.to_string_lossy().into_owned();
        let mut args: Vec<&str> = settings.iter().flat_map(|setting| ["-c", setting]).collect();
        args.extend(["clone", "-q", &remote, name]);
        world.environment.git(&world.path(""), &args);
        let clone = world.path(name);
        for (key, value) in settings.iter().filter_map(|setting| setting.split_once('=')) {
            world.environment.git(&clone, &["config", key, value]);
        }
        clone
    };
    let windows = clone("windows", &["core.autocrlf=true"]);
    let text = std::fs::read_to_string(windows.join("stageline.yaml")).expect("a file");
    assert!(text.contains("\r\n"));
    // A filter of the clone's own is not started by who only reads.
    world.land_file(".gitattributes", "stageline.yaml filter=odd\n");
    let odd = clone("odd", &["filter.odd.smudge=sed s/^version/#odd\\\\nversion/", "filter.odd.clean=sed /^#odd/d"]);
    assert!(std::fs::read_to_string(odd.join("stageline.yaml")).expect("a file").contains("#odd"));
    for clone in [&windows, &odd] {
        assert_eq!(world.environment.git(clone, &["status", "--porcelain"]), "");
        for (args, code) in READING {
            let ran = world.environment.stageline(clone, args);
            assert!(!ran.stderr.contains("differs"), "{}\n{ran}", clone.display());
            let ran = ran.exits(*code);
            assert!(!ran.stderr.contains("differs"), "{} {ran}", clone.display());
        }
        let mut text = std::fs::read_to_string(clone.join("stageline.yaml")).expect("a file");
        text.push_str("# mine\r\n");
        std::fs::write(clone.join("stageline.yaml"), text).expect("a file");
        world.environment.stageline(clone, &["status"]).on_stderr("differs from the one on `main`").exits(0);
    }
}
