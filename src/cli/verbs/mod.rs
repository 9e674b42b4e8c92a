//! One verb or a small group a file: its flags, their examples, and the request that they become.

pub mod diff;
pub mod history;
pub mod hold;
pub mod promote;
pub mod rollback;
pub mod setup;
pub mod show;
pub mod status;
pub mod undo;

use clap::{Args, ValueEnum};

use super::args::Verb;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::report::{Report, Stage};
use crate::domain::settings::LandingMode;
use crate::ops::context::{Context, Reach, Run, Writing};
use crate::render::Format;

/// What a verb ends with.
pub enum Answer {
    Report(Box<Report>),
    /// Text as it stands: a schema, a script, a manual page.
    Text(String),
}

impl Answer {
    /// Whether something was written that has to be told whatever comes.
    pub fn has_written(&self) -> bool {
        let Answer::Report(report) = self else { return false };
        match &**report {
            Report::Change(change) => matches!(change.stage, Stage::Landed | Stage::Proposed),
            Report::Init(init) => init.written.is_some(),
            _ => false,
        }
    }
}

/// The options of the verbs that write.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of writing verbs")]
pub struct WritingArgs {
    /// Show the plan, with every check, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Commit here and push nothing
    #[arg(long)]
    no_push: bool,
    /// On the environment's branch, or on one from which a merge request is opened
    #[arg(long, value_name = "HOW", value_enum)]
    landing: Option<LandingArg>,
    /// Why; written into the commit
    #[arg(short = 'm', long, value_name = "TEXT")]
    reason: Option<String>,
}

/// `--landing`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LandingArg {
    Direct,
    MergeRequest,
}

impl WritingArgs {
    fn request(self) -> Writing {
        Writing {
            run: run(self.dry_run),
            reach: if self.no_push { Reach::Local } else { Reach::Remote },
            landing: self.landing.map(|landing| match landing {
                LandingArg::Direct => LandingMode::Direct,
                LandingArg::MergeRequest => LandingMode::MergeRequest,
            }),
            reason: self.reason,
        }
    }
}

fn run(dry: bool) -> Run {
    if dry { Run::Dry } else { Run::Real }
}

impl Verb {
    /// The answer of a verb that needs no repository; the verb itself where it needs one.
    pub fn without_repository(self) -> Result<Result<Answer, Self>, Error> {
        Ok(Ok(match self {
            Verb::Schema(verb) => Answer::Text(verb.run()?),
            Verb::Completions(verb) => Answer::Text(verb.run()?),
            Verb::Man(verb) => Answer::Text(verb.run()?),
            verb => return Ok(Err(verb)),
        }))
    }

    /// Runs a verb on a repository.
    pub fn run(self, context: &mut Context<'_>) -> Result<Answer, Error> {
        let report = match self {
            Verb::Promote(verb) => verb.run(context),
            Verb::Rollback(verb) => verb.run(context),
            Verb::Undo(verb) => verb.run(context),
            Verb::Diff(verb) => verb.run(context),
            Verb::History(verb) => verb.run(context),
            Verb::Show(verb) => verb.run(context),
            Verb::Status(verb) => verb.run(context),
            Verb::Hold(verb) => verb.run(context),
            Verb::Init(verb) => verb.run(context),
            Verb::Config(verb) => verb.run(context),
            verb @ (Verb::Schema(_) | Verb::Completions(_) | Verb::Man(_)) => {
                return verb
                    .without_repository()?
                    .map_err(|_| Error::Failed(anyhow::anyhow!("a verb without a repository was given one")));
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
            Verb::Show(_) => "show",
            Verb::Status(_) => "status",
            Verb::Hold(_) => "hold",
            Verb::Init(_) => "init",
            Verb::Config(setup::Config::Check(_)) => "config check",
            Verb::Config(setup::Config::Show(_)) => "config show",
            Verb::Schema(_) => "schema",
            Verb::Completions(_) => "completions",
            Verb::Man(_) => "man",
        }
    }
}

/// Refuses a format that makes no sense for a verb, before the verb reads or writes anything.
pub fn check_format(verb: &Verb, format: Format) -> Result<(), Error> {
    use Format::{Csv, Json, Markdown, Name, Table, Wide, Yaml};
    let fits = match verb {
        Verb::Init(_) => matches!(format, Table | Wide | Json | Yaml | Name),
        Verb::Config(_) => matches!(format, Table | Wide | Json | Yaml),
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
    };
    let verb = verb.name();
    Err(Refusal::new("no-such-format", format!("`{verb}` has nothing to show as `{word}`"))
        .hint(format!("stageline {verb}"))
        .invalid())
}
