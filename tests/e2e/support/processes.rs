//! Signals to processes and to groups of them, and who of those that a test started is still there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::run::Environment;

/// Whom a signal reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// One process alone.
    Process(u32),
    /// Everything of a process group.
    Group(u32),
}

/// Sends a signal by its name (`TERM`, `STOP`). Whoever has ended already gets none.
pub fn send(signal: &str, whom: Whom) {
    shell("kill -s \"$2\" -- \"$1\"", whom, signal);
}

/// Stops it again and again for `total`, 0.3 s each time, and lets it run for next to no time in between.
pub fn stutter(whom: Whom, total: Duration) {
    let times = (total.as_millis() / 300).max(1).to_string();
    let script = "n=0; while [ $n -lt $2 ]; do kill -s STOP -- $1; sleep 0.3; kill -s CONT -- $1; n=$((n + 1)); done";
    shell(script, whom, &times);
}

/// Runs a script with the target of a signal, whoever is there still, and another word.
fn shell(script: &str, whom: Whom, word: &str) {
    let target = match whom {
        Whom::Process(id) => id.to_string(),
        Whom::Group(id) => format!("-{id}"),
    };
    let ran = Command::new("sh").args(["-c", script, "sh", &target, word]).stderr(Stdio::null()).status();
    ran.expect("sh starts");
}

/// A process that runs.
#[derive(Debug, Clone)]
pub struct Running {
    pub id: u32,
    /// Its command line.
    pub says: String,
}

/// Every process whose temporary folder is `mark`. It is the one variable of ours that every program gets, from whoever starts it.
pub fn marked(mark: &Path) -> Vec<Running> {
    let wanted = format!("TMPDIR={}", mark.display());
    let listed = fs::read_dir("/proc").expect("Linux tells of its processes there");
    let ids = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    // Who ends while this looks is not there any more.
    let found = ids.filter_map(|id| {
        let variables = fs::read(format!("/proc/{id}/environ")).ok()?;
        variables.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes()).then_some(id)
    });
    let says = |id: u32| fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default().replace('\0', " ");
    found.map(|id| Running { id, says: says(id) }).collect()
}

/// The same environment with a temporary folder of its own below `root`, by which its processes are known.
pub fn mark(environment: &Environment, root: &Path) -> Environment {
    let folder = root.join("marked");
    fs::create_dir_all(&folder).expect("a folder");
    environment.with("TMPDIR", folder)
}
