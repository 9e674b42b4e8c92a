//! The first-parent history of a branch: which landings changed which paths.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, CommitInfo};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Error, Refusal};
use crate::process::Kind;

use super::index::{self, Index, Row};
use super::program::{Git, Hooks};
use super::repo::Repo;

/// A question for at most this many landings is answered without building an index first.
const FEW_LANDINGS: usize = 100;
/// For at most this many paths git itself looks for the newest changes; each one costs it time at every commit.
const FEW_PATHS: usize = 64;
/// For more paths this many commits are looked at before an index is built.
const PROBE: usize = 1000;

/// One pass over the longest histories takes seconds; signatures take some milliseconds each.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// First-parent landings and whether the history that is here is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landings {
    /// Newest first.
    pub commits: Vec<CommitId>,
    /// Whether the walk reached a root commit (or its limit) rather than a shallow boundary.
    pub complete: bool,
}

/// How far to go for an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// Only what is stored, brought up to date.
    IfPresent,
    /// Built where there is none.
    Build,
}

impl Repo {
    /// The first-parent commits from `tip` down that change anything at or below one of `paths`, newest first, at most `limit`.
    /// The same as `git log --first-parent -m -- PATHS`, by the index where that is faster.
    pub fn landings(&self, tip: CommitId, paths: &[RepoPath], limit: Option<usize>) -> Result<Landings, Error> {
        if paths.is_empty() || limit == Some(0) {
            return Ok(Landings { commits: Vec::new(), complete: true });
        }
        if let Some(limit) = limit.filter(|limit| *limit <= FEW_LANDINGS) {
            return match self.chain(tip, Effort::IfPresent)? {
                Some((index, from)) => Ok(from_index(&index, from, paths, Some(limit))),
                None => self.newest(tip, paths, limit),
            };
        }
        let (index, from) = self.whole_chain(tip)?;
        Ok(from_index(&index, from, paths, limit))
    }

    /// For each path, the newest landing that changed it or something below it, in one pass; absent where the history that is here has none.
    pub fn last_landings(&self, tip: CommitId, paths: &[RepoPath]) -> Result<BTreeMap<RepoPath, CommitId>, Error> {
        if paths.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (index, from) = self.whole_chain(tip)?;
        Ok(paths.iter().filter_map(|path| Some((path.clone(), index.last_change(from, path)?))).collect())
    }

    /// The newest first-parent commit of `tip` whose committer date (never earlier than its parent's) is at or before `time`;
    /// `None` where the branch is younger, `CannotTell` error where a shallow boundary hides it.
    pub fn tip_at(&self, tip: CommitId, time: Timestamp) -> Result<Option<CommitId>, Error> {
        let (found, complete) = match self.chain(tip, Effort::IfPresent)? {
            Some((index, from)) => (index.at(from, time.as_second()), index.complete),
            None => {
                // Dates alone are quick to read, so no index is built for them.
                let index = Index::new(self.dates(tip)?, &self.shallow_boundary()?);
                (index.len().checked_sub(1).and_then(|from| index.at(from, time.as_second())), index.complete)
            }
        };
        match found {
            None if !complete => Err(Refusal::new(
                "shallow",
                format!("cannot tell what was at {time}: this shallow clone does not reach back that far"),
            )
            .hint("git fetch --unshallow")
            .cannot_tell()),
            found => Ok(found),
        }
    }

    /// The commits that `landing` brought in besides itself (a merge's second side), newest first, at most `limit`.
    pub fn brought_in(&self, landing: &CommitInfo, limit: usize) -> Result<Vec<CommitInfo>, Error> {
        if landing.parents.len() < 2 || limit == 0 || self.shallow_boundary()?.contains(&landing.id) {
            return Ok(Vec::new());
        }
        let mut args: Vec<String> =
            ["rev-list", "--date-order", "--ignore-missing"].into_iter().map(String::from).collect();
        args.push(format!("--max-count={limit}"));
        args.extend(landing.parents[1..].iter().map(CommitId::to_string));
        args.push(format!("^{}", landing.parents[0]));
        args.push("--".into());
        ids(&self.history_of(&args, None)?)?.into_iter().map(|id| self.commit(id)).collect()
    }

    /// What a git command that reads history prints. It runs in the common git folder, so that paths start at the root,
    /// and takes them literally.
    pub(super) fn history_of(&self, args: &[String], stdin: Option<Vec<u8>>) -> Result<Vec<u8>, Error> {
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(self.common_dir());
        let all = [git_dir, "--literal-pathspecs".into()].into_iter().chain(args.iter().map(OsString::from));
        let git = Git::new(self.surroundings(), self.common_dir(), Kind::Plumbing, Hooks::Off, all).limit(LIMIT);
        match stdin {
            Some(bytes) => git.stdin(bytes).stdout(),
            None => git.stdout(),
        }
    }

