//! Helm's values in the order in which they win: which layer decides what stands at a pin in one of them.
//!
//! The order is Helm's own, and that of who calls it: <https://argo-cd.readthedocs.io/en/stable/user-guide/helm/>,
//! <https://fluxcd.io/flux/components/helm/helmreleases/#values>, kustomize's `helmCharts`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::pin::PinSite;
use crate::domain::refusal::Error;
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::{Node, Tree, Value};

use super::build::{Builder, By, Extra, Piece, Place, Resource, Source, State};
use super::charts::brought;
use super::objects::{files as documents, path_of};
use super::reader::Reader;
use super::revision::sources;
use super::slot::unquoted;

/// The values of a chart that nothing names.
const OWN: &str = "values.yaml";

/// One layer of values.
struct Layer {
    at: Place,
    by: By,
    body: Body,
}

enum Body {
    Values(Piece),
    /// A parameter: the path that it sets.
    Parameter(Vec<String>),
    /// What is not in this repository: the path below which it sets values, and what it is.
    Unknown(Vec<String>, String),
}

/// The layers of one release, each over those before it.
#[derive(Default)]
struct Release {
    layers: Vec<Layer>,
    /// Layers that are not read, and what is read in their place.
    dropped: Vec<(Layer, Place)>,
    /// Names of dependencies of the chart that stand under an alias, with that.
    aliased: Vec<(String, String)>,
    /// The images that post-renderers set or patch, and where.
    rendered: Vec<(String, Place)>,
}

/// The files of values that a document of Argo CD or Flux names, with the address of the repository that they are in.
pub fn named(document: &Node) -> BTreeSet<(RepoPath, Option<String>)> {
    let mut out = BTreeSet::new();
    let all = sources(document);
    for (_, source) in &all {
        let address = |name: Option<&str>| {
            let of = all.iter().map(|(_, other)| *other).find(|other| name.is_some() && text(other, &["ref"]) == name);
            text(of.unwrap_or(source), &["repoURL"]).map(str::to_string)
        };
        let named = files_of(source).into_iter().map(|(path, name)| (path, address(name)));
        out.extend(named);
    }
    if text(document, &["kind"]) == Some("HelmRelease") {
        let nowhere = Source::file(&RepoPath::root(), By::Values);
        out.extend(flux_files(&nowhere.piece(document)).into_iter().map(|path| (path, None)));
    }
    out
}

/// What becomes of a site in the releases that a document describes.
pub enum Taken {
    /// It is in none of them.
    Not,
    /// One takes what stands there.
    Whole,
    /// Another place wins over it.
    Lost(Place, By),
    /// Why it cannot be told.
    Unknown(String),
}

/// What becomes of a site in the own values of a chart, before anything that deploys it.
///
/// # Errors
/// A file cannot be read.
pub fn taken_in(reader: &Reader<'_>, chart: &RepoPath, site: &PinSite) -> Result<Taken, Error> {
    let mut out = Release::default();
    own(reader, chart, &mut out)?;
    files(reader, &chart.child(OWN).into_iter().collect::<Vec<_>>(), &mut out)?;
    Ok(out.taken(site))
}

/// The values that a chart of the repository brings, without its own file.
fn own(reader: &Reader<'_>, chart: &RepoPath, out: &mut Release) -> Result<(), Error> {
    let brought = brought(reader, chart)?;
    out.aliased.extend(brought.aliased);
    for (file, piece) in brought.below {
        let at = Place { file: std::sync::Arc::new(file), line: 1, column: 1 };
        out.layers.push(Layer { at, by: By::Values, body: Body::Values(piece) });
    }
    Ok(())
}

