//! When a version stood in an environment, read from the trees that had landed at the base.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use crate::domain::commit::{CommitId, Known};
use crate::domain::history::Change;
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::Assignment;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, SoakClock};
use crate::domain::stay::{Likeness, Stay, Stays};
use crate::domain::template::Reading;
use crate::domain::version::Version;
use crate::git::source::Source;
use crate::overlay::Reader;
use crate::policy::{Answer, Question};

use crate::ops::context::Context;
use crate::ops::landing::moments::Moments;
use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::world::World;

/// What is asked: an application's version, in an environment, and what counts as it.
type Asked<'q> = (&'q EnvName, &'q AppName, &'q Version, Likeness);
/// With the clock that it is asked by.
type ByClock<'q> = (Asked<'q>, SoakClock, &'q Question);

/// The answers to those of these questions that are about stays. The past of each environment is walked once.
///
/// # Errors
/// The clone cannot be read. A source or a past that cannot be read is an answer.
pub fn of(
    context: &Context<'_>,
    stack: &Stack,
    sources: &Sources<'_>,
    asked: &[Question],
) -> Result<Vec<(Question, Known<Answer>)>, Error> {
    let mut by_env: BTreeMap<&EnvName, Vec<ByClock<'_>>> = BTreeMap::new();
    for question in asked {
        if let Question::Stays(env, app, version, likeness, clock) = question {
            by_env.entry(env).or_default().push(((env, app, version, *likeness), *clock, question));
        }
    }
    let mut out = Vec::new();
    for (env, questions) in by_env {
        let world = match stack.environment(env) {
            Ok((world, _)) => world,
            Err(Error::Failed(error)) => return Err(Error::Failed(error)),
            Err(no) => {
                let why = no.refusal().on_one_line();
                out.extend(questions.into_iter().map(|(.., ask)| (ask.clone(), Known::CannotTell(why.clone()))));
                continue;
            }
        };
        let mut pairs: Vec<_> = questions.iter().map(|((env, app, ..), ..)| ((*app).clone(), (*env).clone())).collect();
        pairs.sort();
        pairs.dedup();
        let walked = timeline::walk(context, stack, &world, &pairs, None)?;
        let past = Past { context, stack, world: &world, sources, walked };
        let mut clocks: BTreeMap<SoakClock, Known<Moments>> = BTreeMap::new();
        for (asked, clock, question) in questions {
            if let Entry::Vacant(place) = clocks.entry(clock) {
                place.insert(Moments::of(context, stack, &world, clock)?);
            }
            let answer = match &clocks[&clock] {
                Known::CannotTell(why) => Known::CannotTell(why.clone()),
                Known::Is(clock) => match past.stays(asked, clock) {
                    Ok(stays) => Known::Is(Answer::Stays(stays)),
                    Err(Error::Failed(error)) => return Err(Error::Failed(error)),
                    Err(no) => Known::CannotTell(no.refusal().on_one_line()),
                },
            };
            out.push((question.clone(), answer));
        }
    }
    Ok(out)
}

/// The past of one environment.
struct Past<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    world: &'a World,
    sources: &'a Sources<'a>,
    walked: Walked,
}

impl Past<'_> {
    fn stays(&self, (env, app, version, likeness): Asked<'_>, clock: &Moments) -> Result<Stays, Error> {
        let now = self.context.now;
        let application = self.world.application(app)?;
        let changes: Vec<&Change> = self.walked.of(app, env).collect();
        let proven: Vec<CommitId> = self.walked.proven(app, env).map(|change| change.commit).collect();
        let mut alike = Alike::of(application, self.sources, version, likeness);
        let mut stays: Vec<Stay> = Vec::new();
        let mut unread = self.walked.why_cut(app, env);
        // The landing that took away what stood there last.
        let mut ended_by = None;
        for (nth, change) in changes.iter().enumerate() {
            let is_it = match &change.to {
                Some(stood) => alike.is(stood, &change.is)?,
                // Sites that say several things run none of them as the environment.
                None => false,
            };
            if !is_it {
                continue;
            }
            let next = changes.get(nth + 1);
            let is_proven = proven.contains(&change.commit);
            let counts = match is_proven {
                true => Some(change.commit),
                // What came by other rules, or none, stands there by these since they are there.
                false if next.is_none_or(|next| proven.contains(&next.commit)) => self.ruled_since(app, env)?,
                false => None,
            };
            let Some(landing) = counts else {
                unread.get_or_insert_with(|| followed(change.commit));
                continue;
            };
            let until = next.map(|next| clock.until(next.commit, now)).transpose()?;
            match stays.last_mut() {
                // One follows on the other: what stood there was alike all along.
                Some(last) if is_proven && ended_by == Some(change.commit) => {
                    last.until = until.and_then(|until| until.or(last.until));
                }
                _ => {
                    let Some(from) = clock.since(landing, now)? else {
                        unread.get_or_insert_with(|| clock.untold(landing));
                        continue;
                    };
                    // Where it is not told how long, it was for no time.
                    let until = until.map(|until| until.unwrap_or(from));
                    stays.push(Stay { from, until, landing: change.commit });
                }
            }
            ended_by = next.map(|next| next.commit).filter(|next| *next != change.commit);
        }
        if changes.is_empty() && self.stands(application, env, &mut alike)? {
            // Where a shallow history shows no landing of it, it stands there all the same: since the base at least.
            match clock.since(self.world.base, now)? {
                Some(from) => stays.push(Stay { from, until: None, landing: self.world.base }),
                None => drop(unread.get_or_insert_with(|| clock.untold(self.world.base))),
            }
        }
        let unread = unread.or(alike.unread);
        Ok(Stays { stays, unread })
    }

    /// Whether what stands there at the base is alike.
    fn stands(&self, app: &Application, env: &EnvName, alike: &mut Alike<'_>) -> Result<bool, Error> {
        let Some(env) = self.world.settings.environment(env) else { return Ok(false) };
        let reader = Reader::new(self.world.files.as_ref());
        let Some(pin) = self.world.pin(&reader, app, env)? else { return Ok(false) };
        pin.version().map_or(Ok(false), |version| alike.is(&version, &pin.assignment()))
    }

    /// Since when the rules of now find a pin.
    fn ruled_since(&self, app: &AppName, env: &EnvName) -> Result<Option<CommitId>, Error> {
        timeline::ruled_since(self.context, self.stack, self.world, &(app.clone(), env.clone()))
    }
}

