//! The words by which machines tell problems apart: which there are, that none changes unnoticed, and that each is met by a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::World;

/// Those that tests meet by their message at most, and do not name yet. The list may only shrink.
const UNMET: &[&str] = &[
    "ambiguous-version",
    "authentication",
    "bad-images",
    "bad-label",
    "bad-ref",
    "bad-remote",
    "bad-source-address",
    "bad-tag",
    "bad-version",
    "bare",
    "branch-not-moved",
    "branches-taken",
    "build-failed",
    "cannot-edit",
    "commit-missing",
    "declined",
    "digest-needed",
    "digest-of-one-image",
    "digest-would-vanish",
    "direction-unknown",
    "failed",
    "file-changed",
    "file-gone",
    "git-failed",
    "git-too-old",
    "hold-changed",
    "image-unknown",
    "interrupted",
    "kind-unknown",
    "later",
    "member",
    "more-than-a-version",
    "no-applications",
    "no-branch",
    "no-builder",
    "no-cache-folder",
    "no-config",
    "no-landing",
    "no-overlay",
    "no-place-for-a-digest",
    "no-ref",
    "no-remote",
    "no-source",
    "no-such-format",
    "no-such-image",
    "no-such-program",
    "no-such-version",
    "no-version",
    "no-version-for-site",
    "not-a-folder",
    "not-a-plain-file",
    "not-a-scalar",
    "not-landed",
    "object-corrupt",
    "object-missing",
    "path-not-utf8",
    "pin-moved-back",
    "pin-went",
    "plan-changed",
    "push-unknown",
    "record-changed",
    "record-unreadable",
    "several",
    "several-commits",
    "shared-scalar",
    "signing-unknown",
    "source-authentication",
    "source-damaged",
    "tag-needed",
    "to-is-a-version",
    "two-kustomizations",
    "unproven",
    "unreadable-landing",
    "wants-to-ask",
    "which-environment",
    "which-remote",
];

/// The words of the schema of errors.
fn words() -> Vec<String> {
    let schema: serde_json::Value =
        serde_json::from_str(&World::new().run(&["schema", "error"]).exits(0).stdout).expect("a JSON Schema");
    let listed = schema["$defs"]["Code"]["enum"].as_array().expect("a list").clone();
    listed.iter().map(|word| word.as_str().expect("a word").to_owned()).collect()
}

fn root(below: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

#[test]
fn the_words_are_those_that_scripts_know() {
    let kept = fs::read_to_string(root("tests/codes.txt")).expect("the list");
    let found = words().join("\n");
    assert_eq!(
        found,
        kept.trim_end(),
        "a new word goes into tests/codes.txt; one that is gone breaks somebody's script"
    );
}

/// The text of all tests: the files of tests, and what stands behind `#[cfg(test)]` in the sources.
fn tests(folder: &Path, is_source: bool, out: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests(&path, is_source, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("e2e/codes.rs") {
            let text = fs::read_to_string(&path).expect("a file");
            let is_test = !is_source || ["tests.rs", "sample.rs", "corpus.rs"].iter().any(|name| path.ends_with(name));
            let start = if is_test { Some(0) } else { text.find("#[cfg(test)]\nmod ") };
            out.extend(start.map(|start| text[start..].to_owned()));
        }
    }
}

/// The name of a word in the sources: `NoSuchBranch` of `no-such-branch`.
fn name(word: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    word.split('-').map(capital).collect()
}

#[test]
fn each_is_met_by_a_test() {
    let mut text = String::new();
    tests(&root("tests"), false, &mut text);
    tests(&root("src"), true, &mut text);
    let is_met = |word: &String| {
        let full = format!("Code::{}", name(word));
        let named = text
            .match_indices(&full)
            .any(|(at, _)| !text[at + full.len()..].starts_with(|next: char| next.is_alphanumeric()));
        named || text.contains(&format!("\"{word}\""))
    };
    let unmet: BTreeSet<String> = words().into_iter().filter(|word| !is_met(word)).collect();
    assert_eq!(unmet, UNMET.iter().map(|word| (*word).to_owned()).collect());
}
