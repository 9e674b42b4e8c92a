//! Adds and removes keys and items, in the indentation that the file has.

use super::action::{Action, Edit, New};
use super::events::{Event, Kind};
use super::fault::Fault;
use super::lines::{before_line, end_of_line, indent, is_first_in_line, newline, skip, start_of_line, whole_lines};
use super::prove::{Expected, unchanged};
use super::render::{Habits, Writer};
use super::route::{Route, Step};
use super::splice::Splice;
use super::style::{Layout, Style};
use super::tree::{Node, Tree, Value};

/// What to replace, and the events that must come out.
///
/// # Errors
/// The place is not there, or not of the kind that can be changed so.
pub(super) fn change<'a>(
    text: &str,
    events: &[Event<'a>],
    tree: &Tree,
    edit: &'a Edit,
) -> Result<(Vec<Splice>, Vec<Expected<'a>>), Fault> {
    let root = tree.document(edit.document.as_ref())?;
    let file = File { text, events, tree };
    match &edit.action {
        Action::InsertKey(value) => {
            let (place, last) = Place::parent(root, &edit.route)?;
            match last {
                Step::Key(key) => file.insert(&place, Child::Entry(key, value)),
                _ => Err(place.node.fault("the route to a new key must end with the key")),
            }
        }
        Action::AppendItem(value) => file.insert(&Place::at(root, &edit.route.0)?, Child::Item(value)),
        Action::AppendLine(value) => {
            let place = Place::at(root, &edit.route.0)?;
            match file.line_below(root, edit, &place)? {
                Some(key) => Ok(file.first_line(place.node, key, value)),
                None => file.insert(&place, Child::Item(value)),
            }
        }
        Action::Remove | Action::RemoveLine => {
            let (place, last) = Place::parent(root, &edit.route)?;
            let leaves = if edit.action == Action::RemoveLine { Leaves::Nothing } else { Leaves::Brackets };
            file.remove(&place, last, leaves)
        }
        Action::Set(_) | Action::SetShared(_) | Action::SetInside(..) => {
            Err(Fault::nowhere("setting a scalar is no change of the structure"))
        }
    }
}

/// A node, and its key where it is the value of one.
struct Place<'n> {
    node: &'n Node,
    key: Option<&'n Node>,
}

impl<'n> Place<'n> {
    fn at(root: &'n Node, route: &[Step]) -> Result<Self, Fault> {
        let Some((last, before)) = route.split_last() else { return Ok(Self { node: root, key: None }) };
        let parent = before.iter().try_fold(root, |node, step| step.find(node))?;
        let node = last.find(parent)?;
        let owner = |(key, value): &'n (Node, Node)| (value.event == node.event).then_some(key);
        Ok(Self { node, key: parent.entries().and_then(|entries| entries.iter().find_map(owner)) })
    }

    /// What the route without its last step leads to, and that step.
    fn parent<'r>(root: &'n Node, route: &'r Route) -> Result<(Self, &'r Step), Fault> {
        match route.0.split_last() {
            Some((last, before)) => Ok((Self::at(root, before)?, last)),
            None => Err(root.fault("a whole document can neither be added nor removed")),
        }
    }
}

/// What is added.
#[derive(Clone, Copy)]
enum Child<'a> {
    Entry(&'a str, &'a New),
    Item(&'a New),
}

/// What the only item of a list of lines leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Brackets,
    Nothing,
}

struct File<'f, 'a> {
    text: &'f str,
    events: &'f [Event<'a>],
    tree: &'f Tree,
}

/// A key with its value, or an item, as it stands in the file.
struct Extent {
    /// Its first sign: the dash, the question mark, the anchor.
    start: usize,
    /// The end of its content; a comment may follow.
    end: usize,
    /// Its events, the last one included.
    first: usize,
    last: usize,
}

