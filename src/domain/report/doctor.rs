//! doctor: what can be seen of a repository's doors, keys and surroundings, and what is open.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::finding::{Finding, Standing};

/// doctor
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DoctorReport {
    /// What it comes to: whether anything keeps people from landing past the rules.
    pub verdict: DoorWord,
    /// The same in a sentence.
    pub says: String,
    /// What is only advisory first, then what else is open, what cannot be told, and what is as it should be.
    pub findings: Vec<FindingReport>,
}

/// Whether anything keeps people from landing past the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DoorWord {
    Advisory,
    CannotTell,
    Enforced,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingReport {
    /// `hook`, `branch main`.
    pub about: String,
    pub state: StandingWord,
    /// Whether what is open is a rule that nothing enforces.
    pub advisory: bool,
    pub says: String,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// Whether it is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StandingWord {
    Ok,
    Open,
    CannotTell,
}

impl DoctorReport {
    /// The report of what was found, which is put in order here.
    pub fn of(mut found: Vec<Finding>) -> Self {
        found.sort_by_key(|one| (one.standing, !one.is_advisory));
        let door = |standing| found.iter().find(|one| one.is_door && one.standing == standing);
        let (verdict, of) = match (door(Standing::Open), door(Standing::CannotTell), door(Standing::Ok)) {
            (Some(open), ..) => (DoorWord::Advisory, Some(open)),
            (None, Some(unseen), _) => (DoorWord::CannotTell, Some(unseen)),
            (None, None, Some(shut)) => (DoorWord::Enforced, Some(shut)),
            (None, None, None) => (DoorWord::CannotTell, None),
        };
        let word = match verdict {
            DoorWord::Advisory => "advisory",
            DoorWord::CannotTell => "cannot tell",
            DoorWord::Enforced => "enforced",
        };
        let what = of.map_or("nothing shows that enforces the rules", |one| one.says.as_str());
        Self {
            verdict,
            says: format!("{word}: {what}"),
            findings: found.into_iter().map(FindingReport::from).collect(),
        }
    }

    /// Whether a finding stands so.
    pub fn has(&self, state: StandingWord) -> bool {
        self.findings.iter().any(|one| one.state == state)
    }
}

impl From<Finding> for FindingReport {
    fn from(found: Finding) -> Self {
        let Finding { about, standing, is_advisory, says, hints, .. } = found;
        let state = match standing {
            Standing::Ok => StandingWord::Ok,
            Standing::Open => StandingWord::Open,
            Standing::CannotTell => StandingWord::CannotTell,
        };
        Self { about, state, advisory: is_advisory, says, hints }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_advisory_comes_first_and_the_first_line_is_of_the_doors_alone() {
        let report = DoctorReport::of(vec![
            Finding::ok("hook", "it judges").of_the_door(),
            Finding::cannot_tell("source", "offline"),
            Finding::open("signers", "no key"),
            Finding::advisory("keys", "not enforced yet"),
        ]);
        assert_eq!(
            report.findings.iter().map(|one| one.about.as_str()).collect::<Vec<_>>(),
            ["keys", "signers", "source", "hook"]
        );
        assert_eq!((report.verdict, report.says.as_str()), (DoorWord::Enforced, "enforced: it judges"));
        assert!(report.has(StandingWord::Open));
    }

    #[test]
    fn one_door_that_is_open_or_unseen_is_what_all_of_it_comes_to() {
        let of = |found: Vec<Finding>| DoctorReport::of(found.into_iter().map(Finding::of_the_door).collect()).verdict;
        let (ok, open, unseen) =
            (|| Finding::ok("a", "x"), || Finding::advisory("b", "x"), || Finding::cannot_tell("c", "x"));
        assert_eq!(of(vec![ok(), unseen(), open()]), DoorWord::Advisory);
        assert_eq!(of(vec![ok(), unseen()]), DoorWord::CannotTell);
        assert_eq!(of(vec![ok(), ok()]), DoorWord::Enforced);
        assert_eq!(of(vec![]), DoorWord::CannotTell);
    }
}
