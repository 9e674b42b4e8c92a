//! What a request branch is found to be (absent, same, ours, touched, merged), and that nobody's commit on it is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::World;
use crate::support::landed::{file, on_a_terminal, petrov, printed, refs, shell};
use crate::support::world::overlay_file;

const BRANCH: &str = "promote/production/web";
const REQUEST: &[&str] = &["promote", "web", "--to", "production", "--landing", "merge-request"];

fn tip_of(world: &World, branch: &str) -> String {
    world.environment.git(&world.remote, &["rev-parse", "-q", "--verify", branch])
}

/// The request branches of the remote, by name.
fn branches(world: &World) -> Vec<String> {
    let names =
        world.environment.git(&world.remote, &["for-each-ref", "--format=%(refname:short)", "refs/heads/promote"]);
    names.lines().map(str::to_owned).collect()
}

/// The plan of web changes: staging runs something newer.
fn newer_plan(world: &World) {
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
}

/// Somebody's clone, with the request branch checked out.
fn reviewer(world: &World) -> std::path::PathBuf {
    let clone = world.clone_as("reviewer", &[]);
    petrov(world).git(&clone, &["checkout", "-q", BRANCH]);
    clone
}

/// Somebody adds a commit of their own to the branch; its id.
fn adds_a_commit(world: &World, clone: &Path) -> String {
    fs::write(clone.join("docs.md"), "reviewed\n").expect("a file");
    petrov(world).git(clone, &["add", "-A"]);
    petrov(world).git(clone, &["commit", "-q", "--no-gpg-sign", "-m", "Mend the words"]);
    petrov(world).git(clone, &["push", "-q", "origin", "HEAD"]);
    petrov(world).git(clone, &["rev-parse", "HEAD"])
}

#[test]
fn a_persons_commit_on_top_is_left_alone_by_a_rerun_and_told_with_its_author() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let theirs = adds_a_commit(&world, &reviewer(&world));
    // As the clone last saw it, and from one that never saw it.
    let never = world.clone_as("pipeline", &["--single-branch", "--branch", "main"]);
    for clone in [&world.clone, &never] {
        let ran = world.environment.stageline(clone, REQUEST);
        assert_eq!(tip_of(&world, BRANCH), theirs, "{ran}");
        ran.says(&theirs[..7]).says("A. Petrov");
    }
}

#[test]
fn a_persons_commit_on_top_sends_a_newer_plan_to_a_numbered_branch() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let theirs = adds_a_commit(&world, &reviewer(&world));
    newer_plan(&world);
    let report = world.json(REQUEST);
    assert_eq!(report["request"]["branch"], format!("{BRANCH}--2"));
    assert_eq!(tip_of(&world, BRANCH), theirs);
    assert_eq!(world.pin_at(&format!("{BRANCH}--2"), "web", "production"), world.commit_of("web", 5));
    let notes = report["notes"].to_string();
    assert!(notes.contains(&theirs[..7]) && notes.contains("A. Petrov"), "{report}");
    // Running it again changes nothing, and makes no third one.
    let second = tip_of(&world, &format!("{BRANCH}--2"));
    let again = world.json(REQUEST);
    assert_eq!((&again["request"]["unchanged"], tip_of(&world, &format!("{BRANCH}--2"))), (&true.into(), second));
    assert_eq!(branches(&world), [BRANCH.to_owned(), format!("{BRANCH}--2")]);
}

#[test]
fn a_numbered_branch_that_somebody_worked_on_too_is_left_alone_as_well() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    let first = adds_a_commit(&world, &clone);
    newer_plan(&world);
    world.run(REQUEST).exits(0);
    petrov(&world).git(&clone, &["fetch", "-q", "origin"]);
    petrov(&world).git(&clone, &["checkout", "-q", &format!("{BRANCH}--2")]);
    let second = adds_a_commit(&world, &clone);
    let other = world.sources["web"].commit("hotfix", &world.commit_of("web", 5), "fix.txt", "fix: once more");
    world.run(&["promote", "web", "--to", "staging", "--commit", &other]).exits(0);
    assert_eq!(world.json(REQUEST)["request"]["branch"], format!("{BRANCH}--3"));
    assert_eq!((tip_of(&world, BRANCH), tip_of(&world, &format!("{BRANCH}--2"))), (first, second));
}

