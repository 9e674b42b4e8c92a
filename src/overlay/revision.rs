//! Revisions of repositories: an Argo CD source's `targetRevision`, a Flux GitRepository's or OCIRepository's `ref`.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::objects::{At, Found, files, keys, same_repository, then};
use super::reader::Reader;
use super::slot::Spot;

/// Where an Argo CD `Application` or `ApplicationSet` keeps its sources.
const SOURCES: [&[&str]; 2] = [&["spec"], &["spec", "template", "spec"]];

/// The revision of `repository` in the files at a place; `None` where nothing stands there.
pub fn spot(reader: &Reader<'_>, repository: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let files = files(reader, place)?;
    if files.is_empty() {
        return Ok(None);
    }
    let mut found = Found::default();
    for file in &files {
        for (document, root) in file.tree.documents.iter().enumerate() {
            for (name, route, node) in revisions(root) {
                let at = At { file: &file.path, document, route };
                found.add(name, same_repository(name, repository), at, node, Form::Whole)?;
            }
        }
    }
    found.only(repository, place).map(Some)
}

/// Every source of an Argo CD object, with its route.
pub fn sources(root: &Node) -> Vec<(Route, &Node)> {
    let mut out = Vec::new();
    if !matches!(text(root, &["kind"]), Some("Application" | "ApplicationSet")) {
        return out;
    }
    for above in SOURCES {
        let Some(spec) = get(root, above) else { continue };
        if let Some(source) = get(spec, &["source"]) {
            out.push((then(&keys(above), [Step::Key("source".into())]), source));
        }
        for (index, source) in get(spec, &["sources"]).and_then(Node::items).unwrap_or_default().iter().enumerate() {
            out.push((then(&keys(above), [Step::Key("sources".into()), Step::Index(index)]), source));
        }
    }
    out
}

/// Every revision of a document: its repository, and the route and node of the pin.
fn revisions(root: &Node) -> Vec<(&str, Route, &Node)> {
    let mut out = Vec::new();
    for (route, source) in sources(root) {
        if let (Some(address), Some(revision)) = (text(source, &["repoURL"]), get(source, &["targetRevision"])) {
            out.push((address, then(&route, [Step::Key("targetRevision".into())]), revision));
        }
    }
    // The first of these that is there is the one that Flux takes (its `commit` beats its `tag`, that beats its `branch`).
    let fields: &[&str] = match text(root, &["kind"]) {
        Some("GitRepository") => &["commit", "tag", "branch"],
        Some("OCIRepository") => &["digest", "tag"],
        _ => &[],
    };
    if let Some(address) = text(root, &["spec", "url"]) {
        let first = fields.iter().find_map(|field| Some((field, get(root, &["spec", "ref", field])?)));
        if let Some((field, node)) = first {
            out.push((address, keys(&["spec", "ref", field]), node));
        }
    }
    out
}
