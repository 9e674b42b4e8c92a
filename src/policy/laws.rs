//! Laws of all gates together, over random rules and random states of the world.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::of_moves::sample::{move_to, now, settings};
use super::review::{self, Reviewed};
use super::{Answer, Answers, Carries, Policy, Question, Reached, Signed, Verdict};
use crate::domain::commit::{CommitId, Known};
use crate::domain::history::Kind;
use crate::domain::hold::{Cause, Cover, Hold, HoldFile};
use crate::domain::hotfix::{Hotfix, HotfixFile};
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::plan::{Landing, Plan, sample};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{
    BranchPattern, Day, Freeze, FreezeSense, Party, PartyName, Person, Principal, Settings, Signing, Soak, SoakClock,
    SoakSince, SourceAddress, TimeSpan, Window,
};
use crate::domain::stay::{Stay, Stays};
use crate::domain::version::Version;

const COMMIT: CommitId = CommitId::from_bytes([7; 20]);

/// Which rules there are.
#[derive(Debug, Clone, Copy)]
struct Rules {
    branches: bool,
    order: bool,
    soak: bool,
    freeze: bool,
    signers: bool,
    signing: bool,
}

/// What is so.
#[derive(Debug, Clone)]
struct State {
    reached: usize,
    stood: usize,
    kind: usize,
    signed: usize,
    held: bool,
    /// No hotfix stands, one that what comes contains, one that it lacks, or nobody knows.
    hotfix: usize,
    tuesday: bool,
}

fn rules() -> impl Strategy<Value = Rules> {
    any::<[bool; 6]>().prop_map(|[branches, order, soak, freeze, signers, signing]| Rules {
        branches,
        order,
        soak,
        freeze,
        signers,
        signing,
    })
}

fn state() -> impl Strategy<Value = State> {
    (0usize..3, 0usize..5, 0usize..3, 0usize..5, any::<bool>(), 0usize..4, any::<bool>()).prop_map(
        |(reached, stood, kind, signed, held, hotfix, tuesday)| State {
            reached,
            stood,
            kind,
            signed,
            held,
            hotfix,
            tuesday,
        },
    )
}

fn made(rules: Rules, state: &State) -> Settings {
    let alice = PartyName::new("alice").unwrap();
    let mut out = settings(|production| {
        if rules.branches {
            production.branches = vec![BranchPattern::new("main").unwrap()];
        }
        production.after = Some(if rules.order { vec![EnvName::new("staging").unwrap()] } else { vec![] });
        let (since, clock) = (SoakSince::Landed, SoakClock::Committer);
        let soak = Soak { length: TimeSpan::new("24h").unwrap(), counts: None, since, clock };
        production.rules.gates.soak = (rules.soak && rules.order).then_some(soak);
        let day = if state.tuesday { Day::Tuesday } else { Day::Sunday };
        let (window, sense) = (Window::of_days(vec![day]), FreezeSense::Closed);
        let (timezone, reason, exempt, environments) = Default::default();
        let freeze = Freeze { window, sense, timezone, reason, exempt, environments };
        production.rules.gates.freeze = if rules.freeze { vec![freeze] } else { vec![] };
        production.rules.signers = if rules.signers { vec![Party::Person(alice.clone())] } else { vec![] };
    });
    out.git.signing = if rules.signing { Signing::Required } else { Signing::Optional };
    let person = |name: &str| Person {
        name: PartyName::new(name).unwrap(),
        principals: vec![Principal::new(&format!("{name}@example.com")).unwrap()],
        forge: None,
        email: None,
        mobile: None,
    };
    out.people = vec![person("alice"), person("bob")];
    out
}

