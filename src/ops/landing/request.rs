//! The branch of a merge request: its name, and whether the live one already holds a plan.

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::Files as _;
use crate::domain::hold::FOLDER;
use crate::domain::path::RepoPath;
use crate::domain::plan::{FileEdit, Landing, Plan};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::trailer::Trailers;
use crate::git::repo::Repo;
use crate::overlay::Reader;
use crate::records;

use crate::domain::files::differing;
use crate::ops::context::Context;
use crate::ops::landing::change::edits_for;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What a request branch is found to be, as far as git alone tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    Absent,
    /// It holds this very plan.
    Same(CommitId),
    /// It holds another plan of ours, which may be replaced.
    Ours(CommitId),
    /// Somebody has worked on it: it is left alone.
    Touched(Touch),
    /// All of it has landed.
    Merged(CommitId),
}

/// Somebody's work on a request branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    pub tip: CommitId,
    /// The newest commit that is not ours, and who made it.
    pub commit: CommitId,
    pub by: String,
    /// The commit below it that holds this very plan, if one does.
    pub plan: Option<CommitId>,
}

/// At most so many commits of a branch are looked through.
const LOOKED_AT: usize = 200;

/// What the live branch is to a plan. An error where a shallow clone hides whose work it is.
pub fn look(context: &Context<'_>, stack: &Stack, plan: &Plan, live: Option<CommitId>) -> Result<Live, Error> {
    let repo = &context.repo;
    let Some(tip) = live else { return Ok(Live::Absent) };
    if holds(repo, tip, plan)? && stands_on_what_landed(repo, tip, plan)? {
        return Ok(Live::Same(tip));
    }
    match repo.is_ancestor(tip, plan.target.base)? {
        Known::Is(true) => return Ok(Live::Merged(tip)),
        Known::Is(false) => {}
        Known::CannotTell(why) => return Err(unknown(repo, plan, &why)),
    }
    let beyond = repo.between(plan.target.base, tip, LOOKED_AT)?;
    let mut foreign = None;
    for commit in &beyond {
        if !is_ours(context, stack, plan, *commit)? {
            foreign = Some(*commit);
            break;
        }
    }
    match foreign {
        // Where the protected branch was moved by force, landings of ours lie below it that are not landed any more.
        None => Ok(Live::Ours(tip)),
        // A commit of ours on a parent that had landed, before the protected branch was moved away from it.
        Some(below) if below != tip && stands_on_what_had_landed(context, stack, plan, tip)? => Ok(Live::Ours(tip)),
        Some(commit) => {
            let info = repo.commit(commit)?;
            let mut held = None;
            for one in &beyond {
                if held.is_none() && holds(repo, *one, plan)? {
                    held = Some(*one);
                }
            }
            let held = if held.is_some() && !still_says(context, stack, plan, tip)? { None } else { held };
            let by = format!("{} <{}>", info.author.name, info.author.email);
            Ok(Live::Touched(Touch { tip, commit, by, plan: held }))
        }
    }
}

