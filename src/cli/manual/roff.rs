//! Text as roff has it: what stands on a page is what was meant, whatever signs are in it.

/// The width that lines of the source keep to, where they have a blank to be broken at.
const WIDTH: usize = 78;

/// One piece of text, none of whose signs means anything to roff.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            // As it is typed: roff would make hyphens, quotes and accents of these, which no shell takes back.
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '`' => out.push_str("\\(ga"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            c if c.is_ascii() => out.push(c),
            c => out.push_str(&format!("\\[u{:04X}]", u32::from(c))),
        }
    }
    out
}

/// What is typed as it stands.
pub fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", plain(text))
}

/// What is typed something else for.
pub fn italic(text: &str) -> String {
    format!("\\fI{}\\fR", plain(text))
}

/// Prose, filled: what stands between backticks is bold.
pub fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    let marked = pieces.iter().enumerate().map(|(i, piece)| match i % 2 {
        1 if i < last => bold(piece),
        // The backtick that no other one closes.
        1 => format!("\\(ga{}", plain(piece)),
        _ => plain(piece),
    });
    broken(marked.collect::<String>().split_whitespace())
}

/// Words, as many to a line as fit.
pub fn broken<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines.iter().map(|line| format!("{}\n", guarded(line))).collect()
}

/// Lines as they are, neither filled nor broken.
pub fn verbatim<'l>(lines: impl IntoIterator<Item = &'l str>) -> String {
    let lines: String = lines.into_iter().map(|line| format!("{}\n", guarded(&plain(line)))).collect();
    format!(".EX\n{lines}.EE\n")
}

/// A line of text stays one also where its first sign would make a request of it.
fn guarded(line: &str) -> String {
    if line.starts_with('.') { format!("\\&{line}") } else { line.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_mean_something_to_roff_are_only_signs() {
        assert_eq!(plain("a-b 'c' `d` \\e ~ ^"), "a\\-b \\(aqc\\(aq \\(gad\\(ga \\ee \\(ti \\(ha");
        assert_eq!(plain("é"), "\\[u00E9]");
        assert_eq!(verbatim([".x", "'y"]), ".EX\n\\&.x\n\\(aqy\n.EE\n");
    }

    #[test]
    fn prose_is_broken_at_blanks_and_code_in_it_is_bold() {
        assert_eq!(prose("see `rN`, or `a"), "see \\fBrN\\fR, or \\(gaa\n");
        let long = prose(&"stageline ".repeat(20));
        assert!(long.lines().count() > 1 && long.lines().all(|line| line.len() <= WIDTH), "{long}");
    }
}
