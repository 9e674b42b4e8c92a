//! `feedback step` at GitHub and at GitLab, each a server on the loopback with a state of its own; and what needs no forge at all.

use std::fs;
use std::process::Child;

use serde_json::{Value, json};

use crate::both_forges::at_both;
use crate::support::World;
use crate::support::forges::{Comment, Kind, MERGER, REPOSITORY, REVIEWER, Shop};
use crate::support::run::{Environment, Ran, finish};
use crate::support::team::{BRANCH, REQUEST};

const MARK: &str = "<!-- stageline:steps 1 ";
const RECORD: &str = "<!-- stageline:step 1 ";

at_both! {
    each_step_is_a_status_and_one_comment_shows_them_all
    sixteen_jobs_at_once_lose_no_step
    a_mark_of_somebody_else_is_neither_believed_nor_touched
    what_may_not_be_written_as_a_status_is_kept_as_a_comment
    what_may_not_be_written_at_all_is_told_in_the_output
    a_number_is_enough_where_the_job_says_which_repository_it_is_of
    steps_of_an_older_head_go
}

/// A shop with one open request, `1`.
fn shop(kind: Kind) -> Shop {
    let shop = Shop::new(kind);
    shop.json(REQUEST);
    shop
}

fn page(shop: &Shop) -> String {
    let part = if shop.kind() == Kind::Github { "pull" } else { "-/merge_requests" };
    format!("http://{}/{REPOSITORY}/{part}/1", shop.forge.host())
}

fn start(shop: &Shop, environment: &Environment, args: &[&str]) -> Child {
    let page = page(shop);
    let all = [&["feedback", "step", "--request", &page, "-o", "json"], args].concat();
    environment.start_stageline(&shop.world.path("tmp"), &all)
}

fn run(shop: &Shop, args: &[&str]) -> Ran {
    finish(start(shop, &shop.job(&shop.token), args), args)
}

fn comments(shop: &Shop) -> Vec<Comment> {
    shop.state().talk.comments.clone()
}

/// The one comment of `mei` that shows the steps.
#[track_caller]
fn shown(shop: &Shop) -> String {
    let own = comments(shop).into_iter().filter(|one| one.by == MERGER && one.body.starts_with(MARK));
    let [one] = own.collect::<Vec<_>>().try_into().unwrap_or_else(|all: Vec<Comment>| panic!("{all:#?}"));
    one.body
}

fn head(shop: &Shop) -> String {
    shop.branch().expect("the branch of the request")
}

const RESULTS: &str = "<testsuite name='s'><testcase name='adds'/><testcase name='pays'><failure message='expected 1'/></testcase></testsuite>";

fn results(shop: &Shop) -> String {
    let path = shop.world.path("tmp").join("r.xml");
    fs::write(&path, RESULTS).expect("a file");
    path.display().to_string()
}

fn each_step_is_a_status_and_one_comment_shows_them_all(kind: Kind) {
    let shop = shop(kind);
    let file = results(&shop);
    run(&shop, &["--step", "build", "--status", "running"]).exits(0);
    // A job that is run again while the forge still has it waiting.
    run(&shop, &["--step", "build", "--status", "running"]).exits(0);
    run(&shop, &["--step", "build", "--status", "success", "-m", "\u{1f389} done"]).exits(0);
    let told = run(&shop, &["--step", "test", "--status", "failure", "--junit", &file]).exits(0).json();
    assert_eq!((&told["shown"], &told["records"]), (&json!("comment"), &json!(["status", "comment"])), "{told:#}");
    run(&shop, &["--step", "deploy", "--status", "skipped"]).exits(0);
    let text = shown(&shop);
    assert!(
        text.contains("| build | passed: ") && text.contains("| test | **failed**: 1 of 2 tests failed |"),
        "{text}"
    );
    assert!(text.contains("| deploy | skipped |") && text.contains("- pays\n  - expected 1"), "{text}");
    let words: Vec<String> =
        shop.state().talk.statuses.iter().map(|one| format!("{} {}", one.context, one.state)).collect();
    let failed = if kind == Kind::Github { "failure" } else { "failed" };
    for wanted in
        ["stageline/step/build success", &format!("stageline/step/test {failed}"), "stageline/step/deploy success"]
    {
        assert!(words.iter().any(|word| word == wanted), "{words:?}");
    }
    let before = comments(&shop);
    run(&shop, &["--step", "deploy", "--status", "skipped"]).exits(0);
    assert_eq!(comments(&shop).len(), before.len());
}

