//! Families: one entry of `applications:` that stands for every application that its pins find.

use super::super::template::VersionTemplate;
use super::gates::Gates;
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

/// Whose a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FamilyOwner {
    Party(Party),
    /// A person or group by a placeholder: `{team}`.
    Filled(Fillable),
}
