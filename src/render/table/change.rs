//! promote, rollback, hold: the plan before the question, and what became of it.

use unicode_width::UnicodeWidthStr;

use super::super::columns::Columns;
use super::super::fold::cut_middle;
use super::super::look::Look;
use super::super::paint::{Cell, Tone, cell, count, paint, short, short_or_none};
use super::super::time::moment;
use super::detail::Detail;
use super::gates::gates;
use super::notes::notes;
use crate::domain::relation::{CommitLine, Direction};
use crate::domain::report::StepsReport;
use crate::domain::report::{ApartReport, ChangeReport, MoveReport, Skipped, Stage};
use crate::domain::report::{SyncReport, SyncWord};
use crate::domain::scalar::SiteEdit;
use crate::domain::verb::Verb;
use crate::text;

/// With more moves than this each is one line.
pub(super) const COMPACT: usize = 10;
/// So many application commits of each list are shown.
const LISTED: usize = 20;
/// So much of a path is left where its middle goes.
const PATH: usize = 24;

/// The whole report: what moves, and how far it got.
pub(super) fn report(report: &ChangeReport, detail: Detail, look: &Look) -> String {
    let mut out = moves(report, detail, look);
    out.push_str(&gates(report, look));
    out.push_str(&ending(report, look));
    if report.stage == Stage::Planned {
        out.truncate(out.trim_end().len());
        out.push_str(". Nothing was written.\n");
    }
    out.push_str(&after(report, &[], look));
    for refusal in &report.refusals {
        out.push_str(&super::super::error::refusal(&refusal.message, &refusal.details, &refusal.hints, look));
    }
    out
}

/// Each change of several, and what was left out of all of them.
pub(super) fn apart(all: &ApartReport, detail: Detail, look: &Look) -> String {
    let mut parts: Vec<String> = all.requests.iter().map(|one| report(one, detail, look)).collect();
    let mut end = String::new();
    for one in &all.failed {
        let what = format!("{}: {}", one.applications.join(", "), one.message);
        end.push_str(&format!("{} {}\n", paint("failed", Tone::Bad, look), paint(&what, Tone::Plain, look)));
    }
    end.push_str(&skipped(&all.skipped, look));
    end.push_str(&notes(&all.notes, look));
    if !end.is_empty() {
        parts.push(end);
    }
    parts.join("\n")
}

/// One landing after the other, and where that stopped.
pub(super) fn steps(all: &StepsReport, detail: Detail, look: &Look) -> String {
    let mut parts: Vec<String> = all.steps.iter().map(|one| report(one, detail, look)).collect();
    let mut end = String::new();
    if let Some(stopped) = &all.stopped {
        let what = format!("stopped at {}:", stopped.environment);
        end.push_str(&format!(
            "{} {}\n",
            paint(&what, Tone::Bad, look),
            paint(&stopped.refusal.message, Tone::Plain, look)
        ));
        for line in &stopped.refusal.details {
            end.push_str(&format!("  {}\n", paint(line, Tone::Plain, look)));
        }
        for hint in &stopped.refusal.hints {
            end.push_str(&format!("  {} {}\n", paint("hint:", Tone::Faint, look), paint(hint, Tone::Plain, look)));
        }
    }
    end.push_str(&notes(&all.notes, look));
    if !end.is_empty() {
        parts.push(end);
    }
    parts.join("\n")
}

/// The plan as it is shown before the question: it does not say yet what was or was not written.
pub fn plan(report: &ChangeReport, look: &Look) -> String {
    let mut out = moves(report, Detail::Normal, look);
    out.push_str(&gates(report, look));
    out.push_str(&ending(report, look));
    out.push_str(&notes(&report.notes, look));
    out
}

/// What became of a plan that the user has already seen.
pub fn outcome(report: &ChangeReport, seen: &[String], look: &Look) -> String {
    format!("{}{}", ending(report, look), after(report, seen, look))
}

/// What is left as it is, one a line.
fn skipped(all: &[Skipped], look: &Look) -> String {
    let line = |one: &Skipped| {
        let text = format!("{}: {}", one.application, one.reason);
        format!("{}  {}\n", paint("skips", Tone::Faint, look), paint(&text, Tone::Plain, look))
    };
    all.iter().map(line).collect()
}

