//! Whole-process time of a promotion without a clone (`--repo`) against a shallow, partial clone and a push, over ssh.
//!
//! `cargo bench --bench by_address [-- --rounds N --applications N --commits N]`

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

#[path = "measure/large.rs"]
mod large;
#[allow(dead_code, reason = "others measure memory, too")]
mod measure;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use large::{Wanted, application, history, path};
use measure::{median, ratio, show, time};
use support::keys;
use support::run::{Environment, program};
use support::sshd::SshServer;

/// What somebody without a clone and without stageline runs: ADDRESS FILE VERSION.
const SCRIPT: &str = "#!/bin/sh
set -e
rm -rf clone
git clone -q --depth 1 --filter=blob:none \"$1\" clone
cd clone
sed -i \"s/newTag: [^ ]*/newTag: $3/\" \"$2\"
git commit -q -S -m \"promote: $3\" \"$2\"
git push -q origin main
";

/// The same for somebody who knows how to have the one file checked out alone.
const SPARING: &str = "#!/bin/sh
set -e
rm -rf clone
git clone -q --depth 1 --filter=blob:none --no-checkout \"$1\" clone
cd clone
git sparse-checkout set --no-cone \"/$2\"
git checkout -q main
sed -i \"s/newTag: [^ ]*/newTag: $3/\" \"$2\"
git commit -q -S -m \"promote: $3\" \"$2\"
git push -q origin main
";

fn main() {
    let wanted = Wanted { rounds: 9, applications: 2000, commits: 100_000 }.read();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let world = Remote::make(folder.path(), &wanted);
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{} applications x 4 environments, {} commits, over ssh to this machine; {} rounds, turn by turn; medians of whole processes, this machine, this run",
        wanted.applications, wanted.commits, wanted.rounds
    ));
    let found = world.measure(wanted.rounds);
    say(format!("{:<62}{:>12}", "git clone --depth 1 --filter=blob:none, sed, commit -S, push", show(found.script)));
    say(format!("{:<62}{:>12}", "the same, with the one file checked out alone", show(found.sparing)));
    for (name, took) in [("promote --repo, cold: no cache at all", found.cold), ("promote --repo, warm", found.warm)] {
        say(format!(
            "{name:<62}{:>12}{:>9.2}x{:>9.2}x",
            show(took),
            ratio(took, found.script),
            ratio(took, found.sparing)
        ));
    }
    say(wanted.again("by_address"));
}

/// A config repository behind a server, and somebody who has no clone of it.
struct Remote {
    environment: Environment,
    address: String,
    /// Where the user is.
    dir: PathBuf,
    scripts: [PathBuf; 2],
    // Only held: it ends with its value.
    _server: SshServer,
}

struct Found {
    script: Duration,
    sparing: Duration,
    cold: Duration,
    warm: Duration,
}

impl Remote {
    fn make(root: &Path, wanted: &Wanted) -> Self {
        let environment = Environment::below(root);
        let key = keys::ssh(&environment, &root.join("home"), "mei@example.com");
        for (name, value) in [
            ("user.name", "Mei Lin"),
            ("user.email", "mei@example.com"),
            ("gpg.format", "ssh"),
            ("user.signingkey", key.to_str().expect("a plain path")),
        ] {
            environment.git(root, &["config", "--global", name, value]);
        }
        let remote = root.join("remote.git");
        environment.git(root, &["init", "-q", "--bare", "-b", "main", "remote.git"]);
        // As forges have it; sshd lets no newer protocol through, which would need only the first.
        for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
            environment.git(&remote, &["config", key, "true"]);
        }
        let mut import = environment
            .command("git", &remote)
            .args(["fast-import", "--quiet", "--depth=50"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git starts");
        let size = (wanted.applications, wanted.commits);
        history(&mut BufWriter::new(import.stdin.take().expect("a pipe")), size, true).expect("a stream");
        assert!(import.wait().expect("the child is ours").success());
        let server = SshServer::start(&environment, &root.join("sshd"));
        let environment = environment.with("GIT_SSH_COMMAND", server.command());
        let dir = root.join("user");
        fs::create_dir(&dir).expect("a folder");
        let scripts = [("script", SCRIPT), ("sparing", SPARING)].map(|(name, text)| {
            let file = root.join(name);
            fs::write(&file, text).expect("a script");
            fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("our own file");
            file
        });
        Self { environment, address: server.address(&remote), dir, scripts, _server: server }
    }

    fn promote(&self, version: &str) -> Command {
        let mut command = self.environment.command(program(), &self.dir);
        command.args(["--repo", &self.address, "promote", &application(0), "--to", "qa", "--version", version]);
        command
    }

    fn without_cache(&self) {
        let cache = Path::new(self.environment.get("XDG_CACHE_HOME")).join("stageline");
        if cache.exists() {
            fs::remove_dir_all(cache).expect("our own folder");
        }
    }

    /// Each round lands four times, so that each meets a remote that somebody else has pushed to.
    fn measure(&self, rounds: usize) -> Found {
        let file = path(&application(0), "qa");
        let mut took: [Vec<Duration>; 4] = Default::default();
        // The first round fills the caches of the system and is not counted.
        for round in 0..=rounds {
            // The warm one meets news as the others do.
            for nth in [0, 2, 1, 3] {
                let version = format!("v2.{round}.{nth}");
                let time = match nth {
                    0 | 1 => {
                        let mut command = self.environment.command(&self.scripts[nth], &self.dir);
                        time(command.args([&self.address, &file, &version]))
                    }
                    2 => {
                        self.without_cache();
                        time(&mut self.promote(&version))
                    }
                    _ => time(&mut self.promote(&version)),
                };
                if round > 0 {
                    took[nth].push(time);
                }
            }
        }
        let [script, sparing, cold, warm] = took.map(median);
        Found { script, sparing, cold, warm }
    }
}
