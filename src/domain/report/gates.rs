//! What the gates said, as reports tell it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::code::Code;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::whom::Whom;

/// What a gate said.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateReport {
    pub gate: String,
    pub subject: String,
    pub verdict: VerdictWord,
    pub detail: String,
    /// The branch whose rules say so, where two policies judge and differ.
    pub branch: Option<String>,
    /// From when on a pending gate may pass, where that is known.
    #[schemars(with = "Option<String>")]
    pub eligible_at: Option<Timestamp>,
    /// The next moment at which the gate could say something else; none: no clock changes it.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
    /// Whether it passes for what the change is (a way back, a hotfix), though the gate by itself says no.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exempt: bool,
    /// Who let it be passed though the gate did not; then it passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<OverrideReport>,
}

/// An override that a verdict rests on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OverrideReport {
    pub by: String,
    /// Whether that is one of those who made the change.
    pub alone: bool,
    pub reason: String,
    #[schemars(with = "String")]
    pub until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictWord {
    Pass,
    Fail,
    /// Not yet.
    Pending,
    Unknown,
}

impl VerdictWord {
    /// As what a check ends with.
    pub fn of_a_check(self) -> &'static str {
        match self {
            VerdictWord::Pass => "verified",
            VerdictWord::Fail => "refused",
            VerdictWord::Pending => "not yet",
            VerdictWord::Unknown => "cannot tell",
        }
    }
}

/// One reason why a plan may not land.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefusalReport {
    /// A stable word: `held`, `would-lose-commits`.
    pub code: Code,
    /// `fail`, `unknown` where it cannot be told; of what `verify` judges `pending` where it is not yet so.
    pub verdict: VerdictWord,
    pub message: String,
    /// Places, candidates, commits.
    pub details: Vec<String>,
    /// What to do next.
    pub hints: Vec<String>,
    /// Who can let it go, where that is for people: by the rules at the base.
    pub ask: Vec<Whom>,
}

impl RefusalReport {
    /// A refusal with what it means for the plan.
    pub fn new(refusal: &Refusal, verdict: VerdictWord) -> Self {
        Self {
            code: refusal.code,
            verdict,
            message: refusal.message.clone(),
            details: refusal.details.clone(),
            hints: refusal.hints.clone(),
            ask: refusal.ask.clone(),
        }
    }

    /// The error that a run ended with.
    pub fn of(error: &Error) -> Self {
        let verdict = if matches!(error, Error::Refused(_)) { VerdictWord::Fail } else { VerdictWord::Unknown };
        Self::new(&error.refusal(), verdict)
    }
}
