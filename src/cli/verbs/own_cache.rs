//! The cache of verbs that judge others: a folder that is named and is this user's alone, or one that goes with the run.

use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::git::hook::strange_cache;
use crate::process::Surroundings;

/// Makes it the cache of this run; what is returned lives as long as that.
///
/// # Errors
/// It may be somebody else's, or none can be made.
pub fn set(folder: Option<&Path>, surroundings: &mut Surroundings) -> Result<Option<TempDir>, Error> {
    let (folder, scratch) = match folder {
        Some(folder) => {
            let folder = surroundings.current_dir.join(folder);
            if let Some(why) = strange_cache(&folder) {
                return Err(
                    Refusal::new(Code::NoCacheFolder, format!("the cache may be somebody else's: {why}")).invalid()
                );
            }
            (folder, None)
        }
        None => {
            let scratch = tempfile::Builder::new().prefix("cache-").tempdir().context("cannot make a folder")?;
            (scratch.path().to_path_buf(), Some(scratch))
        }
    };
    surroundings.variables.insert("XDG_CACHE_HOME".into(), folder.into_os_string());
    Ok(scratch)
}
