//! Holds as reports show them.

use jiff::Timestamp;

use crate::domain::address::shown;
use crate::domain::hold::{Hold, HoldFile, RecordChange};
use crate::domain::names::{AppName, EnvName};
use crate::domain::report::HoldReport;
use crate::ops::context::Context;

/// Holds as reports show them, those that cannot be read and those of names that are gone too.
pub fn reports(context: &Context<'_>, holds: &[HoldFile], env: Option<&EnvName>) -> Vec<HoldReport> {
    let is_about = |h: &&HoldFile| env.is_none_or(|env| h.cover.env.as_ref().is_none_or(|e| e == env));
    holds.iter().filter(is_about).map(|file| told(file, context.now)).collect()
}

/// A hold that a plan sets, changes or lifts.
pub fn changed(record: &RecordChange, now: Timestamp) -> Option<HoldReport> {
    match (&record.was, &record.is) {
        (_, Some(set)) => Some(told(&set.file, now)),
        (Some(taken), None) => Some(HoldReport { lifted: true, ..told(&taken.file, now) }),
        (None, None) => None,
    }
}

/// A hold's file as reports show it, also one that cannot be read.
pub fn told(file: &HoldFile, now: Timestamp) -> HoldReport {
    let mut report = match &file.hold {
        Ok(hold) => hold_report(hold, now),
        Err(why) => HoldReport {
            environment: String::new(),
            application: None,
            reason: match file.left_over {
                true => format!("cannot be read: {why}"),
                false => format!("cannot be read, so it holds: {why}"),
            },
            by: "unknown".into(),
            since: now,
            until: None,
            expired: false,
            left_over: false,
            lifted: false,
            file: file.path.to_string(),
            commit: None,
            source: None,
            fixed: Vec::new(),
        },
    };
    // By what it covers, which a slip in its name makes more than it says.
    report.environment = file.cover.env.as_ref().map_or("*".to_string(), EnvName::to_string);
    report.application = file.cover.app.as_ref().map(AppName::to_string);
    report.left_over = file.left_over;
    if let Some(slip) = &file.slip {
        report.reason = format!("{} ({slip})", report.reason);
    }
    report.file = file.path.to_string();
    report
}

/// A hold as reports show it.
fn hold_report(hold: &Hold, now: Timestamp) -> HoldReport {
    HoldReport {
        environment: hold.cover.env.as_ref().map_or("*".to_string(), EnvName::to_string),
        application: hold.cover.app.as_ref().map(AppName::to_string),
        reason: hold.reason.clone(),
        by: hold.by.clone(),
        since: hold.since,
        until: hold.until,
        expired: hold.until.is_some_and(|until| until <= now),
        left_over: false,
        lifted: false,
        file: hold.cover.path(),
        commit: hold.cover.commit.map(|commit| commit.to_string()),
        source: hold.held.as_ref().map(|held| shown(&held.source.0)),
        fixed: hold.held.iter().flat_map(|held| &held.fixed).map(ToString::to_string).collect(),
    }
}
