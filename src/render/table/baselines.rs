//! baseline mark, baseline list, baseline show: known-good states, what counts and why not, and what runs by one.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint, short};
use super::super::time::moment;
use super::detail::Detail;
use super::notes::notes;
use crate::domain::report::baselines::{
    BaselineReport, BaselineRun, BaselineShown, BaselinesReport, MarkReport, MarkWord,
};
use crate::domain::signature::SignatureWord;

/// What became of one that was to be marked.
pub(super) fn marked(report: &MarkReport, detail: Detail, look: &Look) -> String {
    let one = &report.baseline;
    let (word, tone) = match report.became {
        MarkWord::Planned => ("would be marked; nothing was written", Tone::Plain),
        MarkWord::Kept => ("is there already, of this very state", Tone::Plain),
        MarkWord::Marked => ("marked", Tone::Good),
    };
    let head = paint(&format!("{}/{}", one.environment, one.name), Tone::Strong, look);
    let mut out = format!("{head}  {}\n{}", paint(word, tone, look), facts(one, look));
    if detail == Detail::Wide {
        out.push_str(&runs(&report.runs, Side::Then, look));
    } else {
        let count = report.runs.len();
        let applications = if count == 1 { "application" } else { "applications" };
        out.push_str(&format!("  {} {count} {applications}\n", paint("runs", Tone::Faint, look)));
    }
    if report.became != MarkWord::Planned {
        let back = format!("stageline rollback --all --env {0} --to baseline/{1}", one.environment, one.name);
        out.push_str(&format!("to go back to it: {}\n", paint(&back, Tone::Plain, look)));
    }
    out + &notes(&report.notes, look)
}

/// One that became something, on a line.
pub(super) fn one(one: &BaselineReport, became: &str, look: &Look) -> String {
    let head = paint(&format!("{}/{}", one.environment, one.name), Tone::Strong, look);
    let why = one.reason.as_deref().map_or(String::new(), |why| format!(": {why}"));
    format!("{head}  {}\n", paint(&format!("{became}{why}"), Tone::Plain, look))
}

/// One a line.
pub(super) fn list(report: &BaselinesReport, detail: Detail, look: &Look) -> String {
    let mut out = match report.baselines.as_slice() {
        [] => "there is no release baseline\n".to_string(),
        all => rows(all, detail, look),
    };
    for one in report.baselines.iter().filter(|one| !one.counts) {
        let why = one.why_not.as_deref().unwrap_or_default();
        out.push_str(&format!("{} {}\n", paint("does not count:", Tone::Warning, look), paint(why, Tone::Plain, look)));
    }
    out + &notes(&report.notes, look)
}

/// One, with what runs by it and by now.
pub(super) fn show(report: &BaselineShown, detail: Detail, look: &Look) -> String {
    let one = &report.baseline;
    let head = paint(&format!("{}/{}", one.environment, one.name), Tone::Strong, look);
    let same = match report.differences {
        0 => "runs now".to_string(),
        1 => "1 application runs something else now".to_string(),
        count => format!("{count} applications run something else now"),
    };
    let mut out = format!("{head}  {}\n{}", paint(&same, Tone::Plain, look), facts(one, look));
    let different: Vec<BaselineRun> = report.runs.iter().filter(|run| !run.same).cloned().collect();
    if detail == Detail::Wide || different.is_empty() {
        out.push_str(&runs(&report.runs, Side::Both, look));
    } else {
        out.push_str(&runs(&different, Side::Both, look));
        let left = report.runs.len() - different.len();
        if left > 0 {
            out.push_str(&format!("{left} more run the same; `-o wide` lists them\n"));
        }
    }
    out + &notes(&report.notes, look)
}

fn rows(all: &[BaselineReport], detail: Detail, look: &Look) -> String {
    let wide = detail == Detail::Wide;
    let mut heads = vec!["BASELINE", "MARKED", "COMMIT", "SIGNED", "BY"];
    heads.extend(wide.then_some("TAG"));
    heads.push("NOTE");
    let mut columns = Columns::headed(&heads).whole(wide);
    for one in all {
        let tone = if one.counts { Tone::Strong } else { Tone::Warning };
        let mut cells = vec![
            cell(format!("{}/{}", one.environment, one.name), tone),
            cell(one.marked.map_or("-".into(), |at| moment(at, look)), Tone::Faint).ago(),
            cell(one.commit.as_deref().map_or("-".into(), short), Tone::Id),
            signed(one),
            cell(by(one), Tone::Plain).name(),
        ];
        cells.extend(wide.then(|| cell(&one.tag, Tone::Faint)));
        let note = if one.counts { one.reason.as_deref().unwrap_or("-") } else { "does not count" };
        cells.push(cell(note, Tone::Plain));
        columns.push(cells);
    }
    columns.text(look)
}

/// Whose key signed it, where that is known; else who it says that made it.
fn by(one: &BaselineReport) -> String {
    match (one.signature, one.signers.as_slice()) {
        (SignatureWord::Good, [first, ..]) => first.clone(),
        _ => one.by.clone().unwrap_or_else(|| "-".to_string()),
    }
}

