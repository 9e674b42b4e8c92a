//! What of a tree a checkout, or another reader, may see as something else than what is judged: links, names that some file systems do
//! not tell apart, attributes that rewrite files.

use std::collections::BTreeMap;

use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::plan::{Class, Odd};
use crate::domain::refusal::Error;
use crate::domain::settings::PathPattern;
use crate::domain::twins::{folded, looks_short, may_be_short_of};

use crate::ops::landing::classes::Classes;
use crate::ops::reading::world::World;

/// Attributes by which git writes something else into a work tree, an archive or a merge than what is kept (gitattributes(5)).
const ATTRIBUTES: [&str; 6] = ["working-tree-encoding", "ident", "filter", "export-subst", "export-ignore", "eol"];

/// What is odd among the governed paths of a tree, whatever changed. `main`: the branch of environments without one of their own.
///
/// # Errors
/// The tree cannot be read.
pub fn of(before: &World, after: &World, main: &BranchName) -> Result<Vec<Odd>, Error> {
    let mut all = Vec::new();
    collect(after.files.as_ref(), &RepoPath::root(), &mut all)?;
    let classes = Classes::new([before, after], main);
    let is_governed = |path: &RepoPath| Ok::<_, Error>(classes.of(path, Default::default())? != Class::Outside);
    let mut out = Vec::new();
    for entry in &all {
        let what = match entry.kind {
            EntryKind::Symlink => "is a symbolic link",
            EntryKind::Submodule => "is a submodule",
            EntryKind::File | EntryKind::Executable | EntryKind::Folder => continue,
        };
        if is_governed(&entry.path)? {
            out.push(Odd { path: entry.path.clone(), what: what.to_string() });
        }
    }
    for (path, twin) in twins(&all) {
        if is_governed(path)? || is_governed(twin)? {
            let what = format!(
                "may be `{twin}` to some file system (by case, composition, or what is not looked at in a name)"
            );
            out.push(Odd { path: path.clone(), what });
        }
    }
    for entry in all.iter().filter(|entry| entry.path.name().eq_ignore_ascii_case(".gitattributes")) {
        let Some(text) = after.files.read(&entry.path)? else { continue };
        for (pattern, attribute) in rewriting(&String::from_utf8_lossy(&text)) {
            let folder = entry.path.parent().unwrap_or_else(RepoPath::root);
            let hit = all.iter().filter(|one| one.kind != EntryKind::Folder && matches(&pattern, &folder, &one.path));
            for one in hit {
                if is_governed(&one.path)? {
                    out.push(Odd {
                        path: entry.path.clone(),
                        what: format!("gives `{}` the attribute `{attribute}`", one.path),
                    });
                    break;
                }
            }
        }
    }
    Ok(out)
}

/// Every entry of a tree.
fn collect(files: &dyn Files, folder: &RepoPath, out: &mut Vec<Entry>) -> Result<(), Error> {
    for entry in files.list(folder)? {
        if entry.kind == EntryKind::Folder {
            collect(files, &entry.path, out)?;
        }
        out.push(entry);
    }
    Ok(())
}

/// The entries that another one is a twin of, each with that other one.
fn twins(all: &[Entry]) -> Vec<(&RepoPath, &RepoPath)> {
    let mut known: BTreeMap<RepoPath, &RepoPath> = BTreeMap::new();
    let mut out = Vec::new();
    for entry in all {
        match known.get(&folded(&entry.path)) {
            Some(twin) => out.push((&entry.path, *twin)),
            None => drop(known.insert(folded(&entry.path), &entry.path)),
        }
    }
    // Windows finds a file by its short name as well.
    let mut shorts: BTreeMap<Option<RepoPath>, Vec<&RepoPath>> = BTreeMap::new();
    for short in all.iter().filter(|entry| looks_short(entry.path.name())) {
        shorts.entry(short.path.parent()).or_default().push(&short.path);
    }
    for entry in all.iter().filter(|_| !shorts.is_empty()) {
        let beside = shorts.get(&entry.path.parent()).into_iter().flatten();
        let of_it = beside.filter(|short| may_be_short_of(short.name(), entry.path.name()));
        out.extend(of_it.map(|short| (*short, &entry.path)));
    }
    out
}

