//! A clone of the config repository: found and checked by the git program, read in process.

use std::path::{Path, PathBuf};

use crate::domain::commit::{CommitId, CommitInfo, Distance, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::process::Surroundings;

use super::snapshot::Snapshot;

/// A clone of the config repository. Opening writes nothing.
pub struct Repo {}

impl Repo {
    /// Opens the repository that `dir` is in. Clear errors: not a repository, another owner, SHA-256, git too old or absent.
    pub fn open(_dir: &Path, _surroundings: &Surroundings) -> Result<Self, Error> {
        unimplemented!()
    }
    pub fn surroundings(&self) -> &Surroundings {
        unimplemented!()
    }
    /// The root of the work tree; none in a bare repository.
    pub fn work_tree(&self) -> Option<&Path> {
        unimplemented!()
    }
    /// The git folder that all worktrees share; caches live under `stageline/` in it.
    pub fn common_dir(&self) -> &Path {
        unimplemented!()
    }
    pub fn is_shallow(&self) -> bool {
        unimplemented!()
    }
    /// The last value of a configuration key in all of git's files and variables (lower-case section and key).
    pub fn config(&self, _key: &str) -> Option<&str> {
        unimplemented!()
    }
    /// The branch that HEAD names; none when detached.
    pub fn head_branch(&self) -> Option<BranchName> {
        unimplemented!()
    }
    pub fn remotes(&self) -> Vec<RemoteName> {
        unimplemented!()
    }
    /// The address of a remote for fetching, after `insteadOf`.
    pub fn remote_address(&self, _remote: &RemoteName) -> Option<String> {
        unimplemented!()
    }
    /// The branch that `refs/remotes/REMOTE/HEAD` names.
    pub fn remote_head(&self, _remote: &RemoteName) -> Option<BranchName> {
        unimplemented!()
    }
    /// The commit that a full ref (`refs/heads/main`, `refs/remotes/origin/main`) points at, as read when opened or last refreshed.
    pub fn tip(&self, _full_ref: &str) -> Option<CommitId> {
        unimplemented!()
    }
    /// Reads the refs again.
    pub fn refresh(&mut self) -> Result<(), Error> {
        unimplemented!()
    }
    /// Any commit name that a user may type (id, abbreviation, branch, tag, `HEAD~2`), to a commit.
    pub fn resolve(&self, _rev: &str) -> Result<CommitId, Error> {
        unimplemented!()
    }
    /// The files at a commit. Where blobs of a partial clone are missing they are fetched when read.
    pub fn snapshot(&self, _commit: CommitId) -> Result<Snapshot, Error> {
        unimplemented!()
    }
    pub fn commit(&self, _id: CommitId) -> Result<CommitInfo, Error> {
        unimplemented!()
    }
    /// Whether `ancestor` is `descendant` or an ancestor of it. In a shallow clone "no" becomes `CannotTell`.
    pub fn is_ancestor(&self, _ancestor: CommitId, _descendant: CommitId) -> Result<Known<bool>, Error> {
        unimplemented!()
    }
    /// How far two commits are apart; `CannotTell` where a shallow history hides it.
    pub fn distance(&self, _left: CommitId, _right: CommitId) -> Result<Known<Distance>, Error> {
        unimplemented!()
    }
    /// Paths in the index or the work tree that differ from HEAD (tracked ones only), among `paths`.
    pub fn dirty(&self, _paths: &[crate::domain::path::RepoPath]) -> Result<Vec<crate::domain::path::RepoPath>, Error> {
        unimplemented!()
    }
    /// Where stageline may keep files of this clone: `<common dir>/stageline`.
    pub fn cache_dir(&self) -> PathBuf {
        unimplemented!()
    }
}
