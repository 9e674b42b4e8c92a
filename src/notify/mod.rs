//! Messages to sinks: each is written as its sink takes it, delivered, and judged as the sink says it.

mod cdevents;
mod desk;
mod dialect;
mod dingtalk;
mod email;
mod feishu;
mod lines;
mod post;
#[cfg(test)]
mod sample;
mod sign;
mod slack;
mod smtp;
mod teams;
#[cfg(test)]
mod tests;
mod values;
mod webhook;
mod wecom;

use std::time::{Duration, Instant};

pub use desk::{Delivery, Desk, Order};

use crate::domain::settings::Sink;

/// The first wait for a sink that wants to be left alone and does not say how long.
const FIRST: Duration = Duration::from_millis(500);
/// So often a message is sent in one run: a sink that counts messages counts those that it refuses, too.
const TRIES: usize = 5;

/// Writes a message for a sink and delivers it, waiting as long as the desk has patience where the sink wants to be left alone.
/// No word of what comes back has an address or a secret in it.
pub fn deliver(order: &Order<'_>, desk: &Desk<'_>) -> Delivery {
    let begun = Instant::now();
    let mut next = FIRST;
    let mut tried = 0;
    loop {
        let delivery = once(order, desk);
        tried += 1;
        let Delivery::NotNow { after, .. } = &delivery else { return delivery };
        if tried == TRIES {
            return delivery;
        }
        let wait = after.unwrap_or(next);
        next *= 2;
        // What a sink names may be more than any clock counts.
        if begun.elapsed().checked_add(wait).is_none_or(|end| end > desk.patience) {
            return delivery;
        }
        std::thread::sleep(wait);
    }
}

fn once(order: &Order<'_>, desk: &Desk<'_>) -> Delivery {
    let done = match &order.to.sink {
        Sink::Slack { url } => slack::by_webhook(order, desk, url),
        Sink::SlackToken { token, channel } => slack::by_token(order, desk, token, channel),
        Sink::Dingtalk { url, secret, mobiles } => dingtalk::send(order, desk, (url, secret.as_ref()), mobiles),
        Sink::Email { url, from, to } => email::send(order, desk, url, (from.as_ref(), to)),
        Sink::Teams { url } => teams::send(order, desk, url),
        Sink::Feishu { url, secret } => feishu::send(order, desk, (url, secret.as_ref())),
        Sink::Wecom { url } => wecom::send(order, desk, url),
        Sink::Webhook { url, secret, format } => webhook::send(order, desk, (url, secret.as_ref()), *format),
    };
    done.unwrap_or_else(|why| why)
}
