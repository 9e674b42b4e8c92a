//! Rows under each other, columns two blanks apart, in the width of the terminal.

use super::fold::{cut, fold, unbreakable, wrap};
use super::look::Look;
use super::paint::{Cell, Give, Tone, cell};

/// The last column has so much, where the others can give it.
const USEFUL: usize = 24;
/// With less than this it goes below the others.
const LEAST: usize = 12;
/// What does not fit beside the rest stands below it, so far to the right.
const BELOW: usize = 4;

/// The last column is broken where the terminal ends, the others give what they can before that.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    indent: usize,
    rows: Vec<Vec<Cell>>,
    is_headed: bool,
    keeps_empty: bool,
    is_whole: bool,
    cuts: bool,
    spares: &'static [&'static str],
}

/// Which columns are shown and how wide, those of one line together.
struct Layout {
    lines: Vec<Vec<usize>>,
    widths: Vec<usize>,
}

impl Columns {
    /// With a heading.
    pub(super) fn headed(names: &[&str]) -> Self {
        let head = names.iter().map(|name| cell(name, Tone::Faint)).collect();
        Self { rows: vec![head], is_headed: true, ..Self::default() }
    }

    /// Without a heading, moved to the right.
    pub(super) fn indented(indent: usize) -> Self {
        Self { indent, ..Self::default() }
    }

    /// A column in which nothing stands is shown all the same.
    pub(super) fn keeping_empty(self) -> Self {
        Self { keeps_empty: true, ..self }
    }

    /// Nothing is shortened: what does not fit goes below.
    pub(super) fn whole(self, is_whole: bool) -> Self {
        Self { is_whole, ..self }
    }

    /// The last column is cut in the place of being broken: a row is one line.
    pub(super) fn one_line(self) -> Self {
        Self { cuts: true, ..self }
    }

