//! What a merge of two commits would be, as a forge's button would make it.
//!
//! git merges in a repository of our own, bare and without configuration: no merge driver runs, and no attribute counts.
//! A forge may know attributes (a bare repository reads them from HEAD since git 2.43, from `info/attributes` before).
//! `merge=union` only makes a merge of what is a conflict here, `-merge` or `binary` only the reverse: where both come
//! to a tree it is the same one. A driver of the forge's own is nothing that can be told from here.

use std::collections::BTreeSet;

use crate::domain::commit::{CommitId, Known, ObjectId, TreeId};
use crate::domain::refusal::{Code, Error, Refusal};

use super::aside::Aside;
use super::program::words;
use super::repo::Repo;

/// What comes of merging a head into a tip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// The tree of the merge, or of the one that contains the other.
    Tree(TreeId),
    /// The paths that cannot be merged, in git's order.
    Conflict(Vec<String>),
    /// The two have no commit in common: git and the forges refuse to merge them.
    Unrelated,
}

const MERGE: [&str; 5] = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z"];

impl Repo {
    /// The tree of merging `head` into `tip`; it can be read like any other until this clone is dropped. Writes nothing
    /// into the clone.
    ///
    /// # Errors
    /// `CannotTell` where the clone is shallow and hides where the two parted, or lacks a file that is to be merged.
    pub fn merged(&self, tip: CommitId, head: CommitId) -> Result<Merged, Error> {
        let tree = |commit: CommitId| Ok(Merged::Tree(self.commit(commit)?.tree));
        if self.is_ancestor(tip, head)? == Known::Is(true) {
            return tree(head);
        }
        if self.is_ancestor(head, tip)? == Known::Is(true) {
            return tree(tip);
        }
        if let Known::CannotTell(why) = self.distance(tip, head)? {
            return Err(self.hidden(tip, head).detail(why).hint(self.how_to_deepen()).cannot_tell());
        }
        let aside = Aside::of(&self.place, self.store())?;
        let (tip, head) = (tip.to_string(), head.to_string());
        if self.is_shallow() || self.store().is_partial() {
            self.get_ready_to_merge(&aside, &tip, &head)?;
        }
        let git = aside.git(MERGE.into_iter().chain([tip.as_str(), head.as_str()]));
        let finished = git.finish()?;
        let said = String::from_utf8_lossy(&finished.stderr);
        match finished.code {
            Some(0) => self.written(&finished.stdout).map(Merged::Tree),
            Some(1) => Ok(Merged::Conflict(conflicts(&finished.stdout))),
            _ if said.contains("refusing to merge unrelated histories") => Ok(Merged::Unrelated),
            _ if self.store().is_partial() => Err(Refusal::new(
                Code::ObjectMissing,
                format!("cannot tell what a merge of `{head}` into `{tip}` is: this partial clone lacks files"),
            )
            .details(words(&finished.stderr))
            .hint("judge it in a clone with all files: `git fetch --refetch --no-filter`")
            .cannot_tell()),
            _ => Err(git.failure(&finished)),
        }
    }

    /// Whether a tree is what merging two commits comes to, with nothing of its own.
    ///
    /// # Errors
    /// As of `merged`.
    pub fn is_merge(&self, one: CommitId, other: CommitId, tree: TreeId) -> Result<bool, Error> {
        Ok(self.merged(one, other)? == Merged::Tree(tree))
    }

    fn hidden(&self, tip: CommitId, head: CommitId) -> Refusal {
        let (head, tip) = (head.short(), tip.short());
        let what = format!("cannot tell what a merge of `{head}` into `{tip}` is: this clone hides where they parted");
        Refusal::new(Code::Shallow, what)
    }

    /// The tree that git has just written.
    fn written(&self, out: &[u8]) -> Result<TreeId, Error> {
        let text = String::from_utf8_lossy(out.split(|byte| *byte == 0).next().unwrap_or_default());
        let id = TreeId::from_hex(text.trim()).filter(|id| self.store().has(*id));
        Ok(id.ok_or_else(|| anyhow::anyhow!("cannot read the tree that `git merge-tree` named: `{text}`"))?)
    }

