//! The signature gate: who signed is known, and is one of those whom an environment asks for.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::plan::{Class, Proposal};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Application, Environment, Party, Settings, Signing};

use super::people::named;
use super::vouching::{Says, Signature, ask_to_sign};
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

pub struct SignatureGate;

impl Gate for SignatureGate {
    fn name(&self) -> &'static str {
        "signature"
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        let asks = policy.settings.git.signing == Signing::Required || asking(proposal, policy).next().is_some();
        let question = Signature::question(policy);
        match told.of(&question) {
            None if asks => vec![question],
            _ => {
                let signature = Signature::of(policy, told);
                let each = asking(proposal, policy).flat_map(|env| {
                    let owners = owned(proposal, policy.settings, env).into_iter().map(|app| &app.rules.owners);
                    std::iter::once(&env.rules.signers).chain(owners)
                });
                each.filter_map(|parties| signature.asks(parties)).take(1).collect()
            }
        }
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let signature = Signature::of(policy, answers);
        let known = match policy.settings.git.signing {
            Signing::Optional => Verdict::Pass("optional".into()),
            Signing::Required => of_anybody(signature.is_known()),
        };
        let own = asking(proposal, policy).map(|env| {
            let says = signature.vouches(&env.rules.signers);
            match owned(proposal, policy.settings, env) {
                apps if apps.is_empty() => of_signers(policy.settings, env, says),
                apps => of_signers_or_owners(policy.settings, env, says, (&signature, &apps)),
            }
        });
        std::iter::once(known).chain(own).map(|verdict| Judged::lasting(Subject::Commit, verdict)).collect()
    }
}

/// The environments with signers of their own that a change moves pins of, or changes otherwise.
fn asking<'p>(proposal: &Proposal, policy: Policy<'p>) -> impl Iterator<Item = &'p Environment> + use<'p> {
    let touched = touched(proposal, policy.settings);
    let envs = policy.settings.environments.iter();
    envs.filter(move |env| !env.rules.signers.is_empty() && touched.contains(&env.name))
}

/// The applications whose owners may sign for what changes of an environment: all of it stands under overlays of theirs, each
/// under that of one alone, and no pin moves there. Empty: the environment's signers alone may.
fn owned<'p>(proposal: &Proposal, settings: &'p Settings, env: &Environment) -> Vec<&'p Application> {
    let moves = proposal.moves.iter().any(|moved| moved.env == env.name)
        || proposal.unreadable.iter().any(|one| one.env == env.name)
        || proposal.births.iter().any(|one| one.env == env.name);
    let is_its = |class: &Class| matches!(class, Class::Environment(envs) if envs.contains(&env.name));
    let changed = proposal.others.iter().filter(|other| is_its(&other.class));
    let owned = changed.map(|other| {
        let app = settings.application(proposal.own.get(&other.path)?)?;
        (!app.rules.owners.is_empty()).then_some(app)
    });
    let Some(mut apps) = owned.collect::<Option<Vec<_>>>().filter(|_| !moves) else { return Vec::new() };
    apps.sort_by_key(|app| &app.name);
    apps.dedup_by_key(|app| &app.name);
    apps
}

/// The environments whose pins move or whose overlays change. Who may change a record is the scope gate's to say.
fn touched(proposal: &Proposal, settings: &Settings) -> BTreeSet<EnvName> {
    let mut out: BTreeSet<EnvName> = proposal.moves.iter().map(|moved| moved.env.clone()).collect();
    out.extend(proposal.unreadable.iter().map(|one| one.env.clone()));
    out.extend(proposal.instances.iter().map(|one| one.env.clone()));
    for other in &proposal.others {
        if let Class::Environment(envs) = &other.class {
            // What previews are made from is the owners', which the scope gate asks.
            let is_owners = settings.owners.is_some() && !proposal.made.contains(&other.path);
            let lasts = |env: &&EnvName| !settings.makes_instances(&BTreeSet::from([(*env).clone()]));
            out.extend(envs.iter().filter(|env| !is_owners || lasts(env)).cloned());
        }
    }
    out
}

fn of_anybody(says: Says) -> Verdict {
    match says {
        Says::Yes(who) => Verdict::Pass(format!("required: {who}")),
        Says::No(why) => Verdict::Fail(why),
        Says::Unknown(why) => Verdict::Unknown(Refusal::new(
            Code::SigningUnknown,
            format!("cannot tell whether somebody known has signed: {why}"),
        )),
    }
}

/// What an environment says that has signers: the signature of one of them, or the approval, else not yet.
pub(super) fn of_signers(settings: &Settings, env: &Environment, says: Says) -> Verdict {
    let (name, signers) = (&env.name, named(&env.rules.signers));
    match says {
        Says::Yes(who) => Verdict::Pass(format!("signers of {name}: {who}")),
        Says::No(why) => Verdict::Pending {
            why: ask_to_sign(
                Refusal::new(
                    Code::NeedsASigner,
                    format!("`{name}` takes changes that one of {signers} signs: {}", why.message),
                )
                .details(why.details),
                settings,
                &env.rules.signers,
            ),
            eligible_at: None,
        },
        Says::Unknown(why) => Verdict::Unknown(Refusal::new(
            Code::SigningUnknown,
            format!("cannot tell whether one of {signers} has signed, as `{name}` asks: {why}"),
        )),
    }
}