/// What becomes of a site in the releases that a document describes.
///
/// # Errors
/// A file cannot be read.
pub fn taken(builder: &Builder<'_, '_>, file: &RepoPath, document: &Node, site: &PinSite) -> Result<Taken, Error> {
    let (reader, source) = (builder.reader, Source::file(file, By::Values));
    let mut releases = Vec::new();
    for (_, node) in sources(document) {
        releases.push(argo(reader, &source, node)?);
    }
    if text(document, &["kind"]) == Some("HelmRelease") {
        let mut maps = Maps::default();
        for beside in documents(reader, &file.parent().unwrap_or_default())? {
            let source = Source::file(&beside.path, By::Values);
            beside.tree.documents.iter().for_each(|root| maps.add(&source, root));
        }
        releases.push(flux(reader, &source.piece(document), &maps)?);
    }
    let home = text(document, &["helmGlobals", "chartHome"]).unwrap_or("charts");
    for chart in items(document, &["helmCharts"]) {
        releases.push(kustomize(reader, &source, (home, chart))?);
    }
    if KUSTOMIZATIONS.contains(&file.name()) {
        let mut state = builder.below(file)?;
        builder.over(file, &mut state, &Extra::default())?;
        let is_release = |resource: &&Resource| resource.kind == "HelmRelease";
        if state.resources.iter().any(|resource| is_release(&resource)) {
            let maps = Maps::built(reader, &state)?;
            for release in state.resources.iter().filter(is_release) {
                releases.push(flux(reader, &release.root, &maps)?);
            }
        }
    }
    let mut out = Taken::Not;
    for release in releases {
        match release.taken(site) {
            Taken::Whole => return Ok(Taken::Whole),
            Taken::Not => {}
            lost => out = lost,
        }
    }
    Ok(out)
}

/// The files of values of a source of Argo CD, the chart's own first; with the name of the other source that a file is in.
fn files_of(source: &Node) -> Vec<(RepoPath, Option<&str>)> {
    let folder = path_of(source);
    let named = items(source, &["helm", "valueFiles"]).iter().filter_map(Node::as_str);
    // `$values/apps/web.yaml`: a file of another source of the same application.
    let path = |text| -> Option<(RepoPath, Option<&str>)> {
        let text: &str = text;
        match text.strip_prefix('$').and_then(|rest| rest.split_once('/')) {
            Some((name, path)) => Some((RepoPath::new(path).ok()?, Some(name))),
            None if text.starts_with('/') => Some((RepoPath::new(text.trim_start_matches('/')).ok()?, None)),
            None => Some((folder.as_ref()?.join(text).ok()?, None)),
        }
    };
    let own = folder.as_ref().and_then(|folder| folder.child(OWN)).map(|path| (path, None));
    own.into_iter().chain(named.filter_map(path)).collect()
}

/// The folder of the chart of a release of Flux, if it is one of this repository.
fn flux_chart(release: &Piece) -> Option<RepoPath> {
    RepoPath::new(release.str(&["spec", "chart", "spec", "chart"])?.trim_start_matches("./").trim_start_matches('/'))
        .ok()
}

/// The files of values of a release of Flux: those that it lists, else the chart's own.
fn flux_files(release: &Piece) -> Vec<RepoPath> {
    let path = |text: &str| RepoPath::new(text.trim_start_matches('/')).ok();
    let chart = ["spec", "chart", "spec"];
    let listed = release.get(&chart).map(|chart| chart.items(&["valuesFiles"])).unwrap_or_default();
    if listed.is_empty() {
        return flux_chart(release).and_then(|folder| folder.child(OWN)).into_iter().collect();
    }
    listed.iter().filter_map(|one| path(one.str(&[])?)).collect()
}

/// The layers of files.
fn files(reader: &Reader<'_>, files: &[RepoPath], out: &mut Release) -> Result<(), Error> {
    for path in files {
        let tree = match reader.entry(path) {
            Ok(Some(_)) => reader.tree(path),
            Ok(None) => continue,
            Err(error) => Err(error),
        };
        match tree {
            Ok(Some(tree)) => {
                let source = Source::file(path, By::Values);
                out.layers.extend(tree.documents.first().map(|root| values(&source, root)));
            }
            Err(Error::Failed(error)) => return Err(error.into()),
            Ok(None) | Err(_) => {}
        }
    }
    Ok(())
}

