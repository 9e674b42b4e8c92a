//! history, `--at`: what landed, and what ran then.

use std::collections::BTreeSet;

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Cell, Tone, cell, paint, short, short_or_none};
use super::super::sheet::word;
use super::super::time::{exact, moment};
use super::detail::Detail;
use super::notes::notes;
use crate::domain::landing;
use crate::domain::report::{ApprovalReport, AtReport, HistoryReport, HistoryRow};
use crate::domain::signature::SignatureWord;
use crate::domain::verb::Verb;

/// The changes, newest first.
pub(super) fn history(report: &HistoryReport, detail: Detail, look: &Look) -> String {
    let wide = detail == Detail::Wide;
    // What was asked for stands in no column; but an application that was renamed has several names.
    let several = |of: fn(&HistoryRow) -> String| report.changes.iter().map(of).collect::<BTreeSet<_>>().len() > 1;
    let app = wide || report.application.is_none() || several(|row| row.application.clone());
    let lived = report.changes.iter().any(|row| row.instance.is_some());
    let env = wide || lived || report.environment.is_none() || several(HistoryRow::place);
    let mut heads = vec!["REV", "WHEN"];
    heads.extend(app.then_some("APP"));
    heads.extend(env.then_some("ENV"));
    heads.extend(wide.then_some("FROM"));
    heads.extend(["PIN", "VERB", "BY"]);
    heads.extend(wide.then_some("MERGED BY"));
    heads.push("REQUEST");
    heads.extend(wide.then_some("APPROVED BY"));
    heads.push("SIGNED");
    heads.extend(wide.then_some("SIGNER"));
    heads.extend(wide.then_some("COMMIT"));
    heads.push("NOTE");
    let mut columns = Columns::headed(&heads).whole(wide).sparing(&["REQUEST", "SIGNED"]).one_line();
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    for row in &report.changes {
        let rev = row.rev.clone().unwrap_or_else(|| short(&row.config_commit));
        let mut cells = vec![
            cell(
                format!("{rev}{}", if row.live { "*" } else { "" }),
                if row.live { Tone::Strong } else { Tone::Plain },
            ),
            cell(moment(row.when, look), Tone::Faint).ago(),
        ];
        cells.extend(app.then(|| cell(&row.application, Tone::Plain).title()));
        cells.extend(env.then(|| cell(row.place(), Tone::Plain).title()));
        cells.extend(wide.then(|| cell(short_or_none(row.from.as_deref()), Tone::Id)));
        cells.push(if row.disagrees {
            cell("disagree", Tone::Bad)
        } else {
            cell(short_or_none(row.to.as_deref()), Tone::Id)
        });
        cells.push(made_by(&row.verb));
        cells.push(cell(&row.by, Tone::Plain).name());
        cells.extend(wide.then(|| cell(or_dash(&row.merged_by), Tone::Plain)));
        let request = cell(or_dash(&row.request), Tone::Plain);
        cells.push(row.request.as_deref().map_or(request.clone(), |number| request.aside(number)));
        let approved = if row.approvals.is_empty() { "-".into() } else { ApprovalReport::names(&row.approvals) };
        cells.extend(wide.then(|| cell(approved, Tone::Plain)));
        cells.push(signed(row.signature));
        cells.extend(wide.then(|| cell(or_dash(&row.signer), Tone::Plain)));
        cells.extend(wide.then(|| cell(short(&row.config_commit), Tone::Plain)));
        cells.push(cell(note(row), Tone::Plain));
        columns.push(cells);
    }
    let mut out = match report.changes.is_empty() {
        true if report.hidden => "no change is visible in this shallow clone\n".to_string(),
        true if report.sifted => "no change that has landed is one of those\n".to_string(),
        true => "no change has landed\n".to_string(),
        false => columns.text(look),
    };
    out.push_str(&notes(&report.notes, look));
    out
}

/// A signature as a cell; one that is not good is told in any case.
fn signed(state: SignatureWord) -> Cell {
    let told = cell(word(&state), signature(state));
    match state {
        SignatureWord::Good => told,
        SignatureWord::None => told.aside("unsigned"),
        _ => told.aside(&format!("signature {}", word(&state))),
    }
}

