//! The version template: writes a commit as a version, and reads a version back into a commit.

use super::commit::CommitId;
use super::names::BadName;

/// A template such as `{commit}`, `sha-{commit:12}` or `{branch}-{commit:8}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionTemplate {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// The commit id: cut to this many digits, or with as many as stand there already, all 40 where none do.
    Commit(Option<usize>),
    Branch,
    Tag,
    /// Digits that only the build knows (a time, a build number).
    Number,
}

/// What a version says of the commit that it was built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// The first digits of the commit id, at least four, all 40 where they are known.
    Commit(String),
    /// What `{tag}` stands for: a tag of the source repository, or what its form says is the version in one.
    Tag(String),
}

impl Reading {
    /// Whether it says the commit itself.
    pub fn is_commit(&self) -> bool {
        matches!(self, Reading::Commit(_))
    }

    /// Whether two versions say that they are of one build: the same tag, or one commit, in however many digits.
    pub fn is_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Reading::Commit(one), Reading::Commit(two)) => {
                one.starts_with(two.as_str()) || two.starts_with(one.as_str())
            }
            (Reading::Tag(one), Reading::Tag(two)) => one == two,
            (Reading::Commit(_), Reading::Tag(_)) | (Reading::Tag(_), Reading::Commit(_)) => false,
        }
    }
}

/// What is known of a commit when a version is to be written for it.
#[derive(Debug, Clone, Default)]
pub struct Fields<'a> {
    pub branch: Option<&'a str>,
    pub tag: Option<&'a str>,
    /// How many digits of the id `{commit}` has; `None`: all 40.
    pub digits: Option<usize>,
}

impl Default for VersionTemplate {
    fn default() -> Self {
        Self { text: "{commit}".into(), parts: vec![Part::Commit(None)] }
    }
}

impl VersionTemplate {
    /// `{tag}`: what an application's versions are where only the form of its tags is said.
    pub fn of_tags() -> Self {
        Self { text: "{tag}".into(), parts: vec![Part::Tag] }
    }

    /// Reads `{commit}`, `{commit:N}` (N from 7 to 40), `{branch}`, `{tag}`, `{number}` and plain text.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Literal(rest[..open].to_string()));
            }
            let Some(close) = rest[open..].find('}') else {
                return Err(BadName(format!("`{text}` has a `{{` without its `}}`")));
            };
            let field = &rest[open + 1..open + close];
            parts.push(match field.split_once(':') {
                None if field == "commit" => Part::Commit(None),
                None if field == "branch" => Part::Branch,
                None if field == "tag" => Part::Tag,
                None if field == "number" => Part::Number,
                Some(("commit", digits)) => match digits.parse() {
                    Ok(n @ 7..=40) => Part::Commit(Some(n)),
                    _ => return Err(BadName(format!("`{{{field}}}`: a commit id is cut to 7 to 40 digits"))),
                },
                _ => {
                    return Err(BadName(format!(
                        "`{{{field}}}` is not a field; there are {{commit}}, {{commit:N}}, {{branch}}, {{tag}} and {{number}}"
                    )));
                }
            });
            rest = &rest[open + close + 1..];
        }
        if rest.contains('}') {
            return Err(BadName(format!("`{text}` has a `}}` without its `{{`")));
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_string()));
        }
        if !parts.iter().any(|part| matches!(part, Part::Commit(_) | Part::Tag)) {
            return Err(BadName(format!(
                "`{text}` has neither {{commit}} nor {{tag}}, so a version could not be read back into a commit"
            )));
        }
        if parts.windows(2).any(|two| !matches!(two[0], Part::Literal(_)) && !matches!(two[1], Part::Literal(_))) {
            return Err(BadName(format!(
                "`{text}` has two fields without a text between them, so it cannot be read back"
            )));
        }
        Ok(Self { text: text.to_string(), parts })
    }

    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a version can only be written with a tag of the commit.
    pub fn needs_tag(&self) -> bool {
        self.parts.contains(&Part::Tag)
    }

    /// Whether a version can only be written with a branch.
    pub fn needs_branch(&self) -> bool {
        self.parts.contains(&Part::Branch)
    }

    /// Whether it writes as many digits of the id as stand there already.
    pub fn keeps_digits(&self) -> bool {
        self.parts.contains(&Part::Commit(None))
    }

    /// The version of `commit`; the error names the field that is not known.
    pub fn render(&self, commit: CommitId, fields: &Fields<'_>) -> Result<String, BadName> {
        if self.parts.contains(&Part::Number) {
            return Err(BadName("{number} is known only to the build, and cannot be derived from a commit".into()));
        }
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Commit(digits) => {
                    let digits = digits.or(fields.digits).unwrap_or(40).clamp(7, 40);
                    out.push_str(&commit.to_string()[..digits]);
                }
                Part::Branch => match fields.branch {
                    Some(branch) => out.push_str(&branch.replace('/', "-")),
                    None => return Err(BadName("{branch} is not known for this commit".into())),
                },
                Part::Tag => match fields.tag {
                    Some(tag) => out.push_str(tag),
                    None => return Err(BadName("{tag} is not known for this commit: no tag points at it".into())),
                },
                Part::Number => {}
            }
        }
        Ok(out)
    }

    /// What the tag of a version says of its commit; `None` for a version that the template did not write.
    ///
    /// `{commit}` also takes an abbreviated id of 7 digits or more: people write those by hand.
    pub fn read(&self, tag: &str) -> Option<Reading> {
        let mut found = None;
        if matches(&self.parts, tag, &mut found) { found } else { None }
    }
}

