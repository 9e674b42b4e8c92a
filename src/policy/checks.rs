//! The checks gate: what comes has passed the checks that are asked for, told by those whose word counts.

use jiff::Timestamp;

use crate::domain::names::AppName;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Check, Environment, NamePattern, NamedGate, Settings};
use crate::domain::statement::{self, CheckResult, FORK_APPROVED};
use crate::domain::stay::Likeness;
use crate::domain::testimony::{CheckTold, Who};
use crate::domain::version::Version;
use crate::domain::whom::words;

use super::forks;
use super::of_moves::{Case, OfMoves, worst};
use super::people::{ends_at, is_one_of, whom};
use super::{Answers, Question, Verdict};

pub struct ChecksGate;

impl OfMoves for ChecksGate {
    const GATE: NamedGate = NamedGate::Checks;

    fn asks(&self, case: Case<'_>, told: &Answers) -> Vec<Question> {
        if rules(case).next().is_none() {
            return Vec::new();
        }
        case.versions()
            .into_iter()
            .map(|version| question(case, version))
            .filter(|ask| told.of(ask).is_none())
            .collect()
    }

    fn says(&self, case: Case<'_>, answers: &Answers) -> Option<(Verdict, Option<Timestamp>)> {
        rules(case).next()?;
        let each = |rule| case.versions().into_iter().map(move |version| one(case, rule, version, answers));
        let all: Vec<_> = rules(case).flat_map(each).collect();
        let passed: Vec<String> = all
            .iter()
            .filter_map(|(verdict, _)| if let Verdict::Pass(why) = verdict { Some(why.clone()) } else { None })
            .collect();
        let nothing_comes = || (Verdict::Pass("nothing comes".into()), None);
        let (verdict, not_after) = worst(all).unwrap_or_else(nothing_comes);
        Some(match verdict {
            Verdict::Pass(_) if !passed.is_empty() => (Verdict::Pass(passed.join(", ")), not_after),
            verdict => (verdict, not_after),
        })
    }
}

/// The checks that the environment and the application, which only adds to them, ask for here.
fn rules<'c>(case: Case<'c>) -> impl Iterator<Item = &'c Check> {
    let own = case.settings.application(&case.moved.app).into_iter().flat_map(|app| &app.rules.gates.checks);
    let name = case.moved.app.as_str();
    case.env.rules.gates.checks.iter().chain(own).filter(move |rule| NamePattern::take(&rule.applications, name))
}

fn question(case: Case<'_>, version: &Version) -> Question {
    // Where content stands for a commit, what was told of one build of it counts for all.
    let likeness = if case.env.rules.same_tree.is_empty() { Likeness::Itself } else { Likeness::SameTree };
    Question::Checks(case.branch.clone(), case.moved.app.clone(), version.clone(), likeness)
}

/// What one rule says of one version.
fn one(case: Case<'_>, rule: &Check, version: &Version, answers: &Answers) -> (Verdict, Option<Timestamp>) {
    let what = format!("the check `{}`{} of {} of `{}`", rule.name, place(rule), version.short(), case.moved.app);
    let unknown = |why: &str| {
        let what = format!("cannot tell how {what} ended: {why}");
        (Verdict::Unknown(Refusal::new(Code::ChecksUnknown, what)), None)
    };
    let all = match answers.checks(&question(case, version)) {
        Some(Ok(all)) => all,
        other => return unknown(other.and_then(Result::err).unwrap_or("nobody looked")),
    };
    let counts = |told: &&CheckTold| {
        // Of other bits than those that come nothing was told.
        let has_bits = match (told.check.digest.as_ref().and_then(Version::digest), version.digest()) {
            (Some(of), Some(comes)) => of == comes,
            _ => true,
        };
        is_asked_for(rule, &told.check) && has_bits && is_one_of(case.settings, &rule.by, &told.by)
    };
    let not_yet = |refusal: Refusal| (Verdict::Pending { why: refusal, eligible_at: None }, None);
    let Some(last) = all.iter().rfind(counts) else {
        return not_yet(asks(
            case,
            rule,
            version,
            Refusal::new(Code::CheckMissing, format!("{what} was not told yet")),
        ));
    };
    if last.check.result == CheckResult::Failed {
        let failed = Refusal::new(Code::CheckFailed, format!("{what} failed"));
        let failed = last.check.url.iter().fold(failed, |failed, url| failed.detail(url.clone()));
        let again = failed.hint("mend what fails, or run it again and tell how it ended: the later word counts");
        return (Verdict::Fail(again.asks(whom(case.settings, &rule.by))), None);
    }
    let ends = rule.max_age.and_then(|age| ends_at(last.since, age));
    if let (Some(ends), Some(age)) = (ends, rule.max_age)
        && ends <= answers.now
    {
        let old = format!("{what} passed at {}, and counts for {age}", last.since);
        return not_yet(asks(case, rule, version, Refusal::new(Code::CheckTooOld, old)));
    }
    (Verdict::Pass(format!("{}{} passed", rule.name, place(rule))), ends)
}

