//! Which commits contain which: walks over parents that know what a shallow history hides.

use std::collections::{BinaryHeap, HashMap};

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

/// Paints both histories down to what they share. Exact also where dates go backwards, as long as the walk's slack
/// (down to the oldest date seen on one side only) covers it.
pub(super) fn paint(store: &Store, left: CommitId, right: CommitId) -> Result<Painted, Error> {
    let mut marks: HashMap<CommitId, u8> = HashMap::new();
    let mut queue: BinaryHeap<(i64, CommitId)> = BinaryHeap::new();
    // How many commits of the queue are on one side only, and the oldest such date ever seen.
    let mut open = 0usize;
    let mut oldest = i64::MAX;
    let mut queued: HashMap<CommitId, u8> = HashMap::new();
    let mut boundaries: Vec<CommitId> = Vec::new();
    for (tip, side) in [(left, LEFT), (right, RIGHT)] {
        let time = store.link(tip)?.time;
        push(tip, side, time, &mut marks, &mut queued, &mut queue, &mut open, &mut oldest);
    }
    while let Some((time, commit)) = queue.pop() {
        let Some(was) = queued.remove(&commit) else { continue };
        if was != BOTH {
            open -= 1;
        }
        let mark = marks.get(&commit).copied().unwrap_or(was);
        if mark == BOTH && open == 0 && time < oldest {
            break;
        }
        let link = store.link(commit)?;
        if link.boundary {
            boundaries.push(commit);
        }
        for parent in &link.parents {
            let time = store.link(*parent)?.time;
            push(*parent, mark, time, &mut marks, &mut queued, &mut queue, &mut open, &mut oldest);
        }
    }
    let hidden = boundaries
        .iter()
        .filter_map(|commit| marks.get(commit))
        .filter(|mark| **mark != BOTH)
        .fold(0, |sides, mark| sides | mark);
    Ok(Painted { marks, hidden })
}

#[expect(clippy::too_many_arguments, reason = "the state of one walk, private to it")]
fn push(
    commit: CommitId,
    mark: u8,
    time: i64,
    marks: &mut HashMap<CommitId, u8>,
    queued: &mut HashMap<CommitId, u8>,
    queue: &mut BinaryHeap<(i64, CommitId)>,
    open: &mut usize,
    oldest: &mut i64,
) {
    let known = marks.entry(commit).or_insert(0);
    let now = *known | mark;
    if now == *known {
        return;
    }
    *known = now;
    if now != BOTH {
        *oldest = (*oldest).min(time);
    }
    match queued.insert(commit, now) {
        None => {
            queue.push((time, commit));
            *open += usize::from(now != BOTH);
        }
        Some(before) => {
            if before != BOTH && now == BOTH {
                *open -= 1;
            }
        }
    }
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
