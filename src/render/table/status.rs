//! status: applications x environments on one screen.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, short, short_or_none};
use super::super::time::{age, moment};
use super::change::titled;
use super::detail::Detail;
use super::notes::notes;
use super::previews::instances;
use super::requests::waiting;
use crate::domain::report::why::WhyWord;
use crate::domain::report::{HotfixReport, StatusCell, StatusReport, Waits};

/// The matrix; a list of its cells where the matrix is wider than the terminal, or for `-o wide`.
pub(super) fn report(report: &StatusReport, detail: Detail, look: &Look) -> String {
    let mut out = if report.is_of_previews() {
        String::new()
    } else if report.applications.is_empty() {
        "no application is known\n".to_string()
    } else {
        let matrix = matrix(report, look);
        let fits = look.width.is_none_or(|width| matrix.width() <= usize::from(width));
        if fits && detail == Detail::Normal { matrix.text(look) } else { list(report, detail, look).text(look) }
    };
    out.push_str(&instances(&report.previews, detail, look));
    out.push_str(&waiting(&report.requests, look));
    out.push_str(&notes(&report.notes, look));
    out
}

fn matrix(report: &StatusReport, look: &Look) -> Columns {
    let mut heads = vec!["APP"];
    heads.extend(report.environments.iter().map(String::as_str));
    let mut columns = Columns::headed(&heads).keeping_empty();
    for row in &report.applications {
        let mut cells = vec![cell(titled(&row.application, &row.members), Tone::Strong)];
        for environment in &report.environments {
            cells.push(match row.cells.iter().find(|c| c.environment == *environment && c.present) {
                None => cell("-", Tone::Faint),
                Some(found) => {
                    let mut words = vec![version(found, Detail::Normal)];
                    words.extend(found.since.map(|since| age(since, look)));
                    words.extend(distance(found));
                    words.extend(marks(found));
                    words.extend(waits(found, look));
                    cell(words.join(" "), tone(found))
                }
            });
        }
        columns.push(cells);
    }
    columns
}

fn list(report: &StatusReport, detail: Detail, look: &Look) -> Columns {
    let mut columns = Columns::headed(&["APP", "ENV", "PIN", "AGE", "DISTANCE", "NOTE"]).whole(detail == Detail::Wide);
    for row in &report.applications {
        for found in row.cells.iter().filter(|cell| cell.present) {
            let mut said: Vec<String> = marks(found).into_iter().chain(waits(found, look)).collect();
            said.extend(found.hotfix.as_ref().and_then(|hotfix| hotfix.reason.clone()));
            let sites = found.disagree.iter();
            said.extend(
                sites.map(|site| format!("{}:{} {}", site.file, site.line, short_or_none(site.version.as_deref()))),
            );
            said.extend(found.note.clone());
            let against = found.compared_with.as_ref().map(|env| format!(" of {env}")).unwrap_or_default();
            columns.push(vec![
                cell(titled(&row.application, &row.members), Tone::Strong).title(),
                cell(&found.environment, Tone::Plain).title(),
                cell(version(found, detail), tone(found)),
                cell(found.since.map_or_else(|| "-".into(), |since| age(since, look)), Tone::Faint),
                cell(
                    distance(found).map_or_else(|| "-".into(), |distance| format!("{distance}{against}")),
                    Tone::Plain,
                ),
                cell(said.join("; "), Tone::Plain),
            ]);
        }
    }
    columns
}

fn version(cell: &StatusCell, detail: Detail) -> String {
    match &cell.version {
        Some(version) if detail == Detail::Wide => version.clone(),
        Some(version) => short(version),
        None if !cell.disagree.is_empty() => "disagree".into(),
        None if cell.note.is_some() => "unreadable".into(),
        None => "no pin".into(),
    }
}

/// Commits ahead and behind of the environment before: `+1/-2`, `-2`, `=`.
fn distance(cell: &StatusCell) -> Option<String> {
    match (cell.ahead?, cell.behind?) {
        (0, 0) => Some("=".into()),
        (ahead, 0) => Some(format!("+{ahead}")),
        (0, behind) => Some(format!("-{behind}")),
        (ahead, behind) => Some(format!("+{ahead}/-{behind}")),
    }
}

fn marks(cell: &StatusCell) -> Vec<String> {
    let held = cell.held.then(|| "held".to_string());
    held.into_iter().chain(cell.hotfix.as_ref().map(HotfixReport::word)).collect()
}

