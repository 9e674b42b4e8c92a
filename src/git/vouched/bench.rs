//! Where signatures are checked: a private scratch folder, and programs started in it with fixed variables.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;

use crate::domain::refusal::{Code, Error};
use crate::domain::signature::SignatureWord;
use crate::process::{self, Command, Finished, Kind, OnStop, Surroundings};

/// The keys that count, as the caller read them at the base.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// An allowed-signers file (ssh-keygen(1)).
    pub ssh: Option<Vec<u8>>,
    /// OpenPGP public keys, armored or binary, several in one or one by one.
    pub openpgp: Vec<Vec<u8>>,
    /// SSH keys that are revoked: a KRL, or public keys.
    pub revoked_ssh: Option<Vec<u8>>,
}

/// What is known of who signed a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    pub state: SignatureWord,
    /// Only where it is good. SSH: every principal that the allowed-signers file gives the key, patterns left out. OpenPGP: the
    /// primary key's fingerprint and the addresses of its user ids, which are what the key's owner says of themselves.
    pub principals: Vec<String>,
    /// SSH: `SHA256:...` of the key, also of one in a certificate. OpenPGP: the primary key's.
    pub fingerprint: Option<String>,
    /// The program that would have to be installed, or to be newer, to know.
    pub lacks: Option<&'static str>,
}

impl Vouched {
    pub(super) fn new(state: SignatureWord) -> Self {
        Self { state, principals: Vec::new(), fingerprint: None, lacks: None }
    }
}

/// A signature in a file of its own, and what it is said to sign.
pub(super) struct Secured<'a> {
    pub(super) signature: PathBuf,
    pub(super) payload: &'a [u8],
}

/// A program's end, or that it is not installed.
pub(super) enum Ran {
    To(Finished),
    NotThere,
}

/// The longest that one check may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A scratch folder that is ours alone, and goes when this does.
pub(super) struct Bench<'a> {
    surroundings: &'a Surroundings,
    folder: TempDir,
    files: AtomicUsize,
}

impl<'a> Bench<'a> {
    pub(super) fn new(surroundings: &'a Surroundings) -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.prefix("stageline-").tempdir().context("cannot make a scratch folder")?;
        Ok(Self { surroundings, folder, files: AtomicUsize::new(0) })
    }

    /// A new file with these bytes.
    pub(super) fn file(&self, bytes: &[u8]) -> Result<PathBuf, Error> {
        let path = self.folder.path().join(self.files.fetch_add(1, Ordering::Relaxed).to_string());
        std::fs::write(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(path)
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a program of that name on the PATH.
    pub(super) fn run(&self, program: &'static str, args: Vec<OsString>, stdin: &[u8]) -> Result<Ran, Error> {
        let home = self.folder.path().as_os_str().to_owned();
        let command = Command {
            program: program.into(),
            args,
            dir: Some(self.folder.path().into()),
            kind: Kind::Plumbing,
            on_stop: OnStop::End,
            // Neither program reads anything of the user's.
            set: vec![("LC_ALL".into(), "C".into()), ("HOME".into(), home.clone()), ("GNUPGHOME".into(), home)],
            stdin: Some(stdin.to_vec()),
            limit: LIMIT,
            hear: None,
        };
        match process::run(self.surroundings, &command) {
            Ok(finished) => Ok(Ran::To(finished)),
            Err(error) if error.refusal().code == Code::NoSuchProgram => Ok(Ran::NotThere),
            Err(error) => Err(error),
        }
    }
}
