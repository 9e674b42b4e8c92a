//! What `why` tells: for each application what would go to an environment, what every gate says of that, and what to do next.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::gates::{GateReport, RefusalReport, VerdictWord};
use super::requests::OpenRequest;
use crate::domain::whom::Whom;

/// why
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WhyReport {
    pub environment: String,
    /// The moment that it is told for.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Whether the remote and the sources were asked now; otherwise it is as of when they last were.
    pub fetched: bool,
    pub applications: Vec<WhyRow>,
    pub notes: Vec<String>,
}

/// One application.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WhyRow {
    pub application: String,
    pub state: WhyWord,
    /// What runs there, and what would.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Where that comes from.
    pub origin: Option<String>,
    /// How many commits of the application would come.
    pub commits: Option<usize>,
    pub gates: Vec<GateReport>,
    /// What keeps it back, and who or what lets it go.
    pub refusals: Vec<RefusalReport>,
    /// Who can let it go, where that is for people: each group with who is in it.
    pub ask: Vec<Whom>,
    /// From when on it may go, where only time keeps it back.
    #[schemars(with = "Option<String>")]
    pub eligible_at: Option<Timestamp>,
    /// The request that asks for it.
    pub request: Option<OpenRequest>,
    /// Why there is nothing to go.
    pub reason: Option<String>,
    /// The next command.
    pub next: Option<String>,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyWord {
    /// Nothing keeps it back.
    Ready,
    /// Time, or somebody's word, lets it go.
    Waiting,
    /// It does not go as it is.
    Blocked,
    /// It cannot be told.
    Unknown,
    /// There is nothing to go.
    Nothing,
}

impl From<VerdictWord> for WhyWord {
    fn from(verdict: VerdictWord) -> Self {
        match verdict {
            VerdictWord::Pass => Self::Ready,
            VerdictWord::Pending => Self::Waiting,
            VerdictWord::Fail => Self::Blocked,
            VerdictWord::Unknown => Self::Unknown,
        }
    }
}
