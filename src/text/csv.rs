//! Text from outside for one field of a CSV file that a spreadsheet may open.

use super::terminal;

/// For one CSV field: quoted as RFC 4180 says, without control characters, and never a formula.
pub fn csv(untrusted: &str) -> String {
    let mut field = terminal(untrusted);
    if field.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || untrusted.starts_with(['\t', '\r', '\n'])
    {
        field.insert(0, '\'');
    }
    let bare = !field.contains([',', '"', ';', '\'']) && field.trim() == field;
    if bare { field } else { format!("\"{}\"", field.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_word_needs_no_quotes() {
        assert_eq!(csv("web"), "web");
        assert_eq!(csv(""), "");
    }

    #[test]
    fn commas_and_quotes_are_quoted() {
        assert_eq!(csv("a,b"), "\"a,b\"");
        assert_eq!(csv("say \"no\""), "\"say \"\"no\"\"\"");
    }

    #[test]
    fn a_subject_is_never_a_formula() {
        assert_eq!(csv("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv("@SUM(1)"), "\"'@SUM(1)\"");
        assert_eq!(csv("-1+2"), "\"'-1+2\"");
    }

    proptest! {
        #[test]
        fn the_output_has_no_control_characters(text in any::<String>()) {
            prop_assert!(!csv(&text).chars().any(char::is_control));
        }

        #[test]
        fn a_field_is_one_field(text in any::<String>()) {
            let field = csv(&text);
            let inner = field.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
            match inner {
                Some(inner) => prop_assert!(!inner.replace("\"\"", "").contains('"')),
                None => prop_assert!(!field.contains([',', '"'])),
            }
            prop_assert!(!inner.unwrap_or(&field).starts_with(['=', '+', '-', '@']));
        }
    }
}
