//! A statement as the payload of its envelope: an in-toto Statement v1 (https://github.com/in-toto/attestation, spec/v1), text <-> value.

use serde_json::{Map, Value, json};

use crate::domain::change_digest::ChangeDigest;
use crate::domain::commit::{CommitId, TreeId};
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::settings::NamedGate;
use crate::domain::statement::{Agreed, Check, CheckResult, Consent, Statement, Tests, Withdrawal};

use super::fields::{moment, word};
use super::svr;
use crate::domain::version::Version;

use super::json as strict;

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// in-toto/attestation, spec/predicates/test-result.md.
const CHECK: &str = "https://in-toto.io/attestation/test-result/v0.1";
const APPROVAL: &str = "urn:stageline:approval:v1";
const OVERRIDE: &str = "urn:stageline:override:v1";
const WITHDRAWAL: &str = "urn:stageline:withdrawal:v1";
/// The descriptors by which a check says what ran, where, and when it was told.
const RAN: &str = "urn:stageline:check:";
const PLACE: &str = "urn:stageline:environment:";
const TOLD: &str = "urn:stageline:told";

/// The text of a statement.
pub fn render(statement: &Statement) -> Vec<u8> {
    let (subject, kind, predicate) = match statement {
        Statement::Check(check) => (subjects(check), CHECK, result(check)),
        Statement::Consent(consent) => (changes(consent), kind_of(&consent.agreed), agreed(consent)),
        Statement::Withdrawal(withdrawal) => {
            let subject = json!([{ "name": withdrawal.of.as_str(), "digest": { "sha256": withdrawal.sha256 } }]);
            let mut predicate = Map::from_iter([("at".to_string(), json!(withdrawal.at))]);
            put(&mut predicate, "reason", withdrawal.reason.as_deref());
            (subject, WITHDRAWAL, predicate.into())
        }
        Statement::Record(record) => (svr::subject(record), svr::TYPE, svr::predicate(record)),
    };
    let whole = json!({ "_type": STATEMENT, "subject": subject, "predicateType": kind, "predicate": predicate });
    whole.to_string().into_bytes()
}

fn put(map: &mut Map<String, Value>, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        map.insert(key.to_string(), text.into());
    }
}

fn subjects(check: &Check) -> Value {
    let mut out = vec![
        json!({ "name": check.app.as_str(), "uri": check.source, "digest": { "gitCommit": check.commit.to_string() } }),
    ];
    if let Some((algorithm, hex)) =
        check.digest.as_ref().and_then(Version::digest).and_then(|text| text.split_once(':'))
    {
        out.push(json!({ "name": format!("{} (image)", check.app), "digest": { algorithm: hex } }));
    }
    out.into()
}

fn result(check: &Check) -> Value {
    let mut configuration = vec![json!({ "name": check.name, "uri": format!("{RAN}{}", escaped(&check.name)) })];
    if let Some(env) = &check.environment {
        configuration.push(json!({ "name": env.as_str(), "uri": format!("{PLACE}{env}") }));
    }
    configuration.push(json!({ "name": "told", "uri": TOLD, "annotations": { "at": check.at } }));
    let word = match check.result {
        CheckResult::Passed => "PASSED",
        CheckResult::Warned => "WARNED",
        CheckResult::Failed => "FAILED",
    };
    let mut out =
        Map::from_iter([("result".to_string(), word.into()), ("configuration".to_string(), configuration.into())]);
    put(&mut out, "url", check.url.as_deref());
    let Tests { passed, warned, failed } = &check.tests;
    for (key, names) in [("passedTests", passed), ("warnedTests", warned), ("failedTests", failed)] {
        if !names.is_empty() {
            out.insert(key.to_string(), json!(names));
        }
    }
    out.into()
}

/// A name as the end of a URN (RFC 8141): what is no plain character in percent.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn changes(consent: &Consent) -> Value {
    json!([
        { "name": "change", "digest": { "sha256": consent.change.to_string() } },
        { "name": "tree", "digest": { "gitTree": consent.tree.to_string() } },
    ])
}

fn kind_of(agreed: &Agreed) -> &'static str {
    match agreed {
        Agreed::Approval => APPROVAL,
        Agreed::Override { .. } => OVERRIDE,
    }
}

