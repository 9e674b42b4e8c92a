//! `-o csv`: RFC 4180 with a heading, one row a thing, full values, exact times.

use super::sheet::Sheet;
use crate::text;

/// The sheet as CSV. Lines end with a line feed alone, as the rest of a pipe expects.
pub(super) fn csv(sheet: &Sheet) -> String {
    let line = |fields: Vec<String>| format!("{}\n", fields.join(","));
    let mut out = line(sheet.columns.iter().map(|name| name.to_string()).collect());
    for row in &sheet.rows {
        out.push_str(&line(row.iter().map(|field| text::csv(field)).collect()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::Report;
    use crate::render::{sheet::sheet, table::samples};

    #[test]
    fn a_history_is_one_line_a_change_with_full_ids() {
        let text = csv(&sheet(&Report::History(samples::history())).unwrap());
        let mut lines = text.lines();
        assert_eq!(
            lines.next().unwrap(),
            "rev,live,when,application,environment,from,to,verb,by,merged_by,request,signature,signer,origin,reason,subject,config_commit,disagrees,renamed_from,to_commit,request_address,approvals,overrides,verdict,asked_by,hotfix"
        );
        assert_eq!(
            lines.next().unwrap(),
            "r17,true,2026-11-23T11:48:00Z,checkout,production,77f0c1d000000000000000000000000000000000,41c09b2000000000000000000000000000000000,\
             rollback,Mei Lin,,!812,good,mei@example.com,r15,\"errors, 3 %\",rollback checkout in production,aaaaaaa000000000000000000000000000000000,false,,41c09b2000000000000000000000000000000000,,,,not recorded,,false"
        );
        assert_eq!(lines.count(), 2);
    }

    #[test]
    fn a_history_has_a_column_for_all_that_its_json_says_of_a_change() {
        let report = samples::history();
        let row = serde_json::to_value(&report.changes[0]).unwrap();
        let sheet = sheet(&Report::History(report)).unwrap();
        let mut columns: Vec<&str> = sheet.columns.to_vec();
        let mut keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        columns.sort_unstable();
        keys.sort_unstable();
        assert_eq!(columns, keys);
    }

    #[test]
    fn a_landing_is_one_line_for_each_thing_that_it_changed() {
        let text = csv(&sheet(&Report::Show(Box::new(samples::show()))).unwrap());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "what,application,environment,from,to,change,commits,lost,file,note,by,when,config_commit"
        );
        let starts = ["move,checkout,production,41c09b2", "hold,checkout,production,,,deleted,", "path,,,,,modified,"];
        assert!(starts.iter().zip(&lines[1..]).all(|(start, line)| line.starts_with(start)), "{text}");
        assert_eq!(lines.len(), 5);
    }
}
