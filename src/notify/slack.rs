//! Slack: an incoming webhook, or a bot's token, which keeps a thread for each landing.

use serde_json::{Value, json};

use crate::domain::inert::APART;
use crate::domain::secrets::Secrets;
use crate::domain::settings::Variable;
use crate::text::{slack, terminal};

use super::desk::{Delivery, Desk, Order, secrets};
use super::dialect::{Dialect, SLACK, fit};
use super::lines::{Line, lines};
use super::post::Target;

/// Where a bot's messages go to.
const API: &str = "https://slack.com/api/chat.postMessage";
/// The most that a section and a header take, in characters, and the most blocks of a message (docs.slack.dev, "Block Kit").
const SECTION: usize = 3_000;
const HEADER: usize = 150;
const BLOCKS: usize = 50;
/// More than this nobody reads in a channel.
const ROOM: usize = 12_000;

/// What `chat.postMessage` says where it may have posted all the same: "some aspect of the operation" may have "succeeded".
const UNKNOWN: [&str; 2] = ["internal_error", "fatal_error"];
/// What passes, with nothing posted.
const BUSY: [&str; 4] = ["ratelimited", "rate_limited", "service_unavailable", "request_timeout"];

/// By an incoming webhook: 200 and `ok`.
pub fn by_webhook(order: &Order<'_>, desk: &Desk<'_>, url: &Variable) -> Result<Delivery, Delivery> {
    let url = desk.value(url)?;
    let target = Target::new(url.clone(), secrets(&url, []), desk)?;
    let reply = target.post(desk, &[], body(order)?.to_string())?;
    let is_ok = reply.status == 200 && reply.body.trim_ascii() == b"ok";
    Ok(if is_ok { Delivery::told() } else { target.strange(&reply) })
}

/// By a bot's token. The first message of a thread is its head, and `ts` is what the others hang on.
pub fn by_token(order: &Order<'_>, desk: &Desk<'_>, token: &Variable, channel: &str) -> Result<Delivery, Delivery> {
    let token = desk.value(token)?;
    if !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Delivery::Refused("its variable holds no token".into()));
    }
    let target = Target::new(API.into(), Secrets::of([], [token.as_str()]), desk)?;
    let mut body = body(order)?;
    body["channel"] = channel.into();
    if let Some(thread) = order.thread {
        body["thread_ts"] = thread.into();
    }
    let headers = [("Authorization", format!("Bearer {token}"))];
    let reply = target.post(desk, &headers, body.to_string())?;
    let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let why = target.answer(&reply);
    Ok(match (value["ok"].as_bool(), value["error"].as_str()) {
        (Some(true), _) => {
            let ts = value["ts"].as_str().map(str::to_string);
            Delivery::Told { thread: order.thread.map(str::to_string).or(ts), note: None }
        }
        (Some(false), Some(error)) if UNKNOWN.contains(&error) => Delivery::Unknown(why),
        (Some(false), Some(error)) if BUSY.contains(&error) => Delivery::NotNow { why, after: None },
        (Some(false), _) => Delivery::Refused(why),
        (None, _) => target.strange(&reply),
    })
}

/// The message as blocks, with a line for where blocks are not shown.
fn body(order: &Order<'_>) -> Result<Value, Delivery> {
    let message = order.message;
    let texts = match order.filled(SLACK.writing())? {
        Some(text) => sections(text.lines().map(str::to_string).collect(), &SLACK),
        None => sections(lines(message).iter().map(|line| SLACK.line(line)).collect(), &SLACK),
    };
    let mut blocks = Vec::new();
    if order.template.is_none() {
        blocks.push(json!({ "type": "header", "text": { "type": "plain_text", "text": header(&message.title), "emoji": false } }));
    }
    let section = |text| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } });
    blocks.extend(texts.into_iter().map(section));
    let mut out = json!({
        "text": slack(&message.title.chars().take(SECTION / 10).collect::<String>()),
        "unfurl_links": false,
        "unfurl_media": false,
    });
    // None at all is no list that Slack takes.
    if !blocks.is_empty() {
        out["blocks"] = blocks.into();
    }
    Ok(out)
}

/// Plain text knows no markup, but Slack undoes escapes in it.
fn header(title: &str) -> String {
    let plain = terminal(title).replace('<', &format!("<{APART}")).replace('&', &format!("&{APART}"));
    let mut out = String::new();
    let mut units = 0;
    for c in plain.chars() {
        units += c.len_utf16();
        if units >= HEADER {
            out.push('…');
            break;
        }
        out.push(c);
    }
    // An empty header is refused.
    if out.trim().is_empty() { "stageline".into() } else { out }
}

/// Lines as the texts of sections.
fn sections(lines: Vec<String>, dialect: &Dialect) -> Vec<String> {
    let lines = lines.into_iter().map(|line| if line.len() < SECTION { line } else { cut(&line) }).collect();
    let shown = fit(lines, ROOM, |line| line.len() + 1, |more| dialect.line(&Line::left_out(more)));
    let mut out: Vec<String> = Vec::new();
    for line in shown {
        match out.last_mut() {
            Some(last) if last.len() + 1 + line.len() <= SECTION => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => out.push(line),
        }
    }
    out.retain(|text| !text.trim().is_empty());
    out.truncate(BLOCKS - 1);
    out
}

/// A line of a template that no section has room for.
fn cut(line: &str) -> String {
    line.chars()
        .scan(0, |size, c| {
            *size += c.len_utf8();
            (*size < SECTION - 8).then_some(c)
        })
        .chain(['…'])
        .collect()
}
