//! `approve`: who may agree to which change, for how long and how often, and what is let pass because of it.

use serde_json::Value;

use crate::support::court::{Court, Work, a_second_later};
use crate::support::world::{overlay, overlay_file};

/// Production takes an approval of the managers, alice and carol, and they may override its soak; bob may sign for it as well.
fn court() -> Court {
    with(|_| {})
}

/// The same with other rules.
fn with(change: impl FnOnce(&mut String)) -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace(
                "      soak: 1h\n",
                "      soak: 1h\n      approvals: { count: 1, from: managers }\n    override: { soak: managers }\n",
            )
            .replace("signers: managers", "signers: [managers, bob]")
            .replace("groups: { managers: [alice] }", "groups: { managers: [alice, carol] }")
            .replace("people:\n", "people:\n  carol: { principals: [carol@example.com] }\n");
        change(rules);
    });
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "carol"]));
    court.land_ago(500, "carol has a key");
    court
}

/// A branch of somebody that pins an application in production, pushed.
fn asks(court: &Court, name: &str, app: &str) -> Work {
    let work = court.work(name).pin(app, "production", &court.commit(app, 5)).commit("to production");
    work.git(&["push", "-q", "origin", "HEAD:refs/heads/ask"])
}

fn approve(court: &Court, name: &str, args: &[&str]) -> (Option<i32>, Value) {
    let work = court.work(name);
    let args = [&["approve", "-o", "json"], args].concat();
    let ran = work.environment.stageline(&work.dir, &args);
    let report = if ran.stdout.is_empty() { Value::Null } else { ran.json() };
    assert!(ran.code() != Some(2), "{ran}");
    (ran.code(), report)
}

fn refusal_of(court: &Court, name: &str, args: &[&str]) -> String {
    let (code, report) = approve(court, name, args);
    assert_eq!(code, Some(1), "{report:#}");
    report["error"]["code"].as_str().unwrap_or_default().to_string()
}

#[test]
fn a_change_waits_for_the_approval_of_somebody_who_did_not_make_it() {
    let court = court();
    let work = asks(&court, "alice", "web");
    work.verify().waits_for("approvals");
    assert_eq!(refusal_of(&court, "alice", &["ask"]), "own-change");
    let (code, report) = approve(&court, "bob", &["ask"]);
    assert_eq!((code, report["by"].as_str()), (Some(0), Some("bob")), "{report:#}");
    work.verify().waits_for("approvals");
    let (code, report) = approve(&court, "carol", &["ask"]);
    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(report["counts_for"], serde_json::json!(["managers"]));
    assert_eq!(report["verdict"]["verdict"], "pass");
    work.verify().passes();
    // Withdrawn, it counts no more, and whoever gave it may give it again.
    approve(&court, "carol", &["ask", "--withdraw"]);
    work.verify().waits_for("approvals");
    assert_eq!(refusal_of(&court, "carol", &["ask", "--withdraw"]), "nothing-to-withdraw");
    a_second_later();
    approve(&court, "carol", &["ask"]);
    work.verify().passes();
}

#[test]
fn somebody_whom_nobody_knows_approves_nothing() {
    let court = court();
    asks(&court, "alice", "web");
    assert_eq!(refusal_of(&court, "eve", &["ask"]), "not-a-signer");
}

#[test]
fn what_is_approved_is_the_change_and_neither_its_commit_nor_another_content() {
    let court = court();
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    let work = work.git(&["commit", "-q", "--amend", "-m", "the same in other words"]);
    work.verify().passes();
    court.world.write("notes.txt", "something else\n");
    court.land_ago(0, "something else");
    let work = work.git(&["fetch", "-q"]).git(&["rebase", "-q", "origin/main"]);
    work.verify().passes();
    let work = work.change(&overlay_file("web", "production"), "namespace: production", "namespace: elsewhere");
    work.commit("and more").verify().waits_for("approvals");
}

