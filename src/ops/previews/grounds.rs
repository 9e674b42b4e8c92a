//! Where the instances of an ephemeral environment lie, and which instance a path is of. The folder comes from the rules and a
//! checked name, never from a record.

use std::collections::BTreeMap;

use crate::domain::files::{EntryKind, Files};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::preview::Slug;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Environment, Ephemeral, Holes};

/// Where the instances of one environment lie.
#[derive(Clone, Copy)]
pub struct Grounds<'s> {
    pub env: &'s EnvName,
    pub rules: &'s Ephemeral,
}

impl<'s> Grounds<'s> {
    /// Those of an environment; `None`: it lasts.
    pub fn of(env: &'s Environment) -> Option<Self> {
        Some(Self { env: &env.name, rules: env.ephemeral.as_ref()? })
    }

    /// Whether each application of an instance has a folder of its own.
    pub fn is_of_each(&self) -> bool {
        self.rules.template.as_ref().is_some_and(|template| template.0.contains("{application}"))
    }

    /// The folder that an application is copied from; without one, that all are copied from.
    ///
    /// # Errors
    /// The rules name none.
    pub fn template(&self, app: Option<&AppName>) -> Result<RepoPath, Error> {
        let Some(template) = &self.rules.template else {
            let what =
                format!("`{}` says no `template`, so there is nothing that an instance could be made from", self.env);
            return Err(Refusal::new(Code::BadPlace, what)
                .hint(format!("add `template: FOLDER` to `ephemeral:` of `{}` in `stageline.yaml`", self.env))
                .invalid());
        };
        let names = app.map_or(Holes::default(), |app| Holes::default().with("application", app.as_str()));
        path(&names.fill(&template.0))
    }

    /// The folder of an instance for an application; without one, for all.
    ///
    /// # Errors
    /// The place leads nowhere.
    pub fn folder(&self, slug: &Slug, app: Option<&AppName>) -> Result<RepoPath, Error> {
        let names = Holes::default().with("slug", slug.as_str());
        let names = app.map_or(names.clone(), |app| names.with("application", app.as_str()));
        path(&names.fill(&self.rules.path.0))
    }

    /// The parts of a path by which an instance is known: up to its own folder, in which there may be one for each application.
    fn parts(&self) -> Vec<&'s str> {
        let parts: Vec<&str> = self.rules.path.0.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let at = |hole: &str| parts.iter().position(|part| part.contains(hole));
        match (at("{slug}"), at("{application}")) {
            (Some(slug), Some(app)) if app > slug => parts[..=slug].to_vec(),
            _ => parts,
        }
    }

    /// The instance that a path is of: its folder, or something in it.
    pub fn owner(&self, of: &RepoPath) -> Option<Slug> {
        let mut given = of.parts();
        let mut slug = None;
        for pattern in self.parts() {
            let found = Holes::default().fits(pattern, given.next()?);
            let holes = found.first()?;
            if holes.get("application").is_some_and(|name| AppName::new(name).is_err()) {
                return None;
            }
            if let Some(text) = holes.get("slug") {
                slug = Some(Slug::new(text).ok()?);
            }
        }
        slug
    }

    /// Every place that the rules lead to, with these names filled in.
    fn places(&self, files: &dyn Files, known: &Holes) -> Result<Vec<RepoPath>, Error> {
        let mut places = vec![RepoPath::root()];
        for pattern in self.parts() {
            let mut next = Vec::new();
            for folder in places {
                let entries = files.list(&folder)?.into_iter().map(|entry| entry.path);
                next.extend(entries.filter(|path| !known.fits(pattern, path.name()).is_empty()));
            }
            places = next;
        }
        Ok(places)
    }

    /// The instances that have a folder, with the first one of each.
    ///
    /// # Errors
    /// The tree cannot be read.
    pub fn slugs(&self, files: &dyn Files) -> Result<BTreeMap<Slug, RepoPath>, Error> {
        let mut out = BTreeMap::new();
        for folder in self.places(files, &Holes::default())? {
            let is_folder = files.entry(&folder)?.is_some_and(|entry| entry.kind == EntryKind::Folder);
            if let Some(slug) = self.owner(&folder).filter(|_| is_folder) {
                out.entry(slug).or_insert(folder);
            }
        }
        Ok(out)
    }

    /// Every file of an instance, whatever it is, in the order of the tree.
    ///
    /// # Errors
    /// The tree cannot be read.
    pub fn files(&self, files: &dyn Files, slug: &Slug) -> Result<Vec<RepoPath>, Error> {
        let mut out = Vec::new();
        for place in self.places(files, &Holes::default().with("slug", slug.as_str()))? {
            all_below(files, &place, &mut out)?;
        }
        Ok(out)
    }
}

