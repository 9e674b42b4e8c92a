//! Which folders below an environment's are clusters, and which around it name applications: by what stands beside them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::path::RepoPath;

use super::folders::{CONTAINERS, is_shared, says};
use super::order::is_region;

/// Folders below an environment's whose folders are instances of the same applications: one for each customer, region, or site.
const INSTANCES: [&str; 8] =
    ["tenants", "customers", "clients", "instances", "clusters", "regions", "sites", "datacenters"];

/// Folders between an application's and those of its environments whose folders are variants of it, each somewhere else.
const VARIANTS: [&str; 8] =
    ["profiles", "variants", "flavors", "flavours", "editions", "variations", "topologies", "zones"];

/// Which folders below an environment's are clusters.
pub struct Clusters {
    /// For each folder's name, the folders around environments that it stands in.
    seen: HashMap<String, BTreeSet<String>>,
    /// Environments' folders in which a base stands beside the others.
    shared: BTreeSet<String>,
    /// For each environment's folder, the folders of its folders: of clusters several are the same.
    inner: HashMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// The same for folders of instances, in all environments together; one that is a file counts, too.
    instances: HashMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// For each folder, the folders in it that have environments.
    lists: HashMap<String, BTreeSet<String>>,
}

impl Clusters {
    /// Those of paths, each with the place of its environment.
    pub fn of(paths: &[RepoPath], spots: impl Iterator<Item = Option<usize>>) -> Self {
        let (mut seen, mut shared): (HashMap<String, BTreeSet<String>>, BTreeSet<String>) = Default::default();
        let mut lists: HashMap<String, BTreeSet<String>> = HashMap::new();
        let (mut inner, mut instances): (HashMap<_, BTreeMap<_, BTreeSet<_>>>, HashMap<_, BTreeMap<_, BTreeSet<_>>>) =
            Default::default();
        for (path, spot) in paths.iter().zip(spots) {
            let Some(spot) = spot else { continue };
            let parts: Vec<&str> = path.parts().collect();
            if let [above @ .., around] = without_containers(&parts[..spot]) {
                lists.entry(above.join("/")).or_default().insert((*around).to_string());
            }
            let Some(first) = parts.get(spot + 1).filter(|_| parts.len() > spot + 2) else { continue };
            if let Some((around, name, inside)) = instance(&parts, spot) {
                let folders: &mut BTreeMap<String, BTreeSet<String>> = instances.entry(around).or_default();
                folders.entry(name.to_string()).or_default().insert(inside.to_string());
            }
            let own = parts[..=spot].join("/");
            if matches!(*first, "base" | "bases" | "common") {
                shared.insert(own.clone());
            }
            if let Some(second) = parts.get(spot + 2).filter(|name| parts.len() > spot + 3 && says(name).is_some()) {
                let folders: &mut BTreeMap<String, BTreeSet<String>> = inner.entry(own).or_default();
                folders.entry((*first).to_string()).or_default().insert((*second).to_string());
            }
            seen.entry((*first).to_string()).or_default().insert(parts[..spot].join("/"));
        }
        Self { seen, shared, inner, instances, lists }
    }

    /// Whether a folder is one of several with environments, of which another one has a name that says something.
    pub fn is_listed(&self, around: &[&str]) -> bool {
        let [above @ .., name] = around else { return false };
        let others = self.lists.get(&above.join("/"));
        !above.is_empty() && others.is_some_and(|all| all.iter().any(|other| other != name && says(other).is_some()))
    }

    /// Whether two or more of a folder's folders stand in another folder of the environment, too.
    fn is_repeated(&self, own: &str, name: &str) -> bool {
        let Some((all, folders)) = self.inner.get(own).and_then(|all| Some((all, all.get(name)?))) else {
            return false;
        };
        all.iter().any(|(other, its)| other != name && its.intersection(folders).count() > 1)
    }

    /// Whether a folder of instances holds what another one of them holds, in whatever environment.
    fn is_instance(&self, parts: &[&str], at: usize) -> bool {
        let Some((around, name, _)) = instance(parts, at) else { return false };
        let Some(all) = self.instances.get(&around) else { return false };
        let own = all.get(name);
        all.iter().any(|(other, its)| other != name && own.is_some_and(|own| !own.is_disjoint(its)))
    }

    /// Where in a path the cluster of the environment at `at` stands: the first folder below it, or below one of instances.
    pub fn place(&self, parts: &[&str], at: usize) -> Option<usize> {
        if self.is_instance(parts, at) {
            return Some(at + 2);
        }
        (at + 2 < parts.len() && self.is_one(parts, at)).then_some(at + 1)
    }

    /// Whether the first folder below an environment's is a cluster: it has a region's name, or the application is named
    /// before the environment, and the folder beside a base, in several applications, or in an overlay.
    fn is_one(&self, parts: &[&str], at: usize) -> bool {
        let name = parts[at + 1];
        if is_shared(name) || says(name).is_none() || CONTAINERS.contains(&name) {
            return false;
        }
        let around = without_containers(&parts[..at]);
        // A customer is no application: what is below is.
        if let [.., holder, _] = around
            && INSTANCES.contains(holder)
        {
            return is_region(name);
        }
        let is_named = around.last().is_some_and(|name| says(name).is_some()) || self.is_listed(around);
        let recurs = self.seen.get(name).is_some_and(|around| around.len() > 1);
        let is_overlay = at > 0 && parts[at - 1] == "overlays";
        is_region(name)
            || self.is_repeated(&parts[..=at].join("/"), name)
            || (is_named && (is_overlay || recurs || self.shared.contains(&parts[..=at].join("/"))))
    }
}

/// Where in a path stands the variant or the instance of the application that is named around it, above the environment at `at`:
/// `full` of `web/profiles/full/overlays/production`.
pub fn above(parts: &[&str], at: usize) -> Option<usize> {
    let around = without_containers(&parts[..at]);
    let [.., app, holder, name] = around else { return None };
    let is_held = VARIANTS.contains(holder) || INSTANCES.contains(holder);
    let is_one = is_held && says(app).is_some() && !is_shared(app) && !is_shared(name);
    is_one.then(|| around.len() - 1)
}

/// The folder of instances below an environment's, with the environment taken out, the instance, and what is named in that.
fn instance<'p>(parts: &[&'p str], at: usize) -> Option<(String, &'p str, &'p str)> {
    let [holder, name, rest @ ..] = parts.get(at + 1..)? else { return None };
    let inside = rest.first()?;
    // A namespace is in each of them, whatever runs there.
    let is_named = rest.len() > 1 || !matches!(stem(inside), "kustomization" | "namespace" | "namespaces");
    let is_one = INSTANCES.contains(holder) && is_named && says(stem(inside)).is_some() && !is_shared(name);
    is_one.then(|| (format!("{}//{holder}", parts[..at].join("/")), *name, *inside))
}

fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

/// The folders around environments, without `overlays` and the like at their end.
pub fn without_containers<'p>(folders: &'p [&'p str]) -> &'p [&'p str] {
    let kept = folders.iter().rposition(|part| !CONTAINERS.contains(part)).map_or(0, |at| at + 1);
    &folders[..kept]
}