/// The patterns of a file of attributes that set one by which files are rewritten, with that attribute.
fn rewriting(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        let sets = |word: &str| {
            let name = word.split('=').next().unwrap_or_default();
            ATTRIBUTES.contains(&name) || word == "merge=union" || word == "-diff"
        };
        let first = words.find(|word| sets(word));
        // A macro may stand for any of them.
        match pattern.strip_prefix("[attr]") {
            Some(name) if first.is_some() => out.push(("*".to_string(), format!("[attr]{name}"))),
            _ => out.extend(first.map(|word| (pattern.trim_matches('"').to_string(), word.to_string()))),
        }
    }
    out
}

/// Whether a pattern of a folder's attributes fits a path (gitattributes(5)): one without a slash fits names at any depth.
fn matches(pattern: &str, folder: &RepoPath, path: &RepoPath) -> bool {
    if !path.is_within(folder) {
        return false;
    }
    let below = path.as_str().strip_prefix(folder.as_str()).unwrap_or(path.as_str()).trim_start_matches('/');
    let (text, pattern) = match pattern.strip_prefix('/').unwrap_or(pattern) {
        anchored if anchored.contains('/') || pattern.starts_with('/') => (below, anchored),
        plain => (path.name(), plain),
    };
    // What is no pattern that can be read may be any.
    PathPattern::new(pattern).map_or(true, |_| fits(pattern.as_bytes(), text.as_bytes()))
}

/// git's wildmatch, as far as it can only fit too much: `*` and `?` cross slashes, a class is any character.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', rest @ ..] => (0..=text.len()).any(|at| fits(rest, &text[at..])),
        [b'?', rest @ ..] => !text.is_empty() && fits(rest, &text[1..]),
        [b'[', rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == b']').map_or(rest.len(), |end| end + 1);
            !text.is_empty() && fits(&rest[end..], &text[1..])
        }
        [byte, rest @ ..] => {
            text.first().is_some_and(|first| first.eq_ignore_ascii_case(byte)) && fits(rest, &text[1..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_that_rewrite_are_found_with_their_patterns_and_others_are_not() {
        let text = "# *.yaml filter=evil\n*.png binary\n*.yaml filter=evil\n/apps/** text working-tree-encoding=UTF-16\n\
                    [attr]odd ident\n*.md -text\n*.lock merge=union\n";
        let found = rewriting(text);
        let patterns: Vec<&str> = found.iter().map(|(pattern, _)| pattern.as_str()).collect();
        assert_eq!(patterns, ["*.yaml", "/apps/**", "*", "*.lock"]);
    }

    #[test]
    fn a_pattern_fits_at_least_what_git_fits() {
        let path = |text: &str| RepoPath::new(text).unwrap();
        let fits = |pattern: &str, folder: &str, at: &str| {
            let folder = if folder.is_empty() { RepoPath::root() } else { path(folder) };
            matches(pattern, &folder, &path(at))
        };
        assert!(fits("*.yaml", "", "apps/web/x.yaml"));
        assert!(fits("x.yaml", "apps", "apps/web/x.yaml"));
        assert!(!fits("*.yaml", "other", "apps/web/x.yaml"));
        assert!(fits("/apps/**", "", "apps/web/x.yaml"));
        assert!(fits("web/*.yaml", "apps", "apps/web/x.yaml"));
        assert!(!fits("/x.yaml", "", "apps/web/x.yaml"));
        assert!(fits("[xy].yaml", "", "apps/web/x.yaml"));
        assert!(!fits("*.md", "", "apps/web/x.yaml"));
    }
}
