//! Errors: a sentence, what belongs to it and the next command for people; one object for machines.

use schemars::JsonSchema;
use serde::Serialize;

use super::look::Look;
use super::paint::{Tone, paint};
use crate::domain::refusal::{Code, Error};
use crate::domain::secrets::without_secrets;

/// What stands on stdout instead of a report.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ErrorReport {
    pub(super) error: ErrorBody,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ErrorBody {
    /// A stable word: `held`, `would-lose-commits`, `usage`.
    pub(super) code: Code,
    pub(super) kind: Kind,
    pub(super) message: String,
    /// Places, candidates, commits.
    pub(super) details: Vec<String>,
    /// What to do next.
    pub(super) hints: Vec<String>,
    /// The exit code of the process.
    pub(super) exit: u8,
}

/// Which kind of end it is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// The answer is no.
    Refused,
    /// The request, the configuration or a file is wrong.
    Invalid,
    /// It cannot be known, or not yet.
    CannotTell,
    /// The other side wants to know who we are.
    Unauthenticated,
    /// Somebody else was first.
    Raced,
    /// A signal ended it.
    Interrupted,
    /// Something outside broke.
    Failed,
}

impl ErrorReport {
    pub(super) fn new(error: &Error, exit: u8) -> Self {
        let refusal = error.refusal();
        // What others said is clean already; this is for what an error quotes of files and of the command line.
        let clean = |lines: Vec<String>| lines.iter().map(|line| without_secrets(line)).collect();
        let kind = match error {
            Error::Refused(_) => Kind::Refused,
            Error::Invalid(_) => Kind::Invalid,
            Error::CannotTell(_) => Kind::CannotTell,
            Error::Unauthenticated(_) => Kind::Unauthenticated,
            Error::Raced(_) => Kind::Raced,
            Error::Interrupted(_) => Kind::Interrupted,
            Error::Failed(_) => Kind::Failed,
        };
        Self {
            error: ErrorBody {
                code: refusal.code,
                kind,
                message: without_secrets(&refusal.message),
                details: clean(refusal.details),
                hints: clean(refusal.hints),
                exit,
            },
        }
    }
}

/// `error:`, indented details, `hint:` lines.
pub(super) fn text(report: &ErrorReport, look: &Look) -> String {
    let error = &report.error;
    refusal(&error.message, &error.details, &error.hints, look)
}

/// The same for one reason among several.
pub(super) fn refusal(message: &str, details: &[String], hints: &[String], look: &Look) -> String {
    let mut out = format!("{} ", paint("error:", Tone::Bad, look));
    // A message of several lines (a program's words) stays several lines, each made safe.
    let mut lines = message.lines();
    out.push_str(&paint(lines.next().unwrap_or_default(), Tone::Plain, look));
    out.push('\n');
    for line in lines.chain(details.iter().flat_map(|detail| detail.lines())) {
        out.push_str(&format!("  {}\n", paint(line, Tone::Plain, look)));
    }
    for hint in hints {
        out.push_str(&format!("{} {}\n", paint("hint:", Tone::Id, look), paint(hint, Tone::Plain, look)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::Refusal;
    use crate::render::table::samples::LOOK;
    use crate::render::{Format, error};

    fn held() -> Error {
        Refusal::new(Code::Held, "`checkout` is held in `production`")
            .detail("since 2 h by Mei Lin: errors\u{7}")
            .hint("stageline hold lift checkout --env production")
            .refused()
    }

    #[test]
    fn people_get_the_sentence_its_details_and_the_next_command() {
        assert_eq!(
            error(&held(), 1, Format::Table, &LOOK),
            "\
error: `checkout` is held in `production`
  since 2 h by Mei Lin: errors\\u{7}
hint: stageline hold lift checkout --env production
"
        );
    }

    #[test]
    fn an_address_that_an_error_quotes_has_no_secret() {
        let quoting = Refusal::new(Code::HoldsUnread, "there is `https://mei:s3cret@h.example/x`")
            .detail("web.yaml:6: `https://h.example/x?private_token=s3cret`")
            .hint("git ls-remote https://s3cret@h.example/x")
            .invalid();
        for format in [Format::Table, Format::Json, Format::Yaml] {
            let text = error(&quoting, 2, format, &LOOK);
            assert!(!text.contains("s3cret") && text.contains("https://h.example/x"), "{text}");
        }
    }

    #[test]
    fn machines_get_one_object_with_the_exit_code() {
        let value: serde_json::Value = serde_json::from_str(&error(&held(), 1, Format::Json, &LOOK)).unwrap();
        assert_eq!(value["schema_version"], 1);
        assert_eq!(value["error"]["code"], "held");
        assert_eq!(value["error"]["kind"], "refused");
        assert_eq!(value["error"]["exit"], 1);
    }
}
