//! locate, `history --contains`: where a commit is and was, and by which landings it came and went.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint, short, short_or_none};
use super::super::time::moment;
use super::detail::Detail;
use super::history::why;
use super::notes::notes;
use crate::domain::report::{ContainsReport, ContainsRow, HistoryRow, StayReport};

/// A line for each time that it was there, newest first, and for each place where it never was.
pub(super) fn report(report: &ContainsReport, detail: Detail, look: &Look) -> String {
    let wide = detail == Detail::Wide;
    let about = report.subject.as_ref().map(|subject| {
        let when = report.when.map_or(String::new(), |when| format!(", {}", moment(when, look)));
        format!("  {}{when}: {subject}", report.author.as_deref().unwrap_or("-"))
    });
    let head = format!("commit {}{}", short(&report.commit), about.unwrap_or_default());
    let mut out = format!("{}\n", paint(&head, Tone::Plain, look));
    let mut heads = vec!["APP", "ENV", "CONTAINED", "SINCE", "UNTIL", "PIN"];
    heads.extend(wide.then_some(["BROUGHT", "TAKEN"]).into_iter().flatten());
    heads.push("NOTE");
    let mut columns = Columns::headed(&heads).whole(wide);
    for row in &report.rows {
        for stay in each(row) {
            let (answer, tone) = answer(row, stay);
            let time = |when: Option<jiff::Timestamp>| when.map_or_else(|| "-".into(), |when| moment(when, look));
            // What stands there now is of the one time that lasts; of the others it is with what it came.
            let lasts = stay.is_none_or(|stay| stay.taken.is_none());
            let version = if lasts { row.version.as_deref() } else { stay.and_then(|stay| stay.version.as_deref()) };
            let since = match stay {
                Some(stay) if stay.since.is_none() => "before".to_string(),
                _ => time(stay.and_then(|stay| stay.since)),
            };
            let mut cells = vec![
                cell(&row.application, Tone::Strong).title(),
                cell(&row.environment, Tone::Plain).title(),
                cell(answer, tone),
                cell(since, Tone::Faint).ago(),
                cell(time(stay.and_then(|stay| stay.until)), Tone::Faint).ago(),
                cell(short_or_none(version), Tone::Id),
            ];
            if wide {
                let commit = |of: Option<&HistoryRow>| of.map_or_else(|| "-".into(), |row| short(&row.config_commit));
                cells.push(cell(commit(stay.and_then(|stay| stay.brought.as_ref())), Tone::Plain));
                cells.push(cell(commit(stay.and_then(|stay| stay.taken.as_ref())), Tone::Plain));
            }
            cells.push(cell(note(row, stay), Tone::Plain));
            columns.push(cells);
        }
    }
    out.push_str(&columns.text(look));
    out.push_str(&notes(&report.notes, look));
    out
}

/// The lines of a place.
fn each(row: &ContainsRow) -> Vec<Option<&StayReport>> {
    // Of what cannot be read now there may be a past all the same.
    let is_untold = row.contained.is_none() && row.stays.first().is_none_or(|stay| stay.unknown.is_none());
    let now = (row.stays.is_empty() || is_untold).then_some(None);
    now.into_iter().chain(row.stays.iter().map(Some)).collect()
}

fn answer(row: &ContainsRow, stay: Option<&StayReport>) -> (&'static str, Tone) {
    match (stay, row.contained) {
        (Some(stay), _) if stay.unknown.is_some() => ("cannot tell", Tone::Warning),
        (Some(stay), _) if stay.taken.is_some() => ("was", Tone::Plain),
        (Some(_), _) => ("yes", Tone::Good),
        (None, Some(_)) if row.cut => ("not now", Tone::Warning),
        (None, Some(_)) => ("no", Tone::Plain),
        (None, None) => ("cannot tell", Tone::Warning),
    }
}

