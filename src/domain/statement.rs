//! Statements: what somebody vouches for with a key, each a file of a branch that only grows, and where it stands there.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::address::{Address, Parts};
use super::change_digest::ChangeDigest;
use super::commit::{CommitId, TreeId};
use super::hex;
use super::names::{AppName, BranchName, EnvName};
use super::path::RepoPath;
use super::settings::{NamedGate, SourceAddress};
use super::version::Version;

/// The branch that statements are on.
pub const BRANCH: &str = "stageline/attestations";
/// What signatures of statements are made for (ssh-keygen(1), "namespace"): never what commits are signed for.
pub const NAMESPACE: &str = "stageline-statement";

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    Check(Check),
    Consent(Consent),
    Withdrawal(Withdrawal),
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    Passed,
    /// Passed, with something to look at.
    Warned,
    Failed,
}

/// That a check of a commit of an application ended so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub app: AppName,
    /// The source of the application, in the one form that its addresses have.
    pub source: String,
    pub commit: CommitId,
    pub name: String,
    /// Where it ran; `None`: it is of the commit alone, as a build is.
    pub environment: Option<EnvName>,
    /// The image that it is of, where that is known.
    pub digest: Option<Version>,
    pub result: CheckResult,
    /// The page of the run.
    pub url: Option<String>,
    pub tests: Tests,
    /// When it was said, by the clock of whoever said it.
    pub at: Timestamp,
}

/// The names of single tests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tests {
    pub passed: Vec<String>,
    pub warned: Vec<String>,
    pub failed: Vec<String>,
}

/// What somebody agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreed {
    /// That the change lands.
    Approval,
    /// That it lands though a gate does not let it pass.
    Override { gate: NamedGate, reason: String, until: Timestamp },
}

/// That somebody agrees to a change, for one landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub change: ChangeDigest,
    pub target: BranchName,
    /// Where the target was when it was given: what landed since may have used it up.
    pub base: CommitId,
    /// What was to be merged, where something was.
    pub head: Option<CommitId>,
    /// The tree that the merge made.
    pub tree: TreeId,
    pub agreed: Agreed,
    pub at: Timestamp,
}

/// That an earlier statement counts no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The file of that statement, and the SHA-256 of its bytes as hex digits.
    pub of: RepoPath,
    pub sha256: String,
    pub reason: Option<String>,
    pub at: Timestamp,
}

impl Statement {
    /// When it was said, by the clock of whoever said it.
    pub fn at(&self) -> Timestamp {
        match self {
            Statement::Check(check) => check.at,
            Statement::Consent(consent) => consent.at,
            Statement::Withdrawal(withdrawal) => withdrawal.at,
        }
    }

    /// The folder in which it stands: that of a commit of a source, of a change, or of what it withdraws. So nobody has to read all.
    ///
    /// # Errors
    /// A part of it is no path.
    pub fn folder(&self) -> Result<RepoPath, String> {
        match self {
            Statement::Check(check) => checks_of(&check.source, check.commit),
            Statement::Consent(consent) => consents_of(consent.change),
            Statement::Withdrawal(withdrawal) => {
                withdrawal.of.parent().ok_or_else(|| format!("`{}` stands in no folder", withdrawal.of))
            }
        }
    }

    /// The word that its file begins with.
    pub fn word(&self) -> &'static str {
        match self {
            Statement::Check(_) => "check",
            Statement::Consent(Consent { agreed: Agreed::Approval, .. }) => "approval",
            Statement::Consent(Consent { agreed: Agreed::Override { .. }, .. }) => "override",
            Statement::Withdrawal(_) => "withdrawal",
        }
    }
}

/// What statements call the source of an application: the same for every way to reach it, and no secret.
pub fn source_name(address: &SourceAddress) -> String {
    let ended = |text: &str| text.trim_end_matches('/').trim_end_matches(".git").trim_end_matches('/').to_string();
    match Address::read(&address.0) {
        Address::Remote(Parts { host, path, .. }) => {
            format!("{}/{}", host.to_lowercase(), ended(path).trim_start_matches('/'))
        }
        Address::Folder(path) => ended(path),
        Address::Unclear(scheme, _) => ended(scheme),
    }
}

/// The folder of the checks of all commits of a source: its last name for people, and what tells it from all others.
///
/// # Errors
/// It is no path.
pub fn checks_of_source(source: &str) -> Result<RepoPath, String> {
    let last: String = source.rsplit(['/', ':']).next().unwrap_or_default().chars().map(plain).collect();
    let hash = hex::text(&Sha256::digest(source)[..8]);
    RepoPath::new(&format!("checks/{}-{hash}", last.trim_start_matches('.'))).map_err(|why| why.to_string())
}

fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c.to_ascii_lowercase() } else { '-' }
}

/// The folder of the checks of a commit of a source.
///
/// # Errors
/// It is no path.
pub fn checks_of(source: &str, commit: CommitId) -> Result<RepoPath, String> {
    let id = commit.to_string();
    RepoPath::new(&format!("{}/{}/{id}", checks_of_source(source)?, &id[..2])).map_err(|why| why.to_string())
}

/// The folder of what people agree to of a change.
///
/// # Errors
/// It is no path.
pub fn consents_of(change: ChangeDigest) -> Result<RepoPath, String> {
    let id = change.to_string();
    RepoPath::new(&format!("changes/{}/{id}", &id[..2])).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_one_name_whatever_the_way_to_it() {
        let name = |text: &str| source_name(&SourceAddress(text.into()));
        for text in [
            "https://git.example.com/shop/web.git",
            "https://me:secret@Git.example.com/shop/web",
            "git@git.example.com:shop/web.git",
            "ssh://git@git.example.com/shop/web/",
        ] {
            assert_eq!(name(text), "git.example.com/shop/web", "{text}");
        }
        assert_eq!(name("../web.git"), "../web");
    }

    #[test]
    fn checks_of_a_commit_stand_in_a_folder_of_their_own() {
        let commit = CommitId::from_hex(&"ab".repeat(20)).unwrap();
        let folder = |source: &str| checks_of(source, commit).unwrap().to_string();
        let web = folder("git.example.com/shop/web");
        assert!(web.starts_with("checks/web-") && web.ends_with(&format!("/ab/{}", "ab".repeat(20))), "{web}");
        assert_ne!(web, folder("git.example.com/other/web"));
        for odd in ["../..", "", "a b/../c;d", "/srv/.git"] {
            let found = folder(odd);
            assert_eq!(found.split('/').count(), 4, "{odd}: {found}");
        }
    }
}
