//! `-o yaml`: the same object as `-o json`.

use serde::Serialize;
use serde_json::Value;

use super::json::{self, Versioned};
use crate::domain::plain::not_a_text;
use crate::domain::steering::steers;

/// The report as one YAML document.
pub(super) fn yaml<T: Serialize>(report: &T) -> String {
    // By way of JSON values: flattened structs and untagged enums then look the same in both formats.
    let value = serde_json::to_value(Versioned::new(report)).unwrap_or_default();
    plain(&value)
}

/// A JSON value as YAML text, without a schema version. Texts with characters that steer are put in double quotes
/// with escapes: its own writer leaves most of them as they are, or breaks lines at them.
pub(super) fn plain(value: &Value) -> String {
    written(value, has_steering)
}

/// As `plain`, for settings that are to be read again: also what some reader takes for a number, a date or a boolean is put
/// in quotes, such as `18:00`.
pub(super) fn file(value: &Value) -> String {
    written(value, |text| has_steering(text) || not_a_text(text).is_some())
}

/// A JSON value as YAML text, with double quotes where they are wanted.
fn written(value: &Value, in_quotes: fn(&str) -> bool) -> String {
    let whole = value.to_string();
    // A word that stands nowhere in it; with its number it marks where a text is put in afterwards.
    let mut word = "escaped".to_string();
    while whole.contains(&word) {
        word.push('x');
    }
    let mut texts = Vec::new();
    let marked = marked(value, &word, in_quotes, &mut texts);
    let written = serde_yaml::to_string(&marked).unwrap_or_default();
    let mut parts = written.split(&word);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        // `-NUMBER-`, and what follows.
        let mut fields = part.splitn(3, '-').skip(1);
        let text = fields.next().and_then(|nth| texts.get(nth.parse::<usize>().ok()?));
        out.push_str(&text.map_or(String::new(), |text| quoted(text)));
        out.push_str(fields.next().unwrap_or_default());
    }
    out
}

/// A text in double quotes: as JSON has it, but for the escapes beyond the first plane.
fn quoted(text: &str) -> String {
    let escape = |c: char| match u32::from(c) {
        code @ 0x1_0000.. => format!("\\U{code:08x}"),
        code => format!("\\u{code:04x}"),
    };
    json::escaped(&Value::from(text).to_string(), escape)
}

/// The value with `WORD-NUMBER-` in the place of every text that belongs in quotes; the number is its place in `texts`.
fn marked(value: &Value, word: &str, in_quotes: fn(&str) -> bool, texts: &mut Vec<String>) -> Value {
    let mut text = |text: &String| {
        if !in_quotes(text) {
            return text.clone();
        }
        texts.push(text.clone());
        format!("{word}-{}-", texts.len() - 1)
    };
    match value {
        Value::String(one) => Value::String(text(one)),
        Value::Array(items) => Value::Array(items.iter().map(|item| marked(item, word, in_quotes, texts)).collect()),
        Value::Object(fields) => {
            let keys: Vec<String> = fields.keys().map(text).collect();
            Value::Object(
                keys.into_iter().zip(fields.values().map(|value| marked(value, word, in_quotes, texts))).collect(),
            )
        }
        other => other.clone(),
    }
}

fn has_steering(text: &str) -> bool {
    let befores = std::iter::once(None).chain(text.chars().map(Some));
    text.chars().zip(befores).any(|(c, before)| c != '\n' && steers(c, before))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn what_steers_does_not_reach_the_terminal_and_reads_back() {
        let odd = "\u{1b}[2J\u{9b}31m\rx\u{202e}y\u{e0041} \\ \"z\"\u{2028}\n\u{ad}";
        let mut report = samples::change();
        report.notes = vec![odd.into(), "escaped-0-".into(), "two\nlines".into()];
        let text = yaml(&report);
        assert!(!has_steering(&text), "{text:?}");
        let value: Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(value["notes"][0], odd);
        assert_eq!((&value["notes"][1], &value["notes"][2]), (&"escaped-0-".into(), &"two\nlines".into()));
        let keyed = serde_json::json!({ (odd): [odd, { "a": odd }], "b": "é" });
        let text = plain(&keyed);
        assert!(!has_steering(&text), "{text:?}");
        assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), keyed);
    }

    #[test]
    fn what_a_reader_could_take_for_something_else_stands_in_quotes_in_a_file() {
        let settings =
            serde_json::json!({ "from": "18:00", "on": "2026-12-21", "words": ["yes", "1234", "fri 16:00", ""] });
        let text = file(&settings);
        assert_eq!(
            text,
            "from: \"18:00\"\n\"on\": \"2026-12-21\"\nwords:\n- \"yes\"\n- \"1234\"\n- fri 16:00\n- \"\"\n"
        );
        assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), settings);
    }

    proptest! {
        #[test]
        fn any_text_reads_back_and_none_steers(odd in any::<String>(), more in "[a\u{202e}\u{200d}\n\t\u{85}:'\"\\\\#-]{0,8}") {
            let value = serde_json::json!({ "one": odd, "two": [more] });
            let text = plain(&value);
            prop_assert!(!has_steering(&text), "{text:?}");
            prop_assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), value);
        }
    }
}
