//! `--request-by-git`: requests that a push asks for, with git's own credentials and no token; at a real Gitea, and by what a server
//! with GitLab's name is told.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::http::HttpServer;
use crate::support::team::{BRANCH, REPOSITORY, REQUEST, Team};

const BY_GIT: &str = "--request-by-git";

/// A run without any token for the forge's interface.
fn without_a_token(team: &Team, args: &[&str]) -> Value {
    let all: Vec<&str> = args.iter().chain(&["-o", "json"]).copied().collect();
    team.run(&team.environment, &all).exits(0).json()
}

fn by_git() -> Vec<&'static str> {
    REQUEST.iter().copied().chain([BY_GIT]).collect()
}

#[test]
fn at_a_real_forge_a_push_alone_opens_a_request_without_a_branch_and_a_rerun_changes_nothing() {
    let team = Team::new();
    let report = without_a_token(&team, &by_git());
    assert_eq!(report["request"]["number"], "#1", "{report}");
    assert_eq!(report["request"]["for_review"], true, "{report}");
    let page = format!("{}/{REPOSITORY}/pulls/1", team.forge.url());
    let [request] = team.open_requests().try_into().expect("one request");
    assert_eq!(request["html_url"], page.as_str());
    assert_eq!(report["request"]["address"], page.as_str());
    assert_eq!(request["head"]["sha"], report["commit"]);
    assert!(
        request["title"].as_str().is_some_and(|title| title.starts_with("promote web to production: ")),
        "{request}"
    );
    assert!(
        request["body"].as_str().is_some_and(|body| body.contains("stageline:request promote/production/web ")),
        "{request}"
    );
    assert_eq!(team.branches(), ["main"]);
    assert!(report["notes"].to_string().contains("without a token it is not known"), "{report}");
    let again = without_a_token(&team, &by_git());
    assert_eq!((&again["request"]["unchanged"], &again["commit"]), (&json!(true), &report["commit"]), "{again}");
    let planned = without_a_token(&team, &[&by_git()[..], &["--dry-run"]].concat());
    assert_eq!((&planned["request"]["number"], &planned["request"]["unchanged"]), (&json!("#1"), &json!(true)));
    assert_eq!(team.requests().len(), 1);
}

#[test]
fn at_a_real_forge_a_newer_version_is_a_request_beside_the_one_that_somebody_may_have_approved() {
    let team = Team::new();
    let (first, second) = (team.world.commit_of("web", 4), team.world.commit_of("web", 5));
    let to = |commit: &str| without_a_token(&team, &[&by_git()[..], &["--commit", commit]].concat());
    let older = to(&first);
    let report = to(&second);
    assert_eq!(report["request"]["number"], "#2", "{report}");
    assert!(
        report["notes"].to_string().contains("#1 asks for something else of this, and is left as it is"),
        "{report}"
    );
    let heads: Vec<Value> = team.requests().iter().map(|request| request["head"]["sha"].clone()).collect();
    assert_eq!(heads, [older["commit"].clone(), report["commit"].clone()]);
    assert_eq!(to(&second)["request"]["unchanged"], true);
    team.forge.merge(&team.mei, REPOSITORY, 2, "merge");
    assert_eq!(team.pin_on("main", "web"), second);
    team.world.fetch();
    let back =
        without_a_token(&team, &["rollback", "web", "--env", "production", "--landing", "merge-request", BY_GIT]);
    assert_eq!(back["request"]["number"], "#3", "{back}");
    let rows = team.json(&["history", "web", "--env", "production"]);
    assert_eq!(rows["changes"][0]["verb"], "promote", "{rows}");
    assert_eq!(rows["changes"][0]["request"], "#2", "{rows}");
}

#[test]
fn at_a_real_forge_somebody_s_commit_on_a_request_that_a_push_opened_is_left_alone() {
    let team = Team::new();
    without_a_token(&team, &by_git());
    let git = |args: &[&str]| team.world.git(args);
    git(&["fetch", "-q", "origin", "refs/pull/1/head"]);
    git(&["checkout", "-q", "--detach", "FETCH_HEAD"]);
    fs::write(team.world.clone.join("note.txt"), "mine\n").expect("a file");
    git(&["add", "note.txt"]);
    git(&["commit", "-q", "-m", "Say more"]);
    git(&["push", "-q", "-o", &format!("topic={BRANCH}"), "origin", "HEAD:refs/for/main"]);
    let theirs = git(&["rev-parse", "HEAD"]);
    git(&["checkout", "-q", "main"]);
    let same = without_a_token(&team, &by_git());
    assert_eq!((&same["request"]["number"], &same["request"]["unchanged"]), (&json!("#1"), &json!(true)), "{same}");
    let newest = team.world.commit_of("web", 5);
    let other = without_a_token(&team, &[&by_git()[..], &["--commit", &newest]].concat());
    assert_eq!(other["request"]["number"], "#2", "{other}");
    assert_eq!(team.requests()[0]["head"]["sha"], theirs.as_str());
}

