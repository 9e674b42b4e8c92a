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

/// The template that wrote all of `tags`; `None` where they do not look like one. What of a tag only its build knew (a date, a
/// number) becomes a hole that is read and not written.
pub fn template<'a>(tags: impl IntoIterator<Item = &'a str>) -> Option<VersionTemplate> {
    let tags: BTreeSet<&str> = tags.into_iter().collect();
    let text = match Cut::of(&tags) {
        Some(cuts) => of_commits(&cuts)?,
        None if !tags.is_empty() && tags.iter().all(|tag| is_release(tag)) => "{tag}".to_string(),
        None => return None,
    };
    let template = VersionTemplate::new(&text).ok()?;
    tags.iter().all(|tag| template.read(tag).is_some()).then_some(template)
}

/// Whether a text can hardly be anything but a version: a commit is in it, or it is a release's number.
pub fn is_telling(text: &str) -> bool {
    has_commit(&[text]) || is_decimal_commit(text) || template([text]).is_some()
}

/// Whether a text is a release behind the name of what is released: `web-v1.2.3`. What it stands in has to say that.
pub fn is_named_release(text: &str) -> bool {
    let mut rests = text.match_indices(['-', '_']).map(|(at, _)| &text[at + 1..]);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && rests.any(|rest| release(rest).is_some())
}

/// Whether versions have a commit in them.
pub fn has_commit(versions: &[&str]) -> bool {
    let tags = versions.iter().filter(|tag| !tag.starts_with("sha256:"));
    let tags = tags.filter_map(|tag| tag.split('@').next()).collect();
    Cut::of(&tags).is_some_and(|cuts| !cuts.is_empty())
}

/// Whether a text may be a commit by chance of decimal digits alone: of the usual lengths. What it stands in has to say that.
pub fn is_decimal_commit(text: &str) -> bool {
    matches!(text.len(), 7 | 40) && is_number(text)
}

/// A tag with its commit in it.
struct Cut<'t> {
    before: &'t str,
    commit: &'t str,
    behind: &'t str,
}

impl<'t> Cut<'t> {
    /// Each tag cut at its commit, which stands at the same place in all: counted from the end, or else from the beginning.
    /// Decimal digits only are more likely a build number or a date than a commit, so one of them has a letter.
    fn of(tags: &BTreeSet<&'t str>) -> Option<Vec<Self>> {
        let words: Vec<Vec<(usize, &str)>> = tags.iter().map(|tag| words(tag)).collect();
        let least = words.iter().map(Vec::len).min()?;
        let at = |place: usize, from_end: bool| -> Option<Vec<Self>> {
            let cuts = tags.iter().zip(&words).map(|(tag, words)| {
                let place = if from_end { words.len() - 1 - place } else { place };
                Cut::at(tag, words[place])
            });
            let cuts: Vec<Self> = cuts.collect::<Option<_>>()?;
            let has = |is: fn(char) -> bool| cuts.iter().any(|cut| cut.commit.contains(is));
            (has(|c| c.is_ascii_lowercase()) && has(|c| c.is_ascii_digit())).then_some(cuts)
        };
        (0..least).find_map(|place| at(place, true)).or_else(|| (0..least).find_map(|place| at(place, false)))
    }

    fn at(tag: &'t str, (start, word): (usize, &'t str)) -> Option<Self> {
        // `g`, as git-describe writes before the commit.
        let described = word.strip_prefix('g').filter(|id| is_commit(id) && start > 0);
        let commit = described.or_else(|| Some(word).filter(|word| is_commit(word)))?;
        let start = start + word.len() - commit.len();
        Some(Self { before: &tag[..start], commit, behind: &tag[start + commit.len()..] })
    }
}

