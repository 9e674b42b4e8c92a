//! The history index: path -> first-parent commits that change it, and what each leaves there. A cache under the common git directory, safe to delete.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::domain::commit::{CommitId, ObjectId};
use crate::domain::path::RepoPath;

/// The first bytes of a file; another layout gets another number, and older files are then ignored.
const MAGIC: &[u8] = b"stageline history index 2\n";
/// Files kept in one clone: one for each branch that is asked for.
const KEPT: usize = 4;
/// Fewer new commits than this are read again each time rather than written: a landing should not rewrite megabytes.
pub(super) const WORTH_WRITING: usize = 256;

/// One first-parent commit as `git log` told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub commit: CommitId,
    pub first_parent: Option<CommitId>,
    /// The committer's date in seconds.
    pub time: i64,
    /// What differs from the first parent, and what stands there now.
    pub paths: Vec<(Vec<u8>, Left)>,
}

/// What a commit left at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// git's mode; 0 where nothing stands there any more.
    pub mode: u32,
    pub id: ObjectId,
}

/// One change of a path: the position on the chain, and what it left.
pub(super) type Step = (u32, Left);

/// The first-parent chain of one tip, and where on it each path changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Index {
    /// Oldest first.
    chain: Vec<CommitId>,
    /// Committer dates.
    dates: Vec<i64>,
    /// The same, none earlier than the one before it.
    times: Vec<i64>,
    /// By position on the chain, ascending.
    paths: BTreeMap<Vec<u8>, Vec<Step>>,
    /// Whether the chain begins at a root commit rather than at a shallow boundary.
    pub complete: bool,
}

impl Index {
    /// From the rows of a whole chain, newest first. `shallow`: commits whose parents are not here; what they change cannot be known.
    pub fn new(rows: Vec<Row>, shallow: &BTreeSet<CommitId>) -> Self {
        let mut index =
            Self { complete: rows.last().is_none_or(|row| !shallow.contains(&row.commit)), ..Self::default() };
        index.extend(rows, shallow);
        index
    }

    /// Appends rows, newest first, the oldest of which stands on the present tip.
    pub fn extend(&mut self, rows: Vec<Row>, shallow: &BTreeSet<CommitId>) {
        for row in rows.into_iter().rev() {
            let position = self.chain.len() as u32;
            self.chain.push(row.commit);
            self.dates.push(row.time);
            self.times.push(self.times.last().map_or(row.time, |before| row.time.max(*before)));
            if shallow.contains(&row.commit) {
                continue;
            }
            for (path, left) in row.paths {
                let steps = self.paths.entry(path).or_default();
                if steps.last().is_none_or(|(last, _)| *last != position) {
                    steps.push((position, left));
                }
            }
        }
    }

    /// The part of this index up to and with `position`.
    pub fn cut(&self, position: usize) -> Self {
        let paths = self.paths.iter().filter_map(|(path, steps)| {
            let kept = up_to(steps, position);
            (!kept.is_empty()).then(|| (path.clone(), kept.to_vec()))
        });
        Self {
            chain: self.chain[..=position].to_vec(),
            dates: self.dates[..=position].to_vec(),
            times: self.times[..=position].to_vec(),
            paths: paths.collect(),
            complete: self.complete,
        }
    }

    /// The newest commit.
    pub fn tip(&self) -> Option<CommitId> {
        self.chain.last().copied()
    }

    /// The commit at a position.
    pub fn commit_at(&self, position: usize) -> Option<CommitId> {
        self.chain.get(position).copied()
    }

    /// How many commits the chain has.
    pub fn len(&self) -> usize {
        self.chain.len()
    }

    /// Where a commit stands on the chain.
    pub fn position(&self, commit: CommitId) -> Option<usize> {
        self.chain.iter().rposition(|c| *c == commit)
    }

    /// Where each commit stands, for many questions.
    pub fn positions(&self) -> HashMap<CommitId, usize> {
        self.chain.iter().enumerate().map(|(position, commit)| (*commit, position)).collect()
    }

