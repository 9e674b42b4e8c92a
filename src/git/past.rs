//! The files of a branch as they were between its landings, told by the history index: no tree of the past is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, ObjectId};
use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::index::{Index, up_to};
use super::log::Effort;
use super::repo::Repo;
use super::snapshot::{is_file, kind};
use super::store::Store;

/// How the names of overlays' files begin.
const KUSTOMIZATION: &[u8] = b"kustomization";

/// The landings of a branch up to one commit, oldest first; each has a position.
pub struct Past {
    index: Arc<Index>,
    tip: usize,
    store: Arc<Store>,
    /// The landings that took a kustomization away.
    took: BTreeSet<usize>,
}

impl Repo {
    /// The past of a commit; `None` where an index would be more effort.
    pub fn past(&self, tip: CommitId, effort: Effort) -> Result<Option<Past>, Error> {
        let Some((index, tip)) = self.chain(tip, effort)? else { return Ok(None) };
        let mut took = BTreeSet::new();
        for (path, steps) in index.all() {
            let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
            if name.get(..KUSTOMIZATION.len()).is_some_and(|start| start.eq_ignore_ascii_case(KUSTOMIZATION)) {
                took.extend(
                    steps.iter().filter(|(_, left)| !is_file(left.mode)).map(|(position, _)| *position as usize),
                );
            }
        }
        Ok(Some(Past { index, tip, store: Arc::clone(self.store()), took }))
    }
}

impl Past {
    /// Whether it reaches back to the first commit, rather than to a shallow boundary.
    pub fn is_complete(&self) -> bool {
        self.index.complete
    }

    /// The landings that changed something at or below these places, newest first.
    pub fn landings(&self, places: &[RepoPath]) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for place in places {
            for (_, steps) in self.index.at_or_below(place) {
                found.extend(up_to(steps, self.tip).iter().map(|(position, _)| *position as usize));
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found
    }

    /// The commit of a landing.
    pub fn commit(&self, landing: usize) -> Option<CommitId> {
        self.index.commit_at(landing)
    }

    /// When a landing was made, by its committer's clock.
    pub fn when(&self, landing: usize) -> Option<Timestamp> {
        let second = self.index.date(landing)?.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        Timestamp::from_second(second).ok()
    }

    /// Whether a landing took a kustomization away: it may have moved an overlay.
    pub fn took_an_overlay(&self, landing: usize) -> bool {
        self.took.contains(&landing)
    }

    /// The files right after a landing.
    pub fn after(&self, landing: usize) -> Then<'_> {
        Then { past: self, end: Some(landing) }
    }

    /// The files right before a landing; none before the first one.
    pub fn before(&self, landing: usize) -> Then<'_> {
        Then { past: self, end: landing.checked_sub(1) }
    }

    /// Gets what a partial clone lacks of the files before their newest landings, all in one request.
    pub fn get_ready(&self, places: &[RepoPath]) -> Result<(), Error> {
        let mut missing: Vec<ObjectId> = Vec::new();
        for (_, steps) in places.iter().flat_map(|place| self.index.at_or_below(place)) {
            let before = up_to(steps, self.tip).iter().rev().nth(1).map(|(_, left)| left);
            missing.extend(before.filter(|left| is_file(left.mode) && !self.store.seen(left.id)).map(|left| left.id));
        }
        missing.sort_unstable();
        missing.dedup();
        self.store.fetch_missing(&missing)
    }
}

/// The files at one moment of the past.
pub struct Then<'p> {
    past: &'p Past,
    end: Option<usize>,
}

