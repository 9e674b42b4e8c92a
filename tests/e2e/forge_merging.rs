//! Requests at a real forge that merge by themselves: when they do, when they are left to people, and whose approval is missing.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::gitea::Account;
use crate::support::team::{BRANCH, REPOSITORY, REQUEST, Team};
use crate::support::world::Shape;

/// A team whose requests merge by themselves.
fn team() -> Team {
    Team::shaped(|shape| shape.more = "requests: { auto-merge: true }\n".into())
}

/// With petrov, whom the requests ask for a look.
fn reviewed(shape: &mut Shape) {
    shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n".into();
    shape.more = "requests: { auto-merge: true, reviewers: [petrov] }\n".into();
}

fn protect(team: &Team, rule: &Value) {
    let mut whole = json!({ "rule_name": "main", "enable_push": true });
    whole.as_object_mut().expect("an object").extend(rule.as_object().expect("an object").clone());
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/branch_protections"), &whole);
}

/// Says what a check of a commit came to.
fn check(team: &Team, commit: &Value, state: &str) {
    let commit = commit.as_str().expect("a commit");
    let status = json!({ "state": state, "context": "smoke" });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/statuses/{commit}"), &status);
}

/// How often the forge was told to merge a request by itself, and how often not to.
fn told(team: &Team, number: u64) -> (usize, usize) {
    let path = format!("/repos/{REPOSITORY}/issues/{number}/timeline");
    let all = team.forge.done(&team.mei, "GET", &path, &Value::Null);
    let count = |word: &str| all.as_array().expect("a list").iter().filter(|one| one["type"] == word).count();
    (count("pull_scheduled_merge"), count("pull_cancel_scheduled_merge"))
}

fn is_merged(team: &Team, number: usize) -> bool {
    team.requests()[number - 1]["merged"] == true
}

/// Waits until the forge has merged it.
fn merges(team: &Team, number: usize) {
    let begun = Instant::now();
    while !is_merged(team, number) {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:#?}", team.requests());
        thread::sleep(Duration::from_millis(200));
    }
}

/// Gives the forge time to do what it must not.
fn stays_open(team: &Team, number: usize) {
    thread::sleep(Duration::from_secs(3));
    assert!(!is_merged(team, number), "{:#?}", team.requests());
}

fn newest_to_staging(team: &Team) -> String {
    let newest = team.world.commit_of("web", 5);
    team.json(&["promote", "web", "--to", "staging", "--commit", &newest]);
    newest
}

/// The text of a request without the word that the tool has told it to merge.
fn unmarked(body: &str) -> String {
    let start = body.find("<!-- stageline:merges ").expect("a mark");
    let end = start + body[start..].find('\n').expect("an end") + 1;
    format!("{}{}", &body[..start], &body[end..])
}

/// A person's commit on the branch of the request.
fn works_on_it(team: &Team) {
    team.world.git(&["fetch", "-q", "origin", &format!("+refs/heads/{BRANCH}:refs/heads/theirs")]);
    team.world.git(&["checkout", "-q", "theirs"]);
    team.world.write("note.md", "look at the dashboards first\n");
    team.world.git(&["add", "note.md"]);
    team.world.git(&["commit", "-q", "-m", "note"]);
    team.world.git(&["push", "-q", "origin", &format!("HEAD:refs/heads/{BRANCH}")]);
    team.world.git(&["checkout", "-q", "main"]);
}

fn notes(report: &Value) -> String {
    report["notes"].to_string()
}