/// A team whose remote calls itself a GitLab, and keeps what a push tells it.
struct Told {
    world: World,
    options: PathBuf,
    _server: HttpServer,
}

fn told(kind: &str) -> Told {
    let world = World::new();
    let remote = world.path("served/shop/config.git");
    fs::create_dir_all(remote.parent().expect("a folder")).expect("a folder");
    fs::rename(&world.remote, &remote).expect("it moves");
    fs::create_dir_all(remote.join("hooks")).expect("a folder");
    let options = world.path("options");
    let set = |name: &str, value: &str| world.environment.git(&remote, &["config", name, value]);
    set("http.receivepack", "true");
    set("receive.advertisePushOptions", "true");
    let hook = remote.join("hooks/post-receive");
    let script = format!(
        "#!/bin/sh\ni=0\nwhile [ $i -lt ${{GIT_PUSH_OPTION_COUNT:-0}} ]; do eval \"echo \\\"\\$GIT_PUSH_OPTION_$i\\\"\" >> {}; i=$((i+1)); done\n",
        options.display()
    );
    fs::write(&hook, script).expect("a hook");
    world.environment.tool("chmod", &world.clone, &["755", &hook.to_string_lossy()]);
    let server = HttpServer::start(&world.environment, &world.path("served"));
    world.git(&["remote", "set-url", "origin", &server.address("shop/config.git")]);
    let host = server.address("").split('/').nth(2).expect("a host").to_owned();
    let settings = world.read("stageline.yaml");
    world.write(
        "stageline.yaml",
        &format!(
            "{settings}forges: {{ \"{host}\": {{ kind: {kind} }} }}\nrequests: {{ labels: [release], draft: true }}\n"
        ),
    );
    world.git(&["add", "stageline.yaml"]);
    world.git(&["commit", "-q", "-m", "Say which forge it is"]);
    world.git(&["push", "-q", "origin", "main"]);
    Told { world, options, _server: server }
}

#[test]
fn a_gitlab_is_asked_by_options_of_the_push_and_nothing_is_claimed_of_what_it_made_of_them() {
    let told = told("gitlab");
    let report = told.world.json(&by_git());
    let said = fs::read_to_string(&told.options).expect("options came");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[..2], ["merge_request.create", "merge_request.target=main"], "{said}");
    assert!(lines[2].starts_with("merge_request.title=promote web to production: "), "{said}");
    assert!(
        lines[3].starts_with("merge_request.description=What moves")
            && lines[3].contains("stageline:request promote/production/web "),
        "{said}"
    );
    assert_eq!(lines[4..], ["merge_request.label=release", "merge_request.draft"], "{said}");
    let address = report["request"]["address"].as_str().expect("an address");
    assert!(
        address.ends_with("/shop/config/-/merge_requests?state=opened&source_branch=promote/production/web"),
        "{address}"
    );
    assert_eq!(report["request"]["number"], Value::Null);
    assert!(report["notes"].to_string().contains("whether it is open, its page tells"), "{report}");
    // A rerun has nothing to push, and so nothing that could ask.
    let again = told.world.json(&by_git());
    assert_eq!(again["request"]["unchanged"], true, "{again}");
    assert!(again["notes"].to_string().contains("nothing was pushed that could ask"), "{again}");
    assert_eq!(fs::read_to_string(&told.options).expect("options came"), said);
}

#[test]
fn a_server_that_takes_no_options_gets_no_branch_and_a_forge_that_opens_none_is_refused_beforehand() {
    let plain = told("gitlab");
    plain
        .world
        .environment
        .git(&plain.world.path("served/shop/config.git"), &["config", "receive.advertisePushOptions", "false"]);
    let ran = plain.world.run(&by_git()).exits(1);
    assert!(ran.stderr.contains("push options"), "{ran}");
    let branches = |world: &World| world.git(&["ls-remote", "--heads", "origin"]).lines().count();
    assert_eq!(branches(&plain.world), 1);
    let github = told("github");
    assert_eq!(github.world.refused(2, &by_git()), "not-by-push");
    assert_eq!(branches(&github.world), 1);
}

#[test]
fn at_a_real_forge_a_request_that_is_not_looked_at_gets_no_other_version() {
    let team = Team::new();
    let opened = team.json(REQUEST);
    let petrov = team.petrov();
    team.approve(&petrov, 1);
    let newest = team.world.commit_of("web", 5);
    let later = [REQUEST, &["--commit", &newest]].concat();
    let report = team.json(&[&later[..], &["--no-request"]].concat());
    assert_eq!(report["request"]["branch"], format!("{BRANCH}--2"), "{report}");
    assert!(report["notes"].to_string().contains("is left as it is, with"), "{report}");
    let report = without_a_token(&team, &[&later[..], &[BY_GIT]].concat());
    assert!(report["notes"].to_string().contains("is there, too: of its request and this one"), "{report}");
    assert_eq!(team.requests()[0]["head"]["sha"], opened["commit"], "the approved one stays as it is");
}
