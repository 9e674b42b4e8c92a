//! Instances of ephemeral environments: made from a template, and judged by making them again.

pub mod asked;
pub mod due;
pub mod edits;
pub mod grounds;
pub mod made;
mod names;
pub mod newer;
pub mod orphans;
pub mod pages;
mod pins;
pub mod register;
pub mod survey;
mod template;
pub mod told;
