//! Tells commits of applications where they run: a status `stageline/ENVIRONMENT` of each commit that came or went with a landing, and
//! one comment on the merge request of each, at the forge of the source.
//!
//! What is written is what is so by now, so writing it twice or late does no harm: a commit that a later landing took out is not said to
//! be there. Each status is of one environment, and the comment is made of the statuses until a look finds nothing it lacks.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::arrival::{self, Became, PREFIX};
use crate::domain::commit::{CommitId, Known};
use crate::domain::history::Change;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::settings::Application;
use crate::forge::{self, Door, Outcome, Status, Writer, address};
use crate::git::source::Source;
use crate::overlay::Reader;
use crate::text::arrivals;

use crate::ops::context::{Context, Run};
use crate::ops::landing::door;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::telling::talk::{MOST as ROUNDS, let_in, patient, plain, wait};
use crate::ops::telling::tell::State;

/// What marks of this are known by, beside those of sinks.
pub const KEY: &str = "commits";
/// So many commits of one application are told of one landing; the newest.
const MOST: usize = 50;

/// What a landing moved.
pub struct Landed {
    pub id: CommitId,
    pub changes: Vec<Change>,
}

/// What became of the commits of one move.
#[derive(Debug, Clone)]
pub struct Told {
    pub landing: CommitId,
    /// In one line: what was told of.
    pub title: String,
    pub state: State,
}

/// The commits of one move that are told of.
struct Moved<'m> {
    change: &'m Change,
    /// Newest first.
    commits: Vec<(CommitId, Became)>,
    /// How many older ones are not.
    more: usize,
}

/// Tells the commits of some landings, oldest first. An application whose source is at no forge that is known has none to tell; one
/// whose forge cannot be spoken to says so, and keeps no other from being told.
///
/// # Errors
/// The clone cannot be read.
pub fn tell(context: &Context<'_>, stack: &Stack, landings: &[Landed], run: Run) -> Result<Vec<Told>, Error> {
    let sources = Sources::new(context);
    let mut doors = Doors { context, stack, known: BTreeMap::new() };
    let mut out = Vec::new();
    for landing in landings {
        for change in &landing.changes {
            let Some(app) = stack.main.settings.application(&change.app).or_else(|| member(stack, change)) else {
                continue;
            };
            let door = match doors.of(app)? {
                Ok(Some(door)) => door,
                Ok(None) => continue,
                Err(state) => {
                    let title = format!("{} in {}", change.app, change.env);
                    out.push(Told { landing: landing.id, title, state });
                    continue;
                }
            };
            let Some(moved) = sources.if_asked(&app.name, moved(stack, &sources, app, change)).flatten() else {
                continue;
            };
            let told = match run {
                Run::Dry => Ok(Ok((moved.commits.len(), 0))),
                Run::Real => Telling { context, stack, door: &door }.all(&moved),
            };
            let (title, state) = became(&moved, told, run)?;
            out.push(Told { landing: landing.id, title, state });
        }
    }
    Ok(out)
}

/// Whether the forge of any source is known and can be spoken to from here: without a token nobody is told, now or ever.
///
/// # Errors
/// Something broke here.
pub fn speaks(context: &Context<'_>, stack: &Stack) -> Result<bool, Error> {
    let mut doors = Doors { context, stack, known: BTreeMap::new() };
    for app in &stack.main.settings.applications {
        match doors.of(app)? {
            Ok(None) => {}
            found => return Ok(found.is_ok()),
        }
    }
    Ok(false)
}

/// A member of a family, which the world of its environment knows.
fn member<'s>(stack: &'s Stack, change: &Change) -> Option<&'s Application> {
    stack.worlds().find_map(|world| world.settings.application(&change.app))
}

