//! `--rendered`: builds an overlay with the `kustomize` or `kubectl` on the PATH.

use std::path::Path;

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::process::Surroundings;

/// The program that builds, `kustomize` before `kubectl`; an error that names both where there is neither.
pub fn builder(_surroundings: &Surroundings) -> Result<Builder, Error> {
    unimplemented!()
}

/// A program that builds kustomizations.
#[derive(Debug, Clone)]
pub struct Builder {}

impl Builder {
    /// Builds the overlay folder below `root` (a checked-out copy of the repository); its output as text.
    pub fn build(&self, _root: &Path, _overlay: &RepoPath) -> Result<String, Error> {
        unimplemented!()
    }
}
