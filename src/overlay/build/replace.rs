//! Replacements of a kustomization: a text of one object, put into others.

use crate::domain::image;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::Node;

use super::piece::{By, Piece, Said, Source, Text};
use super::resource::Selector;
use super::state::State;

/// Stands for the value that comes while it is found out which part of a text it becomes.
const MARK: &str = "\u{1}";

/// What a node that selects objects says.
pub fn selector(node: &Node) -> Selector {
    let own = |key: &str| text(node, &[key]).map(str::to_string);
    Selector {
        group: own("group"),
        version: own("version"),
        kind: own("kind"),
        name: own("name"),
        namespace: own("namespace"),
        labels: own("labelSelector"),
        annotations: own("annotationSelector"),
    }
}

/// Does what one entry of `replacements:` says.
pub fn apply(source: &Source, node: &Node, state: &mut State) {
    let at = source.place(node);
    let value = value(source, node, state);
    let what = format!("{at}: cannot tell what this replacement takes");
    if value.is_none() {
        state.unsure.push(what.clone());
    }
    let why = format!("{at}: cannot tell what this replacement is for");
    for target in items(node, &["targets"]) {
        let Some(select) = get(target, &["select"]) else { continue };
        let wanted = selector(select);
        let rejected: Vec<Selector> = items(target, &["reject"]).iter().map(selector).collect();
        let paths: Vec<&str> = items(target, &["fieldPaths"]).iter().filter_map(Node::as_str).collect();
        let cut = Cut::of(get(target, &["options"]));
        let mut is_sure = true;
        for resource in &mut state.resources {
            let out = rejected.iter().any(|reject| resource.is(reject) == Some(true));
            let is_meant = resource.is(&wanted);
            if is_meant == Some(false) || out {
                continue;
            }
            is_sure &= is_meant.is_some();
            for path in &paths {
                let Some(steps) = steps(path) else {
                    is_sure = false;
                    continue;
                };
                each(&mut resource.root, &steps, &mut |text| match (is_meant, &value) {
                    (None, _) => text.doubt = Some(why.clone()),
                    (_, None) => text.doubt = Some(what.clone()),
                    (_, Some(value)) => cut.put(text, value),
                });
            }
        }
        if !is_sure {
            state.unsure.push(why.clone());
        }
    }
}

/// The text that a replacement takes, and the places that decided it.
fn value(source: &Source, node: &Node, state: &mut State) -> Option<Text> {
    if let Some(value) = get(node, &["sourceValue"]) {
        return match Piece::text(value.as_str()?, Said { at: source.place(value), by: By::Replacement }) {
            Piece::Text(text) => Some(text),
            _ => None,
        };
    }
    let from = get(node, &["source"])?;
    let wanted = selector(from);
    let path = steps(text(from, &["fieldPath"]).unwrap_or("metadata.name"))?;
    let cut = Cut::of(get(from, &["options"]));
    let mut found = Vec::new();
    for resource in &mut state.resources {
        if resource.is(&wanted)? {
            each(&mut resource.root, &path, &mut |text| found.push(text.clone()));
        }
    }
    let mut one = found.pop().filter(|_| found.is_empty())?;
    one.text = cut.piece(&one.text)?;
    one.tags.iter_mut().for_each(|said| said.by = By::Replacement);
    Some(one)
}

/// `options:` of a source or a target: which piece of a text between delimiters is meant.
struct Cut {
    delimiter: Option<String>,
    index: i64,
}

impl Cut {
    fn of(node: Option<&Node>) -> Self {
        let own = |key: &str| node.and_then(|node| text(node, &[key]));
        let delimiter = own("delimiter").filter(|text| !text.is_empty()).map(str::to_string);
        Self { delimiter, index: own("index").and_then(|text| text.parse().ok()).unwrap_or_default() }
    }

    /// The piece of a text.
    fn piece(&self, text: &str) -> Option<String> {
        match &self.delimiter {
            None => Some(text.to_string()),
            Some(delimiter) => text.split(delimiter.as_str()).nth(self.index.try_into().ok()?).map(str::to_string),
        }
    }

    /// The text with another piece.
    fn with(&self, text: &str, value: &str) -> String {
        let Some(delimiter) = &self.delimiter else { return value.to_string() };
        let mut parts: Vec<&str> = text.split(delimiter.as_str()).collect();
        match usize::try_from(self.index) {
            Ok(at) if at < parts.len() => parts[at] = value,
            Ok(_) => parts.push(value),
            Err(_) => parts.insert(0, value),
        }
        parts.join(delimiter)
    }

    /// Puts the value into a text: its places decide what becomes of the image's name, its tag, or both.
    fn put(&self, text: &mut Text, value: &Text) {
        let marked = self.with(&text.text, MARK);
        let (name, tag, digest) = image::parts(&marked);
        let is_tag = name.is_empty() || tag.or(digest).is_some_and(|part| part.contains(MARK));
        let is_name = name.contains(MARK);
        let old = text.name().to_string();
        text.text = self.with(&text.text, &value.text);
        if text.name() != old {
            text.was.push(old);
        }
        // A value that has a tag of its own decides that, too.
        if is_tag || !is_name || marked == MARK || image::parts(&value.text).1.is_some() {
            text.tags.extend(value.tags.iter().cloned());
            text.doubt.clone_from(&value.doubt);
        }
        if is_name {
            text.names.extend(value.tags.iter().cloned());
        }
    }
}

/// The steps of a field path: `spec.containers.[name=web].image`, `a\.b`, `*`; `None`: more than is understood.
fn steps(path: &str) -> Option<Vec<String>> {
    let (mut out, mut one, mut inside) = (Vec::new(), String::new(), false);
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => one.extend(chars.next()),
            '[' => {
                inside = true;
                one.push(c);
            }
            ']' => {
                inside = false;
                one.push(c);
            }
            '.' if !inside => out.push(std::mem::take(&mut one)),
            c => one.push(c),
        }
    }
    out.push(one);
    (!inside).then_some(out)
}

/// Shows every text that the steps lead to.
fn each(piece: &mut Piece, steps: &[String], show: &mut dyn FnMut(&mut Text)) {
    let Some((first, rest)) = steps.split_first() else {
        if let Piece::Text(text) = piece {
            show(text);
        }
        return;
    };
    let selected =
        first.strip_prefix('[').and_then(|step| step.strip_suffix(']')).and_then(|step| step.split_once('='));
    match piece {
        Piece::Map(entries) => {
            entries
                .iter_mut()
                .filter(|(key, _)| key == first || first == "*")
                .for_each(|(_, value)| each(value, rest, show));
        }
        Piece::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let is_meant = match selected {
                    Some((key, value)) => item.str(&[key]) == Some(value),
                    None => first == "*" || first.parse() == Ok(index),
                };
                if is_meant {
                    each(item, rest, show);
                }
            }
        }
        _ => {}
    }
}
