//! Everything read at one commit of the config repository, policy included.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::config::members::{self, Lives};
use crate::domain::commit::CommitId;
#[cfg(test)]
use crate::domain::files::Files;
use crate::domain::files::{EntryKind, Tree};
use crate::domain::hold::{FOLDER as HOLDS, HoldFile};
use crate::domain::hotfix::FOLDER as HOTFIXES;
use crate::domain::names::{AppName, BranchName, ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Pin, Reading};
use crate::domain::plan::{FileEdit, Mode};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Aliases, Application, Environment, FILE, NoMember, PinRule, Settings, fits_cluster};
use crate::git::repo::Repo;
use crate::overlay::{self, Reader, fill};
use crate::records;
use crate::records::record::{Record, render};

use crate::ops::reading::edited::Edited;
use crate::ops::remembered::shelf::Shelf;

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
    /// As the settings have it: what the site is known by.
    pub rule: &'s PinRule,
    /// The same with the names of this application, environment and cluster filled in: what is read.
    pub here: Cow<'s, PinRule>,
    pub cluster: Option<ClusterName>,
}

impl Site<'_> {
    /// What was read there, as a site of the application, with what its form makes of it.
    pub fn of(&self, app: &Application, reading: Reading) -> Reading {
        let says = reading.version.as_ref().and_then(|version| app.form(self.rule).read(version.tag()?));
        Reading { key: app.key(self.rule, self.cluster.as_ref()), says, ..reading }
    }
}

