//! Merge requests at GitHub and at GitLab, each a server on the loopback with a state of its own: the same stories at both.

use std::fs;

use serde_json::{Value, json};

use crate::both_forges::at_both;
use crate::long::counts;
use crate::support::forges::{Call, Kind, MERGER, Outcome, REPOSITORY, REVIEWER, Request, Shop, Standing, Style};
use crate::support::run::finish;
use crate::support::team::{BRANCH, REQUEST};

const ALL: &[&str] = &["promote", "--all", "--to", "production", "--landing", "merge-request"];
const SET: &str = "promote/production/all";

at_both! {
    a_promotion_opens_its_request_and_a_rerun_changes_nothing
    a_newer_promotion_brings_the_request_up_to_date
    a_request_that_a_person_closed_is_a_no_until_it_is_asked_for_again
    what_is_merged_is_landed_told_with_its_people_and_the_next_change_opens_a_new_request
    a_newer_request_takes_the_pins_that_it_shares_and_an_older_one_without_any_left_is_closed
    an_approved_request_keeps_its_pins_and_a_push_takes_the_approval_where_that_is_set
    a_rollback_that_a_protection_refuses_waits_as_a_request
    a_landed_rollback_closes_the_open_requests_for_its_pins
    refresh_rebuilds_what_cannot_land_any_more_and_closes_what_has_landed
    what_is_withdrawn_is_closed_and_may_be_asked_for_again
    status_shows_who_waits_and_for_whom
    config_check_says_beforehand_which_direct_landings_a_protection_refuses
    a_request_is_opened_as_a_draft_with_the_labels_and_people_that_the_rules_name
    four_jobs_at_once_open_one_request
    a_wrong_token_stops_before_anything_is_pushed_and_a_weak_one_leaves_a_branch
    what_people_write_into_a_request_stays
    more_requests_than_a_page_has_are_all_seen
    nothing_that_we_do_makes_a_forge_call_a_request_merged_that_is_not
}

/// The one request that there is.
#[track_caller]
fn only(shop: &Shop) -> Request {
    let [one] = shop.requests().try_into().unwrap_or_else(|all: Vec<Request>| panic!("{all:#?}"));
    one
}

fn writes(shop: &Shop) -> Vec<Call> {
    shop.state().calls.iter().filter(|call| call.is_write).cloned().collect()
}

fn a_promotion_opens_its_request_and_a_rerun_changes_nothing(kind: Kind) {
    let shop = Shop::new(kind);
    let report = shop.json(REQUEST);
    assert_eq!((&report["stage"], &report["request"]["number"]), (&json!("proposed"), &json!(shop.mark(1))));
    let request = only(&shop);
    assert_eq!((request.head.as_str(), request.base.as_str()), (BRANCH, "main"));
    assert_eq!(report["commit"], request.tip);
    assert_eq!(shop.branch(), Some(request.tip.clone()));
    assert!(request.title.starts_with("promote web to production: "), "{request:?}");
    assert!(request.body.contains(&shop.world.commit_of("web", 4)), "{request:?}");
    assert!(request.body.contains(report["change"].as_str().expect("a digest")), "{request:?}");
    let page = report["request"]["address"].as_str().expect("a page");
    let wanted = match kind {
        Kind::Github => format!("http://{}/{REPOSITORY}/pull/1", shop.forge.host()),
        Kind::Gitlab => format!("http://{}/{REPOSITORY}/-/merge_requests/1", shop.forge.host()),
    };
    assert_eq!(page, wanted);
    let made = writes(&shop);
    let opens = |call: &Call| ["/pulls", "/merge_requests"].iter().any(|end| call.path.ends_with(end));
    assert!(made.len() == 1 && opens(&made[0]), "one call opens it: {made:#?}");
    let before = made.len();
    let again = shop.json(REQUEST);
    assert_eq!((&again["request"]["unchanged"], &again["commit"]), (&json!(true), &report["commit"]));
    let dry = shop.json(&[REQUEST, &["--dry-run"]].concat());
    assert_eq!(dry["request"]["number"], shop.mark(1));
    assert_eq!((writes(&shop).len(), only(&shop).writes), (before, 0), "nothing was written");
}

