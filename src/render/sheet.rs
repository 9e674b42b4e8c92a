//! A report as rows and columns of full values: what CSV and Markdown are made of.

mod cells;
mod kept;
mod past;

pub(super) use self::cells::{Sheet, word};
use self::cells::{number, text, time};
use self::kept::{baseline, baselines, holds, previews, statements};
use self::past::{at, contains, history};
use super::time::exact;
use crate::domain::report::doctor::{DoctorReport, FindingReport};
use crate::domain::report::evidence::{EvidenceFinding, EvidenceReport, EvidenceVerdict};
use crate::domain::report::feedback::{FeedbackTestReport, SinkReport};
use crate::domain::report::telling::{FeedbackSendReport, ToldReport};
use crate::domain::report::tend::{RequestStatus, TendReport};
use crate::domain::report::told_step::StepReport;
use crate::domain::report::verify::RefVerdict;
use crate::domain::report::why::{WhyReport, WhyRow};
use crate::domain::report::{
    ApartReport, ChangeReport, DiffReport, GateReport, HoldReport, HotfixChanged, LandedMove, RefusalReport, Report,
    ShowReport, StatusReport, SyncReport, SyncedFile, TendedReport, VerdictWord,
};

/// The rows of a report; none where a report has none.
pub(super) fn sheet(report: &Report) -> Option<Sheet> {
    match report {
        Report::Change(report) if report.moves.is_empty() && !report.holds.is_empty() => Some(holds(&report.holds)),
        Report::Change(report) => Some(report.sync.as_ref().map_or_else(|| change(report), synced)),
        Report::Apart(report) => Some(apart(report)),
        Report::Steps(report) => {
            Some(Sheet { columns: CHANGE, rows: report.steps.iter().flat_map(|one| change(one).rows).collect() })
        }
        Report::Diff(report) => Some(diff(report)),
        Report::History(report) => Some(history(report)),
        Report::Show(report) => Some(show(report)),
        Report::At(report) => Some(at(report)),
        Report::Contains(report) => Some(contains(report)),
        Report::Status(report) if report.is_of_previews() => {
            let all: Vec<_> = report.previews.iter().flat_map(|one| one.instances.iter().cloned()).collect();
            Some(previews(&all))
        }
        Report::Status(report) => Some(status(report)),
        Report::Holds(report) => Some(holds(&report.holds)),
        Report::Previews(report) => Some(previews(&report.previews)),
        Report::Pruned(report) => Some(previews(&report.due)),
        Report::Marked(report) => Some(baselines(std::slice::from_ref(&report.baseline))),
        Report::Baselines(report) => Some(baselines(&report.baselines)),
        Report::Baseline(report) => Some(baseline(report)),
        Report::Tended(report) => Some(tended(report)),
        Report::Verify(report) => Some(verify(&report.refs)),
        Report::Approve(report) => Some(verify(std::slice::from_ref(&report.verdict))),
        Report::Tend(report) => Some(tend(report)),
        Report::Why(report) => Some(why(report)),
        Report::Doctor(report) => Some(doctor(report)),
        Report::FeedbackSend(report) => Some(feedback_send(report)),
        Report::FeedbackTest(report) => Some(feedback_test(report)),
        Report::Attest(report) => Some(statements(std::slice::from_ref(&report.statement))),
        Report::Statements(report) => Some(statements(&report.statements)),
        Report::Evidence(report) => Some(evidence(report)),
        Report::Checked(report) => Some(checked(report)),
        Report::Step(report) => Some(step(report)),
        Report::Init(_) | Report::ConfigCheck(_) | Report::ConfigShow(_) | Report::Hook(_) => None,
    }
}

fn synced(sync: &SyncReport) -> Sheet {
    let row = |file: &SyncedFile| {
        vec![file.path.clone(), word(&file.change), sync.from_branch.clone(), sync.from_commit.clone()]
    };
    Sheet { columns: &["file", "change", "from_branch", "config_commit"], rows: sync.files.iter().map(row).collect() }
}

fn step(report: &StepReport) -> Sheet {
    let row = vec![
        report.step.clone(),
        report.status.clone(),
        report.line.clone(),
        text(&report.request),
        text(&report.commit),
        word(&report.shown),
        text(&report.comment),
    ];
    Sheet { columns: &["step", "status", "line", "request", "commit", "shown", "comment"], rows: vec![row] }
}

fn evidence(report: &EvidenceReport) -> Sheet {
    let (files, landings, statements) = (report.files, report.landings, report.statements);
    let row = vec![
        report.folder.clone(),
        time(report.since),
        time(report.until),
        files.to_string(),
        landings.to_string(),
        statements.to_string(),
        report.signed.to_string(),
    ];
    Sheet { columns: &["folder", "since", "until", "files", "landings", "statements", "signed"], rows: vec![row] }
}

fn checked(report: &EvidenceVerdict) -> Sheet {
    let row = |one: &EvidenceFinding| vec![one.file.clone(), word(&one.verdict), one.says.clone()];
    Sheet { columns: &["file", "verdict", "says"], rows: report.findings.iter().map(row).collect() }
}

