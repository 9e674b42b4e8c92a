//! What is going to happen, as data: edits of files, moves of pins, who acts, and where it lands.

use super::commit::{BlobId, CommitId};
use super::names::{BranchName, EnvName};
use super::path::RepoPath;
use super::pin::PinMove;

/// One file as it was and as it becomes. The two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    pub path: RepoPath,
    /// The blob before; `None`: the file is new.
    pub was: Option<BlobId>,
    /// The bytes after; `None`: the file goes.
    pub becomes: Option<Vec<u8>>,
}

/// The branch that a plan changes and the commit that it was made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub branch: BranchName,
    pub base: CommitId,
}

/// How a plan becomes history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    Direct,
    /// The branch from which a request is opened.
    MergeRequest {
        branch: BranchName,
    },
}

/// What differs between two worlds: all that a gate sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub moves: Vec<PinMove>,
    /// Changed files of which no pin is the cause: records.
    pub others: Vec<RepoPath>,
    /// Environments that the proposal touches.
    pub environments: Vec<EnvName>,
    /// Whether the values were landed here before: what makes a change a rollback.
    pub rollback: bool,
}

/// A plan: nothing in it is a question any more. `edits` is never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub target: Target,
    pub edits: Vec<FileEdit>,
    pub proposal: Proposal,
    pub landing: Landing,
    pub message: String,
}

impl Plan {
    /// The edits of records: those of which no pin is the cause.
    pub fn records(&self) -> impl Iterator<Item = &FileEdit> {
        self.edits.iter().filter(|edit| self.proposal.others.contains(&edit.path))
    }
}
