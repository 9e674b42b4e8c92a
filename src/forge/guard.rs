//! What stands before a branch at its forge: whether a status is asked for there, who may post it, and who passes by all the same.

use serde_json::Value;

use crate::domain::address::shown;
use crate::domain::commit::Known;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;

use super::address::encode;
use super::gitea::Gitea;
use super::github::Github;
use super::gitlab::Gitlab;
use super::request::Forge as _;
use super::request::Pushes;

/// The number of GitHub Actions among its apps: whoever may push a branch has a workflow of it run.
const ACTIONS: i64 = 15368;

/// What a forge says of a branch, each part by itself: a token that may not see one says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Who may post the status that is asked for; or why none is.
    pub required: Known<Result<Poster, String>>,
    /// Whether what is merged has to be up to date with the branch.
    pub is_strict: Known<bool>,
    /// Who merges past it, in words; empty: nobody.
    pub exempt: Known<Vec<String>>,
    /// Who pushes past it, in words; empty: nobody.
    pub pushers: Known<Vec<String>>,
}

/// Whose status counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Poster {
    /// That of all of these, in words.
    Anybody(String),
    /// That of one program with a key of its own.
    App(String),
}

impl Guard {
    /// One that asks for nothing, for this reason.
    fn none(why: String) -> Self {
        let nobody = || Known::Is(Vec::new());
        Self { required: Known::Is(Err(why)), is_strict: Known::Is(false), exempt: nobody(), pushers: nobody() }
    }

    /// One of which nothing is known, for this reason.
    fn unknown(why: &str) -> Self {
        fn no<T>(why: &str) -> Known<T> {
            Known::CannotTell(why.to_string())
        }
        Self { required: no(why), is_strict: no(why), exempt: no(why), pushers: no(why) }
    }
}

/// The branches of a repository as its forge guards them.
pub trait Guarding {
    /// What stands before a branch, where a status of this name is to be asked for.
    ///
    /// # Errors
    /// The forge does not take the token, or does not answer.
    fn guard(&self, branch: &BranchName, status: &str) -> Result<Guard, Error>;

    /// Where the definition of the repository's jobs is from, where that is another place than the repository: in words.
    ///
    /// # Errors
    /// As of `guard`.
    fn jobs_from(&self) -> Result<Option<String>, Error> {
        Ok(None)
    }
}

impl Guarding for Gitea<'_> {
    /// By its description of a branch, which everybody reads, and its protection, which those read who administer the repository.
    fn guard(&self, branch: &BranchName, status: &str) -> Result<Guard, Error> {
        let path = format!("{}/branches/{}", self.repository(), encode(branch.as_str()));
        let Some(told) = self.0.find(&path)? else {
            return Ok(Guard::unknown(&format!("there is no branch `{branch}` there")));
        };
        if told["protected"] == false {
            return Ok(Guard::none(format!("`{branch}` is not protected")));
        }
        let rule = self.rule(told["effective_branch_protection_name"].as_str())?;
        let required = match asked_for(&told, status) {
            Some(true) => Known::Is(Ok(Poster::Anybody("everybody who may write to the repository".into()))),
            Some(false) => Known::Is(Err(format!("the protection of `{branch}` does not ask for `{status}`"))),
            None => Known::CannotTell("its patterns are not plain names or `*`".into()),
        };
        let unseen = || "only who administers the repository reads that, and this token does not".to_string();
        let is = |key: &str| match rule[key].as_bool() {
            Some(is) => Known::Is(is),
            None => Known::CannotTell(unseen()),
        };
        // Forgejo's word for the same.
        let binds = if rule["apply_to_admins"].is_boolean() { "apply_to_admins" } else { "block_admin_merge_override" };
        let exempt = match is(binds) {
            Known::Is(true) => Known::Is(Vec::new()),
            Known::Is(false) => Known::Is(vec!["who administers the repository".into()]),
            Known::CannotTell(why) => Known::CannotTell(why),
        };
        let pushers = match (is("enable_push"), rule["enable_push_whitelist"] == true) {
            (Known::Is(false), _) => Known::Is(Vec::new()),
            (Known::Is(true), true) => Known::Is(vec!["whom its list lets push".into()]),
            (Known::Is(true), false) => Known::Is(vec!["everybody who may write".into()]),
            (Known::CannotTell(why), _) => Known::CannotTell(why),
        };
        Ok(Guard { required, is_strict: is("block_on_outdated_branch"), exempt, pushers })
    }
}

