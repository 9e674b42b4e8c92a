//! The record of one's own landing, as the last step after it; and of one whose record an earlier run could not write.

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::domain::report::GateReport;
use crate::domain::trailer::Trailers;

use crate::ops::context::{Context, Reach, Writing};
use crate::ops::judging::keys;
use crate::ops::judging::recorded::{self, Records};
use crate::ops::judging::recording::{self, Then};
use crate::ops::landing::intent::Scope;
use crate::ops::landing::landed::{FollowUp, Landed};
use crate::ops::reading::stack::Stack;

const WHAT: &str = "the record of its verdicts";

/// Records the verdicts under which this run's plan landed, where the rules have them kept.
pub fn follow(
    context: &mut Context<'_>,
    stack: &Stack,
    (branch, gates): (&BranchName, &[GateReport]),
    landed: &mut Landed,
    writing: &Writing,
) {
    // What is not pushed has not landed for anybody else.
    let is_here = stack.remote.is_some() && writing.reach == Reach::Local;
    if landed.request.is_some() || !landed.is_signed || is_here {
        return;
    }
    landed.follow_ups.extend(step(write(context, stack, branch, (landed.commit, gates))));
}

fn write(
    context: &mut Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    (landing, gates): (CommitId, &[GateReport]),
) -> Result<Option<usize>, Error> {
    if !recording::is_kept_here(context, stack)? {
        return Ok(None);
    }
    context.face.step("recording the verdicts");
    let base = stack.world(&Scope::Branch(branch.clone()))?;
    let record = recording::record(context, (stack, &base), landing, recorded::kept(gates))?;
    recording::say(context, stack, vec![record])
}

/// The step as it is told; `None`: there was none to take.
fn step(ended: Result<Option<usize>, Error>) -> Option<FollowUp> {
    match ended {
        Ok(None | Some(0)) => None,
        Ok(Some(_)) => Some(FollowUp { what: WHAT, failed: None }),
        Err(error) => Some(FollowUp { what: WHAT, failed: Some(error.refusal().on_one_line()) }),
    }
}

/// Records the newest landing of a branch, where it is one's own, made by the tool, and an earlier run did not come to it.
pub fn take_up(context: &mut Context<'_>, stack: &Stack, branch: &BranchName) -> Option<FollowUp> {
    step(left(context, stack, branch))
}

fn left(context: &mut Context<'_>, stack: &Stack, branch: &BranchName) -> Result<Option<usize>, Error> {
    if !recording::is_kept_here(context, stack)? {
        return Ok(None);
    }
    let landing = stack.world(&Scope::Branch(branch.clone()))?.base;
    if Trailers::read(&context.repo.commit(landing)?.message).verb.is_none()
        || !is_own(context, stack, landing)?
        || Records::of(context, stack)?.of_landing(landing)?.kept.is_some()
    {
        return Ok(None);
    }
    let judged = Then::read(context)?.judge(context, branch, landing)?;
    recording::say(context, stack, judged.map(|one| one.record).into_iter().collect())
}

/// Whether a landing is signed by whoever runs this.
fn is_own(context: &Context<'_>, stack: &Stack, landing: CommitId) -> Result<bool, Error> {
    let Ok(ring) = keys::of_main(stack)? else { return Ok(false) };
    let Some(own) = ring.own_key(&context.repo)? else { return Ok(false) };
    let by = context.repo.vouched(&[landing], &ring.keys)?;
    Ok(by.first().is_some_and(|by| ring.is_one(&by.principals, &own.principals)))
}