/// What is said of a landing that is found only through renames, moves or later rules.
fn followed(landing: CommitId) -> String {
    format!(
        "what stood there by {} is known only by rules that `stageline.yaml` got later, or from another place; `trust-before: {landing}` \
         there, an owner's change, says that it counts all the same",
        landing.short()
    )
}

/// Tells whether what stood somewhere counts as one version.
struct Alike<'a> {
    app: &'a Application,
    sources: &'a Sources<'a>,
    version: &'a Version,
    likeness: Likeness,
    /// The commit of the version, once it was asked for.
    commit: Option<Option<CommitId>>,
    known: BTreeMap<Version, As>,
    /// Why one of what stood there could not be compared.
    unread: Option<String>,
}

/// As what something that stood somewhere counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum As {
    /// As the version itself: with its digest, if it has one.
    Itself,
    /// As a build of another commit, whose bits are its own.
    AnotherBuild,
    Nothing,
}

impl<'a> Alike<'a> {
    fn of(app: &'a Application, sources: &'a Sources<'a>, version: &'a Version, likeness: Likeness) -> Self {
        Self { app, sources, version, likeness, commit: None, known: BTreeMap::new(), unread: None }
    }

    /// Whether what all sites agreed on, each as `sites` has it, counts.
    fn is(&mut self, stood: &Version, sites: &Assignment) -> Result<bool, Error> {
        let counts = match self.known.get(stood) {
            Some(known) => *known,
            None => {
                let counts = match by_text(stood, self.version) {
                    // Another build of the same content has bits of its own.
                    Some(false) if self.likeness.takes_same_tree() => self.is_another_build(stood)?,
                    Some(true) => As::Itself,
                    Some(false) => As::Nothing,
                    None => self.by_commit(stood)?,
                };
                self.known.insert(stood.clone(), counts);
                counts
            }
        };
        Ok(match counts {
            As::Nothing => false,
            As::AnotherBuild => true,
            As::Itself => self.has_its_bits(stood, sites),
        })
    }

    /// Whether the digest that is asked about stood there with its version. A tag may be pushed again: where one stood alone,
    /// nobody knows which bits ran.
    fn has_its_bits(&mut self, stood: &Version, sites: &Assignment) -> bool {
        let Some(digest) = self.version.digest() else { return true };
        let stood_as: Vec<Option<&str>> = sites.keys().filter_map(|key| Some(sites.get(key)?.digest())).collect();
        let is_there = stood_as.contains(&Some(digest));
        if !is_there && stood_as.contains(&None) {
            self.unread.get_or_insert_with(|| {
                format!(
                    "{} stood there without a digest, and which bits ran is not known; pin the digest there as well",
                    stood.short()
                )
            });
        }
        is_there
    }