/// What the world answers in a state.
fn answer(question: &Question, state: &State) -> Known<Answer> {
    let cannot = || Known::CannotTell("nobody is there".to_string());
    match question {
        Question::Reached(..) => match state.reached {
            0 => Known::Is(Answer::Reached(Reached::From(COMMIT, BranchName::new("main").unwrap()))),
            1 => Known::Is(Answer::Reached(Reached::Nowhere(COMMIT))),
            _ => cannot(),
        },
        Question::Stays(..) => {
            let stay = |hours: i64, until: Option<i64>| Stay {
                from: now() - SignedDuration::from_hours(hours),
                until: until.map(|hours| now() - SignedDuration::from_hours(hours)),
                landing: COMMIT,
            };
            let stays = |stays: Vec<Stay>| Known::Is(Answer::Stays(Stays { stays, unread: None }));
            match state.stood {
                0 => stays(vec![]),
                1 => stays(vec![stay(48, None)]),
                2 => stays(vec![stay(2, None)]),
                3 => stays(vec![stay(20, Some(10))]),
                _ => cannot(),
            }
        }
        Question::Kind(..) => match state.kind {
            0 => Known::Is(Answer::Kind(Kind::Forward)),
            1 => Known::Is(Answer::Kind(Kind::Return { landing: COMMIT })),
            _ => cannot(),
        },
        Question::Signed(_) => {
            let by = |name: &str| {
                let principals = vec![format!("{name}@example.com")];
                Known::Is(Answer::Signed(Signed::By { principals, commit: COMMIT }))
            };
            match state.signed {
                0 => by("alice"),
                1 => by("bob"),
                2 => by("eve"),
                3 => Known::Is(Answer::Signed(Signed::Not(Refusal::new(Code::NotSigned, "it is not signed")))),
                _ => cannot(),
            }
        }
        Question::Hotfixes(env, app) => {
            Known::Is(Answer::Hotfixes(if state.hotfix > 0 { vec![hotfix(env, app)] } else { vec![] }))
        }
        Question::Carries(..) => match state.hotfix {
            1 => Known::Is(Answer::Carries(Carries::It(COMMIT))),
            2 => Known::Is(Answer::Carries(Carries::Not(COMMIT, vec![COMMIT]))),
            _ => cannot(),
        },
        Question::Holds(env, app) => Known::Is(Answer::Holds(if state.held { vec![hold(env, app)] } else { vec![] })),
        _ => cannot(),
    }
}

fn hotfix(env: &EnvName, app: &AppName) -> HotfixFile {
    let hotfix = Hotfix {
        env: env.clone(),
        app: app.clone(),
        commit: COMMIT,
        source: SourceAddress("../web".into()),
        version: Version::new("a").unwrap(),
        by: "Mei".into(),
        since: now(),
        reason: "it burns".into(),
    };
    let path = RepoPath::new(&Hotfix::path_of(env, app)).unwrap();
    HotfixFile { path, env: env.clone(), app: app.clone(), text: None, hotfix: Ok(hotfix) }
}

fn hold(env: &EnvName, app: &AppName) -> HoldFile {
    let cover = Cover { env: Some(env.clone()), app: Some(app.clone()), commit: None };
    let path = RepoPath::new(&cover.path()).unwrap();
    let hold = Hold {
        cover: cover.clone(),
        reason: "it burns".into(),
        by: "Mei".into(),
        since: now(),
        until: None,
        cause: Cause::Asked,
        held: None,
    };
    HoldFile::new(path, cover, Ok(hold))
}

/// Everything that every gate says of one move, by the rules of these branches.
fn judged(policies: &[(BranchName, Settings)], state: &State, landing: Landing) -> Reviewed {
    let policies: Vec<Policy<'_>> = policies.iter().map(|(branch, settings)| Policy { branch, settings }).collect();
    let proposal = move_to("b");
    let mut told = Answers::at(now());
    for _ in 0..10 {
        for question in review::questions(&proposal, &policies, &told) {
            let answer = answer(&question, state);
            told.note(question, answer);
        }
    }
    assert!(review::questions(&proposal, &policies, &told).is_empty(), "gates ask for ever");
    review::review(Plan { proposal, landing, ..sample::plan() }, &policies, &told, &[])
}

