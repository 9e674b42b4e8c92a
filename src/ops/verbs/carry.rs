//! How every writing verb begins, and its whole way after its intent is resolved: prepare, show, ask, land, report.

use std::collections::BTreeSet;

use crate::domain::commit::CommitId;
use crate::domain::names::EnvName;
use crate::domain::plan::Landing;
use crate::domain::refusal::{Code, Error, Outcome, Refusal};
use crate::domain::report::ChangeReport;
use crate::domain::verb::Verb;
use crate::git::write::Sign;

use super::own_record;
use super::own_told;
use crate::ops::context::{Context, Reach, Run, Taking, Writing};
use crate::ops::judging::baselines;
use crate::ops::landing::aftermath;
use crate::ops::landing::change::prepare;
use crate::ops::landing::door;
use crate::ops::landing::follow;
use crate::ops::landing::intent::Intent;
use crate::ops::landing::land::{Agreed, Ended, land_or_rebuild, tips};
use crate::ops::landing::landed::Landed;
use crate::ops::landing::others::{self, Asked, Other};
use crate::ops::landing::overriding;
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::propose;
use crate::ops::reading::stack::Stack;
use crate::ops::reports::change as reports;
use crate::ops::reports::face::Consent;
use crate::ops::reports::gates;
use crate::policy::review::Ruled;
use crate::policy::{Subject, Verdict};

/// How every writing verb begins: policy comes from the branch, never from `--config`; then the worlds it builds on.
pub fn begin(context: &mut Context<'_>, writing: &Writing) -> Result<Stack, Error> {
    if context.options.config.is_some() && writing.run == Run::Real {
        return Err(Refusal::new(
            Code::ConfigForDryRuns,
            "policy is read from the branch that is written to, not from `--config`",
        )
        .hint("add `--dry-run`, or commit the file as `stageline.yaml`")
        .invalid());
    }
    if writing.reach == Reach::Local {
        let what = "`--no-push` leaves the commit in a clone";
        context
            .options
            .needs_a_clone(what, "leave `--no-push` out, or run it in a clone; `--dry-run` shows the plan")?;
    }
    let tips = tips(context, writing)?;
    let stack = Stack::read(context, tips)?;
    if writing.reach == Reach::Remote {
        stack.refuse_lost_remote(context)?;
    }
    stack.refuse_strange_main(context)?;
    stack.warn_of_draft(context);
    Ok(stack)
}

/// The same, with the release baseline that a point of the past may name.
pub fn begin_from(
    context: &mut Context<'_>,
    writing: &Writing,
    point: Option<(&EnvName, &str)>,
) -> Result<Stack, Error> {
    let mut stack = begin(context, writing)?;
    if let Some(point) = point {
        let tips = tips(context, writing)?;
        baselines::settle(context, &mut stack, tips, point)?;
    }
    Ok(stack)
}

/// Warns of what a writing verb passes over in silence otherwise.
pub fn remark(context: &Context<'_>, stack: &Stack) {
    let notices = &stack.main.settings.notices;
    match notices.as_slice() {
        [] => {}
        [one] => context.face.warn(one),
        [first, rest @ ..] => {
            context.face.warn(&format!("{first}; and {} more, see `stageline config check`", rest.len()))
        }
    }
}

/// Whether somebody still has to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// By this plan.
    Now,
    /// By another one that this is a part of, with that end.
    Asked(Consent),
}

/// The whole way of a writing verb after its intent is resolved: prepare, show, ask, land, report.
pub fn carry_out(
    context: &mut Context<'_>,
    stack: Stack,
    intent: &Intent,
    writing: &Writing,
) -> Result<ChangeReport, Error> {
    remark(context, &stack);
    carry_out_as(context, stack, intent, writing, Asking::Now)
}

