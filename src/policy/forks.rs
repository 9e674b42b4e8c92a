//! What lets an instance run the head of a fork's request, which no branch of the source has: somebody who may approves that very head.

use std::collections::BTreeSet;

use crate::domain::names::AppName;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Environment, Forks, Party, PartyName, Settings};
use crate::domain::statement::{CheckResult, FORK_APPROVED};
use crate::domain::stay::Likeness;
use crate::domain::testimony::Who;
use crate::domain::version::Version;

use super::of_moves::Case;
use super::people::{is_one_of, people_of, whom};
use super::{Answers, Fork, Question, Verdict};

/// What must be known of a version that comes to an instance, where the rules let forks have some; the request first.
pub(super) fn questions(case: Case<'_>, version: &Version, told: &Answers) -> Vec<Question> {
    let Some(fork) = fork(case, version) else { return Vec::new() };
    match told.of(&fork) {
        None => vec![fork],
        Some(_) => Some(statements(case, version)).filter(|asked| told.of(asked).is_none()).into_iter().collect(),
    }
}

/// What is to be said of a version that no branch has; `None`: nothing, as it is in no instance of a request, or forks have none.
pub(super) fn says(case: Case<'_>, version: &Version, answers: &Answers) -> Option<Verdict> {
    let asked = fork(case, version)?;
    let unknown = |why: &str| {
        let what = format!("cannot tell whether somebody approved {} of `{}`: {why}", version.short(), case.moved.app);
        Verdict::Unknown(Refusal::new(Code::BaselineUnknown, what).hint(by_hand(case, version)))
    };
    let fork = match answers.fork(&asked) {
        Some(Ok(fork)) => fork,
        other => return Some(unknown(other.and_then(Result::err).unwrap_or("nobody looked"))),
    };
    if let Some(no) = not_the_head(case, fork) {
        return Some(Verdict::Fail(no));
    }
    let told = match answers.checks(&statements(case, version)) {
        Some(Ok(told)) => told,
        other => return Some(unknown(other.and_then(Result::err).unwrap_or("nobody looked"))),
    };
    let parties = parties(case.settings, &case.moved.app, case.env);
    let makers: BTreeSet<&PartyName> = fork.makers.iter().flat_map(|who| people_of(case.settings, who)).collect();
    let may = |who: &Who| {
        let made = people_of(case.settings, who).iter().any(|name| makers.contains(name));
        !parties.is_empty() && !made && is_one_of(case.settings, &parties, who)
    };
    // Of several statements the later word counts, whoever says it.
    let last = told.iter().rfind(|one| one.check.name == FORK_APPROVED && may(&one.by));
    Some(match last.map(|one| (one.check.result, &one.by)) {
        Some((CheckResult::Failed, _)) => {
            let what = format!("somebody who may said no to {} of `{}`", fork.commit.short(), case.moved.app);
            Verdict::Fail(Refusal::new(Code::ForkNotApproved, what).hint(by_hand(case, version)))
        }
        Some((_, by)) => approved(case, fork, by),
        None => match fork.approved.iter().find(|who| may(who)) {
            Some(by) => approved(case, fork, by),
            None => not_yet(case, version, fork, &parties),
        },
    })
}

fn approved(case: Case<'_>, fork: &Fork, by: &Who) -> Verdict {
    let by = people_of(case.settings, by).first().map_or(String::new(), |name| format!(" by {name}"));
    Verdict::Pass(format!("{} is the head of a request, approved{by}", fork.commit.short()))
}

/// Why a commit is not what its request is at.
fn not_the_head(case: Case<'_>, fork: &Fork) -> Option<Refusal> {
    let (commit, app) = (fork.commit.short(), &case.moved.app);
    let recorded = case.moved.recorded.filter(|recorded| *recorded != fork.commit);
    let number = case.moved.request.unwrap_or_default();
    let what = match (recorded, fork.head) {
        (Some(recorded), _) => {
            format!("its record says {} of `{app}`, and its version is {commit}", recorded.short())
        }
        (None, Some(head)) if head == fork.commit => return None,
        (None, Some(head)) => {
            format!("{commit} of `{app}` is on no branch, and request {number} is at {}", head.short())
        }
        (None, None) => format!("{commit} of `{app}` is on no branch, and its source has no request {number}"),
    };
    let again = format!("`stageline preview create {app} --request {number}` takes what the request is at now");
    Some(Refusal::new(Code::NotInBaseline, what).hint(again))
}

