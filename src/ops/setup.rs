//! `init`, `config check`, `config show`; and the names that completions offer.

use crate::domain::refusal::Error;
use crate::domain::report::{ConfigCheckReport, ConfigShowReport, InitReport};

use super::context::{Context, Run};

/// Writes `stageline.yaml` from what discovery finds at the tip; refuses where one exists.
pub fn init(_context: &mut Context<'_>, _run: Run) -> Result<InitReport, Error> {
    unimplemented!()
}

/// Checks a file: `--config`, else the work tree's, else the tip's.
pub fn check(_context: &mut Context<'_>) -> Result<ConfigCheckReport, Error> {
    unimplemented!()
}

/// The settings in force.
pub fn show(_context: &mut Context<'_>) -> Result<ConfigShowReport, Error> {
    unimplemented!()
}

/// Names for completions: environments, applications, and the newest commits of an application. Never an error, never the network.
pub fn names(_context: &mut Context<'_>) -> (Vec<String>, Vec<String>) {
    unimplemented!()
}
