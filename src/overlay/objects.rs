//! Kubernetes objects in files: every document of a file, or of all YAML files of a folder, with its kind.

use std::sync::Arc;

use crate::domain::files::{EntryKind, is_yaml};
use crate::domain::names::nearest;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Form;
use crate::yaml::locate::text;
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

/// Looks at every document of the YAML files at a place; `None` where nothing stands there.
pub fn look(
    reader: &Reader<'_>,
    place: &RepoPath,
    mut each: impl FnMut(&File, usize, &Node, &mut Found) -> Result<(), Error>,
) -> Result<Option<Found>, Error> {
    let files = files(reader, place)?;
    let mut found = Found::default();
    for file in &files {
        for (document, root) in file.tree.documents.iter().enumerate() {
            each(file, document, root, &mut found)?;
        }
    }
    Ok(if files.is_empty() { None } else { Some(found) })
}

/// Another thing of the kind that was looked for, and where it stands.
pub struct Seen {
    pub name: String,
    pub file: RepoPath,
    pub document: usize,
    /// The route to it, and the one inside the text where it stands in one.
    pub route: String,
    pub line: u32,
    pub column: u32,
    /// `None`: it says a version.
    pub without: Option<Lack>,
}

/// What a thing lacks to say a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// A text that names an image, without tag and digest.
    Tag,
    /// A mapping that names a repository, without a key for its tag.
    TagKey,
}

impl Seen {
    /// Place and name on one line, as errors list candidates.
    fn described(&self) -> String {
        let lack = if self.without.is_some() { ", without a tag" } else { "" };
        format!("{}:{}: there is `{}`{lack}", self.file, self.line, self.name)
    }
}

/// What was found in a place: the spots that are meant, and what else is there.
#[derive(Default)]
pub struct Found {
    pub spots: Vec<Spot>,
    pub seen: Vec<Seen>,
    /// Texts that name the wanted thing but are no YAML: file and line.
    pub unread: Vec<(RepoPath, u32)>,
    /// Places of the wanted thing that say their version by an alias, and so follow its anchor: file, line and column.
    pub aliased: Vec<(RepoPath, u32, u32)>,
}

impl Found {
    /// Notes a thing under its name: a spot where that is the wanted one.
    pub fn add(&mut self, name: &str, is_wanted: bool, at: At<'_>, node: &Node, form: Form) -> Result<(), Error> {
        if is_wanted {
            let version = slot(at.file, at.document, at.route, node, form)?;
            self.spots.push(Spot::new(at.file, version, None));
        } else {
            let (name, file, route) = (name.to_string(), at.file.clone(), at.route.to_string());
            let (line, column) = (node.line, node.column);
            self.seen.push(Seen { name, file, document: at.document, route, line, column, without: None });
        }
        Ok(())
    }

    /// The only spot, or several of one file that say the same, as one; otherwise as `only`.
    pub fn together(mut self, what: &str, place: &RepoPath) -> Result<Spot, Error> {
        let first = self.spots.first().map(Spot::said);
        let is_one = self.of_one_file() && self.spots.iter().all(|spot| Some(spot.said()) == first);
        let also = self.spots.split_off(self.spots.len().min(1));
        match (self.spots.pop(), is_one) {
            (Some(first), true) => Ok(Spot { also, ..first }),
            (first, _) => {
                self.spots.extend(first.into_iter().chain(also));
                self.only(what, place)
            }
        }
    }

    /// The only spot; an error that lists what is there where there is none, or several.
    pub fn only(mut self, what: &str, place: &RepoPath) -> Result<Spot, Error> {
        match (self.spots.pop(), self.spots.is_empty()) {
            (Some(one), true) => Ok(one),
            (None, _) if self.seen.iter().any(|seen| seen.name == what && seen.without.is_some()) => {
                Err(self.untagged(what))
            }
            (None, _) if !self.aliased.is_empty() => Err(self.by_alias(what)),
            (None, _) => {
                let near = nearest(what, self.seen.iter().map(|seen| seen.name.as_str()));
                let unread = |(file, line): &(RepoPath, u32)| {
                    format!("{file}:{line}: a text names it that is a template, or no YAML: nothing is pinned in there")
                };
                let refusal = Refusal::new(Code::NoSuchPin, format!("nothing in `{place}` pins `{what}`"))
                    .details(self.unread.iter().map(unread))
                    .details(self.seen.iter().take(10).map(Seen::described));
                Err(match near {
                    Some(near) => refusal.hint(format!("did you mean `{near}`?")),
                    None => refusal.hint("correct the pin in `stageline.yaml`"),
                }
                .invalid())
            }
            (Some(last), false) => {
                self.spots.push(last);
                let described = |spot: &Spot| match spot.said() {
                    (None, None) => spot.described(),
                    (tag, digest) => format!("{}: {}", spot.described(), tag.or(digest).unwrap_or_default()),
                };
                let first = self.spots.first().map(Spot::said);
                let hint = match (self.of_one_file(), self.spots.iter().all(|spot| Some(spot.said()) == first)) {
                    (true, false) => "bring them to one version once by hand, and they move as one",
                    (true, true) => "leave one of them, or say more of the one that is meant: `name:`",
                    (false, _) => "give each file a pin of its own: `in: FILE`",
                };
                Err(Refusal::new(Code::TwoPins, format!("more than one place in `{place}` pins `{what}`"))
                    .details(self.spots.iter().map(described))
                    .hint(hint)
                    .hint("or name the one that is meant by its file and path: `{ file: ..., path: ... }`")
                    .invalid())
            }
        }
    }
}

