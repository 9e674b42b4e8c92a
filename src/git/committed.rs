//! One file of the work tree committed on the branch that is checked out, by git's own commit: for a configuration that its user has
//! just had written, and asked to have committed. It alone uses the user's index; what else is staged stays staged.

use crate::domain::commit::CommitId;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Signing;
use crate::process::Kind;

use super::program::Hooks;
use super::repo::Repo;

impl Repo {
    /// Commits this file as it is in the work tree, and nothing else.
    ///
    /// # Errors
    /// No branch is checked out, git cannot sign, a hook refuses, the file is ignored: in git's words.
    pub fn commit_file(&self, path: &RepoPath, message: &str, signing: Signing) -> Result<CommitId, Error> {
        let told =
            |said: Error| said.hint(format!("the file is written; commit it yourself: `git add {path} && git commit`"));
        let add = self.git(Kind::Plumbing, ["add", "--", path.as_str()]);
        let added = add.finish()?;
        if added.code != Some(0) {
            return Err(told(add.failure(&added)));
        }
        let mut args = vec!["commit", "--quiet", "--only", "-m", message];
        if signing == Signing::Required {
            args.push("--gpg-sign");
        }
        args.extend(["--", path.as_str()]);
        let commit = self.place.git(Kind::Interactive, Hooks::Own, args);
        let made = commit.finish()?;
        if made.code != Some(0) {
            return Err(told(commit.failure(&made)));
        }
        let id = self.git(Kind::Plumbing, ["rev-parse", "--verify", "HEAD^{commit}"]).finish()?;
        CommitId::from_hex(String::from_utf8_lossy(&id.stdout).trim_end())
            .ok_or_else(|| Error::Failed(anyhow::anyhow!("cannot read what git said: the commit that it made")))
    }

    /// An error where no branch is checked out, on which something could be committed.
    pub fn refuse_no_branch(&self) -> Result<(), Error> {
        match self.head_branch()? {
            Some(_) => Ok(()),
            None => Err(Refusal::new(Code::NoBranch, "no branch is checked out to commit on")
                .hint("check one out: `git switch -c configure-stageline`")
                .invalid()),
        }
    }
}
