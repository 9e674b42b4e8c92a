//! Environments that only their folders' common beginning tells, or that these are hosts: `lv-main` and `lv-internal`, which run the
//! same applications.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, KUSTOMIZATIONS, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::tree::Tree;

use super::kustomized::{self, Image};
use super::objects;
use super::order::is_region;
use super::paths::{Sure, Told};
use super::sites::{Says, Site};
use super::strangers;

/// How many applications two folders have in common before they are environments of them.
const LEAST: usize = 2;
/// How deep below such a folder its applications stand.
const DEEPEST: usize = 2;
/// Beginnings of names that say what the folders are: no environments, or nobody can tell.
const OTHERS: [&str; 12] = [
    "cluster",
    "tenant",
    "team",
    "customer",
    "client",
    "group",
    "user",
    "region",
    "node",
    "app",
    "service",
    "namespace",
];

/// What a folder runs: each image with its versions.
type Runs = BTreeMap<String, BTreeSet<String>>;

/// Tells the environments of paths in such folders, where nothing else of their paths tells one.
pub fn tell(files: &dyn Files, paths: &[RepoPath], told: &mut [Option<Told>]) -> Result<(), Error> {
    let mut groups: BTreeMap<(RepoPath, &str), BTreeSet<RepoPath>> = BTreeMap::new();
    for (path, _) in paths.iter().zip(told.iter()).filter(|(_, told)| told.as_ref().is_none_or(|told| !is_sure(told))) {
        for folder in std::iter::successors(path.parent(), RepoPath::parent).filter(|folder| !folder.is_root()) {
            if let Some(rest) = behind(folder.name()) {
                let beginning = &path.as_str()[..folder.as_str().len() - rest.len()];
                groups.entry((folder.parent().unwrap_or_default(), beginning)).or_default().insert(folder);
            }
        }
    }
    for ((around, beginning), folders) in groups.into_iter().filter(|(_, folders)| folders.len() > 1) {
        let found = environments(files, paths, folders)?;
        let beginning = beginning.rsplit('/').next().unwrap_or_default();
        if !found.is_empty() && !beginning.is_empty() {
            told.iter_mut().flatten().filter(|told| is_sure(told)).for_each(|told| spell(told, beginning));
        }
        for env in found {
            let own = paths.iter().zip(told.iter_mut()).filter(|(path, _)| path.is_within(&env));
            let own = own.filter(|(_, told)| told.as_ref().is_none_or(|told| !is_sure(told)));
            own.for_each(|(path, told)| *told = Some(of(path, &env, &around)));
        }
    }
    Ok(())
}

/// What a folder of several is called behind the common beginning: the whole of a host's name, which has none.
fn behind(name: &str) -> Option<&str> {
    if is_host(name) {
        return Some(name);
    }
    let (beginning, rest) = name.split_once(['-', '_'])?;
    let is_one = !beginning.is_empty() && !rest.is_empty() && !is_region(rest) && !OTHERS.contains(&beginning);
    is_one.then_some(rest)
}

/// Whether a name is that of a host: `shop.example.com`.
fn is_host(name: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_top = |label: &str| label.len() > 1 && label.chars().all(|c| c.is_ascii_alphabetic());
    name.split('.').count() > 2 && name.split('.').all(is_label) && name.rsplit('.').next().is_some_and(is_top)
}

/// Whether something else than a word in a file's name tells the environment.
fn is_sure(told: &Told) -> bool {
    told.by_folder || told.sure == Sure::Certain
}

/// Spells an environment whose folder has the same beginning as the others are spelled: with that.
fn spell(told: &mut Told, beginning: &str) {
    let whole = format!("{beginning}{{environment}}");
    if told.by_folder && told.within.split('/').any(|part| part == whole) {
        told.within = told.within.replace(&whole, "{environment}");
        told.env = format!("{beginning}{}", told.env);
        told.beside = None;
    }
}

/// The folders that are environments of the same applications: two of them have several in common, in different versions, and
/// most of what the smaller one runs; others join them by one.
fn environments(files: &dyn Files, paths: &[RepoPath], folders: BTreeSet<RepoPath>) -> Result<Vec<RepoPath>, Error> {
    let mut all = Vec::new();
    for folder in folders {
        let runs = runs(files, paths, &folder)?;
        all.push((folder, runs));
    }
    let common = |one: &Runs, other: &Runs| one.keys().filter(|key| other.contains_key(*key)).count();
    let differ = |one: &Runs, other: &Runs| one.iter().any(|(key, said)| other.get(key).is_some_and(|its| its != said));
    let founds = |one: &Runs, other: &Runs| {
        let both = common(one, other);
        both >= LEAST && both * 2 >= one.len().min(other.len()) && differ(one, other)
    };
    let is_founder = |at: usize| (0..all.len()).any(|other| other != at && founds(&all[at].1, &all[other].1));
    let founders: Vec<usize> = (0..all.len()).filter(|at| is_founder(*at)).collect();
    let joins = |at: usize| founders.iter().any(|founder| common(&all[at].1, &all[*founder].1) > 0);
    let own: BTreeSet<usize> = (0..all.len()).filter(|at| joins(*at)).collect();
    Ok(all.into_iter().enumerate().filter(|(at, _)| own.contains(at)).map(|(_, (folder, _))| folder).collect())
}

