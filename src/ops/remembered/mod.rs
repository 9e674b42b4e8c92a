//! What is remembered from one run to the next: every cache. Without it the answers are the same.

pub mod ages;
pub mod arrivals;
pub mod layout;
pub mod memo;
pub mod pins;
pub mod place;
pub mod shelf;
pub mod strangers;
