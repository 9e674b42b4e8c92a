//! A runner of the forge's jobs: they run on this machine, with the tests' environment.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use super::gitea::Gitea;
use super::run::Environment;

/// Takes jobs until it is dropped.
pub struct Runner(Child);

impl Runner {
    /// Registers at a forge, under the label `host`; its files stand in `folder`, which is made.
    pub fn start(environment: &Environment, folder: &Path, forge: &Gitea) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let (url, token) = (forge.url(), forge.runner_token());
        let at = ["register", "--no-interactive", "--instance", &url, "--token", &token];
        let done = environment
            .command("gitea-runner", folder)
            .args(at)
            .args(["--name", "one", "--labels", "host:host"])
            .output();
        let done = done.expect("gitea-runner is on PATH: `sh tests/run` builds it");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let log = fs::File::create(folder.join("runner.log")).expect("a file");
        let mut daemon = environment.command("gitea-runner", folder);
        daemon.arg("daemon").stdout(log.try_clone().expect("a handle")).stderr(log).stdin(Stdio::null());
        Self(daemon.spawn().expect("the runner starts"))
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
