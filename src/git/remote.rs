//! Fetch and push: what moves refs on the remote, and how it is found out what became of them.

use std::time::Duration;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Error, Refusal};
use crate::process::{Finished, Kind};

use super::land::{Lease, Pushed};
use super::program::{Hooks, asks_who_we_are, words};
use super::repo::Repo;

/// How long to wait before looking, or pushing, again where the server refused and the branch did not move: a lock that
/// another push held is gone by then. The end of this list is the bound.
const AGAIN: [Duration; 2] = [Duration::from_millis(120), Duration::from_millis(400)];

impl Repo {
    /// Fetches these branches into `refs/remotes/REMOTE/*` and refreshes the refs; absent branches are `None`.
    /// Errors: unreachable (cannot tell), authentication.
    pub fn fetch(&mut self, remote: &RemoteName, branches: &[BranchName]) -> Result<Vec<Option<CommitId>>, Error> {
        if branches.is_empty() {
            return Ok(Vec::new());
        }
        // A branch seen before is asked for by its name; one never seen by a pattern, which may match nothing and then
        // is no error. That saves a question ahead of each fetch.
        let wanted = branches.iter().map(|branch| {
            let star = if self.tip(&tracking(remote, branch)).is_some() { "" } else { "*" };
            refspec(remote, branch, star)
        });
        let first = self.run_fetch(remote, wanted.collect())?;
        if first.code != Some(0) {
            self.fetch_what_is_there(remote, branches, &first)?;
        }
        let names: Vec<String> = branches.iter().map(|branch| tracking(remote, branch)).collect();
        if first.code != Some(0) || !self.note_fetched(&names) {
            self.forget_refs();
        }
        Ok(names.iter().map(|name| self.tip(name)).collect())
    }

    fn run_fetch(&self, remote: &RemoteName, refspecs: Vec<String>) -> Result<Finished, Error> {
        let mut args: Vec<String> = [
            "-c",
            "fetch.writeCommitGraph=false",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-prune",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--no-show-forced-updates",
            "--refmap=",
        ]
        .map(String::from)
        .to_vec();
        args.push(remote.to_string());
        args.extend(refspecs);
        self.git(Kind::Interactive, args).finish()
    }

    /// The fetch failed: because a branch is not there any more, or because of the remote itself. The list of its
    /// branches tells which.
    fn fetch_what_is_there(&self, remote: &RemoteName, branches: &[BranchName], first: &Finished) -> Result<(), Error> {
        if first.timed_out || asks_who_we_are(&first.stderr) {
            return Err(unreachable(remote.as_str(), first, "fetch from"));
        }
        let mut args = vec!["ls-remote".to_string(), "--quiet".into(), remote.to_string()];
        args.extend(branches.iter().map(BranchName::full));
        let listed = self.git(Kind::Interactive, args).finish()?;
        if listed.code != Some(0) {
            return Err(unreachable(remote.as_str(), &listed, "fetch from"));
        }
        let text = String::from_utf8_lossy(&listed.stdout);
        let there = |branch: &&BranchName| {
            text.lines().any(|line| line.split_once('\t').is_some_and(|(_, name)| name == branch.full()))
        };
        let (present, absent): (Vec<&BranchName>, Vec<&BranchName>) = branches.iter().partition(there);
        for branch in absent {
            let name = tracking(remote, branch);
            if let Some(old) = self.tip(&name) {
                self.git(Kind::Plumbing, ["update-ref", "-d", &name, &old.to_string()]).stdout()?;
            }
        }
        if present.is_empty() {
            return Ok(());
        }
        let refspecs = present.iter().map(|branch| refspec(remote, branch, "")).collect();
        let second = self.run_fetch(remote, refspecs)?;
        if second.code == Some(0) { Ok(()) } else { Err(unreachable(remote.as_str(), &second, "fetch from")) }
    }

