//! `undo`: takes exactly one landing back, whatever came after: each site, and each record that the landing changed.

use crate::domain::commit::{CommitId, CommitInfo};
use crate::domain::files::Files;
use crate::domain::history::Change;
use crate::domain::hold::{HoldFile, Record, RecordChange};
use crate::domain::hotfix::{HotfixChange, HotfixFile};
use crate::domain::landing::verb as verb_of;
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, Pin, SiteKey};
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::relation::Direction;
use crate::domain::report::ChangeReport;
use crate::domain::report::previews::InstanceChanged;
use crate::domain::settings::{Application, DigestRule};
use crate::git::repo::Repo;
use crate::overlay::Reader;

use super::carry;
use crate::domain::relation::Relation;
use crate::domain::verb::Verb;
use crate::ops::context::{Context, Writing};
use crate::ops::landing::branches;
use crate::ops::landing::intent::{Goal, Intent, Meant, Restore, Scope, Skipped, Way};
use crate::ops::landing::land;
use crate::ops::landing::story::Story;
use crate::ops::reading::beside::PinMoved;
use crate::ops::reading::landed::{self, Landing};
use crate::ops::reading::lens::Pair;
use crate::ops::reading::since::Since;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;
use crate::ops::reports::previews;

/// So far back the caller's own last landing is looked for.
const OWN: usize = 1000;
/// At most so many of the files that are left are named.
const NAMED: usize = 5;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// A config revision or `APP:rN`; `None`: the last one, of `env`, or else of the caller.
    pub landing: Option<String>,
    pub env: Option<EnvName>,
    /// Only what it did to these; empty: to all.
    pub only: Vec<AppName>,
    pub exclude: Vec<AppName>,
    pub writing: Writing,
}

/// Runs the verb.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    if request.landing.is_none() && request.env.is_none() && !context.face.asks() {
        return Err(which(context).invalid());
    }
    let mut stack = carry::begin(context, &request.writing)?;
    let landing = meant(context, &mut stack, request)?;
    let intent = resolve(context, &stack, request, &landing)?;
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// The refusal where nobody says which landing is meant; with the caller's own last one, as far as it is known here.
fn which(context: &mut Context<'_>) -> Refusal {
    let mine = Stack::read(context, Tips::Known).and_then(|stack| own(context, &stack));
    let refusal =
        Refusal::new(Code::WhichLanding, "nobody can be asked which landing is meant, off a terminal or with `-y`");
    let refusal = match mine {
        Ok(mine) => {
            let info = &mine.made.landing.info;
            let command = context.options.command(&format!("undo {}", land::typed(&info.id.to_string())));
            refusal.detail(format!("your own last one is {}", info.told())).hint(format!("for that one: `{command}`"))
        }
        Err(_) => refusal.hint("name it, as its verb printed it: `stageline undo LANDING`"),
    };
    refusal.hint("for the last one of an environment, whoever made it: `stageline undo --env ENV`")
}

/// The landing that is meant.
fn meant(context: &Context<'_>, stack: &mut Stack, request: &Request) -> Result<Landing, Error> {
    let env = request.env.as_ref();
    if request.landing.is_none() && env.is_none() {
        return own(context, stack);
    }
    let found = match (&request.landing, env, request.only.as_slice()) {
        (None, Some(env), [_, ..]) => {
            let (now, _) = stack.environment(env)?;
            let pairs: Vec<Pair> = request.only.iter().map(|app| (app.clone(), env.clone())).collect();
            let walked = timeline::walk(context, stack, &now, &pairs, Some(1))?;
            let newest = walked.changes.first().ok_or_else(|| {
                Refusal::new(Code::NoLanding, format!("nothing has landed in `{env}` for these applications")).refused()
            })?;
            landed::Found { now, commit: newest.commit, named: None }
        }
        (name, env, _) => landed::find(context, stack, name.as_deref(), env)?,
    };
    let Some(commit) = found.named else { return landed::read(context, stack, found, None) };
    // Exactly what was named: a merge that came after and brought it in has brought others' landings too.
    let own = landed::Found { now: found.now.clone(), commit, named: None };
    let mut own = landed::read(context, stack, own, None)?;
    over_the_merge(context, stack, &mut own, found)?;
    Ok(own)
}

