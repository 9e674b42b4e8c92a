//! From an intent to a prepared plan: the edits made in memory, read back, and judged. Writes nothing anywhere.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::domain::hold::{Cover, Hold};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Pin, PinMove, Reading};
use crate::domain::plan::{FileEdit, Landing, Plan, Proposal, Target};
use crate::domain::refusal::{Error, Outcome, Refusal};
use crate::domain::report::{ChangeReport, HoldReport, SiteEdit, Stage};
use crate::domain::settings::{Environment, LandingMode, Signing};
use crate::git::repo::Repo;
use crate::overlay::{self, Reader, SiteChange};
use crate::policy::review::{self, Review};
use crate::policy::{Answers, Question};
use crate::records;
use crate::yaml;

use super::context::{Context, Writing};
use super::intent::{Goal, Intent, Verb};
use super::message;
use super::missing::no_overlay;
use super::request;
use super::stack::Stack;
use super::world::World;

/// A plan with what the gates said of it: a dry run shows this and stops.
pub struct Prepared {
    pub plan: Plan,
    pub review: Review,
    pub report: ChangeReport,
}

/// One goal's edits.
struct Planned<'a> {
    goal: &'a Goal,
    before: Pin,
    changes: Vec<SiteChange>,
}

/// Makes the plan for an intent on the world of its environment.
pub fn prepare(
    context: &Context<'_>,
    stack: &Stack,
    intent: &Intent,
    writing: &Writing,
) -> Result<Outcome<Prepared>, Error> {
    let (world, env) = stack.environment(&intent.env)?;
    let planned = plan_goals(&world, &env, intent)?;
    let mut edits = file_edits(&world, &planned)?;
    edits.extend(record_edits(&world, intent)?);
    if edits.is_empty() {
        return Ok(Outcome::NothingToDo(nothing(intent)));
    }
    let after = world.with(&edits)?;
    let moves = read_back(&world, &after, &env, &planned, &edits)?;
    let pin_files: Vec<&RepoPath> = planned.iter().flat_map(|p| p.changes.iter().map(|c| &c.file)).collect();
    let proposal = Proposal {
        moves: moves.clone(),
        others: edits.iter().map(|e| e.path.clone()).filter(|path| !pin_files.contains(&path)).collect(),
        environments: vec![intent.env.clone()],
        rollback: intent.verb == Verb::Rollback,
    };
    let review = review::review(&proposal, &world.settings, &answers(context, &world, &proposal)?);
    let landing = landing(&env, intent, writing, stack)?;
    let message = message::compose(intent, &moves);
    let plan =
        Plan { target: Target { branch: world.branch.clone(), base: world.base }, edits, proposal, landing, message };
    let report = report(context, intent, &planned, &plan, &review);
    Ok(Outcome::Done(Prepared { plan, review, report }))
}

/// The edits of every goal, or every problem at once.
fn plan_goals<'a>(world: &World, env: &Environment, intent: &'a Intent) -> Result<Vec<Planned<'a>>, Error> {
    let reader = Reader::new(world.files.as_ref());
    let results: Vec<Result<Option<Planned<'a>>, Error>> =
        intent.goals.par_iter().map(|goal| plan_goal(world, &reader, env, goal)).collect();
    let mut planned = Vec::new();
    let mut errors = Vec::new();
    for result in results {
        match result {
            Ok(one) => planned.extend(one),
            Err(error) => errors.push(error),
        }
    }
    match together(errors) {
        Some(error) => Err(error),
        None => Ok(planned),
    }
}

fn plan_goal<'a>(
    world: &World,
    reader: &Reader<'_>,
    env: &Environment,
    goal: &'a Goal,
) -> Result<Option<Planned<'a>>, Error> {
    let app = world.application(&goal.app)?;
    let before = world.pin(reader, app, env)?.ok_or_else(|| no_overlay(world, app, env))?;
    let mut changes = Vec::new();
    for reading in &before.readings {
        let wanted = goal.wanted.version_for(&reading.key).ok_or_else(|| no_version_for(goal, reading))?;
        if reading.version.as_ref() == Some(&wanted) {
            continue;
        }
        let rule = world
            .rule(app, env, &reading.key.pin)
            .ok_or_else(|| anyhow::anyhow!("the rule of `{}` is gone", reading.key.pin))?;
        let digests = goal.digests.unwrap_or(rule.kind.digests());
        changes.push(overlay::change(reader, rule, reading, &wanted, digests)?);
    }
    Ok(if changes.is_empty() { None } else { Some(Planned { goal, before, changes }) })
}

fn no_version_for(goal: &Goal, reading: &Reading) -> Error {
    let cluster = reading.key.cluster.as_ref().map_or(String::new(), |c| format!(" in `{c}`"));
    Refusal::new(
        "no-version-for-site",
        format!(
            "cannot tell which version `{}` of `{}` is to have{cluster}: the source says nothing of it",
            reading.key.pin, goal.app
        ),
    )
    .detail(reading.site.to_string())
    .hint("name the version: `--commit REV`")
    .cannot_tell()
}

