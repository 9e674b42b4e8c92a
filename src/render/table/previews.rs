//! preview list, preview prune: which instances there are, whose, until when, and what should not be there.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint};
use super::super::time::moment;
use super::change;
use super::detail::Detail;
use super::notes::notes;
use crate::domain::report::PruneReport;
use crate::domain::report::previews::{
    InstanceChanged, InstancesReport, LeakReport, LivesWord, PreviewReport, PreviewedReport, PreviewsReport,
};

/// One line an instance, then what no instance accounts for.
pub(super) fn list(report: &PreviewsReport, detail: Detail, look: &Look) -> String {
    let mut out = match report.previews.as_slice() {
        [] => "there is no preview\n".to_string(),
        all => rows(all, detail, look),
    };
    out.push_str(&leaks(&report.leaks, look));
    out + &notes(&report.notes, look)
}

/// How many instances each environment has, a line each; and which, where that was asked for.
pub(super) fn instances(all: &[InstancesReport], detail: Detail, look: &Look) -> String {
    let mut out = String::new();
    for InstancesReport { environment, count, limit, over, instances } in all {
        let count = match count {
            0 => "no previews".to_string(),
            1 => "1 preview".to_string(),
            count => format!("{count} previews"),
        };
        let limit = limit.map_or(String::new(), |limit| format!(" of at most {limit}"));
        let over = match over {
            0 => String::new(),
            1 => ", 1 past its end".to_string(),
            over => format!(", {over} past their end"),
        };
        out.push_str(&format!("{}\n", paint(&format!("{environment}: {count}{limit}{over}"), Tone::Plain, look)));
        if !instances.is_empty() {
            out.push_str(&rows(instances, detail, look));
        }
    }
    out
}

/// What went, or is due, and what should not be there.
pub(super) fn prune(report: &PruneReport, detail: Detail, look: &Look) -> String {
    let mut out = over(&report.due, look);
    for change in &report.changes {
        out.push_str(&change::report(change, detail, look));
    }
    out.push_str(&leaks(&report.leaks, look));
    if out.is_empty() && report.unknown.is_empty() && report.notes.is_empty() {
        out.push_str("every preview is still needed\n");
    }
    for one in &report.unknown {
        let why = one.reason.as_deref().unwrap_or_default();
        let what = format!("{}/{}: {why}", one.environment, one.instance);
        out.push_str(&format!("{} {}\n", paint("cannot tell", Tone::Warning, look), paint(&what, Tone::Plain, look)));
    }
    out + &notes(&report.notes, look)
}

fn rows(all: &[PreviewReport], detail: Detail, look: &Look) -> String {
    let wide = detail == Detail::Wide;
    let mut heads = vec!["PREVIEW", "RUNS", "SINCE", "UNTIL"];
    heads.extend(wide.then_some("BY"));
    let asked = all.iter().any(|one| one.lives != LivesWord::Unknown);
    heads.extend(asked.then_some("NEEDED"));
    heads.extend(["REQUEST", "AT"]);
    let mut columns = Columns::headed(&heads).whole(wide);
    for one in all {
        let runs: Vec<String> =
            one.applications.iter().map(|app| format!("{} {}", app.application, short(&app.version))).collect();
        let until = match (one.until, one.lives) {
            (None, LivesWord::Due) => "now".to_string(),
            (None, _) => "no end".to_string(),
            (Some(until), LivesWord::Due) => format!("{} (due)", moment(until, look)),
            (Some(until), _) => moment(until, look),
        };
        let mut cells = vec![
            cell(format!("{}/{}", one.environment, one.instance), Tone::Strong),
            cell(runs.join(", "), Tone::Plain),
            cell(moment(one.since, look), Tone::Faint).ago(),
            cell(until, if one.lives == LivesWord::Due { Tone::Warning } else { Tone::Plain }),
        ];
        cells.extend(wide.then(|| cell(&one.by, Tone::Plain).name()));
        let needed = match one.lives {
            LivesWord::Yes => "yes",
            LivesWord::Due => "no",
            LivesWord::Unknown => "unknown",
        };
        cells.extend(asked.then(|| cell(needed, Tone::Plain)));
        cells.push(cell(one.request.as_deref().unwrap_or("-"), Tone::Plain));
        cells.push(cell(one.addresses.first().map_or("-", String::as_str), Tone::Plain));
        columns.push(cells);
    }
    columns.text(look) + &over(all, look)
}

