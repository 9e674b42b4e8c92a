//! What a folder of kustomize or Flux builds: the images in the manifests that it leads to.

use std::collections::BTreeSet;

use crate::domain::files::{EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::tree::{Node, Tree, Value};

use super::kustomized::{Kustomization, read};
use super::layout::kustomization;

/// How far bases of bases are followed, and how many files are read on the way.
const DEEPEST_BASE: usize = 8;
const MOST_FILES: usize = 200;

/// The images of all that a folder builds, as they are written: by its kustomization, else of its own files.
pub fn of(files: &dyn Files, folder: &RepoPath) -> Result<BTreeSet<String>, Error> {
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

/// The images of all that a kustomization builds on, as they are written.
pub fn by(files: &dyn Files, folder: &RepoPath, kustomization: &Kustomization) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    follow(files, folder, kustomization, 0, &mut BTreeSet::new(), &mut found)?;
    Ok(found)
}

/// Gathers the images of all that a kustomization builds on. A file that cannot be read as YAML has none.
fn follow(
    files: &dyn Files,
    folder: &RepoPath,
    kustomized: &Kustomization,
    depth: usize,
    visited: &mut BTreeSet<RepoPath>,
    found: &mut BTreeSet<String>,
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
