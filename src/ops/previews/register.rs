//! The list by which the cluster finds instances: an entry comes when one is made and goes with it, and nothing else changes.

use crate::domain::files::{EntryKind, Files};
use crate::domain::preview::Slug;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Entry, Holes, Register};
use crate::yaml::edit::{Action, Edit, New, apply};
use crate::yaml::route::{Document, Route, Step};
use crate::yaml::tree::{Fault, Node, Tree};

use super::names::{Names, lacking};

/// What an instance adds to the list: its entry, filled in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    Text(String),
    /// In the order of the keys of the entry.
    Mapping(Vec<(String, String)>),
}

/// The entry of an instance with these names.
///
/// # Errors
/// A placeholder has nothing to stand for.
pub fn fill(entry: &Entry, names: &Names) -> Result<Item, Error> {
    let text = |text: &str| names.filled(text).map_err(|name| lacking("`register.entry`", name).invalid());
    match entry {
        Entry::Text(entry) => Ok(Item::Text(text(&entry.0)?)),
        Entry::Mapping(entries) => {
            let filled = entries.iter().map(|(key, entry)| Ok((key.clone(), text(&entry.0)?)));
            Ok(Item::Mapping(filled.collect::<Result<_, Error>>()?))
        }
    }
}

/// The bytes of the file that has the list.
///
/// # Errors
/// No plain file stands there.
pub fn read(files: &dyn Files, register: &Register) -> Result<Vec<u8>, Error> {
    let file = &register.file;
    let what = match files.entry(file)?.map(|entry| entry.kind) {
        Some(EntryKind::File | EntryKind::Executable) => {
            return files.read(file)?.ok_or_else(|| refused(Code::NotAPlainFile, format!("`{file}` cannot be read")));
        }
        None => return Err(missing(register)),
        Some(EntryKind::Folder) => "a folder",
        Some(EntryKind::Symlink) => "a symbolic link",
        Some(EntryKind::Submodule) => "a submodule",
    };
    Err(refused(Code::NotAPlainFile, format!("`{file}` is {what}, and instances are only listed in a plain file")))
}

fn missing(register: &Register) -> Error {
    let Register { file, route, .. } = register;
    let line = match Route::parse(route).map(|route| route.0) {
        Ok(steps) if matches!(steps.as_slice(), [Step::Key(_)]) => format!(": `{route}: []`"),
        _ => String::new(),
    };
    Refusal::new(Code::NoSuchFile, format!("there is no file `{file}` to list the preview in"))
        .hint(format!("commit one with an empty list at `{route}`{line}, or correct `register:` in `stageline.yaml`"))
        .invalid()
}

fn refused(code: Code, what: String) -> Error {
    Refusal::new(code, what).hint("correct it, or `register:` of `ephemeral:` in `stageline.yaml`").invalid()
}

fn faulty(register: &Register, code: Code, fault: &Fault) -> Error {
    let (line, column) = (fault.line.max(1), fault.column.max(1));
    refused(code, format!("{}:{line}:{column}: {}", register.file, fault.told()))
}

/// The items of the list that an entry could have made, in its order: texts, or mappings, of which only the keys of the entry
/// count.
///
/// # Errors
/// The file is not YAML, or no list is at the route.
pub fn entries(bytes: &[u8], register: &Register) -> Result<Vec<Item>, Error> {
    let tree = parsed(bytes, register)?;
    let (_, _, list) = list(&tree, register)?;
    Ok(list.items().unwrap_or_default().iter().filter_map(|node| item(node, &register.entry)).collect())
}

