//! Where the paths of a repository tell an environment: by a folder, by a part of its name, or by a part of a file's name.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::path::RepoPath;

use super::clusters::{self, Clusters, without_containers};
use super::folders::{CONTAINERS, is_past, is_shared, says};
use super::order::{is_region, is_spelling, rank};

const ENVIRONMENT: &str = "{environment}";
/// What stands for a number in front of an environment's name, which only sorts the folders: `01-dev`, `02-prod`.
const NUMBER: &str = "{number}";
/// Parts of names that stand around an environment's: `values-staging`, and `web.staging.example.com`.
const MARKS: [char; 3] = ['-', '.', '_'];
/// Names of files that hold what all environments share, or no environment's.
const COMMON: [&str; 9] =
    ["values", "base", "common", "default", "defaults", "kustomization", "Chart", "namespace", "secrets"];

/// Ends of files' names that say what is in them.
const ENDINGS: [&str; 6] = [".yaml", ".yml", ".json", ".hcl", ".tfvars", ".tf"];

/// How sure it is that a path tells an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// One file alone is enough.
    Certain,
    /// A word in a name may be an environment's by chance: a second file has to confirm it.
    Likely,
    /// The word is no environment's that is known, and stands alone here; it stands beside such in the folders around: one of those
    /// has to confirm it.
    Usual,
    /// The word is no environment's that is known, but it stands beside such: the same pins have to confirm it.
    Sibling,
}

/// What a path tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub env: String,
    /// The file's path with `{environment}` in the environment's place, and `{cluster}` in its cluster's.
    pub within: String,
    pub cluster: Option<String>,
    /// The folder around the environment's own, or around the file that names it.
    pub around: RepoPath,
    /// The folders below the environment's own, without the cluster's.
    pub below: Vec<String>,
    /// What the name says beside the environment: `web` of `web-staging`.
    pub beside: Option<String>,
    pub sure: Sure,
    /// Whether a folder tells it.
    pub by_folder: bool,
    /// Whether the folder around is one of several with environments, so that its name is an application's, whatever it says.
    pub is_listed: bool,
}

/// A place of an environment in a path: which part of it, and the part with `{environment}` in its place.
#[derive(Debug, Clone)]
struct Spot {
    at: usize,
    env: String,
    shape: String,
    sure: Sure,
}

/// What each of these paths tells, in their order.
pub fn tell(paths: &[RepoPath]) -> Vec<Option<Told>> {
    let tree = Tree::of(paths);
    let mut spots: Vec<Option<Spot>> = paths.iter().map(|path| tree.spot(path)).collect();
    without_spellings(&mut spots);
    let mut known: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for (path, spot) in paths.iter().zip(&spots) {
        if let Some(spot) = spot.as_ref().filter(|spot| spot.sure != Sure::Sibling) {
            known.entry(shaped(path, spot)).or_default().insert(&spot.env);
        }
    }
    let mut by_folder: HashMap<&str, Vec<&str>> = HashMap::new();
    for shape in known.keys() {
        let (folder, name) = shape.rsplit_once('/').unwrap_or(("", shape));
        if name.contains(ENVIRONMENT) && !folder.contains(ENVIRONMENT) {
            by_folder.entry(folder).or_default().push(name);
        }
    }
    let mut spots: Vec<Option<Spot>> = paths
        .iter()
        .zip(&spots)
        .map(|(path, spot)| match spot {
            Some(spot) if spot.sure != Sure::Sibling || known.contains_key(&shaped(path, spot)) => Some(spot.clone()),
            // What the folder around is called tells nothing here; the file's own name may.
            _ => beside(path, &by_folder),
        })
        .collect();
    usual(paths, &mut spots);
    let clusters = Clusters::of(paths, spots.iter().map(|spot| spot.as_ref().map(|spot| spot.at)));
    paths.iter().zip(spots).map(|(path, spot)| Some(told(path, spot?, &clusters))).collect()
}

