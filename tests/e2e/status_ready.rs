//! `status --ready`: of each version that waits in the environment before, whether it could come now, in the words of `why`.

use serde_json::Value;

use crate::support::court::Court;
use crate::support::world::{overlay, overlay_file};

/// A moment of the past, and one in an hour, as `stageline.yaml` takes them.
fn frozen() -> String {
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    let until = until.strftime("%Y-%m-%d %H:%M");
    format!("freeze: [{{ environments: [production], from: \"2020-01-01\", until: \"{until}\", timezone: UTC }}]\n")
}

/// What `status` says of what waits for production, of one application.
fn waits(court: &Court, name: &str, app: &str, args: &[&str]) -> Value {
    court.world.fetch();
    let args = [&["status", "-o", "json"], args].concat();
    let report = court.environment(name).stageline(&court.world.clone, &args).exits(0).json();
    let rows = report["applications"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["application"] == app).unwrap_or_else(|| panic!("no {app}: {report:#}"));
    let cells = row["cells"].as_array().expect("cells");
    cells.iter().find(|cell| cell["environment"] == "production").expect("a cell")["waits"].clone()
}

#[test]
fn what_may_go_is_ready_and_what_soaks_is_blocked_until_then() {
    let court = Court::new();
    assert_eq!(waits(&court, "alice", "web", &["--ready"])["state"], "ready");
    let api = waits(&court, "alice", "api", &["--ready"]);
    assert_eq!((&api["state"], &api["by"]), (&"waiting".into(), &"soak".into()));
    let at: jiff::Timestamp = api["eligible_at"].as_str().expect("a moment").parse().unwrap();
    assert!((48..=50).contains(&(at.duration_since(jiff::Timestamp::now()).as_secs() / 60)), "{at}");
    let alice = court.environment("alice");
    let table = alice.stageline(&court.world.clone, &["status", "--ready"]).exits(0).stdout;
    let line = |app: &str| table.lines().find(|line| line.starts_with(app)).expect("a row").to_string();
    assert!(line("web").ends_with(" ready"), "{table}");
    assert!(line("api").ends_with(&format!("blocked until {at}")), "{table}");
}

#[test]
fn the_gates_are_asked_for_a_wide_table_for_applications_by_name_and_where_it_is_asked_for() {
    let court = Court::new();
    assert_eq!(waits(&court, "alice", "web", &[]), Value::Null);
    assert_eq!(waits(&court, "alice", "web", &["web"])["state"], "ready");
    let alice = court.environment("alice");
    let said = |args: &[&str]| alice.stageline(&court.world.clone, args).exits(0).stdout.contains("ready");
    assert!(said(&["status", "-o", "wide"]) && said(&["status", "web"]) && said(&["status", "--ready"]));
    assert!(!said(&["status"]));
}

#[test]
fn whom_it_waits_for_shows_by_the_gate() {
    let court = Court::new();
    let web = waits(&court, "bob", "web", &["--ready"]);
    assert_eq!(
        (&web["state"], &web["by"], &web["eligible_at"]),
        (&"waiting".into(), &"signature".into(), &Value::Null)
    );
    let eve = waits(&court, "eve", "web", &["--ready"]);
    assert_eq!((&eve["state"], &eve["by"]), (&"blocked".into(), &"signature".into()));
    let table = court.environment("bob").stageline(&court.world.clone, &["status", "--ready"]).exits(0).stdout;
    assert!(table.contains("blocked: signature"), "{table}");
}

#[test]
fn a_hold_blocks_and_a_freeze_blocks_until_it_ends() {
    let court = Court::new();
    let alice = court.environment("alice");
    let hold = ["hold", "set", "web", "--env", "production", "-m", "it burns", "-y", "-q"];
    alice.stageline(&court.world.clone, &hold).exits(0);
    let web = waits(&court, "alice", "web", &["--ready"]);
    assert_eq!((&web["state"], &web["by"]), (&"blocked".into(), &"hold".into()));
    let court = Court::ruled(|rules| rules.push_str(&frozen()));
    let web = waits(&court, "alice", "web", &["--ready"]);
    assert_eq!((&web["by"], web["eligible_at"].is_string()), (&"freeze".into(), true), "{web}");
}

