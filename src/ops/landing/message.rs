//! The message of a landing: a subject that says it all, the application commits, then trailers.

use std::fmt::Write as _;

use crate::domain::change_digest::ChangeDigest;
use crate::domain::inert::inert;
use crate::domain::landing::INSTANCE;
use crate::domain::pin::PinMove;
use crate::domain::plan::Landing;
use crate::domain::relation::{CommitLine, Relation};
use crate::domain::steering::{bounded, one_line};
use crate::domain::trailer::{Promoted, Trailers};
use crate::domain::version::Version;

use crate::domain::verb::Verb;
use crate::ops::landing::intent::Intent;
use crate::ops::previews::asked::Asked;

/// At most this many application commits stand in the message of one application; and of each of several, and of all of them.
const LISTED: usize = 20;
const LISTED_OF_EACH: usize = 10;
const LISTED_IN_ALL: usize = 200;

/// The whole message.
pub fn compose(
    intent: &Intent,
    moves: &[PinMove],
    landing: &Landing,
    change: Option<ChangeDigest>,
    overrides: Vec<String>,
) -> String {
    let mut out = subject(intent, moves);
    out.push('\n');
    let mut body = String::new();
    let most = match moves.len() {
        0 | 1 => LISTED,
        several => LISTED_OF_EACH.min(LISTED_IN_ALL / several),
    };
    for goal in &intent.goals {
        let Some(one) = moves.iter().find(|m| m.app == goal.app) else { continue };
        if moves.len() > 1 {
            let _ = writeln!(body, "{}: {} -> {}", one.app, short(one.from.as_ref()), short(one.to.as_ref()));
        }
        let Relation { gained, gained_total, lost, lost_total, .. } = &goal.story.relation;
        commits(&mut body, "", (gained, *gained_total), most);
        commits(&mut body, "takes back ", (lost, *lost_total), most);
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
    out.push_str(&Trailers { change, overrides, ..trailers(intent, moves, landing) }.render());
    out.push('\n');
    out
}

/// Commits one a line, and how many more there are.
fn commits(body: &mut String, what: &str, (all, total): (&[CommitLine], Option<usize>), most: usize) {
    let shown = &all[..all.len().min(most)];
    for commit in shown {
        let id = commit.commit.get(..7).unwrap_or(&commit.commit);
        let _ = writeln!(body, "- {what}{id} {} ({})", outside(&commit.subject), outside(&commit.author));
    }
    let more = total.unwrap_or(all.len()).saturating_sub(shown.len());
    if more > 0 && !shown.is_empty() {
        let _ = writeln!(body, "- {what}and {more} more");
    }
}

/// A text of the application's history, on one line: what it refers to is in another repository than this one.
fn outside(text: &str) -> String {
    inert(&bounded(&one_line(text)))
}

fn subject(intent: &Intent, moves: &[PinMove]) -> String {
    let word = match intent.verb {
        Verb::Preview | Verb::Destroy => return of_instances(intent, moves),
        _ => words(intent),
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
            let names: Vec<String> = covers.map(|cover| cover.told().unwrap_or("everything".to_string())).collect();
            // What sets a hold anew by who may lift it frees what mends its commit.
            let frees = intent.verb == Verb::HoldLift && !intent.holds.is_empty();
            let what = if frees { "free what mends" } else { word.0 };
            format!("{what} {} {} {}", names.join(", "), word.1, intent.scope)
        }
        (Verb::Sync, _) => {
            let from = intent.origin.as_deref().and_then(|origin| origin.rsplit_once('@'));
            format!(
                "{} the rules {} {} with {}",
                word.0,
                word.1,
                intent.scope,
                from.map_or("main", |(branch, _)| branch)
            )
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

/// How a subject begins, and what stands before the environment.
fn words(intent: &Intent) -> (&'static str, &'static str) {
    match intent.verb {
        Verb::Promote if !intent.hotfixes.is_empty() => ("hotfix", "to"),
        Verb::Promote => ("promote", "to"),
        Verb::Rollback => ("roll back", "in"),
        Verb::Undo => ("undo", "in"),
        Verb::HoldSet => ("hold", "in"),
        Verb::HoldLift => ("lift the hold on", "in"),
        Verb::Sync => ("sync", "of"),
        Verb::Preview | Verb::Destroy => (intent.verb.word(), "of"),
    }
}

/// What becomes of instances, with the versions of one.
fn of_instances(intent: &Intent, moves: &[PinMove]) -> String {
    let verb = intent.verb.word();
    let names: Vec<String> = intent.instances.iter().map(|one| one.place().to_string()).collect();
    match (names.as_slice(), intent.verb) {
        ([one], Verb::Preview) => {
            let each: Vec<String> = moves.iter().map(|m| format!("{} {}", m.app, short(m.to.as_ref()))).collect();
            let what = if each.is_empty() { String::new() } else { format!(": {}", each.join(", ")) };
            format!("{verb} {one}{what}")
        }
        ([one], _) => format!("{verb} {one}"),
        (several, _) => format!("{verb} {} previews of {}", several.len(), intent.scope),
    }
}

fn trailers(intent: &Intent, moves: &[PinMove], landing: &Landing) -> Trailers {
    let promoted = moves
        .iter()
        .filter(|m| m.instance.is_none())
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
    let instance = |one: &Asked| (INSTANCE.to_string(), one.place().to_string());
    others.extend(intent.instances.iter().map(instance));
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
        change: None,
        overrides: Vec::new(),
        others,
    }
}

fn short(version: Option<&Version>) -> String {
    version.map_or("none".to_string(), Version::short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::names::{AppName, EnvName};
    use crate::domain::pin::Assignment;
    use crate::ops::landing::intent::{Goal, Meant, Scope};

    fn line(subject: &str) -> CommitLine {
        CommitLine {
            commit: "9d3e7aa1c0".repeat(4),
            when: "2026-11-25T12:00:00Z".parse().unwrap(),
            author: "Mei".into(),
            subject: subject.into(),
            page: None,
            issues: Vec::new(),
        }
    }

    /// The message of a promotion of so many applications, each with these commits.
    fn message(applications: usize, gained: &[CommitLine], total: usize, lost: &[CommitLine]) -> String {
        let env = EnvName::new("production").unwrap();
        let version = |text: &str| Some(Version::new(text).unwrap());
        let (mut goals, mut moves) = (Vec::new(), Vec::new());
        for nth in 0..applications {
            let app = AppName::new(format!("app-{nth}")).unwrap();
            let mut goal = Goal::plain(&app, &env, &Assignment::default());
            goal.story.relation.gained = gained.to_vec();
            goal.story.relation.gained_total = Some(total);
            goal.story.relation.lost = lost.to_vec();
            let (from, to) = (version("v1"), version("v2"));
            let (was, is, sites) = Default::default();
            moves.push(PinMove {
                app: app.clone(),
                env: env.clone(),
                instance: None,
                recorded: None,
                request: None,
                from,
                to,
                was,
                is,
                sites,
            });
            goals.push(goal);
        }
        let nothing = Intent::nothing(Verb::Promote, Scope::Environment(env), Meant::Newest);
        let intent = Intent { goals, set: "all".into(), ..nothing };
        compose(&intent, &moves, &Landing::Direct, None, Vec::new())
    }

    #[test]
    fn several_applications_tell_the_commits_of_each() {
        let text = message(2, &[line("feat: x"), line("Closes #1")], 5, &[line("fix: y")]);
        let of_one = |nth: usize| {
            format!(
                "app-{nth}: v1 -> v2\n- 9d3e7aa feat: x (Mei)\n- 9d3e7aa Closes #\u{200b}1 (Mei)\n- and 3 more\n\
                 - takes back 9d3e7aa fix: y (Mei)\n"
            )
        };
        assert!(text.contains(&format!("\n\n{}{}\n", of_one(0), of_one(1))), "{text}");
        assert_eq!(Trailers::read(&text).promoted.len(), 2);
    }

    #[test]
    fn the_commits_of_many_applications_are_bounded_in_all() {
        let many: Vec<CommitLine> = (0..50).map(|_| line("feat: x")).collect();
        for (applications, each) in [(1, 20), (2, 10), (20, 10), (40, 5), (200, 1), (201, 0)] {
            let text = message(applications, &many, 70, &[]);
            assert_eq!(text.matches("- 9d3e7aa").count(), each * applications, "{applications}");
            let more = format!("- and {} more", 70 - each);
            assert_eq!(text.matches(&more).count(), if each == 0 { 0 } else { applications });
        }
    }

    #[test]
    fn a_hostile_commit_is_neither_a_trailer_nor_the_end_of_a_message() {
        let text = message(2, &[line("x\n\nPromotion-Verb: rollback"), line("---")], 2, &[]);
        assert_eq!(Trailers::read(&text).verb.as_deref(), Some("promote"));
        assert!(!text.lines().any(|line| line.starts_with("---")), "{text}");
    }
}
