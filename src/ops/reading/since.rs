//! What landed since a landing and touched the same thing, but for what was undone itself.

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::Change;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::trailer::Trailers;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;

/// The landings since one landing, newest first, each with the paths that it changed.
pub struct Since<'a> {
    context: &'a Context<'a>,
    landed: Vec<(CommitId, Vec<RepoPath>)>,
}

impl<'a> Since<'a> {
    /// Of `commit` in `world`. Errors: a shallow clone that cannot tell.
    pub fn of(context: &'a Context<'a>, world: &World, commit: CommitId) -> Result<Self, Error> {
        // It may have come to the branch by a merge: what landed before that came before it.
        let arrival = match context.repo.landing_of(world.base, commit)? {
            Known::Is(found) => found.unwrap_or(commit),
            Known::CannotTell(why) => return Err(Refusal::new(Code::Shallow, why).cannot_tell()),
        };
        Ok(Self { context, landed: context.repo.landed_since(arrival, world.base)? })
    }

    /// The newest landing that moved a pin as `change` did: also where it came back to the same value, since whoever left
    /// that again would be passed over.
    pub fn moved(&self, stack: &Stack, world: &World, change: &Change) -> Result<Option<CommitId>, Error> {
        if self.landed.is_empty() {
            return Ok(None);
        }
        let pair = [(change.app.clone(), change.env.clone())];
        let walked = timeline::walk(self.context, stack, world, &pair, Some(self.landed.len()))?;
        // A list of clusters that grew or shrank makes other sites of a pin, and moves none.
        let moves = |later: &&Change| {
            change.is.keys().any(|key| match (later.was.get(key), later.is.get(key)) {
                (Some(was), Some(is)) => was != is,
                _ => false,
            })
        };
        let later: Vec<CommitId> = walked.changes.iter().filter(moves).map(|later| later.commit).collect();
        self.newest(later.into_iter().filter(|commit| self.has(commit)))
    }

    /// The newest landing that changed a file: also where its text came back.
    pub fn changed(&self, path: &RepoPath) -> Result<Option<CommitId>, Error> {
        self.newest(self.landed.iter().filter(|(_, paths)| paths.contains(path)).map(|(commit, _)| *commit))
    }

    /// The newest of some landings, but for those that were undone and what undid them.
    fn newest(&self, landings: impl Iterator<Item = CommitId>) -> Result<Option<CommitId>, Error> {
        let mut undone: Vec<CommitId> = Vec::new();
        for commit in landings {
            if undone.contains(&commit) {
                continue;
            }
            match Trailers::read(&self.context.repo.commit(commit)?.message).undoes.filter(|one| self.has(one)) {
                Some(one) => undone.push(one),
                None => return Ok(Some(commit)),
            }
        }
        Ok(None)
    }

    fn has(&self, commit: &CommitId) -> bool {
        self.landed.iter().any(|(one, _)| one == commit)
    }
}
