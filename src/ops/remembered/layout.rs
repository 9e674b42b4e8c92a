//! What discovery found in a tree, remembered by reading verbs as the `stageline.yaml` that says the same.

use std::sync::Arc;

use crate::config::discover::Discovery;
use crate::config::{check, text};
use crate::domain::commit::TreeId;
use crate::domain::settings::{FILE, Origin, Settings};
use crate::git::cache::Cache;

/// The name of the cache file.
const NAME: &str = "layout";

/// What was found in this tree; `None` where that is not remembered.
pub fn load(cache: &Cache, root: TreeId) -> Option<Settings> {
    let bytes = cache.load(NAME)?;
    read(bytes.strip_prefix(format!("{root}\n").as_bytes())?)
}

/// Remembers what was found in this tree, if it reads back to the same.
pub fn store(cache: &Cache, root: TreeId, found: &Arc<Settings>) {
    let discovery = Discovery::of(Settings::clone(found), Vec::new());
    let text = text::init(&discovery);
    if read(text.as_bytes()).as_ref() == Some(found) {
        cache.store(NAME, format!("{root}\n{text}").as_bytes());
    }
}

fn read(text: &[u8]) -> Option<Settings> {
    let settings = check::check(text, FILE).ok()?;
    Some(Settings { origin: Origin::Discovered, ..settings })
}
