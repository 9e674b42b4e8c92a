//! Every table on a terminal of 80 columns, with long names: no line is wider than that.

use unicode_width::UnicodeWidthStr;

use super::super::look::Look;
use super::samples::{self, LOOK, at, id};
use super::{Detail, change, table};
use crate::domain::report::why::{WhyReport, WhyRow, WhyWord};
use crate::domain::report::{AtReport, AtRow, ContainsReport, ContainsRow, HoldsReport, Report, VerdictWord};
use crate::domain::report::{HistoryRow, StayReport};

const NARROW: Look = Look { width: Some(80), ..LOOK };
const NAME: &str = "María de los Ángeles Fernández-Castañeda <maria.fernandez@shop.example.com>";
const APP: &str = "checkout-and-payments-gateway-internal";
const REASON: &str = "\u{6885}\u{6797} saw errors after the sale began, in every region, and nobody knows why yet";
const PATH: &str = "clusters/europe-west/apps/checkout-and-payments/overlays/production/kustomization.yaml";

#[track_caller]
fn holds(shown: &str) {
    for line in shown.lines() {
        let is_one = line.split_whitespace().any(|token| token.width() > 72) || is_command(line);
        assert!(line.width() <= 80 || is_one, "{}: {line}\n{shown}", line.width());
    }
}

/// What is to be copied is never broken.
fn is_command(line: &str) -> bool {
    let line = line.trim_start();
    ["undo:  ", "hint: ", ""].iter().any(|before| {
        line.strip_prefix(before).is_some_and(|rest| rest.starts_with("stageline ") || rest.starts_with("git "))
    })
}

fn change() -> crate::domain::report::ChangeReport {
    let mut report = samples::change();
    let row = &mut report.moves[0];
    row.application = APP.into();
    row.commits[0].author = NAME.into();
    row.commits[0].subject = REASON.into();
    row.sites[0].file = PATH.into();
    report.notes = vec![REASON.repeat(2)];
    report.gates[1].detail = REASON.into();
    report
}

fn history() -> Report {
    let mut report = samples::history();
    report.application = None;
    report.environment = None;
    for row in &mut report.changes {
        (row.application, row.by) = (APP.into(), NAME.into());
        row.reason = Some(REASON.into());
    }
    Report::History(report)
}

fn holds_list() -> Report {
    let mut hold = samples::hold();
    (hold.by, hold.reason, hold.application) = (NAME.into(), REASON.into(), Some(APP.into()));
    Report::Holds(HoldsReport { holds: vec![hold, samples::hold()] })
}

fn locate() -> Report {
    let landed = |row: &HistoryRow| HistoryRow { by: NAME.into(), reason: Some(REASON.into()), ..row.clone() };
    let past = samples::history();
    let stay = StayReport {
        since: Some(at("2026-11-20T10:00:00Z")),
        until: Some(at("2026-11-23T10:00:00Z")),
        version: Some(id("41c09b2")),
        brought: Some(landed(&past.changes[1])),
        taken: Some(landed(&past.changes[0])),
        unknown: None,
    };
    let row = ContainsRow {
        application: APP.into(),
        environment: "production".into(),
        contained: Some(false),
        version: Some(id("41c09b2")),
        stays: vec![stay],
        ..ContainsRow::default()
    };
    Report::Contains(ContainsReport {
        commit: id("9d3e7aa"),
        subject: Some(REASON.into()),
        author: Some(NAME.into()),
        when: Some(at("2026-11-20T10:00:00Z")),
        found: Some(true),
        complete: true,
        rows: vec![row],
        notes: vec![],
    })
}

fn why() -> Report {
    let mut gate = samples::change().gates.remove(0);
    (gate.verdict, gate.detail) = (VerdictWord::Fail, REASON.repeat(2));
    let row = WhyRow {
        application: APP.into(),
        state: WhyWord::Blocked,
        from: Some(id("41c09b2")),
        to: Some(id("9d3e7aa")),
        origin: None,
        commits: None,
        gates: vec![gate],
        refusals: vec![],
        ask: vec![],
        eligible_at: None,
        request: None,
        reason: Some("held".into()),
        next: None,
    };
    Report::Why(WhyReport {
        environment: "production".into(),
        at: at("2026-11-23T12:00:00Z"),
        fetched: false,
        applications: vec![row],
        notes: vec![],
    })
}

fn status() -> Report {
    let mut report = samples::status();
    for row in &mut report.applications {
        row.application = APP.into();
        row.cells.iter_mut().for_each(|cell| cell.note = Some(REASON.into()));
    }
    report.requests = vec![samples::request()];
    Report::Status(report)
}

