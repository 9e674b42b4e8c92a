//! The merge request that a job is of, by what its forge's variables and its event say; and the repository that a request's page is of.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use serde_json::Value;

use crate::domain::commit::CommitId;

type Variables = BTreeMap<OsString, OsString>;

/// A request by the address of its repository and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRequest {
    /// As one clones it; a token goes there only where its own variables say so.
    pub address: String,
    pub number: u64,
    /// The head that the job runs for; `None`: nothing says it.
    pub head: Option<CommitId>,
}

/// The request whose pipeline this job is of. `event`: what the file of `GITHUB_EVENT_PATH` holds.
pub fn of_job(variables: &Variables, event: &Value) -> Option<OwnRequest> {
    let get = |name: &str| text(variables, name);
    if let (Some(number), Some(address)) = (get("CI_MERGE_REQUEST_IID"), get("CI_MERGE_REQUEST_PROJECT_URL")) {
        // Of a pipeline of the merged result `CI_COMMIT_SHA` is a merge.
        let head = get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").or_else(|| get("CI_COMMIT_SHA"));
        let head = head.and_then(CommitId::from_hex);
        return Some(OwnRequest { address: address.to_string(), number: positive(number)?, head });
    }
    if let (Some(server), Some(name)) = (get("GITHUB_SERVER_URL"), get("GITHUB_REPOSITORY")) {
        let of_ref = || {
            let rest = get("GITHUB_REF")?.strip_prefix("refs/pull/")?;
            positive(rest.split('/').next()?)
        };
        let told = &event["pull_request"];
        let number = told["number"].as_u64().filter(|number| *number > 0).or_else(of_ref)?;
        let head = told["head"]["sha"].as_str().and_then(CommitId::from_hex);
        return Some(OwnRequest { address: format!("{}/{name}", server.trim_end_matches('/')), number, head });
    }
    // Jenkins says which page the request has.
    of_page(get("CHANGE_URL")?)
}

/// The request of a page, at a forge of any kind.
pub fn of_page(page: &str) -> Option<OwnRequest> {
    let plain = page.split(['?', '#']).next().unwrap_or(page);
    ["/-/merge_requests/", "/pull/", "/pulls/"].iter().find_map(|between| {
        let (address, rest) = plain.split_once(between)?;
        let number = positive(rest.split('/').next()?)?;
        address.contains("://").then(|| OwnRequest { address: address.to_string(), number, head: None })
    })
}

/// The repository that a job is of; `None`: no variable tells one.
pub fn repository(variables: &Variables) -> Option<String> {
    let get = |name: &str| text(variables, name);
    let actions = || Some(format!("{}/{}", get("GITHUB_SERVER_URL")?.trim_end_matches('/'), get("GITHUB_REPOSITORY")?));
    get("CI_PROJECT_URL").map(str::to_string).or_else(actions)
}

fn positive(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| *number > 0)
}

fn text<'v>(variables: &'v Variables, name: &str) -> Option<&'v str> {
    variables.get(OsStr::new(name))?.to_str().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEAD: &str = "9d3e7aa1c0ffee00112233445566778899aabbcc";
    const MERGE: &str = "1111111111111111111111111111111111111111";

    fn set(all: &[(&str, &str)]) -> Variables {
        all.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    fn found(all: &[(&str, &str)], event: Value) -> Option<(String, u64, Option<String>)> {
        of_job(&set(all), &event).map(|own| (own.address, own.number, own.head.map(|head| head.to_string())))
    }

    #[test]
    fn a_job_of_a_request_says_which_and_for_which_head_it_runs() {
        let actions = [("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "shop/web")];
        let of = |more: &[(&str, &str)], event| found(&[&actions[..], more].concat(), event);
        let web = || "https://github.com/shop/web".to_string();
        let event = || json!({ "pull_request": { "number": 12, "head": { "sha": HEAD } } });
        let merge = ("GITHUB_SHA", MERGE);
        assert_eq!(of(&[("GITHUB_REF", "refs/pull/12/merge"), merge], event()), Some((web(), 12, Some(HEAD.into()))));
        // An event of the target's own has the branch for its ref.
        assert_eq!(of(&[("GITHUB_REF", "refs/heads/main")], event()), Some((web(), 12, Some(HEAD.into()))));
        assert_eq!(of(&[("GITHUB_REF", "refs/pull/7/head")], Value::Null), Some((web(), 7, None)));
        let gitlab = [("CI_MERGE_REQUEST_IID", "4"), ("CI_MERGE_REQUEST_PROJECT_URL", "https://git.corp.com/a/b/web")];
        let of = |more: &[(&str, &str)]| found(&[&gitlab[..], more].concat(), Value::Null);
        let page = || "https://git.corp.com/a/b/web".to_string();
        let merged = [("CI_COMMIT_SHA", MERGE), ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", HEAD)];
        assert_eq!(of(&merged), Some((page(), 4, Some(HEAD.into()))));
        let plain = [("CI_COMMIT_SHA", HEAD), ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "")];
        assert_eq!(of(&plain), Some((page(), 4, Some(HEAD.into()))));
        let jenkins = [("CHANGE_URL", "https://git.corp.com/shop/web/pulls/3"), ("GIT_COMMIT", MERGE)];
        assert_eq!(found(&jenkins, Value::Null), Some(("https://git.corp.com/shop/web".into(), 3, None)));
    }

    #[test]
    fn a_job_of_no_request_is_of_none() {
        let push = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "shop/web"),
            ("GITHUB_REF", "refs/heads/main"),
        ];
        assert_eq!(found(&push, json!({ "ref": "refs/heads/main" })), None);
        let branch = [("CI_PROJECT_URL", "https://git.corp.com/a/web"), ("CI_COMMIT_SHA", HEAD)];
        assert_eq!(found(&branch, Value::Null), None);
        assert_eq!(
            found(&[("CI_MERGE_REQUEST_IID", "x"), ("CI_MERGE_REQUEST_PROJECT_URL", "https://x/y/z")], Value::Null),
            None
        );
        assert_eq!(found(&[], Value::Null), None);
    }

    #[test]
    fn the_page_of_a_request_tells_repository_and_number() {
        for (page, wanted) in [
            ("https://github.com/shop/web/pull/12", Some(("https://github.com/shop/web", 12))),
            ("https://github.com/shop/web/pull/12/files?w=1#x", Some(("https://github.com/shop/web", 12))),
            ("http://127.0.0.1:3000/mei/web/pulls/3", Some(("http://127.0.0.1:3000/mei/web", 3))),
            ("https://git.corp.com/a/b/web/-/merge_requests/4", Some(("https://git.corp.com/a/b/web", 4))),
            ("https://git.corp.com/a/b/web/-/issues/4", None),
            ("https://github.com/shop/web/pull/x", None),
            ("https://github.com/shop/web/pull/0", None),
            ("shop/web/pull/1", None),
        ] {
            let own = of_page(page);
            assert_eq!(own.as_ref().map(|own| (own.address.as_str(), own.number)), wanted, "{page}");
        }
        let job = [("GITHUB_SERVER_URL", "https://git.corp.com/"), ("GITHUB_REPOSITORY", "mei/web")];
        assert_eq!(repository(&set(&job)).as_deref(), Some("https://git.corp.com/mei/web"));
        assert_eq!(
            repository(&set(&[("CI_PROJECT_URL", "https://git.corp.com/a/web")])).as_deref(),
            Some("https://git.corp.com/a/web")
        );
    }
}
