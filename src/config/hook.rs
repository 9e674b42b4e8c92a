//! The settings of the hook on a server: they belong to whoever runs that, and nothing that is pushed changes them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::names::BranchName;
use crate::domain::source_rules::{Reach, SourceRules};

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookSettings {
    /// The branch with the rules.
    pub branch: BranchName,
    /// Where mirrors of sources are kept.
    pub cache: PathBuf,
    /// Whether what does not pass is refused.
    pub enforce: bool,
    pub sources: SourceRules,
    pub bootstrap: Option<Bootstrap>,
    /// The private SSH key that receipts are signed with; `None`: none are written.
    pub receipts: Option<PathBuf>,
    /// After so many seconds nothing is accepted.
    pub limit: u64,
}

/// By whose keys a repository without rules gets its first ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// An allowed-signers file.
    pub keys: PathBuf,
    /// The one commit that may land by them where there are rules already: the way back from lost keys.
    pub tip: Option<String>,
}

/// How long a push may be judged, where the file does not say, in seconds.
pub const LIMIT: u64 = 60;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    branch: String,
    cache: PathBuf,
    #[serde(default = "yes")]
    enforce: bool,
    #[serde(default)]
    sources: Vec<Mapped>,
    #[serde(default, rename = "local-sources")]
    local_sources: bool,
    #[serde(default)]
    bootstrap: Option<FirstKeys>,
    #[serde(default)]
    receipts: Option<ReceiptKey>,
    #[serde(default = "limit")]
    limit: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapped {
    from: String,
    to: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstKeys {
    keys: PathBuf,
    #[serde(default)]
    tip: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptKey {
    key: PathBuf,
}

fn yes() -> bool {
    true
}

fn limit() -> u64 {
    LIMIT
}

/// Reads the file. The error says what is wrong with it.
pub fn read(text: &str) -> Result<HookSettings, String> {
    let file: File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    if file.version != 1 {
        return Err(format!("`version: {}` is not one that this program knows: there is 1", file.version));
    }
    let branch = BranchName::new(file.branch.as_str()).map_err(|why| why.to_string())?;
    let absolute = |path: &PathBuf, key: &str| match path.is_absolute() {
        true => Ok(()),
        false => Err(format!("`{key}: {}` is not an absolute path", path.display())),
    };
    absolute(&file.cache, "cache")?;
    if let Some(first) = &file.bootstrap {
        absolute(&first.keys, "bootstrap.keys")?;
    }
    if let Some(receipts) = &file.receipts {
        absolute(&receipts.key, "receipts.key")?;
    }
    if file.limit == 0 {
        return Err("`limit: 0` would accept nothing: it is in seconds".to_string());
    }
    let reach = if file.local_sources { Reach::Anywhere } else { Reach::Remotes };
    let mapped = file.sources.into_iter().map(|one| (one.from, one.to)).collect();
    Ok(HookSettings {
        branch,
        cache: file.cache,
        enforce: file.enforce,
        sources: SourceRules { mapped, reach, ..SourceRules::default() },
        bootstrap: file.bootstrap.map(|first| Bootstrap { keys: first.keys, tip: first.tip }),
        receipts: file.receipts.map(|receipts| receipts.key),
        limit: file.limit,
    })
}

/// The file as it is installed.
pub fn text(branch: &BranchName, cache: &str, receipts: Option<&str>) -> String {
    let receipts = match receipts {
        Some(key) => format!("receipts: {{ key: {} }}\n", serde_json::Value::from(key)),
        None => "# receipts: { key: /etc/stageline/receipts_key }\n".to_string(),
    };
    format!(
        "# The settings of stageline's hook. They belong to whoever runs this server: nothing that is pushed changes them.\n\
         version: 1\n\
         # The branch with the rules.\n\
         branch: {branch}\n\
         # Where mirrors of sources are kept: the server's user alone may read and write there.\n\
         cache: {cache}\n\
         # false: judge and say so, and accept everything. The way out of an emergency.\n\
         enforce: true\n\
         # After so many seconds nothing is accepted.\n\
         limit: {LIMIT}\n\
         # Addresses of sources that are found elsewhere, by their beginning: {{ from: \"https://git.example.com/\", to: \"/srv/git/\" }}.\n\
         sources: []\n\
         # Sources that are paths, or on this machine, are gone to only where this is true.\n\
         local-sources: false\n\
         # By whose keys a repository without rules gets its first: bootstrap: {{ keys: /etc/stageline/allowed_signers }}.\n\
         # With tip: COMMIT that one may land by them where the keys of the rules are lost.\n\
         # The private SSH key, without a passphrase, by which the server records what it accepted and when (`clock: receipt`).\n\
         {receipts}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_read_back() {
        let branch = BranchName::new("main").unwrap();
        let settings = read(&text(&branch, "/var/cache/stageline", None)).unwrap();
        assert_eq!((&settings.branch, settings.enforce, settings.limit), (&branch, true, LIMIT));
        assert_eq!(settings.sources, SourceRules { reach: Reach::Remotes, ..SourceRules::default() });
        assert_eq!((settings.bootstrap, settings.receipts), (None, None));
        let with_key = read(&text(&branch, "/var/cache/stageline", Some("/etc/a: \"key"))).unwrap();
        assert_eq!(with_key.receipts, Some("/etc/a: \"key".into()));
    }

    #[test]
    fn what_is_not_understood_is_no_setting() {
        let with = |line: &str| read(&format!("version: 1\nbranch: main\ncache: /c\n{line}\n"));
        assert!(with("").is_ok());
        for (line, why) in [
            ("enforced: false", "enforced"),
            ("bootstrap: { keys: relative }", "absolute"),
            ("receipts: { key: relative }", "absolute"),
            ("receipts: /etc/key", "receipts"),
            ("sources: [{ from: x }]", "to"),
            ("limit: soon", "limit"),
            ("limit: 0", "would accept nothing"),
        ] {
            assert!(with(line).is_err_and(|error| error.contains(why)), "{line}: {:?}", with(line));
        }
        assert!(read("version: 2\nbranch: main\ncache: /c\n").is_err());
        assert!(read("version: 1\nbranch: main\ncache: c\n").is_err());
        assert!(read("").is_err());
    }
}
