//! The remote: one that is named and not there, one that went back behind what was seen, and what a push says where it fails.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::World;
use crate::support::landed::{lands_by_petrov, moved_to, petrov, refs};
use crate::support::run::{Environment, Ran};

/// A verb of each kind that writes; each would land on `main`.
const WRITING: [&[&str]; 5] = [
    &["promote", "checkout", "--to", "production"],
    &["rollback", "web", "--env", "production"],
    &["hold", "set", "web", "--env", "production", "-m", "audit"],
    &["undo", "web:r2", "--env", "production"],
    &["promote", "checkout", "--to", "production", "--landing", "merge-request"],
];

/// Production has run two versions of web.
fn two_releases() -> World {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world
}

/// The run ends with that code, and neither the remote nor the clone has another ref.
#[track_caller]
fn lands_nowhere(world: &World, code: i32, args: &[&str]) -> Ran {
    let before = refs(world);
    let ran = world.run(args).exits(code);
    assert_eq!(refs(world), before, "{ran}");
    ran
}

#[test]
fn a_remote_of_the_file_that_git_does_not_know_is_never_a_local_landing() {
    let other = World::new();
    other.land_file("stageline.yaml", &other.settings().replace("remote: origin", "remote: upstream"));
    let none = World::new();
    none.git(&["remote", "remove", "origin"]);
    for (world, name) in [(other, "upstream"), (none, "origin")] {
        for args in WRITING.iter().take(3) {
            lands_nowhere(&world, 2, args).says(&format!("`{name}`"));
        }
    }
}

#[test]
fn a_remote_of_the_branch_that_is_gone_is_never_a_local_landing() {
    let world = World::shaped(|shape| shape.remote = false);
    world.git(&["config", "branch.main.remote", "gone"]);
    world.git(&["config", "branch.main.merge", "refs/heads/main"]);
    lands_nowhere(&world, 2, &["promote", "web", "--to", "production"]).says("gone");
}

#[test]
fn a_branch_that_is_named_and_not_there_is_an_error_and_is_not_made() {
    let world = World::new();
    lands_nowhere(&world, 2, &["--branch", "trunk", "promote", "web", "--to", "production"]).says("trunk");
    lands_nowhere(&world, 2, &["--branch", "trunk", "promote", "web", "--to", "production", "--no-push"]).says("trunk");
    let own = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    lands_nowhere(&own, 2, &["promote", "web", "--to", "production"]).says("production");
    let main = World::new();
    main.land_file("stageline.yaml", &main.settings().replace("branch: main", "branch: trunk"));
    lands_nowhere(&main, 2, &["promote", "web", "--to", "production"]).says("trunk");
}

/// Every writing verb refuses with both ids, and the tracking ref is what the clone has seen.
#[track_caller]
fn refused_by_every_verb(world: &World, seen: &str, now: &str) {
    for args in WRITING {
        for more in [&[][..], &["--dry-run"]] {
            let before = refs(world);
            let ran = world.run(&[args, more].concat()).exits(1).says(&seen[..7]).says(&now[..7]);
            assert!(ran.stderr.contains("git fetch") || ran.stdout.contains("git fetch"), "the way out\n{ran}");
            assert_eq!(refs(world), before, "{ran}");
        }
    }
    assert_eq!(world.git(&["rev-parse", "origin/main"]), seen);
}

#[test]
fn a_remote_that_went_back_is_refused_until_the_users_own_fetch() {
    let world = two_releases();
    world.edit_by_hand("worker", "production", &world.commit_of("worker", 3), 60);
    world.fetch();
    let seen = world.tip();
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    refused_by_every_verb(&world, &seen, &world.tip());
    assert_eq!(world.refused(1, WRITING[0]), "rewound");
    world.fetch();
    world.run(WRITING[0]).exits(0);
    assert_eq!(world.pin("worker", "production"), world.commit_of("worker", 2), "what was taken off stays off");
}

#[test]
fn a_remote_that_went_another_way_is_refused_until_the_users_own_fetch() {
    let world = two_releases();
    world.edit_by_hand("worker", "production", &world.commit_of("worker", 3), 60);
    world.fetch();
    let seen = world.tip();
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    lands_by_petrov(&world, &[moved_to(&world, "worker", "staging", 5)]);
    refused_by_every_verb(&world, &seen, &world.tip());
    world.fetch();
    world.run(WRITING[0]).exits(0);
    assert_eq!(world.pin("worker", "production"), world.commit_of("worker", 2));
}

#[test]
fn what_this_clone_itself_landed_counts_as_seen() {
    let world = two_releases();
    let seen = world.tip();
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    world.run(WRITING[0]).exits(1).says(&seen[..7]).says(&world.tip()[..7]);
}

