//! Requests that merge by themselves at GitHub and at GitLab: told so for one commit and no other, and not touched any more where they stand in a
//! queue.

use serde_json::{Value, json};

use crate::both_forges::at_both;
use crate::support::forges::{Call, Kind, Outcome, Request, Rules, Shop, Standing};
use crate::support::team::{BRANCH, REQUEST};
use crate::support::world::Shape;

at_both! {
    a_request_merges_by_itself_once_its_check_has_passed_and_a_newer_promotion_is_told_anew_for_its_own_commit
    whose_approval_is_missing_is_told_and_with_it_the_request_merges_by_itself
    a_branch_that_asks_for_nothing_is_merged_by_hand_and_the_forge_is_not_told_anything
    what_somebody_pushes_onto_it_is_told_to_merge_by_nobody
    a_request_in_a_queue_is_touched_by_nothing
    what_lacks_nothing_comes_into_the_queue_at_once
}

fn by_itself(shape: &mut Shape) {
    shape.more = "requests: { auto-merge: true }\n".into();
}

/// A shop whose requests merge by themselves into a branch with these rules.
fn shop(kind: Kind, rules: Rules, change: impl FnOnce(&mut Shape)) -> Shop {
    let shop = Shop::shaped(kind, |shape| {
        by_itself(shape);
        change(shape);
    });
    shop.state().rules = rules;
    shop
}

fn checked() -> Rules {
    Rules { check: Some("smoke"), ..Rules::default() }
}

fn first(shop: &Shop) -> Request {
    shop.requests().into_iter().next().expect("a request")
}

fn notes(report: &Value) -> String {
    report["notes"].to_string()
}

/// What the forge was told about merging, oldest first: the commit for which it is to, or that it is not to.
fn told(shop: &Shop) -> Vec<Option<String>> {
    let of = |call: &Call| -> Option<Option<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let query = call.body["query"].as_str().unwrap_or_default();
        match call.path.rsplit('/').next()? {
            "graphql" if query.contains("enablePullRequestAutoMerge(") => {
                Some(text(&call.body["variables"]["input"]["expectedHeadOid"]))
            }
            "graphql" if query.contains("disablePullRequestAutoMerge(") => Some(None),
            "merge" if call.method == "PUT" => {
                assert_eq!((&call.body["auto_merge"], call.body["sha"].is_string()), (&json!(true), true), "{call:?}");
                Some(text(&call.body["sha"]))
            }
            "cancel_merge_when_pipeline_succeeds" => Some(None),
            _ => None,
        }
    };
    shop.state().calls.iter().filter_map(of).collect()
}

fn a_request_merges_by_itself_once_its_check_has_passed_and_a_newer_promotion_is_told_anew_for_its_own_commit(
    kind: Kind,
) {
    let shop = shop(kind, checked(), |_| {});
    let commit = |report: &Value| report["commit"].as_str().map(str::to_owned);
    let one = shop.json(REQUEST);
    assert_eq!(one["request"]["auto_merge"], true, "{one}");
    assert!(notes(&one).contains("merges by itself, once all that its branch asks for is there"), "{one}");
    let again = shop.json(REQUEST);
    assert_eq!((&again["request"]["unchanged"], &again["request"]["auto_merge"]), (&json!(true), &json!(true)));
    assert_eq!(told(&shop), [commit(&one)], "a rerun does not tell it twice");
    shop.run(&["status", "--fetch"]).exits(0).says("merges by itself");
    let newest = shop.newest_to_staging("web");
    let two = shop.json(REQUEST);
    assert_eq!((&two["request"]["number"], &two["request"]["auto_merge"]), (&json!(shop.mark(1)), &json!(true)));
    assert_eq!(told(&shop), [commit(&one), None, commit(&two)], "called off before the new commit came");
    shop.check(&commit(&one).expect("a commit"), Outcome::Passed);
    shop.check(&commit(&two).expect("a commit"), Outcome::Failed);
    assert!(first(&shop).is_open(), "what passed is another commit");
    shop.check(&commit(&two).expect("a commit"), Outcome::Passed);
    let merged = first(&shop);
    assert_eq!((merged.standing, Some(merged.tip)), (Standing::Merged, commit(&two)));
    assert_eq!(shop.pin_on("main", "web"), newest);
}