/// Those that have come to their end, with the reason, one a line.
pub(super) fn over(all: &[PreviewReport], look: &Look) -> String {
    let line = |one: &PreviewReport| {
        let what = format!("{}/{}: {}", one.environment, one.instance, one.reason.as_deref().unwrap_or_default());
        format!("{} {}\n", paint("due", Tone::Warning, look), paint(&what, Tone::Plain, look))
    };
    all.iter().filter(|one| one.lives == LivesWord::Due).map(line).collect()
}

/// What a landing did to instances, one application a line.
pub(super) fn changed(all: &[InstanceChanged], look: &Look) -> String {
    let version = |all: &[PreviewedReport], app: &str| {
        let one = all.iter().find(|one| one.application == app);
        one.map_or("none".to_string(), |one| short(&one.version))
    };
    let mut columns = Columns::indented(0);
    for one in all {
        let mut apps: Vec<&str> = one.before.iter().chain(&one.after).map(|app| app.application.as_str()).collect();
        apps.sort_unstable();
        apps.dedup();
        for app in apps {
            let text = format!("{} -> {}", version(&one.before, app), version(&one.after, app));
            let place = format!("{}/{}", one.environment, one.instance);
            columns.push(vec![cell(app, Tone::Strong), cell(place, Tone::Plain), cell(text, Tone::Id)]);
        }
    }
    columns.text(look)
}

/// A version as a table has it: of a whole commit its beginning.
fn short(version: &str) -> String {
    let is_id = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { version[..7].to_string() } else { version.to_string() }
}

fn leaks(all: &[LeakReport], look: &Look) -> String {
    let line = |leak: &LeakReport| {
        let what = format!("{} {}", leak.path, leak.what);
        format!("{} {}\n", paint("leak", Tone::Bad, look), paint(&what, Tone::Plain, look))
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    fn preview() -> PreviewReport {
        PreviewReport {
            environment: "preview".into(),
            instance: "pr-12".into(),
            applications: vec![PreviewedReport {
                application: "web".into(),
                version: samples::id("9d3e7aa"),
                commit: Some(samples::id("9d3e7aa")),
                origin: None,
            }],
            addresses: vec!["https://pr-12.preview.example.com".into()],
            request: Some("https://git.example.com/shop/web/pulls/12".into()),
            by: "Mei Lin".into(),
            since: samples::at("2026-11-22T12:00:00Z"),
            until: None,
            lives: LivesWord::Yes,
            reason: None,
            file: ".stageline/previews/preview/pr-12.yaml".into(),
        }
    }

    #[test]
    fn an_instance_says_what_it_runs_and_a_leak_what_it_is() {
        let mut due = preview();
        (due.instance, due.lives, due.reason) = ("pr-9".into(), LivesWord::Due, Some("its request was merged".into()));
        let leak = LeakReport {
            environment: "preview".into(),
            instance: Some("pr-3".into()),
            path: "envs/preview/pr-3".into(),
            what: "is the folder of a preview that is not recorded".into(),
        };
        let report = PreviewsReport { previews: vec![preview(), due], leaks: vec![leak], notes: vec![] };
        let told = list(&report, Detail::Normal, &LOOK);
        assert!(told.contains("preview/pr-12  web 9d3e7aa  1 d ago  no end"), "{told}");
        assert!(told.contains("due preview/pr-9: its request was merged\n"), "{told}");
        assert!(told.contains("leak envs/preview/pr-3 is the folder of a preview that is not recorded\n"), "{told}");
        let empty = PreviewsReport { previews: vec![], leaks: vec![], notes: vec![] };
        assert_eq!(list(&empty, Detail::Normal, &LOOK), "there is no preview\n");
    }
}
