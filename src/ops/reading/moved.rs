//! Where a file that a landing brought stood in the tree before it: under another path with the same bytes, or with the same
//! version at the pin; only if there is one candidate each way.

use crate::domain::files::{Entry, EntryKind, differing};
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::Error;
use crate::domain::settings::PinRule;
use crate::domain::version::Version;
use crate::overlay;
use crate::overlay::here::names;

use crate::ops::reading::lens::{Lens, Said, Tree};
use crate::ops::reading::world::Site;

/// So many files that went are read for the pin; of more only those with the name of the file that came.
const MOST_READ: usize = 64;
/// So many candidates are named.
const NAMED: usize = 3;

/// The files that a landing took away, and those that it brought.
#[derive(Debug, Default)]
pub struct Shift {
    gone: Vec<Entry>,
    born: Vec<Entry>,
}

/// Where a pin stood that the tree before does not have at its place.
#[derive(Debug)]
pub enum Stood {
    /// By this rule.
    By(Box<PinRule>),
    /// Perhaps elsewhere, and where.
    Perhaps(String),
    Nowhere,
}

impl Shift {
    /// Between two neighbouring trees.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn of(before: &Tree<'_>, after: &Tree<'_>) -> Result<Self, Error> {
        let (before, after) = (before.world.files.as_ref(), after.world.files.as_ref());
        let (mut changed, mut out) = (Vec::new(), Self::default());
        differing(before, after, &RepoPath::root(), &mut changed)?;
        for path in changed {
            let is_file = |entry: &Entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable);
            match (before.entry(&path)?.filter(is_file), after.entry(&path)?.filter(is_file)) {
                (Some(gone), None) => out.gone.push(gone),
                (None, Some(born)) => out.born.push(born),
                _ => {}
            }
        }
        Ok(out)
    }

    /// Where the pin stood that one rule of a lens finds in the tree after.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn stood(
        &self,
        (before, after): (&Tree<'_>, &Tree<'_>),
        lens: &Lens,
        number: usize,
        is: &Said,
    ) -> Result<Stood, Error> {
        let rule = &lens.app.pins[number];
        if self.gone.is_empty() || self.born.is_empty() {
            return Ok(Stood::Nowhere);
        }
        let search = Search { shift: self, before, after, lens, rule };
        let mut found: Option<String> = None;
        for site in after.world.sites(&lens.app, &lens.env)?.iter().filter(|site| std::ptr::eq(site.rule, rule)) {
            let is_it = |reading: &&Reading| {
                (reading.key.pin.as_str(), reading.key.nth) == lens.label(number)
                    && reading.key.cluster == site.cluster
                    && reading.version.is_some()
            };
            let Some(reading) = is.pin.iter().flat_map(|pin| &pin.readings).find(is_it) else { continue };
            let Some(own) = self.born.iter().find(|born| born.path == reading.site.file) else { continue };
            let old = match search.old(site, own, reading)? {
                Old::At(old) => search.within(site, &own.path, &old),
                Old::Perhaps(these) => return Ok(Stood::Perhaps(told(&own.path, &these))),
                Old::No => return Ok(Stood::Nowhere),
            };
            if found.as_ref().is_some_and(|known| *known != old) {
                return Ok(Stood::Perhaps(format!("the files of `{}` came from several places", lens.env.name)));
            }
            found = Some(old);
        }
        let Some(within) = found else { return Ok(Stood::Nowhere) };
        let other = PinRule { within, ..rule.clone() };
        match lens.with_rule(number, other.clone()).read(before)?.found.contains(&number) {
            true => Ok(Stood::By(Box::new(other))),
            false => Ok(Stood::Nowhere),
        }
    }
}

fn told(file: &RepoPath, these: &[RepoPath]) -> String {
    let all: Vec<String> = these.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
    let more = if these.len() > NAMED { " or another file" } else { "" };
    format!("`{file}` came there, and may have been {}{more} before", all.join(" or "))
}

/// Where one file stood.
enum Old {
    At(RepoPath),
    Perhaps(Vec<RepoPath>),
    No,
}

struct Search<'s, 'w> {
    shift: &'s Shift,
    before: &'s Tree<'w>,
    after: &'s Tree<'w>,
    lens: &'s Lens,
    rule: &'s PinRule,
}

