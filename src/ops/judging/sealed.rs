//! The commit of a plan, signed, and looked at before it goes anywhere: whose key signed it shows only then, where it was not known
//! beforehand.

use std::collections::BTreeMap;

use crate::domain::names::BranchName;
use crate::domain::plan::Landing;
use crate::domain::refusal::{Error, Objection, together};
use crate::forge::job;
use crate::git::land::Made;
use crate::git::write::Sign;
use crate::policy::review::{self, Approved};
use crate::policy::{Answer, Answers, Question};

use crate::ops::context::Context;
use crate::ops::judging::keys::{self, Ring};
use crate::ops::judging::voucher::Vouchers;
use crate::ops::landing::intent::Scope;
use crate::ops::reading::stack::Stack;

/// Makes the commit of an approved plan; no ref moves. `asked_by`: who asked for it before; in a job, whoever made that run asks for it, too.
///
/// # Errors
/// It cannot be written or signed, or it is signed by somebody whom the rules do not ask for.
pub fn make(
    context: &Context<'_>,
    stack: &Stack,
    approved: &Approved,
    asked_by: &[String],
    sign: Sign,
) -> Result<Made, Error> {
    let mut asked_by = asked_by.to_vec();
    asked_by.extend(job::triggered_by(&context.repo.surroundings().variables).map(|login| format!("@{login}")));
    asked_by.sort();
    asked_by.dedup();
    let made = context.repo.make(approved, &asked_by, sign)?;
    if sign == Sign::Yes {
        refuse_strangers(context, stack, approved, &made)?;
    }
    Ok(made)
}

fn refuse_strangers(context: &Context<'_>, stack: &Stack, approved: &Approved, made: &Made) -> Result<(), Error> {
    let plan = approved.plan();
    let world = stack.world(&Scope::Branch(plan.target.branch.clone()))?;
    let mut rings = BTreeMap::new();
    for (branch, ring) in keys::rings(stack, &world)? {
        // Without keys nobody is known; with one that is listed it was judged already.
        if let Ok(ring) = ring
            && !is_known_beforehand(context, &ring)?
        {
            rings.insert(branch, Ok(ring));
        }
    }
    if rings.is_empty() {
        return Ok(());
    }
    let asked: Vec<BranchName> = rings.keys().cloned().collect();
    let by = Vouchers::new(context, rings, Vec::new()).of_landing(plan.target.base, made.commit())?;
    let mut answers = Answers::at(context.now);
    for (branch, signed) in by {
        answers.note(Question::Signed(branch), signed.map(Answer::Signed));
    }
    let policies: Vec<_> = stack.policies(&world).into_iter().filter(|one| asked.contains(one.branch)).collect();
    let said = review::judge_signature(&plan.proposal, &policies, &answers).objections(&plan.landing);
    let waits = matches!(plan.landing, Landing::MergeRequest { .. });
    let stops = said.into_iter().filter(|one| !waits || matches!(one, Objection::Refused(_)));
    together(stops.map(Error::from).collect()).map_or(Ok(()), Err)
}

/// Whether the key that signs is one of a ring by what git is set up with.
fn is_known_beforehand(context: &Context<'_>, ring: &Ring) -> Result<bool, Error> {
    match &ring.keys.ssh {
        Some(signers) => Ok(context.repo.own_principals(signers)?.is_some()),
        None => Ok(false),
    }
}
