//! Ctrl-C: the temporary files go, then the signal ends the process (130 to a shell). What is being landed survives it as it survives any kill.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use tempfile::TempDir;

use crate::domain::refusal::Error;

/// A pager has the terminal: Ctrl-C is for it.
static PAGING: AtomicBool = AtomicBool::new(false);

/// Puts all temporary files of this process into one folder, which goes when the returned value is dropped or at Ctrl-C.
/// None where no folder can be made: a verb that needs temporary files then says so, and one that does not goes on.
pub fn guard() -> Result<Option<TempDir>, Error> {
    let Ok(dir) = tempfile::Builder::new().prefix("stageline-").tempdir() else { return Ok(None) };
    let place = dir.path().to_path_buf();
    // An earlier override is ours as well: there is one run a process.
    drop(tempfile::env::override_temp_dir(&place));
    watch(place)?;
    Ok(Some(dir))
}

/// Waits for the signals beside the verb, then cleans up and ends by the signal itself, so that whoever started us sees it.
#[cfg(unix)]
fn watch(place: PathBuf) -> Result<(), Error> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]).context("cannot watch for Ctrl-C")?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if signal == SIGINT && PAGING.load(Ordering::Relaxed) {
                continue;
            }
            // Left-over files are harmless, and there is nobody to tell any more.
            drop(std::fs::remove_dir_all(&place));
            drop(std::io::Write::write_all(&mut std::io::stderr(), b"\n"));
            drop(signal_hook::low_level::emulate_default_handler(signal));
        }
    });
    Ok(())
}

/// Elsewhere the system's own way to end a process is as good.
#[cfg(not(unix))]
fn watch(_place: PathBuf) -> Result<(), Error> {
    Ok(())
}

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