impl<'a> File<'_, 'a> {
    fn layout(&self, node: &Node) -> Option<Layout> {
        match self.events.get(node.event)?.kind {
            Kind::SequenceStart(layout) | Kind::MappingStart(layout) => Some(layout),
            _ => None,
        }
    }

    /// The last event of the node that starts with this event.
    fn last_event(&self, first: usize) -> usize {
        let mut depth = 0_usize;
        for (at, event) in self.events.iter().enumerate().skip(first) {
            match event.kind {
                Kind::SequenceStart(_) | Kind::MappingStart(_) => depth += 1,
                Kind::SequenceEnd | Kind::MappingEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        first
    }

    /// The entries or items of a collection.
    fn children(&self, place: &Place<'_>) -> Vec<Extent> {
        let block = self.layout(place.node) == Some(Layout::Block);
        match &place.node.value {
            Value::Mapping(entries) => entries.iter().map(|(key, value)| self.entry_extent(key, value)).collect(),
            Value::Sequence(items) => {
                let mut from = place.key.map_or(place.node.span.start, |key| key.span.end);
                let mut extents = Vec::new();
                for item in items {
                    // The dash is looked for from the end of what stands before it: backwards a comment could have one.
                    let start = match block {
                        true => skip(self.text, from, b":").0,
                        false => self.events[item.event].start,
                    };
                    let end = item.span.end.max(start);
                    extents.push(Extent { start, end, first: item.event, last: self.last_event(item.event) });
                    from = end;
                }
                extents
            }
            _ => Vec::new(),
        }
    }

    fn entry_extent(&self, key: &Node, value: &Node) -> Extent {
        let mut start = self.events[key.event].start;
        let before = self.text[start_of_line(self.text, start)..start].trim_end_matches([' ', '\t']);
        if let Some(outside) = before.strip_suffix('?') {
            start = start_of_line(self.text, start) + outside.len();
        }
        Extent { start, end: value.span.end.max(key.span.end), first: key.event, last: self.last_event(value.event) }
    }

    /// How this file is indented: as its first block sequence and its first nested block mapping.
    fn habits(&self) -> Habits {
        let mut habits = Seen::default();
        for document in &self.tree.documents {
            self.look(document, &mut habits);
        }
        Habits {
            newline: newline(self.text),
            dash: habits.dash.unwrap_or(2),
            step: habits.step.unwrap_or(2),
            json: self.text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with(['{', '[']),
        }
    }

    fn look(&self, node: &Node, seen: &mut Seen) {
        if self.layout(node) != Some(Layout::Block) || (seen.dash.is_some() && seen.step.is_some()) {
            return;
        }
        for item in node.items().unwrap_or_default() {
            self.look(item, seen);
        }
        let base = column(node);
        for (key, value) in node.entries().unwrap_or_default() {
            match &value.value {
                Value::Sequence(_) if self.layout(value) == Some(Layout::Block) => {
                    let dash = skip(self.text, key.span.end, b":").0;
                    seen.dash.get_or_insert(indent(self.text, dash).saturating_sub(base));
                }
                Value::Mapping(_) if self.layout(value) == Some(Layout::Block) => {
                    seen.step.get_or_insert(column(value).saturating_sub(base).max(1));
                }
                _ => {}
            }
            self.look(value, seen);
        }
    }

    fn insert(&self, place: &Place<'_>, child: Child<'a>) -> Result<(Vec<Splice>, Vec<Expected<'a>>), Fault> {
        let node = place.node;
        let mut expected = unchanged(self.events);
        let mut writer = Writer::new(self.habits());
        match (&node.value, child) {
            (Value::Mapping(_), Child::Entry(key, _)) => {
                if let Some(there) = node.get(key)? {
                    return Err(there.fault(format!("key `{key}` is already here")));
                }
            }
            (Value::Sequence(_), Child::Item(_)) => {}
            (Value::Scalar { style: Style::Plain, .. }, _) if node.is_null() && node.tag.is_none() => {
                let splice = self.instead_of_nothing(node, &mut writer, child);
                expected.splice(node.event..=node.event, writer.events);
                return Ok((vec![splice], expected));
            }
            (Value::Alias, _) => return Err(node.fault("an alias is here: edit the node that it refers to")),
            (_, Child::Entry(..)) => return Err(node.fault("no mapping here to add a key to")),
            (_, Child::Item(_)) => return Err(node.fault("no sequence here to add an item to")),
        }
        let children = self.children(place);
        let splice = match (self.layout(node), children.last()) {
            (Some(Layout::Block), Some(last)) => {
                match child {
                    Child::Entry(key, value) => {
                        writer.line(column(node));
                        writer.entry(key, value, column(node));
                    }
                    Child::Item(value) => {
                        let dash = indent(self.text, children[0].start);
                        writer.line(dash);
                        writer.item(value, dash);
                    }
                }
                let at = end_of_line(self.text, last.end);
                Splice { range: at..at, text: writer.text }
            }
            (_, last) => {
                self.has_brackets(node)?;
                inside_brackets(&mut writer, child);
                self.last_in_brackets(node, last, writer.text)
            }
        };
        let end = self.last_event(node.event);
        expected.splice(end..end, writer.events);
        Ok((vec![splice], expected))
    }

    /// A new collection with this one child, in the place of an empty value or a written null.
    fn instead_of_nothing(&self, node: &Node, writer: &mut Writer<'a>, child: Child<'a>) -> Splice {
        self.brackets(writer, child);
        let mut range = node.span.clone();
        if range.is_empty() {
            range.end = range.start;
            writer.text.insert(0, ' ');
        }
        if let Some(start) = writer.events.first_mut() {
            start.anchor = self.events[node.event].anchor;
        }
        Splice { range, text: std::mem::take(&mut writer.text) }
    }

    /// The key below which a first item can have a line of its own: it stands in a block, on one line, and has no value.
    fn line_below<'n>(&self, root: &Node, edit: &Edit, place: &Place<'n>) -> Result<Option<&'n Node>, Fault> {
        let (Some(key), false) = (place.key, edit.route.0.is_empty()) else { return Ok(None) };
        let event = &self.events[place.node.event];
        let is_nothing = place.node.is_null() && place.node.span.is_empty() && event.anchor == 0 && event.tag.is_none();
        let (parent, _) = Place::parent(root, &edit.route)?;
        let colon = &self.text[key.span.end..skip(self.text, key.span.end, b":").1];
        let fits = is_nothing && self.layout(parent.node) == Some(Layout::Block);
        Ok(Some(key).filter(|_| fits && colon.ends_with(':') && !colon.contains(['\n', '\r'])))
    }

    /// A new list of lines with this one item, below its key.
    fn first_line(&self, node: &Node, key: &Node, item: &'a New) -> (Vec<Splice>, Vec<Expected<'a>>) {
        let habits = self.habits();
        let (mut writer, dash) = (Writer::new(habits), column(key) + habits.dash);
        writer.event(Kind::SequenceStart(Layout::Block));
        writer.line(dash);
        writer.item(item, dash);
        writer.event(Kind::SequenceEnd);
        let mut expected = unchanged(self.events);
        expected.splice(node.event..=node.event, writer.events);
        // A comment behind the key stays there.
        let at = end_of_line(self.text, skip(self.text, key.span.end, b":").1);
        (vec![Splice { range: at..at, text: writer.text }], expected)
    }

    /// A child that is written as `text` behind the last one between brackets.
    fn last_in_brackets(&self, node: &Node, last: Option<&Extent>, text: String) -> Splice {
        let inside = node.span.start + 1..node.span.end - 1;
        match last {
            None if self.text[inside.clone()].trim().is_empty() => {
                // Taken away again, it leaves the blanks that were there.
                let blanks = &self.text[inside.clone()];
                Splice { text: format!("{blanks}{text}{blanks}"), range: inside }
            }
            None => Splice { range: inside.start..inside.start, text },
            Some(last) => {
                let next = skip(self.text, last.end, b"").0;
                match self.text.as_bytes().get(next) {
                    // Who ends the last one with a comma does so again.
                    Some(b',') => Splice { range: next + 1..next + 1, text: format!(" {text},") },
                    _ => Splice { range: last.end..last.end, text: format!(", {text}") },
                }
            }
        }
    }

    /// A whole new collection with this one child.
    fn brackets(&self, writer: &mut Writer<'a>, child: Child<'a>) {
        let (open, close, start, end) = match child {
            Child::Entry(..) => ('{', '}', Kind::MappingStart(Layout::Flow), Kind::MappingEnd),
            Child::Item(_) => ('[', ']', Kind::SequenceStart(Layout::Flow), Kind::SequenceEnd),
        };
        writer.text.push(open);
        writer.event(start);
        inside_brackets(writer, child);
        writer.event(end);
        writer.text.push(close);
    }

    /// Refuses `[a: 1]`, where a mapping has no braces of its own.
    fn has_brackets(&self, node: &Node) -> Result<(), Fault> {
        match self.text.as_bytes().get(node.span.start) {
            Some(b'[' | b'{') if node.span.len() >= 2 => Ok(()),
            _ => Err(node.fault("this mapping is written without braces and cannot be changed")),
        }
    }

    fn remove(
        &self,
        place: &Place<'_>,
        step: &Step,
        leaves: Leaves,
    ) -> Result<(Vec<Splice>, Vec<Expected<'a>>), Fault> {
        let node = place.node;
        let gone = step.find(node)?;
        let children = self.children(place);
        let Some(at) = children.iter().position(|child| (child.first..=child.last).contains(&gone.event)) else {
            return Err(gone.fault("cannot find the extent of this node"));
        };
        let child = &children[at];
        self.is_not_referred_to(child)?;
        let mut expected = unchanged(self.events);
        expected.drain(child.first..=child.last);
        let flow = self.layout(node) == Some(Layout::Flow);
        let splices = match (flow, children.len()) {
            (true, 1) => {
                self.has_brackets(node)?;
                self.empty_brackets(node.span.start + 1..node.span.end - 1, child)
            }
            (true, _) => {
                self.has_brackets(node)?;
                self.cut_from_flow(&children, at)
            }
            (false, 1) if leaves == Leaves::Nothing && self.is_below_its_key(place, child) => {
                let nothing = Kind::Scalar { text: "".into(), style: Style::Plain };
                expected[node.event].kind = nothing;
                expected.remove(node.event + 1);
                vec![cut(whole_lines(self.text, child.start, child.end))]
            }
            (false, 1) => {
                let (empty, kind) = match node.value {
                    Value::Mapping(_) => ("{}", Kind::MappingStart(Layout::Flow)),
                    _ => ("[]", Kind::SequenceStart(Layout::Flow)),
                };
                expected[node.event].kind = kind;
                self.leave_empty(place, child, empty)
            }
            (false, _) => vec![self.cut_from_block(&children, at)?],
        };
        Ok((splices, expected))
    }

    /// Whether a list's item has a line of its own below the key of that, which nothing else marks.
    fn is_below_its_key(&self, place: &Place<'_>, child: &Extent) -> bool {
        let event = &self.events[place.node.event];
        let is_plain = place.node.items().is_some() && event.anchor == 0 && event.tag.is_none();
        is_plain && place.key.is_some() && is_first_in_line(self.text, child.start)
    }

    /// Refuses to take away what an alias elsewhere needs.
    fn is_not_referred_to(&self, gone: &Extent) -> Result<(), Fault> {
        let inside = gone.first..=gone.last;
        for (at, event) in self.events.iter().enumerate() {
            let Kind::Alias(target) = event.kind else { continue };
            let needed = self.events[inside.clone()].iter().find(|event| event.anchor == target);
            if let Some(needed) = needed.filter(|_| !inside.contains(&at)) {
                let message = format!("line {} refers to this by alias", event.line);
                return Err(Fault::at(needed.line, needed.column, message));
            }
        }
        Ok(())
    }

    /// Takes the only child from between brackets; comments stay, and blanks that stand alike on both sides stay once.
    fn empty_brackets(&self, inside: std::ops::Range<usize>, child: &Extent) -> Vec<Splice> {
        let (before, after) = (&self.text[inside.start..child.start], &self.text[child.end..inside.end]);
        if before == after && after.trim().is_empty() {
            return vec![cut(inside.start..child.end)];
        }
        if !before.contains('#') && !after.contains('#') {
            return vec![cut(inside)];
        }
        let mut cuts = vec![cut(child.start..child.end)];
        let comma = skip(self.text, child.end, b"").0;
        if self.text.as_bytes().get(comma) == Some(&b',') {
            cuts.push(cut(comma..comma + 1));
        }
        cuts
    }

    fn cut_from_flow(&self, children: &[Extent], at: usize) -> Vec<Splice> {
        let child = &children[at];
        if let Some(next) = children.get(at + 1) {
            return vec![cut(child.start..next.start)];
        }
        let before = &children[at - 1];
        let gap = &self.text[before.end..child.start];
        if !gap.contains('#') {
            return vec![cut(before.end..child.end)];
        }
        // A comment about the one before stays: only the comma and the own line go.
        let comma = skip(self.text, before.end, b"").0;
        let from = match is_first_in_line(self.text, child.start) {
            true => before_line(self.text, child.start),
            false => child.start,
        };
        vec![cut(comma..comma + 1), cut(from..child.end)]
    }

    fn cut_from_block(&self, children: &[Extent], at: usize) -> Result<Splice, Fault> {
        let child = &children[at];
        if is_first_in_line(self.text, child.start) {
            return Ok(cut(whole_lines(self.text, child.start, child.end)));
        }
        // The first of a compact collection (`- name: x`): the next one moves up behind the dash.
        let place = &self.events[child.first];
        let refused =
            || Fault::at(place.line, place.column, "a comment stands between this and what would take its place");
        let next = children.get(at + 1).ok_or_else(refused)?;
        let between = &self.text[end_of_line(self.text, child.end)..next.start];
        match between.contains('#') {
            true => Err(refused()),
            false => Ok(cut(child.start..next.start)),
        }
    }

    /// Takes the only child away; what is left must not read as null.
    fn leave_empty(&self, place: &Place<'_>, child: &Extent, empty: &str) -> Vec<Splice> {
        match place.key {
            Some(key) if is_first_in_line(self.text, child.start) => {
                let (_, slot) = skip(&self.text[..child.start], key.span.end, b":");
                let lines = whole_lines(self.text, child.start, child.end);
                vec![Splice { range: slot..slot, text: format!(" {empty}") }, cut(lines)]
            }
            _ => vec![Splice { range: child.start..child.end, text: empty.to_owned() }],
        }
    }
}

