//! The verbs: one or a small group a file, with its flags, their examples, and the request that they become.

pub mod approve;
mod at;
pub mod attest;
pub mod baseline;
pub mod diff;
pub mod doctor;
mod evidence;
pub mod feedback;
mod feedback_step;
pub mod history;
pub mod hold;
pub mod locate;
mod looking;
mod own_cache;
pub mod preview;
pub mod promote;
pub mod report;
pub mod rollback;
pub mod setup;
pub mod show;
pub mod status;
pub mod tend;
pub mod undo;
pub mod verify;
pub mod why;
mod writing;

use clap::Subcommand;
use tempfile::TempDir;

use super::answer::Answer;
use super::options::{FormatArg, Global};
use super::shell;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::process::Surroundings;
use crate::render::Format;

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    Promote(promote::Promote),
    Rollback(rollback::Rollback),
    Undo(undo::Undo),
    Diff(diff::Diff),
    History(history::History),
    Locate(locate::Locate),
    Show(show::Show),
    Approve(approve::Approve),
    Status(status::Status),
    Verify(verify::Verify),
    Why(why::Why),
    #[command(subcommand)]
    Hold(hold::Hold),
    #[command(subcommand)]
    Preview(preview::Preview),
    Attest(attest::Attest),
    #[command(subcommand)]
    Baseline(baseline::BaselineVerb),
    Report(report::ReportVerb),
    Init(setup::Init),
    #[command(subcommand)]
    Config(setup::Config),
    Doctor(doctor::Doctor),
    Tend(tend::Tend),
    #[command(subcommand)]
    Feedback(feedback::Feedback),
    Schema(shell::Schema),
    Completions(shell::Completions),
    Man(shell::Man),
}

impl Verb {
    /// The answer of a verb that needs no repository; the verb itself where it needs one. `line`: all that may be typed.
    pub fn without_repository(self, line: impl FnOnce() -> clap::Command) -> Result<Result<Answer, Self>, Error> {
        Ok(Ok(match self {
            Verb::Schema(verb) => Answer::Text(verb.run()?),
            Verb::Completions(verb) => Answer::Text(verb.run(line())?),
            Verb::Man(verb) => Answer::Text(verb.run(line())?),
            verb => return Ok(Err(verb)),
        }))
    }

    /// The report of a verb that works without the repository that the options name, as it was asked for; `None`: it needs one.
    pub fn beside_the_repository(&self, global: &Global, surroundings: &Surroundings) -> Result<Option<Report>, Error> {
        match self {
            Verb::Verify(verb) => verb.without_repository(global, surroundings),
            Verb::Feedback(verb) => verb.without_repository(global, surroundings),
            _ => Ok(None),
        }
    }

    /// Runs a verb on a repository.
    pub fn run(self, context: &mut Context<'_>) -> Result<Answer, Error> {
        let report = match self {
            Verb::Promote(verb) => verb.run(context),
            Verb::Rollback(verb) => verb.run(context),
            Verb::Undo(verb) => verb.run(context),
            Verb::Diff(verb) => verb.run(context),
            Verb::History(verb) => verb.run(context),
            Verb::Locate(verb) => verb.run(context),
            Verb::Show(verb) => verb.run(context),
            Verb::Approve(verb) => verb.run(context),
            Verb::Status(verb) => return verb.run(context),
            Verb::Verify(verb) => verb.run(context),
            Verb::Why(verb) => verb.run(context),
            Verb::Hold(verb) => verb.run(context),
            Verb::Preview(verb) => verb.run(context),
            Verb::Attest(verb) => return verb.run(context),
            Verb::Baseline(verb) => verb.run(context),
            Verb::Report(verb) => verb.run(context),
            Verb::Feedback(verb) => verb.run(context),
            Verb::Init(verb) => verb.run(context),
            Verb::Config(verb) => verb.run(context),
            Verb::Doctor(verb) => verb.run(context),
            Verb::Tend(verb) => verb.run(context),
            Verb::Schema(_) | Verb::Completions(_) | Verb::Man(_) => {
                return Err(Error::Failed(anyhow::anyhow!("a verb without a repository was given one")));
            }
        };
        report.map(|report| Answer::Report(Box::new(report)))
    }

