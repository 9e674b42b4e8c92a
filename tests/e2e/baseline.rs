//! Release baselines: marked, listed, gone back to, copied from, compared with; and every tag that is none of them.

use serde_json::Value;

use crate::support::attested::run;
use crate::support::court::{Court, Work};
use crate::support::hooked;
use crate::support::run::Ran;

/// Production goes on from commit 3, which is marked, to commit 5 of both.
fn marked() -> Court {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    mark(&court, "alice", &["--name", "good", "-m", "a quiet week"]).exits(0);
    promote(&court, &["--all"]).exits(0);
    court
}

fn mark(court: &Court, name: &str, more: &[&str]) -> Ran {
    run(court, name, &[&["baseline", "mark", "production"], more].concat())
}

fn promote(court: &Court, what: &[&str]) -> Ran {
    run(court, "alice", &[&["promote", "--to", "production", "--landing", "direct"], what].concat())
}

fn list(court: &Court, more: &[&str]) -> Vec<Value> {
    let args = [&["baseline", "list", "--fetch", "-o", "json"], more].concat();
    run(court, "bob", &args).exits(0).json()["baselines"].as_array().expect("a list").clone()
}

/// What production is pinned to at the server, by application.
fn runs(court: &Court) -> [usize; 2] {
    let remote = &court.world.remote;
    ["web", "api"].map(|app| {
        let version = court.world.pin_in(remote, "main", app, "production");
        (0..8).find(|nth| court.commit(app, *nth) == version).expect("a known commit")
    })
}

/// Goes back in a fresh clone.
fn back(court: &Court, to: &str, more: &[&str]) -> Ran {
    let args = ["rollback", "--all", "--env", "production", "--to", to, "--landing", "direct"];
    run(court, "alice", &[&args, more].concat())
}

fn refs(court: &Court) -> String {
    court.world.environment.git(&court.world.remote, &["for-each-ref"])
}

#[test]
fn a_marked_state_is_gone_back_to_in_one_commit_from_a_clone_that_never_saw_its_tag() {
    let court = marked();
    assert_eq!(runs(&court), [5, 5]);
    let tip = court.world.environment.git(&court.world.remote, &["rev-parse", "main"]);
    let report = back(&court, "baseline", &["-o", "json"]).exits(0).json();
    assert_eq!((runs(&court), report["stage"].as_str()), ([3, 3], Some("landed")), "{report:#}");
    let landed = court.world.environment.git(&court.world.remote, &["rev-list", "--count", &format!("{tip}..main")]);
    assert_eq!(landed, "1", "both in one commit");
    let message = court.world.environment.git(&court.world.remote, &["log", "-1", "--format=%B", "main"]);
    assert!(message.contains("roll back 2 applications in production"), "{message}");
    assert_eq!(report["moves"][0]["origin"], "baseline good", "{report:#}");
    assert!(report["notes"].to_string().contains("the newest baseline of `production` is `good`"), "{report:#}");
    back(&court, "baseline/good", &["-o", "json"]).exits(0).says("it already runs that");
}

#[test]
fn a_list_and_one_of_them_say_who_marked_it_why_and_what_runs_otherwise_now() {
    let court = marked();
    let all = list(&court, &[]);
    assert_eq!(all.len(), 1, "{all:#?}");
    let one = &all[0];
    assert_eq!(
        (&one["environment"], &one["name"], &one["by"]),
        (&"production".into(), &"good".into(), &"alice".into())
    );
    assert_eq!(
        (&one["signature"], &one["counts"], &one["reason"]),
        (&"good".into(), &true.into(), &"a quiet week".into())
    );
    let shown = run(&court, "bob", &["baseline", "show", "production", "--fetch", "-o", "json"]).exits(0).json();
    assert_eq!(shown["differences"], 2, "{shown:#}");
    let web = shown["runs"].as_array().unwrap().iter().find(|run| run["application"] == "web").unwrap().clone();
    assert_eq!((&web["commit"], &web["same"]), (&court.commit("web", 3).into(), &false.into()));
    assert_eq!(web["now"], court.commit("web", 5));
    // Without asking, this clone has every tag that its `git clone` brought.
    run(&court, "bob", &["baseline", "list"]).exits(0).says("production/good").says("--fetch");
    run(&court, "bob", &["diff", "production/good", "production"]).exits(1).says("web").says("api");
    run(&court, "bob", &["diff", "production/baseline", "production/good"]).exits(0);
}