fn a_newer_promotion_brings_the_request_up_to_date(kind: Kind) {
    let shop = Shop::new(kind);
    let first = shop.json(REQUEST);
    let newest = shop.newest_to_staging("web");
    let second = shop.json(REQUEST);
    assert_eq!(second["request"]["number"], shop.mark(1));
    assert_ne!(second["commit"], first["commit"]);
    let request = only(&shop);
    assert_eq!(second["commit"], request.tip);
    assert!(request.title.contains(&newest[..7]) && request.body.contains(&newest), "{request:?}");
    let told = second["notes"].to_string();
    assert!(told.contains("replaces"), "{told}");
}

fn a_request_that_a_person_closed_is_a_no_until_it_is_asked_for_again(kind: Kind) {
    let shop = Shop::new(kind);
    shop.json(REQUEST);
    shop.close(1);
    let before = (shop.branch(), writes(&shop).len());
    let refused = shop.run(REQUEST).exits(1);
    let mark = shop.mark(1);
    refused.says(&format!("{mark} asked for this very change, and was closed without a merge")).says("--reopen");
    assert_eq!(shop.run(&[REQUEST, &["-o", "json"]].concat()).exits(1).refusal(), "request-closed");
    shop.run(&[REQUEST, &["--dry-run"]].concat()).exits(1);
    assert_eq!((shop.branch(), writes(&shop).len()), before);
    // Another version is another question.
    shop.newest_to_staging("web");
    assert_eq!(shop.json(REQUEST)["request"]["number"], shop.mark(2));
    shop.close(2);
    let report = shop.json(&[REQUEST, &["--reopen"]].concat());
    let [open] = shop.open_requests().try_into().expect("one open request");
    assert_eq!((&report["request"]["number"], &report["commit"]), (&json!(shop.mark(open.number)), &json!(open.tip)));
}

fn what_is_merged_is_landed_told_with_its_people_and_the_next_change_opens_a_new_request(kind: Kind) {
    let shop = Shop::shaped(kind, |shape| {
        shape.commits = 10;
        shape.runs = Some(1);
    });
    let styles = [
        (Style::Merge, Some("Release day")),
        (Style::Squash, None),
        (Style::Squash, Some("Release day")),
        (Style::Rebase, None),
    ];
    for (nth, (style, words)) in styles.into_iter().enumerate() {
        let number = nth as u64 + 1;
        let (web, worker) = (shop.world.commit_of("web", nth + 2), shop.world.commit_of("worker", nth + 2));
        let to = ["--to", "production", "--commit"];
        let words_of =
            [&["promote", "web"], &to[..], &[&web], &["--landing", "merge-request", "-m", "the fix"]].concat();
        let proposed = shop.json(&words_of);
        assert_eq!(proposed["request"]["number"], shop.mark(number), "{style:?}");
        shop.approve(number);
        // Another landing in between, so that a rebase makes a commit of its own.
        shop.json(&[&["promote", "worker"], &to[..], &[&worker]].concat());
        shop.merge(number, style, words);
        assert_eq!(shop.pin_on("main", "web"), web, "{style:?}");
        let past = shop.json(&["history", "web", "--env", "production", "--fetch"]);
        let row = &past["changes"][0];
        let told = (&row["request"], &row["verb"], &row["reason"], &row["approvals"][0]["by"], &row["merged_by"]);
        let wanted =
            (&json!(shop.mark(number)), &json!("promote"), &json!("the fix"), &json!(REVIEWER), &json!(MERGER));
        assert_eq!(told, wanted, "{style:?} {words:?}: {past}");
        if nth == styles.len() - 1 {
            // All of it is remembered: without the network, too.
            let environment = &shop.world.environment;
            let offline = ["history", "web", "--env", "production", "-o", "json"];
            let again = environment.stageline(&shop.world.clone, &offline).exits(0).json();
            assert_eq!(again["changes"], past["changes"]);
        }
    }
    let status = shop.json(&["status", "--fetch"]);
    assert_eq!(status["requests"], json!([]), "{status}");
}

