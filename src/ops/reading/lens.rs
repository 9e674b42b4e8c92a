//! How one pin is found in the trees of a stretch of the past, and what a tree says by that.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::config::members;
use crate::domain::files::Files;
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Pin, Reading};
use crate::domain::refusal::{Error, Refusal};
use crate::domain::settings::{Application, Environment, PinRule, Settings};
use crate::overlay::{self, Reader, fill};

use crate::ops::reading::world::World;

/// An application in an environment, by name: settings differ from commit to commit.
pub type Pair = (AppName, EnvName);

/// How the pin of a pair is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Lens {
    /// The application, with the rules of that stretch under today's name.
    pub app: Application,
    /// The environment, with the clusters that it had.
    pub env: Environment,
    /// What the readings of each rule are known by: as its pin is found today.
    labels: Vec<Label>,
}

/// What a pin is found by, and its place among those that are found by the same.
type Label = (String, usize);

/// One tree, with what was parsed of it.
pub struct Tree<'w> {
    pub world: &'w World,
    pub reader: Reader<'w>,
}

impl<'w> Tree<'w> {
    /// A tree of which nothing is parsed yet.
    pub fn of(world: &'w World) -> Self {
        Self { world, reader: Reader::new(world.files.as_ref()) }
    }
}

/// What a tree says of a pin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// `None` where nothing says a version.
    pub pin: Option<Pin>,
    /// The rules that found a version, by their numbers.
    pub found: BTreeSet<usize>,
    /// Why what stands there cannot be read: the tree then seems to say nothing.
    pub unread: Vec<Refusal>,
    /// Why a rule finds nothing in files that are whole, or nothing that is a version.
    pub lacks: Vec<Refusal>,
}

impl Said {
    /// The first of the reasons why it says less than it could.
    pub fn why(&self) -> Option<&Refusal> {
        self.unread.first().or(self.lacks.first())
    }
}

impl Lens {
    /// As settings say; `None` where they do not know the pair, or no rule of the application serves the environment.
    pub fn of(settings: &Settings, (app, env): &Pair) -> Option<Self> {
        Self::with(settings.application(app)?.clone(), settings.environment(env)?)
    }

    /// Of an application; `None` where no rule of it serves the environment.
    fn with(app: Application, env: &Environment) -> Option<Self> {
        let label = |rule| {
            let key = app.key(rule, None);
            (key.pin, key.nth)
        };
        let labels = app.pins.iter().map(label).collect();
        app.pins.iter().any(|rule| rule.serves(env)).then(|| Self { app, env: env.clone(), labels })
    }

    /// As other settings say of a member of a family, where they have the same family.
    pub fn alike(settings: &Settings, lens: &Self) -> Option<Self> {
        Self::with(members::alike(settings, &lens.app)?, settings.environment(&lens.env.name)?)
    }

    /// As the settings of a tree say; a member of a family is looked for in that tree.
    ///
    /// # Errors
    /// The tree cannot be read.
    pub fn then(settings: &Settings, files: &dyn Files, pair: &Pair) -> Result<Option<Self>, Error> {
        if let Some(found) = Self::of(settings, pair) {
            return Ok(Some(found));
        }
        let is_named = settings.application(&pair.0).is_some();
        match settings.environment(&pair.1).filter(|_| !is_named && !settings.families.is_empty()) {
            Some(env) => Ok(members::named(settings, files, &pair.0)?.and_then(|app| Self::with(app, env))),
            None => Ok(None),
        }
    }

    /// The pair whose pin it finds.
    pub fn pair(&self) -> Pair {
        (self.app.name.clone(), self.env.name.clone())
    }

    /// Its rules that serve the environment, with their numbers.
    pub fn rules(&self) -> impl Iterator<Item = (usize, &PinRule)> {
        self.app.pins.iter().enumerate().filter(|(_, rule)| rule.serves(&self.env))
    }

    /// What the readings of a rule are known by.
    pub fn label(&self, number: usize) -> (&str, usize) {
        self.labels.get(number).map_or(("", 0), |(pin, nth)| (pin, *nth))
    }

    /// Whether both look for the same scalars, in whatever clusters.
    pub fn finds_as(&self, other: &Self) -> bool {
        let (own, others) = (self.filled(), other.filled());
        let known = |rule: &PinRule| others.iter().any(|other| rule.finds_as(other));
        own.len() == others.len() && own.iter().all(|rule| known(rule))
    }

