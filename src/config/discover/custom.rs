//! The image of an object of a kind that no list knows: a claim or an application of a platform of one's own.

use crate::yaml::locate::{get, text};
use crate::yaml::tree::Node;

use super::naming::shares;
use super::sites::{Scope, Site, key};
use super::values;

/// The images in its `spec` that are named after the object itself; where one alone says no name, that.
pub fn sites(scope: &Scope, document: &Node, name: &str) -> Vec<Site> {
    let Some(spec) = get(document, &["spec"]).filter(|_| is_custom(document) && !name.is_empty()) else {
        return Vec::new();
    };
    let found = values::sites(scope, spec, &[key("spec")]);
    let is_alone = found.len() == 1;
    let is_own = |site: &Site| site.thing.as_ref().map_or(is_alone, |thing| shares(name, thing));
    // The keys above are the kind's, and name no part of the application.
    found.into_iter().filter(is_own).map(|site| Site { component: None, ..site }).collect()
}

/// Whether its group is a domain, as those of Kubernetes itself are not.
fn is_custom(document: &Node) -> bool {
    let group = text(document, &["apiVersion"]).and_then(|version| version.split_once('/')).map(|(group, _)| group);
    group.is_some_and(|group| group.contains('.') && !group.ends_with(".k8s.io"))
}
