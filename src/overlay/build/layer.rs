//! The layers of a kustomization in the order in which kustomize builds them: what it builds on, its generators and
//! components; then on all of that its patches, names, images and replacements.

use crate::domain::files::EntryKind;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::overlay::kustomization::{file_at, kustomization};
use crate::overlay::reader::Reader;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::{Node, Tree, Value};

use super::generate::generate;
use super::images::Entry;
use super::labels;
use super::patch::Patch;
use super::piece::{By, Place, Said, Source};
use super::replace;
use super::resource::{Resource, Selector};
use super::state::{Gone, State};

/// How deep kustomizations build on each other before nobody follows.
const DEEPEST: usize = 32;

/// Builtin transformers that change no version.
const HARMLESS: [&str; 5] = [
    "NamespaceTransformer",
    "PrefixTransformer",
    "SuffixTransformer",
    "PrefixSuffixTransformer",
    "ReplicaCountTransformer",
];

/// What an object of Argo CD or Flux adds to the kustomization that it names.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    pub images: Vec<Entry>,
    pub patches: Vec<Patch>,
    /// Where each is named, and where it is, if that is in this repository.
    pub components: Vec<(Place, Option<RepoPath>)>,
}

/// Builds the kustomizations of a tree, as far as images go.
pub struct Builder<'b, 'f> {
    pub reader: &'b Reader<'f>,
}

impl Builder<'_, '_> {
    /// What the kustomization in a file builds on, before its own generators, components and changes.
    pub fn below(&self, file: &RepoPath) -> Result<State, Error> {
        self.gather(file, &mut Vec::new())
    }

    /// The objects of one file that is no kustomization.
    pub fn plain(&self, file: &RepoPath) -> State {
        let mut state = State::default();
        self.manifests(file, &mut state);
        state
    }

    /// What the kustomization in a file does to what it builds on.
    pub fn over(&self, file: &RepoPath, state: &mut State, extra: &Extra) -> Result<(), Error> {
        self.change(file, (state, extra), &mut Vec::new())
    }

    /// What an object does to what stands in a folder without a kustomization.
    ///
    /// # Errors
    /// The tree itself cannot be read.
    pub fn add(&self, state: &mut State, extra: &Extra) -> Result<(), Error> {
        for (at, path) in &extra.components {
            self.component((&at.to_string(), path.as_ref()), state, &mut Vec::new())?;
        }
        extra.patches.iter().for_each(|patch| patch.apply(state));
        merged(Vec::new(), &extra.images, state).iter().for_each(|entry| entry.apply(state));
        Ok(())
    }

    fn gather(&self, file: &RepoPath, above: &mut Vec<RepoPath>) -> Result<State, Error> {
        let mut state = State::default();
        let Some(tree) = self.reader.tree(file)? else { return Ok(state) };
        let (_, root) = kustomization(file, &tree)?;
        let folder = file.parent().unwrap_or_default();
        above.push(file.clone());
        for key in ["resources", "bases"] {
            for item in items(root, &[key]) {
                match item.as_str() {
                    Some(text) => self.resource(&folder, (file, item, text), &mut state, above)?,
                    None => state.missing.push(format!("{file}:{}: a resource is not a text", item.line)),
                }
            }
        }
        above.pop();
        Ok(state)
    }

    fn resource(
        &self,
        folder: &RepoPath,
        (file, item, text): (&RepoPath, &Node, &str),
        state: &mut State,
        above: &mut Vec<RepoPath>,
    ) -> Result<(), Error> {
        let place = format!("{file}:{}", item.line);
        let Ok(path) = folder.join(text) else {
            state.missing.push(format!("{place}: `{text}` is outside this repository"));
            return Ok(());
        };
        let entry = match self.reader.entry(&path) {
            Ok(entry) => entry,
            Err(Error::Failed(error)) => return Err(error.into()),
            Err(error) => {
                state.missing.push(format!("{place}: {error}"));
                return Ok(());
            }
        };
        match entry.map(|entry| entry.kind) {
            Some(EntryKind::Folder) => match file_at(self.reader, &path) {
                Ok(Some(base)) if above.len() < DEEPEST && !above.contains(&base) => self.base(&base, state, above)?,
                Ok(Some(_)) => state.missing.push(format!("{place}: `{text}` builds on this one")),
                Ok(None) => state.missing.push(format!("`{path}` has no kustomization file")),
                Err(Error::Failed(error)) => return Err(error.into()),
                Err(error) => state.missing.push(error.to_string()),
            },
            Some(_) => self.manifests(&path, state),
            None => state.missing.push(format!("{place}: `{text}` is not in this repository")),
        }
        Ok(())
    }

    fn base(&self, base: &RepoPath, state: &mut State, above: &mut Vec<RepoPath>) -> Result<(), Error> {
        let built = self.gather(base, above).and_then(|mut below| {
            self.change(base, (&mut below, &Extra::default()), above)?;
            Ok(below)
        });
        match built {
            Ok(below) => state.add(below),
            Err(Error::Failed(error)) => return Err(error.into()),
            Err(error) => state.missing.push(error.to_string()),
        }
        Ok(())
    }

