//! Texts that stand for several things: globs of branches, of applications and of paths, and texts with placeholders.

use std::str::FromStr;

use super::super::names::{AppName, BadName, BranchName};
use super::super::path::RepoPath;

/// A source branch, a glob of branches, or with `!` an exception: `main`, `hotfix/*`, `!main`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchPattern(String);

/// An application, a glob of applications, or with `!` an exception: `web`, `shop-*`, `!legacy-*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(String);

/// A folder or file of a source repository, a glob of them, or with `!` an exception: `libs`, `!**/*.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathPattern(String);

/// A text with placeholders such as `{slug}`; which ones there may be was checked when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fillable(pub String);

/// The pattern without its `!`, each `*` as a letter that stands for what it may be.
fn example(text: &str) -> String {
    text.strip_prefix('!').unwrap_or(text).replace('*', "x")
}

/// Whether a name is what a pattern stands for, an exception or not: `*` stands for any text.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

impl BranchPattern {
    /// Checks it by the rules of git for the names of branches.
    pub fn new(text: &str) -> Result<Self, BadName> {
        BranchName::new(example(text)).map(|_| Self(text.to_string()))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The branch that it is the plain name of.
    pub fn plain(&self) -> Option<BranchName> {
        let plain = !self.0.starts_with('!') && !self.0.contains('*');
        BranchName::new(self.0.as_str()).ok().filter(|_| plain)
    }

    /// Whether it takes away from what the others name.
    pub fn is_exception(&self) -> bool {
        self.0.starts_with('!')
    }

    /// Where a branch comes among those that these patterns choose: first those named plainly, then those of globs, in the order
    /// of the patterns. `None`: it is not chosen. The last pattern that fits counts; exceptions alone are exceptions of all.
    pub fn place(all: &[Self], branch: &str) -> Option<usize> {
        let last = all.iter().rev().find(|pattern| fits(&pattern.0, branch));
        let takes_others = !all.is_empty() && all.iter().all(Self::is_exception);
        if !last.map_or(takes_others, |pattern| !pattern.is_exception()) {
            return None;
        }
        let place = |plainly: bool| {
            all.iter().position(|pattern| {
                !pattern.is_exception() && pattern.0.contains('*') != plainly && fits(&pattern.0, branch)
            })
        };
        Some(place(true).or_else(|| place(false).map(|at| all.len() + at)).unwrap_or(2 * all.len()))
    }
}

impl FromStr for NamePattern {
    type Err = BadName;

    /// A name or a glob as people name applications: without exceptions.
    fn from_str(text: &str) -> Result<Self, BadName> {
        AppName::new(example(text))?;
        if text.starts_with('!') {
            Err(BadName(format!("`{text}` is an exception to nothing")))
        } else {
            Self::new(text)
        }
    }
}

impl NamePattern {
    /// Checks it by the rules for the names of applications. An exception may also be one that no application could have:
    /// `!_*`.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let is_odd = |c: char| c == '/' || c.is_whitespace() || c.is_control();
        match text.strip_prefix('!') {
            Some(rest) if !rest.is_empty() && !rest.contains(is_odd) && !rest.starts_with('!') => {}
            _ => {
                AppName::new(example(text))?;
            }
        }
        Ok(Self(text.to_string()))
    }

    /// Whether a name is one of those that it names, or makes an exception of: `*` stands for any text.
    pub fn matches(&self, name: &str) -> bool {
        fits(&self.0, name)
    }

    /// Whether it takes away from what the others name.
    pub fn is_exception(&self) -> bool {
        self.0.starts_with('!')
    }

    /// Whether these patterns take a name: the last that fits counts, and exceptions alone (or nothing) are exceptions of all.
    pub fn take(all: &[Self], name: &str) -> bool {
        let last = all.iter().rev().find(|pattern| pattern.matches(name));
        let takes_others = all.iter().all(Self::is_exception);
        last.map_or(takes_others, |pattern| !pattern.is_exception())
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one application that it names, an exception or not.
    pub fn one(&self) -> Option<&str> {
        let name = self.0.strip_prefix('!').unwrap_or(&self.0);
        Some(name).filter(|name| !name.contains('*'))
    }
}

impl PathPattern {
    /// Checks that it stays inside the repository.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let path = RepoPath::new(text.strip_prefix('!').unwrap_or(text))?;
        if path.is_root() {
            return Err(BadName(format!("`{}` is the whole repository", text.escape_debug())));
        }
        let except = if text.starts_with('!') { "!" } else { "" };
        Ok(Self(format!("{except}{path}")))
    }