fn values(source: &Source, node: &Node) -> Layer {
    Layer { at: source.place(node), by: By::Values, body: Body::Values(source.piece(node)) }
}

/// Values as a text that is YAML itself, or as an object.
fn written(source: &Source, node: &Node) -> Option<Layer> {
    match &node.value {
        Value::Scalar { .. } => {
            let (inner, tree) = source.inside(node)?;
            tree.documents.first().map(|root| values(&inner, root))
        }
        _ => Some(values(source, node)),
    }
}

/// A source of Argo CD: value files in their order, `values` or `valuesObject`, and parameters over all.
fn argo(reader: &Reader<'_>, source: &Source, node: &Node) -> Result<Release, Error> {
    let mut out = Release::default();
    if let Some(chart) = path_of(node) {
        self::own(reader, &chart, &mut out)?;
    }
    let named: Vec<RepoPath> = files_of(node).into_iter().map(|(path, _)| path).collect();
    files(reader, &named, &mut out)?;
    let own = |key: &str| get(node, &["helm", key]);
    match (own("values"), own("valuesObject")) {
        (Some(text), Some(object)) => {
            out.dropped.extend(written(source, text).map(|layer| (layer, source.place(object))));
            out.layers.push(values(source, object));
        }
        (text, object) => out.layers.extend(text.or(object).and_then(|node| written(source, node))),
    }
    for key in ["parameters", "fileParameters"] {
        for parameter in items(node, &["helm", key]) {
            let Some(name) = text(parameter, &["name"]) else { continue };
            let value = get(parameter, &["value"]).or(get(parameter, &["path"])).unwrap_or(parameter);
            let body = Body::Parameter(steps(name));
            out.layers.push(Layer { at: source.place(value), by: By::Parameter, body });
        }
    }
    Ok(out)
}

/// The values that ConfigMaps and Secrets hold: in their manifests, or in the files of generators.
#[derive(Default)]
struct Maps {
    /// By the map's name and key.
    files: Vec<(String, String, RepoPath)>,
    layers: Vec<(String, String, Piece, Place)>,
}

impl Maps {
    /// Those of a build.
    fn built(reader: &Reader<'_>, state: &State) -> Result<Self, Error> {
        let (mut out, mut manifests) = (Self::default(), BTreeSet::new());
        for map in state.resources.iter().filter(|map| matches!(&*map.kind, "ConfigMap" | "Secret")) {
            for data in ["data", "stringData"].iter().filter_map(|key| map.root.get(&[key])) {
                let Piece::Map(entries) = data else { continue };
                for (key, value) in entries {
                    let Piece::Text(text) = value else { continue };
                    let Some(said) = text.tags.last() else { continue };
                    let (name, key) = (map.names.first().cloned().unwrap_or_default(), key.clone());
                    match (said.by, (said.at.line, said.at.column)) {
                        (By::Generator, (1, 1)) => out.files.push((name, key, (*said.at.file).clone())),
                        (By::Generator, _) => out.layers.push((name, key, value.clone(), said.at.clone())),
                        _ => {
                            manifests.insert((*said.at.file).clone());
                        }
                    }
                }
            }
        }
        for file in manifests.iter().filter(|file| !KUSTOMIZATIONS.contains(&file.name())) {
            if let Some(tree) = reader.tree(file)? {
                let source = Source::file(file, By::Values);
                tree.documents.iter().for_each(|root| out.add(&source, root));
            }
        }
        Ok(out)
    }

