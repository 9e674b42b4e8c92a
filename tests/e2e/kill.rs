//! The process dies before and after every program that it starts, and at random moments: nothing is broken, a rerun lands once.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::run::finish;
use crate::support::shim::{Kill, Shim};

/// What a verb has to have done in the end.
struct Case {
    args: Vec<String>,
    landed: fn(&World) -> bool,
}

fn small_world() -> World {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * 24 * 3600);
    world.git(&["pull", "-q", "--ff-only"]);
    world.write("README.md", "Half a thought\n");
    world.write("notes.txt", "untracked\n");
    world
}

/// The state that a killed run leaves, and what a rerun makes of it.
fn check(world: &World, dirty: &str, commits: usize, case: &Case, when: &str) {
    world.git(&["fsck", "--no-dangling"]);
    world.environment.git(&world.remote, &["fsck", "--no-dangling"]);
    assert_eq!(world.git(&["status", "--porcelain"]), dirty, "{when}");
    let args: Vec<&str> = case.args.iter().map(String::as_str).collect();
    let ran = world.run(&args);
    assert_eq!(ran.code, Some(0), "the rerun, {when}\n{ran}");
    assert!((case.landed)(world), "{when}\n{ran}");
    assert_eq!(world.commits(), commits + 1, "landed once, {when}\n{ran}");
    assert_eq!(world.git(&["status", "--porcelain"]), dirty, "after the rerun, {when}");
    world.git(&["fetch", "-q", "origin"]);
    world.git(&["verify-commit", &world.tip()]);
}

fn survives(make: impl Fn(&World) -> Case) {
    let template = small_world();
    let case = make(&template);
    let args: Vec<&str> = case.args.iter().map(String::as_str).collect();
    let dirty = template.git(&["status", "--porcelain"]);
    let commits = template.commits();

    let whole = template.copy();
    let shim = Shim::place(&whole.environment, &whole.path("shim"), Kill::Never);
    let begun = Instant::now();
    shim.environment().stageline(&whole.clone, &args).exits(0);
    let length = begun.elapsed();
    let starts = shim.starts();
    assert!(starts.len() > 3, "stageline starts programs: {starts:?}");

    for number in 1..=starts.len() {
        for kill in [Kill::Before(number), Kill::After(number)] {
            let world = template.copy();
            let shim = Shim::place(&world.environment, &world.path("shim"), kill);
            let ran = shim.environment().stageline(&world.clone, &args);
            shim.settle();
            let when = format!("{kill:?} of {} (`{}`)", starts.len(), starts[number - 1]);
            assert!(ran.code.is_none() || number == starts.len(), "not killed, {when}\n{ran}");
            check(&world, &dirty, commits, &case, &when);
        }
    }

    // The moments are spread over the whole run by steps that no start is bound to.
    for step in 0..8_u32 {
        let world = template.copy();
        let shim = Shim::place(&world.environment, &world.path("shim"), Kill::Never);
        let moment = length * (step * 13 + 5) / 100;
        let mut child = shim.environment().start_stageline(&world.clone, &args);
        thread::sleep(moment.max(Duration::from_millis(1)));
        child.kill().expect("the child is ours");
        finish(child, &args);
        shim.settle();
        check(&world, &dirty, commits, &case, &format!("killed after {moment:?}"));
    }
}

fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

#[test]
fn promote_survives_every_death() {
    survives(|_| Case {
        args: words(&["promote", "web", "--to", "production"]),
        landed: |world| world.pin("web", "production") == world.commit_of("web", 4),
    });
}

#[test]
fn rollback_survives_every_death() {
    survives(|world| Case {
        args: words(&["rollback", "web", "--env", "production", "--to", &world.commit_of("web", 2)]),
        landed: |world| world.pin("web", "production") == world.commit_of("web", 2),
    });
}

#[test]
fn hold_survives_every_death() {
    survives(|_| Case {
        args: words(&["hold", "set", "web", "--env", "production", "-m", "audit"]),
        landed: |world| {
            let files = world.environment.git(&world.remote, &["ls-tree", "-r", "--name-only", "main"]);
            files.contains(".stageline/holds/production/web.yaml")
        },
    });
}
