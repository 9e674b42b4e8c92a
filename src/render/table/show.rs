//! show: who landed what, when and why; then the pins, the holds and the other paths.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, count, paint, short};
use super::super::sheet::word;
use super::super::time::moment;
use super::change::{COMPACT, below, head, remark};
use super::detail::Detail;
use super::history::signature;
use super::notes::notes;
use super::previews;
use crate::domain::report::{
    ApprovalReport, ClassWord, GateReport, HoldReport, HotfixChanged, LandedMove, LandingCommit, PathWord,
    RecordReport, ShowReport,
};

/// At most this many other paths are listed.
const LISTED: usize = 20;

/// The report as text.
pub(super) fn report(report: &ShowReport, detail: Detail, look: &Look) -> String {
    let mut out = facts(report, detail, look);
    let changes = format!(
        "{}{}{}{}{}",
        moves(&report.moves, detail, look),
        records(&report.records, look),
        hotfixes(&report.hotfixes, look),
        previews::changed(&report.previews, look),
        others(report, detail, look)
    );
    out.push('\n');
    out.push_str(if changes.is_empty() { "nothing differs from the commit before\n" } else { &changes });
    out.push_str(&notes(&report.notes, look));
    out
}

/// Who, when, why and how, a line each.
fn facts(report: &ShowReport, detail: Detail, look: &Look) -> String {
    let wide = detail == Detail::Wide;
    let id = |id: &str| if wide { id.to_string() } else { short(id) };
    let mut lines = Columns::indented(0);
    let mut line = |name: &str, text: String, tone: Tone| lines.push(vec![cell(name, Tone::Faint), cell(text, tone)]);
    line("landing", format!("{} on {}", id(&report.config_commit), report.branch), Tone::Strong);
    if wide {
        line("before", report.before.as_deref().map_or("nothing: the first commit".into(), id), Tone::Plain);
    }
    line("subject", report.subject.clone(), Tone::Plain);
    line("verb", report.verb.clone(), if report.verb == "by hand" { Tone::Warning } else { Tone::Plain });
    line("when", moment(report.when, look), Tone::Plain);
    line("by", by(report, wide), Tone::Plain);
    if let Some(name) = &report.merged_by {
        line("merged by", name.clone(), Tone::Plain);
    }
    if let Some(request) = &report.request {
        let page = report.request_address.as_ref().map_or(String::new(), |page| format!("  {page}"));
        line("request", format!("{request}{page}"), Tone::Plain);
    }
    if !report.approvals.is_empty() {
        let (text, tone) = approved(report);
        line("approved by", text, tone);
    }
    if let Some(why) = why(report) {
        line("why", why, Tone::Plain);
    }
    if let Some(change) = report.change.as_ref().filter(|_| wide) {
        line("change", change.clone(), Tone::Plain);
    }
    for made in &report.made_by {
        let text = format!("{} by {}, {}", id(&made.commit), made.author.name, signed(made));
        line("made in", text, signature(made.signature));
    }
    line("signed", signed(&report.landing), signature(report.landing.signature));
    for one in &report.overrides {
        line("override", one.clone(), Tone::Warning);
    }
    let gates = report.gates.as_deref().map(gates);
    line("gates", gates.unwrap_or_else(|| "not recorded".into()), Tone::Plain);
    if let Some(recorded) = &report.recorded {
        line("recorded", format!("by {}, {}", recorded.by.join(", "), moment(recorded.at, look)), Tone::Plain);
    }
    lines.text(look)
}

/// What every gate said, each once for what it said of all that it judged.
fn gates(gates: &[GateReport]) -> String {
    let mut out: Vec<String> = Vec::new();
    for gate in gates {
        let said = match &gate.overridden {
            Some(by) => format!("{} overridden by {}: {}", gate.gate, by.by, by.reason),
            None => format!("{} {}", gate.gate, word(&gate.verdict)),
        };
        if !out.contains(&said) {
            out.push(said);
        }
    }
    if out.is_empty() { "pass: none was asked".to_string() } else { out.join(" · ") }
}

/// Who approved; an approval of a commit that is not the one which landed is told as that.
fn approved(report: &ShowReport) -> (String, Tone) {
    let landed: Vec<&str> =
        report.made_by.iter().chain([&report.landing]).map(|commit| commit.commit.as_str()).collect();
    let is_old = |commit: &String| !report.made_by.is_empty() && !landed.contains(&commit.as_str());
    let one = |approval: &ApprovalReport| match approval.commit.as_ref().filter(|commit| is_old(commit)) {
        Some(commit) => format!("{} (of {}, not of what landed)", approval.by, short(commit)),
        None => approval.by.clone(),
    };
    let text = report.approvals.iter().map(one).collect::<Vec<_>>().join(", ");
    let is_good = report.approvals.iter().all(|approval| !approval.commit.as_ref().is_some_and(is_old));
    (text, if is_good { Tone::Good } else { Tone::Warning })
}

