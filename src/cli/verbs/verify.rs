//! `verify`: its flags, and the request that they become.

use std::io::Read as _;

use clap::Args;

use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::verify::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline verify                       what is checked out, as a merge into the main branch would make it
  stageline verify origin/main..HEAD     by the rules at that commit
  stageline verify --onto production     a request for the branch of an environment of its own
  stageline verify -o markdown           for a comment or a job summary; `-o sarif` for code scanning
  stageline verify --pre-receive         as a git hook on the server: OLD NEW REF on standard input

Rules, people, keys and holds are read from the branch as it stands now, never from the change.
Exit code 0: every gate lets it pass; 1: one does not; 3: not yet, or it cannot be told.";

/// Judge a request or a push that anybody made with any tool, by the rules that stand on the branch
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Verify {
    /// What is to be merged; a base before `..` stands for the branch as it is now [default: HEAD]
    #[arg(value_name = "[BASE..]HEAD", conflicts_with = "pre_receive")]
    range: Option<String>,
    /// The branch that it is to be merged into [default: the one with the rules]
    #[arg(long, value_name = "BRANCH", conflicts_with = "pre_receive")]
    onto: Option<BranchName>,
    /// Judge a push: a pre-receive hook's standard input
    #[arg(long)]
    pre_receive: bool,
}

impl Verify {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let report = if self.pre_receive {
            let mut lines = String::new();
            std::io::stdin().read_to_string(&mut lines)?;
            verify::pre_receive(context, &lines)
        } else {
            let range = self.range.unwrap_or_else(|| "HEAD".to_string());
            let (base, head) = match range.split_once("..") {
                Some((base, head)) => (Some(base).filter(|base| !base.is_empty()), head.trim_start_matches('.')),
                None => (None, range.as_str()),
            };
            let head = if head.is_empty() { "HEAD" } else { head };
            let request = Request { base: base.map(String::from), head: head.to_string(), onto: self.onto };
            verify::run(context, &request)
        };
        report.map(Report::Verify)
    }
}
