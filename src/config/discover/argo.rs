//! The pins of Argo CD: an Application's sources, and the elements of an ApplicationSet's lists.

use crate::domain::image;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Tree, Value};

use super::bases::{by_repository, repository_name};
use super::images::last_part;
use super::order::rank;
use super::sites::{Scope, Site, Stand, by_chart, by_image, item, items, key, revision, tag, then};
use super::values;

/// Keys of a list's element that may name its environment, and those that may be its version.
pub const ENVIRONMENT: [&str; 6] = ["env", "environment", "stage", "name", "cluster", "namespace"];
const VERSION: [&str; 8] =
    ["tag", "imageTag", "image_tag", "version", "revision", "targetRevision", "appVersion", "image.tag"];

/// The sources of an Application or an ApplicationSet with their steps.
fn sources(document: &Node) -> Vec<(Vec<Step>, &Node)> {
    let above: &[&str] = match text(document, &["kind"]) {
        Some("Application") => &["spec"],
        Some("ApplicationSet") => &["spec", "template", "spec"],
        _ => return Vec::new(),
    };
    let Some(spec) = get(document, above) else { return Vec::new() };
    let steps = then(&[], above);
    let mut out: Vec<(Vec<Step>, &Node)> =
        get(spec, &["source"]).map(|source| (then(&steps, &["source"]), source)).into_iter().collect();
    for (index, source) in items(spec, &["sources"]).iter().enumerate() {
        let mut steps = then(&steps, &["sources"]);
        steps.push(item(items(spec, &["sources"]), index, "repoURL"));
        out.push((steps, source));
    }
    out
}

/// The sites of an application.
pub fn application(scope: &Scope, document: &Node) -> Vec<Site> {
    let mut out = Vec::new();
    let mut revisions = Vec::new();
    let all = sources(document);
    for (steps, source) in &all {
        out.extend(helm(scope, source, steps));
        for (index, image) in items(source, &["kustomize", "images"]).iter().enumerate() {
            let mut steps = then(steps, &["kustomize", "images"]);
            steps.push(Step::Index(index));
            out.extend(scope.image(&steps, image).map(|site| {
                // `name=registry/new:tag`: the name is what the overlay calls it.
                let text = image.as_str().unwrap_or_default();
                let name = text.split_once('=').map_or_else(|| image::parts(text).0, |(name, _)| name);
                let thing = Some(last_part(name).to_string());
                Site { component: thing.clone(), thing, named: by_image(name), ..site }
            }));
        }
        revisions.extend(target(scope, source, steps, all.len() == 1));
    }
    out.extend(revisions);
    out
}

/// The `targetRevision` of a source.
fn target(scope: &Scope, source: &Node, steps: &[Step], single: bool) -> Option<Site> {
    let node = get(source, &["targetRevision"])?;
    let address = text(source, &["repoURL"]).unwrap_or_default();
    let steps = then(steps, &["targetRevision"]);
    match text(source, &["chart"]) {
        Some(chart) => {
            let site = scope.site(&steps, None, Form::Whole, tag(node.as_str()?)?, node);
            let thing = Some(last_part(chart).to_string());
            let component = thing.clone().filter(|_| !single);
            Some(Site { component, thing, named: by_chart(chart), stand: Stand::Namesake, ..site })
        }
        None => {
            let site = scope.site(&steps, None, Form::Whole, revision(node.as_str()?)?, node);
            let thing = repository_name(address);
            Some(Site { component: thing.clone().filter(|_| !single), thing, named: by_repository(address), ..site })
        }
    }
}

/// The images in the values that a source gives to Helm: parameters, an object, or a text.
fn helm(scope: &Scope, source: &Node, steps: &[Step]) -> Vec<Site> {
    let mut out = Vec::new();
    let parameters = items(source, &["helm", "parameters"]);
    for (index, parameter) in parameters.iter().enumerate() {
        let (Some(name), Some(node)) = (text(parameter, &["name"]), get(parameter, &["value"])) else { continue };
        let mut steps = then(steps, &["helm", "parameters"]);
        steps.extend([item(parameters, index, "name"), key("value")]);
        let component = name.strip_suffix(".image.tag").or_else(|| name.strip_suffix(".imageTag"));
        let component = component.filter(|name| !matches!(*name, "global" | "main" | "app"));
        let site = if name.ends_with("image.tag") || name.ends_with("imageTag") {
            node.as_str().and_then(tag).map(|says| scope.site(&steps, None, Form::Whole, says, node))
        } else if name == "image" || name.ends_with(".image") {
            scope.image(&steps, node)
        } else {
            None
        };
        out.extend(site.map(|site| Site { component: component.map(str::to_string), ..site }));
    }
    if let Some(object) = get(source, &["helm", "valuesObject"]) {
        out.extend(values::sites(scope, object, &then(steps, &["helm", "valuesObject"])));
    }
    if let Some(node) = get(source, &["helm", "values"])
        && let Value::Scalar { text, style: Style::Literal } = &node.value
        && let Ok(tree) = Tree::parse(text.as_bytes())
        && let Ok(root) = tree.document(None)
    {
        let outer = Some(Route(then(steps, &["helm", "values"])));
        let inner = Scope { document: scope.document.clone(), outer, above: node.line };
        out.extend(values::sites(&inner, root, &[]));
    }
    out
}

/// The versions in the elements of an ApplicationSet's list generators, each with the environment that it names.
pub fn elements(scope: &Scope, document: &Node) -> Vec<(String, Vec<Site>)> {
    let mut out = Vec::new();
    for (index, generator) in items(document, &["spec", "generators"]).iter().enumerate() {
        let list = items(generator, &["list", "elements"]);
        for (place, element) in list.iter().enumerate() {
            let named = ENVIRONMENT.iter().find_map(|by| {
                let env = text(element, &[by])?;
                rank(env).map(|_| (*by, env))
            });
            let Some((by, env)) = named else { continue };
            let mut above = then(&[], &["spec", "generators"]);
            above.push(Step::Index(index));
            above.extend([key("list"), key("elements"), item(list, place, by)]);
            let mut sites = Vec::new();
            for name in VERSION {
                let Some(node) = get(element, &[name]) else { continue };
                let is_revision = name.to_ascii_lowercase().contains("revision");
                let says = node.as_str().and_then(if is_revision { revision } else { tag });
                let Some(says) = says else { continue };
                let site = scope.site(&then(&above, &[name]), None, Form::Whole, says, node);
                sites.push(Site { key: name.to_string(), ..site });
            }
            out.push((env.to_string(), sites));
        }
    }
    out
}
