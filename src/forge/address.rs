//! What the address of a repository tells of its forge: the kind by the host, and the pages of requests, commits and comparisons.

use crate::domain::address::Address;
use crate::domain::commit::CommitId;
use crate::domain::settings::{Forge, ForgeKind};

/// Hosts that serve git alone, for a forge whose pages are at another.
const SAME: [(&str, &str); 3] =
    [("ssh.github.com", "github.com"), ("altssh.gitlab.com", "gitlab.com"), ("altssh.bitbucket.org", "bitbucket.org")];

/// The host of the pages, by the one that git speaks to.
pub fn host_of_pages(name: &str) -> &str {
    SAME.iter().find(|(git, _)| *git == name).map_or(name, |(_, own)| own)
}

/// A repository at a forge of a known kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    kind: ForgeKind,
    /// Its own page, from which all others go on.
    page: String,
}

/// The repository of an address; `None` where neither the host nor the settings tell which forge it is at.
pub fn repository(address: &str, forges: &[Forge]) -> Option<Repository> {
    let Place { host, path, is_http } = place(address)?;
    let name = host.split(':').next().unwrap_or(&host).to_ascii_lowercase();
    let said = forges.iter().find(|forge| [host.as_str(), name.as_str()].contains(&forge.host.to_string().as_str()));
    let kind = said.and_then(|forge| forge.kind).or_else(|| kind(&name))?;
    // Of a forge that git is spoken to with by ssh, the address of its interface tells port and folder of the pages.
    let api = said.and_then(|forge| forge.api.as_deref()).filter(|_| !is_http);
    let root = api.and_then(root);
    let page = match kind {
        ForgeKind::Azure => azure(&name, &path)?,
        _ => root.map_or_else(|| format!("https://{host}/{path}"), |root| format!("{root}/{path}")),
    };
    Some(Repository { kind, page })
}

impl Repository {
    /// The repository at a path of the forge whose interface is there, where its pages are below the same root; `None`: they are not.
    pub fn at(kind: ForgeKind, api: &str, path: &str) -> Option<Self> {
        root(api).map(|root| Repository { kind, page: format!("{root}/{path}") })
    }

    /// The page where a request from `branch` into `target` is opened.
    pub fn open_request(&self, branch: &str, target: &str) -> String {
        let (page, branch, target) = (&self.page, encode(branch), encode(target));
        match self.kind {
            ForgeKind::Azure => format!("{page}/pullrequestcreate?sourceRef={branch}&targetRef={target}"),
            ForgeKind::Github => format!("{page}/compare/{target}...{branch}?expand=1"),
            ForgeKind::Gitlab => format!(
                "{page}/-/merge_requests/new?merge_request%5Bsource_branch%5D={branch}&merge_request%5Btarget_branch%5D={target}"
            ),
            ForgeKind::Bitbucket => format!("{page}/pull-requests/new?source={branch}&dest={target}"),
            ForgeKind::Gitea => format!("{page}/compare/{target}...{branch}"),
        }
    }

    /// The page of a request, where it is `/NUMBER` below a place of its own.
    pub fn request(&self, number: u64) -> Option<String> {
        let page = &self.page;
        match self.kind {
            ForgeKind::Github => Some(format!("{page}/pull/{number}")),
            ForgeKind::Gitlab => Some(format!("{page}/-/merge_requests/{number}")),
            ForgeKind::Gitea => Some(format!("{page}/pulls/{number}")),
            ForgeKind::Bitbucket | ForgeKind::Azure => None,
        }
    }

    /// The page that lists the open requests of a branch; `None` where a forge has none.
    pub fn requests_of(&self, branch: &str) -> Option<String> {
        let (page, branch) = (&self.page, encode(branch));
        let list = format!("{page}/-/merge_requests?state=opened&source_branch={branch}");
        (self.kind == ForgeKind::Gitlab).then_some(list)
    }