#[test]
fn a_branch_of_an_environment_that_went_back_is_refused_too() {
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["push", "-q", "origin", "main:production"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let seen = world.environment.git(&world.remote, &["rev-parse", "production"]);
    world.environment.git(&world.remote, &["update-ref", "refs/heads/production", "production~1"]);
    let now = world.environment.git(&world.remote, &["rev-parse", "production"]);
    let before = refs(&world);
    world.run(&["promote", "checkout", "--to", "production"]).exits(1).says(&seen[..7]).says(&now[..7]);
    assert_eq!(refs(&world), before);
    world.fetch();
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
}

#[test]
fn a_protected_branch_that_was_deleted_is_not_made_again() {
    let world = two_releases();
    world.environment.git(&world.remote, &["update-ref", "-d", "refs/heads/main"]);
    for args in WRITING {
        world.run(args).exits(2).says("main");
        assert!(!world.environment.try_git(&world.remote, &["rev-parse", "-q", "--verify", "main"]).status.success());
    }
}

#[test]
fn a_remote_that_went_back_is_still_read() {
    let world = two_releases();
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    for args in [&["status"][..], &["history", "web"], &["show"], &["hold", "list"]] {
        world.run(args).exits(0);
    }
}

#[test]
fn a_landing_that_is_taken_off_between_the_look_and_the_push_is_not_brought_back() {
    let world = two_releases();
    let taken = world.tip();
    hook(
        &world.clone.join(".git/hooks/pre-push"),
        &format!(
            "unset $(git rev-parse --local-env-vars)\ngit -C '{}' update-ref refs/heads/main {taken}~1\nexit 0\n",
            world.remote.display()
        ),
    );
    let ran = world.run(WRITING[0]).exits(1);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 2), "{ran}");
    let has = world.environment.git(&world.remote, &["branch", "--contains", &taken]);
    assert_eq!(has, "", "{ran}");
}

fn hook(path: &Path, body: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, format!("#!/bin/sh\n{body}")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("our own file");
}

/// An ssh that reads from the local remote and answers a push like this.
fn ssh(world: &World, reading: &str, pushing: &str) -> Environment {
    let script = world.path("home/ssh");
    hook(
        &script,
        &format!(
            "for last; do :; done\ncase $last in\n  *upload-pack*) {reading};;\n  *receive-pack*) {pushing};;\nesac\nexit 1\n"
        ),
    );
    world.git(&["remote", "set-url", "origin", "git@github.com:acme/deploy.git"]);
    world.environment.with("GIT_SSH_COMMAND", script).with("GIT_SSH_VARIANT", "simple")
}

/// It failed for a cause of its own: no other cause is told.
#[track_caller]
fn blames_neither_a_hook_nor_the_network(ran: &Ran) {
    let said = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
    assert!(!said.contains("hook") && !said.contains("check the network"), "{ran}");
}

#[test]
fn a_push_that_is_denied_is_told_as_that() {
    let world = World::new();
    let reads = format!("exec git-upload-pack '{}'", world.remote.display());
    for (words, form) in [
        ("ERROR: Permission to acme/deploy.git denied to mei.", "exit 1"),
        ("remote: You are not allowed to push code to this project.", "exit 128"),
    ] {
        let environment = ssh(&world, &reads, &format!("echo '{words}' >&2; {form}"));
        let as_json = [WRITING[0], &["-o", "json"]].concat();
        assert_eq!(environment.stageline(&world.clone, &as_json).exits(4).refusal(), "access-denied");
        let ran = environment.stageline(&world.clone, WRITING[0]).exits(4);
        blames_neither_a_hook_nor_the_network(&ran);
        ran.says(words.split_once(": ").expect("two parts").1);
    }
}

#[test]
fn a_key_that_the_server_does_not_know_is_authentication() {
    let world = World::new();
    let denied = "echo 'git@github.com: Permission denied (publickey).' >&2; exit 255";
    let ran = ssh(&world, denied, denied).stageline(&world.clone, WRITING[0]).exits(4);
    blames_neither_a_hook_nor_the_network(&ran);
    ran.says("Permission denied (publickey)");
    let as_json = [WRITING[0], &["-o", "json"]].concat();
    let ran = ssh(&world, denied, denied).stageline(&world.clone, &as_json).exits(4);
    assert_eq!(ran.refusal(), "authentication");
}

