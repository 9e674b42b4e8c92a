//! Files whose path tells their environment: where each one's pins stand, and what application its path names.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{KUSTOMIZATIONS, is_yaml};
use crate::domain::path::RepoPath;

use super::folders::{is_shared, says};
use super::layout::application;
use super::order::is_region;
use super::paths::{self, Sure, Told};
use super::walk::is_config;

/// A file that may hold pins.
#[derive(Debug, Clone)]
pub struct Place {
    pub file: RepoPath,
    /// None: the documents have to tell it.
    pub env: Option<String>,
    pub cluster: Option<String>,
    /// The file's path with `{environment}` in the environment's place.
    pub within: String,
    /// The application and the team that the path names.
    pub app: Option<String>,
    pub team: Option<String>,
    /// What the file's own name says.
    pub stem: Option<String>,
    pub sure: Sure,
    /// Whether a document that is no object holds Helm values.
    pub is_values: bool,
}

impl Place {
    /// Whether a document that is no object may hold Helm values: by its name, or as a file of an environment.
    pub fn may_be_values(&self) -> bool {
        self.is_values || self.env.is_some()
    }
}

/// What the names of files say before the application's: `values-web.yaml`.
const PREFIXES: [&str; 3] = ["values", "helm-values", "helmrelease"];
/// What they say behind it: what is in them.
const SUFFIXES: [&str; 14] = [
    "values",
    "deployment",
    "statefulset",
    "daemonset",
    "cronjob",
    "rollout",
    "patch",
    "image",
    "images",
    "tag",
    "version",
    "release",
    "helmrelease",
    "kustomization",
];

/// The places among these files.
pub fn find(paths: &[RepoPath], told: &[Option<Told>]) -> Vec<Place> {
    let mut folders: BTreeMap<Repeated<'_>, BTreeSet<&RepoPath>> = BTreeMap::new();
    for told in told.iter().flatten() {
        folders.entry(repeated(told)).or_default().insert(&told.around);
    }
    let is_repeated = |told: &Told| !told.by_folder && folders.get(&repeated(told)).is_some_and(|all| all.len() > 1);
    let each = paths.iter().zip(told);
    let each = each.filter_map(|(path, told)| {
        let place = place(path, told.as_ref())?;
        Some(match told {
            Some(told) if is_repeated(told) => of_folder(place, told),
            _ => place,
        })
    });
    each.collect()
}

/// A file's name with its environment taken out, and the folder around that of the file.
type Repeated<'t> = (Option<RepoPath>, &'t str);

fn repeated(told: &Told) -> Repeated<'_> {
    (told.around.parent(), told.within.rsplit('/').next().unwrap_or_default())
}

/// A place by its folder, where that says something: what files in several folders are called names none of their applications.
fn of_folder(place: Place, told: &Told) -> Place {
    match application(told) {
        (Some(app), team) => Place { app: Some(app), team, stem: None, ..place },
        (None, _) => place,
    }
}

fn place(path: &RepoPath, told: Option<&Told>) -> Option<Place> {
    if KUSTOMIZATIONS.contains(&path.name()) {
        return None;
    }
    let (stem, _) = paths::stem(path.name());
    let is_values = stem.contains("values") || path.parts().any(|part| part == "values");
    let Some(told) = told else {
        // A file of its own may hold one application for each environment.
        let folder = path.parent().unwrap_or_default();
        let is_own = is_yaml(path.name()) && is_config(path.name()) && !folder.parts().any(is_shared);
        return is_own.then(|| Place {
            file: path.clone(),
            env: None,
            cluster: None,
            within: path.to_string(),
            app: None,
            team: None,
            stem: None,
            sure: Sure::Certain,
            is_values,
        });
    };
    let name = told.within.rsplit('/').next().unwrap_or_default();
    let own = stem_says(paths::stem(name).0);
    let (around, team) = application(told);
    let is_below = !told.below.is_empty() || told.beside.is_some() || told.around.name() == "overlays";
    // Terraform takes the files of a folder as one, whatever they are called.
    let is_part = path.name().ends_with(".tf");
    let app = if (is_below || is_part) && around.is_some() { around } else { own.clone().or(around) };
    Some(Place {
        file: path.clone(),
        env: Some(told.env.clone()),
        cluster: told.cluster.clone(),
        within: told.within.clone(),
        app,
        team,
        stem: own,
        sure: told.sure,
        is_values,
    })
}

/// The application that a file's name tells, without the environment: `web` of `web-{environment}`.
pub fn stem_says(stem: &str) -> Option<String> {
    // The name of a host tells no application.
    if stem.starts_with("{cluster}") {
        return None;
    }
    let (before, after) = stem.split_once("{environment}").unwrap_or((stem, ""));
    // Behind the environment a host has its domain.
    let stem = if before.trim_matches(['-', '.', '_']).is_empty() { after } else { before };
    let stem = stem.trim_matches(['-', '.', '_']);
    let ending = SUFFIXES.iter().find_map(|suffix| stem.strip_suffix(suffix)?.strip_suffix(['-', '.', '_']));
    let beginning = || PREFIXES.iter().find_map(|prefix| stem.strip_prefix(prefix)?.strip_prefix(['-', '.', '_']));
    let stem = ending.or_else(beginning).unwrap_or(stem);
    let is_domain = before.is_empty() && stem.contains('.');
    says(stem).filter(|stem| !is_region(stem) && !is_shared(stem) && !is_domain)
}
