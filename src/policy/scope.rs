//! The scope gate: what else than pins changes, and whether whoever proposes it may change that.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::domain::files::EntryKind;
use crate::domain::hold::{HeldCommit, Record, RecordChange};
use crate::domain::hotfix::HotfixChange;
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::plan::{Authority, Birth, Class, Odd, Other, Proposal, Unreadable};
use crate::domain::preview::{InstanceChange, Orphans, recorded_in};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Born, Environment, FILE, Party, Settings, Signing};
use crate::domain::whom::words;

use super::consents::{self, Counted, Wanted};
use super::people::{named, whom};
use super::signature::of_signers;
use super::vouching::{Says, Signature, ask_to_sign};
use super::whose_preview::anothers;
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

/// How far two clocks may be apart.
const CLOCK: SignedDuration = SignedDuration::from_mins(5);

pub struct ScopeGate;

impl Gate for ScopeGate {
    fn name(&self) -> &'static str {
        "scope"
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        let question = Signature::question(policy);
        if !asks(proposal, policy.settings) {
            return Vec::new();
        }
        if told.of(&question).is_none() {
            return vec![question];
        }
        let signature = Signature::of(policy, told);
        let judge = Judge { policy, settings: policy.settings, signature, answers: told };
        let consents = Question::Consents(policy.branch.clone());
        let counts = policy.settings.owners.as_ref().is_some_and(|owners| owners.approvals.is_some());
        if counts && told.of(&consents).is_none() {
            return vec![consents];
        }
        judge.parties(proposal).into_iter().filter_map(|parties| judge.signature.asks(parties)).take(1).collect()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let signature = Signature::of(policy, answers);
        let judge = Judge { policy, settings: policy.settings, signature, answers };
        let odd = proposal.odd.iter().map(|one| (one.path.clone(), of_odd(one)));
        let alone = alone(proposal).into_iter();
        let others =
            proposal.others.iter().filter_map(|other| Some((other.path.clone(), judge.other(other, proposal)?)));
        // A record may stay as it is while what it records goes.
        let is_changed = |path: &RepoPath| proposal.others.iter().any(|other| other.path == *path);
        let left = proposal.unmade.iter().filter(|(path, _)| !is_changed(path));
        let left = left.map(|(path, why)| (path.clone(), of_unmade(why)));
        let untold = proposal.untold.iter().map(|one| (one.path.clone(), of_untold(one)));
        let is_rules = |other: &&Other| other.path.as_str() == FILE;
        let rules = proposal.others.iter().find(is_rules).map(|other| &other.path);
        let orphans =
            rules.into_iter().flat_map(|path| proposal.orphans.iter().map(|one| (path.clone(), of_orphans(one))));
        let files = odd
            .chain(untold)
            .chain(orphans)
            .chain(alone)
            .chain(others)
            .chain(left)
            .map(|(path, verdict)| (Subject::File(path), verdict));
        let unread =
            proposal.unreadable.iter().map(|one| (Subject::Pin(one.env.clone(), one.app.clone()), unread(one)));
        let births = proposal
            .births
            .iter()
            .map(|birth| (Subject::Pin(birth.env.clone(), birth.app.clone()), judge.birth(birth)));
        files.chain(unread).chain(births).map(|(subject, verdict)| Judged::lasting(subject, verdict)).collect()
    }
}

/// A preview's record that says what is not so.
fn of_unmade(why: &str) -> Verdict {
    let what = format!("it records a preview that is not so: {why}");
    let make = "make it anew with `stageline preview create`, by the template as it has landed";
    Verdict::Fail(Refusal::new(Code::RecordUnreadable, what).hint(make))
}

/// Rules that would leave instances where nobody looks for them.
fn of_orphans(orphans: &Orphans) -> Verdict {
    Verdict::Fail(Refusal::new(Code::Ephemeral, format!("it {}", orphans.told())).hint(orphans.cure()))
}