    /// Every path at or below a folder that commits up to and with `from` change, with those commits, newest first.
    pub fn paths_below(&self, from: usize, folder: &RepoPath) -> Vec<(RepoPath, Vec<CommitId>)> {
        let told = |(path, steps): (&[u8], &[Step])| {
            let path = std::str::from_utf8(path).ok().and_then(|text| RepoPath::new(text).ok())?;
            let commits = up_to(steps, from).iter().rev().map(|(position, _)| self.chain[*position as usize]);
            let commits: Vec<CommitId> = commits.collect();
            (!commits.is_empty()).then_some((path, commits))
        };
        self.at_or_below(folder).filter_map(told).collect()
    }

    /// The commits up to and with `from` that change something at or below one of `paths`, newest first, at most `limit`.
    pub fn changes(&self, from: usize, paths: &[RepoPath], limit: Option<usize>) -> Vec<CommitId> {
        let mut found: Vec<u32> = Vec::new();
        for path in paths {
            for (_, steps) in self.at_or_below(path) {
                found.extend(up_to(steps, from).iter().map(|(position, _)| *position));
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found.truncate(limit.unwrap_or(usize::MAX));
        found.into_iter().map(|position| self.chain[position as usize]).collect()
    }

    /// The newest commit up to and with `from` that was there at `time`.
    pub fn at(&self, from: usize, time: i64) -> Option<CommitId> {
        let end = self.times[..=from].partition_point(|t| *t <= time);
        end.checked_sub(1).map(|position| self.chain[position])
    }

    /// The committer's date at a position, in seconds.
    pub fn date(&self, position: usize) -> Option<i64> {
        self.dates.get(position).copied()
    }

    /// The same, never earlier than that of any commit before it.
    pub fn time(&self, position: usize) -> Option<i64> {
        self.times.get(position).copied()
    }

    /// Every change of every path.
    pub fn all(&self) -> impl Iterator<Item = (&[u8], &[Step])> {
        self.paths.iter().map(|(path, steps)| (path.as_slice(), steps.as_slice()))
    }

    /// The paths at or below `path` that ever changed, in the order of their bytes, with their changes.
    pub fn at_or_below<'a>(&'a self, path: &RepoPath) -> impl Iterator<Item = (&'a [u8], &'a [Step])> {
        let exact = path.as_str().as_bytes().to_vec();
        // Everything below `a/b` lies between `a/b/` and `a/b0`: `0` comes right after `/`.
        let (low, high) = if path.is_root() {
            (Bound::Unbounded, Bound::Unbounded)
        } else {
            let (mut low, mut high) = (exact.clone(), exact.clone());
            low.push(b'/');
            high.push(b'0');
            (Bound::Included(low), Bound::Excluded(high))
        };
        let own = self.paths.get_key_value(&exact).into_iter();
        own.chain(self.paths.range((low, high))).map(|(path, steps)| (path.as_slice(), steps.as_slice()))
    }

    /// The bytes of a file. Only indexes of whole histories are kept: what a shallow clone hides may come back.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.chain.len() * 32 + self.paths.len() * 80);
        out.extend_from_slice(MAGIC);
        number(&mut out, self.chain.len() as u64);
        for commit in &self.chain {
            out.extend_from_slice(commit.as_bytes());
        }
        for date in &self.dates {
            out.extend_from_slice(&date.to_le_bytes());
        }
        number(&mut out, self.paths.len() as u64);
        for (path, steps) in &self.paths {
            number(&mut out, path.len() as u64);
            out.extend_from_slice(path);
            number(&mut out, steps.len() as u64);
            let mut before = 0;
            for (position, left) in steps {
                number(&mut out, u64::from(position - before));
                number(&mut out, u64::from(left.mode));
                out.extend_from_slice(left.id.as_bytes());
                before = *position;
            }
        }
        let sum = Sha256::digest(&out);
        out.extend_from_slice(&sum);
        out
    }

