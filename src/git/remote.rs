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
        self.forget_refs();
        Ok(branches.iter().map(|branch| self.tip(&tracking(remote, branch))).collect())
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

/// The server does not take the push: its own words.
fn refused(remote: &RemoteName, branch: &BranchName, finished: &Finished) -> Error {
    let said = words(&finished.stderr);
    let from_server: Vec<String> = said.iter().filter(|line| line.starts_with("remote:")).cloned().collect();
    // The porcelain line of the ref ends with the reason: "!\tFROM:TO\t[remote rejected] (REASON)".
    let printed = words(&finished.stdout);
    let reason = printed.iter().filter(|line| line.starts_with('!')).filter_map(|line| line.rsplit('\t').next());
    let mut details: Vec<String> = from_server;
    details.extend(reason.map(str::to_string));
    if details.is_empty() {
        details = said;
    }
    Refusal::new("push-refused", format!("`{remote}` does not take the push to `{branch}`"))
        .details(details)
        .hint("nothing moved; if the branch is protected, land by a merge request: `--landing merge-request`")
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
