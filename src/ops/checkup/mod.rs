//! What `doctor` looks at, a part a file: the clone, people and keys, the rules, the doors at the remote, jobs, sources.

pub mod doors;
pub mod here;
mod hook;
mod jobs;
pub mod people;
pub mod rules;
pub mod sources;