/// What a path of an ephemeral environment is, as the middle of a sentence.
fn what_makes(other: &Other, proposal: &Proposal) -> String {
    match proposal.unmade.get(&other.path) {
        Some(why) => format!("is of a preview, and {why}"),
        None => "is what previews are made from or kept in".to_string(),
    }
}

/// Whether a verdict hangs on who signed.
fn asks(proposal: &Proposal, settings: &Settings) -> bool {
    let of_other = |other: &Other| match &other.class {
        Class::Policy => settings.owners.is_some(),
        Class::Record => true,
        // Signers are asked for by the signature gate.
        Class::Environment(envs) => settings.owners.is_some() && settings.makes_instances(envs),
        Class::Outside => false,
    };
    proposal.others.iter().any(of_other) || !proposal.births.is_empty()
}

/// What this and the signature of a change make of its parts.
struct Judge<'a> {
    policy: Policy<'a>,
    settings: &'a Settings,
    signature: Signature<'a>,
    answers: &'a Answers,
}

impl Judge<'_> {
    /// What is said of a changed path; `None`: no rule is about it, or another gate is.
    fn other(&self, other: &Other, proposal: &Proposal) -> Option<Verdict> {
        match &other.class {
            Class::Policy
                if other.path.as_str() == FILE && !other.is.as_ref().is_some_and(|is| is.kind == EntryKind::File) =>
            {
                let what = "it would be no plain file any more, and without rules nothing can be judged";
                Some(Verdict::Fail(Refusal::new(Code::NoPolicy, what).hint("change the rules, and leave the file")))
            }
            Class::Policy => Some(self.owners("is policy")),
            Class::Record => Some(self.record(other, proposal)),
            // An instance that is made from its template is judged by its record.
            Class::Environment(_) if proposal.made.contains(&other.path) => None,
            Class::Environment(envs) if self.is_owners(envs) => Some(self.owners(&what_makes(other, proposal))),
            Class::Environment(envs) => self.environment(envs),
            Class::Outside => None,
        }
    }

    /// A change by those who own the configuration.
    fn owners(&self, what: &str) -> Verdict {
        let Some(owners) = &self.settings.owners else {
            return Verdict::Pass(format!("it {what}, and no `owners:` says who may change that"));
        };
        let (from, whom) = (named(&owners.from), whom(self.settings, &owners.from));
        let not_yet = |why: Refusal| Verdict::Pending { why, eligible_at: None };
        if let Some(count) = owners.approvals {
            let wanted = Wanted { parties: &owners.from, count: count.get(), max_age: None };
            return match consents::count(self.policy, self.answers, wanted) {
                Counted::Met { by, .. } => Verdict::Pass(format!("it {what}, approved by {}", by.join(", "))),
                Counted::Lacking { by, notes } => not_yet(
                    Refusal::new(
                        Code::NeedsOwners,
                        format!("it {what}, and takes {count} approvals of {from}; it has {}", by.len()),
                    )
                    .details(notes)
                    .hint(format!("ask {}: `stageline approve REQUEST`", words(&whom)))
                    .asks(whom),
                ),
                Counted::Unknown(why) => Verdict::Unknown(Refusal::new(
                    Code::ApprovalsUnknown,
                    format!("it {what}, and whether {count} of {from} approve cannot be told: {why}"),
                )),
            };
        }
        match self.signature.vouches(&owners.from) {
            Says::Yes(who) => Verdict::Pass(format!("it {what}, signed by {who}")),
            Says::No(why) => not_yet(ask_to_sign(
                Refusal::new(Code::NeedsOwners, format!("it {what}, and {from} own that: {}", why.message))
                    .details(why.details),
                self.settings,
                &owners.from,
            )),
            Says::Unknown(why) => Verdict::Unknown(Refusal::new(
                Code::SigningUnknown,
                format!("it {what}, and whether one of {from} has signed cannot be told: {why}"),
            )),
        }
    }

    /// Those of whom a verdict may hang on whether one has signed or agrees.
    fn parties(&self, proposal: &Proposal) -> Vec<&'_ [Party]> {
        let owners = self.settings.owners.iter().map(|owners| owners.from.as_slice());
        let lifters = proposal.records.iter().filter(|change| self.holds_less(change) || self.is_retold(change));
        let held = lifters.flat_map(|change| self.held_by(change)).map(|env| env.rules.signers.as_slice());
        let born = proposal.births.iter().filter_map(|birth| self.settings.environment(&birth.env));
        let born = born.map(|env| env.rules.signers.as_slice());
        owners.chain(held).chain(born).filter(|parties| !parties.is_empty()).collect()
    }

    /// An overlay that changes by more than its pins: whoever signs for the environment may, which the signature gate asks.
    fn environment(&self, envs: &BTreeSet<EnvName>) -> Option<Verdict> {
        let unknown = envs.iter().find(|env| self.settings.environment(env).is_none());
        if let Some(env) = unknown {
            return Some(self.owners(&format!("is of `{env}`, an environment that the rules do not know yet")));
        }
        let free =
            envs.iter().all(|env| self.settings.environment(env).is_some_and(|env| env.rules.signers.is_empty()));
        free.then(|| {
            let names: Vec<&str> = envs.iter().map(EnvName::as_str).collect();
            Verdict::Pass(format!("it changes {}, which anybody known may", names.join(", ")))
        })
    }

    /// A record: it reads as what its name says; to hold more anybody known may, to hold less, or to say otherwise who holds, when
    /// or why, those who sign for what it held.
    fn record(&self, other: &Other, proposal: &Proposal) -> Verdict {
        if let Some(change) = proposal.instances.iter().find(|one| one.record == other.path) {
            return self.instance(change);
        }
        if let Some(why) = proposal.unmade.get(&other.path) {
            return of_unmade(why);
        }
        if let Some(change) = proposal.hotfixes.iter().find(|one| one.path == other.path) {
            return hotfix(change, other);
        }
        if let Some(env) = recorded_in(&other.path).filter(|_| other.is.is_none())
            && !self.settings.has_instances(&env)
        {
            return self.owners(&format!("recorded a preview of `{env}`, of which the rules know none"));
        }
        let is_it = |change: &&RecordChange| change.path == other.path;
        let Some(change) = proposal.records.iter().find(is_it) else { return self.no_record(other) };
        if let Some(why) = change.is.as_ref().and_then(|is| faulty(is, other)) {
            let what = format!("it is no record that can be read: {why}");
            return Verdict::Fail(Refusal::new(Code::RecordUnreadable, what).hint("set it with `stageline hold set`"));
        }
        let less = if self.holds_less(change) {
            "it holds less"
        } else if self.is_retold(change) {
            "it says otherwise who set the hold, when, or why"
        } else {
            return match self.signature.is_known() {
                Says::Unknown(why) if self.settings.git.signing == Signing::Required => {
                    Verdict::Unknown(Refusal::new(Code::SigningUnknown, format!("cannot tell who holds: {why}")))
                }
                _ => Verdict::Pass("it holds no less".to_string()),
            };
        };
        let envs = self.held_by(change);
        let names: BTreeSet<EnvName> = envs.iter().map(|env| env.name.clone()).collect();
        if names.len() == 1 && self.is_owners(&names) {
            return self.owners(less);
        }
        let mut lifts = envs.iter().filter(|env| !env.rules.signers.is_empty());
        let verdicts =
            lifts.by_ref().map(|env| of_signers(self.settings, env, self.signature.vouches(&env.rules.signers)));
        let stops = verdicts.into_iter().find(|verdict| !matches!(verdict, Verdict::Pass(_)));
        match stops {
            Some(Verdict::Pending { why, eligible_at }) => Verdict::Pending { why: why.detail(less), eligible_at },
            Some(other) => other,
            None => Verdict::Pass(format!("{less}, signed by who may lift it")),
        }
    }

    /// An instance that is as its template gives it: how many there are, and how long it lives.
    fn instance(&self, change: &InstanceChange) -> Verdict {
        let InstanceChange { env, slug, was, is, count, .. } = change;
        let Some(is) = is else { return Verdict::Pass(format!("`{env}/{slug}` goes with all that it has")) };
        let rules = self.settings.environment(env).and_then(|env| env.ephemeral.as_ref());
        let Some(rules) = rules else {
            return self.owners(&format!("is of `{env}`, which the rules know no previews of"));
        };
        if let Some(limit) = rules.limit.filter(|limit| was.is_none() && *count > limit.get() as usize) {
            let what = format!("`{env}` has at most {limit} previews at a time, and this would be {count}");
            let free = format!("destroy one that nobody needs: `stageline preview list --env {env}`");
            return Verdict::Fail(Refusal::new(Code::PreviewLimit, what).hint(free));
        }
        let longest = rules.ttl.as_ref().and_then(|ttl| ttl.after(self.answers.now)?.checked_add(CLOCK).ok());
        let is_told_anew = was.as_ref().is_none_or(|was| was.until != is.until);
        if let Some(longest) = longest.filter(|_| is_told_anew)
            && is.until.is_none_or(|until| until > longest)
        {
            let until = is.until.map_or("without an end".to_string(), |until| format!("until {until}"));
            let what = format!("`{env}/{slug}` would live {until}, longer than the `ttl` of `{env}` lets it");
            return Verdict::Fail(
                Refusal::new(Code::PreviewLimit, what).hint("leave its end to `stageline preview create`"),
            );
        }
        if let Some(why) = anothers(change, self.settings, &self.signature) {
            return Verdict::Fail(why);
        }
        Verdict::Pass(format!("`{env}/{slug}` is what its template gives"))
    }

    /// A file among the records that is no hold: records of other kinds come with what makes them.
    fn no_record(&self, other: &Other) -> Verdict {
        let is_plain = |kind: EntryKind| kind == EntryKind::File;
        if other.is.as_ref().is_some_and(|is| !is_plain(is.kind)) {
            return Verdict::Fail(Refusal::new(
                Code::RecordUnreadable,
                "it is no plain file, and stands among the records",
            ));
        }
        let what = "it stands among the records, and is none that this version knows";
        Verdict::Fail(Refusal::new(Code::RecordUnreadable, what).hint("put it elsewhere"))
    }

    /// Whether something that is held would be held no more, or not as long.
    fn holds_less(&self, change: &RecordChange) -> bool {
        let Some(was) = &change.was else { return false };
        if !was.file.is_active(self.answers.now) {
            return false;
        }
        let (Some(is), Ok(was)) = (&change.is, &was.file.hold) else { return true };
        match &is.file.hold {
            Ok(is) => {
                is.cover != was.cover
                    || frees_more(was.held.as_ref(), is.held.as_ref())
                    || is.cause != was.cause
                    || match (was.until, is.until) {
                        (_, None) => false,
                        (None, Some(_)) => true,
                        (Some(was), Some(is)) => is < was,
                    }
            }
            Err(_) => false,
        }
    }

    /// Whether a hold that lasts is told as another's, as set at another time, or for another reason: so nobody speaks for who set it.
    fn is_retold(&self, change: &RecordChange) -> bool {
        let (Some(was), Some(is)) = (&change.was, &change.is) else { return false };
        match (&was.file.hold, &is.file.hold) {
            (Ok(before), Ok(after)) => {
                was.file.is_active(self.answers.now)
                    && (&before.by, &before.since, &before.reason) != (&after.by, &after.since, &after.reason)
            }
            _ => false,
        }
    }

    /// Whether a change of environments is for those who own the configuration: what previews are made from, and what of one is no
    /// more than that, is every preview's. Whoever signs for them makes, moves and destroys them, and no more.
    fn is_owners(&self, envs: &BTreeSet<EnvName>) -> bool {
        self.settings.owners.is_some() && self.settings.makes_instances(envs)
    }

    /// The environments that a record held something in.
    fn held_by(&self, change: &RecordChange) -> Vec<&Environment> {
        let covered = change.was.as_ref().and_then(|was| was.file.cover.env.as_ref());
        let envs = self.settings.environments.iter();
        envs.filter(|env| covered.is_none_or(|covered| *covered == env.name)).collect()
    }

    /// An application that comes to an environment.
    fn birth(&self, birth: &Birth) -> Verdict {
        let (app, env) = (&birth.app, &birth.env);
        match (birth.by, self.settings.environment(env)) {
            (Born::Signers, Some(known)) => {
                let what = format!("`{app}` comes to `{env}` as a member of a family that its signers let in");
                match known.rules.signers.as_slice() {
                    [] => Verdict::Pass(what),
                    signers => of_signers(self.settings, known, self.signature.vouches(signers)),
                }
            }
            _ => self.owners(&format!("brings `{app}` to `{env}`, which the rules do not name yet")),
        }
    }
}

