//! Whether a moved pin is a hotfix, by its record, the branch of its commit, what that contains and who signs it; and whether what
//! moves keeps the hotfixes that stand.

use crate::domain::commit::CommitId;
use crate::domain::history::Kind;
use crate::domain::hotfix::{Hotfix, HotfixChange, HotfixFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::pin::PinMove;
use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{BranchPattern, Environment, Hotfix as Rules, NamedGate};
use crate::domain::version::Version;
use crate::domain::whom::words;

use super::people::{named, whom};
use super::signature::of_signers;
use super::vouching::{Says, Signature};
use super::{Answers, Carries, Follows, Policy, Question, Reached, Verdict};

/// Whether a hotfix of an environment need not pass a gate.
pub(super) fn exempts(env: &Environment, gate: NamedGate) -> bool {
    env.rules.hotfix.as_ref().is_some_and(|rules| rules.exempt.contains(&gate))
}

/// What must still be told of a move that a gate lets pass where it comes or goes back to a hotfix.
pub(super) fn asks_whether_back(env: &Environment, moved: &PinMove, told: &Answers) -> Option<Question> {
    let stand = Question::hotfixes(moved);
    if told.of(&stand).is_none() {
        return Some(stand);
    }
    let kind = Question::kind(moved);
    if told.of(&kind).is_none() {
        return Some(kind);
    }
    let recorded = match told.kind(moved) {
        Kind::Return { landing } => Some(Question::recorded(moved, landing)),
        Kind::Forward | Kind::Unknown(_) => None,
    };
    if let Some(ask) = recorded.filter(|ask| told.of(ask).is_none()) {
        return Some(ask);
    }
    // A tag may be another commit by now.
    let rules = env.rules.hotfix.as_ref()?;
    let all = moved.is.keys().filter_map(|key| moved.is.get(key)).filter(|version| id_in(version).is_none());
    let asks = all.map(|version| Question::Reached(moved.app.clone(), version.clone(), rules.branches.clone()));
    asks.into_iter().find(|ask| told.of(ask).is_none())
}

/// The commit that a version names by itself, whatever becomes of tags and branches.
fn id_in(version: &Version) -> Option<CommitId> {
    CommitId::from_hex(version.as_str())
}

/// What a gate says of a move that it lets pass where that is a hotfix, or goes back to one.
pub(super) fn unless_hotfix(
    no: Verdict,
    (proposal, moved): (&Proposal, &PinMove),
    policy: Policy<'_>,
    answers: &Answers,
) -> Verdict {
    let case = Case::of(proposal, moved, policy, answers);
    match case.fit() {
        _ if case.goes_back_to_one() => Verdict::Pass("it goes back to a hotfix, which passed it then".to_string()),
        _ if case.comes_to_what_stands() => {
            Verdict::Pass("it is the hotfix that stands, which passed it then".to_string())
        }
        None | Some(Err(No::Unfit(_))) => no,
        Some(Ok(_)) => Verdict::Pass("it is a hotfix, which need not pass it".to_string()),
        Some(Err(No::Unknown(why))) => {
            // What cannot be told has its own reason.
            let (Verdict::Fail(refusal) | Verdict::Pending { why: refusal, .. }) = no else { return no };
            let what = format!("{}, and whether it is a hotfix cannot be told: {}", refusal.message, why.message);
            Verdict::Unknown(refusal.retold(Code::HotfixUnknown, what))
        }
    }
}

/// The refusal of a hotfix where no rule says who may land one, with the lines to add.
pub fn lines_to_add(env: &EnvName) -> Refusal {
    Refusal::new(Code::NoHotfixes, format!("no rule says what a hotfix of `{env}` is"))
        .hint(format!(
            "the owners of `stageline.yaml` can add to `{env}`: `hotfix: {{ branches: [\"hotfix/*\"], exempt: [order, soak], from: GROUP }}`"
        ))
}

/// Why a commit is not what somebody says that it is.
pub(super) enum No {
    /// It is none: why.
    Unfit(Refusal),
    Unknown(Refusal),
}

impl No {
    pub fn verdict(self) -> Verdict {
        match self {
            No::Unfit(why) => Verdict::Fail(why),
            No::Unknown(why) => Verdict::Unknown(why),
        }
    }
}

/// A moved pin, with the record that changes with it.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    pub moved: &'c PinMove,
    pub change: Option<&'c HotfixChange>,
    policy: Policy<'c>,
    told: &'c Answers,
}

