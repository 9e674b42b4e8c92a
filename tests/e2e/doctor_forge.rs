//! `doctor` at a forge: what protects a branch, who may post the status, and where its job comes from; on a real Gitea, and as GitHub and
//! GitLab tell it.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::forges::{Kind, MERGER, Shop};
use crate::support::run::{Environment, Ran};
use crate::support::team::{REPOSITORY, Team};
use crate::support::world::Shape;

const DOCTOR: &[&str] = &["doctor", "-o", "json"];
const JOB: &str = ".gitea/workflows/verify.yml";

/// The states and sentences of what is about one thing.
fn about(report: &Value, what: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = report["findings"].as_array().expect("findings").iter().filter(|row| row["about"] == what);
    rows.map(|row| (text(&row["state"]), text(&row["says"]))).collect()
}

/// One of the sentences about it is in this state.
#[track_caller]
fn has(report: &Value, what: &str, state: &str, says: &str) {
    let found = about(report, what);
    assert!(found.iter().any(|(is, said)| is == state && said.contains(says)), "{what} {state} {says}\n{report:#}");
}

/// Rules that leave nothing open, and land by request alone.
fn shut(shape: &mut Shape) {
    shape.one_source = true;
    shape.more = "owners: mei\n".into();
    for env in ["staging", "production"] {
        let own = ["landing: merge-request", "rollback: { landing: merge-request }", "signers: mei"];
        shape.keys_of.insert(env.into(), own.map(String::from).into());
    }
}

fn protect(team: &Team, branch: &str, rule: &Value) {
    let path = format!("/repos/{REPOSITORY}/branch_protections");
    team.forge.call(&team.mei, "DELETE", &format!("{path}/{branch}"), &json!(null));
    let mut whole = json!({ "rule_name": branch });
    whole.as_object_mut().expect("an object").extend(rule.as_object().expect("an object").clone());
    team.forge.done(&team.mei, "POST", &path, &whole);
}

/// What it says with a token, and the exit code.
fn told(team: &Team, job: &Environment) -> (i32, Value) {
    let ran = team.run(job, DOCTOR);
    (ran.code().expect("a code"), ran.json())
}

fn whole() -> Value {
    json!({
        "enable_push": false, "enable_status_check": true, "status_check_contexts": ["stageline/verify"],
        "block_on_outdated_branch": true, "block_admin_merge_override": true,
    })
}

fn job(on: &str) -> String {
    format!(
        "on:\n  {on}:\n    branches: [main]\njobs:\n  judge:\n    steps:\n      - run: stageline verify --status \"$HEAD\"\n"
    )
}

#[test]
fn at_a_real_forge_what_a_protection_lacks_is_told_and_what_it_has_is_ok() {
    let team = Team::at(World::shaped(shut), crate::support::gitea::Gitea::start);
    let mei = team.job(&team.mei.token);
    let (code, report) = told(&team, &mei);
    assert_eq!((code, &report["verdict"]), (1, &json!("advisory")));
    let says = report["says"].as_str().expect("a text");
    assert!(says.starts_with("advisory: nothing at the forge keeps anybody from merging into `main`"), "{says}");
    // One that asks for something else.
    protect(&team, "main", &json!({ "enable_push": false, "required_approvals": 1 }));
    has(&told(&team, &mei).1, "branch main", "open", "does not ask for `stageline/verify`");
    // Each part for itself.
    let without = |key: &str, value: Value| {
        let mut rule = whole();
        rule[key] = value;
        protect(&team, "main", &rule);
        told(&team, &mei).1
    };
    has(&without("block_on_outdated_branch", json!(false)), "branch main", "open", "judged on an older `main`");
    has(
        &without("block_admin_merge_override", json!(false)),
        "branch main",
        "open",
        "who administers the repository may merge",
    );
    has(
        &without("enable_push", json!(true)),
        "branch main",
        "cannot-tell",
        "everybody who may write may push to `main`",
    );
    has(
        &without("status_check_contexts", json!(["stageline/verify/production"])),
        "branch main",
        "open",
        "does not ask",
    );
    // All of it, and the job from the branch.
    protect(&team, "main", &json!({ "enable_push": true }));
    team.world.write(JOB, &job("pull_request_target"));
    team.world.land("A job");
    protect(&team, "main", &whole());
    let (code, report) = told(&team, &mei);
    let open: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|row| row["state"] == "open").collect();
    assert_eq!((code, open), (3, Vec::<&Value>::new()), "{report:#}");
    has(&report, "branch main", "ok", "waits for `stageline/verify`");
    has(&report, "branch main", "ok", "is up to date with it");
    has(&report, "branch main", "ok", "nobody merges into `main` without");
    has(&report, "branch main", "ok", "nobody pushes past");
    has(&report, "job on main", "ok", "pull_request_target");
    has(&report, "hook", "cannot-tell", "everybody who may write to the repository may post the status");
    assert!(report["says"].as_str().unwrap().starts_with("cannot tell: whether a hook judges"), "{report:#}");
}

