//! Whether what stands at a pin is what is built: which place decides it, through every layer above it.

use std::collections::BTreeSet;

use crate::domain::address::Whose;
use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::names::nearest;
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::yaml::locate::{get, items, text};
use crate::yaml::tree::Node;

use super::above::{Above, Tied};
pub use super::build::Place;
use super::build::{Builder, By, Entry, Extra, Field, Said, Source, Standing, State, documents};
use super::charts::outermost;
use super::kustomization::{file_at, kustomization};
use super::line;
use super::objects::{is_flux, path_of};
use super::reader::Reader;
use super::revision::sources;
use super::unlisted::{Listed, listed};
use super::values::{Taken, taken, taken_in};

/// How many layers above an overlay are climbed.
const HIGHEST: usize = 8;

/// Whether a pin decides anything.
#[derive(Debug)]
pub enum Effect {
    /// It does, or nothing that is known speaks against it.
    Has,
    /// It decides some of the containers that it matched; what decides another one.
    Part(String),
    /// Why that cannot be told.
    CannotTell(String),
    /// It does not: why, and the place that decides instead, where there is one.
    None(Error, Option<Place>),
}

/// Whether a kustomization builds on an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Builds {
    Yes,
    /// No; these are the images that stand there.
    No(Vec<Standing>),
    /// Part of it is not in this repository, or cannot be read.
    CannotTell(String),
}

/// Whether an entry for `image` in the kustomization in `file` would match anything.
///
/// # Errors
/// The kustomization itself cannot be read.
pub fn builds_on(reader: &Reader<'_>, file: &RepoPath, image: &str) -> Result<Builds, Error> {
    let builder = Builder { reader };
    if is_component(reader, file)? {
        return Ok(Builds::CannotTell("a component changes what others build on".into()));
    }
    let mut state = builder.below(file)?;
    let at = Place { file: std::sync::Arc::new(file.clone()), line: 0, column: 0 };
    let entry = Entry {
        name: image.to_string(),
        new_name: None,
        new_tag: None,
        digest: None,
        at: at.clone(),
        named_at: at.clone(),
    };
    builder.over(file, &mut state, &Extra { images: vec![entry], ..Extra::default() })?;
    let unmatched = state.unmatched.into_iter().find(|entry| entry.at == at);
    Ok(match (unmatched, state.missing.into_iter().chain(state.unsure).next()) {
        (None, _) => Builds::Yes,
        (Some(_), Some(why)) => Builds::CannotTell(why),
        (Some(entry), None) => Builds::No(entry.names),
    })
}

/// The places (line and column of the version, or of the entry) of the entries of `images:` in the kustomization in `file`
/// that match nothing; `None` where that cannot be told.
///
/// # Errors
/// The kustomization itself cannot be read.
pub fn unmatched(reader: &Reader<'_>, file: &RepoPath) -> Result<Option<BTreeSet<(u32, u32)>>, Error> {
    if is_component(reader, file)? {
        return Ok(None);
    }
    let builder = Builder { reader };
    let mut state = builder.below(file)?;
    builder.over(file, &mut state, &Extra::default())?;
    if !state.missing.is_empty() || !state.unsure.is_empty() {
        return Ok(None);
    }
    let own = state.unmatched.iter().filter(|entry| *entry.at.file == *file);
    Ok(Some(own.map(|entry| (entry.at.line, entry.at.column)).collect()))
}

