//! Whom to ask: a person or a group of the rules, with the people in it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// So many people of a group are named in a sentence.
const NAMED: usize = 4;

/// A person, or a group with its people, who can let something go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Whom {
    /// As `stageline.yaml` names them.
    pub name: String,
    /// The people who are meant: those of the group, or the person.
    pub people: Vec<String>,
}

impl fmt::Display for Whom {
    /// `` `managers` (alice, bob) ``; of a large group the first few and how many more there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        if self.people.len() == 1 && self.people[0] == self.name {
            return Ok(());
        }
        // Nobody is said as well: then no asking helps.
        let named = self.people.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.people.len() {
            0 => f.write_str(" (nobody)"),
            all if all > NAMED => write!(f, " ({named} and {} more)", all - NAMED),
            _ => write!(f, " ({named})"),
        }
    }
}

/// Adds those that are not among them yet.
pub fn add(all: &mut Vec<Whom>, more: impl IntoIterator<Item = Whom>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

/// Some of them as part of a sentence.
pub fn words(whom: &[Whom]) -> String {
    whom.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whom(name: &str, people: &[&str]) -> Whom {
        Whom { name: name.into(), people: people.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn a_group_is_told_with_its_people_and_a_person_alone() {
        let all = [whom("managers", &["alice", "bob"]), whom("mei", &["mei"])];
        assert_eq!(words(&all), "`managers` (alice, bob), `mei`");
        assert_eq!(words(&[whom("empty", &[])]), "`empty` (nobody)");
        // A group of one is no person.
        assert_eq!(words(&[whom("managers", &["alice"])]), "`managers` (alice)");
    }

    #[test]
    fn of_a_large_group_a_few_are_named_and_the_rest_counted() {
        let five = whom("all", &["a", "b", "c", "d", "e"]);
        assert_eq!(five.to_string(), "`all` (a, b, c, d and 1 more)");
        assert_eq!(whom("all", &["a", "b", "c", "d"]).to_string(), "`all` (a, b, c, d)");
    }
}