fn moves(report: &ChangeReport, detail: Detail, look: &Look) -> String {
    let compact = report.moves.len() > COMPACT && detail == Detail::Normal;
    let line = |row: &MoveReport| head(row, remark(row, &report.verb), detail);
    let mut out = String::new();
    if compact {
        let mut columns = Columns::indented(0);
        report.moves.iter().for_each(|row| columns.push(line(row)));
        out.push_str(&columns.text(look));
    } else {
        let mut heads = Columns::indented(0).whole(detail == Detail::Wide);
        report.moves.iter().for_each(|row| heads.push(line(row)));
        for (head, row) in heads.each(look).iter().zip(&report.moves) {
            out.push_str(&format!("{head}\n{}", below(row, detail, look)));
        }
    }
    for hold in &report.holds {
        let verb = if hold.lifted { "lifts" } else { "holds" };
        let what = hold.what().unwrap_or("everything".to_string());
        let until = match hold.until {
            Some(until) => format!("until {}", moment(until, look)),
            None => "until lifted".to_string(),
        };
        let place = if hold.environment == "*" { "every environment" } else { &hold.environment };
        let mut text = format!("{what} in {place}");
        if verb == "holds" {
            text.push_str(&format!(", {until}"));
        }
        if !hold.reason.is_empty() {
            text.push_str(&format!(": {}", hold.reason));
        }
        out.push_str(&format!("{}  {}\n", paint(verb, Tone::Faint, look), paint(&text, Tone::Plain, look)));
    }
    out.push_str(&report.sync.as_ref().map_or(String::new(), |sync| rules(sync, look)));
    out.push_str(&skipped(&report.skipped, look));
    for behind in &report.waiting {
        let text = format!(
            "{} in {} behind {}, {}: {}",
            behind.application, behind.environment, behind.request, behind.reason, behind.address
        );
        out.push_str(&format!("{}  {}\n", paint("waits", Tone::Warning, look), paint(&text, Tone::Plain, look)));
    }
    out
}

/// The files that come from another branch, and where rules differ until then.
fn rules(sync: &SyncReport, look: &Look) -> String {
    let place = format!("{} at {}", sync.from_branch, short(&sync.from_commit));
    let mut out =
        format!("{}  {}\n", paint("rules", Tone::Faint, look), paint(&format!("as on {place}"), Tone::Plain, look));
    for file in &sync.files {
        let (word, tone) = match file.change {
            SyncWord::New => ("new", Tone::Good),
            SyncWord::Changed => ("changed", Tone::Warning),
            SyncWord::Gone => ("gone", Tone::Bad),
        };
        out.push_str(&format!("  {}  {}\n", paint(&file.path, Tone::Plain, look), paint(word, tone, look)));
    }
    for difference in &sync.differences {
        out.push_str(&format!(
            "{}  {}\n",
            paint("until then", Tone::Faint, look),
            paint(difference, Tone::Plain, look)
        ));
    }
    out
}

/// An application's name, and in brackets what moves with it where it is a group.
pub(super) fn titled(application: &str, members: &[String]) -> String {
    if members.is_empty() { application.to_string() } else { format!("{application} ({})", members.join(", ")) }
}

/// The line of a move: what, where, from which version to which, and a remark.
pub(super) fn head(row: &MoveReport, remark: String, detail: Detail) -> Vec<Cell> {
    let version = |version: Option<&str>| match (detail, version) {
        (Detail::Wide, Some(version)) => version.to_string(),
        _ => short_or_none(version),
    };
    vec![
        cell(titled(&row.application, &row.members), Tone::Strong).title(),
        cell(row.place(), Tone::Plain).title(),
        cell(format!("{} -> {}", version(row.from.as_deref()), version(row.to.as_deref())), Tone::Id),
        cell(remark, if row.lost_total > Some(0) { Tone::Warning } else { Tone::Plain }),
    ]
}

/// What stands under the line of a move: the application commits that come and go, and the places.
pub(super) fn below(row: &MoveReport, detail: Detail, look: &Look) -> String {
    let mut out = commits(row, look);
    for site in &row.sites {
        out.push_str(&place(site, detail, look));
    }
    out
}

