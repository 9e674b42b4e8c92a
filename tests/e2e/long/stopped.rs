//! Runs that are stopped and continued at random moments say and do what undisturbed ones do: nothing that git said is lost.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::chance::Chance;
use crate::support::processes::{Whom, mark, marked, send, stutter};
use crate::support::run::{Ran, finish, program};

use super::counts;
use super::figures::tell;
use super::outcome::{Outcome, VERBS, code_of, known, template};

/// Who is stopped.
#[derive(Debug, Clone, Copy)]
enum Stopped {
    /// As by a loaded machine that runs the children first.
    Alone,
    /// As by Ctrl-Z.
    Group,
    /// As by a frozen container.
    Everything,
    /// Again and again, with next to no time in between: what waits and what reads run in any order.
    Stutter,
}

/// One stop: when, whom, and for how long.
#[derive(Debug, Clone, Copy)]
struct Stop {
    after: Duration,
    whom: Stopped,
    lasts: Duration,
}

/// Runs the verb in a copy of the world, stopped as it says; and how long that took without the stops.
fn run(template: &World, known: &BTreeSet<String>, args: &[&str], stops: &[Stop]) -> (Outcome, Ran, Duration) {
    let world = template.copy();
    let environment = mark(&world.environment, &world.path(""));
    let begun = Instant::now();
    let child = environment
        .command(program(), &world.clone)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .expect("stageline starts");
    let (id, folder) = (child.id(), PathBuf::from(environment.get("TMPDIR")));
    let mut stopped = Duration::ZERO;
    for stop in stops {
        thread::sleep((stop.after + stopped).saturating_sub(begun.elapsed()));
        stopped += hold_up(id, &folder, *stop);
    }
    let ran = finish(child, args);
    let took = begun.elapsed().saturating_sub(stopped);
    (Outcome::of(&ran, &world, known), ran, took)
}

/// Stops and continues; how long that was.
fn hold_up(id: u32, folder: &Path, stop: Stop) -> Duration {
    let begun = Instant::now();
    let whom = match stop.whom {
        Stopped::Stutter => {
            stutter(Whom::Process(id), stop.lasts);
            return begun.elapsed();
        }
        Stopped::Alone => vec![Whom::Process(id)],
        Stopped::Group => vec![Whom::Group(id)],
        Stopped::Everything => marked(folder).iter().map(|running| Whom::Process(running.id)).collect(),
    };
    whom.iter().for_each(|whom| send("STOP", *whom));
    thread::sleep(stop.lasts);
    whom.iter().for_each(|whom| send("CONT", *whom));
    begun.elapsed()
}

fn stops(chance: &mut Chance, number: usize, length: Duration) -> Vec<Stop> {
    let mut moments: Vec<Duration> = (0..=chance.below(3)).map(|_| chance.between(Duration::ZERO, length)).collect();
    moments.sort_unstable();
    let whom = [Stopped::Alone, Stopped::Group, Stopped::Everything, Stopped::Stutter][number % 4];
    let lasts = |chance: &mut Chance| chance.between(Duration::from_millis(100), Duration::from_millis(1500));
    moments.into_iter().map(|after| Stop { after, whom, lasts: lasts(chance) }).collect()
}

#[test]
fn a_run_that_is_stopped_and_continued_says_and_does_the_same() {
    let template = template();
    let known = known(&template);
    let calm: Vec<(Outcome, Duration)> = VERBS
        .iter()
        .take(counts::stopped_runs())
        .map(|args| {
            let (outcome, ran, took) = run(&template, &known, args, &[]);
            ran.exits(code_of(args));
            (outcome, took)
        })
        .collect();
    let mut chance = Chance::new();
    let runs: Vec<_> = (0..counts::stopped_runs())
        .map(|number| {
            // With each round of the verbs the four ways to stop it move on by one.
            let (verb, round) = (number % VERBS.len(), number / VERBS.len());
            (verb, stops(&mut chance, number + round, calm[verb].1))
        })
        .collect();
    let (total, seed) = (runs.len(), chance.seed);
    let (left, faults) = (Mutex::new(runs.into_iter()), Mutex::new(Vec::new()));
    let next = || left.lock().expect("nobody panics with it").next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((verb, stops)) = next() {
                    let (outcome, ran, _) = run(&template, &known, VERBS[verb], &stops);
                    if outcome != calm[verb].0 {
                        let fault = format!("{stops:?}\n{ran}{outcome}--- without a stop\n{}", calm[verb].0);
                        faults.lock().expect("nobody panics with it").push(fault);
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("nobody panicked");
    tell(&format!(
        "stopped and continued: {total} runs of {} verbs, {} other than undisturbed; seed {seed}",
        VERBS.len(),
        faults.len()
    ));
    assert!(faults.is_empty(), "{} of {total}, seed {seed}\n{}", faults.len(), faults.join("\n\n"));
}
