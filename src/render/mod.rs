//! Reports as bytes: one format a file.

use crate::domain::refusal::Error;
use crate::domain::report::Report;

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
}

/// What the terminal allows.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub colour: bool,
    /// Columns; none off a terminal.
    pub width: Option<u16>,
    /// Relative times against this moment on a terminal; RFC 3339 where none.
    pub now: Option<jiff::Timestamp>,
}

/// The report as text, ending with a line break where it is not empty.
pub fn render(_report: &Report, _format: Format, _look: &Look) -> String {
    unimplemented!()
}

/// An error as text for people (stderr), or as one JSON object for machines (stdout).
pub fn error(_error: &Error, _format: Format, _look: &Look) -> String {
    unimplemented!()
}
