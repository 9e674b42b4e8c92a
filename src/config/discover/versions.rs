//! What the tags that are seen say: which of them move, and which template writes them.

use std::collections::BTreeSet;

use crate::domain::template::VersionTemplate;
pub use crate::domain::version::moves;

/// Whether a revision of a git repository names one commit for good: an id, or the tag of a release (`v1.2`, `web-v1.2.3`).
pub fn is_revision(text: &str) -> bool {
    let is_numbered = |text: &str, least: usize| {
        let core = text.strip_prefix('v').unwrap_or(text);
        let parts: Vec<&str> = core.split(['-', '+']).next().unwrap_or_default().split('.').collect();
        parts.len() >= least && parts.iter().all(|part| is_number(part))
    };
    let tail = text.rsplit_once(['-', '/', '@']).map(|(_, tail)| tail);
    is_commit(text) || is_numbered(text, 2) || tail.is_some_and(|tail| is_numbered(tail, 3))
}

/// The template that wrote all of `tags`; `None` where they do not look like one.
pub fn template<'a>(tags: impl IntoIterator<Item = &'a str>) -> Option<VersionTemplate> {
    let tags: BTreeSet<&str> = tags.into_iter().collect();
    let shapes: BTreeSet<Shape> = tags.iter().map(|tag| shape(tag)).collect::<Option<_>>()?;
    // Decimal digits only are more likely a build number or a date than a commit.
    if shapes.iter().any(|shape| shape.digits.is_some()) && !shapes.iter().any(|shape| shape.has_letter) {
        return None;
    }
    let first = shapes.first()?;
    let same = |field: fn(&Shape) -> &str| shapes.iter().all(|shape| field(shape) == field(first));
    if !shapes.iter().all(|shape| shape.has_release == first.has_release && shape.has_number == first.has_number)
        || !same(|shape| &shape.mark)
    {
        return None;
    }
    let mut text = String::new();
    if first.has_release {
        text.push_str("{tag}");
    }
    if first.digits.is_some() {
        let is_branch = !first.prefix.is_empty() && (!same(|shape| &shape.prefix) || moves(&first.prefix));
        match (is_branch, first.prefix.is_empty()) {
            (true, _) => text.push_str("{branch}-"),
            (false, false) => {
                text.push_str(&first.prefix);
                text.push('-');
            }
            (false, true) => {}
        }
        if first.has_release {
            text.push(if first.mark == "+" { '+' } else { '-' });
        }
        let all = shapes.iter().all(|shape| shape.digits == first.digits);
        let field = match first.digits {
            Some(digits) if all && digits < 40 => format!("{{commit:{digits}}}"),
            _ => "{commit}".to_string(),
        };
        match (first.has_number, first.mark.as_str()) {
            (true, "g") => text.push_str(&format!("{{number}}-g{field}")),
            (true, _) => text.push_str(&format!("{field}-{{number}}")),
            (false, _) => text.push_str(&field),
        }
    }
    let template = VersionTemplate::new(&text).ok()?;
    tags.iter().all(|tag| template.read(tag).is_some()).then_some(template)
}

/// The parts of one tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Shape {
    /// A word before the commit: `sha`, `main`.
    prefix: String,
    has_release: bool,
    /// How many digits of the commit there are.
    digits: Option<usize>,
    has_number: bool,
    /// Whether the commit has a letter, so that it is no number.
    has_letter: bool,
    /// `g`, as git-describe writes before the commit, or the `+` of build metadata.
    mark: String,
}

impl Shape {
    fn release() -> Self {
        Self { has_release: true, ..Self::default() }
    }

    fn with_commit(self, commit: &str) -> Self {
        let has_letter = commit.contains(|c: char| c.is_ascii_lowercase());
        Self { digits: Some(commit.len()), has_letter, ..self }
    }
}