    /// Reads what `encode` wrote; `None` for anything else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
        if Sha256::digest(body).as_slice() != sum {
            return None;
        }
        let mut rest = Reader(body.strip_prefix(MAGIC)?);
        let length = rest.number()?;
        let chain = rest.take(length.checked_mul(20)?)?.chunks_exact(20);
        let chain: Vec<CommitId> = chain.filter_map(|c| Some(CommitId::from_bytes(c.try_into().ok()?))).collect();
        let dates = rest.take(length.checked_mul(8)?)?.chunks_exact(8);
        let dates: Vec<i64> = dates.filter_map(|t| Some(i64::from_le_bytes(t.try_into().ok()?))).collect();
        let mut latest = i64::MIN;
        let times = dates.iter().map(|date| {
            latest = latest.max(*date);
            latest
        });
        let times = times.collect();
        let mut paths = BTreeMap::new();
        for _ in 0..rest.number()? {
            let size = rest.number()?;
            let path = rest.take(size)?.to_vec();
            let count = rest.number()?;
            let mut steps = Vec::with_capacity(count.min(length));
            let mut before = 0usize;
            for _ in 0..count {
                before = before.checked_add(rest.number()?)?;
                if before >= length {
                    return None;
                }
                let mode = u32::try_from(rest.number()?).ok()?;
                let id = ObjectId::from_bytes(rest.take(20)?.try_into().ok()?);
                steps.push((before as u32, Left { mode, id }));
            }
            paths.insert(path, steps);
        }
        rest.0.is_empty().then_some(Self { chain, dates, times, paths, complete: true })
    }
}

/// The changes up to and with a position.
pub(super) fn up_to(steps: &[Step], position: usize) -> &[Step] {
    &steps[..steps.partition_point(|(at, _)| *at as usize <= position)]
}

/// Seven bits a byte, low ones first, as LEB128.
fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The unread end of a file.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(value).ok();
            }
        }
        None
    }
}

/// The last index of this process, so that a verb's many questions read the file once.
#[derive(Default)]
pub(super) struct Memory(Mutex<Option<Arc<Index>>>);

impl Memory {
    /// The index of the last question.
    pub fn get(&self) -> Option<Arc<Index>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets it: there is more history now.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Keeps an index for the next question.
    pub fn put(&self, index: &Arc<Index>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(index));
    }
}

/// The sound index files in a folder, newest first. A damaged one is the same as none.
pub(super) fn stored(folder: &Path) -> impl Iterator<Item = (PathBuf, Index)> {
    files(folder).into_iter().filter_map(|(_, path)| {
        let index = Index::decode(&std::fs::read(&path).ok()?)?;
        Some((path, index))
    })
}

/// Writes an index and removes the one that it replaces, and the oldest beyond a few. A folder that cannot be
/// written only costs time at the next question, so nothing is reported.
pub(super) fn store(folder: &Path, index: &Index, replaces: Option<&Path>) {
    let Some(tip) = index.tip() else { return };
    let name = folder.join(format!("history-{tip}.index"));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix("history-").suffix(".new").tempfile_in(folder)?;
        file.write_all(&index.encode())?;
        file.persist(&name).map_err(|e| e.error)?;
        Ok(())
    };
    if write().is_err() {
        return;
    }
    // Removing is tidiness: another process may have been first.
    if let Some(old) = replaces.filter(|old| *old != name) {
        let _ = std::fs::remove_file(old);
    }
    for (_, old) in files(folder).into_iter().skip(KEPT) {
        let _ = std::fs::remove_file(old);
    }
}

