//! Names as kustomize matches them: regular expressions, of which what people write in selectors is understood here.

/// Characters of regular expressions that are not understood here.
const STRANGE: [char; 8] = ['(', ')', '[', ']', '{', '}', '\\', '^'];

/// Whether the whole of a text is what a pattern says; `None`: the pattern is more than is understood here.
pub fn matches(pattern: &str, text: &str) -> Option<bool> {
    let plain = pattern.strip_prefix('^').unwrap_or(pattern);
    let plain = plain.strip_suffix('$').unwrap_or(plain);
    if plain.contains('$') || plain.contains(STRANGE) {
        return if pattern == text { Some(true) } else { None };
    }
    let text: Vec<char> = text.chars().collect();
    Some(plain.split('|').any(|one| fits(&one.chars().collect::<Vec<_>>(), &text)))
}

/// Matches `pattern` (characters, `.`, and `*`, `+`, `?` behind them) with all of `text`.
fn fits(pattern: &[char], text: &[char]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    let is_first = |c: &char| *first == '.' || c == first;
    match rest.split_first() {
        Some(('*', more)) => {
            let most = text.iter().take_while(|c| is_first(c)).count();
            (0..=most).any(|taken| fits(more, &text[taken..]))
        }
        Some(('+', more)) => {
            let most = text.iter().take_while(|c| is_first(c)).count();
            (1..=most).any(|taken| fits(more, &text[taken..]))
        }
        Some(('?', more)) => fits(more, text) || text.first().is_some_and(is_first) && fits(more, &text[1..]),
        _ => text.first().is_some_and(is_first) && fits(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_in_selectors_is_understood_and_nothing_else() {
        for (pattern, text, wanted) in [
            ("web", "web", Some(true)),
            ("web", "web2", Some(false)),
            ("we.", "web", Some(true)),
            (".*", "web", Some(true)),
            ("^web-.+$", "web-a", Some(true)),
            ("^web-.+$", "web-", Some(false)),
            ("web|api", "api", Some(true)),
            ("webs?", "web", Some(true)),
            ("(web)", "web", None),
            ("a[b]", "a[b]", Some(true)),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }
}
