//! Merge keys (`<<`) that may bring what a pin no longer says: YAML 1.1 has them, YAML 1.2 has not, and readers differ.

use std::collections::BTreeSet;

use crate::domain::path::RepoPath;
use crate::domain::plan::{Odd, Proposal};
use crate::domain::refusal::Error;
use crate::yaml::tree::Node;

use crate::ops::reading::scalars::Side;

/// The files in which a pin is gone while a merge key stands there.
///
/// # Errors
/// A file cannot be read at all.
pub fn of(after: &Side<'_>, proposal: &Proposal) -> Result<Vec<Odd>, Error> {
    let sites = proposal.moves.iter().flat_map(|moved| &moved.sites);
    let gone: BTreeSet<&RepoPath> = sites.filter(|site| site.to.is_none()).map(|site| &site.file).collect();
    let mut out = Vec::new();
    for file in gone {
        // What cannot be read is told for itself.
        let Ok(Some(tree)) = after.reader.tree(file) else { continue };
        if tree.documents.iter().any(Node::has_merge_keys) {
            let what = "has a merge key (`<<`) where a version was, which some readers follow and some do not";
            out.push(Odd { path: file.clone(), what: what.to_string() });
        }
    }
    Ok(out)
}
