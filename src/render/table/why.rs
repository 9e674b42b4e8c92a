//! why: each application with what every gate says, whom it waits for, until when, and the next command.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint, short};
use super::super::time::moment;
use super::detail::Detail;
use super::gate::passed;
use super::notes::notes;
use crate::domain::report::why::{WhyReport, WhyRow, WhyWord};
use crate::domain::report::{GateReport, VerdictWord};

/// The report as text.
pub(super) fn report(report: &WhyReport, detail: Detail, look: &Look) -> String {
    let mut out: String = report.applications.iter().map(|row| of_row(report, row, detail, look)).collect();
    if report.applications.is_empty() {
        out.push_str(&format!("nothing is left to go to {}\n", paint(&report.environment, Tone::Strong, look)));
    }
    out.push_str(&notes(&report.notes, look));
    out
}

fn state(word: WhyWord) -> (&'static str, Tone) {
    match word {
        WhyWord::Ready => ("ready", Tone::Good),
        WhyWord::Waiting => ("waits", Tone::Warning),
        WhyWord::Blocked => ("blocked", Tone::Bad),
        WhyWord::Unknown => ("cannot tell", Tone::Warning),
        WhyWord::Nothing => ("nothing to go", Tone::Faint),
    }
}

fn of_row(report: &WhyReport, row: &WhyRow, detail: Detail, look: &Look) -> String {
    let (word, tone) = state(row.state);
    let end = |end: &Option<String>| end.as_deref().map_or("none".to_string(), short);
    let mut head =
        format!("{}  {}", paint(&row.application, Tone::Strong, look), paint(&report.environment, Tone::Plain, look));
    if row.state != WhyWord::Nothing {
        head.push_str(&format!("  {}", paint(&format!("{} -> {}", end(&row.from), end(&row.to)), Tone::Plain, look)));
    }
    let until = row.eligible_at.map_or(String::new(), |at| format!(" until {}", moment(at, look)));
    head.push_str(&format!("  {}{}\n", paint(word, tone, look), paint(&until, Tone::Plain, look)));
    let mut out = head;
    if let Some(reason) = &row.reason {
        out.push_str(&format!("  {}\n", paint(reason, Tone::Faint, look)));
    }
    let mut lines = Columns::indented(2);
    for gate in row.gates.iter().filter(|gate| detail == Detail::Wide || !is_silent(gate)) {
        let (word, tone) = match gate.verdict {
            VerdictWord::Pass => passed(gate),
            VerdictWord::Fail => ("no", Tone::Bad),
            VerdictWord::Pending => ("not yet", Tone::Warning),
            VerdictWord::Unknown => ("cannot tell", Tone::Warning),
        };
        lines.push(vec![
            cell(gate.gate.clone(), Tone::Plain),
            cell(word, tone),
            cell(gate.detail.clone(), Tone::Faint),
        ]);
    }
    out.push_str(&lines.text(look));
    // What a gate says stands in its line; here is what it asks for, and what no gate says.
    for refusal in &row.refusals {
        if !row.gates.iter().any(|gate| gate.detail == refusal.message) {
            out.push_str(&format!("  {}\n", paint(&refusal.message, Tone::Plain, look)));
        }
        for hint in &refusal.hints {
            out.push_str(&format!("  {} {}\n", paint("hint:", Tone::Faint, look), paint(hint, Tone::Plain, look)));
        }
    }
    if let Some(request) = &row.request {
        let name = request.number.as_deref().unwrap_or(&request.branch);
        let missing = request.needs.as_ref().and_then(|needs| needs.words(request.checks));
        let told = missing.map_or(name.to_string(), |missing| format!("{name} waits for {missing}"));
        out.push_str(&format!("  {} {}\n", paint("request", Tone::Faint, look), paint(&told, Tone::Plain, look)));
    }
    if let Some(next) = row.next.as_ref().filter(|_| row.state == WhyWord::Ready) {
        out.push_str(&format!("  {} {}\n", paint("next", Tone::Faint, look), paint(next, Tone::Plain, look)));
    }
    out
}

/// A gate that passes and has nothing to say of it.
fn is_silent(gate: &GateReport) -> bool {
    gate.verdict == VerdictWord::Pass && gate.detail.is_empty()
}
