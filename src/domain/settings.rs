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
    /// Environments in which a commit must have been first. `None`: the one before it in the list; empty: none is known,
    /// and a promotion says where it copies from.
    pub after: Option<Vec<EnvName>>,
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

impl Environment {
    /// Whether it lives on this branch. `main`: the branch of environments without one of their own.
    pub fn lives_on(&self, branch: &BranchName, main: &BranchName) -> bool {
        self.branch.as_ref().unwrap_or(main) == branch
    }
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
    /// An image by its name: the entry of a kustomization's `images:`; in other files the text or mapping that names it.
    Image { image: String, digest: DigestRule },
    /// The `?ref=` of an entry of a kustomization's `resources:`, `bases:` or `components:`, by repository.
    KustomizeBase { repository: String },
    /// The version of a chart: in a kustomization's `helmCharts:`, a `Chart.yaml`'s `dependencies:`, an Argo CD source or a
    /// Flux HelmRelease, by the chart's name.
    Chart { chart: String },
    /// The revision of a repository: an Argo CD source's `targetRevision`, a Flux GitRepository's or OCIRepository's `ref`.
    Revision { repository: String },
    /// The literal `KEY=VERSION` of a kustomization's generators, by its key and, where several have it, the generator's name.
    Literal { key: String, generator: Option<String> },
    /// What a kustomization gives to a label: in `labels:` or `commonLabels:`.
    Label { key: String },
    /// What a kustomization gives to an annotation: in `commonAnnotations:`.
    Annotation { key: String },
    /// The texts that Flux's image automation marks with a policy: `# {"$imagepolicy": "flux-system:web"}`.
    ImagePolicy { policy: String, digest: DigestRule },
    /// Any field of a YAML or JSON file.
    Field(Field),
    /// The scalar on the line that a comment `# stageline: NAME` marks.
    Marker { name: String },
}

/// Any field of a YAML or JSON file, by its document and its route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Which document; all of them `None`: the only one.
    pub document: DocumentRule,
    /// The route, as people write it: `spec.template.spec.containers[name=web].image`.
    pub route: String,
    /// The route inside the text at `route`, which is YAML itself (Argo CD's `helm.values`).
    pub inside: Option<String>,
    /// Where the digest stands, if it has a field of its own: beside the version, in the file or inside the text.
    pub digest: Option<String>,
    pub form: Form,
    /// What becomes of a digest when a new tag comes without one.
    pub digests: DigestRule,
}

/// Which document of a file, as `stageline.yaml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentRule {
    pub kind: Option<String>,
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub api_version: Option<String>,
}

/// How a version stands in a scalar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Form {
    /// The whole text is the version.
    #[default]
    Whole,
    /// An image reference: `registry:port/path:tag@digest`.
    Image,
    /// The `ref` of an address: `https://host/path?ref=VERSION`.
    Ref,
    /// What follows this beginning: `VERSION=`.
    After(String),
}

impl PinKind {
    /// What the pin is found by, as reports name it.
    pub fn identity(&self) -> String {
        match self {
            PinKind::Image { image, .. } => image.clone(),
            PinKind::KustomizeBase { repository } | PinKind::Revision { repository } => repository.clone(),
            PinKind::Chart { chart } => format!("chart {chart}"),
            PinKind::Literal { key, generator: None } => format!("literal {key}"),
            PinKind::Literal { key, generator: Some(name) } => format!("literal {name}/{key}"),
            PinKind::Label { key } => format!("label {key}"),
            PinKind::Annotation { key } => format!("annotation {key}"),
            PinKind::ImagePolicy { policy, .. } => format!("imagepolicy {policy}"),
            PinKind::Field(field) => field.identity(),
            PinKind::Marker { name } => format!("# stageline: {name}"),
        }
    }

    /// What becomes of a digest when a new tag comes without one.
    pub fn digests(&self) -> DigestRule {
        match self {
            PinKind::Image { digest, .. } | PinKind::ImagePolicy { digest, .. } => *digest,
            PinKind::Field(field) => field.digests,
            PinKind::KustomizeBase { .. }
            | PinKind::Chart { .. }
            | PinKind::Revision { .. }
            | PinKind::Literal { .. }
            | PinKind::Label { .. }
            | PinKind::Annotation { .. }
            | PinKind::Marker { .. } => DigestRule::Ask,
        }
    }
}

impl Field {
    /// The document and the route on one line.
    fn identity(&self) -> String {
        let document = &self.document;
        let words: Vec<&str> =
            [&document.kind, &document.namespace, &document.name].into_iter().flatten().map(String::as_str).collect();
        let inside = self.inside.as_ref().map_or(String::new(), |route| format!(" > {route}"));
        if words.is_empty() {
            format!("{}{inside}", self.route)
        } else {
            format!("{} {}{inside}", words.join("/"), self.route)
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
    /// The environments that its `after` names.
    pub fn named_before(&self) -> &[EnvName] {
        self.after.as_deref().unwrap_or_default()
    }

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

    /// The group that an application is a member of.
    pub fn group_of(&self, name: &AppName) -> Option<&Application> {
        self.applications.iter().find(|group| group.members.contains(name))
    }

    /// The environments that last, in order.
    pub fn durable(&self) -> impl Iterator<Item = &Environment> {
        self.environments.iter().filter(|e| !e.ephemeral)
    }
}

impl Application {
    /// The names of its members, for a report.
    pub fn member_names(&self) -> Vec<String> {
        self.members.iter().map(ToString::to_string).collect()
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
