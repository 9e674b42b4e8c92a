//! Previews that somebody else pushes: what `verify` takes for one, and everything that it does not.

use crate::support::court::{Court, Verdict, Work};
use crate::support::stage::{self, LIST, run, topic};

const FOLDER: &str = "envs/preview/pr-12/web";
const RECORD: &str = ".stageline/previews/preview/pr-12.yaml";

/// What the job makes of the preview pr-12 of the topic, in a clone whose commit is not pushed.
fn made(court: &Court, name: &str) -> Work {
    let work = court.work(name);
    let of = format!("web@{}", topic(court, "web"));
    run(&work, &["preview", "create", &of, "--slug", "pr-12", "--no-push"]).exits(0);
    work
}

/// The same with its commit taken apart: its files stand in the work tree.
fn apart(court: &Court) -> Work {
    made(court, "ci").git(&["reset", "-q", "--soft", "origin/main"])
}

fn judged(work: Work) -> Verdict {
    work.commit("a preview").verify()
}

#[test]
fn what_the_tool_makes_passes_and_so_does_the_same_made_by_hand() {
    let court = stage::court();
    made(&court, "ci").verify().passes();
    judged(apart(&court)).passes();
    // By whoever may not sign for previews it waits.
    let bobs = || Work { environment: court.environment("bob"), ..apart(&court) };
    judged(bobs().change(RECORD, "ci <ci@example.com>", "bob <bob@example.com>")).waits_for("signature");
    judged(bobs()).refused_by("scope");
}

#[test]
fn an_instance_that_is_more_or_less_than_its_template_gives_is_refused() {
    let court = stage::court();
    let kustomization = format!("{FOLDER}/kustomization.yaml");
    let notes = format!("{FOLDER}/notes.txt");
    let changes: [(&str, &dyn Fn(Work) -> Work); 14] = [
        ("a file more", &|work| work.write(&format!("{FOLDER}/more.yaml"), "a: 1\n")),
        ("a file beside", &|work| work.write("envs/preview/pr-12/more.yaml", "a: 1\n")),
        ("another namespace", &|work| work.change(&kustomization, "preview-pr-12", "production")),
        ("a file less", &|work| work.git(&["rm", "-q", "-f", &notes])),
        ("what may be run", &|work| {
            work.git(&["config", "core.fileMode", "false"]).git(&["update-index", "--chmod=+x", &notes])
        }),
        ("a second entry", &|work| work.change(LIST, "pr-12/web", "pr-12/web, ../../apps/web/overlays/production")),
        ("no entry", &|work| work.change(LIST, "[pr-12/web]", "[]")),
        ("a list that may be run", &|work| {
            work.git(&["config", "core.fileMode", "false"]).git(&["update-index", "--chmod=+x", LIST])
        }),
        ("more in the list's file", &|work| work.change(LIST, "# previews", "# mine")),
        ("another commit in the record", &|work| {
            let of = court.commit("web", 4);
            work.change(RECORD, &topic(&court, "web"), &of)
        }),
        ("no end", &|work| {
            let text: String = work
                .read(RECORD)
                .lines()
                .filter(|line| !line.starts_with("until"))
                .map(|line| format!("{line}\n"))
                .collect();
            work.write(RECORD, &text)
        }),
        ("a record in other words", &|work| {
            let text = work.read(RECORD);
            work.write(RECORD, &format!("{text}# mine\n"))
        }),
        ("a request of nowhere", &|work| {
            let text = work
                .read(RECORD)
                .replace("by: ", "request: https://mei:s3cret@evil.example.com/shop/web/pulls/1\nby: ");
            work.write(RECORD, &text)
        }),
        ("no record", &|work| work.git(&["rm", "-q", "-f", RECORD])),
    ];
    for (what, change) in changes {
        let verdict = judged(change(apart(&court)));
        let pending = verdict.gates("pending");
        let waits_for_owners = verdict.code == Some(3) && pending.contains("scope");
        assert!(verdict.gates("fail").contains("scope") || waits_for_owners, "{what}: {:#}", verdict.report);
    }
}

