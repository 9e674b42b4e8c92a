//! The options that all verbs share.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::domain::names::{BranchName, RemoteName};
use crate::ops::context::At;
use crate::render::Format;

/// The options of every verb.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every verb")]
pub struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// The config repository at URL (https, ssh, host:path or a folder): no clone is needed
    #[arg(long, value_name = "URL", global = true, value_hint = ValueHint::Url, conflicts_with_all = ["dir", "remote"])]
    pub repo: Option<String>,
    /// Read FILE (relative to DIR) in place of the branch's stageline.yaml; what lands takes it with --dry-run only
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// The remote to read and to push to
    #[arg(long, value_name = "NAME", global = true)]
    pub remote: Option<RemoteName>,
    /// The protected branch of the config repository
    #[arg(long, value_name = "NAME", global = true)]
    pub branch: Option<BranchName>,
    /// How the result is written: `wide` has every column, `name` one name a line
    #[arg(short, long, value_name = "FORMAT", global = true, value_enum)]
    pub output: Option<FormatArg>,
    /// No progress and no warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Keep every step on the screen
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Colour: always, never, or where the terminal takes it
    #[arg(long, value_name = "WHEN", global = true, value_enum)]
    pub color: Option<When>,
    /// Exact times (in UTC) on a terminal, too, in the place of `2 h ago`
    #[arg(long, global = true)]
    pub absolute: bool,
    /// Do not ask
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Fetch nothing from source repositories
    #[arg(long, global = true)]
    pub offline: bool,
}

/// `-o`. The words have no help of their own: one line each, repeated under every verb, would bury the verb's own options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    Table,
    Wide,
    Json,
    Yaml,
    Csv,
    Markdown,
    Name,
    /// Only `verify`
    Sarif,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Table => Format::Table,
            FormatArg::Wide => Format::Wide,
            FormatArg::Json => Format::Json,
            FormatArg::Yaml => Format::Yaml,
            FormatArg::Csv => Format::Csv,
            FormatArg::Markdown => Format::Markdown,
            FormatArg::Name => Format::Name,
            FormatArg::Sarif => Format::Sarif,
        }
    }
}

/// `--color`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

impl Global {
    /// The options that say which remote and branch are meant.
    pub fn where_typed(&self) -> Vec<String> {
        let remote = self.remote.as_ref().map(|remote| ["--remote".to_string(), remote.to_string()]);
        let branch = self.branch.as_ref().map(|branch| ["--branch".to_string(), branch.to_string()]);
        [remote, branch].into_iter().flatten().flatten().collect()
    }

    /// Where the config repository is.
    pub fn at(&self) -> At {
        match (&self.repo, &self.dir) {
            (Some(address), _) => At::Address(address.clone()),
            (None, Some(dir)) => At::Folder(dir.display().to_string()),
            (None, None) => At::Here,
        }
    }

    /// What contradicts each other before and behind the verb, where the parser sees one of them at a time.
    pub fn contradiction(&self) -> Option<&'static str> {
        match (&self.repo, &self.dir, &self.remote) {
            (Some(_), Some(_), _) => Some("`-C DIR` and `--repo URL` name two repositories: leave one of them out"),
            (Some(_), None, Some(_)) => {
                Some("`--remote NAME` is a remote of a clone, and with `--repo URL` there is none")
            }
            _ => None,
        }
    }

    /// How the result is written; a table where nothing else is asked for.
    pub fn format(&self) -> Format {
        self.output.map_or(Format::Table, Into::into)
    }
}
