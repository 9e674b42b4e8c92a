//! `-o markdown`: a table for a request, a comment or a job summary, with release notes under it.

use super::paint::short;
use super::sheet::Sheet;
use crate::domain::report::VerdictWord;
use crate::domain::report::verify::VerifyReport;
use crate::domain::report::{
    DiffReport, DiffRow, MoveReport, RefusalReport, Report, StatusCell, StatusReport, StatusRow,
};
use crate::text;
use crate::text::notes::{Note, notes};

/// The columns that hold versions or ids: shown short, as code cannot carry an escape.
const IDS: [&str; 7] = ["from", "to", "left", "right", "version", "commit", "config_commit"];

/// The sheet as a Markdown table without its empty columns, the report's notes under it, and those of the release.
pub(super) fn markdown(sheet: &Sheet, report: &Report) -> String {
    let lines = match report {
        Report::Status(report) if !report.is_of_previews() => matrix(report),
        _ => rows(sheet),
    };
    let mut out: String = lines.iter().map(|fields| format!("| {} |\n", fields.join(" | "))).collect();
    let remarks = remarks(report);
    let refused: &[RefusalReport] = if let Report::Change(r) = report { &r.refusals } else { &[] };
    if !remarks.is_empty() || !refused.is_empty() {
        out.push('\n');
    }
    for refusal in refused {
        let all = std::iter::once(&refusal.message).chain(&refusal.details);
        let all: Vec<String> = all.map(|line| text::markdown(line)).collect();
        out.push_str(&format!("- refused: {}\n", all.join("; ")));
    }
    if let Report::Doctor(report) = report {
        out.push_str(&format!("\n**{}**\n", text::markdown(&report.says)));
    }
    if let Report::Verify(report) = report {
        out.push_str(&verdict(report));
    }
    for note in remarks {
        out.push_str(&format!("- {}\n", text::markdown(note)));
    }
    let release = match report {
        Report::Apart(r) => {
            let all = r.requests.iter().flat_map(|one| &one.moves);
            notes(&all.map(of_move).collect::<Vec<_>>(), &out)
        }
        Report::Change(r) => notes(&r.moves.iter().map(of_move).collect::<Vec<_>>(), &out),
        Report::Show(r) => notes(&r.moves.iter().map(|one| of_move(&one.moved)).collect::<Vec<_>>(), &out),
        Report::Diff(r) => notes(&r.applications.iter().map(|row| of_row(r, row)).collect::<Vec<_>>(), &out),
        _ => String::new(),
    };
    if !release.is_empty() {
        out.push('\n');
        out.push_str(&release);
    }
    out
}

/// The notes of a report.
fn remarks(report: &Report) -> &[String] {
    match report {
        Report::Change(r) => &r.notes,
        Report::Apart(r) => &r.notes,
        Report::Steps(r) => &r.notes,
        Report::Diff(r) => &r.notes,
        Report::History(r) => &r.notes,
        Report::Show(r) => &r.notes,
        Report::At(r) => &r.notes,
        Report::Contains(r) => &r.notes,
        Report::Status(r) => &r.notes,
        Report::Approve(r) => &r.notes,
        Report::Attest(r) => &r.notes,
        Report::Statements(r) => &r.notes,
        Report::Evidence(r) => &r.notes,
        Report::Checked(r) => &r.notes,
        Report::Previews(r) => &r.notes,
        Report::Pruned(r) => &r.notes,
        Report::Marked(r) => &r.notes,
        Report::Baselines(r) => &r.notes,
        Report::Baseline(r) => &r.notes,
        _ => &[],
    }
}

/// What a judge says in the end, with whom to ask for what.
fn verdict(report: &VerifyReport) -> String {
    let word = match report.verdict {
        VerdictWord::Pass => "verified",
        VerdictWord::Fail => "refused",
        VerdictWord::Pending => "not yet",
        VerdictWord::Unknown => "cannot tell",
    };
    let mut out = format!("\n**{word}**\n\n");
    for one in &report.refs {
        let of_changes = one.changes.iter().flat_map(|change| &change.refusals);
        for refusal in of_changes.chain(&one.refusals) {
            let all = std::iter::once(&refusal.message).chain(&refusal.details).chain(&refusal.hints);
            let all: Vec<String> = all.map(|line| text::markdown(line)).collect();
            out.push_str(&format!("- {}\n", all.join("; ")));
        }
    }
    out
}

