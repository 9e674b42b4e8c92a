//! What a verb ends with.

use crate::domain::report::statements::SaidWord;
use crate::domain::report::{ChangeReport, Report, Stage};

/// A report, or text.
pub enum Answer {
    Report(Box<Report>),
    /// Text as it stands: a schema, a script, a manual page.
    Text(String),
}

impl Answer {
    /// Whether something was written that has to be told whatever comes.
    pub fn has_written(&self) -> bool {
        let Answer::Report(report) = self else { return false };
        match &**report {
            Report::Change(change) => has_landed(change),
            Report::Apart(apart) => apart.requests.iter().any(has_landed),
            Report::Steps(steps) => steps.steps.iter().any(has_landed),
            Report::Tend(tend) => tend.has_written(),
            Report::Attest(made) => made.stage == SaidWord::Landed,
            Report::Step(step) => !step.records.is_empty(),
            Report::Evidence(_) => true,
            Report::Init(init) => init.written.is_some(),
            _ => false,
        }
    }
}

fn has_landed(change: &ChangeReport) -> bool {
    matches!(change.stage, Stage::Landed | Stage::Proposed)
}
