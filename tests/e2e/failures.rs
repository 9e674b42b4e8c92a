//! A failure says its own cause: no disk, no folder, no key, a key that is none; and what a verb that only reads never starts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::World;
use crate::support::landed::{on_a_terminal, refs, refused_on_a_terminal};
use crate::support::run::Ran;

const PROMOTE: &[&str] = &["promote", "web", "--to", "production"];

/// Nothing was written, and no key is blamed.
#[track_caller]
fn blames_no_key(ran: &Ran) {
    assert_eq!(ran.code(), Some(2), "{ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    for word in ["user.signingkey", "ssh-keygen -t", "gpg.format"] {
        assert!(!said.contains(word), "{ran}");
    }
}

#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_told_as_that() {
    let world = World::new();
    let before = refs(&world);
    let gone = world.path("gone");
    let ran = world.environment.with("TMPDIR", &gone).stageline(&world.clone, PROMOTE);
    blames_no_key(&ran);
    ran.says(&gone.to_string_lossy());
    let as_json = [PROMOTE, &["-o", "json"]].concat();
    assert_eq!(
        world.environment.with("TMPDIR", &gone).stageline(&world.clone, &as_json).exits(2).refusal(),
        "cannot-write"
    );
    assert_eq!(refs(&world), before);
}

/// A file system of its own that is full; it goes with the value. None where this user may not mount one.
struct Full(PathBuf);

impl Full {
    fn mount(folder: &Path, left: usize) -> Option<Self> {
        let full = Self::empty(folder)?;
        full.fill(left);
        Some(full)
    }

