//! Colour, columns and the width of text. Colour repeats what the words say; it never says it alone.

use unicode_width::UnicodeWidthStr;

use super::look::Look;
use crate::domain::version::Version;
use crate::text;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tone {
    #[default]
    Plain,
    /// A name, a heading.
    Strong,
    /// Something that may be passed over.
    Faint,
    Good,
    Bad,
    Warning,
    /// A version or a commit.
    Id,
}

impl Tone {
    fn code(self) -> Option<&'static str> {
        match self {
            Tone::Plain => None,
            Tone::Strong => Some("1"),
            Tone::Faint => Some("2"),
            Tone::Good => Some("32"),
            Tone::Bad => Some("31"),
            Tone::Warning => Some("33"),
            Tone::Id => Some("36"),
        }
    }
}

/// Text from outside, made safe and coloured where the look allows it.
pub(super) fn paint(untrusted: &str, tone: Tone, look: &Look) -> String {
    coloured(&text::terminal(untrusted), tone, look)
}

fn coloured(safe: &str, tone: Tone, look: &Look) -> String {
    match tone.code() {
        Some(code) if look.colour && !safe.is_empty() => format!("\u{1b}[{code}m{safe}\u{1b}[0m"),
        _ => safe.to_string(),
    }
}

/// One cell of a table: text that is already safe, and what it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    safe: String,
    tone: Tone,
}

/// A cell of text from outside.
pub(super) fn cell(untrusted: impl AsRef<str>, tone: Tone) -> Cell {
    Cell { safe: text::terminal(untrusted.as_ref()), tone }
}

impl Cell {
    fn width(&self) -> usize {
        self.safe.width()
    }
}

/// Rows under each other, columns two blanks apart; the last column is cut where the terminal ends.
#[derive(Debug, Default)]
pub(super) struct Columns {
    indent: usize,
    rows: Vec<Vec<Cell>>,
}

impl Columns {
    /// With a heading.
    pub(super) fn headed(names: &[&str]) -> Self {
        Self { indent: 0, rows: vec![names.iter().map(|name| cell(name, Tone::Faint)).collect()] }
    }

    /// Without a heading, moved to the right.
    pub(super) fn indented(indent: usize) -> Self {
        Self { indent, rows: Vec::new() }
    }

    pub(super) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// How wide the widest row is.
    pub(super) fn width(&self) -> usize {
        let widths = self.widths();
        self.indent + widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
    }

    fn widths(&self) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        (0..count).map(|i| self.rows.iter().filter_map(|row| row.get(i)).map(Cell::width).max().unwrap_or(0)).collect()
    }

    /// The lines, each with its line break and without blanks at its end.
    pub(super) fn text(&self, look: &Look) -> String {
        let widths = self.widths();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(self.indent);
            let mut column = self.indent;
            let filled = row.iter().rposition(|cell| !cell.safe.is_empty()).map_or(0, |last| last + 1);
            for (i, cell) in row[..filled].iter().enumerate() {
                let last = i + 1 == filled;
                let room = look.width.map(|width| usize::from(width).saturating_sub(column).max(8));
                let shown = match room {
                    Some(room) if last => cut(&cell.safe, room),
                    _ => cell.safe.clone(),
                };
                line.push_str(&coloured(&shown, cell.tone, look));
                if !last {
                    line.push_str(&" ".repeat(widths[i] - cell.width() + 2));
                    column += widths[i] + 2;
                }
            }
            out.push_str(&line);
            out.push('\n');
        }
        out
    }
}

/// The text in at most `room` columns, with `…` where something is missing.
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_string();
    }
    let mut out = String::new();
    for c in text.chars() {
        let mut with = out.clone();
        with.push(c);
        if with.width() + 1 > room {
            break;
        }
        out = with;
    }
    out.push('…');
    out
}

/// `1 commit`, `2 commits`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A version or id for a narrow place; where several stand in a text (sites that disagree), each.
pub(super) fn short(version: &str) -> String {
    let word = |word: &str| Version::new(word).map_or_else(|_| word.to_string(), |v| v.short());
    version.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// A version, shortened; `none` where there is none.
pub(super) fn short_or_none(version: Option<&str>) -> String {
    version.map_or_else(|| "none".to_string(), short)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colour: false, width: None, now: None };

    #[test]
    fn columns_line_up_by_what_the_terminal_shows() {
        let mut columns = Columns::headed(&["NAME", "BY"]);
        columns.push(vec![cell("梅林", Tone::Plain), cell("x", Tone::Plain)]);
        columns.push(vec![cell("longer", Tone::Plain), cell("", Tone::Plain)]);
        assert_eq!(columns.text(&PLAIN), "NAME    BY\n梅林    x\nlonger\n");
    }

    #[test]
    fn only_the_last_column_is_cut_at_the_edge() {
        let mut columns = Columns::indented(0);
        columns.push(vec![cell("abc", Tone::Plain), cell("a long subject", Tone::Plain)]);
        assert_eq!(columns.text(&Look { width: Some(15), ..PLAIN }), "abc  a long su…\n");
    }

    #[test]
    fn colour_goes_around_text_and_adds_no_width() {
        let look = Look { colour: true, ..PLAIN };
        let mut columns = Columns::indented(0);
        columns.push(vec![cell("a", Tone::Id), cell("b", Tone::Plain)]);
        columns.push(vec![cell("ccc", Tone::Plain), cell("d", Tone::Plain)]);
        assert_eq!(columns.text(&look), "\u{1b}[36ma\u{1b}[0m    b\nccc  d\n");
        assert_eq!(paint("\u{1b}[31m", Tone::Plain, &look), "\\u{1b}[31m");
    }
}
