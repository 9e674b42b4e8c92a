//! How Gitea and Forgejo merge a request by itself: by its number, whatever its head becomes, once what its branch asks for is there.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::Sent;
use super::gitea::{ALL, Gitea};
use super::github::{pulls, reviews};
use super::merging::{Merging, Needs, Said, Telling, kept};
use super::request::{Found, all_pages};

impl Gitea<'_> {
    fn repository(&self) -> String {
        format!("/repos/{}", encode(&self.0.site.path))
    }

    fn merge(&self, found: &Found) -> String {
        format!("{}/{}/merge", pulls(self.0), found.number)
    }

    /// Who may approve, by a rule; that is read by those who administer the repository.
    fn may(&self, rule: &str) -> Result<Vec<String>, Error> {
        let path = format!("{}/branch_protections/{}", self.repository(), encode(rule).replace('/', "%2F"));
        let value = match self.0.find(&path) {
            Ok(value) => value.unwrap_or_default(),
            Err(Error::Unauthenticated(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        if value["enable_approvals_whitelist"] != true {
            return Ok(Vec::new());
        }
        let all = |key: &str| value[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        let teams = all("approvals_whitelist_teams").map(|team| format!("@{team}"));
        Ok(all("approvals_whitelist_username").map(str::to_string).chain(teams).collect())
    }
}

impl Merging for Gitea<'_> {
    fn needs(&self, found: &Found) -> Result<Needs, Error> {
        let mut given = reviews(self.0, found.number, &ALL)?;
        given.retain(|one| one.counts);
        let asked = found.asked.clone();
        let Some((_, base)) = &found.branches else { return Ok(Needs { given, asked, ..Needs::default() }) };
        let path = format!("{}/branches/{}", self.repository(), encode(base.as_str()));
        let rules = self.0.find(&path)?.unwrap_or_default();
        // An older one takes "any check" for passed where there is none at all.
        let is_named = rules["status_check_contexts"].as_array().is_some_and(|all| !all.is_empty());
        let may = match rules["effective_branch_protection_name"].as_str() {
            Some(rule) if !rule.is_empty() => self.may(rule)?,
            _ => Vec::new(),
        };
        Ok(Needs {
            approvals: rules["required_approvals"].as_u64(),
            given,
            checks: rules["enable_status_check"].as_bool().map(|is_on| is_on && is_named),
            asked,
            may,
            ..Needs::default()
        })
    }

    fn merges_at_once(&self) -> bool {
        true
    }

    /// What was last said of it in the request's timeline: nothing else tells.
    fn telling(&self, found: &Found) -> Result<Option<Telling>, Error> {
        let path = format!("{}/issues/{}/timeline?", self.repository(), found.number);
        let all = all_pages(self.0, &path, &ALL, "the timeline of the request")?;
        let telling = |one: &Value| Telling {
            by: one["user"]["login"].as_str().map(str::to_string),
            event: one["id"].as_u64().map(|id| id.to_string()),
        };
        let mut said = all.iter().filter_map(|one| match one["type"].as_str()? {
            "pull_scheduled_merge" => Some(Some(telling(one))),
            "pull_cancel_scheduled_merge" => Some(None),
            _ => None,
        });
        Ok(said.next_back().flatten())
    }

    fn is_queued(&self, _: &Found) -> Result<bool, Error> {
        Ok(false)
    }

    /// The head is compared where it merges at once alone, so who calls this looks at the head again.
    fn schedule(&self, found: &Found, head: CommitId) -> Result<Said, Error> {
        let style = self.0.get(&self.repository())?["default_merge_style"].as_str().unwrap_or("merge").to_string();
        let body = json!({
            "Do": style,
            "merge_when_checks_succeed": true,
            "head_commit_id": head.to_string(),
            "delete_branch_after_merge": true,
        });
        let answer = match self.0.send(Method::Post, &self.merge(found), &body)? {
            Sent::Answered(answer) if answer.is_done() => return Ok(Said::Taken),
            Sent::Answered(answer) => answer,
            Sent::Unknown(error) => return Err(error),
        };
        let why = self.0.said_no(&answer, "take that").refusal().on_one_line();
        // Whether it can be merged is worked out a few seconds after a push; until then it says no.
        let now = self.0.get(&format!("{}/{}", pulls(self.0), found.number))?;
        Ok(if now["mergeable"] == true { Said::No(why) } else { Said::NotYet(why) })
    }

    fn call_off(&self, found: &Found) -> Result<(), Error> {
        match self.0.send(Method::Delete, &self.merge(found), &Value::Null)? {
            Sent::Answered(answer) if answer.is_done() || answer.status == 404 => Ok(()),
            Sent::Answered(_) => Err(kept(found, &self.0.site.host)),
            Sent::Unknown(error) => Err(error),
        }
    }
}
