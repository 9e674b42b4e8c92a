//! How Gitea and Forgejo merge a request by itself: by its number, whatever its head becomes, once what its branch asks for is there.

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::Sent;
use super::gitea::{ALL, Gitea};
use super::github::{approving, pulls, rejecting, reviewed};
use super::merging::{Merging, Needs, Said, Telling, kept};
use super::request::{Found, all_pages};

impl Gitea<'_> {
    pub(super) fn repository(&self) -> String {
        format!("/repos/{}", encode(&self.0.site.path))
    }

    fn merge(&self, found: &Found) -> String {
        format!("{}/{}/merge", pulls(self.0), found.number)
    }

    /// A rule, which those read who administer the repository; otherwise nothing.
    pub(super) fn rule(&self, name: Option<&str>) -> Result<Value, Error> {
        let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(Value::Null) };
        let path = format!("{}/branch_protections/{}", self.repository(), encode(name).replace('/', "%2F"));
        Ok(self.0.perhaps(&path)?.unwrap_or_default())
    }
}

/// Who may approve, by a rule; nobody may of what is their own.
fn may(rule: &Value, author: Option<&str>) -> Vec<String> {
    if rule["enable_approvals_whitelist"] != true {
        return Vec::new();
    }
    let all = |key: &str| rule[key].as_array().into_iter().flatten().filter_map(Value::as_str);
    let people = all("approvals_whitelist_username").filter(|login| author != Some(login));
    people.map(str::to_string).chain(all("approvals_whitelist_teams").map(|team| format!("@{team}"))).collect()
}

/// Who was asked to approve and has said nothing since. The request itself lists also those who have looked at it unasked. Where
/// approvals are asked for, of them only those whose one counts.
fn asked(reviews: &[Value], is_counted: bool) -> Vec<String> {
    let mut out: Vec<(String, bool)> = Vec::new();
    for review in reviews {
        let team = review["team"]["name"].as_str().map(|team| format!("@{team}"));
        let Some(who) = review["user"]["login"].as_str().map(str::to_string).or(team) else { continue };
        if review["state"] == "COMMENT" {
            continue;
        }
        out.retain(|(known, _)| *known != who);
        let counts = who.starts_with('@') || !is_counted || review["official"] != false;
        out.push((who, review["state"] == "REQUEST_REVIEW" && counts));
    }
    out.into_iter().filter(|(_, is_asked)| *is_asked).map(|(who, _)| who).collect()
}