#[test]
fn at_a_real_forge_a_job_that_the_request_may_change_is_told_as_advisory() {
    let team = Team::at(World::shaped(shut), crate::support::gitea::Gitea::start);
    let mei = team.job(&team.mei.token);
    for (on, state, says) in [
        ("pull_request", "open", "whoever asks may change what it does"),
        ("push", "cannot-tell", "runs on no request"),
    ] {
        team.world.write(JOB, &job(on));
        team.world.land("A job");
        protect(&team, "main", &whole());
        let report = told(&team, &mei).1;
        has(&report, "job on main", state, says);
        protect(&team, "main", &json!({ "enable_push": true }));
    }
    team.world.git(&["rm", "-q", JOB]);
    team.world.land("No job");
    protect(&team, "main", &whole());
    has(&told(&team, &mei).1, "job on main", "cannot-tell", "no job on `main` posts the status");
}

#[test]
fn at_a_real_forge_what_a_token_does_not_see_is_no_yes_and_without_one_nothing_is() {
    let team = Team::at(World::shaped(shut), crate::support::gitea::Gitea::start);
    protect(&team, "main", &whole());
    let petrov = team.petrov();
    let (code, report) = told(&team, &team.job(&petrov.token));
    assert_eq!(code, 3, "{report:#}");
    has(&report, "branch main", "ok", "waits for `stageline/verify`");
    for says in ["has to be up to date", "who may merge into `main`", "who may push past"] {
        has(&report, "branch main", "cannot-tell", says);
    }
    let without =
        |environment: &Environment, args: &[&str]| -> Ran { team.run(environment, &[DOCTOR, args].concat()).exits(3) };
    // git's own password may not speak for it, and one that is none is not shown.
    let ran = without(&team.job("canary-0123456789"), &[]);
    assert!(!format!("{ran}").contains("canary"), "{ran}");
    has(&ran.json(), "branch main", "cannot-tell", "does not take the token");
    let offline = without(&team.job(&team.mei.token), &["--offline"]).json();
    has(&offline, "branch main", "cannot-tell", "this is offline");
    assert_eq!(offline["verdict"], "cannot-tell");
}

#[test]
fn at_a_real_forge_an_environment_on_its_own_branch_is_asked_for_its_own_status() {
    let team = Team::at(
        World::shaped(|shape| {
            shut(shape);
            shape.keys_of.get_mut("production").expect("it").push("git: { branch: production }".into());
        }),
        crate::support::gitea::Gitea::start,
    );
    team.world.git(&["push", "-q", "origin", "main:production"]);
    team.forge.has_taken_note(&team.mei, REPOSITORY);
    let mei = team.job(&team.mei.token);
    protect(&team, "main", &whole());
    protect(&team, "production", &whole());
    let report = told(&team, &mei).1;
    has(&report, "branch main", "ok", "waits for `stageline/verify`");
    has(&report, "branch production", "open", "does not ask for `stageline/verify/production`");
    let mut own = whole();
    own["status_check_contexts"] = json!(["stageline/verify/*"]);
    protect(&team, "production", &own);
    has(&told(&team, &mei).1, "branch production", "ok", "waits for `stageline/verify/production`");
}

