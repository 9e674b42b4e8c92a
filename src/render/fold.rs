//! Text in a given width: broken at blanks, or cut with `…`; never broken inside a command, a version or an address.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::look::Look;

/// A label is at most so wide, where what follows it stands below its text.
const LABEL: usize = 14;
const RESET: &str = "\u{1b}[0m";
/// What stands before a command that is to be copied: with it the line is left to the terminal to break.
const BEFORE_COMMANDS: &[&str] = &["", "hint: ", "undo:  ", "next ", "next: ", "to go back to it: "];

/// What is never broken, and the blanks before it.
#[derive(Debug, Default)]
struct Piece {
    gap: usize,
    text: String,
    width: usize,
}

/// The text in at most `room` columns, with `…` where something is missing.
pub(super) fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_string();
    }
    let mut out = start(text, room.saturating_sub(1)).to_string();
    out.push('…');
    out
}

/// The same with `…` in the middle: of a path its first folders and its file are what tells it apart.
pub(super) fn cut_middle(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_string();
    }
    let room = room.saturating_sub(1);
    let file = text.rfind('/').map_or(0, |at| text[at..].width());
    let tail = if file + 4 <= room { file.max(room / 2) } else { room / 2 };
    let from = text.char_indices().map(|(at, _)| at).find(|at| text[*at..].width() <= tail).unwrap_or(text.len());
    format!("{}…{}", start(text, room - text[from..].width()), &text[from..])
}

/// The longest beginning that is not wider.
fn start(text: &str, room: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| text[..*end].width() <= room).last().unwrap_or(0);
    &text[..end]
}

/// The text in lines of at most `room` columns; what cannot be broken is a line of its own.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    fill(&pieces(text), 0, room).split('\n').map(str::to_string).collect()
}

/// How wide the widest piece is that cannot be broken.
pub(super) fn unbreakable(text: &str) -> usize {
    pieces(text).iter().map(|piece| piece.width).max().unwrap_or(0)
}

/// Every line that is wider than the terminal in several, the following ones moved to the right.
pub(super) fn fold(text: &str, look: &Look) -> String {
    let Some(width) = look.width.map(usize::from) else {
        return text.to_string();
    };
    text.split_inclusive('\n').map(|line| fold_line(line, width)).collect()
}

fn fold_line(line: &str, width: usize) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    let plain = plain(text);
    if plain.width() <= width {
        return line.to_string();
    }
    let said = plain.trim_start();
    let indent = plain.len() - said.len();
    let hang = indent + hang(said);
    let hang = if hang * 2 > width { indent + 2 } else { hang };
    let mut pieces = pieces(text);
    if let Some(at) = command(said) {
        join(&mut pieces, indent + at);
    }
    format!("{}{end}", fill(&pieces, hang, width))
}

/// How far to the right the text begins: behind its label, if it has one.
fn hang(said: &str) -> usize {
    let column = said.find("  ").map(|at| (at, at + said[at..].len() - said[at..].trim_start().len()));
    let label = said.find(": ").map(|at| (at, at + 2));
    let found = column.into_iter().chain(label).find(|(at, _)| said[..*at].width() <= LABEL);
    found.map_or(2, |(_, text)| said[..text].width())
}

/// Where a command begins that the rest of the line is.
fn command(said: &str) -> Option<usize> {
    BEFORE_COMMANDS.iter().map(|before| before.len()).zip(BEFORE_COMMANDS).find_map(|(at, before)| {
        let rest = said.strip_prefix(before)?;
        let is_one = rest.starts_with("stageline ") || rest.starts_with("git ");
        (is_one && !rest.contains(['`', ';'])).then_some(at)
    })
}

/// Makes one piece of all that begin at this column or later.
fn join(pieces: &mut Vec<Piece>, at: usize) {
    let mut column = 0;
    let Some(first) = pieces.iter().position(|piece| {
        column += piece.gap + piece.width;
        column - piece.width >= at
    }) else {
        return;
    };
    let rest = pieces.split_off(first + 1);
    let whole = &mut pieces[first];
    for piece in rest {
        whole.text.push_str(&" ".repeat(piece.gap));
        whole.text.push_str(&piece.text);
        whole.width += piece.gap + piece.width;
    }
}

/// Without the colours: after the escaper there are no other sequences.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => drop(rest.by_ref().find(|c| *c == 'm')),
            c => out.push(c),
        }
    }
    out
}

