//! attest: one statement with what it counts for, or all of them, newest first.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint, short};
use super::super::time::moment;
use super::detail::Detail;
use super::notes::notes;
use crate::domain::report::statements::{
    AttestReport, SaidWord, StatementReport, StatementWord, StatementsReport, StatusWord,
};

/// One that was made.
pub(super) fn report(report: &AttestReport, look: &Look) -> String {
    let one = &report.statement;
    let (word, tone) = word(one);
    let mut head: Vec<String> = what(one).iter().map(|part| paint(part, Tone::Strong, look)).collect();
    head.push(paint(&word, tone, look));
    let mut out = format!("{}\n", head.join("  "));
    let mut lines = Columns::indented(2);
    let mut line = |name: &str, text: String| lines.push(vec![cell(name, Tone::Faint), cell(text, Tone::Plain)]);
    line("file", one.path.clone());
    line("signed by", people(one));
    let tests = [("passed", &one.passed_tests), ("failed", &one.failed_tests)];
    let tests: Vec<String> =
        tests.iter().filter(|(_, all)| !all.is_empty()).map(|(word, all)| format!("{} {word}", all.len())).collect();
    if !tests.is_empty() {
        line("tests", tests.join(", "));
    }
    let counts = if one.counts { one.counts_for.join(", ") } else { "nothing".to_string() };
    line("counts for", counts);
    let place = report.remote.as_ref().map_or(String::new(), |remote| format!(" of {remote}"));
    match (&one.arrived, report.stage) {
        (Some(commit), SaidWord::Landed) => line("landed", format!("{} on {}{place}", short(commit), report.branch)),
        _ => line("would go to", format!("{}{place}; nothing was written", report.branch)),
    }
    out.push_str(&lines.text(look));
    out.push_str(&notes(&report.notes, look));
    out
}

/// All of them.
pub(super) fn list(report: &StatementsReport, detail: Detail, look: &Look) -> String {
    let mut out = if report.statements.is_empty() { "no statements\n".to_string() } else { String::new() };
    let wide = detail == Detail::Wide;
    if !report.statements.is_empty() {
        let mut heads = vec!["STATEMENT", "WHEN", "SAYS", "OF", "BY", "COUNTS FOR"];
        heads.extend(wide.then_some("FILE"));
        let mut columns = Columns::headed(&heads).whole(wide);
        for one in &report.statements {
            let (word, tone) = word(one);
            let counts = match &one.why_not {
                Some(why) => cell(format!("nothing: {why}"), Tone::Faint),
                None => cell(one.counts_for.join(", "), Tone::Plain),
            };
            let mut cells = vec![
                cell(one.name().get(..14).unwrap_or(one.name()), Tone::Strong),
                cell(one.arrived_at.map_or(String::new(), |at| moment(at, look)), Tone::Faint).ago(),
                cell(word, tone),
                cell(what(one).join(" "), Tone::Plain),
                cell(people(one), Tone::Plain).name(),
                counts,
            ];
            cells.extend(wide.then(|| cell(&one.path, Tone::Faint)));
            columns.push(cells);
        }
        out.push_str(&columns.text(look));
    }
    out.push_str(&notes(&report.notes, look));
    out
}

/// What a statement says, in a word.
fn word(one: &StatementReport) -> (String, Tone) {
    match (one.kind, one.status) {
        (StatementWord::Check, Some(StatusWord::Passed)) => ("passed".to_string(), Tone::Good),
        (StatementWord::Check, Some(StatusWord::Warned)) => ("warned".to_string(), Tone::Warning),
        (StatementWord::Check, Some(StatusWord::Failed)) => ("failed".to_string(), Tone::Bad),
        (StatementWord::Approval, _) => ("approved".to_string(), Tone::Good),
        (StatementWord::Override, _) => {
            (format!("overrides {}", one.gate.as_deref().unwrap_or("a gate")), Tone::Warning)
        }
        (StatementWord::Record, _) => {
            let said = one.verdict.clone().unwrap_or_default();
            let tone = if said.starts_with("pass") { Tone::Good } else { Tone::Bad };
            (format!("records {said}"), tone)
        }
        (StatementWord::Withdrawal, _) => ("withdrawn".to_string(), Tone::Warning),
        (StatementWord::Check | StatementWord::Unreadable, _) => ("unreadable".to_string(), Tone::Bad),
    }
}

/// What a statement is about.
fn what(one: &StatementReport) -> Vec<String> {
    let change = one.change.as_deref().map(|id| format!("change {}", id.get(..12).unwrap_or(id)));
    let withdraws = one.withdraws.as_deref().map(|path| {
        let file = path.rsplit('/').next().unwrap_or(path);
        file.get(..14).unwrap_or(file).to_string()
    });
    let parts = [
        one.application.clone(),
        one.commit.as_deref().map(short),
        one.environment.clone(),
        one.check.clone(),
        change,
        one.target.clone(),
        withdraws,
    ];
    parts.into_iter().flatten().collect()
}

fn people(one: &StatementReport) -> String {
    let all = if one.people.is_empty() { &one.signers } else { &one.people };
    if all.is_empty() { "nobody known".to_string() } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{LOOK, at, id};
    use super::*;

    fn smoke() -> StatementReport {
        StatementReport {
            kind: StatementWord::Check,
            application: Some("web".into()),
            commit: Some(id("9d3e7aa")),
            check: Some("smoke".into()),
            environment: Some("staging".into()),
            status: Some(StatusWord::Passed),
            passed_tests: vec!["a".into(), "b".into()],
            arrived: Some(id("aaaaaaa")),
            arrived_at: Some(at("2026-11-23T11:48:00Z")),
            signers: vec!["ci@example.com".into()],
            people: vec!["ci".into()],
            counts: true,
            counts_for: vec!["production".into()],
            ..StatementReport::at_path("checks/web-1/9d/9d3e/check-1a2b3c4d5e6f7081.json".into())
        }
    }

    #[test]
    fn one_that_was_made_says_its_file_its_signer_and_what_it_counts_for() {
        let mut made = AttestReport {
            verb: "attest".into(),
            stage: SaidWord::Landed,
            statement: smoke(),
            branch: "stageline/attestations".into(),
            remote: Some("origin".into()),
            notes: vec!["x".into()],
        };
        assert_eq!(
            report(&made, &LOOK),
            "\
web  9d3e7aa  staging  smoke  passed
  file        checks/web-1/9d/9d3e/check-1a2b3c4d5e6f7081.json
  signed by   ci
  tests       2 passed
  counts for  production
  landed      aaaaaaa on stageline/attestations of origin
note: x
"
        );
        made.stage = SaidWord::Planned;
        assert!(report(&made, &LOOK).contains("nothing was written"));
    }

    #[test]
    fn the_list_says_why_one_does_not_count() {
        let mut gone = smoke();
        (gone.counts, gone.why_not) = (false, Some("it was said before\u{1b}[2J".into()));
        let all = StatementsReport {
            statements: vec![smoke(), gone],
            branch: "stageline/attestations".into(),
            commit: None,
            notes: vec![],
        };
        assert_eq!(
            list(&all, Detail::Normal, &LOOK),
            "\
STATEMENT       WHEN        SAYS    OF                         BY  COUNTS FOR
check-1a2b3c4d  12 min ago  passed  web 9d3e7aa staging smoke  ci  production
check-1a2b3c4d  12 min ago  passed  web 9d3e7aa staging smoke  ci  nothing: it was said before\\u{1b}[2J
"
        );
    }
}
