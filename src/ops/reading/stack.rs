//! The worlds that a verb works on: the main branch's, and those of environments with a branch of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::config;
use crate::config::members::{self, Lives};
use crate::domain::commit::{CommitId, Known};
use crate::domain::files::Files;
use crate::domain::names::{BaselineName, BranchName, EnvName, RemoteName};
use crate::domain::path::RepoPath;
use crate::domain::receipt::BRANCH;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Environment, FILE, Origin, Settings, SoakClock};
use crate::domain::statement;
use crate::git::fetch::Rewound;
use crate::git::repo::Repo;
use crate::git::source::Network;

use crate::ops::context::{Context, Freshness};
use crate::ops::landing::intent::Scope;
use crate::ops::reading::world::{World, unknown};
use crate::ops::remembered::shelf::{Shelf, checked};

/// Which commit of a branch counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tips {
    /// What is known here of what landed: for reading. Never the network.
    Known,
    /// The remote's, fetched now: for landing there.
    Fetched,
    /// The remote's, as the last fetch or push saw it: for another try.
    Seen,
    /// The local branch: for landing without a push.
    Local,
}

/// Whether the remote is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Now,
    Nobody,
}

/// The worlds of one run.
pub struct Stack {
    pub main: Arc<World>,
    branches: BTreeMap<BranchName, Arc<World>>,
    /// The rules that branches of environments have of their own, beside the main branch's.
    pub copies: BTreeMap<BranchName, Arc<Settings>>,
    pub remote: Option<RemoteName>,
    /// Where the branch of receipts is, if the rules measure by them; `None`: it is not here.
    pub receipts: Option<CommitId>,
    /// Where the branch of statements is, if the rules ask for any; `None`: it is not here.
    pub statements: Known<Option<CommitId>>,
    /// The release baselines that this run asked for, with their commits, by environment and point of the past (`baseline/NAME`).
    pub baselines: BTreeMap<(EnvName, String), (BaselineName, CommitId)>,
    /// What the user knows that remote by.
    called: String,
    pub shelf: Shelf,
    pub notes: Vec<String>,
    /// Where the remote's branches were by all that was known here before they were fetched.
    seen: BTreeMap<BranchName, CommitId>,
}

/// What is said where the remote was asked longer ago than a minute.
fn as_of(context: &Context<'_>, remote: &RemoteName, branch: &BranchName) -> Option<String> {
    let asked = context.repo.last_asked(remote, branch)?;
    let is_old = context.now.duration_since(asked) > SignedDuration::from_secs(60);
    is_old.then(|| format!("as of {asked}, when `{remote}` was last asked: `--fetch` asks it now"))
}

impl Stack {
    /// Reads the worlds of all branches that the settings name.
    pub fn read(context: &mut Context<'_>, tips: Tips) -> Result<Self, Error> {
        Self::read_with(context, tips, Shelf::default())
    }

    /// The same, with settings that are known already.
    pub fn read_with(context: &mut Context<'_>, tips: Tips, shelf: Shelf) -> Result<Self, Error> {
        context.repo.warm()?;
        let given = given_settings(context)?;
        let shelf = shelf.with_instead(given.clone());
        let outset = Outset::find(context, &shelf, given.as_deref(), tips)?;
        let looks = tips == Tips::Known
            && (context.options.freshness == Freshness::Fetched || outset.lacks_its_branch(context)?);
        let asks = looks || tips == Tips::Fetched;
        let fetched = if asks { outset.fetch(context)? } else { Fetched::default() };
        if looks {
            context.repo.note_asked();
        }
        let Outset { remote, branch, known } = outset;
        let mut notes = Vec::new();
        let main = match known {
            Ok(world) if world.branch == branch && tips == Tips::Known && !looks => {
                tip_of(context, &branch, remote.as_ref(), tips, &mut notes)?;
                world
            }
            _ => read_at(context, &shelf, &branch, remote.as_ref(), tips, &mut notes)?,
        };
        let wanted = own_branches(&main.settings, &branch);
        let missing: Vec<BranchName> = wanted.iter().filter(|b| !fetched.branches.contains(b)).cloned().collect();
        if asks
            && !missing.is_empty()
            && let Some(remote) = &remote
        {
            context.repo.fetch(remote, &missing, Rewound::Refused)?;
        }
        if let (Some(path), true) = (&context.options.config, main.own_file()?.is_some()) {
            notes.push(format!("`{}` is read here, not the `{FILE}` of `{branch}`", path.display()));
        }
        if tips == Tips::Known {
            notes.extend(remote.as_ref().and_then(|remote| as_of(context, remote, &branch)));
        }
        let main = Arc::new(main);
        let branches = BTreeMap::from([(branch, Arc::clone(&main))]);
        let called = remote.as_ref().map_or("origin".into(), |remote| context.repo.called(remote));
        let has_statements = fetched.branches.contains(&statements_branch()?);
        let mut stack = Self {
            main,
            branches,
            copies: BTreeMap::new(),
            remote,
            receipts: None,
            statements: Known::Is(None),
            baselines: BTreeMap::new(),
            called,
            shelf,
            notes,
            seen: fetched.seen,
        };
        for own in wanted {
            stack.add(context, own, tips)?;
        }
        stack.add_members()?;
        stack.find_receipts(context, tips, if asks { Asks::Now } else { Asks::Nobody })?;
        stack.find_statements(context, tips, if asks && !has_statements { Asks::Now } else { Asks::Nobody })?;
        Ok(stack)
    }

