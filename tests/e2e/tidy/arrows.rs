//! Who may import whom, and what stays behind which fence.

use std::collections::BTreeSet;

use super::names::Names;
use super::sources::{File, sources};

/// Which rooms a room may import from, beside itself.
pub const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("yaml", &[]),
    ("lines", &["yaml"]),
    ("text", &["domain"]),
    ("process", &["domain"]),
    ("policy", &["domain"]),
    ("records", &["domain"]),
    ("overlay", &["domain", "yaml", "lines"]),
    ("config", &["domain", "yaml", "overlay"]),
    ("git", &["domain", "policy", "process"]),
    ("manifests", &["domain", "process"]),
    ("http", &[]),
    ("forge", &["domain", "http"]),
    ("notify", &["domain", "http", "text"]),
    ("render", &["domain", "text"]),
    (
        "ops",
        &[
            "domain",
            "text",
            "yaml",
            "process",
            "policy",
            "records",
            "config",
            "overlay",
            "git",
            "manifests",
            "forge",
            "notify",
        ],
    ),
    ("cli", &["domain", "text", "process", "config", "git", "render", "ops"]),
    ("main", &["cli"]),
];

/// What may be named only in these rooms.
const FENCES: &[(&[&str], &[&str])] = &[
    (&["git2"], &["git"]),
    (&["ssh_key"], &["git"]),
    (&["clap"], &["cli"]),
    (&["clap_complete"], &["cli"]),
    (&["console"], &["cli"]),
    (&["indicatif"], &["cli"]),
    (&["std", "env", "var"], &["cli"]),
    (&["std", "env", "var_os"], &["cli"]),
    (&["std", "env", "vars"], &["cli"]),
    (&["std", "env", "vars_os"], &["cli"]),
    (&["std", "env", "args"], &["cli"]),
    (&["std", "env", "args_os"], &["cli"]),
    (&["std", "env", "current_dir"], &["cli"]),
    (&["std", "env", "home_dir"], &["cli"]),
    (&["std", "env", "temp_dir"], &["cli"]),
    (&["std", "io", "stdout"], &["cli"]),
    (&["std", "io", "stderr"], &["cli"]),
    (&["granit_parser"], &["yaml"]),
    (&["serde_yaml"], &["config", "records", "render"]),
    (&["std", "process", "Command"], &["process"]),
    (&["std", "process", "Child"], &["process"]),
    (&["std", "process", "Stdio"], &["process"]),
    (&["std", "process", "exit"], &[]),
];

/// Where files are read and written by their own names, as folders or files below `src/`; what git holds is read through it.
const FILES: &[&str] = &[
    // The object store, the work tree, caches and turns.
    "git/",
    // Completion scripts that stand beside a shell's, the scratch folder, the program itself.
    "cli/",
    // `/proc`, for what a program started.
    "process/tree.rs",
    // `diff --rendered` lays out what kustomize builds from.
    "ops/verbs/diff.rs",
    // `init` writes the file of settings.
    "ops/verbs/init.rs",
    "ops/verbs/lacking.rs",
    "ops/verbs/setup.rs",
    // `--config FILE`, and a look at the work tree's file, which is only remarked upon.
    "ops/reading/stack.rs",
];

/// Where reports are made and written, as folders below `src/`: everywhere else what was found is told by its own types.
const REPORTS: &[&str] = &["domain/", "ops/verbs/", "ops/judging/", "ops/evidence/", "ops/reports/", "render/", "cli/"];

/// Calls that read the clock: it arrives as a value everywhere but in `cli/`.
const CLOCKS: &[&[&str]] = &[&["Timestamp", "now"], &["Zoned", "now"], &["SystemTime", "now"]];

/// The faults of one file against the table and the fences.
fn faults(file: &File) -> Vec<String> {
    let names = Names::of(file);
    let place = file.place();
    let mut out = Vec::new();
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == file.room) else {
        return vec![format!("{place}: the room `{}` is not in the plan", file.room)];
    };
    for path in &names.found {
        if path[0] == "crate" {
            let Some(room) = path.get(1) else { continue };
            if *room != file.room && ROOMS.iter().any(|(name, _)| name == room) && !allowed.contains(&room.as_str()) {
                out.push(format!("{place}: `{}` may not import `{}`", file.room, path.join("::")));
            }
        }
        for (fenced, rooms) in FENCES {
            if path.len() >= fenced.len()
                && path.iter().zip(*fenced).all(|(a, b)| a == b)
                && !rooms.contains(&file.room.as_str())
            {
                out.push(format!("{place}: `{}` is named outside {rooms:?}", path.join("::")));
            }
        }
        if path[..].starts_with(&["crate", "domain", "report"].map(String::from))
            && !REPORTS.iter().any(|room| place.starts_with(room))
        {
            out.push(format!("{place}: names a report, and makes none"));
        }
        for clock in CLOCKS {
            if path.ends_with(&clock.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()) && file.room != "cli" {
                out.push(format!("{place}: reads the clock by `{}`", path.join("::")));
            }
        }
    }
    for name in &names.macros {
        let printing = matches!(name.as_str(), "print" | "println" | "eprint" | "eprintln" | "dbg");
        if printing && file.room != "cli" {
            out.push(format!("{place}: prints by `{name}!`"));
        }
        if matches!(name.as_str(), "todo" | "unimplemented") {
            out.push(format!("{place}: `{name}!` is not an answer"));
        }
    }
    out
}

