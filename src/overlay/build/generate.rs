//! The ConfigMaps and Secrets that generators of a kustomization make: from literals, lines of `envs:`, whole files.

use std::sync::Arc;

use crate::domain::path::RepoPath;
use crate::overlay::reader::Reader;
use crate::overlay::slot::unquoted;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::Node;

use super::patch::Merge;
use super::piece::{By, Piece, Place, Said, Source};
use super::resource::{Resource, Selector};
use super::state::State;

/// Adds what the generators of a kustomization make to a state.
pub fn generate(reader: &Reader<'_>, file: &RepoPath, root: &Node, state: &mut State) {
    let source = Source::file(file, By::Generator);
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for item in items(root, &[key]) {
            let said = source.said(item);
            let one = |text: &str| Piece::text(text, said.clone());
            let name = text(item, &["name"]).unwrap_or_default();
            let root = Piece::Map(vec![
                ("apiVersion".into(), one("v1")),
                ("kind".into(), one(kind)),
                ("metadata".into(), Piece::Map(vec![("name".into(), one(name))])),
                ("data".into(), Piece::Map(data(reader, &source, item))),
            ]);
            let wanted = Selector { kind: Some(kind.into()), name: Some(name.into()), ..Selector::default() };
            let old = state.resources.iter_mut().find(|old| old.is(&wanted) == Some(true));
            match (text(item, &["behavior"]), old) {
                (Some("merge"), Some(old)) => {
                    Merge { known: true, by: &said, gone: &mut state.gone }.merge(&mut old.root, &root, "");
                }
                (Some("replace"), Some(old)) => {
                    State::lose(&mut state.gone, &old.root, &said);
                    old.root = root;
                }
                _ => state.resources.extend(Resource::of(root)),
            }
        }
    }
}

/// The keys of one generator; what is in a file that cannot be read is not followed.
fn data(reader: &Reader<'_>, source: &Source, item: &Node) -> Vec<(String, Piece)> {
    let folder = source.file.parent().unwrap_or_default();
    let read = |path: &str| {
        let path = folder.join(path).ok()?;
        let text = reader.entry(&path).ok().flatten().and_then(|_| reader.text(&path).ok().flatten())?;
        Some((Arc::new(path), text))
    };
    let literal = |node: &Node| {
        let (name, value) = node.as_str()?.split_once('=')?;
        Some((name.to_string(), Piece::text(unquoted(value), source.said(node))))
    };
    let mut out: Vec<(String, Piece)> = items(item, &["literals"]).iter().filter_map(literal).collect();
    let listed = items(item, &["envs"]).iter().chain(get(item, &["env"]));
    for (file, text) in listed.filter_map(|node| read(node.as_str()?)) {
        out.extend(lines(&file, &text));
    }
    for named in items(item, &["files"]).iter().filter_map(Node::as_str) {
        let (key, path) = named.split_once('=').unwrap_or((named.rsplit('/').next().unwrap_or(named), named));
        let whole = |(file, text): (Arc<RepoPath>, String)| Piece::text(&text, said(&file, (1, 1)));
        out.push((key.to_string(), read(path).map_or(Piece::Opaque, whole)));
    }
    out
}

fn said(file: &Arc<RepoPath>, (line, column): (u32, u32)) -> Said {
    Said { at: Place { file: Arc::clone(file), line, column }, by: By::Generator }
}

/// The `KEY=value` lines of a file of `envs:`; a key alone takes its value from the environment of who builds.
fn lines(file: &Arc<RepoPath>, text: &str) -> Vec<(String, Piece)> {
    let line = |(number, line): (u32, &str)| {
        let line = line.trim_start_matches('\u{feff}').trim_start();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let Some((key, value)) = line.split_once('=') else { return Some((line.to_string(), Piece::Opaque)) };
        let column = u32::try_from(key.chars().count() + 2).unwrap_or_default();
        Some((key.to_string(), Piece::text(value, said(file, (number, column)))))
    };
    (1..).zip(text.lines()).filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_file_are_keys_with_their_places() {
        let file = Arc::new(RepoPath::new("a.env").unwrap());
        let told = |(key, piece): (String, Piece)| match piece {
            Piece::Text(text) => format!("{key} {} {}", text.text, text.tags[0].at),
            _ => format!("{key} ?"),
        };
        let all: Vec<String> = lines(&file, "# no\n\nTAG=v1\nUSER\nA=b=c\n").into_iter().map(told).collect();
        assert_eq!(all, ["TAG v1 a.env:3:5", "USER ?", "A b=c a.env:5:3"]);
    }
}
