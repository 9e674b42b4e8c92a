//! Ctrl-C and its like: what runs is ended, what became of a push is told, the temporary files go, then the signal ends the
//! process (130 to a shell). What is being landed survives it as it survives any kill.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::domain::refusal::Error;
use crate::process::Stop;

/// A pager has the terminal: Ctrl-C is for it.
static PAGING: AtomicBool = AtomicBool::new(false);

/// How often the watcher looks whether the rest has come to its end.
const LOOK: Duration = Duration::from_millis(20);
/// So many looks at which nothing runs: whatever goes on then does not know of the signal, and nothing is lost with it.
const IDLE: u32 = 15;
/// After so many looks, five seconds, the process ends whatever still runs.
const LAST: u32 = 250;

/// Puts all temporary files of this process into one folder, which goes when the returned value is dropped or by a signal;
/// from then on signals are `stop`'s. No folder where none can be made: a verb that needs temporary files then says so, and
/// one that does not goes on.
pub fn guard(stop: &Stop) -> Result<Option<TempDir>, Error> {
    let dir = tempfile::Builder::new().prefix("stageline-").tempdir().ok();
    if let Some(dir) = &dir {
        // An earlier override is ours as well: there is one run a process.
        drop(tempfile::env::override_temp_dir(dir.path()));
    }
    watch(dir.as_ref().map(|dir| dir.path().to_path_buf()), stop.clone())?;
    Ok(dir)
}

/// Hands the first signal on to what runs and waits for its end, 5 s at most; a second one ends the process at once.
#[cfg(unix)]
fn watch(place: Option<PathBuf>, stop: Stop) -> Result<(), Error> {
    use signal_hook::consts::SIGINT;
    let mut signals = signal_hook::iterator::Signals::new(watched()).context("cannot watch for Ctrl-C")?;
    let counts = |signal: &i32| *signal != SIGINT || !PAGING.load(Ordering::Relaxed);
    let watching = move || {
        let Some(first) = signals.forever().find(counts) else { return };
        stop.ask(first);
        let (mut looks, mut idle) = (0, 0);
        let last = loop {
            if let Some(again) = signals.pending().find(counts) {
                break again;
            }
            idle = if stop.is_idle() { idle + 1 } else { 0 };
            looks += 1;
            if idle >= IDLE || looks >= LAST {
                break first;
            }
            std::thread::sleep(LOOK);
        };
        if let Some(place) = place {
            // Left-over files are harmless, and there is nobody to tell any more.
            drop(std::fs::remove_dir_all(place));
        }
        drop(std::io::Write::write_all(&mut std::io::stderr(), b"\n"));
        by(last);
    };
    std::thread::Builder::new().spawn(watching).context("cannot watch for Ctrl-C")?;
    Ok(())
}

/// The signals that ask for the end, without those that whoever started us has us ignore (`nohup`, a job of a script).
#[cfg(unix)]
fn watched() -> Vec<i32> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let status = std::fs::read_to_string("/proc/self/status").ok();
    let mask = status.as_deref().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(line.trim(), 16).ok()
    });
    match mask {
        Some(mask) => [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| mask >> (signal - 1) & 1 == 0).collect(),
        // Not known: an ignored SIGHUP is common, the others are not.
        None => vec![SIGINT, SIGTERM],
    }
}

/// Ends the process by the signal that asked for it, if one did, so that whoever started us sees it.
pub fn end(stop: &Stop) {
    if let Some(signal) = stop.signal() {
        by(signal);
    }
}

#[cfg(unix)]
fn by(signal: i32) {
    drop(signal_hook::low_level::emulate_default_handler(signal));
}

/// Elsewhere the system's own way to end a process is as good.
#[cfg(not(unix))]
fn watch(_: Option<PathBuf>, _: Stop) -> Result<(), Error> {
    Ok(())
}

#[cfg(not(unix))]
fn by(_: i32) {}

/// While the returned value lives, Ctrl-C is left to the pager.
pub fn paging() -> Paging {
    PAGING.store(true, Ordering::Relaxed);
    Paging
}

/// See `paging`.
pub struct Paging;

impl Drop for Paging {
    fn drop(&mut self) {
        PAGING.store(false, Ordering::Relaxed);
    }
}
