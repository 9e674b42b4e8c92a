//! `diff`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::complete;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
use crate::ops::context::Context;
use crate::ops::verbs::diff::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline diff staging production
      what production lacks, commit by commit
  stageline diff staging production checkout
  stageline diff production@2026-11-20 production
      one environment at two moments
  stageline diff production@HEAD~5 production
      or at two commits of the config repository
  stageline diff production@r15 production@r16 checkout
      or at two of its changes, as `history` counts them
  stageline diff production/2026-w47 production   since a release baseline
  stageline diff production@2026-11-20 production --landings
      what landed between good and bad, and how to search it
  stageline diff staging production --rendered    the built manifests too

`+` is what the right side has more, `-` what it lacks.
Exit code 0: no difference; 1: there are differences.";

/// Compare the pins of two environments, or of one at two moments
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Diff {
    /// An environment; at a time, a config commit, a change of the one application (`rN`) or a release baseline where one is written
    #[arg(value_name = "ENV[@TIME|@REV|@rN|/BASELINE]", add = ArgValueCompleter::new(complete::environments_and_baselines))]
    left: String,
    /// What to compare it with
    #[arg(value_name = "ENV[@TIME|@REV|@rN|/BASELINE]", add = ArgValueCompleter::new(complete::environments_and_baselines))]
    right: String,
    /// Only these applications
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    applications: Vec<NamePattern>,
    /// Build both sides with kustomize or kubectl and compare the manifests
    #[arg(long)]
    rendered: bool,
    /// What landed between a good state (left) and a bad one (right) of one environment, with the commands to search on
    #[arg(long)]
    landings: bool,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Diff {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let request = Request {
            left: self.left,
            right: self.right,
            applications: self.applications,
            rendered: self.rendered,
            landings: self.landings,
        };
        diff::run(context, &request).map(Report::Diff)
    }
}
