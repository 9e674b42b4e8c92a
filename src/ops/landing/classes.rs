//! What a changed path is where it is more than a pin: a record, an environment's, policy, or outside of all that.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::hold::FOLDER;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::plan::Class;
use crate::domain::refusal::Error;
use crate::domain::settings::FILE;
use crate::domain::twins::{folded, looks_short, may_be_short_of};
use crate::overlay::Reader;
use crate::overlay::beneath::beneath;

use crate::records;

use crate::ops::previews::grounds::Grounds;
use crate::ops::reading::world::World;

/// Where state is kept; everything else under `.stageline` says what may land.
const RECORDS: [&str; 3] = [FOLDER, ".stageline/previews", ".stageline/hotfixes"];
/// Names that are policy wherever they stand: how git reads a tree, who owns what, what a pipeline runs.
const NAMES: [&str; 15] = [
    ".gitattributes",
    ".gitmodules",
    ".gitlab-ci.yml",
    ".cirrus.yml",
    ".build.yml",
    ".drone.yml",
    ".travis.yml",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    "CODEOWNERS",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "buildspec.yml",
    "cloudbuild.yaml",
];
/// Folders at the root that are policy: the tool's own, and those in which forges keep owners and pipelines.
const FOLDERS: [&str; 10] = [
    ".stageline",
    ".github",
    ".gitlab",
    ".gitea",
    ".forgejo",
    ".circleci",
    ".builds",
    ".buildkite",
    ".tekton",
    ".woodpecker",
];

/// The classes of paths between two worlds of one branch. Environments and applications are those of both: what is new in
/// a change is governed as well.
pub struct Classes<'w> {
    sides: [&'w World; 2],
    main: &'w BranchName,
    places: OnceCell<Places>,
    /// What the overlays build on, and what each path of it folds to; looked for only where a path is neither policy nor a record.
    beneath: OnceCell<BTreeMap<EnvName, BTreeSet<RepoPath>>>,
}

/// The overlays' places, with the environments that they are of.
#[derive(Default)]
struct Places {
    exact: HashMap<RepoPath, BTreeSet<EnvName>>,
    /// Those of any application or cluster, with `*` for what is free.
    patterns: BTreeMap<String, BTreeSet<EnvName>>,
}