#[test]
fn at_a_real_forge_a_request_merges_by_itself_once_its_check_has_passed_and_is_told_so_once() {
    let team = team();
    protect(&team, &json!({ "enable_status_check": true, "status_check_contexts": ["smoke"] }));
    let report = team.json(REQUEST);
    assert_eq!((&report["request"]["auto_merge"], &report["request"]["opened_by"]), (&json!(true), &json!("mei")));
    assert!(notes(&report).contains("opened #1 as `mei`"), "{report}");
    assert!(notes(&report).contains("#1 merges by itself, once all that its branch asks for is there"), "{report}");
    let needs = &report["request"]["needs"];
    assert_eq!((&needs["approvals"], &needs["missing"], &needs["checks"]), (&json!(0), &json!(0), &json!(true)));
    let again = team.json(REQUEST);
    assert_eq!((&again["request"]["unchanged"], &again["request"]["auto_merge"]), (&json!(true), &json!(true)));
    assert_eq!(told(&team, 1), (1, 0), "a rerun does not ask twice");
    let shown = team.run(&team.job(&team.mei.token), &["status", "--fetch"]).exits(0);
    shown.says("merges by itself");
    check(&team, &report["commit"], "failure");
    stays_open(&team, 1);
    check(&team, &report["commit"], "success");
    merges(&team, 1);
    assert_eq!(team.requests()[0]["head"]["sha"], report["commit"]);
    assert_eq!(team.pin_on("main", "web"), team.world.commit_of("web", 4));
    let begun = Instant::now();
    while team.branches() != ["main"] {
        assert!(begun.elapsed() < Duration::from_secs(20), "its branch goes with it: {:?}", team.branches());
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn at_a_real_forge_a_newer_promotion_is_told_to_merge_anew_and_the_older_one_never_takes_it_along() {
    let team = team();
    protect(&team, &json!({ "enable_status_check": true, "status_check_contexts": ["smoke"] }));
    let first = team.json(REQUEST);
    let newest = newest_to_staging(&team);
    let second = team.json(REQUEST);
    assert_eq!((&second["request"]["number"], &second["request"]["auto_merge"]), (&json!("#1"), &json!(true)));
    assert_eq!(told(&team, 1), (2, 1), "called off before the new commit came, and told anew for that");
    check(&team, &first["commit"], "success");
    stays_open(&team, 1);
    check(&team, &second["commit"], "success");
    merges(&team, 1);
    assert_eq!(team.pin_on("main", "web"), newest);
}

#[test]
fn at_a_real_forge_a_branch_that_asks_for_nothing_is_merged_by_hand() {
    let team = team();
    let report = team.json(REQUEST);
    assert_eq!(report["request"]["auto_merge"], false, "{report}");
    let why = "#1 does not merge by itself: `main` asks for no approval and no check by its name, so";
    assert!(notes(&report).contains(why) && notes(&report).contains("or protect the branch"), "{report}");
    stays_open(&team, 1);
    assert_eq!(told(&team, 1), (0, 0));
    // Nor does a rule that asks for no approval and no check: it keeps pushes away, and no merge.
    protect(&team, &json!({ "enable_push": false, "enable_status_check": true }));
    assert!(notes(&team.json(REQUEST)).contains(why));
    stays_open(&team, 1);
    // What is protected later the same command sees to.
    let path = format!("/repos/{REPOSITORY}/branch_protections/main");
    team.forge.done(&team.mei, "PATCH", &path, &json!({ "required_approvals": 1 }));
    let again = team.json(REQUEST);
    assert_eq!(again["request"]["auto_merge"], true, "{again}");
    stays_open(&team, 1);
}

#[test]
fn at_a_real_forge_whose_approval_is_missing_is_told_and_with_it_the_request_merges_by_itself() {
    let team = Team::shaped(reviewed);
    let petrov = team.petrov();
    team.forge.account("alice");
    protect(
        &team,
        &json!({ "required_approvals": 1, "enable_approvals_whitelist": true, "approvals_whitelist_username": ["petrov", "mei"] }),
    );
    let report = team.json(REQUEST);
    let needs = &report["request"]["needs"];
    assert_eq!((&needs["approvals"], &needs["given"], &needs["missing"]), (&json!(1), &json!(0), &json!(1)));
    assert_eq!(
        (&needs["asked"], &needs["may_approve"]),
        (&json!(["petrov"]), &json!(["petrov"])),
        "not mei, whose it is: {needs}"
    );
    let job = team.job(&team.mei.token);
    team.run(&job, REQUEST).exits(0).says("needs:  1 approval (petrov)");
    team.run(&job, &["status", "--fetch"]).exits(0).says("waits for 1 approval (petrov), merges by itself");
    team.approve(&petrov, 1);
    merges(&team, 1);
    let merged = team.forge.done(&team.mei, "GET", &format!("/repos/{REPOSITORY}/pulls/1"), &Value::Null);
    assert_eq!(merged["merged_by"]["login"], "mei", "whose token has asked for it");
}

#[test]
fn at_a_real_forge_a_token_that_may_not_see_who_may_approve_tells_how_many_do() {
    let team = team();
    let petrov = team.petrov();
    protect(&team, &json!({ "required_approvals": 2 }));
    let ran = team.run(&team.job(&petrov.token), &[REQUEST, &["-o", "json"]].concat()).exits(0).json();
    let needs = &ran["request"]["needs"];
    assert_eq!((&needs["missing"], &needs["may_approve"]), (&json!(2), &json!([])), "{ran}");
    assert_eq!(ran["request"]["opened_by"], "petrov");
    assert_eq!(ran["request"]["auto_merge"], true, "{ran}");
}

#[test]
fn at_a_real_forge_an_approval_of_an_earlier_commit_merges_no_other_one() {
    let team = team();
    let petrov = team.petrov();
    protect(
        &team,
        &json!({ "required_approvals": 1, "enable_status_check": true, "status_check_contexts": ["smoke"] }),
    );
    team.json(REQUEST);
    team.approve(&petrov, 1);
    newest_to_staging(&team);
    // Whoever asks for more waits behind what is approved; who takes it all the same gets no merge that nobody looked at.
    team.run(&team.job(&team.mei.token), REQUEST).exits(3).says("approved by petrov");
    let taken = team.json(&[REQUEST, &["--replace"]].concat());
    assert_eq!(taken["request"]["auto_merge"], false, "{taken}");
    let told_why = notes(&taken);
    assert!(told_why.contains("approvals of another commit (of petrov) still count"), "{taken}");
    assert!(told_why.contains("was to merge by itself, and is not any more"), "{taken}");
    check(&team, &taken["commit"], "success");
    stays_open(&team, 1);
    assert_eq!(taken["request"]["needs"]["missing"], 1, "nobody has seen this one: {taken}");
}

#[test]
fn at_a_real_forge_who_calls_it_off_means_it_and_so_does_a_draft() {
    let team = team();
    protect(&team, &json!({ "required_approvals": 1 }));
    team.json(REQUEST);
    let merge = format!("/repos/{REPOSITORY}/pulls/1/merge");
    team.forge.done(&team.mei, "DELETE", &merge, &Value::Null);
    let again = team.json(REQUEST);
    assert_eq!(again["request"]["auto_merge"], false, "{again}");
    assert!(notes(&again).contains("somebody has called that off"), "{again}");
    assert_eq!(told(&team, 1), (1, 1));
    newest_to_staging(&team);
    assert_eq!(team.json(REQUEST)["request"]["auto_merge"], true, "another version is another question");
    let drafts = Team::shaped(|shape| shape.more = "requests: { auto-merge: true, draft: true }\n".into());
    protect(&drafts, &json!({ "required_approvals": 1 }));
    let draft = drafts.json(REQUEST);
    assert!(notes(&draft).contains("it is a draft"), "{draft}");
    let title = drafts.requests()[0]["title"].as_str().expect("a title").trim_start_matches("WIP: ").to_owned();
    let page = format!("/repos/{REPOSITORY}/pulls/1");
    drafts.forge.done(&drafts.mei, "PATCH", &page, &json!({ "title": title }));
    assert_eq!(drafts.json(REQUEST)["request"]["auto_merge"], true);
}

#[test]
fn at_a_real_forge_who_tells_one_request_to_merge_where_the_rules_do_not_keeps_its_pins() {
    let team = Team::new();
    protect(&team, &json!({ "required_approvals": 1 }));
    let report = team.json(REQUEST);
    assert_eq!(report["request"]["auto_merge"], false, "{report}");
    schedule(&team, &team.mei);
    newest_to_staging(&team);
    let before = team.branch();
    team.run(&team.job(&team.mei.token), REQUEST).exits(3).says("it is to merge by itself");
    assert_eq!(team.branch(), before);
    // Whoever takes it all the same calls that off.
    let taken = team.json(&[REQUEST, &["--replace"]].concat());
    assert!(notes(&taken).contains("was to merge by itself, and is not any more"), "{taken}");
    assert_eq!((told(&team, 1), &taken["request"]["auto_merge"]), ((1, 1), &json!(false)));
}

fn schedule(team: &Team, who: &Account) {
    let body = json!({ "Do": "merge", "merge_when_checks_succeed": true });
    let begun = Instant::now();
    loop {
        let (status, value) = team.forge.call(who, "POST", &format!("/repos/{REPOSITORY}/pulls/1/merge"), &body);
        match status {
            201 => return,
            405 if begun.elapsed() < Duration::from_secs(20) => thread::sleep(Duration::from_millis(200)),
            other => panic!("{other} {value}"),
        }
    }
}

#[test]
fn at_a_real_forge_what_the_tool_closes_merges_by_nobody_who_opens_it_again() {
    let team = team();
    protect(&team, &json!({ "enable_status_check": true, "status_check_contexts": ["smoke"] }));
    let report = team.json(REQUEST);
    team.json(&["promote", "web", "--to", "production", "--withdraw"]);
    assert_eq!(told(&team, 1), (1, 1), "{report}");
    // What was told by a run that ended before it said so is not told twice.
    let worker = ["promote", "worker", "--to", "production", "--landing", "merge-request"];
    let second = team.json(&worker);
    assert_eq!(second["request"]["number"], "#2", "{second}");
    let page = format!("/repos/{REPOSITORY}/pulls/2");
    let body = team.requests()[1]["body"].as_str().expect("a text").to_owned();
    let bare = unmarked(&body);
    assert_ne!(bare, body, "{second}");
    team.forge.done(&team.mei, "PATCH", &page, &json!({ "body": bare }));
    assert_eq!(team.json(&worker)["request"]["auto_merge"], true);
    assert_eq!((told(&team, 2), team.requests()[1]["body"].as_str()), ((1, 0), Some(body.as_str())));
}

#[test]
fn at_a_real_forge_an_administrator_s_token_waits_like_any_other() {
    let team = team();
    protect(&team, &json!({ "required_approvals": 1, "block_admin_merge_override": false }));
    let report = team.json(REQUEST);
    assert_eq!(report["request"]["auto_merge"], true, "{report}");
    check(&team, &report["commit"], "success");
    stays_open(&team, 1);
}

#[test]
fn at_a_real_forge_who_may_not_merge_leaves_the_request_and_says_what_is_not_done() {
    let team = team();
    let petrov = team.petrov();
    let rule = json!({ "required_approvals": 1, "enable_merge_whitelist": true, "merge_whitelist_usernames": ["mei"] });
    protect(&team, &rule);
    let ran = team.run(&team.job(&petrov.token), &[REQUEST, &["--wait-for-forge", "5s"]].concat()).exits(5);
    let ran = ran.says("not done:  merging by itself, which this token may not: #1:").says("not allowed to merge");
    let ran = ran.says("it takes write access, and where the branch lists who may merge, a place there");
    let ran = ran.says("request:  #1");
    assert!(!format!("{ran}").contains("the same command again takes it up"), "{ran}");
    assert_eq!((team.requests().len(), told(&team, 1)), (1, (0, 0)));
    assert_eq!(team.json(REQUEST)["request"]["auto_merge"], true, "one who may takes it up");
}

#[test]
fn at_a_real_forge_a_rollback_that_becomes_a_request_merges_by_itself_and_says_whose_approval_is_missing() {
    let team = Team::shaped(|shape| {
        reviewed(shape);
        shape.keys_of.insert("staging".into(), vec!["requests: { auto-merge: false }".into()]);
    });
    let petrov = team.petrov();
    let good = team.world.pin("web", "production");
    team.json(&["promote", "web", "--to", "production"]);
    protect(&team, &json!({ "enable_push": false, "required_approvals": 1 }));
    let job = team.job(&team.mei.token);
    let ran = team.run(&job, &["rollback", "web", "--env", "production"]).exits(3);
    ran.says("waits:").says("needs:  1 approval (petrov)").says("#1 merges by itself");
    team.approve(&petrov, 1);
    merges(&team, 1);
    assert_eq!(team.pin_on("main", "web"), good);
    // An environment says otherwise for itself.
    let newest = team.world.commit_of("web", 5);
    let staging = ["promote", "web", "--to", "staging", "--commit", &newest, "--landing", "merge-request"];
    assert_eq!(team.json(&staging)["request"]["auto_merge"], false);
}

#[test]
fn at_a_real_forge_a_person_s_commit_on_it_is_merged_by_nobody_but_people() {
    let team = team();
    protect(&team, &json!({ "required_approvals": 1 }));
    team.json(&[REQUEST, &["--dry-run"]].concat());
    team.json(REQUEST);
    team.forge.done(&team.mei, "DELETE", &format!("/repos/{REPOSITORY}/pulls/1/merge"), &Value::Null);
    let page = format!("/repos/{REPOSITORY}/pulls/1");
    let body = team.requests()[0]["body"].as_str().expect("a text").to_owned();
    let body = unmarked(&body);
    team.forge.done(&team.mei, "PATCH", &page, &json!({ "body": body }));
    works_on_it(&team);
    let again = team.json(REQUEST);
    assert_eq!(again["request"]["auto_merge"], false, "{again}");
    assert!(notes(&again).contains("somebody else's commit stands on it"), "{again}");
}

#[test]
fn at_a_real_forge_what_is_not_protected_any_more_does_not_go_on_to_merge_by_itself() {
    let team = team();
    protect(&team, &json!({ "required_approvals": 1 }));
    assert_eq!(team.json(REQUEST)["request"]["auto_merge"], true);
    let rule = format!("/repos/{REPOSITORY}/branch_protections/main");
    team.forge.settles();
    team.forge.done(&team.mei, "DELETE", &rule, &Value::Null);
    let again = team.json(REQUEST);
    let told_why = notes(&again);
    assert_eq!(again["request"]["auto_merge"], false, "{again}");
    assert!(
        told_why.contains("#1 was to merge by itself, and is not any more: `main` asks for no approval"),
        "{again}"
    );
    assert_eq!(told(&team, 1), (1, 1));
    let third = team.json(REQUEST);
    assert!(notes(&third).contains("#1 does not merge by itself: `main` asks for no approval"), "nobody else: {third}");
    protect(&team, &json!({ "required_approvals": 1 }));
    assert_eq!(team.json(REQUEST)["request"]["auto_merge"], true);
    assert_eq!(told(&team, 1), (2, 1));
    // What a person has told stays as it is.
    team.forge.done(&team.mei, "DELETE", &format!("/repos/{REPOSITORY}/pulls/1/merge"), &Value::Null);
    schedule(&team, &team.mei);
    team.forge.settles();
    team.forge.done(&team.mei, "DELETE", &rule, &Value::Null);
    assert_eq!(team.json(REQUEST)["request"]["auto_merge"], true);
    assert_eq!(told(&team, 1), (3, 2));
}

#[test]
fn at_a_real_forge_a_person_s_commit_on_what_was_to_merge_by_itself_leaves_it_to_people() {
    let tended: &[&str] = &["promote", "--refresh"];
    for (args, is_off) in [(REQUEST, false), (tended, false), (REQUEST, true)] {
        let team = team();
        protect(&team, &json!({ "required_approvals": 1 }));
        team.json(REQUEST);
        works_on_it(&team);
        if is_off {
            let settings = team.world.read("stageline.yaml").replace("auto-merge: true", "auto-merge: false");
            team.world.write("stageline.yaml", &settings);
            team.world.git(&["commit", "-qam", "by hand from now on"]);
            team.world.git(&["push", "-q", "origin", "main"]);
        }
        let again = team.run(&team.job(&team.mei.token), &[args, &["-o", "json"]].concat()).json();
        assert!(again.to_string().contains("was to merge by itself, and is not any more"), "{again}");
        assert_eq!(told(&team, 1), (1, 1), "{args:?}");
        schedule(&team, &team.mei);
        team.run(&team.job(&team.mei.token), args);
        assert_eq!(told(&team, 1), (2, 1), "what a person has told stays");
    }
}

#[test]
fn at_a_real_forge_a_newer_promotion_that_waits_behind_a_person_s_commit_leaves_that_to_people_too() {
    let team = team();
    protect(&team, &json!({ "required_approvals": 1 }));
    team.json(REQUEST);
    works_on_it(&team);
    newest_to_staging(&team);
    let job = team.job(&team.mei.token);
    team.run(&job, &[REQUEST, &["--dry-run"]].concat()).exits(3);
    assert_eq!(told(&team, 1), (1, 0), "a dry run calls nothing off");
    team.run(&job, REQUEST).exits(3).says("#1 was to merge by itself, and is not any more: somebody else's commit");
    assert_eq!(told(&team, 1), (1, 1));
}

#[test]
fn at_a_real_forge_what_a_person_has_told_to_merge_keeps_its_pins_also_where_all_do() {
    let team = team();
    let petrov = team.petrov();
    protect(&team, &json!({ "required_approvals": 1 }));
    team.json(REQUEST);
    team.forge.done(&petrov, "DELETE", &format!("/repos/{REPOSITORY}/pulls/1/merge"), &Value::Null);
    schedule(&team, &petrov);
    newest_to_staging(&team);
    let before = team.branch();
    team.run(&team.job(&team.mei.token), REQUEST).exits(3).says("it is to merge by itself");
    assert_eq!((team.branch(), told(&team, 1)), (before, (2, 1)));
    let taken = team.json(&[REQUEST, &["--replace"]].concat());
    assert_eq!((&taken["request"]["auto_merge"], told(&team, 1)), (&json!(true), (3, 2)), "{taken}");
}

#[test]
fn at_a_real_forge_approvals_that_a_push_makes_void_keep_nothing_from_merging_by_itself() {
    for void in ["ignore_stale_approvals", "dismiss_stale_approvals"] {
        let team = team();
        let petrov = team.petrov();
        protect(&team, &json!({ "required_approvals": 1, (void): true }));
        protect_checks(&team);
        team.json(REQUEST);
        team.approve(&petrov, 1);
        newest_to_staging(&team);
        let taken = team.json(&[REQUEST, &["--replace"]].concat());
        assert_eq!(taken["request"]["auto_merge"], true, "{void}: {taken}");
        assert!(!notes(&taken).contains("still count"), "{void}: {taken}");
        assert_eq!(taken["request"]["needs"]["missing"], 1, "{void}: {taken}");
    }
}

/// Has the branch demand a check that nobody reports: what is approved waits for it.
fn protect_checks(team: &Team) {
    let rule = json!({ "enable_status_check": true, "status_check_contexts": ["smoke"] });
    team.forge.done(&team.mei, "PATCH", &format!("/repos/{REPOSITORY}/branch_protections/main"), &rule);
}

#[test]
fn at_a_real_forge_who_asks_for_changes_is_told_until_they_approve() {
    let team = team();
    let petrov = team.petrov();
    protect(&team, &json!({ "required_approvals": 1, "block_on_rejected_reviews": true }));
    protect_checks(&team);
    team.json(REQUEST);
    let review = json!({ "event": "REQUEST_CHANGES", "body": "not before Monday" });
    team.forge.done(&petrov, "POST", &format!("/repos/{REPOSITORY}/pulls/1/reviews"), &review);
    let job = team.job(&team.mei.token);
    team.run(&job, REQUEST).exits(0).says("needs:  1 approval, changes asked for by petrov, the checks");
    team.run(&job, &["status", "--fetch"]).exits(0).says("waits for 1 approval, changes asked for by petrov");
    assert_eq!(team.json(REQUEST)["request"]["needs"]["changes_asked_by"], json!(["petrov"]));
    // A rule that lets it merge all the same does not wait for them.
    let rule = format!("/repos/{REPOSITORY}/branch_protections/main");
    team.forge.done(&team.mei, "PATCH", &rule, &json!({ "block_on_rejected_reviews": false }));
    assert_eq!(team.json(REQUEST)["request"]["needs"]["changes_asked_by"], json!([]));
    team.forge.done(&team.mei, "PATCH", &rule, &json!({ "block_on_rejected_reviews": true }));
    team.approve(&petrov, 1);
    assert_eq!(team.json(REQUEST)["request"]["needs"]["changes_asked_by"], json!([]));
}

#[test]
fn at_a_real_forge_nobody_is_named_whose_approval_does_not_count_or_whom_nobody_asked() {
    let team = team();
    let petrov = team.petrov();
    let job = team.forge.account("job");
    team.forge.account("carol");
    for (who, may) in [("job", "write"), ("carol", "read")] {
        let path = format!("/repos/{REPOSITORY}/collaborators/{who}");
        team.forge.done(&team.mei, "PUT", &path, &json!({ "permission": may }));
    }
    let rule = json!({ "required_approvals": 2, "enable_approvals_whitelist": true, "approvals_whitelist_username": ["petrov", "mei"] });
    protect(&team, &rule);
    team.json(REQUEST);
    team.approve(&job, 1);
    let ask = json!({ "reviewers": ["carol"] });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/pulls/1/requested_reviewers"), &ask);
    let needs = |team: &Team| team.json(REQUEST)["request"]["needs"].clone();
    let told = needs(&team);
    assert_eq!((&told["asked"], &told["may_approve"], &told["missing"]), (&json!([]), &json!(["petrov"]), &json!(2)));
    team.run(&team.job(&team.mei.token), REQUEST).exits(0).says("needs:  2 approvals (petrov)");
    let ask = json!({ "reviewers": ["petrov"] });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/pulls/1/requested_reviewers"), &ask);
    assert_eq!(needs(&team)["asked"], json!(["petrov"]));
    team.approve(&petrov, 1);
    let told = needs(&team);
    assert_eq!((&told["asked"], &told["may_approve"], &told["given"]), (&json!([]), &json!([]), &json!(1)), "{told}");
}
