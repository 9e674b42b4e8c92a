//! The versions in a `Chart.yaml`: of its dependencies, of the application, and of the chart itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::settings::{Form, PinKind};
use crate::yaml::locate::{get, text};
use crate::yaml::tree::Tree;

use super::found::Found;
use super::objects::Owned;
use super::sites::{Says, Scope, Site, Stand, item, items, key, tag, then};
use super::units::Unit;

/// The dependencies of an umbrella chart, and the versions of the chart itself.
pub fn read(tree: &Tree) -> Owned {
    let mut sites = Vec::new();
    for document in &tree.documents {
        let dependencies = items(document, &["dependencies"]);
        for (index, dependency) in dependencies.iter().enumerate() {
            let (Some(name), Some(node)) = (text(dependency, &["name"]), get(dependency, &["version"])) else {
                continue;
            };
            let Some(says) = node.as_str().and_then(tag) else { continue };
            let thing = Some(name.to_string());
            let from = text(dependency, &["repository"]).filter(|address| address.contains("://")).map(str::to_string);
            let is_repeated = dependencies.iter().filter(|other| text(other, &["name"]) == Some(name)).count() > 1;
            if is_repeated {
                // One chart under several aliases: each by its place.
                let steps = [key("dependencies"), item(dependencies, index, "alias"), key("version")];
                let site = Scope::default().site(&steps, None, Form::Whole, says, node);
                sites.push(Site { component: thing.clone(), thing, from, ..site });
                continue;
            }
            let kind = PinKind::Chart { chart: name.to_string() };
            sites.push(Site { component: thing.clone(), thing, from, ..Site::of(kind, says, node.line) });
        }
        // The chart's own version is counted by itself, unless it says what the application's does.
        for (field, stand) in [("appVersion", Stand::Own), ("version", Stand::Follower)] {
            let Some(node) = get(document, &[field]) else { continue };
            let Some(says) = node.as_str().and_then(tag) else { continue };
            let site = Scope::default().site(&then(&[], &[field]), None, Form::Whole, says, node);
            sites.push(Site { thing: text(document, &["name"]).map(str::to_string), stand, ..site });
        }
    }
    Owned { sites, splits: true, ..Owned::default() }
}

/// What a chart says of versions that differ by environment: only those are promoted.
pub fn differing(unit: Unit, out: &mut Found) -> Unit {
    let mut by_key: BTreeMap<String, Vec<Says>> = BTreeMap::new();
    for site in unit.read.iter().flat_map(|(.., sites)| sites) {
        by_key.entry(site.key.clone()).or_default().push(site.says.clone());
    }
    by_key.retain(|_, says| says.iter().all(|one| Some(one) == says.first()));
    let keep = |site: &Site| !by_key.contains_key(&site.key) || matches!(site.says, Says::Loose(_));
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut read = Vec::new();
    for (env, file, sites) in unit.read {
        let (kept, others): (Vec<Site>, Vec<Site>) = sites.into_iter().partition(keep);
        for site in others {
            out.seen.push((file.clone(), vec![site.line]));
            let key = site.key.trim();
            if by_key[&site.key].len() > 1 && key != "version" && told.insert(site.key.clone()) {
                let reason = format!("{key} has one version in all environments: not promoted by it");
                out.left_out.push((format!("{file}:{}", site.line), reason));
            }
        }
        read.push((env, file, kept));
    }
    Unit { read, ..unit }
}
