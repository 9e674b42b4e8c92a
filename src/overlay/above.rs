//! What stands above an overlay and is tied to its environment: kustomizations that build on it, objects of Argo CD and
//! Flux that deploy it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::domain::address::Whose;
use crate::domain::files::{EntryKind, KUSTOMIZATIONS, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::{Node, Tree, Value};

use super::here::Here;
use super::objects::{files, is_flux, path_of};
use super::reader::Reader;
use super::revision::sources;
use super::values::named;

/// How much of a tree a promotion looks through: folders, the folders in one, files. All of it is looked through where all
/// pins are asked about.
const MOST_FOLDERS: usize = 150;
const MOST_INSIDE: usize = 40;
const MOST_FILES: usize = 120;
/// The same around one overlay: so many folders above it, so many folders below those.
const AROUND: usize = 3;
const MOST_AROUND: usize = 30;
/// So many kustomizations below one that is tied to the environment.
const MOST_BELOW: usize = 12;
/// Parts of names of folders in which people keep the objects of Argo CD and Flux.
const DEPLOYERS: [&str; 6] = ["argo", "flux", "cluster", "gitops", "applications", "apps"];

/// Words without which a file has no object of Argo CD or Flux that deploys something.
const OBJECTS: [&str; 2] = ["Application", "toolkit.fluxcd.io"];

/// How far it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The folders above, and what is small enough.
    Near,
    All,
}

/// Something that builds on a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Above {
    Kustomization(RepoPath),
    /// The document of a file that is an object of Argo CD or Flux, and whose repository it deploys.
    Object(RepoPath, usize, Whose),
}

type Index = HashMap<RepoPath, BTreeSet<Above>>;

/// What stands above the overlays of one environment.
pub struct Tied<'a, 'f> {
    reader: &'a Reader<'f>,
    here: Here<'a>,
    reach: Reach,
    index: OnceLock<Index>,
    /// What was found around folders: applications that lie beside each other are looked at once.
    around: Mutex<HashMap<RepoPath, Arc<Index>>>,
}

impl<'a, 'f> Tied<'a, 'f> {
    /// What is tied to an environment in these files. Nothing is read yet.
    pub fn new(reader: &'a Reader<'f>, here: Here<'a>, reach: Reach) -> Self {
        Self { reader, here, reach, index: OnceLock::new(), around: Mutex::default() }
    }

    /// What builds on a file or folder. `places`: where the application has its pins in this environment.
    ///
    /// # Errors
    /// The tree itself cannot be read.
    pub fn on(&self, target: &RepoPath, places: &[RepoPath]) -> Result<BTreeSet<Above>, Error> {
        let mut own = Index::new();
        let mut above = target.parent();
        while let Some(folder) = above {
            if self.tells(&folder) || Some(&folder) == target.parent().as_ref() && !self.is_folder(target)? {
                self.folder(&folder, &mut own)?;
            }
            above = folder.parent();
        }
        let mut out = BTreeSet::new();
        if self.reach == Reach::Near {
            let around = std::iter::successors(target.parent(), RepoPath::parent).take(AROUND);
            for folder in around.filter(|folder| !folder.is_root()) {
                out.extend(self.around(folder)?.get(target).into_iter().flatten().cloned());
            }
        }
        for place in places {
            match self.is_folder(place)? {
                true => self.folder(place, &mut own)?,
                false => self.file(place, &mut own)?,
            }
        }
        let known = match self.index.get() {
            Some(known) => known,
            None => {
                let mut found = Index::new();
                self.look(RepoPath::root(), MOST_FOLDERS, &mut found)?;
                self.index.get_or_init(|| found)
            }
        };
        out.extend(own.remove(target).unwrap_or_default());
        out.extend(known.get(target).into_iter().flatten().cloned());
        Ok(out)
    }

    /// What is found in a folder and a little below it.
    fn around(&self, folder: RepoPath) -> Result<Arc<Index>, Error> {
        if let Some(known) = self.around.lock().unwrap_or_else(PoisonError::into_inner).get(&folder) {
            return Ok(Arc::clone(known));
        }
        let mut found = Index::new();
        self.look(folder.clone(), MOST_AROUND, &mut found)?;
        let found = Arc::new(found);
        self.around.lock().unwrap_or_else(PoisonError::into_inner).insert(folder, Arc::clone(&found));
        Ok(found)
    }

    fn is_folder(&self, path: &RepoPath) -> Result<bool, Error> {
        if path.is_root() {
            return Ok(true);
        }
        match self.reader.entry(path) {
            Ok(entry) => Ok(entry.is_some_and(|entry| entry.kind == EntryKind::Folder)),
            Err(Error::Failed(error)) => Err(error.into()),
            Err(_) => Ok(false),
        }
    }

    /// Whether a path names the environment.
    pub fn tells(&self, path: &RepoPath) -> bool {
        self.here.tells(path)
    }

