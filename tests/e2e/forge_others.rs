//! Several requests at a real forge: who takes pins from whom, what ends, what is made again, and what `status` tells of them.

use std::fs;

use serde_json::{Value, json};

use crate::support::relay::{Relay, When};
use crate::support::run::finish;
use crate::support::team::{BRANCH, REPOSITORY, REQUEST, Team};

const ALL: &[&str] = &["promote", "--all", "--to", "production", "--landing", "merge-request"];
const SET: &str = "promote/production/all";

fn newest_to_staging(team: &Team, app: &str) -> String {
    let newest = team.world.commit_of(app, 5);
    team.json(&["promote", app, "--to", "staging", "--commit", &newest]);
    newest
}

#[test]
fn at_a_real_forge_a_newer_request_takes_the_pins_that_it_shares_and_the_older_is_made_again_without_them() {
    let team = Team::new();
    let before = team.world.pin("web", "production");
    team.json(ALL);
    let report = team.json(REQUEST);
    assert_eq!(report["request"]["number"], "#2", "{report}");
    let open = team.open_requests();
    assert_eq!(open.len(), 2, "{open:#?}");
    assert_eq!(team.pin_on(SET, "web"), before, "the older one has let go of it");
    assert_eq!(team.pin_on(SET, "checkout"), team.world.commit_of("checkout", 4));
    assert_eq!(team.pin_on(BRANCH, "web"), team.world.commit_of("web", 4));
    let (older, newer) = (open[0]["body"].as_str().expect("a text"), open[1]["body"].as_str().expect("a text"));
    assert!(!older.contains("| web |") && older.contains("| checkout |"), "{older}");
    assert!(newer.contains("web is taken over from"), "{newer}");
    assert!(report["notes"].to_string().contains("#1 was made again without what #2 takes"), "{report}");
    // Both merge, in whatever order.
    team.forge.merge(&team.mei, REPOSITORY, 1, "merge");
    team.forge.merge(&team.mei, REPOSITORY, 2, "merge");
    assert_eq!(team.pin_on("main", "web"), team.world.commit_of("web", 4));
    assert_eq!(team.pin_on("main", "checkout"), team.world.commit_of("checkout", 4));
}

#[test]
fn at_a_real_forge_an_older_request_of_which_nothing_is_left_is_closed_and_its_branch_deleted() {
    let team = Team::new();
    team.json(REQUEST);
    let report = team.json(ALL);
    assert!(report["notes"].to_string().contains("closed #1: superseded by #2"), "{report}");
    let [first, second] = team.requests().try_into().expect("two requests");
    assert_eq!(
        (&first["state"], &first["merged"], &second["state"]),
        (&json!("closed"), &json!(false), &json!("open"))
    );
    assert!(first["body"].as_str().is_some_and(|body| body.contains("**Closed**: superseded by")), "{first}");
    assert_eq!(team.branches(), ["main", SET]);
    // It was the tool that closed it: asking for the same again is no "no".
    team.json(&["promote", "web", "--to", "production", "--withdraw"]);
    let again = team.json(REQUEST);
    assert_eq!(again["request"]["number"], "#3", "{again}");
}

#[test]
fn at_a_real_forge_a_request_that_somebody_approved_keeps_its_pins_and_the_newer_one_waits_behind_it() {
    let team = Team::new();
    let petrov = team.petrov();
    team.json(REQUEST);
    team.approve(&petrov, 1);
    let newest = newest_to_staging(&team, "web");
    let job = team.job(&team.mei.token);
    // Its own branch is brought up to date by whoever asks for more; another branch waits.
    let report = team.run(&job, &[ALL, &["-o", "json"]].concat()).exits(0).json();
    let waiting = &report["waiting"][0];
    assert_eq!((&waiting["application"], &waiting["request"]), (&json!("web"), &json!("#1")), "{report}");
    assert!(waiting["reason"].as_str().is_some_and(|why| why.contains("approved by petrov")), "{report}");
    assert_eq!(report["moves"].as_array().map(Vec::len), Some(2), "{report}");
    assert_eq!(team.pin_on(BRANCH, "web"), team.world.commit_of("web", 4));
    assert_eq!(team.pin_on(SET, "web"), team.world.pin("web", "production"));
    let alone = ["promote", "web", "worker", "--to", "production", "--landing", "merge-request"];
    let pair = team.run(&job, &[&alone[..], &["-o", "json"]].concat()).exits(0).json();
    assert_eq!(pair["waiting"][0]["application"], "web", "{pair}");
    let taken = team.json(&[&alone[..], &["--replace"]].concat());
    assert_eq!(taken["waiting"], json!([]), "{taken}");
    let numbers: Vec<u64> = team.open_requests().iter().filter_map(|one| one["number"].as_u64()).collect();
    assert!(!numbers.contains(&1), "{numbers:?}: {taken}");
    let set = taken["request"]["branch"].as_str().expect("a branch").to_owned();
    assert_eq!(team.pin_on(&set, "web"), newest);
}

