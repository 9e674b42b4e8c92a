//! The merge request branch: one live branch for each environment and set, its address, and how history reads its merge.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::World;
use crate::support::http::HttpServer;
use crate::support::run::Environment;

const BRANCH: &str = "promote/production/web";
const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request"];

fn branch_tip(world: &World) -> String {
    world.environment.git(&world.remote, &["rev-parse", BRANCH])
}

#[test]
fn the_plan_is_one_signed_commit_on_a_branch_and_the_protected_branch_stays() {
    let world = World::new();
    let main = world.tip();
    let report = world.json(REQUEST);
    assert_eq!(report["stage"], "proposed");
    assert_eq!(report["request"]["branch"], BRANCH);
    assert_eq!(report["request"]["unchanged"], false);
    assert_eq!(world.tip(), main);
    assert_eq!(world.environment.git(&world.remote, &["rev-parse", &format!("{BRANCH}~1")]), main);
    assert_eq!(world.pin_at(BRANCH, "web", "production"), world.commit_of("web", 4));
    world.git(&["fetch", "-q", "origin"]);
    world.git(&["verify-commit", &branch_tip(&world)]);
    assert_eq!(world.git(&["rev-parse", "HEAD"]), main);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn an_environment_may_ask_for_requests_by_its_own_setting() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["landing: merge-request".into()]);
    });
    let main = world.tip();
    assert_eq!(world.json(&["promote", "web", "--to", "production"])["stage"], "proposed");
    assert_eq!(world.tip(), main);
    assert_eq!(world.json(&["promote", "web", "--to", "staging", "--commit", "main"])["stage"], "landed");
    // Weaker than the policy.
    world.run(&["promote", "checkout", "--to", "production", "--landing", "direct"]).exits(1);
}

#[test]
fn a_rerun_changes_nothing() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let tip = branch_tip(&world);
    let report = world.json(REQUEST);
    assert_eq!(report["request"]["unchanged"], true);
    assert_eq!(branch_tip(&world), tip);
}

#[test]
fn a_newer_plan_replaces_the_branch_and_there_is_one_live_branch() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let first = branch_tip(&world);
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
    world.run(REQUEST).exits(0);
    assert_ne!(branch_tip(&world), first);
    assert_eq!(world.pin_at(BRANCH, "web", "production"), world.commit_of("web", 5));
    let branches =
        world.environment.git(&world.remote, &["for-each-ref", "--format=%(refname:short)", "refs/heads/promote"]);
    assert_eq!(branches, BRANCH);
    assert_eq!(world.environment.git(&world.remote, &["rev-list", "--count", &format!("main..{BRANCH}")]), "1");
}

#[test]
fn several_applications_share_a_branch_of_the_same_number_of_levels() {
    let world = World::new();
    let report = world.json(&["promote", "web", "checkout", "--to", "production", "--landing", "merge-request"]);
    let branch = report["request"]["branch"].as_str().expect("a branch");
    assert_eq!(branch.split('/').count(), 3, "{branch}");
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-/".contains(c);
    assert!(branch.starts_with("promote/production/") && branch.chars().all(allowed), "{branch}");
}

/// An ssh that serves the local remote whatever host it is asked for, so that the address may be a forge's.
fn ssh_to_the_remote(world: &World) -> Environment {
    let script = world.path("home/ssh");
    let text = format!(
        "#!/bin/sh\nfor last; do :; done\ncase $last in\n  git-upload-pack*|'git upload-pack'*) exec git-upload-pack '{0}';;\n  \
         git-receive-pack*|'git receive-pack'*) exec git-receive-pack '{0}';;\nesac\nexit 1\n",
        world.remote.display(),
    );
    fs::write(&script, text).expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("our own file");
    world.environment.with("GIT_SSH_COMMAND", script).with("GIT_SSH_VARIANT", "simple")
}

