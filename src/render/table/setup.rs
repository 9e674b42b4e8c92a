//! init, config check, config show.

use super::super::look::Look;
use super::super::paint::{Tone, count, paint};
use super::super::yaml;
use super::Detail;
use crate::domain::report::{ConfigCheckReport, ConfigShowReport, InitReport, Remark};
use crate::text;

/// What was found and written; for a dry run the file itself.
pub(super) fn init(report: &InitReport, detail: Detail, look: &Look) -> String {
    let mut out = String::new();
    if let Some(told) = existing(report, look) {
        return told;
    }
    match &report.written {
        Some(file) => {
            out.push_str(&format!("{} {}\n", paint("wrote", Tone::Good, look), paint(file, Tone::Strong, look)))
        }
        None => {
            for line in report.text.lines() {
                out.push_str(&format!("{}\n", paint(line, Tone::Plain, look)));
            }
            return out;
        }
    }
    for (names, one, many) in
        [(&report.environments, "environment", "environments"), (&report.applications, "application", "applications")]
    {
        let list = if names.is_empty() || names.len() > 20 { String::new() } else { format!(": {}", names.join(", ")) };
        out.push_str(&format!("found {}{}\n", count(names.len(), one, many), text::terminal(&list)));
    }
    for (word, remarks) in [("look at", &report.to_look_at), ("left out", &report.left_out)] {
        let told =
            if detail == Detail::Wide { remarks.iter().map(|one| (one, 0)).collect() } else { by_reason(remarks) };
        for (remark, more) in told {
            let more = if more > 0 { format!(" (and {more} more like it: `-v`)") } else { String::new() };
            let text = format!("{}: {}{more}", remark.place, remark.reason);
            out.push_str(&format!("{} {}\n", paint(word, Tone::Warning, look), paint(&text, Tone::Plain, look)));
            if let Some(entry) = &remark.entry {
                let entry = format!("to promote it all the same: {entry}");
                out.push_str(&format!("         {}\n", paint(&entry, Tone::Faint, look)));
            }
        }
    }
    committed(report, look, &mut out);
    next(&report.next, look, &mut out);
    out
}

fn committed(report: &InitReport, look: &Look, out: &mut String) {
    if let Some(commit) = &report.committed {
        let short = &commit[..commit.len().min(7)];
        out.push_str(&format!("{} {}\n", paint("committed", Tone::Good, look), paint(short, Tone::Strong, look)));
    }
}

fn next(steps: &[String], look: &Look, out: &mut String) {
    for next in steps {
        out.push_str(&format!("{} {}\n", paint("next:", Tone::Faint, look), paint(next, Tone::Plain, look)));
    }
}

/// The first remark of each kind of reason, that with an entry if there is one, and how many more there are: what stands in
/// backticks is the place's own.
fn by_reason(remarks: &[Remark]) -> Vec<(&Remark, usize)> {
    let kind = |reason: &str| -> String { reason.split('`').step_by(2).collect::<Vec<_>>().join("`") };
    let mut out: Vec<(String, &Remark, usize)> = Vec::new();
    for remark in remarks {
        let own = kind(&remark.reason);
        match out.iter_mut().find(|(kind, ..)| *kind == own) {
            Some((_, first, more)) => {
                *more += 1;
                if first.entry.is_none() && remark.entry.is_some() {
                    *first = remark;
                }
            }
            None => out.push((own, remark, 0)),
        }
    }
    out.into_iter().map(|(_, remark, more)| (remark, more)).collect()
}

