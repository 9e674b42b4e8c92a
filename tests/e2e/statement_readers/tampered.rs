//! The table of what somebody may do to a statement: the file, who of the foreign readers refuses it, and what the program says of it.

use std::cell::Cell;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

use crate::support::attested::{envelope, signature, to_sign};
use crate::support::court::Court;

const OURS: &str = "stageline-statement";
const SSH: &[&str] = &["ssh-keygen"];
const DSSE: &[&str] = &["securesystemslib"];
const IN_TOTO: &[&str] = &["in_toto_attestation"];
const STATEMENT_AND_SSH: &[&str] = &["in_toto_attestation", "ssh-keygen"];
const NONE: &[&str] = &[];
/// What is said here of a signature that does not hold.
const UNSIGNED: &str = "not signed by a key";

/// One way to tamper with a statement.
pub struct Tampered {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// The foreign readers that refuse it: exactly these. One that cannot open the envelope leaves the others nothing to read.
    pub refused_by: &'static [&'static str],
    /// Words of the reason that is given here.
    pub ours: &'static str,
}

/// Makes statements that a check passed, each in words of its own.
pub struct Maker<'a> {
    court: &'a Court,
    text: String,
    made: Cell<usize>,
}

impl<'a> Maker<'a> {
    /// From the payload of one that says that it failed.
    pub fn of(court: &'a Court, payload: &str) -> Self {
        let text = payload.replace("\"FAILED\"", "\"PASSED\",\"url\":\"https://ci.example.com/NTH\"");
        assert!(text.contains("NTH"), "{payload}");
        Self { court, text, made: Cell::new(0) }
    }

    /// The next payload.
    fn words(&self) -> String {
        self.made.set(self.made.get() + 1);
        self.text.replace("NTH", &self.made.get().to_string())
    }

    /// The same with a text replaced.
    fn other(&self, from: &str, to: &str) -> String {
        let words = self.words();
        assert!(words.contains(from), "{from} is not in {words}");
        words.replacen(from, to, 1)
    }

    fn signed(&self, name: &str, namespace: &str, bytes: &[u8]) -> Vec<u8> {
        signature(self.court, name, namespace, bytes)
    }

    /// An envelope that ci signs as it should be signed.
    fn sealed(&self, payload: &[u8]) -> Value {
        envelope(payload, &self.signed("ci", OURS, &to_sign(payload)))
    }

    /// An envelope whose payload is another than what ci signed.
    fn swapped(&self, from: &str, to: &str) -> Vec<u8> {
        let mut whole = self.sealed(self.words().as_bytes());
        let other = self.other(from, to);
        whole["payload"] = STANDARD.encode(other).into();
        file(&whole)
    }

    /// An envelope whose statement was another when ci signed it.
    fn said(&self, from: &str, to: &str) -> Vec<u8> {
        file(&self.sealed(self.other(from, to).as_bytes()))
    }

    /// A good envelope of which this changes the JSON.
    fn with(&self, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut whole = self.sealed(self.words().as_bytes());
        change(&mut whole);
        file(&whole)
    }

    /// A good envelope of which this changes the bytes of the signature.
    fn signed_by(&self, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
        self.with(|whole| {
            let good = STANDARD.decode(whole["signatures"][0]["sig"].as_str().expect("a text")).expect("base64");
            whole["signatures"][0]["sig"] = STANDARD.encode(change(good)).into();
        })
    }

    /// An envelope with somebody's signature of what these bytes become.
    fn by(&self, name: &str, namespace: &str, change: impl FnOnce(&str) -> Vec<u8>) -> Vec<u8> {
        let words = self.words();
        file(&envelope(words.as_bytes(), &self.signed(name, namespace, &change(&words))))
    }
}

fn file(whole: &Value) -> Vec<u8> {
    format!("{whole}\n").into_bytes()
}

