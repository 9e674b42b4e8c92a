//! Which images of an application's overlays are its pins: read from `images:`, else from the manifests built on.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{EntryKind, Files};
use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::tree::{Fault, Node, Tree, Value};

use super::bases;
use super::layout::kustomization;
use super::parts::Origin;
use super::sites::Site;
use super::versions::moves;

/// How far bases of bases are followed, and how many files are read on the way.
const DEEPEST_BASE: usize = 8;
const MOST_FILES: usize = 200;

/// What discovery needs of one kustomization.
#[derive(Debug, Clone, Default)]
pub struct Kustomization {
    pub images: Vec<Image>,
    /// Its remote bases and charts.
    pub sites: Vec<Site>,
    /// What it builds on, as it is written.
    builds_on: Vec<String>,
}

/// One entry of `images:`.
#[derive(Debug, Clone)]
pub struct Image {
    pub name: String,
    pub tag: Option<String>,
    pub digest: Option<String>,
    pub line: u32,
}

impl Image {
    fn is_fixed(&self) -> bool {
        self.digest.is_some() || self.tag.as_deref().is_some_and(|tag| !moves(tag))
    }

    fn is_moving(&self) -> bool {
        self.digest.is_none() && self.tag.as_deref().is_some_and(moves)
    }

    /// What two images of one build have in common.
    fn build(&self) -> Option<&str> {
        self.tag.as_deref().or(self.digest.as_deref())
    }
}

/// Reads a kustomization.
fn read(bytes: &[u8]) -> Result<Kustomization, Fault> {
    of(&Tree::parse(bytes)?)
}

/// What a parsed kustomization says.
pub fn of(tree: &Tree) -> Result<Kustomization, Fault> {
    let mut out = Kustomization { sites: bases::sites(tree), ..Kustomization::default() };
    for document in tree.documents.iter().filter(|document| document.entries().is_some()) {
        for item in document.get("images")?.and_then(Node::items).unwrap_or_default() {
            let text = |key: &str| -> Result<Option<String>, Fault> {
                Ok(item.get(key)?.and_then(Node::as_str).map(str::to_string))
            };
            if let Some(name) = text("name")? {
                out.images.push(Image { name, tag: text("newTag")?, digest: text("digest")?, line: item.line });
            }
        }
        for key in ["resources", "bases", "components"] {
            let items = document.get(key)?.and_then(Node::items).unwrap_or_default();
            out.builds_on.extend(items.iter().filter_map(Node::as_str).map(str::to_string));
        }
    }
    Ok(out)
}

/// One overlay as the choice sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub file: &'a RepoPath,
    pub folder: &'a RepoPath,
    pub kustomization: &'a Kustomization,
}

/// The images that are pins, the tags they have, and what was left out with the reason.
#[derive(Debug)]
pub struct Choice {
    pub images: Vec<String>,
    pub tags: Vec<String>,
    /// What each overlay says, in the order that they were given.
    pub builds: Vec<Option<String>>,
    pub origin: Origin,
    pub left_out: Vec<(String, String)>,
}

impl Default for Choice {
    fn default() -> Self {
        let (images, tags, builds, left_out) = Default::default();
        Self { images, tags, builds, origin: Origin::Images, left_out }
    }
}

/// Chooses the pins of one application from its overlays. `within` is how the left out ones are placed.
pub fn choose(files: &dyn Files, app: Option<&str>, overlays: &[Seen<'_>], within: &str) -> Result<Choice, Error> {
    let mut names: Vec<&str> = Vec::new();
    for image in overlays.iter().flat_map(|overlay| &overlay.kustomization.images) {
        if !names.contains(&image.name.as_str()) {
            names.push(&image.name);
        }
    }
    if names.is_empty() {
        return from_bases(files, app, overlays, within);
    }
    let mut choice = Choice::default();
    for overlay in overlays {
        for image in overlay.kustomization.images.iter().filter(|image| image.is_moving()) {
            let tag = image.tag.as_deref().unwrap_or_default();
            choice.left_out.push((
                format!("{}:{}", overlay.file, image.line),
                format!("`{}` is at `{tag}`, which moves; it becomes a pin with a fixed version", image.name),
            ));
        }
    }
    let entries = |name: &str| -> Vec<Option<&Image>> {
        overlays.iter().map(|overlay| overlay.kustomization.images.iter().find(|image| image.name == name)).collect()
    };
    let fixed = |name: &&str| entries(name).into_iter().flatten().any(Image::is_fixed);
    let mut candidates: Vec<&str> = names.iter().copied().filter(fixed).collect();
    if candidates.is_empty() {
        // Entries that say no version yet (a `newName` alone) can still take one.
        candidates =
            names.iter().copied().filter(|name| !entries(name).into_iter().flatten().any(Image::is_moving)).collect();
    }
    let in_all: Vec<&str> =
        candidates.iter().copied().filter(|name| entries(name).iter().all(Option::is_some)).collect();
    let builds = |name: &str| -> Vec<Option<String>> {
        entries(name).into_iter().map(|image| image.and_then(Image::build).map(str::to_string)).collect()
    };
    let agree = |names: &[&str]| names.windows(2).all(|two| builds(two[0]) == builds(two[1]));
    let primary = app
        .and_then(|app| named_after(app, &candidates))
        .or_else(|| candidates.first().copied().filter(|_| candidates.len() == 1))
        .or_else(|| in_all.first().copied().filter(|_| agree(&in_all)));
    let Some(primary) = primary else {
        if !candidates.is_empty() {
            let reason =
                format!("none of its images is named after the application: {}; declare its pins", quoted(&candidates));
            choice.left_out.push((within.to_string(), reason));
        }
        return Ok(choice);
    };
    let wanted = builds(primary);
    for name in candidates {
        if builds(name) == wanted {
            choice.images.push(name.to_string());
        } else {
            let reason = format!("its version differs from `{primary}`'s: declare an application of its own");
            choice.left_out.push((format!("`{name}` in {within}"), reason));
        }
    }
    let tags = entries(primary).into_iter().flatten().filter(|image| !image.is_moving());
    choice.tags = tags.filter_map(|image| image.tag.clone()).collect();
    choice.builds = wanted;
    Ok(choice)
}

/// The image whose last part is the application's name, or shares it.
fn named_after<'n>(app: &str, names: &[&'n str]) -> Option<&'n str> {
    let exact = names.iter().find(|name| last_part(name) == app);
    exact.or_else(|| names.iter().find(|name| shares(app, last_part(name)))).copied()
}

