//! Whether what a kustomization builds on uses an image: its resources, bases and components, read recursively.

use std::collections::BTreeSet;

use crate::domain::files::EntryKind;
use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::tree::{Node, Value};

use super::kustomization::{file_at, kustomization};
use super::reader::Reader;

/// Whether a kustomization builds on an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Builds {
    Yes,
    /// No; these are the images that it does build on.
    No(Vec<String>),
    /// Part of it is not in this repository, or cannot be read.
    CannotTell(String),
}

/// Looks through everything that the kustomization in `file` builds on.
pub fn builds_on(reader: &Reader<'_>, file: &RepoPath, image: &str) -> Result<Builds, Error> {
    let mut walk = Walk { reader, images: BTreeSet::new(), unread: None, seen: BTreeSet::new() };
    walk.kustomization(file)?;
    if walk.images.contains(image) {
        return Ok(Builds::Yes);
    }
    Ok(match walk.unread {
        Some(why) => Builds::CannotTell(why),
        None => Builds::No(walk.images.into_iter().collect()),
    })
}

struct Walk<'a, 'f> {
    reader: &'a Reader<'f>,
    images: BTreeSet<String>,
    unread: Option<String>,
    seen: BTreeSet<RepoPath>,
}

impl Walk<'_, '_> {
    fn kustomization(&mut self, file: &RepoPath) -> Result<(), Error> {
        if !self.seen.insert(file.clone()) {
            return Ok(());
        }
        let Some(tree) = self.reader.tree(file)? else { return Ok(()) };
        let (_, root) = kustomization(file, &tree)?;
        let folder = file.parent().unwrap_or_default();
        for key in ["resources", "bases", "components"] {
            for item in root.get(key).ok().flatten().and_then(Node::items).unwrap_or_default() {
                match item.as_str() {
                    Some(text) => self.resource(&folder, text)?,
                    None => self.miss(format!("{file}:{}: a resource is not a text", item.line)),
                }
            }
        }
        for key in ["helmCharts", "helmChartInflationGenerator", "generators", "transformers"] {
            if let Ok(Some(node)) = root.get(key) {
                self.miss(format!("{file}:{}: it has `{key}`", node.line));
            }
        }
        self.images_of(root);
        self.rename(root);
        Ok(())
    }

    /// Entries of `images:` here give other names to what comes from below; an overlay above matches those.
    fn rename(&mut self, root: &Node) {
        for item in root.get("images").ok().flatten().and_then(Node::items).unwrap_or_default() {
            let text = |key: &str| item.get(key).ok().flatten().and_then(Node::as_str).map(str::to_string);
            if let (Some(name), Some(new)) = (text("name"), text("newName"))
                && self.images.contains(&name)
            {
                self.images.insert(new);
            }
        }
    }

    fn resource(&mut self, folder: &RepoPath, text: &str) -> Result<(), Error> {
        let Ok(path) = folder.join(text) else {
            self.miss(format!("`{text}` is outside this repository"));
            return Ok(());
        };
        match self.reader.entry(&path)? {
            Some(entry) if entry.kind == EntryKind::Folder => match file_at(self.reader, &path)? {
                Some(file) => self.kustomization(&file)?,
                None => self.miss(format!("`{path}` has no kustomization file")),
            },
            Some(_) if self.seen.insert(path.clone()) => match self.reader.tree(&path) {
                Ok(Some(tree)) => tree.documents.iter().for_each(|document| self.images_of(document)),
                Ok(None) => {}
                Err(error) => self.miss(error.to_string()),
            },
            Some(_) => {}
            None => self.miss(format!("`{text}` is not in this repository")),
        }
        Ok(())
    }

    /// The name part of every `image:` text below a node.
    fn images_of(&mut self, node: &Node) {
        match &node.value {
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    match (key.as_str(), value.as_str()) {
                        (Some("image"), Some(text)) => {
                            self.images.insert(image::parts(text).0.to_string());
                        }
                        _ => self.images_of(value),
                    }
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.images_of(item)),
            Value::Scalar { .. } | Value::Alias => {}
        }
    }

    fn miss(&mut self, why: String) {
        self.unread.get_or_insert(why);
    }
}
