//! What a `stageline.yaml` that exists lacks: applications that none of its entries finds, and entries that find nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config;
use crate::config::discover::Discovery;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{InitReport, Remark};
use crate::domain::settings::{Application, Environment, FILE, PinRule, Settings};
use crate::overlay::{self, Reader};

use crate::ops::context::{Context, Run};
use crate::ops::reading::members;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;
use crate::ops::remembered::shelf::checked;

/// What is done with a file that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// What it lacks is told.
    Tell,
    /// It is added.
    Add,
    /// Whether it lacks something is the answer.
    Check,
}

/// What becomes of a file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    /// It is left to be committed.
    No,
    /// It is committed on the branch that is checked out.
    Yes,
}

impl Commits {
    /// What is left to do with the file.
    pub fn step(self) -> String {
        match self {
            Commits::No => {
                let add = format!("git add {FILE} && git commit -m \"Configure stageline\"");
                format!("commit and push this file: `{add} && git push`")
            }
            Commits::Yes => "push it: `git push`".into(),
        }
    }
}

/// A file and a line of it.
type Place = (RepoPath, u32);

/// The text of the file that exists: in the work tree, else on the main branch.
pub fn text(context: &Context<'_>, stack: &Stack) -> Result<Option<String>, Error> {
    // A draft stands for the file of the branch, and never for one that lies in its own way.
    if context.options.config.is_some() {
        return Ok(None);
    }
    let own = match context.repo.work_tree().map(|root| std::fs::read(root.join(FILE))) {
        Some(Ok(text)) => Some(text),
        _ => stack.main.own_file()?,
    };
    own.map(|text| {
        String::from_utf8(text).map_err(|_| {
            Refusal::new(Code::BadConfig, format!("`{FILE}` is not UTF-8"))
                .hint("see `stageline config check`")
                .invalid()
        })
    })
    .transpose()
}

/// Tells what the file lacks; adds it where that is asked for.
pub fn report(
    context: &Context<'_>,
    stack: &Stack,
    (existing, run, commits): (Existing, Run, Commits),
    text: &str,
    found: Discovery,
) -> Result<InitReport, Error> {
    let settings = Arc::new(checked(text.as_bytes(), FILE)?);
    let world = stack.main.seen_with(Arc::clone(&settings)).with_members()?;
    let (taken, mut idle) = taken(&world)?;
    let lost = members::families_of_none(&world.settings).into_iter();
    idle.extend(lost.map(|(place, reason)| Remark::new(place, reason)));
    let proposed = stack.main.seen_with(Arc::new(found.settings.clone()));
    let mut lacking: Vec<Application> = Vec::new();
    let reader = Reader::new(proposed.files.as_ref());
    for application in &found.settings.applications {
        let places = places(&proposed, &reader, application)?;
        if places.iter().all(|one| one.is_disjoint(&taken)) && !is_left_out(&settings, application) {
            lacking.extend(within(application, &found.settings, &settings));
        }
    }
    let adds = existing == Existing::Add && !lacking.is_empty();
    let added = if adds { added(text, &lacking, &settings)? } else { String::new() };
    let mut report = InitReport {
        written: None,
        committed: None,
        environments: settings.environments.iter().map(|env| env.name.to_string()).collect(),
        applications: world.settings.applications.iter().map(|app| app.name.to_string()).collect(),
        left_out: Vec::new(),
        to_look_at: Vec::new(),
        lacking: lacking.iter().map(told).collect(),
        complete: (existing == Existing::Check).then_some(lacking.is_empty() && idle.is_empty()),
        idle,
        gained: gained(context, stack, &world)?,
        text: config::text::added::entries(&lacking, 2),
        next: Vec::new(),
    };
    if adds && run == Run::Real {
        let path = context.repo.work_tree().map(|root| root.join(FILE)).ok_or_else(bare)?;
        std::fs::write(&path, added).map_err(|error| anyhow::anyhow!("cannot write `{}`: {error}", path.display()))?;
        report.written = Some(FILE.to_string());
        report.next.extend([format!("look at `{FILE}`"), commits.step()]);
    } else if existing != Existing::Add && !lacking.is_empty() {
        report.next.push("add them: `stageline init --write`".into());
    }
    Ok(report)
}

/// That there is no work tree.
pub fn bare() -> Error {
    Refusal::new(Code::Bare, "a bare repository has no work tree to write the file to")
        .hint("use `--dry-run` and pipe its output")
        .invalid()
}

/// The places that the entries of the file find, and the entries that find nothing.
fn taken(world: &World) -> Result<(BTreeSet<Place>, Vec<Remark>), Error> {
    let (mut all, mut idle) = (BTreeSet::new(), Vec::new());
    let reader = Reader::new(world.files.as_ref());
    for application in &world.settings.applications {
        for (rule, found) in application.pins.iter().zip(places(world, &reader, application)?) {
            let lasts = world.settings.durable().any(|env| rule.serves(env));
            if found.is_empty() && lasts && rule.more.optional != Some(true) && application.family.is_none() {
                let reason =
                    format!("`{}` of `{}` finds nothing in any environment", rule.kind.identity(), application.name);
                idle.push(Remark::new(rule.within.clone(), reason));
            }
            all.extend(found);
        }
    }
    Ok((all, idle))
}

