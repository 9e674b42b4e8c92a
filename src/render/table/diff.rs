//! diff: per application the two versions, how far apart they are, the commits, the places.

use super::super::columns::Columns;
use super::super::fold::fold;
use super::super::look::Look;
use super::super::paint::{Tone, cell, count, paint, short, short_or_none};
use super::change::listing;
use super::detail::Detail;
use super::landings;
use super::notes::notes;
use crate::domain::report::{DiffReport, DiffRow, DiffSide};

/// With more differences than this each is one line.
const COMPACT: usize = 10;

/// The report as text.
pub(super) fn report(report: &DiffReport, detail: Detail, look: &Look) -> String {
    let (left, right) = names(&report.left, &report.right);
    let mut out = String::new();
    let differing: Vec<&DiffRow> = report.applications.iter().filter(|row| !row.same).collect();
    let version = |version: Option<&str>| match (detail, version) {
        (Detail::Wide, Some(version)) => version.to_string(),
        _ => short_or_none(version),
    };
    if !differing.is_empty() {
        let mut heads = Columns::headed(&["APP", &left, &right, ""]).whole(detail == Detail::Wide);
        for row in &differing {
            heads.push(vec![
                cell(&row.application, Tone::Strong).title(),
                cell(version(row.left.as_deref()), Tone::Id),
                cell(version(row.right.as_deref()), Tone::Id),
                cell(relation(row, &left), Tone::Plain),
            ]);
        }
        let mut lines = heads.each(look).into_iter();
        let compact = differing.len() > COMPACT && detail == Detail::Normal;
        out.push_str(&format!("{}\n", lines.next().unwrap_or_default()));
        for (line, row) in lines.zip(&differing) {
            out.push_str(&format!("{line}\n"));
            if !compact {
                out.push_str(&below(row, detail, look));
            }
        }
    }
    let same: Vec<&str> =
        report.applications.iter().filter(|row| row.same).map(|row| row.application.as_str()).collect();
    if !same.is_empty() {
        let list = if same.len() > COMPACT && detail == Detail::Normal {
            count(same.len(), "application", "applications")
        } else {
            same.join(", ")
        };
        out.push_str(&format!("{}  {}\n", paint("same", Tone::Faint, look), paint(&list, Tone::Plain, look)));
    }
    if differing.is_empty() {
        out.push_str(&paint(&format!("no difference between {left} and {right}"), Tone::Plain, look));
        out.push('\n');
    }
    // What a build made is shown as it is: of no line of it is anything moved.
    out = fold(&out, look);
    for built in report.rendered.iter().flatten() {
        out.push_str(&format!(
            "\n{}\n",
            paint(&format!("built manifests of {}", built.application), Tone::Strong, look)
        ));
        out.push_str(&unified(&built.diff, look));
    }
    if report.rendered.as_ref().is_some_and(Vec::is_empty) {
        out.push_str("the built manifests are the same\n");
    }
    if let Some(between) = &report.landings {
        out.push_str(&fold(&landings::report(between, look), look));
    }
    out.push_str(&fold(&notes(&report.notes, look), look));
    out
}

/// The sides' names; with their config commits where the environment alone does not tell them apart.
fn names(left: &DiffSide, right: &DiffSide) -> (String, String) {
    let name = |side: &DiffSide| {
        if left.environment == right.environment {
            format!("{}@{}", side.environment, short(&side.commit))
        } else {
            side.environment.clone()
        }
    };
    (name(left), name(right))
}

fn relation(row: &DiffRow, left: &str) -> String {
    let distance = match (row.ahead, row.behind) {
        (Some(0), Some(0)) if row.left.is_some() && row.right.is_some() => "the same commit".to_string(),
        (Some(ahead), Some(0)) if ahead > 0 => format!("{left} is {} ahead", count(ahead, "commit", "commits")),
        (Some(0), Some(behind)) if behind > 0 => format!("{left} is {} behind", count(behind, "commit", "commits")),
        (Some(ahead), Some(behind)) if ahead > 0 => {
            format!("diverged: {left} is {} ahead and {behind} behind", count(ahead, "commit", "commits"))
        }
        _ => String::new(),
    };
    [distance, row.note.clone().unwrap_or_default()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

fn below(row: &DiffRow, detail: Detail, look: &Look) -> String {
    // As in every diff, `+` is what the right side has more.
    let mut out = listing(&row.behind_commits, row.behind, "+", look);
    out.push_str(&listing(&row.ahead_commits, row.ahead, "-", look));
    let mut places = Columns::indented(2).whole(detail == Detail::Wide);
    for site in &row.sites {
        let version = match (&site.version, detail) {
            (Some(version), Detail::Wide) => version.clone(),
            (version, _) => short_or_none(version.as_deref()),
        };
        let mut cells = vec![cell(format!("{}:{}", site.file, site.line), Tone::Faint).path(), cell(version, Tone::Id)];
        if detail == Detail::Wide {
            cells.push(cell(&site.pin, Tone::Plain));
        }
        places.push(cells);
    }
    out.push_str(&places.text(look));
    out
}

/// A unified diff, each line safe and in its colour; its own signs say the same.
fn unified(diff: &str, look: &Look) -> String {
    let tone = |line: &str| match line.as_bytes().first() {
        _ if line.starts_with("+++") || line.starts_with("---") => Tone::Strong,
        Some(b'+') => Tone::Good,
        Some(b'-') => Tone::Bad,
        Some(b'@') => Tone::Id,
        _ => Tone::Plain,
    };
    diff.lines().map(|line| format!("{}\n", paint(line, tone(line), look))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK, id};
    use super::*;
    use crate::domain::report::RenderedDiff;

    #[test]
    fn a_difference_shows_both_versions_the_commits_and_the_places() {
        assert_eq!(
            report(&samples::diff(), Detail::Normal, &LOOK),
            "\
APP       staging  production
checkout  9d3e7aa  41c09b2     staging is 2 commits ahead
  - 9d3e7aa  2 h ago  Mei Lin    fix: retry on 409
  - 77f0c1d  1 d ago  A. Petrov  feat: idempotency keys
  apps/checkout/overlays/staging/kustomization.yaml:14     9d3e7aa
  apps/checkout/overlays/production/kustomization.yaml:14  41c09b2
same  web
"
        );
    }

    #[test]
    fn one_environment_at_two_moments_is_told_apart_by_its_commits() {
        let mut diff = samples::diff();
        diff.left.environment = "production".into();
        diff.left.commit = id("bbbbbbb");
        let shown = report(&diff, Detail::Normal, &LOOK);
        assert!(shown.starts_with("APP       production@bbbbbbb  production@3f2a9c1\n"), "{shown}");
    }

    #[test]
    fn no_difference_says_so() {
        let mut diff = samples::diff();
        diff.applications.remove(0);
        diff.differences = 0;
        assert_eq!(report(&diff, Detail::Normal, &LOOK), "same  web\nno difference between staging and production\n");
    }

    #[test]
    fn built_manifests_follow_line_by_line() {
        let mut diff = samples::diff();
        diff.rendered = Some(vec![RenderedDiff {
            application: "checkout".into(),
            diff: "@@ -1 +1 @@\n-image: a\u{1b}[2J\n+image: b\n".into(),
        }]);
        let shown = report(&diff, Detail::Normal, &Look { colour: true, ..LOOK });
        assert!(shown.contains("\u{1b}[31m-image: a\\u{1b}[2J\u{1b}[0m\n\u{1b}[32m+image: b\u{1b}[0m\n"), "{shown:?}");
    }
}
