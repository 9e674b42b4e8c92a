//! From an intent to a prepared plan: the edits made in memory, read back, and judged. Writes nothing anywhere.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::domain::hold::{Cause, Cover, Hold, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, Pin, PinMove, Reading};
use crate::domain::plan::{FileEdit, Landing, Plan, Proposal, Target};
use crate::domain::refusal::{Error, Objection, Outcome, Refusal, together};
use crate::domain::report::{ChangeReport, HoldReport, RefusalReport, SiteEdit, Stage, VerdictWord};
use crate::domain::settings::{Environment, LandingMode, Signing};
use crate::git::repo::Repo;
use crate::git::write::Sign;
use crate::overlay::{self, Reader, SiteChange};
use crate::policy::review::{self, Review};
use crate::policy::{Answers, Question};
use crate::records;
use crate::yaml;

use super::context::{Context, Reach, Writing};
use super::held;
use super::intent::{Goal, Intent, Meant, Verb, Way};
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
    /// Why it may not land, gates and all.
    pub objections: Vec<Objection>,
    /// Whether all that it moves had no version before.
    pub is_birth: bool,
}

/// One goal's edits.
struct Planned<'a> {
    goal: &'a Goal,
    before: Pin,
    changes: Vec<SiteChange>,
}

impl Planned<'_> {
    /// What the sites are to say, each version once; `None` where it is one for all.
    fn wanted(&self) -> Option<String> {
        let each = self.before.readings.iter().filter_map(|reading| self.goal.wanted.version_for(&reading.key));
        let mut all: Vec<String> = each.map(|version| version.to_string()).collect();
        all.dedup();
        (all.len() > 1).then(|| all.join(" and "))
    }
}

/// Makes the plan for an intent on the world that it is about.
pub fn prepare(
    context: &Context<'_>,
    stack: &Stack,
    intent: &Intent,
    writing: &Writing,
) -> Result<Outcome<Prepared>, Error> {
    let world = stack.world(&intent.scope)?;
    let planned = plan_goals(&world, intent)?;
    let mut edits = file_edits(&world, &planned)?;
    let records = records(context, &world, intent, &planned)?;
    edits.extend(records.edits.iter().cloned());
    if edits.is_empty() {
        return Ok(Outcome::NothingToDo(nothing(intent, &records)));
    }
    let after = world.with(&edits)?;
    let moves = read_back(&world, &after, &planned, &edits)?;
    let pin_files: Vec<&RepoPath> = planned.iter().flat_map(|p| p.changes.iter().map(|c| &c.file)).collect();
    let mut environments: Vec<EnvName> = moves.iter().map(|one| one.env.clone()).collect();
    environments.extend(intent.scope.environment().cloned());
    environments.sort();
    environments.dedup();
    let proposal = Proposal {
        moves: moves.clone(),
        others: edits.iter().map(|e| e.path.clone()).filter(|path| !pin_files.contains(&path)).collect(),
        environments,
        rollback: matches!(intent.meant, Meant::Return | Meant::Undo),
    };
    let answers = answers(context, stack, &world, &proposal)?;
    let review = review::review(&proposal, &world.settings, &answers);
    let (landing, weaker) = landing(&world, &proposal, intent, writing, stack)?;
    let objections: Vec<Objection> =
        intent.objections.iter().cloned().chain(weaker).chain(review.objections()).collect();
    let message = message::compose(intent, &moves);
    let plan =
        Plan { target: Target { branch: world.branch.clone(), base: world.base }, edits, proposal, landing, message };
    let born = |one: &Planned<'_>| one.before.readings.iter().any(|reading| reading.version.is_none());
    let is_birth = !planned.is_empty() && planned.iter().all(born) && plan.proposal.others.is_empty();
    let holds = changed_holds(context, &world, &after, &records);
    let mut report = report(intent, &planned, &plan, &review, holds, &records.notes);
    report.refusals = objections.iter().map(told).collect();
    Ok(Outcome::Done(Prepared { plan, review, report, objections, is_birth }))
}

