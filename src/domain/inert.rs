//! Text from outside where a forge looks for references (the message of a commit that lands): it calls nobody and closes nothing.

/// What stands between a mark and its number, or its name: no eye sees it, and no forge reads over it (ZERO WIDTH SPACE).
const APART: char = '\u{200b}';
/// What issues and requests are called by their addresses.
const PAGES: [&str; 4] = ["/issues/", "/pull/", "/pulls/", "/merge_requests/"];

/// The text with every reference taken apart: `#1`, `!1`, `GH-1`, `@name`, `.../issues/1`. They are another repository's: where
/// this text lands, the same number is something else, and forges close what a commit on the default branch says it closes.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = rest.next() {
        out.push(c);
        let is_digit = rest.peek().is_some_and(char::is_ascii_digit);
        let is_name = rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_' || *next == '-');
        let is_page = c == '/' && PAGES.iter().any(|page| out.ends_with(page));
        let is_github = c == '-' && out.to_ascii_lowercase().ends_with("gh-");
        let is_mark = matches!(c, '#' | '!') || is_page || is_github;
        // What follows a letter is an address: `mei@example.com`.
        let calls = c == '@' && is_name && !before.is_some_and(|b| b.is_ascii_alphanumeric());
        if (is_mark && is_digit) || calls {
            out.push(APART);
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_forge_would_follow_is_taken_apart_and_the_rest_stays() {
        for (text, wanted) in [
            ("Closes #1, thanks @mei", "Closes #|1, thanks @|mei"),
            ("fixes shop/web#12 and !3 (GH-4)", "fixes shop/web#|12 and !|3 (GH-|4)"),
            ("see https://github.com/shop/web/issues/7", "see https://github.com/shop/web/issues/|7"),
            ("resolve https://gitlab.com/a/b/-/merge_requests/8", "resolve https://gitlab.com/a/b/-/merge_requests/|8"),
            ("mei@example.com, C# 8, wow! 1, a #tag", "mei@example.com, C# 8, wow! 1, a #tag"),
        ] {
            assert_eq!(inert(text), wanted.replace('|', "\u{200b}"));
        }
    }
}
