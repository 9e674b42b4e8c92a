//! The pins of many applications at once, for reading verbs: each place is looked at once, in parallel, and only where it is
//! not remembered what stands there.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::config::discover::Watch;
use crate::domain::files::{Entry, EntryKind, Files, KUSTOMIZATIONS, read_ahead};
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::pin::{Pin, PinSite, Reading, SiteKey};
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment, PinKind, PinRule};
use crate::domain::version::Version;
use crate::overlay::{self, Reader};
use crate::yaml::tree::Tree;

use super::memo::{Branch, Place, Said, digest};
use super::world::{Site, World};

/// What an environment runs for an application, or why that cannot be read.
type Answer = Result<Option<Pin>, Error>;

/// A site and the identity of its rule.
struct Wanted<'s> {
    site: Site<'s>,
    rule: &'s str,
}

/// What the environments run for the applications of these pairs, in their order.
pub fn read(world: &World, branch: &mut Branch, pairs: &[(&Application, &Environment)]) -> Vec<Answer> {
    let apps: HashMap<&AppName, &Application> = pairs.iter().map(|(app, _)| (&app.name, *app)).collect();
    let rules: HashMap<&AppName, Vec<String>> = apps
        .into_par_iter()
        .map(|(name, app)| (name, app.pins.iter().map(|rule| digest(&rule.kind)).collect()))
        .collect();
    let wanted: Vec<Option<Vec<Wanted<'_>>>> =
        pairs.par_iter().map(|(app, env)| wanted(world, app, env, rules.get(&app.name)?)).collect();
    let remembered = |branch: &Branch| -> Vec<Option<Option<Pin>>> {
        let pin = |((app, env), wanted): (&(&Application, &Environment), &Option<Vec<Wanted<'_>>>)| {
            recall(branch, app, env, wanted.as_ref()?)
        };
        pairs.par_iter().zip(&wanted).map(pin).collect()
    };
    let mut pins = remembered(branch);
    let mut missing: BTreeMap<&RepoPath, Vec<&Wanted<'_>>> = BTreeMap::new();
    for one in pins.iter().zip(&wanted).filter(|(pin, _)| pin.is_none()).flat_map(|(_, wanted)| wanted.iter().flatten())
    {
        missing.entry(&one.site.place).or_default().push(one);
    }
    if !missing.is_empty() {
        let missing: Vec<(&RepoPath, Vec<&Wanted<'_>>)> = missing.into_iter().collect();
        let places = &branch.places;
        let looked = read_ahead(
            &missing,
            |(place, _)| Ahead::read(world.files.as_ref(), place, None),
            |(place, wanted), ahead| Some((place.to_string(), look(ahead?, places.get(place.as_str()), wanted))),
        );
        let looked: Vec<(String, Place)> = looked.into_iter().flatten().collect();
        branch.is_new |= !looked.is_empty();
        branch.places.extend(looked);
        pins = remembered(branch);
    }
    branch.places.retain(|_, place| place.is_current);
    // What is still not known cannot be read, or stands where more than its own place decides.
    let answer = |(pin, (app, env)): (Option<Option<Pin>>, &(&Application, &Environment))| match pin {
        Some(pin) => Ok(pin),
        None => world.pin(&Reader::new(world.files.as_ref()), app, env),
    };
    pins.into_par_iter().zip(pairs).map(answer).collect()
}

fn wanted<'s>(world: &World, app: &'s Application, env: &Environment, rules: &'s [String]) -> Option<Vec<Wanted<'s>>> {
    let sites = world.sites(app, env).ok()?.into_iter();
    let rule = |site: &Site<'_>| app.pins.iter().zip(rules).find(|(rule, _)| std::ptr::eq(*rule, site.rule));
    sites.map(|site| Some(Wanted { rule: rule(&site)?.1, site })).collect()
}

/// The pin from what is remembered of all its places.
fn recall(branch: &Branch, app: &Application, env: &Environment, wanted: &[Wanted<'_>]) -> Option<Option<Pin>> {
    let mut readings = Vec::new();
    for Wanted { site, rule } in wanted {
        let place = branch.places.get(site.place.as_str()).filter(|place| place.is_current)?;
        let (_, said) = place.said.iter().find(|(known, _)| known == rule)?;
        if let Some(said) = said {
            let key = SiteKey { pin: site.rule.kind.identity(), cluster: site.cluster.clone() };
            readings.push(said.reading(&site.place, key)?);
        }
    }
    Some(Pin::of(&app.name, &env.name, readings))
}

/// What the files say that discovery parses, found while they are at hand.
pub struct Early<'a> {
    files: &'a dyn Files,
    places: Mutex<Vec<(String, Place)>>,
}

impl<'a> Early<'a> {
    /// Of these files.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, places: Mutex::default() }
    }

    /// What was found.
    pub fn places(self) -> Vec<(String, Place)> {
        self.places.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Early<'_> {
    fn parsed(&self, place: &RepoPath, file: &RepoPath, tree: Arc<Tree>, kinds: &[&PinKind]) {
        let Some(ahead) = Ahead::read(self.files, place, Some((file.clone(), tree))) else { return };
        let rule = |kind: &&PinKind| PinRule {
            kind: (*kind).clone(),
            within: String::new(),
            environments: Vec::new(),
            more: Default::default(),
        };
        let rules: Vec<(PinRule, String)> = kinds.iter().map(|kind| (rule(kind), digest(kind))).collect();
        let site = |rule| Site { place: place.clone(), rule, cluster: None };
        let wanted: Vec<Wanted<'_>> = rules.iter().map(|(own, name)| Wanted { site: site(own), rule: name }).collect();
        let found = look(ahead, None, &wanted.iter().collect::<Vec<_>>());
        self.places.lock().unwrap_or_else(PoisonError::into_inner).push((place.to_string(), found));
    }
}

/// Looks at one place for all that is wanted there.
fn look(mut ahead: Ahead<'_>, known: Option<&Place>, wanted: &[&Wanted<'_>]) -> Place {
    let id = ahead.entry.as_ref().map(|entry| entry.id.to_string());
    // Where nothing stands, only the whole tree tells that nothing does.
    let same = known.filter(|known| known.is_current || (known.id.is_some() && known.id == id));
    let mut out = Place { said: same.map(|known| known.said.clone()).unwrap_or_default(), id, is_current: true };
    let reader = match ahead.tree.take() {
        Some((file, tree)) => Reader::of(&ahead, file, tree),
        None => Reader::new(&ahead),
    };
    for Wanted { site, rule } in wanted {
        if out.said.iter().any(|(known, _)| known == rule) {
            continue;
        }
        ahead.left.store(false, Ordering::Relaxed);
        let Ok(reading) = overlay::read(&reader, site.rule, ahead.place, None) else { continue };
        let nothing = ahead.entry.is_none() && reading.is_none();
        if nothing || !ahead.left.load(Ordering::Relaxed) {
            let said = reading.as_ref().map(|reading| Said::of(reading, ahead.place));
            // One that stands elsewhere is not this place's.
            if said != Some(None) {
                out.said.push(((*rule).to_string(), said.flatten()));
            }
        }
    }
    out
}

