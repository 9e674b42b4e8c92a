//! `hold set`, `hold lift`, `hold fixed`, `hold list`.

use jiff::Timestamp;

use crate::domain::hold::{Cause, Cover, Hold, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{ChangeReport, HoldsReport};
use crate::domain::settings::NamePattern;

use super::carry;
use super::hold_commits::Commits;
use crate::domain::verb::Verb;
use crate::ops::context::{Context, Writing};
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Intent, Meant, Scope};
use crate::ops::reading::held;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::when::{self, Toward};
use crate::ops::reading::world::World;
use crate::ops::reports::holds;

/// At most so many holds that stay are named.
const NAMED: usize = 5;

/// `APP`, or `APP@REV` for a commit of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub app: AppName,
    pub rev: Option<String>,
}

/// Which hold: applications or all of them, in one environment or in every one.
#[derive(Debug, Clone)]
pub struct Request {
    /// Each with a revision of its source where a commit is meant; empty, with no pattern either: all.
    pub applications: Vec<Named>,
    /// Names that stand for every hold on such applications and their commits, in that one place.
    pub patterns: Vec<NamePattern>,
    /// `None`: `--all`, every environment.
    pub env: Option<EnvName>,
    /// `--until TIME` (a time, a date, or a span such as `2d`).
    pub until: Option<String>,
    pub writing: Writing,
}

impl Request {
    fn scope(&self) -> Scope {
        self.env.clone().map_or(Scope::Everything, Scope::Environment)
    }

    /// Whether a hold is on something that was named.
    fn reaches(&self, cover: &Cover) -> bool {
        let env = self.env.is_none() || cover.env.is_none() || cover.env == self.env;
        let named =
            |app: &AppName| self.is_of_all() || self.applications.iter().any(|one| one.app == *app) || self.fits(app);
        env && cover.app.as_ref().is_none_or(named)
    }

    /// Whether it names no application.
    fn is_of_all(&self) -> bool {
        self.applications.is_empty() && self.patterns.is_empty()
    }

    fn fits(&self, app: &AppName) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(app.as_str()))
    }

    /// The flags that say where, as they are typed.
    fn flags(&self) -> String {
        self.env.as_ref().map_or("--all".to_string(), |env| format!("--env {env}"))
    }
}

/// Sets holds.
pub fn set(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    let said = request.writing.reason.clone().filter(|reason| !reason.trim().is_empty());
    if request.is_of_all() && said.is_none() {
        let what = request.env.as_ref().map_or("everything".to_string(), |env| format!("all of `{env}`"));
        return Err(Refusal::new(Code::ReasonNeeded, format!("a hold on {what} needs a reason"))
            .hint("say why, for those whom it stops: `-m TEXT`")
            .hint(format!("or name the applications: `stageline hold set APP {}`", request.flags()))
            .invalid());
    }
    let stack = carry::begin(context, &request.writing)?;
    let world = stack.world(&request.scope())?;
    let until = end(context, request.until.as_deref())?;
    let by = context.repo.author()?;
    let reason = said.unwrap_or_else(|| "no reason given".to_string());
    let found =
        Commits { context, stack: &stack, world: &world, env: request.env.as_ref(), sources: Sources::new(context) };
    let covers = covers(&found, request, Meaning::Any)?;
    // A hold that already says the same stays as it is: setting it again is nothing to do.
    let same = |cover: &Cover| {
        world.holds.iter().any(|h| {
            h.cover == *cover
                && h.hold
                    .as_ref()
                    .is_ok_and(|hold| hold.reason == reason && hold.until == until && h.is_active(context.now))
        })
    };
    let mut holds = Vec::new();
    for cover in covers.into_iter().filter(|cover| !same(cover)) {
        let held = found.held(&cover)?;
        let (reason, by, cause) = (reason.clone(), by.clone(), Cause::Asked);
        let hold = Hold { cover, reason, by, since: context.now, until, cause, held };
        holds.push(extended(&world, context.now, &hold).unwrap_or(hold));
    }
    let intent = Intent { holds, ..intent(Verb::HoldSet, request) };
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// The hold that is there, made to last longer as another one would: who set it, when and why stay, since to say that otherwise is
/// for those who may lift it. `None`: none that ends sooner is there, or everybody may lift it.
fn extended(world: &World, now: Timestamp, hold: &Hold) -> Option<Hold> {
    let file = world.holds.iter().find(|file| file.cover == hold.cover && file.is_active(now))?;
    let there = file.hold.as_ref().ok().filter(|there| there.cause == hold.cause)?;
    let lasts_longer = match (there.until, hold.until) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(there), Some(wanted)) => wanted > there,
    };
    let mut envs = world.settings.environments.iter();
    let is_for_some = envs.any(|env| hold.cover.is_in(&env.name) && !env.rules.signers.is_empty());
    let mut out = Hold { until: hold.until, ..there.clone() };
    if let (Some(listed), Some(more)) = (&mut out.held, &hold.held) {
        listed.landed.extend(more.landed.iter().copied());
        listed.landed.sort();
        listed.landed.dedup();
    }
    (lasts_longer && is_for_some).then_some(out)
}

