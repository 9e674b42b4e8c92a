//! The approvals gate: so many people agree to this very change, none of whom made it.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::pin::PinMove;
use crate::domain::plan::{Class, Proposal};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Application, Approvals, Approver, Environment, NamedGate, Party};
use crate::domain::whom::words;

use super::consents::{Counted, Wanted, count};
use super::hotfix_case;
use super::of_moves::{Passes, exempts, unless_exempt, worst};
use super::people::whom;
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

pub struct ApprovalsGate;

impl Gate for ApprovalsGate {
    fn name(&self) -> &'static str {
        NamedGate::Approvals.word()
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        let asked = cases(proposal, policy);
        if asked.is_empty() {
            return Vec::new();
        }
        let question = Question::Consents(policy.branch.clone());
        if told.of(&question).is_none() {
            return vec![question];
        }
        let hangs = |case: &Case<'_>| {
            let is_no = case.verdicts(policy, told).iter().any(|(verdict, _)| !matches!(verdict, Verdict::Pass(_)));
            let moved = case.moved.filter(|_| is_no)?;
            if hotfix_case::exempts(case.env, NamedGate::Approvals) {
                return hotfix_case::asks_whether_back(case.env, moved, told);
            }
            let kind = Some(Question::kind(moved)).filter(|kind| told.of(kind).is_none());
            kind.filter(|_| exempts(case.env, NamedGate::Approvals))
        };
        asked.iter().filter_map(hangs).collect()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let of = |case: Case<'_>| {
            let (said, not_after) = worst(case.verdicts(policy, answers))?;
            let passes = Passes {
                hotfixes: &|_| hotfix_case::exempts(case.env, NamedGate::Approvals),
                returns: &|_| exempts(case.env, NamedGate::Approvals),
            };
            let (verdict, exempt) = match case.moved {
                Some(moved) => unless_exempt(said, (proposal, moved), policy, answers, passes),
                None => (said, false),
            };
            Some(Judged { subject: case.subject(), verdict, not_after, exempt })
        };
        cases(proposal, policy).into_iter().filter_map(of).collect()
    }
}

/// What rules of approvals are about: a pin that moves, or an overlay of an environment that changes otherwise.
struct Case<'c> {
    env: &'c Environment,
    moved: Option<&'c PinMove>,
    apps: Vec<&'c Application>,
    rules: Vec<(&'c Approvals, Option<&'c Application>)>,
}

fn cases<'c>(proposal: &'c Proposal, policy: Policy<'c>) -> Vec<Case<'c>> {
    let settings = policy.settings;
    let mut out = Vec::new();
    for moved in &proposal.moves {
        let Some(env) = settings.environment(&moved.env) else { continue };
        let app = settings.application(&moved.app);
        out.extend(Case::of(env, Some(moved), app.into_iter().collect()));
    }
    for name in changed_otherwise(proposal) {
        let Some(env) = settings.environment(name) else { continue };
        let is_its = |class: &Class| matches!(class, Class::Environment(envs) if envs.contains(name));
        let changed = proposal.others.iter().filter(|other| is_its(&other.class));
        let mut apps: Vec<&Application> =
            changed.filter_map(|other| settings.application(proposal.own.get(&other.path)?)).collect();
        apps.sort_by_key(|app| &app.name);
        apps.dedup_by_key(|app| &app.name);
        out.extend(Case::of(env, None, apps));
    }
    out
}

/// The environments of which more than pins changes.
fn changed_otherwise(proposal: &Proposal) -> BTreeSet<&EnvName> {
    let mut out = BTreeSet::new();
    for other in &proposal.others {
        if let Class::Environment(envs) = &other.class {
            out.extend(envs);
        }
    }
    out
}

impl<'c> Case<'c> {
    /// `None`: nothing asks for approvals there.
    fn of(env: &'c Environment, moved: Option<&'c PinMove>, apps: Vec<&'c Application>) -> Option<Self> {
        let mut rules: Vec<_> = env
            .rules
            .gates
            .approvals
            .iter()
            .map(|rule| (rule, apps.first().copied().filter(|_| apps.len() == 1)))
            .collect();
        for app in &apps {
            rules.extend(app.rules.gates.approvals.iter().map(|rule| (rule, Some(*app))));
        }
        (!rules.is_empty()).then_some(Self { env, moved, apps, rules })
    }

    fn subject(&self) -> Subject {
        match (self.moved, self.apps.as_slice()) {
            (Some(moved), _) => Subject::pin(moved),
            (None, [app]) => Subject::Pin(self.env.name.clone(), app.name.clone()),
            (None, _) => Subject::Commit,
        }
    }

    fn verdicts(&self, policy: Policy<'_>, answers: &Answers) -> Vec<(Verdict, Option<jiff::Timestamp>)> {
        self.rules.iter().map(|(rule, app)| self.one(policy, rule, *app, answers)).collect()
    }

