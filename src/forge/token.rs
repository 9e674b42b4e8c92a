//! The token that a forge is spoken to with, and the host that it is meant for: none goes anywhere else.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::ForgeKind;

use super::site::{Site, hosts};

/// The token that GitLab gives each job, and as whom git logs in with it.
const JOB_TOKEN: &str = "CI_JOB_TOKEN";
const JOB_USER: &str = "gitlab-ci-token";
/// What says that the variables of any forge are meant for a host.
const MEANT: &str = "STAGELINE_TOKEN_HOST";

/// A secret with where it is from. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: String,
    /// Who logs in, where it is a password of git's own.
    user: Option<String>,
    /// `GH_TOKEN`, `git's credential helper`.
    pub from: &'static str,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token of {}", self.from)
    }
}

impl Token {
    /// What a program or git's credential helper gave for a host.
    pub fn of(text: String, user: Option<String>, from: &'static str) -> Option<Self> {
        let is_fit = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        is_fit.then_some(Self { text, user, from })
    }

    /// The secret itself, for who takes it out of what is told.
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// Whether it is what GitLab gives a job: that may read merge requests, and neither open one nor write to it (docs.gitlab.com,
    /// "CI/CD job token").
    pub fn is_of_job(&self, kind: ForgeKind, variables: &BTreeMap<OsString, OsString>) -> bool {
        let is_same =
            || variables.get(OsStr::new(JOB_TOKEN)).and_then(|value| value.to_str()) == Some(self.text.as_str());
        kind == ForgeKind::Gitlab && (self.user.as_deref() == Some(JOB_USER) || is_same())
    }

    /// The header by which a kind of forge takes it.
    pub fn header(&self, kind: ForgeKind) -> (&'static str, String) {
        match (kind, &self.user) {
            (ForgeKind::Gitlab, _) => ("PRIVATE-TOKEN", self.text.clone()),
            (ForgeKind::Gitea, Some(user)) => {
                let pair = format!("{user}:{}", self.text);
                ("Authorization", format!("Basic {}", crate::domain::secrets::base64(pair.as_bytes())))
            }
            (ForgeKind::Gitea, None) => ("Authorization", format!("token {}", self.text)),
            _ => ("Authorization", format!("Bearer {}", self.text)),
        }
    }
}

/// The variables that hold a token of a kind of forge, and those that say which host it is for; without one of the latter it is
/// for the host at the end.
fn table(
    kind: ForgeKind,
    is_gitea_job: bool,
) -> (&'static [&'static str], &'static [&'static str], Option<&'static str>) {
    match kind {
        ForgeKind::Github => (&["GH_TOKEN", "GITHUB_TOKEN"], &["GH_HOST", "GITHUB_SERVER_URL"], Some("github.com")),
        ForgeKind::Gitlab => (&["GITLAB_TOKEN"], &["GITLAB_HOST", "CI_SERVER_HOST"], Some("gitlab.com")),
        // A job of Gitea has GitHub's variables for its own.
        ForgeKind::Gitea if is_gitea_job => (
            &["GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"],
            &["GITEA_SERVER_URL", "FORGEJO_URL", "GITHUB_SERVER_URL"],
            None,
        ),
        ForgeKind::Gitea => (&["GITEA_TOKEN", "FORGEJO_TOKEN"], &["GITEA_SERVER_URL", "FORGEJO_URL"], None),
        ForgeKind::Bitbucket | ForgeKind::Azure => (&[], &[], None),
    }
}

/// The token that a variable holds for the host of a site.
pub fn of_variables(site: &Site, variables: &BTreeMap<OsString, OsString>) -> Option<Token> {
    let (names, _, _) = table(site.kind, is_gitea_job(variables));
    if !is_meant(site, variables) {
        return None;
    }
    names.iter().find_map(|name| {
        let value = variables.get(OsStr::new(name))?.to_str()?.trim();
        Token::of(value.to_string(), None, name)
    })
}

/// Whether the variables of this kind of forge are for the host of a site.
fn is_meant(site: &Site, variables: &BTreeMap<OsString, OsString>) -> bool {
    let (_, meant, usual) = table(site.kind, is_gitea_job(variables));
    // A job of Gitea has the variables of GitHub, with an address that is no GitHub.
    let meant = meant.iter().filter(|_| site.kind != ForgeKind::Github || !is_gitea_job(variables));
    let named: Vec<String> = meant.flat_map(|name| hosts(name, variables)).collect();
    let own = site.token_host();
    named.iter().any(|host| host == own)
        || (named.is_empty() && usual == Some(own))
        || hosts(MEANT, variables).any(|host| host == own)
}