fn a_newer_request_takes_the_pins_that_it_shares_and_an_older_one_without_any_left_is_closed(kind: Kind) {
    let shop = Shop::new(kind);
    let before = shop.world.pin("web", "production");
    shop.json(ALL);
    let report = shop.json(REQUEST);
    let (first, second) = (shop.mark(1), shop.mark(2));
    assert_eq!(report["request"]["number"], second, "{report}");
    assert!(
        report["notes"].to_string().contains(&format!("{first} was made again without what {second} takes")),
        "{report}"
    );
    assert_eq!((shop.pin_on(SET, "web"), shop.pin_on(BRANCH, "web")), (before, shop.world.commit_of("web", 4)));
    let [older, newer] = shop.open_requests().try_into().expect("two open requests");
    assert!(!older.body.contains("| web |") && older.body.contains("| checkout |"), "{older:?}");
    assert!(newer.body.contains("web is taken over from"), "{newer:?}");
    // Both merge, in whatever order.
    shop.merge(2, Style::Squash, None);
    shop.merge(1, Style::Merge, None);
    assert_eq!(shop.pin_on("main", "web"), shop.world.commit_of("web", 4));
    assert_eq!(shop.pin_on("main", "checkout"), shop.world.commit_of("checkout", 4));
    // Whose every pin is taken is closed, for good, and nobody can merge it later.
    let shop = Shop::new(kind);
    shop.json(REQUEST);
    let report = shop.json(ALL);
    assert!(report["notes"].to_string().contains(&format!("closed {first}: superseded by {second}")), "{report}");
    let [older, newer] = shop.requests().try_into().expect("two requests");
    assert!(!older.is_open() && older.merged_by.is_none() && older.landed.is_empty() && newer.is_open(), "{older:?}");
    assert!(older.body.contains("**Closed**: superseded by"), "{older:?}");
    assert_eq!(shop.branches(), ["main", SET]);
    shop.json(&["promote", "web", "--to", "production", "--withdraw"]);
    assert_eq!(shop.json(REQUEST)["request"]["number"], shop.mark(3), "it was no person who closed it");
}

fn an_approved_request_keeps_its_pins_and_a_push_takes_the_approval_where_that_is_set(kind: Kind) {
    let shop = Shop::new(kind);
    shop.state().dismisses = true;
    shop.json(REQUEST);
    shop.approve(1);
    assert_eq!(shop.json(REQUEST)["request"]["unchanged"], true, "a rerun dismisses nothing");
    assert_eq!(only(&shop).approvers(), [REVIEWER]);
    let newest = shop.newest_to_staging("web");
    let tip = shop.branch();
    let waits = shop.run(REQUEST).exits(3);
    waits.says(&format!("waits  web in production behind {}, approved by {REVIEWER}", shop.mark(1)));
    let all = shop.json(ALL);
    assert_eq!(
        (&all["waiting"][0]["application"], &all["waiting"][0]["request"]),
        (&json!("web"), &json!(shop.mark(1)))
    );
    assert_eq!(shop.branch(), tip);
    let taken = shop.json(&[REQUEST, &["--replace"]].concat());
    assert_eq!((&taken["request"]["number"], shop.pin_on(BRANCH, "web")), (&json!(shop.mark(1)), newest));
    let status = shop.json(&["status", "--fetch"]);
    let own = status["requests"].as_array().expect("a list").iter().find(|one| one["number"] == shop.mark(1));
    assert_eq!(own.expect("its request")["approvals"], json!([]), "{status}");
}

fn a_rollback_that_a_protection_refuses_waits_as_a_request(kind: Kind) {
    let shop = Shop::new(kind);
    let good = shop.world.pin("web", "production");
    shop.json(&["promote", "web", "--to", "production"]);
    shop.protect();
    let ran = shop.run(&["rollback", "web", "--env", "production"]).exits(3);
    ran.says("waits:").says("does not take the push to `main`").says(&format!("request:  {}", shop.mark(1)));
    let again = shop.run(&["rollback", "web", "--env", "production", "-o", "json"]).exits(3).json();
    assert_eq!((&again["stage"], &again["request"]["number"]), (&json!("proposed"), &json!(shop.mark(1))));
    assert_eq!(shop.requests().len(), 1);
    // A promotion is no emergency, and whoever says how it is to land is taken at their word.
    let promotion = ["promote", "checkout", "--to", "production", "-o", "json"];
    assert_eq!(shop.run(&promotion).exits(1).refusal(), "push-refused");
    let direct = ["rollback", "web", "--env", "production", "--landing", "direct", "-o", "json"];
    assert_eq!(shop.run(&direct).exits(1).refusal(), "push-refused");
    assert!(shop.state().merge(MERGER, 1, Style::Merge, None).is_err(), "nobody approved yet");
    shop.approve(1);
    shop.merge(1, Style::Merge, None);
    let status = shop.json(&["status", "web", "--fetch"]);
    assert_eq!(status["applications"][0]["cells"][1]["version"], good, "{status}");
}

