//! Who agrees to a change and is not among those who made it, by the rules of one branch.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::settings::{Alone, NamedGate, Override, Party, PartyName, Settings, TimeSpan};
use crate::domain::statement::Agreed;
use crate::domain::testimony::{ConsentTold, Consents, Who};

use super::people::{ends_at, people_of};
use super::{Answers, Policy};

/// What is asked for.
pub(super) struct Wanted<'w> {
    pub parties: &'w [Party],
    pub count: u32,
    pub max_age: Option<TimeSpan>,
}

/// How many agree.
pub(super) enum Counted {
    /// Enough; until when that is so, where it ends.
    Met {
        by: Vec<String>,
        until: Option<Timestamp>,
    },
    /// Too few, and what is to be said of those that do not count.
    Lacking {
        by: Vec<String>,
        notes: Vec<String>,
    },
    Unknown(String),
}

/// Counts the people of some parties who approve of the change.
pub(super) fn count(policy: Policy<'_>, answers: &Answers, wanted: Wanted<'_>) -> Counted {
    let consents = match answers.consents(policy.branch) {
        Some(Ok(consents)) => consents,
        other => return Counted::Unknown(other.and_then(Result::err).unwrap_or("nobody looked").to_string()),
    };
    let settings = policy.settings;
    let members: Vec<&PartyName> = wanted.parties.iter().flat_map(|party| settings.members(party)).collect();
    let makers = makers(settings, consents);
    let mut by: BTreeMap<&PartyName, Option<Timestamp>> = BTreeMap::new();
    let mut notes = consents.notes.clone();
    for one in consents.given.iter().filter(|one| one.agreed == Agreed::Approval) {
        let ends = wanted.max_age.and_then(|age| ends_at(one.since, age));
        // A key that several share is one person's word, and that of whoever made it if it is one of theirs.
        let people = people_of(settings, &one.by);
        let maker = people.iter().find(|name| makers.contains(name));
        if let Some(name) = people.iter().copied().find(|name| members.contains(name)) {
            if let Some(maker) = maker {
                notes.push(format!("{maker} made it, and cannot approve it"));
            } else if ends.is_some_and(|ends| ends <= answers.now) {
                notes.push(format!("what {name} said at {} is too old", one.since));
            } else {
                let known = by.entry(name).or_insert(ends);
                *known = known.zip(ends).map(|(known, ends)| known.max(ends));
            }
        }
    }
    notes.sort();
    notes.dedup();
    let names = || by.keys().map(ToString::to_string).collect::<Vec<_>>();
    if by.len() < wanted.count as usize {
        return match &consents.unseen {
            Some(why) => Counted::Unknown(why.clone()),
            None => Counted::Lacking { by: names(), notes },
        };
    }
    if let Some(why) = &consents.makers.unknown {
        return Counted::Unknown(format!("whether one of {} made it: {why}", names().join(", ")));
    }
    // Enough of them must stay: the last of the others may end.
    let mut ends: Vec<Timestamp> = by.values().map(|ends| ends.unwrap_or(Timestamp::MAX)).collect();
    ends.sort();
    let until = ends.get(by.len() - wanted.count as usize).copied().filter(|ends| *ends != Timestamp::MAX);
    Counted::Met { by: names(), until }
}

/// Who let a gate be passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overridden {
    pub by: String,
    pub reason: String,
    pub until: Timestamp,
    /// Whether it is one of those who made the change.
    pub alone: Alone,
}

impl Overridden {
    /// As it is told.
    pub fn told(&self) -> String {
        let own = if self.alone == Alone::Yes { ", who made it" } else { "" };
        format!("overridden by {}{own}, until {}: {}", self.by, self.until, self.reason)
    }
}