    /// What one rule says. Each is met by itself: somebody who is in two groups counts for both.
    fn one(
        &self,
        policy: Policy<'_>,
        rule: &Approvals,
        app: Option<&Application>,
        answers: &Answers,
    ) -> (Verdict, Option<jiff::Timestamp>) {
        let parties = parties(rule, app);
        let whom = whom(policy.settings, &parties);
        let (whose, place) = (if whom.is_empty() { "`owners`".to_string() } else { words(&whom) }, &self.env.name);
        let wanted = Wanted { parties: &parties, count: rule.count.get(), max_age: rule.max_age };
        match count(policy, answers, wanted) {
            Counted::Met { by, until } => (Verdict::Pass(by.join(", ")), until),
            Counted::Unknown(why) => {
                let what = format!("cannot tell whether {} of {whose} approve, as `{place}` asks: {why}", rule.count);
                (Verdict::Unknown(Refusal::new(Code::ApprovalsUnknown, what).asks(whom)), None)
            }
            Counted::Lacking { by, notes } => {
                let so_far = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
                let many = if rule.count.get() == 1 { "approval" } else { "approvals" };
                let what = format!("`{place}` takes {} {many} of {whose}, and has {}{so_far}", rule.count, by.len());
                let refusal = Refusal::new(Code::NeedsApproval, what).details(notes);
                let refusal = match parties.is_empty() {
                    true => refusal.hint("nobody is named as its owner: `owners:` of the application in `stageline.yaml`"),
                    false => refusal.hint(
                        "let it land by a request (`--landing merge-request`), and have them approve that: `stageline approve REQUEST`",
                    ),
                };
                (Verdict::Pending { why: refusal.asks(whom), eligible_at: None }, None)
            }
        }
    }
}