/// Leaves out the environments that only a word in a file's name says, where folders and whole names spell them otherwise: of
/// `prd-fra.json` beside folders called `prod` it may be a cluster's name that tells no environment at all.
fn without_spellings(spots: &mut [Option<Spot>]) {
    let is_word = |spot: &Spot| spot.sure == Sure::Likely && stem(&spot.shape).0 != ENVIRONMENT;
    let sure = spots.iter().flatten().filter(|spot| !is_word(spot) && spot.sure != Sure::Sibling);
    let sure: BTreeSet<String> = sure.map(|spot| spot.env.clone()).collect();
    let is_other = |spot: &Spot| !sure.contains(&spot.env) && sure.iter().any(|env| is_spelling(env, &spot.env));
    for spot in spots {
        spot.take_if(|spot| is_word(spot) && is_other(spot));
    }
}

/// The folders and what lies in them.
struct Tree {
    /// How many folders in each have the name of an environment that is known: asked for each file below them.
    known: HashMap<String, usize>,
    /// For each folder the shapes of the folders in it, with their environments.
    shapes: HashMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Folders of whose folders several are environments with a number in front of each.
    numbered: HashSet<String>,
    /// For each folder, in how many of its folders a known environment stands beside others: `dev` of `apps/*/{dev,prod}`.
    usual: HashMap<String, BTreeMap<String, usize>>,
    /// What stands both in a folder of the one environment that is known there and in a folder beside that: `apps/web` has
    /// `values.yaml` in `production` and in `alpha`.
    twins: HashSet<(String, String)>,
    /// Folders with files of several environments: what they are called is none of those.
    told_by_files: HashSet<String>,
}

impl Tree {
    fn of(paths: &[RepoPath]) -> Self {
        let mut folders: HashMap<String, BTreeSet<&str>> = HashMap::new();
        for path in paths {
            let parts: Vec<&str> = path.parts().collect();
            for at in 0..parts.len().saturating_sub(1) {
                folders.entry(parts[..at].join("/")).or_default().insert(parts[at]);
            }
        }
        let mut shapes: HashMap<String, BTreeMap<String, BTreeSet<String>>> = HashMap::new();
        for (folder, names) in &folders {
            for (env, shape) in names.iter().filter_map(|name| part_of(name)) {
                shapes.entry(folder.clone()).or_default().entry(shape).or_default().insert(env.to_string());
            }
        }
        let (mut known, mut usual): (HashMap<_, _>, HashMap<String, BTreeMap<String, usize>>) = Default::default();
        for (folder, names) in &folders {
            let envs: Vec<&str> = names.iter().copied().filter(|name| rank(name).is_some()).collect();
            known.insert(folder.clone(), envs.len());
            if let Some((above, _)) = folder.rsplit_once('/').filter(|_| envs.len() > 1) {
                let counts = usual.entry(above.to_string()).or_default();
                envs.into_iter().for_each(|env| *counts.entry(env.to_string()).or_default() += 1);
            }
        }
        let is_numbered = |names: &BTreeSet<&str>| names.iter().filter_map(|name| numbered(name)).count() > 1;
        let numbered =
            folders.iter().filter(|(_, names)| is_numbered(names)).map(|(folder, _)| folder.clone()).collect();
        let twins = twins(paths, &known);
        let told_by_files = told_by_files(paths);
        Self { known, shapes, numbered, usual, twins, told_by_files }
    }

    /// How many folders here have the name of an environment that is known.
    fn known(&self, folder: &str) -> usize {
        self.known.get(folder).copied().unwrap_or_default()
    }

    /// Whether several folders beside the one around have this environment, so that it may stand there alone.
    fn is_usual(&self, around: &str, env: &str) -> bool {
        let above = around.rsplit_once('/').map(|(above, _)| above);
        above.and_then(|above| self.usual.get(above)?.get(env)).is_some_and(|count| *count > 1)
    }

    /// The place of the environment in a path, but for that of a copy that runs nowhere.
    fn spot(&self, path: &RepoPath) -> Option<Spot> {
        self.any(path).filter(|spot| {
            let behind = spot.shape.split_once(ENVIRONMENT).map_or("", |(_, behind)| behind);
            !is_past(&spot.env) && !is_past(stem(behind).0)
        })
    }

