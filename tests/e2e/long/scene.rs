//! A run that comes to hang, and what must hold once it got a signal.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::processes::{Whom, mark, marked, send};
use crate::support::run::{Environment, program};

use super::figures::tell;

/// What has to be over after a signal: 5 s are the tool's, one is the machine's.
pub const OVER: Duration = Duration::from_secs(6);

/// A run that comes to hang.
pub struct Scene {
    pub world: World,
    pub environment: Environment,
    pub args: Vec<&'static str>,
    /// The file that whatever hangs makes when it does.
    pub hangs: PathBuf,
}

/// How a run ended that got a signal.
pub struct Ended {
    /// As a shell has it: 128 and the signal.
    pub code: i32,
    pub took: Duration,
    pub said: String,
}

impl Scene {
    pub fn new(world: World, args: &[&'static str]) -> Self {
        let environment = mark(&world.environment, &world.path(""));
        let hangs = world.path("hangs");
        Self { environment, args: args.to_vec(), hangs, world }
    }

    /// The folder by which the processes are known, where temporary files go.
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(self.environment.get("TMPDIR"))
    }

    /// A script that says that it hangs, and then does, with a child of its own.
    pub fn hanging(&self, name: &str, before: &str) -> PathBuf {
        let file = self.world.path(name);
        let text = format!("#!/bin/sh\n{before}\nsleep 60 &\n: > '{}'\nwait; wait\n", self.hangs.display());
        fs::write(&file, text).expect("a script");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("our own file");
        file
    }

    /// Starts the run and waits until it hangs; the process that waits for it is the tool itself.
    pub fn start(&self) -> Child {
        let mut command = self.environment.command(program(), &self.world.clone);
        command.args(&self.args).process_group(0);
        self.start_as(command)
    }

    /// Starts a command in which the run is, and waits until that hangs.
    pub fn start_as(&self, mut command: Command) -> Child {
        let out = File::create(self.world.path("said")).expect("a file");
        let err = out.try_clone().expect("a file");
        let mut child = command.stdout(out).stderr(err).spawn().expect("it starts");
        let begun = Instant::now();
        while !self.hangs.exists() {
            let ended = child.try_wait().expect("the child is ours");
            let said = || fs::read_to_string(self.world.path("said")).expect("what it said");
            assert!(
                ended.is_none() && begun.elapsed() < Duration::from_secs(30),
                "it never hung: {ended:?}\n{}",
                said()
            );
            thread::sleep(Duration::from_millis(5));
        }
        // Past the start of whatever waits for what hangs.
        thread::sleep(Duration::from_millis(100));
        child
    }

    /// Waits for the end of a run that got its last signal at `since`; `code` says how it ended, as a shell has it.
    pub fn end(&self, tool: u32, since: Instant, mut code: impl FnMut() -> Option<i32>) -> Ended {
        let code = loop {
            if let Some(code) = code() {
                break code;
            }
            if since.elapsed() > OVER * 2 {
                send("KILL", Whom::Process(tool));
            }
            thread::sleep(Duration::from_millis(5));
        };
        let took = since.elapsed();
        Ended { code, took, said: fs::read_to_string(self.world.path("said")).expect("what it said") }
    }

    /// Sends one signal to the tool alone while it hangs; everything that must hold in each case is looked at.
    pub fn interrupt(&self, signal: (&str, i32)) -> Ended {
        let mut child = self.start();
        self.interrupt_started(signal, child.id(), move || shell_code(&mut child))
    }

    /// The same for a run that was started already.
    pub fn interrupt_started(
        &self,
        (name, number): (&str, i32),
        tool: u32,
        code: impl FnMut() -> Option<i32>,
    ) -> Ended {
        let since = Instant::now();
        send(name, Whom::Process(tool));
        let ended = self.end(tool, since, code);
        let mut faults = Vec::new();
        if ended.code != 128 + number {
            faults.push(format!("it did not end by the signal, but with {}", ended.code));
        }
        if ended.took > OVER {
            faults.push(format!("it ended after {:?}", ended.took));
        }
        while since.elapsed() < OVER && !self.left().is_empty() {
            thread::sleep(Duration::from_millis(20));
        }
        faults.extend(self.left().iter().map(|running| format!("left running: {running}")));
        faults.extend(entries(&self.folder()).iter().map(|name| format!("left in the temporary folder: {name}")));
        tell(&format!("SIG{name} to `{}`: over after {:.1} s", self.args.join(" "), ended.took.as_secs_f64()));
        assert!(faults.is_empty(), "SIG{name}: {}\n{}", faults.join("\n"), ended.said);
        ended
    }

    fn left(&self) -> Vec<String> {
        marked(&self.folder()).into_iter().map(|running| running.says).collect()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        for running in marked(&self.folder()) {
            send("KILL", Whom::Process(running.id));
        }
    }
}

/// How a child ended, once it has.
pub fn shell_code(child: &mut Child) -> Option<i32> {
    let status = child.try_wait().expect("the child is ours")?;
    status.code().or(status.signal().map(|signal| 128 + signal))
}

fn entries(folder: &Path) -> Vec<String> {
    let listed = fs::read_dir(folder).expect("a folder");
    listed.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
}

/// A server that takes connections and never says a word; it makes the file at the first one.
pub fn silent(file: &Path) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let file = file.to_owned();
    // It ends with the test program.
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            kept.push(stream);
            fs::write(&file, "").ok();
        }
    });
    port
}
