//! The checked settings of one config repository at one commit: what `stageline.yaml` says, or what discovery found.

mod applications;
mod environments;
mod families;
mod feedback;
mod freeze;
mod freezing;
mod gates;
mod holes;
mod patterns;
mod people;
mod pins;
mod previews;
mod repository;
mod requests;
mod spans;
mod words;

use std::collections::BTreeSet;

use super::commit::CommitId;
use super::names::{AppName, BranchName, EnvName, RemoteName};
use super::path::RepoPath;

pub use applications::{Application, ApplicationRules, SourceAddress};
pub use environments::{Environment, EnvironmentRules, LandingMode, fits_cluster};
pub use families::{Born, Family, FamilyOwner, Membership, NoMember};
pub use feedback::{Addressee, Event, Feedback, PREFIXES, Sink, Variable, WebhookFormat};
pub use freeze::{Day, Freeze, FreezeExempt, FreezeSense, Moment, Window, ZoneName};
pub use freezing::{FreezeState, FrozenBy, frozen};
pub use gates::{
    Alone, Approvals, Approver, Check, Gates, Hotfix, NamedGate, Override, Soak, SoakClock, SoakCounts, SoakSince,
};
pub use holes::{Holes, holes_in};
pub use patterns::{BranchPattern, Fillable, NamePattern, PathPattern};
pub use people::{Group, MailAddress, Mobile, Owners, Party, PartyName, Person, Principal};
pub use pins::{Aliases, DigestRule, DocumentRule, Field, Form, PinExtras, PinKind, PinRule};
pub use previews::{Entry, Ephemeral, Forks, Register};
pub use repository::RepositoryId;
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
    /// Those that the file names; where a tree was looked at, also the members of families that it has.
    pub applications: Vec<Application>,
    /// Entries of `applications` that each stand for many.
    pub families: Vec<Family>,
    /// What families find in a tree, and what is no application.
    pub no_members: Vec<NoMember>,
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
    /// The allowed-signers file in the config repository, ssh-keygen(1)'s format.
    pub signers_file: Option<RepoPath>,
    /// Whose signed records of what a server accepted count (`clock: receipt`): the key of its hook.
    pub receipts: Vec<Party>,
    /// The commit from which on the past counts as evidence also across renames and by rules that came later.
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

impl Settings {
    /// The people that a party is: themselves, or those of a group.
    pub fn members<'s>(&'s self, party: &'s Party) -> impl Iterator<Item = &'s PartyName> {
        let (one, group) = match party {
            Party::Person(name) => (Some(name), None),
            Party::Group(name) => (None, self.groups.iter().find(|group| group.name == *name)),
        };
        one.into_iter().chain(group.into_iter().flat_map(|group| &group.members))
    }

    /// Whether a verdict may hang on what somebody vouches for in a statement: a check, an approval, an override.
    pub fn asks_for_statements(&self) -> bool {
        let by = |gates: &gates::Gates| !gates.checks.is_empty() || !gates.approvals.is_empty();
        let of_env = |env: &Environment| {
            by(&env.rules.gates) || !env.rules.overrides.is_empty() || !env.rules.signers.is_empty()
        };
        self.owners.is_some()
            || self.environments.iter().any(of_env)
            || self.applications.iter().any(|app| by(&app.rules.gates) || !app.rules.owners.is_empty())
    }

    /// Whether the verdicts of landings are kept: where a rule asks for what is said of a change or a commit, or lets a gate be overridden.
    pub fn keeps_verdicts(&self) -> bool {
        let by = |gates: &gates::Gates| !gates.checks.is_empty() || !gates.approvals.is_empty();
        let of_env = |env: &Environment| by(&env.rules.gates) || !env.rules.overrides.is_empty();
        self.environments.iter().any(of_env) || self.applications.iter().any(|app| by(&app.rules.gates))
    }

