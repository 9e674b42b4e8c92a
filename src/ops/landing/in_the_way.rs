//! What stands in the tree where a record is to be written, and is neither a file nor a folder to put one into.

use crate::domain::files::{EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};

/// An error where a link, a submodule, or a file in the place of a folder is in the way of a file at `path`.
pub fn refuse(files: &dyn Files, path: &RepoPath) -> Result<(), Error> {
    let mut folder = path.parent();
    while let Some(place) = folder.filter(|place| !place.is_root()) {
        if files.entry(&place)?.is_some_and(|entry| entry.kind != EntryKind::Folder) {
            let what = format!("`{path}` cannot be written: `{place}` in its path is not a folder");
            return Err(refusal(Code::NotAFolder, what, &place));
        }
        folder = place.parent();
    }
    let what = match files.entry(path)?.map(|entry| entry.kind) {
        Some(EntryKind::Symlink) => "a symbolic link",
        Some(EntryKind::Submodule) => "a submodule",
        Some(EntryKind::Folder) => "a folder",
        Some(EntryKind::File | EntryKind::Executable) | None => return Ok(()),
    };
    Err(refusal(Code::NotAPlainFile, format!("`{path}` is {what}, and only a plain file is changed"), path))
}

fn refusal(code: Code, what: String, place: &RepoPath) -> Error {
    Refusal::new(code, what).hint(format!("take it away by hand: `git rm -r {place}`")).invalid()
}