fn files(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("history-") && name.ends_with(".index")
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u32) -> CommitId {
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        CommitId::from_bytes(bytes)
    }

    fn row(n: u32, time: i64, paths: &[&str]) -> Row {
        Row {
            commit: id(n),
            first_parent: n.checked_sub(1).map(id),
            time,
            paths: paths.iter().map(|p| (p.as_bytes().to_vec(), Left { mode: 0o100_644, id: id(n) })).collect(),
        }
    }

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn sample() -> Index {
        let rows =
            vec![row(3, 20, &["a/b", "z"]), row(2, 40, &["a-b", "a/bc"]), row(1, 30, &[]), row(0, 10, &["a/b/x"])];
        Index::new(rows, &BTreeSet::new())
    }

    #[test]
    fn a_folder_stands_for_what_lies_below_it_and_for_nothing_beside_it() {
        let index = sample();
        assert_eq!(index.changes(3, &[path("a/b")], None), [id(3), id(0)]);
        assert_eq!(index.changes(3, &[path("a")], None), [id(3), id(2), id(0)]);
        assert_eq!(index.changes(3, &[RepoPath::root()], None), [id(3), id(2), id(0)]);
        assert_eq!(index.changes(3, &[path("a"), path("z")], Some(1)), [id(3)]);
        assert_eq!(index.changes(2, &[path("a/b")], None), [id(0)]);
        let below: Vec<&[u8]> = index.at_or_below(&path("a/b")).map(|(path, _)| path).collect();
        assert_eq!(below, [b"a/b".as_slice(), b"a/b/x"]);
    }

    #[test]
    fn a_clock_that_went_back_does_not_hide_a_landing() {
        let index = sample();
        assert_eq!(index.at(3, 9), None);
        assert_eq!(index.at(3, 35), Some(id(1)));
        assert_eq!(index.at(3, 39), Some(id(1)));
        assert_eq!(index.at(3, 40), Some(id(3)));
        assert_eq!(index.at(2, 100), Some(id(2)));
    }

    #[test]
    fn what_a_shallow_boundary_seems_to_add_is_not_a_change() {
        let index = Index::new(vec![row(6, 2, &["x"]), row(5, 1, &["x", "y"])], &BTreeSet::from([id(5)]));
        assert!(!index.complete);
        assert_eq!(index.changes(1, &[RepoPath::root()], None), [id(6)]);
    }

    #[test]
    fn a_cut_and_an_extension_give_back_the_whole() {
        let whole = sample();
        let mut part = whole.cut(1);
        assert_eq!(part.len(), 2);
        part.extend(vec![row(3, 20, &["a/b", "z"]), row(2, 40, &["a-b", "a/bc"])], &BTreeSet::new());
        assert_eq!(part, whole);
    }

    #[test]
    fn a_file_with_any_byte_changed_or_missing_is_no_index() {
        let bytes = sample().encode();
        assert_eq!(Index::decode(&bytes), Some(sample()));
        for i in 0..bytes.len() {
            assert_eq!(Index::decode(&bytes[..i]), None);
            let mut damaged = bytes.clone();
            damaged[i] ^= 1;
            assert_eq!(Index::decode(&damaged), None);
        }
    }

    #[test]
    fn only_the_newest_files_are_kept_and_a_replaced_one_goes() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..6 {
            store(folder.path(), &Index::new(vec![row(n, 1, &["x"])], &BTreeSet::new()), None);
        }
        assert_eq!(stored(folder.path()).count(), KEPT);
        let (old, mut index) = stored(folder.path()).next().unwrap();
        index.extend(vec![row(9, 1, &["y"])], &BTreeSet::new());
        store(folder.path(), &index, Some(&old));
        assert!(!old.exists());
        assert_eq!(stored(folder.path()).next().map(|(_, i)| i), Some(index));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(commits in prop::collection::vec((any::<i64>(), prop::collection::btree_set("[a-c]{1,2}(/[a-c]){0,2}", 0..4)), 0..40)) {
            let count = commits.len() as u32;
            let rows = commits.iter().enumerate().map(|(i, (time, paths))| {
                let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                row(count - 1 - i as u32, *time, &paths)
            });
            let index = Index::new(rows.collect(), &BTreeSet::new());
            prop_assert_eq!(Index::decode(&index.encode()), Some(index));
        }

        #[test]
        fn no_bytes_at_all_make_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut body = MAGIC.to_vec();
            body.extend(bytes);
            let sum = Sha256::digest(&body);
            body.extend_from_slice(&sum);
            let _ = Index::decode(&body);
        }
    }
}
