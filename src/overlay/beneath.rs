//! What an overlay builds on: the files and folders of the repository that its own files name, followed to any depth.

use std::collections::BTreeSet;

use crate::domain::files::{EntryKind, KUSTOMIZATIONS, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::tree::{Node, Value};

use super::reader::Reader;

/// The file that makes a folder a Helm chart.
const CHART: &str = "Chart.yaml";
/// The keys under which Argo CD, Flux, Helm and kustomize's generators name folders and files:
/// https://argo-cd.readthedocs.io/en/stable/user-guide/helm/, https://fluxcd.io/flux/components/kustomize/kustomizations/#path,
/// https://fluxcd.io/flux/components/helm/helmreleases/#chart-template, https://helm.sh/docs/helm/helm_dependency/,
/// https://kubectl.docs.kubernetes.io/references/kustomize/builtins/
const NAMING: [&str; 14] = [
    "path",
    "paths",
    "valueFiles",
    "valuesFiles",
    "fileParameters",
    "chart",
    "chartHome",
    "repository",
    "file",
    "files",
    "env",
    "envs",
    "valuesFile",
    "additionalValuesFiles",
];
/// How a chart beside this one is named.
const BESIDE: &str = "file://";

/// The files and folders that the overlays at these places build on, themselves not among them. A kustomization builds on
/// whatever any of its texts leads to from its folder; a values file on the chart that it stands in; an object of Argo CD or
/// Flux on the folders and files that it names, from its own folder or from the root. What cannot be read leads nowhere.
///
/// # Errors
/// The tree itself cannot be read.
pub fn beneath(reader: &Reader<'_>, places: &[RepoPath]) -> Result<BTreeSet<RepoPath>, Error> {
    let mut walk = Walk { reader, found: BTreeSet::new(), seen: BTreeSet::new() };
    for place in places {
        walk.place(place)?;
    }
    let places: BTreeSet<&RepoPath> = places.iter().collect();
    let own = |path: &RepoPath| {
        std::iter::successors(Some(path.clone()), RepoPath::parent).any(|above| places.contains(&above))
    };
    Ok(walk.found.into_iter().filter(|path| !own(path)).collect())
}

struct Walk<'a, 'f> {
    reader: &'a Reader<'f>,
    found: BTreeSet<RepoPath>,
    /// The files that were read.
    seen: BTreeSet<RepoPath>,
}

impl Walk<'_, '_> {
    /// An overlay's folder or file.
    fn place(&mut self, place: &RepoPath) -> Result<(), Error> {
        match self.kind(place)? {
            Some(EntryKind::Folder) => self.folder(place),
            Some(EntryKind::File | EntryKind::Executable) => {
                self.chart_of(place)?;
                self.file(place)
            }
            Some(EntryKind::Symlink | EntryKind::Submodule) | None => Ok(()),
        }
    }

    fn folder(&mut self, folder: &RepoPath) -> Result<(), Error> {
        for entry in self.reader.list(folder)? {
            let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
            if is_file && is_yaml(entry.path.name()) || KUSTOMIZATIONS.contains(&entry.path.name()) {
                self.file(&entry.path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, file: &RepoPath) -> Result<(), Error> {
        if !self.seen.insert(file.clone()) {
            return Ok(());
        }
        let Ok(Some(tree)) = self.reader.tree(file) else { return Ok(()) };
        let mut texts = Vec::new();
        let is_kustomization = KUSTOMIZATIONS.contains(&file.name());
        tree.documents.iter().for_each(|document| named(document, is_kustomization, &mut texts));
        let folder = file.parent().unwrap_or_default();
        for text in texts {
            // `$values/apps/web.yaml`: a file of another source of the same application, which is this repository.
            let plain = text.strip_prefix('$').and_then(|rest| rest.split_once('/')).map_or(text, |(_, path)| path);
            let plain = plain.strip_prefix(BESIDE).unwrap_or(plain);
            let from_root = (!is_kustomization).then(|| RepoPath::new(plain.trim_start_matches('/')).ok()).flatten();
            // A generator may give a file another name: `name=path`.
            let renamed = plain.split_once('=').and_then(|(_, path)| folder.join(path).ok());
            for path in [folder.join(plain).ok(), from_root, renamed].into_iter().flatten() {
                // A folder that the file itself stands in is no base of it.
                if !path.is_root() && !file.is_within(&path) {
                    self.named(path)?;
                }
            }
        }
        Ok(())
    }

    /// Something that a file names, if it is there.
    fn named(&mut self, path: RepoPath) -> Result<(), Error> {
        match self.kind(&path)? {
            None => Ok(()),
            Some(_) if !self.found.insert(path.clone()) => Ok(()),
            Some(EntryKind::Folder) => self.folder(&path),
            Some(EntryKind::File | EntryKind::Executable) if is_yaml(path.name()) => self.file(&path),
            Some(_) => Ok(()),
        }
    }

    /// The chart that a file stands in: the nearest folder above it that is one.
    fn chart_of(&mut self, file: &RepoPath) -> Result<(), Error> {
        let mut above = file.parent();
        while let Some(folder) = above {
            let chart = folder.child(CHART);
            if let Some(chart) = chart
                && self.kind(&chart)?.is_some()
                && !folder.is_root()
            {
                self.found.insert(folder);
                return Ok(());
            }
            above = folder.parent();
        }
        Ok(())
    }

    /// What stands there; nothing that a link hides.
    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, Error> {
        match self.reader.entry(path) {
            Ok(entry) => Ok(entry.map(|entry| entry.kind)),
            Err(Error::Invalid(_) | Error::Refused(_)) => Ok(Some(EntryKind::Symlink)),
            Err(error) => Err(error),
        }
    }
}

/// The texts of a document that may name a file or folder: all of a kustomization's, else those under the keys for it.
fn named<'n>(node: &'n Node, is_naming: bool, out: &mut Vec<&'n str>) {
    match &node.value {
        Value::Scalar { text, .. } if is_naming && !text.is_empty() => out.push(text),
        Value::Mapping(entries) => {
            for (key, value) in entries {
                let names = key.as_str().is_some_and(|key| NAMING.contains(&key));
                named(value, is_naming || names, out);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| named(item, is_naming, out)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    #[track_caller]
    fn builds_on(files: &[(&str, &str)], place: &str, wanted: &[&str]) {
        let files = Memory::new(files.iter().copied());
        let found = beneath(&Reader::new(&files), &[RepoPath::new(place).unwrap()]).unwrap();
        assert_eq!(found.iter().map(RepoPath::as_str).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_kustomization_builds_on_bases_components_patches_and_generated_files_to_any_depth() {
        let files = [
            ("web/prod/kustomization.yaml", "resources: [../base]\npatches: [{ path: ../patches/more.yaml }]\n"),
            ("web/base/kustomization.yaml", "resources: [deploy.yaml]\ncomponents: [../../shared]\n"),
            ("web/base/deploy.yaml", "kind: Deployment\n"),
            ("web/patches/more.yaml", "kind: Deployment\n"),
            ("shared/kustomization.yaml", "configMapGenerator: [{ name: x, files: [settings.txt] }]\n"),
            ("shared/settings.txt", "a"),
            ("other/kustomization.yaml", "resources: []\n"),
        ];
        let wanted = ["shared", "shared/settings.txt", "web/base", "web/base/deploy.yaml", "web/patches/more.yaml"];
        builds_on(&files, "web/prod", &wanted);
    }

    #[test]
    fn a_values_file_builds_on_the_chart_that_it_stands_in() {
        let files = [("web/Chart.yaml", "name: web\n"), ("web/env/prod.yaml", "image: { tag: v1 }\n")];
        builds_on(&files, "web/env/prod.yaml", &["web"]);
    }

    #[test]
    fn an_application_of_argo_cd_builds_on_its_path_and_its_values_files() {
        let source = "spec: { sources: [{ path: charts/web, helm: { valueFiles: [$values/values/prod.yaml] } }] }\n";
        let files = [
            ("argo/prod.yaml", source),
            ("charts/web/Chart.yaml", "name: web\n"),
            ("values/prod.yaml", "a: 1\n"),
            ("web/README.md", "the name of the application is no path\n"),
        ];
        builds_on(&files, "argo/prod.yaml", &["charts/web", "values/prod.yaml"]);
    }

    #[test]
    fn bases_that_name_each_other_and_folders_above_end_the_walk() {
        let files = [
            ("a/kustomization.yaml", "resources: [../b, .., .]\n"),
            ("b/kustomization.yaml", "resources: [../a, ../../../outside]\n"),
        ];
        builds_on(&files, "a", &["b"]);
    }
}
