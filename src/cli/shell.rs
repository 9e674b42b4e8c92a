//! `schema`, `completions`, `man`: what describes the command line itself and needs no repository.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Command, ValueEnum, ValueHint};
use clap_complete::Shell;
use clap_complete::env::Shells;

use super::{complete, manual};
use crate::config;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::render::schema::{self, Output};

const SCHEMA: &str = "\
Examples:
  stageline schema config > stageline.schema.json
      for editors
  stageline schema promote   what `promote -o json` writes";
const COMPLETIONS: &str = "\
Examples:
  stageline completions bash > \\
      ~/.local/share/bash-completion/completions/stageline
  stageline completions fish > ~/.config/fish/completions/stageline.fish
  source <(stageline completions bash --dynamic)
      with environments, applications, commits, tags; zsh alike";
const MAN: &str = "\
Examples:
  stageline man | man -l -
  stageline man promote | man -l -
  stageline man ~/.local/share/man/man1";

/// The script that asks stageline, of bash: the usual one takes `--to=prod` and `web@1a2b` for several words, as readline does.
const BASH: &str = include_str!("complete.bash");
/// Where the script that asks nobody takes the word before the current one, and where it takes it across a `=`.
const BEFORE: &str = "    prev=\"$3\"\n";
const BEFORE_EQUALS: &str = "    prev=\"$3\"
    # Readline breaks words at `=`: the option is the word before that.
    if [[ ${COMP_WORDS[COMP_CWORD]} == '=' ]]; then cur=''
    elif [[ $prev == '=' ]]; then prev=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi
";

/// Print the JSON Schema of stageline.yaml, or of what a verb writes with `-o json`
#[derive(Debug, Args)]
#[command(after_help = SCHEMA)]
pub struct Schema {
    /// Whose schema
    #[arg(value_name = "OF", value_enum, default_value_t = SchemaOf::Config)]
    of: SchemaOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    Config,
    Promote,
    Rollback,
    Undo,
    Hold,
    HoldList,
    Preview,
    Attest,
    AttestList,
    Baseline,
    Diff,
    History,
    Locate,
    Show,
    Status,
    Init,
    ConfigCheck,
    ConfigShow,
    ConfigSync,
    Verify,
    Doctor,
    Tend,
    FeedbackStep,
    Why,
    Approve,
    Report,
    FeedbackSend,
    FeedbackTest,
    Error,
}

impl Schema {
    pub fn run(self) -> Result<String, Error> {
        let value = match self.of {
            SchemaOf::Config => config::schema::schema(),
            SchemaOf::Promote => schema::schema(Output::Promote),
            SchemaOf::Rollback => schema::schema(Output::Rollback),
            SchemaOf::Undo => schema::schema(Output::Undo),
            SchemaOf::Hold => schema::schema(Output::Hold),
            SchemaOf::HoldList => schema::schema(Output::HoldList),
            SchemaOf::Preview => schema::schema(Output::Preview),
            SchemaOf::Attest => schema::schema(Output::Attest),
            SchemaOf::AttestList => schema::schema(Output::AttestList),
            SchemaOf::Baseline => schema::schema(Output::Baseline),
            SchemaOf::Diff => schema::schema(Output::Diff),
            SchemaOf::History => schema::schema(Output::History),
            SchemaOf::Locate => schema::schema(Output::Locate),
            SchemaOf::Show => schema::schema(Output::Show),
            SchemaOf::Status => schema::schema(Output::Status),
            SchemaOf::Init => schema::schema(Output::Init),
            SchemaOf::ConfigCheck => schema::schema(Output::ConfigCheck),
            SchemaOf::ConfigShow => schema::schema(Output::ConfigShow),
            SchemaOf::ConfigSync => schema::schema(Output::ConfigSync),
            SchemaOf::Verify => schema::schema(Output::Verify),
            SchemaOf::Doctor => schema::schema(Output::Doctor),
            SchemaOf::Tend => schema::schema(Output::Tend),
            SchemaOf::FeedbackStep => schema::schema(Output::FeedbackStep),
            SchemaOf::Why => schema::schema(Output::Why),
            SchemaOf::Approve => schema::schema(Output::Approve),
            SchemaOf::Report => schema::schema(Output::Report),
            SchemaOf::FeedbackSend => schema::schema(Output::FeedbackSend),
            SchemaOf::FeedbackTest => schema::schema(Output::FeedbackTest),
            SchemaOf::Error => schema::schema(Output::Error),
        };
        let text = serde_json::to_string_pretty(&value).context("the schema cannot be written")?;
        Ok(format!("{text}\n"))
    }
}

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
    /// The script that asks stageline itself at each completion: environments, applications and commits too
    #[arg(long)]
    dynamic: bool,
}

