//! The files of an instance, as its template, its record and the rules give them: whoever makes it, and whoever judges it, gets
//! the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::CommitId;
use crate::domain::files::Files;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::pin::{Pin, SiteKey};
use crate::domain::plan::FileEdit;
use crate::domain::preview::{Preview, Previewed, Slug};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, DigestRule, Environment, Holes};
use crate::domain::template::Reading;
use crate::domain::version::Version;
use crate::overlay::{self, SiteChange};

use crate::ops::landing::edits::{self, Edited};
use crate::ops::reading::scalars::Side;
use crate::ops::reading::world::World;

use super::grounds::Grounds;
use super::names::Names;
use super::pins::{self, Copy};
use super::register::{self, Item};
use super::template;

/// What instances of an environment are made from and on.
#[derive(Clone, Copy)]
pub struct Ground<'g> {
    /// The tree that has the templates: the main branch's.
    pub templates: &'g dyn Files,
    /// The branch that the instances are on, as it stands.
    pub world: &'g World,
    pub env: &'g Environment,
    pub grounds: Grounds<'g>,
}

/// What is filled in, and for which applications with which commits.
pub struct Wanted<'w> {
    pub slug: &'w Slug,
    /// Each with the commit of its version, where that is known.
    pub applications: BTreeMap<AppName, Option<CommitId>>,
    /// What stands for `{commit}` where all applications share a folder.
    pub shared: Option<CommitId>,
}

impl<'w> Wanted<'w> {
    /// That of a record. Where applications share a folder, its commit is that of the only one that was asked for.
    pub fn of(preview: &'w Preview) -> Self {
        let apps = &preview.applications;
        let mut asked = apps.values().filter(|one| one.origin.is_none() || apps.len() == 1).map(|one| one.commit);
        let shared = asked.next().flatten().filter(|_| asked.next().is_none());
        let applications = apps.iter().map(|(name, one)| (name.clone(), one.commit)).collect();
        Self { slug: &preview.slug, applications, shared }
    }
}

