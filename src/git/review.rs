//! Requests that the push itself asks for, as AGit has it (Gitea, Forgejo): no branch comes of it, the server keeps the head.

use std::collections::BTreeMap;

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::ForgeKind;
use crate::process::{Kind, Tell};

use super::program::{Hooks, asks_who_we_are, words};
use super::push::{Pushed, one_ref};
use super::remote::unreachable;
use super::repo::Repo;

/// One push for a review.
#[derive(Debug, Clone, Copy)]
pub(super) struct Review<'a> {
    pub remote: &'a RemoteName,
    /// The branch that it is to go into.
    pub target: &'a BranchName,
    pub commit: CommitId,
    /// What is said to the server beside it, one option each (gitea.com, "AGit Setup"): `topic=...`.
    pub options: &'a [String],
}

impl Repo {
    /// Pushes a commit for a review. The server opens its request, or moves the open one of the same topic.
    pub(super) fn push_for_review(&mut self, review: Review<'_>) -> Result<Pushed, Error> {
        let Review { remote, target, commit, options } = review;
        self.surroundings().stop.tell(Tell::Something);
        let mut args = one_ref(remote, options);
        args.extend([remote.to_string(), format!("{commit}:refs/for/{target}")]);
        let finished = self.place.git(Kind::Interactive, Hooks::Own, args).finish()?;
        if finished.code == Some(0) {
            return Ok(Pushed::Done);
        }
        let called = self.place.called(remote.as_str());
        if asks_who_we_are(&finished.stderr) {
            return Err(unreachable(called, &finished, "push to"));
        }
        Err(Refusal::new(Code::PushRefused, format!("`{called}` does not take a request by a push; nothing moved"))
            .details(words(&finished.stderr))
            .hint("push its branch alone, and open the request on its page: `--no-request`")
            .refused())
    }

    /// The heads of the newest requests that the server keeps, by number; they are brought here as far as they can be.
    ///
    /// # Errors
    /// The remote cannot be asked.
    pub fn review_heads(&self, remote: &RemoteName, most: usize) -> Result<BTreeMap<u64, CommitId>, Error> {
        let listed = self.ask_refs(remote, ["refs/pull/*/head".to_string()], "ask for the requests of")?;
        let number = |name: &String| name.strip_prefix("refs/pull/")?.strip_suffix("/head")?.parse().ok();
        let mut numbers: Vec<u64> = listed.keys().filter_map(number).collect();
        numbers.sort_unstable_by(|one, other| other.cmp(one));
        numbers.truncate(most);
        Ok(self.fetch_heads(remote, ForgeKind::Gitea, &numbers))
    }
}
