//! How GitLab merges a request by itself: by its auto-merge, with the head that it is told, and by merge trains.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::calls::Sent;
use super::gitlab::{Gitlab, approving};
use super::merging::{Merging, Needs, Said, kept};
use super::request::{Forge as _, Found};

/// What a request is while GitLab works out whether it can be merged, and whether its approvals still count
/// (docs.gitlab.com, "Merge requests API", `detailed_merge_status`).
const NOT_YET: [&str; 4] = ["unchecked", "checking", "preparing", "approvals_syncing"];
/// Where a request on a train is that has not arrived (docs.gitlab.com, "Merge trains API"; `ee/app/models/merge_trains/car.rb`).
const ON_THE_WAY: [&str; 4] = ["idle", "stale", "fresh", "merging"];

impl Gitlab<'_> {
    fn page(&self, found: &Found) -> String {
        format!("{}/{}", self.requests(), found.number)
    }

    /// Who may still approve, by the rules that are not met yet.
    fn may(&self, found: &Found) -> Result<Vec<String>, Error> {
        // Not every edition has them.
        let state = self.0.perhaps(&format!("{}/approval_state", self.page(found)))?.unwrap_or_default();
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
        let left = value["approvals_left"].as_u64();
        let project = self.0.get(&self.project())?;
        let is = |key: &str| project[key].as_bool();
        Ok(Needs {
            // An edition that does not count them asks for none.
            approvals: Some(value["approvals_required"].as_u64().unwrap_or(0)),
            given: approving(&value),
            left,
            checks: is("only_allow_merge_if_pipeline_succeeds")
                .map(|is_on| is_on || is("only_allow_merge_if_all_status_checks_passed") == Some(true)),
            may: if left > Some(0) { self.may(found)? } else { Vec::new() },
            asked: found.asked.clone(),
            owners: false,
            ..Needs::default()
        })
    }

    fn merges_at_once(&self) -> bool {
        true
    }

    fn is_queued(&self, found: &Found) -> Result<bool, Error> {
        let path = format!("{}/merge_trains/merge_requests/{}", self.project(), found.number);
        let car = self.0.perhaps(&path)?.unwrap_or_default();
        Ok(car["status"].as_str().is_some_and(|status| ON_THE_WAY.contains(&status)))
    }

    fn schedule(&self, found: &Found, head: CommitId) -> Result<Said, Error> {
        let page = self.page(found);
        let is_ready = |value: &Value| {
            let is_worked_out = value["detailed_merge_status"].as_str().is_none_or(|word| !NOT_YET.contains(&word));
            // The pipeline of a push comes a moment after it.
            is_worked_out && value["head_pipeline"].is_object()
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
                return Ok(Said::Forbidden(format!(
                    "whoever has the token may not merge there ({}): it takes one whose owner the target branch lets merge",
                    why.on_one_line()
                )));
            }
            Err(error) => return Err(error),
        };
        let why = self.0.said_no(&answer, "take that").refusal().on_one_line();
        let now = self.0.get(&page)?;
        Ok(if is_ready(&now) { Said::Refused(why) } else { Said::NotYet(why) })
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::merging::{Wish, schedule};
    use super::super::sample::{Answer as Given, Asked, Server, fits_the_description};
    use super::*;
    use crate::domain::settings::ForgeKind;

    const HEAD: &str = "9d3e7aa1c0ffee00112233445566778899aabbcc";

    fn request(is_scheduled: bool, status: &str) -> Value {
        json!({
            "iid": 6, "state": "opened", "title": "t", "description": "b", "web_url": "https://gitlab.com/shop/config/-/merge_requests/6",
            "source_branch": "promote/production/web", "target_branch": "main", "source_project_id": 1, "target_project_id": 1,
            "sha": HEAD, "merge_when_pipeline_succeeds": is_scheduled, "detailed_merge_status": status,
            "author": { "username": "mei" }, "reviewers": [{ "username": "bob" }], "head_pipeline": { "status": "running" },
        })
    }

    fn said(answers: Vec<Given>, patience: Duration) -> (Wish, Vec<Asked>) {
        let server = Server::of(answers);
        let door = server.door(ForgeKind::Gitlab, patience);
        let gitlab = Gitlab(&door);
        let wish = schedule(&gitlab, &gitlab, &door, 6, CommitId::from_hex(HEAD).unwrap()).unwrap();
        (wish, server.asked())
    }

    fn json(value: Value) -> Given {
        Given::Json(200, value)
    }

    #[test]
    fn it_is_told_with_both_names_and_the_head_and_not_before_it_has_worked_out_what_still_counts() {
        let answers = vec![
            json(request(false, "approvals_syncing")),
            json(request(false, "approvals_syncing")),
            json(request(false, "approvals_syncing")),
            json(request(false, "not_approved")),
            json(request(false, "not_approved")),
            json(request(true, "not_approved")),
            json(request(true, "not_approved")),
        ];
        let (wish, asked) = said(answers, Duration::from_secs(20));
        assert_eq!(wish, Wish::Granted);
        let puts: Vec<&Asked> = asked.iter().filter(|one| one.method == "PUT").collect();
        assert_eq!(puts.len(), 1, "not while approvals of the head before may count");
        let body = json!({ "auto_merge": true, "merge_when_pipeline_succeeds": true, "sha": HEAD });
        assert_eq!((puts[0].target.as_str(), &puts[0].body), ("/projects/shop%2Fconfig/merge_requests/6/merge", &body));
        fits_the_description("gitlab.json", "/api/v4", &asked);
    }

    #[test]
    fn what_it_refuses_is_told_and_what_merged_at_once_is_no_refusal() {
        let refused = |status: u16, words: &str, after: Value| {
            let no = Given::Json(status, json!({ "message": words }));
            said(
                vec![
                    json(request(false, "not_approved")),
                    json(request(false, "not_approved")),
                    no,
                    json(after.clone()),
                    json(after),
                ],
                Duration::ZERO,
            )
            .0
        };
        let no = refused(422, "Branch cannot be merged", request(false, "not_approved"));
        assert!(matches!(&no, Wish::Refused(why) if why.contains("Branch cannot be merged")), "{no:?}");
        // 401 is about who may merge, not about the token, which it has just taken.
        let answers = vec![
            json(request(false, "mergeable")),
            json(request(false, "mergeable")),
            Given::Json(401, json!({ "message": "401 Unauthorized" })),
            json(request(false, "mergeable")),
        ];
        let (nobody, _) = said(answers, Duration::ZERO);
        assert!(matches!(&nobody, Wish::Forbidden(why) if why.contains("may not merge there")), "{nobody:?}");
        let mut merged = request(false, "not_open");
        merged["state"] = json!("merged");
        let answers = vec![
            json(request(false, "mergeable")),
            json(request(false, "mergeable")),
            json(merged.clone()),
            json(merged),
        ];
        assert_eq!(said(answers, Duration::ZERO).0, Wish::Merged);
    }

    #[test]
    fn a_refusal_before_the_pipeline_of_the_push_is_there_is_asked_again() {
        let mut early = request(false, "ci_must_pass");
        early["head_pipeline"] = Value::Null;
        let answers = vec![
            json(early.clone()),
            json(early.clone()),
            Given::Json(405, json!({ "message": "405 Method Not Allowed" })),
            json(early.clone()),
            json(early),
            json(request(false, "ci_still_running")),
            json(request(false, "ci_still_running")),
            json(request(true, "ci_still_running")),
            json(request(true, "ci_still_running")),
        ];
        assert_eq!(said(answers, Duration::from_secs(20)).0, Wish::Granted);
    }

    #[test]
    fn what_is_called_off_is_looked_at_since_the_answer_is_always_the_same() {
        for (is_kept, is_done) in [(false, true), (true, false)] {
            let answers = vec![Given::Json(201, json!({ "status": "success" })), json(request(is_kept, "mergeable"))];
            let server = Server::of(answers);
            let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
            let gitlab = Gitlab(&door);
            let found = gitlab_found(&door, &request(true, "mergeable"));
            assert_eq!(gitlab.call_off(&found).is_ok(), is_done);
            assert!(server.asked()[0].target.ends_with("/merge_requests/6/cancel_merge_when_pipeline_succeeds"));
        }
    }

    /// A request as a list gives it.
    fn gitlab_found(door: &super::super::Door, value: &Value) -> Found {
        Gitlab(door).found(value).unwrap()
    }

    fn needs(approvals: Value, state: Option<Value>, project: Value) -> (Needs, Vec<Asked>) {
        let mut answers = vec![json(approvals), json(project)];
        answers.extend(state.map(json));
        let server = Server::of(answers);
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let found = gitlab_found(&door, &request(false, "not_approved"));
        (Gitlab(&door).needs(&found).unwrap(), server.asked())
    }

    #[test]
    fn whose_approval_is_missing_is_told_by_the_rules_that_are_not_met_and_an_edition_without_them_asks_for_none() {
        let head = CommitId::from_hex(HEAD).unwrap();
        let by = json!([{ "user": { "username": "ann" } }]);
        let approvals = json!({ "approvals_required": 3, "approvals_left": 2, "approved_by": by });
        let people = |names: &[&str]| names.iter().map(|name| json!({ "username": name })).collect::<Vec<_>>();
        let rules = json!({ "rules": [
            { "approvals_required": 1, "approved": true, "eligible_approvers": people(&["ann"]) },
            { "approvals_required": 2, "approved": false, "eligible_approvers": people(&["bob", "eve"]) },
            { "approvals_required": 0, "approved": false, "eligible_approvers": people(&["all"]) },
        ] });
        let (told, asked) = needs(approvals, Some(rules), json!({ "only_allow_merge_if_pipeline_succeeds": false }));
        assert_eq!((told.approvals, told.missing(head), told.are_any()), (Some(3), Some(2), Some(true)));
        assert_eq!((told.asked, told.may), (vec!["bob".to_string()], vec!["bob".to_string(), "eve".to_string()]));
        fits_the_description("gitlab.json", "/api/v4", &asked[..2]);
        let free = json!({ "approved": true, "approved_by": by });
        let (none, _) = needs(free.clone(), None, json!({ "only_allow_merge_if_pipeline_succeeds": false }));
        assert_eq!((none.approvals, none.are_any()), (Some(0), Some(false)));
        let (checks, _) = needs(free.clone(), None, json!({ "only_allow_merge_if_pipeline_succeeds": true }));
        assert_eq!(checks.are_any(), Some(true));
        let (hidden, _) = needs(free, None, json!({ "name": "config" }));
        assert_eq!(hidden.are_any(), None, "what the token may not see is not none");
    }

    #[test]
    fn a_request_is_on_a_train_until_it_has_arrived() {
        for (answer, is) in [
            (Given::Json(404, json!({ "message": "404 Not found" })), false),
            (Given::Json(403, json!({ "message": "403 Forbidden" })), false),
            (json(json!({ "status": "fresh" })), true),
            (json(json!({ "status": "idle" })), true),
            (json(json!({ "status": "merged" })), false),
        ] {
            let server = Server::of(vec![answer]);
            let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
            let found = gitlab_found(&door, &request(true, "mergeable"));
            assert_eq!(Gitlab(&door).is_queued(&found).unwrap(), is);
            assert_eq!(server.asked()[0].target, "/projects/shop%2Fconfig/merge_trains/merge_requests/6");
        }
    }
}
