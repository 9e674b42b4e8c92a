//! Which forge a repository is at: the kind, the host, where its interface is, and the repository's path there.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

use crate::domain::address::Address;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Forge, ForgeKind};
use crate::http::patience::Patience;
use crate::http::{Call, Client, Fault, Method, Reply};

use super::address;

/// The path of GitHub's other interface.
pub const GRAPHQL: &str = "/graphql";

/// A repository at its forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub kind: ForgeKind,
    /// With its port where its pages have one; in small letters.
    pub host: String,
    /// The address of its interface, without a slash at its end.
    pub api: String,
    /// `shop/config`.
    pub path: String,
    /// Whether git speaks HTTP with that very host, so that what it logs in with is meant for it.
    pub is_http_remote: bool,
}

impl Site {
    /// Where a path of its interface is. GitHub's other one is beside that: `/api/graphql` beside `/api/v3` (docs.github.com,
    /// "Forming calls with GraphQL").
    pub fn url(&self, path: &str) -> String {
        match self.api.strip_suffix("/v3") {
            Some(beside) if path == GRAPHQL => format!("{beside}{path}"),
            _ => format!("{}{path}", self.api),
        }
    }

    /// The host and port that a token is sent to, as people call it: the interface of `github.com` is at a host of its own.
    pub fn token_host(&self) -> &str {
        let host = host(&self.api).unwrap_or(&self.host);
        if host == "api.github.com" { "github.com" } else { host }
    }
}

/// Finds out which forge a remote is at. `forges`: those of the settings at the base. `None`: none that can be spoken to.
///
/// # Errors
/// The settings send a token to another host than the remote's, or over an open line.
pub fn find(
    remote: &str,
    forges: &[Forge],
    variables: &BTreeMap<OsString, OsString>,
    patience: Duration,
) -> Result<Option<Site>, Error> {
    let Address::Remote(parts) = Address::read(remote) else { return Ok(None) };
    let scheme = parts.scheme.filter(|scheme| scheme.starts_with("http"));
    if scheme.is_none() && !matches!(parts.scheme, None | Some("ssh")) {
        return Ok(None);
    }
    let whole = parts.host.to_ascii_lowercase();
    let name = whole.split(':').next().unwrap_or_default();
    let name = address::host_of_pages(name);
    // A port of ssh is none of the pages'.
    let host = if scheme.is_some() { whole.as_str() } else { name };
    let path = parts.path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    if host.is_empty() || path.split('/').count() < 2 || path.split('/').any(|part| [".", "..", ""].contains(&part)) {
        return Ok(None);
    }
    let web = format!("{}://{host}", scheme.unwrap_or("https"));
    let said = forges.iter().find(|forge| [host, name].contains(&forge.host.to_string().as_str()));
    let told = said.and_then(|forge| forge.kind).or_else(|| address::kind(name)).or_else(|| by_job(host, variables));
    let kind = match (told, scheme) {
        (None, Some(_)) => asked(&web, variables, patience)?,
        (told, _) => told,
    };
    let Some(kind) = kind else { return Ok(None) };
    let own = match kind {
        ForgeKind::Github if host == "github.com" => "https://api.github.com".to_string(),
        ForgeKind::Github => format!("{web}/api/v3"),
        ForgeKind::Gitlab => format!("{web}/api/v4"),
        ForgeKind::Gitea => format!("{web}/api/v1"),
        // Their requests are opened by hand so far.
        ForgeKind::Bitbucket | ForgeKind::Azure => return Ok(None),
    };
    let api = match said.and_then(|forge| forge.api.clone()) {
        Some(api) if is_of(&api, host, scheme.is_none()) => api,
        Some(api) => return Err(elsewhere(&api, host)),
        None => own,
    };
    if !is_safe(&api) {
        return Err(open_line(&api));
    }
    let path = below(&api, path);
    Ok(Some(Site { kind, host: host.to_string(), api, path, is_http_remote: scheme.is_some() }))
}

