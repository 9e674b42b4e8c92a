//! The tree before a landing: what it says by the rule that the tree after it was read by, and, only where that finds nothing
//! there, by what else is known of the pin: the earlier tree's own rule, its earlier names, a rename that can be told.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::config;
use crate::domain::files::differing;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, PinKind, PinRule, Settings};
use crate::overlay::fill;
use crate::overlay::names::{self, Earlier, Named};

use crate::ops::reading::lens::{Lens, Said, Tree};
use crate::ops::reading::moved::{Shift, Stood};
use crate::ops::reading::world::World;

/// Two neighbouring trees.
pub struct Neighbours<'a> {
    pub after: Tree<'a>,
    pub before: Tree<'a>,
    /// The settings of the tree before, where it has a file of its own that can be read.
    pub own: Option<Arc<Settings>>,
    /// Those of today: a name that is another's there is never followed.
    pub today: &'a Settings,
    /// What the layout of the tree before tells, where the landing took an overlay away.
    layout: OnceLock<Option<Arc<Settings>>>,
    /// The files that the landing took away and brought.
    shift: OnceLock<Shift>,
    /// The tree before, by its own settings.
    by_own: OnceLock<World>,
}

/// What the tree before says, and how.
pub struct Before {
    pub said: Said,
    pub lens: Arc<Lens>,
    /// How it was found where the rule of the tree after found nothing.
    pub turn: Option<Turn>,
    /// Why it cannot be told whether the pin stood there.
    pub untold: Option<String>,
}

/// Where a pin is read in another way from one tree to the one before it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// By the rule that was in force then.
    OwnRule,
    /// It was called otherwise before that landing.
    Renamed { from: String, to: String },
    /// By an earlier name, as `was:` says.
    Was(String),
    /// No comment marked it yet.
    Unmarked,
    /// Its overlay stood elsewhere, or the file that it is in.
    Moved,
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Turn::OwnRule => f.write_str("what is older is found where the `stageline.yaml` of that time says"),
            Turn::Renamed { from, to } => write!(f, "`{to}` renamed from `{from}`"),
            Turn::Was(name) => write!(f, "called `{name}` before, as `was:` says"),
            Turn::Unmarked => f.write_str("marked by a comment since then"),
            Turn::Moved => f.write_str("its overlay stood elsewhere before"),
        }
    }
}

impl<'a> Neighbours<'a> {
    /// Of two worlds. `own`: the settings of the tree before; `today`: those of the branch's tip.
    pub fn of(after: &'a World, before: &'a World, own: Option<Arc<Settings>>, today: &'a Settings) -> Self {
        Self {
            after: Tree::of(after),
            before: Tree::of(before),
            own,
            today,
            layout: OnceLock::new(),
            shift: OnceLock::new(),
            by_own: OnceLock::new(),
        }
    }

