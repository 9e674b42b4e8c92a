//! Many writers, one remote over a real transport: nothing is lost, and who loses a race is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::World;
use crate::support::landed::{changed, file, on_a_terminal, petrov, production_on_a_branch, refused_on_a_terminal};
use crate::support::run::finish;
use crate::support::server::Server;
use crate::support::world::overlay_file;

#[test]
fn sixteen_processes_promote_sixteen_applications_and_all_land_signed() {
    let names: Vec<String> = (0..16).map(|index| format!("app{index:02}")).collect();
    let world = World::shaped(|shape| {
        shape.applications = names.clone();
        shape.commits = 4;
    });
    let server = Server::start(&world.environment, &world.path(""));
    let clones: Vec<PathBuf> = names
        .iter()
        .map(|name| {
            let clone = world.clone_as(&format!("clones/{name}"), &[]);
            world.environment.git(&clone, &["remote", "set-url", "origin", &server.address("remote.git")]);
            clone
        })
        .collect();
    let count = world.commits();
    let started: Vec<_> = names
        .iter()
        .zip(&clones)
        .map(|(name, clone)| world.environment.start_stageline(clone, &["promote", name, "--to", "production"]))
        .collect();
    for (name, child) in names.iter().zip(started) {
        finish(child, &["promote", name]).exits(0);
    }
    assert_eq!(world.commits(), count + 16);
    for name in &names {
        assert_eq!(world.pin(name, "production"), world.commit_of(name, 2), "{name}");
    }
    let landed = world.environment.git(&world.remote, &["rev-list", "--first-parent", "-16", "main"]);
    for commit in landed.lines() {
        world.environment.git(&world.remote, &["verify-commit", commit]);
    }
    world.environment.git(&world.remote, &["fsck", "--no-dangling"]);
}

#[test]
fn two_processes_race_for_one_pin_and_exactly_one_lands() {
    let world = World::new();
    let server = Server::start(&world.environment, &world.path(""));
    let other = world.sources["web"].commit("other", &world.commit_of("web", 4), "other.txt", "feat: another way");
    let newest = world.commit_of("web", 5);
    let count = world.commits();
    let started: Vec<_> = [("one", &newest), ("two", &other)]
        .into_iter()
        .map(|(name, version)| {
            let clone = world.clone_as(name, &[]);
            world.environment.git(&clone, &["remote", "set-url", "origin", &server.address("remote.git")]);
            let args = ["promote", "web", "--to", "staging", "--commit", version, "-o", "json"];
            world.environment.start_stageline(&clone, &args)
        })
        .collect();
    let ended: Vec<_> = started.into_iter().map(|child| finish(child, &["promote", "web"])).collect();
    // Which of the two is late, and how late, is chance: it either met the other's push, or began after it. Its own words say
    // which, and the code is that of the words.
    let (landed, late): (Vec<_>, Vec<_>) = ended.iter().partition(|ran| ran.code() == Some(0));
    assert_eq!((landed.len(), late.len()), (1, 1), "{}\n{}", ended[0], ended[1]);
    let code = match late[0].refusal().as_str() {
        "pin-moved" => 6,
        "would-lose-commits" => 1,
        other => panic!("{other}\n{}", late[0]),
    };
    assert_eq!((late[0].code(), landed[0].json()["stage"].as_str()), (Some(code), Some("landed")), "{}", late[0]);
    assert_eq!(world.commits(), count + 1);
    assert!([&newest, &other].contains(&&world.pin("web", "staging")));
}

/// Somebody pushes an edit in the very moment between the fetch and the push of the user's promotion.
fn overtaken(world: &World, app: &str, version: &str) {
    overtaken_by_all(world, "main", app, &[version]);
}

/// The same with several edits of one pin, a landing each.
fn overtaken_by_all(world: &World, branch: &str, app: &str, versions: &[&str]) {
    let clone = world.clone_as("petrov", &["--branch", branch]);
    let file = clone.join(overlay_file(app, "production"));
    let mut stands = world.pin_at(branch, app, "production");
    for version in versions {
        let text = fs::read_to_string(&file).expect("the overlay");
        fs::write(&file, text.replace(&stands, version)).expect("the overlay");
        petrov(world).git(&clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", "By hand, and first"]);
        stands = (*version).to_owned();
    }
    pushes_first(world, &clone, branch);
}

/// What stands in that clone is pushed in the very moment between the fetch and the push of the user.
fn pushes_first(world: &World, clone: &Path, branch: &str) {
    let hook = world.clone.join(".git/hooks/pre-push");
    fs::create_dir_all(world.clone.join(".git/hooks")).expect("a folder");
    let text = format!(
        "#!/bin/sh\nunset $(git rev-parse --local-env-vars)\ncd '{0}' || exit 1\n[ -e ../overtaken ] && exit 0\n\
         : > ../overtaken\nexec git push -q origin HEAD:{branch}\n",
        clone.display(),
    );
    fs::write(&hook, text).expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
}

#[test]
fn a_lost_race_against_another_application_is_rebuilt_on_the_new_tip() {
    let world = World::new();
    overtaken(&world, "checkout", "somebody-elses");
    let count = world.commits();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert!(world.path("overtaken").exists());
    assert_eq!(world.commits(), count + 2);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.pin("checkout", "production"), "somebody-elses");
    world.git(&["verify-commit", &world.tip()]);
}

