//! What the names of folders and files say: of environments, of what these share, and of nothing.

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
const GENERIC: [&str; 64] = [
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
    "docker-compose",
    "compose",
    "statefulset",
    "cronjob",
    "patch",
    "patches",
    "version",
    "versions",
    "image",
    "tag",
    "tags",
    "image-tags",
    "resources",
    "manifest",
    "settings",
    "params",
    "overlay",
    "overlays",
    "environments",
    "envs",
    "env",
    "clusters",
    "hosts",
    "set-image",
    "helmfile",
    "components",
    "component",
    "base",
    "bases",
];

/// Whether a folder's name says that environments share it: no environment and no application has such a name.
pub fn is_shared(name: &str) -> bool {
    name.starts_with(['.', '_']) || SHARED.contains(&name)
}

/// A name that says something about an application.
pub fn says(name: &str) -> Option<String> {
    (!name.is_empty() && !GENERIC.contains(&name)).then(|| name.to_string())
}
