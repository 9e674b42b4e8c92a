//! Who is asked and told while a verb runs: the question, the steps and the warnings, all on stderr.

use std::io::{BufRead, IsTerminal};
use std::sync::OnceLock;

use super::options::Global;
use super::output::Output;
use super::steps::{self, Shown, Steps};
use super::terminal;
use crate::domain::refusal::Error;
use crate::domain::report::ChangeReport;
use crate::ops::reports::face::{Consent, Face};
use crate::process::Surroundings;
use crate::render::{self, Look};
use crate::text;

/// The terminal, or the pipe where there is none.
pub struct Terminal {
    steps: Steps,
    quiet: bool,
    asks: bool,
    /// `-y`
    told_yes: bool,
    look: Look,
    /// The remarks beside the plan that was shown.
    shown: OnceLock<Vec<String>>,
}

impl Terminal {
    pub fn new(global: &Global, surroundings: &Surroundings, output: &Output) -> Self {
        let dumb = terminal::value(&surroundings.variables, "TERM").is_some_and(|term| term == "dumb");
        let shown = match (global.quiet, std::io::stderr().is_terminal()) {
            (true, _) => Shown::Hidden,
            (false, false) => Shown::Ticking { kept: global.verbose },
            (false, true) if global.verbose => Shown::Kept,
            (false, true) if dumb => Shown::Hidden,
            (false, true) => Shown::Passing,
        };
        Self {
            steps: Steps::new(shown, &surroundings.meter),
            quiet: global.quiet,
            asks: surroundings.interactive && !global.yes,
            told_yes: global.yes,
            look: output.err_look(),
            shown: OnceLock::new(),
        }
    }

    /// Says a line, in passing.
    pub fn tell(&self, what: &str) {
        drop(steps::write(&format!("{}\n", text::terminal(what))));
    }

    /// Takes the passing step off the screen: what ran has ended.
    pub fn finish(&self) {
        self.steps.finish();
    }

    /// The remarks that the user has seen beside the plan; `None` where no plan was shown.
    pub fn seen(&mut self) -> Option<Vec<String>> {
        self.shown.take()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.steps.end();
    }
}

impl Face for Terminal {
    fn agree(&self, plan: &ChangeReport, apart: Option<usize>) -> Result<Consent, Error> {
        if !self.asks {
            return Ok(Consent::Assumed);
        }
        self.finish();
        let question = render::line(&format!("{} [y/N] ", question(plan, apart)), &self.look);
        steps::write(&format!("{}{question}", render::plan(plan, &self.look)))?;
        drop(self.shown.set(plan.notes.clone()));
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        let yes = matches!(line.trim().to_lowercase().as_str(), "y" | "yes");
        if !yes {
            // An answer that was typed ahead, or is not echoed, has not ended the line of the question.
            steps::write("\n")?;
        }
        Ok(if yes { Consent::Given } else { Consent::Refused })
    }

    fn is_told_yes(&self) -> bool {
        self.told_yes
    }

    fn asks(&self) -> bool {
        self.asks
    }

    fn step(&self, what: &str) {
        self.steps.begin(what);
    }

    fn warn(&self, what: &str) {
        if !self.quiet {
            self.steps.clear();
            let word = if self.look.colour { "\u{1b}[33mwarning:\u{1b}[0m" } else { "warning:" };
            drop(steps::write(&render::line(&format!("{word} {}\n", text::terminal(what)), &self.look)));
        }
    }
}

/// What is asked, in the words of what would happen.
fn question(plan: &ChangeReport, apart: Option<usize>) -> String {
    let branch = text::terminal(&plan.branch);
    if let Some(count) = apart {
        let to = plan.remote.as_ref().map_or(String::new(), |remote| format!(" to {}", text::terminal(remote)));
        return format!("push {count} request branch{}{to}?", if count == 1 { "" } else { "es" });
    }
    match (&plan.request, &plan.remote) {
        (Some(request), Some(remote)) => {
            format!("push the branch `{}` to {}?", text::terminal(&request.branch), text::terminal(remote))
        }
        (Some(request), None) => format!("commit on the branch `{}`?", text::terminal(&request.branch)),
        (None, Some(remote)) => format!("commit on `{branch}` and push to {}?", text::terminal(remote)),
        (None, None) => format!("commit on `{branch}`?"),
    }
}

/// Nobody: for completions.
pub struct Silent;

impl Face for Silent {
    fn agree(&self, _plan: &ChangeReport, _apart: Option<usize>) -> Result<Consent, Error> {
        Ok(Consent::Refused)
    }
    fn is_told_yes(&self) -> bool {
        false
    }
    fn asks(&self) -> bool {
        false
    }
    fn step(&self, _what: &str) {}
    fn warn(&self, _what: &str) {}
}