fn sixteen_jobs_at_once_lose_no_step(kind: Kind) {
    let shop = shop(kind);
    let (file, environment) = (results(&shop), shop.job(&shop.token));
    let names: Vec<String> = (0..16).map(|nth| format!("step-{nth}")).collect();
    let begin = |(nth, name): (usize, &String)| {
        let mut args = vec!["--step", name, "--status", "passed"];
        if nth % 4 == 0 {
            args.extend(["--junit", &file]);
        }
        start(&shop, &environment, &args)
    };
    let running: Vec<Child> = names.iter().enumerate().map(begin).collect();
    for child in running {
        assert_eq!(finish(child, &["feedback", "step"]).exits(0).json()["shown"], "comment");
    }
    let text = shown(&shop);
    let lost: Vec<&String> = names.iter().filter(|name| !text.contains(&format!("| {name} | "))).collect();
    assert!(lost.is_empty(), "{lost:?}: {text}");
    assert_eq!(text.matches("- pays\n").count(), 4, "{text}");
    assert_eq!(comments(&shop).len(), 5);
}

fn a_mark_of_somebody_else_is_neither_believed_nor_touched(kind: Kind) {
    let shop = shop(kind);
    let (file, commit) = (results(&shop), head(&shop));
    run(&shop, &["--step", "test", "--status", "failed", "--junit", &file]).exits(0);
    let record = comments(&shop).into_iter().find(|one| one.body.starts_with(RECORD)).expect("a record").body;
    run(&shop, &["--step", "test", "--status", "passed"]).exits(0);
    let forged = [format!("{MARK}{commit} -->\n| deploy | passed |"), record];
    {
        let mut state = shop.state();
        for body in &forged {
            state.talk.comment(1, REVIEWER, body);
        }
        state.talk.status((&commit, REVIEWER), ("stageline/step/deploy", "success", "passed"), &Value::Null);
    }
    run(&shop, &["--step", "build", "--status", "passed"]).exits(0);
    let of_others: Vec<String> =
        comments(&shop).into_iter().filter(|one| one.by == REVIEWER).map(|one| one.body).collect();
    assert_eq!(of_others, forged);
    let text = shown(&shop);
    assert!(text.contains("| build | passed |") && text.contains("| test | passed |"), "{text}");
    assert!(!text.contains("deploy") && !text.contains("pays"), "{text}");
}

fn what_may_not_be_written_as_a_status_is_kept_as_a_comment(kind: Kind) {
    let shop = shop(kind);
    shop.state().talk.no_statuses.push(MERGER.into());
    run(&shop, &["--step", "build", "--status", "running"]).exits(0);
    run(&shop, &["--step", "test", "--status", "failed"]).exits(0);
    let told = run(&shop, &["--step", "build", "--status", "passed"]).exits(0).json();
    assert_eq!((&told["shown"], &told["records"]), (&json!("comment"), &json!(["comment"])), "{told:#}");
    let text = shown(&shop);
    assert!(text.contains("| build | passed |") && text.contains("| test | **failed** |"), "{text}");
    assert!(shop.state().talk.statuses.is_empty());
}

fn what_may_not_be_written_at_all_is_told_in_the_output(kind: Kind) {
    let shop = shop(kind);
    let file = results(&shop);
    run(&shop, &["--step", "build", "--status", "passed"]).exits(0);
    let before = comments(&shop);
    let args = ["--step", "test", "--status", "failed", "--junit", &file];
    let told = finish(start(&shop, &shop.job("tok-reader-4711"), &args), &args).exits(0).json();
    assert_eq!((&told["shown"], &told["records"]), (&json!("output"), &json!([])), "{told:#}");
    assert!(told["text"].to_string().contains("- pays"), "{told:#}");
    assert_eq!(comments(&shop), before);
    // Statuses may be written, comments not: the records are kept for whoever may.
    shop.state().talk.no_comments.push(MERGER.into());
    let told = run(&shop, &["--step", "lint", "--status", "passed"]).exits(0).json();
    assert_eq!((&told["shown"], &told["records"]), (&json!("output"), &json!(["status"])), "{told:#}");
    let text = told["text"].as_str().expect("a text");
    assert!(text.contains("| build | passed |") && text.contains("| lint | passed |"), "{text}");
    shop.state().talk.no_comments.clear();
    run(&shop, &["--step", "smoke", "--status", "passed"]).exits(0);
    assert!(shown(&shop).contains("| lint | passed |"), "{}", shown(&shop));
}

