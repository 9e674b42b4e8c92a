//! What discovery asks of a file that it has parsed: what a pin of some kind would read there, by the very reader of pins.

use std::sync::Arc;

use crate::domain::commit::ObjectId;
use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::Error;
use crate::domain::settings::{PinKind, PinRule};
use crate::lines::{keys, language};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Fault, Node, Tree};

pub use super::image::is_image_key;
pub use super::marker::marks as markers;
pub use super::objects::same_repository;
pub use super::policy::{Mark, Part, marks};
pub use super::slot::{reference, unquoted};

use super::image;
use super::kustomization::kustomization;
use super::reader::Reader;

/// A key of a file that is no YAML, with its text.
pub struct Keyed {
    /// The keys that lead to it, its own at the end, and the same as a path.
    pub steps: Vec<String>,
    pub route: String,
    pub text: String,
    pub line: u32,
}

/// The keys with texts of a file that is known by its name to be made of such; `None` of any other file.
pub fn keyed(file: &RepoPath, bytes: &[u8]) -> Option<Vec<Keyed>> {
    let language = language::of(file.name()).filter(|language| language.has_keys())?;
    let keyed = |entry: keys::Entry| {
        let (value, steps) = (entry.value.ok()?, entry.steps);
        let route = Route(steps.iter().cloned().map(Step::Key).collect()).to_string();
        Some(Keyed { steps, route, text: value.text, line: value.line })
    };
    Some(keys::all(bytes, language).into_iter().filter_map(keyed).collect())
}

/// One parsed file, as if it were alone.
pub struct Parsed<'f> {
    path: &'f RepoPath,
    bytes: &'f [u8],
    tree: Arc<Tree>,
}

impl<'f> Parsed<'f> {
    /// Parses a file.
    ///
    /// # Errors
    /// It is no YAML.
    pub fn new(path: &'f RepoPath, bytes: &'f [u8]) -> Result<Self, Fault> {
        Ok(Self { path, bytes, tree: Arc::new(Tree::parse(bytes)?) })
    }

    /// The documents.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The documents, for longer than the bytes.
    pub fn into_tree(self) -> Arc<Tree> {
        self.tree
    }

    /// What a pin of this kind would read in the file; `None` where it would be refused, or says no version.
    pub fn reading(&self, kind: &PinKind) -> Option<Reading> {
        let rule = PinRule {
            kind: kind.clone(),
            within: self.path.to_string(),
            environments: Vec::new(),
            more: Default::default(),
        };
        let reader = Reader::of(self, self.path.clone(), Arc::clone(&self.tree));
        let reading = super::read(&reader, &rule, self.path, None).ok()?.filter(|reading| reading.version.is_some())?;
        // Several places that happen to say the same now may be several things.
        let is_entry = matches!(kind, PinKind::Image { .. }) && super::kustomize::stands_at(&reader, self.path).ok()?;
        let is_one = is_entry || super::spot(&reader, &rule, self.path).ok()??.also.is_empty();
        is_one.then_some(reading)
    }

    /// The names of the images in the inline patches of the kustomization that the file is, in order.
    pub fn patched(&self) -> Vec<String> {
        let Ok(kustomization) = kustomization(self.path, &self.tree) else { return Vec::new() };
        let mut out: Vec<String> = Vec::new();
        for seen in seen(self.path, kustomization) {
            if !out.contains(&seen) {
                out.push(seen);
            }
        }
        out
    }
}

/// No image has an empty name, so that all are seen and none is taken.
fn seen(path: &RepoPath, kustomization: (usize, &Node)) -> Vec<String> {
    let found = image::look_in_patches(path, kustomization, "").unwrap_or_default();
    found.seen.into_iter().filter(|seen| seen.without.is_none()).map(|seen| seen.name).collect()
}

impl Files for Parsed<'_> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let entry = || Entry { path: path.clone(), kind: EntryKind::File, id: ObjectId::from_bytes([0; 20]) };
        Ok((path == self.path).then(entry))
    }

    fn list(&self, _: &RepoPath) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        Ok((path == self.path).then(|| self.bytes.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::DigestRule;

    fn reads(file: &str, text: &str, kind: &PinKind) -> Option<String> {
        let path = RepoPath::new(file).unwrap();
        let parsed = Parsed::new(&path, text.as_bytes()).unwrap();
        parsed.reading(kind).and_then(|reading| reading.version).map(|version| version.to_string())
    }

    #[test]
    fn a_parsed_file_is_read_as_a_pin_in_it_is() {
        let image = PinKind::Image { image: "r/web".into(), digest: DigestRule::Ask };
        assert_eq!(reads("values.yaml", "image: r/web:v1\n", &image).as_deref(), Some("v1"));
        assert_eq!(reads("kustomization.yaml", "images: [{name: r/web, newTag: v1}]\n", &image).as_deref(), Some("v1"));
        assert_eq!(reads("values.yaml", "a: {image: \"r/web:v1\"}\nb: {image: \"r/web:v1\"}\n", &image), None);
        assert_eq!(reads("values.yaml", "image: r/web:latest\n", &image), None);
        let policy = PinKind::ImagePolicy { policy: "a:web".into(), digest: DigestRule::Ask };
        let marked = "x: v1 # {\"$imagepolicy\": \"a:web:tag\"}\n";
        assert_eq!(reads("web.yaml", marked, &policy).as_deref(), Some("v1"));
    }

    #[test]
    fn the_images_of_inline_patches_are_listed_once() {
        let path = RepoPath::new("kustomization.yaml").unwrap();
        let text = "images: [{name: r/x, newTag: v1}]\npatches:\n- patch: |\n    kind: Pod\n    spec: {containers: [{image: \"r/a:v1\"}, {image: \"r/b:v1\"}, {image: \"r/a:v1\"}]}\n";
        assert_eq!(Parsed::new(&path, text.as_bytes()).unwrap().patched(), ["r/a", "r/b"]);
    }
}
