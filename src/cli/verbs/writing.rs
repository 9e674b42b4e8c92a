//! The options of the verbs that write.

use clap::{Args, ValueEnum};

use crate::domain::settings::LandingMode;
use crate::ops::context::{Reach, Run, Writing};

/// The options of the verbs that write.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of writing verbs")]
pub struct WritingArgs {
    /// Show the plan, with every check, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Commit here and push nothing
    #[arg(long)]
    no_push: bool,
    /// On the environment's branch, or on one from which a merge request is opened
    #[arg(long, value_name = "HOW", value_enum)]
    landing: Option<LandingArg>,
    /// Why; written into the commit
    #[arg(short = 'm', long, value_name = "TEXT")]
    reason: Option<String>,
}

/// `--landing`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LandingArg {
    Direct,
    MergeRequest,
}

impl WritingArgs {
    /// The part of the request that these options are.
    pub fn request(self) -> Writing {
        Writing {
            run: run(self.dry_run),
            reach: if self.no_push { Reach::Local } else { Reach::Remote },
            landing: self.landing.map(|landing| match landing {
                LandingArg::Direct => LandingMode::Direct,
                LandingArg::MergeRequest => LandingMode::MergeRequest,
            }),
            reason: self.reason,
        }
    }
}

/// What `--dry-run` says.
pub fn run(dry: bool) -> Run {
    if dry { Run::Dry } else { Run::Real }
}
