//! `rollback`: a new commit that pins an earlier version again, and holds it.

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::ChangeReport;

use super::context::{Context, Writing};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub applications: Vec<AppName>,
    pub all: bool,
    /// `--last`: undo the environment's last landing.
    pub last: bool,
    pub exclude: Vec<AppName>,
    pub env: EnvName,
    /// `--to`: `rN`, an application commit, `config:REV`, `@TIME`; `None`: the last stable version that differs.
    pub to: Option<String>,
    /// `--no-hold`.
    pub hold: bool,
    /// `--until TIME`: the hold's end.
    pub until: Option<String>,
    pub writing: Writing,
}

/// Runs the verb.
pub fn run(_context: &mut Context<'_>, _request: &Request) -> Result<ChangeReport, Error> {
    unimplemented!()
}