/// Whether a hold of a commit would let something pass that it has stopped: by a fix, another source, or what it lists no more.
fn frees_more(was: Option<&HeldCommit>, is: Option<&HeldCommit>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => {
            is.source != was.source
                || is.commit != was.commit
                || is.fixed.iter().any(|fix| !was.fixed.contains(fix))
                || was.landed.iter().any(|commit| !is.landed.contains(commit))
        }
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// A hotfix's record as a file; what it says is the hotfix gate's to judge.
fn hotfix(change: &HotfixChange, other: &Other) -> Verdict {
    let is_plain = other.is.as_ref().is_none_or(|entry| entry.kind == EntryKind::File);
    let why = match change.is.as_ref().map(|file| &file.hotfix) {
        Some(_) | None if !is_plain => "it is no plain file",
        Some(Err(why)) => why,
        Some(Ok(_)) | None => return Verdict::Pass("the hotfix gate judges what it says".to_string()),
    };
    let what = format!("it is no record that can be read: {why}");
    Verdict::Fail(Refusal::new(Code::RecordUnreadable, what).hint("land it with `stageline promote --hotfix`"))
}

/// Why a record does not read as what its name says; `None`: it does.
fn faulty(is: &Record, other: &Other) -> Option<String> {
    if other.is.as_ref().is_some_and(|entry| entry.kind != EntryKind::File) || is.text.is_none() {
        return Some("it is no plain file".to_string());
    }
    match (&is.file.slip, &is.file.hold) {
        (Some(slip), _) => Some(slip.clone()),
        (None, Err(why)) => Some(why.clone()),
        (None, Ok(hold)) => {
            (hold.cover.path() != is.file.path.as_str()).then(|| "its place is another hold's".to_string())
        }
    }
}

/// A change of who may what lands alone.
fn alone(proposal: &Proposal) -> Vec<(RepoPath, Verdict)> {
    let is_more = |other: &&Other| matches!(other.class, Class::Environment(_) | Class::Record);
    if proposal.authority == Authority::Same
        || (proposal.moves.is_empty() && !proposal.others.iter().any(|other| is_more(&other)))
    {
        return Vec::new();
    }
    let policy = proposal.others.iter().find(|other| other.class == Class::Policy);
    let what = "it changes who may what, and comes with changes of environments";
    let refusal =
        Refusal::new(Code::NotAlone, what).hint("land the change of people, keys, owners or signers by itself first");
    policy.map(|other| (other.path.clone(), Verdict::Fail(refusal))).into_iter().collect()
}

fn of_odd(odd: &Odd) -> Verdict {
    let what = format!(
        "it {}, so that what is checked out or read elsewhere may be another file than the one that is judged",
        odd.what
    );
    Verdict::Fail(Refusal::new(Code::StrangeTree, what).hint("take it away"))
}

fn of_untold(one: &Odd) -> Verdict {
    let what = format!("it {}, so that nobody can tell what would run", one.what);
    Verdict::Unknown(
        Refusal::new(Code::StrangeTree, what)
            .hint("name a full commit or a release there, or bring what it takes into this repository"),
    )
}

/// A pin that cannot be read on one of the sides; what is unreadable in the same way on both stays somebody else's: where
/// bytes beside the moved pins change, the file is judged as more than a pin.
fn unread(one: &Unreadable) -> Verdict {
    match (&one.before, &one.after) {
        (before, Some(after)) if before.as_ref() != Some(after) => Verdict::Fail(
            Refusal::new(
                Code::PinUnreadable,
                format!("`{}` in `{}` cannot be read any more: {after}", one.app, one.env),
            )
            .hint("write its version as `stageline.yaml` has it, or change that first"),
        ),
        (_, Some(after)) => Verdict::Pass(format!("it can be read as little as before: {after}")),
        (before, None) => Verdict::Unknown(Refusal::new(
            Code::PinUnreadable,
            format!(
                "what `{}` ran in `{}` before cannot be read: {}",
                one.app,
                one.env,
                before.as_deref().unwrap_or("nobody knows why")
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::of_moves::sample::{answers, judged, now, settings};
    use super::*;
    use crate::domain::commit::CommitId;
    use crate::domain::names::AppName;
    use crate::domain::plan::sample::proposal;
    use crate::domain::preview::{Preview, Slug};
    use crate::domain::settings::{Ephemeral, Fillable, Forks, Owners, PartyName, SourceAddress, TimeSpan};

    fn said(before: Option<&str>, after: Option<&str>) -> Verdict {
        let one = Unreadable {
            app: AppName::new("api").unwrap(),
            env: EnvName::new("production").unwrap(),
            before: before.map(str::to_string),
            after: after.map(str::to_string),
        };
        let proposal = Proposal { unreadable: vec![one], ..proposal() };
        judged(&ScopeGate, &proposal, &settings(|_| {}), &answers([])).remove(0).verdict
    }

    #[test]
    fn a_pin_that_could_not_be_read_before_either_stands_in_nobodys_way() {
        assert!(matches!(said(Some("no key"), Some("no key")), Verdict::Pass(_)));
    }

    #[test]
    fn a_pin_that_the_change_makes_unreadable_or_differently_so_does_not_pass() {
        for before in [None, Some("no key")] {
            let Verdict::Fail(no) = said(before, Some("a moving ref")) else { panic!("it passed") };
            assert_eq!(no.code, Code::PinUnreadable);
        }
    }

    #[test]
    fn what_a_pin_ran_before_that_is_not_known_is_no_answer() {
        assert!(matches!(said(Some("no key"), None), Verdict::Unknown(_)));
    }

    #[test]
    fn a_held_commit_holds_less_by_a_fix_another_source_or_what_it_lists_no_more() {
        let commit = |byte| CommitId::from_bytes([byte; 20]);
        let source = SourceAddress("../web".into());
        let was = HeldCommit { source, commit: commit(1), landed: vec![commit(1)], fixed: vec![commit(9)] };
        let frees = |change: fn(&mut HeldCommit)| {
            let mut is = was.clone();
            change(&mut is);
            frees_more(Some(&was), Some(&is))
        };
        assert!(frees(|is| is.fixed.push(CommitId::from_bytes([8; 20]))));
        assert!(frees(|is| is.source = SourceAddress("../other".into())));
        assert!(frees(|is| is.landed.clear()));
        assert!(!frees(|is| is.landed.push(CommitId::from_bytes([2; 20]))));
        assert!(!frees(|is| is.fixed.clear()), "what mended it does so no more: it holds more");
        assert!(frees_more(Some(&was), None) && !frees_more(None, Some(&was)));
    }

    /// Settings whose production has at most two instances, for a day at most, and owners.
    fn with_instances() -> Settings {
        let mut settings = settings(|production| {
            production.ephemeral = Some(Ephemeral {
                template: None,
                path: Fillable("p/{slug}".into()),
                from: None,
                namespace: None,
                ttl: Some(TimeSpan::new("24h").unwrap()),
                limit: NonZeroU32::new(2),
                url: None,
                register: None,
                forks: Forks::None,
            });
        });
        let from = vec![Party::Person(PartyName::new("alice").unwrap())];
        settings.owners = Some(Owners { from, approvals: None });
        settings
    }

    const RECORD: &str = ".stageline/previews/production/pr-1.yaml";

    /// A proposal of an instance that lives so many hours from now, among so many.
    fn instance(hours: Option<i64>, count: usize) -> Proposal {
        let env = EnvName::new("production").unwrap();
        let slug = Slug::new("pr-1").unwrap();
        let until = hours.map(|hours| now().checked_add(SignedDuration::from_hours(hours)).unwrap());
        let (request, by, since) = (None, "Mei".to_string(), now());
        let applications = std::collections::BTreeMap::new();
        let is = Preview { env: env.clone(), slug: slug.clone(), applications, request, by, since, until };
        let record = RepoPath::new(RECORD).unwrap();
        let other = Other { path: record.clone(), class: Class::Record, was: None, is: None };
        let change = InstanceChange { env, slug, record: record.clone(), was: None, is: Some(is), count };
        Proposal { others: vec![other], made: [record].into(), instances: vec![change], ..proposal() }
    }

    fn said_of(proposal: &Proposal) -> Vec<Verdict> {
        let told = answers([]);
        judged(&ScopeGate, proposal, &with_instances(), &told).into_iter().map(|one| one.verdict).collect()
    }

    #[test]
    fn an_instance_lives_no_longer_than_the_rules_let_and_is_one_of_no_more_than_they_take() {
        let is_limit = |verdict: &Verdict| matches!(verdict, Verdict::Fail(no) if no.code == Code::PreviewLimit);
        assert!(matches!(said_of(&instance(Some(24), 2)).as_slice(), [Verdict::Pass(_)]));
        assert!(is_limit(&said_of(&instance(Some(24), 3))[0]));
        assert!(is_limit(&said_of(&instance(Some(25), 2))[0]));
        assert!(is_limit(&said_of(&instance(None, 1))[0]), "without an end");
        // One that was there already may be moved where there are too many, and one that goes may always go.
        let mut moved = instance(Some(24), 3);
        moved.instances[0].was = moved.instances[0].is.clone();
        assert!(matches!(said_of(&moved).as_slice(), [Verdict::Pass(_)]));
        moved.instances[0].is = None;
        assert!(matches!(said_of(&moved).as_slice(), [Verdict::Pass(_)]));
    }

    #[test]
    fn what_is_not_made_from_the_template_is_refused_by_its_record_and_else_the_owners() {
        let unmade = |path: &str| {
            let mut out = instance(Some(1), 1);
            (out.instances, out.made) = (Vec::new(), Default::default());
            out.unmade = [(RepoPath::new(path).unwrap(), "the template gives no such file".to_string())].into();
            out
        };
        let is_no = |verdict: &Verdict| matches!(verdict, Verdict::Fail(no) if no.code == Code::RecordUnreadable);
        assert!(is_no(&said_of(&unmade(RECORD))[0]));
        // Also where the record itself did not change.
        let mut left = unmade(RECORD);
        left.others.clear();
        assert!(is_no(&said_of(&left)[0]));
        let file = "p/pr-1/more.yaml";
        let mut more = unmade(file);
        let envs = [EnvName::new("production").unwrap()].into();
        more.others =
            vec![Other { path: RepoPath::new(file).unwrap(), class: Class::Environment(envs), was: None, is: None }];
        let said = said_of(&more);
        assert!(
            matches!(&said[0], Verdict::Unknown(why) if why.message.contains("the template gives no such file")),
            "{said:?}"
        );
    }
}