    /// The same before it is filled.
    fn empty(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "none"]).arg(folder).output().ok()?;
        mount.status.success().then(|| Self(folder.to_owned()))
    }

    /// Fills it up but for so many bytes.
    fn fill(&self, left: usize) {
        let mut size = 256 * 1024 - left;
        while fs::write(self.0.join("filler"), vec![0; size]).is_err() {
            size -= 4096;
        }
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_disk_that_is_full_is_told_as_that() {
    for left in [0, 4096, 16384, 32768, 65536] {
        let world = World::new();
        let Some(full) = Full::mount(&world.path("full"), left) else { return };
        let (before, tip) = (refs(&world), world.tip());
        let ran = world.environment.with("TMPDIR", &full.0).stageline(&world.clone, PROMOTE);
        // How many bytes a run needs is git's own business: with enough of them left it lands.
        if ran.code() == Some(0) {
            assert_ne!(world.tip(), tip, "{ran}");
            continue;
        }
        blames_no_key(&ran);
        assert!(ran.stderr.to_lowercase().contains("no space left"), "{left} bytes left\n{ran}");
        assert_eq!(refs(&world), before, "{ran}");
    }
}

#[test]
fn a_clone_whose_disk_is_full_is_told_as_that() {
    let world = World::new();
    let objects = world.clone.join(".git/objects");
    let Some(_full) = Full::mount(&world.path("full"), 0) else { return };
    // New objects go to the full disk; what is there is found as an alternate.
    fs::rename(&objects, world.path("objects")).expect("moved");
    std::os::unix::fs::symlink(world.path("full"), &objects).expect("a link");
    fs::create_dir_all(world.path("full/info")).expect("a folder needs no block");
    let ran = world
        .environment
        .with("GIT_ALTERNATE_OBJECT_DIRECTORIES", world.path("objects"))
        .stageline(&world.clone, PROMOTE);
    blames_no_key(&ran);
}

#[test]
fn a_server_whose_disk_is_full_is_told_as_that_and_not_as_one_that_protects_its_branch() {
    for more in [&[][..], &["--landing", "merge-request"]] {
        let world = World::new();
        let Some(full) = Full::empty(&world.path("full")) else { return };
        let (from, to) = (format!("file://{}", world.remote.display()), full.0.join("remote.git"));
        let to = to.to_string_lossy().into_owned();
        world.environment.git(&world.path(""), &["clone", "-q", "--bare", &from, &to]);
        world.git(&["remote", "set-url", "origin", &to]);
        full.fill(0);
        let before = world.environment.git(Path::new(&to), &["for-each-ref"]);
        let ran = world.run(&[PROMOTE, more].concat()).exits(1);
        assert!(ran.stderr.contains("No space left"), "{ran}");
        assert!(!ran.stderr.contains("protected") && !ran.stderr.contains("may be pushed"), "{ran}");
        assert_eq!(world.environment.git(Path::new(&to), &["for-each-ref"]), before);
    }
}

/// A world in which git has no signing key, and these public keys lie in the home.
fn without_a_key(files: &[&str]) -> World {
    let world = World::shaped(|shape| shape.key = false);
    fs::create_dir_all(world.path("home/.ssh")).expect("a folder");
    let public = fs::read_to_string(world.key.with_extension("key.pub")).expect("a key");
    for file in files {
        fs::write(world.path("home/.ssh").join(file), &public).expect("a file");
    }
    world
}

#[test]
fn the_hint_for_a_key_names_one_that_is_there_or_how_to_make_one() {
    let ran = without_a_key(&["id_ecdsa.pub"]).run(PROMOTE).exits(1).says("~/.ssh/id_ecdsa.pub");
    assert!(!ran.stderr.contains("id_ed25519"), "it is not there\n{ran}");
    let ran = without_a_key(&["id_rsa.pub", "id_ed25519.pub"]).run(PROMOTE).exits(1).says("~/.ssh/id_ed25519.pub");
    assert!(!ran.stderr.contains("ssh-keygen -t"), "there is one already\n{ran}");
    without_a_key(&[]).run(PROMOTE).exits(1).says("ssh-keygen -t ed25519");
}

#[test]
fn a_configured_key_that_is_no_key_is_told_in_lines_that_end_as_they_were_written() {
    let missing = World::new();
    missing.git(&["config", "user.signingkey", &missing.path("home/nowhere.pub").to_string_lossy()]);
    let broken = World::new();
    fs::write(broken.path("home/broken"), "no key\n").expect("a file");
    broken.git(&["config", "user.signingkey", &broken.path("home/broken").to_string_lossy()]);
    let without_private = World::new();
    fs::remove_file(&without_private.key).expect("the private key");
    without_private.git(&[
        "config",
        "user.signingkey",
        &without_private.key.with_extension("key.pub").to_string_lossy(),
    ]);
    for (world, name, code) in [(missing, "nowhere.pub", 1), (broken, "broken", 2), (without_private, "example.com", 2)]
    {
        let tip = world.tip();
        let ran = world.run(PROMOTE).exits(code);
        assert!(ran.stderr.lines().all(|line| !line.ends_with('?') && !line.contains('\r')), "{ran}");
        assert_eq!(world.tip(), tip);
        ran.says(name);
    }
}

/// A program that leaves a mark where it was started, and answers nothing.
fn marks(world: &World, name: &str) -> (String, PathBuf) {
    let (program, mark) = (world.path(&format!("home/{name}")), world.path(&format!("{name}-was-here")));
    fs::write(&program, format!("#!/bin/sh\n: > '{}'\nexit 1\n", mark.display())).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("our own file");
    (program.to_string_lossy().into_owned(), mark)
}

/// Landings signed by SSH, and one that says to be signed by OpenPGP.
fn signed_landings() -> World {
    let world = World::new();
    world.run(PROMOTE).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    let text = world.git(&["cat-file", "commit", "HEAD"]);
    let (head, body) = text.split_once("\n\n").expect("a message");
    let head: Vec<&str> = head.split("\ngpgsig ").next().expect("headers").lines().collect();
    let head = head
        .iter()
        .map(|line| if line.starts_with("parent ") { format!("parent {}", world.tip()) } else { (*line).into() });
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iHUEABYKAB0WIQ\n =abcd\n -----END PGP SIGNATURE-----";
    let commit = format!("{}\n{signature}\n\n{body}\n", head.collect::<Vec<_>>().join("\n"));
    fs::write(world.path("commit"), commit).expect("a file");
    let id = world.git(&["hash-object", "-t", "commit", "-w", &world.path("commit").to_string_lossy()]);
    world.git(&["push", "-q", "origin", &format!("{id}:main")]);
    world.git(&["pull", "-q", "--ff-only"]);
    world
}

#[test]
fn a_verb_that_only_reads_starts_no_program_of_the_clones_own_configuration() {
    for place in ["config", "include", "worktree", "include by branch"] {
        let world = signed_landings();
        let file = world.clone.join(".git").join(match place {
            "config" => "config",
            "worktree" => "config.worktree",
            _ => "more",
        });
        match place {
            "worktree" => drop(world.git(&["config", "extensions.worktreeConfig", "true"])),
            "include" => drop(world.git(&["config", "include.path", "more"])),
            "config" => {}
            _ => drop(world.git(&["config", "includeIf.onbranch:main.path", "more"])),
        }
        let mut marked = Vec::new();
        for key in ["gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "gpg.x509.program"] {
            let (program, mark) = marks(&world, key);
            world.git(&["config", "--file", &file.to_string_lossy(), key, &program]);
            marked.push(mark);
        }
        for args in [
            &["history"][..],
            &["history", "web", "--env", "production", "-o", "json"],
            &["show"],
            &["show", "HEAD~1"],
            &["show", "HEAD~1", "-o", "json"],
            &["status"],
            &["hold", "list"],
            &["config", "check"],
            &["diff", "staging", "production"],
        ] {
            world.run(args).exits(i32::from(args[0] == "diff"));
            let started: Vec<_> = marked.iter().filter(|mark| mark.exists()).collect();
            assert!(started.is_empty(), "{place}, {args:?}: {started:?}");
        }
    }
}

/// Standard error goes elsewhere, so nothing that is started may ask on the terminal; what was said there.
#[track_caller]
fn may_not_ask(world: &World, line: &str) {
    let before = refs(world);
    let ran = on_a_terminal(&world.environment, &world.clone, &format!("{line} 2> ../said"), "secret\n");
    let said = fs::read_to_string(world.path("said")).expect("standard error");
    assert_eq!(ran.code(), Some(4), "{ran}{said}");
    assert!(said.contains("wants to ask something on the terminal"), "{said}");
    assert!(said.contains("hint: run it with the terminal as standard input and standard error"), "{said}");
    assert_eq!(refused_on_a_terminal(world, 4, &format!("{line} 2> ../said"), "secret\n"), "wants-to-ask");
    assert_eq!(refs(world), before, "{said}");
}

#[test]
fn a_key_whose_passphrase_may_not_be_asked_for_is_told_as_that_and_waits_for_nobody() {
    let world = World::new();
    let key = world.key.to_string_lossy().into_owned();
    world.environment.tool("ssh-keygen", &world.clone, &["-q", "-p", "-P", "", "-N", "a secret", "-f", &key]);
    may_not_ask(&world, "stageline promote web --to production");
}

#[test]
fn a_server_that_wants_a_password_which_may_not_be_asked_for_is_told_as_that() {
    let world = World::new();
    let script = world.path("home/ssh");
    fs::write(&script, "#!/bin/sh\nprintf 'password: ' > /dev/tty\nread -r answer < /dev/tty\nexit 1\n")
        .expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("our own file");
    world.git(&["config", "core.sshCommand", &script.to_string_lossy()]);
    world.git(&["config", "ssh.variant", "simple"]);
    world.git(&["remote", "set-url", "origin", "git@github.com:acme/deploy.git"]);
    for verb in ["promote web --to production", "hold set web --env production", "undo --env production"] {
        may_not_ask(&world, &format!("stageline {verb}"));
    }
}
