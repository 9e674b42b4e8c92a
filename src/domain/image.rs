//! Image references by the grammar of registries: `registry:port/path:tag@digest`.

use std::ops::Range;

/// Name, tag and digest of an image reference: a port is not a tag.
pub fn parts(reference: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag), digest),
        _ => (rest, None, digest),
    }
}

/// Where a text that lists several images has those of this name, each with its tag or digest: between commas, semicolons and
/// blanks, behind a `name=` or not. Nothing of a text that lists none, or something else as well.
pub fn listed(text: &str, name: &str) -> Vec<Range<usize>> {
    let is_separator = |c: char| c.is_whitespace() || ",;".contains(c);
    let mut out = Vec::new();
    let (mut at, mut count) = (0, 0);
    for item in text.split(is_separator) {
        let start = at + item.find('=').map_or(0, |sign| sign + 1);
        let end = at + item.len();
        at = end + text[end..].chars().next().map_or(0, char::len_utf8);
        if item.is_empty() {
            continue;
        }
        let (own, tag, digest) = parts(&text[start..end]);
        if own.is_empty() || tag.is_none() && digest.is_none() {
            return Vec::new();
        }
        count += 1;
        if own == name {
            out.push(start..end);
        }
    }
    if count > 1 { out } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_found_among_several_and_nowhere_else() {
        let found =
            |text: &str| -> Vec<String> { listed(text, "r:5/web").into_iter().map(|at| text[at].into()).collect() };
        assert_eq!(found("r:5/web:v1@sha256:a,r:5/api:v2"), ["r:5/web:v1@sha256:a"]);
        assert_eq!(found("a:1; w=r:5/web@sha256:a, b:2"), ["r:5/web@sha256:a"]);
        assert_eq!(found("r:5/web:v1 r:5/web:v2"), ["r:5/web:v1", "r:5/web:v2"]);
        for other in ["r:5/web:v1", "run r:5/web:v1", "r:5/web,r:5/api:v1", "a:1,b:2", ""] {
            assert_eq!(found(other), Vec::<String>::new(), "{other}");
        }
    }

    #[test]
    fn a_port_is_not_a_tag() {
        for (image, wanted) in [
            ("web", ("web", None, None)),
            ("web:v1", ("web", Some("v1"), None)),
            ("localhost:5000/web", ("localhost:5000/web", None, None)),
            ("localhost:5000/web:v1", ("localhost:5000/web", Some("v1"), None)),
            ("registry.example.com:5000/shop/web", ("registry.example.com:5000/shop/web", None, None)),
            ("registry.example.com:5000/shop/web:v1", ("registry.example.com:5000/shop/web", Some("v1"), None)),
            ("web:v1@sha256:abc", ("web", Some("v1"), Some("sha256:abc"))),
        ] {
            assert_eq!(parts(image), wanted, "{image}");
        }
    }
}