#[test]
fn where_somebody_has_worked_on_every_numbered_branch_nothing_is_pushed() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    let theirs = adds_a_commit(&world, &clone);
    for number in 2..=9 {
        petrov(&world).git(&clone, &["push", "-q", "origin", &format!("{theirs}:refs/heads/{BRANCH}--{number}")]);
    }
    newer_plan(&world);
    let before = branches(&world);
    assert_eq!(world.refused(1, REQUEST), "branches-taken");
    assert_eq!((branches(&world), tip_of(&world, BRANCH)), (before, theirs));
}

#[test]
fn a_commit_of_ours_that_somebody_amended_is_theirs() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    fs::write(clone.join("docs.md"), "reviewed\n").expect("a file");
    petrov(&world).git(&clone, &["add", "-A"]);
    petrov(&world).git(&clone, &["commit", "-q", "--amend", "--no-edit", "--no-gpg-sign"]);
    petrov(&world).git(&clone, &["push", "-q", "-f", "origin", "HEAD"]);
    let theirs = tip_of(&world, BRANCH);
    // The author is still the one that the tool wrote: that alone does not tell.
    assert!(world.environment.git(&world.remote, &["log", "-1", "--format=%an", BRANCH]).contains("Mei"));
    world.run(REQUEST).says(&theirs[..7]).says("A. Petrov");
    newer_plan(&world);
    let report = world.json(REQUEST);
    assert_eq!((tip_of(&world, BRANCH), &report["request"]["branch"]), (theirs, &format!("{BRANCH}--2").into()));
}

#[test]
fn a_branch_that_somebody_pushed_before_ours_is_theirs() {
    let world = World::new();
    let clone = world.clone_as("reviewer", &[]);
    petrov(&world).git(&clone, &["checkout", "-q", "-b", BRANCH]);
    let theirs = adds_a_commit(&world, &clone);
    let report = world.json(REQUEST);
    assert_eq!(tip_of(&world, BRANCH), theirs);
    assert_eq!(report["request"]["branch"], format!("{BRANCH}--2"));
    assert!(report["notes"].to_string().contains("A. Petrov"), "{report}");
}

#[test]
fn a_persons_commit_by_the_users_own_hand_is_one_too() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = world.clone_as("mine", &[]);
    let git = |args: &[&str]| world.environment.git(&clone, args);
    git(&["checkout", "-q", BRANCH]);
    fs::write(clone.join("docs.md"), "reviewed\n").expect("a file");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "Say why"]);
    git(&["push", "-q", "origin", "HEAD"]);
    let theirs = tip_of(&world, BRANCH);
    newer_plan(&world);
    let ran = world.run(REQUEST);
    assert_eq!(tip_of(&world, BRANCH), theirs, "{ran}");
    ran.says(&theirs[..7]);
}

#[test]
fn a_merge_of_the_base_into_the_branch_is_a_persons_commit() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
    petrov(&world).git(&clone, &["fetch", "-q", "origin"]);
    petrov(&world).git(&clone, &["merge", "-q", "--no-gpg-sign", "-m", "Merge main", "origin/main"]);
    petrov(&world).git(&clone, &["push", "-q", "origin", "HEAD"]);
    let theirs = tip_of(&world, BRANCH);
    newer_plan(&world);
    let ran = world.run(REQUEST);
    assert_eq!(tip_of(&world, BRANCH), theirs, "{ran}");
}

#[test]
fn replacing_our_own_commit_is_said_with_its_id() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let old = tip_of(&world, BRANCH);
    newer_plan(&world);
    world.run(REQUEST).exits(0).says(&format!("replaces {}", &old[..7]));
    assert_eq!(branches(&world), [BRANCH]);
    let elsewhere = tip_of(&world, BRANCH);
    let pipeline = world.clone_as("pipeline", &["--single-branch", "--branch", "main"]);
    let part = world.commit_of("web", 3);
    let back = [REQUEST, &["--commit", &part]].concat();
    world.environment.stageline(&pipeline, &back).exits(0).says(&format!("replaces {}", &elsewhere[..7]));
}

#[test]
fn a_first_request_replaces_nothing_and_a_rerun_says_that_nothing_changed() {
    let world = World::new();
    let first = world.run(REQUEST).exits(0);
    assert!(!first.stdout.contains("replaces"), "{first}");
    let before = tip_of(&world, BRANCH);
    let pipeline = world.clone_as("pipeline", &["--single-branch", "--branch", "main"]);
    let mut args = REQUEST.to_vec();
    args.extend(["-o", "json"]);
    let again = world.environment.stageline(&pipeline, &args).exits(0).json();
    assert_eq!((&again["request"]["unchanged"], tip_of(&world, BRANCH)), (&true.into(), before));
}

