//! Pull requests at GitHub and GitHub Enterprise (docs.github.com, "REST API endpoints for pull requests", 2022-11-28).

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::Door;
use super::request::{
    Approval, Checks, Dress, End, Forge, Found, Merge, Opinion, Pages, Pushes, State, Text, Wanted, added, all_pages,
    each, edited, newest, opened,
};
use super::status::{Status, posted, stands};
use super::whom;

/// A hundred is the most that a page has.
pub const PAGES: Pages = Pages { parameter: "per_page", size: 100, most: 100, end: End::Short };

/// The pull requests of the repository behind a door.
pub struct Github<'d>(pub &'d Door);

impl Forge for Github<'_> {
    fn of_branch(&self, head: &BranchName, base: &BranchName) -> Result<Vec<Found>, Error> {
        let owner = self.0.site.path.split('/').next().unwrap_or_default();
        let query = format!(
            "state=all&head={}:{}&base={}&sort=created&direction=desc&per_page=100",
            encode(owner),
            encode(head.as_str()),
            encode(base.as_str())
        );
        let list = self.0.get(&format!("{}?{query}", pulls(self.0)))?;
        let items = list.as_array().ok_or_else(|| self.0.strange("a list of pull requests"))?;
        // A server that does not know the parameters answers with all of them.
        let is_it = |value: &&Value| value["head"]["ref"] == head.as_str() && value["base"]["ref"] == base.as_str();
        items.iter().filter(is_it).map(|value| found(self.0, value)).collect()
    }

    fn every_open(&self) -> Result<Vec<Found>, Error> {
        let path = format!("{}?state=open&sort=created&direction=asc", pulls(self.0));
        let all = all_pages(self.0, &path, &PAGES, "the list of open requests")?;
        each(all.iter().map(|value| found(self.0, value)))
    }

    fn one(&self, number: u64) -> Result<Found, Error> {
        single(self.0, number)
    }

    fn of_commit(&self, commit: CommitId) -> Result<Vec<Found>, Error> {
        let list = self.0.get(&format!("/repos/{}/commits/{commit}/pulls", encode(&self.0.site.path)))?;
        let items = list.as_array().ok_or_else(|| self.0.strange("a list of pull requests"))?;
        let all: Vec<Found> = items.iter().map(|value| found(self.0, value)).collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|found| found.state == State::Merged).collect())
    }

    fn approvals(&self, found: &Found) -> Result<Vec<Approval>, Error> {
        reviews(self.0, found.number, &PAGES)
    }

    fn opinion(&self, found: &Found) -> Result<Opinion, Error> {
        let approvals = self.approvals(found)?;
        let merged_by = merger(self.0, found)?;
        let checks = match (found.state, found.head) {
            (State::Open, Some(head)) => {
                let commit = format!("/repos/{}/commits/{head}", encode(&self.0.site.path));
                let runs = self.0.get(&format!("{commit}/check-runs?per_page=100"))?;
                let runs = runs["check_runs"].as_array().map(|runs| Checks::of(runs.iter().map(run)));
                Checks::of(runs.into_iter().chain([combined(&self.0.get(&format!("{commit}/status"))?)]))
            }
            _ => Checks::None,
        };
        Ok(Opinion { approvals, checks, merged_by })
    }

    /// By the rules in force (docs.github.com, "Get rules for a branch") and by the older kind of protection, which only those may
    /// read who administer the repository.
    fn pushes(&self, branch: &BranchName) -> Result<Pushes, Error> {
        let (repository, name) = (format!("/repos/{}", encode(&self.0.site.path)), encode(branch.as_str()));
        let rules = self.0.find(&format!("{repository}/rules/branches/{name}"))?.unwrap_or_default();
        let stops = |rule: &&Value| ["pull_request", "update", "merge_queue"].iter().any(|kind| rule["type"] == *kind);
        if let Some(rule) = rules.as_array().into_iter().flatten().find(stops) {
            let kind = rule["type"].as_str().unwrap_or_default();
            return Ok(Pushes::Refused(format!("its rule `{kind}`")));
        }
        Ok(match self.0.perhaps(&format!("{repository}/branches/{name}/protection"))? {
            Some(value) => {
                let stops = ["required_pull_request_reviews", "restrictions", "required_status_checks", "lock_branch"];
                let is_set = |key: &&&str| match &value[**key] {
                    Value::Object(set) => set.get("enabled").is_none_or(|enabled| enabled == true),
                    _ => false,
                };
                match stops.iter().find(is_set) {
                    Some(key) => Pushes::Refused(format!("its protection `{key}`")),
                    None => Pushes::Taken,
                }
            }
            // Not protected, or not for this token to see: GitHub answers both alike.
            None => Pushes::Unknown,
        })
    }

    fn is_archived(&self) -> Result<bool, Error> {
        archived(self.0, &format!("/repos/{}", encode(&self.0.site.path)))
    }

    fn close(&self, number: u64, text: &Text) -> Result<Found, Error> {
        patched(self.0, number, &ended(text))
    }

    fn open(&self, wanted: &Wanted<'_>) -> Result<Found, Error> {
        let mut body = body(wanted);
        body["draft"] = json!(wanted.draft);
        opened(self, self.0, wanted, &pulls(self.0), &body, |value| found(self.0, value))
    }

    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error> {
        patched(self.0, number, &json!({ "title": text.title, "body": text.body }))
    }

    fn dress(&self, number: u64, dress: &Dress) -> Result<Vec<String>, Error> {
        let mut out = labelled(self.0, number, dress)?;
        let path = format!("/repos/{}/issues/{number}/assignees", encode(&self.0.site.path));
        out.extend(added(self.0, &path, "the assignee", &dress.assignees, |all| json!({ "assignees": all }))?);
        // "Assignees are silently ignored" who may not be.
        let there = if dress.assignees.is_empty() {
            Value::Null
        } else {
            self.0.get(&format!("{}/{number}", pulls(self.0)))?
        };
        let logins: Vec<&str> =
            there["assignees"].as_array().into_iter().flatten().filter_map(|one| one["login"].as_str()).collect();
        let is_lacking = |login: &&String| !logins.iter().any(|there| there.eq_ignore_ascii_case(login));
        let untold =
            |login: &&String| !out.iter().any(|note: &String| note.contains(&format!("the assignee `{login}`")));
        let lacking: Vec<&String> = dress.assignees.iter().filter(is_lacking).filter(untold).collect();
        let host = &self.0.site.host;
        let note = |login| format!("the assignee `{login}` is not added: `{host}` takes only who may write there");
        out.extend(lacking.into_iter().map(note).collect::<Vec<_>>());
        Ok(out)
    }

    fn tell(&self, commit: CommitId, status: &Status<'_>) -> Result<(), Error> {
        posted(self.0, commit, status)
    }

    fn says(&self, commit: CommitId, status: &Status<'_>) -> Result<bool, Error> {
        stands(self.0, commit, status, "per_page=100")
    }

    fn mark(&self, number: u64) -> String {
        format!("#{number}")
    }
}