#[test]
fn an_approval_counts_for_one_landing() {
    let court = court();
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    work.verify().passes();
    let work = work.git(&["push", "-q", "origin", "HEAD:main"]);
    // Somebody takes it back by hand, and wants it again.
    let work = work.git(&["revert", "--no-edit", "HEAD"]).git(&["push", "-q", "origin", "HEAD:main"]);
    let work = work.pin("web", "production", &court.commit("web", 5)).commit("again");
    let used = work.verify();
    assert_eq!(used.code, Some(3), "{:#}", used.report);
    assert!(used.report.to_string().contains("has used it up"), "{:#}", used.report);
    let work = work.git(&["push", "-q", "origin", "HEAD:refs/heads/again"]);
    approve(&court, "carol", &["again"]);
    work.verify().passes();
}

#[test]
fn a_landing_of_something_else_uses_no_approval_up() {
    let court = court();
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    court.world.write(&overlay_file("web", "staging"), &overlay("web", "staging", &court.commit("web", 6)));
    court.land_ago(0, "web to staging");
    work.git(&["fetch", "-q"]).git(&["rebase", "-q", "origin/main"]).verify().passes();
}

#[test]
fn whoever_wrote_or_asked_for_it_is_no_other_person() {
    let court = court();
    // Bob signs what carol wrote, and what she asked for.
    for (args, said) in [
        (vec!["--author", "Carol <carol@example.com>"], "written"),
        (vec!["--trailer", "Promotion-Asked-By: Carol <carol@example.com>"], "asked for"),
    ] {
        let work = court.work("bob").pin("web", "production", &court.commit("web", 5)).git(&["add", "-A"]);
        let commit = [&["commit", "-q", "-m", said], args.as_slice()].concat();
        let work = work.git(&commit).git(&["push", "-q", "-f", "origin", "HEAD:refs/heads/ask"]);
        assert_eq!(refusal_of(&court, "carol", &["ask"]), "own-change", "{said}");
        work.verify().waits_for("approvals");
        let (code, report) = approve(&court, "alice", &["ask"]);
        assert_eq!(code, Some(0), "{report:#}");
        work.verify().passes();
        approve(&court, "alice", &["ask", "--withdraw"]);
        a_second_later();
    }
}

#[test]
fn a_commit_beneath_the_head_makes_its_author_one_of_those_who_made_it() {
    let court = court();
    let work = court.work("carol").pin("web", "production", &court.commit("web", 5)).commit("half of it");
    let work = work.git(&["push", "-q", "origin", "HEAD:refs/heads/ask"]);
    let other = court.work("alice").git(&["fetch", "-q"]).git(&["checkout", "-q", "-B", "ask", "origin/ask"]);
    let other = other.write("notes.txt", "x\n").commit("the other half");
    let other = other.git(&["push", "-q", "origin", "HEAD:refs/heads/ask"]);
    for name in ["carol", "alice"] {
        assert_eq!(refusal_of(&court, name, &["ask"]), "own-change", "{name}");
    }
    other.verify().waits_for("approvals");
    drop(work);
}

#[test]
fn whoever_wrote_a_commit_that_nobody_known_signed_may_be_anybody() {
    let court = court();
    // Carol writes it as somebody else and signs nothing; bob merges it, signed.
    let work = court.work("carol").pin("web", "production", &court.commit("web", 5)).git(&["add", "-A"]);
    let anonymous = ["-c", "user.name=zed", "-c", "user.email=z@z", "commit", "-q", "--no-gpg-sign", "-m", "x"];
    let work = work.git(&anonymous).git(&["push", "-q", "origin", "HEAD:refs/heads/ask"]);
    approve(&court, "carol", &["ask"]);
    let bob = court.work("bob").git(&["merge", "-q", "--no-ff", "-S", "-m", "merge", "origin/ask"]);
    let verdict = bob.verify();
    assert_eq!(verdict.code, Some(3), "{:#}", verdict.report);
    assert!(verdict.report.to_string().contains("nobody known has signed"), "{:#}", verdict.report);
    drop(work);
    // A co-author is one of those who made it.
    let work = court.work("alice").pin("web", "production", &court.commit("web", 5)).git(&["add", "-A"]);
    let message = "two of us\n\nCo-authored-by: Carol <carol@example.com>";
    work.git(&["commit", "-q", "-m", message]).git(&["push", "-q", "-f", "origin", "HEAD:refs/heads/ask"]);
    assert_eq!(refusal_of(&court, "carol", &["ask"]), "own-change");
}