    /// Looks where the branch of statements is, where some rule asks for any. `asks`: whether the remote is still to be asked. That
    /// branch only grows: where the server's is not what this clone saw of it, nothing is judged by it.
    fn find_statements(&mut self, context: &mut Context<'_>, tips: Tips, asks: Asks) -> Result<(), Error> {
        let all = std::iter::once(&self.main.settings).chain(self.copies.values());
        if !all.into_iter().any(|settings| settings.asks_for_statements()) {
            return Ok(());
        }
        self.statements_at(context, tips, asks)
    }

    /// Looks where the branch of statements is by now: after something was said.
    ///
    /// # Errors
    /// The remote cannot be asked.
    pub fn look_for_statements(&mut self, context: &mut Context<'_>) -> Result<(), Error> {
        let is_reached = self.remote.is_some() && context.options.network == Network::Allowed;
        let (tips, asks) = if is_reached { (Tips::Fetched, Asks::Now) } else { (Tips::Known, Asks::Nobody) };
        self.statements_at(context, tips, asks)
    }

    /// Looks where the branch of statements is, whether or not a rule asks for any: for a verb that is about them.
    ///
    /// # Errors
    /// The remote cannot be asked.
    pub fn need_statements(&mut self, context: &mut Context<'_>, tips: Tips) -> Result<(), Error> {
        if tips != Tips::Known && self.statements != Known::Is(None) {
            return Ok(());
        }
        let looks = tips == Tips::Known && context.options.freshness == Freshness::Fetched;
        let asks = if looks || tips == Tips::Fetched { Asks::Now } else { Asks::Nobody };
        self.statements_at(context, tips, asks)
    }

    /// Looks where the branch of statements is by what is known here, where no rule asks for any: the remote is not asked.
    ///
    /// # Errors
    /// A ref cannot be read.
    pub fn seek_statements(&mut self, context: &mut Context<'_>) -> Result<(), Error> {
        if self.statements == Known::Is(None) { self.statements_at(context, Tips::Known, Asks::Nobody) } else { Ok(()) }
    }

    /// Where the branch of statements is; `None`: it is not here, or cannot be told.
    pub fn statements_tip(&self) -> Option<CommitId> {
        match self.statements {
            Known::Is(tip) => tip,
            Known::CannotTell(_) => None,
        }
    }

    fn statements_at(&mut self, context: &mut Context<'_>, tips: Tips, asks: Asks) -> Result<(), Error> {
        let branch = statements_branch()?;
        if let (Asks::Now, Some(remote)) = (asks, &self.remote) {
            match context.repo.fetch(remote, std::slice::from_ref(&branch), Rewound::Refused) {
                Err(error) if error.refusal().code == Code::Rewound => {
                    self.statements = Known::CannotTell(error.refusal().on_one_line());
                    return Ok(());
                }
                other => drop(other?),
            }
        }
        let tips = if tips == Tips::Known && self.remote.is_some() { Tips::Seen } else { tips };
        self.statements = Known::Is(tip_of(context, &branch, self.remote.as_ref(), tips, &mut Vec::new())?);
        Ok(())
    }

    /// Looks where the branch of receipts is, where some rule measures by them. `asks`: whether the remote is asked. A server may
    /// have begun them anew: who signed them is what counts, and fewer of them prove less.
    fn find_receipts(&mut self, context: &mut Context<'_>, tips: Tips, asks: Asks) -> Result<(), Error> {
        let all = std::iter::once(&self.main.settings).chain(self.copies.values());
        let Some(records) = all.filter_map(|settings| records_of(settings)).next() else { return Ok(()) };
        if let (Asks::Now, Some(remote)) = (asks, &self.remote) {
            context.repo.fetch(remote, std::slice::from_ref(&records), Rewound::Followed)?;
        }
        // What this clone has under that name is nobody's word.
        let tips = if tips == Tips::Known && self.remote.is_some() { Tips::Seen } else { tips };
        self.receipts = tip_of(context, &records, self.remote.as_ref(), tips, &mut Vec::new())?;
        Ok(())
    }