impl Ground<'_> {
    /// What stands for the placeholders.
    fn names(&self, wanted: &Wanted<'_>, app: Option<&AppName>) -> Names {
        let rules = self.grounds.rules;
        let known = Holes::default().with("slug", wanted.slug.as_str());
        let known = app.map_or(known.clone(), |app| known.with("application", app.as_str()));
        let namespace = rules.namespace.as_ref().map(|text| known.fill(&text.0));
        let known = namespace.as_ref().map_or(known.clone(), |text| known.with("namespace", text));
        Names {
            slug: wanted.slug.clone(),
            application: app.cloned(),
            commit: match app {
                Some(app) => wanted.applications.get(app).copied().flatten(),
                None => wanted.shared,
            },
            url: rules.url.as_ref().map(|text| known.fill(&text.0)),
            namespace,
        }
    }

    /// The address of an instance for an application, or for all; `None`: the rules say none.
    pub fn url(&self, wanted: &Wanted<'_>, app: Option<&AppName>) -> Option<String> {
        self.names(wanted, app).url
    }

    /// The applications that have a folder of their own; `None` in the place of one: the folder that all share.
    fn owners<'a>(&self, wanted: &'a Wanted<'_>) -> Vec<Option<&'a AppName>> {
        match self.grounds.is_of_each() {
            true => wanted.applications.keys().map(Some).collect(),
            false => vec![None],
        }
    }

    /// The entries of an instance in the list that its environment keeps, each once.
    ///
    /// # Errors
    /// An entry has a placeholder that stands for nothing here.
    pub fn entries(&self, wanted: &Wanted<'_>) -> Result<Vec<Item>, Error> {
        let Some(register) = &self.grounds.rules.register else { return Ok(Vec::new()) };
        let mut out: Vec<Item> = Vec::new();
        for app in self.owners(wanted) {
            let item = register::fill(&register.entry, &self.names(wanted, app))?;
            if !out.contains(&item) {
                out.push(item);
            }
        }
        Ok(out)
    }

    /// The folder of an application, and what it is copied from.
    fn copy_of<'c>(&self, slug: &'c Slug, app: &AppName) -> Result<Copy<'c>, Error> {
        let own = self.grounds.is_of_each().then_some(app);
        Ok(Copy { slug, template: self.grounds.template(own)?, folder: self.grounds.folder(slug, own)? })
    }

    /// The world with the instance copied into it, whose pins still say what the templates do.
    ///
    /// # Errors
    /// A template is not there, or cannot be copied; the instance would stand where something else does.
    pub fn copied(&self, wanted: &Wanted<'_>) -> Result<(World, Vec<FileEdit>), Error> {
        let is_there = |path: &RepoPath| Ok(self.world.files.entry(path)?.is_some());
        let mut edits = Vec::new();
        for app in self.owners(wanted) {
            let (from, to) = (self.grounds.template(app)?, self.grounds.folder(wanted.slug, app)?);
            for copied in template::copy(self.templates, &from, &to, &self.names(wanted, app), &is_there)? {
                let edit = self.world.edit(copied.path, Some(copied.bytes))?;
                edits.push(FileEdit { mode: copied.mode, ..edit });
            }
        }
        self.refuse_taken(wanted.slug, &edits)?;
        // What an earlier making left and the templates have no more is gone first.
        let mut all: Vec<FileEdit> = self.gone(wanted.slug, &edits)?;
        all.extend(edits.iter().cloned());
        Ok((self.world.with(&all)?, edits))
    }

    /// The edits that take away what an instance has beside these files.
    pub fn gone(&self, slug: &Slug, but: &[FileEdit]) -> Result<Vec<FileEdit>, Error> {
        let kept: BTreeSet<&RepoPath> = but.iter().map(|edit| &edit.path).collect();
        let there = self.grounds.files(self.world.files.as_ref(), slug)?;
        let old = there.into_iter().filter(|path| !kept.contains(path));
        old.map(|path| self.world.edit(path, None)).collect()
    }

    /// An instance never stands where an environment that lasts has its overlays, nor where the templates or the list are.
    pub fn refuse_taken(&self, slug: &Slug, edits: &[FileEdit]) -> Result<(), Error> {
        let taken =
            |what: String| Refusal::new(Code::BadPlace, what).hint("take another name: `--slug NAME`").invalid();
        let settings = &self.world.settings;
        if settings.environments.iter().any(|env| env.name.as_str().eq_ignore_ascii_case(slug.as_str())) {
            return Err(taken(format!("`{slug}` is the name of an environment, and cannot be that of a preview")));
        }
        let paths: Vec<RepoPath> = edits.iter().map(|edit| edit.path.clone()).collect();
        if let Some((app, env)) = self.world.pairs_at(&paths)?.first() {
            return Err(taken(format!("`{app}` has its overlay of `{env}` where the preview `{slug}` would stand")));
        }
        let template = self.grounds.rules.template.as_ref().map(|template| template.0.as_str()).unwrap_or_default();
        let is_template = |path: &RepoPath| {
            let pattern: Vec<&str> = template.split('/').collect();
            let mut parts = path.parts();
            pattern.iter().all(|part| parts.next().is_some_and(|own| !Holes::default().fits(part, own).is_empty()))
        };
        let register = self.grounds.rules.register.as_ref().map(|register| &register.file);
        match paths.iter().find(|path| is_template(path) || Some(*path) == register) {
            Some(path) => Err(taken(format!("the preview `{slug}` would stand on `{path}`, which makes all previews"))),
            None => Ok(()),
        }
    }

    /// Why what goes with an instance is not its own alone; `None`: it is.
    ///
    /// # Errors
    /// The tree cannot be read.
    pub fn takes_others(&self, slug: &Slug) -> Result<Option<String>, Error> {
        match self.refuse_taken(slug, &self.gone(slug, &[])?) {
            Ok(()) => Ok(None),
            Err(why) => Ok(Some(why.answer()?.on_one_line())),
        }
    }

    /// What an application's sites say in a copy; `None`: the template has none of its pins.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn pin(&self, copied: &World, slug: &Slug, app: &AppName) -> Result<Option<Pin>, Error> {
        let application = copied.application(app)?;
        let sites = pins::sites(copied.files.as_ref(), (application, self.env), &self.copy_of(slug, app)?)?;
        pins::pin(copied.files.as_ref(), application, self.env, &sites)
    }

    /// Every file of an instance as its record gives it.
    ///
    /// # Errors
    /// As of `copied`; or the record does not say what each pin of the template is to say, or says more.
    pub fn made(&self, preview: &Preview) -> Result<BTreeMap<RepoPath, FileEdit>, Error> {
        let (copied, edits) = self.copied(&Wanted::of(preview))?;
        let side = Side::of(&copied);
        let mut changes = Vec::new();
        for (name, wanted) in &preview.applications {
            let app = copied.application(name)?;
            let sites = pins::sites(copied.files.as_ref(), (app, self.env), &self.copy_of(&preview.slug, name)?)?;
            if let Some(commit) = wanted.commit.filter(|commit| !is_named(app, wanted, *commit)) {
                let what = format!("the record says commit {}, and no version says so", commit.short());
                return Err(unsaid(preview, name, app.name.as_str(), &what));
            }
            let mut said = BTreeSet::new();
            for site in &sites {
                let Some(reading) = overlay::read_any(&side.reader, &site.here, &site.place, None)? else { continue };
                let SiteKey { pin, nth, .. } = app.key(site.rule, None);
                let Some(version) = wanted.pins.get(&(pin.clone(), nth)) else {
                    return Err(unsaid(preview, name, &pin, "the record does not say what it is to be"));
                };
                said.insert((pin, nth));
                if reading.version.as_ref() != Some(version) || reading.is_loose {
                    // A digest of the template's is of no image that comes.
                    changes.push(overlay::change(&side.reader, &site.here, &reading, version, DigestRule::Drop)?);
                }
            }
            if let Some((pin, _)) = wanted.pins.keys().find(|key| !said.contains(*key)) {
                return Err(unsaid(preview, name, pin, "the template has no such pin"));
            }
        }
        let changes: Vec<&SiteChange> = changes.iter().collect();
        let Edited { files, .. } = edits::make(&side, &changes)?;
        let mut out: BTreeMap<RepoPath, FileEdit> = edits.into_iter().map(|edit| (edit.path.clone(), edit)).collect();
        for FileEdit { path, becomes, .. } in files {
            match out.get_mut(&path) {
                Some(edit) => edit.becomes = becomes,
                None => drop(out.insert(path.clone(), self.world.edit(path, becomes)?)),
            }
        }
        Ok(out)
    }
}