    /// Whether two texts name one commit, or what counts as one.
    fn by_commit(&mut self, stood: &Version) -> Result<As, Error> {
        let itself = |is: bool| if is { As::Itself } else { As::Nothing };
        if let (Some(one), Some(other)) = (self.full(stood), self.full(self.version)) {
            // Two full ids tell it without the source, unless other commits count as well.
            if one == other || self.likeness == Likeness::Itself {
                return Ok(itself(one == other));
            }
        }
        let Some(wanted) = self.wanted()? else { return Ok(As::Nothing) };
        let there = match self.named(stood)? {
            Named::Commit(id) => id,
            Named::HandMade => return Ok(As::Nothing),
            Named::Missing(why) => {
                self.unread.get_or_insert(why);
                return Ok(As::Nothing);
            }
        };
        if there == wanted {
            return Ok(As::Itself);
        }
        let Some(source) = self.sources.of(self.app)? else { return Ok(As::Nothing) };
        let is = self.is_same_tree(&source, there, wanted)? || self.is_contained(&source, there, wanted)?;
        Ok(if is { As::AnotherBuild } else { As::Nothing })
    }

    /// Whether what stood there has the content of what is asked about and was built from another commit: other bits of the very
    /// same commit are strangers.
    fn is_another_build(&mut self, stood: &Version) -> Result<As, Error> {
        let (Some(wanted), Some(source)) = (self.wanted()?, self.sources.of(self.app)?) else { return Ok(As::Nothing) };
        match self.named(stood)? {
            Named::Commit(there) if there != wanted && self.is_same_tree(&source, there, wanted)? => {
                Ok(As::AnotherBuild)
            }
            Named::Commit(_) | Named::HandMade => Ok(As::Nothing),
            Named::Missing(why) => {
                self.unread.get_or_insert(why);
                Ok(As::Nothing)
            }
        }
    }

    fn is_same_tree(&mut self, source: &Rc<Source>, there: CommitId, wanted: CommitId) -> Result<bool, Error> {
        if !self.likeness.takes_same_tree() {
            return Ok(false);
        }
        match (source.content(there)?, source.content(wanted)?) {
            (Known::Is(one), Known::Is(other)) => Ok(one == other),
            (Known::CannotTell(why), _) | (_, Known::CannotTell(why)) => {
                self.unread.get_or_insert(why);
                Ok(false)
            }
        }
    }

    fn is_contained(&mut self, source: &Rc<Source>, there: CommitId, wanted: CommitId) -> Result<bool, Error> {
        if !self.likeness.takes_contained() {
            return Ok(false);
        }
        match source.is_ancestor(wanted, there)? {
            Known::Is(is) => Ok(is),
            Known::CannotTell(why) => {
                self.unread.get_or_insert(why);
                Ok(false)
            }
        }
    }

    /// The commit of the version that is asked about; `None`: it says none.
    fn wanted(&mut self) -> Result<Option<CommitId>, Error> {
        if let Some(known) = self.commit {
            return Ok(known);
        }
        let commit = match self.named(self.version)? {
            Named::Commit(id) => Some(id),
            Named::HandMade => None,
            Named::Missing(why) => {
                self.unread.get_or_insert(why);
                None
            }
        };
        self.commit = Some(commit);
        Ok(commit)
    }

    /// The full id that a version is written with.
    fn full(&self, version: &Version) -> Option<CommitId> {
        self.app.readings(version.tag()?).find_map(|reading| match reading {
            Reading::Commit(digits) => CommitId::from_hex(&digits),
            Reading::Tag(_) => None,
        })
    }

    /// The commit that a version names.
    fn named(&self, version: &Version) -> Result<Named, Error> {
        self.sources.named_or_missing(self.app, version)
    }
}

/// Whether two versions are one by their texts alone; `None`: only their commits tell. Digests are the bits: two that differ are
/// never one, whatever tag stands before them. Where only one text has a digest, the sites tell it.
fn by_text(stood: &Version, wanted: &Version) -> Option<bool> {
    match (stood.digest(), wanted.digest()) {
        (Some(one), Some(other)) => Some(one == other),
        (None, None) => (stood == wanted || stood.is_of(wanted)).then_some(true),
        _ => match (stood.tag(), wanted.tag()) {
            (Some(one), Some(other)) if one == other => Some(true),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_are_one_version_by_their_digests_else_by_their_tags() {
        let by = |stood: &str, wanted: &str| by_text(&Version::new(stood).unwrap(), &Version::new(wanted).unwrap());
        let digest = |c: &str| format!("sha256:{}", c.repeat(64));
        assert_eq!(by("v1", "v1"), Some(true));
        assert_eq!(by("v1", "v2"), None, "another text may be of the same commit");
        assert_eq!(by("9d3e7aa", "9d3e7aa1c0ffee00112233445566778899aabbcc"), Some(true));
        assert_eq!(by(&format!("v1@{}", digest("a")), &format!("v1@{}", digest("b"))), Some(false));
        assert_eq!(by(&format!("v1@{}", digest("a")), &format!("v2@{}", digest("a"))), Some(true));
        assert_eq!(by("v1", &format!("v1@{}", digest("a"))), Some(true));
        assert_eq!(by("v1", &digest("a")), None);
    }
}
