//! Previews: made from a template with a merge request, moved, and gone with all that they had.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::court::{Court, Work};
use crate::support::stage::{self, EMPTY, LIST, TEMPLATE, run, topic};

/// Every file of the tip on the server, with its bytes.
fn tree(court: &Court) -> BTreeMap<String, String> {
    let git = |args: &[&str]| court.world.environment.git(&court.world.remote, args);
    let names = git(&["ls-tree", "-r", "--name-only", "main"]);
    let id = |name: &str| git(&["rev-parse", &format!("main:{name}")]);
    names.lines().map(|name| (name.to_string(), id(name))).collect()
}

fn at(court: &Court, path: &str) -> String {
    let output = court.world.environment.try_git(&court.world.remote, &["show", &format!("main:{path}")]);
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn create(work: &Work, app: &str, commit: &str, slug: &str) -> Value {
    run(work, &["preview", "create", &format!("{app}@{commit}"), "--slug", slug, "-o", "json"]).exits(0).json()
}

#[test]
fn an_instance_is_its_template_but_for_the_scalars_that_are_filled_and_goes_without_a_trace() {
    let court = stage::court();
    let (before, commit) = (tree(&court), topic(&court, "web"));
    let work = court.work("ci");
    let made = create(&work, "web", &commit, "pr-12");
    assert_eq!(made["stage"], "landed", "{made:#}");
    assert_eq!(made["moves"][0]["instance"], "pr-12");
    assert_eq!(made["instances"][0]["addresses"][0], "https://pr-12.preview.example.com");
    let folder = "envs/preview/pr-12/web";
    for (file, text) in TEMPLATE {
        let wanted = match *file {
            "notes.txt" => (*text).to_string(),
            _ => text
                .replace("{url}", "\"https://pr-12.preview.example.com\"")
                .replace("\"{namespace}\"", "\"preview-pr-12\"")
                .replace("'web-{slug}'", "'web-pr-12'")
                .replace("\"{commit}\"", &format!("\"{commit}\""))
                .replace("../base", "../../../../apps/web/base")
                .replace("newTag: none", &format!("newTag: {commit}")),
        };
        assert_eq!(at(&court, &format!("{folder}/{file}")), wanted, "{file}");
    }
    assert_eq!(at(&court, LIST), EMPTY.replace("[]", "[pr-12/web]"));
    let record = at(&court, ".stageline/previews/preview/pr-12.yaml");
    assert!(record.contains(&commit), "{record}");
    let landing = made["commit"].as_str().expect("a commit");
    let shown = run(&court.work("bob"), &["show", landing, "-o", "json"]).exits(0).json();
    assert_eq!(
        (&shown["verb"], &shown["previews"][0]["after"][0]["commit"]),
        (&"preview".into(), &commit.as_str().into()),
        "{shown:#}"
    );
    run(&court.work("bob"), &["show", landing]).exits(0).says(&format!("web  preview/pr-12  none -> {}", &commit[..7]));
    // The same again is nothing to do; the link is printed all the same.
    let again = create(&work, "web", &commit, "pr-12");
    assert_eq!(
        (&again["stage"], &again["instances"][0]["addresses"][0]),
        (&"nothing-to-do".into(), &made["instances"][0]["addresses"][0])
    );
    // Somebody else's application joins it.
    create(&court.work("ci"), "api", &topic(&court, "api"), "pr-12");
    assert_eq!(at(&court, LIST), EMPTY.replace("[]", "[pr-12/web, pr-12/api]"));
    let listed = run(&court.work("bob"), &["preview", "list", "-o", "json"]).exits(0).json();
    let names: Vec<&str> = listed["previews"][0]["applications"]
        .as_array()
        .expect("some")
        .iter()
        .filter_map(|one| one["application"].as_str())
        .collect();
    assert_eq!((names, listed["leaks"].as_array().map(Vec::len)), (vec!["api", "web"], Some(0)));
    let gone = run(&court.work("ci"), &["preview", "destroy", "pr-12", "-o", "json"]).exits(0).json();
    assert_eq!(gone["instances"][0]["destroyed"], true, "{gone:#}");
    assert_eq!(tree(&court), before);
    let none = run(&court.work("ci"), &["preview", "destroy", "pr-12", "-o", "json"]).exits(0).json();
    assert_eq!(none["stage"], "nothing-to-do");
}

#[test]
fn what_may_be_run_in_the_template_may_be_run_in_the_instance() {
    let court = stage::court();
    let script = "apps/web/preview/hooks/run.sh";
    court.world.write(script, "#!/bin/sh\necho {slug}\n");
    court.land_ago(200, "A script");
    let mode = |change: &str| {
        court.world.git(&["pull", "-q"]);
        court.world.git(&["update-index", change, script]);
        court.world.git(&["commit", "-q", "-m", "Its mode"]);
        court.world.git(&["push", "-q"]);
    };
    court.world.git(&["config", "core.fileMode", "false"]);
    mode("--chmod=+x");
    let git = |args: &[&str]| court.world.environment.git(&court.world.remote, args);
    let before = git(&["rev-parse", "main^{tree}"]);
    let copy = "envs/preview/pr-12/web/hooks/run.sh";
    let modes = || git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "main", "envs/preview/pr-12"]);
    create(&court.work("ci"), "web", &topic(&court, "web"), "pr-12");
    let all = modes();
    assert!(all.contains(&format!("100755 {copy}")) && all.matches("100755").count() == 1, "{all}");
    let again = create(&court.work("ci"), "web", &topic(&court, "web"), "pr-12");
    assert_eq!(again["stage"], "nothing-to-do");
    // By hand it is no more than by the tool, and no less.
    let work = court.work("ci").git(&["config", "core.fileMode", "false"]).git(&["update-index", "--chmod=-x", copy]);
    work.git(&["commit", "-q", "-m", "x"]).verify().waits_for("scope");
    // What the template takes back goes with the next making.
    mode("--chmod=-x");
    create(&court.work("ci"), "web", &topic(&court, "web"), "pr-12");
    assert!(!modes().contains("100755"), "{}", modes());
    mode("--chmod=+x");
    run(&court.work("ci"), &["preview", "destroy", "pr-12"]).exits(0);
    assert_eq!(git(&["rev-parse", "main^{tree}"]), before);
}

