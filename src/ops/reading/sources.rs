//! The source repositories of applications, each opened once: which commit a version names, how far two are apart.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::domain::address::shown;
use crate::domain::commit::{CommitId, Known};
use crate::domain::names::AppName;
use crate::domain::pin::Pin;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::relation::{CommitLine, Direction, Relation};
use crate::domain::settings::{Application, PathPattern, Settings, SourceAddress};
use crate::domain::source_rules::SourceRules;
use crate::domain::template::{Reading, VersionTemplate};
use crate::domain::version::Version;
use crate::git::own::Own;
use crate::git::repo::Repo;
use crate::git::source::{Expanded, Network, Source};
use crate::process::Surroundings;

use crate::ops::context::Context;
use crate::ops::reading::pages::Pages;
use crate::ops::reading::tags;

/// At most this many commits are listed for one move.
const LISTED: usize = 50;

/// The commit that a version names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    Commit(CommitId),
    /// The version names a commit, but the source does not have it (or cannot be asked).
    Missing(String),
    /// The template did not write this version: it names no commit.
    HandMade,
}

/// Open source repositories.
pub struct Sources<'a> {
    repo: &'a Repo,
    own: OnceCell<Own>,
    surroundings: &'a Surroundings,
    network: Network,
    rules: &'a SourceRules,
    open: RefCell<BTreeMap<Key, Rc<Source>>>,
    pages: Pages,
    /// Which could not be asked although an answer was wanted, and why.
    unasked: RefCell<BTreeSet<String>>,
}

/// A source is opened once for each address and what of it concerns an application.
type Key = (SourceAddress, Vec<PathPattern>);

impl<'a> Sources<'a> {
    /// The sources as this run may reach them.
    pub fn new(context: &'a Context<'_>) -> Self {
        let repo = &context.repo;
        Self {
            repo,
            own: OnceCell::new(),
            surroundings: repo.surroundings(),
            network: context.options.network,
            rules: &context.options.sources,
            open: RefCell::default(),
            pages: Pages::default(),
            unasked: RefCell::default(),
        }
    }

    /// The same, telling commits with their pages and issues as these settings have them.
    #[must_use]
    pub fn with_pages(self, settings: &Settings) -> Self {
        Self { pages: Pages::of(settings), ..self }
    }

    /// The commits that one commit has and another lacks, newest first, as reports list them, and the page that shows them.
    pub fn told_between(
        &self,
        app: &Application,
        source: &Source,
        (lacks, has): (CommitId, CommitId),
    ) -> Result<(Vec<CommitLine>, Option<String>), Error> {
        let at = self.pages.source(app.source.as_ref());
        let lines = self.pages.lines(at.as_ref(), source.between(lacks, has, LISTED)?);
        let page = at.filter(|_| !lines.is_empty()).and_then(|at| at.compare(lacks, has));
        Ok((lines, page))
    }

    /// The application's source; `None` where none is configured.
    pub fn of(&self, app: &Application) -> Result<Option<Rc<Source>>, Error> {
        let Some(address) = &app.source else { return Ok(None) };
        let address = &self.rules.place(&app.name, address).map_err(|why| {
            let what = format!("cannot tell anything of the source of `{}`, `{}`: {why}", app.name, shown(&address.0));
            Refusal::new(Code::SourceUnreachable, what).cannot_tell()
        })?;
        let key = (address.clone(), app.concerns.clone());
        if let Some(open) = self.open.borrow().get(&key) {
            return Ok(Some(Rc::clone(open)));
        }
        let own = match self.own.get() {
            Some(own) => own,
            None => {
                let own = self.repo.own()?;
                self.own.get_or_init(|| own)
            }
        };
        let source = Source::open(address, &app.concerns, own, self.surroundings, self.network)?;
        let source = Rc::new(source);
        self.open.borrow_mut().insert(key, Rc::clone(&source));
        Ok(Some(source))
    }

