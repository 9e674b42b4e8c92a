//! `feedback step` as people read it.

use super::super::look::Look;
use super::notes::notes;
use crate::domain::report::told_step::{ShownIn, StepReport};
use crate::text;

/// The step, where it is shown, and what is to be known beside that; last the text that no comment shows.
pub(super) fn report(report: &StepReport, look: &Look) -> String {
    let request = report.request.as_deref().map_or(String::new(), |page| format!(" on {}", text::terminal(page)));
    let mut out = format!("{}  {}{request}\n", report.step, text::terminal(&report.line));
    let place = report.comment.as_deref().map_or(String::new(), |page| format!(": {}", text::terminal(page)));
    match report.shown {
        ShownIn::Comment | ShownIn::Incomplete => out.push_str(&format!("shown in the comment of all steps{place}\n")),
        ShownIn::Summary => out.push_str("shown in the summary of this job\n"),
        ShownIn::Output | ShownIn::Nowhere => {}
    }
    out.push_str(&notes(&report.notes, look));
    if let Some(text) = &report.text {
        // Every text from outside in it has passed the escaper for Markdown, and the one for terminals before that.
        out.push_str(&format!("\n{text}"));
    }
    out
}