#[test]
fn marking_the_same_state_again_is_the_same_baseline_and_another_state_needs_another_name() {
    let court = marked();
    mark(&court, "alice", &["--name", "good", "-o", "json"]).exits(1).says("stays where it is");
    mark(&court, "alice", &["--name", "GOOD", "-o", "json"]).exits(1).says("stays where it is");
    let first = mark(&court, "alice", &["-o", "json"]).exits(0).json();
    assert_eq!(first["became"], "marked", "{first:#}");
    let again = mark(&court, "bob", &["-o", "json"]).exits(0).json();
    assert_eq!((&again["became"], &again["baseline"]["name"]), (&"kept".into(), &first["baseline"]["name"]));
    // A state that production left is marked by its moment.
    let ran = run(&court, "alice", &["baseline", "mark", "production/good", "--name", "twice", "-o", "json"]);
    assert_eq!(ran.exits(0).json()["baseline"]["commit"], list(&court, &["production"])[1]["commit"]);
}

#[test]
fn two_who_mark_different_states_at_once_by_the_name_of_today_both_do() {
    let court = marked();
    let before = court.work("alice");
    let (a, b) = (court.work("alice"), court.work("bob"));
    let at = before.head();
    std::thread::scope(|scope| {
        let old = format!("production@{at}~2");
        let one = scope.spawn(move || a.environment.stageline(&a.dir, &["baseline", "mark", "production"]));
        let two = scope.spawn(move || b.environment.stageline(&b.dir, &["baseline", "mark", &old]));
        one.join().unwrap().exits(0);
        two.join().unwrap().exits(0);
    });
    let names: Vec<String> = list(&court, &[]).iter().map(|one| one["name"].to_string()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.iter().any(|name| name.ends_with(".2\"")), "{names:?}");
}

#[test]
fn a_dry_run_and_a_refused_tag_leave_the_clone_and_the_server_as_they_were() {
    let court = marked();
    let before = refs(&court);
    mark(&court, "alice", &["--name", "other", "--dry-run"]).exits(0).says("nothing was written");
    // Nobody would know whose it is.
    let eve = court.work("eve");
    let ran = eve.environment.stageline(&eve.dir, &["baseline", "mark", "production", "--name", "other"]);
    ran.exits(1).says("your key is not among those that are known at the base");
    let own = |work: &Work| work.environment.git(&work.dir, &["tag", "--list", "baseline/production/other"]);
    assert_eq!(own(&eve), "");
    hook_of(&court, "echo no tags today >&2\nexit 1");
    let alice = court.work("alice");
    let ran = alice.environment.stageline(&alice.dir, &["baseline", "mark", "production", "--name", "other"]);
    ran.exits(1).says("does not take the tag").says("no tags today");
    assert_eq!((own(&alice).as_str(), refs(&court)), ("", before));
}

#[test]
fn without_a_key_nothing_is_marked_and_what_sets_one_up_is_said() {
    let court = marked();
    let work = court.work("alice");
    let keyless = work.environment.with("GIT_CONFIG_VALUE_2", "");
    let ran = keyless.stageline(&work.dir, &["baseline", "mark", "production", "--name", "other"]);
    assert_ne!(ran.code(), Some(0));
    ran.says("git config --global user.signingkey");
}

