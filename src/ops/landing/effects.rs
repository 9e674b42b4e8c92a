//! What a plan's moves come to: a landing without effect is refused, what cannot be told and what stays behind is said.

use rayon::prelude::*;

use crate::domain::names::AppName;
use crate::domain::pin::{Pin, PinSite, Reading};
use crate::domain::refusal::{Error, gathered};
use crate::domain::standing;
use crate::domain::verb::Verb;
use crate::git::own::Own;
use crate::overlay::above::{Reach, Tied};
use crate::overlay::effect::{Effect, effect};
use crate::overlay::fill;
use crate::overlay::mentions::mentions;

use crate::ops::reading::effects::{here, whose};
use crate::ops::reading::scalars::Side;

/// What is to be said of the pins that a plan moves, by the world that it leaves. `own`: what the config repository is known
/// by. `before`: what the pins said.
///
/// # Errors
/// One of them has no effect there.
pub fn of(own: &Own, after: &Side<'_>, verb: Verb, before: &[&Pin]) -> Result<Vec<String>, Error> {
    // What was landed is taken back whatever it did.
    if !matches!(verb, Verb::Promote | Verb::Rollback) {
        return Ok(Vec::new());
    }
    let Some(env) = before.first().map(|pin| &pin.env) else { return Ok(Vec::new()) };
    let settings = &after.world.settings;
    let whose = whose(own, settings);
    let tied = Tied::new(&after.reader, here(env, settings).by(&whose), Reach::Near);
    let each: Vec<Result<Vec<Note>, Error>> = before.par_iter().map(|pin| of_pin(after, &tied, pin)).collect();
    Ok(folded(gathered(each)?.concat()))
}

/// What is to be said of one pin.
#[derive(Clone)]
enum Note {
    Plain(String),
    /// Why it cannot be told whether what stands at a site of an application is built.
    Unknown {
        app: AppName,
        site: PinSite,
        why: String,
    },
}

/// The notes as lines. Those of many pins that differ only in the file are one, with the number.
fn folded(notes: Vec<Note>) -> Vec<String> {
    let mut kinds: Vec<(String, String, String, usize)> = Vec::new();
    let mut out = Vec::new();
    for note in notes {
        match note {
            Note::Plain(text) => out.push(text),
            Note::Unknown { app, site, why } => {
                let kind = alike(&app, &site, &why);
                match kinds.iter_mut().find(|(known, ..)| *known == kind) {
                    Some((.., count)) => *count += 1,
                    None => kinds.push((kind, site.to_string(), why, 1)),
                }
            }
        }
    }
    out.extend(kinds.into_iter().map(|(_, site, why, count)| match count {
        1 => format!("cannot tell whether {site} decides what is built: {why}"),
        _ => format!("cannot tell whether {site} and {} more pins like it decide what is built: {why}", count - 1),
    }));
    out
}

/// A reason without what belongs to the one pin: its file and folder, the name of its application, and lines and columns.
fn alike(app: &AppName, site: &PinSite, why: &str) -> String {
    let mut text = why.replace(site.file.as_str(), "FILE");
    if let Some(folder) = site.file.parent().filter(|folder| !folder.is_root()) {
        text = text.replace(folder.as_str(), "FOLDER");
    }
    text = standing::replaced(&text, app.as_str(), standing::places(&text, app.as_str()), "");
    let mut parts = text.split(':');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push(':');
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

fn of_pin(Side { world, reader }: &Side<'_>, tied: &Tied<'_, '_>, before: &Pin) -> Result<Vec<Note>, Error> {
    let app = world.application(&before.app)?;
    let Some(env) = world.settings.environment(&before.env) else { return Ok(Vec::new()) };
    let Some(pin) = world.pin(reader, app, env)? else { return Ok(Vec::new()) };
    let places = world.places(&[(app, env)])?;
    let moved = pin.readings.iter().filter_map(|reading| {
        let is_moved = |old: &&Reading| old.key == reading.key && old.version != reading.version;
        Some((before.readings.iter().find(is_moved)?, reading))
    });
    let of_site = |(old, reading): (&Reading, &Reading)| {
        let mut notes = Vec::new();
        if let (Some(version), Some(rule)) = (&old.version, app.rule(&reading.key)) {
            let rule = fill::filled(rule, &app.name, &env.name, reading.key.cluster.as_ref());
            let found = mentions(reader, &rule.kind, reading, version)?;
            notes.extend(found.iter().map(|one| {
                let place = format!("{}:{}:{}", reading.site.file, one.line, one.column);
                Note::Plain(format!("{place}: `{}` still names `{}`: only the pin moves", one.route, one.named))
            }));
        }
        match effect(reader, reading, tied, &places)? {
            Effect::Has => {}
            Effect::Part(why) => notes.push(Note::Plain(why)),
            Effect::CannotTell(why) => {
                notes.push(Note::Unknown { app: app.name.clone(), site: reading.site.clone(), why });
            }
            Effect::None(error, _) => return Err(error),
        }
        Ok(notes)
    };
    Ok(gathered(moved.map(of_site))?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::path::RepoPath;

    fn unknown(app: &str, line: u32, why: &str) -> Note {
        let file = RepoPath::new(&format!("apps/{app}/prod/x.yaml")).unwrap();
        let site = PinSite { file, document: 0, route: "tag".into(), line, column: 6 };
        Note::Unknown { app: AppName::new(app).unwrap(), site, why: why.into() }
    }

    #[test]
    fn notes_that_differ_only_in_the_file_are_one_with_the_number() {
        let notes = vec![
            unknown("web", 4, "`apps/web/prod/kustomization.yaml` does not list `apps/web/prod/x.yaml`"),
            Note::Plain("another".into()),
            unknown("api", 5, "`apps/api/prod/kustomization.yaml` does not list `apps/api/prod/x.yaml`"),
            unknown("job", 5, "`apps/job/prod/kustomization.yaml` does not list `apps/job/prod/x.yaml`"),
            unknown("a", 5, "argocd/a.yaml:31: it has `vars`"),
            unknown("b", 5, "argocd/b.yaml:2: it has `vars`"),
            unknown("c", 5, "argocd/c.yaml:2: it has `transformers`"),
        ];
        assert_eq!(
            folded(notes),
            [
                "another",
                "cannot tell whether apps/web/prod/x.yaml:4:6 and 2 more pins like it decide what is built: `apps/web/prod/kustomization.yaml` does not list `apps/web/prod/x.yaml`",
                "cannot tell whether apps/a/prod/x.yaml:5:6 and 1 more pins like it decide what is built: argocd/a.yaml:31: it has `vars`",
                "cannot tell whether apps/c/prod/x.yaml:5:6 decides what is built: argocd/c.yaml:2: it has `transformers`",
            ]
        );
    }
}
