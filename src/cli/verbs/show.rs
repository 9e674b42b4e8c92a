//! `show`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::show::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline show                    the newest landing on the main branch
  stageline show --env production   the newest one in production
  stageline show checkout:r15 --env production
      a change that `history` numbers
  stageline show 8843ff8            a commit of the config repository
  stageline show HEAD~2 -o json     every changed path too

A landing is a commit of `git log --first-parent`, compared with the one before
it. A commit that a merge brought in is shown as that merge.";

/// Show one landing: what moved and why, who landed it and how, and what else it changed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Show {
    /// A config commit, or a change as `APP:rN` [default: the newest that moved a pin or wrote a record]
    #[arg(value_name = "LANDING", add = ArgValueCompleter::new(complete::landings))]
    landing: Option<String>,
    /// The environment whose landings are meant: whose numbers `rN` are, on whose branch it is looked for
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Show {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let request = Request { landing: self.landing, env: self.env };
        show::run(context, &request).map(|report| Report::Show(Box::new(report)))
    }
}
