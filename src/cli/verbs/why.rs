//! `why`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::at::EnvAt;
use super::looking::LookingArgs;
use super::promote::AppAt;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::hotfixing::Urgency;
use crate::ops::verbs::promote::What;
use crate::ops::verbs::why::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline why checkout --to production
      what keeps it back, who lets it go, and when
  stageline why --all --to production              everything that could go
  stageline why --all --to production --at 2d
      as if it were then: a time, a date, or a span
  stageline why checkout@9d3e7aa --to production   of this commit
  stageline why checkout@hotfix/orders --to production --hotfix   as a hotfix

It asks nobody: of the remote and of sources it tells what was known when they
were last asked. `--fetch` asks them now.";

const USAGE: &str = "\
stageline why <APP[@REV]>... --to <ENV> [OPTIONS]
       stageline why --all --to <ENV> [OPTIONS]";

/// Tell what every gate says of a promotion, who or what can open it, and when
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
pub struct Why {
    /// The applications, each with its own revision where one is written
    #[arg(value_name = "APP[@REV]", required_unless_present = "all", conflicts_with = "all",
          add = ArgValueCompleter::new(complete::applications_with_revision))]
    applications: Vec<AppAt>,
    /// The environment that would change
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    to: EnvName,
    /// Every application of the environment
    #[arg(long)]
    all: bool,
    /// What would go there [default: what the environment before runs]
    #[arg(long, value_name = "ENV[@TIME|@REV|@rN]", conflicts_with = "commit",
          add = ArgValueCompleter::new(complete::environments_and_moments))]
    from: Option<EnvAt>,
    /// An application commit
    #[arg(long, value_name = "REV", add = ArgValueCompleter::new(complete::commits))]
    commit: Option<String>,
    /// As a hotfix, as `promote --hotfix` would land it
    #[arg(long, conflicts_with_all = ["all", "from"])]
    hotfix: bool,
    /// As if it were then: `2026-11-30 08:00`, `2d`
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Why {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        context.options.network = context.options.as_known();
        let at = self.at;
        let what = match (self.from, self.commit) {
            (Some(from), _) => What::From { environment: from.environment, at: from.at },
            (None, Some(commit)) => What::Commit(commit),
            (None, None) => What::Before,
        };
        let urgency = if self.hotfix { Urgency::Hotfix } else { Urgency::Ordinary };
        let applications = self.applications.into_iter().map(|one| (one.app, one.rev)).collect();
        let request = Request { applications, all: self.all, to: self.to, what, urgency, at };
        why::run(context, &request).map(Report::Why)
    }
}
