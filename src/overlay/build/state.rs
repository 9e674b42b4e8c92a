//! What a build has come to after a layer: the objects, and what is not known of them.

use std::collections::BTreeSet;

use super::piece::{Piece, Place, Said, Text};
use super::resource::{Field, Resource};

/// The objects so far, and what is not known of them.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub resources: Vec<Resource>,
    /// Why there may be objects besides.
    pub missing: Vec<String>,
    /// Why the objects may say something else.
    pub unsure: Vec<String>,
    /// Whether a `configurations:` names more places of images.
    pub is_loose: bool,
    /// Texts that a layer took out.
    pub gone: Vec<Gone>,
    /// The entries of `images:` that match perhaps.
    pub maybe: BTreeSet<Place>,
    /// The entries of `images:` that match nothing.
    pub unmatched: Vec<Unmatched>,
}

/// A text that a layer took out.
#[derive(Debug, Clone)]
pub struct Gone {
    pub tags: Vec<Said>,
    pub by: Said,
}

/// An entry of `images:` that matches nothing, and the images that stand there.
#[derive(Debug, Clone)]
pub struct Unmatched {
    /// Where its version stands, or the entry itself.
    pub at: Place,
    pub names: Vec<Standing>,
}

/// The name of an image at some layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub name: String,
    pub by: Said,
    pub was: Vec<String>,
    pub field: Field,
}

impl State {
    /// Takes in what another layer came to.
    pub fn add(&mut self, other: State) {
        self.resources.extend(other.resources);
        self.missing.extend(other.missing);
        self.unsure.extend(other.unsure);
        self.is_loose |= other.is_loose;
        self.gone.extend(other.gone);
        self.maybe.extend(other.maybe);
        self.unmatched.extend(other.unmatched);
    }

    /// Notes that a piece goes, and who takes it out.
    pub fn lose(gone: &mut Vec<Gone>, piece: &Piece, by: &Said) {
        piece.texts(&mut |text: &Text| gone.push(Gone { tags: text.tags.clone(), by: by.clone() }));
    }

    /// Doubts every text of every object.
    pub fn doubt(&mut self, why: &str) {
        for resource in &mut self.resources {
            resource.root.texts_mut(&mut |text| text.doubt = Some(why.to_string()));
        }
    }

    /// The names of the images, each once in each kind of field.
    pub fn standing(&mut self) -> Vec<Standing> {
        let mut out: Vec<Standing> = Vec::new();
        for resource in &mut self.resources {
            resource.images(&mut |text, field| {
                let is_new = out.iter().all(|known| known.name != text.name() || known.field != field);
                if let (true, Some(by)) = (is_new, text.names.last()) {
                    out.push(Standing { name: text.name().to_string(), by: by.clone(), was: text.was.clone(), field });
                }
            });
        }
        out
    }
}
