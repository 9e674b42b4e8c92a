//! The plan of the house, read from the sources: who may import whom, and what stays behind which fence.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// Which rooms a room may import from, beside itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("yaml", &[]),
    ("text", &["domain"]),
    ("process", &["domain"]),
    ("policy", &["domain"]),
    ("records", &["domain", "yaml"]),
    ("overlay", &["domain", "yaml"]),
    ("config", &["domain", "yaml", "overlay"]),
    ("git", &["domain", "policy", "process"]),
    ("manifests", &["domain", "process"]),
    ("forge", &["domain", "text"]),
    ("render", &["domain", "text"]),
    (
        "ops",
        &["domain", "yaml", "text", "process", "policy", "records", "config", "overlay", "git", "manifests", "forge"],
    ),
    (
        "cli",
        &[
            "domain",
            "yaml",
            "text",
            "process",
            "policy",
            "records",
            "config",
            "overlay",
            "git",
            "manifests",
            "forge",
            "render",
            "ops",
        ],
    ),
    ("main", &["cli"]),
];

/// What may be named only in these rooms.
const FENCES: &[(&[&str], &[&str])] = &[
    (&["git2"], &["git"]),
    (&["ssh_key"], &["git"]),
    (&["clap"], &["cli"]),
    (&["clap_complete"], &["cli"]),
    (&["clap_mangen"], &["cli"]),
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

/// Calls that read the clock: it arrives as a value everywhere but in `cli/`.
const CLOCKS: &[&[&str]] = &[&["Timestamp", "now"], &["Zoned", "now"], &["SystemTime", "now"]];

struct File {
    path: PathBuf,
    text: String,
    room: String,
    module: Vec<String>,
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 20, "the sources are not where they were");
    // Whole files of tests are declared by their parent: `#[cfg(test)] mod fixture;`.
    let tests: BTreeSet<Vec<String>> = files.iter().flat_map(test_modules).collect();
    files.retain(|file| !tests.contains(&file.module));
    files
}

fn test_modules(file: &File) -> Vec<Vec<String>> {
    let parsed = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path.display()));
    let declared = parsed.items.iter().filter_map(|item| match item {
        syn::Item::Mod(item) if item.content.is_none() && only_in_tests(&item.attrs) => Some(item.ident.to_string()),
        _ => None,
    });
    declared.map(|name| file.module.iter().cloned().chain([name]).collect()).collect()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).expect("below src").with_extension("");
            let mut module: Vec<String> =
                relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            let room = module[0].clone();
            if matches!(module.last().map(String::as_str), Some("mod" | "main")) {
                module.pop();
            }
            let text = fs::read_to_string(&path).expect("text");
            files.push(File { path, text, room, module });
        }
    }
}

/// Every path that a file names outside its tests, with `crate`, `self` and `super` resolved.
#[derive(Default)]
struct Names {
    module: Vec<String>,
    found: BTreeSet<Vec<String>>,
    macros: BTreeSet<String>,
}

impl Names {
    fn of(file: &File) -> Self {
        let parsed = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path.display()));
        let mut names = Self { module: file.module.clone(), ..Self::default() };
        names.visit_file(&parsed);
        names
    }

    fn add(&mut self, segments: Vec<String>) {
        let mut base: Option<Vec<String>> = None;
        let mut rest = segments.as_slice();
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => base = Some(Vec::new()),
                "self" => base = Some(base.unwrap_or_else(|| self.module.clone())),
                "super" => {
                    let mut up = base.unwrap_or_else(|| self.module.clone());
                    up.pop();
                    base = Some(up);
                }
                _ => break,
            }
            rest = others;
        }
        let resolved = match base {
            Some(base) => ["crate".to_owned()].into_iter().chain(base).chain(rest.iter().cloned()).collect(),
            None => segments,
        };
        self.found.insert(resolved);
    }

    fn flatten(&mut self, prefix: &[String], tree: &syn::UseTree) {
        let with = |name: String| prefix.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.flatten(&with(path.ident.to_string()), &path.tree),
            syn::UseTree::Name(name) => self.add(with(name.ident.to_string())),
            syn::UseTree::Rename(name) => self.add(with(name.ident.to_string())),
            syn::UseTree::Glob(_) => self.add(with("*".into())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.flatten(prefix, item)),
        }
    }
}

fn only_in_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test")
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !only_in_tests(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !only_in_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !only_in_tests(&item.attrs) {
            self.flatten(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(last) = call.path.segments.last() {
            self.macros.insert(last.ident.to_string());
        }
        visit::visit_macro(self, call);
    }
}

/// The faults of one file against the table and the fences.
fn faults(file: &File) -> Vec<String> {
    let names = Names::of(file);
    let place = file.path.display();
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
    let file = |room: &str, text: &str| File {
        path: PathBuf::from(format!("src/{room}/x.rs")),
        text: text.to_owned(),
        room: room.to_owned(),
        module: vec![room.to_owned(), "x".to_owned()],
    };
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

#[test]
fn every_file_says_in_its_first_line_why_it_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = sources();
    for folder in ["tests", "benches"] {
        collect(root, &root.join(folder), &mut files);
    }
    for file in files {
        let first = file.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 8, "{}: {first:?}", file.path.display());
    }
}

#[test]
fn no_file_has_more_than_600_lines_of_code_before_its_tests() {
    for file in sources() {
        let code = file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        assert!(lines <= 600, "{}: {lines} lines", file.path.display());
    }
}
