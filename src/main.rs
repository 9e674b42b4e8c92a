//! stageline: promotes applications through a GitOps environment stack.

mod cli;
mod config;
mod domain;
mod forge;
mod git;
mod manifests;
mod ops;
mod overlay;
mod policy;
mod process;
mod records;
mod render;
mod text;
mod yaml;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cli::run())
}
