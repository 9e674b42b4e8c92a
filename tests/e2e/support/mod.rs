//! What every test stands on: throw-away repositories, keys, servers, and a runner with an environment of its own.

pub mod attested;
pub mod authority;
pub mod chance;
pub mod court;
pub mod example;
pub mod faulty;
pub mod fingerprint;
pub mod fixing;
pub mod forged;
pub mod forges;
pub mod gitea;
pub mod gitolite;
pub mod hooked;
pub mod http;
pub mod keys;
pub mod landed;
pub mod late;
pub mod pinned;
pub mod processes;
pub mod relay;
pub mod run;
pub mod runner;
pub mod server;
pub mod shim;
pub mod source;
pub mod sshd;
pub mod stage;
pub mod team;
pub mod transport;
pub mod world;
pub mod wrongs;

pub use world::{Shape, World};