    fn any(&self, path: &RepoPath) -> Option<Spot> {
        let parts: Vec<&str> = path.parts().collect();
        let (name, folders) = parts.split_last()?;
        let mut sibling = None;
        for (at, part) in folders.iter().enumerate() {
            let above = folders[..at].join("/");
            let around = folders[..at].last().copied().unwrap_or_default();
            // Stages may be those of a pipeline: there only what stands beside a known environment is one.
            let is_container = CONTAINERS.contains(&around) && around != "stages";
            let spot = |env: &str, shape: String, sure| Some(Spot { at, env: env.to_string(), shape, sure });
            // One such folder alone may be anything: a `test/` mostly holds tests.
            let known = self.known(&above);
            if rank(part).is_some() && (known > 1 || is_container || self.is_usual(&above, part)) {
                return spot(part, ENVIRONMENT.into(), Sure::Certain);
            }
            let is_twin =
                of_name(name, &above).is_none() && self.twins.contains(&(above.clone(), parts[at + 1..].join("/")));
            if rank(part).is_some() && is_twin {
                return spot(part, ENVIRONMENT.into(), Sure::Likely);
            }
            if let Some((env, shape)) = numbered(part).filter(|_| self.numbered.contains(&above)) {
                return spot(env, shape, Sure::Certain);
            }
            if let Some((env, shape)) = part_of(part) {
                let envs = self.shapes.get(&above).and_then(|shapes| shapes.get(&shape)).map_or(0, BTreeSet::len);
                if envs > 1 || (is_container && around == "clusters") {
                    return spot(env, shape, Sure::Certain);
                }
            }
            // Where environments stand in it, it is an application's.
            let has_known = self.known(&folders[..=at].join("/")) > 1;
            // What is nothing but a region is no environment.
            let is_place = around != "clusters" && !is_shared(part) && !is_region(part);
            let is_told_below = self.told_by_files.contains(&folders[..=at].join("/"));
            if is_container && is_place && !has_known && !is_told_below {
                return spot(part, ENVIRONMENT.into(), Sure::Certain);
            }
            if (known > 1 || is_twin) && sibling.is_none() && !is_shared(part) && rank(part).is_none() {
                sibling = spot(part, ENVIRONMENT.into(), Sure::Sibling);
            }
        }
        let spot =
            of_name(name, &folders.join("/")).map(|(env, shape, sure)| Spot { at: folders.len(), env, shape, sure });
        spot.or(sibling)
    }
}

/// The folders in which files of one name but for that are of several environments: `envs/site1/tags.{qa,live}.tfvars`.
fn told_by_files(paths: &[RepoPath]) -> HashSet<String> {
    let mut shapes: HashMap<(String, String), BTreeSet<String>> = HashMap::new();
    for path in paths {
        let folder = path.parent().unwrap_or_default().to_string();
        if let Some((env, shape, _)) = of_name(path.name(), &folder) {
            shapes.entry((folder, shape)).or_default().insert(env);
        }
    }
    shapes.into_iter().filter(|(_, envs)| envs.len() > 1).map(|((folder, _), _)| folder).collect()
}