#[test]
fn what_previews_are_made_from_is_the_owners_and_never_in_the_push_that_uses_it() {
    let court = stage::court();
    let template = "apps/web/preview/kustomization.yaml";
    let changed = |name: &str| court.work(name).change(template, "{namespace}", "other-{slug}").commit("x");
    // The job makes previews, and no more.
    changed("ci").verify().waits_for("scope");
    changed("bob").verify().waits_for("scope");
    changed("alice").verify().passes();
    let stray = |name: &str| court.work(name).write("envs/preview/pr-9/web/x.yaml", "a: 1\n").commit("x").verify();
    stray("ci").waits_for("scope");
    stray("alice").passes();
    // By the template of the same push nothing is made.
    let both = apart(&court).change(template, "{namespace}", "other-{slug}").change(
        &format!("{FOLDER}/kustomization.yaml"),
        "preview-pr-12",
        "other-pr-12",
    );
    assert_eq!(judged(both).gates("fail").into_iter().collect::<Vec<_>>(), ["scope"]);
    // Nor is production touched with the key that makes previews.
    let pin = apart(&court).pin("web", "production", &court.commit("web", 5));
    judged(pin).waits_for("signature");
}

#[test]
fn one_who_takes_anothers_place_or_a_name_that_is_none_is_refused() {
    let court = stage::court();
    let all = |work: &Work| work.environment.git(&work.dir, &["ls-files"]);
    let renamed = |slug: &str| {
        let work = apart(&court);
        let paths: Vec<String> = all(&work).lines().filter(|path| path.contains("pr-12")).map(String::from).collect();
        let work = paths.iter().fold(work, |work, path| {
            let text = work.read(path).replace("pr-12", slug);
            work.git(&["rm", "-q", "-f", path]).write(&path.replace("pr-12", slug), &text)
        });
        judged(work.change(LIST, "pr-12", slug))
    };
    renamed("pr-13").passes();
    for slug in ["production", "staging", "PR-12", "pr_12", "-pr"] {
        let verdict = renamed(slug);
        assert_ne!(verdict.code, Some(0), "{slug}: {:#}", verdict.report);
        assert!(verdict.gates("fail").contains("scope"), "{slug}: {:#}", verdict.report);
    }
}

#[test]
fn there_are_never_more_than_the_limit_and_the_job_may_destroy_them() {
    let court = stage::court();
    let commit = topic(&court, "web");
    for slug in ["a", "b", "c"] {
        run(&court.work("ci"), &["preview", "create", &format!("web@{commit}"), "--slug", slug]).exits(0);
    }
    let of = format!("web@{commit}");
    let work = court.work("ci");
    let said = run(&work, &["preview", "create", &of, "--slug", "d", "-o", "json"]).exits(1).json();
    assert_eq!(said["error"]["code"], "preview-limit", "{said:#}");
    let gone = |name: &str| {
        let work = court.work(name);
        let work = work.git(&["rm", "-q", "-r", "-f", "envs/preview/b", ".stageline/previews/preview/b.yaml"]);
        work.change(LIST, "b/web, ", "").commit("b goes").verify()
    };
    gone("ci").passes();
    gone("bob").waits_for("signature");
    // What leaves its record, or its entry, is not gone.
    let half = court.work("ci").git(&["rm", "-q", "-r", "-f", "envs/preview/b"]).change(LIST, "b/web, ", "");
    half.commit("x").verify().refused_by("scope");
    let entry = court.work("ci").git(&["rm", "-q", "-r", "-f", "envs/preview/b", ".stageline/previews/preview/b.yaml"]);
    entry.commit("x").verify().refused_by("scope");
}

#[test]
fn what_stands_for_the_commit_is_what_the_pin_says_and_what_branches_judged() {
    let court = stage::court();
    let commit = topic(&court, "web");
    let lie = |other: &str| {
        let work = apart(&court);
        let record = work.read(RECORD).replace(&format!("commit: {commit}"), &format!("commit: '{other}'"));
        let about = format!("{FOLDER}/ingress.yaml");
        let text = work.read(&about).replace(&commit, other);
        judged(work.write(RECORD, &record).write(&about, &text))
    };
    for other in ["1".repeat(40), court.commit("web", 7)] {
        assert_eq!(lie(&other).gates("fail").into_iter().collect::<Vec<_>>(), ["scope"]);
    }
}

#[test]
fn a_tag_that_names_another_commit_than_the_record_says_is_refused_by_branches() {
    let court = stage::ruled(|rules| {
        *rules = rules.replacen("    version: \"{commit}\"\n", "    version: \"{tag}\"\n", 1);
    });
    let commit = topic(&court, "web");
    court.world.sources["web"].tag("v1.2.3", &commit);
    let made = || {
        let work = court.work("ci");
        run(&work, &["preview", "create", "web@v1.2.3", "--slug", "pr-12", "--no-push"]).exits(0);
        work.git(&["reset", "-q", "--soft", "origin/main"])
    };
    judged(made()).passes();
    let other = court.commit("web", 4);
    let work = made();
    let about = format!("{FOLDER}/ingress.yaml");
    let (record, text) = (work.read(RECORD).replace(&commit, &other), work.read(&about).replace(&commit, &other));
    judged(work.write(RECORD, &record).write(&about, &text)).refused_by("branches");
}