fn of_move(one: &MoveReport) -> Note<'_> {
    Note::of_move(&one.application, &one.environment, one.gained(), one.lost())
}

fn of_row<'r>(report: &DiffReport, row: &'r DiffRow) -> Note<'r> {
    let (left, right) = (&report.left.environment, &report.right.environment);
    Note::of_both(&row.application, (left, row.only_left()), (right, row.only_right()))
}

/// The lines of a sheet, its heading first.
fn rows(sheet: &Sheet) -> Vec<Vec<String>> {
    let filled: Vec<usize> =
        (0..sheet.columns.len()).filter(|&i| i < 2 || sheet.rows.iter().any(|row| !row[i].is_empty())).collect();
    let head = filled.iter().map(|&i| sheet.columns[i].replace('_', " ")).collect();
    let rule = filled.iter().map(|_| "---".to_string()).collect();
    let field = |row: &Vec<String>, i: usize| {
        text::markdown(&if IDS.contains(&sheet.columns[i]) { short(&row[i]) } else { row[i].clone() })
    };
    let row = |row: &Vec<String>| filled.iter().map(|&i| field(row, i)).collect();
    [head, rule].into_iter().chain(sheet.rows.iter().map(row)).collect()
}

/// The lines of the matrix: applications down, environments across, in a cell the version, how far it is from the environment before,
/// and whether it is held.
fn matrix(report: &StatusReport) -> Vec<Vec<String>> {
    let mut head = vec!["application".to_string()];
    head.extend(report.environments.iter().map(|env| text::markdown(env)));
    let rule = head.iter().map(|_| "---".to_string()).collect();
    let row = |row: &StatusRow| {
        let cell = |env: &String| {
            let cell = row.cells.iter().find(|cell| cell.environment == *env && cell.present);
            cell.map_or(String::new(), |cell| text::markdown(&in_a_cell(cell)))
        };
        std::iter::once(text::markdown(&row.application)).chain(report.environments.iter().map(cell)).collect()
    };
    [head, rule].into_iter().chain(report.applications.iter().map(row)).collect()
}

fn in_a_cell(cell: &StatusCell) -> String {
    let version = match &cell.version {
        Some(version) => short(version),
        None if !cell.disagree.is_empty() => "sites disagree".to_string(),
        None => "cannot tell".to_string(),
    };
    let far = |sign: &str, count: Option<usize>| {
        count.filter(|count| *count > 0).map_or(String::new(), |count| format!(" {sign}{count}"))
    };
    let held = if cell.held { " held" } else { "" };
    format!("{version}{}{}{held}", far("+", cell.ahead), far("-", cell.behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{sheet::sheet, table::samples};

    #[test]
    fn a_diff_is_a_table_without_empty_columns() {
        let report = Report::Diff(samples::diff());
        assert_eq!(
            markdown(&sheet(&report).unwrap(), &report),
            "| application | left | right | same | ahead | behind |\n\
             | --- | --- | --- | --- | --- | --- |\n\
             | checkout | 9d3e7aa | 41c09b2 | false | 2 | 0 |\n\
             | web | 77f0c1d | 77f0c1d | true | 0 | 0 |\n\n\
             ### checkout\n\n\
             Only in staging: 2 commits:\n\n\
             - 9d3e7aa fix: retry on 409 (Mei Lin)\n\
             - 77f0c1d feat: idempotency keys (A. Petrov)\n"
        );
    }

    #[test]
    fn a_status_is_the_matrix_as_people_see_it() {
        let report = Report::Status(samples::status());
        let shown = markdown(&sheet(&report).unwrap(), &report);
        let head = shown.lines().next().unwrap();
        assert!(head.starts_with("| application | ") && head.contains("production"), "{shown}");
        let rows = shown.lines().filter(|line| line.starts_with("| ")).count();
        assert_eq!(rows, samples::status().applications.len() + 2, "{shown}");
        assert!(shown.contains("held"), "{shown}");
    }
}