#[test]
fn at_a_real_forge_what_waits_whole_behind_another_request_ends_with_3_and_writes_nothing() {
    let team = Team::new();
    let petrov = team.petrov();
    team.json(ALL);
    team.approve(&petrov, 1);
    let before = team.branches();
    let ran = team.run(&team.job(&team.mei.token), REQUEST).exits(3);
    ran.says("waits  web in production behind #1, approved by petrov").says("nothing was written");
    assert_eq!((team.branches(), team.requests().len()), (before, 1));
}

#[test]
fn at_a_real_forge_a_request_with_a_person_s_commit_is_not_made_again() {
    let team = Team::new();
    team.json(ALL);
    team.world.git(&["fetch", "-q", "origin"]);
    team.world.git(&["checkout", "-q", "-b", "mine", &format!("origin/{SET}")]);
    fs::write(team.world.clone.join("note.md"), "look at the dashboards first\n").expect("a file");
    team.world.git(&["add", "note.md"]);
    team.world.git(&["commit", "-q", "-m", "note"]);
    team.world.git(&["push", "-q", "origin", &format!("HEAD:refs/heads/{SET}")]);
    let tip = team.world.git(&["rev-parse", "HEAD"]);
    team.world.git(&["checkout", "-q", "main"]);
    let job = team.job(&team.mei.token);
    team.run(&job, REQUEST).exits(3).says("waits  web in production behind #1").says("stands on it");
    team.run(&job, &[REQUEST, &["--replace"]].concat()).exits(0).says("#1 is left as it is");
    let at = team.world.git(&["ls-remote", "origin", &format!("refs/heads/{SET}")]);
    assert!(at.starts_with(tip.trim()), "{at}");
}

#[test]
fn at_a_real_forge_a_request_that_a_person_turned_to_another_branch_gets_no_other_version() {
    let team = Team::new();
    let opened = team.json(REQUEST);
    team.world.git(&["push", "-q", "origin", "main:live"]);
    let path = format!("/repos/{REPOSITORY}/pulls/1");
    team.forge.done(&team.mei, "PATCH", &path, &json!({ "base": "live" }));
    newest_to_staging(&team, "web");
    let report = team.json(REQUEST);
    assert_eq!(report["request"]["branch"], format!("{BRANCH}--2"), "{report}");
    assert!(report["notes"].to_string().contains("somebody has turned #1, which it is of, to `live`"), "{report}");
    let [first, second] = team.requests().try_into().expect("two requests");
    assert_eq!((&first["head"]["sha"], &second["base"]["ref"]), (&opened["commit"], &json!("main")));
    let again = team.json(REQUEST);
    assert_eq!(again["request"]["number"], "#2", "{again}");
}

#[test]
fn at_a_real_forge_the_request_of_an_application_that_has_another_name_now_is_taken_over() {
    let team = Team::new();
    team.json(REQUEST);
    let settings = team.world.read("stageline.yaml");
    let renamed = settings.replace("- name: web\n", "- name: shop-front\n    was: [web]\n");
    assert_ne!(renamed, settings);
    team.world.write("stageline.yaml", &renamed);
    team.world.git(&["commit", "-q", "-am", "Call it what it is"]);
    team.world.git(&["push", "-q", "origin", "main"]);
    let newest = team.world.commit_of("web", 5);
    let front = ["promote", "shop-front", "--to", "production", "--landing", "merge-request", "--commit", &newest];
    let report = team.json(&front);
    assert!(report["notes"].to_string().contains("closed #1: superseded by #2"), "{report}");
    let states: Vec<Value> = team.requests().iter().map(|request| request["state"].clone()).collect();
    assert_eq!(states, ["closed", "open"]);
    assert_eq!(team.branches(), ["main", "promote/production/shop-front"]);
}

