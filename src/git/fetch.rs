//! Fetch: where the branches of a remote are now, and what a rewound one means.

use std::sync::Arc;

use std::collections::BTreeMap;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Finished, Kind};

use super::remote::{Called, FETCH, refs_in, tracking, unreachable};
use super::repo::Repo;
use super::stand_in::StandIn;

/// What a fetch makes of a branch that the remote no longer has where this clone saw it, nor later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewound {
    /// Refused, and the tracking ref stays: a branch that says what runs only grows, and whoever took landings away from it
    /// does not get their loss confirmed by us (GIT.md, "One connection").
    Refused,
    /// Followed: a request branch is made anew as often as its plan is.
    Followed,
}

impl Repo {
    /// Fetches these branches into `refs/remotes/REMOTE/*` and refreshes the refs; absent branches are `None`.
    /// Errors: unreachable (cannot tell), authentication, a rewound branch where that is refused.
    pub fn fetch(
        &mut self,
        remote: &RemoteName,
        branches: &[BranchName],
        rewound: Rewound,
    ) -> Result<Vec<Option<CommitId>>, Error> {
        let names: Vec<String> = branches.iter().map(|branch| tracking(remote, branch)).collect();
        let place = Arc::clone(&self.place);
        let Some(stand_in) = &place.stand_in else {
            self.fetch_all(remote, branches, rewound)?;
            return names.iter().map(|name| self.tip(name)).collect();
        };
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for (branch, name) in branches.iter().zip(&names).filter(|(_, name)| !stand_in.is_just_asked(name)) {
            if stand_in.is_first(name) { first.push(branch.clone()) } else { again.push(branch.clone()) }
        }
        // What an earlier run has seen is no opinion of the user's, so what the remote says now is followed.
        self.fetch_all(remote, &first, Rewound::Followed)?;
        self.fetch_all(remote, &again, rewound)?;
        names.iter().map(|name| self.tip(name)).collect()
    }

    fn fetch_all(&mut self, remote: &RemoteName, branches: &[BranchName], rewound: Rewound) -> Result<(), Error> {
        if branches.is_empty() {
            return Ok(());
        }
        // A branch seen before is asked for by its name; one never seen by a pattern, which may match nothing and then
        // is no error. That saves a question ahead of each fetch.
        let mut wanted = Vec::new();
        for branch in branches {
            let star = if self.tip(&tracking(remote, branch))?.is_some() { "" } else { "*" };
            wanted.push(refspec(remote, branch, star, rewound));
        }
        let names: Vec<String> = branches.iter().map(|branch| tracking(remote, branch)).collect();
        let first = self.run_fetch(remote, wanted, rewound)?;
        if first.code != Some(0) {
            let absent = self.fetch_what_is_there(remote, branches, rewound, &first)?;
            self.refresh()?;
            // What is gone on the remote is not there, even where the tracking ref is kept to tell of it.
            absent.iter().for_each(|branch| self.note_ref(&tracking(remote, branch), None));
        } else if !self.note_fetched(&names)? {
            self.forget_refs()?;
        }
        Ok(())
    }

    /// The default branch of a remote, as it says itself; `None` where it says none.
    pub fn ask_head(&self, remote: &RemoteName) -> Result<Option<BranchName>, Error> {
        let git = self.git(Kind::Interactive, ["ls-remote", "--symref", remote.as_str(), "HEAD"]);
        let finished = git.finish()?;
        if finished.code != Some(0) {
            let called = self.place.called(remote.as_str());
            return Err(unreachable(called, &finished, "ask for the default branch of"));
        }
        Ok(super::remote::default_branch(&finished.stdout))
    }

    /// The refs of a remote that match these patterns, with the commits that it says they are at now. `what`: as the error says it.
    ///
    /// # Errors
    /// The remote cannot be asked.
    pub(super) fn ask_refs(
        &self,
        remote: &RemoteName,
        patterns: impl IntoIterator<Item = String>,
        what: &str,
    ) -> Result<BTreeMap<String, CommitId>, Error> {
        let ask = ["ls-remote", "--quiet", remote.as_str()].map(String::from);
        let listed = self.git(Kind::Interactive, ask.into_iter().chain(patterns)).finish()?;
        if listed.code != Some(0) {
            return Err(unreachable(self.place.called(remote.as_str()), &listed, what));
        }
        Ok(refs_in(&listed.stdout))
    }

