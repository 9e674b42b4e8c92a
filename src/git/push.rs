//! Push: moves a branch of a remote from exactly where it was seen, and finds out what became of that.

use std::time::Duration;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Finished, Kind, OnStop, Tell};

use super::fetch::Rewound;
use super::program::{Hooks, asks_who_we_are, words};
use super::remote::{Called, denied, refs_in, tracking, unreachable};
use super::repo::Repo;

/// How long to wait before looking, or pushing, again where the server refused and the branch did not move: a lock that
/// another push held is gone by then. The end of this list is the bound.
const AGAIN: [Duration; 2] = [Duration::from_millis(120), Duration::from_millis(400)];

/// How long the look at what became of an interrupted push may take: the process has five seconds to end.
const LOOK_LIMIT: Duration = Duration::from_secs(2);

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    Done,
    /// Done, at an address of its own for pushing; where is fetched from it is not seen yet.
    Unseen,
    /// The remote branch is not where we thought any more; the new tip was fetched.
    Moved(Option<CommitId>),
}

/// What kind of branch is pushed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lease {
    /// A protected branch: it only grows, so what is pushed descends from where it was.
    Growing,
    /// A request branch of our own: what was seen there is replaced.
    Replacing,
}

/// One push: which branch, to what (`None` deletes it), from where it was seen (`None`: it must not be there).
#[derive(Debug, Clone, Copy)]
pub(super) struct Push<'a> {
    pub remote: &'a RemoteName,
    pub branch: &'a BranchName,
    pub commit: Option<CommitId>,
    pub expected: Option<CommitId>,
    pub lease: Lease,
    /// What is said to the server beside it, an option each.
    pub options: &'a [String],
}

impl Repo {
    /// Pushes with a lease on exactly the expected commit: the server's comparison is what makes it a compare-and-swap. A
    /// plain push on a stale tip would bring back what somebody removed.
    /// A refusal that did not move the ref is an error with the server's words; an unknown end is looked up before it is told.
    pub(super) fn push(&mut self, push: Push<'_>) -> Result<Pushed, Error> {
        if push.commit == push.expected {
            return Ok(Pushed::Done);
        }
        if let (Lease::Growing, Some(commit), Some(expected)) = (push.lease, push.commit, push.expected)
            && self.is_ancestor(expected, commit)? != Known::Is(true)
        {
            return Err(anyhow::anyhow!("{commit} does not descend from {expected}, so it is not pushed").into());
        }
        // From here on there may be something to tell, whoever wants us to end.
        let stop = self.surroundings().stop.clone();
        stop.tell(Tell::Something);
        let ended = self.push_until_known(push);
        if matches!(ended, Ok(Pushed::Moved(_))) {
            stop.tell(Tell::Nothing);
        }
        ended
    }

    fn push_until_known(&mut self, push: Push<'_>) -> Result<Pushed, Error> {
        let mut pauses = AGAIN.into_iter();
        loop {
            let finished = match self.run_push(push) {
                Ok(finished) => finished,
                Err(Error::Interrupted(_)) => return self.after_an_interrupt(push),
                // It ran, and what it said is lost.
                Err(Error::CannotTell(why)) => return self.after_lost_words(push, &why),
                Err(error) => return Err(error),
            };
            if finished.code == Some(0) {
                self.note_ref(&tracking(push.remote, push.branch), push.commit);
                return if self.is_seen(push)? { Ok(Pushed::Done) } else { Ok(Pushed::Unseen) };
            }
            if asks_who_we_are(&finished.stderr) {
                return Err(unreachable(self.receiver(push), &finished, "push to"));
            }
            // git's words do not tell a lost race from a refusal, nor a cut line from a push that landed: the branch does.
            let said = words(&finished.stderr);
            if let Some(end) = self.look(push, &said)? {
                return Ok(end);
            }
            if verdict(&finished).is_none() {
                return Err(not_pushed((push, self.receiver(push)), &finished));
            }
            let Some(pause) = pauses.next() else { return Err(refused((push, self.receiver(push)), &finished)) };
            std::thread::sleep(pause);
            if let Some(end) = self.look(push, &said)? {
                return Ok(end);
            }
        }
    }

    /// Whether what was pushed is seen where is fetched from. git notes it as seen there, and where that is another address
    /// (a replica that lags, another repository) the note is taken back: nobody rewinds what never was there.
    fn is_seen(&mut self, push: Push<'_>) -> Result<bool, Error> {
        let Push { remote, branch, commit, expected, .. } = push;
        if self.push_address(remote)? == self.remote_address(remote)? {
            return Ok(true);
        }
        let args = ["ls-remote", "--quiet", remote.as_str(), &branch.full()].map(String::from);
        let Ok(listed) = self.git(Kind::Interactive, args).finish() else { return Ok(true) };
        let there = refs_in(&listed.stdout).get(&branch.full()).copied();
        if listed.code != Some(0) || there != expected {
            return Ok(true);
        }
        let name = tracking(remote, branch);
        let id = |id: Option<CommitId>| id.map_or("0".repeat(40), |id| id.to_string());
        self.git(Kind::Plumbing, ["update-ref", &name, &id(expected), &id(commit)]).finish()?;
        self.note_ref(&name, expected);
        Ok(false)
    }

