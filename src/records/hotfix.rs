//! A hotfix as a file of the config repository, text <-> value.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::commit::CommitId;
use crate::domain::files::{EntryKind, Files};
use crate::domain::hotfix::{FOLDER, Hotfix, HotfixChange, HotfixFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::SourceAddress;
use crate::domain::version::Version;

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    commit: String,
    source: String,
    version: String,
    reason: String,
    by: String,
    since: Timestamp,
}

/// The text of a hotfix's file.
///
/// # Errors
/// It cannot be written as YAML.
pub fn render(hotfix: &Hotfix) -> Result<String, Error> {
    let written = Written {
        commit: hotfix.commit.to_string(),
        source: hotfix.source.0.clone(),
        version: hotfix.version.to_string(),
        reason: hotfix.reason.clone(),
        by: hotfix.by.clone(),
        since: hotfix.since,
    };
    let body = serde_yaml::to_string(&written).map_err(|error| Error::Failed(error.into()))?;
    Ok(format!(
        "# A hotfix of stageline: what is promoted here has to contain it; the promotion that does takes this file away.\n{body}"
    ))
}

/// Reads the text of a hotfix's file; the error says what is wrong with it.
fn parse(text: &[u8], env: &EnvName, app: &AppName) -> Result<Hotfix, String> {
    let written: Written = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
    let commit = CommitId::from_hex(&written.commit)
        .ok_or_else(|| format!("`{}` is not the full id of a commit", written.commit.escape_debug()))?;
    Ok(Hotfix {
        env: env.clone(),
        app: app.clone(),
        commit,
        source: SourceAddress(written.source),
        version: Version::new(written.version).map_err(|why| why.to_string())?,
        by: written.by,
        since: written.since,
        reason: written.reason,
    })
}

/// What the path of a file among the records says that it records; `None`: it is the path of no hotfix.
fn place(path: &RepoPath) -> Option<(EnvName, AppName)> {
    let rest = path.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?;
    let (env, file) = rest.split_once('/')?;
    Some((EnvName::new(env).ok()?, AppName::new(file.strip_suffix(".yaml")?).ok()?))
}

/// The file that records the hotfix of an application in an environment.
///
/// # Errors
/// Never: both names are checked.
pub fn path(env: &EnvName, app: &AppName) -> Result<RepoPath, Error> {
    Ok(RepoPath::new(&Hotfix::path_of(env, app)).map_err(anyhow::Error::from)?)
}

/// Every hotfix of a tree, in the order of their paths, those that cannot be read too. A file whose name is none of a hotfix's
/// records nothing.
///
/// # Errors
/// The tree cannot be read.
pub fn all(files: &dyn Files) -> Result<Vec<HotfixFile>, Error> {
    let folder = RepoPath::new(FOLDER).map_err(anyhow::Error::from)?;
    let is_folder =
        |path: &RepoPath| Ok::<_, Error>(files.entry(path)?.is_some_and(|entry| entry.kind == EntryKind::Folder));
    let mut out = Vec::new();
    if !is_folder(&folder)? {
        return Ok(out);
    }
    for env in files.list(&folder)?.into_iter().filter(|entry| entry.kind == EntryKind::Folder) {
        for entry in files.list(&env.path)? {
            if let Some((env, app)) = place(&entry.path) {
                out.push(one(files, entry.path, env, app)?);
            }
        }
    }
    Ok(out)
}

fn one(files: &dyn Files, path: RepoPath, env: EnvName, app: AppName) -> Result<HotfixFile, Error> {
    let text = match files.entry(&path)? {
        Some(entry) if entry.kind == EntryKind::File => files.read(&path)?,
        _ => None,
    };
    let hotfix = match &text {
        Some(text) => parse(text, &env, &app),
        None => Err("it is not a plain file".to_string()),
    };
    Ok(HotfixFile { path, env, app, text, hotfix })
}

/// What became of the hotfixes from one tree to the next, in the order of their paths.
///
/// # Errors
/// A tree cannot be read.
pub fn changes(before: Option<&dyn Files>, after: &dyn Files) -> Result<Vec<HotfixChange>, Error> {
    let folder = RepoPath::new(FOLDER).map_err(anyhow::Error::from)?;
    let id = |files: &dyn Files| Ok::<_, Error>(files.entry(&folder)?.map(|entry| entry.id));
    if before.map(id).transpose()?.flatten() == id(after)? {
        return Ok(Vec::new());
    }
    let mut paths: BTreeMap<RepoPath, (Option<HotfixFile>, Option<HotfixFile>)> = BTreeMap::new();
    for file in before.map_or_else(|| Ok(Vec::new()), all)? {
        let place = paths.entry(file.path.clone()).or_default();
        place.0 = Some(file);
    }
    for file in all(after)? {
        let place = paths.entry(file.path.clone()).or_default();
        place.1 = Some(file);
    }
    let changed = paths.into_iter().filter(|(_, (was, is))| was != is);
    let told = |(path, (was, is)): (RepoPath, (Option<HotfixFile>, Option<HotfixFile>))| {
        let (env, app) = was.as_ref().or(is.as_ref()).map(|file| (file.env.clone(), file.app.clone()))?;
        Some(HotfixChange { path, env, app, was, is })
    };
    Ok(changed.filter_map(told).collect())
}