impl Found {
    /// What is said where the wanted thing says its version by aliases alone.
    fn by_alias(&self, what: &str) -> Error {
        let place = |(file, line, column): &(RepoPath, u32, u32)| format!("{file}:{line}:{column}");
        let first = self.aliased.first().map(place).unwrap_or_default();
        Refusal::new(Code::NotAScalar, format!("{first}: `{what}` says its version by an alias, which is not edited"))
            .details(self.aliased.iter().skip(1).map(|at| format!("{}: and here", place(at))))
            .hint("pin what it refers to: `{ file: FILE, path: PATH, aliases: follow }`")
            .invalid()
    }

    fn of_one_file(&self) -> bool {
        self.spots.windows(2).all(|two| two[0].file == two[1].file)
    }

    /// What is said where the wanted image stands, but nowhere with a version.
    fn untagged(&self, what: &str) -> Error {
        let bare: Vec<&Seen> = self.seen.iter().filter(|seen| seen.name == what).collect();
        let places: Vec<String> =
            bare.iter().map(|seen| format!("{}:{}:{}", seen.file, seen.line, seen.column)).collect();
        let first = places.first().map_or("", String::as_str);
        let how = match bare.first().and_then(|seen| seen.without) {
            Some(Lack::TagKey) => "write `tag: VERSION` beside the repository".to_string(),
            Some(Lack::Tag) | None => format!("write `{what}:VERSION`"),
        };
        Refusal::new(Code::Untagged, format!("{first}: `{what}` stands here without a tag, so no version is pinned"))
            .details(places.iter().skip(1).map(|place| format!("{place}: and here")))
            .hint(format!("give it the one that runs now, once by hand: {how}"))
            .invalid()
    }
}

/// Where a node was found.
pub struct At<'f> {
    pub file: &'f RepoPath,
    pub document: usize,
    pub route: Route,
}

/// Whether a document is a Kustomization of Flux.
pub fn is_flux(document: &Node) -> bool {
    text(document, &["kind"]) == Some("Kustomization")
        && text(document, &["apiVersion"]).is_some_and(|api| api.starts_with("kustomize.toolkit.fluxcd.io/"))
}

/// The folder that a source of Argo CD or the `spec` of a Kustomization of Flux names, from the root.
pub fn path_of(node: &Node) -> Option<RepoPath> {
    RepoPath::new(text(node, &["path"])?.trim_start_matches('/')).ok()
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
    Address::of(one).repository == Address::of(other).repository
}

/// An address of a repository, or of a folder of it, in its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Address {
    /// `host/path`.
    pub repository: String,
    /// The folder in it, where the address says which: behind `//` or `.git/`.
    pub folder: Option<String>,
}

impl Address {
    /// The parts of an address.
    pub fn of(address: &str) -> Self {
        let address = address.strip_prefix("git::").unwrap_or(address);
        let (scheme, rest) = match address.split_once("://") {
            Some((_, rest)) => (true, rest),
            None => (false, address),
        };
        let (host, path) = match rest.split_once('/') {
            Some((host, path)) if scheme || !host.contains(':') => (host, path),
            _ => rest.split_once(':').unwrap_or(("", rest)),
        };
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host).to_ascii_lowercase();
        // A port that the scheme has anyway tells nothing apart.
        let usual = [("ssh://", ":22"), ("https://", ":443"), ("http://", ":80")];
        let port = usual.iter().find(|(scheme, _)| address.starts_with(scheme)).map_or("", |(_, port)| port);
        let host = host.strip_suffix(port).unwrap_or(&host);
        let path = path.split('?').next().unwrap_or_default();
        let (path, folder) = match path.split_once("//").or_else(|| path.split_once(".git/")) {
            Some((path, folder)) => (path, Some(folder.trim_matches('/').to_string())),
            None => (path, None),
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        Self { repository: format!("{host}/{path}"), folder: folder.filter(|folder| !folder.is_empty()) }
    }
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
            "ssh://git@github.com:22/org/repo",
            "https://github.com:443/org/repo",
            "git::https://github.com/org/repo//deploy/base?ref=v1",
            "https://github.com/org/repo.git/deploy?ref=v1",
            "github.com/org/repo?ref=v1",
            "https://user:secret@GitHub.com/org/repo/",
        ] {
            assert!(same_repository(address, wanted), "{address} is {:?}", Address::of(address));
        }
        for other in [
            "https://github.com/org/repo2",
            "ssh://git@github.com:2222/org/repo",
            "https://gitlab.com/org/repo",
            "../base",
        ] {
            assert!(!same_repository(other, wanted), "{other}");
        }
    }
}
