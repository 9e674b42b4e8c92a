//! `hold`: a record in the repository that stops promotions and is lifted by a commit.

use crate::support::World;
use crate::support::landed::file;

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
    world.run(&["hold", "set", "--env", "production", "-m", " "]).exits(2).says("needs a reason");
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
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1);
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

#[test]
fn lifting_names_every_hold_that_stays_with_the_command_that_lifts_it() {
    let world = World::new();
    for args in [&["web", "--env", "production"][..], &["--env", "production"], &["--env", "staging"], &["--all"]] {
        world.run(&[&["hold", "set", "-m", "audit"], args].concat()).exits(0);
    }
    let stay = |args: &[&str]| {
        let report = world.json(&[&["hold", "lift", "--dry-run"], args].concat());
        let notes = report["notes"].as_array().expect("notes").clone();
        notes
            .iter()
            .filter_map(|note| Some(note.as_str()?.split_once("stageline hold ")?.1.to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(stay(&["--env", "production"]), ["lift --all`", "lift web --env production`"]);
    assert_eq!(stay(&["web", "--env", "production"]), ["lift --all`", "lift --env production`"]);
    assert_eq!(stay(&["--all"]).len(), 3);
}

#[test]
fn a_glob_lifts_all_that_is_held_by_name_in_one_place_and_nothing_wider() {
    let world = World::new();
    let commit = format!("web@{}", world.commit_of("web", 3));
    for args in
        [&["web", "worker", &commit, "--env", "production"][..], &["--env", "production"], &["web", "--env", "staging"]]
    {
        world.run(&[&["hold", "set", "-m", "audit"], args].concat()).exits(0);
    }
    world.run(&["hold", "set", "w*", "--env", "production", "-m", "x"]).exits(2).says("application by application");
    world
        .run(&["hold", "lift", "*", "--env", "production"])
        .exits(0)
        .says("lifts  web@")
        .says("lifts  worker in production");
    let report = world.json(&["hold", "list"]);
    let left = report["holds"].as_array().expect("holds");
    let of = |hold: &serde_json::Value| (hold["environment"].clone(), hold["application"].clone());
    assert_eq!(
        left.iter().map(of).collect::<Vec<_>>(),
        [("production".into(), serde_json::Value::Null), ("staging".into(), "web".into())]
    );
    world.run(&["hold", "lift", "x*", "--env", "production"]).exits(0).says("no such hold");
}

#[test]
fn a_hold_by_request_is_said_not_to_hold_yet() {
    let world = World::new();
    let verb = ["hold", "set", "web", "--env", "production", "-m", "audit", "--landing", "merge-request"];
    world.run(&verb).exits(0).says("when the request is merged");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
}

const FILE: &str = ".stageline/holds/production/web.yaml";

/// Production has run two versions, and these holds were set one after the other, each by the rest of its command.
fn after_holds(holds: &[&[&str]]) -> World {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    for hold in holds {
        world.run(&[&["hold", "set"], *hold].concat()).exits(0);
    }
    world
}

#[test]
fn a_rollback_replaces_a_hold_that_ends_sooner_and_says_which() {
    for (theirs, own) in [(&["--until", "2h"][..], &[][..]), (&["--until", "2h"], &["--until", "2d"])] {
        let world = after_holds(&[&[&["web", "--env", "production", "-m", "freeze"], theirs].concat()]);
        let ran = world.run(&[&["rollback", "web", "--env", "production", "-m", "crash"], own].concat()).exits(0);
        let text = file(&world, FILE).expect("a hold");
        assert!(text.contains("crash") && text.contains("until:") != own.is_empty(), "{text}");
        ran.says("replaces").says("freeze");
    }
}

#[test]
fn a_rollback_leaves_a_hold_that_lasts_at_least_as_long_and_says_which() {
    let holds: &[(&[&str], &[&str])] = &[
        (&["web", "--env", "production", "-m", "freeze"], &[]),
        (&["web", "--env", "production", "-m", "freeze"], &["--until", "2d"]),
        (&["web", "--env", "production", "-m", "freeze", "--until", "3d"], &["--until", "2d"]),
        (&["web", "--env", "production", "-m", "freeze", "--until", "2099-01-01"], &["--until", "2099-01-01"]),
    ];
    for (hold, own) in holds {
        let world = after_holds(&[hold]);
        let before = file(&world, FILE);
        let ran = world.run(&[&["rollback", "web", "--env", "production", "-m", "crash"], *own].concat()).exits(0);
        assert_eq!(file(&world, FILE), before, "{ran}");
        assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
        ran.says("freeze");
    }
}

#[test]
fn a_rollback_writes_its_hold_beside_a_wider_one_that_ends_sooner() {
    for wider in [&["--env", "production"][..], &["--all"]] {
        let world = after_holds(&[&[wider, &["-m", "freeze", "--until", "2h"]].concat()]);
        world.run(&["rollback", "web", "--env", "production", "-m", "crash"]).exits(0);
        assert!(file(&world, FILE).expect("a hold of its own").contains("crash"), "{wider:?}");
        let listed = world.json(&["hold", "list"]);
        let of_pins = listed["holds"].as_array().expect("holds").iter().filter(|hold| hold["commit"].is_null());
        assert_eq!(of_pins.count(), 2, "{wider:?}");
    }
}

#[test]
fn a_rollback_replaces_a_hold_that_is_over() {
    let world = after_holds(&[&["web", "--env", "production", "-m", "freeze", "--until", "1d"]]);
    let text = file(&world, FILE).expect("a hold");
    let until = text.lines().find(|line| line.starts_with("until:")).expect("an end").to_owned();
    world.land_file(FILE, &text.replace(&until, "until: 2026-01-02T03:04:05Z"));
    world.run(&["rollback", "web", "--env", "production", "-m", "crash"]).exits(0);
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "held");
}

#[test]
fn a_hold_over_another_says_what_it_replaces() {
    for (first, second) in [
        (&["web", "--env", "production"][..], &["web", "--env", "production"][..]),
        (&["--env", "production"], &["--env", "production"]),
        (&["--all"], &["--all"]),
    ] {
        let world = after_holds(&[&[first, &["-m", "audit"]].concat()]);
        let ran = world.run(&[&["hold", "set"], second, &["-m", "holidays"]].concat()).exits(0);
        assert!(ran.stdout.contains("replaces") || ran.stderr.contains("replaces"), "{ran}");
        ran.says("audit");
    }
}

#[test]
fn a_hold_beside_others_replaces_none_of_them() {
    let world = after_holds(&[&["--env", "production", "-m", "audit"], &["--all", "-m", "holidays"]]);
    let ran = world.run(&["hold", "set", "web", "--env", "production", "-m", "mine"]).exits(0);
    assert!(!ran.stdout.contains("replaces") && !ran.stderr.contains("replaces"), "{ran}");
    assert_eq!(world.json(&["hold", "list"])["holds"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_hold_on_everything_stops_every_environment_until_it_is_lifted() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.fetch();
    world.run(&["hold", "set", "--all"]).exits(2).says("needs a reason");
    world.run(&["hold", "set", "--all", "-m", "the office burns"]).exits(0);
    let tips = || world.environment.git(&world.remote, &["for-each-ref", "refs/heads"]);
    let before = tips();
    for promotion in [&["web", "--to", "production"][..], &["web", "--to", "staging", "--commit", "main"]] {
        let args = [&["promote"], promotion].concat();
        world.run(&args).exits(1).says("the office burns").says("stageline hold lift --all");
        assert_eq!(world.refused(1, &args), "held");
    }
    assert_eq!(tips(), before);
    world.run(&["hold", "lift", "--all"]).exits(0).says("the office burns");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
}

#[test]
fn a_rollback_leaves_a_hold_that_cannot_be_read_and_says_so() {
    let world = after_holds(&[]);
    world.land_file(FILE, "by: [\n");
    let ran = world.run(&["rollback", "web", "--env", "production", "-m", "crash"]).exits(0);
    assert_eq!(file(&world, FILE).as_deref(), Some("by: [\n"), "{ran}");
    ran.says("the hold that is there stays").says("cannot be read");
}
