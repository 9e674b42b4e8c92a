//! What a `stageline.yaml` that exists lacks: applications that none of its entries finds, and entries that find nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config;
use crate::config::discover::Discovery;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{InitReport, Remark};
use crate::domain::settings::{Application, Environment, FILE, PinRule, Settings};

use crate::ops::context::{Context, Run};
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
    (existing, run): (Existing, Run),
    text: &str,
    found: Discovery,
) -> Result<InitReport, Error> {
    let settings = Arc::new(checked(text.as_bytes(), FILE)?);
    let world = stack.main.seen_with(Arc::clone(&settings));
    let (taken, idle) = taken(&world)?;
    let proposed = stack.main.seen_with(Arc::new(found.settings.clone()));
    let mut lacking: Vec<Application> = Vec::new();
    for application in &found.settings.applications {
        let places = places(&proposed, application)?;
        if places.is_disjoint(&taken) {
            lacking.extend(within(application, &found.settings, &settings));
        }
    }
    let added = if lacking.is_empty() { text.to_string() } else { added(text, &lacking, &settings)? };
    let mut report = InitReport {
        written: None,
        environments: settings.environments.iter().map(|env| env.name.to_string()).collect(),
        applications: settings.applications.iter().map(|app| app.name.to_string()).collect(),
        left_out: Vec::new(),
        to_look_at: Vec::new(),
        lacking: lacking.iter().map(told).collect(),
        complete: (existing == Existing::Check).then_some(lacking.is_empty() && idle.is_empty()),
        idle,
        text: config::text::added::entries(&lacking, 2),
        next: Vec::new(),
    };
    if existing == Existing::Add && run == Run::Real && !lacking.is_empty() {
        let path = context.repo.work_tree().map(|root| root.join(FILE)).ok_or_else(bare)?;
        std::fs::write(&path, added).map_err(|error| anyhow::anyhow!("cannot write `{}`: {error}", path.display()))?;
        report.written = Some(FILE.to_string());
        report.next.push(format!("look at `{FILE}`, then commit and push it"));
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
    let mut all = BTreeSet::new();
    let mut idle = Vec::new();
    for application in &world.settings.applications {
        for rule in &application.pins {
            let alone = Application { pins: vec![rule.clone()], ..application.clone() };
            let found = places(world, &alone)?;
            let lasts = world.settings.durable().any(|env| rule.serves(env));
            if found.is_empty() && lasts && rule.more.optional != Some(true) {
                let reason =
                    format!("`{}` of `{}` finds nothing in any environment", rule.kind.identity(), application.name);
                idle.push(Remark { place: rule.within.clone(), reason });
            }
            all.extend(found);
        }
    }
    Ok((all, idle))
}

/// Where an application's pins stand. One that cannot be read has no place.
fn places(world: &World, application: &Application) -> Result<BTreeSet<Place>, Error> {
    let pairs: Vec<(&Application, &Environment)> = world.settings.durable().map(|env| (application, env)).collect();
    let pins = world.each_pin(&pairs).into_iter().filter_map(Result::ok).flatten();
    Ok(pins.flat_map(|pin| pin.readings).map(|reading| (reading.site.file, reading.site.line)).collect())
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
    Remark { place, reason: format!("no entry finds `{}`", application.name) }
}
