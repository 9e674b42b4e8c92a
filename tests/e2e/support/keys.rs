//! Throw-away signing keys, each made by the program that a user would make it with.

use std::fs;
use std::path::{Path, PathBuf};

use super::run::Environment;

/// Makes an SSH key for `principal` and returns its private file; the public one stands beside it.
pub fn ssh(environment: &Environment, folder: &Path, principal: &str) -> PathBuf {
    let file = folder.join(format!("{}.key", principal.replace('@', "-at-")));
    let output = environment
        .command("ssh-keygen", folder)
        .args(["-q", "-t", "ed25519", "-N", "", "-C", principal, "-f"])
        .arg(&file)
        .output()
        .expect("ssh-keygen starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    file
}

/// The line of an allowed-signers file that trusts `key` for `principal`.
pub fn allowed(principal: &str, key: &Path) -> String {
    let public = fs::read_to_string(key.with_extension("key.pub")).expect("the public key");
    format!("{principal} namespaces=\"git,stageline-statement\" {}\n", public.trim_end())
}

/// An OpenPGP key in a home of its own, under a path that is short enough for the agent's socket.
pub struct OpenPgp {
    home: tempfile::TempDir,
    pub fingerprint: String,
    environment: Environment,
}

impl OpenPgp {
    /// Makes a key without a passphrase for `name <email>`.
    pub fn make(environment: &Environment, name: &str, email: &str) -> Self {
        let home = tempfile::Builder::new().prefix("slg").tempdir_in("/tmp").expect("a short folder");
        fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("our own folder");
        let environment = environment.with("GNUPGHOME", home.path());
        let run = |args: &[&str]| {
            let output = environment.command("gpg", home.path()).args(args).output().expect("gpg starts");
            assert!(output.status.success(), "gpg {args:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let who = format!("{name} <{email}>");
        run(&[
            "--batch",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
            "--quick-gen-key",
            &who,
            "ed25519",
            "sign",
        ]);
        let listing = run(&["--batch", "--with-colons", "--list-secret-keys"]);
        let fingerprint = listing
            .lines()
            .find_map(|line| line.strip_prefix("fpr:"))
            .map(|rest| rest.trim_matches(':').to_owned())
            .expect("a fingerprint");
        Self { home, fingerprint, environment }
    }

    /// The public key, armored.
    pub fn public(&self) -> String {
        self.environment.tool("gpg", self.home.path(), &["--batch", "--armor", "--export", &self.fingerprint]) + "\n"
    }

    /// The environment in which gpg finds the key.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }
}

impl Drop for OpenPgp {
    fn drop(&mut self) {
        // The agent outlives gpg; without this it would stay after the tests.
        let _ = self.environment.command("gpgconf", self.home.path()).args(["--kill", "all"]).output();
    }
}
