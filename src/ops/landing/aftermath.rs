//! What becomes of other open requests for the same pins once a plan waits as a request, or a way back has landed.

use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, BranchName, EnvName, RemoteName};
use crate::domain::plan::{Landing, Plan};
use crate::domain::refusal::Error;
use crate::forge::{self, Door};
use crate::git::fetch::Rewound;

use crate::ops::context::{Context, Opening, Run, Taking, Writing};
use crate::ops::landing::door;
use crate::ops::landing::landed::{FollowUp, Landed, Number};
use crate::ops::landing::opening;
use crate::ops::landing::others::{self, Asked, Other};
use crate::ops::landing::tending::{Became, Tending};
use crate::ops::landing::waiting::{self, Waiting};
use crate::ops::landing::whose;
use crate::ops::reading::stack::{Stack, Tips};

/// What a failed step is called.
const WHAT: &str = "another request for the same";

/// Takes the pins that a plan shares with other requests from them, now that it is in place, and adds to `landed` what became of
/// them. Nothing fails by that: what is not done is a step that is left. `seen`: the others as they were before the plan was put
/// in place.
pub fn settle(
    context: &mut Context<'_>,
    stack: &Stack,
    plan: &Plan,
    (landed, writing): (&mut Landed, &Writing),
    seen: &[&Waiting],
) {
    let Some(remote) = landed.remote.clone() else { return };
    let own = match (&plan.landing, &landed.request) {
        // Whose number is not known is opened by hand, or by the next run.
        (Landing::MergeRequest { .. }, Some(request)) => match &request.number {
            Some(number) => Some(Own { branch: request.branch.clone(), tip: landed.commit, number: number.clone() }),
            None => return,
        },
        _ => None,
    };
    let taking = if own.is_none() { Taking::All } else { writing.taking };
    let asked = Asked { plan, own: own.as_ref().map(|own| &own.branch), taking };
    let mut branches = match others::beside(context, &remote, asked) {
        Ok(branches) => branches,
        Err(error) => return landed.follow_ups.push(failed(None, &error)),
    };
    branches.retain(|(branch, _)| asked.own != Some(branch));
    let after = After { own: own.as_ref(), asked, branches: &branches, seen };
    if let Err(error) = after.try_to(context, stack, &remote, (landed, writing)) {
        landed.follow_ups.push(failed(None, &error));
        if own.is_none() {
            landed.notes.extend(by_hand(context, stack, &remote, plan, &branches).unwrap_or_default());
        }
    }
}

fn failed(mark: Option<&str>, error: &Error) -> FollowUp {
    let why = error.refusal().on_one_line();
    FollowUp { what: WHAT, failed: Some(mark.map_or(why.clone(), |mark| format!("{mark}: {why}"))) }
}

/// The request that a plan waits as.
struct Own {
    branch: BranchName,
    tip: CommitId,
    number: Number,
}

/// A plan that is in place, and the branches beside it.
struct After<'a> {
    /// `None`: it has landed directly.
    own: Option<&'a Own>,
    asked: Asked<'a>,
    branches: &'a [(BranchName, CommitId)],
    seen: &'a [&'a Waiting],
}

impl After<'_> {
    fn try_to(
        &self,
        context: &mut Context<'_>,
        stack: &Stack,
        remote: &RemoteName,
        (landed, writing): (&mut Landed, &Writing),
    ) -> Result<(), Error> {
        if self.branches.is_empty() {
            return Ok(());
        }
        let door = match door::of(context, stack, remote, writing.opening) {
            Ok(Some(door)) => door,
            Ok(None) | Err(Error::Unauthenticated(_)) if self.own.is_none() => {
                landed.notes.extend(by_hand(context, stack, remote, self.asked.plan, self.branches)?);
                return Ok(());
            }
            Ok(None) => return Ok(()),
            Err(error) => return Err(error),
        };
        // Where the plan has landed, what is made again stands on that.
        let news = if self.own.is_none() { Some(Stack::read(context, Tips::Seen)?) } else { None };
        let stack = news.as_ref().unwrap_or(stack);
        let others = others::sharing(context, stack, (remote, &door), self.asked, self.branches)?;
        for other in others.iter().filter(|other| other.kept.is_none()) {
            self.settle(context, stack, (remote, &door), other, landed)?;
        }
        landed.notes.extend(others::left_to_people(&door, &others));
        // What has landed goes for what a queue still holds; that is its forge's to give back.
        for other in others.iter().filter(|_| self.own.is_none()) {
            let Some(why) = &other.kept else { continue };
            landed.notes.push(format!("{} moves {}, too, and is left as it is: {why}", other.open.mark, other.names()));
        }
        let is_open = |branch: &BranchName| others.iter().any(|other| other.open.waiting.branch == *branch);
        let rest = self.branches.iter().map(|(branch, _)| branch).filter(|name| !is_open(name)).cloned();
        sweep(context, stack, remote, &door, self.asked.plan, &rest.collect::<Vec<_>>())
    }

    /// Takes the pins from another request, or gives them up to it. Of two runs at once both see the other: the request with the
    /// higher number has them in the end, whoever comes to do it.
    fn settle(
        &self,
        context: &mut Context<'_>,
        stack: &Stack,
        (remote, door): (&RemoteName, &Door),
        other: &Other,
        landed: &mut Landed,
    ) -> Result<(), Error> {
        let by = self.own.map_or_else(|| landed.commit.short(), |own| own.number.mark.clone());
        let is_taken = |app: &AppName, env: &EnvName| other.shared.iter().any(|(a, e)| (a, e) == (app, env));
        let tending = |why| Tending { stack, remote, door, run: Run::Real, is_taken: &is_taken, why };
        if let Some(own) = self.own.filter(|own| self.is_first(own, other)) {
            let why = format!("left to {}, which came meanwhile", other.open.mark);
            for open in waiting::open(context, stack, remote, door, &[(own.branch.clone(), own.tip)])? {
                tending(&why).tend(context, &open)?;
            }
            landed.notes.push(format!("{} is {why}", other.names()));
            return Ok(());
        }
        match tending(&format!("superseded by {by}")).tend(context, &other.open) {
            Ok(became) => landed.notes.extend(told(other, &became, &by)),
            Err(error) => landed.follow_ups.push(failed(Some(&other.open.mark), &error)),
        }
        Ok(())
    }

    /// Whether another request has come, or was made anew, while this run went on, and counts as the newer one.
    fn is_first(&self, own: &Own, other: &Other) -> bool {
        let there = &other.open.waiting;
        let was_seen = self.seen.iter().any(|one| (&one.branch, one.tip) == (&there.branch, there.tip));
        !was_seen && own.number.number < other.open.found.number
    }
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
        Landing::MergeRequest { .. } => matches!(opening, Opening::AtTheForge { .. }),
    }
}
