//! Pins as they are read: where they stand, what they say, and how they move.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::commit::CommitId;
use super::names::{AppName, BadName, ClusterName, EnvName};
use super::path::RepoPath;
use super::preview::Slug;
use super::template::Reading as Says;
use super::version::Version;

/// Which pin of an application this is: stable over files, lines and commits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteKey {
    /// What the configured pin is found by: the image name.
    pub pin: String,
    /// Which of the application's pins that are found by it, in the order of their list, from 0.
    pub nth: usize,
    pub cluster: Option<ClusterName>,
}

/// The place of one pin in one tree. Found again at each reading, never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinSite {
    pub file: RepoPath,
    /// Which document of the file, from 0.
    pub document: usize,
    /// The route to the entry inside the document, as `yaml::route` writes it.
    pub route: String,
    /// Line and column of the scalar (of the entry where there is none), from 1.
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for PinSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One site with the version that it says now; `None` where an entry could be but is not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub key: SiteKey,
    pub site: PinSite,
    pub version: Option<Version>,
    /// What the version says of its commit, by the form of this pin; `None`: nothing, or nobody asked.
    pub says: Option<Says>,
    /// Whether it is written so that some readers take it for a number or the like, as in `newTag: 1.0`.
    pub is_loose: bool,
}

impl Reading {
    /// Whether two sites say one build, as far as their texts tell: the same tag, or what reads back into one commit. A commit
    /// and a tag are told apart by the source alone.
    fn is_of_one_build_with(&self, other: &Self) -> bool {
        let tag = |reading: &Self| reading.version.as_ref().and_then(Version::tag).map(str::to_string);
        match (&self.says, &other.says) {
            (Some(one), Some(two)) if one.is_commit() != two.is_commit() => true,
            (Some(one), Some(two)) if one.is_of(two) => true,
            _ => tag(self).is_some() && tag(self) == tag(other),
        }
    }

    /// Whether the site says what `version` says, by its own form: then there is nothing to change.
    pub fn is_already(&self, version: &Version, says: Option<&Says>) -> bool {
        let Some(own) = &self.version else { return false };
        own == version
            || own.digest() == version.digest()
                && matches!((&self.says, says), (Some(one), Some(two)) if one.is_commit() && one.is_of(two))
    }
}

/// What an environment runs for an application, at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub app: AppName,
    pub env: EnvName,
    pub readings: Vec<Reading>,
}

/// What the sites of a pin say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement<'a> {
    /// No site has a version yet.
    None,
    /// All sites say this (images that differ only in their digests agree on the tag; of several forms of one commit it is
    /// the one that says most).
    On(Version),
    /// The sites differ.
    Disagree(Vec<&'a Reading>),
}

impl Pin {
    /// The pin with these readings; `None` without any.
    pub fn of(app: &AppName, env: &EnvName, readings: Vec<Reading>) -> Option<Self> {
        (!readings.is_empty()).then(|| Self { app: app.clone(), env: env.clone(), readings })
    }

