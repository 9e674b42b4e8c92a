//! `-o table` and `-o wide`: reports for people.

mod approve;
mod attest;
mod baselines;
pub(super) mod change;
mod detail;
mod diff;
mod doctor;
mod evidence;
mod feedback;
mod gate;
mod gates;
mod history;
mod holds;
mod landings;
mod locate;
#[cfg(test)]
mod narrow;
mod notes;
mod previews;
mod requests;
#[cfg(test)]
pub(super) mod samples;
mod setup;
mod show;
mod status;
mod step;
mod tend;
mod verify;
mod why;

use super::fold::fold;
use super::look::Look;
use crate::domain::report::Report;

pub(super) use self::detail::Detail;

/// The report as text for people, no wider than the terminal.
pub(super) fn table(report: &Report, detail: Detail, look: &Look) -> String {
    let text = text(report, detail, look);
    match report {
        // Files, as they are or would be; `diff` folds what it says beside them.
        Report::Init(_) | Report::ConfigShow(_) | Report::Step(_) | Report::Diff(_) => text,
        _ => fold(&text, look),
    }
}

fn text(report: &Report, detail: Detail, look: &Look) -> String {
    match report {
        Report::Change(report) => change::report(report, detail, look),
        Report::Apart(report) => change::apart(report, detail, look),
        Report::Steps(report) => change::steps(report, detail, look),
        Report::Diff(report) => diff::report(report, detail, look),
        Report::History(report) => history::history(report, detail, look),
        Report::At(report) => history::at(report, detail, look),
        Report::Contains(report) => locate::report(report, detail, look),
        Report::Show(report) => show::report(report, detail, look),
        Report::Status(report) => status::report(report, detail, look),
        Report::Holds(report) => holds::report(report, detail, look),
        Report::Previews(report) => previews::list(report, detail, look),
        Report::Pruned(report) => previews::prune(report, detail, look),
        Report::Marked(report) => baselines::marked(report, detail, look),
        Report::Baselines(report) => baselines::list(report, detail, look),
        Report::Baseline(report) => baselines::show(report, detail, look),
        Report::Tended(report) => requests::tended(report, look),
        Report::Tend(report) => tend::report(report, detail, look),
        Report::Init(report) => setup::init(report, detail, look),
        Report::ConfigCheck(report) => setup::check(report, look),
        Report::ConfigShow(report) => setup::show(report),
        Report::Why(report) => why::report(report, detail, look),
        Report::Verify(report) => verify::report(report, detail, look),
        Report::Approve(report) => approve::report(report, detail, look),
        Report::Hook(report) => verify::hook(report, look),
        Report::Doctor(report) => doctor::report(report, look),
        Report::Evidence(report) => evidence::written(report, look),
        Report::Checked(report) => evidence::checked(report, look),
        Report::Step(report) => step::report(report, look),
        Report::FeedbackSend(report) => feedback::send(report, look),
        Report::FeedbackTest(report) => feedback::test(report, look),
        Report::Attest(report) => attest::report(report, look),
        Report::Statements(report) => attest::list(report, detail, look),
    }
}
