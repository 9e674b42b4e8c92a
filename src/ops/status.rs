//! `status`: applications x environments.

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::StatusReport;

use super::context::Context;

/// What was asked for; empty lists: all.
#[derive(Debug, Clone)]
pub struct Request {
    pub applications: Vec<AppName>,
    pub environments: Vec<EnvName>,
}

/// Runs the verb.
pub fn run(_context: &mut Context<'_>, _request: &Request) -> Result<StatusReport, Error> {
    unimplemented!()
}
