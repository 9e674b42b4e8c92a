//! A hotfix as a file of the config repository, text <-> value.

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

use super::record::{self, Record, Sides, named, parse};

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    commit: String,
    source: String,
    version: String,
    reason: String,
    by: String,
    since: Timestamp,
}

impl Record for Hotfix {
    type Of = (EnvName, AppName);
    type Written = Written;

    const HEADING: &'static str =
        "A hotfix of stageline: what is promoted here has to contain it; the promotion that does takes this file away.";

    fn of(path: &RepoPath) -> Option<(EnvName, AppName)> {
        let (env, app) = named(path, FOLDER)?;
        Some((env, AppName::new(app).ok()?))
    }

    fn path(&self) -> String {
        Self::path_of(&self.env, &self.app)
    }

    fn write(&self) -> Written {
        Written {
            commit: self.commit.to_string(),
            source: self.source.0.clone(),
            version: self.version.to_string(),
            reason: self.reason.clone(),
            by: self.by.clone(),
            since: self.since,
        }
    }

    fn read(written: Written, (env, app): &(EnvName, AppName)) -> Result<Self, String> {
        let commit = CommitId::from_hex(&written.commit)
            .ok_or_else(|| format!("`{}` is not the full id of a commit", written.commit.escape_debug()))?;
        Ok(Self {
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

    fn since(&mut self) -> &mut Timestamp {
        &mut self.since
    }
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
            if let Some(of) = Hotfix::of(&entry.path) {
                out.push(one(files, entry.path, of)?);
            }
        }
    }
    Ok(out)
}

fn one(files: &dyn Files, path: RepoPath, of: (EnvName, AppName)) -> Result<HotfixFile, Error> {
    let text = match files.entry(&path)? {
        Some(entry) if entry.kind == EntryKind::File => files.read(&path)?,
        _ => None,
    };
    let hotfix = match &text {
        Some(text) => parse(text, &of),
        None => Err("it is not a plain file".to_string()),
    };
    let (env, app) = of;
    Ok(HotfixFile { path, env, app, text, hotfix })
}

/// What became of the hotfixes from one tree to the next, in the order of their paths.
///
/// # Errors
/// A tree cannot be read.
pub fn changes(before: Option<&dyn Files>, after: &dyn Files) -> Result<Vec<HotfixChange>, Error> {
    let all = |files: &dyn Files| Ok(all(files)?.into_iter().map(|file| (file.path.clone(), file)).collect());
    let changed = record::sides(FOLDER, (before, after), all)?.into_iter().filter(|(_, (was, is))| was != is);
    let told = |(path, (was, is)): (RepoPath, Sides<HotfixFile>)| {
        let (env, app) = was.as_ref().or(is.as_ref()).map(|file| (file.env.clone(), file.app.clone()))?;
        Some(HotfixChange { path, env, app, was, is })
    };
    Ok(changed.filter_map(told).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::records::record::{differ_in_their_beginning_only, render};

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
