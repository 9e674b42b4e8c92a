//! The words of the house as types: pure data, no files, no processes, no clock.

pub mod address;
pub mod change_digest;
pub mod change_list;
pub mod code;
pub mod commit;
pub mod fault;
pub mod files;
pub mod finding;
pub mod growth;
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
#[expect(dead_code)] // Until the verbs use it.
pub mod preview;
pub mod receipt;
pub mod refusal;
pub mod relation;
pub mod report;
pub mod scalar;
pub mod secrets;
pub mod settings;
pub mod signature;
pub mod source_rules;
pub mod standing;
pub mod statement;
pub mod stay;
pub mod steering;
pub mod tag;
pub mod template;
pub mod testimony;
pub mod trailer;
pub mod twins;
pub mod verb;
pub mod version;
pub mod whom;
