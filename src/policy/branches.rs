//! The branches gate, the environment baseline: an environment deploys only commits that its source branches have.

use jiff::Timestamp;

use crate::domain::commit::CommitId;
use crate::domain::names::EnvName;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{BranchPattern, Forks, NamedGate, SoakClock};
use crate::domain::stay::{Likeness, Stays};
use crate::domain::version::Version;

use super::of_moves::{Case, OfMoves, worst};
use super::{Answers, Question, Reached, Verdict};
use super::{forks, order};

pub struct BranchesGate;

impl OfMoves for BranchesGate {
    const GATE: NamedGate = NamedGate::Branches;

    fn asks(&self, case: Case<'_>, told: &Answers) -> Vec<Question> {
        let asked: Vec<Question> =
            questions(case).map(|(_, question)| question).filter(|question| told.of(question).is_none()).collect();
        if !asked.is_empty() {
            return asked;
        }
        // What an instance gets may have run in an environment that lasts: that is asked only where a verdict hangs on it.
        let missing: Vec<&Version> = questions(case)
            .filter(|(_, question)| !is_from(told, question))
            .map(|(version, _)| version)
            .filter(|version| ran(case, version, told).is_none())
            .collect();
        let lived = missing.iter().flat_map(|version| lived(case, version));
        let asked: Vec<Question> = lived.filter(|question| told.of(question).is_none()).collect();
        if !asked.is_empty() {
            return asked;
        }
        missing.into_iter().flat_map(|version| forks::questions(case, version, told)).collect()
    }

    /// What stood here was let in by the rules of then: a source that cannot be asked in an emergency keeps nobody from going back.
    fn passes_returns(&self, _: Case<'_>, no: &Verdict, _: &Answers) -> bool {
        matches!(no, Verdict::Unknown(_))
    }

    /// The branches of hotfixes take the place of the environment's: the hotfix gate asks for them.
    fn passes_hotfixes(&self, case: Case<'_>, _: &Verdict, _: &Answers) -> bool {
        case.env.rules.hotfix.is_some()
    }

    fn says(&self, case: Case<'_>, answers: &Answers) -> Option<(Verdict, Option<Timestamp>)> {
        if case.env.branches.is_empty() {
            return None;
        }
        let each = questions(case).map(|(version, question)| (one(case, version, &question, answers), None)).collect();
        Some(worst(each).unwrap_or((Verdict::Pass("nothing comes".into()), None)))
    }
}

/// A question for each version that comes, where the environment has a baseline.
fn questions<'c>(case: Case<'c>) -> impl Iterator<Item = (&'c Version, Question)> {
    let branches = &case.env.branches;
    let versions = if branches.is_empty() { Vec::new() } else { case.versions() };
    versions
        .into_iter()
        .map(move |version| (version, Question::Reached(case.moved.app.clone(), version.clone(), branches.clone())))
}

fn one(case: Case<'_>, version: &Version, question: &Question, answers: &Answers) -> Verdict {
    let app = &case.moved.app;
    if let Some(no) = other_commit(case, answers.reached(question)) {
        return Verdict::Fail(no);
    }
    let branches = told(&case.env.branches);
    match answers.reached(question) {
        Some(Ok(Reached::From(commit, branch))) => Verdict::Pass(format!("{} is in `{branch}`", commit.short())),
        _ if ran(case, version, answers).is_some() => {
            let env = ran(case, version, answers).map_or(String::new(), |env| env.to_string());
            Verdict::Pass(format!("{} ran in `{env}`", version.short()))
        }
        reached => match (forks::says(case, version, answers), reached) {
            (Some(said), _) => said,
            (None, Some(Ok(Reached::Nowhere(commit)))) => Verdict::Fail(not_reached(case, version, *commit)),
            (None, other) => {
                let why = other.and_then(Result::err).unwrap_or("nobody looked");
                let what =
                    format!("cannot tell whether {} of `{app}` is in {branches} of the source: {why}", version.short());
                Verdict::Unknown(Refusal::new(Code::BaselineUnknown, what))
            }
        },
    }
}

