//! doctor: what it comes to in the first line, then each thing that was looked at, with what to do.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint};
use crate::domain::report::doctor::{DoctorReport, DoorWord, FindingReport, StandingWord};

/// The report as text.
pub(super) fn report(report: &DoctorReport, look: &Look) -> String {
    let tone = match report.verdict {
        DoorWord::Enforced => Tone::Good,
        DoorWord::CannotTell => Tone::Warning,
        DoorWord::Advisory => Tone::Bad,
    };
    let mut heads = Columns::indented(0);
    for one in &report.findings {
        let (word, tone) = state(one);
        heads.push(vec![cell(word, tone), cell(one.about.clone(), Tone::Strong), cell(one.says.clone(), Tone::Plain)]);
    }
    let mut out = format!("{}\n", paint(&report.says, tone, look));
    for (head, one) in heads.each(look).iter().zip(&report.findings) {
        out.push_str(&format!("{head}\n"));
        for hint in &one.hints {
            out.push_str(&format!("  {} {}\n", paint("hint:", Tone::Faint, look), paint(hint, Tone::Plain, look)));
        }
    }
    out
}

fn state(one: &FindingReport) -> (&'static str, Tone) {
    match (one.state, one.advisory) {
        (StandingWord::Ok, _) => ("ok", Tone::Good),
        (StandingWord::Open, true) => ("advisory", Tone::Bad),
        (StandingWord::Open, false) => ("open", Tone::Bad),
        (StandingWord::CannotTell, _) => ("cannot tell", Tone::Warning),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::LOOK;
    use super::*;
    use crate::domain::finding::Finding;

    #[test]
    fn each_finding_is_a_line_with_its_hints_below_and_nothing_steers_the_terminal() {
        let found = vec![
            Finding::ok("git", "git version 2.39.5"),
            Finding::advisory("branch main", "`main` is not protected\u{1b}[2J").of_the_door().hint("ask for it"),
        ];
        assert_eq!(
            report(&DoctorReport::of(found), &LOOK),
            "advisory: `main` is not protected\\u{1b}[2J\n\
             advisory  branch main  `main` is not protected\\u{1b}[2J\n  hint: ask for it\n\
             ok        git          git version 2.39.5\n"
        );
    }
}
