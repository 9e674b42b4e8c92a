//! Whole-process time of what is asked when production breaks (what came since, where a commit is, who did it, back to a known-good
//! state), beside the git commands that a user would look with instead.
//!
//! `cargo bench --bench incident [-- --rounds N --applications N --commits N]`

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[allow(dead_code, reason = "others measure memory, too")]
mod measure;
#[path = "measure/place.rs"]
mod place;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{by_turns, median, numbers, ratio, show, time};
use place::{Place, application};

/// One question: to us, and what it is looked up with otherwise, one after the other.
struct Question {
    ours: Vec<String>,
    git: Vec<Vec<String>>,
}

fn main() {
    let (mut rounds, mut applications, mut commits) = (15, 20, 2_000);
    numbers(&mut [("--rounds", &mut rounds), ("--applications", &mut applications), ("--commits", &mut commits)]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = Place::make(folder.path(), applications, commits);
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{applications} applications x 2 environments, {commits} landings, a bare clone; {rounds} rounds, turn by turn; medians of whole processes, this machine, this run"
    ));
    say(format!("{:<66}{:>12}{:>14}", "", "stageline", "git"));
    time(&mut place.ours(&["status", "--fetch", "-o", "wide"]));
    time(&mut place.ours(&["baseline", "mark", "production@main~100", "--name", "good"]));
    for Question { ours, git } in questions(&place) {
        let args: Vec<&str> = ours.iter().map(String::as_str).collect();
        let (one, other) = measured(&place, rounds, &args, &git);
        say(format!("{:<66}{:>12}{:>14}{:>8.2}x", told(&ours), show(one), show(other), ratio(one, other)));
    }
    say("git: `log -S COMMIT`; `log --author`; `log` of the overlays of production since; `tag -l` and `verify-tag`; `diff` of those overlays with the tag".into());
    say(format!(
        "again: cargo bench --bench incident -- --rounds {rounds} --applications {applications} --commits {commits}"
    ));
}

fn told(args: &[String]) -> String {
    let short = |arg: &String| if arg.len() == 40 { arg[..7].to_string() } else { arg.clone() };
    args.iter().map(short).collect::<Vec<_>>().join(" ")
}

fn questions(place: &Place) -> Vec<Question> {
    let words = |line: &str| line.split(' ').map(String::from).collect::<Vec<String>>();
    let commit = place.sources[0].commits[3].clone();
    let overlays: Vec<String> =
        (0..place.sources.len()).map(|nth| format!("apps/{}/production", application(nth))).collect();
    let of_overlays = |line: &str| [words(line), vec!["--".to_string()], overlays.clone()].concat();
    vec![
        Question {
            ours: words(&format!("locate {commit}")),
            git: vec![words(&format!("log --oneline -S {commit} main -- apps"))],
        },
        Question {
            ours: words("history --by Mei --max 20"),
            git: vec![words("log -n20 --author=Mei --stat main -- apps")],
        },
        Question {
            ours: words("history --env production --by-hand --max 20"),
            git: vec![words("log -n20 --invert-grep --grep=^Promotion-Verb: --stat main -- apps")],
        },
        Question {
            ours: words("diff production@main~100 production --landings"),
            git: vec![of_overlays("log -p main~100..main")],
        },
        Question {
            ours: words("baseline list production"),
            git: vec![words("tag -l baseline/production/*"), words("verify-tag baseline/production/good")],
        },
        Question {
            ours: words("rollback --all --env production --to baseline/good --dry-run"),
            git: vec![words("fetch -q origin"), of_overlays("diff main baseline/production/good")],
        },
    ]
}

/// How long ours takes, whatever its answer is.
fn answered(mut command: Command) -> Duration {
    let begun = Instant::now();
    let output = command.stdout(Stdio::null()).output().expect("it starts");
    let time = begun.elapsed();
    // 1: there are differences.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    time
}

fn by_git(place: &Place, all: &[Vec<String>]) -> Duration {
    let of = |args: &Vec<String>| {
        let mut command = place.environment.command("git", &place.bare);
        let signers = place.signers.display();
        command.args(["-c", &format!("gpg.ssh.allowedSignersFile={signers}")]).args(args).stdout(Stdio::null());
        time(&mut command)
    };
    all.iter().map(of).sum()
}

fn measured(place: &Place, rounds: usize, args: &[&str], git: &[Vec<String>]) -> (Duration, Duration) {
    answered(place.ours(args));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let (one, other) = by_turns(round, || answered(place.ours(args)), || by_git(place, git));
        ours.push(one);
        theirs.push(other);
    }
    (median(ours), median(theirs))
}
