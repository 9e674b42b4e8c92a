//! No file imports, by whatever way round, from one that imports from it.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::sources::{File, sources};

/// Which file imports from which, by their places.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The files by their modules, with what each names and imports.
struct House<'a> {
    files: BTreeMap<&'a [String], (&'a File, Names)>,
}

impl<'a> House<'a> {
    fn of(files: &'a [File]) -> Self {
        Self { files: files.iter().map(|file| (file.module.as_slice(), (file, Names::of(file)))).collect() }
    }

    fn arrows(&self) -> Arrows {
        let from = |file: &File, names: &Names| {
            let homes = names.found.iter().filter_map(|path| self.home(path, 0));
            homes.map(File::place).filter(|home| *home != file.place()).collect()
        };
        self.files.values().map(|(file, names)| (file.place(), from(file, names))).collect()
    }

    /// The file where the thing at a path stands. What a module only passes on from its own files stands there: a room
    /// whose `mod.rs` declares and re-exports them is no circle by that.
    fn home(&self, path: &[String], depth: usize) -> Option<&'a File> {
        let (root, path) = path.split_first()?;
        if root != "crate" || depth > 9 {
            return None;
        }
        let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
        let (file, names) = &self.files[&path[..length]];
        let imported = path.get(length).and_then(|name| names.imports.get(name));
        let own = imported.filter(|import| import.get(1..).is_some_and(|import| import.starts_with(&path[..length])));
        let passed_on = own.and_then(|import| {
            let whole: Vec<String> = import.iter().chain(&path[length + 1..]).cloned().collect();
            self.home(&whole, depth + 1)
        });
        Some(passed_on.unwrap_or(file))
    }
}

/// Everything that can be reached from a file, itself only if there is a way back.
fn reach(arrows: &Arrows, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(place) = next.pop() {
        for to in arrows.get(&place).into_iter().flatten() {
            if seen.insert(to.clone()) {
                next.push(to.clone());
            }
        }
    }
    seen
}

/// Each circle as the list of its files.
fn circles(arrows: &Arrows) -> BTreeSet<Vec<String>> {
    let reach: BTreeMap<&str, BTreeSet<String>> =
        arrows.keys().map(|place| (place.as_str(), reach(arrows, place))).collect();
    let circle = |place: &str| {
        let both = reach[place].iter().filter(|other| reach.get(other.as_str()).is_some_and(|to| to.contains(place)));
        both.cloned().collect::<Vec<_>>()
    };
    reach.keys().map(|place| circle(place)).filter(|circle| !circle.is_empty()).collect()
}

/// A circle with the arrows that make it one, for who has to open it.
fn told(circle: &[String], arrows: &Arrows) -> String {
    let lines = circle.iter().map(|place| {
        let to: Vec<_> = arrows[place].iter().filter(|to| circle.contains(to)).map(String::as_str).collect();
        format!("    {place} -> {}", to.join(", "))
    });
    format!("circle: {}\n{}", circle.join(" "), lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn no_file_imports_from_one_that_imports_from_it() {
    let files = sources();
    let arrows = House::of(&files).arrows();
    let found: Vec<String> = circles(&arrows).iter().map(|circle| told(circle, &arrows)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn circles_are_found_whichever_way_the_import_is_written() {
    let found = |files: &[(&str, &str)]| {
        let files: Vec<File> = files.iter().map(|(place, text)| File::made_up(place, text)).collect();
        circles(&House::of(&files).arrows()).into_iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    let pair = "git/a.rs git/b.rs";
    for (a, b) in [
        ("use super::b::f;", "use super::a;"),
        ("use crate::git::b::{f, g};", "fn g() { super::a::h() }"),
        ("fn f() { println!(\"{}\", super::b::g()) }", "use super::a::h;"),
        ("#[serde(with = super::b::g)] struct S;", "use super::a::h;"),
        // Through the name that the parent passes on.
        ("use super::g;", "use super::a::h;"),
    ] {
        let parent = ("git/mod.rs", "mod a; mod b; pub use b::g;");
        assert_eq!(found(&[parent, ("git/a.rs", a), ("git/b.rs", b)]), [pair], "{a} {b}");
    }
    // A file that passes on what stands in another one is imported from all the same.
    let beside =
        [("git/a.rs", "pub use super::b::f;"), ("git/b.rs", "use super::c::g;"), ("git/c.rs", "use super::a::f;")];
    assert_eq!(found(&beside), ["git/a.rs git/b.rs git/c.rs"]);
    let chain = [
        ("git/a.rs", "use super::b::f;"),
        ("git/b.rs", "use super::c::f;"),
        ("git/c.rs", "use super::a::f;"),
        ("git/d.rs", "use super::a::f;"),
    ];
    assert_eq!(found(&chain), ["git/a.rs git/b.rs git/c.rs"]);
    for parent in ["mod a; use a::f; fn g() {}", "mod a; fn g() { a::f() }"] {
        assert_eq!(
            found(&[("git/mod.rs", parent), ("git/a.rs", "use super::g;")]),
            ["git/a.rs git/mod.rs"],
            "{parent}"
        );
    }
    let passes_on = "mod a; mod b; pub use a::f; use b::g;";
    for a in ["use super::g;", "pub(super) fn f() {}", "#[cfg(test)] mod tests { use super::super::b::f; }"] {
        let b = "#[cfg(test)] fn f() { super::a::f() }";
        assert_eq!(found(&[("git/mod.rs", passes_on), ("git/a.rs", a), ("git/b.rs", b)]), [""; 0], "{a}");
    }
}
