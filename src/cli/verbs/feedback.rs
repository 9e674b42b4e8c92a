//! `feedback`: what people are told where they look anyway; the flags of `feedback send` and `feedback test`.

use std::convert::Infallible;
use std::str::FromStr;

use clap::{Args, Subcommand};

use super::feedback_step::Step;
use super::verify::landed;
use super::writing::run;
use crate::cli::options::Global;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::feedback_send::{self, Again, How, Waiting};
use crate::ops::verbs::feedback_test::{self, Only};
use crate::process::Surroundings;

const TEST: &str = "\
Examples:
  stageline feedback test
  stageline feedback test --only slack
  stageline feedback test --only 2           the second sink of `feedback:`
  SLACK_WEBHOOK_URL=... stageline feedback test -o json

A sink whose variable is not set is named, and is no failure.
Exit code 0: each was told, or is not set; 5: one failed; 3: none did, and one
may have been told.";

const SEND: &str = "\
Examples:
  stageline feedback send
      what landed and was not told, of the newest 50: for cron
  stageline feedback send \"$BEFORE..$AFTER\"
      in the pipeline of the protected branch: what a push brought
  stageline feedback send --dry-run   what would be told, and to whom

Each landing is told once to each sink that it is for, whoever runs this and
however often: it is marked on the branch `stageline/told` before and after.
What the tool itself lands it tells at once, where it can.
Exit code 0: told, or nothing to tell; 5: a sink was not told, and the next run
tries again; 3: one may have been told (`--again` tells it once more).";

/// Tell people where they look anyway: on their request, in chats, by e-mail
#[derive(Debug, Subcommand)]
pub enum Feedback {
    Step(Step),
    /// Tell what landed to the sinks of `feedback:`, whoever landed it
    #[command(after_help = SEND)]
    Send(Send),
    /// Send each sink a message that says nothing but that it came
    #[command(after_help = TEST)]
    Test(Test),
}

#[derive(Debug, Args)]
pub struct Send {
    /// The landings of this range [default: of the newest 50 those that were not told,
    /// from the first that was on]
    #[arg(value_name = "BASE..[HEAD]")]
    range: Option<String>,
    /// The branch that it landed on [default: the one with the rules]
    #[arg(long, value_name = "BRANCH")]
    onto: Option<BranchName>,
    /// Tell also what was told, or may have been
    #[arg(long)]
    again: bool,
    /// Show what would be told, and tell nobody
    #[arg(long)]
    dry_run: bool,
}

impl Send {
    fn request(self) -> Result<feedback_send::Request, Error> {
        let range = self.range.as_deref().map(landed).transpose()?;
        let again = if self.again { Again::Yes } else { Again::No };
        let how = How { run: run(self.dry_run), again, waiting: Waiting::ForSinks };
        Ok(feedback_send::Request { range, onto: self.onto, how })
    }
}

#[derive(Debug, Args)]
pub struct Test {
    /// Only this sink: its place in `feedback:`, from 1, or its kind
    #[arg(long, value_name = "N|KIND")]
    only: Option<OnlyArg>,
}

/// `3`, `slack`.
#[derive(Debug, Clone)]
struct OnlyArg(Only);

impl FromStr for OnlyArg {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.parse().map_or_else(|_| Only::Kind(text.to_string()), Only::Number)))
    }
}

impl Feedback {
    /// The report of a verb of these that needs no config repository; `None`: it needs one.
    pub fn without_repository(&self, global: &Global, surroundings: &Surroundings) -> Result<Option<Report>, Error> {
        match self {
            Feedback::Step(step) => step.run(global, surroundings).map(Some),
            Feedback::Send(_) | Feedback::Test(_) => Ok(None),
        }
    }

    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        match self {
            Feedback::Step(_) => Err(Error::Failed(anyhow::anyhow!("a verb without a repository was given one"))),
            Feedback::Send(send) => feedback_send::run(context, &send.request()?).map(Report::FeedbackSend),
            Feedback::Test(test) => {
                let only = test.only.map(|only| only.0);
                feedback_test::run(context, only.as_ref()).map(Report::FeedbackTest)
            }
        }
    }

    /// The words it is called by.
    pub fn name(&self) -> &'static str {
        match self {
            Feedback::Step(_) => "feedback step",
            Feedback::Send(_) => "feedback send",
            Feedback::Test(_) => "feedback test",
        }
    }
}
