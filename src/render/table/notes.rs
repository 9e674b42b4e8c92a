//! The remarks under a report.

use super::super::look::Look;
use super::super::paint::{Tone, paint};

/// The remarks, one a line.
pub(super) fn notes(notes: &[String], look: &Look) -> String {
    notes
        .iter()
        .map(|note| format!("{} {}\n", paint("note:", Tone::Warning, look), paint(note, Tone::Plain, look)))
        .collect()
}
