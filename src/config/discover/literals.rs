//! What a kustomization gives to generators, labels and annotations, where its key sounds like a version.

use crate::domain::settings::PinKind;
use crate::overlay::survey::unquoted;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::{Node, Tree};

use super::flux::of_variable;
use super::sites::{Says, Site, Stand, tag};

/// Ends of the keys of labels and annotations that say a version.
const VERSIONS: [&str; 9] =
    ["version", "commit", "git-commit", "git-sha", "sha", "revision", "git-revision", "image-tag", "build"];

/// The sites of a kustomization's literals, labels and annotations.
pub fn sites(tree: &Tree) -> Vec<Site> {
    let mut out = Vec::new();
    for document in &tree.documents {
        literals(document, &mut out);
        for pairs in [get(document, &["commonLabels"])].into_iter().chain(labels(document)) {
            pairs_of(pairs, |key| PinKind::Label { key }, &mut out);
        }
        pairs_of(get(document, &["commonAnnotations"]), |key| PinKind::Annotation { key }, &mut out);
    }
    let keys: Vec<String> = out.iter().map(|site| site.key.clone()).collect();
    for site in &mut out {
        if keys.iter().filter(|key| **key == site.key).count() > 1 {
            site.says = Says::Loose(format!("`{}` stands there more than once: leave one of them", site.key));
        }
    }
    out
}

/// `KEY=VERSION` of the generators; two of a key are told apart by the generator's name.
fn literals(document: &Node, out: &mut Vec<Site>) {
    let mut found: Vec<(&str, Option<&str>, &str, &Node)> = Vec::new();
    for list in ["configMapGenerator", "secretGenerator"] {
        for generator in items(document, &[list]) {
            for node in items(generator, &["literals"]) {
                if let Some((key, value)) = node.as_str().and_then(|text| text.split_once('=')) {
                    found.push((key, text(generator, &["name"]), value, node));
                }
            }
        }
    }
    for (key, generator, value, node) in &found {
        let sounds = of_variable(key).is_some() && !key.to_ascii_lowercase().ends_with("image");
        if !sounds || key.contains(|c: char| c.is_whitespace() || "{}".contains(c)) {
            continue;
        }
        let is_repeated = found.iter().filter(|(other, ..)| other == key).count() > 1;
        let generator = generator.filter(|_| is_repeated).map(str::to_string);
        add(PinKind::Literal { key: (*key).to_string(), generator }, unquoted(value), node, out);
    }
}

fn labels(document: &Node) -> impl Iterator<Item = Option<&Node>> {
    items(document, &["labels"]).iter().map(|item| get(item, &["pairs"]))
}

fn pairs_of(pairs: Option<&Node>, kind: fn(String) -> PinKind, out: &mut Vec<Site>) {
    for (key, node) in pairs.and_then(Node::entries).unwrap_or_default() {
        let (Some(key), Some(value)) = (key.as_str(), node.as_str()) else { continue };
        let is_version = key.rsplit('/').next().is_some_and(|last| VERSIONS.contains(&last));
        if is_version && !key.contains(|c: char| c.is_whitespace() || "{}".contains(c)) {
            add(kind(key.to_string()), value, node, out);
        }
    }
}

fn add(kind: PinKind, value: &str, node: &Node, out: &mut Vec<Site>) {
    let Some(says) = tag(value) else { return };
    out.push(Site { stand: Stand::Follower, ..Site::of(kind, says, node.line) });
}