fn agreed(consent: &Consent) -> Value {
    let mut out = Map::new();
    put(&mut out, "target", Some(consent.target.as_str()));
    put(&mut out, "base", Some(&consent.base.to_string()));
    put(&mut out, "head", consent.head.map(|head| head.to_string()).as_deref());
    if let Agreed::Override { gate, reason, until } = &consent.agreed {
        put(&mut out, "gate", Some(gate.word()));
        put(&mut out, "reason", Some(reason));
        out.insert("until".into(), json!(until));
    }
    out.insert("at".into(), json!(consent.at));
    out.into()
}

/// Reads the text of a statement; the error says what is wrong with it. What it does not know it passes over, as readers must.
pub fn parse(text: &[u8]) -> Result<Statement, String> {
    let whole = strict::read(text).map_err(|why| format!("it is no statement: {why}"))?;
    if whole["_type"] != STATEMENT {
        return Err(format!("it is no statement of the type `{STATEMENT}`"));
    }
    has_digests(&whole["subject"])?;
    let predicate = &whole["predicate"];
    let kind = word(&whole["predicateType"], "predicateType")?;
    match kind {
        CHECK => read_check(&whole["subject"], predicate).map(Statement::Check),
        APPROVAL => read_consent(&whole["subject"], predicate, Agreed::Approval).map(Statement::Consent),
        OVERRIDE => {
            let gate = word(&predicate["gate"], "gate")?;
            let agreed = Agreed::Override {
                gate: named_gate(gate).ok_or_else(|| format!("`{gate}` is no gate"))?,
                reason: word(&predicate["reason"], "reason")?.to_string(),
                until: moment(&predicate["until"], "until")?,
            };
            read_consent(&whole["subject"], predicate, agreed).map(Statement::Consent)
        }
        WITHDRAWAL => {
            let subject = &whole["subject"][0];
            Ok(Statement::Withdrawal(Withdrawal {
                of: RepoPath::new(word(&subject["name"], "subject")?).map_err(|why| why.to_string())?,
                sha256: word(&subject["digest"]["sha256"], "subject's sha256")?.to_string(),
                reason: optional(&predicate["reason"], "reason")?,
                at: moment(&predicate["at"], "at")?,
            }))
        }
        svr::TYPE => svr::read(&whole["subject"], predicate).map(Statement::Record),
        other => Err(format!("it is a `{other}`, which this version does not know")),
    }
}

/// Whether every subject has a digest, as a Statement v1 must, and those of the algorithms that are read here are whole.
fn has_digests(subjects: &Value) -> Result<(), String> {
    let all = subjects.as_array().filter(|all| !all.is_empty()).ok_or("it has no `subject`")?;
    for (nth, subject) in all.iter().enumerate() {
        let digests = subject["digest"].as_object().filter(|digests| !digests.is_empty());
        for (algorithm, value) in digests.ok_or_else(|| format!("its subject {nth} has no `digest`"))? {
            let text = value.as_str().filter(|text| !text.is_empty());
            let text = text.ok_or_else(|| format!("the `{algorithm}` of its subject {nth} is no text"))?;
            let is_hex = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            let is_whole = match algorithm.as_str() {
                "gitCommit" | "gitTree" => is_hex && [40, 64].contains(&text.len()),
                "sha256" => is_hex && text.len() == 64,
                "sha384" => is_hex && text.len() == 96,
                "sha512" => is_hex && text.len() == 128,
                _ => true,
            };
            if !is_whole {
                return Err(format!("the `{algorithm}` of its subject {nth} is none: `{text}`"));
            }
        }
    }
    Ok(())
}

fn named_gate(word: &str) -> Option<NamedGate> {
    NamedGate::WORDS.iter().find(|(known, _)| *known == word).map(|(_, gate)| *gate)
}

fn text(value: &Value, what: &str) -> Result<String, String> {
    value.as_str().map(str::to_string).ok_or_else(|| format!("its `{what}` is no text"))
}

/// A text that may be missing; what is there is one.
fn optional(value: &Value, what: &str) -> Result<Option<String>, String> {
    if value.is_null() { Ok(None) } else { text(value, what).map(Some) }
}

