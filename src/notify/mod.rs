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

pub use desk::{Delivery, Desk, Order};

use crate::domain::settings::Sink;
use crate::http::patience::Patience;

/// So often a message is sent in one run: a sink that counts messages counts those that it refuses, too.
const TRIES: usize = 5;

/// Writes a message for a sink and delivers it, waiting as long as the desk has patience where the sink wants to be left alone.
/// No word of what comes back has an address or a secret in it.
pub fn deliver(order: &Order<'_>, desk: &Desk<'_>) -> Delivery {
    let mut patience = Patience::of(desk.patience);
    let mut tries = 1;
    loop {
        let delivery = once(order, desk);
        let Delivery::NotNow { after, .. } = &delivery else { return delivery };
        if tries == TRIES || !patience.waits(*after) {
            return delivery;
        }
        tries += 1;
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