#[test]
fn whose_an_instance_is_said_to_be_is_held_against_who_signs() {
    let court = stage::ruled(|rules| *rules = rules.replace("    signers: [ci]\n", "    signers: [ci, alice]\n"));
    let said = |work: Work, by: &str| {
        let text = work.read(RECORD);
        let line = text.lines().find(|line| line.starts_with("by: ")).expect("whose it is").to_string();
        judged(work.change(RECORD, &line, &format!("by: {by}")))
    };
    for by in ["ci <ci@example.com>", "Preview Bot <CI@example.com>"] {
        said(apart(&court), by).passes();
    }
    for by in
        ["alice <alice@example.com>", "Alice", "ci <ci@elsewhere.example.com>", "ci@example.com <bob@example.com>"]
    {
        let verdict = said(apart(&court), by);
        verdict.refused_by("scope");
        verdict.has_code("not-a-signer");
    }
    // Whoever moves what another made leaves it theirs, or takes it, and gives it to nobody.
    run(&court.work("alice"), &["preview", "create", &format!("web@{}", topic(&court, "web")), "--slug", "pr-12"])
        .exits(0);
    let (old, new) = (court.commit("web", 4), topic(&court, "web"));
    let moved = || {
        let work = court.work("ci");
        let back = format!("web@{old}");
        run(&work, &["preview", "create", &back, "--slug", "pr-12", "--no-push", "--allow-older"]).exits(0);
        work.git(&["reset", "-q", "--soft", "origin/main"])
    };
    assert!(court.work("bob").read(RECORD).contains(&new), "it was at the topic");
    judged(moved()).passes();
    said(moved(), "ci <ci@example.com>").passes();
    said(moved(), "bob <bob@example.com>").refused_by("scope");
}

#[test]
fn who_makes_an_instance_with_anothers_name_in_git_is_recorded_by_the_key() {
    let court = stage::court();
    let work = court.work("ci");
    let environment = work.environment.with("GIT_AUTHOR_NAME", "Alice").with("GIT_AUTHOR_EMAIL", "alice@example.com");
    let work = Work { environment, ..work };
    let of = format!("web@{}", topic(&court, "web"));
    run(&work, &["preview", "create", &of, "--slug", "pr-12"]).exits(0);
    let listed = run(&court.work("bob"), &["preview", "list", "-o", "json"]).exits(0).json();
    assert_eq!(listed["previews"][0]["by"], "ci <ci@example.com>", "{listed:#}");
}

/// The rules without what they say of previews, or with another word of it.
fn ruled_without(work: &Work, what: &str) -> String {
    let rules = work.read("stageline.yaml");
    let (start, end) = (rules.find(what).expect("it is there"), rules.find("\n  - name: staging").expect("its end"));
    format!("{}{}", rules[..start].trim_end(), &rules[end..])
}

#[test]
fn rules_that_would_lead_to_instances_no_more_wait_until_those_are_gone() {
    let court = stage::court();
    let of = format!("web@{}", topic(&court, "web"));
    run(&court.work("ci"), &["preview", "create", &of, "--slug", "pr-1"]).exits(0);
    let without = |what: &str| {
        let work = court.work("alice");
        let rules = ruled_without(&work, what);
        work.write("stageline.yaml", &rules)
    };
    let elsewhere = |from: &str, to: &str| court.work("alice").change("stageline.yaml", from, to);
    let path = ("path: \"envs/preview/{slug}", "path: \"envs/previews/{slug}");
    let list = ("envs/preview/kustomization.yaml, path", "envs/preview/list.yaml, path");
    let all = || {
        [without("    ephemeral:"), without("  - name: preview"), elsewhere(path.0, path.1), elsewhere(list.0, list.1)]
    };
    for work in all() {
        let said =
            run(&work, &["config", "check", "-o", "json"]).on_stderr("differs").exits(0).json()["notices"].to_string();
        assert!(said.contains("would not lead to the previews of `preview` any more, and there are `pr-1`"), "{said}");
        let verdict = work.commit("x").verify();
        verdict.refused_by("scope");
        assert!(verdict.codes().contains("ephemeral"), "{:#}", verdict.report);
    }
    elsewhere("limit: 3", "limit: 5").commit("x").verify().passes();
    run(&court.work("ci"), &["preview", "destroy", "pr-1"]).exits(0);
    for work in all() {
        let said =
            run(&work, &["config", "check", "-o", "json"]).on_stderr("differs").exits(0).json()["notices"].to_string();
        assert!(!said.contains("would not lead"), "{said}");
        assert!(!work.commit("x").verify().codes().contains("ephemeral"));
    }
}

