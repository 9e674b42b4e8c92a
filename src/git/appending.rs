//! Appending to branches that only grow, of statements and of marks: new files alone, whoever else appends meanwhile.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::{EntryKind, Files as _};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::path::RepoPath;
use crate::domain::plan::{FileEdit, Mode};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::statement::BRANCH;
use crate::domain::told;
use crate::process::{Kind, OnStop};

use super::fetch::Rewound;
use super::program::words;
use super::push::{Lease, Push, Pushed};
use super::pushed::Past;
use super::remote::tracking;
use super::repo::Repo;
use super::write::Sign;

/// So often one tries to be the next before it gives up.
const TRIES: u64 = 30;
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// What is appended to, and how.
struct Growing<'g> {
    branch: BranchName,
    /// `None`: this clone's own branch.
    remote: Option<&'g RemoteName>,
    message: &'g str,
    sign: Sign,
}

impl Repo {
    /// Appends files to the branch of statements of a remote, or of this clone alone, in one commit on whatever is there. A file that
    /// is there already stays; where nothing is new, nothing is done, and the commit is the one that is there.
    ///
    /// # Errors
    /// Another file stands in one's place; the remote's branch lost what this clone last saw there; it cannot be written or signed, or
    /// is refused; others were faster each time.
    pub fn add_statements(
        &mut self,
        remote: Option<&RemoteName>,
        files: &[(RepoPath, Vec<u8>)],
        message: &str,
        sign: Sign,
    ) -> Result<CommitId, Error> {
        let to = Growing { branch: grows(BRANCH)?, remote, message, sign };
        self.append(&to, files)
    }

    /// The same to the branch of what was told.
    ///
    /// # Errors
    /// As of `add_statements`.
    pub fn add_marks(
        &mut self,
        remote: Option<&RemoteName>,
        files: &[(RepoPath, Vec<u8>)],
        message: &str,
        sign: Sign,
    ) -> Result<CommitId, Error> {
        let to = Growing { branch: grows(told::BRANCH)?, remote, message, sign };
        self.append(&to, files)
    }

    /// Appends; the commit that has the files.
    fn append(&mut self, to: &Growing<'_>, files: &[(RepoPath, Vec<u8>)]) -> Result<CommitId, Error> {
        let Growing { branch, remote, message, sign } = to;
        for nth in 0..TRIES {
            let tip = match remote {
                Some(remote) => self.remote_tip(remote, branch)?,
                None => self.own_tip(branch)?,
            };
            let new = self.not_there(branch, tip, files)?;
            if let (Some(tip), true) = (tip, new.is_empty()) {
                return Ok(tip);
            }
            let commit = self.commit_on(tip, &new, message, *sign)?;
            let is_done = match remote {
                Some(remote) => self.push_growth(remote, branch, (tip, commit))?,
                None => self.move_own(branch, (tip, commit))?,
            };
            if is_done {
                return Ok(commit);
            }
            std::thread::sleep(pause(nth));
        }
        Err(Refusal::new(Code::LostTheRace, format!("`{branch}` moved each time that it was to be written"))
            .hint("run the same command again")
            .raced())
    }

    /// Where the remote has the branch now, which keeps what this clone last saw there on its first-parent chain.
    fn remote_tip(&mut self, remote: &RemoteName, branch: &BranchName) -> Result<Option<CommitId>, Error> {
        let name = tracking(remote, branch);
        // What an earlier run has seen in a cache is no opinion of the user's.
        let asked = |place: &super::stand_in::StandIn| place.all_asked().contains(&name);
        let seen = match self.place.stand_in.as_ref().is_none_or(asked) {
            true => self.tip(&name)?,
            false => None,
        };
        let now = self.fetch(remote, std::slice::from_ref(branch), Rewound::Refused).map_err(unsure)?;
        let now = now.first().copied().flatten();
        let (Some(seen), true) = (seen, seen != now) else { return Ok(now) };
        let kept = match now {
            None => Known::Is(false),
            Some(now) => self.pushed(seen, now)?.map(|advance| advance.past == Past::Kept),
        };
        if kept == Known::Is(true) {
            return Ok(now);
        }
        // What was fetched is not taken over: otherwise the next run would find nothing wrong.
        let there = now.map_or("nothing".to_string(), |now| now.to_string());
        if let Some(now) = now {
            self.git(Kind::Plumbing, ["update-ref", &name, &seen.to_string(), &now.to_string()]).stdout()?;
        }
        self.forget_refs()?;
        let take_over = match now {
            Some(now) => format!("git update-ref {name} {now}"),
            None => format!("git update-ref -d {name}"),
        };
        let called = self.place.called(remote.as_str());
        let refusal = match kept {
            Known::Is(_) => Refusal::new(
                Code::Rewound,
                format!("`{branch}` on `{called}` does not go on from what was last seen there, so nothing is added"),
            ),
            Known::CannotTell(why) => Refusal::new(
                Code::Shallow,
                format!("cannot tell whether `{branch}` on `{called}` goes on from what was last seen there: {why}"),
            ),
        };
        Err(refusal
            .detail(format!("seen here: {seen}"))
            .detail(format!("there now: {there}"))
            .hint(format!("if that was meant, take it over: `{take_over}`"))
            .cannot_tell())
    }