pub fn shares(app: &str, image: &str) -> bool {
    !image.is_empty() && (image.contains(app) || app.contains(image))
}

/// `web` of `registry.example.com/shop/web`.
pub fn last_part(image: &str) -> &str {
    image.rsplit('/').next().unwrap_or_default()
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// No overlay has an `images:` entry: the one image of the base that is the application's.
fn from_bases(files: &dyn Files, app: Option<&str>, overlays: &[Seen<'_>], within: &str) -> Result<Choice, Error> {
    let mut found = BTreeSet::new();
    if let Some(overlay) = overlays.first() {
        let mut visited = BTreeMap::new();
        follow(files, overlay.folder, overlay.kustomization, 0, &mut visited, &mut found)?;
    }
    let named: Vec<&String> = match app {
        Some(app) => {
            let exact: Vec<&String> = found.iter().filter(|image| last_part(image) == app).collect();
            let exact_or_near = found.iter().filter(|image| shares(app, last_part(image))).collect();
            if exact.is_empty() { exact_or_near } else { exact }
        }
        None => found.iter().collect(),
    };
    let mut choice = Choice { origin: Origin::Base, ..Choice::default() };
    match (named.as_slice(), found.len()) {
        ([one], _) => choice.images.push((*one).clone()),
        (_, 0) => {
            let reason = "no kustomization here has an `images:` entry, and no image was found in what it builds on";
            choice.left_out.push((within.to_string(), reason.into()));
        }
        _ => {
            let all: Vec<&str> = found.iter().map(String::as_str).collect();
            let reason = format!("no `images:` entry, and not one image is the application's: {}", quoted(&all));
            choice.left_out.push((within.to_string(), reason));
        }
    }
    Ok(choice)
}

/// Gathers the images of all that a kustomization builds on. A file that cannot be read as YAML has none.
fn follow(
    files: &dyn Files,
    folder: &RepoPath,
    kustomized: &Kustomization,
    depth: usize,
    visited: &mut BTreeMap<RepoPath, ()>,
    found: &mut BTreeSet<String>,
) -> Result<(), Error> {
    for target in &kustomized.builds_on {
        if target.contains("://") || target.contains("?ref=") || depth > DEEPEST_BASE || visited.len() > MOST_FILES {
            continue;
        }
        let Ok(path) = folder.join(target) else { continue };
        if visited.insert(path.clone(), ()).is_some() {
            continue;
        }
        match files.entry(&path)?.map(|entry| entry.kind) {
            Some(EntryKind::Folder) => {
                let entries = files.list(&path)?;
                let Some(file) = kustomization(&entries) else { continue };
                let Some(bytes) = files.read(&file.path)? else { continue };
                let Ok(base) = read(&bytes) else { continue };
                follow(files, &path, &base, depth + 1, visited, found)?;
            }
            Some(EntryKind::File | EntryKind::Executable) => {
                let Some(bytes) = files.read(&path)? else { continue };
                for document in Tree::parse(&bytes).map(|tree| tree.documents).unwrap_or_default() {
                    containers(&document, 0, found);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The images of every list of containers below a node.
fn containers(node: &Node, depth: usize, found: &mut BTreeSet<String>) {
    if depth > 32 {
        return;
    }
    match &node.value {
        Value::Mapping(entries) => {
            for (key, value) in entries {
                if matches!(key.as_str(), Some("containers" | "initContainers")) {
                    for item in value.items().unwrap_or_default() {
                        if let Ok(Some(image)) = item.get("image")
                            && let Some(text) = image.as_str()
                        {
                            found.insert(image::parts(text).0.to_string());
                        }
                    }
                } else {
                    containers(value, depth + 1, found);
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| containers(item, depth + 1, found)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}
