//! `stageline.yaml`: text to checked settings, or all faults at once; discovery of layouts without it; the text `init` writes.

pub mod check;
pub mod discover;
pub mod gather;
pub mod hook;
pub mod members;
pub mod proposal;
pub mod schema;
pub mod text;
