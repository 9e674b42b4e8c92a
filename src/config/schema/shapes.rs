//! The shapes that the schema is made of, each with its description.

use serde_json::{Map, Value, json};

/// A mapping with these keys and no others.
pub fn mapping(what: &str, required: &[&str], properties: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> = properties.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    let mut out =
        json!({ "type": "object", "description": what, "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    out
}

/// A text with something in it.
pub fn text(what: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "description": what })
}

/// The name of an environment, an application or a repository.
pub fn name(what: &str) -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", "description": what })
}

/// The name of a branch.
pub fn branch(what: &str) -> Value {
    json!({ "type": "string", "pattern": "^[^-/ ~^:?*\\[\\\\][^ ~^:?*\\[\\\\]*$", "description": what })
}

/// A path in a repository.
pub fn path(what: &str) -> Value {
    json!({ "type": "string", "pattern": "^[^/\\\\][^\\\\]*$", "not": { "pattern": "(^|/)\\.\\./\\.\\./|^\\.\\./" }, "description": what })
}

/// A span of time: it has a unit.
pub fn duration(what: &str) -> Value {
    json!({ "type": "string", "pattern": "[a-zA-Z]", "description": what })
}

/// How something lands.
pub fn landing(what: &str) -> Value {
    words(&["direct", "merge-request"], what)
}

/// One of these words.
pub fn words(words: &[&str], what: &str) -> Value {
    json!({ "enum": words, "description": what })
}

/// `true` or `false`.
pub fn truth(what: &str) -> Value {
    json!({ "type": "boolean", "description": what })
}

/// A whole number from 1.
pub fn count(what: &str) -> Value {
    json!({ "type": "integer", "minimum": 1, "description": what })
}

/// Names and globs of applications.
pub fn name_patterns(what: &str) -> Value {
    let one = json!({ "type": "string", "pattern": "^!?[A-Za-z0-9*][A-Za-z0-9*._-]{0,99}$", "description": "A name or glob, with `!` for exceptions." });
    list_of(one, what)
}

/// A text, or a list of texts.
pub fn texts(what: &str) -> Value {
    json!({ "description": what, "anyOf": [text("One."), { "type": "array", "items": text("One of them."), "uniqueItems": true }] })
}

/// One item, or a list of them.
pub fn list_of(item: Value, what: &str) -> Value {
    json!({ "description": what, "anyOf": [item.clone(), { "type": "array", "items": item, "uniqueItems": true }] })
}

/// People and groups.
pub fn parties(what: &str) -> Value {
    texts(&format!("{what} A person or group, or a list of them."))
}