    /// Reads the same trees by other settings, with the members that those find.
    ///
    /// # Errors
    /// A tree cannot be read.
    pub fn rule_by(&mut self, settings: Settings) -> Result<(), Error> {
        let settings = Arc::new(settings);
        for world in self.branches.values_mut() {
            *world = Arc::new(world.with_settings(Arc::clone(&settings)));
        }
        self.main = Arc::clone(&self.branches[&self.main.branch]);
        self.add_members()
    }

    /// Reads one branch, rules and all, as it was at an earlier commit.
    ///
    /// # Errors
    /// That commit, or its file, cannot be read.
    pub fn go_back(&mut self, context: &Context<'_>, branch: &BranchName, commit: CommitId) -> Result<(), Error> {
        let otherwise = (*branch != self.main.branch).then(|| Arc::clone(&self.main.settings));
        let world = World::read(&context.repo, &self.shelf, branch, commit, otherwise.as_ref())?;
        if *branch == self.main.branch {
            self.main = Arc::new(world);
            self.branches.insert(branch.clone(), Arc::clone(&self.main));
            let rules = Arc::clone(&self.main.settings);
            let main = branch.clone();
            for (_, world) in self.branches.iter_mut().filter(|(name, _)| **name != main) {
                *world = Arc::new(world.with_settings(Arc::clone(&rules)));
            }
        } else {
            self.copies.remove(branch);
            let mut world = world;
            if self.main.has_file && world.has_file {
                self.copies.insert(branch.clone(), Arc::clone(&world.settings));
                world = world.ruled_by(Arc::clone(&self.main.settings))?;
            }
            self.branches.insert(branch.clone(), Arc::new(world));
        }
        self.add_members()
    }

    /// Puts other worlds of the same branches in the place of these.
    pub fn replace(&mut self, change: impl Fn(Arc<World>) -> Result<Arc<World>, Error>) -> Result<(), Error> {
        for world in self.branches.values_mut() {
            *world = change(Arc::clone(world))?;
        }
        self.main = Arc::clone(&self.branches[&self.main.branch]);
        Ok(())
    }

    /// Adds the members that families have on any of the branches, to the worlds of all.
    fn add_members(&mut self) -> Result<(), Error> {
        if self.main.settings.families.is_empty() {
            return Ok(());
        }
        let settings = Arc::clone(&self.main.settings);
        let lives = |world: &Arc<World>| {
            settings.durable().filter(|env| env.lives_on(&world.branch, &self.main.branch)).collect()
        };
        let trees: Vec<Lives<'_>> =
            self.worlds().map(|world| Lives { files: world.files.as_ref(), environments: lives(world) }).collect();
        let all = Arc::new(members::with_members(&settings, &trees)?);
        for world in self.branches.values_mut().filter(|world| Arc::ptr_eq(&world.settings, &settings)) {
            *world = Arc::new(world.with_settings(Arc::clone(&all)));
        }
        self.main = Arc::clone(&self.branches[&self.main.branch]);
        Ok(())
    }

    /// Reads the world of a branch that environments have of their own, where it is there.
    fn add(&mut self, context: &Context<'_>, own: BranchName, tips: Tips) -> Result<(), Error> {
        let Some(tip) = tip_of(context, &own, self.remote.as_ref(), tips, &mut self.notes)? else { return Ok(()) };
        let read = World::read(&context.repo, &self.shelf, &own, tip, Some(&self.main.settings));
        let mut world = read.map_err(|error| error.detail(format!("that is the copy on the branch `{own}`")))?;
        if self.main.has_file && world.has_file {
            // Which environments, applications and pins there are is the main branch's to say; a copy only adds rules.
            self.copies.insert(own.clone(), Arc::clone(&world.settings));
            world = world.ruled_by(Arc::clone(&self.main.settings))?;
        }
        self.branches.insert(own, Arc::new(world));
        Ok(())
    }

    /// The world that an environment lives in and what it says of that environment, which lasts.
    pub fn environment(&self, name: &EnvName) -> Result<(Arc<World>, Environment), Error> {
        let (world, env) = self.any_environment(name)?;
        if env.ephemeral.is_some() {
            return Err(Refusal::new(Code::Ephemeral, format!("`{name}` has instances, and runs nothing itself"))
                .hint("name an environment that lasts; its previews: `stageline preview list`")
                .invalid());
        }
        Ok((world, env))
    }