#[test]
fn a_landing_elsewhere_on_the_base_does_not_make_the_branch_move() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let before = tip_of(&world, BRANCH);
    world.edit_by_hand("checkout", "production", &world.commit_of("checkout", 3), 0);
    let report = world.json(REQUEST);
    assert_eq!((&report["request"]["unchanged"], tip_of(&world, BRANCH)), (&true.into(), before));
}

#[test]
fn a_branch_that_the_forge_deleted_is_made_again_though_the_clone_still_remembers_it() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    world.fetch();
    world.environment.git(&world.remote, &["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
    let report = world.json(REQUEST);
    assert_eq!((&report["stage"], &report["request"]["unchanged"]), (&"proposed".into(), &false.into()));
    assert_eq!((branches(&world), report["request"]["branch"].as_str()), (vec![BRANCH.to_owned()], Some(BRANCH)));
}

#[test]
fn a_merged_branch_that_is_still_there_serves_the_next_plan() {
    let merge: &[&str] =
        &["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "Merge it", "origin/promote/production/web"];
    for how in [merge, &["merge", "-q", "--ff-only", "origin/promote/production/web"]] {
        let world = World::new();
        world.run(REQUEST).exits(0);
        let forge = world.clone_as("forge", &[]);
        petrov(&world).git(&forge, how);
        petrov(&world).git(&forge, &["push", "-q", "origin", "main"]);
        assert_eq!(world.json(REQUEST)["stage"], "nothing-to-do", "{how:?}");
        newer_plan(&world);
        let report = world.json(REQUEST);
        let branch = report["request"]["branch"].as_str().expect("a branch");
        assert_eq!(world.pin_at(branch, "web", "production"), world.commit_of("web", 5), "{how:?}");
        assert_eq!(world.environment.git(&world.remote, &["rev-list", "--count", &format!("main..{branch}")]), "1");
        assert!(!report["notes"].to_string().contains("worked on"), "{report}");
    }
}

#[test]
fn a_merged_request_that_somebody_had_added_to_is_merged_and_not_touched() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    adds_a_commit(&world, &clone);
    petrov(&world).git(&clone, &["checkout", "-q", "main"]);
    petrov(&world).git(&clone, &["merge", "-q", "--no-ff", "--no-gpg-sign", "-m", "Merge it", BRANCH]);
    petrov(&world).git(&clone, &["push", "-q", "origin", "main"]);
    newer_plan(&world);
    world.run(REQUEST).exits(0);
    // Their commit is on main: nothing is lost, whichever branch the next plan takes.
    assert_eq!(file(&world, "docs.md").as_deref(), Some("reviewed\n"));
    assert!(branches(&world).iter().any(|one| world.pin_at(one, "web", "production") == world.commit_of("web", 5)));
}

#[test]
fn where_the_server_refuses_to_rewind_the_newer_plan_is_still_proposed_and_said() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let old = tip_of(&world, BRANCH);
    world.environment.git(&world.remote, &["config", "receive.denyNonFastForwards", "true"]);
    newer_plan(&world);
    let report = world.json(REQUEST);
    let branch = report["request"]["branch"].as_str().expect("a branch").to_owned();
    assert_eq!(world.pin_at(&branch, "web", "production"), world.commit_of("web", 5), "{report}");
    if branch == BRANCH {
        world.environment.git(&world.remote, &["merge-base", "--is-ancestor", &old, BRANCH]);
    } else {
        assert_eq!((branch.as_str(), tip_of(&world, BRANCH)), ("promote/production/web--2", old), "{report}");
    }
    assert_eq!(world.json(REQUEST)["request"]["unchanged"], true);
}

#[test]
fn a_server_that_takes_neither_a_rewind_nor_a_new_branch_is_told_in_its_words() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let old = tip_of(&world, BRANCH);
    newer_plan(&world);
    let hook = world.remote.join("hooks/update");
    fs::create_dir_all(world.remote.join("hooks")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\necho 'W refs/heads/promote DENIED by fallthru' >&2\nexit 1\n").expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
    let ran = world.run(REQUEST).exits(1);
    assert!(ran.stderr.contains("DENIED by fallthru"), "{ran}");
    assert_eq!((branches(&world), tip_of(&world, BRANCH)), (vec![BRANCH.to_owned()], old));
}

