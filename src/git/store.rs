//! The object store of one repository, read in process and from any thread; nothing is ever written here.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError, RwLock};

use anyhow::Context;
use git2::{ObjectType, Odb, OdbLookupFlags, Oid};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::domain::commit::{Actor, CommitId, CommitInfo, ObjectId, TreeId};
use crate::domain::refusal::{Code, Error, Refusal};

/// Who has the objects that a partial clone left on its remote.
pub(super) trait Promisor: Send + Sync {
    /// Whether any were left there.
    fn promises(&self) -> bool;
    /// Gets some; asked once for all that are known to be missing.
    fn bring(&self, ids: &[ObjectId]) -> Result<(), Error>;
    /// Gets what is on branches that nobody asked for, where that hands over nothing by its id; whether there may be more here now.
    fn bring_others(&self) -> Result<bool, Error>;
}

/// What there is to do about an object that is not here, or cannot be read.
pub(super) struct Cures {
    pub(super) shallow: String,
    pub(super) missing: String,
    pub(super) damaged: String,
}

impl Default for Cures {
    /// Those of a user's own clone.
    fn default() -> Self {
        Self {
            shallow: "this clone is shallow: run `git fetch --unshallow`".into(),
            missing: "run `git fetch`".into(),
            damaged: "run `git fsck` to see what is missing, or clone again".into(),
        }
    }
}

/// The objects of one repository and of its alternates.
pub(super) struct Store {
    odb: Odb<'static>,
    cures: Cures,
    promisor: Arc<dyn Promisor>,
    /// How often something was missing that nobody had asked for beforehand.
    misses: AtomicU32,
    /// Commits whose parents a shallow clone left out.
    shallow: RwLock<HashSet<CommitId>>,
    trees: RwLock<HashMap<TreeId, Arc<Tree>>>,
    links: RwLock<HashMap<CommitId, Arc<Link>>>,
    /// A repository whose objects are read too; it goes with the last reader.
    beside: Mutex<Option<TempDir>>,
}

/// What a walk over history needs of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Empty at a shallow boundary too: see `boundary`.
    pub(super) parents: Vec<CommitId>,
    pub(super) tree: TreeId,
    /// The committer's date in seconds.
    pub(super) time: i64,
    /// Whether its parents exist but are not here.
    pub(super) boundary: bool,
}

/// One folder as git keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tree {
    pub(super) entries: Vec<TreeEntry>,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeEntry {
    /// git's mode: 0o040000 is a folder.
    pub(super) mode: u32,
    pub(super) name: Box<[u8]>,
    pub(super) id: ObjectId,
}

pub(super) const FOLDER: u32 = 0o040_000;

impl TreeEntry {
    pub(super) fn is_folder(&self) -> bool {
        self.mode == FOLDER
    }

