//! Walks a tree of files for folders that are laid out as overlays of environments.

use crate::domain::files::{Entry, EntryKind, Files, KUSTOMIZATIONS};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::order::rank;

/// How many folders deep an application may lie: `apps/ab/team/web/overlays`.
const DEEPEST: usize = 4;
/// Folders whose folders are environments.
pub const CONTAINERS: [&str; 5] = ["overlays", "environments", "envs", "env", "clusters"];
/// Folders that are shared by environments, or hold no deployments at all.
const SHARED: [&str; 16] = [
    "base",
    "bases",
    "common",
    "shared",
    "component",
    "components",
    "template",
    "templates",
    "charts",
    "docs",
    "scripts",
    "vendor",
    "node_modules",
    "target",
    "flux-system",
    "crds",
];
/// Folders that say nothing about the application in them.
const GENERIC: [&str; 35] = [
    "values",
    "Chart",
    "chart",
    "charts",
    "helm",
    "helmrelease",
    "helmreleases",
    "release",
    "releases",
    "application",
    "applicationset",
    "kustomization",
    "main",
    "all",
    "argocd",
    "argo",
    "flux",
    "images",
    "sources",
    "app",
    "apps",
    "applications",
    "services",
    "workloads",
    "deploy",
    "deployment",
    "deployments",
    "k8s",
    "kubernetes",
    "kustomize",
    "manifests",
    "config",
    "gitops",
    "infra",
    "infrastructure",
];

/// One overlay: a kustomization that stands for an application in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The folder that names the application; none where the image has to.
    pub app: Option<String>,
    /// The folder around it, where that says something.
    pub team: Option<String>,
    pub env: String,
    pub folder: RepoPath,
    pub file: RepoPath,
    /// `folder` with `{environment}` in the environment's place.
    pub within: String,
}

/// What the walk found.
#[derive(Debug, Default)]
pub struct Layout {
    pub overlays: Vec<Overlay>,
    pub left_out: Vec<(String, String)>,
}

impl Layout {
    fn add(&mut self, other: Layout) {
        self.overlays.extend(other.overlays);
        self.left_out.extend(other.left_out);
    }
}

/// Looks through the whole tree.
pub fn find(files: &dyn Files) -> Result<Layout, Error> {
    let root = RepoPath::root();
    let entries = files.list(&root)?;
    // One such folder alone may be anything: a `test/` at the root mostly holds tests.
    let (mut stack, mut rest): (Vec<&Entry>, Vec<&Entry>) =
        folders(&entries).partition(|entry| rank(entry.path.name()).is_some());
    if stack.len() < 2 {
        rest.append(&mut stack);
    }
    let mut layout = walk(files, &root, &rest, 0)?;
    for entry in stack {
        layout.add(environment(files, &root, entry)?);
    }
    layout.overlays.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(layout)
}

/// The file of the kustomization in a folder with these entries.
pub fn kustomization(entries: &[Entry]) -> Option<&Entry> {
    KUSTOMIZATIONS.iter().find_map(|name| {
        entries
            .iter()
            .find(|entry| entry.path.name() == *name && matches!(entry.kind, EntryKind::File | EntryKind::Executable))
    })
}

fn folders(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|entry| entry.kind == EntryKind::Folder && !is_shared(entry.path.name()))
}

pub fn is_shared(name: &str) -> bool {
    name.starts_with(['.', '_']) || SHARED.contains(&name)
}

fn walk(files: &dyn Files, folder: &RepoPath, below: &[&Entry], depth: usize) -> Result<Layout, Error> {
    let stack = below.iter().filter(|entry| rank(entry.path.name()).is_some()).count();
    let mut layout = Layout::default();
    for entry in below {
        layout.add(if CONTAINERS.contains(&entry.path.name()) {
            container(files, folder, entry)?
        } else if stack > 1 && rank(entry.path.name()).is_some() {
            environment(files, folder, entry)?
        } else if depth < DEEPEST {
            let entries = files.list(&entry.path)?;
            walk(files, &entry.path, &folders(&entries).collect::<Vec<_>>(), depth + 1)?
        } else {
            Layout::default()
        });
    }
    Ok(layout)
}

/// A folder whose folders are environments; `around` is the folder that it lies in.
fn container(files: &dyn Files, around: &RepoPath, entry: &Entry) -> Result<Layout, Error> {
    let mut layout = Layout::default();
    for env in folders(&files.list(&entry.path)?) {
        let found = environment(files, around, env)?;
        if entry.path.name() == "clusters" && rank(env.path.name()).is_none() && !found.overlays.is_empty() {
            let reason = "the name of a cluster does not tell its environment: declare `clusters:` or an environment";
            layout.left_out.push((env.path.to_string(), reason.into()));
        } else {
            layout.add(found);
        }
    }
    Ok(layout)
}

/// One environment's folder: an overlay itself, or a folder of applications.
fn environment(files: &dyn Files, around: &RepoPath, env: &Entry) -> Result<Layout, Error> {
    let mut layout = Layout::default();
    let entries = files.list(&env.path)?;
    let own = kustomization(&entries);
    let is_overlays = env.path.parent().is_some_and(|parent| parent.name() == "overlays");
    let (app, team) = named(around);
    let container = env.path.parent().unwrap_or_default();
    let within = |rest: &str| {
        let start = if container.is_root() { String::new() } else { format!("{container}/") };
        format!("{start}{{environment}}{rest}")
    };
    if own.is_none() || !is_overlays {
        for part in folders(&entries) {
            let below = files.list(&part.path)?;
            let Some(file) = kustomization(&below) else { continue };
            if app.is_some() {
                let reason =
                    "folders below an environment look like clusters: declare `clusters:` and `{cluster}` in `in:`";
                layout.left_out.push((part.path.to_string(), reason.into()));
                continue;
            }
            layout.overlays.push(Overlay {
                app: Some(part.path.name().to_string()),
                team: None,
                env: env.path.name().to_string(),
                folder: part.path.clone(),
                file: file.path.clone(),
                within: within(&format!("/{}", part.path.name())),
            });
        }
    }
    if let Some(file) = own.filter(|_| layout.overlays.is_empty()) {
        layout.overlays.push(Overlay {
            app,
            team,
            env: env.path.name().to_string(),
            folder: env.path.clone(),
            file: file.path.clone(),
            within: within(""),
        });
    }
    Ok(layout)
}

/// A name that says something about an application.
pub fn says(name: &str) -> Option<String> {
    (!name.is_empty() && !GENERIC.contains(&name)).then(|| name.to_string())
}

/// The application that a folder names, and the team around it.
pub fn named(folder: &RepoPath) -> (Option<String>, Option<String>) {
    let app = says(folder.name());
    let team = folder.parent().and_then(|parent| says(parent.name()));
    (app, team)
}
