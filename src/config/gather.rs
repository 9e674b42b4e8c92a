//! Families out of many: entries that are the same but for their names, gathered into one that finds exactly them.

use std::collections::BTreeSet;

use crate::domain::files::Files;
use crate::domain::names::AppName;
use crate::domain::refusal::Error;
use crate::domain::settings::{
    Application, Born, Family, Fillable, Gates, NamePattern, PinExtras, PinRule, Settings, holes_in,
};
use crate::domain::standing;
use crate::overlay::fill;

use super::members::{Lives, with_members};

/// So many entries at least make a family: fewer are read faster one by one.
const LEAST: usize = 4;

/// What entries have in common.
#[derive(Debug, Clone, PartialEq)]
struct Shape {
    source: Option<String>,
    concerns: Vec<String>,
    version: String,
    tag: Option<String>,
    pins: Vec<PinRule>,
}

/// Puts a family in the place of entries that are the same but for the name, or for the name and the folder above it, where it
/// finds exactly these in the files.
///
/// # Errors
/// The files cannot be read.
pub fn families(files: &dyn Files, settings: &mut Settings) -> Result<(), Error> {
    for shape in [with_team as fn(&Application) -> Option<Shape>, with_team_in_places, alone] {
        for (shape, names) in groups(settings, shape) {
            if holes_in(&shape.pins[0].within).contains(&"team") && teams(settings, &names) < 2 {
                continue;
            }
            let Some(found) = proven(files, settings, &shape, &names)? else { continue };
            settings.applications.retain(|app| !names.contains(&app.name));
            settings.families.push(found);
        }
    }
    Ok(())
}

/// The names of applications by the shape that they share, where they are enough.
fn groups(settings: &Settings, shape: fn(&Application) -> Option<Shape>) -> Vec<(Shape, BTreeSet<AppName>)> {
    let mut out: Vec<(Shape, BTreeSet<AppName>)> = Vec::new();
    for app in settings.applications.iter().filter(|app| app.members.is_empty() && app.rules == Default::default()) {
        let Some(shape) = shape(app) else { continue };
        match out.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, names)) => {
                names.insert(app.name.clone());
            }
            None => out.push((shape, BTreeSet::from([app.name.clone()]))),
        }
    }
    out.retain(|(_, names)| names.len() >= LEAST);
    out
}

/// The shape of an entry with its name taken out.
fn alone(app: &Application) -> Option<Shape> {
    let words = [("application", app.name.as_str())];
    shape(app, &words, &words)
}

/// The same with the folder above the name taken out as well.
fn with_team(app: &Application) -> Option<Shape> {
    let words = [("application", app.name.as_str()), ("team", team(app)?)];
    shape(app, &words, &words)
}

/// The same, where that folder's name is only in places: images of all teams may have one group, which is called like a team.
fn with_team_in_places(app: &Application) -> Option<Shape> {
    let words = [("application", app.name.as_str()), ("team", team(app)?)];
    shape(app, &words, &words[..1])
}

/// The folder above the one that is named after an application, where that has one above it.
fn team(app: &Application) -> Option<&str> {
    let parts: Vec<&str> = app.pins.first()?.within.split('/').collect();
    let at = parts.iter().position(|part| *part == app.name.as_str())?;
    parts.get(at.checked_sub(1)?).copied().filter(|part| holes_in(part).is_empty() && at > 1)
}

/// How many folders there are above those that are named after the applications.
fn teams(settings: &Settings, names: &BTreeSet<AppName>) -> usize {
    let apps = settings.applications.iter().filter(|app| names.contains(&app.name));
    apps.filter_map(team).collect::<BTreeSet<_>>().len()
}