/// A tag that somebody makes by hand and whoever may pushes, and why it does not count.
fn does_not_count(court: &Court, name: &str, why: &str) {
    let row = list(court, &["production"]).into_iter().find(|one| one["name"] == name);
    let row = row.unwrap_or_else(|| panic!("{name} is not listed"));
    assert_eq!(row["counts"], false, "{row:#}");
    assert!(row["why_not"].as_str().unwrap().contains(why), "{row:#}");
    let before = refs(court);
    let ran = back(court, &format!("baseline/{name}"), &["-o", "json"]).exits(1);
    assert_eq!(ran.refusal(), "bad-baseline");
    promote(court, &["web", "--from", &format!("production/{name}"), "-o", "json"]).exits(1);
    assert_eq!(refs(court), before);
}

#[test]
fn a_tag_that_is_unsigned_renamed_a_strangers_or_of_no_landing_is_told_and_refused() {
    let court = marked();
    let push = |work: Work, name: &str| {
        let full = format!("refs/tags/baseline/production/{name}");
        work.git(&["push", "-q", "origin", &full])
    };
    push(court.work("alice").git(&["tag", "baseline/production/light"]), "light");
    push(court.work("alice").git(&["tag", "-a", "-m", "x", "baseline/production/plain"]), "plain");
    push(court.work("eve").git(&["tag", "-s", "-m", "x", "baseline/production/eves"]), "eves");
    let aside = court.work("alice").git(&["checkout", "-q", "-b", "aside"]).pin("web", "production", "v666");
    push(aside.commit("never landed").git(&["tag", "-s", "-m", "x", "baseline/production/aside"]), "aside");
    let renamed = court.work("alice");
    let (from, to) = ("baseline/production/good", "refs/tags/baseline/production/renamed");
    let renamed = renamed.git(&["push", "-q", "origin", &format!("refs/tags/{from}:{to}")]);
    // Words after a signature, and a second signature, are not what was signed.
    let raw = renamed.environment.git(&renamed.dir, &["cat-file", "tag", from]);
    let (head, rest) = raw.split_once("\n\n").unwrap();
    let other = format!("{}\n\nA better week.\n{rest}\n", head.replace("/good", "/edited").replace("tag good", "x"));
    std::fs::write(renamed.dir.join("tag"), other).unwrap();
    let id = renamed.environment.git(&renamed.dir, &["hash-object", "-t", "tag", "-w", "tag"]);
    renamed.git(&["push", "-q", "origin", &format!("{id}:refs/tags/baseline/production/edited")]);
    does_not_count(&court, "light", "no annotated tag");
    does_not_count(&court, "plain", "is not signed");
    does_not_count(&court, "eves", "not signed by a key that is known");
    does_not_count(&court, "aside", "is not of a landing of `main`");
    does_not_count(&court, "renamed", "was renamed");
    does_not_count(&court, "edited", "");
    // The newest is the newest of those that count.
    back(&court, "baseline", &[]).exits(0);
    assert_eq!(runs(&court), [3, 3]);
}

#[test]
fn a_tag_that_was_moved_or_taken_away_since_a_clone_saw_it_is_told_with_both_ids() {
    let court = marked();
    let seen = court.work("bob");
    let moved = court.work("alice").git(&["tag", "-f", "-s", "-m", "x", "baseline/production/good"]);
    moved.git(&["push", "-q", "--force", "origin", "refs/tags/baseline/production/good"]);
    let args = ["rollback", "--all", "--env", "production", "--to", "baseline/good", "-o", "json"];
    let ran = seen.environment.stageline(&seen.dir, &args).exits(1);
    assert_eq!(ran.refusal(), "bad-baseline");
    let ran = ran.says("was moved since this clone saw it").says("seen here").says("there now");
    // Whoever has the right one may put it back, and one goes back by the commit alone.
    let ran = ran.says("git push origin +refs/tags/baseline/production/good");
    let state = seen.environment.git(&seen.dir, &["rev-parse", "baseline/production/good^{commit}"]);
    ran.says(&format!("--to config:{state}"));
    let to = format!("config:{state}");
    let by_commit = ["rollback", "--all", "--env", "production", "--to", &to, "--dry-run"];
    court.work("alice").environment.stageline(&court.work("alice").dir, &by_commit).exits(0);
    court.work("alice").git(&["push", "-q", "origin", ":refs/tags/baseline/production/good"]);
    let ran = seen.environment.stageline(&seen.dir, &args).exits(1);
    ran.says("in this clone alone");
}

