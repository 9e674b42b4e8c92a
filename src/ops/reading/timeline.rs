//! The landed changes of pins, read from the trees of the first-parent history: two neighbouring trees by what the later one is
//! read by, and only where that finds nothing in the earlier, by what else is known of the pin there.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::commit::{CommitId, CommitInfo, Known, ObjectId};
use crate::domain::files::differing;
use crate::domain::history::Change;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, Pin};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{FILE, Settings};

use crate::ops::context::Context;
use crate::ops::reading::earlier::{Before, Neighbours, Turn};
use crate::ops::reading::lens::{Lens, Pair, Said, Tree};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::turns::{Turned, Turns};
use crate::ops::reading::world::World;

/// Changes, newest first, and how far they reach back.
#[derive(Debug, Clone)]
pub struct Walked {
    pub changes: Vec<Change>,
    /// Whether the walk came to the first commit.
    pub complete: bool,
    /// Where a shallow history is what ended the walk (and not the limit): what to do about it.
    pub cut: Option<String>,
    /// What was not read in one and the same way all along.
    pub turns: Turns,
    /// Which of the changes were read by their tree's own rules, at the places where the pins still are, without a gap.
    proven: Vec<bool>,
}

impl Walked {
    /// The changes of one pair, oldest first.
    pub fn of<'s>(&'s self, app: &'s AppName, env: &'s EnvName) -> impl DoubleEndedIterator<Item = &'s Change> {
        self.changes.iter().rev().filter(move |c| c.app == *app && c.env == *env)
    }

    /// Those of them that may be held against somebody: not found through a rename, a moved overlay or later rules.
    pub fn proven<'s>(&'s self, app: &'s AppName, env: &'s EnvName) -> impl DoubleEndedIterator<Item = &'s Change> {
        let all = self.changes.iter().zip(&self.proven).rev();
        all.filter(move |(c, proven)| **proven && c.app == *app && c.env == *env).map(|(change, _)| change)
    }

    /// Whether the changes of a pair reach back to its first one.
    pub fn is_whole(&self, app: &AppName, env: &EnvName) -> bool {
        self.complete && self.turns.untold(app, env).is_none()
    }

    /// Why the past of a pair may hold more than was read; `None`: it does not.
    pub fn why_cut(&self, app: &AppName, env: &EnvName) -> Option<String> {
        if let Some(how) = &self.cut {
            return Some(format!("a shallow clone hides what stood there before: {how}"));
        }
        (!self.is_whole(app, env)).then(|| format!("the past of `{app}` in `{env}` was not read to its end"))
    }
}

/// Walks back from a world's commit over every landing that changed one of these pins, until `limit` changes are found.
pub fn walk(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    wanted: &[Pair],
    limit: Option<usize>,
) -> Result<Walked, Error> {
    let lenses = wanted.iter().filter_map(|pair| Lens::of(&world.settings, pair)).map(Arc::new).collect();
    walk_from(context, stack, world, lenses, (world.base, limit))
}

/// The same, from an earlier commit of the branch, at which the pins are found like this.
pub fn walk_from(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    lenses: Vec<Arc<Lens>>,
    (from, limit): (CommitId, Option<usize>),
) -> Result<Walked, Error> {
    let tracks = lenses.into_iter().map(Track::of).collect();
    let (file, turns) = (RepoPath::new(FILE).map_err(anyhow::Error::from)?, Turns::default());
    let past = Past::of(context, stack, world);
    let mut walk = Walk { past, file, tracks, changes: Vec::new(), proven: Vec::new(), turns };
    let mut tip = from;
    let (complete, cut) = loop {
        match walk.segment(tip, limit)? {
            Ended::Places(parent) => tip = parent,
            Ended::Limit => break (false, None),
            Ended::Bottom { complete } => break (complete, (!complete).then(|| context.repo.how_to_deepen())),
        }
    };
    let Walk { changes, proven, mut turns, tracks, .. } = walk;
    // Behind a limit nobody looked.
    if complete {
        for track in tracks {
            if let Some((landing, why)) = track.untold {
                turns.end(track.pair, landing, why);
            }
        }
    }
    Ok(Walked { changes, complete, cut, turns, proven })
}