fn is_gitea_job(variables: &BTreeMap<OsString, OsString>) -> bool {
    ["GITEA_ACTIONS", "FORGEJO_ACTIONS"].iter().any(|name| variables.contains_key(OsStr::new(name)))
}

/// What is said where there is no token for a site: what to set, with which rights.
pub fn missing(site: &Site, variables: &BTreeMap<OsString, OsString>) -> Error {
    let (names, ..) = table(site.kind, is_gitea_job(variables));
    let host = site.token_host();
    let rights = match site.kind {
        ForgeKind::Github => "the right to write pull requests (a fine-grained token: Pull requests, read and write)",
        ForgeKind::Gitlab => "the scope `api` (a project's token with the role Developer is enough)",
        ForgeKind::Gitea => "the scope `write:repository`",
        ForgeKind::Bitbucket | ForgeKind::Azure => "the right to open requests",
    };
    let first = names.first().copied().unwrap_or_default();
    let set = names.iter().find(|name| variables.contains_key(OsStr::new(name)));
    let refusal =
        Refusal::new(Code::NoToken, format!("no token for `{host}`, so it cannot be asked; nothing was written"));
    let refusal = match set {
        Some(name) if of_variables(site, variables).is_some_and(|token| token.is_of_job(site.kind, variables)) => {
            refusal.hint(format!("set `{name}` to one of a project, a group or a person, with {rights}"))
        }
        Some(name) if is_meant(site, variables) => refusal
            .detail(format!(
                "`{name}` is set, and what it holds is no token: it is empty, or has blanks or strange characters"
            ))
            .hint(format!("set `{name}` to the token alone, with {rights}")),
        Some(name) => refusal
            .detail(format!("`{name}` is set, and nothing says that it is for `{host}`"))
            .hint(format!("if it is: `export {MEANT}={host}`")),
        _ if is_meant(site, variables) => refusal.hint(format!("`export {first}=...` with {rights}")),
        _ => refusal.hint(format!("`export {first}=... {MEANT}={host}` with {rights}")),
    };
    let refusal = if site.kind == ForgeKind::Gitlab && variables.contains_key(OsStr::new(JOB_TOKEN)) {
        refusal.detail(format!(
            "a job's own token (`{JOB_TOKEN}`, with which a job's clone logs in) may not open merge requests at GitLab, nor write to one"
        ))
    } else {
        refusal
    };
    refusal.unauthenticated()
}

