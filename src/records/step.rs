//! What a step of a pipeline tells, as it stands in a comment where nobody sees it; and what the comment of all steps is known by.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::json;
use crate::domain::commit::CommitId;
use crate::domain::steering::one_line;
use crate::domain::step::{
    Details, FailedTest, Link, MOST_LINES, MOST_LINKS, MOST_TESTS, StepName, StepState, is_page,
};

/// How the two begin. No text of Markdown that a person writes does.
const RECORD: &str = "<!-- stageline:step 1 ";
const MARK: &str = "<!-- stageline:steps 1 ";
const END: &str = " -->";

/// So many bytes of JSON a record has at most: with what base64 adds, less than any forge takes (GitHub: 65,536 characters).
const LONGEST: usize = 40_000;

/// The mark of the comment that shows the steps of a head.
pub fn mark(head: CommitId) -> String {
    format!("{MARK}{head}{END}")
}

/// Whether a comment begins with that mark, of whatever head.
pub fn is_marked(body: &str) -> bool {
    body.starts_with(MARK)
}

/// Details as a record. What is too long for one loses its last tests.
pub fn write(details: &Details) -> String {
    let mut details = details.clone().bounded();
    loop {
        let text = value(&details).to_string();
        let is_fit = text.len() <= LONGEST;
        match details.clone().shorter() {
            Some(shorter) if !is_fit => details = shorter,
            _ => return format!("{RECORD}{}{END}", STANDARD.encode(text)),
        }
    }
}

fn value(details: &Details) -> Value {
    let link = |link: &Link| json!({ "name": link.name, "page": link.page });
    let test = |test: &FailedTest| json!({ "name": test.name, "lines": test.lines });
    json!({
        "step": details.name.to_string(),
        "head": details.head.to_string(),
        "state": details.state.word(),
        "line": details.line,
        "page": details.page,
        "links": details.links.iter().map(link).collect::<Vec<_>>(),
        "failed": details.failed.iter().map(test).collect::<Vec<_>>(),
        "more": details.more,
        "alone": details.is_alone,
    })
}

/// The details that a comment holds; `None`: it is no record, or not as this program writes one.
pub fn read(body: &str) -> Option<Details> {
    let (text, _) = body.strip_prefix(RECORD)?.split_once(END)?;
    if text.len() > LONGEST * 2 {
        return None;
    }
    let value = json::read(&STANDARD.decode(text).ok()?).ok()?;
    // What anybody could have written into it is no more than what is written.
    let line = |value: &Value| Some(value.as_str()?).filter(|text| one_line(text) == **text).map(str::to_string);
    let link = |one: &Value| Link::new(one["name"].as_str()?, one["page"].as_str()?).ok();
    let test = |one: &Value| {
        let lines: Option<Vec<String>> = one["lines"].as_array()?.iter().map(line).collect();
        Some(FailedTest { name: line(&one["name"])?, lines: lines.filter(|lines| lines.len() <= MOST_LINES)? })
    };
    let links: Option<Vec<Link>> = value["links"].as_array()?.iter().map(link).collect();
    let failed: Option<Vec<FailedTest>> = value["failed"].as_array()?.iter().map(test).collect();
    let page = match &value["page"] {
        Value::Null => None,
        page => Some(page.as_str().filter(|page| is_page(page))?.to_string()),
    };
    Some(Details {
        name: StepName::new(value["step"].as_str()?).ok()?,
        head: CommitId::from_hex(value["head"].as_str()?)?,
        state: StepState::of(value["state"].as_str()?)?,
        line: line(&value["line"])?,
        page,
        links: links.filter(|links| links.len() <= MOST_LINKS)?,
        failed: failed.filter(|failed| failed.len() <= MOST_TESTS)?,
        more: usize::try_from(value["more"].as_u64()?).ok()?,
        is_alone: value["alone"].as_bool()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head() -> CommitId {
        CommitId::from_hex("9d3e7aa1c0ffee00112233445566778899aabbcc").unwrap()
    }

    fn details() -> Details {
        Details {
            name: StepName::new("test").unwrap(),
            head: head(),
            state: StepState::Failed,
            line: "failed: 1 of 2 tests".into(),
            page: Some("https://ci.example.com/7".into()),
            links: vec![Link::new("preview", "https://pr-12.example.com").unwrap()],
            failed: vec![FailedTest { name: "cart.adds --> <b>".into(), lines: vec!["@mei --> #1".into()] }],
            more: 3,
            is_alone: false,
        }
    }

    #[test]
    fn a_record_reads_back_as_it_was_and_nothing_in_it_ends_it() {
        let text = write(&details());
        assert_eq!(read(&text), Some(details()));
        assert_eq!(read(&format!("{text}\n\n<sub>for people</sub>")), Some(details()));
        assert_eq!((text.matches("-->").count(), text.contains("@mei")), (1, false));
        assert!(is_marked(&mark(head())) && !is_marked(&text) && read(&mark(head())).is_none());
    }

    #[test]
    fn what_is_no_record_or_was_changed_by_somebody_is_none() {
        let of = |change: &dyn Fn(&mut Value)| {
            let mut value = value(&details());
            change(&mut value);
            read(&format!("{RECORD}{}{END}", STANDARD.encode(value.to_string())))
        };
        assert!(of(&|_| {}).is_some());
        for (key, bad) in [
            ("step", json!("a b")),
            ("step", json!("<b>")),
            ("head", json!("main")),
            ("state", json!("green")),
            ("line", json!("a\nb")),
            ("line", json!(7)),
            ("page", json!("javascript:alert(1)")),
            ("links", json!([{ "name": "x", "page": "data:x" }])),
            ("links", json!("x")),
            ("failed", json!([{ "name": "x", "lines": ["\u{202e}"] }])),
            ("failed", json!([{ "name": "x", "lines": vec!["a"; 6] }])),
            ("failed", json!(vec![json!({ "name": "x", "lines": [] }); 51])),
            ("more", json!(-1)),
            ("alone", json!("yes")),
        ] {
            assert_eq!(of(&|value: &mut Value| value[key] = bad.clone()), None, "{key} {bad}");
        }
        let twice = STANDARD.encode(value(&details()).to_string().replacen('{', "{\"step\":\"other\",", 1));
        let own = write(&details());
        for text in [
            format!("{RECORD}{twice}{END}"),
            format!("> {own}"),
            own.replace("step 1 ", "step 2 "),
            own.replace(END, ""),
            format!("{RECORD}%%%{END}"),
            String::new(),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_for_a_comment_loses_its_last_tests_and_says_how_many() {
        let lines = vec!["\u{20ac}".repeat(300); 5];
        let failed = (0..200).map(|n| FailedTest { name: format!("t{n}"), lines: lines.clone() }).collect();
        let text = write(&Details { failed, more: 0, ..details() });
        assert!(text.len() < 60_000, "{}", text.len());
        let back = read(&text).unwrap();
        assert_eq!((back.failed[0].name.as_str(), back.failed.len() + back.more), ("t0", 200));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_comment_is_read_or_not(text in any::<String>()) {
            let _ = read(&format!("{RECORD}{text}"));
            let _ = read(&format!("{RECORD}{}{END}", STANDARD.encode(&text)));
        }
    }
}