/// Whether a repository is archived; GitHub, Gitea and GitLab say it alike, each on its own page.
pub fn archived(door: &Door, page: &str) -> Result<bool, Error> {
    Ok(door.find(page)?.is_some_and(|value| value["archived"] == true))
}

/// Where the pull requests of a repository are, at GitHub and Gitea.
pub fn pulls(door: &Door) -> String {
    format!("/repos/{}/pulls", encode(&door.site.path))
}

/// A pull request that the forge has answered with, as GitHub and Gitea have it.
pub fn found(door: &Door, value: &Value) -> Result<Found, Error> {
    read(value, &door.site.path).ok_or_else(|| door.strange("a pull request"))
}

/// A pull request with other words or people, as GitHub and Gitea take them.
pub fn patched(door: &Door, number: u64, body: &Value) -> Result<Found, Error> {
    edited(door, (Method::Patch, &format!("{}/{number}", pulls(door))), body, |value| found(door, value))
}

/// What a pull request is opened with, as GitHub and Gitea take it.
pub fn body(wanted: &Wanted<'_>) -> Value {
    json!({
        "title": wanted.text.title,
        "head": wanted.head.as_str(),
        "base": wanted.base.as_str(),
        "body": wanted.text.body,
    })
}

/// What ends a pull request without a merge, as GitHub and Gitea take it.
pub fn ended(text: &Text) -> Value {
    json!({ "title": text.title, "body": text.body, "state": "closed" })
}