fn a_landed_rollback_closes_the_open_requests_for_its_pins(kind: Kind) {
    let shop = Shop::new(kind);
    shop.json(&["promote", "web", "--to", "production"]);
    let newest = shop.newest_to_staging("web");
    shop.json(REQUEST);
    let report = shop.json(&["rollback", "web", "--env", "production"]);
    assert_eq!(report["stage"], "landed");
    assert!(report["notes"].to_string().contains(&format!("closed {}: superseded by", shop.mark(1))), "{report}");
    assert_eq!((shop.open_requests().len(), shop.branches()), (0, vec!["main".to_owned()]));
    let bad = report["holds"][1]["commit"].as_str().expect("the commit that was left is held");
    shop.json(&["hold", "lift", "web", "--env", "production"]);
    shop.json(&["hold", "lift", &format!("web@{bad}"), "--env", "production"]);
    assert_eq!(shop.json(REQUEST)["request"]["number"], shop.mark(2));
    assert_eq!(shop.pin_on(BRANCH, "web"), newest);
}

fn refresh_rebuilds_what_cannot_land_any_more_and_closes_what_has_landed(kind: Kind) {
    let shop = Shop::new(kind);
    shop.json(REQUEST);
    for app in ["worker", "checkout"] {
        shop.json(&["promote", app, "--to", "production", "--landing", "merge-request"]);
    }
    let worker = shop.state().tip("promote/production/worker").map(str::to_owned);
    // Somebody changes another line of the file that the first one changes, and another one lands by hand.
    shop.world.git(&["pull", "-q", "--ff-only"]);
    let file = "apps/web/overlays/production/kustomization.yaml";
    shop.world.write(file, &format!("# of the web team\n{}", shop.world.read(file)));
    shop.world.land("a remark");
    shop.json(&[
        "promote",
        "checkout",
        "--to",
        "production",
        "--commit",
        &shop.world.commit_of("checkout", 4),
        "--landing",
        "direct",
    ]);
    let became = |report: &Value| -> Vec<String> {
        let all = report["requests"].as_array().expect("a list").iter();
        all.map(|one| format!("{} {}", one["number"].as_str().expect("#"), one["became"].as_str().expect("a word")))
            .collect()
    };
    let [first, second, third] = [1, 2, 3].map(|number| shop.mark(number));
    // Whatever of them the landing has not closed already.
    let wanted = [format!("{first} rebuilt"), format!("{second} kept")];
    let dry = shop.json(&["promote", "--refresh", "--dry-run"]);
    assert_eq!(became(&dry)[..2], wanted, "{dry}");
    let done = shop.json(&["promote", "--refresh"]);
    assert_eq!(became(&done)[..2], wanted, "{done}");
    assert_eq!(shop.state().tip("promote/production/worker").map(str::to_owned), worker);
    let checkout = &shop.requests()[2];
    assert!(!checkout.is_open() && checkout.landed.is_empty(), "{third} is closed, not merged: {checkout:?}");
    assert_eq!(became(&shop.json(&["promote", "--refresh"])), [format!("{first} kept"), format!("{second} kept")]);
    shop.merge(1, Style::Merge, None);
    assert!(shop.world.git(&["ls-remote", "origin", "main"]).len() > 40);
    assert_eq!(shop.pin_on("main", "web"), shop.world.commit_of("web", 4));
}

fn what_is_withdrawn_is_closed_and_may_be_asked_for_again(kind: Kind) {
    let shop = Shop::new(kind);
    shop.json(ALL);
    let withdraw = ["promote", "web", "--to", "production", "--withdraw", "-m", "not before monday"];
    shop.run(&[&withdraw[..], &["--dry-run"]].concat()).exits(0).says("would be rebuilt");
    assert_eq!(shop.json(&withdraw)["requests"][0]["became"], "rebuilt");
    assert_eq!(shop.pin_on(SET, "web"), shop.world.pin("web", "production"));
    let rest = ["promote", "--all", "--to", "production", "--withdraw", "-m", "not before monday"];
    let report = shop.json(&rest);
    assert_eq!(report["requests"][0]["became"], "closed", "{report}");
    assert!(only(&shop).body.contains("not before monday"));
    assert_eq!(shop.branches(), ["main"]);
    shop.run(&rest).exits(0).says("no open request for `production` moves what was named");
    assert_eq!(shop.json(ALL)["request"]["number"], shop.mark(2));
}

