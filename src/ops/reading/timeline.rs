//! The landed changes of pins, read from the trees of the first-parent history, each with its own settings.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config;
use crate::domain::commit::{CommitId, CommitInfo, Known};
use crate::domain::files::differing;
use crate::domain::history::Change;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment, FILE, Settings};
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// An application in an environment, by name: settings differ from commit to commit.
pub type Pair = (AppName, EnvName);

/// Changes, newest first, and whether they reach back to the first commit.
#[derive(Debug, Clone)]
pub struct Walked {
    pub changes: Vec<Change>,
    pub complete: bool,
    /// Whether a shallow clone is what ended the walk (and not the limit).
    pub cut: bool,
    /// So many of the newest were read by each tree's own rules, at the places where the pins still are, without a gap.
    proven: usize,
}

impl Walked {
    /// The changes of one pair, oldest first.
    pub fn of<'s>(&'s self, app: &'s AppName, env: &'s EnvName) -> impl DoubleEndedIterator<Item = &'s Change> {
        self.changes.iter().rev().filter(move |c| c.app == *app && c.env == *env)
    }

    /// Those of them that may be held against somebody: not found through a rename, a moved overlay or later rules.
    pub fn proven<'s>(&'s self, app: &'s AppName, env: &'s EnvName) -> impl DoubleEndedIterator<Item = &'s Change> {
        self.changes[..self.proven].iter().rev().filter(move |c| c.app == *app && c.env == *env)
    }
}

/// The pairs of a world's settings that were asked for.
pub fn pairs<'w>(settings: &'w Settings, wanted: &[Pair]) -> Vec<(&'w Application, &'w Environment)> {
    let asked: BTreeSet<(&str, &str)> = wanted.iter().map(|(a, e)| (a.as_str(), e.as_str())).collect();
    settings
        .applications
        .iter()
        .flat_map(|app| settings.durable().map(move |env| (app, env)))
        .filter(|(app, env)| asked.contains(&(app.name.as_str(), env.name.as_str())))
        .collect()
}

/// Walks back from a world's commit over every landing that changed one of these pins, until `limit` changes are found.
pub fn walk(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    wanted: &[Pair],
    limit: Option<usize>,
) -> Result<Walked, Error> {
    let otherwise = Arc::clone(&world.settings);
    let mut walk =
        Walk { context, stack, world, wanted, changes: Vec::new(), otherwise, proven: None, is_followed: false };
    let mut tip = world.base;
    let (complete, cut) = loop {
        match walk.segment(tip, limit)? {
            Ended::Layout(parent) => {
                walk.is_followed = true;
                tip = parent;
            }
            Ended::Limit => break (false, false),
            Ended::Bottom { complete } => break (complete, !complete),
        }
    };
    let proven = walk.proven.unwrap_or(walk.changes.len());
    Ok(Walked { changes: walk.changes, complete, cut, proven })
}

/// Why a segment of the walk ended.
enum Ended {
    /// Below this commit the pins stand elsewhere: look again from there.
    Layout(CommitId),
    Limit,
    Bottom {
        complete: bool,
    },
}

struct Walk<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    world: &'a World,
    wanted: &'a [Pair],
    changes: Vec<Change>,
    /// The settings of trees without a file.
    otherwise: Arc<Settings>,
    /// How many changes are proven; `None`: all so far.
    proven: Option<usize>,
    /// Whether the walk has come to where the pins stood elsewhere, or where other rules were in force.
    is_followed: bool,
}