    /// Its rules with the names of the pair filled in.
    fn filled(&self) -> Vec<Cow<'_, PinRule>> {
        self.rules().map(|(_, rule)| fill::filled(rule, &self.app.name, &self.env.name, None)).collect()
    }

    /// The same, in an environment as it was.
    pub fn in_env(&self, env: &Environment) -> Self {
        Self { env: env.clone(), ..self.clone() }
    }

    /// The same with another rule in the place of one.
    pub fn with_rule(&self, number: usize, rule: PinRule) -> Self {
        let mut out = self.clone();
        if let Some(place) = out.app.pins.get_mut(number) {
            *place = rule;
        }
        out
    }

    /// The same with the places that it has where the application goes by another name.
    pub fn with_places_of(&self, name: &AppName) -> Self {
        let mut out = self.clone();
        for rule in &mut out.app.pins {
            rule.within = rule.within.replace("{application}", name.as_str());
            *rule = fill::named(rule, name).into_owned();
        }
        out
    }

    /// The rules of a stretch before this one's, with the names that the pins have in this: a pin that is found in another
    /// way is the same pin.
    pub fn before_it(&self, earlier: Self) -> Self {
        let mut left: Vec<usize> = self.rules().map(|(number, _)| number).collect();
        let mut labels = earlier.labels.clone();
        let mut open = Vec::new();
        for (number, rule) in earlier.rules() {
            let same = |own: &&usize| {
                let own = &self.app.pins[**own];
                let is_called = |own: &PinRule| own.kind.identity() == rule.kind.identity();
                own.finds_as(rule) || is_called(own) || is_called(&fill::named(own, &self.app.name))
            };
            match left.iter().find(same).copied() {
                Some(own) => {
                    left.retain(|one| *one != own);
                    labels[number].clone_from(&self.labels[own]);
                }
                None => open.push(number),
            }
        }
        if open.len() == left.len() {
            for (number, own) in open.into_iter().zip(left) {
                labels[number].clone_from(&self.labels[own]);
            }
        }
        Self { app: Application { name: self.app.name.clone(), ..earlier.app }, env: earlier.env, labels }
    }

    /// What a tree says of the pin. A file that cannot be read says nothing, and why.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn read(&self, tree: &Tree<'_>) -> Result<Said, Error> {
        let mut said = Said::default();
        let sites = match tree.world.sites(&self.app, &self.env) {
            Ok(sites) => sites,
            Err(Error::Invalid(why) | Error::Refused(why)) => {
                said.unread.push(why);
                return Ok(said);
            }
            Err(error) => return Err(error),
        };
        let mut readings: Vec<Reading> = Vec::new();
        for site in sites {
            let number = self.app.pins.iter().position(|rule| std::ptr::eq(rule, site.rule)).unwrap_or_default();
            match overlay::read(&tree.reader, &site.here, &site.place, site.cluster.as_ref()) {
                Ok(Some(reading)) => {
                    let mut reading = site.of(&self.app, reading);
                    (reading.key.pin, reading.key.nth) = self.labels[number].clone();
                    if reading.version.is_some() {
                        said.found.insert(number);
                    }
                    readings.push(reading);
                }
                Ok(None) => {}
                Err(Error::Invalid(why) | Error::Refused(why)) => {
                    let is_lack = overlay::is_lack(&tree.reader, &site.here, &site.place, &why);
                    let list = if is_lack { &mut said.lacks } else { &mut said.unread };
                    list.push(why);
                }
                // A file that is not here is not a file that says nothing.
                Err(error) => return Err(error),
            }
        }
        if said.unread.is_empty() && !said.found.is_empty() {
            said.pin = Pin::of(&self.app.name, &self.env.name, readings);
        } else {
            said.found.clear();
        }
        Ok(said)
    }

    /// The folders and files that its pins are in, as far as the settings tell; in a world's clusters.
    pub fn places(&self, world: &World) -> Result<Vec<RepoPath>, Error> {
        let mut out: Vec<RepoPath> = world.sites(&self.app, &self.env)?.into_iter().map(|site| site.place).collect();
        out.sort();
        out.dedup();
        Ok(out)
    }

    /// The folders whose folders are its clusters, where those are given by a pattern: clusters come and go there.
    pub fn cluster_folders(&self) -> Result<Vec<RepoPath>, Error> {
        if !self.env.clusters.iter().any(|pattern| pattern.contains('*')) {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        for (_, rule) in self.rules().filter(|(_, rule)| rule.within.contains("{cluster}")) {
            let place = rule.place(&self.app.name, &self.env.name, None);
            let above = place.split("{cluster}").next().unwrap_or_default();
            let folder = above.rsplit_once('/').map_or("", |(folder, _)| folder);
            out.push(RepoPath::new(folder).map_err(anyhow::Error::from)?);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::memory::Memory;
    use crate::domain::names::BranchName;
    use crate::domain::settings::FILE;

    fn settings(pins: &str) -> Settings {
        let text = format!(
            "version: 1\nenvironments: [{{ name: live, clusters: [eu, us] }}]\napplications:\n  - name: web\n    pins: [{pins}]\n"
        );
        check(text.as_bytes(), FILE).unwrap()
    }

    fn lens(pins: &str) -> Lens {
        Lens::of(&settings(pins), &pair()).unwrap()
    }

    fn pair() -> Pair {
        (AppName::new("web").unwrap(), EnvName::new("live").unwrap())
    }

    fn said(lens: &Lens, files: &[(&str, &str)]) -> Said {
        let files = Memory::new(files.iter().copied());
        let world = World::of(&BranchName::new("main").unwrap(), settings("{ file: a.yaml, path: x }"), files);
        lens.read(&Tree::of(&world)).unwrap()
    }

    #[test]
    fn one_rule_that_finds_nothing_does_not_hide_what_another_finds() {
        let lens = lens("{ file: a.yaml, path: one }, { file: a.yaml, path: two }");
        let said = said(&lens, &[("a.yaml", "one: v1\n")]);
        assert_eq!(said.pin.unwrap().version().unwrap().as_str(), "v1");
        assert_eq!((said.found.len(), said.lacks.len(), said.unread.len()), (1, 1, 0));
    }

    #[test]
    fn a_file_that_is_broken_hides_the_pin_and_one_that_is_not_there_says_nothing() {
        let lens = lens("{ file: a.yaml, path: one }, { file: b.yaml, path: two }");
        let broken = said(&lens, &[("a.yaml", "one: v1\n"), ("b.yaml", "two: [\n")]);
        assert!(broken.pin.is_none() && broken.unread.len() == 1 && broken.found.is_empty(), "{broken:?}");
        let gone = said(&lens, &[("a.yaml", "one: v1\n")]);
        assert!(gone.pin.is_some() && gone.unread.is_empty() && gone.lacks.is_empty(), "{gone:?}");
        let moving = said(&lens, &[("a.yaml", "one: latest\n")]);
        assert!(moving.pin.is_none() && moving.unread.is_empty() && moving.lacks.len() == 1, "{moving:?}");
    }

    #[test]
    fn a_pin_that_was_found_in_another_way_keeps_the_name_that_it_has_today() {
        let (today, then) = (lens("{ image: r/web, in: a.yaml }"), lens("{ file: b.yaml, path: tag }"));
        let said = said(&today.before_it(then), &[("b.yaml", "tag: v1\n")]);
        assert_eq!(said.pin.unwrap().readings[0].key.pin, "r/web");
        let today = lens("{ image: r/web, in: a.yaml }, { image: r/api, in: a.yaml }");
        let labels = |then: &str| today.before_it(lens(then)).labels;
        let names = |labels: Vec<Label>| labels.into_iter().map(|(pin, _)| pin).collect::<Vec<_>>();
        assert_eq!(names(labels("{ image: r/api, in: b.yaml }, { image: r/old, in: b.yaml }")), ["r/api", "r/web"]);
        // What cannot be told apart stays what it was.
        assert_eq!(names(labels("{ image: r/old, in: b.yaml }")), ["r/old"]);
    }

    #[test]
    fn a_rule_with_the_environments_name_finds_what_one_with_the_placeholder_does() {
        let one = lens("{ file: a.yaml, path: \"{environment}.x\" }");
        assert!(one.finds_as(&lens("{ file: a.yaml, path: live.x }")));
        assert!(!one.finds_as(&lens("{ file: a.yaml, path: other.x }")));
    }

    #[test]
    fn the_same_scalars_are_looked_for_by_rules_that_only_do_otherwise_with_them() {
        let one = lens("{ image: r/web, in: a.yaml }");
        assert!(one.finds_as(&lens("{ image: r/web, in: a.yaml, digest: drop }")));
        assert!(!one.finds_as(&lens("{ image: r/web, in: b.yaml }")));
        assert!(!one.finds_as(&lens("{ image: r/web, in: a.yaml }, { image: r/api, in: a.yaml }")));
    }
}
