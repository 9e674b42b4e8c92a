//! Files that run nowhere by where they lie: in archives and copies, in scaffolds of new applications, and in previews of branches.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::folders::{CONTAINERS, copied, is_shared, says};
use super::naming::shares;
use super::objects::stripped;
use super::order::{is_region, rank};
use super::paths::{Sure, Told, stem, tell};
use super::places::stem_says;

/// Folders of what is no longer, or not yet, deployed.
const PAST: [&str; 14] = [
    "archive",
    "archives",
    "archived",
    "attic",
    "old",
    "deprecated",
    "retired",
    "decommissioned",
    "obsolete",
    "graveyard",
    "unused",
    "disabled",
    "backup",
    "backups",
];
/// Words behind the name of a folder that say the same of what is in it.
const RETIRED: [&str; 9] =
    ["old", "bak", "deprecated", "obsolete", "retired", "unused", "archived", "disabled", "decommissioned"];
const MODELS: [&str; 16] = [
    "scaffold",
    "scaffolds",
    "scaffolding",
    "skeleton",
    "skeletons",
    "boilerplate",
    "boilerplates",
    "cookiecutter",
    "template",
    "templates",
    "example",
    "examples",
    "sample",
    "samples",
    "test-fixtures",
    "test-data",
];
/// Folders that hold an instance of an environment for each branch.
const PREVIEWS: [&str; 9] = [
    "previews",
    "reviews",
    "review-apps",
    "pull-requests",
    "pull_requests",
    "prs",
    "ephemeral",
    "feature-branches",
    "merge-requests",
];

/// Why files are set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Past,
    Model,
    Preview,
}

/// The files that may run somewhere, with what their paths tell, and where the others are.
pub struct Sorted {
    pub paths: Vec<RepoPath>,
    pub told: Vec<Option<Told>>,
    pub left_out: Vec<(String, String)>,
}

/// Sets aside what lies in such folders, where nothing outside refers to it and something else tells environments.
pub fn sort(files: &dyn Files, paths: Vec<RepoPath>) -> Result<Sorted, Error> {
    let all = places(&paths);
    let found: Vec<Option<(RepoPath, Why)>> =
        paths.iter().map(|path| folder(path).or_else(|| Some((copy(path, &all)?, Why::Past)))).collect();
    let mut folders: BTreeMap<RepoPath, Why> = found.iter().flatten().cloned().collect();
    if folders.is_empty() {
        let told = tell(&paths);
        return Ok(Sorted { paths, told, left_out: Vec::new() });
    }
    let referred: Vec<Result<BTreeSet<&RepoPath>, Error>> =
        paths.par_iter().map(|path| referred(files, path, &folders)).collect();
    let mut stays = BTreeSet::new();
    for one in referred {
        stays.extend(one?.into_iter().cloned());
    }
    folders.retain(|folder, _| !stays.contains(folder));
    let is_kept = |found: &Option<(RepoPath, Why)>| found.as_ref().is_none_or(|(own, _)| !folders.contains_key(own));
    let kept = paths.iter().zip(&found).filter(|(_, found)| is_kept(found));
    let kept: Vec<RepoPath> = kept.map(|(path, _)| path.clone()).collect();
    let told = tell(&kept);
    if told.iter().all(Option::is_none) {
        let all = tell(&paths);
        // A repository of examples has environments as others have them; words in the names of samples are none.
        if all.iter().flatten().any(|told| told.by_folder || told.sure != Sure::Likely) {
            return Ok(Sorted { paths, told: all, left_out: Vec::new() });
        }
    }
    let left_out = folders.into_iter().map(|(folder, why)| (folder.to_string(), reason(why).to_string())).collect();
    Ok(Sorted { paths: kept, told, left_out })
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::Past => "its name says that this no longer runs, and nothing refers to it: declare what does",
        Why::Model => "its name says that others are made after this, and nothing refers to it: declare what runs",
        Why::Preview => "an instance of a preview, which nobody promotes to: declare `ephemeral:` where it is one",
    }
}

/// The outermost such folder that a file lies in; a file that is one itself.
fn folder(path: &RepoPath) -> Option<(RepoPath, Why)> {
    let parts: Vec<&str> = path.parts().collect();
    let last = parts.len() - 1;
    let at = |index: usize| RepoPath::new(&parts[..=index].join("/")).ok();
    let found = parts[..last].iter().enumerate().find_map(|(index, part)| {
        let name = part.trim_start_matches(['_', '.']).to_ascii_lowercase();
        // An application may be called so: then environments are all that is below.
        let has_more = parts[index + 1..last]
            .iter()
            .any(|part| !CONTAINERS.contains(part) && rank(part).is_none() && !is_shared(part));
        let is_more = |names: &[&str]| names.contains(&name.as_str());
        let has_other = index + 1 == last && is_of_another(parts[last], part);
        if (is_more(&PAST) && (has_more || has_other)) || (is_retired(&name) && has_apps(&parts[index + 1..last])) {
            Some((index, Why::Past))
        } else if is_more(&MODELS) {
            Some((index, Why::Model))
        } else {
            (is_more(&PREVIEWS) || is_instance(part)).then_some((index, Why::Preview))
        }
    });
    let found = found.or_else(|| is_instance(last_word(parts[last])).then_some((last, Why::Preview)));
    let (index, why) = found?;
    Some((at(index)?, why))
}

