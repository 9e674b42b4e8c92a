//! The local branch: following a push, or being the landing itself.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::plan::Plan;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::trailer;
use crate::policy::review::Approved;
use crate::process::{Kind, OnStop, Tell};

use super::program::words;
use super::push::{Lease, Push, Pushed};
use super::repo::{Repo, same_folder};
use super::review::Review;
use super::write::Sign;

/// What became of the local branch after a landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Local {
    /// Branch (and work tree, where it is checked out) went to the new commit.
    Moved,
    /// The branch was there already, or further.
    There,
    /// There is no local branch of that name.
    Absent,
    /// Left as it is: it has commits that the new one does not contain.
    Apart,
    /// Left as it is on purpose; the reason and what to do, as a sentence.
    LeftAlone(String),
    /// It should have moved and could not; the reason and what to do, as a sentence.
    Failed(String),
}

/// Why a branch could not be moved: one line, and what git said.
struct Stuck {
    cause: Cause,
    why: String,
    said: Vec<String>,
    hint: String,
}

/// Whose doing it is that a branch stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Somebody is at work there: it is theirs to finish.
    Work,
    /// Nobody's: trying again may help.
    Trouble,
}

/// The commit of an approved plan: written, and signed where that was asked; no ref leads to it yet. Nothing else can land.
#[derive(Debug)]
pub struct Made {
    commit: CommitId,
    branch: BranchName,
    base: CommitId,
}

impl Made {
    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// The branch that the plan changes.
    pub fn branch(&self) -> &BranchName {
        &self.branch
    }
}

/// Where the commit of a plan goes.
#[derive(Debug, Clone, Copy)]
pub enum To<'a> {
    /// To the plan's branch on a remote.
    Remote(&'a RemoteName),
    /// To the plan's branch in this clone alone.
    Here,
    /// To a request branch of the tool's own on a remote, from exactly where that was seen (`None`: it must not be there).
    Request {
        remote: &'a RemoteName,
        branch: &'a BranchName,
        expected: Option<CommitId>,
        /// What is said to the server beside it (`git push -o`).
        options: &'a [String],
    },
    /// To no branch: to the server, for a review of its own (AGit).
    Review { remote: &'a RemoteName, options: &'a [String] },
}

impl Repo {
    /// Writes the commit of an approved plan to the object store; no ref moves. `asked_by`: who asked for it before, on a
    /// request branch whose commit it takes the place of.
    ///
    /// # Errors
    /// It cannot be written, or not signed.
    pub fn make(&self, approved: &Approved, asked_by: &[String], sign: Sign) -> Result<Made, Error> {
        let Plan { target, edits, message, .. } = approved.plan();
        let commit = self.commit_edits(target.base, edits, &trailer::also_asked_by(message, asked_by), sign)?;
        Ok(Made { commit, branch: target.branch.clone(), base: target.base })
    }

    /// Moves one branch from the plan's base (a request branch: from where it was seen) to the plan's commit. `Moved`: the
    /// branch is not there any more, and nothing was done.
    ///
    /// # Errors
    /// The server refuses it, or what became of it is not known. Locally: the work tree is in the way.
    pub fn land(&mut self, made: &Made, to: To<'_>) -> Result<Pushed, Error> {
        let commit = Some(made.commit);
        match to {
            To::Here => {
                let is_done = self.land_locally(&made.branch, made.base, made.commit)?;
                Ok(if is_done { Pushed::Done } else { Pushed::Moved(None) })
            }
            To::Remote(remote) => {
                let (expected, lease) = (Some(made.base), Lease::Growing);
                self.push(Push { remote, branch: &made.branch, commit, expected, lease, options: &[] })
            }
            To::Request { remote, branch, expected, options } => {
                self.push(Push { remote, branch, commit, expected, lease: Lease::Replacing, options })
            }
            To::Review { remote, options } => {
                self.push_for_review(Review { remote, target: &made.branch, commit: made.commit, options })
            }
        }
    }

