//! A report as rows and columns: what each cell says.

use jiff::Timestamp;
use serde::Serialize;

use super::super::time::exact;

/// Rows under named columns; values are as they came, not yet escaped.
pub(in crate::render) struct Sheet {
    pub(in crate::render) columns: &'static [&'static str],
    pub(in crate::render) rows: Vec<Vec<String>>,
}

pub(super) fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

pub(super) fn number(value: Option<usize>) -> String {
    value.map(|n| n.to_string()).unwrap_or_default()
}

pub(super) fn time(value: Option<Timestamp>) -> String {
    value.map(exact).unwrap_or_default()
}

/// A word of a closed set as JSON writes it, so that all formats agree.
pub(in crate::render) fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}
