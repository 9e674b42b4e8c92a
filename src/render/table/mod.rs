//! `-o table` and `-o wide`: reports for people.

pub(super) mod change;
mod diff;
mod history;
mod holds;
#[cfg(test)]
pub(super) mod samples;
mod setup;
mod show;
mod status;

use super::Look;
use super::paint::{Tone, paint};
use crate::domain::report::Report;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Normal,
    /// `-o wide`: full values and every column.
    Wide,
}

/// The report as text for people.
pub(super) fn table(report: &Report, detail: Detail, look: &Look) -> String {
    match report {
        Report::Change(report) => change::report(report, detail, look),
        Report::Diff(report) => diff::report(report, detail, look),
        Report::History(report) => history::history(report, detail, look),
        Report::At(report) => history::at(report, detail, look),
        Report::Contains(report) => history::contains(report, detail, look),
        Report::Show(report) => show::report(report, detail, look),
        Report::Status(report) => status::report(report, detail, look),
        Report::Holds(report) => holds::report(report, detail, look),
        Report::Init(report) => setup::init(report, look),
        Report::ConfigCheck(report) => setup::check(report, look),
        Report::ConfigShow(report) => setup::show(report),
    }
}

/// An application's name, and in brackets what moves with it where it is a group.
fn titled(application: &str, members: &[String]) -> String {
    if members.is_empty() { application.to_string() } else { format!("{application} ({})", members.join(", ")) }
}

/// Remarks under a report, one a line.
fn notes(notes: &[String], look: &Look) -> String {
    notes
        .iter()
        .map(|note| format!("{} {}\n", paint("note:", Tone::Warning, look), paint(note, Tone::Plain, look)))
        .collect()
}
