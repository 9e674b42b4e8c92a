//! Entries for a file that exists: they go behind its last application, and every other byte stays.

use serde_json::Value;

use super::flow::flow;
use super::stack;
use crate::domain::settings::Application;
use crate::yaml::locate::items;
use crate::yaml::tree::Tree;

/// Each application as one entry of a list that is indented so far.
pub fn entries(applications: &[Application], indent: usize) -> String {
    applications.iter().map(|application| format!("{:indent$}{}\n", "", entry(application))).collect()
}

/// An application as one entry of a list.
pub fn entry(application: &Application) -> String {
    format!("- {}", flow(&Value::Object(stack::application(application))))
}

/// A text of `stageline.yaml` with these applications behind its last one; `None` where its list is not written one entry
/// a line, so that nobody can add to it without touching the rest.
pub fn with(text: &str, applications: &[Application]) -> Option<String> {
    let tree = Tree::parse(text.as_bytes()).ok()?;
    let list = items(tree.documents.first()?, &["applications"]);
    let last = list.last()?;
    let dash = text.lines().nth(usize::try_from(list.first()?.line).ok()?.checked_sub(1)?)?;
    let indent = dash.len() - dash.trim_start().len();
    if !dash.trim_start().starts_with("- ") {
        return None;
    }
    let end = text[last.span.end..].find('\n').map(|at| last.span.end + at + 1);
    let (before, after) = text.split_at(end.unwrap_or(text.len()));
    let ending = if before.ends_with('\n') { "" } else { "\n" };
    let entries = entries(applications, indent);
    let entries = if before.ends_with("\r\n") { entries.replace('\n', "\r\n") } else { entries };
    Some(format!("{before}{ending}{entries}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;

    const HEAD: &str = "version: 1\nenvironments: [{ name: staging }]\napplications: # all\n";

    fn application(name: &str) -> Application {
        let text =
            format!("{HEAD}  - {{ name: {name}, pins: [{{ image: r/{name}, in: \"{name}/{{environment}}\" }}] }}\n");
        check(text.as_bytes(), "x").unwrap().applications.remove(0)
    }

    #[test]
    fn entries_go_behind_the_last_one_and_every_other_byte_stays() {
        for (own, rest) in [
            (
                "  - name: web # first\n    pins:\n      - { image: r/web, in: \"web/{environment}\" } # here\n",
                "# the end\n",
            ),
            ("- { name: web, pins: [{ image: r/web, in: \"web/{environment}\" }] }\n", "\npeople: {}\n"),
            ("  - { name: web, pins: [{ image: r/web, in: \"web/{environment}\" }] }", ""),
        ] {
            let text = format!("{HEAD}{own}{rest}");
            let added = with(&text, &[application("api")]).unwrap();
            assert!(added.starts_with(&format!("{HEAD}{own}")) && added.ends_with(rest), "{added}");
            let settings = check(added.as_bytes(), "x").unwrap_or_else(|faults| panic!("{faults:#?}\n{added}"));
            let names: Vec<&str> = settings.applications.iter().map(|app| app.name.as_str()).collect();
            assert_eq!(names, ["web", "api"]);
        }
        let crlf = format!("{HEAD}  - {{ name: web, pins: [{{ image: r/web, in: w }}] }}\n").replace('\n', "\r\n");
        assert!(!with(&crlf, &[application("api")]).unwrap().replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn a_list_in_brackets_is_not_touched() {
        let text = "version: 1\napplications: [{ name: web, pins: [] }]\n";
        assert_eq!(with(text, &[application("api")]), None);
        assert_eq!(with("version: 1\napplications: []\n", &[application("api")]), None);
    }
}
