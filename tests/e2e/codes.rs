//! The words by which machines tell problems apart: which there are, that none changes unnoticed, and that each is met by a test.

use std::fs;
use std::path::Path;

use crate::support::World;

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
            let start = if is_test { Some(0) } else { text.find("#[cfg(test)]\nmod tests {") };
            out.extend(start.map(|start| text[start..].to_owned()));
        }
    }
}

/// The name of a word in the sources: `NoSuchBranch` of `no-such-branch`.
fn name(word: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    word.split('-').map(capital).collect()
}

/// What tests do to read the word of a refusal.
const READS: [&str; 5] = ["refus", "ends_with(", "[\"code\"]", ".code", "code("];
/// Whatever has these before it is a text that is looked for, a name, or a refusal that a test makes itself.
const OTHERS: [&str; 5] = ["says(", "contains(", "clone_as(", "Refusal::new(", "\"--commit\", "];

/// Whether a test has this in a function that reads words, as one of them.
fn is_named(text: &str, what: &str) -> bool {
    text.match_indices(what).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + what.len()..]);
        let start = before.rfind("fn ").unwrap_or_default();
        let end = ["\n}\n", "\n    }\n"].iter().filter_map(|end| after.find(end)).min().unwrap_or(after.len());
        let function = [&before[start..], &after[..end]];
        !after.starts_with(|next: char| next.is_alphanumeric())
            && !OTHERS.iter().any(|other| before.ends_with(other))
            && READS.iter().any(|reads| function.iter().any(|part| part.contains(reads)))
    })
}

#[test]
fn each_is_met_by_a_test() {
    let mut text = String::new();
    tests(&root("tests"), false, &mut text);
    tests(&root("src"), true, &mut text);
    let is_met =
        |word: &String| is_named(&text, &format!("Code::{}", name(word))) || is_named(&text, &format!("\"{word}\""));
    let unmet: Vec<String> = words().into_iter().filter(|word| !is_met(word)).collect();
    assert!(unmet.is_empty(), "no test meets these and names them: {unmet:?}");
}