fn row(name: &'static str, refused_by: &'static [&'static str], ours: &'static str, bytes: Vec<u8>) -> Tampered {
    Tampered { name, bytes, refused_by, ours }
}

/// A text of an envelope, changed.
fn text(value: &mut Value, change: impl FnOnce(&str) -> String) {
    *value = change(value.as_str().expect("a text")).into();
}

/// All of them.
pub fn all(maker: &Maker<'_>) -> Vec<Tampered> {
    [payloads(maker), signatures(maker), envelopes(maker), statements(maker), ours_alone(maker)]
        .into_iter()
        .flatten()
        .collect()
}

/// The payload is another than what was signed.
fn payloads(m: &Maker<'_>) -> Vec<Tampered> {
    let commit = m.court.commit("web", 5);
    vec![
        row("one byte of the payload is another", SSH, UNSIGNED, m.swapped("ci.example.com", "cj.example.com")),
        row("the check is of another commit", SSH, "", m.swapped(&commit, &m.court.commit("web", 7))),
        row("the commit is cut short", SSH, "is none", m.swapped(&commit, &commit[..7])),
        row("the check passed later", SSH, "", m.swapped("PASSED", "WARNED")),
        row("the payload has a blank more", SSH, UNSIGNED, m.swapped("{", "{ ")),
        row(
            "the payload is of another kind",
            SSH,
            "no subject",
            m.swapped("https://in-toto.io/attestation/test-result/v0.1", "urn:stageline:approval:v1"),
        ),
        row("the type is an older one", STATEMENT_AND_SSH, "type", m.swapped("Statement/v1", "Statement/v0.1")),
    ]
}

/// The signature is none of this statement, or of nobody who counts.
fn signatures(m: &Maker<'_>) -> Vec<Tampered> {
    let pae = |words: &str| to_sign(words.as_bytes());
    vec![
        row(
            "the signature is of another statement",
            SSH,
            UNSIGNED,
            m.by("ci", OURS, |_| to_sign(m.words().as_bytes())),
        ),
        row("the signature is cut short", SSH, UNSIGNED, m.signed_by(|bytes| bytes[..bytes.len() - 9].to_vec())),
        row(
            "a bit of the signature is another",
            SSH,
            UNSIGNED,
            m.signed_by(|mut bytes| {
                *bytes.last_mut().expect("a byte") ^= 1;
                bytes
            }),
        ),
        row("the signature has more behind it", SSH, UNSIGNED, m.signed_by(|bytes| [bytes, b"more".to_vec()].concat())),
        row("the signature is empty", SSH, UNSIGNED, m.signed_by(|_| Vec::new())),
        row("the namespace is that of commits", SSH, UNSIGNED, m.by("ci", "git", pae)),
        row("the namespace is that of files", SSH, UNSIGNED, m.by("ci", "file", pae)),
        row("the key is nobodys", SSH, UNSIGNED, m.by("eve", OURS, pae)),
        row("the key is over", SSH, UNSIGNED, m.by("ci-web", OURS, pae)),
        row("the key is revoked", SSH, UNSIGNED, m.by("carol", OURS, pae)),
        row("the payload was signed bare", SSH, UNSIGNED, m.by("ci", OURS, |words| words.as_bytes().to_vec())),
        row(
            "the length that was signed is off by one",
            SSH,
            UNSIGNED,
            m.by("ci", OURS, |words| {
                let good = String::from_utf8(pae(words)).expect("text");
                let (right, wrong) = (format!(" {} {{", words.len()), format!(" {} {{", words.len() + 1));
                good.replacen(&right, &wrong, 1).into_bytes()
            }),
        ),
        row("nobody signed it", SSH, "0 signatures", m.with(|whole| whole["signatures"] = json!([]))),
        row(
            "its type is another than was signed",
            SSH,
            "text/plain",
            m.with(|whole| whole["payloadType"] = "text/plain".into()),
        ),
    ]
}

/// The envelope is none, or could be read in two ways.
fn envelopes(m: &Maker<'_>) -> Vec<Tampered> {
    const NO: &str = "no DSSE envelope";
    let good = || m.with(|_| {});
    let without = |key: &str| m.with(|whole| drop(whole.as_object_mut().expect("an object").remove(key)));
    vec![
        row(
            "it is signed twice under one name",
            DSSE,
            "2 signatures",
            m.with(|whole| whole["signatures"] = json!([whole["signatures"][0], whole["signatures"][0]])),
        ),
        row(
            "the signature has junk in its base64",
            DSSE,
            "no base64",
            m.with(|whole| {
                text(&mut whole["signatures"][0]["sig"], |sig| sig.replacen('A', "A*\n", 1));
            }),
        ),
        row(
            "the payload has a line end in its base64",
            DSSE,
            "no base64",
            m.with(|whole| {
                text(&mut whole["payload"], |payload| format!("{}\n{}", &payload[..8], &payload[8..]));
            }),
        ),
        row(
            "the payload has more behind its base64",
            DSSE,
            "no base64",
            m.with(|whole| {
                text(&mut whole["payload"], |payload| format!("{payload}!"));
            }),
        ),
        row("it has no payload", DSSE, NO, without("payload")),
        row("it has no type", DSSE, NO, without("payloadType")),
        row("it has no signatures", DSSE, NO, without("signatures")),
        row("its payload is no text", DSSE, NO, m.with(|whole| whole["payload"] = json!([1]))),
        row("it has more behind it", DSSE, NO, [good(), b"{}".to_vec()].concat()),
        row("it begins with a mark of byte order", DSSE, NO, [b"\xef\xbb\xbf".to_vec(), good()].concat()),
        row("it ends in the middle", DSSE, NO, good()[..200].to_vec()),
        row("it is empty", DSSE, NO, Vec::new()),
        row("it is a list of itself", DSSE, NO, [b"[".to_vec(), good(), b"]".to_vec()].concat()),
        row("it is no UTF-8", DSSE, NO, [b"{\"more\":\"\xff\",".to_vec(), good()[1..].to_vec()].concat()),
    ]
}

/// What is signed, and by whom it should be, is no statement.
fn statements(m: &Maker<'_>) -> Vec<Tampered> {
    const NO: &str = "no statement";
    let url = |to: &str| {
        let words = m.words();
        let at = words.find("\"https://ci.example.com").expect("an address");
        let end = at + 1 + words[at + 1..].find('"').expect("its end") + 1;
        file(&m.sealed(format!("{}{to}{}", &words[..at], &words[end..]).as_bytes()))
    };
    let around = |before: &[u8], after: &[u8]| file(&m.sealed(&[before, m.words().as_bytes(), after].concat()));
    let value = |change: fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&m.words()).expect("JSON");
        change(&mut value);
        file(&m.sealed(value.to_string().as_bytes()))
    };
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let commit = m.court.commit("web", 5);
    vec![
        row("said of another type", IN_TOTO, "type", m.said("in-toto.io/Statement/v1", "in-toto.io/Statement/v2")),
        row("said of no type", IN_TOTO, "type", value(|all| all["_type"] = Value::Null)),
        row("said of nothing", IN_TOTO, "no `subject`", value(|all| all["subject"] = json!([]))),
        row(
            "said of something without a digest",
            IN_TOTO,
            "no `digest`",
            value(|all| {
                all["subject"].as_array_mut().expect("a list").push(json!({ "name": "web (image)" }));
            }),
        ),
        row("said of a number", IN_TOTO, "no text", m.said(&format!("\"{commit}\""), "40")),
        row("said of a list", IN_TOTO, "no `subject's name`", value(|all| all["subject"][0]["name"] = json!(["web"]))),
        row("said as nothing", IN_TOTO, "predicateType", value(|all| all["predicateType"] = "".into())),
        row("said without words", IN_TOTO, "configuration", value(|all| all["predicate"] = json!({}))),
        row("said as a text", IN_TOTO, "configuration", value(|all| all["predicate"] = "PASSED".into())),
        row("said in two ways", IN_TOTO, "stands twice", m.said("\"PASSED\"", "\"FAILED\",\"result\":\"PASSED\"")),
        row("said of two things", IN_TOTO, "stands twice", m.said("\"subject\":", "\"subject\":[],\"subject\":")),
        row("said with what is no number", IN_TOTO, NO, url("NaN")),
        row("said with a number without end", IN_TOTO, NO, url("1e999")),
        row("said with a huge number", IN_TOTO, NO, url(&"9".repeat(400))),
        row("said in the depth", IN_TOTO, NO, url(&deep)),
        row("said with half a character", IN_TOTO, NO, url("\"\\ud800\"")),
        row("said with a text that is a list", IN_TOTO, "`url`", url("[]")),
        row("said with more behind it", IN_TOTO, NO, around(b"", b"{}")),
        row("said behind a mark of byte order", IN_TOTO, NO, around(b"\xef\xbb\xbf", b"")),
        row("said in no UTF-8", IN_TOTO, NO, around(b"{\"\xff\":1,", b"")),
    ]
}

