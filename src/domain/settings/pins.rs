//! How the pins of an application are found: kind, place, and the environments that they serve.

use super::super::names::{AppName, ClusterName, EnvName};
use super::super::template::VersionTemplate;
use super::environments::Environment;
use super::words::words;

/// How one pin of an application is found in each environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRule {
    pub kind: PinKind,
    /// The overlay's folder or file, with `{environment}`, `{application}` and `{cluster}`.
    pub within: String,
    /// The environments that this rule serves; empty: all that are not ephemeral.
    pub environments: Vec<EnvName>,
    /// What the file says of the pin beyond that.
    pub more: PinExtras,
}

/// What the file says of a pin beyond its kind and place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PinExtras {
    /// How the commit is written at this pin, where that is not the application's way.
    pub version: Option<VersionTemplate>,
    /// The names that it was found by in the past.
    pub was: Vec<String>,
    /// What becomes of an alias whose anchor is the pin; `None`: the pin is refused where there is one.
    pub aliases: Option<Aliases>,
    /// `optional: true`: it may be missing in an environment.
    pub optional: Option<bool>,
}

words! {
    /// What becomes of an alias whose anchor is the pin.
    Aliases {
        /// It follows the pin.
        Follow = "follow",
    }
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
    pub document: Box<DocumentRule>,
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
    /// A route that it has.
    pub has: Option<String>,
    /// Its place in the file, from 0.
    pub index: Option<usize>,
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
    /// One of several image references in a text, by its name: `web:v1@sha256:...,api:v2`.
    Among(String),
    /// What stands between a beginning and an end: `VERSION=v1`, `web-v1`.
    Around { head: String, tail: String },
}

impl Form {
    /// What follows a beginning.
    pub fn after(head: impl Into<String>) -> Self {
        Form::Around { head: head.into(), tail: String::new() }
    }
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

    /// The name by which the pin's files call it: what a rename changes; `None` of a kind that goes by no such name.
    pub fn name(&self) -> Option<&str> {
        match self {
            PinKind::Image { image, .. } => Some(image),
            PinKind::KustomizeBase { repository } | PinKind::Revision { repository } => Some(repository),
            PinKind::Chart { chart } => Some(chart),
            PinKind::Literal { .. }
            | PinKind::Label { .. }
            | PinKind::Annotation { .. }
            | PinKind::ImagePolicy { .. }
            | PinKind::Field(_)
            | PinKind::Marker { .. } => None,
        }
    }

    /// The same kind of pin under another name; `None` of a kind that goes by none.
    pub fn named(&self, name: &str) -> Option<Self> {
        let name = name.to_string();
        match self {
            PinKind::Image { digest, .. } => Some(PinKind::Image { image: name, digest: *digest }),
            PinKind::KustomizeBase { .. } => Some(PinKind::KustomizeBase { repository: name }),
            PinKind::Revision { .. } => Some(PinKind::Revision { repository: name }),
            PinKind::Chart { .. } => Some(PinKind::Chart { chart: name }),
            PinKind::Literal { .. }
            | PinKind::Label { .. }
            | PinKind::Annotation { .. }
            | PinKind::ImagePolicy { .. }
            | PinKind::Field(_)
            | PinKind::Marker { .. } => None,
        }
    }

    /// Whether both are found in the same way, whatever becomes of a digest.
    fn finds_as(&self, other: &Self) -> bool {
        let plain = |kind: &Self| match kind.clone() {
            PinKind::Image { image, .. } => PinKind::Image { image, digest: DigestRule::Ask },
            PinKind::ImagePolicy { policy, .. } => PinKind::ImagePolicy { policy, digest: DigestRule::Ask },
            PinKind::Field(field) => PinKind::Field(Field { digests: DigestRule::Ask, ..field }),
            kind => kind,
        };
        plain(self) == plain(other)
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
        let place = document.index.map(|index| format!("document {index}"));
        let words: Vec<&str> = words.into_iter().chain(document.has.as_deref()).chain(place.as_deref()).collect();
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

impl PinRule {
    /// Of the pins of an entry, the one that finds it: the first that has to be there.
    pub fn finder<'p>(pins: impl Iterator<Item = &'p Self> + Clone) -> Option<&'p Self> {
        pins.clone().find(|pin| pin.more.optional != Some(true)).or_else(|| pins.clone().next())
    }

    /// Whether both find the same scalars: what they do with a version does not count.
    pub fn finds_as(&self, other: &Self) -> bool {
        self.within == other.within && self.kind.finds_as(&other.kind)
    }

    /// Whether this rule serves the environment.
    pub fn serves(&self, environment: &Environment) -> bool {
        if self.environments.is_empty() {
            environment.ephemeral.is_none()
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
