//! The byte-exact property on real config repositories: every scalar is set to new versions; its bytes change and no other,
//! and other parsers read the same data but for that scalar, which they read as a string.
//!
//! `sh tests/run corpus` runs these tests; they are left out where no repositories lie at `../shared/corpus`.

// `tests/e2e/tidy.rs` knows files of tests by this attribute.
#[cfg(test)]
mod documents;
#[cfg(test)]
mod leaves;
#[cfg(test)]
mod moves;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use rayon::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::settings::Form;
use crate::domain::version::is_tag;
use crate::yaml::edit::{Action, Edit, apply};
use crate::yaml::route::Document;
use crate::yaml::tree::Tree;

use documents::{Documents, note, replacement};
use leaves::{Leaf, leaves};
use moves::moves;

/// A commit, and what some parser takes for a number, a date, a boolean or nothing. Every pin is set to each of them, any other
/// field to one.
const VERSIONS: [&str; 12] = [
    "9d3e7aa1c0ffee00112233445566778899aabbcc",
    "1234567",
    "12e4567",
    "0123456",
    "1_000",
    "0x1F",
    "1.10",
    "2026-11-24",
    "true",
    "null",
    "v1.8.2",
    "~",
];

/// Why a scalar may not be set; any other fault is a failure.
const RULES: [&str; 5] = ["by alias", "the tag", "is given twice", "merge key", "spans several lines"];

/// What came of one file.
#[derive(Default)]
struct Outcome {
    /// Why it cannot be read.
    unread: Option<String>,
    documents: Vec<Documents>,
    kinds: BTreeMap<&'static str, usize>,
    fields: usize,
    /// Sites that discovery finds and `overlay/` moves, and those that it does not move in one scalar, by the reason.
    moved: usize,
    unmoved: BTreeMap<String, usize>,
    /// Scalars that may not be set, with the reason.
    refused: Vec<String>,
    edits: usize,
    failures: Vec<String>,
}

struct Run {
    folder: TempDir,
    figures: String,
    pins: usize,
    failures: Vec<String>,
}

fn corpus() -> (PathBuf, usize) {
    match std::env::var_os("STAGELINE_CORPUS") {
        Some(folder) => (folder.into(), 1),
        // Fewer pins than these mean that the search is broken.
        None => (Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), 250),
    }
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_ours =
            [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending)) || KUSTOMIZATIONS.contains(&&*name);
        match entry.file_type().unwrap() {
            kind if kind.is_dir() && name != ".git" => files(&path, out),
            kind if kind.is_file() && is_ours => out.push(path),
            _ => {}
        }
    }
}

/// All edits, made once for all tests.
fn run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let (root, _) = corpus();
        let mut paths = Vec::new();
        files(&root, &mut paths);
        paths.sort();
        let outcomes: Vec<(String, Outcome)> = paths
            .par_iter()
            .map(|path| {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_string();
                let outcome = edited(&name, &fs::read(path).unwrap());
                (name, outcome)
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let mut lines = io::BufWriter::new(fs::File::create(folder.path().join("documents.jsonl")).unwrap());
        for documents in outcomes.iter().flat_map(|(_, outcome)| &outcome.documents).filter(|one| one.edits() > 0) {
            documents.write(&mut lines).unwrap();
        }
        lines.into_inner().unwrap();
        summary(folder, &outcomes)
    })
}

