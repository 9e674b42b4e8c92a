//! `-o json`: one object, `schema_version` first, then the report as it stands.

use serde::Serialize;

use crate::domain::report::SCHEMA_VERSION;

/// A report under its schema version.
#[derive(Serialize)]
pub(super) struct Versioned<'a, T> {
    schema_version: u32,
    #[serde(flatten)]
    report: &'a T,
}

impl<'a, T> Versioned<'a, T> {
    pub(super) fn new(report: &'a T) -> Self {
        Self { schema_version: SCHEMA_VERSION, report }
    }
}

/// The report as JSON. Control characters are escaped by the format; bidirectional controls too, for a terminal shows JSON as well.
pub(super) fn json<T: Serialize>(report: &T) -> String {
    // Reports are plain structs with text keys: writing them to memory has no way to fail.
    let text = serde_json::to_string_pretty(&Versioned::new(report)).unwrap_or_default();
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::HoldsReport;
    use crate::render::table::samples;

    #[test]
    fn the_version_comes_first_and_the_fields_follow() {
        assert_eq!(json(&HoldsReport { holds: vec![] }), "{\n  \"schema_version\": 1,\n  \"holds\": []\n}\n");
    }

    #[test]
    fn what_reorders_text_is_escaped_and_reads_back() {
        let mut report = samples::change();
        report.notes = vec!["a\u{202e}b\u{9b}c".into()];
        let text = json(&report);
        assert!(text.contains(r"a\u202eb\u009bc"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["notes"][0], "a\u{202e}b\u{9b}c");
    }
}
