//! What goes by itself: `promote --eligible` from cron, and one landing after the other by `--to ENV,ENV`.

use serde_json::Value;

use crate::support::court::Court;
use crate::support::run::Ran;
use crate::support::world::{overlay, overlay_file};

fn promote(court: &Court, args: &[&str]) -> Ran {
    let args: Vec<&str> = ["promote", "-q", "-o", "json"].into_iter().chain(args.iter().copied()).collect();
    court.environment("alice").stageline(&court.world.clone, &args)
}

fn moves(report: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_string();
    let rows = report["moves"].as_array().into_iter().flatten();
    rows.map(|row| (text(row, "application"), text(row, "to"))).collect()
}

#[test]
fn of_each_application_the_newest_that_may_go_goes_and_the_rest_is_listed() {
    let court = Court::new();
    // Web has been in staging with 5 for two days, and with 6 since a minute; api with 5 for ten minutes.
    court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &court.commit("web", 6)));
    court.land_ago(60, "web to staging");
    let report = promote(&court, &["--all", "--eligible", "--to", "production"]).exits(0).json();
    assert_eq!(moves(&report), [("web".to_string(), court.commit("web", 5))], "{report:#}");
    let skipped = report["skipped"].to_string();
    assert!(skipped.contains("\"api\"") && skipped.contains("takes what was in"), "{skipped}");
    court.world.fetch();
    assert_eq!(court.world.pin("web", "production"), court.commit("web", 5));
    // Cron asks again, and there is nothing: that is no fault.
    let again = promote(&court, &["--all", "--eligible", "--to", "production"]).exits(0).json();
    assert_eq!((moves(&again).len(), &again["stage"]), (0, &"nothing-to-do".into()), "{again:#}");
}

#[test]
fn the_first_environment_has_no_candidates_until_somebody_vouches_for_them() {
    let court = Court::new();
    let refused = promote(&court, &["web", "--eligible", "--to", "staging"]).exits(2);
    assert_eq!(refused.refusal(), "unvouched");
    let report = promote(&court, &["web", "--eligible", "--unbuilt", "--to", "staging"]).exits(0).json();
    assert_eq!(moves(&report), [("web".to_string(), court.unmerged("web"))]);
}

#[test]
fn one_landing_after_the_other_each_on_the_tip_that_the_one_before_made() {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    let to = court.commit("web", 6);
    let report = promote(&court, &["web", "--commit", &to, "--to", "staging,production"]).exits(0).json();
    let steps = report["steps"].as_array().unwrap();
    assert_eq!(steps.iter().map(|step| step["stage"].as_str().unwrap()).collect::<Vec<_>>(), ["landed", "landed"]);
    court.world.fetch();
    assert_eq!((court.world.pin("web", "staging"), court.world.pin("web", "production")), (to.clone(), to));
}

#[test]
fn it_stops_at_the_first_that_does_not_go_and_says_what_landed() {
    let court = Court::new();
    let to = court.commit("web", 6);
    let report = promote(&court, &["web", "--commit", &to, "--to", "staging,production"]).exits(3).json();
    assert_eq!(report["steps"].as_array().unwrap().len(), 1);
    assert_eq!(report["stopped"]["environment"], "production");
    assert_eq!(report["stopped"]["refusal"]["code"], "soaking");
    court.world.fetch();
    assert_eq!(court.world.pin("web", "staging"), to);
    // Nothing has landed where the first one does not go.
    let unknown = promote(&court, &["web", "--commit", "nowhere", "--to", "staging,production"]);
    assert_eq!(unknown.exits(2).refusal(), "no-such-revision");
    let dry = promote(&court, &["web", "--commit", &court.commit("web", 7), "--to", "staging,production", "--dry-run"]);
    assert_eq!(dry.exits(0).json()["steps"].as_array().unwrap().len(), 1);
    promote(&court, &["web", "--to", "staging,production", "--each"]).exits(2);
}
