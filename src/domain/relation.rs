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
    /// The pages that show the commits which come in, and those which go; none where the source's forge is not known.
    pub gained_page: Option<String>,
    pub lost_page: Option<String>,
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
            gained_page: None,
            lost_page: None,
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
    /// Its page; none where the source's forge is not known.
    pub page: Option<String>,
    /// The issues that its message names, as `issues:` tells them.
    pub issues: Vec<Issue>,
}

/// Commits that one version of an application has and another lacks.
#[derive(Debug, Clone, Copy)]
pub struct CommitList<'r> {
    /// The newest of them.
    pub commits: &'r [CommitLine],
    /// How many there are; `None` where that is not known.
    pub total: Option<usize>,
    /// The page that shows them all.
    pub page: Option<&'r str>,
}

impl CommitList<'_> {
    /// Whether there is none, as far as is known.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty() && self.total.unwrap_or(0) == 0
    }
}

/// An issue that a message names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Issue {
    /// `SHOP-12`
    pub key: String,
    /// Its page; none where `issues:` has no `url`.
    pub page: Option<String>,
}