/// What is said of a commit that no branch of the baseline has.
fn not_reached(case: Case<'_>, version: &Version, commit: CommitId) -> Refusal {
    let (app, env, branches) = (&case.moved.app, &case.env.name, told(&case.env.branches));
    let what =
        format!("`{env}` deploys only what is in {branches} of the source, and {} of `{app}` is not", commit.short());
    let refusal = Refusal::new(Code::NotInBaseline, what)
        .detail(format!("the version that would come: {}", version.short()))
        .hint(format!("merge it there first, then promote again; what would go now: `stageline why {app} --to {env}`"));
    let refusal = match (&case.env.ephemeral, case.moved.request) {
        (Some(rules), Some(_)) if rules.forks == Forks::None => {
            refusal.hint("is it the head of a fork's request? `forks: approved` lets one in that somebody has read")
        }
        _ => refusal,
    };
    let refusal = match &case.env.rules.hotfix {
        Some(_) => refusal
            .hint(format!("a fix that cannot wait: `stageline promote {app}@{} --to {env} --hotfix`", commit.short())),
        None => refusal,
    };
    let same = case.env.named_before().iter().find_map(|before| order::same_tree(case.env, before));
    same.into_iter().fold(refusal, Refusal::hint)
}

/// Why an instance's record says another commit than its version names; `None`: it does not, or nobody knows.
fn other_commit(case: Case<'_>, reached: Option<Result<&Reached, &str>>) -> Option<Refusal> {
    let recorded = case.moved.recorded?;
    let (Ok(Reached::From(named, _)) | Ok(Reached::Nowhere(named))) = reached? else { return None };
    (recorded != *named).then(|| {
        let what = format!(
            "its record says {} of `{}`, and its version is {}",
            recorded.short(),
            case.moved.app,
            named.short()
        );
        Refusal::new(Code::NotInBaseline, what)
            .hint("make it with `stageline preview create`, which records what it pins")
    })
}

/// Whether a commit is known to be reachable from one of the branches.
fn is_from(told: &Answers, question: &Question) -> bool {
    matches!(told.reached(question), Some(Ok(Reached::From(..))))
}

/// For an instance: when a version stood in each environment that lasts.
fn lived<'c>(case: Case<'c>, version: &'c Version) -> impl Iterator<Item = Question> + use<'c> {
    let durable = case.settings.durable().filter(move |_| case.moved.instance.is_some());
    durable.map(move |env| {
        let (env, app) = (env.name.clone(), case.moved.app.clone());
        Question::Stays(env, app, version.clone(), Likeness::Itself, SoakClock::Committer)
    })
}

/// The environment in which what an instance gets has run.
fn ran<'c>(case: Case<'c>, version: &'c Version, answers: &Answers) -> Option<EnvName> {
    lived(case, version).find_map(|question| {
        let stood = answers.stays(&question).is_some_and(|stays| stays.is_ok_and(Stays::has_any));
        match question {
            Question::Stays(env, ..) if stood => Some(env),
            _ => None,
        }
    })
}

