//! What holds of commits say of a move: what contains a held commit does not come, not even back, but where a later one mends it.

use crate::domain::history::Kind;
use crate::domain::hold::HoldFile;
use crate::domain::pin::PinMove;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::Settings;
use crate::domain::version::Version;

use super::{Answers, Contains, Policy, Question, Suspect, Verdict};

/// The versions that come with a move, each once.
fn coming(moved: &PinMove) -> Vec<&Version> {
    let comes = |key| moved.is.get(key).filter(|is| moved.was.get(key) != Some(is));
    let mut out: Vec<&Version> = moved.is.keys().filter_map(comes).collect();
    out.sort();
    out.dedup();
    out
}

fn question(moved: &PinMove, version: &Version, suspect: &Suspect) -> Question {
    Question::Contains(moved.app.clone(), version.clone(), suspect.clone())
}

/// What must still be told of a move to judge it by a hold: of each version whether it contains the commit, and where that cannot
/// be told, whether it goes back.
pub(super) fn asks(moved: &PinMove, hold: &HoldFile, settings: &Settings, told: &Answers) -> Vec<Question> {
    let Some(suspect) = Suspect::of(hold, settings, &moved.env) else { return Vec::new() };
    let all: Vec<Question> = coming(moved).into_iter().map(|one| question(moved, one, &suspect)).collect();
    let hidden = all.iter().any(|ask| matches!(told.contains(ask), Some(Err(_))));
    let back = hidden.then(|| Question::kind(moved));
    all.into_iter().chain(back).filter(|ask| told.of(ask).is_none()).collect()
}

/// What a hold says of a move; `None`: it holds no commit.
pub(super) fn says(moved: &PinMove, hold: &HoldFile, policy: Policy<'_>, answers: &Answers) -> Option<Verdict> {
    let suspect = Suspect::of(hold, policy.settings, &moved.env)?;
    let each = coming(moved).into_iter().map(|version| of_version(moved, (hold, &suspect), version, policy, answers));
    let mut all: Vec<Verdict> = each.collect();
    let place = all.iter().position(|one| matches!(one, Verdict::Fail(_)));
    let place = place.or_else(|| all.iter().position(|one| matches!(one, Verdict::Unknown(_))));
    Some(match place {
        Some(place) => all.swap_remove(place),
        None => all.pop().unwrap_or_else(|| Verdict::Pass("no version comes".to_string())),
    })
}

fn of_version(
    moved: &PinMove,
    (hold, suspect): (&HoldFile, &Suspect),
    version: &Version,
    policy: Policy<'_>,
    answers: &Answers,
) -> Verdict {
    let held = &suspect.held;
    let bad = held.commit.short();
    let why = match answers.contains(&question(moved, version, suspect)) {
        Some(Ok(Contains::Not)) => return Verdict::Pass(format!("{} does not contain {bad}", version.short())),
        Some(Ok(Contains::Fixed(by))) => return Verdict::Pass(format!("{bad} is mended by {}", by.short())),
        Some(Ok(Contains::It(commit))) if commit == held.commit => {
            return Verdict::Fail(refusal(hold, moved, &format!("commit {bad} is held")));
        }
        Some(Ok(Contains::It(commit))) => {
            let what = format!("{} contains {bad}, which is held", commit.short());
            return Verdict::Fail(refusal(hold, moved, &what));
        }
        Some(Ok(Contains::ContentOf(commit, other))) => {
            let what = match other == held.commit {
                true => format!("{} has the content of {bad}, which is held", commit.short()),
                false => {
                    let other = other.short();
                    format!("{} has the content of {other}, which contains {bad}, which is held", commit.short())
                }
            };
            return Verdict::Fail(refusal(hold, moved, &what));
        }
        Some(Err(why)) => why,
        None => "nobody looked",
    };
    // What stood there is judged by what the hold lists, so that nobody waits for a source to go back.
    let lists = policy.settings.application(&moved.app).and_then(|app| held.lists(app, version));
    match (answers.kind(moved), lists) {
        (Kind::Return { .. }, Some(false)) => {
            Verdict::Pass(format!("it goes back, and is none of what the hold of {bad} lists"))
        }
        (_, Some(true)) => {
            let what = format!("{} is listed as containing {bad}, which is held", version.short());
            Verdict::Fail(refusal(hold, moved, &what))
        }
        _ => Verdict::Unknown(unknown(hold, moved, &format!("whether it contains {bad} cannot be told: {why}"))),
    }
}