#[test]
fn at_a_real_forge_a_no_beside_somebody_s_work_stays_one_when_that_work_is_gone() {
    let team = Team::new();
    let newest = newest_to_staging(&team, "web");
    team.json(REQUEST);
    team.world.git(&["fetch", "-q", "origin"]);
    team.world.git(&["checkout", "-q", "-b", "mine", &format!("origin/{BRANCH}")]);
    fs::write(team.world.clone.join("note.md"), "mine\n").expect("a file");
    team.world.git(&["add", "note.md"]);
    team.world.git(&["commit", "-q", "-m", "note"]);
    team.world.git(&["push", "-q", "origin", &format!("HEAD:refs/heads/{BRANCH}")]);
    team.world.git(&["checkout", "-q", "main"]);
    let older = team.world.commit_of("web", 4);
    let other = [REQUEST, &["--commit", &older, "--replace"]].concat();
    let report = team.json(&other);
    assert_eq!(report["request"]["branch"], format!("{BRANCH}--2"), "{report}");
    // That is a no; then the first request is given up, with its branch.
    team.close(2);
    team.close(1);
    team.world.git(&["push", "-q", "origin", "--delete", BRANCH]);
    let job = team.job(&team.mei.token);
    team.run(&job, &other).exits(1).says("#2 asked for this very change");
    assert_eq!(team.requests().len(), 2);
    let report = team.json(&[&other[..], &["--reopen"]].concat());
    assert_eq!(report["request"]["number"], "#3", "{report}");
    assert_ne!(team.pin_on(BRANCH, "web"), newest);
}

#[test]
fn at_a_real_forge_a_landed_rollback_closes_the_open_requests_for_its_pins() {
    let team = Team::new();
    team.json(&["promote", "web", "--to", "production"]);
    let newest = newest_to_staging(&team, "web");
    team.json(REQUEST);
    let report = team.json(&["rollback", "web", "--env", "production"]);
    assert_eq!(report["stage"], "landed");
    assert!(report["notes"].to_string().contains("closed #1: superseded by"), "{report}");
    assert_eq!((team.open_requests().len(), team.branches()), (0, vec!["main".to_owned()]));
    // What is asked for after the hold is lifted is asked for anew.
    let bad = report["holds"][1]["commit"].as_str().expect("the commit that was left is held");
    team.json(&["hold", "lift", "web", "--env", "production"]);
    team.json(&["hold", "lift", &format!("web@{bad}"), "--env", "production"]);
    assert_eq!(team.json(REQUEST)["request"]["number"], "#2");
    assert_eq!(team.pin_on(BRANCH, "web"), newest);
}

#[test]
fn at_a_real_forge_a_rollback_without_a_token_says_which_request_is_left() {
    let team = Team::new();
    team.json(&["promote", "web", "--to", "production"]);
    newest_to_staging(&team, "web");
    team.json(REQUEST);
    fs::remove_file(team.world.path("home/passwords")).expect("the passwords");
    let pushes = format!("http.{}/.extraHeader", team.forge.url());
    team.world.git(&["config", "--global", &pushes, &format!("Authorization: token {}", team.mei.token)]);
    let known = team.environment.with("GITEA_SERVER_URL", team.forge.url());
    let ran = team.run(&known, &["rollback", "web", "--env", "production"]).exits(0);
    ran.says("`promote/production/web` moves the same: if its request is open, close it");
    assert_eq!(team.open_requests().len(), 1);
}

#[test]
fn at_a_real_forge_refresh_rebuilds_what_cannot_land_any_more_and_leaves_the_rest() {
    let team = Team::new();
    team.json(REQUEST);
    team.json(&["promote", "worker", "--to", "production", "--landing", "merge-request"]);
    let worker = team.world.git(&["ls-remote", "origin", "refs/heads/promote/production/worker"]);
    // Somebody changes another line of the file that the first one changes.
    team.world.git(&["pull", "-q", "--ff-only"]);
    let file = "apps/web/overlays/production/kustomization.yaml";
    team.world.write(file, &format!("# of the web team\n{}", team.world.read(file)));
    team.world.land("a remark");
    let shown = team.json(&["status", "--fetch"]);
    let current = |number: &str| {
        let all = shown["requests"].as_array().expect("a list");
        all.iter().find(|one| one["number"] == number).expect("a request")["current"].clone()
    };
    assert_eq!((current("#1"), current("#2")), (json!(false), json!(true)), "{shown}");
    let dry = team.json(&["promote", "--refresh", "--dry-run"]);
    let became = |report: &Value| -> Vec<String> {
        let all = report["requests"].as_array().expect("a list").iter();
        all.map(|one| format!("{} {}", one["number"].as_str().expect("#"), one["became"].as_str().expect("a word")))
            .collect()
    };
    assert_eq!(became(&dry), ["#1 rebuilt", "#2 kept"], "{dry}");
    let done = team.json(&["promote", "--refresh"]);
    assert_eq!(became(&done), ["#1 rebuilt", "#2 kept"], "{done}");
    assert_eq!(team.world.git(&["ls-remote", "origin", "refs/heads/promote/production/worker"]), worker);
    assert_eq!(became(&team.json(&["promote", "--refresh"])), ["#1 kept", "#2 kept"]);
    let message = {
        team.pin_on(BRANCH, "web");
        team.world.git(&["log", "-1", "--format=%B", &format!("origin/{BRANCH}")])
    };
    assert_eq!(message.matches("Promotion-Asked-By: ").count(), 1, "{message}");
    team.forge.merge(&team.mei, REPOSITORY, 1, "merge");
    assert_eq!(team.pin_on("main", "web"), team.world.commit_of("web", 4));
    assert!(team.world.git(&["show", &format!("origin/main:{file}")]).starts_with("# of the web team"));
}

