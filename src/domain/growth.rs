//! What a branch went through whose files are never changed again.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::commit::CommitId;
use super::path::RepoPath;

/// The landing that brought a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    pub commit: CommitId,
    /// Its place on the first-parent chain; the first commit of all is 0.
    pub nth: usize,
    /// The committer's date: what whoever made the commit says.
    pub when: Timestamp,
}

/// What a branch went through from its first commit on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grown {
    /// Every file that ever came, by the landing that brought it first; not those whose names no path could have.
    pub files: BTreeMap<RepoPath, Arrived>,
    /// Those of them that are not what came any more, or never were plain files, with the first landing to blame.
    pub broken: BTreeMap<RepoPath, CommitId>,
}
