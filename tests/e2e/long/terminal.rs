//! Signals to a run on a terminal: what may ask there shares its process group, and ends all the same.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::str::FromStr;

use crate::support::World;
use crate::support::run::program;

use super::scene::{Scene, silent};
use super::signals::{PROMOTE, signals};

/// A terminal with a shell on it, which goes with this value.
struct Terminal(Child);

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the run on a terminal, below a shell that stays as a user's does; the terminal, and the tool's id.
fn start(scene: &Scene) -> (Terminal, u32) {
    let (folder, tool) = (scene.folder(), format!("'{}' {} --yes", program().display(), scene.args.join(" ")));
    let place = scene.world.path("").display().to_string();
    let run = format!("sh -c \"echo \\$\\$ > '{place}id'; TMPDIR='{}' exec {tool}\"", folder.display());
    let line = format!("{run}; echo $? > '{place}code'; sleep 20");
    let mut command = scene.world.environment.command("script", &scene.world.clone);
    command.args(["-q", "-f", "-e", "-c", &line, "/dev/null"]).stdin(Stdio::piped()).process_group(0);
    (Terminal(scene.start_as(command)), number(scene, "id").expect("the shell wrote it"))
}

/// A number that a shell wrote, once it is there.
fn number<N: FromStr>(scene: &Scene, file: &str) -> Option<N> {
    fs::read_to_string(scene.world.path(file)).ok()?.trim().parse().ok()
}

#[test]
fn a_signal_ends_what_may_ask_on_a_terminal() {
    for signal in signals() {
        let scene = Scene::new(World::new(), PROMOTE);
        let address = format!("http://127.0.0.1:{}/remote.git", silent(&scene.hangs));
        scene.world.git(&["remote", "set-url", "origin", &address]);
        let (_terminal, tool) = start(&scene);
        scene.interrupt_started(signal, tool, || number(&scene, "code"));
    }
}

#[test]
fn a_signal_ends_an_ssh_that_may_ask_on_a_terminal() {
    for signal in signals() {
        let mut scene = Scene::new(World::new(), PROMOTE);
        let address = format!("ssh://127.0.0.1:{}/remote.git", silent(&scene.hangs));
        scene.world.git(&["remote", "set-url", "origin", &address]);
        scene.world.environment = scene.world.environment.with("GIT_SSH_COMMAND", "ssh -F /dev/null");
        let (_terminal, tool) = start(&scene);
        scene.interrupt_started(signal, tool, || number(&scene, "code"));
    }
}
