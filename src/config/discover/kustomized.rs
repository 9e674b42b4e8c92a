//! What one kustomization says: its images, its other versions, and what it builds on.

use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::settings::Form;
use crate::domain::version::Version;
use crate::overlay::survey::Parsed;
use crate::yaml::locate::get;
use crate::yaml::tree::{Fault, Node};

use super::naming::last_part;
use super::sites::{Says, Scope, Site, by_image, dressed, is_fixed, item, items, key, tag, then};
use super::{bases, literals};

/// What discovery needs of one kustomization.
#[derive(Debug, Clone, Default)]
pub struct Kustomization {
    pub images: Vec<Image>,
    /// Its remote bases and charts, literals, labels and annotations.
    pub sites: Vec<Site>,
    /// What it builds on, as it is written.
    pub builds_on: Vec<String>,
}

/// One entry of `images:`.
#[derive(Debug, Clone)]
pub struct Image {
    pub name: String,
    /// What is run in its place, where `newName` says that.
    pub other: Option<String>,
    pub tag: Option<String>,
    pub digest: Option<String>,
    pub line: u32,
    /// Whether it stands in an inline patch.
    pub is_patched: bool,
}

impl Image {
    fn says(&self) -> Option<Says> {
        match (dressed(self.tag.as_deref(), self.digest.as_deref()), &self.digest) {
            // A digest holds a tag that moves.
            (Some(Says::Loose(_)), Some(digest)) => tag(digest),
            (says, _) => says,
        }
    }

    /// Whether it says a version that does not move.
    pub fn is_fixed(&self) -> bool {
        self.digest.is_some() || self.tag.as_deref().is_some_and(is_fixed)
    }

    /// Why what it says is no version.
    pub fn loose(&self) -> Option<String> {
        if self.is_fixed() {
            return None;
        }
        match self.says() {
            Some(Says::Loose(why)) => Some(why),
            _ => None,
        }
    }

    /// The entry as a site of its own; `None` where it says no version.
    pub fn site(&self) -> Option<Site> {
        let says = self.says()?;
        let kind = by_image(&self.name)?;
        let (named, thing) = (Some(kind.clone()), Some(self.thing().to_string()));
        let of = self.other.clone();
        Some(Site { component: thing.clone(), thing, named, of, ..Site::of(kind, says, self.line) })
    }

    /// What it is called: as the image that runs, or as the entry where that says the same in fewer words.
    pub fn thing(&self) -> &str {
        let (own, runs) = (last_part(&self.name), last_part(self.runs()));
        if runs.strip_suffix(own).is_some_and(|start| start.ends_with(['-', '_', '.'])) { own } else { runs }
    }

    /// The image that runs.
    pub fn runs(&self) -> &str {
        self.other.as_deref().unwrap_or(&self.name)
    }

    /// What two images of one build have in common.
    pub fn build(&self) -> Option<&str> {
        self.tag.as_deref().or(self.digest.as_deref())
    }
}

/// Reads a kustomization.
pub fn read(file: &RepoPath, bytes: &[u8]) -> Result<Kustomization, Fault> {
    of(&Parsed::new(file, bytes)?)
}

/// What a parsed kustomization says.
pub fn of(parsed: &Parsed<'_>) -> Result<Kustomization, Fault> {
    let tree = parsed.tree();
    let mut out = Kustomization { sites: bases::sites(tree), ..Kustomization::default() };
    out.sites.extend(literals::sites(tree));
    for document in tree.documents.iter().filter(|document| document.entries().is_some()) {
        for item in document.get("images")?.and_then(Node::items).unwrap_or_default() {
            let text = |key: &str| -> Result<Option<String>, Fault> {
                Ok(item.get(key)?.and_then(Node::as_str).map(str::to_string))
            };
            if let Some(name) = text("name")? {
                let (tag, digest) = (text("newTag")?, text("digest")?);
                let own = item.get("newTag")?.or(item.get("digest")?).unwrap_or(item);
                if by_image(&name).is_none() {
                    out.sites.extend(by_path(document, item, &name));
                    continue;
                }
                let other = text("newName")?.filter(|other| by_image(other).is_some());
                out.images.push(Image { name, other, tag, digest, line: own.line, is_patched: false });
            }
        }
        for key in ["resources", "bases", "components"] {
            let items = document.get(key)?.and_then(Node::items).unwrap_or_default();
            out.builds_on.extend(items.iter().filter_map(Node::as_str).map(str::to_string));
        }
    }
    patched(parsed, &mut out.images);
    Ok(out)
}

/// An entry whose name has a tag or a digest in it, as kustomize allows: it is found by its path.
fn by_path(document: &Node, entry: &Node, name: &str) -> Option<Site> {
    let entries = items(document, &["images"]);
    let index = entries.iter().position(|other| std::ptr::eq(other, entry))?;
    let above = [key("images"), item(entries, index, "name")];
    let at = |field: &str| then(&above, &[field]);
    let (new, digest) = (get(entry, &["newTag"]), get(entry, &["digest"]));
    let says = dressed(new.and_then(Node::as_str), digest.and_then(Node::as_str))?;
    let own = digest.map(|_| at("digest"));
    let site = match (new, digest) {
        (Some(node), _) => Scope::default().site(&at("newTag"), own.as_deref(), Form::Whole, says, node),
        (None, digest) => Scope::default().site(&at("digest"), None, Form::Whole, says, digest?),
    };
    let thing = last_part(image::parts(name).0);
    let named = Some(thing.to_string());
    (!thing.is_empty()).then(|| Site { component: named.clone(), thing: named, ..site })
}

/// The images of inline patches, where `images:` has no entry for them that would win.
fn patched(parsed: &Parsed<'_>, images: &mut Vec<Image>) {
    for name in parsed.patched() {
        let Some(kind) = by_image(&name).filter(|_| images.iter().all(|image| image.name != name)) else { continue };
        let Some(reading) = parsed.reading(&kind) else { continue };
        let (tag, digest) =
            (reading.version.as_ref().and_then(Version::tag), reading.version.as_ref().and_then(Version::digest));
        let (tag, digest) = (tag.map(str::to_string), digest.map(str::to_string));
        images.push(Image { name, other: None, tag, digest, line: reading.site.line, is_patched: true });
    }
}