/// The same error for who is about to write, with what goes without a token.
pub fn without(error: Error, kind: ForgeKind) -> Error {
    let error = match kind {
        ForgeKind::Gitlab | ForgeKind::Gitea => {
            error.hint("or let the push ask for the request, with git's own credentials: `--request-by-git`")
        }
        _ => error,
    };
    error.hint("or push the branch alone, and open the request on its page: `--no-request`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(all: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
        all.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    fn site(kind: ForgeKind, host: &str) -> Site {
        let api = if host == "github.com" { "https://api.github.com".into() } else { format!("https://{host}/api/v4") };
        Site { kind, host: host.into(), api, path: "shop/config".into(), is_http_remote: true }
    }

    #[test]
    fn a_token_goes_to_the_host_that_it_is_meant_for_and_to_no_other() {
        use ForgeKind::{Gitea, Github, Gitlab};
        let all = [
            ("GH_TOKEN", "canary-1"),
            ("GITHUB_TOKEN", "canary-2"),
            ("GITLAB_TOKEN", "canary-3"),
            ("GITEA_TOKEN", "canary-4"),
        ];
        for (more, kind, host, wanted) in [
            (&[][..], Github, "github.com", Some("GH_TOKEN")),
            (&[], Github, "github.evil.com", None),
            (&[("GH_HOST", "github.corp.com")], Github, "github.corp.com", Some("GH_TOKEN")),
            (&[("GH_HOST", "github.corp.com")], Github, "github.com", None),
            (&[("GITHUB_SERVER_URL", "https://github.corp.com")], Github, "github.corp.com", Some("GH_TOKEN")),
            (&[], Gitlab, "gitlab.com", Some("GITLAB_TOKEN")),
            (&[("CI_SERVER_HOST", "git.corp.com")], Gitlab, "git.corp.com", Some("GITLAB_TOKEN")),
            (&[("CI_SERVER_HOST", "git.corp.com")], Gitlab, "gitlab.com", None),
            (&[], Gitlab, "gitlab.evil.com", None),
            (&[], Gitea, "codeberg.org", None),
            (
                &[("GITEA_SERVER_URL", "https://gitea.corp.com:3000/")],
                Gitea,
                "gitea.corp.com:3000",
                Some("GITEA_TOKEN"),
            ),
            (&[("GITEA_SERVER_URL", "https://gitea.corp.com:3000/")], Gitea, "gitea.corp.com", None),
            (&[("STAGELINE_TOKEN_HOST", "codeberg.org, git.corp.com")], Gitea, "codeberg.org", Some("GITEA_TOKEN")),
            (
                &[("GITEA_ACTIONS", "true"), ("GITHUB_SERVER_URL", "https://g.corp.com")],
                Gitea,
                "g.corp.com",
                Some("GITEA_TOKEN"),
            ),
            (&[("GITEA_ACTIONS", "true"), ("GITHUB_SERVER_URL", "https://g.corp.com")], Github, "g.corp.com", None),
        ] {
            let variables: Vec<(&str, &str)> = all.iter().chain(more).copied().collect();
            let found = of_variables(&site(kind, host), &set(&variables)).map(|token| token.from);
            assert_eq!(found, wanted, "{more:?} {host}");
        }
    }

    #[test]
    fn what_gitlab_gives_a_job_opens_nothing_whoever_hands_it_over_and_it_is_said_what_to_set() {
        let job = [("CI_JOB_TOKEN", "canary-job"), ("CI_SERVER_HOST", "git.corp.com")];
        let own = site(ForgeKind::Gitlab, "git.corp.com");
        let is_of_job = |text: &str, user: Option<&str>, kind| {
            Token::of(text.into(), user.map(str::to_string), "x").unwrap().is_of_job(kind, &set(&job))
        };
        assert!(
            is_of_job("canary-job", None, ForgeKind::Gitlab)
                && is_of_job("other", Some("gitlab-ci-token"), ForgeKind::Gitlab)
        );
        assert!(
            !is_of_job("glpat-1", None, ForgeKind::Gitlab) && !is_of_job("glpat-1", Some("mei"), ForgeKind::Gitlab)
        );
        assert!(!is_of_job("canary-job", None, ForgeKind::Gitea), "another forge has it from elsewhere");
        let alone = missing(&own, &set(&job)).refusal();
        assert!(!alone.hints[0].contains("STAGELINE_TOKEN_HOST"), "the job says which host it is: {alone:?}");
        assert!(alone.details[0].contains("may not open merge requests at GitLab, nor write to one"), "{alone:?}");
        let handed = set(&[job[0], job[1], ("GITLAB_TOKEN", "canary-job")]);
        let refusal = missing(&own, &handed).refusal();
        assert!(
            refusal.hints[0].starts_with("set `GITLAB_TOKEN` to one of a project, a group or a person"),
            "{refusal:?}"
        );
        assert!(!refusal.details.iter().any(|line| line.contains("is no token")), "{refusal:?}");
        assert!(!format!("{refusal:?}{alone:?}").contains("canary"));
    }

    #[test]
    fn a_token_is_never_shown_and_what_is_missing_says_what_to_set() {
        let variables = set(&[("GITEA_TOKEN", "canary")]);
        let elsewhere = site(ForgeKind::Gitea, "codeberg.org");
        let refusal = missing(&elsewhere, &variables).refusal();
        assert!(refusal.hints[0].contains("STAGELINE_TOKEN_HOST=codeberg.org"), "{refusal:?}");
        let token = Token::of("canary".into(), None, "GITEA_TOKEN").unwrap();
        assert!(!format!("{token:?} {refusal:?}").contains("canary"));
        let refusal = missing(&site(ForgeKind::Github, "github.com"), &set(&[])).refusal();
        assert!(refusal.hints[0].contains("export GH_TOKEN="), "{refusal:?}");
        assert_eq!(Token::of("two words".into(), None, "GH_TOKEN"), None);
    }
}
