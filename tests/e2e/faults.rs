//! Git fails at each of its starts in turn: whatever the verb, exit 0 is never another effect or another answer than undisturbed.

use serde_json::Value;

use crate::support::faulty::{Fault, Faulty, WORDS};
use crate::support::run::Ran;
use crate::support::{Shape, World};

/// All that a run may change: the branches of the remote by their files, so that two commits of the same content are one.
fn effect(world: &World) -> String {
    let git = |args: &[&str]| world.environment.git(world.truth(), args);
    let mut all = String::new();
    for name in git(&["for-each-ref", "--format=%(refname)", "refs/heads"]).lines() {
        let signed = git(&["cat-file", "commit", name]).contains("\ngpgsig ");
        let count = git(&["rev-list", "--count", name]);
        all += &format!(
            "{name} signed {signed}, {count} commits\n{}\n",
            git(&["ls-tree", "-r", name, "apps", "stageline.yaml"])
        );
        for file in git(&["ls-tree", "-r", "--name-only", name, ".stageline/holds"]).lines() {
            // A hold begins when its run began.
            let text = git(&["show", &format!("{name}:{file}")]);
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("since:")).collect();
            all += &format!("{file}: {}\n", lines.join(" · "));
        }
    }
    all
}

/// What was answered, without remarks, and without what differs between two runs that do the same.
fn answer(ran: &Ran) -> Value {
    let mut answer = ran.json();
    for key in ["notes", "commit", "undo", "hints"] {
        answer.as_object_mut().expect("an object").remove(key);
    }
    for hold in answer.get_mut("holds").and_then(Value::as_array_mut).into_iter().flatten() {
        hold.as_object_mut().expect("an object").remove("since");
    }
    answer
}

/// Production has run two versions of web, and checkout is held in staging.
fn template(change: impl FnOnce(&mut Shape)) -> World {
    let world = World::shaped(|shape| {
        shape.applications = vec!["checkout".into(), "web".into()];
        change(shape);
    });
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["hold", "set", "checkout", "--env", "staging", "-m", "audit"]).exits(0);
    if world.shape.remote {
        world.git(&["pull", "-q", "--ff-only"]);
    }
    world
}

/// Without a source: all that is asked of git is asked of this clone and of its remote.
fn alone() -> World {
    template(|shape| shape.sources = false)
}

/// What a run with one bad start did that it must not do; nothing where all is well.
fn wrong(ran: &Ran, undisturbed: &Ran, fault: Fault, effects: [&str; 3]) -> Option<String> {
    let [before, whole, now] = effects;
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let in_gits_words = said.contains(WORDS.trim_start_matches("fatal: "));
    let found = if ran.code() == undisturbed.code() {
        // An answer that lacks something is one only where it says so.
        let is_told =
            if fault == Fault::Dies { ran.json()["notes"] != undisturbed.json()["notes"] } else { in_gits_words };
        match (now == whole, answer(ran) == answer(undisturbed) || is_told) {
            (true, true) => return None,
            (false, _) => format!("another effect, and no error: {now} and not {whole}"),
            (true, false) => {
                format!("another answer, and no word of it: {} and not {}", answer(ran), answer(undisturbed))
            }
        }
        // Which start of git fails decides what cannot be told, read, signed or pushed, and so the code: any of these is one of
        // ours, and the words and effects below are what it is held to.
    } else if !matches!(ran.code(), Some(1..=6)) {
        "no exit code of ours".to_owned()
    } else if ran.code() == Some(5) && now != whole {
        format!("said to have landed, and it has not: {now}")
    } else if now != before && now != whole {
        format!("half an effect: {now}")
    } else if fault != Fault::Dies && !in_gits_words {
        "an error, and not in git's words".to_owned()
    } else {
        return None;
    };
    Some(found)
}

/// Runs the verb once for each start of git, which fails, or dies in the middle of its answer.
#[track_caller]
fn survives(template: &World, args: &[&str]) {
    survives_each(template, args, &[Fault::Fails, Fault::Dies]);
}

#[track_caller]
fn survives_each(template: &World, args: &[&str], faults: &[Fault]) {
    let args = [args, &["-o", "json"]].concat();
    let mut found = Vec::new();
    for &fault in faults {
        let whole = template.copy();
        let git = Faulty::place(&whole.environment, &whole.path("faulty"), 0, fault);
        let undisturbed = git.environment().stageline(&whole.clone, &args);
        let undisturbed = undisturbed.exits(i32::from(args[0] == "diff"));
        assert!(git.starts() > 0, "{undisturbed}");
        for number in 1..=git.starts() {
            let world = template.copy();
            let before = effect(&world);
            let faulty = Faulty::place(&world.environment, &world.path("faulty"), number, fault);
            let ran = faulty.environment().stageline(&world.clone, &args);
            let effects = [&before, &effect(&whole), &effect(&world)];
            if let Some(what) = wrong(&ran, &undisturbed, fault, effects.map(String::as_str)) {
                found.push(format!("{fault:?} at start {number}: git {}{what}\n{ran}", faulty.arguments(number)));
            }
        }
    }
    assert!(found.is_empty(), "{} times wrong\n{}", found.len(), found.join("\n----\n"));
}

