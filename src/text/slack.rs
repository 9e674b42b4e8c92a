//! Text from outside for Slack's mrkdwn: it calls nobody, leads nowhere and changes no letters around it.

use super::terminal;
use crate::domain::inert::APART;

/// What begins and ends bold, italic, struck and code.
const MARKS: [char; 4] = ['*', '_', '~', '`'];

/// For a piece of mrkdwn: `&`, `<` and `>` as Slack wants them escaped (so that no `<!channel>`, `<@U1>` or link is left), and each
/// mark taken apart from the word that it would change.
pub fn slack(untrusted: &str) -> String {
    let shown = terminal(untrusted);
    let mut out = String::with_capacity(shown.len());
    let mut before: Option<char> = None;
    let mut rest = shown.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // In front of a line it is a quote, escaped or not.
            '>' if before.is_none() => out.extend([APART, '&', 'g', 't', ';']),
            '>' => out.push_str("&gt;"),
            c if MARKS.contains(&c) && stands_at_an_end(before, next) => out.extend([APART, c, APART]),
            '@' | '#' if next.is_some_and(char::is_alphanumeric) => out.extend([c, APART]),
            // `:skull:` and `://`.
            ':' if next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '/') => out.extend([c, APART]),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// A mark inside of a word (`snake_case`) changes nothing.
fn stands_at_an_end(before: Option<char>, next: Option<char>) -> bool {
    let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !(is_inside(before) && is_inside(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_called_nothing_is_linked_and_nothing_becomes_bold() {
        for (text, wanted) in [
            ("<!channel> <@U123> <!here|x>", "&lt;!channel&gt; &lt;@·U123&gt; &lt;!here|x&gt;"),
            ("<https://evil.example.com|click>", "&lt;https:·//evil.example.com|click&gt;"),
            ("*bold* _it_ ~no~ `code`", "·*·bold·*· ·_·it·_· ·~·no·~· ·`·code·`·"),
            ("snake_case", "snake_case"),
            ("> quote", "·&gt; quote"),
            ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
            ("@here #general :skull:", "@·here #·general :·skull:"),
            ("a\r\nb\u{202e}c", "a\\r\\nb\\u{202e}c"),
        ] {
            assert_eq!(slack(text).replace(APART, "·"), wanted, "{text}");
        }
    }
}
