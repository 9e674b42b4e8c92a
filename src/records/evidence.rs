//! The files of a folder of evidence that say what is in it, text <-> value: what landed, whose keys counted, and the hash of each file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version of the folder's shape.
pub const FORMAT: &str = "stageline-evidence/v1";
pub const MANIFEST: &str = "manifest.json";
pub const SIGNATURE: &str = "manifest.json.sig";
pub const LANDINGS: &str = "landings.json";
pub const TABLE: &str = "landings.csv";
/// What stands for the verdict of a landing of which nobody known recorded one.
pub const NOT_RECORDED: &str = "not recorded";

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// The version of the tool that wrote it.
    pub tool: String,
    pub written: Timestamp,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Whether whoever wrote it signed this file.
    pub signed: bool,
    pub branches: Vec<Branch>,
    /// The SHA-256 of every other file, by its path in the folder.
    pub files: BTreeMap<String, String>,
}

/// A branch of which there are landings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub name: String,
    /// Where it is by what was known when this was written.
    pub tip: String,
    /// The landings between which the chain is unbroken, and the one before them.
    pub before: Option<String>,
    pub first: Option<String>,
    pub last: Option<String>,
}

/// `landings.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landings {
    /// By branch, oldest first.
    pub landings: Vec<Landing>,
    pub statements: Vec<StatementFile>,
    /// The keys by which statements count: those of the branch with the rules, as it is now.
    pub statement_keys: Option<KeyFiles>,
    pub notes: Vec<String>,
}

/// One landing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    pub commit: String,
    pub branch: String,
    /// Its first parent.
    pub before: Option<String>,
    pub when: Timestamp,
    pub subject: String,
    pub by: String,
    pub signature: Signature,
    /// The other parents of a merge, each with its signature.
    pub merged: Vec<Merged>,
    /// The keys that counted: those of the base.
    pub keys: Option<KeyFiles>,
    pub policies: Vec<Policy>,
    pub verdict: String,
    pub recorded: Option<Recorded>,
    pub changes: Vec<Change>,
    /// The verb and the reason that its commit says, where it moved no pin; folders of earlier versions do not say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The holds and hotfixes that came, changed or went with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Kept>,
}

/// A record that came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub file: String,
    /// `hold` or `hotfix`.
    pub kind: String,
    /// `added`, `changed`, `removed`.
    pub change: String,
    /// `*`: all of them.
    pub application: String,
    pub environment: String,
    /// What it says why, after the landing; before it, where it goes.
    pub reason: Option<String>,
}

/// A commit that a merge brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    pub commit: String,
    pub signature: Signature,
}

/// What is known of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// `good`, `untrusted`, `bad`, `expired`, `revoked`, `none`, `unknown`.
    pub state: String,
    /// Whose it is, where it is good.
    pub principals: Vec<String>,
}

/// Files of keys, by their paths in the folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KeyFiles {
    pub allowed_signers: Option<String>,
    pub openpgp: Vec<String>,
    pub revoked: Option<String>,
}

/// A file of rules at the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub branch: String,
    pub path: String,
    pub blob: String,
    /// Its path in the folder.
    pub file: String,
}

/// Who recorded the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub by: Vec<String>,
    pub at: Timestamp,
    /// Its path in the folder.
    pub file: String,
}

/// A pin that it moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub application: String,
    pub environment: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub verb: String,
    pub by: String,
    pub signature: String,
    pub signer: Option<String>,
    pub request: Option<String>,
    pub reason: Option<String>,
    pub overrides: Vec<String>,
}

/// A statement as it stands on its branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementFile {
    /// Its path in the folder.
    pub file: String,
    /// `check`, `approval`, `override`, `record`, `withdrawal`; `unreadable` for a file that is none.
    pub kind: String,
    pub signature: Signature,
}

/// The text of one of them.
pub fn render<T: Serialize>(value: &T) -> Vec<u8> {
    // Texts, times and lists of them have no way to fail.
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

/// Reads one; the error says what is wrong with it.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("it cannot be read: {error}"))
}

