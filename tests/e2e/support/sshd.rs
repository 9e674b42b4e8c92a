//! A real ssh server for the remote: `sshd` on the loopback with a host key, a user key and a configuration of its own.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::keys;
use super::run::Environment;
use super::server::free_port;

/// Lets the user who runs the tests in, by one key, until it is dropped.
pub struct SshServer {
    child: Child,
    port: u16,
    client: PathBuf,
}

/// Whose account a server lets in.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    pub home: &'a Path,
    /// Its `authorized_keys`.
    pub authorized: &'a Path,
    /// The private key that clients come with.
    pub key: &'a Path,
}

impl SshServer {
    /// Starts a server whose files stand in `folder`, which is made.
    pub fn start(environment: &Environment, folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let user = keys::ssh(environment, folder, "user@example.com");
        let authorized = user.with_extension("key.pub");
        Self::start_for(
            environment,
            folder,
            Account { home: Path::new(environment.get("HOME")), authorized: &authorized, key: &user },
        )
    }

    /// The same for an account with a home and keys of its own.
    pub fn start_for(environment: &Environment, folder: &Path, account: Account<'_>) -> Self {
        let host = keys::ssh(environment, folder, "host@example.com");
        let program = program(environment).expect("sshd is missing: `sh tests/run` installs openssh-server");
        for _ in 0..5 {
            let port = free_port();
            let server = folder.join("sshd_config");
            fs::write(&server, server_settings(port, &host, account)).expect("a file");
            let log = fs::File::create(folder.join("sshd.log")).expect("a file");
            let mut child = environment
                .command(&program, folder)
                .args(["-D", "-e", "-f"])
                .arg(&server)
                .stdout(Stdio::null())
                .stderr(log)
                .spawn()
                .expect("sshd starts");
            if listens(port, &mut child) {
                let client = write_client(environment, folder, port, &host, account.key);
                return Self { child, port, client };
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        let log = fs::read_to_string(folder.join("sshd.log")).expect("its log");
        panic!("sshd does not listen (as root it needs the folder /run/sshd, which `sh tests/run` makes): {log}");
    }

    /// The address of a repository by its full path.
    pub fn address(&self, path: &Path) -> String {
        format!("ssh://127.0.0.1:{}{}", self.port, path.display())
    }

    /// What git has to start instead of `ssh`, for `GIT_SSH_COMMAND`.
    pub fn command(&self) -> String {
        format!("ssh -F {}", self.client.display())
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(environment: &Environment) -> Option<PathBuf> {
    let usual = ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from);
    let folders = std::env::split_paths(environment.get("PATH")).chain(usual);
    folders.map(|folder| folder.join("sshd")).find(|file| file.is_file())
}

/// The server's commands get a home and nothing else of the user's.
fn server_settings(port: u16, host: &Path, account: Account<'_>) -> String {
    format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
         UsePAM no\nUseDNS no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nMaxStartups 200\nPrintMotd no\nLogLevel ERROR\n\
         SetEnv HOME={} GIT_CONFIG_NOSYSTEM=1 LC_ALL=C\n",
        host.display(),
        account.authorized.display(),
        account.home.display(),
    )
}

/// Writes the client's configuration: this server alone is known, and nobody is asked anything.
fn write_client(environment: &Environment, folder: &Path, port: u16, host: &Path, user: &Path) -> PathBuf {
    let known = folder.join("known_hosts");
    let public = fs::read_to_string(host.with_extension("key.pub")).expect("the public key");
    fs::write(&known, format!("[127.0.0.1]:{port} {public}")).expect("a file");
    let name = environment.tool("id", folder, &["-un"]);
    let client = folder.join("ssh_config");
    let text = format!(
        "Host *\n  User {}\n  IdentityFile {}\n  IdentitiesOnly yes\n  UserKnownHostsFile {}\n\
         \x20 GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  BatchMode yes\n  LogLevel ERROR\n",
        name.trim(),
        user.display(),
        known.display(),
    );
    fs::write(&client, text).expect("a file");
    client
}

fn listens(port: u16, child: &mut Child) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        if child.try_wait().expect("the child is ours").is_some() {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}