/// An entry with words taken out; `None` where its first pin would then find nothing by them, or a word is not in it.
fn shape(app: &Application, in_places: &[(&str, &str)], words: &[(&str, &str)]) -> Option<Shape> {
    let without = |text: &str, words: &[(&str, &str)]| {
        words.iter().fold(text.to_string(), |text, (hole, word)| taken_out(&text, word, hole))
    };
    let (place, text) = (|text: &str| without(text, in_places), |text: &str| without(text, words));
    let pins: Vec<PinRule> = app.pins.iter().map(|pin| pin_of(pin, &place, &text)).collect();
    let first = pins.first()?;
    let is_found = in_places.iter().all(|(hole, _)| holes_in(&first.within).contains(hole))
        || in_places.len() == 1 && fill::kind_has(&first.kind, "application");
    is_found.then(|| Shape {
        source: app.source.as_ref().map(|source| text(&source.0)),
        concerns: app.concerns.iter().map(|path| text(path.as_str())).collect(),
        version: app.version.as_str().to_string(),
        tag: app.tag.as_ref().map(|tag| text(tag.as_str())),
        pins,
    })
}

fn pin_of(pin: &PinRule, place: &dyn Fn(&str) -> String, text: &dyn Fn(&str) -> String) -> PinRule {
    let more = PinExtras { was: pin.more.was.iter().map(|was| text(was)).collect(), ..pin.more.clone() };
    PinRule {
        kind: fill::mapped(&pin.kind, text),
        within: place(&pin.within),
        more,
        environments: pin.environments.clone(),
    }
}

/// A text with a placeholder wherever a word stands by itself, but for the name of a placeholder.
fn taken_out(text: &str, word: &str, hole: &str) -> String {
    let is_hole = |start: &usize| text[..*start].ends_with('{') && text[start + word.len()..].starts_with('}');
    standing::replaced(text, word, standing::places(text, word).filter(|start| !is_hole(start)), &format!("{{{hole}}}"))
}

/// The family of a shape, where it finds these applications as they are, and nothing else that cannot be left out by name.
fn proven(
    files: &dyn Files,
    settings: &Settings,
    shape: &Shape,
    names: &BTreeSet<AppName>,
) -> Result<Option<Family>, Error> {
    let Some(mut family) = family(settings, shape, names) else { return Ok(None) };
    let mut trial = settings.clone();
    trial.applications.retain(|app| !names.contains(&app.name));
    let nth = trial.families.len();
    let others: BTreeSet<String> = {
        trial.families.push(family.clone());
        let all = with_members(&trial, &[Lives::all(files, &trial)])?;
        let found = all.applications.iter().filter(|app| app.family.as_ref().is_some_and(|of| of.family == nth));
        let more = found.filter(|app| !names.contains(&app.name)).map(|app| app.name.to_string());
        more.chain(all.no_members.iter().map(|one| one.name.clone())).collect()
    };
    if others.len() > names.len() {
        return Ok(None);
    }
    if !others.is_empty() {
        let left_out = others.iter().map(|name| NamePattern::new(&format!("!{name}")));
        let Ok(left_out) = left_out.collect::<Result<Vec<_>, _>>() else { return Ok(None) };
        family.names = NamePattern::new("*").into_iter().chain(left_out).collect();
    }
    trial.families[nth] = family.clone();
    let all = with_members(&trial, &[Lives::all(files, &trial)])?;
    let same = |name: &AppName| match (all.application(name), settings.application(name)) {
        (Some(found), Some(own)) => Application { family: None, ..found.clone() } == *own,
        _ => false,
    };
    let count = all.applications.iter().filter(|app| app.family.as_ref().is_some_and(|of| of.family == nth)).count();
    Ok((count == names.len() && names.iter().all(same)).then_some(family))
}