    /// Where this clone has the branch, which is checked out nowhere.
    fn own_tip(&mut self, branch: &BranchName) -> Result<Option<CommitId>, Error> {
        self.refresh()?;
        let is_head = self.head_branch()?.as_ref() == Some(branch);
        let checked_out = self.checked_out(branch)?.map(|place| place.display().to_string());
        if let Some(place) = checked_out.or_else(|| is_head.then(|| self.place.dir.display().to_string())) {
            let what = format!("`{branch}` is checked out at `{place}`, and would move under what is there");
            return Err(Refusal::new(Code::BranchNotMoved, what).hint("check another branch out there").refused());
        }
        self.tip(&branch.full())
    }

    /// Those of the files that the branch does not have yet.
    fn not_there(
        &self,
        branch: &BranchName,
        tip: Option<CommitId>,
        files: &[(RepoPath, Vec<u8>)],
    ) -> Result<Vec<FileEdit>, Error> {
        let there = tip.map(|tip| self.snapshot(tip)).transpose()?;
        let mut new: BTreeMap<&RepoPath, &[u8]> = BTreeMap::new();
        for (path, bytes) in files {
            let was = there.as_ref().map(|there| there.entry(path)).transpose()?.flatten();
            let is_same = match (&was, new.get(path)) {
                (Some(was), _) => {
                    let is_file = matches!(was.kind, EntryKind::File | EntryKind::Executable);
                    is_file && was.id == Self::blob_id(bytes)
                }
                (None, Some(given)) => *given == bytes.as_slice(),
                (None, None) => true,
            };
            if !is_same {
                let what = format!("`{path}` is on `{branch}` with other content, and no statement is changed");
                return Err(Refusal::new(Code::Exists, what)
                    .hint(format!("see it: `git show {branch}:{path}`"))
                    .refused());
            }
            if was.is_none() {
                new.insert(path, bytes);
            }
        }
        let edit = |(path, bytes): (&RepoPath, &[u8])| FileEdit {
            path: path.clone(),
            was: None,
            becomes: Some(bytes.to_vec()),
            mode: Mode::Kept,
        };
        Ok(new.into_iter().map(edit).collect())
    }

    /// Whether the remote's branch went to the commit; `false`: somebody else was faster.
    fn push_growth(
        &mut self,
        remote: &RemoteName,
        branch: &BranchName,
        (expected, commit): (Option<CommitId>, CommitId),
    ) -> Result<bool, Error> {
        let (commit, lease) = (Some(commit), Lease::Growing);
        let pushed = self.push(Push { remote, branch, commit, expected, lease, options: &[] }).map_err(unsure)?;
        Ok(!matches!(pushed, Pushed::Moved(_)))
    }

    /// The same of this clone's own branch.
    fn move_own(
        &mut self,
        branch: &BranchName,
        (expected, commit): (Option<CommitId>, CommitId),
    ) -> Result<bool, Error> {
        let (name, new) = (branch.full(), commit.to_string());
        let old = expected.map_or(NOTHING.to_string(), |tip| tip.to_string());
        let moved = self
            .git(Kind::Plumbing, ["update-ref", "--no-deref", &name, &new, &old])
            .on_stop(OnStop::Finish)
            .finish()?;
        self.refresh()?;
        if moved.code == Some(0) {
            return Ok(true);
        }
        // A lock that somebody holds is gone in a moment; what else is wrong is not.
        let said = words(&moved.stderr);
        let is_held = said.iter().any(|line| line.contains(".lock") && line.contains("File exists"));
        if self.tip(&name)? != expected || is_held {
            return Ok(false);
        }
        Err(Refusal::new(Code::CannotWrite, format!("`{branch}` could not be moved")).details(said).invalid())
    }
}

/// A branch by its name.
fn grows(name: &str) -> Result<BranchName, Error> {
    Ok(BranchName::new(name).map_err(|bad| anyhow::anyhow!("`{name}`: {}", bad.0))?)
}

/// A branch that lost what was seen there: nobody can tell what was said there.
fn unsure(error: Error) -> Error {
    match error {
        Error::Refused(why) if why.code == Code::Rewound => why.cannot_tell(),
        other => other,
    }
}

/// How long to wait before the next try: longer each time, and never as long as somebody else does.
fn pause(nth: u64) -> Duration {
    let most = 20 * (nth + 1).min(25);
    Duration::from_millis(5 + RandomState::new().hash_one(nth) % most)
}

#[cfg(test)]
mod tests;
