//! What is told of hotfixes where landings are listed, shown and taken back: by the tree, whatever a message says.

use serde_json::Value;

use crate::support::fixing::{RECORD, by, land, landed_on_promoted, record, unsoaked};

const HISTORY: [&str; 4] = ["history", "web", "--env", "production"];

fn rows(report: &Value) -> Vec<(Value, Value)> {
    let rows = report["changes"].as_array().expect("rows").iter();
    rows.map(|row| (row["verb"].clone(), row["hotfix"].clone())).collect()
}

#[test]
fn a_row_of_a_landing_that_brought_a_hotfix_says_so_by_its_record() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    // A message alone makes none.
    let named = court.commit("web", 6);
    let forged = court.work("bob").pin("web", "production", &named);
    let message = format!("hotfix web to production: {} -> {}", &fix[..7], &named[..7]);
    forged.commit(&message).git(&["push", "-q", "origin", "HEAD:main"]);
    let ask = |more: &[&str]| by(&court, "bob", &[&HISTORY[..], more].concat()).exits(0);
    let all = rows(&ask(&["-o", "json"]).json());
    let pair = |verb: &str, hotfix: bool| (Value::from(verb), Value::from(hotfix));
    assert_eq!(all[..3], [pair("by hand", false), pair("promote", true), pair("promote", false)]);
    assert_eq!(rows(&ask(&["--verb", "hotfix", "-o", "json"]).json()), [pair("promote", true)]);
    assert_eq!(rows(&ask(&["--verb", "promote", "-o", "json"]).json()).len(), 2, "it is a promotion");
    assert_eq!(rows(&ask(&["--verb", "hotfix,by-hand", "--max", "2", "-o", "json"]).json()).len(), 2);
    let text = ask(&[]).stdout;
    let line = text.lines().find(|line| line.starts_with("r3")).expect("the third change");
    assert!(line.contains("  hotfix: orders are lost"), "{text}");
    let csv = ask(&["-o", "csv"]).stdout;
    let cells: Vec<&str> = csv.lines().filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(cells[..4], ["hotfix", "false", "true", "false"], "{csv}");
}

#[test]
fn a_landing_in_which_only_the_record_of_a_hotfix_went_is_the_newest_and_says_so() {
    let court = unsoaked(|_| {});
    let fix = landed_on_promoted(&court);
    let landing = court.world.tip();
    by(&court, "bob", &["rollback", "web", "--env", "production", "-m", "worse"]).exits(0);
    let goes = format!("the record of the hotfix {} of `web` in `production` goes", &fix[..7]);
    by(&court, "alice", &["undo", &landing, "--dry-run"]).exits(0).says("plan").says(&goes);
    by(&court, "alice", &["undo", &landing, "-m", "given up"]).exits(0);
    assert_eq!(record(&court), None);
    let tip = court.world.tip();
    for args in [&["show"][..], &["show", "--env", "production"], &["show", &tip]] {
        let shown = by(&court, "bob", &[args, &["-o", "json"]].concat()).exits(0).json();
        assert_eq!(
            (&shown["config_commit"], &shown["verb"]),
            (&tip.clone().into(), &"undo".into()),
            "{args:?} {shown:#}"
        );
        let hotfix = &shown["hotfixes"][0];
        assert_eq!((&hotfix["file"], &hotfix["change"]), (&RECORD.into(), &"deleted".into()), "{shown:#}");
        assert_eq!((&hotfix["before"]["commit"], &hotfix["after"]), (&fix.clone().into(), &Value::Null), "{shown:#}");
        let text = by(&court, "bob", args).exits(0).says("it ends a hotfix of `web` in `production`").stdout;
        assert!(text.contains("verb     undo") && !text.contains("nothing differs"), "{text}");
    }
    // It is the last one, and none that is taken back.
    let again = by(&court, "alice", &["undo", "--env", "production"]).exits(1);
    again.says("moved no pin and changed no hold").says("the record of a hotfix");
}

#[test]
fn a_hotfix_that_goes_with_its_pin_is_told_in_the_plan_and_one_that_comes_back_too() {
    let court = unsoaked(|_| {});
    let first = landed_on_promoted(&court);
    let second = court.world.sources["web"].commit("hotfix/orders", &first, "more.txt", "fix: more orders stay");
    land(&court, "alice", &second).exits(0);
    let landing = court.world.tip();
    let plan = by(&court, "alice", &["undo", &landing, "--dry-run"]).exits(0);
    plan.says(&format!("the record of the hotfix {} of `web` in `production` comes back", &first[..7]));
}