impl Completions {
    /// The script. `line`: all that may be typed.
    pub fn run(self, mut line: Command) -> Result<String, Error> {
        script(&mut line, self.shell, self.dynamic)
    }
}

fn script(line: &mut Command, shell: Shell, dynamic: bool) -> Result<String, Error> {
    let mut bytes = Vec::new();
    if dynamic && shell == Shell::Bash {
        return Ok(BASH.to_string());
    }
    if dynamic {
        let shells = Shells::builtins();
        let name = shell.to_string();
        let completer = shells.completer(&name).with_context(|| format!("no dynamic completion for {name}"))?;
        completer.write_registration(complete::VARIABLE, "stageline", "stageline", "stageline", &mut bytes)?;
    } else {
        clap_complete::generate(shell, line, "stageline", &mut bytes);
    }
    let text = String::from_utf8(bytes).context("the script is not UTF-8")?;
    Ok(match shell {
        Shell::Bash => text.replace(BEFORE, BEFORE_EQUALS),
        // With two colons zsh takes all that follows the first argument for arguments, and offers no option there.
        Shell::Zsh => text.replace("\n'*::", "\n'*:"),
        _ => text,
    })
}

/// Print a manual page, or write those of all verbs into a folder
#[derive(Debug, Args)]
#[command(after_help = MAN)]
pub struct Man {
    /// The verb whose page is printed; or where to write stageline.1, stageline-promote.1, ... [default: the program's page is printed]
    #[arg(value_name = "VERB|DIR", value_hint = ValueHint::DirPath)]
    what: Vec<PathBuf>,
}

impl Man {
    /// The page, or where the pages were written. `line`: all that may be typed.
    pub fn run(self, line: Command) -> Result<String, Error> {
        let words: Vec<_> = self.what.iter().map(|word| word.to_string_lossy()).collect();
        let file = std::iter::once("stageline").chain(words.iter().map(AsRef::as_ref)).collect::<Vec<_>>().join("-");
        let mut all = manual::pages(line.clone());
        if let Some(at) = all.iter().position(|page| page.file == format!("{file}.1")) {
            return Ok(all.swap_remove(at).text);
        }
        match self.what.as_slice() {
            [dir] => pages(line, dir),
            _ => Err(Refusal::new(Code::Usage, format!("`{}` is no verb", words.join(" ")))
                .hint("see `stageline --help`; one word that is no verb is a folder")
                .invalid()),
        }
    }
}

fn pages(line: Command, dir: &Path) -> Result<String, Error> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
    for page in manual::pages(line) {
        let file = dir.join(page.file);
        std::fs::write(&file, page.text).with_context(|| format!("cannot write the page `{}`", file.display()))?;
    }
    Ok(format!("wrote the manual pages into {}\n", crate::text::terminal(&dir.display().to_string())))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn the_scripts_in_the_repository_are_those_that_the_binary_prints() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        for (shell, file) in [
            (Shell::Bash, "stageline.bash"),
            (Shell::Zsh, "_stageline"),
            (Shell::Fish, "stageline.fish"),
            (Shell::PowerShell, "_stageline.ps1"),
            (Shell::Elvish, "stageline.elv"),
        ] {
            for (folder, dynamic) in [("static/", false), ("dynamic/", true)] {
                let kept = std::fs::read_to_string(root.join(format!("{folder}{file}"))).unwrap_or_default();
                let flag = if dynamic { " --dynamic" } else { "" };
                assert!(
                    kept == script(&mut Cli::command(), shell, dynamic).unwrap(),
                    "run: stageline completions {shell}{flag} > completions/{folder}{file}"
                );
            }
        }
    }

    #[test]
    fn every_verb_has_a_manual_page() {
        let dir = tempfile::tempdir().unwrap();
        pages(Cli::command(), dir.path()).unwrap();
        for page in ["stageline.1", "stageline-promote.1", "stageline-hold-set.1"] {
            assert!(dir.path().join(page).is_file(), "{page}");
        }
    }
}
