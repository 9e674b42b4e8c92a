//! feedback test: which sinks of `feedback:` were reached.

use schemars::JsonSchema;
use serde::Serialize;

/// feedback test
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FeedbackTestReport {
    /// In the order of `feedback:`.
    pub sinks: Vec<SinkReport>,
    pub notes: Vec<String>,
}

/// One sink, and what became of its message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SinkReport {
    /// Its place in `feedback:`, from 1.
    pub number: usize,
    /// `slack`, `email`: its key there.
    pub kind: String,
    /// The variable that holds its address: `SLACK_WEBHOOK_URL`.
    pub variable: String,
    pub state: SinkWord,
    /// Why, or what else is to be said; empty where it was told and that is all.
    pub says: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SinkWord {
    Told,
    /// Its variable is not set here.
    NotSet,
    /// Nobody is there to tell.
    Nobody,
    Failed,
    /// It may have been told: the answer was lost.
    Unknown,
}

impl FeedbackTestReport {
    /// Whether a sink ended so.
    pub fn has(&self, state: SinkWord) -> bool {
        self.sinks.iter().any(|one| one.state == state)
    }
}
