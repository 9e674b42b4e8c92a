//! What a folder holds, byte for byte, so that "nothing was written" can be checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Every file, link and folder below `root` with the hash of its content.
pub fn of(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    walk(root, root, &mut found);
    found
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        let name = path.strip_prefix(root).expect("below the root").to_owned();
        let kind = fs::symlink_metadata(&path).expect("it was listed").file_type();
        if kind.is_dir() {
            found.insert(name, "folder".into());
            walk(root, &path, found);
        } else if kind.is_symlink() {
            found.insert(name, format!("link {}", fs::read_link(&path).expect("a link").display()));
        } else if kind.is_file() {
            let digest = Sha256::digest(fs::read(&path).expect("a readable file"));
            found.insert(name, digest.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
}

/// Fails the test and names the first differences where the two are not equal.
#[track_caller]
pub fn assert_same(before: &BTreeMap<PathBuf, String>, after: &BTreeMap<PathBuf, String>) {
    let mut changed: Vec<String> = Vec::new();
    for (path, hash) in after {
        match before.get(path) {
            None => changed.push(format!("new: {}", path.display())),
            Some(old) if old != hash => changed.push(format!("changed: {}", path.display())),
            Some(_) => {}
        }
    }
    changed.extend(
        before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("gone: {}", path.display())),
    );
    assert!(changed.is_empty(), "written: {changed:#?}");
}
