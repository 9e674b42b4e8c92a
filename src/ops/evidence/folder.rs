//! The files of a folder of evidence, by their paths in it, and what both ends make of them alike.

use std::collections::BTreeMap;

use crate::git::vouched::{Keys, Vouched};
use crate::records::evidence::{self, KeyFiles, Landing, Signature};
use crate::text;

/// What the list of files is signed for.
pub const NAMESPACE: &str = "stageline-evidence";

/// The bytes of each file.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The text of `landings.csv`.
pub fn csv(landings: &[Landing]) -> Vec<u8> {
    let (columns, rows) = evidence::table(landings);
    let mut out = format!("{}\n", columns.join(","));
    for row in rows {
        let fields: Vec<String> = row.iter().map(|field| text::csv(field)).collect();
        out.push_str(&format!("{}\n", fields.join(",")));
    }
    out.into_bytes()
}

/// The keys of these files; the file that is not there.
pub fn keys(files: &Files, named: &KeyFiles) -> Result<Keys, String> {
    let read = |path: &String| files.get(path).cloned().ok_or_else(|| path.clone());
    Ok(Keys {
        ssh: named.allowed_signers.as_ref().map(read).transpose()?,
        openpgp: named.openpgp.iter().map(read).collect::<Result<_, _>>()?,
        revoked_ssh: named.revoked.as_ref().map(read).transpose()?,
    })
}

/// What is known of a signature, as it is written.
pub fn told(vouched: &Vouched) -> Signature {
    Signature { state: vouched.state.word().to_string(), principals: vouched.principals.clone() }
}