    /// What the sites say together.
    pub fn agreement(&self) -> Agreement<'_> {
        let versions: Vec<&Version> = self.readings.iter().filter_map(|r| r.version.as_ref()).collect();
        let Some(first) = versions.first() else { return Agreement::None };
        if versions.len() < self.readings.len() {
            return Agreement::Disagree(self.readings.iter().collect());
        }
        if versions.iter().all(|v| v == first) {
            return Agreement::On((*first).clone());
        }
        let digest = |reading: &Reading| reading.version.as_ref().and_then(Version::digest).map(str::to_string);
        let each_image_agrees = self
            .readings
            .iter()
            .all(|one| self.readings.iter().all(|other| one.key.pin != other.key.pin || digest(one) == digest(other)));
        let agreed = self.most().filter(|_| each_image_agrees);
        match agreed.and_then(|most| Version::new(most.version.as_ref()?.tag()?).ok()) {
            Some(version) => Agreement::On(version),
            None => Agreement::Disagree(self.readings.iter().collect()),
        }
    }

    /// The site that says most of the build that all sites are of; `None` where they are of several.
    fn most(&self) -> Option<&Reading> {
        let digits = |reading: &&Reading| match &reading.says {
            Some(Says::Commit(digits)) => digits.len(),
            Some(Says::Tag(_)) | None => 0,
        };
        let first = self.readings.first()?;
        let longest = self.readings.iter().rev().max_by_key(digits)?;
        let most = if digits(&first) > 0 { longest } else { first };
        let alike = |one: &Reading| one.is_of_one_build_with(most) && one.is_of_one_build_with(longest);
        self.readings.iter().all(alike).then_some(most)
    }

    /// Whether two environments run one build, as far as their texts tell.
    pub fn is_of_one_build_with(&self, other: &Self) -> bool {
        let readings = self.readings.iter().chain(&other.readings).cloned().collect();
        let both = Self { readings, ..self.clone() };
        matches!(both.agreement(), Agreement::On(_)) && !both.is_mixed()
    }

    /// Sites that say the build in ways that only the source can compare: a commit here, a tag there.
    pub fn is_mixed(&self) -> bool {
        let is_commit = |reading: &Reading| reading.says.as_ref().map(Says::is_commit);
        let mut kinds = self.readings.iter().filter_map(is_commit);
        kinds.next().is_some_and(|first| kinds.any(|other| other != first))
    }

    /// The version all sites agree on.
    pub fn version(&self) -> Option<Version> {
        match self.agreement() {
            Agreement::On(version) => Some(version),
            Agreement::None | Agreement::Disagree(_) => None,
        }
    }

    /// What the pin says, as it is told: the version, or each site's where they differ; `None` where no site has one.
    pub fn told(&self) -> Option<String> {
        match self.agreement() {
            Agreement::None => None,
            Agreement::On(version) => Some(version.to_string()),
            Agreement::Disagree(readings) => {
                let mut all: Vec<String> = readings
                    .iter()
                    .map(|r| r.version.as_ref().map_or("none".to_string(), Version::to_string))
                    .collect();
                all.dedup();
                Some(all.join(" and "))
            }
        }
    }

    /// What each site says, to be set again elsewhere or later.
    pub fn assignment(&self) -> Assignment {
        Assignment::new(self.readings.iter().filter_map(|r| r.version.clone().map(|version| (r.key.clone(), version))))
    }
}

/// Which version each site is to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Assignment {
    every: Option<Version>,
    sites: BTreeMap<SiteKey, Version>,
    /// Whether other sites than these stay as they are.
    exact: bool,
}

impl Assignment {
    /// From pairs of site and version.
    pub fn new(pairs: impl IntoIterator<Item = (SiteKey, Version)>) -> Self {
        Self { every: None, sites: pairs.into_iter().collect(), exact: false }
    }

    /// The same version for every site.
    pub fn every(version: Version) -> Self {
        Self { every: Some(version), sites: BTreeMap::new(), exact: false }
    }

    /// What a record says: each pin by what it is found by, and which of those of that name.
    pub fn recorded(pins: &BTreeMap<(String, usize), Version>) -> Self {
        let key = |(pin, nth): &(String, usize)| SiteKey { pin: pin.clone(), nth: *nth, cluster: None };
        Self::new(pins.iter().map(|(at, version)| (key(at), version.clone())))
    }

    /// The version that all sites that are named agree on.
    pub fn agreed(&self) -> Option<Version> {
        let mut each = self.sites.values();
        let first = each.next()?;
        each.all(|other| other == first).then(|| first.clone())
    }

    /// These sites and no other: the sites of `self`, as `over` has them where it has them.
    pub fn exactly(&self, over: &Self) -> Self {
        let mut sites = self.sites.clone();
        sites.extend(over.sites.iter().map(|(key, version)| (key.clone(), version.clone())));
        Self { every: None, sites, exact: true }
    }

