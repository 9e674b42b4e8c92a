//! `promote --each` and `--by owners`: a promotion in several requests, judged whole and opened one by one.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::team::Team;

const EACH: &[&str] = &["promote", "--all", "--to", "production", "--landing", "merge-request", "--each"];
const BY_OWNERS: &[&str] = &["promote", "--all", "--to", "production", "--landing", "merge-request", "--by", "owners"];

/// The branches that a run made, or would make, and what moves on each.
fn parts(report: &Value) -> Vec<(String, Vec<String>)> {
    let all = report["requests"].as_array().expect("a list of requests");
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    let apps =
        |one: &Value| one["moves"].as_array().expect("moves").iter().map(|row| word(&row["application"])).collect();
    all.iter().map(|one| (word(&one["request"]["branch"]), apps(one))).collect()
}

fn part(branch: &str, apps: &[&str]) -> (String, Vec<String>) {
    (branch.to_owned(), apps.iter().map(|app| (*app).to_owned()).collect())
}

fn branches(world: &World) -> Vec<String> {
    world.branches_as(&world.environment)
}

/// A world in which two applications have an owner and the third has none.
fn owned() -> World {
    let world = World::shaped(|shape| shape.people = "  ana: { principals: [ana@example.com] }\n".into());
    let settings = world.read("stageline.yaml");
    let settings = settings.replace("- name: web\n", "- name: web\n    owners: ana\n");
    let settings = settings.replace("- name: checkout\n", "- name: checkout\n    owners: [ana]\n");
    world.land_file("stageline.yaml", &settings);
    world
}

#[test]
fn at_a_real_forge_each_application_gets_a_request_of_its_own_and_a_rerun_changes_nothing() {
    let team = Team::new();
    let report = team.json(EACH);
    let wanted = ["checkout", "web", "worker"].map(|app| part(&format!("promote/production/{app}"), &[app]));
    assert_eq!(parts(&report), wanted);
    for (app, request) in ["checkout", "web", "worker"].into_iter().zip(team.open_requests()) {
        let branch = format!("promote/production/{app}");
        assert_eq!(request["head"]["ref"], branch.as_str(), "{request}");
        assert_eq!(team.pin_on(&branch, app), team.world.commit_of(app, 4));
    }
    assert_ne!(team.pin_on("promote/production/web", "worker"), team.world.commit_of("worker", 4));
    let again = team.json(EACH);
    let unchanged: Vec<&Value> =
        again["requests"].as_array().expect("requests").iter().map(|one| &one["request"]["unchanged"]).collect();
    assert_eq!(unchanged, [true, true, true], "{again}");
    assert_eq!(team.requests().len(), 3);
    // Each merges by itself.
    for number in 1..=3 {
        team.forge.merge(&team.mei, "mei/config", number, "merge");
    }
    for app in ["checkout", "web", "worker"] {
        assert_eq!(team.pin_on("main", app), team.world.commit_of(app, 4));
    }
}

#[test]
fn at_a_real_forge_a_no_to_one_request_is_none_to_the_others() {
    let team = Team::new();
    team.json(&["promote", "web", "--to", "production", "--landing", "merge-request"]);
    team.close(1);
    let ran = team.run(&team.job(&team.mei.token), &[EACH, &["-o", "json"]].concat()).exits(5);
    let report = ran.json();
    let made: Vec<_> = parts(&report).into_iter().map(|(branch, _)| branch).collect();
    assert_eq!(made, ["promote/production/checkout", "promote/production/worker"], "{report}");
    assert_eq!(report["failed"][0]["applications"], json!(["web"]), "{report}");
    assert!(report["failed"][0]["message"].as_str().is_some_and(|why| why.contains("#1")), "{report}");
    assert_eq!(team.open_requests().len(), 2);
    // Where nothing but that "no" is left it is the error.
    let ran = team.run(
        &team.job(&team.mei.token),
        &["promote", "web", "--to", "production", "--landing", "merge-request", "--each"],
    );
    assert!(ran.exits(1).stderr.contains("#1"));
}

#[test]
fn applications_of_the_same_owners_share_a_request() {
    let world = owned();
    let report = world.run(&[BY_OWNERS, &["-o", "json"]].concat()).exits(0).json();
    let wanted =
        [part("promote/production/of-ana", &["checkout", "web"]), part("promote/production/of-nobody", &["worker"])];
    assert_eq!(parts(&report), wanted, "{report}");
    assert_eq!(branches(&world), ["main", "promote/production/of-ana", "promote/production/of-nobody"]);
}

#[test]
fn a_dry_run_shows_each_request_and_makes_none() {
    let world = owned();
    let before = branches(&world);
    let report = world.run(&[EACH, &["--dry-run", "-o", "json"]].concat()).exits(0).json();
    assert_eq!(parts(&report).len(), 3, "{report}");
    let text = world.run(&[BY_OWNERS, &["--dry-run"]].concat()).exits(0).stdout;
    assert!(text.contains("promote/production/of-ana") && text.contains("promote/production/of-nobody"), "{text}");
    assert_eq!(branches(&world), before);
}

#[test]
fn what_keeps_one_application_from_landing_keeps_all_requests_from_being_made() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "broken"]).exits(0);
    let before = branches(&world);
    let named = ["promote", "checkout", "web", "--to", "production", "--landing", "merge-request", "--each"];
    assert_eq!(world.refused(1, &named), "held");
    let report = world.run(&[&named[..], &["--dry-run", "-o", "json"]].concat()).exits(1).json();
    assert_eq!(report["requests"][0]["refusals"][0]["code"], "held", "{report}");
    assert_eq!(branches(&world), before);
    // With `--all` what is held is left out, and said once.
    let report = world.json(EACH);
    assert_eq!(parts(&report).len(), 2, "{report}");
    assert_eq!(report["skipped"][0]["application"], "web", "{report}");
}

#[test]
fn a_direct_landing_is_one_commit_and_is_not_taken_apart() {
    let world = World::new();
    let tip = world.tip();
    let directly = ["promote", "--all", "--to", "production", "--each"];
    world.run(&directly).exits(2).says("`production` lands directly").says("--landing merge-request");
    assert_eq!(world.tip(), tip);
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    let report = world.json(EACH);
    assert_eq!(
        (&report["requests"][0]["stage"], report["requests"].as_array().map(Vec::len)),
        (&json!("nothing-to-do"), Some(1))
    );
}

#[test]
fn more_than_ten_requests_at_once_are_made_only_where_somebody_says_yes() {
    let world = World::shaped(|shape| {
        shape.applications = (0..11).map(|n| format!("app{n}")).collect();
        shape.one_source = true;
    });
    let error: Value = world.run(&[EACH, &["-o", "json"]].concat()).exits(1).json();
    assert_eq!(error["error"]["code"], "many-requests", "{error}");
    assert!(error["error"]["message"].as_str().is_some_and(|said| said.contains("11 requests")), "{error}");
    assert_eq!(branches(&world), ["main"]);
    assert_eq!(parts(&world.json(&[EACH, &["--dry-run"]].concat())).len(), 11);
    assert_eq!(parts(&world.json(&[EACH, &["--yes"]].concat())).len(), 11);
    assert_eq!(branches(&world).len(), 12);
}
