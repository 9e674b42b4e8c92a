//! Whole-process time of `promote` against the script that it replaces, in one run on one machine.
//!
//! `cargo bench --bench promote [-- --rounds N --applications N --loop N]`

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod measure;

#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{by_turns, median, numbers, ratio, show, time, time_and_peak};
use support::World;
use support::run::program;
use support::world::{overlay, overlay_file};

/// What somebody without stageline runs for one pin: APPLICATION ENVIRONMENT VERSION.
const SCRIPT: &str = "#!/bin/sh
set -e
file=apps/$1/overlays/$2/kustomization.yaml
git fetch -q origin
sed -i \"s/newTag: [^ ]*/newTag: \\\"$3\\\"/\" \"$file\"
git commit -q -S -m \"promote $1 to $2: $3\" \"$file\"
git push -q origin main
";

struct Wanted {
    rounds: usize,
    applications: usize,
    /// How many turns of the script's loop are measured.
    turns: usize,
}

fn main() {
    let wanted = wanted();
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!("{} rounds each, turn by turn; medians of whole processes, this machine, this run", wanted.rounds));

    let floor = median((0..50).map(|_| time(Command::new("true").stdin(Stdio::null()))).collect());
    let version =
        median((0..50).map(|_| time(Command::new(program()).arg("--version").stdout(Stdio::null()))).collect());
    say(format!("{:<52}{:>12}   (`true`: {})", "stageline --version", show(version), show(floor)));

    let (ours, theirs) = one_pin(wanted.rounds);
    say(format!("{:<52}{:>12}", "promote one application, signed and pushed", show(ours)));
    say(format!("{:<52}{:>12}", "script: fetch, sed, commit -S, push", show(theirs)));
    say(format!("{:<52}{:>11.2}x", "  ratio (ours / script)", ratio(ours, theirs)));

    let many = thousand(&wanted);
    say(format!("{:<52}{:>12}", format!("promote --all, {} applications", wanted.applications), show(many.ours)));
    let measured = if many.turns == wanted.applications {
        "in full".to_owned()
    } else {
        format!("{} turns measured, the rest by multiplication", many.turns)
    };
    say(format!("{:<52}{:>12}   ({measured})", "the script in a loop", show(many.script)));
    say(format!("{:<52}{:>11.1}x", "  times faster", ratio(many.script, many.ours)));
    say(format!(
        "{:<52}{:>9} MB   (VmHWM of the process, without git's)",
        "peak memory of promote --all",
        many.peak_kb / 1024
    ));
    say(format!(
        "again: cargo bench --bench promote -- --rounds {} --applications {} --loop {}",
        wanted.rounds, wanted.applications, wanted.turns
    ));
}

fn wanted() -> Wanted {
    let mut wanted = Wanted { rounds: 15, applications: 1000, turns: usize::MAX };
    let others = numbers(&mut [
        ("--rounds", &mut wanted.rounds),
        ("--applications", &mut wanted.applications),
        ("--loop", &mut wanted.turns),
    ]);
    assert_eq!(others, [], "an unknown argument");
    wanted.turns = wanted.turns.min(wanted.applications);
    wanted
}

/// One pin: each round moves one application of each world one commit on, ours first in one round, the script's in the next.
fn one_pin(rounds: usize) -> (Duration, Duration) {
    let ours = World::shaped(|shape| {
        shape.applications = (0..20).map(|index| format!("app{index:02}")).collect();
        shape.commits = rounds + 2;
        shape.one_source = true;
    });
    // Staging begins at the oldest commit, so that every round goes one forward.
    ours.land_file(&overlay_file("app00", "staging"), &overlay("app00", "staging", &ours.commit_of("app00", 0)));
    let theirs = ours.copy();
    let script = write_script(&theirs);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    // The first round fills caches and is not counted.
    for round in 0..=rounds {
        let version = ours.commit_of("app00", round + 1);
        let run_ours = || {
            let mut command = ours.environment.command(program(), &ours.clone);
            command.args(["promote", "app00", "--to", "staging", "--commit", &version]);
            time(&mut command)
        };
        let run_script = || {
            let mut command = theirs.environment.command(&script, &theirs.clone);
            command.args(["app00", "staging", &version]);
            time(&mut command)
        };
        let (one, other) = by_turns(round, run_ours, run_script);
        if round > 0 {
            a.push(one);
            b.push(other);
        }
    }
    // Both did the same, or the comparison is void.
    let last = ours.commit_of("app00", rounds + 1);
    assert_eq!((ours.pin("app00", "staging"), theirs.pin("app00", "staging")), (last.clone(), last));
    assert_eq!(ours.commits(), theirs.commits());
    (median(a), median(b))
}

struct Many {
    ours: Duration,
    script: Duration,
    turns: usize,
    peak_kb: u64,
}

/// Many pins: one command against the script once for each application.
fn thousand(wanted: &Wanted) -> Many {
    let names: Vec<String> = (0..wanted.applications).map(|index| format!("app{index:04}")).collect();
    let template = World::shaped(|shape| {
        shape.applications = names.clone();
        shape.one_source = true;
    });
    let version = template.pin(&names[0], "staging");
    let (mut times, mut peak_kb) = (Vec::new(), 0);
    for _ in 0..3 {
        let world = template.copy();
        let mut command = world.environment.command(program(), &world.clone);
        command.args(["promote", "--all", "--to", "production"]);
        let (time, peak) = time_and_peak(&mut command);
        times.push(time);
        peak_kb = peak_kb.max(peak);
        for name in [&names[0], &names[names.len() - 1]] {
            assert_eq!(world.pin(name, "production"), version);
        }
        assert_eq!(world.commits(), template.commits() + 1);
    }
    let world = template.copy();
    let script = write_script(&world);
    let begun = Instant::now();
    for name in names.iter().take(wanted.turns) {
        time(world.environment.command(&script, &world.clone).args([name, "production", &version]));
    }
    let measured = begun.elapsed();
    assert_eq!(world.commits(), template.commits() + wanted.turns);
    let script = measured.mul_f64(wanted.applications as f64 / wanted.turns as f64);
    Many { ours: median(times), script, turns: wanted.turns, peak_kb }
}

fn write_script(world: &World) -> std::path::PathBuf {
    // The script edits the same files that `promote` does.
    assert!(world.clone.join(overlay_file(&world.shape.applications[0], "staging")).is_file());
    let script = world.path("home/promote.sh");
    fs::write(&script, SCRIPT).expect("a script");
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("our own file");
    script
}
