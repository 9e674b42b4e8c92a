//! `init`, `config check`, `config show`, `config sync`: their flags, and what they call.

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::writing::{WritingArgs, run};
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::domain::settings::Signing;
use crate::ops::context::Context;
use crate::ops::verbs::init::{Ask, init};
use crate::ops::verbs::lacking::{Commits, Existing};
use crate::ops::verbs::setup::{self, Extent};
use crate::ops::verbs::sync::sync;

const INIT: &str = "\
Examples:
  stageline init             write stageline.yaml; never over an existing one
  stageline init --source 'https://git.example.com/{application}.git' \\
      --signing optional
  stageline init --dry-run   print it
  stageline init --write     add to a stageline.yaml that exists what it lacks
  stageline init --check     in CI: exit 1 where it lacks something";
const CHECK: &str = "\
Examples:
  stageline config check
  stageline config check --config draft.yaml -o json";
const SHOW: &str = "\
Examples:
  stageline config show
  stageline config show -o json";

const SYNC: &str = "\
Examples:
  stageline config sync --to production --dry-run
      what would come to production's own branch
  stageline config sync --to production -m 'bob has left'
  stageline config sync --to production --landing direct
      by who owns the rules, where production lands directly";

/// Write stageline.yaml from the repository's layout, or tell what one that exists lacks
#[derive(Debug, Args)]
#[command(after_help = INIT)]
pub struct Init {
    /// Print the file and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where each application is built from; `{application}` is its name
    #[arg(long, value_name = "ADDRESS")]
    source: Option<String>,
    /// Whether a landing without a signature is refused
    #[arg(long, value_name = "WHEN", value_enum)]
    signing: Option<SigningArg>,
    /// Add to a file that exists the applications that no entry finds; nothing else in it changes
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// Write nothing; exit 1 where the file lacks an application or an entry finds nothing; overlays are read as committed
    #[arg(long)]
    check: bool,
    /// Commit the file on the branch that is checked out, and nothing else
    #[arg(long, conflicts_with_all = ["check", "dry_run"])]
    commit: bool,
}

/// `--signing`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SigningArg {
    Required,
    Optional,
}

impl Init {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let existing = match (self.write, self.check) {
            (true, _) => Existing::Add,
            (false, true) => Existing::Check,
            (false, false) => Existing::Tell,
        };
        let signing = self.signing.map(|signing| match signing {
            SigningArg::Required => Signing::Required,
            SigningArg::Optional => Signing::Optional,
        });
        let commits = if self.commit { Commits::Yes } else { Commits::No };
        let ask = Ask { run: run(self.dry_run), source: self.source, signing, existing, commits };
        init(context, &ask).map(Report::Init)
    }
}

/// Check or show the configuration, or bring it to an environment's own branch
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Check stageline.yaml: every fault with its place, key and cure
    #[command(after_help = CHECK)]
    Check(Check),
    /// Show the settings in force, defaults filled in
    #[command(after_help = SHOW)]
    Show(Show),
    /// Bring main's stageline.yaml, signers and keys to the branch of an environment that has one of its own
    #[command(after_help = SYNC)]
    Sync(Sync),
}

#[derive(Debug, Args)]
pub struct Sync {
    /// The environment, which lives on a branch of its own
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    to: EnvName,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Ask the forge, too, whether the branches that are pushed to directly take pushes from you
    #[arg(long)]
    online: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// Show the entries that each family stands for, with the line of the family
    #[arg(long)]
    expand: bool,
}

impl Config {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        match self {
            Config::Check(check) => {
                let ask = if check.online { setup::Ask::TheForge } else { setup::Ask::Nobody };
                setup::check(context, ask).map(Report::ConfigCheck)
            }
            Config::Show(show) => {
                let extent = if show.expand { Extent::Expanded } else { Extent::AsWritten };
                setup::show(context, extent).map(Report::ConfigShow)
            }
            Config::Sync(args) => sync(context, &args.to, &args.writing.request()).map(Report::from),
        }
    }
}
