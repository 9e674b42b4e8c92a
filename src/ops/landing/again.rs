//! An intent read back from the commit of a request branch, for the tip of today: the same versions, whatever moved beside them.

use std::collections::BTreeSet;

use crate::domain::commit::CommitId;
use crate::domain::hold::{Cause, Cover, Hold, HoldFile};
use crate::domain::hotfix::Hotfix;
use crate::domain::names::{AppName, EnvName};
use crate::domain::plan::Target;
use crate::domain::refusal::Error;
use crate::domain::relation::{Direction, Relation};
use crate::domain::trailer::{Promoted, Trailers};
use crate::domain::verb::Verb;
use crate::overlay::Reader;
use crate::records;

use crate::ops::context::Context;
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Goal, Intent, Meant, Scope, Way};
use crate::ops::landing::race;
use crate::ops::landing::story::Story;
use crate::ops::landing::waiting::Waiting;
use crate::ops::landing::whose;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What is left of a request.
pub enum Again {
    /// What it still asks for.
    Intent(Box<Intent>),
    /// Nothing, and why.
    Over(String),
    /// It cannot be told any more what it means, and why: somebody moved its pin elsewhere, or the application is gone.
    Unclear(String),
}

/// Why a pin has no goal any more.
enum Gone {
    /// There is nothing left to do.
    Over(String),
    Unclear(String),
}

/// What a request still asks for, without the pins that `is_taken` names.
///
/// # Errors
/// A commit, a tree or a source cannot be read.
pub fn intent(
    context: &Context<'_>,
    stack: &Stack,
    waiting: &Waiting,
    is_taken: &dyn Fn(&AppName, &EnvName) -> bool,
) -> Result<Again, Error> {
    let commit = context.repo.commit(waiting.tip)?;
    let [parent] = commit.parents.as_slice() else {
        return Ok(Again::Unclear("its commit is a merge".into()));
    };
    let ends = Ends::read(context, stack, &waiting.target, *parent, waiting.tip)?;
    let sources = Sources::new(context);
    let (mut goals, mut over) = (Vec::new(), Vec::new());
    for one in waiting.pins().filter(|one| !is_taken(&one.app, &one.env)) {
        match goal(stack, &sources, &ends, waiting, one)? {
            Ok(goal) => goals.push(goal),
            Err(Gone::Over(why)) => over.push(format!("`{}` in `{}`: {why}", one.app, one.env)),
            Err(Gone::Unclear(why)) => {
                return Ok(Again::Unclear(format!("`{}` in `{}`: {why}", one.app, one.env)));
            }
        }
    }
    let (mut holds, mut lifts) = ends.records();
    let mut hotfixes = ends.hotfixes()?;
    hotfixes.retain(|one| goals.iter().any(|goal| (&goal.app, &goal.env) == (&one.app, &one.env)));
    let stays = |cover: &Cover| match (&cover.app, &cover.env) {
        (Some(app), Some(env)) => !is_taken(app, env),
        _ => true,
    };
    holds.retain(|hold| stays(&hold.cover));
    lifts.retain(stays);
    // The hold of a way back is nothing by itself.
    let is_bare = goals.is_empty() && !waiting.says.promoted.is_empty();
    if is_bare || (goals.is_empty() && holds.is_empty() && lifts.is_empty()) {
        let nothing = || "nothing is left of it".to_string();
        return Ok(Again::Over(if over.is_empty() { nothing() } else { over.join("; ") }));
    }
    let Trailers { origin, reason, undoes, .. } = waiting.says.clone();
    let nothing = Intent::nothing(waiting.verb, scope(waiting, &goals, &holds, &lifts), Meant::Exactly);
    Ok(Again::Intent(Box::new(Intent {
        goals,
        holds,
        lifts,
        hotfixes,
        origin,
        reason,
        set: branches::set_of(&waiting.branch).to_string(),
        way: if waiting.verb.is_meant_back() { Way::Back } else { Way::Forward },
        undoes,
        notes: over,
        ..nothing
    })))
}

/// The two ends of a request's commit.
struct Ends {
    before: World,
    after: World,
}

impl Ends {
    fn read(
        context: &Context<'_>,
        stack: &Stack,
        target: &Target,
        parent: CommitId,
        tip: CommitId,
    ) -> Result<Self, Error> {
        let at = |commit| whose::at(context, stack, target, commit);
        Ok(Self { before: at(parent)?, after: at(tip)? })
    }

    /// Why a promotion is nothing any more: a rollback has gone back from there since it was asked for, and holds.
    fn held_since(&self, now: &World, waiting: &Waiting, one: &Promoted) -> Option<String> {
        let is_news = |file: &&HoldFile| !self.before.holds.contains(file);
        let hold = now.holds.iter().filter(is_news).find_map(|file| {
            let hold = file.hold.as_ref().ok()?;
            (hold.cause == Cause::Rollback && file.covers(&one.env, &one.app)).then_some(hold)
        })?;
        (waiting.verb == Verb::Promote).then(|| format!("held since: {}", hold.reason))
    }

