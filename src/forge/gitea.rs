//! Pull requests at Gitea and Forgejo (their interface's own description, version 1).

use serde_json::{Value, json};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Refusal};

use super::address::encode;
use super::calls::Door;
use super::github::{archived, body, combined, ended, found, labelled, merger, patched, pulls, reviews, single};
use super::request::{
    Approval, Checks, Dress, End, Forge, Found, Opinion, Pages, Pushes, State, Text, WIP, Wanted, all_pages, each,
    opened, paged, told_no,
};
use super::status::{Status, posted, stands};

/// How many a page has at most (`[api] MAX_RESPONSE_ITEMS`, 50 where nobody has set it).
pub const ALL: Pages = Pages { parameter: "limit", size: 50, most: 100, end: End::Empty };
/// So many pages of requests that are done are looked through, the newest changes first.
const DONE: Pages = Pages { most: 4, ..ALL };

/// The pull requests of the repository behind a door.
pub struct Gitea<'d>(pub &'d Door);

impl Gitea<'_> {
    /// Why there is no list: a repository without requests has none, and says only that it is not found.
    fn explained(&self, error: Error) -> Error {
        let is_off = error.refusal().code == Code::AccessDenied
            && self
                .0
                .get(&format!("/repos/{}", encode(&self.0.site.path)))
                .is_ok_and(|value| value["has_pull_requests"] == false || value["empty"] == true);
        if !is_off {
            return error;
        }
        let what =
            format!("`{}` takes no pull requests: they are switched off there, or it is empty", self.0.site.path);
        Refusal::new(Code::ForgeRefused, what)
            .hint("switch them on in the repository's settings; or push the branch alone: `--no-request`")
            .refused()
    }

    /// Where the requests of a state are listed.
    fn listed(&self, state: &str) -> String {
        format!("{}?state={state}&sort=recentupdate", pulls(self.0))
    }

    fn found(&self, all: &[Value]) -> Result<Vec<Found>, Error> {
        all.iter().map(|value| found(self.0, value)).collect()
    }
}

