//! How GitLab merges a request by itself: by its auto-merge, with the head that it is told, and by merge trains.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::calls::Sent;
use super::gitlab::Gitlab;
use super::merging::{Merging, Needs, Said, kept};
use super::request::{Approval, Forge as _, Found};

/// What a request is while GitLab works out whether it can be merged, and whether its approvals still count
/// (docs.gitlab.com, "Merge requests API", `detailed_merge_status`).
const NOT_YET: [&str; 4] = ["unchecked", "checking", "preparing", "approvals_syncing"];
/// Where a request on a train is that has not arrived (docs.gitlab.com, "Merge trains API"; `ee/app/models/merge_trains/car.rb`).
const ON_THE_WAY: [&str; 4] = ["idle", "stale", "fresh", "merging"];

impl Gitlab<'_> {
    fn page(&self, found: &Found) -> String {
        format!("{}/{}", self.requests(), found.number)
    }

    /// What may not be there: an edition without it, or a token that may not read it.
    fn perhaps(&self, path: &str) -> Result<Value, Error> {
        match self.0.find(path) {
            Ok(value) => Ok(value.unwrap_or_default()),
            Err(Error::Unauthenticated(_)) => Ok(Value::Null),
            Err(error) => Err(error),
        }
    }

    /// Who may still approve, by the rules that are not met yet.
    fn may(&self, found: &Found) -> Result<Vec<String>, Error> {
        let state = self.perhaps(&format!("{}/approval_state", self.page(found)))?;
        let rules = state["rules"].as_array().into_iter().flatten();
        let open = rules.filter(|rule| rule["approved"] != true && rule["approvals_required"].as_u64() > Some(0));
        let mut out: Vec<String> = Vec::new();
        for one in open.flat_map(|rule| rule["eligible_approvers"].as_array().into_iter().flatten()) {
            let Some(name) = one["username"].as_str() else { continue };
            if !out.iter().any(|known| known == name) {
                out.push(name.to_string());
            }
        }
        Ok(out)
    }
}

impl Merging for Gitlab<'_> {
    fn needs(&self, found: &Found) -> Result<Needs, Error> {
        let value = self.0.get(&format!("{}/approvals", self.page(found)))?;
        let people = value["approved_by"].as_array().into_iter().flatten();
        let given = people.filter_map(|one| {
            let by = one["user"]["username"].as_str()?.to_string();
            Some(Approval { by, of: None, counts: true })
        });
        let left = value["approvals_left"].as_u64();
        let project = self.0.get(&self.project())?;
        let is = |key: &str| project[key].as_bool();
        Ok(Needs {
            // An edition that does not count them asks for none.
            approvals: Some(value["approvals_required"].as_u64().unwrap_or(0)),
            given: given.collect(),
            left,
            checks: is("only_allow_merge_if_pipeline_succeeds")
                .map(|is_on| is_on || is("only_allow_merge_if_all_status_checks_passed") == Some(true)),
            may: if left > Some(0) { self.may(found)? } else { Vec::new() },
            asked: found.asked.clone(),
            owners: false,
        })
    }

    fn merges_at_once(&self) -> bool {
        true
    }

    fn is_scheduled(&self, found: &Found) -> Result<bool, Error> {
        Ok(found.is_scheduled)
    }

    fn is_queued(&self, found: &Found) -> Result<bool, Error> {
        let car = self.perhaps(&format!("{}/merge_trains/merge_requests/{}", self.project(), found.number))?;
        Ok(car["status"].as_str().is_some_and(|status| ON_THE_WAY.contains(&status)))
    }

    fn schedule(&self, found: &Found, head: CommitId) -> Result<Said, Error> {
        let page = self.page(found);
        let is_ready = |value: &Value| {
            let is_worked_out = value["detailed_merge_status"].as_str().is_none_or(|word| !NOT_YET.contains(&word));
            // The pipeline of a push comes a moment after it.
            is_worked_out && (value["head_pipeline"].is_object() || found.is_draft)
        };
        // Approvals of the head before may count until it has worked that out: it must not be asked sooner.
        let now = self.0.get(&page)?;
        if now["detailed_merge_status"].as_str().is_some_and(|word| NOT_YET.contains(&word)) {
            return Ok(Said::NotYet("it has not worked out yet whether it can be merged".into()));
        }
        // Each name is the only one that some versions know, and whatever they do not know they pass over: with the other one alone
        // they would merge at once (17.11 has brought `auto_merge`).
        let body = json!({ "auto_merge": true, "merge_when_pipeline_succeeds": true, "sha": head.to_string() });
        let answer = match self.0.send(Method::Put, &format!("{page}/merge"), &body) {
            Ok(Sent::Answered(answer)) if answer.is_done() => return Ok(Said::Taken),
            Ok(Sent::Answered(answer)) => answer,
            Ok(Sent::Unknown(error)) => return Err(error),
            // Not the token, which it has just answered: 401 says that its owner may not merge.
            Err(Error::Unauthenticated(why)) => {
                return Ok(Said::No(format!("whoever has the token may not merge there ({})", why.on_one_line())));
            }
            Err(error) => return Err(error),
        };
        let why = self.0.said_no(&answer, "take that").refusal().on_one_line();
        let now = self.0.get(&page)?;
        Ok(if is_ready(&now) { Said::No(why) } else { Said::NotYet(why) })
    }

    /// It answers the same whether anything was called off or not, so the request tells.
    fn call_off(&self, found: &Found) -> Result<(), Error> {
        let path = format!("{}/cancel_merge_when_pipeline_succeeds", self.page(found));
        if let Sent::Unknown(error) = self.0.send(Method::Post, &path, &json!({}))? {
            return Err(error);
        }
        if self.one(found.number)?.is_scheduled { Err(kept(found, &self.0.site.host)) } else { Ok(()) }
    }
}