impl Search<'_, '_> {
    /// Where the file of a site stood.
    fn old(&self, site: &Site<'_>, own: &Entry, reading: &Reading) -> Result<Old, Error> {
        let same = |all: &[Entry]| -> Vec<RepoPath> {
            all.iter().filter(|one| one.id == own.id).map(|one| one.path.clone()).collect()
        };
        let exact = same(&self.shift.gone);
        if !self.mine(&exact).is_empty() {
            return Ok(self.one_each_way(&exact, &same(&self.shift.born)));
        }
        let is_read = |one: &&Entry| {
            let few = self.shift.gone.len() <= MOST_READ && self.shift.born.len() <= MOST_READ;
            one.path.name() == own.path.name() || few && ending(&one.path) == ending(&own.path)
        };
        let says = |tree: &Tree<'_>, all: &[Entry]| -> Result<Vec<(RepoPath, Option<Version>)>, Error> {
            let mut out = Vec::new();
            for one in all.iter().filter(is_read) {
                if let Some(version) = self.says(tree, site, &own.path, &one.path)? {
                    out.push((one.path.clone(), Some(version)));
                }
            }
            Ok(out)
        };
        let gone = says(self.before, &self.shift.gone)?;
        let with_it = |all: &[(RepoPath, Option<Version>)]| -> Vec<RepoPath> {
            let same = all.iter().filter(|(_, version)| *version == reading.version);
            same.map(|(path, _)| path.clone()).collect()
        };
        let moved = with_it(&gone);
        if !self.mine(&moved).is_empty() {
            let born = says(self.after, &self.shift.born)?;
            return Ok(self.one_each_way(&moved, &with_it(&born)));
        }
        // Another version of what any file may have is no reason to doubt that the pin came new.
        let all: Vec<RepoPath> = gone.into_iter().map(|(path, _)| path).collect();
        let names_it = |path: &RepoPath| path.parts().any(|part| names(part, self.lens.app.name.as_str()));
        let perhaps: Vec<RepoPath> =
            self.mine(&all).into_iter().filter(|path| self.rule.kind.name().is_some() || names_it(path)).collect();
        Ok(if perhaps.is_empty() { Old::No } else { Old::Perhaps(perhaps) })
    }

    /// The one of those that went, if it is the only one for this environment, and the file is the only one that came from it.
    /// A file of another environment came from another one where one of that environment went, too.
    fn one_each_way(&self, gone: &[RepoPath], born: &[RepoPath]) -> Old {
        let env = &self.lens.env.name;
        let mut old = self.mine(gone);
        if old.iter().any(|path| tells(path, env)) {
            old.retain(|path| tells(path, env));
        }
        let is_anothers = |path: &RepoPath| {
            let mut others = self.others().filter(|other| tells(path, other));
            !tells(path, env) && others.any(|other| gone.iter().any(|gone| tells(gone, other)))
        };
        let is_from_env = old.iter().all(|path| tells(path, env));
        let rivals = born.iter().filter(|path| if is_from_env { tells(path, env) } else { !is_anothers(path) });
        match (old.as_slice(), rivals.count()) {
            ([], _) => Old::No,
            ([one], 0 | 1) => Old::At(one.clone()),
            _ => Old::Perhaps(old),
        }
    }

    /// Those that do not name another environment.
    fn mine(&self, all: &[RepoPath]) -> Vec<RepoPath> {
        let env = &self.lens.env.name;
        let is_mine = |path: &&RepoPath| tells(path, env) || !self.others().any(|other| tells(path, other));
        all.iter().filter(is_mine).cloned().collect()
    }

    /// The other environments of today.
    fn others(&self) -> impl Iterator<Item = &EnvName> {
        let env = &self.lens.env.name;
        self.after.world.settings.environments.iter().map(|one| &one.name).filter(move |one| *one != env)
    }

    /// What a file says of the pin, if it is what the site's place is.
    fn says(
        &self,
        tree: &Tree<'_>,
        site: &Site<'_>,
        own: &RepoPath,
        file: &RepoPath,
    ) -> Result<Option<Version>, Error> {
        let place = place(site, own, file);
        let place = RepoPath::new(&place).unwrap_or_else(|_| RepoPath::root());
        match overlay::read(&tree.reader, self.rule, &place, site.cluster.as_ref()) {
            Ok(reading) => Ok(reading.filter(|reading| reading.site.file == *file).and_then(|reading| reading.version)),
            Err(Error::Failed(error)) => Err(error.into()),
            Err(_) => Ok(None),
        }
    }

    /// `in:` of the rule that finds the old file.
    fn within(&self, site: &Site<'_>, own: &RepoPath, old: &RepoPath) -> String {
        let place = place(site, own, old);
        let Some(cluster) = &site.cluster else { return place };
        let parts = place.split('/').map(|part| if part == cluster.as_str() { "{cluster}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The place of a file that is to another one what a site's place is to its own: the folder, or the file itself.
fn place(site: &Site<'_>, own: &RepoPath, file: &RepoPath) -> String {
    let rest = own.as_str().strip_prefix(site.place.as_str()).unwrap_or_default();
    let (rest, file) = (rest.trim_start_matches('/'), file.as_str());
    match file.strip_suffix(rest) {
        Some(folder) if !rest.is_empty() && folder.ends_with('/') => folder.trim_end_matches('/').to_string(),
        _ => file.to_string(),
    }
}

/// Whether a path names an environment.
fn tells(path: &RepoPath, env: &EnvName) -> bool {
    path.parts().any(|part| names(part, env.as_str()))
}

/// What a file's name ends with.
fn ending(path: &RepoPath) -> &str {
    path.name().rsplit_once('.').map_or("", |(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::check::check;
    use crate::domain::memory::Memory;
    use crate::domain::names::{AppName, BranchName};
    use crate::domain::settings::FILE;
    use crate::ops::reading::world::World;

    const WEB: &str = "{ file: \"new/{environment}.yaml\", path: tag }";

    /// How the pin of `web` in `live` is found before a landing that took the first files away and brought the second.
    fn before(pin: &str, gone: &[(&str, &str)], born: &[(&str, &str)]) -> String {
        let text = format!(
            "version: 1\nenvironments: [{{ name: staging, clusters: [eu] }}, {{ name: live, clusters: [eu, us] }}]\napplications:\n  - name: web\n    pins: [{pin}]\n"
        );
        let settings = Arc::new(check(text.as_bytes(), FILE).unwrap());
        let world = |files: &[(&str, &str)]| {
            let files = Memory::new(files.iter().copied());
            World::of(&BranchName::new("main").unwrap(), (*settings).clone(), files)
        };
        let (old, new) = (world(gone), world(born));
        let (old, new) = (Tree::of(&old), Tree::of(&new));
        let pair = (AppName::new("web").unwrap(), EnvName::new("live").unwrap());
        let lens = Lens::of(&settings, &pair).unwrap();
        let is = lens.read(&new).unwrap();
        assert!(is.pin.is_some(), "{is:?}");
        match Shift::of(&old, &new).unwrap().stood((&old, &new), &lens, 0, &is).unwrap() {
            Stood::By(rule) => rule.within,
            Stood::Perhaps(why) => format!("perhaps: {why}"),
            Stood::Nowhere => "nowhere".into(),
        }
    }

    #[test]
    fn a_file_that_was_moved_is_found_by_its_bytes_and_else_by_the_version_in_it() {
        let now = [("new/live.yaml", "tag: v1\n")];
        assert_eq!(before(WEB, &[("old/x.yaml", "tag: v1\n")], &now), "old/x.yaml");
        assert_eq!(before(WEB, &[("old/x.yaml", "tag: v1 # it\n")], &now), "old/x.yaml");
        assert_eq!(before(WEB, &[("old/x.yaml", "tag: v0\n")], &now), "nowhere");
        assert_eq!(
            before(WEB, &[("web/x.yaml", "tag: v0\n")], &now),
            "perhaps: `new/live.yaml` came there, and may have been `web/x.yaml` before"
        );
        // What is still there is a file of its own.
        let both = [("old/x.yaml", "tag: v1\n"), now[0]];
        assert_eq!(before(WEB, &both[..1], &both), "nowhere");
        let image = "{ image: r/web, in: \"new/{environment}\" }";
        let files = |folder: &str, base: &str| {
            (
                format!("{folder}/kustomization.yaml"),
                format!("resources: [{base}]\nimages: [{{name: r/web, newTag: v1}}]\n"),
            )
        };
        let (old, new) = (files("old/live", "../base"), files("new/live", "../../base"));
        assert_eq!(before(image, &[(&old.0, &old.1)], &[(&new.0, &new.1)]), "old/live");
    }

    #[test]
    fn only_one_candidate_each_way_is_followed_and_what_names_another_environment_is_none() {
        let tag = "tag: v1\n";
        let now = [("new/live.yaml", tag), ("new/staging.yaml", tag)];
        assert_eq!(before(WEB, &[("old/live.yaml", tag), ("old/staging.yaml", tag)], &now), "old/live.yaml");
        let told = before(WEB, &[("a.yaml", tag), ("b.yaml", tag)], &now);
        assert_eq!(told, "perhaps: `new/live.yaml` came there, and may have been `a.yaml` or `b.yaml` before");
        // One file that became two.
        assert!(before(WEB, &[("a.yaml", tag)], &now).starts_with("perhaps: "));
        assert_eq!(before(WEB, &[("old/staging.yaml", tag)], &now), "nowhere");
        // An environment that is not known any more may be an earlier name of this one.
        assert_eq!(before(WEB, &[("old/production.yaml", tag)], &now[..1]), "old/production.yaml");
        let all = [("old/production.yaml", tag), ("old/staging.yaml", tag)];
        assert_eq!(before(WEB, &all, &now), "old/production.yaml");
    }

    #[test]
    fn the_files_of_clusters_have_moved_alike_or_are_not_followed() {
        let pin = "{ file: \"new/{cluster}/{environment}.yaml\", path: tag }";
        let now = [("new/eu/live.yaml", "tag: v1\n"), ("new/us/live.yaml", "tag: v1 # us\n")];
        let old = [("old/eu.yaml", "tag: v1\n"), ("old/us.yaml", "tag: v1 # us\n")];
        assert!(before(pin, &old, &now).starts_with("perhaps: the files of `live`"), "{}", before(pin, &old, &now));
        let old = [("old/eu/x.yaml", "tag: v1\n"), ("old/us/x.yaml", "tag: v1 # us\n")];
        assert_eq!(before(pin, &old, &now), "old/{cluster}/x.yaml");
    }
}