#[test]
fn an_older_commit_that_came_first_is_followed_by_the_newer_one() {
    let world = World::new();
    overtaken(&world, "web", &world.commit_of("web", 3));
    let count = world.commits();
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["moves"][0]["from"], world.commit_of("web", 3), "what goes is what stands there now");
    assert_eq!(world.commits(), count + 2);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn a_newer_commit_that_came_first_stands_and_no_job_is_red_for_it() {
    let world = World::new();
    overtaken(&world, "web", &world.commit_of("web", 5));
    let count = world.commits();
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["stage"], "superseded");
    assert!(report["skipped"][0]["reason"].as_str().is_some_and(|why| why.contains("already newer")), "{report}");
    assert!(!report["notes"].to_string().contains("the same"), "it is not what was promoted here: {report}");
    assert_eq!(world.commits(), count + 1);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 5));
}

#[test]
fn of_several_applications_those_already_newer_are_left_out_and_the_others_land() {
    let world = World::new();
    overtaken(&world, "web", &world.commit_of("web", 5));
    let report = world.json(&["promote", "web", "checkout", "--to", "production"]);
    assert_eq!(report["stage"], "landed");
    assert_eq!(report["moves"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["skipped"][0]["application"], "web");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 5));
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 4));
}

#[test]
fn a_diverged_commit_that_came_first_tells_who_moved_it_and_both_values() {
    let world = World::new();
    let theirs = world.sources["web"].commit("other", &world.commit_of("web", 3), "other.txt", "feat: another way");
    overtaken(&world, "web", &theirs);
    let count = world.commits();
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(6);
    assert!(ran.stderr.contains("Petrov"), "{ran}");
    assert!(ran.stderr.contains(&theirs[..7]) && ran.stderr.contains(&world.commit_of("web", 4)[..7]), "{ran}");
    assert_eq!(world.commits(), count + 1);
    assert_eq!(world.pin("web", "production"), theirs);
}

#[test]
fn what_was_taken_back_meanwhile_is_not_promoted_over() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production", "--commit", &world.commit_of("web", 3)]).exits(0);
    overtaken(&world, "web", &world.commit_of("web", 1));
    let ran = world.run(&["promote", "web", "--to", "production", "-o", "json"]).exits(6);
    assert_eq!(ran.refusal(), "pin-moved-back");
    ran.says("taken back").says("Petrov");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 1));
}

/// A world whose production takes hotfixes of mei, with one on its branch from a commit of web, and what lands it.
fn with_hotfix(from: usize) -> (World, String, String) {
    let world = World::shaped(|shape| {
        let keys = ["branches: [main]", "hotfix: { branches: [\"hotfix/*\"], exempt: [order, soak], from: mei }"];
        shape.keys_of.insert("production".into(), keys.map(String::from).into());
    });
    let fix = world.sources["web"].commit("hotfix/x", &world.commit_of("web", from), "fix.txt", "fix: orders stay");
    let named = format!("web@{fix}");
    (world, fix, named)
}

const HOTFIX: &str = ".stageline/hotfixes/production/web.yaml";

#[test]
fn a_hotfix_that_contains_what_came_first_is_rebuilt_on_it_with_its_record() {
    let (world, fix, named) = with_hotfix(4);
    overtaken(&world, "web", &world.commit_of("web", 3));
    let report = world.json(&["promote", &named, "--to", "production", "--hotfix"]);
    assert_eq!(report["moves"][0]["from"], world.commit_of("web", 3), "{report}");
    assert_eq!(world.pin("web", "production"), fix);
    assert!(file(&world, HOTFIX).is_some_and(|text| text.contains(&fix)));
    assert_eq!(changed(&world, "main~1", "main"), [HOTFIX, "apps/web/overlays/production/kustomization.yaml"]);
}

#[test]
fn a_hotfix_is_never_superseded_and_stops_where_what_came_first_is_not_in_it() {
    let (world, fix, named) = with_hotfix(4);
    let newer = world.sources["web"].commit("main", &fix, "more.txt", "feat: with the fix");
    for came in [newer, world.commit_of("web", 5)] {
        let world = world.copy();
        overtaken(&world, "web", &came);
        let ran = world.run(&["promote", &named, "--to", "production", "--hotfix", "-o", "json"]).exits(6);
        ran.says("the hotfix does not contain that").says("Petrov");
        assert_eq!((world.pin("web", "production"), file(&world, HOTFIX)), (came, None));
    }
}

