//! The versions in a `fleet.yaml` of Rancher Fleet: one list in one file, with an item for each environment.

use crate::domain::path::RepoPath;
use crate::domain::settings::{Form, PinKind};
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::folders::says;
use super::naming::last_part;
use super::objects::Owned;
use super::order::rank;
use super::sites::{Scope, Site, Stand, item, items, tag, then};
use super::values;

/// The list whose items go on top of the rest for some clusters each.
const CUSTOMIZATIONS: &str = "targetCustomizations";

/// What the items of an environment's name say; `None` where it is no such file.
pub fn read(file: &RepoPath, root: &Node) -> Option<Vec<Owned>> {
    let list = items(root, &[CUSTOMIZATIONS]);
    if file.name() != "fleet.yaml" || list.is_empty() {
        return None;
    }
    let folder = file.parent().unwrap_or_default();
    let release = text(root, &["helm", "releaseName"]).filter(|release| says(release).is_some());
    let owner = release.or(Some(folder.name())).map(str::to_string);
    let mut out = Vec::new();
    for (index, one) in list.iter().enumerate() {
        let Some(env) = text(one, &["name"]).filter(|env| rank(env).is_some()) else { continue };
        let mut above = then(&[], &[CUSTOMIZATIONS]);
        above.push(item(list, index, "name"));
        let sites = sites(root, one, &above);
        out.push(Owned { owner: owner.clone(), env: Some(env.to_string()), sites, deploys: true, ..Owned::default() });
    }
    Some(out)
}

/// The versions of one item, which stands at `above`, each known by where it stands in the item.
fn sites(root: &Node, one: &Node, above: &[Step]) -> Vec<Site> {
    let scope = Scope::default();
    let mut out = Vec::new();
    if let Some(node) = get(one, &["helm", "values"]) {
        out.extend(
            values::sites(&scope, node, &then(above, &["helm", "values"])).into_iter().map(|site| named(site, root)),
        );
    }
    let at = ["helm", "version"];
    let chart = text(one, &["helm", "chart"]).or_else(|| text(root, &["helm", "chart"]));
    if let Some(node) = get(one, &at)
        && let Some(says) = node.as_str().and_then(tag)
    {
        let site = scope.site(&then(above, &at), None, Form::Whole, says, node);
        let thing = chart.map(|chart| last_part(chart).to_string());
        let from = text(root, &["helm", "repo"]).map(str::to_string);
        out.push(Site { component: thing.clone(), thing, from, stand: Stand::Namesake, ..site });
    }
    let start = Route(above.to_vec()).to_string();
    out.iter_mut().for_each(|site| site.key = site.key.replacen(&format!("{start}."), "", 1));
    out
}

/// A tag with the name of its image, which the values that all environments share have at the same place.
fn named(site: Site, root: &Node) -> Site {
    let PinKind::Field(field) = &site.kind else { return site };
    let Ok(route) = Route::parse(&field.route) else { return site };
    let keys: Vec<&str> =
        route.0.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
    let Some((_, around)) = keys.split_last() else { return site };
    let of = around.get(1..).and_then(|around| get(root, around)).and_then(|node| text(node, &["repository"]));
    match of.filter(|_| site.thing.is_none()) {
        Some(image) => Site { thing: Some(last_part(image).to_string()), of: Some(image.to_string()), ..site },
        None => site,
    }
}
