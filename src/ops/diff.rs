//! `diff`: between two environments, or one environment at two moments.

use crate::domain::names::AppName;
use crate::domain::refusal::Error;
use crate::domain::report::DiffReport;

use super::context::Context;

/// What was asked for. A side is `ENV`, `ENV@TIME` or `ENV@REV` (a revision of the config repository).
#[derive(Debug, Clone)]
pub struct Request {
    pub left: String,
    pub right: String,
    /// Empty: all.
    pub applications: Vec<AppName>,
    pub rendered: bool,
}

/// Runs the verb.
pub fn run(_context: &mut Context<'_>, _request: &Request) -> Result<DiffReport, Error> {
    unimplemented!()
}
