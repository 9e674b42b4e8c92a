//! One application: what it is built from, how its versions are written, and where they stand.

use super::super::names::AppName;
use super::super::template::VersionTemplate;
use super::gates::Gates;
use super::patterns::{Fillable, PathPattern};
use super::people::Party;
use super::pins::PinRule;

/// One application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub name: AppName,
    pub source: Option<SourceAddress>,
    /// What of the source repository concerns it, in a monorepo; empty: all of it.
    pub concerns: Vec<PathPattern>,
    pub version: VersionTemplate,
    pub pins: Vec<PinRule>,
    /// What one version serves, where it is a group: it moves and is shown as one. Empty: only itself.
    pub members: Vec<AppName>,
    /// What the file says of it beyond that.
    pub rules: ApplicationRules,
}

/// What is kept of an application, and nothing works with yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationRules {
    pub owners: Vec<Party>,
    /// Only add to those of the environment.
    pub gates: Gates,
    /// The form of the source's tags, with `{version}`.
    pub tag: Option<Fillable>,
    /// The names that it had in the past.
    pub was: Vec<AppName>,
}

/// Where a source repository is: an address that git takes, or a path (relative ones start at the config repository).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceAddress(pub String);

impl Application {
    /// The names of its members, for a report.
    pub fn member_names(&self) -> Vec<String> {
        self.members.iter().map(ToString::to_string).collect()
    }
}