/// What is said of it, and how it ended.
fn became(
    moved: &Moved<'_>,
    told: Result<Result<(usize, usize), String>, Error>,
    run: Run,
) -> Result<(String, State), Error> {
    let Change { app, env, .. } = moved.change;
    let commits = count(moved.commits.len(), "commit");
    let more = if moved.more > 0 { format!(" ({} older ones are not told)", moved.more) } else { String::new() };
    let title = format!("{commits} of {app} in {env}{more}");
    Ok(match told {
        Ok(Ok((_, requests))) if run == Run::Real => {
            let on = if requests == 0 { String::new() } else { format!(", on {}", count(requests, "request")) };
            (title.clone(), State::Told(Some(format!("{title}{on}"))))
        }
        Ok(Ok(_)) => (title, State::Planned),
        Ok(Err(why)) => (title, State::Nobody(format!("the token may not tell them: {why}"))),
        Err(no) => (title, State::Failed(no.answer()?.on_one_line())),
    })
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The commits of a move, with what is so of each by now; `None`: there is nothing to tell.
fn moved<'m>(
    stack: &Stack,
    sources: &Sources<'_>,
    app: &Application,
    change: &'m Change,
) -> Result<Option<Moved<'m>>, Error> {
    let Ok((world, env)) = stack.environment(&change.env) else { return Ok(None) };
    let Some(source) = sources.of(app)? else { return Ok(None) };
    let commit = |version: &Option<_>| match version {
        Some(version) => sources.commit_of(app, Some(version)),
        None => Ok(None),
    };
    let pin = world.pin(&Reader::new(world.files.as_ref()), app, &env)?;
    let now = commit(&pin.and_then(|pin| pin.version()))?;
    let (from, to) = (commit(&change.from)?, commit(&change.to)?);
    let gained = match (from, to) {
        (Some(from), Some(to)) => between(&source, from, to)?,
        (None, Some(to)) => vec![to],
        _ => Vec::new(),
    };
    let lost = match (from, to) {
        (Some(from), Some(to)) => between(&source, to, from)?,
        (Some(from), None) => vec![from],
        _ => Vec::new(),
    };
    let mut commits = Vec::new();
    let more = gained.len().saturating_sub(MOST) + lost.len().saturating_sub(MOST);
    let first = |all: Vec<CommitId>| all.into_iter().take(MOST);
    for (commit, is_there) in first(gained).map(|one| (one, true)).chain(first(lost).map(|one| (one, false))) {
        let contained = match now {
            Some(now) if now == commit => Known::Is(true),
            Some(now) => source.is_ancestor(commit, now)?,
            None => Known::Is(false),
        };
        // What a later landing made of it is told with that.
        if contained == Known::Is(is_there) {
            commits.push((commit, if is_there { Became::Arrived } else { Became::Left }));
        }
    }
    Ok((!commits.is_empty()).then_some(Moved { change, commits, more }))
}

/// The commits that one has and another lacks, newest first: one more than are told, at most.
fn between(source: &Source, lacks: CommitId, has: CommitId) -> Result<Vec<CommitId>, Error> {
    Ok(source.between(lacks, has, MOST + 1)?.into_iter().map(|info| info.id).collect())
}

/// The ways to the forges of sources, each found once.
struct Doors<'d> {
    context: &'d Context<'d>,
    stack: &'d Stack,
    known: BTreeMap<String, Result<Option<Arc<Door>>, State>>,
}

impl Doors<'_> {
    /// The way to an application's; `Ok(None)`: none is known. `Err`: why it cannot be spoken to.
    fn of(&mut self, app: &Application) -> Result<Result<Option<Arc<Door>>, State>, Error> {
        let Some(address) = app.source.as_ref().map(|source| source.0.clone()) else { return Ok(Ok(None)) };
        let forges = &self.stack.main.settings.forges;
        // A folder is at no forge, and a host that nobody named is not asked what it is.
        if address::repository(&address, forges).is_none() {
            return Ok(Ok(None));
        }
        if let Some(known) = self.known.get(&address) {
            return Ok(known.clone());
        }
        let found = match door::to_source(self.context, forges, &address) {
            Ok(door) => Ok(door),
            Err(Error::Unauthenticated(why)) => Err(State::Nobody(why.on_one_line())),
            Err(no) => Err(State::Failed(no.answer()?.on_one_line())),
        };
        self.known.insert(address, found.clone());
        Ok(found)
    }
}

