//! One scalar that changes, as people and machines are told of it.

use schemars::JsonSchema;
use serde::Serialize;

/// One scalar that changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SiteEdit {
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// What is written there: `newTag`, `digest`, `images[name=web]`.
    pub key: String,
    pub from: Option<String>,
    pub to: Option<String>,
}
