//! The approvals gate: so many people agree to this very change, none of whom made it.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::pin::PinMove;
use crate::domain::plan::{Class, Proposal};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Application, Approvals, Approver, Environment, NamedGate, Party};
use crate::domain::whom::words;

use super::consents::{Counted, Wanted, count};
use super::of_moves::{exempts, unless_return, worst};
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
            let moved = case.moved.filter(|_| exempts(case.env, NamedGate::Approvals))?;
            let is_no = case.verdicts(policy, told).iter().any(|(verdict, _)| !matches!(verdict, Verdict::Pass(_)));
            Some(Question::kind(moved)).filter(|kind| is_no && told.of(kind).is_none())
        };
        asked.iter().filter_map(hangs).collect()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let of = |case: Case<'_>| {
            let (verdict, not_after) = worst(case.verdicts(policy, answers))?;
            let verdict = match (verdict, case.moved) {
                (Verdict::Pass(why), _) => Verdict::Pass(why),
                (no, Some(moved)) if exempts(case.env, NamedGate::Approvals) => unless_return(no, answers.kind(moved)),
                (no, _) => no,
            };
            Some(Judged { subject: case.subject(), verdict, not_after })
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
                let what = format!("`{place}` takes {} approvals of {whose}, and has {}{so_far}", rule.count, by.len());
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
