//! The committer's clock along the first-parent chain of a branch: no commit counts as earlier than its parent.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;

use super::index::Index;
use super::log::Effort;
use super::repo::Repo;

/// When the landings of a branch came, by its committers' clocks.
pub struct Clock {
    /// Of each landing its place in the history, oldest first, and its moment.
    landings: HashMap<CommitId, (usize, i64)>,
}

impl Repo {
    /// The clock of a branch up to a tip. A shallow history tells it as far as it reaches, which may only be too early.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn clock(&self, tip: CommitId) -> Result<Clock, Error> {
        let landings = match self.chain(tip, Effort::IfPresent)? {
            Some((index, from)) => moments(&index, from),
            None => {
                let index = Index::new(self.dates(tip)?, &self.shallow_boundary()?);
                index.len().checked_sub(1).map(|from| moments(&index, from)).unwrap_or_default()
            }
        };
        Ok(Clock { landings })
    }
}

fn moments(index: &Index, from: usize) -> HashMap<CommitId, (usize, i64)> {
    let at = |(commit, position): (CommitId, usize)| Some((commit, (position, index.time(position)?)));
    index.positions().into_iter().filter(|(_, position)| *position <= from).filter_map(at).collect()
}

impl Clock {
    /// When a commit of the chain landed, never later than now; `None`: it is not on the chain.
    pub fn at(&self, commit: CommitId, now: Timestamp) -> Option<Timestamp> {
        let (_, second) = *self.landings.get(&commit)?;
        let second = second.clamp(Timestamp::MIN.as_second(), now.as_second());
        Timestamp::from_second(second).ok()
    }

    /// The place of each landing in the history, oldest first.
    pub fn positions(&self) -> HashMap<CommitId, usize> {
        self.landings.iter().map(|(commit, (position, _))| (*commit, *position)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{BEGIN, Sample};
    use super::*;

    #[test]
    fn a_date_of_the_past_is_no_earlier_than_its_parents_and_one_of_the_future_is_now() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let mut commits = Vec::new();
        for (number, time) in [BEGIN, BEGIN + 5_000, BEGIN + 1_000, BEGIN + 900_000].into_iter().enumerate() {
            sample.git_at(&dir, time, &["commit", "-q", "--allow-empty", "-m", &format!("c{number}")]);
            commits.push(sample.id(&dir, "HEAD"));
        }
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let clock = repo.clock(commits[3]).unwrap();
        let now = Timestamp::from_second(BEGIN + 10_000).unwrap();
        let at = |commit: CommitId| clock.at(commit, now).map(Timestamp::as_second);
        assert_eq!(at(commits[0]), Some(BEGIN));
        assert_eq!((at(commits[1]), at(commits[2])), (Some(BEGIN + 5_000), Some(BEGIN + 5_000)));
        assert_eq!(at(commits[3]), Some(BEGIN + 10_000));
        assert_eq!(at(CommitId::from_bytes([9; 20])), None);
    }
}