    /// Where the others need their place, the columns of these names go: what they say of most rows is told once below, and
    /// before the text of the last column what they say of the rest.
    pub(super) fn sparing(self, spares: &'static [&'static str]) -> Self {
        Self { spares, ..self }
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
        (0..count).map(|i| self.cells(i).map(Cell::width).max().unwrap_or(0)).collect()
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter_map(move |row| row.get(column))
    }

    /// The lines, each with its line break and without blanks at its end.
    pub(super) fn text(&self, look: &Look) -> String {
        let (table, said) = self.spared(look);
        let said = said.iter().map(|line| fold(&cell(line, Tone::Faint).shown(usize::MAX, look), look));
        table.each(look).into_iter().chain(said).map(|line| format!("{line}\n")).collect()
    }

    /// Each row by itself, in one line or several, without the last line break.
    pub(super) fn each(&self, look: &Look) -> Vec<String> {
        let layout = self.layout(look);
        self.rows.iter().map(|row| self.row(row, &layout, look)).collect()
    }

    fn row(&self, row: &[Cell], layout: &Layout, look: &Look) -> String {
        let mut out: Vec<String> = Vec::new();
        for (number, columns) in layout.lines.iter().enumerate() {
            let indent = self.indent + if number == 0 { 0 } else { BELOW };
            let filled = columns.iter().rposition(|i| row.get(*i).is_some_and(|cell| !cell.is_empty()));
            let Some(filled) = filled else {
                out.extend((number == 0).then(|| " ".repeat(self.indent)));
                continue;
            };
            let mut line = " ".repeat(indent);
            let mut column = indent;
            for i in &columns[..filled] {
                let empty = Cell::default();
                let (cell, width) = (row.get(*i).unwrap_or(&empty), layout.widths[*i]);
                line.push_str(&cell.shown(width, look));
                line.push_str(&" ".repeat(width.saturating_sub(cell.shown_width(width)) + 2));
                column += width + 2;
            }
            let last = columns[filled];
            let is_cut = self.cuts && last + 1 == layout.widths.len();
            let end = self.end(&row[last], layout.widths[last], (column, is_cut), look);
            out.push(if end.starts_with('\n') { line.trim_end().to_string() + &end } else { line + &end });
        }
        out.join("\n")
    }

    /// The last cell of a line, over several where it has to be.
    fn end(&self, cell: &Cell, width: usize, (column, is_cut): (usize, bool), look: &Look) -> String {
        let Some(edge) = look.width.map(usize::from) else {
            return cell.shown(usize::MAX, look);
        };
        let room = edge.saturating_sub(column);
        if cell.shown_width(width) <= room {
            return cell.shown(width, look);
        }
        if is_cut {
            return cell.with(cut(cell.safe(), room.max(1))).shown(usize::MAX, look);
        }
        let below = self.indent + BELOW;
        let is_below = unbreakable(cell.safe()) > room && column > below;
        let (start, room) = if is_below { (below, edge.saturating_sub(below)) } else { (column, room) };
        let lines: Vec<String> =
            wrap(cell.safe(), room).into_iter().map(|line| cell.with(line).shown(usize::MAX, look)).collect();
        let gap = format!("\n{}", " ".repeat(start));
        format!("{}{}", if is_below { &gap } else { "" }, lines.join(&gap))
    }

    fn layout(&self, look: &Look) -> Layout {
        let mut widths = self.widths();
        let all: Vec<usize> = (0..widths.len()).collect();
        let Some(edge) = look.width.map(usize::from) else {
            return Layout { lines: vec![all], widths };
        };
        let kept = self.kept();
        let mut natural = widths.clone();
        // What is broken may as well go below, where it has more room.
        let least = if self.cuts { LEAST } else { USEFUL };
        if !self.is_whole {
            self.shrink(&kept, &mut widths, (edge, USEFUL), &[]);
            natural = widths.clone();
            self.shrink(&kept, &mut widths, (edge, USEFUL), &[Give::Name]);
            // Two names that differ may be cut to the same, so they give last, and no more than there has to be.
            self.shrink(&kept, &mut widths, (edge, least), &[Give::Title, Give::Path]);
        }
        match self.needs(&kept, &widths, least) <= edge {
            true => Layout { lines: vec![kept], widths },
            false => self.stacked(kept, natural, edge),
        }
    }

    fn kept(&self) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        (0..count).filter(|i| *i == 0 || !self.is_idle(*i)).collect()
    }

    /// Without the spare columns whose place is needed, and what they said of most rows.
    fn spared(&self, look: &Look) -> (Self, Vec<String>) {
        let (mut table, mut said) = (self.clone(), Vec::new());
        let Some(edge) = look.width.map(usize::from).filter(|_| !self.is_whole) else {
            return (table, said);
        };
        for name in self.spares {
            let (kept, mut widths) = (table.kept(), table.widths());
            table.shrink(&kept, &mut widths, (edge, USEFUL), &[]);
            table.shrink(&kept, &mut widths, (edge, USEFUL), &[Give::Name]);
            let at = table.rows[0].iter().position(|cell| cell.safe() == *name);
            if let Some(at) = at.filter(|at| kept.contains(at) && table.needs(&kept, &widths, USEFUL) > edge) {
                said.extend(table.spare(at, name));
            }
        }
        (table, said)
    }

    /// Takes out a column; what it said of the rows whose last cell does not say it now.
    fn spare(&mut self, at: usize, name: &str) -> Option<String> {
        if self.rows.iter().any(|row| row.len() <= at) {
            return None;
        }
        self.rows[0].remove(at);
        let gone: Vec<Cell> = self.rows[1..].iter_mut().map(|row| row.remove(at)).collect();
        let first = gone.first()?;
        if gone.iter().all(|cell| cell.safe() == first.safe()) {
            return Some(format!("{name}: {}, every one", first.safe()));
        }
        for (row, cell) in self.rows[1..].iter_mut().zip(&gone) {
            if let (Some(last), Some(aside)) = (row.last_mut(), cell.said_aside()) {
                let parts: Vec<&str> = [aside, last.safe()].into_iter().filter(|part| !part.is_empty()).collect();
                *last = last.with(parts.join("; "));
            }
        }
        let usual = gone.iter().find(|cell| cell.said_aside().is_none() && cell.safe() != "-")?;
        Some(format!("{name}: {}, where nothing else is said", usual.safe()))
    }

    /// Whether nothing stands in a column.
    fn is_idle(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().skip(usize::from(self.is_headed)).map(|row| row.get(column));
        let is_idle = |cell: Option<&Cell>| cell.is_none_or(|cell| cell.is_empty() || cell.safe() == "-");
        !self.keeps_empty && self.rows.len() > usize::from(self.is_headed) && cells.all(is_idle)
    }

    /// How wide a row is whose last column has at most so much.
    fn needs(&self, kept: &[usize], widths: &[usize], last: usize) -> usize {
        let Some((end, before)) = kept.split_last() else {
            return self.indent;
        };
        self.indent + before.iter().map(|i| widths[*i] + 2).sum::<usize>() + widths[*end].min(last)
    }

    /// Takes from the widest columns what nobody misses, and cuts those that give in one of these ways, until the last one has
    /// its part.
    fn shrink(&self, kept: &[usize], widths: &mut [usize], (edge, last): (usize, usize), cuts: &[Give]) {
        let title = if self.cuts { 8 } else { 12 };
        let floor = |i: usize| self.cells(i).map(|cell| cell.least(cuts, title)).max().unwrap_or(0);
        let before = &kept[..kept.len().saturating_sub(1)];
        let floors: Vec<(usize, usize)> = before.iter().map(|i| (*i, floor(*i))).collect();
        while self.needs(kept, widths, last) > edge {
            let open = floors.iter().filter(|(i, floor)| widths[*i] > *floor).max_by_key(|(i, _)| widths[*i]);
            let Some((i, floor)) = open else {
                return;
            };
            widths[*i] = if cuts.is_empty() { *floor } else { widths[*i] - 1 };
        }
    }

    /// Over several lines a row, as many columns in each as fit.
    fn stacked(&self, kept: Vec<usize>, widths: Vec<usize>, edge: usize) -> Layout {
        let mut lines: Vec<Vec<usize>> = vec![Vec::new()];
        let mut column = self.indent;
        let end = kept.last().copied();
        for i in kept {
            let need = if Some(i) == end { widths[i].min(USEFUL) } else { widths[i] };
            let is_first = lines.last().is_none_or(Vec::is_empty);
            let mut start = if is_first { column } else { column + 2 };
            if !is_first && start + need > edge {
                lines.push(Vec::new());
                start = self.indent + BELOW;
            }
            lines.last_mut().expect("one was there").push(i);
            column = start + need;
        }
        Layout { lines, widths }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    const PLAIN: Look = Look { colour: false, width: None, now: None };

    fn at(width: u16) -> Look {
        Look { width: Some(width), ..PLAIN }
    }

    fn plain(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|text| cell(text, Tone::Plain)).collect()
    }

    #[test]
    fn columns_line_up_by_what_the_terminal_shows() {
        let mut columns = Columns::headed(&["NAME", "BY"]);
        columns.push(plain(&["梅林", "x"]));
        columns.push(plain(&["longer", ""]));
        assert_eq!(columns.text(&PLAIN), "NAME    BY\n梅林    x\nlonger\n");
    }

    #[test]
    fn the_last_column_goes_on_below_itself() {
        let mut columns = Columns::indented(0);
        columns.push(plain(&["abc", "a long subject that goes on and on"]));
        assert_eq!(columns.text(&at(30)), "abc  a long subject that goes\n     on and on\n");
        assert_eq!(columns.one_line().text(&at(30)), "abc  a long subject that goes…\n");
    }

    #[test]
    fn what_cannot_be_broken_goes_below_its_row() {
        let mut columns = Columns::headed(&["A", "AT"]);
        columns.push(plain(&["a text of some length", "https://git.example.com/shop/config/12"]));
        assert_eq!(
            columns.text(&at(50)),
            "A                      AT\na text of some length\n    https://git.example.com/shop/config/12\n"
        );
    }

    #[test]
    fn a_column_without_a_word_goes_on_a_terminal_and_stays_off_it() {
        let mut columns = Columns::headed(&["A", "REQUEST", "NOTE"]);
        columns.push(plain(&["a", "-", "b"]));
        assert_eq!(columns.text(&at(80)), "A  NOTE\na  b\n");
        assert_eq!(columns.text(&PLAIN), "A  REQUEST  NOTE\na  -        b\n");
        assert_eq!(columns.keeping_empty().text(&at(80)), "A  REQUEST  NOTE\na  -        b\n");
    }

    #[test]
    fn times_names_and_what_all_rows_say_give_before_the_note_does() {
        let mut columns = Columns::headed(&["WHEN", "BY", "SIGNED", "NOTE"]).sparing(&["SIGNED"]).one_line();
        columns.push(vec![
            cell("12 min ago", Tone::Plain).ago(),
            cell("Maximilian Mustermann", Tone::Plain).name(),
            cell("good", Tone::Plain),
            cell("from staging: the sale begins tomorrow", Tone::Plain),
        ]);
        let shown = |width| columns.text(&at(width)).lines().nth(1).unwrap_or_default().to_string();
        assert_eq!(shown(64), "12 min  Maximilian Mustermann  good    from staging: the sale b…");
        assert_eq!(shown(54), "12 min  Maximilian …  good    from staging: the sale …");
        assert_eq!(
            columns.text(&at(42)),
            "WHEN    BY        NOTE\n12 min  Maximil…  from staging: the sale …\nSIGNED: good, every one\n"
        );
    }

    #[test]
    fn a_row_that_is_too_wide_takes_several_lines_and_so_does_its_heading() {
        let mut columns = Columns::headed(&["APP", "PIN", "NOTE"]).whole(true);
        columns.push(plain(&["checkout", &"9".repeat(40), "held"]));
        let pin = "9".repeat(40);
        assert_eq!(columns.text(&at(45)), format!("APP\n    PIN\n    NOTE\ncheckout\n    {pin}\n    held\n"));
        assert_eq!(columns.text(&at(80)).lines().count(), 2);
    }

    fn some_cell() -> impl Strategy<Value = Cell> {
        ("[a-z]{1,9}( [a-z梅林é]{1,9}){0,9}|-|", 0..5usize).prop_map(|(text, give)| {
            let one = cell(text, Tone::Plain);
            match give {
                0 => one.name(),
                1 => one.title(),
                2 => one.path().aside("odd"),
                3 => one.ago(),
                _ => one,
            }
        })
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal_unless_it_is_one_token(
            rows in prop::collection::vec(prop::collection::vec(some_cell(), 5), 1..5),
            heads in prop::bool::ANY, whole in prop::bool::ANY, cuts in prop::bool::ANY, width in 20u16..120,
        ) {
            let mut columns = if heads { Columns::headed(&["A", "BY", "C", "SIGNED", "NOTE"]) } else { Columns::indented(2) };
            columns = columns.whole(whole).sparing(&["SIGNED"]);
            columns = if cuts { columns.one_line() } else { columns };
            rows.into_iter().for_each(|row| columns.push(row));
            for line in columns.text(&at(width)).lines() {
                let is_one = line.split_whitespace().count() <= 1;
                prop_assert!(line.width() <= usize::from(width) || is_one, "{}: {line:?}", line.width());
            }
        }
    }
}
