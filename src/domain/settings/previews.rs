//! Ephemeral environments: what an instance is made from, where it lies, and how long it lives.

use std::num::NonZeroU32;

use super::super::names::EnvName;
use super::super::path::RepoPath;
use super::patterns::Fillable;
use super::spans::TimeSpan;
use super::words::words;

words! {
    /// Whether requests from forks get an instance.
    #[derive(Default)]
    Forks {
        #[default]
        None = "none",
        /// Those that somebody approved.
        Approved = "approved",
    }
}

/// What makes an environment one that has instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ephemeral {
    /// The folder that an instance is copied from, in the repository: for each application where it has `{application}`.
    pub template: Option<Fillable>,
    /// Where an instance lies in the repository, with `{slug}` and `{application}`.
    pub path: Fillable,
    /// The environment whose pins the other applications of an instance get.
    pub from: Option<EnvName>,
    /// The namespace of an instance, with `{slug}` and `{application}`.
    pub namespace: Option<Fillable>,
    /// How long an instance lives.
    pub ttl: Option<TimeSpan>,
    /// How many instances there may be at a time.
    pub limit: Option<NonZeroU32>,
    /// The address of an instance, with `{slug}`, `{application}` and `{namespace}`.
    pub url: Option<Fillable>,
    pub register: Option<Register>,
    pub forks: Forks,
}

/// Where instances are listed so that the cluster finds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    pub file: RepoPath,
    /// The route to the list in the file, as people write it.
    pub route: String,
    pub entry: Entry,
}

/// What an instance adds to the list, with `{slug}`, `{application}`, `{namespace}`, `{url}` and `{commit}`; at least one of the
/// texts has `{slug}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Text(Fillable),
    /// By key, in the order of the file, for whoever reads a list of mappings.
    Mapping(Vec<(String, Fillable)>),
}
