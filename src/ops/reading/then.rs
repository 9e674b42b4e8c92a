//! A point of the past, as it is written after `@`: a moment, a config revision, or the number of a change.

use std::sync::Arc;

use crate::domain::baseline::Which;
use crate::domain::commit::{CommitId, Known};
use crate::domain::history::{Change, Rev};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, Environment};

use crate::ops::context::Context;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::when::{self, Toward};
use crate::ops::reading::world::World;

/// A world as it was at a point of the past (`ENV@...`), with the environment as it was then: each application with the rules
/// that find its pin in that tree. `named`: the applications that were named; a number (`r15`) is that of the only one.
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
    let commit = commit_then(context, stack, world, env, at, named)?;
    let then = timeline::world_at(context, stack, &world.branch, commit, &world.settings)?;
    let is_asked = |app: &&Application| named.is_empty() || named.contains(&&app.name);
    let asked = world.settings.applications.iter().filter(is_asked);
    let pairs: Vec<Pair> = asked.map(|app| (app.name.clone(), env.name.clone())).collect();
    let mut settings = (*then.settings).clone();
    // What is another application's earlier name is that one.
    let is_earlier = |name: &AppName| world.settings.applications.iter().any(|app| app.rules.was.contains(name));
    settings.applications.retain(|app| world.settings.application(&app.name).is_some() || !is_earlier(&app.name));
    for one in timeline::at(context, stack, world, &pairs, commit)? {
        match settings.applications.iter_mut().find(|app| app.name == one.lens.app.name) {
            Some(own) if one.said.pin.is_some() => own.pins.clone_from(&one.lens.app.pins),
            Some(_) => {}
            None => settings.applications.push(one.lens.app.clone()),
        }
    }
    let env = settings.environment(&env.name).unwrap_or(env).clone();
    Ok((Arc::new(then.seen_with(Arc::new(settings))), env))
}

/// The commit of the branch that a point of the past is at.
///
/// # Errors
/// As for the world.
pub fn commit_then(
    context: &Context<'_>,
    stack: &Stack,
    world: &Arc<World>,
    env: &Environment,
    at: &str,
    named: &[&AppName],
) -> Result<CommitId, Error> {
    if let Some(rev) = Rev::read(at) {
        let app = &world.application(only_one(world, env, rev, named)?)?.name;
        let pair = [(app.clone(), env.name.clone())];
        let walked = timeline::walk(context, stack, world, &pair, None)?;
        Ok(change(&walked, app, &env.name, rev)?.commit)
    } else if let Some(which) = Which::at(&env.name, at) {
        baseline(stack, env, &which.map_err(|why| Refusal::new(Code::NoSuchBaseline, why.to_string()).invalid())?)
    } else if when::is_moment(at, context.now) {
        let moment = when::moment(at, context.now, Toward::Past)?;
        context.repo.tip_at(world.base, moment)?.ok_or_else(|| {
            Refusal::new(Code::BeforeTheBeginning, format!("`{}` is younger than {moment}", world.branch)).invalid()
        })
    } else {
        landed(context, world, at)
    }
}

/// The commit of a release baseline, which the verb has had looked at before.
fn baseline(stack: &Stack, env: &Environment, which: &Which) -> Result<CommitId, Error> {
    let known = stack.baselines.get(&(env.name.clone(), which.point()));
    known.map(|(_, commit)| *commit).ok_or_else(|| {
        let what = format!("`{}` of `{}` cannot be meant here", which.point(), env.name);
        let hint = format!("name its commit: `stageline baseline list {}`", env.name);
        Refusal::new(Code::NoSuchBaseline, what).hint(hint).invalid()
    })
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
    if let Some(error) = hidden(walked, app, env, &format!("which change `{rev}` is")) {
        return Err(error);
    }
    rev.among(walked.of(app, env)).ok_or_else(|| {
        let count = walked.of(app, env).count();
        let changes = if count == 1 { "change" } else { "changes" };
        Refusal::new(Code::NoSuchChange, format!("`{app}` in `{env}` has {count} {changes}, no `{rev}`"))
            .hint(format!("see `stageline history {app} --env {env}`"))
            .invalid()
    })
}

/// What is said where the past of a pair was not read to its first change; `None` where it was.
pub fn hidden(walked: &Walked, app: &AppName, env: &EnvName, what: &str) -> Option<Error> {
    if !walked.complete {
        return Some(shallow(what, walked.cut.as_deref().unwrap_or("look further back")));
    }
    let why = walked.turns.untold(app, env)?;
    let told = format!("cannot tell {what}: `{app}` in `{env}` is not read any further back: {why}");
    let hint = "say what it was called before: `was: [NAME]` beside the pin in `stageline.yaml`";
    Some(Refusal::new(Code::PastUnread, told).hint(hint).cannot_tell())
}

/// What is said where a shallow history hides what is needed. `cure`: what to do about that.
pub fn shallow(what: &str, cure: &str) -> Error {
    Refusal::new(Code::Shallow, format!("cannot tell {what}: this history is shallow, and older changes are hidden"))
        .hint(cure)
        .cannot_tell()
}
