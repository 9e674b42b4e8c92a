//! One escaper for each sink, and the texts that are made with them. Everything from outside passes one on its way out.

mod csv;
mod markdown;
pub mod notes;
pub mod steps;
pub mod template;
mod terminal;

pub use csv::csv;
pub use markdown::{link, markdown};
pub use terminal::terminal;
