//! Whole-process time of `why` and `status` in a bare clone that asks nobody, beside the git commands that a user would look with instead.
//!
//! `cargo bench --bench why [-- --rounds N --applications N --commits N]`

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[allow(dead_code, reason = "others measure memory, too")]
mod measure;
#[path = "measure/place.rs"]
#[allow(dead_code, reason = "others look at the sources and the signers, too")]
mod place;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{by_turns, median, numbers, ratio, show, time};
use place::{Place, application, overlay};

fn main() {
    let (mut rounds, mut applications, mut commits) = (15, 20, 2_000);
    numbers(&mut [("--rounds", &mut rounds), ("--applications", &mut applications), ("--commits", &mut commits)]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = waiting(folder.path(), applications, commits);
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{applications} applications x 2 environments, {commits} landings, a bare clone, offline; {rounds} rounds, turn by turn; medians of whole processes, this machine, this run"
    ));
    say(format!("{:<44}{:>12}{:>14}", "", "stageline", "git"));
    let one = application(0);
    let all: Vec<String> = (0..applications).map(application).collect();
    for (args, looked_at) in [
        (vec!["why", &one, "--to", "production"], &all[..1]),
        (vec!["why", "--all", "--to", "production"], &all[..]),
        (vec!["status"], &all[..]),
        (vec!["status", &one], &all[..1]),
        (vec!["status", "--ready"], &all[..]),
    ] {
        let (ours, git) = measured(&place, rounds, &args, looked_at);
        say(format!("{:<44}{:>12}{:>14}{:>8.2}x", args.join(" "), show(ours), show(git), ratio(ours, git)));
    }
    say("git: of each application `git show` of both overlays, and `git log -n1` of the one before (since when it stands there)".into());
    say(format!(
        "again: cargo bench --bench why -- --rounds {rounds} --applications {applications} --commits {commits}"
    ));
}

/// The place, once all is known that is asked for once.
fn waiting(root: &Path, applications: usize, commits: usize) -> Place {
    let place = Place::make(root, applications, commits);
    // What is asked for once is known from then on.
    time(&mut place.ours(&["why", "--all", "--to", "production", "--fetch"]));
    let told = place
        .ours(&["why", "--all", "--to", "production", "-o", "json"])
        .stdout(Stdio::piped())
        .output()
        .expect("it starts");
    let told = String::from_utf8(told.stdout).expect("text");
    assert_eq!(told.matches("\"state\": \"ready\"").count(), applications, "{told}");
    place
}

/// How long it takes to look by hand at what waits for production.
fn by_git(place: &Place, applications: &[String]) -> Duration {
    let begun = Instant::now();
    for app in applications {
        for env in ["staging", "production"] {
            let mut command = place.environment.command("git", &place.bare);
            time(command.args(["show", &format!("main:{}", overlay(app, env))]).stdout(Stdio::null()));
        }
        let mut command = place.environment.command("git", &place.bare);
        time(command.args(["log", "-n1", "--format=%cI", "main", "--", &overlay(app, "staging")]));
    }
    begun.elapsed()
}

fn measured(place: &Place, rounds: usize, args: &[&str], applications: &[String]) -> (Duration, Duration) {
    time(&mut place.ours(args));
    let (mut ours, mut git) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let (one, other) = by_turns(round, || time(&mut place.ours(args)), || by_git(place, applications));
        ours.push(one);
        git.push(other);
    }
    (median(ours), median(git))
}