    /// The same of one that may have instances.
    pub fn any_environment(&self, name: &EnvName) -> Result<(Arc<World>, Environment), Error> {
        let known = self.main.settings.environment(name).ok_or_else(|| {
            unknown(
                "environment",
                name.as_str(),
                self.main.settings.environments.iter().map(|e| e.name.as_str()).collect(),
            )
        })?;
        let branch = known.branch.as_ref().unwrap_or(&self.main.branch);
        let world = self.branches.get(branch).ok_or_else(|| {
            Refusal::new(Code::NoSuchBranch, format!("`{name}` lives on the branch `{branch}`, which is not there"))
                .hint(format!("create it: `git push {} {}:refs/heads/{branch}`", self.called, self.main.branch))
                .invalid()
        })?;
        let env = world.settings.environment(name).unwrap_or(known).clone();
        Ok((Arc::clone(world), env))
    }

    /// The world that an intent is about.
    pub fn world(&self, scope: &Scope) -> Result<Arc<World>, Error> {
        match scope {
            Scope::Environment(env) => Ok(self.any_environment(env)?.0),
            Scope::Everything => Ok(Arc::clone(&self.main)),
            Scope::Branch(branch) => self.branches.get(branch).cloned().ok_or_else(|| {
                Refusal::new(Code::NoSuchBranch, format!("no environment lives on the branch `{branch}`")).invalid()
            }),
        }
    }

    /// Where a branch of the remote was by what was known here before this run fetched it; `None` where nothing was, or where
    /// nothing was fetched.
    pub fn seen(&self, branch: &BranchName) -> Option<CommitId> {
        self.seen.get(branch).copied()
    }

    /// What lands elsewhere, or nowhere, although the configuration names a remote for it would be lost to everybody else:
    /// an error where git knows none of that name.
    pub fn refuse_lost_remote(&self, context: &Context<'_>) -> Result<(), Error> {
        if let (None, Some(named)) = (&self.remote, &self.main.settings.git.remote) {
            return Err(no_such_remote(context, named)?);
        }
        if context.options.remote.is_some() || self.main.settings.git.remote.is_some() {
            return Ok(());
        }
        let branch = &self.main.branch;
        let known = context.repo.remotes()?;
        for key in
            [format!("branch.{branch}.remote"), format!("branch.{branch}.pushremote"), "remote.pushdefault".into()]
        {
            let named = context.repo.config(&key)?;
            // `.` is this repository itself; an address is shown nowhere.
            let named = named.filter(|name| *name != "." && !known.iter().any(|one| one.as_str() == *name));
            let Some(named) = named else { continue };
            let shown = RemoteName::new(named).map_or("an address".to_string(), |name| format!("`{name}`"));
            return Err(Refusal::new(
                Code::NoSuchRemote,
                format!("git's `{key}` is {shown}, and this clone has no remote of that name"),
            )
            .hint("say which one is meant: `--remote NAME`; or commit here only: `--no-push`")
            .hint(format!("or forget it: `git config --unset {key}`"))
            .invalid());
        }
        Ok(())
    }

    /// The worlds of all branches, the main one first.
    pub fn worlds(&self) -> impl Iterator<Item = &Arc<World>> {
        let own = self.branches.values().filter(|world| world.branch != self.main.branch);
        std::iter::once(&self.main).chain(own)
    }

    /// Whether an environment lives on a branch, by settings that know it.
    pub fn lives_on(&self, settings: &Settings, name: &EnvName, branch: &BranchName) -> bool {
        settings.environment(name).is_some_and(|env| env.lives_on(branch, &self.main.branch))
    }

    /// Warns where the work tree's file is not the one that counts.
    pub fn warn_of_draft(&self, context: &Context<'_>) {
        let Some(root) = context.repo.work_tree().filter(|_| context.options.config.is_none()) else { return };
        let Ok(draft) = std::fs::read(root.join(FILE)) else { return };
        let branch = &self.main.branch;
        let own = self.main.own_file();
        let counts = |own: &[u8]| own == draft || self.is_checked_out(context, own);
        match own {
            Ok(Some(own)) if counts(&own) => {}
            Ok(_) if is_committed(context, branch, &draft) && self.is_behind(context) => context.face.warn(&format!(
                "the work tree's `{FILE}` is older than the one on `{branch}`, which is the one that counts: your `{branch}` is behind"
            )),
            Ok(_) if is_committed(context, branch, &draft) => context.face.warn(&format!(
                "the work tree's `{FILE}` is committed on `{branch}` here but not pushed, and the remote's is the one that counts: push it"
            )),
            Ok(Some(_)) => context.face.warn(&format!(
                "the work tree's `{FILE}` differs from the one on `{branch}`, which is the one that counts"
            )),
            Ok(None) => context.face.warn(&format!(
                "the work tree's `{FILE}` is not on `{branch}` yet, and counts only there: commit it, and push it"
            )),
            Err(_) => {}
        }
    }

