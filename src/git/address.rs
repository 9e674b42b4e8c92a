//! What a source's address is: a path or a remote, how it may be shown, and where its mirror lies.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::names::slug;
use crate::domain::refusal::{Error, Refusal};

/// A source's address, told apart as git does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A folder of this machine; absolute.
    Folder(PathBuf),
    /// A URL or `host:path`; git fetches from it.
    Remote(Remote),
}

/// An address that git fetches from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remote {
    /// As written: may hold credentials, so it is never shown.
    pub url: String,
    /// Without credentials.
    pub shown: String,
}

impl Address {
    /// Tells the kinds apart; relative folders start at `root`. Refused: what git would take for an option or for a
    /// transport that starts a program.
    pub fn new(text: &str, root: &Path) -> Result<Self, Error> {
        let bad = |why: &str| {
            Refusal::new("bad-source-address", format!("`{}` is not the address of a source: {why}", shown(text)))
                .hint("give an `https://`, `ssh://` or `host:path` address, or a folder")
                .invalid()
        };
        if text.is_empty() {
            return Err(bad("it is empty"));
        }
        if text.starts_with('-') {
            return Err(bad("it begins with `-`"));
        }
        if text.chars().any(char::is_control) {
            return Err(bad("it has a control character"));
        }
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        if let Some((helper, _)) = text.split_once("::")
            && !helper.contains(['/', '[', '@'])
        {
            return Err(bad("addresses of the form `helper::...` start other programs"));
        }
        if let Some(scheme) = scheme {
            if !["https", "http", "ssh", "git", "file", "git+ssh", "ssh+git"].contains(&scheme.to_lowercase().as_str())
            {
                return Err(bad("its scheme is not one of `https`, `http`, `ssh`, `git` and `file`"));
            }
            let host = authority(text).map_or("", |(_, host)| host);
            if host.starts_with('-') {
                return Err(bad("its host begins with `-`"));
            }
            return Ok(Address::Remote(Remote { url: text.into(), shown: shown(text) }));
        }
        // `host:path` unless a `/` comes first; `C:\x` and `C:/x` are folders.
        let colon = text.find(':').filter(|colon| *colon > 1 && !text[..*colon].contains('/'));
        if colon.is_some() {
            return Ok(Address::Remote(Remote { url: text.into(), shown: shown(text) }));
        }
        Ok(Address::Folder(root.join(text)))
    }
}

impl Remote {
    /// The mirror's folder name: readable, and different for different addresses and kinds of mirror.
    pub fn folder(&self, trees: bool) -> String {
        let digest = Sha256::digest(normal(&self.url));
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let tail: String =
            slug(&normal(&self.url)).chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        format!("{hash}-{}{}.git", tail.trim_matches('-'), if trees { "-trees" } else { "" })
    }

    /// Whether two addresses name the same repository as far as their texts tell.
    pub fn same_as(&self, other: &str) -> bool {
        normal(&self.url) == normal(other)
    }

    /// What a program said, without the credentials that the address holds.
    pub fn redact(&self, said: &str) -> String {
        let mut out = said.replace(&self.url, &self.shown);
        if let Some((user, _)) = authority(&self.url)
            && let Some((_, password)) = user.split_once(':')
            && !password.is_empty()
        {
            out = out.replace(password, "***");
        }
        out
    }
}

/// The user part and the rest of the authority of a URL.
fn authority(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once("://")?;
    let authority = &rest[..rest.find('/').unwrap_or(rest.len())];
    Some(authority.rsplit_once('@').unwrap_or(("", authority)))
}

/// An address without credentials: no user for http, no password for ssh, no query.
pub(super) fn shown(text: &str) -> String {
    let clean = |t: &str| t.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let Some((scheme, rest)) = text.split_once("://") else { return clean(text) };
    let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    // A password with an unescaped `/` or `?` in it must not survive either: everything up to the last `@` is dropped
    // where it may be a user part.
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host, path) = match (host.rsplit_once('@'), path.rsplit_once('@')) {
        (Some((user, host)), _) => (user, host, path),
        (None, Some((_, after))) if host.contains(':') && scheme.starts_with("http") => ("", after, ""),
        _ => ("", host, path),
    };
    let name = user.split(':').next().unwrap_or_default();
    let user = if scheme.contains("ssh") && !name.is_empty() { format!("{name}@") } else { String::new() };
    clean(&format!("{scheme}://{user}{host}{path}"))
}

