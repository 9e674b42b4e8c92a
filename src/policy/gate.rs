//! What a gate is: the questions that it asks, the answers that it gets, and its verdict.

use jiff::Timestamp;

use crate::domain::hold::HoldFile;
use crate::domain::plan::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::settings::Settings;

/// What a gate asks to be told before it judges. A gate never loads anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The holds at the base.
    Holds,
    /// Whether the commit that would land can be signed.
    CanSign,
}

/// The answers to the questions that were asked, and the moment they were asked at.
#[derive(Debug, Clone)]
pub struct Answers {
    pub now: Timestamp,
    pub holds: Option<Vec<HoldFile>>,
    /// `Err`: why it cannot, with what sets signing up.
    pub can_sign: Option<Result<(), Refusal>>,
}

/// What a gate says of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// With a word on why, where there is one.
    Pass(String),
    Refuse(Refusal),
    CannotTell(Refusal),
}

/// One rule that judges a proposal.
pub trait Gate: Sync {
    /// Its name, as `stageline.yaml` and reports write it.
    fn name(&self) -> &'static str;
    /// What it must be told to judge this proposal.
    fn needs(&self, proposal: &Proposal, settings: &Settings) -> Vec<Question>;
    /// Its verdict on each subject; a subject is named as reports show it.
    fn judge(&self, proposal: &Proposal, settings: &Settings, answers: &Answers) -> Vec<(String, Verdict)>;
}
