//! A hold as a file of the config repository, text <-> value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::commit::CommitId;
use crate::domain::files::{EntryKind, Files};
use crate::domain::hold::{Cause, Cover, EVERYTHING, FOLDER, HeldCommit, Hold, HoldFile, Record as Kept, RecordChange};
use crate::domain::names::{AppName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::SourceAddress;

use super::record::{self, Record, parse};

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    reason: String,
    by: String,
    since: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<Timestamp>,
    cause: CauseWord,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    landed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    fixed: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum CauseWord {
    Rollback,
    Asked,
}

impl Record for Hold {
    type Of = Cover;
    type Written = Written;

    const HEADING: &'static str =
        "A hold of stageline: `promote` leaves what it covers alone until it is lifted (`stageline hold lift`).";

    fn of(path: &RepoPath) -> Option<Cover> {
        let rest = path.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?;
        let (app, commit) = named(stem(path)?)?;
        match rest.split_once('/') {
            None => Some(Cover { env: None, app, commit }),
            Some((env, file)) => (!file.contains('/')).then(|| Cover { env: EnvName::new(env).ok(), app, commit }),
        }
    }

    fn path(&self) -> String {
        self.cover.path()
    }

    fn write(&self) -> Written {
        let held = self.held.as_ref();
        let ids = |all: fn(&HeldCommit) -> &Vec<CommitId>| {
            held.map(|held| all(held).iter().map(ToString::to_string).collect()).unwrap_or_default()
        };
        Written {
            reason: self.reason.clone(),
            by: self.by.clone(),
            since: self.since,
            until: self.until,
            cause: match self.cause {
                Cause::Rollback => CauseWord::Rollback,
                Cause::Asked => CauseWord::Asked,
            },
            source: held.map(|held| held.source.0.clone()),
            commit: held.map(|held| held.commit.to_string()),
            landed: ids(|held| &held.landed),
            fixed: ids(|held| &held.fixed),
        }
    }

    fn read(written: Written, cover: &Cover) -> Result<Self, String> {
        Ok(Self {
            held: held(&written, cover)?,
            cover: cover.clone(),
            reason: written.reason,
            by: written.by,
            since: written.since,
            until: written.until,
            cause: match written.cause {
                CauseWord::Rollback => Cause::Rollback,
                CauseWord::Asked => Cause::Asked,
            },
        })
    }

    fn since(&mut self) -> &mut Timestamp {
        &mut self.since
    }
}

/// The commit that a file says it holds: its name's, or none where that has none.
fn held(record: &Written, cover: &Cover) -> Result<Option<HeldCommit>, String> {
    let Some(named) = cover.commit else {
        let is_of_one = record.commit.is_some() || record.source.is_some();
        return match is_of_one || !record.landed.is_empty() || !record.fixed.is_empty() {
            true => Err("it says a commit, and its name is that of a pin's hold".to_string()),
            false => Ok(None),
        };
    };
    let id = |text: &String| CommitId::from_hex(text).ok_or_else(|| format!("`{text}` is not the full id of a commit"));
    let ids = |all: &[String]| all.iter().map(id).collect::<Result<Vec<_>, String>>();
    let commit = id(record.commit.as_ref().ok_or("it does not say the `commit` of its name")?)?;
    if commit != named {
        return Err(format!("its `commit` is {}, and its name says {}", commit.short(), named.short()));
    }
    let source = record.source.clone().ok_or("it does not say the `source` of the commit")?;
    let (landed, fixed) = (ids(&record.landed)?, ids(&record.fixed)?);
    Ok(Some(HeldCommit { source: SourceAddress(source), commit, landed, fixed }))
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
    HoldFile::new(path, Cover::of(env, None), Err("it is no folder, so what is held cannot be read".to_string()))
}

/// Files in a folder that no hold stands in: whoever put them there wanted something held.
fn deeper(files: &dyn Files, folder: &RepoPath, env: Option<&EnvName>, out: &mut Vec<HoldFile>) -> Result<(), Error> {
    for entry in files.list(folder)? {
        if entry.kind == EntryKind::Folder && stem(&entry.path).is_none() {
            deeper(files, &entry.path, env, out)?;
        } else if stem(&entry.path).is_some() {
            let cover = Cover::of(env.cloned(), None);
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

/// The application and the commit of a file's name, without its ending; no application: all of them. `None`: it is the name of
/// no hold.
fn named(stem: &str) -> Option<(Option<AppName>, Option<CommitId>)> {
    if stem == EVERYTHING {
        return Some((None, None));
    }
    let (app, commit) = match stem.split_once('@') {
        Some((app, id)) => (app, Some(CommitId::from_hex(id)?)),
        None => (stem, None),
    };
    Some((Some(AppName::new(app).ok()?), commit))
}

/// What became of the holds from the tree of one commit to that of the next, in the order of their paths.
pub fn changes(before: Option<&dyn Files>, after: &dyn Files, is_env: IsEnv<'_>) -> Result<Vec<RecordChange>, Error> {
    let all = |files: &dyn Files| {
        let file = |file: HoldFile| Ok((file.path.clone(), Kept { text: files.read(&file.path)?, file }));
        all(files, is_env)?.into_iter().map(file).collect()
    };
    let sides = record::sides(FOLDER, (before, after), all)?.into_iter();
    Ok(sides.filter(|(_, (was, is))| was != is).map(|(path, (was, is))| RecordChange { path, was, is }).collect())
}

/// The hold of one file; files that are no YAML are none.
fn one(files: &dyn Files, path: &RepoPath, env: Option<&EnvName>) -> Result<Option<HoldFile>, Error> {
    let Some(stem) = stem(path) else { return Ok(None) };
    let Some((app, commit)) = named(stem) else {
        let why = match AppName::new(stem) {
            Err(why) => why.to_string(),
            Ok(_) => "its name is none of a hold".to_string(),
        };
        return Ok(Some(HoldFile::new(path.clone(), Cover::of(env.cloned(), None), Err(why))));
    };
    let cover = Cover { env: env.cloned(), app, commit };
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
    use crate::records::record::{differ_in_their_beginning_only, render};

    #[test]
    fn what_is_written_reads_back() {
        let cover = Cover::of(EnvName::new("production").ok(), AppName::new("web").ok());
        let hold = Hold {
            held: None,
            cover: cover.clone(),
            reason: "no: # this \"one\"\nis bad".into(),
            by: "Mei Lin <mei@example.com>".into(),
            since: "2026-11-23T10:00:00Z".parse().unwrap(),
            until: Some("2026-11-25T10:00:00Z".parse().unwrap()),
            cause: Cause::Rollback,
        };
        assert_eq!(parse(render(&hold).unwrap().as_bytes(), &cover), Ok(hold));
    }

    fn commit(digit: char) -> CommitId {
        CommitId::from_hex(&digit.to_string().repeat(40)).unwrap()
    }

    /// A hold of the commit of c's in production, with what landed and what is fixed.
    fn of_commit() -> Hold {
        let cover = Cover::of(EnvName::new("production").ok(), AppName::new("web").ok());
        Hold {
            cover: Cover { commit: Some(commit('c')), ..cover },
            reason: "it burns".into(),
            by: "Mei Lin <mei@example.com>".into(),
            since: "2026-11-23T10:00:00Z".parse().unwrap(),
            until: None,
            cause: Cause::Rollback,
            held: Some(HeldCommit {
                source: SourceAddress("../web.git".into()),
                commit: commit('c'),
                landed: vec![commit('c'), commit('d')],
                fixed: vec![commit('1')],
            }),
        }
    }

    #[test]
    fn a_hold_of_a_commit_reads_back_with_its_source_and_its_lists() {
        let hold = of_commit();
        let text = render(&hold).unwrap();
        assert_eq!(parse(text.as_bytes(), &hold.cover), Ok(hold.clone()), "{text}");
        let files = Memory::new([(hold.cover.path(), text.as_str())]);
        let read = all(&files, &|_| true).unwrap();
        assert_eq!((&read[0].cover, read[0].held()), (&hold.cover, hold.held.as_ref()));
        let everywhere = Cover { env: None, ..hold.cover };
        let files = Memory::new([(everywhere.path(), text.as_str())]);
        assert_eq!(all(&files, &|_| true).unwrap()[0].cover, everywhere, "below `_all`: in every environment");
    }

    #[test]
    fn a_moment_is_all_that_two_holds_of_a_commit_may_differ_in_to_be_one() {
        let (one, path) = (of_commit(), RepoPath::new(&of_commit().cover.path()).unwrap());
        let same = |change: fn(&mut Hold)| {
            let mut other = one.clone();
            change(&mut other);
            let (one, other) = (render(&one).unwrap(), render(&other).unwrap());
            differ_in_their_beginning_only(&path, one.as_bytes(), other.as_bytes())
        };
        assert!(same(|hold| hold.since = "2026-11-24T10:00:00Z".parse().unwrap()));
        assert!(!same(|hold| hold.held.as_mut().unwrap().fixed.clear()));
    }

    #[test]
    fn a_hold_of_a_commit_whose_name_and_text_do_not_fit_holds_the_application() {
        let text = render(&of_commit()).unwrap();
        let (c, d) = ("c".repeat(40), "d".repeat(40));
        let without = |key: &str| {
            text.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n")).collect::<String>()
        };
        for (name, text, wanted) in [
            (format!("production/web@{c}.yaml"), text.clone(), "production/web read"),
            (format!("production/web@{d}.yaml"), text.clone(), "production/web unread"),
            ("production/web.yaml".to_string(), text.clone(), "production/web unread"),
            (format!("production/web@{c}.yaml"), without("source:"), "production/web unread"),
            (format!("production/web@{c}.yaml"), without("commit:"), "production/web unread"),
            (format!("production/web@{c}.yaml"), text.replace(&d, "dddd"), "production/web unread"),
            (format!("production/web@{c}.yaml"), GOOD.to_string(), "production/web unread"),
            ("production/web@cccc.yaml".to_string(), text.clone(), "production/* unread"),
            (format!("production/_all@{c}.yaml"), text.clone(), "production/* unread"),
        ] {
            assert_eq!(held(&[(&name, &text)]), [wanted], "{name}:\n{text}");
        }
        let files = tree(&[(&format!("production/web@{c}.yaml"), "reason: [")]);
        let (env, app) = (EnvName::new("production").unwrap(), AppName::new("web").unwrap());
        assert!(all(&files, &|_| true).unwrap()[0].covers(&env, &app), "what cannot be read holds the pin");
        let files = tree(&[(&format!("production/web@{c}.yaml"), &text)]);
        assert!(!all(&files, &|_| true).unwrap()[0].covers(&env, &app), "what can be read holds its commit alone");
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
        let reason = |record: &Option<Kept>| match record {
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
        let cover = Cover::of(None, None);
        let text = b"reason: x\nby: y\nsince: 2026-11-23T10:00:00Z\ncause: asked\nuntill: 2026-11-23T10:00:00Z\n";
        assert!(parse::<Hold>(text, &cover).unwrap_err().contains("untill"));
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
