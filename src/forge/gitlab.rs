//! Merge requests at GitLab (docs.gitlab.com, "Merge requests API", version 4).

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::Door;
use super::github::archived;
use super::request::{
    Approval, Checks, DRAFT, Dress, End, Forge, Found, Merge, Opinion, Pages, Pushes, State, Text, Wanted, all_pages,
    each, edited, opened, told_no,
};
use super::status::{Outcome, Status, written};
use super::whom;

/// A hundred is the most that a page has.
pub(super) const PAGES: Pages = Pages { parameter: "per_page", size: 100, most: 100, end: End::Short };

/// The merge requests of the project behind a door.
pub struct Gitlab<'d>(pub &'d Door);

impl Gitlab<'_> {
    /// A project is named by its path with all slashes encoded.
    pub(super) fn project(&self) -> String {
        format!("/projects/{}", encode(&self.0.site.path).replace('/', "%2F"))
    }

    pub(super) fn requests(&self) -> String {
        format!("{}/merge_requests", self.project())
    }

    pub(super) fn found(&self, value: &Value) -> Result<Found, Error> {
        read(value).ok_or_else(|| self.0.strange("a merge request"))
    }
}

impl Gitlab<'_> {
    /// The numbers of people by their logins; who is not known is told.
    fn numbers(&self, logins: &[String], told: &mut Vec<String>) -> Result<Vec<u64>, Error> {
        let mut out = Vec::new();
        for login in logins {
            let mut number = None;
            let asked = self.0.get(&format!("/users?username={}", encode(login)));
            let why = told_no(asked.map(|list| number = list[0]["id"].as_u64()))?;
            match (number, why) {
                (_, Some(why)) => told.push(format!("`{login}` is not asked: {why}")),
                (Some(number), None) => out.push(number),
                (None, None) => told.push(format!("nobody at `{}` is called `{login}`", self.0.site.host)),
            }
        }
        Ok(out)
    }
}

impl Gitlab<'_> {
    /// The newest status of a name; nothing where there is none.
    fn newest(&self, commit: CommitId, name: &str) -> Result<Value, Error> {
        let path = format!("{}/repository/commits/{commit}/statuses?name={}", self.project(), encode(name));
        let list = self.0.get(&path)?;
        let items = list.as_array().ok_or_else(|| self.0.strange("a list of statuses"))?;
        let newest = items.iter().filter(|one| one["name"] == name).max_by_key(|one| one["id"].as_u64());
        Ok(newest.cloned().unwrap_or_default())
    }
}

