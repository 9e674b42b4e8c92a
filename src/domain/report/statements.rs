//! What `attest` says: one statement that was made, or all that were.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// attest, attest withdraw
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AttestReport {
    pub verb: String,
    pub stage: SaidWord,
    pub statement: StatementReport,
    /// The branch that statements are on.
    pub branch: String,
    /// The remote that it was pushed to; none for a local branch.
    pub remote: Option<String>,
    pub notes: Vec<String>,
}

/// How far it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SaidWord {
    /// A dry run: nothing was written.
    Planned,
    /// It is on the branch, and pushed where a remote is configured.
    Landed,
}

/// attest list
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatementsReport {
    /// Newest first, by the order in which they came.
    pub statements: Vec<StatementReport>,
    pub branch: String,
    /// The commit of that branch that was read; none where it is not here.
    pub commit: Option<String>,
    pub notes: Vec<String>,
}

/// What kind of statement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatementWord {
    Check,
    Approval,
    Override,
    /// What every gate said of a landing.
    Record,
    Withdrawal,
    /// A file that is none.
    Unreadable,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatusWord {
    Passed,
    Warned,
    Failed,
}

/// One statement.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatementReport {
    /// Its file on the branch.
    pub path: String,
    pub kind: StatementWord,
    /// Of a check: what it is of.
    pub application: Option<String>,
    pub source: Option<String>,
    /// Of a check: the application's; of a record: the landing.
    pub commit: Option<String>,
    pub check: Option<String>,
    pub environment: Option<String>,
    pub digest: Option<String>,
    pub status: Option<StatusWord>,
    pub url: Option<String>,
    pub passed_tests: Vec<String>,
    pub warned_tests: Vec<String>,
    pub failed_tests: Vec<String>,
    /// Of a record: what was said of the landing: `pass`, `pass, soak overridden`, `fail: soak`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// Of an approval or override: the change, and where it is to land; of a record: where it landed.
    pub change: Option<String>,
    pub target: Option<String>,
    pub gate: Option<String>,
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    /// Of an override or withdrawal.
    pub reason: Option<String>,
    /// Of a withdrawal: the file of what counts no more.
    pub withdraws: Option<String>,
    /// When it was said, by the clock of whoever said it.
    #[schemars(with = "Option<String>")]
    pub at: Option<Timestamp>,
    /// The commit of the branch that brought it, and its date; none as long as none has.
    pub arrived: Option<String>,
    #[schemars(with = "Option<String>")]
    pub arrived_at: Option<Timestamp>,
    /// The principals of the key that signed it, and the people whose they are; none where no known key did.
    pub signers: Vec<String>,
    pub people: Vec<String>,
    /// Whether it counts for anything.
    pub counts: bool,
    /// What for: environments whose rules ask for a check, a change.
    pub counts_for: Vec<String>,
    pub why_not: Option<String>,
}

impl StatementReport {
    /// One of which only its file is known.
    pub fn at_path(path: String) -> Self {
        Self {
            path,
            kind: StatementWord::Unreadable,
            application: None,
            source: None,
            commit: None,
            check: None,
            environment: None,
            digest: None,
            status: None,
            url: None,
            passed_tests: Vec::new(),
            warned_tests: Vec::new(),
            failed_tests: Vec::new(),
            verdict: None,
            change: None,
            target: None,
            gate: None,
            until: None,
            reason: None,
            withdraws: None,
            at: None,
            arrived: None,
            arrived_at: None,
            signers: Vec::new(),
            people: Vec::new(),
            counts: false,
            counts_for: Vec::new(),
            why_not: None,
        }
    }

    /// The start of its file's name that `attest withdraw` takes.
    pub fn name(&self) -> &str {
        let file = self.path.rsplit('/').next().unwrap_or(&self.path);
        file.strip_suffix(".json").unwrap_or(file)
    }
}