    fn manifests(&self, file: &RepoPath, state: &mut State) {
        let source = Source::file(file, By::Manifest);
        match self.reader.tree(file) {
            Ok(Some(tree)) => {
                for document in &tree.documents {
                    let piece = source.piece(document);
                    if piece.is_opaque() {
                        state
                            .missing
                            .push(format!("{file}:{}: an alias or a merge key is not followed", document.line));
                    }
                    state.resources.extend(Resource::of(piece));
                }
            }
            Ok(None) => {}
            Err(error) => state.missing.push(error.to_string()),
        }
    }

    /// All that a kustomization does to a state, in kustomize's order.
    fn change(
        &self,
        file: &RepoPath,
        (state, extra): (&mut State, &Extra),
        above: &mut Vec<RepoPath>,
    ) -> Result<(), Error> {
        let Some(tree) = self.reader.tree(file)? else { return Ok(()) };
        let (_, root) = kustomization(file, &tree)?;
        for key in ["helmCharts", "helmChartInflationGenerator", "generators"] {
            if let Some(node) = get(root, &[key]) {
                state.missing.push(format!("{file}:{}: it has `{key}`", node.line));
            }
        }
        generate(self.reader, file, root, state);
        above.push(file.clone());
        for item in items(root, &["components"]) {
            let path = item.as_str().and_then(|text| file.parent().unwrap_or_default().join(text).ok());
            self.component((&format!("{file}:{}", item.line), path.as_ref()), state, above)?;
        }
        for (at, path) in &extra.components {
            self.component((&at.to_string(), path.as_ref()), state, above)?;
        }
        above.pop();
        state.is_loose |= get(root, &["configurations"]).is_some();
        let (before, after) = self.patches(file, root, state);
        before.iter().chain(&extra.patches).for_each(|patch| patch.apply(state));
        rename(root, state);
        labels::add(&Source::file(file, By::Labels), root, state);
        after.iter().for_each(|patch| patch.apply(state));
        let source = Source::file(file, By::Images);
        let own = items(root, &["images"]).iter().filter_map(|item| Entry::of(&source, item));
        merged(own.collect(), &extra.images, state).iter().for_each(|entry| entry.apply(state));
        if let Some(node) = get(root, &["imageTags"]) {
            state.doubt(&format!(
                "{file}:{}: `imageTags:` is an old name of `images:`; keep all entries under that",
                node.line
            ));
        }
        self.replacements(file, root, state);
        self.transformers(file, root, state);
        for key in ["transformers", "vars"] {
            if let Some(node) = get(root, &[key]) {
                state.unsure.push(format!("{file}:{}: it has `{key}`", node.line));
            }
        }
        Ok(())
    }

    fn component(
        &self,
        (place, path): (&str, Option<&RepoPath>),
        state: &mut State,
        above: &mut Vec<RepoPath>,
    ) -> Result<(), Error> {
        let found = match path.map(|path| file_at(self.reader, path)) {
            Some(Err(Error::Failed(error))) => return Err(error.into()),
            Some(Ok(found)) => found.filter(|found| above.len() < DEEPEST && !above.contains(found)),
            Some(Err(_)) | None => None,
        };
        let Some(found) = found else {
            state.missing.push(format!("{place}: this component cannot be read here"));
            return Ok(());
        };
        let done = self.gather(&found, above).and_then(|own| {
            state.add(own);
            self.change(&found, (state, &Extra::default()), above)
        });
        match done {
            Err(Error::Failed(error)) => return Err(error.into()),
            Err(error) => state.missing.push(error.to_string()),
            Ok(()) => {}
        }
        Ok(())
    }

    /// The patches of a kustomization: those before the names change, and those after.
    fn patches(&self, file: &RepoPath, root: &Node, state: &mut State) -> (Vec<Patch>, Vec<Patch>) {
        let source = Source::file(file, By::Patch);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for item in items(root, &["patchesStrategicMerge"]) {
            self.patch(&source, (item, Some(item), Some(item)), state, &mut before);
        }
        for item in items(root, &["patches"]) {
            self.patch(&source, (item, get(item, &["path"]), get(item, &["patch"])), state, &mut before);
        }
        for item in items(root, &["patchesJson6902"]) {
            self.patch(&source, (item, get(item, &["path"]), get(item, &["patch"])), state, &mut after);
        }
        (before, after)
    }