    /// Gets the files that both sides changed where they may be missing, and refuses where a shallow clone has several
    /// commits in which the two may have parted: one may hide that it contains the others.
    fn get_ready_to_merge(&self, aside: &Aside<'_>, tip: &str, head: &str) -> Result<(), Error> {
        let git = aside.git(["merge-base", "--all", tip, head]);
        let found = git.finish()?;
        let bases = match found.code {
            Some(0) => String::from_utf8_lossy(&found.stdout).into_owned(),
            // There is none.
            Some(1) => return Ok(()),
            _ => return Err(git.failure(&found)),
        };
        if self.is_shallow() && bases.lines().count() > 1 {
            let ids = CommitId::from_hex(tip).zip(CommitId::from_hex(head));
            let refusal = ids.map(|(tip, head)| self.hidden(tip, head).hint(self.how_to_deepen()).cannot_tell());
            return refusal.map_or(Ok(()), Err);
        }
        let mut missing = BTreeSet::new();
        for base in bases.lines() {
            for side in [tip, head] {
                let out = aside.git(["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", base, side]);
                missing.extend(blobs(&out.stdout()?).into_iter().filter(|id| !self.store().has(*id)));
            }
        }
        self.store().fetch_missing(&missing.into_iter().collect::<Vec<_>>())
    }
}