/// The edits that bring pins to these versions, and nothing else: what a landing of the tool's own would change.
pub fn edits_for(world: &World, wanted: &[(AppName, EnvName, Assignment)]) -> Result<Vec<FileEdit>, Error> {
    let reader = Reader::new(world.files.as_ref());
    let goals: Vec<Goal> = wanted.iter().map(|(app, env, to)| Goal::plain(app, env, to)).collect();
    let mut planned = Vec::new();
    for goal in &goals {
        planned.extend(plan_goal(world, &reader, goal)?);
    }
    file_edits(world, &planned)
}

/// The edits of every goal, or every problem at once.
fn plan_goals<'a>(world: &World, intent: &'a Intent) -> Result<Vec<Planned<'a>>, Error> {
    let reader = Reader::new(world.files.as_ref());
    let results: Vec<Result<Option<Planned<'a>>, Error>> =
        intent.goals.par_iter().map(|goal| plan_goal(world, &reader, goal)).collect();
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

fn plan_goal<'a>(world: &World, reader: &Reader<'_>, goal: &'a Goal) -> Result<Option<Planned<'a>>, Error> {
    let app = world.application(&goal.app)?;
    let env = environment(world, &goal.env)?;
    let before = world.pin(reader, app, env)?.ok_or_else(|| no_overlay(world, app, env))?;
    let mut changes = Vec::new();
    for reading in &before.readings {
        let wanted = match goal.wanted.version_for(&reading.key) {
            Some(wanted) => wanted,
            None if goal.wanted.is_exact() => continue,
            None => return Err(no_version_for(goal, reading)),
        };
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

/// What an environment of a world is; an intent names only such.
fn environment<'w>(world: &'w World, name: &EnvName) -> Result<&'w Environment, Error> {
    let known = world.settings.environment(name);
    known.ok_or_else(|| anyhow::anyhow!("`{name}` is no environment of `{}` any more", world.branch).into())
}

/// The records of a plan: the files that change, and what is to be said of them.
struct Records {
    edits: Vec<FileEdit>,
    notes: Vec<String>,
}

/// The files of holds that are set or lifted, and records that go back to an earlier text.
fn records(context: &Context<'_>, world: &World, intent: &Intent, planned: &[Planned<'_>]) -> Result<Records, Error> {
    let mut out = Records { edits: Vec::new(), notes: Vec::new() };
    let path_of = |cover: &Cover| RepoPath::new(&cover.path()).map_err(anyhow::Error::from);
    for hold in &intent.holds {
        let path = path_of(&hold.cover)?;
        let there = world.holds.iter().find(|file| file.path == path);
        let still = there.filter(|file| hold.cause == Cause::Rollback && lasts_as_long(file, hold));
        if let Some(file) = still {
            out.notes.push(format!("the hold that is there stays: {}", words(file)));
            continue;
        }
        if let Some(file) = there.filter(|file| file.is_active(context.now)) {
            out.notes.push(format!("replaces a hold: {}", words(file)));
        }
        let was = world.files.entry(&path)?.map(|e| e.id);
        let mut hold = hold.clone();
        if hold.reason.is_empty() {
            hold.reason = left(&hold, planned);
        }
        out.edits.push(FileEdit { path, was, becomes: Some(records::hold::render(&hold)?.into_bytes()) });
    }
    for cover in &intent.lifts {
        let path = path_of(cover)?;
        if let Some(entry) = world.files.entry(&path)? {
            out.edits.push(FileEdit { path, was: Some(entry.id), becomes: None });
        }
    }
    for restore in &intent.restores {
        let was = world.files.entry(&restore.path)?.map(|entry| entry.id);
        if was == restore.seen && was != restore.becomes.as_deref().map(Repo::blob_id) {
            out.edits.push(FileEdit { path: restore.path.clone(), was, becomes: restore.becomes.clone() });
        }
    }
    Ok(out)
}

