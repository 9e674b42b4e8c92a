//! What is run and how, in which surroundings, and how it ended.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use super::hear::Hear;
use super::stop::Stop;
use crate::domain::meter::Meter;

/// The process's environment and terminal state, captured once by `cli/` and passed down.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub variables: BTreeMap<OsString, OsString>,
    pub current_dir: PathBuf,
    /// Whether stdin and stderr are a terminal, so that ssh, gpg and agents can ask.
    pub interactive: bool,
    /// Whether somebody wants this process to end.
    pub stop: Stop,
    /// Where long work says how far it is.
    pub meter: Meter,
}

impl Surroundings {
    /// The value of a variable, where it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

/// How a program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fixed options, no questions, a time limit.
    Plumbing,
    /// May ask on the terminal (fetch, push, sign): our process group and terminal; the limit only off a terminal.
    Interactive,
    /// kustomize, helm: PATH, HOME and TMPDIR only.
    Builder,
}

/// What it means for a program that this process is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnStop {
    /// It is ended too, with all that it started.
    End,
    /// It comes to its end: it moves a ref or the work tree, and half of that is worse than all or nothing.
    Finish,
    /// It finds out what became of something that was ended, so it is started all the same.
    Look,
}

/// One program to run.
#[derive(Debug, Clone)]
pub struct Command {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub dir: Option<PathBuf>,
    pub kind: Kind,
    pub on_stop: OnStop,
    /// Variables set on top of what the kind lets through.
    pub set: Vec<(OsString, OsString)>,
    pub stdin: Option<Vec<u8>>,
    pub limit: Duration,
    pub hear: Option<Hear>,
}

impl Command {
    /// Whether it may ask on the terminal: then it shares our process group, and no limit ends it.
    pub(super) fn asks(&self, surroundings: &Surroundings) -> bool {
        self.kind == Kind::Interactive && surroundings.interactive
    }
}

/// How a program ended. Its standard output is whole.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The exit code; `None`: killed by a signal or by the limit.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub timed_out: bool,
}
