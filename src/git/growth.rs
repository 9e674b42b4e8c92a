//! A branch of files that are never changed again: which landing brought which, and what on it was more than growth.

use std::fmt;
use std::sync::{Arc, PoisonError};

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::PathChange;
use crate::domain::growth::{Arrived, Grown};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::chain::{change, differing};
use super::graph;
use super::repo::Repo;
use super::store::{Store, TreeEntry};

/// What a landing did beyond bringing plain files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub commit: CommitId,
    /// As git has it.
    pub path: String,
    pub how: How,
}

/// In which way it is no growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Changes,
    Removes,
    /// It brings something at a new path that is no plain file.
    Links,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changes => "changes",
            Self::Removes => "removes",
            Self::Links => "brings a link or submodule as",
        })
    }
}

impl Repo {
    /// The first-parent chain of a branch, oldest first; `CannotTell` where a shallow clone hides a part of it.
    ///
    /// # Errors
    /// A commit cannot be read.
    pub fn whole_growth(&self, tip: CommitId) -> Result<Known<Vec<CommitId>>, Error> {
        self.told(|store| whole_growth(store, tip))
    }

    /// The first of these landings that does more than bring plain files, each compared with its first parent.
    ///
    /// # Errors
    /// A commit or tree cannot be read.
    pub fn first_breach(&self, landings: &[CommitId]) -> Result<Option<Breach>, Error> {
        for commit in landings {
            let mut found = None;
            each_file(self.store(), *commit, &mut |path, change, is| {
                let how = how(change, is);
                let path = || String::from_utf8_lossy(path).into_owned();
                found = found.take().or(how.map(|how| Breach { commit: *commit, path: path(), how }));
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What the branch at this tip went through. `CannotTell` where a shallow clone hides a part of it.
    ///
    /// # Errors
    /// A commit or tree cannot be read.
    pub fn grown(&self, tip: CommitId) -> Result<Known<Arc<Grown>>, Error> {
        // Each change that is judged asks again, and what became of a commit's past never changes.
        let mut last = self.grown.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, grown)) = last.as_ref().filter(|(of, _)| *of == tip) {
            return Ok(Known::Is(grown.clone()));
        }
        let grown = match self.grow(tip)? {
            Known::Is(grown) => Arc::new(grown),
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        *last = Some((tip, grown.clone()));
        Ok(Known::Is(grown))
    }

    fn grow(&self, tip: CommitId) -> Result<Known<Grown>, Error> {
        let chain = match self.whole_growth(tip)? {
            Known::Is(chain) => chain,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        let mut grown = Grown::default();
        for (nth, commit) in chain.into_iter().enumerate() {
            let time = self.store().link(commit)?.time;
            let second = time.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
            let when = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
            each_file(self.store(), commit, &mut |path, change, is| {
                // A name that is written otherwise than a path of ours is no file that anybody reads.
                let text = std::str::from_utf8(path).ok();
                let known = text.and_then(|text| RepoPath::new(text).ok().filter(|path| path.as_str() == text));
                let Some(path) = known else { return };
                if let Some(how) = how(change, is) {
                    grown.broken.entry(path.clone()).or_insert(commit);
                    if how != How::Links {
                        return;
                    }
                } else if grown.files.contains_key(&path) {
                    // It was removed before, and is here again.
                    return;
                }
                grown.files.entry(path).or_insert(Arrived { commit, nth, when });
            })?;
            for path in self.dropped(commit)? {
                grown.broken.entry(path).or_insert(commit);
            }
        }
        Ok(Known::Is(grown))
    }
}

impl Repo {
    /// The files that a merge does not have as one of the branches that it brings in has them: what was there may have been the tip.
    fn dropped(&self, landing: CommitId) -> Result<Vec<RepoPath>, Error> {
        let store = self.store();
        let link = store.link(landing)?;
        let mut out = Vec::new();
        for other in link.parents.iter().skip(1) {
            let theirs = store.link(*other)?.tree;
            differing(store, (Some(theirs), Some(link.tree)), &mut Vec::new(), &mut |path, was, is| {
                let is_gone = matches!(change(was, is), Some(PathChange::Modified | PathChange::Deleted));
                out.extend(
                    std::str::from_utf8(path).ok().filter(|_| is_gone).and_then(|text| RepoPath::new(text).ok()),
                );
            })?;
        }
        Ok(out)
    }
}

fn whole_growth(store: &Store, tip: CommitId) -> Result<Known<Vec<CommitId>>, Error> {
    let (mut chain, mut at) = (Vec::new(), Some(tip));
    while let Some(commit) = at {
        let link = store.link(commit)?;
        if link.boundary {
            return Ok(Known::CannotTell(graph::SHALLOW.into()));
        }
        chain.push(commit);
        at = link.parents.first().copied();
    }
    chain.reverse();
    Ok(Known::Is(chain))
}

/// Is told a path, as git has it, what became of it, and what stands there now.
type Tell<'t> = dyn FnMut(&[u8], PathChange, Option<&TreeEntry>) + 't;

/// Tells what became of each file that a landing touches, and what stands there now.
fn each_file(store: &Store, landing: CommitId, tell: &mut Tell<'_>) -> Result<(), Error> {
    let link = store.link(landing)?;
    let before = link.parents.first().map(|parent| store.link(*parent)).transpose()?.map(|parent| parent.tree);
    differing(store, (before, Some(link.tree)), &mut Vec::new(), &mut |path, was, is| {
        if let Some(change) = change(was, is) {
            tell(path, change, is);
        }
    })
}

fn how(change: PathChange, is: Option<&TreeEntry>) -> Option<How> {
    match change {
        PathChange::Modified => Some(How::Changes),
        PathChange::Deleted => Some(How::Removes),
        PathChange::Added => is.is_some_and(|entry| !entry.is_plain()).then_some(How::Links),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use super::super::program::{Git, Hooks};
    use super::super::sample::{BEGIN, Sample};
    use super::*;
    use crate::process::Kind;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn grown(sample: &Sample, dir: &Path, tip: &str) -> Arc<Grown> {
        let repo = Repo::open(dir, &sample.surroundings).unwrap();
        match repo.grown(sample.id(dir, tip)).unwrap() {
            Known::Is(grown) => grown,
            Known::CannotTell(why) => panic!("{why}"),
        }
    }

    /// The first breach of the whole chain of a branch, in words.
    fn breach(sample: &Sample, dir: &Path, tip: &str) -> Option<String> {
        let repo = Repo::open(dir, &sample.surroundings).unwrap();
        let Known::Is(chain) = repo.whole_growth(sample.id(dir, tip)).unwrap() else { panic!("cannot tell") };
        let found = repo.first_breach(&chain).unwrap();
        found.map(|one| format!("{} {} `{}`", one.commit.short(), one.how, one.path))
    }

    #[test]
    fn each_file_has_the_landing_that_brought_it_also_where_a_merge_did() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let first = sample.commit(&dir, "aa/one.json", Some("1"));
        sample.git(&dir, &["checkout", "-q", "-b", "side"]);
        sample.commit(&dir, "bb/side.json", Some("1"));
        sample.git(&dir, &["checkout", "-q", "main"]);
        let second = sample.commit(&dir, "aa/two.json", Some("2"));
        sample.git_at(&dir, BEGIN + 777, &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
        let merge = sample.id(&dir, "main");
        let found = grown(&sample, &dir, "main");
        let when = |second: i64| Timestamp::from_second(second).unwrap();
        let wanted = [
            ("aa/one.json", Arrived { commit: first, nth: 0, when: when(BEGIN) }),
            ("aa/two.json", Arrived { commit: second, nth: 1, when: when(BEGIN + 120) }),
            ("bb/side.json", Arrived { commit: merge, nth: 2, when: when(BEGIN + 777) }),
        ];
        assert_eq!(found.files, wanted.map(|(name, arrived)| (path(name), arrived)).into());
        assert!(found.broken.is_empty(), "{found:?}");
        assert_eq!(breach(&sample, &dir, "main"), None);
    }

    #[test]
    fn what_was_changed_removed_or_is_no_plain_file_is_broken_by_the_first_commit_that_did_it() {
        let sample = Sample::new();
        let dir = sample.init("config");
        for name in ["changed", "removed", "folder", "mode", "whole"] {
            sample.commit(&dir, name, Some(name));
        }
        let changed = sample.commit(&dir, "changed", Some("other"));
        sample.commit(&dir, "changed", Some("changed"));
        let removed = sample.commit(&dir, "removed", None);
        sample.commit(&dir, "removed", Some("removed"));
        std::fs::remove_file(dir.join("folder")).unwrap();
        let folder = sample.commit(&dir, "folder/in", Some("1"));
        std::os::unix::fs::symlink("whole", dir.join("link")).unwrap();
        let link = sample.commit_all(&dir, "link");
        sample.git(&dir, &["update-index", "--chmod=+x", "mode"]);
        sample.git_at(&dir, BEGIN, &["commit", "-q", "-m", "mode"]);
        let mode = sample.id(&dir, "main");
        sample.git(&dir, &["reset", "-q", "--hard"]);
        let found = grown(&sample, &dir, "main");
        let wanted = [("changed", changed), ("removed", removed), ("folder", folder), ("link", link), ("mode", mode)];
        assert_eq!(found.broken, wanted.map(|(name, commit)| (path(name), commit)).into());
        assert_eq!(
            (found.files[&path("removed")].nth, found.files[&path("changed")].nth),
            (1, 0),
            "as they came first"
        );
        assert!(found.files.contains_key(&path("folder/in")) && found.files.contains_key(&path("whole")));
        assert_eq!(breach(&sample, &dir, "main"), Some(format!("{} changes `changed`", changed.short())));
        let told = |commit: CommitId| {
            let repo = Repo::open(&dir, &sample.surroundings).unwrap();
            repo.first_breach(&[commit]).unwrap().map(|one| (one.how, one.path))
        };
        assert_eq!(told(removed), Some((How::Removes, "removed".into())));
        assert_eq!(told(link), Some((How::Links, "link".into())));
        assert_eq!(told(mode), Some((How::Changes, "mode".into())));
    }

    #[test]
    fn a_merge_that_drops_what_any_of_its_parents_had_breaks_it() {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "a", Some("1"));
        sample.git(&dir, &["checkout", "-q", "-b", "side"]);
        sample.commit(&dir, "b", Some("1"));
        sample.git(&dir, &["checkout", "-q", "main"]);
        sample.commit(&dir, "c", Some("1"));
        sample.git_at(&dir, BEGIN, &["merge", "-q", "--no-ff", "-s", "ours", "--no-commit", "side"]);
        sample.git(&dir, &["rm", "-q", "c"]);
        sample.git_at(&dir, BEGIN, &["commit", "-q", "-m", "merge"]);
        let merge = sample.id(&dir, "main");
        // What a side had may have been the tip before: the sides of a merge can be turned.
        assert_eq!(grown(&sample, &dir, "main").broken, ["b", "c"].map(|name| (path(name), merge)).into());
    }

    #[test]
    fn a_shallow_clone_cannot_tell() {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "a", Some("1"));
        sample.commit(&dir, "b", Some("1"));
        let address = format!("file://{}", dir.display());
        sample.git(&sample.path(""), &["clone", "-q", "--depth", "1", &address, "shallow"]);
        let repo = Repo::open(&sample.path("shallow"), &sample.surroundings).unwrap();
        let tip = sample.id(&dir, "main");
        assert!(matches!(repo.grown(tip).unwrap(), Known::CannotTell(why) if why.contains("shallow")));
        let whole = Repo::open(&dir, &sample.surroundings).unwrap();
        assert!(matches!(whole.grown(tip).unwrap(), Known::Is(_)));
    }

    #[test]
    fn ten_thousand_landings_are_walked_in_a_moment() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let mut stream = String::new();
        for number in 0..10_000u32 {
            let (time, folder) = (BEGIN + i64::from(number), number.wrapping_mul(2_654_435_761) >> 24);
            stream += &format!(
                "commit refs/heads/long\ncommitter M <m@x> {time} +0000\ndata 1\nx\nM 100644 inline {folder:02x}/{number:032}.json\ndata 1\nx\n"
            );
        }
        let git = Git::new(&sample.surroundings, &dir, Kind::Plumbing, Hooks::Off, ["fast-import", "--quiet"]);
        git.stdin(stream.into_bytes()).stdout().unwrap();
        let begun = Instant::now();
        let found = grown(&sample, &dir, "long");
        let took = begun.elapsed();
        assert_eq!((found.files.len(), found.broken.len()), (10_000, 0));
        assert!(took.as_secs() < 20, "{took:?}");
    }
}