/// Why a rollback holds, where nobody said: what it went back from, as it stood on the tip that it was made on.
fn left(hold: &Hold, planned: &[Planned<'_>]) -> String {
    let one = planned
        .iter()
        .find(|one| hold.cover.app.as_ref() == Some(&one.goal.app) && hold.cover.env.as_ref() == Some(&one.goal.env));
    let from = one.and_then(|one| one.before.version());
    format!("rolled back from {}", from.map_or("several versions".to_string(), |version| version.short()))
}

/// The holds that the records set and take away, as reports show them.
fn changed_holds(context: &Context<'_>, before: &World, after: &World, records: &Records) -> Vec<HoldReport> {
    let at = |world: &World, path: &RepoPath| {
        world.holds.iter().find(|file| file.path == *path).map(|file| super::hold::told(file, context.now))
    };
    let told = |edit: &FileEdit| match (at(before, &edit.path), at(after, &edit.path)) {
        (_, Some(set)) => Some(set),
        (Some(taken), None) => Some(HoldReport { lifted: true, ..taken }),
        (None, None) => None,
    };
    records.edits.iter().filter_map(told).collect()
}

/// Whether a hold that is there ends no sooner than another one. What cannot be read has no end.
fn lasts_as_long(file: &HoldFile, hold: &Hold) -> bool {
    match &file.hold {
        Err(_) => true,
        Ok(there) => match (there.until, hold.until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(there), Some(wanted)) => there >= wanted,
        },
    }
}

/// A hold in a few words: where it stands, why, by whom, until when.
fn words(file: &HoldFile) -> String {
    match &file.hold {
        Ok(hold) => {
            let until = hold.until.map_or("until it is lifted".to_string(), |until| format!("until {until}"));
            format!("{}: {} (by {}, {until})", file.place(), hold.reason, hold.by)
        }
        Err(why) => format!("{}: it cannot be read ({why})", file.place()),
    }
}