#[test]
fn the_address_where_the_request_is_opened_is_the_forges_own() {
    for (remote, page, word) in [
        ("git@github.com:acme/deploy.git", "https://github.com/acme/deploy/", "compare/"),
        ("git@gitlab.com:acme/team/deploy.git", "https://gitlab.com/acme/team/deploy/", "-/merge_requests/new?"),
        ("git@codeberg.org:acme/deploy.git", "https://codeberg.org/acme/deploy/", "compare/"),
        ("git@bitbucket.org:acme/deploy.git", "https://bitbucket.org/acme/deploy/", "pull-requests/new?"),
        (
            "git@ssh.dev.azure.com:v3/acme/shop/deploy",
            "https://dev.azure.com/acme/shop/_git/deploy/",
            "pullrequestcreate?",
        ),
    ] {
        let world = World::new();
        world.git(&["remote", "set-url", "origin", remote]);
        let environment = ssh_to_the_remote(&world);
        let by_hand: Vec<&str> = REQUEST.iter().chain(&["--no-request"]).copied().collect();
        let ran = environment.stageline(&world.clone, &by_hand).exits(0);
        let mut args = by_hand;
        args.extend(["-o", "json"]);
        let report = environment.stageline(&world.clone, &args).exits(0).json();
        let address = report["request"]["address"].as_str().unwrap_or_else(|| panic!("no address for {remote}\n{ran}"));
        assert!(address.starts_with(&format!("{page}{word}")), "{address}");
        assert!(address.replace("%2F", "/").replace("%2f", "/").contains(BRANCH), "{address}");
        assert!(ran.stdout.contains(address) || ran.stderr.contains(address), "{ran}");
    }
}

#[test]
fn without_a_token_for_a_known_forge_nothing_is_pushed_and_it_is_said_what_to_set() {
    for (remote, variable) in [
        ("git@github.com:acme/deploy.git", "GH_TOKEN"),
        ("git@gitlab.com:acme/team/deploy.git", "GITLAB_TOKEN"),
        ("git@codeberg.org:acme/deploy.git", "STAGELINE_TOKEN_HOST=codeberg.org"),
    ] {
        let world = World::new();
        world.git(&["remote", "set-url", "origin", remote]);
        let environment = ssh_to_the_remote(&world);
        let ran = environment.stageline(&world.clone, REQUEST).exits(4);
        ran.says(variable).says("--no-request");
        let dry: Vec<&str> = REQUEST.iter().chain(&["--dry-run", "-o", "json"]).copied().collect();
        assert_eq!(environment.stageline(&world.clone, &dry).exits(4).refusal(), "no-token", "{remote}");
        assert!(!world.environment.try_git(&world.remote, &["rev-parse", "-q", "--verify", BRANCH]).status.success());
    }
}

#[test]
fn what_gitlab_gives_a_job_opens_no_request_and_nothing_is_pushed_with_it() {
    let world = World::new();
    world.environment.git(&world.remote, &["config", "http.receivepack", "true"]);
    let folder = world.remote.parent().expect("a folder");
    let server = HttpServer::start(&world.environment, folder.parent().expect("another"));
    let name = folder.file_name().expect("a name").to_string_lossy();
    let address = server.address(&format!("{name}/remote.git"));
    let host = address.split('/').nth(2).expect("a host").to_owned();
    let job = world.environment.with("CI_SERVER_HOST", &host).with("CI_JOB_TOKEN", "canary-job");
    // As a job's clone logs in, and as people hand it over.
    let in_address = address.replacen("://", "://gitlab-ci-token:canary-job@", 1);
    for (address, job) in [(&in_address, job.clone()), (&address, job.with("GITLAB_TOKEN", "canary-job"))] {
        world.git(&["remote", "set-url", "origin", address]);
        let ran = job.stageline(&world.clone, REQUEST).exits(4);
        let ran =
            ran.says("no token for").says("(`CI_JOB_TOKEN`, with which a job's clone logs in)").says("GITLAB_TOKEN");
        assert!(!format!("{ran}").contains("canary"), "{ran}");
        assert!(!world.environment.try_git(&world.remote, &["rev-parse", "-q", "--verify", BRANCH]).status.success());
    }
    // Alone it pushes the branch, where GitLab lets it.
    let alone: Vec<&str> = REQUEST.iter().chain(&["--no-request"]).copied().collect();
    job.stageline(&world.clone, &alone).exits(0);
    branch_tip(&world);
}

#[test]
fn a_configuration_that_would_send_a_token_elsewhere_is_refused_before_anything_is_pushed() {
    let api = |address: &str| format!("forges: {{ git.example.com: {{ kind: gitea, api: \"{address}\" }} }}\n");
    for (remote, more, code) in [
        ("git@git.example.com:acme/deploy.git", api("https://evil.example.com/api/v1"), "foreign-interface"),
        (
            "git@git.example.com:acme/deploy.git",
            api("https://git.example.com.evil.example.com/api/v1"),
            "foreign-interface",
        ),
    ] {
        let world = World::shaped(|shape| shape.more.clone_from(&more));
        world.git(&["remote", "set-url", "origin", remote]);
        let job =
            ssh_to_the_remote(&world).with("GITEA_TOKEN", "canary").with("STAGELINE_TOKEN_HOST", "git.example.com");
        let args: Vec<&str> = REQUEST.iter().chain(&["-o", "json"]).copied().collect();
        let ran = job.stageline(&world.clone, &args).exits(2);
        assert_eq!(ran.refusal(), code, "{ran}");
        assert!(!format!("{ran}").contains("canary"), "{ran}");
    }
}