impl Walk<'_> {
    /// What is found from here on is no evidence.
    fn ends_proof(&mut self) {
        self.proven.get_or_insert(self.changes.len());
    }

    /// Whether the policy says that what landed with this commit is evidence, wherever it is found.
    fn is_trusted(&self, commit: CommitId) -> Result<bool, Error> {
        match self.world.settings.trust_before {
            Some(from) => Ok(self.context.repo.is_ancestor(from, commit)? == Known::Is(true)),
            None => Ok(false),
        }
    }

    fn at(&self, commit: CommitId) -> Result<World, Error> {
        world_at(self.context, self.stack, &self.world.branch, commit, &self.otherwise)
    }

    /// Where the wanted pins stand by a world's settings.
    fn places(&self, world: &World) -> Result<Vec<RepoPath>, Error> {
        world.places(&pairs(&world.settings, self.wanted))
    }

    fn segment(&mut self, tip: CommitId, limit: Option<usize>) -> Result<Ended, Error> {
        let here = self.at(tip)?;
        // Older trees without a file, or with a broken one, are read as the nearest later one that can be read.
        self.otherwise = Arc::clone(&here.settings);
        let places = self.places(&here)?;
        let mut watched = places.clone();
        watched.push(RepoPath::new(FILE).map_err(anyhow::Error::from)?);
        let mut take = limit.map(|limit| limit.saturating_sub(self.changes.len()) * 2 + 16);
        let mut done = 0;
        loop {
            let landings = self.context.repo.landings(tip, &watched, take)?;
            for commit in landings.commits.iter().skip(done) {
                let info = self.context.repo.commit(*commit)?;
                let after = self.at(*commit)?;
                let before = info.parents.first().map(|parent| self.at(*parent)).transpose()?;
                let compared = compare(self.wanted, &info, &after, before.as_ref())?;
                let is_gap = compared.moves.iter().any(|moved| !moved.unread.is_empty());
                if is_gap || self.is_followed && self.proven.is_none() && !self.is_trusted(*commit)? {
                    self.ends_proof();
                }
                self.changes.extend(compared.moves.into_iter().map(|moved| moved.change));
                self.is_followed |= self.world.has_file && before.as_ref().is_some_and(|before| !before.has_file);
                if limit.is_some_and(|limit| self.changes.len() >= limit) {
                    return Ok(Ended::Limit);
                }
                if let (Some(parent), Some(before)) = (info.parents.first(), before) {
                    if let Some(found) = compared.moved_from {
                        self.otherwise = found;
                        return Ok(Ended::Layout(*parent));
                    }
                    if self.places(&before)? != places {
                        return Ok(Ended::Layout(*parent));
                    }
                }
            }
            match take {
                Some(count) if landings.commits.len() >= count => {
                    done = landings.commits.len();
                    take = Some(count * 4);
                }
                _ => return Ok(Ended::Bottom { complete: landings.complete }),
            }
        }
    }
}

/// The world of a branch at one commit of its past. One without settings of its own, or with settings that cannot be read
/// any more (no reason to forget the history), is read with the given ones.
pub fn world_at(
    context: &Context<'_>,
    stack: &Stack,
    branch: &BranchName,
    commit: CommitId,
    otherwise: &Arc<Settings>,
) -> Result<World, Error> {
    let world = match World::read(&context.repo, &stack.shelf, branch, commit, Some(otherwise)) {
        Err(Error::Invalid(_)) => World::plain(&context.repo, branch, commit, Arc::clone(otherwise))?,
        other => other?,
    };
    let main = &stack.main;
    let is_copy = *branch != main.branch && main.has_file && world.has_file;
    match is_copy.then(|| main.settings.more_than(&world.settings)).flatten() {
        Some(settings) => world.ruled_by(Arc::new(settings)),
        None => Ok(world),
    }
}

/// What one landing did to some pins.
#[derive(Default)]
pub struct Compared {
    pub moves: Vec<Moved>,
    /// Where an overlay came from another place: the settings that found it there.
    pub moved_from: Option<Arc<Settings>>,
}

/// A landed change with the pins that it was read from.
#[derive(Debug, Clone)]
pub struct Moved {
    pub change: Change,
    pub was: Option<Pin>,
    pub is: Option<Pin>,
    /// Why a side could not be read, where it then seems to have no pin.
    pub unread: Vec<String>,
}

/// What a landing changed of these pins: the world after it against the one before, each read with its own settings.
/// `before`: none where the landing is the first commit of all.
pub fn compare(wanted: &[Pair], info: &CommitInfo, after: &World, before: Option<&World>) -> Result<Compared, Error> {
    let mut out = Compared::default();
    let new_reader = Reader::new(after.files.as_ref());
    let old_reader = before.map(|before| Reader::new(before.files.as_ref()));
    let mut elsewhere: Option<Option<Arc<Settings>>> = None;
    let touched = touched(wanted, after, before)?;
    let read = touched.par_iter().map(|(app, env)| {
        let mut unread = Vec::new();
        let is = pin_in(after, &new_reader, app, env, &mut unread)?;
        let was = match (before, &old_reader) {
            (Some(before), Some(reader)) => pin_in(before, reader, app, env, &mut unread)?,
            _ => None,
        };
        Ok((is, was, unread))
    });
    let read: Vec<(Option<Pin>, Option<Pin>, Vec<String>)> = read.collect::<Result<_, Error>>()?;
    for ((app, env), (is, mut was, mut unread)) in touched.into_iter().zip(read) {
        if let (None, Some(_), Some(before), Some(reader)) = (&was, &is, before, &old_reader) {
            let found = match &elsewhere {
                Some(found) => found.clone(),
                None => {
                    let found = moved_from(after, before)?;
                    elsewhere = Some(found.clone());
                    found
                }
            };
            if let Some(settings) = found {
                let old = before.seen_with(Arc::clone(&settings));
                was = pin_in(&old, reader, app, env, &mut unread)?;
                if was.is_some() {
                    out.moved_from = Some(settings);
                }
            }
        }
        let said = |pin: &Option<Pin>| pin.as_ref().map(Pin::assignment).unwrap_or_default();
        let (old, new) = (said(&was), said(&is));
        if old == new {
            continue;
        }
        let change = Change {
            commit: info.id,
            when: info.committer.when,
            app: app.clone(),
            env: env.clone(),
            from: was.as_ref().and_then(Pin::version),
            to: is.as_ref().and_then(Pin::version),
            was: old,
            is: new,
        };
        out.moves.push(Moved { change, was, is, unread });
    }
    Ok(out)
}

