//! What reading verbs remember from one run to the next: what was read at each place, and since when it stands there.
//! What decides a change never comes from here.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::commit::TreeId;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::FILE;
use crate::git::cache::Cache;
use crate::git::repo::Repo;

use crate::domain::files::differing;
use crate::ops::reading::world::World;
use crate::ops::remembered::place::{Place, digest};
use crate::ops::remembered::shelf::Shelf;

/// The name of the cache file.
const NAME: &str = "pins";
/// So many branches are remembered.
const BRANCHES: usize = 8;

/// What is remembered, a part for each branch; the last one used stands first.
#[derive(Default, Serialize, Deserialize)]
pub struct Memo(Vec<Branch>);

/// What is remembered of one branch.
#[derive(Default, Serialize, Deserialize)]
pub struct Branch {
    name: String,
    /// The tree that the places were in.
    root: String,
    pub places: HashMap<String, Place>,
    /// Of the settings that the ages were found with.
    settings: String,
    /// By application and environment.
    pub ages: HashMap<String, Age>,
    /// Whether there is something that the file does not have.
    #[serde(skip)]
    pub is_new: bool,
}

/// Since when a pin says what it says.
#[derive(Clone, Serialize, Deserialize)]
pub struct Age {
    /// The commit at which that was found out.
    pub base: String,
    /// The newest landing up to then that could have moved the pin.
    pub touched: Option<String>,
    pub since: Option<Timestamp>,
}

impl Memo {
    /// What the last run left; empty where that cannot be read.
    pub fn load(cache: &Cache) -> Self {
        cache.load(NAME).and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Keeps it for the next run, if there is anything new.
    pub fn store(mut self, cache: &Cache) {
        if !self.0.iter().any(|branch| branch.is_new) {
            return;
        }
        self.0.truncate(BRANCHES);
        if let Ok(bytes) = serde_json::to_vec(&self) {
            cache.store(NAME, &bytes);
        }
    }

    /// What is remembered of a world's branch, as far as it can still be true. `main`: the main branch's world.
    pub fn branch(&mut self, repo: &Repo, world: &World, main: &World, shelf: &Shelf) -> Result<&mut Branch, Error> {
        let name = world.branch.as_str();
        let found = self.0.iter().position(|branch| branch.name == name).map(|at| self.0.remove(at));
        let mut branch = found.unwrap_or_else(|| Branch { name: name.to_string(), ..Branch::default() });
        branch.bring_up(repo, world, main, shelf)?;
        self.0.insert(0, branch);
        Ok(&mut self.0[0])
    }
}

impl Branch {
    /// Notes which places another tree leaves as they were, and forgets ages that other settings gave.
    fn bring_up(&mut self, repo: &Repo, world: &World, main: &World, shelf: &Shelf) -> Result<(), Error> {
        let tree = world.files.entry(&RepoPath::root())?.map(|entry| entry.id);
        let root = tree.map(|id| id.to_string()).unwrap_or_default();
        let changed = match TreeId::from_hex(&self.root) {
            _ if self.root == root => Some(BTreeSet::new()),
            Some(old) => changed(repo, world, old),
            None => None,
        };
        for (place, known) in &mut self.places {
            known.is_current = changed.as_ref().is_some_and(|changed| !concerns(changed, place));
        }
        self.places.extend(tree.map(|tree| shelf.early(tree)).unwrap_or_default());
        let settings = settings(main, world)?;
        if self.settings != settings {
            self.ages.clear();
        }
        self.is_new = self.root != root || self.settings != settings;
        (self.root, self.settings) = (root, settings);
        Ok(())
    }
}

/// The paths that differ between an old tree and the world's; `None` where the old one is not here any more.
fn changed(repo: &Repo, world: &World, old: TreeId) -> Option<BTreeSet<String>> {
    let old = repo.tree(old)?;
    let mut paths = Vec::new();
    differing(&old, world.files.as_ref(), &RepoPath::root(), &mut paths).ok()?;
    Some(paths.iter().map(|path| path.as_str().to_string()).collect())
}

/// Whether one of these paths is the place, lies below it, or above it.
fn concerns(changed: &BTreeSet<String>, place: &str) -> bool {
    let above = place.match_indices('/').map(|(end, _)| &place[..end]).any(|folder| changed.contains(folder));
    let below = if place.is_empty() { String::new() } else { format!("{place}/") };
    above
        || changed.contains(place)
        || changed.range(below.clone()..).next().is_some_and(|path| path.starts_with(&below))
}

/// What the settings of a world are known by: the main branch's file, which says what there is on every branch, and its own;
/// or all that discovery found.
fn settings(main: &World, world: &World) -> Result<String, Error> {
    let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
    let id = |world: &World| Ok::<_, Error>(world.files.entry(&file)?.map(|entry| entry.id.to_string()));
    Ok(match id(main)?.filter(|_| main.has_file) {
        Some(known) => format!("{known} {}", id(world)?.unwrap_or_default()),
        None => digest(&(world.settings.origin, &world.settings.environments, &world.settings.applications)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_concerns_what_it_is_and_what_lies_above_or_below_it() {
        let changed = BTreeSet::from(["apps/web".to_string(), "apps/web.yaml".into(), "apps/worker/k.yaml".into()]);
        for place in ["apps/web", "apps/web/staging", "apps/web.yaml", "apps/worker", "apps", ""] {
            assert!(concerns(&changed, place), "{place}");
        }
        for place in ["apps/web-2", "apps/work", "apps/worker/staging", "web", "apps/worker/k.yaml.bak"] {
            assert!(!concerns(&changed, place), "{place}");
        }
        assert!(!concerns(&BTreeSet::new(), ""));
    }
}
