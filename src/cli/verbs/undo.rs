//! `undo`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::writing::WritingArgs;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::undo::{self, Request};

const EXAMPLES: &str = "\
Examples:
  stageline undo 8843ff8            what one commit of the config repository did
  stageline undo checkout:r15 --env production
      a change that `history` numbers
  stageline undo --env production   the last landing there, whoever made it
  stageline undo                    your own last landing, shown and asked first

`undo` takes exactly one landing back, and leaves no hold. For the last good
version, and to keep it there: `stageline rollback`. Without LANDING and ENV it
asks whether your own last one is meant: off a terminal, and with `-y`, name one
of them.";

/// Take exactly one landing back: each of its pins and holds to what it was before
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Undo {
    /// A config commit, or `APP:rN`: the landing that made this change, with all that it did [default: the last one; of ENV, or your own]
    #[arg(id = "what", value_name = "LANDING", add = ArgValueCompleter::new(complete::landings))]
    landed: Option<String>,
    /// Only what it did in this environment
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    #[command(flatten)]
    writing: WritingArgs,
}

impl Undo {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let request = Request {
            landing: self.landed,
            env: self.env,
            only: Vec::new(),
            exclude: Vec::new(),
            writing: self.writing.request(),
        };
        undo::run(context, &request).map(Report::from)
    }
}
