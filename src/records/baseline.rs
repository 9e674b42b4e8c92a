//! The words of a release baseline's tag: what it is, why, and what the environment runs by it, for people who read it with git.

use crate::domain::names::{AppName, BaselineName, EnvName};
use crate::domain::steering::one_line;
use crate::domain::version::Version;

/// So many applications are listed; the tree of the commit has them all.
const MOST: usize = 200;

/// The text that is signed. What it lists is for reading: what ran is what the tree of the tag's commit says.
pub fn render(
    (env, name): (&EnvName, &BaselineName),
    reason: Option<&str>,
    runs: &[(AppName, Option<Version>)],
) -> String {
    let mut out = format!("{}{env} {name}\n", SUBJECT);
    if let Some(reason) = reason {
        out.push_str(&format!("\n{}\n", one_line(reason)));
    }
    out.push_str("\nRuns:\n");
    for (app, version) in runs.iter().take(MOST) {
        out.push_str(&format!("  {app} {}\n", version.as_ref().map_or("none", Version::as_str)));
    }
    if let Some(more) = runs.len().checked_sub(MOST).filter(|more| *more > 0) {
        out.push_str(&format!("  and {more} more\n"));
    }
    out
}

/// How the first line of every one begins.
const SUBJECT: &str = "baseline ";

/// The reason that was given, out of what stands below the first line; `None`: none was.
pub fn reason(body: &str) -> Option<String> {
    let text = body.split("Runs:\n").next().unwrap_or_default();
    Some(one_line(text.trim())).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_gives_its_reason_back_and_lists_what_runs() {
        let (env, name) = (EnvName::new("production").unwrap(), BaselineName::new("2026-11-23").unwrap());
        let runs =
            [(AppName::new("web").unwrap(), Some(Version::new("v1").unwrap())), (AppName::new("api").unwrap(), None)];
        let text = render((&env, &name), Some("a quiet\nweek"), &runs);
        assert_eq!(text, "baseline production 2026-11-23\n\na quiet week\n\nRuns:\n  web v1\n  api none\n");
        let body = |text: &str| text.split_once('\n').unwrap().1.to_string();
        assert_eq!(reason(&body(&text)).as_deref(), Some("a quiet week"));
        assert_eq!(reason(&body(&render((&env, &name), None, &runs))), None);
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let (env, name) = (EnvName::new("production").unwrap(), BaselineName::new("x").unwrap());
        let runs: Vec<_> = (0..203).map(|n| (AppName::new(format!("a{n}")).unwrap(), None)).collect();
        assert!(render((&env, &name), None, &runs).ends_with("  a199 none\n  and 3 more\n"));
    }
}
