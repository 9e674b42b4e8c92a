//! Which commits contain which: walks over parents that know what a shallow history hides.

use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::domain::commit::{CommitId, Distance, Known};
use crate::domain::refusal::Error;

use super::store::Store;

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const BOTH: u8 = LEFT | RIGHT;

/// Why a shallow history cannot answer, and what to do.
pub(super) const SHALLOW: &str =
    "this clone is shallow and the commits that would tell are not in it; run `git fetch --unshallow`";

/// Which commits are reachable from which of two tips.
pub(super) struct Painted {
    /// Every commit that was looked at: `LEFT`, `RIGHT` or both.
    marks: HashMap<CommitId, u8>,
    /// Sides on which a shallow boundary hides commits that the other side might have.
    hidden: u8,
}

impl Painted {
    /// Whether only the right tip contains it.
    pub(super) fn is_right_alone(&self, commit: CommitId) -> bool {
        self.marks.get(&commit) == Some(&RIGHT)
    }

    /// Whether both tips contain it.
    pub(super) fn is_shared(&self, commit: CommitId) -> bool {
        self.marks.get(&commit) == Some(&BOTH)
    }

    /// Whether a shallow history hides anything that could change this.
    pub(super) fn is_cut(&self) -> bool {
        self.hidden != 0
    }
}

/// A walk down two histories, newest commit first.
struct Walk<'a> {
    store: &'a Store,
    /// What is known of each commit that was reached.
    marks: HashMap<CommitId, u8>,
    queue: BinaryHeap<(i64, CommitId)>,
    /// The commits of the queue, with the marks that were counted in `open`.
    queued: HashMap<CommitId, u8>,
    /// How many commits of the queue are on one side only.
    open: usize,
    /// The oldest date of a commit that was, at some time, on one side only.
    oldest: i64,
}

impl Walk<'_> {
    fn push(&mut self, commit: CommitId, mark: u8) -> Result<(), Error> {
        let known = self.marks.entry(commit).or_insert(0);
        let now = *known | mark;
        if now == *known {
            return Ok(());
        }
        *known = now;
        let time = self.store.link(commit)?.time;
        if now != BOTH {
            self.oldest = self.oldest.min(time);
        }
        match self.queued.insert(commit, now) {
            None => {
                self.queue.push((time, commit));
                self.open += usize::from(now != BOTH);
            }
            Some(before) => self.open -= usize::from(before != BOTH && now == BOTH),
        }
        Ok(())
    }
}

/// Paints both histories down to what they share. Dates may go backwards: the walk goes on below the oldest commit that
/// was on one side only, so that a shared commit with a late date still reaches its ancestors.
pub(super) fn paint(store: &Store, left: CommitId, right: CommitId) -> Result<Painted, Error> {
    paint_all(store, left, &[right])
}

/// The same with several tips on the right.
fn paint_all(store: &Store, left: CommitId, rights: &[CommitId]) -> Result<Painted, Error> {
    let mut walk = Walk {
        store,
        marks: HashMap::new(),
        queue: BinaryHeap::new(),
        queued: HashMap::new(),
        open: 0,
        oldest: i64::MAX,
    };
    let mut boundaries: Vec<CommitId> = Vec::new();
    walk.push(left, LEFT)?;
    for right in rights {
        walk.push(*right, RIGHT)?;
    }
    while let Some((time, commit)) = walk.queue.pop() {
        let Some(mark) = walk.queued.remove(&commit) else { continue };
        if mark == BOTH && walk.open == 0 && time < walk.oldest {
            break;
        }
        walk.open -= usize::from(mark != BOTH);
        let link = store.link(commit)?;
        if link.boundary {
            boundaries.push(commit);
        }
        for parent in &link.parents {
            walk.push(*parent, mark)?;
        }
    }
    let marks = walk.marks;
    let hidden = boundaries
        .iter()
        .filter_map(|commit| marks.get(commit))
        .filter(|mark| **mark != BOTH)
        .fold(0, |sides, mark| sides | mark);
    Ok(Painted { marks, hidden })
}

/// Whether `ancestor` is `descendant` or an ancestor of it.
pub(super) fn is_ancestor(store: &Store, ancestor: CommitId, descendant: CommitId) -> Result<Known<bool>, Error> {
    if ancestor == descendant {
        return Ok(Known::Is(true));
    }
    if store.is_shallow() && !store.has(ancestor) {
        return Ok(Known::CannotTell(SHALLOW.into()));
    }
    let painted = paint(store, ancestor, descendant)?;
    if painted.marks.get(&ancestor) == Some(&BOTH) {
        return Ok(Known::Is(true));
    }
    Ok(if painted.hidden & RIGHT != 0 { Known::CannotTell(SHALLOW.into()) } else { Known::Is(false) })
}

