//! Values that are encrypted, and files whose checksum covers the plain ones too: SOPS.
//!
//! SOPS (getsops.io, "Message Authentication Code") computes its MAC over all values of a file, encrypted or not, unless it
//! was told `mac_only_encrypted`; the metadata stands under `sops:` of each document.

use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::lines::{keys, language};
use crate::yaml::locate::{get, text};
use crate::yaml::tree::Node;

use super::reader::Reader;

/// Whether a text is a value that SOPS encrypted: never a version.
pub fn is_encrypted(text: &str) -> bool {
    text.starts_with("ENC[") && text.ends_with(']')
}

/// What is said of a pin at an encrypted value.
pub fn encrypted(file: &RepoPath, line: u32, column: u32) -> Error {
    Refusal::new(
        Code::Encrypted,
        format!("{file}:{line}:{column}: this value is encrypted (`ENC[...]`), so it is no version"),
    )
    .hint("keep versions out of what is encrypted: `unencrypted_regex` in `.sops.yaml`, or another file")
    .invalid()
}

/// An error where an edit of a plain value would break the file: its MAC covers that value.
pub fn refuse_covered(reader: &Reader<'_>, file: &RepoPath) -> Result<(), Error> {
    let of_lines = in_lines(reader, file);
    let in_yaml = || {
        let tree = reader.tree(file).ok()??;
        tree.documents.iter().find_map(covering).map(|sops| (sops.line, sops.column))
    };
    let Some((line, column)) = of_lines.or_else(in_yaml) else { return Ok(()) };
    Err(Refusal::new(
        Code::Encrypted,
        format!("{file}:{line}:{column}: the file is encrypted by SOPS, whose MAC covers this value too: after an edit it could not be decrypted"),
    )
    .hint("let the MAC cover only what is encrypted: `mac_only_encrypted: true` in `.sops.yaml`, then `sops updatekeys` and `sops rotate`")
    .hint("or keep the version in a file of its own")
    .refused())
}

/// The metadata of a document whose MAC covers all of its values.
fn covering(root: &Node) -> Option<&Node> {
    let sops = get(root, &["sops"])?;
    let has_mac = text(sops, &["mac"]).is_some_and(|mac| !mac.is_empty());
    let only_encrypted = text(sops, &["mac_only_encrypted"]) == Some("true");
    (has_mac && !only_encrypted).then_some(sops)
}

/// The metadata of SOPS, whose MAC covers all values of the file: where it stands, from 1.
fn in_lines(reader: &Reader<'_>, file: &RepoPath) -> Option<(u32, u32)> {
    let language = language::of(file.name()).filter(|language| language.has_keys())?;
    let all = keys::all(&reader.bytes(file).ok()??, language);
    let own =
        |key: &str| all.iter().find(|entry| entry.name == format!("sops_{key}") || entry.name == format!("sops.{key}"));
    let says = |key: &str, text: &str| own(key).is_some_and(|one| one.value.as_ref().is_ok_and(|one| one.text == text));
    let mac = own("mac").filter(|mac| mac.value.as_ref().is_ok_and(|value| !value.text.is_empty()))?;
    (!says("mac_only_encrypted", "true")).then_some((mac.line, mac.column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    fn refused(text: &str) -> bool {
        let files = Memory::new([("v.yaml", text)]);
        refuse_covered(&Reader::new(&files), &RepoPath::new("v.yaml").unwrap()).is_err()
    }

    #[test]
    fn a_mac_that_covers_plain_values_forbids_edits() {
        let mac = "mac: ENC[AES256_GCM,data:zzzz,iv:xx,tag:yy,type:str]";
        assert!(refused(&format!("tag: v1\nsops:\n  {mac}\n  version: 3.8.1\n")));
        assert!(refused(&format!("a: 1\n---\ntag: v1\nsops:\n  {mac}\n  mac_only_encrypted: false\n")));
        assert!(refused("{\"tag\": \"v1\", \"sops\": {\"mac\": \"ENC[x]\"}}"));
        assert!(!refused(&format!("tag: v1\nsops:\n  {mac}\n  mac_only_encrypted: true\n")));
        assert!(!refused("tag: v1\nsops: { enabled: true }\n"), "a value of somebody's chart");
        assert!(!refused("tag: v1\n"));
    }

    #[test]
    fn a_mac_of_a_file_of_lines_forbids_edits_too() {
        let refused = |name: &str, text: &str| {
            let files = Memory::new([(name, text)]);
            refuse_covered(&Reader::new(&files), &RepoPath::new(name).unwrap()).is_err()
        };
        assert!(refused("v.env", "TAG=v1\nsops_mac=ENC[x]\n"));
        assert!(!refused("v.env", "TAG=v1\nsops_mac=ENC[x]\nsops_mac_only_encrypted=true\n"));
        assert!(!refused("v.env", "TAG=v1\n"));
        assert!(refused("v.ini", "[a]\ntag = v1\n[sops]\nmac = ENC[x]\n"));
    }

    #[test]
    fn an_encrypted_value_is_known_by_its_form() {
        assert!(is_encrypted("ENC[AES256_GCM,data:abcd,iv:xx,tag:yy,type:str]"));
        assert!(!is_encrypted("ENC-1") && !is_encrypted("v1"));
    }
}
