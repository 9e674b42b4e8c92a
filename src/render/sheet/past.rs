//! What landed, what ran at a moment, and where a commit is, as rows of full values.

use super::super::time::exact;
use super::cells::{Sheet, text, time, word};
use crate::domain::report::{
    ApprovalReport, AtReport, ContainsReport, ContainsRow, HistoryReport, HistoryRow, StayReport,
};
use crate::domain::signature::SignatureWord;

const HISTORY: &[&str] = &[
    "rev",
    "live",
    "when",
    "application",
    "environment",
    "from",
    "to",
    "verb",
    "by",
    "merged_by",
    "request",
    "signature",
    "signer",
    "origin",
    "reason",
    "subject",
    "config_commit",
    "disagrees",
    "renamed_from",
    "to_commit",
    "request_address",
    "approvals",
    "overrides",
    "verdict",
    "asked_by",
    "hotfix",
];

/// A row for each change.
pub(super) fn history(report: &HistoryReport) -> Sheet {
    Sheet {
        columns: HISTORY,
        rows: report
            .changes
            .iter()
            .map(|row| {
                vec![
                    text(&row.rev),
                    row.live.to_string(),
                    exact(row.when),
                    row.application.clone(),
                    row.place(),
                    text(&row.from),
                    text(&row.to),
                    row.verb.clone(),
                    row.by.clone(),
                    text(&row.merged_by),
                    text(&row.request),
                    word(&row.signature),
                    text(&row.signer),
                    text(&row.origin),
                    text(&row.reason),
                    row.subject.clone(),
                    row.config_commit.clone(),
                    row.disagrees.to_string(),
                    text(&row.renamed_from),
                    text(&row.to_commit),
                    text(&row.request_address),
                    ApprovalReport::names(&row.approvals),
                    row.overrides.join("; "),
                    row.verdict.clone(),
                    row.asked_by.join("; "),
                    row.hotfix.to_string(),
                ]
            })
            .collect(),
    }
}

/// A row for each place.
pub(super) fn at(report: &AtReport) -> Sheet {
    Sheet {
        columns: &[
            "application",
            "environment",
            "version",
            "since",
            "config_commit",
            "disagrees",
            "landing",
            "verb",
            "by",
            "asked_by",
            "merged_by",
            "request",
            "request_address",
            "signature",
            "signer",
            "origin",
            "reason",
            "subject",
        ],
        rows: report
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.application.clone(),
                    row.place(),
                    text(&row.version),
                    time(row.since),
                    row.config_commit.clone(),
                    row.disagrees.to_string(),
                    text(&row.landing),
                    text(&row.verb),
                    text(&row.by),
                    row.asked_by.join("; "),
                    text(&row.merged_by),
                    text(&row.request),
                    text(&row.request_address),
                    row.signature.map(SignatureWord::word).unwrap_or_default().to_string(),
                    text(&row.signer),
                    text(&row.origin),
                    text(&row.reason),
                    text(&row.subject),
                ]
            })
            .collect(),
    }
}

/// A row for each time that it was there or that this cannot be told, and for each place where it never was.
pub(super) fn contains(report: &ContainsReport) -> Sheet {
    let row = |row: &ContainsRow, stay: Option<&StayReport>| {
        let end = |of: Option<&HistoryRow>| {
            let of = |value: fn(&HistoryRow) -> String| of.map(value).unwrap_or_default();
            let why = |row: &HistoryRow| text(&row.reason);
            [
                of(|row| text(&row.rev)),
                of(|row| row.config_commit.clone()),
                of(|row| row.verb.clone()),
                of(|row| row.by.clone()),
                of(why),
            ]
        };
        let mut cells = vec![
            row.application.clone(),
            row.environment.clone(),
            row.contained.map(|yes| yes.to_string()).unwrap_or_default(),
            time(stay.and_then(|stay| stay.since)),
            time(stay.and_then(|stay| stay.until)),
            text(&row.version),
        ];
        cells.extend(end(stay.and_then(|stay| stay.brought.as_ref())));
        cells.extend(end(stay.and_then(|stay| stay.taken.as_ref())));
        cells.push(stay.and_then(|stay| stay.unknown.clone()).or_else(|| row.note.clone()).unwrap_or_default());
        cells.extend([row.cut.to_string(), text(&row.comes_from), text(&row.next)]);
        cells
    };
    let rows = report.rows.iter().flat_map(|one| match one.stays.is_empty() {
        true => vec![row(one, None)],
        false => one.stays.iter().map(|stay| row(one, Some(stay))).collect(),
    });
    Sheet {
        columns: &[
            "application",
            "environment",
            "contained",
            "since",
            "until",
            "version",
            "brought_rev",
            "brought_commit",
            "brought_verb",
            "brought_by",
            "brought_reason",
            "taken_rev",
            "taken_commit",
            "taken_verb",
            "taken_by",
            "taken_reason",
            "note",
            "cut",
            "comes_from",
            "next",
        ],
        rows: rows.collect(),
    }
}