/// Whether a folder is called as one that is no longer in use: `microk8s-old`.
fn is_retired(name: &str) -> bool {
    let is_word = |word: &str, rest: &str| !rest.is_empty() && RETIRED.contains(&word);
    let ends = name.rsplit_once(['-', '_', '.']).is_some_and(|(head, word)| is_word(word, head));
    ends || name.split_once(['-', '_']).is_some_and(|(word, rest)| is_word(word, rest))
}

/// Whether some of these folders name an application, so that the one around them does not.
fn has_apps(folders: &[&str]) -> bool {
    folders.iter().any(|name| says(name).is_some() && !is_shared(name) && rank(name).is_none() && !is_region(name))
}

/// Whether a file's name says an application beside an environment that is not called as the folder: `web-dev.yaml`.
fn is_of_another(file: &str, folder: &str) -> bool {
    match stripped(stem(file).0) {
        (Some(app), Some(_)) => stem_says(&app).is_some_and(|app| !shares(folder, &app)),
        _ => false,
    }
}

/// Every folder, and every file without its ending.
fn places(paths: &[RepoPath]) -> BTreeSet<&str> {
    let mut out = BTreeSet::new();
    for path in paths.iter().map(RepoPath::as_str) {
        out.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        let name = path.rsplit('/').next().unwrap_or_default();
        out.insert(&path[..path.len() - stem(name).1.len()]);
    }
    out
}

/// The outermost folder that is a copy of another one beside it, or the file itself, where it is one.
fn copy(path: &RepoPath, all: &BTreeSet<&str>) -> Option<RepoPath> {
    let text = path.as_str();
    let ends = text.match_indices('/').map(|(at, _)| at).chain([text.len()]);
    let is_one = |end: &usize| {
        let own = &text[..*end];
        let start = own.rfind('/').map_or(0, |at| at + 1);
        let name = if *end == text.len() { stem(&own[start..]).0 } else { &own[start..] };
        copied(name).is_some_and(|mut heads| heads.any(|head| all.contains(&own[..start + head.len()])))
    };
    ends.into_iter().find(is_one).and_then(|end| RepoPath::new(&text[..end]).ok())
}

/// What a file's name says before its ending, without `values`.
fn last_word(name: &str) -> &str {
    let stem = stem(name).0;
    stem.strip_prefix("values-").or_else(|| stem.strip_prefix("values.")).unwrap_or(stem)
}

/// Whether a name is that of a branch's instance: `pr-12`, `preview-pr-12`, `mr_7`.
fn is_instance(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let name = ["preview-", "review-"].iter().find_map(|start| lower.strip_prefix(start)).unwrap_or(&lower);
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let numbered = ["pr", "mr", "pull"]
        .iter()
        .any(|kind| name.strip_prefix(kind).and_then(|rest| rest.strip_prefix(['-', '_'])).is_some_and(is_number));
    numbered || (name.len() < lower.len() && is_number(name))
}

/// The folders that a file outside of them refers to.
fn referred<'f>(
    files: &dyn Files,
    path: &RepoPath,
    folders: &'f BTreeMap<RepoPath, Why>,
) -> Result<BTreeSet<&'f RepoPath>, Error> {
    let is_inside = |folder: &RepoPath| path == folder || path.as_str().starts_with(&format!("{folder}/"));
    // What builds a preview is the preview's own, and pipelines make and remove all of them.
    let asked = folders.iter().filter(|(folder, why)| **why != Why::Preview && !is_inside(folder));
    let mut asked = asked.map(|(folder, _)| folder).peekable();
    if asked.peek().is_none() {
        return Ok(BTreeSet::new());
    }
    let Some(bytes) = files.read(path)? else { return Ok(BTreeSet::new()) };
    let text = String::from_utf8_lossy(&bytes);
    Ok(asked.filter(|folder| refers(&text, folder)).collect())
}