/// The file with the items of `gone` taken out of the list and those of `come` added at its end; what is in both stays where it is.
/// What is there already is not added, what is not there is not missed. What came and goes again leaves the bytes as they were.
///
/// # Errors
/// The file is not YAML, no list is at the route, or it cannot be changed so that nothing else changes.
pub fn registered(bytes: &[u8], register: &Register, gone: &[Item], come: &[Item]) -> Result<Vec<u8>, Error> {
    let tree = parsed(bytes, register)?;
    let (document, route, list) = list(&tree, register)?;
    let nodes = list.items().unwrap_or_default();
    let there: Vec<Option<Item>> = nodes.iter().map(|node| item(node, &register.entry)).collect();
    let edit = |step: Option<usize>, action: Action| {
        let steps = route.0.iter().cloned().chain(step.map(Step::Index));
        Edit { document: Some(Document::Index(document)), route: Route(steps.collect()), action }
    };
    // First what comes: a list of lines that is never empty in between goes on as one.
    let mut edits = Vec::new();
    for (nth, item) in come.iter().enumerate() {
        if !come[..nth].contains(item) && !there.iter().flatten().any(|known| known == item) {
            edits.push(edit(None, Action::AppendLine(new(item))));
        }
    }
    // From the end: the places of those before stay what they are. A list that had no value before the first came has none
    // after the last.
    for (index, item) in there.iter().enumerate().rev() {
        if item.as_ref().is_some_and(|item| gone.contains(item) && !come.contains(item)) {
            edits.push(edit(Some(index), Action::RemoveLine));
        }
    }
    apply(bytes, &edits).map_err(|fault| faulty(register, Code::CannotEdit, &fault))
}

fn parsed(bytes: &[u8], register: &Register) -> Result<Tree, Error> {
    Tree::parse(bytes).map_err(|fault| faulty(register, Code::BadYaml, &fault))
}

/// The list with its document and its route: in the only document that has content, or else the only one that the route leads into.
fn list<'t>(tree: &'t Tree, register: &Register) -> Result<(usize, Route, &'t Node), Error> {
    let route = Route::parse(&register.route).map_err(|fault| faulty(register, Code::BadPlace, &fault))?;
    let mut documents: Vec<(usize, &Node)> =
        tree.documents.iter().enumerate().filter(|(_, root)| !root.is_null()).collect();
    if documents.len() > 1 {
        documents.retain(|(_, root)| !route.is_lacking(root));
    }
    let what = match documents.as_slice() {
        [(index, root)] => {
            let node = route.find(root).map_err(|fault| faulty(register, Code::BadPlace, &fault))?;
            if node.items().is_some() || (node.is_null() && node.tag.is_none()) {
                return Ok((*index, route, node));
            }
            return Err(faulty(register, Code::BadPlace, &node.fault(format!("`{route}` is no list"))));
        }
        [] => "no document has",
        _ => "more than one document has",
    };
    Err(refused(Code::BadPlace, format!("{}: {what} a list at `{route}`", register.file)))
}

/// The item at a node; `None`: it is none of this entry's kind.
fn item(node: &Node, entry: &Entry) -> Option<Item> {
    match entry {
        Entry::Text(_) => node.as_str().map(|text| Item::Text(text.to_string())),
        Entry::Mapping(entries) => {
            let text = |key: &String| Some((key.clone(), node.get(key).ok()??.as_str()?.to_string()));
            entries.iter().map(|(key, _)| text(key)).collect::<Option<_>>().map(Item::Mapping)
        }
    }
}

fn new(item: &Item) -> New {
    match item {
        Item::Text(text) => New::Text(text.clone()),
        Item::Mapping(entries) => {
            New::Mapping(entries.iter().map(|(key, text)| (key.clone(), New::Text(text.clone()))).collect())
        }
    }
}