    /// An answer that may be missing: without it less is told, and `notes` says so.
    pub fn if_asked<T>(&self, app: &AppName, answer: Result<T, Error>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                let why = error.refusal().on_one_line();
                self.unasked.borrow_mut().insert(format!("the source of `{app}` could not be asked: {why}"));
                None
            }
        }
    }

    /// What is to be said of sources that could not be asked.
    pub fn notes(&self) -> Vec<String> {
        self.unasked.borrow().iter().cloned().collect()
    }

    /// The application's source; an error where none is configured, saying what needs it.
    pub fn needed(&self, app: &Application, what: &str) -> Result<Rc<Source>, Error> {
        self.of(app)?.ok_or_else(|| no_source(&app.name, what))
    }

    /// The commit that a version of the application names.
    pub fn named(&self, app: &Application, version: &Version) -> Result<Named, Error> {
        let Some(text) = version.tag() else { return Ok(Named::HandMade) };
        let mut missing = None;
        for reading in app.readings(text) {
            match self.read(app, reading)? {
                Named::Missing(why) => drop(missing.get_or_insert(why)),
                Named::HandMade => {}
                named @ Named::Commit(_) => return Ok(named),
            }
        }
        Ok(missing.map_or(Named::HandMade, Named::Missing))
    }

    /// The same where a source that cannot be asked is no error: what it does not tell is missing.
    ///
    /// # Errors
    /// Something failed that is no answer.
    pub fn named_or_missing(&self, app: &Application, version: &Version) -> Result<Named, Error> {
        match self.named(app, version) {
            Err(Error::Failed(error)) => Err(Error::Failed(error)),
            Err(no) => Ok(Named::Missing(no.refusal().on_one_line())),
            named => named,
        }
    }

    /// The commit that is meant by what a version says.
    fn read(&self, app: &Application, reading: Reading) -> Result<Named, Error> {
        let source = self.of(app)?;
        Ok(match (reading, source) {
            (Reading::Commit(digits), Some(source)) => match source.expand(&digits) {
                Ok(Expanded::One(id)) => Named::Commit(id),
                Ok(Expanded::Several(ids)) => {
                    return Err(Refusal::new(
                        Code::AmbiguousCommit,
                        format!("`{digits}` is the beginning of several commits of `{}`", app.name),
                    )
                    .details(ids.iter().map(ToString::to_string))
                    .hint("write the full id at the pin")
                    .invalid());
                }
                Ok(Expanded::None) => {
                    Named::Missing(format!("`{digits}` is not a commit of the source `{}`", source.shown()))
                }
                Err(Error::CannotTell(why)) => Named::Missing(why.message),
                Err(other) => return Err(other),
            },
            (Reading::Commit(digits), None) => match CommitId::from_hex(&digits) {
                Some(id) => Named::Commit(id),
                None => {
                    Named::Missing(format!("`{digits}` is abbreviated, and no source is configured for `{}`", app.name))
                }
            },
            (Reading::Tag(version), Some(source)) => match source.tag(&app.tag_of(&version)) {
                Ok(Some(id)) => Named::Commit(id),
                // Until all that stands there is made of tags it may be a commit.
                Ok(None) => match VersionTemplate::default().read(&version) {
                    Some(Reading::Commit(digits)) => match source.expand(&digits) {
                        Ok(Expanded::One(id)) => Named::Commit(id),
                        _ => Named::Missing(tags::missing(app, &source, &version)),
                    },
                    _ => Named::Missing(tags::missing(app, &source, &version)),
                },
                Err(Error::CannotTell(why)) => Named::Missing(why.message),
                Err(other) => return Err(other),
            },
            (Reading::Tag(_), None) => Named::Missing(format!("no source is configured for `{}`", app.name)),
        })
    }

    /// The commit that a person names: as the source does, or by the version alone where its tags have a form.
    pub fn resolve(&self, app: &Application, source: &Source, revision: &str) -> Result<CommitId, Error> {
        let asked_for = |why: Error| why.detail(format!("asked for `{}`", app.name));
        let tag = app.tag.as_ref().map(|form| form.tag(revision)).filter(|tag| tag != revision);
        let by_form = match &tag {
            Some(tag) => source.tag(tag)?,
            None => None,
        };
        match (source.resolve(revision), by_form.zip(tag)) {
            (Ok(id), Some((other, tag))) if id != other => Err(Refusal::new(
                Code::AmbiguousRevision,
                format!("`{revision}` names more than one commit of `{}`", source.shown()),
            )
            .details([format!("{revision} is {id}"), format!("{tag} is {other}")])
            .hint(format!("write the full commit id, or the tag: `{tag}`"))
            .invalid()),
            (Err(_), Some((id, _))) => Ok(id),
            (Err(Error::Invalid(why)), None) if why.code == Code::NoSuchRevision => {
                let beside = app.version_of(revision).unwrap_or(revision);
                let beside = Some(beside).filter(|_| app.tag.is_some() || app.version.needs_tag());
                let beside = beside.and_then(|version| tags::beside(app, source, version));
                Err(asked_for(Error::Invalid(why.details(beside))))
            }
            (found, _) => found.map_err(asked_for),
        }
    }

    /// The full id of the commit that a version names, where it is known without doubt.
    pub fn commit_of(&self, app: &Application, version: Option<&Version>) -> Result<Option<CommitId>, Error> {
        let Some(version) = version else { return Ok(None) };
        Ok(match self.named(app, version)? {
            Named::Commit(id) => Some(id),
            Named::Missing(_) | Named::HandMade => None,
        })
    }

    /// Whether the sites of a pin that say their build in ways that only the source can compare are of one commit; `None`
    /// where that cannot be told.
    pub fn is_one_build(&self, app: &Application, pin: &Pin) -> Result<Option<bool>, Error> {
        let mut known: Option<CommitId> = None;
        for version in pin.readings.iter().filter_map(|reading| reading.version.as_ref()) {
            let Some(id) = self.commit_of(app, Some(version))? else { return Ok(None) };
            if *known.get_or_insert(id) != id {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    /// How `to` relates to `from`.
    pub fn relate(&self, app: &Application, from: Option<&Version>, to: &Version) -> Result<Relation, Error> {
        let to_named = self.named(app, to)?;
        let from_named = from.map(|version| self.named(app, version)).transpose()?;
        let id = |named: &Named| if let Named::Commit(id) = named { Some(*id) } else { None };
        let mut relation =
            Relation { from: from_named.as_ref().and_then(id), to: id(&to_named), ..Relation::unknown(None) };
        let Some(source) = self.of(app)? else {
            relation.direction = match (relation.from, relation.to, from) {
                (_, _, None) => Direction::First,
                (Some(a), Some(b), _) if a == b => Direction::Same,
                _ => Direction::Unknown,
            };
            return Ok(relation);
        };
        if let Some(to) = relation.to {
            relation.commit = source.commit(to).ok();
        }
        let why = |named: &Named, version: &Version| match named {
            Named::Commit(_) => None,
            Named::Missing(why) => Some(why.clone()),
            Named::HandMade => Some(format!("`{version}` does not say which commit it was built from")),
        };
        let Some((from_version, from_named)) = from.zip(from_named.as_ref()) else {
            relation.direction = Direction::First;
            return Ok(relation);
        };
        relation.unknown = why(from_named, from_version).or_else(|| why(&to_named, to));
        let (Some(old), Some(new)) = (relation.from, relation.to) else { return Ok(relation) };
        if old == new {
            relation.direction = Direction::Same;
            return Ok(relation);
        }
        let facts = (source.is_ancestor(old, new)?, source.is_ancestor(new, old)?);
        relation.direction = match facts {
            (Known::Is(true), _) => Direction::Forward,
            (_, Known::Is(true)) => Direction::Backward,
            (Known::Is(false), Known::Is(false)) => Direction::Diverged,
            (Known::CannotTell(why), _) | (_, Known::CannotTell(why)) => {
                relation.unknown = Some(why);
                return Ok(relation);
            }
        };
        if let Known::Is(distance) = source.distance(new, old)? {
            relation.gained_total = Some(distance.ahead);
            relation.lost_total = Some(distance.behind);
        }
        (relation.gained, relation.gained_page) = self.told_between(app, &source, (old, new))?;
        if relation.direction != Direction::Forward {
            (relation.lost, relation.lost_page) = self.told_between(app, &source, (new, old))?;
        }
        Ok(relation)
    }
}

/// What is said where a source is needed and none is configured.
fn no_source(app: &AppName, what: &str) -> Error {
    Refusal::new(Code::NoSource, format!("{what} needs the source repository of `{app}`, and none is configured"))
        .hint(format!("add `source: URL-OR-PATH` to `{app}` in `stageline.yaml`"))
        .invalid()
}
