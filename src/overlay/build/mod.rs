//! What a kustomization builds, as far as its images and other texts go: each with the places that decided it.

mod chosen;
mod generate;
mod images;
mod labels;
mod layer;
mod patch;
mod pattern;
mod piece;
mod replace;
mod resource;
mod state;

pub use images::Entry;
pub use layer::{Builder, Extra, documents};
pub use piece::{By, Piece, Place, Said, Source};
pub use replace::selector;
pub use resource::{Field, Resource};
pub use state::{Standing, State};
