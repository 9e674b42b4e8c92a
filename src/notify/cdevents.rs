//! A message as CDEvents 0.5.1 (cdevents.dev), one an event that is told, as CloudEvents over HTTP in their binary mode.

use serde_json::{Value, json};

use crate::domain::hex;
use crate::domain::message::Message;
use crate::domain::settings::Event;

use super::desk::Desk;
use super::values::Values;

const SPEC: &str = "0.5.1";

type Headers = Vec<(&'static str, String)>;

/// The events of a message with their headers. Those of the same message have the same ids again, by which receivers know them.
pub fn events(message: &Message, desk: &Desk<'_>) -> Vec<(Headers, String)> {
    let id = desk.settings.id.as_ref().map_or("config".to_string(), ToString::to_string);
    let source = format!("/stageline/{id}");
    message.each().iter().map(|part| event(part, &source)).collect()
}

fn event(message: &Message, source: &str) -> (Headers, String) {
    let (kind, subject) = subject(message);
    let id = hex::sha256(&message.id);
    let at = message.at.to_string();
    let body = json!({
        "context": { "specversion": SPEC, "id": id, "source": source, "type": kind, "timestamp": at },
        "subject": subject,
        "customData": Values::of(message),
        "customDataContentType": "application/json",
    });
    let headers = vec![
        ("ce-specversion", "1.0".to_string()),
        ("ce-id", id),
        ("ce-source", source.to_string()),
        ("ce-type", kind),
        ("ce-time", at),
    ];
    (headers, body.to_string())
}

/// What the vocabulary has for it. A landing is a change that was merged: whether a service runs what the config repository says is not
/// known here. What has no word there is an event of our own, as the specification lets tools have (`dev.cdeventsx`).
fn subject(message: &Message) -> (String, Value) {
    let id = if message.thread.is_empty() { "stageline" } else { message.thread.as_str() };
    let instance = message.moves.iter().find_map(|one| Some(format!("{}/{}", one.environment, one.instance.as_ref()?)));
    let is_born = !message.moves.is_empty() && message.moves.iter().all(|one| one.from.is_none());
    let is_gone = !message.moves.is_empty() && message.moves.iter().all(|one| one.to.is_none());
    let (kind, id, content) = match (message.event, instance) {
        (Some(Event::Promote | Event::Rollback | Event::Undo | Event::Hold | Event::Lift), _) => {
            ("change.merged.0.3.0", id, json!({}))
        }
        (Some(Event::Request), _) => ("change.created.0.4.0", id, json!({ "description": described(message) })),
        (Some(Event::Preview), Some(instance)) if is_born && !is_gone => {
            return (
                "dev.cdevents.environment.created.0.3.0".into(),
                json!({ "id": instance, "content": { "name": instance } }),
            );
        }
        (Some(Event::Preview), Some(instance)) if is_gone && !is_born => {
            return (
                "dev.cdevents.environment.deleted.0.3.0".into(),
                json!({ "id": instance, "content": { "name": instance } }),
            );
        }
        _ => {
            let kind = format!("dev.cdeventsx.stageline-{}.told.0.1.0", message.word());
            return (kind, json!({ "id": id, "content": {} }));
        }
    };
    (format!("dev.cdevents.{kind}"), json!({ "id": id, "content": content }))
}

fn described(message: &Message) -> &str {
    if message.title.is_empty() { message.word() } else { &message.title }
}
