//! How much of the truth was found, and how much of what was found is true: figures and their table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::found::Found;
use super::truth::{Cell, Layout};

/// The figures of one layout, or of all.
#[derive(Debug, Clone, Default)]
pub struct Score {
    pub name: String,
    pub truth: usize,
    pub proposed: usize,
    pub right: usize,
    /// What a person would have to mend, a line each.
    pub told: Vec<String>,
}

impl Score {
    /// Compares what was found with the truth: names, environments and versions have to be the same.
    pub fn of(layout: &Layout, found: &Found) -> Self {
        // Of a tag with its digest a person says the tag.
        let as_told: Vec<Cell> = found.cells.iter().map(|cell| layout.as_told(cell)).collect();
        let proposed: BTreeSet<&Cell> = as_told.iter().collect();
        let right: Vec<&&Cell> =
            proposed.iter().filter(|cell| found.broken.is_none() && layout.cells.contains(**cell)).collect();
        let mut told: Vec<String> = found.broken.iter().map(|why| format!("broken   {why}")).collect();
        told.extend(layout.cells.iter().filter(|cell| !proposed.contains(cell)).map(|cell| format!("missing  {cell}")));
        for cell in proposed.iter().filter(|cell| !layout.cells.contains(**cell)) {
            let other = if layout.others.contains(&cell.application) { "   (not to be proposed at all)" } else { "" };
            told.push(format!("wrong    {cell}{other}"));
        }
        told.extend(found.failing.iter().map(|why| format!("fails    {why}")));
        told.extend(found.left_behind.iter().map(|line| format!("stays    {line}")));
        Self {
            name: layout.name.clone(),
            truth: layout.cells.len(),
            proposed: found.cells.len(),
            right: right.len(),
            told,
        }
    }

    /// All of them as one.
    pub fn total(scores: &[Self]) -> Self {
        let sum = |part: fn(&Self) -> usize| scores.iter().map(part).sum();
        Self {
            name: "in total".into(),
            truth: sum(|score| score.truth),
            proposed: sum(|score| score.proposed),
            right: sum(|score| score.right),
            told: Vec::new(),
        }
    }

    /// How much of the truth is proposed, in whole per cent; where there is nothing to find, everything is found.
    pub fn recall(&self) -> usize {
        (self.right * 100).checked_div(self.truth).unwrap_or(100)
    }

    /// How much of what is proposed is true, in whole per cent. To propose nothing is right only where there is nothing.
    pub fn precision(&self) -> usize {
        let of_nothing = if self.truth == 0 { 100 } else { 0 };
        (self.right * 100).checked_div(self.proposed).unwrap_or(of_nothing)
    }
}

/// The table of all, and below it what is missing or wrong.
pub fn table(scores: &[Score]) -> String {
    let width = scores.iter().map(|score| score.name.len()).max().unwrap_or_default().max("repository".len());
    let mut out = format!("{:width$}  truth  proposed  right  recall  precision\n", "repository");
    for score in scores.iter().chain([&Score::total(scores)]) {
        let Score { name, truth, proposed, right, .. } = score;
        let share = |part: usize, whole: usize| if whole == 0 { "-".to_owned() } else { format!("{part}%") };
        let (recall, precision) = (share(score.recall(), *truth), share(score.precision(), *proposed));
        let _ = writeln!(out, "{name:width$}  {truth:>5}  {proposed:>8}  {right:>5}  {recall:>6}  {precision:>9}");
    }
    for score in scores.iter().filter(|score| !score.told.is_empty()) {
        let _ = write!(out, "\n{}\n  {}\n", score.name, score.told.join("\n  "));
    }
    out
}