#[test]
fn at_a_real_forge_refresh_closes_what_has_landed_in_another_way_and_what_something_newer_has_overtaken() {
    let team = Team::new();
    team.json(REQUEST);
    team.json(&["promote", "worker", "--to", "production", "--landing", "merge-request"]);
    team.json(&["promote", "web", "--to", "production", "--landing", "direct"]);
    let newest = newest_to_staging(&team, "worker");
    team.json(&["promote", "worker", "--to", "production", "--commit", &newest, "--landing", "direct"]);
    let report = team.json(&["promote", "--refresh"]);
    let closed: Vec<&str> =
        report["requests"].as_array().expect("a list").iter().filter_map(|one| one["reason"].as_str()).collect();
    assert_eq!(closed.len(), 2, "{report}");
    assert!(closed[0].contains("stands there already") && closed[1].contains("already newer"), "{closed:?}");
    let all = team.requests();
    assert!(all.iter().all(|one| one["state"] == "closed" && one["merged"] == false), "{all:#?}");
    assert_eq!(team.branches(), ["main"]);
}

#[test]
fn at_a_real_forge_status_shows_who_waits_and_for_whom() {
    let team = Team::new();
    let petrov = team.petrov();
    let report = team.json(REQUEST);
    team.approve(&petrov, 1);
    let head = report["commit"].as_str().expect("a commit");
    let check = json!({ "state": "success", "context": "smoke" });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/statuses/{head}"), &check);
    let shown = team.json(&["status", "--fetch"]);
    let [request] = shown["requests"].as_array().expect("a list").as_slice() else { panic!("{shown}") };
    assert_eq!(
        (&request["number"], &request["open"], &request["checks"]),
        (&json!("#1"), &json!(true), &json!("passed"))
    );
    assert_eq!(request["approvals"], json!([{ "by": "petrov", "commit": head }]), "{request}");
    assert_eq!(request["moves"][0]["application"], "web");
    let table = team.run(&team.job(&team.mei.token), &["status", "--fetch"]).exits(0);
    table.says("checks passed, approved by petrov");
    // Without the network git alone tells, and says how much that is.
    let offline = team.run(&team.environment, &["status", "-o", "json"]).exits(0).json();
    assert_eq!((&offline["requests"][0]["open"], &offline["requests"][0]["branch"]), (&Value::Null, &json!(BRANCH)));
    assert_eq!(team.json(&["status", "worker", "--fetch"])["requests"], json!([]));
    team.forge.merge(&team.mei, REPOSITORY, 1, "squash");
    assert_eq!(team.json(&["status", "--fetch"])["requests"], json!([]));
}

#[test]
fn at_a_real_forge_what_is_withdrawn_is_closed_and_may_be_asked_for_again() {
    let team = Team::new();
    team.json(ALL);
    let job = team.job(&team.mei.token);
    let withdraw = ["promote", "web", "--to", "production", "--withdraw", "-m", "not before monday"];
    let dry = team.run(&job, &[&withdraw[..], &["--dry-run"]].concat()).exits(0);
    dry.says("would be rebuilt");
    assert_eq!(team.json(&withdraw)["requests"][0]["became"], "rebuilt");
    assert_eq!(team.pin_on(SET, "web"), team.world.pin("web", "production"));
    let rest = ["promote", "--all", "--to", "production", "--withdraw", "-m", "not before monday"];
    let report = team.json(&rest);
    assert_eq!(report["requests"][0]["became"], "closed", "{report}");
    assert!(team.requests()[0]["body"].as_str().is_some_and(|body| body.contains("not before monday")));
    assert_eq!(team.branches(), ["main"]);
    team.run(&job, &rest).exits(0).says("no open request for `production` moves what was named");
    assert_eq!(team.json(ALL)["request"]["number"], "#2");
}