    /// After a push: brings the local branch (and a clean checked-out work tree) from wherever it is to what landed, if that
    /// is a fast-forward.
    pub fn follow(&mut self, made: &Made) -> Result<Local, Error> {
        self.follow_to(&made.branch, made.commit)
    }

    /// Brings the local branch to where the remote was last seen to have it, if that is a fast-forward: what an earlier
    /// landing left undone.
    pub fn catch_up(&mut self, remote: &RemoteName, branch: &BranchName) -> Result<Local, Error> {
        match self.tip(&format!("refs/remotes/{remote}/{branch}"))? {
            Some(tip) => self.follow_to(branch, tip),
            None => Ok(Local::Absent),
        }
    }

    fn follow_to(&mut self, branch: &BranchName, new: CommitId) -> Result<Local, Error> {
        let Some(old) = self.tip(&branch.full())? else { return Ok(Local::Absent) };
        if old == new || self.is_ancestor(new, old)? == Known::Is(true) {
            return Ok(Local::There);
        }
        match self.is_ancestor(old, new)? {
            Known::Is(true) => {}
            Known::Is(false) => {
                return Ok(Local::Apart);
            }
            Known::CannotTell(why) => {
                return Ok(Local::LeftAlone(format!("the local branch `{branch}` was left where it is: {why}")));
            }
        }
        let moved = self.forward(branch, old, new)?;
        // In a mirror the push itself has moved the branch, and somebody else may have been faster.
        if moved.is_err() {
            self.refresh()?;
            if self.tip(&branch.full())? == Some(new) {
                return Ok(Local::Moved);
            }
        }
        Ok(match moved {
            Ok(()) => Local::Moved,
            Err(Stuck { cause: Cause::Work, why, hint, .. }) => Local::LeftAlone(format!("{why}; {hint}")),
            Err(Stuck { cause: Cause::Trouble, why, hint, .. }) => Local::Failed(format!("{why}; {hint}")),
        })
    }

    /// Without a push: moves the local branch from `base` to `new` as the landing itself (work tree first, then the ref).
    /// `Ok(false)`: the ref is not at `base` any more. Dirty touched paths are an error.
    fn land_locally(&mut self, branch: &BranchName, base: CommitId, new: CommitId) -> Result<bool, Error> {
        self.refresh()?;
        match self.tip(&branch.full())? {
            Some(tip) if tip == base => {}
            Some(_) => return Ok(false),
            None => return self.begin(branch, new),
        }
        self.surroundings().stop.tell(Tell::Something);
        let Err(stuck) = self.forward(branch, base, new)? else { return Ok(true) };
        self.refresh()?;
        match self.tip(&branch.full())? {
            Some(tip) if tip == new => Ok(true),
            Some(tip) if tip == base => {
                Err(Refusal::new(Code::BranchNotMoved, stuck.why).details(stuck.said).hint(stuck.hint).refused())
            }
            _ => Ok(false),
        }
    }

    /// Makes a local branch that only the remote has had until now. `Ok(false)`: somebody else has just made it.
    fn begin(&mut self, branch: &BranchName, new: CommitId) -> Result<bool, Error> {
        if self.head_branch()?.as_ref() == Some(branch) {
            // Its first commit would make every file of the work tree look removed.
            return Err(Refusal::new(
                Code::BranchNotMoved,
                format!("`{branch}` is checked out here and has no commit yet"),
            )
            .hint("bring it to where the remote has it first: `git pull`")
            .refused());
        }
        let (name, id) = (branch.full(), new.to_string());
        let args = ["update-ref", "-m", "stageline: begin", &name, &id, &"0".repeat(40)];
        let git = self.git(Kind::Plumbing, args).on_stop(OnStop::Finish);
        let finished = git.finish()?;
        let failed = (finished.code != Some(0)).then(|| git.failure(&finished));
        self.refresh()?;
        match (failed, self.tip(&name)?) {
            (None, _) => Ok(true),
            (Some(_), Some(_)) => Ok(false),
            (Some(error), None) => Err(error),
        }
    }

