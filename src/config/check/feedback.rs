//! `feedback:`, who is told of what.

use std::collections::BTreeMap;

use crate::domain::settings::{Addressee, Event, Feedback, MailAddress, PREFIXES, Sink, Variable, WebhookFormat};
use crate::yaml::tree::Value;

use super::keys;
use super::known::Known;
use super::reader::{Map, Reader, Slot, listed};

/// The other keys that each kind of sink takes.
const TAKES: &[(&str, &[&str])] = &[
    ("slack", &[]),
    ("slack-token", &["channel"]),
    ("dingtalk", &["secret", "mobiles"]),
    ("email", &["from", "to"]),
    ("teams", &[]),
    ("feishu", &["secret"]),
    ("wecom", &[]),
    ("webhook", &["secret", "format"]),
];

/// Reads the list. Where messages go is a secret, so it is the name of a variable, and a fault never shows what was written.
pub fn read(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Feedback> {
    let mut out = Vec::new();
    for item in reader.items(slot).unwrap_or_default() {
        let Some(map) = reader.map(&item, keys::FEEDBACK) else { continue };
        let sink = sink(reader, &item, &map, known);
        let mut events = Vec::new();
        if let Some(slot) = map.get("events") {
            reader.not_empty(slot, "leave the key out: everything is then told");
            for (slot, _) in reader.texts(slot) {
                let event = reader.word(&slot, Event::WORDS);
                if event.is_some_and(|event| !event.is_of_landing()) {
                    reader.notice(&slot, "is read, but this version tells only what landed");
                }
                events.extend(event);
            }
        }
        let environments = map.get("environments").map(|slot| known.all_environments(reader, slot)).unwrap_or_default();
        let applications = map.get("applications").map(|slot| known.application_patterns(reader, slot));
        let applications = applications.unwrap_or_default();
        let template = map.get("template").and_then(|slot| reader.file(slot));
        if let (Some(slot), Some(_)) = (map.get("template"), map.get("format")) {
            reader.fault(slot, "says what the body is, and so does `format`; leave one of them out");
        }
        out.extend(sink.map(|sink| Feedback { sink, events, environments, applications, template }));
    }
    out
}

/// The one place that an item is for.
fn sink(reader: &mut Reader<'_>, item: &Slot<'_>, map: &Map<'_>, known: &Known) -> Option<Sink> {
    let named: Vec<&&str> = keys::SINKS.iter().filter(|sink| map.get(sink).is_some()).collect();
    match named.as_slice() {
        [_] => {}
        [] => reader.fault(item, format!("says not where to: {}", listed(keys::SINKS))),
        _ => reader.fault(item, "goes to more than one place; write one item for each"),
    }
    let mut variables = BTreeMap::new();
    for key in keys::SINKS.iter().chain(&["secret"]) {
        let Some(slot) = map.get(key) else { continue };
        variables.extend(variable(reader, slot).map(|variable| (*key, variable)));
    }
    let [key] = named.as_slice() else { return None };
    let takes = TAKES.iter().find(|(sink, _)| *sink == **key).map_or(&[][..], |(_, takes)| *takes);
    for other in TAKES.iter().flat_map(|(_, takes)| *takes).filter(|other| !takes.contains(other)) {
        if let Some(slot) = map.get(other) {
            reader.fault_of_key(slot, format!("a message to `{key}` takes no `{other}`"), None);
            return None;
        }
    }
    let url = variables.remove(**key)?;
    let secret = variables.remove("secret");
    Some(match **key {
        "slack" => Sink::Slack { url },
        "slack-token" => {
            let channel = reader.needed(item, map, "channel", "the channel that is written to")?;
            Sink::SlackToken { token: url, channel: reader.text(channel)?.to_string() }
        }
        "dingtalk" => Sink::Dingtalk { url, secret, mobiles: addressees(reader, map.get("mobiles"), known) },
        "email" => Sink::Email {
            url,
            from: map.get("from").and_then(|slot| reader.parsed(slot, MailAddress::new)),
            to: addressees(reader, map.get("to"), known),
        },
        "teams" => Sink::Teams { url },
        "feishu" => Sink::Feishu { url, secret },
        "wecom" => Sink::Wecom { url },
        _ => {
            let format = map.get("format").and_then(|slot| reader.word(slot, WebhookFormat::WORDS));
            Sink::Webhook { url, secret, format }
        }
    })
}

fn variable(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Variable> {
    match &slot.node.value {
        Value::Scalar { text, .. } if !slot.node.is_null() => {
            let variable = Variable::new(text).ok();
            let other = variable.as_ref().filter(|variable| !variable.is_for_sinks());
            if let Some(other) = other {
                reader.fault_with_hint(
                    slot,
                    format!("`{}` is no variable for sinks: whatever it holds would be sent there", other.as_str()),
                    format!(
                        "name one that begins with {}, and holds no token for a forge",
                        PREFIXES.map(|it| format!("`{it}`")).join(", ")
                    ),
                );
                return None;
            }
            if variable.is_none() {
                let name = slot.name();
                reader.fault_with_hint(
                    slot,
                    "must be the name of an environment variable; an address or secret never stands in this file",
                    format!("write its name: `$STAGELINE_{}`", name.to_uppercase().replace('-', "_")),
                );
            }
            variable
        }
        _ => {
            reader.wrong_shape(slot, "the name of an environment variable (`$NAME`)");
            None
        }
    }
}

/// People, groups, and the word `authors`.
fn addressees(reader: &mut Reader<'_>, slot: Option<&Slot<'_>>, known: &Known) -> Vec<Addressee> {
    let Some(slot) = slot else { return Vec::new() };
    reader.not_empty(slot, "leave the key out where nobody in particular is told");
    let told = known.parties.or_word(reader, slot, "authors", "those whose commits moved here");
    told.into_iter().map(|party| party.map_or(Addressee::Authors, Addressee::Party)).collect()
}
