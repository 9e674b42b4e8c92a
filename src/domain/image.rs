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

/// Whether a text can be the name of an image without a tag, registry and all: no address with a scheme, no path of a file.
pub fn is_repository(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        is_edge(part.chars().next()) && is_edge(part.chars().next_back()) && part.chars().all(is_inner)
    };
    let is_host = |part: &str| {
        let (host, port) = part.split_once(':').unwrap_or((part, "0"));
        let is_number = !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
        is_part(&host.to_ascii_lowercase()) && is_number
    };
    match name.split_once('/') {
        Some((first, rest)) => (is_host(first) || is_part(first)) && rest.split('/').all(is_part),
        None => is_part(name),
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
    fn an_address_or_a_path_is_no_repository() {
        for name in ["web", "shop/web", "r.example.com:5000/shop/web", "localhost:5000/web", "R.example.com/a__b/c-d.e"]
        {
            assert!(is_repository(name), "{name}");
        }
        for other in [
            "",
            "https://h/x",
            "oci://r/web",
            "git::https://h/x",
            "./x/y",
            "/x/y",
            "../x",
            "x//y",
            "x/",
            "h:/x",
            "a b/c",
            "x/Y",
            "g@h/x",
        ] {
            assert!(!is_repository(other), "{other}");
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