impl<'w> Classes<'w> {
    /// `main`: the branch of environments without one of their own.
    pub fn new(sides: [&'w World; 2], main: &'w BranchName) -> Self {
        Self { sides, main, places: OnceCell::new(), beneath: OnceCell::new() }
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let mut out = Places::default();
            for world in self.sides {
                // What a family would find is governed, too, whatever it is called.
                let of_families = world.settings.families.iter().flat_map(|family| &family.pins);
                for rule in world.settings.applications.iter().flat_map(|app| &app.pins).chain(of_families) {
                    let here = world.settings.durable().filter(|env| rule.serves(env));
                    for env in here.filter(|env| env.lives_on(&world.branch, self.main)) {
                        out.note(&rule.within, &env.name);
                    }
                }
                out.note_instances(world, self.main);
            }
            out
        })
    }

    /// The class of one path. `moved`: the environments of the pins that moved in it, whose it is wherever it stands.
    ///
    /// # Errors
    /// What the overlays build on cannot be read.
    pub fn of(&self, path: &RepoPath, moved: BTreeSet<EnvName>) -> Result<Class, Error> {
        // What some file system takes for a governed path is governed as that.
        let twin = folded(path);
        if self.is_policy(path) || self.is_policy(&twin) {
            return Ok(Class::Policy);
        }
        if is_record(path) {
            return Ok(Class::Record);
        }
        let mut envs = self.over(path, &twin);
        envs.extend(moved);
        // Another environment may build on the overlay of one.
        let above = |path: &RepoPath| std::iter::successors(Some(path.clone()), RepoPath::parent).collect::<Vec<_>>();
        let all = [above(path), above(&twin)].concat();
        let known = self.beneath()?.iter().filter(|(_, paths)| all.iter().any(|place| paths.contains(place)));
        envs.extend(known.map(|(env, _)| env.clone()));
        // What an environment that lasts builds on is that one's, though previews build on it as well.
        let has_instances = |env: &EnvName| {
            let known = self.sides.iter().find_map(|world| world.settings.environment(env));
            known.is_some_and(|env| env.ephemeral.is_some())
        };
        if !envs.iter().all(has_instances) {
            envs.retain(|env| !has_instances(env));
        }
        Ok(if envs.is_empty() { Class::Outside } else { Class::Environment(envs) })
    }

    fn is_policy(&self, path: &RepoPath) -> bool {
        let is_named = |world: &&World| world.settings.own_files().any(|file| file == path || folded(file) == *path);
        let is_called = |name: &&str| path.name().eq_ignore_ascii_case(name) || may_be_short_of(path.name(), name);
        path.as_str() == FILE
            || path.parent().is_some_and(|above| above.is_root()) && is_called(&FILE)
            || NAMES.iter().any(is_called)
            || self.sides.iter().any(is_named)
            || !is_record(path) && FOLDERS.iter().any(|folder| within(path, folder) || begins_short(path, folder))
    }

    /// The environments under whose overlays a path stands, or what some file system takes for it.
    fn over(&self, path: &RepoPath, twin: &RepoPath) -> BTreeSet<EnvName> {
        let mut envs = BTreeSet::new();
        let places = self.places();
        // A place may be called as no folded name is.
        for path in [&lower(path), twin] {
            let mut at = Some(path.clone());
            while let Some(place) = at {
                envs.extend(places.exact.get(&place).into_iter().flatten().cloned());
                at = place.parent();
            }
            let fitting = places.patterns.iter().filter(|(pattern, _)| stands_under(path, pattern));
            envs.extend(fitting.flat_map(|(_, envs)| envs.iter().cloned()));
        }
        if twin.parts().any(looks_short) {
            let exact = places.exact.iter().filter(|(place, _)| stands_under(twin, place.as_str()));
            envs.extend(exact.flat_map(|(_, envs)| envs.iter().cloned()));
        }
        envs
    }

    fn beneath(&self) -> Result<&BTreeMap<EnvName, BTreeSet<RepoPath>>, Error> {
        if let Some(known) = self.beneath.get() {
            return Ok(known);
        }
        let mut found: BTreeMap<EnvName, BTreeSet<RepoPath>> = BTreeMap::new();
        for world in self.sides {
            let reader = Reader::new(world.files.as_ref());
            for env in world.settings.durable().filter(|env| env.lives_on(&world.branch, self.main)) {
                let pairs: Vec<_> = world.settings.applications.iter().map(|app| (app, env)).collect();
                let paths = beneath(&reader, &world.places(&pairs)?)?;
                let here = found.entry(env.name.clone()).or_default();
                here.extend(paths.iter().map(folded));
                here.extend(paths);
            }
            for (env, places) in instances(world, self.main)? {
                let paths = beneath(&reader, &places)?;
                let here = found.entry(env).or_default();
                here.extend(paths.iter().map(folded));
                here.extend(paths);
            }
        }
        Ok(self.beneath.get_or_init(|| found))
    }
}

impl Places {
    /// What makes instances, and where they lie: a template is read on the main branch, wherever the instances are.
    fn note_instances(&mut self, world: &World, main: &BranchName) {
        for env in &world.settings.environments {
            let Some(rules) = &env.ephemeral else { continue };
            if let Some(template) = rules.template.as_ref().filter(|_| world.branch == *main) {
                self.note(&template.0, &env.name);
            }
            if env.lives_on(&world.branch, main) {
                self.note(&rules.path.0, &env.name);
                if let Some(register) = &rules.register {
                    self.note(register.file.as_str(), &env.name);
                }
            }
        }
    }

    fn note(&mut self, within: &str, env: &EnvName) {
        let place = within.replace("{environment}", env.as_str());
        let pattern = with_stars(&place).to_lowercase();
        if pattern.contains('*') {
            self.patterns.entry(pattern).or_default().insert(env.clone());
        } else if let Ok(place) = RepoPath::new(&pattern) {
            self.exact.entry(place).or_default().insert(env.clone());
        }
    }
}

