//! The one place that writes results and errors: which stream, which format, through the pager or not.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use clap::error::ErrorKind;

use super::answer::Answer;
use super::options::{FormatArg, Global, When};
use super::{exit, interrupt, terminal};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::secrets::without_secrets;
use crate::process::{self, Surroundings};
use crate::render::{self, Format, Look};

/// The widest line of help, which is the width where there is no terminal, too.
pub const MOST_COLUMNS: usize = 100;

/// How and where things are written.
pub struct Output {
    format: Format,
    when: Option<When>,
    /// What the option and the variables say of colour; none: the terminal decides.
    asked: Option<bool>,
    out: Look,
    err: Look,
}

impl Output {
    /// From the raw words: good enough to show that they cannot be parsed.
    pub fn guess(args: &[OsString], surroundings: &Surroundings) -> Self {
        let words: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
        let format = option(&words, Some("-o"), "--output").and_then(|word| FormatArg::from_str(&word, false).ok());
        let when = option(&words, None, "--color").and_then(|word| When::from_str(&word, false).ok());
        Self::new(format.map_or(Format::Table, Into::into), when, surroundings)
    }

    /// From the parsed options.
    pub fn settle(&mut self, global: &Global, surroundings: &Surroundings) {
        let format = global.format();
        if (self.format, self.when) != (format, global.color) {
            *self = Self::new(format, global.color, surroundings);
        }
        if global.absolute {
            (self.out.now, self.err.now) = (None, None);
        }
    }

    fn new(format: Format, when: Option<When>, surroundings: &Surroundings) -> Self {
        Self {
            format,
            when,
            asked: terminal::asked(when, &surroundings.variables),
            out: terminal::out(when, surroundings),
            err: terminal::err(when, surroundings),
        }
    }

    pub fn colour_of_help(&self) -> clap::ColorChoice {
        match self.asked {
            Some(true) => clap::ColorChoice::Always,
            Some(false) => clap::ColorChoice::Never,
            None => clap::ColorChoice::Auto,
        }
    }

    /// How wide help is written: as the terminal is, as far as a line can be read.
    pub fn columns_of_help(&self) -> usize {
        self.out.width.map_or(MOST_COLUMNS, |width| usize::from(width).min(MOST_COLUMNS))
    }

    pub fn err_look(&self) -> Look {
        self.err
    }

    /// Writes a result; the exit code. `seen`: the remarks of the plan that this is the end of, where the user
    /// has already seen it.
    pub fn answer(&self, answer: &Answer, seen: Option<&[String]>, surroundings: &Surroundings) -> u8 {
        match answer {
            Answer::Text(text) => self.write(text).map_or_else(|error| self.error(&error), |()| 0),
            Answer::Report(report) => {
                let text = match (&**report, seen) {
                    (Report::Change(change), Some(seen)) if self.format == Format::Table => {
                        render::outcome(change, seen, &self.out)
                    }
                    (report, _) => render::render(report, self.format, &self.out),
                };
                let long = matches!(
                    **report,
                    Report::Diff(_) | Report::History(_) | Report::Show(_) | Report::At(_) | Report::Contains(_)
                );
                let people = matches!(self.format, Format::Table | Format::Wide);
                let written = if long && people && std::io::stdout().is_terminal() {
                    page(&text, surroundings).and_then(|paged| if paged { Ok(()) } else { self.write(&text) })
                } else {
                    self.write(&text)
                };
                written.map_or_else(|error| self.error(&error), |()| exit::of_report(report))
            }
        }
    }

    /// Writes an error: for people on stderr, for machines as the result; the exit code.
    pub fn error(&self, error: &Error) -> u8 {
        let code = exit::of_error(error);
        let text = render::error(error, code, self.format, &self.err);
        let written = if self.format.is_structured() {
            self.write(&text)
        } else {
            std::io::stderr().lock().write_all(text.as_bytes()).map_err(Error::from)
        };
        // Where even that cannot be written the code is all that is left to say.
        drop(written);
        code
    }

