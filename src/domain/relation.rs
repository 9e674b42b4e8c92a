//! How two versions of an application relate in the history of its source.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::commit::{CommitId, CommitInfo};

/// How two versions of an application relate.
#[derive(Debug, Clone)]
pub struct Relation {
    pub from: Option<CommitId>,
    pub to: Option<CommitId>,
    pub direction: Direction,
    /// Commits that come in, and that go.
    pub gained: Vec<CommitLine>,
    pub gained_total: Option<usize>,
    pub lost: Vec<CommitLine>,
    pub lost_total: Option<usize>,
    /// Why the direction is not known.
    pub unknown: Option<String>,
    /// The commit that comes, where the source has it.
    pub commit: Option<CommitInfo>,
}

impl Relation {
    /// That of two versions of which nothing is known, and why.
    pub fn unknown(why: Option<String>) -> Self {
        Self {
            from: None,
            to: None,
            direction: Direction::Unknown,
            gained: Vec::new(),
            gained_total: None,
            lost: Vec::new(),
            lost_total: None,
            unknown: why,
            commit: None,
        }
    }
}

/// How the new version relates to the old one in the application's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// There was no version before.
    First,
    /// The new commit contains the old one.
    Forward,
    /// The old commit contains the new one.
    Backward,
    /// Each has commits that the other lacks.
    Diverged,
    /// The same commit, written in another way.
    Same,
    /// No source repository, or a hand-made version.
    Unknown,
}

/// One commit on one line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CommitLine {
    pub commit: String,
    #[schemars(with = "String")]
    pub when: Timestamp,
    pub author: String,
    pub subject: String,
}
