//! The changes of pins as they landed, and what follows from them: their numbers, the last stable version, what was given up.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;

use super::commit::CommitId;
use super::names::{AppName, EnvName};
use super::pin::Assignment;
use super::version::Version;

/// One landed change of one application's pin in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The first-parent commit that landed it.
    pub commit: CommitId,
    pub when: Timestamp,
    pub app: AppName,
    pub env: EnvName,
    /// What all sites said before and after; `None`: no pin, or sites that disagree.
    pub from: Option<Version>,
    pub to: Option<Version>,
    /// What each site said before and after.
    pub was: Assignment,
    pub is: Assignment,
}

/// The number of a change: `rN` counts the changes of one application in one environment from the oldest, which is `r1`.
/// It means something in a complete history only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rev(usize);

impl Rev {
    /// Reads `r15`; `None` where the text is no number of a change.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('r').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok().filter(|number| *number > 0).map(Self)
    }

    /// The change of that number among those of one pin, oldest first.
    pub fn among<'c>(self, oldest_first: impl IntoIterator<Item = &'c Change>) -> Option<&'c Change> {
        oldest_first.into_iter().nth(self.0 - 1)
    }

    /// The number of what a commit landed among the changes of one pin, oldest first.
    pub fn of<'c>(landing: CommitId, oldest_first: impl IntoIterator<Item = &'c Change>) -> Option<Self> {
        oldest_first.into_iter().position(|change| change.commit == landing).map(|place| Self(place + 1))
    }
}

impl fmt::Display for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

/// A change with its number among those of its pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered<'c> {
    pub change: &'c Change,
    pub rev: Rev,
    /// Whether it is the newest of its pin: what runs now.
    pub is_newest: bool,
}

/// The changes of any pins, newest first, each with its number.
pub fn numbered(newest_first: &[Change]) -> Vec<Numbered<'_>> {
    let mut left: HashMap<(&AppName, &EnvName), usize> = HashMap::new();
    for change in newest_first {
        *left.entry((&change.app, &change.env)).or_default() += 1;
    }
    let all = left.clone();
    newest_first
        .iter()
        .map(|change| {
            let pair = (&change.app, &change.env);
            let number = left.entry(pair).or_default();
            let rev = Rev(*number);
            *number = number.saturating_sub(1);
            Numbered { change, rev, is_newest: all.get(&pair) == Some(&rev.0) }
        })
        .collect()
}

/// What a move is: a question to the past, which two trees alone do not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// On to something that did not stand there before, or that was given up.
    Forward,
    /// Back to what stood at all its sites before what stands there now had first landed.
    Return {
        /// The landing by which it stood there.
        landing: CommitId,
    },
    /// It cannot be told, and why.
    Unknown(String),
}

/// One pin's past as a line of versions that one can go back and forth on, read from the trees alone.
///
/// A landing of a version that stands further down the line is a return: what lies between was given up.
/// A landing of a version that was given up, and nothing else since, takes that back. Any other landing goes on from
/// where the pin is, and what was given up stays given up until it lands again.
#[derive(Debug, Clone)]
pub struct Past<'c> {
    line: Vec<State<'c>>,
    at: Option<usize>,
    given_up: Vec<&'c Version>,
}

/// A state that the pin was in, with the landing that brought it.
#[derive(Debug, Clone)]
pub struct State<'c> {
    pub version: Option<&'c Version>,
    pub sites: &'c Assignment,
    pub landing: CommitId,
}

impl<'c> Past<'c> {
    /// Reads the changes of one pin, oldest first.
    pub fn read(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut past = Self { line: Vec::new(), at: None, given_up: Vec::new() };
        for change in changes {
            past.step(change);
        }
        past
    }

