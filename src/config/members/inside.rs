//! What the placeholders of a family stand for inside the files of a place: keys of a mapping, names of images, charts,
//! repositories and documents.

use crate::config::check::keys;
use crate::domain::refusal::Error;
use crate::domain::settings::{Field, Holes, PinKind, PinRule, holes_in};
use crate::overlay::Reader;
use crate::overlay::names;
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::places::Found;

/// What the placeholders stand for at a place: once, where the place itself tells; else once for each that its files have.
///
/// # Errors
/// The tree, or a file that has to tell, cannot be read.
pub fn holes(reader: &Reader<'_>, rule: &PinRule, at: &Found) -> Result<Vec<Holes>, Error> {
    let is_open = |text: &str| is_open(text, &at.holes);
    match &rule.kind {
        PinKind::Field(field) if texts(field).any(is_open) => of_field(reader, field, at),
        kind => match kind.name().filter(|name| is_open(name)) {
            Some(pattern) => {
                let kind = kind.named(&at.holes.fill(pattern)).unwrap_or_else(|| kind.clone());
                let all = names::all(reader, &kind, &at.place)?;
                Ok(all.iter().flat_map(|named| at.holes.fits(pattern, &named.name)).collect())
            }
            None => Ok(vec![at.holes.clone()]),
        },
    }
}

/// Whether files have to be looked at to tell what the placeholders of a pin stand for at a place.
pub fn is_needed(rule: &PinRule, known: &Holes) -> bool {
    match &rule.kind {
        PinKind::Field(field) => texts(field).any(|text| is_open(text, known)),
        kind => kind.name().is_some_and(|name| is_open(name, known)),
    }
}

/// Whether a text has placeholders that are not known, and that are not filled for each place.
fn is_open(text: &str, known: &Holes) -> bool {
    holes_in(&known.fill(text)).iter().any(|name| !keys::OF_PLACES.contains(name))
}

/// The texts of a field that may have placeholders which a file tells.
fn texts(field: &Field) -> impl Iterator<Item = &str> {
    [Some(field.route.as_str()), field.document.name.as_deref()].into_iter().flatten()
}

fn of_field(reader: &Reader<'_>, field: &Field, at: &Found) -> Result<Vec<Holes>, Error> {
    let Some(tree) = reader.tree(&at.place)? else { return Ok(Vec::new()) };
    let Ok(route) = Route::parse(&field.route) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for root in &tree.documents {
        for known in of_document(root, field, &at.holes) {
            along(root, &route.0, &known, &mut out);
        }
    }
    Ok(out)
}

/// What a document says of the placeholders of its kind and name; nothing where it is another one.
fn of_document(root: &Node, field: &Field, known: &Holes) -> Vec<Holes> {
    let text = |route: &[&str]| {
        let found = route.iter().try_fold(root, |node, key| {
            node.entries()?.iter().find(|(own, _)| own.as_str() == Some(key)).map(|(_, value)| value)
        });
        found.and_then(Node::as_str)
    };
    let rule = &field.document;
    let mut all = vec![known.clone()];
    let asked = [
        (&rule.kind, &["kind"][..]),
        (&rule.api_version, &["apiVersion"]),
        (&rule.name, &["metadata", "name"]),
        (&rule.namespace, &["metadata", "namespace"]),
    ];
    for (pattern, route) in asked {
        let Some(pattern) = pattern else { continue };
        let Some(text) = text(route) else { return Vec::new() };
        all = all.iter().flat_map(|known| known.fits(pattern, text)).collect();
    }
    all
}

/// Every way along a route, in which its keys and selected values fit.
fn along(node: &Node, steps: &[Step], known: &Holes, out: &mut Vec<Holes>) {
    let Some((step, rest)) = steps.split_first() else {
        if node.as_str().is_some() {
            out.push(known.clone());
        }
        return;
    };
    match step {
        Step::Key(pattern) => {
            for (key, value) in node.entries().unwrap_or_default() {
                let fits = key.as_str().map(|key| known.fits(pattern, key)).unwrap_or_default();
                fits.iter().for_each(|known| along(value, rest, known, out));
            }
        }
        Step::Select { key, value } => {
            for item in node.items().unwrap_or_default() {
                let own = item.entries().unwrap_or_default().iter().find(|(own, _)| own.as_str() == Some(key));
                let fits = own.and_then(|(_, own)| own.as_str()).map(|own| known.fits(value, own)).unwrap_or_default();
                fits.iter().for_each(|known| along(item, rest, known, out));
            }
        }
        Step::Index(_) | Step::Has(_) => {
            if let Ok(next) = Route(vec![step.clone()]).find(node) {
                along(next, rest, known, out);
            }
        }
    }
}
