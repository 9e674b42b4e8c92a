//! Answers what the gates ask, all questions of a kind at once: holds, who signs, what a move is by the trees of the past, where a
//! commit is reachable from, and when a version stood somewhere.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::Known;
use crate::domain::files::Files as _;
use crate::domain::history::{Change, Kind, Past};
use crate::domain::hold::HoldFile;
use crate::domain::hotfix::HotfixFile;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::pin::Assignment;
use crate::domain::plan::Proposal;
use crate::domain::refusal::Error;
use crate::domain::stay::Likeness;
use crate::domain::testimony::{CheckTold, Consents};
use crate::domain::version::Version;
use crate::overlay::Reader;
use crate::policy::{Answer, Answers, Fork, Policy, Question, Signed, review};
use crate::records;

use crate::ops::context::Context;
use crate::ops::judging::checks;
use crate::ops::judging::consents::{self, Asked};
use crate::ops::judging::keys::{self, Ring};
use crate::ops::judging::statements::Statements;
use crate::ops::landing::baseline;
use crate::ops::landing::forks;
use crate::ops::landing::stays;
use crate::ops::reading::carried;
use crate::ops::reading::contained;
use crate::ops::reading::held;
use crate::ops::reading::lens::Pair;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::{self, Walked};
use crate::ops::reading::world::World;

/// What is known of one world and its past.
pub struct Evidence<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    world: &'a World,
    sources: Sources<'a>,
    holds: Option<Vec<HoldFile>>,
    hotfixes: Option<Vec<HotfixFile>>,
    /// The statements, once they were asked for.
    statements: OnceCell<Known<Statements<'a>>>,
    /// The change as somebody may agree to it.
    change: Asked,
    /// Who signed what is there already, by the keys of each branch; `None`: this run is going to sign.
    signed: Option<BTreeMap<BranchName, Known<Signed>>>,
    /// What was asked and is known.
    pub answers: Answers,
}

impl<'a> Evidence<'a> {
    /// Of the world that a change is made on.
    pub fn of(context: &'a Context<'a>, stack: &'a Stack, world: &'a World) -> Self {
        let (sources, answers) = (Sources::new(context), Answers::at(context.now));
        let (statements, change) = (OnceCell::new(), Asked::default());
        Self { context, stack, world, sources, holds: None, hotfixes: None, statements, change, signed: None, answers }
    }

    /// The same of a change that people may agree to.
    #[must_use]
    pub fn of_change(self, change: Asked) -> Self {
        Self { change, ..self }
    }

    /// The same of a change that is there, with who signed it.
    #[must_use]
    pub fn signed_by(self, signed: BTreeMap<BranchName, Known<Signed>>) -> Self {
        Self { signed: Some(signed), ..self }
    }

