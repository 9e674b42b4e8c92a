//! `report`: its flags, and the folder that is written of what it gathers.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueHint};

use super::looking::LookingArgs;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::report::evidence::EvidenceReport;
use crate::ops::context::Context;
use crate::ops::verbs::report::{self, Gathered, Request};

const EXAMPLES: &str = "\
Examples:
  stageline report --evidence audit-2026 --since 2026-01-01 --until 2027-01-01
  stageline report --evidence audit --since 90d --fetch
  stageline verify --evidence audit --signers auditors.allowed_signers
      checks it, where no repository is

The folder holds what landed (landings.csv, landings.json), the bytes of its
commits, the statements, and the keys and rules as of the base of each landing;
its list of files is signed by the SSH key that git signs commits with, where
there is one. It must not be there yet, or be empty.";

/// Write a folder for an auditor: what landed, with the statements, signatures, keys and rules of then
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportVerb {
    /// The folder to write
    #[arg(long, value_name = "DIR", required = true, value_hint = ValueHint::DirPath)]
    evidence: PathBuf,
    /// Only what landed since TIME: a time, a date, or a span such as `90d`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only what landed until TIME
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    #[command(flatten)]
    looking: LookingArgs,
}

impl ReportVerb {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let folder = context.repo.surroundings().current_dir.join(&self.evidence);
        refuse_full(&folder)?;
        self.looking.apply(context);
        let gathered = report::evidence(context, &Request { since: self.since, until: self.until })?;
        write(&folder, &gathered)?;
        let Gathered { files, manifest, landings, statements, notes } = gathered;
        Ok(Report::Evidence(EvidenceReport {
            folder: self.evidence.display().to_string(),
            since: manifest.since,
            until: manifest.until,
            files: files.len(),
            landings,
            statements,
            signed: manifest.signed,
            notes,
        }))
    }
}

/// Refuses a folder in which something stands.
fn refuse_full(folder: &Path) -> Result<(), Error> {
    let is_free = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound && fs::symlink_metadata(folder).is_err(),
    };
    if is_free {
        return Ok(());
    }
    Err(Refusal::new(Code::Exists, format!("`{}` is there, and no empty folder", folder.display()))
        .hint("name another one: what an auditor was handed once is not written over")
        .refused())
}

/// Writes all of it, or nothing: beside the folder, and then in its place.
fn write(folder: &Path, gathered: &Gathered) -> Result<(), Error> {
    let parent = folder.parent().context("the folder has no place")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder `{}`", parent.display()))?;
    let scratch = tempfile::Builder::new()
        .prefix(".stageline-evidence-")
        .tempdir_in(parent)
        .with_context(|| format!("cannot write into `{}`", parent.display()))?;
    let whole = scratch.path().join("evidence");
    for (path, bytes) in &gathered.files {
        let file = whole.join(path);
        let place = file.parent().context("a file has no place")?;
        fs::create_dir_all(place).with_context(|| format!("cannot make the folder `{}`", place.display()))?;
        fs::write(&file, bytes).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    refuse_full(folder)?;
    if folder.is_dir() {
        fs::remove_dir(folder).with_context(|| format!("cannot take the place of `{}`", folder.display()))?;
    }
    fs::rename(&whole, folder).with_context(|| format!("cannot write `{}`", folder.display()))?;
    Ok(())
}
