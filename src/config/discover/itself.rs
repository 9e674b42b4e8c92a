//! Sources of Argo CD that are this very repository: its own branch moves, and nobody would pin it.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::files::{EntryKind, Files, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::overlay::survey::same_repository;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::{Node, Tree, Value};

use super::versions::moves;

const WORD: &[u8] = b"targetRevision";
/// How deep a file nests before nobody looks.
const DEEPEST: usize = 24;

/// A source or a generator of a file: where a revision of it stands that moves, its address, and whether what it reads is here.
struct Source {
    file: RepoPath,
    line: Option<u32>,
    address: String,
    is_here: bool,
}

/// The lines with revisions that move of sources whose address is this repository's: told by one that reads a folder of it.
pub fn lines(files: &dyn Files, paths: &[RepoPath]) -> Result<BTreeSet<(RepoPath, u32)>, Error> {
    let yaml: Vec<&RepoPath> = paths.iter().filter(|path| is_yaml(path.name())).collect();
    let read: Vec<Result<Vec<Source>, Error>> = yaml.par_iter().map(|path| of_file(files, path)).collect();
    let mut all = Vec::new();
    for one in read {
        all.extend(one?);
    }
    let own: BTreeSet<String> = all.iter().filter(|source| source.is_here).map(|one| one.address.clone()).collect();
    let is_own = |source: &Source| own.iter().any(|address| same_repository(address, &source.address));
    let own = all.iter().filter(|source| is_own(source));
    Ok(own.filter_map(|source| Some((source.file.clone(), source.line?))).collect())
}

fn of_file(files: &dyn Files, file: &RepoPath) -> Result<Vec<Source>, Error> {
    let Some(bytes) = files.read(file)?.filter(|bytes| bytes.windows(WORD.len()).any(|part| part == WORD)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for document in Tree::parse(&bytes).map(|tree| tree.documents).unwrap_or_default() {
        sources(&document, 0, &mut |node| {
            let address = text(node, &["repoURL"]).filter(|_| get(node, &["chart"]).is_none())?.to_string();
            let revision = get(node, &["targetRevision"]).filter(|node| node.as_str().is_some_and(moves));
            let globs = ["directories", "files"].into_iter().flat_map(|list| items(node, &[list]));
            let read = globs.chain([node]).filter_map(|one| text(one, &["path"]).map(str::to_string));
            found.push((revision.map(|node| node.line), address, read.collect::<Vec<_>>()));
            Some(())
        });
    }
    let mut out = Vec::new();
    for (line, address, read) in found {
        let mut is_any = false;
        for path in read {
            is_any |= is_here(files, &path)?;
        }
        out.push(Source { file: file.clone(), line, address, is_here: is_any });
    }
    Ok(out)
}

/// Every mapping of a document.
fn sources(node: &Node, depth: usize, visit: &mut dyn FnMut(&Node) -> Option<()>) {
    if depth > DEEPEST {
        return;
    }
    match &node.value {
        Value::Mapping(entries) => {
            visit(node);
            entries.iter().for_each(|(_, value)| sources(value, depth + 1, visit));
        }
        Value::Sequence(list) => list.iter().for_each(|value| sources(value, depth + 1, visit)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}

/// Whether a path leads into a folder here, as far as it is no template and no glob.
fn is_here(files: &dyn Files, path: &str) -> Result<bool, Error> {
    let fixed = path.split(['{', '*']).next().unwrap_or_default();
    let folder = if fixed.len() < path.len() { fixed.rsplit_once('/').map_or("", |(folder, _)| folder) } else { fixed };
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let Some(folder) = RepoPath::new(folder).ok().filter(|folder| !folder.is_root()) else { return Ok(false) };
    Ok(files.entry(&folder)?.is_some_and(|entry| entry.kind == EntryKind::Folder))
}
