//! The canonical list of a change: whose it is, the rules that bind it, and what it does, as bytes. `docs/change-digest.md` has the format.

use std::collections::BTreeMap;

use super::commit::CommitId;
use super::files::{Entry, EntryKind};
use super::hold::Record;
use super::hotfix::HotfixFile;
use super::names::{AppName, BranchName, EnvName};
use super::pin::PinMove;
use super::plan::{Class, Other, Proposal};
use super::settings::{PartyName, RepositoryId};

/// What the list begins with; another format gets another number.
const HEAD: [&str; 2] = ["stageline-change", "1"];

/// What the list calls the config repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repository {
    /// Its `id:`.
    Id(RepositoryId),
    /// The first commit of the policy branch's first-parent history.
    First(CommitId),
}

/// Rules of one policy that bind the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The branch whose policy it is.
    pub branch: BranchName,
    pub of: RuleOf,
    /// What they say, as canonical JSON.
    pub text: String,
}

/// What rules are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleOf {
    /// The whole file.
    File,
    Environment(EnvName),
    Application(AppName),
    Families,
    Group(PartyName),
}

/// One row of the list: texts, some of which there need not be.
type Row = Vec<Option<String>>;

/// The bytes of the list. No two lists that differ have the same ones.
pub fn bytes(repository: &Repository, rules: &[Rule], proposal: &Proposal) -> Vec<u8> {
    let mut rows = vec![repository.row(), row(["target", proposal.on.as_str()])];
    rows.extend(rules.iter().map(Rule::row));
    rows.extend(proposal.moves.iter().flat_map(pins));
    let governed = proposal.others.iter().filter(|other| other.class != Class::Outside);
    let holds = proposal.records.iter().map(|one| (&one.path, ("hold", one.is.as_ref().and_then(Record::lasting))));
    let hotfixes =
        proposal.hotfixes.iter().map(|one| (&one.path, ("hotfix", one.is.as_ref().and_then(HotfixFile::lasting))));
    let records: BTreeMap<_, _> = holds.chain(hotfixes).collect();
    rows.extend(governed.map(|other| edit(other, records.get(&other.path))));
    rows.sort();
    let mut out = written(&row(HEAD));
    rows.iter().for_each(|row| out.extend(written(row)));
    out
}

fn row<const N: usize>(texts: [&str; N]) -> Row {
    texts.map(|text| Some(text.to_string())).to_vec()
}

impl Repository {
    fn row(&self) -> Row {
        match self {
            Repository::Id(id) => row(["repository", "id", &id.to_string()]),
            Repository::First(commit) => row(["repository", "first", &commit.to_string()]),
        }
    }
}

impl Rule {
    fn row(&self) -> Row {
        let (of, name) = match &self.of {
            RuleOf::File => ("file", None),
            RuleOf::Environment(name) => ("environment", Some(name.to_string())),
            RuleOf::Application(name) => ("application", Some(name.to_string())),
            RuleOf::Families => ("families", None),
            RuleOf::Group(name) => ("group", Some(name.to_string())),
        };
        let mut out = row(["rule", self.branch.as_str(), of]);
        out.extend([name, Some(self.text.clone())]);
        out
    }
}

/// A row for each site that says something else.
fn pins(moved: &PinMove) -> impl Iterator<Item = Row> {
    moved.sites.iter().map(|site| {
        let key = &site.key;
        let mut out = row(["pin", site.file.as_str(), moved.app.as_str(), moved.env.as_str(), &key.pin]);
        out.push(Some(key.nth.to_string()));
        out.push(key.cluster.as_ref().map(ToString::to_string));
        out.extend([&site.from, &site.to].map(|version| version.as_ref().map(ToString::to_string)));
        out
    })
}

/// A changed path, with the kind and the lasting text of the record that stands there then. Of that it is not told when it begins: each
/// try to land it writes another moment.
fn edit(other: &Other, record: Option<&(&str, Option<String>)>) -> Row {
    let (kind, after) = match record {
        Some((kind, Some(text))) => (*kind, Some(text.clone())),
        _ => ("edit", other.is.as_ref().map(|entry| entry.id.to_string())),
    };
    let mut out = row([kind, other.path.as_str()]);
    out.extend([mode(&other.was), other.was.as_ref().map(|entry| entry.id.to_string()), mode(&other.is), after]);
    out
}

/// git's word for the kind of an entry.
fn mode(entry: &Option<Entry>) -> Option<String> {
    let word = |entry: &Entry| match entry.kind {
        EntryKind::File => "100644",
        EntryKind::Executable => "100755",
        EntryKind::Symlink => "120000",
        EntryKind::Submodule => "160000",
        EntryKind::Folder => "040000",
    };
    entry.as_ref().map(|entry| word(entry).to_string())
}

