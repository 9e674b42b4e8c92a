//! A path inside a repository: relative, normal, unable to leave it.

use std::fmt;

use super::names::BadName;

/// A `/`-separated path from the root of a repository. The root itself is the empty path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RepoPath(String);

impl RepoPath {
    /// Normalises `.` and `//`; refuses absolute paths, `..` that leaves the repository, `.git` and control characters.
    pub fn new(text: &str) -> Result<Self, BadName> {
        Self::root().join(text)
    }

    /// The root of the repository.
    pub fn root() -> Self {
        Self(String::new())
    }

    /// `text` as seen from this folder; `..` may climb, but not out of the repository.
    pub fn join(&self, text: &str) -> Result<Self, BadName> {
        if text.starts_with('/') || text.contains('\\') {
            return Err(BadName(format!("`{}` is not a relative path with `/`", text.escape_debug())));
        }
        if text.chars().any(char::is_control) {
            return Err(BadName(format!("`{}` has a control character", text.escape_debug())));
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(BadName(format!("`{text}` leaves the repository")));
                    }
                }
                part if part.eq_ignore_ascii_case(".git") => {
                    return Err(BadName(format!("`{text}` goes into git's own folder")));
                }
                part => parts.push(part),
            }
        }
        Ok(Self(parts.join("/")))
    }

    /// What has this name in this folder; `None` where that is not the name of one thing.
    pub fn child(&self, name: &str) -> Option<Self> {
        let odd = |c: char| c == '/' || c == '\\' || c.is_control();
        if matches!(name, "" | "." | "..") || name.eq_ignore_ascii_case(".git") || name.contains(odd) {
            return None;
        }
        Some(if self.is_root() { Self(name.to_string()) } else { Self(format!("{}/{name}", self.0)) })
    }

    /// The folder that this path is in; none for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(self.0.rsplit_once('/').map(|(dir, _)| dir.to_string()).unwrap_or_default()))
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(_, name)| name)
    }

    /// The parts from the root down.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Whether this is `folder` or lies below it.
    pub fn is_within(&self, folder: &RepoPath) -> bool {
        folder.0.is_empty()
            || self.0 == folder.0
            || (self.0.starts_with(&folder.0) && self.0.as_bytes().get(folder.0.len()) == Some(&b'/'))
    }

    /// Whether this is the root of the repository.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path as git writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.0.is_empty() { "." } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_normal_and_stays_inside() {
        assert_eq!(RepoPath::new("./a//b/../c").unwrap().as_str(), "a/c");
        assert!(RepoPath::new("../x").is_err());
        assert!(RepoPath::new("a/../../x").is_err());
        assert!(RepoPath::new("/etc/passwd").is_err());
        assert!(RepoPath::new("a/.GIT/config").is_err());
        assert!(RepoPath::new("a\nb").is_err());
    }

    #[test]
    fn a_child_is_one_part_below() {
        let folder = RepoPath::new("apps/web").unwrap();
        assert_eq!(folder.child("k.yaml"), Some(folder.join("k.yaml").unwrap()));
        assert_eq!(RepoPath::root().child("apps").unwrap().as_str(), "apps");
        for name in ["", ".", "..", "a/b", "a\\b", "a\nb", ".Git"] {
            assert_eq!(folder.child(name), None, "{name:?}");
        }
    }

    #[test]
    fn join_climbs_from_an_overlay_to_its_base() {
        let overlay = RepoPath::new("apps/web/overlays/staging").unwrap();
        assert_eq!(overlay.join("../../base").unwrap().as_str(), "apps/web/base");
        assert!(overlay.join("../../../../../x").is_err());
    }

    #[test]
    fn within_counts_whole_parts() {
        let folder = RepoPath::new("apps/web").unwrap();
        assert!(RepoPath::new("apps/web/x").unwrap().is_within(&folder));
        assert!(!RepoPath::new("apps/webshop").unwrap().is_within(&folder));
    }
}