    /// Whether it is a file, be it one that is run: no link, no submodule.
    pub(super) fn is_plain(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// How many folders are kept in memory: a long walk over old trees must not fill it.
const KEPT_TREES: usize = 20_000;

/// So many files around a missing one are asked for with it, where that is the first.
pub(super) const SHARE: usize = 64;

static GIT2_OPTIONS: Once = Once::new();

impl Store {
    /// Opens the object folders (alternates of alternates are followed).
    pub(super) fn open(folders: &[&Path], promisor: Arc<dyn Promisor>, cures: Cures) -> Result<Self, Error> {
        GIT2_OPTIONS.call_once(|| {
            // Trees are kept parsed, blobs are read once; git itself checks no hash on reading a pack.
            git2::opts::enable_caching(false);
            git2::opts::strict_hash_verification(false);
        });
        let odb = Odb::new().context("cannot open the object store")?;
        for folder in folders {
            let text = folder.to_str().ok_or_else(|| {
                Refusal::new(Code::PathNotUtf8, format!("the path `{}` is not UTF-8", folder.display())).invalid()
            })?;
            odb.add_disk_alternate(text).with_context(|| format!("cannot read the object folder `{text}`"))?;
        }
        let (shallow, trees, links) = (RwLock::default(), RwLock::default(), RwLock::default());
        let beside = Mutex::default();
        Ok(Self { odb, cures, promisor, misses: AtomicU32::new(0), shallow, trees, links, beside })
    }

    /// A folder with a repository whose objects are read too, laid out at the first question.
    pub(super) fn beside(&self, lay_out: impl FnOnce(&Path) -> Result<(), Error>) -> Result<PathBuf, Error> {
        let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = beside.as_ref() {
            return Ok(folder.path().to_path_buf());
        }
        let made = tempfile::Builder::new().prefix("stageline-").tempdir().context("cannot make a scratch folder")?;
        lay_out(made.path())?;
        let objects = made.path().join("objects");
        let text = objects.to_str().with_context(|| format!("the path `{}` is not UTF-8", objects.display()))?;
        self.odb.add_disk_alternate(text).with_context(|| format!("cannot read the object folder `{text}`"))?;
        Ok(beside.insert(made).path().to_path_buf())
    }

    /// Reads the list of shallow boundaries again. An error where it is there and cannot be read: without it a shallow
    /// history would count as whole.
    pub(super) fn read_boundaries(&self, file: &Path) -> Result<(), Error> {
        let text = match std::fs::read_to_string(file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.with_context(|| format!("cannot read the list of shallow commits `{}`", file.display()))?,
        };
        let read: HashSet<CommitId> = text.lines().filter_map(CommitId::from_hex).collect();
        let mut shallow = self.shallow.write().unwrap_or_else(PoisonError::into_inner);
        if *shallow != read {
            *shallow = read;
            self.links.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
        Ok(())
    }

    /// Whether any history was left out.
    pub(super) fn is_shallow(&self) -> bool {
        !self.shallow.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Every shallow boundary.
    pub(super) fn boundaries(&self) -> Vec<CommitId> {
        self.shallow.read().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Whether this is a shallow boundary.
    pub(super) fn is_boundary(&self, commit: CommitId) -> bool {
        self.shallow.read().unwrap_or_else(PoisonError::into_inner).contains(&commit)
    }

    /// Whether the object is here.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.odb.exists(oid(id))
    }

    /// Whether the object is here, as far as was seen until now: a pack that came since may hold it too. For asking
    /// thousands of times, where a wrong "no" costs only a little work.
    pub(super) fn seen(&self, id: ObjectId) -> bool {
        self.odb.exists_ext(oid(id), OdbLookupFlags::NO_REFRESH)
    }

    /// Gets these objects from the remote of a partial clone; nothing where it is not one.
    pub(super) fn fetch_missing(&self, ids: &[ObjectId]) -> Result<(), Error> {
        if ids.is_empty() { Ok(()) } else { self.promisor.bring(ids) }
    }

    /// Whether objects may be missing that can be had.
    pub(super) fn is_partial(&self) -> bool {
        self.promisor.promises()
    }

    /// How many files are asked for at once where one is missing: more each time, so that it takes few requests whatever is
    /// read, and little comes where little is.
    pub(super) fn next_share(&self) -> usize {
        let misses = self.misses.fetch_add(1, Ordering::Relaxed);
        SHARE << (3 * misses.min(8))
    }

    /// The bytes of an object that is here; `None` where it is not (or is of another kind).
    pub(super) fn local(&self, id: ObjectId, kind: ObjectType) -> Result<Option<Vec<u8>>, Error> {
        match self.odb.read(oid(id)) {
            Ok(object) if object.kind() == kind => Ok(Some(object.data().to_vec())),
            Ok(_) => Ok(None),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.corrupt(&kind.to_string(), id).detail(error.message())),
        }
    }

    /// The bytes of an object, fetched where a partial clone lacks it.
    pub(super) fn read(&self, id: ObjectId, kind: ObjectType) -> Result<Vec<u8>, Error> {
        if let Some(bytes) = self.local(id, kind)? {
            return Ok(bytes);
        }
        self.fetch_missing(&[id])?;
        let mut found = self.local(id, kind)?;
        if found.is_none() && self.promisor.bring_others()? {
            found = self.local(id, kind)?;
        }
        found.ok_or_else(|| {
            Refusal::new(Code::ObjectMissing, format!("the {kind} `{id}` is not in this clone"))
                .hint(self.cures.damaged.clone())
                .cannot_tell()
        })
    }

    fn corrupt(&self, kind: &str, id: ObjectId) -> Error {
        let what = format!("the {kind} `{id}` cannot be read");
        Refusal::new(Code::ObjectCorrupt, what).hint(self.cures.damaged.clone()).cannot_tell()
    }

    /// The bytes of a file.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Vec<u8>, Error> {
        self.read(id, ObjectType::Blob)
    }

    /// A folder.
    pub(super) fn tree(&self, id: TreeId) -> Result<Arc<Tree>, Error> {
        if let Some(tree) = self.trees.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(tree));
        }
        let bytes = self.read(id, ObjectType::Tree)?;
        let tree = Arc::new(Tree::parse(&bytes).ok_or_else(|| self.corrupt("tree", id))?);
        let mut trees = self.trees.write().unwrap_or_else(PoisonError::into_inner);
        if trees.len() >= KEPT_TREES {
            trees.clear();
        }
        trees.insert(id, Arc::clone(&tree));
        Ok(tree)
    }