/// The files at or below a place.
fn all_below(files: &dyn Files, place: &RepoPath, out: &mut Vec<RepoPath>) -> Result<(), Error> {
    match files.entry(place)? {
        None => {}
        Some(entry) if entry.kind == EntryKind::Folder => {
            for entry in files.list(place)? {
                match entry.kind {
                    EntryKind::Folder => all_below(files, &entry.path, out)?,
                    _ => out.push(entry.path),
                }
            }
        }
        Some(_) => out.push(place.clone()),
    }
    Ok(())
}

fn path(text: &str) -> Result<RepoPath, Error> {
    RepoPath::new(text).map_err(|why| Refusal::new(Code::BadPlace, format!("`{text}` leads nowhere: {why}")).invalid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::settings::{Fillable, Forks};

    fn rules(path: &str) -> Ephemeral {
        Ephemeral {
            template: Some(Fillable("apps/{application}/preview".into())),
            path: Fillable(path.into()),
            from: None,
            namespace: None,
            ttl: None,
            limit: None,
            url: None,
            register: None,
            forks: Forks::None,
        }
    }

    fn owner(rules: &Ephemeral, path: &str) -> Option<String> {
        let env = EnvName::new("preview").unwrap();
        let grounds = Grounds { env: &env, rules };
        grounds.owner(&RepoPath::new(path).unwrap()).map(|slug| slug.to_string())
    }

    #[test]
    fn a_path_is_of_the_instance_in_whose_folder_it_stands() {
        let slug_first = rules("envs/preview/{slug}/{application}");
        for (path, wanted) in [
            ("envs/preview/pr-12/web/kustomization.yaml", Some("pr-12")),
            ("envs/preview/pr-12/stray.yaml", Some("pr-12")),
            ("envs/preview/pr-12", Some("pr-12")),
            ("envs/preview/PR-12/web/x.yaml", None),
            ("envs/preview", None),
            ("envs/other/pr-12/x.yaml", None),
        ] {
            assert_eq!(owner(&slug_first, path).as_deref(), wanted, "{path}");
        }
        let app_first = rules("apps/{application}/previews/p-{slug}");
        assert_eq!(owner(&app_first, "apps/web/previews/p-x/a.yaml").as_deref(), Some("x"));
        assert_eq!(owner(&app_first, "apps/web/previews/x/a.yaml"), None);
        assert_eq!(owner(&app_first, "apps/.web/previews/p-x/a.yaml"), None, "no application is called so");
        let below = rules("envs/{slug}/preview");
        assert_eq!(owner(&below, "envs/x/preview/a.yaml").as_deref(), Some("x"));
        assert_eq!(owner(&below, "envs/x/other/a.yaml"), None, "only its own folder is its own");
    }

    #[test]
    fn the_files_of_an_instance_are_those_in_its_folders_and_of_no_other_one() {
        let rules = rules("apps/{application}/previews/p-{slug}");
        let files = Memory::new([
            ("apps/web/previews/p-x/a.yaml", ""),
            ("apps/web/previews/p-x/deep/b.txt", ""),
            ("apps/api/previews/p-x/a.yaml", ""),
            ("apps/web/previews/p-x2/a.yaml", ""),
            ("apps/web/base/a.yaml", ""),
        ]);
        let env = EnvName::new("preview").unwrap();
        let found = Grounds { env: &env, rules: &rules }.files(&files, &Slug::new("x").unwrap()).unwrap();
        let found: Vec<&str> = found.iter().map(RepoPath::as_str).collect();
        assert_eq!(
            found,
            ["apps/api/previews/p-x/a.yaml", "apps/web/previews/p-x/a.yaml", "apps/web/previews/p-x/deep/b.txt"]
        );
    }
}
