//! Messages, sinks and a desk for tests, and texts that want to be more than text.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use crate::domain::message::{Commits, Fact, Link, Mention, Message, Move, Notes, Tone};
use crate::domain::relation::CommitLine;
use crate::domain::settings::{Event, Feedback, MailAddress, Mobile, Settings, Sink, Variable};

use super::desk::{Desk, Order};

/// Forty texts that are markup, mentions, links, controls, headers, templates or too much, each with `evil` in it.
pub fn hostile() -> Vec<String> {
    let texts = [
        "<!channel> evil",
        "<!here|evil>",
        "<!everyone> evil",
        "<@U012AB3CD> evil",
        "<#C012AB3CD|evil>",
        "<!subteam^S012|evil>",
        "<!date^1392734382^{date}|evil>",
        "<https://evil.example.com|click>",
        "https://evil.example.com/login",
        "www.evil.example.com",
        "*evil* _evil_ ~evil~ `evil`",
        "```\nevil\n```",
        "> evil",
        "&lt;!channel&gt; evil",
        "&#60;!channel&#62; evil",
        "[evil](https://evil.example.com)",
        "![evil](https://evil.example.com/x.png)",
        "[evil]: https://evil.example.com",
        "# evil",
        "- evil\n- evil",
        "1. evil",
        "| evil | evil |\n|---|---|",
        "@all evil",
        "@13800000000 evil",
        "<@all> evil",
        "<at user_id=\"all\">evil</at>",
        "<at id=all></at> evil",
        "<font color=\"warning\">evil</font>",
        "<script>alert('evil')</script>",
        "<img src=x onerror=evil()>",
        "\" onmouseover=\"evil()",
        "</title></pre></body><h1>evil",
        "evil\r\nBcc: victim@example.com",
        "evil\r\n\r\n.\r\nMAIL FROM:<evil@example.com>",
        "{{ 7 * 7 }}{% for x in range(9) %}evil{% endfor %}",
        "\u{202e}evil\u{2066}\u{200f}",
        "\u{1b}[2Jevil\u{7}\u{8}\0",
        "evil\",\"text\":\"<!channel>",
        "\\\"}],\\\"evil\\\":[",
    ];
    texts.into_iter().map(str::to_string).chain([format!("evil{}", "🔥<!channel>\n".repeat(20_000))]).collect()
}

/// A message that has a text wherever one from outside can be.
pub fn message(text: &str) -> Message {
    let commit = CommitLine {
        commit: "9d3e7aa1c0".repeat(4),
        when: "2026-11-25T12:00:00Z".parse().unwrap(),
        author: text.into(),
        subject: text.into(),
        page: Some(format!("https://git.example.com/{text}")),
        issues: Vec::new(),
    };
    let commits = |page: Option<String>| Commits { newest: vec![commit.clone(); 3], total: Some(7), page };
    Message {
        id: format!("landing {text}"),
        thread: format!("thread {text}"),
        event: Some(Event::Promote),
        tone: Tone::Good,
        title: text.into(),
        moves: vec![Move {
            application: text.into(),
            environment: text.into(),
            instance: Some(text.into()),
            from: Some(text.into()),
            to: Some(text.into()),
        }],
        facts: vec![Fact { label: "why", text: text.into() }],
        notes: vec![Notes {
            application: text.into(),
            environment: text.into(),
            coming: commits(Some(text.into())),
            going: commits(None),
        }],
        links: vec![Link { text: text.into(), url: text.into() }],
        undo: Some(text.into()),
        people: vec![Mention {
            name: text.into(),
            mail: MailAddress::new("mei@example.com").ok(),
            mobile: Mobile::new("+86 138 1234 5678").ok(),
        }],
        at: "2026-11-25T12:00:00Z".parse().unwrap(),
        parts: Vec::new(),
    }
}

/// Variables as they are set.
pub fn set(all: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
    all.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
}

/// A desk that waits for nothing.
pub fn desk<'d>(variables: &'d BTreeMap<OsString, OsString>, settings: &'d Settings) -> Desk<'d> {
    Desk {
        variables,
        settings,
        now: "2026-11-25T12:00:00Z".parse().unwrap(),
        // Of a machine that has much else to do.
        limit: Duration::from_secs(60),
        patience: Duration::ZERO,
    }
}

/// A sink, of everything.
pub fn feedback(sink: Sink) -> Feedback {
    Feedback { sink, events: Vec::new(), environments: Vec::new(), applications: Vec::new(), template: None }
}

/// The order of a message.
pub fn order<'o>(to: &'o Feedback, message: &'o Message, template: Option<&'o str>) -> Order<'o> {
    Order { to, message, thread: None, template }
}

/// The variable by that name.
pub fn variable(name: &str) -> Variable {
    Variable::new(&format!("${name}")).unwrap()
}
