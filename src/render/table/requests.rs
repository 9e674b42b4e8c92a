//! Requests that wait to be merged: those of `status`, and what `promote --refresh` and `--withdraw` made of them.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, short_or_none};
use super::super::time::age;
use super::notes::notes;
use crate::domain::report::{ApprovalReport, BecameWord, ChecksWord, OpenRequest, RequestedMove, TendedReport};

/// What became of each, one a line.
pub(super) fn tended(report: &TendedReport, look: &Look) -> String {
    let mut columns = Columns::headed(&["REQUEST", "MOVES", "BECAME", "WHY"]);
    for one in &report.requests {
        let (word, tone) = match (one.became, report.dry_run) {
            (BecameWord::Kept, _) => ("kept", Tone::Plain),
            (BecameWord::Rebuilt, false) => ("rebuilt", Tone::Good),
            (BecameWord::Rebuilt, true) => ("would be rebuilt", Tone::Plain),
            (BecameWord::Closed, false) => ("closed", Tone::Good),
            (BecameWord::Closed, true) => ("would be closed", Tone::Plain),
            (BecameWord::Left, _) => ("left", Tone::Warning),
            (BecameWord::Failed, _) => ("failed", Tone::Bad),
        };
        columns.push(vec![
            cell(name(&one.request), Tone::Strong).path(),
            cell(moves(&one.request), Tone::Id),
            cell(word, tone),
            cell(one.reason.as_deref().unwrap_or_default(), Tone::Plain),
        ]);
    }
    let table = if report.requests.is_empty() { String::new() } else { columns.text(look) };
    format!("{table}{}", notes(&report.notes, look))
}

/// Those that wait, one a line, below what runs.
pub(super) fn waiting(requests: &[OpenRequest], look: &Look) -> String {
    if requests.is_empty() {
        return String::new();
    }
    let mut columns = Columns::headed(&["WAITS", "MOVES", "SINCE", "STATE", "PAGE"]);
    for request in requests {
        columns.push(vec![
            cell(name(request), Tone::Strong).path(),
            cell(moves(request), Tone::Id),
            cell(age(request.since, look), Tone::Faint),
            cell(state(request), if request.current { Tone::Plain } else { Tone::Warning }),
            cell(request.address.as_deref().unwrap_or("-"), Tone::Faint),
        ]);
    }
    format!("\n{}", columns.text(look))
}

fn name(request: &OpenRequest) -> &str {
    request.number.as_deref().unwrap_or(&request.branch)
}

/// So many moves are named.
const NAMED: usize = 3;

/// What a request moves; one that moves nothing is a hold's, which its branch names.
fn moves(request: &OpenRequest) -> String {
    let all = &request.moves;
    if all.is_empty() {
        let place: Vec<&str> = request.branch.splitn(3, '/').skip(1).collect();
        return format!("{} {}", request.verb, place.join(" "));
    }
    let one = |row: &RequestedMove| {
        let (from, to) = (short_or_none(row.from.as_deref()), short_or_none(row.to.as_deref()));
        format!("{} {} {from} -> {to}", row.application, row.environment)
    };
    let mut told: Vec<String> = all.iter().take(NAMED).map(one).collect();
    match all.len().checked_sub(NAMED) {
        None | Some(0) => {}
        Some(more) => told.push(format!("and {more} more")),
    }
    told.join(", ")
}

fn state(request: &OpenRequest) -> String {
    let mut words = Vec::new();
    if !request.current {
        words.push("outdated: `promote --refresh`".to_string());
    }
    if request.held {
        words.push("held".into());
    }
    if request.draft {
        words.push("draft".into());
    }
    if let Some(by) = &request.edited_by {
        words.push(format!("edited by {by}"));
    }
    match request.checks {
        Some(ChecksWord::Passed) => words.push("checks passed".into()),
        Some(ChecksWord::Failed) => words.push("checks failed".into()),
        Some(ChecksWord::Pending) => words.push("checks pending".into()),
        Some(ChecksWord::None) | None => {}
    }
    if !request.approvals.is_empty() {
        words.push(format!("approved by {}", of_head(request)));
    }
    if let Some(missing) = request.needs.as_ref().and_then(|needs| needs.words(request.checks)) {
        words.push(format!("waits for {missing}"));
    }
    if request.auto_merge == Some(true) {
        words.push("merges by itself".into());
    }
    if request.open.is_none() {
        words.push("open or not is not known".into());
    }
    if words.is_empty() { "waits to be merged".into() } else { words.join(", ") }
}

/// Who approved, and whose approval is of an earlier commit than the one that waits now.
fn of_head(request: &OpenRequest) -> String {
    let one = |approval: &ApprovalReport| {
        let is_old = approval.commit.as_ref().is_some_and(|commit| *commit != request.commit);
        if is_old { format!("{} (of an earlier commit)", approval.by) } else { approval.by.clone() }
    };
    request.approvals.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    #[test]
    fn a_request_that_waits_says_what_it_moves_and_what_it_waits_for() {
        let mut other = samples::request();
        (other.number, other.address, other.open, other.checks) = (None, None, None, None);
        (other.approvals, other.current) = (vec![], false);
        assert_eq!(
            waiting(&[samples::request(), other], &LOOK),
            "
WAITS                        MOVES                                   SINCE  STATE                                                    PAGE
#12                          checkout production 41c09b2 -> 9d3e7aa  2 h    checks passed, approved by petrov                        https://git.example.com/shop/config/pulls/12
promote/production/checkout  checkout production 41c09b2 -> 9d3e7aa  2 h    outdated: `promote --refresh`, open or not is not known  -
"
        );
        let mut scheduled = samples::request();
        (scheduled.auto_merge, scheduled.needs) = (Some(true), Some(samples::needs()));
        let told = waiting(&[scheduled], &LOOK);
        assert!(told.contains("approved by petrov, waits for 2 approvals (alice, bob), merges by itself "), "{told}");
        assert_eq!(waiting(&[], &LOOK), "");
    }

    #[test]
    fn what_became_of_each_is_one_line_and_a_dry_run_says_what_would() {
        let mut report = samples::tended();
        assert_eq!(
            tended(&report, &LOOK),
            "\
REQUEST  MOVES                                   BECAME   WHY
#12      checkout production 41c09b2 -> 9d3e7aa  rebuilt
#12      checkout production 41c09b2 -> 9d3e7aa  closed   superseded by #13
"
        );
        report.dry_run = true;
        assert!(tended(&report, &LOOK).contains("would be rebuilt"));
    }
}
