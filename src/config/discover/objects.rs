//! The pins of Kubernetes objects: which of a file's documents has which owner, and the images of plain manifests.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::settings::DocumentRule;
use crate::overlay::survey::Parsed;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Document, Step};
use crate::yaml::tree::{Node, Tree, Value};

use super::generators::{self, Generator};
use super::naming::last_part;
use super::order::rank;
use super::sites::{Says, Scope, Site, address, item, items, key, then};
use super::{argo, composed, custom, flux, groups, listed, values};

/// How deep an object nests before nobody looks for an image.
const DEEPEST: usize = 16;
/// Lists whose items run images: of Pods, and of Tekton.
const CONTAINERS: [&str; 4] = ["containers", "initContainers", "ephemeralContainers", "steps"];

/// Kinds that people end the names of their objects with.
const KINDS: [&str; 9] = [
    "Deployment",
    "DeploymentConfig",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "CronJob",
    "Rollout",
    "HelmRelease",
    "Kustomization",
];

/// The sites of one document.
#[derive(Debug, Default)]
pub struct Owned {
    /// The application, as the document names it.
    pub owner: Option<String>,
    /// The environment that the document itself names.
    pub env: Option<String>,
    pub sites: Vec<Site>,
    /// Whether it deploys an application as a whole, so that its own name is the application's.
    pub deploys: bool,
    /// Whether parts of it with versions of their own are applications of their own.
    pub splits: bool,
    /// Whether each of its images is an application by its own name, whatever they say together.
    pub apart: bool,
    /// What a tag that names no image serves.
    pub members: BTreeSet<String>,
    /// The folder that the sites, variables of Flux, are filled in.
    pub fills: Option<String>,
    /// The files that an ApplicationSet takes its versions from.
    pub generator: Option<Generator>,
}

/// The sites of all documents of a file. `values`: a document that is no object holds Helm values.
pub fn read(tree: &Tree, is_values: bool) -> Vec<Owned> {
    let mut out = Vec::new();
    for document in &tree.documents {
        let Some(kind) = text(document, &["kind"]).filter(|_| get(document, &["apiVersion"]).is_some()) else {
            if document.items().is_some() && tree.document(None).is_ok() {
                out.push(Owned { sites: patch(document), ..Owned::default() });
            } else if is_values && tree.document(None).is_ok() {
                out.push(plain(document));
            }
            continue;
        };
        let Some(rule) = rule(tree, document) else { continue };
        let scope = Scope { document: rule, ..Scope::default() };
        let name = without_kind(text(document, &["metadata", "name"]).unwrap_or_default(), kind);
        let (owner, mut env) = stripped(name);
        let mut one = |sites: Vec<Site>, deploys: bool, splits: bool| {
            out.push(Owned { owner: owner.clone(), env: env.take(), sites, deploys, splits, ..Owned::default() });
        };
        match kind {
            "Application" => {
                let namespace = text(document, &["spec", "destination", "namespace"]).unwrap_or_default();
                let sites = argo::application(&scope, document);
                let env = env.clone().or_else(|| of_namespace(namespace));
                out.push(Owned { owner, env, sites, deploys: true, ..Owned::default() });
            }
            "ApplicationSet" => {
                for (env, sites) in argo::elements(&scope, document) {
                    let (owner, env) = (owner.clone(), Some(env));
                    out.push(Owned { owner, env, sites, deploys: true, ..Owned::default() });
                }
                let sites = argo::application(&scope, document);
                let generator = generators::read(document, owner.as_deref());
                out.push(Owned { owner, env, sites, deploys: true, generator, ..Owned::default() });
            }
            "HelmRelease" => one(flux::release(&scope, document), true, false),
            "GitRepository" | "OCIRepository" => one(flux::repository(&scope, document), true, false),
            "Kustomization" => {
                let fills = text(document, &["spec", "path"]).map(str::to_string);
                let sites = flux::kustomization(&scope, document);
                // What names a part may be of many; what names none is of all that this one builds.
                let (whole, parts): (Vec<_>, Vec<_>) = sites.into_iter().partition(|site| site.component.is_none());
                let all = [(parts, true), (whole, false)].into_iter();
                out.extend(all.filter(|(sites, splits)| *splits || !sites.is_empty()).map(|(sites, splits)| {
                    let (owner, env, fills) = (owner.clone(), env.clone(), fills.clone());
                    Owned { owner, env, sites, deploys: true, splits, fills, ..Owned::default() }
                }));
            }
            "ImageStream" | "ImageStreamTag" => one(streamed(&scope, document), false, false),
            "List" => out.extend(listed_objects(&scope, document)),
            "CustomResourceDefinition" | "ConfigMap" | "Secret" | "ImagePolicy" | "ImageRepository" => {}
            "Service" if text(document, &["apiVersion"]) == Some("v1") => {}
            _ => {
                let own = Some(manifest(&scope, document, &[], name)).filter(|own| !own.is_empty());
                one(own.unwrap_or_else(|| custom::sites(&scope, document, name)), false, false);
            }
        }
    }
    out
}

