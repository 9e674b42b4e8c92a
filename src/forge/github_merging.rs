//! How GitHub merges a request by itself: by its auto-merge, which only the GraphQL interface knows, and by merge queues.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::{Answer, Sent};
use super::github::{Github, PAGES, pulls, reviews};
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
    /// Asks the GraphQL interface, which answers with 200 and `errors` where it says no.
    fn graphql(&self, query: &str, variables: Value) -> Result<Result<Value, String>, Error> {
        let body = json!({ "query": query, "variables": variables });
        let answer = match self.0.send(Method::Post, GRAPHQL, &body)? {
            Sent::Answered(answer) => answer,
            Sent::Unknown(error) => return Err(error),
        };
        let Answer { status, mut value } = answer;
        let errors = value["errors"].as_array().into_iter().flatten();
        let words: Vec<&str> = errors.filter_map(|error| error["message"].as_str()).collect();
        if !words.is_empty() || !(200..300).contains(&status) {
            let answer = Answer { status, value: json!({ "message": words.join("; ") }) };
            return Ok(Err(self.0.said_no(&answer, "take that").refusal().on_one_line()));
        }
        Ok(Ok(value["data"].take()))
    }

    fn node<'f>(&self, found: &'f Found) -> Result<&'f str, Error> {
        found.node.as_deref().ok_or_else(|| self.0.strange("the `node_id` of a pull request"))
    }

    /// The rules in force for a branch.
    fn rules(&self, base: &BranchName) -> Result<Vec<Value>, Error> {
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
        let whole = match self.0.find(&format!("{path}/protection")) {
            Ok(value) => value,
            Err(Error::Unauthenticated(_)) => None,
            Err(error) => return Err(error),
        };
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
        let given = reviews(self.0, found.number, &PAGES)?;
        let asked = found.asked.clone();
        let Some((_, base)) = &found.branches else { return Ok(Needs { given, asked, ..Needs::default() }) };
        let rules = self.rules(base)?;
        let reviews = rules.iter().filter(|rule| rule["type"] == "pull_request").map(|rule| &rule["parameters"]);
        let most =
            reviews.clone().filter_map(|rule| rule["required_approving_review_count"].as_u64()).max().unwrap_or(0);
        let is_owners = reviews.clone().any(|rule| rule["require_code_owner_review"] == true);
        let is_check = rules.iter().any(|rule| CHECKS.iter().any(|kind| rule["type"] == *kind));
        let older = self.protection(base)?;
        Ok(Needs {
            // What the rules ask for is that many at least, also where the protection is not told.
            approvals: older.approvals.map(|count| count.max(most)).or((most > 0).then_some(most)),
            given,
            left: None,
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

    fn is_scheduled(&self, found: &Found) -> Result<bool, Error> {
        Ok(found.is_scheduled)
    }

    fn is_queued(&self, found: &Found) -> Result<bool, Error> {
        let Some((_, base)) = &found.branches else { return Ok(false) };
        if !self.rules(base)?.iter().any(|rule| rule["type"] == "merge_queue") {
            return Ok(false);
        }
        match self.graphql(QUEUED, json!({ "id": self.node(found)? }))? {
            Ok(data) => data["node"]["isInMergeQueue"].as_bool().ok_or_else(|| self.0.strange("whether it is queued")),
            Err(words) => Err(self
                .0
                .said_no(&Answer { status: 200, value: json!({ "message": words }) }, "say whether it is queued")),
        }
    }

    fn schedule(&self, found: &Found, head: CommitId) -> Result<Said, Error> {
        let id = self.node(found)?;
        let defaults = match self.graphql(DEFAULTS, json!({ "id": id }))? {
            Ok(mut data) => data["node"]["repository"].take(),
            Err(words) => return Ok(Said::No(words)),
        };
        if defaults["autoMergeAllowed"] == false {
            return Ok(Said::No("the repository does not allow it: `Allow auto-merge` in its settings".into()));
        }
        let style = self.style(found, defaults["viewerDefaultMergeMethod"].as_str())?;
        let input = json!({ "pullRequestId": id, "mergeMethod": style, "expectedHeadOid": head.to_string() });
        let words = match self.graphql(ENABLE, json!({ "input": input }))? {
            Ok(_) => return Ok(Said::Taken),
            Err(words) => words,
        };
        let now = self.0.get(&format!("{}/{}", pulls(self.0), found.number))?;
        Ok(match now["mergeable_state"].as_str() {
            Some("unknown") | None => Said::NotYet(words),
            Some("clean") => Said::No(
                "all that the branch asks for is there, so it has nothing to wait for: merge it by hand".into(),
            ),
            Some(_) => Said::No(words),
        })
    }

    fn call_off(&self, found: &Found) -> Result<(), Error> {
        let input = json!({ "pullRequestId": self.node(found)? });
        self.graphql(DISABLE, json!({ "input": input }))?.ok();
        if self.one(found.number)?.is_scheduled { Err(kept(found, &self.0.site.host)) } else { Ok(()) }
    }
}