    /// Answers what the gates ask, until they ask no more.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn gather(&mut self, proposal: &Proposal, policies: &[Policy<'_>]) -> Result<(), Error> {
        forks::bring(&self.sources, &self.stack.main.settings, proposal)?;
        loop {
            let asked = review::questions(proposal, policies, &self.answers);
            if asked.is_empty() {
                return Ok(());
            }
            self.answer(asked)?;
        }
    }

    /// Notes the answers to these questions. What cannot be told is an answer.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn answer(&mut self, asked: Vec<Question>) -> Result<(), Error> {
        let kinds = asked.iter().filter_map(|question| match question {
            Question::Kind(env, app, _) => Some((app.clone(), env.clone())),
            _ => None,
        });
        let pairs: Vec<Pair> = kinds.collect();
        let walked = match pairs.is_empty() {
            true => None,
            false => Some(timeline::walk(self.context, self.stack, self.world, &pairs, None)?),
        };
        for (question, answer) in stays::of(self.context, self.stack, &self.sources, &asked)? {
            self.answers.note(question, answer);
        }
        for question in asked {
            let answer = match &question {
                Question::Stays(..) => continue,
                Question::Reached(app, version, branches) => match self.world.application(app) {
                    Ok(app) => baseline::reached(&self.sources, app, version, branches)?,
                    Err(_) => Known::CannotTell(format!(
                        "the rules do not know `{app}` yet, so nothing says where its source is: land its entry first"
                    )),
                },
                Question::Holds(env, app) => Known::Is(Answer::Holds(self.held(env, app)?)),
                Question::Contains(app, version, suspect) => {
                    contained::of(&self.sources, self.world.application(app)?, version, suspect)?.map(Answer::Contains)
                }
                Question::Hotfixes(..)
                | Question::Runs(..)
                | Question::Recorded(..)
                | Question::Former(..)
                | Question::Carries(..)
                | Question::Follows(..) => self.of_hotfixes(&question)?,
                Question::Kind(env, app, sites) => match &walked {
                    Some(walked) => Known::Is(Answer::Kind(kind(walked, &(app.clone(), env.clone()), sites))),
                    None => Known::CannotTell("the past was not read".to_string()),
                },
                Question::Signed(branch) => match &self.signed {
                    Some(signed) => match signed.get(branch) {
                        Some(Known::Is(signed)) => Known::Is(Answer::Signed(signed.clone())),
                        Some(Known::CannotTell(why)) => Known::CannotTell(why.clone()),
                        None => Known::CannotTell(format!("nobody looked by the keys of `{branch}`")),
                    },
                    None => self.will_sign(branch)?.map(Answer::Signed),
                },
                Question::Checks(branch, app, version, likeness) => {
                    self.checks(branch, app, (version, *likeness))?.map(Answer::Checks)
                }
                Question::Consents(branch) => self.consents(branch)?.map(Answer::Consents),
                Question::Fork(app, version, number) => self.fork(app, version, *number)?.map(Answer::Fork),
            };
            self.answers.note(question, answer);
        }
        Ok(())
    }

    /// What is asked of hotfixes.
    fn of_hotfixes(&mut self, question: &Question) -> Result<Known<Answer>, Error> {
        let unknown = |app: &AppName| Known::CannotTell(format!("the rules do not know `{app}` yet"));
        Ok(match question {
            Question::Hotfixes(env, app) => {
                let all = self.hotfixes()?.to_vec();
                Known::Is(Answer::Hotfixes(self.of_pin(all, (env, app))))
            }
            Question::Recorded(env, app, landing) => {
                let all = records::hotfix::all(&self.context.repo.snapshot(*landing)?)?;
                Known::Is(Answer::Hotfixes(self.of_pin(all, (env, app))))
            }
            Question::Former(env, app) => match self.former(env, app) {
                Ok(former) => Known::Is(Answer::Hotfixes(former.into_iter().collect())),
                Err(Error::CannotTell(why)) => Known::CannotTell(why.message),
                Err(error) => return Err(error),
            },
            Question::Runs(env, app) => {
                let reader = Reader::new(self.world.files.as_ref());
                let rules = self.world.settings.application(app).zip(self.world.settings.environment(env));
                let Some((known, env)) = rules else { return Ok(unknown(app)) };
                match self.world.pin(&reader, known, env) {
                    Ok(pin) => {
                        let said = pin.iter().flat_map(|pin| &pin.readings).filter_map(|one| one.version.clone());
                        Known::Is(Answer::Runs(said.collect::<BTreeSet<_>>().into_iter().collect()))
                    }
                    Err(Error::Failed(error)) => return Err(Error::Failed(error)),
                    Err(no) => Known::CannotTell(no.refusal().on_one_line()),
                }
            }
            Question::Carries(name, version, commit) => match self.world.application(name) {
                Ok(app) => carried::of(&self.sources, app, version, *commit)?.map(Answer::Carries),
                Err(_) => unknown(name),
            },
            Question::Follows(name, version, other) => match self.world.application(name) {
                Ok(app) => carried::follows(&self.sources, app, version, other)?.map(Answer::Follows),
                Err(_) => unknown(name),
            },
            _ => Known::CannotTell("nobody looks for that among hotfixes".to_string()),
        })
    }

    /// The statements as they stand, or why they cannot be told.
    fn statements(&self) -> Result<&Known<Statements<'a>>, Error> {
        if let Some(known) = self.statements.get() {
            return Ok(known);
        }
        let read = Statements::of(self.context, &self.stack.statements)?;
        Ok(self.statements.get_or_init(|| read))
    }

    fn checks(
        &self,
        branch: &BranchName,
        app: &AppName,
        wanted: (&Version, Likeness),
    ) -> Result<Known<Vec<CheckTold>>, Error> {
        let Ok(app) = self.world.application(app) else {
            return Ok(Known::CannotTell(format!("the rules do not know `{app}` yet: land its entry first")));
        };
        self.by_ring(branch, |statements, ring| checks::of(statements, &self.sources, ring, app, wanted))
    }

    fn fork(&self, app: &AppName, version: &Version, number: u64) -> Result<Known<Fork>, Error> {
        let Ok(app) = self.world.application(app) else {
            return Ok(Known::CannotTell(format!("the rules do not know `{app}` yet: land its entry first")));
        };
        forks::of(self.context, (&self.stack.main.settings, &self.sources), app, version, number)
    }

    fn consents(&self, branch: &BranchName) -> Result<Known<Consents>, Error> {
        let places = (self.stack, self.world);
        self.by_ring(branch, |statements, ring| consents::of(self.context, places, statements, ring, &self.change))
    }

    /// What statements say by the keys of a branch.
    fn by_ring<T>(
        &self,
        branch: &BranchName,
        read: impl Fn(&Statements<'_>, &Ring) -> Result<Known<T>, Error>,
    ) -> Result<Known<T>, Error> {
        let statements = match self.statements()? {
            Known::Is(statements) => statements,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why.clone())),
        };
        match keys::of_branch(self.stack, self.world, branch)? {
            Some(Ok(ring)) => read(statements, &ring),
            Some(Err(why)) => Ok(Known::CannotTell(why)),
            None => Ok(Known::CannotTell(format!("nobody looked by the keys of `{branch}`"))),
        }
    }

    /// Those of an application in an environment, by whatever name it had.
    fn of_pin(&self, all: Vec<HotfixFile>, (env, app): (&EnvName, &AppName)) -> Vec<HotfixFile> {
        let known = self.world.settings.application(app);
        let is_named = |file: &HotfixFile| known.map_or(file.app == *app, |known| file.is_of(known));
        let is_its = |file: &HotfixFile| file.env == *env && is_named(file);
        all.into_iter().filter(is_its).collect()
    }

    /// The record that stood before the one of the base, or before there was none: that of the newest tree which has another text.
    fn former(&mut self, env: &EnvName, app: &AppName) -> Result<Option<HotfixFile>, Error> {
        let all = self.hotfixes()?.to_vec();
        let (path, own) = match self.of_pin(all, (env, app)).into_iter().next() {
            Some(file) => (file.path, file.text),
            None => (records::hotfix::path(env, app)?, None),
        };
        let repo = &self.context.repo;
        let mut at = self.world.base;
        while let Some(before) = repo.before(&repo.commit(at)?)? {
            let there = repo.snapshot(before)?;
            if there.read(&path)? != own {
                return Ok(records::hotfix::all(&there)?.into_iter().find(|one| one.path == path));
            }
            at = before;
        }
        Ok(None)
    }

    fn hotfixes(&mut self) -> Result<&[HotfixFile], Error> {
        if self.hotfixes.is_none() {
            self.hotfixes = Some(records::hotfix::all(self.world.files.as_ref())?);
        }
        Ok(self.hotfixes.as_deref().unwrap_or_default())
    }

    /// The holds that may be about an application in an environment.
    fn held(&mut self, env: &EnvName, app: &AppName) -> Result<Vec<HoldFile>, Error> {
        let world = self.world;
        let application = world.settings.application(app);
        let may = |hold: &HoldFile| {
            let held = hold.held().zip(application).filter(|_| hold.cover.is_in(env));
            held.is_some_and(|(held, app)| held.may_concern(&hold.cover, app))
        };
        Ok(self.holds()?.iter().filter(|hold| hold.covers(env, app) || may(hold)).cloned().collect())
    }

    fn holds(&mut self) -> Result<&[HoldFile], Error> {
        if self.holds.is_none() {
            self.holds = Some(held::of(self.context, self.stack, self.world)?);
        }
        Ok(self.holds.as_deref().unwrap_or_default())
    }

    /// Whether this run can sign, and as whom by the keys of a branch. Where its rules name people and no key of anybody is there,
    /// nobody is known.
    fn will_sign(&self, branch: &BranchName) -> Result<Known<Signed>, Error> {
        match self.context.repo.can_sign() {
            Ok(()) => {}
            Err(Error::Failed(error)) => return Err(Error::Failed(error)),
            Err(no) => return Ok(Known::Is(Signed::CannotSign(no.refusal()))),
        }
        Ok(match keys::of_branch(self.stack, self.world, branch)? {
            Some(Ok(ring)) => Known::Is(Signed::Here(match &ring.keys.ssh {
                Some(signers) => self.context.repo.own_principals(signers)?,
                None => None,
            })),
            Some(Err(why)) if keys::names_people(self.stack, self.world, branch) => Known::CannotTell(why),
            Some(Err(_)) | None => Known::Is(Signed::Here(None)),
        })
    }
}

