//! What a text of YAML without quotes is to some reader, where that is not a text.

/// What a plain scalar is to a reader of YAML 1.1 or 1.2, where that is not a text.
pub fn not_a_text(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "" | "~" | "null" => return Some("null"),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" => return Some("a boolean"),
        ".nan" | ".inf" | "+.inf" | "-.inf" => return Some("a number"),
        _ => {}
    }
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    let is_radix = ["0x", "0o", "0b"].iter().any(|prefix| {
        unsigned
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_hexdigit() || c == '_'))
    });
    if is_radix {
        return Some("a number");
    }
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digits = |text: &str, more: &str| {
        text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || more.contains(c))
    };
    if digits(mantissa, "._,:") && mantissa.matches('.').count() <= 1 && digits(exponent, "") {
        return Some("a number");
    }
    let date = unsigned.get(..10).unwrap_or(unsigned);
    let parts: Vec<&str> = date.split('-').collect();
    if parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(|part| digits(part, "")) {
        return Some("a date");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_some_reader_takes_for_something_else_is_not_a_text() {
        for (text, kind) in [
            ("1234", "a number"),
            ("12e4567", "a number"),
            ("0x1F", "a number"),
            ("1_000", "a number"),
            ("18:00", "a number"),
            ("1.5", "a number"),
            (".inf", "a number"),
            ("yes", "a boolean"),
            ("Off", "a boolean"),
            ("~", "null"),
            ("Null", "null"),
            ("2026-11-23", "a date"),
        ] {
            assert_eq!(not_a_text(text), Some(kind), "{text}");
        }
        for text in ["7d", "24h", "v1.2.3", "1.2.3", "staging", "prod-1", "9d3e7aa", "{commit}", "e5", "!main"] {
            assert_eq!(not_a_text(text), None, "{text}");
        }
    }
}
