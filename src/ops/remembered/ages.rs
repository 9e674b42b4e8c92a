//! Since when each pin says what it says: told by the history index where that is enough, else by a walk.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rayon::prelude::*;

use crate::config::members;
use crate::domain::files::read_ahead;
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, Environment, FILE, Settings};
use crate::git::log::Effort;
use crate::git::past::Past;
use crate::overlay::Reader;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline;
use crate::ops::reading::world::World;
use crate::ops::remembered::memo::{Age, Branch};
use crate::ops::remembered::shelf::Shelf;

/// So many ages are looked for by a walk of their own, or worth an index that has to be built first.
const FEW: usize = 64;

/// A pin whose age is asked for, with the settings that it was read by.
#[derive(Clone, Copy)]
pub struct Asked<'s> {
    pub app: &'s Application,
    pub env: &'s Environment,
    pub pin: &'s Pin,
}

/// The ages in the order of the question, and what is to be said about those that are not shown.
pub struct Ages {
    pub since: Vec<Option<Timestamp>>,
    pub note: Option<String>,
}

/// What the index tells of one pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Since(Timestamp),
    /// The history has no landing of it.
    Unknown,
    /// Only a walk can tell: settings changed, overlays moved, or the history is cut.
    Walk,
}

/// Since when the pins of a world say what they say. `branch`: what is remembered of it.
pub fn of(
    context: &Context<'_>,
    stack: &Stack,
    world: &World,
    branch: &mut Branch,
    asked: &[Asked<'_>],
) -> Result<Ages, Error> {
    let base = world.base.to_string();
    let mut since: Vec<Option<Option<Timestamp>>> = asked
        .iter()
        .map(|one| branch.ages.get(&one.key()).filter(|age| age.base == base).map(|age| age.since))
        .collect();
    let missing: Vec<usize> = (0..asked.len()).filter(|at| since[*at].is_none()).collect();
    let shown = |since: Vec<Option<Option<Timestamp>>>| since.into_iter().map(Option::flatten).collect();
    if missing.is_empty() {
        return Ok(Ages { since: shown(since), note: None });
    }
    let effort = if missing.len() <= FEW { Effort::Build } else { Effort::IfQuick };
    let Some(past) = context.repo.past(world.base, effort)? else {
        let note = "ages are not shown: this history is long and not indexed yet; `stageline history` does that once, \
                    as `status` of a few applications does";
        return Ok(Ages { since: shown(since), note: Some(note.into()) });
    };
    let told = Told { past: &past, versions: Versions::new(&past, &stack.shelf), world };
    let verdicts = told.verdicts(branch, &missing.iter().map(|at| asked[*at]).collect::<Vec<_>>())?;
    let walks = verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Walk).count();
    for (at, (touched, verdict)) in missing.into_iter().zip(verdicts) {
        let one = &asked[at];
        let found = match verdict {
            Verdict::Since(when) => Some(when),
            Verdict::Unknown => None,
            Verdict::Walk if walks > FEW => continue,
            Verdict::Walk => {
                let pair = [(one.app.name.clone(), one.env.name.clone())];
                timeline::walk(context, stack, world, &pair, Some(1))?.changes.first().map(|change| change.when)
            }
        };
        since[at] = Some(found);
        // What a shallow clone hides may come with the next fetch.
        if past.is_complete() {
            branch.ages.insert(one.key(), Age { base: base.clone(), touched, since: found });
            branch.is_new = true;
        }
    }
    let note = (walks > FEW).then(|| {
        format!(
            "{walks} ages are not shown: since those pins changed, settings or the layout did, or the clone is shallow; \
             ask for fewer applications"
        )
    });
    Ok(Ages { since: shown(since), note })
}

/// What tells: the past, and the settings that its trees were read with.
struct Told<'a> {
    past: &'a Past,
    versions: Versions<'a>,
    world: &'a World,
}

impl Asked<'_> {
    fn key(&self) -> String {
        format!("{} {}", self.app.name, self.env.name)
    }
}

