//! `locate`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
use crate::ops::context::Context;
use crate::ops::verbs::history::Wanted;
use crate::ops::verbs::locate::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline locate 9d3e7aa
      since when it is where, who brought it, who took it out
  stageline locate 9d3e7aa checkout --env production
  stageline locate v1.4.0 checkout -o json   a tag or a branch of the source

Exit code 0: it is or was there; 1: it is nowhere, and never was; 3: that cannot
be told.";

/// Tell in which environments an application commit is and was, and which landings brought it and took it out
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Locate {
    /// A commit, a branch or a tag of the source
    #[arg(value_name = "COMMIT", add = ArgValueCompleter::new(complete::commits))]
    commit: String,
    /// Only these applications: names and globs [default: those of its source that it concerns]
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    applications: Vec<NamePattern>,
    /// Only these environments
    #[arg(long, value_name = "ENV", value_delimiter = ',', add = ArgValueCompleter::new(complete::environments))]
    env: Vec<EnvName>,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Locate {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let wanted = Wanted { applications: self.applications, environments: self.env };
        locate::run(context, &Request { commit: self.commit, wanted }).map(Report::Contains)
    }
}