/// The commits that `has` contains and `lacks` does not, at most `limit`: newest first, and no commit before its children,
/// as `git rev-list --date-order` has them.
pub(super) fn between(store: &Store, lacks: CommitId, has: CommitId, limit: usize) -> Result<Vec<CommitId>, Error> {
    let painted = paint(store, lacks, has)?;
    let inside = |commit: &CommitId| painted.marks.get(commit) == Some(&RIGHT);
    let mut children: HashMap<CommitId, usize> = HashMap::new();
    for commit in painted.marks.keys().filter(|commit| inside(commit)) {
        for parent in store.link(*commit)?.parents.iter().filter(|parent| inside(parent)) {
            *children.entry(*parent).or_default() += 1;
        }
    }
    let mut ready = BinaryHeap::new();
    if inside(&has) {
        ready.push((store.link(has)?.time, has));
    }
    let mut out = Vec::new();
    while let Some((_, commit)) = ready.pop().filter(|_| out.len() < limit) {
        out.push(commit);
        for parent in &store.link(commit)?.parents {
            if let Some(left) = children.get_mut(parent) {
                *left -= 1;
                if *left == 0 {
                    ready.push((store.link(*parent)?.time, *parent));
                }
            }
        }
    }
    Ok(out)
}

/// How many commits each side has that the other lacks.
pub(super) fn distance(store: &Store, left: CommitId, right: CommitId) -> Result<Known<Distance>, Error> {
    if store.is_shallow() && !(store.has(left) && store.has(right)) {
        return Ok(Known::CannotTell(SHALLOW.into()));
    }
    let painted = paint(store, left, right)?;
    if painted.hidden != 0 {
        return Ok(Known::CannotTell(SHALLOW.into()));
    }
    let count = |side: u8| painted.marks.values().filter(|mark| **mark == side).count();
    Ok(Known::Is(Distance { ahead: count(LEFT), behind: count(RIGHT) }))
}

/// The first-parent commit of `tip` that first contained `commit`: itself where it is on the chain, else the merge that
/// brought it in; `None` where `tip` does not contain it. `CannotTell` where a shallow history hides which one it was.
pub(super) fn landing_of(store: &Store, tip: CommitId, commit: CommitId) -> Result<Known<Option<CommitId>>, Error> {
    if tip == commit {
        return Ok(Known::Is(Some(commit)));
    }
    if store.is_shallow() && !store.has(commit) {
        return Ok(Known::CannotTell(SHALLOW.into()));
    }
    let painted = paint(store, commit, tip)?;
    let hides = painted.hidden & RIGHT != 0;
    if painted.marks.get(&commit) != Some(&BOTH) {
        return Ok(if hides { Known::CannotTell(SHALLOW.into()) } else { Known::Is(None) });
    }
    let descendants = descendants(store, &painted, commit)?;
    let mut landing = tip;
    while landing != commit {
        match store.link(landing)?.parents.first().filter(|parent| descendants.contains(parent)) {
            Some(parent) => landing = *parent,
            // What is hidden may have contained it before.
            None if hides => return Ok(Known::CannotTell(SHALLOW.into())),
            None => break,
        }
    }
    Ok(Known::Is(Some(landing)))
}

/// The commit and what of the right side contains it: whatever descends from it is on that side alone.
fn descendants(store: &Store, painted: &Painted, commit: CommitId) -> Result<HashSet<CommitId>, Error> {
    let mut children: HashMap<CommitId, Vec<CommitId>> = HashMap::new();
    for (child, _) in painted.marks.iter().filter(|(_, mark)| **mark == RIGHT) {
        for parent in &store.link(*child)?.parents {
            children.entry(*parent).or_default().push(*child);
        }
    }
    let mut descendants = HashSet::from([commit]);
    let mut next = vec![commit];
    while let Some(one) = next.pop() {
        next.extend(children.remove(&one).into_iter().flatten().filter(|child| descendants.insert(*child)));
    }
    Ok(descendants)
}

/// The first of these tips that contains `commit`, by its place among them, in one walk down all their histories. Where some
/// of it is hidden, an earlier one may contain it too.
pub(super) fn first_containing(
    store: &Store,
    commit: CommitId,
    tips: &[CommitId],
) -> Result<Known<Option<usize>>, Error> {
    if !store.has(commit) {
        let may_be_hidden = store.is_shallow() && !tips.is_empty();
        return Ok(if may_be_hidden { Known::CannotTell(SHALLOW.into()) } else { Known::Is(None) });
    }
    let painted = paint_all(store, commit, tips)?;
    if painted.marks.get(&commit) != Some(&BOTH) {
        let is_hidden = painted.hidden & RIGHT != 0;
        return Ok(if is_hidden { Known::CannotTell(SHALLOW.into()) } else { Known::Is(None) });
    }
    let descendants = descendants(store, &painted, commit)?;
    Ok(Known::Is(tips.iter().position(|tip| descendants.contains(tip))))
}
