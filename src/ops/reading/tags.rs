//! Tags of a source that are not there: what is said of them, and which stand beside.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::domain::names::{AppName, nearest};
use crate::domain::settings::Application;
use crate::domain::tag::TagForm;
use crate::git::source::Source;

/// At most this many tags are named on either side.
const BESIDE: usize = 2;

/// Why a version names no commit: its tag is not there. Names those beside it.
pub fn missing(app: &Application, source: &Source, version: &str) -> String {
    let what = format!("the source of `{}` has no tag `{}`", app.name, app.tag_of(version));
    match beside(app, source, version) {
        Some(beside) => format!("{what}; {beside}"),
        None => what,
    }
}

/// The tags beside one that is not there, in a few words; `None` where the source has none.
pub fn beside(app: &Application, source: &Source, version: &str) -> Option<String> {
    let all = source.tags().ok()?;
    // A tag as it is: its form says that less of it stands at the pin.
    if let Some(own) = app.version_of(version).filter(|_| all.iter().any(|tag| tag == version)) {
        return Some(format!("of the tag `{version}` it is `{own}` that stands at the pin: `--version {own}`"));
    }
    let of_form: Vec<&str> = all.iter().map(String::as_str).filter(|tag| app.version_of(tag).is_some()).collect();
    if of_form.is_empty() {
        return all.first().map(|_| match another_form(&all, version) {
            Some((tag, form)) => format!("it has `{tag}`: say so with `tag: \"{form}\"` beside `source:`"),
            None => format!("none of its tags is of the form `{}`", app.tag_of("{version}")),
        });
    }
    if let Some((tag, form)) = another_form(&all, version).filter(|_| app.tag.is_none()) {
        return Some(format!("it has `{tag}`: say so with `tag: \"{form}\"` beside `source:`"));
    }
    let own = |tag: &&&str| app.version_of(tag).map(|own| in_order(own, version));
    let newer = of_form.iter().filter(|tag| own(tag) == Some(Ordering::Greater)).count();
    let (from, to) = (newer.saturating_sub(BESIDE), (newer + BESIDE).min(of_form.len()));
    let mut named: Vec<&str> = of_form[from..to].to_vec();
    if let Some(near) = nearest(&app.tag_of(version), of_form.iter().copied()).filter(|near| !named.contains(near)) {
        named.push(near);
    }
    let named: Vec<String> = named.iter().rev().map(|tag| format!("`{tag}`")).collect();
    Some(format!("beside it are {}", named.join(", ")))
}

/// The form in which a source has a tag for each of these versions, where the versions themselves are no tags; `None` where
/// there is none, or several. In a repository of several applications it is the one that names this one.
pub fn form(app: &AppName, all: &[String], versions: &[&str]) -> Option<TagForm> {
    let heads = |version: &str| -> BTreeSet<&str> {
        all.iter()
            .filter_map(|tag| tag.strip_suffix(version))
            .filter(|head| head.is_empty() || is_whole(head))
            .collect()
    };
    let mut each = versions.iter().map(|version| heads(version));
    let first = each.next()?;
    let shared: Vec<&str> =
        each.fold(first, |one, other| one.intersection(&other).copied().collect()).into_iter().collect();
    if shared.contains(&"") {
        return None;
    }
    let is_named = |head: &&str| words(head).any(|word| word == app.as_str());
    let named: Vec<&str> = shared.iter().copied().filter(is_named).collect();
    let head = match (named.as_slice(), shared.as_slice()) {
        ([one], _) | ([], [one]) => one,
        _ => shared.iter().find(|head| **head == "v" && named.is_empty())?,
    };
    TagForm::new(&format!("{head}{{version}}"), app).ok()
}

/// The names in the beginning of a tag: what `/` and `@` divide, without a `v` or `-v` before the version.
fn words(head: &str) -> impl Iterator<Item = &str> {
    let head = head.strip_suffix('v').unwrap_or(head);
    head.split(['/', '@']).map(|word| word.trim_end_matches(['-', '_', '.']))
}

/// Whether a version begins behind this: not in the middle of a word or number.
fn is_whole(head: &str) -> bool {
    let is_within = |c: char| c.is_ascii_alphanumeric() || c == '.';
    head == "v" || ["/v", "-v", "@v", "_v"].iter().any(|end| head.ends_with(end)) || !head.ends_with(is_within)
}

/// A tag that is the version with something around it, and the form that it has.
fn another_form<'t>(all: &'t [String], version: &str) -> Option<(&'t str, String)> {
    all.iter().find_map(|tag| {
        let head = tag.strip_suffix(version).filter(|head| !head.is_empty())?;
        is_whole(head).then(|| (tag.as_str(), format!("{head}{{version}}")))
    })
}

/// Versions in their order: runs of digits as numbers, the rest as text, a pre-release before its release.
pub fn in_order(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (parts(one).into_iter(), parts(other).into_iter());
    loop {
        let order = match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(part)) => {
                if part.starts_with('-') {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (Some(part), None) => {
                if part.starts_with('-') {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (Some(one), Some(other)) => match (one.parse::<u64>(), other.parse::<u64>()) {
                (Ok(one), Ok(other)) => one.cmp(&other),
                _ => one.cmp(other),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A version cut where digits begin or end.
fn parts(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_the_order_of_their_numbers_and_a_pre_release_comes_before_its_release() {
        let ordered = ["1.2.3", "1.3.0-rc.1", "1.3.0-rc.10", "1.3.0", "1.10.0", "2"];
        for (place, one) in ordered.iter().enumerate() {
            for (other_place, other) in ordered.iter().enumerate() {
                assert_eq!(in_order(one, other), place.cmp(&other_place), "{one} {other}");
            }
        }
    }

    #[test]
    fn the_tags_of_a_source_tell_the_form_that_all_versions_share() {
        let told = |tags: &[&str], versions: &[&str]| {
            let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
            form(&AppName::new("web").unwrap(), &tags, versions).map(|form| form.as_str().to_string())
        };
        let v = ["v1.2.3", "v1.3.0"];
        assert_eq!(told(&v, &["1.2.3", "1.3.0"]).as_deref(), Some("v{version}"));
        assert_eq!(told(&["api/v1.2.3", "web/v1.2.3"], &["1.2.3"]).as_deref(), Some("web/v{version}"));
        assert_eq!(told(&["api@1.2.3", "web@1.2.3"], &["1.2.3"]).as_deref(), Some("web@{version}"));
        assert_eq!(told(&["web-v1.2.3", "v1.2.3"], &["1.2.3"]).as_deref(), Some("web-v{version}"));
        assert_eq!(told(&["api/v1.2.3", "cli/v1.2.3"], &["1.2.3"]), None, "two, and none names it");
        assert_eq!(told(&["1.2.3", "v1.2.3"], &["1.2.3"]), None, "it is a tag itself");
        assert_eq!(told(&v, &["1.2.3", "1.4.0"]), None, "one of them has none");
        assert_eq!(told(&["v11.2.3"], &["1.2.3"]), None);
    }

    #[test]
    fn a_tag_with_something_around_the_version_tells_its_form() {
        let all = ["web/v1.2.3", "v1.2.3", "api@2.0.0", "11.2.3"].map(String::from);
        let form = |version: &str| another_form(&all, version).map(|(_, form)| form);
        assert_eq!(form("1.2.3").as_deref(), Some("web/v{version}"));
        assert_eq!(form("2.0.0").as_deref(), Some("api@{version}"));
        assert_eq!(form("2.3"), None);
        assert_eq!(form("1.9"), None);
    }
}
