//! A signal to the tool alone while something hangs: whatever it started ends, nothing lies about, and what became of a push is told.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::processes::{Whom, mark, send};
use crate::support::transport::{Served, Transport};

use super::counts;
use super::field::put_hook;
use super::figures::tell;
use super::scene::{OVER, Scene, shell_code, silent};

/// The signals by which a run is asked to end, by name and number: one of them in the ordinary run.
pub fn signals() -> impl Iterator<Item = (&'static str, i32)> {
    [("TERM", 15), ("INT", 2)].into_iter().take(counts::signals())
}

/// The run that hangs in most of these.
pub const PROMOTE: &[&str] = &["promote", "web", "--to", "production"];

#[test]
fn a_signal_ends_a_fetch_from_an_http_server_that_is_silent() {
    for signal in signals() {
        let scene = Scene::new(World::new(), PROMOTE);
        let address = format!("http://127.0.0.1:{}/remote.git", silent(&scene.hangs));
        scene.world.git(&["remote", "set-url", "origin", &address]);
        scene.interrupt(signal);
    }
}

#[test]
fn a_signal_ends_an_ssh_whose_server_is_silent() {
    for signal in signals() {
        let mut scene = Scene::new(World::new(), PROMOTE);
        let address = format!("ssh://127.0.0.1:{}/remote.git", silent(&scene.hangs));
        scene.world.git(&["remote", "set-url", "origin", &address]);
        // The real ssh, with nothing of this user's.
        scene.environment = scene.environment.with("GIT_SSH_COMMAND", "ssh -F /dev/null -o BatchMode=yes");
        scene.interrupt(signal);
    }
}

#[test]
fn a_signal_ends_a_gpg_that_waits() {
    for signal in signals() {
        let scene = Scene::new(World::new(), PROMOTE);
        let gpg = scene.hanging("gpg-that-waits", "");
        scene.world.git(&["config", "--global", "gpg.format", "openpgp"]);
        scene.world.git(&["config", "--global", "gpg.program", &gpg.to_string_lossy()]);
        scene.world.git(&["config", "--global", "user.signingkey", "0123456789ABCDEF0123456789ABCDEF01234567"]);
        let before = scene.world.tip();
        scene.interrupt(signal);
        assert_eq!(scene.world.tip(), before);
    }
}

#[test]
fn a_signal_ends_an_ssh_keygen_that_waits_and_leaves_none_of_its_files() {
    for signal in signals() {
        let scene = Scene::new(World::new(), &["promote", "web", "--to", "production", "-o", "json"]);
        let keygen = scene.hanging("keygen-that-waits", "");
        scene.world.git(&["config", "--global", "gpg.ssh.program", &keygen.to_string_lossy()]);
        let ended = scene.interrupt(signal);
        let result: serde_json::Value =
            serde_json::from_str(&ended.said).expect("one JSON value, and nothing beside it");
        assert_eq!(result["error"]["code"], "interrupted", "{}", ended.said);
    }
}

#[test]
fn a_signal_ends_a_kustomize_that_builds_for_ever() {
    for signal in signals() {
        let mut scene = Scene::new(World::new(), &["diff", "staging", "production", "--rendered"]);
        scene.hanging("bin-kustomize", "");
        fs::create_dir_all(scene.world.path("bin")).expect("a folder");
        fs::rename(scene.world.path("bin-kustomize"), scene.world.path("bin/kustomize")).expect("our own file");
        scene.environment = scene.environment.with_first_on_path(&scene.world.path("bin"));
        scene.interrupt(signal);
    }
}

#[test]
fn a_program_that_does_not_listen_is_killed() {
    for signal in signals() {
        let scene = Scene::new(World::new(), PROMOTE);
        let keygen = scene.hanging("keygen-that-is-deaf", "trap '' TERM INT HUP");
        scene.world.git(&["config", "--global", "gpg.ssh.program", &keygen.to_string_lossy()]);
        scene.interrupt(signal);
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let scene = Scene::new(World::new(), PROMOTE);
    let keygen = scene.hanging("keygen-that-is-deaf", "trap '' TERM INT HUP");
    scene.world.git(&["config", "--global", "gpg.ssh.program", &keygen.to_string_lossy()]);
    let mut child = scene.start();
    let whom = Whom::Process(child.id());
    send("TERM", whom);
    thread::sleep(Duration::from_millis(300));
    let since = Instant::now();
    send("TERM", whom);
    let ended = scene.end(child.id(), since, || shell_code(&mut child));
    assert!(ended.took < Duration::from_secs(1), "after {:?}\n{}", ended.took, ended.said);
}

/// What the user was told about a push that was under way.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Landed,
    DidNot,
    MayHave,
    Nothing,
}

fn told(said: &str) -> Told {
    let said = said.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if any(&["may have", "whether it landed", "whether it has landed"]) {
        Told::MayHave
    } else if any(&["did not land", "not landed", "nothing landed", "nothing has landed", "nothing was landed"]) {
        Told::DidNot
    } else if any(&["landed"]) {
        Told::Landed
    } else {
        Told::Nothing
    }
}

/// Interrupts a push while a hook of the server takes its time, and holds what was told against what then is there.
fn interrupted_push(transport: Transport, hook: &str) {
    for signal in signals() {
        let world = World::new();
        let served = Served::start(&world, transport);
        served.lead(&world.clone);
        let mut scene = Scene::new(world, PROMOTE);
        scene.environment = mark(served.environment(), &scene.world.path(""));
        let script = format!("cat > /dev/null; echo $$ > '{}'; sleep {}", scene.hangs.display(), OVER.as_secs() + 1);
        put_hook(&scene.world.remote, hook, &script);
        let before = scene.world.tip();
        let ended = scene.interrupt(signal);
        // The server may go on with what it has, and lands it after its hook.
        let id = fs::read_to_string(&scene.hangs).expect("the hook's own id");
        while Path::new("/proc").join(id.trim()).exists() {
            thread::sleep(Duration::from_millis(20));
        }
        thread::sleep(Duration::from_millis(500));
        let landed = scene.world.tip() != before;
        let told = told(&ended.said);
        tell(&format!("SIG{} while `{hook}` ran over {transport}: told {told:?}, landed {landed}", signal.0));
        let right = match told {
            Told::Landed => landed,
            Told::DidNot => !landed,
            Told::MayHave => true,
            Told::Nothing => false,
        };
        assert!(right, "landed: {landed}, told: {told:?}\n{}", ended.said);
    }
}

#[test]
fn an_interrupted_push_tells_what_became_of_it_over_path() {
    interrupted_push(Transport::Path, "pre-receive");
}

#[test]
fn an_interrupted_push_tells_what_became_of_it_over_git() {
    interrupted_push(Transport::Git, "pre-receive");
}

#[test]
fn an_interrupted_push_tells_what_became_of_it_over_http() {
    interrupted_push(Transport::Http, "pre-receive");
}

#[test]
fn an_interrupted_push_tells_what_became_of_it_over_ssh() {
    interrupted_push(Transport::Ssh, "pre-receive");
}

#[test]
fn a_push_that_has_landed_is_not_said_to_have_failed_over_git() {
    interrupted_push(Transport::Git, "post-receive");
}
