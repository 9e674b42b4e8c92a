//! What a folder of kustomize or Flux builds: the images and the charts in the manifests that it leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::locate::{get, text};
use crate::yaml::tree::{Node, Tree, Value};

use super::kustomized::{Kustomization, read};
use super::layout::kustomization;
use super::naming::last_part;

/// How far bases of bases are followed, and how many files are read on the way.
const DEEPEST_BASE: usize = 8;
const MOST_FILES: usize = 200;

/// What is built.
#[derive(Debug, Default)]
pub struct Built {
    /// The images, as they are written.
    pub images: BTreeSet<String>,
    /// The charts of releases, with the names of their repositories, by their versions as they are written.
    pub charts: BTreeMap<String, (String, Option<String>)>,
}

/// All that a folder builds: by its kustomization, else of its own files.
pub fn of(files: &dyn Files, folder: &RepoPath) -> Result<Built, Error> {
    let entries = files.list(folder)?;
    let own = match kustomization(&entries) {
        Some(file) => files.read(&file.path)?.and_then(|bytes| read(&file.path, &bytes).ok()).unwrap_or_default(),
        None => Kustomization {
            builds_on: entries.iter().map(|entry| entry.path.name().to_string()).collect(),
            ..Kustomization::default()
        },
    };
    by(files, folder, &own)
}

/// All that a kustomization builds on.
pub fn by(files: &dyn Files, folder: &RepoPath, kustomization: &Kustomization) -> Result<Built, Error> {
    let mut found = Built::default();
    follow(files, folder, kustomization, 0, &mut BTreeSet::new(), &mut found)?;
    Ok(found)
}

/// Gathers what is in all that a kustomization builds on. A file that cannot be read as YAML has none.
fn follow(
    files: &dyn Files,
    folder: &RepoPath,
    kustomized: &Kustomization,
    depth: usize,
    visited: &mut BTreeSet<RepoPath>,
    found: &mut Built,
) -> Result<(), Error> {
    for target in &kustomized.builds_on {
        if target.contains("://") || target.contains('?') || depth > DEEPEST_BASE || visited.len() > MOST_FILES {
            continue;
        }
        let Ok(path) = folder.join(target) else { continue };
        if !visited.insert(path.clone()) {
            continue;
        }
        match files.entry(&path)?.map(|entry| entry.kind) {
            Some(EntryKind::Folder) => {
                let entries = files.list(&path)?;
                let Some(file) = kustomization(&entries) else { continue };
                let Some(bytes) = files.read(&file.path)? else { continue };
                let Ok(base) = read(&file.path, &bytes) else { continue };
                follow(files, &path, &base, depth + 1, visited, found)?;
            }
            Some(EntryKind::File | EntryKind::Executable) => {
                let Some(bytes) = files.read(&path)? else { continue };
                for document in Tree::parse(&bytes).map(|tree| tree.documents).unwrap_or_default() {
                    containers(&document, 0, &mut found.images);
                    found.charts.extend(chart(&document));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The version of the chart that a release of Flux takes, that chart and its repository.
fn chart(document: &Node) -> Option<(String, (String, Option<String>))> {
    let spec = get(document, &["spec", "chart", "spec"])?;
    let (version, chart) = (text(spec, &["version"])?, text(spec, &["chart"])?);
    let from = text(spec, &["sourceRef", "name"]).map(str::to_string);
    Some((version.to_string(), (last_part(chart).to_string(), from)))
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
                            found.insert(text.to_string());
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