/// Whether the tip of a branch that somebody has worked on still says what the plan says.
fn still_says(context: &Context<'_>, stack: &Stack, plan: &Plan, tip: CommitId) -> Result<bool, Error> {
    let world = match at(context, stack, plan, tip) {
        Err(Error::Invalid(_)) => return Ok(false),
        other => other?,
    };
    let reader = Reader::new(world.files.as_ref());
    for one in &plan.proposal.moves {
        let (app, env) = (world.settings.application(&one.app), world.settings.environment(&one.env));
        let (Some(app), Some(env)) = (app, env) else { return Ok(false) };
        let version = match world.pin(&reader, app, env) {
            Ok(pin) => pin.and_then(|pin| pin.version()),
            Err(Error::Invalid(_) | Error::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        if version != one.to {
            return Ok(false);
        }
    }
    let repo = &context.repo;
    for edit in as_recorded(repo, tip, plan)?
        .iter()
        .filter(|edit| plan.proposal.records.iter().any(|one| one.path == edit.path))
    {
        let there = world.files.entry(&edit.path)?.map(|entry| entry.id);
        if there != edit.becomes.as_deref().map(Repo::blob_id) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the commit below is landed, so that nothing but the plan comes with a merge. A shallow clone that cannot tell
/// leaves the branch as it is.
fn stands_on_what_landed(repo: &Repo, commit: CommitId, plan: &Plan) -> Result<bool, Error> {
    let Some(parent) = repo.commit(commit)?.parents.first().copied() else { return Ok(false) };
    Ok(!matches!(repo.is_ancestor(parent, plan.target.base)?, Known::Is(false)))
}

fn unknown(repo: &Repo, plan: &Plan, why: &str) -> Error {
    let branch = match &plan.landing {
        Landing::MergeRequest { branch } => branch.to_string(),
        Landing::Direct => plan.target.branch.to_string(),
    };
    Refusal::new(Code::Shallow, format!("cannot tell whether somebody has worked on `{branch}`: {why}"))
        .hint(repo.how_to_deepen())
        .cannot_tell()
}

fn stands_on_what_had_landed(context: &Context<'_>, stack: &Stack, plan: &Plan, tip: CommitId) -> Result<bool, Error> {
    let info = context.repo.commit(tip)?;
    let (Some(remote), [parent]) = (&stack.remote, info.parents.as_slice()) else { return Ok(false) };
    context.repo.was_once_in(*parent, &format!("refs/remotes/{remote}/{}", plan.target.branch))
}

/// Whether a commit is one that this tool made, as it made it: by its trailers; by its signature, or without one by author
/// and committer being the same; by both of its dates (whoever amends or rebases it leaves the author's behind); and by its
/// tree, which is its parent's with those pins and records and nothing else.
fn is_ours(context: &Context<'_>, stack: &Stack, plan: &Plan, commit: CommitId) -> Result<bool, Error> {
    let repo = &context.repo;
    let info = repo.commit(commit)?;
    let trailers = Trailers::read(&info.message);
    let [parent] = info.parents.as_slice() else { return Ok(false) };
    let apart = info.author.when.as_second().abs_diff(info.committer.when.as_second());
    let by_one = info.author.email == info.committer.email && info.author.name == info.committer.name;
    if trailers.verb.is_none() || apart > 2 || !(info.signed || by_one) {
        return Ok(false);
    }
    let (before, after) = match (at(context, stack, plan, *parent), at(context, stack, plan, commit)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(Error::Invalid(_)), _) | (_, Err(Error::Invalid(_))) => return Ok(false),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let mut edits = Vec::new();
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
        match edits_for(&before, &[(app.name.clone(), env.name.clone(), pin.assignment())]) {
            Ok(made) => edits.extend(made),
            Err(Error::Invalid(_) | Error::Refused(_) | Error::CannotTell(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    let mut changed = Vec::new();
    differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
    for path in changed.into_iter().filter(|path| path.as_str().starts_with(&format!("{FOLDER}/"))) {
        let was = before.files.entry(&path)?.map(|entry| entry.id);
        edits.push(FileEdit { was, becomes: after.files.read(&path)?, path });
    }
    Ok(repo.tree_with(*parent, &edits).is_ok_and(|tree| tree == info.tree))
}

fn at(context: &Context<'_>, stack: &Stack, plan: &Plan, commit: CommitId) -> Result<World, Error> {
    World::read(&context.repo, &stack.shelf, &plan.target.branch, commit, Some(&stack.main.settings))?.with_members()
}

/// Whether the commit on the live branch makes exactly this plan's change and still merges as it is.
fn holds(repo: &Repo, live: CommitId, plan: &Plan) -> Result<bool, Error> {
    let commit = repo.commit(live)?;
    let [parent] = commit.parents.as_slice() else { return Ok(false) };
    let files = repo.snapshot(*parent)?;
    for edit in &plan.edits {
        if files.entry(&edit.path)?.map(|entry| entry.id) != edit.was {
            return Ok(false);
        }
    }
    if repo.tree_with(*parent, &as_recorded(repo, live, plan)?)? != commit.tree {
        return Ok(false);
    }
    // The same move for another reason is another request text.
    let (live, ours) = (Trailers::read(&commit.message), Trailers::read(&plan.message));
    Ok(live.promoted == ours.promoted && live.reason == ours.reason)
}

/// The plan's edits, with the holds that the live branch already records but for the moment at which they begin.
fn as_recorded(repo: &Repo, live: CommitId, plan: &Plan) -> Result<Vec<FileEdit>, Error> {
    let files = repo.snapshot(live)?;
    let mut edits = plan.edits.clone();
    for edit in &mut edits {
        if let (Some(ours), Some(theirs)) = (&edit.becomes, files.read(&edit.path)?)
            && records::hold::differ_in_their_beginning_only(&edit.path, ours, &theirs)
        {
            edit.becomes = Some(theirs);
        }
    }
    Ok(edits)
}
