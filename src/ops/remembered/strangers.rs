//! Which members of families are somebody else's, remembered by reading verbs for the trees in which that was found out.

use std::collections::BTreeSet;

use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::git::cache::Cache;

use crate::ops::reading::members;
use crate::ops::reading::stack::Stack;

/// The name of the cache file.
const NAME: &str = "strangers";

/// The members that are somebody else's: as remembered for these very trees, else found out and remembered.
///
/// # Errors
/// A tree cannot be read.
pub fn strangers(stack: &Stack, cache: &Cache) -> Result<BTreeSet<AppName>, Error> {
    if stack.main.settings.families.is_empty() {
        return Ok(BTreeSet::new());
    }
    let trees = trees(stack)?;
    let known = cache.load(NAME).and_then(|bytes| String::from_utf8(bytes).ok());
    let known = known.as_deref().and_then(|text| text.strip_prefix(trees.as_str()));
    if let Some(names) = known {
        return Ok(names.lines().filter_map(|name| AppName::new(name).ok()).collect());
    }
    let found = members::strangers(stack)?;
    let names: Vec<&str> = found.iter().map(AppName::as_str).collect();
    cache.store(NAME, format!("{trees}{}", names.join("\n")).as_bytes());
    Ok(found)
}

/// The trees of all branches, on a line: the settings are in the first.
fn trees(stack: &Stack) -> Result<String, Error> {
    let mut out = Vec::new();
    for world in stack.worlds() {
        let root = world.files.entry(&RepoPath::root())?.map(|entry| entry.id.to_string());
        out.push(format!("{} {}", world.branch, root.unwrap_or_default()));
    }
    let given = if stack.main.has_file { "" } else { " without a file of its own" };
    Ok(format!("{}{given}\n", out.join(" ")))
}
