//! A statement as reports tell it: what it says, whose it is, and what it counts for.

use crate::domain::report::statements::{StatementReport, StatementWord, StatusWord};
use crate::domain::settings::Settings;
use crate::domain::statement::{Agreed, Check, CheckResult, Consent, Record, Statement, Withdrawal};
use crate::domain::testimony::Who;
use crate::policy;

use crate::ops::judging::statements::{Found, Heard};

/// One that was read from the branch. `why_not`: why it does not count, where it does not.
pub fn found(settings: &Settings, one: &Found, heard: Option<&Heard>, why_not: Option<String>) -> StatementReport {
    let mut out = StatementReport::at_path(one.path.to_string());
    if let Ok((statement, _)) = &one.read {
        out = said(settings, out.path, statement, heard.map(|heard| heard.by.as_slice()));
    }
    out.arrived = Some(one.arrived.commit.to_string());
    out.arrived_at = Some(one.arrived.when);
    if let Some(why) = why_not {
        (out.counts, out.counts_for, out.why_not) = (false, Vec::new(), Some(why));
    }
    out
}

/// One that is said by somebody whose key has these principals.
pub fn said(settings: &Settings, path: String, statement: &Statement, by: Option<&[String]>) -> StatementReport {
    let mut out = StatementReport { at: Some(statement.at()), ..StatementReport::at_path(path) };
    let who = Who::Key(by.unwrap_or_default().to_vec());
    out.signers = by.unwrap_or_default().to_vec();
    out.people = policy::people_of(settings, &who).into_iter().map(ToString::to_string).collect();
    match statement {
        Statement::Check(check) => {
            out = of_check(check, out);
            match policy::heeded(settings, check, &who) {
                Ok(environments) => (out.counts, out.counts_for) = (true, environments),
                Err(why) => out.why_not = Some(why),
            }
        }
        Statement::Consent(consent) => out = of_consent(consent, out),
        Statement::Record(record) => out = of_record(record, out),
        Statement::Withdrawal(Withdrawal { of, reason, .. }) => {
            out.kind = StatementWord::Withdrawal;
            (out.withdraws, out.reason) = (Some(of.to_string()), reason.clone());
            (out.counts, out.counts_for) = (true, vec![format!("taking back {of}")]);
        }
    }
    out
}

fn of_check(check: &Check, out: StatementReport) -> StatementReport {
    StatementReport {
        kind: StatementWord::Check,
        application: Some(check.app.to_string()),
        source: Some(check.source.clone()),
        commit: Some(check.commit.to_string()),
        check: Some(check.name.clone()),
        environment: check.environment.as_ref().map(ToString::to_string),
        digest: check.digest.as_ref().map(ToString::to_string),
        status: Some(match check.result {
            CheckResult::Passed => StatusWord::Passed,
            CheckResult::Warned => StatusWord::Warned,
            CheckResult::Failed => StatusWord::Failed,
        }),
        url: check.url.clone(),
        passed_tests: check.tests.passed.clone(),
        warned_tests: check.tests.warned.clone(),
        failed_tests: check.tests.failed.clone(),
        ..out
    }
}

fn of_consent(consent: &Consent, out: StatementReport) -> StatementReport {
    let counts_for = vec![format!("change {} on {}", consent.change.short(), consent.target)];
    let out = StatementReport {
        change: Some(consent.change.to_string()),
        target: Some(consent.target.to_string()),
        counts: true,
        counts_for,
        ..out
    };
    match &consent.agreed {
        Agreed::Approval => StatementReport { kind: StatementWord::Approval, ..out },
        Agreed::Override { gate, reason, until } => StatementReport {
            kind: StatementWord::Override,
            gate: Some(gate.word().to_string()),
            reason: Some(reason.clone()),
            until: Some(*until),
            ..out
        },
    }
}

fn of_record(record: &Record, out: StatementReport) -> StatementReport {
    StatementReport {
        kind: StatementWord::Record,
        commit: Some(record.landing.to_string()),
        target: Some(record.branch.to_string()),
        verdict: Some(record.summary()),
        counts: true,
        counts_for: vec![format!("landing {} on {}", record.landing.short(), record.branch)],
        ..out
    }
}