    /// Help, the version, or a line that cannot be parsed.
    pub fn usage(&self, error: &clap::Error) -> u8 {
        let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        let said = error.render().to_string();
        let clean = without_secrets(&said);
        if !is_answer && clean != said && !self.format.is_structured() {
            // An address in the place of a name, say, with its password: clap quotes what it cannot take.
            drop(std::io::stderr().lock().write_all(clean.as_bytes()));
            return exit::USAGE;
        }
        if is_answer || !self.format.is_structured() {
            // A closed pipe ends it quietly, as everywhere.
            drop(error.print());
            return if is_answer { 0 } else { exit::USAGE };
        }
        self.error(&refusal(&clean))
    }

    /// To stdout. A reader that went away (`| head`) is not an error.
    fn write(&self, text: &str) -> Result<(), Error> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::Failed(anyhow::Error::from(error).context("the result cannot be written to stdout")))
            }
            _ => Ok(()),
        }
    }
}

/// Through STAGELINE_PAGER, PAGER or `less -FRX`, as words, without a shell; false where there is none.
fn page(text: &str, surroundings: &Surroundings) -> Result<bool, Error> {
    let chosen = ["STAGELINE_PAGER", "PAGER"].iter().find_map(|name| {
        let value = surroundings.variables.get(std::ffi::OsStr::new(name))?;
        Some(value.to_string_lossy().split_whitespace().map(str::to_string).collect::<Vec<_>>())
    });
    let words = chosen.unwrap_or_else(|| vec!["less".into(), "-FRX".into()]);
    if words.is_empty() || words == ["cat"] {
        return Ok(false);
    }
    let set: &[(&str, &str)] =
        if terminal::value(&surroundings.variables, "LESS").is_none() { &[("LESS", "FRX")] } else { &[] };
    let _paging = interrupt::paging();
    process::page(surroundings, &words, set, text)
}

/// The value of an option among raw words: `-o json`, `-ojson`, `--output json`, `--output=json`.
fn option(words: &[String], short: Option<&str>, long: &str) -> Option<String> {
    let mut found = None;
    let mut rest = words.iter().take_while(|word| *word != "--").peekable();
    while let Some(word) = rest.next() {
        if word == long || Some(word.as_str()) == short {
            found = rest.peek().map(|next| next.to_string());
        } else if let Some(value) = word.strip_prefix(long).and_then(|after| after.strip_prefix('=')) {
            found = Some(value.to_string());
        } else if let Some(value) = short.and_then(|short| word.strip_prefix(short)) {
            found = Some(value.trim_start_matches('=').to_string());
        }
    }
    found
}

/// What clap says, cut into message, details and hints.
fn refusal(said: &str) -> Error {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("the command line cannot be read");
    let mut message = first.strip_prefix("error: ").unwrap_or(first).to_string();
    let rest: Vec<&str> = lines.collect();
    // "the following ... :" goes on below; a message that stops at its colon says nothing.
    let listed = if message.ends_with(':') {
        rest.iter().take_while(|line| line.starts_with(['-', '<', '['])).count()
    } else {
        0
    };
    if listed > 0 {
        message = format!("{message} {}", rest[..listed].join(", "));
    }
    let mut refusal = Refusal::new(Code::Usage, message);
    for line in &rest[listed..] {
        refusal = match line.strip_prefix("tip: ") {
            Some(tip) => refusal.hint(tip),
            None if line.starts_with("For more information") => refusal.hint("stageline --help"),
            None => refusal.detail(*line),
        };
    }
    refusal.invalid()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_string).collect()
    }

    #[test]
    fn the_format_is_known_even_where_the_line_cannot_be_parsed() {
        for line in ["promote -o json --nonsense", "-ojson x", "--output=json", "--output json x y"] {
            assert_eq!(option(&words(line), Some("-o"), "--output").as_deref(), Some("json"), "{line}");
        }
        assert_eq!(option(&words("x -- -o json"), Some("-o"), "--output"), None);
    }

    #[test]
    fn a_usage_error_becomes_message_details_and_hints() {
        let said = Cli::try_parse_from(["stageline", "promte"]).unwrap_err().render().to_string();
        let refusal = refusal(&said).refusal();
        assert_eq!(refusal.message, "unrecognized subcommand 'promte'");
        assert!(refusal.hints.iter().any(|hint| hint.contains("promote")), "{refusal:?}");
        let said = Cli::try_parse_from(["stageline", "promote", "web"]).unwrap_err().render().to_string();
        assert!(super::refusal(&said).refusal().message.ends_with("were not provided: --to <ENV[,ENV]>"), "{said}");
    }
}
