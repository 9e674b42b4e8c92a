//! A tree of files in memory, for tests: every id tells its content, as git's do.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::commit::ObjectId;
use super::files::{Entry, EntryKind, Files};
use super::path::RepoPath;
use super::refusal::Error;

/// Files by their paths.
#[derive(Debug, Clone, Default)]
pub struct Memory(BTreeMap<RepoPath, Vec<u8>>);

impl Memory {
    /// A tree of these paths and texts.
    pub fn new<P: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let file = |(path, text): (P, T)| (RepoPath::new(path.as_ref()).unwrap(), text.as_ref().as_bytes().to_vec());
        Self(files.into_iter().map(file).collect())
    }

    /// The same tree with these paths and texts in place of what stood there.
    pub fn with<P: AsRef<str>, T: AsRef<str>>(&self, files: impl IntoIterator<Item = (P, T)>) -> Self {
        let mut all = self.0.clone();
        all.extend(Self::new(files).0);
        Self(all)
    }

    /// The same tree without these paths.
    pub fn without(&self, paths: &[&str]) -> Self {
        let stays = |path: &RepoPath| !paths.contains(&path.as_str());
        Self(self.0.iter().filter(|(path, _)| stays(path)).map(|(path, text)| (path.clone(), text.clone())).collect())
    }

    /// The text of a file; empty where there is none.
    pub fn read_text(&self, path: &str) -> String {
        let text = self.0.get(&RepoPath::new(path).unwrap()).cloned().unwrap_or_default();
        String::from_utf8(text).unwrap()
    }

    fn id(&self, path: &RepoPath) -> ObjectId {
        let mut hasher = DefaultHasher::new();
        for (file, text) in self.0.iter().filter(|(file, _)| file.is_within(path)) {
            (file.as_str().strip_prefix(path.as_str()), text).hash(&mut hasher);
        }
        let mut bytes = [1; 20];
        bytes[..8].copy_from_slice(&hasher.finish().to_be_bytes());
        ObjectId::from_bytes(bytes)
    }
}

impl Files for Memory {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let kind = if self.0.contains_key(path) {
            EntryKind::File
        } else if self.0.keys().any(|file| file.is_within(path)) {
            EntryKind::Folder
        } else {
            return Ok(None);
        };
        Ok(Some(Entry { path: path.clone(), kind, id: self.id(path) }))
    }

    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        let depth = folder.parts().count();
        let below = self.0.keys().filter(|file| file.is_within(folder));
        let mut names: Vec<RepoPath> = below.filter_map(|file| folder.child(file.parts().nth(depth)?)).collect();
        names.sort();
        names.dedup();
        names.iter().filter_map(|path| self.entry(path).transpose()).collect()
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.get(path).cloned())
    }
}
