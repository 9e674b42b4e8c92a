//! A point of the past, as it is written after `@`: a moment, a config revision, or the number of a change.

use std::sync::Arc;

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::{Change, Rev};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Environment;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::when::{self, Toward};
use crate::ops::reading::world::World;

/// A world as it was at a point of the past (`ENV@...`), with the environment as it was then. `named`: the applications
/// that were named; a number (`r15`) is that of the only one.
///
/// # Errors
/// The point is not in the history of the branch, a shallow clone hides it, or it is a number and not one application's.
pub fn world_then(
    context: &Context<'_>,
    stack: &Stack,
    world: &Arc<World>,
    env: &Environment,
    at: &str,
    named: &[&AppName],
) -> Result<(Arc<World>, Environment), Error> {
    let commit = if let Some(rev) = Rev::read(at) {
        let app = &world.application(only_one(world, env, rev, named)?)?.name;
        let pair = [(app.clone(), env.name.clone())];
        let walked = timeline::walk(context, stack, world, &pair, None)?;
        change(&walked, app, &env.name, rev)?.commit
    } else if when::is_moment(at, context.now) {
        let moment = when::moment(at, context.now, Toward::Past)?;
        context.repo.tip_at(world.base, moment)?.ok_or_else(|| {
            Refusal::new(Code::BeforeTheBeginning, format!("`{}` is younger than {moment}", world.branch)).invalid()
        })?
    } else {
        landed(context, world, at)?
    };
    let then = World::read(&context.repo, &stack.shelf, &world.branch, commit, Some(&world.settings))?;
    let env = then.settings.environment(&env.name).unwrap_or(env).clone();
    Ok((Arc::new(then), env))
}

fn landed(context: &Context<'_>, world: &World, at: &str) -> Result<CommitId, Error> {
    let commit = context.repo.resolve(at.strip_prefix("config:").unwrap_or(at))?;
    match context.repo.is_ancestor(commit, world.base)? {
        Known::Is(true) => Ok(commit),
        Known::Is(false) => {
            Err(Refusal::new(Code::NotLanded, format!("`{at}` is not in the history of `{}`", world.branch))
                .hint(format!("name a commit of `git log --first-parent {}`", world.branch))
                .invalid())
        }
        Known::CannotTell(why) => Err(Refusal::new(Code::Shallow, why).cannot_tell()),
    }
}

/// The application whose changes a number counts.
fn only_one<'n>(world: &'n World, env: &Environment, rev: Rev, named: &[&'n AppName]) -> Result<&'n AppName, Error> {
    let all: Vec<&AppName> = world.settings.applications.iter().map(|app| &app.name).collect();
    let (named, how) = if named.is_empty() { (all.as_slice(), "none is named") } else { (named, "several are") };
    match named {
        [one] => Ok(one),
        _ => {
            let what = format!("`{}@{rev}` counts the changes of one application, and {how}", env.name);
            Err(Refusal::new(Code::SeveralApplications, what)
                .hint("name exactly one application")
                .hint(format!("or a moment or a config revision: `{}@2026-11-20`, `{}@HEAD~5`", env.name, env.name))
                .invalid())
        }
    }
}

/// The change of that number of one application in one environment.
///
/// # Errors
/// There is none of that number, or a shallow clone hides which one it is.
pub fn change<'w>(walked: &'w Walked, app: &'w AppName, env: &'w EnvName, rev: Rev) -> Result<&'w Change, Error> {
    if !walked.complete {
        return Err(shallow(&format!("which change `{rev}` is")));
    }
    rev.among(walked.of(app, env)).ok_or_else(|| {
        let count = walked.of(app, env).count();
        let changes = if count == 1 { "change" } else { "changes" };
        Refusal::new(Code::NoSuchChange, format!("`{app}` in `{env}` has {count} {changes}, no `{rev}`"))
            .hint(format!("see `stageline history {app} --env {env}`"))
            .invalid()
    })
}

/// What is said where a shallow clone hides what is needed.
pub fn shallow(what: &str) -> Error {
    Refusal::new(Code::Shallow, format!("cannot tell {what}: this clone is shallow, and older changes are hidden"))
        .hint("deepen it: `git fetch --unshallow`")
        .cannot_tell()
}
