//! A hold as a file of the config repository, text <-> value.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::files::{EntryKind, Files};
use crate::domain::hold::{Cause, Cover, EVERYTHING, FOLDER, Hold, HoldFile, Record, RecordChange};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    reason: String,
    by: String,
    since: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<Timestamp>,
    cause: CauseWord,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum CauseWord {
    Rollback,
    Asked,
}

/// The text of a hold's file.
pub fn render(hold: &Hold) -> Result<String, Error> {
    let record = Written {
        reason: hold.reason.clone(),
        by: hold.by.clone(),
        since: hold.since,
        until: hold.until,
        cause: match hold.cause {
            Cause::Rollback => CauseWord::Rollback,
            Cause::Asked => CauseWord::Asked,
        },
    };
    let body = serde_yaml::to_string(&record).map_err(|error| Error::Failed(error.into()))?;
    Ok(format!(
        "# A hold of stageline: `promote` leaves what it covers alone until it is lifted (`stageline hold lift`).\n{body}"
    ))
}

/// Reads the text of a hold's file; the error says what is wrong with it.
fn parse(text: &[u8], cover: &Cover) -> Result<Hold, String> {
    let record: Written = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
    Ok(Hold {
        cover: cover.clone(),
        reason: record.reason,
        by: record.by,
        since: record.since,
        until: record.until,
        cause: match record.cause {
            CauseWord::Rollback => Cause::Rollback,
            CauseWord::Asked => Cause::Asked,
        },
    })
}

/// Whether both texts of the file at `path` record one hold, set at two moments.
pub fn differ_in_their_beginning_only(path: &RepoPath, one: &[u8], other: &[u8]) -> bool {
    if !path.as_str().starts_with(FOLDER) {
        return false;
    }
    let cover = Cover { env: None, app: None };
    match (parse(one, &cover), parse(other, &cover)) {
        (Ok(one), Ok(other)) => Hold { since: other.since, ..one } == other,
        _ => false,
    }
}

/// Whether an environment has this name.
pub type IsEnv<'a> = &'a dyn Fn(&EnvName) -> bool;

/// Every hold of a tree, in the order of their paths. What cannot be read holds what its name covers; a name that no
/// application can have holds its environment, or everything. `is_env`: whether an environment has that name, so that a file
/// in the place of its folder is told from a README.
pub fn all(files: &dyn Files, is_env: IsEnv<'_>) -> Result<Vec<HoldFile>, Error> {
    let folder = RepoPath::new(FOLDER).map_err(anyhow::Error::from)?;
    // A link or a submodule in the place of a folder hides what is held.
    for place in folder.parent().into_iter().filter(|place| !place.is_root()).chain([folder.clone()]) {
        match files.entry(&place)? {
            None => return Ok(Vec::new()),
            Some(entry) if entry.kind == EntryKind::Folder => {}
            Some(_) => return Ok(vec![hidden(place, None)]),
        }
    }
    let mut out = Vec::new();
    for entry in files.list(&folder)? {
        let env = EnvName::new(entry.path.name()).ok();
        match entry.kind {
            _ if stem(&entry.path).is_some() => out.extend(one(files, &entry.path, None)?),
            EntryKind::Folder => {
                for inner in files.list(&entry.path)? {
                    if inner.kind == EntryKind::Folder && stem(&inner.path).is_none() {
                        deeper(files, &inner.path, env.as_ref(), &mut out)?;
                    } else {
                        out.extend(one(files, &inner.path, env.as_ref())?);
                    }
                }
            }
            EntryKind::File | EntryKind::Executable if !env.as_ref().is_some_and(is_env) => {}
            _ => out.push(hidden(entry.path, env)),
        }
    }
    Ok(out)
}

/// What holds where something else stands in the place of a folder.
fn hidden(path: RepoPath, env: Option<EnvName>) -> HoldFile {
    HoldFile::new(path, Cover { env, app: None }, Err("it is no folder, so what is held cannot be read".to_string()))
}

