//! A real gitolite behind a real sshd: repositories whose rules say who may push what, rewind and delete.

use std::fs;
use std::path::{Path, PathBuf};

use super::keys;
use super::run::Environment;
use super::sshd::{Account, SshServer};

/// The user that the tests come as.
pub const USER: &str = "mei";

/// Serves until it is dropped.
pub struct Gitolite {
    server: SshServer,
    environment: Environment,
    folder: PathBuf,
}

impl Gitolite {
    /// Sets it up with `rules` (gitolite.com, "conf"): lines of `repo` and of who may do what there.
    pub fn start(environment: &Environment, folder: &Path, rules: &str) -> Self {
        let home = folder.join("home");
        fs::create_dir_all(home.join(".ssh")).expect("a folder");
        let environment = environment.with("HOME", &home).with("USER", "git");
        environment.tool("chmod", folder, &["700", &home.join(".ssh").to_string_lossy()]);
        let key = keys::ssh(&environment, folder, &format!("{USER}@example.com"));
        fs::copy(key.with_extension("key.pub"), folder.join(format!("{USER}.pub"))).expect("a file");
        environment.git(folder, &["config", "--global", "user.name", "git"]);
        environment.git(folder, &["config", "--global", "user.email", "git@example.com"]);
        environment.tool("gitolite", folder, &["setup", "-pk", &format!("{USER}.pub")]);
        let authorized = home.join(".ssh/authorized_keys");
        let account = Account { home: &home, authorized: &authorized, key: &key };
        let server = SshServer::start_for(&environment, folder, account);
        let gitolite = Self { server, environment, folder: folder.to_owned() };
        gitolite.rule(rules);
        gitolite
    }

    /// Other rules from now on.
    pub fn rule(&self, rules: &str) {
        let file = self.folder.join("home/.gitolite/conf/gitolite.conf");
        fs::write(file, format!("repo gitolite-admin\n    RW+ = {USER}\n{rules}")).expect("a file");
        self.environment.tool("gitolite", &self.folder, &["compile"]);
        self.environment.tool("gitolite", &self.folder, &["trigger", "POST_COMPILE"]);
    }

    /// The address of a repository by the name that the rules have for it.
    pub fn address(&self, name: &str) -> String {
        self.server.address(&Path::new("/").join(name))
    }

    /// What git has to start instead of `ssh`, for `GIT_SSH_COMMAND`.
    pub fn command(&self) -> String {
        self.server.command()
    }
}
