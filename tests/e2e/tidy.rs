//! The plan of the house, read from the sources and from ARCHITECTURE.md: a test fails where one leaves the other.

mod arrows;
mod circles;
mod functions;
mod landing;
mod layout;
mod links;
mod names;
mod page;
pub mod sources;