impl Forge for Gitlab<'_> {
    fn of_branch(&self, head: &BranchName, base: &BranchName) -> Result<Vec<Found>, Error> {
        let query = format!(
            "state=all&source_branch={}&target_branch={}&order_by=created_at&sort=desc&per_page=100",
            encode(head.as_str()),
            encode(base.as_str())
        );
        let list = self.0.get(&format!("{}?{query}", self.requests()))?;
        let items = list.as_array().ok_or_else(|| self.0.strange("a list of merge requests"))?;
        // A fork's branch of that name is another one.
        let is_it = |value: &&Value| {
            let is_own = value["source_project_id"] == value["target_project_id"];
            value["source_branch"] == head.as_str() && value["target_branch"] == base.as_str() && is_own
        };
        items.iter().filter(is_it).map(|value| self.found(value)).collect()
    }

    fn every_open(&self) -> Result<Vec<Found>, Error> {
        let path = format!("{}?state=opened&order_by=created_at&sort=asc", self.requests());
        let all = all_pages(self.0, &path, &PAGES, "the list of open requests")?;
        each(all.iter().map(|value| self.found(value)))
    }

    fn one(&self, number: u64) -> Result<Found, Error> {
        self.found(&self.0.get(&format!("{}/{number}", self.requests()))?)
    }

    fn of_commit(&self, commit: CommitId) -> Result<Vec<Found>, Error> {
        let list = self.0.get(&format!("{}/repository/commits/{commit}/merge_requests", self.project()))?;
        let items = list.as_array().ok_or_else(|| self.0.strange("a list of merge requests"))?;
        let all: Vec<Found> = items.iter().map(|value| self.found(value)).collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|found| found.state == State::Merged).collect())
    }

    fn approvals(&self, found: &Found) -> Result<Vec<Approval>, Error> {
        let path = format!("{}/{}/approvals", self.requests(), found.number);
        Ok(approving(&self.0.get(&path)?))
    }

    fn opinion(&self, found: &Found) -> Result<Opinion, Error> {
        let approvals = self.approvals(found)?;
        let whole = self.0.get(&format!("{}/{}", self.requests(), found.number))?;
        let merger = [&whole["merge_user"], &whole["merged_by"]].into_iter().find_map(|who| who["username"].as_str());
        Ok(Opinion {
            approvals,
            checks: pipeline(whole["head_pipeline"]["status"].as_str()),
            merged_by: merger.filter(|_| found.state == State::Merged).map(str::to_string),
        })
    }

    /// docs.gitlab.com, "Branches API": `can_push` is of whoever asks.
    fn pushes(&self, branch: &BranchName) -> Result<Pushes, Error> {
        let name = encode(branch.as_str()).replace('/', "%2F");
        let Some(value) = self.0.find(&format!("{}/repository/branches/{name}", self.project()))? else {
            return Ok(Pushes::Unknown);
        };
        Ok(match (value["can_push"].as_bool(), value["protected"].as_bool()) {
            (Some(true), _) => Pushes::Taken,
            (Some(false), Some(true)) => Pushes::Refused("its protection".into()),
            (Some(false), _) => Pushes::Refused("what the token may".into()),
            (None, _) => Pushes::Unknown,
        })
    }

    fn is_archived(&self) -> Result<bool, Error> {
        archived(self.0, &self.project())
    }

    fn close(&self, number: u64, text: &Text) -> Result<Found, Error> {
        let body = json!({ "title": text.title, "description": text.body, "state_event": "close" });
        edited(self.0, (Method::Put, &format!("{}/{number}", self.requests())), &body, |value| self.found(value))
    }

    fn open(&self, wanted: &Wanted<'_>) -> Result<Found, Error> {
        let body = json!({
            "source_branch": wanted.head.as_str(),
            "target_branch": wanted.base.as_str(),
            "title": format!("{}{}", if wanted.draft { DRAFT } else { "" }, wanted.text.title),
            "description": wanted.text.body,
            "remove_source_branch": true,
        });
        opened(self, self.0, wanted, &self.requests(), &body, |value| self.found(value))
    }

    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error> {
        let body = json!({ "title": text.title, "description": text.body });
        edited(self.0, (Method::Put, &format!("{}/{number}", self.requests())), &body, |value| self.found(value))
    }

    fn dress(&self, number: u64, dress: &Dress) -> Result<Vec<String>, Error> {
        let mut told = Vec::new();
        let (reviewers, assignees) =
            (self.numbers(&dress.reviewers, &mut told)?, self.numbers(&dress.assignees, &mut told)?);
        let mut body = json!({});
        for (key, numbers) in [("reviewer_ids", reviewers), ("assignee_ids", assignees)] {
            if !numbers.is_empty() {
                body[key] = json!(numbers);
            }
        }
        if !dress.labels.is_empty() {
            body["add_labels"] = json!(dress.labels);
        }
        if body != json!({}) {
            let path = format!("{}/{number}", self.requests());
            let done = edited(self.0, (Method::Put, &path), &body, |value| self.found(value));
            told.extend(told_no(done)?.map(|why| format!("labels and people: {why}")));
        }
        Ok(told)
    }

    /// It has no word for what cannot be told, and does not take `pending` where that is what it says already (seen by others at 19.2:
    /// "Cannot transition status via :enqueue from :pending").
    fn tell(&self, commit: CommitId, status: &Status<'_>) -> Result<(), Error> {
        let state = word(status.outcome);
        let mut body = json!({ "state": state, "name": status.context, "description": status.description });
        if let Some(page) = status.page {
            body["target_url"] = json!(page);
        }
        let answer = written(self.0, &format!("{}/statuses/{commit}", self.project()), &body)?;
        if answer.is_done() || (answer.status == 400 && self.newest(commit, status.context)?["status"] == state) {
            return Ok(());
        }
        Err(self.0.said_no(&answer, "take the status"))
    }

    /// What waits and is told to wait is never written again, so what else it says stays.
    fn says(&self, commit: CommitId, status: &Status<'_>) -> Result<bool, Error> {
        let newest = self.newest(commit, status.context)?;
        let is_same = status.outcome == Outcome::Pending || newest["description"] == status.description;
        Ok(newest["status"] == word(status.outcome) && is_same)
    }

    fn mark(&self, number: u64) -> String {
        format!("!{number}")
    }
}