/// Whose approvals a rule counts.
fn parties(rule: &Approvals, app: Option<&Application>) -> Vec<Party> {
    let owners = || app.map(|app| app.rules.owners.clone()).unwrap_or_default();
    let each = |from: &Approver| match from {
        Approver::Owners => owners(),
        Approver::Party(party) => vec![party.clone()],
    };
    rule.from.iter().flat_map(each).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use jiff::{SignedDuration, Timestamp};

    use super::super::Answer;
    use super::super::of_moves::sample::{answers, judged, move_to, needs, now, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::history::Kind;
    use crate::domain::names::BranchName;
    use crate::domain::settings::{Group, PartyName, Person, Principal, Settings, TimeSpan};
    use crate::domain::statement::Agreed;
    use crate::domain::testimony::{ConsentTold, Consents, Makers, Who};

    fn party(name: &str) -> PartyName {
        PartyName::new(name).unwrap()
    }

    fn rule(count: u32, from: Approver, max_age: Option<&str>) -> Approvals {
        let max_age = max_age.map(|text| TimeSpan::new(text).unwrap());
        Approvals { count: NonZeroU32::new(count).unwrap(), from: vec![from], max_age }
    }

    fn managers() -> Approver {
        Approver::Party(Party::Group(party("managers")))
    }

    /// Alice, bob and carol, of whom the first two are managers; production takes what the rules say.
    fn rules(all: Vec<Approvals>) -> Settings {
        let person = |name: &str| Person {
            name: party(name),
            principals: vec![Principal::new(&format!("{name}@example.com")).unwrap()],
            forge: Some(name.to_uppercase()),
            email: None,
            mobile: None,
        };
        Settings {
            people: ["alice", "bob", "carol"].map(person).into(),
            groups: vec![Group { name: party("managers"), members: vec![party("alice"), party("bob")] }],
            ..settings(|production| production.rules.gates.approvals = all)
        }
    }

    fn key(name: &str) -> Who {
        Who::Key(vec![format!("{name}@example.com")])
    }

    /// An approval of somebody, so many seconds ago.
    fn given(by: Who, ago: i64) -> ConsentTold {
        ConsentTold { agreed: Agreed::Approval, by, since: now() - SignedDuration::from_secs(ago) }
    }

    fn made_by(name: &str, given: Vec<ConsentTold>) -> Consents {
        Consents { given, makers: Makers { who: vec![key(name)], unknown: None }, ..Consents::default() }
    }

    fn told(consents: Known<Consents>) -> Answers {
        let branch = BranchName::new("main").unwrap();
        answers([(Question::Consents(branch), consents.map(Answer::Consents))])
    }

    fn says(all: Vec<Approvals>, consents: Consents) -> (Verdict, Option<Timestamp>) {
        let judged = judged(&ApprovalsGate, &move_to("b"), &rules(all), &told(Known::Is(consents))).remove(0);
        (judged.verdict, judged.not_after)
    }

    fn waits(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Pending { .. })
    }

    #[test]
    fn where_no_rule_asks_nobody_is_asked() {
        assert_eq!(needs(&ApprovalsGate, &move_to("b"), &rules(vec![]), &answers([])), []);
        assert_eq!(judged(&ApprovalsGate, &move_to("b"), &rules(vec![]), &answers([])), []);
    }

    #[test]
    fn so_many_different_people_of_the_group_must_agree() {
        let two = || vec![rule(2, managers(), None)];
        assert!(waits(&says(two(), made_by("carol", vec![given(key("alice"), 1)])).0));
        let twice = vec![given(key("alice"), 1), given(Who::Login("alice".into()), 1)];
        assert!(waits(&says(two(), made_by("carol", twice)).0), "a key and an account are one person");
        let both = vec![given(key("alice"), 1), given(Who::Login("Bob".into()), 1)];
        assert_eq!(says(two(), made_by("carol", both)).0, Verdict::Pass("alice, bob".into()));
        let stranger = vec![given(key("alice"), 1), given(key("carol"), 1)];
        assert!(waits(&says(two(), made_by("x", stranger)).0), "carol is no manager");
    }

    #[test]
    fn whoever_made_it_does_not_count_whatever_that_is_known_by() {
        let one = || vec![rule(1, managers(), None)];
        for maker in [key("alice"), Who::Mail("alice@example.com".into()), Who::Login("ALICE".into())] {
            let makers = Makers { who: vec![maker.clone()], unknown: None };
            let consents = Consents { given: vec![given(key("alice"), 1)], makers, ..Consents::default() };
            let Verdict::Pending { why, .. } = says(one(), consents).0 else { panic!("{maker:?}: it passed") };
            assert!(why.details[0].contains("alice made it"), "{why:?}");
        }
        assert!(matches!(says(one(), made_by("alice", vec![given(key("bob"), 1)])).0, Verdict::Pass(_)));
    }

    #[test]
    fn a_maker_who_is_not_known_is_not_taken_for_nobody() {
        let makers = Makers { who: vec![], unknown: Some("a bot opened it".into()) };
        let consents = Consents { given: vec![given(key("alice"), 1)], makers, ..Consents::default() };
        assert!(matches!(says(vec![rule(1, managers(), None)], consents).0, Verdict::Unknown(_)));
    }

    #[test]
    fn what_could_not_be_looked_at_is_asked_about_only_where_it_matters() {
        let one = || vec![rule(1, managers(), None)];
        let unseen = Consents { unseen: Some("the forge does not answer".into()), ..made_by("carol", vec![]) };
        assert!(matches!(says(one(), unseen.clone()).0, Verdict::Unknown(_)));
        let enough = Consents { given: vec![given(key("bob"), 1)], ..unseen };
        assert!(matches!(says(one(), enough).0, Verdict::Pass(_)));
        let nobody =
            judged(&ApprovalsGate, &move_to("b"), &rules(one()), &told(Known::CannotTell("x".into()))).remove(0);
        assert!(matches!(nobody.verdict, Verdict::Unknown(_)));
    }

    #[test]
    fn an_approval_ends_with_its_greatest_age_and_the_verdict_says_when() {
        let one = || vec![rule(1, managers(), Some("1h"))];
        let (verdict, not_after) = says(one(), made_by("carol", vec![given(key("alice"), 600)]));
        assert!(matches!(verdict, Verdict::Pass(_)));
        assert_eq!(not_after, Some(now() + SignedDuration::from_mins(50)));
        assert!(waits(&says(one(), made_by("carol", vec![given(key("alice"), 3_600)])).0));
        // The last of those that are enough counts.
        let both = vec![given(key("alice"), 600), given(key("bob"), 60)];
        assert_eq!(says(one(), made_by("carol", both)).1, Some(now() + SignedDuration::from_mins(59)));
    }

    #[test]
    fn each_rule_is_met_by_itself_and_owners_are_those_of_the_application() {
        let both = || vec![rule(1, managers(), None), rule(1, Approver::Owners, None)];
        let Verdict::Pending { why, .. } = says(both(), made_by("carol", vec![given(key("alice"), 1)])).0 else {
            panic!("nobody owns it")
        };
        assert!(why.hints[0].contains("owners:"), "{why:?}");
    }

    #[test]
    fn a_way_back_needs_none_and_one_that_cannot_be_told_is_not_taken_for_one() {
        let settings = rules(vec![rule(1, managers(), None)]);
        let of = |kind: Kind| {
            let mut all = told(Known::Is(made_by("carol", vec![])));
            all.note(Question::kind(&move_to("b").moves[0]), Known::Is(Answer::Kind(kind)));
            judged(&ApprovalsGate, &move_to("b"), &settings, &all).remove(0).verdict
        };
        assert!(matches!(of(Kind::Return { landing: CommitId::from_bytes([1; 20]) }), Verdict::Pass(_)));
        assert!(waits(&of(Kind::Forward)));
        assert!(matches!(of(Kind::Unknown("shallow".into())), Verdict::Unknown(_)));
        let asked = needs(&ApprovalsGate, &move_to("b"), &settings, &told(Known::Is(made_by("carol", vec![]))));
        assert_eq!(asked, [Question::kind(&move_to("b").moves[0])]);
    }
}