/// Telling the commits of one move at their forge.
struct Telling<'t> {
    context: &'t Context<'t>,
    stack: &'t Stack,
    door: &'t Door,
}

impl Telling<'_> {
    /// All of them: how many statuses were written, and on how many requests it is shown; `Err`: what the token may not.
    fn all(&self, moved: &Moved<'_>) -> Result<Result<(usize, usize), String>, Error> {
        let env = &moved.change.env;
        let name = format!("{PREFIX}{env}");
        if arrival::environment(env.as_str()).is_none() {
            return Ok(Err(format!("`{name}` is the name of another status")));
        }
        let page = self.page(moved.change.commit)?;
        let (mut by, mut requests) = (None, BTreeMap::new());
        for (commit, became) in &moved.commits {
            let description = arrival::line(env, *became, moved.change.when);
            let status =
                Status { context: &name, outcome: Outcome::Success, description: &description, page: page.as_deref() };
            match let_in(patient(self.door, || forge::talking(self.door).state(*commit, &status)))? {
                Ok(writer) => by = by.or(writer.0),
                Err(why) => return Ok(Err(why)),
            }
            for found in forge::of(self.door).of_commit(*commit)? {
                requests.entry(found.number).or_insert(*commit);
            }
        }
        let me = match by {
            Some(me) => Some(me),
            None => forge::talking(self.door).who()?.and_then(|writer| writer.0),
        };
        let Some(me) = me else { return Ok(Ok((moved.commits.len(), 0))) };
        for (number, commit) in &requests {
            if let Err(why) = let_in(self.show(*number, *commit, me))? {
                return Ok(Err(why));
            }
        }
        Ok(Ok((moved.commits.len(), requests.len())))
    }

    /// The page of a landing at the forge of the config repository, where that is known.
    fn page(&self, landing: CommitId) -> Result<Option<String>, Error> {
        let Some(remote) = &self.stack.remote else { return Ok(None) };
        let Some(at) = self.context.repo.push_address(remote)? else { return Ok(None) };
        Ok(address::repository(&at, &self.stack.main.settings.forges).and_then(|at| at.commit(landing)))
    }

    /// Has the one comment on a request show what the statuses of a commit say, until a look finds nothing that it lacks.
    fn show(&self, request: u64, commit: CommitId, me: i64) -> Result<(), Error> {
        let talking = forge::talking(self.door);
        for round in 0..ROUNDS {
            let mut mine = talking.comments(request)?;
            mine.retain(|one| one.by == Writer(Some(me)) && arrivals::is_marked(&one.body));
            let text = arrivals::comment(commit, &self.told(commit, me)?);
            let (kept, others) = match mine.split_first() {
                Some((first, others)) => (Some(first), others),
                None => (None, &[][..]),
            };
            // Two that began at once have each written one: the oldest stays.
            for other in others {
                patient(self.door, || talking.remove(request, other.number))?;
            }
            match kept {
                Some(kept) if plain(&kept.body) == plain(&text) && others.is_empty() => return Ok(()),
                Some(kept) => drop(patient(self.door, || talking.rewrite(request, kept.number, &text))?),
                None => drop(talking.comment(request, &text)?),
            }
            std::thread::sleep(wait(round));
        }
        Err(self.door.strange("a comment that stays as it was written"))
    }

    /// What the statuses of a commit that we wrote say of environments, in their order: of each the newest.
    fn told(&self, commit: CommitId, me: i64) -> Result<Vec<(EnvName, String)>, Error> {
        let mut by_env: BTreeMap<EnvName, String> = BTreeMap::new();
        // Oldest first. Gitea does not say of every status who wrote it.
        for said in forge::talking(self.door).said(commit, PREFIX)? {
            if said.by.0.is_some_and(|by| by != me) {
                continue;
            }
            if let Some(env) = arrival::environment(&said.name) {
                by_env.insert(env, said.description);
            }
        }
        let order = self.stack.ordered();
        let mut out: Vec<(EnvName, String)> = by_env.into_iter().collect();
        out.sort_by_key(|(env, _)| order.iter().position(|one| one == env).unwrap_or(order.len()));
        Ok(out)
    }
}