fn shape(tag: &str) -> Option<Shape> {
    if is_commit(tag) {
        return Some(Shape::default().with_commit(tag));
    }
    // `v1.2.3+9d3e7aa`
    if let Some((release, commit)) = tag.split_once('+')
        && is_release(release)
        && is_commit(commit)
    {
        return Some(Shape { has_release: true, mark: "+".into(), ..Shape::default() }.with_commit(commit));
    }
    let Some((head, last)) = tag.rsplit_once('-') else {
        return is_release(tag).then(Shape::release);
    };
    // `v1.2.3-14-g9d3e7aa`
    if let Some((release, number)) = head.rsplit_once('-')
        && let Some(commit) = last.strip_prefix('g').filter(|commit| is_commit(commit))
        && is_release(release)
        && is_number(number)
    {
        let shape = Shape { has_release: true, has_number: true, mark: "g".into(), ..Shape::default() };
        return Some(shape.with_commit(commit));
    }
    // `main-9d3e7aa-1732000000`
    if is_number(last)
        && let Some((prefix, commit)) = head.rsplit_once('-')
        && is_commit(commit)
        && commit.contains(|c: char| c.is_ascii_lowercase())
    {
        return Some(Shape { prefix: prefix.into(), has_number: true, ..Shape::default() }.with_commit(commit));
    }
    if is_commit(last) && !head.is_empty() {
        let has_release = is_release(head);
        let prefix = if has_release { String::new() } else { head.to_string() };
        return Some(Shape { prefix, has_release, ..Shape::default() }.with_commit(last));
    }
    is_release(tag).then(Shape::release)
}

/// 7 to 40 digits of a commit id.
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

/// `1.2.3` or `v1.2.3`, with or without a pre-release.
fn is_release(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| is_number(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_their_template() {
        let id = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        for (tags, wanted) in [
            (vec![id], Some("{commit}")),
            (vec!["9d3e7aa", "1234567"], Some("{commit:7}")),
            (vec!["9d3e7aa", "9d3e7aa1"], Some("{commit}")),
            (vec!["sha-9d3e7aa", "sha-0011223"], Some("sha-{commit:7}")),
            (vec!["main-9d3e7aa1", "main-00112233"], Some("{branch}-{commit:8}")),
            (vec!["feature-x-9d3e7aa1", "fix-00112233"], Some("{branch}-{commit:8}")),
            (vec!["main-9d3e7aa-1732000000"], Some("{branch}-{commit:7}-{number}")),
            (vec!["v1.2.3", "v1.3.0-rc.1"], Some("{tag}")),
            (vec!["1.2.3"], Some("{tag}")),
            (vec!["v1.2.3-9d3e7aa"], Some("{tag}-{commit:7}")),
            (vec!["v1.8.2+9d3e7aa", "v1.9.0-rc.1+0011223"], Some("{tag}+{commit:7}")),
            (vec!["v1.8.2+9d3e7aa", "v1.8.2-9d3e7aa"], None),
            (vec!["v1.8.2+build5"], Some("{tag}")),
            (vec!["v1.2.3-14-g9d3e7aa"], Some("{tag}-{number}-g{commit:7}")),
            (vec!["hotfix2"], None),
            (vec!["20261123"], None),
            (vec!["build-20261123"], None),
            (vec!["v1.2.3", "9d3e7aa"], None),
            (vec![], None),
        ] {
            let found = template(tags.iter().copied());
            assert_eq!(found.as_ref().map(VersionTemplate::as_str), wanted, "{tags:?}");
        }
    }

    #[test]
    fn moving_words_and_ranges_are_no_pins() {
        for tag in ["latest", "Main", "stable", ">=1.0", "^1.2", "~1", "1.x", "1.*"] {
            assert!(moves(tag), "{tag}");
        }
        for tag in ["v1.2.3", "9d3e7aa", "main-9d3e7aa", "x86-v1", "release-2026"] {
            assert!(!moves(tag), "{tag}");
        }
    }
}
