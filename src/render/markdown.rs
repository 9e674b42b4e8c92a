//! `-o markdown`: a table for a request, a comment or a job summary.

use super::paint::short;
use super::sheet::Sheet;
use crate::domain::report::{RefusalReport, Report};
use crate::text;

/// The columns that hold versions or ids: shown short, as code cannot carry an escape.
const IDS: [&str; 7] = ["from", "to", "left", "right", "version", "commit", "config_commit"];

/// The sheet as a Markdown table without its empty columns, and the report's notes under it.
pub(super) fn markdown(sheet: &Sheet, report: &Report) -> String {
    let filled: Vec<usize> =
        (0..sheet.columns.len()).filter(|&i| i < 2 || sheet.rows.iter().any(|row| !row[i].is_empty())).collect();
    let line = |fields: Vec<String>| format!("| {} |\n", fields.join(" | "));
    let mut out = line(filled.iter().map(|&i| sheet.columns[i].replace('_', " ")).collect());
    out.push_str(&line(filled.iter().map(|_| "---".to_string()).collect()));
    for row in &sheet.rows {
        let field = |i: usize| {
            let value = if IDS.contains(&sheet.columns[i]) { short(&row[i]) } else { row[i].clone() };
            text::markdown(&value)
        };
        out.push_str(&line(filled.iter().map(|&i| field(i)).collect()));
    }
    let notes: &[String] = match report {
        Report::Change(r) => &r.notes,
        Report::Diff(r) => &r.notes,
        Report::History(r) => &r.notes,
        Report::Show(r) => &r.notes,
        Report::At(r) => &r.notes,
        Report::Contains(r) => &r.notes,
        Report::Status(r) => &r.notes,
        _ => &[],
    };
    let refused: &[RefusalReport] = if let Report::Change(r) = report { &r.refusals } else { &[] };
    if !notes.is_empty() || !refused.is_empty() {
        out.push('\n');
    }
    for refusal in refused {
        let all = std::iter::once(&refusal.message).chain(&refusal.details);
        let all: Vec<String> = all.map(|line| text::markdown(line)).collect();
        out.push_str(&format!("- refused: {}\n", all.join("; ")));
    }
    for note in notes {
        out.push_str(&format!("- {}\n", text::markdown(note)));
    }
    out
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
             | web | 77f0c1d | 77f0c1d | true | 0 | 0 |\n"
        );
    }
}