    fn run_fetch(&self, remote: &RemoteName, refspecs: Vec<String>, rewound: Rewound) -> Result<Finished, Error> {
        let _lock = self.place.stand_in.as_ref().map(StandIn::lock).transpose()?;
        self.store().read_boundaries(&self.place.shallow_file)?;
        let mut args = FETCH.map(String::from).to_vec();
        // One commit is enough of what is taken as it is. What only grows is brought whole from where it was seen, so that
        // it can be told who landed what meanwhile.
        let is_cut = || Ok::<_, Error>(self.is_shallow() || self.tracked(remote)?.is_empty());
        if self.place.stand_in.is_some() && rewound == Rewound::Followed && is_cut()? {
            args.push("--depth=1".into());
        }
        args.push(remote.to_string());
        args.extend(refspecs);
        self.git(Kind::Interactive, args).finish()
    }

    /// The fetch failed: because a branch is not there any more, because one was rewound, or because of the remote itself.
    /// The list of its branches tells which. The branches that are absent.
    fn fetch_what_is_there<'b>(
        &mut self,
        remote: &RemoteName,
        branches: &'b [BranchName],
        rewound: Rewound,
        first: &Finished,
    ) -> Result<Vec<&'b BranchName>, Error> {
        if first.timed_out || super::program::asks_who_we_are(&first.stderr) {
            return Err(unreachable(self.place.called(remote.as_str()), first, "fetch from"));
        }
        let listed = self.ask_refs(remote, branches.iter().map(BranchName::full), "fetch from")?;
        let at = |branch: &BranchName| listed.get(&branch.full()).copied();
        let (present, absent): (Vec<&BranchName>, Vec<&BranchName>) =
            branches.iter().partition(|branch| at(branch).is_some());
        if rewound == Rewound::Followed {
            for name in absent.iter().map(|branch| tracking(remote, branch)) {
                if let Some(old) = self.tip(&name)? {
                    self.git(Kind::Plumbing, ["update-ref", "-d", &name, &old.to_string()]).stdout()?;
                }
            }
        }
        if present.is_empty() {
            return Ok(absent);
        }
        let refspecs = present.iter().map(|branch| refspec(remote, branch, "", rewound)).collect();
        let second = self.run_fetch(remote, refspecs, rewound)?;
        if second.code == Some(0) {
            return Ok(absent);
        }
        if rewound == Rewound::Refused {
            // git has brought the objects and refused to move the ref.
            for branch in present {
                if let (Some(seen), Some(now)) = (self.tip(&tracking(remote, branch))?, at(branch))
                    && self.store().has(now)
                {
                    self.refuse_rewound(remote, branch, seen, now)?;
                }
            }
        }
        Err(unreachable(self.place.called(remote.as_str()), &second, "fetch from"))
    }

    /// A branch that does not contain any more what was seen there: both ids, and the command of the user's own that takes
    /// it as it is.
    fn refuse_rewound(
        &self,
        remote: &RemoteName,
        branch: &BranchName,
        seen: CommitId,
        now: CommitId,
    ) -> Result<(), Error> {
        let called = self.place.called(remote.as_str());
        let take_over = match called {
            Called::Name(_) => {
                let tracked = tracking(remote, branch);
                format!("if that was meant, take it over yourself: `git fetch {remote} +{}:{tracked}`", branch.full())
            }
            Called::Address(_) => {
                "if that was meant, run the same command again: it builds on what is there then".into()
            }
        };
        let refusal = |message: String| {
            Refusal::new(Code::Rewound, message)
                .detail(format!("seen here: {seen}"))
                .detail(format!("there now: {now}"))
                .hint(take_over.clone())
        };
        let back = format!("git push --force-with-lease={branch}:{now} {called} {seen}:{}", branch.full());
        match self.is_ancestor(seen, now)? {
            Known::Is(true) => Ok(()),
            Known::Is(false) => Err(refusal(format!(
                "`{branch}` on `{called}` was rewound: {} does not contain {}, which was there before",
                now.short(),
                seen.short()
            ))
            .hint(format!("if it was not, whoever may can bring back what was there: `{back}`"))
            .refused()),
            Known::CannotTell(why) => Err(refusal(format!(
                "cannot tell whether `{branch}` on `{called}` was rewound from {} to {}: {why}",
                seen.short(),
                now.short()
            ))
            .cannot_tell()),
        }
    }
}