fn not_yet(case: Case<'_>, version: &Version, fork: &Fork, parties: &[Party]) -> Verdict {
    let (commit, app, env) = (fork.commit.short(), &case.moved.app, &case.env.name);
    if parties.is_empty() {
        let what = format!("nobody may approve {commit} of `{app}`, which is on no branch of the source");
        let hint = format!("give `{app}` `owners:`, or `{env}` `signers:`");
        return Verdict::Fail(Refusal::new(Code::ForkNotApproved, what).hint(hint));
    }
    if let Some(why) = &fork.unseen {
        let what = format!("cannot tell whether somebody approved {commit} of `{app}`: {why}");
        return Verdict::Unknown(Refusal::new(Code::BaselineUnknown, what).hint(by_hand(case, version)));
    }
    let what = format!("{commit} of `{app}` is the head of a fork's request, and nobody who may has approved it yet");
    let refusal = Refusal::new(Code::ForkNotApproved, what)
        .details(fork.notes.iter().cloned())
        .hint(by_hand(case, version))
        .asks(whom(case.settings, parties));
    Verdict::Pending { why: refusal, eligible_at: None }
}

fn by_hand(case: Case<'_>, version: &Version) -> String {
    let commit = case.moved.recorded.map_or_else(|| version.to_string(), |commit| commit.to_string());
    let number = case.moved.request.unwrap_or_default();
    format!("who may and has read it: `stageline approve {}@{commit} --request {number}`", case.moved.app)
}

/// Who may approve the head of a fork: the owners of the application, else who signs for the environment.
fn parties(settings: &Settings, app: &AppName, env: &Environment) -> Vec<Party> {
    let owners = settings.application(app).map(|app| app.rules.owners.clone()).unwrap_or_default();
    if owners.is_empty() { env.rules.signers.clone() } else { owners }
}

/// The environments whose instances may run what somebody approved of an application.
pub(super) fn heeding<'s>(settings: &'s Settings, app: &AppName, by: &Who) -> Vec<&'s Environment> {
    let may = |env: &&Environment| {
        let parties = parties(settings, app, env);
        is_of_forks(env) && !parties.is_empty() && is_one_of(settings, &parties, by)
    };
    settings.ephemeral().filter(may).collect()
}

/// Whether any environment has instances of forks.
pub(super) fn are_let(settings: &Settings) -> bool {
    settings.ephemeral().any(is_of_forks)
}

fn is_of_forks(env: &Environment) -> bool {
    env.ephemeral.as_ref().is_some_and(|rules| rules.forks == Forks::Approved)
}

fn fork(case: Case<'_>, version: &Version) -> Option<Question> {
    let number = case.moved.request.filter(|_| is_of_forks(case.env))?;
    Some(Question::Fork(case.moved.app.clone(), version.clone(), number))
}