#[test]
fn at_a_real_forge_history_tells_the_request_and_who_approved_of_it_in_whatever_style_it_was_merged() {
    let team = Team::shaped(|shape| {
        shape.commits = 12;
        shape.runs = Some(1);
    });
    let petrov = team.petrov();
    // With the forge's own words, and with others that keep none of our trailers.
    let styles = [
        ("merge", None),
        ("merge", Some("Release day")),
        ("squash", None),
        ("squash", Some("Release day")),
        ("rebase", None),
        ("rebase-merge", None),
        ("rebase-merge", Some("Release day")),
        ("fast-forward-only", None),
    ];
    for (nth, (style, words)) in styles.into_iter().enumerate() {
        let number = nth as u64 + 1;
        let (web, worker) = (team.world.commit_of("web", nth + 2), team.world.commit_of("worker", nth + 2));
        let to_production = ["--to", "production", "--commit"];
        let request = [&["promote", "web"], &to_production[..], &[&web], &["--landing", "merge-request"]].concat();
        let proposed = team.json(&[&request[..], &["-m", "the fix"]].concat());
        team.approve(&petrov, number);
        // Another landing in between, so that a rebase makes a commit of its own.
        if style != "fast-forward-only" {
            team.json(&[&["promote", "worker"], &to_production[..], &[&worker]].concat());
        }
        team.forge.merge_as(&team.mei, REPOSITORY, number, style, words);
        let past = team.json(&["history", "web", "--env", "production", "--fetch"]);
        let row = &past["changes"][0];
        let told = (&row["request"], &row["verb"], &row["reason"], &row["approvals"][0]["by"]);
        let wanted = (&json!(format!("#{number}")), &json!("promote"), &json!("the fix"), &json!("petrov"));
        assert_eq!(told, wanted, "{style} {words:?}: {past}");
        assert_eq!(row["approvals"][0]["commit"], proposed["commit"], "{style} {words:?}");
        assert_eq!(row["merged_by"], "mei", "{style} {words:?}: {row}");
        // It is remembered: without the network, too.
        let again =
            team.run(&team.environment, &["history", "web", "--env", "production", "-o", "json"]).exits(0).json();
        assert_eq!(again["changes"], past["changes"], "{style} {words:?}");
        let landing = row["config_commit"].as_str().expect("a commit");
        let shown = team.run(&team.environment, &["show", landing, "-o", "json"]).exits(0).json();
        assert_eq!((&shown["request"], &shown["approvals"]), (&row["request"], &row["approvals"]), "{shown}");
    }
}

#[test]
fn at_a_real_forge_a_rerun_of_what_waits_already_only_looks() {
    let team = Team::new();
    team.json(REQUEST);
    let relay = Relay::to(team.forge.port());
    team.passes_through(relay.port);
    let job = team.job(&team.mei.token).with("GITEA_SERVER_URL", format!("http://127.0.0.1:{}", relay.port));
    team.run(&job, REQUEST).exits(0);
    let heard = relay.heard();
    assert!(!heard.is_empty() && heard.iter().all(|(method, _)| method == "GET"), "{heard:#?}");
}

