//! report --evidence, verify --evidence: what a folder holds, and what is wrong with it.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, count, paint};
use super::super::time::moment;
use super::notes::notes;
use super::verify::verdict;
use crate::domain::report::evidence::{EvidenceReport, EvidenceVerdict};

/// What was written.
pub(super) fn written(report: &EvidenceReport, look: &Look) -> String {
    let mut out = format!("{}  {}\n", paint("written", Tone::Strong, look), paint(&report.folder, Tone::Plain, look));
    let span = match (report.since, report.until) {
        (None, None) => "all that landed".to_string(),
        (since, until) => {
            let since = since.map(|at| format!("since {}", moment(at, look)));
            let until = until.map(|at| format!("until {}", moment(at, look)));
            [since, until].into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    };
    let mut lines = Columns::indented(2);
    let signed = if report.signed { "its list of files is" } else { "no: nobody vouches for it" };
    for (name, text) in [
        ("span", span),
        ("holds", held(report.landings, report.statements, report.files)),
        ("signed", signed.to_string()),
    ] {
        lines.push(vec![cell(name, Tone::Faint), cell(text, Tone::Plain)]);
    }
    out.push_str(&lines.text(look));
    out.push_str(&notes(&report.notes, look));
    out
}

fn held(landings: usize, statements: usize, files: usize) -> String {
    format!(
        "{}, {}, {}",
        count(landings, "landing", "landings"),
        count(statements, "statement", "statements"),
        count(files, "file", "files")
    )
}

/// What was found.
pub(super) fn checked(report: &EvidenceVerdict, look: &Look) -> String {
    let mut lines = Columns::indented(0);
    let mut line = |name: &str, text: String| lines.push(vec![cell(name, Tone::Faint), cell(text, Tone::Plain)]);
    line("folder", report.folder.clone());
    line("holds", held(report.landings, report.statements, report.files));
    let key = report.key.as_deref().unwrap_or("nobody");
    let whose = if report.signers.is_empty() { String::new() } else { format!(" ({})", report.signers.join(", ")) };
    line("signed by", format!("{key}{whose}"));
    if report.unvouched > 0 {
        line(
            "unsigned",
            format!("{} that nobody known at its base signed", count(report.unvouched, "landing", "landings")),
        );
    }
    if report.unrecorded > 0 {
        line("unrecorded", format!("{} without a verdict", count(report.unrecorded, "landing", "landings")));
    }
    let mut out = lines.text(look);
    for one in &report.findings {
        let (word, tone) = match verdict(one.verdict) {
            ("refused", tone) => ("wrong", tone),
            other => other,
        };
        let text = format!("{}: {}", one.file, one.says);
        out.push_str(&format!("{} {}\n", paint(&format!("{word}:"), tone, look), paint(&text, Tone::Plain, look)));
    }
    let (word, tone) = verdict(report.verdict);
    out.push_str(&format!("{}\n", paint(if word == "refused" { "not as it was" } else { word }, tone, look)));
    out.push_str(&notes(&report.notes, look));
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{LOOK, checked as verdict, evidence};
    use super::*;

    #[test]
    fn what_was_written_and_what_is_wrong_with_it_are_told_by_file() {
        let text = written(&evidence(), &LOOK);
        assert!(text.starts_with("written  audit\n") && text.contains("2 landings, 1 statement, 9 files"), "{text}");
        let text = checked(&verdict(), &LOOK);
        assert!(text.contains("wrong: commits/1: its hash differs\nnot as it was\n"), "{text}");
        assert!(text.contains("signed by  SHA256:abc (mei@example.com)"), "{text}");
    }
}
