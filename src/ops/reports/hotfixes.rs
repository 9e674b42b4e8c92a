//! Hotfixes as reports show them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::domain::commit::CommitId;
use crate::domain::files::Files;
use crate::domain::history::Change;
use crate::domain::hotfix::{HotfixChange, HotfixFile};
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::{HotfixChanged, HotfixReport, PathWord};
use crate::records::hotfix;

use crate::ops::context::Context;
use crate::ops::reading::world::World;

/// The hotfixes that stand in an environment.
///
/// # Errors
/// The tree cannot be read.
pub fn standing(world: &World, env: &EnvName) -> Result<Vec<HotfixFile>, Error> {
    Ok(hotfix::all(world.files.as_ref())?.into_iter().filter(|file| file.env == *env).collect())
}

/// A hotfix's file as reports show it, also one that cannot be read.
pub fn report(file: &HotfixFile) -> HotfixReport {
    let hotfix = file.hotfix.as_ref().ok();
    HotfixReport {
        file: file.path.to_string(),
        unread: file.hotfix.as_ref().err().cloned(),
        commit: hotfix.map(|one| one.commit.to_string()),
        reason: hotfix.map(|one| one.reason.clone()),
        by: hotfix.map(|one| one.by.clone()),
        since: hotfix.map(|one| one.since),
    }
}

/// What a landing did to the record of a hotfix, as reports show it.
pub fn changed(change: &HotfixChange) -> HotfixChanged {
    HotfixChanged {
        change: match (&change.was, &change.is) {
            (None, _) => PathWord::Added,
            (Some(_), Some(_)) => PathWord::Modified,
            (Some(_), None) => PathWord::Deleted,
        },
        application: change.app.to_string(),
        environment: change.env.to_string(),
        file: change.path.to_string(),
        before: change.was.as_ref().map(report),
        after: change.is.as_ref().map(report),
    }
}

/// The records of hotfixes that landings brought, by their trees alone: each landing is looked at once.
#[derive(Default)]
pub struct Brought(BTreeMap<CommitId, Vec<HotfixChange>>);

impl Brought {
    /// Whether the record of a hotfix of this pin came, or became another one, with the change.
    ///
    /// # Errors
    /// A tree cannot be read.
    pub fn with(&mut self, context: &Context<'_>, world: &World, change: &Change) -> Result<bool, Error> {
        let came = match self.0.entry(change.commit) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(came(context, change.commit)?),
        };
        let app = world.settings.application(&change.app);
        let is_its = |file: &HotfixFile| file.app == change.app || app.is_some_and(|app| file.is_of(app));
        Ok(came.iter().filter(|one| one.env == change.env).filter_map(|one| one.is.as_ref()).any(is_its))
    }
}

/// The records that are there since a landing. Of most landings two names of a folder tell that there are none.
fn came(context: &Context<'_>, landing: CommitId) -> Result<Vec<HotfixChange>, Error> {
    let before = context.repo.before(&context.repo.commit(landing)?)?;
    let before = before.map(|before| context.repo.snapshot(before)).transpose()?;
    let before = before.as_ref().map(|before| before as &dyn Files);
    let mut changes = hotfix::changes(before, &context.repo.snapshot(landing)?)?;
    changes.retain(|change| change.is.is_some());
    Ok(changes)
}
