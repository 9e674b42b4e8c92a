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
    /// Whether the forge merges it by itself, once what its branch asks for is there; none where that is not known.
    pub auto_merge: Option<bool>,
    /// What its branch still asks for; none where the forge was not asked or does not tell.
    pub needs: Option<NeedsReport>,
}

/// What the branch of a request asks for before that is merged, by the rules in force.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NeedsReport {
    /// So many approvals; none where the forge does not tell this token.
    pub approvals: Option<u64>,
    /// So many of them there are for the commit of now.
    pub given: u64,
    /// So many are missing; none where the forge does not tell this token.
    pub missing: Option<u64>,
    /// Whether an owner of the files has to approve, where they have one.
    pub owners: bool,
    /// Whether a check has to pass; none where the forge does not tell this token.
    pub checks: Option<bool>,
    /// Who was asked to approve and has not yet: logins at the forge, teams with an `@`.
    pub asked: Vec<String>,
    /// Who may approve and has not yet, where the forge says it.
    pub may_approve: Vec<String>,
    /// Who has asked for changes, where that stands before a merge.
    pub changes_asked_by: Vec<String>,
}

impl NeedsReport {
    /// What is missing, in a few words; none: nothing, or that is not told. `checks`: what those of its commit came to.
    pub fn words(&self, checks: Option<ChecksWord>) -> Option<String> {
        let is_unchecked = self.checks == Some(true) && checks.is_none_or(|checks| checks == ChecksWord::None);
        let no = (!self.changes_asked_by.is_empty())
            .then(|| format!("changes asked for by {}", self.changes_asked_by.join(", ")));
        let unchecked = is_unchecked.then(|| "the checks that its branch demands".to_string());
        let all: Vec<String> = self.whose().into_iter().chain(no).chain(unchecked).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Whose approval is missing.
    fn whose(&self) -> Option<String> {
        let whose = if self.asked.is_empty() { &self.may_approve } else { &self.asked };
        let whose = if whose.is_empty() { String::new() } else { format!(" ({})", whose.join(", ")) };
        let owner = if self.owners { " of an owner" } else { "" };
        match self.missing {
            Some(0) if !self.owners || self.given > 0 => None,
            Some(0 | 1) => Some(format!("1 approval{owner}{whose}")),
            Some(more) => Some(format!("{more} approvals{owner}{whose}")),
            None => None,
        }
    }
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
