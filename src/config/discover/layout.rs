//! Which folders are overlays of environments, by their kustomizations, and which applications they name.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Entry, EntryKind, KUSTOMIZATIONS};
use crate::domain::path::RepoPath;

use super::folders::{CONTAINERS, is_shared, says};
use super::order::{is_region, rank};
use super::paths::{Sure, Told};

/// One overlay: a kustomization that stands for an application in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The folder that names the application; none where the image has to.
    pub app: Option<String>,
    /// The folder around it, where that says something.
    pub team: Option<String>,
    pub env: String,
    pub cluster: Option<String>,
    pub folder: RepoPath,
    pub file: RepoPath,
    /// `folder` with `{environment}` in the environment's place.
    pub within: String,
    /// Whether the images of what it builds on are its own, where it names none.
    pub is_whole: bool,
    /// Whether only what it says tells that it is of an environment.
    pub is_sibling: bool,
}

/// What the paths tell of overlays.
#[derive(Debug, Default)]
pub struct Layout {
    pub overlays: Vec<Overlay>,
    pub left_out: Vec<(String, String)>,
}

/// The overlays among these files.
pub fn find(paths: &[RepoPath], told: &[Option<Told>]) -> Layout {
    let mut by_folder: BTreeMap<RepoPath, (usize, &RepoPath, Option<&Told>)> = BTreeMap::new();
    for (path, told) in paths.iter().zip(told) {
        let Some(rank) = KUSTOMIZATIONS.iter().position(|name| *name == path.name()) else { continue };
        let own = (rank, path, told.as_ref().filter(|told| told.by_folder));
        let folder = path.parent().unwrap_or_default();
        if by_folder.get(&folder).is_none_or(|(other, ..)| rank < *other) {
            by_folder.insert(folder, own);
        }
    }
    let above: BTreeSet<RepoPath> = by_folder.keys().flat_map(ancestors).collect();
    let mut layout = Layout::default();
    for (folder, (_, file, told)) in &by_folder {
        let Some(told) = told else {
            let around = folder.parent().unwrap_or_default();
            if [Some(&around), around.parent().as_ref()].into_iter().flatten().any(|one| one.name() == "clusters") {
                let reason =
                    "the name of a cluster does not tell its environment: declare `clusters:` or an environment";
                layout.left_out.push((folder.to_string(), reason.into()));
            }
            continue;
        };
        layout.overlays.push(overlay(folder, file, told, above.contains(folder)));
    }
    layout
}

/// The folders that a folder lies in.
fn ancestors(folder: &RepoPath) -> Vec<RepoPath> {
    std::iter::successors(folder.parent(), RepoPath::parent).filter(|folder| !folder.is_root()).collect()
}

fn overlay(folder: &RepoPath, file: &RepoPath, told: &Told, has_more: bool) -> Overlay {
    let (app, team) = application(told);
    let is_named = told.beside.is_some() || told.is_listed || named(&container(&told.around)).0.is_some();
    let deepest = if is_named { 0 } else { 1 };
    let within = told.within.rsplit_once('/').map_or("", |(folder, _)| folder).to_string();
    Overlay {
        app,
        team,
        env: told.env.clone(),
        cluster: told.cluster.clone(),
        folder: folder.clone(),
        file: file.clone(),
        within,
        is_whole: !has_more && told.below.len() <= deepest && told.cluster.is_none(),
        is_sibling: told.sure == Sure::Sibling,
    }
}

/// The application that a path tells, and its team: by the environment's own name, by a folder below it, else by the one
/// around it.
pub fn application(told: &Told) -> (Option<String>, Option<String>) {
    let around = container(&told.around);
    let mut before = named(&around);
    if told.is_listed && before.0.is_none() && !is_shared(around.name()) {
        before.0 = Some(around.name().to_string());
    }
    if told.beside.is_some() {
        return (told.beside.clone(), before.0);
    }
    if !told.by_folder || (told.around.name() == "overlays" && before.0.is_some()) {
        return before;
    }
    // Below an environment `docs` is what serves them.
    let is_shared = |part: &String| is_shared(part) && *part != "docs";
    let is_name = |part: &&String| says(part).is_some() && !is_shared(part) && !is_region(part) && rank(part).is_none();
    match told.below.iter().rev().find(is_name) {
        Some(below) => (Some(below.clone()), before.0),
        None => before,
    }
}

/// The folder around environments: without `overlays`, `values` and the like.
pub fn container(folder: &RepoPath) -> RepoPath {
    let mut folder = folder.clone();
    while !folder.is_root()
        && (CONTAINERS.contains(&folder.name()) || matches!(folder.name(), "values" | "chart" | "helm"))
    {
        folder = folder.parent().unwrap_or_default();
    }
    folder
}

/// The file of the kustomization in a folder with these entries.
pub fn kustomization(entries: &[Entry]) -> Option<&Entry> {
    KUSTOMIZATIONS.iter().find_map(|name| {
        entries
            .iter()
            .find(|entry| entry.path.name() == *name && matches!(entry.kind, EntryKind::File | EntryKind::Executable))
    })
}

/// The application that a folder names, and the team around it.
pub fn named(folder: &RepoPath) -> (Option<String>, Option<String>) {
    let above = folder.parent().unwrap_or_default();
    // `web/deploy` is of the application around it.
    let (own, above) = match says(folder.name()) {
        None if says(above.name()).is_some() => (above.clone(), above.parent().unwrap_or_default()),
        _ => (folder.clone(), above),
    };
    (says(own.name()), says(above.name()))
}
