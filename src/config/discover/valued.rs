//! Names of parts by the Applications of Argo CD that read their values: `shop-api`, where the values have a key `api`.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::PinKind;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::{Node, Tree};

use super::found::{Origin, Part};

/// For each file of values what reads it: the release's name, and the Application's file.
type Readers = BTreeMap<String, BTreeSet<(String, RepoPath)>>;

/// Gives a part of values the name of the one release that reads them in every environment and is called as the part behind a
/// beginning. A chart of such a release that only some environments fix gives way to the version in the values.
pub fn named(
    files: &dyn Files,
    parts: &mut Vec<Part>,
    paths: &[RepoPath],
    left_out: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    let readers = readers(files, paths)?;
    let mut found: Vec<(usize, String, BTreeSet<RepoPath>)> = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| part.origin == Origin::Text && !readers.is_empty()) {
        if let Some((name, by)) = reader(part, &readers) {
            found.push((at, name, by));
        }
    }
    let mut gone = BTreeSet::new();
    for (at, name, by) in found {
        parts[at].name.clone_from(&name);
        let is_chart = |(other, part): &(usize, &Part)| {
            let file = part.place.rsplit_once(':').map_or("", |(file, _)| file);
            let is_below = |env| parts[at].environments.contains(env);
            *other != at
                && part.name == name
                && part.environments.len() < parts[at].environments.len()
                && part.environments.iter().all(is_below)
                && by.iter().any(|reader| reader.as_str() == file)
                && part.pins.iter().all(|pin| matches!(&pin.kind, PinKind::Field(_) | PinKind::Chart { .. }))
        };
        let charts: Vec<usize> = parts.iter().enumerate().filter(is_chart).map(|(other, _)| other).collect();
        gone.extend(charts);
    }
    for at in gone.into_iter().rev() {
        let part = parts.remove(at);
        let reason = format!(
            "the chart of `{}` is fixed in some environments only; its version is that of its values: declare the chart as one of its own",
            part.name
        );
        left_out.push((part.place, reason));
    }
    Ok(())
}

/// The release that a part is of, and the files of its Applications; `None` where that is not one, or the part's own name.
fn reader(part: &Part, readers: &Readers) -> Option<(String, BTreeSet<RepoPath>)> {
    let (mut names, mut by) = (BTreeSet::new(), BTreeSet::new());
    for env in &part.environments {
        let file = part.within.replace("{environment}", env.as_str());
        let all = readers.get(&file)?;
        if all.iter().any(|(name, _)| *name == part.name) {
            return None;
        }
        let is_own =
            |name: &str| name.strip_suffix(&part.name).is_some_and(|start| start.ends_with('-') && start.len() > 1);
        let mut own = all.iter().filter(|(name, _)| is_own(name)).peekable();
        own.peek()?;
        for (name, file) in own {
            names.insert(name.clone());
            by.insert(file.clone());
        }
    }
    let mut names = names.into_iter();
    names.next().filter(|_| names.next().is_none()).map(|name| (name, by))
}

fn readers(files: &dyn Files, paths: &[RepoPath]) -> Result<Readers, Error> {
    let mut out = Readers::new();
    for path in paths.iter().filter(|path| is_yaml(path.name())) {
        let Some(bytes) = files.read(path)? else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if !text.contains("kind: Application") || !text.contains("valueFiles:") {
            continue;
        }
        let Ok(tree) = Tree::parse(&bytes) else { continue };
        for source in tree.documents.iter().flat_map(sources) {
            let name = self::text(source, &["helm", "releaseName"]).or_else(|| self::text(source, &["chart"]));
            let Some(name) = name else { continue };
            let own =
                self::text(source, &["path"]).and_then(|path| RepoPath::root().join(path).ok()).unwrap_or_default();
            for file in items(source, &["helm", "valueFiles"]).iter().filter_map(Node::as_str) {
                let whole = match file.strip_prefix('$').and_then(|file| file.split_once('/')) {
                    Some((_, rest)) => RepoPath::root().join(rest),
                    None => own.join(file),
                };
                if let Ok(whole) = whole {
                    out.entry(whole.to_string()).or_default().insert((name.to_string(), path.clone()));
                }
            }
        }
    }
    Ok(out)
}

/// The sources of an Application.
fn sources(document: &Node) -> Vec<&Node> {
    if text(document, &["kind"]) != Some("Application") {
        return Vec::new();
    }
    let many = items(document, &["spec", "sources"]).iter();
    get(document, &["spec", "source"]).into_iter().chain(many).collect()
}