    /// The principals of all these parties.
    pub fn principals<'s>(&'s self, parties: impl Iterator<Item = &'s Party>) -> Vec<String> {
        let members: Vec<_> = parties.flat_map(|party| self.members(party)).collect();
        let people = self.people.iter().filter(|person| members.contains(&&person.name));
        people.flat_map(|person| person.principals.iter().map(|one| one.as_str().to_string())).collect()
    }

    /// A copy's settings with the applications and environments of these that it does not know: which there are is the main
    /// branch's to say. `None` where it knows them all.
    pub fn more_than(&self, copy: &Settings) -> Option<Settings> {
        let apps: Vec<_> = self.applications.iter().filter(|app| copy.application(&app.name).is_none()).collect();
        let envs: Vec<_> = self.environments.iter().filter(|env| copy.environment(&env.name).is_none()).collect();
        if apps.is_empty() && envs.is_empty() {
            return None;
        }
        let mut all = copy.clone();
        all.applications.extend(apps.into_iter().cloned());
        all.environments.extend(envs.into_iter().cloned());
        Some(all)
    }

    /// Every soak that the file asks for: of environments, applications and families.
    fn soaks(&self) -> impl Iterator<Item = &Soak> {
        let of_envs = self.environments.iter().map(|env| &env.rules.gates);
        let of_apps = self.applications.iter().map(|app| &app.rules.gates);
        let of_families = self.families.iter().map(|family| &family.gates);
        of_envs.chain(of_apps).chain(of_families).filter_map(|gates| gates.soak.as_ref())
    }

    /// Whether anything soaks by that clock.
    pub fn soaks_by(&self, clock: SoakClock) -> bool {
        self.soaks().any(|soak| soak.clock == clock)
    }

    /// The freezes of an environment: its own, and those of the whole file.
    pub fn freezes_of<'s>(&'s self, env: &'s Environment) -> impl Iterator<Item = &'s Freeze> {
        let of_file = self.freezes.iter();
        let is_its = |freeze: &&Freeze| freeze.environments.is_empty() || freeze.environments.contains(&env.name);
        env.rules.gates.freeze.iter().chain(of_file.filter(is_its))
    }

    /// The environment of that name.
    pub fn environment(&self, name: &EnvName) -> Option<&Environment> {
        self.environments.iter().find(|e| e.name == *name)
    }

    /// The application of that name.
    pub fn application(&self, name: &AppName) -> Option<&Application> {
        self.applications.iter().find(|a| a.name == *name)
    }

    /// The files that are policy wherever they stand, since the settings name them: who signs, and what requests say, which may be
    /// commands to a forge.
    pub fn own_files(&self) -> impl Iterator<Item = &RepoPath> {
        let own = self.environments.iter().filter_map(|env| env.rules.requests.template.as_ref());
        self.signers_file.iter().chain(&self.requests.template).chain(own)
    }

    /// What the application that had this name before is called, where one alone says so and nothing is called so today.
    pub fn called_now(&self, name: &AppName) -> Option<&AppName> {
        if self.application(name).is_some() || self.group_of(name).is_some() {
            return None;
        }
        let mut all = self.applications.iter().filter(|app| app.rules.was.contains(name));
        let first = all.next();
        first.filter(|_| all.next().is_none()).map(|app| &app.name)
    }

    /// The person or group of a name.
    pub fn party(&self, name: &str) -> Option<Party> {
        let person = self.people.iter().map(|person| &person.name).find(|own| own.as_str() == name);
        let group = || self.groups.iter().map(|group| &group.name).find(|own| own.as_str() == name);
        person.cloned().map(Party::Person).or_else(|| group().cloned().map(Party::Group))
    }

    /// The group that an application is a member of.
    pub fn group_of(&self, name: &AppName) -> Option<&Application> {
        self.applications.iter().find(|group| group.members.contains(name))
    }

    /// Whether one of these environments has instances.
    pub fn makes_instances(&self, names: &BTreeSet<EnvName>) -> bool {
        names.iter().any(|name| self.has_instances(name))
    }

    /// Whether an environment is one of these and has instances.
    pub fn has_instances(&self, name: &EnvName) -> bool {
        self.environment(name).is_some_and(|env| env.ephemeral.is_some())
    }

    /// The environments that have instances, in order.
    pub fn ephemeral(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().filter(|e| e.ephemeral.is_some())
    }

    /// The environments that last, in order.
    pub fn durable(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().filter(|e| e.ephemeral.is_none())
    }
}