fn read_check(subjects: &Value, predicate: &Value) -> Result<Check, String> {
    let subject = &subjects[0];
    let commit = word(&subject["digest"]["gitCommit"], "subject's gitCommit")?;
    let configuration = predicate["configuration"].as_array().ok_or("it has no `configuration`")?;
    let with =
        |start: &str| configuration.iter().find(|one| one["uri"].as_str().is_some_and(|uri| uri.starts_with(start)));
    let ran = with(RAN).ok_or("its `configuration` does not say which check ran")?;
    let told = with(TOLD).ok_or("its `configuration` does not say when it was told")?;
    let environment = with(PLACE).map(|one| word(&one["name"], "environment").map(EnvName::new)).transpose()?;
    let digests =
        subjects.as_array().into_iter().flatten().skip(1).filter_map(|one| one["digest"].as_object()?.iter().next());
    let digest = digests.filter_map(|(algorithm, hex)| Some(format!("{algorithm}:{}", hex.as_str()?))).next();
    let names = |key: &str| match &predicate[key] {
        Value::Null => Ok(Vec::new()),
        Value::Array(all) => all.iter().map(|name| text(name, key)).collect(),
        _ => Err(format!("its `{key}` is no list")),
    };
    Ok(Check {
        app: AppName::new(word(&subject["name"], "subject's name")?).map_err(|why| why.to_string())?,
        source: word(&subject["uri"], "subject's uri")?.to_string(),
        commit: CommitId::from_hex(commit).ok_or_else(|| format!("`{commit}` is no full commit id"))?,
        name: word(&ran["name"], "check")?.to_string(),
        environment: environment.transpose().map_err(|why| why.to_string())?,
        digest: digest.map(Version::new).transpose().map_err(|why| why.to_string())?,
        result: match word(&predicate["result"], "result")? {
            "PASSED" => CheckResult::Passed,
            "WARNED" => CheckResult::Warned,
            "FAILED" => CheckResult::Failed,
            other => return Err(format!("its `result` is `{other}`")),
        },
        url: optional(&predicate["url"], "url")?,
        tests: Tests { passed: names("passedTests")?, warned: names("warnedTests")?, failed: names("failedTests")? },
        at: moment(&told["annotations"]["at"], "annotations.at")?,
    })
}