/// The images of a folder, by its manifests and its kustomizations, but for those that others make.
fn runs(files: &dyn Files, paths: &[RepoPath], folder: &RepoPath) -> Result<Runs, Error> {
    let depth = folder.parts().count() + DEEPEST;
    let is_one =
        |path: &&RepoPath| path.is_within(folder) && path.parts().count() <= depth && is_yaml_or_kustomization(path);
    let mut out = Runs::new();
    for path in paths.iter().filter(is_one) {
        let Some(bytes) = files.read(path)? else { continue };
        let sites: Vec<Site> = if KUSTOMIZATIONS.contains(&path.name()) {
            let images = kustomized::read(path, &bytes).map(|it| it.images).unwrap_or_default();
            images.iter().filter_map(Image::site).collect()
        } else {
            let Ok(tree) = Tree::parse(&bytes) else { continue };
            objects::read(&tree, is_host(folder.name())).into_iter().flat_map(|owned| owned.sites).collect()
        };
        for (image, version) in sites.iter().filter_map(own) {
            out.entry(image).or_default().insert(version);
        }
    }
    Ok(out)
}

fn is_yaml_or_kustomization(path: &RepoPath) -> bool {
    is_yaml(path.name()) || KUSTOMIZATIONS.contains(&path.name())
}

/// The image of a text and its version, where it is not others'.
fn own(site: &Site) -> Option<(String, String)> {
    let Says::Fixed(version) = &site.says else { return None };
    let image = site.address()?;
    strangers::image(None, image, &[version.as_str()]).is_none().then(|| (image.to_string(), version.clone()))
}

/// What a path below such a folder tells.
fn of(path: &RepoPath, env: &RepoPath, around: &RepoPath) -> Told {
    let rest = &path.as_str()[env.as_str().len()..];
    let above = if around.is_root() { String::new() } else { format!("{around}/") };
    let below: Vec<String> = rest.split('/').filter(|part| !part.is_empty()).map(str::to_string).collect();
    Told {
        env: env.name().to_string(),
        within: format!("{above}{{environment}}{rest}"),
        cluster: None,
        around: around.clone(),
        below: below[..below.len().saturating_sub(1)].to_vec(),
        beside: None,
        sure: Sure::Certain,
        by_folder: true,
        is_listed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    /// `within env` of each file that is told, of Deployments by `file image`.
    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let text = |path: &str, image: &str| {
            let name = path.rsplit('/').next().unwrap().trim_end_matches(".yaml");
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{name: x, image: \"{image}\"}}]}}}}}}\n"
            )
        };
        let files: Vec<(&str, String)> = files.iter().map(|(path, image)| (*path, text(path, image))).collect();
        let memory = Memory::new(files.iter().map(|(path, text)| (*path, text.as_str())));
        let paths: Vec<RepoPath> = files.iter().map(|(path, _)| RepoPath::new(path).unwrap()).collect();
        let mut told = super::super::paths::tell(&paths);
        tell(&memory, &paths, &mut told).unwrap();
        told.into_iter().flatten().map(|told| format!("{} {}", told.within, told.env)).collect()
    }

    #[test]
    fn folders_of_one_beginning_that_run_the_same_applications_are_environments() {
        let found = told(&[
            ("k/lv-main/web.yaml", "r.io/shop/web:v1"),
            ("k/lv-main/api.yaml", "r.io/shop/api:v1"),
            ("k/lv-internal/web.yaml", "r.io/shop/web:v2"),
            ("k/lv-internal/api.yaml", "r.io/shop/api:v1"),
            ("k/lv-audit/deployments/api.yaml", "r.io/shop/api:v0"),
            ("k/lv-tools/ci.yaml", "r.io/shop/ci:v0"),
        ]);
        let (main, internal) = ("lv-main", "lv-internal");
        let each = [("web", main), ("api", main), ("web", internal), ("api", internal)];
        let mut wanted: Vec<String> =
            each.iter().map(|(app, env)| format!("k/{{environment}}/{app}.yaml {env}")).collect();
        wanted.push("k/{environment}/deployments/api.yaml lv-audit".into());
        assert_eq!(found, wanted);
    }

    #[test]
    fn applications_tenants_and_equal_copies_are_none() {
        let two = |one: &'static str, other: &'static str, images: [&'static str; 4]| {
            let places = [format!("{one}/web.yaml"), format!("{one}/api.yaml")];
            let others = [format!("{other}/web.yaml"), format!("{other}/api.yaml")];
            let places = [places, others].concat();
            told(&places.iter().zip(images).map(|(path, image)| (path.as_str(), image)).collect::<Vec<_>>())
        };
        let versions = ["r.io/shop/web:v1", "r.io/shop/api:v1", "r.io/shop/web:v2", "r.io/shop/api:v2"];
        assert_eq!(two("x-main", "x-audit", versions).len(), 4);
        for (one, other, images) in [
            ("tenant-red", "tenant-blue", versions),
            ("x-eu-west-1", "x-us-east-1", versions),
            ("x-main", "y-audit", versions),
            ("x-main", "x-audit", ["r.io/a/web:v1", "r.io/a/api:v1", "r.io/b/web:v2", "r.io/b/api:v2"]),
            ("x-main", "x-audit", ["redis:7.1", "nginx:1.1", "redis:7.2", "nginx:1.2"]),
            ("x-main", "x-audit", ["r.io/shop/web:v1", "r.io/shop/api:v1", "r.io/shop/web:v1", "r.io/shop/api:v1"]),
        ] {
            assert_eq!(two(one, other, images), Vec::<String>::new(), "{one} {other} {images:?}");
        }
    }
}
