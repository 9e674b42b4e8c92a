//! The shortest entry of `stageline.yaml` for what was left out on a judgement that somebody may know better: that others make
//! it, or that its name or its version is not the application's.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, KUSTOMIZATIONS};
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, PinRule, Settings};
use crate::domain::template::VersionTemplate;
use crate::overlay::survey::Parsed;
use crate::overlay::{self, Reader};

use super::naming::last_part;
use super::{bases, every, proven, strangers, units, versions};

/// What such reasons say, each of many texts.
const JUDGED: [&str; 3] = [strangers::OTHERS_MAKE, units::SOMEBODY_ELSES, bases::CHARTS_ALONE];

/// Where something was left out, and the entry that would pin it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writable {
    pub place: String,
    pub entry: Application,
}

/// The entry for the first text of each judgement that one can be written for. `within`: what the paths of files tell, with
/// `{environment}` in them; an entry is given as far as it can be read and moved in every environment that it names.
pub fn find(
    files: &dyn Files,
    settings: &Settings,
    within: &BTreeMap<RepoPath, String>,
    left_out: &[(String, String)],
) -> Result<Vec<Writable>, Error> {
    let mut out = Vec::new();
    for judged in JUDGED {
        for (place, _) in left_out.iter().filter(|(_, reason)| reason.ends_with(judged)) {
            let Some(candidate) = candidate(files, settings, within, place)? else { continue };
            let mut alone = Settings { applications: vec![candidate], ..settings.clone() };
            let places = proven::keep(files, &mut alone, &mut Vec::new())?;
            let Some(entry) = alone.applications.pop().filter(|_| !places.is_empty()) else { continue };
            let tags = tags(files, settings, &entry)?;
            // What names no commit can only be moved as the text that it is.
            let version = versions::template(tags.iter().map(String::as_str)).unwrap_or_else(VersionTemplate::of_tags);
            let entry = Application { version, ..entry };
            out.push(Writable { place: place.clone(), entry });
            break;
        }
    }
    Ok(out)
}

/// The application that the text at a place would be; `None` where nothing there can be pinned, or its name is taken.
fn candidate(
    files: &dyn Files,
    settings: &Settings,
    within: &BTreeMap<RepoPath, String>,
    place: &str,
) -> Result<Option<Application>, Error> {
    let found =
        place.rsplit_once(':').and_then(|(file, line)| Some((RepoPath::new(file).ok()?, line.parse::<u32>().ok()?)));
    let Some((file, line)) = found else { return Ok(None) };
    let (Some(within), Some(bytes)) = (within.get(&file), files.read(&file)?) else { return Ok(None) };
    let Ok(parsed) = Parsed::new(&file, &bytes) else { return Ok(None) };
    let sites = every::sites(&file, &parsed, &bytes).unwrap_or_default();
    let Some(site) = sites.into_iter().find(|site| site.line == line) else { return Ok(None) };
    let name = site.thing.as_deref().or(site.component.as_deref()).map(last_part);
    let Some(name) = name.and_then(|name| AppName::new(name).ok()) else { return Ok(None) };
    if settings.application(&name).is_some() {
        return Ok(None);
    }
    let folder = within.rsplit_once('/').filter(|(_, name)| KUSTOMIZATIONS.contains(name)).map(|(folder, _)| folder);
    let pin = PinRule {
        kind: every::kind(&site, &parsed).clone(),
        within: folder.unwrap_or(within).to_string(),
        environments: Vec::new(),
        more: Default::default(),
    };
    Ok(Some(Application::found(name, vec![pin])))
}

/// The tags that an application has, wherever it is.
fn tags(files: &dyn Files, settings: &Settings, entry: &Application) -> Result<BTreeSet<String>, Error> {
    let reader = Reader::new(files);
    let mut out = BTreeSet::new();
    for rule in &entry.pins {
        for environment in settings.environments.iter().filter(|environment| rule.serves(environment)) {
            for cluster in proven::clusters(rule, environment) {
                let at = overlay::place(rule, &entry.name, &environment.name, cluster.as_ref())?;
                let reading = overlay::read(&reader, rule, &at, cluster.as_ref()).ok().flatten();
                out.extend(reading.and_then(|reading| Some(reading.version?.tag()?.to_string())));
            }
        }
    }
    Ok(out)
}
