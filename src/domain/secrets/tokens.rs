//! Tokens that are known by how they begin, wherever they stand: what a program prints of its surroundings.

use super::shape::GONE;

/// How the tokens of forges, clouds and chats begin, as those who give them say.
const STARTS: [&str; 20] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glcbt-",
    "glrt-",
    "glptt-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "npm_",
    "eyJ",
];
/// So many characters come after that at least.
const LEAST: usize = 12;

/// A text without them.
pub fn without_tokens(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(is_part) {
        let (before, from) = rest.split_at(begin);
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let is_token = |at: usize| {
            STARTS.iter().any(|start| word[at..].strip_prefix(start).is_some_and(|more| more.len() >= LEAST))
        };
        // Behind `token=` or another word, too.
        let starts = (0..word.len()).filter(|at| *at == 0 || !word.as_bytes()[at - 1].is_ascii_alphanumeric());
        out.push_str(before);
        match starts.into_iter().find(|at| is_token(*at)) {
            Some(at) => out.extend([&word[..at], GONE]),
            None => out.push_str(word),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_a_token_does_is_not_shown_and_words_are() {
        for (text, wanted) in [
            ("ghp_0123456789abcdefABCDEF", "***"),
            ("token ghs_0123456789abcdef: no", "token ***: no"),
            ("X=glpat-0123456789abcd-ef;", "X=***;"),
            ("a.github_pat_11ABCDEFG0123456_x", "a.***"),
            ("AKIAIOSFODNN7EXAMPLE eyJhbGciOiJIUzI1NiJ9.eyJzdWIi", "*** ***"),
            ("expected ghp_ or AKIA, xeyJhbGciOiJIUzI1 größe", "expected ghp_ or AKIA, xeyJhbGciOiJIUzI1 größe"),
        ] {
            assert_eq!(without_tokens(text), wanted, "{text}");
        }
    }
}