/// The landing since which the rules of every tree find a pin as those of now do: what it says from there on is evidence, whenever it
/// came. `None`: there is none, or it cannot be told.
///
/// # Errors
/// A tree cannot be read.
pub fn ruled_since(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    pair: &Pair,
) -> Result<Option<CommitId>, Error> {
    let Some(lens) = Lens::of(&world.settings, pair) else { return Ok(None) };
    let past = Past::of(context, stack, world);
    let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
    let mut since = None;
    for landing in context.repo.landings(world.base, &[file], None)?.commits {
        if !past.is_own(&lens, &past.tree(landing)?)? {
            break;
        }
        since = Some(landing);
    }
    Ok(since)
}

/// What a tree says of a pin, and how it is found there.
pub struct Then {
    pub lens: Arc<Lens>,
    pub said: Said,
    /// Whether the tree's own settings know the pair.
    pub is_known: bool,
}

/// What a tree of a branch's past says of pins, by the same chain.
pub fn at(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    wanted: &[Pair],
    commit: CommitId,
) -> Result<Vec<Then>, Error> {
    let past = Past::of(context, stack, world);
    let then = past.tree(commit)?;
    let own = past.whole_or_later(&then)?;
    let lenses: Vec<Lens> = wanted.iter().filter_map(|pair| Lens::of(&world.settings, pair)).collect();
    let lenses = lenses.into_iter().map(|lens| past.in_its_env(&lens, own.as_deref()).unwrap_or(lens));
    let lenses: Vec<Arc<Lens>> = lenses.map(Arc::new).collect();
    let tree = Tree::of(&then);
    let known = past.whole(&then)?;
    let branches = (&world.branch, &stack.main.branch);
    let read = lenses.into_par_iter().map(|lens| {
        let is_known = match &known {
            Some(own) => Lens::then(own, then.files.as_ref(), &lens.pair())?.is_some(),
            None => false,
        };
        let said = match known.as_ref().and_then(|own| elsewhere(own, &lens.env.name, branches)) {
            Some(branch) => Said { unread: vec![lived_on(&lens.env.name, branch)], ..Said::default() },
            None => lens.read(&tree)?,
        };
        Ok(Then { said, lens, is_known })
    });
    let mut out: Vec<Then> = read.collect::<Result<_, Error>>()?;
    let lives_here = |env: &EnvName| known.as_ref().is_none_or(|own| elsewhere(own, env, branches).is_none());
    let is_missing = |one: &Then| one.said.pin.is_none() && lives_here(&one.lens.env.name);
    let missing: Vec<Pair> = out.iter().filter(|one| is_missing(one)).map(|one| one.lens.pair()).collect();
    if missing.is_empty() || commit == world.base {
        return Ok(out);
    }
    // Only the way there tells how they were found then.
    let walked = walk(context, stack, world, &missing, None)?;
    for one in out.iter_mut().filter(|one| is_missing(one)) {
        let mut found = None;
        for turned in walked.turns.of(&one.lens.pair()) {
            if context.repo.is_ancestor(commit, turned.before)? != Known::Is(true) {
                break;
            }
            found = Some(Arc::clone(&turned.lens));
        }
        if let Some(other) = found {
            let other = past.in_its_env(&other, own.as_deref()).map_or(other, Arc::new);
            one.said = other.read(&tree)?;
            one.lens = other;
        }
    }
    Ok(out)
}

/// The branch that an environment lived on by settings of the past of the main branch, where that was another one. `here`: the
/// branch that is read.
fn elsewhere<'s>(own: &'s Settings, env: &EnvName, (here, main): (&BranchName, &BranchName)) -> Option<&'s BranchName> {
    own.environment(env)?.branch.as_ref().filter(|branch| here == main && *branch != main)
}

/// Why a tree of the main branch says nothing of an environment.
fn lived_on(env: &EnvName, branch: &BranchName) -> Refusal {
    Refusal::new(Code::PastUnread, format!("`{env}` lived on the branch `{branch}` then"))
        .hint(format!("see what that says: `git log --first-parent {branch}`"))
}

/// Why a segment of the walk ended.
enum Ended {
    /// Below this commit the pins stand elsewhere: look again from there.
    Places(CommitId),
    Limit,
    Bottom {
        complete: bool,
    },
}

/// The past of a branch, as it is read.
struct Past<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    /// The branch as it is now.
    world: &'a World,
    /// Files of settings that are broken, each with what stands for it.
    broken: RefCell<HashMap<ObjectId, Option<Arc<Settings>>>>,
}

impl<'a> Past<'a> {
    fn of(context: &'a Context<'a>, stack: &'a Stack, world: &'a World) -> Self {
        Self { context, stack, world, broken: RefCell::default() }
    }

