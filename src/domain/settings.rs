//! The checked settings of one config repository at one commit: what `stageline.yaml` says, or what discovery found.

mod families;
mod feedback;
mod freeze;
mod gates;
mod patterns;
mod people;
mod pins;
mod previews;
mod requests;
mod spans;
mod words;

use std::fmt;

use super::commit::CommitId;
use super::names::{AppName, BadName, BranchName, EnvName, RemoteName};
use super::path::RepoPath;
use super::template::VersionTemplate;

pub use families::{Born, Family, FamilyOwner};
pub use feedback::{Addressee, Event, Feedback, Sink, Variable, WebhookFormat};
pub use freeze::{Day, Freeze, FreezeExempt, FreezeSense, Moment, Window, ZoneName};
pub use gates::{
    Alone, Approvals, Approver, Check, Gates, Hotfix, NamedGate, Override, Soak, SoakClock, SoakCounts, SoakSince,
};
pub use patterns::{BranchPattern, Fillable, NamePattern, PathPattern};
pub use people::{Group, MailAddress, Mobile, Owners, Party, PartyName, Person, Principal};
pub use pins::{Aliases, DigestRule, DocumentRule, Field, Form, PinExtras, PinKind, PinRule};
pub use previews::{Ephemeral, Forks, Register};
pub use requests::{Forge, ForgeKind, Host, IssuePattern, Issues, Requests};
pub use spans::TimeSpan;

/// The name of the configuration file, at the root of the config repository.
pub const FILE: &str = "stageline.yaml";

/// Everything `stageline.yaml` says, checked; `notices` names what is only kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub origin: Origin,
    /// What change digests call this repository.
    pub id: Option<RepositoryId>,
    pub git: GitSettings,
    pub owners: Option<Owners>,
    /// In order: the stack.
    pub environments: Vec<Environment>,
    /// Freezes of several environments.
    pub freezes: Vec<Freeze>,
    pub applications: Vec<Application>,
    /// Entries of `applications` that each stand for many.
    pub families: Vec<Family>,
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
    /// The allowed-signers file in the config repository, ssh-keygen(1)'s format.
    pub signers_file: Option<RepoPath>,
    /// The commit from which on the past counts as evidence also across renames.
    pub trust_before: Option<CommitId>,
    pub forges: Vec<Forge>,
    /// What requests of every environment are opened with.
    pub requests: Requests,
    pub issues: Option<Issues>,
    pub feedback: Vec<Feedback>,
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
    /// Environments in which a commit must have been first. `None`: the one before it in the list; empty: none is known,
    /// and a promotion says where it copies from.
    pub after: Option<Vec<EnvName>>,
    /// The branches of the source whose commits it deploys. Only read for `--latest` so far; empty where the file does not
    /// say.
    pub branches: Vec<BranchPattern>,
    /// The branch of the config repository it lives on, where it is not `git.branch`.
    pub branch: Option<BranchName>,
    /// What `{cluster}` in a pin's `in:` stands for; a name or a glob. Empty: no clusters.
    pub clusters: Vec<String>,
    pub landing: LandingMode,
    /// How a rollback lands, where that differs from `landing`.
    pub rollback_landing: Option<LandingMode>,
    /// Has instances (previews); never a source or a target of this version's verbs.
    pub ephemeral: Option<Ephemeral>,
    /// What the file says of changes to it beyond that.
    pub rules: EnvironmentRules,
}

/// What is kept of an environment, and nothing enforces yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnvironmentRules {
    /// The environments of `after` in which another commit with the same tree counts (`same: tree`).
    pub same_tree: Vec<EnvName>,
    pub gates: Gates,
    /// Whose signature a change needs; empty: that of any known person.
    pub signers: Vec<Party>,
    /// Whose keys may sign a merge: a forge's own, for one.
    pub landers: Vec<Party>,
    pub overrides: Vec<Override>,
    /// The gates that a return need not pass; `None`: what the tool takes where nothing is said.
    pub rollback_exempt: Option<Vec<NamedGate>>,
    /// Who is asked to look at a rollback's request.
    pub rollback_reviewers: Vec<Party>,
    pub hotfix: Option<Hotfix>,
    pub requests: Requests,
    /// How long a version runs before it counts as stable.
    pub stable_after: Option<TimeSpan>,
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
    /// What one version serves, where it is a group: it moves and is shown as one. Empty: only itself.
    pub members: Vec<AppName>,
    /// What the file says of it beyond that.
    pub rules: ApplicationRules,
}

/// What is kept of an application, and nothing works with yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationRules {
    /// What of the source repository concerns it, where that is more than one folder; `Application::path` is then `None`.
    pub concerns: Vec<PathPattern>,
    pub owners: Vec<Party>,
    /// Only add to those of the environment.
    pub gates: Gates,
    /// The form of the source's tags, with `{version}`.
    pub tag: Option<Fillable>,
    /// The names that it had in the past.
    pub was: Vec<AppName>,
}

/// What change digests call a config repository: one word, so that it is the same by every address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryId(String);

impl RepositoryId {
    /// Checks it by the rules for the names of applications.
    pub fn new(text: &str) -> Result<Self, BadName> {
        AppName::new(text).map(|name| Self(name.as_str().to_string()))
    }
}

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a source repository is: an address that git takes, or a path (relative ones start at the config repository).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceAddress(pub String);

impl Environment {
    /// The environments that its `after` names.
    pub fn named_before(&self) -> &[EnvName] {
        self.after.as_deref().unwrap_or_default()
    }

    /// The first of its source branches that is a plain name: whose tip `--latest` takes.
    pub fn first_plain_branch(&self) -> Option<BranchName> {
        self.branches.iter().find_map(BranchPattern::plain)
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

    /// The group that an application is a member of.
    pub fn group_of(&self, name: &AppName) -> Option<&Application> {
        self.applications.iter().find(|group| group.members.contains(name))
    }

    /// The environments that last, in order.
    pub fn durable(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().filter(|e| e.ephemeral.is_none())
    }
}

impl Application {
    /// The names of its members, for a report.
    pub fn member_names(&self) -> Vec<String> {
        self.members.iter().map(ToString::to_string).collect()
    }
}