fn signed(one: &BaselineReport) -> super::super::paint::Cell {
    let tone = match one.signature {
        SignatureWord::Good => Tone::Good,
        SignatureWord::Unknown => Tone::Plain,
        _ => Tone::Bad,
    };
    cell(one.signature.word(), tone)
}

/// Who, when, why, by which signature, of which commit.
fn facts(one: &BaselineReport, look: &Look) -> String {
    let mut lines = Columns::indented(2);
    let mut line = |name: &str, text: String| lines.push(vec![cell(name, Tone::Faint), cell(text, Tone::Plain)]);
    line("commit", one.commit.as_deref().map_or("-".into(), short));
    if let (Some(by), Some(at)) = (&one.by, one.marked) {
        line("marked", format!("{} by {by}", moment(at, look)));
    }
    if one.signature != SignatureWord::None {
        let by = if one.signers.is_empty() { String::new() } else { format!(", {}", one.signers.join(", ")) };
        line("signed", format!("{}{by}", one.signature.word()));
    }
    if let Some(reason) = &one.reason {
        line("why", reason.clone());
    }
    line("tag", one.tag.clone());
    lines.text(look)
}

/// Which states are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Then,
    Both,
}

fn runs(all: &[BaselineRun], side: Side, look: &Look) -> String {
    let mut heads = vec!["APP", "VERSION"];
    heads.extend((side == Side::Both).then_some("NOW"));
    let mut columns = Columns::headed(&heads);
    let version = |text: &Option<String>| text.as_deref().map_or("none".to_string(), short_version);
    for run in all {
        let mut cells = vec![cell(&run.application, Tone::Strong), cell(version(&run.version), Tone::Id)];
        let now = if run.same { "the same".to_string() } else { version(&run.now) };
        cells.extend((side == Side::Both).then(|| cell(now, if run.same { Tone::Faint } else { Tone::Warning })));
        columns.push(cells);
    }
    columns.text(look)
}

/// A version as a table has it: of a whole commit its beginning.
fn short_version(version: &str) -> String {
    let is_id = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { short(version) } else { version.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    fn baseline() -> BaselineReport {
        BaselineReport {
            environment: "production".into(),
            name: "2026-11-21".into(),
            tag: "baseline/production/2026-11-21".into(),
            commit: Some(samples::id("9d3e7aa")),
            marked: Some(samples::at("2026-11-21T12:00:00Z")),
            by: Some("Mei Lin".into()),
            signature: SignatureWord::Good,
            signers: vec!["mei@example.com".into()],
            reason: Some("a quiet week".into()),
            counts: true,
            why_not: None,
        }
    }

    fn run(app: &str, then: &str, now: &str) -> BaselineRun {
        BaselineRun {
            application: app.into(),
            version: Some(then.into()),
            commit: None,
            now: Some(now.into()),
            same: then == now,
        }
    }

    #[test]
    fn each_is_a_line_and_what_does_not_count_says_why() {
        let mut bad = baseline();
        (bad.name, bad.signature, bad.counts) = ("x".into(), SignatureWord::None, false);
        bad.why_not = Some("`baseline/production/x` is not signed".into());
        let report = BaselinesReport { baselines: vec![baseline(), bad], notes: vec![] };
        let told = list(&report, Detail::Normal, &LOOK);
        assert!(
            told.contains("production/2026-11-21  2 d ago  9d3e7aa  good    mei@example.com  a quiet week"),
            "{told}"
        );
        assert!(told.contains("does not count: `baseline/production/x` is not signed\n"), "{told}");
        assert_eq!(
            list(&BaselinesReport { baselines: vec![], notes: vec![] }, Detail::Normal, &LOOK),
            "there is no release baseline\n"
        );
    }

    #[test]
    fn one_shows_what_runs_otherwise_now_and_how_many_run_the_same() {
        let runs = vec![run("api", "v1", "v2"), run("web", "v1", "v1")];
        let report = BaselineShown { baseline: baseline(), runs, differences: 1, notes: vec![] };
        let told = show(&report, Detail::Normal, &LOOK);
        assert!(told.starts_with("production/2026-11-21  1 application runs something else now\n"), "{told}");
        assert!(told.contains("api  v1       v2\n") && told.contains("1 more run the same"), "{told}");
        assert!(show(&report, Detail::Wide, &LOOK).contains("web  v1       the same"), "{told}");
    }

    #[test]
    fn what_was_marked_says_how_to_go_back_and_a_plan_that_nothing_was_written() {
        let mut report = MarkReport {
            became: MarkWord::Marked,
            baseline: baseline(),
            runs: vec![run("web", "v1", "v1")],
            notes: vec![],
        };
        let told = marked(&report, Detail::Normal, &LOOK);
        assert!(told.ends_with("stageline rollback --all --env production --to baseline/2026-11-21\n"), "{told}");
        assert!(told.contains("  runs 1 application\n"), "{told}");
        report.became = MarkWord::Planned;
        assert!(marked(&report, Detail::Normal, &LOOK).contains("nothing was written"));
    }
}