fn doctor(report: &DoctorReport) -> Sheet {
    let row = |one: &FindingReport| {
        vec![one.about.clone(), word(&one.state), one.advisory.to_string(), one.says.clone(), one.hints.join("; ")]
    };
    Sheet { columns: &["about", "state", "advisory", "says", "hints"], rows: report.findings.iter().map(row).collect() }
}

fn feedback_send(report: &FeedbackSendReport) -> Sheet {
    let row = |one: &ToldReport| {
        let reason = one.reason.clone().unwrap_or_default();
        let (landing, event, title) = (one.landing.clone(), one.event.clone(), one.title.clone());
        vec![landing, event, title, one.sink.clone(), text(&one.variable), word(&one.state), reason]
    };
    let columns = &["landing", "event", "title", "sink", "variable", "state", "reason"];
    Sheet { columns, rows: report.told.iter().map(row).collect() }
}

fn feedback_test(report: &FeedbackTestReport) -> Sheet {
    let row = |one: &SinkReport| {
        vec![one.number.to_string(), one.kind.clone(), one.variable.clone(), word(&one.state), one.says.clone()]
    };
    Sheet { columns: &["number", "kind", "variable", "state", "says"], rows: report.sinks.iter().map(row).collect() }
}

fn why(report: &WhyReport) -> Sheet {
    let row = |row: &WhyRow| {
        let stops = row.gates.iter().filter(|gate| gate.verdict != VerdictWord::Pass);
        let gates: Vec<&str> = stops.map(|gate| gate.gate.as_str()).collect();
        let told: Vec<&str> = row.refusals.iter().map(|refusal| refusal.message.as_str()).collect();
        vec![
            row.application.clone(),
            report.environment.clone(),
            word(&row.state),
            text(&row.from),
            text(&row.to),
            gates.join(" "),
            row.reason.clone().unwrap_or_else(|| told.join("; ")),
            row.eligible_at.map(exact).unwrap_or_default(),
            text(&row.next),
        ]
    };
    Sheet {
        columns: &["application", "environment", "state", "from", "to", "gates", "why", "eligible_at", "next"],
        rows: report.applications.iter().map(row).collect(),
    }
}

fn verify(refs: &[RefVerdict]) -> Sheet {
    let word = |verdict: VerdictWord| word(&verdict);
    let row = |name: &str, commit: &str, gate: &GateReport| {
        vec![
            name.to_string(),
            commit.to_string(),
            gate.gate.clone(),
            gate.subject.clone(),
            word(gate.verdict),
            gate.detail.clone(),
            gate.eligible_at.map(exact).unwrap_or_default(),
        ]
    };
    let refusal = |name: &str, commit: &str, one: &RefusalReport| {
        let (commit, gate) = (commit.to_string(), one.code.to_string());
        vec![name.to_string(), commit, gate, String::new(), word(one.verdict), one.message.clone(), String::new()]
    };
    let mut rows = Vec::new();
    for one in refs {
        for change in &one.changes {
            rows.extend(change.gates.iter().map(|gate| row(&one.name, &change.commit, gate)));
            let unread = change.refusals.iter().filter(|_| change.gates.is_empty());
            rows.extend(unread.map(|unread| refusal(&one.name, &change.commit, unread)));
        }
        let head = one.head.as_deref().unwrap_or_default();
        rows.extend(one.refusals.iter().map(|why| refusal(&one.name, head, why)));
    }
    Sheet { columns: &["branch", "commit", "gate", "subject", "verdict", "detail", "eligible_at"], rows }
}

fn tended(report: &TendedReport) -> Sheet {
    let row = |one: &crate::domain::report::Tended| {
        let request = &one.request;
        let moves =
            request.moves.iter().map(|row| format!("{} {} {}", row.application, row.environment, text(&row.to)));
        let moves: Vec<String> = moves.collect();
        vec![
            text(&request.number),
            request.branch.clone(),
            moves.join("; "),
            word(&one.became),
            text(&one.reason),
            text(&request.address),
        ]
    };
    Sheet {
        columns: &["request", "branch", "moves", "became", "reason", "address"],
        rows: report.requests.iter().map(row).collect(),
    }
}

fn tend(report: &TendReport) -> Sheet {
    let of_status = |one: &RequestStatus| {
        let status = one.status.as_ref();
        vec![
            "status".to_string(),
            one.requests.join(" "),
            one.target.clone(),
            status.map(|status| status.commit.clone()).unwrap_or_default(),
            status.map(|status| word(&status.state)).unwrap_or_default(),
            word(&one.became),
            one.reason.clone().or(status.map(|status| status.description.clone())).unwrap_or_default(),
        ]
    };
    let own = report.requests.iter().map(|one| {
        let (request, kind) = (&one.request, "request".to_string());
        let number = text(&request.number);
        let (commit, why) = (request.commit.clone(), text(&one.reason));
        vec![kind, number, request.target.clone(), commit, String::new(), word(&one.became), why]
    });
    let held = report.holds.iter().map(|hold| {
        let empty = String::new;
        vec!["hold".to_string(), hold.file.clone(), empty(), empty(), empty(), empty(), hold.reason.clone()]
    });
    let rows = report.statuses.iter().map(of_status).chain(own).chain(held).collect();
    Sheet { columns: &["what", "name", "branch", "commit", "state", "became", "says"], rows }
}

