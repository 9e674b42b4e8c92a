//! The request branches of a remote: which there are, and the end of one.

use std::collections::BTreeMap;

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::domain::settings::ForgeKind;
use crate::domain::verb::Verb;
use crate::process::Kind;

use super::push::{Lease, Push, Pushed};
use super::remote::FETCH;
use super::repo::Repo;

impl Repo {
    /// The request branches that a remote has now, with their tips.
    ///
    /// # Errors
    /// It cannot be asked.
    pub fn request_branches(&self, remote: &RemoteName) -> Result<Vec<(BranchName, CommitId)>, Error> {
        let patterns = Verb::branch_words().map(|word| format!("refs/heads/{word}/*"));
        let listed = self.ask_refs(remote, patterns, "ask for the request branches of")?;
        let branch =
            |(name, id): (String, CommitId)| Some((BranchName::new(name.strip_prefix("refs/heads/")?).ok()?, id));
        // The pattern matches behind any slash: `refs/heads/x/refs/heads/promote/y` is nobody's request.
        Ok(listed.into_iter().filter_map(branch).filter(|(branch, _)| is_request(branch)).collect())
    }

    /// Whether a request stands in GitHub's merge queue: it makes a branch for each, `gh-readonly-queue/BASE/pr-NUMBER-COMMIT`
    /// (docs.github.com, "Managing a merge queue").
    ///
    /// # Errors
    /// The remote cannot be asked.
    pub fn is_queued(&self, remote: &RemoteName, base: &BranchName, number: u64) -> Result<bool, Error> {
        let pattern = format!("refs/heads/gh-readonly-queue/{base}/pr-{number}-*");
        Ok(!self.ask_refs(remote, [pattern], "ask for the merge queue of")?.is_empty())
    }

    /// The heads of requests as the forge keeps them under names of its own, also when the branch is gone or was used again, by
    /// number; they are brought here as far as they are not. No ref leads to them, so git may forget them again; whoever needs one
    /// that is not here does without.
    pub fn fetch_heads(&self, remote: &RemoteName, kind: ForgeKind, numbers: &[u64]) -> BTreeMap<u64, CommitId> {
        let name = |number: &u64| match kind {
            ForgeKind::Gitlab => format!("refs/merge-requests/{number}/head"),
            _ => format!("refs/pull/{number}/head"),
        };
        if numbers.is_empty() {
            return BTreeMap::new();
        }
        let listed = self.ask_refs(remote, numbers.iter().map(name), "ask for the heads of").unwrap_or_default();
        let head = |number: &u64| Some((*number, *listed.get(&name(number))?));
        let heads: BTreeMap<u64, CommitId> = numbers.iter().filter_map(head).collect();
        let missing: Vec<String> =
            heads.iter().filter(|(_, id)| !self.store().has(**id)).map(|(number, _)| name(number)).collect();
        if missing.is_empty() {
            return heads;
        }
        let mut args = FETCH.map(String::from).to_vec();
        if self.place.stand_in.is_some() && self.is_shallow() {
            args.push("--depth=1".into());
        }
        args.push(remote.to_string());
        args.extend(missing);
        // What could not be brought is told as by hand.
        let _ = self.git(Kind::Interactive, args).finish();
        heads
    }

    /// Brings commits by their ids, as far as they are not here and the server gives what no branch leads to. The same holds of them.
    pub fn bring(&self, remote: &RemoteName, commits: &[CommitId]) {
        let missing: Vec<String> =
            commits.iter().filter(|id| !self.store().has(**id)).map(ToString::to_string).collect();
        if missing.is_empty() {
            return;
        }
        let start = FETCH.map(String::from).into_iter().chain([remote.to_string()]).collect::<Vec<_>>();
        let ask = |ids: &[String]| self.git(Kind::Interactive, start.iter().chain(ids).cloned()).finish();
        // One that the server does not give keeps the others back.
        if ask(&missing).is_ok_and(|done| done.code != Some(0)) && missing.len() > 1 {
            for one in &missing {
                let _ = ask(std::slice::from_ref(one));
            }
        }
    }

    /// Whether a commit is here.
    pub fn has(&self, commit: CommitId) -> bool {
        self.store().has(commit)
    }

    /// Those that this clone saw when it last looked.
    pub fn seen_request_branches(&self, remote: &RemoteName) -> Result<Vec<(BranchName, CommitId)>, Error> {
        let mut all = self.tracked(remote)?;
        all.retain(|(branch, _)| is_request(branch));
        Ok(all)
    }

    /// Deletes a request branch from exactly where it was seen. `Moved`: somebody was faster, and nothing was done.
    ///
    /// # Errors
    /// The server refuses it, or what became of it is not known.
    pub fn withdraw(&mut self, remote: &RemoteName, branch: &BranchName, seen: CommitId) -> Result<Pushed, Error> {
        if !is_request(branch) {
            return Err(anyhow::anyhow!("`{branch}` is no request branch, so it is not deleted").into());
        }
        self.push(Push { remote, branch, commit: None, expected: Some(seen), lease: Lease::Replacing, options: &[] })
    }
}

/// Whether a branch has the name of a request's: three levels, the first of them a verb's word.
fn is_request(branch: &BranchName) -> bool {
    let levels: Vec<&str> = branch.as_str().split('/').collect();
    levels.len() == 3 && Verb::branch_words().any(|word| word == levels[0])
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;

    #[test]
    fn only_branches_with_a_verb_and_two_more_levels_are_requests() {
        for (name, is) in [
            ("promote/production/web", true),
            ("rollback/all/set-0a1b2c3d", true),
            ("undo/staging/web--2", true),
            ("hold/production/web", true),
            ("promote/web", false),
            ("promote/production/web/x", false),
            ("promoted/production/web", false),
            ("feature/production/web", false),
            ("main", false),
        ] {
            assert_eq!(is_request(&BranchName::new(name).unwrap()), is, "{name}");
        }
    }

    #[test]
    fn a_request_branch_is_listed_and_deleted_from_where_it_was_seen_and_from_nowhere_else() {
        let ground = Ground::new();
        let base = ground.origin(&["a"]);
        ground.git("origin.git", &["branch", "promote/production/web", "main"]);
        ground.git("origin.git", &["branch", "promoted", "main"]);
        ground.git("origin.git", &["branch", "x/refs/heads/promote/production/api", "main"]);
        let (remote, branch) = (RemoteName::new("origin").unwrap(), BranchName::new("promote/production/web").unwrap());
        let mut repo = ground.open("a");
        assert_eq!(repo.request_branches(&remote).unwrap(), [(branch.clone(), base)]);
        assert_eq!(repo.seen_request_branches(&remote).unwrap(), []);
        ground.git("origin.git", &["commit-tree", "main^{tree}", "-p", "main", "-m", "x"]);
        assert!(repo.withdraw(&remote, &BranchName::new("main").unwrap(), base).is_err());
        assert_eq!(repo.withdraw(&remote, &branch, base).unwrap(), Pushed::Done);
        assert_eq!(repo.request_branches(&remote).unwrap(), []);
        assert_eq!(ground.id("origin.git", "main"), base);
    }
}
