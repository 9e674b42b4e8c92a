//! Ctrl-C: the temporary files go, the exit code is 130. What is being landed survives it as it survives any kill.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use tempfile::TempDir;

use crate::domain::refusal::Error;

/// A pager has the terminal: Ctrl-C is for it.
static PAGING: AtomicBool = AtomicBool::new(false);

/// Puts all temporary files of this process into one folder, which goes when the returned value is dropped or at Ctrl-C.
pub fn guard() -> Result<TempDir, Error> {
    let dir = tempfile::Builder::new().prefix("stageline-").tempdir().context("cannot make a temporary folder")?;
    let place = dir.path().to_path_buf();
    // An earlier override is ours as well: there is one run a process.
    let _already = tempfile::env::override_temp_dir(&place);
    ctrlc::set_handler(move || {
        if PAGING.load(Ordering::Relaxed) {
            return;
        }
        // Left-over files are harmless, and there is nobody to tell any more.
        drop(std::fs::remove_dir_all(&place));
        drop(std::io::Write::write_all(&mut std::io::stderr(), b"\n"));
        std::process::exit(130);
    })
    .context("cannot watch for Ctrl-C")?;
    Ok(dir)
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
