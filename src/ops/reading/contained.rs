//! Whether a version of an application contains a commit that is held, or has the content of one that does; and what of all that
//! landed contains it.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::domain::commit::{CommitId, Known};
use crate::domain::hold::HeldCommit;
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, SourceAddress};
use crate::domain::version::Version;
use crate::git::source::Source;
use crate::policy::{Contains, Suspect};

use crate::ops::context::Context;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;

/// The answer for one version.
///
/// # Errors
/// Something broke here. What the source does not tell is an answer.
pub fn of(
    sources: &Sources<'_>,
    app: &Application,
    version: &Version,
    suspect: &Suspect,
) -> Result<Known<Contains>, Error> {
    match asked(sources, app, version, suspect) {
        Err(Error::Failed(error)) => Err(Error::Failed(error)),
        Err(no) => Ok(Known::CannotTell(no.refusal().on_one_line())),
        answer => answer,
    }
}

fn asked(
    sources: &Sources<'_>,
    app: &Application,
    version: &Version,
    suspect: &Suspect,
) -> Result<Known<Contains>, Error> {
    let Some(source) = sources.of(app)? else {
        return Ok(Known::CannotTell(format!("no `source:` is configured for `{}`", app.name)));
    };
    let commit = match sources.named(app, version)? {
        Named::Commit(commit) => commit,
        Named::Missing(why) => return Ok(Known::CannotTell(why)),
        Named::HandMade => {
            return Ok(Known::CannotTell(format!("`{version}` does not say which commit it was built from")));
        }
    };
    let held = &suspect.held;
    if suspect.app.as_ref() != Some(&app.name) {
        match concerns(&source, held.commit)? {
            Known::Is(true) => {}
            Known::Is(false) => return Ok(Known::Is(Contains::Not)),
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        }
    }
    match by_ancestry(&source, held, commit)? {
        Known::Is(Contains::Not) if suspect.likeness.takes_same_tree() => by_content(&source, held, commit),
        answer => Ok(answer),
    }
}

/// Whether a commit changes anything of what concerns an application, against its first parent.
///
/// # Errors
/// The source cannot be read.
pub fn concerns(source: &Source, commit: CommitId) -> Result<Known<bool>, Error> {
    Ok(source.newest(commit)?.map(|newest| newest == Some(commit)))
}

fn by_ancestry(source: &Source, held: &HeldCommit, commit: CommitId) -> Result<Known<Contains>, Error> {
    match source.is_ancestor(held.commit, commit)? {
        Known::Is(true) => {}
        Known::Is(false) => return Ok(Known::Is(Contains::Not)),
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    }
    let mut hidden = None;
    for fix in &held.fixed {
        match is_mended(source, held.commit, *fix, commit)? {
            Known::Is(true) => return Ok(Known::Is(Contains::Fixed(*fix))),
            Known::Is(false) => {}
            Known::CannotTell(why) => drop(hidden.get_or_insert(why)),
        }
    }
    Ok(hidden.map_or(Known::Is(Contains::It(commit)), Known::CannotTell))
}

/// Whether a commit contains one that mends another: one that comes after it.
pub fn is_mended(source: &Source, bad: CommitId, fix: CommitId, commit: CommitId) -> Result<Known<bool>, Error> {
    Ok(match (source.is_ancestor(bad, fix)?, source.is_ancestor(fix, commit)?) {
        (Known::Is(after), Known::Is(contained)) => Known::Is(after && contained && bad != fix),
        (Known::CannotTell(why), _) | (_, Known::CannotTell(why)) => Known::CannotTell(why),
    })
}

/// Whether a commit that does not contain the held one has the content of one that does and that nothing mends. What stood
/// before the held commit is not bad for having come again after it.
fn by_content(source: &Rc<Source>, held: &HeldCommit, commit: CommitId) -> Result<Known<Contains>, Error> {
    if source.is_ancestor(commit, held.commit)? == Known::Is(true) {
        return Ok(Known::Is(Contains::Not));
    }
    let content = match source.content(commit)? {
        Known::Is(content) => content,
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    };
    for parent in source.commit(held.commit)?.parents {
        if matches!(source.content(parent)?, Known::Is(before) if before == content) {
            return Ok(Known::Is(Contains::Not));
        }
    }
    let after = match source.descendants(held.commit)? {
        Known::Is(after) => after,
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    };
    let mut hidden = None;
    let all: BTreeSet<CommitId> = after.into_iter().chain(held.landed.iter().copied()).collect();
    for other in std::iter::once(held.commit).chain(all) {
        if let Err(error) = source.commit(other) {
            hidden.get_or_insert(error.refusal().on_one_line());
            continue;
        }
        if !matches!(source.content(other)?, Known::Is(has) if has == content) {
            continue;
        }
        match by_ancestry(source, held, other)? {
            Known::Is(Contains::It(_)) => return Ok(Known::Is(Contains::ContentOf(commit, other))),
            Known::Is(_) => {}
            Known::CannotTell(why) => drop(hidden.get_or_insert(why)),
        }
    }
    Ok(hidden.map_or(Known::Is(Contains::Not), Known::CannotTell))
}

/// A commit of an application's source as it is going to be held in an environment, or in all: with what of all that stood or
/// stands there contains it, without what these commits mend.
///
/// # Errors
/// The source or the past cannot be read.
pub fn held(
    context: &Context<'_>,
    stack: &Stack,
    sources: &Sources<'_>,
    (app, env): (&Application, Option<&EnvName>),
    commit: CommitId,
    fixed: Vec<CommitId>,
) -> Result<HeldCommit, Error> {
    let own = sources.needed(app, "a hold of a commit")?;
    let address = app.source.clone().unwrap_or_else(|| SourceAddress(own.shown().to_string()));
    let held = HeldCommit { source: address, commit, landed: Vec::new(), fixed };
    let mut landed = BTreeSet::new();
    let envs = stack.ordered().into_iter().filter(|name| env.is_none_or(|env| env == name));
    for env in envs {
        let Ok((world, _)) = stack.environment(&env) else { continue };
        let same = world.settings.applications.iter().filter(|other| other.source.as_ref() == Some(&held.source));
        let pairs: Vec<Pair> = same.map(|other| (other.name.clone(), env.clone())).collect();
        let walked = timeline::walk(context, stack, &world, &pairs, None)?;
        let mut stood: BTreeSet<(&AppName, &Version)> = BTreeSet::new();
        for change in &walked.changes {
            for sites in [&change.was, &change.is] {
                stood.extend(sites.keys().filter_map(|key| Some((&change.app, sites.get(key)?))));
            }
        }
        for (name, version) in stood {
            let Ok(other) = world.application(name) else { continue };
            if let Some(id) = sources.commit_of(other, Some(version))?
                && !landed.contains(&id)
                && matches!(by_ancestry(&own, &held, id)?, Known::Is(Contains::It(_)))
            {
                landed.insert(id);
            }
        }
    }
    Ok(HeldCommit { landed: landed.into_iter().collect(), ..held })
}
