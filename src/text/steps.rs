//! The steps of a source's pipeline as Markdown: what the comment on its merge request shows, and the summary of a job.

use jiff::Timestamp;

use super::{link, markdown};
use crate::domain::commit::CommitId;
use crate::domain::step::{FailedTest, Step, StepState};

/// So many characters a comment has at most (GitHub takes 65,536; GitLab and Gitea more).
const MOST: usize = 60_000;
/// What is kept of that for the words behind what is left out.
const REST: usize = 200;
/// So many steps are shown.
const MOST_STEPS: usize = 100;

/// The steps of a head, with the tests that failed. The same steps give the same text, whoever makes it, and whenever.
pub fn steps(head: Option<CommitId>, steps: &[Step]) -> String {
    let of = head.map_or(String::new(), |head| format!(" of {}", head.short()));
    let mut out = format!("**Steps{of}**\n\n| step | result | ended | took | pages |\n|---|---|---|---|---|\n");
    let mut left_out = 0;
    for (nth, step) in steps.iter().enumerate() {
        let row = row(step);
        match nth < MOST_STEPS && fits(&out, &row) {
            true => out.push_str(&row),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        out.push_str(&format!("\n{left_out} more steps: the statuses of the commit have them.\n"));
    }
    let mut is_first = true;
    for step in steps.iter().filter(|step| !step.failed.is_empty() || step.more > 0) {
        let title =
            format!("{}\n**Failed in {}**\n\n", if is_first { "" } else { "\n" }, markdown(&step.name.to_string()));
        if !fits(&out, &title) {
            out.push_str("\nMore failed: the pages of the jobs have them.\n");
            break;
        }
        (is_first, out) = (false, out + &title);
        failed(&mut out, step);
    }
    out
}

fn fits(out: &str, more: &str) -> bool {
    out.chars().count() + more.chars().count() + REST <= MOST
}

fn row(step: &Step) -> String {
    let result = match step.state {
        StepState::Failed => {
            format!("**failed**{}", markdown_of(step.line.strip_prefix("failed").unwrap_or(&step.line)))
        }
        _ => markdown(&step.line),
    };
    let job = step.page.iter().map(|page| link("job", page));
    let pages: Vec<String> = job.chain(step.links.iter().map(|one| link(&one.name, &one.page))).collect();
    let (name, ended, took) = (markdown(&step.name.to_string()), step.ended.map_or("-".to_string(), clock), took(step));
    format!("| {name} | {result} | {ended} | {took} | {} |\n", pages.join(" \u{b7} "))
}

/// What goes on behind a word: the escaper trims, and the blank in front belongs to it.
fn markdown_of(rest: &str) -> String {
    match rest.strip_prefix(": ") {
        Some(rest) => format!(": {}", markdown(rest)),
        None if rest.is_empty() => String::new(),
        None => format!(" {}", markdown(rest)),
    }
}

fn failed(out: &mut String, step: &Step) {
    let mut left_out = step.more;
    for test in &step.failed {
        let text = item(test);
        match fits(out, &text) {
            true => out.push_str(&text),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        out.push_str(&format!("- {left_out} more: the page of the job has them\n"));
    }
}

fn item(test: &FailedTest) -> String {
    let mut out = format!("- {}\n", markdown(&test.name));
    for line in &test.lines {
        out.push_str(&format!("  - {}\n", markdown(line)));
    }
    out
}

/// A moment, to the minute.
fn clock(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How long it took, or since when it runs.
fn took(step: &Step) -> String {
    match (step.began, step.ended) {
        (Some(began), Some(ended)) => match (ended.as_second() - began.as_second()).max(0) {
            seconds @ ..60 => format!("{seconds} s"),
            seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
            seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        },
        (Some(began), None) => format!("since {}", clock(began)),
        (None, _) => "-".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::inert::APART;
    use crate::domain::step::{Link, StepName};

    fn head() -> Option<CommitId> {
        CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc")
    }

    fn step(name: &str, state: StepState, line: &str) -> Step {
        Step {
            name: StepName::new(name).unwrap(),
            state,
            line: line.into(),
            page: None,
            began: None,
            ended: None,
            links: Vec::new(),
            failed: Vec::new(),
            more: 0,
        }
    }

    #[test]
    fn each_step_is_a_row_and_each_failed_test_an_item_with_its_first_lines() {
        let at = |text: &str| Some(text.parse().unwrap());
        let mut build = step("build", StepState::Passed, "passed: 120 tests");
        (build.began, build.ended) = (at("2026-11-27T06:31:08Z"), at("2026-11-27T06:33:11Z"));
        build.page = Some("https://ci.example.com/7".into());
        build.links = vec![Link::new("preview", "https://pr-12.example.com").unwrap()];
        let mut test = step("test", StepState::Failed, "failed: 3 of 120 tests");
        test.failed =
            vec![FailedTest { name: "cart.adds".into(), lines: vec!["expected 1".into(), "at a.rs:1".into()] }];
        test.more = 2;
        let mut smoke = step("smoke", StepState::Running, "running");
        smoke.began = at("2026-11-27T06:33:12Z");
        assert_eq!(
            steps(head(), &[build, test, smoke]),
            "**Steps of 9d3e7aa**\n\n| step | result | ended | took | pages |\n|---|---|---|---|---|\n\
             | build | passed: 120 tests | 2026-11-27 06:33 UTC | 2 min 3 s | [job](https://ci.example.com/7) \u{b7} [preview](https://pr-12.example.com) |\n\
             | test | **failed**: 3 of 120 tests | - | - |  |\n\
             | smoke | running | - | since 2026-11-27 06:33 UTC |  |\n\
             \n**Failed in test**\n\n- cart.adds\n  - expected 1\n  - at a.rs:1\n- 2 more: the page of the job has them\n"
        );
    }

    /// What whoever writes a test could let it say.
    const HOSTILE: [&str; 24] = [
        "thanks @mei",
        "@all and @here",
        "Closes #1",
        "fixes shop/web#12",
        "!3 &4 %5 ~bug $6",
        "GH-7 and GL-8",
        "Fixes SHOP-12",
        "https://github.com/shop/web/issues/7",
        "<img src=x onerror=alert(1)>",
        "<!-- stageline:steps 1 9d3e7aa1c0ffee00112233445566778899aabbcc -->",
        "--> <script>alert(1)</script> <!--",
        "</details></table>",
        "![x](https://evil.example.com/x.png)",
        "[x](javascript:alert(1))",
        "[[wiki]]",
        "a | b | c",
        "```\ncode",
        "    code",
        "/merge",
        "/label ~release",
        "# title",
        "- [x] done",
        "&lt;b&gt; &#64;mei",
        "\u{202e}gnihton\u{1b}[31m\r\n/close",
    ];

    #[test]
    fn what_a_test_says_stays_text_calls_nobody_and_leads_nowhere() {
        for hostile in HOSTILE {
            let mut bad = step("test", StepState::Failed, &format!("failed: {hostile}"));
            bad.failed = vec![FailedTest { name: hostile.into(), lines: vec![hostile.into(), "plain".into()] }];
            let mut named = step("build", StepState::Passed, hostile);
            named.links = vec![Link { name: hostile.into(), page: "https://x.example.com/a|b)".into() }];
            let text = steps(head(), &[named, bad]);
            let bare = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace('\\', "");
            for live in [
                "@mei", "@all", "@here", "#1", "!3", "&4", "%5", "~bug", "$6", "GH-7", "GL-8", "issues/7", "~release",
                "#64;mei",
            ] {
                assert!(!bare.contains(live), "{live} of {hostile:?}: {text}");
            }
            assert!(
                !text.contains('<') && !text.contains("-->") && !text.replace("\\]", "").contains("](javascript"),
                "{hostile:?}: {text}"
            );
            assert!(
                !text.contains("![") && !text.contains("://evil") && !text.contains("Fixes SHOP"),
                "{hostile:?}: {text}"
            );
            assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{hostile:?}: {text:?}");
            for line in text.lines() {
                let start = line.trim_start_matches([' ', '-']).trim_start();
                assert!(!start.starts_with(['/', '#', '`']) && !line.contains("```"), "{hostile:?}: {line}");
                // A cell is left by no pipe: a row has its six.
                let pipes = line.replace("\\|", "").matches('|').count();
                assert!(!line.starts_with('|') || pipes == 6, "{hostile:?}: {line}");
            }
            assert!(
                text.contains(APART) || text.contains('\\') || text.contains("&lt;") || hostile == "    code",
                "{text}"
            );
        }
    }

    #[test]
    fn a_comment_is_never_longer_than_a_forge_takes_and_says_what_it_leaves_out() {
        let mut all = Vec::new();
        for nth in 0..150 {
            let mut one = step(&format!("step-{nth}"), StepState::Failed, &format!("failed: {}", "<".repeat(490)));
            one.failed = (0..50)
                .map(|n| FailedTest { name: format!("t{n} {}", "*".repeat(290)), lines: vec!["<".repeat(300); 5] })
                .collect();
            all.push(one);
        }
        let text = steps(head(), &all);
        assert!(text.chars().count() <= MOST, "{}", text.chars().count());
        assert!(text.contains("more steps: the statuses of the commit have them"), "{}", &text[text.len() - 300..]);
        let one = steps(head(), &all[..1]);
        assert!(one.chars().count() <= MOST && one.ends_with("more: the page of the job has them\n"), "{one}");
        assert!(one.contains("- t0 "));
    }
}