/// Its word for what a check came to.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure | Outcome::Error => "failed",
        Outcome::Pending => "pending",
    }
}

/// Who approves (docs.gitlab.com, "Merge request approvals API"). Which head they saw it does not say; where the project is set so, a
/// push takes approvals away.
pub(super) fn approving(value: &Value) -> Vec<Approval> {
    let given = value["approved_by"].as_array().into_iter().flatten().filter_map(|one| {
        let by = one["user"]["username"].as_str()?.to_string();
        let at = one["approved_at"].as_str().and_then(|text| text.parse().ok());
        Some(Approval { by, of: None, at, counts: true })
    });
    given.collect()
}

/// What a pipeline came to (docs.gitlab.com, "Pipelines API": `status`).
fn pipeline(status: Option<&str>) -> Checks {
    match status {
        None | Some("skipped") => Checks::None,
        Some("success") => Checks::Passed,
        Some("failed" | "canceled") => Checks::Failed,
        Some(_) => Checks::Pending,
    }
}

/// How it was merged (docs.gitlab.com, "Merge requests API"): a fast-forward has neither a merge commit nor a squash of its own, and its
/// head is what landed.
fn merge(value: &Value) -> Option<Merge> {
    let own = [&value["merge_commit_sha"], &value["squash_commit_sha"]];
    let made = match own.iter().any(|id| id.is_string()) {
        // Of a squash that is merged in the merge is what landed.
        true => vec![if own[0].is_string() { own[0] } else { own[1] }],
        false => vec![&value["sha"]],
    };
    Merge::read(&value["merged_at"], &value["target_branch"], &made).filter(|_| value["state"] == "merged")
}

