//! What became of a path or a record, in a word.

use schemars::JsonSchema;
use serde::Serialize;

/// What became of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PathWord {
    Added,
    Modified,
    Deleted,
}