fn a_number_is_enough_where_the_job_says_which_repository_it_is_of(kind: Kind) {
    let shop = shop(kind);
    let server = format!("http://{}", shop.forge.host());
    let job = shop.job(&shop.token);
    let job = match kind {
        Kind::Github => job.with("GITHUB_SERVER_URL", &server).with("GITHUB_REPOSITORY", REPOSITORY),
        Kind::Gitlab => job.with("CI_PROJECT_URL", format!("{server}/{REPOSITORY}")),
    };
    let dir = shop.world.path("tmp");
    let args = ["feedback", "step", "--request", "1", "--step", "build", "--status", "passed"];
    job.stageline(&dir, &args).exits(0).says("shown in the comment of all steps");
    assert!(shown(&shop).contains("| build | passed |"));
    // Nothing tells it there, and a clone does.
    let plain = shop.job(&shop.token);
    plain.stageline(&dir, &[&args[..], &["-o", "json"]].concat()).exits(2).says("give the address of its page");
    plain.stageline(&shop.world.clone, &args).exits(0);
    // A job of the request itself: by its event, for the head that it says.
    let head = head(&shop);
    let auto = ["feedback", "step", "--request", "auto", "--step", "test", "--status", "passed", "-o", "json"];
    let own = match kind {
        Kind::Github => {
            let event = dir.join("event.json");
            let told = json!({ "pull_request": { "number": 1, "head": { "sha": head } } });
            fs::write(&event, told.to_string()).expect("a file");
            job.with("GITHUB_EVENT_PATH", &event).with("GITHUB_REF", "refs/pull/1/merge").with("GITHUB_RUN_ID", "7")
        }
        Kind::Gitlab => {
            let own =
                job.with("CI_MERGE_REQUEST_IID", "1").with("CI_JOB_URL", format!("{server}/{REPOSITORY}/-/jobs/7"));
            own.with("CI_MERGE_REQUEST_PROJECT_URL", format!("{server}/{REPOSITORY}")).with("CI_COMMIT_SHA", &head)
        }
    };
    let told = own.stageline(&dir, &auto).exits(0).json();
    assert_eq!((&told["commit"], &told["shown"]), (&json!(head), &json!("comment")), "{told:#}");
    assert!(shown(&shop).contains("[job](http"), "{}", shown(&shop));
    // What GitLab gives a job may not write a note.
    if kind == Kind::Gitlab {
        let weak = own
            .with("GITLAB_TOKEN", "")
            .with("CI_JOB_TOKEN", "canary-job-token")
            .with("CI_SERVER_HOST", shop.forge.host());
        let told = weak.stageline(&dir, &auto).exits(0).json();
        assert_eq!(told["shown"], "output", "{told:#}");
        assert!(told["notes"].to_string().contains("GITLAB_TOKEN") && !told.to_string().contains("canary"), "{told:#}");
    }
}

fn steps_of_an_older_head_go(kind: Kind) {
    let shop = shop(kind);
    let (file, old) = (results(&shop), head(&shop));
    run(&shop, &["--step", "test", "--status", "failed", "--junit", &file]).exits(0);
    shop.newest_to_staging("web");
    shop.json(REQUEST);
    assert_ne!(head(&shop), old, "{BRANCH}");
    let late = run(&shop, &["--step", "late", "--status", "passed", "--commit", &old]).exits(0).json();
    assert_eq!(late["shown"], "nowhere", "{late:#}");
    assert!(shown(&shop).contains("pays"), "as long as no step of the newer head has come");
    run(&shop, &["--step", "build", "--status", "passed"]).exits(0);
    let text = shown(&shop);
    assert!(
        text.starts_with(&format!("{MARK}{} -->", head(&shop))) && !text.contains("pays") && !text.contains("late"),
        "{text}"
    );
    assert_eq!(comments(&shop).len(), 1);
}

#[test]
fn outside_of_a_request_s_pipeline_a_step_is_told_to_nobody_and_that_is_said() {
    let world = World::new();
    let dir = world.path("tmp");
    let auto = ["feedback", "step", "--request", "auto", "--step", "build", "--status", "passed"];
    world
        .environment
        .stageline(&dir, &auto)
        .exits(0)
        .says("this is no pipeline of a merge request: nothing was written");
    let push = world.environment.with("GITHUB_SERVER_URL", "https://github.com").with("GITHUB_REPOSITORY", "shop/web");
    let push = push.with("GITHUB_REF", "refs/heads/main").with("GH_TOKEN", "canary-token-1");
    let told = push.stageline(&dir, &[&auto[..], &["-o", "json", "--repo", "https://h.example.com/x"]].concat());
    let told = told.exits(0).says("no config repository is read").json();
    assert_eq!((&told["shown"], &told["request"]), (&json!("nowhere"), &Value::Null), "{told:#}");
}

