//! A tree with edits on top: which new blobs and folders that makes, computed in memory. Writes nothing.

use std::collections::{BTreeMap, HashMap};

use git2::ObjectType;

use crate::domain::commit::{ObjectId, TreeId};
use crate::domain::plan::{FileEdit, Mode};
use crate::domain::refusal::{Code, Error, Refusal};

use super::store::{FOLDER, Store, Tree, TreeEntry, id_of};

/// The new root and every object that it needs and the base did not have.
pub(super) struct Splice {
    pub(super) root: TreeId,
    pub(super) objects: HashMap<ObjectId, (ObjectType, Vec<u8>)>,
}

/// The edits of one folder, by name: each folder is read and written once, however many edits are below it.
#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, &'a FileEdit>,
    folders: BTreeMap<&'a str, Folder<'a>>,
}

const NEW_FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;

/// Applies the edits to the tree `base`; `None`: to an empty one. File modes stay unless an edit says one; folders that get empty vanish.
pub(super) fn splice(store: &Store, base: Option<TreeId>, edits: &[FileEdit]) -> Result<Splice, Error> {
    let mut top = Folder::default();
    for edit in edits {
        let mut folder = &mut top;
        let mut parts = edit.path.parts().peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_some() {
                folder = folder.folders.entry(part).or_default();
            } else {
                folder.files.insert(part, edit);
            }
        }
    }
    let mut objects = HashMap::new();
    let root = match rebuild(store, base, &top, &mut objects)? {
        Some(root) => root,
        None => keep(store, ObjectType::Tree, Vec::new(), &mut objects)?,
    };
    Ok(Splice { root, objects })
}

/// The id of the folder with its edits; `None` where nothing is left in it.
fn rebuild(
    store: &Store,
    base: Option<TreeId>,
    edits: &Folder<'_>,
    objects: &mut HashMap<ObjectId, (ObjectType, Vec<u8>)>,
) -> Result<Option<TreeId>, Error> {
    let was = match base {
        Some(id) => store.tree(id)?,
        None => std::sync::Arc::new(Tree::default()),
    };
    // `None`: the entry goes.
    let mut changed: BTreeMap<&[u8], Option<TreeEntry>> = BTreeMap::new();
    for (name, folder) in &edits.folders {
        let below = match was.get(name.as_bytes()) {
            Some(entry) if entry.is_folder() => Some(entry.id),
            Some(_) => return Err(in_the_way(folder, name)),
            None => None,
        };
        let id = rebuild(store, below, folder, objects)?;
        changed.insert(name.as_bytes(), id.map(|id| TreeEntry { mode: FOLDER, name: name.as_bytes().into(), id }));
    }
    for (name, edit) in &edits.files {
        let here = was.get(name.as_bytes());
        if here.map(|entry| entry.id) != edit.was || here.is_some_and(|entry| !entry.is_plain()) {
            return Err(not_as_planned(edit));
        }
        let entry = match &edit.becomes {
            None => None,
            Some(bytes) => {
                let id = keep(store, ObjectType::Blob, bytes.clone(), objects)?;
                let mode = match edit.mode {
                    Mode::Kept => here.map_or(NEW_FILE, |entry| entry.mode),
                    Mode::Plain => NEW_FILE,
                    Mode::Executable => EXECUTABLE,
                };
                Some(TreeEntry { mode, name: name.as_bytes().into(), id })
            }
        };
        if changed.insert(name.as_bytes(), entry).is_some() {
            return Err(not_as_planned(edit));
        }
    }
    let kept = was.entries.iter().filter(|entry| !changed.contains_key(&*entry.name)).cloned();
    let mut tree = Tree { entries: kept.collect() };
    tree.entries.extend(changed.into_values().flatten());
    if tree.entries.is_empty() {
        return Ok(None);
    }
    tree.sort();
    keep(store, ObjectType::Tree, tree.bytes(), objects).map(Some)
}

fn keep(
    store: &Store,
    kind: ObjectType,
    bytes: Vec<u8>,
    objects: &mut HashMap<ObjectId, (ObjectType, Vec<u8>)>,
) -> Result<ObjectId, Error> {
    let id = id_of(kind, &bytes)?;
    if !objects.contains_key(&id) && !store.seen(id) {
        objects.insert(id, (kind, bytes));
    }
    Ok(id)
}

fn in_the_way(folder: &Folder<'_>, name: &str) -> Error {
    let mut below = folder;
    while let (true, Some(next)) = (below.files.is_empty(), below.folders.values().next()) {
        below = next;
    }
    let path = below.files.values().next().map_or(name, |edit| edit.path.as_str());
    Refusal::new(Code::NotAFolder, format!("`{path}` cannot be written: `{name}` in its path is not a folder"))
        .invalid()
}

fn not_as_planned(edit: &FileEdit) -> Error {
    Refusal::new(Code::FileChanged, format!("`{}` is not the file that the plan was made on", edit.path)).raced()
}
