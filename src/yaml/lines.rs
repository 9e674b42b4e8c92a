//! Finds lines and the small signs between nodes (colon, dash, comma), which the parser gives no places for.

const BREAKS: [char; 2] = ['\n', '\r'];

/// The end of the line, before its break.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find(BREAKS).map_or(text.len(), |length| at + length)
}

/// The start of the line, behind a byte order mark.
pub(super) fn start_of_line(text: &str, at: usize) -> usize {
    match text[..at].rfind(BREAKS) {
        Some(before) => before + 1,
        None if text.starts_with('\u{feff}') => '\u{feff}'.len_utf8().min(at),
        None => 0,
    }
}

/// How many characters stand before this place in its line.
pub(super) fn indent(text: &str, at: usize) -> usize {
    text[start_of_line(text, at)..at].chars().count()
}

/// Whether only blanks stand before this place in its line.
pub(super) fn is_first_in_line(text: &str, at: usize) -> bool {
    text[start_of_line(text, at)..at].bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The whole lines from one place to another; of a last line without a break, the break before them.
pub(super) fn whole_lines(text: &str, from: usize, to: usize) -> std::ops::Range<usize> {
    let (start, end) = (start_of_line(text, from), end_of_line(text, to));
    match text[end..].chars().next() {
        Some('\r') if text[end..].starts_with("\r\n") => start..end + 2,
        Some(_) => start..end + 1,
        None => before_line(text, from)..end,
    }
}

/// The end of the line before, or the start of the first line.
pub(super) fn before_line(text: &str, at: usize) -> usize {
    let start = start_of_line(text, at);
    text[..start].strip_suffix("\r\n").or(text[..start].strip_suffix(BREAKS)).map_or(start, str::len)
}

/// The file's own line break: the first one.
pub(super) fn newline(text: &str) -> &'static str {
    match text.find(BREAKS) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Goes forward over blanks, breaks, comments, anchors, tags and the signs in `over`; returns the first other place and
/// the end of the last sign, anchor or tag (`from` where there was none).
pub(super) fn skip(text: &str, from: usize, over: &[u8]) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut at, mut end) = (from, from);
    while let Some(&byte) = bytes.get(at) {
        let blank_before = at == 0 || bytes[at - 1].is_ascii_whitespace();
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' if blank_before || at == from => at = end_of_line(text, at),
            b'&' | b'!' if blank_before => {
                at += bytes[at..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
                end = at;
            }
            _ if over.contains(&byte) => {
                at += 1;
                end = at;
            }
            _ => break,
        }
    }
    (at, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_line_without_a_break_takes_the_break_before_it() {
        assert_eq!(whole_lines("a\nb\nc\n", 2, 2), 2..4);
        assert_eq!(whole_lines("a\nb\nc", 4, 5), 3..5);
        assert_eq!(whole_lines("a\r\nb\r\nc", 6, 7), 4..7);
        assert_eq!(whole_lines("a\r\nb\r\nc", 3, 3), 3..6);
        assert_eq!(whole_lines("\u{feff}a\nb", 3, 4), 3..5);
        assert_eq!(whole_lines("a", 0, 1), 0..1);
    }

    #[test]
    fn signs_in_comments_are_not_found() {
        let text = "key: &x !t # - x\n  # - y\n  - z";
        assert_eq!(skip(text, 3, b":"), (27, 10));
    }
}