    /// Whether the local branch, with the work tree's file, is one that the remote's has gone on from.
    fn is_behind(&self, context: &Context<'_>) -> bool {
        let tip = context.repo.tip(&self.main.branch.full());
        let is_before = |tip| matches!(context.repo.is_ancestor(tip, self.main.base), Ok(Known::Is(true)));
        matches!(tip, Ok(Some(tip)) if tip != self.main.base && is_before(tip))
    }

    /// Whether the work tree's file is, to git, the one of the branch: other line ends may be all that differs.
    fn is_checked_out(&self, context: &Context<'_>, own: &[u8]) -> bool {
        let path = RepoPath::new(FILE).ok();
        path.and_then(|path| context.repo.checked_out_from(&path)) == Some(Repo::blob_id(own))
    }

    /// The environments that last, in the order of the stack (a discovered layout: in the well-known order, else by name).
    pub fn ordered(&self) -> Vec<EnvName> {
        let mut names: Vec<EnvName> = self.main.settings.durable().map(|e| e.name.clone()).collect();
        if self.main.settings.origin == Origin::Discovered {
            names.sort_by_key(|name| (config::discover::rank(name.as_str()).unwrap_or(usize::MAX), name.clone()));
        }
        names
    }
}

/// What a run begins with: which branch and which remote count, by what is known here before anything is fetched.
struct Outset {
    remote: Option<RemoteName>,
    /// The branch that says what runs.
    branch: BranchName,
    /// The world that said so: of that branch, or of the one that was guessed before the settings were known.
    known: Result<World, Error>,
}

impl Outset {
    /// Looks for the settings on the branch that is most likely theirs, and does as they say. `given`: those of `--config`.
    fn find(context: &Context<'_>, shelf: &Shelf, given: Option<&Settings>, tips: Tips) -> Result<Self, Error> {
        let mut remote = remote(context, given)?;
        let guess = guess_branch(context, remote.as_ref(), given)?;
        // What is to be noted of the tip is noted when the world is read that counts.
        let read = |remote: Option<&RemoteName>| read_at(context, shelf, &guess, remote, Tips::Known, &mut Vec::new());
        let mut known = read(remote.as_ref());
        let configured = match &known {
            Ok(world) if context.options.remote.is_none() => world.settings.git.remote.clone(),
            _ => None,
        };
        // With `--repo` the address is the remote, whatever a clone calls it.
        let configured = configured.filter(|_| !context.options.has_no_clone());
        if let Some(named) = configured.filter(|named| remote.as_ref() != Some(named)) {
            if context.repo.remotes()?.contains(&named) {
                remote = Some(named);
                known = read(remote.as_ref());
            } else if tips == Tips::Fetched {
                return Err(no_such_remote(context, &named)?);
            }
        }
        let configured = || known.as_ref().ok()?.settings.git.branch.clone();
        let branch = context.options.branch.clone().or_else(configured).unwrap_or(guess);
        Ok(Self { remote, branch, known })
    }

    /// Whether a checkout of a request lacks the very branch that is to be read.
    fn lacks_its_branch(&self, context: &Context<'_>) -> Result<bool, Error> {
        let Some(remote) = &self.remote else { return Ok(false) };
        let is_here =
            context.repo.tip(&self.branch.full())?.is_some() || seen(context, &self.branch, Some(remote))?.is_some();
        Ok(!is_here && context.repo.head_branch()?.is_none())
    }

    /// Fetches the branch, and those of environments that are known of already.
    fn fetch(&self, context: &mut Context<'_>) -> Result<Fetched, Error> {
        let Some(remote) = &self.remote else { return Err(which_remote(context)?) };
        let mut branches = vec![self.branch.clone()];
        if let Ok(world) = &self.known {
            branches.extend(own_branches(&world.settings, &self.branch));
        }
        let mut before = BTreeMap::new();
        for branch in &branches {
            if let Some(tip) = seen(context, branch, Some(remote))? {
                before.insert(branch.clone(), tip);
            }
        }
        context.face.step(&format!("fetching {}", context.repo.called(remote)));
        let asks = self.known.as_ref().is_ok_and(|world| world.settings.asks_for_statements());
        let with_statements =
            if asks { [branches.as_slice(), &[statements_branch()?]].concat() } else { branches.clone() };
        match context.repo.fetch(remote, &with_statements, Rewound::Refused) {
            // Which of them it is, the fetch without them tells.
            Err(error) if asks && error.refusal().code == Code::Rewound => {
                context.repo.fetch(remote, &branches, Rewound::Refused)?;
            }
            other => {
                other?;
                branches = with_statements;
            }
        }
        context.face.step("reading the configuration");
        Ok(Fetched { branches, seen: before })
    }
}