/// What is said where nothing that a kustomization builds on has the name of an image at its layer.
pub fn no_such_image(image: &str, file: &RepoPath, names: &[Standing]) -> Refusal {
    let mut refusal = Refusal::new(
        Code::NoSuchImage,
        format!("nothing that `{file}` builds uses the image `{image}`, so a pin would match nothing"),
    );
    for one in names.iter().take(10) {
        refusal = refusal.detail(match one.was.last() {
            _ if one.field == Field::Other => {
                format!("{}: `{}` stands in no list of containers, where no `images:` changes it", one.by.at, one.name)
            }
            Some(was) => format!("it builds on `{}`: {} names `{was}` so", one.name, one.by.at),
            None => format!("it builds on `{}`", one.name),
        });
    }
    let usable = || names.iter().filter(|one| one.field != Field::Other);
    let renamed = usable().find(|one| one.was.iter().any(|was| was == image));
    match (renamed, nearest(image, usable().map(|one| one.name.as_str()))) {
        (Some(one), _) => refusal.hint(format!("by that name: write `image: {}` in `stageline.yaml`", one.name)),
        (None, Some(near)) => refusal.hint(format!("did you mean `{near}`?")),
        (None, None) => refusal.hint("correct `image:` in `stageline.yaml`"),
    }
}

/// Whether what stands at a reading's site is what is built. `places`: where the application has its pins there.
///
/// # Errors
/// The tree itself cannot be read.
pub fn effect(
    reader: &Reader<'_>,
    reading: &Reading,
    tied: &Tied<'_, '_>,
    places: &[RepoPath],
) -> Result<Effect, Error> {
    if reading.version.is_none() {
        return Ok(Effect::Has);
    }
    let climb = Climb { builder: Builder { reader }, reading, tied, places };
    let file = &reading.site.file;
    if is_in_lines(reader, file)? {
        return Ok(Effect::Has);
    }
    let found = if is_component(reader, file)? {
        climb.component(file)
    } else if KUSTOMIZATIONS.contains(&file.name()) {
        climb.builder.below(file).and_then(|below| climb.layer(&below, file, 0))
    } else {
        climb.plain(file)
    };
    let found = match found {
        Ok(Effect::Has) => climb.values(),
        found => found,
    };
    match found {
        Err(Error::Failed(error)) => Err(error.into()),
        // What cannot be read is told where it is read as a pin.
        Err(error) => Ok(Effect::CannotTell(error.refusal().message)),
        Ok(effect) => Ok(effect),
    }
}

/// Whether a file is none that is read as YAML: its lines are no objects, and no values of anything that is known.
fn is_in_lines(reader: &Reader<'_>, file: &RepoPath) -> Result<bool, Error> {
    match line::language(reader, file) {
        Err(Error::Failed(error)) => Err(error.into()),
        language => Ok(language.is_ok_and(|language| language.is_some())),
    }
}

/// Whether a file is a component: what it changes is what others build on.
fn is_component(reader: &Reader<'_>, file: &RepoPath) -> Result<bool, Error> {
    if !KUSTOMIZATIONS.contains(&file.name()) {
        return Ok(false);
    }
    let Some(tree) = reader.tree(file)? else { return Ok(false) };
    Ok(text(kustomization(file, &tree)?.1, &["kind"]) == Some("Component"))
}

struct Climb<'c, 'f> {
    builder: Builder<'c, 'f>,
    reading: &'c Reading,
    tied: &'c Tied<'c, 'f>,
    places: &'c [RepoPath],
}

impl Climb<'_, '_> {
    /// What is left of the site behind values that come later, in the document that it stands in and in all that name its file.
    fn values(&self) -> Result<Effect, Error> {
        let site = &self.reading.site;
        let mut documents = vec![(site.file.clone(), Some(site.document), Whose::Ours)];
        let document = |above: Above| match above {
            Above::Kustomization(file) => (file, None, Whose::Ours),
            Above::Object(file, document, whose) => (file, Some(document), whose),
        };
        documents.extend(self.tied.on(&site.file, self.places)?.into_iter().map(document));
        let chart = outermost(self.builder.reader, &site.file)?;
        let mut lost = match &chart {
            Some(chart) => told(self.reading, taken_in(self.builder.reader, chart, site)?),
            None => None,
        };
        for above in chart.iter().flat_map(|chart| [Some(chart.clone()), chart.parent()]).flatten() {
            documents.extend(self.tied.on(&above, self.places)?.into_iter().map(document));
        }
        for (file, document, whose) in documents {
            let Some(tree) = self.builder.reader.tree(&file)? else { continue };
            let meant = |nth: usize| document.is_none_or(|document| document == nth);
            for (_, root) in tree.documents.iter().enumerate().filter(|(nth, _)| meant(*nth)) {
                match taken(&self.builder, &file, root, site)? {
                    Taken::Whole if whose == Whose::Ours => return Ok(Effect::Has),
                    Taken::Lost(..) if whose != Whose::Ours => {
                        lost = Some(Effect::CannotTell(stranger(&file))).or(lost)
                    }
                    taken => lost = told(self.reading, taken).or(lost),
                }
            }
        }
        Ok(lost.unwrap_or(Effect::Has))
    }

