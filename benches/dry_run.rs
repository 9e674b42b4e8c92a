//! Whole-process time of the dry run of one promotion among many overlays, and of another build of the program beside it.
//!
//! `cargo bench --bench dry_run [-- --rounds N --applications N --against PROGRAM]`

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

#[allow(dead_code, reason = "others go by turns of two")]
mod measure;

#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{median, numbers, ratio, show, time, time_and_peak};
use support::World;
use support::run::program;

/// What is run.
const DRY_RUN: [&str; 5] = ["promote", "app0000", "--to", "production", "--dry-run"];

struct Wanted {
    rounds: usize,
    applications: usize,
    /// Another build of the program: what it was before a change.
    against: Option<PathBuf>,
}

fn main() {
    let wanted = wanted();
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    let world = World::shaped(|shape| {
        shape.applications = (0..wanted.applications).map(|index| format!("app{index:04}")).collect();
        shape.environments = ["dev", "test", "staging", "production"].map(str::to_owned).into();
        shape.commits = 10;
        shape.one_source = true;
    });
    let programs: Vec<PathBuf> = [program()].into_iter().chain(wanted.against.clone()).collect();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); programs.len()];
    // The first round fills caches and is not counted.
    for round in 0..=wanted.rounds {
        for turn in 0..programs.len() {
            let which = (round + turn) % programs.len();
            let mut command = world.environment.command(&programs[which], &world.clone);
            let took = time(command.args(DRY_RUN));
            if round > 0 {
                times[which].push(took);
            }
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let (rounds, applications) = (wanted.rounds, wanted.applications);
    say(format!(
        "{applications} applications x 4 environments; {rounds} rounds, turn by turn; medians of whole processes, this machine, this run"
    ));
    say(format!("{:<52}{:>12}", "promote --dry-run, one application", show(medians[0])));
    if let [ours, other] = medians.as_slice() {
        say(format!("{:<52}{:>12}", "the same by the other build", show(*other)));
        say(format!("{:<52}{:>11.2}x", "  ratio (this / other)", ratio(*ours, *other)));
    }
    let (_, peak) = time_and_peak(world.environment.command(program(), &world.clone).args(DRY_RUN));
    say(format!("{:<52}{:>9} MB   (VmHWM of the process, without git's)", "peak memory", peak / 1024));
    say(format!("again: cargo bench --bench dry_run -- --rounds {rounds} --applications {applications}"));
}

fn wanted() -> Wanted {
    let mut wanted = Wanted { rounds: 15, applications: 2000, against: None };
    for (arg, value) in numbers(&mut [("--rounds", &mut wanted.rounds), ("--applications", &mut wanted.applications)]) {
        assert_eq!(arg, "--against", "an unknown argument");
        wanted.against = Some(value.expect("a program after --against").into());
    }
    wanted
}
