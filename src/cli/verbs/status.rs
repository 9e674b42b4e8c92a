//! `status`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
use crate::ops::context::Context;
use crate::ops::verbs::status::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline status
  stageline status checkout web --env production
  stageline status -o json

A cell has the version, since when it runs, and the application commits it is ahead (+) or
behind (-) of the environment before. In a history of more than 2,000 commits a wide table
shows ages once there is an index: `stageline history` builds it.";

/// Show what runs where
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Status {
    /// Only these applications
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    applications: Vec<NamePattern>,
    /// Only this environment; may be given several times
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Vec<EnvName>,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Status {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let request = Request { applications: self.applications, environments: self.env };
        status::run(context, &request).map(Report::Status)
    }
}
