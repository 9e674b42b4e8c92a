//! Families: one entry of `applications:` that stands for every application that its pins find.

use super::super::template::VersionTemplate;
use super::environments::Environment;
use super::gates::Gates;
use super::holes::Holes;
use super::patterns::{Fillable, NamePattern};
use super::people::Party;
use super::pins::PinRule;
use super::words::words;

words! {
    /// Who lets a new member in.
    #[derive(Default)]
    Born {
        /// Those who own the configuration.
        #[default]
        Owners = "owners",
        /// The signers of its environment.
        Signers = "signers",
    }
}

/// One family. Its texts may have the placeholders of its first pin, whatever they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// How the name of a member is made: `{application}`, `team-{application}`.
    pub each: Fillable,
    /// Which names are members, the last match counting; empty: all.
    pub names: Vec<NamePattern>,
    pub born: Born,
    pub source: Option<Fillable>,
    /// What of the source repository concerns a member; empty: all of it.
    pub path: Vec<Fillable>,
    pub owners: Vec<FamilyOwner>,
    /// Only add to those of the environment.
    pub gates: Gates,
    pub version: VersionTemplate,
    /// The form of the source's tags, with `{version}`.
    pub tag: Option<Fillable>,
    pub pins: Vec<PinRule>,
}

/// Which family an application is found by, and what the placeholders stand for in its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The place of the family among those of the settings.
    pub family: usize,
    pub holes: Holes,
}

/// Why something that a family finds is no application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoMember {
    /// What it would be called; a text that need not be a name.
    pub name: String,
    /// Where it stands, and with whom it is in conflict: files and folders, or keys of the configuration.
    pub places: Vec<String>,
    pub why: String,
}

impl Family {
    /// The pin that finds the members: the first that has to be there.
    pub fn finder(&self) -> Option<&PinRule> {
        PinRule::finder(self.pins.iter())
    }

    /// The pins that find members, each with the environments in which it does: the first there that has to be there.
    pub fn finders<'f>(&'f self, environments: &[&'f Environment]) -> Vec<(&'f PinRule, Vec<&'f Environment>)> {
        let mut out: Vec<(&PinRule, Vec<&Environment>)> = Vec::new();
        for env in environments {
            let Some(pin) = PinRule::finder(self.pins.iter().filter(|pin| pin.serves(env))) else { continue };
            match out.iter_mut().find(|(known, _)| std::ptr::eq(*known, pin)) {
                Some((_, all)) => all.push(env),
                None => out.push((pin, vec![env])),
            }
        }
        out
    }

    /// Whether a name is that of a member, as far as `names` says; exceptions alone are exceptions of all.
    pub fn takes(&self, name: &str) -> bool {
        NamePattern::take(&self.names, name)
    }
}

/// Whose a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FamilyOwner {
    Party(Party),
    /// A person or group by a placeholder: `{team}`.
    Filled(Fillable),
}
