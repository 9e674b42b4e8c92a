//! What a promotion would take away: application commits that run and would not any more, which it says and is refused for.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::pin::{Assignment, Pin, Reading};
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::relation::{Direction, Relation};
use crate::domain::settings::Application;
use crate::domain::version::Version;

use crate::ops::reading::sources::Sources;

/// What was asked, as far as it decides what may go.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    pub to: &'r EnvName,
    /// `--allow-older`
    pub allow_older: bool,
    /// Whether versions are copied from another environment.
    pub copies: bool,
}

/// How what is wanted relates to what stands there, and why it may not land. Sites that disagree converge: each of their
/// versions must be one that may go.
pub fn losses(
    sources: &Sources<'_>,
    asked: Asked<'_>,
    app: &Application,
    pin: &Pin,
    wanted: &Assignment,
    first: &Version,
) -> Result<(Relation, Vec<Objection>), Error> {
    let mut moves: Vec<(Option<&Version>, Version)> = Vec::new();
    for reading in &pin.readings {
        let to = wanted.version_for(&reading.key).unwrap_or_else(|| first.clone());
        let one = (reading.version.as_ref(), to);
        if one.0.is_some_and(|from| *from != one.1) && !moves.contains(&one) {
            moves.push(one);
        }
    }
    let is_said = |reading: &Reading| wanted.version_for(&reading.key).is_some_and(|to| Some(to) == reading.version);
    if pin.readings.iter().all(is_said) {
        return Ok((Relation { direction: Direction::Same, ..Relation::unknown(None) }, Vec::new()));
    }
    if moves.is_empty() {
        moves.push((None, first.clone()));
    }
    let (mut relation, mut objections): (Option<Relation>, _) = (None, Vec::new());
    let mut told = BTreeSet::new();
    for (from, to) in moves {
        let one = match sources.relate(app, from, &to) {
            // The same commits in another form have been judged.
            Ok(one) if one.from.is_some() && one.to.is_some() && !told.insert((one.from, one.to)) => continue,
            Ok(one) => {
                objections.extend(loss(asked, app, from, &to, &one));
                one
            }
            // The plan can be made without the source; that it may land cannot be told.
            Err(Error::CannotTell(why)) => {
                objections.push(Objection::CannotTell(why.clone()));
                Relation::unknown(Some(why.message))
            }
            Err(Error::Invalid(why)) => {
                objections.push(Objection::Invalid(why.clone()));
                Relation::unknown(Some(why.message))
            }
            Err(error) => return Err(error),
        };
        relation.get_or_insert(one);
    }
    Ok((relation.ok_or_else(|| anyhow::anyhow!("no relation for `{}`", app.name))?, objections))
}

/// A promotion that takes application commits away is refused, and so is one of which that cannot be told.
fn loss(
    asked: Asked<'_>,
    app: &Application,
    from: Option<&Version>,
    to: &Version,
    relation: &Relation,
) -> Option<Objection> {
    let from = from.filter(|_| !asked.allow_older)?;
    let anyway = "if that is what you want: `--allow-older`";
    match relation.direction {
        Direction::First | Direction::Forward | Direction::Same => None,
        Direction::Backward | Direction::Diverged => {
            let total = relation.lost_total.unwrap_or(relation.lost.len());
            let how = if relation.direction == Direction::Backward { "is older than" } else { "has diverged from" };
            let mut refusal = Refusal::new(
                Code::WouldLoseCommits,
                format!(
                    "`{}` {how} `{}`, which `{}` runs: {total} commit{} of `{}` would go",
                    to.short(),
                    from.short(),
                    asked.to,
                    if total == 1 { "" } else { "s" },
                    app.name
                ),
            );
            for line in &relation.lost {
                refusal = refusal.detail(format!(
                    "{} {} ({})",
                    &line.commit[..7.min(line.commit.len())],
                    line.subject,
                    line.author
                ));
            }
            if total > relation.lost.len() {
                refusal = refusal.detail(format!("and {} more", total - relation.lost.len()));
            }
            Some(Objection::Refused(
                refusal
                    .hint(format!("to go back on purpose: `stageline rollback {} --env {}`", app.name, asked.to))
                    .hint(anyway),
            ))
        }
        Direction::Unknown => match &relation.unknown {
            // Without a source there is nothing to ask; the report says so.
            None => None,
            // A hand-made version at the source is copied: nothing here needs its commit.
            Some(_) if relation.to.is_none() && relation.from.is_some() && asked.copies => None,
            Some(why) => {
                let message = format!(
                    "cannot tell whether `{}` -> `{}` would lose commits of `{}`: {why}",
                    from.short(),
                    to.short(),
                    app.name
                );
                Some(Objection::CannotTell(Refusal::new(Code::DirectionUnknown, message).hint(anyway)))
            }
        },
    }
}