/// The files that a folder of the only known environment has in common with one beside it, each by the folder around both and the
/// way below. Kustomizations name what they build on alike everywhere: several have to be the same.
fn twins(paths: &[RepoPath], known: &HashMap<String, usize>) -> HashSet<(String, String)> {
    let mut seen: HashMap<(String, String), (bool, bool)> = HashMap::new();
    for path in paths {
        let parts: Vec<&str> = path.parts().collect();
        for (at, part) in parts.iter().enumerate().take(parts.len() - 1).filter(|(_, part)| !is_shared(part)) {
            let above = parts[..at].join("/");
            if known.get(&above) == Some(&1) {
                let (is_known, is_other) = seen.entry((above, parts[at + 1..].join("/"))).or_default();
                *if rank(part).is_some() { is_known } else { is_other } = true;
            }
        }
    }
    let both: HashSet<(String, String)> =
        seen.into_iter().filter(|(_, both)| *both == (true, true)).map(|(place, _)| place).collect();
    let is_kustomization = |below: &str| KUSTOMIZATIONS.contains(&below.rsplit('/').next().unwrap_or_default());
    let mut kustomized: HashMap<String, usize> = HashMap::new();
    for (above, _) in both.iter().filter(|(_, below)| is_kustomization(below)) {
        *kustomized.entry(above.clone()).or_default() += 1;
    }
    let is_told = |(above, below): &(String, String)| !is_kustomization(below) || kustomized[above] > 1;
    both.into_iter().filter(is_told).collect()
}

/// The environment in a file's name, the name with its place, and how sure that is.
fn of_name(name: &str, folder: &str) -> Option<(String, String, Sure)> {
    let (stem, ending) = stem(name);
    for (before, after) in
        [("values-", ""), ("values.", ""), ("values_", ""), ("", "-values"), ("", ".values"), ("", "_values")]
    {
        if let Some(env) = stem.strip_prefix(before).and_then(|rest| rest.strip_suffix(after))
            && rank(env).is_some()
        {
            return Some((env.to_string(), format!("{before}{ENVIRONMENT}{after}{ending}"), Sure::Certain));
        }
    }
    if rank(stem).is_some() {
        let around = folder.rsplit('/').next().unwrap_or_default();
        let is_certain = around == "values" || CONTAINERS.contains(&around);
        let sure = if is_certain { Sure::Certain } else { Sure::Likely };
        return Some((stem.to_string(), format!("{ENVIRONMENT}{ending}"), sure));
    }
    let (env, shape) = part_of(stem)?;
    Some((env.to_string(), format!("{shape}{ending}"), Sure::Likely))
}

/// The name without the ending that says what is in the file, and that ending.
pub fn stem(name: &str) -> (&str, &str) {
    let at = name.match_indices('.').map(|(at, _)| at).find(|at| {
        let ending = &name[*at..];
        ENDINGS.iter().any(|known| ending == *known || ending.starts_with(&format!("{known}.")))
    });
    name.split_at(at.filter(|at| *at > 0).unwrap_or(name.len()))
}

/// The environment that is a part of a name, at its end, its beginning or between, and the name with its place.
fn part_of(name: &str) -> Option<(&str, String)> {
    let marks: Vec<usize> = name.match_indices(MARKS).map(|(at, _)| at).collect();
    let starts = || std::iter::once(0).chain(marks.iter().map(|at| at + 1));
    let cut = |start: usize, end: usize| {
        let is_env = end > start && (start, end) != (0, name.len()) && rank(&name[start..end]).is_some();
        is_env.then(|| (&name[start..end], format!("{}{ENVIRONMENT}{}", &name[..start], &name[end..])))
    };
    let at_end = starts().find_map(|start| cut(start, name.len()));
    let at_start = || marks.iter().rev().find_map(|end| cut(0, *end));
    let between = || starts().find_map(|start| marks.iter().rev().find_map(|end| cut(start, *end)));
    at_end.or_else(at_start).or_else(between)
}

/// The environment behind a number that sorts it, and the name with their places: `01-dev`.
fn numbered(name: &str) -> Option<(&str, String)> {
    let digits = name.find(|c: char| !c.is_ascii_digit()).filter(|digits| (1..=3).contains(digits))?;
    let env = name[digits..].strip_prefix(MARKS).filter(|env| rank(env).is_some())?;
    let mark = &name[digits..name.len() - env.len()];
    Some((env, format!("{NUMBER}{mark}{ENVIRONMENT}")))
}

/// A place as it is where this file is: with the numbers of its own folders, where those of environments are sorted by some.
/// `None` where it has none.
pub fn by_number(within: &str, file: &RepoPath) -> Option<String> {
    let own = file.parts();
    let parts = within.split('/').zip(own).map(|(part, own)| if part.contains(NUMBER) { own } else { part });
    within.contains(NUMBER).then(|| parts.collect::<Vec<_>>().join("/"))
}

