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
use crate::ops::verbs::status::{self, Request, Waiting};

const EXAMPLES: &str = "\
Examples:
  stageline status
  stageline status checkout web --env production
  stageline status --ready          and whether what waits could go now
  stageline status --env preview     which instances there are
  stageline status -o json

A cell has the version, since when it runs, and the application commits it is
ahead (+) or behind (-) of the environment before. In a history of more than
2,000 commits a wide table shows ages once there is an index:
`stageline history` builds it.

With `--ready` a cell also says of a version that waits in the environment
before: `ready`, `blocked until TIME`, `blocked: GATE`, or `cannot tell`;
`why APP --to ENV` has the reasons.";

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
    /// Tell whether what waits in the environment before could come now, as `why` does; so do `-o wide` and APP
    #[arg(long)]
    ready: bool,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Status {
    /// Tells more: what every gate says of what waits.
    pub fn widen(&mut self) {
        self.ready = true;
    }

    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let waiting = if self.ready || !self.applications.is_empty() { Waiting::Judged } else { Waiting::Left };
        let request = Request { applications: self.applications, environments: self.env, waiting };
        status::run(context, &request).map(Report::Status)
    }
}
