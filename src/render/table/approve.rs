//! approve: what was said and for whom it counts, and what is said of the change then.

use super::super::look::Look;
use super::super::paint::{Tone, paint, short};
use super::super::time::moment;
use super::detail::Detail;
use super::notes::notes;
use super::verify::{of_ref, verdict};
use crate::domain::report::approve::{ApproveReport, ConsentWord};

/// The report as text.
pub(super) fn report(report: &ApproveReport, detail: Detail, look: &Look) -> String {
    let mut out = format!("{}\n", paint(&said(report, look), Tone::Strong, look));
    for one in &report.statements {
        out.push_str(&format!("  {}\n", paint(&one.path, Tone::Faint, look)));
    }
    out.push_str(&of_ref(&report.verdict, detail, look));
    let (word, tone) = verdict(report.verdict.verdict);
    out.push_str(&format!("{}\n", paint(word, tone, look)));
    if report.dry_run {
        out.push_str(&format!("{}\n", paint("dry run: nothing was written", Tone::Faint, look)));
    }
    out.push_str(&notes(&report.notes, look));
    out
}

fn said(report: &ApproveReport, look: &Look) -> String {
    let what = format!("change {} of {}", short(&report.change), short(&report.head));
    let who = report.by.as_deref().unwrap_or("you");
    let would = if report.dry_run { " would" } else { "" };
    let ends = |word: &str| if report.dry_run { word.to_string() } else { format!("{word}s") };
    let groups = match report.counts_for.as_slice() {
        [] => String::new(),
        all => format!(", for {}", all.join(", ")),
    };
    match report.said {
        ConsentWord::Approval => format!("{who}{would} {} {what}{groups}", ends("approve")),
        ConsentWord::Override => {
            let gate = report.gate.as_deref().unwrap_or_default();
            let until = report.until.map_or(String::new(), |at| format!(", until {}", moment(at, look)));
            let reason = report.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
            format!("{who}{would} {} {gate} for {what}{groups}{until}{reason}", ends("override"))
        }
        ConsentWord::Withdrawal => format!("what {who} agreed to of {what} counts no more"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    #[test]
    fn who_agrees_to_what_and_what_is_said_of_it_then() {
        let text = report(&samples::approve(), Detail::Normal, &LOOK);
        assert!(text.starts_with("bob overrides soak for change"), "{text}");
        assert!(text.contains("for managers") && text.contains("burns"), "{text}");
        let dry = ApproveReport { dry_run: true, said: ConsentWord::Approval, ..samples::approve() };
        let text = report(&dry, Detail::Normal, &LOOK);
        assert!(text.starts_with("bob would approve") && text.contains("nothing was written"), "{text}");
    }
}
