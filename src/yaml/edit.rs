//! Applies edits to a file: each changes its own bytes and nothing else, proven by reading the result again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::events::{self, Event, Kind};
use super::fault::Fault;
use super::inside;
use super::prove::{prove, unchanged};
use super::route::{Document, Route, Step};
use super::splice::{self, Surroundings, spliced};
use super::structure;
use super::tree::{Cure, Node, Tree};

pub use super::action::{Action, Edit, New};

/// Applies all edits, in order, or none. Returns the new bytes; the same bytes where nothing changes.
///
/// After the splice the text is parsed again and compared event by event with the old one: only the wanted
/// scalars may differ, and each must be a string equal to its value. Otherwise a fault names the place.
///
/// # Errors
/// The file is not YAML, a route or document leads to no node or to several, or an edit cannot be made so that nothing
/// else changes.
pub fn apply(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, Fault> {
    let mut bytes = bytes.to_vec();
    let mut rest = edits;
    while !rest.is_empty() {
        let (done, new) = step(&bytes, rest)?;
        if let Some(new) = new {
            bytes = new;
        }
        rest = &rest[done..];
    }
    Ok(bytes)
}

/// Makes the first edit, and with it all that need no look at its outcome: a file is read twice for many scalars.
/// Returns how many edits that were, and the new bytes where they differ.
fn step(bytes: &[u8], edits: &[Edit]) -> Result<(usize, Option<Vec<u8>>), Fault> {
    let events = events::read(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::nowhere("not UTF-8"))?;
    let tree = Tree::of(&events);
    let surroundings = Surroundings::of(&events);
    let independent = edits.iter().enumerate().take_while(|(at, edit)| is_independent(edit, &edits[..*at])).count();
    if independent == 0 {
        let Some(edit) = edits.first() else { return Ok((0, None)) };
        refuse_shared(&events, &surroundings, tree.document(edit.document.as_ref())?, &edit.route)?;
        let (splices, expected) = match &edit.action {
            Action::SetInside(inside, value) => {
                let node = edit.route.find(tree.document(edit.document.as_ref())?)?;
                inside::change(text, &events, node, &set_inside(node, inside, value)?)?
            }
            _ => structure::change(text, &events, &tree, edit)?,
        };
        let new = spliced(bytes, splices);
        prove(&new, &expected)?;
        return Ok((1, Some(new)));
    }
    let mut wanted: BTreeMap<usize, &str> = BTreeMap::new();
    for edit in &edits[..independent] {
        if let Some(value) = edit.action.scalar() {
            let root = tree.document(edit.document.as_ref())?;
            if matches!(edit.action, Action::Set(_)) {
                refuse_shared(&events, &surroundings, root, &edit.route)?;
            }
            // The later of two edits of one scalar counts.
            wanted.insert(edit.route.find(root)?.event, value);
        }
    }
    let mut splices = Vec::new();
    let mut expected = unchanged(&events);
    for (index, value) in wanted {
        if let Some((splice, style)) = splice::set(text, &events, &surroundings, index, value)? {
            splices.push(splice);
            expected[index].kind = Kind::Scalar { text: Cow::Borrowed(value), style };
            expected[index].written = true;
        }
    }
    if splices.is_empty() {
        return Ok((independent, None));
    }
    let new = spliced(bytes, splices);
    prove(&new, &expected)?;
    Ok((independent, Some(new)))
}

/// The YAML in the literal block at a node, with the scalar at a route of it set.
fn set_inside(node: &Node, inside: &Route, value: &str) -> Result<String, Fault> {
    let edit = Edit { document: None, route: inside.clone(), action: Action::Set(value.to_owned()) };
    let new = apply(node.block()?.as_bytes(), &[edit]).map_err(|fault| {
        let message = format!("inside the text: {}", fault.message);
        Fault { message, ..fault.inside(node) }
    })?;
    String::from_utf8(new).map_err(|_| node.fault("not UTF-8"))
}

/// Refuses what is an anchor that other nodes refer to, or stands below one: it would change there as well.
fn refuse_shared(events: &[Event<'_>], all: &Surroundings, root: &Node, route: &Route) -> Result<(), Fault> {
    let mut next = Some(root);
    let mut steps = route.0.iter();
    while let Some(node) = next {
        if events.get(node.event).is_some_and(|event| all.is_aliased(event.anchor)) {
            let fault = node.fault("other places refer to this value by alias and would change with it");
            return Err(fault
                .cured(Cure::Do("where that is meant: `aliases: follow` beside the pin in `stageline.yaml`".into())));
        }
        // A step that leads nowhere yet is the key to insert, or told by whoever needs it.
        next = steps.next().and_then(|step| step.find(node).ok());
    }
    Ok(())
}

/// Whether an edit sets a scalar that is found the same way before and after the edits before it.
fn is_independent(edit: &Edit, before: &[Edit]) -> bool {
    edit.action.scalar().is_some() && before.iter().all(|other| !may_move(other, edit))
}

/// Whether the first edit can change what the second one finds by its value.
fn may_move(first: &Edit, second: &Edit) -> bool {
    let Some(Step::Key(changed)) = first.route.0.last() else { return false };
    let selects = second.route.0.iter().any(
        |step| matches!(step, Step::Select { key, .. } if key.rsplit('.').next() == Some(changed) || key == changed),
    );
    let identity = matches!(second.document, Some(Document::Identity { .. }))
        && matches!(changed.as_str(), "kind" | "name" | "namespace" | "apiVersion");
    selects || identity
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(route: &str, value: &str) -> Edit {
        Edit { document: None, route: Route::parse(route).unwrap(), action: Action::Set(value.to_owned()) }
    }

    fn applied(old: &str, edits: &[Edit]) -> Result<String, Fault> {
        apply(old.as_bytes(), edits).map(|new| String::from_utf8(new).unwrap())
    }

    #[test]
    fn what_others_refer_to_moves_only_where_they_are_to_follow() {
        for (old, route) in [
            ("x: &app\n  image: a:v1 # it\nweb: {<<: *app}\nworker: *app\n", "x.image"),
            ("a: &tag v1\nb: *tag\n", "a"),
        ] {
            let edit = set(route, "v2");
            assert!(applied(old, std::slice::from_ref(&edit)).unwrap_err().message.contains("by alias"));
            let shared = Edit { action: edit.action.clone().shared(), ..edit };
            let new = if route == "a" { old.replace("v1", "v2") } else { old.replace("a:v1", "v2") };
            assert_eq!(applied(old, &[shared]).unwrap(), new);
        }
    }

    #[test]
    fn edits_are_made_in_order_each_on_what_the_one_before_left() {
        let old = "images:\n- name: web\n  newTag: v1\n- name: api\n  newTag: v1\n";
        let edits = [set("images[name=web].name", "www"), set("images[name=www].newTag", "v2")];
        assert_eq!(applied(old, &edits).unwrap(), old.replace("web\n  newTag: v1", "www\n  newTag: v2"));
        let ambiguous = [set("images[name=api].name", "web"), set("images[name=web].newTag", "v2")];
        assert!(applied(old, &ambiguous).is_err());
        let back = [set("images[name=web].newTag", "v2"), set("images[name=web].newTag", "v1")];
        assert_eq!(applied(old, &back).unwrap(), old);
        let remove = Edit { action: Action::Remove, ..set("images[0]", "") };
        let mixed = [remove, set("images[0].newTag", "12e3")];
        assert_eq!(applied(old, &mixed).unwrap(), "images:\n- name: api\n  newTag: \"12e3\"\n");
    }

    #[test]
    fn one_wrong_edit_undoes_all() {
        assert!(applied("a: 1\nb: 2\n", &[set("a", "x"), set("c", "y")]).is_err());
        assert_eq!(applied("a: 1\n", &[]).unwrap(), "a: 1\n");
    }

    #[test]
    fn a_document_is_found_by_what_it_is_and_never_guessed() {
        let old = "kind: A\nmetadata: {name: x}\nv: v1\n---\nkind: A\nmetadata: {name: y, namespace: n}\nv: v1\n---\n";
        let identity = |name: Option<&str>, namespace: Option<&str>| Document::Identity {
            kind: Some("A".to_owned()),
            name: name.map(str::to_owned),
            namespace: namespace.map(str::to_owned),
            api_version: None,
        };
        let on = |document| applied(old, &[Edit { document, ..set("v", "v2") }]);
        let second = old.replace("n}\nv: v1", "n}\nv: v2");
        assert_eq!(on(Some(identity(Some("y"), None))).unwrap(), second);
        assert_eq!(on(Some(identity(None, Some("n")))).unwrap(), second);
        assert_eq!(on(Some(Document::Index(1))).unwrap(), second);
        assert!(on(None).unwrap_err().message.contains("more than one document"));
        assert!(on(Some(identity(None, None))).is_err());
        assert!(on(Some(identity(Some("z"), None))).unwrap_err().message.contains("name `z`"));
        assert!(on(Some(Document::Index(7))).is_err());
        assert!(applied("# nothing\n", &[set("v", "v2")]).is_err());
    }

    #[test]
    fn nothing_is_changed_below_an_anchor_that_other_places_refer_to() {
        let old = "base: &b {image: {tag: v1}}\ntext: &t |\n  tag: v1\nlist: &l [x]\nown: &o {tag: v1}\n";
        let edit = |route: &str, action: Action| Edit { action, ..set(route, "") };
        let edits = [
            ("  <<: *b", set("base.image.tag", "v2")),
            ("  x: *b", edit("base.image", Action::Remove)),
            ("  x: *b", edit("base.new", Action::InsertKey(New::Text("x".into())))),
            ("  x: *t", edit("text", Action::SetInside(Route::parse("tag").unwrap(), "v2".into()))),
            ("  x: *l", edit("list", Action::AppendItem(New::Text("y".into())))),
        ];
        for (alias, edit) in edits {
            let fault = applied(&format!("{old}other:\n{alias}\n"), std::slice::from_ref(&edit)).unwrap_err();
            assert!(fault.message.contains("by alias"), "{edit:?}: {fault}");
            assert!(applied(old, &[edit]).is_ok(), "nothing refers to it");
        }
        assert!(applied(&format!("{old}other: *b\n"), &[set("own.tag", "v2")]).is_ok());
    }

    #[test]
    fn a_plain_number_with_the_same_text_becomes_a_string() {
        assert_eq!(applied("tag: 1234567\n", &[set("tag", "1234567")]).unwrap(), "tag: \"1234567\"\n");
        assert_eq!(applied("tag: -x\n", &[set("tag", "-x")]).unwrap(), "tag: -x\n");
    }
}
