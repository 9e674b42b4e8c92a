//! WeCom: a robot of a group, in its own Markdown.

use std::time::Duration;

use serde_json::json;

use crate::domain::settings::Variable;
use crate::text::chat;

use super::desk::{Delivery, Desk, Order, secrets};
use super::dialect::{WECOM, fit};
use super::lines::lines;
use super::post::{Codes, Target};

/// The most bytes of a text (developer.work.weixin.qq.com, "群机器人配置说明": 4,096).
const LARGEST: usize = 4_096;
/// It answers 200 whatever it thinks. 20 messages a minute are taken.
const CODES: Codes =
    Codes { key: "errcode", words: "errmsg", limits: &[45_009, 45_033], pause: Duration::from_secs(60), busy: &[-1] };

/// Sends it.
pub fn send(order: &Order<'_>, desk: &Desk<'_>, url: &Variable) -> Result<Delivery, Delivery> {
    let url = desk.value(url)?;
    let target = Target::new(url.clone(), secrets(&url, []), desk)?;
    let reply = target.post(desk, &[], body(order)?)?;
    Ok(target.by_code(&reply, &CODES))
}

fn body(order: &Order<'_>) -> Result<String, Delivery> {
    let text = match order.filled(WECOM.writing())? {
        Some(text) => {
            let lines = text.lines().map(str::to_string).collect();
            fit(lines, LARGEST, |line: &String| line.len() + 1, |more| format!("and {more} more lines")).join("\n")
        }
        None => {
            let title: String = order.message.title.chars().take(200).collect();
            let head = format!("**{}**\n", chat(&title));
            let room = LARGEST.saturating_sub(head.len());
            format!("{head}{}", WECOM.text(&lines(order.message), "\n", room))
        }
    };
    Ok(json!({ "msgtype": "markdown", "markdown": { "content": text } }).to_string())
}