/// The names after the tree.
fn conflicts(out: &[u8]) -> Vec<String> {
    let names = out.split(|byte| *byte == 0).skip(1).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

/// The files of both sides in git's raw form: `:MODE MODE ID ID STATUS`, NUL, path, NUL. Links to other repositories and
/// what is not there are left out.
fn blobs(raw: &[u8]) -> Vec<ObjectId> {
    let records = raw.split(|byte| *byte == 0).filter_map(|record| std::str::from_utf8(record).ok()?.strip_prefix(':'));
    let pairs = records.flat_map(|record| {
        let words: Vec<&str> = record.split(' ').collect();
        let pair = |at: usize| Some((*words.get(at)?, *words.get(at + 2)?));
        [pair(0), pair(1)]
    });
    pairs
        .flatten()
        .filter(|(mode, _)| mode.starts_with("10") || *mode == "120000")
        .filter_map(|(_, id)| ObjectId::from_hex(id))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::sample::Sample;
    use super::*;
    use crate::domain::files::Files;
    use crate::domain::path::RepoPath;

    const LINES: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

    fn merged(sample: &Sample, dir: &Path, tip: &str, head: &str) -> Merged {
        let repo = Repo::open(dir, &sample.surroundings).unwrap();
        repo.merged(sample.id(dir, tip), sample.id(dir, head)).unwrap()
    }

    /// `main` and `topic` have changed one file in the lines that are given.
    fn parted(sample: &Sample, attributes: &str, ours: &str, theirs: &str) -> std::path::PathBuf {
        let dir = sample.init("config");
        std::fs::write(dir.join(".gitattributes"), attributes).unwrap();
        sample.commit(&dir, "apps/f", Some(LINES));
        sample.git(&dir, &["checkout", "-q", "-b", "topic"]);
        sample.commit(&dir, "apps/f", Some(&LINES.replace(theirs, &format!("t{theirs}"))));
        sample.git(&dir, &["checkout", "-q", "main"]);
        sample.commit(&dir, "apps/f", Some(&LINES.replace(ours, &format!("m{ours}"))));
        dir
    }

    #[test]
    fn a_merge_is_gits_and_its_files_can_be_read_and_the_clone_stays_as_it_was() {
        let sample = Sample::new();
        let dir = parted(&sample, "", "1", "9");
        let count = || sample.git(&dir, &["count-objects"]);
        let before = count();
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let result = repo.merged(sample.id(&dir, "main"), sample.id(&dir, "topic")).unwrap();
        let Merged::Tree(tree) = result else { panic!("{result:?}") };
        let text = repo.tree(tree).unwrap().read(&RepoPath::new("apps/f").unwrap()).unwrap().unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), LINES.replace('1', "m1").replace('9', "t9"));
        assert_eq!(count(), before);
        let kept = repo.tree(tree).unwrap();
        drop(repo);
        assert!(kept.read(&RepoPath::new("apps/f").unwrap()).unwrap().is_some(), "a snapshot outlives its repository");
        sample.git(&dir, &["merge", "-q", "--no-edit", "topic"]);
        assert_eq!(sample.git(&dir, &["rev-parse", "HEAD^{tree}"]), tree.to_string());
    }

    #[test]
    fn one_that_contains_the_other_is_its_tree() {
        let sample = Sample::new();
        let dir = parted(&sample, "", "1", "9");
        let tree = |rev: &str| TreeId::from_hex(&sample.git(&dir, &["rev-parse", &format!("{rev}^{{tree}}")])).unwrap();
        for (tip, head, wanted) in [("main~1", "main", "main"), ("main", "main~1", "main"), ("topic", "topic", "topic")]
        {
            assert_eq!(merged(&sample, &dir, tip, head), Merged::Tree(tree(wanted)), "{tip} {head}");
        }
    }

    #[test]
    fn a_conflict_names_its_paths_and_histories_without_a_common_commit_are_told() {
        let sample = Sample::new();
        let dir = parted(&sample, "", "1", "1");
        assert_eq!(merged(&sample, &dir, "main", "topic"), Merged::Conflict(vec!["apps/f".into()]));
        sample.git(&dir, &["checkout", "-q", "--orphan", "root"]);
        sample.commit(&dir, "x", Some("9"));
        assert_eq!(merged(&sample, &dir, "main", "root"), Merged::Unrelated);
    }

    #[test]
    fn no_driver_runs_and_no_attribute_or_setting_counts() {
        for (attributes, ours) in [("f merge=evil", "9"), ("f merge=union", "1"), ("f -merge", "9"), ("", "9")] {
            let sample = Sample::new();
            let dir = parted(&sample, attributes, ours, "1");
            let plain = merged(&sample, &dir, "main", "topic");
            assert_eq!(matches!(plain, Merged::Conflict(_)), ours == "1", "{attributes}");
            let ran = sample.path("ran");
            let driver = format!("touch {}; cp %B %A", ran.display());
            for settings in [["merge.evil.driver", driver.as_str()], ["merge.default", "evil"], ["merge.renames", "x"]]
            {
                sample.git(&dir, &["config", settings[0], settings[1]]);
                sample.git(&dir, &["config", "--global", settings[0], settings[1]]);
            }
            for name in ["info/attributes", "../.gitattributes"] {
                std::fs::create_dir_all(dir.join(".git/info")).unwrap();
                std::fs::write(dir.join(".git").join(name), "* merge=evil\n").unwrap();
            }
            assert_eq!(merged(&sample, &dir, "main", "topic"), plain, "{attributes}");
            assert!(!ran.exists(), "{attributes}");
        }
    }

    #[test]
    fn a_shallow_clone_does_not_guess() {
        let sample = Sample::new();
        let dir = parted(&sample, "", "1", "9");
        sample.commit(&dir, "x", Some("1"));
        let address = format!("file://{}", dir.display());
        for (depth, is_told) in [("1", false), ("2", false), ("3", true)] {
            let clone = ["clone", "-q", "--no-single-branch", "--depth", depth, &address, depth];
            sample.git(&sample.path(""), &clone);
            let repo = Repo::open(&sample.path(depth), &sample.surroundings).unwrap();
            let told = repo.merged(sample.id(&dir, "main"), sample.id(&dir, "topic"));
            match told {
                Ok(Merged::Tree(_)) => assert!(is_told, "{depth}"),
                Err(Error::CannotTell(why)) => assert!(!is_told && why.code == Code::Shallow, "{depth}: {why:?}"),
                other => panic!("{depth}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_partial_clone_gets_what_is_to_be_merged() {
        let sample = Sample::new();
        let dir = parted(&sample, "", "1", "9");
        let wanted = merged(&sample, &dir, "main", "topic");
        sample.git(&dir, &["config", "uploadpack.allowFilter", "true"]);
        sample.git(&dir, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let address = format!("file://{}", dir.display());
        let clone = ["clone", "-q", "--bare", "--filter=blob:none", &address, "partial"];
        sample.git(&sample.path(""), &clone);
        assert_eq!(merged(&sample, &sample.path("partial"), "main", "topic"), wanted);
    }
}
