//! The files of one commit, read from the object store; safe to read from several threads.

use std::sync::Arc;

use git2::ObjectType;

use crate::domain::commit::{ObjectId, TreeId};
use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::meter::Meter;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::store::{SHARE, Store, Tree, TreeEntry};

/// The files of one commit.
#[derive(Clone)]
pub struct Snapshot {
    root: TreeId,
    store: Arc<Store>,
    meter: Meter,
}

impl Snapshot {
    /// `meter`: is told of each file that is read.
    pub(super) fn new(root: TreeId, store: Arc<Store>, meter: Meter) -> Self {
        Self { root, store, meter }
    }

    /// The folder at `path`; `None` where none stands there.
    fn folder(&self, path: &RepoPath) -> Result<Option<Arc<Tree>>, Error> {
        let mut tree = self.store.tree(self.root)?;
        for part in path.parts() {
            let Some(next) = tree.get(part.as_bytes()).filter(|entry| entry.is_folder()).map(|entry| entry.id) else {
                return Ok(None);
            };
            tree = self.store.tree(next)?;
        }
        Ok(Some(tree))
    }

    fn find(&self, path: &RepoPath) -> Result<Option<TreeEntry>, Error> {
        let Some(parent) = path.parent() else { return Ok(None) };
        let Some(tree) = self.folder(&parent)? else { return Ok(None) };
        Ok(tree.get(path.name().as_bytes()).cloned())
    }

    /// Gets a file that a partial clone lacks, and with it those of its kind around it: whoever reads one overlay reads its
    /// base and the others, too, and a request for each would take minutes.
    fn fetch_around(&self, path: &RepoPath, id: ObjectId) -> Result<(), Error> {
        let ending = path.name().rsplit_once('.').map(|(_, ending)| format!(".{ending}"));
        let alike = |name: &[u8]| ending.as_ref().is_some_and(|ending| name.ends_with(ending.as_bytes()));
        let mut missing = vec![id];
        missing.extend(self.around(path, self.store.next_share(), &alike)?);
        missing.sort_unstable();
        missing.dedup();
        self.store.fetch_missing(&missing)
    }

    /// The files of such names that are missing in the largest folder around `path` that has no more than `most` files; none
    /// where already its own has more.
    fn around(&self, path: &RepoPath, most: usize, alike: &dyn Fn(&[u8]) -> bool) -> Result<Vec<ObjectId>, Error> {
        let mut found = Vec::new();
        let mut folder = Some(path.clone());
        while let Some(place) = folder {
            if let Some(tree) = self.folder(&place)? {
                let (mut left, mut below) = (most, Vec::new());
                if !self.missing_below(&tree, &mut left, alike, &mut below)? {
                    break;
                }
                found = below;
            }
            folder = place.parent();
        }
        Ok(found)
    }

    /// Adds what is missing in a folder and below it; `false`: there are more files than `left`.
    fn missing_below(
        &self,
        tree: &Tree,
        left: &mut usize,
        alike: &dyn Fn(&[u8]) -> bool,
        out: &mut Vec<ObjectId>,
    ) -> Result<bool, Error> {
        for entry in &tree.entries {
            if entry.is_folder() {
                if !self.missing_below(self.store.tree(entry.id)?.as_ref(), left, alike, out)? {
                    return Ok(false);
                }
            } else if is_file(entry.mode) {
                let Some(less) = left.checked_sub(1) else { return Ok(false) };
                *left = less;
                if alike(&entry.name) && !self.store.seen(entry.id) {
                    out.push(entry.id);
                }
            }
        }
        Ok(true)
    }
}