    /// The page of a commit; `None` where this kind of forge has it at a place that the address does not tell.
    pub fn commit(&self, id: CommitId) -> Option<String> {
        let page = &self.page;
        match self.kind {
            ForgeKind::Gitlab => Some(format!("{page}/-/commit/{id}")),
            ForgeKind::Bitbucket => self.is_in_bitbucket_cloud().then(|| format!("{page}/commits/{id}")),
            ForgeKind::Github | ForgeKind::Gitea | ForgeKind::Azure => Some(format!("{page}/commit/{id}")),
        }
    }

    /// The page that shows what `new` has and `old` lacks; `None` as for a commit.
    pub fn compare(&self, old: CommitId, new: CommitId) -> Option<String> {
        let page = &self.page;
        match self.kind {
            ForgeKind::Gitlab => Some(format!("{page}/-/compare/{old}...{new}")),
            ForgeKind::Bitbucket => {
                self.is_in_bitbucket_cloud().then(|| format!("{page}/branches/compare/{new}..{old}"))
            }
            ForgeKind::Azure => Some(format!("{page}/branchCompare?baseVersion=GC{old}&targetVersion=GC{new}")),
            ForgeKind::Github | ForgeKind::Gitea => Some(format!("{page}/compare/{old}...{new}")),
        }
    }

    /// Bitbucket's Data Center has its pages at other places than the addresses of its repositories.
    fn is_in_bitbucket_cloud(&self) -> bool {
        self.page.starts_with("https://bitbucket.org/")
    }
}

/// What the pages of a forge are below, by the address of its interface; `None`: that is at another place (GitHub's own).
fn root(api: &str) -> Option<&str> {
    ["/api/v1", "/api/v3", "/api/v4"].iter().find_map(|end| api.strip_suffix(end))
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

/// Where a git address leads to.
struct Place {
    /// With its port, for http addresses.
    host: String,
    path: String,
    is_http: bool,
}

/// Host and path of a git address, without users, queries and `.git`.
fn place(address: &str) -> Option<Place> {
    let Address::Remote(parts) = Address::read(address) else { return None };
    if !matches!(parts.scheme, None | Some("http" | "https" | "ssh" | "git")) {
        return None;
    }
    let is_http = parts.scheme.is_some_and(|scheme| scheme.starts_with("http"));
    let host = if is_http { parts.host } else { parts.host.split(':').next().unwrap_or(parts.host) };
    let host = host_of_pages(host);
    let path = parts.path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| Place { host: host.to_string(), path: encode_path(path), is_http })
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
    path.split('/').map(|part| encode_kept(part, "~%")).collect::<Vec<_>>().join("/")
}

/// A text in a query or a path, where a `/` may stand as it is.
pub fn encode(text: &str) -> String {
    encode_kept(text, "/~%")
}

/// A text from outside as one part of an address.
pub fn encode_whole(text: &str) -> String {
    encode_kept(text, "")
}

