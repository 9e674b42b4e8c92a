//! From the edits of scalars to files as they become, and what follows in the files beside them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::domain::path::RepoPath;
use crate::domain::plan::{FileEdit, Mode};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::git::repo::Repo;
use crate::overlay::lock::{self, Follow};
use crate::overlay::{Edits, SiteChange};
use crate::yaml::tree::Cure;

use crate::ops::reading::scalars::Side;
use crate::ops::reading::world::World;

/// The files as they become.
pub struct Edited {
    pub files: Vec<FileEdit>,
    /// What followed of itself, by the file that it follows.
    pub follows: Vec<(RepoPath, Follow)>,
}

/// Makes all edits, those of one file together, so that each file is read and proven once; then what follows them.
///
/// # Errors
/// A file cannot be edited so that nothing else changes, or what follows it cannot.
pub fn make(Side { world, reader }: &Side<'_>, changes: &[&SiteChange]) -> Result<Edited, Error> {
    let mut by_file: BTreeMap<&RepoPath, Vec<Edits>> = BTreeMap::new();
    for change in changes {
        by_file.entry(&change.file).or_default().push(change.all());
    }
    let by_file: Vec<(&RepoPath, Vec<Edits>)> = by_file.into_iter().collect();
    let mut files: BTreeMap<RepoPath, FileEdit> = by_file
        .into_par_iter()
        .map(|(path, edits)| Ok((path.clone(), edited(world, path, None, &Edits::all(&edits))?)))
        .collect::<Result<_, Error>>()?;
    let mut follows = Vec::new();
    for edit in files.values() {
        if let Some(text) = &edit.becomes
            && let Some(follow) = lock::follow(reader, &edit.path, text)?
        {
            follows.push((edit.path.clone(), follow));
        }
    }
    for (_, follow) in &follows {
        let before = files.remove(&follow.file);
        let edits = Edits { yaml: follow.edits.clone(), ..Edits::default() };
        let edit = edited(world, &follow.file, before.and_then(|edit| edit.becomes), &edits)?;
        files.insert(follow.file.clone(), edit);
    }
    let changes = |edit: &FileEdit| edit.was != edit.becomes.as_deref().map(Repo::blob_id);
    Ok(Edited { files: files.into_values().filter(changes).collect(), follows })
}

/// A file after these edits; `text`: what earlier edits have made of it.
fn edited(world: &World, path: &RepoPath, text: Option<Vec<u8>>, edits: &Edits) -> Result<FileEdit, Error> {
    let entry = world.files.entry(path)?;
    let bytes = match text {
        Some(text) => Some(text),
        None => world.files.read(path)?,
    };
    let (Some(entry), Some(bytes)) = (entry, bytes) else {
        return Err(anyhow::anyhow!("`{path}` is not there any more").into());
    };
    let becomes = edits.apply(&bytes).map_err(|fault| {
        let hint = match &fault.cure {
            Some(Cure::Do(what)) => what.clone(),
            Some(Cure::Near { .. }) | None => "change that place by hand once, into a plain `key: value`".into(),
        };
        Refusal::new(
            Code::CannotEdit,
            format!(
                "cannot change the pin in {path}:{}:{} and nothing else: {}",
                fault.line,
                fault.column,
                fault.told()
            ),
        )
        .hint(hint)
        .invalid()
    })?;
    Ok(FileEdit { path: path.clone(), was: Some(entry.id), becomes: Some(becomes), mode: Mode::Kept })
}