/// Whether an address of an interface is on the remote's host: on that very port, or on any where git came by ssh.
fn is_of(api: &str, own: &str, is_ssh: bool) -> bool {
    let Some(there) = host(api) else { return false };
    there == own
        || (is_ssh && there.split(':').next() == Some(own))
        || (own == "github.com" && there == "api.github.com")
}

/// Whether nobody can listen: over HTTPS, or on this machine.
fn is_safe(api: &str) -> bool {
    let name = host(api).and_then(|host| host.split(':').next()).unwrap_or_default();
    api.starts_with("https://") || ["localhost", "127.0.0.1"].contains(&name)
}

/// The host of an address, with its port.
fn host(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split('/').next()
}

/// The repository's path below a forge that is not at the root of its host: `/git/api/v1` serves `/git/shop/config`.
fn below(api: &str, path: &str) -> String {
    let rest = api.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, rest)| rest);
    let prefix = ["api/v1", "api/v3", "api/v4"].iter().find_map(|end| rest.strip_suffix(end)).unwrap_or_default();
    path.strip_prefix(prefix).unwrap_or(path).to_string()
}

/// The kind of the forge whose job this is, or that the user's own variables name.
fn by_job(own: &str, variables: &BTreeMap<OsString, OsString>) -> Option<ForgeKind> {
    let is = |name: &str| hosts(name, variables).any(|host| host == own);
    let is_gitea =
        variables.contains_key(OsStr::new("GITEA_ACTIONS")) || variables.contains_key(OsStr::new("FORGEJO_ACTIONS"));
    match () {
        () if is("GITEA_SERVER_URL") || is("FORGEJO_URL") => Some(ForgeKind::Gitea),
        () if is("GITHUB_SERVER_URL") => Some(if is_gitea { ForgeKind::Gitea } else { ForgeKind::Github }),
        () if is("GH_HOST") => Some(ForgeKind::Github),
        () if is("CI_SERVER_HOST") || is("GITLAB_HOST") => Some(ForgeKind::Gitlab),
        () => None,
    }
}

/// The hosts that a variable names, by their names or by addresses, several with commas between them.
pub fn hosts<'v>(name: &str, variables: &'v BTreeMap<OsString, OsString>) -> impl Iterator<Item = String> + use<'v> {
    let value = variables.get(OsStr::new(name)).and_then(|value| value.to_str()).unwrap_or_default();
    let one = |text: &str| host(text).unwrap_or(text.split('/').next().unwrap_or_default()).trim().to_ascii_lowercase();
    value.split(',').map(str::trim).map(one).filter(|host| !host.is_empty())
}

/// Asks the server itself, without a token: Gitea and Forgejo tell their version to everybody, GitLab says there that it wants
/// to know who asks, and what is no forge has no such page.
///
/// # Errors
/// It does not answer, or not as either would: nobody can tell what it is (exit 3).
fn asked(web: &str, variables: &BTreeMap<OsString, OsString>, patience: Duration) -> Result<Option<ForgeKind>, Error> {
    let mut patience = Patience::of(patience);
    loop {
        match asked_once(web, variables) {
            Ok(kind) => return Ok(kind),
            Err(fault) if !patience.waits(None) => return Err(unclear(web, &fault)),
            Err(_) => {}
        }
    }
}

/// The kind of a server; `None`: it is no forge.
fn asked_once(web: &str, variables: &BTreeMap<OsString, OsString>) -> Result<Option<ForgeKind>, Fault> {
    let client = Client::new(web, variables)?;
    let get = |path: &str| {
        let url = format!("{web}{path}");
        client.call(&Call { method: Method::Get, url: &url, headers: &[], body: None })
    };
    let says = |reply: &Reply, key: &str| {
        serde_json::from_slice::<serde_json::Value>(&reply.body).is_ok_and(|value| value[key].is_string())
    };
    let is_none = |reply: &Reply| matches!(reply.status, 400 | 401 | 403..=405 | 410);
    let first = get("/api/v1/version")?;
    if first.status == 200 && says(&first, "version") {
        return Ok(Some(ForgeKind::Gitea));
    }
    let second = get("/api/v4/version")?;
    match () {
        () if second.status == 401 && says(&second, "message") => Ok(Some(ForgeKind::Gitlab)),
        () if is_none(&first) && is_none(&second) => Ok(None),
        () => Err(Fault::NoAnswer(format!("it answers with {} and {}", first.status, second.status))),
    }
}

