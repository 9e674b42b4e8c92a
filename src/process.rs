//! The only place that starts a program: fixed options, no shell, bounded time, a known environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::domain::refusal::Error;

/// The process's environment and terminal state, captured once by `cli/` and passed down.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub variables: BTreeMap<OsString, OsString>,
    pub current_dir: PathBuf,
    /// Whether stdin and stderr are a terminal, so that ssh, gpg and agents can ask.
    pub interactive: bool,
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

/// One program to run.
#[derive(Debug, Clone)]
pub struct Command {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub dir: Option<PathBuf>,
    pub kind: Kind,
    /// Variables set on top of what the kind lets through.
    pub set: Vec<(OsString, OsString)>,
    pub stdin: Option<Vec<u8>>,
    pub limit: Duration,
}

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The exit code; `None`: killed by a signal or by the limit.
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub timed_out: bool,
}

/// Runs the program to its end. An error only where it could not be started.
pub fn run(_surroundings: &Surroundings, _command: &Command) -> Result<Finished, Error> {
    unimplemented!()
}

/// Shows `text` through a pager that has the terminal, and waits for its end. `Ok(false)`: it could not be started, nothing was shown.
pub fn page(surroundings: &Surroundings, program: &[String], set: &[(&str, &str)], text: &str) -> Result<bool, Error> {
    use std::io::Write;
    let Some((name, args)) = program.split_first() else { return Ok(false) };
    let started = std::process::Command::new(name)
        .args(args)
        .env_clear()
        .envs(&surroundings.variables)
        .envs(set.iter().copied())
        .stdin(std::process::Stdio::piped())
        .spawn();
    let Ok(mut child) = started else { return Ok(false) };
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left before the end closes the pipe; the rest is not wanted then.
        let _left_early = stdin.write_all(text.as_bytes());
    }
    child.wait()?;
    Ok(true)
}
