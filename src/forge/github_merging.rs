//! How GitHub merges a request by itself: by its auto-merge, which only the GraphQL interface knows, and by merge queues.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::{Answer, Sent};
use super::github::{Github, PAGES, approving, pulls, rejecting, reviewed};
use super::merging::{Merging, Needs, Said, kept};
use super::request::{Forge as _, Found, all_pages};
use super::site::GRAPHQL;

/// docs.github.com, "GraphQL: objects": `PullRequest`, `Repository`.
const QUEUED: &str = "query($id: ID!) { node(id: $id) { ... on PullRequest { isInMergeQueue } } }";
const DEFAULTS: &str = "query($id: ID!) { node(id: $id) { ... on PullRequest { repository { autoMergeAllowed viewerDefaultMergeMethod } } } }";
/// "GraphQL: mutations": `enablePullRequestAutoMerge`, `disablePullRequestAutoMerge`.
const ENABLE: &str = "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { pullRequest { number } } }";
const DISABLE: &str = "mutation($input: DisablePullRequestAutoMergeInput!) { disablePullRequestAutoMerge(input: $input) { pullRequest { number } } }";

/// The rules for which something has to pass before a request is merged ("Get rules for a branch").
const CHECKS: [&str; 6] =
    ["required_status_checks", "workflows", "required_deployments", "code_scanning", "code_quality", "merge_queue"];

/// What the older kind of protection asks for.
#[derive(Default)]
struct Protection {
    approvals: Option<u64>,
    owners: bool,
    checks: Option<bool>,
}

impl Github<'_> {
    /// Asks the GraphQL interface for something.
    fn query(&self, query: &str, variables: Value) -> Result<Result<Value, String>, Error> {
        let value = self.0.query(GRAPHQL, &json!({ "query": query, "variables": variables }))?;
        Ok(self.data(Answer { status: 200, value }))
    }

    /// Has the GraphQL interface change something.
    fn mutate(&self, mutation: &str, input: Value) -> Result<Result<Value, String>, Error> {
        let body = json!({ "query": mutation, "variables": { "input": input } });
        match self.0.send(Method::Post, GRAPHQL, &body)? {
            Sent::Answered(answer) => Ok(self.data(answer)),
            Sent::Unknown(error) => Err(error),
        }
    }

    /// What the GraphQL interface has answered with, which says no with 200, too, and `errors`.
    fn data(&self, Answer { status, mut value }: Answer) -> Result<Value, String> {
        let errors = value["errors"].as_array().into_iter().flatten();
        let words: Vec<&str> = errors.filter_map(|error| error["message"].as_str()).collect();
        if !words.is_empty() || !(200..300).contains(&status) {
            let answer = Answer { status, value: json!({ "message": words.join("; ") }) };
            return Err(self.0.said_no(&answer, "take that").refusal().on_one_line());
        }
        Ok(value["data"].take())
    }

    fn node<'f>(&self, found: &'f Found) -> Result<&'f str, Error> {
        found.node.as_deref().ok_or_else(|| self.0.strange("the `node_id` of a pull request"))
    }

    /// The rules in force for a branch.
    pub(super) fn rules(&self, base: &BranchName) -> Result<Vec<Value>, Error> {
        let path = format!("/repos/{}/rules/branches/{}?", encode(&self.0.site.path), encode(base.as_str()));
        all_pages(self.0, &path, &PAGES, "the list of rules")
    }

    /// The older kind of protection, which is read by those who administer the repository; whether there is one, and its checks, by
    /// all.
    fn protection(&self, base: &BranchName) -> Result<Protection, Error> {
        let path = format!("/repos/{}/branches/{}", encode(&self.0.site.path), encode(base.as_str()));
        let branch = self.0.find(&path)?.unwrap_or_default();
        let told = &branch["protection"];
        match told["enabled"].as_bool().or(branch["protected"].as_bool()) {
            Some(false) => return Ok(Protection { approvals: Some(0), owners: false, checks: Some(false) }),
            Some(true) => {}
            None => return Ok(Protection::default()),
        }
        let whole = self.0.perhaps(&format!("{path}/protection"))?;
        let has = |value: &Value| {
            ["contexts", "checks"].iter().any(|key| value[*key].as_array().is_some_and(|all| !all.is_empty()))
        };
        let Some(whole) = whole else {
            let is_on = told["required_status_checks"]["enforcement_level"] != "off";
            let checks = (is_on && has(&told["required_status_checks"])).then_some(true);
            return Ok(Protection { checks, ..Protection::default() });
        };
        let reviews = &whole["required_pull_request_reviews"];
        Ok(Protection {
            approvals: Some(reviews["required_approving_review_count"].as_u64().unwrap_or(0)),
            owners: reviews["require_code_owner_reviews"] == true,
            checks: Some(has(&whole["required_status_checks"])),
        })
    }

    /// The style of merging: the repository's, where the rules of the branch let that.
    fn style(&self, found: &Found, default: Option<&str>) -> Result<String, Error> {
        let rules = match &found.branches {
            Some((_, base)) => self.rules(base)?,
            None => Vec::new(),
        };
        let default = default.unwrap_or("MERGE").to_string();
        let lists = rules.iter().filter_map(|rule| rule["parameters"]["allowed_merge_methods"].as_array());
        let lists: Vec<Vec<String>> =
            lists.map(|all| all.iter().filter_map(Value::as_str).map(str::to_ascii_uppercase).collect()).collect();
        let is_allowed = |style: &String| lists.iter().all(|all| all.contains(style));
        let first = || lists.first().and_then(|all| all.iter().find(|style| is_allowed(style))).cloned();
        Ok(if is_allowed(&default) { default } else { first().unwrap_or(default) })
    }
}