const CHANGE: &[&str] =
    &["application", "environment", "from", "to", "direction", "origin", "commits", "lost", "stage", "config_commit"];

fn change(report: &ChangeReport) -> Sheet {
    let landed = report.commit.clone().unwrap_or_default();
    Sheet {
        columns: CHANGE,
        rows: report
            .moves
            .iter()
            .map(|row| {
                vec![
                    row.application.clone(),
                    row.environment.clone(),
                    text(&row.from),
                    text(&row.to),
                    word(&row.direction),
                    row.origin.clone(),
                    number(row.commits_total),
                    number(row.lost_total),
                    word(&report.stage),
                    landed.clone(),
                ]
            })
            .collect(),
    }
}

fn apart(report: &ApartReport) -> Sheet {
    Sheet { columns: CHANGE, rows: report.requests.iter().flat_map(|one| change(one).rows).collect() }
}

fn diff(report: &DiffReport) -> Sheet {
    Sheet {
        columns: &["application", "left", "right", "same", "ahead", "behind", "note"],
        rows: report
            .applications
            .iter()
            .map(|row| {
                vec![
                    row.application.clone(),
                    text(&row.left),
                    text(&row.right),
                    row.same.to_string(),
                    number(row.ahead),
                    number(row.behind),
                    text(&row.note),
                ]
            })
            .collect(),
    }
}

/// A row for each thing that the landing changed: a move, a hold, a path.
fn show(report: &ShowReport) -> Sheet {
    let end = |row: Vec<String>| {
        let landing = [report.by.clone(), exact(report.when), report.config_commit.clone()];
        row.into_iter().chain(landing).collect::<Vec<String>>()
    };
    let moves = report.moves.iter().map(|LandedMove { moved, verb, note, .. }| {
        vec![
            "move".to_string(),
            moved.application.clone(),
            moved.environment.clone(),
            text(&moved.from),
            text(&moved.to),
            verb.clone(),
            number(moved.commits_total),
            number(moved.lost_total),
            moved.sites.first().map(|site| site.file.clone()).unwrap_or_default(),
            text(note),
        ]
    });
    let records = report.records.iter().map(|record| {
        let hold = record.after.as_ref().or(record.before.as_ref());
        let mut row = vec![String::new(); 10];
        row[0] = "hold".to_string();
        row[1] = hold.and_then(HoldReport::what).unwrap_or_default();
        row[2] = hold.map(|hold| hold.environment.clone()).unwrap_or_default();
        row[5] = word(&record.change);
        row[8].clone_from(&record.file);
        row[9] = hold.map(|hold| hold.reason.clone()).unwrap_or_default();
        row
    });
    let others = report.others.iter().map(|other| {
        let mut row = vec![String::new(); 10];
        row[0] = "path".to_string();
        row[5] = word(&other.change);
        row[8].clone_from(&other.path);
        row
    });
    Sheet {
        columns: &[
            "what",
            "application",
            "environment",
            "from",
            "to",
            "change",
            "commits",
            "lost",
            "file",
            "note",
            "by",
            "when",
            "config_commit",
        ],
        rows: moves.chain(records).chain(report.hotfixes.iter().map(hotfix)).chain(others).map(end).collect(),
    }
}

fn hotfix(hotfix: &HotfixChanged) -> Vec<String> {
    let mut row = vec![String::new(); 10];
    row[0] = "hotfix".to_string();
    row[1].clone_from(&hotfix.application);
    row[2].clone_from(&hotfix.environment);
    row[5] = word(&hotfix.change);
    row[8].clone_from(&hotfix.file);
    let said = hotfix.after.as_ref().or(hotfix.before.as_ref());
    row[9] = said.and_then(|one| one.reason.clone()).unwrap_or_default();
    row
}

fn status(report: &StatusReport) -> Sheet {
    let rows = report.applications.iter().flat_map(|row| {
        row.cells.iter().filter(|cell| cell.present).map(|cell| {
            vec![
                row.application.clone(),
                cell.environment.clone(),
                text(&cell.version),
                text(&cell.commit),
                time(cell.since),
                text(&cell.compared_with),
                number(cell.ahead),
                number(cell.behind),
                cell.held.to_string(),
                (!cell.disagree.is_empty()).to_string(),
                text(&cell.note),
            ]
        })
    });
    Sheet {
        columns: &[
            "application",
            "environment",
            "version",
            "commit",
            "since",
            "compared_with",
            "ahead",
            "behind",
            "held",
            "disagrees",
            "note",
        ],
        rows: rows.collect(),
    }
}
