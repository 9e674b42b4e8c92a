//! The files that discovery parsed, for whoever reads the same ones next.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::commit::BlobId;
use crate::yaml::tree::Tree;

/// Parsed files by their blobs.
#[derive(Default)]
pub struct Parsed(Mutex<HashMap<BlobId, Tree>>);

impl Parsed {
    /// Keeps a tree until somebody takes it.
    pub fn keep(&self, blob: BlobId, tree: Tree) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(blob, tree);
    }

    /// The tree of a file, once.
    pub fn take(&self, blob: BlobId) -> Option<Tree> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&blob)
    }
}