fn refspec(remote: &RemoteName, branch: &BranchName, star: &str, rewound: Rewound) -> String {
    let force = if rewound == Rewound::Followed { "+" } else { "" };
    format!("{force}{}{star}:{}{star}", branch.full(), tracking(remote, branch))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;

    fn origin() -> RemoteName {
        RemoteName::new("origin").unwrap()
    }

    fn branch(name: &str) -> BranchName {
        BranchName::new(name).unwrap()
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
        let tips =
            repo.fetch(&origin(), &[branch("promote/production/web"), branch("main")], Rewound::Followed).unwrap();
        assert_eq!(tips, [None, Some(next)]);
    }

    #[test]
    fn a_remote_that_is_not_there_cannot_be_told_and_credentials_are_not_shown() {
        let ground = Ground::new();
        ground.origin(&["a"]);
        ground.git("a", &["remote", "set-url", "origin", "https://me:s3cret@localhost:1/x.git"]);
        let mut repo = ground.open("a");
        let Err(Error::CannotTell(refusal)) = repo.fetch(&origin(), &[branch("main")], Rewound::Followed) else {
            panic!("no error")
        };
        assert_eq!(refusal.code, "unreachable");
        assert!(!refusal.details.is_empty() && !format!("{refusal:?}").contains("s3cret"), "{refusal:?}");
    }

    /// A clone that has seen `main` two commits further than the remote has it now; what was seen, and what is there.
    fn rewound(ground: &Ground) -> (Repo, CommitId, CommitId) {
        let base = ground.origin(&["a"]);
        ground.commit("a", &[("x", "1")], "one");
        let seen = ground.commit("a", &[("x", "2")], "two");
        ground.git("a", &["push", "-q", "origin", "main"]);
        ground.git("origin.git", &["update-ref", "refs/heads/main", &base.to_string()]);
        (ground.open("a"), seen, base)
    }

    #[test]
    fn a_branch_that_was_rewound_is_refused_with_both_ids_and_what_was_seen_stays() {
        let ground = Ground::new();
        let (mut repo, seen, base) = rewound(&ground);
        let ended = repo.fetch(&origin(), &[branch("main")], Rewound::Refused);
        let Err(Error::Refused(refusal)) = ended else { panic!("{ended:?}") };
        assert_eq!(refusal.code, "rewound");
        assert_eq!(refusal.details, [format!("seen here: {seen}"), format!("there now: {base}")]);
        assert_eq!(ground.id("a", "refs/remotes/origin/main"), seen);
        let command = refusal.hints[0].split('`').nth(1).unwrap();
        ground.git("a", &command.split(' ').skip(1).collect::<Vec<_>>());
        assert_eq!(ground.open("a").fetch(&origin(), &[branch("main")], Rewound::Refused).unwrap(), [Some(base)]);
    }

    #[test]
    fn a_branch_that_went_another_way_is_refused_like_one_that_went_back() {
        let ground = Ground::new();
        let (mut repo, seen, _) = rewound(&ground);
        let other = ground.commit("seed", &[("y", "1")], "another way");
        ground.git("seed", &["push", "-q", "--force", "../origin.git", "main"]);
        let ended = repo.fetch(&origin(), &[branch("main")], Rewound::Refused);
        let Err(Error::Refused(refusal)) = ended else { panic!("{ended:?}") };
        assert_eq!(refusal.details, [format!("seen here: {seen}"), format!("there now: {other}")]);
        assert_eq!(repo.fetch(&origin(), &[branch("main")], Rewound::Followed).unwrap(), [Some(other)]);
    }

    #[test]
    fn a_protected_branch_that_is_gone_counts_as_absent_and_what_was_seen_stays() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        ground.git("origin.git", &["update-ref", "-d", "refs/heads/main"]);
        let mut repo = ground.open("a");
        assert_eq!(repo.fetch(&origin(), &[branch("main")], Rewound::Refused).unwrap(), [None]);
        assert_eq!(repo.tip("refs/remotes/origin/main").unwrap(), None);
        assert_eq!(ground.id("a", "refs/remotes/origin/main"), base);
    }

    #[test]
    fn whether_a_shallow_clone_was_rewound_is_not_guessed() {
        let ground = Ground::new();
        ground.origin(&[]);
        for n in 0..4 {
            ground.commit("seed", &[("x", &n.to_string())], "more");
        }
        ground.git("seed", &["push", "-q", "../origin.git", "main"]);
        let address = format!("file://{}", ground.path("origin.git").display());
        ground.git("", &["clone", "-q", "--depth=1", &address, "a"]);
        ground.git("origin.git", &["update-ref", "refs/heads/main", "main~2"]);
        let ended = ground.open("a").fetch(&origin(), &[branch("main")], Rewound::Refused);
        assert!(matches!(ended, Err(Error::CannotTell(_) | Error::Refused(_))), "{ended:?}");
    }
}
