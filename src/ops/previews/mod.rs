//! What instances of previews are made of: their names and their files; nothing here writes.

// Until the verbs use them.
#![cfg_attr(not(test), expect(dead_code))]

pub mod names;
pub mod template;
