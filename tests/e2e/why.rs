//! `why`: what keeps an application back, who lets it go, when, and that it says what `promote` and `verify` say.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::court::Court;
use crate::support::run::Ran;
use crate::support::world::{overlay, overlay_file};

/// What `why` says to somebody, in the world's own clone.
fn why(court: &Court, name: &str, args: &[&str]) -> Ran {
    court.world.fetch();
    let args: Vec<&str> = ["why", "-o", "json"].into_iter().chain(args.iter().copied()).collect();
    court.environment(name).stageline(&court.world.clone, &args)
}

/// The row of an application.
fn row(ran: &Ran, app: &str) -> Value {
    let report = ran.json();
    let rows = report["applications"].as_array().expect("rows").clone();
    rows.into_iter().find(|row| row["application"] == app).unwrap_or_else(|| panic!("no {app}: {report:#}"))
}

#[test]
fn what_may_go_is_ready_with_the_command_and_what_soaks_says_until_when() {
    let court = Court::new();
    let told = why(&court, "alice", &["--all", "--to", "production"]);
    assert_eq!(told.code(), Some(3));
    let web = row(&told, "web");
    assert_eq!((&web["state"], &web["next"]), (&"ready".into(), &"stageline promote web --to production".into()));
    let api = row(&told, "api");
    assert_eq!(api["state"], "waiting");
    let at: jiff::Timestamp = api["eligible_at"].as_str().expect("a moment").parse().unwrap();
    let minutes = at.duration_since(jiff::Timestamp::now()).as_secs() / 60;
    assert!((48..=50).contains(&minutes), "{at}");
    // As if it were later it may go.
    let later = why(&court, "alice", &["api", "--to", "production", "--at", "2h"]);
    assert_eq!((later.code(), row(&later, "api")["state"].as_str()), (Some(0), Some("ready")));
}

#[test]
fn whoever_asks_is_told_whom_to_ask() {
    let court = Court::new();
    let bob = row(&why(&court, "bob", &["web", "--to", "production"]), "web");
    assert_eq!(bob["state"], "waiting");
    let told = bob["refusals"].to_string();
    assert!(told.contains("ask one of `managers` (alice)"), "{told}");
    assert_eq!(bob["ask"], json!([{ "name": "managers", "people": ["alice"] }]));
    let eve = why(&court, "eve", &["web", "--to", "production"]);
    assert_eq!((eve.code(), row(&eve, "web")["state"].as_str()), (Some(1), Some("blocked")));
    // Who may sign asks nobody.
    assert_eq!(row(&why(&court, "alice", &["web", "--to", "production"]), "web")["ask"], json!([]));
}

#[test]
fn of_a_large_group_a_few_are_named_and_json_has_them_all() {
    let court = Court::ruled(|rules| {
        let more: String = ["ann", "ben", "cleo", "dan"]
            .map(|name| format!("  {name}: {{ principals: [{name}@example.com] }}\n"))
            .concat();
        *rules = rules.replace("groups: { managers: [alice] }", "groups: { managers: [alice, ann, ben, cleo, dan] }");
        *rules = rules.replace("people:\n", &format!("people:\n{more}"));
    });
    let told = why(&court, "bob", &["web", "--to", "production"]);
    let web = row(&told, "web");
    assert!(web["refusals"].to_string().contains("`managers` (alice, ann, ben, cleo and 1 more)"), "{web:#}");
    assert_eq!(web["ask"][0]["people"], json!(["alice", "ann", "ben", "cleo", "dan"]));
}

#[test]
fn who_is_asked_is_told_alike_by_verify() {
    let court = Court::new();
    let change = || court.work("bob").pin("web", "production", &court.commit("web", 5)).commit("x").verify().report;
    let asked = |report: &Value| report["refs"][0]["changes"][0]["refusals"][0]["ask"].clone();
    let managers = json!([{ "name": "managers", "people": ["alice"] }]);
    assert_eq!(asked(&change()), managers);
    // Of the rules themselves, and of a hold.
    let rules = court.work("bob").change("stageline.yaml", "soak: 1h", "soak: 2h").commit("x").verify().report;
    assert_eq!(asked(&rules), managers);
    let hold = ["hold", "set", "web", "--env", "production", "-m", "it burns", "-y", "-q"];
    court.environment("bob").stageline(&court.world.clone, &hold).exits(0);
    let held = change();
    let refusals = held["refs"][0]["changes"][0]["refusals"].to_string();
    assert!(refusals.contains("who may lift it: `managers` (alice)"), "{held:#}");
    let web = row(&why(&court, "bob", &["web", "--to", "production"]), "web");
    assert!(web["refusals"].to_string().contains("who may lift it: `managers` (alice)"), "{web:#}");
}

#[test]
fn where_anybody_may_lift_a_hold_nobody_is_named_for_it() {
    let court = Court::ruled(|rules| *rules = rules.replace("    signers: managers\n", ""));
    let hold = ["hold", "set", "web", "--env", "production", "-m", "it burns", "-y", "-q"];
    court.environment("bob").stageline(&court.world.clone, &hold).exits(0);
    let web = row(&why(&court, "bob", &["web", "--to", "production"]), "web");
    assert_eq!((&web["state"], &web["ask"]), (&"blocked".into(), &json!([])));
    assert!(!web["refusals"].to_string().contains("who may lift"), "{web:#}");
}

