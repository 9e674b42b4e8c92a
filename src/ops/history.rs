//! `history`: every landed pin change, computed from the trees, enriched by trailers.

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::Report;

use super::context::Context;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub application: Option<AppName>,
    pub env: Option<EnvName>,
    /// `--at TIME`: what ran then.
    pub at: Option<String>,
    /// `--contains COMMIT`.
    pub contains: Option<String>,
    pub since: Option<String>,
    pub until: Option<String>,
    pub max: Option<usize>,
}

/// Runs the verb: a history, an at or a contains report.
pub fn run(_context: &mut Context<'_>, _request: &Request) -> Result<Report, Error> {
    unimplemented!()
}
