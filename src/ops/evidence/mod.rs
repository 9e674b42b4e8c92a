//! A folder for an auditor: what landed, what was said of it and by whose keys; and its check, which needs no repository.

pub mod check;
pub mod folder;
pub mod gather;
