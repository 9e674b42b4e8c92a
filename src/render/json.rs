//! `-o json`: one object, `schema_version` first, then the report as it stands.

use serde::Serialize;

use crate::domain::report::SCHEMA_VERSION;
use crate::domain::steering::steers;

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

/// The report as JSON. Controls are escaped by the format; other characters that steer too, for a terminal shows JSON as well.
pub(super) fn json<T: Serialize>(report: &T) -> String {
    // Reports are plain structs with text keys: writing them to memory has no way to fail.
    let text = serde_json::to_string_pretty(&Versioned::new(report)).unwrap_or_default();
    // Beyond the first plane JSON takes two.
    let escape = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("{}\n", escaped(&text, escape))
}

/// JSON with an escape for every character that steers; the line breaks between its fields stay.
pub(super) fn escaped(json: &str, escape: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(json.len());
    let mut before = None;
    for c in json.chars() {
        if c != '\n' && steers(c, before) {
            out.push_str(&escape(c));
        } else {
            out.push(c);
        }
        before = Some(c);
    }
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
        report.notes = vec!["a\u{202e}b\u{9b}c\u{e0041}\u{200b}\u{ad}".into()];
        let text = json(&report);
        assert!(text.contains(r"a\u202eb\u009bc\udb40\udc41\u200b\u00ad"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["notes"][0], "a\u{202e}b\u{9b}c\u{e0041}\u{200b}\u{ad}");
    }
}
