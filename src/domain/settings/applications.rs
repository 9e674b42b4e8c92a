//! One application: what it is built from, how its versions are written, and where they stand.

use super::super::names::{AppName, ClusterName};
use super::super::pin::SiteKey;
use super::super::tag::TagForm;
use super::super::template::{Reading, VersionTemplate};
use super::families::Membership;
use super::gates::Gates;
use super::patterns::PathPattern;
use super::people::Party;
use super::pins::{PinKind, PinRule};

/// One application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub name: AppName,
    pub source: Option<SourceAddress>,
    /// What of the source repository concerns it, in a monorepo; empty: all of it.
    pub concerns: Vec<PathPattern>,
    /// How a commit is written at its pins, where they say nothing else.
    pub version: VersionTemplate,
    /// The form of the source's tags; `None`: the tag itself stands where `{tag}` does.
    pub tag: Option<TagForm>,
    pub pins: Vec<PinRule>,
    /// What one version serves, where it is a group: it moves and is shown as one. Empty: only itself.
    pub members: Vec<AppName>,
    /// What the file says of it beyond that.
    pub rules: ApplicationRules,
    /// The family that it is found by; `None`: the file names it.
    pub family: Option<Membership>,
}

/// What is kept of an application, and nothing works with yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationRules {
    pub owners: Vec<Party>,
    /// Only add to those of the environment.
    pub gates: Gates,
    /// The names that it had in the past.
    pub was: Vec<AppName>,
}

/// Where a source repository is: an address that git takes, or a path (relative ones start at the config repository).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceAddress(pub String);

impl Application {
    /// One that is known by its name and its pins alone.
    pub fn found(name: AppName, pins: Vec<PinRule>) -> Self {
        let (source, concerns, version, tag, members, rules, family) = Default::default();
        Self { name, source, concerns, version, tag, pins, members, rules, family }
    }

    /// How a commit is written at one of its pins.
    pub fn form<'s>(&'s self, rule: &'s PinRule) -> &'s VersionTemplate {
        rule.more.version.as_ref().unwrap_or(&self.version)
    }

    /// The address of the git repository whose revisions its pins are, where they name one and the same.
    pub fn repository(&self) -> Option<&str> {
        let mut named = self.pins.iter().filter_map(|pin| match &pin.kind {
            PinKind::Revision { repository } | PinKind::KustomizeBase { repository } => Some(repository.as_str()),
            _ => None,
        });
        let first = named.next().filter(|address| address.contains("://") || address.starts_with("git@"))?;
        named.all(|other| other == first).then_some(first)
    }

    /// What a site of one of its pins is known by.
    pub fn key(&self, rule: &PinRule, cluster: Option<&ClusterName>) -> SiteKey {
        let pin = rule.kind.identity();
        let before = self.pins.iter().take_while(|other| !std::ptr::eq(*other, rule));
        let nth = before.filter(|other| other.kind.identity() == pin).count();
        SiteKey { pin, nth, cluster: cluster.cloned() }
    }

    /// The pin that a site is of.
    pub fn rule(&self, key: &SiteKey) -> Option<&PinRule> {
        self.pins.iter().filter(|rule| rule.kind.identity() == key.pin).nth(key.nth)
    }

    /// What a version says of its commit, by each way in which a commit is written at a pin.
    pub fn readings<'s>(&'s self, version: &'s str) -> impl Iterator<Item = Reading> + 's {
        let forms =
            std::iter::once(&self.version).chain(self.pins.iter().filter_map(|rule| rule.more.version.as_ref()));
        forms.filter_map(move |form| form.read(version))
    }

    /// The tag of the source that a version names where its template says `{tag}`.
    pub fn tag_of(&self, version: &str) -> String {
        self.tag.as_ref().map_or(version.to_string(), |form| form.tag(version))
    }

    /// What stands for a tag of the source where a template says `{tag}`; `None` for a tag of another form.
    pub fn version_of<'t>(&self, tag: &'t str) -> Option<&'t str> {
        self.tag.as_ref().map_or(Some(tag), |form| form.version(tag))
    }

    /// The names of its members, for a report.
    pub fn member_names(&self) -> Vec<String> {
        self.members.iter().map(ToString::to_string).collect()
    }
}
