//! A value on one line of YAML, as people write it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::domain::plain::not_a_text;

/// A value on one line, as people write it.
pub fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let mut out = String::from("{ ");
            for (index, (key, value)) in entries.iter().enumerate() {
                let comma = if index > 0 { ", " } else { "" };
                // Writing to a String cannot fail.
                let _ = write!(out, "{comma}{}: {}", scalar(key), flow(value));
            }
            out.push_str(" }");
            out
        }
        other => other.to_string(),
    }
}

/// A text as YAML: plain where no reader could take it for something else, else in double quotes.
pub fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/' || c == '.')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/_.@+-".contains(c))
        && !text.starts_with("...")
        && not_a_text(text).is_none();
    if plain { text.to_string() } else { Value::String(text.to_string()).to_string() }
}
