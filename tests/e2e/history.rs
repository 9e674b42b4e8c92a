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

/// Web in production: r1 and r2 by hand, r3 a promotion, r4 its rollback, r5 by hand and through a request.
fn told_apart() -> World {
    let world = World::shaped(|shape| {
        shape.people = "  alexej: { principals: [petrov@example.com], forge: apetrov }\n".into();
    });
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 5 * 24 * 3600);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    world.git(&["checkout", "-q", "-b", "topic", "origin/main"]);
    let file = overlay_file("web", "production");
    world.write(&file, &world.read(&file).replace(&world.pin("web", "production"), &world.commit_of("web", 5)));
    world.git(&["commit", "-q", "--no-gpg-sign", "-am", "Set web", "--author", "Alice <alice@example.com>"]);
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "Merge pull request #12 from x/topic", "topic"]);
    world.git(&["push", "-q", "origin", "main"]);
    world
}

/// The numbers of web's changes in production that are told.
#[track_caller]
fn revs(world: &World, more: &[&str]) -> String {
    let args: Vec<&str> = ["history", "web", "--env", "production"].into_iter().chain(more.iter().copied()).collect();
    let report = world.json(&args);
    let told = rows(&report);
    told.iter().map(|row| row["rev"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn whose_changes_they_are_is_told_by_name_address_glob_and_person_and_numbers_stay() {
    let world = told_apart();
    for (by, told) in [
        ("mei", "r4 r3"),
        ("Mei Lin <mei@example.com>", "r4 r3"),
        ("petrov", "r2"),
        ("*@example.com", "r5 r4 r3 r2 r1"),
        ("petrov@*", "r2"),
        // A name of `people:`, and a login there.
        ("alexej", "r2"),
        ("apetrov", "r2"),
        ("ALICE", "r5"),
    ] {
        let own = revs(&world, &["--by", by]);
        let own = if by == "*@example.com" { own } else { own.replace(" r1", "") };
        assert_eq!(own, told, "{by}");
    }
    assert_eq!(revs(&world, &["--by", "alice", "--by", "petrov"]), "r5 r2");
    let ran = world.run(&["history", "web", "--env", "production", "--by", "nobody"]).exits(0);
    // Who there is helps whoever has mistyped a name.
    let ran = ran.says("no change that has landed is one of those").says("A. Petrov").says("Alice");
    assert!(!ran.stdout.contains("no change has landed\n"), "{ran}");
    world.run(&["history", "--by", " "]).exits(2).says("nobody is named");
}

#[test]
fn verbs_hand_edits_signatures_and_requests_are_told_apart() {
    let world = told_apart();
    for (more, told) in [
        (&["--verb", "promote"][..], "r3"),
        (&["--verb", "rollback,promote"], "r4 r3"),
        (&["--verb", "undo"], ""),
        (&["--by-hand"], "r5 r2 r1"),
        (&["--verb", "by-hand", "--verb", "rollback"], "r5 r4 r2 r1"),
        (&["--unsigned"], "r5 r2 r1"),
        (&["--request", "12"], "r5"),
        (&["--request", "!12"], "r5"),
        (&["--request", "1"], ""),
        (&["--by-hand", "--by", "petrov"], "r2"),
        (&["--unsigned", "--verb", "promote"], ""),
        (&["--since", "6d", "--by-hand"], "r5 r2"),
    ] {
        assert_eq!(revs(&world, more), told, "{more:?}");
    }
    let hold = ["history", "--verb", "hold"];
    assert_eq!(world.refused(2, &hold), "usage");
    world.run(&hold).exits(2).says("moves no pin").says("stageline hold list");
    world.run(&["history", "--at", "1d", "--by", "mei"]).exits(2);
}

#[test]
fn the_address_of_a_request_is_that_of_one_of_this_repository_or_refused() {
    let world = told_apart();
    let page = "https://github.com/shop/config/pull/12";
    let by_page = ["history", "web", "--request", page];
    // At a folder there is no forge, and the number alone could be that of a request elsewhere.
    assert_eq!(world.refused(2, &by_page), "bad-ref");
    world.run(&by_page).exits(2).says("cannot be told").says("--request 12");
    world.git(&["remote", "set-url", "origin", "https://github.com/shop/config.git"]);
    assert_eq!(revs(&world, &["--request", page]), "r5");
    assert_eq!(revs(&world, &["--request", "https://github.com/shop/config/pull/12#discussion"]), "r5");
    let elsewhere = "https://github.com/shop/web/pull/12";
    world.run(&["history", "--request", elsewhere]).exits(2).says("no request of this config repository").says(page);
    let secret = world.run(&["history", "--request", "https://x:sesame@github.com/shop/web/pull/12"]).exits(2);
    assert!(!secret.stderr.contains("sesame"), "{secret}");
}

#[test]
fn what_is_at_most_told_is_counted_after_the_rest_was_left_out() {
    let world = told_apart();
    assert_eq!(revs(&world, &["--by-hand", "--max", "2"]), "r5 r2");
    assert_eq!(revs(&world, &["--by", "petrov", "--max", "1"]), "r2");
    let cut = world.json(&["history", "web", "--env", "production", "--by-hand", "--max", "2"]);
    assert_eq!(cut["complete"], false, "{cut}");
    assert!(cut["notes"].to_string().contains("--max"), "{cut}");
    let whole = world.json(&["history", "web", "--env", "production", "--by-hand", "--max", "3"]);
    assert_eq!((&whole["complete"], whole["changes"].as_array().map(Vec::len)), (&true.into(), Some(3)), "{whole}");
}

#[test]
fn several_applications_and_environments_are_told_together() {
    let world = told_apart();
    let told = |args: &[&str]| {
        let mut all = vec!["history"];
        all.extend(args);
        let found = rows(&world.json(&all));
        let pairs = found.iter().map(|row| format!("{} {}", row["application"], row["environment"]).replace('"', ""));
        pairs.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    };
    assert_eq!(told(&["web", "worker", "--env", "production"]), "web production, worker production");
    assert_eq!(told(&["w*", "--env", "staging,production", "--env", "staging"]).matches(',').count(), 3);
    assert_eq!(told(&["checkout", "--env", "production", "--env", "staging"]), "checkout production, checkout staging");
    let both = world.run(&["history", "web", "worker", "--env", "production"]).exits(0);
    assert!(both.stdout.lines().next().is_some_and(|heads| heads.contains("APP") && !heads.contains("ENV")), "{both}");
    assert_eq!(world.refused(2, &["history", "web", "nothing"]), "no-such-application");
    assert_eq!(world.refused(2, &["history", "x*"]), "no-such-application");
    assert_eq!(world.refused(2, &["history", "--env", "staging,nowhere"]), "no-such-environment");
}

#[test]
fn a_span_that_ends_before_it_begins_is_an_error_that_names_both_ends() {
    let world = World::new();
    let args = ["history", "--since", "2026-11-02", "--until", "2026-11-01"];
    assert_eq!(world.refused(2, &args), "bad-time");
    world.run(&args).exits(2).says("--since 2026-11-02").says("--until 2026-11-01");
}

#[test]
fn nothing_that_fits_in_a_shallow_clone_is_no_answer() {
    let world = told_apart();
    let shallow = world.clone_as("shallow", &["--depth", "2"]);
    let ask = |args: &[&str]| world.environment.stageline(&shallow, args);
    ask(&["history", "web", "--env", "production", "--by", "petrov"]).exits(3).says("shallow");
    ask(&["history", "web", "--env", "production", "--by", "alice"]).exits(0).says("Set web").says("shallow");
}

#[test]
fn what_ran_then_is_told_with_the_landing_that_had_brought_it() {
    let world = told_apart();
    let history = rows(&world.json(&["history", "web", "--env", "production"]));
    let of = |args: &[&str]| {
        let mut all = vec!["history", "web", "--env", "production", "--at"];
        all.extend(args);
        world.json(&all)["rows"][0].clone()
    };
    let then = of(&["4d"]);
    assert_eq!((&then["by"], &then["verb"]), (&"A. Petrov".into(), &"by hand".into()), "{then}");
    assert_eq!((&then["landing"], &then["signature"]), (&history[3]["config_commit"], &"none".into()), "{then}");
    let now = of(&["now"]);
    for key in ["verb", "by", "merged_by", "request", "signature", "signer", "subject", "reason", "origin"] {
        assert_eq!(now[key], history[0][key], "{key}: {now}");
    }
    let ran = world.run(&["history", "--env", "production", "--at", "now"]).exits(0);
    ran.says("Alice").says("(by hand)");
    let wide = world.run(&["history", "web", "--env", "production", "--at", "now", "-o", "wide"]).exits(0);
    wide.says("#12").says(history[0]["config_commit"].as_str().expect("an id"));
    // A shallow clone hides who it was.
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    let report = world
        .environment
        .stageline(&shallow, &["history", "worker", "--env", "production", "--at", "now", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!((&report["rows"][0]["landing"], &report["rows"][0]["by"]), (&Value::Null, &Value::Null), "{report}");
}

#[test]
fn where_no_change_came_by_a_request_the_clone_may_be_behind() {
    let world = told_apart();
    let by_request = ["history", "web", "--request", "901"];
    world.run(&by_request).exits(0).says("this clone may be behind").says("--fetch");
    let asked = world.run(&[&by_request[..], &["--fetch"]].concat());
    assert!(!asked.stdout.contains("may be behind"), "{asked}");
    let found = world.run(&["history", "web", "--request", "12"]).exits(0);
    assert!(!found.stdout.contains("may be behind"), "{found}");
}