    /// What is left of a site in a file that is no kustomization, behind those that list it.
    fn plain(&self, file: &RepoPath) -> Result<Effect, Error> {
        match listed(self.builder.reader, &self.reading.site, self.tied, self.places)? {
            Listed::Yes => match self.above(&self.builder.plain(file), None, file, 0)? {
                Effect::Has => self.generated(file),
                other => Ok(other),
            },
            Listed::CannotTell(why) => Ok(Effect::CannotTell(why)),
            Listed::No(beside) => Ok(unlisted(self.reading, &beside)),
        }
    }

    /// The same behind the objects of Flux that deploy a folder without a kustomization, which Flux makes of all files there.
    fn generated(&self, file: &RepoPath) -> Result<Effect, Error> {
        let mut worst = Effect::Has;
        let mut next = file.parent();
        while let Some(folder) = next.filter(|folder| !matches!(file_at(self.builder.reader, folder), Ok(Some(_)))) {
            for above in self.tied.on(&folder, self.places)? {
                let Above::Object(object, document, whose) = above else { continue };
                let tree = self.builder.reader.tree(&object)?;
                let is_its = tree.as_ref().and_then(|tree| tree.documents.get(document)).is_some_and(is_flux);
                let Some(extra) = self.extra(&object, document, &folder)?.filter(|_| is_its) else { continue };
                let mut state = self.builder.plain(file);
                self.builder.add(&mut state, &extra)?;
                match (self.verdict(&state, file), whose) {
                    (Effect::Has, _) => return Ok(Effect::Has),
                    (effect, Whose::Ours) => worst = effect,
                    _ => worst = Effect::CannotTell(stranger(&object)),
                }
            }
            next = folder.parent();
        }
        Ok(worst)
    }

    /// What is left of the site behind the kustomizations that take in its component.
    fn component(&self, file: &RepoPath) -> Result<Effect, Error> {
        let mut worst = Effect::Has;
        for above in self.tied.on(&file.parent().unwrap_or_default(), self.places)? {
            let Above::Kustomization(above) = above else { continue };
            worst = self.layer(&self.builder.below(&above)?, &above, 0)?;
            if matches!(worst, Effect::Has) {
                break;
            }
        }
        Ok(worst)
    }

    /// What is left of the site behind a kustomization, and behind all that builds on it.
    fn layer(&self, below: &State, file: &RepoPath, depth: usize) -> Result<Effect, Error> {
        let mut state = below.clone();
        self.builder.over(file, &mut state, &Extra::default())?;
        let own = self.verdict(&state, file);
        if !matches!(own, Effect::Has | Effect::Part(_)) || depth >= HIGHEST {
            return Ok(own);
        }
        let folder = file.parent().unwrap_or_default();
        Ok(match self.above(&state, Some((below, file)), &folder, depth + 1)? {
            Effect::Has => own,
            other => other,
        })
    }