fn read_consent(subjects: &Value, predicate: &Value, agreed: Agreed) -> Result<Consent, String> {
    let named = |name: &str| subjects.as_array().into_iter().flatten().find(|one| one["name"] == name);
    let id = |name: &str, algorithm: &str| {
        let subject = named(name).ok_or_else(|| format!("it has no subject `{name}`"))?;
        word(&subject["digest"][algorithm], algorithm)
    };
    let commit = |text: &str| CommitId::from_hex(text).ok_or_else(|| format!("`{text}` is no full commit id"));
    let (change, tree) = (id("change", "sha256")?, id("tree", "gitTree")?);
    Ok(Consent {
        change: ChangeDigest::from_hex(change).ok_or_else(|| format!("`{change}` is no change digest"))?,
        target: BranchName::new(word(&predicate["target"], "target")?).map_err(|why| why.to_string())?,
        base: commit(word(&predicate["base"], "base")?)?,
        head: optional(&predicate["head"], "head")?.as_deref().map(commit).transpose()?,
        tree: TreeId::from_hex(tree).ok_or_else(|| format!("`{tree}` is no tree"))?,
        agreed,
        at: moment(&predicate["at"], "at")?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at() -> Timestamp {
        "2026-11-26T22:00:00Z".parse().unwrap()
    }

    fn check() -> Check {
        Check {
            app: AppName::new("web").unwrap(),
            source: "git.example.com/shop/web".into(),
            commit: CommitId::from_hex(&"ab".repeat(20)).unwrap(),
            name: "smoke & load".into(),
            environment: EnvName::new("staging").ok(),
            digest: Version::new(format!("sha256:{}", "c".repeat(64))).ok(),
            result: CheckResult::Warned,
            url: Some("https://ci.example.com/7".into()),
            tests: Tests { passed: vec!["a".into()], warned: vec!["b".into()], failed: vec![] },
            at: at(),
        }
    }

    fn consent(agreed: Agreed) -> Consent {
        Consent {
            change: ChangeDigest::of(b"x"),
            target: BranchName::new("main").unwrap(),
            base: CommitId::from_hex(&"1".repeat(40)).unwrap(),
            head: CommitId::from_hex(&"2".repeat(40)),
            tree: TreeId::from_hex(&"3".repeat(40)).unwrap(),
            agreed,
            at: at(),
        }
    }

    #[test]
    fn each_kind_of_statement_is_read_back_as_it_was_said() {
        let reason = "the fix of the fix".to_string();
        for statement in [
            Statement::Check(check()),
            Statement::Check(Check {
                environment: None,
                digest: None,
                result: CheckResult::Failed,
                url: None,
                tests: Tests::default(),
                ..check()
            }),
            Statement::Consent(consent(Agreed::Approval)),
            Statement::Consent(consent(Agreed::Override {
                gate: NamedGate::Soak,
                reason: reason.clone(),
                until: at(),
            })),
            Statement::Withdrawal(Withdrawal {
                of: RepoPath::new("changes/ab/cd/approval-1.json").unwrap(),
                sha256: "a".repeat(64),
                reason: Some(reason),
                at: at(),
            }),
        ] {
            assert_eq!(parse(&render(&statement)).as_ref(), Ok(&statement));
        }
    }

    #[test]
    fn a_check_says_what_ran_where_and_when_in_descriptors_that_others_can_read() {
        let value: Value = serde_json::from_slice(&render(&Statement::Check(check()))).unwrap();
        assert_eq!(value["predicate"]["configuration"][0]["uri"], "urn:stageline:check:smoke%20%26%20load");
        assert_eq!(value["predicate"]["configuration"][1]["uri"], "urn:stageline:environment:staging");
        assert_eq!(value["subject"][1]["digest"]["sha256"], "c".repeat(64));
    }

    /// The blocks of JSON of the page that tells of this format.
    fn examples() -> Vec<&'static str> {
        let page = include_str!("../../docs/statements.md");
        page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
    }

    #[test]
    fn the_examples_of_the_page_are_read_and_its_envelope_has_its_check() {
        let all = examples();
        let [sealed, said @ ..] = all.as_slice() else { panic!("no examples") };
        let read = |text: &&str| parse(text.as_bytes()).unwrap_or_else(|why| panic!("{why}: {text}"));
        let statements: Vec<Statement> = said.iter().map(read).collect();
        let words: Vec<&str> = statements.iter().map(Statement::word).collect();
        assert_eq!(words, ["check", "approval", "override", "withdrawal"]);
        let envelope = crate::records::envelope::parse(sealed.as_bytes()).unwrap();
        assert_eq!(parse(&envelope.payload).as_ref(), Ok(&statements[0]));
        for (text, statement) in said.iter().zip(&statements) {
            let (shown, made): (Value, Value) =
                (serde_json::from_str(text).unwrap(), serde_json::from_slice(&render(statement)).unwrap());
            assert_eq!(shown, made, "nothing of it is passed over");
        }
        let Statement::Withdrawal(withdrawal) = &statements[3] else { panic!("{:?}", statements[3]) };
        assert_eq!(withdrawal.of.parent(), statements[0].folder().ok());
    }

    #[test]
    fn what_is_no_statement_of_ours_is_told_with_what_it_lacks() {
        let whole = String::from_utf8(render(&Statement::Check(check()))).unwrap();
        for (from, to, said) in [
            ("Statement/v1", "Statement/v9", "type"),
            ("test-result/v0.1", "other/v1", "does not know"),
            ("\"PASSED\"", "\"x\"", ""),
            ("\"WARNED\"", "\"FINE\"", "FINE"),
            ("gitCommit", "gitTree", "gitCommit"),
            ("urn:stageline:told", "urn:other", "when"),
            ("urn:stageline:check:", "urn:other:", "which check"),
            ("2026-11-26T22:00:00Z", "yesterday", "no time"),
            (&"c".repeat(64), "cc", "is none"),
            (&"c".repeat(64), "", "no text"),
            (",\"digest\":{\"sha256\"", ",\"other\":{\"sha256\"", "no `digest`"),
            ("\"https://ci.example.com/7\"", "7", "`url`"),
            ("[\"a\"]", "\"a\"", "no list"),
            ("\"name\":\"web\"", "\"name\":\"web\",\"name\":\"api\"", "stands twice"),
        ] {
            let changed = whole.replace(from, to);
            if changed != whole {
                let why = parse(changed.as_bytes()).unwrap_err();
                assert!(why.contains(said), "{to}: {why}");
            }
        }
        assert!(parse(b"[]").is_err() && parse(b"").is_err());
    }
}
