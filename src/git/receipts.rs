//! Receipts on a server: appended to a branch of their own that nobody pushes to, each commit signed by the key of the hook.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::commit::CommitId;
use crate::domain::files::Files as _;
use crate::domain::plan::FileEdit;
use crate::domain::receipt::BRANCH;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::signature::SignatureWord;
use crate::process::Kind;

use super::repo::Repo;
use super::splice::splice;
use super::vouched::Keys;

/// Pushes that end at the same time write one after the other; so often one tries before it gives up.
const TRIES: u32 = 100;
/// The name and address of whoever commits receipts: no person.
const WHO: [&str; 2] = ["stageline hook", "hook@stageline.invalid"];
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// The key that a server signs receipts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerKey {
    file: PathBuf,
    /// Its public half, as OpenSSH writes it.
    public: String,
}

impl ServerKey {
    /// Reads a private SSH key. The error says why it cannot sign by itself, or is nobody's secret.
    pub fn read(file: &Path) -> Result<Self, String> {
        let shown = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| format!("`{shown}`: {error}"))?;
        let key = ssh_key::PrivateKey::from_openssh(&text)
            .map_err(|error| format!("`{shown}` is no private SSH key in OpenSSH's format: {error}"))?;
        if key.is_encrypted() {
            return Err(format!("`{shown}` has a passphrase, and nobody is there to type it"));
        }
        let mode = std::fs::metadata(file).map_err(|error| format!("`{shown}`: {error}"))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(format!("`{shown}` may be read by others: `chmod 600 {shown}`"));
        }
        let public = key.public_key().to_openssh().map_err(|error| format!("`{shown}`: {error}"))?;
        Ok(Self { file: file.to_path_buf(), public })
    }

    /// The allowed-signers line of the key alone.
    fn keys(&self) -> Keys {
        let line = format!("{} namespaces=\"git\" {}\n", WHO[1], self.public);
        Keys { ssh: Some(line.into_bytes()), ..Keys::default() }
    }
}

impl Repo {
    /// Appends files to the branch of receipts, whatever else is appended meanwhile. `others`: further keys whose signature the
    /// present tip may carry, and the principals that make one of them the server's: a key of before.
    ///
    /// # Errors
    /// The tip is signed by somebody else, so that signing on top of it would vouch for what they wrote; or it cannot be written.
    pub fn add_receipts(
        &mut self,
        key: &ServerKey,
        others: Option<(&Keys, &[String])>,
        files: &[FileEdit],
        message: &str,
    ) -> Result<CommitId, Error> {
        for nth in 0..TRIES {
            self.refresh()?;
            let tip = self.tip(&name())?;
            if let Some(tip) = tip {
                self.refuse_strangers(key, others, tip)?;
            }
            let commit = self.receipt_commit(key, tip, files, message)?;
            let (new, old) = (commit.to_string(), tip.map_or(NOTHING.to_string(), |tip| tip.to_string()));
            let moved = self.git(Kind::Plumbing, ["update-ref", "--no-deref", &name(), &new, &old]).finish()?;
            if moved.code == Some(0) {
                return Ok(commit);
            }
            self.refresh()?;
            if self.tip(&name())? == tip && nth + 1 == TRIES {
                return Err(Refusal::new(Code::CannotWrite, format!("`{BRANCH}` could not be moved"))
                    .details(super::program::words(&moved.stderr))
                    .invalid());
            }
            std::thread::sleep(Duration::from_millis(5 + u64::from(nth % 20) * 5));
        }
        Err(Refusal::new(Code::CannotWrite, format!("`{BRANCH}` moved each time that it was to be written")).invalid())
    }

    /// Why nothing can be recorded on top of what is there; `None`: it can, or another key of the server's signed it, as the rules tell.
    pub(super) fn strange_receipts(&self, key: &ServerKey) -> Option<String> {
        let tip = self.tip(&name()).ok()??;
        let is_own = self.is_signed(tip, &key.keys(), &|_| true).ok()?;
        (!is_own).then(|| {
            format!(
                "`{BRANCH}` is at {}, which this key has not signed: unless the rules name the key that has for the same person, nothing is recorded",
                tip.short()
            )
        })
    }

    fn refuse_strangers(
        &self,
        key: &ServerKey,
        others: Option<(&Keys, &[String])>,
        tip: CommitId,
    ) -> Result<(), Error> {
        if self.is_signed(tip, &key.keys(), &|_| true)? {
            return Ok(());
        }
        if let Some((keys, principals)) = others
            && self.is_signed(tip, keys, &|name| principals.iter().any(|one| one.eq_ignore_ascii_case(name)))?
        {
            return Ok(());
        }
        let what = format!("`{BRANCH}` is at {}, which this server has not signed", tip.short());
        Err(Refusal::new(Code::NotSigned, what)
            .hint(format!("see who wrote it; to begin anew: `git update-ref -d refs/heads/{BRANCH}` on the server"))
            .refused())
    }

    /// Whether a commit has a good signature by these keys, of somebody of that kind.
    fn is_signed(&self, commit: CommitId, keys: &Keys, is_one: &dyn Fn(&String) -> bool) -> Result<bool, Error> {
        let vouched = self.vouched(&[commit], keys)?;
        Ok(vouched.iter().any(|one| one.state == SignatureWord::Good && one.principals.iter().any(is_one)))
    }

    fn receipt_commit(
        &self,
        key: &ServerKey,
        tip: Option<CommitId>,
        files: &[FileEdit],
        message: &str,
    ) -> Result<CommitId, Error> {
        let base = tip.map(|tip| self.store().link(tip)).transpose()?.map(|link| link.tree);
        let files: Vec<FileEdit> = self.over(tip, files)?;
        let splice = splice(self.store(), base, &files)?;
        self.write_objects(&splice.objects)?;
        let signing = format!("user.signingkey={}", key.file.display());
        let mut args =
            ["-c", "gpg.format=ssh", "-c", "gpg.ssh.program=ssh-keygen", "-c", &signing].map(String::from).to_vec();
        args.extend(["commit-tree", "--gpg-sign", "-F", "-"].map(String::from));
        args.extend(tip.iter().flat_map(|tip| ["-p".to_string(), tip.to_string()]));
        args.push(splice.root.to_string());
        let mut git = self.git(Kind::Plumbing, args).stdin(format!("{message}\n").into_bytes());
        for role in ["AUTHOR", "COMMITTER"] {
            git = git.set(format!("GIT_{role}_NAME"), WHO[0]).set(format!("GIT_{role}_EMAIL"), WHO[1]);
        }
        let finished = git.finish()?;
        let printed = String::from_utf8_lossy(&finished.stdout);
        match (finished.code, CommitId::from_hex(printed.trim_end())) {
            (Some(0), Some(commit)) => Ok(commit),
            _ => Err(git.failure(&finished)),
        }
    }

    /// The same edits of what stands there now: a branch may come back to where it was.
    fn over(&self, tip: Option<CommitId>, files: &[FileEdit]) -> Result<Vec<FileEdit>, Error> {
        let there = tip.map(|tip| self.snapshot(tip)).transpose()?;
        let over = |file: &FileEdit| {
            let was = there.as_ref().map(|there| there.entry(&file.path)).transpose()?.flatten();
            Ok(FileEdit { was: was.map(|entry| entry.id), ..file.clone() })
        };
        files.iter().map(over).collect()
    }
}

fn name() -> String {
    format!("refs/heads/{BRANCH}")
}
