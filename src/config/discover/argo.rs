//! The pins of Argo CD: an Application's sources, and the elements of an ApplicationSet's lists.

use crate::domain::image;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Tree, Value};

use super::bases::{by_repository, repository_name};
use super::naming::last_part;
use super::order::rank;
use super::sites::{Scope, Site, Stand, by_chart, by_image, item, items, key, revision, tag, then};
use super::values;

/// Keys of a list's element that may name its environment, and those that may be its version.
pub const ENVIRONMENT: [&str; 6] = ["env", "environment", "stage", "name", "cluster", "namespace"];
const VERSION: [&str; 8] =
    ["tag", "imageTag", "image_tag", "version", "revision", "targetRevision", "appVersion", "image.tag"];

/// How deep generators nest.
const DEEPEST: usize = 8;

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
            let from = Some(address.to_string()).filter(|address| !address.is_empty());
            Some(Site { component, thing, named: by_chart(chart), from, stand: Stand::Namesake, ..site })
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
        let component = [".image.tag", ".imageTag", ".tag"].iter().find_map(|end| name.strip_suffix(end));
        let component = component.filter(|name| *name != "image");
        let component = component.filter(|name| !matches!(*name, "global" | "main" | "app"));
        let site = if name == "imageTag" || [".tag", ".imageTag"].iter().any(|end| name.ends_with(end)) {
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

/// The versions in the elements of an ApplicationSet's list generators, each with the environment that it names; of a
/// matrix and of a merge too.
pub fn elements(scope: &Scope, document: &Node) -> Vec<(String, Vec<Site>)> {
    let mut out = Vec::new();
    let above = then(&[], &["spec", "generators"]);
    lists(scope, items(document, &["spec", "generators"]), &above, 0, &mut out);
    out
}

fn lists(scope: &Scope, generators: &[Node], above: &[Step], depth: usize, out: &mut Vec<(String, Vec<Site>)>) {
    for (index, generator) in generators.iter().enumerate() {
        let mut above = above.to_vec();
        above.push(Step::Index(index));
        for within in ["matrix", "merge"] {
            let inner = items(generator, &[within, "generators"]);
            if depth < DEEPEST && !inner.is_empty() {
                lists(scope, inner, &then(&above, &[within, "generators"]), depth + 1, out);
            }
        }
        let list = items(generator, &["list", "elements"]);
        for (place, element) in list.iter().enumerate() {
            let named = ENVIRONMENT.iter().find_map(|by| {
                let env = text(element, &[by])?;
                rank(env).map(|_| (*by, env))
            });
            let Some((by, env)) = named else { continue };
            let mut above = then(&above, &["list", "elements"]);
            above.push(item(list, place, by));
            out.push((env.to_string(), versions(scope, element, &above)));
        }
    }
}

/// The versions of one element, which stands at `above`.
fn versions(scope: &Scope, element: &Node, above: &[Step]) -> Vec<Site> {
    let mut out = Vec::new();
    for (name, node) in element.entries().unwrap_or_default() {
        let (Some(name), Some(said)) = (name.as_str(), node.as_str()) else { continue };
        let steps = then(above, &[name]);
        let site = if VERSION.contains(&name) {
            let is_revision = name.to_ascii_lowercase().contains("revision");
            let says = if is_revision { revision(said) } else { tag(said) };
            says.map(|says| scope.site(&steps, None, Form::Whole, says, node))
        } else if is_reference(said) {
            scope.image(&steps, node)
        } else {
            None
        };
        out.extend(site.map(|site| Site { key: name.to_string(), ..site }));
    }
    out
}

/// Whether a text can hardly be anything but an image with its tag: `registry.example.com/shop/web:1.2.3`.
pub fn is_reference(text: &str) -> bool {
    let (name, tag, digest) = image::parts(text);
    let says = digest.is_some() || tag.is_some_and(|tag| tag.contains(|c: char| c.is_ascii_digit()));
    let is_name = name.contains('/') && !name.contains(|c: char| c.is_whitespace() || "?=,{}$".contains(c));
    says && is_name && !text.contains("://")
}