/// The part of an address that names the repository: no scheme, user, query, `.git` or `/` at the end.
fn normal(text: &str) -> String {
    let text = shown(text);
    let (scheme, rest) = text.split_once("://").map_or((None, text.as_str()), |(s, r)| (Some(s), r));
    let rest = rest.rsplit_once('@').map_or(rest, |(user, host)| if user.contains('/') { rest } else { host });
    let rest = rest.trim_end_matches('/');
    let rest = rest.strip_suffix(".git").unwrap_or(rest).trim_end_matches('/');
    let (host, path) = match scheme {
        Some(_) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => rest.split_once(':').unwrap_or((rest, "")),
    };
    format!("{}/{}", host.to_lowercase(), path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Result<Address, Error> {
        Address::new(text, Path::new("/config"))
    }

    fn remote(text: &str) -> Remote {
        match place(text).unwrap() {
            Address::Remote(remote) => remote,
            Address::Folder(folder) => panic!("{text} is the folder {}", folder.display()),
        }
    }

    #[test]
    fn folders_and_remotes_are_told_apart_as_git_does_it() {
        for text in ["../web", "web", "/srv/git/web.git", "./a:b", "web/x:y"] {
            assert_eq!(place(text).unwrap(), Address::Folder(Path::new("/config").join(text)), "{text}");
        }
        for text in ["https://git.example.com/web.git", "git@git.example.com:web.git", "file:///srv/web", "host:web"] {
            assert_eq!(remote(text).url, text);
        }
    }

    #[test]
    fn an_address_that_would_be_an_option_or_start_a_program_is_refused() {
        for text in [
            "-x",
            "--upload-pack=touch x",
            "ext::sh -c x",
            "fd::7",
            "",
            "ssh://-oProxyCommand=x/y",
            "a\nb",
            "gopher://x/y",
        ] {
            assert!(matches!(place(text), Err(Error::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn credentials_are_never_shown() {
        for (text, shown) in [
            ("https://mei:s3cret@git.example.com/web.git", "https://git.example.com/web.git"),
            ("https://s3cret@git.example.com/web.git", "https://git.example.com/web.git"),
            ("https://git.example.com/web.git?token=s3cret", "https://git.example.com/web.git"),
            ("ssh://git:s3cret@git.example.com:22/web", "ssh://git@git.example.com:22/web"),
            ("https://mei:s3c/ret@git.example.com/web", "https://git.example.com/web"),
            ("git@git.example.com:web.git", "git@git.example.com:web.git"),
        ] {
            let found = super::shown(text);
            assert!(!found.contains("s3c"), "{found}");
            if !text.contains("s3c/") {
                assert_eq!(found, shown);
            }
        }
        let remote = remote("https://mei:s3cret@git.example.com/web.git");
        assert!(!remote.redact("fatal: https://mei:s3cret@git.example.com/web.git and s3cret").contains("s3cret"));
        let Err(error) = place("gopher://mei:s3cret@x/y") else { panic!("a gopher") };
        assert!(!error.to_string().contains("s3cret"));
    }

    #[test]
    fn the_same_repository_written_differently_is_the_same() {
        let one = remote("https://mei:token@git.example.com/shop/web.git");
        for other in [
            "https://Git.Example.com/shop/web",
            "git@git.example.com:shop/web.git",
            "ssh://git@git.example.com/shop/web/",
        ] {
            assert!(one.same_as(other), "{other}");
            assert_eq!(remote(other).folder(false), one.folder(false));
        }
        assert!(!one.same_as("https://git.example.com/shop/config"));
        assert_ne!(one.folder(false), one.folder(true));
        assert!(one.folder(false).ends_with("-git-example-com-shop-web.git"), "{}", one.folder(false));
    }
}
