//! Patches of a kustomization: strategic merges and JSON 6902, inline and in files.

use super::piece::{Piece, Said};
use super::resource::{Resource, Selector};
use super::state::{Gone, State};

/// Lists that Kubernetes merges by the names of their items.
const BY_NAME: [&str; 6] =
    ["containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets"];

/// One document of a patch.
#[derive(Debug, Clone)]
pub struct Patch {
    /// `None`: what the document itself names.
    pub target: Option<Selector>,
    pub body: Piece,
    pub by: Said,
}

impl Patch {
    /// What it makes of the objects.
    pub fn apply(&self, state: &mut State) {
        let selector = match (&self.target, Resource::of(self.body.clone()).first()) {
            (Some(target), _) => target.clone(),
            (None, Some(own)) => own_target(own),
            (None, None) => {
                state.unsure.push(format!("{}: a patch names nothing that it is for", self.by.at));
                return;
            }
        };
        for resource in &mut state.resources {
            let why = match resource.is(&selector) {
                Some(true) if self.change(resource, &mut state.gone) => continue,
                Some(true) => format!("{}: not all of this patch is understood", self.by.at),
                Some(false) => continue,
                None => {
                    let why = format!("{}: cannot tell what this patch is for", self.by.at);
                    self.doubt(resource, &why);
                    why
                }
            };
            state.unsure.push(why);
        }
        state.resources.retain(|resource| resource.root.str(&["$patch"]) != Some("delete"));
    }
}

impl Patch {
    /// Changes one object; whether all of it was understood.
    fn change(&self, resource: &mut Resource, gone: &mut Vec<Gone>) -> bool {
        let known = resource.is_known();
        match &self.body {
            Piece::List(ops) => {
                let done: Vec<bool> = ops.iter().map(|op| json(&mut resource.root, op, &self.by, gone)).collect();
                !done.contains(&false)
            }
            body => {
                Merge { known, by: &self.by, gone }.merge(&mut resource.root, body, "");
                !body.is_opaque()
            }
        }
    }

    /// Doubts what the patch would change in an object that it is perhaps for.
    fn doubt(&self, resource: &mut Resource, why: &str) {
        let mut changed = resource.clone();
        self.change(&mut changed, &mut Vec::new());
        let mut kept = Vec::new();
        changed.root.texts(&mut |text| kept.push(text));
        resource.root.texts_mut(&mut |text| {
            if !kept.iter().any(|kept| kept.tags == text.tags && kept.doubt == text.doubt) {
                text.doubt = Some(why.to_string());
            }
        });
    }
}

/// The object that a patch without a target is for: that of its own name.
fn own_target(own: &Resource) -> Selector {
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Selector {
        group: text(&own.group),
        version: text(&own.version),
        kind: text(&own.kind),
        name: own.names.first().and_then(text),
        ..Selector::default()
    }
}

/// A strategic merge.
pub struct Merge<'m> {
    /// Whether lists of the object merge by Kubernetes' own rules.
    pub known: bool,
    pub by: &'m Said,
    pub gone: &'m mut Vec<Gone>,
}

