//! Writes a string as a scalar that every reader takes for that string.

use super::style::Style;

/// Where a scalar will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    /// Between brackets or braces, where commas and brackets would end a plain scalar.
    Flow,
}

/// The text as a new scalar, and the style chosen: plain only where it is surely a string.
pub(super) fn fresh(text: &str, context: Context) -> (String, Style) {
    if surely_a_string(text, context) {
        (text.to_owned(), Style::Plain)
    } else if text.contains(['"', '\\']) && !text.contains(must_be_escaped) {
        (single(text), Style::SingleQuoted)
    } else {
        (double(text), Style::DoubleQuoted)
    }
}

/// The text in place of a scalar of this style: quotes are kept.
pub(super) fn keeping(text: &str, old: Style, context: Context) -> (String, Style) {
    match old {
        Style::SingleQuoted if !text.contains(must_be_escaped) => (single(text), Style::SingleQuoted),
        Style::SingleQuoted | Style::DoubleQuoted => (double(text), Style::DoubleQuoted),
        Style::Plain | Style::Literal | Style::Folded => fresh(text, context),
    }
}

/// Whether a plain scalar with this text is a string to any reader: YAML 1.1 and 1.2, and the liberties of Go,
/// JavaScript and Ruby. In doubt no.
pub(super) fn surely_a_string(text: &str, context: Context) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_well = first.is_ascii_alphanumeric() || "/_.$(^".contains(first) || !first.is_ascii();
    let blank_at_edge = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    let ends_early = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let flow_indicator = context == Context::Flow && text.contains([',', '[', ']', '{', '}', '?']);
    starts_well
        && !blank_at_edge
        && !ends_early
        && !flow_indicator
        && !text.starts_with("...")
        && !text.contains(must_be_escaped)
        && !possibly_something_else(text)
}

/// Whether some reader takes this plain text for a null, boolean, number, date, time or merge key.
pub(super) fn possibly_something_else(text: &str) -> bool {
    const WORDS: [&str; 16] =
        ["", "~", "=", "<<", "null", "none", "nil", "y", "n", "yes", "no", "on", "off", "true", "false", "undefined"];
    const NOT_FINITE: [&str; 6] = ["inf", ".inf", "infinity", ".infinity", "nan", ".nan"];
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    WORDS.contains(&lower.as_str())
        || NOT_FINITE.contains(&unsigned)
        || based_number(unsigned)
        || decimal(unsigned)
        || sexagesimal(unsigned)
        || date(unsigned)
}

/// `0x1f`, `0o17`, `0b11`, also as a float with an exponent (`0x1.8p+3`).
fn based_number(text: &str) -> bool {
    let digits = |rest: &str, allowed: &str| rest.chars().all(|c| allowed.contains(c));
    text.strip_prefix("0x").is_some_and(|rest| digits(rest, "0123456789abcdef_.,p+-"))
        || text.strip_prefix("0o").is_some_and(|rest| digits(rest, "0123456789_,"))
        || text.strip_prefix("0b").is_some_and(|rest| digits(rest, "0123456789_,"))
}

/// Digits with `_` and `,`, at most one point, and an optional exponent: `1_000`, `1.`, `.5`, `12e4567`, `1.5e+3`.
fn decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let grouped = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b','));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // A point and underscores alone are a number to some readers of YAML 1.1.
    let something = mantissa.bytes().any(|byte| byte.is_ascii_digit() || byte == b'.');
    something && grouped(whole) && grouped(fraction) && exponent.is_none_or(grouped)
}

/// `1:20`, `190:20:30.15`: base 60 in YAML 1.1, or a time of day.
fn sexagesimal(text: &str) -> bool {
    text.contains(':')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'_' | b'.' | b','))
}

/// `2024-01-01`, `2024-1-1T10:00:00Z`, `2024-01-01 10:00`.
fn date(text: &str) -> bool {
    let mut rest = text;
    for part in 0..3 {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest = match rest.get(digits..) {
            Some(after) if digits > 0 => after,
            _ => return false,
        };
        if part < 2 {
            match rest.strip_prefix('-') {
                Some(after) => rest = after,
                None => return false,
            }
        }
    }
    rest.is_empty() || rest.starts_with(['t', ' ', '\t'])
}