#[test]
fn a_key_that_several_share_is_one_persons_word() {
    let court = with(|rules| {
        *rules = rules.replace("count: 1, from: managers", "count: 2, from: [managers, bob]");
    });
    let shared = court.signers(&["alice", "carol"]).replace("carol@example.com", "carol@example.com,bob@example.com");
    court.world.write(".stageline/allowed_signers", &shared);
    court.land_ago(400, "a key for two");
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    work.verify().waits_for("approvals");
}

#[test]
fn a_merge_that_drops_what_was_said_is_seen_though_no_push_is_forced() {
    let court = court();
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    approve(&court, "carol", &["ask", "--withdraw"]);
    work.verify().waits_for("approvals");
    let eve = court.work("eve").git(&["fetch", "-q", "origin", "stageline/attestations"]);
    let id = |rev: &str| eve.environment.git(&eve.dir, &["rev-parse", rev]);
    let (tip, before) = (id("FETCH_HEAD"), id("FETCH_HEAD^"));
    let tree = id("FETCH_HEAD^^{tree}");
    let merge = eve.environment.git(&eve.dir, &["commit-tree", "-p", &before, "-p", &tip, "-m", "merge", &tree]);
    eve.git(&["push", "-q", "origin", &format!("{merge}:refs/heads/stageline/attestations")]);
    for work in [work, court.work("alice").git(&["checkout", "-q", "--detach", "origin/ask"])] {
        let verdict = work.verify();
        assert_eq!(verdict.code, Some(3), "{:#}", verdict.report);
        verdict.unknown_to("approvals");
    }
}

#[test]
fn what_landed_and_was_taken_back_is_asked_for_anew() {
    let court = with(|rules| {
        *rules = rules.replace("      approvals: { count: 1, from: managers }\n", "");
    });
    let work = court.work("alice");
    let ask = ["promote", "web", "--to", "production", "--landing", "merge-request", "-o", "json"];
    let first = work.environment.stageline(&work.dir, &ask).exits(0).json();
    let branch = first["request"]["branch"].as_str().expect("a branch").to_string();
    let work = work.git(&["fetch", "-q"]).git(&["push", "-q", "origin", &format!("origin/{branch}:main")]);
    let work = work.git(&["checkout", "-q", "-B", "back", &format!("origin/{branch}")]);
    let work = work.git(&["revert", "--no-edit", "HEAD"]).git(&["push", "-q", "origin", "HEAD:main"]);
    let again = work.environment.stageline(&work.dir, &ask).json();
    assert_ne!(again["commit"], first["commit"], "{again:#}");
    let there = court.world.environment.git(&court.world.remote, &["rev-parse", &branch]);
    assert_ne!(first["commit"].as_str(), Some(there.as_str()));
}

#[test]
fn an_approval_that_comes_in_the_push_that_needs_it_does_not_count_there() {
    let court = court();
    let work = asks(&court, "alice", "web");
    let server = &court.world.remote;
    let old = court.world.environment.git(server, &["rev-parse", "main"]);
    let head = work.head();
    let line = |new: &str| format!("{old} {new} refs/heads/main\n");
    work.pre_receive(server, &line(&head)).waits_for("approvals");
    approve(&court, "carol", &["ask"]);
    let statements = court.world.environment.git(server, &["rev-parse", "stageline/attestations"]);
    work.pre_receive(server, &line(&head)).passes();
    court.world.environment.git(server, &["update-ref", "-d", "refs/heads/stageline/attestations"]);
    let both = format!("{}{} {statements} refs/heads/stageline/attestations\n", line(&head), "0".repeat(40));
    work.pre_receive(server, &both).waits_for("approvals");
}