    /// Whose the repository at the address in a source is.
    pub fn whose(&self, source: &Node) -> Whose {
        self.here.whose(text(source, &["repoURL"]))
    }

    /// Looks through a folder, breadth first.
    fn look(&self, from: RepoPath, most: usize, index: &mut Index) -> Result<(), Error> {
        let (mut folders, mut next, mut files, mut others) = (vec![from], 0, 0, 0);
        while let Some(folder) = folders.get(next).cloned() {
            next += 1;
            if self.reach == Reach::Near && next > most {
                break;
            }
            let entries = self.reader.list(&folder)?;
            let inside = entries.iter().filter(|entry| entry.kind == EntryKind::Folder);
            let is_wide = self.reach == Reach::Near && inside.clone().count() > MOST_INSIDE;
            folders.extend(inside.filter(|entry| !is_wide || self.tells(&entry.path)).map(|entry| entry.path.clone()));
            for entry in &entries {
                let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
                let is_left = |count: &mut usize| {
                    *count += 1;
                    self.reach == Reach::All || *count <= MOST_FILES
                };
                let is_object = || is_yaml(entry.path.name()) && !KUSTOMIZATIONS.contains(&entry.path.name());
                if is_file && self.may_be(&entry.path) {
                    if is_left(&mut files) {
                        self.file(&entry.path, index)?;
                    }
                } else if is_file && is_object() && is_left(&mut others) && self.has_object(&entry.path)? {
                    self.file(&entry.path, index)?;
                }
            }
        }
        Ok(())
    }

    /// Whether a file that its path says nothing of names the kinds of Argo CD or Flux.
    fn has_object(&self, path: &RepoPath) -> Result<bool, Error> {
        match self.reader.text(path) {
            Err(Error::Failed(error)) => Err(error.into()),
            Ok(Some(text)) => Ok(OBJECTS.iter().any(|word| text.contains(word))),
            Ok(None) | Err(_) => Ok(false),
        }
    }

    /// Whether a file may be above something of the environment, by its path.
    fn may_be(&self, path: &RepoPath) -> bool {
        let is_kustomization = KUSTOMIZATIONS.contains(&path.name());
        let is_deployer = || path.parts().any(|part| DEPLOYERS.iter().any(|word| part.contains(word)));
        (is_kustomization || is_yaml(path.name())) && (self.tells(path) || !is_kustomization && is_deployer())
    }

    /// The kustomization of a folder, and the objects in it.
    fn folder(&self, folder: &RepoPath, out: &mut Index) -> Result<(), Error> {
        for entry in self.reader.list(folder)? {
            if KUSTOMIZATIONS.contains(&entry.path.name()) {
                self.file(&entry.path, out)?;
            }
        }
        Ok(())
    }

    /// What a kustomization builds on, through those below it.
    fn below(&self, file: &RepoPath, out: &mut Index) -> Result<(), Error> {
        let (mut next, mut all, mut seen) = (0, vec![file.clone()], BTreeSet::new());
        while let Some(one) = all.get(next).cloned() {
            next += 1;
            let tree = match self.reader.tree(&one) {
                Ok(Some(tree)) => tree,
                Err(Error::Failed(error)) => return Err(error.into()),
                Ok(None) | Err(_) => continue,
            };
            for path in paths(&one, &tree) {
                out.entry(path).or_default().insert(Above::Kustomization(file.clone()));
            }
            let folder = one.parent().unwrap_or_default();
            let listed = ["resources", "bases", "components"].map(|key| {
                let items = tree.documents.iter().flat_map(move |document| items(document, &[key]));
                items.filter_map(|item| folder.join(item.as_str()?).ok()).collect::<Vec<_>>()
            });
            for path in listed.into_iter().flatten() {
                let is_new = seen.insert(path.clone()) && (self.reach == Reach::All || all.len() < MOST_BELOW);
                if is_new && !is_yaml(path.name()) && self.is_folder(&path)? {
                    let entries = self.reader.list(&path)?;
                    let own = entries.iter().find(|entry| KUSTOMIZATIONS.contains(&entry.path.name()));
                    all.extend(own.map(|entry| entry.path.clone()));
                }
            }
        }
        Ok(())
    }

    /// What a file builds on.
    fn file(&self, file: &RepoPath, out: &mut Index) -> Result<(), Error> {
        let tree = match self.reader.tree(file) {
            Ok(Some(tree)) => tree,
            Err(Error::Failed(error)) => return Err(error.into()),
            Ok(None) | Err(_) => return Ok(()),
        };
        if KUSTOMIZATIONS.contains(&file.name()) {
            return self.below(file, out);
        }
        for (index, document) in tree.documents.iter().enumerate() {
            for (path, whose) in self.deployed(file, &tree, document)? {
                if whose != Whose::Another && !self.here.is_anothers(file, document, &path) {
                    out.entry(path).or_default().insert(Above::Object(file.clone(), index, whose));
                }
            }
        }
        Ok(())
    }
}