/// A file beside others that are of environments, whose name has another word in the environment's place.
fn beside(path: &RepoPath, by_folder: &HashMap<&str, Vec<&str>>) -> Option<Spot> {
    let folder = path.parent().unwrap_or_default();
    let name = path.name();
    let shapes = by_folder.get(folder.as_str())?;
    // The shape that says most of the name is the name's.
    let (word, shape) = shapes
        .iter()
        .filter_map(|shape| {
            let (before, after) = shape.split_once(ENVIRONMENT)?;
            let word = name.strip_prefix(before)?.strip_suffix(after)?;
            let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
            // A file that is called as its folder is what the others are of.
            let is_other =
                COMMON.contains(&word) || is_shared(word) || is_past(word) || folder.parts().any(|part| part == word);
            (is_word && !is_other).then_some((word, *shape))
        })
        .max_by_key(|(_, shape)| shape.len())?;
    Some(Spot { at: folder.parts().count(), env: word.to_string(), shape: shape.to_string(), sure: Sure::Sibling })
}

/// Finds the files that are called as those of an environment which no list knows, in a folder beside: `values-alpha.yaml` of a chart
/// that has no other, where the chart beside it has `values-prod.yaml`, too.
fn usual(paths: &[RepoPath], spots: &mut [Option<Spot>]) {
    let above = |path: &RepoPath| path.parent().filter(|folder| !folder.is_root()).and_then(|folder| folder.parent());
    let mut known: HashMap<(RepoPath, &str), Spot> = HashMap::new();
    for (path, spot) in paths.iter().zip(spots.iter()) {
        let is_name = |spot: &&Spot| spot.sure == Sure::Sibling && spot.shape.contains(ENVIRONMENT);
        let spot = spot.as_ref().filter(is_name).filter(|spot| spot.at + 1 == path.parts().count());
        if let (Some(spot), Some(above)) = (spot, above(path)) {
            known.insert((above, path.name()), Spot { sure: Sure::Usual, ..spot.clone() });
        }
    }
    for (path, spot) in paths.iter().zip(spots).filter(|(_, spot)| spot.is_none()) {
        *spot = above(path).and_then(|above| known.get(&(above, path.name()))).cloned();
    }
}

