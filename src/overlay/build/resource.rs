//! One object of a build: what it is selected by, and the images in it.

use super::chosen::chooses;
use super::pattern::matches;
use super::piece::{Piece, Text};

/// An object, whatever names it has had in the layers so far.
#[derive(Debug, Clone)]
pub struct Resource {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub names: Vec<String>,
    pub namespaces: Vec<String>,
    pub root: Piece,
}

/// What selects objects: of a patch, a replacement. Nothing said selects all.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    pub group: Option<String>,
    pub version: Option<String>,
    pub kind: Option<String>,
    pub name: Option<String>,
    pub namespace: Option<String>,
    /// Selectors by labels and by annotations.
    pub labels: Option<String>,
    pub annotations: Option<String>,
}

/// Where the text of an image stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// In a list of containers: every version of kustomize matches it.
    Container,
    /// A volume's: the newer versions do.
    Volume,
    /// Under a key that sounds so: where a `configurations:` says it.
    Other,
}

impl Resource {
    /// The objects that a document is: one, none, or those of a list.
    pub fn of(root: Piece) -> Vec<Self> {
        let Some(kind) = root.str(&["kind"]) else { return Vec::new() };
        if kind.ends_with("List") && matches!(root.get(&["items"]), Some(Piece::List(_))) {
            return root.items(&["items"]).iter().cloned().flat_map(Self::of).collect();
        }
        let text = |keys: &[&str]| root.str(keys).unwrap_or_default().to_string();
        let api = text(&["apiVersion"]);
        let (group, version) = api.split_once('/').unwrap_or(("", &api));
        let one = Self {
            group: group.to_string(),
            version: version.to_string(),
            kind: kind.to_string(),
            names: vec![text(&["metadata", "name"])],
            namespaces: vec![text(&["metadata", "namespace"])],
            root,
        };
        vec![one]
    }

    /// Whether patches merge its lists by Kubernetes' own rules: others replace a list as a whole.
    pub fn is_known(&self) -> bool {
        matches!(self.group.as_str(), "" | "apps" | "batch") || self.group.ends_with(".k8s.io")
    }

    /// Whether a selector chooses it; `None`: that cannot be told.
    pub fn is(&self, selector: &Selector) -> Option<bool> {
        let one = |wanted: &Option<String>, own: &[String]| {
            let Some(wanted) = wanted.as_deref().filter(|wanted| !wanted.is_empty()) else { return Some(true) };
            let all: Option<Vec<bool>> = own.iter().map(|own| matches(wanted, own)).collect();
            all.map(|all| all.contains(&true))
        };
        let by = |wanted: &Option<String>, key: &str| match wanted.as_deref().filter(|wanted| !wanted.is_empty()) {
            Some(wanted) => chooses(wanted, &self.root, key),
            None => Some(true),
        };
        let (kind, version) = (std::slice::from_ref(&self.kind), std::slice::from_ref(&self.version));
        let parts = [
            one(&selector.kind, kind),
            one(&selector.name, &self.names),
            one(&selector.namespace, &self.namespaces),
            one(&selector.version, version),
            one(&selector.group, std::slice::from_ref(&self.group)),
            by(&selector.labels, "labels"),
            by(&selector.annotations, "annotations"),
        ];
        if parts.contains(&Some(false)) {
            return Some(false);
        }
        parts.iter().all(Option::is_some).then_some(true)
    }

    /// Shows every image, with where it stands.
    pub fn images(&mut self, each: &mut dyn FnMut(&mut Text, Field)) {
        if self.kind != "CustomResourceDefinition" {
            images(&mut self.root, each);
        }
    }
}

fn images(piece: &mut Piece, each: &mut dyn FnMut(&mut Text, Field)) {
    match piece {
        Piece::List(items) => items.iter_mut().for_each(|item| images(item, each)),
        Piece::Map(entries) => {
            for (key, value) in entries {
                match (key.as_str(), &mut *value) {
                    ("containers" | "initContainers", Piece::List(items)) => {
                        items.iter_mut().for_each(|item| container(item, each));
                    }
                    ("volumes", Piece::List(items)) => items.iter_mut().for_each(|item| volume(item, each)),
                    (name, Piece::Text(text)) if crate::overlay::image::is_image_key(name) => each(text, Field::Other),
                    _ => images(value, each),
                }
            }
        }
        Piece::Text(_) | Piece::Null | Piece::Opaque => {}
    }
}

fn container(item: &mut Piece, each: &mut dyn FnMut(&mut Text, Field)) {
    let Piece::Map(entries) = item else { return };
    for (key, value) in entries {
        match value {
            Piece::Text(text) if key == "image" => each(text, Field::Container),
            value => images(value, each),
        }
    }
}

fn volume(item: &mut Piece, each: &mut dyn FnMut(&mut Text, Field)) {
    let Piece::Map(entries) = item else { return };
    for (key, value) in entries {
        match value {
            Piece::Map(inner) if key == "image" => {
                for (name, value) in inner {
                    if let (Piece::Text(text), "reference") = (value, name.as_str()) {
                        each(text, Field::Volume);
                    }
                }
            }
            value => images(value, each),
        }
    }
}