/// How the new version relates to the old one, in words.
pub(super) fn remark(row: &MoveReport, verb: &str) -> String {
    let number = |total: Option<usize>, shown: usize| count(total.unwrap_or(shown), "commit", "commits");
    let comes = number(row.commits_total, row.commits.len());
    let goes = number(row.lost_total, row.lost.len());
    let relation = match row.direction {
        Direction::First => "first version here".to_string(),
        Direction::Forward => format!("{comes} ahead"),
        Direction::Backward => format!("{goes} back"),
        Direction::Diverged => format!("diverged: {comes} in, {goes} out"),
        Direction::Same => "the same commit".to_string(),
        Direction::Unknown => String::new(),
    };
    let way = if Verb::of(verb).is_some_and(Verb::is_meant_back) { "to" } else { "from" };
    let origin = match (row.counterpart(), row.origin.is_empty()) {
        (Some(counterpart), _) => counterpart,
        (None, true) => return relation,
        (None, false) => format!("{way} {}", short(&row.origin)),
    };
    if relation.is_empty() { origin } else { format!("{relation}, {origin}") }
}

fn commits(row: &MoveReport, look: &Look) -> String {
    listing(&row.commits, row.commits_total, "+", look) + &listing(&row.lost, row.lost_total, "-", look)
}

/// Commits one a line, after a sign that says whether they come or go, and how many are not listed.
pub(super) fn listing(commits: &[CommitLine], total: Option<usize>, sign: &str, look: &Look) -> String {
    let mut columns = Columns::indented(2).one_line();
    let shown = &commits[..commits.len().min(LISTED)];
    for commit in shown {
        columns.push(vec![
            cell(format!("{sign} {}", short(&commit.commit)), if sign == "-" { Tone::Bad } else { Tone::Good }),
            cell(moment(commit.when, look), Tone::Faint).ago(),
            cell(&commit.author, Tone::Plain).name(),
            cell(&commit.subject, Tone::Plain),
        ]);
    }
    let more = match total.unwrap_or(commits.len()).saturating_sub(shown.len()) {
        // The report has the first of very many.
        more @ 1.. if shown.len() < commits.len() => match commits.len() - shown.len() {
            told if told < more => format!("    and {more} more: `-o json` has the next {told}\n"),
            _ => format!("    and {more} more: `-o json` has them\n"),
        },
        more @ 1.. if !shown.is_empty() => format!("    and {more} more\n"),
        _ => String::new(),
    };
    columns.text(look) + &more
}

fn place(site: &SiteEdit, detail: Detail, look: &Look) -> String {
    let value = |value: &Option<String>, none: &str| match value {
        None => none.to_string(),
        Some(value) if detail == Detail::Wide => format!("\"{value}\""),
        Some(value) => {
            let short = short(value);
            let cut = if short == *value { "" } else { "…" };
            format!("\"{short}{cut}\"")
        }
    };
    let (from, to) = (value(&site.from, "(new)"), value(&site.to, "(removed)"));
    let mut file = format!("{}:{}", site.file, site.line);
    if let Some(width) = look.width.filter(|_| detail == Detail::Normal) {
        // The versions are what the line is for: the path gives its middle.
        let rest = format!("    {}: {from} -> {to}", site.key).width();
        file = cut_middle(&text::terminal(&file), usize::from(width).saturating_sub(rest).max(PATH));
    }
    format!(
        "  {}  {}: {} -> {}\n",
        paint(&file, Tone::Faint, look),
        paint(&site.key, Tone::Plain, look),
        paint(&from, Tone::Bad, look),
        paint(&to, Tone::Good, look),
    )
}