fn status_shows_who_waits_and_for_whom(kind: Kind) {
    let shop = Shop::new(kind);
    let report = shop.json(REQUEST);
    shop.approve(1);
    let head = report["commit"].as_str().expect("a commit");
    for (outcome, word) in [(Outcome::Runs, "pending"), (Outcome::Failed, "failed"), (Outcome::Passed, "passed")] {
        shop.check(head, outcome);
        let shown = shop.json(&["status", "--fetch"]);
        let [request] = shown["requests"].as_array().expect("a list").as_slice() else { panic!("{shown}") };
        let told = (&request["number"], &request["open"], &request["checks"]);
        assert_eq!(told, (&json!(shop.mark(1)), &json!(true), &json!(word)), "{shown}");
        assert_eq!(request["approvals"][0]["by"], REVIEWER, "{request}");
        assert_eq!(request["moves"][0]["application"], "web");
    }
    shop.run(&["status", "--fetch"]).exits(0).says(&format!("checks passed, approved by {REVIEWER}"));
    assert_eq!(shop.json(&["status", "worker", "--fetch"])["requests"], json!([]));
    shop.merge(1, Style::Squash, None);
    assert_eq!(shop.json(&["status", "--fetch"])["requests"], json!([]));
}

fn config_check_says_beforehand_which_direct_landings_a_protection_refuses(kind: Kind) {
    let shop = Shop::shaped(kind, |shape| {
        let rollback = "rollback: { landing: merge-request }";
        shape.keys_of.insert("staging".into(), vec!["landing: merge-request".into(), rollback.into()]);
    });
    let notices = || shop.json(&["config", "check", "--online"])["notices"].to_string();
    assert!(!notices().contains("would land directly"), "{}", notices());
    shop.protect();
    let told = notices();
    assert!(
        told.contains("promotions of `production`, rollbacks of `production` would land directly on `main`"),
        "{told}"
    );
    assert!(!told.contains("of `staging`"), "{told}");
}

fn a_request_is_opened_as_a_draft_with_the_labels_and_people_that_the_rules_name(kind: Kind) {
    let shop = Shop::shaped(kind, |shape| {
        shape.more = "groups: { release-managers: [petrov, nobody] }\nrequests: { labels: [release, urgent], reviewers: [release-managers] }\n".into();
        shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n  nobody: { principals: [n@example.com], forge: nobody }\n".into();
        let own = "requests: { assignees: [petrov], draft: true }";
        shape.keys_of.insert("production".into(), vec![own.into()]);
    });
    let report = shop.json(REQUEST);
    let request = only(&shop);
    assert_eq!(request.labels, ["release", "urgent"], "{report}");
    assert_eq!(
        (request.reviewers, request.assignees),
        (vec![REVIEWER.to_owned()], vec![REVIEWER.to_owned()]),
        "{report}"
    );
    assert!(request.is_draft);
    let notes = report["notes"].to_string();
    assert!(notes.contains("`nobody`"), "{notes}");
    // Whoever takes a label away, or makes it no draft any more, meant it.
    {
        let mut state = shop.state();
        let request = state.request(1).expect("a request");
        request.labels.clear();
        request.reviewers.clear();
        request.is_draft = false;
        request.title = request.title.trim_start_matches("Draft: ").to_owned();
    }
    shop.newest_to_staging("web");
    assert_eq!(shop.json(REQUEST)["request"]["number"], shop.mark(1));
    let request = only(&shop);
    assert_eq!((request.labels.len(), request.reviewers.len(), request.is_draft), (0, 0, false), "{request:?}");
}

