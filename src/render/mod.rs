//! Reports as bytes: one format a file.

mod columns;
mod csv;
mod error;
mod fold;
mod json;
mod look;
mod markdown;
mod name;
mod paint;
mod sarif;
pub mod schema;
mod sheet;
mod table;
mod time;
mod yaml;

use crate::domain::refusal::Error;
use crate::domain::report::{ChangeReport, Report};

pub use self::fold::wrap;
pub use self::look::Look;
use self::table::Detail;

/// The output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Table,
    Wide,
    Json,
    Yaml,
    Csv,
    Markdown,
    Name,
    Sarif,
}

impl Format {
    /// Whether machines read it, so that errors are written in it too.
    pub fn is_structured(self) -> bool {
        matches!(self, Format::Json | Format::Yaml | Format::Sarif)
    }
}

/// The report as text, ending with a line break where it is not empty.
/// A report that has no rows (`init`, `config`) is written as a table where CSV, Markdown or names are asked for.
pub fn render(report: &Report, format: Format, look: &Look) -> String {
    let sheet = || sheet::sheet(report);
    match format {
        Format::Table => table::table(report, Detail::Normal, look),
        Format::Wide => table::table(report, Detail::Wide, look),
        Format::Json => json::json(report),
        Format::Yaml => yaml::yaml(report),
        Format::Csv => sheet().map_or_else(|| table::table(report, Detail::Wide, look), |s| csv::csv(&s)),
        Format::Markdown => {
            sheet().map_or_else(|| table::table(report, Detail::Wide, look), |s| markdown::markdown(&s, report))
        }
        Format::Name => name::name(report),
        Format::Sarif => match report {
            Report::Verify(report) => sarif::sarif(report),
            other => json::json(other),
        },
    }
}

/// A plan as it is shown before the question.
pub fn plan(report: &ChangeReport, look: &Look) -> String {
    fold::fold(&table::change::plan(report, look), look)
}

/// What became of a plan that the user has already seen: without its commits and places, and the remarks beside it.
pub fn outcome(report: &ChangeReport, seen: &[String], look: &Look) -> String {
    fold::fold(&table::change::outcome(report, seen, look), look)
}

/// A line for people, such as a warning, in the width of the terminal.
pub fn line(text: &str, look: &Look) -> String {
    fold::fold(text, look)
}

/// An error as text for people (stderr), or as one object for machines (stdout). `exit` is the code the process ends with.
pub fn error(error: &Error, exit: u8, format: Format, look: &Look) -> String {
    let shown = error::ErrorReport::new(error, exit);
    match format {
        Format::Json | Format::Sarif => json::json(&shown),
        Format::Yaml => yaml::yaml(&shown),
        _ => fold::fold(&error::text(&shown, look), look),
    }
}