/// The sites of a document that is no object: services of Compose, Helm values, lists of versions.
fn plain(document: &Node) -> Owned {
    let scope = Scope::default();
    if let Some(sites) = composed::sites(&scope, document) {
        return Owned { sites, splits: true, apart: true, ..Owned::default() };
    }
    let mut sites = values::sites(&scope, document, &[]);
    let known: Vec<u32> = sites.iter().map(|site| site.line).collect();
    sites.extend(listed::sites(&scope, document, &known));
    // What a list has an entry for is an application, whatever the others run.
    let apart = known.is_empty() && !sites.is_empty() && sites.iter().all(|site| site.component.is_some());
    let members = if sites.iter().any(groups::is_common) { groups::of_values(document) } else { BTreeSet::new() };
    Owned { sites, splits: true, apart, members, ..Owned::default() }
}

/// Keeps a pin by name where it reads the very text of the site.
pub fn by_name(parsed: &Parsed<'_>, sites: &mut [Site]) {
    for site in sites {
        let reading = site.named.as_ref().and_then(|kind| parsed.reading(kind));
        let is_same = reading.is_some_and(|reading| {
            let says = reading.version.map_or_else(String::new, |version| version.to_string());
            reading.site.line == site.line && site.says == Says::Fixed(says)
        });
        if !is_same {
            site.of = site.of.take().or_else(|| site.named.as_ref().and_then(address).map(str::to_string));
            site.named = None;
        }
    }
}

/// The images that a JSON patch sets.
fn patch(document: &Node) -> Vec<Site> {
    let mut out = Vec::new();
    for (index, operation) in document.items().unwrap_or_default().iter().enumerate() {
        let is_image = text(operation, &["path"]).is_some_and(|path| path.ends_with("/image"));
        if let Some(node) = get(operation, &["value"]).filter(|_| is_image) {
            let site = Scope::default().image(&[Step::Index(index), key("value")], node);
            out.extend(site.map(|site| Site { component: site.thing.clone(), ..site }));
        }
    }
    out
}

/// The images that a stream of OpenShift takes from registries. The names of its own tags are no versions.
fn streamed(scope: &Scope, document: &Node) -> Vec<Site> {
    let from = |tag: &Node, steps: &[Step]| {
        let is_image = text(tag, &["from", "kind"]) == Some("DockerImage");
        let node = get(tag, &["from", "name"]).filter(|_| is_image)?;
        scope.image(&then(steps, &["from", "name"]), node)
    };
    let tags = items(document, &["spec", "tags"]);
    let each = tags.iter().enumerate().filter_map(|(index, tag)| {
        let mut steps = then(&[], &["spec", "tags"]);
        steps.push(item(tags, index, "name"));
        from(tag, &steps)
    });
    let own = get(document, &["tag"]).and_then(|tag| from(tag, &[key("tag")]));
    each.chain(own).collect()
}

/// How the document is told from others of its file; `None` where it cannot be.
pub fn rule(tree: &Tree, document: &Node) -> Option<DocumentRule> {
    if tree.document(None).is_ok() {
        return Some(DocumentRule::default());
    }
    let get = |keys: &[&str]| text(document, keys).map(str::to_string);
    let kind = DocumentRule { kind: get(&["kind"]), ..DocumentRule::default() };
    let name = DocumentRule { name: get(&["metadata", "name"]), ..kind.clone() };
    let namespace = DocumentRule { namespace: get(&["metadata", "namespace"]), ..name.clone() };
    [kind, name, namespace].into_iter().find(|rule| {
        let which = Document::Identity {
            kind: rule.kind.clone(),
            name: rule.name.clone(),
            namespace: rule.namespace.clone(),
            api_version: None,
        };
        tree.document(Some(&which)).is_ok()
    })
}

/// A name without the environment at its end or its beginning, and that environment: `web-staging`, `prod-web`.
pub fn stripped(name: &str) -> (Option<String>, Option<String>) {
    let found = name.match_indices(['-', '.', '_']).find_map(|(at, _)| {
        let (head, tail) = (&name[..at], &name[at + 1..]);
        if rank(tail).is_some() { Some((head, tail)) } else { None }
    });
    let found = found.or_else(|| {
        let (head, tail) = name.split_once('-')?;
        if rank(head).is_some() { Some((tail, head)) } else { None }
    });
    match found {
        Some((app, env)) if !app.is_empty() => (Some(app.to_string()), Some(env.to_string())),
        _ => (Some(name.to_string()).filter(|name| !name.is_empty() && rank(name).is_none()), None),
    }
}