fn read(value: &Value) -> Option<Found> {
    let branch = |key: &str| BranchName::new(value[key].as_str()?).ok();
    let is_own = value["source_project_id"] == value["target_project_id"];
    Some(Found {
        number: value["iid"].as_u64()?,
        node: None,
        page: value["web_url"].as_str()?.to_string(),
        state: match value["state"].as_str()? {
            "opened" | "locked" => State::Open,
            "merged" => State::Merged,
            _ => State::Closed,
        },
        branches: branch("source_branch").zip(branch("target_branch")).filter(|_| is_own),
        into: branch("target_branch"),
        opened: value["created_at"].as_str().and_then(|text| text.parse().ok()),
        by: value["author"]["username"].as_str().map(str::to_string),
        is_by_program: whom::is_program(&value["author"]),
        asked: {
            let all = value["reviewers"].as_array().into_iter().flatten();
            all.filter_map(|one| Some(one["username"].as_str()?.to_string())).collect()
        },
        is_draft: value["draft"] == true,
        is_scheduled: value["merge_when_pipeline_succeeds"] == true,
        scheduled_by: value["merge_user"]["username"].as_str().map(str::to_string),
        merge: merge(value),
        head: value["sha"].as_str().and_then(CommitId::from_hex),
        title: value["title"].as_str().unwrap_or_default().to_string(),
        body: value["description"].as_str().unwrap_or_default().to_string(),
        labels: {
            let all = value["labels"].as_array().into_iter().flatten();
            all.filter_map(|label| Some(label.as_str()?.to_string())).collect()
        },
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample::{Answer, CANARY, Server, fits_the_description};
    use super::*;
    use crate::domain::settings::ForgeKind;

    fn request(iid: u64, state: &str, project: u64) -> Value {
        json!({
            "iid": iid, "state": state, "title": "t", "description": "b", "web_url": "https://gitlab.com/shop/config/-/merge_requests/4",
            "sha": "9d3e7aa1c0ffee00112233445566778899aabbcc", "source_branch": "promote/production/web", "target_branch": "main",
            "source_project_id": project, "target_project_id": 1,
        })
    }

    #[test]
    fn requests_are_found_opened_and_written_again_as_gitlab_describes_it() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let (head, base) = (name("promote/production/web"), name("main"));
        let text = Text { title: "promote web".into(), body: "| web |".into() };
        let list = json!([request(5, "opened", 2), request(4, "closed", 1), request(3, "merged", 1)]);
        let answers = [
            Answer::Json(200, list),
            Answer::Json(201, request(6, "opened", 1)),
            Answer::Json(200, request(6, "opened", 1)),
        ];
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let forge = Gitlab(&door);
        let found = forge.of_branch(&head, &base).unwrap();
        let states: Vec<(u64, State)> = found.iter().map(|one| (one.number, one.state)).collect();
        assert_eq!(states, [(4, State::Closed), (3, State::Merged)], "a fork's branch of that name is another one");
        assert_eq!(forge.open(&Wanted { head: &head, base: &base, text: &text, draft: true }).unwrap().number, 6);
        forge.edit(6, &text).unwrap();
        assert_eq!(forge.mark(6), "!6");
        let asked = server.asked();
        assert!(asked.iter().all(|one| one.headers["private-token"] == CANARY && one.target.starts_with("/projects/shop%2Fconfig/")));
        assert_eq!(asked[1].body["source_branch"], "promote/production/web");
        assert_eq!(asked[1].body["title"], "Draft: promote web");
        fits_the_description("gitlab.json", "/api/v4", &asked);
    }

    #[test]
    fn people_are_asked_by_their_numbers_and_who_is_not_known_is_told() {
        let answers = [json!([{ "id": 12 }]), json!([]), request(6, "opened", 1)].map(|value| Answer::Json(200, value));
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_string()).collect::<Vec<_>>();
        let dress = Dress { labels: own(&["release", "web"]), reviewers: own(&["mei", "nobody"]), assignees: vec![] };
        let told = Gitlab(&door).dress(6, &dress).unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        let asked = server.asked();
        assert_eq!(asked[2].body, json!({ "reviewer_ids": [12], "add_labels": ["release", "web"] }));
        fits_the_description("gitlab.json", "/api/v4", &asked);
    }

    #[test]
    fn a_conflict_is_the_request_that_is_there() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let text = Text { title: "promote web".into(), body: String::new() };
        let refused = json!({ "message": ["Another open merge request already exists for this source branch: !4"] });
        let server = Server::of(vec![Answer::Json(409, refused), Answer::Json(200, json!([request(4, "opened", 1)]))]);
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let wanted = Wanted { head: &name("promote/production/web"), base: &name("main"), text: &text, draft: false };
        assert_eq!(Gitlab(&door).open(&wanted).unwrap().number, 4);
    }

    #[test]
    fn what_is_open_what_people_say_and_what_a_commit_came_by_is_asked_for_as_gitlab_describes_it() {
        let approvals =
            json!({ "approved_by": [{ "user": { "username": "ann" } }, { "user": { "username": "ben" } }] });
        let mut whole = request(6, "merged", 1);
        whole["head_pipeline"] = json!({ "status": "running" });
        whole["merge_user"] = json!({ "username": "ann" });
        let answers = [
            json!([request(5, "opened", 2), request(6, "opened", 1)]),
            approvals,
            whole,
            json!([request(7, "merged", 1), request(8, "closed", 1)]),
            request(6, "closed", 1),
        ];
        let server = Server::of(answers.map(|value| Answer::Json(200, value)).to_vec());
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let forge = Gitlab(&door);
        let [mut one] = forge.all_open().unwrap().try_into().expect("a fork's is none of ours");
        one.state = State::Merged;
        let opinion = forge.opinion(&one).unwrap();
        let people: Vec<&str> = opinion.approvals.iter().map(|one| one.by.as_str()).collect();
        assert_eq!(
            (people, opinion.checks, opinion.merged_by.as_deref()),
            (vec!["ann", "ben"], Checks::Pending, Some("ann"))
        );
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        assert_eq!(forge.of_commit(commit).unwrap().iter().map(|one| one.number).collect::<Vec<_>>(), [7]);
        forge.close(6, &Text { title: "t".into(), body: "b".into() }).unwrap();
        let asked = server.asked();
        assert_eq!(asked[4].body["state_event"], "close");
        fits_the_description("gitlab.json", "/api/v4", &asked);
    }

    #[test]
    fn a_merge_is_told_with_its_time_and_the_commit_that_it_made() {
        let ids = ["a", "b", "c"].map(|digit| digit.repeat(40));
        let made = |merge: Value, squash: Value, state: &str| {
            let mut value = request(3, state, 1);
            let more = json!({ "merged_at": "2026-11-20T10:00:00Z", "merge_commit_sha": merge, "squash_commit_sha": squash, "sha": ids[2] });
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let merge = read(&value).unwrap().merge?;
            assert_eq!((merge.at.to_string().as_str(), merge.into.as_str()), ("2026-11-20T10:00:00Z", "main"));
            Some(merge.made.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let one = |nth: usize| Some(vec![ids[nth].clone()]);
        assert_eq!(made(json!(ids[0]), json!(ids[1]), "merged"), one(0));
        assert_eq!(made(Value::Null, json!(ids[1]), "merged"), one(1));
        assert_eq!(made(Value::Null, Value::Null, "merged"), one(2), "a fast-forward");
        assert_eq!(made(Value::Null, Value::Null, "opened"), None);
    }

    #[test]
    fn an_approval_says_when_it_was_given_and_not_of_which_head() {
        let approvals = json!({ "approved_by": [
            { "user": { "username": "ann" }, "approved_at": "2026-11-20T10:00:00.000Z" },
            { "user": { "username": "ben" } },
        ] });
        let mut of_token = request(6, "opened", 2);
        of_token["author"] = json!({ "username": "project_1_bot_9a8b" });
        let answers = [json!([of_token]), approvals].map(|value| Answer::Json(200, value));
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let [one] = Gitlab(&door).every_open().unwrap().try_into().expect("a fork's is there");
        let into = one.into.as_ref().map(BranchName::as_str);
        assert_eq!((one.branches.is_none(), into, one.is_by_program), (true, Some("main"), true));
        let all = Gitlab(&door).approvals(&one).unwrap();
        let told: Vec<_> = all.iter().map(|one| (one.by.as_str(), one.of, one.at.map(|at| at.to_string()))).collect();
        assert_eq!(told, [("ann", None, Some("2026-11-20T10:00:00Z".to_string())), ("ben", None, None)]);
        fits_the_description("gitlab.json", "/api/v4", &server.asked());
    }

    #[test]
    fn what_waits_says_the_same_whatever_it_says_beside_that() {
        let list = json!([
            { "id": 8, "name": "stageline/verify", "status": "pending", "description": "not yet by `soak`" },
            { "id": 7, "name": "stageline/verify", "status": "success", "description": "verified" },
        ]);
        let failed = json!([{ "id": 9, "name": "stageline/verify", "status": "failed", "description": "no" }]);
        let answers = [list.clone(), list, failed.clone(), failed, json!([])].map(|value| Answer::Json(200, value));
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        for (outcome, description, is_it) in [
            (Outcome::Pending, "not yet by `approvals`", true),
            (Outcome::Success, "verified", false),
            (Outcome::Error, "no", true),
            (Outcome::Failure, "no, and more", false),
            (Outcome::Success, "verified", false),
        ] {
            let status = Status { context: "stageline/verify", outcome, description, page: None };
            assert_eq!(Gitlab(&door).says(commit, &status).unwrap(), is_it, "{status:?}");
        }
        fits_the_description("gitlab.json", "/api/v4", &server.asked());
    }

    #[test]
    fn a_status_is_written_as_gitlab_describes_it_and_one_that_waits_already_goes_on_waiting() {
        let no = json!({ "message": "Cannot transition status via :enqueue from :pending" });
        let list = |state: &str| {
            json!([
                { "id": 7, "name": "stageline/verify", "status": "success" },
                { "id": 8, "name": "stageline/verify", "status": state },
                { "id": 9, "name": "stageline/verify/production", "status": "running" },
            ])
        };
        let answers = vec![
            Answer::Json(201, json!({})),
            Answer::Json(400, no.clone()),
            Answer::Json(200, list("pending")),
            Answer::Json(400, no),
            Answer::Json(200, list("running")),
        ];
        let server = Server::of(answers);
        let door = server.door(ForgeKind::Gitlab, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        let tell = |outcome| {
            let page = Some("https://ci.example.com/7");
            Gitlab(&door).tell(commit, &Status { context: "stageline/verify", outcome, description: "d", page })
        };
        tell(Outcome::Error).unwrap();
        tell(Outcome::Pending).unwrap();
        assert_eq!(tell(Outcome::Pending).unwrap_err().refusal().code, "forge-refused");
        let asked = server.asked();
        assert_eq!(asked[0].body["state"], "failed");
        fits_the_description("gitlab.json", "/api/v4", &asked);
    }
}