/// The folders of templates, and of instances that are recorded, by environment: those that are there.
fn instances(world: &World, main: &BranchName) -> Result<Vec<(EnvName, Vec<RepoPath>)>, Error> {
    let mut out = Vec::new();
    for env in &world.settings.environments {
        let Some(grounds) = Grounds::of(env) else { continue };
        let mut places = Vec::new();
        if world.branch == *main {
            let apps = world.settings.applications.iter().map(|app| &app.name);
            let apps: Vec<Option<&AppName>> = if grounds.is_of_each() { apps.map(Some).collect() } else { vec![None] };
            places.extend(apps.into_iter().filter_map(|app| grounds.template(app).ok()));
        }
        if env.lives_on(&world.branch, main) {
            let all = records::preview::all(world.files.as_ref())?;
            let here = all.iter().filter_map(|file| file.preview.as_ref().ok()).filter(|one| one.env == env.name);
            for one in here {
                let own = |app| grounds.folder(&one.slug, grounds.is_of_each().then_some(app)).ok();
                places.extend(one.applications.keys().filter_map(own));
            }
        }
        places.sort();
        places.dedup();
        out.push((env.name.clone(), places));
    }
    Ok(out)
}

/// Whether a path stands among the records.
pub fn is_record(path: &RepoPath) -> bool {
    RECORDS.iter().any(|folder| within(path, folder))
}

/// A place with a star for each placeholder that is left in it.
fn with_stars(place: &str) -> String {
    let mut out = String::new();
    let mut rest = place;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push('*');
        rest = behind;
    }
    out + rest
}

/// A path without case: what differs by that alone is governed alike.
fn lower(path: &RepoPath) -> RepoPath {
    RepoPath::new(&path.as_str().to_lowercase()).unwrap_or_else(|_| path.clone())
}

/// Whether a path is a folder or lies below it, however their letters are cased: some file systems do not tell them apart.
fn within(path: &RepoPath, folder: &str) -> bool {
    let mut parts = path.parts();
    folder.split('/').all(|name| parts.next().is_some_and(|part| part.eq_ignore_ascii_case(name)))
}

/// Whether a path begins with what may be the short name of a folder at the root.
fn begins_short(path: &RepoPath, folder: &str) -> bool {
    path.parts().next().is_some_and(|first| may_be_short_of(first, folder))
}

/// Whether a path stands at a place or below it, where `*` in the place is any text without a slash.
fn stands_under(path: &RepoPath, place: &str) -> bool {
    let mut parts = path.parts();
    let wanted = place.split('/').filter(|part| !matches!(*part, "" | "."));
    wanted.into_iter().all(|pattern| parts.next().is_some_and(|part| fits(part, pattern)))
}

/// Whether a text is as a pattern says.
fn fits(text: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return text == pattern || may_be_short_of(text, pattern) };
    let Some(text) = text.strip_prefix(head) else { return false };
    (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| fits(&text[at..], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_placeholder_is_any_name_and_case_does_not_matter() {
        assert_eq!(with_stars("teams/{team}/{application}-x/prod"), "teams/*/*-x/prod");
        assert_eq!(with_stars("plain/{odd"), "plain/{odd");
        assert_eq!(lower(&RepoPath::new("Apps/Web").unwrap()).as_str(), "apps/web");
    }

    #[test]
    fn a_place_of_any_application_has_the_paths_below_it_and_no_others() {
        let under = |path: &str, place: &str| stands_under(&RepoPath::new(path).unwrap(), place);
        assert!(under("apps/web/prod/more/x.yaml", "apps/*/prod"));
        assert!(under("apps/values-web-prod.yaml", "./apps/values-*-prod.yaml"));
        assert!(!under("apps/web/staging/x.yaml", "apps/*/prod"));
        assert!(!under("apps/web", "apps/*/prod"));
        assert!(!under("apps/a/b/prod", "apps/*/prod"));
    }
}