/// Which branches were fetched, and where the remote's were by all that was known here before.
#[derive(Default)]
struct Fetched {
    branches: Vec<BranchName>,
    seen: BTreeMap<BranchName, CommitId>,
}

/// The branches of environments that do not live on the main one.
fn own_branches(settings: &Settings, main: &BranchName) -> Vec<BranchName> {
    let mut out: Vec<BranchName> =
        settings.environments.iter().filter_map(|e| e.branch.clone()).filter(|b| b != main).collect();
    out.sort();
    out.dedup();
    out
}

/// The branch of statements.
fn statements_branch() -> Result<BranchName, Error> {
    Ok(BranchName::new(statement::BRANCH).map_err(anyhow::Error::from)?)
}

/// The branch of receipts, where some rule measures by them.
fn records_of(settings: &Settings) -> Option<BranchName> {
    settings.soaks_by(SoakClock::Receipt).then(|| BranchName::new(BRANCH).ok()).flatten()
}

fn read_at(
    context: &Context<'_>,
    shelf: &Shelf,
    branch: &BranchName,
    remote: Option<&RemoteName>,
    tips: Tips,
    notes: &mut Vec<String>,
) -> Result<World, Error> {
    let tip = tip_of(context, branch, remote, tips, notes)?.ok_or_else(|| no_tip(context, branch, remote, tips))?;
    World::read(&context.repo, shelf, branch, tip, None)
}

/// The commit of a branch that counts; `None` where there is no such branch.
fn tip_of(
    context: &Context<'_>,
    branch: &BranchName,
    remote: Option<&RemoteName>,
    tips: Tips,
    notes: &mut Vec<String>,
) -> Result<Option<CommitId>, Error> {
    let local = context.repo.tip(&branch.full())?;
    let theirs = seen(context, branch, remote)?;
    Ok(match tips {
        Tips::Local => local.or(theirs),
        Tips::Fetched | Tips::Seen => theirs,
        Tips::Known => match (local, theirs) {
            (Some(local), Some(theirs)) if local != theirs => {
                // A local branch that is merely ahead holds landings made with --no-push: they count.
                if context.repo.is_ancestor(theirs, local)? == Known::Is(true) {
                    notes.push(format!("the local branch `{branch}` has commits that are not pushed; they count here"));
                    Some(local)
                } else {
                    if context.repo.is_ancestor(local, theirs)? != Known::Is(true) {
                        notes.push(format!("the local branch `{branch}` and the remote's have gone apart; it is the remote's that is read"));
                    }
                    Some(theirs)
                }
            }
            (local, theirs) => theirs.or(local),
        },
    })
}

/// Whether the local branch has the file as it stands in the work tree.
fn is_committed(context: &Context<'_>, branch: &BranchName, draft: &[u8]) -> bool {
    let (Ok(Some(tip)), Ok(path)) = (context.repo.tip(&branch.full()), RepoPath::new(FILE)) else { return false };
    let there = context.repo.snapshot(tip).ok().and_then(|files| files.read(&path).ok().flatten());
    there.is_some_and(|there| there == draft)
}

/// Where a branch of the remote was when it was last seen.
fn seen(context: &Context<'_>, branch: &BranchName, remote: Option<&RemoteName>) -> Result<Option<CommitId>, Error> {
    match remote {
        Some(remote) => context.repo.tip(&format!("refs/remotes/{remote}/{branch}")),
        None => Ok(None),
    }
}

fn no_tip(context: &Context<'_>, branch: &BranchName, remote: Option<&RemoteName>, tips: Tips) -> Error {
    let place = match (remote, tips) {
        (Some(remote), _) if context.options.has_no_clone() => format!(" at `{}`", context.repo.called(remote)),
        (Some(remote), Tips::Fetched | Tips::Seen) => format!(" on `{remote}`"),
        _ => String::new(),
    };
    let refusal = Refusal::new(Code::NoSuchBranch, format!("there is no branch `{branch}`{place}"))
        .hint("name the branch that says what runs: `--branch NAME`, or `git: { branch: NAME }` in `stageline.yaml`");
    if context.options.has_no_clone() {
        return refusal.invalid();
    }
    refusal.hint("a repository without commits needs its first one: `git add -A && git commit`").invalid()
}

