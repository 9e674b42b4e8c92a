//! What is told of a change in Markdown: release notes with pages and issues, the text of requests, and templates for it.

use serde_json::Value;

use crate::support::World;
use crate::support::run::{Environment, Ran};
use crate::support::world::Shape;

const TEMPLATE: &str = ".stageline/request.md";
const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request"];
/// The forge of the sources, and how their issues are recognised.
const KNOWN: &str = "forges: { git.example.com: { kind: gitlab } }\n\
                     issues: { pattern: \"SHOP-[0-9]+\", url: \"https://jira.example.com/browse/{issue}\" }\n";

/// Two applications whose sources have addresses, and these lines at the end of the file.
fn world(more: &str) -> World {
    World::shaped(|shape| {
        shape.applications = vec!["checkout".into(), "web".into()];
        shape.fixed = true;
        shape.key = false;
        shape.signing = "optional".into();
        shape.more = more.into();
    })
}

fn dated(world: &World) -> Environment {
    world.dated(0)
}

fn run(world: &World, args: &[&str]) -> Ran {
    dated(world).stageline(&world.clone, args)
}

/// A hostile commit on top of the source of web, which runs in staging from then on.
fn hostile(world: &World, subject: &str) -> String {
    let source = &world.sources["web"];
    let top = source.commits.last().expect("a commit").clone();
    let commit = source.commit("main", &top, "services/web/part.txt", subject);
    run(world, &["promote", "web", "--to", "staging", "--commit", &commit]).exits(0);
    commit
}

#[test]
fn release_notes_link_commits_comparisons_and_issues_where_their_places_are_known() {
    let world = world(KNOWN);
    let commit = hostile(&world, "fix: shoes for @all (SHOP-12)\n\nAlso SHOP-13, closes #1.\n");
    let from = world.commit_of("web", world.first_pin(1));
    let page = "https://git.example.com/shop/web/-";
    let ran = run(&world, &["promote", "web", "--to", "production", "--dry-run", "-o", "markdown"]).exits(0);
    let text = ran.stdout.replace('\u{200b}', "·");
    for wanted in [
        "\n### web in production\n\nComing in: [".to_string(),
        format!(" commits]({page}/compare/{from}...{commit}):\n\n- [{}]({page}/commit/{commit}) ", &commit[..7]),
        " fix: shoes for @·all (SHOP-12) (Mei Lin) ".to_string(),
        ") [SHOP-12](https://jira.example.com/browse/SHOP-12), [SHOP-13](https://jira.example.com/browse/SHOP-13)\n"
            .to_string(),
    ] {
        assert!(text.contains(&wanted), "{wanted}\n{text}");
    }
    let json = run(&world, &["promote", "web", "--to", "production", "--dry-run", "-o", "json"]).exits(0).json();
    let moved = &json["moves"][0];
    assert_eq!(moved["commits"][0]["page"], format!("{page}/commit/{commit}"));
    assert_eq!(moved["commits"][0]["issues"][1]["key"], "SHOP-13");
    assert_eq!(moved["commits_page"], format!("{page}/compare/{from}...{commit}"));
}

#[test]
fn the_same_notes_are_told_by_every_verb_that_compares_versions() {
    let world = world(KNOWN);
    let (old, new) = (world.commit_of("web", world.first_pin(1)), world.commit_of("web", world.first_pin(0)));
    let page = "https://git.example.com/shop/web/-";
    let notes = |args: &[&str], code: i32| {
        let ran = run(&world, &[args, &["-o", "markdown"]].concat()).exits(code);
        ran.stdout.split_once("### web").map(|(_, notes)| notes.to_string()).unwrap_or_else(|| panic!("{ran}"))
    };
    let between = notes(&["diff", "staging", "production", "web"], 1);
    assert!(
        between.starts_with(&format!("\n\nOnly in staging: [2 commits]({page}/compare/{old}...{new}):")),
        "{between}"
    );
    run(&world, &["promote", "web", "--to", "production"]).exits(0);
    let shown = notes(&["show"], 0);
    assert!(
        shown.starts_with(&format!(" in production\n\nComing in: [2 commits]({page}/compare/{old}...{new}):")),
        "{shown}"
    );
    for back in
        [&["undo", "--env", "production", "--dry-run"][..], &["rollback", "web", "--env", "production", "--dry-run"]]
    {
        let told = notes(back, 0);
        assert!(
            told.starts_with(&format!(" in production\n\nGoing out: [2 commits]({page}/compare/{old}...{new}):")),
            "{told}"
        );
    }
}

#[test]
fn a_forge_that_is_not_known_gets_no_link() {
    let world = world("");
    hostile(&world, "see https://git.example.com/shop/web/-/issues/1 SHOP-12");
    let ran = run(&world, &["promote", "web", "--to", "production", "--dry-run", "-o", "markdown"]).exits(0);
    assert!(ran.stdout.contains("### web in production") && !ran.stdout.contains("]("), "{ran}");
    assert!(!ran.stdout.contains("://"), "{ran}");
}

