//! Text from outside for HTML: it stays text between tags and in a quoted attribute.

use super::terminal;

/// For a piece of HTML, between tags or in an attribute with quotes.
pub fn html(untrusted: &str) -> String {
    let mut out = String::with_capacity(untrusted.len());
    for c in terminal(untrusted).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_tag_or_ends_an_attribute() {
        assert_eq!(
            html("<img src=x onerror='y' \"z\"> &amp; `q`"),
            "&lt;img src=x onerror=&#39;y&#39; &quot;z&quot;&gt; &amp;amp; &#96;q&#96;"
        );
        assert_eq!(html("a\u{0}\u{202e}b"), "a\\u{0}\\u{202e}b");
    }
}
