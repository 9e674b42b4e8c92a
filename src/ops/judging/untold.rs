//! What a change makes an environment take from where nobody can tell what comes: programs, and places elsewhere that are not pinned.

use std::collections::BTreeSet;

use crate::domain::path::RepoPath;
use crate::domain::plan::{Class, Odd, Proposal};
use crate::domain::refusal::Error;
use crate::overlay::untold::inputs;

use crate::ops::reading::scalars::Side;

/// What the kustomizations at and above the changed files of environments take so in the tree that comes, and did not before. What was
/// taken so already has landed by the rules of then.
///
/// # Errors
/// A tree cannot be read.
pub fn of(before: &Side<'_>, after: &Side<'_>, proposal: &Proposal) -> Result<Vec<Odd>, Error> {
    let changed = proposal.others.iter().filter(|other| matches!(other.class, Class::Environment(_)));
    let above = |path: &RepoPath| std::iter::successors(path.parent(), RepoPath::parent).collect::<Vec<_>>();
    let folders: BTreeSet<RepoPath> = changed.flat_map(|other| above(&other.path)).collect();
    let mut out = Vec::new();
    for folder in &folders {
        let known = inputs(&before.reader, folder)?;
        let come = inputs(&after.reader, folder)?;
        out.extend(come.difference(&known).map(|(path, what)| Odd { path: path.clone(), what: what.clone() }));
    }
    Ok(out)
}
