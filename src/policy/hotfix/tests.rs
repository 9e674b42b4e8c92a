//! What the hotfix gate says, and what others say beside it, from answers alone.

use super::super::of_moves::sample::{self, answers, move_to, now};
use super::super::order::OrderGate;
use super::super::{Answer, Carries, Follows, Reached, Signed};
use super::*;
use crate::domain::commit::{CommitId, Known};
use crate::domain::history::Kind;
use crate::domain::hotfix::Hotfix;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::settings::{
    Application, BranchPattern, Environment, Hotfix as Rules, NamedGate, Party, PartyName, Person, Principal, Settings,
    SourceAddress,
};
use crate::domain::stay::Stays;
use crate::domain::version::Version;

fn commit(digit: char) -> CommitId {
    CommitId::from_hex(&digit.to_string().repeat(40)).unwrap()
}

fn version(digit: char) -> Version {
    Version::new(digit.to_string().repeat(40)).unwrap()
}

fn production() -> EnvName {
    EnvName::new("production").unwrap()
}

fn party(name: &str) -> PartyName {
    PartyName::new(name).unwrap()
}

/// Production comes after staging and takes hotfixes of alice past that.
fn settings() -> Settings {
    let web = Application {
        source: Some(SourceAddress("../web".into())),
        ..Application::found(AppName::new("web").unwrap(), vec![])
    };
    let person = |name: &str| Person {
        name: party(name),
        principals: vec![Principal::new(&format!("{name}@example.com")).unwrap()],
        forge: None,
        email: None,
        mobile: None,
    };
    let env = |production: &mut Environment| {
        production.after = Some(vec![EnvName::new("staging").unwrap()]);
        production.branches = vec![BranchPattern::new("main").unwrap()];
        production.rules.hotfix = Some(Rules {
            branches: vec![BranchPattern::new("hotfix/*").unwrap()],
            exempt: vec![NamedGate::Order],
            from: vec![Party::Person(party("alice"))],
        });
    };
    let people = vec![person("alice"), person("bob")];
    Settings { applications: vec![web], people, ..sample::settings(env) }
}

/// The record of the commit of these digits.
fn file(digit: char) -> HotfixFile {
    let (env, app) = (production(), AppName::new("web").unwrap());
    let hotfix = Hotfix {
        env: env.clone(),
        app: app.clone(),
        commit: commit(digit),
        source: SourceAddress("../web".into()),
        version: version(digit),
        by: "Alice <alice@example.com>".into(),
        since: now(),
        reason: "orders are lost".into(),
    };
    let path = RepoPath::new(&Hotfix::path_of(&env, &app)).unwrap();
    HotfixFile { path, env, app, text: Some(Vec::new()), hotfix: Ok(hotfix) }
}

fn change(was: Option<HotfixFile>, is: Option<HotfixFile>) -> HotfixChange {
    let one = was.as_ref().or(is.as_ref()).unwrap();
    HotfixChange { path: one.path.clone(), env: one.env.clone(), app: one.app.clone(), was, is }
}

/// What is so beside the change; `standing`: at the base.
#[derive(Clone)]
struct State {
    standing: Vec<HotfixFile>,
    reached: Known<Reached>,
    follows: Known<Follows>,
    carries: Known<Carries>,
    /// What runs at the base.
    runs: Vec<Version>,
    kind: Kind,
    /// What the record at the base took the place of.
    former: Option<HotfixFile>,
    by: &'static str,
}

fn state() -> State {
    State {
        standing: Vec::new(),
        reached: Known::Is(Reached::From(commit('c'), BranchName::new("hotfix/orders").unwrap())),
        follows: Known::Is(Follows::Yes),
        carries: Known::Is(Carries::It(commit('c'))),
        runs: vec![version('c')],
        kind: Kind::Forward,
        former: None,
        by: "alice",
    }
}

fn hidden<T>() -> Known<T> {
    Known::CannotTell("no network".to_string())
}

fn back() -> Kind {
    Kind::Return { landing: commit('1') }
}

