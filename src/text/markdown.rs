//! Text from outside for Markdown: it stays text in a table cell, a list item and a paragraph, calls nobody and leads nowhere.

use super::terminal;
use crate::domain::inert::{APART, inert};

/// For one line of Markdown, wherever it begins: no markup, no HTML, no link, no command, and nothing that a forge would follow.
///
/// A backslash is enough for Markdown and not for the forges, which look for names and numbers in what Markdown has made of the text:
/// `\\#1` is issue 1 at GitHub and Gitea. So what they look for is taken apart besides.
pub fn markdown(untrusted: &str) -> String {
    let shown = inert(&terminal(untrusted));
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let is_first = out.is_empty();
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | '!' => out.extend(['\\', c]),
            // What begins a list, a line of its own or a command.
            '-' | '+' | '=' | '/' | ':' if is_first => out.extend(['\\', c]),
            '.' | ')' if !is_first && out.bytes().all(|b| b.is_ascii_digit()) => out.extend(['\\', c]),
            c => out.push(c),
        }
        if rest.peek().is_some_and(|next| leads(c, *next, &out)) {
            out.push(APART);
        }
    }
    out
}

/// Whether a forge could follow what the two characters begin: a person, a label, a milestone, an address, a page of a wiki.
fn leads(c: char, next: char, out: &str) -> bool {
    let is_name = next.is_alphanumeric() || "_-\"".contains(next);
    match c {
        '@' | '#' | '!' | '&' | '%' | '~' | '$' | '^' => is_name,
        ':' => next == '/',
        '[' => next == '[',
        '.' => out.len() >= 4 && out.as_bytes()[out.len() - 4..].eq_ignore_ascii_case(b"www."),
        _ => false,
    }
}

/// A link to a page that is known, with its text from outside. What is no address of a page stays text.
pub fn link(untrusted: &str, page: &str) -> String {
    let text = markdown(untrusted);
    if !["https://", "http://"].iter().any(|scheme| page.starts_with(scheme)) {
        return text;
    }
    let mut out = format!("[{text}](");
    for byte in page.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            _ if byte.is_ascii_alphanumeric() || b"-._~:/?#@!$+,;=%".contains(&byte) => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out.push(')');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What came out, with a `·` for what takes apart and is not seen.
    fn seen(text: &str) -> String {
        markdown(text).replace(APART, "·")
    }

    #[test]
    fn a_subject_cannot_leave_its_cell() {
        assert_eq!(seen("a | b\nc"), "a \\| b\\\\nc");
    }

    #[test]
    fn markup_and_html_stay_text() {
        assert_eq!(
            seen("[x](http://y) <img src=z> `c` **b**"),
            "\\[x\\](http:·//y) &lt;img src=z&gt; \\`c\\` \\*\\*b\\*\\*"
        );
    }

    #[test]
    fn nothing_from_outside_is_live_at_any_forge() {
        for (text, wanted) in [
            ("thanks @mei, @all", "thanks @·mei, @·all"),
            ("ci@example.com", "ci@·example.com"),
            ("#1 and GH-2, shop/web#3", "\\#·1 and GH-·2, shop/web\\#·3"),
            ("!1 &2 %3 ~bug $4 ^5 ~\"a b\" %v1", "\\!·1 &amp;·2 %·3 \\~·bug \\$·4 ^·5 \\~·\"a b\" %·v1"),
            ("SHOP-12 #close #time 1w", "SHOP-12 \\#·close \\#·time 1w"),
            ("Closes #1", "Closes \\#·1"),
            ("Fixes SHOP-12", "Fixes· SHOP-12"),
            ("resolves https://git.example.com/a/b/-/issues/8", "resolves https:·//git.example.com/a/b/-/issues/·8"),
            ("/merge", "\\/merge"),
            ("  /close", "\\/close"),
            ("x\n/label ~release", "x\\\\n/label \\~·release"),
            ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
            ("![x](https://evil.example.com/x.png)", "\\!\\[x\\](https:·//evil.example.com/x.png)"),
            ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
            ("[[x|y]] [x]: z", "\\[·\\[x\\|y\\]\\] \\[x\\]: z"),
            ("see www.example.com", "see www.·example.com"),
            ("```sh", "\\`\\`\\`sh"),
            ("a `b` | c", "a \\`b\\` \\| c"),
            ("\u{202e}evil\u{200f}", "\\\\u{202e}evil\\\\u{200f}"),
            ("--> <!-- stageline:request x -->", "\\--&gt; &lt;\\!·-- stageline:request x --&gt;"),
            ("&lt;img&gt; &#64;mei", "&amp;·lt;img&amp;·gt; &amp;\\#·64;mei"),
            ("---", "\\---"),
            ("===", "\\==="),
            ("- a", "\\- a"),
            ("12) a", "12\\) a"),
            ("1. a", "1\\. a"),
            ("> a", "&gt; a"),
            ("    code", "code"),
            ("::include{file=x}", "\\::include{file=x}"),
            ("fix: retry on 409 (v1.2.3)", "fix: retry on 409 (v1.2.3)"),
        ] {
            assert_eq!(seen(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_link_has_an_address_that_ends_where_it_ends() {
        assert_eq!(
            link("9d3e7aa", "https://git.example.com/a/b/commit/9d"),
            "[9d3e7aa](https://git.example.com/a/b/commit/9d)"
        );
        assert_eq!(
            link("[x] @mei", "https://x/a b(c)|\\\"<y>?a=1&lt;"),
            format!("[\\[x\\] @{APART}mei](https://x/a%20b%28c%29%7C%5C%22%3Cy%3E?a=1&amp;lt;)")
        );
        for page in ["javascript:alert(1)", "data:text/html,x", "//evil.example.com", ""] {
            assert_eq!(link("x", page), "x", "{page}");
        }
    }

    proptest! {
        #[test]
        fn the_output_has_no_control_characters_and_no_bare_pipe(text in any::<String>()) {
            let out = markdown(&text);
            prop_assert!(!out.chars().any(char::is_control));
            let mut escaped = false;
            for c in out.chars() {
                prop_assert!(escaped || c != '|');
                escaped = c == '\\' && !escaped;
            }
        }

        #[test]
        fn whatever_stands_around_it_nothing_is_called_and_no_command_begins(
            before in "[ -~]{0,6}", mark in "[@#!&%~$^]", name in "[a-z0-9]{1,3}", after in "[ -~]{0,6}",
        ) {
            let out = markdown(&format!("{before}{mark}{name}{after}"));
            let bare: String = out.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
            prop_assert!(!bare.contains(&format!("{mark}{name}")), "{}", out);
            prop_assert!(!out.starts_with(['/', '-', '+', '=', '#', '>', '|', ' ']), "{}", out);
            prop_assert!(!out.contains("://") && !out.contains('<'), "{}", out);
        }
    }
}
