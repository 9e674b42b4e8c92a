//! Colour, and the cells of tables. Colour repeats what the words say; it never says it alone.

use unicode_width::UnicodeWidthStr;

use super::fold;
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

/// What a cell gives where its row is too wide for the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Give {
    /// Nothing: a version, a word.
    #[default]
    Nothing,
    /// The address behind a person's name, then the end of the name.
    Name,
    /// The middle of another name.
    Title,
    /// The middle of a path.
    Path,
    /// ` ago` behind a time.
    Ago,
}

impl Give {
    /// What is left at least, of a title so much.
    fn least(self, title: usize) -> usize {
        match self {
            Give::Nothing | Give::Ago => usize::MAX,
            Give::Name => 8,
            Give::Title => title,
            Give::Path => 24,
        }
    }
}

/// One cell of a table: text that is already safe, and what it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    safe: String,
    tone: Tone,
    give: Give,
    aside: Option<String>,
}

/// A cell of text from outside.
pub(super) fn cell(untrusted: impl AsRef<str>, tone: Tone) -> Cell {
    Cell { safe: text::terminal(untrusted.as_ref()), tone, give: Give::Nothing, aside: None }
}

impl Cell {
    /// A person's name.
    pub(super) fn name(self) -> Self {
        Self { give: Give::Name, ..self }
    }

    /// The name of an application or an environment.
    pub(super) fn title(self) -> Self {
        Self { give: Give::Title, ..self }
    }

    pub(super) fn path(self) -> Self {
        Self { give: Give::Path, ..self }
    }

    /// A time that has been.
    pub(super) fn ago(self) -> Self {
        Self { give: Give::Ago, ..self }
    }

    /// What the last cell of the row says in the place of this one, where its column has to go.
    pub(super) fn aside(self, untrusted: &str) -> Self {
        Self { aside: Some(text::terminal(untrusted)), ..self }
    }

    pub(super) fn said_aside(&self) -> Option<&str> {
        self.aside.as_deref()
    }

    /// The same with another text that is safe.
    pub(super) fn with(&self, safe: String) -> Self {
        Self { safe, ..self.clone() }
    }

    pub(super) fn safe(&self) -> &str {
        &self.safe
    }

    pub(super) fn is_empty(&self) -> bool {
        self.safe.is_empty()
    }

    pub(super) fn width(&self) -> usize {
        self.safe.width()
    }

    /// Without what nobody misses.
    fn easy(&self) -> &str {
        let easy = match self.give {
            Give::Ago => self.safe.strip_suffix(" ago"),
            Give::Name => self.safe.split_once(" <").map(|(name, _)| name),
            _ => None,
        };
        easy.unwrap_or(&self.safe)
    }

    /// How wide it is at least, where cells are cut that give in one of these ways.
    pub(super) fn least(&self, cuts: &[Give], title: usize) -> usize {
        let width = self.easy().width();
        if cuts.contains(&self.give) { width.min(self.give.least(title)) } else { width }
    }

    /// The text in this width, as far as it can give.
    fn short(&self, width: usize) -> String {
        if self.width() <= width {
            return self.safe.clone();
        }
        match self.give {
            Give::Nothing | Give::Ago => self.easy().to_string(),
            Give::Name => fold::cut(self.easy(), width),
            Give::Title | Give::Path => fold::cut_middle(self.easy(), width),
        }
    }

    pub(super) fn shown_width(&self, width: usize) -> usize {
        self.short(width).width()
    }

    /// The text in this width, coloured where the look allows it.
    pub(super) fn shown(&self, width: usize, look: &Look) -> String {
        coloured(&self.short(width), self.tone, look)
    }
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
    fn colour_goes_around_text_and_adds_no_width() {
        let look = Look { colour: true, ..PLAIN };
        let one = cell("a", Tone::Id);
        assert_eq!((one.shown(9, &look).as_str(), one.shown_width(9)), ("\u{1b}[36ma\u{1b}[0m", 1));
        assert_eq!(paint("\u{1b}[31m", Tone::Plain, &look), "\\u{1b}[31m");
    }
}
