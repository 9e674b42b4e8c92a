//! What ARCHITECTURE.md names is there, and what is there it names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use syn::visit::{self, Visit};

use super::arrows::ROOMS;
use super::sources::{File, root, sources};

/// Where the paths of the page start.
const STARTS: &[&str] = &["", "src", "tests/e2e"];

/// Code on the page that is not ours: other programs, their commands, the user's files.
const FOREIGN: &[&str] = &[
    "cargo test",
    "checkout",
    "git add",
    "git fetch",
    "git merge --ff-only",
    "git stash",
    "read-tree -m -u",
    "stageline.yaml",
    "std::fs",
    "unsafe",
    "update-ref",
];

/// What the page says is not there yet.
const LATER: &[&str] = &[];

/// What the sources define, by the ways in which the page may name it.
#[derive(Default)]
struct Defined {
    types: BTreeSet<String>,
    /// Modules, functions, verbs and flags.
    words: BTreeSet<String>,
}

impl Defined {
    fn of(files: &[File]) -> Self {
        let mut defined = Self::default();
        for file in files {
            defined.words.extend(file.module.iter().cloned());
            defined.visit_file(&file.parsed());
        }
        defined
    }
}

impl<'ast> Visit<'ast> for Defined {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.types.insert(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.types.insert(item.ident.to_string());
        if item.ident == "Verb" {
            self.words.extend(item.variants.iter().map(|verb| verb.ident.to_string().to_lowercase()));
        }
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.types.insert(item.ident.to_string());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.types.insert(item.ident.to_string());
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.words.insert(signature.ident.to_string());
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        let flag = field.attrs.iter().any(|attribute| attribute.path().is_ident("arg"));
        if let (true, Some(name)) = (flag, &field.ident) {
            self.words.insert(format!("--{}", name.to_string().replace('_', "-")));
        }
    }
}

fn page() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page")
}

/// What the page writes in backticks, outside its blocks.
fn quoted(page: &str) -> BTreeSet<&str> {
    let outside = page.split("\n```").step_by(2);
    outside.flat_map(|text| text.split('`').skip(1).step_by(2)).collect()
}

fn is_path(code: &str) -> bool {
    code.contains('/') || code.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "rs" | "py" | "md"))
}

fn stands(path: &str) -> bool {
    let at = |start: &&str| root().join(start).join(path);
    STARTS.iter().map(at).any(|found| if path.ends_with('/') { found.is_dir() } else { found.is_file() })
}

fn is_type(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_uppercase())
        && code.contains(|letter: char| letter.is_ascii_lowercase())
        && code.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// What the page names and nobody can find.
fn faults(page: &str, defined: &Defined) -> Vec<String> {
    let known = |code: &str| FOREIGN.contains(&code) || LATER.contains(&code);
    let fault = |code: &str| {
        let (there, kind) = if is_path(code) {
            (stands(code), "path")
        } else if is_type(code) {
            (defined.types.contains(code), "type")
        } else {
            (defined.words.contains(code.trim_end_matches("()")), "module, function, verb or flag")
        };
        (!there).then(|| format!("`{code}`: there is no such {kind}"))
    };
    quoted(page).into_iter().filter(|code| !known(code)).filter_map(fault).collect()
}

#[test]
fn every_path_type_and_verb_that_the_page_names_is_there() {
    let page = page();
    let faults = faults(&page, &Defined::of(&sources()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let quoted = quoted(&page);
    let unnamed: Vec<_> = FOREIGN.iter().chain(LATER).filter(|code| !quoted.contains(*code)).collect();
    assert!(unnamed.is_empty(), "not on the page, take it out of the list: {unnamed:?}");
    let come: Vec<_> = LATER.iter().filter(|path| stands(path)).collect();
    assert!(come.is_empty(), "there by now, and the page says not yet: {come:?}");
}

/// The rows of the table of rooms: each room with what it may import.
fn table(page: &str) -> Vec<(String, BTreeSet<String>)> {
    let after = page.split("\n## The rooms\n").nth(1).unwrap_or_default();
    let section = after.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let room = cells[0].trim_matches('`').trim_end_matches('/').trim_end_matches(".rs").to_owned();
        let from = cells.last().filter(|cell| **cell != "-").into_iter().flat_map(|cell| cell.split(", "));
        (room, from.map(str::to_owned).collect())
    });
    rows.collect()
}

#[test]
fn the_table_of_rooms_has_every_room_and_the_arrows_that_are_enforced() {
    let table: BTreeMap<String, BTreeSet<String>> = table(&page()).into_iter().collect();
    let rooms: BTreeSet<String> = sources().into_iter().map(|file| file.room).collect();
    assert_eq!(table.keys().cloned().collect::<BTreeSet<_>>(), rooms, "the rooms of the page, and those of src");
    for (room, from) in ROOMS {
        let from: BTreeSet<String> = from.iter().map(|from| (*from).to_owned()).collect();
        assert_eq!(table.get(*room), Some(&from), "{room}: what the page says, and what is enforced");
    }
}

#[test]
fn whatever_the_page_names_in_vain_is_found() {
    let source = "pub struct Cell { #[arg(long)] dry_run: bool } enum Verb { Promote } fn gates() {}";
    let defined = Defined::of(&[File::made_up("git/x.rs", source)]);
    let good =
        "`git/mod.rs`, `src/git/`, `tidy.rs` `benches/` `Cell` `gates()` `gates` `promote` `--dry-run` `x` `git`";
    assert_eq!(faults(good, &defined), [""; 0]);
    for bad in
        ["git/no-such.rs", "no-such/", "git/mod.rs/", "git", "Kell", "gate()", "rollback", "--draft", "git add -p"]
    {
        let defined = if bad == "git" { &Defined::default() } else { &defined };
        assert_eq!(faults(&format!("see `{bad}`\n```\n`Bell`\n```\n"), defined).len(), 1, "{bad}");
    }
    let page = "\n## The rooms\n\n| room | holds | may import |\n|---|---|---|\n| `a/` | x, y | - |\n| `b.rs` | | a, c |\n\n## X\n| `d` | | - |\n";
    let rows = [("a", &[] as &[&str]), ("b", &["a", "c"])];
    let rows = rows.map(|(room, from)| (room.to_owned(), from.iter().map(|from| (*from).to_owned()).collect()));
    assert_eq!(table(page), rows);
}
