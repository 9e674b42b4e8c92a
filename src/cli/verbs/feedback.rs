//! `feedback`: what people are told where they look anyway; the flags of `feedback test`.

use std::convert::Infallible;
use std::str::FromStr;

use clap::{Args, Subcommand};

use super::feedback_step::Step;
use crate::cli::options::Global;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::feedback_test::{self, Only};
use crate::process::Surroundings;

const TEST: &str = "\
Examples:
  stageline feedback test
  stageline feedback test --only slack
  stageline feedback test --only 2           the second sink of `feedback:`
  SLACK_WEBHOOK_URL=... stageline feedback test -o json

A sink whose variable is not set is named, and is no failure.
Exit code 0: each was told, or is not set; 5: one failed; 3: none did, and one may have been told.";

/// Tell people where they look anyway: on their request, in chats, by e-mail
#[derive(Debug, Subcommand)]
pub enum Feedback {
    Step(Step),
    /// Send each sink a message that says nothing but that it came
    #[command(after_help = TEST)]
    Test(Test),
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
            Feedback::Test(_) => Ok(None),
        }
    }

    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        match self {
            Feedback::Step(_) => Err(Error::Failed(anyhow::anyhow!("a verb without a repository was given one"))),
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
            Feedback::Test(_) => "feedback test",
        }
    }
}
