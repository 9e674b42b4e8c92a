//! What the process was started with, read once: environment, folder, terminal, and the colour that follows from them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;

use jiff::Timestamp;

use super::options::When;
use crate::domain::meter::Meter;
use crate::process::{Stop, Surroundings};
use crate::render::Look;

/// The environment, captured.
pub fn surroundings() -> Surroundings {
    Surroundings {
        variables: std::env::vars_os().collect(),
        // A folder that was removed under us: opening the repository says so in its words.
        current_dir: std::env::current_dir().unwrap_or_else(|_| ".".into()),
        interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
        stop: Stop::default(),
        meter: Meter::default(),
    }
}

/// How to write to stdout.
pub fn out(when: Option<When>, surroundings: &Surroundings) -> Look {
    look(when, surroundings, std::io::stdout().is_terminal(), &console::Term::stdout())
}

/// How to write to stderr.
pub fn err(when: Option<When>, surroundings: &Surroundings) -> Look {
    look(when, surroundings, std::io::stderr().is_terminal(), &console::Term::stderr())
}

fn look(when: Option<When>, surroundings: &Surroundings, terminal: bool, size: &console::Term) -> Look {
    Look {
        colour: colour(when, &surroundings.variables, terminal),
        width: if terminal {
            size.size_checked().map(|(_, columns)| columns).filter(|columns| *columns > 0)
        } else {
            None
        },
        now: terminal.then(Timestamp::now),
    }
}

/// Whether to colour: `--color`, then CLICOLOR_FORCE, NO_COLOR, CLICOLOR, then whether it is a terminal that can.
fn colour(when: Option<When>, variables: &BTreeMap<OsString, OsString>, terminal: bool) -> bool {
    asked(when, variables).unwrap_or_else(|| terminal && value(variables, "TERM") != Some(OsStr::new("dumb")))
}

/// What the option and the variables ask for; none: it depends on the terminal.
pub fn asked(when: Option<When>, variables: &BTreeMap<OsString, OsString>) -> Option<bool> {
    let zero = OsStr::new("0");
    match when {
        Some(When::Always) => Some(true),
        Some(When::Never) => Some(false),
        Some(When::Auto) | None => {
            if value(variables, "CLICOLOR_FORCE").is_some_and(|v| v != zero) {
                Some(true)
            } else if value(variables, "NO_COLOR").is_some() || value(variables, "CLICOLOR") == Some(zero) {
                Some(false)
            } else {
                None
            }
        }
    }
}

/// A variable that is set and not empty.
pub fn value<'a>(variables: &'a BTreeMap<OsString, OsString>, name: &str) -> Option<&'a OsStr> {
    variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn the_option_beats_the_variables_and_they_beat_the_terminal() {
        assert!(colour(None, &with(&[]), true));
        assert!(!colour(None, &with(&[]), false));
        assert!(!colour(None, &with(&[("NO_COLOR", "1")]), true));
        assert!(!colour(None, &with(&[("CLICOLOR", "0")]), true));
        assert!(colour(None, &with(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), false));
        assert!(!colour(None, &with(&[("CLICOLOR_FORCE", "0")]), false));
        assert!(!colour(Some(When::Never), &with(&[("CLICOLOR_FORCE", "1")]), true));
        assert!(colour(Some(When::Always), &with(&[("NO_COLOR", "1")]), false));
        assert!(colour(None, &with(&[("NO_COLOR", "")]), true), "an empty variable is not set");
        assert!(!colour(None, &with(&[("TERM", "dumb")]), true));
    }
}