    /// The pattern, normal.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pattern without the `!` of an exception.
    pub fn positive(&self) -> &str {
        self.0.strip_prefix('!').unwrap_or(&self.0)
    }

    /// Whether it takes away from what the others name.
    pub fn is_exception(&self) -> bool {
        self.0.starts_with('!')
    }

    /// Whether it stands for several paths, by `*`, `?` or `[`.
    pub fn is_glob(&self) -> bool {
        self.0.contains(['*', '?', '['])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_checked_as_the_name_that_it_stands_for() {
        for text in ["main", "hotfix/*", "*", "!main"] {
            assert_eq!(BranchPattern::new(text).unwrap().as_str(), text);
        }
        for text in ["", "!", "a b", "-x", "a..*"] {
            assert!(BranchPattern::new(text).is_err(), "{text}");
        }
        for text in ["web", "*", "!legacy-*"] {
            assert_eq!(NamePattern::new(text).unwrap().as_str(), text);
        }
        for text in ["", "a/b", "!", "a b", "_x", "!a/b", "!!a"] {
            assert!(NamePattern::new(text).is_err(), "{text}");
        }
        assert!(NamePattern::new("!_*").is_ok(), "what no application could be called may be left out");
        for (text, normal) in [("./services//web", "services/web"), ("!**/*.md", "!**/*.md")] {
            assert_eq!(PathPattern::new(text).unwrap().as_str(), normal);
        }
        for text in ["../x", "/x", ".", "!"] {
            assert!(PathPattern::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text() {
        let matches = |pattern: &str, name: &str| NamePattern::new(pattern).unwrap().matches(name);
        for (pattern, name) in [
            ("*", "web"),
            ("web", "web"),
            ("shop-*", "shop-web"),
            ("*-w*b", "shop-web"),
            ("!legacy-*", "legacy-a"),
            ("a*b*a", "aba"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("web", "web2"), ("shop-*", "ship-web"), ("*-web", "web"), ("a*a", "a"), ("a*b*a", "aa")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn the_last_pattern_that_fits_a_branch_decides_and_a_plain_name_comes_first() {
        let place = |patterns: &[&str], branch: &str| {
            let all: Vec<_> = patterns.iter().map(|text| BranchPattern::new(text).unwrap()).collect();
            BranchPattern::place(&all, branch)
        };
        let all = ["release/*", "main", "!release/old", "*x"];
        let order = ["main", "release/1", "box", "release/old", "develop", "Main", "refs/heads/main"];
        assert_eq!(order.map(|branch| place(&all, branch)), [Some(1), Some(4), Some(7), None, None, None, None]);
        assert_eq!(place(&["*", "!a/*", "a/b"], "a/b/c"), None);
        assert_eq!(place(&["*", "!a/*", "a/b"], "a/b"), Some(2), "an exception to the exception");
        assert!(place(&["*"], "a/b/c").is_some(), "a star goes over slashes");
        assert!(place(&["!wip"], "main").is_some() && place(&["!wip"], "wip").is_none());
        assert_eq!(place(&[], "main"), None, "no pattern chooses nothing");
    }

    #[test]
    fn only_a_plain_pattern_names_one_thing() {
        assert_eq!(BranchPattern::new("main").unwrap().plain(), BranchName::new("main").ok());
        assert_eq!(BranchPattern::new("!main").unwrap().plain(), None);
        assert_eq!(NamePattern::new("!web").unwrap().one(), Some("web"));
        assert_eq!(NamePattern::new("we*").unwrap().one(), None);
        let read =
            |text| PathPattern::new(text).map(|one| (one.is_glob(), one.is_exception(), one.positive().to_string()));
        assert_eq!(read("libs").unwrap(), (false, false, "libs".into()));
        assert_eq!(read("!libs/*").unwrap(), (true, true, "libs/*".into()));
    }
}