    /// What the tree before says of a pin that the tree after says this of.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn before(&self, lens: &Arc<Lens>, is: &Said) -> Result<Before, Error> {
        let said = lens.read(&self.before)?;
        let missing: Vec<usize> = is.found.difference(&said.found).copied().collect();
        let plain = |said| Before { said, lens: Arc::clone(lens), turn: None, untold: None };
        if missing.is_empty() {
            return Ok(plain(said));
        }
        if said.found.is_empty() {
            for (other, turn) in self.wholly(lens)? {
                let said = other.read(&self.before)?;
                if said.pin.is_some() {
                    return Ok(Before { said, lens: Arc::new(other), turn: Some(turn), untold: None });
                }
            }
        }
        let (mut now, mut turns, mut untold) = ((**lens).clone(), Vec::new(), None);
        for number in missing {
            match self.rule(&now, number, is)? {
                Found::By(rule, turn) => {
                    now = now.with_rule(number, *rule);
                    turns.push(turn);
                }
                Found::Untold(why) => untold = Some(why),
                Found::Nothing => {}
            }
        }
        if let Some(turn) = turns.into_iter().next() {
            let said = now.read(&self.before)?;
            return Ok(Before { said, lens: Arc::new(now), turn: Some(turn), untold: None });
        }
        if let (true, Some(layout)) = (said.found.is_empty(), self.layout()?)
            && let Some(moved) = Lens::of(&layout, &lens.pair()).map(|found| lens.before_it(found))
        {
            let said = moved.read(&self.before)?;
            if said.pin.is_some() {
                return Ok(Before { said, lens: Arc::new(moved), turn: Some(Turn::Moved), untold: None });
            }
        }
        let untold = untold.or_else(|| said.unread.first().map(|why| why.message.clone()));
        Ok(Before { untold, ..plain(said) })
    }

    /// The rule that was in force in the tree before, where it finds something there.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn by_own_rule(&self, lens: &Lens) -> Result<Option<Lens>, Error> {
        for own in self.own_lenses(lens)? {
            if own.read(&self.before)?.pin.is_some() {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    /// Other ways to find the whole pin, in the order in which they count.
    fn wholly(&self, lens: &Lens) -> Result<Vec<(Lens, Turn)>, Error> {
        let has_application =
            |rule: &PinRule| rule.within.contains("{application}") || fill::kind_has(&rule.kind, "application");
        let mut out: Vec<(Lens, Turn)> = self.own_lenses(lens)?.into_iter().map(|own| (own, Turn::OwnRule)).collect();
        for name in self.earlier_names(lens) {
            if lens.rules().any(|(_, rule)| has_application(rule)) {
                out.push((lens.with_places_of(name), Turn::Was(name.to_string())));
            }
        }
        Ok(out)
    }

    /// Whether the settings of the tree before find the pin in another way.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn is_other(&self, lens: &Lens) -> Result<bool, Error> {
        Ok(!self.own_lenses(lens)?.is_empty())
    }

    /// What the settings of the tree before say of the application, under its name or an earlier one, where that is another way.
    fn own_lenses(&self, lens: &Lens) -> Result<Vec<Lens>, Error> {
        let Some(own) = &self.own else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for name in std::iter::once(&lens.app.name).chain(self.earlier_names(lens)) {
            let pair = (name.clone(), lens.env.name.clone());
            let Some(found) = Lens::then(own, self.before.world.files.as_ref(), &pair)? else { continue };
            let found = found.with_places_of(&found.app.name);
            if !found.finds_as(&lens.with_places_of(&lens.app.name)) {
                let own = lens.before_it(found);
                // Both trees are read in the same clusters, unless the rule needs its own.
                out.extend([own.in_env(&lens.env), own]);
            }
        }
        Ok(out)
    }

    /// The names that the application had, as its `was:` says: but for those that are another's today.
    fn earlier_names<'l>(&self, lens: &'l Lens) -> impl Iterator<Item = &'l AppName> {
        let today = self.today;
        let now: &'l Application = &lens.app;
        let is_free = move |name: &&'l AppName| {
            today.application(name).is_none() && today.group_of(name).is_none() && **name != now.name
        };
        now.rules.was.iter().filter(is_free)
    }

    /// Another way to find what one rule found in the tree after.
    fn rule(&self, lens: &Lens, number: usize, is: &Said) -> Result<Found, Error> {
        let rule = &lens.app.pins[number];
        if let Some(own) = self.own_rule(lens, rule)?
            && self.finds(lens, number, &own)?
        {
            return Ok(Found::By(Box::new(own), Turn::OwnRule));
        }
        for name in rule.more.was.iter().filter(|name| !self.is_anothers(lens, number, name)) {
            let Some(kind) = rule.kind.named(name) else { continue };
            let other = PinRule { kind, ..rule.clone() };
            if self.finds(lens, number, &other)? {
                return Ok(Found::By(Box::new(other), Turn::Was(name.clone())));
            }
        }
        let found = self.renamed(lens, number, is)?;
        if !matches!(found, Found::Nothing) {
            return Ok(found);
        }
        let reading = is.pin.iter().flat_map(|pin| &pin.readings);
        for reading in reading.filter(|reading| (reading.key.pin.as_str(), reading.key.nth) == lens.label(number)) {
            let Some(kind) = names::unmarked(&self.after.reader, &rule.kind, reading) else { continue };
            let other = PinRule { kind, ..rule.clone() };
            if self.finds(lens, number, &other)? {
                return Ok(Found::By(Box::new(other), Turn::Unmarked));
            }
        }
        Ok(match self.shift()?.stood((&self.before, &self.after), lens, number, is)? {
            Stood::By(rule) if self.is_of_another_cell(&lens.with_rule(number, (*rule).clone()), number)? => {
                Found::Nothing
            }
            Stood::By(rule) => Found::By(rule, Turn::Moved),
            Stood::Perhaps(why) => Found::Untold(why),
            Stood::Nowhere => Found::Nothing,
        })
    }

    /// Whether what one rule of a lens finds in the tree before was, by the settings there, a pin of another application or
    /// environment that there is today.
    fn is_of_another_cell(&self, lens: &Lens, number: usize) -> Result<bool, Error> {
        let Some(own) = &self.own else { return Ok(false) };
        let by_own = self.by_own.get_or_init(|| self.before.world.seen_with(Arc::clone(own)));
        let said = lens.read(&self.before)?;
        let is_it = |reading: &&Reading| (reading.key.pin.as_str(), reading.key.nth) == lens.label(number);
        for reading in said.pin.iter().flat_map(|pin| &pin.readings).filter(is_it) {
            let site = &reading.site;
            for (app, env) in by_own.pairs_at(std::slice::from_ref(&site.file))? {
                let is_today = self.today.application(&app).is_some() && self.today.environment(&env).is_some();
                if !is_today || (&app, &env) == (&lens.app.name, &lens.env.name) {
                    continue;
                }
                let (Some(app), Some(env)) = (own.application(&app), own.environment(&env)) else { continue };
                match by_own.pin(&self.before.reader, app, env) {
                    Err(Error::Failed(error)) => return Err(error.into()),
                    Ok(Some(pin)) if pin.readings.iter().any(|other| other.site == *site) => return Ok(true),
                    Ok(_) | Err(_) => {}
                }
            }
        }
        Ok(false)
    }

    fn shift(&self) -> Result<&Shift, Error> {
        if let Some(known) = self.shift.get() {
            return Ok(known);
        }
        let found = Shift::of(&self.before, &self.after)?;
        Ok(self.shift.get_or_init(|| found))
    }

    /// The one rule of the tree before that the tree after does not have, where only this one is new in the tree after.
    fn own_rule(&self, lens: &Lens, rule: &PinRule) -> Result<Option<PinRule>, Error> {
        let Some(own) = &self.own else { return Ok(None) };
        let Some(own) = Lens::then(own, self.before.world.files.as_ref(), &lens.pair())? else { return Ok(None) };
        let gone: Vec<&PinRule> =
            own.rules().map(|(_, one)| one).filter(|one| !lens.rules().any(|(_, now)| now.finds_as(one))).collect();
        let new: Vec<&PinRule> =
            lens.rules().map(|(_, now)| now).filter(|now| !own.rules().any(|(_, one)| one.finds_as(now))).collect();
        Ok(match (gone.as_slice(), new.as_slice()) {
            ([gone], [new]) if new.finds_as(rule) => Some((*gone).clone()),
            _ => None,
        })
    }

    /// Whether the tree before says a version where another rule looks.
    fn finds(&self, lens: &Lens, number: usize, rule: &PinRule) -> Result<bool, Error> {
        Ok(lens.with_rule(number, rule.clone()).read(&self.before)?.found.contains(&number))
    }

    /// Whether a pin of another application, or another pin of this one, is called by this name today.
    fn is_anothers(&self, lens: &Lens, number: usize, name: &str) -> bool {
        let rule = &lens.app.pins[number];
        let same_kind = |kind: &PinKind| std::mem::discriminant(kind) == std::mem::discriminant(&rule.kind);
        let is_called = |kind: &PinKind| same_kind(kind) && names::is_called(kind, name);
        let others = self.today.applications.iter().filter(|app| app.name != lens.app.name);
        let of_others = others.flat_map(|app| app.pins.iter().map(|rule| (rule, &app.name)));
        let siblings = lens.rules().filter(|(one, _)| *one != number).map(|(_, rule)| (rule, &lens.app.name));
        of_others.chain(siblings).any(|(rule, app)| is_called(&fill::filled(rule, app, &lens.env.name, None).kind))
    }

    /// The rule under the name that its pin had at the same place before the landing.
    fn renamed(&self, lens: &Lens, number: usize, is: &Said) -> Result<Found, Error> {
        let rule = &lens.app.pins[number];
        let Some(now) = rule.kind.name() else { return Ok(Found::Nothing) };
        let is_anothers = |name: &str| self.is_anothers(lens, number, name);
        let mut untold = None;
        for site in self.after.world.sites(&lens.app, &lens.env)? {
            if !std::ptr::eq(site.rule, rule) || !is.found.contains(&number) {
                continue;
            }
            let all = |tree: &Tree<'_>| -> Vec<Named> {
                names::all(&tree.reader, &site.here.kind, &site.place).unwrap_or_default()
            };
            let (was, is) = (all(&self.before), all(&self.after));
            match names::earlier(&site.here.kind, &was, &is, &is_anothers) {
                Earlier::Name(old) => {
                    let Some(kind) = rule.kind.named(old) else { continue };
                    let turn = Turn::Renamed { from: old.to_string(), to: now.to_string() };
                    let other = PinRule { kind, ..rule.clone() };
                    if self.finds(lens, number, &other)? {
                        return Ok(Found::By(Box::new(other), turn));
                    }
                }
                Earlier::Several(names) => {
                    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    untold = Some(format!("`{now}` may have been called {} before", names.join(" or ")));
                }
                Earlier::None => {}
            }
        }
        Ok(untold.map_or(Found::Nothing, Found::Untold))
    }

    /// Settings that find overlays where they were before a landing moved them: by the layout, and only if it took some away.
    fn layout(&self) -> Result<Option<Arc<Settings>>, Error> {
        if let Some(known) = self.layout.get() {
            return Ok(known.clone());
        }
        let (after, before) = (self.after.world.files.as_ref(), self.before.world.files.as_ref());
        let mut changed = Vec::new();
        differing(before, after, &RepoPath::root(), &mut changed)?;
        let mut took = false;
        for path in changed.iter().filter(|path| path.name().to_ascii_lowercase().starts_with("kustomization")) {
            took = took || after.entry(path)?.is_none();
        }
        let found = if took { Some(Arc::new(config::discover::discover(before)?.settings)) } else { None };
        Ok(self.layout.get_or_init(|| found).clone())
    }
}

/// Another way to find what one rule found.
enum Found {
    By(Box<PinRule>, Turn),
    /// It may have stood there, and why that cannot be told.
    Untold(String),
    Nothing,
}