/// Which pairs have their pins at a place; worked out once for a world, where it is asked for.
type Owners = OnceLock<ByPlace>;
type ByPlace = HashMap<RepoPath, Vec<(AppName, EnvName)>>;

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
        files.get_ready(&[
            RepoPath::new(FILE).map_err(anyhow::Error::from)?,
            RepoPath::new(HOLDS).map_err(anyhow::Error::from)?,
            RepoPath::new(HOTFIXES).map_err(anyhow::Error::from)?,
        ])?;
        let (settings, has_file) = shelf.of(files.as_ref(), otherwise)?;
        let holds = records::hold::all(files.as_ref(), &|name| settings.environment(name).is_some())?;
        Ok(Self { branch: branch.clone(), base: commit, settings, has_file, holds, files, owners: Owners::new() })
    }

    /// The world of a tree that no commit of the branch has. `otherwise`: the settings where it has no file of its own.
    ///
    /// # Errors
    /// The tree, or its file, cannot be read.
    pub fn of_files(
        shelf: &Shelf,
        branch: &BranchName,
        base: CommitId,
        files: Tree,
        otherwise: &Arc<Settings>,
    ) -> Result<Self, Error> {
        let (settings, has_file) = shelf.of(files.as_ref(), Some(otherwise))?;
        let holds = records::hold::all(files.as_ref(), &|name| settings.environment(name).is_some())?;
        Ok(Self { branch: branch.clone(), base, settings, has_file, holds, files, owners: Owners::new() })
    }

    /// The same world with the members that the families of its settings have in it.
    ///
    /// # Errors
    /// The tree cannot be read.
    pub fn with_members(self) -> Result<Self, Error> {
        if self.settings.families.is_empty() {
            return Ok(self);
        }
        let lives = Lives::all(self.files.as_ref(), &self.settings);
        let settings = members::with_members(&self.settings, &[lives])?;
        Ok(Self { settings: Arc::new(settings), owners: Owners::new(), ..self })
    }

    /// The `stageline.yaml` of the tree, whether or not the settings come from it.
    pub fn own_file(&self) -> Result<Option<Vec<u8>>, Error> {
        self.files.read(&RepoPath::new(FILE).map_err(anyhow::Error::from)?)
    }

    /// The edit that makes a file of it these bytes; `None`: that takes it away.
    ///
    /// # Errors
    /// The tree cannot be read.
    pub fn edit(&self, path: RepoPath, becomes: Option<Vec<u8>>) -> Result<FileEdit, Error> {
        let was = self.files.entry(&path)?.map(|entry| entry.id);
        Ok(FileEdit { path, was, becomes, mode: Mode::Kept })
    }

    /// The edit that records it.
    ///
    /// # Errors
    /// It cannot be written, or the tree cannot be read.
    pub fn record(&self, record: &impl Record) -> Result<FileEdit, Error> {
        let path = RepoPath::new(&record.path()).map_err(anyhow::Error::from)?;
        self.edit(path, Some(render(record)?.into_bytes()))
    }

    /// The allowed-signers file that the settings name; `None` where they name none, or where it is not there.
    pub fn signers(&self) -> Result<Option<Vec<u8>>, Error> {
        match &self.settings.signers_file {
            Some(path) => self.files.read(path),
            None => Ok(None),
        }
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

    /// The same world, holds and all, by settings that know the same environments.
    pub fn with_settings(&self, settings: Arc<Settings>) -> Self {
        Self { has_file: self.has_file, holds: self.holds.clone(), ..self.seen_with(settings) }
    }

    /// The same world by settings from elsewhere, holds and all.
    pub fn ruled_by(self, settings: Arc<Settings>) -> Result<Self, Error> {
        let holds = records::hold::all(self.files.as_ref(), &|name| settings.environment(name).is_some())?;
        Ok(Self { settings, holds, owners: Owners::new(), ..self })
    }

    /// The files of a commit with settings from elsewhere, and without holds.
    pub fn plain(repo: &Repo, branch: &BranchName, commit: CommitId, settings: Arc<Settings>) -> Result<Self, Error> {
        let files: Tree = Arc::new(repo.snapshot(commit)?);
        let branch = branch.clone();
        Ok(Self { branch, base: commit, settings, has_file: false, holds: Vec::new(), files, owners: Owners::new() })
    }

    /// A world of these files.
    #[cfg(test)]
    pub fn of(branch: &BranchName, settings: Settings, files: impl Files + Send + 'static) -> Self {
        let holds = records::hold::all(&files, &|name| settings.environment(name).is_some()).unwrap();
        let (settings, files): (_, Tree) = (Arc::new(settings), Arc::new(files));
        let base = CommitId::from_bytes([0; 20]);
        Self { branch: branch.clone(), base, settings, has_file: true, holds, files, owners: Owners::new() }
    }

    /// This world with edits on top, read again.
    pub fn with(&self, edits: &[FileEdit]) -> Result<Self, Error> {
        let files: Tree = Arc::new(Edited::new(Arc::clone(&self.files), edits));
        let holds = records::hold::all(files.as_ref(), &|name| self.settings.environment(name).is_some())?;
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
                Code::Member,
                format!("`{name}` is one of the group `{}`, which moves as one", group.name),
            )
            .hint(format!("name the group: `{}`", group.name))
            .invalid());
        }
        if let Some(app) = self.settings.application(name) {
            return Ok(app);
        }
        let is_it = |one: &&NoMember| one.name == name.as_str();
        match self.settings.no_members.iter().find(is_it) {
            Some(one) => Err(no_member(one)),
            None => {
                let all = self.settings.applications.iter().map(|app| app.name.as_str()).collect();
                let unread = self.settings.no_members.iter().filter(|one| one.places.is_empty());
                let error = unknown("application", name.as_str(), all);
                Err(unread.fold(error, |error, one| error.detail(format!("`{}`: {}", one.name, one.why))))
            }
        }
    }

    /// What an environment runs for an application; `None` where it has no overlay there.
    pub fn pin(&self, reader: &Reader<'_>, app: &Application, env: &Environment) -> Result<Option<Pin>, Error> {
        let mut readings = Vec::new();
        for site in self.sites(app, env)? {
            let found = overlay::read(reader, &site.here, &site.place, site.cluster.as_ref())?;
            readings.extend(found.map(|reading| site.of(app, reading)));
        }
        Ok(Pin::of(&app.name, &env.name, readings))
    }

    /// Where the settings say that the pins of a pair are.
    pub fn sites<'s>(&self, app: &'s Application, env: &Environment) -> Result<Vec<Site<'s>>, Error> {
        let mut out = Vec::new();
        for rule in app.pins.iter().filter(|rule| rule.serves(env)) {
            for cluster in self.clusters(rule, app, env)? {
                let place = overlay::place(rule, &app.name, &env.name, cluster.as_ref())?;
                let here = fill::filled(rule, &app.name, &env.name, cluster.as_ref());
                out.push(Site { place, rule, here, cluster });
            }
        }
        Ok(out)
    }

    /// The named clusters of an environment in which an application has nothing, where it has something in another one.
    pub fn absent(&self, app: &Application, env: &Environment, pin: &Pin) -> Vec<ClusterName> {
        let serves = |rule: &PinRule| rule.serves(env) && rule.within.contains("{cluster}");
        let has = |name: &ClusterName| pin.readings.iter().any(|reading| reading.key.cluster.as_ref() == Some(name));
        let named =
            env.clusters.iter().filter(|name| !name.contains('*')).filter_map(|name| ClusterName::new(name).ok());
        named.filter(|name| app.pins.iter().any(serves) && !has(name)).collect()
    }

    /// The pins of many pairs, in their order, read in parallel: one that cannot be read does not hide the others.
    pub fn each_pin(&self, pairs: &[(&Application, &Environment)]) -> Vec<Result<Option<Pin>, Error>> {
        let reader = Reader::new(self.files.as_ref());
        // What cannot be got is told of each pin that lacks it.
        drop(self.get_ready(pairs));
        pairs.par_iter().map(|(app, env)| self.pin(&reader, app, env)).collect()
    }

    /// The clusters that a rule's place stands for: one `None` where it names none.
    fn clusters(
        &self,
        rule: &PinRule,
        app: &Application,
        env: &Environment,
    ) -> Result<Vec<Option<ClusterName>>, Error> {
        let is_in_place = rule.within.contains("{cluster}");
        if !is_in_place && !fill::kind_has(&rule.kind, "cluster") {
            return Ok(vec![None]);
        }
        let mut out = Vec::new();
        for pattern in &env.clusters {
            if !pattern.contains('*') {
                out.push(Some(ClusterName::new(pattern).map_err(anyhow::Error::from)?));
                continue;
            }
            // Only folders tell which clusters a pattern means; the check of the file refuses it elsewhere.
            if !is_in_place {
                continue;
            }
            let place = rule.place(&app.name, &env.name, None);
            let above = place.split("{cluster}").next().unwrap_or_default();
            let folder = above.rsplit_once('/').map_or("", |(folder, _)| folder);
            let entries = self.files.list(&RepoPath::new(folder).map_err(anyhow::Error::from)?)?;
            let folders = entries.iter().filter(|entry| entry.kind == EntryKind::Folder);
            let names = folders.map(|entry| entry.path.name()).filter(|name| fits_cluster(pattern, name));
            out.extend(names.filter_map(|name| ClusterName::new(name).ok()).map(Some));
        }
        out.dedup();
        Ok(out)
    }

    /// Says that the pins of these pairs are going to be read.
    ///
    /// # Errors
    /// Files that have to be got from elsewhere cannot be.
    pub fn get_ready(&self, pairs: &[(&Application, &Environment)]) -> Result<(), Error> {
        self.files.get_ready(&self.places(pairs)?)
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

    /// Every application in every environment that lasts.
    pub fn pairs(&self) -> impl Iterator<Item = (AppName, EnvName)> + '_ {
        let apps = self.settings.applications.iter();
        apps.flat_map(|app| self.settings.durable().map(|env| (app.name.clone(), env.name.clone())))
    }

    /// Whether both worlds have their pins at the same places, as far as that is known without looking: by the same settings,
    /// where no place depends on which clusters there are.
    pub fn has_places_of(&self, other: &Self) -> bool {
        let looks = |env: &Environment| env.clusters.iter().any(|name| name.contains('*'));
        Arc::ptr_eq(&self.settings, &other.settings) && !self.settings.environments.iter().any(looks)
    }

    /// The pairs whose pins may be at, above or in one of these paths.
    pub fn pairs_at(&self, paths: &[RepoPath]) -> Result<Vec<(AppName, EnvName)>, Error> {
        let owners = self.owners()?;
        let mut out = Vec::new();
        for path in paths {
            let mut at = Some(path.clone());
            while let Some(place) = at {
                out.extend(owners.get(&place).into_iter().flatten().cloned());
                at = place.parent();
            }
        }
        Ok(out)
    }

    /// Whether an environment lives on the branch of another one: only such can meet in a file.
    fn lives_with(&self, name: &EnvName, env: &Environment) -> bool {
        self.settings.environment(name).is_some_and(|other| other.branch == env.branch)
    }

    /// A scalar of one of these applications that two environments, or another application, reach as well is a fault. A pin
    /// of somebody else that cannot be read reaches none.
    pub fn refuse_shared(&self, apps: &[&AppName], env: &Environment) -> Result<(), Error> {
        for app in apps.iter().filter_map(|name| self.settings.application(name)) {
            self.refuse_followers_elsewhere(app, env)?;
        }
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

impl World {
    /// What refers to an anchor by alias moves with it: that may be another environment's where its pins stand in the same file.
    fn refuse_followers_elsewhere(&self, app: &Application, env: &Environment) -> Result<(), Error> {
        let follows = |site: &Site<'_>| site.rule.more.aliases == Some(Aliases::Follow);
        let sites: Vec<Site<'_>> = self.sites(app, env)?.into_iter().filter(follows).collect();
        if sites.is_empty() {
            return Ok(());
        }
        for (place, names) in self.owners()? {
            let meets = |site: &&Site<'_>| site.place.is_within(place) || place.is_within(&site.place);
            let is_elsewhere = |(_, at): &&(AppName, EnvName)| *at != env.name && self.lives_with(at, env);
            if let (Some(site), Some((other, at))) = (sites.iter().find(meets), names.iter().find(is_elsewhere)) {
                let what = format!(
                    "cannot tell whose the aliases are that would follow `{}` of `{}`: `{place}` serves `{at}` as well",
                    site.rule.kind.identity(),
                    app.name
                );
                return Err(Refusal::new(Code::SharedScalar, what)
                    .detail(format!("`{other}` in `{at}` stands there, too"))
                    .hint(format!("give `{}` and `{at}` a file each, or take `aliases: follow` away", env.name))
                    .invalid());
            }
        }
        Ok(())
    }
}

/// Something that families find, and that is no application.
fn no_member(one: &NoMember) -> Error {
    let refusal = Refusal::new(Code::NoMember, format!("`{}` is no application: {}", one.name, one.why));
    refusal
        .details(one.places.iter().map(|place| format!("it is found at `{place}`")))
        .hint("write an entry of its own with `name:`, or leave it out of the family: `names: [\"*\", \"!NAME\"]`")
        .invalid()
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
                    return Err(Refusal::new(Code::SharedScalar, what)
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
    let code = if what == "environment" { Code::NoSuchEnvironment } else { Code::NoSuchApplication };
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