impl Merging for Gitea<'_> {
    fn needs(&self, found: &Found) -> Result<Needs, Error> {
        let mut reviews = reviewed(self.0, found.number, &ALL)?;
        let rules = match &found.branches {
            Some((_, base)) => {
                self.0.find(&format!("{}/branches/{}", self.repository(), encode(base.as_str())))?.unwrap_or_default()
            }
            None => Value::Null,
        };
        let rule = self.rule(rules["effective_branch_protection_name"].as_str())?;
        let is = |key: &str| rule[key].as_bool();
        // As good as taken back.
        if is("ignore_stale_approvals") == Some(true) {
            reviews.retain(|review| !(review["state"] == "APPROVED" && review["stale"] == true));
        }
        let mut given = approving(&reviews);
        given.retain(|one| one.counts);
        // An older one takes "any check" for passed where there is none at all.
        let is_named = rules["status_check_contexts"].as_array().is_some_and(|all| !all.is_empty());
        let approvals = rules["required_approvals"].as_u64();
        Ok(Needs {
            approvals,
            given,
            checks: rules["enable_status_check"].as_bool().map(|is_on| is_on && is_named),
            asked: asked(&reviews, approvals > Some(0)),
            may: may(&rule, found.by.as_deref()),
            // A no without a rule that says otherwise is told: who may not read the rule is not to wait in the dark.
            rejected: if is("block_on_rejected_reviews") == Some(false) { Vec::new() } else { rejecting(&reviews) },
            keeps_old: is("dismiss_stale_approvals").map(|is_on| !is_on && is("ignore_stale_approvals") != Some(true)),
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
        if let Some((_, base)) = &found.branches {
            let branch = self.0.find(&format!("{}/branches/{}", self.repository(), encode(base.as_str())))?;
            if branch.is_some_and(|branch| branch["user_can_merge"] == false) {
                return Ok(Said::Forbidden(format!(
                    "{why}: whoever has the token may not merge into `{base}`; it takes write access, and where the branch lists who may merge, a place there"
                )));
            }
        }
        // Whether it can be merged is worked out a few seconds after a push; until then it says no.
        let now = self.0.get(&format!("{}/{}", pulls(self.0), found.number))?;
        Ok(if now["mergeable"] == true { Said::Refused(why) } else { Said::NotYet(why) })
    }

    fn call_off(&self, found: &Found) -> Result<(), Error> {
        match self.0.send(Method::Delete, &self.merge(found), &Value::Null)? {
            Sent::Answered(answer) if answer.is_done() || answer.status == 404 => Ok(()),
            Sent::Answered(_) => Err(kept(found, &self.0.site.host)),
            Sent::Unknown(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::merging::{Wish, schedule};
    use super::super::sample::{Answer as Given, Server};
    use super::*;
    use crate::domain::settings::ForgeKind;

    const HEAD: &str = "9d3e7aa1c0ffee00112233445566778899aabbcc";

    fn pull(is_mergeable: bool) -> Given {
        Given::Json(
            200,
            json!({
                "number": 7, "state": "open", "merged": false, "title": "t", "body": "b", "mergeable": is_mergeable,
                "html_url": "https://gitea.example.com/shop/config/pulls/7",
                "head": { "ref": "promote/production/web", "sha": HEAD }, "base": { "ref": "main" },
            }),
        )
    }

    /// One try: what it answers to that, whether it can be merged a moment later, and what its timeline says then.
    fn tried(answer: Given, is_mergeable: bool, timeline: &[&str]) -> Vec<Given> {
        let repository = Given::Json(200, json!({ "default_merge_style": "squash" }));
        let timeline: Vec<Value> = timeline.iter().map(|kind| json!({ "type": kind })).collect();
        let is_no = matches!(answer, Given::Json(405, _));
        let branch = || Given::Json(200, json!({ "name": "main", "user_can_merge": true }));
        let looks = is_no.then(|| [branch(), pull(is_mergeable)]).into_iter().flatten();
        // It has another page for whatever has something on the one before.
        let end = (!timeline.is_empty()).then(|| Given::Json(200, json!([])));
        let after = [pull(is_mergeable), Given::Json(200, timeline.into())].into_iter().chain(end);
        [pull(false), repository, answer].into_iter().chain(looks).chain(after).collect()
    }

    fn said(tries: Vec<Vec<Given>>) -> Wish {
        let server = Server::of(tries.into_iter().flatten().collect());
        let door = server.door(ForgeKind::Gitea, Duration::from_secs(20));
        let gitea = Gitea(&door);
        schedule(&gitea, &gitea, &door, 7, CommitId::from_hex(HEAD).unwrap()).unwrap()
    }

    fn no(words: &str) -> Given {
        Given::Json(405, json!({ "message": words }))
    }

    #[test]
    fn a_refusal_that_was_over_when_it_was_looked_at_is_asked_again_and_one_that_is_said_twice_is_a_no() {
        let taken = || tried(Given::Json(201, Value::Null), true, &["pull_push", "pull_scheduled_merge"]);
        let early = || tried(no("Please try again later"), true, &["pull_push"]);
        assert_eq!(said(vec![early(), taken()]), Wish::Granted);
        let busy = tried(no("Please try again later"), false, &[]);
        assert_eq!(said(vec![busy, early(), taken()]), Wish::Granted);
        let never = || tried(no("User not allowed to merge PR"), true, &[]);
        let refused = said(vec![never(), never()]);
        assert!(matches!(&refused, Wish::Refused(why) if why.contains("not allowed to merge")), "{refused:?}");
    }
}
