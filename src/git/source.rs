//! Application source repositories: a path as it is, or a commits-only mirror of an address in the user's cache folder.

use std::path::{Path, PathBuf};

use crate::domain::commit::{CommitId, CommitInfo, Distance, Known};
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::SourceAddress;
use crate::process::Surroundings;

/// Whether sources may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Allowed,
    Offline,
}

/// An open source repository. Fetches at most once by itself, when a commit or name is asked for that is not here.
pub struct Source {}

/// What an abbreviated id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expanded {
    One(CommitId),
    /// Several commits share it.
    Several(Vec<CommitId>),
    None,
}

impl Source {
    /// Opens a source. Relative paths start at `config_root`; the config repository itself is refused.
    /// `path`: the folder that concerns the application (a mirror then holds trees too).
    pub fn open(
        _address: &SourceAddress,
        _path: Option<&RepoPath>,
        _config_root: &Path,
        _config_common_dir: &Path,
        _surroundings: &Surroundings,
        _network: Network,
    ) -> Result<Self, Error> {
        unimplemented!()
    }
    /// The address as it may be shown: without credentials.
    pub fn shown(&self) -> &str {
        unimplemented!()
    }
    /// A user's revision (full or abbreviated id, branch, tag) to a commit. An abbreviation that two commits share lists both.
    pub fn resolve(&self, _rev: &str) -> Result<CommitId, Error> {
        unimplemented!()
    }
    /// An abbreviated or full id to a commit that is here; fetches once where it is not.
    pub fn expand(&self, _digits: &str) -> Result<Expanded, Error> {
        unimplemented!()
    }
    /// A tag, peeled to its commit.
    pub fn tag(&self, _name: &str) -> Result<Option<CommitId>, Error> {
        unimplemented!()
    }
    /// The tags that point at a commit, newest version first.
    pub fn tags_at(&self, _commit: CommitId) -> Result<Vec<String>, Error> {
        unimplemented!()
    }
    /// The tip of a branch (fetched where allowed); of the default branch where `None`.
    pub fn branch_tip(&self, _branch: Option<&BranchName>) -> Result<Option<CommitId>, Error> {
        unimplemented!()
    }
    pub fn commit(&self, _id: CommitId) -> Result<CommitInfo, Error> {
        unimplemented!()
    }
    pub fn is_ancestor(&self, _ancestor: CommitId, _descendant: CommitId) -> Result<Known<bool>, Error> {
        unimplemented!()
    }
    /// Commits of `left` that `right` lacks and the other way round; with a `path`, only those that concern it.
    pub fn distance(&self, _left: CommitId, _right: CommitId) -> Result<Known<Distance>, Error> {
        unimplemented!()
    }
    /// The commits that `has` contains and `lacks` does not, newest first, at most `limit`; with a `path`, only those that concern it.
    pub fn between(&self, _lacks: CommitId, _has: CommitId, _limit: usize) -> Result<Vec<CommitInfo>, Error> {
        unimplemented!()
    }
    /// Whether this history is shallow, so that "not an ancestor" cannot be told.
    pub fn is_shallow(&self) -> bool {
        unimplemented!()
    }
    /// Where the mirror is; none for a path.
    pub fn mirror(&self) -> Option<&PathBuf> {
        unimplemented!()
    }
}
