//! A promotion in several requests, one for each application or for each group of owners: seen whole, asked about once, and
//! opened one after the other.

use std::collections::BTreeSet;

use crate::domain::names::AppName;
use crate::domain::plan::Landing;
use crate::domain::refusal::{Code, Error, Outcome, Refusal, together};
use crate::domain::report::{ApartReport, FailedRequest};
use crate::domain::settings::{Party, Settings};

use super::carry::{self, Asking};
use crate::ops::context::{Context, Run, Writing};
use crate::ops::landing::branches;
use crate::ops::landing::change::prepare;
use crate::ops::landing::intent::{Goal, Intent};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reports::change as reports;
use crate::ops::reports::face::Consent;

/// More requests than this are opened only where somebody has said yes to their number: each costs its reviewers a mail, its
/// pipeline a run, and the forge's budget for what creates content (GitHub: 80 a minute, 500 an hour) a part.
const MANY: usize = 10;

/// What makes a request of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// Each application.
    Each,
    /// Those of the same owners, by `owners:`; those without any together.
    Owners,
}

/// One request of several.
#[derive(Debug)]
struct Group {
    /// The word for it in the branch's name.
    set: String,
    goals: Vec<Goal>,
}

/// Carries out an intent in parts. What keeps one part from landing keeps all of them from being asked for.
///
/// # Errors
/// The whole plan is refused, or cannot be made; it is to land directly; they are many, and nobody said yes. What fails of single
/// requests after that is told in the report.
pub fn carry_out(
    context: &mut Context<'_>,
    stack: Stack,
    intent: &Intent,
    writing: &Writing,
    apart: Apart,
) -> Result<ApartReport, Error> {
    let prepared = match prepare(context, &stack, intent, writing)? {
        Outcome::Done(prepared) => prepared,
        Outcome::NothingToDo(_) => return whole(context, stack, intent, writing),
    };
    if prepared.plan().landing == Landing::Direct {
        return Err(directly(intent));
    }
    carry::remark(context, &stack);
    let groups = groups(&stack.main.settings, intent, apart);
    if writing.run == Run::Dry {
        return match prepared.objections.as_slice() {
            [] => each(context, stack, intent, writing, (groups, Consent::Assumed)),
            _ => whole(context, stack, intent, writing),
        };
    }
    prepared.approved()?;
    refuse_many(context, groups.len())?;
    let mut plan = reports::planned(intent, &prepared, context.now);
    plan.remote = stack.remote.as_ref().map(|remote| context.repo.called(remote));
    match context.face.agree(&plan, Some(groups.len()))? {
        Consent::Refused => Err(carry::declined()),
        consent => each(context, stack, intent, writing, (groups, consent)),
    }
}

/// Carries out one part after the other.
fn each(
    context: &mut Context<'_>,
    stack: Stack,
    intent: &Intent,
    writing: &Writing,
    (groups, consent): (Vec<Group>, Consent),
) -> Result<ApartReport, Error> {
    let mut report = ApartReport { skipped: reports::skipped(intent), notes: intent.notes.clone(), ..empty(intent) };
    let (mut stack, mut errors) = (Some(stack), Vec::new());
    let mut is_over = false;
    for group in groups {
        let applications = group.goals.iter().map(|goal| goal.app.to_string()).collect();
        let part = part(intent, group);
        let branch = branches::branch(&part)?.to_string();
        if is_over {
            report.failed.push(FailedRequest { applications, branch, message: "not tried after that".into() });
            continue;
        }
        let own = match stack.take() {
            Some(stack) => Ok(stack),
            None => Stack::read(context, Tips::Seen),
        };
        match own.and_then(|own| carry::carry_out_as(context, own, &part, writing, Asking::Asked(consent))) {
            Ok(change) => report.requests.push(change),
            Err(error) => {
                let message = error.refusal().on_one_line();
                report.failed.push(FailedRequest { applications, branch, message });
                // A "no" to one is none to the others; a forge that does not answer or let in would not for them either.
                is_over = !matches!(error, Error::Refused(_) | Error::Invalid(_) | Error::Raced(_));
                errors.push(error);
            }
        }
    }
    match together(errors) {
        Some(error) if report.requests.is_empty() => Err(error),
        _ => Ok(report),
    }
}

fn empty(intent: &Intent) -> ApartReport {
    ApartReport {
        verb: intent.verb.word().to_string(),
        environment: intent.scope.environment().map(ToString::to_string),
        requests: Vec::new(),
        failed: Vec::new(),
        skipped: Vec::new(),
        notes: Vec::new(),
    }
}

/// The intent in one piece: where there is nothing to take apart.
fn whole(context: &mut Context<'_>, stack: Stack, intent: &Intent, writing: &Writing) -> Result<ApartReport, Error> {
    let change = carry::carry_out(context, stack, intent, writing)?;
    Ok(ApartReport { requests: vec![change], ..empty(intent) })
}

fn directly(intent: &Intent) -> Error {
    let env = intent.scope.environment().map_or(String::new(), |env| format!(" `{env}`"));
    Refusal::new(
        Code::Usage,
        format!("a promotion is taken apart into requests, and{env} lands directly: in one commit"),
    )
    .hint("to land it as requests: `--landing merge-request`")
    .invalid()
}

fn refuse_many(context: &Context<'_>, count: usize) -> Result<(), Error> {
    if count <= MANY || context.face.asks() || context.face.is_told_yes() {
        return Ok(());
    }
    Err(Refusal::new(Code::ManyRequests, format!("this would open {count} requests at once; nothing was written"))
        .hint("group them: `--by owners`, or leave `--each` out: one request with all of them")
        .hint("if that is what you want: `--yes`")
        .refused())
}

/// The goals of an intent by what makes a request of its own, in the order in which they are named first.
fn groups(settings: &Settings, intent: &Intent, apart: Apart) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for goal in &intent.goals {
        let set = match apart {
            Apart::Each => branches::set(&[goal.app.as_str()], false),
            Apart::Owners => branches::owned_by(&owners(settings, &goal.app)),
        };
        match out.iter_mut().find(|group| group.set == set) {
            Some(group) => group.goals.push(goal.clone()),
            None => out.push(Group { set, goals: vec![goal.clone()] }),
        }
    }
    out
}

/// Who owns an application, each once.
fn owners<'s>(settings: &'s Settings, app: &AppName) -> BTreeSet<&'s str> {
    let parties = settings.application(app).into_iter().flat_map(|app| &app.rules.owners);
    parties.map(|(Party::Person(name) | Party::Group(name))| name.as_str()).collect()
}

/// The part of an intent that one request is for. What was left out of the whole is told once, with the whole.
fn part(intent: &Intent, group: Group) -> Intent {
    let Group { set, goals } = group;
    Intent { goals, set, skipped: Vec::new(), superseded: Vec::new(), notes: Vec::new(), ..intent.clone() }
}
