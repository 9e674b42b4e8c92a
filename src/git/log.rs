//! The first-parent history of a branch: which landings changed which paths.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, CommitInfo};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::repo::Repo;

/// First-parent landings and whether the history that is here is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landings {
    /// Newest first.
    pub commits: Vec<CommitId>,
    /// Whether the walk reached a root commit (or its limit) rather than a shallow boundary.
    pub complete: bool,
}

impl Repo {
    /// The first-parent commits from `tip` down that change anything at or below one of `paths`, newest first, at most `limit`.
    /// The same as `git log --first-parent -m -- PATHS`, by the index where that is faster.
    pub fn landings(&self, _tip: CommitId, _paths: &[RepoPath], _limit: Option<usize>) -> Result<Landings, Error> {
        unimplemented!()
    }
    /// For each path, the newest landing that changed it or something below it, in one pass; absent where the history that is here has none.
    pub fn last_landings(&self, _tip: CommitId, _paths: &[RepoPath]) -> Result<BTreeMap<RepoPath, CommitId>, Error> {
        unimplemented!()
    }
    /// The newest first-parent commit of `tip` whose committer date (never earlier than its parent's) is at or before `time`;
    /// `None` where the branch is younger, `CannotTell` error where a shallow boundary hides it.
    pub fn tip_at(&self, _tip: CommitId, _time: Timestamp) -> Result<Option<CommitId>, Error> {
        unimplemented!()
    }
    /// The commits that `landing` brought in besides itself (a merge's second side), newest first, at most `limit`.
    pub fn brought_in(&self, _landing: &CommitInfo, _limit: usize) -> Result<Vec<CommitInfo>, Error> {
        unimplemented!()
    }
}
