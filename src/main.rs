//! stageline: promotes applications through a GitOps environment stack.

mod cli;
mod config;
mod domain;
mod forge;
mod git;
mod http;
mod lines;
mod manifests;
mod notify;
mod ops;
mod overlay;
mod policy;
mod process;
mod records;
mod render;
mod text;
mod yaml;

use std::process::ExitCode;

/// Many small nodes are made and freed by several threads at once; the system's allocator takes a fifth longer for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(cli::run())
}
