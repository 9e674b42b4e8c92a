//! Image references by the grammar of registries: `registry:port/path:tag@digest`.

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

#[cfg(test)]
mod tests {
    use super::*;

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
