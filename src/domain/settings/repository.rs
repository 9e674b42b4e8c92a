//! What change digests call a config repository: one word, so that it is the same by every address and in every clone.

use std::fmt;

use super::super::address::Address;
use super::super::names::{AppName, BadName, slug};

/// The `id:` of a config repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryId(String);

impl RepositoryId {
    /// Checks it by the rules for the names of applications.
    pub fn new(text: &str) -> Result<Self, BadName> {
        AppName::new(text).map(|name| Self(name.as_str().to_string()))
    }

    /// A good one for the repository of an address: all of its path at a server, since many are called `config` there; the name of a
    /// folder. `None` where the address has nothing to make a word of, or where it cannot be told from a secret.
    pub fn of_address(address: &str) -> Option<Self> {
        let path = match Address::read(address) {
            Address::Remote(parts) if parts.scheme != Some("file") => parts.path,
            Address::Remote(parts) => parts.path.trim_end_matches('/').rsplit('/').next()?,
            Address::Folder(path) => path.trim_end_matches('/').rsplit('/').next()?,
            Address::Unclear(..) => return None,
        };
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let has_word = path.contains(|c: char| c.is_ascii_alphanumeric());
        Self::new(&slug(path)).ok().filter(|_| has_word)
    }
}

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_a_word_that_is_the_same_by_every_way_to_the_server() {
        let id = |address: &str| RepositoryId::of_address(address).map(|id| id.to_string());
        for address in [
            "https://git.example.com/shop/config.git",
            "https://mei:s3cr3t@git.example.com/shop/config",
            "git@git.example.com:shop/config.git",
            "ssh://git@git.example.com:2222/shop/config.git/",
            "https://git.example.com/Shop/Config.git?token=x",
        ] {
            assert_eq!(id(address).as_deref(), Some("shop-config"), "{address}");
        }
        assert_eq!(id("https://dev.azure.com/shop/ops/_git/deploy").as_deref(), Some("shop-ops-git-deploy"));
        assert_eq!(id("/srv/git/config.git").as_deref(), Some("config"));
        assert_eq!(id("file:///srv/git/config.git").as_deref(), Some("config"));
        assert_eq!(id("../..").as_deref(), None);
        for odd in ["", "/", "https://git.example.com/", "https://git.example.com/\u{202e}/\n"] {
            assert_eq!(id(odd), None, "{odd}");
        }
        let long = format!("https://git.example.com/{}", "a".repeat(101));
        assert_eq!(id(&long), None, "no name is that long");
    }
}
