//! An instance of an ephemeral environment as a file of the config repository, text <-> value.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::commit::CommitId;
use crate::domain::files::{EntryKind, Files};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::preview::{FOLDER, Preview, PreviewFile, Previewed, Slug};
use crate::domain::refusal::Error;
use crate::domain::version::Version;

use super::record::{Record, named, parse};

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    applications: BTreeMap<String, WrittenApp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    request: Option<String>,
    by: String,
    since: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenApp {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    origin: Option<String>,
    pins: Vec<WrittenPin>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenPin {
    pin: String,
    #[serde(skip_serializing_if = "is_first", default)]
    nth: usize,
    version: String,
}

fn is_first(nth: &usize) -> bool {
    *nth == 0
}

impl Record for Preview {
    type Of = (EnvName, Slug);
    type Written = Written;

    const HEADING: &'static str = "A preview of stageline: what runs in this instance (`stageline preview list`).";

    fn of(path: &RepoPath) -> Option<(EnvName, Slug)> {
        let (env, slug) = named(path, FOLDER)?;
        Some((env, Slug::new(slug).ok()?))
    }

    fn path(&self) -> String {
        Self::path_of(&self.env, &self.slug)
    }

    fn write(&self) -> Written {
        let pin = |((pin, nth), version): (&(String, usize), &Version)| WrittenPin {
            pin: pin.clone(),
            nth: *nth,
            version: version.to_string(),
        };
        let app = |(name, app): (&AppName, &Previewed)| {
            let written = WrittenApp {
                commit: app.commit.map(|commit| commit.to_string()),
                origin: app.origin.clone(),
                pins: app.pins.iter().map(pin).collect(),
            };
            (name.to_string(), written)
        };
        Written {
            applications: self.applications.iter().map(app).collect(),
            request: self.request.clone(),
            by: self.by.clone(),
            since: self.since,
            until: self.until,
        }
    }

    fn read(written: Written, (env, slug): &(EnvName, Slug)) -> Result<Self, String> {
        let mut applications = BTreeMap::new();
        for (name, app) in written.applications {
            let name = AppName::new(name).map_err(|why| why.to_string())?;
            applications.insert(name, previewed(app)?);
        }
        if applications.is_empty() {
            return Err("it names no application".to_string());
        }
        let Written { request, by, since, until, .. } = written;
        Ok(Self { env: env.clone(), slug: slug.clone(), applications, request, by, since, until })
    }

    fn since(&mut self) -> &mut Timestamp {
        &mut self.since
    }
}

fn previewed(written: WrittenApp) -> Result<Previewed, String> {
    let id = |text: String| CommitId::from_hex(&text).ok_or_else(|| format!("`{text}` is not the full id of a commit"));
    let mut pins = BTreeMap::new();
    for WrittenPin { pin, nth, version } in written.pins {
        let version = Version::new(version).map_err(|why| why.to_string())?;
        if pins.insert((pin.clone(), nth), version).is_some() {
            return Err(format!("it names the pin `{pin}` twice"));
        }
    }
    if pins.is_empty() {
        return Err("it names an application without a pin".to_string());
    }
    Ok(Previewed { commit: written.commit.map(id).transpose()?, origin: written.origin, pins })
}

/// The file that records an instance.
///
/// # Errors
/// Never: both names are checked.
pub fn path(env: &EnvName, slug: &Slug) -> Result<RepoPath, Error> {
    Ok(RepoPath::new(&Preview::path_of(env, slug)).map_err(anyhow::Error::from)?)
}

/// The file of one instance; `None`: it is not there.
///
/// # Errors
/// The tree cannot be read.
pub fn one(files: &dyn Files, env: &EnvName, slug: &Slug) -> Result<Option<PreviewFile>, Error> {
    let path = path(env, slug)?;
    Ok(match files.entry(&path)? {
        None => None,
        Some(_) => Some(read(files, path)?),
    })
}

/// Every file among the records of instances, in the order of their paths; those that are no YAML (a README) are none.
///
/// # Errors
/// The tree cannot be read.
pub fn all(files: &dyn Files) -> Result<Vec<PreviewFile>, Error> {
    let mut out = Vec::new();
    let mut folders = vec![RepoPath::new(FOLDER).map_err(anyhow::Error::from)?];
    while let Some(folder) = folders.pop() {
        if !files.entry(&folder)?.is_some_and(|entry| entry.kind == EntryKind::Folder) {
            continue;
        }
        for entry in files.list(&folder)? {
            if entry.kind == EntryKind::Folder {
                folders.push(entry.path);
            } else if Preview::of(&entry.path).is_some() || is_yaml(&entry.path) {
                out.push(read(files, entry.path)?);
            }
        }
    }
    out.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(out)
}

fn is_yaml(path: &RepoPath) -> bool {
    let ending = path.name().rsplit_once('.').map_or("", |(_, ending)| ending);
    ["yaml", "yml"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

fn read(files: &dyn Files, path: RepoPath) -> Result<PreviewFile, Error> {
    let place = Preview::of(&path);
    let preview = match (&place, files.read(&path)?) {
        (None, _) => Err("its path is none of a preview: `.stageline/previews/ENVIRONMENT/NAME.yaml`".to_string()),
        (_, None) => Err("it is not a plain file".to_string()),
        (Some(place), Some(text)) => parse(&text, place),
    };
    Ok(PreviewFile { path, place, preview })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::records::record::render;

    fn preview() -> Preview {
        let pins = |version: &str| {
            let at = |nth| ("ghcr.io/shop/web".to_string(), nth);
            BTreeMap::from([0, 1].map(|nth| (at(nth), Version::new(version).unwrap())))
        };
        let app = |pins| Previewed { commit: None, origin: Some("staging@0123456".into()), pins };
        let asked = Previewed { commit: CommitId::from_hex(&"1".repeat(40)), origin: None, pins: pins("12e4567") };
        Preview {
            env: EnvName::new("preview").unwrap(),
            slug: Slug::new("pr-12").unwrap(),
            applications: BTreeMap::from([
                (AppName::new("web").unwrap(), asked),
                (AppName::new("api").unwrap(), app(pins("v1@sha256:abc"))),
            ]),
            request: Some("https://git.example.com/shop/web/pulls/12".into()),
            by: "Mei Lin <mei@example.com>".into(),
            since: "2026-11-26T18:30:00Z".parse().unwrap(),
            until: "2026-12-03T18:30:00Z".parse().ok(),
        }
    }

    #[test]
    fn what_is_written_reads_back_also_where_versions_and_commits_look_like_numbers() {
        let preview = preview();
        let (path, text) = (Preview::path_of(&preview.env, &preview.slug), render(&preview).unwrap());
        let files = Memory::new([(path.as_str(), text.as_str()), (".stageline/previews/README.md", "hello")]);
        let read = all(&files).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].preview, Ok(preview.clone()), "{text}");
        assert_eq!(one(&files, &preview.env, &preview.slug).unwrap(), Some(read[0].clone()));
    }

    #[test]
    fn a_record_elsewhere_or_of_something_else_is_told_as_one_that_cannot_be_read() {
        let text = render(&preview()).unwrap();
        for (path, text) in [
            (".stageline/previews/preview/PR-12.yaml", text.as_str()),
            (".stageline/previews/preview/deep/pr-12.yaml", &text),
            (".stageline/previews/pr-12.yaml", &text),
            (".stageline/previews/preview/pr-12.yml", &text),
            (".stageline/previews/preview/pr-12.yaml", "applications: {}\nby: x\nsince: 2026-11-26T18:30:00Z\n"),
            (".stageline/previews/preview/pr-12.yaml", &text.replace("by:", "owner:")),
            (".stageline/previews/preview/pr-12.yaml", &text.replace(&"1".repeat(40), "1111")),
            (".stageline/previews/preview/pr-12.yaml", "{"),
        ] {
            let read = all(&Memory::new([(path, text)])).unwrap();
            assert!(read[0].preview.is_err(), "{path}:\n{text}");
        }
    }
}