fn shop(kind: Kind) -> Shop {
    Shop::shaped(kind, shut)
}

#[test]
fn at_github_a_check_that_an_app_of_ones_own_posts_is_enforced_and_any_other_is_advisory() {
    let shop = shop(Kind::Github);
    let told = |token: &str| {
        let ran = shop.job(token).stageline(&shop.world.clone, DOCTOR);
        (ran.code().expect("a code"), ran.json())
    };
    let owner = format!("tok-{MERGER}-4711");
    let (code, report) = told(&owner);
    assert_eq!((code, &report["verdict"]), (1, &json!("advisory")));
    has(&report, "branch main", "open", "`main` is not protected");
    {
        let mut state = shop.state();
        state.rules.check = Some("stageline/verify");
        state.rules.app = Some(4711);
        state.rules.is_strict = true;
    }
    let (code, report) = told(&owner);
    assert_eq!((code, &report["verdict"]), (0, &json!("enforced")), "{report:#}");
    assert!(
        report["says"].as_str().unwrap().contains("`main` takes only what has `stageline/verify` from the app 4711")
    );
    let (code, report) = told("tok-petrov-4711");
    assert_eq!(code, 3);
    has(&report, "branch main", "cannot-tell", "bypass list");
    shop.state().rules.exempt = vec!["RepositoryRole"];
    has(&told(&owner).1, "branch main", "open", "`RepositoryRole` of its bypass list may merge");
    shop.state().rules.exempt.clear();
    for (app, says) in [(None, "as no source is expected"), (Some(15368), "every workflow on any branch")] {
        shop.state().rules.app = app;
        let (code, report) = told(&owner);
        has(&report, "branch main", "open", says);
        assert_eq!((code, &report["verdict"]), (1, &json!("advisory")));
    }
    shop.state().rules.app = Some(4711);
    shop.state().rules.is_strict = false;
    let (code, report) = told(&owner);
    assert_eq!((code, &report["verdict"]), (1, &json!("enforced")));
    has(&report, "branch main", "open", "judged on an older `main`");
    shop.state().rules.is_strict = true;
    shop.world.write(".github/workflows/verify.yml", &job("pull_request"));
    shop.world.git(&["add", "-A"]);
    shop.world.git(&["commit", "-qm", "A job", "--no-gpg-sign"]);
    shop.world.git(&["push", "-q", shop.world.remote.to_str().expect("a path"), "main"]);
    has(&told(&owner).1, "job on main", "open", "whoever asks may change what it does");
}

#[test]
fn at_gitlab_a_status_is_never_more_than_advice() {
    let shop = shop(Kind::Gitlab);
    for check in [None, Some("smoke")] {
        shop.state().rules.check = check;
        let ran = shop.run(DOCTOR).exits(1).json();
        assert_eq!(ran["verdict"], "advisory");
        has(&ran, "branch main", "open", "GitLab asks for no status by its name");
        has(&ran, "hook", "cannot-tell", "only on the server");
    }
    shop.world.write(".gitlab-ci.yml", "judge:\n  script: [stageline verify --status $CI_COMMIT_SHA]\n");
    shop.world.git(&["add", "-A"]);
    shop.world.git(&["commit", "-qm", "A job", "--no-gpg-sign"]);
    shop.world.git(&["push", "-q", shop.world.remote.to_str().expect("a path"), "main"]);
    has(&shop.run(DOCTOR).exits(1).json(), "job on main", "open", "as GitLab does");
}