/// Files in a folder that no hold stands in: whoever put them there wanted something held.
fn deeper(files: &dyn Files, folder: &RepoPath, env: Option<&EnvName>, out: &mut Vec<HoldFile>) -> Result<(), Error> {
    for entry in files.list(folder)? {
        if entry.kind == EntryKind::Folder && stem(&entry.path).is_none() {
            deeper(files, &entry.path, env, out)?;
        } else if stem(&entry.path).is_some() {
            let cover = Cover { env: env.cloned(), app: None };
            let why = "no hold stands in a folder below an environment's".to_string();
            out.push(HoldFile::new(entry.path, cover, Err(why)));
        }
    }
    Ok(())
}

/// The name without the ending of YAML files, however that is written; `None` for other files (a README).
fn stem(path: &RepoPath) -> Option<&str> {
    let (stem, ending) = path.name().rsplit_once('.')?;
    ["yaml", "yml"].iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some(stem)
}

/// What became of the holds from the tree of one commit to that of the next, in the order of their paths.
pub fn changes(before: Option<&dyn Files>, after: &dyn Files, is_env: IsEnv<'_>) -> Result<Vec<RecordChange>, Error> {
    let folder = RepoPath::new(FOLDER).map_err(anyhow::Error::from)?;
    let id = |files: &dyn Files| Ok::<_, Error>(files.entry(&folder)?.map(|entry| entry.id));
    if before.map(id).transpose()?.flatten() == id(after)? {
        return Ok(Vec::new());
    }
    let mut paths = BTreeMap::new();
    let (old, new) = (before.map_or_else(|| Ok(Vec::new()), |files| all(files, is_env))?, all(after, is_env)?);
    for file in old {
        paths.insert(file.path.clone(), (Some(file), None));
    }
    for file in new {
        let place: &mut (Option<HoldFile>, Option<HoldFile>) = paths.entry(file.path.clone()).or_default();
        place.1 = Some(file);
    }
    let mut out = Vec::new();
    for (path, (was, is)) in paths {
        let record = |files: Option<&dyn Files>, file: Option<HoldFile>| match (files, file) {
            (Some(files), Some(file)) => Ok::<_, Error>(Some(Record { text: files.read(&path)?, file })),
            _ => Ok(None),
        };
        let (was, is) = (record(before, was)?, record(Some(after), is)?);
        if was != is {
            out.push(RecordChange { path, was, is });
        }
    }
    Ok(out)
}