/// Matches `parts` against all of `text`, longest first for open fields, and keeps the commit or the tag.
fn matches(parts: &[Part], text: &str, found: &mut Option<Reading>) -> bool {
    let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
    let fits = |c: char| match first {
        Part::Commit(_) => c.is_ascii_digit() || ('a'..='f').contains(&c),
        Part::Number => c.is_ascii_digit(),
        _ => true,
    };
    let shortest = match first {
        Part::Literal(literal) => {
            return text.strip_prefix(literal.as_str()).is_some_and(|left| matches(rest, left, found));
        }
        Part::Commit(None | Some(40)) => 7,
        Part::Commit(Some(digits)) => *digits,
        _ => 1,
    };
    let longest = match first {
        Part::Commit(digits) => digits.unwrap_or(40),
        _ => text.len(),
    };
    let run = text.char_indices().find(|(_, c)| !fits(*c)).map_or(text.len(), |(i, _)| i).min(longest);
    for end in (shortest..=run).rev() {
        if text.is_char_boundary(end) && matches(rest, &text[end..], found) {
            match first {
                Part::Commit(_) => *found = Some(Reading::Commit(text[..end].to_string())),
                Part::Tag if found.is_none() => *found = Some(Reading::Tag(text[..end].to_string())),
                _ => {}
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> CommitId {
        CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap()
    }

    #[test]
    fn what_a_template_writes_it_reads_back() {
        let fields = Fields { branch: Some("release/1"), tag: Some("v1.8.2"), digits: None };
        for (template, version, digits) in [
            ("{commit}", "9d3e7aa1c0ffee00112233445566778899aabbcc", 40),
            ("sha-{commit:12}", "sha-9d3e7aa1c0ff", 12),
            ("{branch}-{commit:8}", "release-1-9d3e7aa1", 8),
            ("{tag}_{commit:7}", "v1.8.2_9d3e7aa", 7),
        ] {
            let template = VersionTemplate::new(template).unwrap();
            assert_eq!(template.render(commit(), &fields).unwrap(), version);
            assert_eq!(template.read(version), Some(Reading::Commit(commit().to_string()[..digits].to_string())));
        }
    }

    #[test]
    fn an_id_keeps_the_digits_that_stand_there_where_the_template_does_not_say_how_many() {
        let seven = Fields { digits: Some(7), ..Fields::default() };
        let written =
            |text: &str, fields: &Fields<'_>| VersionTemplate::new(text).unwrap().render(commit(), fields).unwrap();
        assert_eq!(written("{commit}", &seven), "9d3e7aa");
        assert_eq!(written("sha-{commit}", &Fields::default()).len(), 44);
        assert_eq!(written("{commit:12}", &seven), "9d3e7aa1c0ff");
        assert_eq!(written("{commit:40}", &seven).len(), 40);
    }

    #[test]
    fn one_commit_in_two_lengths_is_one_build() {
        let read = |text: &str| VersionTemplate::default().read(text).unwrap();
        assert!(read("9d3e7aa").is_of(&read("9d3e7aa1c0ffee00112233445566778899aabbcc")));
        assert!(!read("9d3e7aa").is_of(&read("9d3e7ab")));
        assert!(!read("9d3e7aa").is_of(&Reading::Tag("9d3e7aa".into())));
    }

    #[test]
    fn a_tag_template_reads_the_tag() {
        let template = VersionTemplate::new("{tag}").unwrap();
        assert_eq!(template.read("v1.8.2"), Some(Reading::Tag("v1.8.2".into())));
    }

    #[test]
    fn a_build_time_can_be_read_but_not_written() {
        let template = VersionTemplate::new("main-{commit:7}-{number}").unwrap();
        assert_eq!(template.read("main-9d3e7aa-1732000000"), Some(Reading::Commit("9d3e7aa".into())));
        assert!(template.render(commit(), &Fields::default()).is_err());
    }

    #[test]
    fn versions_as_builds_write_them_are_read_back_into_their_commit() {
        for (template, version) in [
            ("sha-{commit:7}", "sha-9d3e7aa"),
            ("{branch}-{commit:7}-{number}", "main-9d3e7aa-1732000000"),
            ("{tag}+{commit:7}", "v1.8.2+9d3e7aa"),
            ("{tag}+{commit:7}", "v1.9.0-rc.1+9d3e7aa"),
            ("{tag}-{number}-g{commit:7}", "v1.8.2-14-g9d3e7aa"),
        ] {
            let template = VersionTemplate::new(template).unwrap();
            assert_eq!(template.read(version), Some(Reading::Commit("9d3e7aa".into())), "{version}");
            assert_eq!(template.read("hotfix2"), None);
        }
    }

    #[test]
    fn a_hand_made_version_names_no_commit() {
        let template = VersionTemplate::default();
        for version in ["hotfix2", "v1.2.3", "abc", "9D3E7AA", "9d3e7aa1c0ffee00112233445566778899aabbcc0"] {
            assert_eq!(template.read(version), None, "{version}");
        }
        assert_eq!(template.read("9d3e7aa"), Some(Reading::Commit("9d3e7aa".into())));
    }

    #[test]
    fn a_template_that_cannot_be_read_back_is_refused() {
        for bad in ["latest", "{commit", "commit}", "{sha}", "{commit:3}", "{branch}{commit}", "{branch}"] {
            assert!(VersionTemplate::new(bad).is_err(), "{bad}");
        }
    }
}
