//! Whether a tree is written as git writes trees: every reader sees the same names in it. git takes what is pushed as it comes (seen with
//! git 2.39: `receive.fsckObjects` is off), and of two entries of one name, or one whose name is a path, its own commands see
//! different files.

use std::collections::HashSet;

use git2::ObjectType;

use crate::domain::commit::{CommitId, TreeId};
use crate::domain::refusal::Error;

use super::repo::Repo;
use super::store::{FOLDER, Tree, TreeEntry};

/// The modes that git writes: files, files that are run, links, submodules, folders (and files of its first days).
const MODES: [u32; 6] = [0o100_644, 0o100_755, 0o120_000, 0o160_000, FOLDER, 0o100_664];

/// The trees of landings, each with its commit; `Err`: the first with something new that is not well formed, and what.
pub type Trees = Result<Vec<(CommitId, TreeId)>, (CommitId, String)>;

impl Repo {
    /// What is wrong with one of the folders of a tree that another one (`None`: an empty one) does not have at the same place;
    /// `None`: nothing.
    ///
    /// # Errors
    /// A tree cannot be read.
    pub fn malformed_tree(&self, before: Option<TreeId>, after: TreeId) -> Result<Option<String>, Error> {
        self.folder(before, after, "", &mut HashSet::new())
    }

    /// The trees of landings, oldest first. `before`: the tree that they were built on.
    ///
    /// # Errors
    /// A commit or tree cannot be read.
    pub fn well_formed_trees(&self, mut before: Option<TreeId>, landings: &[CommitId]) -> Result<Trees, Error> {
        let mut trees = Vec::new();
        for landing in landings {
            let tree = self.commit(*landing)?.tree;
            if let Some(what) = self.malformed_tree(before, tree)? {
                return Ok(Err((*landing, what)));
            }
            trees.push((*landing, tree));
            before = Some(tree);
        }
        Ok(Ok(trees))
    }

    fn folder(
        &self,
        before: Option<TreeId>,
        after: TreeId,
        place: &str,
        seen: &mut HashSet<TreeId>,
    ) -> Result<Option<String>, Error> {
        if before == Some(after) || !seen.insert(after) {
            return Ok(None);
        }
        let raw = self.store().read(after, ObjectType::Tree)?;
        let shown = if place.is_empty() { "its root folder".to_string() } else { format!("its folder `{place}`") };
        let Some(tree) = Tree::parse(&raw).filter(|tree| tree.bytes() == raw) else {
            return Ok(Some(format!("{shown} cannot be read")));
        };
        if let Some(what) = malformed(&tree) {
            return Ok(Some(format!("{shown} {what}")));
        }
        let known = before.map(|before| self.store().tree(before)).transpose()?;
        for entry in tree.entries.iter().filter(|entry| entry.is_folder()) {
            let same = known.as_ref().and_then(|known| known.entries.iter().find(|one| one.name == entry.name));
            let was = same.filter(|one| one.is_folder()).map(|one| one.id);
            let place = format!("{place}{}{}", if place.is_empty() { "" } else { "/" }, shown_name(entry));
            if let Some(what) = self.folder(was, entry.id, &place, seen)? {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }
}

fn shown_name(entry: &TreeEntry) -> String {
    String::from_utf8_lossy(&entry.name).escape_debug().to_string()
}

/// What is wrong with the entries of one folder, as `git fsck` has it.
fn malformed(tree: &Tree) -> Option<String> {
    let mut names = HashSet::new();
    for entry in &tree.entries {
        let name: &[u8] = &entry.name;
        let is_reserved = name.is_empty() || matches!(name, b"." | b"..") || name.eq_ignore_ascii_case(b".git");
        if is_reserved || name.contains(&b'/') {
            return Some(format!("has an entry `{}`, which no folder can have", shown_name(entry)));
        }
        if !names.insert(name) {
            return Some(format!("has two entries `{}`", shown_name(entry)));
        }
        if !MODES.contains(&entry.mode) {
            return Some(format!("has the entry `{}` in a mode that git does not write", shown_name(entry)));
        }
    }
    let mut sorted = tree.clone();
    sorted.sort();
    (sorted != *tree).then(|| "has its entries in an order that git does not write".to_string())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;
    use crate::domain::commit::ObjectId;

    fn entry(mode: u32, name: &str, id: ObjectId) -> TreeEntry {
        TreeEntry { mode, name: name.as_bytes().into(), id }
    }

    #[test]
    fn what_fsck_refuses_is_told_and_what_git_writes_is_fine() {
        let id = ObjectId::from_bytes([1; 20]);
        let of = |entries: &[(u32, &str)]| {
            malformed(&Tree { entries: entries.iter().map(|(mode, name)| entry(*mode, name, id)).collect() })
        };
        let file = 0o100_644;
        assert_eq!(of(&[(file, "a.b"), (FOLDER, "a"), (file, "a0")]), None, "a folder sorts as if it ended in a slash");
        assert_eq!(of(&[(file, "..."), (0o120_000, "link"), (0o160_000, "module"), (0o100_755, "run")]), None);
        for bad in [
            &[(file, "a/b")][..],
            &[(file, "")],
            &[(file, "..")],
            &[(FOLDER, ".GIT")],
            &[(file, "a"), (file, "a")],
            &[(file, "a"), (FOLDER, "a")],
            &[(file, "b"), (file, "a")],
            &[(0o100_777, "a")],
        ] {
            assert!(of(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn it_is_found_at_any_depth_and_what_was_there_before_is_not_looked_at() {
        let ground = Ground::new();
        let commit = ground.repository("r");
        let repo = ground.open("r");
        let tree = repo.store().link(commit).unwrap().tree;
        assert_eq!(repo.malformed_tree(Some(tree), tree).unwrap(), None);
        let blob = ground.id("r", &format!("{commit}:apps/web/staging/kustomization.yaml"));
        let make = |entries: &str| {
            let file = ground.path("r/raw");
            let mut raw = Vec::new();
            for line in entries.lines() {
                let (head, id) = line.rsplit_once(' ').unwrap();
                raw.extend_from_slice(head.as_bytes());
                raw.push(0);
                raw.extend_from_slice(ObjectId::from_hex(id).unwrap().as_bytes());
            }
            std::fs::write(&file, raw).unwrap();
            let id = ground.git("r", &["hash-object", "-t", "tree", "-w", "--literally", "raw"]);
            ObjectId::from_hex(id.trim()).unwrap()
        };
        let twice = make(&format!("100644 x {blob}\n100644 x {blob}"));
        let deep = make(&format!("40000 apps {twice}"));
        let told = repo.malformed_tree(Some(tree), deep).unwrap();
        assert_eq!(told.as_deref(), Some("its folder `apps` has two entries `x`"));
        assert_eq!(repo.malformed_tree(Some(deep), deep).unwrap(), None);
        let padded = make(&format!("0100644 x {blob}"));
        assert_eq!(repo.malformed_tree(Some(tree), padded).unwrap().as_deref(), Some("its root folder cannot be read"));
        let path = make(&format!("100644 apps/web/x.yaml {blob}"));
        assert!(
            repo.malformed_tree(Some(tree), path)
                .unwrap()
                .is_some_and(|what| what.contains("which no folder can have"))
        );
    }
}
