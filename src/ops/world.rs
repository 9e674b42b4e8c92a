//! Everything read at one commit of the config repository, policy included.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::config;
use crate::config::discover;
use crate::domain::commit::{BlobId, CommitId, ObjectId, TreeId};
use crate::domain::files::{Entry, EntryKind, Files};
use crate::domain::hold::HoldFile;
use crate::domain::names::{AppName, BranchName, ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::plan::FileEdit;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::report::FaultReport;
use crate::domain::settings::{Application, Environment, FILE, PinRule, Settings};
use crate::git::cache::Cache;
use crate::git::repo::Repo;
use crate::overlay::{self, Reader};
use crate::records;

use super::layout;
use super::memo::Place;
use super::pins::Early;

/// Files that threads may share.
pub type Tree = Arc<dyn Files + Send>;

/// Everything read at one commit.
pub struct World {
    pub branch: BranchName,
    pub base: CommitId,
    pub settings: Arc<Settings>,
    /// Whether the settings are those of a `stageline.yaml` in the tree.
    pub has_file: bool,
    pub holds: Vec<HoldFile>,
    pub files: Tree,
    owners: Owners,
}

/// Where one pin is to be found.
pub struct Site<'s> {
    pub place: RepoPath,
    pub rule: &'s PinRule,
    pub cluster: Option<ClusterName>,
}

/// Which pairs have their pins at a place; worked out once for a world, where it is asked for.
type Owners = OnceLock<ByPlace>;
type ByPlace = HashMap<RepoPath, Vec<(AppName, EnvName)>>;

/// Something that is true of one tree.
type OfTree<T> = Mutex<Option<(TreeId, T)>>;

/// Settings by the blob they were read from: one text is checked once.
#[derive(Default)]
pub struct Shelf {
    known: Mutex<HashMap<BlobId, Arc<Settings>>>,
    /// Those of `--config`, which stand for the file of every tree.
    instead: Option<Arc<Settings>>,
    /// Only of reading verbs.
    cache: Option<Cache>,
    /// What discovery found in a tree and the cache does not have.
    found: OfTree<Arc<Settings>>,
    /// What the files say that it parsed on the way, by places.
    early: OfTree<Vec<(String, Place)>>,
}

impl Shelf {
    /// A shelf that remembers what discovery found from one run to the next.
    pub fn remembering(cache: Cache) -> Self {
        Self { cache: Some(cache), ..Self::default() }
    }

    /// The same shelf, with these settings in place of every tree's own.
    pub fn with_instead(self, instead: Option<Arc<Settings>>) -> Self {
        Self { instead, ..self }
    }

    /// Keeps for the next run what discovery found.
    pub fn store(&self) {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(cache), Some((root, settings))) = (&self.cache, found) {
            layout::store(cache, root, &settings);
        }
    }

    /// What is known of the places in this tree without another look.
    pub fn early(&self, root: TreeId) -> Vec<(String, Place)> {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        early.take_if(|(known, _)| *known == root).map(|(_, places)| places).unwrap_or_default()
    }

    fn discovered(&self, files: &dyn Files) -> Result<Arc<Settings>, Error> {
        let (Some(cache), Some(root)) = (&self.cache, files.entry(&RepoPath::root())?) else {
            return Ok(Arc::new(discover::discover(files)?.settings));
        };
        if let Some(known) = layout::load(cache, root.id) {
            return Ok(Arc::new(known));
        }
        let early = Early::new(files);
        let found = Arc::new(discover::discover_watched(files, Some(&early))?.settings);
        *self.early.lock().unwrap_or_else(PoisonError::into_inner) = Some((root.id, early.places()));
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some((root.id, Arc::clone(&found)));
        Ok(found)
    }

    /// The settings of a tree's own file, or those that stand for it; `None` where it has none.
    pub fn own(&self, files: &dyn Files) -> Result<Option<Arc<Settings>>, Error> {
        if let Some(instead) = &self.instead {
            return Ok(Some(Arc::clone(instead)));
        }
        let path = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        let Some(entry) = files.entry(&path)? else { return Ok(None) };
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&entry.id) {
            return Ok(Some(Arc::clone(known)));
        }
        let text = files.read(&path)?.ok_or_else(|| {
            Refusal::new("bad-config", format!("`{FILE}` is not a plain file"))
                .hint("a symbolic link is never followed")
                .invalid()
        })?;
        let settings = Arc::new(checked(&text, FILE)?);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.id, Arc::clone(&settings));
        Ok(Some(settings))
    }

    /// The settings of a tree: its own, else the given ones, else what discovery finds.
    pub fn of(&self, files: &dyn Files, otherwise: Option<&Arc<Settings>>) -> Result<(Arc<Settings>, bool), Error> {
        if let Some(own) = self.own(files)? {
            return Ok((own, self.instead.is_none()));
        }
        match otherwise {
            Some(settings) => Ok((Arc::clone(settings), false)),
            None => Ok((self.discovered(files)?, false)),
        }
    }
}

