//! What git says may arrive after git has ended: it is read to its end all the same, and no answer is taken for empty.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use crate::support::World;
use crate::support::late::{Late, LateGit};
use crate::support::run::Ran;

use super::counts;
use super::figures::tell;
use super::outcome::{Outcome, VERBS, code_of, known, template};

fn run(template: &World, known: &BTreeSet<String>, args: &[&str], late: Late) -> (Outcome, Ran, usize) {
    let world = template.copy();
    let git = LateGit::place(&world.environment, &world.path("late"), late);
    let ran = git.environment().stageline(&world.clone, args);
    (Outcome::of(&ran, &world, known), ran, git.starts())
}

#[test]
fn output_of_git_that_arrives_late_is_not_lost() {
    let template = template();
    let known = known(&template);
    let mut runs = Vec::new();
    let calm: Vec<Outcome> = VERBS
        .iter()
        .take(counts::late_verbs())
        .enumerate()
        .map(|(verb, args)| {
            let (outcome, ran, starts) = run(&template, &known, args, Late::None);
            let ran = ran.exits(code_of(args));
            assert!(starts > 0, "git is started\n{ran}");
            runs.extend((1..=starts).map(|number| (verb, Late::One(number))));
            runs.push((verb, Late::All));
            outcome
        })
        .collect();
    let total = runs.len();
    let (left, faults) = (Mutex::new(runs.into_iter()), Mutex::new(Vec::new()));
    let next = || left.lock().expect("nobody panics with it").next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((verb, late)) = next() {
                    let (outcome, ran, _) = run(&template, &known, VERBS[verb], late);
                    if outcome != calm[verb] {
                        let fault = format!("{late:?}\n{ran}{outcome}--- in time\n{}", calm[verb]);
                        faults.lock().expect("nobody panics with it").push(fault);
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("nobody panicked");
    tell(&format!(
        "late output: {total} runs of {} verbs, each start of git late once, {} other than in time",
        calm.len(),
        faults.len()
    ));
    assert!(faults.is_empty(), "{} of {total}\n{}", faults.len(), faults.join("\n\n"));
}
