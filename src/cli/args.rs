//! What may be typed, whole: the program, the options that all verbs share, and a verb.

use clap::Parser;
use clap::builder::styling::{AnsiColor, Styles};

use super::options::Global;
use super::output::MOST_COLUMNS;
use super::verbs::Verb;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  stageline init                                write stageline.yaml
  stageline status                              what runs where
  stageline promote checkout --to staging       what the environment before runs
  stageline promote --all --to production --dry-run
  stageline diff staging production             what production lacks
  stageline rollback checkout --env production  back to the last stable version
  stageline undo 8843ff8                        take exactly that landing back
  stageline history checkout --env production   who changed the pin, when, why
  stageline show checkout:r15 --env production  one of these changes, in full
  stageline --repo git@git.example.com:shop/config.git \\
      promote checkout@$SHA --to staging        without a clone

Exit codes:
  0 done, nothing to do, no difference   1 refused, or `diff` found differences
  2 usage or error                       3 not yet, or it cannot be told
  4 authentication needed                5 landed, but a follow-up failed
  6 somebody else was first              130 interrupted";

/// Promote applications through a GitOps environment stack, from a clone of the config repository or its address
#[derive(Debug, Parser)]
#[command(name = "stageline", version, styles = STYLES, after_help = EXAMPLES, max_term_width = MOST_COLUMNS)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
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
    fn the_exit_codes_of_the_help_are_those_of_the_table() {
        for (code, meaning) in crate::cli::exit::MEANINGS {
            assert!(EXAMPLES.contains(&format!(" {code} {meaning}")), "{code} {meaning}");
        }
    }

    #[test]
    fn no_example_and_no_paragraph_of_the_help_is_wider_than_80_columns() {
        fn look(command: &clap::Command) {
            let help = command.get_after_help().map(|help| help.to_string()).unwrap_or_default();
            for line in help.lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
            }
            command.get_subcommands().for_each(look);
        }
        look(&Cli::command());
    }

    #[test]
    fn a_bad_name_is_refused_with_its_reason() {
        let error = Cli::try_parse_from(["stageline", "promote", "web", "--to", "a/b"]).unwrap_err().to_string();
        assert!(error.contains("a name has letters, digits"), "{error}");
    }
}
