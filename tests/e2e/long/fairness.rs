//! Many writers of one remote: nobody waits much longer than the others, and nobody gives up.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use crate::support::World;
use crate::support::transport::Transport;

use super::field::{Entry, Field};
use super::figures::tell;

/// How many medians the slowest may take.
const MOST: f64 = 5.0;

/// Where the writers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Machines {
    /// All on one, where they can see each other.
    One,
    /// Each on its own, as the jobs of most pipelines are.
    Many,
}

impl std::fmt::Display for Machines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Self::One { "on one machine" } else { "each on its own machine" })
    }
}

/// Each writer promotes its own application so many times; what became of each, writer by writer.
fn crowd(writers: usize, promotions: usize, machines: Machines) -> Vec<Vec<Entry>> {
    let own = |writer: usize| format!("app{writer:02}");
    let world = World::shaped(|shape| {
        shape.applications = (0..writers).map(own).collect();
        shape.environments = vec!["staging".into()];
        shape.one_source = true;
        shape.commits = 1 + promotions;
        shape.runs = Some(0);
    });
    let on = (0..writers).map(|writer| if machines == Machines::One { 0 } else { writer });
    let field = Field::new(world, Transport::Git, on);
    let (field, start) = (&field, &Barrier::new(writers));
    thread::scope(|scope| {
        let write = move |writer: usize| -> Vec<Entry> {
            start.wait();
            (1..=promotions).map(|commit| field.promote(writer, &own(writer), commit)).collect()
        };
        let running: Vec<_> = (0..writers).map(|writer| scope.spawn(move || write(writer))).collect();
        running.into_iter().map(|writer| writer.join().expect("a writer ends")).collect()
    })
}

/// The times in order, and the middle one.
fn sorted(mut times: Vec<f64>) -> (Vec<f64>, f64) {
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    (times, median)
}

/// Tells how the times are spread; how many medians the slowest took.
fn spread(what: &str, times: Vec<f64>) -> f64 {
    let (times, median) = sorted(times);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let ratio = at(1.0) / median;
    tell(&format!(
        "{what}: fastest {:.2} s, a quarter under {:.2}, median {median:.2}, nine tenths under {:.2}, slowest {:.2}: {ratio:.1} medians",
        at(0.0),
        at(0.25),
        at(0.9),
        at(1.0),
    ));
    ratio
}

fn gave_up(entries: &[Vec<Entry>]) -> Vec<String> {
    let all = entries.iter().flatten();
    all.filter(|entry| entry.ran.code() != Some(0)).map(|entry| entry.ran.to_string()).collect()
}

fn eight_writers(machines: Machines) {
    let entries = crowd(8, 5, machines);
    let seconds = |entry: &Entry| entry.took.as_secs_f64();
    let each = entries.iter().flatten().map(seconds).collect();
    let promotions = spread(&format!("fairness, 8 writers x 5 {machines}, one promotion"), each);
    let total = |entries: &Vec<Entry>| entries.iter().map(|entry| entry.took).sum::<Duration>().as_secs_f64();
    let each = entries.iter().map(total).collect();
    let writers = spread(&format!("fairness, 8 writers x 5 {machines}, one writer"), each);
    let failed = gave_up(&entries);
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(promotions <= MOST, "the slowest promotion took {promotions:.1} medians");
    assert!(writers <= MOST, "the slowest writer took {writers:.1} medians");
}

fn sixteen_writers(machines: Machines) {
    let entries = crowd(16, 10, machines);
    let each = entries.iter().flatten().map(|entry| entry.took.as_secs_f64()).collect();
    spread(&format!("fairness, 16 writers x 10 {machines}, one promotion"), each);
    let failed = gave_up(&entries);
    tell(&format!("fairness, 16 writers x 10 {machines}: {} of 160 gave up", failed.len()));
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
#[ignore = "its times need a machine that does nothing else: sh tests/run long"]
fn of_eight_writers_on_one_machine_the_slowest_takes_at_most_five_times_the_median() {
    eight_writers(Machines::One);
}

#[test]
#[ignore = "its times need a machine that does nothing else: sh tests/run long"]
fn of_eight_writers_on_eight_machines_the_slowest_takes_at_most_five_times_the_median() {
    eight_writers(Machines::Many);
}

#[test]
#[ignore = "it takes minutes: sh tests/run long"]
fn sixteen_writers_on_one_machine_with_ten_promotions_each_all_land() {
    sixteen_writers(Machines::One);
}

#[test]
#[ignore = "it takes minutes: sh tests/run long"]
fn sixteen_writers_on_sixteen_machines_with_ten_promotions_each_all_land() {
    sixteen_writers(Machines::Many);
}