/// Why it cannot be told, who brought it and who took it out, or where it would come from.
fn note(row: &ContainsRow, stay: Option<&StayReport>) -> String {
    let Some(stay) = stay else {
        let from = row.comes_from.as_ref().map(|from| format!("comes from {from}"));
        let next = row.next.as_ref().map(|next| format!("`{next}`"));
        return [row.note.clone(), from, next].into_iter().flatten().collect::<Vec<_>>().join(": ");
    };
    let brought = stay.brought.as_ref().map(by);
    let taken = stay.taken.as_ref().map(|row| {
        let why = why(&row.verb, row.origin.as_deref(), row.reason.as_deref(), &row.subject);
        let why = if why.is_empty() { why } else { format!(": {why}") };
        format!("out: {}{why}", by(row))
    });
    [stay.unknown.clone(), brought, taken].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A landing in a few words: `r5 promote, Mei Lin`.
fn by(row: &HistoryRow) -> String {
    let rev = row.rev.clone().unwrap_or_else(|| short(&row.config_commit));
    format!("{rev} {}, {}", row.verb, row.by)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK, at, id};
    use super::*;

    fn place(environment: &str, contained: Option<bool>) -> ContainsRow {
        ContainsRow {
            application: "checkout".into(),
            environment: environment.into(),
            contained,
            version: Some(id("41c09b2")),
            ..ContainsRow::default()
        }
    }

    fn of(rows: Vec<ContainsRow>) -> ContainsReport {
        ContainsReport {
            commit: id("77f0c1d"),
            subject: Some("feat: idempotency keys".into()),
            author: Some("A. Petrov".into()),
            when: Some(at("2026-11-20T12:00:00Z")),
            found: Some(true),
            complete: true,
            rows,
            notes: vec![],
        }
    }

    #[test]
    fn each_time_that_it_was_there_has_a_line_with_who_brought_it_and_who_took_it_out() {
        let history = samples::history().changes;
        let (rollback, promote) = (history[0].clone(), history[1].clone());
        let past = StayReport {
            unknown: None,
            since: Some(promote.when),
            until: Some(rollback.when),
            version: Some(id("77f0c1d")),
            brought: Some(promote),
            taken: Some(rollback),
        };
        let now = StayReport { until: None, taken: None, ..past.clone() };
        let report = of(vec![
            ContainsRow { stays: vec![now], ..place("staging", Some(true)) },
            ContainsRow { stays: vec![past], ..place("production", Some(false)) },
        ]);
        assert_eq!(
            super::report(&report, Detail::Normal, &LOOK),
            "\
commit 77f0c1d  A. Petrov, 3 d ago: feat: idempotency keys
APP       ENV         CONTAINED  SINCE    UNTIL       PIN      NOTE
checkout  staging     yes        2 h ago  -           41c09b2  r16 promote, ci-bot
checkout  production  was        2 h ago  12 min ago  77f0c1d  r16 promote, ci-bot; out: r17 rollback, Mei Lin: back to r15: errors, 3 %
"
        );
        let wide = super::report(&report, Detail::Wide, &LOOK);
        assert!(wide.contains("BROUGHT") && wide.contains("bbbbbbb  aaaaaaa"), "{wide}");
    }

    #[test]
    fn what_cannot_be_told_is_neither_a_no_nor_a_was() {
        let unknown = StayReport {
            unknown: Some("`v1-hotfix` names no commit".into()),
            since: None,
            until: None,
            version: None,
            brought: None,
            taken: None,
        };
        let next = Some("stageline promote checkout --to live".to_string());
        let report = of(vec![
            ContainsRow { stays: vec![unknown], ..place("staging", None) },
            ContainsRow { note: Some("no such file".into()), ..place("odd", None) },
            ContainsRow { cut: true, ..place("old", Some(false)) },
            ContainsRow { comes_from: Some("staging".into()), next, ..place("live", Some(false)) },
        ]);
        assert_eq!(
            super::report(&report, Detail::Normal, &LOOK),
            "\
commit 77f0c1d  A. Petrov, 3 d ago: feat: idempotency keys
APP       ENV      CONTAINED    SINCE   UNTIL  PIN      NOTE
checkout  staging  cannot tell  before  -      41c09b2  `v1-hotfix` names no commit
checkout  odd      cannot tell  -       -      41c09b2  no such file
checkout  old      not now      -       -      41c09b2
checkout  live     no           -       -      41c09b2  comes from staging: `stageline promote checkout --to live`
"
        );
    }
}