impl Merge<'_> {
    /// Merges a patch into what stands under `key`.
    pub fn merge(&mut self, target: &mut Piece, patch: &Piece, key: &str) {
        match (&mut *target, patch) {
            (Piece::Map(own), Piece::Map(new)) => {
                for (name, value) in new {
                    self.entry(own, name, value);
                }
            }
            (Piece::List(own), Piece::List(new)) if self.known && BY_NAME.contains(&key) => self.list(own, new, key),
            (Piece::Text(own), Piece::Text(new)) => own.replace(new),
            (target, patch) => {
                State::lose(self.gone, target, self.by);
                *target = patch.clone();
            }
        }
    }

    fn entry(&mut self, own: &mut Vec<(String, Piece)>, name: &str, value: &Piece) {
        match (own.iter().position(|(key, _)| key == name), value) {
            (Some(at), Piece::Null) => {
                let (_, old) = own.remove(at);
                State::lose(self.gone, &old, self.by);
            }
            (Some(at), value) => self.merge(&mut own[at].1, value, name),
            (None, Piece::Null) => {}
            (None, value) => own.push((name.to_string(), value.clone())),
        }
    }

    /// Items that the patch names come first, in its order; JSON patches that come later count so.
    fn list(&mut self, own: &mut Vec<Piece>, new: &[Piece], key: &str) {
        let mut first = Vec::new();
        for item in new {
            let is_it = |old: &Piece| item.str(&["name"]).is_some() && old.str(&["name"]) == item.str(&["name"]);
            let old = own.iter().position(is_it).map(|at| own.remove(at));
            match (item.str(&["$patch"]), old) {
                (Some("replace"), old) => {
                    own.drain(..).chain(old).for_each(|old| State::lose(self.gone, &old, self.by));
                }
                (Some("delete"), Some(old)) => State::lose(self.gone, &old, self.by),
                (Some(_), old) => first.extend(old),
                (None, Some(mut old)) => {
                    self.merge(&mut old, item, key);
                    first.push(old);
                }
                (None, None) => first.push(item.clone()),
            }
        }
        own.splice(0..0, first);
    }
}

/// One operation of JSON 6902; whether it was understood.
fn json(root: &mut Piece, op: &Piece, by: &Said, gone: &mut Vec<Gone>) -> bool {
    let (Some(what), Some(path)) = (op.str(&["op"]), op.str(&["path"])) else { return false };
    let value = match (what, op.str(&["from"]).map(steps)) {
        ("copy", Some(from)) => from.iter().try_fold(&mut *root, |piece, step| child(piece, step)).cloned(),
        ("move", Some(from)) => take(root, &from),
        _ => op.get(&["value"]).cloned(),
    };
    let steps = steps(path);
    let Some((last, above)) = steps.split_last() else { return false };
    let Some(parent) = above.iter().try_fold(&mut *root, |piece, step| child(piece, step)) else {
        return what == "test";
    };
    match (what, value) {
        ("test", _) => true,
        ("remove", _) => {
            let old = take(root, &steps);
            old.iter().for_each(|old| State::lose(gone, old, by));
            old.is_some()
        }
        ("add" | "replace" | "copy" | "move", Some(value)) => put(parent, last, &value, (what != "replace", by), gone),
        _ => false,
    }
}

/// The steps of a pointer.
fn steps(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// Takes out what a pointer leads to.
fn take(root: &mut Piece, steps: &[String]) -> Option<Piece> {
    let (last, above) = steps.split_last()?;
    match above.iter().try_fold(root, |piece, step| child(piece, step))? {
        Piece::Map(entries) => entries.iter().position(|(key, _)| key == last).map(|at| entries.remove(at).1),
        Piece::List(items) => last.parse().ok().filter(|at| *at < items.len()).map(|at: usize| items.remove(at)),
        _ => None,
    }
}

/// What a step of a pointer leads to.
fn child<'p>(piece: &'p mut Piece, step: &str) -> Option<&'p mut Piece> {
    match piece {
        Piece::Map(entries) => entries.iter_mut().find(|(key, _)| key == step).map(|(_, value)| value),
        Piece::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Puts a value where a pointer's last step leads.
fn put(parent: &mut Piece, last: &str, value: &Piece, (is_add, by): (bool, &Said), gone: &mut Vec<Gone>) -> bool {
    match parent {
        Piece::List(items) if is_add => match last.parse::<usize>().ok().filter(|at| *at <= items.len()) {
            Some(at) => items.insert(at, value.clone()),
            None if last == "-" => items.push(value.clone()),
            None => return false,
        },
        parent => match (child(parent, last), value) {
            (Some(Piece::Text(own)), Piece::Text(new)) => own.replace(new),
            (Some(own), value) => {
                State::lose(gone, own, by);
                *own = value.clone();
            }
            (None, value) => {
                let Piece::Map(entries) = parent else { return false };
                entries.push((last.to_string(), value.clone()));
            }
        },
    }
    true
}
