//! The first-parent history of a branch: which landings changed which paths.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, CommitInfo, Known, ObjectId};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::Kind;

use super::index::{self, Index, Left, Row};
use super::program::Git;
use super::repo::Repo;

/// A question for at most this many landings is answered without building an index first.
const FEW_LANDINGS: usize = 100;
/// For at most this many paths git itself looks for the newest changes; each one costs it time at every commit.
const FEW_PATHS: usize = 64;
/// For more paths this many commits are looked at before an index is built.
const PROBE: usize = 1000;
/// A history of at most so many landings is indexed whenever that helps: it takes a moment.
const SHORT: usize = 2000;

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
pub enum Effort {
    /// Only what is stored, brought up to date.
    IfPresent,
    /// That, or built where the history is short.
    IfQuick,
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
        let found = self.landings_here(tip, paths, limit)?;
        if !found.complete && self.deepen()? { self.landings_here(tip, paths, limit) } else { Ok(found) }
    }

    fn landings_here(&self, tip: CommitId, paths: &[RepoPath], limit: Option<usize>) -> Result<Landings, Error> {
        if let Some(limit) = limit.filter(|limit| *limit <= FEW_LANDINGS) {
            return match self.chain(tip, Effort::IfPresent)? {
                Some((index, from)) => Ok(from_index(&index, from, paths, Some(limit))),
                None => self.newest(tip, paths, limit),
            };
        }
        let (index, from) = self.whole_chain(tip)?;
        Ok(from_index(&index, from, paths, limit))
    }

    /// The newest first-parent commit up to `tip` that changes anything at or below one of `paths`, where that is known
    /// without a long look.
    pub fn last_known_change(&self, tip: CommitId, paths: &[RepoPath]) -> Result<Option<CommitId>, Error> {
        let chain = self.chain(tip, Effort::IfQuick)?;
        Ok(chain.and_then(|(index, from)| index.changes(from, paths, Some(1)).first().copied()))
    }

    /// Every path at or below a folder that first-parent commits up to `tip` changed, with those commits, newest first.
    pub fn changed_below(&self, tip: CommitId, folder: &RepoPath) -> Result<Vec<(RepoPath, Vec<CommitId>)>, Error> {
        let (index, from) = self.whole_chain(tip)?;
        Ok(index.paths_below(from, folder))
    }

    /// The first-parent commits of `new` that `old` does not contain, newest first, each with the paths that it changes.
    pub fn landed_since(&self, old: CommitId, new: CommitId) -> Result<Vec<(CommitId, Vec<RepoPath>)>, Error> {
        if old == new {
            return Ok(Vec::new());
        }
        if self.is_shallow() {
            // Where that cannot be told, it brings the history by which it can.
            self.is_ancestor(old, new)?;
        }
        // A path that is not UTF-8 is no file that a pin is read from.
        let path = |path: &[u8]| std::str::from_utf8(path).ok().and_then(|text| RepoPath::new(text).ok());
        let told = |row: Row| (row.commit, row.paths.iter().filter_map(|(bytes, _)| path(bytes)).collect());
        Ok(self.rows(new, Some(old), None)?.into_iter().map(told).collect())
    }

    /// The newest commit that two commits both contain; `None` where they have none in common.
    pub fn merge_base(&self, one: CommitId, other: CommitId) -> Result<Option<CommitId>, Error> {
        self.deepen()?;
        let git = self.git(Kind::Plumbing, ["merge-base", &one.to_string(), &other.to_string()]);
        let finished = git.finish()?;
        match finished.code {
            Some(0) => Ok(ids(&finished.stdout)?.first().copied()),
            Some(1) => Ok(None),
            _ => Err(git.failure(&finished)),
        }
    }

    /// Whether a commit was the tip of a full ref, or below it, at any time that this clone remembers (its reflog).
    pub fn was_once_in(&self, commit: CommitId, full_ref: &str) -> Result<bool, Error> {
        let args = ["reflog", "show", "--format=%H", full_ref, "--"].map(String::from);
        for tip in ids(&self.history_of(&args, None)?)? {
            // A tip of long ago may have been cleared away since.
            if self.store().has(tip) && self.is_ancestor(commit, tip)? == Known::Is(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The newest first-parent commit of `tip` whose committer date (never earlier than its parent's) is at or before `time`;
    /// `None` where the branch is younger, `CannotTell` error where a shallow boundary hides it.
    pub fn tip_at(&self, tip: CommitId, time: Timestamp) -> Result<Option<CommitId>, Error> {
        match self.tip_at_here(tip, time)? {
            (None, false) if self.deepen()? => Ok(self.tip_at_here(tip, time)?.0),
            (None, false) => Err(Refusal::new(
                Code::Shallow,
                format!("cannot tell what was at {time}: the history that is here does not reach back that far"),
            )
            .hint(self.how_to_deepen())
            .cannot_tell()),
            (found, _) => Ok(found),
        }
    }

    /// The same as far as the history that is here tells, and whether that is whole.
    fn tip_at_here(&self, tip: CommitId, time: Timestamp) -> Result<(Option<CommitId>, bool), Error> {
        Ok(match self.chain(tip, Effort::IfPresent)? {
            Some((index, from)) => (index.at(from, time.as_second()), index.complete),
            None => {
                // Dates alone are quick to read, so no index is built for them.
                let index = Index::new(self.dates(tip)?, &self.shallow_boundary()?);
                (index.len().checked_sub(1).and_then(|from| index.at(from, time.as_second())), index.complete)
            }
        })
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

    /// What a git command that reads history prints. Paths start at the root of the repository and are taken literally.
    pub(super) fn history_of(&self, args: &[String], stdin: Option<Vec<u8>>) -> Result<Vec<u8>, Error> {
        let git = self.history(args);
        match stdin {
            Some(bytes) => git.stdin(bytes).stdout(),
            None => git.stdout(),
        }
    }

    /// git, to read history with paths that are taken literally.
    fn history(&self, args: &[String]) -> Git<'_> {
        self.git(Kind::Plumbing, args).set("GIT_LITERAL_PATHSPECS", "1").limit(LIMIT)
    }

    /// As `history_of`, with paths selected by git's patterns.
    pub(super) fn selected_history(&self, args: &[String]) -> Result<Vec<u8>, Error> {
        self.git(Kind::Plumbing, args).set("GIT_LITERAL_PATHSPECS", "0").limit(LIMIT).stdout()
    }

    /// The index that has `tip` on its chain, and where.
    fn whole_chain(&self, tip: CommitId) -> Result<(Arc<Index>, usize), Error> {
        self.chain(tip, Effort::Build)?.ok_or_else(|| unreadable("an index without its tip"))
    }

    /// The same, as far as the effort goes.
    pub(super) fn chain(&self, tip: CommitId, effort: Effort) -> Result<Option<(Arc<Index>, usize)>, Error> {
        if effort == Effort::Build {
            self.deepen()?;
        }
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
        if shallow.is_empty() && !self.forgets {
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
        if let Some((path, index, position)) = self.fork_point(tip, &known)? {
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
            None if effort == Effort::IfQuick && self.is_long(tip)? => return Ok(None),
            None => {
                let rows = self.rows(tip, None, None)?;
                let count = rows.len();
                (Index::new(rows, &shallow), count, None)
            }
        };
        if shallow.is_empty() && !self.forgets && new >= index::WORTH_WRITING {
            index::store(&folder, &index, replaces.as_deref());
        }
        let index = Arc::new(index);
        self.history.put(&index);
        Ok(index.position(tip).map(|position| (index, position)))
    }

    fn is_long(&self, tip: CommitId) -> Result<bool, Error> {
        let mut next = Some(tip);
        for _ in 0..SHORT {
            let Some(commit) = next else { return Ok(false) };
            next = self.store().link(commit)?.parents.first().copied();
        }
        Ok(true)
    }

    /// Where the first-parent chain of `tip` meets a chain that is known.
    #[allow(clippy::type_complexity)]
    fn fork_point(
        &self,
        tip: CommitId,
        known: &[(Option<PathBuf>, Arc<Index>)],
    ) -> Result<Option<(Option<PathBuf>, Arc<Index>, usize)>, Error> {
        let maps: Vec<_> = known.iter().map(|(_, index)| index.positions()).collect();
        let mut next = (!maps.is_empty()).then_some(tip);
        while let Some(commit) = next {
            for ((path, index), positions) in known.iter().zip(&maps) {
                if let Some(position) = positions.get(&commit) {
                    return Ok(Some((path.clone(), Arc::clone(index), *position)));
                }
            }
            next = self.store().link(commit)?.parents.first().copied();
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
    pub(super) fn shallow_boundary(&self) -> Result<BTreeSet<CommitId>, Error> {
        match std::fs::read_to_string(&self.place.shallow_file) {
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
        read_rows(&self.history(&args).counting_commits(BETWEEN).stdout()?).ok_or_else(|| unreadable("its history"))
    }

    /// The first-parent commits of a tip with their dates alone: quick to read, so no index is built for them.
    pub(super) fn dates(&self, tip: CommitId) -> Result<Vec<Row>, Error> {
        let args = ["rev-list", "--first-parent", "--timestamp", &tip.to_string(), "--"].map(String::from);
        let out = self.history_of(&args, None)?;
        let row = |line: &str| {
            let (time, id) = line.split_once(' ')?;
            let commit = CommitId::from_hex(id)?;
            Some(Row { commit, first_parent: None, time: time.parse().unwrap_or(0), paths: Vec::new() })
        };
        let rows: Option<Vec<Row>> = String::from_utf8_lossy(&out).lines().map(row).collect();
        rows.ok_or_else(|| unreadable("its commit dates"))
    }
}

/// What `FEED` writes between two commits and nowhere else: the end of the one, and what the next begins with.
const BETWEEN: &[u8] = b"\0\0";
/// One pass over a history. Everything that a user's configuration could change is said outright.
const FEED: &[&str] = &[
    "-c",
    "log.showRoot=true",
    "-c",
    "log.follow=false",
    "-c",
    "log.showSignature=false",
    "log",
    "-O/dev/null",
    "--first-parent",
    "--diff-merges=first-parent",
    "--raw",
    "--no-abbrev",
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

/// Reads what `FEED` prints: an empty record, then a commit, then (after a line break) its changes: modes and ids, and the path.
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
            // A commit may have a date that is none: it counts as the first moment of all, and so as its parent's.
            let has_time = rest.last().is_some_and(|word| CommitId::from_hex(word).is_none());
            let time = if has_time { rest.pop().and_then(|word| word.parse().ok()) } else { None }.unwrap_or(0);
            let first_parent = rest.first().and_then(|parent| CommitId::from_hex(parent));
            rows.push(Row { commit, first_parent, time, paths: Vec::new() });
            first = true;
        } else {
            let change = if std::mem::take(&mut first) { record.strip_prefix(b"\n")? } else { record };
            let mut words = std::str::from_utf8(change).ok()?.strip_prefix(':')?.split(' ').skip(1);
            let mode = u32::from_str_radix(words.next()?, 8).ok()?;
            let id = ObjectId::from_hex(words.nth(1)?)?;
            rows.last_mut()?.paths.push((records.next()?.to_vec(), Left { mode, id }));
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

#[cfg(test)]
mod tests {
    use super::super::program::{Git, Hooks};
    use super::super::sample::{BEGIN, Sample};
    use super::*;
    use std::path::Path;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn open(sample: &Sample, dir: &Path) -> Repo {
        Repo::open(dir, &sample.surroundings).unwrap()
    }

    /// What git itself says, without any of ours.
    fn by_git(sample: &Sample, dir: &Path, tip: &str, path: &str) -> Vec<CommitId> {
        let args = ["--literal-pathspecs", "log", "--first-parent", "-m", "--format=%H", tip, "--", path];
        ids(sample.git(dir, &args).as_bytes()).unwrap()
    }

    /// Every file and folder that ever was.
    fn all_paths(sample: &Sample, dir: &Path) -> BTreeSet<String> {
        let out = sample.git(dir, &["log", "--first-parent", "-m", "--name-only", "--no-renames", "-z", "--format="]);
        let mut paths = BTreeSet::from([String::new(), "absent".into(), "apps/we".into()]);
        for file in out.split(['\0', '\n']).filter(|file| !file.is_empty()) {
            for (cut, _) in file.match_indices('/') {
                paths.insert(file[..cut].to_string());
            }
            paths.insert(file.to_string());
        }
        paths
    }

    #[test]
    fn landings_are_those_of_git_log_on_every_path() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let tip = sample.id(&dir, "main");
        let paths = all_paths(&sample, &dir);
        assert!(paths.len() > 15, "{paths:?}");
        for text in &paths {
            let wanted = by_git(&sample, &dir, "main", if text.is_empty() { "." } else { text });
            let built = open(&sample, &dir);
            let found = built.landings(tip, &[path(text)], None).unwrap();
            assert_eq!(found, Landings { commits: wanted.clone(), complete: true }, "{text}");
            let streamed = open(&sample, &dir).landings(tip, &[path(text)], Some(3)).unwrap();
            assert_eq!(streamed.commits, wanted[..wanted.len().min(3)], "{text}");
        }
    }

    #[test]
    fn an_index_is_extended_forked_and_found_again() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let repo = open(&sample, &dir);
        let (fork, main) = (sample.id(&dir, "main~9"), sample.id(&dir, "main"));
        let (index, from) = repo.whole_chain(main).unwrap();
        index::store(&repo.cache_dir(), &index, None);
        assert_eq!(from + 1, index.len());

        sample.git(&dir, &["checkout", "-q", "-b", "production", &fork.to_string()]);
        sample.commit(&dir, "apps/web/staging/k.yaml", Some("on production"));
        let production = sample.id(&dir, "production");
        sample.git(&dir, &["checkout", "-q", "main"]);
        sample.commit(&dir, "apps/web/staging/k.yaml", Some("later on main"));
        let later = sample.id(&dir, "main");
        for (tip, name) in [(later, "main"), (production, "production"), (fork, "main~10"), (main, "main~1")] {
            for text in ["apps/web", "becomes", "main-side"] {
                let fresh = open(&sample, &dir).landings(tip, &[path(text)], Some(1000)).unwrap().commits;
                assert_eq!(fresh, by_git(&sample, &dir, name, text), "{name} {text}");
                assert_eq!(repo.landings(tip, &[path(text)], None).unwrap().commits, fresh, "{name} {text}");
            }
        }
    }

    #[test]
    fn a_long_history_keeps_its_index_and_does_without_it() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let mut stream = String::new();
        for n in 0..400 {
            let from = if n == 0 { String::new() } else { format!("from :{n}\n") };
            let body = format!("{n}");
            stream += &format!(
                "commit refs/heads/main\nmark :{}\ncommitter A <a@b> {} +0000\ndata 1\nx\n{from}M 100644 inline apps/{}/k\ndata {}\n{body}\n",
                n + 1,
                BEGIN + n,
                n % 7,
                body.len()
            );
        }
        Git::new(&sample.surroundings, &dir, Kind::Plumbing, Hooks::Off, ["fast-import", "--quiet"])
            .stdin(stream.into_bytes())
            .stdout()
            .unwrap();
        let tip = sample.id(&dir, "main");
        let wanted = by_git(&sample, &dir, "main", "apps/3");
        let few = open(&sample, &dir).landings(tip, &[path("apps/3")], Some(10)).unwrap().commits;
        assert_eq!(few, wanted[..10]);
        let folder = open(&sample, &dir).cache_dir();
        assert_eq!(index::stored(&folder).count(), 0, "a few landings need no index");
        let ask = || open(&sample, &dir).landings(tip, &[path("apps/3")], None).unwrap().commits;
        assert_eq!(ask(), wanted);
        let (file, _) = index::stored(&folder).next().expect("an index");
        assert_eq!(ask(), wanted);
        std::fs::write(&file, "garbage").unwrap();
        assert_eq!(ask(), wanted);
        assert_eq!(index::stored(&folder).count(), 1, "the damaged file was replaced");
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(ask(), wanted);
    }

    #[test]
    fn many_paths_are_answered_in_one_pass() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let tip = sample.id(&dir, "main");
        let mut paths: Vec<RepoPath> = (0..200).map(|n| path(&format!("absent/{n}"))).collect();
        paths.push(path("apps/web"));
        let wanted = by_git(&sample, &dir, "main", "apps/web");
        let found = open(&sample, &dir).landings(tip, &paths, Some(2)).unwrap();
        assert_eq!(found.commits, wanted[..2]);
    }

    #[test]
    fn a_shallow_boundary_changes_nothing_and_makes_the_history_incomplete() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let url = format!("file://{}", dir.display());
        let shallow = sample.path("shallow");
        sample.git(&sample.path("."), &["clone", "-q", "--depth=12", &url, "shallow"]);
        let tip = sample.id(&shallow, "main");
        let whole = by_git(&sample, &dir, "main", "apps");
        for limit in [None, Some(50)] {
            let found = open(&sample, &shallow).landings(tip, &[path("apps")], limit).unwrap();
            assert!(!found.complete);
            assert!(!found.commits.is_empty());
            assert_eq!(found.commits, whole[..found.commits.len()]);
            let boundary = sample.id(&shallow, "main~11");
            assert!(!found.commits.contains(&boundary));
        }
        let one = open(&sample, &shallow).landings(tip, &[path("apps")], Some(1)).unwrap();
        assert_eq!(one, Landings { commits: vec![whole[0]], complete: true });
        let early = Timestamp::from_second(BEGIN - 60).unwrap();
        assert!(matches!(open(&sample, &shallow).tip_at(tip, early), Err(Error::CannotTell(_))));
        assert_eq!(open(&sample, &dir).tip_at(tip, early).unwrap(), None);
        // Nothing of what was hidden is remembered.
        sample.git(&shallow, &["fetch", "-q", "--unshallow"]);
        assert_eq!(
            open(&sample, &shallow).landings(tip, &[path("apps")], None).unwrap(),
            Landings { commits: whole, complete: true }
        );
    }

    #[test]
    fn the_tip_at_a_moment_never_goes_back_with_a_late_clock() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let mut commits = Vec::new();
        for (n, time) in [100, 300, 200, 400].into_iter().enumerate() {
            sample.git_at(&dir, BEGIN + time, &["commit", "-q", "--allow-empty", "-m", &n.to_string()]);
            commits.push(sample.id(&dir, "HEAD"));
        }
        let at = |time: i64| {
            let time = Timestamp::from_second(BEGIN + time).unwrap();
            let plain = open(&sample, &dir).tip_at(commits[3], time).unwrap();
            let indexed = open(&sample, &dir);
            indexed.whole_chain(commits[3]).unwrap();
            assert_eq!(indexed.tip_at(commits[3], time).unwrap(), plain);
            plain
        };
        assert_eq!(
            [at(99), at(100), at(250), at(300), at(400)],
            [None, Some(commits[0]), Some(commits[0]), Some(commits[2]), Some(commits[3])]
        );
    }

    #[test]
    fn a_merge_brings_in_its_other_side_and_a_plain_commit_nothing() {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "a", Some("1"));
        sample.git(&dir, &["checkout", "-q", "-b", "topic"]);
        let first = sample.commit(&dir, "b", Some("1"));
        let second = sample.commit(&dir, "b", Some("2"));
        sample.git(&dir, &["checkout", "-q", "main"]);
        let plain = sample.commit(&dir, "c", Some("1"));
        sample.git(&dir, &["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
        let repo = open(&sample, &dir);
        let brought = |id: CommitId, limit| -> Vec<CommitId> {
            let landing = repo.commit(id).unwrap();
            repo.brought_in(&landing, limit).unwrap().iter().map(|c| c.id).collect()
        };
        let merge = sample.id(&dir, "HEAD");
        assert_eq!(brought(merge, 10), [second, first]);
        assert_eq!(brought(merge, 1), [second]);
        assert_eq!(brought(plain, 10), []);
    }

    #[test]
    fn a_users_own_log_settings_change_nothing() {
        let sample = Sample::new();
        let dir = sample.eventful();
        let tip = sample.id(&dir, "main");
        let wanted = open(&sample, &dir).landings(tip, &[RepoPath::root()], None).unwrap();
        for setting in [
            "log.follow=true",
            "log.showRoot=false",
            "log.showSignature=true",
            "log.diffMerges=combined",
            "diff.renames=copies",
            "diff.noprefix=true",
            "diff.relative=true",
            "diff.ignoreSubmodules=all",
            "format.pretty=oneline",
            "log.decorate=full",
            "log.graphColors=red",
            "format.notes=true",
            "color.ui=always",
            "diff.external=false",
            "log.mailmap=true",
            "log.abbrevCommit=true",
            "core.quotePath=true",
            "diff.orderFile=/nowhere",
            "log.date=iso",
        ] {
            let (key, value) = setting.split_once('=').unwrap();
            sample.git(&dir, &["config", key, value]);
        }
        assert_eq!(open(&sample, &dir).landings(tip, &[RepoPath::root()], None).unwrap(), wanted);
        assert_eq!(open(&sample, &dir).landings(tip, &[path("apps/web")], Some(5)).unwrap().commits.len(), 5);
    }
}
