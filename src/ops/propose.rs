//! Lands a plan as the one commit of a request branch: on its own, or on a numbered one beside somebody's work.

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::report::{ChangeReport, RequestReport, Stage};
use crate::forge::address;
use crate::git::fetch::Rewound;
use crate::git::push::{Lease, Push, Pushed};
use crate::git::write::Sign;

use super::context::Context;
use super::land::Tried;
use super::request::{self, Live, Touch};
use super::stack::Stack;

/// How many numbered branches are looked at beside one that somebody has worked on.
const BESIDE: usize = 9;

/// What became of one branch that was tried.
enum Placed {
    /// The plan is there: whether it was before.
    At(CommitId, Before),
    /// Somebody moved the branch meanwhile.
    Moved,
    /// It cannot go there; the next one is tried.
    Elsewhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It was there already.
    There,
    Not,
}

/// Pushes the plan as one commit on its request branch: not at all where the live one already holds it, and to a numbered
/// branch where somebody has worked on it, or where it may not be replaced.
pub fn propose(
    context: &mut Context<'_>,
    stack: &Stack,
    (plan, first): (&Plan, &BranchName),
    remote: &RemoteName,
    sign: Sign,
    mut report: ChangeReport,
) -> Result<Tried, Error> {
    context.face.step("signing and pushing");
    let mut branch = first.clone();
    let mut made: Option<CommitId> = None;
    for number in 2..=BESIDE + 1 {
        let live = fetch_live(context, remote, &branch)?;
        let found = request::look(context, stack, plan, live)?;
        let placed = match &found {
            Live::Same(commit) => Placed::At(*commit, Before::There),
            Live::Touched(Touch { tip, commit, by, plan: held }) => {
                report.notes.push(format!("`{branch}` is left alone: {} by {by} stands on it", commit.short()));
                if held.is_some() { Placed::At(*tip, Before::There) } else { Placed::Elsewhere }
            }
            Live::Absent | Live::Ours(_) | Live::Merged(_) => {
                let commit = match made {
                    Some(commit) => commit,
                    None => context.repo.commit_edits(plan.target.base, &plan.edits, &plan.message, sign)?,
                };
                made = Some(commit);
                let lease = Lease::Replacing;
                let push = Push { remote, branch: &branch, commit: Some(commit), expected: live, lease };
                replace(context, push, &found, &mut report)?
            }
        };
        match placed {
            Placed::Moved => return Ok(Tried::Moved),
            Placed::Elsewhere => branch = request::numbered(first, number)?,
            Placed::At(commit, before) => {
                report.stage = Stage::Proposed;
                report.commit = Some(commit.to_string());
                report.remote = Some(remote.to_string());
                let address = page(context, stack, &branch, &plan.target.branch)?;
                if address.is_none() {
                    let target = &plan.target.branch;
                    report.notes.push(format!("open a merge request from `{branch}` into `{target}` on your forge"));
                }
                let unchanged = before == Before::There;
                report.request = Some(RequestReport { branch: branch.to_string(), address, unchanged });
                return Ok(Tried::Landed(Box::new(report)));
            }
        }
    }
    Err(Refusal::new("branches-taken", format!("somebody has worked on `{branch}` and on all others of its kind"))
        .details(report.notes)
        .hint("merge or delete those that are not needed any more")
        .refused())
}

/// Pushes to a branch that is not there, ours, or merged, and says what it replaces and what takes that back.
fn replace(
    context: &mut Context<'_>,
    push: Push<'_>,
    found: &Live,
    report: &mut ChangeReport,
) -> Result<Placed, Error> {
    let Push { remote, branch, commit, expected, .. } = push;
    match (context.repo.push(push), commit) {
        (Ok(Pushed::Moved(_)), _) => Ok(Placed::Moved),
        (Ok(pushed @ (Pushed::Done | Pushed::Unseen)), Some(commit)) => {
            if pushed == Pushed::Unseen {
                report.notes.push(unseen(remote));
            }
            if let Live::Ours(old) = found {
                report.notes.push(format!("replaces {} on `{branch}`", old.short()));
            }
            report.undo = Some(context.options.git(&unpush(remote, branch, expected, commit)));
            Ok(Placed::At(commit, Before::Not))
        }
        (Ok(_), None) => Err(anyhow::anyhow!("a request branch was deleted in place of being pushed").into()),
        // A server that lets nobody rewind a branch still takes another one.
        (Err(Error::Refused(why)), _) if expected.is_some() && why.code == "push-refused" => {
            let said = why.details.first().map_or(String::new(), |line| format!(" ({line})"));
            report.notes.push(format!("`{branch}` may not be replaced on {remote}{said}"));
            Ok(Placed::Elsewhere)
        }
        (Err(error), _) => Err(error),
    }
}

/// Where a request branch is now.
fn fetch_live(context: &mut Context<'_>, remote: &RemoteName, branch: &BranchName) -> Result<Option<CommitId>, Error> {
    let tips = context.repo.fetch(remote, std::slice::from_ref(branch), Rewound::Followed)?;
    Ok(tips.first().copied().flatten())
}

/// The page where a request is opened; `None` where the remote's host is not known.
pub fn page(
    context: &Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    target: &BranchName,
) -> Result<Option<String>, Error> {
    let Some(remote) = &stack.remote else { return Ok(None) };
    let address = context.repo.remote_address(remote)?;
    Ok(address.and_then(|address| address::open_request(&address, branch.as_str(), target.as_str())))
}

/// What git is told to bring a request branch back to what it was before a push of ours; the lease keeps what somebody puts on
/// it meanwhile.
fn unpush(remote: &RemoteName, branch: &BranchName, before: Option<CommitId>, pushed: CommitId) -> String {
    let before = before.map_or(String::new(), |id| id.to_string());
    format!("push --force-with-lease={branch}:{pushed} {remote} {before}:{}", branch.full())
}

/// What is said where the address that is pushed to is another one than is fetched from, and that does not show it yet.
pub fn unseen(remote: &RemoteName) -> String {
    format!(
        "it was pushed to another address than `{remote}` is fetched from, which does not show it yet: \
         `git remote get-url --push {remote}`"
    )
}