fn verify() -> Report {
    let mut report = samples::verify();
    let change = &mut report.refs[0].changes[0];
    change.moves[0].application = APP.into();
    change.gates[0].detail = REASON.repeat(2);
    change.refusals[0].message = REASON.repeat(2);
    Report::Verify(report)
}

fn at_moment() -> Report {
    let row = AtRow {
        application: APP.into(),
        environment: "production".into(),
        version: Some(id("41c09b2")),
        by: Some(NAME.into()),
        verb: Some("rollback".into()),
        reason: Some(REASON.into()),
        ..AtRow::default()
    };
    let (when, commits) = (at("2026-11-21T12:00:00Z"), vec![id("ccccccc")]);
    Report::At(AtReport { at: when, commits, rows: vec![row], notes: vec![] })
}

#[test]
fn no_table_of_any_verb_is_wider_than_the_terminal() {
    let mut diff = samples::diff();
    diff.applications[0].application = APP.into();
    diff.applications[0].behind_commits = change().moves[0].commits.clone();
    diff.applications[0].sites[0].file = PATH.into();
    let mut show = samples::show();
    (show.by, show.reason, show.subject) = (NAME.into(), Some(REASON.into()), REASON.repeat(2));
    show.moves[0].moved = change().moves.remove(0);
    show.others[0].path = PATH.into();
    let reports = [
        Report::from(change()),
        Report::from(samples::landed()),
        Report::from(samples::synced()),
        Report::Apart(samples::apart()),
        Report::Diff(diff),
        history(),
        holds_list(),
        locate(),
        why(),
        status(),
        verify(),
        at_moment(),
        Report::Show(Box::new(show)),
        Report::Tended(samples::tended()),
        Report::Tend(samples::tend()),
        Report::Approve(Box::new(samples::approve())),
        Report::Evidence(samples::evidence()),
        Report::Checked(Box::new(samples::checked())),
    ];
    for report in &reports {
        holds(&table(report, Detail::Normal, &NARROW));
        holds(&table(report, Detail::Wide, &NARROW));
    }
    holds(&crate::render::plan(&change(), &NARROW));
    holds(&crate::render::outcome(&samples::landed(), &[], &NARROW));
}

#[test]
fn the_versions_of_a_plan_stay_whole_and_the_path_gives_its_middle() {
    let shown = crate::render::plan(&change(), &NARROW);
    assert!(
        shown.contains("  clusters/europe-west/…/kustomization.yaml:14  newTag: \"41c09b2…\" -> \"9d3e7aa…\"\n"),
        "{shown}"
    );
    assert!(change::plan(&change(), &LOOK).contains(&format!("  {PATH}:14  newTag")), "off a terminal nothing is cut");
}

#[test]
fn a_history_of_everything_is_one_line_a_change() {
    assert_eq!(
        table(&history(), Detail::Normal, &NARROW),
        "\
REV   WHEN    APP        ENV        PIN        VERB       BY        NOTE
r17*  12 min  chec…rnal  prod…tion  41c09b2    rollback   María d…  !812; back …
r16   2 h     chec…rnal  prod…tion  77f0c1d    promote    María d…  !809; from …
r15   2 d     chec…rnal  prod…tion  v1-hotfix  (by hand)  María d…  unsigned; …
SIGNED: good, where nothing else is said
"
    );
}

#[test]
fn a_hold_goes_on_below_its_reason() {
    assert_eq!(
        table(&holds_list(), Detail::Normal, &NARROW),
        "\
ENV         APP               SINCE   BY        UNTIL   REASON
production  checkout…nternal  12 min  María d…  no end  梅林 saw errors after
                                                        the sale began, in every
                                                        region, and nobody knows
                                                        why yet
production  checkout          12 min  Mei Lin   no end  errors after 9d3e7aa
"
    );
}

#[test]
fn a_reason_of_why_is_told_to_its_end() {
    assert_eq!(
        table(&why(), Detail::Normal, &NARROW),
        "\
checkout-and-payments-gateway-internal  production  41c09b2 -> 9d3e7aa  blocked
  held
  hold  no  梅林 saw errors after the sale began, in every region, and nobody
            knows why yet梅林 saw errors after the sale began, in every region,
            and nobody knows why yet
"
    );
}

#[test]
fn whole_versions_take_a_second_line_where_there_is_no_place() {
    assert_eq!(
        table(&Report::Status(samples::status()), Detail::Wide, &NARROW),
        "\
APP                ENV         PIN                                       AGE
    DISTANCE       NOTE
checkout           staging     9d3e7aa000000000000000000000000000000000  2 h
    -
checkout           production  41c09b2000000000000000000000000000000000  3 d
    -2 of staging  held
web (shop, admin)  production  disagree                                  -
    -              apps/web/overlays/production/v1/kustomization.yaml:3 v1;
                   apps/web/overlays/production/v2/kustomization.yaml:3 v2
"
    );
}