impl Files for Snapshot {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        if path.is_root() {
            return Ok(Some(Entry { path: path.clone(), kind: EntryKind::Folder, id: self.root }));
        }
        let found = self.find(path)?;
        Ok(found.map(|entry| Entry { path: path.clone(), kind: kind(entry.mode), id: entry.id }))
    }

    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        let Some(tree) = self.folder(folder)? else { return Ok(Vec::new()) };
        let named = tree.entries.iter().filter_map(|entry| {
            let path = child(folder, entry)?;
            Some(Entry { path, kind: kind(entry.mode), id: entry.id })
        });
        Ok(named.collect())
    }

    fn nameless(&self, folder: &RepoPath) -> Result<Vec<u8>, Error> {
        let Some(tree) = self.folder(folder)? else { return Ok(Vec::new()) };
        let entries = tree.entries.iter().filter(|entry| child(folder, entry).is_none());
        Ok(Tree { entries: entries.cloned().collect() }.bytes())
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        let Some(entry) = self.find(path)?.filter(|entry| is_file(entry.mode)) else { return Ok(None) };
        self.meter.one("files");
        if let Some(bytes) = self.store.local(entry.id, ObjectType::Blob)? {
            return Ok(Some(bytes));
        }
        self.fetch_around(path, entry.id)?;
        self.store.blob(entry.id).map(Some)
    }

    fn get_ready(&self, places: &[RepoPath]) -> Result<(), Error> {
        if places.is_empty() || !self.store.is_partial() {
            return Ok(());
        }
        let mut missing = Vec::new();
        for place in places {
            let before = missing.len();
            match self.find(place)? {
                Some(entry) if is_file(entry.mode) && !self.store.seen(entry.id) => missing.push(entry.id),
                Some(entry) if entry.is_folder() => {
                    let (tree, mut all) = (self.store.tree(entry.id)?, usize::MAX);
                    self.missing_below(&tree, &mut all, &|_| true, &mut missing)?;
                }
                _ => {}
            }
            // What an overlay builds on stands beside it as a rule.
            if missing.len() > before {
                missing.extend(self.around(place, SHARE, &|_| true)?);
            }
        }
        missing.sort_unstable();
        missing.dedup();
        self.store.fetch_missing(&missing)
    }
}

/// The path of an entry. A name that is no path of ours (not UTF-8, a control character) holds nothing that we could edit.
fn child(folder: &RepoPath, entry: &TreeEntry) -> Option<RepoPath> {
    folder.child(std::str::from_utf8(&entry.name).ok()?)
}

pub(super) fn is_file(mode: u32) -> bool {
    mode & 0o170_000 == 0o100_000
}