/// What it is that these sites of a pin come to say this. Only what each tree said by its own rules, at the places where the
/// pins still are, is evidence; what is found through renames, moves of overlays and later rules is for reading.
fn kind(walked: &Walked, (app, env): &Pair, sites: &Assignment) -> Kind {
    if !walked.complete {
        let why = if walked.cut.is_some() {
            "a shallow clone hides what stood there"
        } else {
            "its past was not read to its end"
        };
        return Kind::Unknown(why.to_string());
    }
    let (all, proven) = (Past::read(walked.of(app, env)), Past::read(walked.proven(app, env)));
    match (all.returns_to(sites), proven.returns_to(sites)) {
        // Where the sites had parted, one that goes back may take another one on.
        (Some(_), Some(_)) if !each_site_returns(walked, (app, env), sites) => Kind::Forward,
        (Some(landing), Some(_)) => Kind::Return { landing },
        (None, None) => Kind::Forward,
        (Some(landing), None) => Kind::Unknown(format!(
            "what stood there is known only by rules that `stageline.yaml` got later, or from another place; `trust-before: {landing}` in \
             `stageline.yaml`, an owner's change, says that from that landing on it counts all the same"
        )),
        (None, Some(_)) => Kind::Unknown("its past is told in two ways".to_string()),
    }
}

