//! The line of the gates in a plan: what each says, and of which applications.

use unicode_width::UnicodeWidthStr;

use super::super::look::Look;
use super::super::paint::{Tone, paint};
use super::gate::passed;
use crate::domain::report::{ChangeReport, GateReport, VerdictWord};
use crate::text;

/// Where the following lines begin: below the first gate.
const HANG: usize = 7;
/// So many applications of which a gate says the same are named; of more the first few.
const NAMED: usize = 4;

/// What is said of some applications: in plain words for its width, and painted.
struct Said {
    plain: String,
    painted: String,
}

/// Every gate, each once; on a terminal in its width, and without what an error below says in the same words.
pub(super) fn gates(report: &ChangeReport, look: &Look) -> String {
    if report.gates.is_empty() {
        return String::new();
    }
    let mut groups: Vec<(&GateReport, &str, Vec<&str>)> = Vec::new();
    for gate in &report.gates {
        let passes = gate.verdict == VerdictWord::Pass;
        let is_told = look.width.is_some() && is_told(report, &gate.detail);
        let detail = if passes || is_told { "" } else { gate.detail.as_str() };
        let subject = if passes { "" } else { gate.subject.as_str() };
        let is_same = |other: &GateReport| {
            (&other.gate, &other.branch, other.verdict, other.exempt)
                == (&gate.gate, &gate.branch, gate.verdict, gate.exempt)
        };
        let of_others = |(other, told, subjects): &&mut (&GateReport, &str, Vec<&str>)| {
            is_same(other) && *told == detail && (look.width.is_some() || **subjects == [subject])
        };
        match groups.iter_mut().find(of_others) {
            Some((.., subjects)) if subjects.contains(&subject) => {}
            Some((.., subjects)) => subjects.push(subject),
            None => groups.push((gate, detail, vec![subject])),
        }
    }
    let said = groups.iter().map(|(gate, detail, subjects)| of_gate(gate, detail, subjects, look));
    format!("{}  {}\n", paint("gates", Tone::Faint, look), beside(said, look))
}

/// Whether an error that follows has these words.
fn is_told(report: &ChangeReport, detail: &str) -> bool {
    report
        .refusals
        .iter()
        .any(|refusal| refusal.message.contains(detail) || refusal.details.iter().any(|line| line.contains(detail)))
}

fn of_gate(gate: &GateReport, detail: &str, subjects: &[&str], look: &Look) -> Said {
    let (word, tone) = match gate.verdict {
        VerdictWord::Pass => passed(gate),
        VerdictWord::Fail => ("refused", Tone::Bad),
        VerdictWord::Pending => ("not yet", Tone::Warning),
        VerdictWord::Unknown => ("cannot tell", Tone::Warning),
    };
    let (one, several) = match subjects {
        [one] => (if one.is_empty() { String::new() } else { format!(" {one}") }, String::new()),
        all if all.len() <= NAMED => (String::new(), format!(" {}", all.join(", "))),
        all => (String::new(), format!(" for {}: {}, …", all.len(), all[..NAMED - 1].join(", "))),
    };
    let by = gate.branch.as_ref().map_or(String::new(), |branch| format!(" by {branch}"));
    let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
    let before = format!("{}{one}{by} ", gate.gate);
    let after = format!("{several}{detail}");
    Said {
        plain: text::terminal(&format!("{before}{word}{after}")),
        painted: format!(
            "{}{}{}",
            paint(&before, Tone::Plain, look),
            paint(word, tone, look),
            paint(&after, Tone::Plain, look)
        ),
    }
}

/// One after the other, in lines that end between two.
fn beside(all: impl Iterator<Item = Said>, look: &Look) -> String {
    let mut out = String::new();
    let mut column = HANG;
    for said in all {
        let width = said.plain.width();
        // The sign for the next one has room as well.
        let is_over = look.width.is_some_and(|edge| column + 3 + width + 2 > usize::from(edge));
        if out.is_empty() {
            column += width;
        } else if is_over {
            out.push_str(&format!(" ·\n{}", " ".repeat(HANG)));
            column = HANG + width;
        } else {
            out.push_str(" · ");
            column += 3 + width;
        }
        out.push_str(&said.painted);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    const TERMINAL: Look = Look { width: Some(80), ..LOOK };

    fn gate(gate: &str, subject: &str, verdict: VerdictWord, detail: &str) -> GateReport {
        let first = samples::change().gates.remove(0);
        GateReport { gate: gate.into(), subject: subject.into(), verdict, detail: detail.into(), ..first }
    }

    fn refused_for(apps: &[&str]) -> ChangeReport {
        let mut gates = vec![gate("hold", "web", VerdictWord::Pass, "")];
        for app in apps {
            gates.push(gate("order", app, VerdictWord::Fail, &format!("4e57143 of `{app}` was not in staging")));
            gates.push(gate("soak", app, VerdictWord::Pending, "2h of 24h"));
        }
        ChangeReport { gates, ..samples::change() }
    }

    #[test]
    fn a_terminal_gets_lines_that_end_between_two_gates() {
        assert_eq!(
            gates(&refused_for(&["cart", "web"]), &TERMINAL),
            "\
gates  hold ok · order cart refused (4e57143 of `cart` was not in staging) ·
       soak not yet cart, web (2h of 24h) ·
       order web refused (4e57143 of `web` was not in staging)
"
        );
    }

    #[test]
    fn what_an_error_says_below_is_not_said_twice_and_a_gate_stands_once() {
        let apps = ["cart", "web", "users", "mail", "search", "orders"];
        let mut report = refused_for(&apps);
        let refusal = samples::verify().refs.remove(0).changes.remove(0).refusals.remove(0);
        report.refusals = apps
            .iter()
            .map(|app| {
                let message = format!("`production` takes what staging ran: 4e57143 of `{app}` was not in staging");
                crate::domain::report::RefusalReport { message, ..refusal.clone() }
            })
            .collect();
        assert_eq!(
            gates(&report, &TERMINAL),
            "\
gates  hold ok · order refused for 6: cart, web, users, … ·
       soak not yet for 6: cart, web, users, … (2h of 24h)
"
        );
    }

    #[test]
    fn off_a_terminal_every_gate_says_its_own_on_one_line() {
        let told = gates(&refused_for(&["cart", "web"]), &LOOK);
        assert!(told.starts_with("gates  hold ok · order cart refused (4e57143 of `cart`"), "{told}");
        assert!(told.ends_with("· soak web not yet (2h of 24h)\n") && told.lines().count() == 1, "{told}");
    }
}