/// The columns of `landings.csv`, and the rows: one for each pin that moved; of a landing that moved none one for each record that it
/// changed, or one.
pub fn table(landings: &[Landing]) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let columns = vec![
        "commit",
        "branch",
        "when",
        "verb",
        "application",
        "environment",
        "from",
        "to",
        "by",
        "signature",
        "signer",
        "request",
        "reason",
        "overrides",
        "verdict",
        "recorded_by",
        "subject",
    ];
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut rows = Vec::new();
    for landing in landings {
        let row = |change: Option<&Change>, kept: Option<&Kept>| {
            let of_record = |get: &dyn Fn(&Kept) -> String| kept.map(get).unwrap_or_default();
            let of = |get: &dyn Fn(&Change) -> String| change.map(get).unwrap_or_default();
            let or_own = |own: &str, get: &dyn Fn(&Change) -> String| change.map_or(own.to_string(), get);
            vec![
                landing.commit.clone(),
                landing.branch.clone(),
                landing.when.to_string(),
                or_own(&text(&landing.verb), &|one| one.verb.clone()),
                or_own(&of_record(&|one| one.application.clone()), &|one| one.application.clone()),
                or_own(&of_record(&|one| one.environment.clone()), &|one| one.environment.clone()),
                of(&|one| text(&one.from)),
                of(&|one| text(&one.to)),
                or_own(&landing.by, &|one| one.by.clone()),
                or_own(&landing.signature.state, &|one| one.signature.clone()),
                or_own(&landing.signature.principals.join("; "), &|one| text(&one.signer)),
                of(&|one| text(&one.request)),
                or_own(&text(&landing.reason), &|one| text(&one.reason)),
                of(&|one| one.overrides.join("; ")),
                landing.verdict.clone(),
                landing.recorded.as_ref().map(|one| one.by.join("; ")).unwrap_or_default(),
                landing.subject.clone(),
            ]
        };
        match (landing.changes.as_slice(), landing.records.as_slice()) {
            ([], []) => rows.push(row(None, None)),
            ([], kept) => rows.extend(kept.iter().map(|one| row(None, Some(one)))),
            (all, _) => rows.extend(all.iter().map(|one| row(Some(one), None))),
        }
    }
    (columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn landing() -> Landing {
        Landing {
            commit: "a".repeat(40),
            branch: "main".into(),
            before: Some("b".repeat(40)),
            when: "2026-11-26T22:00:00Z".parse().unwrap(),
            subject: "promote web to production".into(),
            by: "Mei Lin".into(),
            signature: Signature { state: "good".into(), principals: vec!["mei@example.com".into()] },
            merged: Vec::new(),
            keys: None,
            policies: Vec::new(),
            verdict: "pass".into(),
            recorded: None,
            changes: Vec::new(),
            verb: None,
            reason: None,
            records: Vec::new(),
        }
    }

    #[test]
    fn a_landing_that_changed_records_alone_has_a_row_for_each_with_its_verb_and_why() {
        let kept = |application: &str| Kept {
            file: format!(".stageline/holds/production/{application}.yaml"),
            kind: "hold".into(),
            change: "removed".into(),
            application: application.into(),
            environment: "production".into(),
            reason: Some("it burns".into()),
        };
        let records = vec![kept("web"), kept("api")];
        let lifted = Landing { verb: Some("lift".into()), reason: Some("was fine".into()), records, ..landing() };
        let (_, rows) = table(&[lifted]);
        let told: Vec<_> = rows.iter().map(|row| [3, 4, 5, 12].map(|at| row[at].as_str())).collect();
        assert_eq!(told, [["lift", "web", "production", "was fine"], ["lift", "api", "production", "was fine"]]);
    }

    #[test]
    fn what_a_folder_says_of_itself_is_read_back_as_it_was_written() {
        let landings = Landings {
            landings: vec![landing()],
            statements: Vec::new(),
            statement_keys: None,
            notes: vec!["x".into()],
        };
        assert_eq!(parse(&render(&landings)), Ok(landings));
        let manifest = Manifest {
            format: FORMAT.into(),
            tool: "0.9.0".into(),
            written: "2026-11-26T22:00:00Z".parse().unwrap(),
            since: None,
            until: None,
            signed: true,
            branches: Vec::new(),
            files: BTreeMap::from([(LANDINGS.to_string(), "c".repeat(64))]),
        };
        assert_eq!(parse(&render(&manifest)), Ok(manifest));
        assert!(parse::<Manifest>(b"{}").unwrap_err().contains("format"));
    }

    #[test]
    fn a_landing_that_moved_nothing_has_a_row_and_one_that_moved_two_pins_has_two() {
        let change = |application: &str| Change {
            application: application.into(),
            environment: "production".into(),
            from: None,
            to: Some("1".into()),
            verb: "promote".into(),
            by: "Mei Lin".into(),
            signature: "good".into(),
            signer: Some("mei@example.com".into()),
            request: None,
            reason: None,
            overrides: Vec::new(),
        };
        let moved = Landing { changes: vec![change("web"), change("api")], ..landing() };
        let (columns, rows) = table(&[landing(), moved]);
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row.len() == columns.len() && row[14] == "pass" && row[8] == "Mei Lin"));
        assert_eq!(rows.iter().map(|row| row[4].as_str()).collect::<Vec<_>>(), ["", "web", "api"]);
    }
}