#[test]
fn a_promotion_lands_where_it_would_have_or_says_why_not() {
    let every = [Fault::Fails, Fault::Half, Fault::Dies];
    survives_each(&template(|_| {}), &["promote", "checkout", "--to", "production"], &every);
}

#[test]
fn a_promotion_without_a_source_lands_where_it_would_have_or_says_why_not() {
    survives(&alone(), &["promote", "checkout", "--to", "production"]);
}

/// Nothing in the file says that there is a remote: git alone does.
fn by_default() -> World {
    let world = template(|shape| shape.signing = "optional".into());
    let settings = world.settings();
    let settings =
        settings.replace("git: { branch: main, remote: origin, signing: optional }\n", "git: { signing: optional }\n");
    assert!(!settings.contains("origin"), "{settings}");
    world.land_file("stageline.yaml", &settings);
    world
}

#[test]
fn a_promotion_is_pushed_and_signed_where_git_alone_knows_the_remote_and_the_key_or_says_why_not() {
    survives(&by_default(), &["promote", "checkout", "--to", "production"]);
}

#[test]
fn a_promotion_to_a_branch_of_its_own_lands_there_or_says_why_not() {
    let world = template(|_| {});
    let own = "  - name: production\n    git: { branch: production }\n";
    world.land_file("stageline.yaml", &world.settings().replace("  - name: production\n", own));
    world.git(&["push", "-q", "origin", "main:production"]);
    world.fetch();
    survives(&world, &["promote", "checkout", "--to", "production"]);
}

#[test]
fn a_promotion_without_a_remote_is_the_same_local_commit_or_says_why_not() {
    survives(&template(|shape| shape.remote = false), &["promote", "checkout", "--to", "production"]);
}

#[test]
fn a_request_is_proposed_or_says_why_not() {
    survives(&template(|_| {}), &["promote", "checkout", "--to", "production", "--landing", "merge-request"]);
}

#[test]
fn a_dry_run_has_the_same_plan_or_says_why_not() {
    survives(&template(|_| {}), &["promote", "checkout", "--to", "production", "--dry-run"]);
}

#[test]
fn a_rollback_lands_with_its_hold_or_says_why_not() {
    survives(&alone(), &["rollback", "web", "--env", "production"]);
}

#[test]
fn a_hold_is_set_or_lifted_or_says_why_not() {
    survives(&template(|_| {}), &["hold", "set", "web", "--env", "production", "-m", "errors"]);
    survives(&template(|_| {}), &["hold", "lift", "checkout", "--env", "staging"]);
}

#[test]
fn an_undo_takes_that_landing_back_or_says_why_not() {
    survives(&alone(), &["undo", "web:r2", "--env", "production"]);
}

#[test]
fn the_status_is_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["status"]);
}

#[test]
fn the_history_is_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["history", "web"]);
}

#[test]
fn what_ran_at_a_time_is_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["history", "--env", "production", "--at", "now"]);
}

#[test]
fn a_landing_is_shown_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["show", "web:r2", "--env", "production"]);
}

#[test]
fn the_difference_is_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["diff", "staging", "production"]);
}

#[test]
fn the_holds_are_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["hold", "list"]);
}

#[test]
fn the_check_of_the_configuration_is_the_same_or_it_is_said_why_not() {
    survives(&alone(), &["config", "check"]);
}

/// With sources on this machine, which git opens too.
fn with_sources() -> World {
    template(|_| {})
}

#[test]
fn a_rollback_with_a_source_that_git_cannot_open_is_the_same_or_says_why_not() {
    survives(&with_sources(), &["rollback", "web", "--env", "production"]);
}

#[test]
fn an_undo_with_a_source_that_git_cannot_open_is_the_same_or_says_why_not() {
    survives(&with_sources(), &["undo", "web:r2", "--env", "production"]);
}

#[test]
fn the_status_with_a_source_that_git_cannot_open_is_the_same_or_says_why_not() {
    survives(&with_sources(), &["status"]);
}

#[test]
fn the_history_with_a_source_that_git_cannot_open_is_the_same_or_says_why_not() {
    survives(&with_sources(), &["history", "web"]);
}

#[test]
fn a_shown_landing_with_a_source_that_git_cannot_open_is_the_same_or_says_why_not() {
    survives(&with_sources(), &["show", "web:r2", "--env", "production"]);
}

#[test]
fn the_difference_with_a_source_that_git_cannot_open_is_the_same_or_says_why_not() {
    survives(&with_sources(), &["diff", "staging", "production"]);
}
