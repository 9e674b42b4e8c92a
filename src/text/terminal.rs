//! Text from outside for a terminal: nothing in it may move the cursor, hide, reorder or ring.

use crate::domain::steering::steers;

/// For a terminal: control characters, CR, BS, BEL, escape sequences, bidirectional controls and what is invisible become visible
/// escapes.
/// One line stays one line: a line break becomes `\n`.
pub fn terminal(untrusted: &str) -> String {
    let mut out = String::with_capacity(untrusted.len());
    let mut before = None;
    for c in untrusted.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if steers(c, before) => out.extend(c.escape_unicode()),
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
    fn an_escape_sequence_is_shown_and_not_obeyed() {
        assert_eq!(terminal("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
        assert_eq!(terminal("\u{1b}]0;title\u{7}"), "\\u{1b}]0;title\\u{7}");
        assert_eq!(terminal("\u{9b}31m"), "\\u{9b}31m", "C1 has a one-character form of ESC [");
    }

    #[test]
    fn a_carriage_return_cannot_overwrite_what_stands_before_it() {
        assert_eq!(terminal("bad\rgood"), "bad\\rgood");
        assert_eq!(terminal("bad\u{8}\u{8}\u{8}ok"), "bad\\u{8}\\u{8}\\u{8}ok");
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(terminal("a\nb\u{2028}c"), "a\\nb\\u{2028}c");
    }

    #[test]
    fn a_text_cannot_be_shown_in_another_order_than_it_is_written() {
        assert_eq!(terminal("a\u{202e}b\u{2066}c\u{200f}"), "a\\u{202e}b\\u{2066}c\\u{200f}");
    }

    #[test]
    fn names_in_any_script_and_emoji_pass_as_they_are() {
        for text in ["Мария Иванова", "梅林", "José", "👩\u{200d}🚀", "نمی\u{200c}خواهم", "a \\ b"]
        {
            assert_eq!(terminal(text), text);
        }
        assert_eq!(terminal("ma\u{200d}in"), "ma\\u{200d}in");
    }

    proptest! {
        #[test]
        fn the_output_has_no_control_characters(text in any::<String>()) {
            let shown = terminal(&text);
            prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
            let reorders = shown.contains(|c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
            prop_assert!(!reorders, "{shown:?}");
        }

        #[test]
        fn what_is_shown_once_is_shown_the_same_again(text in any::<String>()) {
            let shown = terminal(&text);
            prop_assert_eq!(terminal(&shown), shown.clone());
        }
    }
}