/// A name without the kind of its object behind it: `web` of a Deployment that is called `web-deployment`.
fn without_kind<'n>(name: &'n str, kind: &str) -> &'n str {
    let end = KINDS.iter().find(|known| **known == kind).map(|known| known.to_ascii_lowercase());
    end.and_then(|end| without_end(name, &end)).unwrap_or(name)
}

/// A name without a word behind it, where something stands before that: `web` of `web-sandbox`.
pub fn without_end<'n>(name: &'n str, word: &str) -> Option<&'n str> {
    let head = name.strip_suffix(word)?.strip_suffix(['-', '.', '_'])?;
    (!head.is_empty()).then_some(head)
}

/// The environment that a namespace names: `staging`, `web-staging`.
fn of_namespace(namespace: &str) -> Option<String> {
    if rank(namespace).is_some() && EnvName::new(namespace).is_ok() {
        return Some(namespace.to_string());
    }
    stripped(namespace).1
}

/// The manifests in a `kind: List`, each with its own name.
fn listed_objects(scope: &Scope, document: &Node) -> Vec<Owned> {
    let each = items(document, &["items"]).iter().enumerate().filter_map(|(index, one)| {
        let kind = text(one, &["kind"]).filter(|kind| !kind.ends_with("Definition"))?;
        let (owner, env) = stripped(without_kind(text(one, &["metadata", "name"])?, kind));
        let sites = manifest(scope, one, &[key("items"), Step::Index(index)], owner.as_deref().unwrap_or_default());
        Some(Owned { owner, env, sites, ..Owned::default() })
    });
    each.filter(|owned| !owned.sites.is_empty()).collect()
}

/// The images of the containers of a manifest that stands at these steps, and of its `spec.image`.
fn manifest(scope: &Scope, document: &Node, steps: &[Step], name: &str) -> Vec<Site> {
    let mut out = Vec::new();
    let own = ["spec", "image"];
    if let Some(node) = get(document, &own) {
        out.extend(scope.image(&then(steps, &own), node));
    }
    if let Some(spec) = get(document, &["spec"]) {
        containers(scope, spec, &mut then(steps, &["spec"]), name, &mut out);
    }
    out
}

fn containers(scope: &Scope, node: &Node, steps: &mut Vec<Step>, owner: &str, out: &mut Vec<Site>) {
    if steps.len() > DEEPEST {
        return;
    }
    for (name, value) in node.entries().unwrap_or_default() {
        let Some(name) = name.as_str() else { continue };
        steps.push(key(name));
        match &value.value {
            Value::Sequence(list) if CONTAINERS.contains(&name) => {
                for (index, container) in list.iter().enumerate() {
                    let Some(node) = get(container, &["image"]) else { continue };
                    let mut steps = steps.clone();
                    steps.extend([item(list, index, "name"), key("image")]);
                    let Some(site) = scope.image(&steps, node) else { continue };
                    let container = text(container, &["name"]).unwrap_or_default();
                    let image = site.thing.clone();
                    let is_own = name == "containers" && (list.len() == 1 || container == owner);
                    let component = image.filter(|_| !is_own).map(|image| last_part(&image).to_string());
                    out.push(Site { component, ..site });
                }
            }
            Value::Mapping(_) => containers(scope, value, steps, owner, out),
            _ => {}
        }
        steps.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_the_kind_behind_it_is_the_applications() {
        for (name, kind, wanted) in [
            ("web-deployment", "Deployment", "web"),
            ("web-cronjob", "CronJob", "web"),
            ("deployment", "Deployment", "deployment"),
            ("loan-application", "Application", "loan-application"),
            ("web-deployment", "StatefulSet", "web-deployment"),
        ] {
            assert_eq!(without_kind(name, kind), wanted);
        }
    }

    #[test]
    fn a_name_tells_its_application_and_environment() {
        for (name, app, env) in [
            ("web-staging", Some("web"), Some("staging")),
            ("web-api-prod-eu", Some("web-api"), Some("prod-eu")),
            ("prod-web", Some("web"), Some("prod")),
            ("web", Some("web"), None),
            ("staging", None, None),
            ("", None, None),
        ] {
            assert_eq!(stripped(name), (app.map(str::to_string), env.map(str::to_string)), "{name}");
        }
    }
}
