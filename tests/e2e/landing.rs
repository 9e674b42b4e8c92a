//! Landing: the remote's branch, the user's clone in every shape that clones come in, and what is never touched.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::World;
use crate::support::world::overlay_file;

/// Promotes `web` from `clone`, which must land on the remote.
#[track_caller]
fn lands_from(world: &World, clone: &Path) {
    let count = world.commits();
    world.environment.stageline(clone, &["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.commits(), count + 1);
    let world_git = |args: &[&str]| world.environment.git(clone, args);
    world_git(&["fetch", "-q", "origin"]);
    world_git(&["verify-commit", &world.tip()]);
}

#[test]
fn no_push_leaves_a_local_commit() {
    let world = World::new();
    let before = world.tip();
    let report = world.json(&["promote", "web", "--to", "production", "--no-push"]);
    assert_eq!(report["remote"], serde_json::Value::Null);
    assert_eq!(world.tip(), before);
    assert_eq!(world.git(&["rev-parse", "HEAD~1"]), before);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
    world.git(&["verify-commit", "HEAD"]);
}

#[test]
fn without_a_remote_landing_is_a_local_commit() {
    let world = World::shaped(|shape| shape.remote = false);
    let before = world.tip();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.git(&["rev-parse", "main~1"]), before);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn unpushed_commits_of_the_user_are_never_pushed_along() {
    let world = World::new();
    world.git(&["commit", "-q", "--allow-empty", "-m", "mine, not ready"]);
    let mine = world.git(&["rev-parse", "HEAD"]);
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    let subjects = world.environment.git(&world.remote, &["log", "--format=%s", "main"]);
    assert!(!subjects.contains("not ready"), "{subjects}");
    assert_eq!(world.git(&["rev-parse", "HEAD"]), mine, "{ran}");
}

#[test]
fn unrelated_dirty_staged_and_untracked_files_stay_as_they_are() {
    let world = World::new();
    world.write("README.md", "Half a thought\n");
    world.write("notes.txt", "untracked\n");
    world.write("apps/web/base/deployment.yaml", "kind: Deployment # staged\n");
    world.git(&["add", "apps/web/base/deployment.yaml"]);
    let before = world.git(&["status", "--porcelain"]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.git(&["status", "--porcelain"]), before);
    assert_eq!(world.read("README.md"), "Half a thought\n");
    assert_eq!(world.git(&["rev-parse", "HEAD"]), world.tip());
}

#[test]
fn a_dirty_overlay_is_left_alone_and_the_user_is_told() {
    let world = World::new();
    let file = overlay_file("web", "production");
    let mine = world.read(&file).replace("namespace: production", "namespace: mine");
    world.write(&file, &mine);
    let head = world.git(&["rev-parse", "HEAD"]);
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert!(ran.stdout.contains("main") || ran.stderr.contains("main"), "{ran}");
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    assert_eq!(world.read(&file), mine);
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
    let landed = world.environment.git(&world.remote, &["show", &format!("main:{file}")]);
    assert!(landed.contains("namespace: production"), "{landed}");
}

#[test]
fn a_clone_that_is_behind_builds_on_the_remote_tip() {
    let world = World::new();
    world.edit_by_hand("checkout", "production", "somebody-elses", 60);
    lands_from(&world, &world.clone);
    assert_eq!(world.pin("checkout", "production"), "somebody-elses");
    assert_eq!(world.git(&["rev-parse", "HEAD"]), world.tip());
}

#[test]
fn a_clone_on_another_branch_keeps_its_branch() {
    let world = World::new();
    world.git(&["checkout", "-q", "-b", "topic"]);
    lands_from(&world, &world.clone);
    assert_eq!(world.git(&["branch", "--show-current"]), "topic");
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_detached_head_stays_where_it_is() {
    let world = World::new();
    world.git(&["checkout", "-q", "--detach"]);
    let head = world.git(&["rev-parse", "HEAD"]);
    lands_from(&world, &world.clone);
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_shallow_clone_lands() {
    let world = World::new();
    let clone = world.clone_as("shallow", &["--depth", "1"]);
    lands_from(&world, &clone);
}

#[test]
fn a_partial_clone_lands() {
    let world = World::new();
    let clone = world.clone_as("partial", &["--filter=blob:none", "--no-checkout"]);
    lands_from(&world, &clone);
}

#[test]
fn a_sparse_clone_lands_and_stays_sparse() {
    let world = World::new();
    let clone = world.clone_as("sparse", &["--sparse"]);
    world.environment.git(&clone, &["sparse-checkout", "set", "apps/checkout"]);
    lands_from(&world, &clone);
    assert!(!clone.join("apps/web").exists());
    assert_eq!(world.environment.git(&clone, &["status", "--porcelain"]), "");
}

#[test]
fn a_worktree_lands() {
    let world = World::new();
    let tree = world.path("tree");
    world.git(&["worktree", "add", "-q", "--detach", &tree.to_string_lossy()]);
    lands_from(&world, &tree);
    assert_eq!(world.environment.git(&tree, &["status", "--porcelain"]), "");
}

#[test]
fn a_bare_clone_lands() {
    let world = World::new();
    let clone = world.clone_as("bare.git", &["--bare"]);
    lands_from(&world, &clone);
}

#[test]
fn it_runs_from_a_folder_of_the_clone_and_by_its_path() {
    let world = World::new();
    let below = world.clone.join("apps/web");
    world.environment.stageline(&below, &["promote", "web", "--to", "production", "--dry-run"]).exits(0);
    let clone = world.clone.to_string_lossy().into_owned();
    world.environment.stageline(&world.path(""), &["-C", &clone, "promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
    world.environment.stageline(&world.path("tmp"), &["status"]).exits(2).says("repository");
}

#[test]
fn the_clones_own_index_follows_though_a_hook_had_git_look_at_another() {
    for verb in [
        &["promote", "web", "--to", "production"][..],
        &["promote", "web", "--to", "production", "--no-push"],
        &["hold", "set", "web", "--env", "production", "-m", "audit"],
    ] {
        let world = World::new();
        let linked = world.path("linked");
        world.git(&["worktree", "add", "-q", "--detach", &linked.to_string_lossy(), "main"]);
        world.environment.git(&linked, &["checkout", "-q", "--ignore-other-worktrees", "main"]);
        world.git(&["checkout", "-q", "--detach"]);
        let index = world.path("index-of-a-hook");
        fs::copy(world.clone.join(".git/worktrees/linked/index"), &index).expect("a copy");
        let ran = world.environment.with("GIT_INDEX_FILE", &index).stageline(&linked, verb).exits(0);
        let git = |args: &[&str]| world.environment.git(&linked, args);
        assert_eq!(git(&["status", "--porcelain"]), "", "{ran}");
        // Whoever commits next takes nothing back.
        let landed = git(&["rev-parse", "HEAD^{tree}"]);
        fs::write(linked.join("notes.txt"), "mine\n").expect("a file");
        git(&["add", "notes.txt"]);
        git(&["commit", "-q", "--no-gpg-sign", "-m", "Mine"]);
        assert_eq!(git(&["diff", "--name-only", &landed, "HEAD"]), "notes.txt", "{ran}");
    }
}

#[test]
fn a_local_branch_that_could_not_follow_is_no_failed_landing_and_the_next_run_brings_it_along() {
    let world = World::new();
    let lock = world.clone.join(".git/index.lock");
    fs::write(&lock, "").expect("a file");
    let promote = ["promote", "web", "--to", "production"];
    let ran = world.run(&promote).exits(5).says("landed").says("not done:  the local branch").says("index.lock");
    let told = world.run(&["promote", "web", "--to", "production", "-o", "json"]).exits(5).json();
    assert_eq!(told["stage"], "nothing-to-do", "{told}");
    assert_eq!(
        (&told["follow_ups"][0]["what"], &told["follow_ups"][0]["done"]),
        (&"the local branch".into(), &false.into())
    );
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4), "{ran}");
    assert_ne!(world.git(&["rev-parse", "main"]), world.tip());
    fs::remove_file(&lock).expect("our own file");
    let before = world.git(&["rev-parse", "main"]);
    world.run(&["promote", "web", "--to", "production", "--dry-run"]).exits(0).says("nothing to do");
    assert_eq!(world.git(&["rev-parse", "main"]), before);
    world.run(&promote).exits(0).says("nothing to do").says("went along");
    assert_eq!(
        (world.git(&["rev-parse", "main"]), world.git(&["status", "--porcelain"])),
        (world.tip(), String::new())
    );
    assert!(!world.run(&promote).exits(0).stdout.contains("went along"));
}

#[test]
fn a_server_that_says_no_is_told_in_its_own_words_and_not_asked_for_ever() {
    let world = World::new();
    let hook = world.remote.join("hooks/pre-receive");
    let count = world.path("pushes");
    fs::create_dir_all(world.remote.join("hooks")).expect("a folder");
    let text = format!("#!/bin/sh\necho x >> '{}'\necho 'frozen until the audit ends' >&2\nexit 1\n", count.display());
    fs::write(&hook, text).expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
    let before = world.tip();
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1);
    assert!(ran.stderr.contains("frozen until the audit ends"), "{ran}");
    // A lock that another push held looks the same from here, so a few tries are right.
    let pushes = fs::read_to_string(&count).expect("the count").lines().count();
    assert!((1..=3).contains(&pushes), "{pushes} pushes\n{ran}");
    assert_eq!(world.tip(), before);
    assert_eq!(world.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_users_own_hook_before_a_push_is_asked() {
    let world = World::new();
    let hook = world.clone.join(".git/hooks/pre-push");
    fs::create_dir_all(world.clone.join(".git/hooks")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n").expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
    let before = world.tip();
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1);
    assert!(ran.stderr.contains("not on a Friday"), "{ran}");
    assert_eq!(world.tip(), before);
}

#[test]
fn a_remote_that_is_not_there_is_cannot_tell_and_nothing_is_written() {
    let world = World::new();
    world.git(&["remote", "set-url", "origin", &world.path("nowhere.git").to_string_lossy()]);
    let head = world.git(&["rev-parse", "HEAD"]);
    world.run(&["promote", "web", "--to", "production"]).exits(3);
    assert_eq!(world.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn a_remote_that_is_not_called_origin_is_used_when_it_is_named() {
    let world = World::new();
    world.git(&["remote", "rename", "origin", "upstream"]);
    world.run(&["--remote", "upstream", "promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}

#[test]
fn which_of_several_remotes_is_meant_is_said_by_the_configuration_or_asked_for() {
    let world = World::new();
    world.git(&["remote", "rename", "origin", "one"]);
    world.git(&["remote", "add", "two", &world.path("nowhere.git").to_string_lossy()]);
    let settings = world.settings();
    let without = settings.replace("remote: origin, ", "");
    assert_ne!(without, settings);
    let land = |text: &str| {
        world.write("stageline.yaml", text);
        world.git(&["commit", "-q", "-a", "-m", "Configure"]);
        world.git(&["push", "-q", "one", "HEAD:main"]);
        world.git(&["branch", "-q", "--unset-upstream"]);
    };
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("no remote `origin`").says("--remote");
    land(&without);
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("several remotes").says("it has `two`");
    assert_eq!(world.refused(2, &["promote", "web", "--to", "production"]), "which-remote");
    world.git(&["branch", "-q", "-u", "one/main"]);
    land(&settings.replace("remote: origin", "remote: one"));
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert_eq!(world.pin("web", "production"), world.commit_of("web", 4));
}