fn whose_approval_is_missing_is_told_and_with_it_the_request_merges_by_itself(kind: Kind) {
    let shop = shop(kind, Rules { approvals: 1, ..Rules::default() }, |shape| {
        shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n".into();
        shape.more = "requests: { auto-merge: true, reviewers: [petrov] }\n".into();
    });
    let report = shop.json(REQUEST);
    let needs = &report["request"]["needs"];
    assert_eq!((&needs["approvals"], &needs["given"], &needs["missing"]), (&json!(1), &json!(0), &json!(1)));
    assert_eq!(needs["asked"], json!(["petrov"]), "{needs}");
    shop.run(REQUEST).exits(0).says("needs:  1 approval (petrov)");
    shop.run(&["status", "--fetch"]).exits(0).says("waits for 1 approval (petrov), merges by itself");
    let why = ["why", "web", "--to", "production"];
    shop.run(&[&why[..], &["--fetch"]].concat()).says("waits for 1 approval (petrov)");
    assert!(!shop.run(&why).stdout.contains("petrov"), "without a word of the forge nobody knows");
    shop.approve(1);
    assert_eq!(first(&shop).standing, Standing::Merged);
    assert_eq!(shop.pin_on("main", "web"), shop.world.commit_of("web", 4));
}

fn a_branch_that_asks_for_nothing_is_merged_by_hand_and_the_forge_is_not_told_anything(kind: Kind) {
    let shop = shop(kind, Rules::default(), |_| {});
    let report = shop.json(REQUEST);
    assert_eq!(report["request"]["auto_merge"], false, "{report}");
    let why = "does not merge by itself: `main` asks for no approval and no check by its name";
    assert!(notes(&report).contains(why), "{report}");
    assert_eq!(shop.json(REQUEST)["request"]["auto_merge"], false);
    assert!(told(&shop).is_empty() && first(&shop).is_open(), "{:?}", told(&shop));
    // What is protected later the same command sees to.
    shop.state().rules = checked();
    assert_eq!(shop.json(REQUEST)["request"]["auto_merge"], true);
    assert_eq!(told(&shop).len(), 1);
}

fn what_somebody_pushes_onto_it_is_told_to_merge_by_nobody(kind: Kind) {
    let shop = shop(kind, checked(), |_| {});
    shop.json(REQUEST);
    let theirs =
        shop.world.environment.with("GIT_AUTHOR_NAME", "Petrov").with("GIT_AUTHOR_EMAIL", "petrov@example.com");
    let theirs = theirs.with("GIT_COMMITTER_NAME", "Petrov").with("GIT_COMMITTER_EMAIL", "petrov@example.com");
    let (remote, tip) = (&shop.world.remote, shop.branch().expect("pushed"));
    let commit = theirs.git(remote, &["commit-tree", &format!("{tip}^{{tree}}"), "-p", &tip, "-m", "look at it"]);
    theirs.git(remote, &["update-ref", &format!("refs/heads/{BRANCH}"), &commit]);
    // GitHub keeps what it was told, GitLab drops it.
    assert_eq!(first(&shop).scheduled.is_some(), kind == Kind::Github);
    let report = shop.json(REQUEST);
    // What the tool has told is called off where that is kept, and nothing is told for theirs.
    let calls = told(&shop);
    assert_eq!(calls[1..], if kind == Kind::Github { vec![None] } else { Vec::new() }, "{report}");
    assert_eq!(shop.branch(), Some(commit));
    assert!(first(&shop).scheduled.is_none(), "{report}");
    assert_eq!(report["request"]["auto_merge"], false, "{report}");
}

