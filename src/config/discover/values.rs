//! The image tags of Helm values, in a file or inside an object.

use crate::domain::settings::Form;
use crate::overlay::survey::is_image_key;
use crate::yaml::locate::{get, item, text};
use crate::yaml::route::Step;
use crate::yaml::tree::{Node, Value};

use super::naming::last_part;
use super::sites::{Scope, Site, Stand, by_image, dressed, tag, then};
use super::{strangers, versions};

/// How deep values nest before nobody looks for a tag.
const DEEPEST: usize = 10;
/// Keys around an image that name no component.
const GENERIC: [&str; 11] = [
    "global",
    "default",
    "defaults",
    "common",
    "spec",
    "deployment",
    "container",
    "controller",
    "values",
    "main",
    "app",
];

/// Keys that describe one image.
const OF_IMAGES: [&str; 10] =
    ["repository", "repo", "registry", "name", "image", "tag", "digest", "version", "pullPolicy", "pullSecrets"];

/// The tags of the values below a node, which stands at `steps`.
pub fn sites(scope: &Scope, node: &Node, steps: &[Step]) -> Vec<Site> {
    let mut out = Vec::new();
    walk(scope, node, &mut steps.to_vec(), steps.len(), &mut out);
    out
}

fn walk(scope: &Scope, node: &Node, steps: &mut Vec<Step>, start: usize, out: &mut Vec<Site>) {
    if steps.len() - start > DEEPEST {
        return;
    }
    if let Value::Sequence(list) = &node.value {
        for (index, one) in list.iter().enumerate() {
            steps.push(item(list, index, "name"));
            walk(scope, one, steps, start, out);
            steps.pop();
        }
        return;
    }
    let Value::Mapping(entries) = &node.value else { return };
    let above = component(&steps[start..]);
    let parent = steps[start..].last().cloned();
    for (name, value) in entries {
        let Some(name) = name.as_str() else { continue };
        steps.push(Step::Key(name.to_string()));
        match &value.value {
            Value::Scalar { .. } if is_image_key(name) => {
                let around = &steps[..steps.len() - 1];
                let site = scope.image(steps, value).or_else(|| beside(scope, node, value, around));
                out.extend(site.map(|site| named(site, above.as_deref(), name)));
            }
            Value::Scalar { .. } if is_tag(name, parent.as_ref()) || (name == "tag" && is_telling(value)) => {
                if let Some(says) = value.as_str().and_then(tag) {
                    let site = scope.site(steps, None, Form::Whole, says, value);
                    out.push(named(of_image(node, site), above.as_deref(), "image"));
                }
            }
            Value::Mapping(_) if is_image_key(name) || name == "images" => {
                match split(scope, value, steps) {
                    Some(site) => out.push(named(site, above.as_deref(), name)),
                    None if name == "images" => images(scope, value, steps, out),
                    None => walk(scope, value, steps, start, out),
                };
                bare(scope, value, steps, out);
            }
            // `redis: {repository, tag}`
            Value::Mapping(_) if get(value, &["repository"]).is_some() && get(value, &["tag"]).is_some() => {
                let own = component(&steps[start..]);
                out.extend(split(scope, value, steps).map(|site| Site { component: own, ..site }));
            }
            Value::Mapping(parts) if is_versions(parts) => {
                for (own, part) in parts.iter().filter_map(|(own, part)| Some((own.as_str()?, part))) {
                    let Some(version) = get(part, &["version"]) else { continue };
                    let Some(says) = version.as_str().and_then(tag) else { continue };
                    let site = scope.site(&then(steps, &[own, "version"]), None, Form::Whole, says, version);
                    out.push(Site { component: Some(own.to_string()), ..site });
                }
            }
            Value::Mapping(_) | Value::Sequence(_) => walk(scope, value, steps, start, out),
            _ => {}
        }
        steps.pop();
    }
}

/// A tag with the image beside it, where one is named there without a tag of its own.
fn of_image(node: &Node, site: Site) -> Site {
    let of = get(node, &["image"]).and_then(Node::as_str).filter(|image| !image.is_empty());
    match of {
        Some(image) => Site { thing: Some(last_part(image).to_string()), of: Some(image.to_string()), ..site },
        None => site,
    }
}