#[test]
fn at_a_real_forge_a_run_that_is_killed_around_any_of_its_writes_leaves_what_a_rerun_finishes() {
    let team = Team::shaped(|shape| {
        shape.commits = 30;
        shape.runs = Some(1);
        shape.more = "requests: { labels: [release], reviewers: [petrov], assignees: [petrov] }\n".into();
        shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n".into();
    });
    team.petrov();
    let label = json!({ "name": "release", "color": "#00aabb" });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/labels"), &label);
    let relay = Relay::to(team.forge.port());
    team.passes_through(relay.port);
    let job = team.job(&team.mei.token).with("GITEA_SERVER_URL", format!("http://127.0.0.1:{}", relay.port));
    // A request that is opened, and one that takes a pin from another, which is closed by that.
    let open = |app: &str, at: usize| {
        let commit = team.world.commit_of(app, at);
        let words = ["promote", app, "--to", "production", "--commit", &commit, "--landing", "merge-request"];
        words.map(str::to_owned).to_vec()
    };
    let pair = |at: usize| {
        let (web, api) = (team.world.commit_of("web", at), team.world.commit_of("worker", at));
        let (web, api) = (format!("web@{web}"), format!("worker@{api}"));
        ["promote", &web, &api, "--to", "production", "--landing", "merge-request"].map(str::to_owned).to_vec()
    };
    let mut at = 2;
    let mut points = 0;
    for nth in 1..20 {
        let mut is_last = false;
        for when in [When::Before, When::After] {
            relay.is_harmless();
            team.run_words(&job, &open("web", at)).exits(0);
            let wanted = pair(at + 1);
            let words: Vec<&str> = wanted.iter().map(String::as_str).collect();
            let ran = finish(relay.ends(nth, when, || job.start_stageline(&team.world.clone, &words)), &words);
            is_last = ran.code().is_some();
            relay.is_harmless();
            let rerun = team.run_words(&job, &wanted).exits(0);
            let open = team.open_requests();
            assert_eq!(open.len(), 1, "{nth} {when:?}: {open:#?}");
            let names = |key: &str, name: &str| open[0][key][0][name].clone();
            let dressed = [names("labels", "name"), names("requested_reviewers", "login"), names("assignees", "login")];
            assert_eq!(dressed, ["release", "petrov", "petrov"], "{nth} {when:?}");
            assert_eq!(open[0]["labels"].as_array().map(Vec::len), Some(1), "{nth} {when:?}");
            let branch = open[0]["head"]["ref"].as_str().expect("a branch");
            assert_eq!(team.pin_on(branch, "web"), team.world.commit_of("web", at + 1), "{nth} {when:?}");
            assert_eq!(team.world.git(&["status", "--porcelain"]), "", "{nth} {when:?}");
            // Nothing was written that was there already.
            relay.is_harmless();
            team.run_words(&job, &wanted).exits(0);
            assert_eq!(relay.writes(), 0, "{nth} {when:?}");
            // A Gitea that digests late that an earlier branch of that name was deleted closes the next one's request itself.
            for stray in team.branches().iter().filter(|name| *name != "main" && *name != branch) {
                let all = team.requests();
                let last = all.iter().rfind(|one| one["head"]["label"] == stray.as_str()).expect("its request");
                let is_ours = last["body"].as_str().is_some_and(|body| body.contains("**Closed**"));
                assert!(last["state"] == "closed" && !is_ours, "{nth} {when:?} {stray}: {rerun}");
            }
            team.forge.merge(&team.mei, REPOSITORY, open[0]["number"].as_u64().expect("a number"), "merge");
            (at, points) = (at + 2, points + usize::from(!is_last));
            if is_last {
                break;
            }
        }
        if is_last {
            break;
        }
    }
    assert!(points >= 10, "{points}");
}

#[test]
fn at_a_real_forge_config_check_says_beforehand_which_direct_landings_a_protection_refuses() {
    let team = Team::shaped(|shape| {
        shape.keys_of.insert(
            "staging".into(),
            vec!["landing: merge-request".into(), "rollback: { landing: merge-request }".into()],
        );
    });
    let notices = || team.json(&["config", "check", "--online"])["notices"].to_string();
    assert!(!notices().contains("would land directly"), "{}", notices());
    let rule = json!({ "rule_name": "main", "enable_push": false, "required_approvals": 1 });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/branch_protections"), &rule);
    let told = notices();
    assert!(
        told.contains("promotions of `production`, rollbacks of `production` would land directly on `main`"),
        "{told}"
    );
    assert!(!told.contains("of `staging`"), "{told}");
    assert!(!team.json(&["config", "check"])["notices"].to_string().contains("would land directly"));
    let wrong = team.run(&team.job("canary-0123456789"), &["config", "check", "--online"]).exits(4);
    assert!(!format!("{wrong}").contains("canary"), "{wrong}");
    let page = format!("/repos/{REPOSITORY}");
    team.forge.done(&team.mei, "PATCH", &page, &json!({ "archived": true }));
    let told = notices();
    assert!(told.contains("the repository is archived") && !told.contains("takes your pushes"), "{told}");
    team.forge.done(&team.mei, "PATCH", &page, &json!({ "archived": false }));
    // What only looks speaks of no push and no request.
    let none = team.environment.with("GITEA_SERVER_URL", team.forge.url());
    team.world.git(&["config", "--global", "--unset-all", "credential.helper"]);
    let none = format!("{}", team.run(&none, &["config", "check", "--online"]).exits(4));
    assert!(
        none.contains("GITEA_TOKEN") && !none.contains("--no-request") && !none.contains("--request-by-git"),
        "{none}"
    );
    team.world.git(&["remote", "set-url", "origin", "http://127.0.0.1:9/mei/config.git"]);
    let away = format!("{}", team.run(&team.environment, &["config", "check", "--online"]).exits(3));
    assert!(!away.contains("--no-request") && !away.contains("nothing was written"), "{away}");
}

