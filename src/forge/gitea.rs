//! Pull requests at Gitea and Forgejo (their interface's own description, version 1).

use serde_json::{Value, json};

use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Refusal};

use super::address::encode;
use super::calls::Door;
use super::github::{body, found, labelled, patched, pulls};
use super::request::{Dress, Forge, Found, Text, WIP, Wanted, opened};

/// How many requests a page has at most (`[api] MAX_RESPONSE_ITEMS`, 50 where nobody has set it).
const PAGE: usize = 50;
/// So many pages of requests that are done are looked through, the newest changes first.
const PAGES: usize = 4;
/// So many pages of open requests there may be.
const MOST_OPEN: usize = 100;
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

    /// The requests of a state between two branches. Forgejo can be asked for them alone; Gitea does not know `head`, and gives all.
    fn of_state(&self, state: &str, most: usize, head: &BranchName, base: &BranchName) -> Result<Vec<Found>, Error> {
        let mut out = Vec::new();
        for page in 1..=most {
            let query = format!(
                "state={state}&sort=recentupdate&limit={PAGE}&page={page}&base={}&head={}",
                encode(base.as_str()),
                encode(head.as_str())
            );
            let list = self.0.get(&format!("{}?{query}", pulls(self.0)))?;
            let items = list.as_array().ok_or_else(|| self.0.strange("a list of pull requests"))?;
            let own = &self.0.site.path;
            // A fork's branch of that name is another one; a branch that is gone has its name in `label` alone.
            let is_it = |value: &&Value| {
                let head_of = &value["head"];
                let is_ours = head_of["repo"]["full_name"].as_str().is_none_or(|name| name.eq_ignore_ascii_case(own));
                let is_named = [&head_of["ref"], &head_of["label"]].iter().any(|name| **name == head.as_str());
                is_named && is_ours && value["base"]["ref"] == base.as_str()
            };
            for value in items.iter().filter(is_it) {
                out.push(found(self.0, value)?);
            }
            if items.is_empty() {
                return Ok(out);
            }
        }
        match state {
            // It has more than anybody works on, or gives the same page again and again.
            "open" => Err(self.0.strange("an end of the list of open requests")),
            _ => Ok(out),
        }
    }
}

impl Forge for Gitea<'_> {
    fn of_branch(&self, head: &BranchName, base: &BranchName) -> Result<Vec<Found>, Error> {
        let mut all = self.of_state("open", MOST_OPEN, head, base).map_err(|error| self.explained(error))?;
        all.extend(self.of_state("closed", PAGES, head, base)?);
        all.sort_by_key(|found| std::cmp::Reverse(found.number));
        Ok(all)
    }

    fn open(&self, wanted: &Wanted<'_>) -> Result<Found, Error> {
        let mut body = body(wanted);
        if wanted.draft {
            body["title"] = json!(format!("{WIP}{}", wanted.text.title));
        }
        opened(self, self.0, wanted, &pulls(self.0), &body, |value| found(self.0, value))
    }

    fn edit(&self, number: u64, text: &Text) -> Result<Found, Error> {
        patched(self.0, number, &json!({ "title": text.title, "body": text.body }))
    }

    fn dress(&self, number: u64, dress: &Dress) -> Vec<String> {
        let mut out = labelled(self.0, number, dress);
        if !dress.assignees.is_empty() {
            let done = patched(self.0, number, &json!({ "assignees": dress.assignees }));
            out.extend(done.err().map(|error| format!("nobody is assigned: {}", error.refusal().on_one_line())));
        }
        out
    }

    fn mark(&self, number: u64) -> String {
        format!("#{number}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::request::State;
    use super::super::sample::{Answer, Server, fits_the_description};
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
        let server = Server::of(vec![page; MOST_OPEN]);
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
}