/// What stood on the branch before a merge brought a commit in: where the branch had moved a pin on from what that commit
/// knew, its own "before" is a state that the branch had left.
fn over_the_merge(context: &Context<'_>, stack: &Stack, own: &mut Landing, merge: landed::Found) -> Result<(), Error> {
    let (now, named) = (merge.now.clone(), own.found.commit);
    let merged = landed::read(context, stack, merge, None)?;
    let Some(before) = &merged.before else { return Ok(()) };
    let Some(base) = context.repo.merge_base(before.base, named)? else { return Ok(()) };
    for one in &mut own.moves {
        let change = &mut one.moved.change;
        let same = |other: &&PinMoved| (&other.moved.change.app, &other.moved.change.env) == (&change.app, &change.env);
        let Some(arrival) = merged.moves.iter().find(same).map(|other| &other.moved.change) else { continue };
        let Some(lens) = timeline::today(&now, &change.app, &change.env) else { continue };
        let pin = timeline::pin_at(context, stack, &now, &lens, base)?;
        let knew = pin.map(|pin| pin.assignment()).unwrap_or_default();
        if change.was == knew && arrival.was != knew && arrival.is == change.is {
            change.was = arrival.was.clone();
            change.from = arrival.from.clone();
        }
    }
    Ok(())
}

/// The newest landing on any branch of ours that the caller made.
fn own(context: &Context<'_>, stack: &Stack) -> Result<Landing, Error> {
    let me = context.repo.author()?;
    let is_mine = |info: &CommitInfo| {
        [&info.author, &info.committer].iter().any(|actor| me.ends_with(&format!("<{}>", actor.email)))
    };
    let mut newest: Option<(Landing, jiff::Timestamp)> = None;
    for now in stack.worlds() {
        let mut next = Some(now.base);
        for _ in 0..OWN {
            let Some(commit) = next else { break };
            let info = context.repo.commit(commit)?;
            if newest.as_ref().is_some_and(|(_, when)| info.committer.when <= *when) {
                break;
            }
            next = context.repo.before(&info)?;
            if !is_mine(&info) {
                continue;
            }
            let found = landed::Found { now: now.clone(), commit, named: None };
            let landing = landed::read(context, stack, found, None)?;
            if !landing.moves.is_empty() || !landing.records.is_empty() || !landing.hotfixes.is_empty() {
                newest = Some((landing, info.committer.when));
                break;
            }
        }
    }
    newest.map(|(landing, _)| landing).ok_or_else(|| {
        Refusal::new(Code::NoLanding, format!("none of the last {OWN} landings is by {me}"))
            .hint("name it: `stageline undo LANDING`; `stageline history` lists them")
            .refused()
    })
}

/// A record that somebody has changed since, and what is said of it.
type Changed = (RepoPath, Refusal);

/// What becomes of one pin that the landing moved.
enum Turn {
    Back(Box<Goal>),
    /// It is where it was before.
    There,
    /// It stays, and why.
    Stays(Refusal),
}

/// What becomes of all of them.
#[derive(Default)]
struct Turned {
    goals: Vec<Goal>,
    skipped: Vec<Skipped>,
    stays: Vec<Refusal>,
}

/// The intent: every pin and record of the landing that is as it left it goes back to what it was before.
fn resolve(context: &Context<'_>, stack: &Stack, request: &Request, landing: &Landing) -> Result<Intent, Error> {
    let world = &landing.found.now;
    let sources = Sources::new(context).with_pages(&stack.main.settings);
    let since = Since::of(context, world, landing.found.commit)?;
    let undo = Undo { context, stack, world, landing, sources, since };
    undo.refuse_nothing(request)?;
    let Turned { goals, skipped, mut stays } = undo.pins(request)?;
    let (restores, changed) = undo.records(request, &goals)?;
    let objections = undo.still_held(&goals, &changed);
    let mut notes: Vec<String> = changed.iter().map(|(_, why)| format!("{}, so it stays", told(why))).collect();
    stays.extend(changed.into_iter().map(|(_, why)| why));
    if goals.is_empty() && restores.is_empty() && !stays.is_empty() {
        let all = Refusal::together(&stays.iter().collect::<Vec<_>>());
        return Err(all.unwrap_or_else(|| Refusal::new(Code::NothingToUndo, "nothing is left of it")).refused());
    }
    notes.extend(restores.iter().filter_map(|restore| undo.hotfix(restore)));
    notes.extend(undo.author(request));
    notes.extend(undo.sources.notes());
    notes.extend(undo.left());
    let mut names: Vec<&str> = goals.iter().map(|goal| goal.app.as_str()).collect();
    if names.is_empty() {
        // Of records alone: each is a request of its own.
        names.extend(restores.iter().map(|restore| restore.path.as_str()));
    }
    let back = !goals.is_empty() && goals.iter().all(|goal| undo.goes_back(goal));
    Ok(Intent {
        set: branches::set(&names, false),
        goals,
        restores,
        reason: request.writing.reason.clone(),
        skipped,
        way: if back { Way::Back } else { Way::Forward },
        undoes: Some(landing.found.commit),
        objections,
        notes,
        ..Intent::nothing(Verb::Undo, undo.scope(request), Meant::Undo)
    })
}

