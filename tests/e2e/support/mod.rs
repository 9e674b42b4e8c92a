//! What every test stands on: throw-away repositories, keys, servers, and a runner with an environment of its own.

pub mod example;
pub mod faulty;
pub mod fingerprint;
pub mod keys;
pub mod landed;
pub mod run;
pub mod server;
pub mod shim;
pub mod source;
pub mod world;

pub use world::{Shape, World};