/// The line that says how far it got.
fn ending(report: &ChangeReport, look: &Look) -> String {
    let commit = report.commit.as_deref().map(short).unwrap_or_default();
    let size = || {
        let files = count(report.files.len(), "file", "files");
        match report.moves.iter().map(|row| row.sites.len()).sum::<usize>() {
            0 => files,
            pins => format!("{files}, {}", count(pins, "pin", "pins")),
        }
    };
    let remote = |before: &str| report.remote.as_ref().map(|remote| format!("{before}{remote}")).unwrap_or_default();
    let signed = if report.signed { "signed" } else { "not signed" };
    let (word, tone, text) = match report.stage {
        Stage::NothingToDo => {
            let place = report.environment.as_ref().map(|env| format!(" in {env}")).unwrap_or_default();
            return format!("{}\n", paint(&format!("nothing to do{place}"), Tone::Plain, look));
        }
        Stage::Superseded => {
            let place = report.environment.as_ref().map(|env| format!(" in {env}")).unwrap_or_default();
            let text = format!("something newer stands{place} already; nothing was written");
            ("superseded", Tone::Good, text)
        }
        Stage::Waiting => {
            ("waits", Tone::Warning, "other open requests move the same; nothing was written".to_string())
        }
        Stage::Planned => {
            let way = match &report.request {
                Some(request) if request.unchanged => {
                    format!("is already on the branch {}{} for a merge request", request.branch, remote(" of "))
                }
                Some(request) if request.for_review => format!("is pushed for review{}", remote(" to ")),
                Some(request) => format!("goes to the branch {}{} for a merge request", request.branch, remote(" of ")),
                None => format!("lands on {}{}", report.branch, remote(" of ")),
            };
            ("plan", Tone::Faint, format!("{}, {way}", size()))
        }
        Stage::Landed => {
            let pushed = if report.remote.is_some() { remote(", pushed to ") } else { ", not pushed".to_string() };
            ("landed", Tone::Good, format!("{commit} on {}{pushed}, {signed}", report.branch))
        }
        Stage::Proposed => match &report.request {
            Some(request) if request.unchanged && request.for_review => {
                ("proposed", Tone::Good, "already pushed for review; nothing changed".to_string())
            }
            Some(request) if request.unchanged => {
                ("proposed", Tone::Good, format!("already on {}{}; nothing changed", request.branch, remote(" of ")))
            }
            Some(request) if request.for_review => {
                let number = request.number.as_ref().map_or(String::new(), |number| format!(" as {number}"));
                ("proposed", Tone::Good, format!("{commit} for review{number}{}, {signed}", remote(" at ")))
            }
            Some(request) => {
                ("proposed", Tone::Good, format!("{commit} on {}{}, {signed}", request.branch, remote(" of ")))
            }
            None => ("proposed", Tone::Good, format!("{commit}, {signed}")),
        },
    };
    format!("{}  {}\n", paint(word, tone, look), paint(&text, Tone::Plain, look))
}