    /// The raw text of a commit.
    pub(super) fn raw_commit(&self, id: CommitId) -> Result<Vec<u8>, Error> {
        self.local(id, ObjectType::Commit)?.ok_or_else(|| {
            let refusal = Refusal::new(Code::CommitMissing, format!("the commit `{id}` is not in this clone"));
            if self.is_shallow() {
                refusal.hint(self.cures.shallow.clone()).cannot_tell()
            } else {
                refusal.hint(self.cures.missing.clone()).cannot_tell()
            }
        })
    }

    /// What a commit says.
    pub(super) fn commit(&self, id: CommitId) -> Result<CommitInfo, Error> {
        parse_commit(id, &self.raw_commit(id)?).ok_or_else(|| self.corrupt("commit", id))
    }

    /// What a walk needs of a commit.
    pub(super) fn link(&self, id: CommitId) -> Result<Arc<Link>, Error> {
        if let Some(link) = self.links.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(link));
        }
        let raw = self.raw_commit(id)?;
        let mut link = parse_link(&raw).ok_or_else(|| self.corrupt("commit", id))?;
        if self.is_boundary(id) {
            link.boundary = !link.parents.is_empty();
            link.parents.clear();
        }
        let link = Arc::new(link);
        self.links.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&link));
        Ok(link)
    }
}

impl Tree {
    /// Reads git's form: mode, blank, name, NUL, 20 bytes.
    pub(super) fn parse(mut bytes: &[u8]) -> Option<Self> {
        let mut entries = Vec::with_capacity(bytes.len() / 40);
        while !bytes.is_empty() {
            let blank = bytes.iter().position(|b| *b == b' ')?;
            let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..blank]).ok()?, 8).ok()?;
            let rest = &bytes[blank + 1..];
            let nul = rest.iter().position(|b| *b == 0)?;
            let id: [u8; 20] = rest.get(nul + 1..nul + 21)?.try_into().ok()?;
            entries.push(TreeEntry { mode, name: rest[..nul].into(), id: ObjectId::from_bytes(id) });
            bytes = &rest[nul + 21..];
        }
        Some(Self { entries })
    }

    /// git's form of it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.entries.len() * 40);
        for entry in &self.entries {
            out.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
            out.extend_from_slice(&entry.name);
            out.push(0);
            out.extend_from_slice(entry.id.as_bytes());
        }
        out
    }

    /// The entry of that name. git sorts a folder as if its name ended in `/`, so a name has two places.
    pub(super) fn get(&self, name: &[u8]) -> Option<&TreeEntry> {
        [false, true].into_iter().find_map(|folder| {
            let place =
                self.entries.binary_search_by(|entry| compare((&entry.name, entry.is_folder()), (name, folder)));
            place.ok().and_then(|place| self.entries.get(place))
        })
    }

    /// Sorts as git does.
    pub(super) fn sort(&mut self) {
        self.entries.sort_by(|a, b| compare((&a.name, a.is_folder()), (&b.name, b.is_folder())));
    }
}

