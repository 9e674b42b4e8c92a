//! `feedback`: what people are told where they look anyway.

use clap::Subcommand;

use super::feedback_step::Step;
use crate::cli::options::Global;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::process::Surroundings;

/// Tell people where they look anyway what became of their change
#[derive(Debug, Subcommand)]
pub enum Feedback {
    Step(Step),
}

impl Feedback {
    /// The report of a verb of these that needs no config repository.
    pub fn without_repository(&self, global: &Global, surroundings: &Surroundings) -> Result<Option<Report>, Error> {
        match self {
            Feedback::Step(step) => step.run(global, surroundings).map(Some),
        }
    }

    /// The words it is called by.
    pub fn name(&self) -> &'static str {
        match self {
            Feedback::Step(_) => "feedback step",
        }
    }
}
