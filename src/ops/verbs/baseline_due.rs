//! The release baselines that are due: of each environment with `stable-after:`, where nothing has moved for so long.

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::baselines::BaselineReport;
use crate::domain::settings::{Environment, SoakClock, TimeSpan};

use super::baseline::{self, Mark};
use crate::ops::context::{Context, Reach, Run};
use crate::ops::judging::baselines::{self, Baseline};
use crate::ops::landing::moments::Moments;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;

/// What came of it.
#[derive(Default)]
pub struct Due {
    /// Those that were marked; in a dry run those that would be.
    pub marked: Vec<BaselineReport>,
    /// What could not be marked, and why.
    pub failed: Vec<String>,
    /// Where it cannot be told whether one is due.
    pub notes: Vec<String>,
}

/// Marks what is due. What cannot be told, or may not be signed, is said, and keeps no other from being marked.
///
/// # Errors
/// The remote cannot be asked for its tags, or the clone cannot be read.
pub fn mark(context: &mut Context<'_>, stack: &Stack, run: Run) -> Result<Due, Error> {
    let mut out = Due::default();
    let asking = stack.main.settings.environments.iter();
    let asking: Vec<(EnvName, TimeSpan)> =
        asking.filter_map(|env| Some((env.name.clone(), env.rules.stable_after?))).collect();
    if asking.is_empty() {
        return Ok(out);
    }
    let tips = if stack.remote.is_some() { Tips::Fetched } else { Tips::Local };
    let tags = baselines::tags(context, stack, tips)?;
    for (env, length) in asking {
        let all = baselines::of(context, stack, &env, &tags.all)?;
        match is_due(context, stack, (&env, length), &all)? {
            Known::Is(false) => continue,
            Known::CannotTell(why) => {
                out.notes.push(format!("cannot tell whether `{env}` is stable: {why}"));
                continue;
            }
            Known::Is(true) => {}
        }
        let reason = Some(format!("nothing moved for {length}"));
        let request = Mark { env, name: None, at: None, reason, run, reach: Reach::Remote };
        match baseline::mark_on(context, stack, tips, &request) {
            Ok(report) => out.marked.push(report.baseline),
            Err(no) => out.failed.push(no.answer()?.on_one_line()),
        }
    }
    Ok(out)
}

/// Whether an environment has run the same for so long, and no baseline says so yet.
fn is_due(
    context: &Context<'_>,
    stack: &Stack,
    (env, length): (&EnvName, TimeSpan),
    all: &[Baseline],
) -> Result<Known<bool>, Error> {
    let (world, environment) = match stack.environment(env) {
        Err(Error::Failed(error)) => return Err(Error::Failed(error)),
        Err(no) => return Ok(Known::CannotTell(no.refusal().on_one_line())),
        Ok(found) => found,
    };
    let pairs: Vec<(AppName, EnvName)> =
        world.settings.applications.iter().map(|app| (app.name.clone(), env.clone())).collect();
    let walked = timeline::walk(context, stack, &world, &pairs, Some(1))?;
    let Some(newest) = walked.changes.first().map(|change| change.commit) else {
        return Ok(match &walked.cut {
            Some(why) => Known::CannotTell(why.clone()),
            None => Known::Is(false),
        });
    };
    for one in all.iter().filter(|one| one.counts.is_ok()) {
        let Some(of) = one.commit else { continue };
        match context.repo.is_ancestor(newest, of)? {
            Known::Is(false) => {}
            told => return Ok(told.map(|_| false)),
        }
    }
    Ok(since(context, stack, (&world, &environment), newest)?
        .map(|moved| length.after(moved).is_some_and(|stable| stable <= context.now)))
}

/// When a landing came, by the clock of the environment's soak, else by the committers'.
fn since(
    context: &Context<'_>,
    stack: &Stack,
    (world, env): (&World, &Environment),
    landing: CommitId,
) -> Result<Known<Timestamp>, Error> {
    let clock = env.rules.gates.soak.as_ref().map_or(SoakClock::Committer, |soak| soak.clock);
    let moments = match Moments::of(context, stack, world, clock)? {
        Known::Is(moments) => moments,
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    };
    Ok(match moments.since(landing, context.now)? {
        Some(moment) => Known::Is(moment),
        None => Known::CannotTell(moments.untold(landing)),
    })
}