    /// The same for all that builds on a place. `layer`: the kustomization there, and what it builds on.
    fn above(
        &self,
        state: &State,
        layer: Option<(&State, &RepoPath)>,
        place: &RepoPath,
        depth: usize,
    ) -> Result<Effect, Error> {
        let mut worst = None;
        for above in self.tied.on(place, self.places)? {
            let effect = match (above, layer) {
                (Above::Kustomization(file), _) if file != self.reading.site.file => {
                    // Beside the site it is its own closure; further up only what comes from here is followed.
                    let is_beside = layer.is_none() && file.parent() == place.parent();
                    match is_beside || !self.lists(&file, place)? {
                        true => self.layer(&self.builder.below(&file)?, &file, depth)?,
                        false => self.layer(state, &file, depth)?,
                    }
                }
                (Above::Object(file, document, whose), Some((below, own))) => {
                    let Some(extra) = self.extra(&file, document, place)? else { continue };
                    let mut state = below.clone();
                    self.builder.over(own, &mut state, &extra)?;
                    match (self.verdict(&state, own), whose) {
                        (effect, Whose::Ours) => effect,
                        (Effect::Has, _) => continue,
                        _ => Effect::CannotTell(stranger(&file)),
                    }
                }
                _ => continue,
            };
            if matches!(effect, Effect::Has) {
                return Ok(Effect::Has);
            }
            worst = match (worst, effect) {
                (Some(Effect::CannotTell(why)), _) => Some(Effect::CannotTell(why)),
                (_, effect) => Some(effect),
            };
        }
        Ok(worst.unwrap_or(Effect::Has))
    }

    /// Whether a kustomization has a place among its resources itself: else what lies between, or what it patches, is needed.
    fn lists(&self, kustomization: &RepoPath, place: &RepoPath) -> Result<bool, Error> {
        let Some(tree) = self.builder.reader.tree(kustomization)? else { return Ok(false) };
        let folder = kustomization.parent().unwrap_or_default();
        let is_it = |node: &Node| node.as_str().and_then(|text| folder.join(text).ok()).as_ref() == Some(place);
        let has = |root: &Node| ["resources", "bases"].iter().any(|key| items(root, &[key]).iter().any(is_it));
        Ok(tree.documents.iter().any(has))
    }

    /// What an object of Argo CD or Flux adds to the kustomization in a folder, which may be nothing; `None` where it does not
    /// deploy that.
    fn extra(&self, file: &RepoPath, document: usize, folder: &RepoPath) -> Result<Option<Extra>, Error> {
        let Some(tree) = self.builder.reader.tree(file)? else { return Ok(None) };
        let Some(root) = tree.documents.get(document) else { return Ok(None) };
        let is_here = |node: &&Node| path_of(node).as_ref() == Some(folder);
        let mut extra = Extra::default();
        let flux = get(root, &["spec"]).filter(|_| is_flux(root));
        let all =
            sources(root).into_iter().map(|(_, node)| node).filter(|node| self.tied.whose(node) != Whose::Another);
        let here: Vec<&Node> = flux.into_iter().chain(all).filter(is_here).collect();
        for node in &here {
            let added = if is_flux(root) { Some(*node) } else { get(node, &["kustomize"]) };
            added.iter().try_for_each(|node| self.add((file, folder), node, &mut extra))?;
        }
        Ok((!here.is_empty()).then_some(extra))
    }

    /// Adds what stands under the keys of an object that are those of a kustomization in the folder that it deploys.
    fn add(&self, (file, folder): (&RepoPath, &RepoPath), node: &Node, extra: &mut Extra) -> Result<(), Error> {
        let (source, patches) = (Source::file(file, By::Images), Source::file(file, By::Patch));
        for item in items(node, &["patches"]) {
            let target = get(item, &["target"]).map(super::build::selector);
            let path = text(item, &["path"]).and_then(|path| folder.join(path).ok());
            let read =
                path.map_or(Ok(None), |path| Ok::<_, Error>(self.builder.reader.tree(&path)?.map(|tree| (path, tree))));
            if let Some((inner, tree)) = get(item, &["patch"]).and_then(|node| patches.inside(node)) {
                documents(&inner, &tree, target, &mut extra.patches);
            } else if let Some((path, tree)) = read? {
                documents(&Source::file(&path, By::Patch), &tree, target, &mut extra.patches);
            }
        }
        for item in items(node, &["images"]) {
            extra.images.extend(Entry::set(&source, item).or_else(|| Entry::of(&source, item)));
        }
        for item in items(node, &["components"]) {
            let path = item.as_str().and_then(|path| folder.join(path).ok());
            extra.components.push((source.place(item), path));
        }
        Ok(())
    }

