//! Addresses of pages in what sinks are sent: only those of the web, and nothing in them that could end a link.

use std::fmt::Write as _;

/// The longest address that is told: browsers and sinks take no longer ones for certain.
const LONGEST: usize = 2_000;

/// The address with every character percent-encoded that could end it in any sink's markup; `None` for what is no `http` or `https`.
pub fn page(untrusted: &str) -> Option<String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| untrusted.starts_with(scheme));
    if !is_web || untrusted.len() > LONGEST {
        return None;
    }
    let mut out = String::with_capacity(untrusted.len());
    for byte in untrusted.bytes() {
        match byte {
            _ if byte.is_ascii_alphanumeric() || b"-._~:/?#@&+,;=%".contains(&byte) => out.push(byte as char),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_web_are_pages_and_nothing_in_one_ends_it() {
        assert_eq!(
            page("https://git.example.com/a/b/commit/9d?x=1&y=2#z").unwrap(),
            "https://git.example.com/a/b/commit/9d?x=1&y=2#z"
        );
        assert_eq!(
            page("https://x/a b(c)|\\\"<y>'`*]\r\nX: y\u{202e}").unwrap(),
            "https://x/a%20b%28c%29%7C%5C%22%3Cy%3E%27%60%2A%5D%0D%0AX:%20y%E2%80%AE"
        );
        for other in ["javascript:alert(1)", "data:text/html,x", "//evil.example.com", "HTTPS://x", "", "mailto:a@b"] {
            assert_eq!(page(other), None, "{other}");
        }
        assert_eq!(page(&format!("https://x/{}", "a".repeat(3000))), None);
    }
}
