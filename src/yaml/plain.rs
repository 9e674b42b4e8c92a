//! Whether a text without quotes is a text to every reader of YAML.

use super::quote::{Context, surely_a_string};

/// Whether any YAML reader takes the text, where it stands without quotes as a value of a block, for a text. In doubt no.
pub fn is_surely_text(text: &str) -> bool {
    surely_a_string(text, Context::Block)
}
