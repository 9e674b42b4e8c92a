//! What instances of previews are made of: their names, their files, and their entry in a list; nothing here writes.

// Until the verbs use them.
#![cfg_attr(not(test), expect(dead_code))]

pub mod names;
pub mod register;
pub mod template;
