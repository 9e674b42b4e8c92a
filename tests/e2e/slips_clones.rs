//! Clones in which a verb cannot begin, each with the word that scripts tell it by.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::support::World;
use crate::support::run::Environment;
use crate::support::shim::which;
use crate::support::world::overlay_file;

/// The word with which a command ends in that folder, with that exit code.
#[track_caller]
fn refused(environment: &Environment, folder: &Path, exit: i32, args: &[&str]) -> String {
    environment.stageline(folder, &[args, &["-o", "json"]].concat()).exits(exit).refusal()
}

/// A folder of programs: the real ones of these names, and these scripts.
fn programs(world: &World, real: &[&str], scripts: &[(&str, &str)]) -> PathBuf {
    let folder = world.path("programs");
    fs::create_dir_all(&folder).expect("a folder");
    for name in real {
        symlink(which(&world.environment, name).expect("it is on the PATH"), folder.join(name)).expect("a link");
    }
    for (name, text) in scripts {
        fs::write(folder.join(name), format!("#!/bin/sh\n{text}\n")).expect("a program");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).expect("our own file");
        // A program that another test starts just now may hold the file open for writing until it runs: wait for that.
        while world.environment.command(folder.join(name), &folder).arg("--version").output().is_err() {
            thread::sleep(Duration::from_millis(2));
        }
    }
    folder
}

#[test]
fn a_clone_without_what_a_verb_needs_has_its_own_word() {
    let world = World::shaped(|shape| shape.file = false);
    assert_eq!(world.refused(2, &["config", "check"]), "no-config");
    let bare = world.path("bare.git");
    world.environment.git(&world.path(""), &["clone", "-q", "--bare", "remote.git", "bare.git"]);
    assert_eq!(refused(&world.environment, &bare, 2, &["init"]), "bare");
    let world = World::shaped(|shape| shape.remote = false);
    let request = ["promote", "web", "--to", "production", "--landing", "merge-request"];
    assert_eq!(world.refused(2, &request), "no-remote");
    world.git(&["checkout", "-q", "--detach"]);
    world.git(&["branch", "-q", "-D", "main"]);
    assert_eq!(world.refused(2, &["status"]), "no-branch");
}

#[test]
fn a_remote_whose_name_cannot_be_used_is_not_taken_for_none() {
    let world = World::new();
    let file = world.clone.join(".git/config");
    let text = fs::read_to_string(&file).expect("the configuration");
    fs::write(&file, format!("{text}[remote \"-x\"]\n\turl = /nowhere\n")).expect("the configuration");
    assert_eq!(world.refused(2, &["status"]), "bad-remote");
}

#[test]
fn a_clone_in_a_folder_whose_name_is_no_text_is_told_as_that() {
    let world = World::new();
    let folder = world.path("").join(OsStr::from_bytes(b"cl\xffne"));
    fs::rename(&world.clone, &folder).expect("moved");
    assert_eq!(refused(&world.environment, &folder, 2, &["status"]), "path-not-utf8");
}

#[test]
fn an_application_without_a_source_or_a_version_for_its_commit_has_its_own_word() {
    let world = World::shaped(|shape| shape.sources = false);
    assert_eq!(world.refused(2, &["promote", "web", "--to", "production", "--latest"]), "no-source");
    assert_eq!(world.refused(2, &["history", "--contains", "main"]), "no-source");
    let world = World::new();
    world.land_file("stageline.yaml", &world.settings().replace("{commit}", "{tag}"));
    let commit = world.commit_of("web", 5);
    assert_eq!(world.refused(2, &["promote", "web", "--to", "production", "--commit", &commit]), "no-such-version");
}

#[test]
fn programs_that_are_not_there_are_named() {
    let world = World::new();
    let without = |folder| world.environment.with("PATH", folder);
    let none = without(programs(&world, &[], &[]));
    assert_eq!(refused(&none, &world.clone, 2, &["promote", "web", "--to", "production"]), "no-such-program");
    let git = without(programs(&world, &["git"], &[]));
    assert_eq!(refused(&git, &world.clone, 2, &["diff", "staging", "production", "--rendered"]), "no-builder");
}