/// A row as a netstring of netstrings, in which `-,` is a text that is not there.
fn written(row: &Row) -> Vec<u8> {
    let mut fields = Vec::new();
    for field in row {
        match field {
            Some(text) => fields.extend(netstring(text.as_bytes())),
            None => fields.extend(b"-,"),
        }
    }
    netstring(&fields)
}

/// Bytes behind their number, so that nothing in them can end them.
fn netstring(bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("{}:", bytes.len()).into_bytes();
    out.extend_from_slice(bytes);
    out.push(b',');
    out
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::change_digest::ChangeDigest;
    use crate::domain::commit::ObjectId;
    use crate::domain::hold::{Cause, Cover, Hold, HoldFile, Record, RecordChange};
    use crate::domain::hotfix::{Hotfix, HotfixChange};
    use crate::domain::names::ClusterName;
    use crate::domain::path::RepoPath;
    use crate::domain::pin::{Assignment, SiteKey, SiteMove};
    use crate::domain::settings::SourceAddress;
    use crate::domain::version::Version;

    const VECTORS: &str = include_str!("../../docs/change-digest.vectors.json");

    fn text<'v>(value: &'v Value, key: &str) -> &'v str {
        value[key].as_str().unwrap_or_else(|| panic!("no {key}: {value}"))
    }

    fn all<T>(vector: &Value, key: &str, read: impl Fn(&Value) -> T) -> Vec<T> {
        vector[key].as_array().unwrap().iter().map(read).collect()
    }

    fn repository(value: &Value) -> Repository {
        match value["id"].as_str() {
            Some(id) => Repository::Id(RepositoryId::new(id).unwrap()),
            None => Repository::First(ObjectId::from_hex(text(value, "first")).unwrap()),
        }
    }

    fn rule(value: &Value) -> Rule {
        let name = || text(value, "name");
        let of = match text(value, "of") {
            "file" => RuleOf::File,
            "environment" => RuleOf::Environment(EnvName::new(name()).unwrap()),
            "application" => RuleOf::Application(AppName::new(name()).unwrap()),
            "group" => RuleOf::Group(PartyName::new(name()).unwrap()),
            other => panic!("{other}"),
        };
        Rule { branch: BranchName::new(text(value, "branch")).unwrap(), of, text: text(value, "text").into() }
    }

    fn moved(value: &Value) -> PinMove {
        let version = |key: &str| value[key].as_str().map(|text| Version::new(text).unwrap());
        let cluster = value["cluster"].as_str().map(|name| ClusterName::new(name).unwrap());
        let nth = value["nth"].as_u64().unwrap() as usize;
        let key = SiteKey { pin: text(value, "pin").into(), nth, cluster };
        let file = RepoPath::new(text(value, "file")).unwrap();
        let (app, env) = (AppName::new(text(value, "application")), EnvName::new(text(value, "environment")));
        let (from, to) = (version("from"), version("to"));
        PinMove {
            app: app.unwrap(),
            env: env.unwrap(),
            instance: None,
            recorded: None,
            request: None,
            from: None,
            to: None,
            was: Assignment::default(),
            is: Assignment::default(),
            sites: vec![SiteMove { key, file, from, to }],
        }
    }

    fn entry(path: &RepoPath, mode: &str, id: ObjectId) -> Entry {
        let kind = match mode {
            "100644" => EntryKind::File,
            "100755" => EntryKind::Executable,
            "120000" => EntryKind::Symlink,
            "160000" => EntryKind::Submodule,
            other => panic!("{other}"),
        };
        Entry { path: path.clone(), kind, id }
    }

    fn other(value: &Value, class: Class) -> Other {
        let path = RepoPath::new(text(value, "path")).unwrap();
        let side = |key: &str| {
            let (mode, id) = (value[key][0].as_str()?, value[key][1].as_str()?);
            Some(entry(&path, mode, ObjectId::from_hex(id).unwrap()))
        };
        let (was, is) = (side("was"), side("is"));
        Other { path, class, was, is }
    }

    fn hold(value: &Value) -> (Other, RecordChange) {
        let mut other = other(value, Class::Record);
        other.is = Some(entry(&other.path, text(value, "mode"), ObjectId::from_bytes([7; 20])));
        let file = text(value, "text");
        let since = file.lines().find_map(|line| line.strip_prefix("since: ")).unwrap().parse().unwrap();
        let cover = Cover::of(EnvName::new("production").ok(), AppName::new("web").ok());
        let (reason, by) = (String::new(), String::new());
        let read = Hold { cover: cover.clone(), reason, by, since, until: None, cause: Cause::Rollback, held: None };
        let is = Record { text: Some(file.into()), file: HoldFile::new(other.path.clone(), cover, Ok(read)) };
        let record = RecordChange { path: other.path.clone(), was: None, is: Some(is) };
        (other, record)
    }

    fn hotfix(value: &Value) -> (Other, HotfixChange) {
        let mut other = other(value, Class::Record);
        other.is = Some(entry(&other.path, text(value, "mode"), ObjectId::from_bytes([7; 20])));
        let file = text(value, "text");
        let line = |key: &str| file.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        let (env, app) = (EnvName::new("production").unwrap(), AppName::new("web").unwrap());
        let hotfix = Hotfix {
            env: env.clone(),
            app: app.clone(),
            commit: ObjectId::from_hex(line("commit: ")).unwrap(),
            source: SourceAddress(line("source: ").into()),
            version: Version::new(line("version: ")).unwrap(),
            by: line("by: ").into(),
            since: line("since: ").parse().unwrap(),
            reason: line("reason: ").into(),
        };
        let path = other.path.clone();
        let is = HotfixFile { path, env, app, text: Some(file.into()), hotfix: Ok(hotfix) };
        let change = HotfixChange {
            path: other.path.clone(),
            env: is.env.clone(),
            app: is.app.clone(),
            was: None,
            is: Some(is),
        };
        (other, change)
    }

    fn proposal(vector: &Value) -> Proposal {
        let own = vector["hotfixes"].as_array().into_iter().flatten().map(hotfix);
        let (fixed, hotfixes): (Vec<_>, Vec<_>) = own.unzip();
        let (held, records): (Vec<_>, Vec<_>) = all(vector, "holds", hold).into_iter().unzip();
        let class = |value: &Value| match text(value, "path").starts_with(".stageline/ho") {
            true => Class::Record,
            false => Class::Environment(EnvName::new("production").into_iter().collect()),
        };
        let edited = all(vector, "edits", |value| other(value, class(value)));
        Proposal {
            moves: all(vector, "pins", moved),
            records,
            hotfixes,
            others: edited.into_iter().chain(held).chain(fixed).collect(),
            ..Proposal::nothing(BranchName::new(text(vector, "target")).unwrap())
        }
    }

    fn of(vector: &Value) -> Vec<u8> {
        bytes(&repository(&vector["repository"]), &all(vector, "rules", rule), &proposal(vector))
    }

    fn vectors() -> Vec<Value> {
        serde_json::from_str(VECTORS).unwrap()
    }

    #[test]
    fn every_vector_has_the_list_and_the_digest_that_stand_beside_it() {
        let all = vectors();
        assert!(all.len() > 20);
        for vector in &all {
            let list = of(vector);
            assert_eq!(String::from_utf8_lossy(&list), text(vector, "list"), "{}", vector["name"]);
            assert_eq!(ChangeDigest::of(&list).to_string(), text(vector, "digest"), "{}", vector["name"]);
        }
    }

    #[test]
    fn what_is_outside_is_no_part_of_a_change_and_everything_else_is() {
        let vector = vectors().remove(0);
        let list = |class: Class| {
            let path = RepoPath::new("README.md").unwrap();
            let is = Some(entry(&path, "100644", ObjectId::from_bytes([1; 20])));
            let mut proposal = proposal(&vector);
            proposal.others.push(Other { path, class, was: None, is });
            bytes(&repository(&vector["repository"]), &[], &proposal)
        };
        let plain = bytes(&repository(&vector["repository"]), &[], &proposal(&vector));
        assert_eq!(list(Class::Outside), plain);
        for class in [Class::Policy, Class::Record, Class::Environment(Default::default())] {
            assert_ne!(list(class), plain);
        }
    }

    #[test]
    fn the_order_in_which_things_are_found_changes_nothing() {
        for vector in vectors() {
            let mut turned = vector.clone();
            for key in ["rules", "pins", "edits", "holds"] {
                turned[key].as_array_mut().unwrap().reverse();
            }
            assert_eq!(of(&turned), of(&vector), "{}", vector["name"]);
        }
    }

    proptest::proptest! {
        #[test]
        fn rows_that_differ_are_written_differently_and_can_be_told_apart(
            one in proptest::collection::vec(proptest::option::of("[-0-9:,a\n]{0,4}"), 0..4),
            two in proptest::collection::vec(proptest::option::of("[-0-9:,a\n]{0,4}"), 0..4),
        ) {
            proptest::prop_assert_eq!(written(&one) == written(&two), one == two);
            let both = |a: &Row, b: &Row| [written(a), written(b)].concat();
            proptest::prop_assert_eq!(both(&one, &two) == both(&two, &one), one == two);
        }
    }
}