    /// Adds what a document says of them.
    fn add(&mut self, source: &Source, root: &Node) {
        let folder = source.file.parent().unwrap_or_default();
        for item in ["configMapGenerator", "secretGenerator"].iter().flat_map(|key| items(root, &[key])) {
            let name = text(item, &["name"]).unwrap_or_default();
            for node in items(item, &["literals"]) {
                let Some((key, value)) = node.as_str().and_then(|text| text.split_once('=')) else { continue };
                let (key, at) = (key.to_string(), source.place(node));
                self.layers.push((name.to_string(), key, source.text(unquoted(value), node), at));
            }
            for named in items(item, &["files"]).iter().filter_map(Node::as_str) {
                let (key, path) = named.split_once('=').unwrap_or((named.rsplit('/').next().unwrap_or(named), named));
                self.files.extend(folder.join(path).ok().map(|path| (name.to_string(), key.to_string(), path)));
            }
        }
        if !matches!(text(root, &["kind"]), Some("ConfigMap" | "Secret")) {
            return;
        }
        let name = text(root, &["metadata", "name"]).unwrap_or_default();
        for (key, node) in ["data", "stringData"].iter().filter_map(|key| get(root, &[key])?.entries()).flatten() {
            let Some((inner, tree)) = source.inside(node) else { continue };
            let (Some(key), Some(first)) = (key.as_str(), tree.documents.first()) else { continue };
            self.layers.push((name.to_string(), key.to_string(), inner.piece(first), source.place(node)));
        }
    }
}

/// A release of Flux: the chart's files, what `valuesFrom` names in its order, and `values` over all of that.
fn flux(reader: &Reader<'_>, release: &Piece, maps: &Maps) -> Result<Release, Error> {
    let mut out = Release::default();
    if let Some(chart) = flux_chart(release) {
        self::own(reader, &chart, &mut out)?;
    }
    files(reader, &flux_files(release), &mut out)?;
    for from in release.items(&["spec", "valuesFrom"]) {
        let (name, key) = (from.str(&["name"]).unwrap_or_default(), from.str(&["valuesKey"]).unwrap_or(OWN));
        let is_meant = |own: &str, own_key: &str| own == name && own_key == key;
        let target = from.str(&["targetPath"]).map(steps);
        let count = out.layers.len();
        let found = maps.layers.iter().filter(|(own, own_key, ..)| is_meant(own, own_key));
        for (_, _, piece, at) in found {
            let body = target.clone().map_or_else(|| Body::Values(piece.clone()), Body::Parameter);
            out.layers.push(Layer { at: at.clone(), by: By::Values, body });
        }
        let found = maps.files.iter().filter(|(own, own_key, _)| is_meant(own, own_key));
        let found: Vec<RepoPath> = found.map(|(_, _, path)| path.clone()).collect();
        match target.clone() {
            None => files(reader, &found, &mut out)?,
            Some(target) => out.layers.extend(found.into_iter().map(|file| {
                let at = Place { file: Arc::new(file), line: 1, column: 1 };
                Layer { at, by: By::Values, body: Body::Parameter(target.clone()) }
            })),
        }
        let at = from.get(&["name"]).and_then(place_of);
        if let Some(at) = at.filter(|_| out.layers.len() == count) {
            let kind = from.str(&["kind"]).unwrap_or("ConfigMap");
            let why = format!("{at}: it is not known what is in `{key}` of the {kind} `{name}`");
            let body = Body::Unknown(target.unwrap_or_default(), why);
            out.layers.push(Layer { at, by: By::Values, body });
        }
    }
    for patch in release.items(&["spec", "postRenderers"]).iter().flat_map(|one| one.items(&["kustomize", "patches"])) {
        out.rendered.extend(patched(patch.get(&["patch"])));
    }
    for image in release.items(&["spec", "postRenderers"]).iter().flat_map(|one| one.items(&["kustomize", "images"])) {
        let set = ["newTag", "digest"].iter().find_map(|key| image.get(&[key]));
        if let (Some(name), Some(Piece::Text(set))) = (image.str(&["name"]), set) {
            out.rendered.extend(set.tags.last().map(|said| (name.to_string(), said.at.clone())));
        }
    }
    if let Some(own) = release.get(&["spec", "values"]) {
        let mut at = None;
        own.texts(&mut |text| at = at.take().or(text.tags.last().map(|said| said.at.clone())));
        out.layers.extend(at.map(|at| Layer { at, by: By::Values, body: Body::Values(own.clone()) }));
    }
    Ok(out)
}

