//! Tags of a source that are not there: what is said of them, and which stand beside.

use std::cmp::Ordering;

use crate::domain::names::nearest;
use crate::domain::settings::Application;
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
        return Some(format!("of the tag `{version}` it is `{own}` that stands at the pin"));
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

/// A tag that is the version with something around it, and the form that it has.
fn another_form<'t>(all: &'t [String], version: &str) -> Option<(&'t str, String)> {
    let is_end = |c: char| c.is_ascii_alphanumeric() || c == '.';
    all.iter().find_map(|tag| {
        let head = tag.strip_suffix(version).filter(|head| !head.is_empty())?;
        let is_whole = head == "v" || head.ends_with("/v") || head.ends_with("-v") || !head.ends_with(is_end);
        is_whole.then(|| (tag.as_str(), format!("{head}{{version}}")))
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
    fn a_tag_with_something_around_the_version_tells_its_form() {
        let all = ["web/v1.2.3", "v1.2.3", "api@2.0.0", "11.2.3"].map(String::from);
        let form = |version: &str| another_form(&all, version).map(|(_, form)| form);
        assert_eq!(form("1.2.3").as_deref(), Some("web/v{version}"));
        assert_eq!(form("2.0.0").as_deref(), Some("api@{version}"));
        assert_eq!(form("2.3"), None);
        assert_eq!(form("1.9"), None);
    }
}
