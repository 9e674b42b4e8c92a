//! Kustomize image pins: the entry of `images:` with a given name, its `newTag` and its `digest`.
//!
//! The fields are those of kustomize's `types.Image`: `name`, `newName`, `newTag`, `digest`, `tagSuffix`.

use crate::domain::files::{EntryKind, KUSTOMIZATIONS};
use crate::domain::names::ClusterName;
use crate::domain::path::RepoPath;
use crate::domain::pin::{PinSite, Reading, SiteKey};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::scalar::SiteEdit;
use crate::domain::settings::DigestRule;
use crate::domain::version::{Version, is_digest, is_tag};
use crate::yaml::edit::{Action, Edit, New};
use crate::yaml::locate::items;
use crate::yaml::route::{Document, Route, Step};
use crate::yaml::tree::Node;

use super::change::{SiteChange, digest_needed, file_gone};
use super::effect::{Builds, builds_on, no_such_image};
use super::entries::{self, Entry, scalar};
use super::kustomization::{file_at, kustomization};
use super::objects::Seen;
use super::reader::{Reader, at};
use super::{image, slot};

/// Whether an image's pin at this place is an entry of `images:`: a folder with a kustomization, or that file itself.
pub fn stands_at(reader: &Reader<'_>, place: &RepoPath) -> Result<bool, Error> {
    if KUSTOMIZATIONS.contains(&place.name()) {
        return Ok(true);
    }
    let entry = if place.is_root() { None } else { reader.entry(place)? };
    match entry.map(|entry| entry.kind) {
        Some(EntryKind::Folder) => Ok(reader.list(place)?.iter().any(|e| KUSTOMIZATIONS.contains(&e.path.name()))),
        None if place.is_root() => Ok(reader.list(place)?.iter().any(|e| KUSTOMIZATIONS.contains(&e.path.name()))),
        _ => Ok(false),
    }
}

/// What the image's entry says in the overlay at `place`; `None` where there is no kustomization.
pub fn read(
    reader: &Reader<'_>,
    image: &str,
    place: &RepoPath,
    cluster: Option<&ClusterName>,
) -> Result<Option<Reading>, Error> {
    let Some(file) = file_at(reader, place)? else { return Ok(None) };
    let Some(tree) = reader.tree(&file)? else { return Ok(None) };
    let (document, root) = kustomization(&file, &tree)?;
    let key = SiteKey { pin: image.to_string(), nth: 0, cluster: cluster.cloned() };
    let found = entries::deciding(reader, &file, root, image)?;
    let Some(found) = found.first() else {
        if let Some(spot) = image::in_patches(&file, (document, root), image)? {
            return slot::read(&spot, image, cluster).map(Some);
        }
        let (line, column) = (root.line.max(1), root.column.max(1));
        let site = PinSite { file, document, route: "images".into(), line, column };
        return Ok(Some(Reading { key, site, version: None, says: None, is_loose: false }));
    };
    let (tag, digest) = found.version(&file)?;
    let spot = tag.as_ref().or(digest.as_ref()).map_or(found.node, |(node, _)| *node);
    if let Some((_, text)) = &tag {
        slot::refuse_template(&file, (spot.line, spot.column), text)?;
    }
    let site = PinSite { document, route: found.route().to_string(), line: spot.line, column: spot.column, file };
    let is_loose = [&tag, &digest].into_iter().flatten().any(|(node, _)| !node.is_string());
    let text = |pair: &'_ Option<(&Node, String)>| pair.as_ref().map(|(_, text)| text.clone());
    let version = Version::from_parts(text(&tag).as_deref(), text(&digest).as_deref())
        .transpose()
        .map_err(|why| Refusal::new(Code::BadVersion, format!("{site}: {why}")).invalid())?;
    Ok(Some(Reading { key, site, version, says: None, is_loose }))
}

/// Every image that the overlay at a place has an entry for, or a patch with a version.
pub fn all(reader: &Reader<'_>, place: &RepoPath) -> Result<Vec<Seen>, Error> {
    let Some(file) = file_at(reader, place)? else { return Ok(Vec::new()) };
    let Some(tree) = reader.tree(&file)? else { return Ok(Vec::new()) };
    let (document, root) = kustomization(&file, &tree)?;
    let mut out: Vec<Seen> = image::look_in_patches(&file, (document, root), "")?.seen;
    out.retain(|seen| seen.without.is_none());
    for node in items(root, &["images"]) {
        if scalar(&file, node, "newTag")?.is_none() && scalar(&file, node, "digest")?.is_none() {
            continue;
        }
        let name = scalar(&file, node, "name")?.map(|(_, name)| name).unwrap_or_default();
        let at = |name: String, route: String| {
            let (file, line, column) = (file.clone(), node.line, node.column);
            Seen { name, file, document, route, line, column, without: None }
        };
        if let Some((_, new)) = scalar(&file, node, "newName")? {
            out.push(at(new, format!("images[name={name}].newName")));
        }
        out.push(at(name, "images".into()));
    }
    Ok(out)
}