/// The first of each kind that was seen.
#[derive(Default)]
struct Seen {
    dash: Option<usize>,
    step: Option<usize>,
}

/// How many characters stand before a block mapping's keys.
fn column(node: &Node) -> usize {
    node.column.saturating_sub(1) as usize
}

fn cut(range: std::ops::Range<usize>) -> Splice {
    Splice { range, text: String::new() }
}

fn inside_brackets<'a>(writer: &mut Writer<'a>, child: Child<'a>) {
    match child {
        Child::Entry(key, value) => writer.flow_entry(key, value),
        Child::Item(value) => writer.flow(value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;

    fn text(text: &str) -> New {
        New::Text(text.to_owned())
    }

    fn changed(old: &str, route: &str, action: Action) -> Result<String, Fault> {
        let edit = Edit { document: None, route: Route::parse(route)?, action };
        apply(old.as_bytes(), &[edit]).map(|new| String::from_utf8(new).unwrap())
    }

    #[test]
    fn what_goes_takes_its_lines_and_leaves_the_rest() {
        for (old, route, new) in [
            ("- name: x # c\n  tag: v1\n", "[0].name", "- tag: v1\n"),
            ("a:\n- - x\n  - y\n- z\n", "a[0][0]", "a:\n- - y\n- z\n"),
            ("a:\n- - x\n- z\n", "a[0][0]", "a:\n- []\n- z\n"),
            ("a: # why\n  b: 1\nc: 2\n", "a.b", "a: {} # why\nc: 2\n"),
            ("a: &x # - why\n  - b", "a[0]", "a: &x [] # - why"),
            ("a: 1 # c", "a", "{} # c"),
            ("- # x-\n  a\n- b\n", "[0]", "- b\n"),
            ("a: [ x, ]\n", "a[0]", "a: []\n"),
            ("a: [x, y, ]\n", "a[1]", "a: [x, ]\n"),
            ("a: [\n  x, # about x\n  y # about y\n]\n", "a[1]", "a: [\n  x # about x # about y\n]\n"),
            ("a: [\r\n  x, # c\r\n  y\r\n]\r\n", "a[1]", "a: [\r\n  x # c\r\n]\r\n"),
            ("{a: 1, b: 2}", "a", "{b: 2}"),
            ("? a\n: 1\n? b\n: 2\n", "b", "? a\n: 1\n"),
        ] {
            assert_eq!(changed(old, route, Action::Remove).as_deref(), Ok(new), "{old:?} without {route}");
        }
    }

    #[test]
    fn what_cannot_go_is_refused() {
        for (old, route) in [
            ("a: &x 1\nb: *x\n", "a"),
            ("- a: 1\n  # about b\n  b: 2\n", "[0].a"),
            ("a: 1\n", ""),
            ("a: 1\n", "b"),
            ("a: [b: 1]\n", "a[0].b"),
        ] {
            assert!(changed(old, route, Action::Remove).is_err(), "{old:?} without {route}");
        }
    }

    #[test]
    fn a_new_child_is_written_as_the_file_is() {
        let web =
            New::Mapping(vec![("name".to_owned(), text("web")), ("tags".to_owned(), New::Sequence(vec![text("1e3")]))]);
        for (old, route, new) in [
            ("a:\n", "a", "a: [{name: web, tags: [\"1e3\"]}]\n"),
            ("a: ~ # c\n", "a", "a: [{name: web, tags: [\"1e3\"]}] # c\n"),
            ("{\"a\": [\"x\"]}", "a", "{\"a\": [\"x\", {\"name\": \"web\", \"tags\": [\"1e3\"]}]}"),
            ("a: [x, ] # c\n", "a", "a: [x, {name: web, tags: [\"1e3\"]}, ] # c\n"),
            ("a:\n- x # - y\n", "a", "a:\n- x # - y\n- name: web\n  tags:\n  - \"1e3\"\n"),
            ("a:\n    - x", "a", "a:\n    - x\n    - name: web\n      tags:\n          - \"1e3\""),
            ("- - x\n- y\n", "[0]", "- - x\n  - name: web\n    tags:\n      - \"1e3\"\n- y\n"),
        ] {
            assert_eq!(changed(old, route, Action::AppendItem(web.clone())).as_deref(), Ok(new), "{old:?}");
        }
    }

    #[test]
    fn an_item_that_comes_and_goes_leaves_no_trace() {
        for old in [
            "a: []\n",
            "a: [ ]\n",
            "a: [\n  ]\n",
            "a: [ # none yet\n]\n",
            "a: [ x ]\n",
            "a: [x, ]\n",
            "a: [\n  x, # about x\n]\n",
            "a: [\n  x,\n  y\n]\n",
            "a:\n- x # c\n# after\n\nb: 1\n",
            "a:\r\n  - x\r\n",
            "a:\n  - x",
            "{\"a\": [\n  \"x\"\n]}",
        ] {
            let count =
                Tree::parse(old.as_bytes()).unwrap().documents[0].get("a").unwrap().unwrap().items().unwrap().len();
            for new in [text("pr-1"), New::Mapping(vec![("slug".into(), text("pr-1")), ("n".into(), text("2"))])] {
                let added = changed(old, "a", Action::AppendItem(new)).unwrap();
                assert_eq!(changed(&added, &format!("a[{count}]"), Action::Remove).as_deref(), Ok(old), "{added:?}");
            }
        }
    }

    #[test]
    fn a_key_without_a_value_gets_lines_and_is_without_a_value_again() {
        for (old, wanted) in [
            ("a:\n", "a:\n  - pr-1\n"),
            ("a:", "a:\n  - pr-1"),
            ("a: # none yet\n# after\nb: 1\n", "a: # none yet\n  - pr-1\n# after\nb: 1\n"),
            ("b:\r\n- x\r\na:\r\n", "b:\r\n- x\r\na:\r\n- pr-1\r\n"),
            ("a:  \r\nb: 1\r\n", "a:  \r\n  - pr-1\r\nb: 1\r\n"),
            ("\u{feff}a:\n...\n", "\u{feff}a:\n  - pr-1\n...\n"),
        ] {
            let added = changed(old, "a", Action::AppendLine(text("pr-1"))).unwrap();
            assert_eq!(added, wanted);
            assert_eq!(changed(&added, "a[0]", Action::RemoveLine).as_deref(), Ok(old));
        }
        let deep = "x:\n  - y: 1\n    a:\n";
        let added = changed(deep, "x[0].a", Action::AppendLine(text("pr-1"))).unwrap();
        assert_eq!(added, format!("{deep}      - pr-1\n"));
        assert_eq!(changed(&added, "x[0].a[0]", Action::RemoveLine).as_deref(), Ok(deep));
        // What is written is no value that is missing, and between brackets there are no lines.
        for (old, wanted) in [
            ("a: ~\n", "a: [pr-1]\n"),
            ("a: []\n", "a: [pr-1]\n"),
            ("{a: }\n", "{a: [\"pr-1\"] }\n"),
            ("{\n  a:\n}\n", "{\n  a: [\"pr-1\"]\n}\n"),
            ("{\"a\": null}", "{\"a\": [\"pr-1\"]}"),
        ] {
            assert_eq!(changed(old, "a", Action::AppendLine(text("pr-1"))).as_deref(), Ok(wanted));
        }
        for (old, wanted) in
            [("a: [x]\n", "a: []\n"), ("a: &l\n- x\n", "a: &l []\n"), ("a: !!seq\n- x\n", "a: !!seq []\n")]
        {
            assert_eq!(changed(old, "a[0]", Action::RemoveLine).as_deref(), Ok(wanted));
        }
    }

    #[test]
    fn a_new_key_is_quoted_where_it_must_be_and_never_doubled() {
        assert_eq!(changed("a: 1\n", "on", Action::InsertKey(text("no"))).as_deref(), Ok("a: 1\n\"on\": \"no\"\n"));
        assert_eq!(
            changed("a:\n  - b: |\n\n", "a[0].c", Action::InsertKey(New::Mapping(vec![]))).as_deref(),
            Ok("a:\n  - b: |\n    c: {}\n\n")
        );
        assert!(changed("a: 1\n", "a", Action::InsertKey(text("2"))).is_err());
        assert!(changed("a: 1\n", "a.b", Action::InsertKey(text("2"))).is_err());
        assert!(changed("a: &x {}\nb: *x\n", "b.c", Action::InsertKey(text("2"))).is_err());
        assert!(changed("a: 1\n", "a", Action::AppendItem(text("2"))).is_err());
    }
}