/// Who approves of a pull request: the newest review of each that is more than words. GitHub and Gitea have the same states but
/// for the names of the other ones; Gitea keeps what is dismissed in its place.
pub fn reviews(door: &Door, number: u64, pages: &Pages) -> Result<Vec<Approval>, Error> {
    Ok(approving(&reviewed(door, number, pages)?))
}

/// All reviews of a pull request as they came, the oldest first.
pub fn reviewed(door: &Door, number: u64, pages: &Pages) -> Result<Vec<Value>, Error> {
    all_pages(door, &format!("{}/{number}/reviews?", pulls(door)), pages, "the list of reviews")
}

/// Who of them asks for changes: by the newest review of each that is more than words, as far as it counts.
pub fn rejecting(all: &[Value]) -> Vec<String> {
    let mut people: Vec<(&str, bool)> = Vec::new();
    for review in all {
        let Some(by) = review["user"]["login"].as_str() else { continue };
        let is_no = match review["state"].as_str() {
            Some("CHANGES_REQUESTED" | "REQUEST_CHANGES") => review["dismissed"] != true && review["official"] != false,
            Some("APPROVED" | "DISMISSED") => false,
            _ => continue,
        };
        people.retain(|(known, _)| *known != by);
        people.push((by, is_no));
    }
    people.into_iter().filter(|(_, is_no)| *is_no).map(|(by, _)| by.to_string()).collect()
}

/// Who of them approves.
pub fn approving(all: &[Value]) -> Vec<Approval> {
    let given = all.iter().filter_map(|review| {
        let by = review["user"]["login"].as_str()?.to_string();
        let of = review["commit_id"].as_str().and_then(CommitId::from_hex);
        match review["state"].as_str()? {
            "APPROVED" if review["dismissed"] != true => {
                let at = review["submitted_at"].as_str().and_then(|text| text.parse().ok());
                Some((by.clone(), Some(Approval { by, of, at, counts: review["official"] != false })))
            }
            "APPROVED" | "CHANGES_REQUESTED" | "REQUEST_CHANGES" | "DISMISSED" => Some((by, None)),
            _ => None,
        }
    });
    newest(given)
}

/// A pull request by its number, at GitHub and Gitea.
pub fn single(door: &Door, number: u64) -> Result<Found, Error> {
    found(door, &door.get(&format!("{}/{number}", pulls(door)))?)
}

/// Who merged a pull request; lists do not say it.
pub fn merger(door: &Door, found: &Found) -> Result<Option<String>, Error> {
    if found.state != State::Merged {
        return Ok(None);
    }
    let value = door.get(&format!("{}/{}", pulls(door), found.number))?;
    Ok(value["merged_by"]["login"].as_str().map(str::to_string))
}

/// What the statuses of a commit come to, as GitHub and Gitea put them together; where there are none, both say that they wait.
pub fn combined(value: &Value) -> Checks {
    let is_empty = value["total_count"] == 0 || value["statuses"].as_array().is_none_or(Vec::is_empty);
    match value["state"].as_str() {
        _ if is_empty => Checks::None,
        Some("success" | "warning") => Checks::Passed,
        Some("failure" | "error") => Checks::Failed,
        _ => Checks::Pending,
    }
}

/// What one run of GitHub's checks came to.
fn run(value: &Value) -> Checks {
    match (value["status"].as_str(), value["conclusion"].as_str()) {
        (Some("completed"), Some("success" | "neutral" | "skipped")) => Checks::Passed,
        (Some("completed"), Some(_)) => Checks::Failed,
        _ => Checks::Pending,
    }
}

