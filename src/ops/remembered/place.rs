//! What stands at one place of a tree, looked at by itself: as it is remembered, and how it is found.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::discover::Watch;
use crate::domain::files::{Entry, EntryKind, Files, KUSTOMIZATIONS};
use crate::domain::hex;
use crate::domain::path::RepoPath;
use crate::domain::pin::{PinSite, Reading, SiteKey};
use crate::domain::refusal::Error;
use crate::domain::settings::{PinKind, PinRule};
use crate::domain::version::Version;
use crate::overlay::{self, Reader};
use crate::yaml::tree::Tree;

/// What stands at a place, and what each rule reads there.
#[derive(Default, Serialize, Deserialize)]
pub struct Place {
    /// The object; none where nothing stands there.
    pub id: Option<String>,
    /// By the identity of the rule; errors are not remembered.
    pub said: Vec<(String, Option<Said>)>,
    /// Whether it stands there in the tree that is read now.
    #[serde(skip)]
    pub is_current: bool,
}

/// A reading without what the settings call it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Below the place; empty where the place is the file.
    pub file: String,
    pub document: usize,
    pub route: String,
    pub line: u32,
    pub column: u32,
    pub version: Option<String>,
}

/// A short name for a value: equal for what is written in the same way by this build of the program.
pub fn digest(value: &impl std::fmt::Debug) -> String {
    let sum = Sha256::digest(format!("{value:?}"));
    hex::text(&sum[..16])
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
        let wanted: Vec<(&PinRule, &str)> = rules.iter().map(|(own, name)| (own, name.as_str())).collect();
        let found = look(ahead, None, &wanted);
        self.places.lock().unwrap_or_else(PoisonError::into_inner).push((place.to_string(), found));
    }
}

/// Looks at one place for all that is wanted there: rules, each with the name that it is remembered by.
pub fn look(mut ahead: Ahead<'_>, known: Option<&Place>, wanted: &[(&PinRule, &str)]) -> Place {
    let id = ahead.entry.as_ref().map(|entry| entry.id.to_string());
    // Where nothing stands, only the whole tree tells that nothing does.
    let same = known.filter(|known| known.is_current || (known.id.is_some() && known.id == id));
    let mut out = Place { said: same.map(|known| known.said.clone()).unwrap_or_default(), id, is_current: true };
    let reader = match ahead.tree.take() {
        Some((file, tree)) => Reader::of(&ahead, file, tree),
        None => Reader::new(&ahead),
    };
    for (rule, name) in wanted {
        if out.said.iter().any(|(known, _)| known == name) {
            continue;
        }
        ahead.left.store(false, Ordering::Relaxed);
        let Ok(reading) = overlay::read(&reader, rule, ahead.place, None) else { continue };
        let nothing = ahead.entry.is_none() && reading.is_none();
        if nothing || !ahead.left.load(Ordering::Relaxed) {
            let said = reading.as_ref().map(|reading| Said::of(reading, ahead.place));
            // One that stands elsewhere is not this place's.
            if said != Some(None) {
                out.said.push(((*name).to_string(), said.flatten()));
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

    pub fn reading(&self, place: &RepoPath, key: SiteKey) -> Option<Reading> {
        let site = PinSite {
            file: place.join(&self.file).ok()?,
            document: self.document,
            route: self.route.clone(),
            line: self.line,
            column: self.column,
        };
        Some(Reading {
            key,
            site,
            version: self.version.as_ref().map(Version::new).transpose().ok()?,
            says: None,
            is_loose: false,
        })
    }
}

/// One place of a tree, read ahead. Whoever looks beyond it is noticed: what he then says is not of that place alone.
pub struct Ahead<'a> {
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
    pub fn read(files: &'a dyn Files, place: &'a RepoPath, tree: Option<(RepoPath, Arc<Tree>)>) -> Option<Self> {
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
