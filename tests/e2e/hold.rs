//! `hold`: a record in the repository that stops promotions and is lifted by a commit.

use crate::support::World;

#[test]
fn a_hold_lands_as_a_signed_commit_and_is_listed_until_it_is_lifted() {
    let world = World::new();
    let report = world.json(&["hold", "set", "web", "--env", "production", "-m", "audit week"]);
    assert_eq!(report["stage"], "landed");
    assert_eq!(report["holds"][0]["file"], ".stageline/holds/production/web.yaml");
    world.git(&["verify-commit", &world.tip()]);
    let listed = world.json(&["hold", "list"]);
    assert_eq!(listed["holds"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["holds"][0]["reason"], "audit week");
    assert!(listed["holds"][0]["by"].as_str().is_some_and(|by| by.contains("mei")), "{listed}");
    let since = listed["holds"][0]["since"].as_str().expect("a moment");
    assert!(!since.contains('.'), "a moment for people, in whole seconds: {since}");
    world.run(&["hold", "lift", "web", "--env", "production"]).exits(0);
    assert_eq!(world.json(&["hold", "list"])["holds"].as_array().map(Vec::len), Some(0));
    let files = world.environment.git(&world.remote, &["ls-tree", "-r", "--name-only", "main"]);
    assert!(!files.contains(".stageline/holds/"), "{files}");
}

#[test]
fn a_hold_on_an_environment_covers_every_application() {
    let world = World::new();
    world.run(&["hold", "set", "--env", "production", "-m", "stop the line"]).exits(0);
    let files = world.environment.git(&world.remote, &["ls-tree", "-r", "--name-only", "main"]);
    assert!(files.contains(".stageline/holds/production/_all.yaml"), "{files}");
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1);
    assert!(ran.stderr.contains("stop the line") && ran.stderr.contains("hold lift"), "{ran}");
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
}

#[test]
fn a_hold_on_a_whole_environment_needs_a_reason() {
    let world = World::new();
    let tip = world.tip();
    world.run(&["hold", "set", "--env", "production"]).exits(2).says("needs a reason").says("-m TEXT");
    assert_eq!(world.tip(), tip);
    world.run(&["hold", "set", "web", "--env", "production"]).exits(0);
}

#[test]
fn promote_all_passes_over_what_is_held_and_says_so() {
    let world = World::new();
    world.run(&["hold", "set", "web", "--env", "production", "-m", "audit"]).exits(0);
    let report = world.json(&["promote", "--all", "--to", "production"]);
    assert_eq!(report["skipped"][0]["application"], "web");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 4));
}

#[test]
fn a_hold_that_has_ended_stops_nothing() {
    let world = World::new();
    let yesterday =
        world.json(&["hold", "set", "web", "--env", "production", "-m", "night", "--until", "1d", "--dry-run"]);
    assert!(yesterday["holds"][0]["until"].is_string(), "{yesterday}");
    world.run(&["hold", "set", "web", "--env", "production", "-m", "night", "--until", "1d"]).exits(0);
    let file = ".stageline/holds/production/web.yaml";
    let text = world.read(file);
    let until = text.lines().find(|line| line.starts_with("until:")).expect("an end").to_owned();
    world.land_file(file, &text.replace(&until, "until: 2026-01-02T03:04:05Z"));
    world.run(&["promote", "web", "--to", "production"]).exits(0);
}

#[test]
fn a_hold_file_that_does_not_parse_counts_as_held() {
    let world = World::new();
    world.land_file(".stageline/holds/production/web.yaml", "by: [\n");
    let before = world.tip();
    let ran = world.run(&["promote", "web", "--to", "production"]);
    assert!(matches!(ran.code, Some(1 | 2)), "{ran}");
    assert!(ran.stderr.contains(".stageline/holds/production/web.yaml"), "{ran}");
    assert_eq!(world.tip(), before);
}

#[test]
fn a_hold_that_would_end_before_it_begins_is_refused_by_every_verb_that_sets_one() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let tip = world.tip();
    world.run(&["rollback", "web", "--env", "production", "--until", "2020-01-01"]).exits(2).says("would end before");
    world
        .run(&["hold", "set", "web", "--env", "production", "--until", "2020-01-01"])
        .exits(2)
        .says("would end before");
    assert_eq!(world.tip(), tip);
}

#[test]
fn lifting_says_which_hold_and_a_promotion_of_held_ones_does_not_call_them_up_to_date() {
    let world = World::new();
    world.run(&["hold", "set", "--env", "production", "-m", "stocktaking"]).exits(0);
    let ran = world.run(&["promote", "--all", "--to", "production"]).exits(0);
    assert!(!ran.stdout.contains("as asked") && !ran.stderr.contains("as asked"), "{ran}");
    world.run(&["hold", "lift", "--env", "production"]).exits(0).says("stocktaking");
}
