//! `history`: what landed, computed from the trees, whoever did it with whatever tool.

use serde_json::Value;

use crate::support::World;
use crate::support::world::overlay_file;

fn rows(report: &Value) -> Vec<Value> {
    report["changes"].as_array().expect("changes").clone()
}

#[test]
fn promotions_rollbacks_and_hand_edits_stand_in_one_list_newest_first() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    let report = world.json(&["history", "web", "--env", "production"]);
    let rows = rows(&report);
    let column = |key: &str| rows.iter().map(|row| row[key].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>();
    assert_eq!(column("rev"), ["r4", "r3", "r2", "r1"]);
    assert_eq!(column("verb"), ["rollback", "promote", "by hand", "by hand"]);
    let to: Vec<String> = [3, 4, 3, 2].iter().map(|index| world.commit_of("web", *index)).collect();
    assert_eq!(column("to"), to);
    assert_eq!(column("signature"), ["good", "good", "none", "none"]);
    assert_eq!(rows[0]["live"], true);
    assert_eq!(rows[0]["reason"], "errors");
    assert!(rows[2]["by"].as_str().is_some_and(|by| by.contains("Petrov")), "{report}");
    assert_eq!(report["complete"], true);
}

#[test]
fn at_tells_what_ran_then() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.edit_by_hand("web", "production", &world.commit_of("web", 4), 3 * 24 * 3600);
    world.fetch();
    for (at, index) in [("4d", 3), ("7d", 2), ("1d", 4)] {
        let report = world.json(&["history", "web", "--env", "production", "--at", at]);
        assert_eq!(report["rows"][0]["version"], world.commit_of("web", index), "{at}");
    }
}

#[test]
fn contains_tells_since_when_a_commit_runs_in_each_environment() {
    let world = World::new();
    let report = world.json(&["history", "web", "--contains", &world.commit_of("web", 3)]);
    let contained = |env: &str| {
        let rows = report["rows"].as_array().expect("rows");
        rows.iter().find(|row| row["environment"] == env).map(|row| row["contained"].clone())
    };
    assert_eq!(contained("staging"), Some(true.into()), "{report}");
    assert_eq!(contained("production"), Some(false.into()), "{report}");
}

#[test]
fn since_until_and_max_cut_the_list() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.edit_by_hand("web", "production", &world.commit_of("web", 4), 3 * 24 * 3600);
    world.fetch();
    let count = |more: &[&str]| {
        let mut args = vec!["history", "web", "--env", "production"];
        args.extend(more);
        rows(&world.json(&args)).len()
    };
    assert_eq!(count(&[]), 3);
    assert_eq!(count(&["--since", "4d"]), 1);
    assert_eq!(count(&["--until", "4d"]), 2);
    assert_eq!(count(&["--since", "6d", "--until", "4d"]), 1);
    assert_eq!(count(&["--max", "2"]), 2);
}

#[test]
fn a_shallow_clone_says_that_older_changes_are_hidden_and_counts_nothing() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    // Nothing is in sight: that is no answer.
    let report = world.environment.stageline(&shallow, &["history", "web", "-o", "json"]).exits(3).json();
    assert_eq!(report["complete"], false);
    assert!(rows(&report).iter().all(|row| row["rev"].is_null()), "{report}");
    assert!(report["notes"].to_string().contains("shallow"), "{report}");
    let ran = world.environment.stageline(&shallow, &["rollback", "web", "--env", "production", "--to", "r1"]);
    ran.exits(3).says("unshallow");
}

#[test]
fn an_overlay_that_moved_keeps_its_history() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.git(&["pull", "-q", "--ff-only"]);
    world.git(&["mv", "apps/web", "apps/storefront"]);
    world.land_file("stageline.yaml", &world.settings().replace("apps/web/", "apps/storefront/"));
    let rows = rows(&world.json(&["history", "web", "--env", "production"]));
    assert_eq!(rows.len(), 2, "{rows:#?}");
    assert_eq!(rows[0]["to"], world.commit_of("web", 3));
    let missing = world
        .environment
        .try_git(&world.remote, &["cat-file", "-e", &format!("main:{}", overlay_file("web", "production"))]);
    assert!(!missing.status.success());
}

#[test]
fn csv_has_a_header_and_a_row_for_each_change() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let ran = world.run(&["history", "web", "--env", "production", "-o", "csv"]).exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{ran}");
    assert!(lines[0].contains("application") && lines[1].contains(&world.commit_of("web", 4)), "{ran}");
}

