//! What is wrong with a file of people, with its place.

use schemars::JsonSchema;
use serde::Serialize;

/// One fault of a file, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fault {
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// The key it is about, as a path: `environments[1].landing`.
    pub key: String,
    pub message: String,
    pub hint: Option<String>,
}