impl Merging for Github<'_> {
    fn needs(&self, found: &Found) -> Result<Needs, Error> {
        let all = reviewed(self.0, found.number, &PAGES)?;
        let given = approving(&all);
        let asked = found.asked.clone();
        let Some((_, base)) = &found.branches else { return Ok(Needs { given, asked, ..Needs::default() }) };
        let rules = self.rules(base)?;
        let reviews = rules.iter().filter(|rule| rule["type"] == "pull_request").map(|rule| &rule["parameters"]);
        let most =
            reviews.clone().filter_map(|rule| rule["required_approving_review_count"].as_u64()).max().unwrap_or(0);
        let is_owners = reviews.clone().any(|rule| rule["require_code_owner_review"] == true);
        let is_check = rules.iter().any(|rule| CHECKS.iter().any(|kind| rule["type"] == *kind));
        let older = self.protection(base)?;
        // What the rules ask for is that many at least, also where the protection is not told.
        let approvals = older.approvals.map(|count| count.max(most)).or((most > 0).then_some(most));
        Ok(Needs {
            approvals,
            given,
            left: None,
            // Where none is asked for, nobody's no stands before a merge.
            rejected: if approvals == Some(0) { Vec::new() } else { rejecting(&all) },
            keeps_old: None,
            owners: is_owners || older.owners,
            checks: if is_check { Some(true) } else { older.checks },
            asked,
            may: Vec::new(),
        })
    }

    /// It refuses what is in "clean status".
    fn merges_at_once(&self) -> bool {
        false
    }

    fn is_queued(&self, found: &Found) -> Result<bool, Error> {
        let Some((_, base)) = &found.branches else { return Ok(false) };
        if !self.rules(base)?.iter().any(|rule| rule["type"] == "merge_queue") {
            return Ok(false);
        }
        match self.query(QUEUED, json!({ "id": self.node(found)? }))? {
            Ok(data) => data["node"]["isInMergeQueue"].as_bool().ok_or_else(|| self.0.strange("whether it is queued")),
            Err(words) => Err(self
                .0
                .said_no(&Answer { status: 200, value: json!({ "message": words }) }, "say whether it is queued")),
        }
    }

    fn schedule(&self, found: &Found, head: CommitId) -> Result<Said, Error> {
        let id = self.node(found)?;
        let defaults = match self.query(DEFAULTS, json!({ "id": id }))? {
            Ok(mut data) => data["node"]["repository"].take(),
            Err(words) => return Ok(Said::No(words)),
        };
        if defaults["autoMergeAllowed"] == false {
            return Ok(Said::No("the repository does not allow it: `Allow auto-merge` in its settings".into()));
        }
        let style = self.style(found, defaults["viewerDefaultMergeMethod"].as_str())?;
        let input = json!({ "pullRequestId": id, "mergeMethod": style, "expectedHeadOid": head.to_string() });
        let words = match self.mutate(ENABLE, input)? {
            Ok(_) => return Ok(Said::Taken),
            Err(words) => words,
        };
        let now = self.0.get(&format!("{}/{}", pulls(self.0), found.number))?;
        Ok(match now["mergeable_state"].as_str() {
            Some("unknown") | None => Said::NotYet(words),
            Some("clean") => Said::No(
                "all that the branch asks for is there, so it has nothing to wait for: merge it by hand".into(),
            ),
            Some(_) => Said::Refused(words),
        })
    }

    fn call_off(&self, found: &Found) -> Result<(), Error> {
        let input = json!({ "pullRequestId": self.node(found)? });
        self.mutate(DISABLE, input)?.ok();
        if self.one(found.number)?.is_scheduled { Err(kept(found, &self.0.site.host)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::merging::{Wish, schedule};
    use super::super::sample::{Answer as Given, Asked, CANARY, Server, fits_the_description};
    use super::*;
    use crate::domain::settings::ForgeKind;

    const HEAD: &str = "9d3e7aa1c0ffee00112233445566778899aabbcc";
    const OTHER: &str = "1111111111111111111111111111111111111111";

    fn head() -> CommitId {
        CommitId::from_hex(HEAD).unwrap()
    }

    fn pull(is_scheduled: bool, head: &str, state: &str) -> Value {
        let auto = if is_scheduled {
            json!({ "enabled_by": { "login": "mei" }, "merge_method": "squash" })
        } else {
            Value::Null
        };
        json!({
            "number": 7, "node_id": "PR_kwDOAB", "state": "open", "merged_at": null, "title": "t", "body": "b",
            "html_url": "https://github.com/shop/config/pull/7", "auto_merge": auto, "mergeable_state": state,
            "user": { "login": "github-actions[bot]" }, "requested_reviewers": [{ "login": "bob" }],
            "requested_teams": [{ "slug": "leads", "name": "Team leads" }],
            "head": { "ref": "promote/production/web", "sha": head }, "base": { "ref": "main" },
        })
    }

    fn defaults(is_allowed: bool, style: &str) -> Value {
        json!({ "data": { "node": { "repository": { "autoMergeAllowed": is_allowed, "viewerDefaultMergeMethod": style } } } })
    }

    fn rule(kind: &str, parameters: Value) -> Value {
        json!({ "type": kind, "ruleset_id": 1, "parameters": parameters })
    }

    fn no(words: &str) -> Value {
        // It says no with 200, empty data, and its words in `errors`.
        json!({
            "data": { "enablePullRequestAutoMerge": null },
            "errors": [{ "type": "UNPROCESSABLE", "path": ["enablePullRequestAutoMerge"], "locations": [{ "line": 1, "column": 2 }], "message": words }],
        })
    }

    fn said(answers: Vec<Value>, patience: Duration) -> (Wish, Vec<Asked>) {
        let server = Server::of(answers.into_iter().map(|value| Given::Json(200, value)).collect());
        let door = server.door(ForgeKind::Github, patience);
        let github = Github(&door);
        let wish = schedule(&github, &github, &door, 7, head()).unwrap();
        (wish, server.asked())
    }

    /// What was asked of the REST interface is held against its description; the branch itself is not in there.
    fn fits(asked: &[Asked]) {
        let is_told = |one: &&Asked| one.target != GRAPHQL && !one.target.ends_with("/branches/main");
        fits_the_description("github.json", "", &asked.iter().filter(is_told).cloned().collect::<Vec<_>>());
    }

    #[test]
    fn it_is_told_to_merge_by_itself_with_the_head_that_was_judged_in_the_repository_s_own_style() {
        let done = json!({ "data": { "enablePullRequestAutoMerge": { "pullRequest": { "number": 7 } } } });
        for (rules, style) in [
            (json!([]), "SQUASH"),
            (json!([rule("pull_request", json!({ "allowed_merge_methods": ["merge", "rebase"] }))]), "MERGE"),
        ] {
            let answers = vec![
                pull(false, HEAD, "blocked"),
                defaults(true, "SQUASH"),
                rules,
                done.clone(),
                pull(true, HEAD, "blocked"),
            ];
            let (wish, asked) = said(answers, Duration::ZERO);
            assert_eq!(wish, Wish::Granted);
            let sent = &asked[3];
            assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", GRAPHQL));
            assert!(sent.body["query"].as_str().unwrap().contains("enablePullRequestAutoMerge(input: $input)"));
            let input = json!({ "pullRequestId": "PR_kwDOAB", "mergeMethod": style, "expectedHeadOid": HEAD });
            assert_eq!(sent.body["variables"], json!({ "input": input }));
            assert_eq!(sent.headers["authorization"], format!("Bearer {CANARY}"));
            fits(&asked);
        }
    }

    #[test]
    fn what_it_refuses_is_read_from_the_request_itself_and_asked_again_only_where_it_is_not_worked_out() {
        let refused = |state: &str| {
            let words = no("Pull request Pull request is in clean status");
            vec![
                pull(false, HEAD, state),
                defaults(true, "MERGE"),
                json!([]),
                words,
                pull(false, HEAD, state),
                pull(false, HEAD, state),
            ]
        };
        let (clean, _) = said(refused("clean"), Duration::ZERO);
        assert!(
            matches!(&clean, Wish::Refused(why) if why.contains("nothing to wait for: merge it by hand")),
            "{clean:?}"
        );
        let (draft, _) = said(refused("draft"), Duration::ZERO);
        assert!(matches!(&draft, Wish::Refused(why) if why.contains("is in clean status")), "{draft:?}");
        let again = [
            pull(false, HEAD, "blocked"),
            defaults(true, "MERGE"),
            json!([]),
            json!({ "data": {} }),
            pull(true, HEAD, "blocked"),
        ];
        let (later, asked) = said(refused("unknown").into_iter().chain(again).collect(), Duration::from_secs(20));
        assert_eq!((later, asked.len()), (Wish::Granted, 11));
        let switched_off = vec![pull(false, HEAD, "blocked"), defaults(false, "MERGE"), pull(false, HEAD, "blocked")];
        let (off, asked) = said(switched_off, Duration::from_secs(20));
        assert!(matches!(&off, Wish::Refused(why) if why.contains("`Allow auto-merge`")), "{off:?}");
        assert_eq!(asked.len(), 3, "nothing was changed");
    }

    #[test]
    fn another_head_is_never_told_to_merge_and_one_that_came_meanwhile_is_called_off() {
        let (other, asked) = said(vec![pull(false, OTHER, "blocked")], Duration::ZERO);
        assert!(matches!(&other, Wish::Refused(why) if why == "its commit is 1111111 by now"), "{other:?}");
        assert_eq!(asked.len(), 1);
        let answers = vec![
            pull(false, HEAD, "blocked"),
            defaults(true, "MERGE"),
            json!([]),
            json!({ "data": {} }),
            pull(true, OTHER, "blocked"),
            json!({ "data": {} }),
            pull(false, OTHER, "blocked"),
        ];
        let (meanwhile, asked) = said(answers, Duration::ZERO);
        assert!(matches!(meanwhile, Wish::Refused(_)));
        assert!(asked[5].body["query"].as_str().unwrap().contains("disablePullRequestAutoMerge(input: $input)"));
        assert_eq!(asked[5].body["variables"], json!({ "input": { "pullRequestId": "PR_kwDOAB" } }));
    }

    #[test]
    fn an_answer_that_is_lost_is_read_from_the_request_itself() {
        let json = |value| Given::Json(200, value);
        let answers = vec![
            json(pull(false, HEAD, "blocked")),
            json(defaults(true, "MERGE")),
            json(json!([])),
            Given::Cut,
            json(pull(true, HEAD, "blocked")),
        ];
        let server = Server::of(answers);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let github = Github(&door);
        assert_eq!(schedule(&github, &github, &door, 7, head()).unwrap(), Wish::Granted);
    }

    #[test]
    fn what_lacks_nothing_stands_in_the_queue_at_once_and_is_not_told_anything_any_more() {
        for is_queued in [true, false] {
            let answers = vec![
                pull(false, HEAD, "clean"),
                defaults(true, "MERGE"),
                json!([rule("merge_queue", json!({}))]),
                json!({ "data": { "enablePullRequestAutoMerge": { "pullRequest": { "number": 7 } } } }),
                pull(false, HEAD, "unknown"),
                json!([rule("merge_queue", json!({}))]),
                json!({ "data": { "node": { "isInMergeQueue": is_queued } } }),
            ];
            let (became, _) = said(answers, Duration::ZERO);
            assert_eq!(became == Wish::Granted, is_queued, "{became:?}");
        }
    }

    #[test]
    fn a_look_at_the_queue_is_tried_again_and_has_no_pause_before_it_and_is_no_call_that_writes() {
        let queue = || Given::Json(200, json!([rule("merge_queue", json!({}))]));
        let is_queued = || Given::Json(200, json!({ "data": { "node": { "isInMergeQueue": true } } }));
        let server = Server::of(vec![queue(), Given::Json(502, json!({})), is_queued(), queue(), is_queued()]);
        let door = server.door(ForgeKind::Github, Duration::from_secs(20));
        let found = super::super::github::found(&door, &pull(false, HEAD, "blocked")).unwrap();
        assert!(Github(&door).is_queued(&found).unwrap());
        let begun = std::time::Instant::now();
        assert!(Github(&door).is_queued(&found).unwrap());
        assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
    }

    #[test]
    fn what_it_keeps_though_it_was_called_off_lets_nothing_be_pushed() {
        let answers = [no("Resource not accessible by integration"), pull(true, HEAD, "blocked")];
        let server = Server::of(answers.map(|value| Given::Json(200, value)).to_vec());
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let found = super::super::github::found(&door, &pull(true, HEAD, "blocked")).unwrap();
        let error = Github(&door).call_off(&found).unwrap_err();
        assert_eq!(error.refusal().code, "forge-refused");
    }

    /// What a branch asks for, by its rules, what is told of it, and its protection (`None`: not for this token to see).
    fn needs(rules: Value, branch: Value, protection: Option<Value>) -> Needs {
        let reviews = json!([{ "user": { "login": "ann" }, "state": "APPROVED", "commit_id": OTHER }]);
        let mut answers = vec![Given::Json(200, reviews), Given::Json(200, rules), Given::Json(200, branch)];
        answers.push(match protection {
            Some(value) => Given::Json(200, value),
            None => Given::Json(404, json!({ "message": "Not Found" })),
        });
        let server = Server::of(answers);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let found = super::super::github::found(&door, &pull(false, HEAD, "blocked")).unwrap();
        let needs = Github(&door).needs(&found).unwrap();
        fits(&server.asked());
        needs
    }

    #[test]
    fn what_a_branch_asks_for_is_read_from_its_rules_and_from_its_protection_as_far_as_the_token_may() {
        let open = json!({ "protected": false, "protection": { "enabled": false } });
        let shut = json!({ "protected": true, "protection": { "enabled": true, "required_status_checks": { "enforcement_level": "off", "contexts": [], "checks": [] } } });
        let asked = |count: u64| {
            json!([
                rule(
                    "pull_request",
                    json!({ "required_approving_review_count": count, "require_code_owner_review": false })
                ),
                rule("deletion", Value::Null)
            ])
        };
        let none = needs(json!([]), open.clone(), None);
        assert_eq!((none.approvals, none.checks, none.are_any()), (Some(0), Some(false), Some(false)));
        let two = needs(asked(2), open.clone(), None);
        assert_eq!(
            (two.missing(head()), two.are_any()),
            (Some(2), Some(true)),
            "an approval of another commit is none of this"
        );
        assert_eq!((two.asked, two.given.len()), (vec!["bob".to_string(), "@leads".to_string()], 1));
        assert_eq!(
            needs(asked(0), open.clone(), None).are_any(),
            Some(false),
            "that it comes by a request is no question"
        );
        let queue = needs(json!([rule("merge_queue", json!({}))]), open, None);
        assert_eq!(queue.are_any(), Some(true));
        let hidden = needs(json!([]), shut.clone(), None);
        assert_eq!((hidden.approvals, hidden.checks, hidden.are_any()), (None, None, None), "which is not none");
        let whole = json!({ "required_pull_request_reviews": { "required_approving_review_count": 1, "require_code_owner_reviews": true }, "required_status_checks": { "contexts": ["ci"], "checks": [] } });
        let seen = needs(asked(0), shut, Some(whole));
        assert_eq!((seen.approvals, seen.owners, seen.checks), (Some(1), true, Some(true)));
    }

    #[test]
    fn a_request_stands_in_the_queue_that_its_branch_has_where_it_says_so() {
        let queue = json!([rule("merge_queue", json!({}))]);
        for (answers, is) in [
            (vec![json!([rule("deletion", Value::Null)])], Some(false)),
            (vec![queue.clone(), json!({ "data": { "node": { "isInMergeQueue": true } } })], Some(true)),
            (vec![queue.clone(), json!({ "data": { "node": { "isInMergeQueue": false } } })], Some(false)),
            (vec![queue, no("Could not resolve to a node")], None),
        ] {
            let server = Server::of(answers.into_iter().map(|value| Given::Json(200, value)).collect());
            let door = server.door(ForgeKind::Github, Duration::ZERO);
            let found = super::super::github::found(&door, &pull(false, HEAD, "blocked")).unwrap();
            assert_eq!(Github(&door).is_queued(&found).ok(), is);
        }
    }
}
