//! The values that a Helm chart of the repository brings itself: its subcharts' below the keys that they have in it, its own over those.

use crate::domain::files::EntryKind;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::locate::{items, text};
use crate::yaml::tree::Tree;

use super::build::{By, Piece, Source};
use super::reader::Reader;

const CHART: &str = "Chart.yaml";
/// The dependencies of a chart of `apiVersion: v1`.
const REQUIREMENTS: &str = "requirements.yaml";
const INSIDE: &str = "charts";
const OWN: &str = "values.yaml";
/// How deep charts lie in each other before nobody follows.
const DEEPEST: usize = 4;

/// What a chart brings.
#[derive(Default)]
pub struct Brought {
    /// The lowest first, without the chart's own `values.yaml`.
    pub below: Vec<(RepoPath, Piece)>,
    /// The names of dependencies that stand under an alias only: nothing takes values under these.
    pub aliased: Vec<(String, String)>,
}

/// The outermost chart that a file of values is the own one of, by the charts that lie in each other.
///
/// # Errors
/// The tree itself cannot be read.
pub fn outermost(reader: &Reader<'_>, values: &RepoPath) -> Result<Option<RepoPath>, Error> {
    let Some(mut chart) = values.parent().filter(|_| values.name() == OWN) else { return Ok(None) };
    if read(reader, &chart, CHART)?.is_none() {
        return Ok(None);
    }
    while let Some(above) = chart.parent().filter(|folder| folder.name() == INSIDE).and_then(|folder| folder.parent()) {
        if read(reader, &above, CHART)?.is_none() {
            break;
        }
        chart = above;
    }
    Ok(Some(chart))
}

/// What the chart in a folder brings besides its own values.
///
/// # Errors
/// The tree itself cannot be read.
pub fn brought(reader: &Reader<'_>, chart: &RepoPath) -> Result<Brought, Error> {
    within(reader, chart, 0)
}

fn within(reader: &Reader<'_>, chart: &RepoPath, depth: usize) -> Result<Brought, Error> {
    let mut out = Brought::default();
    let Some((_, tree)) = read(reader, chart, CHART)? else { return Ok(out) };
    let mut dependencies = named(&tree);
    if let Some((_, tree)) = read(reader, chart, REQUIREMENTS)? {
        dependencies.extend(named(&tree));
    }
    let keys = |name: &str| -> Vec<String> {
        let own = dependencies.iter().filter(|(own, _)| own == name);
        own.map(|(name, alias)| alias.clone().unwrap_or_else(|| name.clone())).collect()
    };
    for (name, alias) in &dependencies {
        let is_key = dependencies.iter().any(|(own, alias)| alias.as_ref().unwrap_or(own) == name);
        out.aliased.extend(alias.clone().filter(|_| !is_key).map(|alias| (name.clone(), alias)));
    }
    let Some(inside) = chart.child(INSIDE).filter(|_| depth < DEEPEST) else { return Ok(out) };
    for entry in reader.list(&inside)?.iter().filter(|entry| entry.kind == EntryKind::Folder) {
        let Some((_, own)) = read(reader, &entry.path, CHART)? else { continue };
        let Some(name) = own.documents.first().and_then(|root| text(root, &["name"])) else { continue };
        let mut layers = within(reader, &entry.path, depth + 1)?.below;
        if let Some((file, tree)) = read(reader, &entry.path, OWN)? {
            let piece = tree.documents.first().map(|root| Source::file(&file, By::Values).piece(root));
            layers.extend(piece.map(|piece| (file, piece)));
        }
        let mut keys = keys(name);
        if keys.is_empty() {
            keys.push(name.to_string());
        }
        for key in keys {
            let under =
                |(file, piece): &(RepoPath, Piece)| (file.clone(), Piece::Map(vec![(key.clone(), piece.clone())]));
            out.below.extend(layers.iter().map(under));
        }
    }
    Ok(out)
}

/// The dependencies in a file, each with its alias.
fn named(tree: &Tree) -> Vec<(String, Option<String>)> {
    let own = |item, key: &str| text(item, &[key]).map(str::to_string);
    let all = tree.documents.first().map(|root| items(root, &["dependencies"])).unwrap_or_default().iter();
    all.filter_map(|item| Some((own(item, "name")?, own(item, "alias").filter(|alias| !alias.is_empty())))).collect()
}

/// A file of a chart, if it is there and can be read.
fn read(reader: &Reader<'_>, chart: &RepoPath, name: &str) -> Result<Option<(RepoPath, std::sync::Arc<Tree>)>, Error> {
    let Some(path) = chart.child(name) else { return Ok(None) };
    let tree = match reader.entry(&path) {
        Ok(Some(_)) => reader.tree(&path),
        Ok(None) => return Ok(None),
        Err(error) => Err(error),
    };
    match tree {
        Err(Error::Failed(error)) => Err(error.into()),
        Ok(Some(tree)) => Ok(Some((path, tree))),
        Ok(None) | Err(_) => Ok(None),
    }
}