/// Adds labels and reviewers, as GitHub and Gitea take them; says which they do not take.
pub fn labelled(door: &Door, number: u64, dress: &Dress) -> Result<Vec<String>, Error> {
    let repository = format!("/repos/{}", encode(&door.site.path));
    let (labels, reviewers) =
        (format!("{repository}/issues/{number}/labels"), format!("{repository}/pulls/{number}/requested_reviewers"));
    let mut out = added(door, &labels, "the label", &dress.labels, |all| json!({ "labels": all }))?;
    out.extend(added(door, &reviewers, "the reviewer", &dress.reviewers, |all| json!({ "reviewers": all }))?);
    Ok(out)
}

/// `own`: the path of the repository; a fork's branches are others.
fn read(value: &Value, own: &str) -> Option<Found> {
    let is_merged = value["merged"].as_bool().unwrap_or(false) || value["merged_at"].is_string();
    Some(Found {
        number: value["number"].as_u64()?,
        node: value["node_id"].as_str().map(str::to_string),
        page: value["html_url"].as_str()?.to_string(),
        state: match value["state"].as_str()? {
            _ if is_merged => State::Merged,
            "open" => State::Open,
            _ => State::Closed,
        },
        branches: {
            let (head, base) = (&value["head"], &value["base"]);
            let is_own = head["repo"]["full_name"].as_str().is_none_or(|name| name.eq_ignore_ascii_case(own));
            // At Gitea a branch that is gone has its name in `label` alone.
            let name = head["ref"].as_str().filter(|name| !name.starts_with("refs/pull/")).or(head["label"].as_str());
            let names = (name.and_then(branch), base["ref"].as_str().and_then(branch));
            if let ((Some(head), Some(base)), true) = (names, is_own) { Some((head, base)) } else { None }
        },
        into: value["base"]["ref"].as_str().and_then(branch),
        opened: value["created_at"].as_str().and_then(|text| text.parse().ok()),
        by: value["user"]["login"].as_str().map(str::to_string),
        is_by_program: whom::is_program(&value["user"]),
        asked: {
            let all = |key: &str| value[key].as_array().into_iter().flatten();
            let people = all("requested_reviewers").filter_map(|one| Some(one["login"].as_str()?.to_string()));
            // GitHub's teams have a name to be addressed by, Gitea's their name alone.
            let teams = all("requested_teams").chain(all("requested_reviewers_teams"));
            let name = |one: &Value| one["slug"].as_str().or(one["name"].as_str()).map(|name| format!("@{name}"));
            people.chain(teams.filter_map(name)).collect()
        },
        is_draft: value["draft"] == true,
        is_scheduled: value["auto_merge"].is_object(),
        scheduled_by: value["auto_merge"]["enabled_by"]["login"].as_str().map(str::to_string),
        merge: Merge::read(&value["merged_at"], &value["base"]["ref"], &[&value["merge_commit_sha"]])
            .filter(|_| is_merged),
        head: value["head"]["sha"].as_str().and_then(CommitId::from_hex),
        title: value["title"].as_str().unwrap_or_default().to_string(),
        body: value["body"].as_str().unwrap_or_default().to_string(),
        labels: {
            let all = value["labels"].as_array().into_iter().flatten();
            all.filter_map(|label| Some(label["name"].as_str()?.to_string())).collect()
        },
    })
}

