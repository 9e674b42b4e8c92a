//! Telling sinks what landed: each landing once to each, whoever runs and however often.

pub mod commits;
pub mod marks;
pub mod post;
pub mod talk;
pub mod tell;