/// A configuration text as settings, or all its faults as one error.
pub fn checked(text: &[u8], file: &str) -> Result<Settings, Error> {
    config::check::check(text, file).map_err(|faults| {
        let count = if faults.len() == 1 { "a fault".to_string() } else { format!("{} faults", faults.len()) };
        Refusal::new("bad-config", format!("`{file}` has {count}"))
            .details(faults.iter().map(fault_line))
            .hint("see `stageline config check` and `stageline schema config`")
            .invalid()
    })
}

/// One fault on one line, with its place and what may have been meant.
fn fault_line(fault: &FaultReport) -> String {
    let hint = fault.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
    let key = if fault.key.is_empty() { String::new() } else { format!("{}: ", fault.key) };
    format!("{}:{}:{}: {key}{}{hint}", fault.file, fault.line, fault.column, fault.message)
}

impl World {
    /// Reads the world of a branch at a commit. `otherwise`: the settings where the tree has no file of its own.
    pub fn read(
        repo: &Repo,
        shelf: &Shelf,
        branch: &BranchName,
        commit: CommitId,
        otherwise: Option<&Arc<Settings>>,
    ) -> Result<Self, Error> {
        let files: Tree = Arc::new(repo.snapshot(commit)?);
        let (settings, has_file) = shelf.of(files.as_ref(), otherwise)?;
        let holds = records::hold::all(files.as_ref())?;
        Ok(Self { branch: branch.clone(), base: commit, settings, has_file, holds, files, owners: Owners::new() })
    }

    /// The `stageline.yaml` of the tree, whether or not the settings come from it.
    pub fn own_file(&self) -> Result<Option<Vec<u8>>, Error> {
        self.files.read(&RepoPath::new(FILE).map_err(anyhow::Error::from)?)
    }

    /// The same files read with other settings, and without holds: how the past is read.
    pub fn seen_with(&self, settings: Arc<Settings>) -> Self {
        Self {
            branch: self.branch.clone(),
            base: self.base,
            settings,
            has_file: false,
            holds: Vec::new(),
            files: Arc::clone(&self.files),
            owners: Owners::new(),
        }
    }

    /// The files of a commit with settings from elsewhere, and without holds.
    pub fn plain(repo: &Repo, branch: &BranchName, commit: CommitId, settings: Arc<Settings>) -> Result<Self, Error> {
        let files: Tree = Arc::new(repo.snapshot(commit)?);
        let branch = branch.clone();
        Ok(Self { branch, base: commit, settings, has_file: false, holds: Vec::new(), files, owners: Owners::new() })
    }

    /// This world with edits on top, read again.
    pub fn with(&self, edits: &[FileEdit]) -> Result<Self, Error> {
        let files: Tree = Arc::new(Edited::new(Arc::clone(&self.files), edits));
        let holds = records::hold::all(files.as_ref())?;
        Ok(Self {
            branch: self.branch.clone(),
            base: self.base,
            settings: Arc::clone(&self.settings),
            has_file: self.has_file,
            holds,
            files,
            owners: Owners::new(),
        })
    }