impl Tied<'_, '_> {
    /// The folders and the files of values that an object of Argo CD or Flux deploys, and whose each is.
    fn deployed(&self, file: &RepoPath, tree: &Tree, document: &Node) -> Result<Vec<(RepoPath, Whose)>, Error> {
        if is_flux(document) {
            let path = get(document, &["spec"]).and_then(path_of);
            let whose = self.of_flux(file, tree, get(document, &["spec", "sourceRef"]))?;
            return Ok(path.map(|path| (path, whose)).into_iter().collect());
        }
        if text(document, &["kind"]) == Some("HelmRelease") {
            let whose = self.of_flux(file, tree, get(document, &["spec", "chart", "spec", "sourceRef"]))?;
            return Ok(named(document).into_iter().map(|(path, _)| (path, whose)).collect());
        }
        let folders =
            sources(document).into_iter().filter_map(|(_, source)| Some((path_of(source)?, self.whose(source))));
        let files = named(document).into_iter().map(|(path, address)| (path, self.here.whose(address.as_deref())));
        Ok(folders.chain(files).collect())
    }

    /// Whose the repository is that a reference to a source of Flux names: by the source beside it.
    fn of_flux(&self, file: &RepoPath, tree: &Tree, reference: Option<&Node>) -> Result<Whose, Error> {
        let own = |key: &str| reference.and_then(|reference| text(reference, &[key]));
        let (Some("GitRepository"), Some(name)) = (own("kind"), own("name")) else { return Ok(Whose::Ours) };
        let address = |tree: &Tree| {
            let is_it = |root: &&Node| {
                text(root, &["kind"]) == Some("GitRepository") && text(root, &["metadata", "name"]) == Some(name)
            };
            tree.documents.iter().find(is_it).and_then(|root| text(root, &["spec", "url"])).map(str::to_string)
        };
        if let Some(address) = address(tree) {
            return Ok(self.here.whose(Some(&address)));
        }
        let beside = files(self.reader, &file.parent().unwrap_or_default())?;
        let found = beside.iter().find_map(|file| address(&file.tree));
        Ok(self.here.whose(found.as_deref()))
    }
}

/// The paths that the texts of a kustomization, or of a file that it lists, lead to.
pub fn paths(file: &RepoPath, tree: &Tree) -> BTreeSet<RepoPath> {
    let folder = file.parent().unwrap_or_default();
    let mut texts = Vec::new();
    tree.documents.iter().for_each(|document| all(document, &mut texts));
    // `values.yaml=values-prod.yaml`: a file of a generator by another name.
    let plain = |text: &str| folder.join(text.split_once('=').map_or(text, |(_, path)| path)).ok();
    let paths = texts.into_iter().filter_map(plain);
    paths.filter(|path| !path.is_root() && !file.is_within(path)).collect()
}

/// Every text below a node.
fn all<'n>(node: &'n Node, out: &mut Vec<&'n str>) {
    match &node.value {
        Value::Scalar { text, .. } if !text.is_empty() => out.push(text),
        Value::Mapping(entries) => entries.iter().for_each(|(_, value)| all(value, out)),
        Value::Sequence(items) => items.iter().for_each(|item| all(item, out)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::names::EnvName;

    #[track_caller]
    fn above(files: &[(&str, &str)], target: &str, wanted: &[&str]) {
        let files = Memory::new(files.iter().copied());
        let reader = Reader::new(&files);
        let env = EnvName::new("prod").unwrap();
        let found =
            Tied::new(&reader, Here::of(&env, []), Reach::Near).on(&RepoPath::new(target).unwrap(), &[]).unwrap();
        let shown = |above: Above| match above {
            Above::Kustomization(file) | Above::Object(file, ..) => file.to_string(),
        };
        assert_eq!(found.into_iter().map(shown).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn only_what_is_tied_to_the_environment_stands_above_its_overlay() {
        let on = "resources: [../web/prod]\n";
        let files = [
            ("web/prod/kustomization.yaml", "resources: [../base]\n"),
            ("clusters/prod/kustomization.yaml", "resources: [../../web/prod]\n"),
            ("all/kustomization.yaml", on),
            ("argocd/web.yaml", "kind: Application\nspec: {source: {path: web/prod}}\n"),
            (
                "flux/web.yaml",
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./web/prod}\n",
            ),
        ];
        above(&files, "web/prod", &["clusters/prod/kustomization.yaml", "argocd/web.yaml", "flux/web.yaml"]);
    }

    #[test]
    fn the_kustomization_beside_a_manifest_stands_above_it() {
        let files = [("web/kustomization.yaml", "resources: [prod.yaml]\n"), ("web/prod.yaml", "kind: Pod\n")];
        above(&files, "web/prod.yaml", &["web/kustomization.yaml"]);
    }
}