#[test]
fn a_dry_run_looks_at_the_branch_and_writes_none() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    adds_a_commit(&world, &reviewer(&world));
    newer_plan(&world);
    let before = refs(&world);
    world.run(&[REQUEST, &["--dry-run"]].concat()).exits(0);
    assert_eq!(refs(&world).split('\n').filter(|one| one.contains("heads/")).collect::<Vec<_>>(), {
        before.split('\n').filter(|one| one.contains("heads/")).collect::<Vec<_>>()
    });
}

#[test]
fn a_persons_commit_between_the_look_and_the_push_is_not_replaced() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    fs::write(clone.join("docs.md"), "reviewed\n").expect("a file");
    petrov(&world).git(&clone, &["add", "-A"]);
    petrov(&world).git(&clone, &["commit", "-q", "--no-gpg-sign", "-m", "Mend the words"]);
    let theirs = petrov(&world).git(&clone, &["rev-parse", "HEAD"]);
    newer_plan(&world);
    let hook = world.clone.join(".git/hooks/pre-push");
    fs::create_dir_all(world.clone.join(".git/hooks")).expect("a folder");
    let text = format!(
        "#!/bin/sh\nunset $(git rev-parse --local-env-vars)\ncd '{}' || exit 1\n[ -e ../overtaken ] && exit 0\n\
         : > ../overtaken\nexec git push -q origin HEAD\n",
        clone.display(),
    );
    fs::write(&hook, text).expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
    let ran = world.run(REQUEST);
    assert_eq!(tip_of(&world, BRANCH), theirs, "{ran}");
}

#[test]
fn rollback_hold_and_undo_leave_peoples_commits_alone_too() {
    for (verb, branch, newer) in [
        (&["rollback", "web", "--env", "production"][..], "rollback/production/web", &["-m", "other"][..]),
        (&["hold", "set", "web", "--env", "production", "-m", "audit"], "hold/production/web", &["--until", "2d"]),
        (&["undo", "--env", "production"], "undo/production/web", &["-m", "other"]),
    ] {
        let world = World::new();
        world.run(&["promote", "web", "--to", "production"]).exits(0);
        let request = [verb, &["--landing", "merge-request"]].concat();
        world.run(&request).exits(0);
        let clone = world.clone_as("reviewer", &[]);
        petrov(&world).git(&clone, &["checkout", "-q", branch]);
        let theirs = adds_a_commit(&world, &clone);
        let ran = world.run(&[&request[..], newer].concat());
        assert_eq!(tip_of(&world, branch), theirs, "{ran}");
        ran.says("A. Petrov");
    }
}

#[test]
fn the_pin_of_the_branch_that_somebody_moved_on_is_told_and_not_taken_back() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    let path = clone.join(overlay_file("web", "production"));
    let text = fs::read_to_string(&path).expect("the overlay");
    fs::write(&path, text.replace(&world.commit_of("web", 4), &world.commit_of("web", 3))).expect("the overlay");
    petrov(&world).git(&clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", "Rather this one"]);
    petrov(&world).git(&clone, &["push", "-q", "origin", "HEAD"]);
    let ran = world.run(REQUEST);
    assert_eq!(world.pin_at(BRANCH, "web", "production"), world.commit_of("web", 3), "{ran}");
    ran.says("A. Petrov");
}

/// The request stands on a landing that somebody took off main since.
fn on_a_landing_that_is_gone(world: &World) -> std::path::PathBuf {
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
    world.run(REQUEST).exits(0);
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    world.clone_as("pipeline", &["--single-branch", "--branch", "main"])
}

#[test]
fn a_base_that_was_moved_by_force_is_no_edit_of_the_branch() {
    let world = World::new();
    let pipeline = on_a_landing_that_is_gone(&world);
    let old = tip_of(&world, BRANCH);
    let part = world.commit_of("web", 3);
    let newer = [REQUEST, &["--commit", &part]].concat();
    let ran = world.environment.stageline(&pipeline, &newer).exits(0);
    assert_eq!(branches(&world), [BRANCH], "{ran}");
    assert_eq!(world.environment.git(&world.remote, &["rev-parse", &format!("{BRANCH}~1")]), world.tip());
    ran.says(&format!("replaces {}", &old[..7]));
}

