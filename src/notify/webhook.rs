//! A webhook of one's own: our JSON, a body by a template, or CDEvents, signed by a shared secret.

use serde_json::Value;

use crate::domain::settings::{Variable, WebhookFormat};
use crate::text::template::Writing;

use super::cdevents;
use super::desk::{Delivery, Desk, Order, secrets};
use super::post::Target;
use super::sign;
use super::values::Values;

/// Values of a template stand inside of strings of JSON.
const WRITING: Writing = Writing { text: in_json, link: |text, _| in_json(text) };

type Headers = Vec<(&'static str, String)>;

/// Sends it.
pub fn send(
    order: &Order<'_>,
    desk: &Desk<'_>,
    (url, secret): (&Variable, Option<&Variable>),
    format: Option<WebhookFormat>,
) -> Result<Delivery, Delivery> {
    let url = desk.value(url)?;
    let secret = secret.map(|variable| desk.value(variable)).transpose()?;
    let target = Target::new(url.clone(), secrets(&url, secret.as_deref()), desk)?;
    for (mut headers, body) in bodies(order, desk, format)? {
        headers.push(("Stageline-Event", order.message.word().to_string()));
        headers.push(("Stageline-Id", crate::domain::hex::sha256(&order.message.id)));
        if let Some(secret) = &secret {
            let now = desk.now.as_second();
            let sign = sign::in_hex(secret.as_bytes(), format!("{now}.{body}").as_bytes());
            headers.push(("Stageline-Timestamp", now.to_string()));
            headers.push(("Stageline-Signature", format!("sha256={sign}")));
        }
        let reply = target.post(desk, &headers, body)?;
        if !(200..300).contains(&reply.status) {
            return Err(Delivery::Refused(target.answer(&reply)));
        }
    }
    Ok(Delivery::told())
}

fn bodies(
    order: &Order<'_>,
    desk: &Desk<'_>,
    format: Option<WebhookFormat>,
) -> Result<Vec<(Headers, String)>, Delivery> {
    if let Some(text) = order.filled(WRITING)? {
        return match serde_json::from_str::<Value>(&text) {
            Ok(_) => Ok(vec![(Vec::new(), text)]),
            Err(error) => Err(Delivery::Refused(format!("what its template makes is no JSON: {error}"))),
        };
    }
    if format == Some(WebhookFormat::Cdevents) {
        return Ok(cdevents::events(order.message, desk));
    }
    let body = serde_json::to_string(&Values::of(order.message));
    let body = body.map_err(|error| Delivery::Refused(format!("it cannot be written as JSON: {error}")))?;
    Ok(vec![(Vec::new(), body)])
}

/// For the inside of a string of JSON.
fn in_json(untrusted: &str) -> String {
    let quoted = Value::from(untrusted).to_string();
    quoted[1..quoted.len() - 1].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_ends_its_string() {
        assert_eq!(in_json("a\"b\\c\n\u{0}"), "a\\\"b\\\\c\\n\\u0000");
        assert_eq!(in_json(""), "");
    }
}
