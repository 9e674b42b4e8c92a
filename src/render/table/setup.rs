//! init, config check, config show.

use super::super::look::Look;
use super::super::paint::{Tone, count, paint};
use super::super::yaml;
use crate::domain::report::{ConfigCheckReport, ConfigShowReport, InitReport};
use crate::text;

/// What was found and written; for a dry run the file itself.
pub(super) fn init(report: &InitReport, look: &Look) -> String {
    let mut out = String::new();
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
        for remark in remarks {
            let text = format!("{}: {}", remark.place, remark.reason);
            out.push_str(&format!("{} {}\n", paint(word, Tone::Warning, look), paint(&text, Tone::Plain, look)));
        }
    }
    for next in &report.next {
        out.push_str(&format!("{} {}\n", paint("next:", Tone::Faint, look), paint(next, Tone::Plain, look)));
    }
    out
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
    use crate::domain::report::Remark;

    #[test]
    fn init_tells_what_it_found_left_out_and_what_is_next() {
        let report = InitReport {
            written: Some("stageline.yaml".into()),
            environments: vec!["staging".into(), "production".into()],
            applications: vec!["web".into()],
            left_out: vec![Remark { place: "apps/db".into(), reason: "no image pin".into() }],
            to_look_at: vec![Remark { place: "apps/web:3".into(), reason: "moves".into() }],
            text: "version: 1\n".into(),
            next: vec!["commit and push this file".into()],
        };
        assert_eq!(
            init(&report, &LOOK),
            "\
wrote stageline.yaml
found 2 environments: staging, production
found 1 application: web
look at apps/web:3: moves
left out apps/db: no image pin
next: commit and push this file
"
        );
        assert_eq!(init(&InitReport { written: None, ..report }, &LOOK), "version: 1\n");
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