#[test]
fn a_hotfix_in_whose_race_somebody_did_the_same_records_nothing_by_itself() {
    let (world, fix, named) = with_hotfix(4);
    overtaken(&world, "web", &fix);
    let report = world.json(&["promote", &named, "--to", "production", "--hotfix"]);
    assert_eq!((&report["stage"], file(&world, HOTFIX)), (&"nothing-to-do".into(), None), "{report}");
}

#[test]
fn a_promotion_in_whose_race_a_hotfix_landed_that_it_lacks_stops() {
    let (world, fix, _) = with_hotfix(2);
    let clone = world.clone_as("petrov", &["--branch", "main"]);
    let overlay = clone.join(overlay_file("web", "production"));
    let text = fs::read_to_string(&overlay).expect("the overlay");
    fs::write(&overlay, text.replace(&world.pin("web", "production"), &fix)).expect("the overlay");
    fs::create_dir_all(clone.join(HOTFIX).parent().expect("a folder")).expect("a folder");
    let source = world.sources["web"].path.display().to_string();
    let record = format!(
        "commit: {fix}\nsource: {source}\nversion: {fix}\nreason: x\nby: Petrov\nsince: 2026-11-01T00:00:00Z\n"
    );
    fs::write(clone.join(HOTFIX), record).expect("a record");
    petrov(&world).git(&clone, &["add", "-A"]);
    petrov(&world).git(&clone, &["commit", "-q", "--no-gpg-sign", "-m", "A hotfix, and first"]);
    pushes_first(&world, &clone, "main");
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(6);
    ran.says("each has commits that the other lacks").says("Petrov");
    assert_eq!(world.pin("web", "production"), fix);
}

#[test]
fn without_a_source_nobody_knows_which_is_newer() {
    let world = World::shaped(|shape| shape.sources = false);
    overtaken(&world, "web", &world.commit_of("web", 5));
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(6);
    assert!(ran.stderr.contains("source"), "{ran}");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 5));
}

#[test]
fn a_rollback_that_loses_a_race_is_never_superseded() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    overtaken(&world, "web", &world.commit_of("web", 5));
    world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2));
}

#[test]
fn a_rollback_in_whose_race_somebody_went_further_back_stops() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production", "--commit", &world.commit_of("web", 3)]).exits(0);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    overtaken(&world, "web", &world.commit_of("web", 1));
    let ran = world.run(&["rollback", "web", "--env", "production", "-m", "errors"]).exits(6);
    assert!(ran.stderr.contains("no way back") && ran.stderr.contains("Petrov"), "{ran}");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 1));
}

#[test]
fn what_moved_while_a_rollback_or_a_promotion_ran_is_told_with_who_did_it() {
    let told = |world: &World, index: usize, verb: &[&str]| {
        let theirs = world.commit_of("web", index);
        overtaken(world, "web", &theirs);
        world.run(verb).exits(0).says(&format!("was moved to {} while this ran", &theirs[..7])).says("A. Petrov");
    };
    told(&World::new(), 3, &["promote", "web", "--to", "production"]);
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    told(&world, 5, &["rollback", "web", "--env", "production"]);
}

#[test]
fn whoever_has_seen_a_plan_is_told_what_somebody_moved_under_it() {
    let world = World::new();
    let theirs = world.commit_of("web", 3);
    overtaken(&world, "web", &theirs);
    let line = "stageline promote web --to production";
    let ran = on_a_terminal(&world.environment, &world.clone, line, "y\n").exits(6);
    assert!(ran.stdout.contains(&theirs[..7]) && ran.stdout.contains("A. Petrov"), "{ran}");
    assert_eq!(world.pin("web", "production"), theirs);
    let world = World::new();
    overtaken(&world, "web", &world.commit_of("web", 3));
    assert_eq!(refused_on_a_terminal(&world, 6, "stageline promote web --to production", "y\n"), "plan-changed");
}

#[test]
fn a_hold_that_somebody_set_first_is_not_written_over() {
    let world = World::new();
    let clone = world.clone_as("petrov", &[]);
    let hold = "reason: audit\nby: A. Petrov\nsince: 2026-11-23T10:00:00Z\ncause: asked\n";
    fs::create_dir_all(clone.join(".stageline/holds/production")).expect("a folder");
    fs::write(clone.join(".stageline/holds/production/web.yaml"), hold).expect("a hold");
    petrov(&world).git(&clone, &["add", "-A"]);
    petrov(&world).git(&clone, &["commit", "-q", "--no-gpg-sign", "-m", "Hold web"]);
    pushes_first(&world, &clone, "main");
    let ran = world.run(&["hold", "set", "web", "--env", "production", "-m", "errors", "-o", "json"]).exits(6);
    assert_eq!(ran.refusal(), "hold-changed");
    ran.says("by A. Petrov: audit");
    assert_eq!(file(&world, ".stageline/holds/production/web.yaml").as_deref(), Some(hold));
}

