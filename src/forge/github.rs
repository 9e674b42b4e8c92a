//! Pull requests at GitHub and GitHub Enterprise (docs.github.com, "REST API endpoints for pull requests", 2022-11-28).

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::Error;
use crate::http::Method;

use super::address::encode;
use super::calls::Door;
use super::request::{Dress, Forge, Found, State, Text, Wanted, added, edited, opened};

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

    fn open(&self, wanted: &Wanted<'_>) -> Result<Found, Error> {
        let mut body = body(wanted);
        body["draft"] = json!(wanted.draft);
        opened(self, self.0, wanted, &pulls(self.0), &body, |value| found(self.0, value))
    }

    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error> {
        patched(self.0, number, &json!({ "title": text.title, "body": text.body }))
    }

    fn dress(&self, number: u64, dress: &Dress) -> Vec<String> {
        let mut out = labelled(self.0, number, dress);
        let path = format!("/repos/{}/issues/{number}/assignees", encode(&self.0.site.path));
        out.extend(added(self.0, &path, "the assignee", &dress.assignees, |all| json!({ "assignees": all })));
        out
    }

    fn mark(&self, number: u64) -> String {
        format!("#{number}")
    }
}

/// Where the pull requests of a repository are, at GitHub and Gitea.
pub fn pulls(door: &Door) -> String {
    format!("/repos/{}/pulls", encode(&door.site.path))
}

/// A pull request that the forge has answered with, as GitHub and Gitea have it.
pub fn found(door: &Door, value: &Value) -> Result<Found, Error> {
    read(value).ok_or_else(|| door.strange("a pull request"))
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

/// Adds labels and reviewers, as GitHub and Gitea take them; says which they do not take.
pub fn labelled(door: &Door, number: u64, dress: &Dress) -> Vec<String> {
    let repository = format!("/repos/{}", encode(&door.site.path));
    let (labels, reviewers) =
        (format!("{repository}/issues/{number}/labels"), format!("{repository}/pulls/{number}/requested_reviewers"));
    let mut out = added(door, &labels, "the label", &dress.labels, |all| json!({ "labels": all }));
    out.extend(added(door, &reviewers, "the reviewer", &dress.reviewers, |all| json!({ "reviewers": all })));
    out
}

fn read(value: &Value) -> Option<Found> {
    let is_merged = value["merged"].as_bool().unwrap_or(false) || value["merged_at"].is_string();
    Some(Found {
        number: value["number"].as_u64()?,
        page: value["html_url"].as_str()?.to_string(),
        state: match value["state"].as_str()? {
            _ if is_merged => State::Merged,
            "open" => State::Open,
            _ => State::Closed,
        },
        head: value["head"]["sha"].as_str().and_then(CommitId::from_hex),
        title: value["title"].as_str().unwrap_or_default().to_string(),
        body: value["body"].as_str().unwrap_or_default().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample::{Answer, Server, fits_the_description};
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
    fn who_cannot_be_asked_is_told_and_the_others_are_asked() {
        let refused = json!({ "message": "Review cannot be requested from pull request author." });
        let taken = Answer::Json(201, json!({}));
        let answers = [
            Answer::Json(200, json!([])),
            Answer::Json(422, refused.clone()),
            Answer::Json(422, refused),
            taken.clone(),
            taken,
        ];
        let server = Server::of(answers.to_vec());
        let door = server.door(ForgeKind::Github, Duration::ZERO);
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_string()).collect::<Vec<_>>();
        let dress = Dress { labels: own(&["release"]), reviewers: own(&["mei", "petrov"]), assignees: own(&["mei"]) };
        let told = Github(&door).dress(7, &dress);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("the reviewer `mei` is not added"), "{told:?}");
        let asked = server.asked();
        assert_eq!(asked[3].body, json!({ "reviewers": ["petrov"] }));
        fits_the_description("github.json", "", &asked);
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
}
