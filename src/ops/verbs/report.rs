//! `report --evidence`: what an auditor is handed, gathered.

use std::collections::BTreeMap;

use crate::domain::refusal::Error;
use crate::domain::report::{HistoryRow, Report};
use crate::records::evidence::Change;

use super::history;
use crate::ops::context::Context;
pub use crate::ops::evidence::gather::Gathered;
use crate::ops::evidence::gather::{Span, gather};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::when::{self, Toward};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub since: Option<String>,
    pub until: Option<String>,
}

/// Gathers the folder.
///
/// # Errors
/// The clone cannot be read, or is too shallow for the span.
pub fn evidence(context: &mut Context<'_>, request: &Request) -> Result<Gathered, Error> {
    let moment =
        |text: &Option<String>| text.as_deref().map(|t| when::moment(t, context.now, Toward::Past)).transpose();
    let span = Span { since: moment(&request.since)?, until: moment(&request.until)? };
    let asked =
        history::Request { since: request.since.clone(), until: request.until.clone(), ..history::Request::default() };
    let mut changes: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    let mut notes = Vec::new();
    if let Report::History(history) = history::run(context, &asked)? {
        notes.extend(history.notes);
        for row in history.changes {
            changes.entry(row.config_commit.clone()).or_default().push(change(row));
        }
    }
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.seek_statements(context)?;
    let mut gathered = gather(context, &stack, span, changes)?;
    gathered.notes.splice(..0, notes);
    Ok(gathered)
}

fn change(row: HistoryRow) -> Change {
    Change {
        application: row.application,
        environment: row.environment,
        from: row.from,
        to: row.to,
        verb: row.verb,
        by: row.by,
        signature: row.signature.word().to_string(),
        signer: row.signer,
        request: row.request,
        reason: row.reason,
        overrides: row.overrides,
    }
}
