//! Characters that steer instead of being read: controls, and what is invisible or reorders the text around it.

use std::borrow::Cow;

/// Whether a character steers where it stands behind `before`. A joiner or a variation selector belongs to the letter or
/// emoji in front of it; elsewhere, and behind another one, it only hides something.
pub fn steers(c: char, before: Option<char>) -> bool {
    if c.is_control() {
        return true;
    }
    match c {
        '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{e0100}'..='\u{e01ef}' => !carries(before),
        // `1`, `#` and `*` become keys by it: 1️⃣.
        '\u{fe00}'..='\u{fe0f}' => !carries(before) && !before.is_some_and(|b| b.is_ascii_digit() || "#*".contains(b)),
        _ => is_unseen(c),
    }
}

/// Whether a joiner or variation selector may belong to this character.
fn carries(before: Option<char>) -> bool {
    before.is_some_and(|b| !b.is_ascii() && !b.is_control() && !b.is_whitespace() && !is_unseen(b) && !attaches(b))
}

fn attaches(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Format characters, fillers and separators of lines: nothing is seen of them, or only what they do to others.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Text from outside as one line of a commit message or trailer. No escape is known to its readers, so what steers is not
/// written at all: controls and separators of lines become blanks, for they stood between words; what has no width goes, for
/// it stood inside of one. Blanks are joined, so that the text reads back from a trailer as it was written.
pub fn one_line(untrusted: &str) -> String {
    let mut out = String::with_capacity(untrusted.len());
    for c in untrusted.chars() {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !steers(c, out.chars().next_back()) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The longest that a subject or a name is told in a list, in characters.
const LONGEST: usize = 300;

/// A subject or a name, without what would leave no room for the others of its list.
pub fn bounded(untrusted: &str) -> Cow<'_, str> {
    match untrusted.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &untrusted[..end])),
        None => Cow::Borrowed(untrusted),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_character_that_only_hides_steers() {
        for c in "\u{0}\u{1b}\u{7f}\u{9b}\u{ad}\u{61c}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202e}\u{2028}\u{2060}\u{2064}\
                  \u{2066}\u{2069}\u{feff}\u{fe0f}\u{3164}\u{e0001}\u{e007f}\u{e0100}"
            .chars()
        {
            assert!(steers(c, Some('a')) && steers(c, None), "{c:?}");
        }
    }

    #[test]
    fn names_in_any_script_and_emoji_do_not_steer() {
        for text in [
            "Мария",
            "梅林",
            "葛\u{e0100}",
            "José",
            "👩\u{200d}🚀",
            "❤\u{fe0f}\u{200d}🔥",
            "1\u{fe0f}\u{20e3}",
            "نمی\u{200c}خواهم",
        ] {
            assert_eq!(one_line(text), text);
        }
    }

    #[test]
    fn letters_hidden_in_a_row_of_selectors_steer() {
        assert_eq!(one_line("😀\u{e0101}\u{e0102}\u{e0103}x"), "😀\u{e0101}x");
    }

    #[test]
    fn controls_stood_between_words_and_unseen_characters_inside_of_one() {
        assert_eq!(one_line(" fix:\u{1b}[2J\tone\r\n two\u{2028}three "), "fix: [2J one two three");
        assert_eq!(one_line("a\u{202e}b\u{200b}c\u{2066}d\u{e0041}"), "abcd");
        assert_eq!(one_line("\u{200b}\u{feff}"), "");
    }

    #[test]
    fn one_endless_subject_leaves_room_for_the_others() {
        assert_eq!(bounded("fix: é"), "fix: é");
        assert_eq!(bounded(&"é".repeat(300)), "é".repeat(300));
        assert_eq!(bounded(&"é".repeat(1_000_000)), format!("{}…", "é".repeat(300)));
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_and_the_same_again(text in any::<String>()) {
            let line = one_line(&text);
            prop_assert!(!line.contains(|c: char| c.is_control() || is_unseen(c)), "{line:?}");
            prop_assert_eq!(line.trim(), &line);
            prop_assert_eq!(one_line(&line), line);
        }
    }
}
