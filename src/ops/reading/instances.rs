//! The past of the instances of an environment: which came, moved and went, as their records say from landing to landing.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::{CommitId, CommitInfo, ObjectId};
use crate::domain::files::Files;
use crate::domain::history::Change;
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Assignment;
use crate::domain::preview::{FOLDER, Place, Preview, Slug};
use crate::domain::refusal::Error;
use crate::domain::settings::NamePattern;
use crate::git::snapshot::Snapshot;
use crate::records::preview as records;
use crate::records::record::Record as _;

use crate::ops::context::Context;

/// What one landing did to one application of an instance.
#[derive(Debug, Clone)]
pub struct Lived {
    pub slug: Slug,
    /// The file that records the instance.
    pub record: RepoPath,
    pub change: Change,
    /// Whether that is what runs there at the end.
    pub lives: bool,
}

impl Lived {
    /// The instance, as it is told.
    pub fn place(&self) -> Place {
        Place { env: self.change.env.clone(), instance: Some(self.slug.clone()) }
    }
}

/// Changes, newest first, and how far they reach back.
#[derive(Debug, Clone)]
pub struct Lives {
    pub changes: Vec<Lived>,
    /// Where a shallow history hides what came before: what to do about it.
    pub cut: Option<String>,
}

/// What became of the instances of an environment up to a commit of its branch, as far as these applications are concerned.
///
/// # Errors
/// The history cannot be read.
pub fn walk(context: &Context<'_>, env: &EnvName, applications: &[NamePattern], tip: CommitId) -> Result<Lives, Error> {
    let folder = RepoPath::new(&format!("{FOLDER}/{env}")).map_err(anyhow::Error::from)?;
    let repo = &context.repo;
    let found = repo.landings(tip, std::slice::from_ref(&folder), None)?;
    let mut out = Lives { changes: Vec::new(), cut: (!found.complete).then(|| repo.how_to_deepen()) };
    let mut newest: BTreeSet<(Slug, AppName)> = BTreeSet::new();
    for landing in found.commits {
        let info = repo.commit(landing)?;
        let before = match repo.before(&info) {
            Err(Error::CannotTell(_)) => {
                out.cut = Some(repo.how_to_deepen());
                break;
            }
            before => before?,
        };
        let old = before.map(|before| repo.snapshot(before)).transpose()?;
        let neighbours = Neighbours { env, folder: &folder, old, new: repo.snapshot(landing)?, info: &info };
        for mut lived in neighbours.changes()? {
            let app = &lived.change.app;
            if NamePattern::take(applications, app.as_str()) {
                lived.lives = newest.insert((lived.slug.clone(), app.clone())) && !lived.change.is.is_empty();
                out.changes.push(lived);
            }
        }
    }
    Ok(out)
}

/// A landing, and the trees before and after it.
struct Neighbours<'n> {
    env: &'n EnvName,
    folder: &'n RepoPath,
    old: Option<Snapshot>,
    new: Snapshot,
    info: &'n CommitInfo,
}

impl Neighbours<'_> {
    fn changes(&self) -> Result<Vec<Lived>, Error> {
        let old = self.old.as_ref().map(|old| old as &dyn Files);
        let (was, is) = (self.recorded(old)?, self.recorded(Some(&self.new))?);
        let mut out = Vec::new();
        let slugs: BTreeSet<&Slug> = was.keys().chain(is.keys()).collect();
        for slug in slugs.into_iter().filter(|slug| was.get(slug) != is.get(slug)) {
            let read = |files: Option<&dyn Files>| {
                let file = files.map(|files| records::one(files, self.env, slug)).transpose()?.flatten();
                Ok::<_, Error>(file.and_then(|file| file.preview.ok()))
            };
            let (was, is) = (read(old)?, read(Some(&self.new))?);
            for change in self.moved(was.as_ref(), is.as_ref()) {
                let record = records::path(self.env, slug)?;
                out.push(Lived { slug: slug.clone(), record, change, lives: false });
            }
        }
        Ok(out)
    }

    /// The records of a tree, each with what it is: what did not change is not read.
    fn recorded(&self, files: Option<&dyn Files>) -> Result<BTreeMap<Slug, ObjectId>, Error> {
        let all = files.map(|files| files.list(self.folder)).transpose()?.unwrap_or_default();
        let named = |path: &RepoPath| Some(Preview::of(path)?.1);
        Ok(all.into_iter().filter_map(|entry| Some((named(&entry.path)?, entry.id))).collect())
    }

    /// The applications of which it comes to run something else.
    fn moved(&self, was: Option<&Preview>, is: Option<&Preview>) -> Vec<Change> {
        let names: BTreeSet<&AppName> =
            [was, is].into_iter().flatten().flat_map(|one| one.applications.keys()).collect();
        let said = |of: Option<&Preview>, app: &AppName| -> Assignment {
            of.and_then(|of| of.applications.get(app)).map(|one| Assignment::recorded(&one.pins)).unwrap_or_default()
        };
        let change = |app: &AppName| {
            let (was, is) = (said(was, app), said(is, app));
            (was != is).then(|| Change {
                commit: self.info.id,
                when: self.info.committer.when,
                app: app.clone(),
                env: self.env.clone(),
                from: was.agreed(),
                to: is.agreed(),
                was,
                is,
            })
        };
        names.into_iter().filter_map(change).collect()
    }
}
