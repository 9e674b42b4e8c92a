//! Checked names: an environment, an application, a branch. Made once at the door, trusted after.

use std::fmt;

use super::address::shown;

/// Why a text is not a name, in one sentence without a final stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadName(pub String);

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Checks `text`; the error says what is wrong with it.
            pub fn new(text: impl Into<String>) -> Result<Self, BadName> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::new(text)
            }
        }
    };
}

name!(
    /// An environment: `staging`, `production`.
    EnvName, plain
);
name!(
    /// An application: `web`, `checkout`.
    AppName, plain
);
name!(
    /// One cluster of an environment: `eu`.
    ClusterName, plain
);
name!(
    /// A release baseline of an environment: `2026-11-23`.
    BaselineName, baseline
);
name!(
    /// A branch without `refs/heads/`, by the rules of `git check-ref-format`.
    BranchName, branch
);
name!(
    /// A remote of a clone: `origin`.
    RemoteName, branch
);

impl BranchName {
    /// `refs/heads/NAME`.
    pub fn full(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

/// A name that is safe as one folder name, one file name and one part of a branch name.
fn plain(text: &str) -> Result<(), BadName> {
    if text.is_empty() {
        return Err(BadName("a name cannot be empty".into()));
    }
    if text.len() > 100 {
        return Err(BadName("a name has at most 100 characters".into()));
    }
    if let Some(bad) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.".contains(*c))) {
        return Err(BadName(format!(
            "`{}` has the character `{}`; a name has letters, digits, `-`, `_` and `.`",
            text.escape_debug(),
            bad.escape_debug()
        )));
    }
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(BadName(format!("`{text}` does not begin with a letter or a digit")));
    }
    if text.ends_with('.') || text.contains("..") || text.ends_with(".lock") {
        return Err(BadName(format!("`{text}` cannot be part of a branch name")));
    }
    Ok(())
}

/// The word that means the newest release baseline; none has it for a name.
pub const NEWEST: &str = "baseline";

/// A plain name, but for the word that means the newest of them.
fn baseline(text: &str) -> Result<(), BadName> {
    plain(text)?;
    if text.eq_ignore_ascii_case(NEWEST) {
        return Err(BadName(format!("`{text}` means the newest baseline, and is no name of one")));
    }
    Ok(())
}

/// The rules of git-check-ref-format(1) for one branch name.
fn branch(text: &str) -> Result<(), BadName> {
    // Whoever gives an address in the place of a name may give its password with it.
    let bad = |why: &str| Err(BadName(format!("`{}` is not a branch name: {why}", shown(text).escape_debug())));
    if text.is_empty() {
        return bad("it is empty");
    }
    if text == "@" || text.starts_with('-') || text.ends_with('.') || text.ends_with('/') || text.starts_with('/') {
        return bad("it begins or ends with a character that git does not take there");
    }
    if text.contains("..") || text.contains("@{") || text.contains("//") {
        return bad("it has `..`, `@{` or `//`");
    }
    if text.chars().any(|c| c.is_control() || " ~^:?*[\\".contains(c)) {
        return bad("it has a blank, a control character or one of `~^:?*[\\`");
    }
    if text.split('/').any(|part| part.starts_with('.') || part.ends_with(".lock")) {
        return bad("a part begins with `.` or ends with `.lock`");
    }
    Ok(())
}

/// `text` made fit for one level of a branch name: `[a-z0-9-]`, never empty.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-').to_string();
    if out.is_empty() { "x".into() } else { out }
}

/// The candidate nearest to `wanted` by edit distance, if it is near enough to be a typing slip; else the only one that begins
/// with it.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wanted.chars().count() / 3).clamp(1, 4);
    let wanted = wanted.to_lowercase();
    let all: Vec<(String, &str)> = candidates.into_iter().map(|c| (c.to_lowercase(), c)).collect();
    let slip = all.iter().map(|(low, c)| (distance(&wanted, low), *c)).filter(|(d, _)| *d <= limit);
    slip.min_by_key(|(d, _)| *d).map(|(_, c)| c).or_else(|| {
        let mut longer = all.iter().filter(|(low, _)| wanted.len() >= SHORT && low.starts_with(&wanted));
        longer.next().filter(|_| longer.next().is_none()).map(|(_, c)| *c)
    })
}

/// So many letters at least are the beginning of a word that was meant.
const SHORT: usize = 3;

/// Optimal string alignment distance: insertions, deletions, substitutions; a swap of neighbours, the commonest slip, costs
/// nothing.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2]);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_name_is_one_safe_folder_name() {
        for good in ["staging", "prod-eu", "v1.2", "QA_2"] {
            assert!(EnvName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-x", "a/b", "a b", "a..b", "x.lock", "é", ".hidden", "a\nb"] {
            assert!(EnvName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_branch_name_follows_git_check_ref_format() {
        for good in ["main", "release/1.2", "promote/production/web"] {
            assert!(BranchName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-f", "a..b", "a b", "a^", "x.lock", "a//b", "/a", "a/", "@", "a@{1}", "a/.b"] {
            assert!(BranchName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_slug_fits_one_level_of_a_branch() {
        assert_eq!(slug("Prod_EU.1"), "prod-eu-1");
        assert_eq!(slug("__"), "x");
    }

    #[test]
    fn a_typing_slip_finds_its_word_and_a_stranger_finds_none() {
        let words = ["environments", "applications", "people"];
        assert_eq!(nearest("enviroments", words), Some("environments"));
        assert_eq!(nearest("aplications", words), Some("applications"));
        assert_eq!(nearest("zzz", words), None);
    }

    #[test]
    fn letters_that_changed_places_are_near_and_so_is_the_beginning_of_one_word() {
        assert_eq!(nearest("pahts", ["pins", "path", "was"]), Some("path"));
        assert_eq!(nearest("form", ["for", "from"]), Some("from"));
        assert_eq!(nearest("prod", ["staging", "production"]), Some("production"));
        assert_eq!(nearest("prod", ["production-eu", "production-us"]), None, "it may be either");
        assert_eq!(nearest("pr", ["staging", "production"]), None);
    }
}