/// Each version of some, once.
fn each<'v>(versions: impl Iterator<Item = &'v Version>) -> Vec<&'v Version> {
    let mut out: Vec<&Version> = versions.collect();
    out.sort();
    out.dedup();
    out
}

impl<'c> Case<'c> {
    /// Of a move with what changes beside it.
    pub fn of(proposal: &'c Proposal, moved: &'c PinMove, policy: Policy<'c>, told: &'c Answers) -> Self {
        let is_its = |change: &&HotfixChange| (&change.env, &change.app) == (&moved.env, &moved.app);
        Self { moved, change: proposal.hotfixes.iter().find(is_its), policy, told }
    }

    fn env(self) -> Option<&'c Environment> {
        self.policy.settings.environment(&self.moved.env)
    }

    /// What the rules say of hotfixes there.
    pub fn rules(self) -> Option<&'c Rules> {
        self.env()?.rules.hotfix.as_ref()
    }

    /// Whether what it goes back to landed as a hotfix.
    fn goes_back_to_one(self) -> bool {
        let Kind::Return { landing } = self.told.kind(self.moved) else { return false };
        let recorded = self.told.recorded(self.moved, landing).unwrap_or_default();
        recorded.iter().any(|file| file.hotfix.as_ref().is_ok_and(|hotfix| self.is_all_of(hotfix)))
    }

    /// Whether all that runs then is the commit of a hotfix, by the version that it landed with: what that names now, not then.
    fn is_all_of(self, hotfix: &Hotfix) -> bool {
        let names = |version: &Version| match (id_in(version), self.rules()) {
            (Some(id), _) => Some(id),
            (None, Some(rules)) => match self.told.reached(&self.reached(rules, version))? {
                Ok(Reached::From(commit, _) | Reached::Nowhere(commit)) => Some(*commit),
                Err(_) => None,
            },
            (None, None) => None,
        };
        self.is() == [&hotfix.version] && names(&hotfix.version) == Some(hotfix.commit)
    }

    /// Whether all that runs then is a hotfix that is recorded before and after: one that a return went behind, and that comes again.
    fn comes_to_what_stands(self) -> bool {
        let standing = self.told.hotfixes(self.moved).filter(|_| self.change.is_none()).unwrap_or_default();
        standing.iter().any(|file| file.hotfix.as_ref().is_ok_and(|hotfix| self.is_all_of(hotfix)))
    }

    /// The record that is there with it.
    fn record(self) -> Option<&'c HotfixFile> {
        self.change?.is.as_ref()
    }

    /// What all sites say then, each version once; and what they said.
    fn is(self) -> Vec<&'c Version> {
        each(self.moved.is.keys().filter_map(|key| self.moved.is.get(key)))
    }

    fn was(self) -> Vec<&'c Version> {
        each(self.moved.was.keys().filter_map(|key| self.moved.was.get(key)))
    }

    /// The versions that come with it.
    fn coming(self) -> Vec<&'c Version> {
        each(self.moved.sites.iter().filter_map(|site| site.to.as_ref()))
    }

    fn reached(self, rules: &Rules, version: &Version) -> Question {
        Question::Reached(self.moved.app.clone(), version.clone(), rules.branches.clone())
    }

    fn follows(self, version: &Version, other: &Version) -> Question {
        Question::Follows(self.moved.app.clone(), version.clone(), other.clone())
    }

    fn carries(self, version: &Version, hotfix: &Hotfix) -> Question {
        Question::Carries(self.moved.app.clone(), version.clone(), hotfix.commit)
    }

    /// What must still be told of it: the past only where a verdict hangs on it.
    pub fn asks(self) -> Vec<Question> {
        let stand = Question::hotfixes(self.moved);
        if self.told.of(&stand).is_none() {
            return vec![stand];
        }
        let standing = self.told.hotfixes(self.moved).unwrap_or_default();
        let mut out = Vec::new();
        if let (Some(rules), Some(_)) = (self.rules(), self.record()) {
            out.extend(self.is().into_iter().map(|version| self.reached(rules, version)));
            let pairs = self.is().into_iter().flat_map(|is| self.was().into_iter().map(move |was| (is, was)));
            out.extend(pairs.map(|(is, was)| self.follows(is, was)));
        }
        let gone = self.change.and_then(|change| change.was.as_ref());
        for hotfix in standing.iter().chain(gone).filter_map(|file| file.hotfix.as_ref().ok()) {
            out.extend(self.coming().into_iter().map(|version| self.carries(version, hotfix)));
        }
        if self.change.is_some() {
            out.push(Signature::question(self.policy));
        }
        out.retain(|ask| self.told.of(ask).is_none());
        if out.is_empty() {
            let kind = Question::kind(self.moved);
            let hangs = self.verdicts().iter().any(|verdict| !matches!(verdict, Verdict::Pass(_)));
            out.extend(Some(kind).filter(|kind| hangs && self.told.of(kind).is_none()));
        }
        out
    }

    /// What is said of it, one verdict for each record that it has to do with.
    pub fn verdicts(self) -> Vec<Verdict> {
        let unread = || Refusal::new(Code::HotfixUnknown, "cannot tell which hotfixes stand");
        let Some(standing) = self.told.hotfixes(self.moved) else { return vec![Verdict::Unknown(unread())] };
        let kept = standing.iter().map(|file| self.kept(file));
        let changed = self.change.and_then(|change| match (&change.is, &change.was) {
            (Some(_), _) => Some(self.recorded()),
            // What stands at the base is judged as that.
            (None, Some(was)) => Some(self.taken_away(was)),
            (None, None) => None,
        });
        changed.into_iter().chain(kept).collect()
    }

    /// A record that comes or changes with the move: it is that of a hotfix which this is, or goes back with what it is of.
    fn recorded(self) -> Verdict {
        match self.fit() {
            None => Verdict::Pass(String::new()),
            Some(Ok(what)) => Verdict::Pass(what),
            Some(Err(no)) => match self.told.kind(self.moved) {
                Kind::Return { .. } => self.with_a_return(),
                Kind::Forward | Kind::Unknown(_) => no.verdict(),
            },
        }
    }

    /// Whether the move is the hotfix that its record says; in words. `None`: there is no record with it.
    fn fit(self) -> Option<Result<String, No>> {
        let file = self.record()?;
        Some(self.fits(file))
    }

    fn fits(self, file: &HotfixFile) -> Result<String, No> {
        let Some(rules) = self.rules() else { return Err(No::Unfit(lines_to_add(&self.moved.env))) };
        let hotfix = match &file.hotfix {
            Ok(hotfix) => hotfix,
            Err(why) => return Err(self.unfit(&format!("`{}` cannot be read: {why}", file.path))),
        };
        let all = [
            self.signed(rules).map(drop),
            self.says_what_comes(hotfix),
            self.is_from_its_branch(rules, hotfix),
            self.contains_what_runs(),
        ];
        let (mut unknown, mut unfit) = (None, None);
        for no in all.into_iter().filter_map(Result::err) {
            match no {
                No::Unfit(_) => drop(unfit.get_or_insert(no)),
                No::Unknown(_) => drop(unknown.get_or_insert(no)),
            }
        }
        match unfit.or(unknown) {
            Some(no) => Err(no),
            None => {
                let who = self.signed(rules).unwrap_or_default();
                Ok(format!("{} is a hotfix of {}, signed by {who}", hotfix.commit.short(), told(&rules.branches)))
            }
        }
    }

    fn unfit(self, why: &str) -> No {
        No::Unfit(unfit((&self.moved.env, &self.moved.app), why))
    }

    fn unknown(self, why: &str) -> No {
        No::Unknown(unknown((&self.moved.env, &self.moved.app), why))
    }

    /// Who lands it is one of those who may.
    pub fn signed(self, rules: &Rules) -> Result<String, No> {
        signed_by(rules, (&self.moved.env, &self.moved.app), self.policy, self.told)
    }

    /// Its record says what comes: the source, and a version that stands there then.
    fn says_what_comes(self, hotfix: &Hotfix) -> Result<(), No> {
        let app = self.policy.settings.application(&self.moved.app);
        if app.and_then(|app| app.source.as_ref()) != Some(&hotfix.source) {
            return Err(self.unfit("its record says another source than `stageline.yaml`"));
        }
        if !self.is().contains(&&hotfix.version) {
            let what = format!("its record says `{}`, which none of its pins says then", hotfix.version.short());
            return Err(self.unfit(&what));
        }
        Ok(())
    }

    /// Every site then says the recorded commit, and a branch of hotfixes has it.
    fn is_from_its_branch(self, rules: &Rules, hotfix: &Hotfix) -> Result<(), No> {
        for version in self.is() {
            let (commit, reached) = match self.told.reached(&self.reached(rules, version)) {
                Some(Ok(Reached::From(commit, _))) => (*commit, true),
                Some(Ok(Reached::Nowhere(commit))) => (*commit, false),
                other => {
                    let why = other.and_then(Result::err).unwrap_or("nobody looked");
                    return Err(self.unknown(&format!("its branch: {why}")));
                }
            };
            if commit != hotfix.commit {
                let what = format!("its record says {}, and {} comes", hotfix.commit.short(), commit.short());
                return Err(self.unfit(&what));
            }
            if !reached {
                let branches = told(&rules.branches);
                let what = format!("{} is in none of the branches {branches} of the source", commit.short());
                return Err(self.unfit(&what));
            }
        }
        Ok(())
    }

    /// It contains what runs there now, at all sites.
    fn contains_what_runs(self) -> Result<(), No> {
        if self.was().is_empty() {
            return Err(self.unfit("nothing runs there yet, so there is nothing to fix"));
        }
        for is in self.is() {
            for was in self.was() {
                match self.told.follows(&self.follows(is, was)) {
                    Some(Ok(Follows::Yes)) => {}
                    Some(Ok(Follows::No(commit, other))) => {
                        let (commit, other) = (commit.short(), other.short());
                        let what = format!("{commit} does not contain {other}, which runs there");
                        let no = unfit((&self.moved.env, &self.moved.app), &what);
                        let again = format!("make it from what runs: `git switch -c hotfix/NAME {other}`");
                        return Err(No::Unfit(no.hint(again)));
                    }
                    other => {
                        let why = other.and_then(Result::err).unwrap_or("nobody looked");
                        return Err(self.unknown(&format!("whether it contains what runs there: {why}")));
                    }
                }
            }
        }
        Ok(())
    }

    /// A record that stands: what comes contains it, or goes back behind it.
    fn kept(self, file: &HotfixFile) -> Verdict {
        match self.carried(file) {
            Ok(what) => Verdict::Pass(what),
            Err(no) => match self.told.kind(self.moved) {
                Kind::Return { .. } => {
                    let which = file.hotfix.as_ref().map_or("one that cannot be read".into(), |one| one.commit.short());
                    Verdict::Pass(format!("it goes back behind the hotfix {which}, whose record stays"))
                }
                Kind::Forward => no.verdict(),
                Kind::Unknown(why) => {
                    let (No::Unfit(no) | No::Unknown(no)) = no;
                    let what = format!("{}, and whether it goes back cannot be told: {why}", no.message);
                    Verdict::Unknown(no.retold(Code::HotfixUnknown, what))
                }
            },
        }
    }

    /// A record that goes with the move: what comes contains the hotfix, or the hotfix itself is taken back. Where nothing comes, what
    /// comes next would be judged by no record: so that is for those who land hotfixes.
    fn taken_away(self, was: &HotfixFile) -> Verdict {
        match self.carried(was) {
            Ok(_) if self.coming().is_empty() => self.with_a_return(),
            Ok(what) => Verdict::Pass(format!("{what}; its record goes with it")),
            Err(no) => match self.told.kind(self.moved) {
                Kind::Return { .. } => self.with_a_return(),
                Kind::Forward | Kind::Unknown(_) => no.verdict(),
            },
        }
    }

    /// A record that a way back changes: it counts by those who may land a hotfix.
    fn with_a_return(self) -> Verdict {
        let Some(rules) = self.rules() else { return by_signers(self.env(), self.policy, self.told) };
        match self.signed(rules) {
            Ok(who) => Verdict::Pass(format!("the record goes with it, signed by {who}")),
            Err(no) => {
                let (app, env) = (&self.moved.app, &self.moved.env);
                let keep = format!("to go back and leave the record as it is: `stageline rollback {app} --env {env}`");
                match no {
                    No::Unfit(why) => {
                        let what = "it changes the record of a hotfix, which is for those who land them";
                        let detail = why.message.clone();
                        Verdict::Fail(why.retold(Code::HotfixUnfit, what).detail(detail).hint(keep))
                    }
                    No::Unknown(why) => Verdict::Unknown(why.hint(keep)),
                }
            }
        }
    }

    /// That all that comes contains a hotfix, in words.
    fn carried(self, file: &HotfixFile) -> Result<String, No> {
        let (app, env) = (&self.moved.app, &self.moved.env);
        let hotfix = match &file.hotfix {
            Ok(hotfix) => hotfix,
            Err(why) => {
                let what = format!("a hotfix of `{app}` in `{env}` stands, and which one cannot be told: {why}");
                return Err(No::Unknown(Refusal::new(Code::HotfixUnknown, what).detail(file.path.to_string())));
            }
        };
        let short = hotfix.commit.short();
        let mut said = format!("nothing comes that could lack the hotfix {short}");
        for version in self.coming() {
            said = match self.told.carries(&self.carries(version, hotfix)) {
                Some(Ok(Carries::It(commit))) => format!("{} contains the hotfix {short}", commit.short()),
                Some(Ok(Carries::Patches(commit, all))) => {
                    let all: Vec<String> = all.iter().map(|one| one.short()).collect();
                    format!("{} has the hotfix {short} by the same patches: {}", commit.short(), all.join(", "))
                }
                Some(Ok(Carries::Not(commit, lacks))) => {
                    let short = commit.short();
                    return Err(No::Unfit(lost(self.policy.settings.environment(env), hotfix, (&short, lacks))));
                }
                other => {
                    let why = other.and_then(Result::err).unwrap_or("nobody looked");
                    let what = format!(
                        "cannot tell whether {} of `{app}` contains the hotfix {short}, which `{env}` runs: {why}",
                        version.short()
                    );
                    return Err(No::Unknown(Refusal::new(Code::HotfixUnknown, what).detail(file.told())));
                }
            };
        }
        Ok(said)
    }
}

