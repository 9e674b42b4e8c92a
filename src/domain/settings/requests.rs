//! The forges, what merge requests are opened with, and how issues are recognised in the messages of commits.

use std::fmt;

use regex::{Regex, RegexBuilder};

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

/// A regular expression for the names of issues: `SHOP-[0-9]+`.
#[derive(Debug, Clone)]
pub struct IssuePattern(Regex);

/// What an expression may grow to when it is compiled, in bytes, and so much of a message is looked through: the time that a hostile
/// message costs is bounded by both.
const COMPILED: usize = 1 << 20;
const LOOKED_THROUGH: usize = 16 << 10;
/// So many issues one commit may name, and so long is the name of one.
const NAMED: usize = 20;
const LONGEST: usize = 100;

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
    /// Compiles it.
    ///
    /// # Errors
    /// The engine does not take it, or it finds issues where nothing stands.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let bad = |why: &str| BadName(format!("`{}` {why}", text.escape_debug()));
        let regex = RegexBuilder::new(text).size_limit(COMPILED).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => bad("grows too large"),
            // The engine draws the expression, too, and says in the last line what is wrong with it.
            other => {
                let told = other.to_string();
                let last = told.lines().last().unwrap_or_default();
                bad(&format!("is not a regular expression: {}", last.strip_prefix("error: ").unwrap_or(last)))
            }
        })?;
        if regex.is_match("") {
            return Err(bad("takes nothing for an issue"));
        }
        Ok(Self(regex))
    }

    /// The issues that a message names, each once, in the order of their coming.
    pub fn found_in<'m>(&self, message: &'m str) -> Vec<&'m str> {
        let end = (0..=LOOKED_THROUGH.min(message.len())).rev().find(|end| message.is_char_boundary(*end));
        let mut out: Vec<&str> = Vec::new();
        for found in self.0.find_iter(&message[..end.unwrap_or_default()]).map(|found| found.as_str().trim()) {
            let is_name = found.len() <= LONGEST && found.contains(char::is_alphanumeric);
            if is_name && !found.contains(char::is_control) && !out.contains(&found) {
                out.push(found);
            }
            if out.len() == NAMED {
                break;
            }
        }
        out
    }

    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for IssuePattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for IssuePattern {}

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
    fn a_pattern_is_what_the_engine_takes_and_finds_no_issue_in_nothing() {
        for text in ["SHOP-[0-9]+", "#\\d+", "(?i)(?:A|B)-[^]x]{2,4}", "a|b", "\\bWEB-\\d+\\b", "\\("] {
            assert!(IssuePattern::new(text).is_ok(), "{text}");
        }
        for (text, why) in [
            ("SHOP-[0-9", "unclosed character class"),
            ("(a", "unclosed group"),
            ("a)", "unopened group"),
            ("+a", "missing expression"),
            ("(?=a)b", "look-around"),
            ("(a)\\1", "backreferences are not supported"),
            ("\\w{1000}{1000}", "grows too large"),
            ("x*", "takes nothing for an issue"),
        ] {
            let error = IssuePattern::new(text).unwrap_err();
            assert!(error.0.contains(why) && !error.0.contains('\n'), "{text}: {error}");
        }
    }

    #[test]
    fn issues_are_found_each_once_and_a_hostile_message_costs_little() {
        let shop = IssuePattern::new("(?i)shop-[0-9]+").unwrap();
        assert_eq!(shop.found_in("SHOP-2 shop-1, SHOP-2\n\nshop-3"), ["SHOP-2", "shop-1", "shop-3"]);
        let many: String = (0..1000).map(|n| format!("SHOP-{n} ")).collect();
        assert_eq!(shop.found_in(&many).len(), NAMED);
        let greedy = IssuePattern::new("(?s)#.+").unwrap();
        assert_eq!(greedy.found_in(&format!("#{}", "é".repeat(LOOKED_THROUGH))), Vec::<&str>::new());
        assert_eq!(greedy.found_in("#1\n\u{1b}[2J"), Vec::<&str>::new());
        let nested = IssuePattern::new("(?:a+)+b").unwrap();
        assert_eq!(nested.found_in(&"a".repeat(1 << 20)), Vec::<&str>::new());
    }
}