#[test]
fn a_request_brings_nothing_back_that_was_taken_off_its_base_by_force() {
    let world = World::new();
    let pipeline = on_a_landing_that_is_gone(&world);
    let ran = world.environment.stageline(&pipeline, REQUEST).exits(0);
    let brings = world.environment.git(&world.remote, &["diff", "--name-only", &format!("main...{BRANCH}")]);
    assert_eq!(brings, overlay_file("web", "production"), "{ran}");
}

#[test]
fn the_message_that_somebody_amended_is_not_lost_either() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let clone = reviewer(&world);
    let message = petrov(&world).git(&clone, &["log", "-1", "--format=%B"]).replacen('\n', "\n\nSee ticket 812.\n", 1);
    petrov(&world).git(&clone, &["commit", "-q", "--amend", "--no-gpg-sign", "-m", &message]);
    petrov(&world).git(&clone, &["push", "-q", "-f", "origin", "HEAD"]);
    let theirs = tip_of(&world, BRANCH);
    newer_plan(&world);
    let ran = world.run(REQUEST);
    assert_eq!(tip_of(&world, BRANCH), theirs, "{ran}");
}

#[test]
fn the_printed_undo_of_a_request_takes_no_persons_commit_away() {
    let world = World::new();
    let undo = printed(&world.run(REQUEST).exits(0));
    let theirs = adds_a_commit(&world, &reviewer(&world));
    let ran = shell(&world, &undo);
    let left = world.environment.try_git(&world.remote, &["rev-parse", "-q", "--verify", BRANCH]);
    assert_eq!(String::from_utf8_lossy(&left.stdout).trim(), theirs, "{ran}");
}

/// What a dry run says of the branch, and that the real run does just that.
#[track_caller]
fn planned_as_done(world: &World) -> (serde_json::Value, serde_json::Value) {
    world.fetch();
    let before = refs(world);
    let planned = world.json(&[REQUEST, &["--dry-run"]].concat());
    assert_eq!(refs(world), before);
    let done = world.json(REQUEST);
    assert_eq!(planned["request"], done["request"], "{planned}\n{done}");
    (planned, done)
}

#[test]
fn a_dry_run_names_the_branch_that_the_plan_goes_to_and_whose_commit_is_in_the_way() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let theirs = adds_a_commit(&world, &reviewer(&world));
    newer_plan(&world);
    let (planned, _) = planned_as_done(&world);
    assert_eq!(planned["request"]["branch"], format!("{BRANCH}--2"), "{planned}");
    let notes = planned["notes"].to_string();
    assert!(notes.contains(&theirs[..7]) && notes.contains("A. Petrov"), "{notes}");
}

#[test]
fn a_dry_run_says_what_the_plan_would_replace_or_that_it_is_there_already() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let old = tip_of(&world, BRANCH);
    let (planned, _) = planned_as_done(&world);
    assert_eq!(planned["request"]["unchanged"], true, "{planned}");
    newer_plan(&world);
    let (planned, done) = planned_as_done(&world);
    assert_eq!(planned["request"]["unchanged"], false, "{planned}");
    let replaces = format!("replaces {} on `{BRANCH}`", &old[..7]);
    assert!(
        [&planned, &done].iter().all(|report| report["notes"].to_string().contains(&replaces)),
        "{planned}\n{done}"
    );
}

#[test]
fn on_a_terminal_the_question_names_the_branch_and_nobody_is_asked_about_what_is_there() {
    let world = World::new();
    world.run(REQUEST).exits(0);
    let ask =
        |keys: &str| on_a_terminal(&world.environment, &world.clone, &format!("stageline {}", REQUEST.join(" ")), keys);
    ask("").exits(0).says("already on");
    let theirs = adds_a_commit(&world, &reviewer(&world));
    ask("").exits(0).says("already on").says(&theirs[..7]);
    newer_plan(&world);
    let ran = ask("y\n").exits(0).says(&format!("push the branch `{BRANCH}--2`"));
    assert_eq!(ran.stdout.matches("is left alone").count(), 1, "a remark is made once\n{ran}");
    assert_eq!(world.pin_at(&format!("{BRANCH}--2"), "web", "production"), world.pin("web", "staging"));
}