/// The same for a plan that may be a part of another one.
pub fn carry_out_as(
    context: &mut Context<'_>,
    mut stack: Stack,
    intent: &Intent,
    writing: &Writing,
    asking: Asking,
) -> Result<ChangeReport, Error> {
    let asks = asking == Asking::Now && context.face.asks();
    let (intent, mut prepared, others) = match planned(context, &stack, intent, writing)? {
        Outcome::Done(planned) => *planned,
        Outcome::NothingToDo(why) => return nothing_to_do(context, &stack, intent, writing, why),
    };
    let intent = &intent;
    if !intent.waiting.is_empty() && intent.goals.is_empty() {
        prepared.notes.extend(left_to_people(context, &stack, writing, &others)?);
        return Ok(reports::waits(intent, &prepared, context.now));
    }
    prepared.notes.extend(stack.notes.iter().cloned());
    let looks = writing.run == Run::Dry || asks;
    let (mut planned, there) = shown(context, &stack, (intent, &prepared), writing, looks)?;
    let own = overriding::alone(context, &stack, (intent, &prepared), writing)?;
    if writing.run == Run::Dry {
        return Ok(reports::supposing(planned, &own));
    }
    let mut asking = asking;
    if !own.is_empty() {
        // What is overridden is agreed to before it is said.
        asking = Asking::Asked(consent(context, &planned, asking)?);
        prepared = overriding::say(context, &mut stack, (intent, prepared), &own, writing)?;
        planned.gates = gates::told(prepared.reviewed.review());
    }
    let approved = prepared.approved().map_err(|error| with_what_may_go(intent, &prepared, error))?;
    let takes = others.iter().any(|other| other.kept.is_none());
    if let (Some((commit, _)), false) = (there, takes) {
        // Nobody is asked about what changes nothing.
        return Ok(reports::is_there(planned, commit));
    }
    let consent = consent(context, &planned, asking)?;
    let agreed = Agreed { stack, intent: intent.clone(), prepared, approved, consent };
    match land_or_rebuild(context, agreed, writing)? {
        Ended::Landed(agreed, landed) => Ok(finish(context, &agreed, *landed, (&others, writing))),
        Ended::NothingToDo(stack, intent, why) => nothing_to_do(context, &stack, &intent, writing, why),
    }
}

/// An error with how the rest goes, where `--all` is refused for some applications alone.
fn with_what_may_go(intent: &Intent, prepared: &Prepared, error: Error) -> Error {
    let takes_all = intent.set == "all" && matches!(intent.verb, Verb::Promote | Verb::Rollback);
    let refused = |ruled: &Ruled| match (&ruled.judged.verdict, &ruled.judged.subject) {
        (Verdict::Pass(_), _) | (_, Subject::File(_) | Subject::Commit) => None,
        (_, Subject::Pin(_, app)) => Some(app.to_string()),
    };
    let refused: BTreeSet<String> = prepared.reviewed.review().verdicts().iter().filter_map(refused).collect();
    if !takes_all || refused.is_empty() || refused.len() >= intent.goals.len() {
        return error;
    }
    let names: Vec<String> = refused.into_iter().collect();
    error.hint(format!("to leave what is refused as it is, and take the rest: `--exclude {}`", names.join(",")))
}

/// A plan as it is shown, and the commit that holds it already where a request waits with it. `looks`: whether it is looked where it
/// would go.
fn shown(
    context: &mut Context<'_>,
    stack: &Stack,
    (intent, prepared): (&Intent, &Prepared),
    writing: &Writing,
    looks: bool,
) -> Result<(ChangeReport, Option<(CommitId, bool)>), Error> {
    let mut planned = reports::planned(intent, prepared, context.now);
    let remote = stack.remote.as_ref().filter(|_| writing.reach == Reach::Remote);
    planned.remote = remote.map(|remote| context.repo.called(remote));
    let mut there = None;
    if let (Landing::MergeRequest { branch }, Some(remote), true) = (&prepared.plan().landing, &stack.remote, looks) {
        let foreseen = propose::foresee(context, stack, (prepared.plan(), branch), remote, writing.opening)?;
        there = foreseen.there;
        reports::foreseen(&mut planned, foreseen);
    }
    Ok((planned, there))
}

/// What comes after a landing, and the report of all of it.
fn finish(
    context: &mut Context<'_>,
    agreed: &Agreed,
    mut landed: Landed,
    (others, writing): (&[Other], &Writing),
) -> ChangeReport {
    let (plan, intent) = (agreed.prepared.plan(), &agreed.intent);
    if aftermath::is_due(plan, intent.verb.is_meant_back(), writing.opening) {
        context.face.step("looking after other requests");
        let seen: Vec<_> = others.iter().map(|other| &other.open.waiting).collect();
        aftermath::settle(context, &agreed.stack, plan, (&mut landed, writing), &seen);
    }
    let said = gates::told(agreed.prepared.reviewed.review());
    own_record::follow(context, &agreed.stack, (&plan.target.branch, &said), &mut landed, writing);
    own_told::follow(context, &agreed.stack, &mut landed, writing);
    let remote = landed.remote.as_ref().map(|remote| context.repo.called(remote));
    let planned = reports::planned(intent, &agreed.prepared, context.now);
    ChangeReport { remote, ..reports::landed(planned, landed) }
}