fn branch(name: &str) -> Option<BranchName> {
    BranchName::new(name).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample::{Answer, Server, fits_the_description};
    use super::super::status::Outcome;
    use super::*;
    use crate::domain::settings::ForgeKind;

    fn pull(number: u64, state: &str, head: &str) -> Value {
        json!({
            "number": number, "state": state, "merged_at": null, "title": "t", "body": "b",
            "html_url": format!("https://github.com/shop/config/pull/{number}"),
            "head": { "ref": head, "sha": "9d3e7aa1c0ffee00112233445566778899aabbcc" }, "base": { "ref": "main" },
        })
    }

    fn wanted<'w>(head: &'w BranchName, base: &'w BranchName, text: &'w Text) -> Wanted<'w> {
        Wanted { head, base, text, draft: false }
    }

    fn names() -> (BranchName, BranchName, Text) {
        let name = |text: &str| BranchName::new(text).unwrap();
        (name("promote/production/web"), name("main"), Text { title: "promote web".into(), body: "| web |".into() })
    }

    #[test]
    fn the_requests_of_a_branch_are_asked_for_by_its_name_and_those_of_others_are_passed_over() {
        let others = json!([pull(3, "open", "promote/production/web"), pull(2, "closed", "promote/production/web-2")]);
        let server = Server::of(vec![Answer::Json(200, others)]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let (head, base, _) = names();
        let found = Github(&door).of_branch(&head, &base).unwrap();
        assert_eq!(found.iter().map(|one| (one.number, one.state)).collect::<Vec<_>>(), [(3, State::Open)]);
        let asked = server.asked();
        assert!(asked[0].target.contains("head=shop:promote/production/web&base=main"), "{asked:?}");
        assert_eq!(asked[0].headers["authorization"], format!("Bearer {}", super::super::sample::CANARY));
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn a_second_request_of_the_same_branches_is_the_first_one() {
        let (head, base, text) = names();
        let refused =
            json!({ "message": "Validation Failed", "errors": [{ "message": "A pull request already exists" }] });
        let list = json!([pull(7, "open", head.as_str())]);
        let server = Server::of(vec![Answer::Json(422, refused), Answer::Json(200, list)]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        assert_eq!(Github(&door).open(&wanted(&head, &base, &text)).unwrap().number, 7);
        let asked = server.asked();
        assert_eq!(asked.iter().map(|one| one.method.as_str()).collect::<Vec<_>>(), ["POST", "GET"]);
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn a_call_without_an_answer_is_looked_after_before_it_is_made_again() {
        let (head, base, text) = names();
        let made = json!([pull(8, "open", head.as_str())]);
        let server = Server::of(vec![Answer::Cut, Answer::Json(200, made)]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        assert_eq!(Github(&door).open(&wanted(&head, &base, &text)).unwrap().number, 8, "it had been made");
        let nothing = json!([]);
        let answers = [
            Answer::Text(502, &[], "bad gateway"),
            Answer::Json(200, nothing),
            Answer::Json(201, pull(9, "open", head.as_str())),
        ];
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Github, Duration::from_secs(20));
        assert_eq!(Github(&door).open(&wanted(&head, &base, &text)).unwrap().number, 9, "it had not");
        let methods: Vec<String> = server.asked().into_iter().map(|one| one.method).collect();
        assert_eq!(methods, ["POST", "GET", "POST"]);
    }

    #[test]
    fn what_it_refuses_is_told_in_its_own_words() {
        let (head, base, text) = names();
        let refused = json!({ "message": "Validation Failed", "errors": [{ "resource": "PullRequest", "field": "base", "code": "invalid" }, { "message": "No commits between main and promote" }] });
        let server = Server::of(vec![Answer::Json(422, refused), Answer::Json(200, json!([]))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let refusal = Github(&door).open(&wanted(&head, &base, &text)).unwrap_err().refusal();
        assert_eq!(refusal.code, "forge-refused");
        assert!(refusal.details[0].ends_with("Validation Failed; No commits between main and promote"), "{refusal:?}");
    }

    #[test]
    fn what_is_not_found_only_when_it_is_written_is_told_as_a_right_that_may_be_missing() {
        let (head, base, text) = names();
        let none = Answer::Json(404, json!({ "message": "Not Found" }));
        let server = Server::of(vec![none, Answer::Json(200, json!([]))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let refusal = Github(&door).open(&wanted(&head, &base, &text)).unwrap_err().refusal();
        assert_eq!(refusal.code, "forge-refused");
        assert!(refusal.hints[0].contains("may the token of GH_TOKEN write requests?"), "{refusal:?}");
    }

    #[test]
    fn who_cannot_be_asked_is_told_and_the_others_are_asked() {
        let refused = json!({ "message": "Review cannot be requested from pull request author." });
        let taken = Answer::Json(201, json!({}));
        let answers = [
            Answer::Json(200, json!([])),
            Answer::Json(422, refused.clone()),
            Answer::Json(422, refused),
            taken.clone(),
            taken,
            Answer::Json(200, json!({ "assignees": [{ "login": "Mei" }] })),
        ];
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_string()).collect::<Vec<_>>();
        let dress =
            Dress { labels: own(&["release"]), reviewers: own(&["mei", "petrov"]), assignees: own(&["mei", "nobody"]) };
        let told = Github(&door).dress(7, &dress).unwrap();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("the reviewer `mei` is not added"), "{told:?}");
        assert!(told[1].starts_with("the assignee `nobody` is not added"), "it says nothing of that itself: {told:?}");
        let asked = server.asked();
        assert_eq!(asked[3].body, json!({ "reviewers": ["petrov"] }));
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn a_forge_that_does_not_answer_has_refused_nobody_and_a_token_without_the_right_is_told() {
        let dress = Dress { labels: vec!["release".into()], ..Dress::default() };
        for answer in [Answer::Cut, Answer::Text(503, &[], ""), Answer::Text(429, &[("Retry-After", "60")], "")] {
            let server = Server::of(vec![answer.clone(), answer]);
            let door = server.door(ForgeKind::Github, Duration::ZERO);
            assert!(matches!(Github(&door).dress(7, &dress), Err(Error::CannotTell(_))));
        }
        let server = Server::of(vec![Answer::Json(403, json!({ "message": "Resource not accessible" }))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let told = Github(&door).dress(7, &dress).unwrap();
        assert!(told.len() == 1 && told[0].contains("`release` is not added"), "{told:?}");
    }

    #[test]
    fn a_text_is_written_again_by_a_patch() {
        let (head, _, text) = names();
        let server = Server::of(vec![Answer::Json(200, pull(7, "open", head.as_str()))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        Github(&door).edit(7, &text).unwrap();
        let asked = server.asked();
        assert_eq!((asked[0].method.as_str(), asked[0].target.as_str()), ("PATCH", "/repos/shop/config/pulls/7"));
        fits_the_description("github.json", "", &asked);
    }

    /// The head of every pull request here.
    const HEAD: &str = "9d3e7aa1c0ffee00112233445566778899aabbcc";

    fn review(login: &str, state: &str) -> Value {
        json!({ "user": { "login": login }, "state": state, "commit_id": HEAD })
    }

    #[test]
    fn all_open_requests_of_the_repository_are_listed_page_by_page_and_those_of_forks_are_not() {
        let many: Vec<Value> = (1..=100).map(|number| pull(number, "open", "promote/production/web")).collect();
        let mut fork = pull(101, "open", "promote/production/web");
        fork["head"]["repo"] = json!({ "full_name": "mallory/config" });
        let again = pull(100, "open", "promote/production/web");
        let lists = [json!(many), json!([again, fork, pull(102, "open", "x")])];
        let server = Server::of(lists.map(|list| Answer::Json(200, list)).to_vec());
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let all = Github(&door).all_open().unwrap();
        assert_eq!((all.len(), all.last().map(|one| one.number)), (101, Some(102)));
        let asked = server.asked();
        assert!(asked[1].target.ends_with("&per_page=100&page=2"), "{asked:?}");
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn who_approves_is_told_by_the_newest_review_of_each_and_the_checks_are_those_of_the_head() {
        let reviews = [
            review("ann", "APPROVED"),
            review("ben", "APPROVED"),
            review("ann", "COMMENTED"),
            review("ben", "CHANGES_REQUESTED"),
            review("eve", "CHANGES_REQUESTED"),
            review("eve", "APPROVED"),
            review("joe", "DISMISSED"),
        ];
        let run = |status: &str, conclusion: Value| json!({ "status": status, "conclusion": conclusion });
        let none = json!({ "state": "pending", "total_count": 0, "statuses": [] });
        let one = json!({ "state": "success", "total_count": 1, "statuses": [{}] });
        for (runs, status, checks) in [
            (vec![], &none, Checks::None),
            (vec![run("completed", json!("success"))], &none, Checks::Passed),
            (vec![run("in_progress", Value::Null)], &one, Checks::Pending),
            (vec![run("completed", json!("failure")), run("queued", Value::Null)], &one, Checks::Failed),
            (vec![run("completed", json!("timed_out"))], &none, Checks::Failed),
        ] {
            let answers = [json!(reviews), json!({ "total_count": runs.len(), "check_runs": runs }), status.clone()];
            let server = Server::of(answers.map(|value| Answer::Json(200, value)).to_vec());
            let door = server.door(ForgeKind::Github, Duration::ZERO);
            let request = found(&door, &pull(3, "open", "x")).unwrap();
            let opinion = Github(&door).opinion(&request).unwrap();
            let people: Vec<&str> = opinion.approvals.iter().map(|one| one.by.as_str()).collect();
            assert_eq!((people, opinion.checks), (vec!["ann", "eve"], checks));
            assert_eq!(opinion.approvals[0].of, CommitId::from_hex(HEAD));
            fits_the_description("github.json", "", &server.asked());
        }
    }

    #[test]
    fn the_request_of_a_commit_is_the_merged_one_and_who_merged_it_is_asked_of_itself() {
        let mut merged = pull(4, "closed", "promote/production/web");
        merged["merged_at"] = json!("2026-11-20T10:00:00Z");
        let mut whole = merged.clone();
        whole["merged_by"] = json!({ "login": "ann" });
        let answers = [json!([pull(3, "closed", "x"), merged]), json!([]), whole];
        let server = Server::of(answers.map(|value| Answer::Json(200, value)).to_vec());
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let [one] = Github(&door).of_commit(CommitId::from_hex(HEAD).unwrap()).unwrap().try_into().unwrap();
        assert_eq!((one.number, one.state), (4, State::Merged));
        assert_eq!(Github(&door).opinion(&one).unwrap().merged_by.as_deref(), Some("ann"));
        fits_the_description("github.json", "", &server.asked());
    }

    #[test]
    fn a_merge_is_told_with_its_time_and_one_that_may_come_is_none_yet() {
        let mut value = pull(4, "closed", "x");
        let merge = |value: &Value| read(value, "shop/config").unwrap().merge;
        // GitHub names the commit that a merge would make before there is one.
        value["merge_commit_sha"] = json!(HEAD);
        value["merged_at"] = Value::Null;
        assert_eq!(merge(&value), None);
        value["merged_at"] = json!("2026-11-20T10:00:00Z");
        let told = merge(&value).unwrap();
        assert_eq!((told.at.to_string().as_str(), told.into.as_str()), ("2026-11-20T10:00:00Z", "main"));
        assert_eq!(told.made, [CommitId::from_hex(HEAD).unwrap()]);
    }

    #[test]
    fn a_request_is_closed_with_its_last_words_in_one_call() {
        let server = Server::of(vec![Answer::Json(200, pull(4, "closed", "x"))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let text = Text { title: "t".into(), body: "**Closed**".into() };
        assert_eq!(Github(&door).close(4, &text).unwrap().state, State::Closed);
        let asked = server.asked();
        assert_eq!((asked.len(), &asked[0].body["state"]), (1, &json!("closed")));
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn a_branch_that_takes_changes_by_request_only_is_known_by_its_rules_or_its_protection() {
        let main = BranchName::new("main").unwrap();
        let none = || Answer::Json(404, json!({ "message": "Not Found" }));
        let set = |protection: Value| Answer::Json(200, protection);
        for (rules, protection, wanted) in [
            (
                json!([{ "type": "deletion" }, { "type": "pull_request" }]),
                None,
                Pushes::Refused("its rule `pull_request`".into()),
            ),
            (json!([{ "type": "required_signatures" }]), Some(none()), Pushes::Unknown),
            (json!([]), Some(Answer::Json(403, json!({ "message": "Must have admin rights" }))), Pushes::Unknown),
            (
                json!([]),
                Some(set(json!({ "required_pull_request_reviews": { "required_approving_review_count": 1 } }))),
                Pushes::Refused("its protection `required_pull_request_reviews`".into()),
            ),
            (json!([]), Some(set(json!({ "lock_branch": { "enabled": false } }))), Pushes::Taken),
        ] {
            let server = Server::of([Answer::Json(200, rules.clone())].into_iter().chain(protection).collect());
            let door = server.door(ForgeKind::Github, Duration::ZERO);
            assert_eq!(Github(&door).pushes(&main).unwrap(), wanted, "{rules}");
            fits_the_description("github.json", "", &server.asked());
        }
    }

    #[test]
    fn a_status_is_written_as_github_describes_it() {
        let server = Server::of(vec![Answer::Json(201, json!({})), Answer::Json(201, json!({}))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        let status = |outcome, page| Status { context: "stageline/verify", outcome, description: "verified", page };
        Github(&door).tell(commit, &status(Outcome::Success, Some("https://ci.example.com/7"))).unwrap();
        Github(&door).tell(commit, &status(Outcome::Error, None)).unwrap();
        let asked = server.asked();
        assert_eq!((&asked[0].body["state"], &asked[1].body["state"]), (&json!("success"), &json!("error")));
        assert_eq!(asked[0].body["target_url"], "https://ci.example.com/7");
        assert!(asked[1].body.get("target_url").is_none(), "{:?}", asked[1].body);
        fits_the_description("github.json", "", &asked);
    }

    #[test]
    fn what_the_newest_status_of_a_name_says_is_told_from_all_else() {
        let one = |context: &str, state: &str, description: &str| json!({ "context": context, "state": state, "description": description });
        let all =
            [one("stageline/verify/production", "failure", "verified"), one("stageline/verify", "success", "verified")];
        let list = json!({ "state": "failure", "total_count": 2, "statuses": all });
        let server = Server::of(vec![Answer::Json(200, list); 4]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let commit = CommitId::from_hex(HEAD).unwrap();
        for (context, outcome, description, is_it) in [
            ("stageline/verify", Outcome::Success, "verified", true),
            ("stageline/verify", Outcome::Success, "verified, until noon", false),
            ("stageline/verify", Outcome::Pending, "verified", false),
            ("stageline/verify/staging", Outcome::Success, "verified", false),
        ] {
            let status = Status { context, outcome, description, page: Some("https://ci.example.com/7") };
            assert_eq!(Github(&door).says(commit, &status).unwrap(), is_it, "{status:?}");
        }
        fits_the_description("github.json", "", &server.asked());
    }

    #[test]
    fn requests_of_forks_and_programs_are_told_with_the_branch_that_they_are_for() {
        let mut fork = pull(7, "open", "topic");
        fork["head"]["repo"] = json!({ "full_name": "mallory/config" });
        fork["user"] = json!({ "login": "mallory", "type": "User" });
        let mut own = pull(8, "open", "renovate/web");
        own["user"] = json!({ "login": "renovate[bot]", "type": "Bot" });
        let server = Server::of(vec![Answer::Json(200, json!([fork, own]))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let all = Github(&door).every_open().unwrap();
        let told: Vec<_> = all.iter().map(|one| (one.number, one.branches.is_some(), one.is_by_program)).collect();
        assert_eq!(told, [(7, false, false), (8, true, true)]);
        assert!(all.iter().all(|one| one.into.as_ref().is_some_and(|into| into.as_str() == "main")));
    }

    #[test]
    fn an_approval_says_of_which_head_it_is_and_when_it_was_given() {
        let mut approved = review("ann", "APPROVED");
        approved["submitted_at"] = json!("2026-11-20T10:00:00Z");
        let server = Server::of(vec![Answer::Json(200, json!([approved, review("ben", "APPROVED")]))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let request = found(&door, &pull(7, "open", "x")).unwrap();
        let all = Github(&door).approvals(&request).unwrap();
        let at: Vec<_> = all.iter().map(|one| one.at.map(|at| at.to_string())).collect();
        assert_eq!(at, [Some("2026-11-20T10:00:00Z".to_string()), None]);
        assert!(all.iter().all(|one| one.of == CommitId::from_hex(HEAD)));
        fits_the_description("github.json", "", &server.asked());
    }

    #[test]
    fn who_may_not_write_a_status_is_told_what_it_takes() {
        let server = Server::of(vec![Answer::Json(403, json!({ "message": "no" }))]);
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        let status = Status { context: "c", outcome: Outcome::Pending, description: "", page: None };
        let why = Github(&door).tell(commit, &status).unwrap_err().refusal();
        assert!(why.hints.iter().any(|hint| hint.contains("a status takes")), "{why:?}");
    }
}
