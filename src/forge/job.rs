//! What the variables of a job say of it: its page, who made it run, and whether what it has checked out is a merge that the forge made for it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use crate::domain::commit::CommitId;

type Variables = BTreeMap<OsString, OsString>;

/// The page of the job that this is; only shown, never gone to. `None`: no variable tells one, or not as a page's address.
pub fn page(variables: &Variables) -> Option<String> {
    let get = |name: &str| text(variables, name);
    // GitHub and Gitea; GitLab; Jenkins.
    let actions = || {
        let run = get("GITHUB_RUN_ID")?;
        Some(format!("{}/{}/actions/runs/{run}", get("GITHUB_SERVER_URL")?, get("GITHUB_REPOSITORY")?))
    };
    let found =
        get("CI_JOB_URL").map(str::to_string).or_else(actions).or_else(|| get("BUILD_URL").map(str::to_string))?;
    let rest = found.strip_prefix("https://").or_else(|| found.strip_prefix("http://"))?;
    // A user or a password in it is nothing to show.
    let is_plain = found.bytes().all(|byte| byte.is_ascii_graphic()) && found.len() <= 500;
    let is_open = !rest.split('/').next().unwrap_or_default().contains('@');
    (is_plain && is_open).then_some(found)
}

/// Where a commit is no head of a request but the merge that the forge made of it for this job: what names the head.
pub fn merge_of(variables: &Variables, commit: CommitId) -> Option<&'static str> {
    let is = |name: &str| text(variables, name).is_some_and(|own| own == commit.to_string());
    let is_merge =
        text(variables, "GITHUB_REF").is_some_and(|name| name.starts_with("refs/pull/") && name.ends_with("/merge"));
    if is("GITHUB_SHA") && is_merge {
        return Some("${{ github.event.pull_request.head.sha }}");
    }
    let head = text(variables, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
    (is("CI_COMMIT_SHA") && head.is_some_and(|head| head != commit.to_string()))
        .then_some("$CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
}

/// The login of who made this job run, at the forge that runs it: whoever ran it again, before whoever it ran for first. Of a scheduled one,
/// who last changed the schedule. It says who may not approve, and nothing else; `None`: this is no job, or it does not say.
pub fn triggered_by(variables: &Variables) -> Option<String> {
    let get = |name: &str| text(variables, name);
    let is = |name: &str| get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    // Gitea and Forgejo set GitHub's, too.
    let found = match () {
        () if is("GITHUB_ACTIONS") || is("GITEA_ACTIONS") || is("FORGEJO_ACTIONS") => {
            get("GITHUB_TRIGGERING_ACTOR").or_else(|| get("GITHUB_ACTOR"))
        }
        () if is("GITLAB_CI") => get("GITLAB_USER_LOGIN"),
        () => None,
    };
    let is_login =
        |login: &&str| login.len() <= 255 && login.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<');
    found.filter(is_login).map(str::to_string)
}

fn text<'v>(variables: &'v Variables, name: &str) -> Option<&'v str> {
    variables.get(OsStr::new(name))?.to_str().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(all: &[(&str, &str)]) -> Variables {
        all.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    #[test]
    fn the_page_of_a_job_is_what_its_variables_say_where_that_is_one() {
        let actions =
            [("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "shop/config"), ("GITHUB_RUN_ID", "7")];
        assert_eq!(page(&set(&actions)).as_deref(), Some("https://github.com/shop/config/actions/runs/7"));
        assert_eq!(page(&set(&actions[..2])), None);
        for (name, value, shown) in [
            ("CI_JOB_URL", "https://git.example.com/shop/config/-/jobs/9", true),
            ("BUILD_URL", "http://ci.example.com/job/x/3/", true),
            ("BUILD_URL", "https://mei:s3cret@ci.example.com/job/x/3/", false),
            ("BUILD_URL", "javascript:alert(1)", false),
            ("CI_JOB_URL", "https://git.example.com/a b", false),
            ("CI_JOB_URL", "", false),
        ] {
            assert_eq!(page(&set(&[(name, value)])).as_deref(), shown.then_some(value), "{name} {value}");
        }
    }

    #[test]
    fn who_made_a_job_run_is_what_its_forge_says_and_outside_of_a_job_nobody() {
        let (actor, again) = (("GITHUB_ACTOR", "mei"), ("GITHUB_TRIGGERING_ACTOR", "petrov"));
        for (variables, login) in [
            (vec![("GITHUB_ACTIONS", "true"), actor, again], Some("petrov")),
            (vec![("GITHUB_ACTIONS", "true"), actor], Some("mei")),
            (vec![("GITEA_ACTIONS", "true"), actor], Some("mei")),
            (vec![("GITLAB_CI", "true"), ("GITLAB_USER_LOGIN", "ann"), actor], Some("ann")),
            (vec![("GITHUB_ACTIONS", "true"), ("GITHUB_ACTOR", "dependabot[bot]")], Some("dependabot[bot]")),
            (vec![("GITHUB_ACTIONS", "true"), ("GITHUB_ACTOR", "x <mei@example.com>")], None),
            (vec![actor, again], None),
        ] {
            assert_eq!(triggered_by(&set(&variables)).as_deref(), login, "{variables:?}");
        }
    }

    #[test]
    fn a_merge_that_the_forge_made_for_the_job_is_told_from_the_head_of_a_request() {
        let id = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        let commit = CommitId::from_hex(id).unwrap();
        let github = |name: &str| merge_of(&set(&[("GITHUB_SHA", id), ("GITHUB_REF", name)]), commit);
        assert!(github("refs/pull/3/merge").is_some_and(|hint| hint.contains("head.sha")));
        // Gitea gives a job the head itself.
        assert_eq!(github("refs/pull/3/head"), None);
        assert_eq!(github("refs/heads/main"), None);
        let gitlab =
            |head: &str| merge_of(&set(&[("CI_COMMIT_SHA", id), ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", head)]), commit);
        assert!(gitlab("1111111111111111111111111111111111111111").is_some());
        assert_eq!(gitlab(""), None);
    }
}
