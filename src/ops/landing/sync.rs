//! What a sync changes: the main branch's rules, and the files that they read, brought to an environment's own branch byte for byte.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::commit::CommitId;
use crate::domain::files::{EntryKind, Files};
use crate::domain::path::RepoPath;
use crate::domain::plan::{Class, FileEdit, Mode, Plan};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{FILE, Settings};
use crate::domain::verb::Verb;

use super::authority::{KEYS, REVOKED};
use super::classes;
use super::in_the_way;
use super::intent::Intent;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// A sync as it is told: from where, which files, and where the rules differ until it lands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// The branch whose rules come, and its commit.
    pub branch: String,
    pub commit: CommitId,
    pub files: Vec<(RepoPath, Change)>,
    pub differences: Vec<String>,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    New,
    Changed,
    Gone,
}

impl Synced {
    /// What comes to the branch of a world by these edits.
    pub fn of(stack: &Stack, world: &World, edits: &[FileEdit]) -> Self {
        let change = |edit: &FileEdit| match (&edit.was, &edit.becomes) {
            (None, _) => Change::New,
            (Some(_), Some(_)) => Change::Changed,
            (Some(_), None) => Change::Gone,
        };
        Self {
            branch: stack.main.branch.to_string(),
            commit: stack.main.base,
            files: edits.iter().map(|edit| (edit.path.clone(), change(edit))).collect(),
            differences: stack.differences_on(&world.branch),
        }
    }

    /// One line a file, and one for each rule that differs: what a request says.
    pub fn told(&self) -> Vec<String> {
        let Self { branch, commit, .. } = self;
        let file = |(path, change): &(RepoPath, Change)| match change {
            Change::New => format!("`{path}` comes, as it is on `{branch}` at {}", commit.short()),
            Change::Changed => format!("`{path}` becomes what it is on `{branch}` at {}", commit.short()),
            Change::Gone => format!("`{path}` goes: `{branch}` has none at {}", commit.short()),
        };
        let rules = self.differences.iter().map(|rule| format!("until then {rule}"));
        self.files.iter().map(file).chain(rules).collect()
    }
}

/// An intent with whose rules it brings, as the trailer of a sync says it (`main@<config commit>`): those of now, on each tip.
pub fn settled<'i>(stack: &Stack, intent: &'i Intent) -> Cow<'i, Intent> {
    if intent.verb != Verb::Sync {
        return Cow::Borrowed(intent);
    }
    let origin = format!("{}@{}", stack.main.branch, stack.main.base);
    Cow::Owned(Intent { origin: Some(origin), ..intent.clone() })
}

/// The edits of a verb that bring the main branch's rules to a world; none for any other verb.
///
/// # Errors
/// As those of `edits`.
pub fn edits_of(stack: &Stack, world: &World, verb: Verb) -> Result<Vec<FileEdit>, Error> {
    if verb != Verb::Sync {
        return Ok(Vec::new());
    }
    let copy = stack.copies.get(&world.branch).map(Arc::as_ref);
    edits((stack.main.files.as_ref(), &stack.main.settings), (world.files.as_ref(), copy))
}

/// The edits that bring the rules of one tree to another, in the order of their paths; none where nothing differs. `copy`: the
/// rules that the other has now.
///
/// # Errors
/// One of the files is none on either side, or stands among the records.
pub fn edits(
    (from, rules): (&dyn Files, &Settings),
    (to, copy): (&dyn Files, Option<&Settings>),
) -> Result<Vec<FileEdit>, Error> {
    let mut out = Vec::new();
    for path in paths((from, rules), (to, copy))? {
        let wanted = from.entry(&path)?;
        if wanted.as_ref().is_some_and(|entry| !is_file(entry.kind)) {
            let what = format!("`{path}` is no plain file where the rules come from, and only such are brought");
            return Err(Refusal::new(Code::NotAPlainFile, what).hint("make it one there").invalid());
        }
        let was = to.entry(&path)?.map(|entry| entry.id);
        if was == wanted.as_ref().map(|entry| entry.id) {
            continue;
        }
        in_the_way::refuse(to, &path)?;
        let becomes = if wanted.is_some() { from.read(&path)? } else { None };
        if becomes.is_some() != wanted.is_some() {
            return Err(anyhow::anyhow!("`{path}` is there and cannot be read").into());
        }
        out.push(FileEdit { path, was, becomes, mode: Mode::Kept });
    }
    Ok(out)
}

