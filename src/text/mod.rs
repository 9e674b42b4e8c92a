//! One escaper for each sink, and the texts that are made with them. Everything from outside passes one on its way out.

pub mod arrivals;
mod chat;
mod csv;
mod html;
mod markdown;
pub mod notes;
mod page;
mod slack;
pub mod steps;
pub mod template;
mod terminal;

pub use chat::chat;
pub use csv::csv;
pub use html::html;
pub use markdown::{link, markdown};
pub use page::page;
pub use slack::slack;
pub use terminal::terminal;
