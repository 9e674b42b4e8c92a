//! Revisions of repositories: an Argo CD source's `targetRevision`, a Flux GitRepository's or OCIRepository's `ref`.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::objects::{At, Seen, keys, look, same_repository, then};
use super::reader::Reader;
use super::slot::{Slot, Spot, slot};

/// Where an Argo CD `Application` or `ApplicationSet` keeps its sources.
const SOURCES: [&[&str]; 2] = [&["spec"], &["spec", "template", "spec"]];

/// The revision of `repository` in the files at a place; `None` where nothing stands there.
pub fn spot(reader: &Reader<'_>, repository: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let found = look(reader, place, |file, document, root, found| {
        for (name, route, node) in revisions(root) {
            let is_wanted = same_repository(name, repository);
            let digest = if is_wanted { digest_of(&file.path, document, root, &route)? } else { None };
            found.add(name, is_wanted, At { file: &file.path, document, route }, node, Form::Whole)?;
            if let Some(spot) = found.spots.last_mut().filter(|_| is_wanted) {
                spot.digest = digest;
            }
        }
        Ok(())
    })?;
    found.map(|found| found.together(repository, place)).transpose()
}

/// Every repository that the files at a place name with a revision.
pub fn all(reader: &Reader<'_>, place: &RepoPath) -> Result<Vec<Seen>, Error> {
    let found = look(reader, place, |file, document, root, found| {
        for (name, route, node) in revisions(root) {
            found.add(name, false, At { file: &file.path, document, route }, node, Form::Whole)?;
        }
        Ok(())
    })?;
    Ok(found.unwrap_or_default().seen)
}

/// The digest beside the tag of an OCIRepository.
fn digest_of(file: &RepoPath, document: usize, root: &Node, route: &Route) -> Result<Option<Slot>, Error> {
    let at = ["spec", "ref", "digest"];
    let is_tag = text(root, &["kind"]) == Some("OCIRepository") && *route == keys(&["spec", "ref", "tag"]);
    match get(root, &at).filter(|_| is_tag) {
        Some(node) => slot(file, document, keys(&at), node, Form::Whole).map(Some),
        None => Ok(None),
    }
}

/// Every source of an Argo CD object, with its route.
pub fn sources(root: &Node) -> Vec<(Route, &Node)> {
    let mut out = Vec::new();
    if !matches!(text(root, &["kind"]), Some("Application" | "ApplicationSet")) {
        return out;
    }
    for above in SOURCES {
        let Some(spec) = get(root, above) else { continue };
        if let Some(source) = get(spec, &["source"]) {
            out.push((then(&keys(above), [Step::Key("source".into())]), source));
        }
        for (index, source) in get(spec, &["sources"]).and_then(Node::items).unwrap_or_default().iter().enumerate() {
            out.push((then(&keys(above), [Step::Key("sources".into()), Step::Index(index)]), source));
        }
    }
    out
}

/// Every revision of a document: its repository, and the route and node of the pin.
fn revisions(root: &Node) -> Vec<(&str, Route, &Node)> {
    let mut out = Vec::new();
    for (route, source) in sources(root) {
        if let (Some(address), Some(revision)) = (text(source, &["repoURL"]), get(source, &["targetRevision"])) {
            out.push((address, then(&route, [Step::Key("targetRevision".into())]), revision));
        }
    }
    // The first of these that is there is the one that Flux takes: its `commit` beats its `name`, and so on.
    let fields: &[&str] = match text(root, &["kind"]) {
        Some("GitRepository") => &["commit", "name", "semver", "tag", "branch"],
        // A digest beats them all, and belongs to the tag beside it (`digest_of`).
        Some("OCIRepository") => &["semver", "tag", "digest"],
        _ => &[],
    };
    if let Some(address) = text(root, &["spec", "url"]) {
        let first = fields.iter().find_map(|field| Some((field, get(root, &["spec", "ref", field])?)));
        if let Some((field, node)) = first {
            out.push((address, keys(&["spec", "ref", field]), node));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::{pinned, refused};

    fn web() -> PinKind {
        PinKind::Revision { repository: "https://git.example.com/shop/web".into() }
    }

    fn flux(kind: &str, url: &str, reference: &str) -> String {
        format!("kind: {kind}\nspec:\n  url: {url}\n  ref: {{{reference}}}\n")
    }

    #[test]
    fn what_flux_takes_of_a_ref_is_the_pin() {
        let text =
            flux("GitRepository", "ssh://git@git.example.com/shop/web.git", "branch: main, tag: v0, commit: abcdef1");
        let (old, new) = pinned(&web(), "web.yaml", &text, "1234567");
        assert_eq!((old.as_deref(), new), (Some("abcdef1"), text.replace("abcdef1", "\"1234567\"")));
        let range = flux("GitRepository", "https://git.example.com/shop/web", "semver: \">=1.0\", tag: v1");
        assert_eq!(refused(&web(), "web.yaml", &range).code, "moving-ref");
    }

    #[test]
    fn the_digest_of_an_oci_repository_moves_with_its_tag() {
        let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
        let kind = PinKind::Revision { repository: "oci://r.example.com/shop/web".into() };
        let text =
            flux("OCIRepository", "oci://r.example.com/shop/web", &format!("tag: v1, digest: \"{}\"", digest("a")));
        let (old, new) = pinned(&kind, "web.yaml", &text, &format!("v2@{}", digest("b")));
        assert_eq!(old, Some(format!("v1@{}", digest("a"))));
        assert_eq!(new, text.replace("v1", "v2").replace(&digest("a"), &digest("b")));
    }

    #[test]
    fn a_source_is_chosen_by_its_repository_among_several() {
        let text = "kind: ApplicationSet\nspec:\n  template:\n    spec:\n      sources:\n      - {repoURL: \"https://git.example.com/shop/api\", targetRevision: v1}\n      - {repoURL: \"git@git.example.com:shop/web.git\", targetRevision: v1}\n";
        let (_, new) = pinned(&web(), "web.yaml", text, "v2");
        assert_eq!(new, text.replace("web.git\", targetRevision: v1", "web.git\", targetRevision: v2"));
        let mistyped = PinKind::Revision { repository: "https://git.example.com/shop/wbe".into() };
        let why = refused(&mistyped, "web.yaml", text);
        assert_eq!(why.details[0], "web.yaml:6: there is `https://git.example.com/shop/api`");
    }
}
