//! `promote --eligible`: for each application the newest candidate that every gate lets pass. Safe from cron: what has none is left
//! as it is.

use std::sync::Arc;

use crate::domain::names::AppName;
use crate::domain::pin::Pin;
use crate::domain::refusal::{Code, Error, Outcome, Refusal};
use crate::domain::report::ChangeReport;
use crate::domain::settings::{Application, Environment, NamePattern};
use crate::overlay::Reader;
use crate::policy::Verdict;

use super::carry;
use super::promote::{self, Request, What};
use crate::ops::context::Context;
use crate::ops::landing::branches;
use crate::ops::landing::change::prepare;
use crate::ops::landing::intent::{Goal, Intent, Skipped};
use crate::ops::landing::prepared::Prepared;
use crate::ops::reading::origins;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;

/// So many candidates of one application are judged, from the newest on.
const MOST: usize = 50;

/// Whether commits count of which nothing says that there is an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unbuilt {
    Counts,
    No,
}

/// Runs the verb.
///
/// # Errors
/// A name means nothing, or the clone cannot be read.
pub fn run(context: &mut Context<'_>, request: &Request, unbuilt: Unbuilt) -> Result<ChangeReport, Error> {
    let stack = carry::begin(context, &request.writing)?;
    let (world, env) = stack.environment(&request.to)?;
    let mut picked: Vec<Intent> = Vec::new();
    let mut skipped: Vec<Skipped> = Vec::new();
    let chosen = chosen(&world, request);
    context.face.step("judging candidates");
    let count = context.meter().count("applications", chosen.len());
    for app in chosen {
        count.one();
        match pick(context, &stack, request, (&world, &env, app), unbuilt)? {
            Ok(intent) => picked.push(intent),
            Err(reason) => skipped.push(Skipped { app: app.name.clone(), reason }),
        }
    }
    let intent = together(request, picked, skipped, promote::resolve_nothing(request));
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// The applications that are asked for.
fn chosen<'w>(world: &'w World, request: &Request) -> Vec<&'w Application> {
    let is_named = |app: &&Application| {
        let matches = |pattern: &NamePattern| pattern.matches(app.name.as_str());
        let named = request.all || request.applications.iter().any(|(pattern, _)| matches(pattern));
        named && !request.exclude.iter().any(matches)
    };
    world.settings.applications.iter().filter(is_named).collect()
}

/// The newest candidate of one application that may go, as an intent; or why there is none.
fn pick(
    context: &Context<'_>,
    stack: &Stack,
    request: &Request,
    (world, env, app): (&Arc<World>, &Environment, &Application),
    unbuilt: Unbuilt,
) -> Result<Result<Intent, String>, Error> {
    let reader = Reader::new(world.files.as_ref());
    let pin = match world.pin(&reader, app, env) {
        Ok(Some(pin)) => pin,
        Ok(None) => return Ok(Err(format!("it has no overlay in `{}`", env.name))),
        Err(Error::Invalid(why) | Error::Refused(why)) => return Ok(Err(why.on_one_line())),
        Err(error) => return Err(error),
    };
    let candidates = match candidates(context, stack, (world, env, app), &pin, unbuilt) {
        Ok(candidates) => candidates,
        Err(Error::Failed(error)) => return Err(Error::Failed(error)),
        Err(error) if error.refusal().code == Code::Unvouched => return Err(error),
        Err(no) => return Ok(Err(no.refusal().on_one_line())),
    };
    let mut first = None;
    for what in candidates {
        let one = alone(request, &app.name, what)?;
        let intent = match promote::resolve(context, stack, &one) {
            Ok(intent) => intent,
            Err(Error::Failed(error)) => return Err(Error::Failed(error)),
            Err(no) => {
                first.get_or_insert(no.refusal().on_one_line());
                continue;
            }
        };
        match prepare(context, stack, &intent, &request.writing)? {
            Outcome::NothingToDo(_) => {}
            Outcome::Done(prepared) => match stopped(&prepared) {
                None => return Ok(Ok(intent)),
                Some(why) => drop(first.get_or_insert(why)),
            },
        }
    }
    Ok(Err(first.unwrap_or_else(|| "nothing newer is there".to_string())))
}

