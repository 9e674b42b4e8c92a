//! `attest`: what it says, by whom it counts, and that every verb judges by it alike.

use crate::support::attested::{
    BRANCH, asking, asking_with, attest, kept_back, listed, may_land, payload, run, smoke, smoke_by, waits,
};
use crate::support::court::Court;
use crate::support::run::finish;

const SMOKE: &str = "[{ name: smoke, by: [ci], in: staging }]";

#[test]
fn a_promotion_waits_for_a_check_and_passes_once_it_was_told_and_a_later_failure_refuses_it() {
    let court = asking(SMOKE);
    waits(&court, 3, "check-missing");
    run(&court, "alice", &["promote", "web", "--to", "production", "--landing", "direct"])
        .exits(3)
        .says("it is told by `ci`: `stageline attest web");
    smoke(&court, "passed");
    may_land(&court);
    smoke(&court, "failed");
    waits(&court, 1, "check-failed");
    smoke(&court, "warned");
    may_land(&court);
    run(&court, "alice", &["promote", "web", "--to", "production", "--landing", "direct"]).exits(0);
}

#[test]
fn verify_why_and_a_dry_run_say_the_same_of_a_check() {
    let court = asking(SMOKE);
    let verify = || {
        let to = court.commit("web", 5);
        court.work("alice").pin("web", "production", &to).commit("web to production").verify()
    };
    let why = |exit: i32| run(&court, "alice", &["why", "web", "--to", "production"]).exits(exit).stdout;
    verify().waits_for("checks");
    assert!(why(3).contains("was not told yet"), "{}", why(3));
    smoke(&court, "failed");
    verify().refused_by("checks");
    verify().has_code("check-failed");
    assert!(why(1).contains("blocked"), "{}", why(1));
    waits(&court, 1, "check-failed");
    smoke(&court, "passed");
    verify().passes();
    assert!(why(0).contains("ready"), "{}", why(0));
    may_land(&court);
}

#[test]
fn a_withdrawn_check_counts_no_more_and_only_whoever_made_it_takes_it_back() {
    let court = asking(SMOKE);
    let path = smoke(&court, "passed");
    let file = path.rsplit('/').next().unwrap();
    assert_eq!(attest(&court, "bob", &["withdraw", &path, "-o", "json"]).exits(1).refusal(), "not-a-signer");
    may_land(&court);
    attest(&court, "ci", &["withdraw", &file[..12], "--dry-run"]).exits(0).says("nothing was written");
    may_land(&court);
    let report =
        attest(&court, "ci", &["withdraw", &file[..12], "-m", "the wrong cluster", "-o", "json"]).exits(0).json();
    assert_eq!((&report["stage"], &report["statement"]["withdraws"]), (&"landed".into(), &path.clone().into()));
    waits(&court, 3, "check-missing");
    let row = listed(&court, &path);
    assert_eq!(row["counts"], false);
    assert!(row["why_not"].as_str().unwrap().contains("withdrawn"), "{row:#}");
    assert_eq!(attest(&court, "ci", &["withdraw", &path, "-o", "json"]).exits(1).refusal(), "no-effect");
    assert_eq!(attest(&court, "ci", &["withdraw", "check-0000", "-o", "json"]).exits(2).refusal(), "no-such-statement");
    // Another one of the same check is another statement.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    smoke(&court, "passed");
    may_land(&court);
}

#[test]
fn a_check_of_an_older_age_than_the_rule_takes_counts_no_more() {
    let court = asking("[{ name: smoke, by: [ci], in: staging, max-age: 1s }]");
    smoke(&court, "passed");
    std::thread::sleep(std::time::Duration::from_secs(2));
    waits(&court, 3, "check-too-old");
}

#[test]
fn only_the_word_of_whom_a_rule_names_counts_and_anybody_else_is_told_so() {
    let court = asking("[{ name: smoke, by: [ci-web], in: staging }]");
    let commit = court.commit("web", 5);
    let args = ["web", "--commit", &commit, "--env", "staging", "--check", "smoke", "--status", "passed"];
    attest(&court, "ci", &args).exits(0).says("no rule counts it").says("`ci-web`");
    waits(&court, 3, "check-missing");
    let other = args.map(|word| if word == "smoke" { "load" } else { word });
    attest(&court, "ci-web", &other).exits(0).says("no rule asks for a check `load` of `web`");
    assert_eq!(attest(&court, "eve", &[&args[..], &["-o", "json"]].concat()).exits(1).refusal(), "not-a-signer");
    smoke_by(&court, "ci-web", "passed");
    may_land(&court);
}