/// Reads the edited world: the pins must say what was wanted, and no other pin may have moved.
fn read_back(
    before: &World,
    after: &World,
    planned: &[Planned<'_>],
    edits: &[FileEdit],
) -> Result<Vec<PinMove>, Error> {
    let Some(first) = planned.first() else { return Ok(Vec::new()) };
    let files: Vec<RepoPath> = edits.iter().map(|edit| edit.path.clone()).collect();
    let pairs = before.pairs_in(&files, environment(before, &first.goal.env)?)?;
    let (old, new) = (before.each_pin(&pairs), after.each_pin(&pairs));
    let mut moves = Vec::new();
    let mut seen = 0;
    for ((app, at), (old, new)) in pairs.iter().zip(old.into_iter().zip(new)) {
        let Some(one) = planned.iter().find(|p| p.goal.app == app.name && at.name == p.goal.env) else {
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
            let wanted = one.goal.wanted.version_for(&reading.key);
            if wanted != reading.version && !(wanted.is_none() && one.goal.wanted.is_exact()) {
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
fn answers(context: &Context<'_>, stack: &Stack, world: &World, proposal: &Proposal) -> Result<Answers, Error> {
    let mut answers = Answers { now: context.now, holds: None, can_sign: None };
    for question in review::questions(proposal, &world.settings) {
        match question {
            Question::Holds => answers.holds = Some(held::of(context, stack, world)?),
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

/// An objection as reports show it.
fn told(objection: &Objection) -> RefusalReport {
    let (verdict, refusal) = match objection {
        Objection::Refused(refusal) => (VerdictWord::Fail, refusal),
        Objection::CannotTell(refusal) | Objection::Invalid(refusal) => (VerdictWord::Unknown, refusal),
    };
    RefusalReport {
        code: refusal.code.to_string(),
        verdict,
        message: refusal.message.clone(),
        details: refusal.details.clone(),
        hints: refusal.hints.clone(),
    }
}

/// How the plan lands: as asked. Weaker than an environment says that it touches is an objection.
fn landing(
    world: &World,
    proposal: &Proposal,
    intent: &Intent,
    writing: &Writing,
    stack: &Stack,
) -> Result<(Landing, Option<Objection>), Error> {
    let of = |env: &Environment| match intent.verb {
        Verb::Promote | Verb::HoldLift => env.landing,
        Verb::Rollback | Verb::Undo if intent.way == Way::Back => env.rollback_landing.unwrap_or(env.landing),
        Verb::Rollback | Verb::Undo => env.landing,
        // Stopping the line must never wait for anybody.
        Verb::HoldSet => LandingMode::Direct,
    };
    let touched = world.settings.environments.iter().filter(|env| proposal.environments.contains(&env.name));
    let strictest = touched.max_by_key(|env| of(env));
    let policy = strictest.map_or(LandingMode::Direct, of);
    let mode = writing.landing.unwrap_or(policy);
    let weaker = (mode < policy).then(|| {
        let name = strictest.map_or(String::new(), |env| env.name.to_string());
        let refusal = Refusal::new("landing-weaker", format!("`{name}` takes changes by merge request only"));
        Objection::Refused(refusal.hint("leave `--landing` away"))
    });
    match mode {
        LandingMode::Direct => Ok((Landing::Direct, weaker)),
        LandingMode::MergeRequest => {
            if stack.remote.is_none() {
                return Err(Refusal::new("no-remote", "a merge request needs a remote, and this clone has none")
                    .hint("add one: `git remote add origin URL`")
                    .invalid());
            }
            if writing.reach == Reach::Local {
                return Err(Refusal::new("no-push", "a merge request cannot be made without a push")
                    .hint("leave `--no-push` away")
                    .invalid());
            }
            Ok((Landing::MergeRequest { branch: request::branch(intent)? }, None))
        }
    }
}

fn nothing(intent: &Intent, records: &Records) -> String {
    let scope = &intent.scope;
    match intent.verb {
        _ if !intent.superseded.is_empty() => format!("see what came meanwhile: `stageline history --env {scope}`"),
        Verb::Undo => "all of it is as it was before".to_string(),
        Verb::Promote | Verb::Rollback if !intent.skipped.is_empty() => {
            format!("no application is left to move in `{scope}`")
        }
        Verb::Promote | Verb::Rollback => format!("every pin in `{scope}` already is as asked"),
        Verb::HoldSet => records.notes.first().cloned().unwrap_or_else(|| "that hold is there already".into()),
        Verb::HoldLift => "there is no such hold".into(),
    }
}

/// The plan as it is shown.
fn report(
    intent: &Intent,
    planned: &[Planned<'_>],
    plan: &Plan,
    review: &Review,
    holds: Vec<HoldReport>,
    said: &[String],
) -> ChangeReport {
    let moves = planned
        .iter()
        .map(|one| {
            let to = plan
                .proposal
                .moves
                .iter()
                .find(|m| (&m.app, &m.env) == (&one.goal.app, &one.goal.env))
                .and_then(|m| m.to.clone());
            let mut shown = one.goal.story.clone();
            shown.from = one.before.told();
            shown.to = to.map(|version| version.to_string()).or_else(|| one.wanted());
            shown.sites = one.changes.iter().flat_map(|c| c.shown.iter().cloned()).collect::<Vec<SiteEdit>>();
            shown
        })
        .collect();
    let remarks = planned.iter().flat_map(|one| one.changes.iter().flat_map(|change| &change.notes));
    ChangeReport {
        verb: intent.verb.word().to_string(),
        stage: Stage::Planned,
        environment: intent.scope.environment().map(ToString::to_string),
        moves,
        skipped: intent.skipped.clone(),
        holds,
        gates: review.report(),
        refusals: Vec::new(),
        files: plan.edits.iter().map(|edit| edit.path.to_string()).collect(),
        branch: plan.target.branch.to_string(),
        base: plan.target.base.to_string(),
        commit: None,
        signed: false,
        remote: None,
        request: None,
        undo: None,
        notes: intent.notes.iter().chain(remarks).chain(said).cloned().collect(),
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
        left_over: false,
        lifted: false,
        file: hold.cover.path(),
    }
}

/// Whether the commit is signed: always where required, else as the user's git is set up.
pub fn signs(repo: &Repo, signing: Signing) -> Result<Sign, Error> {
    let by_choice =
        repo.config("commit.gpgsign")?.is_some_and(|value| matches!(value, "true" | "yes" | "on" | "1" | ""));
    Ok(if signing == Signing::Required || by_choice { Sign::Yes } else { Sign::No })
}