/// The hold of one file; files that are no YAML are none.
fn one(files: &dyn Files, path: &RepoPath, env: Option<&EnvName>) -> Result<Option<HoldFile>, Error> {
    let Some(stem) = stem(path) else { return Ok(None) };
    let app = if stem == EVERYTHING {
        None
    } else {
        match AppName::new(stem) {
            Ok(app) => Some(app),
            Err(why) => {
                let cover = Cover { env: env.cloned(), app: None };
                return Ok(Some(HoldFile::new(path.clone(), cover, Err(why.to_string()))));
            }
        }
    };
    let cover = Cover { env: env.cloned(), app };
    let hold = match files.read(path)? {
        Some(text) => parse(&text, &cover),
        None => Err("it is not a plain file".to_string()),
    };
    Ok(Some(HoldFile::new(path.clone(), cover, hold)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    #[test]
    fn what_is_written_reads_back() {
        let cover = Cover { env: EnvName::new("production").ok(), app: AppName::new("web").ok() };
        let hold = Hold {
            cover: cover.clone(),
            reason: "no: # this \"one\"\nis bad".into(),
            by: "Mei Lin <mei@example.com>".into(),
            since: "2026-11-23T10:00:00Z".parse().unwrap(),
            until: Some("2026-11-25T10:00:00Z".parse().unwrap()),
            cause: Cause::Rollback,
        };
        assert_eq!(parse(render(&hold).unwrap().as_bytes(), &cover), Ok(hold));
    }

    /// The tree with these files of holds.
    fn tree(holds: &[(&str, &str)]) -> Memory {
        Memory::new(holds.iter().map(|(name, text)| (format!("{FOLDER}/{name}"), *text)))
    }

    #[test]
    fn holds_that_come_change_and_go_are_told_with_their_texts_and_others_are_not() {
        let hold = |reason: &str| format!("reason: {reason}\nby: Mei\nsince: 2026-11-23T10:00:00Z\ncause: asked\n");
        let (one, two) = (hold("one"), hold("two"));
        let before = tree(&[("production/api.yaml", &one), ("production/web.yaml", &one), ("_all.yaml", &one)]);
        let after = tree(&[
            ("production/web.yaml", &two),
            ("staging/web.yaml", "no hold"),
            ("_all.yaml", &one),
            ("README.md", "x"),
        ]);
        let found = changes(Some(&before), &after, &|_| false).unwrap();
        let reason = |record: &Option<Record>| match record {
            Some(record) => record.file.hold.as_ref().map_or("unread".to_string(), |hold| hold.reason.clone()),
            None => "-".to_string(),
        };
        let told: Vec<String> =
            found.iter().map(|one| format!("{} {} {}", one.path, reason(&one.was), reason(&one.is))).collect();
        let wanted = ["production/api.yaml one -", "production/web.yaml one two", "staging/web.yaml - unread"];
        assert_eq!(told, wanted.map(|line| format!("{FOLDER}/{line}")));
        assert_eq!(found[1].is.as_ref().and_then(|record| record.text.clone()), Some(two.into_bytes()));
        assert_eq!(changes(None, &before, &|_| false).unwrap().len(), 3, "all are new where nothing stood before");
    }

    #[test]
    fn a_record_with_an_unknown_key_is_not_read() {
        let cover = Cover { env: None, app: None };
        let text = b"reason: x\nby: y\nsince: 2026-11-23T10:00:00Z\ncause: asked\nuntill: 2026-11-23T10:00:00Z\n";
        assert!(parse(text, &cover).unwrap_err().contains("untill"));
    }

    const GOOD: &str = "reason: x\nby: y\nsince: 2026-11-23T10:00:00Z\ncause: asked\n";

    /// Which environment and application each of these files holds, and whether it can be read; `*`: all.
    fn held(paths: &[(&str, &str)]) -> Vec<String> {
        let files = tree(paths);
        let name = |name: Option<String>| name.unwrap_or("*".into());
        all(&files, &|_| false)
            .unwrap()
            .into_iter()
            .map(|file| {
                let (env, app) = (file.cover.env.map(|e| e.to_string()), file.cover.app.map(|a| a.to_string()));
                format!("{}/{} {}", name(env), name(app), if file.hold.is_ok() { "read" } else { "unread" })
            })
            .collect()
    }

    #[test]
    fn what_cannot_be_read_holds_what_its_name_covers() {
        assert_eq!(held(&[("production/web.yaml", "reason: [")]), ["production/web unread"]);
        assert_eq!(held(&[("production/_all.yaml", "")]), ["production/* unread"]);
        assert_eq!(held(&[("_all.yaml", "nonsense")]), ["*/* unread"]);
    }

    #[test]
    fn a_name_that_no_application_can_have_holds_its_environment_or_everything() {
        assert_eq!(held(&[("production/we b.yaml", GOOD)]), ["production/* unread"]);
        assert_eq!(held(&[("we b.yaml", GOOD)]), ["*/* unread"]);
        assert_eq!(held(&[("pro duction/web.yaml", GOOD)]), ["*/web read"]);
        assert_eq!(held(&[("production/eu/web.yaml", GOOD)]), ["production/* unread"]);
    }

    #[test]
    fn every_way_to_write_the_ending_counts_and_other_files_do_not() {
        assert_eq!(held(&[("production/web.yml", GOOD), ("api.YAML", GOOD)]), ["*/api read", "production/web read"]);
        assert_eq!(held(&[("README.md", "x"), ("production/notes.txt", "x")]), [""; 0]);
    }
}
