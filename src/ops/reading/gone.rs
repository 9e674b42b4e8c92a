//! Members of families that no tree has any more: found by the paths that landings changed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::members;
use crate::domain::commit::CommitId;
use crate::domain::files::Tree;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Application;

use crate::ops::context::Context;

use super::world::World;

/// The same world with the members that its families had at any time of its branch's past.
///
/// # Errors
/// The history cannot be read.
pub fn with_gone(context: &Context<'_>, world: Arc<World>) -> Result<Arc<World>, Error> {
    let mut found: BTreeMap<AppName, Application> = BTreeMap::new();
    for nth in 0..world.settings.families.len() {
        let commits = RefCell::new(BTreeMap::<RepoPath, Vec<CommitId>>::new());
        let below = |folder: &RepoPath| {
            let changed = context.repo.changed_below(world.base, folder)?;
            commits.borrow_mut().extend(changed.iter().cloned());
            Ok(changed.into_iter().map(|(path, _)| path).collect())
        };
        // What a landing took out of a file was left there by one before it.
        let trees = |path: &RepoPath| {
            let commits = commits.borrow().get(path).cloned().unwrap_or_default();
            commits.into_iter().map(|commit| Ok(Arc::new(context.repo.snapshot(commit)?) as Tree)).collect()
        };
        for app in members::of_paths(&world.settings, nth, &below, &trees)? {
            found.entry(app.name.clone()).or_insert(app);
        }
    }
    let settings = &world.settings;
    found.retain(|name, _| settings.application(name).is_none() && settings.group_of(name).is_none());
    if found.is_empty() {
        return Ok(world);
    }
    let mut all = (**settings).clone();
    all.applications.extend(found.into_values());
    Ok(Arc::new(world.with_settings(Arc::new(all))))
}