    /// The files of a commit.
    fn tree(&self, commit: CommitId) -> Result<World, Error> {
        World::plain(&self.context.repo, &self.world.branch, commit, Arc::clone(&self.world.settings))
    }

    /// The settings of a tree's own file; where that is broken, of the nearest before it that is not.
    fn own(&self, tree: &World) -> Result<Option<Arc<Settings>>, Error> {
        let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        let Some(entry) = tree.files.entry(&file)? else { return self.stack.shelf.own(tree.files.as_ref()) };
        if let Some(known) = self.broken.borrow().get(&entry.id) {
            return Ok(known.clone());
        }
        match self.stack.shelf.own(tree.files.as_ref()) {
            Err(Error::Invalid(_)) => {}
            other => return other,
        }
        let found = self.before_it_broke(tree.base, file)?;
        self.broken.borrow_mut().insert(entry.id, found.clone());
        Ok(found)
    }

    /// The settings of a tree's own file; `None` too where that is broken.
    fn whole(&self, tree: &World) -> Result<Option<Arc<Settings>>, Error> {
        match self.stack.shelf.own(tree.files.as_ref()) {
            Err(Error::Invalid(_)) => Ok(None),
            other => other,
        }
    }

    /// The settings by which a tree's environments are read: its own, else the first ones that came later.
    fn whole_or_later(&self, tree: &World) -> Result<Option<Arc<Settings>>, Error> {
        if let Some(own) = self.whole(tree)? {
            return Ok(Some(own));
        }
        let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        let mut later = None;
        for commit in self.context.repo.landings(self.world.base, &[file], None)?.commits {
            if self.context.repo.is_ancestor(tree.base, commit)? != Known::Is(true) {
                break;
            }
            later = self.whole(&self.tree(commit)?)?.or(later);
        }
        Ok(later)
    }

    /// The newest settings in the history of a commit that can be read.
    fn before_it_broke(&self, tip: CommitId, file: RepoPath) -> Result<Option<Arc<Settings>>, Error> {
        const LOOKED_AT: usize = 16;
        for commit in self.context.repo.landings(tip, &[file], Some(LOOKED_AT))?.commits {
            match self.stack.shelf.own(&self.context.repo.snapshot(commit)?) {
                Err(Error::Invalid(_)) => {}
                other => return other,
            }
        }
        Ok(None)
    }

    /// The same pin in the clusters that its environment had by settings of the past; `None` where those are the same.
    fn in_its_env(&self, lens: &Lens, own: Option<&Settings>) -> Option<Lens> {
        // Which clusters an environment has is the main branch's to say, and a copy of its file may be old.
        let own = own.filter(|_| self.world.branch == self.stack.main.branch)?;
        let env = own.environment(&lens.env.name)?;
        (env.clusters != lens.env.clusters && env.ephemeral.is_none()).then(|| lens.in_env(env))
    }

    /// Whether a tree's own rules find a pin as the lens does.
    fn is_own(&self, lens: &Lens, tree: &World) -> Result<bool, Error> {
        // What stands for one that is broken is for reading.
        Ok(match self.whole(tree)? {
            Some(own) => match Lens::alike(&own, lens)
                .map_or_else(|| Lens::then(&own, tree.files.as_ref(), &lens.pair()), |own| Ok(Some(own)))?
            {
                Some(own) => own.finds_as(lens),
                // What a copy does not know is the main branch's.
                None => self.world.branch != self.stack.main.branch,
            },
            None => !self.world.has_file && tree.own_file()?.is_none(),
        })
    }

    /// Whether the policy says that what landed with this commit is evidence, wherever it is found.
    fn is_trusted(&self, commit: CommitId) -> Result<bool, Error> {
        match self.world.settings.trust_before {
            Some(from) => Ok(self.context.repo.is_ancestor(from, commit)? == Known::Is(true)),
            None => Ok(false),
        }
    }
}

/// One pin on the way back.
struct Track {
    pair: Pair,
    lens: Arc<Lens>,
    /// Whether the lens finds something in the tree that the walk is at; `None`: nobody looked yet.
    stands: Option<bool>,
    /// Whether what is found is still evidence, and whether it is still found by the rules of its own time and place.
    is_proven: bool,
    is_followed: bool,
    /// The landing before which it cannot be told whether the pin stood there, and why.
    untold: Option<(CommitId, String)>,
    /// Whether the environment lived elsewhere before what was read last: older landings of this branch are none of its.
    is_ended: bool,
}

