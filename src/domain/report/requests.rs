//! Requests that wait to be merged, as reports tell of them: with what people and checks say, and what became of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A request of the tool's own that waits to be merged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OpenRequest {
    pub branch: String,
    /// The branch that it is to land on.
    pub target: String,
    /// The commit at the tip of its branch.
    pub commit: String,
    /// `promote`, `rollback`, `undo`, `hold`, `lift`.
    pub verb: String,
    /// As people write it, `#12`, and its page; none where only git was asked.
    pub number: Option<String>,
    pub address: Option<String>,
    /// Whether it is open; none where only git was asked: the branch is there, and has not landed.
    pub open: Option<bool>,
    pub moves: Vec<RequestedMove>,
    /// When it was opened; where only git was asked, when its commit was made.
    #[schemars(with = "String")]
    pub since: Timestamp,
    /// Whether it can land as it stands: nothing has moved since in the files that it changes.
    pub current: bool,
    pub draft: bool,
    /// Whether a hold covers something that it moves on.
    pub held: bool,
    /// Whose commit stands on its branch beside ours.
    pub edited_by: Option<String>,
    /// What the checks of its head came to; none where the forge was not asked.
    pub checks: Option<ChecksWord>,
    pub approvals: Vec<ApprovalReport>,
}

/// A pin that a request moves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RequestedMove {
    pub application: String,
    pub environment: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// What the checks of a commit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChecksWord {
    /// There are none.
    None,
    Pending,
    Passed,
    Failed,
}

/// Somebody's approval of a request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApprovalReport {
    /// A login at the forge.
    pub by: String,
    /// The head that they saw; none where the forge does not say.
    pub commit: Option<String>,
}

impl ApprovalReport {
    /// Who approved, by name.
    pub fn names(all: &[Self]) -> String {
        all.iter().map(|one| one.by.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// promote --refresh, promote --withdraw
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TendedReport {
    /// `refresh`, `withdraw`.
    pub verb: String,
    /// Whether nothing was written: what would become of them.
    pub dry_run: bool,
    pub requests: Vec<Tended>,
    pub notes: Vec<String>,
}

/// What became of one request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tended {
    #[serde(flatten)]
    pub request: OpenRequest,
    pub became: BecameWord,
    /// Why it was closed or left, or why it failed.
    pub reason: Option<String>,
}

impl Tended {
    /// Whether it stays as it was though something was to be done.
    pub fn is_left(&self) -> bool {
        self.became == BecameWord::Left
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BecameWord {
    /// It is as it should be.
    Kept,
    /// Made again on the tip of today.
    Rebuilt,
    Closed,
    /// Not touched.
    Left,
    /// Not done; a rerun takes it up.
    Failed,
}
