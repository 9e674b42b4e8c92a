//! One escaper for each sink. Everything from outside passes one on its way out.

mod csv;
mod markdown;
mod terminal;

pub use csv::csv;
pub use markdown::markdown;
pub use terminal::terminal;
