//! Who made what a landing changed: the landing itself, or one of the commits that its merge brought in.

use crate::domain::commit::{Actor, CommitId, CommitInfo};
use crate::domain::files::Files as _;
use crate::domain::history::Change;
use crate::domain::landing;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Settings;
use crate::domain::trailer::Trailers;
use crate::git::repo::Repo;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;

/// How many commits of a merge are looked through for the one that made a change.
const MERGED: usize = 200;

/// A commit with its trailers, read once: one commit can make a thousand changes.
pub struct Told {
    pub info: CommitInfo,
    pub trailers: Trailers,
}

impl Told {
    fn new(info: CommitInfo, today: &Settings) -> Self {
        // What a commit tells of an application stands under the name that it had then.
        let trailers = Trailers::read(&info.message).known_as(|name| today.called_now(name));
        Self { info, trailers }
    }
}

/// A landing with the commits that it brought in, newest first; none where it is no merge.
pub struct Made {
    pub landing: Told,
    brought: Vec<Told>,
}

impl Made {
    /// Reads what a landing brought in. `today`: the settings that tell what applications were called before. `head`: that of the
    /// request that the forge says it came by, of which it may have made another commit.
    pub fn read(repo: &Repo, landing: CommitInfo, today: &Settings, head: Option<CommitId>) -> Result<Self, Error> {
        let merged = if landing.parents.len() > 1 { repo.brought_in(&landing, MERGED)? } else { Vec::new() };
        // GitLab merges what it has squashed, so that the head is not among what a merge brought in.
        let brought = match head.filter(|head| !merged.iter().any(|info| info.id == *head)) {
            Some(head) if has_same_change(repo, &landing, head)? => vec![repo.commit(head)?],
            _ => merged,
        };
        let brought = brought.into_iter().map(|info| Told::new(info, today)).collect();
        Ok(Self { landing: Told::new(landing, today), brought })
    }

    /// The commit that made the change: the one whose trailers tell it, else the newest of those that were merged after
    /// which the pin said so and before which it did not, else the landing.
    pub fn maker(&self, context: &Context<'_>, stack: &Stack, world: &World, change: &Change) -> Result<&Told, Error> {
        let tells = |told: &&Told| {
            told.trailers.promoted.iter().any(|p| p.app == change.app && p.env == change.env && p.to == change.to)
        };
        if let Some(found) = std::iter::once(&self.landing).chain(&self.brought).find(tells) {
            return Ok(found);
        }
        if let [only] = self.brought.as_slice() {
            return Ok(only);
        }
        let Some(lens) = timeline::today(world, &change.app, &change.env) else { return Ok(&self.landing) };
        let says = |commit: CommitId| -> Result<bool, Error> {
            let pin = timeline::pin_at(context, stack, world, &lens, commit)?;
            Ok(pin.map(|pin| pin.assignment()).unwrap_or_default() == change.is)
        };
        for told in &self.brought {
            let [parent] = told.info.parents.as_slice() else { continue };
            if says(told.info.id)? && !says(*parent)? {
                return Ok(told);
            }
        }
        Ok(&self.landing)
    }

    /// The commit that made a file what it is after the landing: the newest of those that were merged, else the landing.
    pub fn maker_of(&self, repo: &Repo, path: &RepoPath) -> Result<&Told, Error> {
        if let [only] = self.brought.as_slice() {
            return Ok(only);
        }
        let stands = |commit: CommitId| -> Result<_, Error> {
            Ok(repo.snapshot(commit)?.entry(path)?.map(|entry| (entry.id, entry.kind)))
        };
        for told in &self.brought {
            let [parent] = told.info.parents.as_slice() else { continue };
            if stands(told.info.id)? != stands(*parent)? {
                return Ok(told);
            }
        }
        Ok(&self.landing)
    }
}

/// Whether a landing does to the same paths what a commit did: a squash or a rebase of it, or the merge of one.
fn has_same_change(repo: &Repo, landing: &CommitInfo, head: CommitId) -> Result<bool, Error> {
    if landing.id == head || !repo.has(head) {
        return Ok(false);
    }
    let made = repo.commit(head)?;
    let ([before, ..], [parent]) = (landing.parents.as_slice(), made.parents.as_slice()) else { return Ok(false) };
    let (paths, made) = (repo.changed_paths(Some(*before), landing.id)?, repo.changed_paths(Some(*parent), head)?);
    if paths != made {
        return Ok(false);
    }
    let apart = repo.changed_paths(Some(head), landing.id)?;
    Ok(!apart.iter().any(|one| paths.iter().any(|changed| changed.path == one.path)))
}

/// Who put into the branch what somebody else had made; `None` where nobody did.
pub fn merged_by<'t>(landing: &'t Told, maker: &'t Told) -> Option<&'t Actor> {
    if landing.info.id != maker.info.id {
        Some(&landing.info.author)
    } else if maker.info.committer.email != maker.info.author.email {
        Some(&maker.info.committer)
    } else {
        None
    }
}

/// The request that a change came through, as the landing or the commit that made it says.
pub fn request(landing: &Told, maker: &Told) -> Option<String> {
    landing::request(&landing.info.message).or_else(|| landing::request(&maker.info.message))
}