impl Said {
    /// `None` where it stands elsewhere.
    fn of(reading: &Reading, place: &RepoPath) -> Option<Self> {
        let site = &reading.site;
        let file = site.file.as_str().strip_prefix(place.as_str()).filter(|_| site.file.is_within(place))?;
        Some(Self {
            file: file.trim_start_matches('/').to_string(),
            document: site.document,
            route: site.route.clone(),
            line: site.line,
            column: site.column,
            version: reading.version.as_ref().map(ToString::to_string),
        })
    }

    fn reading(&self, place: &RepoPath, key: SiteKey) -> Option<Reading> {
        let site = PinSite {
            file: place.join(&self.file).ok()?,
            document: self.document,
            route: self.route.clone(),
            line: self.line,
            column: self.column,
        };
        Some(Reading { key, site, version: self.version.as_ref().map(Version::new).transpose().ok()? })
    }
}

/// One place of a tree, read ahead. Whoever looks beyond it is noticed: what he then says is not of that place alone.
struct Ahead<'a> {
    files: &'a dyn Files,
    place: &'a RepoPath,
    entry: Option<Entry>,
    list: Vec<Entry>,
    /// The place itself, or its kustomization.
    file: Option<(RepoPath, Vec<u8>)>,
    /// The same, where it is parsed already.
    tree: Option<(RepoPath, Arc<Tree>)>,
    left: AtomicBool,
}

impl<'a> Ahead<'a> {
    /// `None` where the place cannot be read. `tree`: the file that is parsed already.
    fn read(files: &'a dyn Files, place: &'a RepoPath, tree: Option<(RepoPath, Arc<Tree>)>) -> Option<Self> {
        let entry = Reader::new(files).entry(place).ok()?;
        let mut out = Self { files, place, entry, list: Vec::new(), file: None, tree, left: AtomicBool::new(false) };
        let own = match &out.entry {
            Some(entry) if entry.kind == EntryKind::Folder => {
                out.list = files.list(place).ok()?;
                out.list.iter().find(|entry| KUSTOMIZATIONS.contains(&entry.path.name()))
            }
            own => own.as_ref(),
        };
        if let Some(own) = own.filter(|_| out.tree.is_none()) {
            out.file = files.read(&own.path).ok()?.map(|bytes| (own.path.clone(), bytes));
        }
        Some(out)
    }

    fn notice(&self, path: &RepoPath) {
        if !path.is_within(self.place) {
            self.left.store(true, Ordering::Relaxed);
        }
    }
}

impl Files for Ahead<'_> {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        if path == self.place {
            return Ok(self.entry.clone());
        }
        if let Some(known) = self.list.iter().find(|entry| entry.path == *path) {
            return Ok(Some(known.clone()));
        }
        self.notice(path);
        self.files.entry(path)
    }

    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        if folder == self.place {
            return Ok(self.list.clone());
        }
        self.notice(folder);
        self.files.list(folder)
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        match &self.file {
            Some((file, bytes)) if file == path => Ok(Some(bytes.clone())),
            _ => {
                self.notice(path);
                self.files.read(path)
            }
        }
    }
}
