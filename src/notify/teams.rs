//! Microsoft Teams: an Adaptive Card by the webhook of a workflow.

use serde_json::{Value, json};

use crate::domain::message::{Message, Tone};
use crate::domain::settings::Variable;
use crate::text::template::Writing;
use crate::text::{page, terminal};

use super::desk::{Delivery, Desk, Order, secrets};
use super::dialect::fit;
use super::lines::{Kind, Line, Piece, lines};
use super::post::Target;

/// A message has 28 kilobytes at most, all in all.
const ROOM: usize = 24_000;
/// How it says, with status 200, that nothing came of it.
const FAILED: &str = "delivery failed";
/// Values of a template are text that no card takes for anything else.
const WRITING: Writing = Writing { text: terminal, link: |text, _| terminal(text) };

/// Sends it.
pub fn send(order: &Order<'_>, desk: &Desk<'_>, url: &Variable) -> Result<Delivery, Delivery> {
    let url = desk.value(url)?;
    let target = Target::new(url.clone(), secrets(&url, []), desk)?;
    let reply = target.post(desk, &[], body(order)?.to_string())?;
    let words = String::from_utf8_lossy(&reply.body).trim().to_string();
    let why = target.answer(&reply);
    Ok(match reply.status {
        // A connector that has met a limit of the service behind it says so in its words.
        200 if words.contains(FAILED) && words.contains("429") => Delivery::NotNow { why, after: None },
        200 if words.contains(FAILED) => Delivery::Refused(why),
        202 => Delivery::told(),
        200 if words == "1" || words.is_empty() => Delivery::told(),
        _ => target.strange(&reply),
    })
}

/// A card of text runs: they know no markup, so that what is in them is text.
fn body(order: &Order<'_>) -> Result<Value, Delivery> {
    let blocks: Vec<Value> = match order.filled(WRITING)? {
        Some(text) => {
            text.lines().filter(|line| !line.is_empty()).map(|line| block(vec![run(line)], Kind::Plain)).collect()
        }
        None => lines(order.message).iter().map(row).collect(),
    };
    let blocks = fit(blocks, ROOM, |one| one.to_string().len() + 1, |count| row(&Line::left_out(count)));
    let mut all = if order.template.is_none() { vec![title(order.message)] } else { Vec::new() };
    all.extend(blocks);
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": all,
        "msteams": { "width": "Full" },
    });
    let card = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card });
    Ok(json!({ "type": "message", "attachments": [card] }))
}

fn title(message: &Message) -> Value {
    let color = match message.tone {
        Tone::Good => "good",
        Tone::Bad => "attention",
        Tone::Neutral => "default",
    };
    let title: String = message.title.chars().take(300).collect();
    let mut run = run(&terminal(&title));
    run["size"] = "large".into();
    run["weight"] = "bolder".into();
    run["color"] = color.into();
    block(vec![run], Kind::Plain)
}

fn row(line: &Line) -> Value {
    let mut runs: Vec<Value> = line.pieces.iter().map(piece).collect();
    if line.kind == Kind::Item {
        runs.insert(0, run("• "));
    }
    block(runs, line.kind)
}

fn block(runs: Vec<Value>, kind: Kind) -> Value {
    let spacing = if kind == Kind::Heading { "medium" } else { "small" };
    json!({ "type": "RichTextBlock", "spacing": spacing, "inlines": runs })
}

fn piece(piece: &Piece) -> Value {
    match piece {
        Piece::Ours(words) => run(words),
        Piece::Text(text) => run(&terminal(text)),
        Piece::Strong(text) => {
            let mut run = run(&terminal(text));
            run["weight"] = "bolder".into();
            run
        }
        Piece::Code(text) => {
            let mut run = run(&terminal(text));
            run["fontType"] = "monospace".into();
            run
        }
        Piece::Link { text, url } => {
            let mut run = run(&terminal(text));
            if let Some(page) = page(url) {
                run["selectAction"] = json!({ "type": "Action.OpenUrl", "url": page });
            }
            run
        }
    }
}

fn run(text: &str) -> Value {
    json!({ "type": "TextRun", "text": text })
}
