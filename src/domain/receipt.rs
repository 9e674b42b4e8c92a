//! What a server's hook records of a push that it accepted: which branch went from where to where, and when.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::commit::CommitId;
use super::names::BranchName;
use super::path::RepoPath;

/// The branch that receipts are on.
pub const BRANCH: &str = "stageline/receipts";

/// One branch that one push moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub branch: BranchName,
    /// Where it was; `None`: it was not there.
    pub old: Option<CommitId>,
    /// Where it is since.
    pub new: CommitId,
    /// When it had come, by the clock of the server: never earlier than it did.
    pub at: Timestamp,
    /// When it was still being judged, so that it had not come: whoever pushes decides how long it takes from then on until it is
    /// recorded. `None`: nobody noted that.
    pub judged: Option<Timestamp>,
}

/// The folder of the receipts of a branch: a file for each tip that it had, in folders by the first two digits of the commit.
///
/// # Errors
/// The name of the branch is no path.
pub fn folder(branch: &BranchName) -> Result<RepoPath, String> {
    RepoPath::new(branch.as_str()).map_err(|why| why.to_string())
}

/// The file of a tip of a branch.
///
/// # Errors
/// The name of the branch is no path.
pub fn path(branch: &BranchName, tip: CommitId) -> Result<RepoPath, String> {
    let id = tip.to_string();
    RepoPath::new(&format!("{branch}/{}/{id}.yaml", &id[..2])).map_err(|why| why.to_string())
}

/// The tips of a branch that have receipts, in the order of its history: which of them tells when a landing came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipted {
    positions: HashMap<CommitId, usize>,
    tips: BTreeMap<usize, CommitId>,
}

impl Receipted {
    /// `positions`: the first-parent history of the branch, oldest first. Tips that are not in it tell nothing.
    pub fn new(positions: HashMap<CommitId, usize>, tips: impl IntoIterator<Item = CommitId>) -> Self {
        let tips = tips.into_iter().filter_map(|tip| Some((*positions.get(&tip)?, tip))).collect();
        Self { positions, tips }
    }

    /// The first tip with a receipt that contains a landing: it came no later than that.
    pub fn at_or_after(&self, landing: CommitId) -> Option<CommitId> {
        let position = self.positions.get(&landing)?;
        self.tips.range(position..).next().map(|(_, tip)| *tip)
    }

    /// The last tip with a receipt that does not contain it: it came no earlier than that.
    pub fn before(&self, landing: CommitId) -> Option<CommitId> {
        let position = self.positions.get(&landing)?;
        self.tips.range(..position).next_back().map(|(_, tip)| *tip)
    }

    /// Whether a receipt is of the very push that brought a landing, rather than of a later one.
    pub fn brought(&self, receipt: &Receipt, landing: CommitId) -> bool {
        let of = |commit: CommitId| self.positions.get(&commit);
        match (of(landing), of(receipt.new), receipt.old) {
            (Some(landing), Some(new), None) => landing <= new,
            (Some(landing), Some(new), Some(old)) => landing <= new && of(old).is_some_and(|old| old < landing),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> CommitId {
        CommitId::from_bytes([n; 20])
    }

    fn receipt(old: Option<u8>, new: u8) -> Receipt {
        Receipt {
            branch: BranchName::new("main").unwrap(),
            old: old.map(id),
            new: id(new),
            at: Timestamp::UNIX_EPOCH,
            judged: None,
        }
    }

    #[test]
    fn a_landing_is_told_by_the_push_that_brought_it_and_else_bounded_by_those_around() {
        // 1 before there were receipts, 2 and 3 in one push, 4 past the hook, 5 by a push.
        let chain = (1..=5).map(|n| (id(n), usize::from(n))).collect();
        let told = Receipted::new(chain, [id(3), id(5), id(9)]);
        assert_eq!([1, 2, 3, 4, 5].map(|n| told.at_or_after(id(n))), [3, 3, 3, 5, 5].map(|n| Some(id(n))));
        assert_eq!([1, 3, 4, 5].map(|n| told.before(id(n))), [None, None, Some(id(3)), Some(id(3))]);
        assert_eq!(told.at_or_after(id(9)), None, "it is on another branch");
        let three = receipt(Some(1), 3);
        assert_eq!([1, 2, 3, 4].map(|n| told.brought(&three, id(n))), [false, true, true, false]);
        assert_eq!([4, 5].map(|n| told.brought(&receipt(Some(4), 5), id(n))), [false, true]);
        assert!(told.brought(&receipt(None, 3), id(1)), "the push that made the branch");
        assert!(!told.brought(&receipt(Some(9), 3), id(2)), "it went away from somewhere else");
    }
}
