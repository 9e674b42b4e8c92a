//! Labels and annotations: what kustomizations add to objects, and what selectors choose among them.

use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::Node;

use super::piece::{Piece, Source};
use super::resource::Resource;
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

/// Whether a selector chooses an object by its labels or annotations (`key`); `None`: that cannot be told.
pub fn chooses(selector: &str, resource: &Resource, key: &str) -> Option<bool> {
    let own = resource.root.get(&["metadata", key]);
    if resource.root.get(&["metadata"]).or(own).is_some_and(Piece::is_opaque) {
        return None;
    }
    let value = |name: &str| own.and_then(|own| own.str(&[name]));
    let all: Option<Vec<bool>> = requirements(selector)?.iter().map(|one| requirement(one, &value)).collect();
    all.map(|all| all.iter().all(|one| *one))
}

/// The parts of a selector, which are separated by commas outside of parentheses.
fn requirements(selector: &str) -> Option<Vec<String>> {
    let (mut out, mut one, mut is_inside) = (Vec::new(), String::new(), false);
    for c in selector.chars() {
        match c {
            '(' if is_inside => return None,
            ')' if !is_inside => return None,
            ',' if !is_inside => out.push(std::mem::take(&mut one)),
            c => {
                is_inside = c == '(' || is_inside && c != ')';
                one.push(c);
            }
        }
    }
    out.push(one);
    (!is_inside).then_some(out)
}

/// Whether one part of a selector holds: `a`, `!a`, `a=b`, `a==b`, `a!=b`, `a in (b, c)`, `a notin (b, c)`.
fn requirement<'v>(one: &str, value: &dyn Fn(&str) -> Option<&'v str>) -> Option<bool> {
    let one = one.trim();
    if let Some((left, list)) = one.strip_suffix(')').and_then(|one| one.split_once('(')) {
        let (name, word) = left.trim().rsplit_once(char::is_whitespace)?;
        let is_in = value(name.trim()).is_some_and(|own| list.split(',').any(|wanted| wanted.trim() == own));
        return match word {
            "in" => Some(is_in),
            "notin" => Some(!is_in),
            _ => None,
        };
    }
    if let Some((name, wanted)) = one.split_once("!=") {
        return Some(value(plain(name)?) != Some(wanted.trim()));
    }
    if let Some((name, wanted)) = one.split_once("==").or_else(|| one.split_once('=')) {
        return Some(value(plain(name)?) == Some(wanted.trim()));
    }
    match one.strip_prefix('!') {
        Some(name) => Some(value(plain(name)?).is_none()),
        None => Some(value(plain(one)?).is_some()),
    }
}

/// The name in a part of a selector.
fn plain(name: &str) -> Option<&str> {
    Some(name.trim()).filter(|name| !name.is_empty() && !name.contains([' ', '!', '<', '>']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_choose_as_those_of_kubernetes_and_what_is_strange_is_not_told() {
        let value = |name: &str| (name == "app").then_some("web");
        for (selector, wanted) in [
            ("app", Some(true)),
            ("!app", Some(false)),
            ("app=web", Some(true)),
            ("app==web", Some(true)),
            ("app!=web", Some(false)),
            ("tier!=web", Some(true)),
            ("app in (api, web)", Some(true)),
            ("app notin (api,web)", Some(false)),
            ("app=web,tier", Some(false)),
            ("app in (web),!tier", Some(true)),
            ("app>1", None),
            ("app in (web", None),
            ("", None),
        ] {
            let all = requirements(selector)
                .and_then(|all| all.iter().map(|one| requirement(one, &value)).collect::<Option<Vec<_>>>());
            assert_eq!(all.map(|all| all.iter().all(|one| *one)), wanted, "{selector}");
        }
    }
}
