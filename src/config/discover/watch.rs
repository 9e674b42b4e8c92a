//! Who is told of each file that discovery parsed, while it is at hand.

use crate::domain::path::RepoPath;
use crate::domain::settings::PinKind;
use crate::yaml::tree::Tree;

/// Reads more from the files that discovery parsed, so that they need not be parsed again.
pub trait Watch: Sync {
    /// A file at a place of the layout (the file itself, or its folder) was parsed, and has these kinds of pins.
    fn parsed(&self, place: &RepoPath, file: &RepoPath, tree: Tree, kinds: &[&PinKind]);
}