impl Track {
    fn of(lens: Arc<Lens>) -> Self {
        let pair = lens.pair();
        Self { pair, lens, stands: None, is_proven: true, is_followed: false, untold: None, is_ended: false }
    }
}

struct Walk<'a> {
    past: Past<'a>,
    file: RepoPath,
    tracks: Vec<Track>,
    changes: Vec<Change>,
    proven: Vec<bool>,
    turns: Turns,
}

/// Which pins may stand at a place, by their numbers.
type Owners = HashMap<RepoPath, Vec<usize>>;

impl Walk<'_> {
    fn segment(&mut self, tip: CommitId, limit: Option<usize>) -> Result<Ended, Error> {
        let owners = self.owners(&self.past.tree(tip)?)?;
        let mut watched: Vec<RepoPath> = owners.keys().cloned().collect();
        watched.push(self.file.clone());
        watched.sort();
        watched.dedup();
        let repo = &self.past.context.repo;
        let mut take = limit.map(|limit| limit.saturating_sub(self.changes.len()) * 2 + 16);
        let mut done = 0;
        loop {
            let landings = repo.landings(tip, &watched, take)?;
            for commit in landings.commits.iter().skip(done) {
                let info = repo.commit(*commit)?;
                let have_moved = self.landing(&info, &owners)?;
                if limit.is_some_and(|limit| self.changes.len() >= limit) {
                    return Ok(Ended::Limit);
                }
                if let (Some(parent), true) = (info.parents.first(), have_moved) {
                    return Ok(Ended::Places(*parent));
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

    /// Where the pins stand, and where clusters of theirs may have stood.
    fn owners(&self, tree: &World) -> Result<Owners, Error> {
        let mut owners = Owners::new();
        for (number, track) in self.tracks.iter().enumerate() {
            for place in track.lens.places(tree)?.into_iter().chain(track.lens.cluster_folders()?) {
                owners.entry(place).or_default().push(number);
            }
        }
        Ok(owners)
    }

    /// Reads one landing; whether pins stand elsewhere before it.
    fn landing(&mut self, info: &CommitInfo, owners: &Owners) -> Result<bool, Error> {
        let after = self.past.tree(info.id)?;
        let before = info.parents.first().map(|parent| self.past.tree(*parent)).transpose()?;
        let Some(before) = before else {
            self.first(info, &after)?;
            return Ok(false);
        };
        let id = |world: &World| Ok::<_, Error>(world.files.entry(&self.file)?.map(|entry| entry.id));
        let has_other_settings = id(&after)? != id(&before)?;
        let own = self.past.own(&before)?;
        let now = self.past.world;
        let trees = Neighbours::of(&after, &before, own.clone(), &now.settings);
        let touched = self.touched(&after, &before, owners)?;
        let lenses: Vec<Arc<Lens>> = touched.iter().map(|number| Arc::clone(&self.tracks[*number].lens)).collect();
        let read = lenses.par_iter().map(|lens| {
            let is = lens.read(&trees.after)?;
            let was = trees.before(lens, &is)?;
            Ok((is, was))
        });
        let read: Vec<(Said, Before)> = read.collect::<Result<_, Error>>()?;
        let mut have_moved = false;
        for (number, (is, was)) in touched.into_iter().zip(read) {
            have_moved |= self.note(number, info, &after, (is, was))?;
        }
        if has_other_settings {
            self.end_what_lived_elsewhere(info, own.as_deref());
            for number in 0..self.tracks.len() {
                have_moved |= self.other_settings(number, info, &trees)?;
            }
        }
        Ok(have_moved)
    }

    /// Ends the past of environments that lived on a branch of their own by the settings before a landing of the main branch:
    /// what the main branch said of them then was not what ran.
    fn end_what_lived_elsewhere(&mut self, info: &CommitInfo, own: Option<&Settings>) {
        let Some(own) = own else { return };
        let branches = (&self.past.world.branch, &self.past.stack.main.branch);
        for track in self.tracks.iter_mut().filter(|track| !track.is_ended) {
            let Some(elsewhere) = elsewhere(own, &track.lens.env.name, branches) else { continue };
            let why = format!("before it `{}` lived on the branch `{elsewhere}`", track.pair.1);
            (track.untold, track.is_ended) = (Some((info.id, why)), true);
        }
    }

    /// The first commit of all: what it says is what it brought.
    fn first(&mut self, info: &CommitInfo, after: &World) -> Result<(), Error> {
        let tree = Tree::of(after);
        for number in 0..self.tracks.len() {
            let lens = Arc::clone(&self.tracks[number].lens);
            let is = lens.read(&tree)?;
            let was = Before { said: Said::default(), lens, turn: None, untold: None };
            self.note(number, info, after, (is, was))?;
        }
        Ok(())
    }

    /// Notes what a landing did to one pin; whether that stands elsewhere before it.
    fn note(
        &mut self,
        number: usize,
        info: &CommitInfo,
        after: &World,
        (is, was): (Said, Before),
    ) -> Result<bool, Error> {
        let track = &mut self.tracks[number];
        if track.is_ended {
            return Ok(false);
        }
        let is_gap = [&is, &was.said].iter().any(|said| !said.unread.is_empty() || !said.lacks.is_empty());
        track.stands = Some(was.said.pin.is_some());
        track.untold = match (&was.untold, was.said.pin.is_some(), is.unread.first()) {
            (_, true, _) => None,
            (Some(why), false, _) => Some((info.id, why.clone())),
            (None, false, Some(why)) if is.pin.is_none() => Some((info.id, why.message.clone())),
            (None, false, _) if is.pin.is_some() => None,
            (None, false, _) => track.untold.take(),
        };
        if let Some(change) = change(info, &track.pair, (&is, &was)) {
            let is_strange = |why: &&Refusal| matches!(why.code, Code::MovingRef | Code::Untagged);
            if let (None, Some(why)) = (&is.pin, is.unread.first().or(is.lacks.iter().find(is_strange))) {
                self.turns.unread(&track.pair, info.id, why.message.clone());
            }
            let is_own = self.past.is_own(&track.lens, after)?;
            if !is_own {
                self.turns.by_later_rule(&track.pair, info.id);
            }
            track.is_followed |= !is_own;
            if is_gap || track.is_followed && track.is_proven && !self.past.is_trusted(info.id)? {
                track.is_proven = false;
            }
            self.changes.push(change);
            self.proven.push(track.is_proven);
        }
        match was.turn {
            Some(turn) => Ok(self.turn(number, info, was.lens, turn)),
            None => Ok(false),
        }
    }

    /// The settings that a landing changed may have found a pin in other clusters, or one that is found by no later rule.
    fn other_settings(&mut self, number: usize, info: &CommitInfo, trees: &Neighbours<'_>) -> Result<bool, Error> {
        let lens = Arc::clone(&self.tracks[number].lens);
        let mut have_moved = false;
        let own = self.past.whole(trees.before.world)?;
        if let Some(other) = self.past.in_its_env(&lens, own.as_deref()) {
            let finds = other.read(&trees.before)?.pin.is_some();
            // A place for each cluster says nothing of an environment that had none.
            if finds || !self.stands(number, &trees.before)? {
                self.tracks[number].stands = Some(finds);
                self.tracks[number].lens = Arc::new(other);
                have_moved = true;
            }
        }
        let lens = Arc::clone(&self.tracks[number].lens);
        if trees.is_other(&lens)?
            && !self.stands(number, &trees.before)?
            && let Some(own) = trees.by_own_rule(&lens)?
        {
            self.tracks[number].stands = Some(true);
            have_moved |= self.turn(number, info, Arc::new(own), Turn::OwnRule);
        }
        Ok(have_moved)
    }

    /// Whether a pin is found in the tree that the walk is at.
    fn stands(&mut self, number: usize, tree: &Tree<'_>) -> Result<bool, Error> {
        let track = &mut self.tracks[number];
        match track.stands {
            Some(known) => Ok(known),
            None => Ok(*track.stands.insert(track.lens.read(tree)?.pin.is_some())),
        }
    }

    /// From here on back a pin is found in another way; whether that is elsewhere.
    fn turn(&mut self, number: usize, info: &CommitInfo, lens: Arc<Lens>, turn: Turn) -> bool {
        let track = &mut self.tracks[number];
        track.is_followed = true;
        let same = |one: &Lens, other: &Lens| {
            let places = |lens: &Lens| lens.rules().map(|(_, rule)| rule.within.clone()).collect::<BTreeSet<_>>();
            places(one) == places(other) && one.env.clusters == other.env.clusters
        };
        let have_moved = !same(&track.lens, &lens);
        if let Some(before) = info.parents.first() {
            let (pair, landing, before) = (track.pair.clone(), info.id, *before);
            self.turns.add(Turned { pair, landing, before, lens: Arc::clone(&lens), turn });
        }
        track.lens = lens;
        have_moved
    }

    /// The pins that a landing may have changed.
    fn touched(&self, after: &World, before: &World, owners: &Owners) -> Result<Vec<usize>, Error> {
        if self.tracks.len() <= 4 {
            return Ok((0..self.tracks.len()).collect());
        }
        let mut changed = Vec::new();
        differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
        let mut hit = BTreeSet::new();
        for path in changed {
            let mut at = Some(path);
            while let Some(place) = at {
                hit.extend(owners.get(&place).into_iter().flatten().copied());
                at = place.parent();
            }
        }
        Ok(hit.into_iter().collect())
    }
}

/// What a landing changed of a pin; `None` where it says the same as before.
fn change(info: &CommitInfo, (app, env): &Pair, (is, was): (&Said, &Before)) -> Option<Change> {
    let sites = |pin: &Option<Pin>| pin.as_ref().map(Pin::assignment).unwrap_or_default();
    let version = |pin: &Option<Pin>| pin.as_ref().and_then(Pin::version);
    let (old, new): (Assignment, Assignment) = (sites(&was.said.pin), sites(&is.pin));
    let (from, to) = (version(&was.said.pin), version(&is.pin));
    // A rule that came later may find the same version by other names.
    if old == new || was.turn.is_some() && from.is_some() && from == to {
        return None;
    }
    let (commit, when) = (info.id, info.committer.when);
    Some(Change { commit, when, app: app.clone(), env: env.clone(), from, to, was: old, is: new })
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
    let world = world.with_members()?;
    let main = &stack.main;
    let is_copy = *branch != main.branch && main.has_file && world.has_file;
    match is_copy.then(|| main.settings.more_than(&world.settings)).flatten() {
        Some(settings) => world.ruled_by(Arc::new(settings)),
        None => Ok(world),
    }
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

/// What a landing changed of these pins: the tree after it against the one before. `before`: none where the landing is the
/// first commit of all.
pub fn compare(
    lenses: &[Arc<Lens>],
    info: &CommitInfo,
    trees: &Neighbours<'_>,
    is_first: bool,
) -> Result<Vec<Moved>, Error> {
    let read = lenses.par_iter().map(|lens| {
        let is = lens.read(&trees.after)?;
        let was = match is_first {
            false => trees.before(lens, &is)?,
            true => Before { said: Said::default(), lens: Arc::clone(lens), turn: None, untold: None },
        };
        let Some(change) = change(info, &lens.pair(), (&is, &was)) else { return Ok(None) };
        let why = [is.unread, was.said.unread, is.lacks, was.said.lacks].into_iter().flatten();
        let unread = why.map(|why| why.message).collect();
        Ok(Some(Moved { change, was: was.said.pin, is: is.pin, unread }))
    });
    let moves: Vec<Option<Moved>> = read.collect::<Result<_, Error>>()?;
    Ok(moves.into_iter().flatten().collect())
}

/// What one commit of a branch, or of what was merged into it, says of a pair: by a landing's rules where they find something,
/// else by its own.
pub fn pin_at(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    lens: &Lens,
    commit: CommitId,
) -> Result<Option<Pin>, Error> {
    let then = Past::of(context, stack, world).tree(commit)?;
    let tree = Tree::of(&then);
    let said = lens.read(&tree)?;
    if said.pin.is_some() {
        return Ok(said.pin);
    }
    let own = match stack.shelf.own(then.files.as_ref()) {
        Err(Error::Invalid(_)) => None,
        other => other?,
    };
    let own = own.map(|own| Lens::then(&own, then.files.as_ref(), &lens.pair())).transpose()?.flatten();
    match own {
        Some(own) => Ok(lens.before_it(own).read(&tree)?.pin),
        None => Ok(None),
    }
}

/// How the pin of a pair is found by today's settings.
pub fn today(world: &World, app: &AppName, env: &EnvName) -> Option<Lens> {
    Lens::of(&world.settings, &(app.clone(), env.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Walked {
        /// These changes, newest first, for tests of what reads them.
        pub fn of_changes(changes: Vec<Change>, complete: bool) -> Self {
            let proven = vec![true; changes.len()];
            let cut = (!complete).then(|| "deepen it".to_string());
            Self { proven, changes, complete, cut, turns: Turns::default() }
        }
    }
}
