//! verify: each branch, what would come to it, what every gate says, and whom to ask for what.

use jiff::Timestamp;

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, count, paint, short};
use super::super::time::moment;
use super::detail::Detail;
use super::gate::passed;
use super::notes::notes;
use crate::domain::report::verify::{
    ChangeWord, CommitStatus, HookReport, JudgedChange, RefVerdict, StateWord, VerifiedMove, VerifyReport,
};
use crate::domain::report::{GateReport, RefusalReport, VerdictWord};

/// The report as text.
pub(super) fn report(report: &VerifyReport, detail: Detail, look: &Look) -> String {
    // Whoever pushes is told what keeps it from landing, and nothing else.
    if report.push && report.verdict == VerdictWord::Pass {
        return String::new();
    }
    let (word, tone) = verdict(report.verdict);
    // A forge shows the first line of what a hook says, or all of it on one.
    let mut out = match report.push {
        true if report.enforced => format!("{}\n\n", paint(&report.summary(), tone, look)),
        true => format!(
            "accepted, for `enforce: false` stands in the hook's settings; {}\n\n",
            paint(&report.summary(), tone, look)
        ),
        false => String::new(),
    };
    out.extend(report.refs.iter().map(|one| of_ref(one, detail, look)));
    let stale = match (report.verdict, report.not_after) {
        (VerdictWord::Pass, Some(at)) => format!(", until {}", moment(at, look)),
        (VerdictWord::Pending, _) => {
            eligible(report).map_or(String::new(), |at| format!(", until {}", moment(at, look)))
        }
        _ => String::new(),
    };
    let what = match &report.recorded {
        Some(_) if report.refs.is_empty() => "nothing is left to record",
        None if report.refs.is_empty() => "nothing that anybody governs changes",
        _ => word,
    };
    out.push_str(&format!("{}{}\n", paint(what, tone, look), paint(&stale, Tone::Faint, look)));
    if let Some(recorded) = report.recorded.as_ref().filter(|recorded| !recorded.landings.is_empty()) {
        let count = count(recorded.landings.len(), "landing", "landings");
        out.push_str(&format!("{}  {count} on {}\n", paint("recorded", Tone::Strong, look), recorded.branch));
    }
    out.extend(report.status.iter().map(|status| of_status(status, look)));
    out.push_str(&notes(&report.notes, look));
    out
}

