//! Text from outside where a forge looks for references (the message of a commit that lands): it calls nobody and closes nothing.

/// What stands between a mark and its number, or its name: no eye sees it, and no forge reads over it (ZERO WIDTH SPACE).
pub const APART: char = '\u{200b}';
/// What issues and requests are called by their addresses.
const PAGES: [&str; 4] = ["/issues/", "/pull/", "/pulls/", "/merge_requests/"];
/// What forges take for an order where a reference follows, each with its endings.
const ORDERS: [(&str, &[&str]); 5] = [
    ("clos", &["e", "es", "ed", "ing"]),
    ("fix", &["", "es", "ed", "ing"]),
    ("resolv", &["e", "es", "ed", "ing"]),
    ("implement", &["", "s", "ed", "ing"]),
    ("reopen", &["", "s", "ed", "ing"]),
];

/// The text with every reference taken apart: `#1`, `!1`, `GH-1`, `@name`, `.../issues/1`, and an order from the key that it is
/// about: `closes SHOP-12`. They are another repository's: where this text lands, the same number is something else, and forges
/// close what a commit on the default branch says it closes, at the tracker that they know, too.
pub fn inert(text: &str) -> String {
    without_orders(&without_references(text))
}

fn without_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = rest.next() {
        out.push(c);
        let is_digit = rest.peek().is_some_and(char::is_ascii_digit);
        let is_name = rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_' || *next == '-');
        let is_page = c == '/' && PAGES.iter().any(|page| out.ends_with(page));
        let is_short = c == '-' && ["gh-", "gl-"].iter().any(|start| ends_like(&out, start));
        let is_mark = matches!(c, '#' | '!' | '&' | '%' | '$' | '^') || is_page || is_short;
        // What follows a letter is an address: `mei@example.com`.
        let calls = c == '@' && is_name && !before.is_some_and(|b| b.is_ascii_alphanumeric());
        if (is_mark && is_digit) || calls {
            out.push(APART);
        }
        before = Some(c);
    }
    out
}

fn ends_like(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|own| own.eq_ignore_ascii_case(end))
}

/// Takes an order apart from the key of an issue that follows it; one that nothing follows is a word like any other.
fn without_orders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let word = &rest[start..];
        let end = start + word.find(|c: char| !c.is_alphanumeric()).unwrap_or(word.len());
        out.push_str(&rest[..end]);
        if is_order(&rest[start..end]) && is_about_a_key(&rest[end..]) {
            out.push(APART);
        }
        rest = &rest[end..];
    }
    out + rest
}

fn is_order(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ORDERS.iter().any(|(stem, ends)| word.strip_prefix(stem).is_some_and(|end| ends.contains(&end)))
}

/// Whether a key such as `SHOP-12` comes next, behind `: ` or ` issue `.
fn is_about_a_key(rest: &str) -> bool {
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let mut words = rest.split_whitespace().skip_while(|word| ["issue", "issues"].contains(word));
    let key = words.next().filter(|_| rest.starts_with(char::is_whitespace)).and_then(|word| word.split_once('-'));
    key.is_some_and(|(project, number)| {
        project.chars().any(char::is_alphanumeric) && number.starts_with(|c: char| c.is_ascii_digit())
    })
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
            ("Merge &1 %2 $3 ^4 and GL-5", "Merge &|1 %|2 $|3 ^|4 and GL-|5"),
            ("Closes SHOP-12 and fixed: shop-3", "Closes| SHOP-12 and fixed|: shop-3"),
            ("resolves issue WEB-4; Reopen WEB-5", "resolves| issue WEB-4; Reopen| WEB-5"),
            ("fix: retry on 409; prefixes A-1, a fix-up 2-3", "fix: retry on 409; prefixes A-1, a fix-up 2-3"),
            ("ſﬁx SHOP-1 größe schließt", "ſﬁx SHOP-1 größe schließt"),
            ("mei@example.com, C# 8, wow! 1, a #tag", "mei@example.com, C# 8, wow! 1, a #tag"),
        ] {
            assert_eq!(inert(text), wanted.replace('|', "\u{200b}"));
        }
    }
}
