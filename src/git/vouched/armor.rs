//! The form of a signature, read strictly: git and its helpers look for what they know in whatever stands around it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::signature::SignatureWord;

use super::super::carried::Carried;

/// A signature of one kind alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Armor {
    Ssh {
        /// The public key or certificate as an allowed-signers file has it.
        key: String,
    },
    OpenPgp,
}

const SSH: (&str, &str) = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----");
const OPENPGP: (&str, &str) = ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----");
/// How long the lines of a signature are.
const COLUMNS: usize = 70;

impl Armor {
    /// The one signature of a commit; the word for what is none that can be good.
    pub(super) fn of(carried: &Carried) -> Result<Self, SignatureWord> {
        let Ok(text) = std::str::from_utf8(&carried.signature) else { return Err(SignatureWord::Bad) };
        let is_known = |begin: &str| text.starts_with(begin);
        if carried.headers != 1 {
            return Err(SignatureWord::Bad);
        }
        if is_known(SSH.0) {
            return blob(text).and_then(|blob| Self::of_blob(&blob)).ok_or(SignatureWord::Bad);
        }
        if is_known(OPENPGP.0) {
            return body(text, OPENPGP).map(|_| Self::OpenPgp).ok_or(SignatureWord::Bad);
        }
        // X.509, and what else git may know: nobody is known by it here.
        Err(SignatureWord::Unknown)
    }

    /// That of an SSH signature in its binary form.
    pub(super) fn of_blob(blob: &[u8]) -> Option<Self> {
        Some(Self::Ssh { key: encode(signer(blob)?) })
    }
}

/// What stands between the first line and the last one, where that is all there is.
fn body(text: &str, (begin, end): (&str, &str)) -> Option<String> {
    let text = text.strip_prefix(begin)?.strip_prefix('\n')?;
    let text = text.strip_suffix('\n').unwrap_or(text).strip_suffix(end)?;
    let is_plain = |c: char| c == '\n' || !c.is_control();
    (text.ends_with('\n') && !text.contains("-----") && text.chars().all(is_plain)).then(|| text.to_string())
}

/// The binary form of an SSH signature as ssh-keygen writes it.
pub(in crate::git) fn blob(text: &str) -> Option<Vec<u8>> {
    decode(&body(text, SSH)?)
}

/// An SSH signature as ssh-keygen writes and reads it.
pub(super) fn armored(blob: &[u8]) -> Vec<u8> {
    let text = encode(blob);
    let (mut out, mut rest) = (format!("{}\n", SSH.0), text.as_str());
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(COLUMNS));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    out.push_str(SSH.1);
    out.push('\n');
    out.into_bytes()
}

/// The public key of an SSHSIG (openssh, PROTOCOL.sshsig): the magic word, the version, a length and so many bytes.
pub(in crate::git) fn signer(blob: &[u8]) -> Option<&[u8]> {
    let rest = blob.strip_prefix(b"SSHSIG\0\0\0\x01")?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Base64 in lines.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace('\n', "")).ok()
}

/// Base64 on one line.
fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_both_ways() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!((encode(bytes.as_bytes()), decode(text)), (text.to_string(), Some(bytes.into())));
        }
        for bad in ["Zg", "Z*==", "Zg=a", "Zg==="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_stands_around_a_signature_is_not_overlooked() {
        let plain = format!("{}\nAAAA\n{}", OPENPGP.0, OPENPGP.1);
        assert!(body(&plain, OPENPGP).is_some() && body(&format!("{plain}\n"), OPENPGP).is_some());
        for odd in
            [format!("{plain}\nx"), format!("{plain}\n{plain}"), format!("{plain}\n\n"), plain.replace('\n', "\r\n")]
        {
            assert_eq!(body(&odd, OPENPGP), None, "{odd}");
        }
    }
}
