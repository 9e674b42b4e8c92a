//! Marks of what was told, as files of their branch: JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::told::{Mark, MarkWord};

/// A mark as its file has it.
#[derive(Debug, Serialize, Deserialize)]
struct Text {
    id: String,
    sink: String,
    attempt: u32,
    word: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    why: Option<String>,
    at: Timestamp,
    run: String,
}

/// The bytes of its file.
pub fn render(mark: &Mark) -> Vec<u8> {
    let Mark { id, sink, attempt, word, reference, why, at, run } = mark.clone();
    let text = Text { id, sink, attempt, word: word.word().to_string(), reference, why, at, run };
    let mut out = serde_json::to_vec_pretty(&text).unwrap_or_default();
    out.push(b'\n');
    out
}

/// What a file says; `None`: it is no mark.
pub fn parse(bytes: &[u8]) -> Option<Mark> {
    let Text { id, sink, attempt, word, reference, why, at, run } = serde_json::from_slice(bytes).ok()?;
    Some(Mark { id, sink, attempt, word: MarkWord::of(&word)?, reference, why, at, run })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_anything_else_is_none() {
        let mark = Mark {
            id: "8f".repeat(20),
            sink: "slack-1a2b3c4d".into(),
            attempt: 1,
            word: MarkWord::Told,
            reference: Some("1764.5".into()),
            why: None,
            at: "2026-11-24T12:00:00Z".parse().unwrap(),
            run: "5e0c11ab".into(),
        };
        assert_eq!(parse(&render(&mark)), Some(mark.clone()));
        let text = String::from_utf8(render(&mark)).unwrap();
        assert_eq!(parse(text.replace("told", "tld").as_bytes()), None);
        assert_eq!(parse(b"{}"), None);
    }
}
