//! What landed, what ran at a moment, and where a commit is, as rows of full values.

use super::super::time::exact;
use super::cells::{Sheet, text, time, word};
use crate::domain::report::{ApprovalReport, AtReport, ContainsReport, HistoryReport};
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
                    row.environment.clone(),
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
                    row.environment.clone(),
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

/// A row for each place.
pub(super) fn contains(report: &ContainsReport) -> Sheet {
    Sheet {
        columns: &["application", "environment", "contained", "since", "version", "config_commit", "note"],
        rows: report
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.application.clone(),
                    row.environment.clone(),
                    row.contained.map(|yes| yes.to_string()).unwrap_or_default(),
                    time(row.since),
                    text(&row.version),
                    text(&row.config_commit),
                    text(&row.note),
                ]
            })
            .collect(),
    }
}