pub(super) fn kind(mode: u32) -> EntryKind {
    match mode & 0o170_000 {
        0o040_000 => EntryKind::Folder,
        0o120_000 => EntryKind::Symlink,
        0o160_000 => EntryKind::Submodule,
        _ if mode & 0o111 != 0 => EntryKind::Executable,
        _ => EntryKind::File,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    #[test]
    fn files_folders_links_and_what_is_not_there() {
        let ground = Ground::new();
        ground.repository("r");
        std::os::unix::fs::symlink("apps", ground.path("r/link")).unwrap();
        let commit = ground.commit("r", &[("apps.yaml", "x"), ("apps/bad\tname", "x")], "more");
        let files = ground.open("r").snapshot(commit).unwrap();
        let kind = |text: &str| files.entry(&path(text)).unwrap().map(|entry| entry.kind);
        assert_eq!(kind(""), Some(EntryKind::Folder));
        assert_eq!(kind("apps/web"), Some(EntryKind::Folder));
        assert_eq!(kind("link"), Some(EntryKind::Symlink));
        assert_eq!(kind("link/web"), None, "a link is never followed");
        assert_eq!(kind("apps.yaml/x"), None);
        assert_eq!(files.read(&path("link")).unwrap(), None);
        assert_eq!(files.read(&path("apps")).unwrap(), None);
        assert_eq!(files.read(&path("apps/web/staging/kustomization.yaml")).unwrap().unwrap(), b"tag: v1\n");
        let names = |folder: &str| {
            let entries = files.list(&path(folder)).unwrap();
            entries.iter().map(|entry| entry.path.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["apps.yaml", "apps", "link"]);
        assert_eq!(names("apps"), ["apps/web"], "a name that is no path of ours is passed over");
        assert_eq!(names("nothing"), Vec::<String>::new());
        let nameless = |folder: &str| files.nameless(&path(folder)).unwrap();
        assert!(nameless("apps").starts_with(b"100644 bad\tname\0") && nameless("").is_empty());
        assert!(nameless("nothing").is_empty());
    }

    #[test]
    fn many_threads_read_one_snapshot() {
        let ground = Ground::new();
        let commit = ground.repository("r");
        let files = ground.open("r").snapshot(commit).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for env in ["staging", "production"] {
                        let file = path(&format!("apps/web/{env}/kustomization.yaml"));
                        assert!(files.read(&file).unwrap().is_some());
                    }
                });
            }
        });
    }

    /// A partial clone `a` with these files at its tip, and where its packs are.
    fn partial(ground: &Ground, files: &[(String, String)]) -> (Snapshot, std::path::PathBuf) {
        ground.repository("seed");
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let commit = ground.commit("seed", &files, "many");
        ground.git("seed", &["config", "uploadpack.allowFilter", "true"]);
        ground.git("seed", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let address = format!("file://{}", ground.path("seed").display());
        ground.git("", &["clone", "-q", "--no-checkout", "--filter=blob:none", &address, "a"]);
        (ground.open("a").snapshot(commit).unwrap(), ground.path("a/.git/objects/pack"))
    }

    fn count(folder: &std::path::Path) -> usize {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|ending| ending == "pack")).count()
    }

    #[test]
    fn what_is_going_to_be_read_comes_at_once_with_what_it_builds_on_and_nothing_else() {
        let ground = Ground::new();
        let names =
            (0..30).flat_map(|nth| ["base", "staging", "production"].map(|place| format!("apps/{nth}/{place}/k.yaml")));
        let files: Vec<(String, String)> = names.map(|name| (name.clone(), format!("# {name}\n"))).collect();
        let (snapshot, packs) = partial(&ground, &files);
        let here = |name: &str| snapshot.store.seen(snapshot.find(&path(name)).unwrap().unwrap().id);
        let before = count(&packs);
        snapshot.get_ready(&[path("apps/3/staging"), path("apps/7/production/k.yaml")]).unwrap();
        for name in ["apps/3/staging/k.yaml", "apps/3/base/k.yaml", "apps/7/production/k.yaml", "apps/7/base/k.yaml"] {
            assert_eq!(snapshot.read(&path(name)).unwrap().unwrap(), format!("# {name}\n").into_bytes());
        }
        assert_eq!(count(&packs), before + 1, "one request");
        assert!(!here("apps/4/base/k.yaml"));
        snapshot.get_ready(&[path("apps/3/staging"), path("nothing/there")]).unwrap();
        assert_eq!(count(&packs), before + 1, "what is here is not asked for");
    }

    #[test]
    fn a_missing_file_brings_more_of_its_neighbours_each_time() {
        let ground = Ground::new();
        let names = (0..20).flat_map(|team| (0..50).map(move |nth| format!("teams/{team}/{nth}.yaml")));
        let files: Vec<(String, String)> = names.map(|name| (name.clone(), format!("# {name}\n"))).collect();
        let (snapshot, packs) = partial(&ground, &files);
        let before = count(&packs);
        for (name, text) in &files {
            assert_eq!(snapshot.read(&path(name)).unwrap().unwrap(), text.as_bytes());
        }
        let requests = count(&packs) - before;
        assert!((2..=4).contains(&requests), "a thousand files in {requests} requests");
    }

    #[test]
    fn a_partial_clone_gets_all_it_lacks_in_one_request() {
        for filter in ["blob:none", "tree:0"] {
            let ground = Ground::new();
            ground.origin(&[]);
            ground.git("origin.git", &["config", "uploadpack.allowFilter", "true"]);
            ground.git("origin.git", &["config", "uploadpack.allowAnySHA1InWant", "true"]);
            let address = format!("file://{}", ground.path("origin.git").display());
            ground.git("", &["clone", "-q", "--no-checkout", &format!("--filter={filter}"), &address, "a"]);
            let repo = ground.open("a");
            let files = repo.snapshot(repo.tip("refs/heads/main").unwrap().unwrap()).unwrap();
            let packs = || std::fs::read_dir(ground.path("a/.git/objects/pack")).unwrap().count();
            let read = |env: &str| files.read(&path(&format!("apps/web/{env}/kustomization.yaml"))).unwrap().unwrap();
            assert_eq!(read("staging"), b"tag: v1\n", "{filter}");
            let after_one = packs();
            assert_eq!(read("production"), b"tag: v0\n");
            assert_eq!(packs(), after_one, "the second file came with the first");
        }
    }
}