#[test]
fn at_a_real_forge_other_requests_are_looked_after_without_a_clone_too() {
    let team = Team::new();
    team.json(ALL);
    // The older request does not stand on the newest commit any more.
    team.json(&["promote", "worker", "--to", "staging", "--commit", &team.world.commit_of("worker", 5)]);
    let elsewhere = team.world.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    let address = format!("{}/{REPOSITORY}.git", team.forge.url());
    let job = team.job(&team.mei.token);
    let run = |words: &[&str]| {
        let all = [&["--repo", &address], words, &["-o", "json"]].concat();
        job.stageline(&elsewhere, &all).exits(0).json()
    };
    let report = run(REQUEST);
    assert_eq!(report["request"]["number"], "#2", "{report}");
    assert!(report["notes"].to_string().contains("#1 was made again without what #2 takes"), "{report}");
    assert_eq!(team.pin_on(SET, "web"), team.world.pin("web", "production"));
    let shown = run(&["status"]);
    assert_eq!(shown["requests"].as_array().map(Vec::len), Some(2), "{shown}");
    let kept = run(&["promote", "--refresh"]);
    assert!(kept["requests"].as_array().expect("a list").iter().all(|one| one["became"] == "kept"), "{kept}");
    run(&["promote", "web", "--to", "production", "--withdraw"]);
    assert_eq!(team.open_requests().len(), 1);
    team.forge.merge(&team.mei, REPOSITORY, 1, "squash");
    let past = run(&["history", "checkout", "--env", "production"]);
    assert_eq!(
        (&past["changes"][0]["request"], &past["changes"][0]["verb"]),
        (&json!("#1"), &json!("promote")),
        "{past}"
    );
}

#[test]
fn at_a_real_forge_an_approved_request_is_not_given_another_version_under_its_approval() {
    let team = Team::new();
    let petrov = team.petrov();
    team.json(REQUEST);
    team.approve(&petrov, 1);
    // The same again is no other version.
    assert_eq!(team.json(REQUEST)["request"]["unchanged"], true);
    let tip = team.world.git(&["ls-remote", "origin", &format!("refs/heads/{BRANCH}")]);
    let newest = newest_to_staging(&team, "web");
    let job = team.job(&team.mei.token);
    team.run(&job, REQUEST).exits(3).says("waits  web in production behind #1, approved by petrov");
    assert_eq!(team.world.git(&["ls-remote", "origin", &format!("refs/heads/{BRANCH}")]), tip);
    let taken = team.json(&[REQUEST, &["--replace"]].concat());
    assert_eq!((&taken["request"]["number"], team.pin_on(BRANCH, "web")), (&json!("#1"), newest));
    team.run(&job, &["status", "--fetch"]).exits(0).says("approved by petrov (of an earlier commit)");
    // A set of which one is approved waits as a whole: it has no other branch.
    let team = Team::new();
    let petrov = team.petrov();
    team.json(ALL);
    team.approve(&petrov, 1);
    newest_to_staging(&team, "web");
    let tip = team.world.git(&["ls-remote", "origin", &format!("refs/heads/{SET}")]);
    let report = team.run(&team.job(&team.mei.token), &[ALL, &["-o", "json"]].concat()).exits(3).json();
    assert_eq!(
        (&report["stage"], report["waiting"].as_array().map(Vec::len)),
        (&json!("waiting"), Some(3)),
        "{report}"
    );
    assert_eq!(team.world.git(&["ls-remote", "origin", &format!("refs/heads/{SET}")]), tip);
}

#[test]
fn at_a_real_forge_a_no_is_one_whatever_the_reason_and_a_rerun_without_one_keeps_what_is_there() {
    let team = Team::new();
    let job = team.job(&team.mei.token);
    let why = [REQUEST, &["-m", "pictures for the sale"]].concat();
    let first = team.json(&why);
    let again = team.json(REQUEST);
    assert_eq!((&again["request"]["unchanged"], &again["commit"]), (&json!(true), &first["commit"]), "{again}");
    assert!(team.requests()[0]["body"].as_str().is_some_and(|body| body.contains("pictures for the sale")));
    // What takes it back is no "no".
    let undo = first["undo"].as_str().expect("a command");
    assert_eq!(undo, "stageline promote web --to production --withdraw");
    team.json(&undo.split(' ').skip(1).collect::<Vec<_>>());
    team.json(&why);
    team.close(2);
    let other = [REQUEST, &["-m", "pipeline 4711", "-o", "json"]].concat();
    assert_eq!(team.run(&job, &other).exits(1).refusal(), "request-closed");
    assert_eq!(team.open_requests().len(), 0);
}