/// The remote that counts: as asked, as configured, as the branch tracks, `origin`, or the only one.
fn remote(context: &Context<'_>, given: Option<&Settings>) -> Result<Option<RemoteName>, Error> {
    let all = context.repo.remotes()?;
    let asked = context.options.remote.clone().or_else(|| given.and_then(|s| s.git.remote.clone()));
    if let Some(asked) = asked {
        if all.contains(&asked) {
            return Ok(Some(asked));
        }
        return Err(no_such_remote(context, &asked)?);
    }
    let tracked = match context.repo.head_branch()? {
        Some(branch) => context.repo.config(&format!("branch.{branch}.remote"))?,
        None => None,
    };
    let tracked = all.iter().find(|name| Some(name.as_str()) == tracked).cloned();
    let origin = all.iter().find(|r| r.as_str() == "origin").cloned();
    Ok(tracked.or(origin).or_else(|| if all.len() == 1 { all.first().cloned() } else { None }))
}

/// The error for a remote that is named and not there; an error of its own where git cannot list what is there.
fn no_such_remote(context: &Context<'_>, asked: &RemoteName) -> Result<Error, Error> {
    Ok(Refusal::new(Code::NoSuchRemote, format!("this clone has no remote `{asked}`"))
        .details(context.repo.remotes()?.iter().map(|r| format!("it has `{r}`")))
        .hint("name one of this clone: `--remote NAME`; or see `git remote -v`")
        .invalid())
}

/// Several remotes, and nothing says which one is pushed to.
fn which_remote(context: &Context<'_>) -> Result<Error, Error> {
    Ok(Refusal::new(Code::WhichRemote, "this clone has several remotes, and nothing says which one is pushed to")
        .details(context.repo.remotes()?.iter().map(|r| format!("it has `{r}`")))
        .hint("name it: `--remote NAME`, or `git: { remote: NAME }` in `stageline.yaml`")
        .invalid())
}

/// The branch to look for the settings on, before they are known.
fn guess_branch(
    context: &Context<'_>,
    remote: Option<&RemoteName>,
    given: Option<&Settings>,
) -> Result<BranchName, Error> {
    if let Some(branch) = context.options.branch.clone().or_else(|| given.and_then(|s| s.git.branch.clone())) {
        return Ok(branch);
    }
    if let Some(remote) = remote
        && let Some(branch) = context.repo.remote_head(remote)?
    {
        return Ok(branch);
    }
    for name in ["main", "master"] {
        let branch = BranchName::new(name).map_err(anyhow::Error::from)?;
        if context.repo.tip(&branch.full())?.is_some() || seen(context, &branch, remote)?.is_some() {
            return Ok(branch);
        }
    }
    match context.repo.head_branch()? {
        Some(branch) => Ok(branch),
        // A checkout of a request has neither: its target is the branch that says what runs.
        None => {
            let asked = match (targeted(context), remote) {
                (None, Some(remote)) => context.repo.ask_head(remote)?,
                (target, _) => target,
            };
            asked.ok_or_else(|| {
                let why = match remote {
                    Some(remote) if context.options.has_no_clone() => {
                        format!("`{}` is empty, or its HEAD names no branch", context.repo.called(remote))
                    }
                    _ => "HEAD is detached and there is no `main`".to_string(),
                };
                Refusal::new(Code::NoBranch, format!("cannot tell which branch says what runs: {why}"))
                    .hint("name it: `--branch NAME`")
                    .invalid()
            })
        }
    }
}

/// The branch that a request is for, as pipelines are told: by GitHub and Gitea, GitLab, Jenkins, Azure.
const TARGETS: [&str; 4] =
    ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET", "SYSTEM_PULLREQUEST_TARGETBRANCH"];

/// The branch that the request is for whose pipeline this is.
fn targeted(context: &Context<'_>) -> Option<BranchName> {
    let value = |name: &str| context.repo.surroundings().variable(name)?.to_str().map(str::to_string);
    let named = TARGETS.into_iter().filter_map(value).find(|text| !text.is_empty())?;
    BranchName::new(named.strip_prefix("refs/heads/").unwrap_or(&named)).ok()
}

/// The settings of `--config FILE`.
fn given_settings(context: &Context<'_>) -> Result<Option<Arc<Settings>>, Error> {
    let given = given_text(context)?;
    given.map(|(shown, text)| checked(&text, &shown).map(Arc::new)).transpose()
}

