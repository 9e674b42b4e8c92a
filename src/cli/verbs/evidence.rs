//! `verify --evidence`: the files of a folder, read for a check that needs no repository.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::ops::evidence::check::{self, Asked};
use crate::ops::evidence::folder::Files;
use crate::process::Surroundings;

/// No file of a folder is as large.
const MOST: u64 = 256 * 1024 * 1024;

/// Checks a folder. `signers`: the allowed-signers file of those whose word it is taken on.
///
/// # Errors
/// There is no such folder, a file cannot be read, or a program could not be run.
pub fn check(folder: &Path, signers: Option<&Path>, surroundings: &Surroundings) -> Result<Report, Error> {
    let dir = surroundings.current_dir.join(folder);
    if !dir.is_dir() {
        let what = format!("there is no folder `{}`", folder.display());
        return Err(Refusal::new(Code::NoSuchFolder, what)
            .hint("`stageline report --evidence DIR` writes one")
            .invalid());
    }
    let read = |file: &Path| {
        let file = surroundings.current_dir.join(file);
        fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))
    };
    let signers = signers.map(read).transpose()?;
    let (mut files, mut odd) = (Files::new(), Vec::new());
    walk(&dir, "", &mut files, &mut odd)?;
    let asked = Asked { folder: folder.display().to_string(), files, odd, signers, surroundings };
    check::check(&asked).map(|verdict| Report::Checked(Box::new(verdict)))
}

/// Every plain file below a folder, and what is none: nothing is followed to elsewhere.
fn walk(dir: &Path, below: &str, files: &mut Files, odd: &mut Vec<String>) -> Result<(), Error> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read `{}`", dir.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read `{}`", dir.display()))?;
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        let about = entry.metadata().with_context(|| format!("cannot read `{path}`"))?;
        if about.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files, odd)?;
        } else if about.is_file() && about.len() <= MOST {
            files.insert(
                path,
                fs::read(entry.path()).with_context(|| format!("cannot read `{}`", entry.path().display()))?,
            );
        } else {
            odd.push(path);
        }
    }
    Ok(())
}
