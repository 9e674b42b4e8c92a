//! `history`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::complete;
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::history::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline history checkout --env production       every landed change, hand edits included
  stageline history --since 2026-11-01 -o csv
  stageline history --at '2026-11-20T12:00Z'        what ran then
  stageline history checkout --contains 9d3e7aa     since when the commit is in each environment

REV counts the changes of one application in one environment, the oldest is `r1`; `*` runs now. A
commit ID stands there where they cannot be counted: the history is cut, or `--max` hides the rest.";

/// Show every landed pin change, newest first; what ran at a time; where a commit is
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct History {
    /// Only this application
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    application: Option<AppName>,
    /// Only this environment
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    /// What ran at TIME
    #[arg(long, value_name = "TIME", conflicts_with_all = ["contains", "since", "until", "max"])]
    at: Option<String>,
    /// Since when this application commit is in each environment
    #[arg(long, value_name = "COMMIT", conflicts_with_all = ["since", "until", "max"],
          add = ArgValueCompleter::new(complete::commits))]
    contains: Option<String>,
    /// Only changes since TIME: a time, a date, or a span such as `7d`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only changes until TIME
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    max: Option<u32>,
    #[command(flatten)]
    looking: LookingArgs,
}

impl History {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let request = Request {
            application: self.application,
            env: self.env,
            at: self.at,
            contains: self.contains,
            since: self.since,
            until: self.until,
            max: self.max.map(|max| max as usize),
        };
        history::run(context, &request)
    }
}
