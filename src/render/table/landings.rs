//! diff --landings: the landings between, newest first, with their application commits and the commands to go on with.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell, paint, short, short_or_none};
use super::super::time::moment;
use super::change::listing;
use super::history::{made_by, why};
use crate::domain::report::landings::LandingsReport;

/// What is told below the differences.
pub(super) fn report(report: &LandingsReport, look: &Look) -> String {
    let head = match report.landings.is_empty() {
        true => "no landing between moved these pins",
        false => "landings between, newest first",
    };
    let mut out = format!("\n{}\n", paint(head, Tone::Strong, look));
    let mut columns = Columns::indented(0);
    for row in &report.landings {
        let one = &row.landed;
        let why = why(&one.verb, one.origin.as_deref(), one.reason.as_deref(), &one.subject);
        let again = (row.again > 0).then(|| format!("{} came back", row.again));
        let note = [Some(why), again, row.note.clone()].into_iter().flatten().filter(|part| !part.is_empty());
        columns.push(vec![
            cell(short(&one.config_commit), Tone::Id),
            cell(moment(one.when, look), Tone::Faint).ago(),
            cell(&one.application, Tone::Strong).title(),
            cell(format!("{} -> {}", short_or_none(one.from.as_deref()), short_or_none(one.to.as_deref())), Tone::Id),
            made_by(&one.verb),
            cell(&one.by, Tone::Plain).name(),
            cell(one.request.as_deref().unwrap_or("-"), Tone::Plain),
            cell(note.collect::<Vec<_>>().join("; "), Tone::Plain),
        ]);
    }
    for (line, row) in columns.each(look).iter().zip(&report.landings) {
        out.push_str(&format!("{line}\n"));
        out.push_str(&listing(&row.commits, row.commits_total, "+", look));
        out.push_str(&listing(&row.lost, row.lost_total, "-", look));
    }
    if !report.others.is_empty() {
        out.push_str(&format!("\n{}\n", paint("and what changed other files there", Tone::Strong, look)));
        let mut others = Columns::indented(0);
        for one in &report.others {
            let cells = [(short(&one.config_commit), Tone::Id), (moment(one.when, look), Tone::Faint)];
            let mut cells: Vec<_> = cells.into_iter().map(|(text, tone)| cell(text, tone).ago()).collect();
            cells.push(cell(&one.by, Tone::Plain).name());
            cells.push(cell(format!("{} ({})", one.subject, one.paths.join(", ")), Tone::Plain));
            others.push(cells);
        }
        out.push_str(&others.text(look));
    }
    for one in &report.applications {
        let said = [one.bisect.clone(), one.note.clone()].into_iter().flatten().collect::<Vec<_>>();
        out.push_str(&format!("\n{}\n", paint(&format!("to search {}", one.application), Tone::Strong, look)));
        said.iter().for_each(|line| out.push_str(&format!("  {}\n", paint(line, Tone::Plain, look))));
    }
    if let Some(preview) = &report.preview {
        let head = paint("to run the bad state", Tone::Strong, look);
        out.push_str(&format!("\n{head}\n  {}\n", paint(preview, Tone::Plain, look)));
    }
    out
}