fn unfit((env, app): (&EnvName, &AppName), why: &str) -> Refusal {
    Refusal::new(Code::HotfixUnfit, format!("it is no hotfix of `{app}` in `{env}`: {why}"))
}

fn unknown((env, app): (&EnvName, &AppName), why: &str) -> Refusal {
    let what = format!("cannot tell whether it is a hotfix of `{app}` in `{env}`: {why}");
    Refusal::new(Code::HotfixUnknown, what)
}

/// Whether one of those has signed who land hotfixes of an application in an environment; who, in a word.
pub(super) fn signed_by(
    rules: &Rules,
    pin: (&EnvName, &AppName),
    policy: Policy<'_>,
    told: &Answers,
) -> Result<String, No> {
    match Signature::of(policy, told).is_of(&rules.from) {
        Says::Yes(who) => Ok(who),
        Says::No(why) => {
            let whom = whom(policy.settings, &rules.from);
            let no = unfit(pin, &format!("one of {} lands those: {}", named(&rules.from), why.message));
            Err(No::Unfit(no.hint(format!("ask one of {} to land it", words(&whom))).asks(whom)))
        }
        Says::Unknown(why) => {
            let what = format!("whether one of {} signs cannot be told: {why}", named(&rules.from));
            Err(No::Unknown(unknown(pin, &what)))
        }
    }
}