/// What a file that exists lacks; `None` for a new one.
fn existing(report: &InitReport, look: &Look) -> Option<String> {
    let is_new = report.lacking.is_empty() && report.idle.is_empty() && !report.text.is_empty();
    if is_new {
        return None;
    }
    let mut out = String::new();
    for (word, remarks) in [("lacks", &report.lacking), ("idle", &report.idle), ("gained", &report.gained)] {
        for remark in remarks {
            let text = format!("{}: {}", remark.place, remark.reason);
            out.push_str(&format!("{} {}\n", paint(word, Tone::Warning, look), paint(&text, Tone::Plain, look)));
        }
    }
    match &report.written {
        Some(file) => {
            let added = count(report.lacking.len(), "application", "applications");
            out.push_str(&format!(
                "{} {added} to {}\n",
                paint("added", Tone::Good, look),
                paint(file, Tone::Strong, look)
            ));
        }
        None if report.lacking.is_empty() && report.idle.is_empty() => {
            out.push_str("every application that was found has an entry, and every entry finds something\n");
        }
        None => out.extend(report.text.lines().map(|line| format!("{}\n", paint(line, Tone::Plain, look)))),
    }
    committed(report, look, &mut out);
    next(&report.next, look, &mut out);
    Some(out)
}

/// One fault a line, as compilers write them, so that editors find the place.
pub(super) fn check(report: &ConfigCheckReport, look: &Look) -> String {
    let mut out = String::new();
    for fault in &report.faults {
        let place = format!("{}:{}:{}:", fault.file, fault.line, fault.column);
        out.push_str(&format!("{} {}\n", paint(&place, Tone::Strong, look), paint(&fault.message, Tone::Plain, look)));
        if let Some(hint) = &fault.hint {
            out.push_str(&format!("  {} {}\n", paint("hint:", Tone::Faint, look), paint(hint, Tone::Plain, look)));
        }
    }
    for notice in &report.notices {
        out.push_str(&format!("{} {}\n", paint("note:", Tone::Warning, look), paint(notice, Tone::Plain, look)));
    }
    let mut file = paint(&report.file, Tone::Strong, look);
    if let Some(place) = &report.place {
        file.push_str(&format!(" {}", paint(place, Tone::Plain, look)));
    }
    out.push_str(&if report.valid {
        format!("{file} is {}\n", paint("valid", Tone::Good, look))
    } else {
        format!("{file} has {}\n", paint(&count(report.faults.len(), "fault", "faults"), Tone::Bad, look))
    });
    out
}