#[test]
fn at_a_real_forge_no_promotion_cancels_a_rollback_that_waits() {
    let team = Team::new();
    team.json(&["promote", "web", "--to", "production"]);
    let newest = newest_to_staging(&team, "web");
    let good = team.world.pin("web", "production");
    team.json(&["rollback", "web", "--env", "production", "--landing", "merge-request", "-m", "night"]);
    let job = team.job(&team.mei.token);
    team.run(&job, REQUEST)
        .exits(3)
        .says("waits  web in production behind #1, it is a rollback, which no promotion cancels");
    assert_eq!(team.pin_on("rollback/production/web", "web"), good);
    assert_eq!(team.open_requests().len(), 1);
    let dry = team.run(&job, &[REQUEST, &["--replace", "--dry-run"]].concat()).exits(0);
    dry.says("takes web over from #1");
    team.json(&[REQUEST, &["--replace"]].concat());
    assert_eq!(team.pin_on(BRANCH, "web"), newest);
}

#[test]
fn at_a_real_forge_jobs_of_several_machines_leave_each_pin_in_exactly_one_request() {
    let team = Team::new();
    let machines: Vec<_> = (0..3)
        .map(|nth| {
            let cache = team.world.path(&format!("cache-{nth}"));
            let clone = team.world.path(&format!("machine-{nth}"));
            let address = format!("{}/{REPOSITORY}.git", team.forge.url());
            team.environment.git(&team.world.path(""), &["clone", "-q", &address, &clone.to_string_lossy()]);
            (team.job(&team.mei.token).with("XDG_CACHE_HOME", cache), clone)
        })
        .collect();
    let sets: [&[&str]; 3] = [&["web", "checkout"], &["web", "worker"], &["web"]];
    for round in 0..2 {
        let words = |apps: &[&'static str]| {
            let at = |app: &str| format!("{app}@{}", team.world.commit_of(app, 4 + round));
            let mut all: Vec<String> = vec!["promote".into()];
            all.extend(apps.iter().map(|app| at(app)));
            all.extend(["--to", "production", "--landing", "merge-request"].map(String::from));
            all
        };
        let asked: Vec<Vec<String>> = sets.iter().map(|set| words(set)).collect();
        let running: Vec<_> = machines
            .iter()
            .zip(&asked)
            .map(|((job, clone), words)| {
                job.start_stageline(clone, &words.iter().map(String::as_str).collect::<Vec<_>>())
            })
            .collect();
        for child in running {
            let ran = finish(child, &["promote"]);
            assert!(matches!(ran.code(), Some(0 | 5 | 6)), "{ran}");
        }
        // Whatever a lost race has left, the next runs put in order.
        team.run_words(&team.job(&team.mei.token), &asked[2]).exits(0);
        let open = team.open_requests();
        for app in ["web", "checkout", "worker"] {
            let (before, wanted) = (team.world.pin(app, "production"), team.world.commit_of(app, 4 + round));
            let branches = open.iter().map(|one| one["head"]["ref"].as_str().expect("a branch"));
            let moving: Vec<&str> = branches.filter(|branch| team.pin_on(branch, app) != before).collect();
            assert_eq!(moving.len(), 1, "{round} {app}: {open:#?}");
            assert_eq!(team.pin_on(moving[0], app), wanted, "{round} {app}");
        }
    }
}

#[test]
fn at_a_real_forge_refresh_closes_what_a_rollback_has_gone_back_from() {
    let team = Team::new();
    team.json(&["promote", "web", "--to", "production"]);
    newest_to_staging(&team, "web");
    team.json(REQUEST);
    // The rollback lands, and its token is not good for the forge.
    let ran = team.run(&team.job("canary-0123456789"), &["rollback", "web", "--env", "production"]).exits(5);
    ran.says("`promote/production/web` moves the same").says("`stageline promote --refresh` takes it up");
    let shown = team.json(&["status", "--fetch"]);
    assert_eq!(shown["requests"][0]["held"], true, "{shown}");
    let report = team.json(&["promote", "--refresh"]);
    assert_eq!(report["requests"][0]["became"], "closed", "{report}");
    assert_eq!(team.branches(), ["main"]);
}

#[test]
fn at_a_real_forge_a_shallow_clone_takes_nobody_for_somebody_else() {
    let team = Team::new();
    team.json(ALL);
    team.json(&["promote", "worker", "--to", "staging", "--commit", &team.world.commit_of("worker", 5)]);
    let address = format!("{}/{REPOSITORY}.git", team.forge.url());
    let shallow = team.world.path("shallow");
    team.environment.git(&team.world.path(""), &["clone", "-q", "--depth=1", &address, &shallow.to_string_lossy()]);
    let job = team.job(&team.mei.token);
    let shown = job.stageline(&shallow, &["status", "--fetch", "-o", "json"]).exits(0).json();
    assert_eq!(shown["requests"][0]["edited_by"], Value::Null, "{shown}");
    let kept = job.stageline(&shallow, &["promote", "--refresh", "-o", "json"]).exits(0).json();
    assert_eq!(kept["requests"][0]["became"], "kept", "{kept}");
}