struct Undo<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    world: &'a World,
    landing: &'a Landing,
    sources: Sources<'a>,
    since: Since<'a>,
}

impl Undo<'_> {
    /// A landing that did nothing that is asked for here cannot be taken back.
    fn refuse_nothing(&self, request: &Request) -> Result<(), Error> {
        let Landing { moves, records, hotfixes, found, .. } = self.landing;
        let id = found.commit.short();
        let is_about = |env: &EnvName| {
            moves.iter().any(|one| one.moved.change.env == *env)
                || records.iter().any(|record| record.is_about(env))
                || hotfixes.iter().any(|hotfix| hotfix.env == *env)
        };
        let what = match &request.env {
            Some(env) if !is_about(env) => format!("`{id}` changed nothing in `{env}`"),
            _ if moves.is_empty() && records.is_empty() && !hotfixes.iter().any(|one| self.goes_alone(one)) => {
                format!("`{id}` moved no pin and changed no hold")
            }
            _ => return Ok(()),
        };
        let refusal = Refusal::new(Code::NothingToUndo, what);
        let refusal = self.born()?.iter().fold(refusal, |refusal, words| refusal.hint(words.clone()));
        let gone = hotfixes.iter().filter(|one| one.is.is_none()).fold(refusal, |refusal, one| {
            let again = format!("promote {}@COMMIT --to {} --hotfix", one.app, one.env);
            let again = self.context.options.command(&again);
            refusal.hint(format!("the record of a hotfix of `{}` went by it: `{again}` writes one again", one.app))
        });
        Err(gone
            .hint(format!("see what it did: `stageline show {id}`"))
            .hint(format!("to take all of it back: {}", self.revert()))
            .refused())
    }

    /// How the previews that came with it go: they are no pins that move.
    fn born(&self) -> Result<Vec<String>, Error> {
        let before = self.landing.before.as_ref().map(|world| world.files.as_ref() as &dyn Files);
        let changed = previews::changed(before, self.landing.after.files.as_ref())?;
        let born = changed.iter().filter(|one| one.before.is_empty());
        let words = |one: &InstanceChanged| {
            let command =
                self.context.options.command(&format!("preview destroy {} --env {}", one.instance, one.environment));
            format!("it made the preview `{}/{}`: `{command}`", one.environment, one.instance)
        };
        Ok(born.map(words).collect())
    }

    /// The pins that go back, and those that stay, each told and with its refusal.
    fn pins(&self, request: &Request) -> Result<Turned, Error> {
        let mut turned = Turned::default();
        for one in &self.landing.moves {
            let change = &one.moved.change;
            let is_meant = request.env.as_ref().is_none_or(|env| *env == change.env)
                && (request.only.is_empty() || request.only.contains(&change.app))
                && !request.exclude.contains(&change.app);
            if !is_meant {
                turned.skipped.push(skip(change, "not asked for"));
                continue;
            }
            match self.turn(change, one.moved.unread.first())? {
                Turn::Back(goal) => turned.goals.push(*goal),
                Turn::There => turned.skipped.push(skip(change, "it is as it was before")),
                Turn::Stays(refusal) => {
                    turned.skipped.push(skip(change, &told(&refusal)));
                    turned.stays.push(refusal);
                }
            }
        }
        Ok(turned)
    }

    /// Whether a pin goes back by this, as emergencies do.
    fn goes_back(&self, goal: &Goal) -> bool {
        match goal.story.relation.direction {
            Direction::Backward | Direction::Same => true,
            // Nobody knows; what was promoted goes back.
            Direction::Unknown => self.took_forward(&goal.app, &goal.env),
            Direction::First | Direction::Forward | Direction::Diverged => false,
        }
    }

    /// The one environment that the landing was about, else its branch.
    fn scope(&self, request: &Request) -> Scope {
        let moved = self.landing.moves.iter().map(|one| Some(&one.moved.change.env));
        let records = self.landing.records.iter().flat_map(|record| record.was.iter().chain(&record.is));
        let mut touched: Vec<Option<&EnvName>> =
            moved.chain(records.map(|record| record.file.cover.env.as_ref())).collect();
        touched.sort();
        touched.dedup();
        match (&request.env, touched.as_slice()) {
            (Some(env), _) => Scope::Environment(env.clone()),
            (None, [Some(env)]) if self.stack.environment(env).is_ok() => Scope::Environment((*env).clone()),
            _ => Scope::Branch(self.world.branch.clone()),
        }
    }

    /// What becomes of one pin. Errors: it cannot be read.
    fn turn(&self, change: &Change, unread: Option<&String>) -> Result<Turn, Error> {
        let id = self.landing.found.commit.short();
        let place = format!("`{}` in `{}`", change.app, change.env);
        let stays = |code, message: String| Ok(Turn::Stays(Refusal::new(code, message)));
        if let Some(why) = unread {
            return Err(Refusal::new(
                Code::UnreadableLanding,
                format!("cannot tell what `{id}` did to {place}: {why}"),
            )
            .cannot_tell());
        }
        if change.is.is_empty() {
            return Ok(Turn::Stays(
                Refusal::new(Code::PinWent, format!("`{id}` took the pin of {place} away, and no pin is made anew"))
                    .hint(format!("bring its files back: {}", self.revert())),
            ));
        }
        if change.is.keys().any(|key| change.was.get(key).is_none()) {
            return Ok(Turn::Stays(
                Refusal::new(Code::PinWasBorn, format!("`{id}` gave {place} its first version, and no pin is removed"))
                    .hint(format!("take its files away: {}", self.revert())),
            ));
        }
        let Some(app) = self.world.settings.application(&change.app) else {
            return stays(Code::NoSuchApplication, format!("`{}` is no application any more", change.app));
        };
        let Ok((_, env)) = self.stack.environment(&change.env) else {
            return stays(Code::NoSuchEnvironment, format!("`{}` is no environment any more", change.env));
        };
        let reader = Reader::new(self.world.files.as_ref());
        let Some(pin) = self.world.pin(&reader, app, &env)? else {
            return stays(Code::NoOverlay, format!("{place} has no overlay any more"));
        };
        let now = pin.assignment();
        // A site that is configured no more, in a cluster that was dropped, is none of the pin's.
        let here = |key: &&SiteKey| now.get(key).is_some();
        let stands = |wanted: &Assignment| wanted.keys().filter(here).all(|key| now.get(key) == wanted.get(key));
        if stands(&change.was) {
            return Ok(Turn::There);
        }
        if let Some(since) = self.since.moved(self.stack, self.world, change)? {
            return Ok(Turn::Stays(self.has_moved(change, &pin, Some(since))?));
        }
        if !stands(&change.is) {
            return Ok(Turn::Stays(self.has_moved(change, &pin, None)?));
        }
        Ok(Turn::Back(Box::new(self.goal(app, change, &pin, &now))))
    }

    /// The refusal for a pin that somebody has moved since, with who it was.
    fn has_moved(&self, change: &Change, pin: &Pin, since: Option<CommitId>) -> Result<Refusal, Error> {
        let now = pin.told().map_or("another version".to_string(), |text| shorten(&text));
        let place = format!("`{}` in `{}`", change.app, change.env);
        let mut refusal = Refusal::new(Code::MovedSince, format!("{place} has moved since, and is at {now}"));
        if let Some(newest) = since {
            refusal = refusal.detail(self.context.repo.commit(newest)?.told());
        }
        Ok(refusal.hint(format!(
            "for the last good version, whoever moved it: `stageline rollback {} --env {}`",
            change.app, change.env
        )))
    }

    fn goal(&self, app: &Application, change: &Change, pin: &Pin, now: &Assignment) -> Goal {
        let from = pin.version();
        // A source that cannot be asked is no reason not to go back: the story is then shorter.
        let relation = match &change.from {
            Some(to) => self
                .sources
                .if_asked(&app.name, self.sources.relate(app, from.as_ref(), to))
                .unwrap_or_else(|| Relation::unknown(None)),
            None => Relation::unknown(Some("its sites disagreed before".to_string())),
        };
        let source = self.sources.if_asked(&app.name, self.sources.of(app)).flatten();
        let commit = relation.commit.clone().zip(source.map(|source| source.shown().to_string()));
        let origin = format!("what was before {}", self.landing.found.commit.short());
        let story = Story { from, to: change.from.clone(), origin, counterpart_of: None, relation };
        Goal {
            app: change.app.clone(),
            env: change.env.clone(),
            seen: now.clone(),
            // Sites that came since stay as they are.
            wanted: now.exactly(&change.was),
            digests: Some(DigestRule::Drop),
            story,
            commit,
        }
    }

    /// Whether the landing says that it brought something new: a rollback or an undo did not.
    fn took_forward(&self, app: &AppName, env: &EnvName) -> bool {
        let own = &self.landing.made.landing;
        let change = self.landing.moves.iter().map(|one| &one.moved.change).find(|c| (&c.app, &c.env) == (app, env));
        change
            .is_some_and(|change| !Verb::of(verb_of(change, &own.info, &own.trailers)).is_some_and(Verb::is_meant_back))
    }

    /// The records that go back, and the refusal for each that somebody has changed since. That of a hotfix goes with its pin.
    fn records(&self, request: &Request, goals: &[Goal]) -> Result<(Vec<Restore>, Vec<Changed>), Error> {
        let is_meant = |record: &&RecordChange| {
            request.env.as_ref().is_none_or(|env| record.is_about(env)) && is_of(record, request)
        };
        let text = |record: &Option<Record>| record.as_ref().map(|record| record.text.clone());
        let holds = self.landing.records.iter().filter(is_meant);
        let holds = holds.map(|record| (&record.path, text(&record.was), text(&record.is)));
        let goes = |change: &&HotfixChange| {
            goals.iter().any(|one| (&one.app, &one.env) == (&change.app, &change.env)) || self.goes_alone(change)
        };
        let text = |file: &Option<HotfixFile>| file.as_ref().map(|file| file.text.clone());
        let hotfixes = self.landing.hotfixes.iter().filter(goes);
        let hotfixes = hotfixes.map(|change| (&change.path, text(&change.was), text(&change.is)));
        let (mut out, mut stays) = (Vec::new(), Vec::new());
        for (path, was, is) in holds.chain(hotfixes) {
            match self.record(path, was, is)? {
                Ok(restore) => out.extend(restore),
                Err(why) => stays.push((path.clone(), why)),
            }
        }
        Ok((out, stays))
    }

    /// Whether the record of a hotfix goes back alone: that which the landing brought, where it does not stand at its pin any more, and
    /// that which it took away, where it stands there again.
    fn goes_alone(&self, change: &HotfixChange) -> bool {
        let side = change.is.as_ref().or(change.was.as_ref());
        let hotfix = side.and_then(|file| file.hotfix.as_ref().ok());
        let (Some(hotfix), Some(app)) = (hotfix, self.world.settings.application(&change.app)) else { return false };
        let Ok((_, env)) = self.stack.environment(&change.env) else { return false };
        let Ok(Some(pin)) = self.world.pin(&Reader::new(self.world.files.as_ref()), app, &env) else { return false };
        let mut stands = pin.readings.iter().map(|one| one.version.as_ref() == Some(&hotfix.version));
        match change.is {
            Some(_) => !stands.any(|stands| stands),
            None => !pin.readings.is_empty() && stands.all(|stands| stands),
        }
    }

    /// What becomes of the record of a hotfix, where that is what goes back: no move and no hold of the plan tells it.
    fn hotfix(&self, restore: &Restore) -> Option<String> {
        let change = self.landing.hotfixes.iter().find(|change| change.path == restore.path)?;
        let (file, does) = match &restore.becomes {
            None => (&change.is, "goes"),
            Some(_) => (&change.was, "comes back"),
        };
        let which = file.as_ref().and_then(|file| file.hotfix.as_ref().ok());
        let which = which.map_or(String::new(), |hotfix| format!(" {}", hotfix.commit.short()));
        let place = format!("`{}` in `{}`", change.app, change.env);
        Some(format!("the record of the hotfix{which} of {place} {does}: {}", change.path))
    }

    /// One record by its texts before and after the landing, in which a `None` inside is no plain file; `None`: it is as it was.
    fn record(
        &self,
        path: &RepoPath,
        was: Option<Option<Vec<u8>>>,
        is: Option<Option<Vec<u8>>>,
    ) -> Result<Result<Option<Restore>, Refusal>, Error> {
        let place = format!("`{path}`");
        if [&was, &is].iter().any(|side| matches!(side, Some(None))) {
            let what = format!("{place} was or is no plain file");
            return Ok(Err(
                Refusal::new(Code::RecordUnreadable, what).hint(format!("mend it by hand: {}", self.revert()))
            ));
        }
        let (was, is, now) = (was.flatten(), is.flatten(), self.world.files.read(path)?);
        if now == was {
            return Ok(Ok(None));
        }
        let since = self.since.changed(path)?;
        if now != is || since.is_some() {
            let mut refusal = Refusal::new(Code::RecordChanged, format!("{place} was changed since"));
            if let Some(commit) = since {
                refusal = refusal.detail(self.context.repo.commit(commit)?.told());
            }
            return Ok(Err(refusal.hint("look at what holds now: `stageline hold list`")));
        }
        let seen = now.as_deref().map(Repo::blob_id);
        Ok(Ok(Some(Restore { path: path.clone(), seen, becomes: was })))
    }

    /// Why what is held does not go on, where that is by a hold that somebody changed since: who it was.
    fn still_held(&self, goals: &[Goal], changed: &[Changed]) -> Vec<Objection> {
        let is_of = |hold: &HoldFile, goal: &Goal| {
            let held =
                hold.held().is_some() && hold.cover.is_in(&goal.env) && hold.cover.app.as_ref() == Some(&goal.app);
            hold.covers(&goal.env, &goal.app) || held
        };
        let covers = |hold: &HoldFile| goals.iter().any(|goal| is_of(hold, goal));
        let holds = |path: &RepoPath| {
            self.world.holds.iter().any(|hold| hold.path == *path && hold.is_active(self.context.now) && covers(hold))
        };
        let mine = changed.iter().filter(|(path, _)| holds(path));
        // One that goes back passes holds; of that only the gate knows.
        let on = goals.iter().any(|goal| !self.goes_back(goal));
        mine.filter(|_| on).map(|(_, why)| Objection::Refused(why.clone())).collect()
    }

    /// Whose landing it is, where nobody named it.
    fn author(&self, request: &Request) -> Option<String> {
        let own = &self.landing.made.landing;
        let is_rollback = own.trailers.verb.as_deref().and_then(Verb::of) == Some(Verb::Rollback);
        let what = if is_rollback { ", a rollback: what it went back from comes again" } else { "" };
        request.landing.is_none().then(|| format!("the landing is {}{what}", own.info.told()))
    }

    /// The other files that the landing changed: they stay, with the command that takes them back.
    fn left(&self) -> Option<String> {
        let others = &self.landing.others;
        let names: Vec<&str> = others.iter().take(NAMED).map(|other| other.changed.path.as_str()).collect();
        let more = others.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!names.is_empty()).then(|| {
            format!(
                "other files of it stay as they are ({}{more}); to take them back: {}",
                names.join(", "),
                self.revert()
            )
        })
    }

    /// The command of git's own, in its quotes, that takes the whole commit back.
    fn revert(&self) -> String {
        let info = &self.landing.made.landing.info;
        let parent = if info.parents.len() > 1 { "-m 1 " } else { "" };
        self.context.options.by_git(&format!("revert {parent}{}", info.id.short()))
    }
}

/// Whether a record is one of the applications that were asked for.
fn is_of(record: &RecordChange, request: &Request) -> bool {
    let covers = |record: &Record| match &record.file.cover.app {
        Some(app) => (request.only.is_empty() || request.only.contains(app)) && !request.exclude.contains(app),
        None => request.only.is_empty(),
    };
    record.was.iter().chain(&record.is).any(covers)
}

fn skip(change: &Change, reason: &str) -> Skipped {
    Skipped { app: change.app.clone(), reason: format!("in {}: {reason}", change.env) }
}

/// A refusal on one line.
fn told(refusal: &Refusal) -> String {
    match refusal.details.first() {
        Some(detail) => format!("{} ({detail})", refusal.message),
        None => refusal.message.clone(),
    }
}

fn shorten(text: &str) -> String {
    crate::domain::version::Version::new(text).map_or(text.to_string(), |version| version.short())
}