    /// The holds that the commit sets, and those that it takes away.
    fn records(&self) -> (Vec<Hold>, Vec<Cover>) {
        let set = self.after.holds.iter().filter(|file| !self.before.holds.contains(file));
        let gone = |cover: &Cover| !self.after.holds.iter().any(|file| file.cover == *cover);
        let lifted = self.before.holds.iter().map(|file| file.cover.clone()).filter(gone);
        (set.filter_map(|file| file.hold.clone().ok()).collect(), lifted.collect())
    }

    /// The hotfixes that the commit records.
    fn hotfixes(&self) -> Result<Vec<Hotfix>, Error> {
        let changes = records::hotfix::changes(Some(self.before.files.as_ref()), self.after.files.as_ref())?;
        Ok(changes.into_iter().filter_map(|change| change.is?.hotfix.ok()).collect())
    }
}

/// What one pin is to be still; otherwise why it is to be nothing any more.
fn goal(
    stack: &Stack,
    sources: &Sources<'_>,
    ends: &Ends,
    waiting: &Waiting,
    one: &Promoted,
) -> Result<Result<Goal, Gone>, Error> {
    let (world, env) = stack.environment(&one.env)?;
    let (Some(app), Some(then_app)) = (world.settings.application(&one.app), ends.after.settings.application(&one.app))
    else {
        return Ok(Err(Gone::Unclear("there is no such application any more".into())));
    };
    let now = world.pin(&Reader::new(world.files.as_ref()), app, &env)?;
    let wanted = match ends.after.settings.environment(&one.env) {
        Some(env) => ends.after.pin(&Reader::new(ends.after.files.as_ref()), then_app, env)?,
        None => None,
    };
    let (Some(now), Some(wanted)) = (now, wanted) else {
        return Ok(Err(Gone::Unclear("it has no pin any more".into())));
    };
    if let Some(why) = ends.held_since(&world, waiting, one) {
        return Ok(Err(Gone::Over(why)));
    }
    let wanted = wanted.assignment();
    let is_there = now.readings.iter().all(|reading| wanted.version_for(&reading.key) == reading.version);
    if is_there {
        return Ok(Err(Gone::Over("it stands there already".into())));
    }
    let (from, to) = (now.version(), one.to.clone());
    let Some(to) = to else { return Ok(Err(Gone::Unclear("its sites are to have several versions".into()))) };
    let relation = match sources.relate(app, from.as_ref(), &to) {
        Err(Error::CannotTell(why) | Error::Invalid(why)) => Relation::unknown(Some(why.message)),
        other => other?,
    };
    // What stood there when it was asked for has been agreed to; what somebody put there since has not.
    if from != one.from {
        let there = from.as_ref().map_or("several versions".to_string(), |version| version.short());
        match relation.direction {
            _ if waiting.verb.is_meant_back() => {
                return Ok(Err(Gone::Unclear(format!("it was moved to {there} since"))));
            }
            Direction::First | Direction::Forward | Direction::Same => {}
            Direction::Backward => {
                return Ok(Err(Gone::Over(race::already_newer(from.as_ref().unwrap_or(&to)))));
            }
            Direction::Diverged | Direction::Unknown => {
                let why =
                    format!("whether {} is newer than {there}, which stands there now, cannot be told", to.short());
                return Ok(Err(Gone::Unclear(why)));
            }
        }
    }
    let commit = match relation.commit.clone() {
        Some(commit) => sources.of(app)?.map(|source| (commit, source.shown().to_string())),
        None => None,
    };
    let origin = waiting.says.origin.as_deref().and_then(|text| text.split('@').next()).unwrap_or("its request");
    let story = Story { from, to: Some(to), origin: origin.to_string(), counterpart_of: None, relation };
    Ok(Ok(Goal { seen: now.assignment(), story, commit, ..Goal::plain(&one.app, &one.env, &wanted) }))
}

/// The one environment that it is about, else its branch.
fn scope(waiting: &Waiting, goals: &[Goal], holds: &[Hold], lifts: &[Cover]) -> Scope {
    let covers = || holds.iter().map(|hold| &hold.cover).chain(lifts);
    if covers().any(|cover| cover.env.is_none()) {
        return Scope::Everything;
    }
    let envs: BTreeSet<&EnvName> =
        goals.iter().map(|goal| &goal.env).chain(covers().filter_map(|cover| cover.env.as_ref())).collect();
    match envs.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => Scope::Environment((*one).clone()),
        _ => Scope::Branch(waiting.target.branch.clone()),
    }
}