#[test]
fn a_key_that_the_server_of_a_source_does_not_know_is_told_of_that_source() {
    let world = World::new();
    let settings = world.settings();
    let (path, there) = (world.sources["web"].path.to_string_lossy(), "git@github.com:acme/web.git");
    world.land_file("stageline.yaml", &settings.replace(&*path, there));
    let script = world.path("home/ssh");
    hook(&script, "echo 'git@github.com: Permission denied (publickey).' >&2; exit 255");
    let environment = world.environment.with("GIT_SSH_COMMAND", script).with("GIT_SSH_VARIANT", "simple");
    let ran = environment
        .stageline(&world.clone, &["promote", "web", "--to", "production", "--latest", "-o", "json"])
        .exits(4);
    assert_eq!(ran.refusal(), "source-authentication");
    ran.says(there);
}

#[test]
fn what_became_of_a_push_is_not_known_where_the_remote_is_gone_after_it() {
    let world = World::new();
    let gone = world.path("gone");
    let (remote, gone) = (world.remote.display(), gone.display());
    let reads = format!("[ -e '{gone}' ] && exit 1; exec git-upload-pack '{remote}'");
    let environment = ssh(&world, &reads, &format!(": > '{gone}'; exit 1"));
    let ran = environment.stageline(&world.clone, &[WRITING[0], &["-o", "json"]].concat()).exits(3);
    assert_eq!(ran.refusal(), "push-unknown");
    ran.says("it may have landed");
}

#[test]
fn a_push_address_that_leads_nowhere_is_told_as_that() {
    let world = World::new();
    let nowhere = world.path("nowhere.git").to_string_lossy().into_owned();
    world.git(&["config", "remote.origin.pushurl", &nowhere]);
    let ran = lands_nowhere(&world, 1, WRITING[0]);
    blames_neither_a_hook_nor_the_network(&ran);
    ran.says(&nowhere);
    assert_eq!(world.refused(1, WRITING[0]), "not-pushed");
    world.git(&["remote", "set-url", "origin", &nowhere]);
    assert_eq!(world.refused(3, WRITING[0]), "unreachable");
}

/// A world that is pushed to another repository than it is fetched from; that one.
fn pushed_elsewhere() -> (World, PathBuf) {
    let world = two_releases();
    let primary = world.path("primary.git");
    let text = |path: &Path| path.to_string_lossy().into_owned();
    world.environment.git(&world.path(""), &["clone", "-q", "--bare", &text(&world.remote), &text(&primary)]);
    world.git(&["remote", "set-url", "--push", "origin", &text(&primary)]);
    (world, primary)
}

#[test]
fn what_is_pushed_to_another_address_is_said_to_be_unseen_and_rewinds_nothing() {
    for args in WRITING {
        let (world, primary) = pushed_elsewhere();
        let refs_of = |place: &Path| world.environment.git(place, &["for-each-ref", "refs/heads"]);
        let (here, there) = (refs_of(&world.remote), refs_of(&primary));
        let seen = world.git(&["rev-parse", "origin/main"]);
        world.run(args).exits(0).says("git remote get-url --push origin");
        assert_eq!(refs_of(&world.remote), here);
        assert_ne!(refs_of(&primary), there);
        assert_eq!(world.git(&["rev-parse", "origin/main"]), seen, "what is seen is what is there");
        // Whatever becomes of the next ones, nobody has rewound anything.
        for next in WRITING {
            let ran = world.run(next);
            assert!(!ran.stderr.contains("rewound"), "{ran}");
        }
    }
}

#[test]
fn another_spelling_of_the_same_address_is_no_other_one() {
    let world = two_releases();
    world.git(&["remote", "set-url", "--push", "origin", &format!("file://{}", world.remote.display())]);
    let ran = world.run(WRITING[0]).exits(0);
    assert!(!ran.stdout.contains("--push") && !ran.stderr.contains("--push"), "{ran}");
    assert_eq!(world.git(&["rev-parse", "origin/main"]), world.tip());
    world.run(WRITING[2]).exits(0);
}

#[test]
fn a_replica_that_has_caught_up_is_built_on() {
    let (world, primary) = pushed_elsewhere();
    world.run(WRITING[0]).exits(0);
    let text = primary.to_string_lossy().into_owned();
    world.environment.git(&world.remote, &["fetch", "-q", &text, "main:main"]);
    world.run(WRITING[2]).exits(0);
    assert_eq!(world.environment.git(&primary, &["rev-list", "--count", &format!("{}..main", world.tip())]), "1");
}

