//! `tend`: its flags, and the request that they become.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use tempfile::TempDir;

use super::own_cache;
use super::writing::{duration, run};
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::tend::{self, Part, Request};
use crate::process::Surroundings;

const EXAMPLES: &str = "\
Examples:
  stageline tend
      every ten minutes, and whenever somebody approves or a branch moves
  stageline tend --only statuses
      judge every open request again, and tell the forge what changed
  stageline tend --dry-run -o json   what would be written

Open requests into branches that the rules are about, people's as well as the
tool's, are judged again, and the commit status `stageline/verify` of each head
is written where it says something else by now. The tool's own are made again
where they cannot land any more. Previews that nobody needs any more go, and
what has run unchanged for as long as `stable-after:` says is marked as a
release baseline, where this run may sign. Any number of runs may go on at once.
Exit code 0: done, whatever the verdicts are; 5: a status or a request could not
be written, and the next run takes that up.";

/// Keep open requests and their commit statuses up to date: for cron, and for the forge's events
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Tend {
    /// Only this part; may be given several times
    #[arg(long, value_name = "PART", value_enum)]
    only: Vec<PartArg>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// How long a forge that does not answer is asked again: 60s, 5m; 0: once
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, hide_default_value = true)]
    wait_for_forge: Duration,
    /// Where mirrors of sources are kept from run to run: a folder of this user alone [default: nowhere]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    cache: Option<PathBuf>,
}

/// `--only`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PartArg {
    /// Commit statuses of all open requests
    Statuses,
    /// The tool's own requests, as `promote --refresh` keeps them
    Requests,
    /// Holds without an end that are older than a week
    Holds,
    /// Previews that nobody needs any more, as `preview prune` takes them away
    Previews,
    /// Release baselines of environments that ran the same for as long as `stable-after:` says
    Baselines,
}

impl Tend {
    /// Before the repository is opened: no cache counts but the one that is named.
    ///
    /// # Errors
    /// The cache may be somebody else's.
    pub fn before_open(&self, surroundings: &mut Surroundings) -> Result<Option<TempDir>, Error> {
        own_cache::set(self.cache.as_deref(), surroundings)
    }

    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let part = |one: &PartArg| match one {
            PartArg::Statuses => Part::Statuses,
            PartArg::Requests => Part::Requests,
            PartArg::Holds => Part::Holds,
            PartArg::Previews => Part::Previews,
            PartArg::Baselines => Part::Baselines,
        };
        let only = self.only.iter().map(part).collect();
        let request = Request { only, run: run(self.dry_run), patience: self.wait_for_forge };
        tend::run(context, &request).map(Report::Tend)
    }
}