/// The branches as the file has them.
fn told(branches: &[BranchPattern]) -> String {
    let each: Vec<String> = branches.iter().map(|branch| format!("`{}`", branch.as_str())).collect();
    each.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, move_to, needs, settings};
    use super::*;
    use crate::domain::commit::Known;
    use crate::domain::history::Kind;
    use crate::domain::names::BranchName;
    use crate::domain::preview::Slug;
    use crate::domain::settings::Settings;
    use crate::domain::stay::Stay;
    use crate::policy::Answer;

    fn only_main() -> Settings {
        settings(|production| production.branches = vec![BranchPattern::new("main").unwrap()])
    }

    fn asked() -> Question {
        needs(&BranchesGate, &move_to("b"), &only_main(), &answers([])).remove(0)
    }

    fn verdict(reached: Known<Answer>) -> Verdict {
        let told = answers([(asked(), reached)]);
        judged(&BranchesGate, &move_to("b"), &only_main(), &told).remove(0).verdict
    }

    const COMMIT: CommitId = CommitId::from_bytes([7; 20]);

    #[test]
    fn an_environment_without_branches_takes_anything_and_asks_nothing() {
        let any = settings(|_| {});
        assert_eq!(needs(&BranchesGate, &move_to("b"), &any, &answers([])), []);
        assert_eq!(judged(&BranchesGate, &move_to("b"), &any, &answers([])), []);
    }

    #[test]
    fn what_is_in_the_baseline_passes_and_what_is_not_does_not() {
        let main = BranchName::new("main").unwrap();
        let from = Known::Is(Answer::Reached(Reached::From(COMMIT, main)));
        assert!(matches!(verdict(from), Verdict::Pass(why) if why.contains("`main`")));
        let Verdict::Fail(no) = verdict(Known::Is(Answer::Reached(Reached::Nowhere(COMMIT)))) else { panic!("passed") };
        assert_eq!(no.code, Code::NotInBaseline);
    }

    #[test]
    fn what_cannot_be_told_is_no_yes() {
        let Verdict::Unknown(why) = verdict(Known::CannotTell("the source is offline".into())) else { panic!("known") };
        assert!(why.message.contains("offline"), "{why:?}");
        let unasked = judged(&BranchesGate, &move_to("b"), &only_main(), &answers([])).remove(0);
        assert!(matches!(unasked.verdict, Verdict::Unknown(_)));
    }

    #[test]
    fn a_way_back_passes_where_the_source_cannot_be_asked_and_not_where_it_says_no() {
        let proposal = move_to("b");
        let back = (Question::kind(&proposal.moves[0]), Known::Is(Answer::Kind(Kind::Return { landing: COMMIT })));
        let with = |reached: Known<Answer>| {
            let told = answers([(asked(), reached), back.clone()]);
            judged(&BranchesGate, &proposal, &only_main(), &told).remove(0).verdict
        };
        let nowhere = || Known::Is(Answer::Reached(Reached::Nowhere(COMMIT)));
        assert!(matches!(with(nowhere()), Verdict::Fail(_)));
        assert!(matches!(with(Known::CannotTell("the server is down".into())), Verdict::Pass(_)));
        let asks = |reached| needs(&BranchesGate, &proposal, &only_main(), &answers([(asked(), reached)]));
        assert_eq!(asks(Known::CannotTell("the server is down".into())), std::slice::from_ref(&back.0));
        assert_eq!(asks(nowhere()), [], "the past is walked only where a verdict hangs on it");
    }

    #[test]
    fn what_has_run_in_an_environment_that_lasts_may_run_in_an_instance_and_nowhere_else() {
        let of_instance = |slug: Option<&str>| {
            let mut proposal = move_to("b");
            proposal.moves[0].instance = slug.map(|slug| Slug::new(slug).unwrap());
            proposal
        };
        let nowhere = (asked(), Known::Is(Answer::Reached(Reached::Nowhere(COMMIT))));
        let instance = of_instance(Some("pr-1"));
        assert_eq!(needs(&BranchesGate, &of_instance(None), &only_main(), &answers([nowhere.clone()])), []);
        let lived = needs(&BranchesGate, &instance, &only_main(), &answers([nowhere.clone()]));
        assert_eq!(lived.len(), 2, "in each that lasts: {lived:?}");
        let stay = Stay { from: super::super::of_moves::sample::now(), until: None, landing: COMMIT };
        let with = |stays: Vec<Stay>| {
            let told =
                |question: Question| (question, Known::Is(Answer::Stays(Stays { stays: stays.clone(), unread: None })));
            let all = lived.iter().cloned().map(told).chain([nowhere.clone()]);
            judged(&BranchesGate, &instance, &only_main(), &answers(all)).remove(0).verdict
        };
        assert!(matches!(with(vec![stay]), Verdict::Pass(why) if why.contains("ran in `staging`")));
        assert!(matches!(with(vec![]), Verdict::Fail(_)));
        // Where nobody can tell, it is no yes.
        let unread = lived.iter().cloned().map(|question| (question, Known::CannotTell("cut off".into())));
        let told = answers(unread.chain([nowhere.clone()]));
        assert!(!matches!(judged(&BranchesGate, &instance, &only_main(), &told).remove(0).verdict, Verdict::Pass(_)));
    }
}