/// The files that rules are, or read: they themselves, signers, keys and templates; and the keys that the other side has beside.
fn paths(
    (from, rules): (&dyn Files, &Settings),
    (to, copy): (&dyn Files, Option<&Settings>),
) -> Result<BTreeSet<RepoPath>, Error> {
    let fixed = |path: &str| RepoPath::new(path).map_err(anyhow::Error::from);
    let mut out = BTreeSet::from([fixed(FILE)?, fixed(REVOKED)?]);
    for path in rules.own_files() {
        if classes::is_record(path) {
            let what = format!("the rules read `{path}`, which stands among the records; those are each branch's own");
            return Err(Refusal::new(Code::BadPlace, what).hint("put it elsewhere, and say so in them").invalid());
        }
        out.insert(path.clone());
    }
    let keys = fixed(KEYS)?;
    for side in [from, to] {
        out.extend(side.list(&keys)?.into_iter().filter(|entry| is_file(entry.kind)).map(|entry| entry.path));
    }
    // A list of signers that only the other side's rules named would be read by nothing. Only what is the tool's own is taken away.
    let left = copy.and_then(|copy| copy.signers_file.clone());
    out.extend(left.filter(|path| path.as_str().starts_with(".stageline/") && !classes::is_record(path)));
    Ok(out)
}

fn is_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::File | EntryKind::Executable)
}

/// The edits of a plan that change policy: a sync's, and no other verb's.
pub fn of_policy(plan: &Plan) -> impl Iterator<Item = &FileEdit> {
    let is_policy = |edit: &FileEdit| {
        plan.proposal.others.iter().any(|other| other.class == Class::Policy && other.path == edit.path)
    };
    plan.edits.iter().filter(move |edit| is_policy(edit))
}

/// Whether another plan's policy is a part of this one's: what nobody has agreed to comes in by no other tip.
pub fn is_within(again: &Plan, agreed: &Plan) -> bool {
    let same = |one: &FileEdit, known: &FileEdit| (&one.path, &one.becomes) == (&known.path, &known.becomes);
    of_policy(again).all(|one| of_policy(agreed).any(|known| same(one, known)))
}

/// The commit that the trailer of a sync names.
pub fn named(origin: Option<&str>) -> Option<CommitId> {
    let (_, commit) = origin?.rsplit_once('@')?;
    CommitId::from_hex(commit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::memory::Memory;

    const RULES: &str = "version: 1\nenvironments: [{ name: staging }]\napplications: []\n";

    fn told(from: &Memory, to: &Memory) -> Result<Vec<String>, Error> {
        let rules = |files: &Memory| check(files.read_text(FILE).as_bytes(), FILE).unwrap();
        let made = edits((from, &rules(from)), (to, Some(&rules(to))))?;
        let sign = |edit: &FileEdit| match (edit.was.is_some(), edit.becomes.is_some()) {
            (false, true) => "+",
            (true, true) => "~",
            _ => "-",
        };
        Ok(made.iter().map(|edit| format!("{}{}", sign(edit), edit.path)).collect())
    }

    fn with(signers: &str, more: &[(&str, &str)]) -> Memory {
        let files = Memory::new([(FILE, format!("{RULES}signers-file: {signers}\n"))]);
        more.iter().fold(files, |files, (path, text)| files.with([(*path, text.to_string())]))
    }

    #[test]
    fn rules_and_what_they_read_come_and_keys_that_only_the_branch_has_go() {
        let main = with("keys/all", &[("keys/all", "a"), (".stageline/keys/a.asc", "a"), ("apps/x.yaml", "1")]);
        let there = with(
            ".stageline/allowed_signers",
            &[
                (".stageline/allowed_signers", "old"),
                (".stageline/keys/b.asc", "b"),
                (".stageline/revoked_keys", "r"),
                (".stageline/holds/production/web.yaml", "h"),
                (".stageline/more.yaml", "m"),
                ("apps/x.yaml", "2"),
            ],
        );
        assert_eq!(
            told(&main, &there).unwrap(),
            [
                "-.stageline/allowed_signers",
                "+.stageline/keys/a.asc",
                "-.stageline/keys/b.asc",
                "-.stageline/revoked_keys",
                "+keys/all",
                "~stageline.yaml"
            ]
        );
        assert_eq!(told(&main, &main).unwrap(), [""; 0]);
    }

    #[test]
    fn no_file_that_rules_name_reaches_a_record_or_anything_else_of_the_branch() {
        let hold = ".stageline/holds/production/web.yaml";
        let main = with("keys/all", &[("keys/all", "a")]);
        for named in [hold, "apps/x.yaml"] {
            let there = with(named, &[("keys/all", "a"), (named, "stays")]);
            assert_eq!(told(&main, &there).unwrap(), ["~stageline.yaml"], "{named}");
        }
        let error = told(&with(hold, &[(hold, "a")]), &main).unwrap_err();
        assert_eq!(error.refusal().code, Code::BadPlace);
    }
}