    /// The application that is meant where it is only read: a member stands for its group, and a note says so.
    pub fn shown(&self, name: &AppName) -> Result<(&Application, Option<String>), Error> {
        match self.settings.group_of(name) {
            Some(group) => Ok((group, Some(format!("`{name}` is one of the group `{}`, which is shown", group.name)))),
            None => Ok((self.application(name)?, None)),
        }
    }

    /// The application of that name, or an error with what may have been meant.
    pub fn application(&self, name: &AppName) -> Result<&Application, Error> {
        if let Some(group) = self.settings.group_of(name) {
            return Err(Refusal::new(
                "member",
                format!("`{name}` is one of the group `{}`, which moves as one", group.name),
            )
            .hint(format!("name the group: `{}`", group.name))
            .invalid());
        }
        self.settings.application(name).ok_or_else(|| {
            unknown("application", name.as_str(), self.settings.applications.iter().map(|a| a.name.as_str()).collect())
        })
    }

    /// What an environment runs for an application; `None` where it has no overlay there.
    pub fn pin(&self, reader: &Reader<'_>, app: &Application, env: &Environment) -> Result<Option<Pin>, Error> {
        let mut readings = Vec::new();
        for site in self.sites(app, env)? {
            readings.extend(overlay::read(reader, site.rule, &site.place, site.cluster.as_ref())?);
        }
        Ok(Pin::of(&app.name, &env.name, readings))
    }