#[test]
fn an_instance_that_the_rules_forgot_is_a_leak_and_its_record_is_the_owners_to_take_away() {
    let court = stage::court();
    let of = format!("web@{}", topic(&court, "web"));
    run(&court.work("ci"), &["preview", "create", &of, "--slug", "pr-12"]).exits(0);
    court.world.git(&["pull", "-q"]);
    let rules = ruled_without(&court.work("ci"), "    ephemeral:");
    court.world.write("stageline.yaml", &rules);
    court.land_ago(30, "No previews any more");
    let said = run(&court.work("bob"), &["preview", "prune", "--check", "-o", "json"]).exits(1).json();
    assert_eq!(
        (&said["leaks"][0]["path"], &said["leaks"][0]["instance"]),
        (&RECORD.into(), &"pr-12".into()),
        "{said:#}"
    );
    let said = run(&court.work("bob"), &["preview", "list", "-o", "json"]).exits(0).json();
    assert_eq!(said["leaks"].as_array().map(Vec::len), Some(1), "{said:#}");
    let gone = |name: &str| court.work(name).git(&["rm", "-q", "-r", RECORD]).commit("x").verify();
    gone("ci").waits_for("scope");
    gone("bob").waits_for("scope");
    gone("alice").passes();
    // Nothing comes there, whoever signs.
    let more = court.work("alice");
    let text = more.read(RECORD);
    more.write(&RECORD.replace("12", "13"), &text).commit("x").verify().refused_by("scope");
    court.world.git(&["rm", "-q", "-r", RECORD, FOLDER]);
    court.land_ago(20, "Gone");
    assert_eq!(run(&court.work("bob"), &["preview", "prune", "--check", "-o", "json"]).exits(2).refusal(), "ephemeral");
}

#[test]
fn what_was_no_preview_is_neither_made_one_nor_taken_away_by_whoever_makes_previews() {
    let court = stage::court();
    court.world.write("envs/preview/docs/web/kustomization.yaml", "resources: []\n");
    court.land_ago(100, "Something that is no preview");
    let of = format!("web@{}", topic(&court, "web"));
    let said = run(&court.work("ci"), &["preview", "create", &of, "--slug", "docs", "-o", "json"]).exits(2).json();
    assert!(said["error"]["message"].as_str().expect("words").contains("no record says"), "{said:#}");
    run(&court.work("ci"), &["preview", "destroy", "docs"]).exits(3);
    court.work("ci").git(&["rm", "-q", "-r", "envs/preview/docs"]).commit("x").verify().waits_for("scope");
    let renamed = apart(&court);
    let text = |path: &str| renamed.read(path).replace("pr-12", "docs");
    let files = ["kustomization.yaml", "ingress.yaml", "notes.txt"].map(|file| format!("{FOLDER}/{file}"));
    let mut work = court.work("ci");
    for path in files.iter().map(String::as_str).chain([RECORD, LIST]) {
        let (place, text) = (path.replace("pr-12", "docs"), text(path));
        work = work.write(&place, &text);
    }
    assert_ne!(judged(work).code, Some(0));
}

#[test]
fn what_previews_build_on_is_the_owners_unless_an_environment_that_lasts_builds_on_it() {
    let court = stage::court();
    let part = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n";
    court.world.write("apps/web/part/kustomization.yaml", part);
    let template = "apps/web/preview/kustomization.yaml";
    let text = court.world.read(template);
    court.world.write(template, &format!("{text}components:\n- ../part\n"));
    court.land_ago(100, "A part of previews");
    let changed = |name: &str, path: &str| {
        let work = court.work(name);
        let text = work.read(path);
        work.write(path, &format!("{text}namespace: kube-system\n")).commit("x").verify()
    };
    let own = "apps/web/part/kustomization.yaml";
    changed("ci", own).waits_for("scope");
    changed("bob", own).waits_for("scope");
    changed("alice", own).passes();
    // Production's base stays its signers', and the key of previews may not.
    let base = "apps/web/base/kustomization.yaml";
    changed("ci", base).waits_for("signature");
    changed("alice", base).passes();
}