/// All edits of one file are applied together, so that each file is read and proven once.
fn file_edits(world: &World, planned: &[Planned<'_>]) -> Result<Vec<FileEdit>, Error> {
    let mut by_file: BTreeMap<&RepoPath, Vec<yaml::edit::Edit>> = BTreeMap::new();
    for change in planned.iter().flat_map(|p| &p.changes) {
        by_file.entry(&change.file).or_default().extend(change.edits.iter().cloned());
    }
    let by_file: Vec<(&RepoPath, Vec<yaml::edit::Edit>)> = by_file.into_iter().collect();
    by_file
        .into_par_iter()
        .map(|(path, edits)| {
            let entry = world.files.entry(path)?;
            let bytes = world.files.read(path)?;
            let (Some(entry), Some(bytes)) = (entry, bytes) else {
                return Err(anyhow::anyhow!("`{path}` is not there any more").into());
            };
            let becomes = yaml::edit::apply(&bytes, &edits).map_err(|fault| {
                Refusal::new(
                    "cannot-edit",
                    format!(
                        "cannot change the pin in {path}:{}:{} and nothing else: {}",
                        fault.line,
                        fault.column,
                        fault.told()
                    ),
                )
                .hint("change that place by hand once, into a plain `key: value`")
                .invalid()
            })?;
            Ok(FileEdit { path: path.clone(), was: Some(entry.id), becomes: Some(becomes) })
        })
        .filter(|edit| !matches!(edit, Ok(e) if e.was == e.becomes.as_deref().map(Repo::blob_id)))
        .collect()
}

/// The files of holds that are set or lifted.
fn record_edits(world: &World, intent: &Intent) -> Result<Vec<FileEdit>, Error> {
    let mut out = Vec::new();
    let path_of = |cover: &Cover| RepoPath::new(&cover.path()).map_err(anyhow::Error::from);
    for hold in &intent.holds {
        let path = path_of(&hold.cover)?;
        let was = world.files.entry(&path)?.map(|e| e.id);
        out.push(FileEdit { path, was, becomes: Some(records::hold::render(hold)?.into_bytes()) });
    }
    for cover in &intent.lifts {
        let path = path_of(cover)?;
        if let Some(entry) = world.files.entry(&path)? {
            out.push(FileEdit { path, was: Some(entry.id), becomes: None });
        }
    }
    Ok(out)
}

/// Reads the edited world: the pins must say what was wanted, and no other pin may have moved.
fn read_back(
    before: &World,
    after: &World,
    env: &Environment,
    planned: &[Planned<'_>],
    edits: &[FileEdit],
) -> Result<Vec<PinMove>, Error> {
    let files: Vec<RepoPath> = edits.iter().map(|edit| edit.path.clone()).collect();
    let pairs = before.pairs_in(&files, env)?;
    let (old, new) = (before.each_pin(&pairs), after.each_pin(&pairs));
    let mut moves = Vec::new();
    let mut seen = 0;
    for ((app, at), (old, new)) in pairs.iter().zip(old.into_iter().zip(new)) {
        let Some(one) = planned.iter().find(|p| p.goal.app == app.name && at.name == env.name) else {
            // What could not be read before may stay so: somebody else's pin is not this plan's to mend.
            let said = |pin: Result<Option<Pin>, Error>| pin.ok().map(|pin| pin.map(|pin| pin.assignment()));
            if said(old) != said(new) {
                return Err(unproven(&format!("`{}` in `{}`", app.name, at.name)));
            }
            continue;
        };
        let (old, new) = (old?, new?.ok_or_else(|| unproven(&format!("`{}`", one.goal.app)))?);
        seen += 1;
        for reading in &new.readings {
            if one.goal.wanted.version_for(&reading.key) != reading.version {
                return Err(unproven(&reading.site.to_string()));
            }
        }
        let from = old.as_ref().and_then(Pin::version);
        moves.push(PinMove { app: app.name.clone(), env: at.name.clone(), from, to: new.version() });
    }
    if seen != planned.len() {
        return Err(unproven("a pin that was to move"));
    }
    Ok(moves)
}

fn unproven(place: &str) -> Error {
    Refusal::new("unproven", format!("after the edit {place} does not read back as it should; nothing was written"))
        .hint("please report this with the file")
        .invalid()
}

/// Answers what the gates ask.
fn answers(context: &Context<'_>, world: &World, proposal: &Proposal) -> Result<Answers, Error> {
    let mut answers = Answers { now: context.now, holds: None, can_sign: None };
    for question in review::questions(proposal, &world.settings) {
        match question {
            Question::Holds => answers.holds = Some(world.holds.clone()),
            Question::CanSign => {
                answers.can_sign = Some(match context.repo.can_sign() {
                    Ok(()) => Ok(()),
                    Err(Error::Failed(error)) => return Err(Error::Failed(error)),
                    Err(no) => Err(no.refusal()),
                });
            }
        }
    }
    Ok(answers)
}

/// How the plan lands: as asked, but never weaker than the environment says.
fn landing(env: &Environment, intent: &Intent, writing: &Writing, stack: &Stack) -> Result<Landing, Error> {
    let policy = match intent.verb {
        Verb::Promote | Verb::HoldLift => env.landing,
        Verb::Rollback => env.rollback_landing.unwrap_or(env.landing),
        // Stopping the line must never wait for anybody.
        Verb::HoldSet => LandingMode::Direct,
    };
    let mode = writing.landing.unwrap_or(policy);
    if mode < policy {
        return Err(Refusal::new("landing-weaker", format!("`{}` takes changes by merge request only", env.name))
            .hint("leave `--landing` away")
            .refused());
    }
    match mode {
        LandingMode::Direct => Ok(Landing::Direct),
        LandingMode::MergeRequest => {
            if stack.remote.is_none() {
                return Err(Refusal::new("no-remote", "a merge request needs a remote, and this clone has none")
                    .hint("add one: `git remote add origin URL`")
                    .invalid());
            }
            Ok(Landing::MergeRequest { branch: request::branch(intent)? })
        }
    }
}

fn nothing(intent: &Intent) -> String {
    match intent.verb {
        Verb::Promote | Verb::Rollback if !intent.skipped.is_empty() => {
            format!("no application is left to move in `{}`", intent.env)
        }
        Verb::Promote | Verb::Rollback => format!("every pin in `{}` already is as asked", intent.env),
        Verb::HoldSet => "that hold is there already".into(),
        Verb::HoldLift => "there is no such hold".into(),
    }
}

/// The plan as it is shown.
fn report(
    context: &Context<'_>,
    intent: &Intent,
    planned: &[Planned<'_>],
    plan: &Plan,
    review: &Review,
) -> ChangeReport {
    let moves = planned
        .iter()
        .map(|one| {
            let to = plan.proposal.moves.iter().find(|m| m.app == one.goal.app).and_then(|m| m.to.clone());
            let mut shown = one.goal.story.clone();
            shown.from = one.before.told();
            shown.to = to.map(|v| v.to_string());
            shown.sites = one.changes.iter().flat_map(|c| c.shown.iter().cloned()).collect::<Vec<SiteEdit>>();
            shown
        })
        .collect();
    let remarks = planned.iter().flat_map(|one| one.changes.iter().flat_map(|change| &change.notes));
    ChangeReport {
        verb: intent.verb.word().to_string(),
        stage: Stage::Planned,
        environment: Some(intent.env.to_string()),
        moves,
        skipped: intent.skipped.clone(),
        holds: intent.holds.iter().map(|hold| hold_report(hold, context.now)).collect(),
        gates: review.report(),
        files: plan.edits.iter().map(|edit| edit.path.to_string()).collect(),
        branch: plan.target.branch.to_string(),
        base: plan.target.base.to_string(),
        commit: None,
        signed: false,
        remote: None,
        request: None,
        undo: None,
        notes: intent.notes.iter().chain(remarks).cloned().collect(),
    }
}

/// A hold as reports show it.
pub fn hold_report(hold: &Hold, now: jiff::Timestamp) -> HoldReport {
    HoldReport {
        environment: hold.cover.env.as_ref().map_or("*".to_string(), EnvName::to_string),
        application: hold.cover.app.as_ref().map(AppName::to_string),
        reason: hold.reason.clone(),
        by: hold.by.clone(),
        since: hold.since,
        until: hold.until,
        expired: hold.until.is_some_and(|until| until <= now),
        file: hold.cover.path(),
    }
}

/// Several errors as one: the first of the gravest kind, with all of that kind told.
pub fn together(errors: Vec<Error>) -> Option<Error> {
    let mut invalid = Vec::new();
    let mut refused = Vec::new();
    let mut unknown = Vec::new();
    let mut other = None;
    for error in errors {
        match error {
            Error::Invalid(r) => invalid.push(r),
            Error::Refused(r) => refused.push(r),
            Error::CannotTell(r) => unknown.push(r),
            rest => other = other.or(Some(rest)),
        }
    }
    fn told(all: &[Refusal]) -> Option<Refusal> {
        Refusal::together(&all.iter().collect::<Vec<_>>())
    }
    other
        .or_else(|| told(&invalid).map(Refusal::invalid))
        .or_else(|| told(&refused).map(Refusal::refused))
        .or_else(|| told(&unknown).map(Refusal::cannot_tell))
}

/// Whether the commit is signed: always where required, else as the user's git is set up.
pub fn signs(repo: &Repo, signing: Signing) -> crate::git::write::Sign {
    let by_choice =
        repo.config("commit.gpgsign").is_some_and(|value| matches!(value, "true" | "yes" | "on" | "1" | ""));
    if signing == Signing::Required || by_choice { crate::git::write::Sign::Yes } else { crate::git::write::Sign::No }
}