#[test]
fn a_fetch_that_fails_after_the_branch_moved_is_told_in_gits_words() {
    for args in WRITING {
        let world = two_releases();
        let landing = lands_by_petrov(&world, &[moved_to(&world, "worker", "staging", 5)]);
        // The server has lost an object of what landed since: it lists its branches, and can send nothing new.
        let lost = world.environment.git(&world.remote, &["rev-parse", "main:apps/worker/overlays/staging"]);
        let file = world.remote.join("objects").join(&lost[..2]).join(&lost[2..]);
        fs::remove_file(&file).expect("a loose object");
        let ran = lands_nowhere(&world, 3, args);
        assert!(!ran.stderr.contains("not in this clone"), "{ran}");
        assert!(!ran.stderr.contains(&landing[..7]), "{ran}");
        ran.says(&lost);
    }
}

#[test]
fn a_mirror_clone_lands() {
    let world = World::new();
    let mirror = world.clone_as("mirror.git", &["--mirror"]);
    let ran = world.environment.stageline(&mirror, WRITING[0]).exits(0);
    assert_eq!(world.pin("checkout", "production"), world.commit_of("checkout", 4), "{ran}");
}

#[test]
fn a_request_is_hinted_at_where_the_branch_is_protected_and_not_where_it_is_in_use() {
    let refuse = "echo 'GH006: Protected branch update failed for refs/heads/main.' >&2\nexit 1\n";
    let direct = World::new();
    hook(&direct.remote.join("hooks/pre-receive"), refuse);
    direct.run(WRITING[0]).exits(1).says("--landing merge-request").says("GH006");
    let asked = World::new();
    hook(&asked.remote.join("hooks/pre-receive"), refuse);
    let set = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["landing: merge-request".into()]);
    });
    hook(&set.remote.join("hooks/pre-receive"), refuse);
    for (world, args) in [(&asked, WRITING[4]), (&set, WRITING[0])] {
        let ran = world.run(args).exits(1);
        assert!(!ran.stderr.contains("--landing merge-request"), "{ran}");
        ran.says("GH006");
    }
}

#[test]
fn somebody_elses_fetch_of_the_same_clone_takes_a_rewound_branch_over() {
    let world = two_releases();
    world.environment.git(&world.remote, &["update-ref", "refs/heads/main", "main~1"]);
    // Verbs that only read bring nothing over.
    world.run(&["status"]).exits(0);
    world.run(WRITING[0]).exits(1);
    petrov(&world).git(&world.clone, &["fetch", "-q", "--all"]);
    world.run(WRITING[0]).exits(0);
}

#[test]
fn a_remote_of_the_branch_that_is_gone_is_not_replaced_by_the_only_other_one() {
    let world = World::new();
    world.land_file("stageline.yaml", &world.settings().replace("remote: origin, ", ""));
    world.git(&["config", "branch.main.remote", "gone"]);
    lands_nowhere(&world, 2, &["promote", "web", "--to", "production"]).says("gone");
}

#[test]
fn a_remote_to_push_to_that_is_gone_is_never_a_local_landing() {
    for key in ["branch.main.pushRemote", "remote.pushDefault"] {
        let world = World::shaped(|shape| shape.remote = false);
        world.git(&["config", key, "gone"]);
        lands_nowhere(&world, 2, &["promote", "web", "--to", "production"]).says("gone");
    }
}

#[test]
fn a_checkout_of_a_request_reads_the_branch_that_the_request_is_for() {
    let world = World::new();
    world.git(&["checkout", "-q", "-b", "feature"]);
    world.write("notes.txt", "mine\n");
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "--no-gpg-sign", "-m", "A note"]);
    world.git(&["push", "-q", "origin", "feature"]);
    world.environment.git(&world.remote, &["branch", "stable", "main"]);
    // As pipelines check a request out: its commit alone, detached, without any branch.
    let checkout = |name: &str| {
        let folder = world.path(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let git = |args: &[&str]| world.environment.git(&folder, args);
        git(&["init", "-q", "-b", "none"]);
        git(&["remote", "add", "origin", &format!("file://{}", world.remote.display())]);
        git(&["fetch", "-q", "--depth", "1", "origin", "refs/heads/feature"]);
        git(&["checkout", "-q", "--detach", "FETCH_HEAD"]);
        folder
    };
    let one = checkout("one");
    let ran = world.environment.stageline(&one, &["status", "-o", "json"]).exits(0);
    assert_eq!(ran.json()["applications"].as_array().map(Vec::len), Some(3), "{ran}");
    assert_eq!(world.environment.git(&one, &["rev-parse", "origin/main"]), world.tip());
    for (variable, value) in [
        ("GITHUB_BASE_REF", "stable"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "stable"),
        ("CHANGE_TARGET", "stable"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/stable"),
    ] {
        let folder = checkout(variable);
        let environment = world.environment.with(variable, value);
        environment.stageline(&folder, &["status"]).exits(0);
        assert_eq!(world.environment.git(&folder, &["rev-parse", "origin/stable"]), world.tip());
    }
}