fn unclear(web: &str, fault: &Fault) -> Error {
    Refusal::new(Code::ForgeUnclear, format!("cannot tell which forge `{web}` is: {fault}"))
        .hint(fault.hint())
        .hint("say it: `forges: { HOST: { kind: gitea } }` in `stageline.yaml`")
        .cannot_tell()
}

fn elsewhere(api: &str, own: &str) -> Error {
    let there = host(api).unwrap_or_default();
    Refusal::new(Code::ForeignInterface, format!("`forges:` would send a token for `{own}` to `{there}`"))
        .hint(format!("`api:` has to be on `{own}`; nothing was sent"))
        .invalid()
}

fn open_line(api: &str) -> Error {
    Refusal::new(Code::OpenLine, format!("a token would go over an open line: `{api}` is not HTTPS"))
        .hint("give the remote its https address: `git remote set-url`; or name it: `forges: { HOST: { api: \"https://...\" } }`")
        .invalid()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{Answer, Server};
    use super::*;
    use crate::domain::settings::Host;

    fn set(all: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
        all.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    fn forge(host: &str, kind: Option<ForgeKind>, api: Option<&str>) -> Forge {
        Forge { host: Host::new(host).unwrap(), kind, api: api.map(str::to_string) }
    }

    #[test]
    fn the_address_of_the_remote_tells_the_forge_and_where_it_is_spoken_to() {
        for (remote, kind, api, path) in [
            ("git@github.com:shop/config.git", ForgeKind::Github, "https://api.github.com", "shop/config"),
            (
                "ssh://git@ssh.github.com:443/shop/config.git",
                ForgeKind::Github,
                "https://api.github.com",
                "shop/config",
            ),
            (
                "https://x:y@github.corp.com/shop/config",
                ForgeKind::Github,
                "https://github.corp.com/api/v3",
                "shop/config",
            ),
            (
                "ssh://git@gitlab.corp.com:2222/a/b/config.git/",
                ForgeKind::Gitlab,
                "https://gitlab.corp.com/api/v4",
                "a/b/config",
            ),
            (
                "https://gitea.corp.com:3000/shop/config.git",
                ForgeKind::Gitea,
                "https://gitea.corp.com:3000/api/v1",
                "shop/config",
            ),
            ("http://127.0.0.1:3000/shop/config.git", ForgeKind::Gitea, "http://127.0.0.1:3000/api/v1", "shop/config"),
        ] {
            let job = set(&[("GITEA_SERVER_URL", "http://127.0.0.1:3000/")]);
            let site = find(remote, &[], &job, Duration::ZERO).unwrap().unwrap_or_else(|| panic!("{remote}"));
            assert_eq!((site.kind, site.api.as_str(), site.path.as_str()), (kind, api, path), "{remote}");
        }
        for remote in [
            "/srv/config.git",
            "file:///srv/config.git",
            "git@github.com:config",
            "git@bitbucket.org:a/b",
            "git@git.corp.com:a/b",
        ] {
            assert_eq!(find(remote, &[], &set(&[]), Duration::ZERO).unwrap(), None, "{remote}");
        }
    }

    #[test]
    fn the_settings_name_a_forge_and_its_interface_on_the_remotes_own_host_alone() {
        let own = [forge("git.corp.com", Some(ForgeKind::Gitlab), Some("https://git.corp.com:8443/api/v4"))];
        let site = find("git@git.corp.com:shop/config.git", &own, &set(&[]), Duration::ZERO).unwrap().unwrap();
        assert_eq!((site.api.as_str(), site.token_host()), ("https://git.corp.com:8443/api/v4", "git.corp.com:8443"));
        let below = [forge("git.corp.com", Some(ForgeKind::Gitea), Some("https://git.corp.com/git/api/v1"))];
        assert_eq!(
            find("https://git.corp.com/git/shop/config", &below, &set(&[]), Duration::ZERO).unwrap().unwrap().path,
            "shop/config"
        );
        for api in [
            "https://evil.example.com/api/v4",
            "https://git.corp.com.evil.example.com/api/v4",
            "https://github.com/api/v4",
        ] {
            let hostile = [forge("git.corp.com", Some(ForgeKind::Gitlab), Some(api))];
            let error = find("git@git.corp.com:shop/config.git", &hostile, &set(&[]), Duration::ZERO).unwrap_err();
            assert_eq!(error.refusal().code, "foreign-interface", "{api}");
        }
        let port = [forge("git.corp.com", Some(ForgeKind::Gitlab), Some("https://git.corp.com:8443/api/v4"))];
        assert!(
            find("https://git.corp.com/shop/config.git", &port, &set(&[]), Duration::ZERO).is_err(),
            "another port of that host"
        );
    }

    #[test]
    fn no_token_goes_over_an_open_line() {
        let error = find("http://gitea.corp.com/shop/config.git", &[], &set(&[]), Duration::ZERO).unwrap_err();
        assert_eq!(error.refusal().code, "open-line");
    }

    #[test]
    fn the_other_interface_of_an_enterprise_server_is_beside_its_first() {
        for (remote, url) in [
            ("git@github.com:shop/config.git", "https://api.github.com/graphql"),
            ("https://github.corp.com/shop/config", "https://github.corp.com/api/graphql"),
        ] {
            let site = find(remote, &[], &set(&[]), Duration::ZERO).unwrap().unwrap();
            assert_eq!(site.url(GRAPHQL), url);
            assert_eq!(site.url("/user"), format!("{}/user", site.api));
        }
    }

    #[test]
    fn a_path_that_climbs_is_no_repository() {
        assert_eq!(find("https://github.com/shop/../config", &[], &set(&[]), Duration::ZERO).unwrap(), None);
    }

    #[test]
    fn a_server_is_asked_what_it_is_and_one_that_is_ill_is_not_taken_for_none() {
        let none = Answer::Text(404, &[], "Not Found");
        let ill = Answer::Text(500, &[], "oops");
        let page = Answer::Text(200, &[], "<html>Log in</html>");
        let away = Answer::Text(302, &[("Location", "https://login.example.com/")], "");
        let gitlab = Answer::Json(401, json!({ "message": "401 Unauthorized" }));
        let gitea = Answer::Json(200, json!({ "version": "1.26.0" }));
        for (answers, wanted) in [
            (vec![gitea.clone()], Ok(Some(ForgeKind::Gitea))),
            (vec![none.clone(), gitlab], Ok(Some(ForgeKind::Gitlab))),
            (vec![none.clone(), none], Ok(None)),
            (vec![ill.clone(), ill.clone()], Err("forge-unclear")),
            (vec![page.clone(), page], Err("forge-unclear")),
            (vec![away.clone(), away], Err("forge-unclear")),
            (vec![Answer::Cut], Err("forge-unclear")),
        ] {
            let server = Server::of(answers.clone());
            let found = find(&format!("{}/shop/config.git", server.url), &[], &set(&[]), Duration::ZERO);
            match (found, wanted) {
                (Ok(site), Ok(kind)) => assert_eq!(site.map(|site| site.kind), kind, "{answers:?}"),
                (Err(error), Err(code)) => assert_eq!(error.refusal().code, code, "{answers:?}"),
                (found, _) => panic!("{answers:?}: {found:?}"),
            }
        }
        let server = Server::of(vec![Answer::Cut, gitea]);
        let address = format!("{}/shop/config.git", server.url);
        let found = find(&address, &[], &set(&[]), Duration::from_secs(20)).unwrap();
        assert_eq!(found.map(|site| site.kind), Some(ForgeKind::Gitea), "asked again");
    }
}