/// Whether each site that moves goes back by its own past.
fn each_site_returns(walked: &Walked, (app, env): (&AppName, &EnvName), sites: &Assignment) -> bool {
    sites.keys().all(|key| {
        let one = |all: &Assignment| Assignment::new(all.get(key).map(|version| (key.clone(), version.clone())));
        let of_site = |change: &Change| Change {
            from: change.was.get(key).cloned(),
            to: change.is.get(key).cloned(),
            was: one(&change.was),
            is: one(&change.is),
            ..change.clone()
        };
        let changes: Vec<Change> = walked.of(app, env).map(of_site).filter(|change| change.was != change.is).collect();
        // A site that stands there already stays; one that came later runs what its image ran elsewhere.
        let stands = changes.last().is_none_or(|newest| newest.is == one(sites));
        stands || Past::read(&changes).returns_to(&one(sites)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::CommitId;
    use crate::domain::names::ClusterName;
    use crate::domain::pin::SiteKey;

    fn site(cluster: &str) -> SiteKey {
        SiteKey { pin: "web".into(), nth: 0, cluster: ClusterName::new(cluster).ok() }
    }

    /// What eu and us say, in that order.
    fn both(eu: &str, us: &str) -> Assignment {
        Assignment::new([("eu", eu), ("us", us)].map(|(name, text)| (site(name), Version::new(text).unwrap())))
    }

    /// What it is to go to these versions after these landings, oldest first.
    fn kind_of(past: &[(&str, &str)], to: (&str, &str)) -> Kind {
        let (app, env) = (AppName::new("web").unwrap(), EnvName::new("production").unwrap());
        let agreed = |(eu, us): (&str, &str)| if eu == us { Version::new(eu).ok() } else { None };
        let mut changes: Vec<Change> = Vec::new();
        let mut before: Option<(&str, &str)> = None;
        for (number, one) in past.iter().enumerate() {
            changes.push(Change {
                commit: CommitId::from_bytes([number as u8 + 1; 20]),
                when: jiff::Timestamp::UNIX_EPOCH,
                app: app.clone(),
                env: env.clone(),
                from: before.and_then(agreed),
                to: agreed(*one),
                was: before.map(|(eu, us)| both(eu, us)).unwrap_or_default(),
                is: both(one.0, one.1),
            });
            before = Some(*one);
        }
        changes.reverse();
        kind(&Walked::of_changes(changes, true), &(app, env), &both(to.0, to.1))
    }

    #[test]
    fn a_pin_goes_back_only_where_each_of_its_sites_does() {
        let past = [("c0", "c0"), ("c1", "c1"), ("c4", "c4"), ("c1", "c5")];
        assert_eq!(kind_of(&past, ("c4", "c4")), Kind::Forward, "eu was taken back from c4");
        assert!(matches!(kind_of(&past, ("c0", "c0")), Kind::Return { .. }));
        let past = [("c0", "c0"), ("c1", "c1"), ("c1", "c2")];
        assert!(matches!(kind_of(&past, ("c1", "c1")), Kind::Return { .. }), "one that stands there already stays");
    }

    #[test]
    fn what_did_not_stand_there_before_what_stands_there_now_is_no_way_back() {
        let past = [("c1", "c1"), ("c2", "c2"), ("c1", "c1")];
        assert_eq!(kind_of(&past, ("c2", "c2")), Kind::Forward);
        assert_eq!(kind_of(&past, ("c9", "c9")), Kind::Forward);
        assert!(matches!(kind_of(&past[..2], ("c1", "c1")), Kind::Return { .. }));
    }
}
