//! The only place that names git2 or knows git's commands.

mod address;
pub mod cache;
mod chain;
mod graph;
pub mod index;
pub mod land;
pub mod log;
mod loose;
mod mirror;
mod opened;
pub mod past;
mod place;
mod program;
mod remote;
pub mod repo;
pub mod signature;
pub mod snapshot;
pub mod source;
mod splice;
mod store;
pub mod write;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod sample;
