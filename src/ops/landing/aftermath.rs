//! What becomes of other open requests for the same pins once a plan waits as a request, or a way back has landed.

use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, BranchName, EnvName, RemoteName};
use crate::domain::plan::{Landing, Plan};
use crate::domain::refusal::Error;
use crate::forge::{self, Door};
use crate::git::fetch::Rewound;

use crate::ops::context::{Context, Opening, Run, Taking, Writing};
use crate::ops::landing::door;
use crate::ops::landing::landed::{FollowUp, Landed};
use crate::ops::landing::opening;
use crate::ops::landing::others::{self, Asked, Other};
use crate::ops::landing::tending::{Became, Tending};
use crate::ops::landing::waiting::{self, Waiting};
use crate::ops::landing::whose;
use crate::ops::reading::stack::{Stack, Tips};

/// What a failed step is called.
const WHAT: &str = "another request for the same";

/// Takes the pins that a plan shares with other requests from them, now that it is in place, and adds to `landed` what became of
/// them. Nothing fails by that: what is not done is a step that is left.
pub fn settle(context: &mut Context<'_>, stack: &Stack, plan: &Plan, landed: &mut Landed, writing: &Writing) {
    let Some(remote) = landed.remote.clone() else { return };
    let by = match (&plan.landing, &landed.request) {
        // Whose number is not known is opened by hand, or by the next run.
        (Landing::MergeRequest { .. }, Some(request)) => match &request.number {
            Some(number) => number.clone(),
            None => return,
        },
        _ => landed.commit.short(),
    };
    if let Err(error) = try_to(context, stack, &remote, plan, (landed, writing), &by) {
        landed.follow_ups.push(FollowUp { what: WHAT, failed: Some(error.refusal().on_one_line()) });
    }
}

fn try_to(
    context: &mut Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    plan: &Plan,
    (landed, writing): (&mut Landed, &Writing),
    by: &str,
) -> Result<(), Error> {
    let own = landed.request.as_ref().map(|request| request.branch.clone());
    let asked = Asked { plan, own: own.as_ref(), taking: if own.is_none() { Taking::All } else { writing.taking } };
    let branches = others::beside(context, remote, asked)?;
    if branches.is_empty() {
        return Ok(());
    }
    let door = match door::of(context, stack, remote, writing.opening) {
        Ok(Some(door)) => door,
        Ok(None) | Err(Error::Unauthenticated(_)) if own.is_none() => {
            landed.notes.extend(by_hand(context, stack, remote, plan, &branches)?);
            return Ok(());
        }
        Ok(None) => return Ok(()),
        Err(error) => return Err(error),
    };
    // Where the plan has landed, what is made again stands on that.
    let news = if own.is_none() { Some(Stack::read(context, Tips::Seen)?) } else { None };
    let stack = news.as_ref().unwrap_or(stack);
    let others = others::sharing(context, stack, remote, &door, asked)?;
    for other in others.iter().filter(|other| other.kept.is_none()) {
        let why = format!("superseded by {by}");
        let is_taken = |app: &AppName, env: &EnvName| other.shared.iter().any(|(a, e)| (a, e) == (app, env));
        let tending = Tending { stack, remote, door: &door, run: Run::Real, is_taken: &is_taken, why: &why };
        match tending.tend(context, &other.open) {
            Ok(became) => landed.notes.extend(told(other, &became, by)),
            Err(error) => {
                let failed = Some(format!("{}: {}", other.open.mark, error.refusal().on_one_line()));
                landed.follow_ups.push(FollowUp { what: WHAT, failed });
            }
        }
    }
    let is_open = |branch: &BranchName| others.iter().any(|other| other.open.waiting.branch == *branch);
    let rest: Vec<BranchName> = branches.into_iter().map(|(branch, _)| branch).filter(|name| !is_open(name)).collect();
    sweep(context, stack, remote, &door, plan, &rest)
}

/// Deletes branches for the same pins whose requests an earlier run has closed, and which it did not come to delete.
fn sweep(
    context: &mut Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    door: &Door,
    plan: &Plan,
    branches: &[BranchName],
) -> Result<(), Error> {
    for (branch, waiting) in sharing(context, stack, remote, plan, branches)? {
        let found = forge::of(door).of_branch(&branch, &waiting.target.branch)?;
        let is_ours = whose::foreign(context, stack, &waiting.target, waiting.tip)?.is_none();
        if is_ours && found.first().is_some_and(opening::is_ended) {
            context.repo.withdraw(remote, &branch, waiting.tip)?;
        }
    }
    Ok(())
}

/// Those of the branches that move a pin which the plan moves, with what they ask for.
fn sharing(
    context: &mut Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    plan: &Plan,
    branches: &[BranchName],
) -> Result<Vec<(BranchName, Waiting)>, Error> {
    let tips = context.repo.fetch(remote, branches, Rewound::Followed)?;
    let mut out = Vec::new();
    for (branch, tip) in branches.iter().zip(tips) {
        let Some(tip) = tip else { continue };
        let Some(waiting) = waiting::read(context, stack, branch, tip)? else { continue };
        if plan.proposal.moves.iter().any(|one| waiting.moves(&one.app, &one.env)) {
            out.push((branch.clone(), waiting));
        }
    }
    Ok(out)
}

fn told(other: &Other, became: &Became, by: &str) -> Option<String> {
    let mark = &other.open.mark;
    match became {
        Became::Kept => None,
        Became::Rebuilt => Some(format!("{mark} was made again without what {by} takes")),
        Became::Ended(why) => Some(format!("closed {mark}: {why}")),
        Became::Left(why) => Some(format!("{mark} is left as it is: {why}")),
    }
}

/// What is said of branches that move a pin which went back, where the forge cannot be asked whether their requests are open.
fn by_hand(
    context: &mut Context<'_>,
    stack: &Stack,
    remote: &RemoteName,
    plan: &Plan,
    branches: &[(BranchName, CommitId)],
) -> Result<Vec<String>, Error> {
    let names: Vec<BranchName> = branches.iter().map(|(branch, _)| branch.clone()).collect();
    let told = |(branch, _)| format!("`{branch}` moves the same: if its request is open, close it");
    Ok(sharing(context, stack, remote, plan, &names)?.into_iter().map(told).collect())
}

/// Whether a run looks after other requests at all once its plan is in place.
pub fn is_due(plan: &Plan, is_meant_back: bool, opening: Opening) -> bool {
    match plan.landing {
        Landing::Direct => is_meant_back,
        Landing::MergeRequest { .. } => opening != Opening::ByHand,
    }
}
