//! Where a word stands by itself in a text.

/// The places at which a word begins that is no part of a longer one: neither a letter nor a digit is beside it.
pub fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_inner = |beside: Option<char>| beside.is_some_and(char::is_alphanumeric);
    text.match_indices(word).map(|(start, _)| start).filter(move |start| {
        !is_inner(text[..*start].chars().next_back()) && !is_inner(text[*start + word.len()..].chars().next())
    })
}

/// A text with another one in the place of what is as long as a word, at these places of it.
pub fn replaced(text: &str, word: &str, places: impl Iterator<Item = usize>, with: &str) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for start in places {
        out.push_str(&text[at..start]);
        out.push_str(with);
        at = start + word.len();
    }
    out + &text[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_where_no_letter_and_no_digit_is_beside_it() {
        let found = |text: &str| places(text, "web").collect::<Vec<_>>();
        assert_eq!(found("web/webhook/web-1.web2 web"), [0, 12, 23]);
        assert_eq!(found("éweb"), Vec::<usize>::new());
        assert_eq!(replaced("apps/web/web", "web", places("apps/web/web", "web"), "x"), "apps/x/x");
    }
}