#[test]
fn an_approval_for_one_branch_counts_on_no_other_and_not_before_its_time_is_over() {
    let court = with(|rules| {
        *rules = rules.replace("count: 1, from: managers", "count: 1, from: managers, max-age: 3s");
    });
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    let verdict = work.verify();
    verdict.passes();
    assert!(verdict.report["not_after"].is_string(), "{:#}", verdict.report);
    std::thread::sleep(std::time::Duration::from_secs(4));
    work.verify().waits_for("approvals");
}

#[test]
fn several_rules_are_each_met_by_themselves_and_owners_are_those_of_the_application() {
    let court = with(|rules| {
        *rules = rules
            .replace(
                "approvals: { count: 1, from: managers }",
                "approvals: [{ count: 1, from: managers }, { count: 1, from: owners }]",
            )
            .replace("  - name: web\n", "  - name: web\n    owners: bob\n");
    });
    let work = asks(&court, "alice", "web");
    approve(&court, "carol", &["ask"]);
    work.verify().waits_for("approvals");
    approve(&court, "bob", &["ask"]);
    work.verify().passes();
}

#[test]
fn an_environments_signers_are_met_by_the_approval_of_one_of_them() {
    let court = with(|rules| {
        *rules = rules
            .replace("      approvals: { count: 1, from: managers }\n", "")
            .replace("signers: [managers, bob]", "signers: managers");
    });
    let work = asks(&court, "bob", "web");
    work.verify().waits_for("signature");
    approve(&court, "carol", &["ask"]);
    work.verify().passes();
}

#[test]
fn rules_change_by_so_many_owners_who_did_not_make_the_change() {
    let court = with(|rules| {
        *rules = rules.replace("owners: managers", "owners: { from: managers, approvals: 1 }");
    });
    let work = court.work("alice").change("stageline.yaml", "soak: 1h", "soak: 2h").commit("soak longer");
    let work = work.git(&["push", "-q", "origin", "HEAD:refs/heads/ask"]);
    work.verify().waits_for("scope");
    assert_eq!(refusal_of(&court, "alice", &["ask"]), "own-change");
    approve(&court, "carol", &["ask"]);
    work.verify().passes();
}