fn statements(case: Case<'_>, version: &Version) -> Question {
    Question::Checks(case.branch.clone(), case.moved.app.clone(), version.clone(), Likeness::Itself)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::branches::BranchesGate;
    use super::super::of_moves::sample::{answers, judged, move_to, needs, now, settings};
    use super::super::{Answer, Reached};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::plan::Proposal;
    use crate::domain::preview::Slug;
    use crate::domain::settings::{BranchPattern, Ephemeral, Fillable, Person, Principal};
    use crate::domain::statement::{Check, Tests};
    use crate::domain::testimony::CheckTold;

    const HEAD: CommitId = CommitId::from_bytes([7; 20]);
    const OTHER: CommitId = CommitId::from_bytes([8; 20]);

    fn party(name: &str) -> PartyName {
        PartyName::new(name).unwrap()
    }

    /// Rules whose production has instances of forks, for which alice signs; bob is known.
    fn rules(forks: Forks) -> Settings {
        let mut out = settings(|production| {
            production.branches = vec![BranchPattern::new("*").unwrap()];
            production.rules.signers = vec![Party::Person(party("alice"))];
            production.ephemeral = Some(Ephemeral {
                template: None,
                path: Fillable("p/{slug}".into()),
                from: None,
                namespace: None,
                ttl: None,
                limit: None,
                url: None,
                register: None,
                forks,
            });
        });
        let person = |name: &str| Person {
            name: party(name),
            principals: vec![Principal::new(&format!("{name}@example.com")).unwrap()],
            forge: Some(name.into()),
            email: None,
            mobile: None,
        };
        out.people = ["alice", "bob"].map(person).into();
        out
    }

    /// web in the instance of request 12, as its record says the commit.
    fn instance(recorded: CommitId) -> Proposal {
        let mut proposal = move_to("b");
        let moved = &mut proposal.moves[0];
        (moved.instance, moved.recorded) = (Slug::new("pr-12").ok(), Some(recorded));
        moved.request = Some(12);
        proposal
    }

    fn known(approved: &[&str], makers: &[&str]) -> Fork {
        let logins = |all: &[&str]| all.iter().map(|name| Who::Login((*name).into())).collect();
        let (approved, makers) = (logins(approved), logins(makers));
        Fork { commit: HEAD, head: Some(HEAD), approved, makers, unseen: None, notes: Vec::new() }
    }

    fn said(by: &str, result: CheckResult) -> CheckTold {
        let at: Timestamp = now();
        let check = Check {
            app: crate::domain::names::AppName::new("web").unwrap(),
            source: "s".into(),
            commit: HEAD,
            name: FORK_APPROVED.into(),
            environment: None,
            digest: None,
            result,
            url: None,
            tests: Tests::default(),
            at,
        };
        CheckTold { check, by: Who::Key(vec![format!("{by}@example.com")]), since: at }
    }

    /// What the gate says where no branch has the commit, this is known of the request, and this was stated.
    fn verdict(rules: &Settings, recorded: CommitId, fork: Known<Fork>, stated: Vec<CheckTold>) -> Verdict {
        let proposal = instance(recorded);
        let mut told = answers([]);
        loop {
            let asked = needs(&BranchesGate, &proposal, rules, &told);
            if asked.is_empty() {
                return judged(&BranchesGate, &proposal, rules, &told).remove(0).verdict;
            }
            for question in asked {
                let answer = match &question {
                    Question::Reached(..) => Known::Is(Answer::Reached(Reached::Nowhere(HEAD))),
                    Question::Fork(_, _, 12) => fork.clone().map(Answer::Fork),
                    Question::Checks(..) => Known::Is(Answer::Checks(stated.clone())),
                    _ => Known::CannotTell("nobody knows".into()),
                };
                told.note(question, answer);
            }
        }
    }

    fn passes(fork: Fork, stated: Vec<CheckTold>) -> bool {
        let said = verdict(&rules(Forks::Approved), HEAD, Known::Is(fork), stated);
        matches!(said, Verdict::Pass(_))
    }

    #[test]
    fn the_head_of_a_request_passes_once_somebody_who_may_approved_it_by_a_review_or_a_statement() {
        assert!(passes(known(&["alice"], &["eve"]), vec![]));
        assert!(passes(known(&[], &["eve"]), vec![said("alice", CheckResult::Passed)]));
        assert!(!passes(known(&["bob"], &["eve"]), vec![said("bob", CheckResult::Passed)]), "bob is not asked");
        assert!(!passes(known(&["mallory"], &[]), vec![]), "a login that is nobody's");
    }

    #[test]
    fn nobody_approves_what_they_opened_or_made() {
        assert!(!passes(known(&["alice"], &["alice"]), vec![said("alice", CheckResult::Passed)]));
        let mut fork = known(&["alice"], &[]);
        fork.makers.push(Who::Mail("alice@example.com".into()));
        assert!(!passes(fork, vec![]));
    }

    #[test]
    fn a_later_no_outdoes_what_was_said_before_and_a_review_too() {
        let no = vec![said("alice", CheckResult::Passed), said("alice", CheckResult::Failed)];
        let said_no = verdict(&rules(Forks::Approved), HEAD, Known::Is(known(&["alice"], &[])), no);
        assert!(matches!(said_no, Verdict::Fail(why) if why.code == Code::ForkNotApproved));
        let of_bob = vec![said("alice", CheckResult::Passed), said("bob", CheckResult::Failed)];
        assert!(passes(known(&[], &[]), of_bob), "whoever may not say yes may not say no");
    }

    #[test]
    fn what_is_not_the_head_of_the_request_does_not_pass_whoever_approved_it() {
        let stated = vec![said("alice", CheckResult::Passed)];
        for head in [Some(OTHER), None] {
            assert!(!passes(Fork { head, ..known(&["alice"], &[]) }, stated.clone()), "{head:?}");
        }
        let lied = verdict(&rules(Forks::Approved), OTHER, Known::Is(known(&["alice"], &[])), stated);
        assert!(matches!(lied, Verdict::Fail(_)), "its record says another commit");
    }

    #[test]
    fn what_nobody_could_look_at_is_no_yes_and_no_no() {
        let unseen = Fork { unseen: Some("no token".into()), ..known(&[], &[]) };
        let said = |fork: Known<Fork>| verdict(&rules(Forks::Approved), HEAD, fork, vec![]);
        assert!(matches!(said(Known::Is(unseen)), Verdict::Unknown(why) if why.message.contains("no token")));
        assert!(matches!(said(Known::CannotTell("offline".into())), Verdict::Unknown(_)));
        assert!(matches!(said(Known::Is(known(&[], &[]))), Verdict::Pending { .. }), "it may still be approved");
    }

    #[test]
    fn where_forks_have_none_nothing_is_asked_of_requests_and_a_commit_of_no_branch_is_refused() {
        let said = verdict(&rules(Forks::None), HEAD, Known::Is(known(&["alice"], &[])), vec![]);
        assert!(matches!(said, Verdict::Fail(why) if why.code == Code::NotInBaseline));
    }

    #[test]
    fn where_nobody_is_named_who_may_approve_it_never_passes() {
        let mut rules = rules(Forks::Approved);
        rules.environments[1].rules.signers.clear();
        let said =
            verdict(&rules, HEAD, Known::Is(known(&["alice", "bob"], &[])), vec![said("bob", CheckResult::Passed)]);
        assert!(matches!(said, Verdict::Fail(why) if why.code == Code::ForkNotApproved));
    }
}