    /// Whether other sites than the named ones stay as they are.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The sites that are named.
    pub fn keys(&self) -> impl Iterator<Item = &SiteKey> {
        self.sites.keys()
    }

    /// What is said of this very site.
    pub fn get(&self, key: &SiteKey) -> Option<&Version> {
        self.sites.get(key)
    }

    /// The version for a site: its own, else the one of the same image in another cluster, else the tag that all share.
    /// A digest is one image's: another pin never gets it.
    pub fn version_for(&self, key: &SiteKey) -> Option<Version> {
        if let Some(own) = self.sites.get(key).or(self.every.as_ref()) {
            return Some(own.clone());
        }
        if self.exact {
            return None;
        }
        let is_own = |other: &SiteKey| other.pin == key.pin && other.nth == key.nth;
        let is_alike = |other: &SiteKey| other.pin == key.pin;
        for same in [&is_own as &dyn Fn(&SiteKey) -> bool, &is_alike] {
            let mut same_pin = self.sites.iter().filter(|(k, _)| same(k)).map(|(_, v)| v);
            if let Some(first) = same_pin.next() {
                return same_pin.all(|v| v == first).then(|| first.clone());
            }
        }
        let mut tags = self.sites.values().map(Version::tag);
        let first = tags.next()??;
        if tags.all(|tag| tag == Some(first)) { Version::new(first).ok() } else { None }
    }

    /// The assignment as it travels to sites that may be found by other pins: the same bits arrive. Where each side has one
    /// pin, that one stands for the other. `Err`: the digests, each with its pin, that would reach no site, since `to` has
    /// pins which none of them is known to be.
    pub fn carried_to(&self, to: &[&SiteKey]) -> Result<Self, Vec<(String, String)>> {
        let pins = |keys: &mut dyn Iterator<Item = &str>| keys.map(str::to_string).collect::<BTreeSet<String>>();
        let own = pins(&mut self.sites.keys().map(|key| key.pin.as_str()));
        let theirs = pins(&mut to.iter().map(|key| key.pin.as_str()));
        let lost: BTreeSet<(String, String)> = self
            .sites
            .iter()
            .filter(|(key, _)| !theirs.contains(&key.pin))
            .filter_map(|(key, version)| Some((key.pin.clone(), version.digest()?.to_string())))
            .collect();
        if lost.is_empty() || theirs.is_subset(&own) {
            return Ok(self.clone());
        }
        match (own.len(), theirs.first(), theirs.len()) {
            (1, Some(pin), 1) => Ok(Self::new(
                self.sites.iter().map(|(key, version)| (SiteKey { pin: pin.clone(), ..key.clone() }, version.clone())),
            )),
            _ => Err(lost.into_iter().collect()),
        }
    }

    /// The same assignment with this digest at every tag.
    pub fn with_digest(&self, digest: &str) -> Result<Self, BadName> {
        let dressed = |v: &Version| match v.tag() {
            Some(tag) => Version::new(format!("{tag}@{digest}")),
            None => Version::new(digest),
        };
        Ok(Self {
            exact: self.exact,
            every: self.every.as_ref().map(dressed).transpose()?,
            sites: self.sites.iter().map(|(k, v)| Ok((k.clone(), dressed(v)?))).collect::<Result<_, BadName>>()?,
        })
    }

    /// Whether no site has a version.
    pub fn is_empty(&self) -> bool {
        self.every.is_none() && self.sites.is_empty()
    }
}

/// What an application runs in an environment changes. At least one site moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinMove {
    pub app: AppName,
    pub env: EnvName,
    /// The instance of the environment that it is in, where that has some.
    pub instance: Option<Slug>,
    /// The commit that an instance's record says; `None`: it says none, or this is no instance.
    pub recorded: Option<CommitId>,
    /// The merge request of the source that its instance is of, where it is of one.
    pub request: Option<u64>,
    /// What all sites agree on before and after; `None`: no pin, or sites that differ.
    pub from: Option<Version>,
    pub to: Option<Version>,
    /// What each site says before and after.
    pub was: Assignment,
    pub is: Assignment,
    pub sites: Vec<SiteMove>,
}