/// Whether what waits in the environment before could come now.
fn waits(cell: &StatusCell, look: &Look) -> Option<String> {
    let Waits { state, eligible_at, by } = cell.waits.as_ref()?;
    match (state, eligible_at) {
        (WhyWord::Nothing, _) => None,
        (WhyWord::Ready, _) => Some("ready".into()),
        (WhyWord::Unknown, _) => Some("cannot tell".into()),
        (WhyWord::Waiting | WhyWord::Blocked, Some(at)) => Some(format!("blocked until {}", moment(*at, look))),
        (WhyWord::Waiting | WhyWord::Blocked, None) => {
            Some(by.as_ref().map_or_else(|| "blocked".into(), |by| format!("blocked: {by}")))
        }
    }
}

fn tone(cell: &StatusCell) -> Tone {
    match cell {
        cell if !cell.disagree.is_empty() => Tone::Bad,
        cell if cell.held || cell.hotfix.is_some() => Tone::Warning,
        cell if cell.version.is_none() => Tone::Faint,
        _ => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;
    use crate::domain::report::previews::InstancesReport;

    #[test]
    fn the_matrix_has_version_age_distance_and_holds() {
        assert_eq!(
            report(&samples::status(), Detail::Normal, &LOOK),
            "\
APP                staging      production
checkout           9d3e7aa 2 h  41c09b2 3 d -2 held
web (shop, admin)  -            disagree
"
        );
    }

    #[test]
    fn an_environment_with_instances_has_a_line_below_the_matrix() {
        let mut status = samples::status();
        let preview = |count, limit, over| InstancesReport {
            environment: "preview".into(),
            count,
            limit,
            over,
            instances: vec![],
        };
        status.previews = vec![preview(3, Some(20), 1)];
        let told = report(&status, Detail::Normal, &LOOK);
        assert!(told.ends_with("disagree\npreview: 3 previews of at most 20, 1 past its end\n"), "{told}");
        (status.applications, status.environments) = (vec![], vec![]);
        for (preview, wanted) in [
            (preview(0, None, 0), "preview: no previews\n"),
            (preview(1, None, 0), "preview: 1 preview\n"),
            (preview(2, Some(2), 2), "preview: 2 previews of at most 2, 2 past their end\n"),
        ] {
            status.previews = vec![preview];
            assert_eq!(report(&status, Detail::Normal, &LOOK), wanted);
        }
    }

    #[test]
    fn a_narrow_terminal_gets_a_list_and_the_places_that_disagree() {
        assert_eq!(
            report(&samples::status(), Detail::Wide, &LOOK),
            format!(
                "\
APP                ENV         PIN                                       AGE  DISTANCE       NOTE
checkout           staging     {}  2 h  -
checkout           production  {}  3 d  -2 of staging  held
web (shop, admin)  production  disagree                                  -    -              apps/web/overlays/production/v1/kustomization.yaml:3 v1; apps/web/overlays/production/v2/kustomization.yaml:3 v2
",
                samples::id("9d3e7aa"),
                samples::id("41c09b2")
            )
        );
        let narrow = report(&samples::status(), Detail::Normal, &Look { width: Some(30), ..LOOK });
        assert!(narrow.starts_with("APP                ENV"), "{narrow}");
    }

    #[test]
    fn what_waits_is_told_in_a_word_and_what_does_not_is_not() {
        let word = |state, eligible_at: Option<&str>, by: Option<&str>| {
            let mut cell = samples::status().applications[0].cells[1].clone();
            let eligible_at = eligible_at.map(|at| at.parse().unwrap());
            cell.waits = Some(Waits { state, eligible_at, by: by.map(str::to_string) });
            waits(&cell, &LOOK)
        };
        let at = "2026-11-27T12:00:00Z";
        assert_eq!(word(WhyWord::Ready, None, None).as_deref(), Some("ready"));
        assert!(word(WhyWord::Waiting, Some(at), Some("soak")).is_some_and(|word| word.starts_with("blocked until ")));
        assert_eq!(word(WhyWord::Waiting, None, Some("signature")).as_deref(), Some("blocked: signature"));
        assert_eq!(word(WhyWord::Blocked, None, Some("hold")).as_deref(), Some("blocked: hold"));
        assert_eq!(word(WhyWord::Unknown, None, Some("no source")).as_deref(), Some("cannot tell"));
        assert_eq!(word(WhyWord::Nothing, None, None), None);
        assert_eq!(waits(&samples::status().applications[0].cells[1], &LOOK), None);
    }
}
