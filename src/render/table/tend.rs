//! tend: the status of each open request, what became of the tool's own, and the holds that somebody may have forgotten.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Cell, Tone, cell};
use super::detail::Detail;
use super::notes::notes;
use super::{baselines, holds, previews, requests};
use crate::domain::report::tend::{RequestStatus, TendReport, ToldWord};
use crate::domain::report::verify::StateWord;
use crate::domain::report::{HoldsReport, TendedReport};

/// The report as text.
pub(super) fn report(report: &TendReport, detail: Detail, look: &Look) -> String {
    let mut parts = Vec::new();
    if !report.statuses.is_empty() {
        let mut columns = Columns::headed(&["REQUEST", "INTO", "STATUS", "BECAME", "SAYS"]);
        report.statuses.iter().for_each(|one| columns.push(row(one, report.dry_run)));
        parts.push(columns.text(look));
    }
    if !report.requests.is_empty() {
        let own = TendedReport {
            verb: "refresh".into(),
            dry_run: report.dry_run,
            requests: report.requests.clone(),
            notes: Vec::new(),
        };
        parts.push(requests::tended(&own, look));
    }
    if !report.holds.is_empty() {
        let held = holds::report(&HoldsReport { holds: report.holds.clone() }, detail, look);
        parts.push(format!("held for more than a week, without an end:\n{held}"));
    }
    if !report.previews.is_empty() {
        parts.push(previews::over(&report.previews, look));
    }
    for one in &report.baselines {
        let word = if report.dry_run { "would be marked" } else { "marked" };
        parts.push(baselines::one(one, word, look));
    }
    let failed = report.failed.iter().map(|why| format!("not done: {why}"));
    let last: Vec<String> = failed.chain(report.notes.iter().cloned()).collect();
    format!("{}{}", parts.join("\n"), notes(&last, look))
}

fn row(one: &RequestStatus, is_dry: bool) -> Vec<Cell> {
    let (state, tone) = match one.status.as_ref().map(|status| status.state) {
        Some(StateWord::Success) => ("success", Tone::Good),
        Some(StateWord::Pending) => ("pending", Tone::Warning),
        Some(StateWord::Failure) => ("failure", Tone::Bad),
        Some(StateWord::Error) => ("error", Tone::Bad),
        None => ("-", Tone::Plain),
    };
    let (became, weight) = match (one.became, is_dry) {
        (ToldWord::Kept, _) => ("kept", Tone::Plain),
        (ToldWord::Written, false) => ("written", Tone::Good),
        (ToldWord::Written, true) => ("would be written", Tone::Plain),
        (ToldWord::Left, _) => ("left", Tone::Plain),
        (ToldWord::Failed, _) => ("failed", Tone::Bad),
    };
    let says = one.status.as_ref().map(|status| status.description.as_str());
    vec![
        cell(one.requests.join(" "), Tone::Strong),
        cell(&one.target, Tone::Plain),
        cell(state, tone),
        cell(became, weight),
        cell(one.reason.as_deref().or(says).unwrap_or_default(), Tone::Plain),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    #[test]
    fn each_request_is_a_line_with_what_its_status_says_and_forgotten_holds_are_named() {
        let mut tended = samples::tend();
        let told = report(&tended, Detail::Normal, &LOOK);
        let start = "\
REQUEST  INTO  STATUS   BECAME   SAYS
#12      main  success  written  verified, until a gate may change at 2026-11-27T16:00:00Z
";
        assert!(told.starts_with(start), "{told}");
        assert!(told.contains("\nheld for more than a week, without an end:\nENV "), "{told}");
        tended.dry_run = true;
        assert!(report(&tended, Detail::Normal, &LOOK).contains("would be written"));
    }
}