/// Whether these are parts of which each says its version: `{ web: { version: v1 }, api: { version: v2 } }`, as a chart of many
/// services has them. One alone, or one with an image of its own, is anything.
fn is_versions(parts: &[(Node, Node)]) -> bool {
    let has_version = |part: &Node| {
        let others = ["tag", "image", "images", "chart", "repository", "apiVersion"];
        get(part, &["version"]).is_some_and(is_telling) && others.iter().all(|key| get(part, &[key]).is_none())
    };
    parts.len() > 1 && parts.iter().all(|(_, part)| has_version(part))
}

/// Whether a key is a tag: `imageTag`, or `tag` where it serves a whole chart.
fn is_tag(name: &str, parent: Option<&Step>) -> bool {
    let is_common = matches!(parent, Some(Step::Key(key)) if key == "global");
    matches!(name, "imageTag" | "image_tag" | "image.tag") || (name == "tag" && is_common)
}

fn is_telling(node: &Node) -> bool {
    node.as_str().is_some_and(versions::is_telling)
}

/// The tag beside the name of an image, in one mapping: `image: r/web` and `tag: v1`, or `version: v1`.
fn beside(scope: &Scope, node: &Node, image: &Node, steps: &[Step]) -> Option<Site> {
    let name = image.as_str().filter(|name| !name.is_empty())?;
    let (field, own) = ["tag", "version"].iter().find_map(|field| Some((field, get(node, &[field])?)))?;
    let site = scope.site(&then(steps, &[field]), None, Form::Whole, tag(own.as_str()?)?, own);
    Some(Site { thing: Some(last_part(name).to_string()), of: Some(name.to_string()), ..site })
}

/// `images:` with an entry for each component.
fn images(scope: &Scope, node: &Node, steps: &[Step], out: &mut Vec<Site>) {
    for (name, value) in node.entries().unwrap_or_default() {
        let Some(name) = name.as_str() else { continue };
        let steps = then(steps, &[name]);
        let site = match &value.value {
            Value::Scalar { .. } => scope.image(&steps, value),
            _ => split(scope, value, &steps),
        };
        out.extend(site.map(|site| Site { component: Some(name.to_string()), ..site }));
    }
}

/// `image: { web: { rails: 9d3e7aa } }` and `images: { web: 1.2.3 }`: tags alone by their components, perhaps with the container
/// between. A release is the application's only where that is called so.
fn bare(scope: &Scope, node: &Node, steps: &[Step], out: &mut Vec<Site>) {
    let parts = |node: &'_ Node| -> Vec<(String, Node)> {
        let all = node.entries().unwrap_or_default().iter();
        let all: Vec<_> = all.filter_map(|(name, value)| Some((name.as_str()?.to_string(), value.clone()))).collect();
        if all.iter().any(|(name, _)| OF_IMAGES.contains(&name.as_str())) { Vec::new() } else { all }
    };
    for (component, value) in parts(node) {
        let own = then(steps, &[&component]);
        let leaves = parts(&value).into_iter().map(|(leaf, node)| (then(&own, &[&leaf]), leaf, node));
        for (at, leaf, node) in std::iter::once((own.clone(), component.clone(), value.clone())).chain(leaves) {
            let Some(text) = node.as_str().filter(|text| versions::is_telling(text)) else { continue };
            let Some(says) = tag(text) else { continue };
            let site = scope.site(&at, None, Form::Whole, says, &node);
            let thing = if strangers::is_named(&leaf) { leaf } else { component.clone() };
            let stand = if versions::has_commit(&[text]) { Stand::Own } else { Stand::Namesake };
            out.push(Site { component: Some(component.clone()), thing: Some(thing), stand, ..site });
        }
    }
}

/// An image as a mapping: `repository`, `tag`, `digest`; or `name` and `version`.
pub fn split(scope: &Scope, node: &Node, steps: &[Step]) -> Option<Site> {
    let is_named = ["name", "repository"].iter().any(|key| text(node, &[key]).is_some());
    let is_versioned = get(node, &["tag"]).is_none() && get(node, &["digest"]).is_none() && is_named;
    let field = if is_versioned { "version" } else { "tag" };
    let says = dressed(text(node, &[field]), text(node, &["digest"]))?;
    let (tag, digest) = (get(node, &[field]), get(node, &["digest"]));
    let has_tag = text(node, &[field]).is_some_and(|text| !text.is_empty());
    let mut site = if has_tag {
        let own = digest.map(|_| then(steps, &["digest"]));
        scope.site(&then(steps, &[field]), own.as_deref(), Form::Whole, says, tag?)
    } else {
        scope.site(&then(steps, &["digest"]), None, Form::Whole, says, digest?)
    };
    let repository = text(node, &["repository"]).or_else(|| text(node, &["name"]));
    site.thing = repository.map(|name| last_part(name).to_string());
    let registry = text(node, &["registry"]).filter(|registry| !registry.is_empty());
    let whole = |name: &str| registry.map_or(name.to_string(), |registry| format!("{registry}/{name}"));
    site.named = repository.and_then(|name| by_image(&whole(name)));
    Some(site)
}