#[test]
fn a_key_that_is_not_given_for_statements_is_told_what_its_line_lacks() {
    let court = Court::new();
    let for_git = court.signers(&["alice", "bob"]).replace("git,stageline-statement", "git");
    court.world.write(".stageline/allowed_signers", &for_git);
    court.land_ago(500, "keys for commits alone");
    let commit = court.commit("web", 5);
    let args = ["web", "--commit", &commit, "--check", "smoke", "--status", "passed"];
    attest(&court, "bob", &args).exits(1).says("for other purposes than statements").says("stageline-statement");
}

#[test]
fn in_a_monorepo_one_application_is_not_vouched_for_by_the_check_of_another() {
    let court = asking_with("[{ name: build, by: [ci] }]", |rules| {
        *rules = rules.replace("/api.git", "/web.git").replace("sources/api", "sources/web");
    });
    let commit = court.commit("web", 5);
    let args =
        |app: &'static str| [app, "--commit", &commit, "--check", "build", "--status", "passed"].map(String::from);
    let say = |app: &'static str| {
        let args = args(app);
        attest(&court, "ci", &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    say("api").exits(0);
    waits(&court, 3, "check-missing");
    say("web").exits(0);
    may_land(&court);
}

#[test]
fn a_check_of_a_place_is_of_a_commit_that_was_live_there() {
    let court = asking(SMOKE);
    let of = |commit: &str, more: &[&str]| {
        let args = ["web", "--commit", commit, "--check", "smoke", "--status", "passed", "-o", "json"];
        attest(&court, "ci", &[&args, more].concat())
    };
    // Of the commit alone is not what the rule asks for.
    let report = of(&court.commit("web", 5), &[]).exits(0).json();
    assert!(report["statement"]["why_not"].as_str().unwrap().contains("run in `staging`"), "{report:#}");
    waits(&court, 3, "check-missing");
    assert_eq!(of(&court.commit("web", 7), &["--env", "staging"]).exits(1).refusal(), "not-live");
    assert_eq!(of(&court.commit("web", 5), &["--env", "production"]).exits(1).refusal(), "not-live");
    assert_eq!(of(&"0".repeat(40), &[]).exits(3).refusal(), "commit-not-in-source");
    assert_eq!(of("no-such-branch", &[]).exits(2).refusal(), "no-such-revision");
    // What went on is still what was live.
    of(&court.commit("web", 3), &["--env", "staging"]).exits(0);
    of(&court.commit("web", 5), &["--env", "staging"]).exits(0);
    may_land(&court);
}

#[test]
fn whether_a_commit_was_live_is_not_guessed_where_the_past_is_not_here() {
    let court = asking(SMOKE);
    let work = court.work("ci");
    let shallow = court.world.path("shallow");
    let address = format!("file://{}", court.world.remote.display());
    work.environment.git(&court.world.path(""), &["clone", "-q", "--depth", "1", &address, &shallow.to_string_lossy()]);
    let commit = court.commit("web", 3);
    let args = ["attest", "web", "--commit", &commit, "--env", "staging", "--check", "smoke", "--status", "passed"];
    let ran = work.environment.stageline(&shallow, &[&args[..], &["-o", "json"]].concat()).exits(3);
    assert_eq!(ran.refusal(), "live-unknown");
}

#[test]
fn where_the_remote_cannot_be_asked_nothing_is_told_of_a_check() {
    let court = asking(SMOKE);
    smoke(&court, "passed");
    let gone = court.work("ci").git(&["remote", "set-url", "origin", "/nowhere/at/all.git"]);
    let commit = court.commit("web", 5);
    let args = ["attest", "web", "--commit", &commit, "--check", "smoke", "--status", "passed"];
    gone.environment.stageline(&gone.dir, &args).exits(3);
    gone.environment.stageline(&gone.dir, &["promote", "web", "--to", "production", "--dry-run"]).exits(3);
}

#[test]
fn a_job_without_a_clone_attests_by_the_address_of_the_repository() {
    let court = asking(SMOKE);
    let (ci, folder) = (court.environment("ci"), court.world.path("job"));
    std::fs::create_dir_all(&folder).unwrap();
    let (address, commit) = (format!("file://{}", court.world.remote.display()), court.commit("web", 5));
    let args = ["--repo", &address, "attest", "web", "--commit", &commit, "--env", "staging", "--check", "smoke"];
    ci.stageline(&folder, &[&args[..], &["--status", "passed"]].concat()).exits(0).says("counts for  production");
    may_land(&court);
    let listed = ci.stageline(&folder, &["--repo", &address, "attest", "list"]).exits(0).stdout;
    assert!(listed.contains("passed"), "{listed}");
}

#[test]
fn where_content_stands_for_a_commit_a_check_of_one_build_of_it_counts_for_all() {
    let court = asking_with(SMOKE, |rules| {
        *rules = rules.replace("after: staging", "after: { environment: staging, same: tree }");
    });
    let source = &court.world.sources["web"].path;
    let git = |args: &[&str]| court.world.environment.git(source, args);
    let tree = format!("{}^{{tree}}", court.commit("web", 5));
    let squashed = git(&["commit-tree", "-m", "Squash", "-p", &court.commit("web", 7), &tree]);
    git(&["update-ref", "refs/heads/main", &squashed]);
    let codes = |exit: i32| {
        let args = ["promote", "web", "--to", "production", "--commit", &squashed, "--dry-run", "-o", "json"];
        let report = run(&court, "alice", &args).exits(exit).json();
        report["refusals"].as_array().unwrap().iter().map(|one| one["code"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(codes(3), ["\"check-missing\""]);
    smoke(&court, "passed");
    assert!(codes(0).is_empty());
    smoke(&court, "failed");
    assert_eq!(codes(1), ["\"check-failed\""]);
}

#[test]
fn what_is_written_as_json_is_what_its_schema_says() {
    let court = asking(SMOKE);
    let path = smoke(&court, "passed");
    let commit = court.commit("web", 5);
    let say = ["attest", "web", "--commit", &commit, "--check", "build", "--status", "warned", "--dry-run"];
    for (name, who, args) in [
        ("attest", "ci", &say[..]),
        ("attest", "ci", &["attest", "withdraw", &path]),
        ("attest", "bob", &["attest", "list"]),
        ("attest-list", "bob", &["attest", "list", "web", "--check", "smoke"]),
    ] {
        let value = run(&court, who, &[args, &["-o", "json"]].concat()).exits(0).json();
        let schema = run(&court, "bob", &["schema", name]).exits(0).stdout;
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{args:?}: {faults:#?}\n{value:#}");
        let csv = run(&court, who, &[&["attest", "list"], &["-o", "csv"][..]].concat()).exits(0).stdout;
        assert!(csv.starts_with("statement,kind,application,commit,"), "{csv}");
    }
    run(&court, "bob", &["attest", "list", "-o", "markdown"]).exits(0).says("| statement | kind |");
}

#[test]
fn two_that_attest_at_once_both_land() {
    let court = asking(SMOKE);
    let commit = court.commit("web", 5);
    let started: Vec<_> = ["ci", "ci-web", "bob", "alice"]
        .iter()
        .map(|name| {
            let work = court.work(name);
            let args = ["attest", "web", "--commit", &commit, "--check", "build", "--status", "passed"];
            work.environment.start_stageline(&work.dir, &args)
        })
        .collect();
    for child in started {
        finish(child, &["attest"]).exits(0);
    }
    let report = run(&court, "alice", &["attest", "list", "web", "--check", "build", "-o", "json"]).exits(0).json();
    assert_eq!(report["statements"].as_array().unwrap().len(), 4, "{report:#}");
    let commits = court.world.environment.git(&court.world.remote, &["rev-list", "--count", BRANCH]);
    assert_eq!(commits, "4");
}

#[test]
fn results_of_tests_say_how_the_check_ended_and_may_not_be_contradicted() {
    let court = asking(SMOKE);
    let good = "<testsuite><testcase name='adds'/><testcase name='later'><skipped/></testcase></testsuite>";
    let bad = "<testsuite>\n<testcase classname='cart' name='pays'><failure/></testcase></testsuite>";
    let commit = court.commit("web", 5);
    let with = |text: &str, more: &[&str]| {
        let work = court.work("ci").write("report.xml", text);
        let args =
            ["attest", "web", "--commit", &commit, "--env", "staging", "--check", "smoke", "--junit", "report.xml"];
        work.environment.stageline(&work.dir, &[&args[..], more, &["-o", "json"]].concat())
    };
    assert_eq!(with(bad, &["--status", "passed"]).exits(2).refusal(), "results-differ");
    assert_eq!(with("<testsuite>\n<oops", &[]).exits(2).refusal(), "bad-junit");
    let report = with(bad, &[]).exits(0).json();
    assert_eq!(
        (&report["statement"]["status"], &report["statement"]["failed_tests"][0]),
        (&"failed".into(), &"cart.pays".into())
    );
    waits(&court, 1, "check-failed");
    let report = with(good, &[]).exits(0).json();
    assert_eq!(
        (&report["statement"]["status"], &report["statement"]["passed_tests"][0]),
        (&"passed".into(), &"adds".into())
    );
    assert!(report["notes"][0].as_str().unwrap().contains("1 were skipped"), "{report:#}");
    may_land(&court);
}

#[test]
fn what_no_statement_may_say_is_an_error_before_anything_is_written() {
    let court = asking(SMOKE);
    let commit = court.commit("web", 5);
    let refused = |check: &str, more: &[&str]| {
        let args = ["web", "--commit", &commit, "--check", check, "--status", "passed", "-o", "json"];
        attest(&court, "ci", &[&args, more].concat()).exits(2).refusal()
    };
    for name in ["", " smoke", "a\nb", "a\u{202e}b", &"x".repeat(101)] {
        assert_eq!(refused(name, &[]), "bad-check-name", "{name:?}");
    }
    assert_eq!(refused("smoke", &["--digest", "sha256:1"]), "bad-digest");
    assert_eq!(refused("smoke", &["--url", "javascript:alert(1)"]), "bad-place");
    let args = ["web", "--commit", &commit, "--check", "smoke", "--status", "passed", "--dry-run"];
    attest(&court, "ci", &args).exits(0).says("nothing was written");
    attest(&court, "alice", &["list"]).exits(0).says("is not known here");
    let has = court.world.environment.try_git(&court.world.remote, &["rev-parse", "--verify", "-q", BRANCH]);
    assert!(!has.status.success());
}

#[test]
fn a_statement_is_exported_bare_or_in_its_envelope() {
    let court = asking(SMOKE);
    let path = smoke(&court, "passed");
    let bare = attest(&court, "bob", &["export", &path]).exits(0).stdout;
    let envelope = attest(&court, "bob", &["export", &path, "--envelope"]).exits(0).stdout;
    assert_eq!(payload(&envelope), bare);
    let value: serde_json::Value = serde_json::from_str(&bare).unwrap();
    assert_eq!(value["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    assert_eq!(value["subject"][0]["digest"]["gitCommit"], court.commit("web", 5));
    // Two begin alike: all files of checks begin with the word.
    smoke(&court, "failed");
    assert_eq!(attest(&court, "bob", &["export", "check-", "-o", "json"]).exits(2).refusal(), "ambiguous-statement");
    let table = attest(&court, "bob", &["list", "web"]).exits(0).stdout;
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert!(rows[0].contains("failed") && rows[1].contains("passed") && rows[1].contains("production"), "{table}");
    assert_eq!(attest(&court, "bob", &["list", "-o", "name"]).exits(0).stdout.lines().count(), 2);
    assert_eq!(
        attest(&court, "bob", &["list", "web", "--commit", &court.commit("web", 3)]).exits(0).stdout,
        "no statements\n"
    );
    assert_eq!(kept_back(&court).0, Some(1));
}
