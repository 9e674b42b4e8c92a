//! Finds the kustomization of a place: its file, and the document in it.

use crate::domain::files::{EntryKind, KUSTOMIZATIONS};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::yaml::tree::{Node, Tree};

use super::reader::{Reader, at};

/// The kustomization file at a place (a folder, or the file itself); `None` where there is none.
pub fn file_at(reader: &Reader<'_>, place: &RepoPath) -> Result<Option<RepoPath>, Error> {
    let root_or = if place.is_root() { None } else { reader.entry(place)? };
    match root_or {
        Some(entry) if entry.kind != EntryKind::Folder => return Ok(Some(entry.path)),
        None if !place.is_root() => return Ok(None),
        _ => {}
    }
    let mut found = Vec::new();
    for entry in reader.list(place)? {
        if KUSTOMIZATIONS.contains(&entry.path.name()) {
            found.extend(reader.entry(&entry.path)?);
        }
    }
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.path.clone())),
        several => {
            Err(Refusal::new(Code::TwoKustomizations, format!("`{place}` has more than one kustomization file"))
                .details(several.iter().map(|entry| entry.path.to_string()))
                .hint("kustomize refuses such a folder; take one away")
                .invalid())
        }
    }
}

/// The one document of the file that is a kustomization.
pub fn kustomization<'t>(file: &RepoPath, tree: &'t Tree) -> Result<(usize, &'t Node), Error> {
    let mut found = Vec::new();
    for (index, document) in tree.documents.iter().enumerate() {
        if document.entries().is_none() {
            continue;
        }
        let kind = document.get("kind").map_err(|fault| at(file, &fault))?.and_then(Node::as_str);
        if matches!(kind, None | Some("Kustomization" | "Component")) {
            found.push((index, document));
        }
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refusal::new(Code::NoKustomization, format!("`{file}` has no kustomization in it")).invalid()),
        several => {
            Err(Refusal::new(Code::TwoKustomizations, format!("`{file}` has more than one kustomization in it"))
                .details(several.iter().map(|(_, node)| format!("{file}:{}", node.line)))
                .invalid())
        }
    }
}