fn family(settings: &Settings, shape: &Shape, names: &BTreeSet<AppName>) -> Option<Family> {
    let one = settings.application(names.first()?)?;
    Some(Family {
        each: Fillable("{application}".into()),
        names: Vec::new(),
        born: Born::default(),
        source: shape.source.clone().map(Fillable),
        path: shape.concerns.iter().cloned().map(Fillable).collect(),
        owners: Vec::new(),
        gates: Gates::default(),
        version: one.version.clone(),
        tag: shape.tag.clone().map(Fillable),
        pins: shape.pins.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::proposal;
    use crate::domain::memory::Memory;

    fn overlay(image: &str, tag: &str) -> String {
        format!("images: [{{name: {image}, newTag: {tag}}}]\n")
    }

    /// What is proposed for these files: the entries by name, and the families as what they are called and where they look.
    fn gathered(files: &[(String, String)]) -> (Vec<String>, Vec<(String, Vec<String>)>) {
        let files = Memory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let mut found = proposal::find(&files).unwrap();
        families(&files, &mut found.settings).unwrap();
        let settings = found.settings;
        let names = |family: &Family| family.names.iter().map(|one| one.as_str().to_string()).collect();
        let families = settings.families.iter().map(|family| (family.pins[0].within.clone(), names(family)));
        (settings.applications.iter().map(|app| app.name.to_string()).collect(), families.collect())
    }

    fn apps(names: &[&str], place: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        for (nth, name) in names.iter().enumerate() {
            for env in ["staging", "production"] {
                let path = place.replace("APP", name).replace("ENV", env);
                out.push((
                    format!("{path}/kustomization.yaml"),
                    overlay(&format!("r/shop/{name}"), &format!("v1.{nth}.0")),
                ));
            }
        }
        out
    }

    #[test]
    fn four_entries_that_are_alike_are_a_family_and_three_are_not() {
        let four = apps(&["api", "cart", "search", "web"], "apps/APP/overlays/ENV");
        let place = "apps/{application}/overlays/{environment}".to_string();
        assert_eq!(gathered(&four), (vec![], vec![(place, vec![])]));
        let three = apps(&["api", "cart", "web"], "apps/APP/overlays/ENV");
        assert_eq!(gathered(&three).0, ["api", "cart", "web"]);
    }

    #[test]
    fn what_else_the_family_would_find_is_left_out_by_name_and_one_that_differs_stays_an_entry() {
        let mut files = apps(&["api", "cart", "search", "web"], "apps/APP/overlays/ENV");
        for env in ["staging", "production"] {
            files.push((format!("apps/redis/overlays/{env}/kustomization.yaml"), overlay("redis", "7.2")));
            files.push((format!("apps/odd/overlays/{env}/kustomization.yaml"), overlay("r/other/odd", "v3.1.0")));
            files.push((format!("apps/_template/overlays/{env}/kustomization.yaml"), "resources: []\n".into()));
        }
        let (named, families) = gathered(&files);
        assert_eq!(named, ["odd"]);
        assert_eq!(families[0].1, ["*", "!_template", "!redis"]);
    }

    #[test]
    fn folders_of_teams_are_a_placeholder_where_there_are_several() {
        let mut files = apps(&["api", "cart"], "teams/shop/APP/ENV");
        files.extend(apps(&["ledger", "payout"], "teams/pay/APP/ENV"));
        let (named, families) = gathered(&files);
        assert_eq!((named.len(), families[0].0.as_str()), (0, "teams/{team}/{application}/{environment}"));
        // Also where their images have a group of their own.
        for (_, text) in files.iter_mut().filter(|(path, _)| path.contains("/pay/")) {
            *text = text.replace("r/shop/", "r/pay/");
        }
        let (named, families) = gathered(&files);
        assert_eq!((named.len(), families[0].0.as_str()), (0, "teams/{team}/{application}/{environment}"));
        let one = apps(&["api", "cart", "search", "web"], "deploy/apps/APP/ENV");
        assert_eq!(gathered(&one).1[0].0, "deploy/apps/{application}/{environment}");
    }

    #[test]
    fn a_name_is_taken_out_where_it_stands_by_itself() {
        assert_eq!(taken_out("apps/web/webhook", "web", "application"), "apps/{application}/webhook");
        assert_eq!(taken_out("web-{environment}.yaml", "web", "a"), "{a}-{environment}.yaml");
        assert_eq!(taken_out("{environment}/environment", "environment", "a"), "{environment}/{a}");
    }
}