/// Lifts holds.
pub fn lift(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    let stack = carry::begin(context, &request.writing)?;
    let world = stack.world(&request.scope())?;
    let found =
        Commits { context, stack: &stack, world: &world, env: request.env.as_ref(), sources: Sources::new(context) };
    let mut lifts = covers(&found, request, Meaning::There)?;
    let holds = held::of(context, &stack, &world)?;
    let own: Vec<&HoldFile> = holds.iter().filter(|hold| hold.branch.is_none() && hold.slip.is_none()).collect();
    // By the names of today, as `hold list` has them; what is left over goes as well.
    let there = own.iter().map(|file| &file.cover);
    let fitting =
        there.filter(|cover| cover.env == request.env && cover.app.as_ref().is_some_and(|app| request.fits(app)));
    lifts.extend(fitting.cloned());
    lifts.sort();
    lifts.dedup();
    let mut intent = Intent { lifts, ..intent(Verb::HoldLift, request) };
    let meant = own.iter().filter(|hold| !hold.left_over);
    for hold in meant.filter(|hold| intent.lifts.contains(&hold.cover)).collect::<Vec<_>>() {
        // A file under an earlier name, or that of a member of a group.
        intent.lifts.extend(hold.hold.iter().map(|hold| hold.cover.clone()).filter(|cover| *cover != hold.cover));
    }
    // What else holds there goes on holding: say so instead of "done".
    let still: Vec<&HoldFile> = holds
        .iter()
        .filter(|h| h.is_active(context.now) && request.reaches(&h.cover) && !intent.lifts.contains(&h.cover))
        .collect();
    for hold in still.iter().take(NAMED) {
        let whose = hold.cover.told().map_or("all of it".to_string(), |app| format!("`{app}`"));
        // What an environment on another branch has here is lifted by no command there.
        let is_here = |env: &EnvName| stack.lives_on(&stack.main.settings, env, &world.branch);
        let lift = hold.lift().filter(|_| hold.cover.env.as_ref().is_none_or(is_here)).map(|lift| {
            let command = |verb: &str| context.options.command(verb);
            let free = hold.held().and_then(|_| hold.cover.free("FIX"));
            let free =
                free.map_or(String::new(), |free| format!("; to free a commit that mends it: `{}`", command(&free)));
            format!("{free}; to lift it too: `{}`", command(&lift))
        });
        intent.notes.push(format!("{whose} stays held by `{}`{}", hold.place(), lift.unwrap_or_default()));
    }
    if still.len() > NAMED {
        let more = still.len() - NAMED;
        intent.notes.push(format!("and {more} more holds stay: `{}`", context.options.command("hold list")));
    }
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// The end of a hold that begins now; one in the past would hold nothing.
pub fn end(context: &Context<'_>, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let until = text.map(|text| when::moment(text, context.now, Toward::Future)).transpose()?;
    if until.is_some_and(|until| until <= context.now) {
        return Err(Refusal::new(Code::BadTime, "the hold would end before it begins")
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
            holds.extend(holds::reports(context, &held::of(context, &stack, &world)?, Some(env)));
        }
        None => {
            holds.extend(holds::reports(context, &held::of(context, &stack, &stack.main)?, None));
            for name in stack.ordered() {
                if let Ok((world, _)) = stack.environment(&name)
                    && world.branch != stack.main.branch
                {
                    let own = held::by_name(context, &stack, &world, world.holds.clone())?;
                    holds.extend(holds::reports(context, &own, Some(&name)));
                }
            }
        }
    }
    Ok(HoldsReport { holds })
}

/// Which commits a revision may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Any of the source.
    Any,
    /// One that is held, as far as its beginning says so.
    There,
}

fn covers(found: &Commits<'_>, request: &Request, meaning: Meaning) -> Result<Vec<Cover>, Error> {
    let (world, env) = (found.world, request.env.clone());
    if request.is_of_all() {
        return Ok(vec![Cover::of(env, None)]);
    }
    let cover = |Named { app, rev }: &Named| {
        // One that is gone may have left a hold behind.
        let has_hold = || world.holds.iter().any(|file| file.cover.app.as_ref() == Some(app));
        if let Err(error) = world.application(app)
            && !has_hold()
        {
            return Err(error);
        }
        let commit = match (rev, meaning) {
            (None, _) => None,
            (Some(rev), Meaning::Any) => Some(found.resolved(app, rev)?),
            (Some(rev), Meaning::There) => Some(found.meant(app, rev)?),
        };
        Ok(Cover { commit, ..Cover::of(env.clone(), Some(app.clone())) })
    };
    request.applications.iter().map(cover).collect()
}

/// Frees what contains a commit that mends a held one.
///
/// # Errors
/// There is no such hold, or the commit does not come after what is held.
pub fn fixed(context: &mut Context<'_>, request: &Request, fix: &str) -> Result<ChangeReport, Error> {
    let stack = carry::begin(context, &request.writing)?;
    let world = stack.world(&request.scope())?;
    let found =
        Commits { context, stack: &stack, world: &world, env: request.env.as_ref(), sources: Sources::new(context) };
    let covers = covers(&found, request, Meaning::There)?;
    let holds = covers.iter().map(|cover| found.mended(cover, fix));
    let holds: Vec<Hold> = holds.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let intent = Intent { holds, ..intent(Verb::HoldLift, request) };
    carry::carry_out(context, stack, &intent, &request.writing)
}

fn intent(verb: Verb, request: &Request) -> Intent {
    let named = request.applications.iter().map(|one| one.app.as_str());
    let names: Vec<&str> = named.chain(request.patterns.iter().map(NamePattern::as_str)).collect();
    Intent {
        reason: request.writing.reason.clone(),
        set: branches::set(&names, names.is_empty()),
        ..Intent::nothing(verb, request.scope(), Meant::Exactly)
    }
}