    /// Where the settings say that the pins of a pair are.
    pub fn sites<'s>(&self, app: &'s Application, env: &Environment) -> Result<Vec<Site<'s>>, Error> {
        let mut out = Vec::new();
        for rule in app.pins.iter().filter(|rule| rule.serves(env)) {
            for cluster in self.clusters(rule, app, env)? {
                out.push(Site { place: overlay::place(rule, &app.name, &env.name, cluster.as_ref())?, rule, cluster });
            }
        }
        Ok(out)
    }

    /// The pins of many pairs, in their order, read in parallel.
    pub fn pins(&self, pairs: &[(&Application, &Environment)]) -> Result<Vec<Option<Pin>>, Error> {
        self.each_pin(pairs).into_iter().collect()
    }

    /// The same, where one pin that cannot be read does not hide the others.
    pub fn each_pin(&self, pairs: &[(&Application, &Environment)]) -> Vec<Result<Option<Pin>, Error>> {
        let reader = Reader::new(self.files.as_ref());
        pairs.par_iter().map(|(app, env)| self.pin(&reader, app, env)).collect()
    }

    /// The rule of an application that a reading came from.
    pub fn rule<'s>(&self, app: &'s Application, env: &Environment, pin: &str) -> Option<&'s PinRule> {
        app.pins.iter().find(|rule| rule.serves(env) && rule.kind.identity() == pin)
    }

    /// The clusters that a rule's place stands for: one `None` where it names none.
    fn clusters(
        &self,
        rule: &PinRule,
        app: &Application,
        env: &Environment,
    ) -> Result<Vec<Option<ClusterName>>, Error> {
        if !rule.within.contains("{cluster}") {
            return Ok(vec![None]);
        }
        let mut out = Vec::new();
        for pattern in &env.clusters {
            match pattern.split_once('*') {
                None => out.push(Some(ClusterName::new(pattern).map_err(anyhow::Error::from)?)),
                Some((head, tail)) => {
                    let place = rule.place(&app.name, &env.name, None);
                    let above = place.split("{cluster}").next().unwrap_or_default();
                    let folder = above.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let folder = RepoPath::new(folder).map_err(anyhow::Error::from)?;
                    for entry in self.files.list(&folder)? {
                        let name = entry.path.name();
                        let fits =
                            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail);
                        if entry.kind == EntryKind::Folder && fits {
                            out.extend(ClusterName::new(name).ok().map(Some));
                        }
                    }
                }
            }
        }
        out.dedup();
        Ok(out)
    }

    /// The folders and files that the pins of these pairs are in, as far as the settings tell.
    pub fn places(&self, pairs: &[(&Application, &Environment)]) -> Result<Vec<RepoPath>, Error> {
        let mut out = Vec::new();
        for (app, env) in pairs {
            out.extend(self.sites(app, env)?.into_iter().map(|site| site.place));
        }
        out.sort();
        out.dedup();
        Ok(out)
    }

    fn owners(&self) -> Result<&ByPlace, Error> {
        if let Some(known) = self.owners.get() {
            return Ok(known);
        }
        let mut owners = ByPlace::new();
        for app in &self.settings.applications {
            for env in self.settings.durable() {
                for place in self.places(&[(app, env)])? {
                    owners.entry(place).or_default().push((app.name.clone(), env.name.clone()));
                }
            }
        }
        Ok(self.owners.get_or_init(|| owners))
    }

    fn pairs_of<'s>(&'s self, names: &[(AppName, EnvName)]) -> Vec<(&'s Application, &'s Environment)> {
        names
            .iter()
            .filter_map(|(app, env)| Some((self.settings.application(app)?, self.settings.environment(env)?)))
            .collect()
    }

    /// Whether an environment lives on the branch of another one: only such can meet in a file.
    fn lives_with(&self, name: &EnvName, env: &Environment) -> bool {
        self.settings.environment(name).is_some_and(|other| other.branch == env.branch)
    }

    /// The pairs whose pins may be in one of these files, on the branch of `env`.
    pub fn pairs_in(&self, files: &[RepoPath], env: &Environment) -> Result<Vec<(&Application, &Environment)>, Error> {
        let owners = self.owners()?;
        let mut names = Vec::new();
        for place in files.iter().cloned().chain(files.iter().filter_map(RepoPath::parent)) {
            names.extend(owners.get(&place).into_iter().flatten().cloned());
        }
        names.retain(|(_, at)| self.lives_with(at, env));
        names.sort();
        names.dedup();
        Ok(self.pairs_of(&names))
    }

    /// A scalar of one of these applications that two environments, or another application, reach as well is a fault. A pin
    /// of somebody else that cannot be read reaches none.
    pub fn refuse_shared(&self, apps: &[&AppName], env: &Environment) -> Result<(), Error> {
        for names in self.owners()?.values() {
            let here: Vec<_> = names.iter().filter(|(_, at)| self.lives_with(at, env)).cloned().collect();
            if here.len() > 1 && here.iter().any(|(app, _)| apps.contains(&app)) {
                let pins: Vec<Pin> = self.each_pin(&self.pairs_of(&here)).into_iter().flatten().flatten().collect();
                refuse_shared(&pins.iter().collect::<Vec<_>>())?;
            }
        }
        Ok(())
    }
}

