//! The form that a text shows where nobody says which it has: at a mark.

use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::domain::version::is_digest;
use crate::yaml::route::{Route, Step};

use super::image::is_image_key;
use super::slot::{is_image, no_image, reference};

/// A marked text that is an image reference or an address with a `ref` is one; a word is the version itself. `None` of what is
/// neither. A text without a tag is an image only where its `key` says so.
pub fn form(key: &str, text: &str) -> Option<Form> {
    if reference(text).is_some() {
        return Some(Form::Ref);
    }
    let (name, tag, digest) = image::parts(text);
    if is_digest(text) {
        return Some(Form::Whole);
    }
    if tag.is_some() || digest.is_some() {
        return is_image(text).then_some(Form::Image);
    }
    match (says_image(key), name.contains('/')) {
        (true, true) => is_image(text).then_some(Form::Image),
        (false, true) => None,
        (true, false) => (text.is_empty() || is_like_a_version(text)).then_some(Form::Whole),
        (false, false) => Some(Form::Whole),
    }
}

/// The form of the text that a mark means.
///
/// # Errors
/// It has none: nobody knows where in it a version stands.
pub fn marked(file: &RepoPath, (line, column): (u32, u32), key: &str, text: &str) -> Result<Form, Error> {
    form(key, text).ok_or_else(|| no_image(&format!("{file}:{line}:{column}"), text))
}

/// The key that a value stands behind, or the list that it stands in.
pub fn key_of(route: &Route) -> &str {
    let key = route.0.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None });
    key.unwrap_or_default()
}

/// `image`, `WEB_IMAGE`, `web.image`, `images`, and `FROM` of a Dockerfile.
fn says_image(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let lower = lower.strip_suffix('s').unwrap_or(&lower);
    is_image_key(key.strip_suffix('s').unwrap_or(key))
        || is_image_key(lower)
        || lower.ends_with(".image")
        || lower == "from"
}

/// `v1`, `1.2.3`, a commit: beside a key of an image a word that is none of them is the image's name.
fn is_like_a_version(text: &str) -> bool {
    let is_commit = (7..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    is_commit || text.strip_prefix(['v', 'V']).unwrap_or(text).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_has_the_form_that_it_shows() {
        assert_eq!(form("tag", "v1"), Some(Form::Whole));
        assert_eq!(form("", "registry:5000/web:v1"), Some(Form::Image));
        assert_eq!(form("source", "https://h/r?ref=v1"), Some(Form::Ref));
        assert_eq!(form("digest", &format!("sha256:{}", "a".repeat(64))), Some(Form::Whole));
        assert_eq!(form("WEB_IMAGE", "v1"), Some(Form::Whole));
        for key in ["image", "webImage", "WEB_IMAGE", "web.image", "FROM", "images"] {
            assert_eq!(form(key, "shop/web"), Some(Form::Image), "{key}");
        }
    }

    #[test]
    fn what_names_no_image_surely_and_is_no_version_has_no_form() {
        for (key, text) in [
            ("", "https://dl.example.com/web/v1/web.tgz"),
            ("source", "git::https://h/x.git"),
            ("source", "./modules/web"),
            ("run", "path/to/file"),
            ("url", "https://h:8080"),
            ("url", "git@h.example.com:o/r.git"),
            ("uses", "actions/checkout@v4"),
            ("tag", "release/1"),
            ("image", "https://x/y"),
            ("image", "nginx"),
            ("FROM", "scratch"),
        ] {
            assert_eq!(form(key, text), None, "{key} {text}");
        }
    }
}