/// From when on it may land, where only time keeps it back.
fn eligible(report: &VerifyReport) -> Option<Timestamp> {
    let gates = report.refs.iter().flat_map(|one| &one.changes).flat_map(|change| &change.gates);
    let waits = gates.filter(|gate| gate.verdict != VerdictWord::Pass).map(|gate| gate.eligible_at);
    waits.collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// What became of a hook, as text.
pub(super) fn hook(report: &HookReport, look: &Look) -> String {
    let what = if report.installed { "installed" } else { "hook" };
    let mut out = format!("{}  {}\nsettings  {}\n", paint(what, Tone::Strong, look), report.script, report.settings);
    out.extend(report.recorder.iter().map(|recorder| format!("receipts  {recorder}\n")));
    match report.faults.as_slice() {
        [] => {
            let does = match report.recorder {
                Some(_) => "it judges what is pushed, and records when it came",
                None => "it judges what is pushed",
            };
            out.push_str(&format!("{}\n", paint(does, Tone::Good, look)));
            let note = "sources that are paths, or on this machine, are gone to only where the settings say so: local-sources, sources";
            out.push_str(&format!("{}\n", paint(note, Tone::Faint, look)));
        }
        faults => {
            for fault in faults {
                out.push_str(&format!("{} {}\n", paint("wrong:", Tone::Bad, look), paint(fault, Tone::Plain, look)));
            }
        }
    }
    out
}

/// The word of a verdict as a sentence's end.
pub(super) fn verdict(word: VerdictWord) -> (&'static str, Tone) {
    let tone = match word {
        VerdictWord::Pass => Tone::Good,
        VerdictWord::Fail => Tone::Bad,
        VerdictWord::Pending | VerdictWord::Unknown => Tone::Warning,
    };
    (word.of_a_check(), tone)
}

/// What the forge was told.
fn of_status(status: &CommitStatus, look: &Look) -> String {
    let what = format!("{} of {}", status.context, short(&status.commit));
    match &status.message {
        None => {
            let state = match status.state {
                StateWord::Success => "success",
                StateWord::Failure => "failure",
                StateWord::Pending => "pending",
                StateWord::Error => "error",
            };
            format!(
                "{}  {}\n",
                paint("status", Tone::Strong, look),
                paint(&format!("{what}: {state}"), Tone::Plain, look)
            )
        }
        Some(why) => {
            let line = format!("the status {what} is as it was: {why}");
            format!("{} {}\n", paint("not done:", Tone::Bad, look), paint(&line, Tone::Plain, look))
        }
    }
}

pub(super) fn of_ref(one: &RefVerdict, detail: Detail, look: &Look) -> String {
    let id = |id: &Option<String>| id.as_deref().map_or("nothing".to_string(), short);
    let head = format!("{} -> {}", id(&one.base), id(&one.head));
    let mut out = format!("{}  {}\n", paint(&one.name, Tone::Strong, look), paint(&head, Tone::Plain, look));
    for policy in &one.policies {
        let line = format!("rules of {} at {}", policy.branch, short(&policy.commit));
        out.push_str(&format!("  {}\n", paint(&line, Tone::Faint, look)));
    }
    for change in &one.changes {
        out.push_str(&of_change(change, detail, look));
    }
    out.push_str(&one.refusals.iter().map(|refusal| of_refusal(refusal, look)).collect::<String>());
    out.push('\n');
    out
}

fn of_change(change: &JudgedChange, detail: Detail, look: &Look) -> String {
    let what = match change.what {
        ChangeWord::Merge => "the merge of",
        ChangeWord::Commit => "commit",
        ChangeWord::Whole => "all of it, up to",
    };
    let mut out = format!("{}\n", paint(&format!("{what} {}", short(&change.commit)), Tone::Plain, look));
    out.push_str(&change.moves.iter().map(|one| moved(one, look)).collect::<String>());
    let mut lines = Columns::indented(2);
    let hides =
        |gate: &&GateReport| detail != Detail::Wide && gate.verdict == VerdictWord::Pass && gate.detail.is_empty();
    for gate in change.gates.iter().filter(|gate| !hides(gate)) {
        let (word, tone) = match gate.verdict {
            VerdictWord::Pass => passed(gate),
            other => verdict(other),
        };
        let rules = gate.branch.as_ref().map_or(String::new(), |branch| format!(" (rules of {branch})"));
        lines.push(vec![
            cell(gate.gate.clone(), Tone::Plain),
            cell(gate.subject.clone(), Tone::Plain),
            cell(word, tone),
            cell(format!("{}{rules}", gate.detail), Tone::Faint),
        ]);
    }
    out.push_str(&lines.text(look));
    if change.outside > 0 {
        let paths = if change.outside == 1 { "path" } else { "paths" };
        let line = format!("{} other {paths} that no rule is about", change.outside);
        out.push_str(&format!("  {}\n", paint(&line, Tone::Faint, look)));
    }
    out.push_str(&change.refusals.iter().map(|refusal| of_refusal(refusal, look)).collect::<String>());
    out
}

fn moved(one: &VerifiedMove, look: &Look) -> String {
    let end = |end: &Option<String>| end.as_deref().map_or("none".to_string(), short);
    let line = format!("{}  {}  {} -> {}", one.application, one.environment, end(&one.from), end(&one.to));
    format!("  {}\n", paint(&line, Tone::Plain, look))
}

fn of_refusal(refusal: &RefusalReport, look: &Look) -> String {
    let (word, tone) = verdict(refusal.verdict);
    let mut out =
        format!("{} {}\n", paint(&format!("{word}:"), tone, look), paint(&refusal.message, Tone::Plain, look));
    for line in &refusal.details {
        out.push_str(&format!("  {}\n", paint(line, Tone::Plain, look)));
    }
    for hint in &refusal.hints {
        out.push_str(&format!("  {} {}\n", paint("hint:", Tone::Faint, look), paint(hint, Tone::Plain, look)));
    }
    out
}
