//! feedback test, feedback send: a line for each message.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, short};
use super::notes::notes;
use crate::domain::report::feedback::{FeedbackTestReport, SinkWord};
use crate::domain::report::telling::{FeedbackSendReport, ToldWord};

/// The report as text.
pub(super) fn test(report: &FeedbackTestReport, look: &Look) -> String {
    let mut rows = Columns::indented(0);
    for one in &report.sinks {
        let (word, tone) = match one.state {
            SinkWord::Told => ("told", Tone::Good),
            SinkWord::NotSet => ("not set", Tone::Faint),
            SinkWord::Nobody => ("nobody", Tone::Faint),
            SinkWord::Failed => ("failed", Tone::Bad),
            SinkWord::Unknown => ("unknown", Tone::Warning),
        };
        rows.push(vec![
            cell(one.number.to_string(), Tone::Plain),
            cell(one.kind.clone(), Tone::Strong),
            cell(word, tone),
            cell(one.says.clone(), Tone::Plain),
        ]);
    }
    rows.text(look)
}

/// What was told of landings: a line for each, and what became of it at each sink below.
pub(super) fn send(report: &FeedbackSendReport, look: &Look) -> String {
    let mut out = String::new();
    let mut rows = Columns::indented(0);
    let mut last = None;
    for one in &report.told {
        let (word, tone) = match one.state {
            ToldWord::Told => ("told", Tone::Good),
            ToldWord::Planned => ("would be told", Tone::Plain),
            ToldWord::Before => ("told before", Tone::Faint),
            ToldWord::Begun => ("being told", Tone::Faint),
            ToldWord::NotSet => ("not set", Tone::Faint),
            ToldWord::Nobody => ("nobody", Tone::Faint),
            ToldWord::Failed => ("failed", Tone::Bad),
            ToldWord::Unknown => ("unknown", Tone::Warning),
        };
        let is_new = last.replace(&one.landing) != Some(&one.landing);
        rows.push(vec![
            cell(if is_new { short(&one.landing) } else { String::new() }, Tone::Faint),
            cell(one.sink.clone(), Tone::Strong),
            cell(word, tone),
            cell(one.reason.clone().unwrap_or_else(|| one.title.clone()), Tone::Plain),
        ]);
    }
    out.push_str(&rows.text(look));
    if report.told.is_empty() {
        out.push_str("nothing to tell\n");
    }
    out.push_str(&notes(&report.notes, look));
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::LOOK;
    use super::*;
    use crate::domain::report::feedback::SinkReport;

    #[test]
    fn each_sink_is_a_line_and_nothing_steers_the_terminal() {
        let sink = |number, kind: &str, state, says: &str| {
            let (kind, variable, says) = (kind.to_string(), "X".to_string(), says.to_string());
            SinkReport { number, kind, variable, state, says }
        };
        let sinks = vec![
            sink(1, "slack", SinkWord::Told, ""),
            sink(2, "email", SinkWord::Failed, "`mail` says no\u{1b}[2J"),
            sink(3, "teams", SinkWord::NotSet, "`X` is not set here"),
        ];
        assert_eq!(
            test(&FeedbackTestReport { sinks, notes: Vec::new() }, &LOOK),
            "1  slack  told\n2  email  failed   `mail` says no\\u{1b}[2J\n3  teams  not set  `X` is not set here\n"
        );
    }
}