/// git's order of two names, each with whether it is a folder's.
fn compare((a, a_folder): (&[u8], bool), (b, b_folder): (&[u8], bool)) -> std::cmp::Ordering {
    let common = a.len().min(b.len());
    let rest = |name: &[u8], folder: bool| name.get(common).copied().or(folder.then_some(b'/'));
    a[..common].cmp(&b[..common]).then_with(|| rest(a, a_folder).cmp(&rest(b, b_folder)))
}

/// The id that an object of these bytes has.
pub(super) fn id_of(kind: ObjectType, bytes: &[u8]) -> Result<ObjectId, Error> {
    Ok(object_id(Oid::hash_object(kind, bytes).context("cannot hash an object")?))
}

pub(super) fn oid(id: ObjectId) -> Oid {
    // Twenty bytes are always an id; the zero id names nothing.
    Oid::from_bytes(id.as_bytes()).unwrap_or(Oid::ZERO_SHA1)
}

pub(super) fn object_id(oid: Oid) -> ObjectId {
    let mut bytes = [0; 20];
    for (to, from) in bytes.iter_mut().zip(oid.as_bytes()) {
        *to = *from;
    }
    ObjectId::from_bytes(bytes)
}

/// The headers of a raw commit, up to the empty line; continuation lines are skipped.
fn headers(raw: &[u8]) -> (impl Iterator<Item = (&[u8], &[u8])>, &[u8]) {
    let end = raw.windows(2).position(|pair| pair == b"\n\n");
    let (head, message) = match end {
        Some(end) => (&raw[..end], &raw[end + 2..]),
        None => (raw, &raw[raw.len()..]),
    };
    let lines = head.split(|b| *b == b'\n').filter(|line| !line.starts_with(b" ")).filter_map(|line| {
        let blank = line.iter().position(|b| *b == b' ')?;
        Some((&line[..blank], &line[blank + 1..]))
    });
    (lines, message)
}

fn hex(bytes: &[u8]) -> Option<ObjectId> {
    ObjectId::from_hex(std::str::from_utf8(bytes).ok()?)
}

/// Reads what a walk needs from a raw commit.
pub(super) fn parse_link(raw: &[u8]) -> Option<Link> {
    let (mut tree, mut parents, mut time) = (None, Vec::new(), 0);
    for (name, value) in headers(raw).0 {
        match name {
            b"tree" => tree = Some(hex(value)?),
            b"parent" => parents.push(hex(value)?),
            b"committer" => {
                time = seconds(value);
                break;
            }
            _ => {}
        }
    }
    Some(Link { parents, tree: tree?, time, boundary: false })
}

/// Reads a raw commit.
pub(super) fn parse_commit(id: CommitId, raw: &[u8]) -> Option<CommitInfo> {
    let (lines, message) = headers(raw);
    let (mut tree, mut parents, mut author, mut committer) = (None, Vec::new(), None, None);
    let (mut encoding, mut signed): (&[u8], bool) = (b"", false);
    for (name, value) in lines {
        match name {
            b"tree" if tree.is_none() => tree = Some(hex(value)?),
            b"parent" => parents.push(hex(value)?),
            b"author" if author.is_none() => author = Some(value),
            b"committer" if committer.is_none() => committer = Some(value),
            b"encoding" => encoding = value,
            b"gpgsig" | b"gpgsig-sha256" => signed = true,
            _ => {}
        }
    }
    let text = |bytes: &[u8]| decode(bytes, encoding);
    Some(CommitInfo {
        id,
        tree: tree?,
        parents,
        author: actor(author.unwrap_or_default(), &text),
        committer: actor(committer.unwrap_or_default(), &text),
        message: text(message),
        signed,
    })
}

