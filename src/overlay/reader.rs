//! Parses each file of a tree at most once, and refuses what is not a plain file inside the repository.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Error, Refusal};
use crate::yaml::tree::{Fault, Tree};

/// The files of one tree, parsed on demand; shared by threads.
pub struct Reader<'a> {
    files: &'a dyn Files,
    parsed: Mutex<HashMap<RepoPath, Arc<Tree>>>,
}

impl<'a> Reader<'a> {
    /// A reader of these files.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, parsed: Mutex::new(HashMap::new()) }
    }

    /// A reader that has parsed one of the files already.
    pub fn of(files: &'a dyn Files, path: RepoPath, tree: Arc<Tree>) -> Self {
        Self { files, parsed: Mutex::new(HashMap::from([(path, tree)])) }
    }

    /// What stands at `path`, which no symlink or submodule may lead to.
    pub fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        let found = self.files.entry(path)?;
        match &found {
            Some(entry) => refuse_links(entry)?,
            None => {
                let mut above = path.parent();
                while let Some(folder) = above.filter(|f| !f.is_root()) {
                    if let Some(entry) = self.files.entry(&folder)? {
                        refuse_links(&entry)?;
                        break;
                    }
                    above = folder.parent();
                }
            }
        }
        Ok(found)
    }

    /// The entries of a folder.
    pub fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        self.files.list(folder)
    }

    /// The file's text; `None` where no file stands there, or it is not UTF-8.
    pub fn text(&self, path: &RepoPath) -> Result<Option<String>, Error> {
        Ok(self.files.read(path)?.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// The file's documents; `None` where no file stands there.
    pub fn tree(&self, path: &RepoPath) -> Result<Option<Arc<Tree>>, Error> {
        if let Some(tree) = self.parsed.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(Some(Arc::clone(tree)));
        }
        let Some(bytes) = self.files.read(path)? else { return Ok(None) };
        let tree = Arc::new(Tree::parse(&bytes).map_err(|fault| unreadable(path, &bytes, &fault))?);
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), Arc::clone(&tree));
        Ok(Some(tree))
    }
}

fn refuse_links(entry: &Entry) -> Result<(), Error> {
    let what = match entry.kind {
        EntryKind::Symlink => "a symbolic link",
        EntryKind::Submodule => "a submodule",
        EntryKind::File | EntryKind::Executable | EntryKind::Folder => return Ok(()),
    };
    Err(Refusal::new(
        "not-a-plain-file",
        format!("`{}` is {what}; pins are only read and written in plain files", entry.path),
    )
    .hint("point `in:` at the place itself")
    .invalid())
}

/// A file that is no YAML; a Helm template or the like is told as such.
fn unreadable(path: &RepoPath, bytes: &[u8], fault: &Fault) -> Error {
    if !bytes.windows(2).any(|two| two == b"{{") {
        return at(path, fault);
    }
    Refusal::new(
        "template",
        format!(
            "{path}:{}:{}: the file is a template (`{{{{`), not YAML, so no version in it is read",
            fault.line, fault.column
        ),
    )
    .hint("pin the value that the template is filled with")
    .invalid()
}

/// A fault of a file as an error with its place.
pub fn at(path: &RepoPath, fault: &Fault) -> Error {
    Refusal::new("bad-yaml", format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message)).invalid()
}
