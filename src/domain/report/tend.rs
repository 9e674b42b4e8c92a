//! tend: what became of open requests, of their statuses at the forge, and which holds were forgotten.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::baselines::BaselineReport;
use super::holds::HoldReport;
use super::previews::PreviewReport;
use super::requests::{BecameWord, Tended};
use super::verify::CommitStatus;

/// tend
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TendReport {
    /// Whether nothing was written: what would become of all.
    pub dry_run: bool,
    /// The tool's own open requests.
    pub requests: Vec<Tended>,
    /// The heads of all open requests, people's as well as the tool's, into branches that the rules are about.
    pub statuses: Vec<RequestStatus>,
    /// Holds without an end that have stood for more than a week.
    pub holds: Vec<HoldReport>,
    /// Previews that were taken away, each with the reason; in a dry run those that would be.
    pub previews: Vec<PreviewReport>,
    /// Release baselines that were marked; in a dry run those that would be.
    pub baselines: Vec<BaselineReport>,
    /// What could not be done at all; the next run takes it up.
    pub failed: Vec<String>,
    pub notes: Vec<String>,
}

impl TendReport {
    /// Whether something is left to be done by the next run.
    pub fn is_unfinished(&self) -> bool {
        !self.failed.is_empty()
            || self.statuses.iter().any(|one| one.became == ToldWord::Failed)
            || self.requests.iter().any(|one| one.became == BecameWord::Failed)
    }

    /// Whether anything was written that is to be told whatever comes.
    pub fn has_written(&self) -> bool {
        let wrote = self.statuses.iter().any(|one| one.became == ToldWord::Written);
        let made = self.requests.iter().any(|one| matches!(one.became, BecameWord::Rebuilt | BecameWord::Closed));
        !self.dry_run && (wrote || made || !self.baselines.is_empty())
    }
}

/// What became of the status of a head that is asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RequestStatus {
    /// The number of the first of its requests.
    pub number: u64,
    /// As people write them, `#12`: of one head into one branch there may be several.
    pub requests: Vec<String>,
    /// The page of the first.
    pub address: Option<String>,
    /// The branch that it is to go into.
    pub target: String,
    pub became: ToldWord,
    /// Why it failed, or was left.
    pub reason: Option<String>,
    /// What is said of it; none: it could not be judged at all.
    pub status: Option<CommitStatus>,
    /// The next moment at which a gate could say something else.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
}

/// What became of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToldWord {
    /// It stood there already.
    Kept,
    Written,
    /// There is nothing to judge.
    Left,
    /// Not done; a rerun takes it up.
    Failed,
}