impl Forge for Gitea<'_> {
    fn of_branch(&self, head: &BranchName, base: &BranchName) -> Result<Vec<Found>, Error> {
        // Forgejo can be asked for them alone; Gitea does not know `head`, and gives all.
        let between = format!("&base={}&head={}", encode(base.as_str()), encode(head.as_str()));
        let path = format!("{}{between}", self.listed("open"));
        let mut all = all_pages(self.0, &path, &ALL, "the list of open requests").map_err(|e| self.explained(e))?;
        all.extend(paged(self.0, &format!("{}{between}", self.listed("closed")), &DONE, "a list of pull requests")?.0);
        let mut all = self.found(&all)?;
        all.retain(|found| found.branches.as_ref().is_some_and(|of| *of == (head.clone(), base.clone())));
        all.sort_by_key(|found| std::cmp::Reverse(found.number));
        Ok(all)
    }

    fn every_open(&self) -> Result<Vec<Found>, Error> {
        let all = all_pages(self.0, &self.listed("open"), &ALL, "the list of open requests");
        each(all.map_err(|error| self.explained(error))?.iter().map(|value| found(self.0, value)))
    }

    fn one(&self, number: u64) -> Result<Found, Error> {
        single(self.0, number)
    }

    fn of_commit(&self, commit: CommitId) -> Result<Vec<Found>, Error> {
        let path = format!("/repos/{}/commits/{commit}/pull", encode(&self.0.site.path));
        match self.0.find(&path)? {
            Some(value) => {
                let one = found(self.0, &value)?;
                Ok(if one.state == State::Merged { vec![one] } else { Vec::new() })
            }
            None => Ok(Vec::new()),
        }
    }

    fn approvals(&self, found: &Found) -> Result<Vec<Approval>, Error> {
        reviews(self.0, found.number, &ALL)
    }

    fn opinion(&self, found: &Found) -> Result<Opinion, Error> {
        let approvals = self.approvals(found)?;
        let merged_by = merger(self.0, found)?;
        let checks = match (found.state, found.head) {
            (State::Open, Some(head)) => {
                combined(&self.0.get(&format!("/repos/{}/commits/{head}/status", encode(&self.0.site.path)))?)
            }
            _ => Checks::None,
        };
        Ok(Opinion { approvals, checks, merged_by })
    }

    fn pushes(&self, branch: &BranchName) -> Result<Pushes, Error> {
        let path = format!("/repos/{}/branches/{}", encode(&self.0.site.path), encode(branch.as_str()));
        let Some(value) = self.0.find(&path)? else { return Ok(Pushes::Unknown) };
        Ok(match (value["user_can_push"].as_bool(), value["protected"].as_bool()) {
            (Some(true), _) => Pushes::Taken,
            (Some(false), Some(true)) => Pushes::Refused("its protection".into()),
            (Some(false), _) => Pushes::Refused("what the token may".into()),
            (None, _) => Pushes::Unknown,
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
        if wanted.draft {
            body["title"] = json!(format!("{WIP}{}", wanted.text.title));
        }
        opened(self, self.0, wanted, &pulls(self.0), &body, |value| found(self.0, value))
    }

    /// It looks for another one first and opens then, without a lock (seen with 1.26).
    fn may_open_twice(&self) -> bool {
        true
    }

    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error> {
        patched(self.0, number, &json!({ "title": text.title, "body": text.body }))
    }

    fn dress(&self, number: u64, dress: &Dress) -> Result<Vec<String>, Error> {
        let mut out = labelled(self.0, number, dress)?;
        if !dress.assignees.is_empty() {
            let done = patched(self.0, number, &json!({ "assignees": dress.assignees }));
            out.extend(told_no(done)?.map(|why| format!("nobody is assigned: {why}")));
        }
        Ok(out)
    }

    fn tell(&self, commit: CommitId, status: &Status<'_>) -> Result<(), Error> {
        posted(self.0, commit, status)
    }

    fn says(&self, commit: CommitId, status: &Status<'_>) -> Result<bool, Error> {
        stands(self.0, commit, status, "limit=50")
    }

    fn mark(&self, number: u64) -> String {
        format!("#{number}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample::{Answer, Server, fits_the_description};
    use super::super::status::Outcome;
    use super::*;
    use crate::domain::settings::ForgeKind;

    fn pull(number: u64, state: &str, head: &str, of: &str) -> Value {
        json!({
            "number": number, "state": state, "merged": false, "title": "t", "body": "b", "html_url": "https://codeberg.org/shop/config/pulls/1",
            "head": { "ref": head, "label": head, "sha": "9d3e7aa1c0ffee00112233445566778899aabbcc", "repo": { "full_name": of } },
            "base": { "ref": "main" },
        })
    }

    #[test]
    fn all_pages_of_open_requests_are_looked_through_and_forks_are_others() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let (head, base) = (name("promote/production/web"), name("main"));
        let first =
            json!([pull(9, "open", "promote/production/web", "fork/config"), pull(8, "open", "other", "shop/config")]);
        let second = json!([pull(2, "open", "promote/production/web", "Shop/config")]);
        let done = json!([pull(1, "closed", "promote/production/web", "shop/config")]);
        let lists = [first, second, json!([]), done, json!([])];
        let server = Server::of(lists.map(|list| Answer::Json(200, list)).to_vec());
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let found = Gitea(&door).of_branch(&head, &base).unwrap();
        let states: Vec<(u64, State)> = found.iter().map(|one| (one.number, one.state)).collect();
        assert_eq!(states, [(2, State::Open), (1, State::Closed)]);
        let asked = server.asked();
        assert_eq!(asked.len(), 5);
        fits_the_description("forgejo.json", "", &asked);
    }

    #[test]
    fn a_list_without_an_end_is_told_as_that() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let page = Answer::Json(200, json!([pull(8, "open", "other", "shop/config")]));
        let server = Server::of(vec![page; ALL.most]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let error = Gitea(&door).of_branch(&name("promote/production/web"), &name("main")).unwrap_err();
        assert_eq!(error.refusal().code, "forge-unclear");
    }

    #[test]
    fn a_repository_without_requests_is_told_as_that() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let off = json!({ "has_pull_requests": false, "empty": false });
        let server = Server::of(vec![Answer::Json(404, json!({ "message": "not found" })), Answer::Json(200, off)]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let error = Gitea(&door).of_branch(&name("promote/production/web"), &name("main")).unwrap_err();
        assert_eq!(error.refusal().code, "forge-refused");
        fits_the_description("forgejo.json", "", &server.asked());
    }

    #[test]
    fn requests_are_opened_and_written_again_as_it_describes_it() {
        let name = |text: &str| BranchName::new(text).unwrap();
        let text = Text { title: "promote web".into(), body: "| web |".into() };
        let made = pull(3, "open", "promote/production/web", "shop/config");
        let server = Server::of(vec![Answer::Json(201, made.clone()), Answer::Json(201, made)]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let wanted = Wanted { head: &name("promote/production/web"), base: &name("main"), text: &text, draft: false };
        assert_eq!(Gitea(&door).open(&wanted).unwrap().number, 3);
        Gitea(&door).edit(3, &text).unwrap();
        fits_the_description("forgejo.json", "", &server.asked());
    }

    #[test]
    fn opinions_of_a_request_are_asked_for_as_it_describes_them_and_what_was_dismissed_does_not_count() {
        let review = |login: &str, state: &str, is_dismissed: bool| json!({ "user": { "login": login }, "state": state, "dismissed": is_dismissed, "commit_id": "9d3e7aa1c0ffee00112233445566778899aabbcc" });
        let reviews = json!([
            review("ann", "APPROVED", false),
            review("ben", "APPROVED", true),
            review("eve", "APPROVED", false),
            review("eve", "REQUEST_CHANGES", false),
            review("joe", "REQUEST_REVIEW", false),
        ]);
        let status = json!({ "state": "failure", "total_count": 2, "statuses": [{}, {}] });
        let server = Server::of([reviews, json!([]), status].map(|value| Answer::Json(200, value)).to_vec());
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let request = found(&door, &pull(3, "open", "x", "shop/config")).unwrap();
        let opinion = Gitea(&door).opinion(&request).unwrap();
        let people: Vec<&str> = opinion.approvals.iter().map(|one| one.by.as_str()).collect();
        assert_eq!((people, opinion.checks), (vec!["ann"], Checks::Failed));
        fits_the_description("forgejo.json", "", &server.asked());
    }

    #[test]
    fn a_commit_without_a_request_has_none_and_a_request_is_closed_in_one_call() {
        let closed = pull(3, "closed", "x", "shop/config");
        let not_found = Answer::Json(404, json!({ "message": "not found" }));
        let server = Server::of(vec![not_found, Answer::Json(201, closed)]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        assert_eq!(Gitea(&door).of_commit(commit).unwrap(), []);
        let text = Text { title: "t".into(), body: "b".into() };
        assert_eq!(Gitea(&door).close(3, &text).unwrap().state, State::Closed);
        fits_the_description("forgejo.json", "", &server.asked());
    }

    #[test]
    fn a_status_is_written_as_gitea_describes_it() {
        let server = Server::of(vec![Answer::Json(201, json!({})), Answer::Json(201, json!({}))]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        let status = |outcome, page| Status { context: "stageline/verify", outcome, description: "verified", page };
        Gitea(&door).tell(commit, &status(Outcome::Success, Some("https://ci.example.com/7"))).unwrap();
        Gitea(&door).tell(commit, &status(Outcome::Error, None)).unwrap();
        let asked = server.asked();
        assert_eq!((&asked[0].body["state"], &asked[1].body["state"]), (&json!("success"), &json!("error")));
        assert_eq!(asked[0].body["target_url"], "https://ci.example.com/7");
        assert!(asked[1].body.get("target_url").is_none(), "{:?}", asked[1].body);
        fits_the_description("forgejo.json", "", &asked);
    }

    #[test]
    fn who_may_not_write_a_status_is_told_what_it_takes() {
        let server = Server::of(vec![Answer::Json(403, json!({ "message": "no" }))]);
        let door = server.door(ForgeKind::Gitea, Duration::ZERO);
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        let status = Status { context: "c", outcome: Outcome::Pending, description: "", page: None };
        let why = Gitea(&door).tell(commit, &status).unwrap_err().refusal();
        assert!(why.hints.iter().any(|hint| hint.contains("a status takes")), "{why:?}");
    }
}
