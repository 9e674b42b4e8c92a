//! `-o yaml`: the same object as `-o json`.

use serde::Serialize;

use super::json::Versioned;

/// The report as one YAML document. The writer quotes and escapes control characters itself.
pub(super) fn yaml<T: Serialize>(report: &T) -> String {
    // By way of JSON values: flattened structs and untagged enums then look the same in both formats.
    let value = serde_json::to_value(Versioned::new(report)).unwrap_or_default();
    serde_yaml::to_string(&value).unwrap_or_default()
}

/// A JSON value as YAML text, without a schema version.
pub(super) fn plain(value: &serde_json::Value) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::table::samples;

    #[test]
    fn yaml_and_json_are_the_same_object() {
        let report = samples::history();
        let from_yaml: serde_json::Value = serde_yaml::from_str(&yaml(&report)).unwrap();
        let from_json: serde_json::Value = serde_json::from_str(&super::super::json::json(&report)).unwrap();
        assert_eq!(from_yaml, from_json);
    }

    #[test]
    fn an_escape_sequence_does_not_reach_the_terminal() {
        let mut report = samples::change();
        report.notes = vec!["\u{1b}[2J\u{9b}31m\rx\u{202e}y".into()];
        let text = yaml(&report);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}
