//! How benchmarks measure: whole processes, medians, the memory that the kernel counted.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long the command takes from its start to its end; it must succeed.
pub fn time(command: &mut Command) -> Duration {
    let begun = Instant::now();
    let output = command.output().expect("it starts");
    let time = begun.elapsed();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    time
}

/// The same, and the most memory that the process itself had in RAM, in kB, as the kernel counts it.
pub fn time_and_peak(command: &mut Command) -> (Duration, u64) {
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let status_file = Path::new("/proc").join(child.id().to_string()).join("status");
    let mut peak = 0;
    loop {
        if let Ok(text) = fs::read_to_string(&status_file) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kb = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
            // The high-water mark only grows, so the last reading before the end is the one that counts.
            peak = peak.max(kb.unwrap_or(0));
        }
        if let Some(status) = child.try_wait().expect("the child is ours") {
            assert!(status.success(), "{command:?}: {status}");
            return (begun.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Both, one after the other, the first first in every other round.
pub fn by_turns<A, B>(round: usize, one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
    if round.is_multiple_of(2) {
        let first = one();
        (first, other())
    } else {
        let second = other();
        (one(), second)
    }
}

/// The middle one.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How many times `b` goes into `a`.
pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

/// As people read it.
pub fn show(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// Reads arguments with a number each (`--rounds 9`) into their places; the others, each with what follows it.
pub fn numbers(places: &mut [(&str, &mut usize)]) -> Vec<(String, Option<String>)> {
    let (mut args, mut others) = (std::env::args().skip(1), Vec::new());
    while let Some(arg) = args.next() {
        // What cargo adds.
        if arg == "--bench" {
            continue;
        }
        let value = args.next();
        match places.iter_mut().find(|(name, _)| *name == arg) {
            Some((_, place)) => {
                let number = value.and_then(|text| text.parse().ok()).filter(|n| *n > 0);
                **place = number.unwrap_or_else(|| panic!("a number after {arg}"));
            }
            None => others.push((arg, value)),
        }
    }
    others
}