#[test]
fn a_train_is_the_very_set_that_was_marked_whatever_came_to_the_environment_since() {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    run(&court, "alice", &["baseline", "mark", "staging", "--name", "train-7"]).exits(0);
    run(&court, "alice", &["promote", "web", "--to", "staging", "--commit", &court.commit("web", 7)]).exits(0);
    let plan = promote(&court, &["--all", "--from", "staging/train-7", "--dry-run", "-o", "json"]).exits(0).json();
    let to: Vec<&Value> = plan["moves"].as_array().unwrap().iter().map(|row| &row["to_commit"]).collect();
    assert_eq!(to.len(), 2, "{plan:#}");
    run(&court, "bob", &["why", "web", "--to", "production", "--from", "staging/train-7"]).says("web");
    promote(&court, &["--all", "--from", "staging/train-7"]).exits(0).says("from staging/train-7");
    assert_eq!(runs(&court), [5, 5]);
    run(&court, "bob", &["history", "web", "--env", "production"]).exits(0).says("from staging/train-7");
    promote(&court, &["--all", "--from", "staging/train-8", "-o", "json"]).exits(2).says("train-7");
}

#[test]
fn a_train_is_what_an_environment_ran_at_a_time_as_well() {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    run(&court, "alice", &["promote", "web", "--to", "staging", "--commit", &court.commit("web", 7)]).exits(0);
    promote(&court, &["--all", "--from", "staging@10min"]).exits(0).says("from staging@10min");
    assert_eq!(runs(&court), [5, 5]);
}

#[test]
fn a_shallow_clone_cannot_tell_and_an_address_alone_is_enough() {
    let court = marked();
    let shallow = court.world.path("shallow");
    let address = format!("file://{}", court.world.remote.display());
    let alice = court.work("alice").environment;
    alice.git(&court.world.path(""), &["clone", "-q", "--depth=1", &address, &shallow.to_string_lossy()]);
    let args = ["rollback", "--all", "--env", "production", "--to", "baseline", "--landing", "direct"];
    alice.stageline(&shallow, &args).exits(3).says("shallow");
    let args: Vec<&str> = ["--repo", &address].into_iter().chain(args).collect();
    alice.stageline(&court.world.path(""), &args).exits(0);
    assert_eq!(runs(&court), [3, 3]);
}

#[test]
fn with_the_hook_people_mark_as_before() {
    let court = Court::new();
    hooked::hooked(&court);
    mark(&court, "alice", &["--name", "one"]).exits(0).says("rollback --all --env production --to baseline/one");
    assert_eq!(list(&court, &[])[0]["counts"], true);
}

