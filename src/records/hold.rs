//! A hold as a file of the config repository, text <-> value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::files::{EntryKind, Files};
use crate::domain::hold::{Cause, Cover, EVERYTHING, FOLDER, Hold, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Record {
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
    let record = Record {
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
    let record: Record = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
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

/// Every hold of a tree, in the order of their paths. What cannot be read counts as a hold.
pub fn all(files: &dyn Files) -> Result<Vec<HoldFile>, Error> {
    let folder = RepoPath::new(FOLDER).map_err(anyhow::Error::from)?;
    let mut out = Vec::new();
    for entry in files.list(&folder)? {
        if entry.kind == EntryKind::Folder {
            let env = EnvName::new(entry.path.name());
            for inner in files.list(&entry.path)? {
                out.extend(one(files, &inner.path, env.as_ref().ok().cloned())?);
            }
        } else {
            out.extend(one(files, &entry.path, None)?);
        }
    }
    Ok(out)
}

/// The hold of one file; files that are no `.yaml` (a README) are none.
fn one(files: &dyn Files, path: &RepoPath, env: Option<EnvName>) -> Result<Option<HoldFile>, Error> {
    let Some(stem) = path.name().strip_suffix(".yaml") else { return Ok(None) };
    let app = if stem == EVERYTHING {
        None
    } else {
        match AppName::new(stem) {
            Ok(app) => Some(app),
            Err(why) => {
                let cover = Cover { env, app: None };
                return Ok(Some(HoldFile { path: path.clone(), cover, hold: Err(why.to_string()) }));
            }
        }
    };
    let cover = Cover { env, app };
    let hold = match files.read(path)? {
        Some(text) => parse(&text, &cover),
        None => Err("it is not a plain file".to_string()),
    };
    Ok(Some(HoldFile { path: path.clone(), cover, hold }))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_record_with_an_unknown_key_is_not_read() {
        let cover = Cover { env: None, app: None };
        let text = b"reason: x\nby: y\nsince: 2026-11-23T10:00:00Z\ncause: asked\nuntill: 2026-11-23T10:00:00Z\n";
        assert!(parse(text, &cover).unwrap_err().contains("untill"));
    }
}
