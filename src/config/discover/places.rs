//! Walks a tree for YAML and JSON files whose path tells their environment: by a folder, or by the name of the file.

use rayon::prelude::*;

use crate::domain::files::{Entry, EntryKind, Files, KUSTOMIZATIONS};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::FILE;

use super::layout::{CONTAINERS, is_shared, named, says};
use super::order::rank;

/// How many folders deep a file may lie.
const DEEPEST: usize = 7;
/// Folders that never hold what runs somewhere.
const NEVER: [&str; 11] = [
    "templates",
    "docs",
    "scripts",
    "vendor",
    "node_modules",
    "target",
    "flux-system",
    "crds",
    "src",
    "hack",
    "fixtures",
];

/// JSON files of tools, whose versions are none of ours.
const TOOLS: [&str; 8] = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "composer.json",
    "renovate.json",
    "deno.json",
    "lerna.json",
    "nx.json",
];

/// A file that may hold pins.
#[derive(Debug, Clone)]
pub struct Place {
    pub file: RepoPath,
    /// None: the documents have to tell it.
    pub env: Option<String>,
    /// The file's path with `{environment}` in the environment's place.
    pub within: String,
    /// The application and the team that the path names.
    pub app: Option<String>,
    pub team: Option<String>,
    /// Whether one environment alone is enough: by a folder, or by `values-ENV.yaml`.
    pub is_certain: bool,
    /// Whether a document that is no object holds Helm values.
    pub is_values: bool,
}

impl Place {
    /// Whether a document that is no object may hold Helm values: by its name, or as YAML of an environment.
    pub fn may_be_values(&self) -> bool {
        let is_yaml = [".yaml", ".yml"].iter().any(|ending| self.file.name().ends_with(ending));
        self.is_values || (self.env.is_some() && is_yaml)
    }
}

/// Looks through the whole tree.
pub fn find(files: &dyn Files) -> Result<Vec<Place>, Error> {
    let mut out = walk(files, &RepoPath::root(), None, 0)?;
    out.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(out)
}

/// Whether a folder of this name may hold what runs somewhere.
pub fn is_deployed(name: &str) -> bool {
    !name.starts_with(['.', '_']) && !name.starts_with("testdata") && !NEVER.contains(&name)
}

/// Whether a file of this name may hold versions.
pub fn is_config(name: &str) -> bool {
    let is_data = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
    (is_data || KUSTOMIZATIONS.contains(&name))
        && !name.starts_with(['.', '_'])
        && name != FILE
        && !TOOLS.contains(&name)
}

/// The environment's folder above a file.
#[derive(Debug, Clone)]
struct Above {
    env: String,
    folder: RepoPath,
}

fn walk(files: &dyn Files, folder: &RepoPath, above: Option<&Above>, depth: usize) -> Result<Vec<Place>, Error> {
    let entries = files.list(folder)?;
    let mut out: Vec<Place> = entries.iter().filter_map(|entry| place(entry, above)).collect();
    let is_folder = |entry: &&Entry| entry.kind == EntryKind::Folder && is_deployed(entry.path.name());
    let below: Vec<&Entry> = entries.iter().filter(is_folder).collect();
    // One such folder alone may be anything: a `test/` mostly holds tests.
    let stack = below.iter().filter(|entry| rank(entry.path.name()).is_some()).count();
    let is_container = CONTAINERS.contains(&folder.name());
    let found: Vec<Result<Vec<Place>, Error>> = below
        .par_iter()
        .filter(|_| depth < DEEPEST)
        .map(|entry| {
            let name = entry.path.name();
            let is_known = rank(name).is_some() && (stack > 1 || is_container);
            let is_env =
                above.is_none() && (is_known || (is_container && folder.name() != "clusters" && !is_shared(name)));
            let own = Above { env: name.to_string(), folder: entry.path.clone() };
            walk(files, &entry.path, if is_env { Some(&own) } else { above }, depth + 1)
        })
        .collect();
    for part in found {
        out.extend(part?);
    }
    Ok(out)
}

