//! By which requests landings came, as their forge has told it once: a merge does not change any more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::commit::CommitId;
use crate::git::cache::Cache;

/// The name of the cache file.
const NAME: &str = "arrivals";
/// So many are remembered; the file is made anew beyond that.
const MOST: usize = 20_000;

/// By which request a landing came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// `#12`, `!12`, and its page.
    pub request: String,
    pub page: String,
    /// Who approved of it, and which head they saw.
    pub approvals: Vec<(String, Option<String>)>,
    /// Who merged it: a login at the forge.
    pub merged_by: Option<String>,
    /// The head that was merged: ours, with its trailers and its signature, also where the forge has made another commit of it.
    pub head: Option<String>,
}

impl Arrival {
    /// The head as a commit.
    pub fn head(&self) -> Option<CommitId> {
        self.head.as_deref().and_then(CommitId::from_hex)
    }
}

/// What is remembered, by landing.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Arrivals(BTreeMap<String, Arrival>);

impl Arrivals {
    /// What earlier runs left; empty where that cannot be read.
    pub fn load(cache: &Cache) -> Self {
        cache.load(NAME).and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Keeps it for later runs.
    pub fn store(&self, cache: &Cache) {
        if let Ok(bytes) = serde_json::to_vec(self) {
            cache.store(NAME, &bytes);
        }
    }

    pub fn of(&self, landing: CommitId) -> Option<&Arrival> {
        self.0.get(&landing.to_string())
    }

    /// Takes what a forge has told of a landing.
    pub fn add(&mut self, landing: CommitId, arrival: Arrival) {
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(landing.to_string(), arrival);
    }
}
