//! The process dies before and after every program that it starts, and at random moments: nothing is broken, a rerun lands once.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::chance::Chance;
use crate::support::run::finish;
use crate::support::shim::{Kill, Shim};

use super::counts;
use super::figures::tell;

/// What a verb has to have done in the end.
struct Case {
    args: Vec<String>,
    /// The branch on which its commit comes to stand, once.
    branch: &'static str,
    landed: fn(&World) -> bool,
}

/// When one run dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    AtStart(Kill),
    After(Duration),
}

/// What must be the same after every death: taken from runs that nobody disturbed.
struct Expected {
    dirty: String,
    before: BTreeSet<String>,
    after: BTreeSet<String>,
    commits: usize,
    starts: Vec<String>,
}

fn small_world() -> World {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * 24 * 3600);
    world.git(&["pull", "-q", "--ff-only"]);
    world.write("README.md", "Half a thought\n");
    world.write("notes.txt", "untracked\n");
    world
}

/// The names of all refs of the clone and of the remote, and the lock files that lie about.
fn refs(world: &World) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (place, folder) in [("clone", &world.clone), ("remote", &world.remote)] {
        let names = world.environment.git(folder, &["for-each-ref", "--format=%(refname)"]);
        found.extend(names.lines().map(|name| format!("{place} {name}")));
    }
    for folder in [world.clone.join(".git"), world.remote.clone()] {
        locks(&folder, &mut found);
    }
    found
}

fn locks(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            locks(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "lock") && !path.ends_with("landing.lock") {
            // `landing.lock` is a file that is locked, not a lock by being there.
            found.insert(format!("lock {}", path.display()));
        }
    }
}

fn count(world: &World, branch: &str) -> usize {
    let known = world.environment.try_git(&world.remote, &["rev-list", "--count", branch, "--"]);
    String::from_utf8_lossy(&known.stdout).trim().parse().unwrap_or_else(|_| world.commits())
}

/// The state that a killed run leaves, and what a rerun makes of it.
fn check(world: &World, expected: &Expected, case: &Case, when: &str) {
    world.git(&["fsck", "--no-dangling"]);
    world.environment.git(&world.remote, &["fsck", "--no-dangling"]);
    assert_eq!(world.git(&["status", "--porcelain"]), expected.dirty, "{when}");
    let left = refs(world);
    let strays: Vec<_> = left.iter().filter(|name| !expected.before.contains(*name)).collect();
    let strays: Vec<_> = strays.into_iter().filter(|name| !expected.after.contains(*name)).collect();
    assert!(strays.is_empty(), "stray, {when}: {strays:?}");
    let args: Vec<&str> = case.args.iter().map(String::as_str).collect();
    let ran = world.run(&args);
    assert_eq!(ran.code(), Some(0), "the rerun, {when}\n{ran}");
    assert!((case.landed)(world), "{when}\n{ran}");
    assert_eq!(count(world, case.branch), expected.commits + 1, "landed once, {when}\n{ran}");
    assert_eq!(world.git(&["status", "--porcelain"]), expected.dirty, "after the rerun, {when}");
    assert_eq!(refs(world), expected.after, "after the rerun, {when}");
    world.git(&["fetch", "-q", "origin"]);
    let tip = world.environment.git(&world.remote, &["rev-parse", case.branch]);
    world.git(&["verify-commit", &tip]);
}

/// The verb to its end, without a death; and how long it takes.
fn whole(template: &World, case: &Case) -> (Expected, Duration) {
    let args: Vec<&str> = case.args.iter().map(String::as_str).collect();
    let world = template.copy();
    let shim = Shim::place(&world.environment, &world.path("shim"), Kill::Never);
    let begun = Instant::now();
    shim.environment().stageline(&world.clone, &args).exits(0);
    let length = begun.elapsed();
    let starts = shim.starts();
    assert!(starts.len() > 3, "stageline starts programs: {starts:?}");
    let expected = Expected {
        dirty: template.git(&["status", "--porcelain"]),
        before: refs(template),
        after: refs(&world),
        commits: count(template, case.branch),
        starts,
    };
    (expected, length)
}

