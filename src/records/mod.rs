//! State kept in the config repository, text <-> value, one file each.

pub mod hold;
pub mod receipt;