/// Somebody merges the request in the forge's manner; the newest change of web in production afterwards.
fn merged(world: &World, how: &[&[&str]]) -> Value {
    let clone = world.clone_as("forge", &[]);
    let petrov = world
        .environment
        .with("GIT_AUTHOR_NAME", "A. Petrov")
        .with("GIT_AUTHOR_EMAIL", "petrov@example.com")
        .with("GIT_COMMITTER_NAME", "A. Petrov")
        .with("GIT_COMMITTER_EMAIL", "petrov@example.com");
    for step in how {
        petrov.git(&clone, step);
    }
    petrov.git(&clone, &["push", "-q", "origin", "main"]);
    world.fetch();
    let report = world.json(&["history", "web", "--env", "production"]);
    let row = report["changes"][0].clone();
    assert_eq!(row["to"], world.commit_of("web", 4), "{report}");
    assert_eq!(row["verb"], "promote", "{report}");
    row
}

#[test]
fn history_reads_a_merge_of_the_request() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let row = merged(
        &world,
        &[&[
            "merge",
            "-q",
            "--no-ff",
            "--no-gpg-sign",
            "-m",
            "Merge pull request #12 from acme/promote/production/web",
            "origin/promote/production/web",
        ]],
    );
    assert!(row["by"].as_str().is_some_and(|by| by.contains("Mei")), "{row}");
    assert!(row["merged_by"].as_str().is_some_and(|by| by.contains("Petrov")), "{row}");
    assert_eq!(row["request"], "#12");
    assert_eq!(row["signature"], "good");
}

#[test]
fn history_reads_a_squash_of_the_request() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let message = world.environment.git(&world.remote, &["log", "-1", "--format=%B", BRANCH]);
    let (subject, body) = message.split_once('\n').expect("a body");
    let message = format!("{subject} (#13)\n{body}");
    let row = merged(
        &world,
        &[
            &["merge", "-q", "--squash", "origin/promote/production/web"],
            &["commit", "-q", "--no-gpg-sign", "--author", "Mei Lin <mei@example.com>", "-m", &message],
        ],
    );
    assert!(row["by"].as_str().is_some_and(|by| by.contains("Mei")), "{row}");
    assert_eq!(row["request"], "#13");
}

#[test]
fn history_reads_a_rebase_of_the_request() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    world.edit_by_hand("checkout", "production", "meanwhile", 30);
    let row = merged(&world, &[&["cherry-pick", "origin/promote/production/web"]]);
    assert!(row["by"].as_str().is_some_and(|by| by.contains("Mei")), "{row}");
    assert_ne!(row["signature"], "good", "a rebase without a signature is not a good one: {row}");
}

#[test]
fn a_rerun_of_a_rollback_changes_nothing_though_its_hold_would_begin_later() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let back = ["rollback", "web", "--env", "production", "--landing", "merge-request"];
    world.run(&back).exits(0);
    let tip = || world.environment.git(&world.remote, &["rev-parse", "rollback/production/web"]);
    let first = tip();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(world.json(&back)["request"]["unchanged"], true);
    assert_eq!(tip(), first);
    // A hold that ends is another one.
    let until = [&back[..], &["--until", "2d"]].concat();
    assert_eq!(world.json(&until)["request"]["unchanged"], false);
}

#[test]
fn a_request_for_another_reason_is_another_request() {
    let world = World::new();
    let ask = |reason: &str| world.json(&[REQUEST, &["-m", reason]].concat());
    ask("the new basket");
    let first = branch_tip(&world);
    assert_eq!(ask("the new basket")["request"]["unchanged"], true);
    let other = ask("the sale begins");
    assert_eq!(other["request"]["unchanged"], false, "{other}");
    assert_ne!(branch_tip(&world), first);
    let text = world.environment.git(&world.remote, &["log", "-1", "--format=%B", BRANCH]);
    assert!(text.contains("the sale begins") && !text.contains("the new basket"), "{text}");
    // Who gives none asks for no other one.
    assert_eq!(world.json(REQUEST)["request"]["unchanged"], true);
}

#[test]
fn requests_of_a_remote_without_a_forge_are_not_kept_in_order_and_that_is_said() {
    let world = World::new();
    let refused = world.refused(3, &["promote", "--refresh"]);
    assert_eq!(refused, "no-forge");
    assert_eq!(world.refused(3, &["promote", "web", "--to", "production", "--withdraw"]), "no-forge");
    assert_eq!(world.refused(2, &["promote", "--refresh", "--no-push"]), "no-push");
}