/// What is said of a move that a held commit stops.
fn refusal(hold: &HoldFile, moved: &PinMove, what: &str) -> Refusal {
    let start = Refusal::new(Code::Held, format!("`{}` is held in `{}`: {what}", moved.app, moved.env));
    hinted(start, hold)
}

fn unknown(hold: &HoldFile, moved: &PinMove, what: &str) -> Refusal {
    let (app, env) = (&moved.app, &moved.env);
    hinted(Refusal::new(Code::HoldUnknown, format!("a commit of `{app}` is held in `{env}`, and {what}")), hold)
}

/// Who holds and why, and how what mends it is freed, or all of it.
fn hinted(start: Refusal, hold: &HoldFile) -> Refusal {
    let start = start.detail(hold.told());
    let free = hold.lift().and_then(|_| hold.cover.free("FIX"));
    let start = free
        .into_iter()
        .fold(start, |refusal, free| refusal.hint(format!("when a commit after it mends it: `stageline {free}`")));
    start.hint(hold.lifting())
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{self, move_to};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::hold::{Cause, Cover, HeldCommit, Hold};
    use crate::domain::names::{AppName, BranchName, EnvName};
    use crate::domain::path::RepoPath;
    use crate::domain::plan::Proposal;
    use crate::domain::settings::{Application, SourceAddress};
    use crate::domain::stay::Likeness;
    use crate::policy::hold::HoldGate;
    use crate::policy::{Answer, Gate};

    fn commit(digit: char) -> CommitId {
        CommitId::from_hex(&digit.to_string().repeat(40)).unwrap()
    }

    /// Production holds the commit of c's, which the commit of d's contains, too.
    fn hold() -> HoldFile {
        let cover = Cover::of(EnvName::new("production").ok(), AppName::new("web").ok());
        let cover = Cover { commit: Some(commit('c')), ..cover };
        let held = HeldCommit {
            source: SourceAddress("../web".into()),
            commit: commit('c'),
            landed: vec![commit('c'), commit('d')],
            fixed: vec![commit('f')],
        };
        let hold = Hold {
            cover: cover.clone(),
            reason: "it burns".into(),
            by: "Mei".into(),
            since: "2026-11-01T00:00:00Z".parse().unwrap(),
            until: None,
            cause: Cause::Rollback,
            held: Some(held),
        };
        HoldFile::new(RepoPath::new(&cover.path()).unwrap(), cover, Ok(hold))
    }

    fn settings() -> Settings {
        let web = Application {
            source: Some(SourceAddress("../web".into())),
            ..Application::found(AppName::new("web").unwrap(), vec![])
        };
        Settings { applications: vec![web], ..sample::settings(|_| {}) }
    }

    /// The move to the version of this digit.
    fn to(digit: char) -> Proposal {
        move_to(&digit.to_string().repeat(40))
    }

    fn told(proposal: &Proposal, contains: Option<Known<Contains>>, kind: Option<Kind>) -> Answers {
        let (moved, hold, settings) = (&proposal.moves[0], hold(), settings());
        let suspect = Suspect::of(&hold, &settings, &moved.env).unwrap();
        let ask = question(moved, moved.to.as_ref().unwrap(), &suspect);
        let contains = contains.map(|known| known.map(Answer::Contains));
        let all = [
            Some((Question::holds(moved), Known::Is(Answer::Holds(vec![hold.clone()])))),
            contains.map(|known| (ask, known)),
            kind.map(|kind| (Question::kind(moved), Known::Is(Answer::Kind(kind)))),
        ];
        sample::answers(all.into_iter().flatten())
    }

    fn verdict(digit: char, contains: Known<Contains>, kind: Option<Kind>) -> Verdict {
        let proposal = to(digit);
        let (branch, settings) = (BranchName::new("main").unwrap(), settings());
        let answers = told(&proposal, Some(contains), kind);
        HoldGate.judge(&proposal, Policy { branch: &branch, settings: &settings }, &answers).remove(0).verdict
    }

    fn back() -> Kind {
        Kind::Return { landing: commit('1') }
    }

    fn hidden() -> Known<Contains> {
        Known::CannotTell("no network".to_string())
    }

    #[test]
    fn what_contains_a_held_commit_does_not_come_and_who_why_and_which_commands_are_said() {
        let Verdict::Fail(refusal) = verdict('e', Known::Is(Contains::It(commit('e'))), None) else {
            panic!("it came")
        };
        assert_eq!(refusal.code, Code::Held);
        assert!(refusal.message.contains("eeeeeee contains ccccccc"), "{refusal:?}");
        assert!(refusal.details[0].contains("it burns (by Mei"), "{refusal:?}");
        assert_eq!(
            refusal.hints,
            [
                "when a commit after it mends it: `stageline hold fixed web@ccccccc --env production --by FIX`",
                "when it may move again: `stageline hold lift web@ccccccc --env production`",
            ]
        );
    }

    #[test]
    fn the_held_commit_itself_and_its_content_in_another_commit_are_named_as_such() {
        for (contains, words) in [
            (Contains::It(commit('c')), "commit ccccccc is held"),
            (Contains::ContentOf(commit('e'), commit('c')), "eeeeeee has the content of ccccccc, which is held"),
            (Contains::ContentOf(commit('e'), commit('d')), "of ddddddd, which contains ccccccc, which is held"),
        ] {
            let Verdict::Fail(refusal) = verdict('e', Known::Is(contains), None) else { panic!("it came") };
            assert!(refusal.message.ends_with(words), "{refusal:?}");
        }
    }

    #[test]
    fn what_does_not_contain_it_comes_and_so_does_what_contains_its_fix() {
        for contains in [Contains::Not, Contains::Fixed(commit('f'))] {
            assert!(matches!(verdict('e', Known::Is(contains), None), Verdict::Pass(_)), "{contains:?}");
        }
    }

    #[test]
    fn a_held_commit_does_not_come_back_either() {
        assert!(matches!(verdict('c', Known::Is(Contains::It(commit('c'))), Some(back())), Verdict::Fail(_)));
    }

    #[test]
    fn where_the_source_is_not_reached_what_goes_back_is_judged_by_the_list() {
        assert!(matches!(verdict('e', hidden(), Some(back())), Verdict::Pass(_)));
        let Verdict::Fail(refusal) = verdict('d', hidden(), Some(back())) else { panic!("it came back") };
        assert!(refusal.message.contains("ddddddd is listed as containing ccccccc"), "{refusal:?}");
    }

    #[test]
    fn where_the_source_is_not_reached_nobody_knows_what_goes_on() {
        for kind in [Kind::Forward, Kind::Unknown("a shallow clone".into())] {
            let Verdict::Unknown(refusal) = verdict('e', hidden(), Some(kind)) else { panic!("it was known") };
            assert_eq!(refusal.code, Code::HoldUnknown);
            assert!(refusal.message.contains("no network"), "{refusal:?}");
        }
    }

    #[test]
    fn a_version_without_a_commit_is_unknown_even_where_it_goes_back() {
        let proposal = move_to("by-hand");
        let (branch, settings) = (BranchName::new("main").unwrap(), settings());
        let answers = told(&proposal, Some(hidden()), Some(back()));
        let judged = HoldGate.judge(&proposal, Policy { branch: &branch, settings: &settings }, &answers).remove(0);
        assert!(matches!(judged.verdict, Verdict::Unknown(_)), "{judged:?}");
    }

    #[test]
    fn the_past_is_asked_for_only_where_the_source_does_not_tell() {
        let (proposal, settings) = (to('e'), settings());
        let asked = |contains| sample::needs(&HoldGate, &proposal, &settings, &told(&proposal, contains, None));
        assert!(matches!(asked(None).as_slice(), [Question::Contains(..)]));
        assert_eq!(asked(Some(Known::Is(Contains::Not))), []);
        assert_eq!(asked(Some(hidden())), [Question::kind(&proposal.moves[0])]);
    }

    #[test]
    fn content_counts_where_the_environment_takes_it_for_the_commit() {
        let env = EnvName::new("production").unwrap();
        let likeness = |settings| Suspect::of(&hold(), &settings, &env).map(|suspect| suspect.likeness);
        assert_eq!(likeness(settings()), Some(Likeness::Itself));
        let staging = EnvName::new("staging").unwrap();
        assert_eq!(
            likeness(sample::settings(|production| production.rules.same_tree = vec![staging])),
            Some(Likeness::SameTree)
        );
    }

    #[test]
    fn only_versions_that_come_are_asked_about() {
        let mut stays = to('e');
        stays.moves[0].was = stays.moves[0].is.clone();
        let asked = |proposal: &Proposal| sample::needs(&HoldGate, proposal, &settings(), &told(&to('e'), None, None));
        assert_eq!((asked(&stays).len(), asked(&to('e')).len()), (0, 1));
    }
}