/// Whether somebody agreed to a plan; an error where somebody said no.
fn consent(context: &Context<'_>, planned: &ChangeReport, asking: Asking) -> Result<Consent, Error> {
    let consent = match asking {
        Asking::Now => context.face.agree(planned, None)?,
        Asking::Asked(consent) => consent,
    };
    if consent == Consent::Refused { Err(declined()) } else { Ok(consent) }
}

/// What is called off of requests on whose branches somebody has worked.
fn left_to_people(
    context: &Context<'_>,
    stack: &Stack,
    writing: &Writing,
    others: &[Other],
) -> Result<Vec<String>, Error> {
    let remote = stack.remote.as_ref().filter(|_| writing.run == Run::Real && !others.is_empty());
    let door = match remote {
        Some(remote) => door::of(context, stack, remote, writing.opening)?,
        None => None,
    };
    Ok(door.map_or(Vec::new(), |door| others::left_to_people(&door, others)))
}

/// The end of a run whose plan somebody said no to.
pub fn declined() -> Error {
    Refusal::new(Code::Declined, "stopped; nothing was written").refused()
}

/// A plan with the intent that it is of, and the other requests for its pins.
type Planned = (Intent, Prepared, Vec<Other>);

/// The plan, without the pins that other open requests keep. A plan of which those keep all is the whole one, with nothing left
/// in its intent.
fn planned(
    context: &mut Context<'_>,
    stack: &Stack,
    intent: &Intent,
    writing: &Writing,
) -> Result<Outcome<Box<Planned>>, Error> {
    let prepared = match prepare(context, stack, intent, writing)? {
        Outcome::Done(prepared) => prepared,
        Outcome::NothingToDo(why) => return Ok(Outcome::NothingToDo(why)),
    };
    let (Landing::MergeRequest { branch }, Some(remote)) = (&prepared.plan().landing, &stack.remote) else {
        return Ok(Outcome::Done(Box::new((intent.clone(), prepared, Vec::new()))));
    };
    let Some(door) = door::of(context, stack, remote, writing.opening)? else {
        return Ok(Outcome::Done(Box::new((intent.clone(), prepared, Vec::new()))));
    };
    // Whoever goes back waits for nobody.
    let taking = if intent.verb.is_meant_back() { Taking::All } else { writing.taking };
    let asked = Asked { plan: prepared.plan(), own: Some(branch), taking };
    let branches = others::beside(context, remote, asked)?;
    let others = others::sharing(context, stack, (remote, &door), asked, &branches)?;
    let left = others::without_kept(intent, &others, branch);
    let mut prepared = if left.waiting.is_empty() || left.goals.is_empty() {
        prepared
    } else {
        match prepare(context, stack, &left, writing)? {
            Outcome::Done(prepared) => prepared,
            Outcome::NothingToDo(why) => return Ok(Outcome::NothingToDo(why)),
        }
    };
    prepared.beside = others::told(&others);
    if writing.run == Run::Dry || context.face.asks() {
        prepared.notes.extend(others::foreseen(&others));
    }
    Ok(Outcome::Done(Box::new((left, prepared, others))))
}

/// Where nothing is left to do: what an earlier run landed and did not finish is finished here.
fn nothing_to_do(
    context: &mut Context<'_>,
    stack: &Stack,
    intent: &Intent,
    writing: &Writing,
    why: String,
) -> Result<ChangeReport, Error> {
    let world = stack.world(&intent.scope).unwrap_or_else(|_| stack.main.clone());
    let mut report = reports::nothing(intent, &world, why);
    if let (Some(remote), Reach::Remote, Run::Real) = (&stack.remote, writing.reach, writing.run) {
        let caught_up = context.repo.catch_up(remote, &world.branch);
        if let Some(step) = follow::told(context, &world.branch, Sign::No, caught_up).step {
            reports::finished(&mut report, &world.branch, step);
        }
        let step = own_record::take_up(context, stack, &world.branch);
        report.follow_ups.extend(step.map(reports::follow_up));
    }
    Ok(report)
}