    /// What became of the site in a state.
    fn verdict(&self, state: &State, file: &RepoPath) -> Effect {
        let site = &self.reading.site;
        let is_site = |said: &Said| said.at.is(site);
        let (mut has, mut winners): (bool, BTreeSet<(Place, By)>) = (false, BTreeSet::new());
        let mut doubt = None;
        for resource in &state.resources {
            resource.root.texts(&mut |text| match text.tags.last() {
                Some(_) if text.doubt.is_some() && text.tags.iter().any(is_site) => doubt.clone_from(&text.doubt),
                Some(last) if is_site(last) => has = true,
                Some(last) if text.tags.iter().any(is_site) => {
                    winners.insert((last.at.clone(), last.by));
                }
                _ => {}
            });
        }
        if has {
            let part = winners.first().map(|(at, by)| {
                Effect::Part(format!(
                    "{site}: one image that this matches is not what is built: {at} ({}) decides that",
                    by.word()
                ))
            });
            return part.unwrap_or(Effect::Has);
        }
        if let Some(why) = doubt {
            return Effect::CannotTell(why);
        }
        let gone = state.gone.iter().filter(|gone| gone.tags.iter().any(is_site));
        let gone: BTreeSet<(Place, By)> = gone.map(|gone| (gone.by.at.clone(), gone.by.by)).collect();
        let unknown = state.missing.first().cloned();
        if state.maybe.iter().any(|at| at.is(site)) {
            return Effect::CannotTell("an image stands there that some versions of kustomize match".into());
        }
        if let Some(unmatched) = state.unmatched.iter().find(|entry| entry.at.is(site)) {
            let nothing =
                || unmatched.names.is_empty().then(|| format!("nothing that `{file}` builds on has an image"));
            return match unknown.or_else(|| state.unsure.first().cloned()).or_else(nothing) {
                Some(why) => Effect::CannotTell(why),
                None => Effect::None(no_such_image(&self.reading.key.pin, file, &unmatched.names).invalid(), None),
            };
        }
        match (winners.first().or(gone.first()), unknown) {
            (None, _) => Effect::Has,
            (Some(_), Some(why)) => Effect::CannotTell(why),
            (Some((at, by)), None) => lost(self.reading, at, *by),
        }
    }
}

/// What is lost of a site in values.
fn told(reading: &Reading, taken: Taken) -> Option<Effect> {
    match taken {
        Taken::Not | Taken::Whole => None,
        Taken::Lost(at, by) => Some(lost(reading, &at, by)),
        Taken::Unknown(why) => Some(Effect::CannotTell(why)),
    }
}

/// A site in a file that the kustomization beside it does not list.
fn unlisted(reading: &Reading, beside: &RepoPath) -> Effect {
    let (site, pin) = (&reading.site, &reading.key.pin);
    let refusal = Refusal::new(
        Code::NoEffect,
        format!("{site}: what stands here for `{pin}` is not built: `{beside}` does not list `{}`", site.file),
    )
    .hint(format!("list it in `{beside}` (under `resources:`, or `patches:`), once by hand"))
    .hint("or let the pin in `stageline.yaml` lead to a file that is listed");
    Effect::None(refusal.refused(), None)
}

/// Why what an object says may not count.
fn stranger(file: &RepoPath) -> String {
    format!("`{file}` replaces it where it deploys this repository, and the address there may be another one's")
}

