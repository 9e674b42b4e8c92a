//! Text from outside for the Markdown of chats that know no escapes (DingTalk, Feishu, WeCom): marks become their wide forms.

use super::terminal;
use crate::domain::inert::APART;

/// For a piece of such Markdown. A backslash is shown as one there, and what each of them takes for markup is nowhere written down
/// to the end; so no character of markup is left at all: `<@all>` becomes `＜@all＞`, which every reader reads and no program does.
pub fn chat(untrusted: &str) -> String {
    let shown = terminal(untrusted);
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let is_first = out.is_empty();
        match c {
            '<' | '>' | '[' | ']' | '*' | '`' | '~' | '|' | '\\' | '&' | '$' | '#' | '!' => out.push(wide(c)),
            '_' if !(out.ends_with(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)) => {
                out.push(wide(c))
            }
            '-' | '+' | '=' if is_first => out.push(wide(c)),
            // A list: `1. a`.
            '.' | ')' if !is_first && out.bytes().all(|b| b.is_ascii_digit()) => out.push(wide(c)),
            '@' => out.extend([c, APART]),
            ':' if next == Some('/') => out.extend([c, APART]),
            '.' if ends_like_www(&out) => out.extend([c, APART]),
            c => out.push(c),
        }
    }
    out
}

fn ends_like_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// The wide form of a printable ASCII character.
fn wide(c: char) -> char {
    char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_is_left_that_a_chat_could_take_for_markup() {
        for (text, wanted) in [
            ("<@all> @all <at user_id=\"all\">x</at>", "＜@·all＞ @·all ＜at user_id=\"all\"＞x＜/at＞"),
            ("[x](https://evil.example.com)", "［x］(https:·//evil.example.com)"),
            ("![x](http://evil/x.png)", "！［x］(http:·//evil/x.png)"),
            ("<font color=\"warning\">x</font>", "＜font color=\"warning\"＞x＜/font＞"),
            ("**b** `c` ~~d~~", "＊＊b＊＊ ｀c｀ ～～d～～"),
            ("# head", "＃ head"),
            ("- a", "－ a"),
            ("1. a", "1． a"),
            ("> q", "＞ q"),
            ("&lt;b&gt;", "＆lt;b＆gt;"),
            ("snake_case _it_", "snake_case ＿it＿"),
            ("fix: retry on 409 (v1.2.3)", "fix: retry on 409 (v1.2.3)"),
            ("www.evil.example.com", "www.·evil.example.com"),
            ("a\nb\u{200f}", "a＼nb＼u{200f}"),
        ] {
            assert_eq!(chat(text).replace(APART, "·"), wanted, "{text}");
        }
    }
}