#[test]
fn what_has_nothing_to_go_says_so() {
    let court = Court::new();
    court.world.write(&overlay_file("web", "production"), &overlay("web", "production", &court.commit("web", 5)));
    court.land_ago(60, "web to production");
    let web = row(&why(&court, "alice", &["web", "--to", "production"]), "web");
    assert_eq!((&web["state"], &web["reason"]), (&"nothing".into(), &"`production` runs that already".into()));
}

#[test]
fn a_hold_is_told_with_who_and_how_it_is_lifted() {
    let court = Court::new();
    let alice = court.environment("alice");
    alice
        .stageline(&court.world.clone, &["hold", "set", "web", "--env", "production", "-m", "it burns", "-y", "-q"])
        .exits(0);
    let web = row(&why(&court, "alice", &["web", "--to", "production"]), "web");
    assert_eq!(web["state"], "blocked");
    assert_eq!(web["next"], "stageline hold lift web --env production");
    assert!(web["refusals"].to_string().contains("it burns"));
}

#[test]
fn it_works_in_a_bare_clone_with_nobody_to_ask_and_says_what_is_not_known() {
    let court = Court::ruled(|rules| *rules = rules.replace("source: /", "source: file:///"));
    let bare = court.world.path("bare.git");
    let alice = court.environment("alice");
    alice.git(
        &court.world.path(""),
        &["clone", "-q", "--bare", &court.world.remote.to_string_lossy(), &bare.to_string_lossy()],
    );
    let ask = |more: &[&str]| {
        let args = [&["why", "-o", "json", "web", "--to", "production"], more].concat();
        alice.stageline(&bare, &args)
    };
    let cold = ask(&["--offline"]);
    assert_eq!((cold.code(), row(&cold, "web")["state"].as_str()), (Some(3), Some("unknown")));
    alice.stageline(&court.world.clone, &["why", "web", "--to", "production", "--fetch"]).exits(0);
    // Known from then on, as of then, though nobody is there any more.
    std::fs::rename(&court.world.remote, court.world.path("away.git")).unwrap();
    std::fs::rename(&court.world.sources["web"].path, court.world.path("sources-away")).unwrap();
    let warm = ask(&[]);
    assert_eq!((warm.code(), row(&warm, "web")["state"].as_str()), (Some(0), Some("ready")), "{:#}", warm.json());
}

/// What `why` says of a commit's way to production; `promote --dry-run`, and `verify` of the same made by hand, say the same. `None`:
/// it runs there already.
fn agreed(court: &Court, (name, branch): (&str, &str), app: &str, to: &str) -> (Option<i32>, BTreeSet<String>) {
    court.world.fetch();
    let environment = court.environment(name);
    let ask = |verb: &[&str]| {
        let args = [verb, &[app, "--to", "production", "--commit", to, "-o", "json"]].concat();
        environment.stageline(&court.world.clone, &args)
    };
    let (why, dry) = (ask(&["why"]), ask(&["promote", "--dry-run", "-q"]));
    let by_hand = court.work(name).git(&["checkout", "-q", branch]).pin(app, "production", to);
    if by_hand.environment.git(&by_hand.dir, &["status", "--porcelain"]).is_empty() {
        assert_eq!((why.code(), dry.code()), (Some(0), Some(0)), "{app} {to} {name}");
        return (None, BTreeSet::new());
    }
    let verify = by_hand.commit("by hand").verify_with(&["--onto", branch]);
    let place = format!("{app} {to} {name}: {:#} {:#} {:#}", why.json(), dry.json(), verify.report);
    assert_eq!((why.code(), dry.code()), (verify.code, verify.code), "{place}");
    let stops = |gates: &Value| -> BTreeSet<String> {
        let all = gates.as_array().into_iter().flatten().filter(|gate| gate["verdict"] != "pass");
        all.map(|gate| format!("{} {}", gate["gate"].as_str().unwrap_or("?"), gate["verdict"])).collect()
    };
    let told = stops(&row(&why, app)["gates"]);
    assert_eq!(told, stops(&dry.json()["gates"]), "{place}");
    assert_eq!(told, stops(&verify.report["refs"][0]["changes"][0]["gates"]), "{place}");
    (why.code(), told)
}

/// Exactly these gates keep it back, with these verdicts.
#[track_caller]
fn stopped(court: &Court, name: &str, app: &str, to: &str, stops: &[&str]) {
    let wanted: BTreeSet<String> = stops.iter().map(|stop| (*stop).to_string()).collect();
    assert_eq!(agreed(court, (name, "main"), app, to).1, wanted, "{app} {to} {name}");
}

const SIGNS: &str = "signature \"pending\"";

