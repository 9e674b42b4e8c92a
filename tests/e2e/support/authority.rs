//! An authority of the tests' own, with the certificate of a server on the loopback.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::run::Environment;

/// Makes `ca.pem`, `cert.pem` and `key.pem` in a folder; the certificate is for these names: `IP:127.0.0.1`.
pub fn certified(environment: &Environment, folder: &Path, names: &str) {
    fs::create_dir_all(folder).expect("a folder");
    let openssl = |args: &str| environment.tool("openssl", folder, &args.split(' ').collect::<Vec<_>>());
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3 -subj /CN=own-authority -addext basicConstraints=critical,CA:TRUE",
    );
    openssl("req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj /CN=127.0.0.1");
    fs::write(folder.join("ext"), format!("subjectAltName={names}\nbasicConstraints=CA:FALSE\n")).expect("a file");
    openssl("x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem");
}

/// A script of this folder that prints the port which it serves, until this is dropped.
pub struct Script {
    child: Child,
    pub port: u16,
}

impl Script {
    /// Starts it in a folder.
    pub fn start(environment: &Environment, folder: &Path, name: &str, args: &[&str]) -> Self {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/support").join(name);
        let mut command = environment.command("python3", folder);
        command.arg("-B").arg(script).args(args).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a port");
        let port = line.trim().parse().expect("a port");
        Self { child, port }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
