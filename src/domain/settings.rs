//! The checked settings of one config repository at one commit: what `stageline.yaml` says, or what discovery found.

use super::names::{AppName, BranchName, ClusterName, EnvName, RemoteName};
use super::path::RepoPath;
use super::template::VersionTemplate;

/// The name of the configuration file, at the root of the config repository.
pub const FILE: &str = "stageline.yaml";

/// Everything `stageline.yaml` says that this version works with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub origin: Origin,
    pub git: GitSettings,
    /// In order: the stack.
    pub environments: Vec<Environment>,
    pub applications: Vec<Application>,
    pub people: Vec<Person>,
    /// The allowed-signers file in the config repository, ssh-keygen(1)'s format.
    pub signers_file: Option<RepoPath>,
    /// Keys that are read and checked but whose work comes with a later version, each as a sentence with its place.
    pub notices: Vec<String>,
}

/// Where settings come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// `stageline.yaml`.
    #[default]
    File,
    /// The layout of the repository; the environments have no order.
    Discovered,
}

/// The `git:` section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GitSettings {
    pub branch: Option<BranchName>,
    pub remote: Option<RemoteName>,
    pub signing: Signing,
}

/// Whether a landing without a signature is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signing {
    #[default]
    Required,
    Optional,
}

/// How a plan becomes history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LandingMode {
    /// A commit on the environment's branch.
    #[default]
    Direct,
    /// A branch from which a merge request is opened.
    MergeRequest,
}

/// One environment of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    pub name: EnvName,
    /// Environments in which a commit must have been first; empty where the file does not say.
    pub after: Vec<EnvName>,
    /// The branches of the source whose commits it deploys: names, globs, and `!` for exceptions. Only read for
    /// `--latest` so far; empty where the file does not say.
    pub branches: Vec<String>,
    /// The branch of the config repository it lives on, where it is not `git.branch`.
    pub branch: Option<BranchName>,
    /// What `{cluster}` in a pin's `in:` stands for; a name or a glob. Empty: no clusters.
    pub clusters: Vec<String>,
    pub landing: LandingMode,
    /// How a rollback lands, where that differs from `landing`.
    pub rollback_landing: Option<LandingMode>,
    /// Has instances (previews); never a source or a target of this version's verbs.
    pub ephemeral: bool,
}

/// One application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub name: AppName,
    pub source: Option<SourceAddress>,
    /// The folder of the source repository that concerns it.
    pub path: Option<RepoPath>,
    pub version: VersionTemplate,
    pub pins: Vec<PinRule>,
}

/// Where a source repository is: an address that git takes, or a path (relative ones start at the config repository).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceAddress(pub String);

/// How one pin of an application is found in each environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRule {
    pub kind: PinKind,
    /// The overlay's folder or file, with `{environment}`, `{application}` and `{cluster}`.
    pub within: String,
    /// The environments that this rule serves; empty: all that are not ephemeral.
    pub environments: Vec<EnvName>,
}

/// The kinds of pins; each is one file in `overlay/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinKind {
    /// An entry of a kustomization's `images:` by image name.
    KustomizeImage { image: String, digest: DigestRule },
}

impl PinKind {
    /// What the pin is found by, as reports name it.
    pub fn identity(&self) -> &str {
        match self {
            PinKind::KustomizeImage { image, .. } => image,
        }
    }
}

/// What becomes of an entry's digest when a new tag comes without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DigestRule {
    /// Refuse and ask for `--digest`.
    #[default]
    Ask,
    /// Remove the digest: it belongs to the old tag.
    Drop,
}

/// A person and the principals that their signatures carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub principals: Vec<String>,
    pub forge: Option<String>,
}

impl Environment {
    /// The first of its source branches that is a plain name: whose tip `--latest` takes.
    pub fn first_plain_branch(&self) -> Option<BranchName> {
        let plain = |text: &&String| !text.starts_with('!') && !text.contains('*');
        self.branches.iter().find(plain).and_then(|text| BranchName::new(text.as_str()).ok())
    }
}

impl Settings {
    /// The environment of that name.
    pub fn environment(&self, name: &EnvName) -> Option<&Environment> {
        self.environments.iter().find(|e| e.name == *name)
    }

    /// The application of that name.
    pub fn application(&self, name: &AppName) -> Option<&Application> {
        self.applications.iter().find(|a| a.name == *name)
    }

    /// The environments that last, in order.
    pub fn durable(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().filter(|e| !e.ephemeral)
    }
}

impl PinRule {
    /// Whether this rule serves the environment.
    pub fn serves(&self, environment: &Environment) -> bool {
        if self.environments.is_empty() {
            !environment.ephemeral
        } else {
            self.environments.contains(&environment.name)
        }
    }

    /// The overlay's place for one application, environment and cluster.
    pub fn place(&self, app: &AppName, env: &EnvName, cluster: Option<&ClusterName>) -> String {
        let place = self.within.replace("{environment}", env.as_str()).replace("{application}", app.as_str());
        match cluster {
            Some(cluster) => place.replace("{cluster}", cluster.as_str()),
            None => place,
        }
    }
}