fn summary(folder: TempDir, outcomes: &[(String, Outcome)]) -> Run {
    let (mut kinds, mut unmoved): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = Default::default();
    for (_, outcome) in outcomes {
        outcome.kinds.iter().for_each(|(kind, count)| *kinds.entry(kind).or_default() += count);
        outcome.unmoved.iter().for_each(|(code, count)| *unmoved.entry(code).or_default() += count);
    }
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(|(_, outcome)| of(outcome)).sum::<usize>();
    let list = |counts: &BTreeMap<&str, usize>| {
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let unread: Vec<String> =
        outcomes.iter().filter_map(|(name, one)| Some(format!("  {name}: {}", one.unread.as_ref()?))).collect();
    let refused: Vec<&String> = outcomes.iter().flat_map(|(_, outcome)| &outcome.refused).collect();
    let failures: Vec<String> = outcomes.iter().flat_map(|(_, outcome)| outcome.failures.clone()).collect();
    let pins = kinds.values().sum();
    let mut figures = String::new();
    if !unread.is_empty() {
        figures += &format!("corpus: not YAML (templates and odd test data):\n{}\n", unread.join("\n"));
    }
    for one in &refused {
        figures += &format!("corpus: refused: {one}\n");
    }
    figures += &format!(
        "corpus: bytes: {} files, {} of them not YAML; {pins} pin sites ({}); {} other fields; {} refused; {} sites moved by their kind of pin, {} not ({}); {} edits; {} failures\n",
        outcomes.len(),
        unread.len(),
        list(&kinds),
        sum(|one| one.fields),
        refused.len(),
        sum(|one| one.moved),
        unmoved.values().sum::<usize>(),
        list(&unmoved),
        sum(|one| one.edits),
        failures.len(),
    );
    Run { folder, figures, pins, failures }
}

/// Makes every edit of one file, each from the file as it is.
fn edited(name: &str, old: &[u8]) -> Outcome {
    let mut out = Outcome::default();
    let (text, tree) = match (std::str::from_utf8(old), Tree::parse(old)) {
        (Ok(text), Ok(tree)) => (text, tree),
        (_, Err(fault)) => return Outcome { unread: Some(fault.to_string()), ..out },
        (Err(why), _) => return Outcome { unread: Some(why.to_string()), ..out },
    };
    out.documents.push(Documents::new(name.to_string(), text));
    let leaves = leaves(text, &tree);
    let moves = moves(name, text, &tree, &leaves, &mut out);
    for (at, leaf) in leaves.iter().enumerate() {
        let place = format!("{name}:{}: {}", leaf.line, leaf.route);
        let own = moves.get(&at);
        let kind = leaf.kind.or(own.map(|_| "found by discovery alone"));
        let versions = if kind.is_some() { &VERSIONS[..] } else { &VERSIONS[at % VERSIONS.len()..][..1] };
        let is_image = matches!(leaf.form, Form::Image);
        for version in versions.iter().copied().filter(|version| !is_image || is_tag(version)) {
            let says = leaf.saying(version);
            let new = match apply(old, &[set(leaf, &says)]) {
                Ok(new) => new,
                Err(fault) => {
                    let is_rule = RULES.iter().any(|rule| fault.message.contains(rule));
                    let list = if is_rule { &mut out.refused } else { &mut out.failures };
                    list.push(format!("{place}: {}", fault.message));
                    break;
                }
            };
            out.edits += 1;
            match replacement(old, &new, &leaf.span) {
                Some(written) => out.failures.extend(note(&mut out.documents, leaf, written, &says).err()),
                None => out.failures.push(format!("{place}: other bytes differ, set to `{says}`")),
            }
            for edits in own.into_iter().flatten().filter_map(|moves| moves.get(version)) {
                if apply(old, edits).as_ref() != Ok(&new) {
                    out.failures.push(format!("{place}: its kind of pin makes other edits for `{version}`: {edits:?}"));
                }
            }
        }
        match kind {
            Some(kind) => *out.kinds.entry(kind).or_default() += 1,
            None => out.fields += 1,
        }
    }
    out
}

fn set(leaf: &Leaf, says: &str) -> Edit {
    let action = match &leaf.inside {
        None => Action::Set(says.to_string()),
        Some(inside) => Action::SetInside(inside.route.clone(), says.to_string()),
    };
    Edit { document: Some(Document::Index(leaf.document)), route: leaf.route.clone(), action }
}

/// Edits that no parser may agree to: a number, another value, another type, and what is no document any more.
const WRONG: [&str; 4] = ["1234567", "\"1234567\"\nb: 3", "\"1234567\"\nb: \"2\"", "["];

/// Has another parser read every document before and after (`tests/corpus/check.py`).
fn read_by(parser: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/check.py");
    let check = |documents: &Path| {
        Command::new("python3").arg(&script).arg(parser).arg(documents).output().expect("python3 starts")
    };
    let wrong = WRONG.map(|written| {
        let edit = json!({ "at": "wrong", "part": 0, "start": 5, "end": 12, "written": written, "path": ["tag"], "says": "1234567" });
        json!({ "name": "wrong", "documents": ["tag: v1\nb: 2\n"], "edits": [edit] }).to_string()
    });
    let file = run().folder.path().join(format!("wrong-{parser}.jsonl"));
    fs::write(&file, wrong.join("\n")).unwrap();
    let told = String::from_utf8_lossy(&check(&file).stderr).into_owned();
    assert!(told.ends_with("; 4 failures\n"), "{parser} finds nothing wrong with what is wrong: {told}");
    let checked = check(&run().folder.path().join("documents.jsonl"));
    show(&String::from_utf8_lossy(&checked.stderr));
    assert!(checked.status.success(), "{parser} does not agree: see above");
}

/// Shows figures whether the test passes or not: what is printed would be captured.
fn show(figures: &str) {
    write!(io::stderr(), "{figures}").unwrap();
}

#[test]
#[ignore = "needs real config repositories: sh tests/run corpus"]
fn an_edit_changes_the_bytes_of_its_scalar_alone() {
    let run = run();
    show(&run.figures);
    assert!(run.failures.is_empty(), "{} failures:\n{}", run.failures.len(), run.failures.join("\n"));
    assert!(run.pins >= corpus().1, "only {} pin sites: the search is broken", run.pins);
}

#[test]
#[ignore = "needs real config repositories and PyYAML: sh tests/run corpus"]
fn pyyaml_reads_the_same_data_but_for_one_string() {
    read_by("pyyaml");
}

#[test]
#[ignore = "needs real config repositories and helm: sh tests/run corpus"]
fn go_yaml_reads_the_same_data_but_for_one_string() {
    read_by("helm");
}