/// A request that stands in the queue, with the version that it asks for, and one for the version after that.
fn queued(kind: Kind) -> (Shop, Vec<String>, Vec<String>) {
    let shop = shop(kind, Rules { approvals: 1, has_queue: true, ..Rules::default() }, |shape| shape.runs = Some(1));
    shop.json(&["promote", "web", "--to", "production", "--commit", &shop.world.commit_of("web", 2)]);
    let to = |nth: usize| -> Vec<String> {
        let commit = shop.world.commit_of("web", nth);
        REQUEST.iter().copied().chain(["--commit", &commit]).map(str::to_owned).collect()
    };
    let (own, newer) = (to(3), to(4));
    let report = shop.json(&words(&own));
    assert_eq!(report["request"]["auto_merge"], true, "{report}");
    shop.approve(1);
    assert!(first(&shop).queued.is_some() && first(&shop).is_open(), "{:?}", first(&shop));
    (shop, own, newer)
}

fn words(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

fn a_request_in_a_queue_is_touched_by_nothing(kind: Kind) {
    let (shop, own, newer) = queued(kind);
    let writes = |shop: &Shop| shop.state().calls.iter().filter(|call| call.is_write).count();
    let before = (first(&shop), shop.branches(), writes(&shop));
    let mark = shop.mark(1);
    let again = shop.json(&words(&own));
    assert_eq!((&again["request"]["unchanged"], &again["request"]["auto_merge"]), (&json!(true), &json!(true)));
    assert!(!notes(&again).contains("called that off"), "{again}");
    shop.run(&["status", "--fetch"]).exits(0).says("merges by itself");
    let why = "it stands in the merge queue";
    for more in [&[][..], &["--replace"]] {
        let waits = shop.run(&[&words(&newer), more].concat()).exits(3);
        waits.says(&format!("waits  web in production behind {mark}, {why}"));
    }
    for words in [&["promote", "--refresh"][..], &["promote", "web", "--to", "production", "--withdraw"]] {
        let ran = shop.run(&[words, &["-o", "json"]].concat());
        let one = ran.json()["requests"][0].clone();
        assert_eq!(
            (&one["number"], &one["became"], &one["reason"]),
            (&json!(mark), &json!("left"), &json!(why)),
            "{ran}"
        );
    }
    let report = shop.json(&["rollback", "web", "--env", "production"]);
    assert_eq!(report["stage"], "landed", "{report}");
    assert!(notes(&report).contains(&format!("{mark} moves web, too, and is left as it is: {why}")), "{report}");
    assert_eq!((first(&shop), shop.branches(), writes(&shop)), before);
}

fn what_lacks_nothing_comes_into_the_queue_at_once(kind: Kind) {
    let shop = shop(kind, Rules::default(), |_| {});
    let opened = shop.json(REQUEST);
    assert_eq!((told(&shop).len(), &opened["request"]["auto_merge"]), (0, &json!(false)), "{opened}");
    shop.check(opened["commit"].as_str().expect("a commit"), Outcome::Passed);
    shop.state().rules = Rules { has_queue: true, ..checked() };
    let report = shop.json(REQUEST);
    assert_eq!(report["request"]["auto_merge"], true, "{report}");
    let request = first(&shop);
    assert_eq!((request.queued, request.standing), (Some(request.tip), Standing::Open), "{report}");
    assert_eq!(told(&shop).len(), 1);
}

#[test]
fn at_github_what_has_nothing_to_wait_for_is_merged_by_hand() {
    let rules = Rules { approvals: 1, forbids: true, ..Rules::default() };
    let shop = shop(Kind::Github, rules, |_| {});
    shop.run(REQUEST).exits(5).says("`Allow auto-merge` in its settings").says("request:  #1");
    assert!(told(&shop).is_empty());
    shop.approve(1);
    shop.state().rules.forbids = false;
    let ran = shop.run(REQUEST).exits(5);
    ran.says("merging by itself: #1:").says("it has nothing to wait for: merge it by hand");
    let request = first(&shop);
    assert!(request.is_open() && request.scheduled.is_none(), "{request:?}");
    assert_eq!(told(&shop), [Some(request.tip)]);
}
