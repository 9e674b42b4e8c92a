//! A receipt as a file of the branch of receipts, text <-> value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::receipt::Receipt;
use crate::domain::refusal::Error;

/// The file's own shape.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    branch: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    old: Option<String>,
    new: String,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    judged: Option<Timestamp>,
}

/// The text of a receipt's file.
///
/// # Errors
/// It cannot be written as YAML.
pub fn render(receipt: &Receipt) -> Result<String, Error> {
    let written = Written {
        branch: receipt.branch.to_string(),
        old: receipt.old.map(|old| old.to_string()),
        new: receipt.new.to_string(),
        at: receipt.at,
        judged: receipt.judged,
    };
    let body = serde_yaml::to_string(&written).map_err(|error| Error::Failed(error.into()))?;
    Ok(format!("# What the hook of stageline accepted on this server, and when.\n{body}"))
}

/// Reads the text of a receipt's file; the error says what is wrong with it.
pub fn parse(text: &[u8]) -> Result<Receipt, String> {
    let written: Written = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
    let id = |text: &str| CommitId::from_hex(text).ok_or_else(|| format!("`{text}` is not a full commit ID"));
    Ok(Receipt {
        branch: BranchName::new(written.branch).map_err(|why| why.to_string())?,
        old: written.old.as_deref().map(id).transpose()?,
        new: id(&written.new)?,
        at: written.at,
        judged: written.judged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::receipt::path;

    #[test]
    fn a_receipt_is_read_back_and_what_is_none_is_said() {
        // Ids that a reader of YAML could take for numbers.
        let (one, other) = (CommitId::from_hex(&"1".repeat(40)), CommitId::from_hex(&format!("12e{}", "4".repeat(37))));
        let receipt = Receipt {
            branch: BranchName::new("env/production").unwrap(),
            old: other,
            new: one.unwrap(),
            at: "2026-11-26T18:30:00Z".parse().unwrap(),
            judged: "2026-11-26T18:29:58Z".parse().ok(),
        };
        assert_eq!(parse(render(&receipt).unwrap().as_bytes()).as_ref(), Ok(&receipt));
        let first = Receipt { old: None, judged: None, ..receipt.clone() };
        assert_eq!(parse(render(&first).unwrap().as_bytes()), Ok(first));
        assert_eq!(
            path(&receipt.branch, receipt.new).unwrap().as_str(),
            format!("env/production/11/{}.yaml", "1".repeat(40))
        );
        for bad in ["", "branch: main\n", "branch: main\nnew: abc\nat: 2026-11-26T18:30:00Z\n", "{"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
