//! Properties of edits over generated files: only the wanted bytes change, other readers agree, nothing panics.

use proptest::prelude::*;

use super::apart::pieces;
use super::edit::{Action, Edit, New, apply};
use super::quote::{Context, possibly_something_else, surely_a_string};
use super::route::{Document, Route, Step};
use super::scalars::{Part, Scalar, say};
use super::tree::{Node, Style, Tree, Value};

const NASTY: [&str; 44] = [
    "v2",
    "",
    " ",
    "~",
    "null",
    "yes",
    "n",
    "12e4567",
    "0012345",
    "1_000",
    "0x1f",
    "1:20",
    "2024-01-01",
    ".inf",
    "<<",
    "=",
    "a: b",
    "a #b",
    "# c",
    "- x",
    "? x",
    "a:",
    ":a",
    "---",
    "...",
    "[a]",
    "{a: 1}",
    "a, b",
    "*x",
    "&x y",
    "!t x",
    "|",
    ">-",
    "it's",
    "say \"hi\" \\",
    "two\nlines",
    "cr\r\nlf",
    "tab\tx",
    "\u{7}\u{85}\u{2028}\u{feff}\0",
    "é ü 漢 😀",
    " edge ",
    "%TAG",
    "@x `y`",
    "reg:5000/web@sha256:0a1",
];

const WRITTEN: [&str; 20] = [
    "v1",
    "1234567",
    "~",
    "null",
    "true",
    "'q'",
    "'it''s'",
    "\"d\"",
    "\"a\\n\\\"b\\\"\"",
    "''",
    "\"\"",
    "a b",
    "x#y",
    "http://h/p?q=1",
    "é漢",
    "!!str 7",
    "&anchor v",
    "'# no'",
    "\"- [\"",
    "\"\u{1f600} \"",
];

const COMMENTS: [&str; 5] = ["", "", " # c", "   # - k: 'v' |", "\t# é"];

/// Writes a file as a stream of choices says.
struct Author {
    choices: Vec<u8>,
    at: usize,
    text: String,
    anchors: usize,
}

impl Author {
    fn choose(&mut self, below: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(choice) % below
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.choose(from.len())]
    }

    fn end_line(&mut self) {
        let comment = self.pick(&COMMENTS);
        self.text.push_str(comment);
        self.text.push('\n');
        let more = self.pick(&["", "", "", "\n", "# own: line\n"]);
        self.text.push_str(more);
    }

    fn spaces(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    fn written(&mut self) -> String {
        let scalar = self.pick(&WRITTEN);
        match scalar.strip_prefix("&anchor") {
            Some(rest) => {
                self.anchors += 1;
                format!("&a{}{rest}", self.anchors)
            }
            None => scalar.to_owned(),
        }
    }

    /// What stands behind a colon or dash.
    fn value(&mut self, indent: usize, depth: usize) {
        match self.choose(12) {
            0..=4 => {
                let scalar = self.written();
                let blanks = self.pick(&[" ", "   "]);
                self.text.push_str(blanks);
                self.text.push_str(&scalar);
                self.end_line();
            }
            5 => self.end_line(),
            6 => {
                let header = self.pick(&[" |", " >-", " |-  # header", " >2-", " &b |"]);
                self.text.push_str(header);
                self.text.push('\n');
                let body: &[&str] = match self.choose(4) {
                    0 => &[],
                    1 => &["one"],
                    2 => &["one: 1", "", "# two", "é"],
                    _ => &["- 'x", "..."],
                };
                for line in body {
                    if !line.is_empty() {
                        self.spaces(indent + 2);
                    }
                    self.text.push_str(line);
                    self.text.push('\n');
                }
            }
            7 => {
                let (a, b) = (self.written(), self.written());
                let flow = self.pick(&[
                    "[A, B]",
                    "{k: A, \"l\": B }",
                    "[ {k: A}, B, ]",
                    "[A, # c\n      B\n    ]",
                    "{k: , l: [A,B]}",
                    "[]",
                ]);
                let flow = flow.replace('A', &a).replace('B', &b);
                self.text.push(' ');
                self.text.push_str(&flow);
                self.end_line();
            }
            8 if self.anchors > 0 => {
                let alias = format!(" *a{}", self.anchors);
                self.text.push_str(&alias);
                self.end_line();
            }
            9 => self.text.push_str(" plain over\n            two lines\n"),
            choice if depth < 3 => {
                self.end_line();
                match choice % 2 {
                    0 => self.mapping(indent + 2, depth + 1),
                    _ => self.sequence(indent + 2, depth + 1),
                }
            }
            _ => self.text.push_str(" deep\n"),
        }
    }

    fn mapping(&mut self, indent: usize, depth: usize) {
        for at in 0..=self.choose(3) {
            self.spaces(indent);
            let key = self.pick(&["k", "\"q.k\"", "'s k'", "é", "on"]);
            match key.strip_suffix(['"', '\'']) {
                Some(open) => self.text.push_str(&format!("{open}{at}{}:", &key[key.len() - 1..])),
                None => self.text.push_str(&format!("{key}{at}:")),
            }
            self.value(indent, depth);
        }
    }

    fn sequence(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.choose(3) {
            self.spaces(indent);
            self.text.push('-');
            self.value(indent, depth);
        }
    }

    fn file(choices: Vec<u8>) -> String {
        let mut author = Self { choices, at: 0, text: String::new(), anchors: 0 };
        let documents = 1 + author.choose(6) / 3;
        for document in 0..documents {
            if document > 0 {
                author.text.push_str("---\n");
                author.anchors = 0;
            }
            author.mapping(0, 0);
        }
        let mut text = author.text.clone();
        if author.choose(4) == 0 {
            text = text.trim_end_matches('\n').to_owned();
        }
        if author.choose(3) == 0 {
            text = text.replace('\n', "\r\n");
        }
        match author.choose(6) {
            0 => format!("\u{feff}{text}"),
            _ => text,
        }
    }
}