impl Told<'_> {
    /// What the index tells of each pin, or told before a landing that cannot have moved it; beside it, the newest landing
    /// that could have.
    fn verdicts(&self, branch: &Branch, asked: &[Asked<'_>]) -> Result<Vec<(Option<String>, Verdict)>, Error> {
        let places: Vec<Vec<RepoPath>> = asked.par_iter().map(|one| self.places(one)).collect();
        let landings: Vec<Vec<usize>> = places.par_iter().map(|places| self.past.landings(places)).collect();
        let settings = self.versions.landings.first().map(|(landing, _)| *landing);
        let touched = |landings: &[usize]| -> Option<String> {
            let newest = landings.first().copied().max(settings)?;
            Some(self.past.commit(newest)?.to_string())
        };
        let told = |at: usize| -> (Option<String>, Option<Verdict>) {
            let touched = touched(&landings[at]).filter(|_| !places[at].is_empty());
            let known = branch.ages.get(&asked[at].key()).filter(|age| touched.is_some() && age.touched == touched);
            (touched, known.map(|age| age.since.map_or(Verdict::Unknown, Verdict::Since)))
        };
        let told: Vec<(Option<String>, Option<Verdict>)> = (0..asked.len()).into_par_iter().map(told).collect();
        let mut open: Vec<usize> = (0..asked.len()).filter(|at| told[*at].1.is_none()).collect();
        self.past.get_ready(&open.iter().flat_map(|at| places[*at].iter().cloned()).collect::<Vec<_>>())?;
        // Mostly one look at the bytes before the newest landing tells. In the order of their commits they come quicker: so
        // they lie in the packs.
        open.sort_unstable_by_key(|at| landings[*at].get(1));
        let found = read_ahead(
            &open,
            |at| landings[*at].first().map(|newest| self.past.before(*newest).texts(&places[*at])),
            |at, texts| self.verdict(&asked[*at], &places[*at], &landings[*at], texts),
        );
        let mut told = told;
        for (at, verdict) in open.into_iter().zip(found) {
            told[at].1 = Some(verdict?);
        }
        Ok(told.into_iter().map(|(touched, verdict)| (touched, verdict.unwrap_or(Verdict::Unknown))).collect())
    }

    /// Where a change of the pin would be; nothing where that cannot be told.
    fn places(&self, one: &Asked<'_>) -> Vec<RepoPath> {
        // A glob of clusters reaches folders that may be gone now.
        let globbed = one.app.pins.iter().any(|rule| rule.within.contains("{cluster}"))
            && one.env.clusters.iter().any(|cluster| cluster.contains('*'));
        if globbed { Vec::new() } else { self.world.places(&[(one.app, one.env)]).unwrap_or_default() }
    }

    /// What the landings tell, newest first. `newest`: the texts before the first of them.
    fn verdict(
        &self,
        one: &Asked<'_>,
        places: &[RepoPath],
        landings: &[usize],
        mut newest: Option<Result<Vec<Vec<u8>>, Error>>,
    ) -> Result<Verdict, Error> {
        if places.is_empty() {
            return Ok(Verdict::Walk);
        }
        let now = one.pin.assignment();
        for landing in landings.iter().copied() {
            let whole = self.past.is_complete() && !self.past.took_an_overlay(landing);
            let agreed = self.versions.agree(landing, one);
            let Some(when) = self.past.when(landing).filter(|_| whole && agreed != Agreed::No) else {
                return Ok(Verdict::Walk);
            };
            let before = self.past.before(landing);
            let texts = newest.take().unwrap_or_else(|| before.texts(places))?;
            if texts.is_empty() && !one.app.rules.was.is_empty() {
                return Ok(Verdict::Walk);
            }
            if agreed == Agreed::Wholly && cannot_say(&texts, one.pin) {
                return Ok(Verdict::Since(when));
            }
            let was = self.world.pin(&Reader::new(&before), one.app, one.env);
            match was.ok().flatten().map(|was| was.assignment()).filter(|was| !was.is_empty()) {
                Some(was) if was != now => return Ok(Verdict::Since(when)),
                Some(_) => {}
                // Nothing stood there, by any rule.
                None if agreed == Agreed::Wholly && texts.is_empty() => return Ok(Verdict::Since(when)),
                // Another rule, or another name, may find it there.
                None => return Ok(Verdict::Walk),
            }
        }
        Ok(Verdict::Unknown)
    }
}

/// Whether no reading of these texts can give what the pin says: its version is in none of them. Cheaper than parsing,
/// and certain where no escape could spell the version in another way.
fn cannot_say(texts: &[Vec<u8>], pin: &Pin) -> bool {
    if texts.iter().any(|text| text.contains(&b'\\')) {
        return false;
    }
    let said = pin.readings.iter().filter_map(|reading| reading.version.as_ref());
    let needles = said.filter_map(|version| version.tag().or(version.digest())).filter(|text| is_plain(text));
    let mut needles = needles.map(str::as_bytes);
    needles.any(|needle| !texts.iter().any(|text| text.windows(needle.len()).any(|window| window == needle)))
}

/// Whether every YAML style without escapes writes the text as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-:@/".contains(&byte))
}

/// The settings that the trees of the past were read with, each version of the file checked once, if at all.
struct Versions<'a> {
    past: &'a Past,
    shelf: &'a Shelf,
    /// The landings that changed the file, newest first.
    landings: Vec<(usize, OnceLock<Option<Arc<Settings>>>)>,
}

impl<'a> Versions<'a> {
    fn new(past: &'a Past, shelf: &'a Shelf) -> Self {
        let landings = RepoPath::new(FILE).map(|file| past.landings(&[file])).unwrap_or_default();
        Self { past, shelf, landings: landings.into_iter().map(|landing| (landing, OnceLock::new())).collect() }
    }

    /// How far all settings from those before a landing on find the pin in the same way. A tree without a file, or with one
    /// that cannot be read, is read as the nearest later one that can be.
    fn agree(&self, landing: usize, one: &Asked<'_>) -> Agreed {
        let mut agreed = Agreed::Wholly;
        for (changed, known) in &self.landings {
            let settings = known.get_or_init(|| self.shelf.own(&self.past.after(*changed)).ok().flatten());
            agreed = settings.as_ref().map_or(agreed, |settings| agreed.min(agrees(settings, one)));
            if *changed < landing {
                break;
            }
        }
        agreed
    }
}

/// How far settings find a pin in the same way as others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreed {
    /// In other clusters, or an environment of another kind.
    No,
    /// In the same ones; by another rule, or not yet.
    OnClusters,
    Wholly,
}

fn agrees(settings: &Settings, one: &Asked<'_>) -> Agreed {
    let named = settings.application(&one.app.name).cloned();
    let app = named.or_else(|| members::alike(settings, one.app)).is_some_and(|app| app.pins == one.app.pins);
    let env = |env: &Environment| env.clusters == one.env.clusters && env.ephemeral == one.env.ephemeral;
    match settings.environment(&one.env.name).is_none_or(env) {
        true if app => Agreed::Wholly,
        true => Agreed::OnClusters,
        false => Agreed::No,
    }
}