#[test]
fn a_soak_is_overridden_by_another_of_those_who_may_for_one_change_and_a_time() {
    let court = with(|rules| {
        *rules = rules.replace("      approvals: { count: 1, from: managers }\n", "");
    });
    let work = asks(&court, "alice", "api");
    work.verify().waits_for("soak");
    let with_reason = |more: &[&'static str]| [&["ask", "--override", "soak", "--reason", "it burns"], more].concat();
    assert_eq!(refusal_of(&court, "alice", &with_reason(&[])), "own-change");
    assert_eq!(refusal_of(&court, "bob", &with_reason(&[])), "not-a-signer");
    assert_eq!(refusal_of(&court, "carol", &["ask", "--override", "order", "--reason", "x"]), "not-overridable");
    let (code, report) = approve(&court, "carol", &with_reason(&["--expires", "4s"]));
    assert_eq!(code, Some(0), "{report:#}");
    let verdict = work.verify();
    verdict.passes();
    let gates = verdict.report["refs"][0]["changes"][0]["gates"].as_array().expect("gates").clone();
    let soak = gates.iter().find(|gate| gate["gate"] == "soak").expect("a soak");
    assert_eq!(soak["overridden"]["by"], "carol", "{soak:#}");
    assert_eq!(soak["overridden"]["reason"], "it burns");
    std::thread::sleep(std::time::Duration::from_secs(5));
    work.verify().waits_for("soak");
}

#[test]
fn who_may_override_alone_does_and_it_is_told() {
    let court = with(|rules| {
        *rules = rules
            .replace("      approvals: { count: 1, from: managers }\n", "")
            .replace("override: { soak: managers }", "override: { soak: { from: managers, alone: true } }");
    });
    let work = asks(&court, "alice", "api");
    work.verify().waits_for("soak");
    approve(&court, "alice", &["ask", "--override", "soak", "--reason", "it burns"]);
    let verdict = work.verify();
    verdict.passes();
    assert!(verdict.report.to_string().contains("who made it"), "{:#}", verdict.report);
}

#[test]
fn a_promotion_waits_directly_and_lands_when_its_change_is_approved() {
    let court = court();
    let work = court.work("alice");
    let promote = |more: &[&str]| {
        let args = [&["promote", "web", "--to", "production", "-o", "json"], more].concat();
        work.environment.stageline(&work.dir, &args)
    };
    assert_eq!(promote(&[]).exits(3).refusal(), "needs-approval");
    let asked = promote(&["--landing", "merge-request"]).exits(0).json();
    let branch = asked["request"]["branch"].as_str().expect("a branch").to_string();
    assert_eq!(refusal_of(&court, "alice", &[&branch]), "own-change");
    let (code, report) = approve(&court, "carol", &[&branch]);
    assert_eq!((code, &report["change"]), (Some(0), &asked["change"]), "{report:#}");
    promote(&[]).exits(0);
    assert_eq!(court.world.pin("web", "production"), court.commit("web", 5));
}

#[test]
fn a_promoter_overrides_alone_where_the_rules_let_and_history_tells_it() {
    let court = with(|rules| {
        *rules = rules
            .replace("      approvals: { count: 1, from: managers }\n", "")
            .replace("override: { soak: managers }", "override: { soak: { from: managers, alone: true } }");
    });
    let run = |name: &str, args: &[&str]| {
        let work = court.work(name);
        work.environment.stageline(&work.dir, &[args, &["-o", "json"]].concat())
    };
    let promote = ["promote", "api", "--to", "production", "--override", "soak", "-m", "it burns"];
    // Bob signs for production and may not override.
    assert_eq!(run("bob", &promote).exits(3).refusal(), "soaking");
    assert_eq!(run("alice", &["promote", "api", "--to", "production"]).exits(3).refusal(), "soaking");
    let other = ["promote", "api", "--to", "production", "--override", "order", "-m", "it burns"];
    assert_eq!(run("alice", &other).exits(1).json()["error"]["code"], "not-overridable");
    let local = [&promote[..], &["--no-push"]].concat();
    run("alice", &local).exits(2).says("--no-push");
    let dry = run("alice", &[&promote[..], &["--dry-run"]].concat()).exits(0).json();
    assert_eq!(dry["refusals"], serde_json::json!([]), "{dry:#}");
    let landed = run("alice", &promote).exits(0).json();
    assert_eq!(court.world.pin("api", "production"), court.commit("api", 5), "{landed:#}");
    let history = run("alice", &["history", "api", "--env", "production"]).exits(0).json();
    let told = history["changes"][0]["overrides"][0].as_str().expect("an override");
    assert!(told.starts_with("soak overridden by alice, who made it") && told.ends_with("it burns"), "{told}");
    let shown = run("alice", &["show", "api:r2", "--env", "production"]).exits(0).json();
    assert_eq!(shown["overrides"][0], told);
    // It was for one landing: the same once more waits again.
    run("alice", &["rollback", "api", "--env", "production", "--no-hold"]).exits(0);
    let again = run("alice", &["promote", "api", "--to", "production"]);
    again.exits(3);
}

#[test]
fn what_a_promoter_may_not_override_alone_the_request_asks_for() {
    let court = with(|rules| {
        *rules = rules.replace("      approvals: { count: 1, from: managers }\n", "");
    });
    let work = court.work("alice");
    let args = ["promote", "api", "--to", "production", "--override", "soak", "-m", "it burns", "-o", "json"];
    let direct = work.environment.stageline(&work.dir, &args).exits(3);
    direct.says("carol").says("approve BRANCH --override soak");
    let by_request = [&args[..], &["--landing", "merge-request"]].concat();
    let asked = work.environment.stageline(&work.dir, &by_request).exits(0).json();
    let branch = asked["request"]["branch"].as_str().expect("a branch");
    approve(&court, "carol", &[branch, "--override", "soak", "--reason", "it does burn"]);
    let landed = work.environment.stageline(&work.dir, &args[..args.len() - 2]).exits(0);
    landed.says("overridden by carol");
}

#[test]
fn a_dry_run_says_what_would_be_said_and_writes_nothing() {
    let court = court();
    let work = asks(&court, "alice", "web");
    let (code, report) = approve(&court, "carol", &["ask", "--dry-run"]);
    assert_eq!((code, report["dry_run"].as_bool()), (Some(0), Some(true)), "{report:#}");
    work.verify().waits_for("approvals");
}

/// Production lives on a branch of its own that is where main is.
fn apart() -> Court {
    let court = with(|rules| {
        *rules = rules.replace("    after: staging\n", "    after: staging\n    git: { branch: production }\n");
    });
    court.world.environment.git(&court.world.clone, &["push", "-q", "origin", "HEAD:refs/heads/production"]);
    court
}

#[test]
fn a_change_of_an_environment_apart_is_not_judged_for_main_though_the_branches_have_not_parted() {
    let court = apart();
    let work = asks(&court, "alice", "web");
    let verdict = work.verify();
    assert_eq!(verdict.code, Some(3), "{:#}", verdict.report);
    assert_eq!(verdict.report["error"]["code"], "which-branch", "{:#}", verdict.report);
    work.verify_with(&["--onto", "production"]).waits_for("approvals");
    // What is main's alone is judged for main as ever.
    let staging = court.work("alice").pin("web", "staging", &court.commit("web", 6)).commit("to staging");
    staging.verify().passes();
}

#[test]
fn the_branch_of_a_promotion_to_an_environment_apart_is_approved_for_that_ones_branch() {
    let court = apart();
    let work = court.work("alice");
    let args = ["promote", "web", "--to", "production", "--landing", "merge-request", "-o", "json"];
    let asked = work.environment.stageline(&work.dir, &args).exits(0).json();
    let branch = asked["request"]["branch"].as_str().expect("a branch");
    let (code, report) = approve(&court, "carol", &[branch]);
    assert_eq!((code, report["branch"].as_str()), (Some(0), Some("production")), "{report:#}");
    assert_eq!(report["verdict"]["verdict"], "pass", "{report:#}");
}

#[test]
fn whoever_is_to_approve_finds_what_waits_also_without_a_forge() {
    let court = court();
    let carol = court.work("carol");
    let work = court.work("alice");
    let args = ["promote", "web", "--to", "production", "--landing", "merge-request"];
    work.environment.stageline(&work.dir, &args).exits(0).says("stageline approve promote/production/web");
    let status = carol.environment.stageline(&carol.dir, &["status", "--fetch", "-o", "json"]).exits(0).json();
    assert!(status.to_string().contains("promote/production/web"), "{status:#}");
}

#[test]
fn what_a_message_says_of_an_override_is_not_shown_of_a_change_by_hand() {
    let court = court();
    let message = "to staging\n\nPromotion-Override: soak overridden by carol: it burns";
    let work = court.work("alice").pin("web", "staging", &court.commit("web", 6)).commit(message);
    let work = work.git(&["push", "-q", "origin", "HEAD:main"]);
    let shown = work.environment.stageline(&work.dir, &["show", "-o", "json"]).exits(0).json();
    assert_eq!(shown["overrides"], serde_json::json!([]), "{shown:#}");
}