    fn run_push(&self, push: Push<'_>) -> Result<Finished, Error> {
        let Push { remote, branch, commit, expected, .. } = push;
        let mut args = one_ref(remote, push.options);
        let id = |id: Option<CommitId>| id.map(|id| id.to_string()).unwrap_or_default();
        args.push(format!("--force-with-lease={}:{}", branch.full(), id(expected)));
        args.extend([remote.to_string(), format!("{}:{}", id(commit), branch.full())]);
        self.place.git(Kind::Interactive, Hooks::Own, args).finish()
    }

    /// Where the branch is after a push that did not end well; `None`: still where it was.
    fn look(&mut self, push: Push<'_>, said: &[String]) -> Result<Option<Pushed>, Error> {
        let Push { remote, branch, commit, expected, lease, .. } = push;
        let rewound = if lease == Lease::Growing { Rewound::Refused } else { Rewound::Followed };
        let tip = match self.fetch(remote, std::slice::from_ref(branch), rewound) {
            Ok(tips) => tips.first().copied().flatten(),
            Err(Error::Unauthenticated(refusal)) => return Err(Error::Unauthenticated(refusal)),
            Err(Error::Refused(refusal)) => return Err(Error::Refused(refusal)),
            Err(Error::Interrupted(_)) => return self.after_an_interrupt(push).map(Some),
            Err(_) => return Err(unknown_end((push, self.receiver(push)), said)),
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

    /// The push ended, and what git said of it could not be read: the branch tells.
    fn after_lost_words(&mut self, push: Push<'_>, why: &Refusal) -> Result<Pushed, Error> {
        let said = std::slice::from_ref(&why.message);
        match self.look(push, said)? {
            Some(end) => Ok(end),
            None => Err(unknown_end((push, self.receiver(push)), said)),
        }
    }

    /// Somebody wants us to end while a push is under way: one short look at the branch, then the truth as far as it is known.
    fn after_an_interrupt(&self, push: Push<'_>) -> Result<Pushed, Error> {
        let Push { remote, branch, commit, expected, .. } = push;
        let args = ["ls-remote", "--quiet", remote.as_str(), &branch.full()].map(String::from);
        let looked = self.git(Kind::Plumbing, args).on_stop(OnStop::Look).limit(LOOK_LIMIT).finish();
        let listed = looked.ok().filter(|finished| finished.code == Some(0));
        let tip = listed.map(|finished| refs_in(&finished.stdout).get(&branch.full()).copied());
        let contained = |tip: Option<CommitId>| match (commit, tip) {
            (Some(commit), Some(tip)) => commit == tip || matches!(self.is_ancestor(commit, tip), Ok(Known::Is(true))),
            (None, None) => true,
            _ => false,
        };
        let called = self.receiver(push);
        let what = commit.map_or_else(|| "the deletion".to_string(), |commit| format!("`{}`", commit.short()));
        match tip {
            Some(tip) if contained(tip) => Ok(Pushed::Done),
            // The receiver was ended with the push. A server goes on judging after the line was cut; so does a receiver
            // here where only git itself was asked to end, as on a terminal.
            Some(tip) if tip == expected && self.is_local(remote) && !self.surroundings().interactive => {
                Err(Refusal::new(
                    Code::Interrupted,
                    format!(
                        "interrupted; the push of {what} to `{branch}` on `{called}` did not land, nothing was written"
                    ),
                )
                .interrupted())
            }
            _ => Err(Refusal::new(
                Code::Interrupted,
                format!("interrupted while {what} was pushed to `{branch}` on `{called}`: it may have landed"),
            )
            .hint(format!("look whether it did: {}", called.see(branch)))
            .interrupted()),
        }
    }

    /// What the user knows the remote of a push by.
    fn receiver<'a>(&'a self, push: Push<'a>) -> Called<'a> {
        self.place.called(push.remote.as_str())
    }

    /// Whether a remote is a folder of this machine, so that no server works on after us.
    pub(super) fn is_local(&self, remote: &RemoteName) -> bool {
        // A receiver of its own may start another session, which is not ended with ours.
        if !matches!(self.config(&format!("remote.{remote}.receivepack")), Ok(None)) {
            return false;
        }
        let address = self.push_address(remote).ok().flatten().unwrap_or_default();
        let path = address.strip_prefix("file://").unwrap_or(&address);
        self.place.dir.join(path).is_dir()
    }
}

/// The remote does not answer, so what became of the push is not known.
fn unknown_end((push, remote): (Push<'_>, Called<'_>), said: &[String]) -> Error {
    let Push { branch, .. } = push;
    Refusal::new(
        Code::PushUnknown,
        format!("the push to `{branch}` on `{remote}` did not end well, and the remote does not answer"),
    )
    .details(said.to_vec())
    .hint(format!("it may have landed: see {} before trying again", remote.see(branch)))
    .cannot_tell()
}

/// How git is told to push one ref and nothing beside it: what stands before the remote and the ref.
pub(super) fn one_ref(remote: &RemoteName, options: &[String]) -> Vec<String> {
    // A mirror's setting would have git push all refs, and refuse to push one.
    let mirror = format!("remote.{remote}.mirror=false");
    let plain = ["-c", "push.followTags=false", "-c", &mirror, "push", "--porcelain", "--no-recurse-submodules"];
    let said = options.iter().map(|option| format!("--push-option={option}"));
    plain.into_iter().map(String::from).chain(said).collect()
}

/// What became of the one ref, as `--porcelain` prints it: "!\tFROM:TO\t[remote rejected] (REASON)". None where the
/// push did not come that far.
fn verdict(push: &Finished) -> Option<String> {
    let printed = words(&push.stdout);
    let line = printed.iter().find(|line| line.starts_with('!'))?;
    line.rsplit('\t').next().map(str::to_string)
}

/// The server does not take the push: its own words.
fn refused((push, remote): (Push<'_>, Called<'_>), finished: &Finished) -> Error {
    let Push { branch, lease, .. } = push;
    let said = words(&finished.stderr);
    let verdict = verdict(finished);
    // What the server could not store has nothing to do with who may push where.
    let unstored = verdict.iter().chain(&said).any(|line| line.contains("unpack") || line.contains("No space left"));
    // Gitea frames its words by lines with nothing but "error:".
    let is_empty = |line: &str| matches!(line.trim_start_matches("remote:").trim(), "" | "error:");
    let is_server_s = |line: &String| line.starts_with("remote:") || line.starts_with("error: remote ");
    let from_server = said.into_iter().filter(|line| is_server_s(line) && !is_empty(line));
    Refusal::new(Code::PushRefused, format!("`{remote}` does not take the push to `{branch}`; nothing moved"))
        .details(from_server.chain(verdict))
        .hint(match lease {
            _ if unstored => "the server could not store it: tell who administers it, then try again",
            Lease::Growing => "if the branch is protected, land by a merge request: `--landing merge-request`",
            Lease::Replacing => "ask who administers the remote whether this branch may be pushed, and replaced",
        })
        .refused()
}

/// The push ended before the server judged it: no way in, a wrong address, a `pre-push` hook, or a line that broke.
fn not_pushed((push, remote): (Push<'_>, Called<'_>), finished: &Finished) -> Error {
    let Push { branch, .. } = push;
    if let Some(error) = denied(remote, finished, "push to") {
        return error;
    }
    let said = words(&finished.stderr);
    let address = said.iter().any(|line| line.contains("does not appear to be a git repository"));
    let hint = if address {
        format!("look at the address that is pushed to: {}", remote.look("get-url --push"))
    } else {
        "if a `pre-push` hook of yours said no, do what it asks for; otherwise see the words above".to_string()
    };
    Refusal::new(Code::NotPushed, format!("git did not push to `{branch}` on `{remote}`; nothing moved"))
        .details(said)
        .hint(hint)
        .refused()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;
    use crate::domain::path::RepoPath;
    use crate::domain::plan::{FileEdit, Mode};
    use crate::git::write::Sign;

    fn origin() -> RemoteName {
        RemoteName::new("origin").unwrap()
    }

    fn branch(name: &str) -> BranchName {
        BranchName::new(name).unwrap()
    }

    /// A new commit on `base` with a file of its own.
    fn build(repo: &Repo, base: CommitId, name: &str) -> CommitId {
        let file = FileEdit {
            path: RepoPath::new(name).unwrap(),
            was: None,
            becomes: Some(name.as_bytes().to_vec()),
            mode: Mode::Kept,
        };
        repo.commit_edits(base, &[file], name, Sign::No).unwrap()
    }

    fn push(repo: &mut Repo, commit: CommitId, expected: CommitId) -> Result<Pushed, Error> {
        let (remote, branch) = (origin(), branch("main"));
        let (commit, expected) = (Some(commit), Some(expected));
        repo.push(Push { remote: &remote, branch: &branch, commit, expected, lease: Lease::Growing, options: &[] })
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
        assert_eq!(repo.fetch(&origin(), &[branch("main")], Rewound::Followed).unwrap(), [Some(base)]);
        let commit = build(&repo, base, "x");
        assert_eq!(push(&mut repo, commit, base).unwrap(), Pushed::Done);
        assert_eq!(ground.id("origin.git", "main"), commit);
        assert_eq!(repo.tip("refs/remotes/origin/main").unwrap(), Some(commit));
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
                            Ok(Pushed::Done | Pushed::Unseen) => return,
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
        assert_eq!(
            repo.fetch(&origin(), &[branch("main"), name.clone()], Rewound::Followed).unwrap(),
            [Some(base), None]
        );
        let (first, second) = (build(&repo, base, "one"), build(&repo, base, "two"));
        let mut leased = |commit, expected| {
            repo.push(Push {
                remote: &origin(),
                branch: &name,
                commit,
                expected,
                lease: Lease::Replacing,
                options: &[],
            })
        };
        assert_eq!(leased(Some(first), None).unwrap(), Pushed::Done);
        assert_eq!(leased(Some(second), None).unwrap(), Pushed::Moved(Some(first)));
        assert_eq!(leased(Some(second), Some(base)).unwrap(), Pushed::Moved(Some(first)));
        assert_eq!(leased(Some(second), Some(first)).unwrap(), Pushed::Done);
        assert_eq!(leased(None, Some(first)).unwrap(), Pushed::Moved(Some(second)));
        assert_eq!(leased(None, Some(second)).unwrap(), Pushed::Done);
        assert_eq!(repo.fetch(&origin(), std::slice::from_ref(&name), Rewound::Followed).unwrap(), [None]);
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
        assert_eq!(repo.fetch(&origin(), &[branch("main")], Rewound::Followed).unwrap(), [Some(next)]);
        assert_eq!(repo.is_ancestor(base, next).unwrap(), Known::Is(true));
        let commit = build(&repo, next, "z");
        assert_eq!(push(&mut repo, commit, next).unwrap(), Pushed::Done);
        ground.fsck("a");
    }

    #[test]
    fn a_push_on_a_tip_that_was_taken_away_brings_nothing_back() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        let gone = ground.commit("a", &[("x", "1")], "to be removed");
        ground.git("a", &["push", "-q", "origin", "main"]);
        let mut repo = ground.open("a");
        let commit = build(&repo, gone, "y");
        ground.git("origin.git", &["update-ref", "refs/heads/main", &base.to_string()]);
        let Err(Error::Refused(refusal)) = push(&mut repo, commit, gone) else { panic!("no refusal") };
        assert_eq!(refusal.code, "rewound");
        assert_eq!(ground.id("origin.git", "main"), base);
    }

    #[test]
    fn what_does_not_descend_from_the_tip_is_never_pushed_to_a_branch_that_only_grows() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        let mut repo = ground.open("a");
        let (one, two) = (build(&repo, base, "one"), build(&repo, base, "two"));
        push(&mut repo, one, base).unwrap();
        assert!(matches!(push(&mut repo, two, one), Err(Error::Failed(_))));
        assert_eq!(ground.id("origin.git", "main"), one);
    }

