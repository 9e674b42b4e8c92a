//! The checks that were told of a version of an application: of its commit, or where content stands for one, of another with the same.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::AppName;
use crate::domain::refusal::Error;
use crate::domain::settings::Application;
use crate::domain::statement::{self, CheckResult, Statement};
use crate::domain::stay::Likeness;
use crate::domain::testimony::{CheckTold, Who};
use crate::domain::version::Version;

use crate::ops::judging::keys::Ring;
use crate::ops::judging::statements::{Found, Heard, Statements};
use crate::ops::reading::sources::{Named, Sources};

/// What was told, in the order in which it came.
///
/// # Errors
/// The clone or a source cannot be read. What cannot be told is an answer.
pub fn of(
    statements: &Statements<'_>,
    sources: &Sources<'_>,
    ring: &Ring,
    app: &Application,
    (version, likeness): (&Version, Likeness),
) -> Result<Known<Vec<CheckTold>>, Error> {
    let Some(source) = &app.source else {
        return Ok(Known::CannotTell(format!("`{}` has no `source`, and checks are of its commits", app.name)));
    };
    let commit = match sources.named_or_missing(app, version)? {
        Named::Commit(commit) => commit,
        Named::HandMade => return Ok(Known::CannotTell(format!("{} names no commit", version.short()))),
        Named::Missing(why) => return Ok(Known::CannotTell(why)),
    };
    let name = statement::source_name(source);
    let mut found = match found(statements, &name, commit)? {
        Known::Is(found) => found,
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    };
    if likeness.takes_same_tree() {
        let all = statement::checks_of_source(&name).map_err(anyhow::Error::msg)?;
        for folder in statements.folders(&all) {
            let Some(other) = CommitId::from_hex(folder.name()).filter(|other| *other != commit) else { continue };
            if !is_same(sources, app, commit, other)? {
                continue;
            }
            match self::found(statements, &name, other)? {
                Known::Is(more) => found.extend(more),
                Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
            }
        }
        found.sort_by_key(|one| one.arrived.nth);
    }
    let (heard, _) = statements.heard(&found, ring)?;
    let mut out: Vec<(usize, CheckTold)> =
        heard.into_iter().filter_map(|one| Some((one.arrived.nth, told(one, &app.name, &name)?))).collect();
    // Of what one landing brought nobody knows the order: then a failure is the later word.
    out.sort_by_key(|(nth, told)| (*nth, told.check.result == CheckResult::Failed));
    Ok(Known::Is(out.into_iter().map(|(_, told)| told).collect()))
}

fn found(statements: &Statements<'_>, source: &str, commit: CommitId) -> Result<Known<Vec<Found>>, Error> {
    statements.in_folder(&statement::checks_of(source, commit).map_err(anyhow::Error::msg)?)
}

/// Whether two commits have the same content; where that cannot be told, what was told of the other does not count.
fn is_same(sources: &Sources<'_>, app: &Application, one: CommitId, other: CommitId) -> Result<bool, Error> {
    let Some(source) = sources.of(app)? else { return Ok(false) };
    Ok(match (source.content(one)?, source.content(other)?) {
        (Known::Is(one), Known::Is(other)) => one == other,
        _ => false,
    })
}

/// A check of this very application: in a repository of several, what was told of one says nothing of another.
fn told(heard: Heard, app: &AppName, source: &str) -> Option<CheckTold> {
    match heard.statement {
        Statement::Check(check) if check.app == *app && check.source == source => {
            Some(CheckTold { check, by: Who::Key(heard.by), since: heard.since })
        }
        _ => None,
    }
}
