//! Hotfixes as reports show them.

use crate::domain::hotfix::{HotfixChange, HotfixFile};
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::HotfixReport;
use crate::records::hotfix;

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

/// What a landing did to the record of a hotfix.
pub fn told(change: &HotfixChange) -> String {
    let place = format!("`{}` in `{}`", change.app, change.env);
    match (&change.was, &change.is) {
        (None, Some(is)) => format!("it is recorded as a hotfix of {place}: {}", is.told()),
        (Some(was), Some(is)) => format!("the hotfix of {place} is another one: {}; before, {}", is.told(), was.told()),
        (Some(was), None) => format!("it ends a hotfix of {place}: {}", was.told()),
        (None, None) => String::new(),
    }
}
