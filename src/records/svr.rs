//! The record of a landing as a Simple Verification Result (https://in-toto.io/attestation/svr/v0.2), text <-> value.
//!
//! What readers of the standard look at are the properties that passed; what every gate said stands in a field of our own of the
//! verifier, which they pass over.

use serde_json::{Map, Value, json};

use crate::domain::commit::{BlobId, CommitId};
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::settings::Alone;
use crate::domain::statement::{PolicyFile, Record, Recorded, RecordedOverride, RecordedWord};

use super::fields::{moment, word};

/// in-toto/attestation, spec/predicates/svr.md: 0.2 has `verifier.policies`, a list of descriptors.
pub(super) const TYPE: &str = "https://in-toto.io/attestation/svr/v0.2";
/// Who verified: the gates of this tool. The number grows when what a gate means changes; the tool's own version follows it.
const VERIFIER: &str = "urn:stageline:verifier:v1:";
/// How the properties begin.
const PREFIX: &str = "STAGELINE_";

/// What it is of.
pub(super) fn subject(record: &Record) -> Value {
    json!([{ "name": record.branch.as_str(), "digest": { "gitCommit": record.landing.to_string() } }])
}

/// What it says.
pub(super) fn predicate(record: &Record) -> Value {
    let policy = |one: &PolicyFile| {
        json!({
            "name": one.path.as_str(),
            "digest": { "gitBlob": one.blob.to_string() },
            "annotations": { "branch": one.branch.as_str() },
        })
    };
    json!({
        "verifier": {
            "id": format!("{VERIFIER}{}", record.version),
            "policies": record.policies.iter().map(policy).collect::<Vec<_>>(),
            "stageline": {
                "judgedAt": record.judged,
                "verdicts": record.verdicts.iter().map(verdict).collect::<Vec<_>>(),
            },
        },
        "timeCreated": record.at,
        "properties": properties(record),
    })
}

/// One for each gate that passed whatever it judged, and one for each that was overridden.
fn properties(record: &Record) -> Vec<String> {
    let mut gates: Vec<&str> = Vec::new();
    for one in &record.verdicts {
        if !gates.contains(&one.gate.as_str()) {
            gates.push(&one.gate);
        }
    }
    let mut out = Vec::new();
    for gate in gates {
        let of_it = || record.verdicts.iter().filter(|one| one.gate == gate);
        let name = gate.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        if of_it().any(|one| one.overridden.is_some()) {
            out.push(format!("{PREFIX}{name}_OVERRIDDEN"));
        } else if of_it().all(|one| one.verdict == RecordedWord::Pass) {
            out.push(format!("{PREFIX}{name}_PASSED"));
        }
    }
    out
}

fn verdict(one: &Recorded) -> Value {
    let mut out = Map::new();
    let texts =
        [("gate", &*one.gate), ("subject", &*one.subject), ("verdict", one.verdict.word()), ("detail", &*one.detail)];
    out.extend(texts.map(|(key, text)| (key.to_string(), text.into())));
    if let Some(branch) = &one.branch {
        out.insert("branch".into(), branch.as_str().into());
    }
    if let Some(by) = &one.overridden {
        let alone = by.alone == Alone::Yes;
        let told = json!({ "by": by.by, "alone": alone, "reason": by.reason, "until": by.until });
        out.insert("overridden".into(), told);
    }
    out.into()
}

/// Reads it; the error says what is wrong with it.
pub(super) fn read(subjects: &Value, predicate: &Value) -> Result<Record, String> {
    let subject = &subjects[0];
    let verifier = &predicate["verifier"];
    let id = word(&verifier["id"], "verifier.id")?;
    let version = id.strip_prefix(VERIFIER).ok_or_else(|| format!("its verifier is `{id}`, and not this tool"))?;
    let own = &verifier["stageline"];
    let list = |value: &Value, what: &str| value.as_array().cloned().ok_or_else(|| format!("it has no `{what}`"));
    let landing = word(&subject["digest"]["gitCommit"], "subject's gitCommit")?;
    let record = Record {
        landing: CommitId::from_hex(landing).ok_or_else(|| format!("`{landing}` is no full commit id"))?,
        branch: branch(&subject["name"])?,
        version: version.to_string(),
        policies: list(&verifier["policies"], "policies")?.iter().map(policy_file).collect::<Result<_, _>>()?,
        verdicts: list(&own["verdicts"], "verdicts")?.iter().map(recorded).collect::<Result<_, _>>()?,
        judged: moment(&own["judgedAt"], "judgedAt")?,
        at: moment(&predicate["timeCreated"], "timeCreated")?,
    };
    // What others read and what is told here are the same.
    let said = list(&predicate["properties"], "properties")?;
    if said.iter().map(Value::as_str).ne(properties(&record).iter().map(|one| Some(one.as_str()))) {
        return Err("its `properties` are not what its verdicts say".to_string());
    }
    Ok(record)
}