#[test]
fn changes_keep_the_order_in_which_they_landed_whatever_the_clocks_said() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * 24 * 3600);
    world.edit_by_hand("web", "production", &world.commit_of("web", 4), 5 * 24 * 3600);
    world.fetch();
    let rows = rows(&world.json(&["history", "web", "--env", "production"]));
    let revs: Vec<&str> = rows.iter().filter_map(|row| row["rev"].as_str()).collect();
    assert_eq!(revs, ["r3", "r2", "r1"]);
}

#[test]
fn a_merge_names_who_changed_the_pin_and_not_who_committed_last() {
    let world = World::new();
    let file = overlay_file("web", "production");
    world.git(&["checkout", "-q", "-b", "topic"]);
    let text = world.read(&file).replace(&world.pin("web", "production"), &world.commit_of("web", 3));
    world.write(&file, &text);
    world.git(&["commit", "-q", "--no-gpg-sign", "-am", "Set web", "--author", "Alice <alice@example.com>"]);
    world.write("NOTES", "later\n");
    world.git(&["add", "NOTES"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "Notes", "--author", "Bob <bob@example.com>"]);
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "Merge pull request #12 from x/topic", "topic"]);
    world.git(&["push", "-q", "origin", "main"]);
    let rows = rows(&world.json(&["history", "web", "--env", "production"]));
    assert_eq!((&rows[0]["by"], &rows[0]["request"]), (&"Alice".into(), &"#12".into()), "{rows:#?}");
    assert_eq!(rows[0]["subject"], "Set web");
}

#[test]
fn a_broken_stageline_yaml_in_the_past_hides_no_change_though_the_overlays_moved_since() {
    let world = World::new();
    let good = world.settings();
    world.land_file("stageline.yaml", &format!("{good}\ngarbage: [\n"));
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 60);
    world.land_file("stageline.yaml", &good);
    world.git(&["mv", "apps/web", "apps/storefront"]);
    world.land_file("stageline.yaml", &good.replace("apps/web/", "apps/storefront/"));
    let rows = rows(&world.json(&["history", "web", "--env", "production"]));
    let ends: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["from"], &row["to"])).collect();
    let version = |index| Value::from(world.commit_of("web", index));
    assert_eq!(ends, [(&version(2), &version(3)), (&Value::Null, &version(2))], "{rows:#?}");
}

#[test]
fn a_list_cut_by_max_does_not_blame_the_clone() {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * 24 * 3600);
    world.fetch();
    let ran = world.run(&["history", "web", "--env", "production", "--max", "1"]).exits(0);
    assert!(ran.stdout.contains("--max") && !ran.stdout.contains("clone"), "{ran}");
}

#[test]
fn the_one_change_that_is_listed_says_of_which_application_it_is_where_none_was_named() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let columns = |args: &[&str]| world.run(args).exits(0).stdout.lines().next().unwrap_or_default().to_owned();
    let all = columns(&["history", "--max", "1"]);
    assert!(all.contains("APP") && all.contains("ENV"), "{all}");
    let one = columns(&["history", "web", "--env", "production", "--max", "1"]);
    assert!(!one.contains("APP") && !one.contains("ENV"), "{one}");
}

#[test]
fn what_was_landed_under_an_earlier_name_keeps_its_verb_its_reason_and_its_origin() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production", "--reason", "because"]).exits(0);
    let before = world.json(&["history", "web", "--env", "production"])["changes"][0].clone();
    let landing = before["config_commit"].as_str().expect("a commit").to_owned();
    assert_eq!((&before["verb"], &before["reason"]), (&"promote".into(), &"because".into()), "{before}");
    let text = world.settings().replacen("- name: web\n", "- name: shop\n    was: [web]\n", 1);
    world.land_file("stageline.yaml", &text);
    let after = world.json(&["history", "shop", "--env", "production"])["changes"][0].clone();
    for key in ["config_commit", "verb", "reason", "origin"] {
        assert_eq!(after[key], before[key], "{key}: {after}");
    }
    let shown = world.json(&["show", &landing]);
    assert_eq!((&shown["verb"], &shown["reason"]), (&"promote".into(), &"because".into()), "{shown}");
    world.run(&["undo", &landing, "--dry-run"]).exits(0).says("shop");
    // What is another's name today tells nothing of it.
    let free = text.replacen("    was: [web]\n", "", 1);
    world.land_file("stageline.yaml", &free);
    assert_eq!(world.json(&["history", "shop", "--env", "production"])["changes"][0]["verb"], "by hand");
}