/// How a signature looks.
pub(super) fn signature(word: SignatureWord) -> Tone {
    match word {
        SignatureWord::Good => Tone::Good,
        SignatureWord::Bad | SignatureWord::Revoked => Tone::Bad,
        SignatureWord::Untrusted | SignatureWord::Expired | SignatureWord::Unknown => Tone::Warning,
        SignatureWord::None => Tone::Faint,
    }
}

/// Where it came from and why, with what else is odd about it.
fn note(row: &HistoryRow) -> String {
    let hotfix = row.hotfix.then(|| "hotfix".to_string());
    let renamed = row.renamed_from.as_ref().map(|name| format!("renamed from {name}"));
    let overrides = (!row.overrides.is_empty()).then(|| {
        // The gate stands first.
        let gates: Vec<&str> = row.overrides.iter().filter_map(|one| one.split_whitespace().next()).collect();
        format!("overrides {}", gates.join(", "))
    });
    let why = why(&row.verb, row.origin.as_deref(), row.reason.as_deref(), &row.subject);
    [hotfix, renamed, overrides, Some(why)]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

/// Where a change came from and why; a hand edit's own subject, which is all that is known of it.
pub(super) fn why(verb: &str, origin: Option<&str>, reason: Option<&str>, subject: &str) -> String {
    let origin = origin.map(|origin| {
        // `staging@<config commit>`: the environment is what a reader looks for.
        let origin = origin.split_once('@').map_or_else(|| short(origin), |(env, _)| env.to_string());
        if Verb::of(verb) == Some(Verb::Rollback) { format!("back to {origin}") } else { format!("from {origin}") }
    });
    let said = reason.or((verb == landing::BY_HAND).then_some(subject)).map(str::to_string);
    [origin, said].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

/// What made a change, as a cell.
pub(super) fn made_by(verb: &str) -> Cell {
    match verb {
        landing::BY_HAND => cell("(by hand)", Tone::Warning),
        verb => cell(verb, Tone::Plain),
    }
}

/// What ran at a moment.
pub(super) fn at(report: &AtReport, detail: Detail, look: &Look) -> String {
    let tips: Vec<String> = report.commits.iter().map(|commit| short(commit)).collect();
    let of = if tips.is_empty() { String::new() } else { format!(" (config {})", tips.join(", ")) };
    let mut out = format!("{}\n", paint(&format!("at {}{of}", exact(report.at)), Tone::Plain, look));
    let wide = detail == Detail::Wide;
    let mut heads = vec!["APP", "ENV", "PIN", "SINCE", "VERB", "BY"];
    heads.extend(wide.then_some(["MERGED BY", "REQUEST", "SIGNED", "SIGNER", "LANDING"]).into_iter().flatten());
    heads.push("NOTE");
    let mut columns = Columns::headed(&heads).whole(wide);
    let or_dash = |text: &Option<String>| cell(text.as_deref().unwrap_or("-"), Tone::Plain);
    for row in &report.rows {
        let version = if row.disagrees {
            "disagree".into()
        } else if wide {
            row.version.clone().unwrap_or_else(|| "none".into())
        } else {
            short_or_none(row.version.as_deref())
        };
        let mut cells = vec![
            cell(&row.application, Tone::Strong),
            cell(row.place(), Tone::Plain),
            cell(version, Tone::Id),
            cell(row.since.map_or_else(|| "-".into(), |since| moment(since, look)), Tone::Faint),
            made_by(row.verb.as_deref().unwrap_or("-")),
            or_dash(&row.by),
        ];
        if wide {
            let signed = row.signature.map_or(cell("-", Tone::Plain), |one| cell(word(&one), signature(one)));
            cells.extend([or_dash(&row.merged_by), or_dash(&row.request), signed, or_dash(&row.signer)]);
            cells.push(or_dash(&row.landing));
        }
        let said = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let (verb, subject) = (said(&row.verb), said(&row.subject));
        cells.push(cell(why(&verb, row.origin.as_deref(), row.reason.as_deref(), &subject), Tone::Plain));
        columns.push(cells);
    }
    out.push_str(&columns.text(look));
    out.push_str(&notes(&report.notes, look));
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK, PIPE, at as moment_of, id};
    use super::*;
    use crate::domain::report::AtRow;

    #[test]
    fn a_history_is_one_line_a_change_and_marks_what_is_live() {
        assert_eq!(
            history(&samples::history(), Detail::Normal, &LOOK),
            "\
REV   WHEN        PIN        VERB       BY         REQUEST  SIGNED  NOTE
r17*  12 min ago  41c09b2    rollback   Mei Lin    !812     good    back to r15: errors, 3 %
r16   2 h ago     77f0c1d    promote    ci-bot     !809     good    from staging
r15   2 d ago     v1-hotfix  (by hand)  A. Petrov  -        none    hotfix
"
        );
    }

    #[test]
    fn two_applications_get_a_column_and_an_incomplete_history_shows_commits() {
        let mut report = samples::history();
        report.complete = false;
        report.changes[1].application = "web".into();
        report.changes.iter_mut().for_each(|row| row.rev = None);
        let shown = history(&report, Detail::Normal, &PIPE);
        assert!(shown.starts_with("REV       WHEN                  APP       PIN"), "{shown}");
        assert!(shown.contains("\naaaaaaa*  2026-11-23T11:48:00Z  checkout  41c09b2"), "{shown}");
    }

    #[test]
    fn sites_that_disagree_are_not_shown_as_no_pin() {
        let mut report = samples::history();
        (report.changes[2].to, report.changes[2].disagrees) = (None, true);
        assert!(history(&report, Detail::Normal, &LOOK).contains("r15   2 d ago     disagree  (by hand)"));
        report.changes[2].disagrees = false;
        assert!(history(&report, Detail::Normal, &LOOK).contains("r15   2 d ago     none     (by hand)"));
    }

    #[test]
    fn an_origin_with_its_config_commit_shows_the_environment() {
        let mut report = samples::history();
        report.changes[1].origin = Some(format!("staging@{}", id("3f2a9c1")));
        assert!(history(&report, Detail::Normal, &LOOK).contains("good    from staging\n"));
    }

    #[test]
    fn the_pins_of_a_moment_stand_under_it() {
        let mut report = AtReport {
            at: moment_of("2026-11-21T12:00:00Z"),
            commits: vec![id("ccccccc")],
            rows: vec![AtRow {
                application: "checkout".into(),
                environment: "production".into(),
                version: Some(id("41c09b2")),
                disagrees: false,
                since: Some(moment_of("2026-11-20T12:00:00Z")),
                config_commit: id("bbbbbbb"),
                landing: Some(id("bbbbbbb")),
                verb: Some("rollback".into()),
                by: Some("Mei Lin".into()),
                request: Some("!812".into()),
                signature: Some(SignatureWord::Good),
                signer: Some("mei@example.com".into()),
                origin: Some("r15".into()),
                reason: Some("errors".into()),
                ..AtRow::default()
            }],
            notes: vec![],
        };
        assert_eq!(
            at(&report, Detail::Normal, &LOOK),
            "\
at 2026-11-21T12:00:00Z (config ccccccc)
APP       ENV         PIN      SINCE    VERB      BY       NOTE
checkout  production  41c09b2  3 d ago  rollback  Mei Lin  back to r15: errors
"
        );
        report.rows[0].reason = Some("errors, and more than anybody wants to read on one line".into());
        let narrow = at(&report, Detail::Normal, &Look { width: Some(80), ..LOOK });
        assert!(
            narrow.lines().all(|line| line.chars().count() <= 80) && narrow.contains("back to r15: err"),
            "{narrow}"
        );
        let wide = at(&report, Detail::Wide, &LOOK);
        for told in ["!812", "good", "mei@example.com", &id("bbbbbbb")] {
            assert!(wide.contains(told), "{told}: {wide}");
        }
        // Where a shallow clone hides the landing, nothing of it is told.
        report.rows[0] =
            AtRow { landing: None, verb: None, by: None, origin: None, reason: None, ..report.rows[0].clone() };
        assert!(
            at(&report, Detail::Normal, &LOOK).ends_with("3 d ago  -     -\n"),
            "{}",
            at(&report, Detail::Normal, &LOOK)
        );
    }
}
