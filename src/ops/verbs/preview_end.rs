//! `preview destroy` and `preview prune`: an instance goes with its folder, its entry and its record, when somebody says so or when
//! nobody needs it any more.

use crate::domain::names::{AppName, EnvName};
use crate::domain::preview::{Preview, Slug};
use crate::domain::refusal::Error;
use crate::domain::report::ChangeReport;
use crate::domain::report::PruneReport;

use super::carry::{self, Asking};
use super::preview;
use super::preview_list;
use crate::domain::verb::Verb;
use crate::ops::context::{Context, Writing};
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Intent, Meant, Scope};
use crate::ops::previews::asked::{Asked, What};
use crate::ops::previews::due::{Due, Ends};
use crate::ops::previews::survey;
use crate::ops::reading::held;
use crate::ops::reading::stack::Stack;
use crate::ops::reports::previews;

/// What is to be destroyed.
#[derive(Debug, Clone)]
pub struct Destroy {
    pub slugs: Vec<Slug>,
    /// `None`: the only environment that has instances.
    pub env: Option<EnvName>,
    pub writing: Writing,
}

/// Takes instances away, all in one landing.
///
/// # Errors
/// The environment has none, or the change may not land.
pub fn destroy(context: &mut Context<'_>, request: &Destroy) -> Result<ChangeReport, Error> {
    let stack = carry::begin(context, &request.writing)?;
    let env = preview::environment(&stack, request.env.as_ref())?;
    let intent = gone(&env, &request.slugs, &request.writing);
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// The intent that takes instances of an environment away.
fn gone(env: &EnvName, slugs: &[Slug], writing: &Writing) -> Intent {
    let mut instances: Vec<Asked> = Vec::new();
    for slug in slugs {
        if !instances.iter().any(|one| one.slug == *slug) {
            instances.push(Asked { env: env.clone(), slug: slug.clone(), what: What::Gone });
        }
    }
    let names: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
    Intent {
        reason: writing.reason.clone(),
        set: branches::set(&names, false),
        instances,
        ..Intent::nothing(Verb::Destroy, Scope::Environment(env.clone()), Meant::Exactly)
    }
}

/// Whether something that runs in an instance is held.
fn held(context: &Context<'_>, stack: &Stack, one: &Preview) -> Result<bool, Error> {
    let (world, _) = stack.any_environment(&one.env)?;
    let holds = held::of(context, stack, &world)?;
    let covers = |app: &AppName| holds.iter().any(|hold| hold.is_active(context.now) && hold.covers(&one.env, app));
    Ok(one.applications.keys().any(covers))
}

/// What is to be pruned.
#[derive(Debug, Clone)]
pub struct Prune {
    /// `None`: every environment that has instances.
    pub env: Option<EnvName>,
    /// `--check`: only to name what should not be there.
    pub check: bool,
    pub writing: Writing,
}

/// Takes away what nobody needs any more: what has come to its end, whose request is merged or closed, whose commits no branch has.
/// What cannot be told stays, and is said. Leaks are named, and taken away by nobody but people.
///
/// # Errors
/// The environment has none, or a change may not land.
pub fn prune(context: &mut Context<'_>, request: &Prune) -> Result<PruneReport, Error> {
    let stack = carry::begin(context, &request.writing)?;
    carry::remark(context, &stack);
    let envs = preview_list::environments(&stack, request.env.as_ref())?;
    let found = survey::of(&stack, &envs)?;
    let mut out = PruneReport {
        check: request.check,
        due: Vec::new(),
        leaks: found.leaks.iter().map(previews::leak).collect(),
        unknown: Vec::new(),
        changes: Vec::new(),
        notes: stack.notes.clone(),
    };
    let mut due: Vec<Preview> = Vec::new();
    {
        let ends = Ends::new(context, &stack);
        for one in found.recorded {
            match ends.of(&one)? {
                Due::Not => {}
                unknown @ Due::Unknown(_) => out.unknown.push(previews::told(&stack, &one, unknown)?),
                Due::Now(_) if held(context, &stack, &one)? => {
                    let what = format!("`{}` has come to its end and is held, so it stays", one.place());
                    out.notes.push(what);
                }
                ended @ Due::Now(_) => {
                    out.due.push(previews::told(&stack, &one, ended)?);
                    due.push(one);
                }
            }
        }
    }
    if request.check {
        return Ok(out);
    }
    let mut stack = Some(stack);
    for env in &envs {
        let slugs: Vec<Slug> = due.iter().filter(|one| one.env == *env).map(|one| one.slug.clone()).collect();
        if slugs.is_empty() {
            continue;
        }
        // Each environment lands by itself, on the tip that the one before has left.
        let own = match stack.take() {
            Some(stack) => stack,
            None => carry::begin(context, &request.writing)?,
        };
        let intent = gone(env, &slugs, &request.writing);
        out.changes.push(carry::carry_out_as(context, own, &intent, &request.writing, Asking::Now)?);
    }
    Ok(out)
}
