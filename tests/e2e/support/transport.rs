//! The ways on which git reaches a remote, each with the real server that it needs.

use std::path::Path;

use super::World;
use super::http::HttpServer;
use super::run::Environment;
use super::server::Server;
use super::sshd::SshServer;

/// A way to a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Path,
    Git,
    Http,
    Ssh,
}

/// A world's remote, reachable by one transport until this is dropped.
pub struct Served {
    address: String,
    environment: Environment,
    // Only held: a server ends with its value.
    _server: Running,
}

enum Running {
    Nothing,
    Git { _server: Server },
    Http { _server: HttpServer },
    Ssh { _server: SshServer },
}

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Path => "path",
            Self::Git => "git",
            Self::Http => "http",
            Self::Ssh => "ssh",
        })
    }
}

impl Served {
    /// Starts what the transport needs for the remote of `world`.
    pub fn start(world: &World, transport: Transport) -> Self {
        let (base, environment) = (world.path(""), world.environment.clone());
        let (address, environment, server) = match transport {
            Transport::Path => (world.remote.display().to_string(), environment, Running::Nothing),
            Transport::Git => {
                let server = Server::start(&environment, &base);
                (server.address("remote.git"), environment, Running::Git { _server: server })
            }
            Transport::Http => {
                environment.git(&world.remote, &["config", "http.receivepack", "true"]);
                let server = HttpServer::start(&environment, &base);
                (server.address("remote.git"), environment, Running::Http { _server: server })
            }
            Transport::Ssh => {
                let server = SshServer::start(&environment, &world.path("sshd"));
                let environment = environment.with("GIT_SSH_COMMAND", server.command());
                (server.address(&world.remote), environment, Running::Ssh { _server: server })
            }
        };
        Self { address, environment, _server: server }
    }

    /// Where the remote is reached.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The environment in which a client reaches the remote.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Has a clone fetch and push on this way.
    pub fn lead(&self, clone: &Path) {
        self.environment.git(clone, &["remote", "set-url", "origin", &self.address]);
    }
}
