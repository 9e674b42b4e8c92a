//! State kept in the config repository, text <-> value, one file each.

pub mod baseline;
pub mod envelope;
pub mod evidence;
mod fields;
pub mod hold;
pub mod hotfix;
pub mod json;
pub mod junit;
pub mod preview;
pub mod receipt;
pub mod record;
pub mod statement;
pub mod step;
mod svr;
pub mod told;