    /// One entry: the file that `path` names, else the text at `inline`.
    fn patch(
        &self,
        source: &Source,
        (item, path, inline): (&Node, Option<&Node>, Option<&Node>),
        state: &mut State,
        out: &mut Vec<Patch>,
    ) {
        let target = get(item, &["target"]).map(replace::selector);
        let folder = source.file.parent().unwrap_or_default();
        let named = path.and_then(Node::as_str).and_then(|text| folder.join(text).ok());
        if let Some(path) = named.filter(|path| matches!(self.reader.entry(path), Ok(Some(_)))) {
            if let Ok(Some(tree)) = self.reader.tree(&path) {
                return documents(&Source::file(&path, By::Patch), &tree, target, out);
            }
            let why = format!("{path}: this patch cannot be read");
            state.doubt(&why);
            state.unsure.push(why);
        } else if let Some((inner, tree)) = inline.and_then(|node| source.inside(node)) {
            documents(&inner, &tree, target, out);
        } else {
            let why = format!("{}: this patch cannot be read", source.place(item));
            state.doubt(&why);
            state.unsure.push(why);
        }
    }

    /// What the transformers of a kustomization do, which run after all else.
    fn transformers(&self, file: &RepoPath, root: &Node, state: &mut State) {
        let source = Source::file(file, By::Images);
        let folder = file.parent().unwrap_or_default();
        for item in items(root, &["transformers"]) {
            let path = item.as_str().and_then(|text| folder.join(text).ok());
            let found = match path.filter(|path| matches!(self.reader.entry(path), Ok(Some(_)))) {
                Some(path) => match self.reader.tree(&path) {
                    Ok(Some(tree)) => Some((Source::file(&path, By::Images), tree)),
                    Ok(None) | Err(_) => None,
                },
                None => source.inside(item).map(|(inner, tree)| (inner, tree.into())),
            };
            let Some((source, tree)) = found else {
                state.doubt(&format!("{}: this transformer cannot be read here", source.place(item)));
                continue;
            };
            tree.documents.iter().for_each(|document| self.transformer(&source, document, state));
        }
    }

    fn transformer(&self, source: &Source, root: &Node, state: &mut State) {
        let kind = text(root, &["kind"]).unwrap_or_default();
        let mut patches = Vec::new();
        match (text(root, &["apiVersion"]), kind) {
            (Some("builtin"), "ImageTagTransformer") => {
                get(root, &["imageTag"])
                    .and_then(|node| Entry::of(source, node))
                    .iter()
                    .for_each(|one| one.apply(state));
            }
            (Some("builtin"), "PatchTransformer") => {
                let mut source = source.clone();
                source.by = By::Patch;
                self.patch(&source, (root, get(root, &["path"]), get(root, &["patch"])), state, &mut patches);
            }
            (Some("builtin"), kind) if HARMLESS.contains(&kind) => {}
            _ => state.doubt(&format!("{}: it is not known what this transformer changes", source.place(root))),
        }
        patches.iter().for_each(|patch| patch.apply(state));
    }

    fn replacements(&self, file: &RepoPath, root: &Node, state: &mut State) {
        let source = Source::file(file, By::Replacement);
        for item in items(root, &["replacements"]) {
            let Some(named) = text(item, &["path"]) else {
                replace::apply(&source, item, state);
                continue;
            };
            let path = file.parent().unwrap_or_default().join(named).ok();
            match path.map(|path| (self.reader.tree(&path), path)) {
                Some((Ok(Some(tree)), path)) => {
                    let source = Source::file(&path, By::Replacement);
                    for document in &tree.documents {
                        match document.items() {
                            Some(list) => list.iter().for_each(|one| replace::apply(&source, one, state)),
                            None => replace::apply(&source, document, state),
                        }
                    }
                }
                _ => state.unsure.push(format!("{}: `{named}` cannot be read here", source.place(item))),
            }
        }
    }
}

/// The documents of a patch.
pub fn documents(source: &Source, tree: &Tree, target: Option<Selector>, out: &mut Vec<Patch>) {
    for document in tree.documents.iter().filter(|document| !matches!(document.value, Value::Scalar { .. })) {
        out.push(Patch { target: target.clone(), body: source.piece(document), by: source.said(document) });
    }
}

/// The entries of a kustomization with those that an object adds: an entry of the same name gives way.
fn merged(mut own: Vec<Entry>, more: &[Entry], state: &mut State) -> Vec<Entry> {
    let said = |entry: &Entry| Said { at: entry.at.clone(), by: By::Images };
    for entry in more {
        match own.iter_mut().find(|known| known.name == entry.name) {
            Some(known) => {
                state.gone.push(Gone { tags: vec![said(known)], by: said(entry) });
                *known = entry.clone();
            }
            None => own.push(entry.clone()),
        }
    }
    own
}

/// What `namePrefix`, `nameSuffix` and `namespace` make of what objects are selected by: the old names stay good.
fn rename(root: &Node, state: &mut State) {
    let own = |key: &str| text(root, &[key]).unwrap_or_default();
    let (prefix, suffix, namespace) = (own("namePrefix"), own("nameSuffix"), own("namespace"));
    for resource in &mut state.resources {
        if let Some(last) = resource.names.last().filter(|_| !(prefix.is_empty() && suffix.is_empty())) {
            let new = format!("{prefix}{last}{suffix}");
            resource.names.push(new);
        }
        if !namespace.is_empty() {
            resource.namespaces.push(namespace.to_string());
        }
    }
}