/// Whether both texts of the file at `path` record one hotfix, landed at two moments.
pub fn differ_in_their_beginning_only(path: &RepoPath, one: &[u8], other: &[u8]) -> bool {
    let Some((env, app)) = place(path) else { return false };
    match (parse(one, &env, &app), parse(other, &env, &app)) {
        (Ok(one), Ok(other)) => Hotfix { since: other.since, ..one } == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    fn hotfix() -> Hotfix {
        Hotfix {
            env: EnvName::new("production").unwrap(),
            app: AppName::new("web").unwrap(),
            commit: CommitId::from_bytes([0xab; 20]),
            source: SourceAddress("../web.git".into()),
            version: Version::new("sha-abababababab").unwrap(),
            by: "Mei Lin <mei@example.com>".into(),
            since: "2026-11-23T10:00:00Z".parse().unwrap(),
            reason: "no: # this \"one\"\nloses orders".into(),
        }
    }

    const PATH: &str = ".stageline/hotfixes/production/web.yaml";

    #[test]
    fn what_is_written_reads_back() {
        let text = render(&hotfix()).unwrap();
        let files = Memory::new([(PATH, text.as_str())]);
        let read = all(&files).unwrap();
        assert_eq!(read.iter().map(|file| file.hotfix.clone()).collect::<Vec<_>>(), [Ok(hotfix())], "{text}");
        assert_eq!(read[0].path.as_str(), Hotfix::path_of(&hotfix().env, &hotfix().app));
    }

    #[test]
    fn what_another_moment_alone_tells_apart_is_one_hotfix() {
        let path = RepoPath::new(PATH).unwrap();
        let same = |change: fn(&mut Hotfix)| {
            let mut other = hotfix();
            change(&mut other);
            let (one, other) = (render(&hotfix()).unwrap(), render(&other).unwrap());
            differ_in_their_beginning_only(&path, one.as_bytes(), other.as_bytes())
        };
        assert!(same(|other| other.since = "2026-11-24T10:00:00Z".parse().unwrap()));
        assert!(!same(|other| other.by = "Eve <eve@example.com>".into()));
        assert!(!same(|other| other.commit = CommitId::from_bytes([1; 20])));
    }

    #[test]
    fn a_record_with_another_key_without_one_or_with_half_a_commit_is_not_read() {
        let good = render(&hotfix()).unwrap();
        let id = "ab".repeat(20);
        let short = good.replace(&id, "abababab");
        let without = good.lines().filter(|line| !line.starts_with("by:")).collect::<Vec<_>>().join("\n");
        for (text, says) in [
            (format!("{good}until: never\n"), "until"),
            (without, "by"),
            (short, "`abababab` is not the full id of a commit"),
            ("[".to_string(), ""),
        ] {
            let read = all(&Memory::new([(PATH, text.as_str())])).unwrap();
            assert!(read[0].hotfix.as_ref().unwrap_err().contains(says), "{text}: {:?}", read[0].hotfix);
        }
    }

    #[test]
    fn a_file_that_has_no_hotfixs_name_records_none() {
        let text = render(&hotfix()).unwrap();
        for path in
            ["web.yaml", "production/web.yml", "production/README.md", "production/eu/web.yaml", "production/we b.yaml"]
        {
            let files = Memory::new([(format!("{FOLDER}/{path}"), text.as_str())]);
            assert_eq!(all(&files).unwrap(), [], "{path}");
        }
    }

    #[test]
    fn hotfixes_that_come_change_and_go_are_told_and_others_are_not() {
        let text = |reason: &str| render(&Hotfix { reason: reason.into(), ..hotfix() }).unwrap();
        let at = |all: &[(&str, &str)]| Memory::new(all.iter().map(|(name, text)| (format!("{FOLDER}/{name}"), *text)));
        let (one, two) = (text("one"), text("two"));
        let before = at(&[("production/api.yaml", &one), ("production/web.yaml", &one), ("qa/web.yaml", &one)]);
        let after = at(&[("production/web.yaml", &two), ("staging/web.yaml", "["), ("qa/web.yaml", &one)]);
        let word = |file: &Option<HotfixFile>| match file {
            Some(file) => file.hotfix.as_ref().map_or("unread".to_string(), |hotfix| hotfix.reason.clone()),
            None => "-".to_string(),
        };
        let told =
            |change: &HotfixChange| format!("{}/{} {} {}", change.env, change.app, word(&change.was), word(&change.is));
        let found: Vec<String> = changes(Some(&before), &after).unwrap().iter().map(told).collect();
        assert_eq!(found, ["production/api one -", "production/web one two", "staging/web - unread"]);
        assert_eq!(changes(None, &before).unwrap().len(), 3, "all are new where nothing stood before");
    }
}