/// The template of tags with a commit in them.
fn of_commits(cuts: &[Cut<'_>]) -> Option<String> {
    let digits: BTreeSet<usize> = cuts.iter().map(|cut| cut.commit.len()).collect();
    let field = match digits.first() {
        Some(digits) if cuts.iter().all(|cut| cut.commit.len() == *digits) && *digits < 40 => {
            format!("{{commit:{digits}}}")
        }
        _ => "{commit}".to_string(),
    };
    let before = before(&cuts.iter().map(|cut| cut.before).collect::<Vec<_>>())?;
    let behind: Vec<&str> = cuts.iter().map(|cut| cut.behind).collect();
    let behind = if behind.iter().all(|text| text.is_empty()) { String::new() } else { alike(&behind)? };
    Some(format!("{before}{field}{behind}"))
}

/// What stands before the commit: a release, a branch, words, and the numbers of builds.
fn before(texts: &[&str]) -> Option<String> {
    let releases: Vec<Option<usize>> = texts.iter().map(|text| release(text)).collect();
    if releases.iter().all(Option::is_some) {
        let rest: Vec<&str> = texts.iter().zip(&releases).map(|(text, end)| &text[end.unwrap_or_default()..]).collect();
        // A pre-release belongs to the tag; numbers alone are the build's.
        if let Some(same) = alike(&rest).filter(|same| !same.contains("{branch}")) {
            return Some(format!("{{tag}}{same}"));
        }
        let end = |text: &&str| text.chars().next_back();
        let mark = end(texts.first()?)?;
        return texts.iter().all(|text| end(text) == Some(mark)).then(|| format!("{{tag}}{mark}"));
    }
    if releases.iter().any(Option::is_some) {
        return None;
    }
    if let Some(same) = alike(texts) {
        return Some(same);
    }
    // Names of branches have as many words as they like: only what stands next to the commit is the build's.
    let tails: Vec<&str> = texts.iter().map(|text| numbers_at_end(text)).collect();
    let tail = alike(&tails).filter(|tail| !tail.contains("{branch}"))?;
    let heads: Vec<&str> = texts.iter().zip(&tails).map(|(text, tail)| &text[..text.len() - tail.len()]).collect();
    heads.iter().all(|head| !head.is_empty()).then(|| format!("{{branch}}{tail}"))
}

/// The separators and numbers at the end of a text.
fn numbers_at_end(text: &str) -> &str {
    let words = words(text);
    let named = words.iter().rev().find(|(_, word)| !is_number(word));
    named.map_or(text, |(start, word)| &text[start + word.len()..])
}

/// The template of texts that have the same separators, and words that are alike; `None` where they differ in more.
fn alike(texts: &[&str]) -> Option<String> {
    let cut: Vec<Vec<(usize, &str)>> = texts.iter().map(|text| words(text)).collect();
    let first = *texts.first()?;
    let between = |text: &str, words: &[(usize, &str)]| -> Vec<String> {
        let ends = std::iter::once(0).chain(words.iter().map(|(start, word)| start + word.len()));
        let starts = words.iter().map(|(start, _)| *start).chain([text.len()]);
        ends.zip(starts).map(|(end, start)| text[end..start].to_string()).collect()
    };
    let separators = between(first, &cut[0]);
    if !texts.iter().zip(&cut).all(|(text, words)| between(text, words) == separators) {
        return None;
    }
    let mut out = separators[0].clone();
    for (place, separator) in separators[1..].iter().enumerate() {
        let field = word(&cut.iter().map(|words| words[place].1).collect::<Vec<_>>());
        // A branch that has several words is one.
        if field == "{branch}" && out.ends_with("{branch}-") {
            out.pop();
        } else {
            out.push_str(&field);
        }
        out.push_str(separator);
    }
    Some(out)
}

/// The template of one word, as the tags have it.
fn word(words: &[&str]) -> String {
    let first = words[0];
    if words.iter().all(|word| is_number(word)) {
        return "{number}".into();
    }
    if let Some(text) = numbered(words) {
        return text;
    }
    if words.iter().all(|word| *word == first) && !moves(first) { first.into() } else { "{branch}".into() }
}

/// Words that are letters with a number of the build in them: `pr12`, `build5`, `20261123T1015Z`; `None`: the digits are a
/// part of the name.
fn numbered(words: &[&str]) -> Option<String> {
    const NUMBERED: [&str; 12] = ["pr", "mr", "build", "b", "r", "run", "job", "ci", "rev", "n", "pipeline", "t"];
    const NAMES: [&str; 6] = ["amd64", "arm64", "x86", "i386", "ppc64le", "s390x"];
    let mut all = words.iter().map(|word| holes(word));
    let (text, longest) = all.next()?;
    let is_same = all.all(|(other, _)| other == text);
    let letters = text.replace("{number}", "");
    let is_build = longest > 3 || words.iter().any(|word| *word != words[0]) || NUMBERED.contains(&letters.as_str());
    (is_same && longest > 0 && is_build && !NAMES.contains(&words[0])).then_some(text)
}

/// A word with its runs of digits as holes, and how long the longest is.
fn holes(word: &str) -> (String, usize) {
    let (mut out, mut longest, mut run) = (String::new(), 0, 0);
    for c in word.chars() {
        if c.is_ascii_digit() {
            if run == 0 {
                out.push_str("{number}");
            }
            run += 1;
            longest = longest.max(run);
        } else {
            run = 0;
            out.push(c);
        }
    }
    (out, longest)
}

/// The words of a text, each with where it begins: what separators stand between.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '-')]) {
        match (c.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                out.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// Where a release ends with which a text begins: `v1.2.3`.
fn release(text: &str) -> Option<usize> {
    let core = text.find(['-', '+']).unwrap_or(text.len());
    is_release(&text[..core]).then_some(core)
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
            // What only the build knew is a hole.
            (vec!["20261123-9d3e7aa"], Some("{number}-{commit:7}")),
            (vec!["9d3e7aa-2026-11-23"], Some("{commit:7}-{number}-{number}-{number}")),
            (vec!["20261123T101500Z-9d3e7aa"], Some("{number}T{number}Z-{commit:7}")),
            (vec!["main-20261123-9d3e7aa"], Some("{branch}-{number}-{commit:7}")),
            (vec!["main-20261123.4-9d3e7aa"], Some("{branch}-{number}.{number}-{commit:7}")),
            (vec!["fix-login-7-9d3e7aa", "main-8-0011223"], Some("{branch}-{number}-{commit:7}")),
            (vec!["pr-123-9d3e7aa"], Some("pr-{number}-{commit:7}")),
            (vec!["pr123-9d3e7aa"], Some("pr{number}-{commit:7}")),
            (vec!["build.45.9d3e7aa"], Some("build.{number}.{commit:7}")),
            (vec!["b45_9d3e7aa"], Some("b{number}_{commit:7}")),
            (vec!["v1.2.3-14-9d3e7aa"], Some("{tag}-{number}-{commit:7}")),
            (vec!["v1.2.3-rc.1-9d3e7aa", "v1.2.3-0011223"], Some("{tag}-{commit:7}")),
            (vec!["1.2.3-build.45+9d3e7aa"], Some("{tag}-build.{number}+{commit:7}")),
            // A name with a digit in it, and where it was built for, are names.
            (vec!["k8s-9d3e7aa"], Some("k8s-{commit:7}")),
            (vec!["sha-9d3e7aa-amd64"], Some("sha-{commit:7}-amd64")),
            (vec!["web2-9d3e7aa"], Some("web2-{commit:7}")),
            // Short ids of digits alone, beside others.
            (vec!["main-9d3e7aa-1732000000", "main-1234567-1732000001"], Some("{branch}-{commit:7}-{number}")),
            (vec!["20261123-1234567", "20261124-9d3e7aa"], Some("{number}-{commit:7}")),
            (vec!["20261123-1234567"], None),
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
        for tag in ["prod-latest", "latest-arm64", "web_latest", "dev-main", "Staging-Latest"] {
            assert!(moves(tag), "{tag}");
        }
        for tag in ["v1.2.3", "9d3e7aa", "main-9d3e7aa", "x86-v1", "release-2026", "latest1-2", "dev-7", "beta.2"] {
            assert!(!moves(tag), "{tag}");
        }
    }
}