/// Kills one run and looks at what is left; whether it was still under way.
fn dies(template: &World, expected: &Expected, case: &Case, death: Death) -> bool {
    let args: Vec<&str> = case.args.iter().map(String::as_str).collect();
    let world = template.copy();
    let at = if let Death::AtStart(kill) = death { kill } else { Kill::Never };
    let shim = Shim::place(&world.environment, &world.path("shim"), at);
    let (ran, when) = match death {
        Death::AtStart(Kill::Before(n) | Kill::After(n)) => {
            let ran = shim.environment().stageline(&world.clone, &args);
            let starts = &expected.starts;
            let when = format!("{at:?} of {} (`{}`)", starts.len(), starts[n - 1]);
            assert!(ran.code().is_none() || n == starts.len(), "not killed, {when}\n{ran}");
            (ran, when)
        }
        Death::AtStart(Kill::Never) => unreachable!("that is no death"),
        Death::After(moment) => {
            let mut child = shim.environment().start_stageline(&world.clone, &args);
            thread::sleep(moment);
            child.kill().expect("the child is ours");
            (finish(child, &args), format!("killed after {moment:?}"))
        }
    };
    shim.settle();
    check(&world, expected, case, &when);
    ran.code().is_none()
}

fn survives(make: impl Fn(&World) -> Case) {
    let template = small_world();
    let case = make(&template);
    let (expected, length) = whole(&template, &case);
    let starts = expected.starts.len();
    let at_starts = (1..=starts).flat_map(|n| [Kill::Before(n), Kill::After(n)]).map(Death::AtStart);
    let mut chance = Chance::new();
    let (seed, least) = (chance.seed, Duration::from_millis(1));
    // A moment after the end kills nobody: it goes on until so many have died.
    let random = std::iter::repeat_with(|| Death::After(chance.between(least, length.max(least * 2))));
    let (wanted, last) = (counts::kills(2 * starts), 3 * counts::kills(2 * starts));
    let deaths = Mutex::new(at_starts.chain(random.take(last)));
    let (runs, died) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let next = || deaths.lock().expect("nobody panics with it").next();
    // Two at a time; more of them would only wait for each other.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while died.load(Ordering::Relaxed) < wanted {
                    let Some(death) = next() else { return };
                    died.fetch_add(dies(&template, &expected, &case, death).into(), Ordering::Relaxed);
                    runs.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let (runs, died) = (runs.into_inner(), died.into_inner());
    assert!(died >= wanted, "only {died} of {runs} died while they ran");
    tell(&format!(
        "kills of `{}`: {died}, {} of them at {starts} starts of programs, in {runs} runs; all whole after it, each rerun landed once; seed {seed}",
        case.args.join(" "),
        2 * starts,
    ));
}

fn words(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

#[test]
fn promote_survives_every_death() {
    survives(|_| Case {
        args: words(&["promote", "web", "--to", "production"]),
        branch: "main",
        landed: |world| world.pin("web", "production") == world.commit_of("web", 4),
    });
}

#[test]
fn rollback_survives_every_death() {
    survives(|world| Case {
        args: words(&["rollback", "web", "--env", "production", "--to", &world.commit_of("web", 2)]),
        branch: "main",
        landed: |world| world.pin("web", "production") == world.commit_of("web", 2),
    });
}

#[test]
fn hold_survives_every_death() {
    survives(|_| Case {
        args: words(&["hold", "set", "web", "--env", "production", "-m", "audit"]),
        branch: "main",
        landed: |world| {
            let files = world.environment.git(&world.remote, &["ls-tree", "-r", "--name-only", "main"]);
            files.contains(".stageline/holds/production/web.yaml")
        },
    });
}

#[test]
fn the_branch_of_a_merge_request_survives_every_death() {
    survives(|_| Case {
        args: words(&["promote", "web", "--to", "production", "--landing", "merge-request"]),
        branch: "promote/production/web",
        landed: |world| {
            let proposed = world.pin_at("promote/production/web", "web", "production") == world.commit_of("web", 4);
            proposed && world.pin("web", "production") == world.commit_of("web", 3)
        },
    });
}
