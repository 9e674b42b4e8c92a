//! Many previews at once, jobs that come late, an environment on a branch of its own, and what is left when something goes wrong.

use std::path::PathBuf;

use crate::long::counts;
use crate::support::court::Court;
use crate::support::run::finish;
use crate::support::stage::{self, LIST, run, topic};

fn tree(court: &Court) -> String {
    court.world.environment.git(&court.world.remote, &["rev-parse", "main^{tree}"])
}

fn at(court: &Court, path: &str) -> String {
    let output = court.world.environment.try_git(&court.world.remote, &["show", &format!("main:{path}")]);
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn many_processes_make_previews_at_once_and_all_of_them_go_without_a_trace() {
    let count = if counts::long() { 200 } else { 16 };
    let court = stage::ruled(|rules| *rules = rules.replace("      limit: 3\n", ""));
    let (before, commit) = (tree(&court), topic(&court, "web"));
    let clones: Vec<PathBuf> = (0..8).map(|_| court.work("ci").dir).collect();
    let environment = court.environment("ci");
    let slugs: Vec<String> = (0..count).map(|number| format!("pr-{number}")).collect();
    for some in slugs.chunks(clones.len()) {
        let start = |(slug, clone): (&String, &PathBuf)| {
            let of = format!("web@{commit}");
            environment.start_stageline(clone, &["preview", "create", &of, "--slug", slug])
        };
        let started: Vec<_> = some.iter().zip(&clones).map(start).collect();
        for (slug, child) in some.iter().zip(started) {
            finish(child, &["preview", "create", slug]).exits(0);
        }
    }
    let listed = run(&court.work("bob"), &["preview", "list", "-o", "name"]).exits(0);
    assert_eq!(listed.stdout.lines().count(), count);
    let check = run(&court.work("ci"), &["preview", "prune", "--check", "-o", "json"]).exits(0).json();
    assert_eq!(check["leaks"].as_array().map(Vec::len), Some(0), "{check:#}");
    let args: Vec<&str> = ["preview", "destroy"].into_iter().chain(slugs.iter().map(String::as_str)).collect();
    run(&court.work("ci"), &args).exits(0);
    assert_eq!(tree(&court), before);
    court.world.environment.git(&court.world.remote, &["fsck", "--no-dangling"]);
}

#[test]
fn the_job_of_an_older_commit_that_comes_late_leaves_what_is_newer() {
    let court = stage::court();
    let source = &court.world.sources["web"];
    let older = topic(&court, "web");
    let newer = source.commit("topic", &older, "topic2.txt", "feat: try again");
    let create = |commit: &str, more: &[&str]| {
        let of = format!("web@{commit}");
        let args: Vec<&str> =
            ["preview", "create", &of, "--slug", "pr-1", "-o", "json"].iter().chain(more).copied().collect();
        run(&court.work("ci"), &args).exits(0).json()
    };
    let record = || at(&court, ".stageline/previews/preview/pr-1.yaml");
    create(&newer, &[]);
    let late = create(&older, &[]);
    assert_eq!(late["stage"], "superseded", "{late:#}");
    assert!(late["skipped"][0]["reason"].as_str().expect("a reason").contains("already newer"), "{late:#}");
    assert!(record().contains(&newer));
    create(&older, &["--allow-older"]);
    assert!(record().contains(&older));
    // A branch that was made anew has neither before the other: it is what is asked for.
    let anew = source.commit("topic", &court.commit("web", 4), "topic3.txt", "feat: another way");
    create(&anew, &[]);
    assert!(record().contains(&anew));
}

#[test]
fn a_hold_of_previews_stops_them_and_a_source_that_cannot_be_asked_is_no_yes() {
    let court = stage::court();
    let of = format!("web@{}", topic(&court, "web"));
    run(&court.work("bob"), &["hold", "set", "--env", "preview", "-m", "the cluster is full"]).exits(0);
    let args = ["preview", "create", &of, "--slug", "pr-1", "-o", "json"];
    let said = run(&court.work("ci"), &args).exits(1).json();
    assert_eq!(said["error"]["code"], "held", "{said:#}");
    // Whoever makes previews does not take the stop away that somebody set on them.
    run(&court.work("ci"), &["hold", "lift", "--env", "preview"]).exits(3);
    run(&court.work("alice"), &["hold", "lift", "--env", "preview"]).exits(0);
    let source = &court.world.sources["web"].path;
    let away = source.with_extension("away");
    std::fs::rename(source, &away).expect("a folder");
    let said = run(&court.work("ci"), &args).exits(3).json();
    assert_eq!(said["error"]["kind"], "cannot-tell", "{said:#}");
    std::fs::rename(&away, source).expect("a folder");
    run(&court.work("ci"), &args).exits(0);
}

#[test]
fn what_is_left_of_a_preview_is_named_and_goes_when_somebody_says_so() {
    let court = stage::court();
    let (before, of) = (tree(&court), format!("web@{}", topic(&court, "web")));
    for slug in ["a", "b", "c"] {
        run(&court.work("ci"), &["preview", "create", &of, "--slug", slug]).exits(0);
    }
    // By hand, past all rules: a folder without its record, a record without its folder, an entry of nothing.
    court.world.git(&["pull", "-q"]);
    court.world.git(&["rm", "-q", ".stageline/previews/preview/a.yaml"]);
    court.world.git(&["rm", "-q", "-r", "envs/preview/b"]);
    court.world.git(&["rm", "-q", "-r", "envs/preview/c", ".stageline/previews/preview/c.yaml"]);
    court.land_ago(60, "A mess");
    let said = run(&court.work("ci"), &["preview", "prune", "--check", "-o", "json"]).exits(1).json();
    let leaks = said["leaks"].as_array().expect("leaks");
    let told: Vec<(&str, &str)> = leaks
        .iter()
        .map(|leak| (leak["instance"].as_str().expect("a name"), leak["path"].as_str().expect("a path")))
        .collect();
    let wanted = [("b", ".stageline/previews/preview/b.yaml"), ("a", "envs/preview/a"), ("c", LIST)];
    assert_eq!(told, wanted, "{said:#}");
    // To prune takes none of it away: somebody may have put it there.
    run(&court.work("ci"), &["preview", "prune"]).exits(0);
    run(&court.work("ci"), &["preview", "destroy", "b", "c"]).exits(0);
    // What no record says to be a preview may be something else: it is its owners' to take away.
    let said = run(&court.work("ci"), &["preview", "destroy", "a", "-o", "json"]).exits(3).json();
    assert_eq!(said["error"]["code"], "needs-owners", "{said:#}");
    run(&court.work("alice"), &["preview", "destroy", "a"]).exits(0);
    assert_eq!(tree(&court), before);
    run(&court.work("ci"), &["preview", "prune", "--check"]).exits(0);
}

#[test]
fn what_no_branch_has_any_more_and_what_is_over_is_pruned() {
    let court = stage::court();
    let (before, commit) = (tree(&court), topic(&court, "web"));
    run(&court.work("ci"), &["preview", "create", &format!("web@{commit}"), "--slug", "pr-1"]).exits(0);
    run(&court.work("ci"), &["preview", "create", "api", "--from", "staging", "--slug", "demo"]).exits(0);
    run(&court.work("ci"), &["preview", "prune"]).exits(0);
    assert!(at(&court, LIST).contains("pr-1"));
    court.world.sources["web"].git(&["branch", "-D", "topic"]);
    let said = run(&court.work("ci"), &["preview", "prune", "--check", "-o", "json"]).exits(1).json();
    assert_eq!(said["due"][0]["instance"], "pr-1", "{said:#}");
    run(&court.work("ci"), &["preview", "prune", "--dry-run"]).exits(0);
    assert!(at(&court, LIST).contains("pr-1"));
    run(&court.work("ci"), &["preview", "prune"]).exits(0);
    assert!(!at(&court, LIST).contains("pr-1") && at(&court, LIST).contains("demo"));
    // One whose end has passed.
    court.world.git(&["pull", "-q"]);
    let record = ".stageline/previews/preview/demo.yaml";
    let text = court.world.read(record);
    let over: String =
        text.lines()
            .map(|line| {
                if line.starts_with("until") {
                    "until: 2020-01-01T00:00:00Z\n".to_string()
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
    court.world.write(record, &over);
    court.land_ago(30, "Its end");
    run(&court.work("ci"), &["preview", "prune"]).exits(0);
    assert_eq!(tree(&court), before);
}

#[test]
fn an_environment_on_a_branch_of_its_own_has_its_previews_there_from_the_template_of_main() {
    let court = stage::ruled(|rules| {
        *rules = rules.replace("    signers: [ci]\n", "    signers: [ci]\n    git: { branch: previews }\n");
    });
    let git = |args: &[&str]| court.world.environment.git(&court.world.remote, args);
    let of = format!("web@{}", topic(&court, "web"));
    let missing = run(&court.work("ci"), &["preview", "create", &of, "--slug", "pr-1", "-o", "json"]).exits(2).json();
    assert_eq!(missing["error"]["code"], "no-such-branch", "{missing:#}");
    git(&["branch", "previews", "main"]);
    let main = git(&["rev-parse", "main"]);
    run(&court.work("ci"), &["preview", "create", &of, "--slug", "pr-1"]).exits(0);
    assert_eq!(git(&["rev-parse", "main"]), main);
    assert!(git(&["show", &format!("previews:{LIST}")]).contains("pr-1/web"));
    let work = court.work("ci").git(&["checkout", "-q", "previews"]);
    let made = run(&work, &["preview", "create", &of, "--slug", "pr-2", "--no-push"]).exits(0);
    drop(made);
    work.verify_with(&["--onto", "previews"]).passes();
    let work = work.write("envs/preview/pr-2/web/more.yaml", "a: 1\n").git(&["add", "-A"]).git(&[
        "commit",
        "-q",
        "--amend",
        "--no-edit",
    ]);
    assert_ne!(work.verify_with(&["--onto", "previews"]).code, Some(0));
    // The template is main's, and on the branch of previews it is nobody's.
    let template = court.work("ci").change("apps/web/preview/notes.txt", "stays", "goes").commit("x");
    template.verify().waits_for("scope");
}

#[test]
fn one_template_for_all_runs_what_was_asked_for_and_else_what_staging_runs() {
    let court = stage::shaped(
        "template: templates/all\npath: \"envs/preview/{slug}\"\nfrom: staging",
        "",
        &[(
            "templates/all/kustomization.yaml",
            "resources:\n- ../../apps/web/base\n- ../../apps/api/base\nimages:\n- name: registry.example.com/shop/web\n  newTag: none\n- name: \
             registry.example.com/shop/api\n  newTag: none\n",
        )],
    );
    let runs = || {
        let report = run(&court.work("bob"), &["preview", "list", "-o", "json"]).exits(0).json();
        let apps = report["previews"][0]["applications"].as_array().expect("some").clone();
        apps.iter().map(|one| one["version"].as_str().expect("a version").to_string()).collect::<Vec<_>>()
    };
    let (web, api) = (topic(&court, "web"), topic(&court, "api"));
    run(&court.work("ci"), &["preview", "create", &format!("web@{web}"), "--slug", "s"]).exits(0);
    assert_eq!(runs(), [court.commit("api", 5), web.clone()]);
    // Another application's job joins, and leaves the first one what it asked for.
    run(&court.work("ci"), &["preview", "create", &format!("api@{api}"), "--slug", "s"]).exits(0);
    assert_eq!(runs(), [api, web]);
}

#[test]
fn a_preview_of_another_request_is_not_taken_over_and_what_is_held_is_not_pruned() {
    let court = stage::ruled(|rules| {
        *rules = rules.replace("applications:\n", "forges: { git.example.com: { kind: gitea } }\napplications:\n");
    });
    let commit = topic(&court, "web");
    let of = format!("web@{commit}");
    let said = run(&court.work("ci"), &["preview", "create", &of, "--request", "12", "-o", "json"]).exits(0).json();
    assert!(said["notes"].to_string().contains("no forge is known"), "{said:#}");
    let twice =
        run(&court.work("ci"), &["preview", "create", &of, "web@topic", "--slug", "x", "-o", "json"]).exits(2).json();
    assert_eq!(twice["error"]["code"], "named-twice", "{twice:#}");
    court.world.sources["web"].git(&["branch", "-D", "topic"]);
    run(&court.work("bob"), &["hold", "set", "web", "--env", "preview", "-m", "a test runs"]).exits(0);
    let kept = run(&court.work("ci"), &["preview", "prune", "-o", "json"]).exits(0).json();
    assert!(kept["notes"].to_string().contains("is held, so it stays"), "{kept:#}");
    assert!(at(&court, LIST).contains("pr-12"));
}