/// Whether a rule asks for a check of this name, where it ran.
fn is_asked_for(rule: &Check, told: &statement::Check) -> bool {
    told.name == rule.name && (rule.environment.is_none() || told.environment == rule.environment)
}

/// The environments whose rules count somebody's word for a check of an application; `Err`: none does, and why.
///
/// # Errors
/// No rule counts it.
pub fn heeded(settings: &Settings, told: &statement::Check, by: &Who) -> Result<Vec<String>, String> {
    let named: Vec<(&str, &Check)> =
        all_rules(settings, &told.app).filter(|(_, rule)| rule.name == told.name).collect();
    let there: Vec<_> = named.iter().filter(|(_, rule)| is_asked_for(rule, told)).collect();
    let mut out: Vec<String> = Vec::new();
    for (env, _) in there.iter().filter(|(_, rule)| is_one_of(settings, &rule.by, by)) {
        if !out.iter().any(|known| known == env) {
            out.push((*env).to_string());
        }
    }
    let app = &told.app;
    if told.name == FORK_APPROVED {
        let more = forks::heeding(settings, app, by).into_iter().map(|env| env.name.to_string());
        out.extend(more.collect::<Vec<_>>().into_iter().filter(|env| !out.contains(env)).collect::<Vec<_>>());
    }
    match (named.first(), there.first()) {
        _ if !out.is_empty() => Ok(out),
        (None, _) if told.name == FORK_APPROVED && forks::are_let(settings) => Err(format!(
            "the head of a fork is approved by the owners of `{app}`, else by who signs for the environment"
        )),
        (None, _) => Err(format!("no rule asks for a check `{}` of `{app}`", told.name)),
        (Some((env, rule)), None) => {
            let wanted = rule.environment.as_ref().map_or(String::new(), |env| format!(", run in `{env}`"));
            Err(format!("`{env}` asks for `{}` of `{app}`{wanted}, and it does not say that it ran there", told.name))
        }
        (_, Some((env, rule))) => {
            let whom = words(&whom(settings, &rule.by));
            let whom = if rule.by.is_empty() { "people whom `people:` names".to_string() } else { whom };
            Err(format!("`{env}` counts the word of {whom} for `{}`, and of nobody else", told.name))
        }
    }
}

/// The rules of all environments that ask for checks of an application, each with its environment.
fn all_rules<'s>(settings: &'s Settings, app: &AppName) -> impl Iterator<Item = (&'s str, &'s Check)> {
    let own = settings.application(app).into_iter().flat_map(|app| &app.rules.gates.checks);
    let own: Vec<&Check> = own.collect();
    let of_env = move |env: &'s Environment| {
        let all = env.rules.gates.checks.iter().chain(own.clone());
        all.map(|rule| (env.name.as_str(), rule)).collect::<Vec<_>>()
    };
    let app = app.clone();
    let is_about = move |(_, rule): &(&str, &Check)| NamePattern::take(&rule.applications, app.as_str());
    settings.environments.iter().flat_map(of_env).filter(is_about)
}

/// Where it is to have passed, as words behind its name.
fn place(rule: &Check) -> String {
    rule.environment.as_ref().map_or(String::new(), |env| format!(" in `{env}`"))
}

