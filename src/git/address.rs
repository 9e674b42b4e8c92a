//! What a source's address is: a path or a remote, how it may be shown, and where its mirror lies.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::address::{self, shown};
use crate::domain::hex;
use crate::domain::names::slug;
use crate::domain::refusal::{Code, Error, Refusal};

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
    /// The address of a source. Refused: what git would take for an option or for a transport that starts a program.
    pub fn new(text: &str, root: &Path) -> Result<Self, Error> {
        Self::told_apart(text, root).map_err(|why| refused(Code::BadSourceAddress, text, "a source", why))
    }

    /// The address of a config repository; the same is refused.
    pub fn of_config(text: &str, root: &Path) -> Result<Self, Error> {
        Self::told_apart(text, root).map_err(|why| refused(Code::BadRepoAddress, text, "a config repository", why))
    }

    /// Tells the kinds apart; relative folders start at `root`. The error: why it is no address.
    fn told_apart(text: &str, root: &Path) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("it is empty");
        }
        if text.starts_with('-') {
            return Err("it begins with `-`");
        }
        if text.chars().any(char::is_control) {
            return Err("it has a control character");
        }
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        if let Some((helper, _)) = text.split_once("::")
            && !helper.contains(['/', '[', '@'])
        {
            return Err("addresses of the form `helper::...` start other programs");
        }
        if let Some(scheme) = scheme {
            if !["https", "http", "ssh", "git", "file", "git+ssh", "ssh+git"].contains(&scheme.to_lowercase().as_str())
            {
                return Err("its scheme is not one of `https`, `http`, `ssh`, `git` and `file`");
            }
            let host = match address::Address::read(text) {
                address::Address::Remote(parts) => parts.host,
                _ => return Err("where its host begins cannot be told"),
            };
            if host.starts_with('-') {
                return Err("its host begins with `-`");
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

fn refused(code: Code, text: &str, what: &str, why: &str) -> Error {
    Refusal::new(code, format!("`{}` is not the address of {what}: {why}", shown(text)))
        .hint("give an `https://`, `ssh://` or `host:path` address, or a folder")
        .invalid()
}

impl Remote {
    /// The mirror's folder name: readable, and different for different addresses and kinds of mirror.
    pub fn folder(&self, trees: bool) -> String {
        format!("{}{}.git", readable(&normal(&self.url), &normal(&self.url)), if trees { "-trees" } else { "" })
    }
}

/// The name of the folder for a config repository: another one for each address, since each may be let in in another way.
pub(super) fn folder_of_config(url: &str) -> String {
    format!("{}.git", readable(url, &normal(url)))
}

/// A name that differs where `key` does, and that people read as `text`.
fn readable(key: &str, text: &str) -> String {
    let hash = hex::text(&Sha256::digest(key)[..8]);
    let tail: String = slug(text).chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    format!("{hash}-{}", tail.trim_matches('-'))
}

/// The part of an address that names the repository: no scheme, user, query, `.git` or `/` at the end.
fn normal(text: &str) -> String {
    let (host, path) = match address::Address::read(text) {
        address::Address::Remote(parts) => (parts.host, parts.path),
        address::Address::Folder(path) => (path, ""),
        address::Address::Unclear(..) => (text, ""),
    };
    let host = if path.is_empty() { ended(host) } else { host.to_string() };
    format!("{}/{}", host.to_lowercase(), ended(path).trim_start_matches('/'))
}

/// The path of a repository without `.git` or `/` at its end.
pub(super) fn ended(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/').to_string()
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
            let Err(Error::Invalid(why)) = place(text) else { panic!("{text}") };
            assert_eq!(why.code, Code::BadSourceAddress, "{text}");
        }
    }

    #[test]
    fn the_address_of_a_config_repository_is_judged_like_that_of_a_source() {
        for text in ["--upload-pack=touch x", "ext::sh -c x", "ssh://-oProxyCommand=x/y", "gopher://x/y", ""] {
            let Err(Error::Invalid(why)) = Address::of_config(text, Path::new("/")) else { panic!("{text}") };
            assert_eq!(why.code, Code::BadRepoAddress, "{text}");
        }
        assert_eq!(Address::of_config("x.git", Path::new("/srv")).unwrap(), Address::Folder("/srv/x.git".into()));
    }

    #[test]
    fn a_config_repository_has_a_folder_for_each_way_in() {
        let one = folder_of_config("https://git.example.com/shop/config.git");
        assert!(one.ends_with("-git-example-com-shop-config.git"), "{one}");
        assert_ne!(one, folder_of_config("git@git.example.com:shop/config.git"));
    }

    #[test]
    fn credentials_are_never_shown() {
        assert_eq!(remote("https://mei:s3cret@git.example.com/web.git").shown, "https://git.example.com/web.git");
        assert_eq!(remote("mei:s3c/ret@git.example.com:web").shown, "mei@git.example.com:web");
        for bad in ["gopher://mei:s3cret@x/y", "http://gitea:3000/web?token=s3cret@x", "https://mei:s3cret"] {
            let Err(error) = place(bad) else { panic!("{bad}") };
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn the_same_repository_written_differently_is_the_same() {
        let one = remote("https://mei:token@git.example.com/shop/web.git");
        for other in [
            "https://Git.Example.com/shop/web",
            "git@git.example.com:shop/web.git",
            "ssh://git@git.example.com/shop/web/",
        ] {
            assert_eq!(remote(other).folder(false), one.folder(false), "{other}");
        }
        assert_ne!(remote("https://git.example.com/shop/config").folder(false), one.folder(false));
        assert_ne!(one.folder(false), one.folder(true));
        assert!(one.folder(false).ends_with("-git-example-com-shop-web.git"), "{}", one.folder(false));
    }
}
