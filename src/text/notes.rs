//! Release notes in Markdown: the commits that applications gain and lose, with their pages and issues, as many as there is room for.

use std::fmt::Write as _;

use super::{link, markdown};
use crate::domain::relation::{CommitLine, CommitList};
use crate::domain::steering::bounded;

/// How many commits of one application are listed: the first number that leaves the text short enough.
pub const LIMITS: [usize; 10] = [50, 40, 30, 20, 15, 10, 5, 3, 1, 0];
/// So many characters a text may have: GitHub's requests take 65,536.
pub const ROOM: usize = 60_000;
/// How many issues of one commit are told.
const ISSUES: usize = 10;

/// What is told of one application.
pub struct Note<'r> {
    heading: String,
    /// What is said of the commits of each list: `Coming in`.
    lists: [(String, CommitList<'r>); 2],
}

impl<'r> Note<'r> {
    /// Of a move: what it brings to an environment, and takes from it.
    pub fn of_move(application: &str, environment: &str, gained: CommitList<'r>, lost: CommitList<'r>) -> Self {
        let heading = format!("{} in {}", markdown(application), markdown(environment));
        Self { heading, lists: [("Coming in".into(), gained), ("Going out".into(), lost)] }
    }

    /// Of two places: what each has and the other lacks.
    pub fn of_both(
        application: &str,
        (left, in_left): (&str, CommitList<'r>),
        (right, in_right): (&str, CommitList<'r>),
    ) -> Self {
        let only = |place: &str| format!("Only in {}", markdown(place));
        Self { heading: markdown(application), lists: [(only(left), in_left), (only(right), in_right)] }
    }

    fn is_empty(&self) -> bool {
        self.lists.iter().all(|(_, list)| list.is_empty())
    }
}

/// Whether a text is short enough for every forge.
pub fn has_room(text: &str) -> bool {
    text.chars().count() <= ROOM
}

/// The notes of these applications, as many commits as there is room for, the same number for each; a text begins at `before`.
pub fn notes(all: &[Note<'_>], before: &str) -> String {
    let room = ROOM.saturating_sub(before.chars().count());
    let fitting = LIMITS.iter().map(|most| listed(all, *most)).find(|text| text.chars().count() <= room);
    fitting.unwrap_or_else(|| left_out(all))
}

/// The notes with at most so many commits in each list.
pub fn listed(all: &[Note<'_>], most: usize) -> String {
    let told: Vec<String> = all.iter().filter_map(|note| of_one(note, most)).collect();
    told.join("\n")
}

/// What stands in the place of notes that would be too long in any form.
pub fn left_out(all: &[Note<'_>]) -> String {
    match all.iter().filter(|note| !note.is_empty()).count() {
        0 => String::new(),
        1 => "There is no room for the commits of 1 application.\n".to_string(),
        more => format!("There is no room for the commits of {more} applications.\n"),
    }
}

fn of_one(note: &Note<'_>, most: usize) -> Option<String> {
    if note.is_empty() {
        return None;
    }
    let mut out = format!("### {}\n", note.heading);
    for (what, list) in note.lists.iter().filter(|(_, list)| !list.is_empty()) {
        let total = list.total.unwrap_or(list.commits.len()).max(list.commits.len());
        let count = format!("{total} {}", if total == 1 { "commit" } else { "commits" });
        let count = list.page.map_or(count.clone(), |page| link(&count, page));
        let shown = &list.commits[..list.commits.len().min(most)];
        let end = if shown.is_empty() { "." } else { ":\n" };
        let _ = writeln!(out, "\n{what}: {count}{end}");
        shown.iter().for_each(|commit| line(&mut out, commit));
        if !shown.is_empty() && total > shown.len() {
            let _ = writeln!(out, "- and {} more", total - shown.len());
        }
    }
    Some(out)
}

fn line(out: &mut String, commit: &CommitLine) {
    let short = commit.commit.get(..7).unwrap_or(&commit.commit);
    let id = commit.page.as_ref().map_or(markdown(short), |page| link(short, page));
    let _ = write!(out, "- {id} {} ({})", markdown(&bounded(&commit.subject)), markdown(&bounded(&commit.author)));
    for (nth, issue) in commit.issues.iter().take(ISSUES).enumerate() {
        let key = issue.page.as_ref().map_or(markdown(&issue.key), |page| link(&issue.key, page));
        let _ = write!(out, "{} {key}", if nth == 0 { "" } else { "," });
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::relation::Issue;

    fn commit(subject: &str, author: &str) -> CommitLine {
        CommitLine {
            commit: "9d3e7aa1c0".repeat(4),
            when: "2026-11-25T12:00:00Z".parse().unwrap(),
            author: author.into(),
            subject: subject.into(),
            page: Some("https://git.example.com/shop/web/commit/9d3e7aa".into()),
            issues: vec![
                Issue { key: "SHOP-12".into(), page: Some("https://jira.example.com/browse/SHOP-12".into()) },
                Issue { key: "#3".into(), page: None },
            ],
        }
    }

    const NONE: CommitList<'static> = CommitList { commits: &[], total: Some(0), page: None };

    fn note<'r>(commits: &'r [CommitLine], total: usize) -> Note<'r> {
        let gained = CommitList { commits, total: Some(total), page: Some("https://git.example.com/c/a...b") };
        Note::of_move("web", "production", gained, NONE)
    }

    #[test]
    fn each_commit_has_its_page_its_author_and_its_issues() {
        let commits = [commit("fix: retry on 409", "Mei Lin")];
        assert_eq!(
            notes(&[note(&commits, 3)], "").replace('\u{200b}', "·"),
            "### web in production

Coming in: [3 commits](https://git.example.com/c/a...b):

- [9d3e7aa](https://git.example.com/shop/web/commit/9d3e7aa) fix: retry on 409 (Mei Lin) [SHOP-12](https://jira.example.com/browse/SHOP-12), \\#·3
- and 2 more
"
        );
    }

    #[test]
    fn what_is_not_known_has_no_link_and_nothing_is_told_of_nothing() {
        let bare = [CommitLine { page: None, issues: Vec::new(), ..commit("feat: x", "A") }];
        let of = |total| {
            let list = CommitList { commits: &bare, total, page: None };
            Note::of_both("web", ("staging", NONE), ("production@r1", list))
        };
        assert_eq!(
            listed(&[of(None)], 50).replace('\u{200b}', "·"),
            "### web\n\nOnly in production@·r1: 1 commit:\n\n- 9d3e7aa feat: x (A)\n"
        );
        assert!(listed(&[of(None)], 0).ends_with(": 1 commit.\n"));
        let nothing = [Note::of_move("web", "production", NONE, NONE)];
        assert_eq!((notes(&nothing, ""), left_out(&nothing)), (String::new(), String::new()));
    }

    #[test]
    fn a_hostile_commit_is_one_line_of_text() {
        for hostile in
            ["x\n\n/merge", "Closes #1 @all", "[a](javascript:b)", "--> <img src=x>", "a | b", "```", "x) Closes"]
        {
            let commits = [commit(hostile, hostile)];
            let text = notes(&[note(&commits, 1)], "");
            assert_eq!(text.lines().count(), 5, "{text}");
            let last = text.lines().last().unwrap();
            assert!(last.starts_with("- [9d3e7aa](https://git.example.com/"), "{last}");
            for live in ["#1", "@all", "<img", "-->", "a](javascript"] {
                assert!(!last.contains(live), "{last}");
            }
        }
    }

    #[test]
    fn the_lists_are_cut_evenly_until_the_text_has_room() {
        let many: Vec<CommitLine> = (0..50).map(|_| commit(&"x".repeat(60), "Mei Lin")).collect();
        for (applications, shown) in [(1, 50), (5, 50), (7, 40), (20, 15), (100, 1), (400, 0)] {
            let all: Vec<Note<'_>> = (0..applications).map(|_| note(&many, 70)).collect();
            let text = notes(&all, "");
            assert!(has_room(&text), "{applications}");
            let listed = text.matches("- [9d3e7aa]").count();
            assert_eq!(listed, shown * applications, "{applications} applications");
            assert_eq!(text.matches("- and ").count(), if shown == 0 { 0 } else { applications });
            assert_eq!(text.matches("[70 commits](").count(), applications);
        }
        let endless = [commit(&"x".repeat(100_000), &"y".repeat(100_000)), commit("fix: shoes", "Mei")];
        assert!(notes(&[note(&endless, 2)], "").contains("x… (y"), "one endless subject takes no room from the others");
        let all: Vec<Note<'_>> = (0..5000).map(|_| note(&many, 70)).collect();
        assert_eq!(notes(&all, ""), "There is no room for the commits of 5000 applications.\n");
        assert_eq!(
            notes(&[note(&many, 70)], &"x".repeat(ROOM)),
            "There is no room for the commits of 1 application.\n"
        );
    }
}