/// Where a text stands.
fn place_of(piece: &Piece) -> Option<Place> {
    match piece {
        Piece::Text(text) => text.tags.last().map(|said| said.at.clone()),
        _ => None,
    }
}

/// The images that a patch in a text sets, each with the place of that.
fn patched(patch: Option<&Piece>) -> Vec<(String, Place)> {
    let Some((Piece::Text(text), at)) = patch.and_then(|patch| Some((patch, place_of(patch)?))) else {
        return Vec::new();
    };
    let Ok(tree) = Tree::parse(text.text.as_bytes()) else { return Vec::new() };
    let mut found = Vec::new();
    tree.documents.iter().for_each(|root| images(root, &mut found));
    found.into_iter().map(|image| (image::parts(image).0.to_string(), at.clone())).collect()
}

/// The texts of `image:`, and the values of operations on such.
fn images<'n>(node: &'n Node, out: &mut Vec<&'n str>) {
    if text(node, &["path"]).is_some_and(|path| path.ends_with("/image")) {
        out.extend(text(node, &["value"]));
    }
    match &node.value {
        Value::Mapping(entries) => {
            for (key, value) in entries {
                out.extend(value.as_str().filter(|_| key.as_str() == Some("image")));
                images(value, out);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| images(item, out)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}

/// A chart of a kustomization: its file, the values in place (over it, below it, or in its place), and more files over both.
fn kustomize(reader: &Reader<'_>, source: &Source, (home, chart): (&str, &Node)) -> Result<Release, Error> {
    let mut out = Release::default();
    let folder = source.file.parent().unwrap_or_default();
    let path = |node: &Node| folder.join(node.as_str()?).ok();
    let name = text(chart, &["name"]).unwrap_or_default();
    let local = folder.join(home).ok().and_then(|home| home.join(name).ok());
    if let Some(local) = &local {
        own(reader, local, &mut out)?;
        files(reader, &local.child(OWN).into_iter().collect::<Vec<_>>(), &mut out)?;
    }
    let below = out.layers.len();
    files(reader, &get(chart, &["valuesFile"]).and_then(path).into_iter().collect::<Vec<_>>(), &mut out)?;
    if let Some(inline) = get(chart, &["valuesInline"]) {
        match text(chart, &["valuesMerge"]) {
            Some("merge") => out.layers.insert(below, values(source, inline)),
            Some("replace") => {
                let at = source.place(inline);
                out.dropped.extend(out.layers.drain(below..).map(|layer| (layer, at.clone())));
                out.layers.push(values(source, inline));
            }
            _ => out.layers.push(values(source, inline)),
        }
    }
    let more: Vec<_> = items(chart, &["additionalValuesFiles"]).iter().filter_map(path).collect();
    files(reader, &more, &mut out)?;
    Ok(out)
}

/// The steps of a parameter's name: `image.tag`, `a\.b`, `list[0].tag`.
fn steps(name: &str) -> Vec<String> {
    let (mut out, mut one, mut chars) = (Vec::new(), String::new(), name.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => one.extend(chars.next()),
            '.' | '[' => out.push(std::mem::take(&mut one)),
            ']' => {}
            c => one.push(c),
        }
    }
    out.push(one);
    out
}

impl Release {
    fn taken(&self, site: &PinSite) -> Taken {
        if let Some((_, at)) = self.dropped.iter().find(|(layer, _)| layer.find(site).is_some()) {
            return Taken::Lost(at.clone(), By::Values);
        }
        let mut out = Taken::Not;
        for (nth, layer) in self.layers.iter().enumerate() {
            let Some(path) = layer.find(site) else { continue };
            if let Some((name, alias)) = self.aliased.iter().find(|(name, _)| path.first() == Some(name)) {
                return Taken::Unknown(format!(
                    "the chart has `{name}` by the alias `{alias}`, whose values stand there"
                ));
            }
            let later = self.layers[nth + 1..].iter().rev();
            let unknown = later.clone().find_map(|layer| layer.may_set(&path));
            match later.filter_map(|layer| Some((layer.sets(&path)?, layer.by))).next() {
                Some((at, by)) => out = Taken::Lost(at, by),
                None => return unknown.or_else(|| self.rendered(&path)).map_or(Taken::Whole, Taken::Unknown),
            }
        }
        out
    }

    /// What a post-renderer may make of the image that the value at a path is a part of.
    fn rendered(&self, path: &[String]) -> Option<String> {
        let (last, above) = path.split_last()?;
        let sibling = |layer: &Layer| match &layer.body {
            Body::Values(piece) => {
                let steps: Vec<&str> = above.iter().map(String::as_str).chain(["repository"]).collect();
                piece.str(&steps).map(str::to_string)
            }
            Body::Parameter(_) | Body::Unknown(..) => None,
        };
        let repository = self.layers.iter().rev().find_map(sibling);
        let is_it = |name: &str| repository.as_deref().is_none_or(|own| base_name(name) == base_name(own));
        let (name, at) = self.rendered.iter().find(|(name, _)| is_it(name))?;
        let is_image = ["tag", "digest", "image"].iter().any(|word| last.to_lowercase().contains(word));
        is_image.then(|| format!("{at}: a post-renderer sets the image `{name}`"))
    }
}

impl Layer {
    /// The path of what stands at a site.
    fn find(&self, site: &PinSite) -> Option<Vec<String>> {
        match &self.body {
            Body::Parameter(steps) => self.at.is(site).then(|| steps.clone()),
            Body::Values(piece) => find(piece, site),
            Body::Unknown(..) => None,
        }
    }

    /// Why it may set the value at a path, where nobody knows what is in it.
    fn may_set(&self, path: &[String]) -> Option<String> {
        match &self.body {
            Body::Unknown(below, why) => path.starts_with(below).then(|| why.clone()),
            Body::Values(_) | Body::Parameter(_) => None,
        }
    }

    /// Where the value at a path is set, or something that it is a part of.
    fn sets(&self, path: &[String]) -> Option<Place> {
        match &self.body {
            Body::Parameter(steps) => path.starts_with(steps).then(|| self.at.clone()),
            Body::Values(piece) => sets(piece, path).map(|place| place.unwrap_or_else(|| self.at.clone())),
            Body::Unknown(..) => None,
        }
    }
}

/// The last part of an image's name: registries and groups may differ.
fn base_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn find(piece: &Piece, site: &PinSite) -> Option<Vec<String>> {
    let below = |step: String, piece: &Piece| {
        let mut path = find(piece, site)?;
        path.insert(0, step);
        Some(path)
    };
    match piece {
        Piece::Text(text) => text.tags.last().is_some_and(|said| said.at.is(site)).then(Vec::new),
        Piece::List(items) => items.iter().enumerate().find_map(|(index, item)| below(index.to_string(), item)),
        Piece::Map(entries) => entries.iter().find_map(|(key, value)| below(key.clone(), value)),
        Piece::Null | Piece::Opaque => None,
    }
}

/// Whether a layer sets what stands at a path: maps are merged, all else is replaced as a whole. The place, where it has one.
fn sets(piece: &Piece, path: &[String]) -> Option<Option<Place>> {
    match (piece, path.split_first()) {
        (Piece::Map(entries), Some((first, rest))) => {
            let (_, value) = entries.iter().find(|(key, _)| key == first)?;
            sets(value, rest)
        }
        (Piece::Opaque, _) => None,
        (Piece::Text(text), _) => Some(text.tags.last().map(|said| said.at.clone())),
        (Piece::Map(_) | Piece::List(_) | Piece::Null, _) => Some(None),
    }
}