fn file() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<u8>(), 6..80)
        .prop_map(Author::file)
        .prop_filter("the generator's indentation can break a flow or plain scalar", |text| {
            Tree::parse(text.as_bytes()).is_ok()
        })
}

/// Every value that a route reaches, scalars and aliases.
fn leaves<'n>(node: &'n Node, route: &[Step], found: &mut Vec<(Route, &'n Node)>) {
    let step = |step: Step| [route, &[step]].concat();
    match &node.value {
        Value::Scalar { .. } | Value::Alias => found.push((Route(route.to_vec()), node)),
        Value::Sequence(items) => {
            items.iter().enumerate().for_each(|(at, item)| leaves(item, &step(Step::Index(at)), found));
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                if let Value::Scalar { text, .. } = &key.value
                    && node.get(text).is_ok()
                {
                    leaves(value, &step(Step::Key(text.clone())), found);
                }
            }
        }
    }
}

fn all_leaves(tree: &Tree) -> Vec<(Document, Route, &Node)> {
    let mut all = Vec::new();
    for (at, document) in tree.documents.iter().enumerate() {
        let mut found = Vec::new();
        leaves(document, &[], &mut found);
        all.extend(found.into_iter().map(|(route, node)| (Document::Index(at), route, node)));
    }
    all
}

fn set(document: &Document, route: &Route, value: &str) -> Edit {
    Edit { document: Some(document.clone()), route: route.clone(), action: Action::Set(value.to_owned()) }
}

/// The scalars' texts as an independent parser reads them; `None` where it does not take the file.
fn other_reader(text: &str) -> Option<Vec<(String, bool)>> {
    let mut texts = Vec::new();
    for event in saphyr_parser::Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        if let saphyr_parser::Event::Scalar(text, style, _, tag) = event.ok()?.0 {
            let plain = style == saphyr_parser::ScalarStyle::Plain && tag.is_none();
            texts.push((text.into_owned(), plain));
        }
    }
    Some(texts)
}