/// Percent-encodes all but letters, digits, `-._` and `kept`.
fn encode_kept(text: &str, kept: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        let c = byte as char;
        if c.is_ascii_alphanumeric() || "-._".contains(c) || kept.contains(c) {
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
    use crate::domain::settings::Host;

    fn opened(remote: &str, branch: &str, forges: &[Forge]) -> Option<String> {
        repository(remote, forges).map(|repository| repository.open_request(branch, "main"))
    }

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
            assert_eq!(opened(remote, branch, &[]).as_deref(), Some(page), "{remote}");
        }
    }

    #[test]
    fn the_settings_tell_what_the_name_of_a_host_does_not() {
        let host = Host::new("git.corp.com").unwrap();
        let own = [Forge { host, kind: Some(ForgeKind::Gitea), api: None }];
        let page = opened("git@git.corp.com:shop/config.git", "b", &own);
        assert_eq!(page.as_deref(), Some("https://git.corp.com/shop/config/compare/main...b"));
    }

    #[test]
    fn an_unknown_host_has_no_page_and_a_password_never_shows() {
        assert_eq!(opened("https://u:secret@git.example.com/shop/config", "b", &[]), None);
        assert_eq!(opened("/srv/config.git", "b", &[]), None);
        assert_eq!(opened("file:///srv/github/config.git", "b", &[]), None);
        for remote in [
            "https://u:secret@github.com/shop/config",
            "https://u:sec/secret@github.com/shop/config",
            "https://secret@github.com/shop/config.git?private_token=secret#secret",
            "u:secret@github.com:shop/config.git",
        ] {
            let page = opened(remote, "b", &[]);
            assert_eq!(page.as_deref(), Some("https://github.com/shop/config/compare/main...b?expand=1"), "{remote}");
        }
    }

    #[test]
    fn commits_and_what_lies_between_two_have_their_pages_where_they_are_known() {
        let (old, new) = (CommitId::from_bytes([1; 20]), CommitId::from_bytes([2; 20]));
        for (address, commit, compare) in [
            (
                "git@github.com:shop/web.git",
                "https://github.com/shop/web/commit/N",
                "https://github.com/shop/web/compare/O...N",
            ),
            (
                "ssh://git@ssh.github.com:443/shop/web.git",
                "https://github.com/shop/web/commit/N",
                "https://github.com/shop/web/compare/O...N",
            ),
            (
                "https://gitlab.com/a/b/web.git",
                "https://gitlab.com/a/b/web/-/commit/N",
                "https://gitlab.com/a/b/web/-/compare/O...N",
            ),
            (
                "https://codeberg.org/shop/web",
                "https://codeberg.org/shop/web/commit/N",
                "https://codeberg.org/shop/web/compare/O...N",
            ),
            (
                "git@bitbucket.org:shop/web.git",
                "https://bitbucket.org/shop/web/commits/N",
                "https://bitbucket.org/shop/web/branches/compare/N..O",
            ),
            (
                "https://dev.azure.com/org/project/_git/web",
                "https://dev.azure.com/org/project/_git/web/commit/N",
                "https://dev.azure.com/org/project/_git/web/branchCompare?baseVersion=GCO&targetVersion=GCN",
            ),
        ] {
            let told =
                |page: Option<String>| page.map(|p| p.replace(&old.to_string(), "O").replace(&new.to_string(), "N"));
            let at = repository(address, &[]).unwrap_or_else(|| panic!("{address}"));
            assert_eq!(told(at.commit(new)).as_deref(), Some(commit), "{address}");
            assert_eq!(told(at.compare(old, new)).as_deref(), Some(compare), "{address}");
        }
        let data_center = repository("https://bitbucket.corp.com/scm/shop/web.git", &[]).unwrap();
        assert_eq!((data_center.commit(new), data_center.compare(old, new)), (None, None));
        for unknown in
            ["https://git.example.com/shop/web.git", "/srv/github/web.git", "../web", "file:///srv/github.com/web"]
        {
            assert_eq!(repository(unknown, &[]), None, "{unknown}");
        }
    }

    #[test]
    fn the_interface_tells_where_the_pages_are_of_what_git_reaches_by_ssh() {
        let host = Host::new("git.corp.com").unwrap();
        let api = Some("https://git.corp.com:8443/git/api/v1".to_string());
        let own = [Forge { host, kind: Some(ForgeKind::Gitea), api }];
        let page = |address: &str| repository(address, &own).map(|repository| repository.page);
        assert_eq!(page("git@git.corp.com:shop/web").as_deref(), Some("https://git.corp.com:8443/git/shop/web"));
        assert_eq!(page("https://git.corp.com/git/shop/web").as_deref(), Some("https://git.corp.com/git/shop/web"));
    }

    #[test]
    fn a_text_from_outside_is_one_part_of_an_address() {
        assert_eq!(encode_whole("../a b?c#d%2f&é"), "..%2Fa%20b%3Fc%23d%252f%26%C3%A9");
    }
}
