//! `status`: applications x environments.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::{Agreement, Pin, Reading};
use crate::domain::refusal::Error;
use crate::domain::report::{DiffSite, StatusCell, StatusReport, StatusRow};
use crate::domain::settings::{Application, Environment};

use super::context::Context;
use super::hold;
use super::sources::Sources;
use super::stack::{Stack, Tips};
use super::timeline;
use super::world::World;

/// What was asked for; empty lists: all.
#[derive(Debug, Clone)]
pub struct Request {
    pub applications: Vec<AppName>,
    pub environments: Vec<EnvName>,
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<StatusReport, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    for app in &request.applications {
        stack.main.application(app)?;
    }
    for env in &request.environments {
        stack.environment(env)?;
    }
    let order = stack.ordered();
    let asked = |env: &EnvName| request.environments.is_empty() || request.environments.contains(env);
    let shown: Vec<EnvName> = order.iter().filter(|env| asked(env)).cloned().collect();
    let apps: Vec<&Application> = stack
        .main
        .settings
        .applications
        .iter()
        .filter(|app| request.applications.is_empty() || request.applications.contains(&app.name))
        .collect();
    context.face.step("reading overlays");
    let mut notes = stack.notes.clone();
    let mut columns: BTreeMap<EnvName, Column> = BTreeMap::new();
    for name in &order {
        match column(&stack, name, &apps) {
            Ok(column) => {
                columns.insert(name.clone(), column);
            }
            // An environment whose branch is not there yet is told of, and does not hide the others.
            Err(Error::Invalid(why)) if why.code == "no-such-branch" && !request.environments.contains(name) => {
                notes.push(why.message);
            }
            Err(error) => return Err(error),
        }
    }
    let sources = Sources::new(context);
    let since = since(context, &stack, &columns, &apps, &shown)?;
    let mut rows = Vec::new();
    for (place, app) in apps.iter().enumerate() {
        let mut cells = Vec::new();
        for (nth, env) in shown.iter().enumerate() {
            let Some(column) = columns.get(env) else { continue };
            let before = before(&column.env, &order).and_then(|name| columns.get(&name));
            let mut cell = cell(context, column, place, app);
            if let Some(before) = before {
                compare(&sources, app, &mut cell, column.pins[place].as_ref(), before, place);
            } else if let Some(version) = column.pins[place].as_ref().and_then(Pin::version) {
                cell.commit = sources.commit_of(app, Some(&version)).unwrap_or(None).map(|id| id.to_string());
            }
            cell.since = since.get(&(place, nth)).copied().flatten();
            if let Some(why) = &column.notes[place] {
                notes.push(format!("`{}` in `{env}`: {why}", app.name));
            }
            cells.push(cell);
        }
        rows.push(StatusRow { application: app.name.to_string(), members: app.member_names(), cells });
    }
    let mut holds: Vec<_> = hold::reports(context, &stack.main, None);
    for column in columns.values() {
        if column.world.branch != stack.main.branch {
            holds.extend(hold::reports(context, &column.world, Some(&column.env.name)));
        }
    }
    holds.retain(|hold| {
        !hold.expired
            && (hold.environment == "*" || shown.iter().any(|env| env.as_str() == hold.environment))
            && hold.application.as_ref().is_none_or(|app| apps.iter().any(|a| a.name.as_str() == app))
    });
    if context.repo.is_shallow() {
        notes.push("this clone is shallow: ages are shown only as far as its history reaches".into());
    }
    Ok(StatusReport {
        environments: shown.iter().filter(|env| columns.contains_key(*env)).map(ToString::to_string).collect(),
        applications: rows,
        holds,
        notes,
    })
}

/// One environment with the pins of all applications asked for, in their order.
struct Column {
    world: std::sync::Arc<World>,
    env: Environment,
    pins: Vec<Option<Pin>>,
    /// Why a pin cannot be read.
    notes: Vec<Option<String>>,
}

