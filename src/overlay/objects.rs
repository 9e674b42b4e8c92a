//! Kubernetes objects in files: every document of a file, or of all YAML files of a folder, with its kind.

use std::sync::Arc;

use crate::domain::files::EntryKind;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Error, Refusal};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Tree};

use super::reader::Reader;
use super::slot::{Spot, slot};

/// A file and its documents.
pub struct File {
    pub path: RepoPath,
    pub tree: Arc<Tree>,
}

/// The YAML files at a place: itself, or those directly in a folder. A file of a folder that is no YAML (a template) is
/// passed over; a file that was named must be read.
pub fn files(reader: &Reader<'_>, place: &RepoPath) -> Result<Vec<File>, Error> {
    let folder = place.is_root() || reader.entry(place)?.is_some_and(|entry| entry.kind == EntryKind::Folder);
    let paths: Vec<RepoPath> = if folder {
        let all = reader
            .list(place)?
            .into_iter()
            .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable));
        all.map(|entry| entry.path).filter(|path| is_yaml(path.name())).collect()
    } else {
        vec![place.clone()]
    };
    let mut out = Vec::new();
    for path in paths {
        match reader.tree(&path) {
            Ok(Some(tree)) => out.push(File { path, tree }),
            Ok(None) => {}
            Err(_) if folder => {}
            Err(error) => return Err(error),
        }
    }
    Ok(out)
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
}

/// A text that may be the pin's, where it was found.
pub struct Candidate<'t> {
    pub file: &'t RepoPath,
    pub document: usize,
    pub route: Route,
    pub node: &'t Node,
}

/// The only candidate as a spot; an error that lists them where there are several.
pub fn only(
    what: &str,
    candidates: Vec<Candidate<'_>>,
    form: &crate::domain::settings::Form,
    seen: &[String],
    place: &RepoPath,
) -> Result<Spot, Error> {
    match candidates.as_slice() {
        [one] => {
            let version = slot(one.file, one.document, one.route.clone(), one.node, form.clone())?;
            Ok(Spot { file: one.file.clone(), version, digest: None })
        }
        [] => {
            let near = crate::domain::names::nearest(what, seen.iter().map(String::as_str));
            let refusal = Refusal::new("no-such-pin", format!("nothing in `{place}` pins `{what}`"))
                .details(seen.iter().take(10).map(|name| format!("there is `{name}`")));
            Err(match near {
                Some(near) => refusal.hint(format!("did you mean `{near}`?")),
                None => refusal.hint("correct the pin in `stageline.yaml`"),
            }
            .invalid())
        }
        several => Err(Refusal::new("two-pins", format!("more than one place in `{place}` pins `{what}`"))
            .details(several.iter().map(|c| format!("{}:{}:{}: {}", c.file, c.node.line, c.node.column, c.route)))
            .hint("name the one that is meant by its file and path: `{ file: ..., path: ... }`")
            .invalid()),
    }
}

/// A route of keys.
pub fn keys(keys: &[&str]) -> Route {
    Route(keys.iter().map(|key| Step::Key((*key).to_string())).collect())
}

/// A route that goes on with more steps.
pub fn then(route: &Route, steps: impl IntoIterator<Item = Step>) -> Route {
    Route(route.0.iter().cloned().chain(steps).collect())
}

/// Whether two addresses name one repository: without scheme, user, `git::`, a final slash and `.git`.
pub fn same_repository(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(address: &str) -> String {
    let address = address.strip_prefix("git::").unwrap_or(address);
    let (scheme, rest) = match address.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, address),
    };
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) if scheme || !host.contains(':') => (host.to_string(), path.to_string()),
        _ => match rest.split_once(':') {
            Some((host, path)) => (host.to_string(), path.to_string()),
            None => (String::new(), rest.to_string()),
        },
    };
    let host = host.rsplit_once('@').map_or(host.as_str(), |(_, host)| host).to_ascii_lowercase();
    let path = path.split('?').next().unwrap_or_default();
    let path = path.split("//").next().unwrap_or_default();
    let path = path.split(".git/").next().unwrap_or_default();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    format!("{host}/{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_addresses() {
        let wanted = "https://github.com/org/repo";
        for address in [
            "https://github.com/org/repo.git",
            "git@github.com:org/repo.git",
            "ssh://git@github.com/org/repo",
            "git::https://github.com/org/repo//deploy/base?ref=v1",
            "https://github.com/org/repo.git/deploy?ref=v1",
            "github.com/org/repo?ref=v1",
            "https://user:secret@GitHub.com/org/repo/",
        ] {
            assert!(same_repository(address, wanted), "{address} is {}", plain(address));
        }
        for other in ["https://github.com/org/repo2", "https://gitlab.com/org/repo", "../base"] {
            assert!(!same_repository(other, wanted), "{other}");
        }
    }
}
