//! The entries of `images:`, and what they make of the images that stand at their layer.

use crate::domain::image;
use crate::yaml::locate::text;
use crate::yaml::tree::Node;

use super::pattern::matches;
use super::piece::{By, Place, Said, Source, Text};
use super::resource::Field;
use super::state::{State, Unmatched};

/// One entry of `images:`, of a kustomization or of an object that adds to it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub name: String,
    pub new_name: Option<String>,
    pub new_tag: Option<String>,
    pub digest: Option<String>,
    /// Where its version stands, or the entry itself.
    pub at: Place,
    /// Where its new name stands, or the entry itself.
    pub named_at: Place,
}

impl Entry {
    /// The entry at a node; `None` where that names no image.
    pub fn of(source: &Source, node: &Node) -> Option<Self> {
        let own = |key: &str| {
            let found = node.get(key).ok().flatten()?;
            Some((found.as_str().filter(|text| !text.is_empty())?.to_string(), source.place(found)))
        };
        let (new_tag, digest, new_name) = (own("newTag"), own("digest"), own("newName"));
        let place = |of: &Option<(String, Place)>| of.as_ref().map(|(_, place)| place.clone());
        Some(Self {
            name: text(node, &["name"])?.to_string(),
            at: place(&new_tag).or(place(&digest)).unwrap_or_else(|| source.place(node)),
            named_at: place(&new_name).unwrap_or_else(|| source.place(node)),
            new_name: new_name.map(|(text, _)| text),
            new_tag: new_tag.map(|(text, _)| text),
            digest: digest.map(|(text, _)| text),
        })
    }

    /// The entry that `name`, `name:tag`, `new:tag`, `name=new:tag` is, as `kustomize edit set image` takes it; `*` keeps
    /// what is there.
    pub fn set(source: &Source, node: &Node) -> Option<Self> {
        let text = node.as_str()?;
        let (name, reference) = text.split_once('=').map_or((None, text), |(name, rest)| (Some(name), rest));
        let (own, tag, digest) = image::parts(reference);
        let kept = |text: &str| Some(text.to_string()).filter(|text| text != "*");
        let at = source.place(node);
        Some(Self {
            name: name.unwrap_or(own).to_string(),
            new_name: name.and_then(|_| kept(own)),
            new_tag: tag.and_then(kept),
            digest: digest.and_then(kept),
            named_at: at.clone(),
            at,
        })
    }

    /// Whether it matches an image; `None`: that cannot be told.
    pub fn matches(&self, text: &str) -> Option<bool> {
        image_matches(&self.name, text)
    }

    /// What it makes of every image of a state.
    pub fn apply(&self, state: &mut State) {
        let is_loose = state.is_loose;
        let (mut found, mut maybe) = (false, false);
        for resource in &mut state.resources {
            resource.images(&mut |text, field| match (self.matches(&text.text), field) {
                (Some(true), Field::Container) => {
                    found = true;
                    self.set_in(text);
                }
                (Some(true) | None, Field::Other) if !is_loose => {}
                (Some(true) | None, _) => maybe = true,
                (Some(false), _) => {}
            });
        }
        if maybe {
            state.maybe.insert(self.at.clone());
        } else if !found {
            let names = state.standing();
            state.unmatched.push(Unmatched { at: self.at.clone(), names });
        }
    }

    fn set_in(&self, text: &mut Text) {
        if let Some(name) = &self.new_name {
            text.rename(name, Said { at: self.named_at.clone(), by: By::Images });
        }
        if self.new_tag.is_none() && self.digest.is_none() {
            return;
        }
        let tag = self.new_tag.as_ref().map_or(String::new(), |tag| format!(":{tag}"));
        let digest = self.digest.as_ref().map_or(String::new(), |digest| format!("@{digest}"));
        text.text = format!("{}{tag}{digest}", text.name());
        let strange = self.new_name.as_deref().is_some_and(|name| image::parts(name).1.is_some());
        text.doubt =
            strange.then(|| format!("{}: this `newName` has a tag of its own; take that away there", self.named_at));
        text.tags.push(Said { at: self.at.clone(), by: By::Images });
    }
}

/// Whether the name of an entry matches an image; `None`: that cannot be told.
pub fn image_matches(name: &str, text: &str) -> Option<bool> {
    let (own, tag, _) = image::parts(text);
    let with_tag = tag.map(|tag| format!("{own}:{tag}"));
    let all = [Some(own), with_tag.as_deref(), Some(text)];
    let each: Option<Vec<bool>> = all.into_iter().flatten().map(|text| matches(name, text)).collect();
    each.map(|each| each.contains(&true))
}
