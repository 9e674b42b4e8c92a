//! feedback test: a line for each sink.

use super::super::look::Look;
use super::super::paint::{Columns, Tone, cell};
use crate::domain::report::feedback::{FeedbackTestReport, SinkWord};

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