/// A scalar that two of these pins reach belongs to neither: an error that names both.
fn refuse_shared(pins: &[&Pin]) -> Result<(), Error> {
    let mut owners: BTreeMap<(&RepoPath, u32, u32, &str), (&AppName, &EnvName)> = BTreeMap::new();
    for pin in pins {
        for reading in &pin.readings {
            let site = &reading.site;
            // A site without an entry yet is told apart by its image: two entries will be two scalars.
            let image = if reading.version.is_none() { reading.key.pin.as_str() } else { "" };
            let key = (&site.file, site.line, site.column, image);
            match owners.insert(key, (&pin.app, &pin.env)) {
                Some((app, env)) if (app, env) != (&pin.app, &pin.env) => {
                    let what = if env == &pin.env {
                        format!("`{app}` and `{}` both pin the same scalar in `{env}`", pin.app)
                    } else {
                        format!(
                            "`{env}` and `{}` share one scalar, so `{}` cannot move in one of them alone",
                            pin.env, pin.app
                        )
                    };
                    let hint = if env == &pin.env {
                        format!("one application for both, that moves as one: `members: [{app}, {}]`", pin.app)
                    } else {
                        "give each environment a file with a version of its own".to_string()
                    };
                    return Err(Refusal::new("shared-scalar", what)
                        .detail(format!("{site}: {}", reading.version.as_ref().map_or("no version", |v| v.as_str())))
                        .hint(hint)
                        .invalid());
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// A name that is not there, with what may have been meant.
pub fn unknown(what: &str, name: &str, known: Vec<&str>) -> Error {
    let code = if what == "environment" { "no-such-environment" } else { "no-such-application" };
    let refusal = Refusal::new(code, format!("there is no {what} `{name}`"));
    let near = crate::domain::names::nearest(name, known.iter().copied());
    match near {
        Some(near) => refusal.hint(format!("did you mean `{near}`?")),
        None if known.is_empty() => refusal.hint(format!("no {what} is known here; see `stageline init`")),
        None => {
            let more = if known.len() > 12 { ", ..." } else { "" };
            let some: Vec<&str> = known.iter().copied().take(12).collect();
            refusal.hint(format!("there are: {}{more}", some.join(", ")))
        }
    }
    .invalid()
}

/// A tree with edits on top.
struct Edited {
    below: Tree,
    edits: BTreeMap<RepoPath, Option<(ObjectId, Vec<u8>)>>,
}

impl Edited {
    fn new(below: Tree, edits: &[FileEdit]) -> Self {
        let edits = edits
            .iter()
            .map(|edit| (edit.path.clone(), edit.becomes.clone().map(|bytes| (Repo::blob_id(&bytes), bytes))))
            .collect();
        Self { below, edits }
    }

    fn edited(&self, path: &RepoPath) -> Option<Option<Entry>> {
        self.edits
            .get(path)
            .map(|edit| edit.as_ref().map(|(id, _)| Entry { path: path.clone(), kind: EntryKind::File, id: *id }))
    }
}

impl Files for Edited {
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Error> {
        if let Some(edited) = self.edited(path) {
            return Ok(edited);
        }
        let below = self.below.entry(path)?;
        let new_folder =
            || self.edits.iter().any(|(file, edit)| edit.is_some() && file != path && file.is_within(path));
        if below.is_none() && new_folder() {
            return Ok(Some(Entry { path: path.clone(), kind: EntryKind::Folder, id: ObjectId::from_bytes([0; 20]) }));
        }
        Ok(below)
    }

    fn list(&self, folder: &RepoPath) -> Result<Vec<Entry>, Error> {
        let mut entries: BTreeMap<RepoPath, Entry> =
            self.below.list(folder)?.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        for (path, edit) in self.edits.range(folder.clone()..) {
            if !path.is_within(folder) {
                // Paths sort by bytes, so `a-b` stands between `a` and `a/b`: go on past it.
                if !path.as_str().starts_with(folder.as_str()) {
                    break;
                }
                continue;
            }
            let depth = folder.parts().count();
            let Some(name) = path.parts().nth(depth) else { continue };
            let child = folder.join(name).map_err(anyhow::Error::from)?;
            if child == *path {
                match edit {
                    Some((id, _)) => {
                        entries.insert(child.clone(), Entry { path: child, kind: EntryKind::File, id: *id });
                    }
                    None => {
                        entries.remove(&child);
                    }
                }
            } else if edit.is_some() {
                entries.entry(child.clone()).or_insert(Entry {
                    path: child,
                    kind: EntryKind::Folder,
                    id: ObjectId::from_bytes([0; 20]),
                });
            }
        }
        Ok(entries.into_values().collect())
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Error> {
        match self.edits.get(path) {
            Some(edit) => Ok(edit.as_ref().map(|(_, bytes)| bytes.clone())),
            None => self.below.read(path),
        }
    }
}