/// The file of `--config`, as it is shown, and its text; `None` where none is given.
///
/// # Errors
/// It cannot be read.
pub fn given_text(context: &Context<'_>) -> Result<Option<(String, Vec<u8>)>, Error> {
    let Some(path) = &context.options.config else { return Ok(None) };
    let shown = path.display().to_string();
    let text = std::fs::read(context.repo.surroundings().current_dir.join(path))
        .map_err(|error| Refusal::new(Code::NoSuchFile, format!("cannot read `{shown}`: {error}")).invalid())?;
    Ok(Some((shown, text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::memory::Memory;
    use crate::domain::refusal::Code;
    use crate::domain::settings::Signing;

    impl Stack {
        /// The worlds of branches with these files, the first one the main branch's, without a remote.
        pub fn of(branches: &[(&str, &Memory)]) -> Self {
            let mut worlds = branches.iter().map(|(name, files)| {
                let branch = BranchName::new(*name).unwrap();
                World::of(&branch, check(files.read_text(FILE).as_bytes(), FILE).unwrap(), (*files).clone())
            });
            let main = Arc::new(worlds.next().unwrap());
            let (mut branches, mut copies) =
                (BTreeMap::from([(main.branch.clone(), Arc::clone(&main))]), BTreeMap::new());
            for world in worlds {
                copies.insert(world.branch.clone(), Arc::clone(&world.settings));
                let world = world.ruled_by(Arc::clone(&main.settings)).unwrap();
                branches.insert(world.branch.clone(), Arc::new(world));
            }
            let (shelf, notes, seen) = (Shelf::default(), Vec::new(), BTreeMap::new());
            Self {
                main,
                branches,
                copies,
                remote: None,
                receipts: None,
                statements: Known::Is(None),
                baselines: BTreeMap::new(),
                called: "origin".into(),
                shelf,
                notes,
                seen,
            }
        }
    }

    /// Settings of a stack whose production lives on a branch of its own, with this in `git:` and of production.
    fn files(git: &str, production: &str) -> Memory {
        Memory::new([(
            FILE,
            format!(
                "version: 1\ngit: {{ {git} }}\nenvironments:\n  - name: staging\n  - name: preview\n    ephemeral: {{ template: t, path: \"p/{{slug}}\" }}\n  \
                 - name: production\n    git: {{ branch: production }}\n    landing: {production}\napplications: []\n"
            ),
        )])
    }

    fn env(name: &str) -> EnvName {
        EnvName::new(name).unwrap()
    }

    #[test]
    fn an_environment_is_read_on_its_own_branch_by_the_rules_of_the_main_one() {
        let (main, own) = (files("branch: main", "merge-request"), files("branch: main", "direct"));
        let stack = Stack::of(&[("main", &main), ("production", &own)]);
        let (world, found) = stack.environment(&env("production")).unwrap();
        assert_eq!(world.branch.as_str(), "production");
        assert_eq!(
            found.landing,
            crate::domain::settings::LandingMode::MergeRequest,
            "the copy does not say how it lands"
        );
        assert_eq!(stack.environment(&env("staging")).unwrap().0.branch.as_str(), "main");
        assert_eq!(stack.worlds().map(|world| world.branch.as_str()).collect::<Vec<_>>(), ["main", "production"]);
    }

    #[test]
    fn an_environment_that_cannot_be_worked_on_is_told_with_its_cause() {
        let main = files("branch: main", "direct");
        let stack = Stack::of(&[("main", &main)]);
        let code = |name: &str| stack.environment(&env(name)).err().map(|error| error.refusal().code);
        assert_eq!(code("production"), Some(Code::NoSuchBranch), "its branch is not there");
        assert_eq!(code("preview"), Some(Code::Ephemeral));
        assert_eq!(code("prodution"), Some(Code::NoSuchEnvironment));
        assert_eq!(code("staging"), None);
    }

    #[test]
    fn a_copy_of_the_settings_adds_rules_to_its_own_branch_alone() {
        let (optional, required) = ("branch: main, signing: optional", "branch: main, signing: required");
        for (main, own, on_main, on_own) in [
            (optional, optional, Signing::Optional, Signing::Optional),
            (optional, required, Signing::Optional, Signing::Required),
            // Nor does it take one away.
            (required, optional, Signing::Required, Signing::Required),
        ] {
            let (main, own) = (files(main, "direct"), files(own, "direct"));
            let stack = Stack::of(&[("main", &main), ("production", &own)]);
            let world = |name: &str| stack.environment(&env(name)).unwrap().0;
            assert_eq!((stack.signing(&world("staging")), stack.signing(&world("production"))), (on_main, on_own));
            let judged_by =
                |name: &str| stack.policies(&world(name)).iter().map(|p| p.branch.to_string()).collect::<Vec<_>>();
            assert_eq!(judged_by("staging"), ["main"]);
            assert_eq!(judged_by("production"), ["main", "production"]);
        }
    }

    #[test]
    fn the_branches_of_environments_are_each_named_once_and_without_the_main_one() {
        let text = "version: 1\nenvironments:\n  - { name: a, git: { branch: own } }\n  - { name: b, git: { branch: main } }\n  \
                    - { name: c, git: { branch: own } }\n  - name: d\napplications: []\n";
        let own = own_branches(&check(text.as_bytes(), FILE).unwrap(), &BranchName::new("main").unwrap());
        assert_eq!(own.iter().map(BranchName::as_str).collect::<Vec<_>>(), ["own"]);
    }
}
