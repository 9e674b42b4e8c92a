//! What the address of a remote tells of its forge: the kind by the host, the repository's path, the page where a request is opened.

use crate::domain::address::Address;
use crate::domain::settings::{Forge, ForgeKind};

/// The page where a request from `branch` into `target` is opened; `None` where neither the host nor the settings tell which forge
/// it is.
pub fn open_request(remote: &str, branch: &str, target: &str, forges: &[Forge]) -> Option<String> {
    let (host, path) = host_and_path(remote)?;
    let name = host.split(':').next().unwrap_or(&host).to_ascii_lowercase();
    let (branch, target) = (encode(branch), encode(target));
    let said = forges.iter().find(|forge| [host.as_str(), name.as_str()].contains(&forge.host.to_string().as_str()));
    Some(match said.and_then(|forge| forge.kind).or_else(|| kind(&name))? {
        ForgeKind::Azure => {
            let page = azure(&name, &path)?;
            format!("{page}/pullrequestcreate?sourceRef={branch}&targetRef={target}")
        }
        ForgeKind::Github => format!("https://{host}/{path}/compare/{target}...{branch}?expand=1"),
        ForgeKind::Gitlab => format!(
            "https://{host}/{path}/-/merge_requests/new?merge_request%5Bsource_branch%5D={branch}&merge_request%5Btarget_branch%5D={target}"
        ),
        ForgeKind::Bitbucket => format!("https://{host}/{path}/pull-requests/new?source={branch}&dest={target}"),
        ForgeKind::Gitea => format!("https://{host}/{path}/compare/{target}...{branch}"),
    })
}

/// The kind of forge that a host's name tells.
pub fn kind(name: &str) -> Option<ForgeKind> {
    let is = |word: &str| name.split(['.', '-']).any(|part| part == word);
    Some(match () {
        () if name == "dev.azure.com" || name == "ssh.dev.azure.com" || name.ends_with(".visualstudio.com") => {
            ForgeKind::Azure
        }
        () if is("github") => ForgeKind::Github,
        () if is("gitlab") => ForgeKind::Gitlab,
        () if is("bitbucket") => ForgeKind::Bitbucket,
        () if is("gitea") || is("forgejo") || is("codeberg") => ForgeKind::Gitea,
        () => return None,
    })
}

/// Host (with its port, for http addresses) and path of a git address, without users, queries and `.git`.
fn host_and_path(remote: &str) -> Option<(String, String)> {
    let Address::Remote(parts) = Address::read(remote) else { return None };
    if !matches!(parts.scheme, None | Some("http" | "https" | "ssh" | "git")) {
        return None;
    }
    let keep_port = parts.scheme.is_some_and(|scheme| scheme.starts_with("http"));
    let host = if keep_port { parts.host } else { parts.host.split(':').next().unwrap_or(parts.host) };
    let path = parts.path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| (host.to_string(), encode_path(path)))
}

/// `https://dev.azure.com/ORGANISATION/PROJECT/_git/REPOSITORY` from any of Azure's addresses.
fn azure(host: &str, path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    match (host, parts.as_slice()) {
        ("ssh.dev.azure.com", ["v3", organisation, project, repository]) => {
            Some(format!("https://dev.azure.com/{organisation}/{project}/_git/{repository}"))
        }
        ("dev.azure.com", [organisation, project, "_git", repository]) => {
            Some(format!("https://dev.azure.com/{organisation}/{project}/_git/{repository}"))
        }
        (_, [rest @ .., "_git", repository]) if host.ends_with(".visualstudio.com") => {
            Some(format!("https://{host}/{}/_git/{repository}", rest.join("/")))
        }
        _ => None,
    }
}

fn encode_path(path: &str) -> String {
    path.split('/').map(|part| encode_kept(part, "~")).collect::<Vec<_>>().join("/")
}

/// A text in a query or a path, where a `/` may stand as it is.
pub fn encode(text: &str) -> String {
    encode_kept(text, "/~")
}

/// Percent-encodes all but unreserved characters (RFC 3986) and `kept`.
fn encode_kept(text: &str, kept: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        let c = byte as char;
        if c.is_ascii_alphanumeric() || "-._%".contains(c) || kept.contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forge_has_its_page() {
        let branch = "promote/production/web";
        for (remote, page) in [
            (
                "git@github.com:shop/config.git",
                "https://github.com/shop/config/compare/main...promote/production/web?expand=1",
            ),
            (
                "https://x:secret@github.example.com/shop/config",
                "https://github.example.com/shop/config/compare/main...promote/production/web?expand=1",
            ),
            (
                "ssh://git@gitlab.example.com:2222/group/sub/config.git",
                "https://gitlab.example.com/group/sub/config/-/merge_requests/new?merge_request%5Bsource_branch%5D=promote/production/web&merge_request%5Btarget_branch%5D=main",
            ),
            (
                "https://gitea.example.com:3000/shop/config.git",
                "https://gitea.example.com:3000/shop/config/compare/main...promote/production/web",
            ),
            (
                "git@codeberg.org:shop/config.git",
                "https://codeberg.org/shop/config/compare/main...promote/production/web",
            ),
            (
                "git@bitbucket.org:shop/config.git",
                "https://bitbucket.org/shop/config/pull-requests/new?source=promote/production/web&dest=main",
            ),
            (
                "git@ssh.dev.azure.com:v3/org/project/config",
                "https://dev.azure.com/org/project/_git/config/pullrequestcreate?sourceRef=promote/production/web&targetRef=main",
            ),
            (
                "https://org@dev.azure.com/org/project/_git/config",
                "https://dev.azure.com/org/project/_git/config/pullrequestcreate?sourceRef=promote/production/web&targetRef=main",
            ),
        ] {
            assert_eq!(open_request(remote, branch, "main", &[]).as_deref(), Some(page), "{remote}");
        }
    }

    #[test]
    fn the_settings_tell_what_the_name_of_a_host_does_not() {
        let host = crate::domain::settings::Host::new("git.corp.com").unwrap();
        let own = [Forge { host, kind: Some(ForgeKind::Gitea), api: None }];
        let page = open_request("git@git.corp.com:shop/config.git", "b", "main", &own);
        assert_eq!(page.as_deref(), Some("https://git.corp.com/shop/config/compare/main...b"));
    }

    #[test]
    fn an_unknown_host_has_no_page_and_a_password_never_shows() {
        assert_eq!(open_request("https://u:secret@git.example.com/shop/config", "b", "main", &[]), None);
        assert_eq!(open_request("/srv/config.git", "b", "main", &[]), None);
        assert_eq!(open_request("file:///srv/github/config.git", "b", "main", &[]), None);
        for remote in [
            "https://u:secret@github.com/shop/config",
            "https://u:sec/secret@github.com/shop/config",
            "https://secret@github.com/shop/config.git?private_token=secret#secret",
            "u:secret@github.com:shop/config.git",
        ] {
            let page = open_request(remote, "b", "main", &[]);
            assert_eq!(page.as_deref(), Some("https://github.com/shop/config/compare/main...b?expand=1"), "{remote}");
        }
    }
}
