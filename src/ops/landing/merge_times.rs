//! When landings came by the forge's clock: the times at which it merged the requests that brought them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::forge::{self, Door};
use crate::git::source::Network;

use crate::ops::context::Context;
use crate::ops::landing::door;
use crate::ops::reading::stack::Stack;

/// So many neighbours of a landing that no request brought are asked about.
const NEIGHBOURS: usize = 8;

/// The merges into one branch.
pub struct MergeTimes {
    branch: BranchName,
    door: Arc<Door>,
    /// The history of the branch, oldest first.
    chain: Vec<CommitId>,
    asked: RefCell<BTreeMap<CommitId, Option<Merged>>>,
}

/// The merge that brought a landing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Merged {
    at: Timestamp,
    /// Whether it made this very commit, rather than bring it in with others.
    is_it: bool,
}

impl MergeTimes {
    /// The merges into a branch of that history (each landing with its place, oldest first). `CannotTell`: why nobody can be asked.
    ///
    /// # Errors
    /// The forge is known, and there is no token for it.
    pub fn of(
        context: &Context<'_>,
        stack: &Stack,
        branch: &BranchName,
        history: HashMap<CommitId, usize>,
    ) -> Result<Known<Self>, Error> {
        let cannot = |why: &str| Ok(Known::CannotTell(why.to_string()));
        if context.options.network != Network::Allowed {
            return cannot("`clock: forge` is the forge's to tell, and it is not asked here: `--fetch` asks it");
        }
        let Some(remote) = &stack.remote else {
            return cannot("`clock: forge` is the forge's to tell, and no remote says where that is");
        };
        let door = match door::to_look(context, stack, remote) {
            Ok(Some(door)) => door,
            Ok(None) => return cannot("`clock: forge` is the forge's to tell, and no forge is known at the remote"),
            Err(Error::Failed(error)) => return Err(Error::Failed(error)),
            Err(no) => return cannot(&format!("the forge's clock: {}", no.refusal().on_one_line())),
        };
        let mut chain: Vec<(usize, CommitId)> = history.into_iter().map(|(commit, place)| (place, commit)).collect();
        chain.sort_unstable();
        let chain = chain.into_iter().map(|(_, commit)| commit).collect();
        Ok(Known::Is(Self { branch: branch.clone(), door, chain, asked: RefCell::default() }))
    }

    /// A moment at which a landing had come: that of its merge, else of one soon after. `None`: nobody can tell.
    ///
    /// # Errors
    /// The forge does not answer.
    pub fn since(&self, landing: CommitId) -> Result<Option<Timestamp>, Error> {
        for commit in self.from(landing).iter().take(NEIGHBOURS) {
            if let Some(merged) = self.merge_of(*commit)? {
                return Ok(Some(merged.at));
            }
        }
        Ok(None)
    }

    /// A moment at which a landing had not come yet, or came just then: that of its merge, else of one shortly before.
    ///
    /// # Errors
    /// As of `since`.
    pub fn until(&self, landing: CommitId) -> Result<Option<Timestamp>, Error> {
        if let Some(merged) = self.merge_of(landing)?.filter(|merged| merged.is_it) {
            return Ok(Some(merged.at));
        }
        let before = self.chain.len() - self.from(landing).len();
        for commit in self.chain[..before].iter().rev().take(NEIGHBOURS) {
            if let Some(merged) = self.merge_of(*commit)?.filter(|merged| merged.is_it) {
                return Ok(Some(merged.at));
            }
        }
        Ok(None)
    }

    /// The history from a landing on; nothing where that is not in it.
    fn from(&self, landing: CommitId) -> &[CommitId] {
        self.chain.iter().position(|one| *one == landing).map_or(&[], |place| &self.chain[place..])
    }

    fn merge_of(&self, landing: CommitId) -> Result<Option<Merged>, Error> {
        if let Some(known) = self.asked.borrow().get(&landing) {
            return Ok(*known);
        }
        let all = forge::of(&self.door).of_commit(landing)?;
        let merges = all.into_iter().filter_map(|found| found.merge).filter(|merge| merge.into == self.branch);
        // Where several brought it in, the first did.
        let first = merges.min_by_key(|merge| merge.at);
        let found = first.map(|merge| Merged { at: merge.at, is_it: merge.made.contains(&landing) });
        self.asked.borrow_mut().insert(landing, found);
        Ok(found)
    }
}
