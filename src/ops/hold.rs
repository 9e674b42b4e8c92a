//! `hold set`, `hold lift`, `hold list`.

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::{ChangeReport, HoldsReport};

use super::context::{Context, Writing};

/// Which hold: one application of an environment, or all of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Empty: the whole environment.
    pub applications: Vec<AppName>,
    pub env: EnvName,
    /// `--until TIME` (a time, a date, or a span such as `2d`).
    pub until: Option<String>,
    pub writing: Writing,
}

/// Sets holds.
pub fn set(_context: &mut Context<'_>, _request: &Request) -> Result<ChangeReport, Error> {
    unimplemented!()
}

/// Lifts holds.
pub fn lift(_context: &mut Context<'_>, _request: &Request) -> Result<ChangeReport, Error> {
    unimplemented!()
}

/// Lists holds of one environment, or all.
pub fn list(_context: &mut Context<'_>, _env: Option<&EnvName>) -> Result<HoldsReport, Error> {
    unimplemented!()
}