#[test]
fn why_a_dry_run_and_verify_agree() {
    let court = Court::new();
    for (app, number) in [("web", 5), ("api", 5), ("web", 7), ("web", 3), ("api", 6)] {
        for name in ["alice", "bob", "eve"] {
            agreed(&court, (name, "main"), app, &court.commit(app, number));
        }
    }
    stopped(&court, "alice", "web", &court.commit("web", 5), &[]);
    stopped(&court, "alice", "api", &court.commit("api", 5), &["soak \"pending\""]);
    stopped(&court, "bob", "api", &court.commit("api", 5), &["soak \"pending\"", SIGNS]);
}

#[test]
fn they_agree_on_freezes_and_on_the_gates_of_one_application() {
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    // What ends after all that can be reckoned with is no matter of waiting.
    for (until, word) in [(soon.strftime("%Y-%m-%d %H:%M").to_string(), "pending"), ("2199-01-01".into(), "fail")] {
        let court = Court::ruled(|rules| {
            let freeze =
                format!("{{ environments: [production], from: \"2020-01-01\", until: \"{until}\", timezone: UTC }}");
            rules.push_str(&format!("freeze: [{freeze}]\n"));
        });
        let frozen = format!("freeze \"{word}\"");
        stopped(&court, "alice", "web", &court.commit("web", 5), &[&frozen]);
        stopped(&court, "bob", "web", &court.commit("web", 5), &[&frozen, SIGNS]);
    }
    let own =
        Court::ruled(|rules| *rules = rules.replace("  - name: web\n", "  - name: web\n    gates: { soak: 30d }\n"));
    stopped(&own, "alice", "web", &own.commit("web", 5), &["soak \"pending\""]);
    let shorter =
        Court::ruled(|rules| *rules = rules.replace("  - name: web\n", "  - name: web\n    gates: { soak: 1h }\n"));
    stopped(&shorter, "alice", "web", &shorter.commit("web", 5), &[]);
}

#[test]
fn they_agree_on_holds_of_commits_of_pins_and_of_all_of_an_environment() {
    for (what, stops) in [("web@COMMIT", true), ("web", true), ("api", false), ("", true)] {
        let court = Court::new();
        let what = what.replace("COMMIT", &court.commit("web", 4));
        let mut args = vec!["hold", "set", "--env", "production", "-m", "it burns", "-y", "-q"];
        args.extend((!what.is_empty()).then_some(what.as_str()));
        court.environment("bob").stageline(&court.world.clone, &args).exits(0);
        let stops: &[&str] = if stops { &["hold \"fail\""] } else { &[] };
        stopped(&court, "alice", "web", &court.commit("web", 5), stops);
    }
}

#[test]
fn they_agree_on_content_that_counts_for_a_commit() {
    for same in [true, false] {
        let court = Court::ruled(|rules| {
            if same {
                *rules = rules.replace("after: staging", "after: { environment: staging, same: tree }");
            }
        });
        // What staging runs comes to `main` once more, as another commit with its files.
        let source = &court.world.sources["web"].path;
        let tree = format!("{}^{{tree}}", court.commit("web", 5));
        let (git, parent) = (court.world.dated(600), court.commit("web", 7));
        let squash = git.git(source, &["commit-tree", &tree, "-p", &parent, "-m", "squash"]);
        git.git(source, &["update-ref", "refs/heads/main", &squash]);
        let (code, stops) = agreed(&court, ("alice", "main"), "web", &squash);
        assert_eq!((code == Some(0), stops.iter().any(|stop| stop.starts_with("order"))), (same, !same), "{stops:?}");
    }
}

#[test]
fn they_agree_on_an_environment_on_its_own_branch() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("    branches: [main]\n", "    branches: [main]\n    git: { branch: production }\n");
    });
    court.world.git(&["push", "-q", "origin", "HEAD:refs/heads/production"]);
    let of = |name: &str| agreed(&court, (name, "production"), "web", &court.commit("web", 5));
    assert_eq!(of("alice"), (Some(0), BTreeSet::new()));
    assert_eq!(of("bob"), (Some(3), BTreeSet::from([SIGNS.to_string()])));
    // The copy there asks for more.
    let own =
        court.work("alice").git(&["checkout", "-q", "production"]).change("stageline.yaml", "soak: 1h", "soak: 30d");
    own.commit("Soak longer here").git(&["push", "-q", "origin", "HEAD:production"]);
    court.world.git(&["fetch", "-q", "origin"]);
    assert_eq!(of("alice"), (Some(3), BTreeSet::from(["soak \"pending\"".to_string()])));
}

#[test]
fn they_agree_where_a_source_cannot_be_asked() {
    let court = Court::new();
    let (web, api) = (court.commit("web", 5), court.commit("api", 5));
    std::fs::rename(&court.world.sources["web"].path, court.world.path("away")).unwrap();
    court.world.fetch();
    let alice = court.environment("alice");
    let why = alice.stageline(&court.world.clone, &["why", "web", "--to", "production", "-o", "json"]);
    let verify = court.work("alice").pin("web", "production", &web).commit("x").verify();
    assert_eq!((why.code(), verify.code), (Some(3), Some(3)), "{:#} {:#}", why.json(), verify.report);
    assert!(verify.gates("unknown").contains("branches"), "{:#}", verify.report);
    stopped(&court, "alice", "api", &api, &["soak \"pending\""]);
}