/// Broken at blanks outside of backquotes, and between two characters that are two columns wide: their scripts have no blanks.
fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut piece = Piece::default();
    let (mut is_quoted, mut is_after_wide, mut is_begun) = (false, false, false);
    let mut ticks = text.matches('`').count();
    let mut rest = text.chars();
    let mut close = |piece: &mut Piece| {
        piece.width = plain(&piece.text).width();
        out.push(std::mem::take(piece));
    };
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            piece.text.push(c);
            piece.text.extend(rest.by_ref().take_while(|c| *c != 'm'));
            piece.text.push('m');
            continue;
        }
        if c == '`' {
            ticks -= 1;
            is_quoted = !is_quoted && ticks > 0;
        }
        let is_wide = c.width() == Some(2);
        if c == ' ' && !is_quoted {
            if is_begun {
                close(&mut piece);
            }
            piece.gap += 1;
            (is_begun, is_after_wide) = (false, false);
            continue;
        }
        if is_begun && is_wide && is_after_wide && !is_quoted {
            close(&mut piece);
        }
        piece.text.push(c);
        (is_begun, is_after_wide) = (true, is_wide);
    }
    close(&mut piece);
    out
}

/// The pieces in lines, all but the first moved to the right. A colour ends with its line and goes on in the next: a pager shows
/// each by itself.
fn fill(pieces: &[Piece], hang: usize, width: usize) -> String {
    let mut out = String::new();
    let mut colour: Option<String> = None;
    let (mut column, mut is_begun) = (0, false);
    for piece in pieces {
        // Where the line begins no further to the left nothing is gained.
        let is_right = column + piece.gap > hang;
        if is_begun && is_right && piece.width > 0 && column + piece.gap + piece.width > width {
            out.push_str(colour.as_ref().map_or("", |_| RESET));
            out.push('\n');
            out.push_str(&" ".repeat(hang));
            out.push_str(colour.as_deref().unwrap_or_default());
            column = hang + piece.width;
        } else {
            out.push_str(&" ".repeat(piece.gap));
            column += piece.gap + piece.width;
        }
        out.push_str(&piece.text);
        is_begun = true;
        if let Some(at) = piece.text.rfind('\u{1b}') {
            let code = piece.text[at..].split_inclusive('m').next().unwrap_or_default();
            colour = (code != RESET).then(|| code.to_string());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NARROW: Look = Look { colour: false, width: Some(30), now: None };

    #[test]
    fn a_label_keeps_its_text_to_its_right() {
        assert_eq!(
            fold("note: the branch was pushed by somebody else\n", &NARROW),
            "note: the branch was pushed by\n      somebody else\n"
        );
        assert_eq!(
            fold("skips  web: it runs that version already\n", &NARROW),
            "skips  web: it runs that\n       version already\n"
        );
        assert_eq!(
            fold("plain words without a label in front\n", &NARROW),
            "plain words without a label in\n  front\n"
        );
        assert_eq!(fold("short\n", &NARROW), "short\n");
    }

    #[test]
    fn a_command_is_never_broken() {
        let text = "say `stageline promote web --to production` again";
        assert_eq!(wrap(text, 30), ["say", "`stageline promote web --to production`", "again"]);
        for line in
            ["hint: stageline hold lift checkout --env production\n", "  git push origin --delete promote/x/y\n"]
        {
            assert_eq!(fold(line, &NARROW), line);
        }
        assert_eq!(wrap("it's `half open and goes on", 20), ["it's `half open and", "goes on"]);
    }

    #[test]
    fn a_colour_ends_with_its_line_and_goes_on_in_the_next() {
        let text = "note: \u{1b}[33mthe branch was pushed by others\u{1b}[0m\n";
        assert_eq!(
            fold(text, &NARROW),
            "note: \u{1b}[33mthe branch was pushed by\u{1b}[0m\n      \u{1b}[33mothers\u{1b}[0m\n"
        );
    }

    #[test]
    fn the_middle_of_a_long_path_goes_and_its_file_stays() {
        let path = "apps/checkout/overlays/production/kustomization.yaml:14";
        assert_eq!(cut_middle(path, 40), "apps/checkout/ove…/kustomization.yaml:14");
        assert_eq!(cut_middle(path, 80), path);
        assert_eq!(cut_middle("a/梅林梅林梅林梅林", 10), "a/梅…梅林");
    }

    #[test]
    fn a_text_without_blanks_is_broken_where_its_script_allows() {
        assert_eq!(wrap("梅林梅林梅林", 7), ["梅林梅", "林梅林"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_word_is_lost(text in "[a-z梅é` ]{0,80}", room in 8usize..60) {
            let lines = wrap(&text, room);
            let words = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(words(&lines.concat()), words(&text));
            for line in lines {
                prop_assert!(line.trim().width() <= room || pieces(line.trim()).len() == 1, "{line:?}");
            }
        }

        #[test]
        fn what_is_cut_is_not_wider(text in "[a-z梅/é]{0,60}", room in 4usize..40) {
            prop_assert!(cut(&text, room).width() <= room);
            prop_assert!(cut_middle(&text, room).width() <= room);
        }
    }
}