/// The same where everything that changes stands under overlays whose applications have owners: one of each may sign as well.
fn of_signers_or_owners(
    settings: &Settings,
    env: &Environment,
    says: Says,
    (signature, apps): (&Signature<'_>, &[&Application]),
) -> Verdict {
    let why = match says {
        Says::No(why) => why,
        other => return of_signers(settings, env, other),
    };
    let each: Vec<(&Application, Says)> = apps.iter().map(|app| (*app, signature.vouches(&app.rules.owners))).collect();
    let names = apps.iter().map(|app| format!("`{}`", app.name)).collect::<Vec<_>>().join(", ");
    let signed: Vec<&String> =
        each.iter().filter_map(|(_, says)| if let Says::Yes(who) = says { Some(who) } else { None }).collect();
    if signed.len() == apps.len() {
        return Verdict::Pass(format!(
            "owners of {names}, under whose own overlay in {} it is: {}",
            env.name, signed[0]
        ));
    }
    let lacking = each.iter().filter(|(_, says)| !matches!(says, Says::Yes(_)));
    let owners: Vec<Party> = lacking.flat_map(|(app, _)| app.rules.owners.iter().cloned()).collect();
    let what = format!(
        "`{}` takes changes that one of {} signs, and under the overlay of {names} those of its owners: {}",
        env.name,
        named(&env.rules.signers),
        why.message
    );
    let parties: Vec<Party> = env.rules.signers.iter().cloned().chain(owners).collect();
    let why = Refusal::new(Code::NeedsASigner, what).details(why.details);
    Verdict::Pending { why: ask_to_sign(why, settings, &parties), eligible_at: None }
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, move_to, needs, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::names::BranchName;
    use crate::domain::settings::{Group, PartyName, Person, Principal};
    use crate::policy::{Answer, Signed};

    fn question() -> Question {
        Question::Signed(BranchName::new("main").unwrap())
    }

    fn by(principal: &str) -> Known<Answer> {
        let (principals, commit) = (vec![principal.to_string()], CommitId::from_bytes([1; 20]));
        Known::Is(Answer::Signed(Signed::By { principals, commit }))
    }

    fn person(name: &str) -> Person {
        let principals = vec![Principal::new(&format!("{name}@example.com")).unwrap()];
        Person { name: PartyName::new(name).unwrap(), principals, forge: None, email: None, mobile: None }
    }

    /// Alice and Bob are known, and Alice alone is in the group that signs for production.
    fn with_signers() -> Settings {
        let managers = PartyName::new("managers").unwrap();
        let mut settings = settings(|production| production.rules.signers = vec![Party::Group(managers.clone())]);
        settings.people = vec![person("alice"), person("bob")];
        settings.groups = vec![Group { name: managers, members: vec![PartyName::new("alice").unwrap()] }];
        settings
    }

    fn verdicts(settings: &Settings, signed: Option<Known<Answer>>) -> Vec<Verdict> {
        let told = answers(signed.map(|signed| (question(), signed)));
        judged(&SignatureGate, &move_to("b"), settings, &told).into_iter().map(|one| one.verdict).collect()
    }

    #[test]
    fn a_required_signature_needs_a_key_and_one_of_somebody_known() {
        let required = Settings { people: vec![person("alice")], ..Settings::default() };
        let missing = Refusal::new(Code::CannotSign, "no key");
        let cannot = Known::Is(Answer::Signed(Signed::CannotSign(missing.clone())));
        assert_eq!(verdicts(&required, Some(cannot)), [Verdict::Fail(missing)]);
        assert!(matches!(verdicts(&required, Some(by("alice@example.com")))[0], Verdict::Pass(_)));
        let Verdict::Fail(no) = &verdicts(&required, Some(by("eve@example.com")))[0] else { panic!("it passed") };
        assert!(no.code == Code::NotASigner && no.message.contains("eve@example.com"), "{no:?}");
        assert!(matches!(
            verdicts(&required, Some(Known::Is(Answer::Signed(Signed::Here(None)))))[0],
            Verdict::Pass(_)
        ));
    }

    #[test]
    fn an_optional_signature_asks_nothing() {
        let optional = Settings {
            git: crate::domain::settings::GitSettings { signing: Signing::Optional, ..Default::default() },
            ..settings(|_| {})
        };
        assert_eq!(needs(&SignatureGate, &move_to("b"), &optional, &answers([])), []);
        assert!(matches!(verdicts(&optional, None)[..], [Verdict::Pass(_)]));
    }

    #[test]
    fn an_unanswered_question_is_not_a_yes() {
        for known in [None, Some(Known::CannotTell("no signers file".to_string()))] {
            let Verdict::Unknown(why) = &verdicts(&Settings::default(), known)[0] else { panic!("it was known") };
            assert_eq!(why.code, Code::SigningUnknown);
        }
    }

    #[test]
    fn an_environments_signers_are_asked_for_beside_anybody_known() {
        let settings = with_signers();
        let of = |name: &str| verdicts(&settings, Some(by(name)));
        assert!(matches!(of("alice@example.com")[..], [Verdict::Pass(_), Verdict::Pass(_)]));
        let [Verdict::Pass(_), Verdict::Pending { why, .. }] = &of("bob@example.com")[..] else {
            panic!("bob is no signer")
        };
        assert!(why.hints[0].contains("`managers`"), "{why:?}");
        assert!(matches!(of("eve@example.com")[..], [Verdict::Fail(_), Verdict::Pending { .. }]));
    }

    #[test]
    fn signers_count_also_where_a_signature_is_optional_otherwise() {
        let mut settings = with_signers();
        settings.git.signing = Signing::Optional;
        assert_eq!(needs(&SignatureGate, &move_to("b"), &settings, &answers([])), [question()]);
        assert!(matches!(
            verdicts(&settings, Some(by("bob@example.com")))[..],
            [Verdict::Pass(_), Verdict::Pending { .. }]
        ));
    }
}