#[test]
fn a_list_without_a_value_is_without_one_again() {
    for empty in ["kind: Kustomization\nresources: # one a line\n", "resources:\nkind: Kustomization\n", "resources:"] {
        let court = stage::court();
        court.world.write(LIST, empty);
        court.land_ago(200, "An empty list");
        let before = tree(&court);
        let work = court.work("ci");
        for slug in ["pr-1", "pr-2", "pr-3"] {
            create(&work, "web", &topic(&court, "web"), slug);
        }
        assert_eq!(at(&court, LIST).matches("- pr-").count(), 3, "{}", at(&court, LIST));
        let work = court.work("ci");
        run(&work, &["preview", "destroy", "pr-2"]).exits(0);
        run(&work, &["preview", "destroy", "pr-1", "pr-3", "--no-push"]).exits(0);
        work.verify().passes();
        work.git(&["push", "-q"]);
        assert_eq!(tree(&court), before);
    }
}

#[test]
fn who_may_not_sign_for_previews_makes_none_and_what_main_has_is_none() {
    let court = stage::court();
    let before = tree(&court);
    let topic = topic(&court, "web");
    // The newest of `main` is on that branch alone, once `latest` is gone.
    court.world.sources["web"].git(&["branch", "-D", "latest"]);
    let main = court.commit("web", 7);
    let refused = |name: &str, commit: &str, code: i32, word: &str| {
        let of = format!("web@{commit}");
        let args = ["preview", "create", &of, "--slug", "pr-1", "-o", "json"];
        let said = run(&court.work(name), &args).exits(code).json();
        assert_eq!(said["error"]["code"], word, "{said:#}");
    };
    refused("bob", &topic, 3, "needs-a-signer");
    refused("alice", &topic, 3, "needs-a-signer");
    refused("ci", &main, 1, "not-in-baseline");
    assert_eq!(tree(&court), before);
}

#[test]
fn what_an_environment_runs_is_made_again_though_its_commits_are_on_no_branch_of_previews() {
    let court = stage::court();
    let work = court.work("ci");
    let args = ["preview", "create", "web", "--from", "production", "--slug", "incident", "-o", "json"];
    let made = run(&work, &args).exits(0).json();
    assert_eq!(made["moves"][0]["to"], court.commit("web", 3), "{made:#}");
    let all = ["preview", "create", "--from", "staging", "--slug", "all", "-o", "json"];
    let made = run(&work, &all).exits(0).json();
    let moved: Vec<&str> =
        made["moves"].as_array().expect("moves").iter().filter_map(|one| one["application"].as_str()).collect();
    assert_eq!(moved, ["api", "web"], "{made:#}");
}

#[test]
fn what_a_release_baseline_has_is_made_again_whatever_runs_since() {
    let court = stage::court();
    let mark = ["baseline", "mark", "production", "--name", "good"];
    run(&court.work("alice"), &mark).exits(0);
    let promote = ["promote", "web", "--to", "production", "--landing", "direct"];
    run(&court.work("alice"), &promote).exits(0);
    let args = ["preview", "create", "web", "--from", "production/good", "--slug", "good", "-o", "json"];
    let made = run(&court.work("ci"), &args).exits(0).json();
    assert_eq!(made["moves"][0]["to"], court.commit("web", 3), "{made:#}");
    let args = ["preview", "create", "web", "--from", "production/none", "--slug", "x", "-o", "json"];
    assert_eq!(run(&court.work("ci"), &args).exits(2).refusal(), "no-such-baseline");
}

#[test]
fn the_newest_landing_may_be_of_a_preview_and_what_takes_it_back_is_named() {
    let court = stage::court();
    run(&court.work("ci"), &["preview", "create", "--from", "staging", "--slug", "demo"]).exits(0);
    let shown = run(&court.work("bob"), &["show", "-o", "json"]).exits(0).json();
    assert_eq!(shown["previews"][0]["instance"], "demo", "{shown:#}");
    let ran = run(&court.work("ci"), &["undo", "HEAD"]).exits(1);
    ran.says("stageline preview destroy demo --env preview");
    run(&court.work("ci"), &["preview", "destroy", "demo", "--env", "preview"]).exits(0);
    let shown = run(&court.work("bob"), &["show", "-o", "json"]).exits(0).json();
    assert_eq!(shown["previews"][0]["after"], serde_json::json!([]), "{shown:#}");
}
