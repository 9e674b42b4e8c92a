//! DingTalk: a robot of a group, with its signature, in Markdown.

use std::time::Duration;

use serde_json::json;

use crate::domain::message::Mention;
use crate::domain::settings::{Addressee, Variable};
use crate::text::chat;

use super::desk::{Delivery, Desk, Order, secrets};
use super::dialect::DINGTALK;
use super::lines::lines;
use super::post::{Codes, Target};
use super::sign;

/// What a robot takes is about 20,000 bytes, all in all; the rest is for quotes and for what JSON escapes.
const ROOM: usize = 14_000;
/// It answers 200 whatever it thinks. 20 messages a minute are taken; then 130101, 410100, 90018 and 90030 are its words for "too many".
const CODES: Codes = Codes {
    key: "errcode",
    words: "errmsg",
    limits: &[130_101, 410_100, 90_018, 90_030],
    pause: Duration::from_secs(60),
    busy: &[-1],
};

/// Sends it.
pub fn send(
    order: &Order<'_>,
    desk: &Desk<'_>,
    (url, secret): (&Variable, Option<&Variable>),
    mobiles: &[Addressee],
) -> Result<Delivery, Delivery> {
    let address = desk.value(url)?;
    let secret = secret.map(|variable| desk.value(variable)).transpose()?;
    let signed = secret.as_ref().map_or(address.clone(), |secret| signed(&address, secret, desk.now.as_millisecond()));
    let target = Target::new(signed.clone(), secrets(&signed, secret.as_deref()), desk)?;
    let called = desk.addressed(mobiles, order.message);
    let reply = target.post(desk, &[], body(order, &called)?)?;
    Ok(target.by_code(&reply, &CODES))
}

/// `sign` is HMAC-SHA256 by the secret over the milliseconds, a line break and the secret, in base 64, percent-encoded.
fn signed(address: &str, secret: &str, now: i64) -> String {
    let sign = sign::in_base64(secret.as_bytes(), format!("{now}\n{secret}").as_bytes());
    let sign = sign.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}timestamp={now}&sign={sign}")
}

fn body(order: &Order<'_>, called: &[Mention]) -> Result<String, Delivery> {
    let title = chat(&order.message.title.chars().take(200).collect::<String>());
    let mobiles: Vec<String> =
        called.iter().filter_map(|one| one.mobile.as_ref()).map(|one| number(one.as_str())).collect();
    let mut text = match order.filled(DINGTALK.writing())? {
        Some(text) => text,
        None => format!("### {title}\n\n{}", DINGTALK.text(&lines(order.message), "\n\n", ROOM)),
    };
    if text.len() > ROOM + 1_000 {
        let kept = super::dialect::fit(
            text.lines().map(str::to_string).collect(),
            ROOM,
            |line| line.len() + 1,
            |more| format!("and {more} more lines"),
        );
        text = kept.join("\n");
    }
    if !mobiles.is_empty() {
        // Who is called has to stand in the text, too.
        let names: Vec<String> = mobiles.iter().map(|mobile| format!("@{mobile}")).collect();
        text = format!("{text}\n\n{}", names.join(" "));
    }
    let at = json!({ "atMobiles": mobiles, "isAtAll": false });
    Ok(json!({ "msgtype": "markdown", "markdown": { "title": title, "text": text }, "at": at }).to_string())
}

/// A number as DingTalk has it: digits alone at home, `+852-...` elsewhere.
fn number(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match bare.strip_prefix("+86") {
        Some(home) => home.chars().filter(char::is_ascii_digit).collect(),
        None if bare.starts_with('+') => bare,
        None => bare.chars().filter(char::is_ascii_digit).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_signed_by_milliseconds_and_secret() {
        // By `printf '1577262236757\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64`.
        assert_eq!(
            signed("https://oapi.dingtalk.com/robot/send?access_token=x", "this is secret", 1_577_262_236_757),
            "https://oapi.dingtalk.com/robot/send?access_token=x&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"
        );
    }

    #[test]
    fn a_number_is_written_as_at_home_or_with_its_country() {
        for (text, wanted) in [
            ("+86 138 0000-0000", "13800000000"),
            ("13800000000", "13800000000"),
            ("+852 1234 5678", "+85212345678"),
            ("+852-12345678", "+852-12345678"),
        ] {
            assert_eq!(number(text), wanted);
        }
    }
}
