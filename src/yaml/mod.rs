//! Byte-exact edits of YAML files: route, locate, splice, prove. Text in, text out; knows nothing of environments.

mod action;
pub mod apart;
#[cfg(test)]
mod cases;
pub mod edit;
mod events;
mod fault;
mod inside;
mod lines;
pub mod locate;
pub mod plain;
#[cfg(test)]
mod properties;
mod prove;
mod quote;
mod render;
pub mod route;
pub mod scalars;
mod splice;
mod structure;
mod style;
pub mod tree;
