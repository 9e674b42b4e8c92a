//! `promote`: pins applications in an environment to what another runs, or to a commit.

use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::ChangeReport;

use super::context::{Context, Writing};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Applications, each with its own revision where `APP@REV` was written.
    pub applications: Vec<(AppName, Option<String>)>,
    pub all: bool,
    pub exclude: Vec<AppName>,
    pub to: EnvName,
    pub what: What,
    pub allow_older: bool,
    /// `--digest`: the digest that belongs to the new tag.
    pub digest: Option<String>,
    pub writing: Writing,
}

/// Where the version comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The environment before.
    Before,
    /// `--from ENV` or `--from ENV@TIME`.
    From { environment: EnvName, at: Option<String> },
    /// `--commit REV`.
    Commit(String),
    /// `--latest`: the tip of the target's first plain branch, else of the source's default branch.
    Latest,
    /// `--version TEXT`.
    Version(String),
}

/// Runs the verb.
pub fn run(_context: &mut Context<'_>, _request: &Request) -> Result<ChangeReport, Error> {
    unimplemented!()
}