#[test]
fn imports_follow_the_plan_and_stay_behind_the_fences() {
    let faults: Vec<String> = sources().iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reader_finds_what_it_is_there_to_find() {
    let file = |room: &str, text: &str| File::made_up(&format!("{room}/x.rs"), text);
    for (room, text) in [
        ("domain", "use crate::{git::repo::Repo};"),
        ("domain", "fn f() { super::super::yaml::edit() }"),
        ("yaml", "use git2::Repository;"),
        ("ops", "fn f() { std::env::var(\"X\"); }"),
        ("git", "use std::process::{Command};"),
        ("ops", "fn f() { println!(\"x\") }"),
        ("ops", "fn f() { jiff::Timestamp::now(); }"),
        ("cli", "fn f() { todo!() }"),
        ("attic", "fn f() {}"),
    ] {
        assert_eq!(faults(&file(room, text)).len(), 1, "{room}: {text}");
    }
    for (room, text) in [
        ("ops", "use crate::{git::repo::Repo, domain::names::EnvName};"),
        ("domain", "use super::names::EnvName;"),
        ("domain", "#[cfg(test)] mod tests { use crate::git::repo::Repo; }"),
        ("cli", "fn f() { println!(\"x\"); std::env::args(); }"),
    ] {
        assert_eq!(faults(&file(room, text)), Vec::<String>::new(), "{room}: {text}");
    }
}

/// Whether a file reads or writes files.
fn touches_files(file: &File) -> bool {
    Names::of(file).found.iter().any(|path| path.len() > 1 && path[0] == "std" && path[1] == "fs")
}

#[test]
fn files_are_touched_only_where_it_belongs() {
    let touching: Vec<String> = sources().iter().filter(|file| touches_files(file)).map(File::place).collect();
    let fresh: Vec<_> = touching.iter().filter(|place| !FILES.iter().any(|home| place.starts_with(home))).collect();
    assert!(fresh.is_empty(), "`std::fs` outside {FILES:?}: {fresh:#?}");
    let idle: Vec<_> = FILES.iter().filter(|home| !touching.iter().any(|place| place.starts_with(**home))).collect();
    assert!(idle.is_empty(), "no `std::fs` there, take it out of the list: {idle:?}");
}

#[test]
fn every_way_to_touch_files_is_seen() {
    for (text, touches) in [
        ("use std::fs;", true),
        ("use std::{fs::File, io};", true),
        ("fn f() { std::fs::read(\"x\"); }", true),
        ("fn f() { println!(\"{:?}\", std::fs::read(\"x\")) }", true),
        ("use std::io;", false),
        ("#[cfg(test)] mod tests { use std::fs; }", false),
    ] {
        assert_eq!(touches_files(&File::made_up("ops/x.rs", text)), touches, "{text}");
    }
}

/// The rooms that each file imports from.
fn used(files: &[File]) -> BTreeSet<(String, String)> {
    let rooms = |file: &File| {
        let crates = Names::of(file).found.into_iter().filter(|path| path.len() > 1 && path[0] == "crate");
        crates.map(|path| (file.room.clone(), path[1].clone())).collect::<Vec<_>>()
    };
    files.iter().flat_map(rooms).collect()
}

#[test]
fn every_arrow_of_the_plan_is_used() {
    let used = used(&sources());
    let planned = ROOMS.iter().flat_map(|(room, from)| from.iter().map(|from| (room.to_string(), from.to_string())));
    let idle: Vec<String> = planned.filter(|arrow| !used.contains(arrow)).map(|(a, b)| format!("{a} -> {b}")).collect();
    assert!(idle.is_empty(), "allowed, and nothing uses it: {}", idle.join(", "));
}

#[test]
fn arrows_are_told_by_who_imports_from_whom() {
    let text = "use crate::domain::names; fn f() { crate::text::csv::cell() }
        #[cfg(test)] mod tests { use crate::git::repo::Repo; }";
    let found = used(&[File::made_up("render/x.rs", text)]);
    let arrows = [("render", "domain"), ("render", "text")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(found, BTreeSet::from(arrows));
}