/// What is said of a commit that would lose a hotfix: which commits are missing, and where to merge them.
fn lost(env: Option<&Environment>, hotfix: &Hotfix, (commit, lacks): (&str, &[CommitId])) -> Refusal {
    let short = hotfix.commit.short();
    let (app, name) = (&hotfix.app, &hotfix.env);
    let what = format!("{commit} of `{app}` does not contain the hotfix {short}, which landed in `{name}`");
    let branch = env.and_then(Environment::first_plain_branch).map_or("its branch".to_string(), |one| one.to_string());
    let missing = lacks.iter().filter(|one| **one != hotfix.commit).map(|one| format!("it also lacks {}", one.short()));
    Refusal::new(Code::HotfixLost, what)
        .detail(hotfix.told())
        .details(missing)
        .hint(format!(
            "bring {short} into {branch}, by a merge or a cherry-pick of each commit, and promote what has it"
        ))
        .hint(format!("to go back all the same, and leave its record: `stageline rollback {app} --env {name}`"))
}

/// What is left of a hotfix goes by the signature that its environment asks for.
pub(super) fn by_signers(env: Option<&Environment>, policy: Policy<'_>, answers: &Answers) -> Verdict {
    let signature = Signature::of(policy, answers);
    match env.filter(|env| !env.rules.signers.is_empty()) {
        Some(env) => of_signers(policy.settings, env, signature.vouches(&env.rules.signers)),
        None => Verdict::Pass("no rule there is about hotfixes any more".to_string()),
    }
}

fn told(branches: &[BranchPattern]) -> String {
    let all: Vec<String> = branches.iter().map(|branch| format!("`{}`", branch.as_str())).collect();
    all.join(", ")
}