/// Whether a branch's list of statuses has one; `None`: a pattern of it is another than we read.
fn asked_for(branch: &Value, status: &str) -> Option<bool> {
    let all = branch["status_check_contexts"].as_array().into_iter().flatten();
    let patterns: Vec<&str> = all.filter_map(Value::as_str).collect();
    if branch["enable_status_check"] != true {
        return Some(false);
    }
    if patterns.iter().any(|one| fits(one, status)) {
        return Some(true);
    }
    let is_plain = |one: &&str| !one.contains(['?', '[', '{', '\\']);
    patterns.iter().all(is_plain).then_some(false)
}

/// Whether a text is as a pattern of names and `*` says.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|text| {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| fits(rest, &text[at..]))
        }),
    }
}

impl Guarding for Github<'_> {
    /// By the rules in force, which everybody reads, and the older kind of protection.
    fn guard(&self, branch: &BranchName, status: &str) -> Result<Guard, Error> {
        let rules = self.rules(branch)?;
        let mut found = None;
        for rule in rules.iter().filter(|rule| rule["type"] == "required_status_checks") {
            let all = rule["parameters"]["required_status_checks"].as_array().into_iter().flatten();
            for check in all.filter(|check| check["context"] == status) {
                let exempt = self.exempt(&rule["ruleset_id"])?;
                let is_strict = rule["parameters"]["strict_required_status_checks_policy"] == true;
                let required = Known::Is(Ok(poster(&check["integration_id"])));
                let guard = Guard { required, is_strict: Known::Is(is_strict), exempt, pushers: Known::Is(Vec::new()) };
                // Of several the one that nobody passes by is what counts.
                if found.is_none() || guard.exempt == Known::Is(Vec::new()) {
                    found = Some(guard);
                }
            }
        }
        match found {
            Some(guard) => Ok(guard),
            None => self.older(branch, status),
        }
    }
}

impl Github<'_> {
    /// Who is on the list of those whom a ruleset does not bind: who may write rules reads it.
    fn exempt(&self, ruleset: &Value) -> Result<Known<Vec<String>>, Error> {
        let unseen = || Known::CannotTell("only who may change the ruleset reads its bypass list".to_string());
        let Some(number) = ruleset.as_u64() else { return Ok(unseen()) };
        let path = format!("/repos/{}/rulesets/{number}", encode(&self.0.site.path));
        let told = self.0.perhaps(&path)?.unwrap_or_default();
        let Some(actors) = told["bypass_actors"].as_array() else { return Ok(unseen()) };
        let word =
            |actor: &Value| format!("`{}` of its bypass list", actor["actor_type"].as_str().unwrap_or("somebody"));
        let mut out: Vec<String> = actors.iter().map(word).collect();
        out.dedup();
        Ok(Known::Is(out))
    }

    /// What the older kind of protection asks for, as far as this token reads it.
    fn older(&self, branch: &BranchName, status: &str) -> Result<Guard, Error> {
        let path = format!("/repos/{}/branches/{}", encode(&self.0.site.path), encode(branch.as_str()));
        let Some(told) = self.0.find(&path)? else {
            return Ok(Guard::unknown(&format!("there is no branch `{branch}` there")));
        };
        if told["protected"] == false {
            return Ok(Guard::none(format!("`{branch}` is not protected")));
        }
        let none = || Guard::none(format!("no rule and no protection of `{branch}` asks for `{status}`"));
        if told["protection"]["enabled"] == false {
            return Ok(none());
        }
        let whole = self.0.perhaps(&format!("{path}/protection"))?;
        let checks =
            whole.as_ref().map_or(&told["protection"]["required_status_checks"], |all| &all["required_status_checks"]);
        let named = checks["checks"].as_array().into_iter().flatten().find(|check| check["context"] == status);
        let is_listed = checks["contexts"].as_array().is_some_and(|all| all.iter().any(|one| *one == *status));
        if named.is_none() && !is_listed {
            return Ok(none());
        }
        let required = Known::Is(Ok(poster(named.map_or(&Value::Null, |check| &check["app_id"]))));
        let unseen = || "only who administers the repository reads that, and this token does not".to_string();
        let admins = vec!["who administers the repository".to_string()];
        let (is_strict, exempt) = match &whole {
            Some(all) => {
                let binds = all["enforce_admins"]["enabled"] == true;
                (Known::Is(checks["strict"] == true), Known::Is(if binds { Vec::new() } else { admins }))
            }
            None => match told["protection"]["required_status_checks"]["enforcement_level"].as_str() {
                Some("everyone") => (Known::CannotTell(unseen()), Known::Is(Vec::new())),
                Some("non_admins") => (Known::CannotTell(unseen()), Known::Is(admins)),
                Some("off") => return Ok(none()),
                _ => (Known::CannotTell(unseen()), Known::CannotTell(unseen())),
            },
        };
        Ok(Guard { required, is_strict, exempt, pushers: Known::Is(Vec::new()) })
    }
}

