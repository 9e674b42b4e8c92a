//! Parses each file of a tree once, as long as there are not too many, and refuses what is not a plain file inside the repository.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::files::{Entry, EntryKind, Files, KUSTOMIZATIONS, is_yaml};
use crate::domain::names::nearest;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::yaml::tree::{Cure, Fault, Tree};

/// How a pointer of Git LFS begins (git-lfs, "Specification", "The Pointer").
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// So many bytes of files stay parsed, which take ten times as much of memory. What is read of one application after the other
/// is not asked for again.
const MOST_BYTES: usize = 512 << 10;

/// The files of one tree, parsed on demand; shared by threads.
pub struct Reader<'a> {
    files: &'a dyn Files,
    parsed: Mutex<Parsed>,
}

/// What is parsed, and in which order it came with how many bytes.
#[derive(Default)]
struct Parsed {
    trees: HashMap<RepoPath, Arc<Tree>>,
    order: VecDeque<(RepoPath, usize)>,
    bytes: usize,
}

impl Parsed {
    /// Keeps a tree, and lets go of those that came first where they are too many.
    fn keep(&mut self, path: &RepoPath, tree: &Arc<Tree>, bytes: usize) {
        if self.trees.insert(path.clone(), Arc::clone(tree)).is_some() {
            return;
        }
        self.order.push_back((path.clone(), bytes));
        self.bytes += bytes;
        while self.bytes > MOST_BYTES && self.order.len() > 1 {
            let Some((first, bytes)) = self.order.pop_front() else { break };
            self.trees.remove(&first);
            self.bytes -= bytes;
        }
    }
}

impl<'a> Reader<'a> {
    /// A reader of these files.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, parsed: Mutex::default() }
    }

    /// A reader that has parsed one of the files already.
    pub fn of(files: &'a dyn Files, path: RepoPath, tree: Arc<Tree>) -> Self {
        let trees = HashMap::from([(path, tree)]);
        Self { files, parsed: Mutex::new(Parsed { trees, ..Parsed::default() }) }
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

    /// The bytes of a file; `None` where no file stands there.
    ///
    /// # Errors
    /// It is a pointer of Git LFS, or cannot be read.
    pub fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        let bytes = self.files.read(path)?;
        if bytes.as_ref().is_some_and(|bytes| bytes.starts_with(LFS)) { Err(in_lfs(path)) } else { Ok(bytes) }
    }

    /// The file's documents; `None` where no file stands there.
    pub fn tree(&self, path: &RepoPath) -> Result<Option<Arc<Tree>>, Error> {
        if let Some(tree) = self.parsed.lock().unwrap_or_else(PoisonError::into_inner).trees.get(path) {
            return Ok(Some(Arc::clone(tree)));
        }
        let Some(bytes) = self.files.read(path)? else { return Ok(None) };
        if bytes.starts_with(LFS) {
            return Err(in_lfs(path));
        }
        let tree = Arc::new(Tree::parse(&bytes).map_err(|fault| unreadable(path, &bytes, &fault))?);
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner).keep(path, &tree, bytes.len());
        Ok(Some(tree))
    }
}

fn in_lfs(path: &RepoPath) -> Error {
    Refusal::new(
        Code::NotAPlainFile,
        format!("`{path}` is a pointer of Git LFS: what it says is not in the repository"),
    )
    .hint(format!("keep files with versions out of LFS: `git lfs untrack {path}`, then commit it anew"))
    .invalid()
}

fn refuse_links(entry: &Entry) -> Result<(), Error> {
    let what = match entry.kind {
        EntryKind::Symlink => "a symbolic link",
        EntryKind::Submodule => "a submodule",
        EntryKind::File | EntryKind::Executable | EntryKind::Folder => return Ok(()),
    };
    Err(Refusal::new(
        Code::NotAPlainFile,
        format!("`{}` is {what}; pins are only read and written in plain files", entry.path),
    )
    .hint("point `in:` at the place itself")
    .invalid())
}