/// The settings in the form of the file, so that they can be saved as one.
pub(super) fn show(report: &ConfigShowReport) -> String {
    let comment = |line: &str| format!("# {}\n", text::terminal(line));
    let origin = match report.origin.as_str() {
        "discovered" => "discovered from the layout; there is no stageline.yaml".to_string(),
        file => format!("from {file}, defaults filled in"),
    };
    let mut out = comment(&origin);
    out.extend(report.notices.iter().map(|notice| comment(notice)));
    out.push_str(&yaml::file(&report.settings));
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::LOOK;
    use super::*;
    use crate::config;
    use crate::domain::fault::Fault;

    #[test]
    fn init_tells_what_it_found_left_out_and_what_is_next() {
        let report = InitReport {
            committed: None,
            written: Some("stageline.yaml".into()),
            environments: vec!["staging".into(), "production".into()],
            applications: vec!["web".into()],
            left_out: vec![Remark::new("apps/db", "no image pin")],
            to_look_at: vec![Remark::new("apps/web:3", "moves")],
            lacking: vec![],
            idle: vec![],
            gained: vec![],
            complete: None,
            text: "version: 1\n".into(),
            next: vec!["commit and push this file".into()],
        };
        assert_eq!(
            init(&report, Detail::Normal, &LOOK),
            "\
wrote stageline.yaml
found 2 environments: staging, production
found 1 application: web
look at apps/web:3: moves
left out apps/db: no image pin
next: commit and push this file
"
        );
        assert_eq!(init(&InitReport { written: None, ..report }, Detail::Normal, &LOOK), "version: 1\n");
    }

    #[test]
    fn what_is_left_out_for_one_reason_is_told_once_with_its_number_and_wholly_where_all_is_asked_for() {
        let left_out = vec![
            Remark::new("a:1", "`redis` is made by others"),
            Remark::new("b:2", "`x` moves"),
            Remark { entry: Some("- { name: nginx }".into()), ..Remark::new("c:3", "`nginx` is made by others") },
        ];
        let lists = (vec![], vec![], vec![], vec![]);
        let (environments, applications, to_look_at, lacking) = lists;
        let report = InitReport {
            committed: None,
            written: Some("stageline.yaml".into()),
            environments,
            applications,
            left_out,
            to_look_at,
            lacking,
            idle: vec![],
            gained: vec![],
            complete: None,
            text: "version: 1\n".into(),
            next: vec![],
        };
        let short = init(&report, Detail::Normal, &LOOK);
        let wanted = "left out c:3: `nginx` is made by others (and 1 more like it: `-v`)
         to promote it all the same: - { name: nginx }
left out b:2";
        assert!(short.contains(wanted), "the one with an entry stands for all: {short}");
        assert!(init(&report, Detail::Wide, &LOOK).contains("left out a:1"));
    }

    #[test]
    fn what_a_file_lacks_is_told_with_the_entries_to_add() {
        let report = InitReport {
            committed: None,
            written: None,
            environments: vec!["staging".into()],
            applications: vec!["web".into()],
            left_out: vec![],
            to_look_at: vec![],
            lacking: vec![Remark::new("apps/api", "no entry finds `api`")],
            idle: vec![],
            gained: vec![],
            complete: Some(false),
            text: "  - { name: api }\n".into(),
            next: vec!["add them: `stageline init --write`".into()],
        };
        let wanted =
            "lacks apps/api: no entry finds `api`\n  - { name: api }\nnext: add them: `stageline init --write`\n";
        assert_eq!(init(&report, Detail::Normal, &LOOK), wanted);
        let whole = InitReport { lacking: vec![], text: String::new(), next: vec![], ..report };
        assert!(init(&whole, Detail::Normal, &LOOK).starts_with("every application that was found has an entry"));
    }

    #[test]
    fn a_fault_points_at_its_place() {
        let report = ConfigCheckReport {
            file: "stageline.yaml".into(),
            place: Some("in the work tree".into()),
            valid: false,
            faults: vec![Fault {
                file: "stageline.yaml".into(),
                line: 3,
                column: 5,
                key: "enviroments".into(),
                message: "unknown key `enviroments`".into(),
                hint: Some("did you mean `environments`?".into()),
            }],
            notices: vec![],
        };
        assert_eq!(
            check(&report, &LOOK),
            "\
stageline.yaml:3:5: unknown key `enviroments`
  hint: did you mean `environments`?
stageline.yaml in the work tree has 1 fault
"
        );
    }

    #[test]
    fn shown_settings_of_every_key_are_a_file_that_shows_the_same() {
        let shown = |text: &str| {
            let settings =
                config::check::check(text.as_bytes(), "stageline.yaml").unwrap_or_else(|faults| panic!("{faults:#?}"));
            let (notices, settings) = (settings.notices.clone(), config::text::show(&settings));
            show(&ConfigShowReport { origin: "stageline.yaml".into(), settings, notices })
        };
        let settings = |text: &str| text.split_once("\nversion: 1\n").map(|(_, settings)| settings.to_string());
        let once = shown(config::check::tests::DESIGN);
        assert_eq!(settings(&shown(&once)), settings(&once));
        assert!(settings(&once).is_some(), "{once}");
    }

    #[test]
    fn shown_settings_are_a_file_again() {
        let settings = serde_json::json!({ "version": 1, "environments": [{ "name": "staging" }] });
        let report = ConfigShowReport { origin: "discovered".into(), settings: settings.clone(), notices: vec![] };
        let text = show(&report);
        assert!(text.starts_with("# discovered from the layout"), "{text}");
        assert_eq!(serde_yaml::from_str::<serde_json::Value>(&text).unwrap(), settings);
    }
}