    #[test]
    fn the_clone_of_a_mirror_pushes_the_one_branch() {
        let ground = Ground::new();
        let base = ground.origin(&[]);
        ground.git("", &["clone", "-q", "--mirror", "origin.git", "m"]);
        let mut repo = ground.open("m");
        let commit = build(&repo, base, "x");
        assert_eq!(push(&mut repo, commit, base).unwrap(), Pushed::Done);
        assert_eq!(ground.id("origin.git", "main"), commit);
    }

    #[test]
    fn a_wrong_address_to_push_to_is_named_as_that() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        ground.git("a", &["remote", "set-url", "--push", "origin", "/no/such/place.git"]);
        let mut repo = ground.open("a");
        let commit = build(&repo, base, "x");
        let Err(Error::Refused(refusal)) = push(&mut repo, commit, base) else { panic!("no refusal") };
        assert!(refusal.hints[0].contains("git remote get-url --push origin"), "{refusal:?}");
        assert!(!refusal.hints[0].contains("hook"), "{refusal:?}");
    }

    #[test]
    fn a_refused_request_branch_is_not_told_to_become_a_request() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        hook(&ground, "pre-receive", "echo no >&2; exit 1");
        let mut repo = ground.open("a");
        let commit = Some(build(&repo, base, "x"));
        let (remote, branch) = (origin(), branch("promote/production/web"));
        let wanted =
            Push { remote: &remote, branch: &branch, commit, expected: None, lease: Lease::Replacing, options: &[] };
        let Err(Error::Refused(refusal)) = repo.push(wanted) else { panic!("no refusal") };
        assert!(!refusal.hints.iter().any(|hint| hint.contains("--landing")), "{refusal:?}");
    }
}
