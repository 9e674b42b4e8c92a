//! What the request of a plan is opened with beside its text: labels, people, and whether it is a draft, by the settings at the base.

use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::plan::Proposal;
use crate::domain::settings::{Environment, Party, Requests, Settings};
use crate::domain::verb::Verb;
use crate::forge::Dress;

/// What the settings say of a request.
pub struct Dressed {
    pub dress: Dress,
    pub draft: bool,
    /// Whether it is to merge by itself.
    pub auto_merge: bool,
    /// Who is to be asked and has no login at the forge.
    pub notes: Vec<String>,
}

/// What a request of these changes is opened with: each key of its environment comes before that of the whole file. A rollback's
/// or an undo's asks those for a look that `rollback.reviewers` names, too.
pub fn of(settings: &Settings, proposal: &Proposal, verb: Verb) -> Dressed {
    let touched = touched(settings, proposal);
    let sources = sources(settings, &touched);
    let mut notes = Vec::new();
    let mut logins = |parties: &[Party]| {
        let mut out: Vec<String> = Vec::new();
        for person in parties.iter().flat_map(|party| settings.members(party)) {
            match settings.people.iter().find(|one| one.name == *person).and_then(|one| one.forge.clone()) {
                Some(login) if out.contains(&login) => {}
                Some(login) => out.push(login),
                None => notes.push(format!("`{person}` cannot be asked: `people:` has no `forge:` of theirs")),
            }
        }
        out
    };
    let mut asked: Vec<Party> = first(&sources, |one| one.reviewers.clone()).unwrap_or_default();
    if verb.is_meant_back() {
        asked.extend(touched.iter().flat_map(|env| &env.rules.rollback_reviewers).cloned());
    }
    let reviewers = logins(&asked);
    let assignees = logins(&first(&sources, |one| one.assignees.clone()).unwrap_or_default());
    let labels = first(&sources, |one| one.labels.clone()).unwrap_or_default();
    let draft = first(&sources, |one| one.draft).unwrap_or(false);
    notes.dedup();
    let auto_merge = all_merge(settings, &touched);
    Dressed { dress: Dress { labels, reviewers, assignees }, draft, auto_merge, notes }
}

/// The file that the request's text is made from, where the settings name one.
pub fn template<'s>(settings: &'s Settings, proposal: &Proposal) -> Option<&'s RepoPath> {
    sources(settings, &touched(settings, proposal)).into_iter().find_map(|one| one.template.as_ref())
}

fn touched<'s>(settings: &'s Settings, proposal: &Proposal) -> Vec<&'s Environment> {
    let names = proposal.environments(settings.environments.iter().map(|env| &env.name));
    // The rules on a branch of their own are those of the environments that live there.
    let is_theirs = |env: &Environment| names.is_empty() && env.branch.as_ref() == Some(&proposal.on);
    settings.environments.iter().filter(|env| names.contains(&env.name) || is_theirs(env)).collect()
}

/// Whether what is asked for in these environments is to merge by itself; none: by the whole file.
pub fn merges_by_itself<'e>(settings: &Settings, envs: impl Iterator<Item = &'e EnvName>) -> bool {
    all_merge(settings, &envs.filter_map(|name| settings.environment(name)).collect::<Vec<_>>())
}

/// All of them have to say so, each for itself or the whole file for it: what one keeps for a person's hand goes in by no other.
fn all_merge(settings: &Settings, touched: &[&Environment]) -> bool {
    let whole = settings.requests.auto_merge.unwrap_or(false);
    let is_so = |env: &&Environment| env.rules.requests.auto_merge.unwrap_or(whole);
    if touched.is_empty() { whole } else { touched.iter().all(is_so) }
}