fn check_set(old: &str, document: &Document, route: &Route, node: &Node, value: &str) -> Result<(), TestCaseError> {
    let outcome = apply(old.as_bytes(), &[set(document, route, value)]);
    let new = match outcome {
        Ok(new) => String::from_utf8(new).unwrap(),
        Err(fault) => {
            prop_assert!(node.anchored && fault.message.contains("alias"), "{route} = {value:?}: {fault}\n{old}");
            return Ok(());
        }
    };
    prop_assert!(new.starts_with(&old[..node.span.start]), "before {route} = {value:?}\n{old}\n{new}");
    prop_assert!(new.ends_with(&old[node.span.end..]), "behind {route} = {value:?}\n{old}\n{new}");
    let (before, after) = (Tree::parse(old.as_bytes()).unwrap(), Tree::parse(new.as_bytes()).unwrap());
    let (before, after) = (all_leaves(&before), all_leaves(&after));
    prop_assert_eq!(before.len(), after.len());
    for ((_, old_route, old_node), (of, new_route, new_node)) in before.iter().zip(&after) {
        prop_assert_eq!(old_route, new_route);
        if old_route == route && of == document {
            let Value::Scalar { text, style } = &new_node.value else { panic!("no scalar at {route}") };
            prop_assert_eq!(text, value);
            prop_assert!(*style != Style::Plain || new_node.tag.is_some() || !possibly_something_else(text));
        } else {
            prop_assert_eq!(&old_node.value, &new_node.value);
        }
    }
    if let (Some(old_texts), Some(new_texts)) = (other_reader(old), other_reader(&new)) {
        let alias = usize::from(node.value == Value::Alias);
        prop_assert_eq!(old_texts.len() + alias, new_texts.len(), "{}", new);
        let found = new_texts.iter().any(|(text, plain)| {
            text == value
                && (!plain || surely_a_string(text, Context::Block) || old_texts.contains(&(text.clone(), true)))
        });
        prop_assert!(found, "another reader does not see {value:?} at {route}\n{new}");
    }
    Ok(())
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let value = prop::sample::select(NASTY.to_vec()).prop_map(str::to_owned);
    let new = value.clone().prop_map(New::Text).prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(New::Sequence),
            prop::collection::vec(("[a-c]{1,2}|on|1|: ", inner), 0..3).prop_map(|mut entries| {
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                entries.dedup_by(|a, b| a.0 == b.0);
                New::Mapping(entries)
            }),
        ]
    });
    let action = prop_oneof![
        value.prop_map(Action::Set),
        new.clone().prop_map(Action::InsertKey),
        new.clone().prop_map(Action::AppendItem),
        new.prop_map(Action::AppendLine),
        Just(Action::Remove),
        Just(Action::RemoveLine),
    ];
    let step =
        prop_oneof!["(k|é|on)[0-3]|s k[0-2]|q\\.k[0-2]|a".prop_map(Step::Key), (0..3_usize).prop_map(Step::Index)];
    let document = prop_oneof![Just(None), (0..3_usize).prop_map(|at| Some(Document::Index(at)))];
    (document, prop::collection::vec(step, 0..4), action).prop_map(|(document, steps, action)| Edit {
        document,
        route: Route(steps),
        action,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn setting_a_scalar_changes_its_own_bytes_and_nothing_else(old in file(), shift in 0..NASTY.len()) {
        let tree = Tree::parse(old.as_bytes()).unwrap();
        for (at, (document, route, node)) in all_leaves(&tree).into_iter().enumerate() {
            for offset in 0..4 {
                check_set(&old, &document, &route, node, NASTY[(shift + at * 4 + offset) % NASTY.len()])?;
            }
        }
    }

    #[test]
    fn many_edits_at_once_are_the_same_as_one_after_the_other(old in file(), shift in 0..NASTY.len()) {
        let tree = Tree::parse(old.as_bytes()).unwrap();
        let edits: Vec<Edit> = all_leaves(&tree)
            .into_iter()
            .filter(|(_, _, node)| !node.anchored && node.value != Value::Alias)
            .enumerate()
            .map(|(at, (document, route, _))| set(&document, &route, NASTY[(shift + at) % NASTY.len()]))
            .collect();
        let one_by_one = edits.iter().fold(old.clone().into_bytes(), |bytes, edit| apply(&bytes, std::slice::from_ref(edit)).unwrap());
        prop_assert_eq!(apply(old.as_bytes(), &edits).unwrap(), one_by_one);
    }

    #[test]
    fn what_was_added_can_be_taken_away_again(old in file(), edit in any_edit()) {
        let Action::InsertKey(_) = edit.action else { return Ok(()) };
        let mut added = edit.clone();
        added.route.0.push(Step::Key("added".to_owned()));
        let Ok(new) = apply(old.as_bytes(), &[added.clone()]) else { return Ok(()) };
        let back = apply(&new, &[Edit { action: Action::Remove, ..added }]).unwrap();
        let (old, back) = (Tree::parse(old.as_bytes()).unwrap(), Tree::parse(&back).unwrap());
        let strip = |tree: &Tree| all_leaves(tree).into_iter().map(|(_, route, node)| (route, node.value.clone())).collect::<Vec<_>>();
        // A key with no value got braces, which stay.
        if strip(&old).len() == strip(&back).len() {
            prop_assert_eq!(strip(&old), strip(&back));
        }
    }

    #[test]
    fn an_item_that_was_appended_goes_without_a_trace(old in file()) {
        let tree = Tree::parse(old.as_bytes()).unwrap();
        for (document, route, _) in all_leaves(&tree) {
            let Some(at) = route.0.iter().rposition(|step| matches!(step, Step::Index(_))) else { continue };
            let edit = |steps: Vec<Step>, action| Edit { document: Some(document.clone()), route: Route(steps), action };
            let root = tree.document(Some(&document)).unwrap();
            let list = route.0[..at].to_vec();
            let Some(count) = Route(list.clone()).find(root).ok().and_then(Node::items).map(<[Node]>::len) else { continue };
            for new in [New::Text("pr-1".to_owned()), New::Mapping(vec![("a".to_owned(), New::Text("1".to_owned()))])] {
                let Ok(added) = apply(old.as_bytes(), &[edit(list.clone(), Action::AppendItem(new))]) else { continue };
                let last = [list.clone(), vec![Step::Index(count)]].concat();
                let back = String::from_utf8(apply(&added, &[edit(last, Action::Remove)]).unwrap()).unwrap();
                prop_assert_eq!(&back, &old, "{}", String::from_utf8(added).unwrap());
            }
        }
    }

    #[test]
    fn scalars_that_say_something_else_leave_all_around_them_as_it_was(old in file(), nth in 1_usize..4) {
        let tree = Tree::parse(old.as_bytes()).unwrap();
        let scalars = tree.scalars();
        let said = |text: &str| text.replacen(|c: char| c.is_ascii_alphanumeric(), "pr-1", 1);
        let some = |at: &usize| at.is_multiple_of(nth) && scalars[*at].part == Part::Value;
        let chosen: Vec<usize> = (0..scalars.len()).filter(some).collect();
        let wanted: Vec<_> = chosen.iter().map(|at| (scalars[*at].node, said(scalars[*at].text))).collect();
        let Ok(new) = say(old.as_bytes(), &wanted) else { return Ok(()) };
        let after = Tree::parse(&new).unwrap();
        let after = after.scalars();
        prop_assert_eq!(after.len(), scalars.len());
        for (at, (old, new)) in scalars.iter().zip(&after).enumerate() {
            let wanted = if chosen.contains(&at) { said(old.text) } else { old.text.to_owned() };
            prop_assert_eq!(&wanted, new.text);
        }
        let spans = |all: &[Scalar<'_>]| chosen.iter().map(|at| all[*at].node.span.clone()).collect::<Vec<_>>();
        // What was nothing gets a blank before it, which is no part of it.
        if chosen.iter().all(|at| !scalars[*at].node.span.is_empty()) {
            prop_assert_eq!(pieces(old.as_bytes(), spans(&scalars)).unwrap(), pieces(&new, spans(&after)).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_any_file_gives_yaml_or_a_fault(
        old in file(),
        edits in prop::collection::vec(any_edit(), 1..3),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\n\r\t :-?#&*!|>'\"[]{},%@a1\xc3\xff".to_vec())), 0..4),
    ) {
        let mut bytes = old.into_bytes();
        for (at, byte) in mutations {
            let at = at.index(bytes.len().max(1));
            if at < bytes.len() {
                bytes[at] = byte;
            }
        }
        if let Ok(new) = apply(&bytes, &edits) {
            prop_assert!(Tree::parse(&new).is_ok());
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), text in "[a-b \n\r\t:\\-?#&*!|>'\"\\[\\]{},%é]{0,40}", edit in any_edit()) {
        let _ = apply(&bytes, std::slice::from_ref(&edit));
        if let Ok(new) = apply(text.as_bytes(), &[edit]) {
            prop_assert!(Tree::parse(&new).is_ok());
        }
    }
}
