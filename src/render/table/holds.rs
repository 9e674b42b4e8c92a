//! hold list: what stays where it is, why, by whom, until when.

use super::super::columns::Columns;
use super::super::look::Look;
use super::super::paint::{Tone, cell};
use super::super::time::moment;
use super::detail::Detail;
use crate::domain::report::HoldsReport;

/// One line a hold.
pub(super) fn report(report: &HoldsReport, detail: Detail, look: &Look) -> String {
    if report.holds.is_empty() {
        return "nothing is held\n".into();
    }
    let wide = detail == Detail::Wide;
    let mut heads = vec!["ENV", "APP", "SINCE", "BY", "UNTIL"];
    heads.extend(wide.then_some("FILE"));
    heads.push("REASON");
    let mut columns = Columns::headed(&heads).whole(wide);
    for hold in &report.holds {
        let until = match hold.until {
            None => "no end".to_string(),
            Some(until) if hold.expired => format!("{} (over)", moment(until, look)),
            Some(until) => moment(until, look),
        };
        let mut cells = vec![
            cell(if hold.environment == "*" { "(all)" } else { &hold.environment }, Tone::Plain).title(),
            cell(hold.what().unwrap_or("(all)".to_string()), Tone::Strong).title(),
            cell(moment(hold.since, look), Tone::Faint).ago(),
            cell(&hold.by, Tone::Plain).name(),
            cell(until, if hold.expired { Tone::Faint } else { Tone::Plain }),
        ];
        cells.extend(wide.then(|| cell(&hold.file, Tone::Faint)));
        let gone = if hold.left_over { " (left over: its name is gone)" } else { "" };
        let fixed: Vec<&str> = hold.fixed.iter().map(|commit| commit.get(..7).unwrap_or(commit)).collect();
        let fixed = if fixed.is_empty() { String::new() } else { format!(" (mended by {})", fixed.join(", ")) };
        cells.push(cell(format!("{}{fixed}{gone}", hold.reason), Tone::Plain));
        columns.push(cells);
    }
    columns.text(look)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, LOOK};
    use super::*;

    #[test]
    fn a_held_commit_is_told_with_what_mends_it() {
        let mut hold = samples::hold();
        (hold.commit, hold.fixed) = (Some("c".repeat(40)), vec!["f".repeat(40)]);
        let told = report(&HoldsReport { holds: vec![hold] }, Detail::Normal, &LOOK);
        assert!(told.contains("checkout@ccccccc") && told.contains("9d3e7aa (mended by fffffff)"), "{told}");
    }

    #[test]
    fn each_hold_says_who_why_and_until_when() {
        let mut second = samples::hold();
        second.application = None;
        second.until = Some(samples::at("2026-11-22T12:00:00Z"));
        second.expired = true;
        assert_eq!(
            report(&HoldsReport { holds: vec![samples::hold(), second] }, Detail::Normal, &LOOK),
            "\
ENV         APP       SINCE       BY       UNTIL           REASON
production  checkout  12 min ago  Mei Lin  no end          errors after 9d3e7aa
production  (all)     12 min ago  Mei Lin  1 d ago (over)  errors after 9d3e7aa
"
        );
        assert_eq!(report(&HoldsReport { holds: vec![] }, Detail::Normal, &LOOK), "nothing is held\n");
    }
}