fn decode(bytes: &[u8], encoding: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_)
            if encoding.to_ascii_lowercase().starts_with(b"iso-8859-1") || encoding.eq_ignore_ascii_case(b"latin1") =>
        {
            bytes.iter().map(|b| char::from(*b)).collect()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn seconds(line: &[u8]) -> i64 {
    let after = line.iter().rposition(|b| *b == b'>').map_or(line, |at| &line[at + 1..]);
    String::from_utf8_lossy(after).split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Reads the raw text of an annotated tag, but for its signature: what it is of, its name, who made it, and its words.
pub(super) fn parse_tag(raw: &[u8]) -> Option<(ObjectId, String, Actor, String)> {
    let (lines, message) = headers(raw);
    let (mut of, mut kind, mut name, mut tagger) = (None, None, None, None);
    for (word, value) in lines {
        match word {
            b"object" if of.is_none() => of = hex(value),
            b"type" if kind.is_none() => kind = Some(value),
            b"tag" if name.is_none() => name = Some(value),
            b"tagger" if tagger.is_none() => tagger = Some(value),
            _ => {}
        }
    }
    let text = |bytes: &[u8]| decode(bytes, b"");
    let is_of_commit = kind == Some(b"commit");
    let tagger = actor(tagger.unwrap_or_default(), &text);
    Some((of.filter(|_| is_of_commit)?, text(name?), tagger, text(message)))
}

fn actor(line: &[u8], text: &dyn Fn(&[u8]) -> String) -> Actor {
    let close = line.iter().rposition(|b| *b == b'>').unwrap_or(line.len());
    let open = line[..close].iter().position(|b| *b == b'<').unwrap_or(close);
    let email = line.get(open + 1..close).unwrap_or_default();
    let second = seconds(line).clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Actor {
        name: text(&line[..open]).trim().to_string(),
        email: text(email),
        when: Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[(&str, u32)]) -> Tree {
        let mut tree = Tree {
            entries: names
                .iter()
                .map(|(name, mode)| TreeEntry {
                    mode: *mode,
                    name: name.as_bytes().into(),
                    id: ObjectId::from_bytes([7; 20]),
                })
                .collect(),
        };
        tree.sort();
        tree
    }

    #[test]
    fn a_folder_sorts_as_if_its_name_ended_in_a_slash_and_is_found() {
        let tree = tree(&[("web", FOLDER), ("web.yaml", 0o100_644), ("web-2", FOLDER), ("web0", 0o100_644)]);
        let order: Vec<_> = tree.entries.iter().map(|e| String::from_utf8_lossy(&e.name).into_owned()).collect();
        assert_eq!(order, ["web-2", "web.yaml", "web", "web0"]);
        for name in ["web", "web-2", "web.yaml", "web0"] {
            assert_eq!(&*tree.get(name.as_bytes()).unwrap().name, name.as_bytes());
        }
        assert_eq!(tree.get(b"we"), None);
    }

    #[test]
    fn a_tree_reads_back_from_its_own_bytes() {
        let tree = tree(&[("a", 0o100_644), ("b", 0o100_755), ("c", FOLDER), ("d", 0o160_000)]);
        assert_eq!(Tree::parse(&tree.bytes()), Some(tree));
        assert_eq!(Tree::parse(b"100644 a\0short"), None);
    }

    #[test]
    fn a_commit_with_a_signature_an_odd_name_and_no_message_is_read() {
        let id = ObjectId::from_bytes([1; 20]);
        let raw = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 0101010101010101010101010101010101010101\n\
            author A <b <a@x> 100 +0000\ncommitter  <> -5 +0000\ngpgsig -----BEGIN\n parent no\n tree no\n\n";
        let info = parse_commit(id, raw).unwrap();
        assert!(info.signed);
        assert_eq!((info.parents.len(), info.message.as_str()), (1, ""));
        assert_eq!((info.author.name.as_str(), info.author.email.as_str()), ("A", "b <a@x"));
        assert_eq!(info.committer.when.as_second(), -5);
        assert_eq!(parse_link(raw).unwrap().time, -5);
    }

    #[test]
    fn a_message_in_an_old_encoding_is_readable() {
        let raw =
            b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor J\xf6rg <j@x> 1 +0000\ncommitter J <j@x> 1 +0000\n\
            encoding ISO-8859-1\n\ngr\xfcn\n";
        let info = parse_commit(ObjectId::from_bytes([1; 20]), raw).unwrap();
        assert_eq!((info.author.name.as_str(), info.message.as_str()), ("Jörg", "grün\n"));
    }
}