/// What follows from it: where to open the request, how to undo it, remarks that are not seen yet.
fn after(report: &ChangeReport, seen: &[String], look: &Look) -> String {
    let mut out = String::new();
    if report.stage == Stage::Proposed
        && let Some(request) = report.request.as_ref()
        && let Some(address) = &request.address
    {
        let (word, place) = match &request.number {
            Some(number) => ("request:", format!("{number}  {address}")),
            None => ("open:", address.clone()),
        };
        out.push_str(&format!("{}  {}\n", paint(word, Tone::Faint, look), paint(&place, Tone::Plain, look)));
        if let Some(words) = request.needs.as_ref().and_then(|needs| needs.words(None)) {
            out.push_str(&format!("{}  {}\n", paint("needs:", Tone::Warning, look), paint(&words, Tone::Plain, look)));
        }
    }
    if let Some(why) = &report.not_direct {
        out.push_str(&format!("{}  {}\n", paint("waits:", Tone::Warning, look), paint(why, Tone::Plain, look)));
    }
    if let Some(why) = &report.push_refused {
        let text = format!("{why}; it takes effect when the request is merged");
        out.push_str(&format!("{}  {}\n", paint("waits:", Tone::Warning, look), paint(&text, Tone::Plain, look)));
    }
    if matches!(report.stage, Stage::Landed | Stage::Proposed)
        && let Some(undo) = &report.undo
    {
        out.push_str(&format!("{}  {}\n", paint("undo:", Tone::Faint, look), paint(undo, Tone::Plain, look)));
    }
    for step in report.follow_ups.iter().filter(|step| !step.done) {
        let why = step.message.as_deref().unwrap_or("it failed");
        // Another rollback would go one further back.
        let again = match Verb::of(&report.verb) {
            Some(Verb::Rollback) if report.stage != Stage::Proposed => {
                // `promote --refresh` closes what a hold of the rollback has made void.
                let is_branch = step.what == "the local branch";
                let other = if is_branch { "git pull --ff-only" } else { "stageline promote --refresh" };
                format!("`{other}` takes it up; `rollback` again would go one further back")
            }
            _ if step.what == "merging by itself, which this token may not" => {
                "with such a token the same command takes it up".to_string()
            }
            // What tries again is said with why.
            _ if step.what == "a message to people" => "the landing stands".to_string(),
            _ => "the same command again takes it up".to_string(),
        };
        let text = format!("{}: {why}; {again}", step.what);
        out.push_str(&format!("{}  {}\n", paint("not done:", Tone::Warning, look), paint(&text, Tone::Plain, look)));
    }
    let news: Vec<String> = report.notes.iter().filter(|note| !seen.contains(note)).cloned().collect();
    out.push_str(&notes(&news, look));
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK, PIPE};
    use super::*;
    use crate::domain::report::NeedsReport;
    use crate::domain::report::{RequestReport, Skipped};

    #[test]
    fn after_a_rollback_that_is_not_followed_another_one_is_warned_of() {
        let mut report = samples::change();
        let told = |report: &ChangeReport| after(report, &[], &PIPE);
        let step =
            crate::domain::report::FollowUpReport { what: "the local branch".into(), done: false, message: None };
        report.follow_ups = vec![step];
        report.verb = "rollback".into();
        let text = told(&report);
        assert!(
            text.contains("`git pull --ff-only` takes it up; `rollback` again would go one further back"),
            "{text}"
        );
        report.verb = "promote".into();
        assert!(told(&report).contains("the same command again takes it up"));
    }

    #[test]
    fn a_dry_run_shows_commits_places_and_that_nothing_was_written() {
        let mut plan = samples::change();
        plan.request = Some(RequestReport {
            branch: "promote/production/checkout".into(),
            address: None,
            number: None,
            unchanged: false,
            for_review: false,
            opened_by: None,
            auto_merge: None,
            needs: None,
        });
        assert_eq!(
            report(&plan, Detail::Normal, &LOOK),
            "\
checkout  production  41c09b2 -> 9d3e7aa  2 commits ahead, from staging
  + 9d3e7aa  2 h ago  Mei Lin    fix: retry on 409
  + 77f0c1d  1 d ago  A. Petrov  feat: idempotency keys
  apps/checkout/overlays/production/kustomization.yaml:14  newTag: \"41c09b2…\" -> \"9d3e7aa…\"
gates  hold ok · signature cannot tell (alice has no key)
plan  1 file, 1 pin, goes to the branch promote/production/checkout of origin for a merge request. Nothing was written.
"
        );
    }

    #[test]
    fn the_plan_before_the_question_does_not_say_what_was_written() {
        let shown = plan(&samples::change(), &LOOK);
        assert!(shown.ends_with("plan  1 file, 1 pin, lands on main of origin\n"), "{shown}");
    }

    #[test]
    fn a_landing_names_commit_branch_remote_signature_and_the_way_back() {
        assert_eq!(
            outcome(&samples::landed(), &[], &LOOK),
            "\
landed  3f2a9c1 on main, pushed to origin, signed
undo:  stageline undo 3f2a9c1000
note: your work tree has changes and was left alone
"
        );
    }

    #[test]
    fn a_local_commit_without_a_signature_says_both() {
        let mut landed = samples::landed();
        landed.remote = None;
        landed.signed = false;
        assert!(outcome(&landed, &[], &PIPE).starts_with("landed  3f2a9c1 on main, not pushed, not signed\n"));
    }

    #[test]
    fn a_proposed_branch_tells_where_to_open_the_request() {
        let mut proposed = samples::landed();
        proposed.stage = Stage::Proposed;
        proposed.undo = Some("git push origin --delete promote/production/checkout".into());
        proposed.notes.clear();
        proposed.request = Some(RequestReport {
            branch: "promote/production/checkout".into(),
            address: Some("https://git.example.com/new?source=promote".into()),
            number: None,
            unchanged: false,
            for_review: false,
            opened_by: None,
            auto_merge: None,
            needs: None,
        });
        assert_eq!(
            outcome(&proposed, &[], &LOOK),
            "\
proposed  3f2a9c1 on promote/production/checkout of origin, signed
open:  https://git.example.com/new?source=promote
undo:  git push origin --delete promote/production/checkout
"
        );
        proposed.request.as_mut().expect("set above").number = Some("#12".into());
        assert!(outcome(&proposed, &[], &LOOK).contains("request:  #12  https://git.example.com/new?source=promote\n"));
        let mut needs = samples::needs();
        let mut told = |needs: &NeedsReport| {
            proposed.request.as_mut().expect("set above").needs = Some(needs.clone());
            outcome(&proposed, &[], &LOOK)
        };
        assert!(
            told(&needs)
                .contains("promote\nneeds:  2 approvals (alice, bob), the checks that its branch demands\nundo:")
        );
        (needs.asked, needs.missing) = (vec![], Some(1));
        needs.checks = Some(false);
        assert!(told(&needs).contains("needs:  1 approval (@leads)\n"));
        needs.missing = None;
        assert!(!told(&needs).contains("needs:"), "what is not told is none of nobody's");
    }

    #[test]
    fn nothing_to_do_says_why_for_each_application() {
        let mut nothing = samples::change();
        nothing.stage = Stage::NothingToDo;
        nothing.moves.clear();
        nothing.gates.clear();
        nothing.skipped = vec![Skipped { application: "checkout".into(), reason: "already runs 9d3e7aa".into() }];
        assert_eq!(
            report(&nothing, Detail::Normal, &LOOK),
            "skips  checkout: already runs 9d3e7aa\nnothing to do in production\n"
        );
    }

    #[test]
    fn a_rollback_says_where_to_and_what_it_holds() {
        let mut rollback = samples::change();
        rollback.verb = "rollback".into();
        rollback.gates.clear();
        rollback.moves[0].direction = Direction::Backward;
        rollback.moves[0].origin = "r15".into();
        rollback.moves[0].commits.clear();
        rollback.moves[0].sites.clear();
        rollback.moves[0].lost_total = Some(3);
        rollback.holds = vec![samples::hold()];
        assert_eq!(
            plan(&rollback, &LOOK),
            "\
checkout  production  41c09b2 -> 9d3e7aa  3 commits back, to r15
holds  checkout in production, until lifted: errors after 9d3e7aa
plan  1 file, lands on main of origin
"
        );
        rollback.holds[0].lifted = true;
        rollback.moves.clear();
        assert!(plan(&rollback, &LOOK).starts_with("lifts  checkout in production: errors after 9d3e7aa\n"));
    }

    #[test]
    fn many_moves_take_one_line_each_unless_wide() {
        let mut many = samples::change();
        many.moves = (0..12).map(|i| MoveReport { application: format!("app-{i}"), ..many.moves[0].clone() }).collect();
        assert_eq!(report(&many, Detail::Normal, &PIPE).lines().count(), 14);
        assert!(report(&many, Detail::Wide, &PIPE).lines().count() > 40);
    }

    #[test]
    fn commits_that_would_go_carry_a_minus() {
        let mut back = samples::change();
        back.moves[0].direction = Direction::Backward;
        back.moves[0].lost = std::mem::take(&mut back.moves[0].commits);
        back.moves[0].lost_total = Some(25);
        let shown = report(&back, Detail::Normal, &PIPE);
        assert!(shown.contains("25 commits back, from staging\n  - 9d3e7aa"), "{shown}");
        assert!(shown.contains("    and 23 more\n"), "{shown}");
    }

    #[test]
    fn a_hostile_subject_cannot_touch_the_terminal() {
        let mut hostile = samples::change();
        hostile.moves[0].commits[0].subject = "x\u{1b}[2J\rlanded  everything is fine".into();
        let shown = report(&hostile, Detail::Normal, &LOOK);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    }
}
