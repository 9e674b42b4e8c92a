//! How each sink with markup writes a line, and how what does not fit is cut.

use super::lines::{Kind, Line, Piece};
use crate::text::template::Writing;
use crate::text::{chat, html, page, slack, terminal};

/// One way of writing.
#[derive(Clone, Copy)]
pub struct Dialect {
    /// Text from outside.
    pub text: fn(&str) -> String,
    pub strong: fn(&str) -> String,
    pub code: fn(&str) -> String,
    pub link: fn(&str, &str) -> String,
    /// A line that stands over others.
    pub heading: fn(String) -> String,
    /// What an item of a list begins with.
    pub item: &'static str,
}

/// Slack's mrkdwn.
pub const SLACK: Dialect = Dialect {
    text: slack,
    strong: |text| around("*", &slack(text), "*"),
    code: |text| around("`", &slack(&text.replace('`', "'")), "`"),
    link: |text, url| match page(url) {
        // `|` parts the address from its text.
        Some(page) => format!("<{}|{}>", page.replace('&', "&amp;"), slack(&text.replace('|', "/"))),
        None => slack(text),
    },
    heading: |line| line,
    item: "• ",
};

/// DingTalk's Markdown.
pub const DINGTALK: Dialect = Dialect {
    text: chat,
    strong: |text| around("**", &chat(text), "**"),
    // It knows no code.
    code: chat,
    link: chat_link,
    heading: |line| format!("#### {line}"),
    item: "- ",
};

/// WeCom's Markdown.
pub const WECOM: Dialect = Dialect {
    strong: |text| around("**", &chat(text), "**"),
    code: |text| around("`", &chat(text), "`"),
    item: "· ",
    heading: |line| line,
    ..DINGTALK
};

/// Plain text, as in the first half of an e-mail.
pub const PLAIN: Dialect = Dialect {
    text: terminal,
    strong: terminal,
    code: terminal,
    link: |text, url| match page(url) {
        Some(page) => format!("{} {page}", terminal(text)),
        None => terminal(text),
    },
    heading: |line| format!("\n{line}"),
    item: "- ",
};

/// HTML, as in the second.
pub const HTML: Dialect = Dialect {
    text: html,
    strong: |text| format!("<b>{}</b>", html(text)),
    code: |text| format!("<code>{}</code>", html(text)),
    link: |text, url| match page(url) {
        Some(page) => format!("<a href=\"{}\">{}</a>", html(&page), html(text)),
        None => html(text),
    },
    heading: |line| line,
    item: "",
};

impl Dialect {
    /// A line with its markup.
    pub fn line(&self, line: &Line) -> String {
        let inner: String = line.pieces.iter().map(|piece| self.piece(piece)).collect();
        match line.kind {
            Kind::Heading => (self.heading)(inner),
            Kind::Item => format!("{}{inner}", self.item),
            Kind::Plain => inner,
        }
    }

    /// Lines as one text, as many as there is room for, in bytes; `end` ends each.
    pub fn text(&self, lines: &[Line], end: &str, room: usize) -> String {
        let written: Vec<String> = lines.iter().map(|line| self.line(line)).collect();
        let more = |count| self.line(&Line::left_out(count));
        fit(written, room, |line| line.len() + end.len(), more).join(end)
    }

    /// How a template writes its values.
    pub fn writing(&self) -> Writing {
        Writing { text: self.text, link: self.link }
    }

    fn piece(&self, piece: &Piece) -> String {
        match piece {
            // A joint of words, which has no markup in any sink.
            Piece::Ours(words) => (*words).to_string(),
            Piece::Text(text) => (self.text)(text),
            Piece::Strong(text) => (self.strong)(text),
            Piece::Code(text) => (self.code)(text),
            Piece::Link { text, url } => (self.link)(text, url),
        }
    }
}

/// As many of them as there is room for, and in place of the others one that says how many they are.
pub fn fit<T>(all: Vec<T>, room: usize, cost: impl Fn(&T) -> usize, more: impl Fn(usize) -> T) -> Vec<T> {
    if all.iter().map(&cost).sum::<usize>() <= room {
        return all;
    }
    let count = all.len();
    let mut left = room.saturating_sub(cost(&more(count)));
    let mut out = Vec::new();
    for one in all {
        let Some(rest) = left.checked_sub(cost(&one)) else { break };
        left = rest;
        out.push(one);
    }
    let shown = out.len();
    out.push(more(count - shown));
    out
}

/// Nothing is made strong by marks around nothing, which would be read otherwise.
fn around(before: &str, text: &str, after: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}{text}{after}") }
}

fn chat_link(text: &str, url: &str) -> String {
    match page(url) {
        Some(page) if !text.trim().is_empty() => format!("[{}]({page})", chat(text)),
        _ => chat(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_at_a_line_and_counted() {
        let lines = |count: usize| -> Vec<String> { (0..count).map(|nth| format!("line {nth:03}")).collect() };
        let fitted = |room| fit(lines(100), room, |line| line.len() + 1, |more| format!("and {more} more lines"));
        assert_eq!(fitted(900).len(), 100);
        let cut = fitted(899);
        assert_eq!(cut.last().unwrap(), "and 3 more lines", "{cut:?}");
        assert_eq!(cut.len(), 98);
        for room in 0..=901 {
            let cut = fitted(room);
            let size: usize = cut.iter().map(|line| line.len() + 1).sum();
            assert!(size <= room.max(24), "{room}: {size}");
        }
    }
}