/// Who overrides a gate for this change, as a rule lets them.
pub(super) fn overridden(policy: Policy<'_>, answers: &Answers, rule: &Override) -> Option<Overridden> {
    let consents = answers.consents(policy.branch)?.ok()?;
    let settings = policy.settings;
    let members: Vec<&PartyName> = rule.from.iter().flat_map(|party| settings.members(party)).collect();
    let makers = makers(settings, consents);
    let of = |one: &ConsentTold| {
        let Agreed::Override { gate, reason, until } = &one.agreed else { return None };
        if *gate != rule.gate || *until <= answers.now || *gate == NamedGate::Hold {
            return None;
        }
        let people = people_of(settings, &one.by);
        let is_others = consents.makers.unknown.is_none() && !people.iter().any(|name| makers.contains(name));
        let who: Vec<&PartyName> = people.into_iter().filter(|name| members.contains(name)).collect();
        let other = who.first().copied().filter(|_| is_others);
        let (by, alone) = match (other, who.first(), rule.alone) {
            (Some(other), ..) => (other, Alone::No),
            (None, Some(own), Alone::Yes) => (*own, Alone::Yes),
            _ => return None,
        };
        Some(Overridden { by: by.to_string(), reason: reason.clone(), until: *until, alone })
    };
    let mut all: Vec<Overridden> = consents.given.iter().filter_map(of).collect();
    // Another's word counts before one's own, and what lasts longest.
    all.sort_by_key(|one| (one.alone == Alone::Yes, std::cmp::Reverse(one.until)));
    all.into_iter().next()
}

/// The people who made a change. An address that nobody proved excludes as well: it never lets anybody in.
fn makers<'s>(settings: &'s Settings, consents: &Consents) -> Vec<&'s PartyName> {
    let of = |who: &Who| people_of(settings, who);
    consents.makers.who.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::super::of_moves::sample::{answers, now, settings};
    use super::super::{Answer, Question};
    use super::*;
    use crate::domain::commit::Known;
    use crate::domain::names::BranchName;
    use crate::domain::settings::{Person, Principal};
    use crate::domain::testimony::Makers;

    fn party(name: &str) -> PartyName {
        PartyName::new(name).unwrap()
    }

    fn key(name: &str) -> Who {
        Who::Key(vec![format!("{name}@example.com")])
    }

    /// What an override of the soak by these people comes to, where alice may override and made the change.
    fn by(
        names: &[&str],
        alone: Alone,
        (gate, seconds): (NamedGate, i64),
        unknown: Option<&str>,
    ) -> Option<Overridden> {
        let person = |name: &str| Person {
            name: party(name),
            principals: vec![Principal::new(&format!("{name}@example.com")).unwrap()],
            forge: None,
            email: None,
            mobile: None,
        };
        let settings = Settings { people: ["alice", "bob"].map(person).into(), ..settings(|_| {}) };
        let given = names.iter().map(|name| ConsentTold {
            agreed: Agreed::Override {
                gate,
                reason: "it burns".into(),
                until: now() + SignedDuration::from_secs(seconds),
            },
            by: key(name),
            since: now(),
        });
        let makers = Makers { who: vec![key("alice")], unknown: unknown.map(str::to_string) };
        let consents = Consents { given: given.collect(), makers, ..Consents::default() };
        let branch = BranchName::new("main").unwrap();
        let told = answers([(Question::Consents(branch.clone()), Known::Is(Answer::Consents(consents)))]);
        let from = ["alice", "bob"].map(|name| Party::Person(party(name))).into();
        let rule = Override { gate: NamedGate::Soak, from, alone };
        overridden(Policy { branch: &branch, settings: &settings }, &told, &rule)
    }

    #[test]
    fn another_one_overrides_and_the_author_alone_only_where_the_rule_says_so() {
        let soak = (NamedGate::Soak, 60);
        assert_eq!(by(&["bob"], Alone::No, soak, None).unwrap().by, "bob");
        assert_eq!(by(&["alice"], Alone::No, soak, None), None);
        let own = by(&["alice"], Alone::Yes, soak, None).unwrap();
        assert_eq!(own.alone, Alone::Yes);
        assert!(own.told().contains("alice, who made it"), "{}", own.told());
        assert_eq!(by(&["alice", "bob"], Alone::Yes, soak, None).unwrap().by, "bob", "another's word comes first");
        assert_eq!(by(&["eve"], Alone::Yes, soak, None), None);
    }

    #[test]
    fn it_is_of_one_gate_and_ends() {
        assert_eq!(by(&["bob"], Alone::No, (NamedGate::Freeze, 60), None), None);
        assert_eq!(by(&["bob"], Alone::No, (NamedGate::Soak, 0), None), None);
    }

    #[test]
    fn where_it_is_not_known_who_made_the_change_nobody_is_another() {
        assert_eq!(by(&["bob"], Alone::No, (NamedGate::Soak, 60), Some("a bot opened it")), None);
    }
}