/// What none of the three refuses, and we do: each could be read in two ways, or is more than has to be read.
fn ours_alone(m: &Maker<'_>) -> Vec<Tampered> {
    let twice = |key: &str, value: &str| {
        let good = String::from_utf8(m.with(|_| {})).expect("text");
        good.replacen('{', &format!("{{\"{key}\":{value},"), 1).into_bytes()
    };
    let words = format!("{}{}", m.words(), " ".repeat(3));
    let words = &words[..words.len() - words.len() % 3 - 1];
    let mut loose = m.sealed(words.as_bytes());
    text(&mut loose["payload"], |payload| {
        let bare = payload.trim_end_matches('=');
        let last = bare.chars().last().expect("a digit");
        format!("{}{}=", &bare[..bare.len() - 1], char::from(last as u8 + 1))
    });
    // A row of question marks has a digit that the two kinds of base64 write differently.
    let marks = m.other("ci.example.com/", "ci.example.com/?????");
    let mut of_addresses = m.sealed(marks.as_bytes());
    of_addresses["payload"] = URL_SAFE.encode(marks).into();
    let mut second = m.sealed(m.words().as_bytes());
    let mut again = second["signatures"][0].clone();
    again["keyid"] = "other".into();
    second["signatures"].as_array_mut().expect("a list").push(again);
    let plain = m.words();
    let as_json = format!("DSSEv1 16 application/json {} {plain}", plain.len());
    let mut json = envelope(plain.as_bytes(), &m.signed("ci", OURS, as_json.as_bytes()));
    json["payloadType"] = "application/json".into();
    let long = m.words().replacen("https://ci", &format!("https://{}", "x".repeat(1 << 20)), 1);
    let commit = m.court.commit("web", 5);
    let image = "},{\"name\":\"web (image)\",\"digest\":{\"sha256\":\"5e\"}}]";
    vec![
        row("the payload stands twice in the envelope", NONE, "stands twice", twice("payload", "\"e30=\"")),
        row("signatures stand twice in the envelope", NONE, "stands twice", twice("signatures", "[]")),
        row("the base64 is that of addresses", NONE, "no base64", file(&of_addresses)),
        row("the base64 has bits that say nothing", NONE, "no base64", file(&loose)),
        row("it is signed twice under two names", NONE, "2 signatures", file(&second)),
        row("it was signed as another type", NONE, "application/json", file(&json)),
        row("it has more than a megabyte", NONE, "more than", file(&m.sealed(long.as_bytes()))),
        row("said of a commit that is cut short", NONE, "is none", m.said(&commit, &commit[..12])),
        row("said of an image whose digest is cut short", NONE, "is none", m.said("}}]", &format!("}}{image}"))),
    ]
}

/// Other forms of a good statement, which say the same.
pub fn harmless(m: &Maker<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let mut reordered = m.sealed(m.words().as_bytes());
    let whole = reordered.as_object_mut().expect("an object");
    let payload = whole.shift_remove("payload").expect("a payload");
    whole.insert("payload".into(), payload);
    let spaced = serde_json::to_vec_pretty(&m.sealed(m.words().as_bytes())).expect("JSON");
    vec![
        ("as it is", m.with(|_| {})),
        (
            "a name of a key is a hint that nobody signs",
            m.with(|all| all["signatures"][0]["keyid"] = "SHA256:x".into()),
        ),
        ("with blanks", spaced),
        ("in another order", file(&reordered)),
        ("with more beside it", m.with(|all| all["more"] = json!({ "a": 1 }))),
        ("with blanks in what is signed", m.said("{\"_type\":", "{ \"_type\" : ")),
    ]
}