/// Whose status counts by the source that is expected of it (docs.github.com: "any source" where none is named).
fn poster(app: &Value) -> Poster {
    match app.as_i64().filter(|number| *number > 0) {
        Some(ACTIONS) => Poster::Anybody(
            "every workflow on any branch of the repository, as the expected source is GitHub Actions".into(),
        ),
        Some(number) => Poster::App(format!("the app {number}")),
        None => Poster::Anybody("everybody who may write to the repository, as no source is expected".into()),
    }
}

impl Guarding for Gitlab<'_> {
    /// It asks for pipelines, and for no status by its name.
    fn guard(&self, branch: &BranchName, status: &str) -> Result<Guard, Error> {
        if self.pushes(branch)? == Pushes::Unknown {
            return Ok(Guard::unknown(&format!("there is no branch `{branch}` there, or not for this token")));
        }
        let project = self.0.get(&self.project())?;
        let pipelines = match project["only_allow_merge_if_pipeline_succeeds"].as_bool() {
            Some(true) => "it waits for a pipeline, which a status that anybody posts may be a part of",
            Some(false) => "it does not even wait for a pipeline",
            None => "whether it waits for a pipeline is not told",
        };
        Ok(Guard::none(format!("GitLab asks for no status by its name, `{status}` neither: {pipelines}")))
    }

    /// `.gitlab-ci.yml@group/project`, or an address.
    fn jobs_from(&self) -> Result<Option<String>, Error> {
        let project = self.0.get(&self.project())?;
        // An address may hold a password.
        let place = |path: &str| match path.contains("://") {
            true => Some(shown(path)),
            false => path.contains('@').then(|| path.to_string()),
        };
        Ok(project["ci_config_path"].as_str().and_then(place))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::super::sample::{Answer, Server, fits_the_description};
    use super::*;
    use crate::domain::settings::ForgeKind;

    fn main() -> BranchName {
        BranchName::new("main").unwrap()
    }

    fn gitea(branch: Value, rule: Option<Value>) -> Guard {
        let rule = rule.map_or(Answer::Json(403, json!({ "message": "no" })), |rule| Answer::Json(200, rule));
        let server = Server::of(vec![Answer::Json(200, branch), rule]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let guard = Gitea(&door).guard(&main(), "stageline/verify").unwrap();
        fits_the_description("forgejo.json", "", &server.asked());
        guard
    }

    fn asks(contexts: &[&str]) -> Value {
        json!({ "protected": true, "enable_status_check": true, "status_check_contexts": contexts, "effective_branch_protection_name": "main" })
    }

    #[test]
    fn at_gitea_a_status_is_asked_for_by_its_name_or_a_pattern_of_it_and_nothing_else_is() {
        let rule = || {
            Some(json!({ "enable_push": false, "block_on_outdated_branch": true, "block_admin_merge_override": true }))
        };
        for (contexts, wanted) in [
            (&["stageline/verify"][..], Some(true)),
            (&["ci", "stageline/*"], Some(true)),
            (&["*"], Some(true)),
            (&["ci/*"], Some(false)),
            (&["stageline/verify/production"], Some(false)),
            (&[], Some(false)),
            (&["stageline/{verify,x}"], None),
        ] {
            let found = match gitea(asks(contexts), rule()).required {
                Known::Is(answer) => Some(answer.is_ok()),
                Known::CannotTell(_) => None,
            };
            assert_eq!(found, wanted, "{contexts:?}");
        }
        let mut off = asks(&["stageline/verify"]);
        off["enable_status_check"] = json!(false);
        assert!(matches!(gitea(off, rule()).required, Known::Is(Err(_))));
    }

    #[test]
    fn at_gitea_who_passes_by_is_read_from_the_rule_and_is_not_guessed_without_it() {
        let rule = |push: bool, list: bool, strict: bool, admins: bool| {
            let rule = json!({ "enable_push": push, "enable_push_whitelist": list, "block_on_outdated_branch": strict, "block_admin_merge_override": admins });
            let guard = gitea(asks(&["stageline/verify"]), Some(rule));
            let count = |known: &Known<Vec<String>>| match known {
                Known::Is(all) => all.len(),
                Known::CannotTell(_) => 9,
            };
            (count(&guard.pushers), guard.is_strict == Known::Is(true), count(&guard.exempt))
        };
        assert_eq!(rule(false, false, true, true), (0, true, 0));
        assert_eq!(rule(true, false, false, false), (1, false, 1));
        assert_eq!(rule(true, true, true, true), (1, true, 0));
        let unseen = gitea(asks(&["stageline/verify"]), None);
        for part in [&unseen.exempt, &unseen.pushers] {
            assert!(matches!(part, Known::CannotTell(_)), "{unseen:?}");
        }
        assert!(matches!((&unseen.is_strict, &unseen.required), (Known::CannotTell(_), Known::Is(Ok(_)))));
        let server = Server::of(vec![Answer::Json(200, json!({ "protected": false }))]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let open = Gitea(&door).guard(&main(), "stageline/verify").unwrap();
        assert_eq!(open.required, Known::Is(Err("`main` is not protected".into())));
    }

    fn github(answers: Vec<(u16, Value)>) -> Guard {
        let server = Server::of(answers.into_iter().map(|(status, value)| Answer::Json(status, value)).collect());
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        Github(&door).guard(&main(), "stageline/verify").unwrap()
    }

    fn ruled(app: Value) -> Value {
        let checks = json!([{ "context": "stageline/verify", "integration_id": app }]);
        let parameters = json!({ "required_status_checks": checks, "strict_required_status_checks_policy": true });
        json!([{ "type": "required_status_checks", "parameters": parameters, "ruleset_id": 7 }])
    }

    #[test]
    fn at_github_a_rule_says_whose_status_counts_and_its_ruleset_who_passes_by() {
        let nobody = json!({ "id": 7, "bypass_actors": [] });
        let own = github(vec![(200, ruled(json!(4711))), (200, nobody.clone())]);
        assert_eq!(own.required, Known::Is(Ok(Poster::App("the app 4711".into()))));
        assert_eq!((own.is_strict, own.exempt), (Known::Is(true), Known::Is(vec![])));
        for app in [json!(15368), Value::Null, json!(-1)] {
            let open = github(vec![(200, ruled(app.clone())), (200, nobody.clone())]);
            assert!(matches!(open.required, Known::Is(Ok(Poster::Anybody(_)))), "{app}");
        }
        let some = json!({ "id": 7, "bypass_actors": [{ "actor_type": "RepositoryRole" }] });
        assert_eq!(
            github(vec![(200, ruled(json!(4711))), (200, some)]).exempt,
            Known::Is(vec!["`RepositoryRole` of its bypass list".into()])
        );
        let unseen = github(vec![(200, ruled(json!(4711))), (200, json!({ "id": 7 }))]);
        assert!(matches!(unseen.exempt, Known::CannotTell(_)));
    }

    #[test]
    fn at_github_the_older_protection_counts_where_no_rule_asks() {
        let on = json!({ "protected": true, "protection": { "enabled": true, "required_status_checks": { "enforcement_level": "non_admins", "contexts": ["stageline/verify"], "checks": [] } } });
        let whole = json!({
            "required_status_checks": { "strict": true, "contexts": ["stageline/verify"], "checks": [{ "context": "stageline/verify", "app_id": 4711 }] },
            "enforce_admins": { "enabled": true },
        });
        let told = github(vec![(200, json!([])), (200, on.clone()), (200, whole)]);
        assert_eq!(told.required, Known::Is(Ok(Poster::App("the app 4711".into()))));
        assert_eq!((told.is_strict, told.exempt), (Known::Is(true), Known::Is(vec![])));
        let seen = github(vec![(200, json!([])), (200, on), (404, json!({}))]);
        assert_eq!(seen.exempt, Known::Is(vec!["who administers the repository".into()]));
        assert!(matches!(seen.is_strict, Known::CannotTell(_)));
        let open = json!({ "protected": false, "protection": { "enabled": false } });
        assert!(matches!(github(vec![(200, json!([])), (200, open)]).required, Known::Is(Err(_))));
        let rules = json!({ "protected": true, "protection": { "enabled": false } });
        assert!(matches!(github(vec![(200, json!([])), (200, rules)]).required, Known::Is(Err(_))));
    }

    #[test]
    fn at_gitlab_no_status_is_asked_for_by_its_name() {
        let branch = json!({ "can_push": false, "protected": true });
        let project = |path: &str| {
            Answer::Json(200, json!({ "only_allow_merge_if_pipeline_succeeds": true, "ci_config_path": path }))
        };
        let places =
            [".gitlab-ci.yml@ops/ci", "https://mei:S3CRET@ci.example.com/x.yml", ".gitlab-ci.yml"].map(project);
        let server = Server::of([vec![Answer::Json(200, branch), project("")], places.to_vec()].concat());
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let guard = Gitlab(&door).guard(&main(), "stageline/verify").unwrap();
        assert!(matches!(guard.required, Known::Is(Err(why)) if why.contains("by its name")));
        let from = || Gitlab(&door).jobs_from().unwrap();
        assert_eq!(from().as_deref(), Some(".gitlab-ci.yml@ops/ci"));
        assert!(from().is_some_and(|place| place.contains("ci.example.com") && !place.contains("S3CRET")));
        assert_eq!(from(), None, "the request's own");
    }
}
