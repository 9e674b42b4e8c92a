//! What becomes of an intent when somebody else landed first: it goes on, it is superseded by something newer, or it stops.
//!
//! The rules are those of "the newest stands": among promotions the order of commits decides, not that of pipelines;
//! whoever goes back, or insists, is never superseded.

use std::collections::BTreeSet;

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::{Change, Past};
use crate::domain::hold::{Cause, Cover, HoldFile};
use crate::domain::hotfix::{FOLDER as HOTFIXES, Hotfix};
use crate::domain::landing;
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, Pin};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::relation::Direction;
use crate::domain::settings::{Application, Environment};
use crate::domain::trailer::Trailers;
use crate::domain::version::Version;
use crate::overlay::Reader;

use crate::domain::relation::Relation;
use crate::domain::verb::Verb;
use crate::ops::context::Context;
use crate::ops::landing::intent::{Goal, Intent, Meant, Skipped};
use crate::ops::landing::left;
use crate::ops::landing::story::Story;
use crate::ops::previews::newer;
use crate::ops::reading::held;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;

/// Everything a judgement of one goal needs.
struct Race<'a> {
    context: &'a Context<'a>,
    old: &'a World,
    /// What was held on the old tip.
    held: Vec<HoldFile>,
    held_now: Vec<HoldFile>,
    /// What landed since, newest first; only where promotions and undos are judged.
    since: Vec<(CommitId, Vec<RepoPath>)>,
    stack: &'a Stack,
    world: &'a World,
    sources: Sources<'a>,
}

/// Why a rollback stops where somebody went further back.
const NO_WAY_BACK: &str = "from there it would be no way back any more";

/// What a goal is on the new tip.
enum Now {
    GoesOn(Box<Goal>),
    /// Something newer stands there already.
    Superseded(String),
}

/// The intent on the new tip, without the applications that something newer has superseded. Errors, all of them "somebody
/// was first": the pin diverged or went back, it is held now, a record of the intent was changed.
pub fn rebuilt(context: &Context<'_>, old: &Stack, new: &Stack, intent: &Intent) -> Result<Intent, Error> {
    let (before, world) = (old.world(&intent.scope)?, new.world(&intent.scope)?);
    let (held, held_now) = (held::of(context, old, &before)?, held::of(context, new, &world)?);
    let sources = Sources::new(context).with_pages(&new.main.settings);
    let since = match intent.meant {
        Meant::Newest | Meant::Undo | Meant::Hotfix => context.repo.landed_since(before.base, world.base)?,
        Meant::Return | Meant::Exactly => Vec::new(),
    };
    let race = Race { context, old: &before, held, held_now, since, stack: new, world: &world, sources };
    race.refuse_changed_records(intent)?;
    let mut out = intent.clone();
    out.goals.clear();
    for goal in &intent.goals {
        match race.judge(goal, intent.meant)? {
            Now::GoesOn(now) => {
                out.notes.extend(race.went_on(goal, &now)?);
                race.hold_what_it_leaves(&mut out, (goal, &now))?;
                out.goals.push(*now);
            }
            Now::Superseded(reason) => {
                out.superseded.push(goal.app.clone());
                out.skipped.push(Skipped { app: goal.app.clone(), reason });
            }
        }
    }
    for asked in &mut out.instances {
        for (app, reason) in newer::leave_out(&race.sources, &world, asked)? {
            out.superseded.push(app.clone());
            out.skipped.push(Skipped { app, reason });
        }
    }
    Ok(out)
}

