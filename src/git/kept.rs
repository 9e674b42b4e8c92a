//! Repositories of our own in the user's cache folder: where they are, and in which surroundings git works on them.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::domain::refusal::Error;
use crate::process::{REPOSITORY, Surroundings};

/// Where files of the user's may be kept that can be deleted at any time; `None` where no such folder is known.
pub(super) fn cache_folder(surroundings: &Surroundings) -> Option<PathBuf> {
    let variable = |name: &str| {
        surroundings.variables.get(&OsString::from(name)).map(PathBuf::from).filter(|path| path.is_absolute())
    };
    let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    cache.map(|cache| cache.join("stageline"))
}

/// The variables that add one configuration value to those that the environment already gives git.
pub(super) fn one_more_setting(surroundings: &Surroundings, key: &str, value: &str) -> Vec<(OsString, OsString)> {
    let count = surroundings.variables.get(&OsString::from("GIT_CONFIG_COUNT"));
    let count: usize = count.and_then(|count| count.to_str()?.parse().ok()).unwrap_or(0);
    vec![
        ("GIT_CONFIG_COUNT".into(), (count + 1).to_string().into()),
        (format!("GIT_CONFIG_KEY_{count}").into(), key.into()),
        (format!("GIT_CONFIG_VALUE_{count}").into(), value.into()),
    ]
}

/// The variables by which a hook or an outer git speak of *its* repository say nothing of another one.
pub(super) fn of_its_own(surroundings: &Surroundings) -> Surroundings {
    let mut own = surroundings.clone();
    for name in REPOSITORY.into_iter().chain(["GIT_QUARANTINE_PATH", "GIT_NAMESPACE"]) {
        own.variables.remove(OsStr::new(name));
    }
    // Ours are bare and are opened by their exact path, so a user's `explicit` has nothing to protect here.
    let bare = one_more_setting(&own, "safe.bareRepository", "all");
    own.variables.extend(bare);
    own
}

/// Removes a folder with all that is in it, where there is one.
pub(super) fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(anyhow::Error::new(error).context(format!("cannot remove {}", folder.display())).into())
        }
        _ => Ok(()),
    }
}
