//! The only place that names git2 or knows git's commands.

mod address;
mod appending;
mod aside;
pub mod baseline;
pub mod by_address;
pub mod cache;
mod carried;
mod chain;
pub mod checkup;
pub mod clock;
pub mod committed;
mod credential;
mod deepen;
mod descendants;
pub mod fetch;
mod fetched;
mod graph;
pub mod growth;
mod heads_of_requests;
pub mod hook;
pub mod index;
pub mod judged;
mod kept;
pub mod land;
pub mod log;
mod loose;
pub mod merged;
mod mirror;
mod opened;
pub mod own;
pub mod own_key;
pub mod past;
pub mod patches;
mod place;
mod program;
mod progress;
pub mod push;
pub mod pushed;
pub mod receipts;
pub mod release_baselines;
mod remote;
pub mod repo;
pub mod requests;
pub mod review;
pub mod sealed_bytes;
mod secrets;
pub mod served;
pub mod signature;
pub mod snapshot;
pub mod source;
mod splice;
mod stand_in;
mod store;
pub mod turn;
pub mod vouched;
mod well_formed;
mod well_formed_tree;
mod work_tree;
pub mod write;

#[cfg(test)]
mod fixture;
#[cfg(all(test, unix))]
mod quarantine;
#[cfg(test)]
mod sample;
