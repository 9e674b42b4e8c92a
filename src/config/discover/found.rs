//! What a group of files holds: the parts of applications, what follows them, and what was left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::settings::PinRule;
use crate::overlay::survey::Mark;

use super::generators::Generator;
use super::released::Released;

/// The clusters of each environment that has some.
pub type Clusters = BTreeMap<EnvName, BTreeSet<String>>;

/// The pins of one application in one layout.
#[derive(Debug)]
pub struct Part {
    pub name: String,
    pub team: Option<String>,
    pub within: String,
    pub environments: Vec<EnvName>,
    /// What `{cluster}` in `within` stands for.
    pub clusters: Clusters,
    /// A rule without environments serves all of this part's.
    pub pins: Vec<PinRule>,
    /// What its version serves, where that is several.
    pub members: Vec<String>,
    pub tags: Vec<String>,
    /// What each environment runs, where that is told.
    pub versions: BTreeMap<EnvName, String>,
    pub origin: Origin,
    /// The first file and line of its pins.
    pub place: String,
    /// What its pins name: the last parts of images, charts and repositories.
    pub things: BTreeSet<String>,
    /// Where what its pins name comes from: images without their tags, addresses of repositories.
    pub makers: BTreeSet<String>,
    /// The repository of charts that all of it comes from, as it is named or addressed.
    pub from: Option<String>,
    /// Whether it runs beside another application of the same files.
    pub beside: bool,
    /// Whether the pins must name their environments: in others something else stands at their place.
    pub limited: bool,
    /// Environments that name a version which moves at its place: they have none.
    pub moving: BTreeSet<EnvName>,
}

impl Part {
    /// Takes environments out. Returns whether the part has any left.
    pub fn leave(&mut self, gone: &BTreeSet<EnvName>) -> bool {
        self.environments.retain(|env| !gone.contains(env));
        self.clusters.retain(|env, _| !gone.contains(env));
        self.versions.retain(|env, _| !gone.contains(env));
        self.tags = self.versions.values().map(|text| text.split('@').next().unwrap_or_default().to_string()).collect();
        self.pins.retain_mut(|pin| {
            let is_of_all = pin.environments.is_empty();
            pin.environments.retain(|env| !gone.contains(env));
            is_of_all || !pin.environments.is_empty()
        });
        !self.environments.is_empty() && !self.pins.is_empty()
    }
}

/// The parts that one group of files holds, and what was left out there.
#[derive(Debug, Default)]
pub struct Found {
    pub parts: Vec<Part>,
    pub followers: Vec<Follower>,
    pub generators: Vec<Generator>,
    /// Files with variables that Flux may fill in.
    pub variables: Vec<RepoPath>,
    /// Overlays that nothing was found in.
    pub empty: Vec<String>,
    /// The addresses of Flux's repositories of charts, by their names.
    pub repositories: BTreeMap<String, String>,
    /// Releases of charts that others make.
    pub released: Released,
    /// Lines that were looked at: what they say is pinned or told.
    pub seen: Vec<(RepoPath, Vec<u32>)>,
    /// Lines that Flux's image automation marks.
    pub marked: Vec<(RepoPath, Mark)>,
    pub left_out: Vec<(String, String)>,
}

impl Found {
    /// Adds what another group of files holds.
    pub fn add(&mut self, other: Found) {
        self.parts.extend(other.parts);
        self.followers.extend(other.followers);
        self.generators.extend(other.generators);
        self.variables.extend(other.variables);
        self.repositories.extend(other.repositories);
        self.released.extend(other.released);
        self.empty.extend(other.empty);
        self.seen.extend(other.seen);
        self.marked.extend(other.marked);
        self.left_out.extend(other.left_out);
    }
}

/// How a part was found; the first are the surest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Entries of a kustomization's `images:`.
    Images,
    /// Any other text that says a version.
    Text,
    /// An image of the base, which no overlay names yet.
    Base,
}

/// What is told of an overlay whose image stands in its base alone.
pub const UNSET: &str = "no overlay sets its image yet: the base's version runs, until a promotion writes an entry";

/// A text that says again what another pin of its folder says, in every environment that has it.
#[derive(Debug)]
pub struct Follower {
    /// The application that the layout names.
    pub app: Option<String>,
    /// The text as reports name it.
    pub what: String,
    /// The folder or the file that it stands in, with `{environment}`.
    pub within: String,
    /// The first one's file and line.
    pub place: String,
    pub versions: BTreeMap<EnvName, String>,
    pub pins: Vec<PinRule>,
}
