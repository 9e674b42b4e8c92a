//! `hold set`, `hold lift`, `hold list`.

use jiff::Timestamp;

use crate::domain::hold::{Cause, Cover, Hold, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Error, Refusal};
use crate::domain::report::{ChangeReport, HoldReport, HoldsReport};

use super::change::hold_report;
use super::context::{Context, Writing};
use super::intent::{Intent, Verb};
use super::land;
use super::request;
use super::stack::{Stack, Tips};
use super::when::{self, Toward};
use super::world::World;

/// Which hold: applications of an environment, or all of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Empty: the whole environment.
    pub applications: Vec<AppName>,
    pub env: EnvName,
    /// `--until TIME` (a time, a date, or a span such as `2d`).
    pub until: Option<String>,
    pub writing: Writing,
}

/// Sets holds.
pub fn set(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    if request.applications.is_empty() && request.writing.reason.is_none() {
        return Err(Refusal::new("reason-needed", format!("a hold on all of `{}` needs a reason", request.env))
            .hint("say why, for those whom it stops: `-m TEXT`")
            .hint(format!("or name the applications: `stageline hold set APP --env {}`", request.env))
            .invalid());
    }
    let stack = land::begin(context, &request.writing)?;
    let (world, _) = stack.environment(&request.env)?;
    let until = end(context, request.until.as_deref())?;
    let by = context.repo.author()?;
    let reason = request.writing.reason.clone().unwrap_or_else(|| "asked for".to_string());
    let covers = covers(&world, request)?;
    // A hold that already says the same stays as it is: setting it again is nothing to do.
    let same = |cover: &Cover| {
        world.holds.iter().any(|h| {
            h.cover == *cover
                && h.hold
                    .as_ref()
                    .is_ok_and(|hold| hold.reason == reason && hold.until == until && h.is_active(context.now))
        })
    };
    let holds = covers
        .into_iter()
        .filter(|cover| !same(cover))
        .map(|cover| Hold {
            cover,
            reason: reason.clone(),
            by: by.clone(),
            since: context.now,
            until,
            cause: Cause::Asked,
        })
        .collect();
    let undo = undo_set(request);
    let intent = Intent { holds, undo: Some(undo), ..intent(Verb::HoldSet, request) };
    land::carry_out(context, stack, &intent, &request.writing)
}

/// Lifts holds.
pub fn lift(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    let stack = land::begin(context, &request.writing)?;
    let (world, _) = stack.environment(&request.env)?;
    let lifts = covers(&world, request)?;
    let mut intent = Intent { lifts, ..intent(Verb::HoldLift, request) };
    for file in world.holds.iter().filter(|h| intent.lifts.contains(&h.cover)) {
        let what = file.cover.app.as_ref().map_or("everything".to_string(), |app| format!("`{app}`"));
        let why = file.hold.as_ref().map_or("it could not be read", |hold| hold.reason.as_str());
        intent.notes.push(format!("lifts the hold on {what} in `{}`: {why}", request.env));
    }
    // A hold on more than what was named goes on holding: say so instead of "done".
    for app in &request.applications {
        let wider = world
            .holds
            .iter()
            .find(|h| h.is_active(context.now) && h.cover.covers(&request.env, app) && h.cover.app.is_none());
        if let Some(wider) = wider {
            intent.notes.push(format!("`{app}` stays held by `{}`", wider.path));
        }
    }
    land::carry_out(context, stack, &intent, &request.writing)
}

/// The end of a hold that begins now; one in the past would hold nothing.
pub fn end(context: &Context<'_>, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let until = text.map(|text| when::moment(text, context.now, Toward::Future)).transpose()?;
    if until.is_some_and(|until| until <= context.now) {
        return Err(Refusal::new("bad-time", "the hold would end before it begins")
            .hint("give a later `--until`")
            .invalid());
    }
    Ok(until)
}

/// Lists holds of one environment, or all.
pub fn list(context: &mut Context<'_>, env: Option<&EnvName>) -> Result<HoldsReport, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let mut holds = Vec::new();
    match env {
        Some(env) => {
            let (world, _) = stack.environment(env)?;
            holds.extend(reports(context, &world, Some(env)));
        }
        None => {
            holds.extend(reports(context, &stack.main, None));
            for name in stack.ordered() {
                if let Ok((world, _)) = stack.environment(&name)
                    && world.branch != stack.main.branch
                {
                    holds.extend(reports(context, &world, Some(&name)));
                }
            }
        }
    }
    Ok(HoldsReport { holds })
}

/// The holds of a world as reports show them, those that cannot be read too.
pub fn reports(context: &Context<'_>, world: &World, env: Option<&EnvName>) -> Vec<HoldReport> {
    world
        .holds
        .iter()
        .filter(|h| env.is_none_or(|env| h.cover.env.as_ref().is_none_or(|e| e == env)))
        .map(|file| told(file, context.now))
        .collect()
}

/// A hold's file as reports show it, also one that cannot be read.
pub fn told(file: &HoldFile, now: Timestamp) -> HoldReport {
    match &file.hold {
        Ok(hold) => hold_report(hold, now),
        Err(why) => HoldReport {
            environment: file.cover.env.as_ref().map_or("*".to_string(), EnvName::to_string),
            application: file.cover.app.as_ref().map(AppName::to_string),
            reason: format!("cannot be read, so it holds: {why}"),
            by: "unknown".into(),
            since: now,
            until: None,
            expired: false,
            file: file.path.to_string(),
        },
    }
}

fn covers(world: &World, request: &Request) -> Result<Vec<Cover>, Error> {
    let env = Some(request.env.clone());
    if request.applications.is_empty() {
        return Ok(vec![Cover { env, app: None }]);
    }
    request
        .applications
        .iter()
        .map(|app| {
            world.application(app)?;
            Ok(Cover { env: env.clone(), app: Some(app.clone()) })
        })
        .collect()
}

fn intent(verb: Verb, request: &Request) -> Intent {
    let names: Vec<&str> = request.applications.iter().map(AppName::as_str).collect();
    Intent {
        verb,
        env: request.env.clone(),
        goals: Vec::new(),
        holds: Vec::new(),
        lifts: Vec::new(),
        origin: None,
        reason: request.writing.reason.clone(),
        set: request::set(&names, names.is_empty()),
        skipped: Vec::new(),
        undo: None,
        notes: Vec::new(),
    }
}

fn undo_set(request: &Request) -> String {
    let names: Vec<&str> = request.applications.iter().map(AppName::as_str).collect();
    let names = if names.is_empty() { String::new() } else { format!("{} ", names.join(" ")) };
    format!("stageline hold lift {names}--env {}", request.env)
}