/// Whether the versions say of their commit that it is this one: what `{commit}` stands for is what was judged. Of tags the gate of
/// branches tells the commit; a digest alone says none.
fn is_named(app: &Application, one: &Previewed, commit: CommitId) -> bool {
    let id = commit.to_string();
    let tags = one.pins.values().filter_map(Version::tag);
    let mut says = tags.flat_map(|tag| app.readings(tag)).peekable();
    says.peek().is_some()
        && says.all(|says| match says {
            Reading::Commit(digits) => id.starts_with(&digits.to_ascii_lowercase()),
            Reading::Tag(_) => true,
        })
}

fn unsaid(preview: &Preview, app: &AppName, pin: &str, why: &str) -> Error {
    let what = format!("`{pin}` of `{app}` in `{}`: {why}", preview.place());
    Refusal::new(Code::NoSuchPin, what).hint("make the preview anew: `stageline preview create`").invalid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;

    #[test]
    fn a_recorded_commit_is_one_that_the_versions_say_or_that_a_tag_may_name() {
        let says = |form: &str, version: &str| {
            let text = format!(
                "version: 1\nenvironments: [{{ name: staging }}]\napplications:\n  - name: web\n    version: \"{form}\"\n    pins: [{{ image: r/web, in: a }}]\n"
            );
            let settings = check(text.as_bytes(), "x").unwrap();
            let version = Version::new(version).unwrap();
            let one = Previewed { commit: None, origin: None, pins: [(("r/web".to_string(), 0), version)].into() };
            is_named(&settings.applications[0], &one, CommitId::from_hex(&"ab".repeat(20)).unwrap())
        };
        assert!(says("{commit}", &"ab".repeat(20)) && says("main-{commit:8}", "main-abababab"));
        assert!(!says("{commit}", &"cd".repeat(20)) && !says("main-{commit:8}", "main-ababcdcd"));
        assert!(says("{tag}", "v1.2.3"), "the gate of branches tells which commit that is");
        assert!(
            !says("{commit}", "v1.2.3") && !says("{commit}", &format!("sha256:{}", "a".repeat(64))),
            "they say none"
        );
    }
}