#[test]
fn the_hold_of_a_rollback_that_lost_a_race_says_what_it_went_back_from() {
    let world = World::new();
    world.run(&["promote", "web", "checkout", "--to", "production"]).exits(0);
    overtaken(&world, "web", &world.commit_of("web", 5));
    world.run(&["rollback", "web", "checkout", "--env", "production"]).exits(0);
    assert!(world.path("overtaken").exists());
    for (app, from) in [("web", 5), ("checkout", 4)] {
        let hold = file(&world, &format!(".stageline/holds/production/{app}.yaml")).expect("a hold");
        assert!(hold.contains(&format!("rolled back from {}", &world.commit_of(app, from)[..7])), "{app}: {hold}");
        assert_eq!(world.pin(app, "production"), world.commit_of(app, 2), "{app}");
    }
}

#[test]
fn an_undo_in_whose_race_the_version_was_left_and_brought_again_stops() {
    for (world, branch) in [(World::new(), "main"), (production_on_a_branch(), "production")] {
        let report = world.json(&["promote", "web", "--to", "production"]);
        let landing = report["commit"].as_str().expect("a commit");
        let (before, ours) = (world.commit_of("web", 2), world.commit_of("web", 4));
        overtaken_by_all(&world, branch, "web", &[&before, &ours]);
        world.run(&["undo", landing]).exits(6).says("A. Petrov");
        assert!(world.path("overtaken").exists());
        assert_eq!(world.pin_at(branch, "web", "production"), ours, "{branch}");
    }
}

#[test]
fn a_promotion_in_whose_race_the_version_was_taken_back_and_brought_again_stops() {
    let world = World::new();
    let (before, ours) = (world.commit_of("web", 2), world.commit_of("web", 3));
    world.run(&["promote", "web", "--to", "production", "--commit", &ours]).exits(0);
    overtaken_by_all(&world, "main", "web", &[&before, &ours]);
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(6);
    assert!(ran.stderr.contains("taken back") && ran.stderr.contains("Petrov"), "{ran}");
    assert_eq!(world.pin("web", "production"), ours);
}

#[test]
fn an_undo_that_loses_a_race_for_its_pin_stops() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    overtaken(&world, "web", &world.commit_of("web", 5));
    let ran = world.run(&["undo", &landing, "-o", "json"]).exits(6);
    assert_eq!(ran.refusal(), "pin-moved");
    ran.says("Petrov");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 5));
}

#[test]
fn a_race_in_which_somebody_did_the_same_is_nothing_to_do() {
    let world = World::new();
    overtaken(&world, "web", &world.commit_of("web", 4));
    let count = world.commits();
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["stage"], "nothing-to-do");
    assert!(report["notes"].to_string().contains("landed the same"), "{report}");
    assert_eq!(world.commits(), count + 1);
}

#[test]
fn a_hold_that_came_to_main_while_a_push_to_an_environments_branch_was_lost_stops_the_next_try() {
    let world = production_on_a_branch();
    overtaken_by_all(&world, "production", "checkout", &["somebody-elses"]);
    let keeper = world.clone_as("keeper", &[]);
    let hold = "reason: stop\nby: A\nsince: 2026-11-23T10:00:00Z\ncause: asked\n";
    fs::create_dir_all(keeper.join(".stageline/holds/production")).expect("a folder");
    fs::write(keeper.join(".stageline/holds/production/web.yaml"), hold).expect("a hold");
    petrov(&world).git(&keeper, &["add", "-A"]);
    petrov(&world).git(&keeper, &["commit", "-q", "--no-gpg-sign", "-m", "Hold web"]);
    let hook = world.clone.join(".git/hooks/pre-push");
    let text = fs::read_to_string(&hook).expect("the hook");
    let more = format!(
        "git push -q origin HEAD:production || exit 1\ncd '{}' || exit 1\nexec git push -q origin HEAD:main",
        keeper.display()
    );
    fs::write(&hook, text.replace("exec git push -q origin HEAD:production", &more)).expect("the hook");
    let before = world.pin_at("production", "web", "production");
    world.run(&["promote", "web", "--to", "production"]).exits(6).says("held");
    assert!(world.path("overtaken").exists());
    assert_eq!(world.pin_at("production", "web", "production"), before);
}