fn four_jobs_at_once_open_one_request(kind: Kind) {
    let shop = Shop::new(kind);
    let address = format!("http://{}/{REPOSITORY}.git", shop.forge.host());
    let job = shop.job(&shop.token);
    let machines: Vec<_> = (0..4)
        .map(|nth| {
            let (clone, cache) = (shop.world.path(&format!("job-{nth}")), shop.world.path(&format!("cache-{nth}")));
            job.git(&shop.world.path(""), &["clone", "-q", &address, &clone.to_string_lossy()]);
            (job.with("XDG_CACHE_HOME", cache), clone)
        })
        .collect();
    let running: Vec<_> = machines.iter().map(|(job, clone)| job.start_stageline(clone, REQUEST)).collect();
    for child in running {
        let ran = finish(child, REQUEST);
        assert!(matches!(ran.code(), Some(0 | 6)), "{ran}");
    }
    let request = only(&shop);
    assert!(request.is_open());
    assert_eq!(Some(request.tip), shop.branch());
}

fn a_wrong_token_stops_before_anything_is_pushed_and_a_weak_one_leaves_a_branch(kind: Kind) {
    let shop = Shop::new(kind);
    let [name, _] = kind.variables();
    let ran = shop.job("canary-0123456789").stageline(&shop.world.clone, REQUEST).exits(4);
    assert!(!format!("{ran}").contains("canary"), "{ran}");
    ran.says(&format!("does not take the token of {name}"));
    assert_eq!((shop.branch(), shop.requests().len()), (None, 0));
    let reader = shop.job("tok-reader-4711").stageline(&shop.world.clone, REQUEST).exits(5);
    assert!(!format!("{reader}").contains("tok-reader"), "{reader}");
    reader.says("not done:").says("the request").says("may not do that");
    let pushed = shop.branch().expect("pushed");
    assert_eq!(shop.requests().len(), 0);
    let report = shop.json(REQUEST);
    assert_eq!((&report["request"]["number"], &report["commit"]), (&json!(shop.mark(1)), &json!(pushed)));
}

fn what_people_write_into_a_request_stays(kind: Kind) {
    let shop = Shop::new(kind);
    shop.json(REQUEST);
    let edited = format!("- [x] checked by QA\n\n{}\nand behind it", only(&shop).body);
    {
        let mut state = shop.state();
        let request = state.request(1).expect("a request");
        (request.title, request.body) = ("look first".into(), edited.clone());
    }
    assert_eq!(shop.json(REQUEST)["request"]["unchanged"], true);
    let same = only(&shop);
    assert_eq!((same.title.as_str(), &same.body), ("look first", &edited));
    let newest = shop.newest_to_staging("web");
    shop.json(REQUEST);
    let text = only(&shop).body;
    assert!(text.starts_with("- [x] checked by QA") && text.trim_end().ends_with("and behind it"), "{text}");
    assert!(text.contains(&newest) && !text.contains(&shop.world.commit_of("web", 4)), "{text}");
}

fn more_requests_than_a_page_has_are_all_seen(kind: Kind) {
    let shop = Shop::new(kind);
    {
        let mut state = shop.state();
        let main = state.tip("main").expect("main").to_owned();
        let tree = state.git(&["rev-parse", &format!("{main}^{{tree}}")]);
        let commit = state.git(&["commit-tree", &tree, "-p", &main, "-m", "another's"]);
        let names: Vec<String> = (0..130).map(|nth| format!("feature/{nth}")).collect();
        let orders: String = names.iter().map(|name| format!("create refs/heads/{name} {commit}\n")).collect();
        let file = shop.world.path("orders");
        fs::write(&file, orders).expect("a file");
        let script = format!("git update-ref --stdin < {}", file.display());
        state.environment.tool("sh", &state.remote, &["-c", &script]);
        state.refresh();
        for name in &names {
            state.add(REVIEWER, (name, "main"), ("another's", ""), false);
        }
    }
    // Ours comes after all of theirs.
    shop.json(REQUEST);
    let status = shop.json(&["status", "--fetch"]);
    assert_eq!(status["requests"][0]["number"], shop.mark(131), "{status}");
    let pages = shop.state().calls.iter().filter(|call| call.query.contains("page=2")).count();
    assert!(pages > 0);
    assert_eq!(shop.json(&["promote", "web", "--to", "production", "--withdraw"])["requests"][0]["became"], "closed");
}