fn sources<'s>(settings: &'s Settings, touched: &[&'s Environment]) -> Vec<&'s Requests> {
    touched.iter().map(|env| &env.rules.requests).chain([&settings.requests]).collect()
}

/// What the first of them says that says anything.
fn first<T>(sources: &[&Requests], key: impl Fn(&Requests) -> Option<T>) -> Option<T> {
    sources.iter().find_map(|one| key(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::plan::{Class, Other, sample};

    const FILE: &str = "version: 1
environments:
  - { name: staging }
  - { name: production, requests: { labels: [door], draft: true }, rollback: { reviewers: [on-call] } }
people:
  mei: { principals: [mei@x.com], forge: mei-lin }
  ann: { principals: [ann@x.com], forge: ann }
  bot: { principals: [bot@x.com] }
groups: { on-call: [ann, bot], all: [mei, ann] }
requests: { labels: [release], reviewers: [mei, all], assignees: [] }
applications: [{ name: web, pins: [{ image: r/web, in: \"{environment}\" }] }]
";

    fn dressed(env: &str, verb: Verb) -> Dressed {
        let settings = check(FILE.as_bytes(), "x").unwrap();
        let environment = settings.environments.iter().find(|one| one.name.as_str() == env).unwrap();
        let class = Class::Environment([environment.name.clone()].into());
        let path = crate::domain::path::RepoPath::new("a").unwrap();
        let others = vec![Other { path, class, was: None, is: None }];
        of(&settings, &Proposal { others, ..sample::proposal() }, verb)
    }

    #[test]
    fn what_an_environment_says_comes_before_what_the_whole_file_says() {
        let staging = dressed("staging", Verb::Promote);
        assert_eq!((staging.dress.labels, staging.draft), (vec!["release".to_string()], false));
        let production = dressed("production", Verb::Promote);
        assert_eq!((production.dress.labels, production.draft), (vec!["door".to_string()], true));
        assert_eq!(production.dress.reviewers, ["mei-lin", "ann"], "each once, groups by their members");
        assert_eq!(production.dress.assignees, Vec::<String>::new());
        assert_eq!(production.notes, Vec::<String>::new());
    }

    #[test]
    fn a_request_merges_by_itself_where_every_environment_of_it_says_so() {
        let merges = |whole: &str, production: &str, envs: &[&str]| {
            let file = FILE
                .replace("requests: { labels: [release],", &format!("requests: {{ {whole} labels: [release],"))
                .replace("draft: true }", &format!("{production} draft: true }}"));
            let settings = check(file.as_bytes(), "x").unwrap();
            let names: Vec<EnvName> = envs.iter().map(|name| EnvName::new(*name).unwrap()).collect();
            merges_by_itself(&settings, names.iter())
        };
        let (yes, no) = ("auto-merge: true,", "auto-merge: false,");
        assert!(!merges("", "", &["production"]) && !merges("", "", &[]));
        assert!(merges(yes, "", &["production"]) && merges(yes, "", &[]));
        assert!(!merges(yes, no, &["production"]) && merges(yes, no, &["staging"]));
        assert!(!merges(yes, no, &["staging", "production"]), "one that does not say so is enough");
        assert!(merges("", yes, &["production"]) && !merges("", yes, &["staging", "production"]));
    }

    #[test]
    fn rules_that_come_to_a_branch_of_its_own_are_asked_for_as_its_environment_says() {
        let file = FILE.replace("production, requests:", "production, git: { branch: production }, requests:");
        let file = file.replace("draft: true }", "draft: true, auto-merge: false }");
        let settings = check(
            file.replace("requests: { labels: [release]", "requests: { auto-merge: true, labels: [release]").as_bytes(),
            "x",
        )
        .unwrap();
        let on = |branch: &str| {
            let on = crate::domain::names::BranchName::new(branch).unwrap();
            let path = crate::domain::path::RepoPath::new("stageline.yaml").unwrap();
            let others = vec![Other { path, class: Class::Policy, was: None, is: None }];
            let dressed = of(&settings, &Proposal { on, others, ..sample::proposal() }, Verb::Sync);
            (dressed.dress.labels, dressed.draft, dressed.auto_merge)
        };
        assert_eq!(on("production"), (vec!["door".to_string()], true, false));
        assert_eq!(on("main"), (vec!["release".to_string()], false, true));
    }

    #[test]
    fn a_rollback_asks_those_on_call_and_says_who_cannot_be_asked() {
        let rollback = dressed("production", Verb::Rollback);
        assert_eq!(rollback.dress.reviewers, ["mei-lin", "ann"]);
        assert_eq!(rollback.notes, ["`bot` cannot be asked: `people:` has no `forge:` of theirs"]);
        assert_eq!(dressed("staging", Verb::Rollback).notes, Vec::<String>::new());
    }
}
