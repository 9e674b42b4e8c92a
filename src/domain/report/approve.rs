//! What became of an approval, an override, or what takes them back.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::verify::RefVerdict;

/// approve
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApproveReport {
    pub verb: String,
    pub dry_run: bool,
    pub said: ConsentWord,
    /// The branch that the change is for.
    pub branch: String,
    /// What would be merged into it.
    pub head: String,
    /// What the change is known by: this is what is agreed to, whatever commit brings it.
    pub change: String,
    /// The person whose key signs; none in a dry run that cannot tell.
    pub by: Option<String>,
    /// The groups and people of rules that it counts for; empty: no rule asks.
    pub counts_for: Vec<String>,
    /// Of an override: the gate, why, and until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    /// What was written to the branch of statements.
    pub statements: Vec<WrittenStatement>,
    /// What is said of the change then: as `verify` says it.
    pub verdict: RefVerdict,
    pub notes: Vec<String>,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentWord {
    Approval,
    Override,
    /// What was said before counts no more.
    Withdrawal,
}

/// A statement that was written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WrittenStatement {
    /// Its file on the branch of statements.
    pub path: String,
    /// The commit that brought it.
    pub commit: String,
    /// The key that signed it: `SHA256:...`.
    pub key: String,
}
