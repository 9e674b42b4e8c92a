//! Kustomize remote bases: the `?ref=` of an entry of `resources:`, `bases:` or `components:`, by its repository.

use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error};
use crate::domain::settings::Form;
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::kustomization::{file_at, kustomization};
use super::objects::{Address, At, Found, Seen};
use super::reader::{Reader, at};
use super::slot::{Spot, reference};

/// The entry of the kustomization at a place that builds on `repository`; `None` where there is no kustomization.
pub fn spot(reader: &Reader<'_>, repository: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let Some((file, found)) = look(reader, repository, place)? else { return Ok(None) };
    let folder = found.spots.first().and_then(|spot| Address::of(&spot.version.text).folder);
    let below = found.spots.first().and_then(|spot| below(&spot.version.text, repository));
    found.together(repository, &file).map(Some).map_err(|error| match (error, folder.or(below)) {
        (Error::Invalid(why), Some(folder)) if why.code == Code::TwoPins => {
            Error::Invalid(why.hint(format!("or name the folder that is meant: `base: {repository}//{folder}`")))
        }
        (error, _) => error,
    })
}

/// Every repository that the kustomization at a place builds on.
pub fn all(reader: &Reader<'_>, place: &RepoPath) -> Result<Vec<Seen>, Error> {
    Ok(look(reader, "", place)?.map_or_else(Vec::new, |(_, found)| found.seen))
}

/// The entries of a kustomization that build on a repository, and the others; with its file.
fn look(reader: &Reader<'_>, repository: &str, place: &RepoPath) -> Result<Option<(RepoPath, Found)>, Error> {
    let Some(file) = file_at(reader, place)? else { return Ok(None) };
    let Some(tree) = reader.tree(&file)? else { return Ok(None) };
    let (document, root) = kustomization(&file, &tree)?;
    let mut found = Found::default();
    for key in ["resources", "bases", "components"] {
        let list = root.get(key).map_err(|why| at(&file, &why))?;
        for (index, node) in list.and_then(Node::items).unwrap_or_default().iter().enumerate() {
            let Some(text) = node.as_str().filter(|text| reference(text).is_some()) else { continue };
            let route = Route(vec![Step::Key(key.into()), Step::Index(index)]);
            let name = text.split('?').next().unwrap_or_default();
            let place = At { file: &file, document, route };
            found.add(name, is_of(text, repository), place, node, Form::Ref)?;
        }
    }
    Ok(Some((file, found)))
}

/// The folder of an address that does not say where its repository ends.
fn below(entry: &str, configured: &str) -> Option<String> {
    let (entry, wanted) = (Address::of(entry), Address::of(configured));
    let below = entry.repository.strip_prefix(&wanted.repository)?.strip_prefix('/')?;
    Some(below.to_string())
}

/// Whether an entry builds on a repository; on that folder of it, where the configured address names one.
pub fn is_of(entry: &str, configured: &str) -> bool {
    let (entry, wanted) = (Address::of(entry), Address::of(configured));
    // kustomize also takes `host/org/repo/folder`, with nothing to tell where the repository ends.
    let below = entry.repository.strip_prefix(&wanted.repository).and_then(|rest| rest.strip_prefix('/'));
    match (entry.repository == wanted.repository, below, &wanted.folder) {
        (true, _, None) | (_, Some(_), None) => true,
        (true, _, Some(folder)) => entry.folder.as_ref() == Some(folder),
        (false, Some(below), Some(folder)) => below == folder,
        (false, None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::{pinned, refused};

    #[test]
    fn an_entry_is_of_its_repository_in_every_form() {
        for entry in [
            "https://github.com/org/repo//deploy/base?ref=v1",
            "https://github.com/org/repo/deploy/base?ref=v1",
            "https://github.com/org/repo.git/deploy/base?ref=v1",
            "git@github.com:org/repo.git//deploy/base?ref=v1",
            "git::ssh://git@github.com/org/repo//deploy/base?ref=v1",
        ] {
            assert!(is_of(entry, "https://github.com/org/repo.git"), "{entry}");
            assert!(is_of(entry, "https://github.com/org/repo//deploy/base"), "{entry}");
            assert!(!is_of(entry, "https://github.com/org/repo//deploy"), "{entry}");
            assert!(!is_of(entry, "https://github.com/org/rep"), "{entry}");
        }
    }

    #[test]
    fn two_folders_of_one_repository_are_told_apart_by_the_folder_where_they_differ() {
        let text = "resources:\n- https://h/o/web//crds?ref=v1\n- https://h/o/web//deploy?ref=v3\n";
        let base = |repository: &str| PinKind::KustomizeBase { repository: repository.into() };
        let why = refused(&base("https://h/o/web"), "kustomization.yaml", text);
        assert_eq!(why.code, "two-pins");
        let at = |line: u32, index: u32, version: &str| {
            format!("kustomization.yaml:{line}:3: resources[{index}]: {version}")
        };
        assert_eq!(why.details, [at(2, 0, "v1"), at(3, 1, "v3")]);
        assert!(why.hints[2].contains("//crds"), "{why:?}");
        let (_, new) = pinned(&base("https://h/o/web//deploy"), "kustomization.yaml", text, "v2");
        assert_eq!(new, text.replace("deploy?ref=v3", "deploy?ref=v2"));
        let same = text.replace("v3", "v1");
        let (_, new) = pinned(&base("https://h/o/web"), "kustomization.yaml", &same, "v2");
        assert_eq!(new, same.replace("v1", "v2"));
    }
}
