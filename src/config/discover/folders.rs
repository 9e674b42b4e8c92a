//! What the names of folders and files say: of environments, of what these share, and of nothing.

/// Folders whose folders are environments.
pub const CONTAINERS: [&str; 6] = ["overlays", "environments", "envs", "env", "clusters", "stages"];
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
const GENERIC: [&str; 91] = [
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
    "stages",
    "hosts",
    "set-image",
    "helmfile",
    "components",
    "component",
    "base",
    "bases",
    "vars",
    "variables",
    "environment",
    "deployment-patch",
    "default",
    "defaults",
    "terraform",
    "terragrunt",
    "locals",
    "globals",
    "outputs",
    "preset",
    "presets",
    "override",
    "overrides",
    "configs",
    "configuration",
    "configurations",
    "parameters",
    "inputs",
    "properties",
    "tfvars",
    "helm-values",
    "env-values",
    "value-files",
    "values-files",
];

/// Words that a copy is called by that runs nowhere, behind the name of what it is a copy of.
const PAST: [&str; 20] = [
    "old",
    "bak",
    "backup",
    "copy",
    "orig",
    "original",
    "tmp",
    "temp",
    "disabled",
    "archive",
    "archived",
    "deprecated",
    "obsolete",
    "unused",
    "retired",
    "example",
    "examples",
    "sample",
    "samples",
    "template",
];

/// Whether the end of a name says that it is a copy of what runs, and no place: `production-old`, `prod.bak`, `prod-2024-01-31`.
pub fn is_past(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['-', '_', '.', ' ']).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    let is_year = |word: &str| word.len() == 4 && is_number(word) && (word.starts_with("19") || word.starts_with("20"));
    let is_date = |word: &&str| is_year(word) || (word.len() > 5 && is_number(word));
    let is_copy = words.last().is_some_and(|last| PAST.contains(last)) || lower.contains(" copy");
    is_copy || words.iter().skip(1).any(is_date)
}

/// What a name is a copy of, by the words behind that: `web` of `web-old`, `deployment` of `deployment copy 2`. Behind a dash some of
/// those words are parts of a name: `db-backup` is no copy of `db`.
pub fn copied(name: &str) -> Option<impl Iterator<Item = &str>> {
    let last = name.rsplit(['-', '_', '.', ' ']).next().unwrap_or_default();
    let is_part = ["backup", "archive", "example", "examples", "sample", "samples", "template"];
    let is_name = is_part.contains(&last.to_ascii_lowercase().as_str()) && name.ends_with(&format!("-{last}"));
    let heads = name.match_indices(['-', '_', '.', ' ']).map(|(at, _)| &name[..at]).filter(|head| !head.is_empty());
    (is_past(name) && !is_name).then_some(heads)
}

/// Whether a folder's name says that environments share it: no environment and no application has such a name.
pub fn is_shared(name: &str) -> bool {
    name.starts_with(['.', '_']) || SHARED.contains(&name)
}

/// A name that says something about an application.
pub fn says(name: &str) -> Option<String> {
    (!name.is_empty() && !GENERIC.contains(&name)).then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_tells_what_it_is_of() {
        for (name, wanted) in [
            ("web-old", vec!["web"]),
            ("web_backup", vec!["web"]),
            ("a-b.bak", vec!["a", "a-b"]),
            ("web copy", vec!["web"]),
        ] {
            assert_eq!(copied(name).unwrap().collect::<Vec<_>>(), wanted);
        }
        for name in ["web", "web-backup", "service-template", "web-2"] {
            assert!(copied(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_copy_is_told_by_the_end_of_its_name() {
        for name in [
            "old",
            "production-old",
            "prod.bak",
            "prod_backup",
            "prod copy",
            "prod copy 2",
            "prod-20240131",
            "x-2024-01-31",
        ] {
            assert!(is_past(name), "{name}");
        }
        for name in
            ["production", "prod-2", "staging2", "prod-eu-1", "backup-prod", "gold", "prod-eu-west-1", "", "2024"]
        {
            assert!(!is_past(name), "{name}");
        }
    }
}