fn branch(value: &Value) -> Result<BranchName, String> {
    BranchName::new(word(value, "branch")?).map_err(|why| why.to_string())
}

fn policy_file(value: &Value) -> Result<PolicyFile, String> {
    let blob = word(&value["digest"]["gitBlob"], "gitBlob")?;
    Ok(PolicyFile {
        branch: branch(&value["annotations"]["branch"])?,
        path: RepoPath::new(word(&value["name"], "policy's name")?).map_err(|why| why.to_string())?,
        blob: BlobId::from_hex(blob).ok_or_else(|| format!("`{blob}` is no blob"))?,
    })
}

fn recorded(value: &Value) -> Result<Recorded, String> {
    let text = |key: &str| value[key].as_str().map(str::to_string).ok_or_else(|| format!("a verdict has no `{key}`"));
    let said = text("verdict")?;
    let by = &value["overridden"];
    let overridden = match by.is_object() {
        true => Some(RecordedOverride {
            by: word(&by["by"], "by")?.to_string(),
            alone: if by["alone"] == true { Alone::Yes } else { Alone::No },
            reason: word(&by["reason"], "reason")?.to_string(),
            until: moment(&by["until"], "until")?,
        }),
        false => None,
    };
    Ok(Recorded {
        gate: text("gate")?,
        subject: text("subject")?,
        verdict: RecordedWord::read(&said).ok_or_else(|| format!("`{said}` is no verdict"))?,
        detail: text("detail")?,
        branch: value["branch"].is_string().then(|| branch(&value["branch"])).transpose()?,
        overridden,
    })
}

#[cfg(test)]
mod tests {
    use super::super::statement;
    use super::*;
    use crate::domain::statement::Statement;

    fn record() -> Record {
        let one = |gate: &str, subject: &str, verdict| Recorded {
            gate: gate.into(),
            subject: subject.into(),
            verdict,
            detail: "in staging since 2 days".into(),
            branch: None,
            overridden: None,
        };
        let overridden = RecordedOverride {
            by: "carol".into(),
            alone: Alone::Yes,
            reason: "it burns".into(),
            until: "2026-11-27T00:00:00Z".parse().unwrap(),
        };
        let main = BranchName::new("main").unwrap();
        Record {
            landing: CommitId::from_bytes([1; 20]),
            branch: main.clone(),
            version: "0.9.0".into(),
            policies: vec![PolicyFile {
                branch: main.clone(),
                path: RepoPath::new("stageline.yaml").unwrap(),
                blob: BlobId::from_bytes([2; 20]),
            }],
            verdicts: vec![
                one("branches", "web", RecordedWord::Pass),
                one("order", "web", RecordedWord::Pass),
                one("order", "api", RecordedWord::Fail),
                Recorded { overridden: Some(overridden), branch: Some(main), ..one("soak", "web", RecordedWord::Pass) },
            ],
            judged: "2026-11-26T22:00:00Z".parse().unwrap(),
            at: "2026-11-26T22:00:05Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_record_is_read_back_as_it_was_said() {
        let said = Statement::Record(record());
        assert_eq!(statement::parse(&statement::render(&said)), Ok(said));
    }

    #[test]
    fn a_record_has_what_the_standard_asks_for_and_no_level_of_anybody_elses() {
        let value: Value = serde_json::from_slice(&statement::render(&Statement::Record(record()))).unwrap();
        assert_eq!(value["predicateType"], TYPE);
        assert_eq!(value["subject"][0]["digest"]["gitCommit"], "01".repeat(20));
        let predicate = &value["predicate"];
        assert_eq!(predicate["verifier"]["id"], "urn:stageline:verifier:v1:0.9.0");
        assert_eq!(predicate["verifier"]["policies"][0]["digest"]["gitBlob"], "02".repeat(20));
        assert_eq!(predicate["timeCreated"], "2026-11-26T22:00:05Z");
        // A gate of which one thing did not pass has no property at all.
        assert_eq!(predicate["properties"], json!(["STAGELINE_BRANCHES_PASSED", "STAGELINE_SOAK_OVERRIDDEN"]));
    }

    #[test]
    fn a_record_that_says_two_things_or_is_anothers_is_none() {
        let whole = String::from_utf8(statement::render(&Statement::Record(record()))).unwrap();
        for (from, to, said) in [
            ("BRANCHES_PASSED", "ORDER_PASSED", "properties"),
            ("urn:stageline:verifier:v1:", "https://example.com/v2/", "not this tool"),
            ("\"fail\"", "\"fine\"", "no verdict"),
            ("gitBlob", "sha256", "gitBlob"),
            ("judgedAt", "when", "judgedAt"),
        ] {
            let changed = whole.replace(from, to);
            let why = statement::parse(changed.as_bytes()).unwrap_err();
            assert!(changed != whole && why.contains(said), "{to}: {why}");
        }
    }
}
