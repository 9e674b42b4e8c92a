//! What is not there any more: members of families, by the paths that landings changed, and since when an overlay is gone.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::members;
use crate::domain::commit::CommitId;
use crate::domain::files::Tree;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, Environment};

use crate::ops::context::Context;

use super::missing;
use super::stack::Stack;
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

/// The application of a name where it is only looked at, in a world that knows those that are gone as well; an error where
/// there never was one, or where a shallow clone cannot tell.
pub fn shown(context: &Context<'_>, stack: &mut Stack, name: &AppName) -> Result<AppName, Error> {
    let known = stack.main.shown(name).map(|(app, note)| (app.name.clone(), note));
    let (app, note) = match known {
        Ok(known) => known,
        Err(error) => {
            stack.replace(|world| with_gone(context, world))?;
            let gone = stack.main.shown(name).map(|(app, note)| (app.name.clone(), note));
            gone.map_err(|_| {
                if context.repo.is_shallow() && !stack.main.settings.families.is_empty() {
                    hidden(context, name.as_str())
                } else {
                    error
                }
            })?
        }
    };
    stack.notes.extend(note);
    Ok(app)
}

/// A shallow clone may hide that there was such an application.
pub fn hidden(context: &Context<'_>, name: &str) -> Error {
    let what = format!("cannot tell whether there was an application `{name}`: this history is shallow");
    Refusal::new(Code::Shallow, what).hint(context.repo.how_to_deepen()).cannot_tell()
}

/// What is said where an application has no overlay in an environment, with since when where it had one.
pub fn no_overlay(context: &Context<'_>, world: &World, app: &Application, env: &Environment) -> Error {
    let error = missing::no_overlay(world, app, env);
    let places = world.places(&[(app, env)]).unwrap_or_default();
    let last =
        context.repo.landings(world.base, &places, Some(1)).ok().and_then(|landings| landings.commits.first().copied());
    match last.and_then(|commit| since(context, commit)) {
        Some(told) => error.detail(told),
        None => error,
    }
}

/// Since when an overlay is gone that an application had in an environment, where that is known without a long look.
///
/// # Errors
/// The history cannot be read.
pub fn told(
    context: &Context<'_>,
    world: &World,
    app: &Application,
    env: &Environment,
) -> Result<Option<String>, Error> {
    let places = world.places(&[(app, env)]).unwrap_or_default();
    let last = context.repo.last_known_change(world.base, &places)?;
    Ok(last.and_then(|commit| since(context, commit)))
}

fn since(context: &Context<'_>, landing: CommitId) -> Option<String> {
    let info = context.repo.commit(landing).ok()?;
    Some(format!("gone since {} of {}, by {}", landing.short(), info.committer.when, info.author.name))
}