fn answer(question: &Question, state: &State) -> Known<Answer> {
    match question {
        Question::Hotfixes(..) => Known::Is(Answer::Hotfixes(state.standing.clone())),
        Question::Recorded(..) => Known::Is(Answer::Hotfixes(Vec::new())),
        Question::Former(..) => Known::Is(Answer::Hotfixes(state.former.iter().cloned().collect())),
        Question::Runs(..) => Known::Is(Answer::Runs(state.runs.clone())),
        Question::Reached(..) => state.reached.clone().map(Answer::Reached),
        Question::Follows(..) => state.follows.clone().map(Answer::Follows),
        Question::Carries(..) => state.carries.clone().map(Answer::Carries),
        Question::Kind(..) => Known::Is(Answer::Kind(state.kind.clone())),
        Question::Signed(_) => {
            let principals = vec![format!("{}@example.com", state.by)];
            Known::Is(Answer::Signed(Signed::By { principals, commit: commit('9') }))
        }
        // It never was in staging.
        Question::Stays(..) => Known::Is(Answer::Stays(Stays::default())),
        other => panic!("{other:?}"),
    }
}

/// What these gates say, with all that they asked for.
fn judged(proposal: &Proposal, state: &State) -> (Vec<Verdict>, Vec<Verdict>, Vec<Question>) {
    let (settings, mut told, mut asked) = (settings(), answers([]), Vec::new());
    let gates: [&dyn Gate; 2] = [&HotfixGate, &OrderGate];
    loop {
        let questions: Vec<Question> =
            gates.iter().flat_map(|gate| sample::needs(*gate, proposal, &settings, &told)).collect();
        if questions.is_empty() {
            break;
        }
        for question in questions {
            told.note(question.clone(), answer(&question, state));
            asked.push(question);
        }
    }
    let of = |gate: &dyn Gate| {
        let all = sample::judged(gate, proposal, &settings, &told);
        all.into_iter().map(|one| one.verdict).collect::<Vec<_>>()
    };
    (of(&HotfixGate), of(&OrderGate), asked)
}

/// Web goes to the commit of these digits, and these records change.
fn proposal(digit: char, hotfixes: Vec<HotfixChange>) -> Proposal {
    Proposal { hotfixes, ..move_to(&digit.to_string().repeat(40)) }
}

fn landing() -> Proposal {
    proposal('c', vec![change(None, Some(file('c')))])
}

fn is_pass(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Pass(_))
}