#[test]
fn what_a_program_does_wrong_is_told_by_its_own_word() {
    let world = World::new();
    let rendered = ["diff", "staging", "production", "--rendered"];
    let path = programs(&world, &[], &[("kustomize", "echo no such base >&2; exit 1")]);
    let failing = world.environment.with_first_on_path(&path);
    assert_eq!(refused(&failing, &world.clone, 2, &rendered), "build-failed");
    for none in ["\0\0\0\0", "#!/nowhere/sh\n"] {
        fs::write(path.join("kustomize"), none).expect("a program that is none");
        assert_eq!(refused(&failing, &world.clone, 2, &rendered), "failed", "{none:?}");
    }
    let old =
        programs(&world, &[], &[("git", "for word; do [ $word != version ] || echo git version 2.20.1; done; exit 1")]);
    let old = world.environment.with_first_on_path(&old);
    assert_eq!(refused(&old, &world.clone, 2, &["promote", "web", "--to", "production"]), "git-too-old");
}

#[test]
fn without_a_folder_for_caches_a_source_elsewhere_cannot_be_asked() {
    let world = World::new();
    let settings = world.settings().replace("source: /", "source: file:///");
    world.land_file("stageline.yaml", &settings);
    let none = world.environment.with("HOME", "").with("XDG_CACHE_HOME", "");
    assert_eq!(refused(&none, &world.clone, 2, &["history", "web", "--contains", "main"]), "no-cache-folder");
}

#[test]
fn a_work_tree_that_is_in_the_way_of_a_landing_is_told_as_that() {
    let world = World::shaped(|shape| shape.remote = false);
    let file = overlay_file("web", "production");
    world.write(&file, &format!("{}# a draft\n", world.read(&file)));
    let tip = world.tip();
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "branch-not-moved");
    assert_eq!(world.tip(), tip);
    assert!(world.read(&file).ends_with("# a draft\n"));
}

#[test]
fn a_folder_that_is_no_clone_of_ours_is_told_as_that() {
    let world = World::new();
    let home = world.path("home");
    assert_eq!(refused(&world.environment, &home, 2, &["status"]), "not-a-repository");
    assert_eq!(world.refused(2, &["-C", "nowhere", "status"]), "no-such-folder");
    world.environment.git(&home, &["init", "-q", "--object-format=sha256", "new"]);
    assert_eq!(refused(&world.environment, &home.join("new"), 2, &["status"]), "object-format");
}

#[test]
fn whoever_has_no_name_lands_nothing() {
    let world = World::new();
    for key in ["user.name", "user.email"] {
        world.git(&["config", "--global", "--unset", key]);
    }
    world.git(&["config", "--global", "user.useConfigOnly", "true"]);
    assert_eq!(world.refused(2, &["promote", "web", "--to", "production"]), "no-identity");
}

#[test]
fn a_source_that_cannot_be_asked_has_its_own_word() {
    let world = World::new();
    let promote = ["promote", "web", "--to", "production", "--commit", "main"];
    let nobodys = "0123456789012345678901234567890123456789";
    assert_eq!(
        world.refused(3, &["promote", "web", "--to", "production", "--commit", nobodys]),
        "commit-not-in-source"
    );
    world.sources["web"].tag("main", &world.commit_of("web", 1));
    assert_eq!(world.refused(2, &promote), "ambiguous-revision");
    let path = world.sources["web"].path.to_string_lossy().into_owned();
    for (source, word, exit) in [
        ("/nowhere".to_owned(), "no-source-repository", 3),
        ("file:///nowhere".to_owned(), "source-unreachable", 3),
        (world.clone.to_string_lossy().into_owned(), "source-is-config", 2),
    ] {
        world.land_file("stageline.yaml", &world.settings().replace(&path, &source));
        assert_eq!(world.refused(exit, &promote), word, "{source}");
    }
}
