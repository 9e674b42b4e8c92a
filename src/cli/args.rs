//! What may be typed: the verbs, and the options that all of them share.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::{shell, verbs};
use crate::domain::names::{BranchName, RemoteName};
use crate::render::Format;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  stageline init                                  write stageline.yaml from the repository's layout
  stageline status                                what runs where
  stageline promote checkout --to staging         pin in staging what the environment before it runs
  stageline promote --all --to production --dry-run
  stageline diff staging production               what production lacks
  stageline rollback checkout --env production    back to the last stable version, and hold it there
  stageline undo 8843ff8                          take exactly that landing back
  stageline history checkout --env production     who changed the pin, when and why
  stageline show checkout:r15 --env production    one of these changes, with all that is known of it

Exit codes:
  0 done, nothing to do, or no difference   1 refused, or `diff` found differences
  2 usage or error                          3 it cannot be told (shallow clone, missing commit)
  4 authentication needed                   6 somebody else was first   130 interrupted";

/// Promote applications through a GitOps environment stack, from a local clone of the config repository
#[derive(Debug, Parser)]
#[command(name = "stageline", version, styles = STYLES, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

/// The options of every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every verb")]
pub struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
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

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    Promote(verbs::promote::Promote),
    Rollback(verbs::rollback::Rollback),
    Undo(verbs::undo::Undo),
    Diff(verbs::diff::Diff),
    History(verbs::history::History),
    Show(verbs::show::Show),
    Status(verbs::status::Status),
    #[command(subcommand)]
    Hold(verbs::hold::Hold),
    Init(verbs::setup::Init),
    #[command(subcommand)]
    Config(verbs::setup::Config),
    Schema(shell::Schema),
    Completions(shell::Completions),
    Man(shell::Man),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_has_no_contradictions() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_says_what_it_does_and_shows_examples() {
        fn look(command: &clap::Command) {
            for verb in command.get_subcommands() {
                assert!(verb.get_about().is_some(), "{}", verb.get_name());
                let examples = verb.get_after_help().map(|help| help.to_string()).unwrap_or_default();
                assert!(verb.has_subcommands() || examples.contains("stageline "), "{}", verb.get_name());
                look(verb);
            }
        }
        look(&Cli::command());
    }

    #[test]
    fn a_bad_name_is_refused_with_its_reason() {
        let error = Cli::try_parse_from(["stageline", "promote", "web", "--to", "a/b"]).unwrap_err().to_string();
        assert!(error.contains("a name has letters, digits"), "{error}");
    }
}