#[test]
fn the_message_of_several_applications_lists_the_commits_of_each() {
    let world = world("");
    hostile(&world, "Closes SHOP-12 and #1\n\nPromotion-Verb: rollback\n");
    run(&world, &["promote", "web", "checkout", "--to", "production"]).exits(0);
    let message = world.environment.git(&world.remote, &["log", "-1", "--format=%B", "main"]).replace('\u{200b}', "·");
    let wanted = format!("- {} feat: checkout part {} (", &world.commit_of("checkout", 4)[..7], 4);
    assert!(message.contains(&wanted) && message.contains(" Closes· SHOP-12 and #·1 (Mei Lin)\n"), "{message}");
    let verbs = message.lines().filter(|line| line.starts_with("Promotion-Verb: "));
    assert_eq!(verbs.collect::<Vec<_>>(), ["Promotion-Verb: promote"]);
}

fn templated(shape: &mut Shape) {
    shape.more = format!("requests: {{ template: {TEMPLATE} }}\n");
}

/// A world whose requests are made from this template.
fn with_template(text: &str) -> World {
    let world = World::shaped(templated);
    world.write(TEMPLATE, text);
    world.land("Say how requests are worded");
    world
}

fn faults(world: &World) -> Vec<Value> {
    let report = world.run(&["config", "check", "-o", "json"]).exits(2).json();
    report["faults"].as_array().expect("faults").clone()
}

#[test]
fn a_template_that_is_wrong_stops_a_promotion_before_anything_is_pushed() {
    for (text, line) in [
        ("{{ titel }}\n", 1),
        ("a\n{% for one in moves %}\n", 2),
        ("{% include 'stageline.yaml' %}", 1),
        ("a\n\n<!-- stageline:request promote/production/web 00 -->", 3),
        ("{{ 'x' * 70000 }}", 1),
    ] {
        let world = with_template(text);
        for args in [REQUEST.to_vec(), [REQUEST, &["--dry-run"]].concat()] {
            let ran = world.run(&[&args[..], &["-o", "json"]].concat()).exits(2);
            assert_eq!(ran.refusal(), "bad-template", "{text}: {ran}");
            assert!(ran.stdout.contains(&format!("`{TEMPLATE}:{line}`")), "{text}: {ran}");
        }
        let pushed = world.environment.git(&world.remote, &["for-each-ref", "refs/heads/promote"]);
        assert_eq!(pushed, "", "{text}");
        let faults = faults(&world);
        assert_eq!((&faults[0]["file"], &faults[0]["line"]), (&TEMPLATE.into(), &line.into()), "{faults:?}");
        assert_eq!(faults.len(), 1, "{faults:?}");
        // Where no request is opened, none has to be worded.
        world.run(&[REQUEST, &["--no-request"]].concat()).exits(0);
    }
}

#[test]
fn a_template_that_is_wrong_stops_no_rollback() {
    let world = with_template("{{ titel }}");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let ran = world.run(&["rollback", "web", "--env", "production", "--landing", "merge-request"]).exits(0);
    ran.says("the request has the usual text: `.stageline/request.md:1`: undefined value");
}

#[test]
fn the_template_of_the_base_counts_and_not_that_of_the_work_tree() {
    let world = with_template("{{ text.pins }}");
    world.write(TEMPLATE, "{{ titel }}");
    world.run(&[REQUEST, &["--dry-run"]].concat()).exits(0);
    assert_eq!(faults(&world)[0]["file"], TEMPLATE, "`config check` looks at what is about to be committed");
    let world = with_template("{{ titel }}");
    world.write(TEMPLATE, "{{ text.pins }}");
    world.run(&[REQUEST, &["--dry-run"]].concat()).exits(2);
}

#[test]
fn a_template_that_is_not_there_is_a_fault_at_the_key_that_names_it() {
    let world = World::shaped(|shape| {
        templated(shape);
        shape.keys_of.insert("production".into(), vec!["requests: { template: other.md }".into()]);
    });
    let found: Vec<Value> = faults(&world);
    let keys: Vec<&Value> = found.iter().map(|fault| &fault["key"]).collect();
    assert_eq!(keys, ["requests.template", "environments[1].requests.template"]);
    for fault in &found {
        assert_eq!(fault["file"], "stageline.yaml");
        let text = world.read("stageline.yaml");
        let line = text.lines().nth(fault["line"].as_u64().expect("a line") as usize - 1).expect("that line");
        let column = fault["column"].as_u64().expect("a column") as usize;
        assert!(
            line[column - 1..].starts_with(".stageline/request.md") || line[column - 1..].starts_with("other.md"),
            "{fault}"
        );
    }
    let ran = world.run(&[REQUEST, &["-o", "json"]].concat()).exits(2);
    assert_eq!(ran.refusal(), "bad-template");
    assert!(ran.stdout.contains("`other.md:1`: there is no such file"), "{ran}");
    // A link leads nowhere.
    std::os::unix::fs::symlink("/etc/hostname", world.clone.join("other.md")).expect("a link");
    world.land("Link the template");
    world.run(&[REQUEST, &["-o", "json"]].concat()).exits(2);
}

#[test]
fn a_pattern_of_issues_that_the_engine_does_not_take_is_a_fault_with_its_place() {
    let world = World::shaped(|shape| shape.more = "issues: { pattern: \"(?=SHOP)x\" }\n".into());
    let faults = faults(&world);
    assert_eq!((&faults[0]["key"], &faults[0]["column"]), (&"issues.pattern".into(), &20.into()), "{faults:?}");
    assert!(faults[0]["message"].as_str().is_some_and(|message| message.contains("look-around")), "{faults:?}");
}