    /// Moves a branch forward, with the work tree where it is checked out here. One start of git does all of it, so that
    /// our end cannot come between the work tree and the ref; git itself goes work tree, index, ref.
    fn forward(&self, branch: &BranchName, old: CommitId, new: CommitId) -> Result<Result<(), Stuck>, Error> {
        if let Some(place) = self.checked_out(branch)? {
            if self.work_tree().is_none_or(|here| !same_folder(here, &place)) {
                let place = place.display();
                return Ok(Err(Stuck {
                    cause: Cause::Work,
                    why: format!("`{branch}` is checked out in `{place}`"),
                    said: Vec::new(),
                    hint: format!("run it there, or `git -C {place} merge --ff-only {}`", new.short()),
                }));
            }
            return self.forward_work_tree(branch, new);
        }
        if let Some(why) = self.rebasing(branch) {
            return Ok(Err(Stuck {
                cause: Cause::Work,
                why,
                said: Vec::new(),
                hint: "finish that, then run `git pull`".into(),
            }));
        }
        let (name, new_id, old_id) = (branch.full(), new.to_string(), old.to_string());
        let args = ["update-ref", "-m", "stageline: fast-forward", &name, &new_id, &old_id];
        let finished = self.git(Kind::Plumbing, args).on_stop(OnStop::Finish).finish()?;
        if finished.code == Some(0) {
            self.note_ref(&name, Some(new));
            return Ok(Ok(()));
        }
        Ok(Err(Stuck {
            cause: Cause::Trouble,
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
        let git = self.git(Kind::Plumbing, args).on_stop(OnStop::Finish).set("GIT_REFLOG_ACTION", "stageline");
        // A hook may have pointed git at an index of its own for one commit; the work tree follows with the clone's.
        let git = git.set("GIT_INDEX_FILE", self.place.git_dir.join("index"));
        let finished = git.finish()?;
        if finished.code == Some(0) {
            self.note_ref(&branch.full(), Some(new));
            return Ok(Ok(()));
        }
        let said = words(&finished.stderr);
        let lock = self.place.git_dir.join("index.lock");
        if lock.exists() {
            return Ok(Err(Stuck {
                cause: Cause::Trouble,
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
            let why = format!("the checked-out branch `{branch}` could not be moved: {first}");
            Stuck { cause: Cause::Trouble, why, said, hint }
        } else {
            Stuck {
                cause: Cause::Work,
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

fn some(files: &[String]) -> String {
    match files {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;
    use crate::domain::path::RepoPath;
    use crate::domain::plan::{FileEdit, Mode};
    use crate::git::write::Sign;

    const FILE: &str = "apps/web/staging/kustomization.yaml";

    fn main() -> BranchName {
        BranchName::new("main").unwrap()
    }

    /// A commit on `base` that changes the pin.
    fn build(repo: &Repo, base: CommitId) -> CommitId {
        let edit = FileEdit {
            path: RepoPath::new(FILE).unwrap(),
            was: Some(Repo::blob_id(b"tag: v1\n")),
            becomes: Some(b"tag: v2\n".to_vec()),
            mode: Mode::Kept,
        };
        repo.commit_edits(base, &[edit], "promote web", Sign::No).unwrap()
    }

    fn write(ground: &Ground, file: &str, text: &str) {
        std::fs::write(ground.path("r").join(file), text).unwrap();
    }

    fn read(ground: &Ground, file: &str) -> String {
        std::fs::read_to_string(ground.path("r").join(file)).unwrap()
    }

    #[test]
    fn a_clean_checked_out_branch_follows_with_its_work_tree() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert_eq!(repo.follow_to(&main(), new).unwrap(), Local::Moved);
        assert_eq!((ground.id("r", "main"), ground.status("r").as_str()), (new, ""));
        assert_eq!(read(&ground, FILE), "tag: v2\n");
        assert!(ground.git("r", &["reflog", "-1", "main"]).contains("stageline"));
        assert_eq!(
            repo.follow_to(&main(), base).unwrap(),
            Local::There,
            "what contains it already is where it should be"
        );
        assert_eq!(ground.id("r", "main"), new);
    }

    #[test]
    fn unrelated_changes_staged_or_not_stay_as_they_are() {
        let ground = Ground::new();
        ground.repository("r");
        let base = ground.commit("r", &[("dirty", "1\n"), ("staged", "1\n")], "more");
        write(&ground, "dirty", "2\n");
        write(&ground, "staged", "2\n");
        ground.git("r", &["add", "staged"]);
        write(&ground, "untracked", "x");
        let before = ground.status("r");
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert!(repo.land_locally(&main(), base, new).unwrap());
        assert_eq!((ground.id("r", "main"), ground.status("r")), (new, before));
        assert_eq!((read(&ground, "dirty").as_str(), read(&ground, "staged").as_str()), ("2\n", "2\n"));
    }

    #[test]
    fn a_touched_file_with_changes_is_left_alone_after_a_push_and_refused_without_one() {
        let ground = Ground::new();
        let base = ground.repository("r");
        for stage in [false, true] {
            write(&ground, FILE, "mine\n");
            if stage {
                ground.git("r", &["add", FILE]);
            }
            let before = ground.status("r");
            let mut repo = ground.open("r");
            let new = build(&repo, base);
            let Local::LeftAlone(why) = repo.follow_to(&main(), new).unwrap() else { panic!("not left alone") };
            assert!(why.contains(FILE) && why.contains("git pull"), "{why}");
            let Err(Error::Refused(refusal)) = repo.land_locally(&main(), base, new) else { panic!("not refused") };
            assert!(refusal.message.contains(FILE), "{refusal:?}");
            assert_eq!((ground.id("r", "main"), ground.status("r")), (base, before));
            assert_eq!(read(&ground, FILE), "mine\n");
            assert!(!ground.path("r/.git/index.lock").exists());
        }
    }

    #[test]
    fn a_touched_file_that_was_only_stamped_anew_is_no_change() {
        let ground = Ground::new();
        let base = ground.repository("r");
        std::thread::sleep(std::time::Duration::from_millis(20));
        write(&ground, FILE, "tag: v1\n");
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert_eq!(repo.follow_to(&main(), new).unwrap(), Local::Moved);
        assert_eq!(ground.status("r"), "");
    }

    #[test]
    fn a_landing_that_was_killed_between_work_tree_and_ref_is_finished_by_the_next() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        ground.git("r", &["read-tree", "-m", "-u", &base.to_string(), &new.to_string()]);
        assert!(repo.land_locally(&main(), base, new).unwrap());
        assert_eq!((ground.id("r", "main"), ground.status("r").as_str()), (new, ""));
    }

    #[test]
    fn a_branch_with_its_own_commits_is_left_alone() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let own = ground.commit("r", &[("mine", "x")], "mine");
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert_eq!(repo.follow_to(&main(), new).unwrap(), Local::Apart);
        assert!(!repo.land_locally(&main(), base, new).unwrap(), "the branch is not at the base");
        assert_eq!(ground.id("r", "main"), own);
    }

    #[test]
    fn a_branch_that_is_not_checked_out_moves_alone() {
        let ground = Ground::new();
        let base = ground.repository("r");
        ground.git("r", &["switch", "-q", "-c", "work"]);
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert_eq!(repo.follow_to(&main(), new).unwrap(), Local::Moved);
        assert_eq!((ground.id("r", "main"), ground.id("r", "work")), (new, base));
        assert_eq!((ground.status("r").as_str(), read(&ground, FILE).as_str()), ("", "tag: v1\n"));
        assert_eq!(repo.follow_to(&BranchName::new("other").unwrap(), new).unwrap(), Local::Absent);
    }

    #[test]
    fn a_branch_checked_out_in_another_work_tree_is_left_to_it() {
        let ground = Ground::new();
        let base = ground.repository("r");
        ground.git("r", &["worktree", "add", "-q", "../other", "-b", "work"]);
        let mut repo = ground.open("other");
        assert_eq!(repo.head_branch().unwrap(), Some(BranchName::new("work").unwrap()));
        let new = build(&repo, base);
        let Local::LeftAlone(why) = repo.follow_to(&main(), new).unwrap() else { panic!("moved") };
        assert!(why.contains("checked out in") && why.contains("merge --ff-only"), "{why}");
        assert!(matches!(repo.land_locally(&main(), base, new), Err(Error::Refused(_))));
        assert_eq!(ground.id("r", "main"), base);
        let work = BranchName::new("work").unwrap();
        assert_eq!(repo.follow_to(&work, new).unwrap(), Local::Moved);
        assert_eq!((ground.status("other").as_str(), ground.status("r").as_str()), ("", ""));
    }

    #[test]
    fn a_work_tree_with_its_git_folder_elsewhere_follows_too() {
        let ground = Ground::new();
        let base = ground.repository("r");
        ground.git("r", &["init", "-q", "--separate-git-dir", "../elsewhere"]);
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert_eq!(repo.follow_to(&main(), new).unwrap(), Local::Moved);
        assert_eq!((ground.id("r", "main"), ground.status("r").as_str()), (new, ""));
    }

    #[test]
    fn a_bare_repository_moves_its_branch() {
        let ground = Ground::new();
        let base = ground.origin(&[]);
        let mut repo = ground.open("origin.git");
        assert_eq!(repo.work_tree(), None);
        let new = build(&repo, base);
        assert!(repo.land_locally(&main(), base, new).unwrap());
        assert_eq!(ground.id("origin.git", "main"), new);
        ground.fsck("origin.git");
    }

    #[test]
    fn a_lock_left_behind_is_named_and_not_deleted() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let lock = ground.path("r/.git/index.lock");
        std::fs::write(&lock, "").unwrap();
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        let Local::Failed(why) = repo.follow_to(&main(), new).unwrap() else { panic!("moved") };
        assert!(why.contains("index.lock"), "{why}");
        assert!(lock.exists());
    }

    #[test]
    fn hooks_and_merge_settings_of_the_clone_do_not_meddle() {
        use std::os::unix::fs::PermissionsExt;
        let ground = Ground::new();
        let base = ground.repository("r");
        for hook in ["post-merge", "reference-transaction", "post-checkout"] {
            let path = ground.path("r/.git/hooks").join(hook);
            std::fs::write(&path, "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\nexit 1\n").unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        for (key, value) in [
            ("merge.ff", "false"),
            ("branch.main.mergeoptions", "--squash --no-ff"),
            ("merge.verifySignatures", "true"),
        ] {
            ground.git("r", &["config", key, value]);
        }
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert_eq!(repo.follow_to(&main(), new).unwrap(), Local::Moved);
        assert_eq!((ground.id("r", "main"), ground.status("r").as_str()), (new, ""));
        assert!(!ground.path("r/.git/hooks/ran").exists());
    }

    #[test]
    fn a_branch_that_only_the_remote_has_is_made_by_the_landing() {
        let ground = Ground::new();
        let base = ground.origin(&["r"]);
        ground.git("r", &["checkout", "-q", "--detach"]);
        ground.git("r", &["branch", "-q", "-D", "main"]);
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        assert!(repo.land_locally(&main(), base, new).unwrap());
        assert_eq!((ground.id("r", "main"), ground.id("r", "HEAD"), ground.status("r").as_str()), (new, base, ""));
    }

    #[test]
    fn a_branch_that_is_checked_out_without_a_commit_is_not_begun_under_the_work_tree() {
        let ground = Ground::new();
        let base = ground.origin(&["r"]);
        ground.git("r", &["update-ref", "-d", "refs/heads/main"]);
        let mut repo = ground.open("r");
        let new = build(&repo, base);
        let Err(Error::Refused(refusal)) = repo.land_locally(&main(), base, new) else { panic!("not refused") };
        assert!(refusal.hints[0].contains("git pull"), "{refusal:?}");
    }
}
