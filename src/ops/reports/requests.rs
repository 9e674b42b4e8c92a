//! The reports of requests that wait to be merged.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::report::{ApprovalReport, ChecksWord, NeedsReport, OpenRequest, RequestedMove};
use crate::domain::trailer::Promoted;
use crate::domain::verb::Verb;
use crate::forge::{Checks, Needs, State};

use crate::ops::context::Context;
use crate::ops::landing::standing::{Said, Standing};
use crate::ops::landing::waiting::{self, Open, Waiting};
use crate::ops::reading::held;
use crate::ops::reading::stack::Stack;
use crate::ops::remembered::arrivals::Arrival;

/// A request as it stands.
///
/// # Errors
/// A commit cannot be read.
pub fn told(context: &Context<'_>, stack: &Stack, standing: &Standing) -> Result<OpenRequest, Error> {
    let (waiting, report) = match standing {
        Standing::ByGit(waiting) => (&**waiting, by_git(context, waiting)?),
        Standing::AtTheForge(open, said) => (&open.waiting, at_the_forge(context, open, said.as_ref())?),
    };
    let mut held = false;
    for one in waiting.pins().filter(|_| waiting.verb == Verb::Promote) {
        let Ok((world, _)) = stack.environment(&one.env) else { continue };
        let holds = held::of(context, stack, &world)?;
        held |= holds.iter().any(|hold| hold.is_active(context.now) && hold.covers(&one.env, &one.app));
    }
    Ok(OpenRequest { held, ..report })
}

/// A request as git alone tells it.
///
/// # Errors
/// A commit cannot be read.
fn by_git(context: &Context<'_>, waiting: &Waiting) -> Result<OpenRequest, Error> {
    Ok(OpenRequest {
        branch: waiting.branch.to_string(),
        target: waiting.target.branch.to_string(),
        commit: waiting.tip.to_string(),
        verb: waiting.verb.word().to_string(),
        number: None,
        address: None,
        open: None,
        moves: waiting.pins().map(requested).collect(),
        since: context.repo.commit(waiting.tip)?.committer.when,
        current: waiting::is_current(context, waiting)?,
        draft: false,
        held: false,
        edited_by: waiting.foreign.as_ref().map(|(_, by)| by.clone()),
        checks: None,
        approvals: Vec::new(),
        auto_merge: None,
        needs: None,
    })
}

/// What a request still needs, of the commit that it is at.
pub fn needs(needs: &Needs, head: CommitId) -> NeedsReport {
    let has_approved = |login: &String| needs.of_head(head).any(|one| one.by == *login);
    let rest = |all: &[String]| all.iter().filter(|login| !has_approved(login)).cloned().collect();
    NeedsReport {
        approvals: needs.approvals,
        given: needs.of_head(head).count() as u64,
        missing: needs.missing(head),
        owners: needs.owners,
        checks: needs.checks,
        asked: rest(&needs.asked),
        may_approve: rest(&needs.may),
        changes_asked_by: needs.rejected.clone(),
    }
}

/// The same with what its forge says of it.
///
/// # Errors
/// A commit cannot be read.
pub fn at_the_forge(context: &Context<'_>, open: &Open, said: Option<&Said>) -> Result<OpenRequest, Error> {
    let plain = by_git(context, &open.waiting)?;
    let opinion = said.map(|said| &said.opinion);
    let approvals = opinion.iter().flat_map(|opinion| &opinion.approvals);
    Ok(OpenRequest {
        number: Some(open.mark.clone()),
        address: Some(open.found.page.clone()),
        open: Some(open.found.state == State::Open),
        since: open.found.opened.unwrap_or(plain.since),
        draft: open.found.is_draft,
        checks: opinion.map(|opinion| word(opinion.checks)),
        approvals: approvals
            .map(|one| ApprovalReport { by: one.by.clone(), commit: one.of.as_ref().map(CommitId::to_string) })
            .collect(),
        auto_merge: said.and_then(|said| said.by_itself),
        needs: said.and_then(|said| said.needs.as_ref()).map(|said| needs(said, open.waiting.tip)),
        ..plain
    })
}

fn requested(one: &Promoted) -> RequestedMove {
    RequestedMove {
        application: one.app.to_string(),
        environment: one.env.to_string(),
        from: one.from.as_ref().map(ToString::to_string),
        to: one.to.as_ref().map(ToString::to_string),
    }
}

fn word(checks: Checks) -> ChecksWord {
    match checks {
        Checks::None => ChecksWord::None,
        Checks::Pending => ChecksWord::Pending,
        Checks::Passed => ChecksWord::Passed,
        Checks::Failed => ChecksWord::Failed,
    }
}

/// Who approved of the request by which a landing came.
pub fn approvals(arrival: &Arrival) -> Vec<ApprovalReport> {
    arrival.approvals.iter().map(|(by, of)| ApprovalReport { by: by.clone(), commit: of.clone() }).collect()
}