    /// The word it is called by.
    fn name(&self) -> &'static str {
        match self {
            Verb::Promote(_) => "promote",
            Verb::Rollback(_) => "rollback",
            Verb::Undo(_) => "undo",
            Verb::Diff(_) => "diff",
            Verb::History(_) => "history",
            Verb::Locate(_) => "locate",
            Verb::Show(_) => "show",
            Verb::Approve(_) => "approve",
            Verb::Status(_) => "status",
            Verb::Verify(_) => "verify",
            Verb::Why(_) => "why",
            Verb::Hold(_) => "hold",
            Verb::Preview(_) => "preview",
            Verb::Attest(verb) => verb.name(),
            Verb::Baseline(_) => "baseline",
            Verb::Report(_) => "report",
            Verb::Init(_) => "init",
            Verb::Config(setup::Config::Check(_)) => "config check",
            Verb::Config(setup::Config::Show(_)) => "config show",
            Verb::Config(setup::Config::Sync(_)) => "config sync",
            Verb::Doctor(_) => "doctor",
            Verb::Tend(_) => "tend",
            Verb::Feedback(verb) => verb.name(),
            Verb::Schema(_) => "schema",
            Verb::Completions(_) => "completions",
            Verb::Man(_) => "man",
        }
    }

    /// Settles what an option of all verbs means for this one: `init -v` lists all that it left out, `status -o wide` asks the gates.
    pub fn settle(&mut self, global: &mut Global) {
        if let (Verb::Status(status), Format::Wide) = (&mut *self, global.format()) {
            status.widen();
        }
        if matches!(self, Verb::Init(_)) && global.verbose && global.output.is_none() {
            global.output = Some(FormatArg::Wide);
        }
    }

    /// What has to be known before the repository is opened; what is returned lives as long as the verb runs.
    pub fn before_open(
        &mut self,
        global: &mut Global,
        surroundings: &mut Surroundings,
    ) -> Result<Option<TempDir>, Error> {
        match self {
            Verb::Verify(verb) => verb.before_open(global, surroundings),
            Verb::Tend(verb) => verb.before_open(surroundings),
            _ => Ok(None),
        }
    }

    /// Refuses a format that makes no sense for this verb, before anything is read or written.
    pub fn check_format(&self, format: Format) -> Result<(), Error> {
        use Format::{Csv, Json, Markdown, Name, Sarif, Table, Wide, Yaml};
        let fits = match self {
            Verb::Verify(_) => !matches!(format, Name),
            _ if format == Sarif => false,
            Verb::Attest(verb) if verb.is_text() => matches!(format, Table | Json),
            Verb::Status(verb) if verb.is_text() => matches!(format, Table),
            Verb::Init(_) => matches!(format, Table | Wide | Json | Yaml | Name),
            Verb::Config(setup::Config::Check(_) | setup::Config::Show(_)) => {
                matches!(format, Table | Wide | Json | Yaml)
            }
            Verb::Schema(_) => matches!(format, Table | Json),
            Verb::Completions(_) | Verb::Man(_) => matches!(format, Table),
            _ => true,
        };
        if fits {
            return Ok(());
        }
        let word = match format {
            Table => "table",
            Wide => "wide",
            Json => "json",
            Yaml => "yaml",
            Csv => "csv",
            Markdown => "markdown",
            Name => "name",
            Sarif => "sarif",
        };
        let verb = self.name();
        Err(Refusal::new(Code::NoSuchFormat, format!("`{verb}` has nothing to show as `{word}`"))
            .hint(format!("stageline {verb}"))
            .invalid())
    }
}
