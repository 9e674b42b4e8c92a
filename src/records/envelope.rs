//! The envelope that a statement is kept in: DSSE (https://github.com/secure-systems-lab/dsse, v1.0.2), text <-> value. What is
//! signed is its pre-authentication encoding, and a signature is the bytes of an SSHSIG (openssh, PROTOCOL.sshsig), without its armor.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::json;

/// The type of a payload that is an in-toto statement.
const TYPE: &str = "application/vnd.in-toto+json";

/// An envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub payload: Vec<u8>,
    pub signatures: Vec<Sealed>,
}

/// One signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key, as a hint to whoever looks for it: `SHA256:...`.
    pub key: String,
    /// The bytes of an SSHSIG.
    pub signature: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    payload: String,
    payload_type: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSignature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// The bytes that are signed: the pre-authentication encoding of a payload.
pub fn to_sign(payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {TYPE} {} ", TYPE.len(), payload.len()).into_bytes();
    out.extend(payload);
    out
}

/// The text of an envelope's file: one line.
pub fn render(envelope: &Envelope) -> String {
    let signature = |one: &Sealed| WrittenSignature { keyid: one.key.clone(), sig: STANDARD.encode(&one.signature) };
    let written = Written {
        payload: STANDARD.encode(&envelope.payload),
        payload_type: TYPE.into(),
        signatures: envelope.signatures.iter().map(signature).collect(),
    };
    // Texts alone have no way to fail.
    let text = serde_json::to_string(&written).unwrap_or_default();
    format!("{text}\n")
}

/// Reads an envelope; the error says what is wrong with it. Base64 is the usual one, padded, and of one form for the same bytes.
pub fn parse(text: &[u8]) -> Result<Envelope, String> {
    let no = |why: String| format!("it is no DSSE envelope: {why}");
    let whole = json::read(text).map_err(no)?;
    let written: Written = serde_json::from_value(whole).map_err(|error| no(error.to_string()))?;
    if written.payload_type != TYPE {
        return Err(format!("its payload is a `{}`, and no in-toto statement", written.payload_type));
    }
    let bytes =
        |text: &str, what: &str| STANDARD.decode(text).map_err(|error| format!("its {what} is no base64: {error}"));
    let signature =
        |one: WrittenSignature| Ok::<_, String>(Sealed { key: one.keyid, signature: bytes(&one.sig, "signature")? });
    Ok(Envelope {
        payload: bytes(&written.payload, "payload")?,
        signatures: written.signatures.into_iter().map(signature).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_has_type_and_lengths_before_the_payload() {
        assert_eq!(to_sign(b"{}"), b"DSSEv1 28 application/vnd.in-toto+json 2 {}");
    }

    #[test]
    fn an_envelope_is_read_back_and_what_is_none_is_said() {
        let sealed = Sealed { key: "SHA256:abc".into(), signature: vec![0, 255, 1] };
        let envelope = Envelope { payload: b"{\"a\":1}".to_vec(), signatures: vec![sealed] };
        assert_eq!(parse(render(&envelope).as_bytes()), Ok(envelope));
        for bad in ["", "{}", "{\"payload\":\"e30=\",\"payloadType\":\"text/plain\",\"signatures\":[]}"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        for (key, value) in [("payload", "\"e30=\""), ("more", "1"), ("more", "2")] {
            let twice = render(&Envelope { payload: b"{}".to_vec(), signatures: vec![] });
            let twice = twice.replacen('{', &format!("{{\"more\":1,\"{key}\":{value},"), 1);
            assert!(parse(twice.as_bytes()).unwrap_err().contains("stands twice"), "{twice}");
        }
        let broken = format!("{{\"payload\":\"*\",\"payloadType\":\"{TYPE}\",\"signatures\":[]}}");
        assert!(parse(broken.as_bytes()).unwrap_err().contains("payload"), "{broken}");
    }
}
