//! The edits that each kind of pin makes at the sites that discovery finds, whatever environment they may be of.

use std::collections::BTreeMap;

use crate::config::discover::tests::Memory;
use crate::config::discover::{kustomized, objects};
use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{DigestRule, PinKind, PinRule};
use crate::domain::version::{Version, is_tag};
use crate::overlay::{self, Reader};
use crate::yaml::edit::{Action, Edit};
use crate::yaml::route::Route;
use crate::yaml::tree::{Node, Tree};

use super::leaves::Leaf;
use super::{Outcome, VERSIONS};

/// The edits of a site for each version, as its kind of pin makes them.
pub type Moves = BTreeMap<&'static str, Vec<Edit>>;

/// For each leaf what the sites are that discovery finds there; a site that cannot be moved is counted.
pub fn moves(name: &str, text: &str, tree: &Tree, leaves: &[Leaf], out: &mut Outcome) -> BTreeMap<usize, Vec<Moves>> {
    let files = Memory::new([(name, text)]);
    let reader = Reader::new(&files);
    let mut all: BTreeMap<usize, Vec<Moves>> = BTreeMap::new();
    for kind in found(name, text, tree) {
        let what = kind.identity();
        match moves_of(&reader, name, kind) {
            Ok(moves) => {
                let edits = moves.values().next().map(Vec::as_slice).unwrap_or_default();
                match leaves.iter().position(|leaf| matches!(edits, [one] if is_at(tree, leaf, one))) {
                    Some(at) => {
                        all.entry(at).or_default().push(moves);
                        out.moved += 1;
                    }
                    None => {
                        let is_new = matches!(edits, [Edit { action: Action::InsertKey(_), .. }]);
                        let why = if is_new { "no tag yet" } else { "more than one scalar" };
                        *out.unmoved.entry(why.to_string()).or_default() += 1;
                    }
                }
            }
            Err(Error::Invalid(why) | Error::Refused(why)) => {
                *out.unmoved.entry(why.code.to_string()).or_default() += 1
            }
            Err(why) => out.failures.push(format!("{name}: {what}: {why}")),
        }
    }
    all
}

fn moves_of(reader: &Reader<'_>, name: &str, kind: PinKind) -> Result<Moves, Error> {
    let file = RepoPath::new(name).unwrap();
    let rule = PinRule { kind, within: name.to_string(), environments: Vec::new(), more: Default::default() };
    let reading = overlay::read(reader, &rule, &file, None)?.unwrap();
    let mut moves = Moves::new();
    for text in VERSIONS {
        let version = Version::new(text).unwrap();
        match overlay::change(reader, &rule, &reading, &version, DigestRule::Drop) {
            Ok(change) if change.edits.is_empty() => {}
            Ok(change) => drop(moves.insert(text, change.edits)),
            Err(_) if !is_tag(text) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(moves)
}

/// What discovery sees in a file, whatever environment it may be of.
fn found(name: &str, text: &str, tree: &Tree) -> Vec<PinKind> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let mut sites: Vec<_> =
        objects::read(tree, name.contains("values")).into_iter().flat_map(|one| one.sites).collect();
    let mut kinds = Vec::new();
    if KUSTOMIZATIONS.contains(&file)
        && let Ok(kustomization) = kustomized::read(&RepoPath::new(name).unwrap(), text.as_bytes())
    {
        sites.extend(kustomization.sites);
        let image = |image: kustomized::Image| PinKind::Image { image: image.name, digest: DigestRule::Drop };
        kinds.extend(kustomization.images.into_iter().map(image));
    }
    kinds.extend(sites.into_iter().flat_map(|site| [Some(site.kind), site.named]).flatten());
    kinds
}

/// Whether two routes lead to one node.
fn same(root: &Node, one: &Route, other: &Route) -> bool {
    matches!((one.find(root), other.find(root)), (Ok(one), Ok(other)) if std::ptr::eq(one, other))
}

/// Whether an edit sets this leaf.
fn is_at(tree: &Tree, leaf: &Leaf, edit: &Edit) -> bool {
    let Ok(root) = tree.document(edit.document.as_ref()) else { return false };
    std::ptr::eq(root, &tree.documents[leaf.document])
        && same(root, &leaf.route, &edit.route)
        && match (&leaf.inside, &edit.action) {
            (None, Action::Set(_)) => true,
            (Some(inside), Action::SetInside(route, _)) => Tree::parse(inside.text.as_bytes())
                .is_ok_and(|tree| tree.document(None).is_ok_and(|root| same(root, &inside.route, route))),
            _ => false,
        }
}