    /// The index that has `tip` on its chain, and where.
    fn whole_chain(&self, tip: CommitId) -> Result<(Arc<Index>, usize), Error> {
        self.chain(tip, Effort::Build)?.ok_or_else(|| unreadable("an index without its tip"))
    }

    fn chain(&self, tip: CommitId, effort: Effort) -> Result<Option<(Arc<Index>, usize)>, Error> {
        let mut known: Vec<(Option<PathBuf>, Arc<Index>)> = Vec::new();
        if let Some(index) = self.history.get() {
            if let Some(position) = index.position(tip) {
                return Ok(Some((index, position)));
            }
            known.push((None, index));
        }
        let shallow = self.shallow_boundary()?;
        let folder = self.cache_dir();
        // What a shallow clone hides may come and go with each fetch, so such a clone keeps no file.
        if shallow.is_empty() {
            for (path, index) in index::stored(&folder) {
                let index = Arc::new(index);
                if let Some(position) = index.position(tip) {
                    self.history.put(&index);
                    return Ok(Some((index, position)));
                }
                known.push((Some(path), index));
            }
        }
        let mut built = None;
        if let Some((path, index, position)) = self.fork_point(tip, &known, &shallow)? {
            let rows = self.rows(tip, index.commit_at(position), None)?;
            let count = rows.len();
            if count > 0 && rows.last().and_then(|row| row.first_parent) == index.commit_at(position) {
                let at_tip = position + 1 == index.len();
                let mut grown = if at_tip { (*index).clone() } else { index.cut(position) };
                grown.extend(rows, &shallow);
                built = Some((grown, count, path.filter(|_| at_tip)));
            }
        }
        let (index, new, replaces) = match built {
            Some(built) => built,
            None if effort == Effort::IfPresent => return Ok(None),
            None => {
                let rows = self.rows(tip, None, None)?;
                let count = rows.len();
                (Index::new(rows, &shallow), count, None)
            }
        };
        if shallow.is_empty() && new >= index::WORTH_WRITING {
            index::store(&folder, &index, replaces.as_deref());
        }
        let index = Arc::new(index);
        self.history.put(&index);
        Ok(index.position(tip).map(|position| (index, position)))
    }

    /// Where the first-parent chain of `tip` meets a chain that is known.
    #[allow(clippy::type_complexity)]
    fn fork_point(
        &self,
        tip: CommitId,
        known: &[(Option<PathBuf>, Arc<Index>)],
        shallow: &BTreeSet<CommitId>,
    ) -> Result<Option<(Option<PathBuf>, Arc<Index>, usize)>, Error> {
        let maps: Vec<_> = known.iter().map(|(_, index)| index.positions()).collect();
        let mut next = (!maps.is_empty()).then_some(tip);
        while let Some(commit) = next {
            for ((path, index), positions) in known.iter().zip(&maps) {
                if let Some(position) = positions.get(&commit) {
                    return Ok(Some((path.clone(), Arc::clone(index), *position)));
                }
            }
            next = if shallow.contains(&commit) { None } else { self.commit(commit)?.parents.first().copied() };
        }
        Ok(None)
    }

    /// The newest landings without an index.
    fn newest(&self, tip: CommitId, paths: &[RepoPath], limit: usize) -> Result<Landings, Error> {
        let shallow = self.shallow_boundary()?;
        if paths.len() > FEW_PATHS || paths.iter().any(RepoPath::is_root) {
            let rows = self.rows(tip, None, Some(PROBE))?;
            let whole = rows.len() < PROBE;
            let mut index = Index::new(rows, &shallow);
            index.complete |= !whole;
            let found = index.len().checked_sub(1).map(|from| from_index(&index, from, paths, Some(limit)));
            return match found {
                Some(found) if whole || found.commits.len() >= limit => Ok(found),
                _ => {
                    let (index, from) = self.whole_chain(tip)?;
                    Ok(from_index(&index, from, paths, Some(limit)))
                }
            };
        }
        let mut args: Vec<String> = ["rev-list", "--first-parent"].into_iter().map(String::from).collect();
        args.push(format!("--max-count={limit}"));
        args.push(tip.to_string());
        args.push("--".into());
        args.extend(paths.iter().map(|path| path.as_str().to_string()));
        let mut commits = ids(&self.history_of(&args, None)?)?;
        // The boundary of a shallow clone seems to add everything; what it changed cannot be known.
        let hit = commits.last().is_some_and(|oldest| shallow.contains(oldest));
        if hit {
            commits.pop();
        }
        let complete = shallow.is_empty() || (!hit && (commits.len() >= limit || self.ends_whole(tip, &shallow)?));
        Ok(Landings { commits, complete })
    }