    fn step(&mut self, change: &'c Change) {
        let state = State { version: change.to.as_ref(), sites: &change.is, landing: change.commit };
        let known = match state.version {
            Some(version) => self.line.iter().position(|old| old.version.is_some_and(|old| old.is_of(version))),
            None => None,
        };
        match (known, self.at) {
            (Some(place), Some(at)) => {
                for left in self.line.iter().take(at + 1).skip(place + 1) {
                    self.given_up.extend(left.version);
                }
                for back in self.line.iter().take(place + 1) {
                    self.given_up.retain(|version| !back.version.is_some_and(|back| back.is_of(version)));
                }
                // The sites may have changed since (another cluster): the newest landing of a version counts.
                self.line[place] = state;
                self.at = Some(place);
            }
            (_, at) => {
                self.line.truncate(at.map_or(0, |at| at + 1));
                self.given_up.retain(|version| !state.version.is_some_and(|state| state.is_of(version)));
                self.line.push(state);
                self.at = Some(self.line.len() - 1);
            }
        }
    }

    /// The last stable version before the present one: not given up, no moving tag or range, agreed on by all sites, and another one for the sites
    /// that there are (`differs`).
    pub fn stable_before(&self, differs: impl Fn(&Assignment) -> bool) -> Option<&State<'c>> {
        let at = self.at?;
        let now = self.line.get(at)?.version;
        let is_good = |version: &Version| {
            !version.moves() && !now.is_some_and(|now| now.is_of(version)) && !self.is_given_up(version)
        };
        self.line.iter().take(at).rev().find(|state| state.version.is_some_and(is_good) && differs(state.sites))
    }

    /// The landing that this would be a return to: the state that these sites stood in before what they say now had first
    /// landed, and that was not given up since. A cluster that came later is taken to have run what its image ran elsewhere.
    pub fn returns_to(&self, sites: &Assignment) -> Option<CommitId> {
        let at = self.at?;
        let stood = |state: &&State<'c>| {
            let known = sites.keys().all(|key| state.sites.version_for(key).as_ref() == sites.get(key));
            known && !sites.is_empty() && state.version.is_none_or(|version| !self.is_given_up(version))
        };
        self.line.iter().take(at).rev().find(stood).map(|state| state.landing)
    }

    /// Whether landing this version takes back the return that the pin is in: it stands on the line ahead.
    pub fn is_ahead(&self, version: &Version) -> bool {
        let after = self.at.map_or(0, |at| at + 1);
        self.line.iter().skip(after).any(|state| state.version.is_some_and(|one| one.is_of(version)))
    }

    /// Whether landing this version takes back all returns: nothing that was given up stands further ahead.
    pub fn is_front(&self, version: &Version) -> bool {
        self.line.last().and_then(|state| state.version).is_some_and(|one| one.is_of(version))
    }

    /// Whether the version was rolled back from and has not landed since.
    pub fn is_given_up(&self, version: &Version) -> bool {
        self.given_up.iter().any(|one| one.is_of(version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes that land these versions one after another; `-` is a state without agreement.
    fn landed(versions: &str) -> Vec<Change> {
        let mut from = None;
        versions
            .split_whitespace()
            .enumerate()
            .map(|(i, word)| {
                let to = if word == "-" { None } else { Version::new(word).ok() };
                let every = |v: &Option<Version>| v.clone().map(Assignment::every).unwrap_or_default();
                let change = Change {
                    commit: CommitId::from_bytes([i as u8 + 1; 20]),
                    when: Timestamp::UNIX_EPOCH,
                    app: AppName::new("web").unwrap(),
                    env: EnvName::new("production").unwrap(),
                    from: from.clone(),
                    to: to.clone(),
                    was: every(&from),
                    is: every(&to),
                };
                from = to;
                change
            })
            .collect()
    }

    #[test]
    fn changes_are_numbered_from_the_oldest_each_pin_for_itself() {
        let mut changes = landed("a b c");
        changes[1].app = AppName::new("api").unwrap();
        changes.reverse();
        let told: Vec<String> =
            numbered(&changes).iter().map(|n| format!("{} {} {}", n.change.app, n.rev, n.is_newest)).collect();
        assert_eq!(told, ["web r2 true", "api r1 true", "web r1 false"]);
    }

    #[test]
    fn a_number_finds_its_change_and_a_landing_its_number() {
        let changes = landed("a b c");
        let second = Rev::read("r2").unwrap();
        assert_eq!(second.among(&changes), Some(&changes[1]));
        assert_eq!(Rev::of(changes[1].commit, &changes), Some(second));
        assert_eq!(Rev::read("r4").unwrap().among(&changes), None);
        assert_eq!(Rev::of(CommitId::from_bytes([9; 20]), &changes), None);
    }

    #[test]
    fn only_r_and_a_number_from_one_on_is_the_number_of_a_change() {
        for text in ["r0", "r", "15", "R1", "r+1", "r-1", "r1x", "release", "r99999999999999999999999"] {
            assert_eq!(Rev::read(text), None, "{text}");
        }
        assert_eq!(Rev::read("r15").unwrap().to_string(), "r15");
    }

    fn stable_before(versions: &str) -> Option<String> {
        let changes = landed(versions);
        Past::read(&changes).stable_before(|_| true).and_then(|s| s.version).map(ToString::to_string)
    }

    #[test]
    fn the_last_stable_version_is_the_one_before() {
        assert_eq!(stable_before("a b c").as_deref(), Some("b"));
    }

    #[test]
    fn a_second_rollback_goes_one_further_back_and_does_not_swing() {
        assert_eq!(stable_before("a b c b").as_deref(), Some("a"));
        assert_eq!(stable_before("a b c b a"), None);
    }

    #[test]
    fn what_was_rolled_back_from_is_skipped_after_the_next_promotion() {
        assert_eq!(stable_before("a b c b d").as_deref(), Some("b"));
        assert_eq!(stable_before("a b c a d").as_deref(), Some("a"));
    }

    #[test]
    fn undoing_a_rollback_makes_the_version_good_again() {
        assert_eq!(stable_before("a b c b c").as_deref(), Some("b"));
        assert_eq!(stable_before("a b c b c d").as_deref(), Some("c"));
    }

    #[test]
    fn the_first_version_has_none_before_it() {
        assert_eq!(stable_before("a"), None);
        assert_eq!(stable_before(""), None);
    }

    #[test]
    fn a_state_in_which_the_sites_disagree_is_no_place_to_go_back_to() {
        assert_eq!(stable_before("a - b").as_deref(), Some("a"));
    }

    #[test]
    fn what_moves_is_no_place_to_go_back_to_nor_is_the_same_commit_in_other_digits() {
        assert_eq!(stable_before("a latest b").as_deref(), Some("a"));
        assert_eq!(stable_before("a >=1.0 b").as_deref(), Some("a"));
        assert_eq!(stable_before("a 85fb50ced70a 85fb50ced70a1f").as_deref(), Some("a"));
        assert_eq!(stable_before("a 85fb50ced70a 85fb50ced70a1f a"), None);
        assert_eq!(stable_before("20260101 2026010112").as_deref(), Some("20260101"));
    }

    #[test]
    fn what_was_given_up_stays_so_until_it_lands_again() {
        let changes = landed("a b a c");
        let past = Past::read(&changes);
        assert!(past.is_given_up(&Version::new("b").unwrap()));
        assert!(!past.is_ahead(&Version::new("b").unwrap()));
        let changes = landed("a b a");
        assert!(Past::read(&changes).is_ahead(&Version::new("b").unwrap()));
        let changes = landed("a b c b a");
        let past = Past::read(&changes);
        assert!(past.is_front(&Version::new("c").unwrap()) && !past.is_front(&Version::new("b").unwrap()));
        let changes = landed("a b a c b");
        assert!(!Past::read(&changes).is_given_up(&Version::new("b").unwrap()));
    }

    #[test]
    fn what_was_given_up_stands_nowhere_on_the_way_back() {
        // Every past of up to six landings of four versions, and of states without agreement.
        let mut pasts = vec![String::new()];
        for _ in 0..6 {
            let longer = |past: &String| ["a ", "b ", "c ", "d ", "- "].map(|version| format!("{past}{version}"));
            pasts = pasts.iter().flat_map(longer).collect();
            for text in &pasts {
                let changes = landed(text.trim_end());
                let past = Past::read(&changes);
                let back = past.line.iter().take(past.at.map_or(0, |at| at + 1)).filter_map(|state| state.version);
                let given_up: Vec<_> = back.filter(|version| past.given_up.contains(version)).collect();
                assert!(given_up.is_empty(), "{text}: {given_up:?}");
            }
        }
    }
}
