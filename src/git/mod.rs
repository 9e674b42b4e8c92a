//! The only place that names git2 or knows git's commands.

mod address;
#[cfg(test)]
mod fixture;
mod graph;
pub mod index;
pub mod land;
pub mod log;
mod mirror;
mod place;
mod program;
mod remote;
pub mod repo;
#[cfg(test)]
mod sample;
pub mod signature;
pub mod snapshot;
pub mod source;
mod splice;
mod store;
pub mod write;
