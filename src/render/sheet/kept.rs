//! Rows of what is kept beside the pins: holds, previews, baselines, statements.

use super::super::time::exact;
use super::cells::{Sheet, text, time, word};
use crate::domain::report::HoldReport;
use crate::domain::report::baselines::{BaselineReport, BaselineRun, BaselineShown};
use crate::domain::report::previews::PreviewReport;
use crate::domain::report::statements::StatementReport;

pub(super) fn baselines(all: &[BaselineReport]) -> Sheet {
    let row = |one: &BaselineReport| {
        vec![
            one.environment.clone(),
            one.name.clone(),
            one.tag.clone(),
            text(&one.commit),
            time(one.marked),
            text(&one.by),
            word(&one.signature),
            one.signers.join("; "),
            text(&one.reason),
            one.counts.to_string(),
            text(&one.why_not),
        ]
    };
    Sheet {
        columns: &[
            "environment",
            "baseline",
            "tag",
            "config_commit",
            "marked",
            "by",
            "signature",
            "signers",
            "reason",
            "counts",
            "why_not",
        ],
        rows: all.iter().map(row).collect(),
    }
}

pub(super) fn baseline(report: &BaselineShown) -> Sheet {
    let row = |one: &BaselineRun| {
        let of = &report.baseline;
        vec![
            of.environment.clone(),
            of.name.clone(),
            one.application.clone(),
            text(&one.version),
            text(&one.commit),
            text(&one.now),
            one.same.to_string(),
        ]
    };
    Sheet {
        columns: &["environment", "baseline", "application", "version", "commit", "now", "same"],
        rows: report.runs.iter().map(row).collect(),
    }
}

pub(super) fn statements(all: &[StatementReport]) -> Sheet {
    let row = |one: &StatementReport| {
        vec![
            one.path.clone(),
            word(&one.kind),
            text(&one.application),
            text(&one.commit),
            text(&one.environment),
            text(&one.check),
            one.status.as_ref().map(word).unwrap_or_default(),
            text(&one.digest),
            text(&one.change),
            text(&one.target),
            text(&one.gate),
            text(&one.reason),
            text(&one.withdraws),
            time(one.at),
            time(one.arrived_at),
            text(&one.arrived),
            one.signers.join("; "),
            one.people.join("; "),
            one.counts.to_string(),
            one.counts_for.join("; "),
            text(&one.why_not),
            text(&one.url),
        ]
    };
    Sheet {
        columns: &[
            "statement",
            "kind",
            "application",
            "commit",
            "environment",
            "check",
            "status",
            "digest",
            "change",
            "target",
            "gate",
            "reason",
            "withdraws",
            "at",
            "arrived_at",
            "arrived",
            "signers",
            "people",
            "counts",
            "counts_for",
            "why_not",
            "url",
        ],
        rows: all.iter().map(row).collect(),
    }
}

pub(super) fn previews(all: &[PreviewReport]) -> Sheet {
    let row = |one: &PreviewReport| {
        let runs = one.applications.iter().map(|app| format!("{} {}", app.application, app.version));
        vec![
            one.environment.clone(),
            one.instance.clone(),
            runs.collect::<Vec<_>>().join("; "),
            exact(one.since),
            time(one.until),
            one.by.clone(),
            text(&one.request),
            one.addresses.join("; "),
            word(&one.lives),
            text(&one.reason),
        ]
    };
    Sheet {
        columns: &[
            "environment",
            "instance",
            "runs",
            "since",
            "until",
            "by",
            "request",
            "addresses",
            "lives",
            "reason",
        ],
        rows: all.iter().map(row).collect(),
    }
}

pub(super) fn holds(holds: &[HoldReport]) -> Sheet {
    Sheet {
        columns: &["environment", "application", "since", "by", "until", "expired", "reason", "file", "commit"],
        rows: holds
            .iter()
            .map(|hold| {
                vec![
                    hold.environment.clone(),
                    text(&hold.application),
                    exact(hold.since),
                    hold.by.clone(),
                    time(hold.until),
                    hold.expired.to_string(),
                    hold.reason.clone(),
                    hold.file.clone(),
                    text(&hold.commit),
                ]
            })
            .collect(),
    }
}