/// The edits that make the image's entry say `version`.
pub fn change(
    reader: &Reader<'_>,
    image: &str,
    reading: &Reading,
    version: &Version,
    digests: DigestRule,
) -> Result<SiteChange, Error> {
    check_version(version, image)?;
    let file = reading.site.file.clone();
    let tree = reader.tree(&file)?.ok_or_else(|| file_gone(&reading.site))?;
    let (document, root) = kustomization(&file, &tree)?;
    let mut change =
        SiteChange { file: file.clone(), edits: Vec::new(), lines: Vec::new(), shown: Vec::new(), notes: Vec::new() };
    let found = entries::deciding(reader, &file, root, image)?;
    if found.is_empty() {
        if let Some(spot) = image::in_patches(&file, (document, root), image)? {
            return slot::change(&spot, reading, version, digests);
        }
        return insert(reader, image, reading, version, (document, root));
    };
    for one in &found {
        let (_, old) = one.version(&file)?;
        if let (Some((_, old)), None, DigestRule::Ask) = (&old, version.digest(), digests) {
            return Err(digest_needed(image, &reading.site, old, version));
        }
        set(&mut change, (document, one), "newTag", version.tag())?;
        set(&mut change, (document, one), "digest", version.digest())?;
    }
    if found.len() > 1 {
        change.notes.push(format!("{file}: {} places pin `{image}`, and move as one", found.len()));
    }
    Ok(change)
}

/// Adds the edit of one key of an entry.
fn set(
    change: &mut SiteChange,
    (document, entry): (usize, &Entry<'_>),
    key: &str,
    to: Option<&str>,
) -> Result<(), Error> {
    let file = &change.file;
    let present = entry.node.get(key).map_err(|fault| at(file, &fault))?;
    let from = scalar(file, entry.node, key)?.map(|(_, text)| text);
    let action = match (present, to) {
        (None, None) => return Ok(()),
        (Some(node), Some(to)) if from.as_deref() == Some(to) && node.is_string() => return Ok(()),
        (Some(_), Some(to)) => Action::Set(to.to_string()),
        (Some(_), None) => Action::Remove,
        (None, Some(to)) => Action::InsertKey(New::Text(to.to_string())),
    };
    let spot = present.unwrap_or(entry.node);
    let mut route = entry.route();
    route.0.push(Step::Key(key.to_string()));
    change.shown.push(SiteEdit {
        file: file.to_string(),
        line: spot.line,
        column: spot.column,
        key: key.to_string(),
        from,
        to: to.map(str::to_string),
    });
    change.edits.push(Edit { document: Some(Document::Index(document)), route, action });
    Ok(())
}

/// A new entry, where the overlay builds on that image.
fn insert(
    reader: &Reader<'_>,
    image: &str,
    reading: &Reading,
    version: &Version,
    (document, root): (usize, &Node),
) -> Result<SiteChange, Error> {
    check(reader, image, reading)?;
    let file = reading.site.file.clone();
    let mut pairs = vec![("name".to_string(), New::Text(image.to_string()))];
    let parts = [("newTag", version.tag()), ("digest", version.digest())];
    for (key, value) in parts {
        if let Some(value) = value {
            pairs.push((key.to_string(), New::Text(value.to_string())));
        }
    }
    let item = New::Mapping(pairs);
    let images = root.get("images").map_err(|fault| at(&file, &fault))?;
    let (action, line, column) = match images {
        Some(node) if node.items().is_some() || node.is_null() => (Action::AppendItem(item), node.line, node.column),
        Some(node) => {
            return Err(Refusal::new(
                Code::BadImages,
                format!("{file}:{}:{}: `images` is not a list", node.line, node.column),
            )
            .hint("write it as a list, or take the key away")
            .invalid());
        }
        None => (Action::InsertKey(New::Sequence(vec![item])), root.line, root.column),
    };
    let route = Route(vec![Step::Key("images".into())]);
    Ok(SiteChange {
        edits: vec![Edit { document: Some(Document::Index(document)), route, action }],
        lines: Vec::new(),
        shown: vec![SiteEdit {
            file: file.to_string(),
            line,
            column,
            key: format!("images[name={image}]"),
            from: None,
            to: Some(version.to_string()),
        }],
        notes: Vec::new(),
        file,
    })
}

/// An error where the image has no entry and nothing that the overlay builds on uses it, or where that cannot be told.
pub fn check(reader: &Reader<'_>, image: &str, reading: &Reading) -> Result<(), Error> {
    if reading.version.is_some() {
        return Ok(());
    }
    let file = &reading.site.file;
    match builds_on(reader, file, image)? {
        Builds::Yes => Ok(()),
        Builds::No(names) => Err(no_such_image(image, file, &names).invalid()),
        Builds::CannotTell(why) => Err(Refusal::new(
            Code::ImageUnknown,
            format!("cannot tell whether `{file}` builds on the image `{image}`: {why}"),
        )
        .hint(format!("if it does, add the entry by hand once: `images: [{{ name: {image}, newTag: ... }}]`"))
        .cannot_tell()),
    }
}

/// A version must be what a registry takes: a tag, a digest, or both.
fn check_version(version: &Version, image: &str) -> Result<(), Error> {
    if let Some(tag) = version.tag().filter(|tag| !is_tag(tag)) {
        return Err(Refusal::new(Code::BadTag, format!("`{tag}` cannot be a tag of the image `{image}`"))
            .hint("a tag has letters, digits, `_`, `.` and `-`, and at most 128 of them")
            .invalid());
    }
    if let Some(digest) = version.digest().filter(|digest| !is_digest(digest)) {
        return Err(Refusal::new(Code::BadDigest, format!("`{digest}` is not an image digest"))
            .hint("a digest is `sha256:` and 64 hex digits")
            .invalid());
    }
    Ok(())
}