/// The wanted pairs that a landing may have changed: all of them where the settings changed.
fn touched<'p>(wanted: &'p [Pair], after: &World, before: Option<&World>) -> Result<Vec<&'p Pair>, Error> {
    let Some(before) = before else { return Ok(wanted.iter().collect()) };
    if wanted.len() <= 4 {
        return Ok(wanted.iter().collect());
    }
    let mut changed = Vec::new();
    differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
    if changed.iter().any(|path| path.as_str() == FILE) {
        return Ok(wanted.iter().collect());
    }
    let mut owners: HashMap<RepoPath, Vec<(&str, &str)>> = HashMap::new();
    let known = pairs(&after.settings, wanted);
    for pair in &known {
        for place in after.places(std::slice::from_ref(pair))? {
            owners.entry(place).or_default().push((pair.0.name.as_str(), pair.1.name.as_str()));
        }
    }
    let mut hit: BTreeSet<(&str, &str)> = BTreeSet::new();
    for path in &changed {
        let mut at = Some(path.clone());
        while let Some(place) = at {
            hit.extend(owners.get(&place).into_iter().flatten());
            at = place.parent();
        }
    }
    Ok(wanted.iter().filter(|(app, env)| hit.contains(&(app.as_str(), env.as_str()))).collect())
}

/// What one commit says of a pair; a commit without readable settings is read with these.
pub fn pin_at(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    otherwise: &Arc<Settings>,
    commit: CommitId,
    (app, env): (&AppName, &EnvName),
) -> Result<(Option<Pin>, Arc<Settings>), Error> {
    let then = world_at(context, stack, &world.branch, commit, otherwise)?;
    let pin = pin_in(&then, &Reader::new(then.files.as_ref()), app, env, &mut Vec::new())?;
    Ok((pin, then.settings))
}

/// What a world says of a pair. A tree whose text cannot be read (a broken file in the past) says nothing, and why.
fn pin_in(
    world: &World,
    reader: &Reader<'_>,
    app: &AppName,
    env: &EnvName,
    unread: &mut Vec<String>,
) -> Result<Option<Pin>, Error> {
    let (Some(app), Some(env)) = (world.settings.application(app), world.settings.environment(env)) else {
        return Ok(None);
    };
    match world.pin(reader, app, env) {
        Ok(pin) => Ok(pin.filter(|pin| !pin.assignment().is_empty())),
        Err(Error::Invalid(why) | Error::Refused(why)) => {
            unread.push(why.message);
            Ok(None)
        }
        // A file that is not here is not a file that says nothing.
        Err(error) => Err(error),
    }
}

/// Settings that find overlays where they were before a landing moved them: by the layout, and only if it took some away.
fn moved_from(after: &World, before: &World) -> Result<Option<Arc<Settings>>, Error> {
    let mut changed = Vec::new();
    differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
    let mut took = false;
    for path in changed.iter().filter(|path| path.name().to_ascii_lowercase().starts_with("kustomization")) {
        took = took || after.files.entry(path)?.is_none();
    }
    if !took {
        return Ok(None);
    }
    Ok(Some(Arc::new(config::discover::discover(before.files.as_ref())?.settings)))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Walked {
        /// These changes, newest first, for tests of what reads them.
        pub fn of_changes(changes: Vec<Change>, complete: bool) -> Self {
            Self { proven: changes.len(), changes, complete, cut: !complete }
        }
    }
}