/// With whom to ask, and what they type.
fn asks(case: Case<'_>, rule: &Check, version: &Version, refusal: Refusal) -> Refusal {
    let place = rule.environment.as_ref().map_or(String::new(), |env| format!(" --env {env}"));
    let commit = version.tag().unwrap_or("COMMIT");
    let whom = whom(case.settings, &rule.by);
    let command =
        format!("`stageline attest {} --commit {commit}{place} --check {} --status passed`", case.moved.app, rule.name);
    let who = if rule.by.is_empty() { "anybody known".to_string() } else { words(&whom) };
    refusal.hint(format!("it is told by {who}: {command}")).asks(whom)
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, move_to, needs, now, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::names::{BranchName, EnvName};
    use crate::domain::settings::{Environment, Party, PartyName, Person, Principal, Settings, TimeSpan};
    use crate::domain::statement::Tests;
    use crate::policy::{Answer, Judged};
    use jiff::SignedDuration;

    fn ci() -> Vec<Party> {
        vec![Party::Person(PartyName::new("ci").unwrap())]
    }

    fn rule() -> Check {
        Check {
            name: "smoke".into(),
            by: ci(),
            environment: EnvName::new("staging").ok(),
            max_age: None,
            applications: Vec::new(),
        }
    }

    /// Settings whose production asks for this check, with `ci` and `bob`.
    fn rules(change: impl FnOnce(&mut Check), more: impl FnOnce(&mut Environment)) -> Settings {
        let mut rule = rule();
        change(&mut rule);
        let person = |name: &str| Person {
            name: PartyName::new(name).unwrap(),
            principals: vec![Principal::new(&format!("{name}@example.com")).unwrap()],
            forge: None,
            email: None,
            mobile: None,
        };
        let mut out = settings(|production| {
            production.rules.gates.checks = vec![rule];
            more(production);
        });
        out.people = vec![person("ci"), person("bob")];
        out
    }

    /// `smoke` of `web` in staging, passed, by `ci`, an hour ago.
    fn told(change: impl FnOnce(&mut CheckTold)) -> CheckTold {
        let since = now() - SignedDuration::from_hours(1);
        let mut told = CheckTold {
            check: statement::Check {
                app: AppName::new("web").unwrap(),
                source: "git.example.com/shop/web".into(),
                commit: CommitId::from_bytes([1; 20]),
                name: "smoke".into(),
                environment: EnvName::new("staging").ok(),
                digest: None,
                result: CheckResult::Passed,
                url: None,
                tests: Tests::default(),
                at: since,
            },
            by: Who::Key(vec!["CI@example.com".into()]),
            since,
        };
        change(&mut told);
        told
    }

    fn failed(told: &mut CheckTold) {
        told.check.result = CheckResult::Failed;
    }

    fn ask(to: &str, likeness: Likeness) -> Question {
        let (branch, app) = (BranchName::new("main").unwrap(), AppName::new("web").unwrap());
        Question::Checks(branch, app, Version::new(to).unwrap(), likeness)
    }

    /// What the gate says where this is known of the version that comes.
    fn says_of(to: &str, settings: &Settings, known: Known<Vec<CheckTold>>) -> Judged {
        let likeness = ask(to, Likeness::Itself);
        let all = answers([(likeness, known.map(Answer::Checks))]);
        judged(&ChecksGate, &move_to(to), settings, &all).remove(0)
    }

    fn says(settings: &Settings, all: impl IntoIterator<Item = CheckTold>) -> Verdict {
        says_of("b", settings, Known::Is(all.into_iter().collect())).verdict
    }

    #[track_caller]
    fn code(verdict: &Verdict) -> Code {
        match verdict {
            Verdict::Pending { why, .. } | Verdict::Fail(why) | Verdict::Unknown(why) => why.code,
            Verdict::Pass(_) => panic!("it passes: {verdict:?}"),
        }
    }

    #[test]
    fn without_a_statement_it_waits_and_says_who_types_what() {
        let plain = rules(|_| {}, |_| {});
        let verdict = says(&plain, []);
        let Verdict::Pending { why, eligible_at: None } = &verdict else { panic!("{verdict:?}") };
        assert_eq!(why.code, Code::CheckMissing);
        assert!(why.hints[0].contains("`stageline attest web --commit b --env staging --check smoke"), "{why:?}");
        assert_eq!(says(&plain, [told(|_| {})]), Verdict::Pass("smoke in `staging` passed".into()));
        assert!(matches!(says(&plain, [told(|one| one.check.result = CheckResult::Warned)]), Verdict::Pass(_)));
    }

    #[test]
    fn the_later_word_wins_both_ways() {
        let plain = rules(|_| {}, |_| {});
        let verdict = says(&plain, [told(|_| {}), told(failed)]);
        assert!(matches!(verdict, Verdict::Fail(_)) && code(&verdict) == Code::CheckFailed, "{verdict:?}");
        assert!(matches!(says(&plain, [told(failed), told(|_| {})]), Verdict::Pass(_)));
    }

    #[test]
    fn a_later_word_that_does_not_count_takes_nothing_back() {
        let plain = rules(|_| {}, |_| {});
        let strange: [fn(&mut CheckTold); 3] = [
            |one| one.by = Who::Key(vec!["bob@example.com".into()]),
            |one| one.check.name = "load".into(),
            |one| one.check.environment = None,
        ];
        for change in strange {
            let other = || {
                let mut one = told(change);
                failed(&mut one);
                one
            };
            assert!(matches!(says(&plain, [told(|_| {}), other()]), Verdict::Pass(_)));
            assert_eq!(code(&says(&plain, [told(change)])), Code::CheckMissing);
        }
    }

    #[test]
    fn what_was_told_of_other_bits_is_nothing_of_those_that_come() {
        let plain = rules(|_| {}, |_| {});
        let digest = |c: &str| format!("sha256:{}", c.repeat(64));
        let of = |c: &str| told(|one| one.check.digest = Version::new(digest(c)).ok());
        let comes = format!("b@{}", digest("a"));
        assert!(matches!(says_of(&comes, &plain, Known::Is(vec![of("a")])).verdict, Verdict::Pass(_)));
        assert_eq!(code(&says_of(&comes, &plain, Known::Is(vec![of("c")])).verdict), Code::CheckMissing);
        // Of the commit, whatever was built from it.
        assert!(matches!(says_of(&comes, &plain, Known::Is(vec![told(|_| {})])).verdict, Verdict::Pass(_)));
    }

    #[test]
    fn it_counts_as_long_as_the_rule_says_and_a_green_one_is_stale_after_that() {
        let aged = |age: &str| rules(|rule| rule.max_age = TimeSpan::new(age).ok(), |_| {});
        let fresh = says_of("b", &aged("2h"), Known::Is(vec![told(|_| {})]));
        assert!(matches!(fresh.verdict, Verdict::Pass(_)));
        assert_eq!(fresh.not_after, Some(now() + SignedDuration::from_hours(1)));
        assert_eq!(code(&says(&aged("1h"), [told(|_| {})])), Code::CheckTooOld);
        // A failure is never too old to count.
        assert_eq!(code(&says(&aged("1h"), [told(failed)])), Code::CheckFailed);
    }

    #[test]
    fn where_nobody_is_named_the_word_of_anybody_known_counts() {
        let anybody = rules(|rule| rule.by.clear(), |_| {});
        assert!(matches!(
            says(&anybody, [told(|one| one.by = Who::Key(vec!["bob@example.com".into()]))]),
            Verdict::Pass(_)
        ));
        let stranger = told(|one| one.by = Who::Key(vec!["eve@example.com".into()]));
        assert_eq!(code(&says(&anybody, [stranger])), Code::CheckMissing);
    }

    #[test]
    fn a_rule_is_about_the_applications_that_it_names() {
        let of = |name: &str| rules(|rule| rule.applications = vec![NamePattern::new(name).unwrap()], |_| {});
        assert_eq!(code(&says(&of("we*"), [])), Code::CheckMissing);
        let other = of("api");
        assert!(needs(&ChecksGate, &move_to("b"), &other, &answers([])).is_empty());
        assert!(judged(&ChecksGate, &move_to("b"), &other, &answers([])).is_empty());
    }

    #[test]
    fn where_content_stands_for_a_commit_all_of_its_builds_are_asked_about() {
        let same =
            rules(|_| {}, |production| production.rules.same_tree = EnvName::new("staging").into_iter().collect());
        assert_eq!(needs(&ChecksGate, &move_to("b"), &same, &answers([])), [ask("b", Likeness::SameTree)]);
        let plain = rules(|_| {}, |_| {});
        assert_eq!(needs(&ChecksGate, &move_to("b"), &plain, &answers([])), [ask("b", Likeness::Itself)]);
    }

    #[test]
    fn what_cannot_be_told_is_unknown_and_of_two_checks_the_worse_counts() {
        let plain = rules(|_| {}, |_| {});
        let unknown = says_of("b", &plain, Known::CannotTell("it is gone".into())).verdict;
        assert!(matches!(unknown, Verdict::Unknown(_)) && code(&unknown) == Code::ChecksUnknown);
        let more = |production: &mut Environment| {
            production.rules.gates.checks.push(Check { name: "load".into(), ..rule() });
        };
        assert_eq!(code(&says(&rules(|_| {}, more), [told(|_| {})])), Code::CheckMissing);
    }

    #[test]
    fn whoever_attests_is_told_what_it_counts_for_or_why_for_nothing() {
        let (plain, one) = (rules(|_| {}, |_| {}), told(|_| {}));
        assert_eq!(heeded(&plain, &one.check, &one.by), Ok(vec!["production".to_string()]));
        let no = |change: fn(&mut CheckTold)| {
            let one = told(change);
            heeded(&plain, &one.check, &one.by).unwrap_err()
        };
        assert!(no(|one| one.check.name = "load".into()).contains("no rule asks for a check `load`"));
        assert!(no(|one| one.check.environment = None).contains("run in `staging`"));
        assert!(no(|one| one.by = Who::Key(vec!["bob@example.com".into()])).contains("`ci`"));
    }
}