/// Whether a text has a path into a folder: from the root, or over a folder above; or the name of a file.
fn refers(text: &str, folder: &RepoPath) -> bool {
    let whole = format!("{folder}/");
    let relative = format!("../{}/", folder.name());
    let begins = |at: usize| {
        let before = &text[..at];
        before.ends_with("./") || !before.ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c))
    };
    let is_named = folder.name().contains(".y") && text.contains(folder.name());
    is_named || text.contains(&relative) || text.match_indices(&whole).any(|(at, _)| begins(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    /// The folders that are set aside beside an application, and another text.
    fn aside(place: &str, other: &str) -> Vec<String> {
        let files = [
            ("apps/web/overlays/staging/kustomization.yaml", ""),
            ("apps/web/overlays/production/kustomization.yaml", ""),
            ("argocd/apps.yaml", other),
            (place, ""),
        ];
        let memory = Memory::new(files);
        let paths = files.iter().map(|(path, _)| RepoPath::new(path).unwrap()).collect();
        sort(&memory, paths).unwrap().left_out.into_iter().map(|(place, _)| place).collect()
    }

    #[test]
    fn what_lies_in_an_archive_or_a_scaffold_is_set_aside() {
        for (place, folder) in [
            ("archive/2024/lottery/overlays/staging/kustomization.yaml", "archive"),
            ("apps/_template/overlays/staging/kustomization.yaml", "apps/_template"),
            ("templates/service/overlays/staging/kustomization.yaml", "templates"),
            ("cluster-old/overlays/web/staging/kustomization.yaml", "cluster-old"),
            ("k8s/v1_deprecated/web/staging/kustomization.yaml", "k8s/v1_deprecated"),
            ("old-cluster/apps/web/staging/kustomization.yaml", "old-cluster"),
            ("files/archive/bulletin-staging.yaml", "files/archive"),
            ("deploy/old/shop_production.yml", "deploy/old"),
            ("environments/previews/pr-7/web/kustomization.yaml", "environments/previews"),
            ("environments/pr-7/web/kustomization.yaml", "environments/pr-7"),
            ("charts/web/values-pr-7.yaml", "charts/web/values-pr-7.yaml"),
        ] {
            assert_eq!(aside(place, "path: apps/*/overlays/*\n"), [folder], "{place}");
        }
    }

    #[test]
    fn copies_of_what_lies_beside_them_are_set_aside() {
        for (place, aside_at) in [
            ("apps/web-old/overlays/staging/kustomization.yaml", "apps/web-old"),
            ("apps/web_backup/overlays/staging/kustomization.yaml", "apps/web_backup"),
            ("argocd/apps copy.yaml", "argocd/apps copy.yaml"),
            ("argocd/apps.old.yaml", "argocd/apps.old.yaml"),
            ("argocd/apps-2024-01-31.yaml", "argocd/apps-2024-01-31.yaml"),
        ] {
            assert_eq!(aside(place, "path: apps/*/overlays/*\n"), [aside_at], "{place}");
        }
        assert_eq!(aside("argocd/apps.old.yaml", "resources: [apps.old.yaml]\n"), Vec::<String>::new());
        assert_eq!(
            aside("apps/web-old/overlays/staging/x.yaml", "path: apps/web-old/overlays\n"),
            Vec::<String>::new()
        );
        for place in ["apps/web-backup/overlays/staging/x.yaml", "apps/api-old/overlays/staging/x.yaml"] {
            assert_eq!(aside(place, ""), Vec::<String>::new(), "{place}");
        }
    }

    #[test]
    fn what_is_referred_to_or_is_an_application_of_that_name_stays() {
        let archived = "archive/2024/lottery/overlays/staging/kustomization.yaml";
        for other in
            ["path: archive/2024/lottery/overlays/staging\n", "- ../archive/2024/lottery\n", "a: ./archive/x\n"]
        {
            assert_eq!(aside(archived, other), Vec::<String>::new(), "{other}");
        }
        assert_eq!(aside(archived, "path: my/archive/2024\n"), ["archive"]);
        for place in [
            "apps/archive/archive-staging.yaml",
            "apps/archive/values-staging.yaml",
            "apps/archive/deployment-staging.yaml",
            "apps/api-old/deploy/staging/kustomization.yaml",
            "apps/the-old/chart/values-staging.yaml",
        ] {
            assert_eq!(aside(place, ""), Vec::<String>::new(), "{place}");
        }
        for place in
            ["apps/archive/overlays/staging/kustomization.yaml", "staging/backup/values.yaml", "apps/pr-tool/x.yaml"]
        {
            assert_eq!(aside(place, ""), Vec::<String>::new(), "{place}");
        }
    }

    #[test]
    fn words_in_the_names_of_samples_are_no_environments() {
        let paths = ["config/manager/kustomization.yaml", "config/samples/x_dev.yaml", "config/samples/x_prod.yaml"];
        let memory = Memory::new(paths.map(|path| (path, "")));
        let sorted = sort(&memory, paths.map(|path| RepoPath::new(path).unwrap()).to_vec()).unwrap();
        assert_eq!((sorted.paths.len(), &*sorted.left_out[0].0), (1, "config/samples"));
    }

    #[test]
    fn a_repository_of_examples_alone_is_read() {
        let paths =
            ["examples/web/overlays/staging/kustomization.yaml", "examples/web/overlays/prod/kustomization.yaml"];
        let memory = Memory::new(paths.map(|path| (path, "")));
        let sorted = sort(&memory, paths.map(|path| RepoPath::new(path).unwrap()).to_vec()).unwrap();
        assert_eq!((sorted.paths.len(), sorted.left_out), (2, vec![]));
    }
}