/// One site that says something else than before; `None`: it is born, or gone. The two ends differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteMove {
    pub key: SiteKey,
    /// The file that it stands in after the change; before it, where the site is gone.
    pub file: RepoPath,
    pub from: Option<Version>,
    pub to: Option<Version>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::template::VersionTemplate;

    fn reading(pin: &str, cluster: Option<&str>, version: Option<&str>) -> Reading {
        Reading {
            key: SiteKey { pin: pin.into(), nth: 0, cluster: cluster.map(|c| ClusterName::new(c).unwrap()) },
            site: PinSite { file: RepoPath::root(), document: 0, route: String::new(), line: 1, column: 1 },
            version: version.map(|v| Version::new(v).unwrap()),
            says: None,
            is_loose: false,
        }
    }

    /// A site with the form of its own.
    fn formed(pin: &str, form: &str, version: &str) -> Reading {
        let says = VersionTemplate::new(form).unwrap().read(version);
        Reading { says, ..reading(pin, None, Some(version)) }
    }

    #[test]
    fn two_forms_of_one_commit_agree_and_the_longer_one_is_told() {
        let long = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        for (short, form) in
            [("9d3e7aa", "{commit}"), ("web-9d3e7aa1", "web-{commit:8}"), ("main-9d3e7aa", "{branch}-{commit:7}")]
        {
            for turned in [false, true] {
                let mut both = vec![formed("label", form, short), formed("web", "{commit}", long)];
                if turned {
                    both.reverse();
                }
                assert_eq!(pin(both).agreement(), Agreement::On(Version::new(long).unwrap()), "{short}");
            }
            let other = long.replace("9d3e", "0d3e");
            let apart = pin(vec![formed("label", form, short), formed("web", "{commit}", &other)]);
            assert!(matches!(apart.agreement(), Agreement::Disagree(_)), "{short}");
        }
        let two = pin(vec![
            formed("a", "{commit}", "9d3e7aa"),
            formed("b", "{commit}", long),
            formed("c", "{commit}", &long.replace("cc", "dd")),
        ]);
        assert!(matches!(two.agreement(), Agreement::Disagree(_)), "what the short one may be both of");
        let texts = pin(vec![formed("a", "{tag}", "1.3.0"), formed("b", "web-{tag}", "web-1.3.0")]);
        assert_eq!(texts.version().unwrap().as_str(), "1.3.0");
        let texts = pin(vec![formed("a", "{tag}", "1.3.0"), formed("b", "web-{tag}", "web-1.3.1")]);
        assert_eq!(texts.version(), None);
    }

    fn pin(readings: Vec<Reading>) -> Pin {
        Pin { app: AppName::new("web").unwrap(), env: EnvName::new("staging").unwrap(), readings }
    }

    #[test]
    fn sites_that_say_the_same_agree() {
        let pin = pin(vec![reading("web", Some("eu"), Some("v1")), reading("web", Some("us"), Some("v1"))]);
        assert_eq!(pin.version().unwrap().as_str(), "v1");
    }

    #[test]
    fn two_images_of_one_build_agree_on_their_tag_though_their_digests_differ() {
        let a = format!("v1@sha256:{}", "a".repeat(64));
        let b = format!("v1@sha256:{}", "b".repeat(64));
        let both = pin(vec![reading("web", None, Some(&a)), reading("worker", None, Some(&b))]);
        assert_eq!(both.version().unwrap().as_str(), "v1");
        let clusters = pin(vec![reading("web", Some("eu"), Some(&a)), reading("web", Some("us"), Some(&b))]);
        assert_eq!(clusters.version(), None, "one image with two digests is a disagreement");
    }

    #[test]
    fn a_site_without_a_version_beside_one_with_it_disagrees() {
        let half = pin(vec![reading("web", Some("eu"), Some("v1")), reading("web", Some("us"), None)]);
        assert!(matches!(half.agreement(), Agreement::Disagree(_)));
        assert_eq!(pin(vec![reading("web", None, None)]).agreement(), Agreement::None);
    }

    #[test]
    fn an_assignment_serves_a_new_cluster_only_where_the_others_agree() {
        let key = |pin: &str, cluster: &str| SiteKey {
            pin: pin.into(),
            nth: 0,
            cluster: Some(ClusterName::new(cluster).unwrap()),
        };
        let v = |text: &str| Version::new(text).unwrap();
        let same = Assignment::new([(key("web", "eu"), v("v1")), (key("web", "us"), v("v1"))]);
        assert_eq!(same.version_for(&key("web", "ap")), Some(v("v1")));
        let split = Assignment::new([(key("web", "eu"), v("v1")), (key("web", "us"), v("v2"))]);
        assert_eq!(split.version_for(&key("web", "ap")), None);
        assert_eq!(split.version_for(&key("web", "us")), Some(v("v2")));
    }

    #[test]
    fn another_pin_gets_the_tag_that_all_share_and_never_the_digest_of_an_image() {
        let key = |pin: &str| SiteKey { pin: pin.into(), nth: 0, cluster: None };
        let dressed = Version::new(format!("v1@sha256:{}", "a".repeat(64))).unwrap();
        let one = Assignment::new([(key("web"), dressed.clone())]);
        assert_eq!(one.version_for(&key("web")), Some(dressed.clone()));
        assert_eq!(one.version_for(&key("other")), Some(Version::new("v1").unwrap()));
        let bare = Assignment::new([(key("web"), Version::new(dressed.digest().unwrap()).unwrap())]);
        assert_eq!(bare.version_for(&key("other")), None);
    }

    #[test]
    fn a_digest_reaches_the_one_pin_of_the_other_side_whatever_that_is_found_by() {
        let key = |pin: &str| SiteKey { pin: pin.into(), nth: 0, cluster: None };
        let dressed = Version::new(format!("v1@sha256:{}", "a".repeat(64))).unwrap();
        let one = Assignment::new([(key("v"), dressed.clone())]);
        let carried = one.carried_to(&[&key("image.tag")]).unwrap();
        assert_eq!(carried.version_for(&key("image.tag")), Some(dressed.clone()));
        assert_eq!(one.carried_to(&[&key("v"), &key("label")]).as_ref(), Ok(&one), "it has its own place");
        let lost = one.carried_to(&[&key("web"), &key("worker")]).unwrap_err();
        assert_eq!(lost, [("v".to_string(), dressed.digest().unwrap().to_string())]);
        let plain = Assignment::new([(key("v"), Version::new("v1").unwrap())]);
        assert_eq!(plain.carried_to(&[&key("web"), &key("worker")]).as_ref(), Ok(&plain), "there is no digest to lose");
        let two = Assignment::new([(key("web"), dressed.clone()), (key("sidecar"), dressed.clone())]);
        assert_eq!(two.carried_to(&[&key("web")]).as_ref(), Ok(&two), "the other side pins no sidecar");
        assert_eq!(two.carried_to(&[&key("web"), &key("proxy")]).unwrap_err().len(), 1);
    }

    #[test]
    fn what_is_said_exactly_reaches_no_other_site() {
        let key =
            |cluster: &str| SiteKey { pin: "web".into(), nth: 0, cluster: Some(ClusterName::new(cluster).unwrap()) };
        let v = |text: &str| Version::new(text).unwrap();
        let now = Assignment::new([(key("eu"), v("v3")), (key("us"), v("v3"))]);
        let was = Assignment::new([(key("eu"), v("v1"))]);
        let back = now.exactly(&was);
        assert_eq!(back.version_for(&key("eu")), Some(v("v1")));
        assert_eq!(back.version_for(&key("us")), Some(v("v3")));
        assert_eq!(back.version_for(&key("ap")), None, "a site that came since stays");
    }
}