fn nothing_that_we_do_makes_a_forge_call_a_request_merged_that_is_not(kind: Kind) {
    let shop = Shop::new(kind);
    shop.json(REQUEST);
    // It lands by another way: the request's own commit would be one of main's, were its branch moved there.
    shop.json(&["promote", "web", "--to", "production", "--landing", "direct"]);
    shop.json(&["promote", "--refresh"]);
    let newest = shop.newest_to_staging("web");
    let report = shop.json(REQUEST);
    let all = shop.requests();
    assert!(all.iter().all(|one| one.landed.is_empty()), "{all:#?}");
    let [open] = shop.open_requests().try_into().expect("one open request");
    assert_eq!((&report["request"]["number"], shop.pin_on(BRANCH, "web")), (&json!(shop.mark(open.number)), newest));
}

#[test]
fn at_github_a_promotion_of_very_many_applications_is_opened_by_three_calls_at_most_each_a_second_apart() {
    let shop = Shop::shaped(Kind::Github, |shape| {
        shape.applications = (0..counts::applications()).map(|nth| format!("app-{nth:04}")).collect();
        (shape.family, shape.one_source) = (true, true);
        shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n".into();
        let own = "requests: { labels: [release], reviewers: [petrov], assignees: [petrov] }";
        shape.keys_of.insert("production".into(), vec![own.into()]);
    });
    let report = shop.json(ALL);
    assert_eq!(report["moves"].as_array().map(Vec::len), Some(counts::applications()), "{}", report["notes"]);
    let request = only(&shop);
    assert_eq!((request.labels.len(), request.reviewers.len(), request.assignees.len()), (1, 1, 1));
    let made = writes(&shop);
    // Labels and people are no content: what is written, commented or opened is.
    let of_content = made.iter().filter(|call| call.path.contains("/pulls") && !call.path.ends_with("_reviewers"));
    assert!(of_content.count() <= 3 && made.len() <= 5, "{made:#?}");
    for (earlier, later) in made.iter().zip(&made[1..]) {
        assert!(later.at.duration_since(earlier.at).as_millis() >= 950, "{made:#?}");
    }
}

#[test]
fn at_github_a_request_that_stands_in_the_merge_queue_is_not_touched_and_a_plan_for_its_pins_waits() {
    let shop = Shop::new(Kind::Github);
    shop.json(REQUEST);
    let before = (shop.branch(), writes(&shop).len());
    {
        // docs.github.com, "Managing a merge queue": a temporary branch with a prefix of its own for each request that waits.
        let state = shop.state();
        let (tip, main) = (state.tip(BRANCH).expect("pushed"), state.tip("main").expect("main"));
        let name = format!("refs/heads/gh-readonly-queue/main/pr-1-{main}");
        state.git(&["update-ref", &name, tip]);
    }
    shop.newest_to_staging("web");
    for words in [REQUEST, ALL] {
        let report = shop.run(&[words, &["--dry-run", "-o", "json"]].concat());
        let waits = report.json()["waiting"][0].clone();
        assert_eq!((&waits["application"], &waits["request"]), (&json!("web"), &json!("#1")), "{report}");
        assert_eq!(waits["reason"], "it stands in the merge queue", "{report}");
    }
    shop.run(REQUEST).exits(3).says("waits  web in production behind #1, it stands in the merge queue");
    assert_eq!((shop.branch(), writes(&shop).len()), before);
}

#[test]
fn at_github_a_request_is_reopened_only_where_its_branch_goes_on_from_the_head_that_it_was_closed_with() {
    let shop = Shop::new(Kind::Github);
    shop.json(REQUEST);
    shop.close(1);
    let mut state = shop.state();
    state.reopen(1).expect("nothing has changed");
    state.request(1).expect("a request").standing = Standing::Closed;
    let (tip, main) = (state.tip(BRANCH).expect("pushed").to_owned(), state.tip("main").expect("main").to_owned());
    let tree = state.git(&["rev-parse", &format!("{tip}^{{tree}}")]);
    let other = state.git(&["commit-tree", &tree, "-p", &main, "-m", "made again"]);
    state.git(&["update-ref", &format!("refs/heads/{BRANCH}"), &other]);
    state.refresh();
    assert!(state.reopen(1).expect_err("recreated").contains("force-pushed or recreated"));
    drop(state);
    // Whoever asks again gets a new one, and the branch of before is replaced.
    let report = shop.json(&[REQUEST, &["--reopen"]].concat());
    assert_eq!(report["request"]["number"], "#2", "{report}");
    assert_eq!(shop.open_requests().len(), 1);
}
