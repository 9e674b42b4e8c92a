//! Who is told of each file that discovery parsed, while it is at hand.

use std::sync::Arc;

use crate::domain::path::RepoPath;
use crate::domain::settings::PinKind;
use crate::yaml::tree::Tree;

use super::found::Part;

/// Reads more from the files that discovery parsed, so that they need not be parsed again.
pub trait Watch: Sync {
    /// A file at a place of the layout (the file itself, or its folder) was parsed, and has these kinds of pins.
    fn parsed(&self, place: &RepoPath, file: &RepoPath, tree: Arc<Tree>, kinds: &[&PinKind]);
}

/// A parsed file and its place.
pub type Seen<'p> = (&'p RepoPath, &'p RepoPath, Arc<Tree>);

/// Tells of files and what was found in them.
pub fn tell(watch: Option<&dyn Watch>, seen: Vec<Seen<'_>>, parts: &[Part]) {
    let Some(watch) = watch else { return };
    let kinds: Vec<&PinKind> = parts.iter().flat_map(|part| part.pins.iter().map(|rule| &rule.kind)).collect();
    seen.into_iter().for_each(|(place, file, tree)| watch.parsed(place, file, tree, &kinds));
}