#[track_caller]
fn no(verdict: &Verdict) -> &Refusal {
    match verdict {
        Verdict::Fail(why) => why,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn unknown(verdict: &Verdict) -> &Refusal {
    match verdict {
        Verdict::Unknown(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hotfix_passes_and_with_it_what_its_rule_lets_it_pass() {
    let (own, order, _) = judged(&landing(), &state());
    assert_eq!(own, [Verdict::Pass("ccccccc is a hotfix of `hotfix/*`, signed by alice".into())]);
    assert_eq!(order, [Verdict::Pass("it is a hotfix, which need not pass it".into())]);
    let (own, order, _) = judged(&proposal('c', vec![]), &state());
    assert_eq!((own.len(), no(&order[0]).code), (0, Code::OutOfOrder), "without a record it is none");
}

#[test]
fn whatever_does_not_fit_makes_it_none_and_lets_it_pass_nothing() {
    let from = |digit| Known::Is(Reached::From(commit(digit), BranchName::new("hotfix/x").unwrap()));
    let nowhere = Known::Is(Reached::Nowhere(commit('c')));
    let lacks = Known::Is(Follows::No(commit('c'), commit('a')));
    for (state, says) in [
        (State { by: "bob", ..state() }, "one of `alice` lands those"),
        (State { reached: from('d'), ..state() }, "its record says ccccccc, and ddddddd comes"),
        (State { reached: nowhere, ..state() }, "ccccccc is in none of the branches `hotfix/*`"),
        (State { follows: lacks, ..state() }, "ccccccc does not contain aaaaaaa, which runs there"),
    ] {
        let (own, order, _) = judged(&landing(), &state);
        assert_eq!(no(&own[0]).code, Code::HotfixUnfit);
        assert!(no(&own[0]).message.contains(says), "{own:?}");
        assert_eq!(no(&order[0]).code, Code::OutOfOrder, "{says}");
    }
}

#[test]
fn a_record_that_says_something_else_than_what_comes_is_none() {
    let with = |edit: fn(&mut Hotfix)| {
        let mut file = file('c');
        file.hotfix = file.hotfix.map(|mut hotfix| {
            edit(&mut hotfix);
            hotfix
        });
        proposal('c', vec![change(None, Some(file))])
    };
    let unread = HotfixFile { hotfix: Err("no `by`".into()), ..file('c') };
    for (proposal, says) in [
        (with(|hotfix| hotfix.version = version('d')), "none of its pins says then"),
        (with(|hotfix| hotfix.commit = commit('d')), "its record says ddddddd, and ccccccc comes"),
        (with(|hotfix| hotfix.source = SourceAddress("../evil".into())), "another source"),
        (proposal('c', vec![change(None, Some(unread))]), "cannot be read: no `by`"),
    ] {
        let (own, order, _) = judged(&proposal, &state());
        assert!(no(&own[0]).message.contains(says), "{own:?}");
        assert!(!is_pass(&order[0]), "{says}");
    }
}

#[test]
fn what_nobody_can_tell_is_no_hotfix_and_no_other_no_either() {
    for state in [State { reached: hidden(), ..state() }, State { follows: hidden(), ..state() }] {
        let (own, order, _) = judged(&landing(), &state);
        assert_eq!(unknown(&own[0]).code, Code::HotfixUnknown);
        assert_eq!(unknown(&order[0]).code, Code::HotfixUnknown);
        // What is known not to fit is enough for a no.
        let (own, order, _) = judged(&landing(), &State { by: "bob", ..state });
        assert_eq!((no(&own[0]).code, no(&order[0]).code), (Code::HotfixUnfit, Code::OutOfOrder));
    }
}

#[test]
fn where_nothing_runs_there_is_nothing_to_fix() {
    let mut born = landing();
    born.moves[0].was = Default::default();
    assert!(no(&judged(&born, &state()).0[0]).message.contains("nothing runs there yet"));
}

#[test]
fn what_comes_after_it_contains_it_or_names_what_is_missing_and_where_that_goes() {
    let on = proposal('d', vec![]);
    let with = |carries: Known<Carries>, kind: Kind| {
        judged(&on, &State { standing: vec![file('c')], carries, kind, ..state() }).0.remove(0)
    };
    assert!(is_pass(&with(Known::Is(Carries::It(commit('d'))), Kind::Forward)));
    let picked = with(Known::Is(Carries::Patches(commit('d'), vec![commit('c')])), Kind::Forward);
    assert_eq!(picked, Verdict::Pass("ddddddd has the hotfix ccccccc by the same patches: ccccccc".into()));
    let lost = || Known::Is(Carries::Not(commit('d'), vec![commit('c'), commit('b')]));
    let verdict = with(lost(), Kind::Forward);
    let why = no(&verdict);
    assert_eq!((why.code, why.details.last().unwrap().as_str()), (Code::HotfixLost, "it also lacks bbbbbbb"));
    assert!(why.message.contains("ddddddd of `web` does not contain the hotfix ccccccc"), "{why:?}");
    assert!(why.hints[0].starts_with("bring ccccccc into main"), "{why:?}");
    assert_eq!(unknown(&with(hidden(), Kind::Forward)).code, Code::HotfixUnknown);
    for carries in [lost(), hidden()] {
        let behind = with(carries.clone(), back());
        assert_eq!(behind, Verdict::Pass("it goes back behind the hotfix ccccccc, whose record stays".into()));
        assert_eq!(unknown(&with(carries, Kind::Unknown("cut off".into()))).code, Code::HotfixUnknown);
    }
}

#[test]
fn one_that_cannot_be_read_stops_all_but_a_return() {
    let standing = vec![HotfixFile { hotfix: Err("it is torn".into()), ..file('c') }];
    let with = |kind: Kind| judged(&proposal('d', vec![]), &State { standing: standing.clone(), kind, ..state() }).0;
    assert_eq!(unknown(&with(Kind::Forward)[0]).code, Code::HotfixUnknown);
    assert!(is_pass(&with(back())[0]));
}

#[test]
fn a_record_goes_with_what_contains_it_and_with_a_return_of_who_may_land_one() {
    let goes = proposal('d', vec![change(Some(file('c')), None)]);
    let with = |carries: Known<Carries>, kind: Kind, by: &'static str| {
        judged(&goes, &State { standing: vec![file('c')], carries, kind, by, ..state() }).0.remove(0)
    };
    let lost = || Known::Is(Carries::Not(commit('d'), vec![commit('c')]));
    assert!(is_pass(&with(Known::Is(Carries::It(commit('d'))), Kind::Forward, "bob")));
    assert_eq!(no(&with(lost(), Kind::Forward, "alice")).code, Code::HotfixLost);
    assert!(is_pass(&with(lost(), back(), "alice")));
    let verdict = with(lost(), back(), "bob");
    let why = no(&verdict);
    assert!(why.message.contains("for those who land them") && why.details[0].contains("`alice`"), "{why:?}");
    assert!(why.hints.iter().any(|hint| hint.contains("stageline rollback web --env production")), "{why:?}");
}

#[test]
fn a_record_that_no_move_explains_is_refused() {
    let alone = |one: HotfixChange| {
        let proposal = Proposal { hotfixes: vec![one], ..crate::domain::plan::sample::proposal() };
        judged(&proposal, &state()).0.remove(0)
    };
    assert_eq!(no(&alone(change(None, Some(file('c'))))).code, Code::HotfixUnfit);
    assert_eq!(no(&alone(change(Some(file('c')), Some(file('d'))))).code, Code::HotfixUnfit);
    assert_eq!(no(&alone(change(Some(file('c')), None))).code, Code::HotfixLost);
    // Nor one of another environment than moves.
    let mut elsewhere = change(None, Some(file('c')));
    elsewhere.env = EnvName::new("staging").unwrap();
    let (own, order, _) = judged(&proposal('c', vec![elsewhere]), &state());
    assert_eq!((no(&own[0]).code, no(&order[0]).code), (Code::HotfixUnfit, Code::OutOfOrder));
}

#[test]
fn a_hotfix_that_stands_comes_again_by_its_commit_and_not_by_a_tag_that_is_another_one_now() {
    let tagged = |commit_of: HotfixFile| {
        let hotfix = commit_of.hotfix.clone().unwrap();
        HotfixFile { hotfix: Ok(Hotfix { version: Version::new("1.1.1").unwrap(), ..hotfix }), ..commit_of }
    };
    let says = |standing: HotfixFile, to: &str, reached: Reached| {
        let state = State { standing: vec![standing], reached: Known::Is(reached), ..state() };
        judged(&move_to(to), &state).1.remove(0)
    };
    let from = |digit| Reached::From(commit(digit), BranchName::new("hotfix/x").unwrap());
    assert!(is_pass(&says(tagged(file('c')), "1.1.1", from('c'))));
    assert!(is_pass(&says(tagged(file('c')), "1.1.1", Reached::Nowhere(commit('c')))), "its branch is gone");
    assert_eq!(no(&says(tagged(file('c')), "1.1.1", from('d'))).code, Code::OutOfOrder, "the tag was moved");
    assert_eq!(no(&says(tagged(file('c')), "1.1.2", from('c'))).code, Code::OutOfOrder);
    // An id is the commit, whatever a source says of it.
    assert!(is_pass(&says(file('c'), &"c".repeat(40), from('d'))));
}

#[test]
fn a_record_becomes_again_what_it_took_the_place_of_and_nothing_else() {
    let text = |file: HotfixFile, text: &str| HotfixFile { text: Some(text.into()), ..file };
    let (first, second) = (text(file('a'), "first"), text(file('c'), "second"));
    let alone = |is: HotfixFile, former: Option<HotfixFile>, runs: char, by| {
        let hotfixes = vec![change(Some(second.clone()), Some(is))];
        let proposal = Proposal { hotfixes, ..crate::domain::plan::sample::proposal() };
        let carries = Known::Is(Carries::Not(commit('a'), vec![commit('c')]));
        judged(&proposal, &State { former, carries, runs: vec![version(runs)], by, ..state() }).0.remove(0)
    };
    assert!(is_pass(&alone(first.clone(), Some(first.clone()), 'a', "alice")));
    assert_eq!(no(&alone(first.clone(), Some(first.clone()), 'a', "bob")).code, Code::HotfixUnfit);
    assert_eq!(no(&alone(first.clone(), Some(first.clone()), 'b', "alice")).code, Code::HotfixUnfit, "it does not run");
    // What merely runs now was never what stood there.
    assert_eq!(no(&alone(first.clone(), None, 'a', "alice")).code, Code::HotfixUnfit);
    assert_eq!(no(&alone(text(file('a'), "edited"), Some(first), 'a', "alice")).code, Code::HotfixUnfit);
}

#[test]
fn a_record_goes_alone_where_the_hotfix_itself_runs_no_more_and_one_signs_who_may_land_it() {
    let gone = || change(Some(file('c')), None);
    let alone = Proposal { hotfixes: vec![gone()], ..crate::domain::plan::sample::proposal() };
    let with = |carries: Known<Carries>, by| judged(&alone, &State { carries, by, ..state() }).0.remove(0);
    let lacks = || Known::Is(Carries::Not(commit('a'), vec![commit('c')]));
    assert!(is_pass(&with(lacks(), "alice")));
    assert_eq!(no(&with(lacks(), "bob")).code, Code::HotfixUnfit);
    assert_eq!(no(&with(Known::Is(Carries::It(commit('c'))), "alice")).code, Code::HotfixLost);
    // What contains it came by hand, and left its record.
    for has in [Carries::It(commit('d')), Carries::Patches(commit('d'), vec![commit('c')])] {
        assert!(is_pass(&with(Known::Is(has.clone()), "alice")));
        assert_eq!(no(&with(Known::Is(has), "bob")).code, Code::HotfixUnfit);
    }
    assert_eq!(unknown(&with(hidden(), "alice")).code, Code::HotfixUnknown);
}

#[test]
fn nothing_of_the_source_is_asked_for_where_no_hotfix_stands_and_no_past_where_nothing_hangs_on_it() {
    let is_own = |ask: &&Question| matches!(ask, Question::Carries(..) | Question::Follows(..) | Question::Reached(..));
    let (.., asked) = judged(&proposal('d', vec![]), &state());
    assert_eq!(asked.iter().filter(is_own).count(), 0, "{asked:?}");
    let standing = State { standing: vec![file('c')], ..state() };
    let (settings, mut told) = (settings(), answers([]));
    for _ in 0..5 {
        for ask in sample::needs(&HotfixGate, &proposal('d', vec![]), &settings, &told) {
            assert!(!matches!(ask, Question::Kind(..)), "what contains it needs no past");
            told.note(ask.clone(), answer(&ask, &standing));
        }
    }
}

#[test]
fn a_key_that_shows_only_when_it_signs_is_looked_at_then() {
    let by = |by: &'static str| {
        let ask = Question::Signed(BranchName::new("main").unwrap());
        let told = answers([(ask.clone(), answer(&ask, &State { by, ..state() }))]);
        sample::judged(&SignedHotfix, &landing(), &settings(), &told).len()
    };
    assert_eq!((by("alice"), by("bob")), (0, 1));
}
