//! The pins of Flux: a release's chart and values, a source's ref, and a Kustomization's images and substitutions.

use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::Step;
use crate::yaml::tree::{Node, Tree};

use super::bases::{by_repository, repository_name};
use super::naming::last_part;
use super::sites::{Says, Scope, Site, Stand, by_chart, by_image, dressed, item, items, key, revision, tag, then};
use super::values;

/// Last words of variables that say a version.
const VERSIONS: [&str; 6] = ["tag", "image", "version", "commit", "sha", "revision"];

/// A HelmRelease: the images of its values, and its chart's version.
pub fn release(scope: &Scope, document: &Node) -> Vec<Site> {
    let mut out = Vec::new();
    if let Some(node) = get(document, &["spec", "values"]) {
        out.extend(values::sites(scope, node, &then(&[], &["spec", "values"])));
    }
    for (index, renderer) in items(document, &["spec", "postRenderers"]).iter().enumerate() {
        let mut steps = then(&[], &["spec", "postRenderers"]);
        steps.extend([Step::Index(index), key("kustomize")]);
        images(scope, get(renderer, &["kustomize"]), &steps, &mut out);
    }
    let at = ["spec", "chart", "spec", "version"];
    if let Some(node) = get(document, &at)
        && let Some(says) = node.as_str().and_then(tag)
    {
        let mut site = scope.site(&then(&[], &at), None, Form::Whole, says, node);
        // A patch of a release leaves the chart's name to the base.
        let chart = text(document, &["spec", "chart", "spec", "chart"]);
        site.thing = chart.map(|chart| last_part(chart).to_string());
        site.stand = Stand::Namesake;
        site.from = text(document, &["spec", "chart", "spec", "sourceRef", "name"]).map(str::to_string);
        site.named = chart.and_then(by_chart);
        out.push(site);
    }
    out
}

/// The addresses of the repositories of charts in a file, by their names.
pub fn repositories(tree: &Tree) -> Vec<(String, String)> {
    let of = |document: &Node| {
        let (name, url) = (text(document, &["metadata", "name"])?, text(document, &["spec", "url"])?);
        (text(document, &["kind"]) == Some("HelmRepository")).then(|| (name.to_string(), url.to_string()))
    };
    tree.documents.iter().filter_map(of).collect()
}

/// A GitRepository or an OCIRepository: the part of its ref that Flux takes, the first of these.
pub fn repository(scope: &Scope, document: &Node) -> Vec<Site> {
    let address = text(document, &["spec", "url"]).unwrap_or_default();
    let is_git = text(document, &["kind"]) == Some("GitRepository");
    let fields: &[&str] = if is_git { &["commit", "semver", "tag", "branch"] } else { &["semver", "tag", "digest"] };
    // Flux keeps its own installation under this name.
    if text(document, &["metadata", "name"]) == Some("flux-system") {
        return Vec::new();
    }
    let Some(field) = fields.iter().find(|field| get(document, &["spec", "ref", field]).is_some()) else {
        return Vec::new();
    };
    let at = ["spec", "ref", field];
    let Some(node) = get(document, &at) else { return Vec::new() };
    // The digest of an artifact belongs to the tag beside it.
    let beside = ["spec", "ref", "digest"];
    let digest = if is_git || *field != "tag" { None } else { text(document, &beside) };
    let says = match *field {
        "branch" => node.as_str().map(|name| Says::Loose(format!("branch `{name}` moves"))),
        "semver" => node.as_str().map(|range| Says::Loose(format!("`{range}` is a range, which moves"))),
        "commit" => node.as_str().and_then(revision),
        _ => dressed(node.as_str(), digest),
    };
    let Some(says) = says else { return Vec::new() };
    let own = digest.map(|_| then(&[], &beside));
    let mut site = scope.site(&then(&[], &at), own.as_deref(), Form::Whole, says, node);
    site.thing = repository_name(address);
    site.named = by_repository(address);
    vec![site]
}

/// A Kustomization of Flux: `images`, and the substitutions that sound like a version.
pub fn kustomization(scope: &Scope, document: &Node) -> Vec<Site> {
    let mut out = Vec::new();
    if !text(document, &["apiVersion"]).is_some_and(|version| version.starts_with("kustomize.toolkit.fluxcd.io/")) {
        return out;
    }
    images(scope, get(document, &["spec"]), &then(&[], &["spec"]), &mut out);
    for (name, node) in get(document, &["spec", "postBuild", "substitute"]).and_then(Node::entries).unwrap_or_default()
    {
        let (Some(name), Some(text)) = (name.as_str(), node.as_str()) else { continue };
        let Some(component) = of_variable(name) else { continue };
        let mut steps = then(&[], &["spec", "postBuild", "substitute"]);
        steps.push(key(name));
        let site = match tag(text) {
            Some(_) if text.contains('/') && !text.starts_with("refs/") => scope.image(&steps, node),
            Some(says) => Some(scope.site(&steps, None, Form::Whole, says, node)),
            None => None,
        };
        out.extend(site.map(|site| Site { component, ..site }));
    }
    out
}

/// The entries of an `images:`, written as kustomize's, below a node that stands at `steps`.
fn images(scope: &Scope, node: Option<&Node>, steps: &[Step], out: &mut Vec<Site>) {
    let images = node.map(|node| items(node, &["images"])).unwrap_or_default();
    for (index, image) in images.iter().enumerate() {
        let (new, digest) = (get(image, &["newTag"]), get(image, &["digest"]));
        let Some(says) = dressed(new.and_then(Node::as_str), digest.and_then(Node::as_str)) else { continue };
        let mut above = then(steps, &["images"]);
        above.push(item(images, index, "name"));
        let own = digest.map(|_| then(&above, &["digest"]));
        let site = match (new, digest) {
            (Some(node), _) => scope.site(&then(&above, &["newTag"]), own.as_deref(), Form::Whole, says, node),
            (None, Some(node)) => scope.site(&then(&above, &["digest"]), None, Form::Whole, says, node),
            (None, None) => continue,
        };
        let image = text(image, &["name"]).unwrap_or_default();
        let thing = Some(last_part(image).to_string()).filter(|name| !name.is_empty());
        out.push(Site { component: thing.clone(), thing, named: by_image(image), ..site });
    }
}

/// The component of a variable that sounds like a version: `web` of `WEB_IMAGE_TAG`, none of `image_tag`. `None` for others.
pub fn of_variable(name: &str) -> Option<Option<String>> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['_', '-', '.']).collect();
    let sounds = |word: &&str| VERSIONS.contains(word) || matches!(*word, "app" | "docker" | "container" | "git");
    let last = words.last()?;
    if !VERSIONS.contains(last) {
        return None;
    }
    let rest: Vec<&str> = words.iter().copied().filter(|word| !sounds(word)).collect();
    Some(Some(rest.join("-")).filter(|rest| !rest.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_sounds_like_a_version_tells_its_component() {
        for (name, component) in [
            ("WEB_IMAGE_TAG", Some(Some("web".to_string()))),
            ("image_tag", Some(None)),
            ("app_version", Some(None)),
            ("cluster_name", None),
            ("TAG_PREFIX", None),
        ] {
            assert_eq!(of_variable(name), component, "{name}");
        }
    }
}
