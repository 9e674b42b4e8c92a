//! Byte-exact edits of YAML files: route, locate, splice, prove. Text in, text out; knows nothing of environments.

pub mod edit;
mod events;
pub mod route;
pub mod tree;