    /// Whether the first-parent chain of `tip` ends at a true root.
    fn ends_whole(&self, tip: CommitId, shallow: &BTreeSet<CommitId>) -> Result<bool, Error> {
        let args = ["rev-list", "--first-parent", "--max-parents=0", &tip.to_string(), "--"].map(String::from);
        Ok(!ids(&self.history_of(&args, None)?)?.iter().any(|root| shallow.contains(root)))
    }

    /// The commits whose parents this shallow clone lacks.
    fn shallow_boundary(&self) -> Result<BTreeSet<CommitId>, Error> {
        match std::fs::read_to_string(self.common_dir().join("shallow")) {
            Ok(text) => Ok(text.lines().filter_map(CommitId::from_hex).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
            Err(error) => Err(anyhow::Error::new(error).context("cannot read the list of shallow commits").into()),
        }
    }

    /// The first-parent commits of `tip`, newest first, down to but without `base`, with what each changes.
    fn rows(&self, tip: CommitId, base: Option<CommitId>, limit: Option<usize>) -> Result<Vec<Row>, Error> {
        let mut args: Vec<String> = FEED.iter().map(|arg| (*arg).into()).collect();
        args.extend(limit.map(|limit| format!("--max-count={limit}")));
        args.push(tip.to_string());
        args.extend(base.map(|base| format!("^{base}")));
        args.push("--".into());
        read_rows(&self.history_of(&args, None)?).ok_or_else(|| unreadable("its history"))
    }

    /// The first-parent commits of `tip`, newest first, without what they change.
    fn dates(&self, tip: CommitId) -> Result<Vec<Row>, Error> {
        let args = ["rev-list", "--first-parent", "--timestamp", &tip.to_string(), "--"].map(String::from);
        let out = self.history_of(&args, None)?;
        let row = |line: &str| {
            let (time, id) = line.split_once(' ')?;
            let commit = CommitId::from_hex(id)?;
            Some(Row { commit, first_parent: None, time: time.parse().ok()?, paths: Vec::new() })
        };
        let rows: Option<Vec<Row>> = String::from_utf8_lossy(&out).lines().map(row).collect();
        rows.ok_or_else(|| unreadable("its commit dates"))
    }
}

/// One pass over a history. Everything that a user's configuration could change is said outright.
const FEED: &[&str] = &[
    "-c",
    "log.showRoot=true",
    "-c",
    "log.follow=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "diff.orderFile=",
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--name-only",
    "-z",
    "--no-renames",
    "--no-relative",
    "--no-ext-diff",
    "--no-color",
    "--no-notes",
    "--no-decorate",
    "--ignore-submodules=none",
    "--diff-algorithm=myers",
    "--format=%x00%H %P %ct",
];

/// Reads what `FEED` prints: an empty record, then a commit, then (after a line break) its paths.
fn read_rows(out: &[u8]) -> Option<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    let mut records = out.split(|byte| *byte == 0);
    let mut first = false;
    while let Some(record) = records.next() {
        if record.is_empty() {
            // After the last path of all there is only the end.
            let Some(head) = records.next() else { break };
            let mut words = std::str::from_utf8(head).ok()?.split_whitespace();
            let commit = CommitId::from_hex(words.next()?)?;
            let mut rest: Vec<&str> = words.collect();
            let time = rest.pop()?.parse().ok()?;
            let first_parent = rest.first().and_then(|parent| CommitId::from_hex(parent));
            rows.push(Row { commit, first_parent, time, paths: Vec::new() });
            first = true;
        } else {
            let path = if std::mem::take(&mut first) { record.strip_prefix(b"\n")? } else { record };
            rows.last_mut()?.paths.push(path.to_vec());
        }
    }
    Some(rows)
}

fn from_index(index: &Index, from: usize, paths: &[RepoPath], limit: Option<usize>) -> Landings {
    let commits = index.changes(from, paths, limit);
    let complete = index.complete || limit.is_some_and(|limit| commits.len() >= limit);
    Landings { commits, complete }
}

/// The ids that `rev-list` printed, one a line.
pub(super) fn ids(out: &[u8]) -> Result<Vec<CommitId>, Error> {
    let ids: Option<Vec<CommitId>> = String::from_utf8_lossy(out).lines().map(CommitId::from_hex).collect();
    ids.ok_or_else(|| unreadable("a list of commits"))
}

fn unreadable(what: &str) -> Error {
    Error::Failed(anyhow::anyhow!("cannot read what git said: {what}"))
}