impl Then<'_> {
    /// The bytes of all files at or below these places.
    pub fn texts(&self, places: &[RepoPath]) -> Result<Vec<Vec<u8>>, Error> {
        let Some(end) = self.end else { return Ok(Vec::new()) };
        let steps = places.iter().flat_map(|place| self.past.index.at_or_below(place));
        let files = steps.filter_map(|(_, steps)| up_to(steps, end).last().filter(|(_, left)| is_file(left.mode)));
        files.map(|(_, left)| self.past.store.blob(left.id)).collect()
    }

    /// Everything at or below a path but folders.
    pub fn below(&self, path: &RepoPath) -> Vec<Entry> {
        let Some(end) = self.end else { return Vec::new() };
        let steps = self.past.index.at_or_below(path);
        let there = steps.filter_map(|(path, steps)| {
            let (_, left) = up_to(steps, end).last().filter(|(_, left)| left.mode != 0)?;
            // A name that is no path of ours (not UTF-8, a control character) holds nothing that we could edit.
            let text = std::str::from_utf8(path).ok()?;
            let path = RepoPath::new(text).ok().filter(|path| path.as_str() == text)?;
            Some(Entry { path, kind: kind(left.mode), id: left.id })
        });
        there.collect()
    }
}

impl Files for Then<'_> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let below = self.below(path);
        Ok(match below.iter().find(|entry| entry.path == *path) {
            Some(own) => Some(own.clone()),
            None if below.is_empty() && !path.is_root() => None,
            None => Some(folder(path.clone())),
        })
    }

    fn list(&self, place: &RepoPath) -> Result<Vec<Entry>, Error> {
        let mut out: Vec<Entry> = Vec::new();
        let depth = place.parts().count();
        for entry in self.below(place) {
            let Some(name) = entry.path.parts().nth(depth) else { continue };
            let Some(child) = place.child(name) else { continue };
            if child == entry.path {
                out.push(entry);
            } else if out.last().is_none_or(|last| last.path != child) {
                out.push(folder(child));
            }
        }
        Ok(out)
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        match self.entry(path)? {
            Some(entry) if matches!(entry.kind, EntryKind::File | EntryKind::Executable) => {
                self.past.store.blob(entry.id).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// A folder of the past: the index does not know its id.
fn folder(path: RepoPath) -> Entry {
    Entry { path, kind: EntryKind::Folder, id: ObjectId::from_bytes([0; 20]) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    fn listed(files: &dyn Files, folder: &RepoPath, out: &mut Vec<String>) {
        for entry in files.list(folder).unwrap() {
            let text = match entry.kind {
                EntryKind::Folder => {
                    listed(files, &entry.path, out);
                    continue;
                }
                _ => files.read(&entry.path).unwrap().map(|bytes| String::from_utf8(bytes).unwrap()),
            };
            assert_eq!(files.entry(&entry.path).unwrap(), Some(entry.clone()));
            out.push(format!("{} {:?} {} {text:?}", entry.path, entry.kind, entry.id));
        }
    }

    #[test]
    fn the_files_after_and_before_each_landing_are_those_of_its_trees() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let past = repo.past(sample.id(&dir, "main"), Effort::IfQuick).unwrap().expect("a short history");
        let all = past.landings(&[RepoPath::root()]);
        assert!(past.is_complete() && all.len() > 20);
        for landing in all {
            let commit = repo.commit(past.commit(landing).unwrap()).unwrap();
            assert_eq!(past.when(landing), Some(commit.committer.when));
            let tree = |files: &dyn Files| {
                let mut out = Vec::new();
                listed(files, &RepoPath::root(), &mut out);
                out
            };
            assert_eq!(tree(&past.after(landing)), tree(&repo.snapshot(commit.id).unwrap()));
            let before = commit.parents.first().map(|parent| tree(&repo.snapshot(*parent).unwrap()));
            assert_eq!(tree(&past.before(landing)), before.unwrap_or_default());
        }
    }

    #[test]
    fn a_landing_that_takes_a_kustomization_away_is_known() {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "web/kustomization.yaml", Some("a: 1\n"));
        sample.commit(&dir, "web/other.yaml", Some("a: 1\n"));
        sample.git(&dir, &["mv", "web/kustomization.yaml", "shop.yaml"]);
        sample.commit_all(&dir, "move");
        sample.git(&dir, &["rm", "-q", "web/other.yaml"]);
        sample.commit_all(&dir, "remove");
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let past = repo.past(sample.id(&dir, "main"), Effort::IfQuick).unwrap().unwrap();
        let took: Vec<bool> = (0..4).map(|landing| past.took_an_overlay(landing)).collect();
        assert_eq!(took, [false, false, true, false]);
    }
}
