//! The message of a landing: a subject that says it all, the application commits, then trailers.

use std::fmt::Write as _;

use crate::domain::inert::inert;
use crate::domain::pin::PinMove;
use crate::domain::plan::Landing;
use crate::domain::steering::one_line;
use crate::domain::trailer::{Promoted, Trailers};
use crate::domain::version::Version;

use crate::domain::verb::Verb;
use crate::ops::landing::intent::Intent;

/// At most this many application commits stand in a message.
const LISTED: usize = 20;

/// The whole message.
pub fn compose(intent: &Intent, moves: &[PinMove], landing: &Landing) -> String {
    let mut out = subject(intent, moves);
    out.push('\n');
    let mut body = String::new();
    for goal in &intent.goals {
        let Some(one) = moves.iter().find(|m| m.app == goal.app) else { continue };
        if moves.len() > 1 {
            let _ = writeln!(body, "{}: {} -> {}", one.app, short(one.from.as_ref()), short(one.to.as_ref()));
            continue;
        }
        for commit in goal.story.relation.gained.iter().take(LISTED) {
            let id = commit.commit.get(..7).unwrap_or(&commit.commit);
            let _ = writeln!(body, "- {id} {} ({})", outside(&commit.subject), outside(&commit.author));
        }
        if let Some(more) = goal
            .story
            .relation
            .gained_total
            .and_then(|total| total.checked_sub(goal.story.relation.gained.len()))
            .filter(|n| *n > 0)
        {
            let _ = writeln!(body, "- and {more} more");
        }
        for commit in goal.story.relation.lost.iter().take(LISTED) {
            let id = commit.commit.get(..7).unwrap_or(&commit.commit);
            let _ = writeln!(body, "- takes back {id} {} ({})", outside(&commit.subject), outside(&commit.author));
        }
    }
    // Text from outside cannot become another line, and so no trailer.
    if let Some(reason) = intent.reason.as_deref().map(one_line).filter(|reason| !reason.is_empty()) {
        if !body.is_empty() {
            body.push('\n');
        }
        // A line that begins with `---` ends the message for those who read trailers.
        let indent = if reason.starts_with("---") { " " } else { "" };
        let _ = writeln!(body, "{indent}{reason}");
    }
    if !body.is_empty() {
        out.push('\n');
        out.push_str(&body);
    }
    out.push('\n');
    out.push_str(&trailers(intent, moves, landing).render());
    out.push('\n');
    out
}

/// A text of the application's history, on one line: what it refers to is in another repository than this one.
fn outside(text: &str) -> String {
    inert(&one_line(text))
}

fn subject(intent: &Intent, moves: &[PinMove]) -> String {
    let word = match intent.verb {
        Verb::Promote => ("promote", "to"),
        Verb::Rollback => ("roll back", "in"),
        Verb::Undo => ("undo", "in"),
        Verb::HoldSet => ("hold", "in"),
        Verb::HoldLift => ("lift the hold on", "in"),
    };
    let landing = intent.undoes.map_or(String::new(), |landing| format!(" {}", landing.short()));
    match (intent.verb, moves) {
        (Verb::Undo, []) => {
            let paths: Vec<String> = intent.restores.iter().map(|restore| restore.path.to_string()).collect();
            format!("undo{landing}: {}", paths.join(", "))
        }
        (Verb::Undo, [one]) => format!(
            "undo{landing}: {} in {}: {} -> {}",
            one.app,
            one.env,
            short(one.from.as_ref()),
            short(one.to.as_ref())
        ),
        (Verb::Undo, several) => format!("undo{landing}: {} applications in {}", several.len(), intent.scope),
        (Verb::HoldSet | Verb::HoldLift, _) => {
            let covers = intent.holds.iter().map(|h| &h.cover).chain(&intent.lifts);
            let names: Vec<String> =
                covers.map(|c| c.app.as_ref().map_or("everything".to_string(), ToString::to_string)).collect();
            format!("{} {} {} {}", word.0, names.join(", "), word.1, intent.scope)
        }
        (_, []) if !intent.goals.is_empty() => {
            let names: Vec<&str> = intent.goals.iter().map(|goal| goal.app.as_str()).collect();
            format!("{} {} {} {}: its version is quoted", word.0, names.join(", "), word.1, intent.scope)
        }
        (_, [one]) => {
            format!(
                "{} {} {} {}: {} -> {}",
                word.0,
                one.app,
                word.1,
                one.env,
                short(one.from.as_ref()),
                short(one.to.as_ref())
            )
        }
        (_, several) => format!("{} {} applications {} {}", word.0, several.len(), word.1, intent.scope),
    }
}

fn trailers(intent: &Intent, moves: &[PinMove], landing: &Landing) -> Trailers {
    let promoted = moves
        .iter()
        .map(|m| Promoted { app: m.app.clone(), env: m.env.clone(), from: m.from.clone(), to: m.to.clone() })
        .collect();
    let mut others = Vec::new();
    let commits: Vec<_> = intent.goals.iter().filter_map(|g| g.commit.as_ref()).collect();
    if let ([(commit, address)], 1) = (commits.as_slice(), moves.len()) {
        // The keys that Argo CD reads to show the application commit (its "hydrator" commit trailers).
        others = vec![
            ("Argocd-reference-commit-sha".into(), commit.id.to_string()),
            ("Argocd-reference-commit-author".into(), format!("{} <{}>", commit.author.name, commit.author.email)),
            ("Argocd-reference-commit-date".into(), commit.author.when.to_string()),
            ("Argocd-reference-commit-subject".into(), commit.subject().to_string()),
            ("Argocd-reference-commit-repourl".into(), address.clone()),
        ];
    }
    Trailers {
        promoted,
        verb: Some(intent.verb.word().to_string()),
        origin: intent.origin.clone(),
        reason: intent.reason.clone(),
        undoes: intent.undoes,
        branch: match landing {
            Landing::Direct => None,
            Landing::MergeRequest { branch } => Some(branch.clone()),
        },
        asked_by: Vec::new(),
        others,
    }
}

fn short(version: Option<&Version>) -> String {
    version.map_or("none".to_string(), Version::short)
}
