//! The options of the verbs that write.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::approve::gate;
use crate::domain::settings::{LandingMode, NamedGate, TimeSpan};
use crate::ops::context::{Closed, Opening, Reach, Run, Taking, Writing};

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
    /// Push the branch of a merge request and open no request: its page is printed
    #[arg(long)]
    no_request: bool,
    /// Let the push itself ask for the request, with git's own credentials: at GitLab by push options, at Gitea and Forgejo by AGit
    #[arg(long, conflicts_with_all = ["no_request", "reopen", "replace", "no_push"])]
    request_by_git: bool,
    /// Ask once more, by a new request, for what was closed without a merge
    #[arg(long, conflicts_with = "no_request")]
    reopen: bool,
    /// Take pins also from another open request that somebody has approved or worked on, in place of waiting behind it
    #[arg(long, conflicts_with = "no_request")]
    replace: bool,
    /// How long a forge that does not answer is asked again: 60s, 5m; 0: once
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration, hide_default_value = true)]
    wait_for_forge: Duration,
    /// Have it pass this gate though it does not: by yourself where `override:` lets you (`alone: true`), else the request asks for it
    #[arg(long, value_name = "GATE", value_parser = gate, requires = "reason", conflicts_with = "no_push")]
    r#override: Vec<NamedGate>,
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
            opening: match (self.no_request, self.reopen) {
                _ if self.request_by_git => Opening::ByGit,
                (true, _) => Opening::ByHand,
                (false, true) => Opening::AtTheForge { closed: Closed::Again, patience: self.wait_for_forge },
                (false, false) => Opening::AtTheForge { closed: Closed::Stays, patience: self.wait_for_forge },
            },
            taking: if self.replace { Taking::All } else { Taking::Waits },
            overriding: self.r#override,
        }
    }
}

/// A span of time as `stageline.yaml` takes one, or none.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s") {
        return Ok(Duration::ZERO);
    }
    TimeSpan::new(text).map(Duration::from).map_err(|why| why.to_string())
}

/// What `--dry-run` says.
pub fn run(dry: bool) -> Run {
    if dry { Run::Dry } else { Run::Real }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forge_is_waited_for_as_long_as_is_said_and_for_nothing_else() {
        for (text, seconds) in [("0", 0), ("0s", 0), ("90s", 90), ("5m", 300)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "5", "-5m", "soon", "1mo"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
