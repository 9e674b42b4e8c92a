//! Feishu and Lark: a robot of a group, with its signature, as a post of elements.

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::settings::Variable;
use crate::text::{chat, page};

use super::desk::{Delivery, Desk, Order, secrets};
use super::dialect::{DINGTALK, fit};
use super::lines::{Kind, Line, Piece, lines};
use super::post::{Codes, Target};
use super::sign;

/// A robot takes 20 kilobytes, all in all.
const ROOM: usize = 18_000;
/// 100 messages a minute and 5 a second are taken.
const CODES: Codes = Codes {
    key: "code",
    words: "msg",
    limits: &[11_232, 11_233, 230_020, 99_991_400],
    pause: Duration::from_secs(5),
    busy: &[11_202],
};

/// Sends it.
pub fn send(
    order: &Order<'_>,
    desk: &Desk<'_>,
    (url, secret): (&Variable, Option<&Variable>),
) -> Result<Delivery, Delivery> {
    let url = desk.value(url)?;
    let secret = secret.map(|variable| desk.value(variable)).transpose()?;
    let target = Target::new(url.clone(), secrets(&url, secret.as_deref()), desk)?;
    let mut body = body(order)?;
    if let Some(secret) = &secret {
        let now = desk.now.as_second();
        body["timestamp"] = now.to_string().into();
        body["sign"] = signature(now, secret).into();
    }
    let reply = target.post(desk, &[], body.to_string())?;
    Ok(target.by_code(&reply, &CODES))
}

/// HMAC-SHA256 over nothing, by a key of the seconds, a line break and the secret, in base 64.
fn signature(now: i64, secret: &str) -> String {
    sign::in_base64(format!("{now}\n{secret}").as_bytes(), b"")
}

fn body(order: &Order<'_>) -> Result<Value, Delivery> {
    let paragraphs: Vec<Value> = match order.filled(DINGTALK.writing())? {
        Some(text) => text.lines().map(|line| json!([plain(line, false)])).collect(),
        None => lines(order.message).iter().map(paragraph).collect(),
    };
    let more = |count| paragraph(&Line::left_out(count));
    let paragraphs = fit(paragraphs, ROOM, |one| one.to_string().len() + 1, more);
    let title: String = order.message.title.chars().take(200).collect();
    let post = json!({ "zh_cn": { "title": chat(&title), "content": paragraphs } });
    Ok(json!({ "msg_type": "post", "content": { "post": post } }))
}

fn paragraph(line: &Line) -> Value {
    let mut out: Vec<Value> = line.pieces.iter().map(|piece| element(piece, line.kind == Kind::Heading)).collect();
    if line.kind == Kind::Item {
        out.insert(0, plain("· ", false));
    }
    out.into()
}

fn element(piece: &Piece, is_heading: bool) -> Value {
    match piece {
        Piece::Ours(words) => plain(words, is_heading),
        Piece::Text(text) | Piece::Code(text) => plain(&chat(text), is_heading),
        Piece::Strong(text) => plain(&chat(text), true),
        Piece::Link { text, url } => match page(url) {
            Some(page) => json!({ "tag": "a", "text": chat(text), "href": page }),
            None => plain(&chat(text), is_heading),
        },
    }
}

fn plain(text: &str, is_bold: bool) -> Value {
    if is_bold {
        json!({ "tag": "text", "text": text, "style": ["bold"] })
    } else {
        json!({ "tag": "text", "text": text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_over_nothing_by_seconds_and_secret() {
        // By `printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1599360473\ndemo' | xxd -p) -binary | base64`.
        assert_eq!(signature(1_599_360_473, "demo"), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
    }
}
