//! A hand that signs: real keys of every kind, and commits with whatever signature stands on them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::domain::commit::CommitId;
use crate::git::program::{Git, Hooks};
use crate::git::sample::{BEGIN, Sample};
use crate::process::Kind;

/// A date of a commit that is neither old nor to come.
pub(super) const NOW: i64 = BEGIN;

pub(super) struct Hand {
    pub(super) sample: Sample,
    pub(super) dir: PathBuf,
    /// gpg's folder with all secret keys.
    pub(super) ring: PathBuf,
}

impl Drop for Hand {
    fn drop(&mut self) {
        // The agent that made the secret keys; there is none where no key was made.
        let _ = Command::new("gpgconf").arg("--homedir").arg(&self.ring).args(["--kill", "gpg-agent"]).output();
    }
}

/// Runs a program to its success, and gives its output.
fn run(command: &mut Command, stdin: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

impl Hand {
    pub(super) fn new() -> Self {
        let sample = Sample::new();
        let dir = sample.init("config");
        sample.commit(&dir, "a", Some("1"));
        let ring = sample.path("ring");
        std::fs::create_dir(&ring).unwrap();
        std::fs::set_permissions(&ring, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        Self { sample, dir, ring }
    }

    /// A commit's text without a signature.
    pub(super) fn payload(&self, message: &str, time: i64) -> String {
        let tree = self.sample.git(&self.dir, &["rev-parse", "HEAD^{tree}"]);
        format!("tree {tree}\nauthor Mei <mei@x> {time} +0000\ncommitter Mei <mei@x> {time} +0000\n\n{message}\n")
    }

    /// Writes the commit of a text, with these headers before its message.
    pub(super) fn commit(&self, payload: &str, headers: &[(&str, &str)]) -> CommitId {
        let (head, message) = payload.split_once("\n\n").unwrap();
        let folded = |value: &str| value.trim_end_matches('\n').replace('\n', "\n ");
        let headers: String = headers.iter().map(|(name, value)| format!("\n{name} {}", folded(value))).collect();
        self.object("commit", &format!("{head}{headers}\n\n{message}"))
    }

    pub(super) fn object(&self, kind: &str, text: &str) -> CommitId {
        let args = ["hash-object", "-t", kind, "-w", "--stdin", "--literally"];
        let git = Git::new(&self.sample.surroundings, &self.dir, Kind::Plumbing, Hooks::Off, args);
        let id = git.stdin(text.as_bytes().to_vec()).stdout().unwrap();
        CommitId::from_hex(String::from_utf8(id).unwrap().trim()).unwrap()
    }

    pub(super) fn ssh_key(&self, name: &str) -> PathBuf {
        let file = self.sample.path(name);
        run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file), b"");
        file
    }

    /// Has an authority certify a key; gives the certificate.
    pub(super) fn certify(&self, authority: &Path, key: &Path, principals: &str, validity: &str) -> PathBuf {
        let mut command = Command::new("ssh-keygen");
        command.arg("-q").arg("-s").arg(authority).args(["-I", "id", "-n", principals, "-V", validity]);
        run(command.arg(key.with_extension("pub")), b"");
        let name = key.file_name().unwrap().to_string_lossy();
        key.with_file_name(format!("{name}-cert.pub"))
    }

    /// Type and key, as an allowed-signers file has them.
    pub(super) fn public(&self, key: &Path) -> String {
        let text = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        text.split(' ').take(2).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn fingerprint(&self, key: &Path) -> String {
        let out = run(Command::new("ssh-keygen").arg("-l").arg("-f").arg(key.with_extension("pub")), b"");
        String::from_utf8(out).unwrap().split(' ').nth(1).unwrap().to_string()
    }

    pub(super) fn ssh_sign(&self, key: &Path, namespace: &str, payload: &str) -> String {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", namespace, "-f"]).arg(key);
        String::from_utf8(run(&mut command, payload.as_bytes())).unwrap()
    }

    pub(super) fn gpg(&self, args: &[&str], stdin: &[u8]) -> Vec<u8> {
        let mut command = Command::new("gpg");
        command.arg("--homedir").arg(&self.ring);
        command.args(["--batch", "-q", "--pinentry-mode", "loopback", "--passphrase", ""]).args(args);
        run(&mut command, stdin)
    }

    /// Makes a key that signs, at a moment of gpg's form where one is given, and gives its fingerprint.
    pub(super) fn pgp_key(&self, user_id: &str, expires: &str, at: Option<&str>) -> String {
        let time = at.map(|at| format!("--faked-system-time={at}"));
        let mut args: Vec<&str> = time.iter().map(String::as_str).collect();
        args.extend(["--quick-generate-key", user_id, "ed25519", "cert,sign", expires]);
        self.gpg(&args, b"");
        let listed = self.gpg(&["--with-colons", "--list-keys", &format!("={user_id}")], b"");
        let listed = String::from_utf8(listed).unwrap();
        let line = listed.lines().find(|line| line.starts_with("fpr:")).unwrap();
        line.split(':').nth(9).unwrap().to_string()
    }

    pub(super) fn pgp_public(&self, key: &str, armored: bool) -> Vec<u8> {
        self.gpg(&[if armored { "--armor" } else { "--no-armor" }, "--export", key], b"")
    }

    pub(super) fn pgp_sign(&self, key: &str, payload: &str) -> String {
        self.pgp_sign_with(&["-u", key], payload)
    }

    pub(super) fn pgp_sign_with(&self, args: &[&str], payload: &str) -> String {
        let args = [args, &["--armor", "--detach-sign"]].concat();
        String::from_utf8(self.gpg(&args, payload.as_bytes())).unwrap()
    }

    /// A whole key is revoked from now on.
    pub(super) fn revoke(&self, key: &str) {
        let file = self.ring.join("openpgp-revocs.d").join(format!("{key}.rev"));
        let text = std::fs::read_to_string(file).unwrap().replace(":-----BEGIN", "-----BEGIN");
        self.gpg(&["--import"], text.as_bytes());
    }

    /// The first subkey of a key is revoked from now on.
    pub(super) fn revoke_subkey(&self, key: &str) {
        let mut command = Command::new("gpg");
        command.arg("--homedir").arg(&self.ring);
        command.args(["-q", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "", "--command-fd", "0"]);
        run(command.args(["--edit-key", key]), b"key 1\nrevkey\ny\n0\n\ny\nsave\n");
    }

    /// git in the repository, with the secret keys.
    pub(super) fn git_with_keyring(&self, args: &[&str]) {
        let git = Git::new(&self.sample.surroundings, &self.dir, Kind::Plumbing, Hooks::Off, args);
        git.set("GNUPGHOME", &self.ring).stdout().unwrap();
    }
}
