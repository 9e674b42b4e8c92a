//! The form that a text shows where nobody says which it has: at a mark.

use crate::domain::image;
use crate::domain::settings::Form;
use crate::domain::version::is_digest;

use super::slot::reference;

/// A marked text that is an image reference or an address with a `ref` is one; anything else is the version itself.
pub fn form(text: &str) -> Form {
    if reference(text).is_some() {
        return Form::Ref;
    }
    let (name, tag, digest) = image::parts(text);
    let is_image = name.contains('/') || tag.is_some() || digest.is_some();
    if is_image && !is_digest(text) { Form::Image } else { Form::Whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_has_the_form_that_it_shows() {
        assert_eq!(form("v1"), Form::Whole);
        assert_eq!(form("registry:5000/web:v1"), Form::Image);
        assert_eq!(form("https://h/r?ref=v1"), Form::Ref);
        assert_eq!(form(&format!("sha256:{}", "a".repeat(64))), Form::Whole);
    }
}