    /// Pushes `commit` to `branch`, which must be at `expected` (`None`: absent). A plain push where the new commit
    /// descends from `expected`; `leased` moves with a lease on exactly `expected` (request branches only). `commit: None` deletes (leased).
    /// A refusal that did not move the ref is an error with the server's words; an unknown end is looked up before it is told.
    pub fn push(
        &mut self,
        remote: &RemoteName,
        branch: &BranchName,
        commit: Option<CommitId>,
        expected: Option<CommitId>,
        lease: Lease,
    ) -> Result<Pushed, Error> {
        if commit == expected {
            return Ok(Pushed::Done);
        }
        let mut pauses = AGAIN.into_iter();
        loop {
            let finished = self.run_push(remote, branch, commit, expected, lease)?;
            if finished.code == Some(0) {
                self.note_ref(&tracking(remote, branch), commit);
                return Ok(Pushed::Done);
            }
            if asks_who_we_are(&finished.stderr) {
                return Err(unreachable(remote.as_str(), &finished, "push to"));
            }
            // git's words do not tell a lost race from a refusal, nor a cut line from a push that landed: the branch does.
            if let Some(end) = self.look(remote, branch, commit, expected, &finished)? {
                return Ok(end);
            }
            if verdict(&finished).is_none() {
                return Err(not_pushed(remote, branch, &finished));
            }
            let Some(pause) = pauses.next() else { return Err(refused(remote, branch, &finished)) };
            std::thread::sleep(pause);
            if let Some(end) = self.look(remote, branch, commit, expected, &finished)? {
                return Ok(end);
            }
        }
    }

    fn run_push(
        &self,
        remote: &RemoteName,
        branch: &BranchName,
        commit: Option<CommitId>,
        expected: Option<CommitId>,
        lease: Lease,
    ) -> Result<Finished, Error> {
        let mut args: Vec<String> = ["-c", "push.followTags=false", "push", "--porcelain", "--no-recurse-submodules"]
            .map(String::from)
            .to_vec();
        // Without a lease the new commit must descend from what is there, which is `expected` or a later one: the
        // fast-forward itself is the compare-and-swap. A branch that must not exist yet has no such parent.
        if lease == Lease::Exact || commit.is_none() || expected.is_none() {
            let id = expected.map(|id| id.to_string()).unwrap_or_default();
            args.push(format!("--force-with-lease={}:{id}", branch.full()));
        }
        let id = commit.map(|id| id.to_string()).unwrap_or_default();
        args.extend([remote.to_string(), format!("{id}:{}", branch.full())]);
        self.place.git(Kind::Interactive, Hooks::Own, args).finish()
    }

    /// Where the branch is after a push that did not end well; `None`: still at `expected`.
    fn look(
        &mut self,
        remote: &RemoteName,
        branch: &BranchName,
        commit: Option<CommitId>,
        expected: Option<CommitId>,
        push: &Finished,
    ) -> Result<Option<Pushed>, Error> {
        let tip = match self.fetch(remote, std::slice::from_ref(branch)) {
            Ok(tips) => tips.first().copied().flatten(),
            Err(Error::Unauthenticated(refusal)) => return Err(Error::Unauthenticated(refusal)),
            Err(_) => {
                return Err(Refusal::new(
                    "push-unknown",
                    format!("the push to `{branch}` on `{remote}` did not end well, and the remote does not answer"),
                )
                .details(words(&push.stderr))
                .hint(format!("it may have landed: see `git fetch {remote}` before trying again"))
                .cannot_tell());
            }
        };
        if tip == expected {
            return Ok(None);
        }
        let landed = match (commit, tip) {
            (None, None) => true,
            (Some(commit), Some(tip)) => self.is_ancestor(commit, tip)? == Known::Is(true),
            _ => false,
        };
        Ok(Some(if landed { Pushed::Done } else { Pushed::Moved(tip) }))
    }
}

fn tracking(remote: &RemoteName, branch: &BranchName) -> String {
    format!("refs/remotes/{remote}/{branch}")
}

fn refspec(remote: &RemoteName, branch: &BranchName, star: &str) -> String {
    format!("+{}{star}:{}{star}", branch.full(), tracking(remote, branch))
}

/// What became of the one ref, as `--porcelain` prints it: "!\tFROM:TO\t[remote rejected] (REASON)". None where the
/// push did not come that far.
fn verdict(push: &Finished) -> Option<String> {
    let printed = words(&push.stdout);
    let line = printed.iter().find(|line| line.starts_with('!'))?;
    line.rsplit('\t').next().map(str::to_string)
}

