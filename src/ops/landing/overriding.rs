//! `--override` of a writing verb: what somebody may let pass by himself is said as a statement before the plan lands; for all else
//! the request asks.

use jiff::SignedDuration;

use crate::domain::refusal::{Code, Error, Outcome, Refusal};
use crate::domain::settings::NamedGate;
use crate::domain::statement::{Agreed, Consent, Statement};
use crate::domain::testimony::Who;
use crate::policy::review;

use crate::ops::context::{Context, Writing};
use crate::ops::judging::keys;
use crate::ops::landing::change::prepare;
use crate::ops::landing::intent::Intent;
use crate::ops::landing::prepared::Prepared;
use crate::ops::landing::saying;
use crate::ops::reading::stack::Stack;

/// How long an override counts that is said for the landing that follows it.
const FOR: SignedDuration = SignedDuration::from_hours(1);

/// The gates that do not let a plan pass and that whoever runs this may override alone, of those that were asked for.
///
/// # Errors
/// The rules cannot be read.
pub fn alone(
    context: &Context<'_>,
    stack: &Stack,
    (intent, prepared): (&Intent, &Prepared),
    writing: &Writing,
) -> Result<Vec<NamedGate>, Error> {
    if writing.overriding.is_empty() {
        return Ok(Vec::new());
    }
    let world = stack.world(&intent.scope)?;
    let Ok(ring) = keys::of_main(stack)? else { return Ok(Vec::new()) };
    let Some(own) = ring.own_key(&context.repo)? else { return Ok(Vec::new()) };
    let policies = stack.policies(&world);
    Ok(review::overridden_alone(&prepared.reviewed, &policies, &Who::Key(own.principals), &writing.overriding))
}

/// Says that these gates are overridden for a plan, by whoever lands it; the plan as it is judged then.
///
/// # Errors
/// It cannot be signed or written.
pub fn say(
    context: &mut Context<'_>,
    stack: &mut Stack,
    (intent, prepared): (&Intent, Prepared),
    gates: &[NamedGate],
    writing: &Writing,
) -> Result<Prepared, Error> {
    let plan = prepared.plan();
    let (Some(change), Some(reason)) = (plan.change, &writing.reason) else {
        let what = "nothing tells which repository the change is of, so no gate can be overridden for it";
        return Err(Refusal::new(Code::ApprovalsUnknown, what)
            .hint("write `id: NAME` into `stageline.yaml`")
            .cannot_tell());
    };
    let at = saying::now(context);
    let tree = context.repo.tree_with(plan.target.base, &plan.edits)?;
    let mut signed = Vec::new();
    for gate in gates {
        let agreed = Agreed::Override { gate: *gate, reason: reason.clone(), until: at + FOR };
        let (target, base) = (plan.target.branch.clone(), plan.target.base);
        let consent = Consent { change, target, base, head: None, tree, agreed, at };
        signed.push(saying::sign(context, stack, &Statement::Consent(consent))?);
    }
    let words: Vec<&str> = gates.iter().map(|gate| gate.word()).collect();
    let subject = format!("override {} for change {}", words.join(", "), change.short());
    saying::say(context, stack, signed, &subject)?;
    stack.look_for_statements(context)?;
    match prepare(context, stack, intent, writing)? {
        Outcome::Done(prepared) => Ok(prepared),
        Outcome::NothingToDo(why) => Err(anyhow::anyhow!("nothing is left to land: {why}").into()),
    }
}