impl Race<'_> {
    fn judge(&self, goal: &Goal, meant: Meant) -> Result<Now, Error> {
        let app = self.world.application(&goal.app)?;
        let (_, env) = self.stack.environment(&goal.env)?;
        let reader = Reader::new(self.world.files.as_ref());
        let same = || Ok(Now::GoesOn(Box::new(goal.clone())));
        let Some(pin) = self.world.pin(&reader, app, &env)? else { return same() };
        match meant {
            Meant::Newest | Meant::Hotfix => {
                self.refuse_held(goal)?;
                if let Some(back) = self.taken_back(app, &pin, goal)? {
                    let to = back.to.as_ref().map_or("an earlier state".to_string(), Version::short);
                    let what = format!("was taken back to {to}");
                    return Err(self.lost(goal, Code::PinMovedBack, &what, back.commit)?);
                }
            }
            // Also where it came back to the same value: that is somebody else's landing now.
            Meant::Undo => {
                if let Some(moved) = self.moves(app, &pin, goal)?.first() {
                    return Err(self.lost(goal, Code::PinMoved, "was moved", moved.commit)?);
                }
            }
            Meant::Return | Meant::Exactly => {}
        }
        let there = pin.readings.iter().all(|r| goal.wanted.version_for(&r.key) == r.version);
        if there || pin.assignment() == goal.seen {
            return same();
        }
        let Some(to) = pin.readings.first().and_then(|r| goal.wanted.version_for(&r.key)) else { return same() };
        match meant {
            Meant::Newest => self.newest(app, &pin, goal, &to),
            Meant::Return => self.returned(app, &pin, goal, &to),
            Meant::Hotfix => self.mended(app, &pin, goal, &to),
            Meant::Undo => {
                Err(self.moved(app, &pin, goal, "what is to be taken back does not stand there any more")?)
            }
            Meant::Exactly => Ok(Now::GoesOn(Box::new(self.told_anew(app, &pin, goal, &to)?))),
        }
    }

    /// A rollback holds the commits that it leaves now, where somebody moved the pin meanwhile.
    fn hold_what_it_leaves(&self, intent: &mut Intent, (goal, now): (&Goal, &Goal)) -> Result<(), Error> {
        let pin = Cover::of(Some(goal.env.clone()), Some(goal.app.clone()));
        let own = intent.holds.iter().find(|hold| hold.cover == pin && hold.cause == Cause::Rollback).cloned();
        let Some(own) = own.filter(|_| intent.meant == Meant::Return && now.seen != goal.seen) else { return Ok(()) };
        intent.holds.retain(|hold| Cover { commit: None, ..hold.cover.clone() } != pin || hold.held.is_none());
        let (app, (_, env)) = (self.world.application(&goal.app)?, self.stack.environment(&goal.env)?);
        intent.holds.extend(left::holds(self.context, self.stack, &self.sources, (app, &env), (now, &own))?);
        Ok(())
    }

    /// What is said of a pin that somebody moved and that is moved all the same.
    fn went_on(&self, goal: &Goal, now: &Goal) -> Result<Option<String>, Error> {
        if now.seen == goal.seen {
            return Ok(None);
        }
        let app = self.world.application(&goal.app)?;
        let (_, env) = self.stack.environment(&goal.env)?;
        let newest = self.context.repo.landings(self.world.base, &self.world.places(&[(app, &env)])?, Some(1))?;
        let who = match newest.commits.first() {
            Some(commit) => format!(" ({})", self.context.repo.commit(*commit)?.told()),
            None => String::new(),
        };
        let there = now.story.from.as_ref().map_or("several versions".to_string(), Version::short);
        Ok(Some(format!("`{}` in `{}` was moved to {there} while this ran{who}", goal.app, goal.env)))
    }

    /// Among promotions the source decides.
    fn newest(&self, app: &Application, pin: &Pin, goal: &Goal, to: &Version) -> Result<Now, Error> {
        let Some(now) = pin.version() else { return Err(self.moved(app, pin, goal, "its sites disagree now")?) };
        let relation = self.sources.relate(app, Some(&now), to)?;
        match relation.direction {
            Direction::First | Direction::Forward | Direction::Same => {
                Ok(Now::GoesOn(Box::new(self.with_story(pin, goal, to, relation))))
            }
            Direction::Backward => Ok(Now::Superseded(already_newer(&now))),
            Direction::Diverged => Err(self.moved(app, pin, goal, "each has commits that the other lacks")?),
            Direction::Unknown => {
                let why = relation.unknown.unwrap_or_else(|| format!("no `source:` is configured for `{}`", app.name));
                Err(self.moved(app, pin, goal, &format!("cannot tell which is newer: {why}"))?)
            }
        }
    }

    /// A hotfix stays one as long as it contains what runs there now.
    fn mended(&self, app: &Application, pin: &Pin, goal: &Goal, to: &Version) -> Result<Now, Error> {
        let Some(now) = pin.version() else { return Err(self.moved(app, pin, goal, "its sites disagree now")?) };
        let relation = self.sources.relate(app, Some(&now), to)?;
        match relation.direction {
            Direction::First | Direction::Forward | Direction::Same => {
                Ok(Now::GoesOn(Box::new(self.with_story(pin, goal, to, relation))))
            }
            Direction::Backward | Direction::Diverged => {
                Err(self.moved(app, pin, goal, "the hotfix does not contain that")?)
            }
            Direction::Unknown => {
                let why = relation.unknown.unwrap_or_else(|| format!("no `source:` is configured for `{}`", app.name));
                Err(self.moved(app, pin, goal, &format!("cannot tell whether the hotfix contains that: {why}"))?)
            }
        }
    }

    /// Going back stays going back as long as the version stands behind what runs there now.
    fn returned(&self, app: &Application, pin: &Pin, goal: &Goal, to: &Version) -> Result<Now, Error> {
        let pair: Pair = (app.name.clone(), goal.env.clone());
        let walked = timeline::walk(self.context, self.stack, self.world, std::slice::from_ref(&pair), None)?;
        if !walked.complete || Past::read(walked.of(&pair.0, &pair.1)).is_ahead(to) {
            return Err(self.moved(app, pin, goal, NO_WAY_BACK)?);
        }
        let now = self.told_anew(app, pin, goal, to)?;
        // Somebody went further back meanwhile: from there it would bring back what they let go.
        if now.story.relation.direction == Direction::Forward && goal.story.relation.direction != Direction::Forward {
            return Err(self.moved(app, pin, goal, NO_WAY_BACK)?);
        }
        Ok(Now::GoesOn(Box::new(now)))
    }

    /// The goal with what it now takes away and brings.
    fn told_anew(&self, app: &Application, pin: &Pin, goal: &Goal, to: &Version) -> Result<Goal, Error> {
        let relation = match self.sources.relate(app, pin.version().as_ref(), to) {
            Ok(relation) => relation,
            Err(Error::Interrupted(why)) => return Err(Error::Interrupted(why)),
            // A source that cannot be asked makes the story shorter; it does not stop who goes back.
            Err(error) => Relation::unknown(Some(error.to_string())),
        };
        Ok(self.with_story(pin, goal, to, relation))
    }

    fn with_story(&self, pin: &Pin, goal: &Goal, to: &Version, relation: Relation) -> Goal {
        let told = goal.story.clone();
        Goal {
            seen: pin.assignment(),
            story: Story { from: pin.version(), to: Some(to.clone()), relation, ..told },
            ..goal.clone()
        }
    }

    /// A hold that came meanwhile stops a promotion.
    fn refuse_held(&self, goal: &Goal) -> Result<(), Error> {
        let covers = |h: &&HoldFile| h.is_active(self.context.now) && h.covers(&goal.env, &goal.app);
        let Some(hold) = self.held_now.iter().find(covers) else { return Ok(()) };
        if self.held.contains(hold) {
            return Ok(());
        }
        let refusal = crate::policy::held(hold, goal.app.as_str(), goal.env.as_str());
        Err(Refusal { message: format!("{} while this ran; nothing was written", refusal.message), ..refusal }.raced())
    }

    /// The landing by which somebody took the pin back since, if one did: whether what is promoted here was meant to go with
    /// it, only people know.
    fn taken_back(&self, app: &Application, pin: &Pin, goal: &Goal) -> Result<Option<Change>, Error> {
        for change in self.moves(app, pin, goal)? {
            let info = self.context.repo.commit(change.commit)?;
            let trailers = Trailers::read(&info.message).known_as(|name| self.world.settings.called_now(name));
            let said = Verb::of(landing::verb(&change, &info, &trailers)).is_some_and(Verb::is_meant_back);
            let back = said
                || match (&change.from, &change.to) {
                    (Some(from), Some(to)) => {
                        self.sources.relate(app, Some(from), to)?.direction == Direction::Backward
                    }
                    _ => false,
                };
            if back {
                return Ok(Some(change));
            }
        }
        Ok(None)
    }

    /// What landed of the pin since, newest first.
    fn moves(&self, app: &Application, pin: &Pin, goal: &Goal) -> Result<Vec<Change>, Error> {
        let in_it = |paths: &[RepoPath]| pin.readings.iter().any(|reading| paths.contains(&reading.site.file));
        let since: BTreeSet<CommitId> =
            self.since.iter().filter(|(_, paths)| in_it(paths)).map(|(commit, _)| *commit).collect();
        if since.is_empty() {
            return Ok(Vec::new());
        }
        let pair = [(app.name.clone(), goal.env.clone())];
        let walked = timeline::walk(self.context, self.stack, self.world, &pair, Some(since.len()))?;
        Ok(walked.changes.into_iter().filter(|change| since.contains(&change.commit)).collect())
    }

    /// A record that the intent writes or lifts was changed by somebody else since.
    fn refuse_changed_records(&self, intent: &Intent) -> Result<(), Error> {
        let covers = intent.holds.iter().map(|hold| &hold.cover).chain(&intent.lifts);
        let paths = covers.map(|cover| cover.path());
        let hotfixes = intent.hotfixes.iter().map(|one| Hotfix::path_of(&one.env, &one.app));
        let paths = paths.chain(hotfixes).map(|path| RepoPath::new(&path).map_err(anyhow::Error::from));
        for path in paths.chain(intent.restores.iter().map(|restore| Ok(restore.path.clone()))) {
            let path = path?;
            let id = |world: &World| Ok::<_, Error>(world.files.entry(&path)?.map(|entry| entry.id));
            if id(self.old)? == id(self.world)? || intent.meant == Meant::Return {
                continue;
            }
            let refusal =
                Refusal::new(Code::HoldChanged, format!("`{path}` was changed while this ran; nothing was written"));
            let who = self.world.holds.iter().find(|file| file.path == path).and_then(|file| file.hold.as_ref().ok());
            let refusal = match who {
                Some(hold) => refusal.detail(format!("by {}: {}", hold.by, hold.reason)),
                None => refusal,
            };
            let is_hotfix = path.as_str().starts_with(HOTFIXES);
            let look = if is_hotfix { "stageline status" } else { "stageline hold list" };
            return Err(refusal.hint(format!("look at it with `{look}`, then decide again")).raced());
        }
        Ok(())
    }

    /// The same pin moved to something else meanwhile: both values, why that stops this, and who moved it.
    fn moved(&self, app: &Application, pin: &Pin, goal: &Goal, why: &str) -> Result<Error, Error> {
        let said = pin.version().map_or("several versions".to_string(), |version| version.short());
        let wanted = goal.story.to.as_ref().map_or("another version".to_string(), Version::short);
        let message = format!(
            "`{}` in `{}` was moved to {said} while this ran, which was to move it to {wanted}; nothing was written",
            app.name, goal.env,
        );
        let files: Vec<RepoPath> = pin.readings.iter().map(|reading| reading.site.file.clone()).collect();
        let newest = self.context.repo.landings(self.world.base, &files, Some(1))?.commits.first().copied();
        let error = match newest {
            Some(commit) => self.lost_by(Code::PinMoved, message, goal, commit)?,
            None => Refusal::new(Code::PinMoved, message).raced(),
        };
        Ok(error.detail(why))
    }

    fn lost(&self, goal: &Goal, code: Code, what: &str, commit: CommitId) -> Result<Error, Error> {
        let message = format!("`{}` in `{}` {what} while this ran; nothing was written", goal.app, goal.env);
        self.lost_by(code, message, goal, commit)
    }

    fn lost_by(&self, code: Code, message: String, goal: &Goal, commit: CommitId) -> Result<Error, Error> {
        Ok(Refusal::new(code, message)
            .detail(self.context.repo.commit(commit)?.told())
            .hint(format!("look at it, then decide again: `stageline history {} --env {}`", goal.app, goal.env))
            .raced())
    }
}

