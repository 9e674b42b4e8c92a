//! Where the past of pins is read in another way than today, and where it cannot be read any further.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, EnvName};

use crate::ops::reading::earlier::Turn;
use crate::ops::reading::lens::{Lens, Pair};

/// So many notes are told one by one.
const TOLD: usize = 8;

/// A landing before which a pin is found in another way.
#[derive(Debug, Clone)]
pub struct Turned {
    pub pair: Pair,
    pub landing: CommitId,
    /// Its first parent: the newest tree that is read like this.
    pub before: CommitId,
    pub lens: Arc<Lens>,
    pub turn: Turn,
}

/// All of a walk.
#[derive(Debug, Clone, Default)]
pub struct Turns {
    /// Newest first.
    turned: Vec<Turned>,
    /// The newest landing of a pair that is read by a rule that came later than it.
    later: BTreeMap<Pair, CommitId>,
    /// The landing before which a pair cannot be read, and why.
    untold: BTreeMap<Pair, (CommitId, String)>,
    /// Landings after which a pair could not be read, newest first, each with the reason.
    unread: Vec<(Pair, CommitId, String)>,
}

impl Turns {
    /// Notes a turn; they come newest first.
    pub fn add(&mut self, turned: Turned) {
        self.turned.push(turned);
    }

    /// Notes that a landing was read by a rule that its own tree does not have.
    pub fn by_later_rule(&mut self, pair: &Pair, landing: CommitId) {
        if !self.turned.iter().any(|one| one.pair == *pair) {
            self.later.entry(pair.clone()).or_insert(landing);
        }
    }

    /// Notes that what a landing left cannot be read, so that it seems to say nothing; they come newest first.
    pub fn unread(&mut self, pair: &Pair, landing: CommitId, why: String) {
        self.unread.push((pair.clone(), landing, why));
    }

    /// Notes that before a landing a pair cannot be read.
    pub fn end(&mut self, pair: Pair, landing: CommitId, why: String) {
        self.untold.insert(pair, (landing, why));
    }

    /// The turns of a pair, newest first.
    pub fn of<'t>(&'t self, pair: &'t Pair) -> impl Iterator<Item = &'t Turned> {
        self.turned.iter().filter(move |one| one.pair == *pair)
    }

    /// What the pin of a pair was called until a landing renamed it.
    pub fn renamed(&self, app: &AppName, env: &EnvName, landing: CommitId) -> Option<&str> {
        let own = |one: &&Turned| one.landing == landing && (&one.pair.0, &one.pair.1) == (app, env);
        self.turned.iter().filter(own).find_map(|one| match &one.turn {
            Turn::Renamed { from, .. } => Some(from.as_str()),
            Turn::OwnRule | Turn::Was(_) | Turn::Unmarked | Turn::Moved => None,
        })
    }

    /// Why nothing can be told of a pair before its oldest change.
    pub fn untold(&self, app: &AppName, env: &EnvName) -> Option<&str> {
        self.untold.get(&(app.clone(), env.clone())).map(|(_, why)| why.as_str())
    }

    /// Why what a landing left of a pair could not be read; `None`: it could.
    pub fn why_unread(&self, app: &AppName, env: &EnvName, landing: CommitId) -> Option<&str> {
        let own = |(pair, at, _): &&(Pair, CommitId, String)| (&pair.0, &pair.1, *at) == (app, env, landing);
        self.unread.iter().find(own).map(|(_, _, why)| why.as_str())
    }

    /// Whether the past of every pair was read to its end.
    pub fn is_told(&self) -> bool {
        self.untold.is_empty()
    }

    /// What is to be said of all that, a line each; what is the same of several pins is said once.
    pub fn notes(&self) -> Vec<String> {
        let mut said: Vec<(String, Vec<String>)> = Vec::new();
        let mut say = |what: String, (app, env): &Pair| {
            let whom = format!("`{app}` in `{env}`");
            match said.iter_mut().find(|(known, _)| *known == what) {
                Some((_, all)) => all.push(whom),
                None => said.push((what, vec![whom])),
            }
        };
        for (pair, (landing, why)) in &self.untold {
            say(format!("not read any further back than {}: {why}", landing.short()), pair);
        }
        for (pair, landing, why) in &self.unread {
            say(format!("what {} left cannot be read: {why}", landing.short()), pair);
        }
        for one in &self.turned {
            say(format!("{}: {}", one.landing.short(), one.turn), &one.pair);
        }
        for (pair, landing) in &self.later {
            let what = "the `stageline.yaml` of that time did not know the pin, or looked for it elsewhere";
            say(format!("{} and what is older is read by today's rules: {what}", landing.short()), pair);
        }
        let count = said.len();
        let told = said.into_iter().map(|(what, whom)| format!("{}: {what}", listed(&whom)));
        let mut out: Vec<String> = told.take(TOLD).collect();
        if count > TOLD {
            out.push(format!("{} more such notes: ask for one application", count - TOLD));
        }
        out
    }
}

fn listed(whom: &[String]) -> String {
    match whom {
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        all => all.join(", "),
    }
}