fn column(stack: &Stack, name: &EnvName, apps: &[&Application]) -> Result<Column, Error> {
    let (world, env) = stack.environment(name)?;
    let own: Vec<Option<&Application>> = apps.iter().map(|app| world.settings.application(&app.name)).collect();
    let known: Vec<(&Application, &Environment)> = own.iter().flatten().map(|app| (*app, &env)).collect();
    let mut read = world.each_pin(&known).into_iter();
    let (mut pins, mut notes) = (Vec::new(), Vec::new());
    for app in &own {
        let (pin, note) = match app.and_then(|_| read.next()) {
            Some(Ok(pin)) => (pin, None),
            Some(Err(Error::Failed(error))) => return Err(Error::Failed(error)),
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        pins.push(pin);
        notes.push(note);
    }
    Ok(Column { world, env, pins, notes })
}

/// The environment to compare with: the first of `after`, else the one before in the list.
fn before(env: &Environment, order: &[EnvName]) -> Option<EnvName> {
    if let Some(first) = env.after.first() {
        return Some(first.clone());
    }
    let place = order.iter().position(|name| *name == env.name)?;
    place.checked_sub(1).map(|p| order[p].clone())
}

fn cell(context: &Context<'_>, column: &Column, place: usize, app: &Application) -> StatusCell {
    let pin = column.pins[place].as_ref();
    let held =
        column.world.holds.iter().any(|h| h.is_active(context.now) && h.cover.covers(&column.env.name, &app.name));
    let (version, disagree) = match pin.map(Pin::agreement) {
        Some(Agreement::On(version)) => (Some(version.to_string()), Vec::new()),
        Some(Agreement::Disagree(readings)) => (None, sites(&readings, column.env.name.as_str())),
        Some(Agreement::None) | None => (None, Vec::new()),
    };
    StatusCell {
        environment: column.env.name.to_string(),
        present: pin.is_some() || column.notes[place].is_some(),
        version,
        commit: None,
        since: None,
        ahead: None,
        behind: None,
        compared_with: None,
        held,
        disagree,
        note: column.notes[place].clone(),
    }
}

/// Sites as reports list them.
pub fn sites(readings: &[&Reading], side: &str) -> Vec<DiffSite> {
    readings
        .iter()
        .map(|r| DiffSite {
            side: side.to_string(),
            file: r.site.file.to_string(),
            line: r.site.line,
            pin: r.key.cluster.as_ref().map_or(r.key.pin.clone(), |c| format!("{} ({c})", r.key.pin)),
            version: r.version.as_ref().map(ToString::to_string),
        })
        .collect()
}

fn compare(
    sources: &Sources<'_>,
    app: &Application,
    cell: &mut StatusCell,
    pin: Option<&Pin>,
    before: &Column,
    place: usize,
) {
    let ours = pin.and_then(Pin::version);
    let theirs = before.pins[place].as_ref().and_then(Pin::version);
    let commit = |version: Option<&_>| sources.commit_of(app, version).unwrap_or(None);
    let (left, right): (Option<CommitId>, Option<CommitId>) = (commit(ours.as_ref()), commit(theirs.as_ref()));
    cell.commit = left.map(|id| id.to_string());
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return };
    cell.compared_with = Some(before.env.name.to_string());
    if ours == theirs {
        (cell.ahead, cell.behind) = (Some(0), Some(0));
        return;
    }
    let (Some(left), Some(right), Ok(Some(source))) = (left, right, sources.of(app)) else {
        cell.note = Some(format!("differs from {}", before.env.name));
        return;
    };
    match source.distance(left, right) {
        Ok(Known::Is(distance)) => (cell.ahead, cell.behind) = (Some(distance.ahead), Some(distance.behind)),
        Ok(Known::CannotTell(why)) => cell.note = Some(why),
        Err(error) => cell.note = Some(error.to_string()),
    }
}

/// Since when each cell's version runs: by row and column.
fn since(
    context: &Context<'_>,
    stack: &Stack,
    columns: &BTreeMap<EnvName, Column>,
    apps: &[&Application],
    shown: &[EnvName],
) -> Result<BTreeMap<(usize, usize), Option<jiff::Timestamp>>, Error> {
    let mut out = BTreeMap::new();
    for (nth, name) in shown.iter().enumerate() {
        let Some(column) = columns.get(name) else { continue };
        let files: Vec<_> =
            column.pins.iter().flatten().flat_map(|pin| pin.readings.iter().map(|r| r.site.file.clone())).collect();
        let last = context.repo.last_landings(column.world.base, &files)?;
        let mut worlds: BTreeMap<CommitId, Option<(World, Option<World>)>> = BTreeMap::new();
        for (place, pin) in column.pins.iter().enumerate() {
            let Some(pin) = pin.as_ref().filter(|pin| !pin.assignment().is_empty()) else { continue };
            // The newest landing that touched the pin's files, where it is known.
            let mut newest: Option<(jiff::Timestamp, CommitId)> = None;
            for reading in &pin.readings {
                if let Some(commit) = last.get(&reading.site.file) {
                    let when = context.repo.commit(*commit)?.committer.when;
                    newest = newest.max(Some((when, *commit)));
                }
            }
            let Some((when, commit)) = newest else { continue };
            // It may have changed something else in the file: then only the pin's own history tells.
            let around = match worlds.entry(commit) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(around(context, stack, &column.world, commit)?),
            };
            let moved = match around {
                Some((after, before)) => {
                    pin_at(Some(after), apps[place], name) != pin_at(before.as_ref(), apps[place], name)
                }
                _ => false,
            };
            let when = if moved {
                Some(when)
            } else {
                let pair = [(apps[place].name.clone(), name.clone())];
                timeline::walk(context, stack, &column.world, &pair, Some(1))?.changes.first().map(|c| c.when)
            };
            out.insert((place, nth), when);
        }
    }
    Ok(out)
}

/// The worlds after and before a landing.
fn around(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    commit: CommitId,
) -> Result<Option<(World, Option<World>)>, Error> {
    let at = |id| World::read(&context.repo, &stack.shelf, &world.branch, id, Some(&world.settings)).ok();
    let parents = context.repo.commit(commit)?.parents;
    let before = parents.first().map(|parent| at(*parent));
    Ok(match (at(commit), before) {
        (Some(after), None) => Some((after, None)),
        (Some(after), Some(Some(before))) => Some((after, Some(before))),
        _ => None,
    })
}

fn pin_at(world: Option<&World>, app: &Application, env: &EnvName) -> Option<crate::domain::pin::Assignment> {
    let world = world?;
    let (app, env) = (world.settings.application(&app.name)?, world.settings.environment(env)?);
    let reader = crate::overlay::Reader::new(world.files.as_ref());
    world.pin(&reader, app, env).ok().flatten().map(|pin| pin.assignment())
}
