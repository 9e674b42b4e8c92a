//! `doctor`: it has no flags of its own.

use clap::Args;

use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::doctor;

const EXAMPLES: &str = "\
Examples:
  stageline doctor
  stageline doctor -o json
  stageline doctor --offline
      what this clone tells; what only a forge or a source tells is left open

The first line says what it comes to: whether anything keeps people from landing
past the rules.
Exit code 0: all is as it should be; 1: something is open; 3: nothing is, and
something cannot be told.";

/// Look at protections, hook, keys, signers, sources and this clone, and say what is open
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Doctor {}

impl Doctor {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        doctor::run(context).map(Report::Doctor)
    }
}