/// Whether a family of the file leaves an application out by name.
fn is_left_out(settings: &Settings, application: &Application) -> bool {
    let mut patterns = settings.families.iter().flat_map(|family| &family.names);
    patterns.any(|pattern| pattern.is_exception() && pattern.matches(application.name.as_str()))
}

/// The members that families have gained since the file last landed.
fn gained(context: &Context<'_>, stack: &Stack, world: &World) -> Result<Vec<Remark>, Error> {
    let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
    let landed = context.repo.landings(stack.main.base, &[file], Some(1))?.commits;
    let Some(commit) = landed.first().filter(|_| !world.settings.families.is_empty()) else { return Ok(Vec::new()) };
    let raw = Settings { applications: named(&world.settings), ..(*world.settings).clone() };
    let then = World::plain(&context.repo, &stack.main.branch, *commit, Arc::new(raw))?.with_members()?;
    let strangers = members::strangers(stack)?;
    let is_new = |app: &&Application| {
        app.family.is_some() && then.settings.application(&app.name).is_none() && !strangers.contains(&app.name)
    };
    let told = |app: &Application| {
        let place = app.pins.first().map_or_else(String::new, |pin| pin.within.clone());
        Remark::new(place, format!("`{}` came since {} landed the file", app.name, commit.short()))
    };
    Ok(world.settings.applications.iter().filter(is_new).map(told).collect())
}

/// The applications that the file names.
fn named(settings: &Settings) -> Vec<Application> {
    settings.applications.iter().filter(|app| app.family.is_none()).cloned().collect()
}

/// Where each of an application's pins stands. One that cannot be read has no place.
fn places(world: &World, reader: &Reader<'_>, application: &Application) -> Result<Vec<BTreeSet<Place>>, Error> {
    let mut out = vec![BTreeSet::new(); application.pins.len()];
    for env in world.settings.durable() {
        for site in world.sites(application, env).unwrap_or_default() {
            let nth = application.pins.iter().position(|rule| std::ptr::eq(rule, site.rule));
            match overlay::read(reader, &site.here, &site.place, site.cluster.as_ref()) {
                Ok(Some(reading)) => out[nth.unwrap_or_default()].insert((reading.site.file, reading.site.line)),
                Err(Error::Failed(error)) => return Err(Error::Failed(error)),
                Ok(None) | Err(_) => false,
            };
        }
    }
    Ok(out)
}

/// An application with the pins that serve environments of the file; `None` where none does.
fn within(application: &Application, found: &Settings, settings: &Settings) -> Option<Application> {
    let has = |name| settings.environments.iter().any(|env: &Environment| env.name == name);
    let is_all = found.environments.iter().all(|env| has(env.name.clone()));
    let pin = |rule: &PinRule| -> Option<PinRule> {
        if rule.environments.is_empty() && is_all && found.environments.len() == settings.environments.len() {
            return Some(rule.clone());
        }
        let served = found.environments.iter().filter(|env| rule.serves(env)).map(|env| env.name.clone());
        let environments: Vec<_> = served.filter(|name| has(name.clone())).collect();
        (!environments.is_empty()).then(|| PinRule { environments, ..rule.clone() })
    };
    let pins: Vec<PinRule> = application.pins.iter().filter_map(pin).collect();
    (!pins.is_empty()).then(|| Application { pins, ..application.clone() })
}

/// The text with the entries added, which reads as what it did and these.
fn added(text: &str, lacking: &[Application], settings: &Settings) -> Result<String, Error> {
    let by_hand = |why: &str| {
        Refusal::new(Code::CannotEdit, format!("what `{FILE}` lacks cannot be added to it: {why}"))
            .details(config::text::added::entries(lacking, 2).lines().map(str::to_string))
            .hint("add these entries by hand")
            .invalid()
    };
    let added = config::text::added::with(text, lacking)
        .ok_or_else(|| by_hand("its `applications:` is no list with an entry on a line of its own"))?;
    let read = checked(added.as_bytes(), FILE).map_err(|error| by_hand(&error.refusal().details.join("; ")))?;
    let mut wanted: Vec<Application> = settings.applications.clone();
    wanted.extend(lacking.iter().cloned());
    if read.applications != wanted || read.environments != settings.environments {
        return Err(by_hand("the file would read otherwise than it does now"));
    }
    Ok(added)
}

fn told(application: &Application) -> Remark {
    let place = application.pins.first().map_or_else(String::new, |pin| pin.within.clone());
    Remark::new(place, format!("no entry finds `{}`", application.name))
}
