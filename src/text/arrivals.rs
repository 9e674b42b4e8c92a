//! Where the commits of a merge request run, as Markdown: the one comment on it that says so.

use super::markdown;
use crate::domain::commit::CommitId;
use crate::domain::names::EnvName;

/// How the comment begins. No text of Markdown that a person writes does.
const MARK: &str = "<!-- stageline:environments 1 -->";

/// Whether a comment begins with that mark.
pub fn is_marked(body: &str) -> bool {
    body.starts_with(MARK)
}

/// The comment: each environment with what its status says of the commit. The same statuses give the same text, whoever makes it.
pub fn comment(commit: CommitId, told: &[(EnvName, String)]) -> String {
    let mut out = format!("{MARK}\n**Where {} runs**\n\n| environment | |\n|---|---|\n", commit.short());
    for (env, line) in told {
        out.push_str(&format!("| {} | {} |\n", markdown(env.as_str()), markdown(line)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_environment_is_a_row_and_what_a_status_says_is_no_markup() {
        let commit = CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap();
        let env = |name: &str| EnvName::new(name).unwrap();
        let told = [
            (env("staging"), "in staging since 2026-11-25 14:02 UTC".to_string()),
            (env("production"), "@all **x** |".to_string()),
        ];
        let text = comment(commit, &told);
        assert!(is_marked(&text) && !is_marked("**Where"));
        assert!(text.contains("**Where 9d3e7aa runs**\n"), "{text}");
        assert!(text.contains("| staging | in staging since 2026"), "{text}");
        assert!(!text.contains("**x**") && !text.contains(" | @all"), "{text}");
    }
}
