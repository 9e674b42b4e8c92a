//! The branch of a merge request: its name, and whether the live one already holds a plan.

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::Files as _;
use crate::domain::plan::{FileEdit, Landing, Plan};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::trailer::Trailers;
use crate::git::repo::Repo;
use crate::overlay::Reader;
use crate::records::record::differ_in_their_beginning_only;

use crate::ops::context::Context;
use crate::ops::landing::sync;
use crate::ops::landing::whose;
use crate::ops::reading::stack::Stack;

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

/// What the live branch is to a plan. An error where a shallow clone hides whose work it is.
pub fn look(context: &Context<'_>, stack: &Stack, plan: &Plan, live: Option<CommitId>) -> Result<Live, Error> {
    let repo = &context.repo;
    let Some(tip) = live else { return Ok(Live::Absent) };
    // What has landed waits for nobody, also where the same is wanted once more.
    let has_landed = repo.is_ancestor(tip, plan.target.base)?;
    if has_landed == Known::Is(true) {
        return Ok(Live::Merged(tip));
    }
    if holds(repo, tip, plan)? && stands_on_what_landed(repo, tip, plan)? {
        return Ok(Live::Same(tip));
    }
    if let Known::CannotTell(why) = has_landed {
        return Err(unknown(repo, plan, &why));
    }
    match whose::foreign(context, stack, &plan.target, tip)? {
        None => Ok(Live::Ours(tip)),
        Some(commit) => {
            let info = repo.commit(commit)?;
            let mut held = None;
            for one in whose::beyond(repo, &plan.target, tip)? {
                if held.is_none() && holds(repo, one, plan)? {
                    held = Some(one);
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
    let world = match whose::at(context, stack, &plan.target, tip) {
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
    let is_record = |edit: &FileEdit| plan.records().any(|one| one.path == edit.path);
    let is_policy = |edit: &FileEdit| sync::of_policy(plan).any(|one| one.path == edit.path);
    for edit in as_recorded(repo, tip, plan)?.iter().filter(|edit| is_record(edit) || is_policy(edit)) {
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
    // The same move for another reason is another request text (a rerun without one keeps what is there), and under other rules it is
    // another change.
    let (live, ours) = (Trailers::read(&commit.message), Trailers::read(&plan.message));
    let is_same_change = live.change.zip(ours.change).is_none_or(|(live, ours)| live == ours);
    Ok(live.promoted == ours.promoted && (ours.reason.is_none() || live.reason == ours.reason) && is_same_change)
}

/// The plan's edits, with the holds that the live branch already records but for the moment at which they begin.
fn as_recorded(repo: &Repo, live: CommitId, plan: &Plan) -> Result<Vec<FileEdit>, Error> {
    let files = repo.snapshot(live)?;
    let mut edits = plan.edits.clone();
    for edit in &mut edits {
        if let (Some(ours), Some(theirs)) = (&edit.becomes, files.read(&edit.path)?)
            && differ_in_their_beginning_only(&edit.path, ours, &theirs)
        {
            edit.becomes = Some(theirs);
        }
    }
    Ok(edits)
}
