//! The words of the house as types: pure data, no files, no processes, no clock.

pub mod address;
pub mod change_digest;
pub mod change_list;
pub mod code;
pub mod commit;
pub mod fault;
pub mod files;
pub mod hex;
pub mod history;
pub mod hold;
pub mod image;
pub mod inert;
pub mod landing;
#[cfg(test)]
pub mod memory;
pub mod names;
pub mod path;
pub mod pin;
pub mod plain;
pub mod plan;
pub mod refusal;
pub mod relation;
pub mod report;
pub mod scalar;
pub mod secrets;
pub mod settings;
pub mod signature;
pub mod source_rules;
pub mod standing;
pub mod stay;
pub mod steering;
pub mod tag;
pub mod template;
pub mod trailer;
pub mod verb;
pub mod version;
