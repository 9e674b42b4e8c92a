//! `init`, `config check`, `config show`: their flags, and what they call.

use clap::{Args, Subcommand};

use super::writing::run;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::setup::{self, Extent};

const INIT: &str = "\
Examples:
  stageline init              write stageline.yaml; never over an existing one
  stageline init --dry-run    print it";
const CHECK: &str = "\
Examples:
  stageline config check
  stageline config check --config draft.yaml -o json";
const SHOW: &str = "\
Examples:
  stageline config show
  stageline config show -o json";

/// Write stageline.yaml from the repository's layout
#[derive(Debug, Args)]
#[command(after_help = INIT)]
pub struct Init {
    /// Print the file and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl Init {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        setup::init(context, run(self.dry_run)).map(Report::Init)
    }
}

/// Check or show the configuration
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Check stageline.yaml: every fault with its place, key and cure
    #[command(after_help = CHECK)]
    Check(Check),
    /// Show the settings in force, defaults filled in
    #[command(after_help = SHOW)]
    Show(Show),
}

#[derive(Debug, Args)]
pub struct Check {}

#[derive(Debug, Args)]
pub struct Show {
    /// Show the entries that each family stands for, with the line of the family
    #[arg(long)]
    expand: bool,
}

impl Config {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        match self {
            Config::Check(_) => setup::check(context).map(Report::ConfigCheck),
            Config::Show(show) => {
                let extent = if show.expand { Extent::Expanded } else { Extent::AsWritten };
                setup::show(context, extent).map(Report::ConfigShow)
            }
        }
    }
}
