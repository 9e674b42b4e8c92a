//! A real server for the remote: `git daemon` on the loopback, with pushing allowed.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::run::Environment;

/// Serves every repository below a folder until it is dropped.
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a server for the repositories below `base`.
    pub fn start(environment: &Environment, base: &Path) -> Self {
        // The daemon itself, not `git daemon`: a killed `git` would leave its child behind.
        let program = PathBuf::from(environment.git(base, &["--exec-path"])).join("git-daemon");
        for _ in 0..5 {
            let port = free_port();
            let mut child = environment
                .command(&program, base)
                .args(["--reuseaddr", "--listen=127.0.0.1", "--export-all", "--enable=receive-pack"])
                .args(["--max-connections=64", "--informative-errors"])
                .arg(format!("--port={port}"))
                .arg(format!("--base-path={}", base.display()))
                .arg(base)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("git-daemon starts");
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(10) {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self { child, port };
                }
                if child.try_wait().expect("the child is ours").is_some() {
                    break;
                }
                thread::sleep(Duration::from_millis(10));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("git-daemon found no port");
    }

    /// The address of a repository of that name below the base.
    pub fn address(&self, name: &str) -> String {
        format!("git://127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody has at this moment.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port").port()
}