#[test]
fn what_cannot_be_told_is_refused_before_anything_is_written() {
    let world = World::new();
    let dir = world.path("tmp");
    let base = ["feedback", "step", "--step", "build", "--status", "passed"];
    let run = |environment: &Environment, args: &[&str]| environment.stageline(&dir, &[&base[..], args].concat());
    let env = &world.environment;
    run(env, &["--request", "main"]).exits(2).says("a request is `auto`, a number, or the address of its page");
    run(env, &["--request", "https://git.example.com/shop/web"]).exits(2).says("is no page of a merge request");
    run(env, &["--request", "auto", "--link", "preview"]).exits(2).says("a link is NAME=URL");
    run(env, &["--request", "auto", "--link", "x=javascript:alert(1)"]).exits(2).says("the address of a link");
    run(env, &["--request", "auto", "--commit", "9d3e7aa"]).exits(2).says("40 hex digits");
    env.stageline(&dir, &["feedback", "step", "--request", "auto", "--step", "a b", "--status", "passed"])
        .exits(2)
        .says("a step's name has");
    let secret = env.with("DEPLOY_TOKEN", "canary-4711-x");
    let ran = run(&secret, &["--request", "auto", "--link", "x=https://h.example.com/?t=canary-4711-x"]).exits(2);
    assert!(!ran.stdout.contains("canary") && !ran.stderr.contains("canary"), "{ran}");
    let ran =
        run(env, &["--request", "https://git.example.com/shop/web/pulls/1", "--wait-for-forge", "0s", "-o", "json"]);
    assert_eq!(ran.exits(3).refusal(), "forge-unclear");
}

#[test]
fn what_a_job_keeps_secret_is_in_nothing_that_is_told() {
    let shop = shop(Kind::Github);
    let text = RESULTS.replace("expected 1", "login with hunter2-canary failed, token=abc glpat-0123456789abcd-ef");
    let file = shop.world.path("tmp").join("secret.xml");
    fs::write(&file, text).expect("a file");
    let file = file.display().to_string();
    let job = shop.job(&shop.token).with("DB_PASSWORD", "hunter2-canary");
    let args = ["--step", "test", "--status", "failed", "--junit", &file, "-m", "see hunter2-canary"];
    let ran = finish(start(&shop, &job, &args), &args).exits(0);
    let all = format!("{}{:?}{:?}", ran.stdout, comments(&shop), shop.state().talk.statuses);
    assert!(!all.contains("hunter2") && !all.contains("glpat-") && !all.contains("token=abc"), "{all}");
    assert!(shown(&shop).contains("login with \\*\\*\\* failed"), "{}", shown(&shop));
}

#[test]
fn results_that_cannot_be_read_are_named_and_the_step_is_told_all_the_same() {
    let shop = shop(Kind::Github);
    let dir = shop.world.path("tmp");
    let doctype = "<!DOCTYPE x [<!ENTITY a \"b\">]>\n<testsuite><testcase name='&a;'/></testsuite>";
    for (name, text) in [("cut.xml", "<testsuite><testcase name='a'>"), ("bomb.xml", doctype), ("good.xml", RESULTS)] {
        fs::write(dir.join(name), text).expect("a file");
    }
    let args = ["--step", "test", "--status", "failed", "--junit", "*.xml", "--junit", "gone/*.xml"];
    let told = run(&shop, &args).exits(0).json();
    let notes = told["notes"].to_string();
    assert!(notes.contains("`cut.xml` is no JUnit XML") && notes.contains("document type"), "{told:#}");
    assert!(notes.contains("no file of results is at `gone/*.xml`"), "{told:#}");
    let text = shown(&shop);
    assert!(
        text.contains("1 of 2 tests failed; files of results that cannot be read: 2") && text.contains("- pays"),
        "{text}"
    );
}

#[test]
fn however_much_fails_the_comment_is_one_that_the_forge_takes() {
    let shop = shop(Kind::Github);
    let one = |nth: usize| {
        format!(
            "<testcase name='t{nth} {}'><failure>{}</failure></testcase>",
            "*".repeat(250),
            format!("{}\n", "&lt;".repeat(290)).repeat(9)
        )
    };
    let text = format!("<testsuite>{}</testsuite>", (0..300).map(one).collect::<String>());
    let file = shop.world.path("tmp").join("many.xml");
    fs::write(&file, text).expect("a file");
    let file = file.display().to_string();
    for name in ["unit", "smoke", "load"] {
        let told = run(&shop, &["--step", name, "--status", "failed", "--junit", &file]).exits(0).json();
        assert_eq!((&told["shown"], &told["failed_tests"]), (&json!("comment"), &json!(300)), "{told:#}");
    }
    let text = shown(&shop);
    for name in ["unit", "smoke", "load"] {
        assert!(text.contains(&format!("| {name} | **failed**: 300 of 300 tests failed |")), "{text}");
    }
    assert!(text.contains("- t0 ") && text.contains(" more: the page of the job has them"), "{text}");
    assert!(comments(&shop).iter().all(|one| one.body.chars().count() <= 65_536));
}