/// What no reader must meet raw: controls, line breaks of any standard, invisible marks.
fn must_be_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if must_be_escaped(c) && u32::from(c) <= 0xff => quoted.push_str(&format!("\\x{:02X}", u32::from(c))),
            c if must_be_escaped(c) => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_any_reader_could_take_for_something_else_is_not_surely_a_string() {
        let traps = "y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE null Null NULL \
            none None nil NIL ~ = << .inf .Inf .INF -.inf +.inf inf Inf Infinity -Infinity .nan .NaN NaN nan undefined \
            0 7 00 007 0012345 1234567 123 -1 +1 0x 0x1234 0XFF 0x1p-2 0x1.8p3 0o17 0O17 0o 0b11 0B0 0b -0x1f +0b1 017 08 \
            1_000 1_ _1 0_1 1,000 1,0,0 1.0 1. .5 . 1.10 1_0.5 1.5_0 ._ 1e10 1E10 12e4567 1e+3 1e-3 1.5e3 1.e5 .5e1 1e 1e+ \
            1:20 1:2:3 190:20:30.15 12:30:45 1:2_0 0:0 2024-01-01 2024-1-1 2024-01-01T00:00:00Z 2024-01-01t1:2:3 \
            20-1-1 ... ...x --- -x - ? ?x : :x # #x & &a * *a ! !x | > ' \" % %x @ @x ` `x , [ ] { } a: a:b: -- +x";
        for trap in traps.split_whitespace() {
            assert!(!surely_a_string(trap, Context::Block), "{trap}");
        }
        for trap in [
            "",
            " a",
            "a ",
            "\ta",
            "a\t",
            "a: b",
            "a #b",
            "2024-01-01 10:00",
            "a\nb",
            "a\u{85}b",
            "a\u{2028}",
            "\u{feff}a",
            "a\u{7f}",
            "a\u{0}",
            "\u{a0}a",
            "a\tb",
        ] {
            assert!(!surely_a_string(trap, Context::Block), "{trap:?}");
        }
    }

    #[test]
    fn a_version_that_is_surely_a_string_stays_plain() {
        for text in [
            "v1",
            "v1.10",
            "1.2.3",
            "3fa9c21",
            "deadbee",
            "sha256:9d2c0f1",
            "reg:5000/web:v2",
            "main-3fa9c21",
            "a,b",
            "_x",
            "https://h/o/r?ref=b#frag",
            "../base",
            "./local",
            "$x",
            "(a)",
            "^1.2",
            "é",
            "2024-01-01-abc",
            "1.2.3-rc.1+5",
            "nullable",
            "yesterday",
            "e10",
            "e",
            "0xfoo",
            "0bad",
            "1e5f",
            "a:b",
            "1-2",
            "12e45f7",
            "latest",
            "__",
        ] {
            assert!(surely_a_string(text, Context::Block), "{text}");
        }
    }

    #[test]
    fn brackets_and_commas_are_quoted_only_inside_brackets() {
        for text in ["a,b", "a[0]", "a]", "a{b", "a}", "a?b"] {
            assert!(surely_a_string(text, Context::Block), "{text}");
            assert!(!surely_a_string(text, Context::Flow), "{text}");
        }
    }

    #[test]
    fn no_commit_id_that_looks_like_a_number_is_plain() {
        // By the definition of a number in YAML 1.1 and 1.2, not by the rule under test.
        let numeric = |id: &str| match id.split_once('e') {
            Some((whole, exponent)) => {
                [whole, exponent].iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
            }
            None => id.bytes().all(|b| b.is_ascii_digit()),
        };
        let mut seen = 0;
        for length in [7, 8] {
            // Each shape of a numeric id: digits only, or one `e` between digits; and each digit in it.
            for exponent in 0..length {
                for digit in '0'..='9' {
                    for other in ['0', '1', '7', '9'] {
                        let id: String = (0..length)
                            .map(|at| match at {
                                0 => other,
                                _ if at == exponent => 'e',
                                _ if at % 2 == 0 => digit,
                                _ => other,
                            })
                            .collect();
                        if numeric(&id) {
                            seen += 1;
                            assert!(!surely_a_string(&id, Context::Block), "{id}");
                        }
                    }
                }
            }
        }
        assert!(seen > 400, "{seen}");
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            for id in [format!("{:07x}", state >> 36), format!("{:08x}", state >> 32)] {
                let plain = surely_a_string(&id, Context::Block);
                assert!(!(plain && numeric(&id)), "{id}");
                // Nothing else is quoted but what starts like a binary number.
                assert!(plain || numeric(&id) || id.starts_with("0b") || id.ends_with('e') || id.contains('e'), "{id}");
            }
        }
    }

    #[test]
    fn quotes_are_kept_and_chosen() {
        let cases = [
            ("x", Style::DoubleQuoted, "\"x\""),
            ("it's", Style::SingleQuoted, "'it''s'"),
            ("a\nb", Style::SingleQuoted, "\"a\\nb\""),
            ("say \"x\" \\", Style::DoubleQuoted, "\"say \\\"x\\\" \\\\\""),
            ("{\"a\": 1}", Style::Plain, "'{\"a\": 1}'"),
            ("-\\\t", Style::Plain, "\"-\\\\\\t\""),
            ("a\u{7}\u{85}\u{2028}\u{feff}\0\r", Style::Literal, "\"a\\x07\\x85\\u2028\\uFEFF\\x00\\r\""),
            ("12", Style::Folded, "\"12\""),
            ("v1", Style::Literal, "v1"),
        ];
        for (text, old, expected) in cases {
            assert_eq!(keeping(text, old, Context::Block).0, expected, "{text:?}");
        }
    }
}
