//! Whose the commits of a request branch are: the tool's own, or somebody's work.

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::differing;
use crate::domain::hold::FOLDER;
use crate::domain::hotfix::FOLDER as HOTFIXES;
use crate::domain::path::RepoPath;
use crate::domain::plan::{FileEdit, Mode, Target};
use crate::domain::refusal::Error;
use crate::domain::trailer::Trailers;
use crate::domain::verb::Verb;
use crate::git::repo::Repo;
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::landing::change::edits_for;
use crate::ops::landing::sync;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// At most so many commits of a branch are looked through.
const LOOKED_AT: usize = 200;

/// The commits of a request branch that have not landed, newest first.
pub fn beyond(repo: &Repo, target: &Target, tip: CommitId) -> Result<Vec<CommitId>, Error> {
    repo.between(target.base, tip, LOOKED_AT)
}

/// The newest commit on a request branch that is not the tool's own; `None`: all that has not landed is.
///
/// # Errors
/// A commit or a tree cannot be read.
pub fn foreign(
    context: &Context<'_>,
    stack: &Stack,
    target: &Target,
    tip: CommitId,
) -> Result<Option<CommitId>, Error> {
    for commit in beyond(&context.repo, target, tip)? {
        if is_ours(context, stack, target, commit)? {
            continue;
        }
        // A shallow clone lists what has landed as well, where it cannot see that it has: what one commit of ours at the tip
        // stands on was the target's tip when that was made.
        let is_parent = || Ok::<_, Error>(context.repo.commit(tip)?.parents == [commit]);
        if commit != tip
            && is_parent()?
            && matches!(context.repo.is_ancestor(commit, target.base)?, Known::CannotTell(_))
        {
            return Ok(None);
        }
        // A commit of ours on a parent that had landed, before the protected branch was moved away from it by force.
        let is_below = commit != tip && stands_on_what_had_landed(context, stack, target, tip)?;
        return Ok((!is_below).then_some(commit));
    }
    Ok(None)
}

fn stands_on_what_had_landed(
    context: &Context<'_>,
    stack: &Stack,
    target: &Target,
    tip: CommitId,
) -> Result<bool, Error> {
    let info = context.repo.commit(tip)?;
    let (Some(remote), [parent]) = (&stack.remote, info.parents.as_slice()) else { return Ok(false) };
    context.repo.was_once_in(*parent, &format!("refs/remotes/{remote}/{}", target.branch))
}

/// Whether a commit is one that this tool made, as it made it: by its trailers; by its signature, or without one by author
/// and committer being the same; by both of its dates (whoever amends or rebases it leaves the author's behind); and by its
/// tree, which is its parent's with those pins and records and nothing else.
pub fn is_ours(context: &Context<'_>, stack: &Stack, target: &Target, commit: CommitId) -> Result<bool, Error> {
    let repo = &context.repo;
    let info = repo.commit(commit)?;
    let trailers = Trailers::read(&info.message);
    let [parent] = info.parents.as_slice() else { return Ok(false) };
    let apart = info.author.when.as_second().abs_diff(info.committer.when.as_second());
    let by_one = info.author.email == info.committer.email && info.author.name == info.committer.name;
    if trailers.verb.is_none() || apart > 2 || !(info.signed || by_one) {
        return Ok(false);
    }
    let (before, after) = match (at(context, stack, target, *parent), at(context, stack, target, commit)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(Error::Invalid(_)), _) | (_, Err(Error::Invalid(_))) => return Ok(false),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let mut wanted = Vec::new();
    for promoted in &trailers.promoted {
        let settings = &before.settings;
        let (Some(app), Some(env)) = (settings.application(&promoted.app), settings.environment(&promoted.env)) else {
            return Ok(false);
        };
        let reader = Reader::new(after.files.as_ref());
        let pin = match after.pin(&reader, app, env) {
            Ok(Some(pin)) => pin,
            Ok(None) | Err(Error::Invalid(_) | Error::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        if pin.version() != promoted.to {
            return Ok(false);
        }
        wanted.push((app.name.clone(), env.name.clone(), pin.assignment()));
    }
    // All at once: several may be written in one file.
    let mut edits = match edits_for(&before, &wanted) {
        Ok(made) => made,
        Err(Error::Invalid(_) | Error::Refused(_) | Error::CannotTell(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut changed = Vec::new();
    differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
    let is_record =
        |path: &RepoPath| [FOLDER, HOTFIXES].iter().any(|one| path.as_str().starts_with(&format!("{one}/")));
    for path in changed.into_iter().filter(is_record) {
        let was = before.files.entry(&path)?.map(|entry| entry.id);
        edits.push(FileEdit { was, becomes: after.files.read(&path)?, path, mode: Mode::Kept });
    }
    if Verb::of(trailers.verb.as_deref().unwrap_or_default()) == Some(Verb::Sync) {
        edits.extend(synced(context, stack, &before, &trailers)?);
    }
    Ok(repo.tree_with(*parent, &edits).is_ok_and(|tree| tree == info.tree))
}

/// What a sync from the commit that its trailers name would change; none where that was never one of the main branch.
fn synced(context: &Context<'_>, stack: &Stack, before: &World, says: &Trailers) -> Result<Vec<FileEdit>, Error> {
    let Some(commit) = sync::named(says.origin.as_deref()) else { return Ok(Vec::new()) };
    let main = &stack.main;
    if !context.repo.has(commit) || context.repo.is_ancestor(commit, main.base)? != Known::Is(true) {
        return Ok(Vec::new());
    }
    let made = World::read(&context.repo, &stack.shelf, &main.branch, commit, Some(&main.settings)).and_then(|from| {
        let copy = before.has_file.then_some(before.settings.as_ref());
        sync::edits((from.files.as_ref(), &from.settings), (before.files.as_ref(), copy))
    });
    match made {
        Err(Error::Failed(error)) => Err(Error::Failed(error)),
        made => Ok(made.unwrap_or_default()),
    }
}

/// The world of a commit of a branch.
pub fn at(context: &Context<'_>, stack: &Stack, target: &Target, commit: CommitId) -> Result<World, Error> {
    World::read(&context.repo, &stack.shelf, &target.branch, commit, Some(&stack.main.settings))?.with_members()
}
