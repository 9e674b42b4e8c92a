//! Text from outside for Markdown: it stays text in a table cell, a list item and a paragraph, and calls nobody.

use super::terminal;

/// For a table cell in Markdown: no markup, no HTML, no mention of a person, one line.
pub fn markdown(untrusted: &str) -> String {
    let shown = terminal(untrusted);
    let mut out = String::with_capacity(shown.len());
    let mut before: Option<char> = None;
    for c in shown.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | '!' => out.extend(['\\', c]),
            '-' | '+' | '=' if before.is_none() => out.extend(['\\', c]),
            // Forges call whoever is named so; a backslash does not stop them, a comment in between does.
            '@' if !before.is_some_and(|b| b.is_ascii_alphanumeric()) => out.push_str("@<!-- -->"),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_subject_cannot_leave_its_cell() {
        assert_eq!(markdown("a | b\nc"), "a \\| b\\\\nc");
    }

    #[test]
    fn markup_and_html_stay_text() {
        assert_eq!(
            markdown("[x](http://y) <img src=z> `c` **b**"),
            "\\[x\\](http://y) &lt;img src=z&gt; \\`c\\` \\*\\*b\\*\\*"
        );
    }

    #[test]
    fn nobody_is_called_by_a_commit_message() {
        assert_eq!(markdown("thanks @mei"), "thanks @<!-- -->mei");
        assert_eq!(markdown("ci@example.com"), "ci@example.com");
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
    }
}