fn one(rules: Rules, state: &State) -> Vec<(BranchName, Settings)> {
    vec![(BranchName::new("main").unwrap(), made(rules, state))]
}

fn lands(policies: &[(BranchName, Settings)], state: &State) -> bool {
    judged(policies, state, Landing::Direct).approve().is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    /// What may land, what is objected to, and the worst verdict are one answer, told in three ways.
    #[test]
    fn a_plan_lands_exactly_where_nobody_objects(rules in rules(), state in state()) {
        let policies = one(rules, &state);
        let reviewed = judged(&policies, &state, Landing::Direct);
        let all_pass = reviewed.review().verdicts().iter().all(|ruled| matches!(ruled.judged.verdict, Verdict::Pass(_)));
        prop_assert_eq!(reviewed.review().objections(&Landing::Direct).is_empty(), all_pass);
        prop_assert_eq!(reviewed.approve().is_ok(), all_pass);
        let request = Landing::MergeRequest { branch: BranchName::new("topic").unwrap() };
        let asked = judged(&policies, &state, request.clone());
        let waits = |verdict: &Verdict| matches!(verdict, Verdict::Pass(_) | Verdict::Pending { .. });
        let may_ask = asked.review().verdicts().iter().all(|ruled| waits(&ruled.judged.verdict));
        prop_assert_eq!(asked.review().objections(&request).is_empty(), may_ask);
        prop_assert_eq!(asked.approve().is_ok(), may_ask);
    }

    /// A rule that is taken away lets nothing be refused that passed; one that is added lets nothing pass that did not.
    #[test]
    fn a_rule_more_lets_no_more_pass(rules in rules(), state in state(), which in 0usize..6) {
        let mut fewer = rules;
        match which {
            0 => fewer.branches = false,
            1 => { fewer.order = false; fewer.soak = false; }
            2 => fewer.soak = false,
            3 => fewer.freeze = false,
            4 => fewer.signers = false,
            _ => fewer.signing = false,
        }
        prop_assert!(!lands(&one(rules, &state), &state) || lands(&one(fewer, &state), &state));
    }

    /// A hotfix that stands lets nothing more pass, and nobody knows whether it is lost is no yes.
    #[test]
    fn a_hotfix_that_stands_lets_no_more_pass(rules in rules(), state in state()) {
        let with = |hotfix: usize| lands(&one(rules, &state), &State { hotfix, ..state.clone() });
        prop_assert_eq!(with(1), with(0));
        prop_assert!(!with(2) || with(1));
        prop_assert!(!with(3) || with(1));
        prop_assert!(!with(3) || with(2), "what cannot be told is let pass only where what lacks it is");
    }

    /// Two branches' rules let pass what each of them lets pass.
    #[test]
    fn the_rules_of_two_branches_hold_together(main in rules(), own in rules(), state in state()) {
        let (of_main, of_own) = (one(main, &state), vec![(BranchName::new("production").unwrap(), made(own, &state))]);
        let both: Vec<_> = of_main.iter().chain(&of_own).cloned().collect();
        prop_assert_eq!(lands(&both, &state), lands(&of_main, &state) && lands(&of_own, &state));
    }

    /// Going back is let pass wherever going on is; and what nobody can tell is let pass nowhere that a no would not be.
    #[test]
    fn a_way_back_passes_where_a_way_on_does_and_nobody_knows_is_no_yes(rules in rules(), state in state()) {
        let policies = one(rules, &state);
        let with = |kind: usize| lands(&policies, &State { kind, ..state.clone() });
        prop_assert!(!with(0) || with(1));
        prop_assert!(!with(2) || with(0), "what cannot be told is no way back");
        let unsigned = |signed: usize| lands(&policies, &State { signed, ..state.clone() });
        prop_assert!(!unsigned(4) || unsigned(3), "a signature that cannot be told is none");
    }
}
