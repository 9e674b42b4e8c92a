//! The local branch: following a push, or being the landing itself.

use std::path::Path;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::refusal::{Error, Refusal};
use crate::process::Kind;

use super::program::words;
use super::repo::Repo;

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    Done,
    /// The remote branch is not where we thought any more; the new tip was fetched.
    Moved(Option<CommitId>),
}

/// Whether a push may rewind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Only a fast-forward: protected branches.
    FastForward,
    /// May replace exactly the expected commit: our own request branches.
    Exact,
}

/// What became of the local branch after a landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Local {
    /// Branch (and work tree, where it is checked out) are at the new commit.
    Moved,
    /// There is no local branch of that name.
    Absent,
    /// Left as it is; the reason and what to do, as a sentence.
    LeftAlone(String),
}

/// Why a branch could not be moved: one line, and what git said.
struct Stuck {
    why: String,
    said: Vec<String>,
    hint: String,
}

impl Repo {
    /// After a push: brings the local branch (and a clean checked-out work tree) from wherever it is to `new`, if that is a fast-forward.
    pub fn follow(&mut self, branch: &BranchName, new: CommitId) -> Result<Local, Error> {
        let Some(old) = self.tip(&branch.full()) else { return Ok(Local::Absent) };
        if old == new || self.is_ancestor(new, old)? == Known::Is(true) {
            return Ok(Local::Moved);
        }
        match self.is_ancestor(old, new)? {
            Known::Is(true) => {}
            Known::Is(false) => {
                return Ok(Local::LeftAlone(format!(
                    "the local branch `{branch}` has commits of its own; bring them together with `git pull --rebase`"
                )));
            }
            Known::CannotTell(why) => {
                return Ok(Local::LeftAlone(format!("the local branch `{branch}` was left where it is: {why}")));
            }
        }
        let moved = self.forward(branch, old, new)?;
        Ok(match moved {
            Ok(()) => Local::Moved,
            Err(stuck) => Local::LeftAlone(format!("{}; {}", stuck.why, stuck.hint)),
        })
    }

    /// Without a push: moves the local branch from `base` to `new` as the landing itself (work tree first, then the ref).
    /// `Ok(false)`: the ref is not at `base` any more. Dirty touched paths are an error.
    pub fn land_locally(&mut self, branch: &BranchName, base: CommitId, new: CommitId) -> Result<bool, Error> {
        self.refresh()?;
        if self.tip(&branch.full()) != Some(base) {
            return Ok(false);
        }
        let Err(stuck) = self.forward(branch, base, new)? else { return Ok(true) };
        self.refresh()?;
        match self.tip(&branch.full()) {
            Some(tip) if tip == new => Ok(true),
            Some(tip) if tip == base => {
                Err(Refusal::new("branch-not-moved", stuck.why).details(stuck.said).hint(stuck.hint).refused())
            }
            _ => Ok(false),
        }
    }

    /// Moves a branch forward, with the work tree where it is checked out here. One start of git does all of it, so that
    /// our end cannot come between the work tree and the ref; git itself goes work tree, index, ref.
    fn forward(&self, branch: &BranchName, old: CommitId, new: CommitId) -> Result<Result<(), Stuck>, Error> {
        if let Some(place) = self.checked_out(branch) {
            if self.work_tree().is_none_or(|here| !same(here, &place)) {
                let place = place.display();
                return Ok(Err(Stuck {
                    why: format!("`{branch}` is checked out in `{place}`"),
                    said: Vec::new(),
                    hint: format!("run it there, or `git -C {place} merge --ff-only {}`", new.short()),
                }));
            }
            return self.forward_work_tree(branch, new);
        }
        if let Some(why) = self.rebasing(branch) {
            return Ok(Err(Stuck { why, said: Vec::new(), hint: "finish that, then run `git pull`".into() }));
        }
        let (name, new_id, old_id) = (branch.full(), new.to_string(), old.to_string());
        let args = ["update-ref", "-m", "stageline: fast-forward", &name, &new_id, &old_id];
        let finished = self.git(Kind::Plumbing, args).finish()?;
        if finished.code == Some(0) {
            self.note_ref(&name, Some(new));
            return Ok(Ok(()));
        }
        Ok(Err(Stuck {
            why: format!("the local branch `{branch}` could not be moved"),
            said: words(&finished.stderr),
            hint: "run `git pull`".into(),
        }))
    }

    fn forward_work_tree(&self, branch: &BranchName, new: CommitId) -> Result<Result<(), Stuck>, Error> {
        let new_id = new.to_string();
        let args = [
            "-c",
            "gc.auto=0",
            "-c",
            "maintenance.auto=false",
            "merge",
            "--ff-only",
            "--quiet",
            "--no-stat",
            "--no-squash",
            "--no-autostash",
            "--no-verify-signatures",
            "--no-overwrite-ignore",
            &new_id,
        ];
        let finished = self.git(Kind::Plumbing, args).set("GIT_REFLOG_ACTION", "stageline").finish()?;
        if finished.code == Some(0) {
            self.note_ref(&branch.full(), Some(new));
            return Ok(Ok(()));
        }
        let said = words(&finished.stderr);
        let lock = self.place.git_dir.join("index.lock");
        if lock.exists() {
            return Ok(Err(Stuck {
                why: format!("`{}` is there: another git is at work, or one was killed", lock.display()),
                said,
                hint: "when none is running, remove that file, then run `git pull`".into(),
            }));
        }
        // git lists the files in its way, one a line, indented by a tab.
        let files: Vec<String> = String::from_utf8_lossy(&finished.stderr)
            .lines()
            .filter_map(|line| line.strip_prefix('\t'))
            .map(|file| format!("`{file}`"))
            .collect();
        Ok(Err(if files.is_empty() {
            let first = said.first().cloned().unwrap_or_else(|| "git does not say why".into());
            let hint = "see `git status`, then run `git pull`".into();
            Stuck { why: format!("the checked-out branch `{branch}` could not be moved: {first}"), said, hint }
        } else {
            Stuck {
                why: format!(
                    "the checked-out branch `{branch}` was left where it is: {} has changes of yours",
                    some(&files)
                ),
                said: files,
                hint: "commit, stash or remove them, then run `git pull`".into(),
            }
        }))
    }

    /// Whether a rebase or bisect of this work tree will come back to the branch.
    fn rebasing(&self, branch: &BranchName) -> Option<String> {
        let under = |file: &str| std::fs::read_to_string(self.place.git_dir.join(file)).unwrap_or_default();
        let found = ["rebase-merge/head-name", "rebase-apply/head-name"].map(under);
        if found.iter().any(|name| name.trim_end() == branch.full()) {
            return Some(format!("a rebase of `{branch}` is under way"));
        }
        None
    }
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a))
}

fn some(files: &[String]) -> String {
    match files {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        [] => String::new(),
    }
}
