//! The forges, what merge requests are opened with, and how issues are recognised in the messages of commits.

use std::fmt;

use super::super::names::BadName;
use super::super::path::RepoPath;
use super::patterns::Fillable;
use super::people::Party;
use super::words::words;

words! {
    /// The kinds of forges.
    ForgeKind {
        Github = "github",
        Gitlab = "gitlab",
        Gitea = "gitea",
        Bitbucket = "bitbucket",
        Azure = "azure",
    }
}

/// What a host is, for the config repository and the sources that lie there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    pub host: Host,
    /// `None`: it is found out by asking.
    pub kind: Option<ForgeKind>,
    /// Where its interface is, an https address without a secret; `None`: where this kind has it.
    pub api: Option<String>,
}

/// A host as the address of a repository has it, in small letters, with a port where it has one: `git.example.com:8443`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Host(String);

/// What merge requests are opened with; an environment's own come before those of the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requests {
    /// The file of the config repository that the text of a request is made from.
    pub template: Option<RepoPath>,
    pub labels: Option<Vec<String>>,
    pub reviewers: Option<Vec<Party>>,
    pub assignees: Option<Vec<Party>>,
    pub draft: Option<bool>,
    pub auto_merge: Option<bool>,
}

/// How issues are recognised in messages, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issues {
    pub pattern: IssuePattern,
    /// The address of one, with `{issue}`.
    pub url: Option<Fillable>,
}

/// A regular expression for the names of issues: `SHOP-[0-9]+`. Its shape is checked; its classes and flags only by the engine
/// that will run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuePattern(String);

impl Host {
    /// Checks the name and the port; letters become small ones.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let bad = || BadName(format!("`{}` is not a host such as `git.example.com`", text.escape_debug()));
        let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port);
        if name.len() > 253 || !name.split('.').all(is_label) || !port.is_none_or(is_port) {
            return Err(bad());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl IssuePattern {
    /// Checks that brackets close, that nothing is left to escape, and that what is repeated is there.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let bad = |why: &str| Err(BadName(format!("`{}` is not a regular expression: {why}", text.escape_debug())));
        let (mut open, mut in_class, mut repeatable) = (0_u32, false, false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if chars.next().is_none() => return bad("it ends with a `\\`"),
                '\\' => repeatable = true,
                ']' if in_class => (in_class, repeatable) = (false, true),
                _ if in_class => {}
                '[' => {
                    in_class = true;
                    // A `]` that comes first, also behind `^`, is one of the class.
                    chars.next_if_eq(&'^');
                    chars.next_if_eq(&']');
                }
                '(' => {
                    open += 1;
                    repeatable = false;
                    // `(?:`, `(?i)`, `(?P<name>`: the `?` says what kind of group it is.
                    chars.next_if_eq(&'?');
                }
                ')' if open == 0 => return bad("a `)` has no `(`"),
                ')' => (open, repeatable) = (open - 1, true),
                '*' | '+' | '?' | '{' if !repeatable => return bad(&format!("nothing stands before `{c}`")),
                '|' | '^' => repeatable = false,
                _ => repeatable = true,
            }
        }
        match (in_class, open) {
            (true, _) => bad("a `[` has no `]`"),
            (_, 1..) => bad("a `(` has no `)`"),
            _ => Ok(Self(text.to_string())),
        }
    }

    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_and_at_most_a_port() {
        assert_eq!(Host::new("Git.Example.com:8443").unwrap().to_string(), "git.example.com:8443");
        for text in ["", "https://git.example.com", "a b", "git..com", "-x.com", "x:0", "x:99999", "x:08", "x/y", "u@x"]
        {
            assert!(Host::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_shape_of_a_regular_expression_is_checked() {
        for text in ["SHOP-[0-9]+", "#\\d+", "(?:A|B)-[^]x]{2,4}", "a|b", "[]]", "^x$", "\\(", "x*?"] {
            assert!(IssuePattern::new(text).is_ok(), "{text}");
        }
        for (text, why) in [
            ("SHOP-[0-9", "has no `]`"),
            ("(a", "has no `)`"),
            ("a)", "has no `(`"),
            ("a\\", "ends with"),
            ("+a", "before `+`"),
            ("(*)", "before `*`"),
            ("a|?", "before `?`"),
        ] {
            let error = IssuePattern::new(text).unwrap_err();
            assert!(error.0.contains(why), "{text}: {error}");
        }
    }
}