/// The instance that an item is the entry of, as far as its form tells.
pub fn slug_of(item: &Item, entry: &Entry) -> Option<Slug> {
    let one = |pattern: &str, text: &str| {
        let found = Holes::default().fits(pattern, text);
        found.iter().find_map(|holes| Slug::new(holes.get("slug")?).ok())
    };
    match (item, entry) {
        (Item::Text(text), Entry::Text(pattern)) => one(&pattern.0, text),
        (Item::Mapping(texts), Entry::Mapping(patterns)) => {
            texts.iter().zip(patterns).find_map(|((_, text), (_, pattern))| one(&pattern.0, text))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::tests::names;
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::path::RepoPath;
    use crate::domain::settings::Fillable;

    fn fillable(text: &str) -> Fillable {
        Fillable(text.to_string())
    }

    fn register(route: &str) -> Register {
        let file = RepoPath::new("envs/preview/list.yaml").unwrap();
        Register { file, route: route.into(), entry: Entry::Text(fillable("{slug}")) }
    }

    fn mapping(route: &str) -> Register {
        let entry =
            [("slug", "{slug}"), ("namespace", "n-{slug}")].map(|(key, text)| (key.to_string(), fillable(text)));
        Register { entry: Entry::Mapping(entry.to_vec()), ..register(route) }
    }

    /// The items of these previews.
    fn items(register: &Register, slugs: &[&str]) -> Vec<Item> {
        let of = |slug: &&str| fill(&register.entry, &Names { slug: slug.parse().unwrap(), ..names() }).unwrap();
        slugs.iter().map(of).collect()
    }

    fn changed(register: &Register, old: &str, gone: &[&str], come: &[&str]) -> String {
        let new = registered(old.as_bytes(), register, &items(register, gone), &items(register, come)).unwrap();
        String::from_utf8(new).unwrap()
    }

    const LISTS: &[&str] = &[
        "resources: []\n",
        "resources: [ ] # none yet\n",
        "resources: [ # none yet\n]\n",
        "resources: [a, b ]\n",
        "resources: [\n  a, # about a\n  b,\n]\n",
        "resources:\n- a # about a\n# after all\n\nnamePrefix: x\n",
        "\u{feff}resources:\r\n    - a\r\n\r\n# end\r\n",
        "resources:\n  - a",
        "---\nresources:\n- x: 1\n  y: 2\n---\nkind: A\n...\n",
        "{\"resources\": [\n  \"a\"\n], \"b\": 1}",
        "{\"resources\": []}",
        "resources:\n",
        "resources:",
        "resources: # none yet\r\n# after all\r\nnamePrefix: x\r\n",
        "a:\n- b\nresources:\nc: {}\n",
    ];

    #[test]
    fn two_hundred_that_come_and_go_leave_the_list_as_it_was() {
        let slugs: Vec<String> = (0..200).map(|nth| format!("pr-{nth}")).collect();
        let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
        for register in [register("resources"), mapping("resources")] {
            for old in LISTS {
                let all = changed(&register, old, &[], &slugs);
                let there = entries(all.as_bytes(), &register).unwrap();
                assert!(there.ends_with(&items(&register, &slugs)), "{all}");
                let evens: Vec<&str> = slugs.iter().copied().step_by(2).collect();
                let odds = changed(&register, &all, &evens, &[]);
                assert_eq!(entries(odds.as_bytes(), &register).unwrap().len(), there.len() - 100);
                assert_eq!(changed(&register, &odds, &slugs, &[]), *old, "{odds}");
            }
        }
    }

    #[test]
    fn one_by_one_in_any_order_they_leave_the_list_as_it_was() {
        for old in LISTS {
            for order in [["a-1", "b-2", "c-3"], ["c-3", "a-1", "b-2"], ["b-2", "c-3", "a-1"]] {
                let register = mapping("resources");
                let mut text = (*old).to_string();
                for slug in ["a-1", "b-2", "c-3"] {
                    text = changed(&register, &text, &[], &[slug]);
                }
                for slug in order {
                    text = changed(&register, &text, &[slug], &[]);
                }
                assert_eq!(text, *old);
            }
        }
    }

    #[test]
    fn an_entry_is_written_as_the_file_is() {
        let text = register("resources");
        assert_eq!(changed(&text, "resources:\n- a\n", &[], &["pr-1", "12"]), "resources:\n- a\n- pr-1\n- \"12\"\n");
        assert_eq!(changed(&text, "{\"resources\": []}", &[], &["pr-1"]), "{\"resources\": [\"pr-1\"]}");
        let set = "kind: ApplicationSet\nspec:\n  generators:\n  - list:\n      elements:\n      - slug: a\n        namespace: n-a\n        more: x\n";
        let generator = mapping("spec.generators[list].list.elements");
        assert_eq!(changed(&generator, set, &[], &["b"]), format!("{set}      - slug: b\n        namespace: n-b\n"));
        let none = set.split("\n      - slug").next().unwrap();
        assert_eq!(changed(&generator, set, &["a"], &[]), format!("{none}\n"), "what else an item says goes with it");
        assert_eq!(
            changed(&generator, &format!("{none} []\n"), &[], &["c"]),
            format!("{none} [{{slug: c, namespace: n-c}}]\n")
        );
    }

    #[test]
    fn what_is_there_is_not_added_and_what_is_not_is_not_missed() {
        let register = register("resources");
        let old = "resources: # all\n- pr-1\n- 'pr-2' # kept\n- 12\n";
        assert_eq!(changed(&register, old, &["pr-9"], &["pr-2", "pr-1", "12"]), old);
        assert_eq!(changed(&register, old, &["pr-2"], &["pr-2"]), old, "what goes and comes stays");
        assert_eq!(changed(&register, old, &[], &["pr-3", "pr-3"]), format!("{old}- pr-3\n"));
        assert_eq!(changed(&register, "resources:\n- pr-1\n", &["pr-1"], &["pr-2"]), "resources:\n- pr-2\n");
        assert_eq!(changed(&register, "resources:\n- pr-1\n# end\n", &["pr-1"], &[]), "resources:\n# end\n");
        assert_eq!(changed(&register, "resources:\n", &[], &["pr-1"]), "resources:\n  - pr-1\n");
        assert_eq!(changed(&register, "resources: ~\n", &[], &["pr-1"]), "resources: [pr-1]\n");
    }

    #[test]
    fn only_items_of_the_kind_of_the_entry_are_read() {
        let list = "l:\n- a\n- {slug: b, namespace: n}\n- {slug: c}\n- ~\n- 'd'\n";
        let texts = ["a", "d"].map(|text| Item::Text(text.into()));
        assert_eq!(entries(list.as_bytes(), &register("l")).unwrap(), texts);
        let b = [("slug", "b"), ("namespace", "n")].map(|(key, text)| (key.to_string(), text.to_string()));
        assert_eq!(entries(list.as_bytes(), &mapping("l")).unwrap(), [Item::Mapping(b.to_vec())]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        for (text, code, wanted) in [
            ("resources: [\n", "bad-yaml", "envs/preview/list.yaml:"),
            ("a: 1\nresources: {}\n", "bad-place", "envs/preview/list.yaml:2:12: `resources` is no list"),
            ("a: 1\nresource: []\n", "bad-place", "envs/preview/list.yaml:1:1: no key `resources` here"),
            ("resources: []\n---\nresources: []\n", "bad-place", "more than one document has a list at `resources`"),
            ("a: 1\n---\nb: 1\n", "bad-place", "no document has a list at `resources`"),
            ("", "bad-place", "no document has a list"),
            ("resources: &r []\nb: *r\n", "cannot-edit", "envs/preview/list.yaml:1:"),
        ] {
            let register = register("resources");
            let refusal = registered(text.as_bytes(), &register, &[], &items(&register, &["a"])).unwrap_err().refusal();
            assert!(refusal.code == code && refusal.message.contains(wanted), "{text}: {refusal:?}");
            assert!(refusal.hints[0].contains("`register:`"), "{refusal:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_refused_with_what_to_commit() {
        let files = Memory::new([("envs/preview/list.yaml/x", "")]);
        let refusal = read(&files, &register("resources")).unwrap_err().refusal();
        assert!(refusal.code == "not-a-plain-file" && refusal.message.contains("is a folder"), "{refusal:?}");
        let refusal = read(&Memory::default(), &register("resources")).unwrap_err().refusal();
        assert!(refusal.code == "no-such-file" && refusal.hints[0].contains("`resources: []`"), "{refusal:?}");
        let files = Memory::new([("envs/preview/list.yaml", "a: 1\n")]);
        assert_eq!(read(&files, &register("resources")).unwrap(), b"a: 1\n");
    }

    #[test]
    fn an_entry_is_filled_with_the_names_of_the_instance() {
        let entry =
            Entry::Mapping(vec![("slug".into(), fillable("{slug}")), ("at".into(), fillable("{url}/{application}"))]);
        let wanted = [("slug", "pr-12"), ("at", "https://pr-12.example.com/web")];
        let wanted = wanted.map(|(key, text)| (key.to_string(), text.to_string()));
        assert_eq!(fill(&entry, &names()).unwrap(), Item::Mapping(wanted.to_vec()));
        let refusal = fill(&entry, &Names { url: None, ..names() }).unwrap_err().refusal();
        assert!(refusal.message.starts_with("`register.entry`: nothing stands for `{url}`"), "{refusal:?}");
    }
}
