//! `promote --hotfix`: what the landing of a hotfix records, and what it needs to be one.

use jiff::Timestamp;

use crate::domain::commit::Known;
use crate::domain::hotfix::{Hotfix, HotfixFile};
use crate::domain::names::EnvName;
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::relation::{Direction, Relation};
use crate::domain::settings::{Application, Environment};
use crate::domain::steering::one_line;
use crate::git::patches::Carried;
use crate::policy::lines_to_add;
use crate::records::hotfix;

use crate::ops::context::Context;
use crate::ops::landing::intent::Goal;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::world::World;

/// What kind of promotion is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It passes every gate.
    Ordinary,
    /// `--hotfix`: a fix that cannot wait, by the rules of `hotfix:`.
    Hotfix,
}

/// Refuses a hotfix that no rule lets land.
///
/// # Errors
/// There is none, with the lines to add.
pub fn refuse_unruled(env: &Environment) -> Result<(), Error> {
    match env.rules.hotfix {
        Some(_) => Ok(()),
        None => Err(lines_to_add(&env.name).refused()),
    }
}

/// What is said where nobody names the commit.
pub fn unnamed(env: &EnvName) -> Error {
    Refusal::new(Code::Usage, "a hotfix is one commit, and none is named")
        .hint(format!("name it: `stageline promote APP@COMMIT --to {env} --hotfix`"))
        .invalid()
}

/// What the landing of these goals records. `reason`: else it is what the commit says.
///
/// # Errors
/// Which commit one of them is cannot be told.
pub fn records(
    context: &Context<'_>,
    world: &World,
    reason: Option<&str>,
    goals: &[Goal],
) -> Result<Vec<Hotfix>, Error> {
    let (by, reason) = (context.repo.author()?, reason.map(one_line));
    goals.iter().map(|goal| record(world, goal, (&by, reason.as_deref()), context.now)).collect()
}

/// That a promotion, whatever it insists on, would lose a hotfix whose record stands: a way back has a verb of its own, which says what
/// it goes behind. What cannot be told is the gate's to say.
///
/// # Errors
/// The tree or the source cannot be read.
pub fn refuse_loss(
    sources: &Sources<'_>,
    world: &World,
    (app, env): (&Application, &Environment),
    relation: &Relation,
) -> Result<Option<Objection>, Error> {
    let Some(to) = relation.to else { return Ok(None) };
    for file in hotfix::all(world.files.as_ref())?.iter().filter(|file| file.env == env.name && file.is_of(app)) {
        let Ok(hotfix) = &file.hotfix else { continue };
        let source = sources.needed(app, "a hotfix")?;
        if matches!(source.carries(to, hotfix.commit)?, Known::Is(Carried::Not(_))) {
            let (name, short) = (&app.name, hotfix.commit.short());
            let what = format!(
                "{} of `{name}` does not contain the hotfix {short}, which landed in `{}`",
                to.short(),
                env.name
            );
            let back = format!("to go back behind it all the same: `stageline rollback {name} --env {}`", env.name);
            return Ok(Some(Objection::Refused(Refusal::new(Code::HotfixLost, what).detail(file.told()).hint(back))));
        }
    }
    Ok(None)
}

/// Takes back that commits would be lost, where what is recorded as a hotfix runs and what comes has the same patches: nothing is.
///
/// # Errors
/// The tree or the source cannot be read.
pub fn keep_patches(
    sources: &Sources<'_>,
    world: &World,
    (app, env): (&Application, &Environment),
    relation: &Relation,
    objections: &mut Vec<Objection>,
) -> Result<(), Error> {
    let (Direction::Diverged, Some(now), Some(to)) = (relation.direction, relation.from, relation.to) else {
        return Ok(());
    };
    let is_it = |file: &HotfixFile| {
        let is_now = file.hotfix.as_ref().is_ok_and(|hotfix| hotfix.commit == now);
        file.env == env.name && file.is_of(app) && is_now
    };
    if !hotfix::all(world.files.as_ref())?.iter().any(is_it) {
        return Ok(());
    }
    let source = sources.needed(app, "a hotfix")?;
    if matches!(source.carries(to, now)?, Known::Is(Carried::Patches(_))) {
        let is_loss = |one: &Objection| matches!(one, Objection::Refused(why) if why.code == Code::WouldLoseCommits);
        objections.retain(|one| !is_loss(one));
    }
    Ok(())
}

fn record(world: &World, goal: &Goal, (by, reason): (&str, Option<&str>), since: Timestamp) -> Result<Hotfix, Error> {
    let app = world.application(&goal.app)?;
    let Some(source) = &app.source else {
        let what = format!("a hotfix needs the source repository of `{}`, and none is configured", app.name);
        return Err(Refusal::new(Code::NoSource, what)
            .hint(format!("add `source: URL-OR-PATH` to `{}` in `stageline.yaml`", app.name))
            .invalid());
    };
    let relation = &goal.story.relation;
    let (Some(commit), Some(version)) = (relation.to, &goal.story.to) else {
        let why = relation.unknown.clone().unwrap_or_else(|| "its source does not say".to_string());
        let what = format!("cannot tell which commit of `{}` the hotfix is: {why}", app.name);
        return Err(Refusal::new(Code::HotfixUnknown, what).cannot_tell());
    };
    let subject = relation.commit.as_ref().map(|info| one_line(info.subject()));
    Ok(Hotfix {
        env: goal.env.clone(),
        app: app.name.clone(),
        commit,
        source: source.clone(),
        version: version.clone(),
        by: by.to_string(),
        since,
        reason: reason.map(str::to_string).or(subject).unwrap_or_default(),
    })
}