#[test]
fn what_ran_unchanged_for_as_long_as_the_rules_say_is_marked_by_tend_once() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("    signers: managers\n", "    signers: managers\n    stable-after: 36h\n");
        *rules =
            rules.replace("    branches: [latest, main]\n", "    branches: [latest, main]\n    stable-after: 36h\n");
    });
    let tend = |more: &[&str]| run(&court, "alice", &[&["tend", "--only", "baselines"], more].concat());
    let before = refs(&court);
    tend(&["--dry-run"]).exits(0).says("would be marked: nothing moved for 36h");
    assert_eq!(refs(&court), before);
    // Where no forge is known that is said, and keeps nobody from the rest.
    run(&court, "alice", &["tend", "--dry-run"]).exits(5).says("would be marked").says("no forge is known");
    // In staging api moved ten minutes ago.
    let told = tend(&["-o", "json"]).exits(0).json();
    let marked: Vec<&Value> = told["baselines"].as_array().unwrap().iter().map(|one| &one["environment"]).collect();
    assert_eq!(marked, ["production"], "{told:#}");
    assert_eq!(tend(&["-o", "json"]).exits(0).json()["baselines"], Value::Array(vec![]), "once is enough");
    assert_eq!(list(&court, &[]).len(), 1);
    // A job whose key nobody knows says so, and nothing is left of it.
    let tag = list(&court, &[])[0]["tag"].as_str().unwrap().to_string();
    court.work("alice").git(&["push", "-q", "origin", &format!(":refs/tags/{tag}")]);
    let before = refs(&court);
    let eve = court.work("eve");
    eve.environment.stageline(&eve.dir, &["tend", "--only", "baselines"]).exits(5).says("your key is not among those");
    assert_eq!(refs(&court), before);
}

#[test]
fn a_shell_is_told_the_baselines_that_count_behind_an_environment_and_where_a_rollback_goes() {
    let court = marked();
    let work = court.work("bob").git(&["tag", "-a", "-m", "x", "baseline/production/unsigned"]);
    let complete = |words: &[&str]| {
        let shell = work.environment.with("STAGELINE_COMPLETE", "fish");
        shell.stageline(&work.dir, &[&["--", "stageline"], words].concat()).stdout
    };
    for words in [&["diff", "production/"][..], &["promote", "web", "--to", "staging", "--from", "production/"]] {
        let told = complete(words);
        assert!(told.contains("production/good") && !told.contains("unsigned"), "{told}");
    }
    let told = complete(&["rollback", "web", "--env", "production", "--to", "base"]);
    assert!(told.contains("baseline/good") && told.contains("a quiet week"), "{told}");
}

/// A hook of the server's that runs this.
fn hook_of(court: &Court, script: &str) {
    let hook = court.world.remote.join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn who_is_ended_while_a_tag_is_pushed_leaves_none_behind() {
    let court = marked();
    let judging = court.world.path("judging");
    hook_of(&court, &format!("touch {}; sleep 20", judging.display()));
    let work = court.work("alice");
    let child = work.environment.start_stageline(&work.dir, &["baseline", "mark", "production", "--name", "w47"]);
    let begun = std::time::Instant::now();
    while !judging.exists() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "nothing was pushed");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    work.environment.tool("kill", &work.dir, &["-TERM", &pid]);
    let ran = crate::support::run::finish(child, &["baseline", "mark"]);
    ran.says("did not come to");
    assert_eq!(work.environment.git(&work.dir, &["tag", "--list", "baseline/production/w47"]), "");
    hook_of(&court, "exit 0");
    work.environment.stageline(&work.dir, &["baseline", "mark", "production", "--name", "w47"]).exits(0).says("marked");
}

#[test]
fn a_tag_that_a_run_has_left_in_its_clone_is_taken_up_by_the_next_one() {
    let court = marked();
    let work = court.work("alice").git(&["tag", "-s", "-m", "x", "baseline/production/w47"]);
    let run = |more: &[&str]| {
        let args = [&["baseline", "mark", "production", "-o", "json"], more].concat();
        work.environment.stageline(&work.dir, &args)
    };
    // Of another state it is another one.
    run(&["--name", "w47", "--dry-run"]).exits(1);
    let report = run(&[]).exits(0).json();
    assert_eq!((&report["became"], &report["baseline"]["name"]), (&"marked".into(), &"w47".into()), "{report:#}");
    assert_eq!(list(&court, &[]).iter().filter(|one| one["name"] == "w47").count(), 1);
}

