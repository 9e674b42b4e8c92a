//! The labels and annotations that kustomizations add to objects.

use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::Node;

use super::piece::{Piece, Source};
use super::state::State;

/// The labels and annotations that a kustomization adds to all objects of a state.
pub fn add(source: &Source, root: &Node, state: &mut State) {
    let mut put = |node: Option<&Node>, key: &str, is_deep: bool| {
        for (name, value) in node.and_then(Node::entries).into_iter().flatten() {
            let (Some(name), Some(text)) = (name.as_str(), value.as_str()) else { continue };
            let value = Piece::text(text, source.said(value));
            for resource in &mut state.resources {
                set(&mut resource.root, key, (name, &value));
                let template = if resource.kind == "CronJob" {
                    resource.root.get_mut(&["spec", "jobTemplate", "spec", "template"])
                } else {
                    resource.root.get_mut(&["spec", "template"])
                };
                if let Some(template) = template.filter(|_| is_deep) {
                    set(template, key, (name, &value));
                }
            }
        }
    };
    for item in items(root, &["labels"]) {
        let is = |key: &str| text(item, &[key]) == Some("true");
        put(get(item, &["pairs"]), "labels", is("includeSelectors") || is("includeTemplates"));
    }
    put(get(root, &["commonLabels"]), "labels", true);
    put(get(root, &["commonAnnotations"]), "annotations", true);
}

/// Sets one label or annotation of an object or a template.
fn set(piece: &mut Piece, key: &str, (name, value): (&str, &Piece)) {
    let Some(own) = piece.child("metadata").and_then(|metadata| metadata.child(key)) else { return };
    match (own.get_mut(&[name]), value) {
        (Some(Piece::Text(old)), Piece::Text(new)) => old.replace(new),
        _ => {
            if let Piece::Map(entries) = own {
                entries.retain(|(known, _)| known != name);
                entries.push((name.to_string(), value.clone()));
            }
        }
    }
}
