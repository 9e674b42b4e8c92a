//! The versions in a `Chart.yaml`: of its dependencies, of the application, and of the chart itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Form, PinKind};
use crate::yaml::locate::{get, text};
use crate::yaml::tree::{Node, Tree};

use super::found::Found;
use super::objects::Owned;
use super::sites::{Says, Scope, Site, Stand, item, items, key, tag, then};
use super::strangers;
use super::units::Unit;
use super::versions::has_commit;

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

/// A unit of values without what fills in a chart that others make: where a chart is a wrapper with no template of its own around
/// dependencies that anybody may install, one of them its namesake, all images are theirs, but for those that have a commit.
pub fn own(files: &dyn Files, unit: Unit, out: &mut Found) -> Result<Unit, Error> {
    let Some((_, file, _)) = unit.read.first() else { return Ok(unit) };
    let Some(name) = wrapped(files, file)? else { return Ok(unit) };
    let fixed = unit.read.iter().flat_map(|(.., sites)| sites).filter_map(|site| match &site.says {
        Says::Fixed(version) => Some(version.as_str()),
        Says::Loose(_) => None,
    });
    if fixed.clone().next().is_none() || fixed.clone().any(|version| has_commit(&[version])) {
        return Ok(unit);
    }
    let mut read = Vec::new();
    for (env, file, sites) in unit.read {
        if let Some(site) = sites.first().filter(|_| read.is_empty()) {
            out.left_out.push((format!("{file}:{}", site.line), strangers::told(&name)));
        }
        out.seen.push((file.clone(), sites.iter().map(|site| site.line).collect()));
        read.push((env, file, Vec::new()));
    }
    Ok(Unit { read, ..unit })
}

/// The chart that the chart of a file of values is nothing but a wrapper around, where others make that.
fn wrapped(files: &dyn Files, values: &RepoPath) -> Result<Option<String>, Error> {
    let folders = std::iter::successors(values.parent(), RepoPath::parent).take(3);
    for folder in folders {
        let Some(bytes) = folder.join("Chart.yaml").ok().map(|chart| files.read(&chart)).transpose()?.flatten() else {
            continue;
        };
        let Ok(tree) = Tree::parse(&bytes) else { return Ok(None) };
        let has_own = folder.join("templates").ok().map(|own| files.entry(&own)).transpose()?.flatten().is_some();
        let Some(root) = tree.documents.first().filter(|_| !has_own) else { return Ok(None) };
        let dependencies = items(root, &["dependencies"]);
        let is_public = |one: &Node| text(one, &["repository"]).is_some_and(strangers::is_public);
        let names = dependencies.iter().filter_map(|one| text(one, &["name"]));
        let own = text(root, &["name"]).unwrap_or_else(|| folder.name());
        let is_namesake = names.clone().any(|name| name == own || name == folder.name());
        return Ok(Some(own.to_string()).filter(|_| is_namesake && dependencies.iter().all(is_public)));
    }
    Ok(None)
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