#[test]
fn a_tag_that_is_in_the_way_is_named_and_the_hook_takes_none() {
    let court = marked();
    let before = refs(&court);
    court.work("bob").git(&["push", "-q", "origin", "HEAD:refs/tags/baseline", ":refs/tags/baseline/production/good"]);
    mark(&court, "alice", &["--name", "w47"]).exits(1).says("a tag `baseline` is in").says("git tag -d baseline");
    let work = court.work("alice").git(&["tag", "-d", "baseline"]);
    let ran = work.environment.stageline(&work.dir, &["baseline", "mark", "production", "--name", "w47"]);
    ran.exits(1).says("git push origin :refs/tags/baseline");
    assert_eq!(work.environment.git(&work.dir, &["tag"]), "");
    court.work("bob").git(&["push", "-q", "origin", ":refs/tags/baseline"]);
    assert_ne!(refs(&court), before);
    hooked::hooked(&court);
    for name in ["baseline", "Baseline", "BASELINE/production/x"] {
        let full = format!("HEAD:refs/tags/{name}");
        hooked::refused(&court.work("bob"), &[&full], "keeps release baselines from being made");
    }
}

#[test]
fn a_whole_state_of_which_a_part_was_rolled_back_from_is_refused_and_not_gone_back_to_in_part() {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    promote(&court, &["--all"]).exits(0);
    mark(&court, "alice", &["--name", "good"]).exits(0);
    let rollback = ["rollback", "web", "--env", "production", "--no-hold", "--landing", "direct"];
    run(&court, "alice", &rollback).exits(0);
    let newer = court.work("alice").pin("web", "production", &court.commit("web", 7)).commit("on");
    newer.pin("api", "production", &court.commit("api", 7)).commit("on").git(&["push", "-q", "origin", "HEAD:main"]);
    let before = refs(&court);
    back(&court, "baseline/good", &[]).exits(1).says("was itself rolled back from").says("--exclude web");
    assert_eq!(refs(&court), before);
    back(&court, "baseline/good", &["--exclude", "web"]).exits(0).says("skips  web: excluded");
    assert_eq!(runs(&court), [7, 5]);
}

#[test]
fn what_said_a_moving_ref_then_is_named_when_it_is_marked_and_never_gone_back_to() {
    let court = Court::ruled(|rules| *rules = rules.replace("    gates:\n      soak: 1h\n", ""));
    let work = court.work("alice").pin("web", "production", "latest").commit("whatever is newest");
    work.git(&["push", "-q", "origin", "HEAD:main"]);
    let told = "`web` says `latest`, which is another build tomorrow: this baseline is no way back for it";
    mark(&court, "alice", &["--name", "good"]).exits(0).says(told);
    run(&court, "bob", &["baseline", "show", "production/good", "--fetch"]).exits(0).says(told);
    promote(&court, &["api"]).exits(0);
    back(&court, "baseline/good", &["--dry-run"]).exits(0).says("already runs that");
    let work = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("a commit again");
    work.git(&["push", "-q", "origin", "HEAD:main"]);
    let before = refs(&court);
    let refused = back(&court, "baseline/good", &[]);
    refused.exits(1).says("`web` said `latest` then, which is another build by now").says("--exclude web");
    assert_eq!(refs(&court), before);
    back(&court, "baseline/good", &["--exclude", "web"]).exits(0);
    assert_eq!(runs(&court), [5, 3]);
}

#[test]
fn a_number_counts_one_applications_changes_and_what_to_type_instead_is_said() {
    let court = marked();
    let ran = run(&court, "alice", &["baseline", "mark", "production@r1"]).exits(2);
    let ran = ran.says("production@config:COMMIT").says("production@TIME");
    assert!(!ran.stderr.contains("name exactly one application"), "{ran}");
    let help = run(&court, "alice", &["baseline", "mark", "--help"]).exits(0);
    assert!(!help.stdout.contains("rN"), "{help}");
    let state = court.world.environment.git(&court.world.remote, &["rev-parse", "main~1"]);
    run(&court, "alice", &["baseline", "mark", &format!("production@config:{state}"), "--name", "old"]).exits(0);
}
