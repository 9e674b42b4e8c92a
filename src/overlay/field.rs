//! Pins of any field: a file, a document of it, and a route that people write.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{DocumentRule, Field, Form};
use crate::yaml::route::{Document, Route};
use crate::yaml::tree::{Fault, Node, Tree};

use super::reader::{Reader, at};
use super::slot::{Slot, Spot, inner, slot};

/// The scalars of a field in a file; `None` where there is no such file.
pub fn spot(reader: &Reader<'_>, field: &Field, file: &RepoPath) -> Result<Option<Spot>, Error> {
    if reader.entry(file)?.is_none() {
        return Ok(None);
    }
    let Some(tree) = reader.tree(file)? else { return Ok(None) };
    let told = |fault: Fault| at(file, &fault);
    let root = tree.document(document(&field.document).as_ref()).map_err(told)?;
    let index = index_of(&tree, root);
    let version = one(file, index, root, &field.route, field.inside.as_deref(), &field.form)?;
    let digest = match (&field.digest, &field.inside) {
        (Some(route), None) => Some(one(file, index, root, route, None, &Form::Whole)?),
        (Some(inside), Some(_)) => Some(one(file, index, root, &field.route, Some(inside), &Form::Whole)?),
        (None, _) => None,
    };
    Ok(Some(Spot { file: file.clone(), version, digest }))
}

fn one(
    file: &RepoPath,
    document: usize,
    root: &Node,
    route: &str,
    inside: Option<&str>,
    form: &Form,
) -> Result<Slot, Error> {
    let told = |fault: Fault| at(file, &fault);
    let route = Route::parse(route).map_err(told)?;
    let node = route.find(root).map_err(told)?;
    match inside {
        None => slot(file, document, route, node, form.clone()),
        Some(inside) => {
            let outer = slot(file, document, route, node, Form::Whole)?;
            inner(file, &outer, Route::parse(inside).map_err(told)?, form.clone())
        }
    }
}

/// The document as the parser's selector; `None`: the only one.
fn document(rule: &DocumentRule) -> Option<Document> {
    if *rule == DocumentRule::default() {
        return None;
    }
    Some(Document::Identity {
        kind: rule.kind.clone(),
        name: rule.name.clone(),
        namespace: rule.namespace.clone(),
        api_version: rule.api_version.clone(),
    })
}

fn index_of(tree: &Tree, root: &Node) -> usize {
    tree.documents.iter().position(|document| std::ptr::eq(document, root)).unwrap_or_default()
}