/// The component that the keys above an image name.
pub fn component(steps: &[Step]) -> Option<String> {
    steps.iter().rev().find_map(|step| match step {
        Step::Key(key) if !GENERIC.contains(&key.as_str()) => Some(key.clone()),
        Step::Select { value, .. } => Some(value.clone()),
        _ => None,
    })
}

/// A site of a component: of the key itself (`webImage`) or of the keys above.
fn named(site: Site, above: Option<&str>, key: &str) -> Site {
    let own = ["Image", "_image", "-image"].iter().find_map(|ending| key.strip_suffix(ending));
    let own = own.filter(|own| *own != "init");
    Site { component: own.or(above).map(str::to_string), ..site }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::PinKind;
    use crate::yaml::tree::Tree;

    /// `component: route says` of each site.
    fn found(text: &str) -> Vec<String> {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let sites = sites(&Scope::default(), &tree.documents[0], &[]);
        let show = |site: Site| {
            let PinKind::Field(field) = site.kind else { panic!("{site:?}") };
            let digest = field.digest.map_or(String::new(), |route| format!(" + {route}"));
            format!("{}: {}{digest}", site.component.unwrap_or_default(), field.route)
        };
        sites.into_iter().map(show).collect()
    }

    #[test]
    fn every_way_to_write_an_image_is_found() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, wanted) in [
            ("image:\n  repository: r/web\n  tag: v1\n", vec![": image.tag"]),
            ("image: {tag: v1, digest: \"\"}\n", vec![": image.tag + image.digest"]),
            (&*format!("image: {{digest: \"{digest}\"}}\n"), vec![": image.digest"]),
            ("image: r:5000/web:v1\n", vec![": image"]),
            ("image: r:5000/web\ntag: v1\n", vec![": tag"]),
            ("job: {image: {name: r/job, version: v1}}\n", vec!["job: job.image.version"]),
            ("global: {tag: v1}\nport: {tag: x}\n", vec![": global.tag"]),
            (
                "sidecars:\n- name: log\n  image: {repository: r/log, tag: v1}\n- image: r/own:v2\n",
                vec!["log: sidecars[name=log].image.tag", "sidecars: sidecars[1].image"],
            ),
            ("global:\n  image:\n    tag: v1\n", vec![": global.image.tag"]),
            ("web:\n  image:\n    tag: v1\napi:\n  imageTag: v2\n", vec!["web: web.image.tag", "api: api.imageTag"]),
            ("images:\n  web: r/web:v1\n  api: {tag: v2}\n", vec!["web: images.web", "api: images.api.tag"]),
            ("images: {repository: r, tag: v1}\n", vec![": images.tag"]),
            ("redis: {repository: r/redis, tag: v1}\n", vec!["redis: redis.tag"]),
            ("web: {tag: v1.2.3}\nname: {tag: x}\n", vec!["web: web.tag"]),
            ("tag: 20240101-9d3e7aa\n", vec![": tag"]),
            ("image: {repository: r/web, version: v1}\n", vec![": image.version"]),
            ("image:\n  web: {rails: 9d3e7aa}\n  api: 1.2.3\n", vec!["web: image.web.rails", "api: image.api"]),
            ("images: {web: 1.2.3, policy: Always}\n", vec!["web: images.web"]),
            ("image: {pullPolicy: Always, web: 1.2.3}\nports: {web: {rails: 9d3e7aa}}\n", vec![]),
            ("webImage: r/web:v1\n", vec!["web: webImage"]),
            ("web: {container: {initImage: \"r/web-init:v1\"}}\n", vec!["web: web.container.initImage"]),
            ("images:\n  - name: web\n    newTag: v1\n", vec![]),
        ] {
            assert_eq!(found(text), wanted, "{text}");
        }
    }
}