#[test]
fn what_would_lose_commits_is_blocked_by_that() {
    let court = Court::new();
    court.world.write(&overlay_file("web", "production"), &overlay("web", "production", &court.commit("web", 6)));
    court.land_ago(60, "A later one");
    let web = waits(&court, "alice", "web", &["--ready"]);
    assert_eq!((&web["state"], &web["by"]), (&"blocked".into(), &"would-lose-commits".into()));
}

#[test]
fn where_nothing_waits_nothing_is_said() {
    let court = Court::new();
    assert_eq!(waits(&court, "alice", "web", &["--ready"])["state"], "ready");
    court.world.write(&overlay_file("web", "production"), &overlay("web", "production", &court.commit("web", 5)));
    court.land_ago(60, "web to production");
    assert_eq!(waits(&court, "alice", "web", &["--ready"]), Value::Null);
    // The first environment has none before it.
    let report = court.environment("alice").stageline(&court.world.clone, &["status", "--ready", "-o", "json"]).json();
    assert_eq!(report["applications"][0]["cells"][0]["waits"], Value::Null);
}

#[test]
fn what_cannot_be_told_says_so_and_does_not_hide_the_others() {
    let court = Court::ruled(|rules| *rules = rules.replacen("source: /", "source: file:///nowhere/", 1));
    let of = |app: &str| waits(&court, "alice", app, &["--ready", "--fetch"]);
    let (web, api) = (of("web"), of("api"));
    assert_eq!((&web["state"], &api["state"]), (&"unknown".into(), &"waiting".into()), "{web} {api}");
    assert!(web["by"].is_string(), "{web}");
    // One that cannot even be asked about.
    let court = Court::new();
    court.world.write(&overlay_file("api", "production"), "images: [");
    court.land_ago(60, "Break api");
    let of = |app: &str| waits(&court, "alice", app, &["--ready"]);
    let (web, api) = (of("web"), of("api"));
    assert_eq!((&web["state"], &api["state"]), (&"ready".into(), &"unknown".into()), "{web} {api}");
    let table = court.environment("alice").stageline(&court.world.clone, &["status", "--ready"]).exits(0).stdout;
    assert!(table.contains(" ready") && table.contains("cannot tell"), "{table}");
}

#[test]
fn nobody_is_asked_unless_it_is_said() {
    let court = Court::ruled(|rules| *rules = rules.replace("source: /", "source: file:///"));
    assert_eq!(waits(&court, "alice", "web", &["--ready", "--fetch"])["state"], "ready");
    // Known from then on, though nobody is there any more.
    std::fs::rename(&court.world.sources["web"].path, court.world.path("away")).unwrap();
    let alice = court.environment("alice");
    let status = |args: &[&str]| alice.stageline(&court.world.clone, args).exits(0).stdout;
    assert!(status(&["status", "--ready"]).contains(" ready"));
    assert!(!status(&["status", "--ready", "--fetch"]).contains(" ready"));
}

#[test]
fn it_says_what_why_says_whoever_asks() {
    let court = Court::new();
    for hold in [false, true] {
        if hold {
            let args = ["hold", "set", "api", "--env", "production", "-m", "it burns", "-y", "-q"];
            court.environment("alice").stageline(&court.world.clone, &args).exits(0);
        }
        for name in ["alice", "bob", "eve"] {
            for app in ["web", "api"] {
                let cell = waits(&court, name, app, &["--ready"]);
                let args = ["why", app, "--to", "production", "-o", "json"];
                let why = court.environment(name).stageline(&court.world.clone, &args).json();
                let row = &why["applications"][0];
                let told = format!("{name} {app} {hold}: {cell:#} {row:#}");
                assert_eq!((&cell["state"], &cell["eligible_at"]), (&row["state"], &row["eligible_at"]), "{told}");
            }
        }
    }
}