/// Why a plan may not land now; what only waits may not either.
fn stopped(prepared: &Prepared) -> Option<String> {
    let verdicts = prepared.reviewed.review().verdicts().iter().map(|ruled| &ruled.judged.verdict);
    let mut says = verdicts.filter_map(|verdict| match verdict {
        Verdict::Pass(_) => None,
        Verdict::Fail(why) | Verdict::Pending { why, .. } | Verdict::Unknown(why) => Some(why.on_one_line()),
    });
    says.next().or_else(|| prepared.objections.first().map(|one| Error::from(one.clone()).refusal().on_one_line()))
}

/// What could go, newest first: what stood in the environment before since the target's present version did; for the first
/// one the commits of its branch.
fn candidates(
    context: &Context<'_>,
    stack: &Stack,
    (world, env, app): (&Arc<World>, &Environment, &Application),
    pin: &Pin,
    unbuilt: Unbuilt,
) -> Result<Vec<What>, Error> {
    let before = match origins::before(stack, world, env, &[(app, None)]) {
        Ok(before) => before,
        Err(error) if error.refusal().code == Code::FirstEnvironment => {
            return commits(context, env, app, pin, unbuilt);
        }
        Err(error) => return Err(error),
    };
    let now = pin.version();
    let pair = [(app.name.clone(), before.env.name.clone())];
    let walked = timeline::walk(context, stack, &before.world, &pair, Some(MOST))?;
    let mut out = Vec::new();
    for change in &walked.changes {
        let Some(version) = &change.to else { continue };
        if now.as_ref().is_some_and(|now| now.is_of(version)) {
            break;
        }
        out.push(What::From { environment: before.env.name.clone(), at: Some(change.commit.to_string()) });
    }
    Ok(out)
}

/// The commits of an environment's branch that it does not run yet, newest first.
fn commits(
    context: &Context<'_>,
    env: &Environment,
    app: &Application,
    pin: &Pin,
    unbuilt: Unbuilt,
) -> Result<Vec<What>, Error> {
    if unbuilt == Unbuilt::No {
        let what =
            format!("`{}` is the first environment, and no check says of which commits there are images", env.name);
        return Err(Refusal::new(Code::Unvouched, what)
            .hint("`--unbuilt` takes the newest commit, whoever builds it; or name what was built: `--commit REV`")
            .invalid());
    }
    let sources = Sources::new(context);
    let source = sources.needed(app, "`--eligible`")?;
    let branch = env.first_plain_branch();
    let Some(tip) = source.branch_tip(branch.as_ref())? else { return Ok(Vec::new()) };
    let now = sources.commit_of(app, pin.version().as_ref())?;
    let found = match now {
        Some(now) => source.between(now, tip, MOST)?.into_iter().map(|commit| commit.id).collect(),
        None => vec![tip],
    };
    Ok(found.into_iter().map(|commit| What::Commit(commit.to_string())).collect())
}

/// The request for one application alone.
fn alone(request: &Request, app: &AppName, what: What) -> Result<Request, Error> {
    let name = NamePattern::new(app.as_str()).map_err(anyhow::Error::from)?;
    Ok(Request { applications: vec![(name, None)], all: false, exclude: Vec::new(), what, ..request.clone() })
}

/// All that was picked as one intent.
fn together(request: &Request, picked: Vec<Intent>, skipped: Vec<Skipped>, nothing: Intent) -> Intent {
    let goals: Vec<Goal> = picked.iter().flat_map(|one| one.goals.iter().cloned()).collect();
    let names: Vec<&str> = goals.iter().map(|goal| goal.app.as_str()).collect();
    let set = branches::set(&names, request.all);
    let mut notes: Vec<String> = picked.iter().flat_map(|one| one.notes.iter().cloned()).collect();
    notes.dedup();
    Intent { goals, set, skipped, notes, ..nothing }
}