/// What is said of an application that something newer has superseded.
pub fn already_newer(now: &Version) -> String {
    format!("already newer: {}", now.short())
}

/// Whether a promotion that would go back from here went forward when it began, and what it would take away landed since:
/// then that has superseded it, as if it had lost its race a moment later. What landed before stands, and is refused.
pub fn came_unseen(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    (app, env): (&Application, &Environment),
    sources: &Sources<'_>,
    to: &Assignment,
) -> Result<bool, Error> {
    let Some(seen) = stack.seen(&world.branch).filter(|seen| *seen != world.base) else { return Ok(false) };
    if context.repo.is_ancestor(seen, world.base)? != Known::Is(true) {
        return Ok(false);
    }
    let newest = context.repo.landings(world.base, &world.places(&[(app, env)])?, Some(1))?.commits.first().copied();
    let Some(newest) = newest else { return Ok(false) };
    if context.repo.commit(newest)?.committer.when < context.now {
        return Ok(false);
    }
    let Some(lens) = timeline::today(world, &app.name, &env.name) else { return Ok(false) };
    let Some(pin) = timeline::pin_at(context, stack, world, &lens, seen)? else { return Ok(false) };
    let Some(to) = pin.readings.first().and_then(|reading| to.version_for(&reading.key)) else { return Ok(false) };
    let Some(from) = pin.version() else { return Ok(false) };
    let direction = sources.relate(app, Some(&from), &to)?.direction;
    Ok(matches!(direction, Direction::Forward | Direction::Same))
}