fn by(report: &ShowReport, wide: bool) -> String {
    let maker = report.made_by.first().unwrap_or(&report.landing);
    if wide && report.made_by.len() < 2 { format!("{} <{}>", report.by, maker.author.email) } else { report.by.clone() }
}

/// The reason that was given; of a change by hand what its message says below the subject.
fn why(report: &ShowReport) -> Option<String> {
    if report.reason.is_some() || report.verb != "by hand" {
        return report.reason.clone();
    }
    let maker = report.made_by.first().unwrap_or(&report.landing);
    let body = maker.message.split_once('\n').map(|(_, body)| body.trim_start()).unwrap_or_default();
    let first = body.split("\n\n").next().unwrap_or_default();
    // `Signed-off-by: ...` and the like give no reason.
    let is_trailer = |line: &str| line.split_once(": ").is_some_and(|(key, _)| !key.contains(char::is_whitespace));
    let said = first.split_whitespace().collect::<Vec<_>>().join(" ");
    (!first.lines().all(is_trailer)).then_some(said)
}

fn signed(commit: &LandingCommit) -> String {
    let state = word(&commit.signature);
    match &commit.signer {
        Some(signer) => format!("{state} ({signer})"),
        None => state,
    }
}

fn moves(moves: &[LandedMove], detail: Detail, look: &Look) -> String {
    let several = moves.iter().any(|one| one.verb != moves[0].verb);
    let told = |one: &LandedMove| {
        let gone = one.moved.to.is_none().then(|| "gone".to_string());
        let parts =
            [several.then(|| one.verb.clone()), gone.or_else(|| Some(remark(&one.moved, &one.verb))), one.note.clone()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    };
    let mut heads = Columns::indented(0).whole(detail == Detail::Wide);
    moves.iter().for_each(|one| heads.push(head(&one.moved, told(one), detail)));
    if moves.len() > COMPACT && detail == Detail::Normal {
        return heads.text(look);
    }
    let under = moves.iter().map(|one| below(&one.moved, detail, look));
    heads.each(look).into_iter().zip(under).map(|(head, under)| format!("{head}\n{under}")).collect()
}

fn records(records: &[RecordReport], look: &Look) -> String {
    let mut out = String::new();
    for record in records {
        let (verb, hold) = match (&record.before, &record.after) {
            (_, Some(after)) => ("holds", after),
            (Some(before), None) => ("lifts", before),
            (None, None) => continue,
        };
        out.push_str(&format!("{}  {}\n", paint(verb, Tone::Faint, look), paint(&told(hold, look), Tone::Plain, look)));
        if let (Some(before), Some(_)) = (&record.before, &record.after) {
            let text = told(before, look);
            out.push_str(&format!(
                "  {} {}\n",
                paint("in place of", Tone::Faint, look),
                paint(&text, Tone::Plain, look)
            ));
        }
        out.push_str(&format!("  {}\n", paint(&record.file, Tone::Faint, look)));
    }
    out
}

fn hotfixes(hotfixes: &[HotfixChanged], look: &Look) -> String {
    let one = |one: &HotfixChanged| {
        let (word, text) = (paint("hotfix", Tone::Faint, look), paint(&one.told(), Tone::Plain, look));
        format!("{word}  {text}\n  {}\n", paint(&one.file, Tone::Faint, look))
    };
    hotfixes.iter().map(one).collect()
}

fn told(hold: &HoldReport, look: &Look) -> String {
    let what = hold.what().unwrap_or("everything".to_string());
    let place = if hold.environment == "*" { "every environment" } else { &hold.environment };
    let until = match hold.until {
        Some(until) => format!("until {}", moment(until, look)),
        None => "until lifted".to_string(),
    };
    format!("{what} in {place}, {until}: {} (by {})", hold.reason, hold.by)
}

fn others(report: &ShowReport, detail: Detail, look: &Look) -> String {
    if report.others.is_empty() {
        return String::new();
    }
    let size = count(report.others.len(), "other path", "other paths");
    let mut out = format!("{}  {size}\n", paint("also", Tone::Faint, look));
    let shown = if detail == Detail::Wide { report.others.len() } else { LISTED };
    for other in report.others.iter().take(shown) {
        let (letter, tone) = match other.change {
            PathWord::Added => ("A", Tone::Good),
            PathWord::Modified => ("M", Tone::Plain),
            PathWord::Deleted => ("D", Tone::Bad),
        };
        let more = if other.has_pin && other.change == PathWord::Modified { "  (more than the pin)" } else { "" };
        let whose = match other.class {
            ClassWord::Environment => format!("  {}", other.environments.join(", ")),
            ClassWord::Policy => "  policy".to_string(),
            ClassWord::Record => "  record".to_string(),
            ClassWord::Outside => String::new(),
        };
        let whose = if whose.is_empty() { whose } else { paint(&whose, Tone::Faint, look) };
        out.push_str(&format!(
            "  {}  {}{whose}{more}\n",
            paint(letter, tone, look),
            paint(&other.path, Tone::Plain, look)
        ));
    }
    if report.others.len() > shown {
        out.push_str(&format!("    and {} more: `-o wide` shows them\n", report.others.len() - shown));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK, id};
    use super::*;
    use crate::domain::report::OtherPath;

    #[test]
    fn a_landing_tells_who_when_why_what_moved_what_is_held_and_what_else_changed() {
        assert_eq!(
            report(&samples::show(), Detail::Normal, &LOOK),
            "\
landing    aaaaaaa on main
subject    Merge pull request #12 from shop/promote
verb       promote
when       12 min ago
by         Mei Lin
merged by  A. Petrov
request    #12
why        errors, 3 %
made in    bbbbbbb by Mei Lin, good (mei@example.com)
signed     none
gates      not recorded

checkout  production  41c09b2 -> 9d3e7aa  2 commits ahead, from staging
  + 9d3e7aa  2 h ago  Mei Lin    fix: retry on 409
  + 77f0c1d  1 d ago  A. Petrov  feat: idempotency keys
  apps/checkout/overlays/production/kustomization.yaml:14  newTag: \"41c09b2…\" -> \"9d3e7aa…\"
lifts  checkout in production, until lifted: errors after 9d3e7aa (by Mei Lin)
  .stageline/holds/production/checkout.yaml
also  2 other paths
  M  apps/checkout/overlays/production/kustomization.yaml  production  (more than the pin)
  D  docs/old.md
"
        );
    }

    #[test]
    fn wide_shows_whole_ids_the_commit_before_and_every_path() {
        let mut landing = samples::show();
        let path = |n| OtherPath {
            change: PathWord::Added,
            path: format!("docs/{n}.md"),
            has_pin: false,
            class: ClassWord::Outside,
            environments: vec![],
        };
        landing.others = (0..25).map(path).collect();
        let narrow = report(&landing, Detail::Normal, &LOOK);
        assert!(narrow.contains("  A  docs/19.md\n    and 5 more: `-o wide` shows them\n"), "{narrow}");
        let wide = report(&landing, Detail::Wide, &LOOK);
        assert!(wide.contains("  A  docs/24.md\n") && !wide.contains("more\n"), "{wide}");
        let line = format!("landing    {} on main\nbefore     {}\n", id("aaaaaaa"), id("ccccccc"));
        assert!(wide.starts_with(&line), "{wide}");
    }

    #[test]
    fn a_hand_edit_says_in_its_own_words_why() {
        let mut landing = samples::show();
        (landing.verb, landing.reason) = ("by hand".into(), None);
        landing.made_by.clear();
        landing.landing.message = "Set checkout\n\nThe old one\nleaks.\n\nSigned-off-by: x\n".into();
        let shown = report(&landing, Detail::Normal, &LOOK);
        assert!(shown.contains("why        The old one leaks.\n"), "{shown}");
        landing.landing.message = "Set checkout\n\nSigned-off-by: x\nPromoted-By: y\n".into();
        assert!(!report(&landing, Detail::Normal, &LOOK).contains("why"));
    }

    #[test]
    fn a_replaced_hold_shows_what_it_takes_the_place_of_and_a_gone_pin_is_gone() {
        let mut landing = samples::show();
        landing.records[0].after = Some(HoldReport { reason: "still bad".into(), ..samples::hold() });
        landing.moves[0].moved.to = None;
        let shown = report(&landing, Detail::Normal, &LOOK);
        assert!(shown.contains("holds  checkout in production, until lifted: still bad (by Mei Lin)\n  in place of checkout in production, until lifted: errors after"), "{shown}");
        assert!(shown.contains("41c09b2 -> none  gone\n"), "{shown}");
    }

    #[test]
    fn a_landing_that_changes_nothing_says_so() {
        let mut landing = samples::show();
        landing.moves.clear();
        landing.records.clear();
        landing.others.clear();
        let shown = report(&landing, Detail::Normal, &LOOK);
        assert!(shown.ends_with("gates      not recorded\n\nnothing differs from the commit before\n"), "{shown}");
    }
}