/// A site that another place wins over.
fn lost(reading: &Reading, at: &Place, by: By) -> Effect {
    let (site, pin) = (&reading.site, &reading.key.pin);
    let refusal = Refusal::new(
        Code::NoEffect,
        format!("{site}: what stands here for `{pin}` is not what is built: {at} ({}) decides that", by.word()),
    );
    let refusal = match *at.file == site.file {
        true => refusal,
        false => {
            refusal.hint(format!("pin that place: let `in:` of the pin lead to `{}` in `stageline.yaml`", at.file))
        }
    };
    let refusal = refusal.hint(format!("or take away once by hand what {at} says"));
    Effect::None(refusal.refused(), Some(at.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::names::EnvName;
    use crate::domain::settings::{DigestRule, PinKind, PinRule};
    use crate::overlay::above::Reach;
    use crate::overlay::here::Here;

    const POD: &str = "kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: \"shop/web:v1\"}]}\n";

    /// What becomes of the pin of an image at a place in the environment `prod`: `has`, a reason, or a refusal.
    fn of(files: &[(&str, &str)], image: &str, place: &str) -> String {
        let files = Memory::new(files.iter().copied());
        let reader = Reader::new(&files);
        let kind = PinKind::Image { image: image.into(), digest: DigestRule::Ask };
        let rule = PinRule { kind, within: place.into(), environments: Vec::new(), more: Default::default() };
        let reading = crate::overlay::read(&reader, &rule, &RepoPath::new(place).unwrap(), None).unwrap().unwrap();
        let env = EnvName::new("prod").unwrap();
        match effect(&reader, &reading, &Tied::new(&reader, Here::of(&env, []), Reach::Near), &[]).unwrap() {
            Effect::Has => "has".into(),
            Effect::Part(why) => format!("part: {why}"),
            Effect::CannotTell(why) => format!("cannot tell: {why}"),
            Effect::None(error, _) => error.refusal().on_one_line(),
        }
    }

    #[test]
    fn the_lines_of_a_file_that_is_no_yaml_are_never_read_as_yaml() {
        for (file, text) in [
            ("prod/x.ini", "[web]\ntag = v1 ; stageline: web\n"),
            ("prod/x.tf", "a {\n  tag = \"v1\" # stageline: web\n}\n"),
            ("prod/x.sh", "set -e\nrun: [ -f x\n] && run \"v1\" # stageline: web\n"),
            ("prod/x.toml", "[a]\ntag = \"v1\" # stageline: web\n"),
            ("prod/x.cue", "a: {\n\ttag: \"v1\" // stageline: web\n}\n"),
            ("prod/x.tpl", "{{ if .x }}\ntag: v1 # stageline: web\n{{ end }}\n"),
            ("prod/versions", "[a\nweb v1 # stageline: web\n"),
        ] {
            let files = [
                (file, text),
                ("prod/pod.yaml", POD),
                ("prod/kustomization.yaml", "resources: [pod.yaml]\n"),
                ("kustomization.yaml", "resources: [prod]\n"),
            ];
            let files = Memory::new(files);
            let reader = Reader::new(&files);
            let kind = PinKind::Marker { name: "web".into() };
            let rule = PinRule { kind, within: file.into(), environments: Vec::new(), more: Default::default() };
            let place = RepoPath::new(file).unwrap();
            let reading = crate::overlay::read(&reader, &rule, &place, None).unwrap().unwrap();
            let env = EnvName::new("prod").unwrap();
            let tied = Tied::new(&reader, Here::of(&env, []), Reach::All);
            let found = effect(&reader, &reading, &tied, &[place]).unwrap();
            assert!(matches!(found, Effect::Has), "{file}: {found:?}");
        }
    }

    /// The same for `shop/web` in `prod` beside an object, where `https://h/ours` is the repository itself and nobody knows of
    /// `https://h/perhaps`.
    fn beside(object: &str) -> String {
        let own = "resources: [pod.yaml]\nimages: [{name: shop/web, newTag: v1}]\n";
        let files = [("prod/pod.yaml", POD), ("prod/kustomization.yaml", own), ("cd/object.yaml", object)];
        let files = Memory::new(files);
        let reader = Reader::new(&files);
        let kind = PinKind::Image { image: "shop/web".into(), digest: DigestRule::Ask };
        let rule = PinRule { kind, within: "prod".into(), environments: Vec::new(), more: Default::default() };
        let reading = crate::overlay::read(&reader, &rule, &RepoPath::new("prod").unwrap(), None).unwrap().unwrap();
        let env = EnvName::new("prod").unwrap();
        let whose = |address: &str| match address {
            "https://h/ours" => Whose::Ours,
            "https://h/perhaps" => Whose::CannotTell,
            _ => Whose::Another,
        };
        match effect(&reader, &reading, &Tied::new(&reader, Here::of(&env, []).by(&whose), Reach::Near), &[]).unwrap() {
            Effect::Has => "has".into(),
            Effect::Part(why) | Effect::CannotTell(why) => why,
            Effect::None(error, _) => error.refusal().code.to_string(),
        }
    }

    #[test]
    fn an_object_that_deploys_another_repository_replaces_nothing_here() {
        let argo = |address: &str| {
            beside(&format!(
                "kind: Application\nspec: {{source: {{repoURL: \"{address}\", path: prod, kustomize: {{images: [\"shop/web:v0\"]}}}}}}\n"
            ))
        };
        let flux = |address: &str| {
            beside(&format!(
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  path: ./prod\n  sourceRef: {{kind: GitRepository, name: it}}\n  images: [{{name: shop/web, newTag: v0}}]\n---\nkind: GitRepository\nmetadata: {{name: it}}\nspec: {{url: \"{address}\"}}\n"
            ))
        };
        for of in [&argo as &dyn Fn(&str) -> String, &flux] {
            assert_eq!(of("https://h/ours"), "no-effect");
            assert_eq!(of("https://h/other"), "has");
            assert!(
                of("https://h/perhaps").starts_with("`cd/object.yaml` replaces it where"),
                "{}",
                of("https://h/perhaps")
            );
        }
    }

    /// The same for an overlay with an entry for `shop/web` on a base with these lines.
    fn on(base: &str) -> String {
        let overlay = "resources: [../base]\nimages: [{name: shop/web, newTag: v2}]\n";
        let base = format!("resources: [pod.yaml]\n{base}");
        let files = [("base/pod.yaml", POD), ("base/kustomization.yaml", &base), ("prod/kustomization.yaml", overlay)];
        of(&files, "shop/web", "prod")
    }

    #[test]
    fn an_entry_matches_the_name_that_the_image_has_at_its_layer() {
        assert_eq!(on(""), "has");
        assert_eq!(on("images: [{name: shop/web, newTag: v0}]\n"), "has");
        let renamed = on("images: [{name: shop/web, newName: m/web}]\n");
        assert!(
            renamed.contains("it builds on `m/web`: base/kustomization.yaml:2:36 names `shop/web` so"),
            "{renamed}"
        );
    }

    #[test]
    fn what_cannot_be_known_is_said_and_not_guessed() {
        for (base, why) in [
            ("components: [https://h/o/c?ref=v1]\nimages: [{name: shop/web, newName: m/web}]\n", "this component"),
            ("helmCharts: [{name: x}]\nimages: [{name: shop/web, newName: m/web}]\n", "it has `helmCharts`"),
            ("generators: [g.yaml]\nimages: [{name: shop/web, newName: m/web}]\n", "it has `generators`"),
            ("images: [{name: shop/web, newName: m/web}]\ntransformers: [t.yaml]\n", "it has `transformers`"),
        ] {
            let told = on(base);
            assert!(told.starts_with("cannot tell: ") && told.contains(why), "{base}: {told}");
        }
        assert_eq!(on("transformers: [t.yaml]\n"), "has");
    }

    #[test]
    fn what_comes_after_the_entry_and_is_not_understood_is_said() {
        for (more, why) in [
            ("transformers: [t.yaml]\n", "it is not known what this transformer changes"),
            ("imageTags: [{name: shop/web, newTag: v0}]\n", "`imageTags:` is an old name of `images:`"),
            ("transformers: [\"{apiVersion: a/v1, kind: F}\"]\n", "it is not known what this transformer changes"),
            (
                "replacements: [{source: {kind: X}, targets: [{select: {kind: Pod}, fieldPaths: [spec.containers.0.image]}]}]\n",
                "what this replacement takes",
            ),
        ] {
            let overlay = format!("resources: [base]\nimages: [{{name: shop/web, newTag: v2}}]\n{more}");
            let base = "resources: [pod.yaml]\n";
            let files = [
                ("prod/base/pod.yaml", POD),
                ("prod/base/kustomization.yaml", base),
                ("prod/kustomization.yaml", &overlay),
            ];
            let told = of(&files, "shop/web", "prod");
            assert!(told.starts_with("cannot tell: ") && told.contains(why), "{more}: {told}");
        }
    }

    #[test]
    fn a_post_renderer_of_the_same_image_is_said() {
        let of = |name: &str| {
            let release = format!(
                "kind: HelmRelease\nspec:\n  values: {{image: {{repository: shop/web, tag: v1}}}}\n  postRenderers: [{{kustomize: {{images: [{{name: {name}, newTag: v0}}]}}}}]\n"
            );
            of(&[("prod/web.yaml", &release)], "shop/web", "prod/web.yaml")
        };
        let told = of("reg.io/shop/web");
        assert!(told.starts_with("cannot tell: prod/web.yaml:4:"), "{told}");
        assert_eq!(of("shop/other"), "has");
    }

    #[test]
    fn a_chart_brings_values_below_those_of_the_charts_around_it() {
        let of = |dependency: &str, values: &str, place: &str| {
            let chart = format!("name: u\ndependencies: [{dependency}]\n");
            let files = [
                ("prod/Chart.yaml", chart.as_str()),
                ("prod/values.yaml", values),
                ("prod/charts/web/Chart.yaml", "name: web\n"),
                ("prod/charts/web/values.yaml", "image: {repository: shop/web, tag: v1}\n"),
            ];
            of(&files, "shop/web", place)
        };
        let sub = "prod/charts/web/values.yaml";
        let lost = of("{name: web}", "web: {image: {tag: v0}}\n", sub);
        assert!(lost.contains("prod/values.yaml:1:20 (values that come later) decides"), "{lost}");
        assert_eq!(of("{name: web}", "web: {}\nimage: {tag: v0}\n", sub), "has");
        assert_eq!(of("{name: web, alias: w}, {name: web}", "w: {image: {tag: v0}}\n", sub), "has");
        let other = of("{name: web, alias: w}", "web: {image: {repository: shop/web, tag: v1}}\n", "prod/values.yaml");
        assert!(other.starts_with("cannot tell: the chart has `web` by the alias `w`"), "{other}");
    }

    #[test]
    fn kustomizations_that_build_on_each_other_end_the_walk() {
        let a = "resources: [../b]\nimages: [{name: shop/web, newTag: v2}]\n";
        let files = [("prod/kustomization.yaml", a), ("b/kustomization.yaml", "resources: [../prod]\n")];
        assert!(of(&files, "shop/web", "prod").starts_with("cannot tell: "));
    }

    #[test]
    fn a_base_below_an_overlay_of_the_environment_is_followed_through_what_lies_between() {
        let files = [
            ("base/pod.yaml", POD),
            ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("mid/kustomization.yaml", "resources: [../base]\n"),
            ("prod/kustomization.yaml", "resources: [../mid]\nimages: [{name: shop/web, newTag: v2}]\n"),
        ];
        assert!(of(&files, "shop/web", "base/pod.yaml").contains("prod/kustomization.yaml:2:35 (`images:`) decides"));
        let other = [&files[..3], &[("staging/kustomization.yaml", files[3].1)]].concat();
        assert_eq!(of(&other, "shop/web", "base/pod.yaml"), "has");
    }
}