/// A file that is no YAML; a Helm template or the like is told as such.
fn unreadable(path: &RepoPath, bytes: &[u8], fault: &Fault) -> Error {
    if !bytes.windows(2).any(|two| two == b"{{") {
        return not_yaml(path, bytes, fault);
    }
    Refusal::new(
        Code::Template,
        format!(
            "{path}:{}:{}: the file is a template (`{{{{`), not YAML, so no version in it is read",
            fault.line, fault.column
        ),
    )
    .hint("pin the value that the template is filled with, or a line of it that a comment marks: `{ marker: NAME, in: FILE }`")
    .invalid()
}

/// A file in which nothing can be pinned: it is no YAML, or its name says that it is not meant to be.
fn not_yaml(path: &RepoPath, bytes: &[u8], fault: &Fault) -> Error {
    let is_meant = is_yaml(path.name()) || KUSTOMIZATIONS.contains(&path.name());
    let is_marked = String::from_utf8_lossy(bytes).contains("stageline:");
    let hint = match is_meant {
        true if is_marked && path.name().to_ascii_lowercase().ends_with(".json") => {
            "JSON takes no comments, so no mark either: take it out, and pin the place by `file:` and `path:`"
        }
        true => "correct the file there: it is not YAML",
        false => {
            "a path leads through YAML, JSON, `.env`, properties, INI, TOML and tfvars; elsewhere mark the line: `{ marker: NAME, in: FILE }`"
        }
    };
    told(path, fault).hint(hint).invalid()
}

/// A fault of a file as an error with its place, and with what to do.
pub fn at(path: &RepoPath, fault: &Fault) -> Error {
    let refusal = told(path, fault);
    match &fault.cure {
        None => refusal,
        Some(Cure::Do(what)) => refusal.hint(what),
        Some(Cure::Near { wanted, among }) => match nearest(wanted, among.iter().map(String::as_str)) {
            Some(near) => refusal.hint(format!("did you mean `{near}`?")),
            None => refusal.hint("correct the pin in `stageline.yaml`"),
        },
    }
    .invalid()
}

fn told(path: &RepoPath, fault: &Fault) -> Refusal {
    let (line, column) = (fault.line.max(1), fault.column.max(1));
    Refusal::new(Code::BadYaml, format!("{path}:{line}:{column}: {}", fault.told()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    #[test]
    fn a_file_is_parsed_once_and_the_first_of_too_many_bytes_is_let_go() {
        let text = format!("a: {}\n", "b".repeat(MOST_BYTES / 2 - 10));
        let files = Memory::new(["x.yaml", "y.yaml", "z.yaml"].map(|path| (path, text.as_str())));
        let reader = Reader::new(&files);
        let read = |path: &str| reader.tree(&RepoPath::new(path).unwrap()).unwrap().unwrap();
        let (x, y) = (read("x.yaml"), read("y.yaml"));
        assert!(Arc::ptr_eq(&x, &read("x.yaml")) && Arc::ptr_eq(&y, &read("y.yaml")), "both fit");
        let z = read("z.yaml");
        assert!(Arc::ptr_eq(&y, &read("y.yaml")) && Arc::ptr_eq(&z, &read("z.yaml")));
        assert!(!Arc::ptr_eq(&x, &read("x.yaml")), "read again");
    }

    #[test]
    fn one_file_that_is_larger_than_all_may_be_stays_as_long_as_it_is_the_last() {
        let text = format!("a: {}\n", "b".repeat(MOST_BYTES));
        let files = Memory::new([("x.yaml", text.as_str())]);
        let (reader, path) = (Reader::new(&files), RepoPath::new("x.yaml").unwrap());
        let tree = || reader.tree(&path).unwrap().unwrap();
        assert!(Arc::ptr_eq(&tree(), &tree()));
    }
}