fn place(entry: &Entry, above: Option<&Above>) -> Option<Place> {
    let name = entry.path.name();
    let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    let (stem, ending) = name.rsplit_once('.')?;
    if !is_file || !is_config(name) || KUSTOMIZATIONS.contains(&name) {
        return None;
    }
    let folder = entry.path.parent().unwrap_or_default();
    let is_values = stem.contains("values") || folder.parts().any(|part| part == "values");
    let join = |folder: &str, rest: &str| if folder.is_empty() { rest.to_string() } else { format!("{folder}/{rest}") };
    let place = |env: Option<&str>, within: String, (app, team), is_certain| {
        let (file, env) = (entry.path.clone(), env.map(str::to_string));
        Some(Place { file, env, within, app, team, is_certain, is_values })
    };
    if within_braces(&entry.path) {
        return None;
    }
    if let Some(above) = above {
        let around = above.folder.parent().unwrap_or_default();
        let rest = folder.as_str().strip_prefix(above.folder.as_str()).unwrap_or_default();
        let file = match stem
            .strip_suffix(above.env.as_str())
            .filter(|head| head.is_empty() || head.ends_with(['-', '.', '_']))
        {
            Some(head) => format!("{head}{{environment}}.{ending}"),
            None => name.to_string(),
        };
        let within = join(&join(around.as_str(), &format!("{{environment}}{rest}")), &file);
        let below = rest.split('/').find_map(says);
        let before = named(&container(&around));
        let own = file.strip_suffix(&format!(".{ending}")).and_then(stem_says);
        let told = if around.name() == "overlays" && before.0.is_some() {
            before
        } else {
            (below.or(own).or(before.0), before.1)
        };
        return place(Some(&above.env), within, told, true);
    }
    let (env, shape, is_certain) = of_stem(stem, &folder)?;
    let Some(env) = env else {
        // A file of its own may hold one application for each environment.
        return if folder.parts().any(is_shared) {
            None
        } else {
            place(None, entry.path.to_string(), (None, None), true)
        };
    };
    let within = join(folder.as_str(), &format!("{shape}.{ending}"));
    let (app, team) = named(&container(&folder));
    place(Some(env), within, (stem_says(&shape).or(app), team), is_certain)
}

/// The environment in a file's name, the name with its place, and whether that is certain.
fn of_stem<'s>(stem: &'s str, folder: &RepoPath) -> Option<(Option<&'s str>, String, bool)> {
    for (before, after) in [("values-", ""), ("values.", ""), ("values_", ""), ("", "-values"), ("", ".values")] {
        if let Some(env) = stem.strip_prefix(before).and_then(|rest| rest.strip_suffix(after))
            && rank(env).is_some()
        {
            return Some((Some(env), format!("{before}{{environment}}{after}"), true));
        }
    }
    if rank(stem).is_some() {
        let is_certain = folder.name() == "values" || CONTAINERS.contains(&folder.name());
        return Some((Some(stem), "{environment}".into(), is_certain));
    }
    let found = stem.match_indices(['-', '.', '_']).find(|(at, _)| rank(&stem[at + 1..]).is_some());
    Some(match found {
        Some((at, _)) => (Some(&stem[at + 1..]), format!("{}{{environment}}", &stem[..=at]), false),
        None => (None, stem.to_string(), true),
    })
}

/// The application that a file's name tells, without the environment: `web` of `web-{environment}`.
fn stem_says(stem: &str) -> Option<String> {
    let stem = stem.replace("{environment}", "");
    let stem = stem.trim_matches(['-', '.', '_']);
    let stem = stem.strip_suffix("-values").or_else(|| stem.strip_suffix(".values")).unwrap_or(stem);
    says(stem)
}

/// The folder around environments: without `overlays`, `values` and the like.
fn container(folder: &RepoPath) -> RepoPath {
    let mut folder = folder.clone();
    while CONTAINERS.contains(&folder.name()) || matches!(folder.name(), "values" | "chart" | "helm") {
        folder = folder.parent().unwrap_or_default();
    }
    folder
}

/// `in:` has placeholders in braces, so a path with braces cannot be told there.
fn within_braces(path: &RepoPath) -> bool {
    path.as_str().contains(['{', '}'])
}