/// A path with `{environment}` wherever the environment stands from the spot on.
fn shaped(path: &RepoPath, spot: &Spot) -> String {
    let last = path.parts().count() - 1;
    let parts = path.parts().enumerate().map(|(at, part)| match at.cmp(&spot.at) {
        std::cmp::Ordering::Less => part.to_string(),
        std::cmp::Ordering::Equal => spot.shape.clone(),
        std::cmp::Ordering::Greater => again(part, &spot.env, at == last),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A name below the environment's folder, which may say the environment again.
fn again(name: &str, env: &str, is_file: bool) -> String {
    let (stem, ending) = if is_file { stem(name) } else { (name, "") };
    let found = stem.match_indices(env).find(|(at, _)| {
        let (before, after) = (&stem[..*at], &stem[at + env.len()..]);
        (before.is_empty() || before.ends_with(MARKS)) && (after.is_empty() || after.starts_with(MARKS))
    });
    match found {
        Some((at, _)) => format!("{}{ENVIRONMENT}{}{ending}", &stem[..at], &stem[at + env.len()..]),
        None => name.to_string(),
    }
}

/// The numbered machine of an environment that a host's name begins with: `web-01` of `web-01.{environment}.example.com.json`.
fn host(shape: &str) -> Option<&str> {
    let (host, domain) = shape.split_once(&format!(".{ENVIRONMENT}."))?;
    let is_numbered = host.ends_with(|c: char| c.is_ascii_digit()) && host.starts_with(|c: char| c.is_alphabetic());
    let is_plain = host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (is_numbered && is_plain && stem(domain).0.contains('.')).then_some(host)
}

fn told(path: &RepoPath, spot: Spot, clusters: &Clusters) -> Told {
    let parts: Vec<&str> = path.parts().collect();
    let by_folder = spot.at + 1 < parts.len();
    let below = if by_folder { &parts[spot.at + 1..parts.len() - 1] } else { &[] };
    let inner = clusters.place(&parts, spot.at).filter(|_| !below.is_empty());
    let outer = if by_folder && below.is_empty() { clusters::above(&parts, spot.at) } else { None };
    let cluster = inner.or(outer);
    let mut within = shaped(path, &spot);
    if let Some(at) = cluster {
        let mut shape: Vec<&str> = within.split('/').collect();
        shape[at] = "{cluster}";
        within = shape.join("/");
    }
    let host = if by_folder { None } else { host(&spot.shape) };
    if let Some(host) = host {
        within = within.replace(&spot.shape, &spot.shape.replacen(host, "{cluster}", 1));
    }
    let shape = host.map_or(&*spot.shape, |host| &spot.shape[host.len()..]);
    let beside = shape.replace(ENVIRONMENT, "").replace(NUMBER, "");
    let beside = if by_folder { beside.as_str() } else { stem(&beside).0 };
    let beside = beside.trim_matches(MARKS);
    // What a cluster is called beside its environment is no application.
    let is_cluster = spot.at > 0 && parts[spot.at - 1] == "clusters";
    Told {
        env: spot.env,
        within,
        cluster: cluster.map(|at| parts[at]).or(host).map(str::to_string),
        around: RepoPath::new(&parts[..outer.map_or(spot.at, |at| at - 1)].join("/")).unwrap_or_default(),
        below: below.iter().skip(inner.map_or(0, |at| at - spot.at)).map(|part| (*part).to_string()).collect(),
        beside: says(beside).filter(|name| by_folder && !is_cluster && !is_region(name) && !is_shared(name)),
        sure: spot.sure,
        by_folder,
        is_listed: by_folder && clusters.is_listed(without_containers(&parts[..spot.at])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `within env` of each path that tells one.
    fn told_of(paths: &[&str]) -> Vec<String> {
        let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::new(path).unwrap()).collect();
        let show = |told: Told| {
            let cluster = told.cluster.map_or(String::new(), |cluster| format!(" {cluster}"));
            format!("{} {}{cluster}", told.within, told.env)
        };
        tell(&paths).into_iter().flatten().map(show).collect()
    }

    #[test]
    fn a_path_tells_its_environment_by_a_folder_or_by_a_part_of_a_name() {
        for (staging, within) in [
            ("staging/web/values.yaml", "{environment}/web/values.yaml"),
            ("a/web-staging/x.yaml", "a/web-{environment}/x.yaml"),
            ("a/staging.web/x.yaml", "a/{environment}.web/x.yaml"),
            ("a/values-staging.yaml", "a/values-{environment}.yaml"),
            ("a/values.staging.yaml", "a/values.{environment}.yaml"),
            ("a/staging.web.yaml", "a/{environment}.web.yaml"),
            ("a/web-staging-blue.yaml", "a/web-{environment}-blue.yaml"),
            ("hosts/web.staging.example.com.json", "hosts/web.{environment}.example.com.json"),
            ("staging/web-staging.yaml", "{environment}/web-{environment}.yaml"),
            ("tags/staging/web", "tags/{environment}/web"),
            ("environments/web/staging/x.json", "environments/web/{environment}/x.json"),
            ("a/web.staging.yaml.tpl", "a/web.{environment}.yaml.tpl"),
            ("apps/web/stages/staging/x.yaml", "apps/web/stages/{environment}/x.yaml"),
        ] {
            let other = staging.replace("staging", "production");
            assert_eq!(told_of(&[staging, &other]), [format!("{within} staging"), format!("{within} production")]);
        }
        for path in ["lib/test/x.yaml", "web/base/values.yaml", "testimonials.yaml", "ci/stages/test/x.yaml"] {
            assert_eq!(told_of(&[path]), Vec::<String>::new(), "{path}");
        }
    }

    #[test]
    fn numbers_in_front_of_environments_only_sort_them() {
        let told =
            told_of(&["a/web/01-dev/x.yaml", "a/web/02-prod/x.yaml", "a/web/00-build/y.yaml", "b/1_test/x.yaml"]);
        let within = "a/web/{number}-{environment}/x.yaml";
        assert_eq!(told, [format!("{within} dev"), format!("{within} prod")]);
        let file = RepoPath::new("a/web/02-prod/x.yaml").unwrap();
        assert_eq!(by_number(within, &file).as_deref(), Some("a/web/02-prod/x.yaml"));
        assert_eq!(by_number("a/web/{environment}/x.yaml", &file), None);
    }

    #[test]
    fn a_name_that_no_list_knows_is_an_environment_beside_those_that_are_known() {
        let told = told_of(&[
            "a/dev.yaml",
            "a/prod.yaml",
            "a/demo.yaml",
            "a/base.yaml",
            "a/a.yaml",
            "e/dev/x.yaml",
            "e/prod/x.yaml",
            "e/ithc/x.yaml",
            "e/scripts/x.yaml",
            "e/web/y.yaml",
        ]);
        let wanted = ["dev", "prod", "demo"].map(|env| format!("a/{{environment}}.yaml {env}"));
        let others = ["dev", "prod", "ithc"].map(|env| format!("e/{{environment}}/x.yaml {env}"));
        assert_eq!(told, [wanted, others].concat());
    }

    #[test]
    fn a_word_in_a_name_founds_no_other_spelling_of_an_environment() {
        let told = told_of(&["apps/web/prod.yaml", "apps/web/dev.yaml", "addons/dns/prd-fra.json", "a/x-prd-eu.json"]);
        let wanted = ["apps/web/{environment}.yaml prod", "apps/web/{environment}.yaml dev"];
        assert_eq!(told, [wanted[0], wanted[1], "a/x-{environment}.json prd-eu"]);
    }

    #[test]
    fn clusters_stand_below_the_environments_of_a_named_application() {
        for (path, within) in [
            (
                "apps/web/overlays/prod/c1/kustomization.yaml",
                "apps/web/overlays/{environment}/{cluster}/kustomization.yaml prod c1",
            ),
            ("clusters/prod/eu/web.yaml", "clusters/{environment}/{cluster}/web.yaml prod eu"),
            ("clusters/prod/apps/web/x.yaml", "clusters/{environment}/apps/web/x.yaml prod"),
            ("envs/prod/web/x.yaml", "envs/{environment}/web/x.yaml prod"),
            ("web/web-01.prod.example.com.json", "web/{cluster}.{environment}.example.com.json prod web-01"),
            ("web/v2.prod.json", "web/v2.{environment}.json prod"),
        ] {
            assert_eq!(told_of(&[path]), [within]);
        }
        let told = told_of(&["svc/prod/base/k.yaml", "svc/prod/c1/k.yaml", "svc/dev/base/k.yaml"]);
        assert_eq!(
            told,
            [
                "svc/{environment}/base/k.yaml prod",
                "svc/{environment}/{cluster}/k.yaml prod c1",
                "svc/{environment}/base/k.yaml dev"
            ]
        );
    }

    #[test]
    fn tenants_of_the_same_applications_are_clusters_and_those_of_their_own_are_not() {
        let told = told_of(&["envs/dev/tenants/demo/web/x.yaml", "envs/prod/tenants/acme/web/x.yaml"]);
        let within = "envs/{environment}/tenants/{cluster}/web/x.yaml";
        assert_eq!(told, [format!("{within} dev demo"), format!("{within} prod acme")]);
        let teams = ["envs/dev/tenants/red/web/x.yaml", "envs/dev/tenants/blue/api/x.yaml"];
        let places = ["red/web", "blue/api"].map(|place| format!("envs/{{environment}}/tenants/{place}/x.yaml dev"));
        assert_eq!(told_of(&teams), places);
    }
}