/// The server does not take the push: its own words.
fn refused(remote: &RemoteName, branch: &BranchName, push: &Finished) -> Error {
    let said = words(&push.stderr);
    let from_server = said.into_iter().filter(|line| line.starts_with("remote:"));
    Refusal::new("push-refused", format!("`{remote}` does not take the push to `{branch}`"))
        .details(from_server.chain(verdict(push)))
        .hint("nothing moved; if the branch is protected, land by a merge request: `--landing merge-request`")
        .refused()
}

/// The push ended before the server judged it: a `pre-push` hook, or a line that broke.
fn not_pushed(remote: &RemoteName, branch: &BranchName, push: &Finished) -> Error {
    Refusal::new("push-refused", format!("git did not push to `{branch}` on `{remote}`; nothing moved"))
        .details(words(&push.stderr))
        .hint("if a `pre-push` hook of yours said no, do what it asks for; otherwise try again")
        .refused()
}

/// The error where a remote could not be asked: who we are, or that it cannot be told.
pub(super) fn unreachable(remote: &str, finished: &Finished, what: &str) -> Error {
    if asks_who_we_are(&finished.stderr) {
        return Refusal::new("authentication", format!("the remote `{remote}` wants to know who you are"))
            .details(words(&finished.stderr))
            .hint(format!("check that `git ls-remote {remote}` works: a credential helper, an ssh key, an agent"))
            .unauthenticated();
    }
    let message = if finished.timed_out {
        format!("the remote `{remote}` did not answer in time: cannot {what} it")
    } else {
        format!("cannot {what} the remote `{remote}`")
    };
    Refusal::new("unreachable", message)
        .details(words(&finished.stderr))
        .hint(format!("check the network and the address: `git remote get-url {remote}`"))
        .cannot_tell()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;
    use crate::domain::path::RepoPath;
    use crate::domain::plan::FileEdit;
    use crate::git::write::Sign;

    fn origin() -> RemoteName {
        RemoteName::new("origin").unwrap()
    }

    fn branch(name: &str) -> BranchName {
        BranchName::new(name).unwrap()
    }

    /// A new commit on `base` with a file of its own.
    fn build(repo: &Repo, base: CommitId, name: &str) -> CommitId {
        let file = FileEdit { path: RepoPath::new(name).unwrap(), was: None, becomes: Some(name.as_bytes().to_vec()) };
        repo.commit_edits(base, &[file], name, Sign::No).unwrap()
    }

    fn push(repo: &mut Repo, commit: CommitId, expected: CommitId) -> Result<Pushed, Error> {
        repo.push(&origin(), &branch("main"), Some(commit), Some(expected), Lease::FastForward)
    }

    fn hook(ground: &Ground, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = ground.path("origin.git/hooks").join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_push_by_id_lands_and_the_local_branch_stays() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        let mut repo = ground.open("a");
        assert_eq!(repo.fetch(&origin(), &[branch("main")]).unwrap(), [Some(base)]);
        let commit = build(&repo, base, "x");
        assert_eq!(push(&mut repo, commit, base).unwrap(), Pushed::Done);
        assert_eq!(ground.id("origin.git", "main"), commit);
        assert_eq!(repo.tip("refs/remotes/origin/main"), Some(commit));
        assert_eq!(ground.id("a", "refs/remotes/origin/main"), commit);
        assert_eq!(ground.id("a", "main"), base);
        ground.fsck("origin.git");
    }

    #[test]
    fn local_commits_are_not_pushed_along() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        let local = ground.commit("a", &[("mine", "x")], "not to be pushed");
        let mut repo = ground.open("a");
        let commit = build(&repo, base, "x");
        push(&mut repo, commit, base).unwrap();
        let (has, _) = ground.try_git("origin.git", &["cat-file", "-e", &local.to_string()]);
        assert!(!has);
    }

    #[test]
    fn the_loser_of_a_race_learns_the_new_tip_and_has_its_objects() {
        let ground = Ground::new();
        let base = ground.origin(&["a", "b"]);
        let (mut one, mut two) = (ground.open("a"), ground.open("b"));
        let winner = build(&one, base, "one");
        let loser = build(&two, base, "two");
        assert_eq!(push(&mut one, winner, base).unwrap(), Pushed::Done);
        assert_eq!(push(&mut two, loser, base).unwrap(), Pushed::Moved(Some(winner)));
        assert_eq!(two.commit(winner).unwrap().subject(), "one");
        let again = build(&two, winner, "two");
        assert_eq!(push(&mut two, again, winner).unwrap(), Pushed::Done);
    }

    #[test]
    fn eight_pushers_at_once_lose_nothing() {
        let ground = Ground::new();
        let names: Vec<String> = (0..8).map(|n| format!("c{n}")).collect();
        let clones: Vec<&str> = names.iter().map(String::as_str).collect();
        let base = ground.origin(&clones);
        std::thread::scope(|scope| {
            for name in &names {
                let ground = &ground;
                scope.spawn(move || {
                    let mut repo = ground.open(name);
                    let mut tip = base;
                    for _ in 0..40 {
                        let commit = build(&repo, tip, name);
                        match push(&mut repo, commit, tip) {
                            Ok(Pushed::Done) => return,
                            Ok(Pushed::Moved(now)) => tip = now.unwrap(),
                            // The bound for a server that stays locked: on a busy machine a lock can outlast it.
                            Err(Error::Refused(_)) => {}
                            Err(error) => panic!("{:?}", error.refusal()),
                        }
                    }
                    panic!("{name} never landed");
                });
            }
        });
        let files = ground.git("origin.git", &["ls-tree", "--name-only", "main"]);
        assert!(names.iter().all(|name| files.lines().any(|file| file == name)), "{files}");
        ground.fsck("origin.git");
    }

    #[test]
    fn a_hook_that_says_no_is_a_refusal_with_its_words() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        hook(&ground, "pre-receive", "echo 'main is frozen until monday' >&2; exit 1");
        let mut repo = ground.open("a");
        let commit = build(&repo, base, "x");
        let Err(Error::Refused(refusal)) = push(&mut repo, commit, base) else { panic!("no refusal") };
        assert_eq!(refusal.code, "push-refused");
        assert_eq!(refusal.details[0], "remote: main is frozen until monday");
        assert_eq!(ground.id("origin.git", "main"), base);
    }

    #[test]
    fn the_users_own_pre_push_hook_runs_once_and_may_say_no() {
        use std::os::unix::fs::PermissionsExt;
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        let path = ground.path("a/.git/hooks/pre-push");
        std::fs::write(
            &path,
            "#!/bin/sh\necho again >> \"$(dirname \"$0\")/ran\"\necho 'not on fridays' >&2\nexit 1\n",
        )
        .unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut repo = ground.open("a");
        let commit = build(&repo, base, "x");
        let Err(Error::Refused(refusal)) = push(&mut repo, commit, base) else { panic!("no refusal") };
        assert!(refusal.details.iter().any(|line| line == "not on fridays"), "{refusal:?}");
        assert_eq!(std::fs::read_to_string(ground.path("a/.git/hooks/ran")).unwrap(), "again\n");
    }

    #[test]
    fn a_lock_that_goes_away_is_waited_for_and_one_that_stays_is_told() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        let lock = ground.path("origin.git/refs/heads/main.lock");
        let mut repo = ground.open("a");
        let commit = build(&repo, base, "x");
        ground.git("origin.git", &["config", "core.filesRefLockTimeout", "0"]);
        std::fs::write(&lock, "").unwrap();
        let Err(Error::Refused(refusal)) = push(&mut repo, commit, base) else { panic!("no refusal") };
        assert!(refusal.details.iter().any(|line| line.contains("lock")), "{refusal:?}");
        let other = lock.clone();
        let killed = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60));
            std::fs::remove_file(other).unwrap();
        });
        assert_eq!(push(&mut repo, commit, base).unwrap(), Pushed::Done);
        killed.join().unwrap();
    }

    #[test]
    fn a_push_that_landed_though_git_says_it_failed_is_done() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        // The server dies after the ref moved and before it could report.
        hook(&ground, "post-receive", "kill -9 $PPID");
        let mut repo = ground.open("a");
        let commit = build(&repo, base, "x");
        assert_eq!(push(&mut repo, commit, base).unwrap(), Pushed::Done);
        assert_eq!(ground.id("origin.git", "main"), commit);
    }

    #[test]
    fn a_request_branch_is_made_replaced_and_deleted_only_from_where_it_was_seen() {
        let ground = Ground::new();
        let base = ground.origin(&["a", "b"]);
        let mut repo = ground.open("a");
        let name = branch("promote/production/web");
        assert_eq!(repo.fetch(&origin(), &[branch("main"), name.clone()]).unwrap(), [Some(base), None]);
        let (first, second) = (build(&repo, base, "one"), build(&repo, base, "two"));
        let mut leased = |commit, expected| repo.push(&origin(), &name, commit, expected, Lease::Exact);
        assert_eq!(leased(Some(first), None).unwrap(), Pushed::Done);
        assert_eq!(leased(Some(second), None).unwrap(), Pushed::Moved(Some(first)));
        assert_eq!(leased(Some(second), Some(base)).unwrap(), Pushed::Moved(Some(first)));
        assert_eq!(leased(Some(second), Some(first)).unwrap(), Pushed::Done);
        assert_eq!(leased(None, Some(first)).unwrap(), Pushed::Moved(Some(second)));
        assert_eq!(leased(None, Some(second)).unwrap(), Pushed::Done);
        assert_eq!(repo.fetch(&origin(), std::slice::from_ref(&name)).unwrap(), [None]);
    }

    #[test]
    fn a_branch_that_went_away_on_the_remote_is_absent_and_the_others_are_fetched() {
        let ground = Ground::new();
        ground.origin(&[]);
        ground.git("origin.git", &["branch", "promote/production/web", "main"]);
        ground.git("", &["clone", "-q", "origin.git", "a"]);
        ground.git("origin.git", &["branch", "-D", "promote/production/web"]);
        let next = ground.commit("seed", &[("x", "x")], "next");
        ground.git("seed", &["push", "-q", "../origin.git", "main"]);
        let mut repo = ground.open("a");
        let tips = repo.fetch(&origin(), &[branch("promote/production/web"), branch("main")]).unwrap();
        assert_eq!(tips, [None, Some(next)]);
    }

    #[test]
    fn a_remote_that_is_not_there_cannot_be_told_and_credentials_are_not_shown() {
        let ground = Ground::new();
        ground.origin(&["a"]);
        ground.git("a", &["remote", "set-url", "origin", "https://me:s3cret@localhost:1/x.git"]);
        let mut repo = ground.open("a");
        let Err(Error::CannotTell(refusal)) = repo.fetch(&origin(), &[branch("main")]) else { panic!("no error") };
        assert_eq!(refusal.code, "unreachable");
        assert!(!refusal.details.is_empty() && !format!("{refusal:?}").contains("s3cret"), "{refusal:?}");
    }

    #[test]
    fn a_shallow_clone_fetches_and_pushes() {
        let ground = Ground::new();
        ground.repository("seed");
        let base = ground.commit("seed", &[("x", "x")], "second");
        ground.git("", &["clone", "-q", "--bare", "seed", "origin.git"]);
        let address = format!("file://{}", ground.path("origin.git").display());
        ground.git("", &["clone", "-q", "--depth=1", &address, "a"]);
        let mut repo = ground.open("a");
        assert!(repo.is_shallow());
        let next = ground.commit("seed", &[("y", "y")], "third");
        ground.git("seed", &["push", "-q", "../origin.git", "main"]);
        assert_eq!(repo.fetch(&origin(), &[branch("main")]).unwrap(), [Some(next)]);
        assert_eq!(repo.is_ancestor(base, next).unwrap(), Known::Is(true));
        let commit = build(&repo, next, "z");
        assert_eq!(push(&mut repo, commit, next).unwrap(), Pushed::Done);
        ground.fsck("a");
    }
}
